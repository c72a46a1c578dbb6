"""What is drawn: part-worths, weights, terms, refusals, influence."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import ks_2samp

from winset.casefile import load
from winset.ensemble import READINGS_PER_CHUNK, sample

ISSUES = """
    land:  {options: [x, y, z], now: x, decided_by: a + b}
    water: {options: [u, v], now: u, decided_by: a + b}
    grain: {options: [k, l], now: k, decided_by: c}
"""


def chunks(case, number=8, **more):
    return [sample(case, READINGS_PER_CHUNK, chunk=n, **more) for n in range(number)]


def own(ensemble, party, issue=None):
    worth = ensemble.part_worth[:, ensemble.space.party_index[party]]
    if issue is None:
        return worth
    i = ensemble.space.issue_index[issue]
    return worth[:, ensemble.space.offsets[i] : ensemble.space.offsets[i + 1]]


def weight(ensemble, party, issue):
    """The weight of an issue: its best option is worth just that."""
    return own(ensemble, party, issue).max(axis=1) / ensemble.unit


def test_worths_are_integers_and_weights_sum_to_one(case_of):
    drawn = sample(case_of(ISSUES, "preferences:\n  a: {land: x > y > z}"), 100)
    assert drawn.part_worth.dtype == np.int64
    total = sum(weight(drawn, "a", issue) for issue in ("land", "water"))
    assert total == pytest.approx(np.ones(100), abs=1e-11)


def test_silence(case_of):
    sections = """
    preferences:
      a: {land: indifferent}
      b: {grain: unknown, water: indifferent}
    salience:
      b: grain > water
    """
    drawn = sample(case_of(ISSUES, sections), 300)
    # a decides land and water, c grain; b speaks of grain, and names water.
    assert drawn.stake.tolist() == [[False, False, True], [True, True, True], [True, False, False]]
    assert drawn.spoken.tolist() == [[False, True, False], [False, False, True], [False] * 3]
    assert not own(drawn, "a", "land").any()
    assert not own(drawn, "a", "grain").any()
    assert not own(drawn, "b", "water").any()
    assert (weight(drawn, "a", "water") == 1).all()
    # Unknown: either option is the better one, about as often.
    better = np.argmax(own(drawn, "a", "water"), axis=1)
    assert better.mean() == pytest.approx(0.5, abs=0.1)


def test_who_has_no_stake_has_no_utility(case_of):
    drawn = sample(case_of(ISSUES, parties=("a", "b", "c", "d")), 5)
    assert not own(drawn, "d").any()
    assert not drawn.stake[drawn.space.party_index["d"]].any()


def test_an_order_in_force_in_some_readings_is_unknown_in_the_others(case_of):
    case = case_of(ISSUES, "preferences:\n  a: {water: u > v (0.6)}")
    for drawn in chunks(case, 2):
        held = drawn.in_force["a.preferences.water"]
        better = np.argmax(own(drawn, "a", "water"), axis=1) == 0
        assert better[held].all()
        assert better[~held].mean() == pytest.approx(0.5, abs=0.15)


def test_salience_is_the_cell_it_says(case_of):
    case = case_of(ISSUES, "salience:\n  a: [land > water, grain >> water]")
    drawn = np.concatenate(
        [np.stack([weight(e, "a", i) for i in ("grain", "land", "water")]).T for e in chunks(case)]
    )
    free = np.random.default_rng(4).dirichlet(np.ones(3), 40_000)
    kept = free[(free[:, 1] >= free[:, 2]) & (free[:, 0] >= 2 * free[:, 2])]
    for ours, theirs in zip(drawn.T, kept.T, strict=True):
        assert ks_2samp(ours, theirs).pvalue > 0.001


def test_weights_given_as_numbers(case_of):
    sections = "salience:\n  a: {weights: {land: 3, water: 1}}"
    drawn = sample(case_of(ISSUES, sections), 20)
    assert weight(drawn, "a", "land") == pytest.approx(np.full(20, 0.75), abs=1e-12)


def test_values_given_as_numbers(case_of):
    sections = "preferences:\n  a: {land: {values: {x: 10, y: 20, z: 40}}}"
    drawn = sample(case_of(ISSUES, sections), 20)
    shares = own(drawn, "a", "land") / own(drawn, "a", "land").max(axis=1, keepdims=True)
    assert shares == pytest.approx(np.tile([0, 1 / 3, 1], (20, 1)), abs=1e-9)


def test_two_statements_on_one_issue_are_merged(case_of):
    drawn = sample(case_of(ISSUES, "preferences:\n  a: {land: [z > y, y > x]}"), 100)
    z_to_x = own(drawn, "a", "land")[:, ::-1]
    assert (np.diff(z_to_x, axis=1) < 0).all()


def test_others_takes_in_what_is_open(case_of):
    issues = "land: {options: [x, y], decided_by: a + b}"
    drawn = sample(case_of(issues, "preferences:\n  a: {land: x > others}"), 100)
    assert drawn.space.options == (("open", "x", "y"),)
    assert (np.argmax(own(drawn, "a"), axis=1) == 1).all()


def test_attributes(case_of):
    issues = """
    site:
      decided_by: a + b
      now: p
      options: {p: {side: left}, q: {side: right}, r: {side: right, size: big}, s: {size: small}}
    """
    drawn = sample(case_of(issues, "preferences:\n  a: {site: by side left > right}"), 200)
    p, q, r, s = own(drawn, "a").T
    assert (p > q).all()
    assert np.array_equal(q, r)
    assert 0.2 < (s > p).mean() < 0.5


def test_a_conditional_preference_is_a_table(case_of):
    sections = """
    preferences:
      a: {land: x > y > z if water is u else z > x}
    """
    drawn = sample(case_of(ISSUES, sections), 200)
    (term,) = drawn.terms
    assert (term.statement, term.party) == ("a.preferences.land", drawn.space.party_index["a"])
    assert term.issues == (1, 2)
    assert not own(drawn, "a", "land").any()
    table = term.worth.reshape(200, 3, 2)
    assert (np.diff(table[:, :, 0], axis=1) < 0).all()
    assert (table[:, 2, 1] > table[:, 0, 1]).all()
    # Both branches have the issue's weight, and the steps of each are drawn.
    assert np.array_equal(table[:, :, 0].max(axis=1), table[:, :, 1].max(axis=1))
    total = table[:, :, 0].max(axis=1) / drawn.unit + weight(drawn, "a", "water")
    assert total == pytest.approx(np.ones(200), abs=1e-11)


def test_a_condition_nobody_foresaw_leaves_it_unknown(case_of):
    sections = "preferences:\n  a: {grain: k > l if water is u}"
    drawn = sample(case_of(ISSUES, sections), 400)
    table = drawn.terms[0].worth.reshape(400, 2, 2)
    assert (table[:, 0, 0] > table[:, 1, 0]).all()
    assert (table[:, 0, 1] > table[:, 1, 1]).mean() == pytest.approx(0.5, abs=0.1)


def test_a_conditional_preference_with_a_share(case_of):
    sections = "preferences:\n  a: {grain: k > l if water is u else l > k (0.5)}"
    drawn = sample(case_of(ISSUES, sections), 400)
    held = drawn.in_force["a.preferences.grain"]
    assert (drawn.terms[0].worth.any(axis=1) == held).all()
    assert (own(drawn, "a", "grain").any(axis=1) == ~held).all()


def test_linkage_has_a_weight_of_its_own(case_of):
    sections = """
    linkage:
      a: [more if land is x and water is v, less if grain is k (0.5)]
    salience:
      a: a.linkage > others
    """
    drawn = sample(case_of(ISSUES, sections), 400)
    terms = {t.statement: t for t in drawn.terms}
    more, less = terms["a.linkage"], terms["a.linkage#2"]
    assert more.issues == (1, 2)
    assert more.worth[:, [0, 2, 3, 4, 5]].max() == 0
    assert (more.worth[:, 1] / drawn.unit > weight(drawn, "a", "land")).all()
    held = drawn.in_force["a.linkage#2"]
    assert not less.worth[:, 0].any()
    assert (less.worth[held, 1] > 0).all()
    assert not less.worth[~held].any()
    # Dropped, it keeps its weight and is worth nothing.
    fewer = sample(case_of(ISSUES, sections), 400, without=frozenset({"a.linkage#2"}))
    assert np.array_equal(fewer.part_worth, drawn.part_worth)
    assert [t.statement for t in fewer.terms] == ["a.linkage"]


def test_red_lines_are_as_firm_as_said(case_of):
    sections = """
    red_lines:
      a: [land is x, {never: land is y, firmness: unlikely}, land is z (0.5)]
    objections:
      b: c at table if water is v
    """
    case = case_of(ISSUES, sections)
    real = {}
    for drawn in chunks(case, 4):
        for r in drawn.refusals:
            real.setdefault(r.statement, []).append(r.real.mean())
    assert np.mean(real["a.red_lines"]) == 1
    assert np.mean(real["a.red_lines#2"]) == pytest.approx(0.325, abs=0.04)
    assert np.mean(real["a.red_lines#3"]) == pytest.approx(0.5, abs=0.04)
    objection = next(r for r in drawn.refusals if r.objection)
    assert str(objection.condition) == "c at table and water is v"
    firm = sample(case, 500, without=frozenset({"a.red_lines#2.firmness"})).refusals
    assert next(r for r in firm if r.statement == "a.red_lines#2").real.all()


def test_influence(case_of):
    equal = sample(case_of(ISSUES), 3).influence
    assert np.array_equal(equal, np.full((3, 3), 1 / 3))
    drawn = sample(case_of(ISSUES, "influence: c >> a > b"), 200).influence
    assert (drawn[:, 2] >= 2 * drawn[:, 0] - 1e-12).all()
    assert (drawn[:, 0] >= drawn[:, 1]).all()
    assert drawn.sum(axis=1) == pytest.approx(np.ones(200))
    freed = sample(case_of(ISSUES, "influence: c >> a > b"), 500, without=frozenset({"influence"}))
    assert freed.influence.mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.05)


def test_what_is_not_in_use_is_not_drawn(case_of):
    sections = """
    preferences:
      a: {water: [{line: u > v, use: no}, v > u]}
      c: {land: {line: x > y, use: no}}
    """
    drawn = sample(case_of(ISSUES, sections), 20)
    assert (np.argmax(own(drawn, "a", "water"), axis=1) == 1).all()
    assert not drawn.in_force["a.preferences.water"].any()
    assert not drawn.stake[drawn.space.party_index["c"], drawn.space.issue_index["land"]]


def test_who_carries_out(case_of):
    issues = ISSUES.replace("decided_by: c", "decided_by: c, implemented_by: b + a (0.5)")
    drawn = sample(case_of(issues), 500)
    (first, mask), (second, _) = drawn.implementers[drawn.space.issue_index["grain"]]
    assert (first, second) == (0, 1)
    assert np.array_equal(mask, drawn.in_force["issues.grain.implemented_by"])
    assert mask.mean() == pytest.approx(0.5, abs=0.1)
    name = "issues.grain.implemented_by"
    assert sample(case_of(issues), 5, without=frozenset({name})).implementers[0] == ()


def test_rules_and_answers(case_of):
    sections = """
    rules: [land is z requires water is v (0.5), grain is l requires water is v]
    answers:
      c: [decline if land is y (0.5), accept]
    """
    case = case_of(ISSUES, sections)
    drawn = sample(case, 500)
    assert {r.statement: r.in_force.all() for r in drawn.rules} == {"rules": False, "rules#2": True}
    said = {a.statement: a for a in drawn.answers}
    assert said["c.answers"].answer == "decline"
    assert said["c.answers"].in_force.mean() == pytest.approx(0.5, abs=0.1)
    assert (said["c.answers#2"].condition, said["c.answers#2"].party) == (None, 2)
    fewer = sample(case, 5, without=frozenset({"rules", "c.answers#2"}))
    assert [r.statement for r in fewer.rules] == ["rules#2"]
    assert [a.statement for a in fewer.answers] == ["c.answers"]


@pytest.mark.parametrize("name", ["riyadh-2025", "riyadh-2025-second-account", "camp-david-1978"])
def test_packaged_cases_can_be_drawn(name):
    case = load(name)
    drawn = sample(case, READINGS_PER_CHUNK)
    assert (drawn.part_worth >= 0).all()
    assert set(drawn.in_force) == {s.id for s in case.statements()}
    top = sum(
        drawn.part_worth[:, :, drawn.space.offsets[i] : drawn.space.offsets[i + 1]].max(axis=2)
        for i in range(len(drawn.space.issues))
    )
    for term in drawn.terms:
        top[:, term.party] += term.worth.max(axis=1)
    assert top.max() <= drawn.unit + 50


def test_neither_drawing_nor_checking_the_library_imports_scipy():
    code = (
        "import sys; from winset.casefile import load; from winset.ensemble import sample\n"
        "sample(load('riyadh-2025'), 10)\n"
        "assert not {'scipy', 'numba', 'moocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
