"""What is written: names, order, weights, what is left out; and reservations far from all deals."""

import datetime as dt

import numpy as np
import pytest
from typer.testing import CliRunner

import winset
from winset.analyses.exporting import domain_of
from winset.casefile import load, load_text
from winset.cli.app import app
from winset.formats import FORMATS, Domain, DomainIssue, Profile, case_text, read, write

DAY = dt.date(2025, 1, 1)
ISSUES = (DomainIssue("price", ("low", "high")), DomainIssue("paid", ("now", "later")))


def domain_with(*names):
    rows = [((0.0, float(n)), (0.5, 0.25)) for n in range(1, len(names) + 1)]
    return Domain("d", ISSUES, tuple(Profile(name, row, reservation=0.5)
                                     for name, row in zip(names, rows, strict=True)))  # fmt: skip


# ── names and order ─────────────────────────────────────────────────────────────────────────────
NAMES = [
    ("buyer", "seller"),
    ("seller", "buyer"),
    tuple("ponmlkjihgfe"),
    ("a b", "a-b", "a/b"),
    ("A", "a"),
    ("domain", "x"),
    ("pareto", "x pareto"),
    ("_info", "_stats"),
    ("x" * 100 + "1", "x" * 100 + "2"),
    (".hidden", "-", "ä & <ö>"),
    ("same", "same"),
]


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[0][:9])
def test_names_and_order_of_parties_survive(tmp_path, names, to):
    domain = domain_with(*names)
    write(domain, to, tmp_path / "out")
    back = read(tmp_path / "out")
    assert tuple(p.name for p in back.profiles) == names
    assert [p.utility((1, 0)) for p in back.profiles] == [
        p.utility((1, 0)) for p in domain.profiles
    ]


def test_files_are_called_as_parties_where_that_keeps_their_order(tmp_path):
    write(domain_with("buyer", "seller"), "genius", tmp_path / "in")
    assert {f.name for f in (tmp_path / "in").iterdir()} == {
        "domain.xml",
        "buyer.xml",
        "seller.xml",
    }
    write(domain_with("seller", "buyer"), "negmas-yaml", tmp_path / "out")
    assert {f.name for f in (tmp_path / "out").iterdir()} == {
        "domain.yml", "1-seller.yml", "2-buyer.yml"}  # fmt: skip


# ── weights ─────────────────────────────────────────────────────────────────────────────────────
ROWS = [(0.0, 0.0), (-0.0, 0.0), (3.0, 3.0), (-3.0, -1.0), (-3.0, 0.0), (-3.0, 1e-9), (0.0, 1e-300)]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("to", FORMATS)
def test_written_evaluations_run_up_to_one(tmp_path, row, to):
    domain = Domain("d", ISSUES, (Profile("p", (row, (0.25, 1.0)), reservation=0.0),))
    write(domain, to, tmp_path / "out")
    back = read(tmp_path / "out")
    assert back.lost == ()
    for deal in domain.all_deals():
        assert back.profiles[0].utility(deal) == domain.profiles[0].utility(deal)
    if to == "genius":  # which divides by the greatest
        assert read(tmp_path / "out", as_genius=True).profiles == back.profiles


CASE = """format: 1
name: c
title: C
as_of: 2025-01-01
sources:
  s: {title: S}
parties:
  a: {name: A}
  b: {name: B}
  senate: {name: Senate, ratifies: a @s}
  guest: {name: Guest}
issues:
  x:
    options:
      p: {}
      q: {}
      r: {}
    decided_by: a + b @s
  y:
    options:
      u: {}
      v: {}
    decided_by: a + b @s
tables:
  t:
    parties: a + b @s
    agenda: [x @s, y @s]
preferences:
  a:
    x: {values: {p: 0, q: 1, r: 2, open: 0}, source: "@s"}
    y: {values: {u: 0, v: 0, open: 0}, source: "@s"}
  b:
    x: {values: {p: 1, q: 1, r: 0, open: 0}, source: "@s"}
    y: {values: {u: 1, v: 0, open: 0}, source: "@s"}
salience:
  a: {weights: {x: 1, y: 0}, source: "@s"}
  b: {weights: {x: 1, y: 3}, source: "@s"}
red_lines:
  a:
    - x is open @s
  b:
    - x is r @s
no_agreement:
  a: 0.25 @s
  b: 0.25 @s
"""


def test_an_issue_without_a_stake_has_no_weight(tmp_path):
    write(domain_of(load_text(CASE)), "genius", tmp_path / "out")
    text = (tmp_path / "out" / "a.xml").read_text()
    assert '<weight index="2" value="0.0"/>' in text
    assert 'evaluation="1.0"' in text.partition('name="y"')[2]
    assert read(tmp_path / "out").lost == ()
    b = (tmp_path / "out" / "b.xml").read_text()
    assert '<weight index="1" value="0.25"/>\n<weight index="2" value="0.75"/>' in b


