"""The issues of a table in components that nothing couples, each with its joint options.

What couples issues: a rule, a red line or another condition that speaks of several, a term of
somebody's utility over several. Issues that are coupled, directly or by way of others, make one
*component*, and each combination of their options is one of its *cells*. A condition or a term
then depends on one component only, utilities add up over components, and both exactly so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from winset.analyses.masks import Gains, Integers, Mask, Positions
from winset.ensemble import Ensemble
from winset.errors import TooLargeError
from winset.language.terms import Condition
from winset.space import Grid, States, holds, issues_of, options_of_deals

MOST_CELLS = 250_000
"""Combinations of options that the issues of one component may have."""

_ONE_WORD = 2**58

Tie = tuple[str, tuple[int, ...]]
"""What couples issues: the name of a statement, and the issues (by index) that it speaks of."""


@dataclass(frozen=True, eq=False)
class Components:
    """The issues of a grid, grouped; ``groups`` holds axes of the grid, each group ascending."""

    grid: Grid
    groups: tuple[tuple[int, ...], ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of cells of each component."""
        return tuple(prod(self.grid.shape[a] for a in group) for group in self.groups)

    @cached_property
    def first(self) -> Integers:
        """First cell of each component, and last the number of cells of all."""
        return np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)

    @property
    def cells(self) -> int:
        """Number of cells of all components."""
        return int(self.first[-1])

    @cached_property
    def options(self) -> tuple[States, ...]:
        """Option indices in every cell of each component: shape (cells, axes of the group)."""
        return tuple(
            options_of_deals(np.arange(size), tuple(self.grid.shape[a] for a in group))
            for group, size in zip(self.groups, self.sizes, strict=True)
        )

    @cached_property
    def base(self) -> Integers:
        """The status quo's cell in each component: shape (components,)."""
        base: Integers = self.of_options(np.array([self.grid.now], dtype=np.int16))[0]
        return base

    @cached_property
    def changes(self) -> Integers:
        """Number of issues in which each cell differs from the status quo: shape (cells,)."""
        return self.away(np.array(self.grid.now, dtype=np.int16))

    @cached_property
    def order(self) -> Integers:
        """What tells equal deals apart, added up over cells; the lowest sum wins: (cells,).

        The number of changes, and where it can be had in one integer, then the deal's number, as
        where deals are listed. Where components follow each other like the issues, the numbers of
        cells say the same, and changes are enough.
        """
        axes = [a for group in self.groups for a in group]
        if axes == sorted(axes) or self.grid.size * (len(axes) + 1) >= _ONE_WORD:
            return self.changes
        strides = np.cumprod([1, *self.grid.shape[:0:-1]])[::-1]
        numbers = [options.astype(np.int64) @ strides[list(group)]
                   for group, options in zip(self.groups, self.options, strict=True)]  # fmt: skip
        return self.changes * self.grid.size + np.concatenate(numbers)

    @cached_property
    def holding(self) -> Mask:
        """Which cells hold which option: (options of all issues one after the other, cells)."""
        held = np.zeros((sum(self.grid.shape), self.cells), dtype=np.bool_)
        slot = np.cumsum([0, *self.grid.shape])
        for c, group in enumerate(self.groups):
            run = np.arange(self.first[c], self.first[c + 1])
            for axis, options in zip(group, self.options[c].T, strict=True):
                held[slot[axis] + options, run] = True
        return held

    @cached_property
    def narrow(self) -> Mask:
        """For each option, the cells that deals with it may take: (options, cells)."""
        narrow = np.ones((sum(self.grid.shape), self.cells), dtype=np.bool_)
        slot = np.cumsum([0, *self.grid.shape])
        for c, group in enumerate(self.groups):
            for axis in group:
                run = slice(slot[axis], slot[axis + 1])
                narrow[run, self.span(c)] = self.holding[run, self.span(c)]
        return narrow

    def away(self, deal: States) -> Integers:
        """Count the issues in which cells differ from a deal's options: (axes,) -> (cells,)."""
        parts = [(options != deal[list(group)]).sum(axis=1)
                 for group, options in zip(self.groups, self.options, strict=True)]  # fmt: skip
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    def of_options(self, options: States) -> Integers:
        """Give deals by cells: (n, axes) option indices -> (n, components) cell numbers."""
        found = np.zeros((len(options), len(self.groups)), dtype=np.int64)
        for c, group in enumerate(self.groups):
            for axis in group:
                found[:, c] = found[:, c] * self.grid.shape[axis] + options[:, axis]
        return found

    def to_options(self, deals: Integers) -> States:
        """Give deals by options: (n, components) cell numbers -> (n, axes) option indices."""
        found = np.zeros((len(deals), len(self.grid.shape)), dtype=np.int16)
        for c, group in enumerate(self.groups):
            found[:, list(group)] = self.options[c][deals[:, c]]
        return found

    def numbers(self, deals: Integers) -> Any:  # noqa: ANN401 - int64, or Python's integers
        """Give the numbers of deals given by cells: (n, components) -> (n,)."""
        return self.grid.numbers(self.to_options(deals))

    def component(self, issues: Iterable[int]) -> int:
        """Find the component that holds issues (by index); 0 if none of them is on the grid."""
        axes = {self.grid.issues.index(i) for i in issues if i in self.grid.issues}
        return next((c for c, group in enumerate(self.groups) if axes & set(group)), 0)

    def span(self, component: int) -> slice:
        """Say where a component's cells lie among those of all."""
        return slice(int(self.first[component]), int(self.first[component + 1]))


