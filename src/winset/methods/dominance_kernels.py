"""Compiled filters: which rows of a sorted matrix no earlier row is at least as good as.

Rows are sorted so that whatever can dominate a row stands before it. One number of each row is
settled by that order alone, so a filter looks for an earlier row that is at least as good in the
other *measures*: by a running maximum for one, by a staircase for two, and for more by comparing
with all that is kept or, where that is much, by divide and conquer over the measures
(H. T. Kung, F. Luccio & F. P. Preparata, "On finding the maxima of a set of vectors", Journal of
the ACM 22(4), 1975, 469-476; J. L. Bentley, "Multidimensional divide-and-conquer", Communications
of the ACM 23(4), 1980, 214-229). Integers throughout.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled, inner
from winset.methods.dominance_scanning import by_scan
from winset.methods.dominance_splitting import by_divide_and_conquer

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LOWEST = -(2**63)
_SCANNED = 4096  # rows up to which comparing with all that is kept beats divide and conquer
_STEPS = 4096  # steps of a staircase that are still shifted fast enough


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
    elif kinds == 2:
        if not _by_staircase(measures[0], measures[1], beaten):
            by_divide_and_conquer(measures, beaten)
    elif count <= _SCANNED:
        by_scan(measures, beaten)
    else:
        by_divide_and_conquer(measures, beaten)
    return beaten


@inner
def _by_maximum(values: Integers, beaten: Mask) -> None:
    best = np.int64(_LOWEST)
    for place in range(len(values)):
        if values[place] > best:
            best = values[place]
        else:
            beaten[place] = True


@inner
def _by_staircase(across: Integers, up: Integers, beaten: Mask) -> bool:
    """Keep the steps of what was seen, ``across`` rising and so ``up`` falling; or give up."""
    x, y = np.empty(_STEPS + 1, np.int64), np.empty(_STEPS + 1, np.int64)
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
        _shift(x, end, steps, shift)
        _shift(y, end, steps, shift)
        steps += shift
        x[begin], y[begin] = across[place], up[place]
        if steps > _STEPS:
            return False
    return True


@inner
def _shift(values: Integers, start: int, end: int, by: int) -> None:
    """Move the values from ``start`` to ``end`` up or down by some places."""
    if by > 0:
        for place in range(end - 1, start - 1, -1):
            values[place + by] = values[place]
    elif by < 0:
        for place in range(start, end):
            values[place + by] = values[place]
