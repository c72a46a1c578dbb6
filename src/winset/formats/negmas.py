"""NegMAS scenarios: a folder of YAML or JSON files, one the outcome space, one a utility a party.

Y. Mohammad, S. Nakadai & A. Greenwald, "NegMAS: A Platform for Situated Negotiations", Recent
Advances in Agent-based Negotiation (Springer, 2021), 57-75.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from winset.formats.domain import Domain, DomainIssue, Profile, Value
from winset.formats.levels import integers, levels_between
from winset.formats.trees import Listing, Mapping, Place, number, yaml_tree

__all__ = ["kind_of", "read_negmas"]

_TYPES = ("type", "__python_class__")
_DISCOUNTED = ("ExpDiscountedUFun", "LinDiscountedUFun")


def kind_of(tree: Any) -> str:  # noqa: ANN401 - whatever a file holds
    """Tell the type a mapping states, without the module it is in; "" if none."""
    if not isinstance(tree, Mapping):
        return ""
    stated = next((tree[name] for name in _TYPES if name in tree), "")
    return str(stated).rsplit(".", 1)[-1]


def read_negmas(domain: Path, profiles: Sequence[Path], levels: int) -> Domain:
    """Read an outcome space and its utilities.

    Raises
    ------
    CaseError
        If something is malformed, or a utility is not a sum over issues.
    """
    lost: list[str] = []
    tree = yaml_tree(domain)
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


def _issue(tree: Any, where: Place, levels: int, lost: list[str]) -> DomainIssue:  # noqa: ANN401
    if not isinstance(tree, Mapping):
        where.fail(f"an issue is {tree!r}", "a mapping with name, type and values")
    name, values, kind = str(tree.get("name", "")), tree.get("values"), kind_of(tree)
    if not name:
        tree.place.fail("an issue has no name")
    if isinstance(values, bool) or values is None:
        tree.place.fail(f"issue {name!r} has values {values!r}", "a list, or two bounds")
    if kind in ("ContiguousIssue", "ContinuousIssue"):
        ends = (
            values if isinstance(values, list) else [0, int(number(values, tree.place, name)) - 1]
        )
        if len(ends) != 2:
            tree.place.fail(f"issue {name!r} has {len(ends)} bounds", "two")
        low, high = (number(end, tree.place, f"a bound of issue {name!r}") for end in ends)
        if kind == "ContiguousIssue":
            return DomainIssue(name, integers(low, high, name, tree.place), "integer")
        lost.append(f"{name}: {levels} levels from {low:g} to {high:g} stand for all real numbers")
        return DomainIssue(name, levels_between(low, high, levels), "real")
    if isinstance(values, int):
        return DomainIssue(name, integers(0, values - 1, name, tree.place), "integer")
    plain = isinstance(values, list) and all(isinstance(v, str | int | float) for v in values)
    if not plain or not values:
        tree.place.fail(f"issue {name!r} of type {kind} has values that cannot be listed",
                        "a list of words or numbers")  # fmt: skip
    return DomainIssue(name, tuple(dict.fromkeys(values)))


def _profile(path: Path, issues: tuple[DomainIssue, ...], lost: list[str]) -> Profile:
    tree = yaml_tree(path)
    name = str(tree.get("name") or path.stem)
    reserved = tree.get("reserved_value")
    discount = None
    while kind_of(tree) in _DISCOUNTED:
        discount = number(tree.get("discount", 1.0), tree.place, "discount")
        lost.append(f"{name}: discounted by {discount:g} (time has no part in a case)")
        inner = tree.get("ufun")
        if not isinstance(inner, Mapping):
            tree.place.fail("a discounted utility without one it discounts", "ufun:")
        tree = inner
        reserved = tree.get("reserved_value", reserved)
    if tree.get("reserved_outcome") is not None:
        lost.append(f"{name}: its reserved outcome")
    reservation = _reservation(reserved, tree.place)
    bias = number(tree.get("bias", 0.0), tree.place, "bias")
    functions = _functions(tree, issues)
    weights = _weights(tree, issues)
    rows = zip(issues, weights, functions, strict=True)
    worth = tuple(tuple(w * function(v) for v in issue.values) for issue, w, function in rows)
    return Profile(name, worth, bias, reservation, discount)


def _reservation(stated: object, place: Place) -> float | None:
    if stated is None or str(stated).lower() in ("-inf", "-.inf", "-infinity", "nan"):
        return None
    return number(stated, place, "reserved_value")


def _weights(tree: Mapping, issues: tuple[DomainIssue, ...]) -> list[float]:
    stated = tree.get("weights")
    if stated is None:
        linear = kind_of(tree) in ("AffineUtilityFunction", "LinearUtilityFunction")
        return [1.0 / len(issues) if linear else 1.0] * len(issues)
    if isinstance(stated, Mapping):
        return [number(stated.get(i.name, 1.0), stated.place, f"weight of {i.name}")
                for i in issues]  # fmt: skip
    if not isinstance(stated, Listing) or len(stated) != len(issues):
        tree.place.fail("weights do not match the issues", f"{len(issues)} numbers")
    return [number(weight, stated.place, "a weight") for weight in stated]


_Function = Callable[[Value], float]


def _functions(tree: Mapping, issues: tuple[DomainIssue, ...]) -> list[_Function]:
    kind = kind_of(tree)
    if kind in ("AffineUtilityFunction", "LinearUtilityFunction"):
        return [lambda value: number(value, tree.place, "a value") for _ in issues]
    if kind != "LinearAdditiveUtilityFunction":
        tree.place.fail(
            f"a utility of type {kind or 'unknown'}",
            "LinearAdditiveUtilityFunction; nonlinear utilities are not read",
        )
    values = tree.get("values")
    if isinstance(values, Mapping):
        values = [values.get(issue.name, {"type": "IdentityFun"}) for issue in issues]
    if not isinstance(values, list) or len(values) != len(issues):
        tree.place.fail("value functions do not match the issues", f"{len(issues)} of them")
    return [_function(value, issue, tree.place)
            for value, issue in zip(values, issues, strict=True)]  # fmt: skip


def _function(tree: Any, issue: DomainIssue, where: Place) -> _Function:  # noqa: ANN401
    place = tree.place if isinstance(tree, Mapping | Listing) else where
    if isinstance(tree, Listing):
        if len(tree) != len(issue.values):
            place.fail(f"{len(tree)} numbers for the values of {issue.name!r}",
                       f"{len(issue.values)} of them")  # fmt: skip
        return _table(dict(zip(issue.values, tree, strict=True)), issue, place)
    if not isinstance(tree, dict):
        place.fail(f"issue {issue.name!r} is valued by {tree!r}", "a function")
    kind = "IdentityFun" if not isinstance(tree, Mapping) else kind_of(tree)
    if kind == "TableFun" or not kind:
        return _table(tree.get("mapping", {}) if kind else tree, issue, place)
    numbers = {key: number(tree.get(key, default), place, key)
               for key, default in (("slope", 1.0), ("bias", 0.0))}  # fmt: skip
    slopes = {"AffineFun": numbers["slope"], "LinearFun": numbers["slope"], "IdentityFun": 1.0,
              "ConstFun": 0.0}  # fmt: skip
    if kind not in slopes:
        place.fail(f"issue {issue.name!r} is valued by a {kind}",
                   "TableFun, AffineFun, LinearFun, IdentityFun or ConstFun")  # fmt: skip
    slope, bias = slopes[kind], 0.0 if kind in ("LinearFun", "IdentityFun") else numbers["bias"]
    if not slope:
        return lambda _: bias
    return lambda value: slope * number(value, place, f"a value of {issue.name!r}") + bias


def _table(stated: Any, issue: DomainIssue, place: Place) -> _Function:  # noqa: ANN401
    if not isinstance(stated, dict):
        place.fail(f"the table of issue {issue.name!r} is {stated!r}", "a value and a number each")
    # JSON has words alone for keys.
    words = {str(key): worth for key, worth in stated.items()}
    found = {}
    for value in issue.values:
        worth = stated.get(value, words.get(str(value)))
        if worth is None:
            place.fail(f"value {value!r} of issue {issue.name!r} is not in its table")
        found[value] = number(worth, place, f"the worth of {value!r}")
    return found.__getitem__
