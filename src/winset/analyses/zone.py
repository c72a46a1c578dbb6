"""The zone of agreement of a table, reading by reading.

A deal is in the zone if it changes something, obeys the rules in force, crosses no real red line
of a party at the table or of one that ratifies what it signs, leaves each of them at or above
its reservation, and at least one party at the table strictly above. A party's win-set (Putnam
1988) holds the deals that change something, obey the rules, and that the party and its ratifiers
accept. A ratifier without preferences accepts anything that crosses no red line of its own.

A party that joins a table, on the same deals, only adds conditions: the strict gain has to be one
of the table's own parties, so that no deal enters the zone by its coming. (A red line that asks
for the party's presence may still give way.)

R. D. Putnam, "Diplomacy and Domestic Politics: The Logic of Two-Level Games", International
Organization 42(3), 1988, 427-460.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from winset.analyses.masks import Bans, Gains, Integers, Mask, Positions, bans, gains_of
from winset.analyses.refused import kept_options, possible
from winset.case import Case
from winset.ensemble import Ensemble
from winset.language.terms import And, Not
from winset.methods.pareto import nondominated
from winset.space import Grid

CELLS = 2**18
"""Deals times readings computed at a time: what fits in a core's cache."""


@dataclass(frozen=True, eq=False)
class Talks:
    """Who has to accept the deals of a grid, in every reading of an ensemble.

    ``signers`` are the parties at the table and ``consent`` these and their ratifiers, both as
    indices, the signers first; ``behind`` gives for each signer the parties whose consent its
    signature needs; ``own`` the places among the signers of the table's own parties, of whom one
    has to gain; ``idle`` the ratifiers without preferences; ``ratifying`` tells for the
    ratifiers in which readings they ratify at all, shape (readings,); ``kept`` the options of each
    of the grid's issues that are not refused outright (:mod:`winset.analyses.refused`).
    """

    ensemble: Ensemble
    grid: Grid
    signers: tuple[int, ...]
    own: tuple[int, ...]
    behind: tuple[tuple[int, ...], ...]
    consent: tuple[int, ...]
    idle: tuple[int, ...]
    ratifying: dict[int, Mask]
    seated: frozenset[str]
    kept: tuple[Positions, ...]

    @cached_property
    def judges(self) -> tuple[int, ...]:
        """Parties whose reservation counts: all that have to consent but the idle ones."""
        return tuple(p for p in self.consent if p not in self.idle)

    @cached_property
    def gains(self) -> dict[int, Gains]:
        """What each judge gains by each deal."""
        return {p: gains_of(self.ensemble, self.grid, p) for p in self.judges}

    @cached_property
    def rules(self) -> Bans:
        """The rules in force, as bans."""
        broken = [(statement, And((rule.condition, Not(rule.requirement))), in_force)
                  for statement, rule, in_force in self.ensemble.rules]  # fmt: skip
        return bans(broken, self.ensemble, self.grid, self.seated)

    @cached_property
    def lines(self) -> dict[int, Bans]:
        """Red lines and objections of each party whose consent is needed."""
        always = np.ones(self.ensemble.readings, dtype=np.bool_)
        return {p: bans([(r.statement, r.condition, r.real & self.ratifying.get(p, always))
                         for r in self.ensemble.refusals if r.party == p],
                        self.ensemble, self.grid, self.seated)
                for p in self.consent}  # fmt: skip

    @cached_property
    def changing(self) -> Mask:
        """Deals that change something: shape (deals,)."""
        changing: Mask = self.grid.changes > 0
        return changing

    @cached_property
    def unrefused(self) -> Mask | None:
        """Deals that hold no option that is refused outright: (deals,); None where none is."""
        if possible(self.kept) == self.grid.size:
            return None
        found = np.ones(self.grid.size, dtype=np.bool_)
        for options, kept in zip(self.grid.digits.T, self.kept, strict=True):
            found &= np.isin(options, kept)
        return found

    def batch(self, rows: slice) -> Batch:
        """Work out win-sets and zone in some readings."""
        count = len(range(*rows.indices(self.ensemble.readings)))
        possible = np.repeat(self.changing[None, :], count, axis=0)
        self.rules.close(rows, possible)
        gains = np.empty((len(self.judges), count, self.grid.size), dtype=np.int64)
        accepts = {}
        for party in self.consent:
            accepts[party] = possible.copy()
            self.lines[party].close(rows, accepts[party])
        for place, party in enumerate(self.judges):
            gains[place] = self.gains[party].rows(rows)
            if party in self.ratifying:
                gains[place, ~self.ratifying[party][rows]] = 0
            accepts[party] &= gains[place] >= 0
        win = np.empty((len(self.signers), count, self.grid.size), dtype=np.bool_)
        for mask, behind in zip(win, self.behind, strict=True):
            np.logical_and.reduce([accepts[party] for party in behind], out=mask)
        return Batch(rows, possible, gains, win, *_zone(win, [gains[n] for n in self.own]))

    def batches(self) -> Iterator[Batch]:
        """Work through all readings, a batch at a time."""
        step = max(1, CELLS // self.grid.size)
        for start in range(0, self.ensemble.readings, step):
            yield self.batch(slice(start, min(start + step, self.ensemble.readings)))


@dataclass(frozen=True, eq=False)
class Batch:
    """Win-sets and zones in some readings.

    ``possible`` (readings, deals): changes something and obeys the rules; ``gains`` (judges,
    readings, deals); ``win`` (signers, readings, deals): the win-sets; ``zone`` (readings,
    deals), and again as ``cells``: places of its deals in the flattened array, ascending.
    """

    rows: slice
    possible: Mask
    gains: Integers
    win: Mask
    zone: Mask
    cells: Positions

    @property
    def starts(self) -> Positions:
        """Where each reading's deals begin among ``cells``: shape (readings + 1,)."""
        count, deals = self.zone.shape
        return np.asarray(np.searchsorted(self.cells, np.arange(count + 1) * deals))

    def frontier(self, signers: int) -> tuple[Positions, Integers]:
        """Find the deals of the zones that no deal of the same zone dominates for the signers.

        Returns
        -------
        Places in the flattened array (readings, deals), ascending; the signers' gains there,
        shape (places, signers).
        """
        gains = self.gains[:signers].reshape(signers, -1)
        cells = _thinned(self.cells, gains, self.zone.shape)
        points = gains[:, cells].T
        starts = np.searchsorted(cells, np.arange(len(self.zone) + 1) * self.zone.shape[1])
        kept = np.zeros(len(cells), dtype=np.bool_)
        for start, end in pairwise(starts.tolist()):
            if end > start:
                kept[start:end] = nondominated(points[start:end])
        return cells[kept], points[kept]


def _zone(win: Mask, gains: Sequence[Integers]) -> tuple[Mask, Positions]:
    """Cut the win-sets' overlap down to the deals that give one of some parties a gain."""
    zone = np.logical_and.reduce(win, axis=0)
    cells = np.flatnonzero(zone)
    better = np.zeros(len(cells), dtype=np.bool_)
    for party in gains:
        better |= party.reshape(-1)[cells] > 0
    zone.reshape(-1)[cells[~better]] = False
    return zone, cells[better]


def _thinned(cells: Positions, gains: Integers, shape: tuple[int, int]) -> Positions:
    """Drop most deals off the frontier: those that a deal good for all, or for one, dominates.

    The exact filter that follows costs more the more it is given; any choice of deals to compare
    with is valid, so their scores need not be exact.
    """
    signers = len(gains)
    for favoured in [None, *range(signers)][: 1 if signers == 1 else signers + 1]:
        reading = cells // shape[1]
        starts = np.flatnonzero(np.diff(reading, prepend=-1))
        if len(cells) <= 32 * len(starts):
            break
        sizes = np.diff(starts, append=len(cells))
        points = gains[:, cells]
        best = np.maximum(np.maximum.reduceat(points, starts, axis=1), 1)
        weight = 1.0 / best
        if favoured is not None:
            weight[favoured] *= 4.0
        score = np.zeros(len(cells))
        for party in range(signers):
            score += points[party] * np.repeat(weight[party], sizes)
        top = np.flatnonzero(score == np.repeat(np.maximum.reduceat(score, starts), sizes))
        pivot = top[np.searchsorted(top, starts)]
        below = np.ones(len(cells), dtype=np.bool_)
        equal = np.ones(len(cells), dtype=np.bool_)
        for party in range(signers):
            mark = np.repeat(points[party, pivot], sizes)
            below &= points[party] <= mark
            equal &= points[party] == mark
        cells = cells[~below | equal]
    return cells


def talks_of(case: Case, ensemble: Ensemble, grid: Grid, joined: tuple[str, ...] = ()) -> Talks:
    """Seat a table: its parties, any that ``joined`` them, and who ratifies for each.

    The deals stay those of the table's own parties; those who join have to accept them too.
    """
    index = grid.space.party_index
    seated = frozenset(grid.parties) | frozenset(joined)
    signers = tuple(sorted(index[p] for p in seated))
    own = tuple(n for n, s in enumerate(signers) if grid.space.parties[s] in grid.parties)
    ratifiers = {s: [index[r] for r in case.ratifiers(grid.space.parties[s])] for s in signers}
    behind = tuple((s, *sorted(set(ratifiers[s]) - {s})) for s in signers)
    further = sorted({p for group in behind for p in group} - set(signers))
    idle = tuple(p for p in further if not _has_stake(ensemble, p))
    ratifying = {p: _in_force(case, ensemble, p) for p in further}
    consent = (*signers, *further)
    kept = kept_options(case, ensemble, grid)
    return Talks(ensemble, grid, signers, own, behind, consent, idle, ratifying, seated, kept)


def _in_force(case: Case, ensemble: Ensemble, ratifier: int) -> Mask:
    """Say in which readings a ratifier ratifies: where the statement is in force."""
    by = case.party(ensemble.space.parties[ratifier]).ratifies_by
    always = np.ones(ensemble.readings, dtype=np.bool_)
    return ensemble.in_force.get(by.id, always) if by else always


def _has_stake(ensemble: Ensemble, party: int) -> bool:
    return bool(ensemble.stake[party].any()) or any(t.party == party for t in ensemble.terms)
