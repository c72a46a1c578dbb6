"""Which deals a table can sign: zones, win-sets, frontiers, solutions, and what closes them.

Every reading has a zone of its own (:mod:`winset.analyses.zone`) with its exact Pareto frontier
and the deals that bargaining solutions pick from it (:mod:`winset.methods.bargaining`). A result
counts readings. It is a plain record of arrays, tuples and dicts; results of consecutive chunks
of readings merge into that of all of them.

The share of readings in which an option or a deal is acceptable is the acceptability index of
stochastic multicriteria acceptability analysis: R. Lahdelma, J. Hokkanen & P. Salminen, "SMAA -
Stochastic multiobjective acceptability analysis", European Journal of Operational Research
106(1), 1998, 137-143.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from winset.analyses.closing import Closing
from winset.analyses.masks import Integers, held
from winset.analyses.merging import ADDED, JOINED, merge
from winset.analyses.packages import MOST_ISSUES, Early
from winset.analyses.tally import chosen_deals, gains_at, ideal_gains, tally
from winset.analyses.zone import talks_of
from winset.case import Case
from winset.ensemble import Ensemble
from winset.errors import AskError
from winset.language.terms import Condition
from winset.methods.bargaining import SOLUTIONS, Solution
from winset.space import grid_of, is_of_states

PLAIN: tuple[Solution, ...] = tuple(s for s in SOLUTIONS if s != "weighted nash")
"""Solutions that need no influence."""


@dataclass(frozen=True, eq=False)
class Deals:
    """Deals of a table over readings. Deals, issues and options stand in internal order.

    Attributes
    ----------
    table, signers, ratifiers, idle
        The table; the parties at it (with those ``joined`` to it); who ratifies for them; and
        those of the ratifiers that have no preferences and so no stake.
    joined
        Parties put at the table beyond its own.
    people
        All parties of the case.
    issues, options, now
        What the table can change: issue ids; their option ids; the status quo.
    left_out, set_outside
        Agenda items that the table cannot change, with the deciders that do not sit there; and
        those fixed from outside.
    signed
        The solution whose deal counts as signed.
    readings
        Readings computed.
    zone_size, winset_size
        Deals in the zone (readings,), and in each signer's win-set (readings, signers).
    frontier_size
        Deals on the zone's frontier (readings,).
    zone_count, frontier_count
        Readings in which each deal is in the zone, and on its frontier: (deals,).
    option_in_zone, option_on_frontier
        Readings in which some deal of the zone, or of its frontier, holds an option: (options of
        all issues one after the other,).
    chosen
        Solution -> the deal it picks in each reading (readings,), -1 without a zone.
    gains
        Solution -> what its deal gives each of ``people`` over its reservation, as signed:
        (readings, people), 0 without a zone. Whole utility is 2**40.
    ideal
        Best gain of each signer in the zone: (readings, signers), 0 without a zone.
    gain_sum
        Gain of each signer by each deal, in the zone or not, added over readings: (signers,
        deals).
    event_in_zone, event_signed
        Event -> readings in which some deal of the zone brings it, and in which the signed does.
    closed
        Event -> what keeps it out of the zone; "" for what closes the zone altogether.
    agendas, early
        Sub-agendas of at most three issues, and the readings in which the zone has a deal that
        changes nothing else: (sub-agendas,).
    """

    table: str
    signers: tuple[str, ...]
    joined: tuple[str, ...]
    ratifiers: tuple[str, ...]
    idle: tuple[str, ...]
    people: tuple[str, ...]
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    now: tuple[str, ...]
    left_out: tuple[tuple[str, tuple[str, ...]], ...]
    set_outside: tuple[str, ...]
    signed: Solution
    agendas: tuple[tuple[str, ...], ...]
    readings: int = field(metadata=ADDED)
    zone_size: Integers = field(metadata=JOINED)
    winset_size: Integers = field(metadata=JOINED)
    frontier_size: Integers = field(metadata=JOINED)
    zone_count: Integers = field(metadata=ADDED)
    frontier_count: Integers = field(metadata=ADDED)
    option_in_zone: Integers = field(metadata=ADDED)
    option_on_frontier: Integers = field(metadata=ADDED)
    chosen: dict[Solution, Integers] = field(metadata=JOINED)
    gains: dict[Solution, Integers] = field(metadata=JOINED)
    ideal: Integers = field(metadata=JOINED)
    gain_sum: Integers = field(metadata=ADDED)
    event_in_zone: dict[str, int] = field(metadata=ADDED)
    event_signed: dict[str, int] = field(metadata=ADDED)
    closed: dict[str, Closing] = field(metadata=ADDED)
    early: Integers = field(metadata=ADDED)

    @staticmethod
    def merge(parts: Sequence[Deals]) -> Deals:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    @property
    def with_deal(self) -> int:
        """Number of readings with a zone."""
        return int((self.zone_size > 0).sum())

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of options of each issue."""
        return tuple(map(len, self.options))

    @property
    def size(self) -> int:
        """Number of deals."""
        return prod(self.shape)

    def package(self, deal: int) -> dict[str, str]:
        """Name a deal: issue -> option."""
        cells = np.unravel_index(deal, self.shape) if self.shape else ()
        named = zip(self.issues, self.options, cells, strict=True)
        return {issue: options[int(n)] for issue, options, n in named}

    def changes(self, deal: int) -> tuple[tuple[str, str, str], ...]:
        """Tell what a deal changes: issue, option now, option then."""
        package = self.package(deal)
        return tuple((issue, now, package[issue])
                     for issue, now in zip(self.issues, self.now, strict=True)
                     if package[issue] != now)  # fmt: skip

    def changed(self) -> NDArray[np.int64]:
        """Count the issues that each deal changes: shape (deals,)."""
        count = np.zeros(self.shape, dtype=np.int64)
        for axis, (options, now) in enumerate(zip(self.options, self.now, strict=True)):
            differs = np.array([option != now for option in options], dtype=np.int64)
            count += differs.reshape([-1 if k == axis else 1 for k in range(len(self.shape))])
        return count.reshape(-1)

    def leading(self, most: int = 5) -> list[int]:
        """Rank the deals in the zone of most readings.

        Where equal, those on the frontier of more readings come first, then those with fewest
        changes, then the lowest number.
        """
        return self._leading(np.flatnonzero(self.zone_count > 0), most)

    def leading_early(self, most: int = 5, issues: int = MOST_ISSUES) -> list[int]:
        """Rank the deals that change at most ``issues`` issues, as :meth:`leading`."""
        return self._leading(
            np.flatnonzero((self.zone_count > 0) & (self.changed() <= issues)), most
        )

    def leading_chosen(
        self, solution: Solution | None = None, most: int = 5
    ) -> list[tuple[int, int]]:
        """Rank the deals that a solution (default: the signed) picks most often, with counts."""
        picked = self.chosen[solution or self.signed]
        found, counts = np.unique(picked[picked >= 0], return_counts=True)
        order = np.lexsort((found, -counts))[:most]
        return [(int(found[n]), int(counts[n])) for n in order]

    def _leading(self, deals: NDArray[np.intp], most: int) -> list[int]:
        keys = (deals, self.changed()[deals], -self.frontier_count[deals], -self.zone_count[deals])
        return [int(deals[n]) for n in np.lexsort(keys)[:most]]

    def options_chosen(self, solution: Solution | None = None) -> Integers:
        """Count the readings in which a solution's deal (default: the signed) holds each option.

        Returns
        -------
        Shape (options of all issues one after the other,).
        """
        picked = self.chosen[solution or self.signed]
        counts = np.bincount(picked[picked >= 0], minlength=self.size).reshape(self.shape)
        axes = range(len(self.shape))
        by_issue = [counts.sum(axis=tuple(k for k in axes if k != axis)) for axis in axes]
        return np.concatenate([np.zeros(0, dtype=np.int64), *by_issue])

    def gain_shares(self, solution: Solution | None = None) -> NDArray[np.float64]:
        """Signers' gains by a solution's deal as shares of their ideal: (readings, signers).

        NaN in readings without a zone, and for a party that no deal of the zone gives anything.
        """
        columns = [self.people.index(party) for party in self.signers]
        gains = self.gains[solution or self.signed][:, columns].astype(np.float64)
        shares = np.full(gains.shape, np.nan)
        np.divide(gains, self.ideal, out=shares, where=self.ideal > 0)
        return shares


