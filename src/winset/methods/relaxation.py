"""Bounds on what a deal can reach, from mixing cells: Lagrangian relaxation with few multipliers.

If each component could be a mixture of its cells, the best mixture would be found by prices: one
multiplier a party, by which its gains are weighed in a plain sum. Whatever the multipliers, no
deal does better than they say; good ones come close. They are found here by minimising the
dual function, whose maxima over cells are smoothed (log-sum-exp at a falling temperature), by
Newton's method in as many unknowns as there are parties.

A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical Programming Study
2, 1974, 82-114; the smoothing: Yu. Nesterov, "Smooth minimization of non-smooth functions",
Mathematical Programming 103(1), 2005, 127-152.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.elimination import eliminate

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LINEAR, LOGS, SMALLEST = 0, 1, 2
"""What is maximised: a weighted sum of gains, one of their logs, or the smallest share."""

STAGES, FINER = 13, 20
"""Temperatures that multipliers take; and where the last digits of a bound count."""

_STEPS, _HALVINGS = 30, 30
_COOLING = 0.25


class Problem(NamedTuple):
    """One maximisation over deals. Gains g are sums of ``worth`` less ``floor``.

    ``worth`` (cells, parties) and ``start`` (components + 1,) are what is chosen from, one cell a
    component; every g has to be at least ``least``. ``unit`` (parties,) scales gains to numbers
    about 1, x = g / unit. ``kind`` and ``weight`` (parties,) say what is maximised: LINEAR, the
    sum of weight * x; LOGS, the sum of weight * log x; SMALLEST, the smallest x * weight among the
    parties with positive weight. One of the ``gaining`` parties needs g > 0, and not all
    cells may be those of ``base``. Deals that give the ``apart`` parties the same count as the
    same deal; of these the one with fewest ``changes``, then lowest ``cell`` numbers is kept.
    """

    kind: int
    worth: IntArray
    start: IntArray
    floor: IntArray
    least: IntArray
    unit: FloatArray
    weight: FloatArray
    gaining: BoolArray
    base: IntArray
    apart: BoolArray
    cell: IntArray
    changes: IntArray


@compiled
def best_sum(values: FloatArray, start: IntArray, price: FloatArray) -> float:
    """Add up the best that any cell of each component is worth at some prices."""
    total = 0.0
    for c in range(len(start) - 1):
        best = -np.inf
        for k in range(start[c], start[c + 1]):
            score = 0.0
            for i in range(len(price)):
                score += price[i] * values[k, i]
            best = max(best, score)
        total += best
    return total


@compiled
def _mixture(
    values: FloatArray, low: int, high: int, price: FloatArray, heat: float, share: FloatArray
) -> float:
    """Mix the cells from low up to high by their worth at some prices: ``share`` of sum 1."""
    best = -np.inf
    for k in range(low, high):
        share[k] = 0.0
        for i in range(len(price)):
            share[k] += price[i] * values[k, i]
        best = max(best, share[k])
    total = 0.0
    for k in range(low, high):
        share[k] = np.exp((share[k] - best) / heat)
        total += share[k]
    for k in range(low, high):
        share[k] /= total
    smooth: float = best + heat * np.log(total)
    return smooth


@compiled
def _spread(
    values: FloatArray, low: int, high: int, share: FloatArray, heat: float,
    mean: FloatArray, bend: FloatArray,
) -> None:  # fmt: skip
    """Put a mixture's mean into ``mean`` and add its covariances, over ``heat``, to ``bend``."""
    mean[:] = 0.0
    for k in range(low, high):
        for i in range(len(mean)):
            mean[i] += share[k] * values[k, i]
    for k in range(low, high):
        if share[k] < 1e-18:
            continue
        for i in range(len(mean)):
            away = share[k] / heat * (values[k, i] - mean[i])
            for j in range(len(mean)):
                bend[i, j] += away * (values[k, j] - mean[j])


@compiled
def _smoothed(
    values: FloatArray, start: IntArray, price: FloatArray, heat: float,
    slope: FloatArray, bend: FloatArray,
) -> float:  # fmt: skip
    """Smooth ``best_sum``; its gradient and second derivatives are put into the last two."""
    slope[:] = 0.0
    bend[:] = 0.0
    mean = np.empty(len(price))
    share = np.empty(len(values))
    total = 0.0
    for c in range(len(start) - 1):
        total += _mixture(values, start[c], start[c + 1], price, heat, share)
        _spread(values, start[c], start[c + 1], share, heat, mean, bend)
        for i in range(len(price)):
            slope[i] += mean[i]
    return total


@compiled
def _dot(one: FloatArray, other: FloatArray) -> float:
    total = 0.0
    for i in range(len(one)):
        total += one[i] * other[i]
    return total


@compiled
def _barrier(price: FloatArray, low: FloatArray, pull: FloatArray, cost: FloatArray) -> float:
    """Give what is added to the smoothed sum: costs, and the barrier at the lower limits."""
    total = 0.0
    for i in range(len(price)):
        total -= pull[i] * np.log(price[i] - low[i]) + cost[i] * price[i]
    return total


