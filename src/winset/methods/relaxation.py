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

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LINEAR, LOGS, SMALLEST = 0, 1, 2
"""What is maximised: a weighted sum of gains, one of their logs, or the smallest share."""

_STAGES, _STEPS, _HALVINGS = 13, 30, 30
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
def _pivot(matrix: FloatArray, right: FloatArray, k: int) -> None:
    """Bring the row with the largest entry in column k up to row k."""
    pivot = k
    for i in range(k + 1, len(right)):
        if abs(matrix[i, k]) > abs(matrix[pivot, k]):
            pivot = i
    if pivot != k:
        for j in range(len(right)):
            matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
        right[k], right[pivot] = right[pivot], right[k]
    if matrix[k, k] == 0.0:
        matrix[k, k] = 1e-300


@compiled
def _eliminate(matrix: FloatArray, right: FloatArray) -> None:
    """Solve a small system in place: the solution is put into ``right``."""
    size = len(right)
    for k in range(size):
        _pivot(matrix, right, k)
        for i in range(k + 1, size):
            factor = matrix[i, k] / matrix[k, k]
            for j in range(k, size):
                matrix[i, j] -= factor * matrix[k, j]
            right[i] -= factor * right[k]
    for k in range(size - 1, -1, -1):
        for j in range(k + 1, size):
            right[k] -= matrix[k, j] * right[j]
        right[k] /= matrix[k, k]


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
def _mixture(values: FloatArray, price: FloatArray, heat: float, share: FloatArray) -> float:
    """Mix one component's cells by their worth at some prices: shares of sum 1 into ``share``."""
    best = -np.inf
    for k in range(len(values)):
        share[k] = 0.0
        for i in range(len(price)):
            share[k] += price[i] * values[k, i]
        best = max(best, share[k])
    total = 0.0
    for k in range(len(values)):
        share[k] = np.exp((share[k] - best) / heat)
        total += share[k]
    for k in range(len(values)):
        share[k] /= total
    smooth: float = best + heat * np.log(total)
    return smooth


@compiled
def _spread(
    values: FloatArray, share: FloatArray, heat: float, mean: FloatArray, bend: FloatArray
) -> None:
    """Put a mixture's mean into ``mean`` and add its covariances, over ``heat``, to ``bend``."""
    mean[:] = 0.0
    for k in range(len(values)):
        for i in range(len(mean)):
            mean[i] += share[k] * values[k, i]
    for k in range(len(values)):
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
    share = np.empty(np.diff(start).max())
    total = 0.0
    for c in range(len(start) - 1):
        here = values[start[c] : start[c + 1]]
        total += _mixture(here, price, heat, share)
        _spread(here, share, heat, mean, bend)
        slope += mean
    return total


@compiled
def _barrier(price: FloatArray, low: FloatArray, pull: FloatArray) -> float:
    total = 0.0
    for i in range(len(price)):
        total -= pull[i] * np.log(price[i] - low[i])
    return total


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
    flat = plane.any()
    size = parties + 1 if flat else parties
    slope, bend = np.empty(parties), np.empty((parties, parties))
    spare, spare2 = np.empty(parties), np.empty((parties, parties))
    value = _smoothed(values, start, price, heat, slope, bend)
    value += _barrier(price, low, pull) - np.dot(cost, price)
    for _ in range(_STEPS):
        matrix, right = np.zeros((size, size)), np.zeros(size)
        for i in range(parties):
            away = price[i] - low[i]
            right[i] = cost[i] + pull[i] / away - slope[i]
            matrix[i, :parties] = bend[i]
            matrix[i, i] += pull[i] / away**2 + 1e-14
            if flat:
                matrix[i, parties] = matrix[parties, i] = plane[i]
        downhill = right[:parties].copy()
        _eliminate(matrix, right)
        step = right[:parties]
        fall = np.dot(step, downhill)
        if not fall > 1e-13:
            return
        length = 1.0
        for i in range(parties):
            if step[i] < 0:
                length = min(length, -0.95 * (price[i] - low[i]) / step[i])
        moved = False
        for _ in range(_HALVINGS):
            there = price + length * step
            new = _smoothed(values, start, there, heat, spare, spare2)
            new += _barrier(there, low, pull) - np.dot(cost, there)
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


@compiled
def _first_prices(p: Problem) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Lay out a descent: prices to begin with, their lower limits, costs, and the plane."""
    parties = len(p.weight)
    price, low = np.full(parties, 0.5), np.zeros(parties)
    cost, plane = p.floor / p.unit, np.zeros(parties)
    for i in range(parties):
        if p.kind == LINEAR:
            low[i] = p.weight[i]
            price[i] = p.weight[i] + 0.2
        elif p.weight[i] > 0:
            price[i] = 2 * p.weight[i]
            plane[i] = 1 / p.weight[i]
        if p.kind == LINEAR or p.weight[i] == 0.0:
            cost[i] += p.least[i] / p.unit[i]
    if p.kind == SMALLEST:
        price[plane > 0] *= 0.5 / np.count_nonzero(plane)
    else:
        plane[:] = 0.0
    return price, low, cost, plane


@compiled
def multipliers(p: Problem, values: FloatArray) -> tuple[FloatArray, float, bool]:
    """Find good multipliers.

    ``values`` (cells, parties) is ``worth / unit``. Returns the multipliers (parties,), the bound
    they prove, and whether they prove instead that there is no deal at all.
    """
    price, low, cost, plane = _first_prices(p)
    best = low.copy() if p.kind == LINEAR else price.copy()
    bound = bound_of(p, values, best)
    largest = 1e4 * price.sum()
    heat = 0.3 * price.sum() / (len(p.start) - 1)
    for _ in range(_STAGES):
        pull = np.full(len(price), heat)
        if p.kind == LOGS:
            pull[p.weight > 0] = p.weight[p.weight > 0]
        _descend(values, p.start, price, heat, low, pull, cost, plane)
        if p.kind == SMALLEST:
            price /= np.dot(plane, price)  # exactly on the plane again, whatever rounding did
        if _impossible(p, values, price):
            return price, -np.inf, True
        if price.sum() > largest:
            break  # nothing to spare: larger multipliers would gain less than rounding takes
        here = bound_of(p, values, price)
        if here < bound:
            bound = here
            best[:] = price
        heat *= _COOLING
    return best, bound, False
