"""Small packages at a table whose deals are searched: those on few issues are listed all the same.

See :mod:`winset.analyses.packages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from winset.analyses.components import Components
from winset.analyses.masks import Integers, Mask
from winset.analyses.packages import MOST_ISSUES, Early
from winset.analyses.sums import Batch
from winset.methods.package_kernels import acceptable_packages

Cells = NDArray[np.int32]

_MOST_PACKAGES = 400_000


@dataclass(frozen=True, eq=False)
class Small:
    """The packages on few issues, by the cells that they take.

    On fewer than three issues where there would be too many of them.
    """

    parts: Components

    @cached_property
    def early(self) -> Early:
        """The sub-agendas."""
        return Early(self.parts.grid, self._most)

    @cached_property
    def _most(self) -> int:
        """Issues that a package may change: of packages on one issue there is any number."""
        ways = np.zeros(MOST_ISSUES + 1, dtype=np.int64)
        ways[0] = 1
        for size in self.parts.grid.shape:
            ways[1:] += ways[:-1] * (size - 1)
        fits = [k for k in range(2, MOST_ISSUES + 1) if ways[1 : k + 1].sum() <= _MOST_PACKAGES]
        return max(fits, default=1)

    @cached_property
    def listed(self) -> tuple[Cells, Integers]:
        """The cells of every package, (packages, 3), -1 for none; and the place of its agenda."""
        place = {axes: n for n, axes in enumerate(self.early.agendas)}
        cells, agendas = [], []
        for axes, columns in self._packages():
            cells.append(columns)
            agendas.append(np.full(len(columns), place[axes], dtype=np.int64))
        if not cells:
            return np.zeros((0, MOST_ISSUES), dtype=np.int32), np.zeros(0, dtype=np.int64)
        return np.concatenate(cells), np.concatenate(agendas)

    def _packages(self) -> Iterator[tuple[tuple[int, ...], Cells]]:
        """Yield, for axes that are changed together, the cells that change exactly these."""
        moves = [self._moves(c) for c in range(len(self.parts.groups))]
        for count in range(1, self._most + 1):
            for chosen in combinations(range(len(moves)), count):
                for picked in product(*(moves[c].items() for c in chosen)):
                    axes = tuple(sorted(a for group, _ in picked for a in group))
                    if len(axes) > self._most:
                        continue
                    mesh = np.meshgrid(*(cells for _, cells in picked), indexing="ij")
                    columns = np.full((mesh[0].size, MOST_ISSUES), -1, dtype=np.int32)
                    for n, part in enumerate(mesh):
                        columns[:, n] = part.reshape(-1)
                    yield axes, columns

    def _moves(self, component: int) -> dict[tuple[int, ...], Integers]:
        """Sort a component's cells by the axes in which they differ from the status quo."""
        group = self.parts.groups[component]
        now = np.array([self.parts.grid.now[a] for a in group], dtype=np.int16)
        differs = self.parts.options[component] != now
        near = np.flatnonzero(differs.any(axis=1) & (differs.sum(axis=1) <= self._most))
        found: dict[tuple[int, ...], list[int]] = {}
        for n in near:
            axes = tuple(group[k] for k in np.flatnonzero(differs[n]))
            found.setdefault(axes, []).append(int(self.parts.first[component] + n))
        return {axes: np.array(cells, dtype=np.int64) for axes, cells in found.items()}

    def take(self, batch: Batch, hits: Integers) -> Mask:
        """Count the readings of a batch in whose zone each package is, into ``hits``.

        Returns
        -------
        (readings, sub-agendas)
            Where some package changes exactly the issues of a sub-agenda.
        """
        cells, agenda = self.listed
        had = np.zeros((len(batch.rows), len(self.early.agendas)), dtype=np.bool_)
        gaining = np.zeros(batch.worth.shape[1], dtype=np.bool_)
        gaining[batch.gaining] = True
        acceptable_packages(
            batch.worth, batch.floor, batch.allowed, gaining, self.parts.first,
            self.parts.base, cells, agenda, hits, had,
        )  # fmt: skip
        return had

    def deals(self, places: Integers) -> Integers:
        """Give packages as deals: (n,) places -> (n, components) cells."""
        found = np.tile(self.parts.base, (len(places), 1))
        for row, cells in zip(found, self.listed[0][places], strict=True):
            for cell in cells[cells >= 0]:
                c = int(np.searchsorted(self.parts.first, cell, side="right")) - 1
                row[c] = cell - self.parts.first[c]
        return found
