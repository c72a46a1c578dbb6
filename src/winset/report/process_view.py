"""What the chapter on order and dates says: sentences, rows and figures, nothing to compute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from winset.report.view import Line, Rests


@dataclass(frozen=True, slots=True)
class Odds:
    """A probability as printed and as drawn: low to high holds the middle 8 of 10 readings."""

    words: str
    spread: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cause:
    """A first cause why a step does not happen, its share of all stories, and what says so."""

    words: str
    percent: str
    share: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WorthRow:
    """What a channel or gesture makes of a step's probability."""

    name: str
    kind: str
    with_it: str
    without_it: str
    value: str
    points: float
    clear: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Stopper:
    """A party that can keep a step from happening, and where."""

    party: str
    roles: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Two parties that take part in a step without a channel, in words, and what says so."""

    words: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A day of a step's curve: the mean, and its ranges over the readings."""

    day: dt.date
    mean: float
    low: float
    high: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A date marked on a curve: what for, in words and in few, and whether it happened then."""

    day: dt.date
    words: str
    brief: str
    kind: str


@dataclass(frozen=True, slots=True)
class Target:
    """A step that others lead up to or that predictions speak of."""

    step: str
    title: str
    odds: Odds
    rests: Rests
    lines: tuple[Line, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A step on the timeline: when it happens, in the stories in which it does.

    ``first``, ``middle`` and ``last`` are the days by which 10, 50 and 90 % of these have it;
    None where none has, and then ``why`` says what most often comes first.
    """

    step: str
    title: str
    odds: Odds
    first: dt.date | None
    middle: dt.date | None
    last: dt.date | None
    when: tuple[str, str, str]
    """The three dates in words."""
    deadline: dt.date | None
    critical: str
    why: str


@dataclass(frozen=True, slots=True)
class StepBox:
    """A step in the picture of what has to come before what."""

    step: str
    title: str
    odds: str
    mean: float
    notes: tuple[str, ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """One step waits for another.

    ``kind`` is ``after``, ``channel`` or ``condition``; an ``unsure`` one counts in some readings
    only; ties of one ``group`` (not 0) are ways of which one is enough.
    """

    before: str
    after: str
    kind: str
    unsure: bool = False
    group: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """The whole chapter. ``main`` is the target it answers first; ``short`` tells it in a line."""

    short: str
    note: str
    main: Target
    answer: tuple[str, ...]
    targets: tuple[Target, ...]
    worths: tuple[WorthRow, ...]
    stoppers: tuple[Stopper, ...]
    can_stop: str
    gaps: tuple[Apart, ...]
    curve: tuple[Point, ...]
    marks: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    as_of: dt.date
    end: dt.date
    horizon: bool
    boxes: tuple[StepBox, ...]
    ties: tuple[Tie, ...]
    brief: tuple[str, ...]
    """The answer in two or three sentences, for a screen."""
