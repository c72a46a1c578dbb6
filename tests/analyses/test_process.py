"""Probabilities, dates, first causes, criticality and values of a process."""

import datetime as dt
import math

import numpy as np
import pytest
from tests.analyses.processes import HEAD, case_of, near, teller_of

from winset.analyses.process import Lever, Process, levers_of, process, targets_of
from winset.casefile import load
from winset.casefile.order import Sequence
from winset.errors import AskError
from winset.run.encode import pack, unpack


def process_of(body, chunks=4, head=HEAD, without=frozenset(), **kinds):
    case = case_of(body, head)
    parts = [process(teller_of(case, 500, 11, n, without=without), **kinds) for n in range(chunks)]
    return Process.merge(parts)


def agrees(chance, exact):
    """Within four standard errors of the exact value."""
    return abs(chance.mean - exact) <= 4 * math.sqrt(exact * (1 - exact) / chance.trials) + 1e-12


GRAPH = """
steps:
  s1: {chance: 0.8, takes: 10d}
  s2: {chance: 0.6, takes: 5d}
  s3: {after: s1 and s2, chance: 0.9, takes: 7d}
  s4: {after: s1 or s2, chance: 0.5, takes: 3d}
  s5: {after: s3 or s4, chance: 0.7, takes: 1d}
claims: {x: {event: s5, hedge: likely}}
"""


def test_probabilities_of_ands_and_ors_are_the_exact_ones():
    found = process_of(GRAPH)
    exact = {"s1": 0.8, "s2": 0.6, "s3": 0.8 * 0.6 * 0.9, "s4": (1 - 0.2 * 0.4) * 0.5}
    # s5 needs s3 or s4, which share s1 and s2: sum over who of the two comes off.
    both, one = 0.48, 0.44
    exact["s5"] = 0.7 * (both * (1 - 0.1 * 0.5) + one * 0.5)
    for step, chance in exact.items():
        assert agrees(found.chance(step), chance)
    by = dict(zip(found.days, found.curve("s5"), strict=True))
    early = 0.7 * 0.6 * 0.5  # s2, s4, s5: nine days
    assert by[7.0].mean == 0
    day = found.days.index(14.0)
    assert agrees(found.curve("s5")[day], early + 0.7 * 0.4 * 0.8 * 0.5)
    assert found.days[-1] == 364.0


def test_a_sum_of_durations_has_its_closed_form():
    body = """
steps: {one: {takes: 0d..20d}, two: {after: one, takes: 0d..20d}}
claims: {x: {event: two by 2025-01-13, hedge: likely}, y: {event: two by 2025-02-04, hedge: likely}}
"""
    found = process_of(body)
    assert agrees(found.chance("two", dt.date(2025, 1, 13)), 12**2 / 800)
    assert agrees(found.chance("two", dt.date(2025, 2, 4)), 1 - 6**2 / 800)
    assert found.quantile("two", 0.5) == pytest.approx(20, abs=0.7)
    assert found.quantile("two", 0.1) == pytest.approx(math.sqrt(80), abs=0.8)
    assert found.date("two", 0.5) in (
        dt.date(2025, 1, 20),
        dt.date(2025, 1, 21),
        dt.date(2025, 1, 22),
    )
    with pytest.raises(AskError, match="no date at which"):
        found.chance("two", dt.date(2025, 1, 12))


def test_the_range_is_that_of_the_readings():
    found = process_of("steps: {one: {chance: 0.2..0.6}, two: {chance: 0.4}}\n", chunks=8)
    band = found.chance("one")
    assert (band.low, band.high) == pytest.approx((0.24, 0.56), abs=0.03)
    fixed = found.chance("two")
    assert fixed.high - fixed.low < 0.06
    assert band.between == pytest.approx(0.4**2 / 12 / 0.24, abs=0.02)
    assert fixed.between < 0.005


def test_first_causes_are_counted_once():
    body = """
steps:
  one: {chance: 0.5, takes: 2d, opens: line}
  two: {after: one, needs: line, chance: 0.5, takes: 3d..10d}
  late: {after: two, deadline: 2025-01-09}
channels: {line: {between: [a, b], level: x, state: refused}}
"""
    found = process_of(body)
    blocks = {block.cause[:2]: block.share for block in found.blocks("late")}
    assert set(blocks) == {("chance", "one"), ("chance", "two"), ("time", "late")}
    assert blocks["chance", "one"] == 1 - found.chance("one").mean
    assert sum(blocks.values()) == pytest.approx(1 - found.chance("late").mean)
    assert found.opened_share("line") == found.chance("one").mean
    dropped = process_of(body, without=frozenset({"steps.one.opens"}), chunks=1)
    assert [b.cause for b in dropped.blocks("two")][-1] == ("channel", "line", "")


