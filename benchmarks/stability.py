"""Time the stability of states, beside the targets and a plain implementation with matrices.

Run it with the project's Python: ``python benchmarks/stability.py``. Every figure is the best of
a few runs on one core, compiled and warm.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one core, for both sides

import numpy as np
import numpy.typing as npt

from winset.methods.stability_grid import AxisMover, GridConflict

Mask = npt.NDArray[np.bool_]


def best(call: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the fastest of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def options(parties: int, each: int) -> GridConflict:
    """Lay out parties with so many yes-or-no options each."""
    movers = tuple(
        AxisMover((p,), tuple((p * each + n, None) for n in range(each))) for p in range(parties)
    )
    return GridConflict((2,) * (parties * each), movers)


def preferences(conflict: GridConflict, readings: int = 0) -> npt.NDArray[np.int64]:
    """Draw utilities without structure: the hardest kind."""
    rng = np.random.default_rng(5)
    parties = len(conflict.movers)
    shape = (readings, parties, conflict.size) if readings else (parties, conflict.size)
    return rng.integers(0, 10 * conflict.size, size=shape)


# ── a plain implementation: one matrix of states by states for each decision maker ─────────────
def with_matrices(conflict: GridConflict, worth: npt.NDArray[np.int64]) -> dict[str, Mask]:
    """Find what is stable by reachability matrices.

    In outline after H. Xu, K. W. Hipel & D. M. Kilgour, "Matrix representation of solution
    concepts in multiple-decision-maker graph models", IEEE Transactions on Systems, Man, and
    Cybernetics A 39(1), 2009, 96-108.
    """
    size, count = conflict.size, len(conflict.movers)
    reach = np.zeros((count, size, size), np.bool_)
    for k in range(count):
        for s in range(size):
            reach[k, s, conflict.moves(k, s)] = True
    better = worth[:, None, :] > worth[:, :, None]
    found = {c: np.zeros((count, size), np.bool_) for c in ("nash", "gmr", "smr", "seq")}
    for k in range(count):
        improving = reach[k] & better[k]
        others = [j for j in range(count) if j != k]
        anyhow = _sequences([reach[j] for j in others])
        credibly = _sequences([reach[j] & better[j] for j in others])
        # escape[t, s]: from t one more move brings k above s.
        escape = (reach[k].astype(np.float32) @ better[k].T.astype(np.float32)) > 0
        worse = ~better[k].T
        for concept, answers, deters in (
            ("gmr", anyhow, worse),
            ("smr", anyhow, worse & ~escape),
            ("seq", credibly, worse),
        ):
            deterred = (answers.astype(np.float32) @ deters.astype(np.float32)) > 0
            found[concept][k] = ~(improving & ~deterred.T).any(axis=1)
        found["nash"][k] = ~improving.any(axis=1)
    return found


def _sequences(moves: list[Mask]) -> Mask:
    """States reached by legal sequences: last movers kept apart, until nothing is added."""
    last = [m.copy() for m in moves]
    while True:
        total = sum(int(m.sum()) for m in last)
        for k, step in enumerate(moves):
            others = [m for n, m in enumerate(last) if n != k]
            if others:
                so_far = np.logical_or.reduce(others).astype(np.float32)
                last[k] |= (so_far @ step.astype(np.float32)) > 0
        if sum(int(m.sum()) for m in last) == total:
            return np.asarray(np.logical_or.reduce(last))


# ── what is timed ───────────────────────────────────────────────────────────────────────────────
def main() -> None:
    """Print every figure beside its target."""
    rng = np.random.default_rng(1)
    options(2, 5).stable(preferences(options(2, 5)))  # compile
    rows = [
        ("2^16 states, 4 decision makers", options(4, 4), 1.0, 0, 0.3),
        ("2^20 states, 2 decision makers", options(2, 10), 1.0, 0, 5.0),
        ("2^20 states, 4 decision makers", options(4, 5), 1.0, 0, 5.0),
        ("2^16 states, 16 decision makers, 80 % infeasible", options(16, 1), 0.2, 0, 15.0),
        ("1,000 readings of 256 states, 4 decision makers", options(4, 2), 1.0, 1000, 2.0),
    ]
    print(f"{'all four concepts, one core, warm':<52}{'seconds':>9}{'target':>9}")
    for title, conflict, share, readings, target in rows:
        worth = preferences(conflict, readings)
        feasible = rng.random(conflict.size) < share
        took = best(lambda c=conflict, w=worth, f=feasible: c.stable(w, f))
        print(f"{title:<52}{took:>9.3f}{target:>9.1f}{'' if took < target else '  MISSED'}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{'most memory held so far, GiB':<52}{memory:>9.2f}{2:>9.1f}")
    print(
        f"\n{'against matrices of states by states':<40}{'matrices':>10}{'winset':>10}{'ratio':>10}"
    )
    for parties, each in ((2, 4), (2, 5), (2, 6), (4, 2)):
        conflict = options(parties, each)
        worth = preferences(conflict)
        kept: list[dict[str, Mask]] = []
        plain = best(lambda c=conflict, w=worth, k=kept: k.append(with_matrices(c, w)), runs=1)
        ours = best(lambda c=conflict, w=worth: c.stable(w))
        other = conflict.stable(worth)
        if any((kept[0][c] != other[c]).any() for c in other):
            raise SystemExit("the two implementations differ")
        title = f"{conflict.size:,} states, {len(conflict.movers)} decision makers"
        print(f"{title:<40}{plain:>10.3f}{ours:>10.5f}{plain / ours:>10,.0f}")


if __name__ == "__main__":
    main()
