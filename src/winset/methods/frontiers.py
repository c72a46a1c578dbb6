"""The Pareto frontier of sums of part-worths, without listing the deals.

Where a deal takes one *cell* of each *component* (an option of an issue, or a joint option of
issues that are coupled) and a party's utility is the sum of what the cells are worth to it, a
partial deal that another one matches for everybody and betters for somebody can be part of no
deal of the frontier. So the frontier is merged component by component, and what is dominated is
dropped on the way: G. L. Nemhauser & Z. Ullmann, "Discrete dynamic programming and capital
allocation", Management Science 15(9), 1969, 494-505; on sums of Pareto sets in general
K. Karathanasis, S. Kontogiannis & C. Zaroliagis, "Improved dominance filtering for unions and
Minkowski sums of Pareto sets", 33rd Annual European Symposium on Algorithms, LIPIcs 351, 2025,
59:1-59:17. Reservations cut further: what falls short of one even with the best of all that is
left is dropped at once.

Utilities are integers, so that sums, ties and dominance are exact. Of deals that are equal for
all parties that span the frontier one is reported: the one with fewest changes, of these the one
with the lowest cells.

A frontier can be too large to be listed: that of two parties with exactly opposite interests
holds every deal. Once more than ``most`` partial deals are left, they are compared on a grid of
powers of two, the finest on which no more than ``most`` remain. Then the result says by how much,
for each party (``epsilon``): for every deal of the zone that leaves each party at least its
epsilon above its floor (and gives one of those that have to gain strictly more), a reported deal
gives no party more than its epsilon less. All reported deals are deals of the zone with their
true utilities, and none dominates another. The idea of such a set is C. H. Papadimitriou &
M. Yannakakis's ("On the approximability of trade-offs and optimal access of web sources", 41st
Annual Symposium on Foundations of Computer Science, 2000, 86-92). A deal within epsilon of a floor
cannot be promised: whether there is any at all is a knapsack problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from winset.methods.deal_numbers import Numbering, numbering
from winset.methods.frontier_questions import Question

__all__ = ["MOST", "Frontier", "Frontiers", "frontier", "frontiers"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MOST = 2**17
"""Partial deals kept at a time, unless told otherwise; frontiers up to this size are exact."""

_UNBOUND = -(2**63)


@dataclass(frozen=True, eq=False)
class Frontier:
    """The frontier of one reading, best for the first party first.

    Attributes
    ----------
    points : (N, sides) integers
        Utilities of the parties that span the frontier; no row twice.
    deals : (N, components) integers
        Cell of each component, counted from 0 within it.
    epsilon : (parties,) integers
        What the grid may have cost each party (see the module); all 0 where it is exact.
    """

    points: IntArray
    deals: IntArray
    epsilon: IntArray

    @property
    def exact(self) -> bool:
        """Whether every deal of the frontier (or one equal to it) is reported."""
        return not self.epsilon.any()


@dataclass(frozen=True, eq=False)
class Frontiers:
    """The frontiers of many readings, laid end to end.

    Attributes
    ----------
    points : (M, sides) integers
        Utilities of the parties that span the frontier, reading after reading.
    starts : (readings + 1,) integers
        Rows ``starts[r] : starts[r + 1]`` are those of reading r; it has no zone where they are
        none.
    epsilon : (readings, parties) integers
        What the grid may have cost each party (see the module); 0 where a reading is exact.
    words : (M, words) integers
        Number of changes and of the deal in one word, or in several where one is too short.
    """

    points: IntArray
    starts: IntArray
    epsilon: IntArray
    words: IntArray
    numbering: Numbering

    @cached_property
    def rank(self) -> IntArray:
        """Order of deals: fewest changes first, then the lowest cells; shape (M,)."""
        if self.words.shape[1] == 1:
            return self.words[:, 0]
        _, rank = np.unique(self.words, axis=0, return_inverse=True)
        return rank.reshape(-1).astype(np.int64)

    def deals(self, rows: IntArray | slice = slice(None)) -> IntArray:
        """Give the cells of some rows' deals: shape (rows, components)."""
        return self.numbering.cells(self.words[rows])


