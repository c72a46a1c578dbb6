"""Solutions of the bargaining problem on a finite set of deals.

Each solution picks one deal from a zone of agreement, given what every party gains by each deal
over its reservation. Gains are integers, and every comparison is exact; deals that a solution
holds equal are told apart by their rank (the lowest wins). All picks are Pareto efficient, so a
zone may be cut down to its frontier first without changing any of them.

========================  ========================================================================
nash                      greatest product of the gains
weighted nash             the same with an exponent for each party
kalai-smorodinsky         the smallest share of a party's best gain, made as large as can be
egalitarian               the smallest gain, made as large as can be
utilitarian               greatest sum of the gains
========================  ========================================================================

Parties that no deal of the zone gives anything are left out. Where no deal gives all others a
strict gain, the Nash solutions first take the most parties (by weight) with a gain, then the
greatest product, in which a party without a gain stands with its best gain in the zone: so the
choice does not depend on the unit of anyone's utility. Kalai-Smorodinsky and egalitarian break
ties by the next smallest share or gain, and so on (lexicographic maximin); without that they
would not be efficient on a finite set.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.bargaining_zones import LARGEST_GAIN, SOLUTIONS, Solution, solve_zones

__all__ = [
    "LARGEST_GAIN",
    "SOLUTIONS",
    "Solution",
    "egalitarian",
    "kalai_smorodinsky",
    "nash",
    "solve_zones",
    "utilitarian",
    "weighted_nash",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def nash(gains: IntArray, rank: IntArray | None = None) -> int:
    """Pick the deal with the greatest product of gains.

    Parameters
    ----------
    gains : (N, P) integers
        What each of P parties gains by each of N deals over its reservation, in any unit of its
        own; none negative, all below ``LARGEST_GAIN``.
    rank : (N,) integers, optional
        The lower of two deals with equal products wins; by default the order of the rows.

    Returns
    -------
    int
        Row of the chosen deal.

    Raises
    ------
    ValueError
        If there is no deal or no party, or a gain is out of bounds.

    Notes
    -----
    J. F. Nash, "The Bargaining Problem", Econometrica 18(2), 1950, 155-162. For finite sets the
    axioms are scale invariance, symmetry, efficiency and independence of irrelevant alternatives;
    where no deal gives all a strict gain, the last of these is given up (see the module).

    Examples
    --------
    >>> nash(np.array([[8, 6], [12, 5], [14, 4]]))
    1
    """
    return _one("nash", gains, rank)


def weighted_nash(gains: IntArray, weights: npt.ArrayLike, rank: IntArray | None = None) -> int:
    """Pick the deal with the greatest product of gains, each raised to its party's weight.

    Parameters
    ----------
    gains, rank
        As :func:`nash`.
    weights : (P,) numbers
        Influence of the parties, none negative, some positive; only ratios count. A weight of 0
        leaves a party out, except among deals that are equal to all others.

    Returns
    -------
    int
        Row of the chosen deal. Weighted products closer than one part in 10**12 count as equal,
        and the plain product decides between them.

    Raises
    ------
    ValueError
        As :func:`nash`, or if a weight is negative or not finite, or all are 0.

    Notes
    -----
    J. C. Harsanyi & R. Selten, "A Generalized Nash Solution for Two-Person Bargaining Games with
    Incomplete Information", Management Science 18(5), 1972, P80-P106; E. Kalai, "Nonsymmetric
    Nash Solutions and Replications of 2-Person Bargaining", International Journal of Game Theory
    6(3), 1977, 129-133.

    Examples
    --------
    >>> weighted_nash(np.array([[8, 6], [12, 5], [14, 4]]), [3, 1])
    2
    """
    return _one("weighted nash", gains, rank, np.atleast_2d(np.asarray(weights, dtype=np.float64)))


def kalai_smorodinsky(gains: IntArray, rank: IntArray | None = None) -> int:
    """Pick the deal that gives all the same part of their best gains, as nearly as there is one.

    Each gain is taken as a share of the party's greatest gain in the zone (the ideal point); the
    deal with the greatest smallest share is chosen, then that with the greatest second smallest
    share, and so on.

    Parameters
    ----------
    gains, rank
        As :func:`nash`.

    Returns
    -------
    int
        Row of the chosen deal.

    Raises
    ------
    ValueError
        As :func:`nash`.

    Notes
    -----
    E. Kalai & M. Smorodinsky, "Other Solutions to Nash's Bargaining Problem", Econometrica 43(3),
    1975, 513-518; lexicographically, for several parties: H. Imai, "Individual Monotonicity and
    Lexicographic Maxmin Solution", Econometrica 51(2), 1983, 389-401.

    Examples
    --------
    >>> kalai_smorodinsky(np.array([[12, 0], [8, 5], [5, 4], [0, 6]]))
    1
    """
    return _one("kalai-smorodinsky", gains, rank)


def egalitarian(gains: IntArray, rank: IntArray | None = None) -> int:
    """Pick the deal with the greatest smallest gain, then second smallest, and so on.

    Gains of different parties are compared as they stand, so their units have to be comparable.

    Parameters
    ----------
    gains, rank
        As :func:`nash`.

    Returns
    -------
    int
        Row of the chosen deal.

    Raises
    ------
    ValueError
        As :func:`nash`.

    Notes
    -----
    E. Kalai, "Proportional Solutions to Bargaining Situations: Interpersonal Utility Comparisons",
    Econometrica 45(7), 1977, 1623-1630; the lexicographic order: A. K. Sen, Collective Choice and
    Social Welfare (Holden-Day, 1970), chapter 9.

    Examples
    --------
    >>> egalitarian(np.array([[12, 0], [8, 5], [5, 4], [0, 6]]))
    1
    """
    return _one("egalitarian", gains, rank)


def utilitarian(gains: IntArray, rank: IntArray | None = None) -> int:
    """Pick the deal with the greatest sum of gains.

    Gains of different parties are added as they stand, so their units have to be comparable.

    Parameters
    ----------
    gains, rank
        As :func:`nash`.

    Returns
    -------
    int
        Row of the chosen deal.

    Raises
    ------
    ValueError
        As :func:`nash`.

    Notes
    -----
    J. C. Harsanyi, "Cardinal Welfare, Individualistic Ethics, and Interpersonal Comparisons of
    Utility", Journal of Political Economy 63(4), 1955, 309-321.

    Examples
    --------
    >>> utilitarian(np.array([[12, 0], [8, 5], [5, 4], [0, 6]]))
    1
    """
    return _one("utilitarian", gains, rank)


def _one(
    solution: Solution,
    gains: IntArray,
    rank: IntArray | None,
    weights: FloatArray | None = None,
) -> int:
    ranks = np.arange(len(gains), dtype=np.int64) if rank is None else rank
    return int(solve_zones(solution, gains, ranks, np.zeros(1, dtype=np.int64), weights)[0])
