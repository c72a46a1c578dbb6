"""The deals of a whole case, from its file on: draw by draw, under dropping and reordering."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from winset.analyses.deals import deals
from winset.analyses.zone import talks_of
from winset.case import Case
from winset.casefile import load
from winset.ensemble import Ensemble, sample
from winset.run.encode import pack
from winset.space import grid_of

READINGS = 60


@pytest.fixture(scope="module")
def case() -> Case:
    return load("riyadh-2025")


def zones(case: Case, ensemble: Ensemble, table: str, joined: tuple[str, ...] = ()) -> np.ndarray:
    talks = talks_of(case, ensemble, grid_of(case, ensemble.space, table), joined)
    return np.concatenate([batch.zone for batch in talks.batches()])


def test_dropping_any_red_line_never_narrows_a_zone(case: Case) -> None:
    assert case.red_lines
    whole = sample(case, READINGS)
    wider = 0
    for line in case.red_lines:
        freed = sample(case, READINGS, without=frozenset({line.statement.id}))
        for table in case.tables:
            before, after = (zones(case, e, table.id) for e in (whole, freed))
            assert (before <= after).all(), line.statement.id
            wider += int(after.sum() - before.sum())
    assert wider > 0


def test_any_party_that_joins_never_widens_a_zone(case: Case) -> None:
    ensemble = sample(case, READINGS)
    for table in case.tables:
        before = zones(case, ensemble, table.id)
        for party in case.parties:
            assert (zones(case, ensemble, table.id, (party.id,)) <= before).all(), party.id


def test_reordering_the_whole_file_changes_no_bit(case: Case) -> None:
    turned = {f.name: getattr(case, f.name)[::-1] for f in fields(case)
              if isinstance(getattr(case, f.name), tuple)}  # fmt: skip
    other = replace(case, **turned)
    assert [p.id for p in other.parties] != [p.id for p in case.parties]
    for table in case.tables:
        one, two = (deals(c, sample(c, READINGS), table.id) for c in (case, other))
        assert one.event_in_zone
        assert pack(one) == pack(two)


def test_a_single_reading_is_enough(case: Case) -> None:
    for table in case.tables:
        one = deals(case, sample(case, 1), table.id)
        assert one.readings == 1
        assert one.zone_count.sum() == one.zone_size[0]
