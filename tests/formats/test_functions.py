"""Functions of one issue, against values worked out by hand."""

import math
from pathlib import Path

import pytest

from winset.errors import CaseError
from winset.formats.domain import DomainIssue
from winset.formats.files import file_tree
from winset.formats.functions import value_function
from winset.formats.trees import Place

NUMBERS = DomainIssue("n", (0, 1, 2, 3, 4), "integer")


def worth(tmp_path: Path, text: str, issue: DomainIssue = NUMBERS):
    file = tmp_path / "f.yml"
    file.write_text(text)
    function = value_function(file_tree(file), issue, Place(str(file), 1))
    return [function(value) for value in issue.values]


WORKED = [
    ("{type: negmas.preferences.value_fun.LinearFun, slope: 2}", [0, 2, 4, 6, 8]),
    ("{type: AffineFun, slope: -1, bias: 4}", [4, 3, 2, 1, 0]),
    ("{type: IdentityFun}", [0, 1, 2, 3, 4]),
    ("{type: ConstFun, bias: 7}", [7, 7, 7, 7, 7]),
    ("{type: QuadraticFun, a2: 1, a1: -4, bias: 5}", [5, 2, 1, 2, 5]),
    ("{type: PolynomialFun, coefficients: [1, 0, 2], bias: 1}", [1, 4, 19, 58, 133]),
    ("{type: TriangularFun, start: 0, middle: 1, end: 3}", [0, 1, 0.5, 0, 0]),
    ("{type: TriangularFun, start: 0, middle: 0, end: 4}", [0, 0.75, 0.5, 0.25, 0]),
    ("{type: TrapezoidalFun, start: 0, rise_end: 2, fall_start: 3, end: 5, scale: 4, bias: 1}",
     [1, 3, 5, 5, 3]),
    ("{type: GaussianFun, center: 2, sigma: 1, scale: 2}",
     [2 * math.exp(-2), 2 * math.exp(-0.5), 2, 2 * math.exp(-0.5), 2 * math.exp(-2)]),
    ("{type: ExponentialFun, tau: 1, base: 2}", [1, 2, 4, 8, 16]),
    ("{type: CosFun, amplitude: 2}", [2 * math.cos(n) for n in range(5)]),
    ("{type: SinFun, multiplier: 2, phase: 1}", [math.sin(2 * n + 1) for n in range(5)]),
    ("{type: BiasedFun, bias: 1, fun: {type: LinearFun, slope: 1}}", [1, 2, 3, 4, 5]),
    ("{type: AggregatingFun, weights: [1, -1], funs: [{type: LinearFun, slope: 3},"
     " {type: TableFun, mapping: {0: 1, 1: 1, 2: 1, 3: 1, 4: 5}}]}", [-1, 2, 5, 8, 7]),
    ("{type: MultiModalTrapezoidalFun, starts: [0, 2], rise_ends: [1, 3], fall_starts: [1, 3],"
     " ends: [2, 4], weights: [1, 2]}", [0, 1, 0, 2, 0]),
    ("[5, 4, 3, 2, 1]", [5, 4, 3, 2, 1]),
    ("{0: 1, 1: 2, 2: 3, 3: 4, 4: 5}", [1, 2, 3, 4, 5]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "right"), WORKED)
def test_worth_at_every_value(tmp_path, text, right):
    assert worth(tmp_path, text) == pytest.approx(right, abs=1e-12)


def test_logarithm(tmp_path):
    issue = DomainIssue("n", (1, 2, 4), "integer")
    assert worth(tmp_path, "{type: LogFun, tau: 2, base: 2}", issue) == pytest.approx([1, 2, 3])


REFUSED = [
    ("{type: LambdaFun, f: x}", "LambdaFun"),
    ("{type: LogFun, tau: 1}", "no worth at 0"),
    ("{type: ExponentialFun, tau: 10000}", "no worth at 1"),
    ("{type: GaussianFun, center: 1, sigma: 0}", "sigma"),
    ("{type: TrapezoidalFun, start: 3, rise_end: 2, fall_start: 3, end: 5}", "not in order"),
    ("{type: AggregatingFun, funs: []}", "one function or more"),
    ("{type: AggregatingFun, funs: [x]}", "a function"),
    ("{type: AggregatingFun, funs: [{type: IdentityFun}], weights: []}", "as many of each"),
    ("{type: BiasedFun, normalize: true, fun: {type: IdentityFun}}", "normalized"),
    ("{type: MultiModalGaussianFun, centers: [1], sigmas: [1, 2]}", "differ in length"),
    ("{type: PolynomialFun, coefficients: 3}", "list of numbers"),
    ("{type: TableFun, mapping: 3}", "a value and a number each"),
    ("[1, 2]", "2 numbers"),
    ("{type: ConstFun}", "a number"),
    ("text", "a function"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_is_refused_is_located(tmp_path, text, told):
    with pytest.raises(CaseError, match=told) as caught:
        worth(tmp_path, text)
    assert caught.value.faults[0].line == 1


def test_words_need_a_table(tmp_path):
    with pytest.raises(CaseError, match="function of the words"):
        worth(tmp_path, "{type: IdentityFun}", DomainIssue("w", ("a", "b")))
