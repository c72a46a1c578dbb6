"""What a report says where deals were searched, not listed: what is exact, and what is not."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from winset.analyses.deals import Deals
from winset.analyses.zone_sizes import ZoneShare, middle_share
from winset.report.signing import Signing
from winset.report.wording import number, plural


def searched(signing: Signing) -> tuple[str, ...]:
    """Tell how deals were found where there are too many to list; nothing where all are."""
    deals = signing.deals
    if deals.looked_at is None:
        return ()
    return tuple(filter(None, [
        "These are too many to list, so they were searched. That there is a deal or none, what can "
        "be part of one and which deal is signed is worked out over all of them.",
        told_share(middle_share(deals)), _frontiers(deals),
        f"The packages named are chosen from {number(len(deals.looked_at))} looked at one by one, "
        "to stand for those signed, or as the best for one party; there may be better ones.",
        approximated(deals),
        _unsure(deals),
    ]))  # fmt: skip


def approximated(deals: Deals) -> str:
    """Tell by how much the deals signed may miss their measure, where that is not proved."""
    short = deals.shortfall[deals.signed]
    missed = short > _PROVED
    if not missed.any():
        return ""
    where = plural(int(missed.sum()), "reading")
    most = float(short[missed].max())
    if most >= 1:
        size = "by how much is not known"
    elif most < 1e-4:
        size = "by less than a hundredth of one percent"
    else:
        size = f"by up to {100 * most:.2g} %"
    return (
        f"In {where} the deal signed is the best found, which may fall short of "
        f"{_MEASURES[deals.signed]} ({size})."
    )


_PROVED = 1e-6
_MEASURES = {
    "nash": "the greatest product of gains",
    "weighted nash": "the greatest weighted product of gains",
    "kalai-smorodinsky": "the greatest smallest share of the best that each could get",
    "egalitarian": "the greatest smallest gain",
    "utilitarian": "the greatest sum of gains",
}


def estimated(deals: Deals) -> str:
    """Tell how much of a table's deals will do where that is an estimate; else nothing."""
    share = None if deals.listed else middle_share(deals)
    return told_share(share) if share is not None and not share.exact else ""


def told_share(share: ZoneShare | None) -> str:
    """Tell a share of deals in a sentence, with its error where it is an estimate."""
    if share is None:
        return ""
    if share.exact:
        many, how = _amount(share.middle, number(round(1 / share.middle))), "counted"
        many = "all" if share.middle == 1 else many
    elif share.middle < _NO_HIT:
        many, how = f"fewer than about one in {_one_in(share.high, math.floor)}", _DRAWN
    else:
        many = _amount(share.middle, _one_in(share.middle, round))
        how = f"{_DRAWN}: {_between(share)}"
    return f"In the middle reading with a deal {many} of the possible deals will do ({how})."


_NO_HIT = 1e-5
"""Shares below this are those of samples without a deal of the zone."""

_DRAWN = "estimated from deals drawn at random"


def _amount(share: float, one_in: str) -> str:
    if share > 2 / 3:
        return "nearly all" if share > 0.95 else "most"
    return f"about {round(100 * share)} of 100" if share > 0.1 else f"about one in {one_in}"


def _between(share: ZoneShare) -> str:
    """Give the ends of an interval, rounded outwards."""
    if share.low >= 0.1:
        low, high = math.floor(100 * share.low), math.ceil(100 * share.high)
        return f"between about {low} and {high} of 100"
    low_end, high_end = _one_in(share.low, math.ceil), _one_in(share.high, math.floor)
    return f"between about one in {low_end} and one in {high_end}"


def _one_in(share: float, rounding: Callable[[float], int]) -> str:
    """Write one in how many a share is, to two figures."""
    many = 1 / share
    unit = 10 ** max(0, math.floor(math.log10(many)) - 1)
    return number(rounding(many / unit) * unit)


def _frontiers(deals: Deals) -> str:
    known = ~np.isnan(deals.frontier_gap)
    if not known.any():
        return ""
    middle = number(int(np.median(deals.frontier_size[known])))
    gap = float(deals.frontier_gap[known].max())
    where = "" if known.all() else f", worked out in {plural(int(known.sum()), 'reading')} only,"
    text = f"Those that waste nothing{where} make {middle} different outcomes in the middle reading"
    if gap:
        points = 100 * gap
        size = "less than one point" if points < 1 else f"up to {round(points)} points"
        coarse = plural(int((deals.frontier_gap[known] > 0).sum()), "reading")
        text += f"; in {coarse} they are too many and stand on a grid, {size} of 100 wide"
    return f"{text}."


def _unsure(deals: Deals) -> str:
    unsure = int(deals.unsure.sum())
    if not unsure:
        return ""
    return (
        f"In {plural(unsure, 'reading')} some search ended without proof, of one of the solutions "
        "or of what can be part of a deal; the best found by then counts."
    )
