"""Probabilities in words."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.methods.nested import Spread, spread
from winset.report.chances import amount, band, difference, openness, percent, range_of, short, told

NAN = math.nan


def of(mean, low, high, least=None, greatest=None, between=0.1, trials=3200):
    least = low if least is None else least
    greatest = high if greatest is None else greatest
    return Spread(100, trials, mean, 0.01, low, high, least, greatest, between)


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (of(0.0, 0.0, 0.0), "in no story"),
        (of(1.0, 1.0, 1.0), "in every story"),
        (of(0.004, 0.0, 0.02), "in fewer than 1 of 100 stories"),
        (of(0.996, 0.98, 1.0), "in all but a few of 100 stories"),
        (of(0.35, 0.21, 0.52), "in between 2 and 5 of 10 stories, depending on the reading"),
        (of(0.25, 0.01, 0.48), "in up to 5 of 10 stories, depending on the reading"),
        (of(0.8, 0.6, 0.97), "in at least 6 of 10 stories, depending on the reading"),
        (of(0.5, 0.02, 0.99), "in anything from almost none to nearly all stories, depending on "
         "the reading"),
        (of(0.41, 0.39, 0.43), "in about 4 of 10 stories, whatever the reading"),
        (of(0.5, 0.49, 0.52), "in about half of the stories, whatever the reading"),
        (of(0.03, 0.02, 0.04), "in almost no story, whatever the reading"),
        (of(0.07, 0.0, 0.0, greatest=0.9), "in almost no story in most readings, in a few as many "
         "as 9 of 10"),
        (of(0.93, 1.0, 1.0, least=0.1), "in nearly every story in most readings, in a few no more "
         "than 1 of 10"),
        (of(0.84, 0.0, 1.0, between=1.0), "in every story in about 8 of 10 readings, and in "
         "none in the others"),
        (of(0.3, NAN, NAN, NAN, NAN, NAN), "in about 3 of 10 stories"),
        (of(0.3, 0.0, 1.0, trials=150), "in about 3 of 10 stories"),
        (Spread(0, 0, *[NAN] * 7), "in no story (none is told of it)"),
    ],
)  # fmt: skip
def test_ranges_are_told_in_tenths(chance, words):
    assert told(chance) == words


def test_short_forms():
    assert short(of(0.35, 0.21, 0.52)) == "2 to 5 of 10"
    assert short(of(0.41, 0.39, 0.43)) == "4 of 10"
    assert short(of(0.004, 0.0, 0.02)) == "<1 of 100"
    assert short(of(0.0, 0.0, 0.0)) == "none"
    assert short(Spread(0, 0, *[NAN] * 7)) == "none told"


def test_per_cents_are_whole_and_ranges_only_where_known():
    assert percent(0.0) == "0\xa0%"
    assert percent(0.001) == "<1\xa0%"
    assert percent(0.999) == ">99\xa0%"
    assert band(0.55, 0.8) == "55–80\xa0%"
    assert range_of(of(0.3, 0.0, 1.0, trials=150)) == "30\xa0%"
    assert range_of(of(0.84, 0, 1, between=1.0)) == "0 or 100\xa0% (mean 84\xa0%)"
    assert range_of(of(0.07, 0.0, 0.0, greatest=0.9)) == "0\xa0% (mean 7\xa0%)"


def test_differences_that_could_be_chance_say_so():
    assert difference(0.24, 0.01) == "+24"
    assert difference(-0.24, 0.01) == "−24"
    assert difference(0.01, 0.02) == "not clear (+1 ± 4)"
    assert difference(0.0, 0.0) == "nothing"
    assert difference(0.003, 0.001) == "below +1"
    assert difference(-0.003, 0.001) == "above −1"


def test_chance_and_what_the_sources_leave_open():
    little = openness(of(0.3, 0.2, 0.4, between=0.01))
    assert "Nearly all that makes this uncertain is chance" in little
    assert "about 4 parts of 10" in openness(of(0.3, 0.2, 0.4, between=0.4))
    assert "about 1 part of 10 is" in openness(of(0.3, 0.2, 0.4, between=0.1))
    assert "is what the sources leave open." in openness(of(0.3, 0, 1, between=0.99))
    assert "All stories told agree" in openness(of(0.0, 0, 0, between=NAN))
    assert openness(of(0.001, 0, 0.01)) == ""  # three stories tell nothing of it


@given(st.lists(st.tuples(st.integers(0, 16), st.integers(0, 16)), min_size=1, max_size=30))
def test_every_count_has_words(pairs):
    won, tried = np.array([min(p) for p in pairs]), np.array([max(p) for p in pairs])
    chance = spread(won, tried)
    for words in (amount(chance), short(chance), range_of(chance), openness(chance)):
        assert "nan" not in words
        assert not re.search(r"\d\.\d", words)
