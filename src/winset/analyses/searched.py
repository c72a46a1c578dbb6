"""What is gathered from zones that are searched: counts over the readings of a chunk.

The same as :mod:`winset.analyses.tally` gathers from zones that are listed, but that single deals
are counted for some only: those looked at (:mod:`winset.analyses.roster`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from winset.analyses.boxes import Boxes, boxes_of
from winset.analyses.closing import Found, counted
from winset.analyses.closing_searched import Relaxing
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.packages import Early
from winset.analyses.packages_searched import Small
from winset.analyses.roster import roster
from winset.analyses.solving import Solved, Solver
from winset.analyses.sums import Batch, Sums, sums_of
from winset.analyses.tally import Tally
from winset.analyses.zone import Talks
from winset.analyses.zone_sizes import zone_sizes
from winset.language.terms import Condition
from winset.methods.bargaining import Solution
from winset.methods.feasibility import FEASIBLE, INFEASIBLE
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
) -> tuple[Early, tuple[int, ...], Tally]:
    """Go through all readings of a chunk, searching deals.

    Parameters
    ----------
    looked_at
        Numbers of the deals counted one by one; None: those that :func:`look_around` finds.

    Returns
    -------
    The sub-agendas, the numbers of the deals looked at, and what was gathered.
    """
    sums = sums_of(talks)
    if looked_at is None:
        looked_at = _look_around(sums, solutions)
    numbers = np.array(looked_at, dtype=number_type(talks.grid.size))
    cells = sums.parts.of_options(talks.grid.options_of(numbers))
    laid = {name: boxes_of(event, talks.ensemble, sums.parts, talks.seated)
            for name, event in events.items()}  # fmt: skip
    counts = _Counts(sums, solutions, cells, laid, closing=closing)
    for batch in sums.batches():
        counts.take(batch)
    return counts.small.early, looked_at, counts.tally()


def look_around(talks: Talks, solutions: Sequence[Solution]) -> tuple[int, ...]:
    """Choose the deals to count one by one: their numbers, ascending."""
    return _look_around(sums_of(talks), solutions)


def _look_around(sums: Sums, solutions: Sequence[Solution]) -> tuple[int, ...]:
    return tuple(int(n) for n in sums.parts.numbers(roster(sums, solutions)))


class _Counts:
    def __init__(
        self, sums: Sums, solutions: Sequence[Solution], looked_at: Integers,
        events: Mapping[str, Boxes], *, closing: bool,
    ) -> None:  # fmt: skip
        readings, signers = sums.talks.ensemble.readings, len(sums.talks.signers)
        slots = sum(sums.parts.grid.shape)
        self.sums, self.looked_at, self.events = sums, looked_at, events
        self.solver = Solver(solutions)
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
        )  # fmt: skip

    def take(self, batch: Batch) -> None:
        """Take in a batch."""
        result, solved = self.result, self.solver.solve(batch)
        for solution, deals in solved.chosen.items():
            self.numbers[solution].append(_numbers(self.sums, deals))
        known = [deals for deals in solved.chosen.values()]
        some = known[0][:, 0] >= 0
        result.ideal[batch.rows] = solved.ideal
        result.frontier_size[batch.rows] = np.diff(solved.starts)
        result.frontier_gap[batch.rows] = solved.gap
        result.unsure[batch.rows] |= solved.unproved
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
        self.result.gain_sum[:] += (
            batch.gains(everywhere, self.looked_at)[:, :signers].sum(axis=0)
        )
        zone = batch.zone(everywhere, self.looked_at) & some[:, None]
        self.result.zone_count[:] += zone.sum(axis=0)
        place, deal = np.nonzero(zone)
        kept = ~_dominated(batch, solved, place, self.looked_at[deal])
        self.result.frontier_count[:] += np.bincount(deal[kept], minlength=len(self.looked_at))

    # ── options ─────────────────────────────────────────────────────────────────────────────────
    def _options(self, batch: Batch, some: Mask, known: Sequence[Integers]) -> Mask:
        """Say which options some deal of each reading's zone holds: (readings, options)."""
        held = self.sums.parts.holding
        inside = np.zeros((len(batch.rows), len(held)), dtype=np.bool_)
        for deals in known:
            for place in np.flatnonzero(some):
                inside[place] |= held[:, _neighbours(batch, place, deals[place])].any(axis=1)
        place, slot = np.nonzero(~inside & some[:, None])
        for run in _runs(len(place), held.shape[1]):
            allowed = batch.allowed[place[run]] & self.sums.parts.narrow[slot[run]]
            found, _, unsure = batch.find(place[run], allowed)
            inside[place[run][found], slot[run][found]] = True
            self.result.unsure[batch.rows[place[run][unsure]]] = True
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

    def _event(
        self, batch: Batch, place: int, boxes: Boxes, known: Sequence[Integers]
    ) -> bool:
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
    """Number deals, (n, components) -> (n,); -1 stays for none."""
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
    """Say which deals of zones another deal of the same zone dominates for the signers: (q,)."""
    signers = len(batch.sums.talks.signers)
    gains = batch.own_gains(place, deals)[:, :signers]
    beaten = np.zeros(len(place), dtype=np.bool_)
    for row in np.unique(place):
        points = solved.points[solved.starts[row] : solved.starts[row + 1]]
        here = np.flatnonzero(place == row)
        for run in _runs(len(here), max(1, len(points) * signers)):
            mine = gains[here[run]]
            above = (points[None] >= mine[:, None]).all(axis=2)
            above &= (points[None] > mine[:, None]).any(axis=2)
            beaten[here[run]] = above.any(axis=1)
    left = np.flatnonzero(~beaten & (solved.gap[place] != 0))
    for run in _runs(len(left), batch.parts.cells):
        rows = left[run]
        for signer in range(signers):
            floor = batch.floor[place[rows]].copy()
            floor[:, :signers] += gains[rows]
            floor[:, signer] += 1
            status = batch.above(place[rows], batch.allowed[place[rows]], floor)
            beaten[rows] |= status == FEASIBLE
    return beaten


