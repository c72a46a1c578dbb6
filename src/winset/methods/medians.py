"""A few items that stand for many: medians chosen one after the other.

The p-median problem asks for p candidates from which all items are as near as possible, their
distances added up. Choosing greedily, each time the candidate that brings that sum down most, is
the oldest heuristic for it: A. A. Kuehn & M. J. Hamburger, "A heuristic program for locating
warehouses", Management Science 9(4), 1963, 643-666. Spreading points out by taking the one
farthest from those taken is due to T. F. Gonzalez, "Clustering to minimize the maximum intercluster
distance", Theoretical Computer Science 38, 1985, 293-306.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["differing", "farthest", "greedy_medians"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_CELLS = 2**24


def differing(items: npt.NDArray[np.integer], others: npt.NDArray[np.integer]) -> IntArray:
    """Count the columns in which rows differ: (n, k), (m, k) -> (n, m)."""
    found = np.empty((len(items), len(others)), dtype=np.int64)
    step = max(1, _CELLS // max(1, others.size))
    for start in range(0, len(items), step):
        run = slice(start, start + step)
        found[run] = (items[run, None] != others[None]).sum(axis=2)
    return found


def greedy_medians(
    distance: npt.NDArray[np.integer], weight: npt.NDArray[np.integer], most: int
) -> list[int]:
    """Choose candidates greedily, each for what it takes off the weighted sum of distances.

    Parameters
    ----------
    distance : (items, candidates)
        How far each item is from each candidate.
    weight : (items,)
        How much each item counts.
    most
        Candidates to choose, at most; fewer if a further one takes nothing off.

    Returns
    -------
    Places of the candidates, in the order in which they are chosen; of equal ones the first.
    """
    if not distance.size or most < 1:
        return []
    chosen = [int(np.argmin(weight @ distance))]
    nearest = distance[:, chosen[0]]
    while len(chosen) < most:
        closer = np.minimum(nearest[:, None], distance)
        saved = weight @ (nearest[:, None] - closer)
        best = int(np.argmax(saved))
        if saved[best] <= 0:
            break
        chosen.append(best)
        nearest = closer[:, best]
    return chosen


def farthest(points: FloatArray, most: int) -> list[int]:
    """Spread a choice of points out: the best of each column, then the farthest from those taken.

    Distances are Euclidean, every column scaled to its range.

    Parameters
    ----------
    points : (n, columns)
    most
        Points to choose, at most; fewer if no other is apart from them.

    Returns
    -------
    Places, in the order in which they are chosen; of equal ones the first.
    """
    if not len(points) or most < 1:
        return []
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.where(high > low, high - low, 1.0)
    chosen = list(dict.fromkeys(int(n) for n in points.argmax(axis=0)))[:most]
    apart = np.full(len(points), np.inf)
    for n in chosen:
        apart = np.minimum(apart, ((scaled - scaled[n]) ** 2).sum(axis=1))
    while len(chosen) < most:
        n = int(np.argmax(apart))
        if apart[n] <= 0:
            break
        chosen.append(n)
        apart = np.minimum(apart, ((scaled - scaled[n]) ** 2).sum(axis=1))
    return chosen
