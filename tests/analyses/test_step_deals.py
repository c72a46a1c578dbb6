"""Deals that steps sign, from the state that the story has reached."""

from dataclasses import replace

import numpy as np
import pytest
from tests.analyses.processes import HEAD, case_of, cause, teller_of, told

from winset import space
from winset.analyses import step_deals
from winset.analyses.absent import absent
from winset.analyses.absent_answers import ACCEPT, DECLINE
from winset.analyses.deals import deals
from winset.analyses.step_deals import NO_ZONE, SIGNED
from winset.casefile import load
from winset.ensemble import sample

NEVER = np.inf

BOTH_WANT = """
preferences:
  a: {toll: low > high, road: new > old}
  b: {toll: low > high, road: new > old}
"""
TORN = """
preferences:
  a: {toll: low > high, road: new > old}
  b: {toll: high > low, road: new > old}
salience:
  a: {weights: {road: 2, toll: 1}}
  b: {weights: {road: 2, toll: 1}}
"""


def test_from_the_status_quo_it_is_the_deal_of_the_table():
    case = load("riyadh-2025")
    table = case.table("riyadh")
    agenda = ("fighting", "guarantees", "order", "territory")
    step = replace(case.steps[0], id="talks", on=None, table="riyadh", deal_on=agenda)
    case = replace(case, steps=(step,), claims=(), tables=(replace(table, agenda=agenda),))
    teller = teller_of(case, 300)
    block = next(teller.tell(2))
    whole = deals(case, teller.ensemble, "riyadh", closing=False)
    answers = absent(case, teller.ensemble, whole)
    signed = whole.chosen["nash"] >= 0
    assert 0 < signed.sum() < 300
    assert ((block.time("talks") < NEVER) == np.tile(signed, 2)).all()
    space = teller.ensemble.space
    end = np.full(600, block.course.horizon)
    for issue in agenda:
        stands = answers.stands[:, answers.issues.index(issue)]
        found = block.course.option(issue, end)[:300]
        assert (found[signed] == stands[signed]).all()
        assert (found[~signed] == space.now[space.issue_index[issue]]).all()
    for column, party in enumerate(answers.absent):
        (reply,) = block.course.replies[party]
        assert (
            reply.declines[:300][signed] == (answers.answer[:, column] == DECLINE)[signed]
        ).all()
        assert (reply.accepts[:300][signed] == (answers.answer[:, column] == ACCEPT)[signed]).all()


def test_what_is_signed_moves_the_issues_of_the_deal_alone():
    one = told(BOTH_WANT + "steps: {sign: {table: t, deal_on: [toll], takes: 3d}}\n")
    before, after = np.full(500, 2.9), np.full(500, 3.0)
    name = one.course.space.options[one.course.space.issue_index["toll"]]
    assert {name[n] for n in one.course.option("toll", before)} == {"high"}
    assert {name[n] for n in one.course.option("toll", after)} == {"low"}
    assert set(one.course.moves) == {"toll"}


def test_no_zone_and_another_deal():
    empty = TORN + "steps: {sign: {table: t, deal_on: [toll], settles: toll is low}}\n"
    assert cause(empty, "sign") == ("zone", "sign", "t")
    # A low toll would be a's gain alone: both gain most by the road at the toll as it is.
    other = TORN + "steps: {sign: {table: t, deal_on: [road, toll], settles: toll is low}}\n"
    assert cause(other, "sign") == ("settles", "sign", "toll is low")


