"""One reading of a table, as a scenario that other programs can hold."""

from __future__ import annotations

import numpy as np

from winset.case import Case
from winset.ensemble import UNIT, sample
from winset.errors import AskError
from winset.formats import Domain, DomainIssue, Profile
from winset.space import grid_of

__all__ = ["domain_of"]


def domain_of(case: Case, table: str | None = None, seed: int = 0) -> Domain:
    """Give the first reading of a seed: the table's issues and its parties' utilities.

    Issues off the agenda stand as without agreement. What a sum over issues cannot hold (linkage,
    conditional preferences, rules, red lines) is named as lost.

    Raises
    ------
    AskError
        If the case has no such table, or none.
    """
    if not case.tables:
        raise AskError("the case has no table")
    ensemble = sample(case, 1, seed)
    space = ensemble.space
    grid = grid_of(case, space, table or case.tables[0].id)
    titles = {issue.id: issue for issue in case.issues}
    issues, order = [], []
    for i in grid.issues:
        stated = {
            option.id: option.title or option.id for option in titles[space.issues[i]].options
        }
        names = [stated.get(option, option) for option in space.options[i]]
        if len(set(names)) < len(names):
            names = list(space.options[i])
        issues.append(DomainIssue(titles[space.issues[i]].title or space.issues[i], tuple(names)))
        order.append(slice(space.offsets[i], space.offsets[i + 1]))
    off = [i for i in range(len(space.issues)) if i not in grid.issues]
    stands = np.array(space.offsets[:-1])[off] + ensemble.base[0, off]
    profiles = []
    for party in grid.parties:
        p = space.party_index[party]
        worth = ensemble.part_worth[0, p] / UNIT
        profiles.append(
            Profile(
                party,
                tuple(tuple(worth[run].tolist()) for run in order),
                float(worth[stands].sum()),
                float(ensemble.reservation[0, p] / UNIT),
            )
        )
    return Domain(case.name, tuple(issues), tuple(profiles), _lost(case))


def _lost(case: Case) -> tuple[str, ...]:
    counts = {
        "linkage term": len(case.linkage),
        "conditional preference": sum(" if " in p.statement.text for p in case.preferences),
        "rule": len(case.rules),
        "red line or objection": len(case.red_lines),
    }
    lost = [f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items() if n]
    return (*lost, "all readings but one")
