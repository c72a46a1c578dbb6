"""Frontiers and solutions of zones that are searched.

Frontiers are merged exactly (:mod:`winset.methods.frontiers`) in every reading while they are small,
and the solutions are then picked from them as from a listed zone. Where they are large, solutions
are found one by one, by bounding (:mod:`winset.methods.single_solutions`), and frontiers are merged
in some readings only, to look at: on a grid where even one is too much.
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

SMALL = 1_000
"""Points that frontiers may have on average for all to be merged."""

TRIED = 4
SHOWN = 40
SHOWN_ON_GRID = 20
"""Readings of an ensemble whose frontiers are tried first; and are merged where frontiers are
large, or too large.
"""

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

    Without ``shown`` no frontiers are merged.
    """

    def __init__(self, solutions: Sequence[Solution], *, shown: bool = True) -> None:
        self.solutions = tuple(solutions)
        self._shown = shown
        self._done = self._exact = self._points = 0

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
            found = merged(batch, rows, most)
            gap[rows] = found.epsilon.max(axis=1) / UNIT
            self._done += len(rows)
            if self._done <= TRIED:
                self._exact += int((gap[rows] == 0).sum())
                self._points += len(found.points)
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
        while self._shown and start < count:
            if self._done < TRIED:
                room, most = TRIED - self._done, FRONTIER
            elif 2 * self._exact < TRIED:
                room, most = SHOWN_ON_GRID - self._done, ON_GRID
            elif self._points > SMALL * TRIED:
                room, most = SHOWN - self._done, FRONTIER
            else:
                room, most = count, FRONTIER
            end = min(count, start + room)
            if end <= start:
                return
            yield np.arange(start, end), most
            start = end


def merged(
    batch: Batch, rows: Positions, most: int, order: Integers | None = None
) -> Frontiers:
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
