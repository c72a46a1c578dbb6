"""Options refused outright are no part of any count of possible deals."""

from __future__ import annotations

import numpy as np
import pytest

from winset.analyses import zone_sizes
from winset.analyses.deals import Deals, deals
from winset.analyses.zone_sizes import SAMPLED, middle_share
from winset.casefile import load_text
from winset.ensemble import resolve_without, sample
from winset.run.encode import pack, unpack

HEAD = """
format: 1
name: x
title: X
as_of: 2025-01-01
parties: {a: A, b: B, c: C}
"""


def a_text(issues: int, lines: str = "", options: str = "x, y, z") -> str:
    """Write a case in which every deal that settles all its issues pleases a and b."""
    names = [f"i{k}" for k in range(issues)]
    values = f"{{values: {{{', '.join(f'{o}: 1' for o in options.split(', '))}, open: 0}}}}"
    return HEAD + "\n".join([
        "issues:", *(f"  {i}: {{options: [{options}], decided_by: a + b}}" for i in names),
        "tables:", "  t: {parties: a + b}",
        "preferences:",
        *(f"  {p}: {{{', '.join(f'{i}: {values}' for i in names)}}}" for p in "ab"),
        lines,
    ])  # fmt: skip


def refusing(issues: int) -> str:
    """Write a red line of a against every issue's being left open."""
    return "red_lines:\n  a:\n" + "\n".join(f"    - i{k} is open" for k in range(issues))


def found(text: str, readings: int = 3, without: tuple[str, ...] = (), **asked: object) -> Deals:
    case = load_text(text)
    ensemble = sample(case, readings, 0, without=resolve_without(case, without))
    return deals(case, ensemble, "t", **asked)


@pytest.mark.parametrize("most", [0, 10**6])
def test_refused_options_are_not_counted(most: int) -> None:
    result = found(a_text(3, refusing(3)), most=most)
    assert result.size == 4**3
    assert result.possible == 3**3
    assert result.refused == tuple((f"i{k}", "open") for k in range(3))
    assert result.zone_size.tolist() == [3**3] * 3
    assert result.winset_size.tolist() == [[3**3] * 2] * 3  # b's, too, of the possible deals
    share = middle_share(result)
    assert share is not None
    assert (share.middle, share.low, share.high, share.exact) == (1, 1, 1, True)


def test_a_sample_is_drawn_from_possible_deals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone_sizes, "LISTED", 3**3 - 1)
    result = found(a_text(3, refusing(3)), most=0)
    assert result.sampled == SAMPLED
    assert result.zone_size.tolist() == [3**3] * 3
    share = middle_share(result)
    assert share is not None
    assert share.middle == share.high == 1
    assert 0.999 < share.low < 1
    assert not share.exact


def test_the_possible_deals_decide_whether_all_are_counted() -> None:
    # 4**8 combinations, of which 3**8 are possible: few enough to count.
    result = found(a_text(8, refusing(8)), readings=1, most=0)
    assert result.sizes_exact.all()
    assert result.sampled == 0
    assert result.zone_size.tolist() == [3**8]


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "red_lines: {a: 'i0 is open (likely)'}",
        "red_lines: {a: {never: i0 is open, firmness: likely}}",
        "red_lines: {c: i0 is open}",
        "red_lines: {a: i0 is open and i1 is open}",
        "red_lines:\n  a:\n    either: [i0 is open, i0 is x]",
    ],
)
def test_what_is_unsure_or_of_others_or_on_more_issues_leaves_options_possible(lines: str) -> None:
    # In one reading a line in doubt may be real in all.
    result = found(a_text(2, lines), readings=1)
    assert result.refused == ()
    assert result.possible == result.size
    assert b"refused" not in pack(result)


def test_rules_and_lines_of_any_form_on_one_issue_count() -> None:
    lines = "red_lines: {b: i0 is x or i0 is y}\nrules: [i1 is z requires i1 is not z]"
    result = found(a_text(2, lines))
    assert result.refused == (("i0", "x"), ("i0", "y"), ("i1", "z"))
    assert result.possible == 2 * 3
    assert unpack(pack(result)).refused == result.refused


def test_a_dropped_line_refuses_nothing() -> None:
    assert found(a_text(3, refusing(3)), without=("a.red_lines",)).possible == 4 * 3 * 3


@pytest.mark.parametrize("most", [0, 10**6])
def test_where_nothing_is_possible_nothing_is_counted(most: int) -> None:
    lines = "red_lines: {a: i0 is open, b: i0 is x or i0 is y or i0 is z}"
    result = found(a_text(2, lines), most=most)
    assert result.possible == 0
    assert not result.zone_size.any()
    assert not result.winset_size.any()
    assert middle_share(result) is None


def test_sizes_are_the_same_listed_and_searched() -> None:
    text = a_text(4, "red_lines: {a: i0 is open, b: [i1 is x, i2 is open]}")
    listed, searched = found(text), found(text, most=0)
    assert listed.possible == searched.possible == 3 * 3 * 3 * 4
    np.testing.assert_array_equal(listed.zone_size, searched.zone_size)
    np.testing.assert_array_equal(listed.winset_size, searched.winset_size)
