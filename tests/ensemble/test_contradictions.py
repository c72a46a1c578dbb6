"""Contradictions: found, as smallest sets, with lines; and those that are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.ensemble import contradictions, sample
from winset.ensemble.contradictions import smallest_conflicts
from winset.errors import ContradictionError
from winset.methods.consistency import values_consistent, weights_consistent
from winset.methods.orders import CycleError, Line
from winset.methods.values import Attribute, value_sampler

ISSUES = """
    land:  {options: [x, y, z], now: x, decided_by: a + b}
    water: {options: [u, v], now: u, decided_by: a + b}
    grain: {options: [k, l], now: k, decided_by: a + b}
"""


def faults(case_of, sections, without=()):
    case = case_of(ISSUES, sections)
    with pytest.raises(ContradictionError) as caught:
        sample(case, 10, without=frozenset(without))
    return list(map(str, caught.value.faults))


def test_two_orders(case_of):
    (fault,) = faults(case_of, "preferences:\n  a: {land: [x > y, y > z, y > x]}")
    assert fault == (
        "small.yaml:14:14: `x > y` (a.preferences.land, line 14) and `y > x` "
        "(a.preferences.land#3, line 14) contradict each other, and their shares add up to more "
        "than 1: lower a share, drop one, or put them under `either:`"
    )


def test_a_circle_of_three_and_what_is_not_in_it(case_of):
    (fault,) = faults(case_of, "salience:\n  a: [land > water, water > grain, grain > land]")
    assert all(text in fault for text in ("land > water", "water > grain", "grain > land"))
    assert "hold at once" in fault


def test_every_contradiction_is_named_at_once(case_of):
    found = faults(
        case_of,
        """
        preferences:
          a: {land: [x > y, y > x]}
          b: {water: [u > v, u = v]}
        influence: [a > b, b > a]
        """,
    )
    assert len(found) == 3


def test_asked_for_alone(case_of):
    assert contradictions(case_of(ISSUES, "preferences:\n  a: {land: x > y}")) == ()
    (fault,) = contradictions(case_of(ISSUES, "preferences:\n  a: {land: [x > y, y > x]}"))
    assert (fault.line, fault.severity) == (14, "error")


def test_shares_that_leave_room_make_it_an_alternative(case_of):
    case = case_of(ISSUES, "preferences:\n  a: {land: [x > y (0.6), y > x (0.4)]}")
    drawn = sample(case, 500).in_force
    first, second = drawn["a.preferences.land"], drawn["a.preferences.land#2"]
    assert (first != second).all()
    assert first.mean() == pytest.approx(0.6, abs=0.07)


def test_without_one_of_them_there_is_no_contradiction(case_of):
    case = case_of(ISSUES, "preferences:\n  a: {land: [x > y, y > x]}")
    for name, better in (("a.preferences.land", "y"), ("a.preferences.land#2", "x")):
        drawn = sample(case, 50, without=frozenset({name}))
        space, own = drawn.space, drawn.part_worth[:, drawn.space.party_index["a"]]
        other = "x" if better == "y" else "y"
        assert (own[:, space.slot("land", better)] > own[:, space.slot("land", other)]).all()


def test_wide_steps_that_no_values_meet(case_of):
    # The first step has to be twice the second, and the second twice the first.
    (fault,) = faults(case_of, "preferences:\n  a: {land: [x >> y > z, x > y >> z]}")
    assert "x >> y > z" in fault


def test_numbers_against_an_order(case_of):
    sections = """
    preferences:
      a:
        land: [{values: {x: 0.1..0.4, y: 0.4..0.8}}, x > y]
    """
    (fault,) = faults(case_of, sections)
    assert "x: 0.1..0.4, y: 0.4..0.8" in fault
    sections = "salience:\n  a: [{weights: {land: 1, water: 2}}, land > water]"
    assert len(faults(case_of, sections)) == 1


def test_numbers_that_share_nothing_and_numbers_that_meet_exactly(case_of):
    two = "preferences:\n  a: {{land: [{{values: {{x: 1}}}}, {{values: {{x: {}}}}}]}}"
    assert len(faults(case_of, two.format(2))) == 1
    sample(case_of(ISSUES, two.format("0..1")), 1)
    sample(case_of(ISSUES, "salience:\n  a: [{weights: {land: 4, water: 2}}, land >> water]"), 1)


def test_indifference_against_an_order(case_of):
    assert len(faults(case_of, "preferences:\n  a: {land: [indifferent, x > y]}")) == 1


def test_attributes_against_an_order(case_of):
    issues = """
    site:
      decided_by: a + b
      options: {p: {side: left}, q: {side: right}}
    """
    case = case_of(issues, "preferences:\n  a: {site: [by side left > right, q > p]}")
    with pytest.raises(ContradictionError, match="by side left > right"):
        sample(case, 1)


def test_conditional_orders_contradict_only_where_they_meet(case_of):
    apart = """
    preferences:
      a: {land: [x > y if water is u, y > x if water is v]}
    """
    sample(case_of(ISSUES, apart), 1)
    assert len(faults(case_of, apart.replace("water is v", "grain is k"))) == 1


def test_two_outcomes_without_agreement(case_of):
    (fault,) = faults(case_of, "no_agreement:\n  a: [status quo, 0.2..0.3]")
    assert "cannot hold together" in fault
    sample(case_of(ISSUES, "no_agreement:\n  a: [status quo (0.5), 0.2..0.3 (0.5)]"), 1)


def test_statements_that_leave_next_to_no_room(case_of):
    issues = "\n".join(f"i{n:02}: {{options: [s, t], now: s, decided_by: a}}" for n in range(14))
    chains = [" >> ".join(f"i{n:02}" for n in span) for span in (range(7), range(7, 14))]
    # One line is a simplex and drawn directly; of the other's orders next to none are met.
    assert sample(case_of(issues, f"salience:\n  a: {chains[0]}"), 5).part_worth.any()
    case = case_of(issues, f"salience:\n  a: [i13 > i03, {', '.join(chains)}]")
    with pytest.raises(ContradictionError, match="next to no room") as caught:
        sample(case, 1)
    # The short line is none of those that make it so.
    assert "`i13 > i03`" not in str(caught.value)


def test_all_smallest_sets_are_found():
    bad = [{0, 1}, {1, 2, 3}]
    found = smallest_conflicts(5, lambda chosen: not any(b <= set(chosen) for b in bad))
    assert found == [frozenset(b) for b in bad]


def test_many_statements_are_searched_by_leaving_out():
    bad = [set(range(9)), set(range(9, 18))]
    found = smallest_conflicts(20, lambda chosen: not any(b <= set(chosen) for b in bad))
    assert sorted(map(sorted, found)) == sorted(map(sorted, bad))


# ── the linear program ──────────────────────────────────────────────────────────────────────────
@st.composite
def lines(draw, count):
    members = draw(st.lists(st.sampled_from(range(count)), min_size=2, unique=True))
    wide = tuple(draw(st.booleans()) for _ in members[1:])
    levels, loose = [(i,) for i in members], -1
    if all(wide) and len(wide) > 1:
        wide = (*wide[:-1], False)
    rest = tuple(i for i in range(count) if i not in members)
    if rest and draw(st.booleans()):
        levels, loose = [*levels, rest], len(levels)
        wide = (*wide, False)
    return Line(tuple(levels), wide, loose)


@given(st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_values_are_consistent_where_some_are_drawn(data):
    count = data.draw(st.integers(3, 4))
    said = tuple(data.draw(st.lists(lines(count), min_size=2, max_size=3)))
    try:
        some = value_sampler(count, said).acceptance() > 0
    except CycleError:
        some = False
    assert values_consistent(count, said) == some


def test_weights_are_consistent_unless_they_go_in_circles():
    up, down = Line(((0,), (1,)), (True,)), Line(((1,), (0,)), (False,))
    assert weights_consistent(2, [up])
    assert not weights_consistent(2, [up, down])
    assert weights_consistent(2, [up], ((0, 1), (0, 1)))
    assert not weights_consistent(2, [up], ((0, 0.9), (0.5, 1)))
    assert weights_consistent(2, [Line(((0, 1),), ())], ((0, 1), (0.5, 2)))


def test_the_loose_level_may_bend_either_way():
    # `others` = {1, 2}; between 0 and the best of them, and between the least of them and 3.
    loose = Line(((0,), (1, 2), (3,)), (True, False), 1)
    for first, second in ((1, 2), (2, 1)):
        assert values_consistent(4, [loose, Line(((first,), (second,)), (False,))])
    against = Line(((0,), (1,), (2,), (3,)), (False, False, True))
    assert not values_consistent(4, [loose, against])


def test_attributes_and_orders_together():
    left = Attribute("side", (0, 1, 0), 2, (Line(((0,), (1,)), (False,)),))
    big = Attribute("size", (0, 0, 1), 2, (Line(((0,), (1,)), (False,)),))
    assert values_consistent(3, [Line(((1,), (2,)), (False,))], attributes=[left, big])
    assert not values_consistent(3, [Line(((1,), (0,)), (False,))], attributes=[left, big])