def frontier(
    worth: IntArray,
    first: IntArray,
    *,
    allowed: BoolArray | None = None,
    floor: IntArray | None = None,
    sides: int | None = None,
    gaining: BoolArray | None = None,
    base: IntArray | None = None,
    changes: IntArray | None = None,
    numbers: IntArray | None = None,
    most: int = MOST,
) -> Frontier:
    """Find the Pareto frontier of one reading.

    Parameters
    ----------
    worth : (parties, cells) integers
        What each cell adds to each party's utility.
    first, sides, gaining, base, changes, numbers, most
        As :func:`frontiers`.
    allowed : (cells,) booleans, optional
        As :func:`frontiers`, for this reading.
    floor : (parties,) integers, optional
        As :func:`frontiers`, for this reading.

    Returns
    -------
    Frontier

    Raises
    ------
    ValueError
        As :func:`frontiers`.

    Examples
    --------
    Two issues, of three options and two:

    >>> worth = np.array([[0, 2, 3, 0, 4], [5, 4, 0, 1, 0]])
    >>> found = frontier(worth, np.array([0, 3, 5]))
    >>> found.points.tolist(), found.deals.tolist()
    ([[7, 0], [6, 4], [4, 5], [0, 6]], [[2, 1], [1, 1], [0, 1], [0, 0]])
    """
    found = frontiers(
        np.asarray(worth)[None],
        first,
        allowed=None if allowed is None else np.asarray(allowed)[None],
        floor=None if floor is None else np.asarray(floor)[None],
        sides=sides,
        gaining=gaining,
        base=base,
        changes=changes,
        numbers=numbers,
        most=most,
    )
    return Frontier(found.points, found.deals(), found.epsilon[0])


def frontiers(
    worth: IntArray,
    first: IntArray,
    *,
    allowed: BoolArray | None = None,
    floor: IntArray | None = None,
    sides: int | None = None,
    gaining: BoolArray | None = None,
    base: IntArray | None = None,
    changes: IntArray | None = None,
    numbers: IntArray | None = None,
    most: int = MOST,
) -> Frontiers:
    """Find the Pareto frontiers of many readings in one compiled pass.

    Memory grows with the readings given and their frontiers: give them in batches.

    Parameters
    ----------
    worth : (readings, parties, cells) integers
        What each cell adds to each party's utility, in any unit of its own; may be negative.
    first : (components + 1,) integers
        Cells ``first[c] : first[c + 1]`` are those of component c; none is empty.
    allowed : (readings, cells) booleans, optional
        Cells that a deal may take; by default all.
    floor : (readings, parties) integers, optional
        A deal is in the zone only if it gives every party as much; by default nothing is asked.
    sides : int, optional
        The first so many parties span the frontier, the others only have floors; by default all
        span it.
    gaining : (parties,) booleans, optional
        At least one of these has to be strictly above its floor; by default none has to.
    base : (components,) integers, optional
        Cells of the status quo, counted within each component: the deal that takes all of them
        is not in the zone. By default there is none.
    changes : (cells,) integers, optional
        How many issues each cell changes (0 or more); by default no deal changes more than
        another.
    numbers : (cells,) integers, optional
        What each cell adds to the number of a deal (0 or more): of equal deals with equally few
        changes the one of the lowest number is reported, and only then that of the lowest cells.
    most : int, optional
        Partial deals kept at a time: frontiers up to this size are exact (see the module). At
        least 2 to the number of parties.

    Returns
    -------
    Frontiers

    Raises
    ------
    ValueError
        If the arrays do not fit together, a sum could reach 2**53 in size, or ``most`` is too
        small.
    """
    # Imported here: it loads the compiler, which checking a case file does not need.
    from winset.methods.frontier_kernels import merge_readings
    from winset.methods.frontier_rows import Terms

    asked = Question(worth, first, allowed, floor, sides, gaining, base, changes, numbers, most)
    number = numbering(asked.first, asked.leading)
    parties, keys = asked.columns(len(number.words))
    having = parties >= 0
    spanning = int((having[:keys]).sum())
    terms = Terms(
        need=np.zeros(len(parties), dtype=np.int64),
        gaining=having & asked.gaining[parties],
        free=False,
        sides=spanning,
        keys=keys,
        most=most,
        capping=True,
    )
    rows, starts, slack = merge_readings(
        terms,
        asked.worth,
        parties,
        -number.words,
        np.ascontiguousarray(np.where(having, asked.floor[:, parties], _UNBOUND)),
        asked.free,
        asked.first,
        asked.allowed,
        np.ascontiguousarray(np.where(having, asked.ranges[:, :, :, parties], 0)),
        asked.base,
        asked.holds,
        asked.some,
    )
    points = np.repeat(asked.least[:, : asked.sides], np.diff(starts), axis=0)
    points[:, parties[:spanning]] = rows[:, :spanning]
    epsilon = np.zeros(asked.floor.shape, dtype=np.int64)
    epsilon[:, parties[having]] = slack[:, having]
    return Frontiers(points, starts, epsilon, -rows[:, spanning:keys], number)
