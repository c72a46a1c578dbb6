import itertools
import math

import numpy as np
import pytest
from scipy import stats
from tests.methods import networks

from winset.methods.activity_networks import Activity, Gate, Given, Inverse, Network, Watch
from winset.methods.durations import pert, triangular, uniform
from winset.methods.scheduling import CHANCE, NEVER, Trial, attempts, critical_path, schedule

STORIES = 2_000


def drawn(network, rng, stories, lengths, chances):
    """Luck and lengths of every activity, from its own distribution."""
    takes = np.zeros((len(network.nodes), stories))
    luck = np.zeros(takes.shape, dtype=bool)
    for place in networks.activities_of(network):
        values, shares = zip(*lengths[place], strict=True)
        takes[place] = rng.choice(values, stories, p=shares)
        luck[place] = rng.random(stories) < chances[place]
    return takes, luck


@pytest.mark.parametrize("block", range(10))
def test_probabilities_equal_the_exact_ones_on_random_graphs(block):
    for seed in range(20):
        rng = np.random.default_rng([block, seed])
        network = networks.random_network(rng)
        places = networks.activities_of(network)
        lengths = {
            p: tuple(zip(rng.choice(9, 2, replace=False) + 1.0, (s, 1 - s), strict=True))
            for p, s in zip(places, rng.uniform(0.2, 0.8, len(places)), strict=True)
        }
        chances = dict(zip(places, rng.uniform(0.1, 1.0, len(places)), strict=True))
        stories = schedule(
            network, STORIES, attempts(*drawn(network, rng, STORIES, lengths, chances))
        )
        date = float(rng.integers(2, 20))
        exact = np.zeros((2, len(network.nodes)))
        for probability, takes, lucky in networks.all_stories(network, lengths, chances):
            times = np.array([t for t, _ in networks.told(network, takes, lucky)])
            exact += probability * np.stack([times < NEVER, times <= date])
        found = np.stack([stories.time < NEVER, stories.time <= date]).mean(axis=2)
        error = np.sqrt(np.clip(exact * (1 - exact), 0, None) / STORIES)
        assert (np.abs(found - exact) <= 4 * error + 1e-9).all()


@pytest.mark.parametrize("seed", range(30))
def test_every_story_is_as_told_alone(seed):
    rng = np.random.default_rng(seed)
    network = networks.random_network(rng, activities=8)
    size = (len(network.nodes), 60)
    takes, luck = rng.integers(0, 6, size).astype(float), rng.random(size) < 0.8
    deadline = {p: float(rng.integers(3, 15)) for p in networks.activities_of(network)}
    deadline = {p: by if rng.random() < 0.5 else NEVER for p, by in deadline.items()}
    stories = schedule(network, size[1], attempts(takes, luck), deadlines=deadline)
    target = len(network.nodes) - 1
    on = critical_path(network, stories, target)
    for n in range(size[1]):
        moments = networks.told(network, takes[:, n], luck[:, n], deadline)
        assert stories.time[:, n].tolist() == [t for t, _ in moments]
        assert stories.known[:, n].tolist() == [k for _, k in moments]
        assert set(np.flatnonzero(on[:, n])) == networks.on_critical_path(network, moments, target)


def test_sums_of_durations_have_the_irwin_hall_distribution():
    steps, stories = 4, 40_000
    network = Network(tuple(Activity((n - 1,) if n else ()) for n in range(steps)))
    places = np.random.default_rng(3).random((steps, stories))
    found = schedule(network, stories, attempts(uniform(places, 0.0, 1.0), places < 2)).time[-1]
    assert found.mean() == pytest.approx(2.0, abs=4 * math.sqrt(4 / 12 / stories))
    for x in (0.5, 1.0, 1.7, 2.0, 3.2):
        exact = sum((-1) ** k * math.comb(4, k) * (x - k) ** 4 for k in range(int(x) + 1)) / 24
        error = math.sqrt(exact * (1 - exact) / stories)
        assert abs((found <= x).mean() - exact) < 4 * error


