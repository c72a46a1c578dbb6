"""Stability where states and moves are given one by one: a directed graph for every mover.

Moves need not be transitive here, so that who moved last matters: a legal sequence of sanctions
lets nobody move twice in a row (Fang, Hipel & Kilgour 1993). The search runs over
pairs of a state and the opponent that moves next; values spread backwards from the worst state
on, so that each pair is settled once. Work is proportional to moves x movers for each mover and
concept. Definitions 1 to 6 and their sources:
:mod:`winset.methods.stability`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from winset.errors import TooLargeError
from winset.methods.stability import (
    CONCEPTS,
    Concept,
    Integers,
    Mask,
    Sanctions,
    Ways,
    numbered,
    prepared,
)

if TYPE_CHECKING:
    from winset.methods.stability_graph_kernels import Arcs

__all__ = ["ArcMover", "GraphConflict"]

_MOST_BYTES = 2**30


@dataclass(frozen=True, eq=False)
class ArcMover:
    """Who makes which moves: ``parties`` the members; ``arcs`` (moves, 2) from and to states."""

    parties: tuple[int, ...]
    arcs: Integers


@dataclass(frozen=True, eq=False)
class GraphConflict:
    """A conflict given by its states 0, 1, ... and every mover's moves.

    Raises
    ------
    ValueError
        If a move begins or ends at no state.

    Examples
    --------
    One party can go on from 0 to 1 and from there to 2, but not straight to 2:

    >>> lane = GraphConflict(3, (ArcMover((0,), np.array([[0, 1], [1, 2]])),))
    >>> lane.stable(np.array([[1, 0, 2]]))["nash"]
    array([[ True, False,  True]])
    """

    size: int
    movers: tuple[ArcMover, ...]

    def __post_init__(self) -> None:
        for mover in self.movers:
            arcs = np.asarray(mover.arcs)
            if arcs.ndim != 2 or arcs.shape[1] != 2:
                raise ValueError(f"moves of shape {arcs.shape}: pairs of states are meant")
            if arcs.size and not 0 <= arcs.min() <= arcs.max() < self.size:
                raise ValueError(f"a move begins or ends outside the {self.size} states")

    @property
    def parties(self) -> tuple[tuple[int, ...], ...]:
        """Members of every mover."""
        return tuple(mover.parties for mover in self.movers)

    def moves(self, mover: int, state: int) -> Integers:
        """States to which a mover can go from a state, ascending."""
        arcs = self.arcs
        return arcs.targets[arcs.ahead[mover, state] : arcs.ahead[mover, state + 1]]

    def stable(
        self,
        utilities: npt.NDArray[np.number],
        feasible: Mask | None = None,
        *,
        concepts: Sequence[Concept] = CONCEPTS,
        sanctions: Sanctions = "legal",
    ) -> dict[Concept, Mask]:
        """Say for each concept which states are stable for which mover.

        Arguments, result and errors as those of
        :meth:`winset.methods.stability_grid.GridConflict.stable`.
        """
        from winset.methods.stability_graph_kernels import solve_graph

        most = 1 + max((p for m in self.movers for p in m.parties), default=0)
        worth, able = prepared(utilities, feasible, self.size, most)
        codes, kind = numbered(concepts, sanctions)
        if sanctions == "once" and 2 ** (len(self.movers) - 1) * self.size * 8 > _MOST_BYTES:
            raise TooLargeError(
                f"sanctions in which each of {len(self.movers) - 1} opponents moves at most once "
                f"need every subset of them on {self.size:,} states: take legal sequences"
            )
        found = solve_graph(self.arcs, worth, able, codes, kind)
        if np.ndim(utilities) == 2:
            found = found[:, 0]
        return {concept: found[n] for n, concept in enumerate(concepts)}

    def ways(
        self, utilities: npt.NDArray[np.number], start: int, feasible: Mask | None = None
    ) -> Ways:
        """Follow improvements from a state, joint ones among them: utilities (parties, states)."""
        from winset.methods.stability_graph_kernels import improve_along

        most = 1 + max((p for m in self.movers for p in m.parties), default=0)
        worth, able = prepared(utilities, feasible, self.size, most)
        return Ways(start, *improve_along(self.arcs, worth[0], able[0], start))

    @cached_property
    def arcs(self) -> Arcs:
        """The moves of all movers, as the kernels need them."""
        from winset.methods.stability_graph_kernels import Arcs

        targets, ahead = self._listed(0)
        origins, behind = self._listed(1)
        return Arcs(
            size=self.size,
            targets=targets,
            ahead=ahead,
            origins=origins,
            behind=behind,
            alone=np.array([len(m.parties) == 1 for m in self.movers], dtype=np.bool_),
            members=np.array([p for m in self.movers for p in m.parties], dtype=np.int64),
            member_start=np.concatenate(
                [[0], np.cumsum([len(m.parties) for m in self.movers])]
            ).astype(np.int64),
        )

    def _listed(self, by: int) -> tuple[Integers, Integers]:
        """List the other ends of all moves, mover by mover, by one of their ends."""
        found, starts, count = [np.zeros(0, np.int64)], [], 0
        for mover in self.movers:
            arcs = np.unique(np.asarray(mover.arcs, dtype=np.int64).reshape(-1, 2), axis=0)
            arcs = arcs[arcs[:, 0] != arcs[:, 1]]
            arcs = arcs[np.lexsort((arcs[:, 1 - by], arcs[:, by]))]
            found.append(arcs[:, 1 - by])
            starts.append(count + np.searchsorted(arcs[:, by], np.arange(self.size + 1)))
            count += len(arcs)
        return np.concatenate(found), np.array(starts, dtype=np.int64).reshape(-1, self.size + 1)
