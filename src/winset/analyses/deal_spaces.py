"""A table's deals as arrays: what :mod:`winset.methods` takes for spaces too large to list.

This is the way from a case to :mod:`winset.methods.frontiers` and
:mod:`winset.methods.single_solutions`, for one's own questions; :func:`winset.deals` goes it by
itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winset.analyses.components import Components
from winset.analyses.masks import Positions
from winset.analyses.sums import Batch, sums_of
from winset.analyses.zone import talks_of
from winset.case import Case
from winset.ensemble import Ensemble
from winset.errors import AskError
from winset.methods.deal_space import DealSpace
from winset.methods.frontiers import MOST, Frontiers, frontiers
from winset.space import grid_of


@dataclass(frozen=True, eq=False)
class TableSpace:
    """A table's deals in every reading of an ensemble.

    Attributes
    ----------
    space
        The arrays; their draws are the readings.
    parties
        Who the rows of the arrays are: those at the table (``space.sides`` of them), then their
        ratifiers that have preferences.
    parts
        Which issues each component holds.
    """

    space: DealSpace
    parties: tuple[str, ...]
    parts: Components

    def package(self, deal: npt.NDArray[np.integer]) -> dict[str, str]:
        """Name a deal given by cells, (components,): issue -> option."""
        number = self.parts.numbers(np.asarray(deal, dtype=np.int64)[None])[0]
        return self.parts.grid.label(int(number))

    def frontiers(self, most: int = MOST) -> Frontiers:
        """Find the frontier of the zone in every reading (:func:`winset.methods.frontiers`)."""
        space = self.space
        return frontiers(
            space.worth, space.first, allowed=space.allowed, floor=space.floor, sides=space.sides,
            gaining=space.gaining, base=space.base, changes=space.changes,
            most=max(most, 2**space.parties),
        )  # fmt: skip


def table_space(case: Case, ensemble: Ensemble, table: str) -> TableSpace:
    """Lay a table's deals out for the methods on deal spaces.

    Raises
    ------
    AskError
        If the case has no such table, or it can change nothing.
    TooLargeError
        If too many of the issues hang together.
    """
    grid = grid_of(case, ensemble.space, table)
    if not grid.issues:
        raise AskError(f"table {table} can change nothing: it has no deals")
    talks = talks_of(case, ensemble, grid)
    batch = sums_of(talks).batch(np.arange(ensemble.readings))
    names = tuple(ensemble.space.parties[p] for p in talks.judges)
    return TableSpace(deal_space(batch, np.arange(ensemble.readings)), names, batch.parts)


def deal_space(batch: Batch, rows: Positions) -> DealSpace:
    """Give some readings (places in a batch) as a deal space."""
    gaining = np.zeros(len(batch.sums.talks.judges), dtype=np.bool_)
    gaining[batch.gaining] = True
    return DealSpace(
        batch.worth[rows], batch.parts.first, batch.allowed[rows], batch.floor[rows],
        len(batch.sums.talks.signers), gaining, batch.parts.base, batch.parts.order,
    )  # fmt: skip
