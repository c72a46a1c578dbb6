"""What first keeps an event from coming about: steps that fail, red lines, answers, dates."""

import pytest

from winset.analyses.asking import ask_case
from winset.casefile import load, load_text
from winset.report.process_text import ask_text

HEAD = """\
format: 1
name: small
title: Small talks
as_of: 2025-03-01
horizon: 2025-12-31
parties:
  north: North
  south: South
  town: Town
  city: City
  house: {name: House, ratifies: south}
issues:
  water:
    {options: little < half < most, now: little, decided_by: north + south, implemented_by: town}
  toll: {options: none < full, now: none, decided_by: north + south}
  gate: {options: [shut, wide], now: shut, decided_by: north}
tables: {bridge: {parties: north + south}}
preferences:
  north: {water: half > others}
  south: {water: half > others}
"""
PACT = "steps: {pact: {title: Pact, table: bridge, deal_on: water, takes: 3w%s}}\n"


def why(body: str, event: str, **kinds) -> dict[tuple[str, ...], float]:
    """Shares of stories, by the cause that is told; without empty parts."""
    asked = ask_case(load_text(HEAD + body), event, readings=60, tellings=8, **kinds)
    return {tuple(part for part in cause if part): share for cause, share in asked.reasons()}


DECLINES = "answers: {town: decline if water is half}\n"
ACCEPTS = "answers: {town: accept}\n"
WIDE = "steps: {pact: {table: bridge, deal_on: water, takes: 3w}, swing: {sets: gate is wide}}\n"
BACK = "steps: {swing: {sets: gate is wide}, back: {after: swing, sets: gate is shut, takes: 1w}}\n"


@pytest.mark.parametrize(
    ("body", "event", "cause"),
    [
        ("red_lines: {house: water is most}\n" + PACT % "", "water is most by horizon",
         ("forbidden", "house", "house.red_lines")),
        ("red_lines: {south: water is at least most}\n" + PACT % "", "pact and water is most",
         ("forbidden", "south", "south.red_lines")),
        ("red_lines: {city: water is most}\n" + PACT % "", "water is most", ("unsigned", "pact")),
        ("red_lines: {house: toll is full}\n" + PACT % "", "water is most", ("unsigned", "pact")),
        (DECLINES + PACT % "", "water is half", ("fallen", "pact", "town")),
        (PACT % "", "toll is full", ("unmoved", "toll")),
        (PACT % "", "pact and toll is full", ("unmoved", "toll")),
        (DECLINES + PACT % "", "town accepts", ("answers", "town", "decline")),
        (ACCEPTS + PACT % "", "town declines", ("answers", "town", "accept")),
        (PACT % "", "house accepts", ("unasked", "house")),
        (PACT % "", "north declines", ("unasked", "north")),
        (ACCEPTS + PACT % "", "water is half by 2025-03-05", ("late",)),
        (PACT % "", "pact by 2025-03-05", ("late",)),
        (WIDE, "gate is wide by 2025-03-05 and not swing", ("otherwise",)),
        (BACK, "gate is wide", ("lapsed",)),
        (DECLINES + PACT % "", "town accepts or water is most", ("otherwise",)),
        (DECLINES + PACT % "", "toll is full or town accepts", ("answers", "town", "decline")),
    ],
)  # fmt: skip
def test_every_story_tells_the_one_cause(body, event, cause):
    assert why(body, event) == {cause: 1.0}


@pytest.mark.parametrize("event", [
    "town declines", "water is half", "water is half by 2025-12-01", "town declines or toll is full"
])  # fmt: skip
def test_a_step_that_fails_is_told_for_what_it_would_have_brought(event):
    found = why((DECLINES if "declines" in event else ACCEPTS) + PACT % ", chance: 0.5", event)
    assert set(found) == {("chance", "pact")}
    assert found["chance", "pact"] == pytest.approx(0.5, abs=0.1)


def test_a_red_line_counts_in_the_readings_in_which_it_is_meant():
    lines = "red_lines: {house: {never: water is most, firmness: 0.3}}\n"
    found = why(lines + PACT % "", "water is most")
    forbidden = found["forbidden", "house", "house.red_lines"]
    assert 0.1 < forbidden < 0.5
    assert found["unsigned", "pact"] == pytest.approx(1 - forbidden)


def test_what_holds_already_keeps_nothing_from_coming_about():
    """A step that is not to happen, and does not, is no cause of anything."""
    steps = "steps: {one: {chance: 0.5}, two: {chance: 0.5, takes: 1d}}\n"
    found = why(steps, "one and not two")
    assert set(found) == {("chance", "one"), ("otherwise",)}
    assert found["chance", "one"] == pytest.approx(0.5, abs=0.1)


def test_causes_in_words():
    def told(body, event):
        case = load_text(HEAD + body)
        return " ".join(ask_text(ask_case(case, event, readings=20, tellings=4), case).split())

    assert "100 % a red line of House rules it out (house.red_lines)" in told(
        "red_lines: {house: water is most}\n" + PACT % "", "water is most by horizon"
    )
    assert "mean 0 % impossible" in told(PACT % "", "house accepts")
    assert "mean 0 % impossible" in told(PACT % "", "pact by 2025-03-05")
    assert "mean 0 % in no story told" in told(PACT % "", "water is most")
    assert "100 % “Pact”: what stands of its deal once Town has declined does not bring it" in told(
        DECLINES + PACT % "", "water is half"
    )
    assert "100 % “Pact”: the deal signed does not bring it" in told(PACT % "", "water is most")
    assert "100 % Town declines" in told(DECLINES + PACT % "", "town accepts")
    assert "no step asks House for an answer: it ratifies for South" in told(
        PACT % "", "house accepts"
    )
    assert "no step asks North for an answer: it sits at the table" in told(
        PACT % "", "north accepts"
    )
    assert "no step can bring toll there" in told(PACT % "", "toll is full")
    assert "No step of the case has a bearing on it." in told(PACT % "", "toll is full")


def test_lines_that_matter_come_first_and_are_a_dozen_at_most():
    more = "red_lines: {house: [water is most, toll is full]}\nanswers: {town: accept}\n"
    steps = (PACT % ", chance: 0.9").replace("water,", "[water, toll],")
    case = load_text(HEAD + more + steps)
    asked = ask_case(case, "water is most", readings=20, tellings=4)
    assert len(asked.statements) > 12
    text = " ".join(ask_text(asked, case).split())
    named = [name for name in asked.statements if f" {name}" in text.replace(",", " ")]
    assert {"house.red_lines", "steps.pact.chance", "steps.pact.takes"} <= set(named)
    assert f"It hangs on {len(asked.statements)} lines" in text
    assert f"and {len(asked.statements) - 12} more (--json names all)" in text


EVENTS = [
    "settlement",
    "ua declines",
    "us accepts",
    "fighting is peace",
    "banks is all",
    "goodwill",
]


FORMS = [
    "{}", "not ({})", "({}) by 2025-09-01", "({}) before summit", "({}) and eu declines",
    "({}) or (ua accepts and summit)",
]  # fmt: skip


@pytest.mark.parametrize("first", EVENTS)
@pytest.mark.parametrize("form", FORMS)
def test_every_story_without_the_event_has_one_cause(first, form):
    asked = ask_case(load("riyadh-2025"), form.format(first), readings=20, tellings=4)
    assert sum(asked.why.values()) == asked.stories - asked.happened.sum()
    if form == "{}":
        assert "otherwise" not in {kind for kind, _, _ in asked.why}
