"""Solutions of the bargaining problem on additive deal spaces of any size, proved and not listed.

What each solution is, ties and zero gains included, is said in :mod:`winset.methods.bargaining`;
here it is found in a space too large to list. Each is a search by branch and bound with
Lagrangian bounds (:mod:`winset.methods.branching`), which goes on among listed parts of deals
(:mod:`winset.methods.listing`) where it proves too little; among the best deals found the solution
is picked by the very code that picks it from a listed zone. What is proven stands in the result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winset.methods.bargaining_zones import Solution, solve_zones
from winset.methods.deal_space import DealSpace
from winset.methods.maximin import lexicographic_maximin
from winset.methods.nash_products import Candidates, greatest_product
from winset.methods.zone_search import LINEAR, MOST_NODES, ZoneSearch

__all__ = [
    "DealSpace",
    "Ideal",
    "Solved",
    "egalitarian",
    "ideal",
    "kalai_smorodinsky",
    "nash",
    "utilitarian",
    "weighted_nash",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

METHOD = "branch and bound with Lagrangian bounds"


@dataclass(frozen=True, eq=False)
class Solved:
    """One solution in each draw of a deal space, and what is proven of it.

    Attributes
    ----------
    solution
        Its name.
    found : (draws,) booleans
        Whether there is a deal.
    empty : (draws,) booleans
        Whether it is proven that the zone is empty. Neither: undecided within the nodes allowed.
    deal : (draws, components) integers
        Cell of each component, counted from 0 within it; -1 where there is no deal.
    utility : (draws, parties) integers
        What the deal is worth; 0 where there is no deal.
    value : (draws,) numbers
        What is maximised: the log of the product of gains (weights scaled to sum 1, if there are
        any), the smallest share of the ideal, the smallest gain, or the sum of gains. NaN without
        a deal.
    bound : (draws,) numbers
        No deal of the zone has a value above.
    gap : (draws,) numbers
        By what part of the best possible product, share, gain or sum the deal may fall short at
        most; 0 where its value is proven to be the best.
    exact : (draws,) booleans
        Whether it is proven to be the very deal of the definition, ties included.
    nodes : (draws,) integers
        Partial deals looked at.
    method
        How it was found.
    """

    solution: Solution
    found: BoolArray
    empty: BoolArray
    deal: IntArray
    utility: IntArray
    value: FloatArray
    bound: FloatArray
    gap: FloatArray
    exact: BoolArray
    nodes: IntArray
    method: str = METHOD


@dataclass(frozen=True, eq=False)
class Ideal:
    """Best utility of each side over the zone, the floors of all others kept, in each draw.

    ``utility`` (draws, sides) is reached by ``deal`` (draws, sides, components); no deal of the
    zone gives more than ``bound`` (draws, sides). ``found``, ``empty`` and ``exact`` (draws,) are
    as in :class:`Solved`.
    """

    found: BoolArray
    empty: BoolArray
    utility: IntArray
    bound: IntArray
    deal: IntArray
    exact: BoolArray
    method: str = METHOD


def nash(space: DealSpace, *, most: int = MOST_NODES) -> Solved:
    """Find the deal with the greatest product of gains in each draw.

    Parameters
    ----------
    space
        The deals, and who has to accept them.
    most
        Partial deals that a search looks at before it settles for a product within one part in a
        million of the best; up to some twenty times that before it gives up proving this.

    Notes
    -----
    J. F. Nash, "The Bargaining Problem", Econometrica 18(2), 1950, 155-162. The relaxation is that
    of M. Eisenberg & D. Gale, "Consensus of subjective probabilities: the pari-mutuel method",
    Annals of Mathematical Statistics 30(1), 1959, 165-168.

    Examples
    --------
    Two issues of three options each, two parties, nothing agreed being worth 0 to both:

    >>> space = DealSpace(
    ...     worth=np.array([[[0, 4, 6, 0, 1, 2], [0, 3, 0, 0, 5, 2]]]),
    ...     first=np.array([0, 3, 6]), allowed=np.ones((1, 6), bool), floor=np.zeros((1, 2), int),
    ...     sides=2, gaining=np.ones(2, bool), base=np.zeros(2, int),
    ...     changes=np.array([0, 1, 1, 0, 1, 1]))
    >>> solved = nash(space)
    >>> solved.deal, solved.utility, solved.exact
    (array([[1, 1]]), array([[5, 8]]), array([ True]))
    """
    return _solve("nash", space, most, greatest_product)


def weighted_nash(space: DealSpace, weights: npt.ArrayLike, *, most: int = MOST_NODES) -> Solved:
    """Find the deal with the greatest product of gains, each raised to its party's weight.

    Parameters
    ----------
    space, most
        As :func:`nash`.
    weights : (sides,) or (draws, sides) numbers
        Influence, none negative, some positive; only ratios count.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, all are 0, or they are not given by side.

    Notes
    -----
    J. C. Harsanyi & R. Selten, "A Generalized Nash Solution for Two-Person Bargaining Games with
    Incomplete Information", Management Science 18(5), 1972, P80-P106.
    """
    given = np.asarray(weights, dtype=np.float64)
    shape = (space.draws, space.sides)
    if given.shape not in (shape, shape[1:]):
        msg = f"weights must be given by side, or by draw and side, in the shape {shape}"
        raise ValueError(msg)
    given = np.broadcast_to(given, shape)
    if not (np.isfinite(given).all() and (given >= 0).all() and (given > 0).any(axis=1).all()):
        msg = "weights must be finite and not negative, and not all 0"
        raise ValueError(msg)
    given = given / given.sum(axis=1, keepdims=True)
    return _solve("weighted nash", space, most,
                  lambda zone: greatest_product(zone, given[zone.draw]), given)  # fmt: skip


def kalai_smorodinsky(space: DealSpace, *, most: int = MOST_NODES) -> Solved:
    """Find the deal whose smallest share of a party's ideal is greatest, and so on, in each draw.

    Parameters
    ----------
    space, most
        As :func:`nash`.

    Notes
    -----
    E. Kalai & M. Smorodinsky, "Other Solutions to Nash's Bargaining Problem", Econometrica 43(3),
    1975, 513-518; H. Imai, "Individual Monotonicity and Lexicographic Maxmin Solution",
    Econometrica 51(2), 1983, 389-401.
    """
    return _solve("kalai-smorodinsky", space, most, _shares)


def egalitarian(space: DealSpace, *, most: int = MOST_NODES) -> Solved:
    """Find the deal whose smallest gain is greatest, then the second smallest, in each draw.

    Parameters
    ----------
    space, most
        As :func:`nash`.

    Notes
    -----
    E. Kalai, "Proportional Solutions to Bargaining Situations: Interpersonal Utility Comparisons",
    Econometrica 45(7), 1977, 1623-1630.
    """
    return _solve("egalitarian", space, most, _gains)


def utilitarian(space: DealSpace, *, most: int = MOST_NODES) -> Solved:
    """Find the deal with the greatest sum of gains in each draw.

    Parameters
    ----------
    space, most
        As :func:`nash`.

    Notes
    -----
    J. C. Harsanyi, "Cardinal Welfare, Individualistic Ethics, and Interpersonal Comparisons of
    Utility", Journal of Political Economy 63(4), 1955, 309-321.
    """
    return _solve("utilitarian", space, most, _sum)


def ideal(space: DealSpace, *, most: int = MOST_NODES) -> Ideal:
    """Find the best that each side could get in the zone, in each draw.

    Parameters
    ----------
    space, most
        As :func:`nash`.
    """
    draws, sides = space.draws, space.sides
    found, empty, exact = (np.zeros(draws, dtype=np.bool_) for _ in range(3))
    utility, bound = (np.zeros((draws, sides), dtype=np.int64) for _ in range(2))
    deal = np.full((draws, sides, space.components), -1, dtype=np.int64)
    for draw in range(draws):
        zone = ZoneSearch(space, draw, most)
        found[draw], empty[draw] = not zone.any_deal.none, zone.empty
        if not found[draw]:
            exact[draw] = empty[draw]
            continue
        floor, exact[draw] = zone.floor[:sides], zone.ideal_proven
        utility[draw] = zone.ideal + floor
        deal[draw] = [f.deals[0] for f in zone.ideals]
        bound[draw] = zone.ideal_bound + floor
    return Ideal(found, empty, utility, bound, deal, exact)


def _shares(zone: ZoneSearch) -> Candidates | None:
    found = lexicographic_maximin(zone, zone.ideal)
    if found is None or zone.ideal_proven:
        return found
    # The ideals may be larger than those found, and the shares of them smaller.
    able = zone.ideal > 0
    smaller = float((zone.ideal[able] / zone.ideal_bound[able]).min())
    return Candidates(found.deals, found.gains, found.value * smaller, found.bound, False)


def _gains(zone: ZoneSearch) -> Candidates | None:
    whole = int(zone.unit[: zone.space.sides].max())
    found = lexicographic_maximin(zone, np.full(zone.space.sides, whole))
    if found is None:
        return None
    value, bound = found.value * whole, np.floor(found.bound * whole + 0.25)
    return Candidates(found.deals, found.gains, value, max(value, float(bound)), found.exact)


def _sum(zone: ZoneSearch) -> Candidates | None:
    whole = zone.unit[: zone.space.sides].max()
    weight = np.where(zone.sides, zone.unit / whole, 0.0)
    least = np.zeros(zone.space.parties, dtype=np.int64)
    found = zone.search(LINEAR, weight, least, np.zeros_like(zone.sides), step=-0.5 / whole,
                        gap=0.5 / whole)  # fmt: skip
    if found.none:
        return None
    value = float(found.gains[:, : zone.space.sides].sum(axis=1).max())
    bound = max(value, float(np.floor(found.bound * whole + 0.25)))
    return Candidates(found.deals, found.gains, value, bound, found.whole)


def _solve(
    solution: Solution,
    space: DealSpace,
    most: int,
    candidates: Callable[[ZoneSearch], Candidates | None],
    weights: FloatArray | None = None,
) -> Solved:
    draws = space.draws
    found, empty, exact = (np.zeros(draws, dtype=np.bool_) for _ in range(3))
    deal = np.full((draws, space.components), -1, dtype=np.int64)
    utility = np.zeros((draws, space.parties), dtype=np.int64)
    value, bound, gap = (np.full(draws, np.nan) for _ in range(3))
    nodes = np.zeros(draws, dtype=np.int64)
    for draw in range(draws):
        zone = ZoneSearch(space, draw, most)
        best = None if zone.any_deal.none else candidates(zone)
        if best is None:
            empty[draw] = exact[draw] = zone.empty
        else:
            chosen = _pick(solution, zone, best, None if weights is None else weights[draw])
            found[draw], exact[draw] = True, best.exact
            deal[draw] = chosen
            utility[draw] = space.utilities(draw, chosen[None, :])[0]
            value[draw], bound[draw] = best.value, best.value if best.exact else best.bound
            gap[draw] = 0.0 if best.exact else _gap(solution, best)
        nodes[draw] = zone.nodes
    return Solved(solution, found, empty, deal, utility, value, bound, gap, exact, nodes)


def _gap(solution: Solution, best: Candidates) -> float:
    """Say by what part of the best possible the value may fall short."""
    if solution in ("nash", "weighted nash"):
        return float(-np.expm1(best.value - best.bound))
    return 1 - best.value / best.bound if best.bound > best.value else 0.0


def _pick(
    solution: Solution, zone: ZoneSearch, best: Candidates, weights: FloatArray | None
) -> IntArray:
    """Pick the solution among the candidates by its definition.

    The ideals belong to it where shares are compared or an ideal stands in for no gain.
    """
    deals, gains, sides = best.deals, best.gains, zone.space.sides
    by_shares = solution == "kalai-smorodinsky"
    if by_shares or ("nash" in solution and (gains[:, :sides] == 0).any()):
        deals = np.vstack([deals, *(f.deals for f in zone.ideals)])
        gains = np.vstack([gains, *(f.gains for f in zone.ideals)])
    ranks, zero = zone.space.rank(deals), np.zeros(1, dtype=np.int64)
    weight = None if weights is None else weights[None, :]
    return np.asarray(deals[solve_zones(solution, gains[:, :sides], ranks, zero, weight)[0]])