def components_of(grid: Grid, ties: Iterable[Tie]) -> Components:
    """Group the issues of a grid by what couples them.

    Raises
    ------
    TooLargeError
        If one component has more combinations of options than ``MOST_CELLS``: with the lines
        that couple its issues, the widest first.
    """
    ties = tuple(ties)
    found = Components(grid, _groups(grid.issues, ties))
    for joint, size in zip(found.groups, found.sizes, strict=True):
        if size > MOST_CELLS:
            raise TooLargeError(_coupled(grid, joint, size, ties))
    return found


def coupling(issues: Iterable[int], ties: Iterable[Tie]) -> tuple[str, ...]:
    """Name the lines that couple some issues, those that speak of most of them first."""
    among = frozenset(issues)
    widths: dict[str, int] = {}
    for name, on in ties:
        if (width := len(among & set(on))) > 1:
            widths[name] = max(width, widths.get(name, 0))
    return tuple(sorted(widths, key=lambda name: -widths[name]))


def _groups(issues: tuple[int, ...], ties: Iterable[Tie]) -> tuple[tuple[int, ...], ...]:
    """Group the places of issues that ties join, directly or by way of others."""
    place = {issue: axis for axis, issue in enumerate(issues)}
    group = list(range(len(issues)))
    for _, on in ties:
        joined = {group[place[i]] for i in on if i in place}
        group = [min(joined) if g in joined else g for g in group]
    return tuple(tuple(a for a, g in enumerate(group) if g == head) for head in sorted(set(group)))


def _coupled(grid: Grid, axes: tuple[int, ...], size: int, ties: tuple[Tie, ...]) -> str:
    issues = tuple(grid.issues[a] for a in axes)
    names, lines = grid.space.issues, coupling(issues, ties)
    fixed, left = _enough_fixed(issues, grid, ties)
    which = "an issue" if len(fixed) == 1 else f"{len(fixed)} issues"
    options = " ".join(f"--set {names[i]}=OPTION" for i in fixed)
    return (
        f"table {grid.table} has {grid.size:,} combinations of options, too many to list, and its "
        f"issues {', '.join(names[i] for i in issues)} hang together: {size:,} combinations, and "
        f"up to {MOST_CELLS:,} are computed. They are coupled by {', '.join(lines)}: drop some of "
        f"these lines (--without), or fix {which} ({options}), which leaves {left:,} combinations"
    )