def _on_frontier(batch: Batch, solved: Solved, inside: Mask) -> Mask:
    """Say which options some deal on each reading's frontier holds: (readings, options).

    A frontier holds one deal for each of its points. That another option is in a deal of equal
    worth is searched for, in ever smaller groups of points: a deal at least as good as a point of
    an exact frontier is equal to it.
    """
    held = batch.parts.holding
    on = np.zeros_like(inside)
    first = batch.parts.first[:-1]
    for row in range(len(batch.rows)):
        deals = solved.deals[solved.starts[row] : solved.starts[row + 1]]
        used = np.zeros(held.shape[1], dtype=np.bool_)
        used[(first + deals).reshape(-1)] = True
        on[row] = held[:, used].any(axis=1)
    exact = (solved.gap == 0)[:, None]
    row, slot = np.nonzero(inside & ~on & exact)
    narrow = batch.parts.narrow
    groups = [(int(r), int(s), np.arange(solved.starts[r], solved.starts[r + 1]))
              for r, s in zip(row, slot, strict=True)]  # fmt: skip
    while groups:
        further = []
        for run in _runs(len(groups), held.shape[1]):
            asked = [g for g in groups[run] if not on[g[0], g[1]]]
            met = _met(batch, solved, asked, narrow)
            for (r, s, points), status in zip(asked, met, strict=True):
                if len(points) == 1:
                    on[r, s] |= status == FEASIBLE
                elif status != INFEASIBLE:
                    order = points[np.argsort(solved.points[points, 0], kind="stable")]
                    half = len(order) // 2
                    further += [(r, s, order[:half]), (r, s, order[half:])]
        groups = further
    return on


def _met(
    batch: Batch, solved: Solved, asked: list[tuple[int, int, Positions]], narrow: Mask
) -> NDArray[np.int8]:
    """Say where some allowed deal with an option is at least as good as the worst of points.

    Returns
    -------
    (asked,) codes of :mod:`winset.methods.feasibility`.
    """
    signers = len(batch.sums.talks.signers)
    place = np.array([r for r, _, _ in asked], dtype=np.intp)
    slots = np.array([s for _, s, _ in asked], dtype=np.intp)
    floor = batch.floor[place].copy()
    for n, (_, _, points) in enumerate(asked):
        floor[n, :signers] += solved.points[points].min(axis=0)
    allowed = batch.allowed[place] & narrow[slots]
    return batch.above(place, allowed, floor)
