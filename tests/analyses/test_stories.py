"""What the lines of a step mean in its stories."""

from dataclasses import replace

import numpy as np
import pytest
from tests.analyses.processes import case_of, cause, near, teller_of, time, told

from winset.analyses.drawing import Changes
from winset.analyses.stories import Teller
from winset.casefile import load
from winset.ensemble import sample
from winset.errors import CaseError
from winset.language.terms import Happens

NEVER = np.inf


def test_steps_wait_take_their_time_and_count_days_from_as_of():
    body = """
steps:
  one: {takes: 3d}
  two: {after: one, takes: 2w}
  both: {after: [one, two], takes: 1d}
  either: {after: one or two, takes: 1d}
"""
    assert [time(body, s) for s in ("one", "two", "both", "either")] == [3, 17, 18, 4]


def test_dates():
    body = """
steps:
  fixed: {on: 2025-01-11}
  past: {on: 2024-01-11}
  slow: {takes: 20d}
  later: {not_before: 2025-01-21, takes: 1d}
  missed: {on: 2025-01-11, after: slow (likely)}
  tight: {after: fixed, takes: 5d (0.9999), deadline: 2025-01-15}
  fine: {after: fixed, takes: 5d, deadline: 2025-01-16}
  far: {after: slow, takes: 50w}
"""
    assert [time(body, s) for s in ("fixed", "past", "later", "tight", "fine", "far")] \
        == [10, 0, 21, NEVER, 15, NEVER]  # fmt: skip
    assert cause(body, "tight") == ("time", "tight", "")
    assert cause(body, "far") == ("time", "far", "")
    missed = told(body).time("missed")
    assert set(missed) == {10.0, NEVER}


def test_an_uncertain_line_counts_in_its_share_of_readings():
    body = """
steps:
  one: {takes: 3d}
  two: {after: one (0.3)}
  three: {after: [one (0.3), {line: two, share: 0}]}
"""
    times = told(body, chunk=1).time("two")
    assert near(times == 3, 0.3)
    assert near(times == 0, 0.7)
    lasting = told(body, tellings=4).time("two").reshape(4, -1)
    assert (lasting == lasting[0]).all()  # it is the reading's, not the story's


def test_alternatives_exclude_each_other():
    body = """
steps:
  one: {takes: 3d}
  two: {takes: 5d}
  three:
    after: {either: [one (0.4), two (0.6)]}
"""
    times = np.concatenate([told(body, chunk=n).time("three") for n in range(4)])
    assert set(times) == {3.0, 5.0}
    assert near(times == 3, 0.4)


def test_chances_lie_in_their_bands_and_each_reading_keeps_its_place():
    body = "steps: {one: {chance: 0.2..0.6}}\n"
    teller = teller_of(case_of(body))
    shares = np.mean(
        [told.time("one").reshape(-1, 500) < NEVER for told in teller.tell(320)], (0, 1)
    )
    place = teller.drawing.per_reading("step:one:chance")
    assert np.abs(shares - (0.2 + 0.4 * place)).max() < 4.5 * np.sqrt(0.25 / 320)


@pytest.mark.parametrize("line", ["(likely)", ""])
def test_a_chance_that_hangs_on_what_has_happened_by_the_start(line):
    body = f"""
steps:
  sign: {{takes: 5d, chance: 0.4}}
  soon: {{takes: 1d, chance: 1 if sign else 0.2}}
  late: {{not_before: 2025-01-06, chance: 1 if sign else 0.2}}
  state: {{after: sign or not sign {line}, sets: gate is wide, takes: 2d}}
  look: {{not_before: 2025-01-11, chance: 1 if gate is at least ajar and sign else 0}}
"""
    one = told(body, tellings=16)
    signed = one.time("sign") < NEVER
    assert near(one.time("soon") < NEVER, 0.2)
    assert (one.time("late") < NEVER)[signed].all()
    assert near((one.time("late") < NEVER)[~signed], 0.2)
    assert ((one.time("look") < NEVER) == signed).all()


def test_without_a_branch_or_its_line_a_chance_is_open():
    body = "steps: {one: {chance: 1 if gate is wide}, two: {chance: {line: 1, share: 0.5}}}\n"
    one = told(body, tellings=16)
    assert near(one.time("one") < NEVER, 0.5)
    assert near(one.time("two").reshape(16, -1)[0] < NEVER, 0.75)
    dropped = told(body, tellings=16, without=frozenset({"steps.two.chance"})).time("two")
    assert abs((dropped < NEVER).mean() - 0.5) < 0.05


CHANNELS = """
channels:
  line: {between: [a, b], level: x, state: frozen}
  wire: {between: [a, b], level: x, state: open}
  hand: {between: [a, b], level: x, state: offered}
steps:
  repair: {takes: 4d, chance: 0.5, opens: line}
  talk: {needs: line, takes: 1d}
  call: {needs: wire}
  visit: {needs: hand, opens: hand, takes: 2d}
  dine: {needs: hand, takes: 1d}
"""


