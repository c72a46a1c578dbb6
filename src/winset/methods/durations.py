"""How long a step takes: durations from a range, with or without a most likely length.

* Where only a range is stated, every length in it is as likely as any other.
* Where a most likely length is stated too, the distribution is triangular: N. L. Johnson, "The
  triangular distribution as a proxy for the beta distribution in risk analysis", The Statistician
  46(3), 1997, 387-398.
* PERT's beta distribution has the mean (low + 4 mode + high) / 6 of D. G. Malcolm, J. H.
  Roseboom, C. E. Clark & W. Fazar, "Application of a technique for research and development
  program evaluation", Operations Research 7(5), 1959, 646-669. Its shape is the one that this
  mean leaves when both parameters add up to 6.

Each is the inverse of its distribution function: the same uniform number gives the same place in
the distribution, so that lengths of two variants of a step rise and fall together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["pert", "triangular", "uniform"]

Floats = NDArray[np.float64]

_WEIGHT = 4.0


def uniform(places: Floats, low: float, high: float) -> Floats:
    """Lengths of equal chance: ``places`` in [0, 1] -> lengths in [low, high], same shape."""
    return low + places * (high - low)


def triangular(places: Floats, low: float, mode: float, high: float) -> Floats:
    """Lengths whose density rises linearly to ``mode`` and falls linearly after it.

    Parameters
    ----------
    places
        Numbers in [0, 1], any shape.
    low, mode, high
        Shortest, most likely, longest; in any unit.

    Returns
    -------
    Lengths in that unit, the shape of ``places``.

    Raises
    ------
    ValueError
        If the three do not ascend.

    Examples
    --------
    >>> triangular(np.array([0.0, 0.25, 1.0]), 0.0, 2.0, 4.0).round(3)
    array([0.   , 1.414, 4.   ])
    """
    _check(low, mode, high)
    if low == high:
        return np.full_like(places, low)
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(places * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - places) * (high - low) * (high - mode))
    return np.where(places < turn, rising, falling)


def pert(places: Floats, low: float, mode: float, high: float) -> Floats:
    """Lengths of PERT's beta distribution.

    Parameters, result and errors are those of :func:`triangular`. Less of the weight lies near
    the ends than there: the mean is (low + 4 mode + high) / 6 where the triangle's is
    (low + mode + high) / 3.

    Examples
    --------
    >>> pert(np.array([0.0, 0.5, 1.0]), 0.0, 2.0, 4.0)
    array([0., 2., 4.])
    """
    from scipy.special import betaincinv

    _check(low, mode, high)
    if low == high:
        return np.full_like(places, low)
    first = 1.0 + _WEIGHT * (mode - low) / (high - low)
    second = 1.0 + _WEIGHT * (high - mode) / (high - low)
    return np.asarray(low + (high - low) * betaincinv(first, second, places), dtype=np.float64)


def _check(low: float, mode: float, high: float) -> None:
    if not low <= mode <= high:
        msg = f"shortest, most likely and longest have to ascend, not {low}, {mode}, {high}"
        raise ValueError(msg)
