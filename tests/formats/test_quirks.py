"""What real files of Genius and NegMAS look like, against utilities worked out beside them."""

import datetime as dt
import json
import random
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from winset.casefile import load_text
from winset.errors import AskError, CaseError
from winset.formats import Domain, DomainIssue, Profile, case_text, read, write

WORDS = ["60 Gb", "19'' LCD", "Yes, with back pay", 'so "called"', "A & B", "<5%", "open", "no",
         "Größe", "日本", "-5", "0.5", "x=y+z", "a:b", "1", "01", "null"]  # fmt: skip
ISSUES = ["Price", "price", "Days & nights", "is", "1", "a:b", 'the "name"', "open", "Größe"]


def put(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


# ── Genius folders of many forms, with utilities kept beside them ───────────────────────────────
class Genius:
    """A scenario drawn at random: what it is, and files that say so in different ways."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.names = self.chance.sample(ISSUES, self.chance.randint(1, 4))
        self.kinds = [self.chance.choice(["discrete", "discrete", "integer"]) for _ in self.names]
        self.values = [
            self.chance.sample(WORDS, self.chance.randint(1, 5))
            if kind == "discrete"
            else list(range(-2, self.chance.randint(-2, 3)))
            for kind in self.kinds
        ]
        if any(not values for values in self.values):
            self.values = [values or [-2] for values in self.values]
        self.indices = list(range(1, len(self.names) + 1))
        self.chance.shuffle(self.indices)

    def coin(self):
        return self.chance.random() < 0.5

    def shuffled(self, parts):
        return self.chance.sample(parts, len(parts))

    def element(self, tag, inner, **attributes):
        stated = self.shuffled([f"{name}={quoteattr(str(v))}" for name, v in attributes.items()])
        if not inner and self.coin():
            return f"<{tag} {' '.join(stated)}/>"
        return f"<{tag} {' '.join(stated)}>{inner} </{tag}>\n"

    def issue(self, n, inner):
        more = {"etype": self.kinds[n], "vtype": self.kinds[n]} if self.coin() else {}
        if self.kinds[n] == "integer":
            bounds = {"lowerbound": self.values[n][0], "upperbound": self.values[n][-1]}
            if self.coin():
                more |= bounds
            else:
                inner = self.element("range", "", **bounds) + inner
        if self.kinds[n] != "discrete" or self.coin():
            more["type"] = self.kinds[n]
        return self.element("issue", inner, index=self.indices[n], name=self.names[n], **more)

    def domain(self):
        parts = []
        for n, values in enumerate(self.values):
            items = [self.element("item", "", index=k, value=v, description=v, cost=0)
                     for k, v in enumerate(values, start=1)]  # fmt: skip
            parts.append(self.issue(n, "".join(items) if self.kinds[n] == "discrete" else ""))
        inner = self.element("objective", "".join(self.shuffled(parts)), index=0, name="root")
        head = self.chance.choice(
            ['<?xml version="1.0" encoding="ISO-8859-1"?>', "<!-- no -->", ""]
        )
        return f"{head}<negotiation_template><utility_space>{inner}</utility_space></negotiation_template>"  # noqa: E501

    def profile(self):
        """Draw a profile: the file, what each value adds, what is added to all, the reservation."""
        parts, worth, bias, reserved = [], [], 0.0, 0.0
        for n, values in enumerate(self.values):
            weight = 1.0
            if self.chance.random() < 0.8:
                weight = round(self.chance.uniform(0, 2), 3)
                parts.append(self.element("weight", "", index=self.indices[n], value=weight))
            if self.kinds[n] == "discrete":
                found = [self.chance.choice([0, 7, 100, self.chance.random()]) for _ in values]
                pairs = enumerate(zip(values, found, strict=True), start=1)
                items = [
                    self.element("item", "", index=k, value=v, evaluation=e) for k, (v, e) in pairs
                ]
                others = '<similarity_function><item index="1" value="?" evaluation="9"/></similarity_function>'  # noqa: E501
                inner = "".join(self.shuffled(items)) + (others if self.coin() else "")
            else:
                slope, offset = round(self.chance.uniform(-1, 1), 3), self.chance.choice([0, 2.5])
                found = [slope * value + offset for value in values]
                names = ("slope", "offset") if self.coin() else ("parameter1", "parameter0")
                given = dict(zip(names, (slope, offset), strict=True))
                inner = self.element("evaluator", "", ftype="linear", **given)
            parts.append(self.issue(n, inner))
            worth.append([weight * e for e in found])
        if self.coin():
            bias = round(self.chance.uniform(-1, 3), 3)
            parts.append(self.element("weight", "", index=len(self.names) + 1, value=bias))
        more = [self.element("discount_factor", "", value="0.9")] if self.coin() else []
        if self.coin():
            reserved = self.chance.choice([0.5, 30, -1])
            more.append(self.element("reservation", "", value=reserved))
        inner = "".join(self.shuffled(parts))
        whole = [self.element("objective", inner, index=0) if self.coin() else inner, *more]
        text = f"<utility_space type='any'>{''.join(self.shuffled(whole))}</utility_space>"
        return ("\ufeff" if self.coin() else "") + text, worth, bias, reserved


@pytest.mark.parametrize("seed", range(60))
def test_genius_in_many_forms(tmp_path, seed):
    made = Genius(seed)
    put(tmp_path, **{"the domain__xml": made.domain()})
    right = {}
    for name in ("b buyer", "a_seller", "é"):
        text, *right[name] = made.profile()
        put(tmp_path, **{f"{name}__xml": text})
    found = read(tmp_path)
    order = sorted(range(len(made.names)), key=lambda n: made.indices[n])
    assert [issue.name for issue in found.issues] == [made.names[n] for n in order]
    assert [list(issue.values) for issue in found.issues] == [made.values[n] for n in order]
    assert [profile.name for profile in found.profiles] == sorted(right)
    for profile in found.profiles:
        worth, bias, reserved = right[profile.name]
        assert profile.reservation == reserved
        for deal in found.all_deals():
            own = bias + sum(worth[n][k] for n, k in zip(order, deal, strict=True))
            assert profile.utility(deal) == pytest.approx(own, rel=0, abs=1e-12)


# ── single quirks ───────────────────────────────────────────────────────────────────────────────
DOMAIN = """<negotiation_template><utility_space><objective index="1" name="root">
<issue index="1" name="Car"><item index="1" value="a"/><item index="2" value="b"/></issue>
<issue index="2" name="Days" type="integer" lowerbound="2" upperbound="4"/>
</objective></utility_space></negotiation_template>"""
CAR = '<issue index="1" name="Car"><item index="1" value="a" evaluation="3"/><item index="2" value="b" evaluation="5"/></issue>'  # noqa: E501
DAYS = '<issue index="2" name="Days" type="integer"><evaluator ftype="linear" slope="10"/></issue>'


def profiles(tmp_path, *texts, domain=DOMAIN):
    for n, text in enumerate(texts):
        put(
            tmp_path,
            **{f"p{n}__xml": f"<utility_space><objective>{text}</objective></utility_space>"},
        )
    return read(put(tmp_path, d__xml=domain))


def test_a_number_that_is_not_evaluated_where_words_are_counts_as_itself(tmp_path):
    found = profiles(tmp_path, CAR + '<weight index="2" value="0.5"/>')
    assert found.profiles[0].worth == ((3, 5), (1, 1.5, 2))
    assert any("Days" in line and "its own number" in line for line in found.lost)


def test_words_that_are_not_evaluated_where_only_numbers_are_count_nothing(tmp_path):
    found = profiles(tmp_path, DAYS)
    assert found.profiles[0].worth == ((0, 0), (20, 30, 40))
    assert any("Car" in line and "nothing" in line for line in found.lost)


@pytest.mark.parametrize(
    "text", ["", '<issue index="1" name="Car"/>', '<weight index="1" value="1"/>']
)
def test_a_profile_without_evaluations(tmp_path, text):
    with pytest.raises(CaseError, match="no issue is evaluated"):
        profiles(tmp_path, text)


def test_of_an_issue_that_is_there_twice_the_last_counts(tmp_path):
    found = profiles(tmp_path, CAR.replace("3", "9") + DAYS + CAR)
    assert found.profiles[0].worth[0] == (3, 5)
    assert any("all but the last" in line for line in found.lost)
    with pytest.raises(CaseError, match="'Car' is not evaluated"):
        profiles(tmp_path, CAR + DAYS + '<issue index="1" name="Car"/>')


def test_an_issue_of_which_every_value_is_worth_nothing(tmp_path):
    found = profiles(tmp_path, CAR.replace("3", "0").replace("5", "0") + DAYS)
    assert found.profiles[0].worth[0] == (0, 0)


def test_a_document_type_without_entities(tmp_path):
    assert (
        profiles(tmp_path, CAR + DAYS, domain="<!DOCTYPE negotiation_template>" + DOMAIN).deals == 6
    )


def test_a_file_saved_in_another_encoding_than_it_says(tmp_path):
    says = "<?xml version='1.0' encoding='ISO-8859-1'?>"
    found = profiles(tmp_path, CAR.replace("Car", "日本") + DAYS,
                     domain=says + DOMAIN.replace("Car", "日本"))  # fmt: skip
    assert found.issues[0].name == "日本"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("</objective>", "<objective/></objective>", "an objective within another"),
        ('index="2" name="Days"', 'index="1" name="Days"', "a second issue with index 1"),
        ('name="Days"', 'name="Car"', "two issues are called 'Car'"),
        ('type="integer"', 'type="colour"', "of type 'colour'"),
        ('lowerbound="2" ', "", "lowerbound of issue 'Days'"),
        ('index="2" name="Days"', 'name="Days"', "<issue> has no index"),
    ],
)
def test_faults_of_a_domain_are_located(tmp_path, old, new, told):
    assert old in DOMAIN
    with pytest.raises(CaseError, match=told) as caught:
        profiles(tmp_path, CAR + DAYS, domain=DOMAIN.replace(old, new))
    fault = caught.value.faults[0]
    assert fault.file.endswith("d.xml")
    assert fault.line in (1, 2, 3, 4)


def test_an_encoding_that_there_is_not(tmp_path):
    (tmp_path / "d.xml").write_bytes(b'<?xml version="1.0" encoding="utem-8"?><a b="\xf6"/>')
    with pytest.raises(CaseError, match="unknown encoding: utem-8") as caught:
        read(tmp_path)
    assert caught.value.faults[0].line == 1


# ── folders ─────────────────────────────────────────────────────────────────────────────────────
def test_a_folder_of_scenarios_names_them(tmp_path):
    for name in ("y2010/Travel", "y2011/Car"):
        (tmp_path / name).mkdir(parents=True)
        profiles(tmp_path / name, CAR + DAYS)
    (tmp_path / "y2012").mkdir()
    put(tmp_path / "y2012", notes__xml="<notes/>", data__json="{}", list__yaml="- 1")
    with pytest.raises(AskError, match=r"folders in it do: .*\(y2010/Travel, y2011/Car\)"):
        read(tmp_path)
    with pytest.raises(AskError, match="holds no scenario: a Genius"):
        read(tmp_path / "y2012")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_file_names_that_are_not_utf8(tmp_path):
    profiles(tmp_path, CAR + DAYS)
    (tmp_path / "p0.xml").rename(tmp_path / "gr\udcf6\udcdfe.xml")
    case = load_text(case_text(read(tmp_path), dt.date(2025, 1, 1)))
    assert case.parties[0].name == "gr e"


def test_a_domain_alone(tmp_path):
    put(tmp_path, d__xml=DOMAIN)
    with pytest.raises(AskError, match=r"has a domain \(d.xml\), but no profile"):
        read(tmp_path)


def test_a_profile_that_is_called_as_other_things_are(tmp_path):
    ufun = "type: ConstUtilityFunction\nvalue: 3\n"
    found = read(put(tmp_path, d__yml=SPACE, stats__yml=ufun, info__yml=ufun, _stats__yaml="a: !x"))
    assert [profile.name for profile in found.profiles] == ["info", "stats"]


def test_a_scenario_is_called_as_its_folder(tmp_path, monkeypatch):
    (tmp_path / "laptop" / "inner").mkdir(parents=True)
    profiles(tmp_path / "laptop", CAR + DAYS)
    monkeypatch.chdir(tmp_path / "laptop" / "inner")
    assert read(Path("..")).name == "laptop"


def test_many_scenarios_are_not_all_named(tmp_path):
    for n in range(12):
        (tmp_path / f"s{n:02}").mkdir()
        profiles(tmp_path / f"s{n:02}", CAR + DAYS)
    with pytest.raises(AskError, match=r"s07, and more\)"):
        read(tmp_path)


# ── GeniusWeb ───────────────────────────────────────────────────────────────────────────────────
WEB = '{"issuesValues": {"by": {"values": ["car", "foot"]}}, "name": "d"}'
WEB_PROFILE = """{"LinearAdditiveUtilitySpace":
{"issueWeights": {"by": 0.5}, "reserved_value": 0.25, "reservationBid": {"issuevalues": {}},
"issueUtilities":
{"by": {"%s": {"valueUtilities": {"car": 1, "foot": 0.5}}}}}}"""


@pytest.mark.parametrize("kind", ["discreteutils", "DiscreteValueSetUtilities"])
def test_tables_of_geniusweb_by_either_name(tmp_path, kind):
    profile = read(put(tmp_path, d__json=WEB, p__json=WEB_PROFILE % kind)).profiles[0]
    assert profile.worth == ((0.5, 0.25),)
    assert profile.reservation == 0.25  # the bid names no deal


# ── NegMAS ──────────────────────────────────────────────────────────────────────────────────────
SPACE = "type: OutcomeSpace\nissues: [{name: x, type: CategoricalIssue, values: [a]}]\n"
TRUTH = {
    "type": "OutcomeSpace",
    "issues": [{"name": "x", "type": "CategoricalIssue", "values": [True, False]}],
}
TRUE_UFUN = {"type": "LinearAdditiveUtilityFunction", "values": [{"true": 2, "false": 3}]}
NO_SUMS = ["HyperRectangleUtilityFunction", "NonLinearAggregationUtilityFunction",
           "MappingUtilityFunction", "RankOnlyUtilityFunction"]  # fmt: skip


def test_json_writes_truth_in_small_letters(tmp_path):
    put(tmp_path, d__json=json.dumps(TRUTH), u__json=json.dumps(TRUE_UFUN))
    assert read(tmp_path).profiles[0].worth == ((2, 3),)


@pytest.mark.parametrize("kind", NO_SUMS)
def test_utilities_that_are_no_sums_are_refused_by_name(tmp_path, kind):
    text = f"name: u\ntype: negmas.preferences.crisp.nonlinear.{kind}\n"
    with pytest.raises(CaseError, match=f"a utility of type {kind}") as caught:
        read(put(tmp_path, d__yml=SPACE, u__yml=text))
    assert caught.value.faults[0].file.endswith("u.yml")


# ── reservations ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("stated", "right"), [("-inf", None), ("-Infinity", None), ("0.5", 0.5)])
def test_reservations_of_minus_infinity(tmp_path, stated, right):
    more = f'</objective><reservation value="{stated}"/><objective>'
    assert profiles(tmp_path, more + CAR + DAYS).profiles[0].reservation == right


def test_no_reservation_stays_none_in_effect_as_genius(tmp_path):
    issues = (DomainIssue("x", ("a", "b")),)
    parties = (Profile("p", ((-3.0, 1.0),)), Profile("q", ((2.0, 5.0),)))
    write(Domain("d", issues, parties), "genius", tmp_path / "d")
    assert [profile.reservation for profile in read(tmp_path / "d").profiles] == [-3.0, 0.0]