def test_what_holds_already_needs_no_deal():
    body = (
        TORN
        + """
answers: {c: decline}
steps:
  low: {takes: 2d, sets: toll is low}
  early: {table: t, deal_on: [toll], settles: toll is low, takes: 1d}
  sign: {after: low, table: t, deal_on: [toll], settles: toll is low, takes: 3d, chance: 0.5}
  asked: {after: c declines}
"""
    )
    one = told(body)
    assert (one.time("early") == NEVER).all()
    assert set(one.time("sign")) == {5.0, NEVER}
    codes = one.script.codes
    assert {*one.cause("sign")[one.time("sign") == NEVER]} == {codes["chance", "sign", ""]}
    assert (one.time("asked") == NEVER).all()
    fixed = told(TORN + "steps: {sign: {table: t, deal_on: [toll], settles: toll is low}}\n",
                 fixed={"toll": "low"})  # fmt: skip
    assert (fixed.time("sign") == 0).all()


def test_a_deal_begins_from_what_earlier_steps_have_set():
    rule = "rules:\n  - toll is low requires road is new\n" + BOTH_WANT
    steps = """
steps:
  soon: {table: t, deal_on: [toll], takes: 9d}
  road: {takes: 5d, sets: road is new}
  later: {after: road, table: t, deal_on: [toll], takes: 1d}
"""
    one = told(rule + steps)
    assert (one.time("soon") == NEVER).all()
    assert (one.time("later") == 6).all()


def test_what_a_party_has_already_is_no_gain_to_pay_with():
    steps = """
steps:
  road: {takes: 5d, sets: road is new}
  sign: {after: road, table: t, deal_on: [toll], takes: 1d}
"""
    assert cause(TORN + steps, "sign") == ("zone", "sign", "t")
    # A reservation stated as a number is no distance from anything: there b can pay.
    stated = TORN + "no_agreement: {b: 0.5}\n" + steps
    assert (told(stated).time("sign") == 6).all()


def test_talks_at_the_same_time_see_what_is_signed_by_their_start():
    body = (
        "rules:\n  - toll is low requires road is new\n"
        + BOTH_WANT
        + """
steps:
  road: {table: t, deal_on: [road], takes: 1d..20d, chance: 0.8}
  toll: {not_before: 2025-01-11, table: t, deal_on: [toll], takes: 1d..20d}
"""
    )
    one = told(body, tellings=8)
    road, toll = one.time("road"), one.time("toll")
    assert one.script.network.plan[-1] != (one.script.node["toll"],)
    assert ((toll < NEVER) == (road <= 10)).all()
    assert 0.2 < (toll < NEVER).mean() < 0.6


ANSWERS = (
    BOTH_WANT
    + """
answers: {c: ANSWER}
steps:
  sign: {table: t, deal_on: [road], takes: 3d}
  refused: {after: c declines, takes: 1d}
  agreed: {after: c accepts, takes: 1d}
  built: {after: road is new, takes: 1d}
"""
)


@pytest.mark.parametrize(
    ("answer", "times"),
    [("decline", (3, 4, NEVER, NEVER)), ("accept", (3, NEVER, 4, 4))],
)
def test_absent_parties_answer_when_it_is_signed(answer, times):
    one = told(ANSWERS.replace("ANSWER", answer))
    for step, time in zip(("sign", "refused", "agreed", "built"), times, strict=True):
        assert (one.time(step) == time).all()
    lost = "agreed" if answer == "decline" else "refused"
    code = one.script.codes["answer", lost, f"c {'accepts' if lost == 'agreed' else 'declines'}"]
    assert set(one.cause(lost)) == {code}


def test_a_decline_takes_back_what_the_decliner_carries_out_to_the_state_before():
    body = """
preferences:
  a: {road: old > new, toll: low > high}
  b: {road: old > new, toll: low > high}
answers: {c: decline if road is old}
steps:
  build: {takes: 1d, sets: road is new}
  sign: {after: build, table: t, deal_on: [road], takes: 3d}
  refused: {after: c declines, takes: 1d}
"""
    one = told(body)
    assert (one.time("refused") == 5).all()
    end = one.course.option("road", np.full(500, 300.0))
    assert {one.course.space.options[one.course.space.issue_index["road"]][n] for n in end} == {
        "new"
    }


