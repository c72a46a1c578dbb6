"""Moves, `break` and priorities in case files: read, saved, and every fault located."""

import pytest

from winset.casefile import load_text
from winset.casefile.save import save
from winset.errors import CaseError

CASE = """format: 1
name: t
title: T
as_of: 2025-01-01
sources: {s: {title: S}}
parties: {a: A, b: B}
issues:
  x:
    options: [n, y, z]
    now: n
    decided_by: a + b
    break: b @s:1 said
    moves: [n to y @s, {line: y to z by a, id: on}]
  w: {options: [n, y], now: n, decided_by: a, moves: n to y}
priorities:
  a: [x is y @s:2 said, {either: [w is y, w is n (0.7)]}]
"""


def test_all_of_it_is_read():
    case = load_text(CASE)
    x = case.issue("x")
    assert x.undone_by == ("b",)
    assert [(m.origin, m.target, m.parties, m.statement.id) for m in x.moves] == [
        ("n", "y", (), "issues.x.moves"), ("y", "z", ("a",), "on"),
    ]  # fmt: skip
    assert x.undone_by_by is not None
    assert x.undone_by_by.source.basis == "said"
    assert [str(p.condition) for p in case.priorities] == ["x is y", "w is y", "w is n"]
    assert [p.statement.share.middle for p in case.priorities] == pytest.approx([1, 0.3, 0.7])
    kinds = {s.kind for s in case.statements()}
    assert {"move", "break", "priority"} <= kinds


def test_saving_and_loading_gives_an_equal_case():
    case = load_text(CASE)
    assert load_text(save(case)) == case


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ("break: b @s", "break: bb @s", ":12:", "unknown party `bb`"),
        ("n to y @s", "n to yy @s", ":13:", "unknown option of `x`: `yy`"),
        ("n to y @s", "n -> y @s", ":13:", "is no move"),
        ("n to y @s", "n to n @s", ":13:", "to itself"),
        ("n to y @s", "open to y @s", ":13:", "never stands at `open`"),
        ("by a, id", "by e, id", ":13:", "unknown party `e`"),
        ("x is y @s:2", "x is yy @s:2", ":16:", "unknown option of `x`: `yy`"),
        ("x is y @s:2", "q is y @s:2", ":16:", "unknown issue `q`"),
        ("priorities:", "preferences: {a: {x: y > n}}\npriorities:", ":15:", "has priorities"),
    ],
)
def test_faults_are_located(old, new, place, found):
    with pytest.raises(CaseError) as caught:
        load_text(CASE.replace(old, new))
    assert any(place in str(f) and found in str(f) for f in caught.value.faults), caught.value


def test_more_priorities_than_are_told_apart():
    many = ", ".join(["x is y"] * 31)
    with pytest.raises(CaseError, match="at most 30"):
        load_text(CASE.replace("x is y @s:2 said", many))
