"""GeniusWeb scenarios: JSON files, one the domain (``issuesValues``) and one a profile a party.

A profile is a ``LinearAdditiveUtilitySpace``: a weight and a table of values an issue; its
reservation is the utility of a deal, the ``reservationBid``. GeniusWeb is the successor of Genius
(Interactive Intelligence group, Delft University of Technology).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from winset.formats.domain import Domain, DomainIssue, Profile
from winset.formats.files import file_tree
from winset.formats.functions import value_function
from winset.formats.trees import Mapping, number, reservation

__all__ = ["DOMAIN", "PROFILE", "read_geniusweb"]

DOMAIN, PROFILE = "issuesValues", "LinearAdditiveUtilitySpace"
_TABLES = ("discreteutils", "DiscreteValueSetUtilities")  # files have either


def read_geniusweb(domain: Path, profiles: Sequence[Path], _levels: int) -> Domain:
    """Read a domain and its profiles.

    Raises
    ------
    CaseError
        If something is malformed, or a profile is not additive over issues.
    """
    tree = file_tree(domain)
    stated = _mapping(tree, DOMAIN)
    issues = tuple(_issue(str(name), _mapping(stated, name)) for name in stated)
    if not issues:
        stated.place.fail("there is no issue", "at least one")
    read = tuple(_profile(path, issues) for path in profiles)
    return Domain(str(tree.get("name") or domain.stem), issues, read)


def _mapping(tree: Mapping, name: Any) -> Mapping:  # noqa: ANN401 - a key of a file
    found = tree.get(name)
    if not isinstance(found, Mapping):
        tree.place.fail(f"{name} is {'not there' if found is None else repr(found)}", "a mapping")
    return found


def _issue(name: str, tree: Mapping) -> DomainIssue:
    values = tree.get("values")
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        tree.place.fail(f"issue {name!r} has no list of words as values",
                        "a list of words under values; ranges of numbers are not read")  # fmt: skip
    return DomainIssue(name, tuple(dict.fromkeys(values)))


def _profile(path: Path, issues: tuple[DomainIssue, ...]) -> Profile:
    tree = _mapping(file_tree(path), PROFILE)
    tables, weights = _mapping(tree, "issueUtilities"), _mapping(tree, "issueWeights")
    worth = []
    for issue in issues:
        stated = _mapping(tables, issue.name)
        kind = next((kind for kind in _TABLES if kind in stated), None)
        if kind is None:
            kinds = ", ".join(map(str, stated)) or "nothing"
            stated.place.fail(f"issue {issue.name!r} is valued by {kinds}", " or ".join(_TABLES))
        table = _mapping(_mapping(stated, kind), "valueUtilities")
        function = value_function(table, issue, table.place)
        weight = number(weights.get(issue.name), weights.place, f"weight of {issue.name!r}")
        worth.append(tuple(weight * function(value) for value in issue.values))
    profile = Profile(str(tree.get("name") or path.stem), tuple(worth))
    return Profile(profile.name, profile.worth, reservation=_reservation(tree, issues, profile))


def _bid(tree: Mapping) -> Mapping | None:
    bid = tree.get("reservationBid") and _mapping(tree, "reservationBid")
    return _mapping(bid, "issuevalues") if bid else None


def _reservation(tree: Mapping, issues: tuple[DomainIssue, ...], profile: Profile) -> float | None:
    chosen = _bid(tree)
    if not chosen:
        return reservation(tree.get("reserved_value"), tree.place, "reserved_value")
    deal = []
    for issue in issues:
        value = chosen.get(issue.name)
        if value not in issue.values:
            chosen.place.fail(f"the reservation bid has {value!r} on {issue.name!r}",
                              f"one of {', '.join(map(str, issue.values))}")  # fmt: skip
        deal.append(issue.values.index(value))
    return profile.utility(deal)
