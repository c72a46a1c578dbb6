"""Bargaining solutions for the zones of many readings at once, in exact comparisons.

The solutions are those of :mod:`winset.methods.bargaining`, which says what each is and where it
comes from. Each narrows the deals of every zone by one key after the other until one is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

__all__ = ["LARGEST_GAIN", "SOLUTIONS", "Solution", "solve_zones"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

Solution = Literal["nash", "weighted nash", "kalai-smorodinsky", "egalitarian", "utilitarian"]
SOLUTIONS: tuple[Solution, ...] = (
    "nash",
    "weighted nash",
    "kalai-smorodinsky",
    "egalitarian",
    "utilitarian",
)

LARGEST_GAIN = 2**42
"""Gains have to be below this, for shares of the ideal to be compared exactly in 64 bits."""

_NEAR = 1e-9  # sums of logs this close are compared as exact products; rounding is far below
_NEAR_WEIGHTED = 1e-12
_NO_OVERFLOW = 24  # so many gains multiply to a double precision number


def solve_zones(
    solution: Solution,
    gains: IntArray,
    rank: IntArray,
    starts: IntArray,
    weights: FloatArray | None = None,
) -> IntArray:
    """Pick a deal from each of many zones at once.

    Parameters
    ----------
    solution
        Which solution; see :mod:`winset.methods.bargaining`.
    gains : (M, P) integers
        What each party gains by the deals of all zones, one zone after the other; none negative,
        all below ``LARGEST_GAIN``.
    rank : (M,) integers
        Of deals of one zone that the solution holds equal, the one with the lowest rank wins (the
        first row if that is equal too).
    starts : (R,) integers
        First row of each zone, increasing from 0; no zone is empty.
    weights : (R, P) numbers, optional
        Influence of the parties in each zone, for the weighted Nash solution; only ratios count.

    Returns
    -------
    (R,) integers
        Chosen row of each zone, an index into the rows of ``gains``.

    Raises
    ------
    ValueError
        If there is no deal or no party, a zone is empty, a gain is out of bounds, the solution is
        unknown, or the weighted one lacks weights or has negative ones, not finite ones or only 0.

    Examples
    --------
    >>> gains = np.array([[8, 6], [12, 5], [3, 3], [3, 3]])
    >>> solve_zones("nash", gains, np.array([0, 1, 1, 0]), np.array([0, 2]))
    array([1, 3])
    """
    zones = _Zones(gains, starts)
    if solution == "weighted nash":
        narrow = _narrow_weighted(zones, _checked(weights, zones))
    elif solution in _NARROW:
        narrow = _NARROW[solution](zones)
    else:
        msg = f"no solution is called {solution!r}: one of {', '.join(SOLUTIONS)}"
        raise ValueError(msg)
    for _ in narrow:
        if zones.settled:
            return zones.alive
    zones.keep_best(-rank[zones.alive])
    return zones.alive[zones.heads()]


class _Zones:
    """Deals still in the running, zone by zone; narrowed until one is left in each."""

    def __init__(self, gains: IntArray, starts: IntArray) -> None:
        if gains.ndim != 2 or 0 in gains.shape or len(starts) == 0:
            msg = f"gains must be a matrix of deals by parties, not of shape {gains.shape}"
            raise ValueError(msg)
        ends = np.append(starts[1:], len(gains))
        if starts[0] != 0 or (ends <= starts).any():
            msg = "every zone needs a deal: starts must increase from 0"
            raise ValueError(msg)
        # Read without a sign, negative numbers are the largest.
        if gains.astype(np.int64, copy=False).view(np.uint64).max() >= LARGEST_GAIN:
            msg = "gains must be at least 0 and below 2**42"
            raise ValueError(msg)
        self.gains = gains
        self.starts = starts
        self.count = len(starts)
        self.alive = np.arange(len(gains), dtype=np.int64)
        self.zone = np.repeat(np.arange(self.count), ends - starts)

    @cached_property
    def ideal(self) -> IntArray:
        """Best gains of the parties in each zone: (R, P)."""
        columns = [np.maximum.reduceat(column, self.starts) for column in self.gains.T]
        return np.stack(columns, axis=1)

    @property
    def settled(self) -> bool:
        """Whether one deal is left in each zone."""
        return len(self.alive) == self.count

    def heads(self) -> IntArray:
        """First position of each zone among the deals still in the running; (R,)."""
        if self.count == 1:
            return np.zeros(1, dtype=np.int64)
        return np.append(0, np.flatnonzero(self.zone[1:] != self.zone[:-1]) + 1)

    def keep(self, kept: npt.NDArray[np.bool_]) -> None:
        """Narrow to the deals that are ``kept``; (len(alive),)."""
        places = np.flatnonzero(kept)
        self.alive = self.alive[places]
        self.zone = self.zone[places]

    def keep_best(self, key: IntArray | FloatArray, near: float = 0.0) -> None:
        """Narrow to the deals whose key is within ``near`` of the greatest of their zone."""
        best = np.maximum.reduceat(key, self.heads())[self.zone]
        self.keep(key >= best - near if near else key == best)


def _narrow_nash(zones: _Zones) -> Iterator[None]:
    if len(zones.alive) == len(zones.gains) and zones.gains.shape[1] <= _NO_OVERFLOW:
        _keep_near_products(zones)
        yield
    zones.keep_best((zones.gains[zones.alive] > 0).sum(axis=1))
    yield
    base = _or_ideal(zones)
    before = zones.alive
    zones.keep_best(np.log(base).sum(axis=1), _NEAR)
    yield
    _keep_greatest_product(zones, base[np.searchsorted(before, zones.alive)])
    yield


def _keep_near_products(zones: _Zones) -> None:
    """Drop at once what is far from the greatest product; zones without a product stay whole."""
    product = np.ones(len(zones.gains))
    for column in zones.gains.T:
        product *= column
    least = np.maximum.reduceat(product, zones.starts) * (1 - _NEAR)
    zones.keep(product >= least[zones.zone])


def _or_ideal(zones: _Zones) -> IntArray:
    """Gains of the deals in the running, 0 replaced by the ideal (1 where that is 0 too)."""
    gains = zones.gains[zones.alive]
    if (gains > 0).all():
        return gains
    stand_in = np.maximum(zones.ideal, 1)[zones.zone]
    return np.where(gains > 0, gains, stand_in)


def _keep_greatest_product(zones: _Zones, base: IntArray) -> None:
    """Settle near ties exactly; ``base`` holds the factors of the deals in the running."""
    heads = zones.heads()
    same = (base == base[heads][zones.zone]).all(axis=1)
    if same.all():  # copies of one deal, as the parties see it: nothing to compare
        return
    kept = np.ones(len(zones.alive), dtype=np.bool_)
    ends = np.append(heads[1:], len(zones.alive))
    for zone in np.unique(zones.zone[~same]):
        rows = slice(int(heads[zone]), int(ends[zone]))
        products = [math.prod(factors) for factors in base[rows].tolist()]
        best = max(products)
        kept[rows] = [p == best for p in products]
    zones.keep(kept)


def _checked(weights: FloatArray | None, zones: _Zones) -> FloatArray:
    shape = (zones.count, zones.gains.shape[1])
    if weights is None or weights.shape != shape:
        msg = f"weights must be given by zone and party, in the shape {shape}"
        raise ValueError(msg)
    total = weights.sum(axis=1, keepdims=True)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and (total > 0).all()):
        msg = "weights must be finite and not negative, and not all 0"
        raise ValueError(msg)
    return cast("FloatArray", weights / total)


def _narrow_weighted(zones: _Zones, weights: FloatArray) -> Iterator[None]:
    with_gain = np.where(zones.gains > 0, weights[zones.zone], 0.0).sum(axis=1)
    zones.keep_best(with_gain, _NEAR_WEIGHTED)
    yield
    logs = np.log(_or_ideal(zones)) * weights[zones.zone]
    zones.keep_best(logs.sum(axis=1), _NEAR_WEIGHTED)
    yield
    yield from _narrow_nash(zones)


def _narrow_kalai_smorodinsky(zones: _Zones) -> Iterator[None]:
    zones.keep_best(_smallest_shares(zones), _NEAR)
    yield
    ideal = zones.ideal[zones.zone]
    can = ideal > 0
    divisor = np.where(can, ideal, 1)
    before = zones.alive
    high, left = _digits(np.where(can, zones.gains[before], divisor), divisor)
    low, _ = _digits(left, divisor)
    order = np.lexsort((low, high), axis=1)
    high = np.take_along_axis(high, order, axis=1)
    low = np.take_along_axis(low, order, axis=1)
    for party in range(zones.gains.shape[1]):
        for digits in (high, low):
            zones.keep_best(digits[np.searchsorted(before, zones.alive), party])
        yield


def _smallest_shares(zones: _Zones) -> FloatArray:
    """Smallest share of its ideal that a deal gives a party, to double precision: (M,)."""
    smallest = np.ones(len(zones.gains))
    for column, ideal in zip(zones.gains.T, zones.ideal.T, strict=True):
        shares = column / np.maximum(ideal, 1)[zones.zone]
        shares[(ideal == 0)[zones.zone]] = 1.0
        np.minimum(smallest, shares, out=smallest)
    return smallest


def _digits(part: IntArray, whole: IntArray) -> tuple[IntArray, IntArray]:
    """First 60 binary digits of ``part / whole`` (at most 1), and what is left, times 2**60.

    Two such fractions with wholes below 2**42 differ by more than 2**-84 if they differ at all, so
    two calls tell any two of them apart: no rounding, and the same on every machine.
    """
    digits = np.zeros_like(part)
    for _ in range(3):
        here, part = np.divmod(part << 20, whole)
        digits = (digits << 20) + here
    return digits, part


def _narrow_egalitarian(zones: _Zones) -> Iterator[None]:
    ordered = np.sort(zones.gains, axis=1)
    for party in range(zones.gains.shape[1]):
        zones.keep_best(ordered[zones.alive, party])
        yield


def _narrow_utilitarian(zones: _Zones) -> Iterator[None]:
    zones.keep_best(zones.gains.sum(axis=1)[zones.alive])
    yield


_NARROW: dict[str, Callable[[_Zones], Iterator[None]]] = {
    "nash": _narrow_nash,
    "kalai-smorodinsky": _narrow_kalai_smorodinsky,
    "egalitarian": _narrow_egalitarian,
    "utilitarian": _narrow_utilitarian,
}
