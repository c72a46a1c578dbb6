"""Which states would hold: stability in the graph model for conflict resolution.

A conflict has states; each decision maker has moves between them and prefers some states to
others. A state is stable for a decision maker that would not leave it, given what the others
could answer; a state stable for all is an equilibrium. In what follows R_i(s) are the states to
which i can move from s in one step, R_i+(s) those of them that i prefers to s (its unilateral
improvements), R_H(s) and R_H+(s) the states that the members of H can reach from s by legal
sequences of moves, or of unilateral improvements (each one for who makes it).

The definitions, with the numbers they have in ``docs/methods/stability.md``; each is that of the
literature for n decision makers (below), which for two reduces to a single answer.

Definition 1, nash
    R: s is stable for i if R_i+(s) is empty (Nash 1950, 1951).
Definition 2, gmr
    General metarationality: for every s1 in R_i+(s) the others can reach a state of R_{N-i}(s1)
    that i does not prefer to s (Howard 1971).
Definition 3, smr
    Symmetric metarationality: as gmr, and from that state no move of i leads to one that i
    prefers to s either (Howard 1971).
Definition 4, seq
    Sequential stability: for every s1 in R_i+(s) the others can reach a state of R_{N-i}+(s1) that
    i does not prefer to s (Fraser & Hipel 1979, 1984).
Definition 5, equilibrium
    A state that is stable for every decision maker.

Ties count as not preferred: equal states are no improvement, and a sanction that leaves i where
it was deters it.

Which sequences of sanctions are meant is where programs differ. Definition 6, R_{N-i}(s) is what
the others reach from s by

legal
    any sequence in which nobody moves twice in a row: the legal sequences of Fang, Hipel & Kilgour
    (1993), and the default. Where moves are transitive this is every sequence whatever;
once
    sequences in which each opponent moves at most once, in any order;
single
    one move of one opponent, as GMCR+ counts (github.com/onp/gmcr-py).

Several decision makers who change something together are one mover: they move only where every
one of them strictly gains, a joint improvement. A joint move is deterred by a sanction that
leaves some member no better off; after Kilgour, Hipel, Fang & Peng (2001). Sanctions come from
movers that share no member with the one deterred.

Sources
-------
- L. Fang, K. W. Hipel & D. M. Kilgour, Interactive Decision Making: The Graph Model for Conflict
  Resolution, Wiley, 1993, chapter 3; for two decision makers L. Fang, K. W. Hipel & D. M. Kilgour,
  "Conflict Models in Graph Form: Solution Concepts and Their Interrelationships", European Journal
  of Operational Research 41(1), 1989, 86-100.
- H. Xu, K. W. Hipel, D. M. Kilgour & L. Fang, Conflict Resolution Using the Graph Model: Strategic
  Interactions in Competition and Cooperation, Springer, 2018, sections 4.1 (preferences) and 4.2
  (the definitions, and legal sequences of coalitions).
- N. M. Fraser & K. W. Hipel, Conflict Analysis: Models and Resolutions, North-Holland, 1984.
- N. Howard, Paradoxes of Rationality, MIT Press, 1971.
- J. F. Nash, "Non-Cooperative Games", Annals of Mathematics 54(2), 1951, 286-295.
- D. M. Kilgour, K. W. Hipel, L. Fang & X. Peng, "Coalition Analysis in Group Decision Support",
  Group Decision and Negotiation 10(2), 2001, 159-175.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
import numpy.typing as npt

__all__ = [
    "CONCEPTS",
    "SANCTIONS",
    "Concept",
    "Conflict",
    "Sanctions",
    "Ways",
    "equilibria",
    "ranks",
]

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

Concept = Literal["nash", "gmr", "smr", "seq"]
CONCEPTS: Final[tuple[Concept, ...]] = ("nash", "gmr", "smr", "seq")
Sanctions = Literal["legal", "once", "single"]
SANCTIONS: Final[tuple[Sanctions, ...]] = ("legal", "once", "single")

LARGEST = 2**62
"""Utilities have to be below this in size."""


class Conflict(Protocol):
    """States, who can move between them, and how to find what is stable.

    :class:`winset.methods.stability_grid.GridConflict` and
    :class:`winset.methods.stability_graph.GraphConflict` are conflicts.
    """

    @property
    def size(self) -> int:
        """Number of states."""

    @property
    def parties(self) -> tuple[tuple[int, ...], ...]:
        """Who moves: for every mover its members, one for a party that moves alone."""

    def moves(self, mover: int, state: int) -> Integers:
        """States to which a mover can go from a state, ascending, feasible or not."""

    def stable(
        self,
        utilities: npt.NDArray[np.number],
        feasible: Mask | None = None,
        *,
        concepts: Sequence[Concept] = CONCEPTS,
        sanctions: Sanctions = "legal",
    ) -> Mapping[Concept, Mask]:
        """Say for each concept which states are stable for which mover."""

    def ways(
        self, utilities: npt.NDArray[np.number], start: int, feasible: Mask | None = None
    ) -> Ways:
        """Follow improvements from a state: utilities (parties, states)."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways from a state by improvements: the state before each, and who moves; -1 for none."""

    start: int
    before: Integers
    mover: Integers

    @property
    def reached(self) -> Mask:
        """States that some way leads to, the start among them: (states,)."""
        found: Mask = self.before >= 0
        found[self.start] = True
        return found

    def to(self, state: int) -> tuple[tuple[int, int], ...]:
        """Give a shortest way to a state that is reached: (mover, state) for every step."""
        steps: list[tuple[int, int]] = []
        while state != self.start:
            steps.append((int(self.mover[state]), state))
            state = int(self.before[state])
        return tuple(reversed(steps))


