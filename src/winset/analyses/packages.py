"""Small packages that could be agreed early: deals on a sub-agenda of at most three issues."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations

import numpy as np

from winset.analyses.masks import Integers, Mask, Positions, distinct_rows
from winset.space import Grid

MOST_ISSUES = 3
"""Issues that an early package may change."""


@dataclass(frozen=True)
class Early:
    """The sub-agendas of a grid and the deals that stay within them.

    A reading counts for a sub-agenda if some deal that changes none but its issues is in the
    zone.
    """

    grid: Grid
    most: int = MOST_ISSUES

    @cached_property
    def agendas(self) -> tuple[tuple[int, ...], ...]:
        """Every set of 1 to 3 axes with more than one option, small sets first."""
        axes = [axis for axis, size in enumerate(self.grid.shape) if size > 1]
        sizes = range(1, self.most + 1)
        return tuple(chain.from_iterable(combinations(axes, size) for size in sizes))

    @cached_property
    def _deals(self) -> tuple[Positions, Positions]:
        """Deals that change 1 to 3 issues, sub-agenda by sub-agenda, and where each begins."""
        small = np.flatnonzero((self.grid.changes > 0) & (self.grid.changes <= MOST_ISSUES))
        changed = self.grid.digits[small] != np.array(self.grid.now, dtype=np.int16)
        place = {axes: n for n, axes in enumerate(self.agendas)}
        first, which = distinct_rows(changed)
        agendas = [place[tuple(np.flatnonzero(row).tolist())] for row in changed[first]]
        agenda = np.array(agendas, dtype=np.intp)[which]
        order = np.argsort(agenda, kind="stable")
        return small[order], np.searchsorted(agenda[order], np.arange(len(self.agendas)))

    @cached_property
    def within(self) -> Positions:
        """Sub-agendas contained in each, itself among them: shape (sub-agendas, 7)."""
        place = {axes: n for n, axes in enumerate(self.agendas)}
        rows = []
        for axes in self.agendas:
            parts = [place[part] for size in range(1, len(axes) + 1)
                     for part in combinations(axes, size)]  # fmt: skip
            rows.append(parts + parts[-1:] * (2**MOST_ISSUES - 1 - len(parts)))
        return np.array(rows, dtype=np.intp).reshape(len(rows), 2**MOST_ISSUES - 1)

    def count(self, zone: Mask) -> Integers:
        """Count the readings whose zone (readings, deals) has a deal on each sub-agenda."""
        if not self.agendas:
            return np.zeros(0, dtype=np.int64)
        deals, starts = self._deals
        return self.count_exact(np.logical_or.reduceat(zone[:, deals], starts, axis=1))

    def count_exact(self, exactly: Mask) -> Integers:
        """Count from where a deal changes exactly the issues of each sub-agenda, and no fewer.

        Parameters
        ----------
        exactly : (readings, sub-agendas)
        """
        if not self.agendas:
            return np.zeros(0, dtype=np.int64)
        some = exactly[:, self.within[:, 0]]
        for parts in self.within.T[1:]:
            some |= exactly[:, parts]
        return np.asarray(some.sum(axis=0), dtype=np.int64)

    def names(self) -> tuple[tuple[str, ...], ...]:
        """Issues of each sub-agenda."""
        issues = [self.grid.space.issues[i] for i in self.grid.issues]
        return tuple(tuple(issues[axis] for axis in axes) for axes in self.agendas)
