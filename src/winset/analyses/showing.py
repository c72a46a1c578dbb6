"""Which single deals people are shown.

Where all deals are listed, these are those in the zone of most readings, and the one signed most
often. Where deals are searched, many of those in the zone of most readings change next to nothing.
So there the choice is, of the deals looked at (:mod:`winset.analyses.roster`):

- of those signed in some reading, a few that stand for all signed, the first of them best
  (:func:`winset.methods.medians.greedy_medians`, by issues that differ);
- the one that most often can be signed and wastes nothing;
- the best for each party at the table (on average over the readings) of those that waste nothing in
  some reading and can be signed at least half as often as the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.analyses.deals_result import Deals
from winset.methods.medians import differing, greedy_medians
from winset.space import options_of_deals

STANDING = 3
"""Deals that stand for those signed, at most."""

Why = Literal["signed", "stands for signed", "leading", "best for"]


class Reason(NamedTuple):
    """Why a deal is shown; ``party`` for whom it is best, else empty."""

    why: Why
    party: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A deal to show, by number, and why."""

    deal: int
    reasons: tuple[Reason, ...]


def shown(deals: Deals, most: int = 5) -> tuple[Shown, ...]:
    """Choose the deals to show, the one signed last; of listed ones ``most`` leading ones.

    Where deals are searched, all but the one signed waste nothing in some reading; those that do in
    more of them come first.
    """
    found: dict[int, list[Reason]] = {}
    for deal, reason in _listed(deals, most) if deals.listed else _searched(deals):
        found.setdefault(deal, []).append(reason)
    return tuple(Shown(deal, tuple(reasons)) for deal, reasons in found.items())


def _listed(deals: Deals, most: int) -> Iterator[tuple[int, Reason]]:
    yield from ((deal, Reason("leading")) for deal in deals.leading(most))
    yield from ((deal, Reason("signed")) for deal, _ in deals.leading_chosen(most=1))


def _searched(deals: Deals) -> Iterator[tuple[int, Reason]]:
    standing = _standing(deals)
    others = [(n, Reason("stands for signed")) for n in standing[1:]]
    wasting = deals.frontier_count == 0
    first = standing[:1]
    kept = [(n, why) for n, why in (*others, *_best(deals, first))
            if not wasting[n] and n not in first]  # fmt: skip
    kept.sort(key=lambda one: (-deals.frontier_count[one[0]], -deals.zone_count[one[0]], one[0]))
    number = (deals.looked_at or ()).__getitem__
    yield from ((number(n), why) for n, why in kept)
    yield from ((number(n), Reason("signed")) for n in first)


def _standing(deals: Deals) -> list[int]:
    """Choose deals looked at that stand for those signed: their places, the best first."""
    picked = deals.chosen[deals.signed]
    signed, counts = np.unique(picked[picked >= 0], return_counts=True)
    known = [place for n in signed if (place := deals.place(int(n))) is not None]
    # Should none of them be looked at, the one in some zone that is nearest to all has to do.
    places = known or np.flatnonzero(deals.zone_count > 0).tolist()
    if deals.looked_at is None or not (len(signed) and places):
        return []
    numbers = np.array([deals.looked_at[n] for n in places], dtype=signed.dtype)
    apart = differing(options_of_deals(signed, deals.shape),
                      options_of_deals(numbers, deals.shape))  # fmt: skip
    medians = greedy_medians(apart, counts, STANDING if known else 1)
    return [places[n] for n in medians]


def _best(deals: Deals, first: list[int]) -> Iterator[tuple[int, Reason]]:
    """Choose the deal that is most often on a frontier, and the best for each at the table."""
    kept = np.flatnonzero(deals.frontier_count > 0)
    often = int(deals.zone_count[first[0]]) if first else 0
    fair = kept[2 * deals.zone_count[kept] >= often]
    fair = fair if len(fair) else kept
    if not len(kept):
        return
    # Of equal ones the one signed, then the lowest number.
    zone, frontier = deals.zone_count, deals.frontier_count
    yield kept[_last(frontier[kept], zone[kept], np.isin(kept, first), -kept)], Reason("leading")
    for party, gains in zip(deals.signers, deals.gain_sum, strict=True):
        best = _last(gains[fair], frontier[fair], zone[fair], np.isin(fair, first), -fair)
        yield fair[best], Reason("best for", party)


def _last(*keys: NDArray[np.integer] | NDArray[np.bool_]) -> int:
    """Find the greatest by the first key, then by the next."""
    return int(np.lexsort(keys[::-1])[-1])
