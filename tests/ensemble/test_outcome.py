"""No agreement: what each party takes alone, kept within the rules; what was said instead."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.ensemble import sample, worth_of
from winset.errors import TooLargeError
from winset.space import holds

ISSUES = """
    land:  {options: [x, y, z], now: x, decided_by: a + b}
    water: {options: [u, v], now: u, decided_by: a}
    grain: {options: [k, l], now: k, decided_by: c}
"""


def option(ensemble, issue):
    """The option that stands without agreement, by its id, in every reading."""
    i = ensemble.space.issue_index[issue]
    return [ensemble.space.options[i][n] for n in ensemble.base[:, i]]


def test_each_takes_what_it_decides_alone(case_of):
    drawn = sample(case_of(ISSUES, "preferences:\n  a: {water: v > u}\n  c: {grain: k > l}"), 50)
    assert set(option(drawn, "water")) == {"v"}
    assert set(option(drawn, "grain")) == {"k"}
    assert set(option(drawn, "land")) == {"x"}


def test_no_stake_no_change_and_nobody_no_change(case_of):
    sections = "preferences:\n  a: {water: indifferent}\n  c: {grain: l > k}"
    drawn = sample(case_of(ISSUES, sections), 50)
    assert set(option(drawn, "water")) == {"u"}
    nobody = sample(case_of(ISSUES, sections), 50, without=frozenset({"issues.grain.decided_by"}))
    assert set(option(nobody, "grain")) == {"k"}


def test_what_is_set_from_outside_stays(case_of):
    case = case_of(ISSUES, "preferences:\n  a: {water: u > v}")
    assert set(option(sample(case, 20, fixed={"water": "v"}), "water")) == {"v"}


def test_rules_are_kept(case_of):
    sections = """
    preferences:
      a: {water: v > u}
      c: {grain: l > k}
    rules: [water is v requires grain is l]
    """
    # The decider of water alone cannot have v while grain stands at k.
    drawn = sample(case_of(ISSUES, sections), 20)
    assert set(option(drawn, "water")) == {"u"}
    assert set(option(drawn, "grain")) == {"l"}


def test_two_moves_that_break_a_rule_together(case_of):
    sections = """
    preferences:
      a: {water: v > u}
      c: {grain: l > k}
    rules: [water is v requires grain is not l (0.5)]
    """
    drawn = sample(case_of(ISSUES, sections), 200)
    rule = drawn.rules[0].in_force
    # As many as can: the first in internal order keeps its choice.
    assert (np.array(option(drawn, "water")) == "v").all()
    assert np.array_equal(np.array(option(drawn, "grain")) == "l", ~rule)


def test_a_party_settles_its_own_issues_together(case_of):
    issues = """
    p: {options: [off, on], now: off, decided_by: a}
    q: {options: [off, on], now: off, decided_by: a}
    """
    sections = """
    preferences:
      a: {p: off > on, q: on > off}
    salience:
      a: q > p
    rules: [q is on requires p is on]
    """
    drawn = sample(case_of(issues, sections), 50)
    assert set(option(drawn, "p")) == set(option(drawn, "q")) == {"on"}
    linked = """
    preferences:
      a: {p: indifferent, q: indifferent}
    linkage:
      a: more if p is on and q is on
    """
    drawn = sample(case_of(issues, linked), 50)
    assert set(option(drawn, "p")) == set(option(drawn, "q")) == {"on"}


def test_more_than_can_be_tried(case_of):
    names = [f"i{n}" for n in range(15)]
    issues = "\n".join(f"{n}: {{options: [s, t], now: s, decided_by: a}}" for n in names)
    rules = [f"{p} is t requires {q} is t" for p, q in pairwise(names)]
    with pytest.raises(TooLargeError, match="--set"):
        sample(case_of(issues, f"rules: [{', '.join(rules)}]"), 1)
    assert sample(case_of(issues), 1).base.any()


def test_the_reservation_is_the_utility_of_that_state(case_of):
    drawn = sample(case_of(ISSUES, "preferences:\n  b: {land: x > y, water: u > v}"), 100)
    expected = worth_of(drawn.space, drawn.part_worth, drawn.terms, drawn.base)
    assert np.array_equal(drawn.reservation, expected)


def test_stated_outcomes(case_of):
    sections = """
    preferences:
      a: {land: z > y > x}
    no_agreement:
      a: status quo + 0.1..0.2
      b: 0.3..0.5 (0.6)
      c: land is z and water is v
    """
    case = case_of(ISSUES, sections)
    drawn = sample(case, 500)
    a, b, _ = drawn.reservation.T / drawn.unit
    now = worth_of(drawn.space, drawn.part_worth, drawn.terms, drawn.space.state())
    plus = a - now[:, 0] / drawn.unit
    assert plus.min() >= 0.1 - 1e-9
    assert plus.max() <= 0.2 + 1e-9
    assert plus.mean() == pytest.approx(0.15, abs=0.01)
    held = drawn.in_force["b.no_agreement"]
    assert ((b[held] >= 0.3) & (b[held] <= 0.5)).all()
    base = worth_of(drawn.space, drawn.part_worth, drawn.terms, drawn.base)
    assert np.array_equal(drawn.reservation[~held, 1], base[~held, 1])
    stated = drawn.space.state({"land": "z", "water": "v"})
    there = worth_of(drawn.space, drawn.part_worth, drawn.terms, stated)
    assert np.array_equal(drawn.reservation[:, 2], there[:, 2])
    without = sample(case, 500, without=frozenset({"a.no_agreement"}))
    assert np.array_equal(without.reservation[:, 0], base[:, 0])


# ── brute force ─────────────────────────────────────────────────────────────────────────────────
def total(drawn, r, party, state):
    space = drawn.space
    found = sum(int(drawn.part_worth[r, party, space.offsets[i] + n]) for i, n in enumerate(state))
    for term in drawn.terms:
        if term.party == party:
            cell = 0
            for i in term.issues:
                cell = cell * space.sizes[i] + state[i]
            found += int(term.worth[r, cell])
    return found


def obeys(drawn, r, state):
    at = np.array([state])
    return all(
        not rule.in_force[r]
        or not holds(rule.rule.condition, drawn.space, at)[0]
        or holds(rule.rule.requirement, drawn.space, at)[0]
        for rule in drawn.rules
    )


def best(drawn, r, party, mine):
    """The best options of a party's own issues, all else at now, by trying everything."""
    space, found = drawn.space, []
    for options in product(*(range(space.sizes[i]) for i in mine)):
        move = dict(zip(mine, options, strict=True))
        state = [move.get(i, n) for i, n in enumerate(space.now)]
        if obeys(drawn, r, state):
            changes = sum(n != space.now[i] for i, n in move.items())
            found.append((-total(drawn, r, party, state), changes, options))
    return dict(zip(mine, min(found)[2], strict=True))