def events_of(case: Case) -> dict[str, Condition]:
    """Events that a deal brings or not: what steps settle and claims predict of issues alone."""
    settled = [step.settles for step in case.steps if step.settles is not None]
    claimed = [claim.event for claim in case.claims]
    found = {str(event): event for event in [*settled, *claimed] if is_of_states(event)}
    return dict(sorted(found.items()))


def deals(
    case: Case,
    ensemble: Ensemble,
    table: str,
    *,
    signed: Solution = "nash",
    solutions: Sequence[Solution] = PLAIN,
    events: Mapping[str, Condition] | None = None,
    joined: tuple[str, ...] = (),
    closing: bool = True,
) -> Deals:
    """Find the deals that a table can sign, in every reading of an ensemble.

    Parameters
    ----------
    signed
        The solution whose deal counts as signed; computed whether in ``solutions`` or not.
    events
        Conditions on states by name; by default those of :func:`events_of`.
    joined
        Parties that sit at the table beyond its own: the deals are the same, and their consent
        is needed too.
    closing
        Whether to find what closes zones and keeps events out.

    Raises
    ------
    AskError
        If the case has no such table, party or solution.
    TooLargeError
        If the table has more deals than are enumerated.
    """
    grid = grid_of(case, ensemble.space, table)
    _check(grid.space.parties, joined, [signed, *solutions])
    talks = talks_of(case, ensemble, grid, joined)
    early = Early(grid)
    chosen_events = events_of(case) if events is None else events
    laid = {name: held(event, ensemble, grid, talks.seated)
            for name, event in chosen_events.items()}  # fmt: skip
    found = tally(talks, early, laid, closing=closing)
    wanted = [s for s in SOLUTIONS if s in solutions or s == signed]
    chosen = {s: chosen_deals(found, talks, s) for s in wanted}
    everyone = range(len(grid.space.parties))
    have = np.flatnonzero(chosen[signed] >= 0)
    name = grid.space.parties.__getitem__
    return Deals(
        table=table,
        signers=tuple(map(name, talks.signers)),
        joined=tuple(p for p in map(name, talks.signers) if p not in grid.parties),
        ratifiers=tuple(name(p) for p in talks.consent if p not in talks.signers),
        idle=tuple(map(name, talks.idle)),
        people=grid.space.parties,
        issues=tuple(grid.space.issues[i] for i in grid.issues),
        options=tuple(grid.space.options[i] for i in grid.issues),
        now=tuple(grid.label(grid.index({})).values()),
        left_out=grid.left_out,
        set_outside=grid.set_outside,
        signed=signed,
        agendas=early.names(),
        readings=ensemble.readings,
        zone_size=found.zone_size,
        winset_size=found.winset_size,
        frontier_size=np.bincount(found.reading, minlength=ensemble.readings),
        zone_count=found.zone_count,
        frontier_count=found.frontier_count,
        option_in_zone=found.option_in_zone,
        option_on_frontier=found.option_on_frontier,
        chosen=chosen,
        gains={s: gains_at(talks, picked, everyone) for s, picked in chosen.items()},
        ideal=ideal_gains(found, talks),
        gain_sum=np.stack([talks.gains[p].summed() for p in talks.signers]),
        event_in_zone=found.event_in_zone,
        event_signed={event: int(where.table[where.group[have], chosen[signed][have]].sum())
                      for event, where in laid.items()},
        closed=found.closed,
        early=found.early,
    )  # fmt: skip


def _check(parties: tuple[str, ...], joined: tuple[str, ...], solutions: Sequence[str]) -> None:
    for party in joined:
        if party not in parties:
            raise AskError(f"no party is called {party!r}: there are {', '.join(parties)}")
    for solution in solutions:
        if solution not in SOLUTIONS:
            raise AskError(f"no solution is called {solution!r}: there are {', '.join(SOLUTIONS)}")
