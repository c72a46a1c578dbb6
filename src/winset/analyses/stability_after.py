"""What can be done to a signed deal, and every state that brings it to.

See :mod:`winset.analyses.stability_holding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from winset.analyses.absent import absent_parties
from winset.analyses.absent_answers import crossed, has_preferences, stated
from winset.analyses.absent_worlds import World
from winset.analyses.masks import Integers, Mask
from winset.analyses.zone import Talks
from winset.case import Case
from winset.ensemble import Ensemble
from winset.methods.stability_grid import AxisMover, GridConflict

__all__ = ["After", "Turn", "arrows_of", "ends_of", "turns_of"]

_MOST_DRAWN = 256
_UNCOMPILED = 256  # states up to which a run does without compiled code
_FOR_GOOD = np.array([[True, True], [False, True]])


@dataclass(frozen=True, order=True)
class Turn:
    """One thing that a party can do to a signed deal, and the issues it takes back."""

    party: str
    kind: Literal["break", "take back", "decline"]
    issues: tuple[str, ...]


def turns_of(case: Case, talks: Talks) -> tuple[Turn, ...]:
    """List what parties can do to a table's deals, by party."""
    grid, ensemble, space = talks.grid, talks.ensemble, talks.ensemble.space
    issues = [space.issues[i] for i in grid.issues]
    outside = absent_parties(case, grid.table)
    found = []
    for party in space.parties:
        undone = tuple(i for i in issues if party in _undone_by(case, ensemble, i))
        alone = [i for i in issues if space.deciders[space.issue_index[i]] == (party,)]
        asked = party in outside and has_preferences(ensemble, space.party_index[party])
        carried = tuple(i for i in issues if asked and _carries(case, ensemble, i, party))
        found += [Turn(party, "break", undone)] if undone else []
        found += [Turn(party, "take back", (i,)) for i in alone]
        found += [Turn(party, "decline", carried)] if carried else []
    return tuple(found)


def _undone_by(case: Case, ensemble: Ensemble, issue: str) -> tuple[str, ...]:
    told = case.issue(issue)
    return told.undone_by if ensemble.may_hold(told.undone_by_by) else ()


def _carries(case: Case, ensemble: Ensemble, issue: str, party: str) -> bool:
    told = case.issue(issue)
    return party in told.implemented_by and ensemble.may_hold(told.implemented_by_by)


