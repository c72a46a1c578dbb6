"""What a report says where deals were searched, not listed: what is exact, and what is not."""

from __future__ import annotations

import numpy as np

from winset.analyses.deals import Deals
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
        _sizes(deals), _frontiers(deals),
        f"The packages named are the best of {number(len(deals.looked_at))} looked at one by one; "
        "there may be better ones.",
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


def _sizes(deals: Deals) -> str:
    had = deals.chosen[deals.signed] >= 0
    if not had.any():
        return ""
    share = float(np.median(deals.zone_size[had])) / deals.size
    exact = bool(deals.sizes_exact.all())
    how = "counted" if exact else "an estimate from deals drawn at random"
    if share < 1e-4 and not exact:
        return (
            f"In the middle reading with a deal fewer than one in 10,000 of them will do ({how})."
        )
    if share > 2 / 3:
        many = "all" if share == 1 and exact else "nearly all" if share > 0.95 else "most"
        return f"In the middle reading with a deal {many} of them will do ({how})."
    one_in = number(round(1 / share))
    return f"In the middle reading with a deal about one in {one_in} will do ({how})."


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
        text += f"; where they are too many they stand on a grid, {size} of 100 wide"
    return f"{text}."


def _unsure(deals: Deals) -> str:
    unsure = int(deals.unsure.sum())
    if not unsure:
        return ""
    return (
        f"In {plural(unsure, 'reading')} some search ended without proof, of one of the solutions "
        "or of what can be part of a deal; the best found by then counts."
    )
