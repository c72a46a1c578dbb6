"""Utilities of deals: as those of the states they bring about."""

import numpy as np

from winset.casefile import load, load_text
from winset.ensemble import sample, utilities, worth_of
from winset.space import grid_of


def check(case, table, readings):
    drawn = sample(case, readings)
    grid = grid_of(case, drawn.space, table)
    base = drawn.base[0]
    rows = slice(2, readings)
    found = utilities(drawn, rows, grid, base)
    assert found.shape == (len(drawn.space.parties), readings - 2, grid.size)
    deals = np.random.default_rng(1).choice(grid.size, min(grid.size, 60), replace=False)
    for deal in deals:
        state = grid.states(base)[deal]
        expected = worth_of(drawn.space, drawn.part_worth, drawn.terms, state)[rows]
        assert np.array_equal(found[:, :, deal], expected.T)
    some = utilities(drawn, rows, grid, base, parties=(1,))
    assert np.array_equal(some[0], found[1])


def test_a_deal_is_worth_what_its_state_is(everything):
    check(load_text(everything), "hall", 20)
    check(load("riyadh-2025"), "riyadh", 6)


def test_a_table_that_can_change_nothing_has_one_deal(case_of):
    case = case_of("land: {options: [x, y], now: x, decided_by: a}", parties=("a", "b"))
    drawn = sample(case, 5, fixed={"land": "y"})
    grid = grid_of(case, drawn.space, "t")
    found = utilities(drawn, slice(0, 5), grid, drawn.base[0])
    assert found.shape == (2, 5, 1)
    assert np.array_equal(found[:, :, 0], drawn.reservation.T)
