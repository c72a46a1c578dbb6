"""The best deals among those made of listed parts of deals.

Where the components fill two lists, of half a million parts at most, all deals are looked through
(:mod:`winset.methods.part_trees`, :mod:`winset.methods.tree_search`). Where they do not, deals
near the best known are looked through first (:mod:`winset.methods.near_parts`), and then all of
them, with more lists and so many nodes as are allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
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

_HALVINGS, _AGAIN = (4, 3, 2, 1, 0), (1,) * 6
"""How much shorter, in powers of 2, the lists of parts near a good deal are from turn to turn; and
again for products, where there are too many deals to look through all.
"""

_CLOSE = 3e-7
"""Part of a bound for which it is not worth to look further near a good deal."""

_MORE, _LESS = 12, 1
_MANY, _MANY_LOGS = 2.0**44, 2.0**50
"""Nodes of the trees of lists that hold all deals, in those of one search; and from how many deals
on the lesser number: products bend, so that far fewer of them come near the best.
"""


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
    deals = float(np.diff(listed.row).astype(np.float64).prod())
    hopeless = deals > (_MANY_LOGS if p.kind == LOGS else _MANY)
    if len(listed.row) > 3:
        close, turns = aim.enough, list(_HALVINGS)
        if p.kind != LOGS:  # whose gap is a part already
            close = min(close, aim.told - _CLOSE * abs(aim.told))
        elif hopeless:
            turns += _AGAIN
        _near(p, losses, pool, choice, aim.gap, close, most, turns)
        if reached(pool, close):
            return aim.told, False, True
        pool.mark[CUT] = -np.inf
    for step in (aim.step, aim.gap):
        nodes = int(pool.whole[NODES]) + (_LESS if hopeless else _MORE) * most
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
    p: Problem, losses: Losses, pool: Pool, choice: IntArray, gap: float, enough: float, most: int,
    turns: Sequence[int],
) -> None:  # fmt: skip
    """Look for better deals near the best one, in lists as much shorter as ``turns`` say."""
    price, bound, place, loss = losses
    lowest = -np.inf if p.kind == LOGS else 0.0
    for turn, halvings in enumerate(turns):
        if pool.whole[COUNT] > 0:
            choice = pool.choice[0]
        within = bound - max(lowest, float(pool.mark[BEST]))
        order = np.random.default_rng(turn).permutation(len(choice))
        size = min(_NEAR_PARTS, most // 4) >> halvings
        parts = near_trees(p, price, place, loss, choice, within, max(size, 1), order)
        if parts is None:
            continue
        nodes = int(pool.whole[NODES]) + 16 * size
        search_trees(p, price, bound, place, parts, pool, lowest, gap, enough, nodes)
        if reached(pool, enough):
            return
