"""What comes before what, where steps go round in circles, and what can never happen."""

import subprocess
import sys

import pytest

from winset.casefile import load, load_text, load_text_with_warnings
from winset.casefile.necessity import Necessity
from winset.casefile.order import Sequence, ancestors
from winset.casefile.possible import faults_of_order
from winset.errors import CaseError

HEAD = """\
format: 1
name: small
title: A small process
as_of: 2025-01-01
horizon: 2025-12-31
parties: {a: A, b: B, c: C, d: {name: D, ratifies: a}}
issues:
  gate: {options: shut < ajar < wide, now: shut, decided_by: a}
  toll: {options: [high, low], now: high, decided_by: a + b}
tables:
  t: {parties: a + b, agenda: [toll, gate]}
  u: {parties: b + c, agenda: [toll]}
channels:
  line: {between: [a, b], level: x, state: frozen}
  wire: {between: [a, c], level: x, state: open}
  hand: {between: [b, c], level: x, state: offered}
"""


def case_of(body):
    return load_text(HEAD + body)


def found(body):
    """Faults of the steps: those that keep the case from loading, or those that do not."""
    try:
        faults = load_text_with_warnings(HEAD + body)[1]
    except CaseError as error:
        faults = error.faults
    first = HEAD.count("\n")
    return [(f.line - first, f.found, f.severity) for f in faults if f.line > first]


def test_steps_come_after_all_that_they_look_at():
    case = case_of("""\
steps:
  z: {chance: likely if gate is wide else unlikely}
  y: {sets: gate is wide, after: x}
  x: {}
  w: {needs: line}
  v: {opens: line, after: z}
  u: {instead_of: w}
  s: {table: t, deal_on: [toll]}
  r: {after: c declines or toll is low}
""")
    order = Sequence(case).order
    for first, then in ("xy", "yz", "zv", "vw", "wu", "sr"):
        assert order.index(first) < order.index(then)
    assert ancestors(Sequence(case), ["u"]) == set("uwvzyx")


def test_the_order_does_not_hang_on_the_files():
    body = ["  one: {after: two}", "  two: {}", "  three: {after: two}", "  four: {}"]
    orders = [
        Sequence(case_of("\n".join(["steps:", *lines]))).order for lines in (body, body[::-1])
    ]
    assert orders[0] == orders[1] == ("four", "two", "one", "three")


CIRCLES = [
    ("a: {after: b}", "b: {after: a}", "`a` is after `b` (line 2), which is after `a` (line 3)"),
    ("a: {after: b}", "b: {chance: 1 if a else 0}", "which has a chance that hangs on `a`"),
    ("a: {needs: line}", "b: {opens: line, after: a}", "needs the channel line opened by `b`"),
    ("a: {instead_of: b}", "b: {after: a}", "stands in for `b`"),
    ("a: {after: gate is wide}", "b: {sets: gate is wide, after: a}", "is after `b`"),
    ("a: {after: a}", "b: {}", "`a` is after `a` (line 2)"),
]


@pytest.mark.parametrize(("one", "other", "says"), CIRCLES)
def test_circles_name_their_lines(one, other, says):
    ((line, fault, severity),) = found(f"steps:\n  {one}\n  {other}\n")
    line_says = says.replace("(line 2)", f"(line {HEAD.count(chr(10)) + 2})")
    line_says = line_says.replace("(line 3)", f"(line {HEAD.count(chr(10)) + 3})")
    assert line_says in fault
    assert "round in a circle" in fault
    assert (line, severity) == (2, "error")


def test_every_circle_is_named():
    body = (
        "steps: {a: {after: b}, b: {after: a}, c: {after: d}, d: {after: [e, c]}, e: {after: d}}\n"
    )
    assert len(found(body)) == 3
    with pytest.raises(CaseError) as error:
        Sequence(case_of(body)).order  # noqa: B018
    assert len(error.value.faults) == 3


def test_what_a_step_itself_moves_is_no_circle():
    assert not [fault for _, fault, severity in found("""\
steps:
  turn: {after: gate is shut, sets: gate is wide, chance: 1 if gate is shut else 0}
  sign: {table: t, deal_on: [toll], chance: likely if toll is high else 0.2}
""") if severity == "error"]  # fmt: skip


NEVER = [
    ("a: {needs: line}", "needs", "line is frozen, and no other step opens it", "error"),
    ("a: {needs: hand}", "needs", "hand is offered", "error"),
    ("a: {needs: line, opens: line}", "needs", "line is frozen", "error"),
    ("a: {chance: 0}", "chance", "its chance is 0", "error"),
    ("a: {table: u, deal_on: [toll]}", "table", "can change nothing", "error"),
    ("a: {after: gate is wide}", "after", "nothing brings about `gate is wide`", "error"),
    ("a: {after: c declines}", "after", "nothing brings about `c declines`", "error"),
    ("a: {takes: 9d, deadline: 2025-01-05}", "deadline", "its deadline is 2025-01-05", "error"),
    ("a: {on: 2025-01-05, not_before: 2025-01-08}", "on", "its date is 2025-01-05", "error"),
    ("a: {takes: 2y}", "takes", "the horizon is 2025-12-31", "warning"),
]


