"""What two layers of chance make of a probability: between groups, and within them.

Each group has a probability of its own, and a number of trials tells how often the event happened
there. The groups' plain shares scatter more widely than their probabilities do, since every share
carries the chance of its trials. So the shares are drawn in towards their mean until they scatter
as much as the probabilities are estimated to: T. A. Louis, "Estimating a population of parameter
values using Bayes and empirical Bayes methods", Journal of the American Statistical Association
79(386), 1984, 393-398. How much that is, pairs of trials of one group tell without bias.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Spread", "spread"]

Floats = NDArray[np.float64]
Counts = NDArray[np.integer]

_TENTH = 0.1
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Spread:
    """A probability and what it scatters like over groups.

    Attributes
    ----------
    groups, trials
        How many there are.
    mean
        The probability over all trials; NaN without any.
    error
        Standard error of the mean, groups being independent of each other.
    low, high
        The groups' probabilities from 10 to 90 % of the trials; NaN where no group has two.
    least, greatest
        The least and the greatest of them.
    between
        Share of the variance of a single outcome that lies between the groups; the rest is
        chance within them. NaN where the outcome never varies, or no group has two trials.
    """

    groups: int
    trials: int
    mean: float
    error: float
    low: float
    high: float
    least: float
    greatest: float
    between: float


_NAN = float("nan")


def spread(successes: Counts, trials: Counts, repeats: Counts | None = None) -> Spread:
    """Estimate how a probability scatters over groups.

    Parameters
    ----------
    successes, trials : (G,) integers
        How often the event happened in each group, and in how many trials; groups without trials
        do not count.
    repeats : (G,) integers, optional
        How many groups there are of each kind; one by default.

    Examples
    --------
    >>> found = spread(np.array([0, 100]), np.array([100, 100]))
    >>> found.mean, found.low, found.high, found.between
    (0.5, 0.0, 1.0, 1.0)
    """
    repeats = np.ones_like(trials) if repeats is None else repeats
    used = (trials > 0) & (repeats > 0)
    won, tried, times = (np.asarray(counts)[used].astype(np.float64)
                         for counts in (successes, trials, repeats))  # fmt: skip
    weight = tried * times
    total = weight.sum()
    if not total:
        return Spread(0, 0, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN)
    share = won / tried
    mean = float((weight * share).sum() / total)
    error = float(np.sqrt((times * (tried * (share - mean)) ** 2).sum()) / total)
    between = _between(won, tried, weight, mean)
    scatter = float((weight * (share - mean) ** 2).sum() / total)
    ends = (_NAN, _NAN, _NAN, _NAN)
    if not np.isnan(between):
        factor = np.sqrt(min(1.0, between / scatter)) if scatter > 0 else 0.0
        # Rounding must not push a group whose trials all came out alike beyond 0 or 1.
        groups = np.clip(mean + factor * (share - mean), 0.0, 1.0)
        low, high = np.quantile(groups, [_TENTH, 1 - _TENTH], weights=weight, method="inverted_cdf")
        ends = (float(low), float(high), float(groups.min()), float(groups.max()))
    whole = mean * (1 - mean)
    part = float(np.minimum(1.0, between / whole)) if whole > 0 else _NAN
    return Spread(int(times.sum()), int(total), mean, error, *ends, part)


def _between(won: Floats, tried: Floats, weight: Floats, mean: float) -> float:
    """Estimate the variance of the groups' probabilities; NaN without a pair of trials."""
    paired = tried > 1
    if not paired.any():
        return _NAN
    squares = won[paired] * (won[paired] - 1) / (tried[paired] * (tried[paired] - 1))
    second = float((weight[paired] * squares).sum() / weight[paired].sum())
    variance = second - mean**2
    return variance if variance > _ROUNDING else 0.0
