"""Scenarios in the many forms that files have in use."""

import datetime as dt
import json
import math

import pytest

from winset.analyses.exporting import domain_of
from winset.casefile import load_text
from winset.ensemble import sample
from winset.errors import AskError, CaseError, TooLargeError
from winset.formats import Domain, DomainIssue, Profile, case_text, read

DAY = dt.date(2025, 1, 1)


def put(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def template(*issues):
    return f"<negotiation_template><utility_space>{objective(*issues)}</utility_space></negotiation_template>"  # noqa: E501


def objective(*parts):
    return f'<objective index="1" name="root">{"".join(parts)}</objective>'


def space(*parts, more=""):
    return f"<utility_space>{objective(*parts)}{more}</utility_space>"


def words(index, name, *evaluated):
    items = "".join(
        f'<item index="{n}" value="{value}"'
        + (f' evaluation="{e}"' if e is not None else "")
        + "/>"
        for n, (value, e) in enumerate(evaluated, start=1)
    )
    return f'<issue index="{index}" name="{name}" etype="discrete">{items}</issue>'


def weight(index, value):
    return f'<weight index="{index}" value="{value}"/>'


# ── Genius ──────────────────────────────────────────────────────────────────────────────────────
def numbered(tmp_path, *parts, first=2, more=""):
    domain = template(words(first, "Car", ("a", None), ("b", None)))
    profile = space(words(first, "Car", ("a", 3), ("b", 5)), *parts, more=more)
    return read(put(tmp_path, d__xml=domain, p__xml=profile)).profiles[0]


def test_issues_numbered_from_two_as_negmas_reads_them(tmp_path):
    # NegMAS has a placeholder of value 1 for issue 1, of weight 1 where none is stated.
    profile = numbered(tmp_path, weight(2, 0.5), more='<reservation value="1"/>')
    assert (profile.utility((1,)), profile.reservation) == (3.5, 2.0)
    profile = numbered(tmp_path, weight(1, 0.25), weight(2, 0.5))
    assert (profile.utility((1,)), profile.reservation) == (2.75, 0.25)


def test_a_weight_beyond_the_issues_is_added_to_all_deals(tmp_path):
    profile = numbered(tmp_path, weight(1, 2), weight(2, 7), first=1)
    assert (profile.utility((0,)), profile.reservation) == (13.0, 0.0)


def test_a_weight_that_is_not_there_is_one(tmp_path):
    assert numbered(tmp_path, first=1).utility((1,)) == 5.0


def test_a_number_that_is_not_evaluated_counts_nothing_if_all_are_numbers(tmp_path):
    bounded = '<issue index="{}" name="{}" type="integer" lowerbound="0" upperbound="2"/>'
    domain = template(bounded.format(1, "n"), bounded.format(2, "m"))
    profile = space(
        '<issue index="1" name="n" type="integer"><evaluator ftype="linear" slope="2"/></issue>'
    )
    found = read(put(tmp_path, d__xml=domain, p__xml=profile))
    assert found.profiles[0].worth == ((0, 2, 4), (0, 0, 0))
    assert any("does not evaluate" in line for line in found.lost)


def test_evaluations_as_genius_takes_them(tmp_path):
    domain = template(words(2, "Car", ("a", None), ("b", None)), words(3, "Van", ("c", None)))
    profile = space(words(2, "Car", ("a", 3), ("b", 5)), words(3, "Van", ("c", 0)), weight(2, 0.5))
    folder = put(tmp_path, d__xml=domain, p__xml=profile)
    assert read(folder, as_genius=True).profiles[0].worth == ((0.3, 0.5), (0,))
    assert read(folder, as_genius=True).profiles[0].bias == 0
    assert any("--as-genius" in line for line in read(folder).lost)
    put(folder, d__yml=SPACE, u__yml=ADDITIVE)
    with pytest.raises(AskError, match="no Genius scenario"):
        read(folder, as_genius=True)


def test_some_profiles_of_a_folder(tmp_path):
    put(tmp_path, d__xml=template(words(1, "Car", ("a", None))))
    for name in ("p", "q", "r"):
        (tmp_path / f"{name}.xml").write_text(space(words(1, "Car", ("a", 1))))
    names = [profile.name for profile in read(tmp_path, profiles=["r", "p.xml"]).profiles]
    assert names == ["r", "p"]
    with pytest.raises(AskError, match="called s: there are p, q, r"):
        read(tmp_path, profiles=["s"])


def test_quadratic_and_triangular_evaluators(tmp_path):
    issue = '<issue index="1" name="n" type="integer" lowerbound="0" upperbound="2">{}</issue>'
    for text, right in [
        ('<evaluator ftype="quadratic" parameter0="1" parameter1="2" parameter2="3"/>', (1, 6, 17)),
        ('<evaluator ftype="triangular" parameter0="0" parameter1="2" parameter2="1"/>', (0, 1, 0)),
    ]:
        found = read(
            put(tmp_path, d__xml=template(issue.format("")), p__xml=space(issue.format(text)))
        )
        assert found.profiles[0].worth == (right,)


def test_of_several_domains_the_one_that_profiles_fit(tmp_path):
    right = template(words(1, "Car", ("a", None), ("b", None)))
    wrong = template(words(1, "Bus", ("a", None)))
    profile = space(words(1, "Car", ("a", 1), ("b", 2)))
    folder = put(tmp_path, a__xml=wrong, b__xml=right, p__xml=profile)
    assert read(folder).issues[0].name == "Car"
    assert read(folder / "b.xml").issues[0].name == "Car"
    with pytest.raises(CaseError, match="no issue called 'Car'"):
        read(folder / "a.xml")
    put(folder, c__xml=template(words(1, "Car", ("b", None), ("a", None))))
    found = read(folder)
    assert found.issues[0].values == ("b", "a")
    assert any("c.xml is taken" in line for line in found.lost)


def test_encodings(tmp_path):
    domain = template(words(1, "Größe", ("ü", None), ("b", None)))
    profile = space(words(1, "Größe", ("ü", 1), ("b", 2)))
    put(tmp_path, p__xml="\ufeff" + profile)
    (tmp_path / "d.xml").write_bytes(
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + domain.encode("latin-1")
    )
    assert read(tmp_path).issues[0].name == "Größe"


# ── NegMAS ──────────────────────────────────────────────────────────────────────────────────────
SPACE = """issues:
- {name: X, type: CategoricalIssue, values: [a, b]}
- {name: n, type: negmas.outcomes.contiguous_issue.ContiguousIssue, values: [0, 6], step: 3}
name: dom
path: null
type: DiscreteCartesianOutcomeSpace
"""


def ufun(text, tmp_path):
    found = read(put(tmp_path, dom__yml=SPACE, u__yml=text, _info__yaml="description: x\n"))
    assert [len(issue.values) for issue in found.issues] == [2, 3]
    return found


ADDITIVE = """type: LinearAdditiveUtilityFunction
name: u
reserved_value: 0.5
weights: {X: 2}
values: {X: {type: TableFun, mapping: {a: 1, b: 3}}, n: {type: LinearFun, slope: 0.5}}
"""


def indented(text):
    return "  " + text.replace("\n", "\n  ").rstrip() + "\n"


def test_weights_and_values_by_name(tmp_path):
    profile = ufun(ADDITIVE, tmp_path).profiles[0]
    assert profile.utility((1, 2)) == 2 * 3 + 0.5 * 6
    assert profile.reservation == 0.5


def test_the_reservation_within_a_discounted_utility(tmp_path):
    text = f"type: ExpDiscountedUFun\nname: out\ndiscount: 0.3\nreserved_value: -.inf\nufun:\n{indented(ADDITIVE)}"  # noqa: E501
    found = ufun(text, tmp_path)
    assert (found.profiles[0].reservation, found.profiles[0].discount) == (0.5, 0.3)
    assert any("discounted by 0.3" in line for line in found.lost)


def test_sums_of_utilities(tmp_path):
    text = "type: WeightedUtilityFunction\nweights: [2, 3]\nufuns:\n"
    text += "- {type: ConstUtilityFunction, value: 5}\n- " + indented(ADDITIVE).lstrip()
    profile = ufun(text, tmp_path).profiles[0]
    assert profile.utility((0, 1)) == 2 * 5 + 3 * (2 * 1 + 1.5)
    assert profile.reservation is None


def test_affine_utilities(tmp_path):
    numbers = SPACE.replace("CategoricalIssue, values: [a, b]", "CardinalIssue, values: [1, 10]")
    folder = put(tmp_path, d__yml=numbers)
    for kind, bias in [("AffineUtilityFunction", 4), ("LinearUtilityFunction", 0)]:
        put(folder, u__yml=f"type: {kind}\nweights: [1, 0.5]\nbias: 4\n")
        assert read(folder).profiles[0].utility((1, 1)) == 10 + 1.5 + bias
    put(folder, u__yml="type: AffineUtilityFunction\nweights: {X: 1}\n")
    with pytest.raises(CaseError, match="weight of n"):
        read(folder)


def test_words_of_one_length_for_a_number_of_ordinal_values(tmp_path):
    put(tmp_path, d__yml="type: OutcomeSpace\nissues: [{name: o, type: DiscreteOrdinalIssue, values: 11}]\n",  # noqa: E501
        u__yml="type: ConstUtilityFunction\nvalue: 1\n")  # fmt: skip
    assert read(tmp_path).issues[0].values[::10] == ("00", "10")


def test_json_has_words_for_keys_and_exponents(tmp_path):
    domain = {"type": "CartesianOutcomeSpace", "issues": [
        {"name": "n", "type": "ContiguousIssue", "values": [0, 1]}]}  # fmt: skip
    text = '{\t"type": "LinearAdditiveUtilityFunction", "weights": [1e-05], "values": [{"type": "TableFun", "mapping": {"0": 1, "1": 2e0}}]}'  # noqa: E501
    put(tmp_path, d__json=json.dumps(domain, indent="\t"), u__json=text)
    assert read(tmp_path).profiles[0].worth == ((1e-05, 2e-05),)
    put(tmp_path, u__json=text.replace('"TableFun"', '"TableFun",\n "x": NaN,}'))
    with pytest.raises(CaseError, match="no JSON") as caught:
        read(tmp_path)
    assert caught.value.faults[0].line == 2


# ── GeniusWeb ───────────────────────────────────────────────────────────────────────────────────
def geniusweb(tmp_path, **changes):
    issues = {"when": {"values": ["now", "later"]}, "by": {"values": ["train", "car", "foot"]}}
    domain = {"name": "trip", "issuesValues": issues}
    profile = {
        "name": "me", "domain": domain, "issueWeights": {"when": 0.4, "by": 0.6},
        "issueUtilities": {
            "by": {"discreteutils": {"valueUtilities": {"train": 1, "car": 0.5, "foot": 0}}},
            "when": {"discreteutils": {"valueUtilities": {"now": 0.25, "later": 1}}}},
    } | changes  # fmt: skip
    put(tmp_path, trip__json=json.dumps(domain, indent="\t"),
        me__json=json.dumps({"LinearAdditiveUtilitySpace": profile}, indent="\t"))  # fmt: skip
    return read(tmp_path)


def test_geniusweb(tmp_path):
    bid = {"issuevalues": {"when": "later", "by": "car"}}
    found = geniusweb(tmp_path, reservationBid=bid)
    assert found.deals == 6
    assert found.profiles[0].utility((0, 2)) == pytest.approx(0.1)
    assert found.profiles[0].reservation == pytest.approx(0.4 + 0.3)
    assert geniusweb(tmp_path).profiles[0].reservation is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reservationBid": {"issuevalues": {"when": "later"}}}, "None on 'by'"),
        ({"issueWeights": {"when": 1}}, "weight of 'by'"),
        ({"issueUtilities": {"when": {"numberutils": {}}}}, "valued by numberutils"),
        ({"issueUtilities": []}, "a mapping"),
    ],
)
def test_faults_of_geniusweb(tmp_path, changes, told):
    with pytest.raises(CaseError, match=told):
        geniusweb(tmp_path, **changes)


