import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from winset.methods.durations import pert, triangular, uniform

PLACES = (np.arange(20_000) + 0.5) / 20_000


def test_uniform_is_a_straight_line():
    assert uniform(np.array([0.0, 0.5, 1.0]), 2.0, 6.0).tolist() == [2.0, 4.0, 6.0]


@given(
    low=st.floats(0, 50),
    rise=st.floats(0.1, 50),
    fall=st.floats(0.1, 50),
)
def test_triangular_inverts_its_distribution_function(low, rise, fall):
    mode, high = low + rise, low + rise + fall
    lengths = triangular(PLACES, low, mode, high)
    law = stats.triang(rise / (rise + fall), loc=low, scale=rise + fall)
    assert np.allclose(law.cdf(lengths), PLACES, atol=1e-9)


@settings(max_examples=30, deadline=None)  # many lengths at once
@given(low=st.floats(0, 50), rise=st.floats(0, 50), fall=st.floats(0, 50))
def test_pert_has_the_mean_of_malcolm_and_others(low, rise, fall):
    mode, high = low + rise, low + rise + fall
    lengths = pert(PLACES, low, mode, high)
    assert lengths.mean() == pytest.approx((low + 4 * mode + high) / 6, abs=1e-3 * (1 + high - low))
    assert ((lengths >= low) & (lengths <= high)).all()
    assert (np.diff(lengths) >= 0).all()


@settings(max_examples=30, deadline=None)  # many lengths at once
@given(low=st.floats(0, 50), rise=st.floats(0, 50), fall=st.floats(0.1, 50))
def test_moments_are_those_of_the_closed_forms(low, rise, fall):
    mode, high = low + rise, low + rise + fall
    first, second = 1 + 4 * rise / (rise + fall), 1 + 4 * fall / (rise + fall)
    laws = {
        triangular: ((low + mode + high) / 3,
                     (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18),
        pert: ((low + 4 * mode + high) / 6, (high - low)**2 * first * second / 36 / 7),
    }  # fmt: skip
    for draw, (mean, variance) in laws.items():
        lengths = draw(PLACES, low, mode, high)
        assert lengths.mean() == pytest.approx(mean, abs=1e-3 * (high - low))
        assert lengths.var() == pytest.approx(variance, rel=1e-2)


def test_the_most_likely_length_at_an_end():
    assert triangular(np.array([0.0, 0.75, 1.0]), 1.0, 1.0, 5.0) == pytest.approx([1.0, 3.0, 5.0])
    assert triangular(np.array([0.0, 0.25, 1.0]), 1.0, 5.0, 5.0) == pytest.approx([1.0, 3.0, 5.0])


@pytest.mark.parametrize("draw", [triangular, pert])
def test_no_spread_and_backward_ranges(draw):
    assert draw(PLACES[:3], 4.0, 4.0, 4.0).tolist() == [4.0, 4.0, 4.0]
    with pytest.raises(ValueError, match="ascend"):
        draw(PLACES, 4.0, 3.0, 5.0)
