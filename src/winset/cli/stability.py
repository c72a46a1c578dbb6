"""``winset stability``: what would hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from winset.cli import screen
from winset.cli.given import Given, given
from winset.errors import AskError

if TYPE_CHECKING:
    from winset.analyses.stability import Stability
    from winset.analyses.stability_conflict import Arena
    from winset.analyses.stability_holding import Holding
    from winset.analyses.stability_inverse import Change
    from winset.ensemble import Ensemble
    from winset.methods.stability import Concept, Sanctions

_DRAWS: Final = 500
_MOST: Final = 10_000  # of a run's readings
_WHY: Final = 200
_PATIENCE: Final = 20.0  # seconds
_FEWEST: Final = 50


@dataclass(frozen=True)
class Asked(Given):
    """What is asked of a case, from a file, a packaged case or a run."""

    tables: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    concepts: tuple[Concept, ...] = ()
    sanctions: Sanctions = "legal"
    chosen: bool = False
    """Whether the number of readings was asked for."""


def asked(
    name: str, *, draws: int | None, seed: int | None, tables: list[str], issues: list[str],
    concepts: list[str], sanctions: str, fixed: Mapping[str, str], without: list[str],
) -> Asked:  # fmt: skip
    """Read what is asked of a case or run; AskError where it has no such thing."""
    from winset.methods.stability import CONCEPTS, SANCTIONS

    known = {c: c for c in CONCEPTS}
    for concept in concepts:
        if concept.lower() not in known:
            raise AskError(f"no concept is called {concept!r}: there are {', '.join(CONCEPTS)}")
    if sanctions not in SANCTIONS:
        raise AskError(f"no sanctions are called {sanctions!r}: there are {', '.join(SANCTIONS)}")
    found = given(name, draws=draws, seed=seed, fixed=fixed, without=without,
                  usual=(_DRAWS, 0), most=_MOST)  # fmt: skip
    every = tuple(t.id for t in found.case.tables)
    for table in tables:
        if table not in every:
            raise AskError(f"no table is called {table!r}: there are {', '.join(every)}")
    lowered = [concept.lower() for concept in concepts]
    return Asked(
        **{f.name: getattr(found, f.name) for f in fields(found)},
        tables=tuple(tables) or every,
        issues=tuple(issues),
        concepts=tuple(c for c in CONCEPTS if not concepts or c in lowered),
        sanctions=next(s for s in SANCTIONS if s == sanctions),
        chosen=draws is not None,
    )


def tell_states(ask: Asked, state: str | None, *, why: bool, inverse: bool, page: bool) -> str:
    """Say which states would hold; of one of them why, and what would make it hold.

    Returns
    -------
    The same as a page, where one is wanted.
    """
    from winset.analyses.stability import Stability, improvements, stability
    from winset.analyses.stability_conflict import arena_of, state_of
    from winset.report import stability_page as paper
    from winset.report.stability import states_text

    arena = arena_of(ask.case, next(ask.chunks()), ask.issues)
    place = state_of(arena, state or "now")
    ask = _in_reach(ask, arena)
    with screen.progress_bar() as progress:
        parts = []
        for ensemble in _slices(ask, arena):
            parts.append(stability(ask.case, ensemble, issues=ask.issues, concepts=ask.concepts,
                                   sanctions=ask.sanctions))  # fmt: skip
            progress(sum(part.readings for part in parts), ask.draws)
    found = Stability.merge(parts)
    _say(states_text(ask.case, found))
    told = list(_told(ask, arena, found, place, why=why or state is not None, inverse=inverse))
    for lines in told:
        screen.say()
        _say(lines)
    if not page:
        return ""
    states = paper.shown(found, [place])
    drawn = paper.graph(ask.case, found, states, improvements(arena, states, _WHY),
                        min(_WHY, arena.ensemble.readings))  # fmt: skip
    below = [paper.ways(ask.case, found), *(paper.why_part(x[0], x[1:]) for x in told)]
    section = paper.states_section(ask.case, found, drawn, below)
    return paper.page(ask.case, found.readings, [section])


def _in_reach(ask: Asked, arena: Arena) -> Asked:
    """Take as many readings as take no more than a little patience, if none were asked for."""
    fit = int(_PATIENCE / arena.seconds)
    if ask.chosen or ask.draws <= min(fit, _DRAWS):
        return ask
    if fit < _FEWEST:
        raise AskError(
            f"{arena.grid.size:,} states, which several parties move together, take about "
            f"{arena.seconds:.1g} seconds a reading: choose issues (--issue), or say how many "
            "readings (--draws 20)"
        )
    return replace(ask, draws=min(fit, _DRAWS))


def _slices(ask: Asked, arena: Arena) -> Iterator[Ensemble]:
    """Give the readings in parts that take a second or so each."""
    import numpy as np

    from winset.ensemble import picked

    step = max(1, int(1 / arena.seconds))
    for ensemble in ask.chunks():
        for begin in range(0, ensemble.readings, step):
            end = min(begin + step, ensemble.readings)
            yield picked(ensemble, np.arange(begin, end))


def _told(
    ask: Asked, arena: Arena, found: Stability, place: int, *, why: bool, inverse: bool
) -> Iterator[list[str]]:
    """Tell of one state why it holds or not, and by which statements."""
    from winset.analyses.stability_inverse import inverse as changes
    from winset.analyses.stability_why import why as reasons
    from winset.report.stability import inverse_text, why_text

    concept = ask.concepts[-1]
    if why:
        told = reasons(arena, place, concept, sanctions=ask.sanctions, most=_WHY)
        yield list(why_text(ask.case, found, place, concept, told))
    if inverse:
        options = {issue: there for issue, _, there in found.changes(place)}
        named = ", ".join(f"{i}={o}" for i, o in options.items()) or "now"
        moved = changes(
            ask.case, options, concept, readings=min(ask.draws, _WHY), seed=ask.seed,
            issues=ask.issues, fixed=ask.fixed, without=ask.without, sanctions=ask.sanctions,
        )  # fmt: skip
        title = f"How often it holds ({concept}), by one statement at a time: {named}"
        yield list(inverse_text(ask.case, title, moved))


def tell_holding(ask: Asked, *, inverse: bool) -> str:
    """Say of every table what would become of the deals that it signs; return it as a page."""
    from winset.report import stability_page as paper
    from winset.report.stability import MEANING, holding_text, inverse_text

    concept, sections = ask.concepts[-1], []
    for table in ask.tables:
        found = _held(ask, table)
        _say(holding_text(ask.case, found))
        parts = []
        if inverse:
            title = f"How often it holds as signed ({concept}), by one statement at a time:"
            lines = list(inverse_text(ask.case, title, _moved(ask, table)))
            screen.say()
            _say(lines)
            parts.append(paper.why_part(lines[0], lines[1:]))
        screen.say()
        sections.append(paper.holding_section(ask.case, found, parts))
    _say([MEANING])
    return paper.page(ask.case, ask.draws, sections)


def _held(ask: Asked, table: str) -> Holding:
    from winset.analyses.deals import deals
    from winset.analyses.stability_holding import Holding, holding

    parts: list[Holding] = []
    with screen.progress_bar() as progress:
        for ensemble in ask.chunks():
            found = deals(ask.case, ensemble, table, signed=ask.signed, solutions=(), closing=False)
            parts.append(
                holding(ask.case, ensemble, found, concepts=ask.concepts, sanctions=ask.sanctions)
            )
            progress(sum(part.readings for part in parts), ask.draws)
    return Holding.merge(parts)


def _moved(ask: Asked, table: str) -> list[Change]:
    from winset.analyses.stability_holding import inverse_holding

    return inverse_holding(
        ask.case, table, ask.concepts[-1], readings=min(ask.draws, _WHY), seed=ask.seed,
        signed=ask.signed, fixed=ask.fixed, without=ask.without, sanctions=ask.sanctions,
    )  # fmt: skip


def _say(lines: Iterable[str]) -> None:
    from winset.report.stability import wrapped

    for line in lines:
        screen.say("\n".join(wrapped(line, screen.width())))
