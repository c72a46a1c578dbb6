"""Genius and NegMAS scenarios, in and out."""

import datetime as dt
import itertools

import numpy as np
import pytest

from winset.casefile import load_text
from winset.ensemble import sample
from winset.errors import AskError, CaseError
from winset.formats import FORMATS, Domain, DomainIssue, Profile, case_text, read, write

DOMAIN = """<negotiation_template><utility_space number_of_issues="3">
<objective index="0" name="root" type="objective">
<issue index="2" name="Days" type="integer"><range lowerbound="1" upperbound="3"/></issue>
<issue index="1" name="Car" type="discrete"><item index="1" value="60 Gb"/><item index="2" value="BMW"/></issue>
<issue index="3" name="Speed" type="real" lowerbound="0" upperbound="2"/>
</objective></utility_space></negotiation_template>"""  # noqa: E501
PROFILE = """<utility_space>
<objective index="0">
<weight index="1" value="0.5"/><weight index="3" value="0.2"/>
<issue index="3" name="Speed" type="real"><evaluator ftype="linear" offset="1" slope="-0.25"/></issue>
<issue index="1" name="Car" type="discrete">
<item index="2" value="BMW" evaluation="5"/><item index="1" value="60 Gb" evaluation="2.5"/></issue>
<issue index="2" name="Days" type="integer"><evaluator ftype="linear" parameter0="0" parameter1="2"/></issue>
<weight index="2" value="0.3"/>
</objective>
<reservation value="2"/><discount_factor value="0.9"/></utility_space>"""  # noqa: E501


def genius(tmp_path, domain=DOMAIN, *profiles):
    (tmp_path / "domain.xml").write_text(domain)
    for n, text in enumerate(profiles or (PROFILE, PROFILE)):
        (tmp_path / f"p{n}.xml").write_text(text)
    return tmp_path


def test_genius_utilities(tmp_path):
    domain = read(genius(tmp_path), levels=3)
    assert [i.name for i in domain.issues] == ["Car", "Days", "Speed"]
    assert domain.issues[2].values == (0.0, 1.0, 2.0)
    profile = domain.profiles[0]
    # BMW, 3 days, speed 1: 0.5 * 5 + 0.3 * (2 * 3) + 0.2 * (1 - 0.25)
    assert profile.utility((1, 2, 1)) == pytest.approx(4.45, abs=1e-12)
    assert profile.reservation == 2.0
    assert any("levels" in line for line in domain.lost)
    assert any("discount" in line for line in domain.lost)


def utilities_of_case(case, domain):
    """Utilities in the case, by deal in the domain's order, on the scenario's own scale."""
    ensemble = sample(case, 1)
    space, rows = ensemble.space, []
    for issue in case.issues:
        i = space.issue_index[issue.id]
        rows.append([space.offsets[i] + space.option_index(issue.id, o.id) for o in issue.options])
    slots = np.array(list(itertools.product(*rows)))
    for party, profile in zip(case.parties, domain.profiles, strict=True):
        p = space.party_index[party.id]
        low, high = profile.span
        yield ensemble.part_worth[0, p][slots].sum(axis=1) / ensemble.unit * (high - low) + low


def all_deals(domain):
    return itertools.product(*(range(len(issue.values)) for issue in domain.issues))


def test_a_case_has_the_scenarios_utilities(tmp_path):
    domain = read(genius(tmp_path))
    case = load_text(case_text(domain, dt.date(2025, 1, 1)))
    for found, profile in zip(utilities_of_case(case, domain), domain.profiles, strict=True):
        assert found == pytest.approx([profile.utility(d) for d in all_deals(domain)], abs=1e-9)
    ensemble = sample(case, 1)
    reserved = ensemble.reservation[0, 0] / ensemble.unit
    low, high = domain.profiles[0].span
    assert reserved * (high - low) + low == pytest.approx(2.0, abs=1e-9)


def test_names_that_clash_or_begin_with_digits():
    issue = DomainIssue("Größe is", ("1", "1 ", "open", "a-b", "A b"))
    row = (1.0, 2.0, 3.0, 4.0, 5.0)
    domain = Domain("and", (issue,), (Profile("if", (row,)), Profile("if", (row,))))
    case = load_text(case_text(domain, dt.date(2025, 1, 1)))
    assert len({option.id for option in case.issues[0].options}) == 5
    assert len(case.parties) == 2


@pytest.mark.parametrize("to", FORMATS)
def test_round_trip(tmp_path, to):
    (tmp_path / "in").mkdir()
    domain = read(genius(tmp_path / "in"))
    write(domain, to, tmp_path / "out")
    back = read(tmp_path / "out")
    for one, other in zip(domain.profiles, back.profiles, strict=True):
        for deal in all_deals(domain):
            assert one.utility(deal) == pytest.approx(other.utility(deal), abs=1e-12)
    with pytest.raises(AskError):
        write(domain, to, tmp_path / "out")


