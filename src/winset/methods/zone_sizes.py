"""How many deals of an additive space are in the zone, without listing them.

Counted where that is affordable: the components are put into two halves, the sums of each are
listed, and pairs of sums that leave everybody at its floor are counted in a tree (E. Horowitz & S.
Sahni, "Computing partitions with applications to the knapsack problem", Journal of the ACM 21(2),
1974, 277-292). Otherwise estimated from deals drawn uniformly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from winset.methods.deal_space import DealSpace
from winset.methods.streams import Stream
from winset.methods.zone_search import ZoneSearch

__all__ = ["ZoneShare", "clopper_pearson", "zone_share"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MOST_STEPS = 400_000_000
"""Steps, about, that counting may take in a draw before it is estimated."""

SAMPLED = 200_000
"""Deals drawn for an estimate."""

_FAR = 2**60
_BATCH = 50_000


@dataclass(frozen=True, eq=False)
class ZoneShare:
    """Share of all combinations of cells that are in the zone, in each draw.

    Attributes
    ----------
    share : (draws,) numbers
        The share, exact or estimated.
    exact : (draws,) booleans
        Whether it was counted.
    count : (draws,) integers
        Number of deals in the zone where counted, else -1.
    error : (draws,) numbers
        Standard error of an estimate; 0 where counted.
    low, high : (draws,) numbers
        95 % interval of C. J. Clopper & E. S. Pearson (Biometrika 26(4), 1934, 404-413), which
        holds for no hits at all too; both the share where counted. A deal that is known to be in
        the zone keeps ``low`` above 0.
    sampled
        Deals drawn for each estimate.
    deals
        Number of combinations of cells.
    """

    share: FloatArray
    exact: BoolArray
    count: IntArray
    error: FloatArray
    low: FloatArray
    high: FloatArray
    sampled: int
    deals: int


def zone_share(
    space: DealSpace, stream: Stream, *, most: int = MOST_STEPS, sampled: int = SAMPLED
) -> ZoneShare:
    """Count the deals of the zone, or estimate their share, in each draw.

    Parameters
    ----------
    space
        The deals, and who has to accept them.
    stream
        Where the numbers for an estimate come from; each draw has a part of its own.
    most
        Steps that counting may take in a draw.
    sampled
        Deals drawn for an estimate.
    """
    draws, deals = space.draws, space.deals
    count = np.full(draws, -1, dtype=np.int64)
    share, error, low, high = (np.zeros(draws) for _ in range(4))
    for draw in range(draws):
        counted = _count(space, draw, most)
        zone = ZoneSearch(space, draw)
        if counted is None and zone.empty:
            counted = 0
        if counted is not None:
            count[draw] = counted
            share[draw] = low[draw] = high[draw] = counted / deals
            continue
        part = stream.part(str(draw))
        share[draw], error[draw], low[draw], high[draw] = _estimate(space, draw, part, sampled)
        if not zone.any_deal.none:
            low[draw] = max(low[draw], 1 / deals)
    return ZoneShare(share, count >= 0, count, error, low, high, sampled, deals)


# ── counting ────────────────────────────────────────────────────────────────────────────────────
def _count(space: DealSpace, draw: int, most: int) -> int | None:
    """Count the deals of the zone; None if that takes too long."""
    parts = _allowed_worth(space, draw)
    sizes = [len(part) for part in parts]
    if prod(sizes) >= _FAR:
        return None
    if prod(sizes) == 0:
        return 0
    floor = space.floor[draw]
    least = np.sum([part.min(axis=0) for part in parts], axis=0)
    highest = np.sum([part.max(axis=0) for part in parts], axis=0)
    if (highest < floor).any():
        return 0
    if (least >= floor).all() and (least > floor)[space.gaining].any():
        return prod(sizes) - _base_counted(space, draw)
    halves = _halves(sizes)
    binding = max(1, int((least < floor).sum()))
    rows, others = (prod(sizes[c] for c in half) for half in halves)
    if rows + others > most / 50 or others * rows ** (1 - 1 / binding) * binding > most:
        return None
    return _count_pairs(
        space, draw, [_sums([parts[c] for c in half], space.parties) for half in halves]
    )


def _allowed_worth(space: DealSpace, draw: int) -> list[IntArray]:
    """Worth of each component's allowed cells: (cells, parties) each."""
    found = []
    for low, high in zip(space.first[:-1], space.first[1:], strict=True):
        cells = np.arange(low, high)[space.allowed[draw, low:high]]
        found.append(space.worth[draw][:, cells].T)
    return found


