"""Deal spaces whose utilities add up over components, of any size, as arrays.

A *component* is one issue, or a group of issues that rules or linkage couple; a *cell* is one
(joint) option of it. A deal is one cell of each component, and gives each party the sum of what
its cells are worth to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["DealSpace"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_LARGEST = 2**42  # gains have to stay below this, as in the solutions of listed zones


@dataclass(frozen=True, eq=False)
class DealSpace:
    """Additive deals, and who has to accept them, in several draws (readings).

    A deal is in the *zone* of a draw if no cell of it is forbidden, it is not the status quo, it
    leaves every party at or above its floor, and one of the ``gaining`` parties strictly above.

    Attributes
    ----------
    worth : (draws, parties, cells) integers
        What each cell adds to each party's utility, in any unit common to a party.
    first : (components + 1,) integers
        The cells of component c are ``first[c]`` up to ``first[c + 1]``.
    allowed : (draws, cells) booleans
        Cells that no red line or rule forbids.
    floor : (draws, parties) integers
        Least utility that a party accepts.
    sides : int
        The first so many parties are those the solutions speak of; the others only have floors.
    gaining : (parties,) booleans
        One of these has to be strictly above its floor.
    base : (components,) integers
        Cell of the status quo in each component, counted from 0 within it.
    changes : (cells,) integers
        How many issues a cell changes: of deals that are equal otherwise the one with fewest
        changes is taken, then that with the lowest cells.
    """

    worth: IntArray
    first: IntArray
    allowed: BoolArray
    floor: IntArray
    sides: int
    gaining: BoolArray
    base: IntArray
    changes: IntArray

    def __post_init__(self) -> None:
        draws, parties, cells = self.worth.shape
        expected = {
            "allowed": (draws, cells),
            "floor": (draws, parties),
            "gaining": (parties,),
            "base": (self.components,),
            "changes": (cells,),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                msg = f"{name} has the shape {getattr(self, name).shape}, not {shape}"
                raise ValueError(msg)
        if self.first[0] != 0 or self.first[-1] != cells or (np.diff(self.first) < 1).any():
            msg = f"first must rise from 0 to the number of cells, {cells}"
            raise ValueError(msg)
        if not 1 <= self.sides <= parties:
            msg = f"sides must be from 1 to the number of parties, {parties}, not {self.sides}"
            raise ValueError(msg)
        if ((self.base < 0) | (self.base >= np.diff(self.first))).any():
            msg = "base must name a cell of each component"
            raise ValueError(msg)
        best = np.maximum.reduceat(self.worth, self.first[:-1], axis=2).sum(axis=2)
        worst = np.minimum.reduceat(self.worth, self.first[:-1], axis=2).sum(axis=2)
        if (best - self.floor >= _LARGEST).any() or (best - worst >= _LARGEST).any():
            msg = "gains over the floor must be below 2**42"
            raise ValueError(msg)

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.worth)

    @property
    def parties(self) -> int:
        """Number of parties, those with floors only included."""
        return int(self.worth.shape[1])

    @property
    def components(self) -> int:
        """Number of components."""
        return len(self.first) - 1

    @property
    def deals(self) -> int:
        """Number of combinations of cells, the status quo and forbidden ones included."""
        return prod(np.diff(self.first).tolist())

    def utilities(self, draw: int, deals: IntArray) -> IntArray:
        """Add up what deals, (N, components), are worth to the parties: (N, parties)."""
        total: IntArray = self.worth[draw][:, self.first[:-1] + deals].sum(axis=2).T
        return total

    def rank(self, deals: IntArray) -> IntArray:
        """Order deals, (N, components), by number of changes, then by lowest cells: (N,)."""
        changes = self.changes[self.first[:-1] + deals].sum(axis=1)
        order = np.lexsort((*deals.T[::-1], changes))
        rank = np.empty(len(deals), dtype=np.int64)
        rank[order] = np.arange(len(deals))
        return rank


class Cells(NamedTuple):
    """What is left of one draw when forbidden cells and all but one of equal cells are dropped.

    ``worth`` (cells, parties); ``start`` (components + 1,); ``cell`` (cells,) within the
    component; ``changes`` (cells,); ``base`` (components,): place of the status quo's cell among
    the kept ones, -1 where it was dropped; ``twin`` the best other deal with the utilities of the
    status quo, without elements if there is none.
    """

    worth: IntArray
    start: IntArray
    cell: IntArray
    changes: IntArray
    base: IntArray
    twin: IntArray


def distinct_cells(space: DealSpace, draw: int) -> Cells:
    """Drop what is forbidden, and of cells worth the same to everybody all but the first.

    The first is the one with fewest changes, then the lowest: no deal with another of them is
    ever preferred to the same deal with this one, but where that is the status quo.
    """
    worth, allowed = np.ascontiguousarray(space.worth[draw].T), space.allowed[draw]
    kept: list[int] = []
    start, base = [0], []
    twins: list[tuple[int, int, int]] = []
    for c in range(space.components):
        low, high = int(space.first[c]), int(space.first[c + 1])
        cells = [k for k in range(low, high) if allowed[k]]
        cells.sort(key=lambda k: (space.changes[k], k))
        status = low + int(space.base[c])
        seen: dict[bytes, int] = {}
        for k in cells:
            twin = seen.setdefault(worth[k].tobytes(), k)
            if twin == k:
                kept.append(k)
            elif twin == status:
                twins.append((int(space.changes[k]), -c, k - low))
        base.append(kept.index(status, start[-1]) if status in kept[start[-1] :] else -1)
        start.append(len(kept))
    twin_deal = space.base[:0]
    if twins and min(base) >= 0:
        deals = np.repeat(space.base[None, :], len(twins), axis=0)
        for row, (_, minus, cell) in zip(deals, twins, strict=True):
            row[-minus] = cell
        twin_deal = deals[space.rank(deals).argmin()]
    index = np.array(kept, dtype=np.int64)
    component = np.repeat(np.arange(space.components), np.diff(start))
    return Cells(
        worth[index],
        np.array(start, dtype=np.int64),
        index - space.first[component],
        space.changes[index],
        np.array(base, dtype=np.int64),
        twin_deal,
    )