def ranks(utilities: npt.NDArray[np.number]) -> Integers:
    """Replace utilities by their ranks, party by party; integers are returned as they are.

    Parameters
    ----------
    utilities
        (parties, states) or (readings, parties, states); larger is better, only the order counts.

    Examples
    --------
    >>> ranks(np.array([[0.5, 2.0, 0.5]]))
    array([[0, 1, 0]])
    """
    if utilities.dtype.kind in "iu":
        return np.ascontiguousarray(utilities, dtype=np.int64)
    if np.isnan(utilities).any():
        raise ValueError("a utility is not a number")
    flat = utilities.reshape(-1, utilities.shape[-1])
    found = [np.unique(row, return_inverse=True)[1] for row in flat]
    return np.array(found, dtype=np.int64).reshape(utilities.shape)


def equilibria(stable: Mapping[Concept, Mask]) -> dict[Concept, Mask]:
    """Say which states are stable for every mover: (..., movers, states) -> (..., states)."""
    return {concept: np.asarray(mask.all(axis=-2)) for concept, mask in stable.items()}


def prepared(
    utilities: npt.NDArray[np.number], feasible: Mask | None, size: int, parties: int
) -> tuple[Integers, Mask]:
    """Check and lay out what a conflict is solved for: with an axis of readings in front.

    Raises
    ------
    ValueError
        If shapes do not fit together, a utility is out of bounds, or no state is feasible.
    """
    worth = ranks(utilities)
    worth = worth[None] if worth.ndim == 2 else worth
    if worth.ndim != 3 or worth.shape[2] != size or worth.shape[1] < parties:
        raise ValueError(
            f"utilities of shape {utilities.shape} for {parties} parties and {size} states"
        )
    able = np.ones((1, size), np.bool_) if feasible is None else np.atleast_2d(feasible)
    if able.shape[1] != size or len(able) not in (1, len(worth)):
        raise ValueError(f"feasible of shape {able.shape} for {len(worth)} readings, {size} states")
    if not able.any(axis=1).all():
        raise ValueError("no state is feasible")
    if worth.size and max(worth.max(), -worth.min()) >= LARGEST:
        raise ValueError("utilities must be below 2**62 in size")
    return worth, np.ascontiguousarray(able, dtype=np.bool_)


def numbered(concepts: Sequence[Concept], sanctions: Sanctions) -> tuple[Integers, int]:
    """Turn concepts and a reading of sanctions into the numbers that kernels know them by."""
    unknown = [c for c in concepts if c not in CONCEPTS]
    if unknown or sanctions not in SANCTIONS:
        raise ValueError(
            f"concepts are {', '.join(CONCEPTS)}; sanctions are {', '.join(SANCTIONS)}"
        )
    codes = np.array([CONCEPTS.index(c) for c in concepts], dtype=np.int64)
    return codes, SANCTIONS.index(sanctions)
