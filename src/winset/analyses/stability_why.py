"""Why a state holds or not: which move tempts whom, who would answer it, and with what.

In each reading and for each mover one reason is found: the improvement that would serve it best
in the end, and what stands against it. Reasons that are the same are counted over readings.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from winset.analyses.masks import Integers, Mask
from winset.analyses.stability import batches
from winset.analyses.stability_conflict import Arena
from winset.methods.stability import Concept, Conflict, Sanctions

__all__ = ["Reason", "Verdict", "why"]

Verdict = Literal["stays", "deterred", "leaves", "impossible"]
"""No better move; a better move that others would punish; a better move that they would not;
no such state under the rules."""


@dataclass(frozen=True, order=True)
class Reason:
    """Why a mover stays at a state or leaves it.

    ``move`` is the state it would go to (-1 for none). Where it is ``deterred``, ``answer`` are
    the steps (mover, state) by which others would leave it no better off. Where it ``leaves``,
    they are what others can do that serves it least (empty: nothing that hurts).
    """

    mover: int
    verdict: Verdict
    move: int = -1
    answer: tuple[tuple[int, int], ...] = ()


def why(
    arena: Arena,
    state: int,
    concept: Concept,
    *,
    sanctions: Sanctions = "legal",
    most: int = 200,
) -> dict[Reason, int]:
    """Count the reasons for which a state is stable, or not, in the first ``most`` readings.

    Returns
    -------
    Reason -> readings, for each mover the most frequent first.
    """
    found: Counter[Reason] = Counter()
    for part in arena.parts(most):
        for rows in batches(part):
            worth, able = part.utilities(rows), part.feasible(rows)
            for r in range(len(worth)):
                reading = _Reading(part.conflict, worth[r], able[r], concept, sanctions)
                for k in range(len(part.conflict.parties)):
                    found[reading.reason(k, state)] += 1
    ordered = sorted(found.items(), key=lambda item: (item[0].mover, -item[1], item[0]))
    return dict(ordered)


@dataclass(frozen=True, eq=False)
class _Reading:
    """One reading, looked at state by state."""

    conflict: Conflict
    worth: Integers
    able: Mask
    concept: Concept
    sanctions: Sanctions

    def reason(self, k: int, state: int) -> Reason:
        if not self.able[state]:
            return Reason(k, "impossible")
        better = self._steps(k, state, improving=True)
        if not better:
            return Reason(k, "stays")
        if self.concept == "nash":
            return Reason(k, "leaves", max(better, key=lambda t: self._least(k, t)))
        answers = {move: self._answer(k, state, move) for move in better}
        free = [move for move in better if not answers[move][0]]
        move = max(free or better, key=lambda t: self._least(k, t))
        deterred, steps = answers[move]
        return Reason(k, "deterred" if deterred else "leaves", move, steps)

    def _least(self, k: int, state: int) -> tuple[int, int]:
        """Rank a move by what the worst-off member gets there, lowest number first."""
        return min(int(self.worth[p, state]) for p in self.conflict.parties[k]), -state

    def _steps(self, k: int, state: int, *, improving: bool) -> list[int]:
        members = list(self.conflict.parties[k])
        moves = self.conflict.moves(k, state)
        moves = moves[self.able[moves]]
        if improving or len(members) > 1:
            gains = self.worth[members][:, moves] > self.worth[members, state][:, None]
            moves = moves[gains.all(axis=0)]
        return [int(t) for t in moves]

    def _counts(self, k: int, party: int, state: int) -> int:
        """Give what a sanction that ends at a state leaves a member of the mover deterred."""
        worth = int(self.worth[party, state])
        if self.concept == "smr":
            after = self._steps(k, state, improving=False)
            worth = max([worth, *(int(self.worth[party, t]) for t in after)])
        return worth

    def _answer(self, k: int, state: int, move: int) -> tuple[bool, tuple[tuple[int, int], ...]]:
        """Find a shortest sequence that deters a move, or else the one that hurts most."""
        members = self.conflict.parties[k]
        present = [int(self.worth[p, state]) for p in members]
        worst = min(int(self.worth[p, move]) for p in members), ()
        hurts: tuple[int, tuple[tuple[int, int], ...]] = worst
        for end, steps in self._sequences(k, move):
            left = [self._counts(k, p, end) for p in members]
            if any(x <= now for x, now in zip(left, present, strict=True)):
                return True, steps
            if min(left) < hurts[0]:
                hurts = (min(left), steps)
        return False, hurts[1]

    def _sequences(self, k: int, start: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
        """Yield what opponents can bring about and how, shortest sequences first."""
        parties = self.conflict.parties
        others = [j for j in range(len(parties)) if not set(parties[j]) & set(parties[k])]
        follow = _FOLLOW[self.sanctions]
        queue: deque[tuple[int, tuple[tuple[int, int], ...]]] = deque([(start, ())])
        seen: set[tuple[int, object]] = set()
        while queue:
            state, steps = queue.popleft()
            for j in others:
                key = follow(steps, j)
                if key is None:
                    continue
                for there in self._steps(j, state, improving=self.concept == "seq"):
                    if (there, key) not in seen:
                        seen.add((there, key))
                        longer = (*steps, (j, there))
                        yield there, longer
                        queue.append((there, longer))


_Steps = Sequence[tuple[int, int]]


def _legal(steps: _Steps, mover: int) -> object:
    """Nobody moves twice in a row: remember who moved last."""
    return None if steps and steps[-1][0] == mover else mover


def _once(steps: _Steps, mover: int) -> object:
    """Nobody moves twice: remember who moved."""
    moved = frozenset(j for j, _ in steps)
    return None if mover in moved else moved | {mover}


def _single(steps: _Steps, mover: int) -> object:
    """One move, of one opponent."""
    return None if steps else mover


_FOLLOW: dict[Sanctions, Callable[[_Steps, int], object]] = {
    "legal": _legal,
    "once": _once,
    "single": _single,
}


def shares(reasons: dict[Reason, int], mover: int) -> list[tuple[Reason, int]]:
    """Pick one mover's reasons, the most frequent first."""
    return [(reason, n) for reason, n in reasons.items() if reason.mover == mover]


def kept(reasons: dict[Reason, int], movers: int) -> Integers:
    """Count for each mover the readings in which it does not leave: (movers,)."""
    found = np.zeros(movers, dtype=np.int64)
    for reason, n in reasons.items():
        if reason.verdict in ("stays", "deterred"):
            found[reason.mover] += n
    return found
