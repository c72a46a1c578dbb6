import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.methods.pareto import EXACT, nondominated, nondominated_rows


def brute_force(points):
    def dominates(p, q):
        return all(a >= b for a, b in zip(p, q, strict=True)) and p != q

    rows = [tuple(map(int, p)) for p in points]
    return [not any(dominates(p, q) for p in rows) for q in rows]


matrices = st.tuples(st.integers(0, 25), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-4, 4))
)


@given(matrices)
@settings(max_examples=150)
def test_agrees_with_brute_force(points):
    assert nondominated(points).tolist() == brute_force(points)


@pytest.mark.parametrize("parties", [1, 2, 3, 4, 6])
def test_agrees_with_brute_force_beyond_the_size_where_a_pivot_is_tried(parties):
    rng = np.random.default_rng(parties)
    points = rng.integers(0, 12, (500, parties))
    assert nondominated(points).tolist() == brute_force(points)


@pytest.mark.parametrize("count", [5, 500])
def test_every_copy_of_a_point_is_kept(count):
    points = np.tile(np.array([[2, 7, 1]]), (count, 1))
    assert nondominated(points).all()


def test_one_step_at_the_edge_of_double_precision_counts():
    top = EXACT - 1
    points = np.array([[top, top - 1], [top - 1, top - 1], [top, top - 1], [top - 2, top]])
    assert nondominated(points).tolist() == [True, False, True, True]


def test_a_single_deal_is_the_frontier_and_no_deal_has_none():
    assert nondominated(np.array([[0, 0]])).tolist() == [True]
    assert nondominated(np.zeros((0, 3), dtype=np.int64)).tolist() == []


@given(matrices, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_relabelling_deals_and_parties_relabels_the_frontier(points, random):
    rows, columns = list(range(points.shape[0])), list(range(points.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert (nondominated(points)[rows] == nondominated(points[rows][:, columns])).all()


@given(matrices.filter(len), st.data())
@settings(max_examples=50)
def test_adding_a_dominated_point_changes_nothing(points, data):
    row = data.draw(st.integers(0, len(points) - 1))
    worse = np.vstack([points, points[row] - 1])
    assert nondominated(worse).tolist() == [*nondominated(points).tolist(), False]


def test_values_too_large_to_compare_exactly_are_refused():
    for value in (EXACT, -EXACT):
        with pytest.raises(ValueError, match=r"2\*\*53"):
            nondominated(np.array([[0, value], [0, 0]]))


@pytest.mark.parametrize("shape", [(3,), (3, 0), (2, 2, 2)])
def test_what_is_no_list_of_points_is_refused(shape):
    with pytest.raises(ValueError, match="matrix"):
        nondominated(np.zeros(shape, dtype=np.int64))


@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 12), st.integers(0, 10**6))
@settings(max_examples=40)
def test_rows_are_frontiers_of_each_zone_alone(parties, readings, deals, seed):
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 4, (parties, readings, deals))
    mask = rng.random((readings, deals)) < 0.6
    kept = nondominated_rows(points, mask)
    for reading in range(readings):
        inside = np.flatnonzero(mask[reading])
        expected = inside[brute_force(points[:, reading, inside].T)]
        assert np.flatnonzero(kept[reading]).tolist() == expected.tolist()
