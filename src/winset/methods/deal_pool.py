"""The best deals that a search has found, in compiled code.

Deals within rounding of the best are kept, to be compared exactly; of deals that give everybody
the same the one with fewest changes, then the lowest cells.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.deal_swaps import value_of
from winset.methods.relaxation import LINEAR, Problem

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

NEAR = 1e-11
"""Values this close are kept, to be compared exactly; rounding is far below."""

POOL = 256
COUNT, CROWDED, NODES = 0, 1, 2
BEST, CUT = 0, 1


class Pool(NamedTuple):
    """The best deals found so far, all within ``NEAR`` of each other.

    ``choice`` (POOL, components) holds places among the cells, ``gain`` (POOL, parties), ``value``
    (POOL,); ``whole`` the number of deals, whether there were too many, and the nodes visited;
    ``mark`` the best value, and the largest bound of anything dropped unseen.
    """

    choice: IntArray
    gain: IntArray
    value: FloatArray
    whole: IntArray
    mark: FloatArray


@compiled
def _precedes(p: Problem, one: IntArray, other: IntArray) -> bool:
    """Tell whether a deal has fewer changes than another, or else lower cells."""
    fewer = more = 0
    for c in range(len(one)):
        more += p.changes[one[c]]
        fewer += p.changes[other[c]]
    if more != fewer:
        return more < fewer
    for c in range(len(one)):
        if p.cell[one[c]] != p.cell[other[c]]:
            lower: bool = p.cell[one[c]] < p.cell[other[c]]
            return lower
    return False


@compiled
def _in_zone(p: Problem, gain: IntArray, choice: IntArray) -> bool:
    better, moved = False, False
    for i in range(len(gain)):
        if gain[i] < p.least[i]:
            return False
        better = better or (p.gaining[i] and gain[i] > 0)
    for c in range(len(choice)):
        moved = moved or choice[c] != p.base[c]
    return better and moved


@compiled
def _same(p: Problem, gain: IntArray, other: IntArray) -> bool:
    same = True
    for i in range(len(gain)):
        same = same and (gain[i] == other[i] or not p.apart[i])
    return same


@compiled
def _drop_below(pool: Pool, value: float) -> None:
    kept = 0
    for n in range(pool.whole[COUNT]):
        if pool.value[n] >= value:
            pool.value[kept] = pool.value[n]
            pool.gain[kept] = pool.gain[n]
            pool.choice[kept] = pool.choice[n]
            kept += 1
    if kept == 0:
        pool.whole[CROWDED] = 0
    pool.whole[COUNT] = kept


@compiled
def admit(p: Problem, gain: IntArray, choice: IntArray, pool: Pool) -> None:
    """Take a deal into the pool if it is as good as those in it."""
    value = value_of(p, gain)
    near = 0.0 if p.kind == LINEAR else NEAR
    if value < pool.mark[BEST] - near or not _in_zone(p, gain, choice):
        return
    if pool.whole[COUNT] == 0 and value <= pool.mark[BEST]:
        return  # no better than what was known before
    if value > pool.mark[BEST]:
        pool.mark[BEST] = value
        _drop_below(pool, value - near)
    here = pool.whole[COUNT]
    for n in range(here):
        if _same(p, gain, pool.gain[n]):
            if not _precedes(p, choice, pool.choice[n]):
                return
            here = n
            break
    if here == len(pool.value):
        pool.whole[CROWDED] = 1
        return
    pool.value[here] = value
    pool.gain[here] = gain
    pool.choice[here] = choice
    pool.whole[COUNT] = max(pool.whole[COUNT], here + 1)
