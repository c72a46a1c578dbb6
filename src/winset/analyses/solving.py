"""Frontiers and solutions of zones that are searched.

Where a reading's frontier can be merged exactly (:mod:`winset.methods.frontiers`), the solutions
are picked from it as from a listed zone. Where it is too large they are found one by one, by
bounding (:mod:`winset.methods.single_solutions`); frontiers are then merged on a grid, in some
readings only, to look at. Where bounding proves nothing, it is given more time, and the frontier
is tried with more room, as long as the ensemble's purse lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winset.analyses.deal_spaces import deal_space
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.sums import Batch
from winset.methods import single_solutions as single
from winset.methods.bargaining import Solution, solve_zones
from winset.methods.frontiers import Frontiers, frontiers

FRONTIER = 2**15
"""Frontiers of up to so many partial deals are merged exactly."""

ON_GRID = 2**12
"""Partial deals kept where a frontier is merged on a grid."""

QUICK = 2**8
"""The same where nearly the right deal will do."""

COARSE = 0.06
"""Gap, as a share of a party's range, at which a grid of ``ON_GRID`` leaves no hope for more."""

TRIED = 4
SHOWN = 20
"""Readings of an ensemble whose frontiers are tried; and readings whose frontiers are merged on a
grid where most of those tried are too large.
"""

NODES = 30_000
"""Partial deals that bounding one solution may look at at first."""

SOON = 1_000
"""The same where a frontier that need not be shown is merged if that proves nothing."""

MORE_NODES = 3_000_000
PURSE = 60_000_000
"""What it may look at where that proves nothing; and what an ensemble may spend on this."""

SETTLING = 2**17
UNSETTLED = 2
"""Partial deals of a frontier that is to settle what is not proved; and how often that may fail."""


@dataclass(frozen=True, eq=False)
class Solved:
    """Frontiers and solutions of n readings.

    Attributes
    ----------
    chosen
        Solution -> the deal it picks: (n, components), -1 without a zone.
    ideal : (n, signers)
        Best gain of each signer in the zone, 0 without one.
    starts : (n + 1,)
        Where the frontier of each reading begins in ``points`` (M, signers), the signers' gains,
        and ``deals`` (M, components).
    gap : (n,)
        What the frontier's grid may cost a party, as a share of its whole range: 0 where the
        frontier is exact, NaN where it was not computed.
    unproved : (n,)
        Where a solution was found, or none, without a proof that this is right.
    shortfall
        Solution -> by what part of the best its deal may fall short of it at most: (n,), NaN
        without a zone.
    """

    chosen: dict[Solution, Integers]
    ideal: Integers
    starts: Positions
    points: Integers
    deals: Integers
    gap: NDArray[np.float64]
    unproved: Mask
    shortfall: dict[Solution, NDArray[np.float64]]


