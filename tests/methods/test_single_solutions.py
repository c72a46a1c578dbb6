from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse
from tests.methods.spaces import fewest_changes_first, large_space, listed_zone, small_space

from winset.methods import listing, part_trees
from winset.methods.bargaining_zones import solve_zones
from winset.methods.deal_space import DealSpace
from winset.methods.near_parts import near_trees
from winset.methods.relaxation import Problem
from winset.methods.single_solutions import (
    egalitarian,
    ideal,
    kalai_smorodinsky,
    nash,
    utilitarian,
    weighted_nash,
)

SINGLE = {
    "nash": nash,
    "kalai-smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}
seeds = st.integers(0, 10**6)


def simple_space(worth, *, floor=None, sizes=None, **changed):
    """A space without red lines: worth (parties, cells), the first cell of each issue being now."""
    worth = np.array(worth, dtype=np.int64)[None]
    first = np.concatenate([[0], np.cumsum(sizes or [worth.shape[2]])])
    now = np.zeros(worth.shape[2], dtype=bool)
    now[first[:-1]] = True
    parties = worth.shape[1]
    space = DealSpace(
        worth,
        first,
        np.ones((1, worth.shape[2]), dtype=bool),
        np.array([floor or [0] * parties], dtype=np.int64),
        parties,
        np.ones(parties, dtype=bool),
        np.zeros(len(first) - 1, dtype=np.int64),
        1 - now.astype(np.int64),
    )
    return replace(space, **changed)


# ── as listing all deals has it ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("block", range(5))
def test_agrees_with_listed_zones(block):
    empty = 0
    for seed in range(block * 100, block * 100 + 100):
        space = small_space(seed)
        deals, gains = listed_zone(space)
        gains = gains[:, : space.sides]
        rng = np.random.default_rng(seed)
        weights = rng.choice([0, 0, 1, 2, 0.5, 1 / 3], space.sides)
        weights[rng.integers(space.sides)] = 1
        found = {name: solve(space) for name, solve in SINGLE.items()}
        found["weighted nash"] = weighted_nash(space, weights)
        best = ideal(space)
        assert best.exact[0]
        if len(deals) == 0:
            empty += 1
            assert all(solved.empty[0] and not solved.found[0] for solved in found.values()), seed
            assert best.empty[0]
            continue
        assert (best.utility[0] - space.floor[0, : space.sides] == gains.max(axis=0)).all()
        assert (best.bound == best.utility).all()
        rank, zone = fewest_changes_first(space, deals), np.zeros(1, dtype=np.int64)
        for name, solved in found.items():
            given_weights = weights[None] if name == "weighted nash" else None
            chosen = solve_zones(name, gains, rank, zone, given_weights)[0]
            assert solved.deal[0].tolist() == deals[chosen].tolist(), (seed, name)
            assert (solved.utility[0][: space.sides] - space.floor[0, : space.sides]
                    == gains[chosen]).all()  # fmt: skip
            assert solved.exact[0], (seed, name)
            assert solved.gap[0] == 0, (seed, name)
    assert 10 < empty < 70


def test_ideal_deals_are_in_the_zone_and_reach_the_ideals():
    for seed in range(60):
        space = small_space(seed)
        deals, _ = listed_zone(space)
        best = ideal(space)
        for side in range(space.sides if len(deals) else 0):
            assert best.deal[0, side].tolist() in deals.tolist()
            reached = space.utilities(0, best.deal[0, side][None, :])[0, side]
            assert reached == best.utility[0, side]


@pytest.mark.parametrize("solution", ["kalai-smorodinsky", "egalitarian"])
def test_more_equal_smallest_shares_than_are_kept(solution):
    # One party has the same gain in hundreds of deals, and the others have to be told apart.
    for seed in range(6):
        rng = np.random.default_rng(seed)
        worth = rng.integers(1, 60, (3, 20))
        worth[0] = np.repeat([1, 0, 0, 0, 0], 4)
        space = simple_space(worth, sizes=[4] * 5)
        deals, gains = listed_zone(space)
        assert len(np.unique(gains, axis=0)) > 300
        chosen = solve_zones(solution, gains, fewest_changes_first(space, deals), np.zeros(1, int))
        solved = SINGLE[solution](space)
        assert solved.deal[0].tolist() == deals[chosen[0]].tolist()
        assert solved.exact[0]


def test_bounds_hold_where_the_search_is_cut_short():
    cut = 0
    for seed in range(40):
        # Almost nothing to gain together, so that many deals come close.
        space = large_space(3, 5, 4, seed=seed, floor=0.2)
        worth = space.worth.copy()
        worth[0, 2] = 2**38 - worth[0, :2].sum(axis=0) // 2
        space = replace(space, worth=worth, floor=5 * worth.mean(axis=2).astype(np.int64) - 2**36)
        _, gains = listed_zone(space)
        if len(gains) == 0:
            continue
        for name, solve in SINGLE.items():
            full, short = solve(space), solve(space, most=12)
            assert full.exact[0]
            if not short.found[0]:
                assert not short.empty[0]
                continue
            cut += not short.exact[0]
            slack = 1e-9 * abs(full.value[0])
            assert short.value[0] <= full.value[0] + slack
            assert short.bound[0] >= full.value[0] - slack, (seed, name)
            assert 0 <= short.gap[0] <= 1
        assert (ideal(space, most=12).bound[0] >= gains.max(axis=0) + space.floor[0]).all()
    assert cut > 10


# ── large spaces, against an independent solver ─────────────────────────────────────────────────
def integer_program(space, objective, rows, lower):
    """Greatest objective over deals by HiGHS; the cells' variables come first."""
    cells, extra = space.worth.shape[2], len(objective) - space.worth.shape[2]
    one = sparse.csr_array(
        (np.ones(cells), (np.repeat(np.arange(space.components), np.diff(space.first)),
                          np.arange(cells))), shape=(space.components, cells + extra)
    )  # fmt: skip
    found = optimize.milp(
        -objective,
        integrality=np.concatenate([np.ones(cells), np.zeros(extra)]),
        bounds=optimize.Bounds(0, np.concatenate([np.ones(cells), np.full(extra, np.inf)])),
        constraints=[optimize.LinearConstraint(one, 1, 1),
                     optimize.LinearConstraint(rows, lower, np.inf)],
        options={"mip_rel_gap": 1e-9},
    )  # fmt: skip
    return -found.fun


@pytest.mark.parametrize("parties", [2, 3])
def test_a_billion_deals_as_integer_programs_have_it(parties):
    space = large_space(parties, 9, 10, seed=parties)
    worth, floor = space.worth[0] / 2**40, space.floor[0] / 2**40
    best = integer_program(space, worth.sum(axis=0), worth, floor)
    solved = utilitarian(space)
    assert solved.utility[0].sum() / 2**40 == pytest.approx(best, abs=1e-7)
    with_level = np.column_stack([worth, -np.ones(parties)])
    level = integer_program(space, np.append(np.zeros(worth.shape[1]), 1.0), with_level, floor)
    assert egalitarian(space).value[0] / 2**40 == pytest.approx(level, abs=1e-7)
    top = integer_program(space, worth[0], worth, floor)
    assert ideal(space).utility[0, 0] / 2**40 == pytest.approx(top, abs=1e-7)


@pytest.mark.parametrize(("parties", "issues"), [(2, 30), (4, 15), (6, 9), (6, 30)])
def test_up_to_ten_to_the_thirty_deals_are_solved_exactly(parties, issues):
    space = large_space(parties, issues, 10, floor=0.3)
    solved = nash(space)
    assert solved.exact[0]
    # No exchange of one or two cells does better.
    worth = space.worth[0].reshape(parties, issues, 10) / 2**40
    gains = (solved.utility - space.floor)[0] / 2**40
    move = worth - worth[:, np.arange(issues), solved.deal[0]][:, :, None]
    both = gains[:, None, None, None, None] + move[:, :, :, None, None] + move[:, None, None, :, :]
    both[:, np.arange(issues), :, np.arange(issues), :] = 1e-9
    logs = np.log(np.maximum(both, 1e-9)).sum(axis=0)
    assert logs.max() <= np.log(gains).sum() + 1e-12


# ── published examples and special zones ────────────────────────────────────────────────────────
def test_nash_1950_barter_gains_12_and_5():
    # Bill's and Jack's values of Bill's book, whip, ball, bat, box and Jack's pen, toy, knife, hat.
    bill = [-2, -2, -2, -2, -4, 10, 4, 6, 2]
    jack = [4, 2, 1, 2, 1, -1, -1, -2, -2]
    worth = [[w for good in values for w in (0, good)] for values in (bill, jack)]
    space = simple_space(worth, sizes=[2] * 9)
    solved = nash(space)
    assert solved.utility.tolist() == [[12, 5]]
    assert solved.deal.tolist() == [[1, 1, 1, 1, 0, 1, 1, 1, 0]]
    assert solved.exact[0]


def test_the_status_quo_is_no_deal_but_its_twin_is():
    # The first issue's options are worth the same: changing it alone is a deal like now.
    space = simple_space([[3, 3, 0, 0], [3, 3, 0, 0]], floor=[1, 1], sizes=[2, 2])
    assert nash(space).deal.tolist() == [[0, 1]]
    without = replace(space, allowed=np.array([[True, True, True, False]]))
    assert [solve(without).deal.tolist() for solve in SINGLE.values()] == [[[1, 0]]] * 4
    only_now = replace(without, allowed=np.array([[True, False, True, False]]))
    assert all(solve(only_now).empty[0] for solve in SINGLE.values())


def test_ratifiers_only_have_floors():
    worth = [[0, 5, 3], [0, 5, 3], [0, -1, 9]]
    space = simple_space(worth, sides=2, gaining=np.array([True, True, False]))
    assert {int(solve(space).deal[0, 0]) for solve in SINGLE.values()} == {2}
    assert ideal(space).utility.tolist() == [[3, 3]]


def test_draws_are_solved_one_by_one():
    space = large_space(3, 6, 5, seed=4, draws=5)
    for name, solve in SINGLE.items():
        together = solve(space)
        for draw in range(5):
            alone = solve(replace(space, worth=space.worth[[draw]], allowed=space.allowed[[draw]],
                                  floor=space.floor[[draw]]))  # fmt: skip
            assert together.deal[draw].tolist() == alone.deal[0].tolist(), name


# ── axioms ──────────────────────────────────────────────────────────────────────────────────────
@given(seeds, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize("solution", SINGLE)
def test_relabelling_parties_moves_nothing(solution, seed, random):
    space = small_space(seed)
    order = list(range(space.sides))
    random.shuffle(order)
    order += range(space.sides, space.parties)
    renamed = replace(space, worth=space.worth[:, order], floor=space.floor[:, order],
                      gaining=space.gaining[order])  # fmt: skip
    assert SINGLE[solution](renamed).deal.tolist() == SINGLE[solution](space).deal.tolist()


@given(seeds, st.integers(1, 5), st.integers(-50, 50))
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("solution", ["nash", "kalai-smorodinsky"])
def test_the_unit_and_origin_of_a_utility_do_not_matter(solution, seed, unit, origin):
    space = small_space(seed)
    worth, floor = space.worth.copy(), space.floor.copy()
    worth[:, 0] *= unit
    worth[:, 0, : space.first[1]] += origin
    floor[:, 0] = floor[:, 0] * unit + origin
    scaled = replace(space, worth=worth, floor=floor)
    assert SINGLE[solution](scaled).deal.tolist() == SINGLE[solution](space).deal.tolist()


@given(seeds)
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("solution", ["nash", "egalitarian", "utilitarian"])
def test_a_dominated_option_changes_nothing(solution, seed):
    space = small_space(seed)
    others = [k for k in range(space.first[-2], space.first[-1])
              if k != space.first[-2] + space.base[-1]]  # fmt: skip
    if not others:
        return  # the status quo is no deal, so it dominates none
    # One more option of the last issue, worse for all than another.
    worse, allowed = space.worth[:, :, others[-1:]] - 1, space.allowed[:, others[-1:]]
    wider = replace(
        space,
        worth=np.concatenate([space.worth, worse], axis=2),
        allowed=np.concatenate([space.allowed, allowed], axis=1),
        first=np.append(space.first[:-1], space.first[-1] + 1),
        changes=np.append(space.changes, 1),
    )
    assert SINGLE[solution](wider).deal.tolist() == SINGLE[solution](space).deal.tolist()


# ── refusals ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [1, np.nan], [1], [1, np.inf]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="weights must be"):
        weighted_nash(simple_space([[0, 1], [0, 1]]), weights)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"allowed": np.ones((1, 3), dtype=bool)}, "allowed has the shape"),
        ({"first": np.array([0, 1])}, "first must rise from 0 to the number of cells, 2"),
        ({"base": np.array([2])}, "base must name a cell"),
        ({"sides": 3}, "sides must be from 1 to the number of parties, 2"),
        ({"floor": [-(2**42), 0]}, r"gains over the floor must be below 2\*\*42"),
    ],
)
def test_spaces_that_do_not_fit_together_are_refused(changed, says):
    with pytest.raises(ValueError, match=says):
        simple_space([[0, 1], [0, 1]], **changed)


