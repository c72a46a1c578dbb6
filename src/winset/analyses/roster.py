"""Which deals are looked at one by one where there are too many to list.

Counts of single deals, the leading packages and small packages, need deals to count. They are
looked for in a few readings: the deals that would be signed there; deals spread over the frontiers
of some, the best for each party among them; small packages acceptable in most of these readings;
and packages that a local search finds acceptable in ever more of them, changing one component at a
time. None is proved to lead; each is then counted exactly, in every reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from winset.analyses.masks import Integers, Positions
from winset.analyses.packages_searched import Small
from winset.analyses.solving import ON_GRID, Solved, Solver, merged
from winset.analyses.sums import Batch, Sums
from winset.methods.bargaining import Solution
from winset.methods.medians import farthest

PILOT = 32
"""Readings in which deals to look at are looked for."""

LOOKED_AT = 240
"""Deals looked at, at most."""

FRONTIERS = 4
SPREAD = 96
"""Readings whose frontiers are looked at; and deals taken of these, at most."""

_SMALL = 40
_CLIMBERS = 6
_BYTES = 2**27


def roster(sums: Sums, solutions: Sequence[Solution]) -> Integers:
    """Choose the deals to look at, in the first readings of an ensemble.

    Returns
    -------
    (deals, components) cells, in the order of their numbers; no deal twice.
    """
    room = _BYTES // (8 * max(1, len(sums.talks.judges) * sums.parts.cells))
    count = min(sums.talks.ensemble.readings, PILOT, max(8, room))
    batch = sums.batch(np.arange(count))
    places = _distinct(batch)
    # One is solved as all will be, so that its deal is looked at; of others that takes too long.
    solved = Solver(solutions).solve(sums.batch(batch.rows[places[:1]]))
    chosen = [*_picked(solved), *_picked(Solver(solutions[:1], shown=False).solve(batch)),
              *_spread(batch, places, solved), _small(batch)]  # fmt: skip
    found: dict[int, Integers] = {}
    for deals in (*chosen, _climbed(batch, np.concatenate(chosen))):
        numbers = sums.parts.numbers(deals)
        for number, deal in zip(numbers, deals, strict=True):
            if len(found) < LOOKED_AT:
                found.setdefault(int(number), deal)
    if not found:
        return np.zeros((0, len(sums.parts.groups)), dtype=np.int64)
    return np.stack([found[number] for number in sorted(found)])


def _small(batch: Batch) -> Integers:
    small = Small(batch.parts)
    hits = np.zeros(len(small.listed[0]), dtype=np.int64)
    small.take(batch, hits)
    best = np.argsort(-hits, kind="stable")[:_SMALL]
    return small.deals(best[hits[best] > 0])


def _distinct(batch: Batch) -> Positions:
    """Find the first few readings that are not like one before: places."""
    count = len(batch.rows)
    numbers = [batch.worth.reshape(count, -1), batch.floor, batch.allowed]
    _, first = np.unique(np.concatenate(numbers, axis=1), axis=0, return_index=True)
    return np.sort(first)[:FRONTIERS]


def _picked(solved: Solved) -> list[Integers]:
    """Take the deals that solutions pick, the first solution's first."""
    return [deals[deals[:, 0] >= 0] for deals in solved.chosen.values()]


def _spread(batch: Batch, places: Positions, solved: Solved) -> list[Integers]:
    """Take deals of frontiers, far from each other: of one reading solved, and of a few more."""
    most = SPREAD // max(1, len(places))
    found = [solved.deals[farthest(solved.points.astype(np.float64), most)]]
    if len(places) > 1:
        others = merged(batch, places[1:], ON_GRID)
        for start, end in pairwise(others.starts.tolist()):
            taken = farthest(others.points[start:end].astype(np.float64), most)
            found.append(others.deals(start + np.array(taken, dtype=np.int64)))
    return found


def _climbed(batch: Batch, starts: Integers) -> Integers:
    """Improve the best of some deals, a component at a time; give all deals met, best first."""
    if not len(starts):
        return starts
    starts = np.unique(starts, axis=0)
    hits = batch.zone(np.arange(len(batch.rows)), starts).sum(axis=0)
    met: dict[tuple[int, ...], int] = {}
    for n in np.argsort(-hits, kind="stable")[:_CLIMBERS]:
        deal, best = starts[n], int(hits[n])
        met[tuple(deal.tolist())] = best
        for _ in range(3 * starts.shape[1]):
            around, short = _around(batch, deal)
            cell = int(np.lexsort((short, -around))[0])
            if around[cell] <= best:
                break
            best = int(around[cell])
            c = int(np.searchsorted(batch.parts.first, cell, side="right")) - 1
            deal = deal.copy()
            deal[c] = cell - batch.parts.first[c]
            met[tuple(deal.tolist())] = best
    return np.array(sorted(met, key=lambda d: (-met[d], d)), dtype=np.int64)


def _around(batch: Batch, deal: Integers) -> tuple[Integers, NDArray[np.float64]]:
    """Count the readings in whose zone a deal is with each cell instead of its own.

    Returns
    -------
    (cells,) counts, and (cells,) how far it falls short of floors in all readings together.
    """
    parts = batch.parts
    own = parts.first[:-1] + deal
    instead = np.repeat(own, np.diff(parts.first))
    component = np.repeat(np.arange(len(deal)), np.diff(parts.first))
    hits = np.zeros(parts.cells, dtype=np.int64)
    short = np.zeros(parts.cells)
    for worth, floor, allowed in zip(batch.worth, batch.floor, batch.allowed, strict=True):
        shut = ~allowed[own]
        after = worth[:, own].sum(axis=1)[:, None] - floor[:, None] + worth - worth[:, instead]
        fine = allowed & (shut.sum() == shut[component])
        short += np.maximum(-after, 0).sum(axis=0)
        hits += fine & (after >= 0).all(axis=0) & (after[batch.gaining] > 0).any(axis=0)
    # What would bring the status quo back is no deal.
    apart = deal != parts.base
    if apart.sum() <= 1:
        c = int(np.argmax(apart)) if apart.any() else None
        places = range(len(deal)) if c is None else [c]
        hits[[parts.first[p] + parts.base[p] for p in places]] = 0
    return hits, short
