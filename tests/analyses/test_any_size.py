"""Deals that are searched against deals that are listed, and tables too large to list."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.analyses.any_size import compare, random_domain
from tests.analyses.small import a_case, an_ensemble, an_issue
from tests.analyses.test_absent_brute import SIGNED, BusyMaker, made

from winset.analyses import solving
from winset.analyses import sums as sums_module
from winset.analyses.absent import absent
from winset.analyses.closing_searched import smallest_sets
from winset.analyses.components import components_of
from winset.analyses.deals import PLAIN, Deals, deals
from winset.analyses.zone_sizes import SAMPLED, middle_share
from winset.ensemble.records import Ensemble, Refusal
from winset.errors import TooLargeError
from winset.language.terms import And, Is
from winset.methods.feasibility import search
from winset.space import grid_of, space_of


@pytest.mark.parametrize("block", range(5))
def test_searched_deals_are_the_listed_ones(block: int) -> None:
    for seed in range(1000 + block * 6, 1006 + block * 6):
        case, ensemble, asked = random_domain(seed)
        compare(case, ensemble, **asked)


@pytest.mark.parametrize("block", range(4))
def test_absent_parties_answer_alike(block: int) -> None:
    for seed in range(block * 6, block * 6 + 6):
        maker, case, ensemble = made(seed)
        signed = maker.one(SIGNED)
        busy = BusyMaker(seed)
        told = busy.case()
        for one, readings, solution in (
            (case, ensemble, signed),
            (told, busy.ensemble(told), "nash"),
        ):
            listed = deals(one, readings, "t", signed=solution, events={}, closing=False)
            searched = deals(one, readings, "t", signed=solution, events={}, closing=False, most=0)
            here, there = absent(one, readings, listed), absent(one, readings, searched)
            np.testing.assert_equal(vars(there), vars(here))


def test_small_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    case, ensemble, asked = random_domain(7)
    whole = deals(case, ensemble, "t", most=0, **asked)
    monkeypatch.setattr(sums_module, "_BYTES", 1)
    np.testing.assert_equal(vars(deals(case, ensemble, "t", most=0, **asked)), vars(whole))


def large(issues: int = 16, options: int = 10) -> tuple[object, Ensemble]:
    """Two parties with opposite orders of every issue, one counting double on half of them."""
    names = [f"i{k:02}" for k in range(issues)]
    ids = [f"o{k}" for k in range(options)]
    case = a_case([an_issue(name, ids, "o0", "ab") for name in names], "ab", names)
    space = space_of(case)
    worth = np.zeros((1, len(space.parties), space.slots), dtype=np.int64)
    for k in range(issues):
        run = slice(space.offsets[k], space.offsets[k + 1])
        worth[0, 0, run] = np.arange(options) * (2 if k % 2 else -1)
        worth[0, 1, run] = np.arange(options) * (-1 if k % 2 else 2)
    return case, an_ensemble(case, 1, part_worth=worth)


def test_ten_to_the_sixteen_deals_are_solved() -> None:
    case, ensemble = large()
    found = deals(case, ensemble, "t", events={})
    assert found.size == 10**16
    assert not found.listed
    # Every issue at its last option: each party gains 9 on every issue that it wins, net.
    assert set(found.package(int(found.chosen["nash"][0])).values()) == {"o9"}
    # The best for one: all of its own eight issues, worth 18 each to it and -9 to the other, and of
    # the other's the 36 steps (-1 to it, 2 to the other) that leave the other at nothing.
    assert found.ideal.tolist() == [[8 * 18 - 36, 8 * 18 - 36]]
    assert found.option_in_zone.sum() == 160
    assert 0 < found.zone_size[0] < 1e16
    assert not found.sizes_exact[0]
    assert found.early.sum() == sum(len(a) >= 2 and len({i[-1] in "13579" for i in a}) == 2
                                    for a in found.agendas)  # fmt: skip


def test_numbers_beyond_machine_integers_name_deals() -> None:
    case, ensemble = large(issues=24)
    found = deals(case, ensemble, "t", events={}, solutions=())
    picked = found.chosen["nash"]
    assert picked.dtype == object
    assert set(found.package(picked[0]).values()) == {"o9"}
    assert picked[0] == 10**24 - 1
    assert found.leading_chosen() == [(10**24 - 1, 1)]


def test_a_line_over_many_issues_is_refused_by_name() -> None:
    case, ensemble = large()
    every = And(tuple(Is(issue, "o9") for issue in ensemble.space.issues[:7]))
    line = Refusal(0, "a.red_lines", every, np.ones(1, dtype=np.bool_))
    with pytest.raises(TooLargeError, match=r"10,000,000 combinations.*coupled by a\.red_lines"):
        deals(case, replace(ensemble, refusals=(line,)), "t", events={})


def test_what_to_fix_is_enough_and_what_it_leaves_is_told() -> None:
    case, ensemble = large(issues=12, options=6)
    grid = grid_of(case, ensemble.space, "t")
    ties = [("two", (0, 1)), ("many", tuple(range(1, 10))), ("one", (3,))]
    with pytest.raises(TooLargeError, match="coupled by many, two: drop") as refused:
        components_of(grid, ties)
    message = str(refused.value)
    fixed = re.findall(r"--set (\w+)=OPTION", message)
    assert f"fix {len(fixed)} issues" in message

    def combinations(issues: list[str]) -> int:
        left = replace(grid, issues=tuple(i for i in grid.issues
                                          if grid.space.issues[i] not in issues))  # fmt: skip
        return max(components_of(left, ties).sizes)

    assert f"leaves {combinations(fixed):,} combinations" in message
    with pytest.raises(TooLargeError):
        combinations(fixed[:-1])


def test_components_join_what_is_coupled() -> None:
    case, ensemble = large(issues=6, options=2)
    grid = grid_of(case, ensemble.space, "t")
    parts = components_of(grid, [("one", (0, 3)), ("two", (3, 5)), ("three", (2,))])
    assert parts.groups == ((0, 3, 5), (1,), (2,), (4,))
    options = grid.digits
    cells = parts.of_options(options)
    assert (parts.to_options(cells) == options).all()
    assert (parts.numbers(cells) == np.arange(grid.size)).all()
    assert parts.order[(parts.first[:-1] + cells)].sum(axis=1).argsort().tolist() == (
        grid.rank.argsort().tolist()
    )


def test_the_smallest_sets_are_all_found() -> None:
    rng = np.random.default_rng(4)
    for _ in range(60):
        lines = frozenset(range(6))
        winning = [frozenset(rng.permutation(6)[: rng.integers(0, 5)].tolist()) for _ in range(4)]
        found = smallest_sets(lines, lambda s, w=winning: any(one <= s for one in w))
        least = min(map(len, winning))
        assert set(found) == {one for one in winning if len(one) == least}
    assert smallest_sets(frozenset({1, 2}), lambda _: False) == []


def test_a_search_agrees_with_trying_everything() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        sizes = rng.integers(1, 5, rng.integers(1, 5))
        first = np.concatenate([[0], np.cumsum(sizes)])
        parties = int(rng.integers(1, 5))
        worth = rng.integers(-3, 9, (1, parties, first[-1]))
        allowed = rng.random((1, first[-1])) < 0.8
        cells = np.indices(sizes).reshape(len(sizes), -1).T
        sums = worth[0][:, first[:-1] + cells].sum(axis=2)
        floor = sums[:, rng.integers(len(cells))] + rng.integers(-1, 2, parties)
        fine = allowed[0, first[:-1] + cells].all(axis=1) & (sums >= floor[:, None]).all(axis=0)
        found = search(worth, first, np.zeros(1, dtype=np.int64), allowed, floor[None])
        assert found.status[0] == fine.any()
        if fine.any():
            assert fine[(cells == found.deals[0]).all(axis=1)].all()


def opposed() -> tuple[object, Ensemble]:
    """Three parties, each of which loses what the others gain, nearly: 4,096 deals."""
    rng = np.random.default_rng(3)
    names, ids = [f"i{k}" for k in range(6)], ["o0", "o1", "o2", "o3"]
    case = a_case([an_issue(name, ids, "o0", "abc") for name in names], "abc", names)
    space = space_of(case)
    worth = np.zeros((6, len(space.parties), space.slots), dtype=np.int64)
    worth[:, :2] = rng.integers(0, 2**36, (6, 2, space.slots))
    worth[:, 2] = 2**37 - worth[:, :2].sum(axis=1) + rng.integers(0, 2**28, (6, space.slots))
    worth[:, :, space.offsets[:-1]] = 0
    return case, an_ensemble(case, 6, part_worth=worth)


def by_measure(found: Deals, solution: str) -> np.ndarray:
    """Give what each reading's deal has of what a solution makes greatest."""
    gains = found.gains[solution][:, :3] / 2**40
    if solution == "kalai-smorodinsky":
        gains = gains / (found.ideal / 2**40)
    return {"nash": gains.prod(axis=1), "utilitarian": gains.sum(axis=1)}.get(
        solution, gains.min(axis=1)
    )


