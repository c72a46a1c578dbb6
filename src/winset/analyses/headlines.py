"""The headlines of a run: what each answers is a count of readings.

A headline says of one table how often there is a deal, how often the signed deal brings an
event, how often an absent party declines it, or how often one is hurt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from winset.analyses.absent_answers import ACCEPT, DECLINE
from winset.analyses.absent_result import AbsentResult
from winset.analyses.deals import Deals, events_of
from winset.case import Case
from winset.language.terms import Is, atoms


@dataclass(frozen=True, slots=True, order=True)
class Headline:
    """What is counted; ``about`` is the event, or the absent party."""

    table: str
    what: Literal["deal", "event", "declines", "hurt"]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Readings in which a headline holds, of those in which it could."""

    hits: int
    of: int

    @property
    def forced(self) -> bool:
        """Whether it holds in none or in all of them."""
        return self.of > 0 and self.hits in (0, self.of)


def headlines(case: Case, deals: Deals, absent: AbsentResult) -> dict[Headline, Count]:
    """Count the headlines of one table.

    Events none of whose issues the table can change are left out, and so are parties that have
    nothing to accept or decline in any reading.
    """
    table, signed = deals.table, deals.with_deal
    found = {Headline(table, "deal"): Count(signed, deals.readings)}
    for name, event in events_of(case).items():
        spoken = {a.issue for a in atoms(event) if isinstance(a, Is)}
        if spoken & set(deals.issues):
            found[Headline(table, "event", name)] = Count(deals.event_signed[name], signed)
    have = absent.deal >= 0
    for column, party in enumerate(absent.absent):
        given = absent.answer[have, column]
        if not ((given == ACCEPT) | (given == DECLINE)).any():
            continue
        declines = int((given == DECLINE).sum())
        hurt = absent.stands_gains[have, absent.people.index(party)] < 0
        found[Headline(table, "declines", party)] = Count(declines, signed)
        found[Headline(table, "hurt", party)] = Count(int(hurt.sum()), signed)
    return found
