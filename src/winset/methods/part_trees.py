"""Parts of deals, listed and laid out in trees of boxes, in compiled code.

The components are put into a few lists, and all combinations of the cells of each list are
written down, so that a deal is one part of each list (E. Horowitz & S. Sahni, "Computing
partitions with applications to the knapsack problem", Journal of the ACM 21(2), 1974, 277-292).
The parts of a list are halved again and again, by what differs most among them, down to single
ones (J. L. Bentley, "Multidimensional binary search trees used for associative searching",
Communications of the ACM 18(9), 1975, 509-517); each node of such a tree says what its parts add
at most and at least.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.reach import out_of_reach, rounding_of
from winset.methods.relaxation import Problem

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_SMALL = 2**10  # parts in a list that is there only because the two large ones are full
_NUMBERS = 2**62


class Trees(NamedTuple):
    """Lists of parts of deals, one after the other, and their trees.

    ``number`` (parts,) says which cells a part takes, the first component of its list changing
    slowest; ``row`` (lists + 1,) where each list begins among the parts. ``owner`` (components,)
    is the list of each component, ``turn`` (components,) the order of components in which the
    numbers are made up, ``begin`` and ``size`` (components,) its cells among the places.

    A node has ``high`` and ``low`` (nodes, parties), the most and least that its parts add,
    ``loss`` (nodes,), the least that one loses, and ``width`` (nodes,), what differs most. The
    tree of a list with n parts has 2n - 1 nodes: a node, those below its left half, those below
    its right half.
    """

    number: IntArray
    row: IntArray
    owner: IntArray
    turn: IntArray
    begin: IntArray
    size: IntArray
    high: IntArray
    low: IntArray
    loss: FloatArray
    width: FloatArray


class Parts(NamedTuple):
    """The parts of one list: sums (parts, parties), losses and numbers (parts,)."""

    total: IntArray
    lost: FloatArray
    number: IntArray


@compiled
def _extended(
    p: Problem, price: FloatArray, bound: float, parts: Parts, cells: IntArray, losses: FloatArray,
    high: IntArray, low: IntArray, target: float,
) -> Parts:  # fmt: skip
    """Add each cell of a component to each part; keep what can reach the target.

    ``high`` and ``low`` (parties,) are what all other components add at most and at least.
    """
    parties, rounding = len(price), rounding_of(p, price)
    total = np.empty((len(parts.lost) * len(cells), parties), np.int64)
    lost = np.empty(len(total))
    number = np.empty(len(total), np.int64)
    gain = np.empty(parties, np.int64)
    count = 0
    for n in range(len(parts.lost)):
        for k in range(len(cells)):
            loss = parts.lost[n] + losses[k]
            if bound - loss < target - rounding:
                break
            for i in range(parties):
                total[count, i] = parts.total[n, i] + p.worth[cells[k], i]
                gain[i] = total[count, i] - p.floor[i]
            more = out_of_reach(p, price, gain, high, low, target, rounding)
            if bound - loss - more < target - rounding:
                continue
            lost[count] = loss
            number[count] = parts.number[n] * len(cells) + k
            count += 1
    return Parts(total[:count].copy(), lost[:count].copy(), number[:count].copy())


@compiled
def _halve(order: IntArray, key: FloatArray, begin: int, end: int, middle: int) -> None:
    """Put the smallest keys from begin up to middle first, in place (quickselect)."""
    low, high = begin, end - 1
    while low < high:
        pivot = key[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while key[i] < pivot:
                i += 1
            while key[j] > pivot:
                j -= 1
            if i <= j:
                key[i], key[j] = key[j], key[i]
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            return


@compiled
def _enclose(
    parts: Parts, order: IntArray, begin: int, end: int, scale: FloatArray,
    high: IntArray, low: IntArray,
) -> tuple[float, float, int]:  # fmt: skip
    """Fill in a node's box; the least loss, the largest width, and what differs by it."""
    parties = len(scale)
    first = order[begin]
    least = most = parts.lost[first]
    high[:] = parts.total[first]
    low[:] = parts.total[first]
    for n in range(begin + 1, end):
        row = order[n]
        least, most = min(least, parts.lost[row]), max(most, parts.lost[row])
        for i in range(parties):
            high[i] = max(high[i], parts.total[row, i])
            low[i] = min(low[i], parts.total[row, i])
    width, widest = most - least, parties
    for i in range(parties):
        wide = (high[i] - low[i]) * scale[i]
        if wide > width:
            width, widest = wide, i
    return least, width, widest


