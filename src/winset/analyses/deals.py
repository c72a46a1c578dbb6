"""Which deals a table can sign: zones, win-sets, frontiers, solutions, and what closes them.

Every reading has a zone of its own (:mod:`winset.analyses.zone`) with its Pareto frontier and the
deals that bargaining solutions pick from it (:mod:`winset.methods.bargaining`). A result counts
readings. It is a plain record of arrays, tuples and dicts; results of consecutive chunks of
readings merge into that of all of them.

Up to ``winset.space.MOST_DEALS`` deals are listed one by one. Above, zones are searched
(:mod:`winset.analyses.searched`): the same questions have the same exact answers, but that zones
are measured by an estimate, single deals are counted for those looked at, and frontiers that are
too large are shown on a grid, in part of the readings. The result says so.

The share of readings in which an option or a deal is acceptable is the acceptability index of
stochastic multicriteria acceptability analysis: R. Lahdelma, J. Hokkanen & P. Salminen, "SMAA -
Stochastic multiobjective acceptability analysis", European Journal of Operational Research
106(1), 1998, 137-143.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from winset.analyses.closing import Closing
from winset.analyses.masks import Integers, Mask, held
from winset.analyses.merging import ADDED, JOINED, merge
from winset.analyses.packages import MOST_ISSUES, Early
from winset.analyses.tally import Floats, gains_at, tally
from winset.analyses.zone import Talks, talks_of
from winset.case import Case
from winset.ensemble import Ensemble
from winset.errors import AskError
from winset.language.terms import Condition
from winset.methods.bargaining import SOLUTIONS, Solution
from winset.space import (
    MOST_DEALS,
    grid_of,
    holds,
    is_of_states,
    options_of_deal,
    options_of_deals,
)

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
    looked_at
        Numbers of the deals that are counted one by one, ascending; None: all.
    zone_size, winset_size
        Deals in the zone (readings,), and in each signer's win-set (readings, signers).
    sizes_exact
        Whether these are exact or estimated: (readings,).
    frontier_size
        Different outcomes for the signers on the zone's frontier: (readings,).
    frontier_gap
        How far the frontier may be off, as a share of a party's whole range: 0 where it is exact,
        NaN where it was not computed (readings,).
    unsure
        Where a search ended without proof, of a solution or of whether there is a deal of some
        kind; what was found by then counts (readings,).
    zone_count, frontier_count
        Readings in which each deal looked at is in the zone, and on its frontier: (looked at,).
    option_in_zone, option_on_frontier
        Readings in which some deal of the zone, or of its frontier (where that was computed),
        holds an option: (options of all issues one after the other,).
    chosen
        Solution -> the number of the deal it picks in each reading (readings,), -1 without a
        zone. Numbers beyond machine integers are Python's.
    gains
        Solution -> what its deal gives each of ``people`` over its reservation, as signed:
        (readings, people), 0 without a zone. Whole utility is 2**40.
    ideal
        Best gain of each signer in the zone: (readings, signers), 0 without a zone.
    gain_sum
        Gain of each signer by each deal looked at, in the zone or not, added over readings:
        (signers, looked at).
    event_in_zone, event_signed
        Event -> readings in which some deal of the zone brings it, and in which the signed does.
    closed
        Event -> what keeps it out of the zone; "" for what closes the zone altogether.
    agendas, early
        Sub-agendas of at most three issues (fewer where these would be too many), and the
        readings in which the zone has a deal that changes nothing else: (sub-agendas,).
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
    looked_at: tuple[int, ...] | None
    readings: int = field(metadata=ADDED)
    zone_size: Integers | Floats = field(metadata=JOINED)
    winset_size: Integers | Floats = field(metadata=JOINED)
    sizes_exact: Mask = field(metadata=JOINED)
    frontier_size: Integers = field(metadata=JOINED)
    frontier_gap: Floats = field(metadata=JOINED)
    unsure: Mask = field(metadata=JOINED)
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
        return int((self.chosen[self.signed] >= 0).sum())

    @property
    def with_frontier(self) -> int:
        """Number of readings whose frontier was computed."""
        return int((~np.isnan(self.frontier_gap)).sum())

    @property
    def listed(self) -> bool:
        """Whether all deals were listed one by one."""
        return self.looked_at is None

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of options of each issue."""
        return tuple(map(len, self.options))

    @property
    def size(self) -> int:
        """Number of deals."""
        return prod(self.shape)

    def place(self, deal: int) -> int | None:
        """Find a deal among those looked at; None if it is not one of them."""
        if self.looked_at is None:
            return deal
        place = bisect_left(self.looked_at, deal)
        return place if self.looked_at[place : place + 1] == (deal,) else None

    def package(self, deal: int) -> dict[str, str]:
        """Name a deal: issue -> option."""
        cells = options_of_deal(deal, self.shape)
        named = zip(self.issues, self.options, cells, strict=True)
        return {issue: options[n] for issue, options, n in named}

    def changes(self, deal: int) -> tuple[tuple[str, str, str], ...]:
        """Tell what a deal changes: issue, option now, option then."""
        package = self.package(deal)
        return tuple((issue, now, package[issue])
                     for issue, now in zip(self.issues, self.now, strict=True)
                     if package[issue] != now)  # fmt: skip

    def changed(self) -> NDArray[np.int64]:
        """Count the issues that each deal looked at changes: shape (looked at,)."""
        if self.looked_at is not None:
            return np.array([len(self.changes(deal)) for deal in self.looked_at], dtype=np.int64)
        count = np.zeros(self.shape, dtype=np.int64)
        for axis, (options, now) in enumerate(zip(self.options, self.now, strict=True)):
            differs = np.array([option != now for option in options], dtype=np.int64)
            count += differs.reshape([-1 if k == axis else 1 for k in range(len(self.shape))])
        return count.reshape(-1)

    def leading(self, most: int = 5) -> list[int]:
        """Rank the deals looked at: those in the zone of most readings.

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
        order = np.argsort(-counts, kind="stable")[:most]
        return [(int(found[n]), int(counts[n])) for n in order]

    def typical(self) -> int | None:
        """Name the deal that stands for those signed; None where none is.

        The one signed most often; where deals are not listed, the one looked at that shares most
        options with those signed, since hardly any is signed twice.
        """
        if self.looked_at is None or not self.with_deal:
            return next((deal for deal, _ in self.leading_chosen(most=1)), None)
        counts = self.options_chosen()
        first = np.cumsum([0, *self.shape])[:-1]
        shared = [int(counts[first + options_of_deal(deal, self.shape)].sum())
                  for deal in self.looked_at]  # fmt: skip
        fine = np.flatnonzero(self.zone_count > 0)
        return self.looked_at[max(fine, key=lambda n: (shared[n], -n))] if len(fine) else None

    def _leading(self, places: NDArray[np.intp], most: int) -> list[int]:
        keys = (places, self.changed()[places], -self.frontier_count[places],
                -self.zone_count[places])  # fmt: skip
        best = places[np.lexsort(keys)[:most]]
        return [int(n) if self.looked_at is None else self.looked_at[n] for n in best]

    def options_chosen(self, solution: Solution | None = None) -> Integers:
        """Count the readings in which a solution's deal (default: the signed) holds each option.

        Returns
        -------
        Shape (options of all issues one after the other,).
        """
        picked = self.chosen[solution or self.signed]
        options = options_of_deals(picked[picked >= 0], self.shape)
        by_issue = [np.bincount(column, minlength=size)
                    for column, size in zip(options.T, self.shape, strict=True)]  # fmt: skip
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
    brief: bool = False,
    looked_at: tuple[int, ...] | None = None,
    most: int = MOST_DEALS,
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
    brief
        Where deals are searched, find the solutions' deals only, on a grid and without proof; all
        else counts nothing.
    looked_at
        Numbers of the deals to count one by one where there are too many to list; by default
        those that :func:`deals_to_look_at` finds.
    most
        Deals that are listed, at most; more are searched.

    Raises
    ------
    AskError
        If the case has no such table, party or solution.
    TooLargeError
        If there are too many to list, and too many of the issues hang together to be searched.
    """
    grid = grid_of(case, ensemble.space, table)
    _check(grid.space.parties, joined, [signed, *solutions])
    talks = talks_of(case, ensemble, grid, joined)
    chosen_events = events_of(case) if events is None else events
    wanted = [signed, *(s for s in SOLUTIONS if s in solutions and s != signed)]
    if grid.size <= max(1, most):
        early, looked_at = Early(grid), None
        laid = {name: held(event, ensemble, grid, talks.seated)
                for name, event in chosen_events.items()}  # fmt: skip
        found = tally(talks, early, wanted, laid, closing=closing)
    else:
        # Imported here: compiled searches take a while to load, and small tables need none.
        from winset.analyses.searched import search_deals

        early, looked_at, found = search_deals(
            talks, wanted, looked_at, chosen_events, closing=closing, brief=brief
        )
    everyone = range(len(grid.space.parties))
    name = grid.space.parties.__getitem__
    chosen = {s: found.chosen[s] for s in SOLUTIONS if s in wanted}
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
        looked_at=looked_at,
        readings=ensemble.readings,
        zone_size=found.zone_size,
        winset_size=found.winset_size,
        sizes_exact=found.sizes_exact,
        frontier_size=found.frontier_size,
        frontier_gap=found.frontier_gap,
        unsure=found.unsure,
        zone_count=found.zone_count,
        frontier_count=found.frontier_count,
        option_in_zone=found.option_in_zone,
        option_on_frontier=found.option_on_frontier,
        chosen=chosen,
        gains={s: gains_at(talks, picked, everyone) for s, picked in chosen.items()},
        ideal=found.ideal,
        gain_sum=found.gain_sum,
        event_in_zone=found.event_in_zone,
        event_signed=_brought(chosen_events, talks, chosen[signed]),
        closed=found.closed,
        early=found.early,
    )


