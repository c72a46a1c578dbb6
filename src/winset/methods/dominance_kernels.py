"""Compiled filters: which rows of a sorted matrix no earlier row is at least as good as.

Rows are sorted so that whatever can dominate a row stands before it. One number of each row is
settled by that order alone, so a filter looks for an earlier row that is at least as good in the
other *measures*: by a running maximum for one, by a staircase for two, and for more by divide
and conquer over the measures (H. T. Kung, F. Luccio & F. P. Preparata, "On finding the maxima of
a set of vectors", Journal of the ACM 22(4), 1975, 469-476; J. L. Bentley, "Multidimensional
divide-and-conquer", Communications of the ACM 23(4), 1980, 214-229). Integers throughout.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.dominance_splitting import by_divide_and_conquer

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LOWEST = -(2**63)
_SCANNED = 600  # rows up to which comparing with all that is kept beats divide and conquer
_STEPPED = 8192  # rows up to which the staircase is kept in one array


@compiled
def find_beaten(measures: Integers) -> Mask:
    """Tell which places an earlier place is at least as good as in every measure.

    Parameters
    ----------
    measures : (M, N) integers
        One column a place; larger is better.

    Returns
    -------
    (N,) booleans
    """
    kinds, count = measures.shape
    beaten = np.zeros(count, np.bool_)
    if kinds == 0:
        for place in range(1, count):
            beaten[place] = True
    elif kinds == 1:
        _by_maximum(measures[0], beaten)
    elif kinds == 2 and count <= _STEPPED:
        _by_staircase(measures[0], measures[1], beaten)
    elif count <= _SCANNED:
        _by_scan(measures, beaten)
    else:
        by_divide_and_conquer(measures, beaten)
    return beaten


@compiled
def _by_maximum(values: Integers, beaten: Mask) -> None:
    best = np.int64(_LOWEST)
    for place in range(len(values)):
        if values[place] > best:
            best = values[place]
        else:
            beaten[place] = True


@compiled
def _by_staircase(across: Integers, up: Integers, beaten: Mask) -> None:
    """Keep the steps of what was seen: ``across`` rising, and so ``up`` falling."""
    x, y = np.empty(len(up), np.int64), np.empty(len(up), np.int64)
    steps = 0
    for place in range(len(up)):
        low, high = 0, steps
        while low < high:
            middle = (low + high) >> 1
            if x[middle] >= across[place]:
                high = middle
            else:
                low = middle + 1
        if low < steps and y[low] >= up[place]:
            beaten[place] = True
            continue
        # The new step hides those to its left that are no higher, and one as far across.
        end = low + 1 if low < steps and x[low] == across[place] else low
        begin = low
        while begin > 0 and y[begin - 1] <= up[place]:
            begin -= 1
        shift = 1 - (end - begin)
        if shift > 0:
            for step in range(steps, end, -1):
                x[step], y[step] = x[step - 1], y[step - 1]
        elif shift < 0:
            for step in range(end, steps):
                x[step + shift], y[step + shift] = x[step], y[step]
        steps += shift
        x[begin], y[begin] = across[place], up[place]


@compiled
def _by_scan(measures: Integers, beaten: Mask) -> None:
    """Compare with all that is kept; what has just beaten something is asked first."""
    kinds, count = measures.shape
    points = np.empty((count, kinds), np.int64)
    for kind in range(kinds):
        for place in range(count):
            points[place, kind] = measures[kind, place]
    kept = np.empty(count, np.int64)
    number = 0
    for place in range(count):
        for asked in range(number):
            above = True
            for kind in range(kinds):
                if points[kept[asked], kind] < points[place, kind]:
                    above = False
                    break
            if above:
                beaten[place] = True
                kept[asked], kept[asked >> 1] = kept[asked >> 1], kept[asked]
                break
        if not beaten[place]:
            kept[number] = place
            number += 1