@compiled
def _grow(
    parts: Parts, scale: FloatArray, high: IntArray, low: IntArray, loss: FloatArray,
    width: FloatArray,
) -> IntArray:  # fmt: skip
    """Lay out the tree of a list into the arrays given; the order of the parts in it."""
    count, parties = len(parts.lost), len(scale)
    order = np.arange(count)
    key = np.empty(count)
    stack = np.empty((130, 3), np.int64)
    stack[0] = 0, 0, count
    top = 1
    while top > 0:
        top -= 1
        node, begin, end = stack[top]
        loss[node], width[node], widest = _enclose(
            parts, order, begin, end, scale, high[node], low[node]
        )
        if end - begin == 1:
            continue
        middle = (begin + end) >> 1
        for n in range(begin, end):
            if widest < parties:
                key[n] = parts.total[order[n], widest]
            else:
                key[n] = parts.lost[order[n]]
        _halve(order, key, begin, end, middle)
        stack[top] = node + 1, begin, middle
        stack[top + 1] = node + 2 * (middle - begin), middle, end
        top += 2
    return order


def _ranges(p: Problem, place: IntArray, begin: IntArray, end: IntArray) -> tuple[IntArray, ...]:
    """Give what the cells in play of each component add at most and least."""
    worth = [p.worth[place[b:e]] for b, e in zip(begin, end, strict=True)]
    return np.array([w.max(axis=0) for w in worth]), np.array([w.min(axis=0) for w in worth])


def trees(
    p: Problem, price: FloatArray, bound: float, place: IntArray, loss: FloatArray,
    target: float, most: int,
) -> Trees | None:  # fmt: skip
    """List the parts of the deals that may reach a target, and lay out their trees.

    Parameters
    ----------
    p, price, bound, place, loss
        As in :func:`winset.methods.branching.search`.
    target
        Deals below are left out.
    most
        Parts that the two large lists may have.

    Returns
    -------
    The trees, or None if no deal can reach the target.
    """
    within = bound - target + rounding_of(p, price)
    if within < 0:
        return None
    begin = p.start[:-1]
    size = np.add.reduceat(loss <= within, begin, dtype=np.int64)
    high, low = _ranges(p, place, begin, begin + size)
    scale = np.maximum(price, 0.05 * price.mean() + 1e-9) / p.unit
    turn = np.argsort(((high - low) * scale).max(axis=1), kind="stable")
    owner = np.empty(len(begin), dtype=np.int64)
    lists: list[Parts] = []
    products: list[int] = []
    inside: list[list[int]] = []
    for c in turn.tolist():
        owner[c] = k = _list_for(lists, products, int(size[c]), most)
        if k == len(lists):
            nothing = np.zeros((1, len(price)), dtype=np.int64)
            lists.append(Parts(nothing, np.zeros(1), np.zeros(1, dtype=np.int64)))
            products.append(1)
            inside.append([])
        products[k] *= int(size[c])
        inside[k].append(c)
        others = np.setdiff1d(turn, inside[k])
        run = slice(int(begin[c]), int(begin[c] + size[c]))
        lists[k] = _extended(p, price, bound, lists[k], place[run], loss[run],
                             high[others].sum(axis=0), low[others].sum(axis=0), target)  # fmt: skip
        if len(lists[k].lost) == 0:
            return None
    return laid_out(lists, scale, owner, turn, begin, size)


def _list_for(lists: list[Parts], products: list[int], size: int, most: int) -> int:
    """Choose the list of a component: the smaller large one, while there is room in one."""
    if len(lists) < 2:
        return len(lists)
    sizes = [len(parts.lost) for parts in lists]
    for k in sorted((0, 1), key=sizes.__getitem__):
        if sizes[k] * size <= most and products[k] * size < _NUMBERS:
            return k
    last = len(lists) - 1
    return last if last > 1 and sizes[last] * size <= min(_SMALL, most) else len(lists)


def laid_out(
    lists: list[Parts], scale: FloatArray, owner: IntArray, turn: IntArray, begin: IntArray,
    size: IntArray,
) -> Trees:  # fmt: skip
    """Lay out the trees of lists of parts; ``scale`` (parties,) makes utilities comparable."""
    row = np.cumsum([0, *(len(parts.lost) for parts in lists)])
    nodes = 2 * int(row[-1]) - len(lists)
    high, low = (np.empty((nodes, len(scale)), dtype=np.int64) for _ in range(2))
    least, width = np.empty(nodes), np.empty(nodes)
    number = np.empty(int(row[-1]), dtype=np.int64)
    for k, parts in enumerate(lists):
        run = slice(2 * int(row[k]) - k, 2 * int(row[k + 1]) - k - 1)
        order = _grow(parts, scale, high[run], low[run], least[run], width[run])
        number[row[k] : row[k + 1]] = parts.number[order]
    return Trees(number, row, owner, turn, begin, size, high, low, least, width)
