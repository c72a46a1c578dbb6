"""Parts of deals near those of a good deal, where all parts are too many to list.

Some components are put into two lists; the others stay as they are in the deal. As components are
added to a list, only those parts are kept whose sums are nearest to what the deal's own part adds
up to. What two such parts add up to is then near the deal, and far more often very near what is
wanted than two parts taken at large: as in D. Wagner, "A generalized birthday problem", Advances
in Cryptology (CRYPTO 2002), LNCS 2442, 288-304.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.part_trees import Parts, Trees, laid_out
from winset.methods.relaxation import Problem

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_RICHER = 2**10  # times as many combinations as parts kept are what a list is chosen from


@compiled
def _away(
    p: Problem, parts: Parts, cells: IntArray, losses: FloatArray, middle: IntArray,
    scale: FloatArray, within: float,
) -> FloatArray:  # fmt: skip
    """Measure how far each part with each cell is from ``middle``; infinite if it loses more."""
    away = np.empty(len(parts.lost) * len(cells))
    for n in range(len(parts.lost)):
        for k in range(len(cells)):
            total = np.inf
            if parts.lost[n] + losses[k] <= within:
                total = 0.0
                for i in range(len(scale)):
                    here = parts.total[n, i] + p.worth[cells[k], i] - middle[i]
                    total += (here * scale[i]) ** 2
            away[n * len(cells) + k] = total
    return away


def _extended(
    p: Problem, parts: Parts, cells: IntArray, losses: FloatArray, middle: IntArray,
    scale: FloatArray, within: float, most: int,
) -> Parts:  # fmt: skip
    """Add each cell of a component to each part; keep the nearest."""
    away = _away(p, parts, cells, losses, middle, scale, within)
    if len(away) > most:
        kept = np.sort(np.argpartition(away, most)[:most])
        kept = kept[np.isfinite(away[kept])]
    else:
        kept = np.flatnonzero(np.isfinite(away))
    old, cell = kept // len(cells), kept % len(cells)
    return Parts(parts.total[old] + p.worth[cells[cell]], parts.lost[old] + losses[cell],
                 parts.number[old] * len(cells) + cell)  # fmt: skip


def near_trees(
    p: Problem, price: FloatArray, place: IntArray, loss: FloatArray, choice: IntArray,
    within: float, most: int, turn: IntArray,
) -> Trees | None:  # fmt: skip
    """List parts near those of a deal, and lay out their trees.

    Parameters
    ----------
    p, price, place, loss
        As in :func:`winset.methods.branching.search`.
    choice : (components,)
        The deal, as places among the cells.
    within
        Parts that lose more are left out.
    most
        Parts that a list may have.
    turn : (components,)
        The order in which components are put into the lists, until these are rich enough.

    Returns
    -------
    The trees, or None if no part is left.
    """
    where = np.empty(len(place), dtype=np.int64)
    where[place] = np.arange(len(place))
    begin, size = where[choice], np.ones(len(choice), dtype=np.int64)
    owner = np.zeros(len(choice), dtype=np.int64)
    scale = np.maximum(price, 0.05 * price.mean() + 1e-9) / p.unit
    nothing = np.zeros((1, len(price)), dtype=np.int64)
    lists = [Parts(nothing, np.zeros(1), np.zeros(1, dtype=np.int64)) for _ in range(2)]
    middle = [nothing[0], nothing[0]]
    products = [1, 1]
    for c in turn.tolist():
        k = int(products[1] < products[0])
        first = int(p.start[c])
        whole = int(np.count_nonzero(loss[first : int(p.start[c + 1])] <= within))
        if products[k] < most * _RICHER and whole > 0:
            begin[c], size[c] = first, whole
        owner[c] = k
        products[k] *= int(size[c])
        middle[k] = middle[k] + p.worth[choice[c]]
        run = slice(int(begin[c]), int(begin[c] + size[c]))
        lists[k] = _extended(p, lists[k], place[run], loss[run], middle[k], scale, within, most)
        if len(lists[k].lost) == 0:
            return None
    return laid_out(lists, scale, owner, turn, begin, size)
