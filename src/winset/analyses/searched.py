"""What is gathered from zones that are searched: counts over the readings of a chunk.

The same as :mod:`winset.analyses.tally` gathers from zones that are listed, but that single deals
are counted for some only: those looked at (:mod:`winset.analyses.roster`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from winset.analyses.boxes import Boxes, boxes_of
from winset.analyses.closing import Found, counted
from winset.analyses.closing_searched import Relaxing
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.packages import Early
from winset.analyses.packages_searched import Small
from winset.analyses.roster import roster
from winset.analyses.solving import FRONTIER, Solved, Solver, merged
from winset.analyses.sums import Batch, Sums, sums_of
from winset.analyses.tally import Tally
from winset.analyses.zone import Talks
from winset.analyses.zone_sizes import SAMPLED, listed, zone_sizes
from winset.language.terms import Condition
from winset.methods.bargaining import Solution
from winset.space import number_type

_QUERIES = 2**24
"""Cells of the searches that are asked for at a time."""


def search_deals(
    talks: Talks,
    solutions: Sequence[Solution],
    looked_at: tuple[int, ...] | None,
    events: Mapping[str, Condition],
    *,
    closing: bool,
    brief: bool = False,
) -> tuple[Early, tuple[int, ...], Tally]:
    """Go through all readings of a chunk, searching deals.

    Parameters
    ----------
    looked_at
        Numbers of the deals counted one by one; None: those that :func:`look_around` finds.
    brief
        Find the deals that solutions pick, or nearly, and count nothing else.

    Returns
    -------
    The sub-agendas, the numbers of the deals looked at, and what was gathered.
    """
    sums = sums_of(talks)
    if brief:
        looked_at = ()
    elif looked_at is None:
        looked_at = _look_around(sums, solutions)
    numbers = np.array(looked_at, dtype=number_type(talks.grid.size))
    cells = sums.parts.of_options(talks.grid.options_of(numbers))
    laid = {name: boxes_of(event, talks.ensemble, sums.parts, talks.seated)
            for name, event in events.items()}  # fmt: skip
    counts = _Counts(sums, solutions, cells, laid, closing=closing, shown=not brief)
    for batch in sums.batches():
        if brief:
            counts.solve(batch)
        else:
            counts.take(batch)
    return counts.small.early, looked_at, counts.tally()


def searched_signed(talks: Talks, solution: Solution) -> Integers:
    """Give the number of the deal signed in each reading: (readings,), -1 without a zone."""
    sums = sums_of(talks)
    solver = Solver([solution], shown=False)
    found = [_numbers(sums, solver.solve(batch).chosen[solution]) for batch in sums.batches()]
    return np.concatenate(found)


def nearly_signed(sums: Sums, solution: Solution, rows: Positions) -> Integers:
    """Give the number of nearly the deal signed in some readings: (rows,), -1 without a zone.

    It is picked from a coarse grid, without proof.
    """
    solver = Solver([solution], shown=False, quick=True)
    found = [_numbers(sums, solver.solve(batch).chosen[solution]) for batch in sums.batches(rows)]
    return np.concatenate(found)


def look_around(talks: Talks, solutions: Sequence[Solution]) -> tuple[int, ...]:
    """Choose the deals to count one by one: their numbers, ascending."""
    return _look_around(sums_of(talks), solutions)


def _look_around(sums: Sums, solutions: Sequence[Solution]) -> tuple[int, ...]:
    return tuple(int(n) for n in sums.parts.numbers(roster(sums, solutions)))


class _Counts:
    def __init__(
        self, sums: Sums, solutions: Sequence[Solution], looked_at: Integers,
        events: Mapping[str, Boxes], *, closing: bool, shown: bool,
    ) -> None:  # fmt: skip
        readings, signers = sums.talks.ensemble.readings, len(sums.talks.signers)
        slots = sum(sums.parts.grid.shape)
        self.sums, self.looked_at, self.events = sums, looked_at, events
        self.solver = Solver(solutions, shown=shown, quick=not shown)
        self.small = Small(sums.parts)
        self.relaxing = Relaxing(sums, events) if closing else None
        self.had = np.zeros(1 + len(events), dtype=np.int64)
        self.early = np.zeros(len(self.small.early.agendas), dtype=np.int64)
        self.hits = np.zeros(len(self.small.listed[0]), dtype=np.int64)
        self.found: list[Found] = []
        self.numbers: dict[Solution, list[Integers]] = {s: [] for s in solutions}
        self.result = Tally(
            zone_size=np.zeros(readings),
            winset_size=np.zeros((readings, signers)),
            sizes_exact=np.zeros(readings, dtype=np.bool_),
            sampled=0 if listed(sums.talks) else SAMPLED,
            zone_count=np.zeros(len(looked_at), dtype=np.int64),
            frontier_count=np.zeros(len(looked_at), dtype=np.int64),
            gain_sum=np.zeros((signers, len(looked_at)), dtype=np.int64),
            option_in_zone=np.zeros(slots, dtype=np.int64),
            option_on_frontier=np.zeros(slots, dtype=np.int64),
            event_in_zone={}, early=self.early, closed={}, chosen={},
            ideal=np.zeros((readings, signers), dtype=np.int64),
            frontier_size=np.zeros(readings, dtype=np.int64),
            frontier_gap=np.full(readings, np.nan),
            unsure=np.zeros(readings, dtype=np.bool_),
            shortfall={s: np.full(readings, np.nan) for s in solutions},
        )  # fmt: skip

    def solve(self, batch: Batch) -> Solved:
        """Find a batch's solutions, and write them down."""
        result, solved = self.result, self.solver.solve(batch)
        for solution, deals in solved.chosen.items():
            self.numbers[solution].append(_numbers(self.sums, deals))
            result.shortfall[solution][batch.rows] = solved.shortfall[solution]
        result.ideal[batch.rows] = solved.ideal
        result.frontier_size[batch.rows] = np.diff(solved.starts)
        result.frontier_gap[batch.rows] = solved.gap
        result.unsure[batch.rows] |= solved.unproved
        return solved

    def take(self, batch: Batch) -> None:
        """Take in a batch."""
        result, solved = self.result, self.solve(batch)
        known = list(solved.chosen.values())
        some = known[0][:, 0] >= 0
        sizes = zone_sizes(batch, some)
        result.zone_size[batch.rows], result.winset_size[batch.rows] = sizes.zone, sizes.winsets
        result.sizes_exact[batch.rows] = sizes.exact
        self.early += self.small.early.count_exact(self.small.take(batch, self.hits))
        self._take_looked_at(batch, solved, some)
        inside = self._options(batch, some, known)
        result.option_in_zone[:] += inside.sum(axis=0)
        result.option_on_frontier[:] += _on_frontier(batch, solved, inside).sum(axis=0)
        self._take_events(batch, some, known)

    # ── single deals ────────────────────────────────────────────────────────────────────────────
    def _take_looked_at(self, batch: Batch, solved: Solved, some: Mask) -> None:
        signers = len(self.sums.talks.signers)
        everywhere = np.arange(len(batch.rows))
        self.result.gain_sum[:] += batch.gains(everywhere, self.looked_at)[:, :signers].sum(axis=0)
        zone = batch.zone(everywhere, self.looked_at) & some[:, None]
        self.result.zone_count[:] += zone.sum(axis=0)
        place, deal = np.nonzero(zone & ~np.isnan(solved.gap)[:, None])
        kept = ~_dominated(batch, solved, place, self.looked_at[deal])
        self.result.frontier_count[:] += np.bincount(deal[kept], minlength=len(self.looked_at))

    # ── options ─────────────────────────────────────────────────────────────────────────────────
    def _options(self, batch: Batch, some: Mask, known: Sequence[Integers]) -> Mask:
        """Say which options some deal of each reading's zone holds: (readings, options)."""
        held = self.sums.parts.holding
        inside = np.zeros((len(batch.rows), len(held)), dtype=np.bool_)
        for deals in known:
            for place in np.flatnonzero(some).tolist():
                inside[place] |= held[:, _neighbours(batch, place, deals[place])].any(axis=1)
        places, slots = np.nonzero(~inside & some[:, None])
        for run in _runs(len(places), held.shape[1]):
            allowed = batch.allowed[places[run]] & self.sums.parts.narrow[slots[run]]
            found, _, unsure = batch.find(places[run], allowed)
            inside[places[run][found], slots[run][found]] = True
            self.result.unsure[batch.rows[places[run][unsure]]] = True
        return inside

    # ── events ──────────────────────────────────────────────────────────────────────────────────
    def _take_events(self, batch: Batch, some: Mask, known: Sequence[Integers]) -> None:
        had = np.zeros((len(batch.rows), 1 + len(self.events)), dtype=np.bool_)
        had[:, 0] = some
        for n, boxes in enumerate(self.events.values(), start=1):
            for place in np.flatnonzero(some):
                had[place, n] = self._event(batch, int(place), boxes, known)
        self.had += had.sum(axis=0)
        if self.relaxing and not had.all():
            self.found += self.relaxing.find(batch, ~had)

    def _event(self, batch: Batch, place: int, boxes: Boxes, known: Sequence[Integers]) -> bool:
        masks = boxes.masks[boxes.group[batch.rows[place]]]
        first = self.sums.parts.first[:-1]
        if any(masks[:, first + deals[place]].all(axis=1).any() for deals in known):
            return True
        found, _, unsure = batch.find(np.full(len(masks), place), masks & batch.allowed[place])
        self.result.unsure[batch.rows[place]] |= bool(unsure.any() and not found.any())
        return bool(found.any())

    def tally(self) -> Tally:
        """Give what was gathered."""
        lacking = self.sums.talks.ensemble.readings - self.had
        closed = {}
        if self.relaxing:
            closed = counted(self.relaxing.names, tuple(self.events), self.found, lacking)
        return replace(
            self.result,
            event_in_zone=dict(zip(self.events, self.had[1:].tolist(), strict=True)),
            early=self.early,
            closed=closed,
            chosen={s: np.concatenate(found) for s, found in self.numbers.items()},
        )


