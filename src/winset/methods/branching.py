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
from winset.methods.deal_pool import BEST, COUNT, CUT, NEAR, NODES, POOL, Pool, admit
from winset.methods.deal_swaps import add_up, swap_cells
from winset.methods.listing import Aim, reached, search_lists
from winset.methods.reach import Losses, out_of_reach, rounding_of, target_of
from winset.methods.relaxation import FINER, LOGS, Problem, multipliers

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_WIDER = 3.0
_ALL = 1e6  # more than any deal can lose


class Extent(NamedTuple):
    """How far a search went: deals that lose less than ``before`` are told; now ``within``."""

    before: float
    within: float


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
    rounding = rounding_of(p, price)
    target = target_of(pool, least, step)
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
        more = out_of_reach(
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
        target = target_of(pool, least, step)
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
def _swapped(p: Problem, place: IntArray, pool: Pool, enough: float, most: int) -> IntArray:
    """Take a deal into the pool that swapping cells finds, and give its places."""
    choice = np.empty(len(p.start) - 1, np.int64)
    for c in range(len(choice)):
        choice[c] = pool.choice[0, c] if pool.whole[COUNT] > 0 else place[p.start[c]]
    choice = swap_cells(p, choice, enough, most)
    admit(p, add_up(p, choice), choice, pool)
    return choice


@compiled
def _rounds(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray, pool: Pool,
    step: float, enough: float, extent: Extent, most: int,
) -> tuple[float, Extent, bool]:  # fmt: skip
    """Look for deals that lose ever more, until the best are found or nodes run out.

    What no other deal exceeds, how far the search went, and whether it went through.
    """
    widest = 0.0
    for c in range(len(p.start) - 1):
        widest += loss[p.start[c + 1] - 1]
    before, within = extent
    while True:
        if within >= widest:
            within = _ALL
        pool.mark[CUT] = -np.inf
        plan = _plan(p, place, loss, within)
        least = bound - within if p.kind == LOGS else max(bound - within, 0.0)
        done = _explore(p, price, bound, plan, pool, least, step, enough, most)
        if pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough:
            return bound - before, Extent(before, within), True
        if not done:
            return bound - before, Extent(before, within), False
        if pool.mark[BEST] - NEAR >= bound - within or within == _ALL:
            return min(bound, pool.mark[CUT]), Extent(before, within), True
        before, within = within, within * _WIDER


@compiled
def _equals(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray, pool: Pool,
    step: float, within: float, most: int,
) -> bool:  # fmt: skip
    """Look for the equals of the best, now that it is known; whether all are found."""
    plan = _plan(p, place, loss, within)
    least = bound - within if p.kind == LOGS else max(bound - within, 0.0)
    return _explore(p, price, bound, plan, pool, least, step, np.inf, pool.whole[NODES] + most)


def _losses(p: Problem, price: FloatArray, bound: float) -> Losses:
    component = np.repeat(np.arange(len(p.start) - 1), np.diff(p.start))
    score = p.worth / p.unit @ price
    loss = np.maximum.reduceat(score, p.start[:-1])[component] - score
    place = np.lexsort((loss, component))
    return Losses(price, bound, place, loss[place])


def search(
    p: Problem, price: FloatArray, bound: float, step: float, gap: float, above: float,
    first: bool, most: int,
) -> tuple[Pool, float, bool]:  # fmt: skip
    """Find the best deals.

    Parameters
    ----------
    p
        What to maximise; no component without a cell.
    price, bound
        Multipliers, (parties,), and the bound they prove.
    step
        Positive: deals have to be better than those found by this much to be looked for (so that
        only one of equal ones is found). Negative: all within ``NEAR`` of the best are collected,
        and the size counts once they are too many.
    gap
        If that takes more than ``most`` nodes, a deal within this much of the best is looked for:
        by swapping and among listed parts of deals (:mod:`winset.methods.listing`), then with
        twice as many nodes again; and once there is one, all that are as good.
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
    enough = -np.inf if first else np.inf
    losses = _losses(p, price, bound)
    extent = Extent(0.0, 1e-6 * float(losses.loss.max(initial=0.0)))
    proven, extent, through = _rounds(p, *losses, pool, step, enough, extent, most)
    if not through:
        proven, through = _harder(p, proven, pool, step, gap, first, extent.within, most)
    return pool, max(pool.mark[BEST], proven), through


def _harder(
    p: Problem, told: float, pool: Pool, step: float, gap: float, first: bool, within: float,
    most: int,
) -> tuple[float, bool]:  # fmt: skip
    """Go on where branching took too many nodes; as :func:`search`.

    No deal that was not looked at exceeds ``told``; those in reach lose ``within`` or less.
    """
    price, bound, impossible = multipliers(p, FINER)
    if impossible:
        return -np.inf, True
    losses = _losses(p, price, bound)
    told = min(told, bound)
    enough = -np.inf if first else told - gap
    swapped = max(enough, pool.mark[BEST] + gap) if first else enough
    choice = _swapped(p, losses.place, pool, swapped, most // 4)
    if reached(pool, enough):
        return told, False
    aim = Aim(step, gap, enough, told)
    told, through, settled = search_lists(p, losses, pool, choice, aim, most)
    if settled:
        return told, through
    before = bound - told
    extent = Extent(before, min(within, max(bound - pool.mark[BEST], before) + 2 * NEAR))
    again, extent, through = _rounds(p, *losses, pool, gap, enough, extent,
                                     pool.whole[NODES] + 2 * most)  # fmt: skip
    told = min(told, again)
    if not through or reached(pool, enough):
        return told, False
    if pool.whole[COUNT] > 0 and step < 0:
        through = _equals(p, *losses, pool, step, extent.within, most // 2)
    return told, through