@pytest.mark.parametrize("draw", [triangular, pert])
def test_sums_of_durations_are_those_of_the_convolution(draw):
    ends = [(1.0, 2.0, 6.0), (0.0, 5.0, 7.0), (3.0, 3.0, 9.0)]
    stories, width = 40_000, 0.01
    network = Network(tuple(Activity((n - 1,) if n else ()) for n in range(len(ends))))
    places = np.random.default_rng(6).random((len(ends), stories))
    takes = np.stack([draw(p, *bounds) for p, bounds in zip(places, ends, strict=True)])
    found = schedule(network, stories, attempts(takes, places < 2)).time[-1]
    exact = np.ones(1)
    for low, mode, high in ends:
        if draw is triangular:
            law = stats.triang((mode - low) / (high - low), low, high - low)
        else:
            rise = (mode - low) / (high - low)
            law = stats.beta(1 + 4 * rise, 5 - 4 * rise, low, high - low)
        exact = np.convolve(exact, np.diff(law.cdf(np.arange(0, high + 1.5 * width, width))))
    for day in (6.0, 9.0, 12.0, 15.0, 19.0):
        # A sum of three counts from the lower ends of its cells, half a cell each too low.
        below = exact[: round(day / width) - 1].sum()
        error = math.sqrt(below * (1 - below) / stories)
        assert abs((found <= day).mean() - below) < 4 * error + width


def test_the_first_and_the_last_of_equal_tracks():
    stories = 40_000
    tracks = tuple(Activity() for _ in range(3))
    network = Network((*tracks, Gate("any", (0, 1, 2)), Gate("all", (0, 1, 2))))
    takes = np.random.default_rng(4).random((5, stories))
    found = schedule(network, stories, attempts(takes, takes < 2)).time
    error = 4 * math.sqrt(3 / 80 / stories)
    assert found[3].mean() == pytest.approx(1 / 4, abs=error)
    assert found[4].mean() == pytest.approx(3 / 4, abs=error)


def test_criticality_is_the_share_of_longest_paths():
    rng = np.random.default_rng(5)
    network = networks.random_network(rng, activities=14, inverses=False, gates=False)
    target, stories = len(network.nodes) - 1, 300
    takes = rng.exponential(2.0, (len(network.nodes), stories))
    paths = [[target]]
    while any(network.nodes[path[-1]].parts for path in paths):
        paths = [[*path, part] for path in paths
                 for part in network.nodes[path[-1]].parts or (path[-1],)]  # fmt: skip
    paths = [list(dict.fromkeys(path)) for path in paths]
    takes[0] = 0.0
    lengths = np.stack([takes[path].sum(axis=0) for path in paths])
    on = np.zeros(takes.shape, dtype=bool)
    for number, path in enumerate(paths):
        on[path] |= lengths[number] >= lengths.max(axis=0) - 1e-9
    made = schedule(network, stories, attempts(takes, takes >= 0))
    assert len(paths) > 5
    assert np.allclose(made.time[target], lengths.max(axis=0))
    assert (critical_path(network, made, target) == on).all()


@pytest.mark.parametrize("seed", range(40))
def test_activities_that_look_at_each_other_go_by_the_clock(seed):
    rng = np.random.default_rng(seed)
    plain = networks.random_network(rng, activities=6, inverses=False)
    places = networks.activities_of(plain)
    network = Network(tuple(
        Activity(node.parts, tuple(p for p in places if p != n and rng.random() < 0.6))
        if isinstance(node, Activity) else node
        for n, node in enumerate(plain.nodes)
    ))  # fmt: skip
    size = (len(network.nodes), 50)
    takes, luck = rng.random(size) * 5 + 0.1, rng.random(size)
    base = rng.uniform(0.2, 0.9, len(network.nodes))

    def attempt(node, starts, rows, so_far):
        over = [so_far.time[seen][rows] <= starts for seen in network.nodes[node].looks]
        chance = base[node] + 0.2 * np.sum(over, axis=0)
        return Trial(starts + takes[node, rows], luck[node, rows] < chance, CHANCE)

    found = schedule(network, size[1], attempt)
    for n in range(size[1]):
        alone = networks.told_by_clock(network, takes[:, n], luck[:, n], base, 0.2)
        assert found.time[:, n].tolist() == alone
    assert ((found.time < NEVER) != (found.known < NEVER)).all()


