"""Every concept against the definitions, on random conflicts."""

import numpy as np
import pytest
from tests.methods.conflicts import plain, random_graph, random_grid, random_preferences

from winset.methods.stability import SANCTIONS
from winset.methods.stability_graph import ArcMover, GraphConflict

PER_BATCH = 300
BATCHES = 9


def agree(conflict, rng, sanctions) -> None:
    parties = 1 + max(p for m in conflict.movers for p in m.parties)
    worth, feasible = random_preferences(rng, parties, conflict.size)
    found = conflict.stable(worth, feasible, sanctions=sanctions)
    expected = plain(conflict, worth, feasible).solve(conflict.size, sanctions)
    for concept, mask in expected.items():
        np.testing.assert_array_equal(found[concept], mask, f"{concept}, {sanctions}")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_grids_equal_the_definitions(batch):
    rng = np.random.default_rng(batch)
    for n in range(PER_BATCH):
        agree(random_grid(rng), rng, SANCTIONS[n % 3])


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
