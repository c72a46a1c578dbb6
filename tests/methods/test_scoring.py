import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.methods.scoring import brier, logarithmic, score_band

PROBABILITY = st.floats(0.001, 0.999)


def test_brier_by_hand():
    # Brier's own example adds both answers up: 2 (0.7 - 0)^2 for a wrong 0.7.
    assert brier(0.7, False) * 2 == pytest.approx(0.98)
    assert brier([1.0, 0.5, 0.0], [True, True, True]) == pytest.approx([0.0, 0.25, 1.0])


def test_logarithmic_by_hand():
    assert logarithmic([0.25, 0.25], [True, False]) == pytest.approx([math.log(4), math.log(4 / 3)])
    assert logarithmic(1.0, False) == math.inf
    assert logarithmic(0.0, False) == 0.0


@given(truth=PROBABILITY, told=PROBABILITY)
@pytest.mark.parametrize("score", [brier, logarithmic])
def test_both_are_proper(score, truth, told):
    def expected(said):
        return truth * score(said, True) + (1 - truth) * score(said, False)

    assert expected(truth) <= expected(told) + 1e-12


@given(low=PROBABILITY, width=st.floats(0, 1), place=st.floats(0, 1), happened=st.booleans())
def test_a_band_holds_the_scores_of_all_its_probabilities(low, width, place, happened):
    high = low + (1 - low) * width
    band = score_band(low, high, happened)
    said = low + (high - low) * place
    for kind, score in ((0, brier), (1, logarithmic)):
        ends = sorted([band.low[kind], band.high[kind]])
        assert ends[0] - 1e-12 <= float(score(said, happened)) <= ends[1] + 1e-12
    assert band.middle.brier == pytest.approx(float(brier((low + high) / 2, happened)))


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_no_probability(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        brier(wrong, True)
    with pytest.raises(ValueError, match=r"between 0 and 1|backwards"):
        score_band(wrong, 0.5, happened=True)