# ── what is left out ────────────────────────────────────────────────────────────────────────────
def test_what_an_export_leaves_out_is_named():
    found = domain_of(load_text(CASE))
    assert found.issues[0].values == ("p", "q")
    assert found.issues[1].values == ("u", "v", "left open")
    assert found.lost == (
        "x: r (refused outright by a party at the table)",
        "that 'left open' is no option of y: where a deal has it, nothing is agreed there",
        "ratification by senate",
        "not at the table: guest",
    )


def test_all_readings_but_one_where_something_is_drawn():
    assert domain_of(load_text(CASE.replace("a: 0.25 @s", "a: 0.25..0.5 @s"))).lost[-1] == (
        "all readings but one"
    )


def test_what_an_export_of_a_large_case_leaves_out():
    lost = "\n".join(domain_of(load("riyadh-2025")).lost)
    for line in ("rules", "linkage terms", "18 steps", "6 channels", "ratification by congress",
                 "absent: ua, eu, uk, palestinians", "all readings but one",
                 "issues that the table cannot change, as values to choose: payments"):  # fmt: skip
        assert line in lost
    assert "left_out" not in lost


def test_an_imported_case_leaves_out_nothing_of_what_was_imported():
    back = domain_of(load_text(case_text(domain_with("a", "b"), DAY)))
    assert (back.issues, back.lost) == (ISSUES, ())


# ── reservations far from all deals ─────────────────────────────────────────────────────────────
@pytest.fixture
def far(tmp_path):
    """A Genius folder whose deals are worth 8..100 more than the 0 that no deal is worth."""
    rows = ((0.0, 0.1), (0.05, 0.0))
    issues = ISSUES
    low = Profile("low", rows, bias=100.0, reservation=0.0)
    near = Profile("near", rows[::-1], bias=8.0)
    write(Domain("d", issues, (low, near)), "genius", tmp_path / "far")
    for file in ("low.xml", "near.xml"):
        text = (tmp_path / "far" / file).read_text()
        lines = [line for line in text.splitlines() if "<reservation" not in line]
        (tmp_path / "far" / file).write_text("\n".join(lines))
    return tmp_path / "far"


@pytest.mark.parametrize("most", [1_000_000, 1])
def test_deals_far_above_the_reservation(far, most):
    domain = read(far)
    assert [p.reservation for p in domain.profiles] == [0.0, 0.0]
    case = load_text(case_text(domain, DAY))
    ensemble = winset.sample(case, 3)
    found = winset.deals(case, ensemble, "talks", most=most)
    assert (found.zone_size > 0).all()
    back = domain_of(case)
    for own, other in zip(domain.profiles, back.profiles, strict=True):
        low, high = own.span
        for deal in domain.all_deals():
            assert other.utility(deal) * (high - low) + low == pytest.approx(own.utility(deal))
        assert other.reservation == pytest.approx(
            max(-1000.0, (own.reservation - low) / (high - low)), rel=1e-9
        )


def test_a_far_reservation_runs_and_is_exported(far, tmp_path):
    case, run = tmp_path / "far.yaml", tmp_path / "far.winset"
    for words in (["import", far, "-o", case],
                  ["run", case, "--draws", 3, "--workers", 1, "-o", run],
                  ["export", case, "--to", "genius", "-o", tmp_path / "out"],
                  ["import", tmp_path / "out", "-o", tmp_path / "again.yaml"]):  # fmt: skip
        done = CliRunner().invoke(app, list(map(str, words)))
        assert done.exit_code == 0, done.output
        assert done.exception is None


@pytest.mark.parametrize("ranges", [-1001.0, -1000.0, -999.0, 999.0, 1000.0, 1001.0])
def test_reservations_about_a_thousand_ranges_away(tmp_path, ranges):
    domain = Domain("d", ISSUES, (Profile("p", ((0.0, 1.0), (0.0, 1.0)), reservation=2 * ranges),
                                  Profile("q", ((0.0, 1.0), (1.0, 0.0)))))  # fmt: skip
    write(domain, "genius", tmp_path / "out")
    read_back = read(tmp_path / "out")
    named = [line for line in read_back.lost if "its reservation of" in line]
    assert bool(named) == (abs(ranges) > 1000)
    case = load_text(case_text(read_back, DAY))
    ensemble = winset.sample(case, 1)
    p = ensemble.space.party_index["p"]
    assert ensemble.reservation[0, p] / ensemble.unit == np.clip(ranges, -1000, 1000)
    assert (winset.deals(case, ensemble, "talks").zone_size > 0).all() == (ranges < 0)
