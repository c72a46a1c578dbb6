"""The deals that steps sign: what a table agrees on from the state that the story has reached.

Within a step a table talks about some issues only (``deal_on``). All others stand as the story
has them: moved by earlier steps, or as before. An issue that no step of the case moves stands as
without agreement (what its decider takes alone). The zone, the solutions and the answers of
absent parties are those of :mod:`winset.analyses.zone`, :mod:`winset.methods.bargaining` and
:mod:`winset.analyses.absent_answers`; a party's reservation is as far from the utility of the
state without agreement as it is in the reading, but that state is now the story's. A reservation
stated as a number stays that number.

Deals are computed once for every reading and every state that stories of it reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent import absent_parties
from winset.analyses.absent_answers import ACCEPT, DECLINE, Answered, answer
from winset.analyses.absent_worlds import World
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.zone import Talks, talks_of
from winset.case import Case, Step
from winset.casefile.order import Sequence
from winset.ensemble.records import Ensemble
from winset.ensemble.utility import worth_of
from winset.errors import TooLargeError
from winset.methods.bargaining import Solution, solve_zones
from winset.space import Grid, Space, States, grid_of, holds

SIGNED = 0
NO_ZONE = 1
UNSETTLED = 2
HELD = 3
"""What becomes of talks: a deal that settles what the step is for, no zone, another deal; or no
zone where what the step is to settle holds already, so that nothing has to be signed."""

_LARGEST_KEY = 2**62


class Signings(NamedTuple):
    """What comes of talks in n situations.

    ``outcome`` (n,) codes; ``stands`` (n, issues of the deal) option indices after absent parties
    have answered, the state before where nothing is signed; ``declines`` and ``accepts``
    (n, absent parties).
    """

    outcome: NDArray[np.int8]
    stands: States
    declines: Mask
    accepts: Mask

    def at(self, places: Positions) -> Signings:
        """Pick some of the situations."""
        return Signings(
            self.outcome[places], self.stands[places], self.declines[places], self.accepts[places]
        )


@dataclass(frozen=True, eq=False)
class StepDeals:
    """The deals of all steps of a case, in the readings of one ensemble."""

    case: Case
    ensemble: Ensemble
    sequence: Sequence
    signed: Solution = "nash"
    _tables: dict[str, _Table] = field(default_factory=dict)
    _known: dict[str, tuple[Integers, Signings]] = field(default_factory=dict)

    @cached_property
    def movable(self) -> tuple[int, ...]:
        """Issues that steps can move, by index; those set from outside are not among them."""
        space = self.ensemble.space
        return tuple(sorted(space.issue_index[i] for i in self.sequence.movers
                            if i not in space.fixed))  # fmt: skip

    def table(self, step: str) -> _Table:
        """Lay out the talks of a step."""
        if step not in self._tables:
            self._tables[step] = _table_of(self, self.sequence.steps[step])
        return self._tables[step]

    def sign(self, step: str, reading: Positions, state: States) -> Signings:
        """Tell what comes of a step's talks.

        Parameters
        ----------
        reading : (n,)
            The readings.
        state : (n, issues)
            Option indices: the story's state when the talks begin.
        """
        keys = self._keys(reading, state)
        distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
        known, found = self._known.get(step, (np.zeros(0, dtype=np.int64), None))
        new = ~np.isin(distinct, known, assume_unique=True)
        if new.any() or found is None:
            places = first[new]
            more = self.table(step).sign(reading[places], state[places])
            known, found = _joined(known, found, distinct[new], more)
            self._known[step] = known, found
        return found.at(np.searchsorted(known, distinct)[which.reshape(-1)])

    def _keys(self, reading: Positions, state: States) -> Integers:
        """Give each situation, a reading and how the movable issues stand, a number."""
        keys = reading.astype(np.int64)
        bound = self.ensemble.readings
        for issue in self.movable:
            size = self.ensemble.space.sizes[issue]
            bound *= size
            if bound > _LARGEST_KEY:
                raise TooLargeError(
                    f"the steps move {len(self.movable)} issues, whose states together are too "
                    "many to tell apart: drop some from `deal_on` or `sets`"
                )
            keys = keys * size + state[:, issue]
        return keys

    @cached_property
    def offset(self) -> Integers:
        """Reservation less the utility without agreement: (readings, parties)."""
        e = self.ensemble
        found: Integers = e.reservation - worth_of(e.space, e.part_worth, e.terms, e.base)
        return found

    @cached_property
    def absolute(self) -> Mask:
        """Where a reservation is a number of its own: (readings, parties)."""
        found = np.zeros(self.ensemble.reservation.shape, dtype=np.bool_)
        for line in self.case.no_agreement:
            if line.outcome.state is None:
                party = self.ensemble.space.party_index[line.party]
                found[:, party] |= self.ensemble.in_force[line.statement.id]
        return found


def _joined(
    known: Integers, found: Signings | None, keys: Integers, more: Signings
) -> tuple[Integers, Signings]:
    if found is None:
        return keys, more
    order = np.argsort(joined := np.concatenate([known, keys]))
    both = Signings(
        np.concatenate([found.outcome, more.outcome]),
        np.concatenate([found.stands, more.stands]),
        np.concatenate([found.declines, more.declines]),
        np.concatenate([found.accepts, more.accepts]),
    )
    return joined[order], both.at(order)


@dataclass(frozen=True, eq=False)
class _Table:
    """A step's talks: who sits there, about which issues, and who has to answer."""

    deals: StepDeals
    step: Step
    grid: Grid
    absent: tuple[int, ...]

    def sign(self, reading: Positions, state: States) -> Signings:
        """Tell what comes of the talks in every situation: (n,) and (n, issues)."""
        issues = list(self.grid.issues)
        stands = state[:, issues].copy()
        outcome = np.full(len(reading), NO_ZONE, dtype=np.int8)
        declines, accepts = np.zeros((2, len(reading), len(self.absent)), dtype=np.bool_)
        if self.step.settles is not None and len(reading):
            seated = frozenset(self.deals.case.table(self.step.table).parties)
            outcome[holds(self.step.settles, self.deals.ensemble.space, state, seated)] = HELD
        if not issues or not len(reading):
            return Signings(outcome, stands, declines, accepts)
        # What counts as a change depends on how the issues of the deal stand before.
        for rows in _alike(stands):
            talks = self._talks(reading[rows], state[rows])
            deals = _chosen(talks, self.deals.signed)
            had = np.flatnonzero(deals >= 0)
            agreed = World(talks, had).signed(deals[had])
            settled = np.ones(len(had), dtype=np.bool_)
            if self.step.settles is not None:
                settled = holds(self.step.settles, talks.grid.space, agreed, talks.seated)
            outcome[rows[had]] = np.where(settled, SIGNED, UNSETTLED)
            for part in _alike(state[rows[had[settled]]]):
                places = np.flatnonzero(settled)[part]
                done = had[places]
                replies = self._answers(talks, done, agreed[places], state[rows[done[0]]])
                stands[rows[done]] = replies.stands[:, issues]
                declines[rows[done]] = replies.answer == DECLINE
                accepts[rows[done]] = replies.answer == ACCEPT
        return Signings(outcome, stands, declines, accepts)

    def _answers(self, talks: Talks, done: Positions, agreed: States, before: States) -> Answered:
        """Let absent parties answer where the state that things fall back to is the same."""
        now = list(talks.grid.space.now)
        for issue in self.deals.movable:
            now[issue] = int(before[issue])
        space = replace(talks.grid.space, now=tuple(now))
        moved = replace(
            talks,
            ensemble=replace(talks.ensemble, space=space),
            grid=replace(talks.grid, space=space),
        )
        return answer(World(moved, done), agreed, self.absent)

    def _talks(self, reading: Positions, state: States) -> Talks:
        """Seat the table where the issues of its deal stand alike: (n,) and (n, issues)."""
        movable = list(self.deals.movable)
        now = list(self.deals.ensemble.space.now)
        for issue in self.grid.issues:
            now[issue] = int(state[0, issue])
        space = replace(self.deals.ensemble.space, now=tuple(now))
        base = self.deals.ensemble.base[reading].copy()
        base[:, movable] = state[:, movable]
        ensemble = _at(self.deals, space, reading, base)
        return talks_of(self.deals.case, ensemble, replace(self.grid, space=space))


