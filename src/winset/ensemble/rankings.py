"""From what was said of options or weights to the sampler that draws what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from winset.case import Issue
from winset.errors import TooLargeError
from winset.language.terms import (
    OTHERS,
    ByAttribute,
    Conditional,
    Indifferent,
    Numbers,
    Order,
    Ranking,
)
from winset.methods.consistency import values_consistent, weights_consistent
from winset.methods.orders import Box, CycleError, Line
from winset.methods.sampling import Sampler
from winset.methods.values import Attribute, value_sampler
from winset.methods.weights import weight_sampler
from winset.space import Space, States, holds, issues_of

Cells = NDArray[np.int64]
MOST_CELLS = 20_000
"""Combinations of options that one statement's conditions may distinguish."""


def too_wide(what: str, issues: Sequence[str], cells: int) -> str:
    """Word the refusal of a statement whose conditions speak of too much at once."""
    return (
        f"the conditions on {what} speak of {', '.join(issues)} together: {cells:,} combinations, "
        f"and up to {MOST_CELLS:,} are computed; let them speak of fewer issues"
    )


@dataclass(frozen=True)
class Open:
    """What statements leave open: lines, ranges and attributes over numbered things.

    ``empty`` is true where numbers clash with each other or with attributes.
    """

    count: int
    lines: tuple[Line, ...] = ()
    box: Box | None = None
    attributes: tuple[Attribute, ...] = ()
    weights: bool = False
    empty: bool = False

    def consistent(self) -> bool:
        """Say whether anything is left, with room in every strict step."""
        if self.empty:
            return False
        try:
            self.sampler()
        except CycleError:
            return False
        if self.weights:
            return weights_consistent(self.count, self.lines, self.box)
        return values_consistent(self.count, self.lines, self.box, self.attributes)

    def sampler(self) -> Sampler:
        """Return the sampler; CycleError if the lines contradict each other."""
        if self.weights:
            return weight_sampler(self.count, self.lines, self.box)
        return value_sampler(self.count, self.lines, self.box, self.attributes)

    def acceptance(self) -> float:
        """Estimate the least share of proposals that any of its samplers accepts."""
        parts = [value_sampler(a.count, a.lines) for a in self.attributes]
        return min(s.acceptance() for s in (self.sampler(), *parts))


def line_of(order: Order, index: Mapping[str, int]) -> Line:
    """Put numbers for an order's names; ``others`` become a level of all names not on it."""
    rest = tuple(sorted(n for name, n in index.items() if name not in order.names))
    levels: list[tuple[int, ...]] = []
    wide: list[bool] = []
    loose, step = -1, False
    for k, level in enumerate(order.levels):
        step |= k > 0 and order.wide[k - 1]
        members = rest if OTHERS in level else tuple(sorted(index[name] for name in level))
        if not members:
            continue
        if levels:
            wide.append(step)
        if OTHERS in level:
            loose = len(levels)
        levels.append(members)
        step = False
    return Line(tuple(levels), tuple(wide), loose)


def box_of(numbers: Sequence[Numbers], index: Mapping[str, int]) -> Box | None:
    """Give every thing its range: what all numbers on it have in common.

    Things without a number lie between the least and the greatest number named. None if two
    ranges of one thing have no number in common.
    """
    ends = [r for n in numbers for _, r in n.entries]
    least, greatest = min(r.low for r in ends), max(r.high for r in ends)
    box = [(least, greatest)] * len(index)
    for name, r in (entry for n in numbers for entry in n.entries):
        low, high = box[index[name]]
        box[index[name]] = (max(low, r.low), min(high, r.high))
    return tuple(box) if all(low <= high for low, high in box) else None


def weighing(rankings: Sequence[Order | Numbers], index: Mapping[str, int]) -> Open:
    """Merge statements on weights of the things numbered in ``index``."""
    lines = tuple(line_of(r, index) for r in rankings if isinstance(r, Order))
    numbers = [r for r in rankings if isinstance(r, Numbers) and r.entries]
    box = box_of(numbers, index) if numbers else None
    empty = bool(numbers) and box is None
    return Open(len(index), lines, box, weights=True, empty=empty)


