"""What states and deals are worth, as exact integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from winset.ensemble.records import Ensemble, Integers, Term
from winset.space import Space, States

if TYPE_CHECKING:
    from winset.space import Grid


def utilities(
    ensemble: Ensemble,
    rows: slice,
    grid: Grid,
    base_state: States,
    parties: Sequence[int] | None = None,
) -> Integers:
    """Give what every deal is worth to every party in some readings.

    Parameters
    ----------
    rows
        The readings.
    grid
        The deals.
    base_state
        How the issues off the grid stand: option indices, shape (issues,).
    parties
        Indices of the parties (all if not given).

    Returns
    -------
    Integers
        Shape (parties, readings, deals), in units of the ensemble.
    """
    chosen = range(len(ensemble.space.parties)) if parties is None else parties
    count = len(range(*rows.indices(ensemble.readings)))
    found = np.empty((len(chosen), count, grid.size), dtype=np.int64)
    for n, party in enumerate(chosen):
        worth = ensemble.part_worth[rows, party]
        found[n] = _deals(worth, ensemble, rows, grid, base_state, party)
    return found


def _deals(
    worth: Integers,
    ensemble: Ensemble,
    rows: slice,
    grid: Grid,
    base_state: States,
    party: int,
) -> Integers:
    """Add part-worths axis by axis, then the terms: (readings, slots) -> (readings, deals)."""
    space = ensemble.space
    off = [i for i in range(len(space.issues)) if i not in grid.issues]
    total = worth[:, [space.offsets[i] + int(base_state[i]) for i in off]].sum(axis=1)
    table = total.reshape(-1, 1)
    for i in grid.issues:
        own = worth[:, space.offsets[i] : space.offsets[i + 1]]
        table = (table[:, :, None] + own[:, None, :]).reshape(len(worth), -1)
    shaped: Integers = table.reshape(len(worth), *grid.shape)
    for term in ensemble.terms:
        if term.party == party:
            shaped = shaped + _on_axes(term, rows, grid, base_state)
    return shaped.reshape(len(worth), -1)


def _on_axes(term: Term, rows: slice, grid: Grid, base_state: States) -> Integers:
    """Lay a term along the axes of a grid, length 1 where it does not depend on one."""
    sizes = [grid.space.sizes[i] for i in term.issues]
    table = term.worth[rows].reshape(-1, *sizes)
    at = tuple(slice(None) if i in grid.issues else int(base_state[i]) for i in term.issues)
    table = table[(slice(None), *at)]
    shape = [grid.space.sizes[i] if i in term.issues else 1 for i in grid.issues]
    return table.reshape(len(table), *shape)


def worth_of(space: Space, part_worth: Integers, terms: Iterable[Term], states: States) -> Integers:
    """Give what one state in each reading is worth to every party.

    Parameters
    ----------
    part_worth
        (readings, parties, slots).
    states
        (readings, issues) or, for the same state in all readings, (issues,): option indices.

    Returns
    -------
    Integers
        (readings, parties), in the units of ``part_worth``.
    """
    count = len(part_worth)
    full = np.broadcast_to(states, (count, len(space.issues))).astype(np.int64)
    readings = np.arange(count)
    slots = full + np.array(space.offsets[:-1], dtype=np.int64)
    found: Integers = part_worth[readings[:, None], :, slots].sum(axis=1)
    for term in terms:
        found[:, term.party] += term.worth[readings, cells_of(space, term, full)]
    return found


def cells_of(space: Space, term: Term, states: Integers) -> Integers:
    """Find the cell of a term's table in each state: (n, issues) -> (n,)."""
    cells = np.zeros(len(states), dtype=np.int64)
    for i in term.issues:
        cells = cells * space.sizes[i] + states[:, i]
    return cells
