import pytest

from winset.run import load, spec_of, start

CASE = """\
format: 1
name: river
title: Talks on a river
as_of: 2020-05-04
about: [north, south, delta]

sources:
  paper: {title: A newspaper, date: 2020-05-01, kind: newspaper}

parties:
  north: {name: Northland, delegates: {minister: Ann Able}}
  south: {name: Southland}
  delta: {name: Delta}
  senate: {name: Senate, kind: legislature, ratifies: north @assumed}

issues:
  dam:
    title: The dam
    options: none < small < large
    now: none @paper:1
    decided_by: north + south @paper:1
  water:
    title: Water in summer
    options: low < high
    now: low @paper:2 inferred
    decided_by: north + south @paper:2
    implemented_by: delta @assumed
  toll:
    title: Toll on ships
    options: [yes, no]
    decided_by: south @assumed

rules:
  - dam is large requires water is high (likely) @assumed

tables:
  bank: {title: The bank, parties: north + south @paper:1, agenda: [dam, water]}
  wide: {parties: north + south + delta @assumed, agenda: [dam, water]}

absent:
  delta: {from: bank, reason: nobody asked @paper:3}

preferences:
  north: {dam: large > small > none @paper:4 Able said, water: high > low (roughly even) @assumed}
  south: {dam: none > small > large @paper:5 inferred, water: high > low @paper:5 inferred}
  delta: {water: low > high (likely) @assumed, dam: none > large @assumed}

red_lines:
  south: {never: dam is large, firmness: very likely, id: south.no-wall, source: "@paper:6"}

answers:
  delta: decline if water is high (0.4) @assumed

steps:
  pact: {title: The water pact @paper:7, table: bank, deal_on: [water], settles: water is high}
"""


def run_of(text, path, draws=200, **asked):
    """Compute a case's text and read the results back."""
    case = path / "case.yaml"
    case.write_text(text, encoding="utf-8")
    spec, _, _ = spec_of(case, draws=draws, **asked)
    start(spec, path / "case.winset", replace=True)
    return load(path / "case.winset")


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    return run_of(CASE, tmp_path_factory.mktemp("river"))


@pytest.fixture(scope="session")
def no_deal(tmp_path_factory):
    """A case in which the two at the table want the opposite on the one issue there is."""
    text = CASE.replace("agenda: [dam, water]", "agenda: [dam]")
    text = text.replace("deal_on: [water], settles: water is high", "deal_on: [dam]")
    return run_of(text, tmp_path_factory.mktemp("none"), draws=50)


@pytest.fixture
def compute(tmp_path):
    return lambda text, **asked: run_of(text, tmp_path, **asked)


@pytest.fixture(scope="session")
def case_text():
    return CASE
