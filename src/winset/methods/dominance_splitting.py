"""Compiled divide and conquer for dominance in three and more measures.

The earlier half of the places is filtered, what is left of it is *spread* over the later half,
and then that is filtered. To spread one list over another, both are split at a middling value of
the last measure: what is above reaches what is below in that measure, which is then settled. So
in the end two measures are left, which one sweep settles.

H. T. Kung, F. Luccio & F. P. Preparata, "On finding the maxima of a set of vectors", Journal of
the ACM 22(4), 1975, 469-476; J. L. Bentley, "Multidimensional divide-and-conquer", Communications
of the ACM 23(4), 1980, 214-229. Both recursions are written with a stack of tasks, since compiled
functions that call themselves cannot be kept compiled. The lists of a task lie in one array, above
those of the tasks that wait. (Plain loops throughout: they compile many times faster than calls
of numpy.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import inner
from winset.methods.dominance_scanning import reached
from winset.methods.row_sorting import sort_runs

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LOWEST = -(2**63)
_FEW = 24  # places compared pair by pair
_PAIRS = 2**13  # pairs compared instead of spreading
_SAMPLE = 31  # values whose median splits a list
_FILTER, _SPREAD = 0, 1


@inner
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
    _list_by_first(measures, lists)
    # What to do; bounds of the front and the back list; bounds of their places.
    tasks = np.empty((256, 6), np.int64)
    _put(tasks[0], _FILTER, 0, count, count, 0, count)
    waiting = 1
    while waiting > 0:
        waiting -= 1
        todo, start, middle, end, early, late = tasks[waiting]
        front = _left(beaten, lists[start:middle])
        if todo == _SPREAD:
            _spread(measures, beaten, front, _left(beaten, lists[middle:end]))
        elif len(front) <= _FEW:
            _compare(measures, beaten, front)
        else:
            half = (early + late) >> 1
            cut = _pick(lists, end, front, front, half, False)
            stop = _pick(lists, cut, front, front, half, True)
            _put(tasks[waiting], _FILTER, cut, stop, stop, half, late)
            _put(tasks[waiting + 1], _SPREAD, end, cut, stop, 0, 0)
            _put(tasks[waiting + 2], _FILTER, end, cut, stop, early, half)
            waiting += 3


@inner
def _list_by_first(measures: Integers, lists: Integers) -> None:
    count = measures.shape[1]
    column = np.empty((count, 1), np.int64)
    bounds = np.empty(count + 1, np.int64)
    for place in range(count):
        column[place, 0] = measures[0, place]
        bounds[place] = place
    bounds[count] = count
    lists[:count] = sort_runs(column, bounds, 1)


@inner
def _put(task: Integers, a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    task[0], task[1], task[2], task[3], task[4], task[5] = a, b, c, d, e, f


@inner
def _left(beaten: Mask, places: Integers) -> Integers:
    """Give those of some places that are not marked."""
    found = np.empty(len(places), np.int64)
    count = 0
    for place in places:
        if not beaten[place]:
            found[count] = place
            count += 1
    return found[:count]


@inner
def _pick(
    into: Integers, end: int, places: Integers, values: Integers, least: int, reach: bool
) -> int:
    """Append the places whose value is ``least`` or more (if ``reach``), or less; tell the end."""
    for number in range(len(places)):
        if (values[number] >= least) == reach:
            into[end] = places[number]
            end += 1
    return end


@inner
def _compare(measures: Integers, beaten: Mask, places: Integers) -> None:
    for b in places:
        for a in places:
            if a < b and not beaten[a] and _reaches(measures, a, b, len(measures)):
                beaten[b] = True
                break


@inner
def _reaches(measures: Integers, a: int, b: int, kinds: int) -> bool:
    kind = 0
    while kind < kinds and measures[kind, a] >= measures[kind, b]:
        kind += 1
    return kind == kinds


@inner
def _spread(measures: Integers, beaten: Mask, high: Integers, low: Integers) -> None:
    """Mark those of ``low`` that one of ``high`` reaches in every measure.

    Both list places by the first measure, falling; any of ``high`` counts as earlier.
    """
    count = len(high) + len(low)
    lists = np.empty(6 * count + 64, np.int64)
    lists[: len(high)] = high
    lists[len(high) : count] = low
    # Bounds of the two lists, and the number of measures left.
    tasks = np.empty(256, np.int64)
    tasks[0], tasks[1], tasks[2], tasks[3] = 0, len(high), count, len(measures)
    waiting = 4
    while waiting > 0:
        waiting -= 4
        start, middle, end = tasks[waiting], tasks[waiting + 1], tasks[waiting + 2]
        above, below = lists[start:middle].copy(), _left(beaten, lists[middle:end])
        kinds = _settled(measures, beaten, above, below, tasks[waiting + 3])
        if kinds == 0:
            continue
        ups, downs = _values(measures, kinds - 1, above), _values(measures, kinds - 1, below)
        pivot = _middling(ups, downs)
        lists = _with_room(lists, end, end + 2 * (len(above) + len(below)))
        tasks = _with_room(tasks, waiting, waiting + 12)
        for part in range(3):
            cut = _pick(lists, end, above, ups, pivot, part < 2)
            stop = _pick(lists, cut, below, downs, pivot, part == 1)
            tasks[waiting], tasks[waiting + 1], tasks[waiting + 2] = end, cut, stop
            tasks[waiting + 3] = kinds - 1 if part == 0 else kinds
            waiting += 4
            end = stop


@inner
def _with_room(lists: Integers, used: int, needed: int) -> Integers:
    if needed <= len(lists):
        return lists
    more = np.empty(2 * needed, np.int64)
    more[:used] = lists[:used]
    return more


@inner
def _values(measures: Integers, kind: int, places: Integers) -> Integers:
    values = np.empty(len(places), np.int64)
    for number in range(len(places)):
        values[number] = measures[kind, places[number]]
    return values


@inner
def _settled(measures: Integers, beaten: Mask, high: Integers, low: Integers, kinds: int) -> int:
    """Settle what needs no splitting; otherwise give the number of measures left to settle."""
    if len(high) == 0 or len(low) == 0:
        return 0
    while kinds > 2 and len(high) * len(low) > _PAIRS:
        least, most = _extent(measures, kinds - 1, high)
        lowest, highest = _extent(measures, kinds - 1, low)
        if most < lowest:
            return 0
        if least < highest:
            return kinds
        kinds -= 1
    if kinds == 2:
        _sweep(measures, beaten, high, low)
    else:
        _scan(measures, beaten, high, low, kinds)
    return 0


@inner
def _scan(measures: Integers, beaten: Mask, high: Integers, low: Integers, kinds: int) -> None:
    kept = np.empty((kinds, len(high)), np.int64)
    for kind in range(kinds):
        for number in range(len(high)):
            kept[kind, number] = measures[kind, high[number]]
    for place in low:
        if reached(kept, len(high), measures, place, kinds):
            beaten[place] = True


@inner
def _extent(measures: Integers, kind: int, places: Integers) -> tuple[int, int]:
    least = most = measures[kind, places[0]]
    for place in places:
        least, most = min(least, measures[kind, place]), max(most, measures[kind, place])
    return least, most


@inner
def _sweep(measures: Integers, beaten: Mask, high: Integers, low: Integers) -> None:
    best = np.int64(_LOWEST)
    seen = 0
    for place in low:
        while seen < len(high) and measures[0, high[seen]] >= measures[0, place]:
            best = max(best, measures[1, high[seen]])
            seen += 1
        if best >= measures[1, place]:
            beaten[place] = True


@inner
def _middling(ups: Integers, downs: Integers) -> int:
    """Find a value above the least of two lists, near the median of a sample of both."""
    count = len(ups) + len(downs)
    size = min(count, _SAMPLE)
    sample = np.empty(size, np.int64)
    for number in range(size):
        place = number * count // size
        value = ups[place] if place < len(ups) else downs[place - len(ups)]
        slot = number
        while slot > 0 and sample[slot - 1] > value:
            sample[slot] = sample[slot - 1]
            slot -= 1
        sample[slot] = value
    least = sample[0]
    for value in ups:
        least = min(least, value)
    for value in downs:
        least = min(least, value)
    return int(max(sample[size >> 1], least + 1))
