"""Pareto frontier of a finite set of points: which are not dominated.

One point dominates another if it is at least as good for everyone and better for someone. Equal
points do not dominate each other, so that every copy of a point of the frontier is kept.

The filter is moocore's dimension sweep (after Kung, Luccio & Preparata, "On finding the maxima of
a set of vectors", Journal of the ACM 22(4), 1975, 469-476). It compares double precision numbers,
which hold integers below 2**53 exactly; so the frontier is exact.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["EXACT", "nondominated", "nondominated_rows"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

EXACT = 2**53
"""Integers below this size keep their value as double precision numbers."""

_LARGE = 400  # points from which dropping what one good point dominates pays for itself


def nondominated(points: IntArray) -> BoolArray:
    """Tell which points no other point dominates, larger being better.

    Parameters
    ----------
    points : (N, P) integers
        One row a deal, one column a party; any unit that is common to a column. Rows may repeat.

    Returns
    -------
    (N,) booleans
        True where no row dominates this one. All copies of such a row are true.

    Raises
    ------
    ValueError
        If ``points`` has no columns or is no matrix, or if a value reaches 2**53 in size.

    Examples
    --------
    >>> nondominated(np.array([[3, 1], [1, 3], [1, 1], [3, 1]]))
    array([ True,  True, False,  True])
    """
    if points.ndim != 2 or points.shape[1] == 0:
        msg = f"points must be a matrix with at least one column, not of shape {points.shape}"
        raise ValueError(msg)
    if points.shape[0] == 0:
        return np.zeros(0, dtype=np.bool_)
    if points.max() >= EXACT or points.min() <= -EXACT:
        msg = "points must be below 2**53 in size to be compared exactly"
        raise ValueError(msg)
    if points.shape[1] == 1:
        return np.asarray(points[:, 0] == points[:, 0].max())
    if points.shape[0] < _LARGE:
        return _filter(points)
    left = np.flatnonzero(~_beaten_by_best_sum(points))
    kept = np.zeros(points.shape[0], dtype=np.bool_)
    kept[left[_filter(points[left])]] = True
    return kept


def nondominated_rows(points: IntArray, mask: BoolArray) -> BoolArray:
    """Find the frontier of each reading among the deals of its own zone.

    Parameters
    ----------
    points : (P, R, D) integers
        Utilities or gains of P parties, in R readings, from D deals.
    mask : (R, D) booleans
        The deals that count in each reading.

    Returns
    -------
    (R, D) booleans
        True for the deals of the mask that no other deal of the mask dominates in that reading;
        all false in a reading without deals.

    Raises
    ------
    ValueError
        As :func:`nondominated`.
    """
    kept = np.zeros(mask.shape, dtype=np.bool_)
    for row in np.flatnonzero(mask.any(axis=1)):
        deals = np.flatnonzero(mask[row])
        kept[row, deals] = nondominated(points[:, row, deals].T)
    return kept


def _beaten_by_best_sum(points: IntArray) -> BoolArray:
    """Points that the one with the greatest sum dominates; (N, P) -> (N,)."""
    # As floats, since sums of many integers near 2**53 could leave 64 bits; any pivot is valid.
    best = points[points.sum(axis=1, dtype=np.float64).argmax()]
    beaten = np.ones(points.shape[0], dtype=np.bool_)
    equal = np.ones(points.shape[0], dtype=np.bool_)
    for column, value in zip(points.T, best, strict=True):
        beaten &= column <= value
        equal &= column == value
    return beaten & ~equal


def _filter(points: IntArray) -> BoolArray:
    # Imported here: it loads a C library, which checking a case file does not need.
    import moocore  # type: ignore[import-untyped]

    kept: BoolArray = moocore.is_nondominated(points, maximise=True, keep_weakly=True)
    return kept