def _numbers(sums: Sums, deals: Integers) -> Integers:
    """Give the numbers of deals: (n, components) -> (n,); -1 stays for none."""
    had = deals[:, 0] >= 0
    numbers: Integers = sums.parts.numbers(np.maximum(deals, 0))
    numbers[~had] = -1
    return numbers


def _neighbours(batch: Batch, place: int, deal: Integers) -> Mask:
    """Mark the cells of a deal, and those it may take instead of one of its own and stay in the
    zone: (cells,).
    """
    parts = batch.parts
    own = parts.first[:-1] + deal
    gains = batch.worth[place][:, own].sum(axis=1) - batch.floor[place]
    instead = np.repeat(own, np.diff(parts.first))
    after = gains[:, None] + batch.worth[place] - batch.worth[place][:, instead]
    fine: Mask = batch.allowed[place] & (after >= 0).all(axis=0)
    fine &= (after[batch.gaining] > 0).any(axis=0)
    apart = deal != parts.base
    component = np.repeat(np.arange(len(deal)), np.diff(parts.first))
    # What would bring the status quo back is no deal.
    still = (apart.sum() - apart[component]) > 0
    base = parts.first[:-1] + parts.base
    same = np.zeros(parts.cells, dtype=np.bool_)
    same[base] = True
    fine &= still | ~same
    fine[own] = True
    return fine


