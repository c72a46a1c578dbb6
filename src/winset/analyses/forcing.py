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
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Final

from winset.analyses.deals import events_of
from winset.analyses.headlines import Count, Headline
from winset.analyses.trials import Trial
from winset.case import FRAME, Case
from winset.ensemble import Memory, sample
from winset.language.terms import BASES, Is, atoms
from winset.methods.bargaining import Solution
from winset.space import grid_of, space_of

READINGS: Final = 500
"""Readings on which a set of statements has to keep a headline where it is."""

_FEWER: Final = 10
"""The readings are so many times fewer where deals are searched, not listed."""

_BLOCK: Final = 30
"""Readings looked at together (as many times fewer where deals are searched)."""

_TRIED: Final = 2
"""Blocks on which sets are tried first; those on which a set found there fails are added."""

_REMEMBERED: Final = 128
"""Sets of statements whose readings are kept."""


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
    memory = Memory()

    @lru_cache(_REMEMBERED)
    def tried(table: str, readings: int, kept: frozenset[str]) -> Trial:
        dropped = without | (everything - kept)
        ensemble = sample(case, readings, seed, without=dropped, fixed=fixed or {}, memory=memory)
        return Trial(case, ensemble, table, signed)

    space = space_of(case, fixed=fixed, without=without)
    fewer = {t: 1 if grid_of(case, space, t).listed else _FEWER
             for t in {h.table for h in forced}}  # fmt: skip
    found = {}
    for headline, count in forced.items():
        many = READINGS // fewer[headline.table]
        probe = _Probe(
            headline,
            count.hits > 0,
            partial(tried, headline.table, many),
            _blocks(many, _BLOCK // fewer[headline.table]),
        )
        found[headline] = _explained(probe, candidates, _near(case, headline), many)
    return found


Block = tuple[int, int]
"""Readings, from the first to the last (exclusive)."""


def _blocks(readings: int, size: int) -> tuple[Block, ...]:
    return tuple((start, min(start + size, readings)) for start in range(0, readings, size))


@dataclass(frozen=True, eq=False)
class _Probe:
    """Says whether statements alone keep a headline where it is: at none, or ``always``."""

    headline: Headline
    always: bool
    tried: Callable[[frozenset[str]], Trial]
    blocks: tuple[Block, ...]
    moved: Counter[Block] = field(default_factory=Counter)

    def moves(self, kept: Iterable[str], blocks: Iterable[Block]) -> Block | None:
        """Find a block of readings by which a headline moves; None if it stays where it is.

        The blocks that moved it most often are looked at first.
        """
        trial, hits, of, heard = self.tried(frozenset(kept)), 0, 0, False
        order = sorted(blocks, key=lambda block: (-self.moved[block], block))
        for block in order:
            seen = trial.seen(self.headline, *block)
            hits, of, heard = hits + seen.hits, of + seen.of, heard or seen.heard
            if of > hits if self.always else heard and hits:
                self.moved[block] += 1
                return block
        # A headline of no reading, because no deal is left, is as good as one at none.
        return order[0] if self.always and not (heard and of) else None


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
    probe: _Probe, candidates: Sequence[str], near: frozenset[str], readings: int
) -> Forcing:
    whole = probe.blocks
    if probe.moves(candidates, whole):
        return Forcing((), readings, found=False)
    moving = probe.moves((), whole)
    if moving is None:
        return Forcing((), readings)
    # Most often the nearest statements are enough, and far fewer sets are to be tried.
    close = [c for c in candidates if c in near]
    among = candidates if probe.moves(close, whole) else close
    found = _spared(probe, _enough(probe, among, {*whole[:_TRIED], moving}))
    return Forcing(tuple(c for c in candidates if c in found), readings)


def _enough(probe: _Probe, among: Sequence[str], blocks: set[Block]) -> Sequence[str]:
    """Find few statements that are enough; some of ``blocks`` moves a headline that has none."""
    whole = probe.blocks
    while True:
        found = quickxplain(lambda kept, b=blocks: not probe.moves(kept, b), among)  # type: ignore[misc]
        moving = probe.moves(found, whole)
        if moving is None:
            return [one for one in among if one in found]
        if moving in blocks:  # the condition is not monotone there
            return among
        # A set that is enough on all readings is so on these: the search is the same, but sooner.
        blocks = {*blocks, moving}


def _spared(probe: _Probe, found: Sequence[str]) -> Sequence[str]:
    """Drop, last first, what can be spared.

    Only where the condition is not monotone there is any such statement: with others dropped as
    well, readings spread so far that a few of them can miss what moves the headline.
    """
    kept, size = list(found), -1
    while len(kept) != size:
        size = len(kept)
        for one in reversed(kept):
            fewer = [k for k in kept if k != one]
            kept = kept if probe.moves(fewer, probe.blocks) else fewer
    return kept


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