def deals_to_look_at(
    case: Case,
    ensemble: Ensemble,
    table: str,
    *,
    signed: Solution = "nash",
    joined: tuple[str, ...] = (),
) -> tuple[int, ...] | None:
    """Choose the deals to count one by one at a table, in the first readings of an ensemble.

    Returns
    -------
    Their numbers, ascending; None where all deals are listed.
    """
    grid = grid_of(case, ensemble.space, table)
    if grid.listed:
        return None
    from winset.analyses.searched import look_around

    wanted = [signed, *(s for s in PLAIN if s != signed)]
    return look_around(talks_of(case, ensemble, grid, joined), wanted)


def _brought(events: Mapping[str, Condition], talks: Talks, picked: Integers) -> dict[str, int]:
    """Count the readings whose signed deal brings each event."""
    ensemble, grid = talks.ensemble, talks.grid
    have = np.flatnonzero(picked >= 0)
    states = ensemble.base[have].astype(np.int16)
    states[:, list(grid.issues)] = grid.options_of(picked[have])
    return {name: int(holds(event, grid.space, states, talks.seated).sum())
            for name, event in events.items()}  # fmt: skip


def _check(parties: tuple[str, ...], joined: tuple[str, ...], solutions: Sequence[str]) -> None:
    for party in joined:
        if party not in parties:
            raise AskError(f"no party is called {party!r}: there are {', '.join(parties)}")
    for solution in solutions:
        if solution not in SOLUTIONS:
            raise AskError(f"no solution is called {solution!r}: there are {', '.join(SOLUTIONS)}")
