"""Stability where states are a product of options: sweeps along rows, never a matrix of states.

States are the cells of a grid with an axis for each thing to be decided. A mover controls some
axes; the states it can reach from s lie in its *row* through s. Where moves are transitive, the
opponents of i can bring about exactly what a chain of rows connects, so that

    V(s) = min(u_i(s), V(t) for every t an opponent can move to from s)

as a least fixpoint gives the worst they can do to i: sweep along the opponents' rows until
nothing sinks. The state s is unstable for i exactly if some t in i's row has
min(u_i(t), V(t)) > u_i(s). For SMR the sanction at t counts for the best that i can still reach
from t; for SEQ the sweeps follow improvements only, along rows sorted by who moves. Definitions
1 to 6 and their sources: :mod:`winset.methods.stability`.

Work is proportional to states x movers x sweeps, memory to states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from winset.errors import TooLargeError
from winset.methods.stability import (
    CONCEPTS,
    SANCTIONS,
    Concept,
    Integers,
    Mask,
    Sanctions,
    Ways,
    numbered,
    prepared,
    ranks,
)
from winset.methods.stability_readings import Readings, nearest_ways

if TYPE_CHECKING:
    from winset.methods.stability_rows import Rows

__all__ = ["AxisMover", "GridConflict", "axis_moves", "transitive"]

_MOST_PAIRS = 2**26  # reachable pairs of places that are listed for a mover that is not free
_FEW = 2**6  # states up to which there is nothing to gain from compiled code
_MOST_MASKS = 2**26  # bytes of masks, of which there is one for each kind of move
_MOST_BYTES = 2**30  # for sanctions in which each opponent moves at most once


@dataclass(frozen=True, eq=False)
class AxisMover:
    """Who moves along which axes of a grid.

    ``parties`` are the members (indices of utilities), one for a party that moves alone. ``axes``
    pairs each axis it controls with a relation: (options, options) booleans, true where it can
    go from the first option to the second; None if from any to any. Relations have to be
    transitive; staying put is always possible.
    """

    parties: tuple[int, ...]
    axes: tuple[tuple[int, Mask | None], ...]


@dataclass(frozen=True, eq=False)
class GridConflict:
    """A conflict whose states are the cells of a grid, the last axis varying fastest.

    Parameters
    ----------
    shape
        Number of options on each axis.
    movers
        Who moves along which axes.
    few
        States up to which all readings are swept together rather than by compiled code, which is
        faster above 64 states but takes seconds to compile on first use.

    Raises
    ------
    ValueError
        If an axis or relation does not fit the grid, a mover names an axis twice, or a relation
        is not transitive.

    Examples
    --------
    The Prisoner's Dilemma, option 1 being to cooperate: mutual defection holds under every
    concept, cooperation where sanctions are foreseen.

    >>> dilemma = GridConflict((2, 2), (AxisMover((0,), ((0, None),)), AxisMover((1,), ((1, None),))))
    >>> found = dilemma.stable(np.array([[2, 4, 1, 3], [2, 1, 4, 3]]))
    >>> found["nash"].all(axis=0), found["seq"].all(axis=0)
    (array([ True, False, False, False]), array([ True, False, False,  True]))
    """  # noqa: E501 - one call, which a doctest keeps on one line

    shape: tuple[int, ...]
    movers: tuple[AxisMover, ...]
    few: int = _FEW

    def __post_init__(self) -> None:
        for mover in self.movers:
            if len(dict(mover.axes)) < len(mover.axes):
                raise ValueError("a mover names an axis twice")
            for axis, relation in mover.axes:
                if not 0 <= axis < len(self.shape):
                    raise ValueError(f"no axis {axis} on a grid of {len(self.shape)}")
                _check(relation, self.shape[axis])

    @property
    def size(self) -> int:
        """Number of states."""
        return prod(self.shape)

    @property
    def parties(self) -> tuple[tuple[int, ...], ...]:
        """Members of every mover."""
        return tuple(mover.parties for mover in self.movers)

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """How far apart neighbouring options of each axis are numbered."""
        return tuple(prod(self.shape[n + 1 :]) for n in range(len(self.shape)))

    def moves(self, mover: int, state: int) -> Integers:
        """States to which a mover can go from a state, ascending."""
        return axis_moves(self.shape, self.movers[mover], state)

    def stable(
        self,
        utilities: npt.NDArray[np.number],
        feasible: Mask | None = None,
        *,
        concepts: Sequence[Concept] = CONCEPTS,
        sanctions: Sanctions = "legal",
    ) -> dict[Concept, Mask]:
        """Say for each concept which states are stable for which mover.

        Parameters
        ----------
        utilities : (parties, states) or (readings, parties, states)
            Larger is better; only the order counts.
        feasible : (states,) or (readings, states), optional
            States that can be; all if not given.
        concepts, sanctions
            See :mod:`winset.methods.stability`.

        Returns
        -------
        Concept -> (movers, states) or (readings, movers, states) booleans; infeasible states are
        stable for nobody.

        Raises
        ------
        ValueError
            If shapes do not fit, no state is feasible, or a word is unknown.
        TooLargeError
            If sanctions are ``once`` and the opponents too many for it.
        """
        most = 1 + max((p for m in self.movers for p in m.parties), default=0)
        worth, able = prepared(utilities, feasible, self.size, most)
        codes, kind = numbered(concepts, sanctions)
        if self._few(len(worth), sanctions):
            readings = Readings(self, worth, able)
            each = [readings.stable(concept, sanctions) for concept in concepts]
        else:
            each = list(self._compiled(worth, able, codes, kind))
        if np.ndim(utilities) == 2:
            each = [found[0] for found in each]
        return dict(zip(concepts, each, strict=True))

    def _few(self, readings: int, sanctions: Sanctions = "legal") -> bool:
        """Say whether states and readings are few enough to do without the compiled kernels."""
        rows = sum(prod(self.shape[axis] for axis, _ in mover.axes) for mover in self.movers)
        if sanctions == "once":
            rows += 2 ** (len(self.movers) + 2)  # a table for each set of opponents
        return self.size <= self.few and readings * self.size * rows <= _MOST_MASKS

    def _compiled(self, worth: Integers, able: Mask, codes: Integers, kind: int) -> Mask:
        from winset.methods.stability_kernels import solve

        if SANCTIONS[kind] == "once" and 2 ** (len(self.movers) - 1) * self.size * 8 > _MOST_BYTES:
            raise TooLargeError(
                f"sanctions in which each of {len(self.movers) - 1} opponents moves at most once "
                f"need every subset of them on {self.size:,} states: take legal sequences"
            )
        return solve(self.rows, worth, able, codes, kind)

    def ways(
        self, utilities: npt.NDArray[np.number], start: int, feasible: Mask | None = None
    ) -> Ways:
        """Follow improvements from a state, joint ones among them: utilities (parties, states)."""
        most = 1 + max((p for m in self.movers for p in m.parties), default=0)
        worth, able = prepared(utilities, feasible, self.size, most)
        if self._few(1):
            return nearest_ways(self.parties, self._listed, worth[0], able[0], start)
        from winset.methods.stability_kernels import improve_from

        return Ways(start, *improve_from(self.rows, worth[0], able[0], start))

    def reached(self, utilities: npt.NDArray[np.number], starts: Integers, feasible: Mask) -> Mask:
        """Say in each reading which states improvements lead to from its start, itself among them.

        Parameters
        ----------
        utilities, feasible
            (readings, parties, states) and (readings, states).
        starts : (readings,)

        Returns
        -------
        (readings, states) booleans.
        """
        if self._few(len(utilities)):
            return Readings(self, ranks(utilities), feasible).reached(starts)
        found = np.zeros((len(utilities), self.size), dtype=np.bool_)
        for r, start in enumerate(starts):
            found[r] = self.ways(utilities[r], int(start), feasible[r]).reached
        return found

    @cached_property
    def _listed(self) -> list[list[list[int]]]:
        """List the moves of every mover from every state."""
        return [[self.moves(k, state).tolist() for state in range(self.size)]
                for k in range(len(self.movers))]  # fmt: skip

    @cached_property
    def rows(self) -> Rows:
        """The rows of every mover, as the kernels need them."""
        from winset.methods.stability_rows import Rows

        laid = [self._row(mover) for mover in self.movers]
        axes = [entry for row in laid for entry in row.axes]
        listed = [row.reach for row in laid]
        ends = np.cumsum(np.concatenate([row.reached for row in laid]), dtype=np.int64)
        return Rows(
            size=self.size,
            bases=_joined([row.bases for row in laid]),
            base_start=_starts([len(row.bases) for row in laid]),
            places=_joined([row.places for row in laid]),
            place_start=_starts([len(row.places) for row in laid]),
            axis_size=np.array([size for size, _, _ in axes], dtype=np.int64),
            axis_stride=np.array([stride for _, stride, _ in axes], dtype=np.int64),
            axis_start=_starts([len(row.axes) for row in laid]),
            relations=np.concatenate(
                [np.zeros(0, np.bool_), *(r.reshape(-1) for *_, r in axes if r is not None)]
            ),
            relation_start=_relation_starts([relation for *_, relation in axes]),
            reach=_joined(listed),
            reach_end=ends,
            free=np.array([row.free for row in laid]),
            alone=np.array([len(m.parties) == 1 for m in self.movers]),
            members=np.array([p for m in self.movers for p in m.parties], dtype=np.int64),
            member_start=_starts([len(m.parties) for m in self.movers]),
        )

    def _row(self, mover: AxisMover) -> _Row:
        own = dict(mover.axes)
        rest = [n for n in range(len(self.shape)) if n not in own]
        sizes = [self.shape[n] for n in own]
        strides = [prod(sizes[n + 1 :]) for n in range(len(sizes))]
        relations = [None if r is None or (r | np.eye(len(r), dtype=np.bool_)).all() else r
                     for r in own.values()]  # fmt: skip
        free = all(relation is None for relation in relations)
        places = self._offsets(list(own))
        reach, reached = np.zeros(0, np.int64), np.zeros(len(places), np.int64)
        if not free:
            reach, reached = _reach(sizes, relations)
        return _Row(
            self._offsets(rest), places, list(zip(sizes, strides, relations, strict=True)),
            free, reach, reached,
        )  # fmt: skip

    def _offsets(self, axes: Sequence[int]) -> Integers:
        found = np.zeros(1, np.int64)
        for n in axes:
            found = (found[:, None] + np.arange(self.shape[n]) * self.strides[n]).reshape(-1)
        return found


def axis_moves(shape: Sequence[int], mover: AxisMover, state: int) -> Integers:
    """States of a grid to which a mover can go from a state, ascending."""
    found = np.array([state], dtype=np.int64)
    for axis, relation in mover.axes:
        stride = prod(shape[axis + 1 :])
        here = state // stride % shape[axis]
        able = np.ones(shape[axis], np.bool_) if relation is None else relation[here]
        steps = [(n - here) * stride for n in range(shape[axis]) if able[n] or n == here]
        found = (found[:, None] + np.array(steps)).reshape(-1)
    return np.sort(found[found != state])


def transitive(relation: Mask) -> bool:
    """Say whether who can go from a to b and from b to c can go from a to c."""
    closed = relation | np.eye(len(relation), dtype=np.bool_)
    return not ((closed.astype(np.int64) @ closed) > 0)[~closed].any()


@dataclass(frozen=True, eq=False)
class _Row:
    bases: Integers
    places: Integers
    axes: list[tuple[int, int, Mask | None]]
    free: bool
    reach: Integers
    reached: Integers


def _check(relation: Mask | None, options: int) -> None:
    if relation is None:
        return
    if relation.shape != (options, options):
        raise ValueError(f"a relation of shape {relation.shape} for {options} options")
    if not transitive(relation):
        raise ValueError("moves along an axis have to be transitive: give the conflict as a graph")


def _reach(sizes: Sequence[int], relations: Sequence[Mask | None]) -> tuple[Integers, Integers]:
    """List the other places that each place of a row reaches, and how many they are."""
    options: list[list[Integers]] = []
    for size, relation in zip(sizes, relations, strict=True):
        able = np.ones((size, size), np.bool_) if relation is None else relation.copy()
        np.fill_diagonal(able, True)
        options.append([np.flatnonzero(row) for row in able])
    if prod(sum(map(len, axis)) for axis in options) > _MOST_PAIRS:
        raise TooLargeError(
            f"a mover has {prod(sizes):,} ways to combine what it decides, some of them "
            "irreversible: too many to compute"
        )
    found = [np.zeros(1, np.int64)]
    for axis, size in zip(options, sizes, strict=True):
        found = [(before[:, None] * size + able).reshape(-1) for before in found for able in axis]
    others = [reached[reached != place] for place, reached in enumerate(found)]
    return _joined(others), np.array([len(o) for o in others], dtype=np.int64)


def _relation_starts(relations: Sequence[Mask | None]) -> Integers:
    sizes = [0 if r is None else r.size for r in relations]
    starts = _starts(sizes)[:-1]
    return np.array([-1 if r is None else n for r, n in zip(relations, starts, strict=True)],
                    dtype=np.int64)  # fmt: skip


def _joined(parts: Sequence[Integers]) -> Integers:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _starts(sizes: Sequence[int]) -> Integers:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
