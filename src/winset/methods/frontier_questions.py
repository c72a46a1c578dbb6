"""What is asked of a frontier: checked, and looked ahead for every reading at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_EXACT = 2**53


class Question:
    """Checked arguments of :func:`winset.methods.frontiers.frontiers`, and what follows from them.

    Attributes
    ----------
    worth, first, allowed, floor, sides, gaining, base
        As given, or by default.
    leading
        What tells equal deals apart before their cells do: changes, and numbers where given.
    ranges : (2, readings, components, parties) integers
        The most and the least that an allowed cell of a component is worth.
    least : (readings, parties) integers
        The least that a deal can be worth.
    free, some, holds : (readings,) booleans
        Whether every deal has the strict gain that is asked for; whether there may be a deal at
        all; whether the status quo would be in the zone if it were not left out.
    varying, binding : (parties,) booleans
        Whose utility is not the same in all deals; whose floor has to be watched.
    """

    def __init__(
        self,
        worth: IntArray,
        first: IntArray,
        allowed: BoolArray | None,
        floor: IntArray | None,
        sides: int | None,
        gaining: BoolArray | None,
        base: IntArray | None,
        changes: IntArray | None,
        numbers: IntArray | None,
        most: int,
    ) -> None:
        self.worth = np.ascontiguousarray(worth, dtype=np.int64)
        self.first = np.ascontiguousarray(first, dtype=np.int64)
        _check_layout(self.worth, self.first)
        readings, parties, cells = self.worth.shape
        self.sides = parties if sides is None else sides
        if not 1 <= self.sides <= parties:
            raise ValueError(f"sides must be from 1 to {parties}, the parties, not {sides}")
        if most < 2**parties:
            raise ValueError(f"most must be at least {2**parties} for {parties} parties")
        lowest = np.full((readings, parties), -_EXACT) if floor is None else floor
        self.allowed = _fitting("allowed", allowed, (readings, cells), True).astype(np.bool_)
        self.floor = _fitting("floor", lowest, (readings, parties), 0)
        self.gaining = _fitting("gaining", gaining, (parties,), False).astype(np.bool_)
        self.leading: tuple[IntArray, ...] = (_fitting("changes", changes, (cells,), 0),)
        if numbers is not None:
            self.leading += (_fitting("numbers", numbers, (cells,), 0),)
        if min(int(each.min()) for each in self.leading) < 0:
            raise ValueError("changes and numbers must not be negative")
        self.base = _fitting("base", base, (len(self.first) - 1,), 0)
        if (self.base < 0).any() or (self.base >= np.diff(self.first)).any():
            raise ValueError("base must name a cell of each component, counted within it")
        self._add_up(asking=gaining is not None)
        self._stand(excluding=base is not None)

    def _add_up(self, *, asking: bool) -> None:
        """Find what the best cells and the worst add up to, and whether that can be a deal."""
        starts = self.first[:-1]
        closed = ~self.allowed[:, None, :]
        high = np.maximum.reduceat(np.where(closed, -_EXACT, self.worth), starts, axis=2)
        low = np.minimum.reduceat(np.where(closed, _EXACT, self.worth), starts, axis=2)
        opened: BoolArray = np.add.reduceat(self.allowed, starts, axis=1, dtype=np.int64) > 0
        filled = np.all(opened, axis=1)
        sizes = np.maximum(-low, high).sum(axis=2)
        if (sizes[filled] >= _EXACT).any():
            raise ValueError("sums of worths must stay below 2**53 in size to be exact")
        self.ranges = np.stack([high.swapaxes(1, 2), low.swapaxes(1, 2)])
        self.least, greatest = low.sum(axis=2), high.sum(axis=2)
        self.free = ((self.least > self.floor) & self.gaining).any(axis=1) | (not asking)
        can_gain = self.free | ((greatest > self.floor) & self.gaining).any(axis=1)
        self.some = filled & (greatest >= self.floor).all(axis=1) & can_gain
        self.varying = (high != low).any(axis=(0, 2))
        self.binding = (self.least < self.floor).any(axis=0)
        self.binding |= self.gaining & ~self.free.all()

    def _stand(self, *, excluding: bool) -> None:
        """Tell where the status quo would be a deal, and has to be left out."""
        cells = self.first[:-1] + self.base
        utility = self.worth[:, :, cells].sum(axis=2)
        gains = self.free | ((utility > self.floor) & self.gaining).any(axis=1)
        meets = self.allowed[:, cells].all(axis=1) & (utility >= self.floor).all(axis=1)
        self.holds = meets & gains & excluding

    def columns(self, words: int) -> tuple[IntArray, int]:
        """Give the party of each column of a row (-1: a word), and the number of keys."""
        spanning = np.flatnonzero(self.varying[: self.sides])
        if len(spanning) == 0:
            spanning = np.zeros(1, dtype=np.int64)
        floors = np.flatnonzero(self.binding & self.varying)
        floors = floors[floors >= self.sides]
        parties = np.concatenate([spanning, np.full(words, -1), floors]).astype(np.int64)
        return parties, len(spanning) + words


def _fitting(
    name: str, values: npt.ArrayLike | None, shape: tuple[int, ...], default: int
) -> IntArray:
    if values is None:
        return np.full(shape, default, dtype=np.int64)
    array = np.ascontiguousarray(values, dtype=np.int64)
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, not {array.shape}")
    return array


def _check_layout(worth: IntArray, first: IntArray) -> None:
    if worth.ndim != 3 or 0 in worth.shape[1:]:
        raise ValueError(f"worth must have readings, parties and cells, not shape {worth.shape}")
    rising = first.ndim == 1 and len(first) > 1 and (np.diff(first) > 0).all()
    if not rising or first[0] != 0 or first[-1] != worth.shape[2]:
        raise ValueError("first must rise from 0 to the number of cells, without empty components")
