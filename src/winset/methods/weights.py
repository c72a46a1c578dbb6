"""Weights drawn uniformly from what orders and numbers leave open.

The sets are those of stochastic multicriteria acceptability analysis (Lahdelma and Salminen 2001,
"SMAA-2"; ordinal information as in Lahdelma, Miettinen and Salminen 2003). A set that is a
simplex, or a union of simplices of known volumes (one for each linear extension), is drawn from
directly; the rest by exact rejection from the smallest such set around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from winset.methods.linear_extensions import Ints, Lattice, lattice, shuffles
from winset.methods.orders import Box, Line, Poset, class_box, number_of, poset_of, spread_of
from winset.methods.sampling import Accept, Mask, Sampler
from winset.methods.simplex import WIDE, chain_shares, chain_volume
from winset.methods.streams import Floats, Stream

_ROUNDING = 1e-12


@lru_cache(maxsize=1024)
def weight_sampler(count: int, lines: tuple[Line, ...] = (), box: Box | None = None) -> Sampler:
    """Weights of ``count`` things: at least 0, sum 1, uniform among those the lines allow.

    Parameters
    ----------
    count
        Number of things, at least 1.
    lines
        Orders; ``>>`` is at least twice. Things that stand on no line are free.
    box
        A range for each thing, of which only ratios count: numbers are drawn uniformly in the
        ranges, independently, and divided by their sum (equal weights where that is 0).

    Returns
    -------
    Sampler
        Draws (rows, count).

    Raises
    ------
    CycleError
        If the lines contradict each other, or tied things have ranges without a common number.
    """
    poset = poset_of(count, lines)
    if box is not None:
        return _in_ranges(count, lines, poset, box)
    sizes = np.array([len(c) for c in poset.classes], dtype=np.float64)
    wide = any(any(line.wide) for line in lines)
    cell = _smallest_cell(lines, poset, sizes, wide)
    spread = spread_of(poset, count)
    exact = len(lines) <= 1 or (cell.all_lines and not wide)

    def propose(stream: Stream, rows: int) -> Floats:
        return cell.draw(stream, rows, sizes) @ spread

    return Sampler(propose, None if exact else _obeys(lines))


def _in_ranges(count: int, lines: tuple[Line, ...], poset: Poset, box: Box) -> Sampler:
    low, width = class_box(poset, box)
    spread = spread_of(poset, count)

    def propose(stream: Stream, rows: int) -> Floats:
        raw = (low + stream.part("ranges").uniforms(rows, len(low)) * width) @ spread
        total = raw.sum(axis=1, keepdims=True)
        return np.where(total > 0, raw / np.where(total > 0, total, 1.0), 1.0 / count)

    return Sampler(propose, _obeys(lines) if lines else None)


def _obeys(lines: tuple[Line, ...]) -> Accept:
    steps = [(list(a), list(b), WIDE if wide else 1.0) for x in lines for a, b, wide in x.steps()]

    def accept(weights: Floats) -> Mask:
        kept = np.ones(len(weights), dtype=np.bool_)
        for upper, lower, ratio in steps:
            least, most = weights[:, upper].min(axis=1), weights[:, lower].max(axis=1)
            kept &= least >= ratio * most - _ROUNDING
        return kept

    return accept


# ── regions that are drawn from directly ────────────────────────────────────────────────────────
@dataclass(frozen=True, eq=False)
class _Cell:
    """Chains over the classes ``named``, the other classes free.

    One chain, its classes ``loose[0]``..``loose[1]`` permuted; or, with a ``lattice``, each linear
    extension in proportion to its volume.
    """

    named: tuple[int, ...]
    volume: float
    ratios: tuple[float, ...]
    lattice: Lattice | None = None
    loose: tuple[int, int] = (0, 0)

    @property
    def all_lines(self) -> bool:
        return self.lattice is not None

    def order(self, stream: Stream, rows: int) -> Ints:
        """Give (rows, m): the named classes from the top down."""
        named = np.array(self.named, dtype=np.int64)
        if self.lattice is not None:
            drawn = self.lattice.draw(stream.part("order").uniforms(rows, len(named)))
            return np.asarray(named[drawn])
        order = np.broadcast_to(named, (rows, len(named))).copy()
        first, last = self.loose
        if last - first > 1:
            mixed = shuffles(stream.part("order").uniforms(rows, last - first))
            order[:, first:last] = named[first:last][mixed]
        return order

    def draw(self, stream: Stream, rows: int, sizes: Floats) -> Floats:
        """Give (rows, classes): the weight of one thing of each class."""
        uniforms = stream.part("simplex").uniforms(rows, len(sizes))
        order = self.order(stream, rows)
        free = [c for c in range(len(sizes)) if c not in self.named]
        drawn = chain_shares(uniforms, sizes[order], self.ratios)
        weights = np.empty_like(drawn)
        np.put_along_axis(weights, order, drawn[:, : len(self.named)], axis=1)
        weights[:, free] = drawn[:, len(self.named) :] / sizes[free]
        return weights


def _smallest_cell(lines: tuple[Line, ...], poset: Poset, sizes: Floats, wide: bool) -> _Cell:
    if not lines:
        return _Cell((), 1.0, ())
    singles = [c for line in lines if (c := _line_cell(poset, line, sizes)) is not None]
    if len(lines) == 1 and singles:
        return singles[0]
    whole = _lattice_cell(poset, lines, sizes)
    if whole is None:
        return min(singles, key=lambda c: c.volume, default=_Cell((), 1.0, ()))
    return min([whole, *singles], key=lambda c: c.volume) if wide else whole


def _line_cell(poset: Poset, line: Line, sizes: Floats) -> _Cell | None:
    """Return the region of one line; None where permuting its loose level changes the volume."""
    number = number_of(poset)
    chain: list[int] = []
    ratios: list[float] = []
    loose = (0, 0)
    for k, level in enumerate(line.levels):
        classes = sorted({number[i] for i in level})
        if k:
            ratios.append(WIDE if line.wide[k - 1] else 1.0)
        ratios += [1.0] * (len(classes) - 1)
        if k == line.loose:
            loose = (len(chain), len(chain) + len(classes))
        chain += classes
    if any(sizes[c] != 1 for c in chain[slice(*loose)]):
        return None
    volume = chain_volume([sizes[c] for c in chain], ratios) * math.factorial(loose[1] - loose[0])
    volume /= _product(sizes, set(chain))
    return _Cell(tuple(chain), volume, tuple(ratios), loose=loose)


def _lattice_cell(poset: Poset, lines: tuple[Line, ...], sizes: Floats) -> _Cell | None:
    """Return the region of all lines with wide steps as plain ones; None if it is too rich."""
    number = number_of(poset)
    named = sorted({number[i] for line in lines for i in line.members})
    place = {c: k for k, c in enumerate(named)}
    above = tuple(sum(1 << place[d] for d in named if poset.above[c] >> d & 1) for c in named)
    found = lattice(above, tuple(float(sizes[c]) for c in named))
    if found is None:
        return None
    volume = found.total / _product(sizes, set(named))
    return _Cell(tuple(named), volume, (1.0,) * (len(named) - 1), found)


def _product(sizes: Floats, without: set[int]) -> float:
    return math.prod(float(s) for c, s in enumerate(sizes) if c not in without)
