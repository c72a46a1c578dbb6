"""Count pairs of points whose sum lies in a box, in compiled code.

The points of one set stand in a k-d tree with the number of points below each node and the box
they fill; a node outside or inside what is asked for is settled at once.

J. L. Bentley, "Multidimensional binary search trees used for associative searching",
Communications of the ACM 18(9), 1975, 509-517.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

IntArray = npt.NDArray[np.int64]

_LEAF = 12


class Tree(NamedTuple):
    """A k-d tree over ``points`` (N, parties); node n has the children 2 n + 1 and 2 n + 2.

    Its points are ``begin[n]`` up to ``end[n]``; ``low`` and ``high`` (nodes, parties) bound them.
    """

    points: IntArray
    begin: IntArray
    end: IntArray
    low: IntArray
    high: IntArray


@compiled
def _split(points: IntArray, first: int, last: int, middle: int, party: int) -> None:
    """Order points from first to last so that none before ``middle`` exceeds any from it on.

    By selection: C. A. R. Hoare, "Algorithm 65: Find", Communications of the ACM 4(7), 1961, 321.
    """
    while first < last:
        pivot = points[(first + last) // 2, party]
        i, j = first, last
        while i <= j:
            while points[i, party] < pivot:
                i += 1
            while points[j, party] > pivot:
                j -= 1
            if i <= j:
                for k in range(points.shape[1]):
                    points[i, k], points[j, k] = points[j, k], points[i, k]
                i += 1
                j -= 1
        if middle <= j:
            last = j
        elif middle >= i:
            first = i
        else:
            return


@compiled
def plant(points: IntArray) -> Tree:
    """Build the tree; the points are put in its order."""
    count, parties = points.shape
    depth = 0
    while count >> depth > _LEAF:
        depth += 1
    nodes = 2 ** (depth + 1) - 1
    begin, end = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    low, high = np.zeros((nodes, parties), np.int64), np.zeros((nodes, parties), np.int64)
    end[0] = count
    for n in range(nodes):
        widest, spread = 0, -1
        for i in range(parties):
            low[n, i] = high[n, i] = points[begin[n], i]
            for k in range(begin[n], end[n]):
                low[n, i] = min(low[n, i], points[k, i])
                high[n, i] = max(high[n, i], points[k, i])
            if high[n, i] - low[n, i] > spread:
                widest, spread = i, high[n, i] - low[n, i]
        if 2 * n + 2 < nodes:
            middle = (begin[n] + end[n]) // 2
            _split(points, begin[n], end[n] - 1, middle, widest)
            begin[2 * n + 1], end[2 * n + 1] = begin[n], middle
            begin[2 * n + 2], end[2 * n + 2] = middle, end[n]
    return Tree(points, begin, end, low, high)


@compiled
def _place(tree: Tree, n: int, low: IntArray, high: IntArray) -> int:
    """Tell whether a node lies outside a box (0), inside (2), or in part (1)."""
    inside = 2
    for i in range(len(low)):
        if tree.high[n, i] < low[i] or tree.low[n, i] > high[i]:
            return 0
        if tree.low[n, i] < low[i] or tree.high[n, i] > high[i]:
            inside = 1
    return inside


@compiled
def _within(points: IntArray, k: int, low: IntArray, high: IntArray) -> bool:
    inside = True
    for i in range(len(low)):
        inside = inside and low[i] <= points[k, i] <= high[i]
    return inside


@compiled
def count_sums(tree: Tree, others: IntArray, low: IntArray, high: IntArray) -> int:
    """Count pairs of a point of the tree and one of ``others`` (M, parties) with sums in a box."""
    total = 0
    waiting = np.empty(128, np.int64)
    least, most = np.empty(len(low), np.int64), np.empty(len(low), np.int64)
    for row in range(len(others)):
        for i in range(len(low)):
            least[i], most[i] = low[i] - others[row, i], high[i] - others[row, i]
        waiting[0], size = 0, 1
        while size > 0:
            size -= 1
            n = waiting[size]
            place = _place(tree, n, least, most)
            if place == 2:
                total += tree.end[n] - tree.begin[n]
            elif place == 1 and 2 * n + 2 < len(tree.begin):
                waiting[size], waiting[size + 1] = 2 * n + 1, 2 * n + 2
                size += 2
            elif place == 1:
                for k in range(tree.begin[n], tree.end[n]):
                    total += _within(tree.points, k, least, most)
    return total