def test_a_side_that_gains_much_whatever_the_deal_leaves_ties_to_changes():
    space = small_space(264735)  # one side, to which all deals are the same and far above its floor
    deals, gains = listed_zone(space)
    listed = solve_zones(
        "egalitarian", gains[:, : space.sides], space.rank(deals), np.zeros(1, int)
    )
    assert egalitarian(space).deal[0].tolist() == deals[listed[0]].tolist()


# ── where what one party gains the others lose ──────────────────────────────────────────────────
def opposed_space(parties, issues, options, seed):
    """The last party's utilities are the others' turned round."""
    rng = np.random.default_rng(seed)
    worth = rng.random((parties, issues, options)) / issues
    worth[-1] = 1 / issues - worth[:-1].mean(axis=0)
    worth = np.rint(worth.reshape(parties, -1) * 2**40).astype(np.int64)
    return simple_space(worth, floor=[int(0.3 * 2**40)] * parties, sizes=[options] * issues)


@pytest.mark.parametrize("seed", range(3))
def test_products_of_opposed_parties_are_within_a_millionth(seed):
    solved = nash(opposed_space(4, 9, 10, seed), most=600_000)
    assert solved.found[0]
    assert solved.gap[0] <= 1e-6


@pytest.mark.parametrize("seed", range(2))
def test_products_of_six_opposed_parties_are_within_a_millionth(seed):
    solved = nash(opposed_space(6, 9, 10, seed), most=300_000)
    assert solved.gap[0] <= 1e-6


