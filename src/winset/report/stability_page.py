"""What would hold, as one page: shares by concept, the graph of the states, reasons."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from winset.analyses.stability import Stability
from winset.case import Case
from winset.report.html import environment, policy, reading_note
from winset.report.inventory import account
from winset.report.names import Names
from winset.report.stability import MEANING, WORDS, Teller
from winset.report.stability_graph import Node, picture
from winset.report.wording import Share, date

_MOST = 7
_LAST = 3


@dataclass(frozen=True)
class Row:
    """A state of the table: its name; its shares, one a concept, then how often it is reached."""

    name: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Part:
    """A heading and its sentences, shown under the table."""

    title: str
    lines: tuple[str, ...]


def shown(found: Stability, further: Iterable[int] = ()) -> list[int]:
    """Choose the states that a page shows: those that hold, now, those asked for, ways there."""
    chosen = dict.fromkeys([found.start, *further, *found.leading(most=_MOST)])
    for state in list(chosen):
        for way, _ in found.ways_to(state, 1):
            chosen |= dict.fromkeys(there for _, there in way)
    return list(chosen)


def graph(
    case: Case,
    found: Stability,
    states: Sequence[int],
    arrows: Mapping[tuple[int, int, int], int],
    readings: int,
) -> str:
    """Draw states with the improvements that serve in at least half of the readings."""
    teller = Teller(Names(case), found)
    half = {arrow: n for arrow, n in arrows.items() if 2 * n >= readings}
    steps = _steps(found.start, half)
    concept = found.concepts[-1]
    nodes = [
        Node(
            state,
            teller.state(state),
            f"{WORDS[concept]}: {teller.share(int(found.holds[concept][state]))}",
            2 * int(found.holds[concept][state]) >= found.readings,
            min(steps.get(state, _LAST), _LAST),
        )
        for state in states
    ]
    movers = [teller.mover(k) for k in range(len(found.movers))]
    return picture(nodes, half, movers)


def _steps(start: int, arrows: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Count the steps from the status quo, nearest states first."""
    found, layer = {start: 0}, [start]
    links = [(s, t) for _, s, t in arrows]
    while layer:
        after = [t for s in layer for one, t in links if one == s and t not in found]
        found |= dict.fromkeys(after, found[layer[0]] + 1)
        layer = list(dict.fromkeys(after))
    return found


def page(case: Case, found: Stability, drawing: str, parts: Sequence[Part]) -> str:
    """Set what would hold as one self-contained page, with a strict content policy.

    Parameters
    ----------
    drawing
        The graph, as SVG.
    parts
        What stands below: ways, reasons, what it hangs on.
    """
    teller = Teller(Names(case), found)
    style = files("winset.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    rows = [
        Row(
            teller.state(s),
            (
                *(Share(int(found.holds[c][s]), found.readings) for c in found.concepts),
                Share(int(found.reached[s]), found.readings),
            ),
        )
        for s in found.leading(most=_MOST)
    ]
    data = base64.b64encode(drawing.encode()).decode()
    text: str = (
        environment()
        .get_template("stability.jinja")
        .render(
            case=case,
            date=date(case.as_of),
            account=account(case),
            style=style,
            policy=policy(style),
            heads=[WORDS[c] for c in found.concepts],
            rows=rows,
            picture=f"data:image/svg+xml;base64,{data}",
            parts=parts,
            meaning=MEANING,
            note=reading_note(found.readings),
            concept=WORDS[found.concepts[-1]],
        )
    )
    return text


def ways(case: Case, found: Stability) -> Part:
    """Tell the most frequent ways from the status quo."""
    from winset.report.stability import ways_text

    return Part("How the world moves there", tuple(ways_text(found, Teller(Names(case), found))))


def why_part(title: str, lines: Iterable[str]) -> Part:
    """Put sentences under a heading of their own."""
    return Part(title.rstrip(":"), tuple(line.strip() for line in lines))
