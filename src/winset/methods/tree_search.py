"""The best deals by halving boxes of partial deals, in compiled code.

A deal takes one part of each list (:mod:`winset.methods.part_trees`). What is looked at is a node
of each list's tree: if what these add at most and at least shows that no deal made of their parts
can match the best known, all are dropped at once; otherwise the widest node is halved. Where what
one party gains others lose, every cell is as good as any other at good multipliers, and a tree of
partial deals has nothing to go by; here those parts are put together whose sums come near what
the bound supposes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.deal_pool import BEST, COUNT, NODES, Pool, admit
from winset.methods.part_trees import Trees
from winset.methods.reach import out_of_reach, rounding_of, target_of
from winset.methods.relaxation import LINEAR, LOGS, SMALLEST, Problem

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_BISECTIONS = 60
_FAR = 2**60


class _Stack(NamedTuple):
    """Nodes still to be looked at, (depth, lists), with the rows they hold from and up to.

    ``high`` and ``low`` (depth, parties) are what their parts give together at most and at least,
    floors taken off; ``loss`` and ``bound`` (depth,) the least loss and what no deal exceeds;
    ``nothing`` (parties,) holds zeros.
    """

    node: IntArray
    begin: IntArray
    end: IntArray
    high: IntArray
    low: IntArray
    loss: FloatArray
    bound: FloatArray
    nothing: IntArray


@compiled
def _edge(slack: float, inside: float, outside: float) -> float:
    """Find where ``u - 1 - log u`` reaches a slack between two u: the end further out."""
    for _ in range(_BISECTIONS):
        middle = 0.5 * (inside + outside)
        if middle - 1 - np.log(middle) <= slack:
            inside = middle
        else:
            outside = middle
    return outside


@compiled
def _windows(
    p: Problem, price: FloatArray, bound: float, target: float, rounding: float,
    lowest: IntArray, highest: IntArray,
) -> None:  # fmt: skip
    """Fill in which gains each party can have in a deal that reaches the target."""
    slack = bound - target + 2 * rounding
    for i in range(len(price)):
        weight, unit, rate = p.weight[i], p.unit[i], price[i]
        least, most = float(p.least[i]), np.inf
        if p.kind == LOGS and weight > 0:
            ideal, part = weight / price[i] * unit, slack / weight
            least = max(least, ideal * _edge(part, 1.0, 0.0) - 1)
            most = ideal * _edge(part, 1.0, 2.0 + 2 * part) + 1
        else:
            if p.kind == LINEAR:
                rate -= weight
            elif p.kind == SMALLEST and weight > 0:
                least = max(least, (target - 2 * rounding) / weight * unit - 1)
            if rate > 1e-12:
                most = least + (slack / rate * 1.000001) * unit + 2
        lowest[i] = np.int64(np.floor(min(max(least, -_FAR), _FAR)))
        highest[i] = np.int64(np.ceil(min(most, _FAR)))


@compiled
def _judge(
    p: Problem, price: FloatArray, bound: float, target: float, rounding: float,
    stack: _Stack, at: int, lowest: IntArray, highest: IntArray,
) -> bool:  # fmt: skip
    """Bound the deals of an entry; tell whether one of them may reach the target."""
    high, low = stack.high[at], stack.low[at]
    for i in range(len(price)):
        if high[i] < lowest[i] or low[i] > highest[i]:
            return False
    reach = bound - stack.loss[at]
    more = out_of_reach(p, price, stack.nothing, high, low, target, rounding)
    if reach - more < target - rounding:
        return False
    if p.kind == SMALLEST:
        for i in range(len(price)):
            if p.weight[i] > 0:
                reach = min(reach, high[i] / p.unit[i] * p.weight[i])
    else:
        reach -= more
    stack.bound[at] = reach
    return True


@compiled
def _astray(
    stack: _Stack, at: int, scale: FloatArray, lowest: IntArray, highest: IntArray
) -> float:  # fmt: skip
    """Measure how far the middle of an entry's box is from the gains wanted."""
    away = 0.0
    for i in range(len(scale)):
        middle = 0.5 * (stack.high[at, i] + stack.low[at, i])
        away += max(max(lowest[i] - middle, middle - highest[i]), 0.0) * scale[i]
    return away


@compiled
def _exchange(stack: _Stack, one: int, other: int) -> None:
    """Exchange two entries."""
    for k in range(stack.node.shape[1]):
        stack.node[one, k], stack.node[other, k] = stack.node[other, k], stack.node[one, k]
        stack.begin[one, k], stack.begin[other, k] = stack.begin[other, k], stack.begin[one, k]
        stack.end[one, k], stack.end[other, k] = stack.end[other, k], stack.end[one, k]
    for i in range(stack.high.shape[1]):
        stack.high[one, i], stack.high[other, i] = stack.high[other, i], stack.high[one, i]
        stack.low[one, i], stack.low[other, i] = stack.low[other, i], stack.low[one, i]
    stack.loss[one], stack.loss[other] = stack.loss[other], stack.loss[one]
    stack.bound[one], stack.bound[other] = stack.bound[other], stack.bound[one]


@compiled
def _copy(stack: _Stack, to: int, at: int) -> None:
    """Copy an entry."""
    stack.node[to], stack.begin[to], stack.end[to] = (
        stack.node[at], stack.begin[at], stack.end[at],
    )  # fmt: skip
    stack.high[to], stack.low[to] = stack.high[at], stack.low[at]
    stack.loss[to], stack.bound[to] = stack.loss[at], stack.bound[at]


