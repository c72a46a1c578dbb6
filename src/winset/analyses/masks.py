"""Conditions and utilities laid over the deals of a table, for many readings at once.

What a condition or a utility says of a deal depends on the reading only through what is in force
and through the issues off the table's agenda, which stand as the reading's base has them. So a
condition is laid out once for every different base, and a utility is a sum of one vector an
issue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from winset.ensemble import Ensemble
from winset.language.terms import Condition
from winset.space import Grid, holds, issues_of

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]
Positions = NDArray[np.intp]

_INNER = 128
"""Length at which the inner loop of an outer sum runs at full speed."""


@dataclass(frozen=True, eq=False)
class Held:
    """Where a condition holds: ``table`` (bases, deals), ``group`` (readings,) -> its base."""

    table: Mask
    group: Positions

    def rows(self, rows: slice) -> Mask:
        """Say where the condition holds in some readings: shape (readings, deals)."""
        picked: Mask = self.table[self.group[rows]]
        return picked

    @cached_property
    def packed(self) -> NDArray[np.uint8]:
        """The table with eight deals a byte."""
        return np.packbits(self.table, axis=1)


def held(
    condition: Condition, ensemble: Ensemble, grid: Grid, seated: frozenset[str] = frozenset()
) -> Held:
    """Lay a condition over the deals of a grid, in every reading of an ensemble."""
    off = [i for i in issues_of(condition, grid.space) if i not in grid.issues]
    bases, group = np.unique(ensemble.base[:, off], axis=0, return_inverse=True)
    state = ensemble.base[0].copy()
    table = np.empty((len(bases), grid.size), dtype=np.bool_)
    for row, base in zip(table, bases, strict=True):
        state[off] = base
        row[:] = holds(condition, grid.space, grid.states(state), seated)
    return Held(table, group.reshape(-1))


@dataclass(frozen=True, eq=False)
class Bans:
    """Conditions that close deals, each in some readings: ``active`` (readings, bans)."""

    names: tuple[str, ...]
    held: tuple[Held, ...]
    active: Mask

    @cached_property
    def _patterns(self) -> tuple[NDArray[np.int64], Positions]:
        """Different combinations of bases and bans in force, and each reading's."""
        keys = [np.where(self.active[:, n], h.group, -1) for n, h in enumerate(self.held)]
        found, group = np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)
        return found.astype(np.int64), group.reshape(-1)

    def close(self, rows: slice, mask: Mask) -> None:
        """Take the deals that are closed in these readings out of ``mask`` (readings, deals)."""
        if not self.held or not self.active[rows].any():
            return
        patterns, group = self._patterns
        used, place = np.unique(group[rows], return_inverse=True)
        open_to = np.ones((len(used), mask.shape[1]), dtype=np.bool_)
        for row, pattern in zip(open_to, patterns[used], strict=True):
            for ban, base in zip(self.held, pattern, strict=True):
                if base >= 0:
                    row &= ~ban.table[base]
        mask &= open_to[place.reshape(-1)]


def bans(
    named: Sequence[tuple[str, Condition, Mask]],
    ensemble: Ensemble,
    grid: Grid,
    seated: frozenset[str] = frozenset(),
) -> Bans:
    """Lay out conditions (name, condition, readings in which it bans); idle ones are dropped."""
    laid = [(name, held(condition, ensemble, grid, seated), active)
            for name, condition, active in named if active.any()]  # fmt: skip
    laid = [entry for entry in laid if entry[1].table.any()]
    active = [a for _, _, a in laid]
    return Bans(
        tuple(name for name, _, _ in laid),
        tuple(h for _, h, _ in laid),
        np.stack(active, axis=1) if active else np.zeros((ensemble.readings, 0), dtype=np.bool_),
    )


