"""How good a stated probability was, once it is known what happened.

* Brier score of an event: the squared distance of the probability from what happened (1 or 0).
  G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
  Review 78(1), 1950, 1-3, adds it up over both answers, which doubles it; here it is counted
  once, from 0 (certain and right) to 1 (certain and wrong). A forecast of one half scores 0.25.
* Logarithmic score: minus the natural logarithm of the probability given to what happened. I. J.
  Good, "Rational decisions", Journal of the Royal Statistical Society B 14(1), 1952, 107-114.
  From 0 (certain and right) without bound: infinite for what was called impossible and happened.

Both are proper: on average nobody does better than by stating what they believe. A hedge with a
band ("likely": 55 to 80 %) is scored at the band's ends and middle, since no single number was
stated; every probability within the band scores between the two ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["BandScore", "Scores", "brier", "logarithmic", "score_band"]

Floats = NDArray[np.float64]


class Scores(NamedTuple):
    """Both scores of one stated probability; 0 is best."""

    brier: float
    logarithmic: float


class BandScore(NamedTuple):
    """Scores of a band: at its low end, its middle and its high end."""

    low: Scores
    middle: Scores
    high: Scores


def brier(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """Brier scores of probabilities for events that happened (true) or not.

    Parameters
    ----------
    probability, happened
        Of shapes that broadcast together.

    Returns
    -------
    Scores from 0 (best) to 1, of the common shape.

    Raises
    ------
    ValueError
        If a probability lies outside 0..1.

    Examples
    --------
    >>> brier([0.8, 0.8], [True, False]).round(2)
    array([0.04, 0.64])
    """
    chance = _checked(probability)
    return np.asarray((chance - np.asarray(happened, dtype=np.float64)) ** 2)


def logarithmic(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """Logarithmic scores, in nats, as :func:`brier`; 0 is best, and there is no worst.

    Examples
    --------
    >>> logarithmic([0.5, 1.0, 0.0], [True, True, True]).round(3)
    array([0.693, 0.   ,   inf])
    """
    chance = _checked(probability)
    given = np.where(np.asarray(happened, dtype=np.bool_), chance, 1.0 - chance)
    with np.errstate(divide="ignore"):
        return np.asarray(np.abs(np.log(given)))


def score_band(low: float, high: float, happened: bool) -> BandScore:
    """Score a band of probabilities at its ends and its middle.

    Raises
    ------
    ValueError
        If the band lies outside 0..1 or runs backwards.

    Examples
    --------
    >>> [round(at.brier, 3) for at in score_band(0.55, 0.80, happened=False)]
    [0.303, 0.456, 0.64]
    """
    if low > high:
        msg = f"the band {low}..{high} runs backwards"
        raise ValueError(msg)
    places = (low, (low + high) / 2, high)
    return BandScore(*(
        Scores(float(brier(p, happened)), float(logarithmic(p, happened))) for p in places
    ))  # fmt: skip


def _checked(probability: ArrayLike) -> Floats:
    chance = np.asarray(probability, dtype=np.float64)
    if not ((chance >= 0) & (chance <= 1)).all():
        msg = "a probability lies between 0 and 1"
        raise ValueError(msg)
    return chance
