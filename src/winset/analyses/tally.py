"""Counts over the readings of a chunk, batch by batch, for :mod:`winset.analyses.deals`.

Here every deal is listed; :mod:`winset.analyses.searched` gathers the same where deals are
searched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from winset.analyses.closing import Closer, Closing, Found
from winset.analyses.masks import Held, Integers, Mask, Positions
from winset.analyses.packages import Early
from winset.analyses.zone import CELLS, Batch, Talks
from winset.ensemble import worth_of
from winset.methods.bargaining import Solution, solve_zones
from winset.space import Grid

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tally:
    """What is gathered from the zones of a chunk; the fields are those of the same name in
    :class:`winset.analyses.deals.Deals`.
    """

    zone_size: Integers | Floats
    winset_size: Integers | Floats
    sizes_exact: Mask
    sampled: int
    zone_count: Integers
    frontier_count: Integers
    gain_sum: Integers
    option_in_zone: Integers
    option_on_frontier: Integers
    event_in_zone: dict[str, int]
    early: Integers
    closed: dict[str, Closing]
    chosen: dict[Solution, Integers]
    ideal: Integers
    frontier_size: Integers
    frontier_gap: Floats
    unsure: Mask
    shortfall: dict[Solution, Floats]


@dataclass(frozen=True, eq=False)
class Frontiers:
    """The frontiers of all readings, one after the other: ``reading`` and ``deal`` (places,), and
    the signers' ``gains`` (places, signers).
    """

    reading: Positions
    deal: Positions
    gains: Integers


def tally(
    talks: Talks,
    early: Early,
    solutions: Sequence[Solution],
    events: Mapping[str, Held],
    *,
    closing: bool,
) -> Tally:
    """Go through all readings of a chunk, listing every deal."""
    counts = _Counts(talks, early, events, Closer(talks, events) if closing else None)
    for batch in talks.batches():
        counts.take(batch)
    return counts.tally(solutions)


class _Counts:
    def __init__(
        self, talks: Talks, early: Early, events: Mapping[str, Held], closer: Closer | None
    ) -> None:
        readings, deals = talks.ensemble.readings, talks.grid.size
        self.talks, self.early, self.events, self.closer = talks, early, events, closer
        self.zone_size = np.zeros(readings, dtype=np.int64)
        self.winset_size = np.zeros((readings, len(talks.signers)), dtype=np.int64)
        self.zone_count = np.zeros(deals, dtype=np.int64)
        self.frontier_count = np.zeros(deals, dtype=np.int64)
        self.option_in_zone = np.zeros(sum(talks.grid.shape), dtype=np.int64)
        self.option_on_frontier = np.zeros(sum(talks.grid.shape), dtype=np.int64)
        self.early_count = np.zeros(len(early.agendas), dtype=np.int64)
        self.had = np.zeros(1 + len(events), dtype=np.int64)
        self.readings: list[Positions] = []
        self.deals: list[Positions] = []
        self.gains: list[Integers] = []
        self.found: list[Found] = []

    def take(self, batch: Batch) -> None:
        self.zone_size[batch.rows] = np.diff(batch.starts)
        for signer, mask in enumerate(batch.win):
            unrefused = self.talks.unrefused
            counted = mask if unrefused is None else mask & unrefused
            self.winset_size[batch.rows, signer] = _row_counts(counted)
        self.zone_count += batch.zone.sum(axis=0, dtype=np.int64)
        self.option_in_zone += options_among(batch.zone, self.talks.grid).sum(axis=0)
        self.early_count += self.early.count(batch.zone)
        self._take_frontier(batch)
        had = self._had(batch)
        self.had += had.sum(axis=0)
        if self.closer and not had.all():
            self.found += self.closer.find(batch, ~had)

    def _take_frontier(self, batch: Batch) -> None:
        cells, gains = batch.frontier(len(self.talks.signers))
        row, deal = np.divmod(cells, self.talks.grid.size)
        self.readings.append(row + batch.rows.start)
        self.deals.append(deal)
        self.gains.append(gains)
        self.frontier_count += np.bincount(deal, minlength=self.talks.grid.size)
        seen = np.zeros((len(batch.zone), sum(self.talks.grid.shape)), dtype=np.bool_)
        first = np.cumsum([0, *self.talks.grid.shape])
        for axis, options in enumerate(self.talks.grid.digits[deal].T):
            seen[row, first[axis] + options] = True
        self.option_on_frontier += seen.sum(axis=0)

    def _had(self, batch: Batch) -> Mask:
        """Whether any deal, and a deal with each event, is in the zone: (readings, 1 + events)."""
        had = np.zeros((len(batch.zone), 1 + len(self.events)), dtype=np.bool_)
        packed = np.packbits(batch.zone, axis=1)
        had[:, 0] = packed.any(axis=1)
        for n, event in enumerate(self.events.values(), start=1):
            had[:, n] = (packed & event.packed[event.group[batch.rows]]).any(axis=1)
        return had

    def tally(self, solutions: Sequence[Solution]) -> Tally:
        talks = self.talks
        readings = talks.ensemble.readings
        lacking = readings - self.had
        found = Frontiers(
            np.concatenate(self.readings), np.concatenate(self.deals), np.concatenate(self.gains)
        )
        chosen = {s: chosen_deals(found, talks, s) for s in solutions}
        return Tally(
            zone_size=self.zone_size,
            winset_size=self.winset_size,
            sizes_exact=np.ones(readings, dtype=np.bool_),
            sampled=0,
            zone_count=self.zone_count,
            frontier_count=self.frontier_count,
            gain_sum=np.stack([talks.gains[p].summed() for p in talks.signers]),
            option_in_zone=self.option_in_zone,
            option_on_frontier=self.option_on_frontier,
            event_in_zone=dict(zip(self.events, self.had[1:].tolist(), strict=True)),
            early=self.early_count,
            closed=self.closer.count(self.found, lacking) if self.closer else {},
            chosen=chosen,
            ideal=ideal_gains(found, talks),
            frontier_size=_points(found, readings),
            frontier_gap=np.zeros(readings),
            unsure=np.zeros(readings, dtype=np.bool_),
            shortfall={s: np.where(deal >= 0, 0.0, np.nan) for s, deal in chosen.items()},
        )


def _points(found: Frontiers, readings: int) -> Integers:
    """Count the different points of each reading's frontier: (readings,)."""
    # On a frontier all gains but the last tell a point: equal in these, equal in that too.
    columns = found.gains.T[: max(1, found.gains.shape[1] - 1)]
    order = np.lexsort((*columns, found.reading))
    new = np.diff(found.reading[order], prepend=-1) != 0
    for column in columns:
        new |= np.diff(column[order], prepend=0) != 0
    return np.bincount(found.reading[order[new]], minlength=readings)