@compiled
def _system(
    price: FloatArray, slope: FloatArray, bend: FloatArray, low: FloatArray, pull: FloatArray,
    cost: FloatArray, plane: FloatArray, size: int,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Set up Newton's equations; the last row keeps to the plane if ``size`` has room for it."""
    parties = len(price)
    matrix, right = np.zeros((size, size)), np.zeros(size)
    for i in range(parties):
        away = price[i] - low[i]
        right[i] = cost[i] + pull[i] / away - slope[i]
        for j in range(parties):
            matrix[i, j] = bend[i, j]
        matrix[i, i] += pull[i] / away**2 + 1e-14
        if size > parties:
            matrix[i, parties] = matrix[parties, i] = plane[i]
    return matrix, right


@compiled
def _descend(
    values: FloatArray,
    start: IntArray,
    price: FloatArray,
    heat: float,
    low: FloatArray,
    pull: FloatArray,
    cost: FloatArray,
    plane: FloatArray,
) -> None:
    """Minimise the smoothed dual from ``price`` on, in place; on the plane ``plane @ p = 1``."""
    parties = len(price)
    size = parties + 1 if _dot(plane, plane) > 0 else parties
    slope, bend = np.empty(parties), np.empty((parties, parties))
    spare, spare2 = np.empty(parties), np.empty((parties, parties))
    there, downhill = np.empty(parties), np.empty(parties)
    value = _smoothed(values, start, price, heat, slope, bend)
    value += _barrier(price, low, pull, cost)
    for _ in range(_STEPS):
        matrix, right = _system(price, slope, bend, low, pull, cost, plane, size)
        for i in range(parties):
            downhill[i] = right[i]
        eliminate(matrix, right)
        fall = _dot(downhill, right)
        if not fall > 1e-13:
            return
        length = 1.0
        for i in range(parties):
            if right[i] < 0:
                length = min(length, -0.95 * (price[i] - low[i]) / right[i])
        moved = False
        for _ in range(_HALVINGS):
            for i in range(parties):
                there[i] = price[i] + length * right[i]
            new = _smoothed(values, start, there, heat, spare, spare2)
            new += _barrier(there, low, pull, cost)
            if new <= value - 0.1 * length * fall:
                moved = True
                break
            length *= 0.4
        if not moved:
            return
        price[:] = there
        value = new
        slope, spare = spare, slope
        bend, spare2 = spare2, bend


@compiled
def bound_of(p: Problem, values: FloatArray, price: FloatArray) -> float:
    """Bound what any deal can reach by the multipliers ``price``; (parties,) -> number."""
    bound = best_sum(values, p.start, price)
    for i in range(len(price)):
        weight, least = p.weight[i], p.least[i] / p.unit[i]
        bound -= price[i] * p.floor[i] / p.unit[i]
        if p.kind == LINEAR:
            bound -= (price[i] - weight) * least
        elif weight == 0.0:
            bound -= price[i] * least
        elif p.kind == LOGS:
            bound += weight * (np.log(weight / price[i]) - 1)
    return bound


@compiled
def _impossible(p: Problem, values: FloatArray, price: FloatArray) -> bool:
    """Tell whether the multipliers prove that no deal leaves everybody with its least."""
    best = best_sum(values, p.start, price)
    size = abs(best)
    for i in range(len(price)):
        needed = price[i] * (p.floor[i] + p.least[i]) / p.unit[i]
        best -= needed
        size += abs(needed) + price[i]
    return best < -1e-10 * size


def _first_prices(p: Problem) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Lay out a descent: prices to begin with, their lower limits, costs, and the plane."""
    counted = p.weight > 0
    bound = (p.kind == LINEAR) | ~counted
    cost = (p.floor + np.where(bound, p.least, 0)) / p.unit
    nothing = np.zeros(len(p.weight))
    if p.kind == LINEAR:
        return p.weight + 0.2, p.weight, cost, nothing
    price = np.where(counted, 2 * p.weight, 0.5)
    if p.kind == LOGS or not counted.any():
        return price, nothing, cost, nothing
    price[counted] *= 0.5 / np.count_nonzero(counted)
    plane = np.where(counted, 1 / np.where(counted, p.weight, 1.0), 0.0)
    return price, nothing, cost, plane


def multipliers(p: Problem, stages: int = STAGES) -> tuple[FloatArray, float, bool]:
    """Find good multipliers, at so many falling temperatures.

    Returns
    -------
    The multipliers (parties,), the bound they prove, and whether they prove instead that there is
    no deal at all.
    """
    price, low, cost, plane = _first_prices(p)
    best = low.copy() if p.kind == LINEAR else price.copy()
    bound, impossible = _anneal(p, p.worth / p.unit, price, low, cost, plane, best,
                                stages)  # fmt: skip
    return best, bound, impossible


@compiled
def _anneal(
    p: Problem, values: FloatArray, price: FloatArray, low: FloatArray, cost: FloatArray,
    plane: FloatArray, best: FloatArray, stages: int,
) -> tuple[float, bool]:  # fmt: skip
    """Minimise the dual at falling temperatures; the best multipliers are put into ``best``."""
    parties = len(price)
    bound = bound_of(p, values, best)
    size = 0.0
    for i in range(parties):
        size += price[i]
    largest = (1e4 if stages <= STAGES else 1e9) * size
    heat = 0.3 * size / (len(p.start) - 1)
    pull = np.empty(parties)
    for _ in range(stages):
        for i in range(parties):
            pull[i] = p.weight[i] if p.kind == LOGS and p.weight[i] > 0 else heat
        _descend(values, p.start, price, heat, low, pull, cost, plane)
        level, size = _dot(plane, price), 0.0
        for i in range(parties):
            if level > 0:
                price[i] /= level  # exactly on the plane again, whatever rounding did
            size += price[i]
        if _impossible(p, values, price):
            return -np.inf, True
        if size > largest:
            break  # nothing to spare: larger multipliers would gain less than rounding takes
        here = bound_of(p, values, price)
        if here < bound:
            bound = here
            best[:] = price
        heat *= _COOLING
    return bound, False