def test_what_a_decliner_carries_out_already_stays_as_the_story_has_it():
    head = HEAD.replace("now: high, decided_by: a + b", "now: high, decided_by: a + b, "
                        "implemented_by: c")  # fmt: skip
    body = (
        BOTH_WANT
        + """
  c: {toll: high > low, road: new > old}
salience: {c: {weights: {road: 3, toll: 1}}}
steps:
  build: {takes: 1d, sets: road is new}
  sign: {after: build, table: t, deal_on: [toll], takes: 3d}
  refused: {after: c declines, takes: 1d}
"""
    )
    # Would the road be lost by declining, c would rather accept the low toll.
    one = told(case_of(body, head))
    assert (one.time("refused") == 5).all()


def test_an_issue_set_from_outside_leaves_the_deal():
    body = BOTH_WANT + "steps: {sign: {table: t, deal_on: [road]}, move: {sets: road is old}}\n"
    one = told(body, fixed={"road": "new"})
    assert (one.time("sign") == NEVER).all()
    name = one.course.space.options[one.course.space.issue_index["road"]]
    assert {name[n] for n in one.course.option("road", np.full(500, 9.0))} == {"new"}


def test_deals_are_computed_once_for_each_reading_and_state(monkeypatch):
    case = load("riyadh-2025")
    teller = teller_of(case, 60)
    computed = []
    sign = step_deals._Table.sign

    def counted(table, reading, state):
        computed.extend(
            (table.step.id, int(r), *map(int, s)) for r, s in zip(reading, state, strict=True)
        )
        return sign(table, reading, state)

    monkeypatch.setattr(step_deals._Table, "sign", counted)
    for _ in range(2):
        list(teller.tell(64))
    assert len(computed) == len(set(computed))
    assert len({c[:2] for c in computed}) < len(computed) < 64 * 60


def test_every_story_of_a_situation_has_the_same_deal():
    teller = teller_of(load("riyadh-2025"), 50)
    reading = np.tile(np.arange(50), 3)
    state = np.tile(teller.ensemble.space.state(), (150, 1))
    found = teller.deals.sign("strategy", reading, state)
    alone = teller_of(teller.case, 50).deals.sign("strategy", reading[::-1], state)
    assert (found.outcome == alone.outcome[::-1]).all()
    assert (found.stands == alone.stands[::-1]).all()
    assert {SIGNED, NO_ZONE} <= set(found.outcome)


def test_searched_deals_are_signed_alike(monkeypatch):
    body = BOTH_WANT + "steps: {sign: {table: t, deal_on: [road, toll], takes: 3d}}\n"
    listed = told(body)
    monkeypatch.setattr(space, "MOST_DEALS", 1)
    searched = told(body)
    end = np.full(500, listed.course.horizon)
    for issue in ("road", "toll"):
        assert (listed.course.option(issue, end) == searched.course.option(issue, end)).all()


def test_the_solution_decides_what_is_signed():
    values = """
preferences:
  a: {toll: low > high, road: new > old}
  b: {toll: high > low, road: new > old}
salience:
  a: {weights: {road: 1, toll: 3}}
  b: {weights: {road: 9, toll: 1}}
"""
    case = case_of(values + "steps: {sign: {table: t}}\n", HEAD)
    ensemble = sample(case, 3)
    for solution in ("nash", "egalitarian", "utilitarian", "weighted nash"):
        table = deals(case, ensemble, "t", signed=solution, closing=False)
        block = next(replace(teller_of(case, 3), ensemble=ensemble, signed=solution).tell(1))
        package = table.package(int(table.chosen[solution][0]))
        for issue, option in package.items():
            at = block.course.option(issue, np.full(3, 1.0))[0]
            index = ensemble.space.issue_index[issue]
            carried = issue != "road" or ensemble.space.options[index][at] == option
            assert carried
            if issue == "toll":
                assert ensemble.space.options[index][at] == option
