"""Compiled sweeps over a grid of states: see :mod:`winset.methods.stability_grid`.

A sweep takes the rows of a mover one after the other: the states that it can reach from one
another, all else standing still. Sanctions are spread backwards: ``into[s]`` becomes the least of
what it was and of what stands in ``source`` at the states to which the mover can go from s.
Infeasible states hold HIGH throughout.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HIGH = np.int64(2**62)
"""Above every utility: what stands where there is no state or no sanction."""

NASH, GMR, SMR, SEQ = 0, 1, 2, 3
LEGAL, ONCE, SINGLE = 0, 1, 2

_SMALL = 48  # rows up to this length are sorted by insertion


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


@compiled
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
            if length <= _SMALL:
                for a in range(length):
                    key, c = keys[a], a - 1
                    state = base + rows.places[first + a]
                    while c >= 0 and keys[c] > key:
                        keys[c + 1] = keys[c]
                        order[k, at + c + 1] = order[k, at + c]
                        c -= 1
                    keys[c + 1] = key
                    order[k, at + c + 1] = state
            else:
                ranked = np.argsort(keys)
                for a in range(length):
                    order[k, at + a] = base + rows.places[first + ranked[a]]
            at += length
    return order


@compiled
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


@compiled
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


@compiled
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


@compiled
def _gains(rows: Rows, k: int, utilities: Integers, here: int, there: int) -> bool:
    """Say whether every member of a mover strictly gains by a move."""
    for m in range(rows.member_start[k], rows.member_start[k + 1]):
        member = rows.members[m]
        if utilities[member, there] <= utilities[member, here]:
            return False
    return True


@compiled
def _span(rows: Rows, k: int, a: int, first: int, length: int) -> tuple[int, int]:
    """Where the places that place a reaches are listed (in ``reach``, or all of a free row)."""
    if rows.free[k]:
        return 0, length
    begin = rows.reach_end[first + a - 1] if first + a > 0 else 0
    return begin, rows.reach_end[first + a]


@compiled
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


@compiled
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
            begin, end = _span(rows, k, a, first, length)
            for n in range(begin, end):
                there = base + rows.places[first + (n if rows.free[k] else rows.reach[n])]
                if source[there] < into[here] and _gains(rows, k, utilities, here, there):
                    into[here] = source[there]
                    sank = True
    return sank


@compiled
def _respond(
    rows: Rows,
    k: int,
    credible: bool,
    utilities: Integers,
    order: npt.NDArray[np.int32],
    source: Integers,
    into: Integers,
    feasible: Mask,
) -> bool:
    """Spread backwards over one mover's responses; joint moves are always improvements."""
    if rows.alone[k] and not credible:
        return spread_moves(rows, k, source, into, feasible)
    return spread_improvements(rows, k, utilities, order, source, into, feasible)


@compiled
def _opponents(rows: Rows, k: int) -> Integers:
    """Find the movers that share no party with mover k."""
    found = np.empty(len(rows.free), np.int64)
    count = 0
    for other in range(len(rows.free)):
        apart = True
        for m in range(rows.member_start[k], rows.member_start[k + 1]):
            for o in range(rows.member_start[other], rows.member_start[other + 1]):
                if rows.members[m] == rows.members[o]:
                    apart = False
        if apart:
            found[count] = other
            count += 1
    return found[:count]


@compiled
def responses(
    rows: Rows,
    k: int,
    value: Integers,
    credible: bool,
    sanctions: int,
    utilities: Integers,
    order: npt.NDArray[np.int32],
    feasible: Mask,
) -> Integers:
    """Give the least value that the opponents of mover k can bring about from each state.

    ``value`` holds what a state counts for if the responses end there, HIGH where infeasible.
    Making no response is among the responses.
    """
    others = _opponents(rows, k)
    count = len(others)
    left = value.copy()
    if sanctions == SINGLE:
        for j in others:
            _respond(rows, j, credible, utilities, order, value, left, feasible)
        return left
    if sanctions == ONCE:
        # Row S: what those in the set S can bring about, each moving at most once.
        table = np.empty((2**count, rows.size), np.int64)
        for chosen in range(2**count):
            table[chosen] = value
            for n in range(count):
                if chosen >> n & 1:
                    _respond(
                        rows, others[n], credible, utilities, order,
                        table[chosen ^ (1 << n)], table[chosen], feasible,
                    )  # fmt: skip
        last: Integers = table[2**count - 1]
        return last
    idle, n = 0, 0
    while idle < count:
        sank = _respond(rows, others[n], credible, utilities, order, left, left, feasible)
        idle = 1 if sank else idle + 1  # moves are transitive: a mover's own sweep is complete
        n = (n + 1) % count
    return left


