from dataclasses import replace

import numpy as np
import pytest
from tests.methods.spaces import large_space, listed_zone, small_space

from winset.methods.streams import Stream
from winset.methods.zone_sizes import zone_share

STREAM = Stream(1, 0, "zone share")


def test_counts_are_those_of_listed_zones():
    for seed in range(250):
        space = small_space(seed)
        size = len(listed_zone(space)[0])
        found = zone_share(space, STREAM)
        assert found.exact[0]
        assert found.count[0] == size, seed
        assert found.share[0] == found.low[0] == found.high[0] == size / space.deals


def test_estimates_hold_the_count_in_their_interval():
    missed = tried = 0
    for seed in range(80):
        space = small_space(seed)
        share = len(listed_zone(space)[0]) / space.deals
        found = zone_share(space, Stream(seed, 0, "zone share"), most=-1, sampled=1000)
        if found.exact[0]:  # proven to be empty
            assert share == 0
            continue
        tried += 1
        assert found.count[0] == -1
        missed += not found.low[0] <= share <= found.high[0]
        assert abs(found.share[0] - share) <= 6 * found.error[0] + 1e-9
    assert tried > 20
    assert missed <= tried / 8


def test_a_zone_too_small_to_hit_is_not_called_empty():
    space = large_space(3, 12, 10)
    top = np.maximum.reduceat(space.worth, space.first[:-1], axis=2).sum(axis=2)
    far = replace(space, floor=(0.8 * top).astype(np.int64))
    found = zone_share(far, STREAM, most=-1, sampled=500)
    assert found.share[0] == 0
    assert not found.exact[0]
    assert 0 < found.low[0] <= 1e-12
    assert found.high[0] == pytest.approx(1 - 0.025 ** (1 / 500))


def test_large_zones_are_counted_and_estimated_alike():
    space = large_space(3, 7, 10, floor=0.45)
    counted, drawn = zone_share(space, STREAM), zone_share(space, STREAM, most=-1)
    assert counted.exact[0]
    assert not drawn.exact[0]
    assert drawn.low[0] < counted.share[0] < drawn.high[0]
    assert counted.count[0] == round(counted.share[0] * 10**7)


def test_estimates_are_the_same_whatever_is_drawn_beside():
    space = large_space(3, 5, 5, draws=3)
    alone = replace(space, worth=space.worth[:1], allowed=space.allowed[:1], floor=space.floor[:1])
    many, one = (zone_share(s, STREAM, most=-1, sampled=2000) for s in (space, alone))
    assert many.share[0] == one.share[0]
