"""Compiled comparison of points one by one with many others, for dominance in some measures.

The others lie in one array for each measure and are compared a block at a time without branches,
which processors do several at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import inner

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_BLOCK = 64


@inner
def by_scan(measures: Integers, beaten: Mask) -> None:
    """Mark the places that an earlier one, itself unmarked, reaches in every measure.

    Parameters
    ----------
    measures : (M, N) integers, two or more measures
    beaten : (N,) booleans
        Changed in place.
    """
    kinds, count = measures.shape
    kept = np.empty((kinds, count), np.int64)
    number = 0
    for place in range(count):
        if reached(kept, number, measures, place, kinds):
            beaten[place] = True
        else:
            for kind in range(kinds):
                kept[kind, number] = measures[kind, place]
            number += 1


@inner
def reached(kept: Integers, number: int, measures: Integers, place: int, kinds: int) -> bool:
    """Tell whether one of the first ``number`` columns of ``kept`` reaches a place's measures."""
    third, last = max(kinds - 2, 0), kinds - 1
    a, b = measures[0, place], measures[1, place]
    c, d = measures[third, place], measures[last, place]
    for start in range(0, number, _BLOCK):
        end = min(start + _BLOCK, number)
        if _one_may(kept[0, start:end], kept[1, start:end], kept[third, start:end],
                    kept[last, start:end], a, b, c, d) and (
            kinds <= 4 or _one_does(kept, start, end, measures, place, kinds)
        ):  # fmt: skip
            return True
    return False


@inner
def _one_may(
    w: Integers, x: Integers, y: Integers, z: Integers, a: int, b: int, c: int, d: int
) -> bool:
    """Tell whether one of some columns reaches these four values; without branches, for speed."""
    found = False
    for n in range(len(w)):
        found |= (w[n] >= a) & (x[n] >= b) & (y[n] >= c) & (z[n] >= d)
    return found


@inner
def _one_does(
    kept: Integers, start: int, end: int, measures: Integers, place: int, kinds: int
) -> bool:
    for other in range(start, end):
        kind = 0
        while kind < kinds and kept[kind, other] >= measures[kind, place]:
            kind += 1
        if kind == kinds:
            return True
    return False
