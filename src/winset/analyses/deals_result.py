"""The result of :mod:`winset.analyses.deals`, and what can be read off it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from winset.analyses.closing import Closing
from winset.analyses.masks import Integers, Mask
from winset.analyses.merging import ADDED, JOINED, UNSAID, merge
from winset.analyses.packages import MOST_ISSUES
from winset.language.terms import FINEST
from winset.methods.bargaining import Solution
from winset.space import options_of_deal, options_of_deals

Floats = NDArray[np.float64]


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
        Deals in the zone (readings,), and, of the possible ones, in each signer's win-set
        (readings, signers).
    sizes_exact
        Whether these are exact or estimated: (readings,).
    sampled
        Deals drawn for the estimates, the same in all readings; 0 where there are none.
    frontier_size
        Different outcomes for the signers on the zone's frontier: (readings,).
    frontier_gap
        How far the frontier may be off, as a share of a party's whole range: 0 where it is exact,
        NaN where it was not computed (readings,).
    unsure
        Where a search ended without proof, of a solution or of whether there is a deal of some
        kind; what was found by then counts (readings,).
    shortfall
        Solution -> by what part of the best product (sum, smallest gain, smallest share of an
        ideal) its deal may fall short of it at most: 0 where it is proved to have it, 1 where
        nothing is known, NaN without a zone (readings,).
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
        (readings, people), 0 without a zone, in units of 1/``unit``.
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
    unit
        A utility of 1, as gains and ideals are counted.
    refused
        Issues and options that can be in no deal: in every reading a party at the table, or a
        rule, refuses the option outright.
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
    sampled: int
    readings: int = field(metadata=ADDED)
    zone_size: Integers | Floats = field(metadata=JOINED)
    winset_size: Integers | Floats = field(metadata=JOINED)
    sizes_exact: Mask = field(metadata=JOINED)
    frontier_size: Integers = field(metadata=JOINED)
    frontier_gap: Floats = field(metadata=JOINED)
    unsure: Mask = field(metadata=JOINED)
    shortfall: dict[Solution, Floats] = field(metadata=JOINED)
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
    unit: int = field(default=FINEST, metadata=UNSAID)
    refused: tuple[tuple[str, str], ...] = field(default=(), metadata=UNSAID)

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
        """Number of combinations of options, which deals are numbered by."""
        return prod(self.shape)

    @property
    def possible(self) -> int:
        """Number of deals of options that are not refused outright."""
        closed = [issue for issue, _ in self.refused]
        return prod(n - closed.count(i) for i, n in zip(self.issues, self.shape, strict=True))

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
