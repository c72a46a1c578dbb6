import json
import re
from dataclasses import replace

import numpy as np
import pytest

from winset.analyses.zone_sizes import ZoneShare
from winset.methods.zone_sizes import clopper_pearson
from winset.report.assembly import report_of
from winset.report.data import dumps
from winset.report.html import page as page_of
from winset.report.searching import approximated, estimated, told_share
from winset.report.text import render


def with_shortfall(results, short):
    (first, *_) = results.tables.values()
    readings = first.deals.readings
    row = np.zeros(readings)
    row[: len(short)] = short
    return replace(first.deals, shortfall={first.deals.signed: row})


def test_nothing_is_said_of_deals_that_are_proved(results):
    assert approximated(with_shortfall(results, [0.0, 1e-7, np.nan])) == ""


@pytest.mark.parametrize(
    ("short", "told"),
    [
        ([2e-6], "In one reading .* less than a hundredth of one percent"),
        ([1e-3, 0.0214], r"In two readings .* the greatest product of gains \(by up to 2.1 %\)"),
        ([1.0], "by how much is not known"),
    ],
)
def test_how_far_deals_may_fall_short(results, short, told):
    assert re.search(told, approximated(with_shortfall(results, short)))


def searched(results, share, drawn=10_000):
    """Give a table's deals as if they had been searched, a share of them in the zone."""
    (first, *_) = results.tables.values()
    deals, readings = first.deals, first.deals.readings
    return replace(
        deals,
        looked_at=tuple(range(deals.size)),
        sampled=drawn,
        zone_size=np.full(readings, deals.size * share),
        sizes_exact=np.zeros(readings, dtype=bool),
    )


@pytest.mark.parametrize(
    ("hits", "told"),
    [
        (9_700, "nearly all of the ... will do (estimated...: between about 96 and 98 of 100)"),
        (8_000, "most of the ... will do (estimated...: between about 79 and 81 of 100)"),
        (
            5_000,
            "about 50 of 100 of the ... will do (estimated...: between about 49 and 51 of 100)",
        ),
        (200, "about one in 50 of the ... between about one in 58 and one in 43)"),
        (13, "about one in 770 of the ... between about one in 1,500 and one in 450)"),
        (1, "about one in 10,000 of the ... between about one in 400,000 and one in 1,700)"),
        (0, "fewer than about one in 2,700 ... will do (estimated from deals drawn at random)"),
    ],
)
def test_an_estimated_share_is_told_with_its_error(hits, told):
    low, high = clopper_pearson(np.array([hits]), 10_000)
    share = ZoneShare(max(hits / 10_000, 1e-15), max(low[0], 1e-15), high[0], exact=False)
    found = told_share(share)
    assert re.search(re.escape(told).replace(r"\.\.\.", ".*"), found), found
    assert not re.search(r"\d\.\d|%", found)


def test_a_counted_share_says_nothing_of_an_error(results):
    (first, *_) = results.tables.values()
    assert estimated(first.deals) == ""
    exact = replace(searched(results, 0.5), sizes_exact=np.ones(first.deals.readings, dtype=bool))
    assert estimated(exact) == ""
    told = report_of(with_deals(results, exact)).tables[0]
    assert "about 50 of 100 of the possible deals will do (counted)." in " ".join(told.searched)
    assert told.zone_share.exact
    assert all(not t.estimated and t.zone_share is None for t in report_of(results).tables)


def with_deals(results, deals):
    table, found = next(iter(results.tables.items()))
    return replace(results, tables={**results.tables, table: replace(found, deals=deals)})


def test_the_error_stands_wherever_the_share_is_told(results):
    changed = with_deals(results, searched(results, 0.5))
    report = report_of(changed)
    sentence = estimated(changed.tables[report.tables[0].id].deals)
    assert sentence in report.tables[0].searched
    assert sentence in " ".join(render(report).split())
    page = json.loads(dumps(changed))["tables"][0]
    assert page["estimated"] == sentence
    assert page["zone_share"]["low"] < 0.5 < page["zone_share"]["high"]
    assert page["zone_share"]["exact"] is False


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ([0.0, 0.0, 0.0], "in the middle reading."),
        ([0.0, 0.002, 0.0], "; in one reading they are too many and stand on a grid, less than one "
                            "point of 100 wide."),
        ([0.03, 0.002, np.nan], "; in two readings they are too many and stand on a grid, up to 3 "
                                "points of 100 wide."),
    ],
)  # fmt: skip
def test_of_a_grid_it_is_told_in_how_many_readings(results, gaps, told):
    deals = searched(results, 0.5)
    gap = np.zeros(deals.readings)
    gap[: len(gaps)] = gaps
    deals = replace(deals, frontier_gap=gap, frontier_size=np.full(deals.readings, 5))
    text = " ".join(report_of(with_deals(results, deals)).tables[0].searched)
    assert told in text


def test_searched_packages_say_why_they_are_shown(results):
    (found, *_) = results.tables.values()
    looked_at = tuple(range(found.deals.size))
    listed = report_of(results).tables[0]
    assert all(p.why in ("", "signed most often") for p in listed.packages)
    told = report_of(with_deals(results, replace(found.deals, looked_at=looked_at))).tables[0]
    whys = [p.why for p in told.packages]
    assert whys[0] in ("signed most often", "typical of those signed")
    assert told.packages[0].letter == "S"
    assert all(whys)
    assert any("best for" in why for why in whys)
    assert [p.letter for p in told.packages[1:]] == list("ABCDEFGH"[: len(whys) - 1])
    page = page_of(with_deals(results, replace(found.deals, looked_at=looked_at)))
    assert f"Package S: {whys[0]}" in page
    assert "Deals that stand for many" in page


def test_options_refused_outright_are_no_possible_deals(results):
    (first, *_) = results.tables.values()
    deals = first.deals
    issue, options = deals.issues[0], deals.options[0]
    fewer = replace(deals, refused=((issue, options[-1]),))
    possible = deals.size // len(options) * (len(options) - 1)
    changed = with_deals(results, fewer)
    assert report_of(changed).tables[0].deals == possible
    assert json.loads(dumps(changed))["tables"][0]["deals"] == possible
    assert f"{possible:,} different deals are possible" in page_of(changed)
