"""What would hold: for every state, the readings in which nobody would leave it.

The case is a conflict (:mod:`winset.analyses.stability_conflict`); each reading gives its parties
their preferences over states, and the graph model says what is stable for whom under four
concepts (:mod:`winset.methods.stability`, with sources). A result counts readings; results of
consecutive chunks of readings merge into that of all of them.

Why a state is stable or not is found in :mod:`winset.analyses.stability_why`, which statements it
hangs on in :mod:`winset.analyses.stability_inverse`, what happens to a signed deal in
:mod:`winset.analyses.stability_holding`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from winset.analyses.masks import Integers, Mask
from winset.analyses.merging import ADDED, merge
from winset.analyses.stability_conflict import Arena, arena_of
from winset.case import Case
from winset.ensemble import Ensemble
from winset.methods.stability import CONCEPTS, Concept, Sanctions, equilibria

__all__ = ["Stability", "Way", "stability"]

_CELLS = 2**22  # utilities held at a time
_MOST_ENDS = 20  # equilibria reached in one reading whose ways are told apart

Way = tuple[tuple[int, int], ...]
"""Steps from the status quo: who moves (a mover's number), and to which state."""


@dataclass(frozen=True, eq=False)
class Stability:
    """What is stable over readings. States are numbered over ``issues``, the last fastest.

    Attributes
    ----------
    movers
        Who moves: the members of each, one for a party alone.
    issues, options, now
        What can be moved: issue ids; their option ids; the status quo.
    fixed
        How all other issues stand.
    concepts, sanctions
        The concepts computed, and which sequences of sanctions are meant.
    readings
        Readings computed.
    possible
        Readings in which the rules allow each state: (states,).
    stable
        Concept -> readings in which each state is stable for each mover: (movers, states).
    holds
        Concept -> readings in which each state is an equilibrium: (states,).
    without
        Concept -> readings without any equilibrium.
    reached
        Readings in which improvements lead from the status quo to each state: (states,).
    ways
        Ways from the status quo to states that are Nash equilibria there, a shortest one for each
        reading and state -> readings.
    """

    movers: tuple[tuple[str, ...], ...]
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    now: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]
    concepts: tuple[Concept, ...]
    sanctions: Sanctions
    readings: int = field(metadata=ADDED)
    possible: Integers = field(metadata=ADDED)
    stable: dict[Concept, Integers] = field(metadata=ADDED)
    holds: dict[Concept, Integers] = field(metadata=ADDED)
    without: dict[Concept, int] = field(metadata=ADDED)
    reached: Integers = field(metadata=ADDED)
    ways: dict[Way, int] = field(metadata=ADDED)

    @staticmethod
    def merge(parts: Sequence[Stability]) -> Stability:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    @property
    def size(self) -> int:
        """Number of states."""
        return prod(map(len, self.options))

    @property
    def start(self) -> int:
        """The status quo."""
        cells = [names.index(now) for names, now in zip(self.options, self.now, strict=True)]
        return int(np.ravel_multi_index(cells, tuple(map(len, self.options))))

    def label(self, state: int) -> dict[str, str]:
        """Name a state: issue -> option."""
        cells = np.unravel_index(state, tuple(map(len, self.options)))
        rows = zip(self.issues, self.options, cells, strict=True)
        return {issue: names[int(n)] for issue, names, n in rows}

    def changes(self, state: int) -> tuple[tuple[str, str, str], ...]:
        """Tell how a state differs from the status quo: issue, option now, option there."""
        there = self.label(state)
        return tuple((issue, now, there[issue])
                     for issue, now in zip(self.issues, self.now, strict=True)
                     if there[issue] != now)  # fmt: skip

    def leading(self, concept: Concept | None = None, most: int = 8) -> list[int]:
        """Rank the states that are equilibria in most readings, by one concept or by all.

        By all: those that hold by most concepts together first. Where equal, those reached from
        the status quo in more readings come first, then the lowest number.
        """
        chosen = [concept] if concept else list(self.concepts)
        total = np.sum([self.holds[c] for c in chosen], axis=0)
        found = np.flatnonzero(total)
        order = np.lexsort((found, -self.reached[found], -total[found]))
        return [int(found[n]) for n in order[:most]]

    def ways_to(self, state: int, most: int = 3) -> list[tuple[Way, int]]:
        """Rank the ways from the status quo to a state by the readings that take them."""
        found = [(way, n) for way, n in self.ways.items() if way and way[-1][1] == state]
        return sorted(found, key=lambda w: (-w[1], len(w[0]), w[0]))[:most]


