"""Time frontiers of deal spaces too large to list, beside the targets.

Run it with the project's Python: ``python benchmarks/deal_spaces.py``. One core, compiled and
warm; processor time, the best of a few runs, and of several random domains the slowest.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winset.methods.bargaining import solve_zones
from winset.methods.frontiers import Frontier, frontier, frontiers

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WHOLE = 2**40
"""Utility of 1."""


# ── domains: part-worths by party, issue and option ─────────────────────────────────────────────
def independent(rng: np.random.Generator, parties: int, issues: int, options: int) -> Integers:
    """Draw values of options uniformly, each issue's from 0 to 1, and weights on the simplex."""
    values = unit(rng.random((parties, issues, options)))
    weights = rng.dirichlet(np.ones(issues), parties)
    return np.rint(values * weights[:, :, None] * WHOLE).astype(np.int64)


def uneven(rng: np.random.Generator, parties: int, sizes: Iterable[int]) -> list[Integers]:
    """Draw issues of different numbers of options, of equal weight."""
    sizes = list(sizes)
    return [np.rint(unit(rng.random((parties, size))) * WHOLE / len(sizes)).astype(np.int64)
            for size in sizes]  # fmt: skip


def contrary(rng: np.random.Generator, parties: int, sizes: Iterable[int]) -> list[Integers]:
    """Let the last party want the opposite of the others on average, give or take a third."""
    domain = uneven(rng, parties, sizes)
    for worth in domain:
        most = int(worth.max())
        worth[-1] = most - worth[:-1].mean(axis=0)
        worth[-1] += (0.7 * most * (rng.random(worth.shape[1]) - 0.5)).astype(np.int64)
    return domain


def opposed(rng: np.random.Generator, issues: int, options: int, *, total: bool) -> Integers:
    """Let two of three parties rank all options oppositely, on a grid of a thousandth.

    The grid is that of whole utilities (``total``), or that of the values of options, the
    issues having equal weight.
    """
    values = unit(np.sort(rng.random((3, issues, options)), axis=2))
    values[1] = values[1, :, ::-1]
    values[2] = rng.permuted(values[2], axis=1)
    weights = rng.dirichlet(np.ones(issues), 3) if total else np.ones((3, issues))
    return np.rint(values * weights[:, :, None] * 1000).astype(np.int64)


def zero_sum(rng: np.random.Generator, issues: int, options: int) -> Integers:
    """Let one party's gain be the other's loss: every deal is on the frontier."""
    one = independent(rng, 1, issues, options)[0]
    return np.stack([one, one.max(axis=1, keepdims=True) - one])


