"""Compiled divide and conquer for dominance in three and more measures.

The earlier half of the places is filtered, what is left of it is *spread* over the later half,
and then that is filtered. To spread one list over another, both are split at a middling value of
the last measure: what is above reaches what is below in that measure, which is then settled. So
in the end two measures are left, which one sweep settles.

H. T. Kung, F. Luccio & F. P. Preparata, "On finding the maxima of a set of vectors", Journal of
the ACM 22(4), 1975, 469-476; J. L. Bentley, "Multidimensional divide-and-conquer", Communications
of the ACM 23(4), 1980, 214-229. Both recursions are written with a stack of tasks, since compiled
functions that call themselves cannot be kept compiled. The lists of a task lie in one array, above
those of the tasks that wait.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LOWEST = -(2**63)
_FEW = 24  # places compared pair by pair
_PAIRS = 256  # pairs compared instead of spreading
_SAMPLE = 31  # values whose median splits a list
_FILTER, _SPREAD = 0, 1


@compiled
def by_divide_and_conquer(measures: Integers, beaten: Mask) -> None:
    """Mark the places that an earlier one, itself unmarked, reaches in every measure.

    Parameters
    ----------
    measures : (M, N) integers, two or more measures
    beaten : (N,) booleans
        Changed in place.
    """
    count = measures.shape[1]
    lists = np.empty(4 * count + 64, np.int64)
    lists[:count] = np.argsort(-measures[0], kind="mergesort")
    # What to do; bounds of the front and the back list; bounds of their places.
    tasks = np.empty((256, 6), np.int64)
    tasks[0] = np.array([_FILTER, 0, count, count, 0, count])
    waiting = 1
    while waiting > 0:
        waiting -= 1
        todo, start, middle, end, early, late = tasks[waiting]
        if todo == _SPREAD:
            front, back = lists[start:middle], lists[middle:end]
            spread(measures, beaten, front[~beaten[front]], back[~beaten[back]])
            continue
        places = lists[start:middle][~beaten[lists[start:middle]]]
        if len(places) <= _FEW:
            _compare(measures, beaten, places)
            continue
        half = (early + late) >> 1
        ahead = places < half
        cut, stop = end + ahead.sum(), end + len(places)
        lists[end:cut] = places[ahead]
        lists[cut:stop] = places[~ahead]
        tasks[waiting] = np.array([_FILTER, cut, stop, stop, half, late])
        tasks[waiting + 1] = np.array([_SPREAD, end, cut, stop, 0, 0])
        tasks[waiting + 2] = np.array([_FILTER, end, cut, stop, early, half])
        waiting += 3


@compiled
def _compare(measures: Integers, beaten: Mask, places: Integers) -> None:
    for b in places:
        for a in places:
            if a < b and not beaten[a] and _reaches(measures, a, b, len(measures)):
                beaten[b] = True
                break


@compiled
def _reaches(measures: Integers, a: int, b: int, kinds: int) -> bool:
    for kind in range(kinds):
        if measures[kind, a] < measures[kind, b]:
            return False
    return True


@compiled
def spread(measures: Integers, beaten: Mask, high: Integers, low: Integers) -> None:
    """Mark those of ``low`` that one of ``high`` reaches in every measure.

    Both list places by the first measure, falling; any of ``high`` counts as earlier.
    """
    count = len(high) + len(low)
    lists = np.empty(6 * count + 64, np.int64)
    lists[: len(high)] = high
    lists[len(high) : count] = low
    tasks = np.empty((64, 4), np.int64)
    tasks[0] = np.array([0, len(high), count, len(measures)])
    waiting = 1
    while waiting > 0:
        waiting -= 1
        start, middle, end, kinds = tasks[waiting]
        above, below = lists[start:middle], lists[middle:end]
        below = below[~beaten[below]]
        kinds = _settled(measures, beaten, above, below, kinds)
        if kinds == 0:
            continue
        values = measures[kinds - 1]
        up, down = _split(values[above], values[below])
        lists = _with_room(lists, end, end + 2 * (len(above) + len(below)))
        if waiting + 3 > len(tasks):
            tasks = np.concatenate((tasks, np.empty_like(tasks)))
        for part in range(3):
            some = above[~up] if part == 2 else above[up]
            others = below[~down] if part != 1 else below[down]
            cut = end + len(some)
            stop = cut + len(others)
            lists[end:cut] = some
            lists[cut:stop] = others
            tasks[waiting] = np.array([end, cut, stop, kinds - 1 if part == 0 else kinds])
            waiting += 1
            end = stop


@compiled
def _with_room(lists: Integers, used: int, needed: int) -> Integers:
    if needed <= len(lists):
        return lists
    more = np.empty(2 * needed, np.int64)
    more[:used] = lists[:used]
    return more


@compiled
def _settled(measures: Integers, beaten: Mask, high: Integers, low: Integers, kinds: int) -> int:
    """Settle what needs no splitting; otherwise give the number of measures left to settle."""
    if len(high) == 0 or len(low) == 0:
        return 0
    if len(high) * len(low) <= _PAIRS:
        for b in low:
            for a in high:
                if _reaches(measures, a, b, kinds):
                    beaten[b] = True
                    break
        return 0
    while kinds > 2:
        above, below = measures[kinds - 1][high], measures[kinds - 1][low]
        if above.max() < below.min():
            return 0
        if above.min() < below.max():
            return kinds
        kinds -= 1
    _sweep(measures, beaten, high, low)
    return 0


@compiled
def _sweep(measures: Integers, beaten: Mask, high: Integers, low: Integers) -> None:
    best = np.int64(_LOWEST)
    seen = 0
    for place in low:
        while seen < len(high) and measures[0, high[seen]] >= measures[0, place]:
            best = max(best, measures[1, high[seen]])
            seen += 1
        if best >= measures[1, place]:
            beaten[place] = True


@compiled
def _split(above: Integers, below: Integers) -> tuple[Mask, Mask]:
    """Split two lists of values, not all equal, at the median of a sample: who is at or over it."""
    count = len(above) + len(below)
    size = min(count, _SAMPLE)
    sample = np.empty(size, np.int64)
    for n in range(size):
        place = n * count // size
        sample[n] = above[place] if place < len(above) else below[place - len(above)]
    sample.sort()
    pivot = max(sample[size >> 1], min(above.min(), below.min()) + 1)
    return above >= pivot, below >= pivot