def test_some_of_those_looks_run_in_circles():
    around = Network((Activity((), (1,)), Activity((), (0,))))
    after = Network((Activity((), (1,)), Activity((0,), (0,))))
    assert around.plan == ((0, 1),)
    assert after.plan == ((0,), (1,))


def test_the_first_cause_is_handed_on():
    network = Network((
        Given(cause=7), Activity((), late=5), Activity((1,)), Gate("any", (0, 2)), Activity((3,)),
        Inverse((1,), cause=6), Activity((5,)),
    ))  # fmt: skip
    takes = np.full((7, 3), 2.0)
    luck = np.ones((7, 3), dtype=bool)
    luck[2, 1] = False
    deadlines = {1: np.array([9.0, 9.0, 1.0])}
    given = {0: np.array([NEVER, NEVER, NEVER])}
    found = schedule(network, 3, attempts(takes, luck), given, deadlines=deadlines)
    assert found.time[4].tolist() == [6.0, NEVER, NEVER]
    assert found.cause[4].tolist() == [0, CHANCE, 5]
    assert found.known[4].tolist() == [NEVER, 4.0, 1.0]
    assert found.time[6].tolist() == [NEVER, NEVER, 3.0]
    assert found.cause[6].tolist() == [6, 6, 0]


def test_a_watched_node():
    network = Network(
        (Activity(), Activity(), Watch((0, 1), cause=3), Activity((2,)), Watch((), 4))
    )
    luck = np.array([[True, True, False], [True, False, False]] + [[True] * 3] * 3)

    def second(node, so_far):
        times = np.sort(so_far.time[:2], axis=0)[1]
        return times if node == 2 else np.full(len(times), NEVER)

    takes = np.array([[1.0] * 3, [2.0] * 3, [0.0] * 3, [1.0] * 3, [0.0] * 3])
    found = schedule(network, 3, attempts(takes, luck), watch=second)
    assert found.time[3].tolist() == [3.0, NEVER, NEVER]
    assert found.cause[3].tolist() == [0, 3, CHANCE]
    assert found.known[2].tolist() == [NEVER, 2.0, 2.0]
    assert found.cause[4].tolist() == [4, 4, 4]
    with pytest.raises(ValueError, match="watches"):
        schedule(network, 3, attempts(takes, luck))


def test_luck_in_one_activity_moves_no_other():
    rng = np.random.default_rng(8)
    network = networks.random_network(rng, activities=7, inverses=False)
    size = (len(network.nodes), 200)
    takes, luck = rng.random(size), rng.random(size) < 0.7
    before = schedule(network, size[1], attempts(takes, luck)).time
    for place in networks.activities_of(network):
        more = luck.copy()
        more[place] = True
        after = schedule(network, size[1], attempts(takes, more)).time
        assert (after <= before).all()


def test_a_network_with_a_cycle():
    with pytest.raises(ValueError, match="after its parts"):
        Network((Activity((1,)), Activity((0,))))


def test_dependence_on_gates_is_found_by_trying_every_luck():
    rng = np.random.default_rng(9)
    for _ in range(30):
        network = networks.random_network(rng, activities=5, inverses=False)
        places = networks.activities_of(network)
        every = np.array(list(itertools.product([True, False], repeat=len(places)))).T
        luck = np.ones((len(network.nodes), every.shape[1]), dtype=bool)
        luck[places] = every
        happens = schedule(network, luck.shape[1], attempts(luck * 1.0, luck)).time < NEVER
        for node, needed in enumerate(network.necessary):
            for place in places:
                if needed >> place & 1:
                    assert not (happens[node] & ~happens[place]).any()