def _row_counts(mask: Mask) -> Integers:
    """Count the deals of each reading: (readings, deals) -> (readings,)."""
    return cast("Integers", np.bitwise_count(np.packbits(mask, axis=1)).sum(axis=1, dtype=np.int64))


def options_among(zone: Mask, grid: Grid) -> Mask:
    """Say which options occur in some deal of each reading's zone.

    Returns
    -------
    Shape (readings, options of all the grid's issues one after the other).
    """
    return _options_among(zone, grid.shape)


def _options_among(zone: Mask, shape: tuple[int, ...]) -> Mask:
    if len(shape) <= 1:
        return zone if shape else zone[:, :0]
    # Halving the axes reads the large array twice, and not once for each issue.
    half = len(shape) // 2
    cells = zone.reshape(len(zone), int(np.prod(shape[:half])), -1)
    outer, inner = np.any(cells, axis=2), np.any(cells, axis=1)
    parts = [_options_among(outer, shape[:half]), _options_among(inner, shape[half:])]
    return np.concatenate(parts, axis=1)


def chosen_deals(found: Frontiers, talks: Talks, solution: Solution) -> Integers:
    """Give the deal that a solution picks in each reading: (readings,), -1 without a zone."""
    chosen = np.full(talks.ensemble.readings, -1, dtype=np.int64)
    if not len(found.reading):
        return chosen
    starts = np.flatnonzero(np.diff(found.reading, prepend=-1))
    with_zone = found.reading[starts]
    weights = None
    if solution == "weighted nash":
        weights = talks.ensemble.influence[with_zone][:, list(talks.signers)]
    rank = talks.grid.rank[found.deal]
    picked = solve_zones(solution, found.gains, rank, starts, weights)
    chosen[with_zone] = found.deal[picked]
    return chosen


def signed_deals(talks: Talks, solution: Solution, start: int, end: int) -> Integers:
    """Give the deal that a solution picks in some readings: (end - start,), -1 without a zone.

    It is picked from the zone: no solution prefers a dominated deal to one that dominates it.
    """
    signers, chosen = len(talks.signers), []
    for rows in _runs(talks, start, end):
        batch = talks.batch(rows)
        row, deal = np.divmod(batch.cells, talks.grid.size)
        gains = batch.gains[:signers].reshape(signers, -1)[:, batch.cells].T
        found = Frontiers(row + rows.start, deal, np.ascontiguousarray(gains))
        chosen.append(chosen_deals(found, talks, solution)[rows])
    return np.concatenate(chosen)


def some_deal(talks: Talks, start: int, end: int) -> Mask:
    """Say in which of some readings there is a deal: (end - start,)."""
    found = [talks.batch(rows).zone.any(axis=1) for rows in _runs(talks, start, end)]
    return np.concatenate(found)


def _runs(talks: Talks, start: int, end: int) -> list[slice]:
    step = max(1, CELLS // talks.grid.size)
    return [slice(at, min(at + step, end)) for at in range(start, end, step)]


def ideal_gains(found: Frontiers, talks: Talks) -> Integers:
    """Give each signer's best gain in each zone: (readings, signers), 0 without a zone."""
    ideal = np.zeros((talks.ensemble.readings, len(talks.signers)), dtype=np.int64)
    np.maximum.at(ideal, found.reading, found.gains)
    return ideal


def gains_at(talks: Talks, chosen: Integers, parties: Sequence[int]) -> Integers:
    """Give what parties gain over their reservations by one deal a reading.

    Returns
    -------
    Shape (readings, parties); 0 in readings without a deal (-1).
    """
    ensemble, grid = talks.ensemble, talks.grid
    have = np.flatnonzero(chosen >= 0)
    states = ensemble.base.copy()
    states[np.ix_(have, np.array(grid.issues, dtype=np.intp))] = grid.options_of(chosen[have])
    worth = worth_of(grid.space, ensemble.part_worth, ensemble.terms, states)
    gains = worth - ensemble.reservation
    gains[chosen < 0] = 0
    return gains[:, list(parties)]
