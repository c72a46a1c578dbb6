"""Lines such as ``a > b = c >> d`` over numbered things, and the partial order they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winset.methods.streams import Floats

Box = tuple[tuple[float, float], ...]
"""A range of numbers, least and greatest, for each thing."""


class CycleError(ValueError):
    """Lines contradict each other: something would stand above itself."""


@dataclass(frozen=True)
class Line:
    """An order of things, best first.

    ``levels`` holds tied things together; ``wide[k]`` is true where ``>>`` stands between levels
    k and k+1; ``loose`` is the index of the level whose things stand in any order among
    themselves instead of being tied (-1: none).
    """

    levels: tuple[tuple[int, ...], ...]
    wide: tuple[bool, ...]
    loose: int = -1

    @cached_property
    def members(self) -> frozenset[int]:
        """The things on the line."""
        return frozenset(i for level in self.levels for i in level)

    @property
    def ties(self) -> list[tuple[int, ...]]:
        """The levels that hold several tied things."""
        return [x for k, x in enumerate(self.levels) if k != self.loose and len(x) > 1]

    def steps(self) -> list[tuple[tuple[int, ...], tuple[int, ...], bool]]:
        """Give each step as things above, things below, and whether it is wide.

        Of tied things one stands for all; of a loose level all are given: the step is from the
        least above to the greatest below.
        """
        shown = [x if k == self.loose else x[:1] for k, x in enumerate(self.levels)]
        return list(zip(shown, shown[1:], self.wide, strict=False))


@dataclass(frozen=True)
class Poset:
    """A partial order of classes of tied things.

    ``classes`` are sorted by their least thing; ``above[c]`` is the set of classes that stand
    strictly above class c, as a bit mask, transitively closed.
    """

    classes: tuple[tuple[int, ...], ...]
    above: tuple[int, ...]


def merge(things: Sequence[int], lines: Sequence[Line]) -> Poset | None:
    """Merge lines into one partial order of the things given; None if they contradict each other.

    Wide steps count as plain ones here. Lines contradict each other where something would stand
    above itself.
    """
    classes = _classes(things, lines)
    number = {i: c for c, members in enumerate(classes) for i in members}
    above = [0] * len(classes)
    for line in lines:
        for upper, lower, _ in line.steps():
            over = sum({1 << number[i] for i in upper})
            for i in lower:
                above[number[i]] |= over
    closed = _closure(above)
    if any(mask >> c & 1 for c, mask in enumerate(closed)):
        return None
    return Poset(tuple(map(tuple, classes)), tuple(closed))


def _classes(things: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    """Group what the lines tie together, each group and the groups sorted."""
    group = {i: {i} for i in things}
    for line in lines:
        for tied in line.ties:
            joined = set().union(*(group[i] for i in tied))
            group.update(dict.fromkeys(joined, joined))
    return sorted({tuple(sorted(g)): sorted(g) for g in group.values()}.values())


def _closure(above: list[int]) -> list[int]:
    closed = list(above)
    for k in range(len(closed)) if any(above) else ():  # numbers alone order nothing
        for c, mask in enumerate(closed):
            if mask >> k & 1:
                closed[c] = mask | closed[k]
    return closed


def poset_of(count: int, lines: Sequence[Line]) -> Poset:
    """Merge lines over ``count`` things; CycleError if they contradict each other."""
    poset = merge(range(count), lines)
    if poset is None:
        raise CycleError("the lines put something above itself")
    return poset


def number_of(poset: Poset) -> dict[int, int]:
    """Give the number of the class that each thing belongs to."""
    return {i: c for c, members in enumerate(poset.classes) for i in members}


def spread_of(poset: Poset, count: int) -> Floats:
    """Give the (classes, count) matrix that hands each thing the number of its class."""
    spread = np.zeros((len(poset.classes), count))
    for c, members in enumerate(poset.classes):
        spread[c, members] = 1.0
    return spread


def class_box(poset: Poset, box: Box) -> tuple[Floats, Floats]:
    """Give low end and width of the range common to the things of each class: (classes,) each.

    CycleError if tied things have ranges without a common number.
    """
    low = np.array([max(box[i][0] for i in members) for members in poset.classes])
    high = np.array([min(box[i][1] for i in members) for members in poset.classes])
    if (high < low).any():
        raise CycleError("tied things have ranges without a common number")
    return low, high - low
