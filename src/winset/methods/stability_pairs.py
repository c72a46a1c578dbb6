"""Compiled joint moves of two parties that can go anywhere in their rows: not pair by pair.

The states by which both gain are a quadrant: those worth more to the one and more to the other.
A row is gone through by what it is worth to the one, best first, while a binary indexed tree over
the ranks of the other keeps the least value so far (P. M. Fenwick, "A New Data Structure for
Cumulative Frequency Tables", Software: Practice and Experience 24(3), 1994, 327-336). For L states
that takes L log L steps instead of L**2. The results are those of :mod:`.stability_rows`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import inner
from winset.methods.stability_rows import HIGH, Integers, Mask, Rows, sort

_SHORT = 24
"""In rows of fewer states looking at every pair takes no longer."""

States = npt.NDArray[np.int32]


@inner
def in_pairs(rows: Rows, k: int) -> bool:
    """Say whether a mover is two parties that can go anywhere in a row that is not short."""
    if not rows.free[k] or rows.place_start[k + 1] - rows.place_start[k] < _SHORT:
        return False
    return int(rows.member_start[k + 1]) - int(rows.member_start[k]) == 2


@inner
def _ranked(
    rows: Rows, k: int, base: int, worth: Integers, feasible: Mask, keys: Integers, states: States
) -> int:
    """List the feasible states of a row by what they are worth, best first; give their number.

    ``keys`` holds the worths, negated.
    """
    count = 0
    for a in range(rows.place_start[k], rows.place_start[k + 1]):
        state = base + rows.places[a]
        if feasible[state]:
            keys[count], states[count] = -worth[state], state
            count += 1
    sort(keys[:count], states[:count])
    return count


@inner
def spread_both_gain(
    rows: Rows, k: int, utilities: Integers, source: Integers, into: Integers, feasible: Mask
) -> bool:
    """Spread backwards over the moves by which both members gain; say whether anything sank."""
    members = rows.members[rows.member_start[k] : rows.member_start[k + 1]]
    one, other = utilities[members[0]], utilities[members[1]]
    length = rows.place_start[k + 1] - rows.place_start[k]
    keys, states = np.empty(length, np.int64), np.empty(length, np.int32)
    # Of each state: its place by what it is worth to the other, and how many are worth more.
    place, above = np.empty(rows.size, np.int32), np.empty(rows.size, np.int32)
    tree = np.empty(length + 1, np.int64)
    sank = False
    for b in range(rows.base_start[k], rows.base_start[k + 1]):
        count = _ranked(rows, k, rows.bases[b], other, feasible, keys, states)
        for p in range(count):
            place[states[p]] = p
            same = p > 0 and keys[p] == keys[p - 1]
            above[states[p]] = above[states[p - 1]] if same else p
        count = _ranked(rows, k, rows.bases[b], one, feasible, keys, states)
        for p in range(count + 1):
            tree[p] = HIGH
        begin = 0
        while begin < count:
            end = begin
            while end < count and keys[end] == keys[begin]:
                least, at = HIGH, above[states[end]]
                while at > 0:
                    least = min(least, tree[at])
                    at -= at & -at
                if least < into[states[end]]:
                    into[states[end]] = least
                    sank = True
                end += 1
            # Those worth the same to the one are no gain for it from one another.
            for p in range(begin, end):
                at = place[states[p]] + 1
                while at <= count:
                    tree[at] = min(tree[at], source[states[p]])
                    at += at & -at
            begin = end
    return sank


@inner
def unstable_both(rows: Rows, k: int, utilities: Integers, left: Integers, feasible: Mask) -> Mask:
    """Say from which states some move leaves both members better: ``left`` (2, states)."""
    members = rows.members[rows.member_start[k] : rows.member_start[k + 1]]
    one, other = utilities[members[0]], utilities[members[1]]
    length = rows.place_start[k + 1] - rows.place_start[k]
    keys, states = np.empty(length, np.int64), np.empty(length, np.int32)
    offers, offered = np.empty(length, np.int64), np.empty(length, np.int32)
    found = np.zeros(rows.size, np.bool_)
    for b in range(rows.base_start[k], rows.base_start[k + 1]):
        _ranked(rows, k, rows.bases[b], left[0], feasible, offers, offered)
        count = _ranked(rows, k, rows.bases[b], one, feasible, keys, states)
        best, p = -HIGH, 0
        for n in range(count):
            while p < count and offers[p] < keys[n]:
                best = max(best, left[1, offered[p]])
                p += 1
            found[states[n]] = best > other[states[n]]
    return found
