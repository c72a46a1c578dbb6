"""A scenario as other programs hold it: issues with values, and one additive utility a party."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from winset.errors import AskError

Value = str | int | float | bool
IssueKind = Literal["discrete", "integer", "real"]


@dataclass(frozen=True, slots=True)
class DomainIssue:
    """An issue: its values in order. A real one has the levels it was divided into."""

    name: str
    values: tuple[Value, ...]
    kind: IssueKind = "discrete"

    def place(self, value: object) -> int:
        """Give the place of a value, itself or in words.

        Raises
        ------
        AskError
            If there is no such value, or several are the same in words.
        """
        same = [n for n, own in enumerate(self.values) if type(own) is type(value) and own == value]
        same = same or [n for n, own in enumerate(self.values) if _words(own) == _words(value)]
        if len(same) != 1:
            raise AskError(f"issue {self.name} has {len(same) or 'no'} values {value!r}: "
                           f"there are {', '.join(map(str, self.values))}")  # fmt: skip
        return same[0]


def _words(value: object) -> str:
    return " ".join(str(value).split())


@dataclass(frozen=True, slots=True)
class Profile:
    """What a party wants.

    ``worth`` holds for each issue what each of its values adds, weight and all; ``bias`` is added
    to that; ``reservation`` is in the same units (None: any deal is better than none);
    ``discount`` is kept to be told of (None: there is none).
    """

    name: str
    worth: tuple[tuple[float, ...], ...]
    bias: float = 0.0
    reservation: float | None = None
    discount: float | None = None

    def utility(self, deal: Sequence[int]) -> float:
        """Give the utility of a deal: the place of a value for each issue."""
        total = self.bias  # added up in this order, as NegMAS does
        for row, n in zip(self.worth, deal, strict=True):
            total += row[n]
        return total

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest utility of all deals."""
        low = self.bias + sum(min(row) for row in self.worth)
        return low, self.bias + sum(max(row) for row in self.worth)


@dataclass(frozen=True, slots=True)
class Domain:
    """A scenario; ``lost`` tells what was not taken over when it was read."""

    name: str
    issues: tuple[DomainIssue, ...]
    profiles: tuple[Profile, ...]
    lost: tuple[str, ...] = ()

    @property
    def deals(self) -> int:
        """Number of deals."""
        return prod(len(issue.values) for issue in self.issues)

    def all_deals(self) -> Iterator[tuple[int, ...]]:
        """Every deal, as the place of a value for each issue; the last issue changes fastest."""
        return itertools.product(*(range(len(issue.values)) for issue in self.issues))

    def deal(self, values: Mapping[str, object]) -> tuple[int, ...]:
        """Give a deal by the names of issues: the place of a value for each issue.

        Raises
        ------
        AskError
            If an issue has no value, or not that one, or there is no such issue.
        """
        named = {_words(name): value for name, value in values.items()}
        names = [_words(issue.name) for issue in self.issues]
        if len(named) != len(values) or sorted(named) != sorted(names):
            raise AskError(f"a deal needs one value for each issue: {', '.join(names)}")
        return tuple(
            issue.place(named[name]) for issue, name in zip(self.issues, names, strict=True)
        )