@compiled
def _counter(rows: Rows, k: int, member: int, utilities: Integers, feasible: Mask) -> Integers:
    """Give the best that a member can have at a state or after one more move of mover k."""
    worst = np.where(feasible, -utilities[member], HIGH)
    found = worst.copy()
    if rows.alone[k]:
        spread_moves(rows, k, worst, found, feasible)
    else:
        order = np.empty((0, 0), np.int32)
        spread_improvements(rows, k, utilities, order, worst, found, feasible)
    return np.where(feasible, -found, HIGH)


@compiled
def _unstable_jointly(
    rows: Rows, k: int, utilities: Integers, left: Integers, feasible: Mask
) -> Mask:
    """Say from which states some move leaves all members better, whatever is answered."""
    first = rows.place_start[k]
    length = rows.place_start[k + 1] - first
    members = rows.members[rows.member_start[k] : rows.member_start[k + 1]]
    found = np.zeros(rows.size, np.bool_)
    for b in range(rows.base_start[k], rows.base_start[k + 1]):
        base = rows.bases[b]
        for a in range(length):
            here = base + rows.places[first + a]
            if not feasible[here]:
                continue
            begin, end = _span(rows, k, a, first, length)
            for n in range(begin, end):
                there = base + rows.places[first + (n if rows.free[k] else rows.reach[n])]
                better = feasible[there]
                for m in range(len(members)):
                    better = better and left[m, there] > utilities[members[m], here]
                if better:
                    found[here] = True
                    break
    return found


@compiled
def unstable(
    rows: Rows,
    k: int,
    concept: int,
    sanctions: int,
    utilities: Integers,
    order: npt.NDArray[np.int32],
    feasible: Mask,
) -> Mask:
    """Say which feasible states are unstable for mover k: (states,)."""
    members = rows.members[rows.member_start[k] : rows.member_start[k + 1]]
    left = np.empty((len(members), rows.size), np.int64)
    for m in range(len(members)):
        own = np.where(feasible, utilities[members[m]], HIGH)
        if concept == NASH:
            left[m] = own
            continue
        value = _counter(rows, k, members[m], utilities, feasible) if concept == SMR else own
        answered = responses(rows, k, value, concept == SEQ, sanctions, utilities, order, feasible)
        left[m] = np.minimum(own, answered)
    if not rows.alone[k]:
        return _unstable_jointly(rows, k, utilities, left, feasible)
    best = np.where(feasible, -left[0], HIGH)
    spread_moves(rows, k, best, best, feasible)
    found: Mask = feasible & (-best > utilities[members[0]])
    return found


@compiled
def improve_from(
    rows: Rows, utilities: Integers, feasible: Mask, start: int
) -> tuple[Integers, Integers]:
    """Follow improvements from a state, nearest states first.

    Returns
    -------
    For each state the one before it on a shortest way and the mover of that step, each (states,);
    -1 where no way leads, and for the start itself.
    """
    movers = len(rows.free)
    place = np.empty((movers, rows.size), np.int64)
    for k in range(movers):
        for b in range(rows.base_start[k], rows.base_start[k + 1]):
            for a in range(rows.place_start[k], rows.place_start[k + 1]):
                place[k, rows.bases[b] + rows.places[a]] = a - rows.place_start[k]
    before = np.full(rows.size, -1, np.int64)
    mover = np.full(rows.size, -1, np.int64)
    queue = np.empty(rows.size, np.int64)
    queue[0], head, tail = start, 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for k in range(movers):
            first = rows.place_start[k]
            base = here - rows.places[first + place[k, here]]
            length = rows.place_start[k + 1] - first
            begin, end = _span(rows, k, place[k, here], first, length)
            for n in range(begin, end):
                there = base + rows.places[first + (n if rows.free[k] else rows.reach[n])]
                if before[there] >= 0 or there == start or not feasible[there]:
                    continue
                if _gains(rows, k, utilities, here, there):
                    before[there] = here
                    mover[there] = k
                    queue[tail] = there
                    tail += 1
    return before, mover


@compiled
def solve(
    rows: Rows,
    utilities: Integers,
    feasible: Mask,
    concepts: Integers,
    sanctions: int,
) -> Mask:
    """Say in every reading which states are stable: (concepts, readings, movers, states).

    ``utilities`` (readings, parties, states); ``feasible`` (readings, states) or, for the same in
    all readings, (1, states). Infeasible states are stable for nobody.
    """
    readings, movers = len(utilities), len(rows.free)
    found = np.zeros((len(concepts), readings, movers, rows.size), np.bool_)
    credible = False
    for c in range(len(concepts)):
        credible = credible or concepts[c] == SEQ
    order = np.empty((0, 0), np.int32)
    for r in range(readings):
        able = feasible[r if len(feasible) > 1 else 0]
        if credible:
            order = sort_rows(rows, utilities[r], able)
        for c in range(len(concepts)):
            for k in range(movers):
                leaves = unstable(rows, k, concepts[c], sanctions, utilities[r], order, able)
                found[c, r, k] = able & ~leaves
    return found
