"""Every fault of a process: events, dates, durations, chances, circles and unknown names."""

import time

import pytest

from winset.casefile import load_text, load_text_with_warnings
from winset.casefile.nodes import LARGEST_FILE
from winset.errors import CaseError

HEAD = """\
format: 1
name: small
title: A small process
as_of: 2025-01-01
horizon: 2025-12-31
levels: [x]
sources: {rec: {title: Record, date: 2025-12-30}}
parties: {a: {name: A, agencies: {bank: Bank}}, b: B, c: C}
issues:
  gate: {options: shut < ajar < wide, now: shut, decided_by: a}
  toll: {options: [high, low], now: high, decided_by: a + b}
  road: {options: [old, new], now: old, decided_by: b + c}
tables:
  t: {parties: a + b, agenda: [toll, gate]}
  u: {parties: a + c, agenda: [gate]}
channels:
  line: {between: [a, b], level: x, state: refused, refused_by: b}
  wire: {between: [a, c], level: x, state: open}
preferences: {a: {gate: wide > others}}
"""
FIRST = HEAD.count("\n")


def found(body):
    """Faults of what is added to the head: (line, column, severity, text)."""
    try:
        faults = load_text_with_warnings(HEAD + body)[1]
    except CaseError as error:
        faults = error.faults
    return [(f.line - FIRST, f.column, f.severity, f"{f.found}: {f.right}") for f in faults]


STEP = [
    # (what a step says, where its fault stands, what was found and would be right)
    ("after: missing", "missing", "unknown step or claim `missing`: one of: s, p"),
    ("after: gate is wid", "wid", "did you mean `wide`?"),
    ("after: gat is wide", "gat", "unknown issue `gat`: did you mean `gate`?"),
    ("after: d declines", "d decl", "unknown party `d`"),
    ("after: a at table", "a at", "`a at table` cannot stand in this line"),
    ("after: p by 2025-13-01", "2025-13-01", "`2025-13-01` is no date"),
    ("after: p before", "p before", "the line ends too early"),
    ("after: p (perhaps)", "(perhaps)", "parentheses at the end hold a share"),
    ("after: any of p", "of", "`a or b` for any of them"),
    ("after: p @nowhere:1", "@nowhere", "unknown source `@nowhere`"),
    ("after: {either: [p (0.7), gate is shut (0.7)]}", "p (0.7)", "exceed 1"),
    ("takes: 3", "3}", "cannot read `3` here: expected a duration"),
    ("takes: 3w..1w", "3w", "the duration 3w..1w runs backwards: 1w..3w"),
    ("takes: 1w..3w mostly 5w", "1w", "`mostly 5w` lies outside 1w..3w"),
    ("takes: -3d", "-3d", "cannot read `-3d`"),
    ("takes: 1001y", "1001y", "over a thousand years"),
    ("takes: " + "9" * 400 + "d", "999", "over a thousand years"),
    ("takes: pert 1w..2w", "pert", "`pert` without a most likely length"),
    ("takes: [1w, 2w]", "takes", "`takes` holds a list"),
    ("chance: 1.2", "1.2", "a chance of 1.2: a number between 0 and 1"),
    ("chance: -0.2", "-0.2", "a chance of -0.2"),
    ("chance: 120 %", "120", "a chance of 120"),
    ("chance: 0.8..0.2", "0.8", "the range 0.8..0.2 runs backwards"),
    ("chance: possible", "possible", "cannot read `possible`"),
    ("chance: likely else 0.2", "else", "`else` is a word of the language"),
    ("chance: likely if x else 0.2", "x else", "unknown step or claim `x`"),
    ("chance: likely if gate is wid", "wid", "did you mean `wide`?"),
    ("on: 2025-02-30", "2025-02-30", "`2025-02-30` is no date"),
    ("on: soon", "soon", "`soon` is no date: year-month-day"),
    ("on: 20250203", "20250203", "`20250203` is no date"),
    ("not_before: 2025-W08", "2025-W08", "`2025-W08` is no date"),
    ("deadline: 2025-2-3", "2025-2-3", "`2025-2-3` is no date"),
    ("needs: lin", "lin", "unknown channel `lin`: did you mean `line`?"),
    ("opens: lin", "lin", "unknown channel `lin`"),
    ("sets: gate is not wide", "gate is", "`sets: issue is option`"),
    ("sets: gate is wide by 2025-03-01", "gate is", "`sets: issue is option`"),
    ("sets: gate is wode", "wode", "did you mean `wide`?"),
    ("sets: [gate is wide, toll is low, gate is ajar]", "gate is ajar", "sets `gate` twice"),
    ("after: toll is at least low", "at least", "`toll` is a list of options, no scale"),
    ("after: p by 3 May", "3", "cannot read `3` here: `by` a day, written 2025-02-28"),
    ("chance: 0.7 if p by 2025-02-30 else 0.2", "2025-02-30", "`2025-02-30` is no date"),
    ("by: a.banc", "a.banc", "unknown party or agency `a.banc`: did you mean `a.bank`?"),
    ("wanted_by: a + d", "d}", "unknown party `d`"),
    ("wanted_by: a and b", "and", "parties such as `us + ru`"),
    ("table: v", "v}", "unknown table `v`: one of: t, u"),
    ("table: t, deal_on: [tol]", "tol]", "unknown issue `tol`: did you mean `toll`?"),
    ("table: t, deal_on: [road]", "road", "`road` is not on the agenda of `t`: one of: toll, gate"),
    ("deal_on: [toll]", "toll", "`deal_on` without a table"),
    ("settles: toll is low", "toll", "`settles` without a table"),
    ("table: t, settles: toll is hgh", "hgh", "did you mean `high`?"),
    ("table: t, settles: c declines", "c decl", "this line speaks of issues"),
    ("table: t, settles: toll is low by 2025-02-01", "by", "`by` cannot stand in this line"),
    ("instead_of: x", "x}", "unknown step `x`"),
    ("afetr: p", "afetr", "unknown key `afetr`: did you mean `after`?"),
]


