"""Compiled sorting of rows that come in sorted runs: bottom-up merge sort, stable.

After J. von Neumann's method (D. E. Knuth, The Art of Computer Programming 3: Sorting and
Searching, 2nd edition, Addison-Wesley, 1998, section 5.2.4).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import inner

Integers = npt.NDArray[np.int64]


@inner
def counting(count: int) -> Integers:
    """List the numbers from 0 up to ``count``, it left out."""
    numbers = np.empty(count, np.int64)
    for number in range(count):
        numbers[number] = number
    return numbers


@inner
def _ahead(rows: Integers, a: int, b: int, keys: int) -> bool:
    """Tell whether row a stands before row b: greater in the first key that differs."""
    for key in range(keys):
        if rows[a, key] != rows[b, key]:
            return bool(rows[a, key] > rows[b, key])
    return False


@inner
def _merge_runs(
    rows: Integers, source: Integers, into: Integers, start: int, middle: int, end: int, keys: int
) -> None:
    left, right = start, middle
    for place in range(start, end):
        if right >= end or (left < middle and not _ahead(rows, source[right], source[left], keys)):
            into[place] = source[left]
            left += 1
        else:
            into[place] = source[right]
            right += 1


@inner
def sort_runs(rows: Integers, bounds: Integers, keys: int) -> Integers:
    """Order rows by their first ``keys`` columns, greatest first.

    Parameters
    ----------
    rows : (N, columns) integers
    bounds : (runs + 1,) integers
        Rows ``bounds[r] : bounds[r + 1]`` are in order already.
    keys
        Number of columns compared.

    Returns
    -------
    (N,) integers
        Row numbers in order; rows with equal keys stay as they stand.
    """
    order, other = counting(len(rows)), np.empty(len(rows), np.int64)
    count = len(bounds) - 1
    runs = np.empty(len(bounds), np.int64)
    runs[:] = bounds
    while count > 1:
        merged = 0
        for run in range(0, count, 2):
            start, middle = runs[run], runs[run + 1]
            end = runs[min(run + 2, count)]
            _merge_runs(rows, order, other, start, middle, end, keys)
            runs[merged] = start
            merged += 1
        runs[merged] = len(rows)
        count = merged
        order, other = other, order
    return order
