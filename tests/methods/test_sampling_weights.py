"""Weights: closed forms and independent rejection sampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.methods.orders import CycleError, Line
from winset.methods.streams import Stream
from winset.methods.weights import weight_sampler

STREAM = Stream(11, 0, "test")


def line(*levels, wide=(), loose=-1):
    levels = tuple(x if isinstance(x, tuple) else (x,) for x in levels)
    return Line(levels, tuple(k in wide for k in range(len(levels) - 1)), loose)


def draw(count, *lines, rows=4000, box=None):
    return weight_sampler(count, tuple(lines), box).draw(STREAM, rows)


def test_free_weights_have_the_moments_of_the_flat_dirichlet():
    w = draw(5, rows=60_000)
    assert w.mean(axis=0) == pytest.approx(np.full(5, 0.2), abs=0.004)
    assert w.var(axis=0) == pytest.approx(np.full(5, 4 / 150), abs=0.0015)


def test_a_plain_chain_has_the_rank_order_centroid():
    w = draw(4, line(2, 0, 3, 1), rows=60_000)
    centroid = [np.mean([(1 / t if t > k else 0) for t in range(1, 5)]) for k in range(4)]
    assert w[:, [2, 0, 3, 1]].mean(axis=0) == pytest.approx(np.array(centroid), abs=0.003)


def test_second_moments_on_the_ordered_simplex():
    # w = sum over t of e_t * (1/t on the first t places), e Dirichlet(1,1,1).
    w = draw(3, line(0, 1, 2), rows=80_000)
    vertex = np.array([[1, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]])
    moments = (np.ones((3, 3)) + np.eye(3)) / 12
    expected = vertex.T @ moments @ vertex
    assert w.T @ w / len(w) == pytest.approx(expected, abs=0.003)


def test_mean_of_a_wide_chain_is_the_mean_of_its_vertices():
    w = draw(3, line(0, 1, 2, wide={0}), rows=60_000)
    vertices = np.array([[1, 0, 0], [2 / 3, 1 / 3, 0], [2 / 4, 1 / 4, 1 / 4]])
    assert w.mean(axis=0) == pytest.approx(vertices.mean(axis=0), abs=0.003)


CASES = {
    "wide chain": (4, [line(0, 1, 2, 3, wide={1})]),
    "all wide": (3, [line(2, 1, 0, wide={0, 1})]),
    "omitted": (5, [line(3, 1, wide={0})]),
    "ties": (5, [line((0, 1), (2, 3, 4))]),
    "ties, wide, omitted": (5, [line((0, 4), 2, 1, wide={0})]),
    "others in the middle": (5, [line(0, (1, 2, 3), 4, loose=1)]),
    "wide to others": (5, [line(0, 1, (2, 3, 4), wide={1}, loose=2)]),
    "others first": (4, [line((0, 1), 2, 3, wide={0}, loose=0)]),
    "two lines": (5, [line(0, 1), line(2, 3)]),
    "diamond": (4, [line(0, 1, 3), line(0, 2, 3)]),
    "two lines with ties": (5, [line((0, 1), 2), line(3, 4)]),
    "tie among others": (4, [line(0, (1, 2, 3), loose=1), line((1, 2), 3)]),
    "two lines, one wide": (4, [line(0, 1, 2, wide={0}), line(3, 2)]),
    "two wide lines": (4, [line(0, 1, wide={0}), line(2, 3, wide={0})]),
    "others and a line": (5, [line(0, (1, 2, 3, 4), loose=1), line(2, 4)]),
}


@pytest.mark.parametrize("name", CASES)
def test_as_rejection_sampling(name, reference):
    count, lines = CASES[name]
    ours, theirs = draw(count, *lines), reference.weights(count, lines, 4000)
    assert ours.sum(axis=1) == pytest.approx(np.ones(len(ours)), abs=1e-12)
    assert (ours >= 0).all()
    assert reference.least_p(ours, theirs) > 0.001


def test_orders_with_ties_are_not_all_equally_likely(reference):
    # a = b beside c, no order between them: c stands first in 2/3 of the volume, not in 1/2.
    lines = (line((0, 1), 2), line(3, 4))
    w = weight_sampler(5, lines).draw(STREAM, 40_000)
    theirs = reference.weights(5, lines, 40_000)
    above = (w[:, 3] > w[:, 0]).mean()
    assert above == pytest.approx((theirs[:, 3] > theirs[:, 0]).mean(), abs=0.01)
    assert above > 0.6


def test_fewer_readings_are_the_first_of_more():
    for count, lines in CASES.values():
        sampler = weight_sampler(count, tuple(lines))
        assert np.array_equal(sampler.draw(STREAM, 400), sampler.draw(STREAM, 3000)[:400])


def test_numbers_count_as_ratios():
    exact = draw(3, box=((2, 2), (1, 1), (1, 1)), rows=3)
    assert exact.tolist() == [[0.5, 0.25, 0.25]] * 3
    w = draw(2, box=((0.2, 0.4), (0.6, 0.6)), rows=2000)
    ratio = w[:, 0] / w[:, 1]
    assert ratio.min() >= 0.2 / 0.6 - 1e-12
    assert ratio.max() <= 0.4 / 0.6 + 1e-12
    assert np.quantile(ratio, 0.5) == pytest.approx(0.5, abs=0.01)


def test_numbers_and_a_line():
    w = draw(3, line(0, 1, wide={0}), box=((0, 1),) * 3, rows=2000)
    assert (w[:, 0] >= 2 * w[:, 1] - 1e-9).all()


def test_numbers_that_are_all_zero_give_equal_weights():
    assert draw(2, box=((0, 0), (0, 0)), rows=1).tolist() == [[0.5, 0.5]]


def test_contradictions_are_refused():
    with pytest.raises(CycleError):
        weight_sampler(3, (line(0, 1), line(1, 2, 0)))
    with pytest.raises(CycleError):
        weight_sampler(2, (line((0, 1)),), ((0, 1), (2, 3)))


def test_one_thing_weighs_everything():
    assert draw(1, rows=2).tolist() == [[1.0], [1.0]]


@st.composite
def posets(draw_):
    count = draw_(st.integers(2, 6))
    rank = draw_(st.permutations(range(count)))
    lines = []
    for _ in range(draw_(st.integers(0, 3))):
        members = draw_(st.lists(st.sampled_from(rank), min_size=2, unique=True))
        members.sort(key=rank.index)
        wide = tuple(draw_(st.booleans()) for _ in members[1:])
        lines.append(Line(tuple((i,) for i in members), wide))
    return count, tuple(lines)


@given(posets())
@settings(max_examples=60, deadline=None)
def test_every_line_is_obeyed(case):
    count, lines = case
    sampler = weight_sampler(count, lines)
    w = sampler.draw(STREAM, 60)
    assert w.sum(axis=1) == pytest.approx(np.ones(60))
    for x in lines:
        for (a,), (b,), wide in zip(x.levels, x.levels[1:], x.wide, strict=False):
            assert (w[:, a] >= (2 if wide else 1) * w[:, b] - 1e-9).all()