@pytest.mark.parametrize(("says", "where", "message"), STEP, ids=[s[0][:40] for s in STEP])
def test_a_fault_of_a_step_is_one_located_message(says, where, message):
    body = f"steps:\n  p: {{}}\n  s: {{{says}}}\n"
    body = body.replace("  p: {}\n  s:", "  s:", 1).replace("}\n", "}\n  p: {}\n", 1)
    ((line, column, severity, text),) = found(body)
    assert message in text
    assert (line, severity) == (2, "error")
    shown = body.splitlines()[1]
    assert shown[column - 1 :].startswith(where) or message.startswith("the line ends")


CLAIM = [
    ("event: foo, hedge: likely", "foo", "unknown step or claim `foo`"),
    ("event: gate is wide", "", "`hedge` is missing"),
    ("hedge: likely", "", "`event` is missing"),
    ("event: gate is, hedge: likely", "", "the line ends too early"),
    ("event: a at table, hedge: likely", "a at", "cannot stand in this line"),
    ("event: gate is wide, hedge: 1.4", "1.4", "a chance of 1.4"),
    ("event: gate is wide, hedge: -0.4", "-0.4", "a chance of -0.4"),
    ("event: gate is wide, hedge: 0.4.., if: gate is shut", "", "the line ends too early"),
    ("event: gate is wide, if: gat is shut, hedge: likely", "gat is shut", "unknown issue `gat`"),
    ("event: gate is wide, hedge: likely, happened: yes", "", "`happened` without a resolution"),
    (
        "event: gate is wide, hedge: likely, resolution: {source: '@rec'}",
        "",
        "a resolution without `happened`",
    ),
    (
        "event: gate is wide, hedge: likely, happened: perhaps, resolution: {source: '@rec'}",
        "perhaps",
        "`yes` or `no`",
    ),
    (
        "event: gate is wide, hedge: likely, happened: no, resolution: {date: x, source: '@rec'}",
        "x",
        "is no date",
    ),
    ("event: c, hedge: likely", "c,", "claims that name each other: c -> c"),
]


@pytest.mark.parametrize(("says", "where", "message"), CLAIM, ids=[c[0][:60] for c in CLAIM])
def test_a_fault_of_a_claim_is_one_located_message(says, where, message):
    body = f"claims:\n  c: {{{says}}}\n"
    ((line, column, severity, text),) = found(body)
    assert message in text
    assert (line, severity) == (2, "error")
    assert body.splitlines()[1][column - 1 :].startswith(where)


NEVER = [
    ("needs: line", "line", "line is refused, and no other step opens it"),
    ("needs: line, opens: line", "line", "no other step opens it"),
    ("chance: 0", "0", "its chance is 0"),
    ("chance: 0 if gate is wide else 0", "0", "its chance is 0"),
    ("table: t, settles: gate is wide and gate is shut", "s:", "no deal brings about"),
    ("table: t, deal_on: [toll], settles: gate is wide", "s:", "no deal brings about"),
    ("table: t, deal_on: [toll], settles: road is new", "s:", "no deal brings about"),
    ("after: gate is wide", "gate", "nothing brings about `gate is wide`"),
    ("after: c declines", "c", "nothing brings about `c declines`"),
    ("after: p and gate is shut, instead_of: p", "p and", "it is after `p`, and stands in for it"),
    ("takes: 9d, deadline: 2025-01-05", "2025", "its deadline is 2025-01-05"),
    ("deadline: 2024-12-31", "2024", "its deadline is 2024-12-31"),
    ("on: 2025-01-05, not_before: 2025-01-08", "2025-01-05", "its date is 2025-01-05"),
    ("after: p by 2024-06-01", "p", "nothing brings about `p by 2024-06-01`"),
]


