"""In which readings statements are in force: shares, alternatives, contradictions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.case import Preference, Statement
from winset.ensemble.shares import places_of, with_alternatives
from winset.ensemble.spoken import Spoken
from winset.language.terms import Chance, Unknown


def spoken(*shares, groups=None):
    found = []
    for n, share in enumerate(shares):
        group = groups[n] if groups else ""
        statement = Statement(str(n), "preference", "", share=Chance(share, share), group=group)
        found.append(Spoken("x", str(n), statement, Preference("p", "i", Unknown(), statement)))
    return found


def held(places, points=100_000):
    """Which of the statements are in force over an even grid of uniform numbers: (n, points)."""
    at = (np.arange(points) + 0.5) / points
    return np.array([place.in_force(at) for place in places.values()])


def test_a_lone_statement_holds_below_its_share():
    (place,) = places_of(spoken(0.3), (), frozenset()).values()
    assert place.spans == ((0.0, 0.3),)


def test_statements_without_conflict_have_numbers_of_their_own():
    places = places_of(spoken(0.3, 0.4), (), frozenset())
    assert len({place.stream for place in places.values()}) == 2


def test_alternatives_lie_beside_each_other_and_fill_up():
    said = spoken(1 / 3, 1 / 3, 1 / 3, groups=["g", "g", "g"])
    places = places_of(said, with_alternatives(said, []), frozenset())
    assert (held(places).sum(axis=0) == 1).all()
    assert len({place.stream for place in places.values()}) == 1


def test_dropping_an_alternative_moves_no_other():
    said = spoken(0.3, 0.3, 0.3, groups=["g", "g", "g"])
    conflicts = with_alternatives(said, [])
    whole = places_of(said, conflicts, frozenset())
    fewer = places_of(said, conflicts, frozenset({"0"}))
    assert {n: whole[n] for n in "12"} == {n: fewer[n] for n in "12"}


def test_what_found_no_room_takes_the_room_that_dropping_leaves():
    said = spoken(1.0, 0.6)
    conflicts = (frozenset({0, 1}),)
    assert places_of(said, conflicts, frozenset())["1"].lacking == pytest.approx(0.6)
    after = places_of(said, conflicts, frozenset({"0"}))["1"]
    assert after.lacking == 0
    assert after.spans == ((0.0, 0.6),)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_shares_are_kept_and_conflicts_never_meet(data):
    count = data.draw(st.integers(2, 5))
    sets = [c for size in (2, 3) for c in combinations(range(count), size)]
    conflicts = tuple(map(frozenset, data.draw(st.lists(st.sampled_from(sets), unique=True))))
    shares = [data.draw(st.integers(1, 20)) / 20 for _ in range(count)]
    places = places_of(spoken(*shares), conflicts, frozenset())
    on = held(places, 2000)
    for n, place in enumerate(places.values()):
        assert on[n].mean() + place.lacking == pytest.approx(shares[n], abs=0.002)
    for conflict in conflicts:
        assert not on[sorted(conflict)].all(axis=0).any()


@given(st.lists(st.integers(1, 20), min_size=2, max_size=4))
def test_one_conflict_finds_room_whenever_there_is_any(parts):
    shares = [n / 20 for n in parts]
    conflict = frozenset(range(len(shares)))
    places = places_of(spoken(*shares), (conflict,), frozenset())
    fits = sum(parts) <= 20 * (len(parts) - 1)
    assert any(place.lacking for place in places.values()) != fits
