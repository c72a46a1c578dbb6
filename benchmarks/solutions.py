"""Time the solutions of deal spaces too large to list, beside their targets.

Run it with the project's Python: ``python benchmarks/solutions.py``. Everything runs on one core,
compiled and warm; seconds are those of the processor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from winset.methods.deal_space import DealSpace
from winset.methods.single_solutions import (
    Ideal,
    Solved,
    egalitarian,
    ideal,
    kalai_smorodinsky,
    nash,
    utilitarian,
)
from winset.methods.streams import Stream
from winset.methods.zone_sizes import zone_share

OPTIONS, SPACES, READINGS = 10, 5, 200
OPPOSED = 2
SOLVE: dict[str, Callable[[DealSpace], Solved | Ideal]] = {
    "Nash": nash,
    "Kalai-Smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
    "ideal point": ideal,
}


def main() -> None:
    """Print every timing."""
    for solve in SOLVE.values():
        solve(space(3, 4))
        solve(near_zero_sum(3, 4))
    print("random independent preferences, 10 options an issue; the slowest of 5 spaces")
    head("gap")
    for parties in range(2, 7):
        for issues in (9, 15, 30):
            for name in SOLVE:
                what = f"{name}, {parties} parties, 10^{issues} deals"
                row(what, name, [space(parties, issues, seed=s) for s in range(SPACES)], 1.0)
    print("\none reading after the other, 3 parties, 10^9 deals")
    print(f"{'':56}{'readings/s':>11}{'target':>9}")
    many = space(3, 9, draws=READINGS)
    for name, solve in SOLVE.items():
        rate = READINGS / seconds(lambda s=solve: s(many))
        print(f"{name:56}{rate:11,.0f}{20:9}{'' if rate >= 20 else '  too slow'}")
    print(f"\nwhat one party gains the others lose: the gap left; the slower of {OPPOSED} spaces")
    head("gap")
    for parties in (2, 3, 4, 5, 6):
        for issues in (9, 15):
            for name in SOLVE if issues == 9 else ("Nash",):
                what = f"{name}, {parties} parties, 10^{issues} deals"
                spaces = [near_zero_sum(parties, issues, seed=s) for s in range(OPPOSED)]
                row(what, name, spaces, None)
    print("\nshare of deals in the zone")
    head("error")
    for parties, issues in ((2, 9), (3, 9), (4, 9), (6, 9), (3, 15), (6, 30)):
        sizes = space(parties, issues)
        used = seconds(lambda s=sizes: zone_share(s, Stream(1, 0, "bench")))
        found = zone_share(sizes, Stream(1, 0, "bench"))
        what = f"{parties} parties, 10^{issues} deals, {'counted' if found.exact[0] else 'drawn'}"
        print(f"{what:56}{used:9.3f}{'':9}{found.error[0]:10.0e}  {found.share[0]:.4f}")


def head(last: str) -> None:
    """Print the head of a table."""
    print(f"{'':56}{'seconds':>9}{'target':>9}{last:>10}")


def row(what: str, name: str, spaces: list[DealSpace], target: float | None) -> None:
    """Print how long a solution takes at most, the largest gap, and how many are proven exact."""
    times = 1 if target is None else 2
    found: list[Solved | Ideal] = []
    used = max(seconds(lambda s=s: found.append(SOLVE[name](s)), times) for s in spaces)
    exact = sum(int(f.exact[0]) for f in found[::times])
    gap = max(gap_of(f) for f in found)
    aim = "" if target is None else f"{target:g}"
    late = "" if target is None or (used < target and gap <= 1e-6) else "  MISSED"
    print(f"{what:56}{used:9.4f}{aim:>9}{gap:10.0e}  {exact} of {len(spaces)} exact{late}")


def gap_of(found: Solved | Ideal) -> float:
    """Give the gap of a result; of ideals the largest, as a part of the utility."""
    if isinstance(found, Ideal):
        return float((1 - found.utility / found.bound).max())
    return float(found.gap[0])


def seconds(work: Callable[[], object], times: int = 2) -> float:
    """Time some work on the processor; the best of some times."""
    used = []
    for _ in range(times):
        begun = time.process_time()
        work()
        used.append(time.process_time() - begun)
    return min(used)


def space(parties: int, issues: int, *, seed: int = 0, draws: int = 1) -> DealSpace:
    """Lay out independent preferences: Dirichlet weights, uniform values from 0 to 1."""
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.ones(issues), (draws, parties))
    value = rng.random((draws, parties, issues, OPTIONS))
    value -= value.min(axis=3, keepdims=True)
    value /= value.max(axis=3, keepdims=True)
    return deal_space(weight[..., None] * value, 0.4)


def near_zero_sum(parties: int, issues: int, *, seed: int = 0) -> DealSpace:
    """Lay out preferences of which the last party's are the others' turned round."""
    rng = np.random.default_rng(seed)
    worth = rng.random((1, parties, issues, OPTIONS)) / issues
    worth[:, -1] = 1 / issues - worth[:, :-1].mean(axis=1)
    return deal_space(worth, 0.3)


def deal_space(worth: np.ndarray, floor: float) -> DealSpace:
    """Lay out a deal space; part-worths are (draws, parties, issues, options)."""
    draws, parties, issues, options = worth.shape
    cells = issues * options
    return DealSpace(
        np.rint(worth.reshape(draws, parties, cells) * 2**40).astype(np.int64),
        np.arange(0, cells + 1, options),
        np.ones((draws, cells), dtype=bool),
        np.full((draws, parties), int(floor * 2**40)),
        parties,
        np.ones(parties, dtype=bool),
        np.zeros(issues, dtype=np.int64),
        (np.arange(cells) % options > 0).astype(np.int64),
    )


if __name__ == "__main__":
    main()
