import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.report.wording import Share, date, listed, number, plural, points, seconds, small


@pytest.mark.parametrize(
    ("count", "total", "words", "short", "percent"),
    [
        (0, 10_000, "in no reading", "none", "0 %"),
        (3, 10_000, "in almost no reading", "almost none", "<1 %"),
        (499, 10_000, "in almost no reading", "almost none", "5 %"),
        (500, 10_000, "in about 1 of 10 readings", "about 1 of 10", "5 %"),
        (4_499, 10_000, "in about 4 of 10 readings", "about 4 of 10", "45 %"),
        (5_000, 10_000, "in about half of the readings", "about half", "50 %"),
        (8_312, 10_000, "in about 8 of 10 readings", "about 8 of 10", "83 %"),
        (9_500, 10_000, "in nearly all readings", "nearly all", "95 %"),
        (9_999, 10_000, "in nearly all readings", "nearly all", ">99 %"),
        (10_000, 10_000, "in every reading", "all", "100 %"),
        (3, 4, "in 3 of the 4 readings", "3 of 4", "75 %"),
        (1, 1, "in the only reading", "all", "100 %"),
        (0, 1, "in no reading", "none", "0 %"),
        (0, 0, "in no reading (there is none to count)", "–", "–"),
    ],
)
def test_share(count, total, words, short, percent):
    share = Share(count, total)
    assert share.words == words
    assert share.short == short
    assert share.percent.replace("\N{NO-BREAK SPACE}", " ") == percent


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(max_examples=200)
def test_certainty_is_claimed_only_where_exact(pair):
    count, total = pair
    share = Share(count, total)
    assert (share.amount == "no reading") == (count == 0)
    assert (share.percent.startswith("0")) == (count == 0)
    assert (share.percent.startswith("100")) == (count == total)
    assert share.extreme == (count in (0, total))
    assert not re.search(r"\d[.,]\d|%", share.words)


@given(st.integers(13, 100_000), st.data())
@settings(max_examples=100)
def test_tenths_are_the_nearest(total, data):
    count = data.draw(st.integers(0, total))
    assert abs(Share(count, total).tenths - 10 * count / total) <= 0.5 + 1e-9


def test_counts_lists_dates():
    assert number(1234567) == "1,234,567"
    assert [small(0), small(12), small(13)] == ["no", "twelve", "13"]
    assert plural(1, "party", "parties") == "one party"
    assert plural(0, "deal") == "no deals"
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert date(dt.date(2025, 2, 1)) == "1 February 2025"


def test_points_and_durations():
    assert [points(x) for x in (0.5, -0.5, 0.004, -0.004, 1)] == ["+50", "−50", "0", "0", "+100"]
    assert seconds(1.2) == "about a second"
    assert seconds(7300) == "about 2 hours"
