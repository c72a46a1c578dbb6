"""Is there a deal that gives everybody enough? Exact search in spaces too large to list.

A deal takes one cell of each component; what it is worth to a party is a sum over its cells. Asked
is whether some deal of allowed cells gives every party at least its floor: the feasibility of a
multiple-choice knapsack with several constraints (H. Kellerer, U. Pferschy & D. Pisinger, Knapsack
Problems, Springer 2004, chapters 9 and 11). The search branches on components, and drops a branch
where multipliers of the floors prove that nothing in it is enough: H. Everett, "Generalized
Lagrange Multiplier Method for Solving Problems of Optimum Allocation of Resources", Operations
Research 11(3), 1963, 399-417; A. M. Geoffrion, "Lagrangean Relaxation for Integer Programming",
Mathematical Programming Study 2, 1974, 82-114. Multipliers are improved by the subgradient steps of
M. Held, P. Wolfe & H. P. Crowder, "Validation of Subgradient Optimization", Mathematical
Programming 6, 1974, 62-88. A deal is accepted by its sums as integers alone, and a branch is
dropped only with a margin far above what rounding can do: both answers are exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["FEASIBLE", "INFEASIBLE", "UNDECIDED", "Searched", "search"]

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

INFEASIBLE = 0
FEASIBLE = 1
UNDECIDED = 2
"""What a search ended with; undecided where it took more branches than allowed."""

LIMIT = 20_000
"""Branches that one search may take."""


class Searched(NamedTuple):
    """Results of Q searches: ``status`` (Q,) codes, and the ``deals`` found (Q, components), -1
    where there is none.
    """

    status: npt.NDArray[np.int8]
    deals: Integers


def search(
    worth: Integers,
    first: Integers,
    draw: Integers,
    allowed: Mask,
    floor: Integers,
    *,
    limit: int = LIMIT,
) -> Searched:
    """Look for deals that give every party at least a floor.

    Parameters
    ----------
    worth : (draws, parties, cells)
        What each cell adds to each party's utility; sums below 2**53 in size.
    first : (components + 1,)
        Cells of component c are ``first[c] : first[c + 1]``; there is at least one component.
    draw : (Q,)
        The draw that each search is about.
    allowed : (Q, cells)
        Cells that its deal may take.
    floor : (Q, parties)
        What its deal has to be worth, at least.
    limit
        Branches after which a search ends undecided.

    Returns
    -------
    Searched
        ``deals`` are cell numbers within the components.

    Examples
    --------
    >>> worth = np.array([[[0, 5, 0, 3], [4, 0, 2, 0]]])
    >>> asked = np.array([[5, 2], [5, 3]])
    >>> one = np.zeros(2, dtype=np.int64)
    >>> found = search(worth, np.array([0, 2, 4]), one, np.ones((2, 4), dtype=bool), asked)
    >>> found.status.tolist(), found.deals.tolist()
    ([1, 0], [[1, 0], [-1, -1]])
    """
    from winset.methods.feasibility_kernels import search_all

    status = np.zeros(len(draw), dtype=np.int8)
    deals = np.full((len(draw), len(first) - 1), -1, dtype=np.int64)
    search_all(
        np.ascontiguousarray(worth), np.asarray(first, dtype=np.int64),
        np.asarray(draw, dtype=np.int64), np.ascontiguousarray(allowed),
        np.ascontiguousarray(floor, dtype=np.int64), limit, status, deals,
    )  # fmt: skip
    return Searched(status, deals)
