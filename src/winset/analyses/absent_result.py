"""The result of :mod:`winset.analyses.absent`, and what can be read off it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent_answers import ANSWERS, DECLINE, GROUNDS
from winset.analyses.masks import Integers, Mask
from winset.analyses.merging import ADDED, JOINED, UNSAID, merge
from winset.language.terms import FINEST
from winset.methods.bargaining import Solution
from winset.space import States, options_of_deal

Change = tuple[str, str, str]
"""An issue, the option it is taken from, and the option it is taken to."""


@dataclass(frozen=True, eq=False)
class AbsentResult:
    """What absent parties make of a table's deals, over readings.

    Parties, issues and options stand in internal order. Gains and costs are utilities, in units of
    1/``unit``. Where a reading has no signed deal, gains and costs are 0, and what stands is the
    state without agreement.

    Attributes
    ----------
    table, signed, signers, people
        The table; the solution whose deal counts as signed; the parties at the table; all
        parties of the case.
    absent
        The absent parties.
    issues, options
        All issues of the case, and their options.
    agenda, now
        What the table can change, and the status quo there.
    guests
        The sets of absent parties whose consent was added: each that has preferences on what the
        table can change, then all of these together.
    readings
        Readings computed.
    deal
        Signed deal (readings,), numbered as in the table's deals; -1 where there is none.
    answer, ground
        Answer of each absent party, and what it rests on: codes (readings, absent), whose names
        are in ``ANSWERS`` and ``GROUNDS``; -1 without a deal.
    stands
        The deal as it would stand: option indices (readings, issues).
    fallen
        Whether that differs from the deal as signed: (readings,).
    stands_gains
        What everybody has over its reservation then: (readings, people). Below 0 a party is hurt.
    cost
        What a signer loses if one absent party alone declines: (readings, absent, signers).
    short
        Whether that leaves the signer below its reservation: (readings, absent, signers).
    won_changes, won_deal
        For an absent party that declines, the fewest issues to change in the signed deal to win
        it, 0 if nothing does, and the deal then: (readings, absent); 0 and -1 elsewhere.
    won_bearable, won_in_zone
        Whether the table would still sign with so few changes, and whether any deal it would
        sign wins the party: (readings, absent).
    guest_zone, guest_deal
        Deals that the table and guests would all sign (exact or estimated, as the table's own), and
        the one they sign (-1: none): (readings, guests).
    guest_gains
        Guests -> what that deal gives everybody, as signed: (readings, people).
    event_stands
        Event -> readings with a deal in which it holds in the deal as it would stand.
    event_guests
        Guests -> event -> readings in which the deal signed with them brings it.
    unit
        A utility of 1, as gains and costs are counted.
    """

    table: str
    signed: Solution
    signers: tuple[str, ...]
    people: tuple[str, ...]
    absent: tuple[str, ...]
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    agenda: tuple[str, ...]
    now: tuple[str, ...]
    guests: tuple[tuple[str, ...], ...]
    readings: int = field(metadata=ADDED)
    deal: Integers = field(metadata=JOINED)
    answer: NDArray[np.int8] = field(metadata=JOINED)
    ground: NDArray[np.int8] = field(metadata=JOINED)
    stands: States = field(metadata=JOINED)
    fallen: Mask = field(metadata=JOINED)
    stands_gains: Integers = field(metadata=JOINED)
    cost: Integers = field(metadata=JOINED)
    short: Mask = field(metadata=JOINED)
    won_changes: Integers = field(metadata=JOINED)
    won_deal: Integers = field(metadata=JOINED)
    won_bearable: Mask = field(metadata=JOINED)
    won_in_zone: Mask = field(metadata=JOINED)
    guest_zone: Integers | NDArray[np.float64] = field(metadata=JOINED)
    guest_deal: Integers = field(metadata=JOINED)
    guest_gains: dict[tuple[str, ...], Integers] = field(metadata=JOINED)
    event_stands: dict[str, int] = field(metadata=ADDED)
    event_guests: dict[tuple[str, ...], dict[str, int]] = field(metadata=ADDED)
    unit: int = field(default=FINEST, metadata=UNSAID)

    @staticmethod
    def merge(parts: Sequence[AbsentResult]) -> AbsentResult:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    # ── answers ─────────────────────────────────────────────────────────────────────────────────
    @property
    def with_deal(self) -> int:
        """Number of readings with a signed deal."""
        return int((self.deal >= 0).sum())

    def answers(self, party: str) -> dict[str, int]:
        """Count the readings with a deal by an absent party's answer."""
        return _named(self.answer[:, self.absent.index(party)], ANSWERS)

    def grounds(self, party: str) -> dict[str, int]:
        """Count the readings in which an absent party declines by what that rests on."""
        column = self.absent.index(party)
        return _named(self.ground[self.declines(party), column], GROUNDS)

    def declines(self, party: str) -> Mask:
        """Say in which readings an absent party declines: (readings,)."""
        declines: Mask = self.answer[:, self.absent.index(party)] == DECLINE
        return declines

    def hurt(self, party: str) -> Mask:
        """Say in which readings the deal as it would stand leaves a party below its reservation.

        Returns
        -------
        Shape (readings,); false without a deal. Any party of the case may be asked about.
        """
        below = self.stands_gains[:, self.people.index(party)] < 0
        return np.asarray(below & (self.deal >= 0))

    # ── the deal as it would stand ──────────────────────────────────────────────────────────────
    @property
    def holding(self) -> Mask:
        """Readings with a deal that leaves no signer below its reservation as it would stand."""
        columns = [self.people.index(party) for party in self.signers]
        kept = (self.stands_gains[:, columns] >= 0).all(axis=1)
        return np.asarray(kept & (self.deal >= 0))

    def standing(self, most: int = 5) -> list[tuple[dict[str, str], int]]:
        """Rank the states that deals would leave, by the readings in which they do.

        Returns
        -------
        State (issue -> option) and count, most frequent first.
        """
        states, counts = np.unique(self.stands[self.deal >= 0], axis=0, return_counts=True)
        order = np.lexsort((np.arange(len(counts)), -counts))[:most]
        return [(self._state(states[n]), int(counts[n])) for n in order]

    def options_standing(self) -> dict[tuple[str, str], int]:
        """Count the readings with a deal in which each option would stand."""
        states = self.stands[self.deal >= 0]
        return {(issue, option): int((states[:, i] == o).sum())
                for i, issue in enumerate(self.issues)
                for o, option in enumerate(self.options[i])}  # fmt: skip

    # ── leaving out, and winning over ───────────────────────────────────────────────────────────
    def price(self, guests: tuple[str, ...], party: str) -> Integers:
        """Tell what leaving absent parties out gains a party, below 0 if it loses by it.

        Its utility from the deal as it would stand, less that from the deal signed with them at
        the table; without a deal it has its reservation.

        Parameters
        ----------
        guests
            One of the result's sets of guests.
        party
            Any party of the case.

        Returns
        -------
        Shape (readings,).
        """
        column = self.people.index(party)
        return np.asarray(self.stands_gains[:, column] - self.guest_gains[guests][:, column])

    def changes(self, deal: int, other: int) -> tuple[Change, ...]:
        """Tell how one deal of the table differs from another."""
        columns = [self.options[self.issues.index(issue)] for issue in self.agenda]
        shape = tuple(map(len, columns))
        here, there = (options_of_deal(d, shape) for d in (deal, other))
        return tuple((issue, names[a], names[b])
                     for issue, names, a, b in zip(self.agenda, columns, here, there, strict=True)
                     if a != b)  # fmt: skip

    def winning(self, party: str, most: int = 5) -> list[tuple[tuple[Change, ...], int]]:
        """Rank the smallest changes that win an absent party, by the readings in which they do.

        Readings in which it declines and something wins it count, each with the change kept there.
        """
        column = self.absent.index(party)
        won = np.flatnonzero(self.won_changes[:, column] > 0)
        pairs = Counter(zip(self.deal[won], self.won_deal[won, column], strict=True))
        found: Counter[tuple[Change, ...]] = Counter()
        for (deal, other), count in pairs.items():
            found[self.changes(deal, other)] += count
        return sorted(found.items(), key=lambda e: (-e[1], len(e[0]), e[0]))[:most]

    def _state(self, state: States) -> dict[str, str]:
        named = zip(self.issues, self.options, state, strict=True)
        return {issue: options[int(n)] for issue, options, n in named}


def _named(codes: NDArray[np.int8], names: tuple[str, ...]) -> dict[str, int]:
    return {name: int((codes == code).sum()) for code, name in enumerate(names)}
