"""Slow, independent draws to compare the samplers with: plain rejection, and a test of equality."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats


def _groups(count, lines):
    groups = [{i} for i in range(count)]
    for x in lines:
        for k, level in enumerate(x.levels):
            if k != x.loose:
                hit = [g for g in groups if g & set(level)]
                groups = [g for g in groups if not g & set(level)] + [set().union(*hit)]
    return groups


def rejected_weights(count, lines, rows, seed=1):
    """Uniform on the simplex with ties, kept where every line holds."""
    rng = np.random.default_rng(seed)
    groups = _groups(count, lines)
    kept, found = [], 0
    while found < rows:
        shares = rng.dirichlet(np.ones(len(groups)), 40_000)
        w = np.zeros((len(shares), count))
        for k, g in enumerate(groups):
            for i in g:
                w[:, i] = shares[:, k] / len(g)
        ok = np.ones(len(w), bool)
        for x in lines:
            for upper, lower, wide in zip(x.levels, x.levels[1:], x.wide, strict=False):
                for a in upper:
                    for b in lower:
                        ok &= w[:, a] >= (2 if wide else 1) * w[:, b]
        kept.append(w[ok])
        found += ok.sum()
    return np.concatenate(kept)[:rows]


def rejected_values(count, lines, rows, seed=1):
    """Uniform among values whose best is 1 and worst 0, kept where every line holds."""
    rng = np.random.default_rng(seed)
    groups = _groups(count, lines)
    kept, found = [], 0
    while found < rows:
        size = 40_000
        x = rng.random((size, len(groups)))
        ends = np.argsort(rng.random((size, len(groups))), axis=1)[:, :2]
        np.put_along_axis(x, ends[:, :1], 1.0, axis=1)
        np.put_along_axis(x, ends[:, 1:], 0.0, axis=1)
        v = np.zeros((size, count))
        for k, g in enumerate(groups):
            for i in g:
                v[:, i] = x[:, k]
        ok = np.ones(size, bool)
        for one in lines:
            plain, wide = [], []
            for upper, lower, is_wide in zip(one.levels, one.levels[1:], one.wide, strict=False):
                step = v[:, list(upper)].min(axis=1) - v[:, list(lower)].max(axis=1)
                ok &= step >= 0
                (wide if is_wide else plain).append(step)
            for a in wide:
                for b in plain:
                    ok &= a >= 2 * b
        kept.append(v[ok])
        found += ok.sum()
    return np.concatenate(kept)[:rows]


def least_p(a, b):
    """Least p-value of two-sample Kolmogorov-Smirnov tests on coordinates, differences, maxima.

    Bonferroni-corrected, so that the same distributions rarely give less than 0.001.
    """
    columns = [(a[:, i], b[:, i]) for i in range(a.shape[1])]
    columns += [(a[:, i] - a[:, j], b[:, i] - b[:, j]) for i in range(a.shape[1]) for j in range(i)]
    columns += [(np.sort(a, axis=1)[:, k], np.sort(b, axis=1)[:, k]) for k in range(a.shape[1])]
    ps = [stats.ks_2samp(x.round(9), y.round(9)).pvalue for x, y in columns]
    return min(ps) * len(ps)


@pytest.fixture(scope="session")
def reference():
    """The slow draws and the comparison, for tests that may not import each other."""
    return SimpleNamespace(weights=rejected_weights, values=rejected_values, least_p=least_p)