@dataclass(frozen=True, eq=False)
class Gains:
    """What one party gains by each deal over its reservation, as a sum of tables.

    ``level`` (readings,) is what the issues off the agenda are worth, less the reservation;
    ``axes`` one table (readings, options) for each issue of the grid; ``terms`` tables over
    several of its axes: the axes, and worths of shape (readings, cells).
    """

    shape: tuple[int, ...]
    level: Integers
    axes: tuple[Integers, ...]
    terms: tuple[tuple[tuple[int, ...], Integers], ...]

    @cached_property
    def _cut(self) -> int:
        """Axis from which on deals form the inner, contiguous part of the grid."""
        cut = len(self.shape)
        while cut > 1 and prod(self.shape[cut:]) < min(_INNER, prod(self.shape) ** 0.5):
            cut -= 1
        return cut

    @cached_property
    def _cells(self) -> tuple[tuple[Positions, Integers], ...]:
        """For each term, its cell in every cell of the axes it is added over, and its worths."""
        return tuple((_cells_of(self.shape, self._span(axes), axes), worth)
                     for axes, worth in self.terms)  # fmt: skip

    def _span(self, axes: tuple[int, ...]) -> range:
        inner, outer = min(axes) >= self._cut, max(axes) < self._cut
        return range(self._cut if inner else 0, self._cut if outer else len(self.shape))

    def _sum(self, span: range, rows: slice) -> Integers:
        """Add up the tables that lie within a run of axes: shape (readings, cells)."""
        total = np.zeros((len(self.level[rows]), 1), dtype=np.int64)
        for axis in span:
            total = total[:, :, None] + self.axes[axis][rows][:, None, :]
            total = total.reshape(len(total), -1)
        self._add_terms(total, span, rows)
        return total

    def _add_terms(self, total: Integers, span: range, rows: slice) -> None:
        for (axes, _), (cells, worth) in zip(self.terms, self._cells, strict=True):
            if self._span(axes) == span:
                total += np.take(worth[rows], cells, axis=1)

    def rows(self, rows: slice) -> Integers:
        """Give the gains in some readings: shape (readings, deals)."""
        whole = range(len(self.shape))
        outer = self._sum(range(self._cut), rows) + self.level[rows][:, None]
        if self._cut == len(self.shape):
            return outer
        inner = self._sum(range(self._cut, len(self.shape)), rows)
        total = (outer[:, :, None] + inner[:, None, :]).reshape(len(outer), -1)
        self._add_terms(total, whole, rows)
        return total

    def summed(self) -> Integers:
        """Add up the gains of all readings: shape (deals,)."""
        added = Gains(
            self.shape,
            self.level.sum(keepdims=True),
            tuple(axis.sum(axis=0, keepdims=True) for axis in self.axes),
            tuple((axes, worth.sum(axis=0, keepdims=True)) for axes, worth in self.terms),
        )
        total: Integers = added.rows(slice(None))[0]
        return total


def gains_of(ensemble: Ensemble, grid: Grid, party: int) -> Gains:
    """Lay out what a party (its index) gains by the deals of a grid, in every reading."""
    space = grid.space
    worth = ensemble.part_worth[:, party]
    level = -ensemble.reservation[:, party]
    readings = np.arange(ensemble.readings)
    for issue, offset in enumerate(space.offsets[:-1]):
        if issue not in grid.issues:
            stands = ensemble.base[:, issue].astype(np.intp)
            level = level + worth[readings, offset + stands]
    axes = tuple(worth[:, space.offsets[i] : space.offsets[i + 1]] for i in grid.issues)
    terms = []
    for term in ensemble.terms:
        if term.party == party:
            on, table = _on_grid(term.issues, term.worth, ensemble, grid)
            if on:
                terms.append((on, table))
            else:
                level = level + table[:, 0]
    return Gains(grid.shape, level, axes, tuple(terms))


def _on_grid(
    issues: tuple[int, ...], worth: Integers, ensemble: Ensemble, grid: Grid
) -> tuple[tuple[int, ...], Integers]:
    """Cut a term's table down to the grid's axes, its other issues standing as in the base."""
    sizes = tuple(grid.space.sizes[i] for i in issues)
    table = worth.reshape(len(worth), *sizes)
    readings = np.arange(len(worth))
    for place in reversed(range(len(issues))):
        if issues[place] not in grid.issues:
            at = ensemble.base[:, issues[place]]
            table = np.moveaxis(table, place + 1, 1)[readings, at]
    axes = tuple(grid.issues.index(i) for i in issues if i in grid.issues)
    return axes, np.ascontiguousarray(table.reshape(len(worth), -1))


def _cells_of(shape: tuple[int, ...], span: range, axes: tuple[int, ...]) -> Positions:
    """Give each cell of a run of axes its cell of some of them (in the order given)."""
    cells = np.indices([shape[axis] for axis in span], dtype=np.intp)
    found = np.zeros(cells.shape[1:], dtype=np.intp)
    for axis in axes:
        found = found * shape[axis] + cells[axis - span.start]
    return found.reshape(-1)


def distinct_rows(rows: Mask) -> tuple[Positions, Positions]:
    """Give the first place of each different row, and for each row which of them it is."""
    if rows.shape[1] == 0:
        return np.zeros(1, dtype=np.intp), np.zeros(len(rows), dtype=np.intp)
    packed = np.ascontiguousarray(np.packbits(rows, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return first, which.reshape(-1)
