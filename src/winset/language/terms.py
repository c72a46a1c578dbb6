"""What a line of a case file says, once parsed: orders, numbers, conditions, outcomes.

Every record is immutable and compares by content. ``str(x)`` gives the line back in the case
file's own notation, so that what is parsed from it again is equal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Basis = Literal["said", "reported", "inferred", "assumed"]
BASES: tuple[Basis, ...] = ("said", "reported", "inferred", "assumed")

OTHERS = "others"
OPEN = "open"
"""The option of an issue on which nothing is agreed (an issue without ``now`` stands there)."""


FARTHEST = 1000.0
"""The most that may be added to a party's utility without agreement, or taken off."""

FINEST = 2**40
"""A utility of 1 is counted as at most so many units."""


def finest(added: float) -> int:
    """Give the most units of a utility of 1 where so much is added to a utility, or taken off.

    Gains are then below ``2**42``, so that bargaining solutions compare them exactly.

    Examples
    --------
    >>> finest(0.1) == FINEST, finest(-5.3) == FINEST // 2
    (True, True)
    """
    units = FINEST
    while units * (1 + abs(added)) >= 2**42:
        units //= 2
    return units


def _exact(number: float) -> str:
    """Write a number so that reading it gives the same one, without exponents."""
    return format(Decimal(repr(number)).normalize(), "f")


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of real numbers; ``low == high`` for a single number."""

    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:
            return _exact(self.low)
        return f"{_exact(self.low)}..{_exact(self.high)}"


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability as stated: a number, a range, or a hedge.

    ``word`` is the hedge as written ("" for numbers); ``scored`` is false for hedges outside
    ICD 203's list, which carry the range 0..1.
    """

    low: float
    high: float
    word: str = ""
    scored: bool = True

    @property
    def middle(self) -> float:
        """Middle of the range: the probability of an event whose chance is uniform within it."""
        return (self.low + self.high) / 2

    def __str__(self) -> str:
        return self.word or str(Range(self.low, self.high))