def test_channels_are_open_now_or_once_opened_and_offers_are_taken_up():
    one = told(CHANNELS, tellings=4)
    repaired = one.time("repair") < NEVER
    assert set(one.time("talk")[repaired]) == {5.0}
    assert (one.time("talk")[~repaired] == NEVER).all()
    assert (one.time("call") == 0).all()
    assert (one.time("visit") == 2).all()
    assert (one.time("dine") == 3).all()
    assert (one.opened("line") == repaired).all()
    assert one.opened("wire").all()
    codes = one.script.codes
    assert {*one.cause("talk")[~repaired]} == {codes["chance", "repair", ""]}


def test_channels_open_and_closed_from_outside():
    opened = told(CHANNELS, changes=Changes(opened=frozenset({"line"})))
    assert (opened.time("talk") == 1).all()
    closed = told(CHANNELS, changes=Changes(closed=frozenset({"line", "wire", "hand"})))
    for step, channel in (("talk", "line"), ("call", "wire"), ("visit", "hand")):
        assert (closed.time(step) == NEVER).all()
        assert {*closed.cause(step)} == {closed.script.codes["channel", channel, ""]}


def test_a_dropped_state_of_a_channel_is_not_known():
    dropped = frozenset({"channels.line.state", "channels.wire.state"})
    one = told(CHANNELS, without=dropped)
    assert (one.time("talk") == 1).all()
    assert (one.time("call") == NEVER).all()


def test_dropped_lines_do_not_count():
    body = """
steps:
  one: {takes: 3d, sets: gate is wide}
  two: {title: Two @assumed, after: one @assumed, takes: 5d @assumed, chance: 0.3 @assumed}
"""

    def dropped(*names):
        return told(body, tellings=8, without=frozenset(f"steps.{n}" for n in names)).time("two")

    times = dropped("two.after", "two.takes")
    assert set(times) == {0.0, NEVER}
    assert (dropped("two") == NEVER).all()
    assert abs(np.isfinite(dropped("two.chance")).mean() - 0.5) < 0.05
    course = told(body, without=frozenset({"steps.one.sets"})).course
    assert (course.option("gate", np.full(500, 99.0)) == course.option("gate", np.zeros(500))).all()


def test_a_step_that_stands_in_for_another_waits_for_its_failure():
    body = """
steps:
  plan: {takes: 6d, chance: 0.5}
  after-plan: {after: plan, takes: 1d}
  other: {instead_of: plan, takes: 2d}
  third: {instead_of: [plan, other], takes: 2d}
  rush: {takes: 9d (0.9999), deadline: 2025-01-04}
  calm: {instead_of: rush, takes: 1d}
  stuck: {instead_of: after-plan}
"""
    one = told(body, tellings=2)
    came = one.time("plan") < NEVER
    assert set(one.time("other")[~came]) == {8.0}
    assert (one.time("other")[came] == NEVER).all()
    assert {*one.cause("other")[came]} == {one.script.codes["not needed", "other", "plan"]}
    assert (one.time("third") == NEVER).all()
    assert (one.time("calm") == 4).all()
    assert set(one.time("stuck")[~came]) == {6.0}


def test_a_stand_in_needs_what_can_pass_when_the_other_has_failed():
    body = """
steps:
  plan: {takes: 6d, chance: 0.5}
  rupture: {takes: 3d}
  late: {takes: 9d}
  other: {instead_of: plan, after: not rupture}
  third: {instead_of: plan, after: not late}
"""
    one = told(body, tellings=2)
    came = one.time("plan") < NEVER
    assert (one.time("other") == NEVER).all()
    assert set(one.time("third")[~came]) == {6.0}


def test_conditions_that_can_pass_have_to_hold_together():
    body = """
steps:
  one: {takes: 3d, sets: gate is wide}
  two: {takes: 5d}
  never: {after: [gate is shut, two and not (two by 2025-01-02) (0.999999)]}
  fine: {after: [gate is wide, two and not (two by 2025-01-02) (0.5)]}
"""
    one = told(body)
    assert (one.time("never") == NEVER).all()
    assert set(one.time("fine")) == {3.0, 5.0}


def test_an_offer_that_a_step_takes_up_waits_for_nobody():
    body = """
channels:
  hand: {between: [a, b], level: x, state: offered}
steps:
  visit: {needs: hand, opens: hand, takes: 2d}
  again: {after: visit, opens: hand, takes: 1d}
"""
    assert time(body, "visit") == 2
    assert time(body, "again") == 3


