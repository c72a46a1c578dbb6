"""The best deals of a space by branch and bound, in compiled code.

Components are fixed one after the other, cells in the order of what they lose at good
multipliers (:mod:`winset.methods.relaxation`). A partial deal is dropped when what it has lost,
and what the rest can no longer mend, leaves it below the best deal found. The search goes through
rounds: first only deals that lose very little are looked for, then three times as much, and so on,
until the best deal is found and no other can match it.

A. H. Land & A. G. Doig, "An automatic method of solving discrete programming problems",
Econometrica 28(3), 1960, 497-520; the rounds: R. E. Korf, "Depth-first iterative-deepening",
Artificial Intelligence 27(1), 1985, 97-109.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.deal_pool import BEST, COUNT, CROWDED, CUT, NEAR, NODES, POOL, Pool, admit
from winset.methods.deal_swaps import add_up, swap_cells
from winset.methods.relaxation import LINEAR, LOGS, Problem

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_WIDER = 3.0
_ALL = 1e6  # more than any deal can lose


class Plan(NamedTuple):
    """What a round looks through: (components,) in the order of ``turn``.

    ``begin`` and ``end`` bound each component's cells in ``place`` and ``loss``, which hold them by
    rising loss; ``high`` and ``low`` (components + 1, parties) are the most and least that
    the components from here on add.
    """

    turn: IntArray
    begin: IntArray
    end: IntArray
    place: IntArray
    loss: FloatArray
    high: IntArray
    low: IntArray


@compiled
def _out_of_reach(
    p: Problem, price: FloatArray, gain: IntArray, high: IntArray, low: IntArray, target: float,
    rounding: float,
) -> float:  # fmt: skip
    """Bound what is lost because some gains will be larger or smaller than the relaxation has it.

    ``gain`` is what the cells chosen add up to, ``high`` and ``low`` what the others can add.
    """
    lost = 0.0
    for i in range(len(price)):
        most = gain[i] + high[i]
        if most < p.least[i]:
            return np.inf
        weight = p.weight[i]
        if p.kind == LOGS and weight > 0:
            ideal = weight / price[i]
            x = most / p.unit[i]
            if x > ideal:
                x = max((gain[i] + low[i]) / p.unit[i], ideal)
            if x != ideal:
                lost += price[i] * x - weight - weight * np.log(x / ideal)
            continue
        spare = (gain[i] + low[i] - p.least[i]) / p.unit[i]
        rate = price[i]
        if p.kind == LINEAR:
            rate -= weight
        elif weight > 0:
            if most / p.unit[i] * weight < target - rounding:
                return np.inf
            spare = (gain[i] + low[i]) / p.unit[i] - target / weight
        if spare > 0:
            lost += rate * spare
    return lost


@compiled
def _rounding(p: Problem, price: FloatArray) -> float:
    """Bound what rounding may do to bounds: a deal is not dropped for so little."""
    size = 1.0
    for i in range(len(price)):
        size += price[i] * (2 + abs(p.floor[i] / p.unit[i]))
    return 4e-16 * len(p.start) * size


@compiled
def _target(pool: Pool, least: float, step: float) -> float:
    """Give the value that a partial deal has to be able to reach to be looked into."""
    best: float = pool.mark[BEST]
    margin = step if step > 0 or pool.whole[CROWDED] == 0 else -step
    target = max(least, best + (margin if margin > 0 else -NEAR))
    pool.mark[CUT] = max(pool.mark[CUT], target)
    return target


@compiled
def _explore(
    p: Problem, price: FloatArray, bound: float, plan: Plan, pool: Pool,
    least: float, step: float, enough: float, most: int,
) -> bool:  # fmt: skip
    """Look through all deals of a plan that could reach ``least``; False if cut short."""
    components, parties = len(plan.turn), len(price)
    gain = np.zeros((components + 1, parties), np.int64)
    lost = np.zeros(components + 1)
    choice = np.zeros(components, np.int64)
    at = np.zeros(components + 1, np.int64)
    for i in range(parties):
        gain[0, i] = -p.floor[i]
    at[0] = plan.begin[0]
    depth = 0
    rounding = _rounding(p, price)
    target = _target(pool, least, step)
    while depth >= 0:
        if at[depth] == plan.end[depth]:
            depth -= 1
            continue
        n = at[depth]
        at[depth] += 1
        loss = lost[depth] + plan.loss[n]
        if bound - loss < target - rounding:
            at[depth] = plan.end[depth]
            continue
        pool.whole[NODES] += 1
        if pool.whole[NODES] > most:
            return False
        place = plan.place[n]
        for i in range(parties):
            gain[depth + 1, i] = gain[depth, i] + p.worth[place, i]
        more = _out_of_reach(
            p, price, gain[depth + 1], plan.high[depth + 1], plan.low[depth + 1], target, rounding
        )
        if bound - loss - more < target - rounding:
            continue
        choice[plan.turn[depth]] = place
        if depth + 1 < components:
            depth += 1
            at[depth] = plan.begin[depth]
            lost[depth] = loss
            continue
        admit(p, gain[components], choice, pool)
        if pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough:
            return True
        target = _target(pool, least, step)
    return True


@compiled
def _ascending(key: FloatArray) -> IntArray:
    """Sort a few numbers by insertion: their places in rising order."""
    order = np.empty(len(key), np.int64)
    for n in range(len(key)):
        k = n
        while k > 0 and key[order[k - 1]] > key[n]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = n
    return order


@compiled
def _plan(p: Problem, place: IntArray, loss: FloatArray, within: float) -> Plan:
    """Lay out a round for deals that lose at most ``within``."""
    components, parties = len(p.start) - 1, p.worth.shape[1]
    begin, end = np.empty(components, np.int64), np.empty(components, np.int64)
    key = np.empty(components)
    for c in range(components):
        begin[c] = end[c] = p.start[c]
        while end[c] < p.start[c + 1] and loss[end[c]] <= within:
            end[c] += 1
        key[c] = end[c] - begin[c]
        if end[c] > begin[c] + 1:
            key[c] += 1.0 / (1.0 + loss[begin[c] + 1])
    turn = _ascending(key)
    high = np.zeros((components + 1, parties), np.int64)
    low = np.zeros((components + 1, parties), np.int64)
    starts, ends = np.empty(components, np.int64), np.empty(components, np.int64)
    for depth in range(components - 1, -1, -1):
        c = turn[depth]
        starts[depth], ends[depth] = begin[c], end[c]
        for i in range(parties):
            most = least = p.worth[place[begin[c]], i]
            for n in range(begin[c] + 1, end[c]):
                most = max(most, p.worth[place[n], i])
                least = min(least, p.worth[place[n], i])
            high[depth, i] = high[depth + 1, i] + most
            low[depth, i] = low[depth + 1, i] + least
    return Plan(turn, starts, ends, place, loss, high, low)


@compiled
def _swapped(p: Problem, place: IntArray, pool: Pool, enough: float, most: int) -> None:
    """Take a deal into the pool that swapping cells finds."""
    choice = np.empty(len(p.start) - 1, np.int64)
    for c in range(len(choice)):
        choice[c] = pool.choice[0, c] if pool.whole[COUNT] > 0 else place[p.start[c]]
    choice = swap_cells(p, choice, enough, most)
    admit(p, add_up(p, choice), choice, pool)


@compiled
def _rounds(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray, pool: Pool,
    step: float, gap: float, first: bool, most: int,
) -> tuple[float, bool]:  # fmt: skip
    """Look for deals that lose ever more; what no other deal exceeds, and whether all is told."""
    above = pool.mark[BEST]
    enough = -np.inf if first else np.inf
    widest = largest = 0.0
    for c in range(len(p.start) - 1):
        widest += loss[p.start[c + 1] - 1]
        largest = max(largest, loss[p.start[c + 1] - 1])
    within, before, through, ties = 1e-6 * largest, 0.0, True, step
    while True:
        if within >= widest:
            within = _ALL
        pool.mark[CUT] = -np.inf
        plan = _plan(p, place, loss, within)
        least = bound - within if p.kind == LOGS else max(bound - within, 0.0)
        done = _explore(p, price, bound, plan, pool, least, step, enough, most)
        if pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough:
            return bound - before, through
        if done and (pool.mark[BEST] - NEAR >= bound - within or within == _ALL):
            proven = min(bound, pool.mark[CUT])
            if not through and pool.whole[COUNT] > 0:  # now that the best is known, its equals
                most = pool.whole[NODES] + most // 2
                through = ties > 0 or _explore(
                    p, price, bound, plan, pool, least, ties, np.inf, most
                )
            return proven, through or pool.whole[COUNT] == 0
        if done:
            before, within = within, within * _WIDER
            continue
        if not through:
            return bound - before, False
        through, ties, step, most = False, step, gap, 2 * most
        enough = min(enough, bound - before - gap)
        _swapped(p, place, pool, max(enough, above + step) if first else enough, most // 4)
        if pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough:
            return bound - before, False
        within = min(within, max(bound - pool.mark[BEST], before) + 2 * NEAR)


def search(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray,
    step: float, gap: float, above: float, first: bool, most: int,
) -> tuple[Pool, float, bool]:  # fmt: skip
    """Find the best deals.

    Parameters
    ----------
    p
        What to maximise; no component without a cell.
    price, bound
        Multipliers, (parties,), and the bound they prove.
    place, loss
        Cells of each component by what they lose at these, (cells,) each.
    step
        Positive: deals have to be better than those found by this much to be looked for (so that
        only one of equal ones is found). Negative: all within ``NEAR`` of the best are collected,
        and the size counts once they are too many.
    gap
        If that takes more than ``most`` nodes, as many again are spent on a deal within this much
        of the best, and once there is one, on all that are as good.
    above
        Only deals with a larger value are looked for.
    first
        Stop at the first deal found.
    most
        Nodes to visit.

    Returns
    -------
    The deals found; the value that none exceeds; and whether the search went through (if no deal
    was found, there is none).
    """
    components, parties = len(p.start) - 1, p.worth.shape[1]
    mark = np.full(2, -np.inf)
    mark[BEST] = above
    pool = Pool(
        np.empty((POOL, components), np.int64), np.empty((POOL, parties), np.int64),
        np.empty(POOL), np.zeros(3, np.int64), mark,
    )  # fmt: skip
    proven, through = _rounds(p, price, bound, place, loss, pool, step, gap, first, most)
    return pool, max(pool.mark[BEST], proven), through
