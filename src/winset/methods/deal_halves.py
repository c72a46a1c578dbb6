"""Better deals near a good one, from two halves of the components.

Where what one party gains others lose, very many deals have nearly the best product, and a tree of
partial deals finds none that is proven. But the components can be put into two halves, the sums of
each listed (E. Horowitz & S. Sahni, "Computing partitions with applications to the knapsack
problem", Journal of the ACM 21(2), 1974, 277-292), and for each sum of one half those of the other
be looked up that come nearest to the gains wanted (J. L. Bentley, "Multidimensional binary search
trees used for associative searching", Communications of the ACM 18(9), 1975, 509-517).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.zone_search import ZoneSearch

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_HALF, _FLAT_HALF = 2**17, 2**15
_FLAT = 5
"""Combinations of cells that a half may have; other components stay as they are. Fewer where more
parties count than ``_FLAT``: a tree then finds what is near no faster than a list.
"""

_NEAREST = 4
_ROUNDS = 5


def better_product(
    zone: ZoneSearch, weight: FloatArray, least: IntArray, deal: IntArray, enough: float
) -> IntArray:
    """Look for a deal with a greater product of gains.

    Parameters
    ----------
    zone
        The zone; it holds ``deal``.
    weight : (parties,) numbers
        Exponents of the gains; those of parties that do not count are 0.
    least : (parties,) integers
        Gains that each party has to have.
    deal : (components,) integers
        The deal to begin with: it gives every party that counts more than 0.
    enough
        The search ends at a deal whose weighted sum of the logs of gains is as large.

    Returns
    -------
    The best deal found, (components,): ``deal`` itself where there is no better one.
    """
    # Imported here: most zones are solved without it.
    from scipy.spatial import KDTree

    cells, counted = zone.cells, weight > 0
    own = _places(zone, deal)
    halves = _halves(zone, min(_HALF if counted.sum() <= _FLAT else _FLAT_HALF, zone.most // 4))
    fixed = cells.worth[own[~np.isin(np.arange(len(own)), np.concatenate(halves))]].sum(axis=0)
    one, other = (_sums(zone, half) for half in halves)
    one += fixed - zone.floor
    better = deal
    best = cells.worth[own].sum(axis=0) - zone.floor
    value = _value(best[None], weight)[0]
    for _ in range(_ROUNDS):
        scale = np.sqrt(weight[counted]) / best[counted]
        tree = KDTree(other[:, counted] * scale)
        near = min(_NEAREST, len(other))
        places = tree.query((best - one)[:, counted] * scale, k=near)[1].reshape(len(one), near)
        gains = one[:, None] + other[places]
        fine = (gains >= least).all(axis=2) & (gains[:, :, counted] > 0).all(axis=2)
        fine &= (gains[:, :, zone.space.gaining] > 0).any(axis=2)
        values = np.where(fine, _value(np.maximum(gains, 1), weight), -np.inf)
        row, column = np.unravel_index(values.argmax(), values.shape)
        found = own.copy()
        found[halves[0]] = _combination(zone, halves[0], int(row))
        found[halves[1]] = _combination(zone, halves[1], int(places[row, column]))
        chosen = np.asarray(cells.cell[found])
        if not values[row, column] > value or (chosen == zone.space.base).all():
            break
        own, better = found, chosen
        best, value = gains[row, column], values[row, column]
        if value >= enough:
            break
    return better


def _value(gains: IntArray, weight: FloatArray) -> FloatArray:
    counted = weight > 0
    return np.asarray(np.log(gains[..., counted]) @ weight[counted])


def _places(zone: ZoneSearch, deal: IntArray) -> IntArray:
    """Find a deal's cells among those of the zone; of equal ones the one that is there."""
    start = zone.cells.start
    worth = zone.space.worth[zone.draw]
    found = np.empty(len(deal), dtype=np.int64)
    for c, cell in enumerate(deal):
        mine = worth[:, zone.space.first[c] + cell]
        same = (zone.cells.worth[start[c] : start[c + 1]] == mine).all(axis=1)
        found[c] = start[c] + int(same.argmax())
    return found


def _halves(zone: ZoneSearch, most: int) -> tuple[IntArray, IntArray]:
    """Put components into two halves, those first whose cells differ least.

    Neither has more than ``most`` combinations; the second half is the larger one.
    """
    start = zone.cells.start
    sizes = np.diff(start)
    spread = np.maximum.reduceat(zone.cells.worth, start[:-1], axis=0)
    spread -= np.minimum.reduceat(zone.cells.worth, start[:-1], axis=0)
    halves: tuple[list[int], list[int]] = ([], [])
    counts = [1, 1]
    for c in np.argsort((spread / zone.unit).max(axis=1), kind="stable").tolist():
        smaller = int(counts[1] < counts[0])
        if counts[smaller] * sizes[c] <= most:
            halves[smaller].append(c)
            counts[smaller] *= int(sizes[c])
    order = sorted(range(2), key=counts.__getitem__)
    return tuple(np.array(halves[k], dtype=np.int64) for k in order)  # type: ignore[return-value]


def _sums(zone: ZoneSearch, half: IntArray) -> IntArray:
    """Add up all combinations of a half's cells: (combinations, parties)."""
    start, worth = zone.cells.start, zone.cells.worth
    sums = np.zeros((1, zone.space.parties), dtype=np.int64)
    for c in half:
        sums = (sums[:, None] + worth[None, start[c] : start[c + 1]]).reshape(-1, sums.shape[1])
    return sums


def _combination(zone: ZoneSearch, half: IntArray, number: int) -> IntArray:
    """Give the places of the cells in one of a half's combinations: (half,)."""
    start = zone.cells.start
    sizes = np.diff(start)[half]
    if not len(half):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(np.array(np.unravel_index(number, sizes)) + start[half])
