"""Compiled sweeps over the rows of a grid: see :mod:`winset.methods.stability_grid`.

A sweep takes the rows of a mover one after the other: the states that it can reach from one
another, all else standing still. Sanctions are spread backwards: ``into[s]`` becomes the least of
what it was and of what stands in ``source`` at the states to which the mover can go from s.
Infeasible states hold HIGH throughout.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import inner

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HIGH = np.int64(2**62)
"""Above every utility: what stands where there is no state or no sanction."""


class Rows(NamedTuple):
    """The rows of every mover, as flat arrays; ``x_start[k]`` is where mover k's part begins.

    A state of mover k's row r at place a is ``bases[base_start[k] + r] + places[place_start[k] +
    a]``. ``axis_*`` describe the places as a product of axes with a relation each; ``reach`` lists
    the places that can be reached from each place, for movers that are not ``free`` to go
    anywhere in their row.
    """

    size: int
    bases: Integers
    base_start: Integers
    places: Integers
    place_start: Integers
    axis_size: Integers
    axis_stride: Integers
    axis_start: Integers
    relations: Mask
    relation_start: Integers
    reach: Integers
    reach_end: Integers
    free: Mask
    alone: Mask
    members: Integers
    member_start: Integers


@inner
def sort(keys: Integers, items: npt.NDArray[np.int32]) -> None:
    """Sort keys, least first, and items with them, both in place (Shell 1959, gaps of 2.25)."""
    gap = len(keys)
    while gap > 1:
        gap = max(1, int(gap * 4 / 9))
        for a in range(gap, len(keys)):
            key, item, c = keys[a], items[a], a - gap
            while c >= 0 and keys[c] > key:
                keys[c + gap] = keys[c]
                items[c + gap] = items[c]
                c -= gap
            keys[c + gap] = key
            items[c + gap] = item


@inner
def sort_rows(rows: Rows, utilities: Integers, feasible: Mask) -> npt.NDArray[np.int32]:
    """Order each row of every free mover by its utility, best first, infeasible states last.

    Returns
    -------
    (movers, states): the states of row r of mover k, from place r times the row's length on.
    """
    movers = len(rows.free)
    order = np.empty((movers, rows.size), np.int32)
    for k in range(movers):
        if not (rows.free[k] and rows.alone[k]):
            continue
        worth = utilities[rows.members[rows.member_start[k]]]
        first, last = rows.place_start[k], rows.place_start[k + 1]
        length = last - first
        keys = np.empty(length, np.int64)
        at = 0
        for b in range(rows.base_start[k], rows.base_start[k + 1]):
            base = rows.bases[b]
            for a in range(length):
                state = base + rows.places[first + a]
                keys[a] = -worth[state] if feasible[state] else HIGH
                order[k, at + a] = state
            sort(keys, order[k, at : at + length])
            at += length
    return order


@inner
def _spread_axis(rows: Rows, axis: int, row: Integers, spare: Integers) -> None:
    """Give each place of a row the least of the places that it reaches along one axis."""
    size, stride = rows.axis_size[axis], rows.axis_stride[axis]
    relation = rows.relation_start[axis]
    for block in range(0, len(row), size * stride):
        for low in range(block, block + stride):
            if relation < 0:
                least = HIGH
                for a in range(size):
                    least = min(least, row[low + a * stride])
                for a in range(size):
                    row[low + a * stride] = least
                continue
            for a in range(size):
                least = row[low + a * stride]
                for c in range(size):
                    if rows.relations[relation + a * size + c]:
                        least = min(least, row[low + c * stride])
                spare[a] = least
            for a in range(size):
                row[low + a * stride] = spare[a]


@inner
def _spread_anywhere(rows: Rows, k: int, source: Integers, into: Integers, feasible: Mask) -> bool:
    """Spread backwards over the rows of a party that can go anywhere in them."""
    first, last = rows.place_start[k], rows.place_start[k + 1]
    sank = False
    for b in range(rows.base_start[k], rows.base_start[k + 1]):
        base, least = rows.bases[b], HIGH
        for a in range(first, last):
            least = min(least, source[base + rows.places[a]])
        for a in range(first, last):
            state = base + rows.places[a]
            if least < into[state] and feasible[state]:
                into[state] = least
                sank = True
    return sank


@inner
def spread_moves(rows: Rows, k: int, source: Integers, into: Integers, feasible: Mask) -> bool:
    """Spread backwards over all moves of a single party; say whether anything sank."""
    if rows.free[k]:
        return _spread_anywhere(rows, k, source, into, feasible)
    first, last = rows.place_start[k], rows.place_start[k + 1]
    length = last - first
    sank = False
    row = np.empty(length, np.int64)
    spare = np.empty(length, np.int64)
    for b in range(rows.base_start[k], rows.base_start[k + 1]):
        base = rows.bases[b]
        for a in range(length):
            row[a] = source[base + rows.places[first + a]]
        for axis in range(rows.axis_start[k], rows.axis_start[k + 1]):
            _spread_axis(rows, axis, row, spare)
        for a in range(length):
            state = base + rows.places[first + a]
            if row[a] < into[state] and feasible[state]:
                into[state] = row[a]
                sank = True
    return sank


@inner
def gains(rows: Rows, k: int, utilities: Integers, here: int, there: int) -> bool:
    """Say whether every member of a mover strictly gains by a move."""
    for m in range(rows.member_start[k], rows.member_start[k + 1]):
        member = rows.members[m]
        if utilities[member, there] <= utilities[member, here]:
            return False
    return True


@inner
def span(rows: Rows, k: int, a: int, first: int, length: int) -> tuple[int, int]:
    """Where the places that place a reaches are listed (in ``reach``, or all of a free row)."""
    if rows.free[k]:
        return 0, length
    begin = rows.reach_end[first + a - 1] if first + a > 0 else 0
    return begin, rows.reach_end[first + a]


@inner
def _improve_sorted(
    rows: Rows,
    k: int,
    worth: Integers,
    order: npt.NDArray[np.int32],
    source: Integers,
    into: Integers,
    feasible: Mask,
) -> bool:
    """Spread backwards over improvements of a party that can go anywhere, best states first."""
    length = rows.place_start[k + 1] - rows.place_start[k]
    sank = False
    for at in range(0, rows.size, length):
        least, level, pending = HIGH, HIGH, HIGH
        for p in range(at, at + length):
            state = order[k, p]
            if not feasible[state]:
                break
            if worth[state] < level:
                level = worth[state]
                least = pending
            if least < into[state]:
                into[state] = least
                sank = True
            pending = min(pending, source[state])
    return sank


@inner
def spread_improvements(
    rows: Rows,
    k: int,
    utilities: Integers,
    order: npt.NDArray[np.int32],
    source: Integers,
    into: Integers,
    feasible: Mask,
) -> bool:
    """Spread backwards over the moves by which every member of the mover gains."""
    if rows.free[k] and rows.alone[k]:
        worth = utilities[rows.members[rows.member_start[k]]]
        return _improve_sorted(rows, k, worth, order, source, into, feasible)
    first = rows.place_start[k]
    length = rows.place_start[k + 1] - first
    sank = False
    for b in range(rows.base_start[k], rows.base_start[k + 1]):
        base = rows.bases[b]
        for a in range(length):
            here = base + rows.places[first + a]
            if not feasible[here]:
                continue
            begin, end = span(rows, k, a, first, length)
            for n in range(begin, end):
                there = base + rows.places[first + (n if rows.free[k] else rows.reach[n])]
                if source[there] < into[here] and gains(rows, k, utilities, here, there):
                    into[here] = source[there]
                    sank = True
    return sank
