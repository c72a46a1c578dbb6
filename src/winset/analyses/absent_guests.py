"""What a table would sign if it needed an absent party's consent too.

The deals stay those of the table. The party sits there, so that objections to its seat count, and
it accepts nothing that crosses its real red lines or those of its ratifiers, or leaves one of them
below its reservation. Somebody at the table itself still has to gain: consent that is added can
only take deals out of the zone, except where a line refuses a deal for the party's absence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.zone import Batch, Talks
from winset.language.terms import AtTable, atoms
from winset.methods.bargaining import Solution, solve_zones


@dataclass(frozen=True, eq=False)
class Seating:
    """A table, and the same with guests: absent parties whose consent is needed too."""

    table: Talks
    guested: Talks

    @cached_property
    def guests(self) -> tuple[int, ...]:
        """The parties that join, by index."""
        return tuple(p for p in self.guested.signers if p not in self.table.signers)

    @cached_property
    def further(self) -> tuple[int, ...]:
        """Parties whose consent is needed beyond that of the table: guests and their ratifiers.

        A guest that already ratifies for the table is asked in every reading now.
        """
        known = set(self.table.consent) - set(self.guests)
        return tuple(p for p in self.guested.consent if p not in known)

    @cached_property
    def seat_matters(self) -> bool:
        """Whether a line of the table's own speaks of a guest's seat."""
        space = self.table.grid.space
        names = {space.parties[p] for p in self.guests}
        return any(isinstance(atom, AtTable) and atom.party in names
                   for line in self.table.ensemble.refusals if line.party in self.table.consent
                   for atom in atoms(line.condition))  # fmt: skip

    def zone(self, asked: Asked) -> Positions:
        """Find the deals that all would accept: places in the flattened (readings, deals)."""
        mask = (asked.unlined if self.seat_matters else asked.batch.zone).copy()
        lined = self.guested.consent if self.seat_matters else self.further
        rows = asked.batch.rows
        for party in lined:
            self.guested.lines[party].close(rows, mask)
        for party in self.further:
            if party in asked.gains:
                refused = asked.gains[party] < 0
                if party in self.guested.ratifying:
                    refused &= self.guested.ratifying[party][rows, None]
                mask &= ~refused
        return np.flatnonzero(mask)


@dataclass(frozen=True, eq=False)
class Asked:
    """A batch of the table's zones, and what others would gain by its deals.

    ``gains`` holds the gains of guests and of those who ratify for them, (readings, deals) each;
    ratifiers without preferences have no part in it.
    """

    talks: Talks
    batch: Batch
    gains: Mapping[int, Integers]

    @cached_property
    def unlined(self) -> Mask:
        """Deals that would do for the table but for red lines: (readings, deals)."""
        gains = self.batch.gains
        gaining = np.logical_or.reduce([own > 0 for own in gains[: len(self.talks.signers)]])
        mask: Mask = self.batch.possible & gaining
        for judge in gains:
            mask &= judge >= 0
        return mask


class Signing:
    """Gathers, batch by batch, the zones with guests; then tells what is signed there."""

    def __init__(self, seating: Seating) -> None:
        self.seating = seating
        self.size = np.zeros(seating.table.ensemble.readings, dtype=np.int64)
        self._readings: list[Positions] = []
        self._deals: list[Positions] = []
        self._gains: list[Integers] = []

    def take(self, asked: Asked) -> None:
        """Take in a batch of the table's zones."""
        batch, cells = asked.batch, self.seating.zone(asked)
        row, deal = np.divmod(cells, self.seating.table.grid.size)
        own = batch.gains[: len(self.seating.table.signers)]
        columns = [party.reshape(-1)[cells] for party in own]
        columns += [asked.gains[p].reshape(-1)[cells] for p in self.seating.guests]
        self.size[batch.rows] = np.bincount(row, minlength=len(batch.zone))
        self._readings.append(row + batch.rows.start)
        self._deals.append(deal)
        self._gains.append(np.stack(columns))

    def signed(self, solution: Solution) -> Integers:
        """Give the deal signed in each reading: (readings,), -1 where there is none."""
        talks = self.seating.table
        reading, deal = np.concatenate(self._readings), np.concatenate(self._deals)
        chosen = np.full(talks.ensemble.readings, -1, dtype=np.int64)
        if not len(reading):
            return chosen
        starts = np.flatnonzero(np.diff(reading, prepend=-1))
        with_zone = reading[starts]
        weights = None
        if solution == "weighted nash":
            order = [*talks.signers, *self.seating.guests]
            weights = talks.ensemble.influence[with_zone][:, order]
        picked = solve_zones(
            solution, np.concatenate(self._gains, axis=1).T, talks.grid.rank[deal], starts, weights
        )
        chosen[with_zone] = deal[picked]
        return chosen
