"""What parties get without agreement: what each can take alone, and what was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np

from winset.case import NoAgreement
from winset.ensemble.draws import Chunk, whole
from winset.ensemble.records import Floats, Integers, RuleInForce, Term
from winset.ensemble.utility import cells_of, worth_of
from winset.errors import TooLargeError
from winset.language.terms import Range
from winset.space import Mask, Space, States, holds, issues_of

_MOST_CELLS = 20_000

Block = tuple[int, ...]
"""Issues of one decider that have to be settled together."""


@dataclass(frozen=True, eq=False)
class Alone:
    """What parties can take alone, in every reading of a chunk."""

    space: Space
    part_worth: Integers
    terms: tuple[Term, ...]
    rules: tuple[RuleInForce, ...]

    def base(self) -> States:
        """Give the state without agreement: (readings, issues).

        Every issue that exactly one party decides stands at that party's best option there, its
        own issues chosen together, all others at ``now``, rules kept; of equally good choices the
        one with the fewest changes. Where the choices of several deciders break a rule together,
        as many of them as can stand theirs, the first in internal order.
        """
        count = len(self.part_worth)
        now = np.tile(self.space.state(), (count, 1))
        moved: dict[int, States] = {}
        for p, issues in self._deciders():
            mine = now.copy()
            for block in self._blocks(p, issues):
                mine[:, list(block)] = self._best(p, block)
            moved[p] = mine
        return self._together(now, moved)

    def _deciders(self) -> Iterator[tuple[int, list[int]]]:
        space = self.space
        for p, party in enumerate(space.parties):
            issues = [
                i for i, issue in enumerate(space.issues)
                if space.deciders[i] == (party,) and issue not in space.fixed
            ]  # fmt: skip
            if issues:
                yield p, issues

    def _blocks(self, p: int, issues: Sequence[int]) -> list[Block]:
        """Group a decider's issues that a rule or one of its terms ties together."""
        groups = [{i} for i in issues]
        ties = [set(_spoken(rule, self.space)) for rule in self.rules]
        ties += [set(term.issues) for term in self.terms if term.party == p]
        for tie in ties:
            joined = [g for g in groups if g & tie]
            if len(joined) > 1:
                groups = [g for g in groups if not g & tie] + [set().union(*joined)]
        return [tuple(sorted(group)) for group in groups]

    def _best(self, p: int, block: Block) -> States:
        """Choose a decider's best options on a block, all else at now: (readings, block)."""
        space = self.space
        sizes = [space.sizes[i] for i in block]
        if prod(sizes) > _MOST_CELLS:
            names = ", ".join(space.issues[i] for i in block)
            raise TooLargeError(
                f"{space.parties[p]} alone decides {names}, which hang together: "
                f"{prod(sizes):,} combinations, and up to {_MOST_CELLS:,} are computed; "
                f"fix one of them with --set"
            )
        cells = np.indices(sizes).reshape(len(sizes), -1).T
        changes = (cells != [space.now[i] for i in block]).sum(axis=1)
        cells = cells[np.argsort(changes, kind="stable")]
        states = np.tile(space.state(), (len(cells), 1))
        states[:, list(block)] = cells
        worth = self._block_worth(p, block, states)
        worth[self._broken(block, states)] = np.iinfo(np.int64).min
        best: States = states[np.argmax(worth, axis=1)][:, list(block)]
        return best

    def _block_worth(self, p: int, block: Block, states: States) -> Integers:
        """Give what states are worth to a decider, as far as a block matters: (R, states)."""
        worth = np.zeros((len(self.part_worth), len(states)), dtype=np.int64)
        for i in block:
            worth += self.part_worth[:, p, self.space.offsets[i] + states[:, i].astype(np.int64)]
        for term in self.terms:
            if term.party == p and set(term.issues) & set(block):
                worth += term.worth[:, cells_of(self.space, term, states.astype(np.int64))]
        return worth

    def _broken(self, block: Block, states: States) -> Mask:
        """Say which states break a rule in force that speaks of the block: (R, states)."""
        broken = np.zeros((len(self.part_worth), len(states)), dtype=np.bool_)
        for rule in self.rules:
            if set(_spoken(rule, self.space)) & set(block):
                broken |= rule.in_force[:, None] & _breaks(rule, self.space, states)
        return broken

    def _together(self, now: States, moved: dict[int, States]) -> States:
        """Let as many deciders move as the rules allow."""
        together = _joined(now, moved.values())
        # A rule that the status quo breaks (an issue was set from outside) is none to keep here.
        kept = [rule._replace(in_force=rule.in_force & ~_breaks(rule, self.space, now))
                for rule in self.rules]  # fmt: skip
        left = np.flatnonzero(_any_broken(kept, self.space, together))
        for size in range(len(moved) - 1, -1, -1):
            for movers in combinations(moved, size):
                if not len(left):
                    return together
                trial = _joined(now[left], (moved[p][left] for p in movers))
                held = [rule._replace(in_force=rule.in_force[left]) for rule in kept]
                fine = ~_any_broken(held, self.space, trial)
                together[left[fine]] = trial[fine]
                left = left[~fine]
        return together


def _joined(now: States, moved: Iterable[States]) -> States:
    together = now.copy()
    for mine in moved:
        together = np.where(mine != now, mine, together)
    return together


def _spoken(rule: RuleInForce, space: Space) -> tuple[int, ...]:
    said = rule.rule
    return (*issues_of(said.condition, space), *issues_of(said.requirement, space))


def _breaks(rule: RuleInForce, space: Space, states: States) -> Mask:
    met: Mask = holds(rule.rule.condition, space, states)
    return met & ~holds(rule.rule.requirement, space, states)


def _any_broken(rules: Sequence[RuleInForce], space: Space, states: States) -> Mask:
    broken = np.zeros(len(states), dtype=np.bool_)
    for rule in rules:
        broken |= rule.in_force & _breaks(rule, space, states)
    return broken


# ── reservations ────────────────────────────────────────────────────────────────────────────────
def reservations(
    chunk: Chunk, part_worth: Integers, terms: tuple[Term, ...], base: States
) -> Integers:
    """Give what every party gets without agreement: (readings, parties), in the case's units.

    What was said of it, in the readings in which that is in force; elsewhere the utility of the
    state without agreement.
    """
    space, unit = chunk.model.space, chunk.model.units.whole
    found = worth_of(space, part_worth, terms, base)
    for p, party in enumerate(space.parties):
        for spoken in chunk.model.on("no agreement", party):
            if not isinstance(spoken.record, NoAgreement):
                continue
            outcome, rows = spoken.record.outcome, chunk.holds_for(spoken)
            stream = chunk.stream("no agreement").part(spoken.stream)
            if outcome.state is None:
                stated = whole(_within(outcome.reservation, stream.uniforms(len(rows))) * unit)
            else:
                state = space.state({a.issue: a.option for a in outcome.state})
                stated = worth_of(space, part_worth, terms, state)[:, p]
                if outcome.plus is not None:
                    more = _within(outcome.plus, stream.uniforms(len(rows)))
                    stated = stated + whole(more * unit)
            found[rows, p] = stated[rows]
    return found


def _within(bounds: Range | None, uniforms: Floats) -> Floats:
    low, high = (bounds.low, bounds.high) if bounds else (0.0, 0.0)
    return low + uniforms * (high - low)