@pytest.mark.parametrize(("step", "at", "says", "severity"), NEVER)
def test_steps_that_can_never_happen(step, at, says, severity):
    ((line, fault, found_severity),) = found(f"steps:\n  {step}\n")
    assert "`a` can never happen" in fault
    assert says in fault
    assert (line, found_severity) == (2, severity)


def test_what_then_cannot_happen_either_is_named_beside_it():
    ((line, fault, _),) = found(
        "steps:\n  a: {chance: 0}\n  b: {after: a}\n  c: {after: b or d}\n  d: {}\n"
    )
    assert line == 2
    assert fault.endswith("; and so can neither b")


@pytest.mark.parametrize("step", [
    "a: {needs: wire}", "a: {needs: hand, opens: hand}", "a: {needs: line (likely)}",
    "a: {chance: 0..1}", "a: {after: gate is shut}", "a: {after: not c declines}",
    "a: {takes: 9d, deadline: 2025-01-10}", "a: {after: gate is wide (likely)}",
])  # fmt: skip
def test_what_can_happen_is_let_be(step):
    assert not [fault for _, fault, _ in found(f"steps:\n  {step}\n") if "never" in fault]


@pytest.mark.parametrize("name", ["riyadh-2025", "riyadh-2025-second-account", "camp-david-1978"])
def test_the_packaged_cases_have_an_order(name):
    assert [f for f in faults_of_order(load(name)) if f.severity == "error"] == []


def test_claims_in_a_circle():
    body = "steps: {s: {after: x}}\nclaims: {x: {event: y, hedge: a}, y: {event: x, hedge: a}}\n"
    ((line, fault, _),) = found(body)
    assert "x -> y -> x" in fault
    assert line == 2


# ── necessity ───────────────────────────────────────────────────────────────────────────────────
PATHS = """\
steps:
  one: {wanted_by: a + c}
  two: {after: one, by: c}
  three: {after: one or two}
  four: {after: [two or three, one (likely)], opens: line}
  five: {needs: line, after: toll is low}
  deal: {table: t, deal_on: [toll], settles: toll is low, after: two}
"""


def test_what_a_step_cannot_do_without():
    needed = Necessity(Sequence(case_of(PATHS)))
    assert needed.steps("three") == {"one", "three"}
    assert needed.steps("four") == {"one", "four"}
    assert needed.steps("five") == {"one", "two", "four", "deal", "five"}


def test_of_several_ways_only_what_they_share_is_needed():
    body = """\
steps:
  one: {}
  left: {after: one, sets: gate is wide, opens: line}
  right: {after: one, sets: gate is ajar, opens: line}
  moved: {after: gate is not shut}
  opened: {after: gate is at least ajar, needs: line}
  wide: {after: gate is wide}
"""
    needed = Necessity(Sequence(case_of(body)))
    assert needed.steps("moved") == {"one", "moved"}
    assert needed.steps("opened") == {"one", "opened"}
    assert needed.steps("wide") == {"one", "left", "wide"}


def test_who_can_keep_a_step_from_happening():
    needed = Necessity(Sequence(case_of(PATHS)))
    vetoes = {veto.party: veto.roles for veto in needed.vetoes("five")}
    assert set(vetoes) == set("abcd")
    assert ("one", "has to want it") in vetoes["a"]
    assert vetoes["d"] == (("deal", "ratifies"),)
    assert ("two", "acts") in vetoes["c"]
    assert ("five", "speaks through line") in vetoes["b"]


def test_parties_that_take_part_without_a_channel():
    body = "steps: {one: {wanted_by: a + c}, two: {wanted_by: a + b}, three: {wanted_by: b + c}}\n"
    gaps = Necessity(Sequence(case_of(body))).gaps()
    assert [(gap.step, gap.parties) for gap in gaps] == [("two", ("a", "b")), ("three", ("b", "c"))]
    assert gaps[0].channels == (("line", "frozen"),)
    opened = body.replace("two: {", "two: {opens: line, ")
    assert len(Necessity(Sequence(case_of(opened))).gaps()) == 1


def test_a_thousand_steps_take_a_moment():
    lines = [f"  s{n}: {{after: [s{n - 1}, s{n // 2}]}}" for n in range(1, 1000)]
    case = case_of("\n".join(["steps:", "  s0: {}", *lines, ""]))
    assert Sequence(case).order[-1] == "s999"
    assert found("steps: {a: {}}\n") == []
    assert len(Necessity(Sequence(case)).steps("s999")) == 1000


def test_it_needs_no_numerics():
    code = (
        "import sys, winset.casefile.possible, winset.casefile.necessity;"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'scipy', 'numba')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