def test_a_length_can_have_the_distribution_of_pert():
    body = "steps: {one: {takes: pert 0d..90d mostly 15d}, two: {takes: 0d..90d mostly 15d}}\n"
    one = told(body, tellings=20)
    for step, mean, variance in (("one", 25, 5 / 3 * 13 / 3 / 252), ("two", 35, None)):
        times = one.time(step)
        if variance is None:  # of a triangle
            variance = (90**2 + 15**2 - 90 * 15) / 18
        else:  # of the beta distribution with parameters 5/3 and 13/3
            variance *= 90**2
        assert abs(times.mean() - mean) < 4 * np.sqrt(variance / len(times))
        assert times.var() == pytest.approx(variance, rel=0.1)


def test_conditions_that_lapse_have_to_hold_when_all_else_is_there():
    body = """
steps:
  rupture: {takes: 5d}
  early: {takes: 3d, after: not rupture}
  unhurt: {after: [early, not rupture]}
  hurt: {after: [rupture, not rupture]}
  widen: {takes: 4d, sets: gate is wide}
  close: {takes: 8d, sets: gate is shut}
  pass: {after: gate is at least ajar, takes: 1d}
  shut: {after: [widen, gate is shut], takes: 1d}
  tired: {after: not (widen by 2025-01-04)}
  fresh: {after: not (widen by 2025-01-08)}
  order: {after: widen before close}
"""
    found = {
        s: time(body, s) for s in ("unhurt", "hurt", "pass", "shut", "tired", "fresh", "order")
    }
    assert found == {"unhurt": 3, "hurt": NEVER, "pass": 5, "shut": 9, "tired": 3,
                     "fresh": NEVER, "order": 4}  # fmt: skip
    assert cause(body, "hurt") == ("condition", "hurt", "not rupture")


def test_a_claim_stands_for_its_event():
    body = """
steps: {one: {takes: 3d}, two: {after: hope, takes: 1d}}
claims: {hope: {event: one by 2025-02-01, if: gate is shut, hedge: likely}}
"""
    assert time(body, "two") == 4


# ── streams ─────────────────────────────────────────────────────────────────────────────────────
CHAIN = """
steps:
  one: {takes: 3d..30d, chance: likely}
  two: {takes: 1w..9w mostly 2w, chance: 0.3..0.9}
  three: {after: [one, two (likely)], takes: 2d..9d, chance: likely if one else unlikely}
"""


def times_of(body, **kinds):
    one = told(body, tellings=5, **kinds)
    return {s: one.time(s) for s in one.script.sequence.steps}


def test_fewer_readings_and_stories_are_the_first_of_more():
    whole = told(CHAIN, tellings=40, readings=500)
    part = told(CHAIN, tellings=3, readings=120)
    for step in ("one", "two", "three"):
        assert (part.time(step).reshape(3, 120)
                == whole.time(step).reshape(-1, 500)[:3, :120]).all()  # fmt: skip


def test_other_chunks_and_blocks_differ():
    one, other = told(CHAIN, chunk=0).time("one"), told(CHAIN, chunk=1).time("one")
    assert (one != other).any()
    blocks = list(teller_of(case_of(CHAIN)).tell(64))
    assert (blocks[0].time("one") != blocks[1].time("one")).any()


def test_reordering_dropping_and_adding_steps_moves_no_other():
    lines = CHAIN.splitlines()
    turned = "\n".join(["", "steps:", *reversed(lines[2:]), "  four: {takes: 1d..3d}", ""])
    first, second = times_of(CHAIN), times_of(turned)
    for step, times in first.items():
        assert (times == second[step]).all()


def test_a_change_moves_only_what_hangs_on_it():
    teller = teller_of(case_of(CHAIN))
    plain = next(teller.tell(8))
    sure = next(teller.tell(8, Changes(certain=frozenset({"one"}))))
    none = next(teller.tell(8, Changes(barred=frozenset({"one"}))))
    assert (sure.time("two") == plain.time("two")).all()
    came = plain.time("one") < NEVER
    assert (sure.time("one")[came] == plain.time("one")[came]).all()
    assert (sure.time("one") < NEVER).all()
    assert (none.time("one") == NEVER).all()
    assert (sure.time("three") <= plain.time("three")).all()
    assert (plain.time("three") <= none.time("three")).all()


def test_steps_that_wait_for_each_other():
    case = case_of("steps: {one: {after: two}, two: {}}\n")
    one, two = case.steps
    around = tuple(replace(before, condition=Happens("one")) for before in one.after)
    circle = replace(case, steps=(one, replace(two, after=around)))
    with pytest.raises(CaseError, match="round in a circle"):
        list(teller_of(circle).tell(1))


def test_a_case_without_steps():
    case = load("nash-1950-barter")
    one = next(Teller(case, sample(case, 5), 0).tell(2))
    assert len(one.reading) == 10