@compiled
def _widest(t: Trees, stack: _Stack, at: int) -> int:
    """Give the list whose node is to be halved, or -1 where all are single parts."""
    widest, width = -1, -1.0
    for k in range(stack.node.shape[1]):
        if stack.end[at, k] - stack.begin[at, k] > 1 and t.width[stack.node[at, k]] > width:
            widest, width = k, t.width[stack.node[at, k]]
    return widest


@compiled
def _narrow(t: Trees, stack: _Stack, at: int, k: int, right: bool) -> None:
    """Take one half of an entry's node of list ``k`` in place of it."""
    node, begin, end = stack.node[at, k], stack.begin[at, k], stack.end[at, k]
    middle = (begin + end) >> 1
    child = node + 2 * (middle - begin) if right else node + 1
    stack.node[at, k] = child
    if right:
        stack.begin[at, k] = middle
    else:
        stack.end[at, k] = middle
    for i in range(stack.high.shape[1]):
        stack.high[at, i] += t.high[child, i] - t.high[node, i]
        stack.low[at, i] += t.low[child, i] - t.low[node, i]
    stack.loss[at] += t.loss[child] - t.loss[node]


@compiled
def _chosen(t: Trees, place: IntArray, stack: _Stack, at: int, choice: IntArray) -> None:
    """Fill in the places of the cells that an entry of single parts takes."""
    number = np.empty(stack.node.shape[1], np.int64)
    for k in range(len(number)):
        number[k] = t.number[stack.begin[at, k]]
    for n in range(len(t.turn) - 1, -1, -1):
        c = t.turn[n]
        k = t.owner[c]
        choice[c] = place[t.begin[c] + number[k] % t.size[c]]
        number[k] //= t.size[c]


@compiled
def _root(p: Problem, t: Trees) -> _Stack:
    """Lay out the stack, with all parts of each list as its first entry."""
    lists, parties = len(t.row) - 1, len(p.floor)
    depth = 2
    for k in range(lists):
        rows = t.row[k + 1] - t.row[k]
        while rows > 1:
            rows = (rows + 1) >> 1
            depth += 1
    stack = _Stack(
        np.empty((depth, lists), np.int64), np.empty((depth, lists), np.int64),
        np.empty((depth, lists), np.int64), np.empty((depth, parties), np.int64),
        np.empty((depth, parties), np.int64), np.zeros(depth), np.full(depth, np.inf),
        np.zeros(parties, np.int64),
    )  # fmt: skip
    for i in range(parties):
        stack.high[0, i] = stack.low[0, i] = -p.floor[i]
    for k in range(lists):
        node = 2 * t.row[k] - k
        stack.node[0, k], stack.begin[0, k], stack.end[0, k] = node, t.row[k], t.row[k + 1]
        stack.loss[0] += t.loss[node]
        for i in range(parties):
            stack.high[0, i] += t.high[node, i]
            stack.low[0, i] += t.low[node, i]
    return stack


@compiled
def _split(
    p: Problem, price: FloatArray, bound: float, target: float, rounding: float, t: Trees,
    stack: _Stack, at: int, k: int, lowest: IntArray, highest: IntArray,
) -> int:  # fmt: skip
    """Halve the node of list ``k`` in the last entry; the number of entries then, best last."""
    top = at + 1
    _copy(stack, top, at)
    _narrow(t, stack, at, k, False)
    _narrow(t, stack, top, k, True)
    left = _judge(p, price, bound, target, rounding, stack, at, lowest, highest)
    right = _judge(p, price, bound, target, rounding, stack, top, lowest, highest)
    if not right:
        return top if left else at
    if not left:
        _copy(stack, at, top)
        return top
    ahead = stack.bound[at] - stack.bound[top]
    if ahead == 0:
        scale = price / p.unit
        ahead = (_astray(stack, top, scale, lowest, highest)
                 - _astray(stack, at, scale, lowest, highest))  # fmt: skip
    if ahead > 0:
        _exchange(stack, at, top)
    return top + 1


@compiled
def search_trees(
    p: Problem, price: FloatArray, bound: float, place: IntArray, t: Trees, pool: Pool,
    least: float, step: float, enough: float, most: int,
) -> tuple[float, bool]:  # fmt: skip
    """Look through the deals made of listed parts.

    Parameters
    ----------
    p, price, bound, place, step, most
        As in :func:`winset.methods.branching.search`.
    t
        The parts.
    pool
        Deals known, to which those found are added.
    least
        Deals below need not be looked for.
    enough
        The search ends at a deal of this value.

    Returns
    -------
    What no deal left exceeds that was not looked at, and whether none is left.
    """
    parties = len(price)
    lowest, highest = np.empty(parties, np.int64), np.empty(parties, np.int64)
    choice = np.empty(len(p.start) - 1, np.int64)
    gain = np.empty(parties, np.int64)
    rounding = rounding_of(p, price)
    target = target_of(pool, least, step)
    _windows(p, price, bound, target, rounding, lowest, highest)
    stack = _root(p, t)
    top = 1 if _judge(p, price, bound, target, rounding, stack, 0, lowest, highest) else 0
    while top > 0:
        at = top - 1
        k = _widest(t, stack, at)
        if k < 0 or stack.bound[at] < target - rounding:
            top -= 1
            if k < 0 and stack.bound[at] >= target - rounding:
                _chosen(t, place, stack, at, choice)
                gain[:] = stack.high[at]
                admit(p, gain, choice, pool)
                if pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough:
                    break
                target = target_of(pool, least, step)
                _windows(p, price, bound, target, rounding, lowest, highest)
            continue
        pool.whole[NODES] += 2
        if pool.whole[NODES] > most:
            break
        top = _split(p, price, bound, target, rounding, t, stack, at, k, lowest, highest)
    open_bound = -np.inf
    for n in range(top):
        open_bound = max(open_bound, stack.bound[n])
    return open_bound, top == 0