def test_criticality_is_that_of_the_longest_path():
    body = """
steps:
  long: {takes: 0d..20d}
  short: {takes: 0d..10d}
  both: {after: [long, short]}
  end: {after: both, takes: 1d}
claims: {x: {event: end, hedge: likely}}
"""
    found = process_of(body)
    shares = found.criticality("end")
    assert shares["end"] == shares["both"] == 1.0
    # The shorter range is the later one where 20 u < 10 v.
    assert near(np.arange(found.stories) < shares["short"] * found.stories, 0.25)
    assert shares["long"] + shares["short"] == pytest.approx(1.0)
    with pytest.raises(AskError, match="criticality is told for end"):
        found.criticality("both")


WORTH = """
channels: {line: {between: [a, b], level: x, state: frozen}}
steps:
  gesture: {by: a, chance: 0.5, takes: 1d}
  repair: {chance: 0.5, opens: line, takes: 1d}
  meet: {needs: line, not_before: 2025-01-05, chance: 0.8 if gesture else 0.3}
"""


def test_channels_and_gestures_are_worth_the_difference_that_they_make():
    found = process_of(WORTH, chunks=8)
    assert found.levers == (Lever("channel", "line"), Lever("step", "gesture"))
    channel, gesture = found.worths("meet")
    assert (channel.lever.name, gesture.lever.name) == ("line", "gesture")
    assert abs(channel.value - 0.55) < 4 * channel.error
    assert channel.without_it.mean == 0
    assert abs(gesture.value - 0.25) < 4 * gesture.error
    # Common random numbers: far less than the error of two means drawn apart.
    assert gesture.error < 0.8 * math.hypot(gesture.with_it.error, gesture.without_it.error)
    unmoved = {worth.lever.name: worth for worth in found.worths("repair")}
    assert unmoved["gesture"].value == unmoved["gesture"].error == 0


def test_levers_and_targets_of_a_case():
    case = load("riyadh-2025")
    assert "summit" in targets_of(case)
    assert Lever("step", "goodwill") in levers_of(case, Sequence(case))
    assert Lever("channel", "us-ru.presidents") in levers_of(case, Sequence(case))
    assert targets_of(case_of("steps: {one: {}, two: {after: one}}\n")) == ("two",)


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        ({"targets": ["nowhere"]}, "no step is called 'nowhere'"),
        ({"levers": [Lever("step", "nowhere")]}, "no step is called 'nowhere'"),
        ({"levers": [Lever("channel", "nowhere")]}, "no channel is called 'nowhere'"),
    ],
)
def test_unknown_names(kinds, says):
    with pytest.raises(AskError, match=says):
        process(teller_of(case_of(WORTH), 5), **kinds)
    with pytest.raises(AskError, match="no step is called 'x'"):
        process_of(WORTH, chunks=1).blocks("x")


def test_the_case_says_who_can_stop_it_and_who_has_no_channel():
    body = WORTH.replace("needs: line, not", "needs: line, wanted_by: a + b + c, not")
    found = process_of(body + "claims: {x: {event: meet, hedge: likely}}\n", chunks=1)
    assert found.targets == ("meet",)
    assert [veto.party for veto in found.vetoes[0]] == ["a", "b", "c"]
    assert {gap.parties for gap in found.gaps} == {("a", "c"), ("b", "c")}


def test_without_a_horizon_days_run_until_all_is_over():
    body = "steps: {one: {takes: 10d..30d}, two: {after: one, takes: 400d}}\n"
    found = process_of(body, chunks=1, head=HEAD.replace("horizon: 2025-12-31\n", ""))
    assert found.days[-1] == 430
    assert found.chance("two").mean == 1
    assert found.horizon is None


def test_merging_counts_every_story_once_and_survives_storage():
    parts = [process(teller_of(case_of(GRAPH), n, 1, n), tellings=6) for n in (70, 30)]
    whole = Process.merge([unpack(pack(part)) for part in parts])
    assert whole.readings == 100
    assert whole.stories == 600
    assert whole.happened.sum() == 100 * len(whole.days) * len(whole.steps)
    assert (whole.ends.sum(axis=1) == [whole.chance(s).mean * 600 for s in whole.steps]).all()
    assert pack(Process.merge(parts)) == pack(whole)
    valued = unpack(pack(process(teller_of(case_of(WORTH), 20))))
    assert [worth.lever.name for worth in valued.worths("meet")] == ["line", "gesture"]
    assert valued.vetoes[0][0].party == "a"


def test_a_case_without_steps():
    found = process_of("", chunks=1)
    assert (found.steps, found.targets, found.levers) == ((), (), ())


def test_riyadh_is_told_and_nothing_in_it_is_certain_but_its_dates():
    case = load("riyadh-2025")
    found = Process.merge([process(teller_of(case, 200, 0, n), tellings=16) for n in range(2)])
    summit = found.chance("summit")
    assert 0.3 < summit.low < summit.mean < summit.high < 0.8
    assert found.chance("summit", dt.date(2025, 2, 28)).mean < 0.01
    assert found.chance("settlement").mean < summit.mean
    assert {b.cause.kind for b in found.blocks("settlement")} >= {"chance", "zone"}
    worth = {w.lever.name: w.value for w in found.worths("summit")}
    assert worth["us-ru.presidents"] > worth["goodwill"] > 0