@pytest.mark.parametrize(("says", "where", "message"), NEVER, ids=[s[0] for s in NEVER])
def test_an_impossible_step_is_one_located_message(says, where, message):
    body = f"steps:\n  s: {{{says}}}\n  p: {{}}\n"
    ((line, column, severity, text),) = found(body)
    assert "`s` can never happen" in text
    assert message in text
    assert (line, severity) == (2, "error")
    assert body.splitlines()[1][column - 1 :].startswith(where)


@pytest.mark.parametrize("says", [
    "chance: 0 if gate is wide", "chance: {line: 0, share: 0.5}", "on: 2024-06-01",
    "table: t, deal_on: [toll], settles: toll is low", "needs: wire",
    "table: t, settles: gate is at least ajar and toll is high",
    "sets: [gate is wide (0.5), gate is ajar (0.5)]", "after: p or gate is shut, instead_of: p",
])  # fmt: skip
def test_a_possible_step_is_none(says):
    assert not [f for f in found(f"steps:\n  p: {{}}\n  s: {{{says}}}\n") if f[2] == "error"]


def test_a_deal_can_settle_what_another_step_has_set():
    steps = "steps:\n  s: {table: t, deal_on: [toll], settles: road is new}\n"
    assert [f for f in found(steps) if "never" in f[3]]
    moved = found(steps + "  p: {sets: road is new}\n")
    assert [f[2] for f in moved if "`road`" in f[3]] == ["warning"]


CIRCLES = [
    ("s: {after: p}", "p: {after: s}"),
    ("s: {after: p or gate is shut}", "p: {chance: 1 if s else 0}"),
    ("s: {needs: line}", "p: {opens: line, after: s}"),
    ("s: {instead_of: p}", "p: {after: s}"),
    ("s: {after: gate is wide}", "p: {sets: gate is wide, after: s}"),
    ("s: {after: c declines}", "p: {table: t, after: s}"),
    ("s: {after: s}", "p: {}"),
]


@pytest.mark.parametrize(("one", "other"), CIRCLES)
def test_a_circle_is_one_located_message(one, other):
    ((line, _, severity, text),) = found(f"steps:\n  {one}\n  {other}\n")
    assert (line, severity) == (2, "error")
    assert "round in a circle" in text


def test_a_circle_hides_no_other_fault():
    body = "steps:\n  s: {after: p}\n  p: {after: s}\n  q: {needs: line}\n  r: {chance: 0}\n"
    assert [line for line, *_ in found(body)] == [2, 4, 5]


def test_circles_of_claims_that_no_step_names():
    body = (
        "claims:\n  x: {event: y, hedge: a}\n  y: {event: gate is wide, if: x, hedge: a}\n"
        "  v: {event: w, hedge: a}\n  w: {event: v, hedge: a}\n"
    )
    assert [(line, text.split(":")[1].strip()) for line, _, _, text in found(body)] == [
        (2, "x -> y -> x"),
        (4, "v -> w -> v"),
    ]


def test_all_faults_of_a_process_at_once():
    body = """\
channels:
  line: {between: [a, d], level: y, state: shut}
steps:
  one: {after: to, takes: soon, chance: 2, on: 2025-99-01, needs: lone}
  two: {by: e, table: v, wanted_by: f, instead_of: three}
claims:
  three: {event: four by 2025-02-31, hedge: 7}
"""
    with pytest.raises(CaseError) as caught:
        load_text(HEAD.split("channels:")[0] + body)
    faults = caught.value.faults
    assert len(faults) == 13, [str(f) for f in faults]
    assert len({(f.line, f.column) for f in faults}) == 13
    assert list(faults) == sorted(faults)


# ── warnings ────────────────────────────────────────────────────────────────────────────────────
WARNED = [
    ("steps:\n  s: {on: 2025-05-05, takes: 3d}", "`takes` without effect"),
    ("steps:\n  s: {takes: 2y}", "the horizon is 2025-12-31"),
    ("steps:\n  s: {on: 2026-05-05}", "the horizon is 2025-12-31"),
    (
        "steps:\n  s: {chance: 0.9 if gate is wide by 2027-01-01 else 0.2}",
        "lies after the horizon",
    ),
    ("claims:\n  c: {event: gate is wide by 2027-03-01, hedge: likely}", "lies after the horizon"),
    ("claims:\n  c: {event: gate is wide by 2024-03-01, hedge: likely}", "lies before `as_of`"),
    ("claims:\n  c: {event: gate is wide, hedge: likly}", "will not be scored: did you mean"),
    (
        "claims:\n  c: {event: gate is wide, hedge: likely, happened: no, "
        "resolution: {date: 2024-12-01, source: '@rec'}}",
        "`c` was resolved on 2024-12-01, before `as_of`",
    ),
    ("steps:\n  s: {by: b, sets: gate is wide}", "`b` sets gate to wide, which a decide"),
    ("steps:\n  s: {by: a, sets: toll is low}", "`a` alone sets toll to low, which b decide too"),
    (
        "steps:\n  s: {wanted_by: a + b}",
        "a and b take part in `s` without an open channel (line is refused by b)",
    ),
    ("steps:\n  s: {wanted_by: b + c}", "b and c take part in `s` without an open channel:"),
    (
        "steps:\n  s: {wanted_by: b + c}\n  u: {wanted_by: b + c}",
        "b and c take part in `s` and `u` without an open channel:",
    ),
]


