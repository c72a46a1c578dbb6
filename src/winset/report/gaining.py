"""Who gains what by the deals of a table, as rows and dots of the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from winset.report import view
from winset.report.signing import Signing

MOST_DOTS = 250
_RARE = 20  # deals that work in fewer than one in so many readings are not drawn


def gains(signing: Signing) -> tuple[view.GainRow, ...]:
    """Tell what the signed deal brings every party that has a stake in it; those at the table
    first, with a stake or not.
    """
    seated = signing.in_order(signing.deals.signers)
    others = [p for p in signing.people if p not in seated]
    found = [_gain(signing, p) for p in seated]
    return (*found, *(row for row in (_gain(signing, p) for p in others) if row.stake))


def _gain(signing: Signing, party: str) -> view.GainRow:
    deals = signing.deals
    have = deals.chosen[deals.signed] >= 0
    gained = deals.gains[deals.signed][have, deals.people.index(party)]
    low, middle, high = (
        np.quantile(gained / deals.unit, [0.1, 0.5, 0.9]) if len(gained) else (0.0, 0.0, 0.0)
    )
    return view.GainRow(
        party=signing.names.party(party),
        seated=party in deals.signers,
        low=float(low),
        middle=float(middle),
        high=float(high),
        better=signing.of_signed(int((gained > 0).sum())),
        worse=signing.of_signed(int((gained < 0).sum())),
        stake=bool(np.any(gained)),
    )


def scatter(signing: Signing) -> view.Scatter | None:
    """Place deals by what they bring two parties: the two at the table, or of several the two
    whose gains pull apart most. None where fewer than two deals are ever possible.
    """
    deals = signing.deals
    pool = np.flatnonzero((deals.zone_count > 0) & (deals.zone_count * _RARE >= deals.readings))
    if len(deals.signers) < 2 or len(pool) < 2:
        return None
    pool = pool[np.argsort(-deals.zone_count[pool], kind="stable")][:MOST_DOTS]
    shown = {signing.place(deal): letter for deal, letter in signing.lettered.items()}
    pool = np.union1d(pool, np.array(list(shown), dtype=pool.dtype))
    mean = deals.gain_sum[:, pool] / (deals.unit * deals.readings)
    across, up = _apart(signing, mean)
    edge = _edge(mean[across], mean[up])
    dots = tuple(
        view.Dot(
            float(mean[across, k]),
            float(mean[up, k]),
            signing.of_all(deals.zone_count[place]),
            signing.of_frontiers(deals.frontier_count[place]),
            shown.get(int(place), ""),
            bool(edge[k]),
        )
        for k, place in enumerate(pool)
    )
    name = signing.names.party
    who = name(deals.signers[across]), name(deals.signers[up])
    return view.Scatter(*who, dots, searched=not deals.listed)


def _apart(signing: Signing, mean: NDArray[np.float64]) -> tuple[int, int]:
    signers = signing.deals.signers
    order = [signers.index(p) for p in signing.in_order(signers)]
    pairs = [(a, b) for k, a in enumerate(order) for b in order[k + 1 :]]
    centred = mean - mean.mean(axis=1, keepdims=True)
    return min(pairs, key=lambda pair: float((centred[pair[0]] * centred[pair[1]]).sum()))


def _edge(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the points that no other beats in one direction without losing in the other."""
    edge = np.zeros(len(x), dtype=np.bool_)
    best = -np.inf
    for k in np.lexsort((-y, -x)):
        if y[k] > best:
            edge[k], best = True, y[k]
    return edge
