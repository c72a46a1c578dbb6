"""Events asked of a case: read, placed where they are wrong, and answered."""

import math

import numpy as np
import pytest
from tests.analyses.processes import case_of, teller_of

from winset.analyses.asking import Asked, ask, ask_case, event_of
from winset.casefile import load
from winset.errors import AskError
from winset.run.encode import pack, unpack

BODY = """
steps:
  one: {chance: 0.5 @assumed, takes: 0d..10d @assumed}
  two: {chance: 0.5 @assumed, takes: 0d..10d @assumed}
  three: {after: one @assumed, chance: 0.4..0.8 @assumed}
  four: {takes: 2d @assumed, sets: gate is wide @assumed}
claims: {hope: {event: three, hedge: likely}}
"""


def asked(event, given=None, readings=2000, **kinds):
    case = case_of(BODY)
    condition = None if given is None else event_of(case, given, "given")
    return ask_case(case, event_of(case, event), condition, readings=readings, seed=5, tellings=16,
                    **kinds)  # fmt: skip


@pytest.mark.parametrize(
    ("event", "given", "exact"),
    [
        ("one", None, 0.5),
        ("one or two", None, 0.75),
        ("not (one or two)", None, 0.25),
        ("one before two", "one and two", 0.5),
        ("one before two", None, 0.375),
        ("one by 2025-01-06", None, 0.25),
        ("one by 2025-01-06", "one", 0.5),
        ("three", "one", 0.6),
        ("hope", None, 0.3),
        ("gate is at least ajar", None, 1.0),
        ("gate is wide by 2025-01-02", None, 0.0),
        ("gate is wide before one", "one", 0.8),
        ("c declines", None, 0.0),
    ],
)
def test_answers_are_exact_within_their_error(event, given, exact):
    found = asked(event, given)
    chance = found.chance
    assert chance.trials == found.stories
    error = math.sqrt(exact * (1 - exact) / max(1, chance.trials))
    assert abs(chance.mean - exact) <= 4.5 * error + 1e-12


def test_what_is_open_and_what_is_chance():
    three = asked("three", "one").chance
    assert three.between == pytest.approx(0.4**2 / 12 / 0.24, abs=0.02)
    assert (three.low, three.high) == pytest.approx((0.44, 0.76), abs=0.06)
    assert asked("one").chance.between < 0.01


def test_what_first_keeps_it_from_happening():
    found = asked("three by 2025-01-06")
    reasons = {why.name or why.kind: share for why, share in found.reasons()}
    assert set(reasons) == {"one", "three", "late"}
    assert sum(reasons.values()) == pytest.approx(1 - found.chance.mean)


def test_what_never_is_given_is_not_answered():
    found = asked("one", "two before four and two by 2025-01-01")
    assert found.stories == 0
    assert np.isnan(found.chance.mean)
    assert found.reasons() == ()


def test_the_statements_that_an_answer_hangs_on():
    assert asked("two", readings=5).steps == ("two",)
    found = asked("three", "gate is wide", readings=5)
    assert found.steps == ("one", "three", "four")
    assert {"steps.one.takes", "steps.three.after", "steps.four.sets"} <= set(found.statements)
    assert not [s for s in found.statements if s.startswith("steps.two")]
    case = load("riyadh-2025")
    talks = ask_case(case, event_of(case, "strategy"), readings=5, tellings=2)
    assert {"us.preferences.order", "ru.salience", "steps.strategy.chance"} <= set(talks.statements)
    assert "sa.preferences.venue" not in talks.statements
    assert not [s for s in talks.statements if s.startswith("steps.summit")]


def test_dropping_a_line_changes_the_answer():
    assert asked("three").chance.mean < 0.35
    dropped = asked("three", without=frozenset({"steps.three.after"}))
    assert dropped.chance.mean == pytest.approx(0.6, abs=0.02)
    assert asked("gate is wide", fixed={"gate": "shut"}).chance.mean == 0


WRONG = [
    ("thre by 2025-02-01", "event:1:1: unknown step or claim `thre`: did you mean `three`?"),
    ("one and gatee is wide", "event:1:9: unknown issue `gatee`: did you mean `gate`?"),
    ("gate is wid", "event:1:9: unknown option of `gate`: `wid`: did you mean `wide`?"),
    ("one and d declines", "event:1:9: unknown party `d`: there are a, b, c"),
    ("one by 2024-12-31", "event:1:8: 2024-12-31 lies before `as_of` (2025-01-01)"),
    ("one by 2026-12-31", "event:1:8: 2026-12-31 lies after the horizon (2025-12-31)"),
    ("one by 2025-02-30", "`2025-02-30` is no date"),
    ("a at table", "`a at table` is no event"),
    ("one by", "event:1:7: the line ends too early"),
    ("one = two", "a condition says `issue is option`"),
    ("", "nothing stands here"),
    ("gate is open", "unknown option of `gate`: `open`"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_a_malformed_event_is_one_located_message(text, says):
    with pytest.raises(AskError) as error:
        event_of(case_of(BODY), text)
    assert says in str(error.value)
    assert str(error.value).startswith("event:1:")
    assert "\n" not in str(error.value)


def test_all_faults_of_an_event_at_once():
    with pytest.raises(AskError) as error:
        event_of(case_of(BODY), "ones before twos", "given")
    lines = str(error.value).splitlines()
    assert [line.split(":")[:3] for line in lines] == [["given", "1", "1"], ["given", "1", "13"]]


def test_merging_and_storage():
    case = case_of(BODY)
    event = event_of(case, "one or two")
    parts = [ask(teller_of(case, n, 1, n), event, tellings=6) for n in (70, 30)]
    whole = Asked.merge([unpack(pack(part)) for part in parts])
    assert (whole.readings, whole.stories) == (100, 600)
    assert whole.chance == Asked.merge(parts).chance
