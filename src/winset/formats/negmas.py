"""NegMAS scenarios: a folder of YAML or JSON files, one the outcome space, one a utility a party.

Y. Mohammad, S. Nakadai & A. Greenwald, "NegMAS: A Platform for Situated Negotiations", Recent
Advances in Agent-based Negotiation (Springer, 2021), 57-75.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winset.formats.domain import Domain, DomainIssue, Profile
from winset.formats.files import file_tree
from winset.formats.functions import value_function
from winset.formats.levels import MOST_VALUES, integers, levels_between
from winset.formats.trees import Listing, Mapping, Place, kind_of, number, reservation

__all__ = ["read_negmas"]

_ADDITIVE = ("LinearAdditiveUtilityFunction", "LinearUtilityAggregationFunction")
_LINEAR = ("AffineUtilityFunction", "LinearUtilityFunction")
_READ = (*_ADDITIVE, *_LINEAR, "ConstUtilityFunction", "WeightedUtilityFunction")
_DISCOUNTED = ("ExpDiscountedUFun", "LinDiscountedUFun")
_FACTORS = ("discount", "cost")
# Issues by the types they are read as. NegMAS takes names in small letters with _ between, too;
# infinite ones are ranges, whose bounds have to be numbers.
_LISTED = ("CategoricalIssue", "DiscreteOrdinalIssue", "OrdinalIssue", "DiscreteCardinalIssue",
           "CardinalIssue")  # fmt: skip
_RANGES = {
    "CountableInfiniteIssue": "ContiguousIssue",
    "ContinuousInfiniteIssue": "ContinuousIssue",
}
_ISSUES = {name.lower(): name for name in (*_LISTED, *_RANGES, *_RANGES.values())}


def read_negmas(domain: Path, profiles: Sequence[Path], levels: int) -> Domain:
    """Read an outcome space and its utilities.

    Raises
    ------
    CaseError
        If something is malformed, or a utility is not a sum over issues.
    """
    lost: list[str] = []
    tree = file_tree(domain)
    _no_constraints(tree)
    issues = tuple(_issue(item, tree.place, levels, lost) for item in _listed(tree, "issues"))
    names = [issue.name for issue in issues]
    for issue in issues:
        if names.count(issue.name) > 1:
            tree.place.fail(f"two issues are called {issue.name!r}")
    read = tuple(_profile(path, issues, lost) for path in profiles)
    return Domain(str(tree.get("name") or domain.stem), issues, read, tuple(lost))


def _listed(tree: Mapping, name: str) -> list[Any]:
    found = tree.get(name)
    if not isinstance(found, list) or not found:
        tree.place.fail(f"there are no {name}", f"a list of {name}")
    return list(found)


def _no_constraints(tree: Mapping) -> None:
    if tree.get("constraints"):
        tree.place.fail("constraints: programs that forbid deals", "a scenario without them")


# ── issues ──────────────────────────────────────────────────────────────────────────────────────
def _issue(tree: Any, where: Place, levels: int, lost: list[str]) -> DomainIssue:  # noqa: ANN401
    if not isinstance(tree, Mapping):
        where.fail(f"an issue is {tree!r}", "a mapping with name, type and values")
    name, values = str(tree.get("name") or ""), tree.get("values")
    if not name:
        tree.place.fail("an issue has no name")
    kind = _kind(tree, name)
    if kind == "ContiguousIssue" or (kind == "" and isinstance(values, int)):
        low, high, step = _bounds(tree, name, values)
        if step != int(step) or step < 1:
            tree.place.fail(f"issue {name!r} goes in steps of {step:g}", "a whole number")
        every = integers(low, high, name, tree.place)
        return DomainIssue(name, every[:: int(step)], "integer")
    if kind == "ContinuousIssue":
        low, high, _ = _bounds(tree, name, values)
        if high < low:
            tree.place.fail(
                f"issue {name!r} runs from {low:g} to {high:g}", "the lower bound first"
            )
        lost.append(f"{name}: {levels} levels from {low:g} to {high:g} stand for all real numbers")
        return DomainIssue(name, levels_between(low, high, levels), "real")
    if kind.startswith("DiscreteOrdinal") and type(values) is int and 0 < values <= MOST_VALUES:
        # NegMAS writes so many words, all of one length.
        return DomainIssue(name, tuple(f"{n:0{len(str(values))}d}" for n in range(values)))
    plain = isinstance(values, list) and all(isinstance(v, str | int | float) for v in values)
    if not plain or not values:
        tree.place.fail(f"issue {name!r} of type {kind or 'unknown'} has values that cannot be "
                        "listed", "a list of words or numbers")  # fmt: skip
    return DomainIssue(name, tuple(dict.fromkeys(values)))


def _kind(tree: Mapping, name: str) -> str:
    """Tell the type of an issue; "" where none is stated."""
    stated = kind_of(tree)
    if not stated:
        return ""
    kind = _ISSUES.get(stated.replace("_", "").lower())
    if kind is None:
        types = ", ".join((*_LISTED, *_RANGES.values()))
        tree.place.fail(f"issue {name!r} is of type {stated}", f"one of {types}; no other is read")
    return _RANGES.get(kind, kind)


def _bounds(tree: Mapping, name: str, values: object) -> tuple[float, float, float]:
    """Read ``[low, high]``, ``[low, high, step]``, or how many values there are from 0."""
    if isinstance(values, int) and not isinstance(values, bool):
        values = [0, values - 1]
    if not isinstance(values, list) or len(values) not in (2, 3):
        tree.place.fail(f"issue {name!r} has values {values!r}", "two bounds")
    given = [*values, tree.get("step", 1)] if len(values) == 2 else values
    low, high, step = (number(v, tree.place, f"a bound of issue {name!r}") for v in given)
    return low, high, step


# ── utilities ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum over issues: what each value adds, and a constant."""

    worth: tuple[tuple[float, ...], ...]
    bias: float


