"""Compiled searches over a conflict given as graphs: see :mod:`winset.methods.stability_graph`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled, inner
from winset.methods.stability_kernels import (
    LEGAL,
    NASH,
    SEQ,
    SINGLE,
    SMR,
    fill,
    opponents,
    own_worth,
)
from winset.methods.stability_rows import HIGH, sort

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

__all__ = ["Arcs", "solve_graph"]


class Arcs(NamedTuple):
    """The moves of every mover, listed by where they begin and by where they end.

    Moves of mover k from state s are ``targets[ahead[k, s] : ahead[k, s + 1]]``; moves to s come
    from ``origins[behind[k, s] : behind[k, s + 1]]``.
    """

    size: int
    targets: Integers
    ahead: Integers
    origins: Integers
    behind: Integers
    alone: Mask
    members: Integers
    member_start: Integers


@inner
def _meant(
    arcs: Arcs, k: int, improving: bool, worth: Integers, able: Mask, here: int, there: int
) -> bool:
    """Say whether a move counts: between feasible states, and gaining where it has to."""
    if not (able[here] and able[there]):
        return False
    if arcs.alone[k] and not improving:
        return True
    for m in range(arcs.member_start[k], arcs.member_start[k + 1]):
        if worth[arcs.members[m], there] <= worth[arcs.members[m], here]:
            return False
    return True


@inner
def _legal(
    arcs: Arcs, others: Integers, value: Integers, credible: bool, worth: Integers, able: Mask
) -> Integers:
    """Spread values backwards over legal sequences (Definition 6), the least first.

    A node is a state with the mover that moves next from it. The first value to reach a node is
    its least, so that every move is looked at once for each of its ends.
    """
    left = value.copy()
    reached = np.zeros((len(others), arcs.size), np.bool_)
    stack_mover = np.empty(len(others) * arcs.size, np.int64)
    stack_state = np.empty(len(others) * arcs.size, np.int64)
    keys, ends = value.copy(), np.arange(arcs.size, dtype=np.int32)
    sort(keys, ends)
    for place in range(arcs.size):
        end = np.int64(ends[place])
        least = value[end]
        if least >= HIGH:
            break
        # -1: whoever moves to this state ends the sequence.
        last, state, height = -1, int(end), 0
        while True:
            for n in range(len(others)):
                if n == last:
                    continue
                k = others[n]
                for a in range(arcs.behind[k, state], arcs.behind[k, state + 1]):
                    before = arcs.origins[a]
                    if reached[n, before]:
                        continue
                    if _meant(arcs, k, credible, worth, able, before, state):
                        reached[n, before] = True
                        left[before] = min(left[before], least)
                        stack_mover[height] = n
                        stack_state[height] = before
                        height += 1
            if height == 0:
                break
            height -= 1
            last, state = stack_mover[height], stack_state[height]
    return left


@inner
def _one_move(
    arcs: Arcs,
    k: int,
    credible: bool,
    worth: Integers,
    able: Mask,
    source: Integers,
    into: Integers,
) -> None:
    for here in range(arcs.size):
        for a in range(arcs.ahead[k, here], arcs.ahead[k, here + 1]):
            there = arcs.targets[a]
            if source[there] < into[here] and _meant(arcs, k, credible, worth, able, here, there):
                into[here] = source[there]


@inner
def _responses(
    arcs: Arcs,
    k: int,
    value: Integers,
    credible: bool,
    sanctions: int,
    worth: Integers,
    able: Mask,
) -> Integers:
    """Give the least value that the opponents of mover k can bring about from each state."""
    others = opponents(arcs.member_start, arcs.members, k)
    if sanctions == LEGAL:
        return _legal(arcs, others, value, credible, worth, able)
    if sanctions == SINGLE:
        left = value.copy()
        for j in others:
            _one_move(arcs, j, credible, worth, able, value, left)
        return left
    count = len(others)
    table = np.empty((2**count, arcs.size), np.int64)
    for chosen in range(2**count):
        fill(table[chosen], value)
        for n in range(count):
            if chosen >> n & 1:
                source = table[chosen ^ (1 << n)]
                _one_move(arcs, others[n], credible, worth, able, source, table[chosen])
    full: Integers = table[2**count - 1]
    return full


@inner
def _counter(arcs: Arcs, k: int, member: int, worth: Integers, able: Mask) -> Integers:
    """Give the best that a member can have at a state or after one more move of mover k."""
    found = own_worth(worth[member], able, 1)
    for here in range(arcs.size):
        for a in range(arcs.ahead[k, here], arcs.ahead[k, here + 1]):
            there = arcs.targets[a]
            if _meant(arcs, k, False, worth, able, here, there):
                found[here] = max(found[here], worth[member, there])
    return found


@inner
def _unstable(
    arcs: Arcs, k: int, concept: int, sanctions: int, worth: Integers, able: Mask
) -> Mask:
    members = arcs.members[arcs.member_start[k] : arcs.member_start[k + 1]]
    left = np.empty((len(members), arcs.size), np.int64)
    for m in range(len(members)):
        value = own_worth(worth[members[m]], able, 1)
        fill(left[m], value)
        if concept == NASH:
            continue
        if concept == SMR:
            value = _counter(arcs, k, members[m], worth, able)
        answered = _responses(arcs, k, value, concept == SEQ, sanctions, worth, able)
        for state in range(arcs.size):
            left[m, state] = min(left[m, state], answered[state])
    found = np.zeros(arcs.size, np.bool_)
    for here in range(arcs.size):
        for a in range(arcs.ahead[k, here], arcs.ahead[k, here + 1]):
            there = arcs.targets[a]
            better = able[here] and able[there]
            for m in range(len(members)):
                better = better and left[m, there] > worth[members[m], here]
            found[here] = found[here] or better
    return found


@compiled
def improve_along(arcs: Arcs, worth: Integers, able: Mask, start: int) -> tuple[Integers, Integers]:
    """Follow improvements from a state; as :func:`~.stability_kernels.improve_from`."""
    before = np.full(arcs.size, -1, np.int64)
    mover = np.full(arcs.size, -1, np.int64)
    queue = np.empty(arcs.size, np.int64)
    queue[0], head, tail = start, 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for k in range(len(arcs.alone)):
            for a in range(arcs.ahead[k, here], arcs.ahead[k, here + 1]):
                there = arcs.targets[a]
                if before[there] >= 0 or there == start:
                    continue
                if _meant(arcs, k, True, worth, able, here, there):
                    before[there] = here
                    mover[there] = k
                    queue[tail] = there
                    tail += 1
    return before, mover


@compiled
def solve_graph(
    arcs: Arcs, utilities: Integers, feasible: Mask, concepts: Integers, sanctions: int
) -> Mask:
    """Say in every reading which states are stable: (concepts, readings, movers, states).

    Arguments as those of :func:`winset.methods.stability_kernels.solve`.
    """
    readings, movers = len(utilities), len(arcs.alone)
    found = np.zeros((len(concepts), readings, movers, arcs.size), np.bool_)
    for r in range(readings):
        able = feasible[r if len(feasible) > 1 else 0]
        for c in range(len(concepts)):
            for k in range(movers):
                leaves = _unstable(arcs, k, concepts[c], sanctions, utilities[r], able)
                for state in range(arcs.size):
                    found[c, r, k, state] = able[state] and not leaves[state]
    return found
