"""Options that can be in no deal of a table: refused outright, whatever the rest.

An option is *refused outright* if, in every reading, a party at the table has a red line against it
alone, or a rule rules it out alone. (An import's ``open`` is one, where a scenario knows no issue
that is left unsettled.) That has to be certain by what is stated and not only so in the readings
drawn, so that it is the same in every chunk of a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from winset.analyses.masks import Mask, Positions
from winset.case import Case, Statement
from winset.ensemble import Ensemble
from winset.language.terms import CERTAIN, And, Condition, Not
from winset.space import Grid, holds, is_of_states, issues_of


def kept_options(case: Case, ensemble: Ensemble, grid: Grid) -> tuple[Positions, ...]:
    """Give the options of each of a grid's issues that are not refused outright, ascending."""
    space = grid.space
    kept = {i: np.ones(space.sizes[i], dtype=np.bool_) for i in grid.issues}
    for condition in _refused(case, ensemble, grid):
        if not is_of_states(condition):
            continue
        issues = issues_of(condition, space)
        if len(issues) == 1 and issues[0] in kept:
            kept[issues[0]] &= ~_meeting(condition, issues[0], grid)
    return tuple(np.flatnonzero(kept[i]) for i in grid.issues)


def names_refused(grid: Grid, kept: tuple[Positions, ...]) -> tuple[tuple[str, str], ...]:
    """Name the options that are not kept: issue and option."""
    space = grid.space
    return tuple(
        (space.issues[i], option)
        for i, places in zip(grid.issues, kept, strict=True)
        for n, option in enumerate(space.options[i])
        if n not in places
    )


def possible(kept: tuple[Positions, ...]) -> int:
    """Count the deals of kept options, the one that changes nothing among them where it is one."""
    return prod(map(len, kept))


def _refused(case: Case, ensemble: Ensemble, grid: Grid) -> Iterator[Condition]:
    """Yield what is ruled out in every reading: conditions on states."""
    at_table = {ensemble.space.party_index[party] for party in grid.parties}
    firm = [line for line in case.red_lines if line.firmness == CERTAIN]
    stated = [*(line.statement for line in firm), *(rule.statement for rule in case.rules)]
    sure = {statement.id for statement in stated if _certain(statement)}
    for line in ensemble.refusals:
        real = line.statement in sure and bool(line.real.all())
        if line.party in at_table and not line.objection and real:
            yield line.condition
    for statement, rule, in_force in ensemble.rules:
        if statement in sure and in_force.all():
            yield And((rule.condition, Not(rule.requirement)))


def _certain(statement: Statement) -> bool:
    return statement.share == CERTAIN and not statement.group


def _meeting(condition: Condition, issue: int, grid: Grid) -> Mask:
    """Say which options of an issue meet a condition on it alone: (options,)."""
    space = grid.space
    states = np.zeros((space.sizes[issue], len(space.issues)), dtype=np.int16)
    states[:, issue] = np.arange(space.sizes[issue])
    return holds(condition, space, states)
