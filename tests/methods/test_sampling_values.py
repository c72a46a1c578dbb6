"""Values: closed forms and independent rejection sampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.methods.orders import CycleError, Line
from winset.methods.sampling import RareError, Sampler
from winset.methods.simplex import dirichlet
from winset.methods.streams import Stream
from winset.methods.values import Attribute, value_sampler

STREAM = Stream(12, 0, "test")


def line(*levels, wide=(), loose=-1):
    levels = tuple(x if isinstance(x, tuple) else (x,) for x in levels)
    return Line(levels, tuple(k in wide for k in range(len(levels) - 1)), loose)


def draw(count, *lines, rows=4000, **more):
    return value_sampler(count, tuple(lines), **more).draw(STREAM, rows)


def test_steps_of_a_plain_order_are_uniform_on_the_simplex():
    v = draw(4, line(3, 1, 0, 2), rows=60_000)[:, [3, 1, 0, 2]]
    assert (v[:, 0] == 1).all()
    assert (v[:, -1] == 0).all()
    steps = -np.diff(v, axis=1)
    assert (steps >= 0).all()
    assert steps.mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.004)
    assert steps.var(axis=0) == pytest.approx(np.full(3, 1 / 18), abs=0.002)


CASES = {
    "unknown": (4, []),
    "wide, one plain step": (3, [line(0, 1, 2, wide={0})]),
    "wide, two plain steps": (4, [line(0, 1, 2, 3, wide={0})]),
    "two wide, two plain": (5, [line(0, 1, 2, 3, 4, wide={0, 2})]),
    "ties": (4, [line((0, 1), (2, 3))]),
    "ties and wide": (5, [line((0, 4), 1, 2, 3, wide={1})]),
    "omitted": (4, [line(2, 0)]),
    "omitted and wide": (5, [line(0, 1, 2, wide={0})]),
    "others": (5, [line(1, (0, 2, 3), 4, loose=1)]),
    "others and wide": (5, [line(1, (0, 2, 3), 4, wide={0}, loose=1)]),
    "wide first, others last": (5, [line(3, 4, 1, (0, 2), wide={1}, loose=3)]),
    "two lines": (4, [line(0, 1), line(2, 3)]),
    "two lines, others": (5, [line(0, (1, 2, 3, 4), loose=1), line(1, 2, 3)]),
    "others, then all": (4, [line(0, (1, 2, 3), loose=1), line(0, 1, 2, 3, wide={2})]),
    "two lines, wide": (5, [line(0, 1, 2, wide={0}), line(3, 2)]),
    "tie beside a line": (5, [line((0, 1)), line(2, 3)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_as_rejection_sampling(name, reference):
    count, lines = CASES[name]
    ours, theirs = draw(count, *lines), reference.values(count, lines, 4000)
    assert (ours.max(axis=1) == 1).all()
    assert (ours.min(axis=1) == 0).all()
    assert reference.least_p(ours, theirs) > 0.001


def test_vertices_of_the_whole_set_would_be_wrong(reference):
    # a >> b > c > d has two plain steps: its five vertices are those of no simplex, and a
    # Dirichlet draw over them is another distribution. The comparison above has to see that.
    vertices = np.array([[1, 0, 0], [2 / 3, 1 / 3, 0], [2 / 3, 0, 1 / 3], [1 / 2, 1 / 4, 1 / 4]])
    steps = dirichlet(np.random.default_rng(3).random((4000, 4))) @ vertices
    wrong = np.zeros((4000, 4))
    wrong[:, :3] = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]
    lines = [line(0, 1, 2, 3, wide={0})]
    theirs = reference.values(4, lines, 4000)
    assert reference.least_p(wrong, theirs) < 1e-6
    assert reference.least_p(draw(4, *lines), theirs) > 0.001


def test_fewer_readings_are_the_first_of_more():
    for count, lines in CASES.values():
        sampler = value_sampler(count, tuple(lines))
        assert np.array_equal(sampler.draw(STREAM, 400), sampler.draw(STREAM, 3000)[:400])


def test_all_tied_and_alone_are_worth_nothing():
    assert not draw(3, line((0, 1, 2)), rows=3).any()
    assert not draw(1, rows=3).any()


def test_numbers_are_an_interval_scale():
    assert draw(3, box=((30, 30), (10, 10), (20, 20)), rows=1).tolist() == [[1.0, 0.0, 0.5]]
    assert not draw(2, box=((5, 5), (5, 5)), rows=1).any()
    v = draw(3, box=((0, 0), (0, 1), (2, 2)), rows=2000)
    assert v[:, 1].max() < 0.5
    assert np.quantile(v[:, 1], 0.5) == pytest.approx(0.25, abs=0.02)


def test_numbers_obey_a_line():
    v = draw(3, line(0, 1), box=((0, 1),) * 3, rows=1000)
    assert (v[:, 0] >= v[:, 1]).all()


def test_tied_options_share_the_common_part_of_their_ranges():
    v = draw(3, line((0, 1)), box=((0, 0.6), (0.4, 1), (0, 0)), rows=500)
    assert np.array_equal(v[:, 0], v[:, 1])
    with pytest.raises(CycleError):
        draw(2, line((0, 1)), box=((0, 0.1), (0.4, 1)))


def test_one_attribute_ranks_the_options_it_describes():
    by = Attribute("bloc", (0, 1, 0, 2), 3, (line(0, 1),))
    v = draw(4, attributes=(by,), rows=4000)
    assert np.array_equal(v[:, 0], v[:, 2])
    assert (v[:, 0] > v[:, 1]).all()
    # Option 3 lacks the attribute: it may stand above, between or below, each alike.
    places = [(v[:, 3] > v[:, 0]).mean(), (v[:, 3] < v[:, 1]).mean()]
    assert places == pytest.approx([1 / 3, 1 / 3], abs=0.03)


def test_two_attributes_are_weighed_uniformly():
    first = Attribute("a", (0, 1, 1), 2, (line(0, 1),))
    second = Attribute("b", (0, 1, 0), 2, (line(1, 0),))
    v = draw(3, attributes=(first, second), rows=4000)
    # Sums: w, 1 - w, 0 for a uniform weight w.
    assert not v[:, 2].any()
    assert (v[:, 0] == 1).mean() == pytest.approx(0.5, abs=0.03)
    ratio = np.minimum(v[:, 0], v[:, 1])
    assert ratio.mean() == pytest.approx(2 * np.log(2) - 1, abs=0.02)


def test_attributes_obey_a_line_and_exclude_ranges():
    first = Attribute("a", (0, 1, 1), 2, (line(0, 1),))
    second = Attribute("b", (0, 1, 0), 2, (line(1, 0),))
    v = draw(3, line(1, 0), attributes=(first, second), rows=500)
    assert (v[:, 1] >= v[:, 0]).all()
    with pytest.raises(ValueError, match="either"):
        draw(3, attributes=(first,), box=((0, 1),) * 3)


def test_contradictions_are_refused():
    with pytest.raises(CycleError):
        value_sampler(2, (line(0, 1), line(1, 0)))
    with pytest.raises(CycleError):
        value_sampler(2, (line(0, 1), line((1, 0))))


def test_acceptance_is_estimated_and_rare_events_refused():
    never = Sampler(lambda s, rows: s.uniforms(rows, 1), lambda v: np.zeros(len(v), dtype=np.bool_))
    assert never.acceptance() == 0
    with pytest.raises(RareError):
        never.draw(STREAM, 1)
    tenth = Sampler(lambda s, rows: s.uniforms(rows, 1), lambda v: v[:, 0] < 0.1)
    assert tenth.acceptance() == pytest.approx(0.1, abs=0.02)


def test_many_options_need_no_lattice(reference):
    # 20 free options beside a line have far too many up-sets to count.
    v = draw(23, line(0, 1, 2), rows=3000)
    assert ((v[:, 0] >= v[:, 1]) & (v[:, 1] >= v[:, 2])).all()
    assert (v[:, 0] == 1).mean() == pytest.approx(3 / 23, abs=0.02)
    two = draw(23, line(0, 1, 2), line(3, 4), rows=3000)
    assert (two[:, 3] >= two[:, 4]).all()
    assert (two[:, 3] == 1).mean() == pytest.approx(2 / 23, abs=0.02)


@given(st.integers(2, 6), st.data())
@settings(max_examples=60, deadline=None)
def test_every_line_is_obeyed(count, data):
    rank = data.draw(st.permutations(range(count)))
    lines = []
    for _ in range(data.draw(st.integers(0, 2))):
        members = data.draw(st.lists(st.sampled_from(rank), min_size=2, unique=True))
        members.sort(key=rank.index)
        lines.append(Line(tuple((i,) for i in members), (False,) * (len(members) - 1)))
    v = draw(count, *lines, rows=50)
    assert (v.max(axis=1) == 1).all()
    assert (v.min(axis=1) == 0).all()
    for x in lines:
        assert (np.diff(v[:, [i for (i,) in x.levels]], axis=1) <= 0).all()