# ── cases ───────────────────────────────────────────────────────────────────────────────────────
def drafted(*profiles, values=("a", "b", "c")):
    domain = Domain("d", (DomainIssue("x", values),), profiles)
    return load_text(case_text(domain, DAY))


@pytest.mark.parametrize("reserved", [-3.0, 0.0, 1.0, 2.5, 4.0, 7.0, None])
def test_reservations_beyond_all_deals(reserved):
    case = drafted(
        Profile("p", ((0.0, 1.0, 4.0),), reservation=reserved), Profile("q", ((1, 2, 3),))
    )
    ensemble = sample(case, 1)
    found = ensemble.reservation[0, 0] / ensemble.unit
    assert found == pytest.approx((reserved or 0.0) / 4, abs=2e-12)


def test_deals_exactly_at_the_reservation_stay_acceptable():
    issues = tuple(DomainIssue(name, tuple("abc")) for name in "xyz")
    row = (0.1, 0.2, 0.3)
    profile = Profile("p", (row, row, row), reservation=0.6)
    case = load_text(case_text(Domain("d", issues, (profile, profile)), DAY))
    ensemble = sample(case, 1)
    deals = [(0, 1, 2), (1, 1, 1), (2, 2, 2), (0, 0, 1)]
    worth = [sum(ensemble.part_worth[0, 0][ensemble.space.offsets[i]
                 + ensemble.space.option_index(name, "abc"[n])]
                 for i, (name, n) in enumerate(zip("xyz", deal, strict=True)))
             for deal in deals]  # fmt: skip
    assert [w >= ensemble.reservation[0, 0] for w in worth] == [True, True, True, False]