class Solver:
    """Solves the readings of one ensemble, batch by batch in their order.

    Without ``shown`` frontiers are merged only for the solutions: not on a grid, nor where that is
    to settle what is not proved. ``quick`` picks
    solutions from a coarse grid, without proof.
    """

    def __init__(
        self, solutions: Sequence[Solution], *, shown: bool = True, quick: bool = False
    ) -> None:
        self.solutions = tuple(solutions)
        self._shown, self._quick = shown, quick
        self._done = self._exact = self._unsettled = 0
        self._hopeless = False
        self._purse = PURSE

    def solve(self, batch: Batch) -> Solved:
        """Solve a batch."""
        signers, components = len(batch.sums.talks.signers), len(batch.parts.groups)
        count = len(batch.rows)
        gap = np.full(count, np.nan)
        points = [np.zeros((0, signers), dtype=np.int64)] * count
        deals = [np.zeros((0, components), dtype=np.int64)] * count
        solved = Solved(
            {s: np.full((count, components), -1, dtype=np.int64) for s in self.solutions},
            np.zeros((count, signers), dtype=np.int64), np.zeros(0, dtype=np.intp),
            np.zeros((0, signers), dtype=np.int64), np.zeros((0, components), dtype=np.int64),
            gap, np.zeros(count, dtype=np.bool_),
            {s: np.full(count, np.nan) for s in self.solutions},
        )  # fmt: skip

        def take(rows: Positions, most: int) -> Mask:
            """Merge frontiers, and pick solutions where they are exact; say where."""
            found = merged(batch, rows, most)
            gap[rows] = found.epsilon.max(axis=1) / batch.sums.talks.ensemble.unit
            _pick(batch, rows, found, solved)
            for n, row in enumerate(rows):
                run = slice(int(found.starts[n]), int(found.starts[n + 1]))
                points[row] = found.points[run] - batch.floor[row, :signers]
                deals[row] = found.deals(run)
            return np.asarray(gap[rows] == 0)

        left = self._hard(batch, solved, deals)
        for turn, most in self._turns(len(left)):
            rows = left[turn]
            exact = take(rows, most)
            self._done += len(rows)
            if self._done <= TRIED:
                self._exact += int(exact.sum())
                self._hopeless |= bool(most == ON_GRID and (gap[rows] > COARSE).any())
        bounded = left[gap[left] != 0]
        if len(bounded):
            _bound(batch, bounded, solved, deals, 0 if self._quick else NODES)
        if self._shown and not self._quick:
            self._settle(batch, solved, deals, take)
        starts = np.cumsum([0, *map(len, points)])
        return Solved(solved.chosen, solved.ideal, starts, np.concatenate(points),
                      np.concatenate(deals), gap, solved.unproved, solved.shortfall)  # fmt: skip

    def _hard(self, batch: Batch, solved: Solved, deals: list[Integers]) -> Positions:
        """Give the readings whose frontiers are to be merged: all, where these are to be shown;
        else those in which a solution is not found soon.
        """
        every = np.arange(len(batch.rows))
        if self._shown or self._quick or not len(every):
            return every
        _bound(batch, every, solved, deals, SOON, ideals=False)
        short = np.stack(list(solved.shortfall.values()))
        return np.flatnonzero(solved.unproved | (short > 0).any(axis=0))

    def _settle(
        self, batch: Batch, solved: Solved, deals: list[Integers],
        take: Callable[[Positions, int], Mask],
    ) -> None:  # fmt: skip
        """Give more room and time to readings in which a solution is not proved."""
        for row in np.flatnonzero(solved.unproved):
            rows = np.array([row])
            if self._unsettled < UNSETTLED:
                if take(rows, SETTLING)[0]:
                    continue
                self._unsettled += 1
            if self._purse > NODES:
                most = min(MORE_NODES, self._purse)
                self._purse -= _bound(batch, rows, solved, deals, most)

    def _turns(self, count: int) -> Iterator[tuple[Positions, int]]:
        """Yield readings (places) whose frontiers are merged, and the partial deals to keep."""
        start = 0
        if not (self._quick or self._done or not count):
            yield np.arange(1), ON_GRID
            # Unless that shows it to be hopeless, the first is merged again with the others.
            start, self._done = int(self._hopeless), int(self._hopeless)
        while start < count:
            if self._quick:
                room, most = count, QUICK
            elif self._done < TRIED and not self._hopeless:
                room, most = TRIED - self._done, FRONTIER
            elif self._hopeless or 2 * self._exact < TRIED:
                room, most = SHOWN * self._shown - self._done, ON_GRID
            else:
                room, most = count, FRONTIER
            end = min(count, start + room)
            if end <= start:
                return
            yield np.arange(start, end), most
            start = end


def merged(batch: Batch, rows: Positions, most: int, order: Integers | None = None) -> Frontiers:
    """Merge the frontiers of some readings of a batch.

    Parameters
    ----------
    rows : (n,)
        Places in the batch.
    most
        Partial deals to keep.
    order : (cells,), optional
        What tells equal deals apart: the lowest sum wins. By default the order of
        :class:`winset.analyses.components.Components`.
    """
    talks = batch.sums.talks
    gaining = np.zeros(len(talks.judges), dtype=np.bool_)
    gaining[batch.gaining] = True
    return frontiers(
        batch.worth[rows], batch.parts.first, allowed=batch.allowed[rows],
        floor=batch.floor[rows], sides=len(talks.signers), gaining=gaining,
        base=batch.parts.base, changes=batch.parts.order if order is None else order,
        most=max(most, 2 ** len(talks.judges)),
    )  # fmt: skip


