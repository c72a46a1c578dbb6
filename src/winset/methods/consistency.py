"""Whether what was said of values or weights leaves room for all its strict steps.

A linear program maximises the slack that all strict steps have in common; what was said is
consistent if that is positive. (With equality allowed, ``a > b`` and ``b > a`` would both hold
where ``a = b``.) SciPy is imported when a program has to be solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from winset.methods.orders import Box, Line, merge
from winset.methods.simplex import WIDE
from winset.methods.streams import Floats
from winset.methods.values import Attribute

_LEAST_SLACK = 1e-9


def weights_consistent(count: int, lines: Sequence[Line], box: Box | None = None) -> bool:
    """Say whether weights exist that obey all lines with room to spare.

    Lines alone contradict each other only where something would stand above itself; the program
    is needed where numbers come in.
    """
    if merge(range(count), lines) is None:
        return False
    if box is None or not lines:
        return True
    bound = [_Bound(line, np.eye(count), True) for line in lines]
    return _feasible(bound, box)


def values_consistent(
    count: int,
    lines: Sequence[Line],
    box: Box | None = None,
    attributes: Sequence[Attribute] = (),
) -> bool:
    """Say whether values exist that obey all lines with room to spare.

    The program is needed where numbers or attributes meet an order, or where several lines have
    wide steps to compare.
    """
    if merge(range(count), lines) is None:
        return False
    if not all(values_consistent(a.count, a.lines) for a in attributes):
        return False
    wide = len(lines) > 1 and any(any(line.wide) for line in lines)
    if not (lines and (box is not None or attributes or wide)):
        return True
    if not attributes:
        return _feasible([_Bound(line, np.eye(count), False) for line in lines], box)
    starts = np.cumsum([0, *(a.count for a in attributes)])
    worth = np.zeros((count, starts[-1]))
    bound = []
    for start, a in zip(starts, attributes, strict=False):
        worth[np.arange(count), start + np.array(a.element)] = 1.0
        own = np.eye(a.count, starts[-1], start)
        bound += [_Bound(line, own, False) for line in a.lines]
    return _feasible([*bound, *(_Bound(line, worth, False) for line in lines)], None)


@dataclass(frozen=True, eq=False)
class _Bound:
    """A line over things that are linear in the variables: ``forms`` (things, variables).

    ``ratios`` is true where ``>>`` compares the two sides of a step (weights), false where it
    compares steps (values).
    """

    line: Line
    forms: Floats
    ratios: bool

    def unfolded(self) -> Iterator[list[tuple[Floats, Floats, bool]]]:
        """Give the steps (above, below, wide) and what has to be at least 0, in every case.

        Cases differ in which thing of the loose level is its greatest and which its least.
        """
        line, levels = self.line, [list(level) for level in self.line.levels]
        loose = levels[line.loose] if line.loose >= 0 else levels[0][:1]
        for top, end in product(loose, repeat=2):
            if top == end and len(loose) > 1:
                continue
            ends = [(x[0], x[0]) for x in levels]
            if line.loose >= 0:
                ends[line.loose] = (top, end)
            yield [
                (self.forms[upper], self.forms[lower], wide)
                for (_, upper), (lower, _), wide in zip(ends, ends[1:], line.wide, strict=False)
            ] + [
                (self.forms[a], self.forms[b], False)
                for a, b in [(top, i) for i in loose] + [(i, end) for i in loose]
                if a != b and len(loose) > 2
            ]

    def wide(self, steps: Sequence[tuple[Floats, Floats, bool]]) -> list[Floats]:
        """Give what has to be at least 0 for the wide steps to be wide."""
        if self.ratios:
            return [a - WIDE * b for a, b, wide in steps if wide]
        count = len(self.line.wide)
        plain = [a - b for a, b, wide in steps[:count] if not wide]
        return [a - b - WIDE * p for a, b, wide in steps if wide for p in plain]

    def ties(self) -> list[Floats]:
        """Give what has to be 0."""
        tied = self.line.ties
        return [self.forms[level[0]] - self.forms[i] for level in tied for i in level[1:]]


def _feasible(bound: Sequence[_Bound], box: Box | None) -> bool:
    """Say whether all lines can hold, in some case of each, with positive slack."""
    equal = [row for b in bound for row in b.ties()]
    for steps in product(*(list(b.unfolded()) for b in bound)):
        strict = [a - b for one in steps for a, b, _ in one]
        wide = [row for b, one in zip(bound, steps, strict=True) for row in b.wide(one)]
        # Exact numbers may meet "at least twice" exactly; elsewhere that would leave no room.
        slack = [1.0] * len(strict) + [0.0 if box is not None else 1.0] * len(wide)
        if _slack(np.array(strict + wide), np.array(slack), equal, box) > _LEAST_SLACK:
            return True
    return False


def _slack(rows: Floats, slack: Floats, equal: list[Floats], box: Box | None) -> float:
    """Maximise s where ``rows @ x >= slack * s`` and ``equal @ x = 0``; -1 if nothing does."""
    from scipy.optimize import linprog

    if not len(rows):
        return 1.0
    variables = rows.shape[1]
    size = max((abs(end) for ends in box for end in ends), default=0.0) if box else 1.0
    scale = size or 1.0
    bounds = [(low / scale, high / scale) for low, high in box] if box else [(0, 1)] * variables
    solved = linprog(
        np.append(np.zeros(variables), -1.0),
        A_ub=np.column_stack([-rows, slack]),
        b_ub=np.zeros(len(rows)),
        A_eq=np.column_stack([np.array(equal), np.zeros(len(equal))]) if equal else None,
        b_eq=np.zeros(len(equal)) if equal else None,
        bounds=[*bounds, (None, 1)],
        method="highs",
    )
    return float(solved.x[-1]) if solved.status == 0 and solved.x is not None else -1.0