def test_the_last_digits_of_a_bound_count_where_floors_are_tight():
    # Three parties share 1 in every deal; of 9 ** 9 deals some leave each a hair over a third.
    worth = np.random.default_rng(0).random((3, 9, 9))
    worth = np.rint(worth / worth.sum(axis=0) / 9 * 2**40).astype(np.int64).reshape(3, -1)
    solved = nash(simple_space(worth, floor=[int(0.3333 * 2**40)] * 3, sizes=[9] * 9), most=10**5)
    assert solved.exact[0]


def odd_space(seed):
    """What one party gains others lose: exactly, nearly, or with a judge and a long component."""
    rng = np.random.default_rng(seed)
    kind, parties, issues = rng.integers(4), int(rng.integers(2, 5)), int(rng.integers(2, 6))
    sizes = rng.integers(2, 5, issues)
    if kind == 3:
        sizes[rng.integers(issues)] = 20
    most = int(rng.choice([4, 30, 2**36]))  # small numbers make ties
    worth = rng.integers(0, most + 1, (parties, int(sizes.sum())))
    others = worth[:-1].sum(axis=0)
    worth[-1] = most * parties - others if kind == 1 else most - others // (parties - 1)
    if kind == 2:
        worth[-1] += rng.integers(0, max(most // 8, 1) + 1, len(others))
    some = np.cumsum(sizes) - 1 - rng.integers(0, sizes)
    floor = worth[:, some].sum(axis=1)
    if rng.random() < 0.7:
        floor -= rng.integers(0, most + 1, parties)
    sides = parties - 1 if parties > 2 and rng.random() < 0.5 else parties
    space = simple_space(worth, floor=floor.tolist(), sizes=sizes.tolist())
    return replace(space, sides=sides, gaining=np.arange(parties) < sides)


@pytest.mark.parametrize("parts", [2**20, 8])
@pytest.mark.parametrize("block", range(3))
def test_listed_parts_find_what_listed_deals_have(monkeypatch, block, parts):
    for name, value in {"_PARTS": parts, "_NEAR_PARTS": 32, "_MANY": 2**9}.items():
        monkeypatch.setattr(listing, name, value)
    monkeypatch.setattr(part_trees, "_SMALL", 6)
    looked = []
    look = listing.search_trees
    monkeypatch.setattr(listing, "search_trees", lambda *a: looked.append(1) or look(*a))
    exact = 0
    for seed in range(block * 20, block * 20 + 20):
        space = odd_space(seed)
        deals, gains = listed_zone(space)
        gains = gains[:, : space.sides]
        for most, (name, solve) in product((10, 100), SINGLE.items()):
            solved, full = solve(space, most=most), solve(space)
            assert full.exact[0]
            if len(deals) == 0:
                assert full.empty[0]
                assert not solved.found[0]
            assert not (solved.empty[0] and len(deals))
            if not solved.found[0]:
                continue
            assert solved.deal[0].tolist() in deals.tolist(), (seed, most, name)
            slack = 1e-9 * abs(full.value[0])
            assert solved.value[0] <= full.value[0] + slack, (seed, most, name)
            assert solved.bound[0] >= full.value[0] - slack, (seed, most, name)
            if solved.exact[0]:
                exact += 1
                rank = fewest_changes_first(space, deals)
                chosen = solve_zones(name, gains, rank, np.zeros(1, int))[0]
                assert solved.deal[0].tolist() == deals[chosen].tolist(), (seed, most, name)
    assert looked
    assert exact > 60


@given(seeds, st.integers(1, 30))
@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize("solution", ["nash", "egalitarian"])
def test_what_few_nodes_promise_holds(solution, seed, most):
    space = odd_space(seed)
    full, short = SINGLE[solution](space), SINGLE[solution](space, most=most)
    if np.isinf(short.bound[0]):  # a deal that gives more parties a gain may exist
        assert short.gap[0] == 1
        assert not short.exact[0]
    elif short.found[0] and full.found[0]:
        slack = 1e-9 * abs(full.value[0])
        assert short.value[0] - slack <= full.value[0] <= short.bound[0] + slack
    else:
        assert not (short.found[0] and full.empty[0])


def test_parts_near_a_deal_hold_it():
    space = opposed_space(4, 6, 5, 1)
    worth = space.worth[0].T.copy()
    first, parties = space.first, space.parties
    unit = np.full(parties, 2.0**40)
    whole = Problem(1, worth, first, space.floor[0], np.ones(parties, int), unit,
                    np.ones(parties), space.gaining, space.base, space.gaining,
                    np.tile(np.arange(5), 6), space.changes)  # fmt: skip
    choice = first[:-1] + np.array([1, 4, 0, 2, 3, 1])
    place, loss = np.arange(30), np.zeros(30)
    trees = near_trees(whole, np.ones(parties), place, loss, choice, 1.0, 10**6, np.arange(6))
    assert np.diff(trees.row).tolist() == [125, 125]  # every part of three issues of five options
    total = sum(trees.high[2 * int(trees.row[k]) - k] for k in range(2))
    assert (total >= worth[choice].sum(axis=0)).all()
    few = near_trees(whole, np.ones(parties), place, loss, choice, 1.0, 10, np.arange(6))
    assert np.diff(few.row).max() <= 10
    width = [(t.high[0] - t.low[0]).max() for t in (trees, few)]
    assert width[1] < width[0]  # the nearest are left
