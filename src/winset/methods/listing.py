"""The best deals among those made of listed parts of deals.

Where the components fill two lists, of half a million parts at most, all deals are looked through
(:mod:`winset.methods.part_trees`, :mod:`winset.methods.tree_search`). Where they do not, deals
near the best known are looked through first (:mod:`winset.methods.near_parts`), and then all of
them, with more lists and so many nodes as are allowed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.deal_pool import BEST, COUNT, CROWDED, CUT, NEAR, NODES, Pool
from winset.methods.near_parts import near_trees
from winset.methods.part_trees import trees
from winset.methods.reach import Losses
from winset.methods.relaxation import LOGS, Problem
from winset.methods.tree_search import search_trees

IntArray = npt.NDArray[np.int64]

_PARTS, _NEAR_PARTS = 2**20, 2**19
"""Parts of deals in a list, of all and of those near a good deal."""

_HALVINGS = 4
"""So many times shorter, in powers of 2, are the first lists of parts near a good deal."""

_CLOSE = 1e-7
"""Part of a bound for which it is not worth to look further near a good deal."""

_MORE = 12
"""Nodes of the trees of lists that hold all deals, in those of one search."""


class Aim(NamedTuple):
    """What is looked for: ``step`` and ``gap`` as in :func:`winset.methods.branching.search`.

    A deal of the value ``enough`` ends the search; no deal exceeds ``told``.
    """

    step: float
    gap: float
    enough: float
    told: float


def reached(pool: Pool, enough: float) -> bool:
    """Tell whether a deal was found that is good enough."""
    return bool(pool.whole[COUNT] > 0 and pool.mark[BEST] >= enough)


def search_lists(
    p: Problem, losses: Losses, pool: Pool, choice: IntArray, aim: Aim, most: int
) -> tuple[float, bool, bool]:  # fmt: skip
    """Look through lists of parts of deals.

    Parameters
    ----------
    p, losses
        What to maximise, and what cells lose at good multipliers.
    pool
        Deals known, to which those found are added.
    choice : (components,)
        A good deal, as places among the cells.
    aim
        What is looked for.
    most
        Nodes of a search.

    Returns
    -------
    What no deal exceeds; whether all is told; and whether to look no further.
    """
    price, bound, place, loss = losses
    pool.mark[CUT] = -np.inf
    lowest = -np.inf if p.kind == LOGS else 0.0
    least = max(lowest, float(pool.mark[BEST]))
    listed = trees(p, price, bound, place, loss, least - 2 * NEAR, min(_PARTS, 4 * most))
    if listed is None:
        return least, True, True
    many = len(listed.row) > 3
    if many:
        close = min(aim.enough, aim.told - _CLOSE * abs(aim.told))
        _near(p, losses, pool, choice, aim.gap, close, most)
        if reached(pool, close):
            return aim.told, False, True
        pool.mark[CUT] = -np.inf
    for step in (aim.step, aim.gap):
        nodes = int(pool.whole[NODES]) + _MORE * most
        rest, done = search_trees(p, price, bound, place, listed, pool, lowest, step, aim.enough,
                                  nodes)  # fmt: skip
        if reached(pool, aim.enough):
            return aim.told, False, True
        told = min(aim.told, max(rest, float(pool.mark[CUT])))
        if done or pool.whole[CROWDED] == 0:
            break
        # Equals of the best took the nodes: what is better is looked for alone.
        pool.mark[CUT] = -np.inf
    return told, done and step == aim.step, done


def _near(
    p: Problem, losses: Losses, pool: Pool, choice: IntArray, gap: float, enough: float, most: int
) -> None:
    """Look for better deals near the best one, in ever longer lists."""
    price, bound, place, loss = losses
    lowest = -np.inf if p.kind == LOGS else 0.0
    for turn in range(_HALVINGS + 1):
        if pool.whole[COUNT] > 0:
            choice = pool.choice[0]
        within = bound - max(lowest, float(pool.mark[BEST]))
        order = np.random.default_rng(turn).permutation(len(choice))
        size = min(_NEAR_PARTS, most // 4) >> (_HALVINGS - turn)
        parts = near_trees(p, price, place, loss, choice, within, max(size, 1), order)
        if parts is None:
            continue
        nodes = int(pool.whole[NODES]) + 16 * size
        search_trees(p, price, bound, place, parts, pool, lowest, gap, enough, nodes)
        if reached(pool, enough):
            return