def stability(
    case: Case,
    ensemble: Ensemble,
    *,
    issues: Sequence[str] = (),
    concepts: Sequence[Concept] = CONCEPTS,
    sanctions: Sanctions = "legal",
) -> Stability:
    """Find in every reading which states would hold, and which the status quo leads to.

    Parameters
    ----------
    issues
        Issues to move on, all others standing at ``now``; without them, all that can move.
    concepts, sanctions
        See :mod:`winset.methods.stability`.

    Raises
    ------
    AskError
        If there is no conflict to solve: see :func:`~.stability_conflict.arena_of`.
    TooLargeError
        If there are too many states.
    """
    arena = arena_of(case, ensemble, issues)
    count = _Count(arena, tuple(dict.fromkeys(["nash", *concepts])))
    for part in arena.parts():
        for rows in batches(part):
            count.add(part, rows, sanctions)
    grid, space = arena.grid, ensemble.space
    return Stability(
        movers=arena.movers,
        issues=tuple(space.issues[i] for i in grid.issues),
        options=tuple(space.options[i] for i in grid.issues),
        now=tuple(grid.label(arena.start).values()),
        fixed=tuple(sorted(arena.stands.items())),
        concepts=tuple(concepts),
        sanctions=sanctions,
        readings=ensemble.readings,
        possible=count.possible,
        stable={c: count.stable[c] for c in concepts},
        holds={c: count.holds[c] for c in concepts},
        without={c: count.without[c] for c in concepts},
        reached=count.reached,
        ways=dict(sorted(count.ways.items())),
    )


def batches(arena: Arena) -> Iterator[slice]:
    """Cut readings into parts whose utilities fit into memory together."""
    step = max(1, _CELLS // max(1, arena.grid.size * len(arena.people)))
    for begin in range(0, arena.ensemble.readings, step):
        yield slice(begin, min(begin + step, arena.ensemble.readings))


def improvements(
    arena: Arena, states: Sequence[int], most: int = 200
) -> dict[tuple[int, int, int], int]:
    """Count the readings, of the first ``most``, in which a move between states serves its mover.

    Returns
    -------
    (mover, from, to) -> readings, for the moves among ``states``.
    """
    found: Counter[tuple[int, int, int]] = Counter()
    parties, chosen = arena.conflict.parties, set(states)
    for part in arena.parts(most):
        pairs = [(k, s, int(t)) for k in range(len(parties)) for s in states
                 for t in part.conflict.moves(k, s) if int(t) in chosen]  # fmt: skip
        for rows in batches(part):
            worth, able = part.utilities(rows), part.feasible(rows)
            for k, s, t in pairs:
                gains = (worth[:, parties[k], t] > worth[:, parties[k], s]).all(axis=1)
                found[k, s, t] += int((gains & able[:, s] & able[:, t]).sum())
    return {arrow: n for arrow, n in sorted(found.items()) if n}


class _Count:
    """Counts readings, batch by batch."""

    def __init__(self, arena: Arena, concepts: tuple[Concept, ...]) -> None:
        size, movers = arena.grid.size, len(arena.movers)
        self.concepts = concepts
        self.possible = np.zeros(size, dtype=np.int64)
        self.reached = np.zeros(size, dtype=np.int64)
        self.stable = {c: np.zeros((movers, size), dtype=np.int64) for c in concepts}
        self.holds = {c: np.zeros(size, dtype=np.int64) for c in concepts}
        self.without = dict.fromkeys(concepts, 0)
        self.ways: Counter[Way] = Counter()

    def add(self, arena: Arena, rows: slice, sanctions: Sanctions) -> None:
        """Count some readings."""
        worth, able = arena.utilities(rows), arena.feasible(rows)
        found = arena.conflict.stable(worth, able, concepts=self.concepts, sanctions=sanctions)
        held = equilibria(found)
        self.possible += able.sum(axis=0)
        for c in self.concepts:
            self.stable[c] += found[c].sum(axis=0)
            self.holds[c] += held[c].sum(axis=0)
            self.without[c] += int((~held[c].any(axis=1)).sum())
        for r in range(len(worth)):
            self._follow(arena, worth[r], able[r], held["nash"][r])

    def _follow(self, arena: Arena, worth: Integers, able: Mask, ends: Mask) -> None:
        ways = arena.conflict.ways(worth, arena.start, able)
        reached = ways.reached
        self.reached += reached
        for end in np.flatnonzero(reached & ends)[:_MOST_ENDS]:
            self.ways[ways.to(int(end))] += 1
