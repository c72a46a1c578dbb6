"""Linear extensions: counts known in closed form, every extension equally often."""

from collections import Counter
from itertools import permutations
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.methods.linear_extensions import lattice
from winset.methods.orders import Line, merge
from winset.methods.streams import Stream

STREAM = Stream(2, 0, "extensions")


def chains(*lengths):
    lines, first = [], 0
    for n in lengths:
        lines.append(Line(tuple((i,) for i in range(first, first + n)), (False,) * (n - 1)))
        first += n
    return merge(range(first), lines).above


def test_counts_in_closed_form():
    assert lattice(chains(*[1] * 7)).total == factorial(7)
    assert lattice(chains(9)).total == 1
    assert lattice(chains(5, 4)).total == comb(9, 5)
    assert lattice(chains(3, 3, 2)).total == factorial(8) // (6 * 6 * 2)


def test_a_lattice_too_rich_is_not_built():
    assert lattice(chains(*[1] * 17)) is None
    assert lattice(chains(*[1] * 63)) is None
    assert lattice(chains(62)).total == 1


@st.composite
def relations(draw):
    count = draw(st.integers(1, 5))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return merge(range(count), [Line(((a,), (b,)), (False,)) for a, b in chosen]).above


def extensions(above):
    for order in permutations(range(len(above))):
        if all(not above[c] >> d & 1 for k, c in enumerate(order) for d in order[k:]):
            yield order


@given(relations(), st.lists(st.integers(1, 3), min_size=5, max_size=5))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_frequencies_are_the_weights(above, sizes):
    sizes = tuple(map(float, sizes[: len(above)]))
    weights = {
        order: float(np.prod([1 / sum(sizes[c] for c in order[: k + 1])
                              for k in range(len(order))]))
        for order in extensions(above)
    }  # fmt: skip
    found = lattice(above, sizes)
    assert found.total == pytest.approx(sum(weights.values()))
    drawn = Counter(map(tuple, found.draw(STREAM.uniforms(6000, len(above))).tolist()))
    assert set(drawn) <= set(weights)
    for order, weight in weights.items():
        share = min(weight / found.total, 1.0)
        spread = 5 * (share * (1 - share) / 6000) ** 0.5 + 0.001
        assert drawn[order] / 6000 == pytest.approx(share, abs=spread)


def test_uniforms_at_the_ends_place_everything():
    ends = np.array([[0.0] * 4, [1 - 2.0**-53] * 4])
    for above in (chains(2, 2), chains(4), chains(1, 1, 1, 1)):
        drawn = lattice(above, (3.0, 1.0, 1.0, 7.0)).draw(ends)
        assert np.sort(drawn, axis=1).tolist() == [[0, 1, 2, 3]] * 2
