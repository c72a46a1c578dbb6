"""A case that holds every kind of statement, and a way to write short ones."""

import textwrap

import pytest

from winset.casefile import load_text

EVERYTHING = """\
format: 1
name: everything
title: Everything
as_of: 2025-01-01
sources:
  letter: {title: A letter, date: 2024-12-01, kind: letter}
parties:
  pax: {key: pax}
  qix: {key: qix}
  rex: {key: rex}
  sly: {key: sly}
influence:
  - pax > qix >> others @assumed
  - rex > sly (likely) @assumed
issues:
  river:
    {key: river, options: low < middle < high, now: low @letter:1, decided_by: pax + qix @letter:1}
  tolls:
    {key: tolls, options: [few, some, many], now: few @letter:1, decided_by: pax @letter:2,
     implemented_by: rex + qix (likely) @letter:2}
  forts: {key: forts, options: kept < razed, decided_by: qix @letter:2}
  seats:
    key: seats
    decided_by: pax + qix @letter:3
    options:
      north: {side: left, size: big}
      south: {side: right, size: big}
      east: {side: right, size: small}
rules:
  - tolls is many requires river is not low (likely) @assumed
  - forts is razed requires tolls is not many @assumed
tables:
  hall: {parties: pax + qix @letter:1, host: sly @letter:1, agenda: [river, tolls, forts, seats]}
preferences:
  pax:
    river: high >> middle > low @letter:4 Pax said
    tolls:
      either:
        - many > some > few (0.5) @letter:4
        - few > others (0.3) @letter:5 Pax reported
    forts: razed > kept > open if river is high else kept > razed @assumed
    seats: by side left > right @letter:6 inferred
  qix:
    river:
      - low > middle (likely) @letter:7
      - high > low (unlikely) @assumed
      - middle > high (0.3) @assumed
    tolls: {values: {few: 0.9..1, some: 0.2..0.6, many: 0}, source: "@letter:8"}
    forts: unknown
    seats: [by side right > left @assumed, by size big > small (likely) @assumed]
  rex:
    tolls: indifferent
    river: middle > others @assumed
salience:
  pax: [river > others (likely) @letter:9, tolls >> forts @assumed, pax.linkage > seats @assumed]
  qix: {weights: {river: 3, tolls: 1..2}, source: "@letter:9"}
  rex: river >> tolls @assumed
red_lines:
  pax: [{never: river is low and forts is razed, firmness: likely, source: "@letter:10 Pax said"}]
  qix: river is high (unlikely) @letter:10
objections:
  qix: rex at table if tolls is many @letter:10
no_agreement:
  pax: [status quo + 0.1..0.2 (0.4) @assumed, 0.3..0.5 (0.4) @letter:11]
  qix: river is middle and forts is kept (likely) @assumed
answers:
  rex: [decline if river is low (likely) @letter:12, accept if tolls is many @assumed]
linkage:
  pax: [more if river is high and tolls is few @letter:13, less if forts is kept (likely) @assumed]
  sly: more if river is middle @assumed
"""


@pytest.fixture(scope="session")
def everything():
    """Text of a case with every kind of statement."""
    return EVERYTHING


@pytest.fixture(scope="session")
def case_of():
    """Load a case from its sections, given as text; parties ``a``, ``b``, ``c`` and issues."""

    def build(issues, sections="", parties=("a", "b", "c")):
        head = ["format: 1", "name: small", "title: Small", "as_of: 2025-01-01", "parties:"]
        head += [f"  {p}: {{name: {p}}}" for p in parties]
        body = textwrap.dedent(issues).strip("\n")
        text = "\n".join([*head, "issues:", textwrap.indent(body, "  ")])
        table = f"tables:\n  t: {{parties: {' + '.join(parties)}}}\n"
        return load_text(f"{text}\n{textwrap.dedent(sections)}\n{table}", "small.yaml")

    return build
