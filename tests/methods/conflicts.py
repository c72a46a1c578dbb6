"""Conflicts and stability straight from the definitions, for comparison: sets and loops only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from winset.methods.stability_graph import ArcMover, GraphConflict
from winset.methods.stability_grid import AxisMover, GridConflict


@dataclass
class Plain:
    """A conflict as sets: moves[k][s] is R_k(s); joint moves are kept where all gain."""

    states: list[int]
    members: list[tuple[int, ...]]
    moves: list[dict[int, set[int]]]
    worth: np.ndarray

    def improving(self, k: int, s: int) -> set[int]:
        return {t for t in self.moves[k][s]
                if all(self.worth[p, t] > self.worth[p, s] for p in self.members[k])}  # fmt: skip

    def steps(self, k: int, s: int, credible: bool) -> set[int]:
        joint = len(self.members[k]) > 1
        return self.improving(k, s) if credible or joint else self.moves[k][s]

    def reachable(self, focal: int, start: int, credible: bool, sanctions: str) -> set[int]:
        """R_{N-i}(s) or R+_{N-i}(s): ends of sequences of at least one move of opponents."""
        others = [k for k in range(len(self.moves))
                  if not set(self.members[k]) & set(self.members[focal])]  # fmt: skip
        if sanctions == "single":
            return {t for k in others for t in self.steps(k, start, credible)}
        if sanctions == "once":
            ends: set[int] = set()
            for length in range(1, len(others) + 1):
                for order in itertools.permutations(others, length):
                    here = {start}
                    for k in order:
                        here = {t for s in here for t in self.steps(k, s, credible)}
                    ends |= here
            return ends
        seen: set[tuple[int, int]] = set()
        todo = [(k, t) for k in others for t in self.steps(k, start, credible)]
        while todo:
            last, s = node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += [(k, t) for k in others if k != last for t in self.steps(k, s, credible)]
        return {s for _, s in seen}

    def stable(self, concept: str, k: int, s: int, sanctions: str) -> bool:
        improvements = self.improving(k, s)
        if concept == "nash":
            return not improvements
        return all(
            any(self.deters(concept, k, s, t) for t in ends)
            for ends in (self.reachable(k, s1, concept == "seq", sanctions) for s1 in improvements)
        )

    def deters(self, concept: str, k: int, s: int, t: int) -> bool:
        """Some member is no better off at t than at s (nor, for smr, after one more move)."""
        after = {t} | (self.steps(k, t, False) if concept == "smr" else set())
        return any(all(self.worth[p, u] <= self.worth[p, s] for u in after)
                   for p in self.members[k])  # fmt: skip

    def solve(self, size: int, sanctions: str) -> dict[str, np.ndarray]:
        found = {c: np.zeros((len(self.moves), size), bool) for c in ("nash", "gmr", "smr", "seq")}
        for concept, mask in found.items():
            for k in range(len(self.moves)):
                for s in self.states:
                    mask[k, s] = self.stable(concept, k, s, sanctions)
        return found


def plain(conflict, worth: np.ndarray, feasible: np.ndarray) -> Plain:
    """Take a conflict apart, leaving out infeasible states."""
    states = [int(s) for s in np.flatnonzero(feasible)]
    moves = [
        {s: {int(t) for t in _moves(conflict, k, s)} & set(states) for s in states}
        for k in range(len(conflict.movers))
    ]
    return Plain(states, [m.parties for m in conflict.movers], moves, worth)


def _moves(conflict, k: int, state: int) -> Iterator[int]:
    """Moves read off what defines a conflict, not off its own method."""
    mover = conflict.movers[k]
    if isinstance(conflict, GraphConflict):
        yield from (b for a, b in mover.arcs if a == state and a != b)
        return
    here = np.unravel_index(state, conflict.shape)
    own = dict(mover.axes)
    for cell in itertools.product(*(range(n) for n in conflict.shape)):
        changed = [n for n, (a, b) in enumerate(zip(here, cell, strict=True)) if a != b]
        if changed and all(
            n in own and (own[n] is None or own[n][here[n], cell[n]]) for n in changed
        ):
            yield int(np.ravel_multi_index(cell, conflict.shape))


# ── random conflicts ────────────────────────────────────────────────────────────────────────────
def random_relation(rng: np.random.Generator, options: int) -> np.ndarray | None:
    """None (any move), a one-way order, or the transitive closure of random arcs."""
    kind = rng.integers(4)
    if kind < 2:
        return None
    if kind == 2:
        return np.triu(np.ones((options, options), bool))
    relation = np.eye(options, dtype=bool) | (rng.random((options, options)) < 0.3)
    for mid in range(options):
        relation |= relation[:, mid : mid + 1] & relation[mid]
    return relation


def random_grid(rng: np.random.Generator) -> GridConflict:
    """2-4 parties with 1-2 axes each, now and then a joint mover and a shared axis (`break`)."""
    parties = int(rng.integers(2, 5))
    own = [int(rng.integers(1, 3)) if parties < 4 else 1 for _ in range(parties)]
    joint = int(rng.random() < 0.4)
    shape = tuple(int(rng.integers(2, 4 if sum(own) < 4 else 3)) for _ in range(sum(own) + joint))
    axes = iter(range(len(shape)))
    movers = []
    for party, count in enumerate(own):
        mine = [
            (axis, random_relation(rng, shape[axis]))
            for _, axis in zip(range(count), axes, strict=False)
        ]
        if joint and rng.random() < 0.4:  # can take the jointly decided thing back to option 0
            undo = np.eye(shape[-1], dtype=bool)
            undo[:, 0] = True
            mine.append((len(shape) - 1, undo))
        movers.append(AxisMover((party,), tuple(mine)))
    if joint:
        size = int(rng.integers(2, parties + 1))
        members = tuple(sorted(int(p) for p in rng.choice(parties, size, replace=False)))
        movers.append(AxisMover(members, ((len(shape) - 1, random_relation(rng, shape[-1])),)))
    return GridConflict(shape, tuple(movers))


def random_graph(rng: np.random.Generator) -> GraphConflict:
    """2-4 parties with random arcs, now and then a joint mover."""
    parties, size = int(rng.integers(2, 5)), int(rng.integers(2, 10))
    groups = [(p,) for p in range(parties)]
    if rng.random() < 0.3:
        groups.append(tuple(sorted(int(p) for p in rng.choice(parties, 2, replace=False))))
    density = rng.choice([0.1, 0.25, 0.5])
    return GraphConflict(size, tuple(
        ArcMover(group, np.argwhere(rng.random((size, size)) < density)) for group in groups
    ))  # fmt: skip


def random_preferences(
    rng: np.random.Generator, parties: int, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Utilities, with many ties or none, and which states are feasible (one at least)."""
    levels = int(rng.choice([2, 4, size, 10 * size]))
    worth = rng.integers(0, levels, size=(parties, size))
    feasible = rng.random(size) >= rng.choice([0.0, 0.3, 0.7])
    feasible[rng.integers(size)] = True
    return worth, feasible
