"""One reading of a table, as a scenario that other programs can hold."""

from __future__ import annotations

import numpy as np

from winset.analyses.left_out import LEFT_OPEN, left_out
from winset.case import Case, Issue
from winset.ensemble import Ensemble, sample
from winset.errors import AskError
from winset.formats import Domain, DomainIssue, Profile
from winset.language.terms import Is
from winset.space import Grid, grid_of

__all__ = ["domain_of"]


def domain_of(case: Case, table: str | None = None, seed: int = 0) -> Domain:
    """Give the first reading of a seed: the table's issues and its parties' utilities.

    Issues, options and parties are in the order of the case. Issues off the agenda stand as without
    agreement. An option that a party at the table refuses outright is left out. Where a deal may
    leave an issue open, that is a value of its own. What a scenario does not hold of the case is
    named as lost.

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
    closed = _closed(ensemble, grid)
    issues, order = [], []
    names = [issue.title or issue.id for issue in case.issues]
    for issue in case.issues:
        i = space.issue_index[issue.id]
        if i not in grid.issues:
            continue
        listed = [option.id for option in issue.options]
        listed += [option for option in space.options[i] if option not in listed]
        kept = [option for option in listed if (issue.id, option) not in closed] or listed
        issues.append(_issue(issue, kept, names))
        order.append([space.offsets[i] + space.option_index(issue.id, o) for o in kept])
    off = [i for i in range(len(space.issues)) if i not in grid.issues]
    stands = np.array(space.offsets[:-1])[off] + ensemble.base[0, off]
    profiles = []
    for party in (party.id for party in case.parties if party.id in grid.parties):
        p = space.party_index[party]
        worth = ensemble.part_worth[0, p] / ensemble.unit
        profiles.append(
            Profile(
                party,
                tuple(tuple(worth[slots].tolist()) for slots in order),
                float(worth[stands].sum()),
                float(ensemble.reservation[0, p] / ensemble.unit),
            )
        )
    return Domain(case.name, tuple(issues), tuple(profiles),
                  tuple(left_out(case, grid, closed)))  # fmt: skip


def _closed(ensemble: Ensemble, grid: Grid) -> frozenset[tuple[str, str]]:
    """Find options that a party at the table refuses in this reading, whatever the rest."""
    at_table = {ensemble.space.party_index[party] for party in grid.parties}
    return frozenset(
        (line.condition.issue, line.condition.option)
        for line in ensemble.refusals
        if line.party in at_table and line.real[0] and not line.objection
        and isinstance(line.condition, Is) and line.condition.relation == "is"
    )  # fmt: skip


def _issue(issue: Issue, options: list[str], names: list[str]) -> DomainIssue:
    stated = {option.id: option.title or option.id for option in issue.options}
    titles = [stated.get(option, LEFT_OPEN) for option in options]
    name = issue.title or issue.id
    return DomainIssue(name if names.count(name) == 1 else issue.id,
                       tuple(titles if len(set(titles)) == len(titles) else options))  # fmt: skip