@dataclass(frozen=True, eq=False)
class After:
    """Readings with a deal, and every state that the turns can bring it to."""

    case: Case
    world: World
    turns: tuple[Turn, ...]
    deals: Integers

    @property
    def size(self) -> int:
        """Number of states."""
        return int(2 ** len(self.turns))

    @property
    def movers(self) -> tuple[str, ...]:
        """The parties with a turn."""
        return tuple(dict.fromkeys(turn.party for turn in self.turns))

    @cached_property
    def conflict(self) -> GridConflict:
        """The moves: turns taken, or not, by each party."""
        movers = tuple(
            AxisMover((k,), tuple((n, _FOR_GOOD if turn.kind == "break" else None)
                                  for n, turn in enumerate(self.turns) if turn.party == party))
            for k, party in enumerate(self.movers)
        )  # fmt: skip
        return GridConflict((2,) * len(self.turns), movers, _UNCOMPILED)

    def bit(self, turn: int) -> Integers:
        """Say in each state whether a turn is taken: (states,)."""
        found: Integers = np.arange(self.size) >> (len(self.turns) - 1 - turn) & 1
        return found

    @cached_property
    def worth(self) -> Integers:
        """Give what every state is worth to those with a turn: (readings, movers, states)."""
        space, count = self.world.ensemble.space, len(self.deals)
        taken = np.stack([self.bit(n) == 1 for n in range(len(self.turns))])
        rows = np.repeat(np.arange(count), self.size)  # state after state, reading after reading
        states = self.world.signed(self.deals)[rows]
        declining = np.zeros((len(rows), len(space.parties)), dtype=np.bool_)
        for n, where in enumerate(np.tile(taken, count)):
            turn = self.turns[n]
            if turn.kind == "decline":
                declining[:, space.party_index[turn.party]] |= where
                continue
            for issue, said in zip(turn.issues, self.said[n], strict=True):
                i = space.issue_index[issue]
                states[where & said[rows], i] = space.now[i]
        world = self.world.of(rows)
        stands = world.standing(states, declining)
        own = [world.utility(space.party_index[p], stands) for p in self.movers]
        found = np.stack(own).reshape(len(own), count, self.size)
        return np.ascontiguousarray(found.transpose(1, 0, 2))

    @cached_property
    def given(self) -> tuple[Mask, Mask]:
        """Where answers are given, and where they are to decline: (readings, turns)."""
        signed = self.world.signed(self.deals)
        shape = (len(signed), len(self.turns))
        bound, declines = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        for n, turn in enumerate(self.turns):
            if turn.kind == "decline":
                party = self.world.ensemble.space.party_index[turn.party]
                refused, accepted = stated(self.world, signed, party)
                refused = refused | (crossed(self.world, signed, party) & ~accepted)
                bound[:, n], declines[:, n] = refused | accepted, refused
        return bound, declines

    @cached_property
    def able(self) -> Mask:
        """States that given answers and the lines in force leave possible: (readings, states)."""
        bound, declines = self.given
        found = np.ones((len(bound), self.size), dtype=np.bool_)
        for n in range(len(self.turns)):
            found &= ~bound[:, n, None] | (self.bit(n) == declines[:, n, None])
            idle = ~self.said[n].any(axis=0) & ~bound[:, n]
            found &= ~idle[:, None] | (self.bit(n) == 0)
        return found

    @cached_property
    def said(self) -> tuple[Mask, ...]:
        """For each turn, the readings in which the line behind it holds: (its issues, readings)."""
        ensemble, rows = self.world.ensemble, self.world.rows
        always = np.ones(len(rows), dtype=np.bool_)
        found = []
        for turn in self.turns:
            told = [self.case.issue(i) for i in turn.issues]
            lines = {
                "break": [t.undone_by_by for t in told],
                "decline": [t.implemented_by_by for t in told],
            }.get(turn.kind, [None])
            found.append(np.array([
                always if line is None else ensemble.in_force[line.id][rows] for line in lines
            ]))  # fmt: skip
        return tuple(found)

    @cached_property
    def starts(self) -> Integers:
        """The state right after the signature, given answers in place: (readings,)."""
        _, declines = self.given
        weights = 2 ** np.arange(len(self.turns))[::-1]
        found: Integers = declines.astype(np.int64) @ weights
        return found

    def accomplished(self) -> Mask:
        """Say in which states nobody breaks anything and somebody declines: (states,)."""
        breaks = np.zeros(self.size, dtype=np.bool_)
        declines = breaks.copy()
        for n, turn in enumerate(self.turns):
            breaks |= (turn.kind == "break") & (self.bit(n) == 1)
            declines |= (turn.kind == "decline") & (self.bit(n) == 1)
        return declines & ~breaks


def ends_of(after: After, nash: Mask) -> Mask:
    """Say where improvements from the signature end: (readings, states)."""
    if not len(nash):
        return nash
    return nash & after.conflict.reached(after.worth, after.starts, after.able)


def arrows_of(after: After) -> dict[tuple[int, int, int], int]:
    """Count where a move serves its mover: (mover, from, to) -> readings."""
    if after.size > _MOST_DRAWN or not len(after.deals):
        return {}
    worth, able, conflict = after.worth, after.able, after.conflict
    found: dict[tuple[int, int, int], int] = {}
    for k in range(len(after.movers)):
        for here in range(after.size):
            there = conflict.moves(k, here)
            gains = worth[:, k, there] > worth[:, k, here][:, None]
            counts = (gains & able[:, there] & able[:, here][:, None]).sum(axis=0)
            found |= {(k, here, int(t)): int(n) for t, n in zip(there, counts, strict=True) if n}
    return found