SPACE = """type: negmas.outcomes.CartesianOutcomeSpace
name: dom
issues:
- {name: X, type: CategoricalIssue, values: [a b, c]}
- {name: n, type: ContiguousIssue, values: [3, 7]}
"""
UFUN = """type: LinearAdditiveUtilityFunction
reserved_value: -.inf
weights: [0.5, 0.2]
values:
- {type: TableFun, mapping: {a b: 1.0, c: 0.2}}
- {type: AffineFun, slope: 0.1, bias: 0.2}
"""


def negmas(tmp_path, *ufuns):
    (tmp_path / "dom.yml").write_text(SPACE)
    for n, text in enumerate(ufuns or (UFUN, UFUN)):
        (tmp_path / f"u{n}.yml").write_text(text)
    return tmp_path


def test_negmas_utilities(tmp_path):
    domain = read(negmas(tmp_path))
    assert domain.deals == 10
    assert domain.profiles[0].utility((0, 4)) == pytest.approx(0.5 + 0.2 * 0.9, abs=1e-12)
    assert domain.profiles[0].reservation is None


BAD_PROFILES = [
    ('<item index="2" value="BMW" evaluation="5"/>', "", "has no evaluation"),
    ('evaluation="5"', 'evaluation="much"', "a number"),
    ('ftype="linear" offset', 'ftype="cubic" offset', "linear, quadratic or triangular"),
    ("</objective>", "<rules/></objective>", "not a sum over issues"),
    ('name="Days" type="integer"', 'name="Days" type="integer" x="<"', "no XML"),
    ('offset="1"', 'offset="nan"', "a finite number"),
    ('name="Car"', 'name="Bike"', "no issue called 'Bike'"),
    ("</objective>", "<utility_function/></objective>", "not a sum over issues"),
    ("</objective>", "</objective>\n<utility maxutility='9'/>", "not a sum over issues"),
]


@pytest.mark.parametrize(("old", "new", "told"), BAD_PROFILES)
def test_faults_of_a_profile_are_located(tmp_path, old, new, told):
    assert old in PROFILE
    with pytest.raises(CaseError, match=told) as caught:
        read(genius(tmp_path, DOMAIN, PROFILE.replace(old, new)))
    fault = caught.value.faults[0]
    assert fault.file.endswith("p0.xml")
    assert fault.line > 1


def test_entities_are_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(CaseError, match="document type"):
        read(genius(tmp_path, bomb + DOMAIN.replace("Car", "&b;")))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (UFUN.replace("LinearAdditiveUtilityFunction", "HyperRectangleUtilityFunction"),
         "Hyper.*sum over issues"),
        (UFUN.replace("AffineFun", "LambdaFun"), "LambdaFun"),
        (UFUN.replace("slope: 0.1", "slope: .nan"), "finite"),
        (UFUN.replace("slope: 0.1, ", ""), "without slope"),
        (UFUN + "constraints: [f]\n", "constraints"),
        (UFUN.replace("c: 0.2", "d: 0.2"), "not in its table"),
        (UFUN + "bias: !!python/object:os.system {}\n", "python"),
        (UFUN.replace("[0.5, 0.2]", "[0.5]"), "weights"),
    ],
)  # fmt: skip
def test_faults_of_a_utility_are_located(tmp_path, text, told):
    with pytest.raises(CaseError, match=told) as caught:
        read(negmas(tmp_path, text))
    assert caught.value.faults[0].file.endswith("u0.yml")


@pytest.mark.parametrize("kind", ["ContiguousIssue", "ContinuousIssue"])
def test_bounds_in_the_wrong_order_are_located(tmp_path, kind):
    folder = negmas(tmp_path)
    (folder / "dom.yml").write_text(
        SPACE.replace("ContiguousIssue, values: [3, 7]", f"{kind}, values: [7, 3]")
    )
    with pytest.raises(CaseError, match="runs from 7 to 3") as caught:
        read(folder)
    assert caught.value.faults[0].line == 5


def test_brackets_without_end(tmp_path):
    (tmp_path / "dom.json").write_text("[" * 100_000)
    with pytest.raises(CaseError, match="deep"):
        read(tmp_path)


def test_aliases_that_repeat_without_end(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    (tmp_path / "dom.yml").write_text("\n".join(lines))
    with pytest.raises(CaseError, match="repeats itself"):
        read(tmp_path)


def test_a_folder_without_a_scenario(tmp_path):
    with pytest.raises(AskError, match="holds no scenario"):
        read(tmp_path)
