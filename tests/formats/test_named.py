"""What files say wrongly or not at all is refused or named, never guessed in silence."""

import datetime as dt
import random
import re

import pytest

from winset.casefile import load_text
from winset.errors import AskError, CaseError
from winset.formats import Domain, DomainIssue, Profile, case_text, read

DAY = dt.date(2025, 1, 1)
DOMAIN = """<negotiation_template><utility_space><objective index="1" name="root">
<issue index="1" name="Car"><item index="1" value="a"/><item index="2" value="b"/></issue>
<issue index="2" name="Days" type="integer" lowerbound="2" upperbound="4"/>
</objective></utility_space></negotiation_template>"""
PROFILE = """<utility_space><objective>
<weight index="1" value="0.5"/><weight index="2" value="0.25"/>
<issue index="1" name="Car"><item index="1" value="a" evaluation="1"/>
<item index="2" value="b" evaluation="0.5"/></issue>
<issue index="2" name="Days" type="integer"><evaluator ftype="linear" offset="0" slope="2"/></issue>
</objective><reservation value="0.5"/></utility_space>"""
LINEAR = '<evaluator ftype="linear" offset="0" slope="2"/>'


def genius(folder, profile=PROFILE, domain=DOMAIN):
    (folder / "domain.xml").write_text(domain, encoding="utf-8")
    (folder / "p.xml").write_text(profile, encoding="utf-8")
    return folder


def changed(old, new, text=PROFILE):
    assert text.count(old)
    return text.replace(old, new, 1)


# ── nonlinear parts ─────────────────────────────────────────────────────────────────────────────
PARTS = [
    '<ufun type="PlainUfun"><hyperRectangle utility="50"/></ufun>',
    "<hyperrectangle/>",
    "<HyperRectangle utility='2'/>",
    "<constraint type='integer'/>",
    "<Constraints/>",
    "<Utility_Function/>",
]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("before", ["<objective>", "</objective>", "</issue>", "</utility_space>"])
def test_nonlinear_parts_are_refused_wherever_they_stand(tmp_path, part, before):
    profile = changed(before, f"\n{part}{before}")
    name = re.match(r"<(\w+)", part).group(1)
    with pytest.raises(CaseError, match=f"<{name}>: this utility is not a sum") as caught:
        read(genius(tmp_path, profile))
    assert caught.value.faults[0].line == profile[: profile.index(part)].count("\n") + 1


def test_a_sum_that_is_called_nonlinear_is_read_and_named(tmp_path):
    found = read(genius(tmp_path, changed("<utility_space>", '<utility_space type="NONLINEAR">')))
    assert found.profiles == read(genius(tmp_path)).profiles
    assert any("called nonlinear" in line for line in found.lost)


# ── what is missing ─────────────────────────────────────────────────────────────────────────────
def days(found):
    return found.profiles[0].worth[1]


@pytest.mark.parametrize(
    ("stated", "told", "worth"),
    [
        ('<evaluator ftype="linear"/>', "no slope (1 is taken)", (0.5, 0.75, 1.0)),
        ('<evaluator ftype="linear" slope="2"/>', "no offset (0 is taken)", (1.0, 1.5, 2.0)),
        ('<evaluator ftype="quadratic" parameter0="1" parameter1="0"/>',
         "no parameter2 (1 is taken)", (1.25, 2.5, 4.25)),
        ('<evaluator ftype="triangular" parameter0="2.25" parameter1="-0.5"/>',
         "no parameter2 (1 is taken)", (0, 0, 0)),
        ('<evaluator ftype="triangular" parameter0="4" parameter1="1" parameter2="2"/>',
         "not in order (4 to 2 to 1)", (0, 0, 0)),
    ],
)  # fmt: skip
def test_an_evaluators_missing_numbers_are_named(tmp_path, stated, told, worth):
    found = read(genius(tmp_path, changed(LINEAR, stated)))
    assert days(found) == worth  # as in NegMAS
    assert any(line.startswith("p: Days: its ") and told in line for line in found.lost)
    assert not any("p: Days" in line for line in read(genius(tmp_path)).lost)


def test_weights_of_no_issue_and_issues_of_no_weight_are_named(tmp_path):
    profile = changed('<weight index="2" value="0.25"/>', '<weight index="9" value="0.25"/>')
    found = read(genius(tmp_path, profile))
    assert found.profiles[0].worth[1] == (4, 6, 8)
    assert found.profiles[0].bias == 0.25
    assert "p: a weight of Days (there is none; 1 is taken)" in found.lost
    assert any("which issue the weight of index 9 is of (0.25 is added" in w for w in found.lost)


def test_a_constant_in_its_usual_place_is_not_named(tmp_path):
    found = read(genius(tmp_path, changed("<weight", '<weight index="3" value="7"/><weight')))
    assert found.profiles[0].bias == 7
    assert not any("weight" in line for line in found.lost)


# ── NegMAS's issues ─────────────────────────────────────────────────────────────────────────────
SPACE = """type: CartesianOutcomeSpace
issues:
- {type: CategoricalIssue, name: x, values: [1, 3]}
"""
UFUN = "type: LinearAdditiveUtilityFunction\nvalues:\n- {type: IdentityFun}\n"


