"""Searches in the zone of one draw of a deal space: the best deals by some measure, with proof.

The solutions of the bargaining problem are made of such searches; see
:mod:`winset.methods.single_solutions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from winset.methods.deal_space import Cells, DealSpace, distinct_cells

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MOST_NODES = 3_000_000
"""Partial deals that one search looks at before it settles for a bound."""

_QUICK = 50_000  # and what is tried first where any deal would do

LINEAR, LOGS, SMALLEST = 0, 1, 2
TIES = 2e-11  # sums of logs are told apart to this much where too many are equal
SHARES = 1e-13  # and shares of ideals
PRODUCT = 9e-7  # what is searched for where the best product is out of reach


@dataclass(frozen=True, eq=False)
class Found:
    """Best deals of a search: ``deals`` (N, components), ``gains`` (N, parties) over the floors.

    No deal of the zone has a value above ``bound``. ``done`` says whether the search went through,
    and ``whole`` whether also every deal equal to the best is here.
    """

    deals: IntArray
    gains: IntArray
    bound: float
    done: bool
    whole: bool

    @property
    def none(self) -> bool:
        """Whether no deal was found."""
        return len(self.deals) == 0


@dataclass(eq=False)
class ZoneSearch:
    """The zone of one draw; it counts the ``nodes`` that its searches visit."""

    space: DealSpace
    draw: int
    most: int = MOST_NODES
    nodes: int = field(default=0, init=False)

    @cached_property
    def cells(self) -> Cells:
        """Cells to choose from."""
        return distinct_cells(self.space, self.draw)

    @cached_property
    def floor(self) -> IntArray:
        """Floors, (parties,)."""
        return np.asarray(self.space.floor[self.draw])

    @cached_property
    def sides(self) -> BoolArray:
        """Parties that the solutions speak of, (parties,)."""
        return np.arange(self.space.parties) < self.space.sides

    @cached_property
    def _shift(self) -> IntArray:
        """Least that the cells of all components together are worth, (parties,)."""
        return np.asarray(self._lowest.sum(axis=0))

    @cached_property
    def _lowest(self) -> IntArray:
        start = self.cells.start[:-1]
        return np.asarray(np.minimum.reduceat(self.cells.worth, start, axis=0))

    @cached_property
    def unit(self) -> FloatArray:
        """Powers of 2 no smaller than what the parties can gain or lose at all, (parties,)."""
        start = self.cells.start[:-1]
        best = np.maximum.reduceat(self.cells.worth, start, axis=0).sum(axis=0)
        # A floor far below the worst deal makes gains large, however little depends on the deal.
        span = np.maximum(best - self._shift, best - self.floor)
        return np.asarray(np.exp2(np.ceil(np.log2(np.maximum(span, 1)))))

    def search(
        self,
        kind: int,
        weight: FloatArray,
        least: IntArray,
        apart: BoolArray,
        *,
        step: float,
        gap: float,
        above: float = -np.inf,
        first: bool = False,
        most: int | None = None,
    ) -> Found:
        """Search for the best deals.

        Parameters
        ----------
        kind, weight, least, apart
            As in :class:`winset.methods.relaxation.Problem`.
        step, gap, above, first, most
            As in :func:`winset.methods.branching.search`.
        """
        # Imported here, since whoever asks no such question need not wait for the compiler.
        from winset.methods.branching import search
        from winset.methods.deal_pool import COUNT, CROWDED, NODES
        from winset.methods.relaxation import Problem, multipliers

        space, cells = self.space, self.cells
        lowest = np.repeat(self._lowest, np.diff(cells.start), axis=0)
        problem = Problem(
            kind, cells.worth - lowest, cells.start, self.floor - self._shift, least, self.unit,
            np.asarray(weight, dtype=np.float64), space.gaining, cells.base, apart,
            cells.cell, cells.changes,
        )  # fmt: skip
        price, bound, impossible = multipliers(problem)
        if impossible:
            nothing = np.empty((0, space.components), np.int64)
            return Found(nothing, np.empty((0, space.parties), np.int64), -np.inf, True, True)
        pool, bound, done = search(problem, price, bound, step, gap, above, first,
                                   most or self.most)  # fmt: skip
        self.nodes += int(pool.whole[NODES])
        count = int(pool.whole[COUNT])
        deals = cells.cell[pool.choice[:count]].reshape(count, space.components)
        gains = pool.gain[:count]
        if self._twin is not None and (self._twin[1] >= least).all():
            deals, gains = np.vstack([deals, self._twin[0]]), np.vstack([gains, self._twin[1]])
        return Found(deals, gains, float(bound), bool(done), bool(done and not pool.whole[CROWDED]))

    @cached_property
    def _twin(self) -> tuple[IntArray, IntArray] | None:
        """A deal of the zone that changes something and is worth the same as the status quo."""
        if len(self.cells.twin) == 0:
            return None
        gains = self.space.utilities(self.draw, self.cells.twin[None, :])[0] - self.floor
        inside = (gains >= 0).all() and (gains[self.space.gaining] > 0).any()
        return (self.cells.twin, gains) if inside else None

    @cached_property
    def any_deal(self) -> Found:
        """Some deal of the zone, if there is one; asked for before anything else."""
        if (np.diff(self.cells.start) == 0).any():  # a component without an allowed cell
            nothing = np.empty((0, self.space.components), np.int64)
            return Found(nothing, nothing[:, :0], -np.inf, True, True)
        weight = np.where(self.space.gaining, 1.0, 0.0) * self.unit / self.unit.max()
        half = 0.5 / self.unit.max()
        least = np.zeros(self.space.parties, dtype=np.int64)
        for most in (min(self.most, _QUICK), self.most):
            found = self.search(LINEAR, weight, least, np.zeros_like(self.sides), step=half,
                                gap=half, above=0.0, first=True, most=most)  # fmt: skip
            if found.done or not found.none:
                break
        return found

    @property
    def empty(self) -> bool:
        """Whether it is proven that no deal is in the zone."""
        return self.any_deal.none and self.any_deal.done

    @cached_property
    def ideals(self) -> tuple[Found, ...]:
        """For each of the sides a deal of the zone that is best for it; the zone is not empty."""
        known = self.any_deal
        found = []
        least = np.zeros(self.space.parties, dtype=np.int64)
        for party in range(self.space.sides):
            weight = np.zeros(self.space.parties)
            weight[party] = 1.0
            unit = self.unit[party]
            best = int(known.gains[:, party].argmax())
            better = self.search(
                LINEAR, weight, least, np.zeros_like(self.sides), step=0.5 / unit, gap=0.5 / unit,
                above=float(known.gains[best, party]) / unit,
            )  # fmt: skip
            deals = np.vstack([known.deals[best : best + 1], better.deals])
            gains = np.vstack([known.gains[best : best + 1], better.gains])
            top = int(gains[:, party].argmax())
            bound = max(better.bound, gains[top, party] / unit)
            done = bool(bound * unit < gains[top, party] + 0.75)
            found.append(Found(deals[top : top + 1], gains[top : top + 1], bound, done, done))
            known = Found(np.vstack([known.deals, found[-1].deals]),
                          np.vstack([known.gains, found[-1].gains]), 0.0, True, True)  # fmt: skip
        return tuple(found)

    @cached_property
    def ideal(self) -> IntArray:
        """Best gain of each side over the zone, (sides,)."""
        return np.array([int(f.gains[0, p]) for p, f in enumerate(self.ideals)], dtype=np.int64)

    @cached_property
    def ideal_bound(self) -> FloatArray:
        """What no deal of the zone gives more than, as gains of each side, (sides,)."""
        return np.array([self.ideal[p] if f.done else np.floor(f.bound * self.unit[p] + 0.25)
                         for p, f in enumerate(self.ideals)])  # fmt: skip

    @cached_property
    def ideal_proven(self) -> bool:
        """Whether these are proven to be the best."""
        return all(f.done for f in self.ideals)


def together(found: Sequence[Found]) -> tuple[IntArray, IntArray]:
    """Put the deals and gains of several searches one below the other."""
    return np.vstack([f.deals for f in found]), np.vstack([f.gains for f in found])
