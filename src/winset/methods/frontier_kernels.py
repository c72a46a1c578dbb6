"""Compiled merging of components into a frontier: see :mod:`winset.methods.frontiers`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled, inner
from winset.methods.frontier_rows import Terms, add_row, can_do, cap, greatest, grid_of, thin
from winset.methods.row_sorting import counting

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_CHUNK = 2**19  # rows filtered at a time


@inner
def _component(
    terms: Terms, cells: Integers, allowed: Mask, rest: Integers, least: Integers, low: Integers,
    skipped: int,
) -> tuple[Integers, Integers]:  # fmt: skip
    """List the cells of one component that can be of use, in runs of one; leave out ``skipped``."""
    rows = np.empty_like(cells)
    count = 0
    for cell in range(len(cells)):
        if allowed[cell] and cell != skipped and can_do(terms, cells[cell], rest):
            rows[count] = cells[cell]
            cap(terms, rows[count], least)
            for column in range(terms.keys, cells.shape[1]):
                # What others count on is never cut.
                rows[count, column] = max(rows[count, column], low[column])
            count += 1
    return rows[:count], counting(count + 1)


@inner
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
                count = add_row(terms, rows, added[extra], rest, least, into, count)
            elif extra == len(added):
                count = add_row(terms, rows, base[1], rest, least, into, count)
            else:
                count = add_row(terms, added, base[0], rest, least, into, count)
            bounds[extra - start + 2] = count
        found, level = thin(terms, into[: bounds[-1]], bounds, widths, level, last)
    return found, level


@inner
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
    rest, least = np.empty(columns, np.int64), np.empty(columns, np.int64)
    widths = _digits(high, low)
    slack = np.zeros(columns, np.int64)
    exact = int(np.int64(0))  # a literal 0 would have everything below compiled once more
    parts = []
    for c in range(components):
        _look_ahead(high, low, counting(components), c, c + 1, rest, least)
        listed, runs = _component(terms, cells[first[c] : first[c + 1]],
                                  allowed[first[c] : first[c + 1]], rest, least, low[c],
                                  base[c] if hold else -1)  # fmt: skip
        part, level = thin(terms, listed, runs, widths, exact, components == 1)
        _note(terms, widths, level, slack)
        parts.append(part)
    turn = _largest_first(parts)
    rows = parts[turn[0]]
    stand = np.zeros((2, columns), np.int64)
    stand[0] = cells[first[turn[0]] + base[turn[0]]]
    level = exact
    for number in range(1, components):
        c = turn[number]
        _look_ahead(high, low, turn, 0, number + 1, rest, least)
        stand[1] = cells[first[c] + base[c]]
        rows, level = _merged(terms, rows, parts[c], stand, hold, rest, least, widths,
                              max(level - 1, 0), number == components - 1)  # fmt: skip
        _note(terms, widths, level, slack)
        for column in range(columns):
            stand[0, column] += stand[1, column]
    return rows, slack


@inner
def _digits(high: Integers, low: Integers) -> Integers:
    """Count the binary digits of the whole range of each column."""
    components, columns = high.shape
    digits = np.zeros(columns, np.int64)
    for column in range(columns):
        left = np.int64(0)
        for c in range(components):
            left += high[c, column] - low[c, column]
        while left > 0:
            left >>= 1
            digits[column] += 1
    return digits


@inner
def _look_ahead(
    high: Integers, low: Integers, turn: Integers, start: int, end: int, rest: Integers,
    least: Integers,
) -> None:  # fmt: skip
    """Add up the most and the least of the components that do not stand at ``start : end``."""
    for column in range(high.shape[1]):
        rest[column] = least[column] = 0
        for number in range(len(turn)):
            if not start <= number < end:
                rest[column] += high[turn[number], column]
                least[column] += low[turn[number], column]


@inner
def _note(terms: Terms, widths: Integers, level: int, slack: Integers) -> None:
    """Add what a grid may have cost."""
    grid = grid_of(terms, widths, level)
    for column in range(len(slack)):
        slack[column] += (np.int64(1) << grid[column]) - 1


@inner
def _largest_first(parts: list[Integers]) -> Integers:
    """Order lists by falling length."""
    turn = np.empty(len(parts), np.int64)
    for number in range(len(parts)):
        slot = number
        while slot > 0 and len(parts[turn[slot - 1]]) < len(parts[number]):
            turn[slot] = turn[slot - 1]
            slot -= 1
        turn[slot] = number
    return turn


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
            if not (capping and greatest(slack[reading]) > 0 and columns > terms.keys):
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
