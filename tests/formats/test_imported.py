"""Utilities on the scenario's own scale, from the case alone."""

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import winset
from winset.analyses.exporting import domain_of
from winset.casefile import load_text
from winset.errors import AskError
from winset.formats import Domain, DomainIssue, Profile, as_imported, case_text, read, write

DAY = dt.date(2025, 1, 1)
CASE = """format: 1
name: d
title: D
as_of: 2025-01-01
parties: {p: P}
issues: {x: {title: X, options: [a, b]}}
preferences: {p: {x: a > b}}
"""
NUMBER = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6))


def again(domain):
    return as_imported(load_text(case_text(domain, DAY)))


@st.composite
def domains(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    issues = tuple(DomainIssue(f"issue {n}", tuple(f"value {k}" for k in range(size)))
                   for n, size in enumerate(sizes))  # fmt: skip
    profiles = [
        Profile(
            f"party {n}",
            tuple(tuple(draw(st.lists(NUMBER, min_size=s, max_size=s))) for s in sizes),
            draw(NUMBER),
            draw(st.none() | NUMBER),
        )
        for n in range(2)
    ]
    return Domain("d", issues, tuple(profiles))


FAR = Domain(
    "d",
    (DomainIssue("issue 0", ("value 0",)), DomainIssue("issue 1", ("v0", "v1", "v2"))),
    (
        Profile("party 0", ((0.0,), (0.0, 274877.117188, -1.0)), reservation=0.0),
        Profile("party 1", ((0.0,), (0.0, 0.0, 0.5)), bias=16.0, reservation=0.0),
    ),
)
"""One reservation far below all deals, which makes units coarser, and one next to the worst."""


@settings(max_examples=60, deadline=None)
@example(FAR)
@given(domains())
def test_a_case_gives_back_the_scenarios_utilities(domain):
    back = again(domain)
    assert back.issues == domain.issues
    for one, other in zip(domain.profiles, back.profiles, strict=True):
        assert other.name == one.name
        for deal in domain.all_deals():
            assert other.utility(deal) == pytest.approx(one.utility(deal), rel=1e-14, abs=1e-9)
        low, high = one.span
        if one.reservation is None:
            assert other.reservation == pytest.approx(low, rel=1e-14, abs=1e-9)
        elif high > low and low - 900 * (high - low) < one.reservation < low + 900 * (high - low):
            near = (len(domain.issues) + 3) * 2.0**-41 * max(1.0, high - low) * 10
            assert other.reservation == pytest.approx(one.reservation, rel=1e-12, abs=near)


def test_a_constant_utility_keeps_its_value():
    domain = Domain("d", (DomainIssue("x", ("a", "b")), DomainIssue("y", ("c", "d"))), (
        Profile("p", ((0.25, 0.25), (0.5, 0.5)), 41.0, 7.0),
        Profile("q", ((0.0, 0.0), (0.0, 0.0)), -3.0, 7.0)))  # fmt: skip
    same, refusing = again(domain).profiles
    assert [same.utility(deal) for deal in domain.all_deals()] == [41.75] * 4
    assert same.reservation == 41.75
    assert refusing.utility((1, 1)) == -3.0
    assert refusing.reservation > -3.0


def test_a_deal_by_the_names_of_its_values():
    issues = (DomainIssue("the  price", ("10", "20  now")), DomainIssue("n", (3, "3", 4, True)))
    domain = Domain("d", issues, ())
    assert domain.deal({"n": 4, "the  price": "20  now"}) == (1, 2)
    assert domain.deal({"the price": "20 now", "n": "4"}) == (1, 2)
    assert domain.deal({"the price": 10, "n": 3}) == (0, 0)
    assert domain.deal({"the price": 10, "n": "3"}) == (0, 1)
    assert domain.deal({"the price": 10, "n": True}) == (0, 3)
    assert list(domain.all_deals())[:5] == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]


NO_DEALS = [{}, {"x": "a"}, {"x": "a", "y": "z"}, {"x": "a", "y": "c", "w": 1},
            {"x": "a", "x ": "a"}]  # fmt: skip


@pytest.mark.parametrize("values", NO_DEALS)
def test_no_deal(values):
    domain = Domain("d", (DomainIssue("x", ("a",)), DomainIssue("y", ("c", "d"))), ())
    with pytest.raises(AskError):
        domain.deal(values)


@pytest.mark.parametrize("wants", ["a > b", "{values: {a: 1..2, b: 0}}", "{values: {a: 1, b: 0}}"])
def test_a_case_that_was_not_imported(wants):
    case = CASE.replace("a > b", wants)
    with pytest.raises(AskError, match="was not imported"):
        as_imported(load_text(case))


def test_readings_have_the_same_utilities_within_their_grid():
    rng = np.random.default_rng(3)
    issues = tuple(DomainIssue(f"i{n}", tuple("abcd")) for n in range(4))
    rows = tuple(tuple(row) for row in rng.uniform(-50, 50, (4, 4)).tolist())
    domain = Domain("d", issues, (Profile("p", rows, 1000.0), Profile("q", rows)))
    case = load_text(case_text(domain, DAY))
    ensemble = winset.sample(case, 1)
    worth, space = ensemble.part_worth[0, 0], ensemble.space
    low, high = domain.profiles[0].span
    best = sum(worth[a:b].max() for a, b in itertools.pairwise(space.offsets))
    for deal in domain.all_deals():
        slots = [space.offsets[n] + space.option_index(f"i{n}", "abcd"[k])
                 for n, k in enumerate(deal)]  # fmt: skip
        own = domain.profiles[0].utility(deal)
        assert worth[slots].sum() / best == pytest.approx((own - low) / (high - low), abs=5e-12)


def test_titles_that_are_the_same(tmp_path):
    issues = (DomainIssue("a b", ("x", "x ", "\x01")), DomainIssue("a  b", ("y", "z")))
    domain = Domain("d", issues, (Profile("p" * 300, ((1.0, 2.0, 4.0), (0.0, 8.0))),))
    case = load_text(case_text(domain, DAY))
    for n, found in enumerate((as_imported(case), domain_of(case))):
        assert len({issue.name for issue in found.issues}) == 2
        write(found, "genius", tmp_path / str(n))
        back = read(tmp_path / str(n))
        low, high = found.profiles[0].span
        for deal in domain.all_deals():
            share = (back.profiles[0].utility(deal) - low) / (high - low)
            assert share == pytest.approx((domain.profiles[0].utility(deal) - 1) / 11, abs=1e-11)
    with pytest.raises(AskError, match="a letter that XML cannot hold"):
        write(domain, "genius", tmp_path / "raw")