def alone(drawn, r):
    """The state without agreement, by trying everything."""
    space = drawn.space
    moves = []
    for p, party in enumerate(space.parties):
        mine = [i for i in range(len(space.issues)) if space.deciders[i] == (party,)]
        moves.append(best(drawn, r, p, mine))
    for size in range(len(moves), -1, -1):
        for chosen in combinations(moves, size):
            move = {i: n for one in chosen for i, n in one.items()}
            state = [move.get(i, n) for i, n in enumerate(space.now)]
            if obeys(drawn, r, state):
                return state
    return None


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_as_by_trying_everything(case_of, data):
    deciders = data.draw(
        st.lists(st.sampled_from(["a", "b", "c", "a + b"]), min_size=4, max_size=4)
    )
    issues = "\n".join(
        f"i{n}: {{options: [o, p{', q' * (n % 2)}], now: o, decided_by: {who}}}"
        for n, who in enumerate(deciders)
    )
    pairs = st.tuples(st.integers(0, 3), st.sampled_from("op"), st.integers(0, 3),
                      st.sampled_from("op"), st.sampled_from(["", " not"]))  # fmt: skip
    rules = [
        f"i{m} is p requires i{n} is{no} {o}"
        for m, _, n, o, no in data.draw(st.lists(pairs, max_size=3))
        if m != n
    ]
    sections = f"rules: [{', '.join(rules)}]\n" if rules else ""
    sections += "linkage:\n  a: more if i0 is p and i1 is p\n"
    case = case_of(issues, sections)
    drawn = sample(case, 12, seed=data.draw(st.integers(0, 1000)))
    for r in range(12):
        assert drawn.base[r].tolist() == alone(drawn, r)
