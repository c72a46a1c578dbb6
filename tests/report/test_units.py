"""Results say what a utility of 1 is counted as, and the report goes by it."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from winset.analyses.absent import absent
from winset.analyses.deals import deals
from winset.casefile import load_text
from winset.ensemble import FINEST, sample
from winset.report.gaining import gains
from winset.report.names import Names
from winset.report.signing import Signing
from winset.run.encode import pack, unpack

COARSE = 2**39 + 1  # the only multiple of itself up to 2^40

CASE = f"""\
format: 1
name: coarse
title: Coarse
as_of: 2025-01-01
parties: {{a: {{name: A}}, b: {{name: B}}}}
issues:
  land: {{options: [x, y], now: x, decided_by: a + b}}
  sand: {{options: [x, y], now: x, decided_by: a + b}}
tables:
  t: {{parties: a + b, agenda: [land]}}
preferences:
  a: {{land: y > x, sand: y > x}}
  b: {{land: y > x, sand: y > x}}
salience:
  a: {{weights: {{land: {COARSE - 1}, sand: 1}}}}
  b: land = sand
"""


@pytest.fixture
def coarse():
    return load_text(CASE)


def test_gains_are_told_in_the_results_own_unit(coarse):
    found = deals(coarse, sample(coarse, 3), "t")
    assert found.unit == COARSE
    rows = gains(Signing(coarse, Names(coarse), found))
    assert [row.middle for row in rows] == pytest.approx([1.0, 0.5], abs=1e-9)
    (package,) = Signing(coarse, Names(coarse), found).packages()
    assert [gain for _, gain in package.gains] == pytest.approx([1.0, 0.5], abs=1e-9)


def test_the_unit_is_kept_with_the_results(coarse):
    ensemble = sample(coarse, 3)
    found = deals(coarse, ensemble, "t")
    for result in (found, absent(coarse, ensemble, found)):
        assert result.unit == COARSE
        assert unpack(pack(result)).unit == COARSE
        assert type(result).merge([result, result]).unit == COARSE
        other = replace(result, unit=FINEST)
        with pytest.raises(ValueError, match="differ in unit"):
            type(result).merge([result, other])
        # The finest goes without saying, as in files of runs that were made before it was kept.
        with zipfile.ZipFile(BytesIO(pack(other))) as file:
            assert b'"unit"' not in file.read("tree.json")
        assert unpack(pack(other)).unit == FINEST