# ── values of the options of one issue ──────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Wishes:
    """What one party's statements on one issue say.

    ``issues`` are the issues (internal indices, ascending) that their conditions speak of and the
    issue itself, () without conditions; ``cases`` what is left open in each case that the
    conditions distinguish, with the number of its branches; ``case_of`` and ``option_of`` the
    case and the issue's option in every combination of options of ``issues``.
    """

    cases: tuple[tuple[tuple[int, ...], Open], ...]
    issues: tuple[int, ...] = ()
    case_of: Cells = field(default_factory=lambda: np.zeros(1, dtype=np.int64), compare=False)
    option_of: Cells = field(default_factory=lambda: np.zeros(1, dtype=np.int64), compare=False)

    def consistent(self) -> bool:
        """Say whether something is left open in every case."""
        return all(left.consistent() for _, left in self.cases)


def wishes(rankings: Sequence[Ranking], issue: Issue, space: Space) -> Wishes:
    """Merge one party's statements on one issue, in every case their conditions distinguish."""
    number = space.issue_index[issue.id]
    plain = [r for r in rankings if not isinstance(r, Conditional)]
    conditional = [r for r in rankings if isinstance(r, Conditional)]
    if not conditional:
        return Wishes((((), _open(plain, issue, space)),))
    asked = [c for r in conditional for _, c in r.branches if c is not None]
    issues = tuple(sorted({number}.union(*(issues_of(c, space) for c in asked))))
    sizes = [space.sizes[i] for i in issues]
    if prod(sizes) > MOST_CELLS:
        raise TooLargeError(too_wide(issue.id, [space.issues[i] for i in issues], prod(sizes)))
    cells = np.indices(sizes).reshape(len(sizes), -1).T
    states = np.tile(space.state(), (len(cells), 1))
    states[:, list(issues)] = cells
    branches = np.column_stack([_branch(r, space, states) for r in conditional])
    found, case_of = np.unique(branches, axis=0, return_inverse=True)
    cases = []
    for row in found:
        chosen = [_ranking(r, int(b)) for r, b in zip(conditional, row, strict=True)]
        said = [*plain, *(r for r in chosen if r is not None)]
        cases.append((tuple(map(int, row)), _open(said, issue, space)))
    own = cells[:, issues.index(number)].astype(np.int64)
    return Wishes(tuple(cases), issues, case_of.reshape(-1), own)


def _branch(conditional: Conditional, space: Space, states: States) -> Cells:
    """Find the branch that applies in each state (one past the last: none does)."""
    held = [np.ones(len(states), dtype=np.bool_) if c is None else holds(c, space, states)
            for _, c in conditional.branches]  # fmt: skip
    held.append(np.ones(len(states), dtype=np.bool_))
    return np.asarray(np.argmax(np.array(held), axis=0), dtype=np.int64)


def _ranking(conditional: Conditional, branch: int) -> Ranking | None:
    return conditional.branches[branch][0] if branch < len(conditional.branches) else None


def _open(rankings: Sequence[Ranking], issue: Issue, space: Space) -> Open:
    options = space.options[space.issue_index[issue.id]]
    index = {option: n for n, option in enumerate(options)}
    lines = [line_of(r, index) for r in rankings if isinstance(r, Order)]
    if any(isinstance(r, Indifferent) for r in rankings):
        lines.append(Line((tuple(range(len(options))),), ()))
    numbers = [r for r in rankings if isinstance(r, Numbers) and r.entries]
    box = box_of(numbers, index) if numbers else None
    attributes = _attributes([r for r in rankings if isinstance(r, ByAttribute)], issue, options)
    empty = bool(numbers) and (box is None or bool(attributes))
    return Open(len(options), tuple(lines), box, attributes, empty=empty)


def _attributes(
    rankings: Sequence[ByAttribute], issue: Issue, options: tuple[str, ...]
) -> tuple[Attribute, ...]:
    described = {o.id: dict(o.attributes) for o in issue.options}
    found = []
    for name in sorted({r.attribute for r in rankings}):
        said = [r.order for r in rankings if r.attribute == name]
        values = {described.get(o, {}).get(name) for o in options} - {None}
        values |= {n for order in said for n in order.names}
        index = {str(value): n for n, value in enumerate(sorted(map(str, values)))}
        elements, count = [], len(index)
        for option in options:
            value = described.get(option, {}).get(name)
            elements.append(count if value is None else index[value])
            count += value is None
        lines = tuple(line_of(order, index) for order in said)
        found.append(Attribute(name, tuple(elements), count, lines))
    return tuple(found)
