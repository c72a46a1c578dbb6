"""Genius scenarios: a domain (``negotiation_template``) and a profile a party (``utility_space``).

The utility of a deal is the sum over issues of a weight times the evaluation of the value, as the
file has them; this is what NegMAS computes. Genius itself divides the evaluations listed for an
issue by the greatest of them, so that its utilities, and reservations with them, run up to 1 where
weights sum to 1.

R. Lin et al., "Genius: An Integrated Environment for Supporting the Design of Generic Automated
Negotiators", Computational Intelligence 30(1), 2014, 48-70.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from pathlib import Path

from winset.formats.domain import Domain, DomainIssue, Profile
from winset.formats.functions import evaluator
from winset.formats.levels import integers, levels_between
from winset.formats.trees import Element, number, reservation, xml_tree

__all__ = ["PARTY", "read_genius"]

PARTY = "party"  # attribute of a party's name where its file has another; winset's own
_LEAST = 1e-5  # Genius takes evaluations that are all below it for none
_UNDIVIDED = "that Genius divides an issue's evaluations by the greatest (--as-genius does so)"
# What makes a utility more than a sum over issues, anywhere, and beside the issues alone.
_NONLINEAR = ("hyperrectangle", "hyperrectangles", "constraint", "constraints", "rule", "rules",
              "ufun", "utility_function")  # fmt: skip
_BESIDE = (*_NONLINEAR, "utility")


def read_genius(
    domain: Path, profiles: Sequence[Path], levels: int, *, as_genius: bool = False
) -> Domain:
    """Read a domain and its profiles.

    Parameters
    ----------
    as_genius
        Divide evaluations by the greatest of their issue.

    Raises
    ------
    CaseError
        If something is malformed, or a profile is not additive over issues.
    """
    lost: list[str] = []
    issues = _issues(_objective(xml_tree(domain)), levels, lost)
    read = tuple(_profile(path, issues, lost, as_genius) for path in profiles)
    return Domain(domain.stem, tuple(issue for issue, _ in issues), read, tuple(lost))


_Issue = tuple[DomainIssue, Element]


def _objective(root: Element) -> Element:
    """Find the element that holds the issues."""
    *_, inner = root, *root.named("utility_space")  # the last one counts
    return next(inner.named("objective"), inner)


def _issues(objective: Element, levels: int, lost: list[str]) -> list[_Issue]:
    found: dict[int, _Issue] = {}
    for element in objective.children:
        if element.tag == "weight":
            continue  # a party's, and of no party here
        if element.tag == "objective":
            element.place.fail("an objective within another", "issues in one list")
        if element.tag != "issue":
            element.place.fail(f"<{element.tag}> among the issues", "<issue>")
        index = element.index()
        if index in found:
            element.place.fail(f"a second issue with index {index}")
        found[index] = (_issue(element, levels, lost), element)
    if not found:
        objective.place.fail("there is no issue", "at least one <issue>")
    names = [issue.name for issue, _ in found.values()]
    for issue, element in found.values():
        if names.count(issue.name) > 1:
            element.place.fail(f"two issues are called {issue.name!r}")
    return [found[index] for index in sorted(found)]


def _issue(element: Element, levels: int, lost: list[str]) -> DomainIssue:
    name, kind = element.text("name"), element.attributes.get("type", "discrete")
    if kind == "discrete":
        values = dict.fromkeys(item.text("value") for item in element.named("item"))
        if not values:
            element.place.fail(f"issue {name!r} has no values", '<item index="1" value="..."/>')
        return DomainIssue(name, tuple(values))
    if kind not in ("integer", "real"):
        element.place.fail(f"issue {name!r} is of type {kind!r}", "discrete, integer or real")
    bounds = dict(element.attributes)
    for span in element.named("range"):
        bounds |= span.attributes
    low, high = (number(bounds.get(end), element.place, f"{end} of issue {name!r}")
                 for end in ("lowerbound", "upperbound"))  # fmt: skip
    if high < low:
        element.place.fail(f"issue {name!r} runs from {low:g} to {high:g}", "the lower bound first")
    if kind == "integer":
        return DomainIssue(name, integers(low, high, name, element.place), "integer")
    lost.append(f"{name}: {levels} levels from {low:g} to {high:g} stand for all real numbers")
    return DomainIssue(name, levels_between(low, high, levels), "real")


def _profile(path: Path, issues: list[_Issue], lost: list[str], as_genius: bool) -> Profile:
    root = xml_tree(path)
    if root.tag != "utility_space":
        root.place.fail(f"the file is a <{root.tag}>", "a <utility_space>")
    _additive(root)
    if root.attributes.get("type", "").strip().lower() in ("nonlinear", "non-linear"):
        lost.append(f"{path.stem}: that it is called nonlinear (nothing in it is)")
    objective = root
    for objective in root.named("objective"):  # noqa: B007 - the last one counts
        pass
    weights, bias, placeholder = _weights(objective, issues, lost)
    evaluated, listed = _evaluated(objective, issues, lost)
    if as_genius:
        placeholder = 0.0
        evaluated |= {n: _divided(evaluated[n]) for n in listed}
    elif any(max(evaluated[n]) != 1 for n in listed) and _UNDIVIDED not in lost:
        lost.append(_UNDIVIDED)
    worth = []
    for n, (issue, _) in enumerate(issues):
        values = evaluated[n] if n in evaluated else _unevaluated(issue, objective, lost)
        worth.append(tuple(weights.get(n, 1.0) * value for value in values))
    reserved, discount = 0.0, 1.0
    for element in root.named("discount_factor"):
        discount = element.number("value")
    for element in root.named("reservation"):
        stated = reservation(element.text("value"), element.place, "value of <reservation>")
        reserved = -inf if stated is None else stated
    if discount not in (0.0, 1.0):
        lost.append(f"{path.stem}: discount factor {discount:g} (time has no part in a case)")
    return Profile(root.attributes.get(PARTY) or path.stem, tuple(worth), bias + placeholder,
                   None if reserved == -inf else reserved + placeholder,
                   None if discount in (0.0, 1.0) else discount)  # fmt: skip


def _additive(element: Element, *, parts: tuple[str, ...] = _BESIDE) -> None:
    """Refuse what makes a utility more than a sum over issues, wherever it stands."""
    for part in element.children:
        if part.tag.lower() in parts:
            part.place.fail(f"<{part.tag}>: this utility is not a sum over issues",
                            "evaluations of each issue's values; no other is read")  # fmt: skip
        _additive(part, parts=_BESIDE if part.tag == "objective" else _NONLINEAR)


def _divided(values: list[float]) -> list[float]:
    greatest = max(values)
    return [value / greatest for value in values] if greatest >= _LEAST else [0.0] * len(values)


def _evaluated(
    objective: Element, issues: list[_Issue], lost: list[str]
) -> tuple[dict[int, list[float]], list[int]]:
    """Read evaluations by the place of the issue, and which of them are listed.

    An issue that is only named has none. Of an issue that is there twice the last one counts.
    """
    places = {issue.name: n for n, (issue, _) in enumerate(issues)}
    elements: dict[int, Element] = {}
    for element in objective.children:
        if element.tag == "objective":
            element.place.fail("an objective within another", "issues in one list")
        if element.tag != "issue":
            continue
        name = element.text("name")
        if name not in places:
            element.place.fail(f"the domain has no issue called {name!r}",
                               f"one of {', '.join(places)}")  # fmt: skip
        if places[name] in elements:
            lost.append(f"{_stem(element)}: all but the last of what it says of {name}")
        elements[places[name]] = element
    found = {
        n: _evaluations(element, issues[n][0], lost)
        for n, element in elements.items()
        if any(element.named("item", "evaluator"))
    }
    if not found:
        objective.place.fail("no issue is evaluated", "evaluations of each issue's values")
    return found, [n for n in found if not any(elements[n].named("evaluator"))]


def _unevaluated(issue: DomainIssue, objective: Element, lost: list[str]) -> list[float]:
    """Value an issue that a profile does not evaluate, as NegMAS does.

    It counts nothing where no issue has items; where one has, a number counts as itself.
    """
    has_items = any(any(i.named("item")) for i in objective.named("issue"))
    numbers = [value for value in issue.values if not isinstance(value, str)]
    if has_items and not numbers:
        objective.place.fail(f"issue {issue.name!r} is not evaluated")
    counts = "by its own number" if has_items else "nothing"
    lost.append(f"{_stem(objective)}: {issue.name}, which it does not evaluate, counts {counts}")
    return [float(value) for value in numbers] if has_items else [0.0] * len(issue.values)


def _stem(element: Element) -> str:
    return Path(element.place.file).stem


def _weights(
    objective: Element, issues: list[_Issue], lost: list[str]
) -> tuple[dict[int, float], float, float]:
    """Read weights by the places of issues, and what is added to all deals.

    A weight of an index beyond those of the issues is a constant. Where issues are not numbered
    from 1 without a gap, NegMAS puts a placeholder with the number 1 as its value in each gap, so
    that its weight (1 if there is none) is added too, unless no issue lists evaluations. It has no
    meaning, and the reservation is moved with it.
    """
    indices = [element.index() for _, element in issues]
    weights: dict[int, float] = {}
    constants: dict[int, float] = {}
    bias, in_gaps = 0.0, 1.0
    gaps = set(range(1, max(indices) + 1)) - set(indices)
    for element in objective.named("weight"):
        index, weight = element.index(), element.number("value")
        if index in indices:
            weights[indices.index(index)] = weight
        elif index in gaps:
            in_gaps = weight
        else:
            constants[index] = constants.get(index, 0.0) + weight
            bias += weight
    without = [issue.name for n, (issue, _) in enumerate(issues) if n not in weights]
    if without:
        lost.append(f"{_stem(objective)}: a weight of {', '.join(without)} (there is none; 1 is "
                    "taken)")  # fmt: skip
    if without or set(constants) - {max(indices) + 1}:  # a constant's usual place
        lost += [f"{_stem(objective)}: which issue the weight of index {index} is of ({weight:g} "
                 "is added to every deal)" for index, weight in constants.items()]  # fmt: skip
    listed = any(any(issue.named("item")) for issue in objective.named("issue"))
    return weights, bias, len(gaps) * in_gaps if listed else 0.0


def _evaluations(element: Element, issue: DomainIssue, lost: list[str]) -> list[float]:
    functions = list(element.named("evaluator"))
    if functions:
        function, odd = evaluator(functions[-1], issue)
        lost += [f"{_stem(element)}: {issue.name}: {line}" for line in odd]
        return [function(value) for value in issue.values]
    found: dict[object, float] = {}
    for item in element.named("item"):
        value: object = item.text("value")
        if issue.kind != "discrete":
            value = number(value, item.place, f"a value of issue {issue.name!r}")
        if value not in issue.values:
            item.place.fail(f"issue {issue.name!r} has no value {value!r}")
        found[value] = item.number("evaluation")
    for value in issue.values:
        if value not in found:
            element.place.fail(f"value {value!r} of issue {issue.name!r} has no evaluation")
    return [found[value] for value in issue.values]
