"""What one reading of a table, written as a scenario, does not hold of its case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from winset.case import Case
from winset.ensemble import READINGS_PER_CHUNK, alike, sample
from winset.language.terms import OPEN, Is
from winset.space import Grid

__all__ = ["LEFT_OPEN", "left_out"]

LEFT_OPEN = "left open"  # the value of an issue on which a deal agrees nothing

_Options = frozenset[tuple[str, str]]


def left_out(case: Case, grid: Grid, closed: _Options) -> Iterator[str]:
    """Name what is left out, one line a kind.

    Parameters
    ----------
    closed
        Issues and options that a party at the table refuses outright in the reading written.
    """
    others = [line for line in case.red_lines
              if not (isinstance(line.condition, Is)
                      and (line.condition.issue, line.condition.option) in closed)]  # fmt: skip
    yield from _counted({
        "linkage term": len(case.linkage),
        "conditional preference": sum(" if " in p.statement.text for p in case.preferences),
        "rule": len(case.rules),
        "red line": sum(not line.objection for line in others),
        "objection": sum(line.objection for line in others),
    })  # fmt: skip
    yield from _options(case, grid, closed)
    yield from _issues(case, grid)
    yield from _parties(case, grid)
    yield from _counted({
        "other table": len(case.tables) - 1,
        "step": len(case.steps),
        "channel": len(case.channels),
        "claim": len(case.claims),
        "stated answer": len(case.answers),
        "named scenario": len(case.scenarios),
    })  # fmt: skip
    if _varies(case, grid):
        yield "all readings but one"


def _counted(counts: dict[str, int]) -> Iterator[str]:
    return (f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items() if n)


def _options(case: Case, grid: Grid, closed: _Options) -> Iterator[str]:
    """Name options that no deal of the scenario has."""
    left_open = []
    for issue in case.issues:
        i = grid.space.issue_index[issue.id]
        if i not in grid.issues:
            continue
        refused = [o.id for o in issue.options if (issue.id, o.id) in closed]
        if len(refused) == len(issue.options):
            yield f"that every option of {issue.id} is refused outright by a party at the table"
        elif refused:
            yield f"{issue.id}: {', '.join(refused)} (refused outright by a party at the table)"
        if OPEN in grid.space.options[i] and (issue.id, OPEN) not in closed:
            left_open.append(issue.id)
    if left_open:
        yield (f"that {LEFT_OPEN!r} is no option of {', '.join(left_open)}: "
               "where a deal has it, nothing is agreed there")  # fmt: skip


def _issues(case: Case, grid: Grid) -> Iterator[str]:
    off = [i.id for i in case.issues if grid.space.issue_index[i.id] not in grid.issues]
    if off:
        yield f"issues that the table cannot change, as values to choose: {', '.join(off)}"


def _parties(case: Case, grid: Grid) -> Iterator[str]:
    """Name parties whose word counts or is missed, and that have no utility here."""
    absent = dict.fromkeys(a.party for a in case.absent if a.table == grid.table)
    ratifying = [p.id for p in case.parties if set(p.ratifies) & set(grid.parties)]
    if ratifying:
        yield f"ratification by {', '.join(ratifying)}"
    if absent:
        yield f"absent: {', '.join(absent)}"
    named = {*grid.parties, *absent, *ratifying}
    others = [party.id for party in case.parties if party.id not in named]
    if others:
        yield f"not at the table: {', '.join(others)}"


def _varies(case: Case, grid: Grid) -> bool:
    """Say whether other readings differ in what is written."""
    many = sample(case, READINGS_PER_CHUNK, 0)
    parties = [many.space.party_index[party] for party in grid.parties]
    off = [i for i in range(len(many.space.issues)) if i not in grid.issues]
    drawn: list[NDArray[Any]] = [many.part_worth[:, parties], many.reservation[:, parties],
                                 many.base[:, off]]  # fmt: skip
    drawn += [line.real for line in many.refusals if line.party in parties]
    return not alike(drawn)
