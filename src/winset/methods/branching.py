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
from winset.methods.near_parts import near_trees
from winset.methods.part_trees import trees
from winset.methods.reach import out_of_reach, rounding_of, target_of
from winset.methods.relaxation import LOGS, Problem
from winset.methods.tree_search import search_trees

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_WIDER = 3.0
_PARTS = 2**19  # parts of deals in a list
_NEAREST = 2**17  # and in one of those near a good deal
_TURNS = 6  # choices of components for these
_CLOSE = 1e-7  # part of a bound that is not worth more of them
_LISTING = 4  # nodes of their trees, in those of one search
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
        If that takes more than ``most`` nodes, a deal within this much of the best is looked for:
        with as many nodes by swapping and by trees of partial deals
        (:mod:`winset.methods.tree_search`), then with twice as many again; and once there is one,
        all that are as good.
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
    extent = Extent(0.0, 1e-6 * float(loss.max(initial=0.0)))
    proven, extent, through = _rounds(
        p, price, bound, place, loss, pool, step, enough, extent, most
    )
    if not through:
        proven, through = _harder(
            p, price, bound, place, loss, pool, step, gap, first, extent, most
        )
    return pool, max(pool.mark[BEST], proven), through


def _harder(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray, pool: Pool,
    step: float, gap: float, first: bool, extent: Extent, most: int,
) -> tuple[float, bool]:  # fmt: skip
    """Go on where branching took too many nodes; as :func:`search`."""
    before = extent.before
    enough = -np.inf if first else bound - before - gap
    swapped = max(enough, pool.mark[BEST] + gap) if first else enough
    choice = _swapped(p, place, pool, swapped, most // 4)
    if _reached(pool, enough):
        return bound - before, False
    proven, through = _listed(
        p, price, bound, place, loss, pool, choice, step, gap, enough, before, most
    )
    if through or _reached(pool, max(enough, proven - max(gap, _CLOSE * abs(proven)))):
        return proven, through
    within = min(extent.within, max(bound - pool.mark[BEST], before) + 2 * NEAR)
    again, extent, through = _rounds(
        p, price, bound, place, loss, pool, gap, enough, Extent(before, within),
        pool.whole[NODES] + 2 * most,
    )  # fmt: skip
    proven = min(proven, again)
    if not through or _reached(pool, enough):
        return proven, False
    if pool.whole[COUNT] > 0 and step < 0:
        through = _equals(p, price, bound, place, loss, pool, step, extent.within, most // 2)
    return proven, through


def _reached(pool: Pool, enough: float) -> bool:
    return bool(pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough)


def _listed(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray, pool: Pool,
    choice: IntArray, step: float, gap: float, enough: float, before: float, most: int,
) -> tuple[float, bool]:  # fmt: skip
    """Look through lists of parts of deals; what no deal exceeds, and whether all is told.

    ``choice`` (components,) is a good deal, as places.
    """
    pool.mark[CUT] = -np.inf
    lowest = -np.inf if p.kind == LOGS else 0.0
    least = max(lowest, float(pool.mark[BEST]))
    listed = trees(p, price, bound, place, loss, least - 2 * NEAR, min(_PARTS, most))
    if listed is None:
        return least, True
    if len(listed.row) > 3:
        close = min(enough, bound - before - max(gap, _CLOSE * abs(bound - before)))
        _near(p, price, bound, place, loss, pool, choice, gap, close, most)
        if _reached(pool, close):
            return bound - before, False
        pool.mark[CUT] = -np.inf
    nodes = int(pool.whole[NODES])
    rest, done = search_trees(
        p, price, bound, place, listed, pool, lowest, gap, enough, nodes + _LISTING * most
    )
    proven = min(bound - before, max(rest, float(pool.mark[CUT])))
    if _reached(pool, enough):
        return bound - before, False
    if not done or pool.whole[COUNT] == 0 or step > 0:
        return proven, done
    nodes = int(pool.whole[NODES])
    _, done = search_trees(
        p, price, bound, place, listed, pool, lowest, step, np.inf, nodes + most
    )
    return proven, done


def _near(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray, pool: Pool,
    choice: IntArray, gap: float, enough: float, most: int,
) -> None:  # fmt: skip
    """Look for better deals near the best one."""
    lowest = -np.inf if p.kind == LOGS else 0.0
    for turn in range(_TURNS):
        if pool.whole[COUNT] > 0:
            choice = pool.choice[0]
        within = bound - max(lowest, float(pool.mark[BEST]))
        order = np.random.default_rng(turn).permutation(len(choice))
        parts = near_trees(p, price, place, loss, choice, within, min(_NEAREST, most), order)
        if parts is None:
            continue
        nodes = int(pool.whole[NODES]) + most // 2
        search_trees(p, price, bound, place, parts, pool, lowest, gap, enough, nodes)
        if _reached(pool, enough):
            return
