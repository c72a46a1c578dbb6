"""What statements fix as numbers: weights and values as fractions, exactly as they are written.

The text ``0.1`` is read as the nearest floating-point number, whose shortest decimal is 0.1 again:
that decimal, 1/10, is what was said.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from winset.ensemble.rankings import Open
from winset.methods.orders import Box, Poset, merge

Fixed = tuple[Fraction | None, ...]
"""A number for each thing; None where it is left open."""


def as_written(number: float) -> Fraction:
    """Turn a number that was read from decimal text into the fraction that the text says."""
    return Fraction(Decimal(repr(number)))


@lru_cache(maxsize=4096)
def fixed_numbers(left: Open) -> Fixed:
    """Find what statements fix, as :meth:`Open.sampler` draws it.

    Weights have the sum 1, and are fixed all or none; values run from 0 to 1 where the statements
    fix both ends, and are 0 where all options are tied. Orders alone fix nothing else.
    """
    none = (None,) * left.count
    poset = None if left.empty or left.attributes else merge(range(left.count), left.lines)
    if poset is None:
        return none
    if len(poset.classes) == 1:
        return ((Fraction(1, left.count) if left.weights else Fraction(0)),) * left.count
    ends = left.box and _ends(poset, left.box)
    if not ends:
        return none
    found = _shares(poset, ends) if left.weights else _stretched(ends)
    number = {thing: c for c, things in enumerate(poset.classes) for thing in things}
    return tuple(found[number[thing]] for thing in range(left.count))


_Ends = list[tuple[int, int]]


def _ends(poset: Poset, box: Box) -> _Ends | None:
    """Give the range of each class, all multiplied by one number that makes them whole.

    None where tied things have no number in common.
    """
    written = [(as_written(low), as_written(high)) for low, high in box]
    common = lcm(*(end.denominator for ends in written for end in ends))
    whole = [(int(low * common), int(high * common)) for low, high in written]
    ends = [(max(whole[i][0] for i in things), min(whole[i][1] for i in things))
            for things in poset.classes]  # fmt: skip
    return ends if all(low <= high for low, high in ends) else None


def _shares(poset: Poset, ends: _Ends) -> Fixed:
    if any(low < high for low, high in ends):
        return (None,) * len(ends)
    sizes = [len(things) for things in poset.classes]
    total = sum(low * size for (low, _), size in zip(ends, sizes, strict=True))
    if not total:
        return (Fraction(1, sum(sizes)),) * len(ends)
    return tuple(Fraction(low, total) for low, _ in ends)


def _stretched(ends: _Ends) -> Fixed:
    points = [low for low, high in ends if low == high]
    worst, best = min(low for low, _ in ends), max(high for _, high in ends)
    if not points or min(points) > worst or max(points) < best:
        return (None,) * len(ends)
    width = best - worst or 1
    return tuple(None if low < high else Fraction(low - worst, width) for low, high in ends)
