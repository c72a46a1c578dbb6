"""What must hold of the deals of any case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.analyses.small import (
    PEOPLE,
    Maker,
    a_case,
    an_ensemble,
    an_issue,
    some_readings,
    statement,
)

from winset.analyses.deals import Deals, deals, events_of
from winset.analyses.zone import talks_of
from winset.case import Case, Issue, Option, Step, Table
from winset.ensemble.records import Ensemble, Refusal
from winset.errors import AskError
from winset.language.terms import And, AtTable, Is, Not, Or
from winset.methods.bargaining import SOLUTIONS
from winset.run.encode import pack, unpack
from winset.space import grid_of, space_of

SEEDS = st.integers(0, 10**6)


def zones(case: Case, ensemble: Ensemble, joined: tuple[str, ...] = ()) -> np.ndarray:
    """Which deals are in the zone: (readings, deals)."""
    talks = talks_of(case, ensemble, grid_of(case, ensemble.space, "t"), joined)
    return np.concatenate([batch.zone for batch in talks.batches()])


def same(one: Deals, other: Deals) -> None:
    np.testing.assert_equal(vars(one), vars(other))


# ── draw by draw ────────────────────────────────────────────────────────────────────────────────
@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_dropping_a_red_line_never_narrows_a_zone(seed: int) -> None:
    maker = Maker(seed)
    case = maker.case()
    ensemble = maker.ensemble(case, 4)
    assume(ensemble.refusals)
    number = maker.one(range(len(ensemble.refusals)))
    kept = ensemble.refusals[:number] + ensemble.refusals[number + 1 :]
    freed = replace(ensemble, refusals=kept)
    assert (zones(case, ensemble) <= zones(case, freed)).all()


@given(SEEDS, st.sampled_from(PEOPLE))
@settings(max_examples=80, deadline=None)
def test_a_party_that_joins_never_widens_a_zone(seed: int, party: str) -> None:
    """With or without objections to it; a demand for its presence is another matter."""
    maker = Maker(seed)
    case = maker.case()
    ensemble = maker.ensemble(case, 4)
    refusals = [r for r in ensemble.refusals if "at table" not in str(r.condition)]
    rules = [r for r in ensemble.rules if "at table" not in str(r.rule)]
    objection = Refusal(0, "objection", And((AtTable(party), maker.condition(case, 0))),
                        maker.mask(4))  # fmt: skip
    ensemble = replace(ensemble, refusals=(*refusals, objection), rules=tuple(rules))
    assert (zones(case, ensemble, (party,)) <= zones(case, ensemble)).all()


@given(SEEDS, st.sampled_from(PEOPLE))
@settings(max_examples=80, deadline=None)
def test_a_larger_table_has_no_wider_zone_but_for_indifference(seed: int, party: str) -> None:
    """A deal that leaves all earlier parties exactly where they were may enter: the newcomer's
    gain is then the strict one that a zone asks for.
    """
    maker = Maker(seed)
    case = maker.case()
    before = case.tables[0]
    after = replace(before, parties=tuple(sorted({*before.parties, party})))
    larger = replace(case, tables=(after,))
    ensemble = replace(maker.ensemble(case, 4), refusals=(), rules=())
    small, large = (grid_of(c, ensemble.space, "t") for c in (case, larger))
    assume(small.issues == large.issues)
    talks = talks_of(case, ensemble, small)
    still = np.stack([talks.gains[p].rows(slice(None)) == 0 for p in talks.signers]).all(axis=0)
    assert (zones(larger, ensemble) <= (zones(case, ensemble) | still)).all()


# ── relabelling ─────────────────────────────────────────────────────────────────────────────────
def shuffled(case: Case, maker: Maker) -> Case:
    mix: Callable[[tuple], tuple] = lambda items: tuple(maker.some(items, len(items)))  # noqa: E731
    table = case.tables[0]
    return replace(
        case,
        parties=mix(case.parties),
        issues=tuple(
            i if i.scale else replace(i, options=mix(i.options), decided_by=mix(i.decided_by))
            for i in mix(case.issues)
        ),
        tables=(replace(table, parties=mix(table.parties), agenda=mix(table.agenda)),),
    )


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_file_changes_no_bit(seed: int) -> None:
    maker = Maker(seed)
    case = maker.case()
    ensemble = maker.ensemble(case)
    events = {"e": maker.condition(case)}
    other = shuffled(case, maker)
    assert space_of(other) == space_of(case)
    same(deals(other, ensemble, "t", events=events), deals(case, ensemble, "t", events=events))


def renamed_issue(issue: Issue, names: dict[str, str]) -> Issue:
    return replace(issue, id=names[issue.id], key=issue.id, decided_by=tuple(
        names[p] for p in issue.decided_by))  # fmt: skip


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_new_names_with_the_old_keys_change_nothing_else(seed: int) -> None:
    maker = Maker(seed)
    case = maker.case()
    ensemble = replace(maker.ensemble(case), refusals=(), rules=())
    people = [p.id for p in case.parties]
    issues = [i.id for i in case.issues]
    names = dict(zip(people, ["zoe", "yann", "xi", "wu"], strict=True))
    names |= {issue: f"topic{9 - n}" for n, issue in enumerate(issues)}
    table = case.tables[0]
    parties = [replace(p, id=names[p.id], key=p.id, ratifies=tuple(names[r] for r in p.ratifies))
               for p in case.parties]  # fmt: skip
    other = replace(
        case,
        parties=tuple(parties),
        issues=tuple(renamed_issue(i, names) for i in case.issues),
        tables=(replace(table, parties=tuple(names[p] for p in table.parties),
                        agenda=tuple(names[i] for i in table.agenda)),),
    )  # fmt: skip
    one = deals(case, ensemble, "t", events={})
    two = deals(other, replace(ensemble, space=space_of(other)), "t", events={})
    assert two.issues == tuple(names[i] for i in one.issues)
    assert two.signers == tuple(names[p] for p in one.signers)
    for name in ("zone_count", "frontier_count", "chosen", "gains", "gain_sum", "early", "ideal"):
        np.testing.assert_equal(getattr(two, name), getattr(one, name))


# ── utilities ───────────────────────────────────────────────────────────────────────────────────
@given(SEEDS, st.integers(0, 3), st.integers(2, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_positive_rescaling_leaves_nash_and_kalai_smorodinsky(
    seed: int, party: int, factor: int
) -> None:
    maker = Maker(seed)
    case = maker.case()
    ensemble = maker.ensemble(case)
    scale = np.ones(len(PEOPLE), dtype=np.int64)
    scale[party] = factor
    scaled = replace(
        ensemble,
        part_worth=ensemble.part_worth * scale[:, None],
        reservation=ensemble.reservation * scale,
        terms=tuple(replace(t, worth=t.worth * scale[t.party]) for t in ensemble.terms),
    )
    one, two = (deals(case, e, "t", solutions=SOLUTIONS) for e in (ensemble, scaled))
    for solution in ("nash", "weighted nash", "kalai-smorodinsky"):
        np.testing.assert_array_equal(one.chosen[solution], two.chosen[solution])
    for name in ("zone_count", "frontier_count", "winset_size", "early", "closed"):
        np.testing.assert_equal(getattr(one, name), getattr(two, name))


def with_worse_option(case: Case, ensemble: Ensemble, issue: str, than: str, by: int) -> tuple:
    """Add an option that everybody likes less than another by some amount."""
    worse = [replace(i, options=(*i.options, Option("worst"))) if i.id == issue else i
             for i in case.issues]  # fmt: skip
    case = replace(case, issues=tuple(worse))
    old, new = ensemble.space, space_of(case)
    worth = np.zeros((*ensemble.part_worth.shape[:2], new.slots), dtype=np.int64)
    for i, o in new.slot_names():
        source = ensemble.part_worth[:, :, old.slot(i, than if o == "worst" else o)]
        worth[:, :, new.slot(i, o)] = source - (by if o == "worst" else 0)
    at = new.issue_index[issue]
    base = ensemble.base.copy()
    moved = np.array([new.option_index(issue, o) for o in old.options[at]], dtype=np.int16)
    base[:, at] = moved[base[:, at]]
    return case, replace(ensemble, space=new, part_worth=worth, base=base)


@given(SEEDS, st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_a_dominated_option_leaves_frontier_and_solutions(seed: int, by: int) -> None:
    """It holds for an option that everyone likes less than some way to change the issue, where
    nothing else tells the two apart. (Less than the status quo is not enough: changing nothing
    is no deal, so it dominates none.)
    """
    maker = Maker(seed)
    case = maker.case()
    ensemble = replace(maker.ensemble(case), refusals=(), rules=(), terms=())
    grid = grid_of(case, ensemble.space, "t")
    ways = [(i, o) for i in grid.label(0) for o in case.issue(i).states if o != case.issue(i).now]
    assume(ways)
    larger, extended = with_worse_option(case, ensemble, *maker.one(ways), by)
    one = deals(case, ensemble, "t", solutions=SOLUTIONS)
    two = deals(larger, extended, "t", solutions=SOLUTIONS)
    for solution in SOLUTIONS:
        np.testing.assert_array_equal(one.gains[solution], two.gains[solution])
        for n, m in zip(one.chosen[solution], two.chosen[solution], strict=True):
            assert (n < 0 and m < 0) or one.package(n) == two.package(m)
    fronts = [{tuple(d.package(n).items()): c for n, c in enumerate(d.frontier_count) if c}
              for d in (one, two)]  # fmt: skip
    assert fronts[0] == fronts[1]
    np.testing.assert_array_equal(one.ideal, two.ideal)


@pytest.mark.parametrize("signers", ["a", "ab", "abc"])
def test_the_frontier_of_a_large_zone_is_exact(signers: str) -> None:
    """Zones large enough for deals to be dropped before the exact filter."""
    maker = Maker(len(signers))
    issues = [an_issue(f"i{k}", ["w", "x", "y", "z"], "w", signers) for k in range(5)]
    case = a_case(issues, signers, [i.id for i in issues])
    worth = maker.rng.integers(0, 2**38, (4, 4, 20))
    worth[1] = maker.rng.integers(0, 3, worth[1].shape)
    ensemble = an_ensemble(case, 4, part_worth=worth)
    talks = talks_of(case, ensemble, grid_of(case, ensemble.space, "t"))
    batch = next(talks.batches())
    cells, gains = batch.frontier(len(signers))
    expected = []
    for reading, zone in enumerate(batch.zone):
        deals_in = np.flatnonzero(zone)
        assert len(deals_in) > 500
        points = batch.gains[:, reading, deals_in].T
        beaten = [((points >= p).all(axis=1) & (points > p).any(axis=1)).any() for p in points]
        expected += (reading * zone.size + deals_in[~np.array(beaten)]).tolist()
    assert cells.tolist() == expected
    np.testing.assert_array_equal(gains, batch.gains.reshape(len(signers), -1)[:, cells].T)


# ── results ─────────────────────────────────────────────────────────────────────────────────────
@given(SEEDS, st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_chunks_merge_into_the_whole(seed: int, cut: int) -> None:
    maker = Maker(seed)
    case = maker.case()
    ensemble = maker.ensemble(case, 7)
    events = {"e": maker.condition(case)}
    parts = [some_readings(ensemble, rows) for rows in (slice(0, cut), slice(cut, 7))]
    merged = Deals.merge([deals(case, part, "t", events=events) for part in parts])
    same(merged, deals(case, ensemble, "t", events=events))


def test_a_result_is_stored_and_read_back() -> None:
    maker = Maker(3)
    case = maker.case()
    result = deals(case, maker.ensemble(case, 5), "t", events={"e": maker.condition(case)})
    same(unpack(pack(result)), result)


def test_different_questions_do_not_merge() -> None:
    maker = Maker(3)
    case = maker.case()
    ensemble = maker.ensemble(case)
    results = [deals(case, ensemble, "t", signed=s) for s in ("nash", "utilitarian")]
    with pytest.raises(ValueError, match="signed"):
        Deals.merge(results)
    with pytest.raises(ValueError, match="nothing"):
        Deals.merge([])


# ── a case by hand ──────────────────────────────────────────────────────────────────────────────
PEACE = an_issue("peace", ["good", "fair", "bad"], "bad", "ab")
LAND = an_issue("land", ["fair", "good"], "open", "ab")


def by_hand(**fields: object) -> tuple[Case, Ensemble]:
    """a wants peace, b wants the land settled well; three readings, in one nobody wants peace."""
    case = a_case([PEACE, LAND], "ab", ["peace", "land"])
    space = space_of(case)
    worth = np.zeros((3, 4, space.slots), dtype=np.int64)
    worth[:, 0, space.slot("peace", "good")] = [6, 6, -1]
    worth[:, 0, space.slot("peace", "fair")] = [3, 3, -1]
    worth[:, 1, space.slot("peace", "good")] = [-1, -1, -1]
    worth[:, 1, space.slot("land", "good")] = 4
    worth[:, 0, space.slot("land", "good")] = -2
    return case, an_ensemble(case, 3, part_worth=worth, **fields)


def test_views_of_a_result() -> None:
    result = deals(*by_hand(), "t")
    best = {"land": "good", "peace": "good"}
    assert result.now == ("open", "bad")
    assert list(result.chosen["nash"][:2]) == [result.leading_chosen()[0][0]] * 2
    assert result.package(result.leading_chosen()[0][0]) == best
    assert result.leading_chosen()[0][1] == 2
    assert result.changes(result.leading_chosen()[0][0]) == (
        ("land", "open", "good"), ("peace", "bad", "good"),
    )  # fmt: skip
    assert [result.package(n) for n in result.leading_early(1, issues=1)] == [
        {"land": "open", "peace": "fair"}
    ]
    assert result.with_deal == 2
    shares = result.gain_shares()
    np.testing.assert_allclose(shares[0], [1, 3 / 4])
    assert np.isnan(shares[2]).all()
    assert list(result.options_chosen()) == [0, 2, 0, 0, 0, 2]


def test_leading_deals_are_those_in_most_zones() -> None:
    for seed in range(30):
        maker = Maker(seed)
        case = maker.case()
        found = deals(case, maker.ensemble(case, 6), "t", closing=False)
        order = [(-found.zone_count[n], -found.frontier_count[n], len(found.changes(n)), n)
                 for n in range(found.size) if found.zone_count[n]]  # fmt: skip
        assert found.leading(4) == [n for *_, n in sorted(order)][:4]
        assert found.leading_early(4, 2) == [n for *_, k, n in sorted(order) if k <= 2][:4]
        assert found.closed == {}


def test_what_closes_the_zone_is_named() -> None:
    case, ensemble = by_hand()
    real = np.ones(3, dtype=np.bool_)
    never = Or((Is("peace", "fair"), Is("peace", "good")))
    ensemble = replace(ensemble, refusals=(Refusal(1, "b.red", never, real),))
    result = deals(case, ensemble, "t", events={"peace": Not(Is("peace", "bad"))})
    assert result.with_deal == 0
    # Without its red line b would sign; or a could take the land's loss in all three readings.
    assert result.closed[""].sets == {("b.red",): 2, ("reservation:a",): 3}
    assert result.closed[""].lines == {"b.red": 2, "reservation:a": 3}
    assert result.closed["peace"].sets == {("b.red",): 2, ("b.red", "reservation:a"): 1}
    assert result.closed["peace"].leading(1) == [(("b.red",), 2)]


def test_issues_set_from_outside_leave_the_table() -> None:
    case, ensemble = by_hand()
    space = space_of(case, fixed={"land": "good"})
    base = np.tile(np.array(space.now, dtype=np.int16), (3, 1))
    result = deals(case, replace(ensemble, space=space, base=base), "t")
    assert result.issues == ("peace",)
    assert result.set_outside == ("land",)
    assert result.gain_sum[1].tolist() == [12, 12, 9]


def test_a_table_that_can_change_nothing_has_no_zone() -> None:
    case, ensemble = by_hand()
    table = Table("t", "T", ("c",), statement("t", "seat"), ("peace", "land"))
    result = deals(replace(case, tables=(table,)), ensemble, "t", events={})
    assert result.left_out == (("land", ("a", "b")), ("peace", ("a", "b")))
    assert (result.size, result.with_deal) == (1, 0)
    assert result.closed[""].hopeless == 3
    assert result.leading() == []
    assert result.leading_chosen() == []
    assert list(result.options_chosen()) == []


def test_events_are_what_steps_settle_and_claims_say_of_issues() -> None:
    case, _ = by_hand()
    settles = Not(Is("peace", "bad"))
    step = Step("s", "S", statement("s", "step"), settles=settles)
    case = replace(case, steps=(step, replace(step, id="u", settles=AtTable("a"))))
    assert events_of(case) == {"peace is not bad": settles}


def test_what_the_case_lacks_is_asked_for_in_vain() -> None:
    case, ensemble = by_hand()
    with pytest.raises(AskError, match="no table"):
        deals(case, ensemble, "u")
    with pytest.raises(AskError, match="no party"):
        deals(case, ensemble, "t", joined=("q",))
    with pytest.raises(AskError, match="no solution"):
        deals(case, ensemble, "t", signed="fair")  # type: ignore[arg-type]
