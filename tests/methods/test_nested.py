import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.methods.nested import spread

GROUPS = 4_000


def trials_of(probabilities, trials, seed=1):
    rng = np.random.default_rng(seed)
    return rng.binomial(trials, probabilities)


def test_a_uniform_band_is_found_under_the_chance_of_few_trials():
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.2, 0.6, GROUPS)
    found = spread(trials_of(truth, 20), np.full(GROUPS, 20))
    plain = np.quantile(trials_of(truth, 20) / 20, [0.1, 0.9])
    assert found.mean == pytest.approx(0.4, abs=0.012)
    assert (found.low, found.high) == pytest.approx((0.24, 0.56), abs=0.03)
    assert plain[0] < 0.21
    assert plain[1] > 0.59
    assert found.between == pytest.approx(0.4**2 / 12 / 0.24, abs=0.01)


def test_one_probability_for_all_groups_has_no_range():
    found = spread(trials_of(np.full(GROUPS, 0.3), 25), np.full(GROUPS, 25))
    assert found.high - found.low < 0.05
    assert found.between < 0.01
    assert abs(found.mean - 0.3) < 4 * found.error
    assert found.error == pytest.approx(np.sqrt(0.21 / 25 / GROUPS), rel=0.1)


def test_groups_in_which_it_cannot_happen_stay_near_nothing():
    truth = np.where(np.arange(GROUPS) % 4 == 0, 0.0, 0.5)
    found = spread(trials_of(truth, 40), np.full(GROUPS, 40))
    assert found.low == pytest.approx(0.0, abs=0.02)
    assert found.high == pytest.approx(0.55, abs=0.05)


def test_the_error_covers_the_truth():
    inside = 0
    for seed in range(200):
        rng = np.random.default_rng([7, seed])
        tried = rng.integers(1, 9, 300)
        won = rng.binomial(tried, rng.beta(2, 3, 300))
        found = spread(won, tried)
        inside += abs(found.mean - 0.4) < 2 * found.error
    assert 180 <= inside <= 199


@given(
    counts=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=7),
)
def test_repeats_stand_for_equal_groups(counts):
    won = np.array([w for w, _ in counts])
    times = np.array([t for _, t in counts])
    short = spread(won, np.full(len(won), 6), times)
    long = spread(np.repeat(won, times), np.full(times.sum(), 6))
    for name in ("groups", "trials", "mean", "error", "low", "high", "least", "between"):
        assert getattr(short, name) == pytest.approx(getattr(long, name), nan_ok=True, abs=1e-9)


def test_one_trial_a_group_leaves_the_range_open():
    found = spread(np.array([1, 0, 1]), np.array([1, 1, 1]))
    assert found.mean == pytest.approx(2 / 3)
    assert np.isnan([found.low, found.high, found.between]).all()


def test_nothing_tried():
    found = spread(np.array([0]), np.array([0]))
    assert (found.groups, found.trials) == (0, 0)
    assert np.isnan(found.mean)


def test_what_never_varies():
    found = spread(np.array([5, 5]), np.array([5, 5]))
    assert (found.mean, found.low, found.greatest, found.error) == (1.0, 1.0, 1.0, 0.0)
    assert np.isnan(found.between)
