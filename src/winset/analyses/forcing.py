"""Which lines force a headline: a smallest-to-hand set that alone keeps it at none or all.

A share of 0 or 100 % is no measure of doubt: some statements leave no other outcome. They are
found by keeping ever fewer statements in force and looking whether the headline stays where it
is, with the divide and conquer of QuickXplain: U. Junker, "QUICKXPLAIN: Preferred Explanations
and Relaxations for Over-Constrained Problems", AAAI 2004, 167-172. The set found is minimal (no
statement of it can be spared), and prefers statements that come first: those said before those
reported, inferred and assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from winset.analyses.absent import absent
from winset.analyses.deals import deals, events_of
from winset.analyses.headlines import Count, Headline, headlines
from winset.analyses.zone import talks_of
from winset.case import FRAME, Case
from winset.ensemble import Ensemble, sample
from winset.language.terms import BASES, Is, atoms
from winset.methods.bargaining import Solution
from winset.space import grid_of, space_of

READINGS: Final = 500
"""Readings on which a set of statements has to keep a headline where it is."""

_TRIED: Final = 60
"""Readings on which sets are tried first: most fail there already."""

_FEWER: Final = 10
"""The readings are so many times fewer where deals are searched, not listed."""


@dataclass(frozen=True, slots=True)
class Forcing:
    """Statements (ids) that alone keep a headline at none or all in ``readings`` readings.

    No statements: who decides what, and how things stand now, is enough. ``found`` is false
    where the headline moves on the readings tried even with every statement in force.
    """

    statements: tuple[str, ...]
    readings: int
    found: bool = True


def forcing(
    case: Case,
    forced: Mapping[Headline, Count],
    *,
    signed: Solution = "nash",
    seed: int = 0,
    without: frozenset[str] = frozenset(),
    fixed: Mapping[str, str] | None = None,
) -> dict[Headline, Forcing]:
    """Find the statements that force headlines.

    Parameters
    ----------
    forced
        Headlines at none or all of the readings, with their counts (of one table or several).
    signed, seed, without, fixed
        As the run that gave these headlines.
    """
    candidates = _candidates(case, without)
    everything = frozenset(candidates)

    @cache
    def drawn(kept: frozenset[str], readings: int) -> Ensemble:
        dropped = without | (everything - kept)
        return sample(case, readings, seed, without=dropped, fixed=fixed or {})

    @cache
    def possible(table: str, kept: frozenset[str], readings: int) -> Count:
        from winset.analyses.searched import searched_zones

        ensemble = drawn(kept, readings)
        talks = talks_of(case, ensemble, grid_of(case, ensemble.space, table))
        return Count(int(searched_zones(talks).sum()), readings)

    @cache
    def counted(table: str, kept: frozenset[str], readings: int) -> dict[Headline, Count]:
        ensemble = drawn(kept, readings)
        found = deals(case, ensemble, table, signed=signed, solutions=(), closing=False, brief=True)
        return headlines(case, found, absent(case, ensemble, found, answers_only=True))

    def holds(headline: Headline, count: Count) -> Holds:
        def still(kept: Iterable[str], readings: int) -> bool:
            if headline.what == "deal" and not listed[headline.table]:
                now = possible(headline.table, frozenset(kept), readings)
            else:
                found = counted(headline.table, frozenset(kept), readings)
                now = found.get(headline, Count(0, 0))
            # A headline of no reading, because no deal is left, is as good as one at none.
            return now.hits == (now.of if count.hits else 0) and (now.of > 0 or not count.hits)

        return still

    space = space_of(case, fixed=fixed, without=without)
    listed = {t: grid_of(case, space, t).listed for t in {h.table for h in forced}}
    return {
        headline: _explained(
            holds(headline, count), candidates, _near(case, headline),
            1 if listed[headline.table] else _FEWER,
        )
        for headline, count in forced.items()
    }  # fmt: skip


Holds = Callable[[Iterable[str], int], bool]
"""Whether statements alone keep a headline where it is, in some readings."""


def _candidates(case: Case, without: frozenset[str]) -> tuple[str, ...]:
    """List the statements that may be spared, best founded first."""
    drawn = [s for s in case.statements() if s.kind not in FRAME and s.use and s.id not in without]
    return tuple(s.id for s in sorted(drawn, key=lambda s: BASES.index(s.source.basis)))


def _near(case: Case, headline: Headline) -> frozenset[str]:
    """Guess the statements that a headline hangs on: those that speak of the same things."""
    events = events_of(case)
    if headline.what == "event":
        atoms_of = atoms(events[headline.about]) if headline.about in events else []
        subjects = {a.issue for a in atoms_of if isinstance(a, Is)}
    else:
        subjects = {headline.about} if headline.about else set(case.table(headline.table).parties)
    return frozenset(s.id for s in case.statements()
                     if subjects & {*re.split(r"[.#]", s.id), *s.text.split()})  # fmt: skip


def _explained(
    holds: Holds, candidates: Sequence[str], near: frozenset[str], fewer: int
) -> Forcing:
    many, few = READINGS // fewer, _TRIED // fewer
    if not holds(candidates, many):
        return Forcing((), many, found=False)
    if holds((), few) and holds((), many):
        return Forcing((), many)
    # Most often the nearest statements are enough, and far fewer sets are to be tried.
    close = [c for c in candidates if c in near]
    among = close if holds(close, many) else candidates
    for readings in (few, many):
        if not holds((), readings):
            found = quickxplain(lambda kept, n=readings: holds(kept, n), among)  # type: ignore[misc]
            if holds(found, many):
                break
    return Forcing(tuple(c for c in candidates if c in found), many)


def quickxplain(
    holds: Callable[[Iterable[str]], bool], candidates: Sequence[str]
) -> frozenset[str]:
    """Find a minimal subset for which a monotone condition holds.

    Parameters
    ----------
    holds
        A condition on sets of candidates that holds for all of them together, not for none, and
        goes on holding where candidates are added.
    candidates
        In order of preference: the first are kept rather than the last.

    Examples
    --------
    >>> sorted(quickxplain(lambda kept: {"b", "d"} <= set(kept), "abcde"))
    ['b', 'd']
    """

    def search(kept: tuple[str, ...], added: bool, rest: tuple[str, ...]) -> tuple[str, ...]:
        if added and holds(kept):
            return ()
        if len(rest) == 1:
            return rest
        half = (len(rest) + 1) // 2
        first, last = rest[:half], rest[half:]
        needed_last = search((*kept, *first), True, last)
        needed_first = search((*kept, *needed_last), bool(needed_last), first)
        return (*needed_first, *needed_last)

    return frozenset(search((), False, tuple(candidates)))
