"""Compiled handling of partial deals: what they have to meet, and which of them are needed.

A *row* is a partial deal: what it adds up to for every party that spans the frontier (the first
``sides`` columns), then the negated words of its number (changes first), then what it adds up to
for those that only have floors. All columns add up over components. Rows are kept in order of
their *keys* (sides, then words), greatest first: so a row that can make another needless stands
before it, and of rows equal for all sides the one with fewest changes comes first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import inner
from winset.methods.dominance_kernels import find_beaten
from winset.methods.row_sorting import sort_runs

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Terms(NamedTuple):
    """What a whole deal has to meet, by the columns of a row, and how many rows are kept.

    ``need`` (columns,): least sum; ``gaining`` (columns,): those of whom one has to be above it,
    unless ``free``; ``sides``, ``keys``: columns that span the frontier, and with the words;
    ``most`` rows are kept; ``capping`` says whether more than enough for a floor is cut.
    """

    need: Integers
    gaining: Mask
    free: bool
    sides: int
    keys: int
    most: int
    capping: bool


@inner
def can_do(terms: Terms, row: Integers, rest: Integers) -> bool:
    """Tell whether a partial deal can meet the terms with the best of all that is left."""
    gains = terms.free
    for column in range(len(row)):
        best = row[column] + rest[column]
        if best < terms.need[column]:
            return False
        gains |= terms.gaining[column] and best > terms.need[column]
    return bool(gains)


@inner
def cap(terms: Terms, row: Integers, least: Integers) -> None:
    """Cut what is more than enough for a floor, whatever is added later."""
    if not terms.capping:
        return
    for column in range(terms.keys, len(row)):
        enough = terms.need[column] + terms.gaining[column] - least[column]
        row[column] = min(row[column], enough)


@inner
def _kept(terms: Terms, rows: Integers, bounds: Integers, grid: Integers, last: bool) -> Integers:
    """Sort rows that come in sorted runs, and drop those that an earlier one makes needless.

    ``grid`` (columns,): binary digits that do not count when two rows are compared.
    """
    order = sort_runs(rows, bounds, terms.keys)
    columns = rows.shape[1]
    kinds = terms.sides - 1 + (0 if last else columns - terms.keys)
    measures = np.empty((kinds, len(rows)), np.int64)
    for kind in range(kinds):
        column = kind + 1 if kind + 1 < terms.sides else terms.keys + kind + 1 - terms.sides
        for place in range(len(rows)):
            measures[kind, place] = rows[order[place], column] >> grid[column]
    beaten = find_beaten(measures)
    kept = np.empty((len(rows), columns), np.int64)
    count = 0
    for place in range(len(rows)):
        if not beaten[place]:
            kept[count] = rows[order[place]]
            count += 1
    return kept[:count].copy()


@inner
def thin(
    terms: Terms, rows: Integers, bounds: Integers, widths: Integers, level: int, last: bool
) -> tuple[Integers, int]:
    """Filter rows on the finest grid, from ``level`` on, that leaves no more than are kept.

    Grids are nested, so that filtering again on a coarser one costs no more than that alone.
    """
    kept = _kept(terms, rows, bounds, grid_of(terms, widths, level), last)
    if len(kept) <= terms.most:
        return kept, level
    finer, coarsest = level, greatest(widths) + 1
    whole = np.zeros(2, np.int64)
    whole[1] = len(kept)
    found = kept
    while finer + 1 < coarsest:
        middle = (finer + coarsest) >> 1
        tried = _kept(terms, kept, whole, grid_of(terms, widths, middle), last)
        if len(tried) > terms.most:
            finer = middle
        else:
            coarsest, found = middle, tried
    return found, coarsest


@inner
def greatest(numbers: Integers) -> int:
    """Give the greatest of some numbers, or 0."""
    best = np.int64(0)
    for number in numbers:
        best = max(best, number)
    return int(best)


@inner
def grid_of(terms: Terms, widths: Integers, level: int) -> Integers:
    """Give the digits that do not count: ``level`` of the widest column's, none of the first's.

    The order of the rows settles the first column, so that no grid is needed there.
    """
    widest = greatest(widths)
    grid = np.zeros(len(widths), np.int64)
    for column in range(1, len(widths)):
        if column < terms.sides or column >= terms.keys:
            grid[column] = max(widths[column] + level - widest, 0)
    return grid


@inner
def add_row(
    terms: Terms, rows: Integers, extra: Integers, rest: Integers, least: Integers,
    into: Integers, count: int,
) -> int:  # fmt: skip
    """Add one row to each of some rows, and write down what can still meet the terms."""
    for row in range(len(rows)):
        for column in range(rows.shape[1]):
            into[count, column] = rows[row, column] + extra[column]
        if can_do(terms, into[count], rest):
            cap(terms, into[count], least)
            count += 1
    return count
