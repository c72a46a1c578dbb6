"""Streams: stable bits, independent names, prefixes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.methods.streams import Stream, uniforms


def test_the_bits_never_change():
    # Numbers as first computed: a change here changes the result of every run ever made.
    assert uniforms(0, 0, "a", (3,)).tolist() == [
        0.26677425976116753,
        0.4120145043521195,
        0.9313640740000496,
    ]


def test_fewer_rows_are_the_first_of_more():
    assert np.array_equal(uniforms(3, 1, "w", (4, 5)), uniforms(3, 1, "w", (9, 5))[:4])


@given(st.integers(), st.integers(0, 10**9), st.text())
@settings(max_examples=50)
def test_range_and_grid(seed, chunk, name):
    drawn = uniforms(seed, chunk, name, (20,))
    assert ((drawn >= 0) & (drawn < 1)).all()
    assert (drawn * 2.0**53 == np.round(drawn * 2.0**53)).all()


@pytest.mark.parametrize(
    "other", [(1, 0, "a"), (0, 1, "a"), (0, 0, "b"), (-1, 0, "a"), (10, 0, "a"), (1, 0, "0a")]
)
def test_seed_chunk_and_name_make_different_streams(other):
    assert not (uniforms(0, 0, "a", (50,)) == uniforms(*other, (50,))).any()


def test_uniform_and_uncorrelated():
    drawn = uniforms(5, 0, "moments", (100_000,))
    again = Stream(5, 0, "moments").part("x").uniforms(100_000)
    assert drawn.mean() == pytest.approx(0.5, abs=0.004)
    assert drawn.var() == pytest.approx(1 / 12, abs=0.002)
    assert abs(np.corrcoef(drawn, again)[0, 1]) < 0.013
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.013


def test_a_part_cannot_be_mistaken_for_a_name():
    assert Stream(0, 0, "a").part("b").uniforms(1) != Stream(0, 0, "ab").uniforms(1)


def test_empty_shapes():
    assert uniforms(0, 0, "a", (4, 0)).shape == (4, 0)