CERTAIN = Chance(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration in days: shortest, longest, and the most likely one where stated.

    ``shape`` is the distribution around the most likely length.
    """

    low: float
    high: float
    mode: float | None = None
    text: str = ""
    shape: Literal["triangular", "pert"] = "triangular"

    def __str__(self) -> str:
        return self.text


# ── sources ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a statement comes from: source id ("" if none), place, voice, basis."""

    source: str = ""
    place: str = ""
    voice: str = ""
    basis: Basis = "assumed"

    def __str__(self) -> str:
        if not self.source:
            return "@assumed"
        head = f"@{self.source}:{self.place}" if self.place else f"@{self.source}"
        return " ".join(w for w in (head, self.voice, self.basis) if w)


ASSUMED = SourceRef()


# ── conditions ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Is:
    """``issue is option``; relation ``at least`` and ``at most`` speak of scales."""

    issue: str
    option: str
    relation: Literal["is", "at least", "at most"] = "is"

    def __str__(self) -> str:
        middle = "is" if self.relation == "is" else f"is {self.relation}"
        return f"{self.issue} {middle} {self.option}"


@dataclass(frozen=True, slots=True)
class AtTable:
    """``party at table``: the party has a seat as one of the table's parties."""

    party: str

    def __str__(self) -> str:
        return f"{self.party} at table"


@dataclass(frozen=True, slots=True)
class Answers:
    """``party declines`` or ``party accepts``: an absent party's answer to the signed deal."""

    party: str
    answer: Literal["accept", "decline"]

    def __str__(self) -> str:
        return f"{self.party} {self.answer}s"


@dataclass(frozen=True, slots=True)
class Happens:
    """A bare name: the step takes place, or the claim of that name comes true."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class By:
    """``event by date``; ``when`` is None for the case's horizon."""

    event: Condition
    when: dt.date | None

    def __str__(self) -> str:
        return f"{bracketed(self.event)} by {self.when or 'horizon'}"


@dataclass(frozen=True, slots=True)
class Before:
    """``event before event``."""

    first: Condition
    second: Condition

    def __str__(self) -> str:
        return f"{bracketed(self.first)} before {bracketed(self.second)}"


@dataclass(frozen=True, slots=True)
class Not:
    """``not condition`` (``issue is not option`` is ``Not(Is(...))``)."""

    part: Condition

    def __str__(self) -> str:
        if isinstance(self.part, Is) and self.part.relation == "is":
            return f"{self.part.issue} is not {self.part.option}"
        return f"not {bracketed(self.part)}"


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(bracketed(p) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(bracketed(p) for p in self.parts)


Condition = Is | AtTable | Answers | Happens | By | Before | Not | And | Or


def bracketed(condition: Condition) -> str:
    """Give the condition's text, in parentheses where it would otherwise bind differently."""
    text = str(condition)
    return f"({text})" if isinstance(condition, (And, Or, By, Before)) else text


def atoms(condition: Condition) -> list[Is | AtTable | Answers | Happens]:
    """Every atom of a condition, left to right."""
    match condition:
        case And(parts) | Or(parts):
            return [a for p in parts for a in atoms(p)]
        case Not(part):
            return atoms(part)
        case By(event, _):
            return atoms(event)
        case Before(first, second):
            return [*atoms(first), *atoms(second)]
        case _:
            return [condition]


def timed(condition: Condition) -> list[By | Before]:
    """Every part of a condition that speaks of time, from the outside in."""
    match condition:
        case And(parts) | Or(parts):
            return [t for p in parts for t in timed(p)]
        case Not(part):
            return timed(part)
        case By(event, _):
            return [condition, *timed(event)]
        case Before(first, second):
            return [condition, *timed(first), *timed(second)]
    return []


# ── preferences, weights ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Order:
    """An order, best first: levels of tied names, and the steps between them.

    ``wide[k]`` is true where level k is separated from level k+1 by ``>>``. ``others`` may stand
    as a level of its own: all names not on the line, in any order among themselves.
    """

    levels: tuple[tuple[str, ...], ...]
    wide: tuple[bool, ...]

    def __str__(self) -> str:
        words = [" = ".join(self.levels[0])]
        for level, wide in zip(self.levels[1:], self.wide, strict=True):
            words += [">>" if wide else ">", " = ".join(level)]
        return " ".join(words)

    @property
    def names(self) -> tuple[str, ...]:
        """The names on the line, without ``others``."""
        return tuple(n for level in self.levels for n in level if n != OTHERS)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers or ranges by name: values of options (an interval scale of the party's own, only
    differences count) or weights (only ratios count).
    """

    entries: tuple[tuple[str, Range], ...]

    def __str__(self) -> str:
        return ", ".join(f"{name}: {r}" for name, r in self.entries)


@dataclass(frozen=True, slots=True)
class ByAttribute:
    """``by attribute order``: options are ranked by what describes them."""

    attribute: str
    order: Order

    def __str__(self) -> str:
        return f"by {self.attribute} {self.order}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Every order is possible."""

    def __str__(self) -> str:
        return "unknown"


@dataclass(frozen=True, slots=True)
class Indifferent:
    """All options are worth the same to the party."""

    def __str__(self) -> str:
        return "indifferent"


@dataclass(frozen=True, slots=True)
class Conditional:
    """``order if condition else order``: branches in order of precedence.

    The last branch's condition is None where an ``else`` ends the line; without one, the order
    is unknown where no condition holds.
    """

    branches: tuple[tuple[Order | Unknown | Indifferent, Condition | None], ...]

    def __str__(self) -> str:
        words = [str(o) if c is None else f"{o} if {c}" for o, c in self.branches]
        return " else ".join(words)


Ranking = Order | Numbers | ByAttribute | Unknown | Indifferent | Conditional


# ── other lines ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Requires:
    """``condition requires condition``: a state where the first holds without the second is
    impossible.
    """

    condition: Condition
    requirement: Condition

    def __str__(self) -> str:
        return f"{self.condition} requires {self.requirement}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a party gets without agreement.

    Exactly one of: ``reservation`` alone (a utility between 0 and 1, or a range); ``state``
    (options that differ from the status quo; () for the status quo itself), to whose utility
    ``plus`` is added.
    """

    state: tuple[Is, ...] | None
    plus: Range | None = None
    reservation: Range | None = None

    def __str__(self) -> str:
        if self.state is None:
            return str(self.reservation)
        head = " and ".join(map(str, self.state)) or "status quo"
        return f"{head} + {self.plus}" if self.plus else head


@dataclass(frozen=True, slots=True)
class Answer:
    """``decline if condition``: an absent party's stated behaviour (condition None: always)."""

    answer: Literal["accept", "decline"]
    condition: Condition | None = None

    def __str__(self) -> str:
        return f"{self.answer} if {self.condition}" if self.condition else self.answer


@dataclass(frozen=True, slots=True)
class Linkage:
    """``more if condition`` (1 where it holds, 0 elsewhere) or ``less if`` (the reverse)."""

    more: bool
    condition: Condition

    def __str__(self) -> str:
        return f"{'more' if self.more else 'less'} if {self.condition}"


@dataclass(frozen=True, slots=True)
class ChanceLine:
    """``chance if condition else chance``: as :class:`Conditional`, for chances."""

    branches: tuple[tuple[Chance, Condition | None], ...]

    def __str__(self) -> str:
        words = [str(o) if c is None else f"{o} if {c}" for o, c in self.branches]
        return " else ".join(words)