def _enough_fixed(
    issues: tuple[int, ...], grid: Grid, ties: tuple[Tie, ...]
) -> tuple[tuple[int, ...], int]:
    """Find issues to fix, those with most options first, until what still hangs together is small
    enough; and how many combinations the largest part of it then has.
    """
    sizes, left = grid.space.sizes, list(issues)
    fixed: list[int] = []
    while True:
        groups = _groups(tuple(left), ties)
        largest = max(prod(sizes[left[a]] for a in group) for group in groups)
        if largest <= MOST_CELLS:
            return tuple(fixed), largest
        widest = max(groups, key=lambda group: prod(sizes[left[a]] for a in group))
        fixed.append(max((left[a] for a in widest), key=sizes.__getitem__))
        left.remove(fixed[-1])


@dataclass(frozen=True, eq=False)
class Held:
    """Where a condition holds: ``table`` (bases, cells of a component), ``group`` (readings,)."""

    component: int
    table: Mask
    group: Positions


def held_in(
    condition: Condition, ensemble: Ensemble, parts: Components, seated: frozenset[str]
) -> Held:
    """Lay a condition over the component that holds all its issues."""
    grid, issues = parts.grid, issues_of(condition, parts.grid.space)
    component = parts.component(issues)
    off = [i for i in issues if i not in grid.issues]
    bases, group = np.unique(ensemble.base[:, off], axis=0, return_inverse=True)
    on = [grid.issues[a] for a in parts.groups[component]]
    states = np.repeat(ensemble.base[:1], parts.sizes[component], axis=0)
    states[:, on] = parts.options[component]
    table = np.empty((len(bases), len(states)), dtype=np.bool_)
    for row, base in zip(table, bases, strict=True):
        states[:, off] = base
        row[:] = holds(condition, grid.space, states, seated)
    return Held(component, table, group.reshape(-1))


@dataclass(frozen=True, eq=False)
class Line:
    """A condition that closes cells in some readings; ``active`` (readings,)."""

    name: str
    held: Held
    active: Mask

    def close(self, rows: Positions, allowed: Mask, parts: Components) -> None:
        """Take the closed cells out of ``allowed`` (rows, cells); (n,) readings."""
        real = np.flatnonzero(self.active[rows])
        if len(real):
            closed = self.held.table[self.held.group[rows[real]]]
            allowed[real, parts.span(self.held.component)] &= ~closed


def lines_of(
    named: Iterable[tuple[str, Condition, Mask]],
    ensemble: Ensemble,
    parts: Components,
    seated: frozenset[str],
) -> tuple[Line, ...]:
    """Lay out conditions (name, condition, readings in which it closes); idle ones are dropped."""
    laid = [Line(name, held_in(condition, ensemble, parts, seated), active)
            for name, condition, active in named if active.any()]  # fmt: skip
    return tuple(line for line in laid if line.held.table.any())


def worth_in(gains: Gains, parts: Components, rows: Positions) -> Integers:
    """Give what each cell adds to a party's gain, but for its level: (readings, cells)."""
    found = np.zeros((len(rows), parts.cells), dtype=np.int64)
    for c, group in enumerate(parts.groups):
        run = found[:, parts.span(c)]
        for axis, options in zip(group, parts.options[c].T, strict=True):
            run += gains.axes[axis][rows][:, options]
        for axes, worth in gains.terms:
            if set(axes) <= set(group):  # one over several components is worth nothing here
                cells = np.zeros(parts.sizes[c], dtype=np.int64)
                for axis in axes:
                    column = parts.options[c][:, group.index(axis)]
                    cells = cells * parts.grid.shape[axis] + column
                run += worth[rows][:, cells]
    return found
