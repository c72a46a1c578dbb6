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
BoolArray = npt.NDArray[np.bool_]

_RICHER = 2**14  # times as many combinations as parts kept are what a list is chosen from


@compiled
def _away(
    p: Problem, parts: Parts, cells: IntArray, losses: FloatArray, middle: FloatArray,
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
    p: Problem, parts: Parts, cells: IntArray, losses: FloatArray, middle: FloatArray,
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
    scale = np.maximum(price, 0.05 * price.mean() + 1e-9) / p.unit
    owner, opened = _owners(p, loss, within, most, turn)
    begin = np.where(opened, p.start[:-1], where[choice])
    alive = np.add.reduceat(loss <= within, p.start[:-1], dtype=np.int64)
    size = np.where(opened, alive, 1)
    worth = [p.worth[place[b : b + s]] for b, s in zip(begin, size, strict=True)]
    means = _means(worth, p.worth[choice].sum(axis=0), scale)
    nothing = np.zeros((1, len(price)), dtype=np.int64)
    lists = [Parts(nothing, np.zeros(1), np.zeros(1, dtype=np.int64)) for _ in range(2)]
    middle = np.zeros((2, len(price)))
    for c in turn.tolist():
        k = int(owner[c])
        middle[k] += means[c]
        run = slice(int(begin[c]), int(begin[c] + size[c]))
        lists[k] = _extended(p, lists[k], place[run], loss[run], middle[k], scale, within, most)
        if len(lists[k].lost) == 0:
            return None
    return laid_out(lists, scale, owner, turn, begin, size)


def _owners(
    p: Problem, loss: FloatArray, within: float, most: int, turn: IntArray
) -> tuple[IntArray, BoolArray]:  # fmt: skip
    """Put each component into the poorer list; it takes other cells unless both are rich enough."""
    alive = np.add.reduceat(loss <= within, p.start[:-1], dtype=np.int64)
    owner, opened = np.zeros(len(alive), dtype=np.int64), np.zeros(len(alive), dtype=np.bool_)
    products = [1, 1]
    for c in turn.tolist():
        owner[c] = k = int(products[1] < products[0])
        opened[c] = products[k] < most * _RICHER and alive[c] > 0
        products[k] *= int(alive[c]) if opened[c] else 1
    return owner, opened


def _means(worth: list[IntArray], total: IntArray, scale: FloatArray) -> FloatArray:
    """Say what to expect of each component in a deal that is worth ``total``.

    As if what cells are worth were normally distributed: (components, parties).
    """
    means = np.array([w.mean(axis=0) for w in worth])
    spread = [((w - m) * scale).T @ ((w - m) * scale) / len(w)
              for w, m in zip(worth, means, strict=True)]  # fmt: skip
    missing = (total - means.sum(axis=0)) * scale
    pull = np.linalg.pinv(np.sum(spread, axis=0), rcond=1e-9, hermitian=True) @ missing
    return means + np.array([s @ pull for s in spread]) / scale
