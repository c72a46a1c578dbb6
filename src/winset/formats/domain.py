"""A scenario as other programs hold it: issues with values, and one additive utility a party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

Value = str | int | float | bool
IssueKind = Literal["discrete", "integer", "real"]


@dataclass(frozen=True, slots=True)
class DomainIssue:
    """An issue: its values in order. A real one has the levels it was divided into."""

    name: str
    values: tuple[Value, ...]
    kind: IssueKind = "discrete"


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
        return self.bias + sum(row[n] for row, n in zip(self.worth, deal, strict=True))

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
