"""The earliest date of a step, and the lines it hangs on."""

from __future__ import annotations

import datetime as dt

from winset.casefile import load_text
from winset.casefile.order import Sequence
from winset.casefile.soonest import Soonest, soonest

HEAD = """\
format: 1
name: x
title: X
as_of: 2025-01-01
horizon: 2025-12-31
parties: {a: A}
steps:
"""


def found(steps: str, step: str, gone: frozenset[str] = frozenset()) -> Soonest | None:
    return soonest(Sequence(load_text(HEAD + steps)), [step], gone)[0]


def on(month: int, day: int) -> dt.date:
    return dt.date(2025, month, day)


def test_the_longest_of_what_has_to_come_before_counts() -> None:
    steps = """\
  quick: {takes: 3d..9d}
  slow: {takes: 10d..20d mostly 12d}
  last: {after: [quick, slow], takes: 5d..6d}
"""
    assert found(steps, "last") == Soonest("last", on(1, 16), ("steps.slow.takes",
                                                               "steps.last.takes"))  # fmt: skip


def test_the_shortest_of_alternatives_counts() -> None:
    steps = """\
  quick: {takes: 3d..9d}
  slow: {takes: 10d..20d}
  last: {after: quick or slow, takes: 5d}
"""
    assert found(steps, "last") == Soonest("last", on(1, 9), ("steps.quick.takes",
                                                              "steps.last.takes"))  # fmt: skip


def test_fixed_dates_count_and_what_waits_shorter_does_not() -> None:
    steps = """\
  talks: {on: 2025-02-01}
  paper: {takes: 1w}
  last: {after: [talks, paper], not_before: 2025-01-20, takes: 2d}
"""
    assert found(steps, "last") == Soonest("last", on(2, 3), ("steps.talks.on",
                                                              "steps.last.takes"))  # fmt: skip


def test_lines_that_hold_only_in_some_readings_hold_nothing_up() -> None:
    steps = """\
  slow: {takes: 10d}
  last: {after: slow (likely), takes: 5d}
"""
    assert found(steps, "last") == Soonest("last", on(1, 6), ("steps.last.takes",))


def test_dropped_lines_hold_nothing_up() -> None:
    steps = "  first: {takes: 10d}\n  last: {after: first, takes: 5d}\n"
    whole = found(steps, "last")
    assert whole is not None
    assert whole.date == on(1, 16)
    assert found(steps, "last", frozenset({"steps.last.after"})) == Soonest(
        "last", on(1, 6), ("steps.last.takes",)
    )
    assert found(steps, "last", frozenset({"steps.first.takes"})) == Soonest(
        "last", on(1, 6), ("steps.last.takes",)
    )


def test_what_cannot_happen_before_the_horizon_has_no_date() -> None:
    steps = "  far: {takes: 2y}\n  last: {after: far}\n"
    assert found(steps, "far") is None
    assert found(steps, "last") is None
