import math
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.methods.bargaining import (
    LARGEST_GAIN,
    SOLUTIONS,
    egalitarian,
    kalai_smorodinsky,
    nash,
    solve_zones,
    utilitarian,
    weighted_nash,
)
from winset.methods.pareto import nondominated

SINGLE = {
    "nash": nash,
    "kalai-smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}


# ── published examples ────────────────────────────────────────────────────────────────────────
def nash_1950_trades():
    """Gains of Bill and Jack from every barter (Nash 1950, p. 161)."""
    bills = {"book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1)}
    jacks = {"pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2)}
    for kept_or_given in product([0, 1], repeat=9):
        moved = dict(zip([*bills, *jacks], kept_or_given, strict=True))
        bill = sum(moved[g] * jacks[g][0] for g in jacks) - sum(
            moved[g] * bills[g][0] for g in bills
        )
        jack = sum(moved[g] * bills[g][1] for g in bills) - sum(
            moved[g] * jacks[g][1] for g in jacks
        )
        yield {g for g in moved if moved[g]}, (bill, jack)


def test_nash_1950_barter_gains_12_and_5():
    trades = [(goods, gains) for goods, gains in nash_1950_trades() if min(gains) >= 0]
    chosen = nash(np.array([gains for _, gains in trades]))
    assert trades[chosen] == (
        {"book", "whip", "ball", "bat", "pen", "toy", "knife"},
        (12, 5),
    )


def edge(corners, steps):
    """Points of the polyline through ``corners``, ``steps`` on each side, in whole numbers."""
    return np.array(
        [
            [round(a + (b - a) * k / steps) for a, b in zip(p, q, strict=True)]
            for p, q in pairwise(corners)
            for k in range(steps + 1)
        ]
    )


def test_kalai_and_smorodinsky_1975_monotonicity():
    # Two frontiers from their paper; the second gives player 2 more at every demand of player 1,
    # yet Nash's solution gives player 2 less there. Theirs gives more.
    unit = 5200
    smaller = edge([(0, unit), (unit * 3 // 4, unit * 3 // 4), (unit, 0)], 1300)
    larger = edge([(0, unit), (unit, unit * 7 // 10), (unit, 0)], 1300)
    assert smaller[nash(smaller)].tolist() == [unit * 3 // 4, unit * 3 // 4]
    assert larger[nash(larger)].tolist() == [unit, unit * 7 // 10]
    assert smaller[kalai_smorodinsky(smaller)].tolist() == [unit * 3 // 4, unit * 3 // 4]
    assert larger[kalai_smorodinsky(larger)].tolist() == [unit * 10 // 13, unit * 10 // 13]


def test_weights_divide_a_pie_in_their_proportion():
    # Kalai (1977): on a transferable pie the weighted solution divides it as the weights.
    pie = np.array([[k, 12 - k] for k in range(13)])
    assert pie[weighted_nash(pie, [2, 1])].tolist() == [8, 4]
    assert pie[weighted_nash(pie, [1, 3])].tolist() == [3, 9]


# ── brute force, in exact fractions ───────────────────────────────────────────────────────────
def exact_key(solution, row, ideal):
    if solution == "nash":
        stand_ins = [g or i for g, i in zip(row, ideal, strict=True) if i]
        return [sum(g > 0 for g in row), math.prod(stand_ins)]
    if solution == "kalai-smorodinsky":
        return sorted(Fraction(g, i) for g, i in zip(row, ideal, strict=True) if i)
    return sorted(row) if solution == "egalitarian" else [sum(row)]


def brute_force(solution, gains, rank):
    rows = [tuple(map(int, r)) for r in gains]
    ideal = [max(column) for column in zip(*rows, strict=True)]
    keys = [exact_key(solution, r, ideal) for r in rows]
    best = max(keys)
    return min((int(rank[k]), k) for k in range(len(rows)) if keys[k] == best)[1]


def zones(largest, deals=12, parties=4):
    shapes = st.tuples(st.integers(1, deals), st.integers(1, parties))
    return shapes.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(0, largest)))


any_zone = st.one_of(zones(3), zones(12), zones(LARGEST_GAIN - 1))


@given(any_zone, st.randoms(use_true_random=False))
@settings(max_examples=150)
@pytest.mark.parametrize("solution", SINGLE)
def test_agrees_with_brute_force(solution, gains, random):
    rank = list(range(len(gains)))
    random.shuffle(rank)
    chosen = SINGLE[solution](gains, np.array(rank))
    assert chosen == brute_force(solution, gains, rank)


@given(zones(6), st.lists(st.integers(0, 3), min_size=4, max_size=4))
@settings(max_examples=100)
def test_weighted_nash_agrees_with_whole_exponents(gains, exponents):
    weights = exponents[: gains.shape[1]]
    if not any(weights):
        weights[0] = 1
    rows = gains.tolist()
    ideal = gains.max(axis=0).tolist()

    def key(row):
        powers = [(g or i) ** w for g, i, w in zip(row, ideal, weights, strict=True) if i]
        gaining = sum(w for g, w in zip(row, weights, strict=True) if g)
        return [gaining, math.prod(powers), *exact_key("nash", row, ideal)]

    best = max(map(key, rows))
    expected = next(k for k, row in enumerate(rows) if key(row) == best)
    assert weighted_nash(gains, weights) == expected


def test_products_that_differ_in_the_last_digit_are_told_apart():
    # 2**40 squared exceeds the other product by 1: sums of logs are equal in double precision.
    side = 2**40
    gains = np.array([[side - 1, side + 1], [side, side]])
    assert nash(gains) == nash(gains, np.array([0, 1])) == 1


def test_shares_that_differ_beyond_double_precision_are_told_apart():
    top = LARGEST_GAIN - 1
    # Smallest shares a little under one half, apart by about 2**-84.
    gains = np.array([[top, 0], [0, top - 2], [(top - 1) // 2, top - 3], [top - 1, (top - 3) // 2]])
    assert Fraction((top - 1) // 2, top) > Fraction((top - 3) // 2, top - 2)
    assert kalai_smorodinsky(gains) == 2
    assert kalai_smorodinsky(gains[[0, 1, 3, 2]]) == 3


# ── axioms ────────────────────────────────────────────────────────────────────────────────────
@given(zones(40), st.lists(st.integers(1, 10**6), min_size=4, max_size=4))
@settings(max_examples=100)
@pytest.mark.parametrize("solution", ["nash", "kalai-smorodinsky"])
def test_the_unit_of_a_utility_does_not_matter(solution, gains, units):
    scaled = gains * np.array(units[: gains.shape[1]])
    assert SINGLE[solution](scaled) == SINGLE[solution](gains)


@given(zones(40), st.lists(st.integers(1, 10**6), min_size=4, max_size=4))
@settings(max_examples=50)
def test_the_unit_does_not_matter_to_the_weighted_product(gains, units):
    weights = [5, 3, 2, 1][: gains.shape[1]]
    scaled = gains * np.array(units[: gains.shape[1]])
    assert weighted_nash(scaled, weights) == weighted_nash(gains, weights)


@given(zones(5), st.randoms(use_true_random=False))
@settings(max_examples=60)
@pytest.mark.parametrize("solution", SINGLE)
def test_relabelling_deals_and_parties_moves_nothing(solution, gains, random):
    rows, columns = list(range(gains.shape[0])), list(range(gains.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    rank = np.arange(len(gains))
    chosen = SINGLE[solution](gains[rows][:, columns], rank[rows])
    assert rows[chosen] == SINGLE[solution](gains, rank)


@given(zones(9, deals=8, parties=3), st.data())
@settings(max_examples=80)
def test_nash_is_independent_of_irrelevant_alternatives(gains, data):
    chosen = nash(gains)
    if gains[chosen].min() == 0:
        return  # given up where no deal gives all a strict gain, as documented
    kept = data.draw(st.lists(st.sampled_from(range(len(gains))), unique=True))
    kept = sorted({chosen, *kept})
    assert kept[nash(gains[kept])] == chosen


@given(any_zone)
@settings(max_examples=80)
@pytest.mark.parametrize("solution", SOLUTIONS)
def test_dominated_deals_are_never_chosen_nor_do_they_matter(solution, gains):
    weights = np.array([[3.0, 2.0, 1.0, 1.0][: gains.shape[1]]])
    frontier = np.flatnonzero(nondominated(gains))
    rank = np.arange(len(gains))
    whole = solve_zones(solution, gains, rank, np.array([0]), weights)[0]
    part = solve_zones(solution, gains[frontier], rank[frontier], np.array([0]), weights)[0]
    assert whole in frontier
    assert frontier[part] == whole


@given(zones(7, parties=1))
@settings(max_examples=30)
def test_one_party_takes_its_best(gains):
    for solve in SINGLE.values():
        assert solve(gains) == gains[:, 0].argmax()


def test_a_single_deal_is_chosen_even_if_nobody_gains():
    for solve in SINGLE.values():
        assert solve(np.array([[0, 0]])) == 0
    assert weighted_nash(np.array([[0, 0]]), [1, 0]) == 0


def test_ties_go_to_the_lowest_rank():
    gains = np.array([[3, 4], [4, 3], [4, 3], [3, 4]])
    rank = np.array([7, 5, 2, 9])
    assert {solve(gains, rank) for solve in SINGLE.values()} == {2}
    assert weighted_nash(gains, [1, 1], rank) == 2


def test_where_nobody_can_have_all_the_most_parties_come_first():
    gains = np.array([[100, 0, 0], [2, 3, 0], [0, 2, 4], [0, 3, 3]])
    # Pairs beat one alone; against their ideals (100, 3, 4) the products are 2*3*4, 100*2*4, 900.
    assert nash(gains) == 3


def test_a_party_without_weight_only_breaks_ties():
    gains = np.array([[5, 1], [5, 2], [4, 9]])
    assert weighted_nash(gains, [1, 0]) == 1


def test_equal_weights_are_the_plain_product():
    rng = np.random.default_rng(0)
    for _ in range(50):
        gains = rng.integers(0, 5, (20, 3))
        assert weighted_nash(gains, [0.1, 0.1, 0.1]) == nash(gains)


# ── many zones at once ────────────────────────────────────────────────────────────────────────
@given(st.lists(st.integers(1, 6), min_size=1, max_size=8), st.integers(1, 4), st.integers(0, 999))
@settings(max_examples=60)
@pytest.mark.parametrize("solution", SOLUTIONS)
def test_zones_together_are_zones_one_by_one(solution, sizes, parties, seed):
    rng = np.random.default_rng(seed)
    starts = np.cumsum([0, *sizes[:-1]])
    gains = rng.integers(0, 5, (sum(sizes), parties))
    rank = rng.permutation(sum(sizes))
    weights = rng.random((len(sizes), parties))
    together = solve_zones(solution, gains, rank, starts, weights)
    for zone, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        rows = slice(start, start + size)
        if solution == "weighted nash":
            alone = weighted_nash(gains[rows], weights[zone], rank[rows])
        else:
            alone = SINGLE[solution](gains[rows], rank[rows])
        assert together[zone] == start + alone


# ── refusals ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (3,)])
def test_no_deals_or_no_parties_are_refused(shape):
    with pytest.raises(ValueError, match="deals by parties"):
        nash(np.zeros(shape, dtype=np.int64))


@pytest.mark.parametrize("gain", [-1, LARGEST_GAIN])
def test_gains_out_of_bounds_are_refused(gain):
    with pytest.raises(ValueError, match="gains must be"):
        kalai_smorodinsky(np.array([[1, gain]]))


@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [1, math.nan], [1], [1, math.inf]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="weights must be"):
        weighted_nash(np.array([[1, 1]]), weights)


def test_weights_have_to_be_given_for_the_weighted_solution():
    with pytest.raises(ValueError, match="weights must be given"):
        solve_zones("weighted nash", np.array([[1]]), np.array([0]), np.array([0]))


@pytest.mark.parametrize("starts", [[1], [0, 0], [0, 2], []])
def test_empty_zones_are_refused(starts):
    with pytest.raises(ValueError, match="must"):
        solve_zones("nash", np.ones((2, 2), dtype=np.int64), np.arange(2), np.array(starts))


def test_unknown_solutions_are_refused_by_name():
    with pytest.raises(ValueError, match="'majority': one of nash"):
        solve_zones("majority", np.array([[1]]), np.array([0]), np.array([0]))
