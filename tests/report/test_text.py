import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.report.assembly import report_of
from winset.report.data import dumps
from winset.report.text import clean, render, summary


@pytest.mark.parametrize("width", [60, 72, 80, 110])
def test_no_line_is_wider_than_the_screen(results, width):
    lines = summary(results, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_it_fits_a_screen_and_every_sentence_ends(results):
    text = summary(results)
    assert len(text.splitlines()) <= 45
    assert "…" not in text


@pytest.mark.parametrize("width", [0, -5, 10_000])
def test_odd_widths_are_taken_as_the_nearest_that_works(results, width):
    assert max(map(len, summary(results, width).splitlines())) <= 110


def test_it_says_what_the_page_says(results):
    report = report_of(results)
    text = " ".join(render(report).split())
    assert report.account in text
    assert report.silent[0] in text
    for sentence in report.short:
        assert sentence in text
    for row in report.compared:
        if row.front:
            assert row.question in text
            for share, _ in row.cells:
                assert share is None or share.percent.replace("\xa0", " ") in text
    assert "What we do not know" in text
    rests = report.tables[0].answer[0].rests
    assert ", ".join(str(count) for _, count in rests.parts) in text


def test_a_case_without_a_deal(no_deal):
    text = summary(no_deal)
    assert "can be signed in no reading" in text
    assert "south.no-wall" in text or "without agreement" in text


def test_without_a_deal_nothing_is_signed_most_often(no_deal, results):
    assert all(not table.with_deal for table in report_of(no_deal).tables[:1])
    one = replace(report_of(no_deal), tables=report_of(no_deal).tables[:1])
    assert "Signed most often" not in render(one)
    assert "Signed most often" in summary(results)


def test_what_is_assumed_is_told_in_the_right_number(results):
    text = " ".join(summary(results).split())
    rests = report_of(results).rests
    assert f"{rests.assumed} of the {rests.total} lines that move a figure are assumed" in text


def test_one_reading(compute, case_text):
    assert "the one reading" in " ".join(summary(compute(case_text, draws=1)).split())


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_no_text_of_a_case_moves_the_cursor(text):
    assert all(c.isprintable() for c in clean(text))
    assert "\x1b" not in clean(f"a\x1b[31m{text}")


def test_json_holds_the_same(results):
    found = json.loads(dumps(results))
    report = report_of(results)
    assert found["readings"] == 200
    assert found["short"] == list(report.short)
    zone = found["tables"][0]["zone"]
    assert (zone["count"], zone["of"]) == (report.tables[0].zone.count, 200)
    lines = [row for _, rows in found["statements"] for row in rows]
    assert {row["statement"]["id"] for row in lines} == {s.id for s in results.case.statements()}