def negmas(folder, kind, ufun=UFUN):
    (folder / "d.yml").write_text(SPACE.replace("CategoricalIssue", kind))
    (folder / "u.yml").write_text(ufun)
    return read(folder)


@pytest.mark.parametrize("kind", ["FancyIssue", "OptionalIssue", "CallableIssue", "Issue"])
def test_issues_of_unknown_types_are_refused(tmp_path, kind):
    with pytest.raises(CaseError, match=f"issue 'x' is of type {kind}: expected one of") as caught:
        negmas(tmp_path, kind)
    assert (caught.value.faults[0].line, caught.value.faults[0].file[-5:]) == (3, "d.yml")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("negmas.outcomes.categorical_issue.CategoricalIssue", (1, 3)),
        ("DiscreteCardinalIssue", (1, 3)),
        ("OrdinalIssue", (1, 3)),
        ("contiguous_issue", (1, 2, 3)),
        ("CountableInfiniteIssue", (1, 2, 3)),
    ],
)
def test_issues_of_types_that_negmas_has(tmp_path, kind, values):
    assert negmas(tmp_path, kind).issues[0].values == values


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("0,5", "evaluation of <item> is '0,5': write 0.5"),
        ("-2,75", "evaluation of <item> is '-2,75': write -2.75"),
        ("1,000", "evaluation of <item> is '1,000': expected a number"),
        ("much", "evaluation of <item> is 'much': expected a number"),
        ("1e999", "evaluation of <item> is '1e999': expected a finite number"),
    ],
)
def test_what_is_no_number(tmp_path, stated, told):
    with pytest.raises(CaseError) as caught:
        read(genius(tmp_path, changed('evaluation="0.5"', f'evaluation="{stated}"')))
    assert told in str(caught.value)


@pytest.mark.parametrize("stated", ["²", "300000000", "-300000000", "1.0", "", "--1", "x"])
@pytest.mark.parametrize("where", ["weight", "domain"])
def test_an_index_that_is_none(tmp_path, stated, where):
    profile, domain = PROFILE, DOMAIN
    if where == "domain":
        domain = changed('<issue index="1"', f'<issue index="{stated}"', DOMAIN)
    else:
        profile = changed('<weight index="1"', f'<weight index="{stated}"')
    with pytest.raises(CaseError, match="expected a whole number, counted from 1"):
        read(genius(tmp_path, profile, domain))


def test_utilities_larger_than_any_number(tmp_path):
    large = changed('value="0.5"', 'value="1e200"').replace('evaluation="1"', 'evaluation="1e200"')
    with pytest.raises(AskError, match="p has utilities larger than any number here"):
        read(genius(tmp_path, large))
    ufun = UFUN.replace("values:\n- {type: IdentityFun}", "weights: [1.0e+200]\nvalues:\n"
                        "- {type: AffineFun, slope: 1.0e+200}")  # fmt: skip
    (tmp_path / "n").mkdir()
    with pytest.raises(AskError, match="u has utilities larger than any number here"):
        negmas(tmp_path / "n", "CategoricalIssue", ufun)


@pytest.mark.parametrize("number", [0.06000000000000005, 0.3 * (2.25 - 0.0025 * 820), 0.7 * 0.1])
def test_noise_is_taken_off(number):
    issue = DomainIssue("x", ("a", "b"))
    domain = Domain("d", (issue,), (Profile("p", ((number, 1 / 3),)), Profile("q", ((0.0, 1.0),))))
    text = case_text(domain, DAY)
    worth = dict(load_text(text).preferences[0].ranking.entries)
    assert worth["a"].low == round(number, 3) != number
    assert worth["b"].low == 1 / 3


def test_what_is_taken_off_is_noise():
    chance, issue = random.Random(5), DomainIssue("x", tuple(map(str, range(2_000))))
    row = tuple(round(chance.uniform(-9, 9), 11) * (1 + chance.uniform(-9e-15, 9e-15))
                for _ in issue.values)  # fmt: skip
    domain = Domain("d", (issue,), (Profile("p", (row,)), Profile("q", (row,))))
    ranking = load_text(case_text(domain, DAY)).preferences[0].ranking
    written = [r.low for name, r in ranking.entries if name != "open"]
    assert all(abs(a - b) <= 1e-14 * abs(a) for a, b in zip(row, written, strict=True))
    assert any(a != b for a, b in zip(row, written, strict=True))


# ── which profiles ──────────────────────────────────────────────────────────────────────────────
def test_profiles_by_path(tmp_path, monkeypatch):
    folder = tmp_path / "laptop"
    folder.mkdir()
    genius(folder)
    (folder / "q.xml").write_text(PROFILE)
    monkeypatch.chdir(tmp_path)
    for name in ("q", "q.xml", "laptop/q.xml", str(folder / "q.xml")):
        assert [p.name for p in read(folder, profiles=[name]).profiles] == ["q"]
    with pytest.raises(AskError, match=r"is called z.xml: there are p, q"):
        read(folder, profiles=["laptop/z.xml"])


def test_a_profile_instead_of_a_domain(tmp_path):
    genius(tmp_path)
    with pytest.raises(AskError, match=r"a party's profile: name its folder.*--profile p.xml"):
        read(tmp_path / "p.xml")
    (tmp_path / "x.xml").write_text("<nothing/>")
    with pytest.raises(AskError, match="no domain: name its folder"):
        read(tmp_path / "x.xml")
