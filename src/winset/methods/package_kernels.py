"""Compiled pass over deals that differ from a given one in few components."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

__all__ = ["acceptable_packages"]


@compiled
def acceptable_packages(
    worth: Integers, floor: Integers, allowed: Mask, gaining: Mask, first: Integers,
    base: Integers, cells: npt.NDArray[np.int32], agenda: Integers, hits: Integers, had: Mask,
) -> None:  # fmt: skip
    """Tell which small packages are acceptable in every draw.

    Parameters
    ----------
    worth : (draws, parties, cells)
        What each cell adds to each party's utility.
    floor : (draws, parties)
        What a deal has to be worth to it, at least.
    allowed : (draws, cells)
        Cells that a deal may take.
    gaining : (parties,)
        One of these has to get more than its floor.
    first, base : (components + 1,), (components,)
        First cell of each component; the cell that is kept where a package says nothing.
    cells : (packages, M)
        The cells that a package takes instead, each of another component; -1 for none.
    agenda : (packages,)
        The kind of each package.
    hits : (packages,)
        Raised by the number of draws in which a package is acceptable.
    had : (draws, kinds)
        Set where some package of a kind is acceptable.
    """
    parts = len(base)
    part = np.empty(worth.shape[2], np.int64)
    for c in range(parts):
        part[first[c] : first[c + 1]] = c
    shift = np.empty((worth.shape[2], worth.shape[1]), np.int64)
    need = np.empty(worth.shape[1], np.int64)
    for d in range(len(worth)):
        shut = np.zeros(parts, np.int64)
        for c in range(parts):
            shut[c] = not allowed[d, first[c] + base[c]]
        if shut.sum() > cells.shape[1]:
            continue
        _shifts(worth[d], floor[d], first, base, shift, need)
        for p in range(len(cells)):
            if _open(cells[p], allowed[d], part, shut) and _accepted(
                cells[p], shift, need, gaining
            ):
                hits[p] += 1
                had[d, agenda[p]] = True


@compiled
def _shifts(
    worth: Integers, floor: Integers, first: Integers, base: Integers, shift: Integers,
    need: Integers,
) -> None:  # fmt: skip
    """Work out what each cell adds beyond the one that is kept, and what is needed beyond all."""
    for k in range(len(worth)):
        need[k] = floor[k]
        for c in range(len(base)):
            kept = worth[k, first[c] + base[c]]
            need[k] -= kept
            for n in range(first[c], first[c + 1]):
                shift[n, k] = worth[k, n] - kept


@compiled
def _open(cells: npt.NDArray[np.int32], allowed: Mask, part: Integers, shut: Integers) -> bool:
    """Say whether a package takes allowed cells, and leaves no cell that is not."""
    opened = 0
    for m in range(len(cells)):
        n = cells[m]
        if n < 0:
            break
        if not allowed[n]:
            return False
        opened += shut[part[n]]
    return bool(opened == shut.sum())


@compiled
def _accepted(cells: npt.NDArray[np.int32], shift: Integers, need: Integers, gaining: Mask) -> bool:
    """Say whether a package leaves everybody enough, and one that has to gain more."""
    better = False
    for k in range(len(need)):
        total = -need[k]
        for m in range(len(cells)):
            n = cells[m]
            if n < 0:
                break
            total += shift[n, k]
        if total < 0:
            return False
        better |= gaining[k] and total > 0
    return bool(better)