def _halves(sizes: Sequence[int]) -> tuple[list[int], list[int]]:
    """Put components into two halves with about as many combinations, the larger first."""
    halves: tuple[list[int], list[int]] = ([], [])
    for c in sorted(range(len(sizes)), key=lambda c: -sizes[c]):
        counts = [prod(sizes[k] for k in half) for half in halves]
        halves[0 if counts[0] <= counts[1] else 1].append(c)
    first, second = sorted(halves, key=lambda half: -prod(sizes[k] for k in half))
    return first, second


def _sums(parts: Sequence[IntArray], parties: int) -> IntArray:
    """List the sums of all combinations: (combinations, parties)."""
    total = np.zeros((1, parties), dtype=np.int64)
    for part in parts:
        total = (total[:, None, :] + part[None, :, :]).reshape(-1, parties)
    return total


def _count_pairs(space: DealSpace, draw: int, sums: Sequence[IntArray]) -> int:
    # Imported here, since whoever asks no such question need not wait for the compiler.
    from winset.methods.orthant_counting import count_sums, plant

    floor = space.floor[draw]
    one, other = sums
    other = other[(other + one.max(axis=0) >= floor).all(axis=1)]
    one = one[(one + sums[1].max(axis=0) >= floor).all(axis=1)]
    if len(one) == 0 or len(other) == 0:
        return 0
    tree = plant(np.ascontiguousarray(one))
    far = np.full(len(floor), _FAR)
    above = count_sums(tree, np.ascontiguousarray(other), floor, far)
    # Deals that give none of the gaining parties anything are not in the zone.
    idle = count_sums(tree, np.ascontiguousarray(other), floor, np.where(space.gaining, floor, far))
    return int(above - idle) - _base_counted(space, draw)


def _base_counted(space: DealSpace, draw: int) -> int:
    """Return 1 if the status quo meets all that is asked of the zone's deals but to change."""
    inside = _accepted(space, draw, space.base[None, :])
    return int(inside[0] and space.allowed[draw, space.first[:-1] + space.base].all())


def _accepted(space: DealSpace, draw: int, deals: IntArray) -> BoolArray:
    """Tell which deals leave all at their floors and one that has to gain above: (N,)."""
    gains = space.utilities(draw, deals) - space.floor[draw]
    return np.asarray((gains >= 0).all(axis=1) & (gains[:, space.gaining] > 0).any(axis=1))


# ── estimating ──────────────────────────────────────────────────────────────────────────────────
def _estimate(
    space: DealSpace, draw: int, stream: Stream, sampled: int
) -> tuple[float, float, float, float]:
    """Draw allowed deals; the share of the zone, its standard error and a 95 % interval."""
    cells = [np.flatnonzero(space.allowed[draw, low:high])
             for low, high in zip(space.first[:-1], space.first[1:], strict=True)]  # fmt: skip
    hits = 0
    for start in range(0, sampled, _BATCH):
        rows = min(_BATCH, sampled - start)
        drawn = stream.part(str(start)).uniforms(rows, len(cells))
        deals = np.stack([allowed[(drawn[:, c] * len(allowed)).astype(np.int64)]
                          for c, allowed in enumerate(cells)], axis=1)  # fmt: skip
        changed = (deals != space.base).any(axis=1)
        hits += int((_accepted(space, draw, deals) & changed).sum())
    whole = prod(len(allowed) / size for allowed, size in zip(cells, np.diff(space.first),
                                                              strict=True))  # fmt: skip
    part = hits / sampled
    error = (part * (1 - part) / sampled) ** 0.5
    low, high = clopper_pearson(np.array(hits), sampled)
    return whole * part, whole * error, whole * float(low), whole * float(high)


def clopper_pearson(hits: IntArray, sampled: int) -> tuple[FloatArray, FloatArray]:
    """Give the 95 % interval of shares of which ``hits`` of ``sampled`` independent draws are.

    C. J. Clopper & E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
    of the binomial", Biometrika 26(4), 1934, 404-413. It holds for no hits, and for all, too.

    Parameters
    ----------
    hits : (n,) integers
        Between 0 and ``sampled``.
    sampled
        Draws, at least 1.

    Returns
    -------
    Lower and upper ends: (n,) each.

    Examples
    --------
    >>> low, high = clopper_pearson(np.array([0, 5, 10]), 10)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.187, 0.692], [0.308, 0.813, 1.0])
    """
    from scipy.special import betaincinv

    some, some_not = np.maximum(hits, 1), np.maximum(sampled - hits, 1)
    low = np.where(hits > 0, betaincinv(some, sampled - some + 1, 0.025), 0.0)
    high = np.where(hits < sampled, betaincinv(sampled - some_not + 1, some_not, 0.975), 1.0)
    return low, high
