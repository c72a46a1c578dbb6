"""Tables that no run can compute, told before one is tried."""

from __future__ import annotations

from winset.analyses.components import components_of, coupling
from winset.analyses.sums import ties_of
from winset.analyses.zone import talks_of
from winset.case import Case
from winset.ensemble import sample
from winset.errors import Fault, TooLargeError
from winset.space import grid_of, space_of

_READINGS = 200
"""Readings looked through for what is in force in some: a line that is so in one of a hundred is
missed in one case of seven or so, and a run may then still refuse."""


def too_coupled(case: Case) -> tuple[Fault, ...]:
    """Find the tables whose deals are too many to list, and hang together too much to be searched.

    Each is one fault, with the message of the run that would refuse it, at the line that couples
    most of the issues.
    """
    space = space_of(case)
    grids = [grid_of(case, space, table.id) for table in case.tables]
    large = [grid for grid in grids if not grid.listed]
    if not large:
        return ()
    ensemble, faults = sample(case, _READINGS), []
    for grid in large:
        ties = tuple(ties_of(talks_of(case, ensemble, grid)))
        try:
            components_of(grid, ties)
        except TooLargeError as error:
            widest = coupling(grid.issues, ties)[0]
            statement = next(s for s in case.statements() if s.id == widest)
            faults.append(
                Fault(case.path or case.name, statement.line, statement.column, str(error))
            )
    return tuple(faults)
