"""How many deals zones and win-sets hold where deals are searched.

Up to ``LISTED`` deals are counted. Of more, a sample is drawn once for all readings, and the share
of it that is in a zone or win-set is the estimate; its standard error is below one in a hundred of
all deals. A zone that is known to hold a deal has at least one. Deals here are those of options
that are not refused outright (:mod:`winset.analyses.refused`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.refused import possible
from winset.analyses.sums import Batch
from winset.methods.streams import Stream
from winset.methods.zone_sizes import clopper_pearson
from winset.space import options_of_deals

if TYPE_CHECKING:
    from winset.analyses.deals_result import Deals
    from winset.analyses.zone import Talks

LISTED = 2**14
"""Deals that are counted one by one."""

SAMPLED = 10_000
"""Deals drawn for an estimate."""

_BYTES = 2**26

Floats = NDArray[np.float64]


class Sizes(NamedTuple):
    """Deals in the zone (n,) and in each signer's win-set (n, signers), and where these are
    counted (n,).
    """

    zone: Floats
    winsets: Floats
    exact: Mask


@dataclass(frozen=True, slots=True)
class ZoneShare:
    """Share of a table's deals that are in the zone, in the middle reading with a deal.

    ``low`` and ``high`` are the ends of its 95 % interval where it is an estimate; where all deals
    were counted (``exact``) they are the share itself.
    """

    middle: float
    low: float
    high: float
    exact: bool


def middle_share(deals: Deals) -> ZoneShare | None:
    """Tell how much of a table's deals is in the zone; None where no reading has a deal.

    The interval is that of the middle reading (C. J. Clopper & E. S. Pearson, Biometrika 26(4),
    1934, 404-413); as there is a deal, its lower end is one deal at least.
    """
    had = deals.chosen[deals.signed] >= 0
    if not had.any():
        return None
    shares = deals.zone_size[had] / deals.possible
    middle = float(np.median(shares))
    if deals.sizes_exact.all():
        return ZoneShare(middle, middle, middle, exact=True)
    # Where not even one deal drawn is in the zone, its size is that of the deal known.
    hits = np.rint(shares * deals.sampled).astype(np.int64)
    low, high = clopper_pearson(hits, deals.sampled)
    return ZoneShare(
        middle, max(float(np.median(low)), 1 / deals.possible), float(np.median(high)), exact=False
    )


def zone_sizes(batch: Batch, some: Mask) -> Sizes:
    """Measure zones and win-sets; ``some`` (n,) tells where there is a deal."""
    count, deals = len(batch.rows), _deals(batch)
    exact = listed(batch.sums.talks)
    scale = 1.0 if exact else possible(batch.sums.talks.kept) / len(deals)
    sizes = Sizes(
        np.zeros(count),
        np.zeros((count, len(batch.sums.talks.signers))),
        np.full(count, exact),
    )
    step = max(1, _BYTES // (8 * max(1, len(deals)) * max(1, batch.worth.shape[1])))
    for start in range(0, count, step):
        places = np.arange(start, min(start + step, count))
        zone, winsets = _measured(batch, places, deals)
        sizes.zone[places], sizes.winsets[places] = zone * scale, winsets * scale
    if not exact:
        sizes.zone[some] = np.maximum(sizes.zone[some], 1)
        sizes.zone[~some] = 0
    return sizes


def listed(talks: Talks) -> bool:
    """Whether deals are counted one by one."""
    return possible(talks.kept) <= LISTED


def _deals(batch: Batch) -> Integers:
    """Every possible deal, or a sample of them: (deals, components)."""
    parts, kept = batch.parts, batch.sums.talks.kept
    sizes = tuple(map(len, kept))
    if listed(batch.sums.talks):
        places = options_of_deals(np.arange(possible(kept)), sizes)
    else:
        drawn = Stream(0, 0, f"zone sizes {parts.grid.table}").uniforms(SAMPLED, len(sizes))
        places = (drawn * np.array(sizes)).astype(np.int16)
    columns = [options[at] for options, at in zip(kept, places.T, strict=True)]
    return parts.of_options(np.stack(columns, axis=1))


def _measured(batch: Batch, places: Positions, deals: Integers) -> tuple[Integers, Integers]:
    """Count deals in zones (q,) and win-sets (q, signers) of some readings."""
    talks, parts = batch.sums.talks, batch.parts
    gains = batch.gains(places, deals)
    possible = np.repeat((deals != parts.base).any(axis=1)[None], len(places), axis=0)
    possible &= _within(batch.obeying[places], deals, batch)
    accepted = {}
    for party in talks.consent:
        open_to = np.ones((len(places), parts.cells), dtype=np.bool_)
        for line in batch.sums.lines[party]:
            line.close(batch.rows[places], open_to, parts)
        accepted[party] = possible & _within(open_to, deals, batch)
        if party in talks.judges:
            accepted[party] &= gains[:, talks.judges.index(party)] >= 0
    win = [np.logical_and.reduce([accepted[p] for p in behind]) for behind in talks.behind]
    zone = np.logical_and.reduce(win) & (gains[:, batch.gaining] > 0).any(axis=1)
    return zone.sum(axis=1), np.stack([mask.sum(axis=1) for mask in win], axis=1)


def _within(allowed: Mask, deals: Integers, batch: Batch) -> Mask:
    """Say which deals take allowed cells only: (q, cells) -> (q, deals)."""
    found = np.ones((len(allowed), len(deals)), dtype=np.bool_)
    if allowed.all():
        return found
    for c, cells in enumerate(deals.T):
        if not allowed[:, batch.parts.span(c)].all():
            found &= allowed[:, batch.parts.first[c] + cells]
    return found