def near_zero_sum(rng: np.random.Generator, issues: int, options: int) -> Integers:
    """Let the third party lose what the others gain, but for a thousandth of an issue."""
    worth = independent(rng, 3, issues, options)
    worth[2] = WHOLE // issues - (worth[0] + worth[1]) // 2
    worth[2] += rng.integers(0, WHOLE // issues // 1000, (issues, options))
    return worth


def unit(values: Floats) -> Floats:
    """Stretch the values of each issue from 0 to 1."""
    values = values - values.min(axis=-1, keepdims=True)
    return np.asarray(values / values.max(axis=-1, keepdims=True))


# ── timing ──────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Single:
    """What is timed: domains, each of which has to be solved in so many seconds."""

    title: str
    domain: Callable[[np.random.Generator], Integers | list[Integers]]
    target: float | None
    seeds: int = 3


SINGLES = (
    Single("2 parties, 10^15 deals", lambda rng: independent(rng, 2, 15, 10), 0.05),
    Single("3 parties, 10^15 deals", lambda rng: independent(rng, 3, 15, 10), 0.5),
    Single("4 parties, 10^9 deals", lambda rng: independent(rng, 4, 9, 10), 2.5),
    Single("two of 3 opposed, 10^15, utilities on 1/1,000",
           lambda rng: opposed(rng, 15, 10, total=True), 5),
    Single("two of 3 opposed, 10^15, values on 1/1,000",
           lambda rng: opposed(rng, 15, 10, total=False), 5),
    Single("5 parties, 240,000 deals", lambda rng: uneven(rng, 5, (4, 5, 5, 5, 6, 8, 10)), 0.5),
    Single("5 parties, 240,000 deals, one against the rest",
           lambda rng: contrary(rng, 5, (4, 5, 5, 5, 6, 8, 10)), 0.5),
    Single("2 parties, 10^30 deals", lambda rng: independent(rng, 2, 30, 10), None),
    Single("4 parties, 10^15 deals", lambda rng: independent(rng, 4, 15, 10), None, 1),
    Single("2 parties, zero-sum, 10^15 deals", lambda rng: zero_sum(rng, 15, 10), None, 1),
    Single("3 parties, nearly zero-sum, 10^15 deals",
           lambda rng: near_zero_sum(rng, 15, 10), None, 1),
)  # fmt: skip


def best(call: Callable[[], object], runs: int = 3) -> float:
    """Seconds of processor time of the fastest of some runs."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
        if sum(times) > 5:
            break
    return min(times)


def laid_out(domain: Integers | list[Integers]) -> tuple[Integers, Integers]:
    """Lay cells end to end: worth (parties, cells) and where each issue's begin."""
    parts = domain if isinstance(domain, list) else list(domain.swapaxes(0, 1))
    first = np.cumsum([0, *(part.shape[1] for part in parts)])
    return np.concatenate(parts, axis=1), first


def show_single(what: Single) -> None:
    """Print the slowest of some domains, and how large the frontiers are."""
    seconds, found = 0.0, []
    for seed in range(what.seeds):
        worth, first = laid_out(what.domain(np.random.default_rng(seed)))
        answer: list[Frontier] = []
        took = best(lambda w=worth, f=first, a=answer: a.append(frontier(w, f)))
        seconds = max(seconds, took)
        found.append(answer[0])
    sizes = [len(f.points) for f in found]
    count = f"{min(sizes):,}" if len(sizes) == 1 else f"{min(sizes):,} to {max(sizes):,}"
    spans = [worth_span(f) for f in found]
    how = "exact" if all(f.exact for f in found) else f"within {max(spans):.4%}"
    aim = "" if what.target is None else f"{what.target:g}"
    late = "" if what.target is None or seconds < what.target else "  too slow"
    print(f"{what.title:<48}{seconds:>9.4f}{aim:>8}{count:>20}  {how}{late}")


def worth_span(found: Frontier) -> float:
    """Give the greatest epsilon, as a share of the range of the party's utility on the frontier."""
    return float((found.epsilon / np.maximum(np.ptp(found.points, axis=0), 1)).max())


def show_ensemble(parties: int, readings: int, target: int, *, floors: bool) -> None:
    """Print how many readings a second get a frontier, a Nash and a Kalai-Smorodinsky deal."""
    rng = np.random.default_rng(parties)
    issues, options = 8, 4
    worth = np.stack([independent(rng, parties, issues, options).reshape(parties, -1)
                      for _ in range(readings)])  # fmt: skip
    first = np.arange(issues + 1) * options
    changes = np.where(np.arange(issues * options) % options > 0, 1, 0)
    base = np.zeros(issues, dtype=np.int64)
    floor = worth[:, :, first[:-1]].sum(axis=2) if floors else np.zeros((readings, parties), int)
    sizes = []

    def solve() -> None:
        found = frontiers(worth, first, floor=floor, gaining=np.ones(parties, dtype=bool),
                          base=base, changes=changes)  # fmt: skip
        counts = np.diff(found.starts)
        gains = found.points - np.repeat(floor, counts, axis=0)
        starts = found.starts[:-1][counts > 0]
        for solution in ("nash", "kalai-smorodinsky"):
            found.deals(solve_zones(solution, gains, found.rank, starts))
        sizes.append(len(gains) / readings)

    rate = readings / best(solve)
    title = f"{parties} parties, {'above the status quo' if floors else 'every deal'}"
    late = "" if rate > target else "  too slow"
    print(f"{title:<48}{rate:>9,.0f}{target:>8,}{sizes[0]:>20,.1f}{late}")


def main() -> None:
    """Print every figure beside its target."""
    frontier(np.zeros((3, 4), dtype=np.int64), np.array([0, 2, 4]))  # compile
    print(f"{'frontier of one reading':<48}{'seconds':>9}{'target':>8}{'points':>20}")
    for what in SINGLES:
        show_single(what)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{'most memory held so far, GiB':<48}{memory:>9.2f}{2:>8}")
    print(f"\n{'8 issues of 4 options; frontier, Nash and':<48}{'readings':>9}")
    print(f"{'Kalai-Smorodinsky in every reading':<48}{'a second':>9}{'target':>8}{'points':>20}")
    for parties, readings, target in ((2, 4000, 5000), (3, 1500, 2500), (4, 300, 250)):
        for floors in (False, True):
            show_ensemble(parties, readings, target, floors=floors)


if __name__ == "__main__":
    main()
