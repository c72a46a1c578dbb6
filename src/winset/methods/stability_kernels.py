"""Compiled stability on a grid of states: see :mod:`winset.methods.stability_grid`.

Definitions 1 to 6 are those of :mod:`winset.methods.stability`.

Sanctions are spread backwards along the rows of the opponents (:mod:`.stability_rows`) until
nothing sinks; what is left at the states that a mover can go to says whether it stays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled, inner
from winset.methods.stability_pairs import in_pairs, spread_both_gain, unstable_both
from winset.methods.stability_rows import (
    HIGH,
    Integers,
    Mask,
    Rows,
    gains,
    sort_rows,
    span,
    spread_improvements,
    spread_moves,
)

NASH, GMR, SMR, SEQ = 0, 1, 2, 3
LEGAL, ONCE, SINGLE = 0, 1, 2


@inner
def own_worth(worth: Integers, feasible: Mask, sign: int) -> Integers:
    """Give what feasible states are worth, times ``sign``; HIGH for the others."""
    found = np.empty(len(worth), np.int64)
    for state in range(len(worth)):
        found[state] = sign * worth[state] if feasible[state] else HIGH
    return found


@inner
def fill(into: Integers, source: Integers) -> None:
    """Copy an array over another; NumPy's own assignment takes seconds to compile."""
    for state in range(len(into)):
        into[state] = source[state]


@inner
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
    if in_pairs(rows, k):
        return spread_both_gain(rows, k, utilities, source, into, feasible)
    return spread_improvements(rows, k, utilities, order, source, into, feasible)


@inner
def opponents(member_start: Integers, members: Integers, k: int) -> Integers:
    """Find the movers that share no party with mover k; mover m's parties stand in ``members``
    from ``member_start[m]`` to ``member_start[m + 1]``.
    """
    found = np.empty(len(member_start) - 1, np.int64)
    count = 0
    for other in range(len(found)):
        apart = True
        for m in range(member_start[k], member_start[k + 1]):
            for o in range(member_start[other], member_start[other + 1]):
                if members[m] == members[o]:
                    apart = False
        if apart:
            found[count] = other
            count += 1
    return found[:count]


@inner
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
    """Give the least value that opponents of mover k can bring about: Definition 6, all readings.

    ``value`` holds what a state counts for if the responses end there, HIGH where infeasible.
    Making no response is among the responses.
    """
    others = opponents(rows.member_start, rows.members, k)
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
            fill(table[chosen], value)
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


@inner
def _counter(rows: Rows, k: int, member: int, utilities: Integers, feasible: Mask) -> Integers:
    """Give the best that a member has at a state or after one more move: Definition 3 (SMR)."""
    found = own_worth(utilities[member], feasible, -1)
    if rows.alone[k]:
        spread_moves(rows, k, found, found, feasible)
    elif in_pairs(rows, k):
        spread_both_gain(rows, k, utilities, found.copy(), found, feasible)
    else:
        order = np.empty((0, 0), np.int32)
        spread_improvements(rows, k, utilities, order, found.copy(), found, feasible)
    for state in range(rows.size):
        if feasible[state]:
            found[state] = -found[state]
    return found


@inner
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
            begin, end = span(rows, k, a, first, length)
            for n in range(begin, end):
                there = base + rows.places[first + (n if rows.free[k] else rows.reach[n])]
                better = feasible[there]
                for m in range(len(members)):
                    better = better and left[m, there] > utilities[members[m], here]
                if better:
                    found[here] = True
                    break
    return found


@inner
def unstable(
    rows: Rows,
    k: int,
    concept: int,
    sanctions: int,
    utilities: Integers,
    order: npt.NDArray[np.int32],
    feasible: Mask,
) -> Mask:
    """Say which feasible states are unstable for mover k, by Definitions 1 to 4: (states,)."""
    members = rows.members[rows.member_start[k] : rows.member_start[k + 1]]
    left = np.empty((len(members), rows.size), np.int64)
    for m in range(len(members)):
        value = own_worth(utilities[members[m]], feasible, 1)
        fill(left[m], value)
        if concept == NASH:
            continue
        if concept == SMR:
            value = _counter(rows, k, members[m], utilities, feasible)
        answered = responses(rows, k, value, concept == SEQ, sanctions, utilities, order, feasible)
        for state in range(rows.size):
            left[m, state] = min(left[m, state], answered[state])
    if in_pairs(rows, k):
        return unstable_both(rows, k, utilities, left, feasible)
    if not rows.alone[k]:
        return _unstable_jointly(rows, k, utilities, left, feasible)
    best = own_worth(left[0], feasible, -1)
    spread_moves(rows, k, best, best, feasible)
    found = np.zeros(rows.size, np.bool_)
    for state in range(rows.size):
        found[state] = feasible[state] and -best[state] > utilities[members[0], state]
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
            begin, end = span(rows, k, place[k, here], first, length)
            for n in range(begin, end):
                there = base + rows.places[first + (n if rows.free[k] else rows.reach[n])]
                if before[there] >= 0 or there == start or not feasible[there]:
                    continue
                if gains(rows, k, utilities, here, there):
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
                for state in range(rows.size):
                    found[c, r, k, state] = able[state] and not leaves[state]
    return found
