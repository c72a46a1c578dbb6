"""Frontiers and solutions of zones that are searched.

Where a reading's frontier can be merged exactly (:mod:`winset.methods.frontiers`), the solutions
are picked from it as they are from a listed zone. Where it is too large they are found one by one,
by bounding (:mod:`winset.methods.single_solutions`); a frontier on a grid is then merged in some
readings only, to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.sums import Batch
from winset.ensemble.records import UNIT
from winset.methods import single_solutions as single
from winset.methods.bargaining import Solution, solve_zones
from winset.methods.frontiers import Frontiers, frontiers

FRONTIER = 2**14
"""Frontiers of up to so many partial deals are merged exactly."""

ON_GRID = 2**12
"""Partial deals kept where a frontier is merged on a grid."""

TRIED = 8
"""Readings of an ensemble whose frontiers are always tried."""

SHOWN = 40
"""Readings whose frontiers are merged on a grid where most of those tried are too large."""

NODES = 200_000
"""Partial deals that bounding one solution may look at."""


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
    """

    chosen: dict[Solution, Integers]
    ideal: Integers
    starts: Positions
    points: Integers
    deals: Integers
    gap: NDArray[np.float64]
    unproved: Mask


class Solver:
    """Solves the readings of one ensemble, batch by batch in their order.

    Without ``shown``, frontiers are means to the solutions only.
    """

    def __init__(self, solutions: Sequence[Solution], *, shown: bool = True) -> None:
        self.solutions = tuple(solutions)
        self._shown = SHOWN if shown else 0
        self._tried = self._exact = self._gridded = 0

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
        )  # fmt: skip
        for rows, most in self._turns(count):
            found = _merged(batch, rows, most)
            gap[rows] = found.epsilon.max(axis=1) / UNIT
            exact = rows[gap[rows] == 0]
            if most == FRONTIER:
                self._tried, self._exact = self._tried + len(rows), self._exact + len(exact)
            _pick(batch, rows, found, solved)
            for n, row in enumerate(rows):
                run = slice(int(found.starts[n]), int(found.starts[n + 1]))
                points[row] = found.points[run] - batch.floor[row, :signers]
                deals[row] = found.deals(run)
        bounded = np.flatnonzero(gap != 0)
        if len(bounded):
            _bound(batch, bounded, solved)
        starts = np.cumsum([0, *map(len, points)])
        return Solved(solved.chosen, solved.ideal, starts, np.concatenate(points),
                      np.concatenate(deals), gap, solved.unproved)  # fmt: skip

    def _turns(self, count: int) -> Iterator[tuple[Positions, int]]:
        """Yield readings (places) whose frontiers are merged, and the partial deals to keep."""
        start = 0
        while start < count:
            if self._tried < TRIED:
                end, most = min(count, start + TRIED - self._tried), FRONTIER
            elif 2 * self._exact >= self._tried:
                end, most = min(count, start + 4 * TRIED), FRONTIER
            else:
                end, most = min(count, start + self._shown - self._gridded), ON_GRID
                self._gridded += max(0, end - start)
            if end <= start:
                return
            yield np.arange(start, end), most
            start = end


def _merged(batch: Batch, rows: Positions, most: int) -> Frontiers:
    talks = batch.sums.talks
    gaining = np.zeros(len(talks.judges), dtype=np.bool_)
    gaining[batch.gaining] = True
    return frontiers(
        batch.worth[rows], batch.parts.first, allowed=batch.allowed[rows],
        floor=batch.floor[rows], sides=len(talks.signers), gaining=gaining,
        base=batch.parts.base, changes=batch.parts.order, most=max(most, 2 ** len(talks.judges)),
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


def _bound(batch: Batch, rows: Positions, solved: Solved) -> None:
    """Find the solutions one by one where there is no exact frontier."""
    talks = batch.sums.talks
    gaining = np.zeros(len(talks.judges), dtype=np.bool_)
    gaining[batch.gaining] = True
    space = single.DealSpace(
        batch.worth[rows], batch.parts.first, batch.allowed[rows], batch.floor[rows],
        len(talks.signers), gaining, batch.parts.base, batch.parts.order,
    )  # fmt: skip
    best = single.ideal(space, most=NODES)
    floor = batch.floor[rows, : len(talks.signers)]
    solved.ideal[rows] = np.where(best.found[:, None], best.utility - floor, 0)
    solved.unproved[rows] |= ~(best.found | best.empty)
    for solution, chosen in solved.chosen.items():
        if solution == "weighted nash":
            weights = talks.ensemble.influence[batch.rows[rows]][:, list(talks.signers)]
            found = single.weighted_nash(space, weights, most=NODES)
        else:
            found = _SINGLE[solution](space, most=NODES)
        chosen[rows] = found.deal
        solved.unproved[rows] |= ~(found.gap <= _PROVED) & ~found.empty


_PROVED = 1e-6
_SINGLE = {
    "nash": single.nash,
    "kalai-smorodinsky": single.kalai_smorodinsky,
    "egalitarian": single.egalitarian,
    "utilitarian": single.utilitarian,
}
