"""Items that stand for many, against trying every choice."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from winset.methods.medians import differing, farthest, greedy_medians


def test_differing_columns_are_counted() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 3, (7, 5)), rng.integers(0, 3, (4, 5))
    found = differing(one, other)
    assert found.tolist() == [[sum(a != b for a, b in zip(x, y, strict=True)) for y in other]
                              for x in one]  # fmt: skip


def test_medians_take_off_the_most_each_time() -> None:
    rng = np.random.default_rng(2)
    for _ in range(100):
        items, candidates = rng.integers(1, 9, 2)
        distance = rng.integers(0, 6, (items, candidates))
        weight = rng.integers(1, 5, items)

        def cost(chosen: list[int], d=distance, w=weight) -> int:
            return int((w * d[:, chosen].min(axis=1)).sum())

        found = greedy_medians(distance, weight, 4)
        for n in range(len(found)):
            best = min(cost([*found[:n], m]) for m in range(candidates))
            assert cost(found[: n + 1]) == best
        if len(found) < 4:  # no further one brings anything
            assert all(cost([*found, m]) == cost(found) for m in range(candidates))
        # Greedy choice is off the best by a known part of what can be taken off at most.
        least = min(cost(list(c)) for c in combinations(range(candidates), min(2, candidates)))
        one = cost(found[:1])
        assert one - cost(found[:2]) >= (one - least) / 2


def test_no_medians_of_nothing() -> None:
    assert greedy_medians(np.zeros((0, 3), dtype=np.int64), np.zeros(0, dtype=np.int64), 2) == []
    assert greedy_medians(np.ones((2, 2), dtype=np.int64), np.ones(2, dtype=np.int64), 0) == []


def test_farthest_points_hold_the_ends_and_then_the_middle() -> None:
    line = np.array([[k, 10.0 - k] for k in range(11)]) * [1, 1000]
    assert farthest(line, 5) == [10, 0, 5, 2, 7]
    assert farthest(line, 1) == [10]
    assert farthest(np.repeat(line[:2], 3, axis=0), 9) == [3, 0]  # copies stand for nothing more
    assert farthest(line[:0], 3) == []
