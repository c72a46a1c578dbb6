"""Sums of part-worths for many deals at once, against adding them one by one."""

import numpy as np

from winset.methods.deal_sums import sums


def test_sums_are_those_of_adding_one_by_one():
    rng = np.random.default_rng(5)
    first = np.array([0, 3, 5])
    worth = rng.integers(-(2**40), 2**40, (4, 3, 9))
    floor = rng.integers(-(2**40), 2**40, (4, 3))
    deals = np.stack([rng.integers(0, size, 50) for size in (3, 2, 4)], axis=1)
    draws = np.array([2, 0, 2])
    found = sums(worth, floor, draws, (deals + first).T.copy())
    assert found.shape == (3, 3, 50)
    for n, draw in enumerate(draws):
        for party in range(3):
            for d, deal in enumerate(deals):
                own = sum(int(worth[draw, party, f + c]) for f, c in zip(first, deal, strict=True))
                assert found[n, party, d] == own - floor[draw, party]
