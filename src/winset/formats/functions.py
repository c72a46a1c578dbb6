"""Functions that value one issue, by the names that NegMAS and Genius give them.

Whatever its form, a function of one issue alone keeps a utility a sum over issues: its worth at
each value is all that is needed. The forms are those of NegMAS's ``negmas.preferences.value_fun``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from winset.formats.domain import DomainIssue, Value
from winset.formats.trees import Element, Listing, Place, kind_of, number
from winset.formats.trees import Mapping as Tree

__all__ = ["Function", "evaluator", "value_function"]

Function = Callable[[Value], float]
_Formula = Callable[..., float]
_NEEDED: Final = math.nan


def _bump(x: float, start: float, rise: float, fall: float, end: float) -> float:
    """Rise from 0 at start to 1 between rise and fall, and back to 0 at end."""
    if x < start or x > end:
        return 0.0
    if x < rise:
        return (x - start) / (rise - start)
    return 1.0 if x <= fall else (end - x) / (end - fall)


def _triangle(
    x: float, start: float, middle: float, end: float, bias: float, scale: float
) -> float:
    inside = start < x < end
    return bias + (scale * _bump(x, start, middle, middle, end) if inside else 0.0)


def _trapezoid(
    x: float,
    start: float,
    rise_end: float,
    fall_start: float,
    end: float,
    bias: float,
    scale: float,
) -> float:
    if not start <= rise_end <= fall_start <= end:
        raise ValueError("its corners are not in order")
    return bias + scale * _bump(x, start, rise_end, fall_start, end)


def _bell(x: float, center: float, sigma: float, bias: float, scale: float) -> float:
    if sigma <= 0:
        raise ValueError("sigma is not above 0")
    return bias + scale * math.exp(-((x - center) ** 2) / (2 * sigma * sigma))


# A function's parameters, and what each is where the file does not say.
_FORMULAS: Final[dict[str, tuple[dict[str, float], _Formula]]] = {
    "AffineFun": ({"slope": _NEEDED, "bias": 0}, lambda x, slope, bias: x * slope + bias),
    "LinearFun": ({"slope": _NEEDED}, lambda x, slope: x * slope),
    "IdentityFun": ({}, lambda x: x),
    "QuadraticFun": (
        {"a2": _NEEDED, "a1": _NEEDED, "bias": 0},
        lambda x, a2, a1, bias: a2 * x * x + a1 * x + bias,
    ),
    "TriangularFun": (
        {"start": _NEEDED, "middle": _NEEDED, "end": _NEEDED, "bias": 0, "scale": 1},
        _triangle,
    ),
    "TrapezoidalFun": (
        {"start": _NEEDED, "rise_end": _NEEDED, "fall_start": _NEEDED, "end": _NEEDED, "bias": 0,
         "scale": 1},
        _trapezoid,
    ),
    "GaussianFun": ({"center": _NEEDED, "sigma": _NEEDED, "bias": 0, "scale": 1}, _bell),
    "ExponentialFun": (
        {"tau": _NEEDED, "bias": 0, "base": math.e},
        lambda x, tau, bias, base: base ** (tau * x) + bias,
    ),
    "LogFun": (
        {"tau": _NEEDED, "bias": 0, "base": math.e, "scale": 1},
        lambda x, tau, bias, base, scale: scale * math.log(tau * x, base) + bias,
    ),
    "CosFun": (
        {"multiplier": 1, "bias": 0, "phase": 0, "amplitude": 1},
        lambda x, multiplier, bias, phase, amplitude: amplitude * math.cos(multiplier * x + phase)
        + bias,
    ),
    "SinFun": (
        {"multiplier": 1, "bias": 0, "phase": 0, "amplitude": 1},
        lambda x, multiplier, bias, phase, amplitude: amplitude * math.sin(multiplier * x + phase)
        + bias,
    ),
}  # fmt: skip
# Several bumps on one another: what its lists are called, and the bump of each.
_SEVERAL: Final = {
    "MultiModalGaussianFun": ("GaussianFun", {"centers": "center", "sigmas": "sigma"}),
    "MultiModalTrapezoidalFun": (
        "TrapezoidalFun",
        {"starts": "start", "rise_ends": "rise_end", "fall_starts": "fall_start", "ends": "end"},
    ),
}
_KNOWN: Final = ("TableFun", "ConstFun", "PolynomialFun", "BiasedFun", "AggregatingFun",
                 *_FORMULAS, *_SEVERAL)  # fmt: skip


def value_function(stated: Any, issue: DomainIssue, where: Place) -> Function:  # noqa: ANN401
    """Make the function that a NegMAS file describes.

    Parameters
    ----------
    stated
        A mapping with the function's type; a table of values alone; or a number a value in a list.
    where
        Where it stands, if it is none of these.

    Raises
    ------
    CaseError
        If there is no such function, or a parameter is missing or no number.
    """
    if isinstance(stated, Listing):
        if len(stated) != len(issue.values):
            stated.place.fail(f"{len(stated)} numbers for the values of {issue.name!r}",
                              f"{len(issue.values)} of them")  # fmt: skip
        return _table(dict(zip(issue.values, stated, strict=True)), issue, stated.place)
    if not isinstance(stated, Tree):
        where.fail(f"issue {issue.name!r} is valued by {stated!r}", "a function")
    kind, place = kind_of(stated), stated.place
    if not kind or kind == "TableFun":
        return _table(stated.get("mapping") if kind else stated, issue, place)
    if kind == "ConstFun":
        worth = number(stated.get("bias"), place, "bias")
        return lambda _: worth
    if kind == "PolynomialFun":
        factors = _numbers(stated, "coefficients")
        constant = number(stated.get("bias", 0), place, "bias")
        powers = list(enumerate(factors, start=1))
        return _numeric(lambda x: sum((b * x**n for n, b in powers), constant), issue, place)
    if kind in ("BiasedFun", "AggregatingFun"):
        return _sum_of(kind, stated, issue)
    if kind in _SEVERAL:
        return _several(kind, stated, issue)
    if kind not in _FORMULAS:
        place.fail(f"issue {issue.name!r} is valued by a {kind}", f"one of {', '.join(_KNOWN)}")
    defaults, formula = _FORMULAS[kind]
    given = _parameters(defaults, stated, place)
    return _numeric(lambda x: formula(x, **given), issue, place)


# A Genius evaluator's parameters: by which two names, and what each is where neither is there.
_EVALUATORS: Final[dict[str, tuple[str, dict[str, tuple[str, str, float]]]]] = {
    "linear": ("AffineFun", {"slope": ("slope", "parameter1", 1.0),
                             "bias": ("offset", "parameter0", 0.0)}),
    "quadratic": ("QuadraticFun", {"bias": ("parameter0", "offset", 0.0),
                                   "a1": ("parameter1", "a1", 1.0),
                                   "a2": ("parameter2", "a2", 1.0)}),
    "triangular": ("TriangularFun", {"start": ("parameter0", "start", 0.0),
                                     "end": ("parameter1", "end", 1.0),
                                     "middle": ("parameter2", "middle", 1.0)}),
}  # fmt: skip


def evaluator(element: Element, issue: DomainIssue) -> tuple[Function, list[str]]:
    """Make the function that a Genius evaluator describes, and say what is odd about it.

    Parameters that are missing are taken as NegMAS takes them. A triangle whose corners are not in
    order is read as it stands.

    Raises
    ------
    CaseError
        If there is no such function, or a parameter is no number.
    """
    kind, given = element.text("ftype"), element.attributes
    if kind not in _EVALUATORS:
        *others, last = _EVALUATORS
        element.place.fail(f"an evaluator of type {kind!r}", f"{', '.join(others)} or {last}")
    form, names = _EVALUATORS[kind]
    stated: dict[Any, Any] = {"type": form}
    odd = []
    for name, (first, second, default) in names.items():
        key = first if first in given else second
        stated[name] = element.number(key, default)
        if key not in given:
            odd.append(f"its {kind} evaluator states no {first} ({stated[name]:g} is taken)")
    if kind == "triangular" and not stated["start"] <= stated["middle"] <= stated["end"]:
        corners = " to ".join(f"{stated[corner]:g}" for corner in ("start", "middle", "end"))
        odd.append(f"its triangular evaluator has corners that are not in order ({corners})")
    return value_function(_placed(stated, element.place), issue, element.place), odd


def _placed(stated: dict[Any, Any], place: Place) -> Tree:
    tree = Tree(stated)
    tree.place = place
    return tree


def _table(stated: object, issue: DomainIssue, place: Place) -> Function:
    if not isinstance(stated, dict):
        place.fail(f"the table of issue {issue.name!r} is {stated!r}", "a value and a number each")
    # JSON has words alone for keys, and true and false in small letters.
    words = {str(key): worth for key, worth in stated.items()}
    found = {}
    for value in issue.values:
        worth = stated.get(value, words.get(str(value), words.get(_small(value))))
        if worth is None:
            place.fail(f"value {value!r} of issue {issue.name!r} is not in its table")
        found[value] = number(worth, place, f"the worth of {value!r}")
    return found.__getitem__


def _small(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _numeric(formula: Callable[[float], float], issue: DomainIssue, place: Place) -> Function:
    """Refuse words, and values at which there is no finite worth."""
    what = f"issue {issue.name!r}"

    def worth(value: Value) -> float:
        if isinstance(value, str):
            place.fail(f"a function of the words of {what}", "a worth for each of them")
        x = float(value)
        try:
            found = formula(x)
        except (ArithmeticError, ValueError) as error:
            place.fail(f"{what} has no worth at {value!r}: {error}")
        if isinstance(found, complex) or not math.isfinite(found):
            place.fail(f"the worth of {what} at {value!r} is {found}", "a finite number")
        return found

    return worth


def _parameters(
    defaults: Mapping[str, float], tree: Mapping[Any, Any], place: Place
) -> dict[str, float]:
    return {name: number(tree[name], place, name) if tree.get(name) is not None
            else _default(name, value, place) for name, value in defaults.items()}  # fmt: skip


def _default(name: str, value: float, place: Place) -> float:
    if math.isnan(value):
        place.fail(f"a function without {name}", f"a number under {name}")
    return value


def _numbers(tree: Tree, name: str) -> list[float]:
    stated = tree.get(name)
    if not isinstance(stated, list):
        tree.place.fail(f"{name} is {stated!r}", "a list of numbers")
    return [number(n, tree.place, f"a number under {name}") for n in stated]


def _sum_of(kind: str, tree: Tree, issue: DomainIssue) -> Function:
    parts = [tree.get("fun")] if kind == "BiasedFun" else tree.get("funs")
    if not isinstance(parts, list) or not parts:
        tree.place.fail(f"a {kind} of {parts!r}", "one function or more")
    if tree.get("normalize"):
        tree.place.fail(f"a {kind} that is to be normalized", "numbers that are so already")
    weights = [1.0] * len(parts)
    if kind == "AggregatingFun" and tree.get("weights") is not None:
        weights = _numbers(tree, "weights")
    if len(weights) != len(parts):
        tree.place.fail(f"{len(parts)} functions have {len(weights)} weights", "as many of each")
    inner = [value_function(part, issue, tree.place) for part in parts]
    bias = number(tree.get("bias", 0), tree.place, "bias")
    return lambda value: bias + sum(w * f(value) for w, f in zip(weights, inner, strict=True))


def _several(kind: str, tree: Tree, issue: DomainIssue) -> Function:
    single, names = _SEVERAL[kind]
    lists = {one: _numbers(tree, many) for many, one in names.items()}
    for many, one in (("biases", "bias"), ("scales", "scale")):
        if tree.get(many) is not None:
            lists[one] = _numbers(tree, many)
    count = len(next(iter(lists.values())))
    if any(len(found) != count for found in lists.values()):
        tree.place.fail(f"the lists of a {kind} differ in length", "one number a bump in each")
    bumps: list[Any] = [
        _placed({"type": single} | {name: found[n] for name, found in lists.items()}, tree.place)
        for n in range(count)
    ]
    whole = {"funs": bumps, "weights": tree.get("weights"), "bias": tree.get("bias", 0)}
    return _sum_of("AggregatingFun", _placed(whole, tree.place), issue)
