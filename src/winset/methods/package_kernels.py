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
    draws, parties, count = worth.shape
    parts = len(base)
    part = np.empty(count, np.int64)
    for c in range(parts):
        part[first[c] : first[c + 1]] = c
    shift = np.empty((count, parties), np.int64)
    need = np.empty(parties, np.int64)
    for d in range(draws):
        closed = 0
        shut = np.zeros(parts, np.int64)
        for c in range(parts):
            if not allowed[d, first[c] + base[c]]:
                shut[c] = 1
                closed += 1
        if closed > cells.shape[1]:
            continue
        for k in range(parties):
            need[k] = floor[d, k]
            for c in range(parts):
                kept = worth[d, k, first[c] + base[c]]
                need[k] -= kept
                for n in range(first[c], first[c + 1]):
                    shift[n, k] = worth[d, k, n] - kept
        for p in range(len(cells)):
            opened, fine = 0, True
            for m in range(cells.shape[1]):
                n = cells[p, m]
                if n < 0:
                    break
                if not allowed[d, n]:
                    fine = False
                    break
                opened += shut[part[n]]
            if not fine or opened != closed:
                continue
            better = False
            for k in range(parties):
                total = -need[k]
                for m in range(cells.shape[1]):
                    n = cells[p, m]
                    if n < 0:
                        break
                    total += shift[n, k]
                if total < 0:
                    fine = False
                    break
                better |= gaining[k] and total > 0
            if fine and better:
                hits[p] += 1
                had[d, agenda[p]] = True