@pytest.mark.parametrize(("settling", "purse"), [(2**17, 0), (2**4, 10**8), (2**4, 0)])
def test_what_is_not_proved_is_settled_or_told(
    monkeypatch: pytest.MonkeyPatch, settling: int, purse: int
) -> None:
    case, ensemble = opposed()
    for name, value in {"FRONTIER": 2**4, "ON_GRID": 2**4, "NODES": 8, "SETTLING": settling,
                        "PURSE": purse}.items():  # fmt: skip
        monkeypatch.setattr(solving, name, value)
    asked = {"events": {}, "closing": False, "solutions": PLAIN}
    listed = deals(case, ensemble, "t", **asked)
    found = deals(case, ensemble, "t", most=0, **asked)
    told = False
    for solution in PLAIN:
        short = found.shortfall[solution]
        assert not listed.shortfall[solution].any()
        best, had = by_measure(listed, solution), by_measure(found, solution)
        if max(settling, purse) > 2**4:
            assert (short <= 1e-6).all()
            np.testing.assert_allclose(had, best, rtol=1e-6)
        else:
            told = told or bool((short > 1e-6).any())
            if solution != "kalai-smorodinsky":  # of which the ideals may be unknown, too
                assert (had >= best * (1 - short) - 1e-12).all()
    assert told == (max(settling, purse) == 2**4)
    assert found.unsure.any() == told


