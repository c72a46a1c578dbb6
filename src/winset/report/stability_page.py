"""What would hold, as one page: shares by concept, the graph of the states, reasons."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from winset.analyses.stability import Stability
from winset.analyses.stability_holding import Holding
from winset.case import Case
from winset.report.html import environment, policy, reading_note
from winset.report.inventory import account
from winset.report.names import Names
from winset.report.stability import MEANING, WORDS, Teller, holding_sentences, taken_text
from winset.report.stability_graph import Node, picture
from winset.report.wording import Share, capital, date

if TYPE_CHECKING:
    from winset.run import Results

_MOST = 7
_LAST = 3


@dataclass(frozen=True)
class Row:
    """A state of a table: its name, and its shares, one a column."""

    name: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Part:
    """A heading and its sentences, shown under a table."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A table of states with the graph of improvements between them, and what is said of it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    drawing: str
    drawn: str
    intro: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    id: str = ""

    @property
    def picture(self) -> str:
        """The drawing as an address that holds it all."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.drawing.encode()).decode()}"


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


def states_section(
    case: Case, found: Stability, drawing: str, parts: Sequence[Part] = ()
) -> Section:
    """Lay out which states of a case would hold."""
    teller = Teller(Names(case), found)
    rows = tuple(
        Row(
            teller.state(s),
            tuple(
                Share(int(n[s]), found.readings)
                for n in (*(found.holds[c] for c in found.concepts), found.reached)
            ),
        )
        for s in found.leading(most=_MOST)
    )
    return Section(
        "States that nobody would leave",
        (*(WORDS[c] for c in found.concepts), "Reached"),
        rows,
        drawing,
        "An arrow is a move that serves who makes it in at least half of the readings. "
        "States in the first column are now, in the next one step away, and so on; in the last "
        "stand those further away, or off every way. Reached: improvements lead there from now.",
        parts=tuple(parts),
    )


def holding_sections(results: Results) -> list[Section]:
    """Lay out for each table of a run what becomes of its deals, where anybody can do anything."""
    sections = []
    for table, found in results.tables.items():
        if found.holding is not None:
            sections.append(holding_section(results.case, found.holding, within=True))
        elif found.unheld:
            title = f"{_table(results.case, table)}: would the deal hold?"
            told = f"{capital(found.unheld)}."
            sections.append(Section(title, (), (), "", "", (told,), id=f"holds-{table}"))
    return sections


def _table(case: Case, table: str) -> str:
    return next((t.title for t in case.tables if t.id == table), table)


def holding_section(
    case: Case, found: Holding, parts: Sequence[Part] = (), *, within: bool = False
) -> Section:
    """Lay out what becomes of a table's deals; ``within`` a report, under a title of its own."""
    names, deals = Names(case), found.with_deal
    concept = found.concepts[-1]
    states = found.leading(concept, _MOST) if deals else []
    states += [0] if deals and 0 not in states else []
    some = {
        arrow: n for arrow, n in found.arrows.items()
        if 10 * n >= deals and arrow[1] in states and arrow[2] in states
    }  # fmt: skip
    nodes = [
        Node(
            s,
            taken_text(names, found.taken(s)),
            f"ends here: {Share(int(found.ends[s]), deals).percent}",
            2 * int(found.holds[concept][s]) >= deals,
            min(len(found.taken(s)), _LAST),
        )
        for s in states
    ]
    rows = tuple(
        Row(
            taken_text(names, found.taken(s)),
            tuple(
                Share(int(n[s]), deals)
                for n in (*(found.holds[c] for c in found.concepts), found.ends)
            ),
        )
        for s in states
    )
    title, *intro = holding_sentences(case, found)
    if within:
        intro.insert(0, f"A deal is signed {Share(deals, found.readings).words}.")
        title = f"{_table(case, found.table)}: would the deal hold?"
    return Section(
        title,
        (*(WORDS[c] for c in found.concepts), "Ends"),
        rows,
        picture(nodes, some, [names.party(p) for p in found.movers]),
        "An arrow is a move that serves who makes it in at least a tenth of the readings with a "
        "deal. In the first column stands the deal as signed, in "
        "the next what one turn makes of it, and so on. Ends: steps from the signature, each "
        "serving who takes it, end there.",
        tuple(intro),
        tuple(parts),
        id=f"holds-{found.table}" if within else "",
    )


def page(case: Case, readings: int, sections: Sequence[Section]) -> str:
    """Set what would hold as one self-contained page, with a strict content policy."""
    style = files("winset.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    template = environment().get_template("stability.jinja")
    text: str = template.render(
        case=case,
        date=date(case.as_of),
        account=account(case),
        style=style,
        policy=policy(style),
        sections=sections,
        meaning=MEANING,
        note=reading_note(readings),
    )
    return text


def ways(case: Case, found: Stability) -> Part:
    """Tell the most frequent ways from the status quo."""
    from winset.report.stability import ways_text

    return Part("How the world moves there", tuple(ways_text(found, Teller(Names(case), found))))


def why_part(title: str, lines: Iterable[str]) -> Part:
    """Put sentences under a heading of their own."""
    return Part(title.rstrip(":"), tuple(line.strip() for line in lines))
