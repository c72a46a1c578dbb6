"""Candidates for the lexicographic maximin of one zone, searched and not listed.

First the smallest share is made as large as can be. If too many deals share the best, it is fixed
as a floor in whole units, one party is set aside as the one that has it, and the smallest share of
the others is raised; so for each party, and so on.

W. Ogryczak & T. Śliwiński, "On direct methods for lexicographic min-max optimization",
Computational Science and Its Applications (ICCSA 2006), LNCS 3982, 802-811.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from winset.methods.nash_products import Candidates
from winset.methods.zone_search import LINEAR, SHARES, SMALLEST, Found, ZoneSearch, together

IntArray = npt.NDArray[np.int64]

_Stage = tuple[frozenset[int], tuple[int, ...]]  # parties still to be raised, and floors


def lexicographic_maximin(zone: ZoneSearch, whole: IntArray) -> Candidates | None:
    """Find the deals whose smallest share is best, then the second smallest, and so on.

    ``whole`` (sides,) is what a party's gain is a share of; who has 0 there is left out. None if
    nothing is found within the nodes allowed; the zone holds some deal.
    """
    parties = zone.space.parties
    counted = frozenset(np.flatnonzero(whole > 0).tolist())
    if not counted:
        return _first_deal(zone)
    stages: list[_Stage] = [(counted, (0,) * parties)]
    value = bound = None
    exact = True
    while True:
        tried = [(stage, _raise(zone, stage, whole)) for stage in stages]
        some = [(stage, found) for stage, found in tried if not found.none]
        exact = exact and all(found.done for _, found in tried)
        if not some:
            return None
        shares = [_smallest(found, stage[0], whole) for stage, found in some]
        best = max(shares)
        if value is None or bound is None:
            value, bound = float(best), max(float(best), some[0][1].bound)
        exact = exact and all(_settled(found, best, whole) for _, found in some)
        kept = [pair for pair, share in zip(some, shares, strict=True) if share == best]
        if all(f.whole or not f.done or len(stage[0]) == 1 for stage, f in kept):
            break
        stages = _next([stage for stage, _ in kept], best, whole)
    deals, gains = together([found for _, found in kept])
    exact = exact and all(found.whole for _, found in kept)
    return Candidates(deals, gains, value, bound, exact)


def _first_deal(zone: ZoneSearch) -> Candidates | None:
    """Find the deal with fewest changes, where no deal gives anybody anything."""
    nothing = np.zeros(zone.space.parties)
    found = zone.search(LINEAR, nothing, nothing.astype(np.int64), nothing > 0, step=-1.0, gap=1.0)
    if found.none:
        return None
    return Candidates(found.deals, found.gains, 0.0, 0.0, found.whole)


def _raise(zone: ZoneSearch, stage: _Stage, whole: IntArray) -> Found:
    """Search for the greatest smallest share of a stage's parties."""
    raised, least = stage
    weight = np.zeros(zone.space.parties)
    for party in raised:
        weight[party] = zone.unit[party] / whole[party]
    alike = len({int(whole[p]) for p in raised}) == 1 and int(whole[min(raised)]).bit_count() == 1
    step = 0.5 / int(whole[min(raised)]) if alike else SHARES
    return zone.search(SMALLEST, weight, np.array(least, dtype=np.int64), zone.sides,
                       step=-step, gap=step)  # fmt: skip


def _smallest(found: Found, raised: frozenset[int], whole: IntArray) -> Fraction:
    """Give the greatest smallest share among the deals found, as an exact fraction."""
    order = sorted(raised)
    return max(min(Fraction(int(row[p]), int(whole[p])) for p in order) for row in found.gains)


def _settled(found: Found, best: Fraction, whole: IntArray) -> bool:
    """Tell whether no deal can have a share beyond ``best``, however little.

    Where a search stopped collecting equal deals, it looked only for shares larger by more than
    its step; two different shares may lie closer if their parties' wholes are large.
    """
    largest = int(whole.max())
    alike = len(set(whole[whole > 0].tolist())) == 1
    return found.whole or alike or best in (0, 1) or largest**2 * 3 * SHARES < 1


def _next(stages: list[_Stage], best: Fraction, whole: IntArray) -> list[_Stage]:
    """Set one more party aside in every way, the others having to reach ``best``."""
    found = set()
    for raised, least in stages:
        floors = list(least)
        for party in raised:
            floors[party] = max(floors[party], -(-best.numerator * int(whole[party])
                                                 // best.denominator))  # fmt: skip
        for party in raised:
            if len(raised) > 1:
                found.add((raised - {party}, tuple(floors)))
    return sorted(found, key=lambda stage: (sorted(stage[0]), stage[1]))