def test_a_reservation_without_measure_is_far_beyond():
    case = drafted(Profile("p", ((0.0, 1e-9, 2e-9),), reservation=1e9), Profile("q", ((1, 2, 3),)))
    ensemble = sample(case, 1)
    assert ensemble.reservation[0, 0] > ensemble.unit


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12, 1e300])
def test_any_scale_and_parties_to_whom_all_is_equal(scale):
    case = drafted(Profile("p", ((0.0, scale / 2, scale),)), Profile("q", ((5.0, 5.0, 5.0),)))
    ensemble = sample(case, 1)
    slots = [ensemble.space.option_index("x", o) for o in "abc"]
    assert ensemble.part_worth[0, 0][slots] / ensemble.unit == pytest.approx([0, 0.5, 1], abs=1e-12)
    assert not ensemble.part_worth[0, 1].any()


def test_what_no_case_file_can_hold():
    values, rows = tuple(map(str, range(9_000))), (tuple(n / 7 for n in range(9_000)),)
    domain = Domain("wide", (DomainIssue("x", values),), (Profile("p", rows), Profile("q", rows)))
    with pytest.raises(TooLargeError, match="wide would be a case file of"):
        case_text(domain, DAY)


def test_import_warns_of_nothing_and_export_leaves_out_what_is_open(tmp_path):
    case = drafted(Profile("p", ((0.0, 1.0, 4.0),)), Profile("p", ((3, 2, 1),)))
    assert [party.name for party in case.parties] == ["p (1)", "p (2)"]
    back = domain_of(case)
    assert back.issues[0].values == ("a", "b", "c")
    assert back.lost == ()  # there is nothing to draw
    assert [p.utility((1,)) for p in back.profiles] == pytest.approx([0.25, 0.5])
    assert math.isclose(back.profiles[0].utility((2,)), 1)
