"""Compiled merging of components into a frontier: see :mod:`winset.methods.frontiers`.

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

from winset.methods.compiling import compiled
from winset.methods.dominance_kernels import sort_runs, unbeaten

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_CHUNK = 2**19  # rows filtered at a time


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


@compiled
def _can_do(terms: Terms, row: Integers, rest: Integers) -> bool:
    """Tell whether a partial deal can meet the terms with the best of all that is left."""
    gains = terms.free
    for column in range(len(row)):
        best = row[column] + rest[column]
        if best < terms.need[column]:
            return False
        gains |= terms.gaining[column] and best > terms.need[column]
    return bool(gains)


@compiled
def _cap(terms: Terms, row: Integers, least: Integers) -> None:
    """Cut what is more than enough for a floor, whatever is added later."""
    if not terms.capping:
        return
    for column in range(terms.keys, len(row)):
        enough = terms.need[column] + terms.gaining[column] - least[column]
        row[column] = min(row[column], enough)


@compiled
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
    return rows[order[unbeaten(measures)]]


@compiled
def _thinned(
    terms: Terms, rows: Integers, bounds: Integers, widths: Integers, level: int, last: bool
) -> tuple[Integers, int]:
    """Filter rows on the finest grid, from ``level`` on, that leaves no more than are kept.

    Grids are nested, so that filtering again on a coarser one costs no more than that alone.
    """
    kept = _kept(terms, rows, bounds, _grid(terms, widths, level), last)
    if len(kept) <= terms.most:
        return kept, level
    finer, coarsest = level, widths.max() + 1
    whole = np.array([0, len(kept)])
    found = kept
    while finer + 1 < coarsest:
        middle = (finer + coarsest) >> 1
        tried = _kept(terms, kept, whole, _grid(terms, widths, middle), last)
        if len(tried) > terms.most:
            finer = middle
        else:
            coarsest, found = middle, tried
    return found, coarsest


@compiled
def _grid(terms: Terms, widths: Integers, level: int) -> Integers:
    """Give the digits that do not count: ``level`` of the widest column's, none of the first's.

    The order of the rows settles the first column, so that no grid is needed there.
    """
    grid = np.maximum(widths + (level - widths.max()), 0)
    grid[0] = 0
    grid[terms.sides : terms.keys] = 0
    return grid


@compiled
def _component(
    terms: Terms, cells: Integers, allowed: Mask, rest: Integers, least: Integers, skipped: int
) -> tuple[Integers, Integers]:
    """List the cells of one component that can be of use, in runs of one; leave out ``skipped``."""
    rows = np.empty_like(cells)
    count = 0
    for cell in range(len(cells)):
        if allowed[cell] and cell != skipped and _can_do(terms, cells[cell], rest):
            rows[count] = cells[cell]
            _cap(terms, rows[count], least)
            count += 1
    return rows[:count], np.arange(count + 1)


@compiled
def _add(
    terms: Terms, rows: Integers, extra: Integers, rest: Integers, least: Integers,
    into: Integers, count: int,
) -> int:  # fmt: skip
    """Add one row to each of some rows, and write down what can still meet the terms."""
    for row in range(len(rows)):
        for column in range(rows.shape[1]):
            into[count, column] = rows[row, column] + extra[column]
        if _can_do(terms, into[count], rest):
            _cap(terms, into[count], least)
            count += 1
    return count


@compiled
def _merged(
    terms: Terms, rows: Integers, added: Integers, base: Integers, hold: bool, rest: Integers,
    least: Integers, widths: Integers, level: int, last: bool,
) -> tuple[Integers, int]:  # fmt: skip
    """Merge a set of partial deals with the cells of one more component, some cells at a time.

    ``base`` (2, columns): the status quo in what is merged so far, and in the new component;
    where ``hold``, both stand beside their sets, and their sum is left out.
    """
    columns = rows.shape[1]
    found = np.empty((0, columns), np.int64)
    step = max(1, _CHUNK // max(1, len(rows)))
    extras = len(added) + 2 if hold else len(added)
    for start in range(0, extras, step):
        end = min(start + step, extras)
        room = len(found) + (end - start) * max(len(rows), len(added))
        into = np.empty((room, columns), np.int64)
        into[: len(found)] = found
        bounds = np.empty(end - start + 2, np.int64)
        bounds[0], bounds[1] = 0, len(found)
        for extra in range(start, end):
            count = bounds[extra - start + 1]
            if extra < len(added):
                count = _add(terms, rows, added[extra], rest, least, into, count)
            elif extra == len(added):
                count = _add(terms, rows, base[1], rest, least, into, count)
            else:
                count = _add(terms, added, base[0], rest, least, into, count)
            bounds[extra - start + 2] = count
        found, level = _thinned(terms, into[: bounds[-1]], bounds, widths, level, last)
    return found, level


@compiled
def merge_components(
    terms: Terms, cells: Integers, first: Integers, allowed: Mask, high: Integers, low: Integers,
    base: Integers, hold: bool,
) -> tuple[Integers, Integers]:  # fmt: skip
    """Find the frontier of one reading.

    Parameters
    ----------
    terms
        What a deal has to meet.
    cells : (cells, columns) integers
        Rows of the single cells.
    first : (components + 1,) integers
        Cells of each component.
    allowed : (cells,) booleans
    high, low : (components, columns) integers
        Greatest and least number among a component's allowed cells (0 for words).
    base : (components,) integers
        Cell of the status quo within each component.
    hold
        Whether the deal of all these cells meets the terms, and so has to be left out.

    Returns
    -------
    (N, columns) integers
        The frontier, in order.
    (columns,) integers
        What grids may have cost in each column; all 0 where the frontier is exact.
    """
    components, columns = high.shape
    rest, least = high.sum(axis=0), low.sum(axis=0)
    widths = _digits(rest - least)
    slack = np.zeros(columns, np.int64)
    parts = []
    for c in range(components):
        some = slice(first[c], first[c + 1])
        listed, runs = _component(terms, cells[some], allowed[some], rest - high[c],
                                  least - low[c], base[c] if hold else -1)  # fmt: skip
        part, level = _thinned(terms, listed, runs, widths, 0, components == 1)
        slack += (1 << _grid(terms, widths, level)) - 1
        parts.append(part)
    turn = np.argsort(-np.array([len(part) for part in parts]), kind="mergesort")
    rows = parts[turn[0]]
    stand = np.zeros((2, columns), np.int64)
    stand[0] = cells[first[turn[0]] + base[turn[0]]]
    rest, least = rest - high[turn[0]], least - low[turn[0]]
    level = 0
    for number in range(1, components):
        c = turn[number]
        rest, least = rest - high[c], least - low[c]
        stand[1] = cells[first[c] + base[c]]
        rows, level = _merged(terms, rows, parts[c], stand, hold, rest, least, widths,
                              max(level - 1, 0), number == components - 1)  # fmt: skip
        stand[0] += stand[1]
        slack += (1 << _grid(terms, widths, level)) - 1
    return rows, slack


@compiled
def _digits(numbers: Integers) -> Integers:
    """Count the binary digits of numbers that are not negative."""
    digits = np.zeros_like(numbers)
    for place in range(len(numbers)):
        left = numbers[place]
        while left > 0:
            left >>= 1
            digits[place] += 1
    return digits


@compiled
def merge_readings(
    terms: Terms, worth: Integers, parties: Integers, words: Integers, floor: Integers,
    free: Mask, first: Integers, allowed: Mask, bounds: Integers, base: Integers, holds: Mask,
    some: Mask,
) -> tuple[Integers, Integers, Integers]:  # fmt: skip
    """Find the frontiers of many readings, one after the other.

    Parameters
    ----------
    terms
        What is common to all readings; ``need`` and ``free`` are set for each.
    worth : (readings, parties, cells) integers
    parties : (columns,) integers
        Party of each column; -1 for words.
    words : (words, cells) integers
        Negated words of the number of a deal.
    floor : (readings, columns) integers
    free, holds, some : (readings,) booleans
        Whether no strict gain is asked for; whether the status quo meets the terms; whether
        there is anything to look for.
    first : (components + 1,) integers
    allowed : (readings, cells) booleans
    bounds : (2, readings, components, columns) integers
        Greatest and least number among the allowed cells.
    base : (components,) integers

    Returns
    -------
    (M, columns) integers
        Rows of all frontiers, reading after reading.
    (readings + 1,) integers
        Where each reading's rows begin.
    (readings, columns) integers
        What grids may have cost.
    """
    readings, columns = floor.shape
    starts = np.zeros(readings + 1, np.int64)
    slack = np.zeros((readings, columns), np.int64)
    found = np.empty((64 * readings, columns), np.int64)
    cells = np.empty((worth.shape[2], columns), np.int64)
    for reading in range(readings):
        starts[reading + 1] = starts[reading]
        if not some[reading]:
            continue
        for column in range(columns):
            if parties[column] >= 0:
                cells[:, column] = worth[reading, parties[column]]
            else:
                cells[:, column] = words[column - terms.sides]
        capping = True
        while True:
            mine = Terms(floor[reading], terms.gaining, free[reading], terms.sides, terms.keys,
                         terms.most, capping)  # fmt: skip
            rows, slack[reading] = merge_components(
                mine, cells, first, allowed[reading], bounds[0, reading], bounds[1, reading],
                base, holds[reading],
            )  # fmt: skip
            # What was cut at a floor could not bear what a grid may cost.
            if not (capping and slack[reading].any() and columns > terms.keys):
                break
            capping = False
        begin, end = starts[reading], starts[reading] + len(rows)
        if end > len(found):
            more = np.empty((max(end, 2 * len(found)), columns), np.int64)
            more[:begin] = found[:begin]
            found = more
        found[begin:end] = rows
        starts[reading + 1] = end
    return found[: starts[-1]], starts, slack