def _runs(count: int, width: int) -> list[slice]:
    step = max(1, _QUERIES // max(1, width))
    return [slice(a, min(a + step, count)) for a in range(0, count, step)]


# ── dominance ───────────────────────────────────────────────────────────────────────────────────
def _dominated(batch: Batch, solved: Solved, place: Positions, deals: Integers) -> Mask:
    """Say which deals of zones a deal of the frontier found dominates for the signers: (q,)."""
    signers = len(batch.sums.talks.signers)
    gains = batch.own_gains(place, deals)[:, :signers]
    beaten = np.zeros(len(place), dtype=np.bool_)
    for row in np.unique(place):
        points = solved.points[solved.starts[row] : solved.starts[row + 1]]
        here = np.flatnonzero(place == row)
        for run in _runs(len(here), max(1, len(points) * signers)):
            mine = gains[here[run]]
            above = np.all(points[None] >= mine[:, None], axis=2)
            better = np.any(points[None] > mine[:, None], axis=2)
            beaten[here[run]] = np.any(above & better, axis=1)
    return beaten


def _on_frontier(batch: Batch, solved: Solved, inside: Mask) -> Mask:
    """Say which options some deal on each reading's frontier holds: (readings, options).

    A frontier gives one deal for each of its points, of equal ones the first in an order. So it is
    merged again in another order, in which options not yet seen come first, until none is new.
    """
    on = np.zeros_like(inside)
    for row in range(len(batch.rows)):
        deals = solved.deals[solved.starts[row] : solved.starts[row + 1]]
        on[row] = _options_of(batch, deals)
        exact = solved.gap[row] == 0
        while exact and (inside[row] & ~on[row]).any():
            seen = batch.parts.holding[on[row]].sum(axis=0)
            found = merged(batch, np.array([row]), FRONTIER, seen)
            more = _options_of(batch, found.deals())
            if not (more & ~on[row]).any():
                break
            on[row] |= more
    return on


def _options_of(batch: Batch, deals: Integers) -> Mask:
    """Say which options some of these deals holds: (deals, components) -> (options,)."""
    used = np.zeros(batch.parts.cells, dtype=np.bool_)
    used[(batch.parts.first[:-1] + deals).reshape(-1)] = True
    return np.asarray(batch.parts.holding[:, used].any(axis=1))
