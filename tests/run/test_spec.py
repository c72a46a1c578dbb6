"""How many readings a run takes unless told otherwise."""

import pytest

from winset.run import spec_of

FIXED = """\
format: 1
name: fixed
title: Fixed
as_of: 2025-01-01
parties: {a: A, b: B}
issues:
  land: {options: [x, y], now: x, decided_by: a + b}
  water: {options: [u, v], now: u, decided_by: a + b}
tables: {t: {parties: a + b}}
preferences:
  a: {land: y > x, water: {values: {u: 2, v: 1}}}
  b: {land: x > y, water: v > u}
salience:
  a: {weights: {land: 3, water: 1}}
  b: land = water
red_lines:
  b: land is y and water is u
"""


@pytest.mark.parametrize(
    ("old", "new", "draws"),
    [
        ("", "", 1),
        ("water: 1}}", "water: 1..2}}", 10_000),  # a weight is drawn
        ("land = water", "land > water", 10_000),
        ("b: land is y and water is u", "b: land is y and water is u (0.99999)", 10_000),
        (
            "b: land is y and water is u",
            "b: {never: land is y and water is u, firmness: likely}",
            10_000,
        ),
        ("b: land is y", "a: water is v\n  b: land is y", 1),
        ("red_lines:", "steps: {meet: {chance: 0.5}}\nred_lines:", 10_000),  # luck is drawn
    ],
)
def test_equal_readings_are_computed_once(tmp_path, old, new, draws):
    file = tmp_path / "case.yaml"
    file.write_text(FIXED.replace(old, new, 1) if old else FIXED)
    assert spec_of(file)[0].draws == draws
    assert spec_of(file, draws=7)[0].draws == 7


def test_what_is_dropped_or_set_counts(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text(FIXED)
    assert spec_of(file, without=["b.salience"])[0].draws == 10_000
    assert spec_of(file, without=["b.salience"], fixed={"land": "y"})[0].draws == 10_000
    file.write_text(FIXED.replace("water is u\n", "water is u (likely)\n"))
    assert spec_of(file)[0].draws == 10_000
    assert spec_of(file, without=["b.red_lines"])[0].draws == 1