@pytest.mark.parametrize(("body", "message"), WARNED)
def test_what_looks_wrong_in_a_process_is_warned_of(body, message):
    ((line, _, severity, text),) = found(body + "\n")
    assert message in text
    assert (line, severity) == (2, "warning")


def test_pairs_without_a_channel_in_the_same_steps_are_one_warning():
    body = (
        "steps:\n  s: {wanted_by: a + b + c}\n  u: {after: s, wanted_by: a + b + c}\n"
        "  v: {wanted_by: b + c}\n"
    )
    no_wire = HEAD.replace("  wire: {between: [a, c], level: x, state: open}\n", "")

    def told(body):
        return [fault.found for fault in load_text_with_warnings(no_wire + body)[1]]

    assert told(body) == [
        "a and b take part in `s` and `u` without an open channel (line is refused by b)",
        "a and c take part in `s` and `u` without an open channel",
        "b and c take part in `s`, `u` and `v` without an open channel",
    ]
    assert told(body.partition("  v:")[0])[1:] == [
        "these take part in `s` and `u` without an open channel between them: a and c; b and c"
    ]


@pytest.mark.parametrize("body", [
    "steps:\n  s: {by: a.bank, sets: gate is wide, deadline: 2025-03-01}",
    "steps:\n  s: {wanted_by: a + c, opens: line}",
    "claims:\n  c: {event: gate is wide by 2025-12-31, hedge: some say}",
])  # fmt: skip
def test_what_is_right_is_not_warned_of(body):
    assert found(body + "\n") == []


# ── much of it ──────────────────────────────────────────────────────────────────────────────────
def many(line, count):
    return "steps:\n" + "".join(f"  {line.format(n=n, m=n + 1)}\n" for n in range(count))


CLAIMS = "claims:\n  c0: {event: gate is wide, hedge: a}\n"
MUCH = {
    "a ring": many("s{n}: {{after: s{m}}}", 1_000) + "  s1000: {after: s0}\n",
    "nothing can happen": many("s{n}: {{after: s{m}}}", 1_000) + "  s1000: {chance: 0}\n",
    "all impossible": many("s{n}: {{chance: 0}}", 1_000) + "  z: {after: s0}\n",
    "all on one issue": many("s{n}: {{after: gate is wide, sets: gate is wide}}", 1_000),
    "all on one channel": many("s{n}: {{needs: line, opens: line}}", 1_000),
    "claims that double": CLAIMS
    + "".join(f"  c{n + 1}: {{event: c{n} and c{n}, hedge: a}}\n" for n in range(60)),
    "negations": f"steps:\n  s: {{after: {'not ' * 900}p}}\n  p: {{}}\n",
    "claims in a row": CLAIMS
    + "".join(f"  c{n + 1}: {{event: c{n}, hedge: a}}\n" for n in range(1_000)),
}


@pytest.mark.parametrize("name", MUCH)
def test_much_of_it_is_refused_in_time(name):
    text = HEAD + MUCH[name]
    assert len(text) < LARGEST_FILE
    begun = time.process_time()
    with pytest.raises(CaseError) as caught:
        load_text(text)
    assert time.process_time() - begun < 6
    assert all(len(str(fault)) < 1_000 for fault in caught.value.faults)


def test_a_condition_that_its_own_dates_rule_out_is_located() -> None:
    text = """\
format: 1
name: x
title: X
as_of: 2025-01-01
horizon: 2025-12-31
parties: {a: A}
steps:
  gesture: {takes: 1w}
  late: {after: gesture by 2025-01-02, takes: 1d}
  next: {after: late}
"""
    with pytest.raises(CaseError) as caught:
        load_text(text, "case.yaml")
    (fault,) = caught.value.faults
    assert str(fault).startswith("case.yaml:9:17: `late` can never happen: nothing brings about")
    assert "`gesture by 2025-01-02` in time; and so can neither next" in str(fault)
    assert load_text(text.replace("01-02", "01-09")).steps