def _alike(states: States) -> Iterator[Positions]:
    """Yield the places of equal rows."""
    if len(states):
        _, group = np.unique(states, axis=0, return_inverse=True)
        for number in range(int(group.max()) + 1):
            yield np.flatnonzero(group.reshape(-1) == number)


def _table_of(deals: StepDeals, step: Step) -> _Table:
    case, space = deals.case, deals.ensemble.space
    whole = grid_of(case, space, step.table)
    wanted = {space.issue_index[i] for i in deals.sequence.deal_on(step)}
    grid = replace(whole, issues=tuple(i for i in whole.issues if i in wanted))
    absent = tuple(sorted(space.party_index[p] for p in absent_parties(case, step.table)))
    return _Table(deals, step, grid, absent)


def _at(deals: StepDeals, space: Space, reading: Positions, base: States) -> Ensemble:
    """Take readings (repeats allowed) with another state without agreement: (n,), (n, issues)."""
    whole = deals.ensemble
    worth = whole.part_worth[reading]
    terms = tuple(replace(t, worth=t.worth[reading]) for t in whole.terms)
    moved = worth_of(space, worth, terms, base) + deals.offset[reading]
    return replace(
        whole,
        space=space,
        readings=len(reading),
        part_worth=worth,
        terms=terms,
        refusals=tuple(replace(r, real=r.real[reading]) for r in whole.refusals),
        rules=tuple(r._replace(in_force=r.in_force[reading]) for r in whole.rules),
        base=base,
        reservation=np.where(deals.absolute[reading], whole.reservation[reading], moved),
        influence=whole.influence[reading],
        answers=tuple(a._replace(in_force=a.in_force[reading]) for a in whole.answers),
        implementers=tuple(
            tuple((party, mask[reading]) for party, mask in by) for by in whole.implementers
        ),
        in_force={name: mask[reading] for name, mask in whole.in_force.items()},
    )


def _chosen(talks: Talks, solution: Solution) -> Integers:
    """Give the deal that is signed in each reading: (readings,), -1 without a zone."""
    if not talks.grid.listed:
        from winset.analyses.searched import searched_signed

        return searched_signed(talks, solution)
    signers = len(talks.signers)
    chosen = np.full(talks.ensemble.readings, -1, dtype=np.int64)
    readings, deals, gains = [], [], []
    for batch in talks.batches():
        cells, points = batch.frontier(signers)
        row, deal = np.divmod(cells, talks.grid.size)
        readings.append(row + batch.rows.start)
        deals.append(deal)
        gains.append(points)
    reading, deal = np.concatenate(readings), np.concatenate(deals)
    if len(reading):
        starts = np.flatnonzero(np.diff(reading, prepend=-1))
        having = reading[starts]
        weights = None
        if solution == "weighted nash":
            weights = talks.ensemble.influence[having][:, list(talks.signers)]
        rank = talks.grid.rank[deal]
        chosen[having] = deal[solve_zones(solution, np.concatenate(gains), rank, starts, weights)]
    return chosen