def _profile(path: Path, issues: tuple[DomainIssue, ...], lost: list[str]) -> Profile:
    tree = file_tree(path)
    name = str(tree.get("name") or path.stem)
    reserved, factor = None, None
    while True:
        if reservation(reserved, tree.place, "reserved_value") is None:
            reserved = tree.get("reserved_value")
        if tree.get("reserved_outcome") is not None:
            lost.append(f"{name}: its reserved outcome")
        if kind_of(tree) not in _DISCOUNTED:
            break
        stated = next((tree[key] for key in _FACTORS if tree.get(key) is not None), 1.0)
        factor = number(stated, tree.place, "discount")
        if factor != 1:
            lost.append(f"{name}: discounted by {factor:g} (time has no part in a case)")
        inner = tree.get("ufun")
        if not isinstance(inner, Mapping):
            tree.place.fail("a discounted utility without one it discounts", "one under ufun")
        tree = inner
    total = _sum(tree, issues)
    return Profile(
        name, total.worth, total.bias, reservation(reserved, tree.place, "reserved_value"), factor
    )


def _sum(tree: Mapping, issues: tuple[DomainIssue, ...]) -> _Sum:
    """Read a utility that is a sum over issues, or one of such sums."""
    kind = kind_of(tree)
    _no_constraints(tree)
    if kind not in _READ:
        tree.place.fail(f"a utility of type {kind or 'unknown'}",
                        f"a sum over issues ({', '.join(_READ)}); no other is read")  # fmt: skip
    if kind == "WeightedUtilityFunction":
        return _weighted(tree, issues)
    none = tuple((0.0,) * len(issue.values) for issue in issues)
    if kind == "ConstUtilityFunction":
        return _Sum(none, number(tree.get("value"), tree.place, "value"))
    weights = _weights(tree, issues)
    stated = tree.get("values")
    if kind in _LINEAR:
        identity = Mapping({"type": "IdentityFun"})
        identity.place = tree.place
        stated = [identity] * len(issues)
    rows = zip(issues, weights, _per_issue(tree, stated, issues), strict=True)
    bias = (
        0.0 if kind == "LinearUtilityFunction" else number(tree.get("bias", 0), tree.place, "bias")
    )
    worth = []
    for issue, weight, value in rows:
        function = value_function(value, issue, tree.place)
        worth.append(tuple(weight * function(v) for v in issue.values))
    return _Sum(tuple(worth), bias)


def _per_issue(tree: Mapping, stated: Any, issues: tuple[DomainIssue, ...]) -> list[Any]:  # noqa: ANN401
    """Give what is said of each issue, in a list or by name; by name, silence is identity."""
    if isinstance(stated, Mapping):
        identity = Mapping({"type": "IdentityFun"})
        identity.place = stated.place
        unknown = [name for name in stated if str(name) not in {i.name for i in issues}]
        if unknown:
            stated.place.fail(f"there is no issue {unknown[0]!r}")
        by_name = {str(name): value for name, value in stated.items()}
        return [by_name.get(issue.name, identity) for issue in issues]
    if not isinstance(stated, list) or len(stated) != len(issues):
        tree.place.fail("value functions do not match the issues", f"{len(issues)} of them")
    return list(stated)


def _weights(tree: Mapping, issues: tuple[DomainIssue, ...]) -> list[float]:
    stated, linear = tree.get("weights"), kind_of(tree) in _LINEAR
    if stated is None:
        return [1.0 / len(issues) if linear else 1.0] * len(issues)
    if isinstance(stated, Mapping):
        default = None if linear else 1.0
        return [number(stated.get(i.name, default), stated.place, f"weight of {i.name}")
                for i in issues]  # fmt: skip
    if not isinstance(stated, Listing) or len(stated) != len(issues):
        tree.place.fail("weights do not match the issues", f"{len(issues)} numbers")
    return [number(weight, stated.place, "a weight") for weight in stated]


def _weighted(tree: Mapping, issues: tuple[DomainIssue, ...]) -> _Sum:
    parts = tree.get("ufuns", tree.get("values"))
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        tree.place.fail("a weighted utility without those it weighs", "a list of them under ufuns")
    stated = tree.get("weights")
    weights = [1.0] * len(parts) if stated is None else stated
    if not isinstance(weights, list) or len(weights) != len(parts):
        tree.place.fail("weights do not match the utilities", f"{len(parts)} numbers")
    factors = [number(w, tree.place, "a weight") for w in weights]
    sums = [_sum(part, issues) for part in parts]
    worth = tuple(
        tuple(
            sum(f * part.worth[i][v] for f, part in zip(factors, sums, strict=True))
            for v in range(len(issue.values))
        )
        for i, issue in enumerate(issues)
    )
    return _Sum(worth, sum(f * part.bias for f, part in zip(factors, sums, strict=True)))
