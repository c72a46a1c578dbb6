"""Which lines force a headline."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from winset.analyses.absent import absent
from winset.analyses.deals import deals
from winset.analyses.forcing import Forcing, forcing, quickxplain
from winset.analyses.headlines import Count, Headline, headlines
from winset.casefile import load_text
from winset.ensemble import sample

TEXT = """\
format: 1
name: forced
title: A case with forced headlines
as_of: 2025-01-01
sources: {note: {title: Note, date: 2024-12-01}}
parties: {a: A, b: B, c: C}
issues:
  x: {options: [low, high], now: low, decided_by: a + b}
  y: {options: [low, high], now: low, decided_by: a + b, implemented_by: c}
tables:
  t: {parties: a + b, agenda: [x, y]}
preferences:
  a: {x: high > low @note:1, y: high > low @note:2}
  b: {x: high > low @note:3, y: high > low @note:4}
  c: {y: low > high @note:5}
red_lines:
  a: {never: x is high and y is low, source: "@note:6"}
steps:
  done: {table: t, settles: y is high}
"""


def counted(case, **asked):
    ensemble = sample(case, 200, **asked)
    found = deals(case, ensemble, "t")
    return headlines(case, found, absent(case, ensemble, found))


def forced(case, **asked):
    return {h: c for h, c in counted(case, **asked).items() if c.forced}


def test_headlines_are_counted():
    found = counted(load_text(TEXT))
    assert found[Headline("t", "deal")] == Count(200, 200)
    assert found[Headline("t", "event", "y is high")] == Count(200, 200)
    assert found[Headline("t", "declines", "c")] == Count(200, 200)
    assert found[Headline("t", "hurt", "c")] == Count(0, 200)


def test_the_lines_that_force_each_headline():
    case = load_text(TEXT)
    found = forcing(case, forced(case))
    event = set(found[Headline("t", "event", "y is high")].statements)
    assert "a.preferences.y" in event or "b.preferences.y" in event
    declines = set(found[Headline("t", "declines", "c")].statements)
    assert {"issues.y.implemented_by", "c.preferences.y"} <= declines


def test_the_lines_found_are_enough_and_none_can_be_spared():
    case = load_text(TEXT)
    headline = Headline("t", "event", "y is high")
    lines = forcing(case, forced(case))[headline].statements
    drawn = [s.id for s in case.statements() if s.kind in ("preference", "red line",
                                                           "implemented by")]  # fmt: skip

    def still(kept):
        return counted(case, without=frozenset(drawn) - frozenset(kept))[headline].hits == 200

    assert still(lines)
    assert not any(still(set(lines) - {line}) for line in lines)


def test_what_no_statement_forces_is_forced_by_the_frame():
    text = TEXT.replace("decided_by: a + b, implemented_by: c", "decided_by: b + c")
    case = load_text(text.replace("settles: y is high", "settles: y is high or x is low"))
    # Nobody at the table can change y, so only deals with x high are left.
    found = forcing(case, {Headline("t", "event", "y is high or x is low"): Count(0, 200)})
    assert found[Headline("t", "event", "y is high or x is low")] == Forcing((), 500)


def test_a_headline_that_moves_is_said_to():
    case = load_text(TEXT.replace("a: {x: high > low @note:1, y: high > low @note:2}", "a: {}"))
    found = forcing(case, {Headline("t", "event", "y is high"): Count(0, 200)})
    assert not found[Headline("t", "event", "y is high")].found


FAMILIES = st.sets(st.frozensets(st.integers(0, 7), min_size=1, max_size=4), min_size=1, max_size=5)


@given(FAMILIES)
def test_quickxplain_finds_a_minimal_set(family):
    def holds(kept):
        return any(need <= set(kept) for need in family)

    found = quickxplain(holds, range(8))
    assert holds(found)
    for fewer in combinations(sorted(found), len(found) - 1):
        assert not holds(fewer)


@given(st.integers(0, 7))
def test_quickxplain_prefers_what_comes_first(last):
    found = quickxplain(lambda kept: any(n <= last for n in kept), range(8))
    assert found == {0}
