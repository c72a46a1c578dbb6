"""Stability of few states in many readings at once: whole arrays, and nothing to compile.

The same search as :mod:`winset.methods.stability_grid`, with an axis of readings in front: what
opponents can do is spread backwards along the axes of the grid, in all readings together, until
nothing sinks in any. Definitions 1 to 6 and
their sources: :mod:`winset.methods.stability`.

Work is proportional to readings x states x moves from a state, so that large conflicts belong to
the kernels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from winset.methods.stability import Concept, Integers, Mask, Sanctions, Ways

if TYPE_CHECKING:
    from winset.methods.stability_grid import AxisMover, GridConflict

__all__ = ["Readings", "nearest_ways"]

_HIGH = np.int64(2**62)  # above every utility: where there is no state, or no sanction


@dataclass(frozen=True, eq=False)
class Readings:
    """A conflict on a grid with what its parties prefer in many readings.

    ``worth`` (readings, parties, states) integers below 2**62 in size; ``able`` (readings, states)
    or, for the same in all readings, (1, states).
    """

    conflict: GridConflict
    worth: Integers
    able: Mask

    def stable(self, concept: Concept, sanctions: Sanctions) -> Mask:
        """Say which states are stable under a concept: (readings, movers, states)."""
        movers = range(len(self.conflict.movers))
        kept = [self.able & ~self._leaves(k, concept, sanctions) for k in movers]
        shape = (len(self.worth), len(kept), self.conflict.size)
        return np.stack(kept, axis=1) if kept else np.zeros(shape, np.bool_)

    def reached(self, starts: Integers) -> Mask:
        """Say which states improvements lead to from a start in each reading, itself among them.

        Parameters
        ----------
        starts : (readings,)

        Returns
        -------
        (readings, states) booleans.
        """
        found = np.zeros((len(self.worth), self.conflict.size), dtype=np.bool_)
        found[np.arange(len(found)), starts] = True
        before = 0
        while found.sum() > before:
            before = int(found.sum())
            for gains, steps in zip(self._gains, self._steps, strict=True):
                for gain, (there, _) in zip(gains, steps, strict=True):
                    found[:, there] |= found & gain
        return found

    @cached_property
    def _steps(self) -> list[list[tuple[Integers, Mask]]]:
        """Every kind of move of every mover: where it leads from each state, and where it can."""
        return [_moves(self.conflict.shape, mover) for mover in self.conflict.movers]

    @cached_property
    def _gains(self) -> list[list[Mask]]:
        """Where each kind of move serves every member of its mover: (readings, states) each."""
        found = []
        for mover, steps in zip(self.conflict.movers, self._steps, strict=True):
            masks = []
            for there, can in steps:
                gain = self.able & self.able[:, there] & can
                for party in mover.parties:
                    own = self.worth[:, party]
                    gain = gain & (own[:, there] > own)
                masks.append(gain)
            found.append(masks)
        return found

    def _leaves(self, k: int, concept: Concept, sanctions: Sanctions) -> Mask:
        mover = self.conflict.movers[k]
        left = [self._left(k, party, concept, sanctions) for party in mover.parties]
        if len(left) == 1:
            best = -self._anywhere(k, np.where(self.able, -left[0], _HIGH))
            return best > self.worth[:, mover.parties[0]]
        found = np.zeros(left[0].shape, dtype=np.bool_)
        for there, can in self._steps[k]:
            better = self.able & self.able[:, there] & can
            for party, worst in zip(mover.parties, left, strict=True):
                better = better & (worst[:, there] > self.worth[:, party])
            found |= better
        return found

    def _left(self, k: int, party: int, concept: Concept, sanctions: Sanctions) -> Integers:
        """Give what a member of a mover has at each state once the others have answered."""
        own = np.where(self.able, self.worth[:, party], _HIGH)
        if concept == "nash":
            return own
        value = own
        if concept == "smr":
            value = np.where(self.able, -self._spread(k, np.where(self.able, -own, _HIGH), False),
                             _HIGH)  # fmt: skip
        return np.minimum(own, self._answered(k, value, sanctions, concept == "seq"))

    def _answered(self, k: int, value: Integers, sanctions: Sanctions, credible: bool) -> Integers:
        """Give the least value that the opponents of a mover can bring about from each state."""
        members = set(self.conflict.movers[k].parties)
        others = [j for j, m in enumerate(self.conflict.movers) if not members & set(m.parties)]
        if sanctions == "single":
            for answer in [self._spread(j, value, credible) for j in others]:
                value = np.minimum(value, answer)
            return value
        if sanctions == "once":
            table = {0: value}
            for chosen in range(1, 2 ** len(others)):
                last = [n for n in range(len(others)) if chosen >> n & 1]
                table[chosen] = np.min(
                    [self._spread(others[n], table[chosen ^ (1 << n)], credible) for n in last],
                    axis=0,
                )
            return table[2 ** len(others) - 1]
        idle, n = 0, 0
        while idle < len(others):
            after = self._spread(others[n], value, credible)
            idle = idle + 1 if np.array_equal(after, value) else 1
            value, n = after, (n + 1) % len(others)
        return value

    def _spread(self, j: int, value: Integers, credible: bool) -> Integers:
        """Give the least value at a state or after one move of a mover from there."""
        if not credible and len(self.conflict.movers[j].parties) == 1:
            return self._anywhere(j, value)
        found = value.copy()
        for gain, (there, _) in zip(self._gains[j], self._steps[j], strict=True):
            np.minimum(found, value[:, there], out=found, where=gain)
        return found

    def _anywhere(self, j: int, value: Integers) -> Integers:
        """Do the same for all moves of a party alone, one axis after the other."""
        found = value.reshape(-1, *self.conflict.shape)
        for axis, relation in self.conflict.movers[j].axes:
            along = np.moveaxis(found, axis + 1, 0)
            if relation is None:
                spread = np.broadcast_to(along.min(axis=0), along.shape)
            else:
                able = relation | np.eye(len(relation), dtype=np.bool_)
                spread = np.stack([along[row].min(axis=0) for row in able])
            found = np.moveaxis(spread, 0, axis + 1)
        return np.where(self.able, found.reshape(value.shape), _HIGH)


def nearest_ways(
    parties: Sequence[tuple[int, ...]],
    moves: Sequence[Sequence[Sequence[int]]],
    worth: Integers,
    able: Mask,
    start: int,
) -> Ways:
    """Follow improvements from a state of one reading, nearest states first.

    Parameters
    ----------
    parties
        The members of each mover.
    moves
        For each mover and state, the states that it can move to, ascending.
    worth, able
        (parties, states) and (states,).
    """
    values, possible = worth.tolist(), able.tolist()
    before, mover, queue = [-1] * len(possible), [-1] * len(possible), [start]
    for here in queue:  # it grows on the way
        for k, members in enumerate(parties):
            for there in moves[k][here]:
                if before[there] >= 0 or there == start or not possible[there]:
                    continue
                if all(values[p][there] > values[p][here] for p in members):
                    before[there], mover[there] = here, k
                    queue.append(there)
    return Ways(start, np.array(before, dtype=np.int64), np.array(mover, dtype=np.int64))


def _moves(shape: Sequence[int], mover: AxisMover) -> list[tuple[Integers, Mask]]:
    """List a mover's moves by how far they go along each axis, round the end of it.

    So each is a permutation of the states, and the mask says from where it is a move.
    """
    digits = np.indices(shape).reshape(len(shape), -1)
    found: list[tuple[Integers, Mask]] = []
    for shift in product(*(range(shape[axis]) for axis, _ in mover.axes)):
        if not any(shift):
            continue
        there, can = digits.copy(), np.ones(digits.shape[1], dtype=np.bool_)
        for (axis, relation), far in zip(mover.axes, shift, strict=True):
            there[axis] = (there[axis] + far) % shape[axis]
            if relation is not None and far:
                can &= relation[digits[axis], there[axis]]
        place: Integers = np.asarray(np.ravel_multi_index(tuple(there), tuple(shape)), np.int64)
        found.append((place, can))
    return found
