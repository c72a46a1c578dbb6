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
        _unsure(deals),
    ]))  # fmt: skip


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
        f"In {plural(unsure, 'reading')} some search ended without proof; the best found by then "
        "counts."
    )
