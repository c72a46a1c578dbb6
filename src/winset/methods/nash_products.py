"""Candidates for the Nash solutions in one zone, searched and not listed.

What is taken where no deal gives all a strict gain is said in :mod:`winset.methods.bargaining`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt

from winset.methods.zone_search import LOGS, PRODUCT, TIES, Found, ZoneSearch, together

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_NEAR = 1e-12  # weighted sums this close count as equal, as in the solutions of listed zones


@dataclass(frozen=True, eq=False)
class Candidates:
    """Deals among which the solution is, (N, components) and gains (N, parties).

    ``value`` is the best found of what is maximised, and ``bound`` what no deal exceeds. ``exact``
    says whether the solution is proven to be among the deals.
    """

    deals: IntArray
    gains: IntArray
    value: float
    bound: float
    exact: bool


def greatest_product(zone: ZoneSearch, weight: FloatArray | None = None) -> Candidates | None:
    """Find the deals with the greatest product of gains, raised to weights if given.

    ``weight`` (sides,), of sum 1. None if nothing is found within the nodes
    allowed; the zone holds some deal.
    """
    parties, sides = zone.space.parties, zone.space.sides
    floor = np.zeros(parties, dtype=np.int64)
    if weight is None:
        return _product(zone, np.where(zone.sides, 1.0, 0.0), floor)
    padded = np.append(weight, np.zeros(parties - sides))
    found = _product(zone, padded, floor)
    if found is None or (weight > 0).all():
        return found
    # Parties without weight only break ties: among deals equal for the others, the plain product.
    counted = np.flatnonzero(padded > 0)
    values = _values(zone, found.gains, padded)
    least = np.zeros((len(values), parties), dtype=np.int64)
    least[:, counted] = found.gains[:, counted]
    tied = np.unique(least[values >= values.max() - _NEAR], axis=0)
    broken = [c for row in tied if (c := _product(zone, np.where(zone.sides, 1.0, 0.0), row))]
    deals = np.vstack([c.deals for c in broken])
    gains = np.vstack([c.gains for c in broken])
    exact = found.exact and all(c.exact for c in broken)
    return Candidates(deals, gains, found.value, found.bound, exact)


def _product(zone: ZoneSearch, weight: FloatArray, least: IntArray) -> Candidates | None:
    """Find the greatest product over the deals that give each party ``least``."""
    wanted = np.flatnonzero(weight > 0)
    found = _search(zone, weight, least, wanted)
    if not found.none:
        return _candidates(zone, [found], weight, found.done)
    sure = found.done and zone.ideal_proven
    able = [int(p) for p in wanted if zone.ideal[p] > 0]
    unsettled = not found.done  # whether a set with more parties may still have a deal
    best = None
    for group in _groups(able, weight):
        tried = [_search(zone, np.where(_among(zone, gaining), weight, 0.0), least,
                         np.array(gaining, dtype=np.int64)) for gaining in group]  # fmt: skip
        sure = sure and all(f.done for f in tried)
        some = [f for f in tried if not f.none]
        if some:
            best = _candidates(zone, some, weight, sure)
            break
        unsettled = unsettled or any(not f.done for f in tried)
    if best is None or not unsettled:
        return best
    return Candidates(best.deals, best.gains, best.value, np.inf, False)


def _among(zone: ZoneSearch, parties: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    return np.isin(np.arange(zone.space.parties), parties)


def _groups(able: list[int], weight: FloatArray) -> Iterator[list[tuple[int, ...]]]:
    """List sets of parties by falling weight, those of the same weight together."""
    sets = chain.from_iterable(combinations(able, k) for k in range(len(able) + 1))
    ordered = sorted(sets, key=lambda s: -sum(weight[list(s)]))
    group: list[tuple[int, ...]] = []
    for one in ordered:
        if group and sum(weight[list(group[0])]) - sum(weight[list(one)]) > _NEAR:
            yield group
            group = []
        group.append(one)
    yield group


def _search(zone: ZoneSearch, weight: FloatArray, least: IntArray, gaining: IntArray) -> Found:
    least = least.copy()
    least[gaining] = np.maximum(least[gaining], 1)
    counted = weight > 0
    apart = counted if counted.any() else zone.sides
    return zone.search(LOGS, weight, least, apart, step=-TIES, gap=PRODUCT)


def _candidates(zone: ZoneSearch, found: list[Found], weight: FloatArray, sure: bool) -> Candidates:
    deals, gains = together(found)
    values = _values(zone, gains, weight)
    value = float(values.max())
    # A search's bound is on its own sum of logs, in its units and without stand-ins.
    above = max(f.bound - _logs(zone, f.gains, weight).max() + v for f, v in
                ((f, _values(zone, f.gains, weight).max()) for f in found))  # fmt: skip
    exact = sure and all(f.whole for f in found)
    return Candidates(deals, gains, value, max(float(above), value), exact)


def _logs(zone: ZoneSearch, gains: IntArray, weight: FloatArray) -> FloatArray:
    """Add up the weighted logs of positive gains as a search does: (N,)."""
    counted = (weight > 0) & (gains > 0)
    logs = np.log(np.where(counted, gains, 1) / np.where(counted, zone.unit, 1.0))
    return np.asarray((logs * weight).sum(axis=1))


def _values(zone: ZoneSearch, gains: IntArray, weight: FloatArray) -> FloatArray:
    """Add up the weighted logs of gains, a party's ideal standing in for 0: (N,)."""
    sides = zone.space.sides
    part, weight = gains[:, :sides], weight[:sides]
    if (part[:, weight > 0] == 0).any():
        part = np.where(part > 0, part, np.maximum(zone.ideal, 1))
    return np.asarray((np.log(np.maximum(part, 1)) * weight).sum(axis=1))
