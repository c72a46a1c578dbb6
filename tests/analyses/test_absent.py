"""What absent parties answer, what is left of a deal, and what it costs: case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.analyses.small import Maker, a_case, an_ensemble, an_issue, statement

from winset.analyses.absent import AbsentResult, absent, absent_parties
from winset.analyses.deals import Deals, deals
from winset.case import Absent, Case, Party, Preference, RedLine, Seat, StatedAnswer
from winset.ensemble.records import AnswerInForce, Ensemble, Refusal, RuleInForce, Term
from winset.language.terms import CERTAIN, And, Answer, AtTable, Is, Not, Order, Requires
from winset.run.encode import pack, unpack

A, B, C, D = range(4)


def case_of(*issues: str, by: dict[str, str] | None = None, agenda: str = "") -> Case:
    """A table of a and b that decides issues ``off``/``on`` (now off), c and d being absent."""
    made = [
        replace(
            an_issue(i, ["off", "on"], "off", "ab"), implemented_by=tuple((by or {}).get(i, ""))
        )
        for i in issues
    ]
    case = a_case(made, "ab", agenda.split() or list(issues))
    out = tuple(Absent(p, "t", "", statement(f"{p}.absent", "absent")) for p in "cd")
    return replace(case, absent=out)


def ensemble_of(case: Case, worth: dict[str, dict[str, int]], **more: Any) -> Ensemble:
    """Readings in which parties get so much from issues that are ``on``; others have no stake."""
    readings = more.pop("readings", 1)
    plain = an_ensemble(case, readings)
    space = plain.space
    part_worth = plain.part_worth.copy()
    stake = np.zeros_like(plain.stake)
    for party, gains in worth.items():
        for issue, gain in gains.items():
            p, i = space.party_index[party], space.issue_index[issue]
            part_worth[:, p, space.slot(issue, "on")] = gain
            stake[p, i] = True
    always = np.ones(readings, dtype=np.bool_)
    implementers = tuple(
        tuple((space.party_index[p], always) for p in case.issue(i).implemented_by)
        for i in space.issues
    )
    fields = {"part_worth": part_worth, "stake": stake, "implementers": implementers}
    return an_ensemble(case, readings, **(fields | more))


def found_in(case: Case, ensemble: Ensemble, **more: Any) -> AbsentResult:
    return absent(case, ensemble, deals(case, ensemble, "t", events={}), **more)


def in_force(readings: int = 1) -> np.ndarray:
    return np.ones(readings, dtype=np.bool_)


def on(issue: str) -> Is:
    return Is(issue, "on")


def off(issue: str) -> Is:
    return Is(issue, "off")


GOOD = {"a": {"x": 3, "y": 2}, "b": {"x": 1, "y": 2}}
"""Both signers want both issues on, so that is what they sign."""


# ── answers ───────────────────────────────────────────────────────────────────────────────────
def test_a_party_that_carries_nothing_out_can_be_hurt_but_has_nothing_to_refuse() -> None:
    case = case_of("x", "y")
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"x": -5}}))
    assert found.answers("c")["accept"] == 1
    assert found.hurt("c").all()
    assert not found.hurt("a").any()
    assert not found.fallen.any()


def test_a_party_that_is_worse_off_leaves_what_it_would_carry_out_undone() -> None:
    case = case_of("x", "y", by={"x": "c"})
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"x": -5, "y": 1}}))
    assert found.answers("c")["decline"] == 1
    assert found.grounds("c")["compared"] == 1
    assert found.standing() == [({"x": "off", "y": "on"}, 1)]
    assert not found.hurt("c").any()
    assert found.holding.all()
    assert found.cost[0, 0].tolist() == [3, 1]


def test_equally_good_is_accepted() -> None:
    case = case_of("x", "y", by={"x": "c"})
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"x": 0}}))
    assert found.answers("c")["accept"] == 1


def test_a_real_red_line_is_refused_whatever_the_deal_is_worth() -> None:
    case = case_of("x", "y", by={"y": "c"})
    line = Refusal(C, "line", on("x"), np.array([True, False]))
    made = ensemble_of(case, GOOD | {"c": {"y": 9}}, refusals=(line,), readings=2)
    found = found_in(case, made)
    assert found.answers("c") == {"accept": 1, "decline": 1, "no stake": 0, "undetermined": 0}
    assert found.grounds("c")["red line"] == 1
    assert found.won_changes.tolist() == [[1, 0], [0, 0]]
    assert found.winning("c") == [((("x", "on", "off"),), 1)]


def test_a_stated_answer_decides_before_all_else() -> None:
    case = case_of("x", "y", by={"x": "c"})
    line = Refusal(C, "line", on("x"), in_force())
    yes = AnswerInForce(C, "accept", on("y"), in_force(), "yes")
    no = AnswerInForce(C, "decline", None, in_force(), "no")
    worth = GOOD | {"c": {"x": -5}}
    accepts = found_in(case, ensemble_of(case, worth, refusals=(line,), answers=(yes,)))
    assert accepts.answers("c")["accept"] == 1
    assert accepts.hurt("c").all()
    both = found_in(case, ensemble_of(case, worth, answers=(yes, no)))
    assert both.answers("c")["decline"] == 1
    assert both.grounds("c")["stated"] == 1


def test_without_preferences_there_is_no_stake_and_silence_leaves_it_open() -> None:
    case = case_of("x", "y", "z", by={"x": "cd"}, agenda="x y")
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"z": 5}}))
    assert found.answers("c")["undetermined"] == 1
    assert found.answers("d")["no stake"] == 1
    assert not found.hurt("c").any()
    assert not found.hurt("d").any()
    assert found.guests == ()


def test_a_term_over_several_issues_is_no_silence() -> None:
    case = case_of("x", "y", "z", agenda="x y")
    term = Term(C, (0, 2), np.array([[0, 0, 0, 4]]), "term")
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"z": 5}}, terms=(term,)))
    assert found.answers("c")["accept"] == 1
    assert found.guests == (("c",),)


def test_who_declines_may_turn_the_next() -> None:
    # c gains by x as long as y comes with it; d leaves y undone; then c has no reason to do x.
    case = case_of("x", "y", by={"x": "c", "y": "d"})
    worth = GOOD | {"c": {"x": -1, "y": 3}, "d": {"y": -1}}
    term = Term(C, (0, 1), np.array([[0, 0, 0, 2]]), "x with y")
    alone = found_in(case, ensemble_of(case, worth | {"d": {"y": 1}}, terms=(term,)))
    assert alone.answers("c")["accept"] == 1
    chain = found_in(case, ensemble_of(case, worth, terms=(term,)))
    assert chain.answers("c")["decline"] == 1
    assert chain.answers("d")["decline"] == 1
    assert chain.standing() == [({"x": "off", "y": "off"}, 1)]


# ── what is left of a deal ────────────────────────────────────────────────────────────────────
def standing(rule: Requires, by: dict[str, str], *more: RuleInForce) -> dict[str, str]:
    case = case_of("x", "y", "z", by=by)
    no = AnswerInForce(C, "decline", None, in_force(), "no")
    worth = {"a": {"x": 1, "y": 1, "z": 1}}
    rules = (RuleInForce("rule", rule, in_force()), *more)
    found = found_in(case, ensemble_of(case, worth, answers=(no,), rules=rules))
    assert found.deal.tolist() == [7]
    return found.standing()[0][0]


def test_a_broken_rule_takes_back_what_needs_what_is_gone() -> None:
    assert standing(Requires(on("x"), on("y")), {"y": "c"}) == {"x": "off", "y": "off", "z": "on"}


def test_rules_break_one_after_the_other() -> None:
    second = RuleInForce("second", Requires(on("z"), on("x")), in_force())
    nothing = {"x": "off", "y": "off", "z": "off"}
    assert standing(Requires(on("x"), on("y")), {"y": "c"}, second) == nothing


def test_a_rule_that_is_not_in_force_takes_nothing_back() -> None:
    idle = RuleInForce("idle", Requires(on("z"), on("y")), ~in_force())
    left = standing(Requires(on("x"), on("y")), {"y": "c"}, idle)
    assert left == {"x": "off", "y": "off", "z": "on"}


def test_only_the_condition_falls_where_it_changed_something() -> None:
    rule = Requires(on("x"), And((on("y"), on("z"))))
    assert standing(rule, {"y": "c"}) == {"x": "off", "y": "off", "z": "on"}


def test_the_requirement_falls_where_the_condition_changed_nothing() -> None:
    # Whoever leaves x off may not have z on.
    rule = Requires(Not(on("x")), off("z"))
    assert standing(rule, {"x": "c"}) == {"x": "off", "y": "on", "z": "off"}


def test_what_is_no_part_of_the_deal_stays_though_a_decliner_implements_it() -> None:
    case = case_of("x", "y", by={"x": "c", "y": "c"}, agenda="x")
    no = AnswerInForce(C, "decline", None, in_force(), "no")
    base = np.array([[0, 1]], dtype=np.int16)  # somebody turned y on without any agreement
    found = found_in(case, ensemble_of(case, GOOD, answers=(no,), base=base))
    assert found.standing() == [({"x": "off", "y": "on"}, 1)]


# ── costs ─────────────────────────────────────────────────────────────────────────────────────
def test_declining_can_leave_a_signer_below_what_it_had() -> None:
    case = case_of("x", "y", by={"x": "c"})
    worth = {"a": {"x": 5, "y": -3}, "b": {"x": 1, "y": 4}, "c": {"x": -1}}
    found = found_in(case, ensemble_of(case, worth))
    assert found.cost.tolist() == [[[5, 1], [0, 0]]]
    assert found.short.tolist() == [[[True, False], [False, False]]]
    assert not found.holding.any()
    assert found.hurt("a").all()


# ── with them at the table ────────────────────────────────────────────────────────────────────
def test_leaving_out_gains_one_what_it_costs_the_other() -> None:
    case = case_of("x", "y")
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"x": -5, "y": 1}}))
    assert found.guests == (("c",),)
    assert found.guest_zone.tolist() == [[1]]
    assert found.price(("c",), "c").tolist() == [-6 + 1]
    assert found.price(("c",), "a").tolist() == [3]


def test_without_a_deal_with_them_everyone_has_its_reservation() -> None:
    case = case_of("x")
    found = found_in(case, ensemble_of(case, {"a": {"x": 3}, "c": {"x": -5}}))
    assert found.guest_deal.tolist() == [[-1]]
    assert found.price(("c",), "a").tolist() == [3]
    assert found.price(("c",), "c").tolist() == [-5]


def test_a_seat_for_them_can_be_what_a_signer_objects_to() -> None:
    case = case_of("x", "y")
    seat = Refusal(B, "seat", And((AtTable("c"), on("x"))), in_force(), objection=True)
    made = ensemble_of(case, GOOD | {"c": {"x": 1, "y": 1}}, refusals=(seat,))
    found = found_in(case, made, events={"x": on("x"), "y": on("y")})
    assert found.event_stands == {"x": 1, "y": 1}
    assert found.event_guests == {("c",): {"x": 0, "y": 1}}


def test_somebody_at_the_table_still_has_to_gain() -> None:
    case = case_of("x")
    found = found_in(case, ensemble_of(case, {"c": {"x": 4}}))
    assert found.deal.tolist() == [-1]
    assert found.guest_deal.tolist() == [[-1]]


def test_guests_bargain_along() -> None:
    # Alone a and b would sign x; with c the product of three gains is greatest on y.
    case = case_of("x", "y")
    rule = RuleInForce("one", Requires(on("x"), off("y")), in_force())
    worth = {"a": {"x": 4, "y": 3}, "b": {"x": 4, "y": 3}, "c": {"x": 1, "y": 9}}
    found = found_in(case, ensemble_of(case, worth, rules=(rule,)), events={"y": on("y")})
    assert found.event_stands == {"y": 0}
    assert found.event_guests == {("c",): {"y": 1}}


@pytest.mark.parametrize("seed", range(40))
def test_consent_that_is_added_never_widens_a_zone(seed: int) -> None:
    maker = Maker(seed)
    case = maker.case()
    made = maker.ensemble(case, 4)
    quiet = tuple(r for r in made.refusals if "at table" not in str(r.condition))
    rules = tuple(r for r in made.rules if "at table" not in str(r.rule))
    made = replace(made, refusals=quiet, rules=rules)
    table = deals(case, made, "t", events={}, closing=False)
    everyone = tuple(Absent(p, "t", "", statement(p, "absent")) for p in "abcd")
    found = absent(replace(case, absent=everyone), made, table, events={})
    for column, guests in enumerate(found.guests):
        assert (found.guest_zone[:, column] <= table.zone_size).all()
        if len(guests) > 1:
            alone = [found.guest_zone[:, found.guests.index((g,))] for g in guests]
            assert (found.guest_zone[:, column] <= np.min(alone, axis=0)).all()


# ── winning over ──────────────────────────────────────────────────────────────────────────────
def test_a_change_that_the_signers_can_bear_is_preferred() -> None:
    # c would do x without y, or y without x; b would not sign x alone.
    case = case_of("x", "y", by={"x": "c"})
    line = Refusal(C, "both", And((on("x"), on("y"))), in_force())
    worth = {"a": {"x": 1, "y": 5}, "b": {"x": -2, "y": 5}, "c": {"x": 1, "y": 1}}
    made = ensemble_of(case, worth, refusals=(line,))
    table = deals(case, made, "t", events={})
    # Egalitarian and Nash sign y alone; the utilitarian deal would be y alone too.
    assert table.package(int(table.chosen["nash"][0])) == {"x": "off", "y": "on"}
    both = replace_deal(table, {"x": "on", "y": "on"})
    found = absent(case, made, both, events={})
    assert found.won_bearable.tolist() == [[True, False]]
    assert found.winning("c") == [((("x", "on", "off"),), 1)]


def replace_deal(table: Deals, package: dict[str, str]) -> Deals:
    """Have another deal count as signed."""
    numbers = [n for n in range(table.size) if table.package(n) == package]
    return replace(table, chosen={"nash": np.array(numbers * table.readings)})


def test_nothing_wins_who_declines_outright() -> None:
    case = case_of("x", "y", by={"x": "c"})
    no = AnswerInForce(C, "decline", None, in_force(), "no")
    found = found_in(case, ensemble_of(case, GOOD | {"c": {"x": 5}}, answers=(no,)))
    assert found.won_changes.tolist() == [[0, 0]]
    assert not found.won_in_zone.any()
    assert found.winning("c") == []


def test_a_win_that_only_a_quite_different_deal_brings() -> None:
    # Each change alone breaks the rule that x and y come together.
    case = case_of("x", "y", "z", by={"x": "c"})
    rules = (
        RuleInForce("one", Requires(on("x"), on("y")), in_force()),
        RuleInForce("two", Requires(on("y"), on("x")), in_force()),
    )
    worth = {"a": {"x": 2, "y": 2, "z": 1}, "b": {"x": 2, "y": 2, "z": 1}, "c": {"x": -4, "z": 1}}
    found = found_in(case, ensemble_of(case, worth, rules=rules))
    assert found.won_changes.tolist() == [[2, 0]]
    assert found.won_bearable.tolist() == [[True, False]]
    assert found.winning("c") == [((("x", "on", "off"), ("y", "on", "off")), 1)]


def test_rules_in_force_in_one_reading_say_nothing_of_another() -> None:
    # Where y needs x, c's refusing x undoes y as well, which c wants: there it would do x.
    case = case_of("x", "y", "z", by={"x": "c"})
    rule = RuleInForce("rule", Requires(on("y"), on("x")), np.array([True, False, True]))
    worth = {"a": {"x": 3, "y": 2, "z": 1}, "b": {"x": 1, "y": 2}, "c": {"x": -1, "y": 3}}
    free = found_in(case, ensemble_of(case, worth, rules=(rule,), readings=3))
    assert free.declines("c").tolist() == [False, True, False]
    line = Refusal(C, "line", on("z"), in_force(3))
    bound = ensemble_of(case, worth, rules=(rule,), refusals=(line,), readings=3)
    assert found_in(case, bound).won_changes[:, 0].tolist() == [1, 2, 1]


# ── who is absent ─────────────────────────────────────────────────────────────────────────────
def test_absent_are_the_listed_the_carriers_and_those_who_spoke() -> None:
    case = case_of("x", "y", by={"x": "ab"})
    assert absent_parties(case, "t") == ("c", "d")
    case = replace(case, absent=())
    assert absent_parties(case, "t") == ()
    carries = replace(case, issues=(replace(case.issues[0], implemented_by=("a", "d")),))
    carries = replace(carries, tables=(replace(case.tables[0], agenda=("x",)),))
    assert absent_parties(carries, "t") == ("d",)
    order = Order((("on",), ("off",)), (False,))
    said = Preference("c", "x", order, statement("c.x", "preference"))
    assert absent_parties(replace(case, preferences=(said,)), "t") == ("c",)
    unused = replace(said, statement=replace(said.statement, use=False))
    assert absent_parties(replace(case, preferences=(unused,)), "t") == ()
    line = RedLine("d", on("x"), CERTAIN, statement("d.line", "red line"))
    reply = StatedAnswer("c", Answer("accept"), statement("c.answer", "answer"))
    assert absent_parties(replace(case, red_lines=(line,), answers=(reply,)), "t") == ("c", "d")


def test_ratifiers_and_hosts_alone_are_not_absent() -> None:
    case = replace(case_of("x"), absent=())
    host = Seat("host", "d", statement("host", "seat"))
    case = replace(case, tables=(replace(case.tables[0], seats=(host,)),))
    assert absent_parties(case, "t") == ()
    order = Order((("on",), ("off",)), (False,))
    said = tuple(Preference(p, "x", order, statement(f"{p}.x", "preference")) for p in "cd")
    wanting = replace(case, preferences=said)
    assert absent_parties(wanting, "t") == ("c", "d")
    parties = tuple(replace(p, ratifies=("a",)) if p.id == "c" else p for p in case.parties)
    assert absent_parties(replace(wanting, parties=parties), "t") == ("d",)


# ── results ───────────────────────────────────────────────────────────────────────────────────
def cut(ensemble: Ensemble, rows: slice) -> Ensemble:
    """The same readings, fewer of them."""
    return replace(
        ensemble,
        readings=len(range(*rows.indices(ensemble.readings))),
        part_worth=ensemble.part_worth[rows],
        terms=tuple(replace(t, worth=t.worth[rows]) for t in ensemble.terms),
        refusals=tuple(replace(r, real=r.real[rows]) for r in ensemble.refusals),
        rules=tuple(r._replace(in_force=r.in_force[rows]) for r in ensemble.rules),
        base=ensemble.base[rows],
        reservation=ensemble.reservation[rows],
        influence=ensemble.influence[rows],
        in_force={k: v[rows] for k, v in ensemble.in_force.items()},
    )


def listed(seed: int, readings: int) -> tuple[Case, Ensemble]:
    maker = Maker(seed)
    case = maker.case()
    everyone = tuple(Absent(p, "t", "", statement(p, "absent")) for p in "abcd")
    return replace(case, absent=everyone), maker.ensemble(case, readings)


@pytest.mark.parametrize("seed", range(12))
def test_chunks_merge_into_the_whole_and_survive_a_file(seed: int) -> None:
    case, ensemble = listed(seed, 9)
    whole = found_in(case, ensemble)
    parts = [found_in(case, cut(ensemble, s)) for s in (slice(0, 4), slice(4, 5), slice(5, 9))]
    merged = AbsentResult.merge(parts)
    np.testing.assert_equal(vars(merged), vars(whole))
    np.testing.assert_equal(vars(unpack(pack(whole))), vars(whole))


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_the_file_does_not_matter(seed: int) -> None:
    case, ensemble = listed(seed, 3)
    turned = replace(
        case,
        parties=case.parties[::-1],
        issues=case.issues[::-1],
        absent=case.absent[::-1],
        tables=(replace(case.tables[0], agenda=case.tables[0].agenda[::-1]),),
    )
    assert pack(found_in(turned, ensemble)) == pack(found_in(case, ensemble))


def test_a_table_that_can_change_nothing_signs_nothing() -> None:
    case = replace(case_of("x"), tables=(replace(case_of("x").tables[0], agenda=()),))
    found = found_in(case, ensemble_of(case, GOOD_X, readings=2), events={"x": on("x")})
    assert found.with_deal == 0
    assert found.answers("c") == {"accept": 0, "decline": 0, "no stake": 0, "undetermined": 0}
    assert found.standing() == []
    assert found.event_stands == {"x": 0}
    assert found.guests == ()


GOOD_X = {"a": {"x": 1}, "c": {"x": 1}}


def test_counts_of_options_add_up_to_the_readings_with_a_deal() -> None:
    case, ensemble = listed(3, 9)
    found = found_in(case, ensemble)
    counts = found.options_standing()
    for issue, options in zip(found.issues, found.options, strict=True):
        assert sum(counts[issue, option] for option in options) == found.with_deal


def test_parties_named_otherwise_are_the_same_parties() -> None:
    case = case_of("x", "y", by={"x": "c"})
    worth = GOOD | {"c": {"x": -5, "y": 1}}
    plain = found_in(case, ensemble_of(case, worth))
    renamed = replace(
        case,
        parties=tuple(Party("zz", "Z", key="c") if p.id == "c" else p for p in case.parties),
        issues=tuple(
            replace(i, implemented_by=tuple("zz" if p == "c" else p for p in i.implemented_by))
            for i in case.issues
        ),
        absent=tuple(replace(a, party="zz") if a.party == "c" else a for a in case.absent),
    )
    other = found_in(renamed, ensemble_of(renamed, GOOD | {"zz": worth["c"]}))
    assert sorted(other.absent) == ["d", "zz"]
    assert other.answers("zz") == plain.answers("c")
    assert (other.stands == plain.stands).all()
    assert (other.answer == plain.answer).all()


@pytest.mark.parametrize("seed", range(12))
def test_answers_alone_are_the_same_answers(seed: int) -> None:
    case, ensemble = listed(seed, 5)
    whole, part = found_in(case, ensemble), found_in(case, ensemble, answers_only=True)
    assert part.guests == ()
    assert not part.won_changes.any()
    same = ("deal", "answer", "ground", "stands", "stands_gains", "cost", "short", "event_stands")
    for name in same:
        np.testing.assert_equal(getattr(part, name), getattr(whole, name))


def test_deals_of_other_readings_are_refused() -> None:
    case = case_of("x", "y")
    two, one = (ensemble_of(case, GOOD, readings=n) for n in (2, 1))
    with pytest.raises(ValueError, match="deals of 2 readings, an ensemble of 1"):
        absent(case, one, deals(case, two, "t"))
