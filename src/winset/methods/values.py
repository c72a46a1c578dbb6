"""Values of options drawn uniformly from what orders, numbers and attributes leave open.

Best 1, worst 0: a point of the simplex of the steps between neighbours, one such simplex for each
linear extension of what was said. Cardinal values from ordinal statements as in SMAA with ordinal
criteria (Lahdelma, Miettinen and Salminen 2003, "Ordinal criteria in stochastic multicriteria
acceptability analysis").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from winset.methods.linear_extensions import Ints, Lattice, lattice, shuffles
from winset.methods.orders import Box, Line, Poset, class_box, number_of, poset_of, spread_of
from winset.methods.sampling import Accept, Mask, Sampler
from winset.methods.simplex import WIDE, dirichlet, step_sizes, step_volume
from winset.methods.streams import Floats, Stream

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Attribute:
    """An attribute that options are ranked by.

    ``element[o]`` is the number of option o's value of the attribute (an option that lacks it has
    a number of its own); ``count`` the number of elements; ``lines`` are orders of elements.
    """

    name: str
    element: tuple[int, ...]
    count: int
    lines: tuple[Line, ...]


@lru_cache(maxsize=4096)
def value_sampler(
    count: int,
    lines: tuple[Line, ...] = (),
    box: Box | None = None,
    attributes: tuple[Attribute, ...] = (),
) -> Sampler:
    """Values of ``count`` options: best 1, worst 0, uniform among those the lines allow.

    Parameters
    ----------
    count
        Number of options, at least 1.
    lines
        Orders; a step ``>>`` is at least twice every plain step of its line. Options that stand
        on no line may stand anywhere.
    box
        A range for each option on an interval scale of the party's own: numbers are drawn
        uniformly in the ranges, independently, and stretched to 0..1 (all 0 where all are equal).
    attributes
        Values are a weighted sum of the values of what describes the options, the weights uniform
        on the simplex, stretched to 0..1.

    Returns
    -------
    Sampler
        Draws (rows, count); 0 everywhere if all options are tied.

    Raises
    ------
    CycleError
        If the lines contradict each other, or tied options have ranges without a common number.
    ValueError
        If both ranges and attributes are given.
    """
    if box is not None and attributes:
        raise ValueError("values have either ranges or attributes")
    poset = poset_of(count, lines)
    accept = _obeys(lines) if lines else None
    if attributes:
        return _by_attributes(attributes, accept)
    if box is not None:
        return _in_ranges(class_box(poset, box), spread_of(poset, count), accept)
    return _in_order(lines, poset, spread_of(poset, count))


def _in_order(lines: tuple[Line, ...], poset: Poset, spread: Floats) -> Sampler:
    classes = len(poset.classes)
    if classes == 1:
        return Sampler(lambda _, rows: np.zeros((rows, spread.shape[1])))
    cell = _smallest_cell(lines, poset)
    wide = any(any(line.wide) for line in lines)
    exact = not lines or cell.exact or (cell.lattice is not None and not wide)

    def propose(stream: Stream, rows: int) -> Floats:
        return cell.draw(stream, rows) @ spread

    return Sampler(propose, None if exact else _obeys(lines))


def _in_ranges(box: tuple[Floats, Floats], spread: Floats, accept: Accept | None) -> Sampler:
    low, width = box

    def propose(stream: Stream, rows: int) -> Floats:
        drawn = low + stream.part("ranges").uniforms(rows, len(low)) * width
        return _stretched(drawn @ spread)

    return Sampler(propose, accept)


def _by_attributes(attributes: tuple[Attribute, ...], accept: Accept | None) -> Sampler:
    parts = [(a, value_sampler(a.count, a.lines), np.array(a.element)) for a in attributes]

    def propose(stream: Stream, rows: int) -> Floats:
        weights = dirichlet(stream.part("weights").uniforms(rows, len(parts)))
        total = np.zeros((rows, len(attributes[0].element)))
        for k, (attribute, sampler, element) in enumerate(parts):
            drawn = sampler.draw(stream.part(f"attribute {attribute.name}"), rows)
            total += weights[:, k, None] * drawn[:, element]
        return _stretched(total)

    return Sampler(propose, accept)


def _stretched(values: Floats) -> Floats:
    """Move the least value of each row to 0 and the greatest to 1."""
    low = values.min(axis=1, keepdims=True)
    width = values.max(axis=1, keepdims=True) - low
    return np.where(width > 0, (values - low) / np.where(width > 0, width, 1.0), 0.0)


def _obeys(lines: tuple[Line, ...]) -> Accept:
    steps = [[(list(a), list(b), wide) for a, b, wide in line.steps()] for line in lines]

    def accept(values: Floats) -> Mask:
        kept = np.ones(len(values), dtype=np.bool_)
        for line in steps:
            plain, wide = np.zeros(len(values)), np.full(len(values), np.inf)
            for upper, lower, is_wide in line:
                step = values[:, upper].min(axis=1) - values[:, lower].max(axis=1)
                kept &= step >= -_ROUNDING
                if is_wide:
                    wide = np.minimum(wide, step)
                else:
                    plain = np.maximum(plain, step)
            kept &= wide >= WIDE * plain - _ROUNDING
        return kept

    return accept


# ── regions that are drawn from directly ────────────────────────────────────────────────────────
@dataclass(frozen=True, eq=False)
class _Cell:
    """Orders of all classes with the steps between them.

    With a ``lattice``: its linear extensions, steps uniform. Otherwise ``chain`` stands in its
    order (the classes ``loose[0]``..``loose[1]`` of it in any), all other classes anywhere;
    ``kinds`` are the steps' kinds where the chain is complete. ``exact`` if the region is all
    that was said.
    """

    classes: int
    volume: float
    chain: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    loose: tuple[int, int] = (0, 0)
    lattice: Lattice | None = None
    exact: bool = False

    def order(self, stream: Stream, rows: int) -> Ints:
        """Give (rows, classes): the classes from the top down."""
        if len(self.chain) == self.classes and self.loose[1] - self.loose[0] < 2:
            return np.broadcast_to(np.array(self.chain), (rows, self.classes))
        uniforms = stream.part("order").uniforms(rows, self.classes)
        if self.lattice is not None:
            return self.lattice.draw(uniforms)
        # A random order whose chain members are put back in the chain's order is a uniform
        # linear extension: a chain beside free classes.
        first, last = self.loose
        rank = np.argsort(shuffles(uniforms), axis=1)
        places = np.sort(rank[:, self.chain], axis=1)
        mixed = np.argsort(np.argsort(rank[:, self.chain[first:last]], axis=1), axis=1)
        places[:, first:last] = np.take_along_axis(places[:, first:last], mixed, axis=1)
        rank[:, self.chain] = places
        return np.argsort(rank, axis=1)

    def draw(self, stream: Stream, rows: int) -> Floats:
        """Give (rows, classes): the value of each class."""
        kinds = self.kinds or ("plain",) * (self.classes - 1)
        uniforms = stream.part("simplex").uniforms(rows, self.classes - 1)
        steps = step_sizes(uniforms, stream.part("steps"), kinds)
        falling = np.zeros((rows, self.classes))
        falling[:, :-1] = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]
        falling[:, 0] = 1.0
        values = np.empty_like(falling)
        np.put_along_axis(values, self.order(stream, rows), falling, axis=1)
        return values


def _smallest_cell(lines: tuple[Line, ...], poset: Poset) -> _Cell:
    classes = len(poset.classes)
    if not lines:
        return _Cell(classes, math.inf)
    singles = [_line_cell(poset, line, len(lines) == 1) for line in lines]
    complete = [c for c in singles if len(c.chain) == classes]
    if len(lines) == 1 and complete:
        return complete[0]
    found = lattice(poset.above)
    if found is None:
        return min(singles, key=lambda c: c.volume)
    whole = _Cell(classes, found.total, lattice=found)
    return min([whole, *complete], key=lambda c: c.volume)


def _line_cell(poset: Poset, line: Line, alone: bool) -> _Cell:
    number = number_of(poset)
    classes = len(poset.classes)
    chain: list[int] = []
    kinds: list[str] = []
    loose = (0, 0)
    for k, level in enumerate(line.levels):
        members = sorted({number[i] for i in level})
        if k:
            kinds.append("wide" if line.wide[k - 1] else "plain")
        kinds += ["free"] * (len(members) - 1)
        if k == line.loose:
            loose = (len(chain), len(chain) + len(members))
        chain += members
    orders = math.factorial(loose[1] - loose[0])
    if len(chain) == classes:
        volume = orders * step_volume(kinds)
        return _Cell(classes, volume, tuple(chain), tuple(kinds), loose, exact=alone)
    volume = orders * math.factorial(classes) / math.factorial(len(chain))
    return _Cell(classes, volume, tuple(chain), loose=loose)