def test_an_estimated_share_lies_in_its_interval() -> None:
    names, ids = [f"i{k}" for k in range(8)], ["o0", "o1", "o2", "o3"]
    case = a_case([an_issue(name, ids, "o0", "ab") for name in names], "ab", names)
    space, readings = space_of(case), 40
    rng = np.random.default_rng(11)
    worth = rng.integers(-90, 60, (readings, len(space.parties), space.slots))
    worth += np.arange(0, 2 * readings, 2)[:, None, None]  # from almost no deal to almost all
    worth[:, :, space.offsets[:-1]] = 0
    ensemble = an_ensemble(case, readings, part_worth=worth)
    listed = deals(case, ensemble, "t", events={}, solutions=())
    searched = deals(case, ensemble, "t", events={}, solutions=(), most=0)
    assert searched.size == 4**8
    assert (listed.sampled, searched.sampled) == (0, SAMPLED)
    counted = middle_share(listed)
    assert counted is not None
    assert counted.exact
    assert counted.low == counted.middle == counted.high
    inside = 0
    for n in range(readings):
        case_of_one = an_ensemble(case, 1, part_worth=worth[n : n + 1])
        one = middle_share(deals(case, case_of_one, "t", events={}, solutions=(), most=0))
        truth = listed.zone_size[n] / listed.size
        if one is None:
            assert truth == 0
            inside += 1
            continue
        assert not one.exact
        assert one.low <= one.middle <= one.high
        assert one.high - one.low < 0.021
        inside += one.low <= truth <= one.high
    assert 0.9 * readings <= inside  # 95 of 100 are to be expected
    estimated = middle_share(searched)
    assert estimated is not None
    assert estimated.low < counted.middle < estimated.high
    assert len(np.unique(listed.zone_size)) > readings / 2


def test_no_reading_with_a_deal_has_no_share() -> None:
    case, ensemble = large(issues=4, options=2)
    shut = replace(ensemble, part_worth=-abs(ensemble.part_worth))
    assert middle_share(deals(case, shut, "t", events={}, most=0)) is None