def _pick(batch: Batch, rows: Positions, found: Frontiers, solved: Solved) -> None:
    """Pick the solutions where the frontier is exact, as from a listed zone."""
    talks = batch.sums.talks
    sizes = np.diff(found.starts)
    had = (sizes > 0) & ~found.epsilon.any(axis=1)
    if not had.any():
        return
    kept = np.repeat(had, sizes)
    starts = np.cumsum([0, *sizes[had]])[:-1]
    where = rows[had]
    signers = len(talks.signers)
    floor = np.repeat(batch.floor[where, :signers], sizes[had], axis=0)
    gains, rank = found.points[kept] - floor, found.rank[kept]
    places = np.flatnonzero(kept)
    solved.ideal[where] = np.maximum.reduceat(gains, starts, axis=0)
    for solution, chosen in solved.chosen.items():
        weights = None
        if solution == "weighted nash":
            weights = talks.ensemble.influence[batch.rows[where]][:, list(talks.signers)]
        picked = solve_zones(solution, gains, rank, starts, weights)
        chosen[where] = found.deals(places[picked])
        solved.shortfall[solution][where] = 0
    solved.unproved[where] = False


def _bound(
    batch: Batch, rows: Positions, solved: Solved, deals: list[Integers], most: int, *,
    ideals: bool = True,
) -> int:  # fmt: skip
    """Find the solutions one by one where there is no exact frontier; give the nodes looked at.

    What a frontier on a grid holds (``deals`` of each reading) competes with what was found;
    without a proof the best known counts. Without nodes (``most`` 0) that is all. Without
    ``ideals`` the best gains of single signers are those of the deals known.
    """
    talks, signers = batch.sums.talks, len(batch.sums.talks.signers)
    space = deal_space(batch, rows)
    some, anything, _ = batch.find(rows, batch.allowed[rows])
    weights = talks.ensemble.influence[batch.rows[rows]][:, list(talks.signers)]
    found = {s: _single(s, space, weights, most) for s in solved.chosen if most}
    best = single.ideal(space, most=most).deal if most and ideals else anything[:, None]
    for n, row in enumerate(rows):
        if not some[n]:
            continue
        before = [chosen[row : row + 1] for chosen in solved.chosen.values()]
        known = [anything[n : n + 1], deals[row], best[n], *before,
                 *(f.deal[n : n + 1] for f in found.values())]  # fmt: skip
        candidates = np.concatenate([d for d in known if len(d) and d[0, 0] >= 0])
        gains = batch.own_gains(np.full(len(candidates), row), candidates)[:, :signers]
        solved.ideal[row] = gains.max(axis=0)
        solved.unproved[row] = False
        rank, start = space.rank(candidates), np.zeros(1, dtype=np.int64)
        for solution, chosen in solved.chosen.items():
            had = bool(most) and bool(found[solution].found[n])
            short = float(found[solution].gap[n]) if had else 1.0
            # What was proved before holds for the best of all that is known by now.
            solved.shortfall[solution][row] = np.fmin(solved.shortfall[solution][row], short)
            if short == 0:
                chosen[row] = found[solution].deal[n]
                continue
            solved.unproved[row] |= short > _PROVED
            weight = weights[n : n + 1] if solution == "weighted nash" else None
            chosen[row] = candidates[solve_zones(solution, gains, rank, start, weight)[0]]
    return sum(int(f.nodes.sum()) for f in found.values())


def _single(
    solution: Solution, space: single.DealSpace, weights: NDArray[np.float64], most: int
) -> single.Solved:
    if solution == "weighted nash":
        return single.weighted_nash(space, weights, most=most)
    return _SINGLE[solution](space, most=most)


_PROVED = 1e-6
_SINGLE = {
    "nash": single.nash,
    "kalai-smorodinsky": single.kalai_smorodinsky,
    "egalitarian": single.egalitarian,
    "utilitarian": single.utilitarian,
}
