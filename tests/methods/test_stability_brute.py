"""Every concept against the definitions, on random conflicts."""

from dataclasses import replace

import numpy as np
import pytest
from tests.methods.conflicts import (
    plain,
    random_graph,
    random_grid,
    random_preferences,
    random_relation,
)

from winset.methods.stability import SANCTIONS
from winset.methods.stability_graph import ArcMover, GraphConflict
from winset.methods.stability_grid import AxisMover, GridConflict
from winset.methods.stability_pairs import in_pairs

PER_BATCH = 300
BATCHES = 9


def agree(conflict, rng, sanctions) -> None:
    parties = 1 + max(p for m in conflict.movers for p in m.parties)
    worth, feasible = random_preferences(rng, parties, conflict.size)
    found = conflict.stable(worth, feasible, sanctions=sanctions)
    expected = plain(conflict, worth, feasible).solve(conflict.size, sanctions)
    for concept, mask in expected.items():
        np.testing.assert_array_equal(found[concept], mask, f"{concept}, {sanctions}")


@pytest.mark.parametrize("few", [0, 2**8], ids=["kernels", "readings"])
@pytest.mark.parametrize("batch", range(BATCHES))
def test_grids_equal_the_definitions(batch, few):
    rng = np.random.default_rng(batch)
    for n in range(PER_BATCH):
        agree(replace(random_grid(rng), few=few), rng, SANCTIONS[n % 3])


@pytest.mark.parametrize("sanctions", SANCTIONS)
def test_long_rows_of_two_parties_equal_the_definitions(sanctions):
    looked_at = []
    rng = np.random.default_rng(17)
    for n in range(25):
        # Rows of 24 states and more are not looked at pair by pair; of 20 they are.
        sides = (4, 5) if n % 5 == 0 else ((5, 5), (4, 7))[n % 2]
        pair = AxisMover((0, 1), ((0, None), (1, None)))
        alone = AxisMover((2,), ((2, random_relation(rng, 2)),))
        grid = GridConflict((*sides, 2), (pair, alone), few=0)
        looked_at.append(in_pairs.py_func(grid.rows, 0))
        agree(grid, rng, sanctions)
    assert set(looked_at) == {True, False}


def test_few_states_in_many_readings_equal_the_kernels():
    rng = np.random.default_rng(5)
    for n in range(60):
        grid = random_grid(rng)
        parties = 1 + max(p for m in grid.movers for p in m.parties)
        worth = rng.integers(0, 6, (7, parties, grid.size))
        feasible = rng.random((7, grid.size)) < 0.8
        feasible[:, 0] = True
        starts = np.array([int(rng.choice(np.flatnonzero(able))) for able in feasible])
        found = []
        for few in (0, 2**8):
            grid = replace(grid, few=few)
            stable = grid.stable(worth, feasible, sanctions=SANCTIONS[n % 3])
            ways = [grid.ways(worth[r], int(starts[r]), feasible[r]) for r in range(7)]
            found.append((stable, ways, grid.reached(worth, starts, feasible)))
        (one, way, reached), (other, same, closed) = found
        assert all((one[c] == other[c]).all() for c in one)
        assert all((a.before == b.before).all() and (a.mover == b.mover).all()
                   for a, b in zip(way, same, strict=True))  # fmt: skip
        np.testing.assert_array_equal(reached, closed)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_graphs_equal_the_definitions(batch):
    rng = np.random.default_rng(1000 + batch)
    for n in range(PER_BATCH):
        agree(random_graph(rng), rng, SANCTIONS[n % 3])


@pytest.mark.parametrize("sanctions", SANCTIONS)
def test_grids_equal_graphs_of_the_same_moves(sanctions):
    rng = np.random.default_rng(7)
    for _ in range(100):
        grid = random_grid(rng)
        graph = GraphConflict(grid.size, tuple(
            ArcMover(mover.parties, np.array(
                [(s, t) for s in range(grid.size) for t in grid.moves(k, s)], dtype=int
            ).reshape(-1, 2))
            for k, mover in enumerate(grid.movers)
        ))  # fmt: skip
        parties = 1 + max(p for m in grid.movers for p in m.parties)
        worth, feasible = random_preferences(rng, parties, grid.size)
        one = grid.stable(worth, feasible, sanctions=sanctions)
        other = graph.stable(worth, feasible, sanctions=sanctions)
        for concept in one:
            np.testing.assert_array_equal(one[concept], other[concept])
