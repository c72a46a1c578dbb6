"""Events over stories: when a condition first holds, and whether it holds at a time.

A story is a course of events in days since the case's ``as_of``: steps happen at times or never,
issues are moved from option to option, absent parties answer deals. Conditions are those of
:mod:`winset.language.terms`, claims put in by their events
(:meth:`winset.casefile.order.Sequence.plain`). What they mean:

* ``step``: it has happened;
* ``issue is option``: so the issue stands;
* ``party declines``: it declines a deal that has been signed; ``party accepts``: it accepts one,
  and declines none;
* ``event by date``: it first held on the date or before; ``event before event``: the first held
  before the second did, if that ever did;
* a bare event, asked at the end of a story: so it stands at the horizon.

Within a story ``not (event by date)`` is known, and so holds, from that date on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.language.terms import (
    And,
    Answers,
    Before,
    By,
    Condition,
    Happens,
    Is,
    Not,
    Or,
    atoms,
    timed,
)
from winset.space import Mask, Space, holds

Floats = NDArray[np.float64]
Options = NDArray[np.int16]
Rows = NDArray[np.intp] | slice

NEVER = np.inf
LAST_DAY = 1e7
"""The end of stories without a horizon, in days."""


class Move(NamedTuple):
    """An issue is moved: when (N,), and to which option (N,), -1 where it is left alone."""

    time: Floats
    option: Options


class Reply(NamedTuple):
    """A party answers a deal signed at ``time`` (N,): whether it declines or accepts it (N,)."""

    time: Floats
    declines: Mask
    accepts: Mask


@dataclass(frozen=True)
class Course:
    """What happens in N stories, as far as it is told.

    ``times`` by step, ``moves`` by issue, ``replies`` by party; what has not come to pass stands
    at ``NEVER``. ``rows`` picks stories; all by default.
    """

    space: Space
    as_of: dt.date
    horizon: float
    stories: int
    times: Mapping[str, Floats]
    moves: Mapping[str, Sequence[Move]]
    replies: Mapping[str, Sequence[Reply]]
    rows: Rows = field(default_factory=lambda: slice(None))

    def of(self, rows: Rows) -> Course:
        """Pick some of the stories."""
        return replace(self, rows=rows)

    @property
    def size(self) -> int:
        """Number of stories picked."""
        return self.stories if isinstance(self.rows, slice) else len(self.rows)

    def day(self, date: dt.date | None) -> float:
        """Days from ``as_of`` to a date; to the horizon for None."""
        return self.horizon if date is None else float((date - self.as_of).days)

    def happened(self, step: str) -> Floats:
        """When a step happens: (picked,)."""
        return self.times[step][self.rows]

    def option(self, issue: str, at: Floats) -> Options:
        """How an issue stands at a time, the last move before or then counting: (picked,)."""
        now = self.space.now[self.space.issue_index[issue]]
        found = np.full(self.size, now, dtype=np.int16)
        latest = np.full(self.size, -1.0)
        for time, option in self.moves.get(issue, ()):
            when, to = time[self.rows], option[self.rows]
            counts = (to >= 0) & (when <= at) & (when >= latest)
            np.copyto(found, to, where=counts)
            np.copyto(latest, when, where=counts)
        return found

    # ── at a time ───────────────────────────────────────────────────────────────────────────────
    def holds(self, condition: Condition, at: Floats) -> Mask:
        """Say where a condition holds at a time: (picked,) -> (picked,)."""
        match condition:
            case And(parts):
                return _all([self.holds(p, at) for p in parts])
            case Or(parts):
                return _any([self.holds(p, at) for p in parts])
            case Not(part):
                return self.fails(part, at)
            case Is(issue):
                return _options(condition, self.space)[self.option(issue, at)]
            case Answers(party, answer):
                return self._answered(party, answer, at)
            case Happens() | By() | Before():
                held: Mask = self.first(condition) <= at
                return held
        raise ValueError(f"{condition}: no story decides this")

    def fails(self, condition: Condition, at: Floats) -> Mask:
        """Say where the contrary of a condition holds, and is known to, at a time."""
        match condition:
            case And(parts):
                return _any([self.fails(p, at) for p in parts])
            case Or(parts):
                return _all([self.fails(p, at) for p in parts])
            case Not(part):
                return self.holds(part, at)
            case By(_, when):
                # What is asked at the end is decided there, whatever the date.
                known = at >= min(self.day(when), self.horizon)
                return known & ~self.holds(condition, at)
            case Before(_, second):
                over = (self.first(second) <= at) | (at >= self.horizon)
                return over & ~self.holds(condition, at)
        return ~self.holds(condition, at)

    def at_end(self, condition: Condition) -> Mask:
        """Say where a condition holds at the end of the story: (picked,)."""
        return self.holds(condition, np.full(self.size, self.horizon))

    def _answered(self, party: str, answer: str, at: Floats) -> Mask:
        declined, accepted = np.zeros((2, self.size), dtype=np.bool_)
        for time, declines, accepts in self.replies.get(party, ()):
            signed = time[self.rows] <= at
            declined |= signed & declines[self.rows]
            accepted |= signed & accepts[self.rows]
        return declined if answer == "decline" else accepted & ~declined

    # ── for the first time ──────────────────────────────────────────────────────────────────────
    def first(self, condition: Condition) -> Floats:
        """Say when a condition first holds: (picked,), ``NEVER`` where it never does."""
        match condition:
            case Happens(name):
                return self.happened(name)
            case And(parts) if grows(condition):
                latest: Floats = np.stack([self.first(p) for p in parts]).max(axis=0)
                return latest
            case Or(parts):
                soonest: Floats = np.stack([self.first(p) for p in parts]).min(axis=0)
                return soonest
            case By(event, when):
                time = self.first(event)
                return np.where(time <= self.day(when), time, NEVER)
            case Before(first, second):
                time = self.first(first)
                return np.where(time < self.first(second), time, NEVER)
        return self.first_since(condition, np.zeros(self.size))

    def first_since(self, condition: Condition, since: Floats) -> Floats:
        """Say when a condition first holds at a time or after it: (picked,) -> (picked,)."""
        return self.first_together([(condition, None)], since)

    def first_together(
        self, lines: Sequence[tuple[Condition, Mask | None]], since: Floats
    ) -> Floats:
        """Say when conditions first hold together at a time or after it.

        Each comes with the stories (picked,) in which it counts; None for all.
        """
        found = np.full(self.size, NEVER)
        for time in (since, *(t for condition, _ in lines for t in self.changes(condition))):
            sooner = (time < found) & (time >= since)
            for condition, counts in lines:
                if sooner.any():
                    held = self.holds(condition, time)
                    sooner &= held if counts is None else held | ~counts
            np.copyto(found, time, where=sooner)
        return found

    def changes(self, condition: Condition) -> Iterator[Floats]:
        """Yield every time but the first at which a condition can come to hold: (picked,) each."""
        for atom in atoms(condition):
            match atom:
                case Happens(name):
                    yield self.happened(name)
                case Is(issue):
                    yield from (move.time[self.rows] for move in self.moves.get(issue, ()))
                case Answers(party):
                    yield from (reply.time[self.rows] for reply in self.replies.get(party, ()))
        for when in dates(condition):
            yield np.full(self.size, min(max(0.0, self.day(when)), self.horizon))


def _all(masks: list[Mask]) -> Mask:
    return np.asarray(np.all(masks, axis=0), dtype=np.bool_)


def _any(masks: list[Mask]) -> Mask:
    return np.asarray(np.any(masks, axis=0), dtype=np.bool_)


def _options(atom: Is, space: Space) -> Mask:
    """Say which options of its issue meet an atom: (options,)."""
    issue = space.issue_index[atom.issue]
    states = np.zeros((space.sizes[issue], len(space.issues)), dtype=np.int16)
    states[:, issue] = np.arange(len(states))
    return holds(atom, space, states)


def grows(condition: Condition) -> bool:
    """Say whether a condition, once it holds, holds for good, whatever happens."""
    match condition:
        case And(parts) | Or(parts):
            return all(map(grows, parts))
        case Answers(_, answer):
            return answer == "decline"
        case Not() | Is():
            return False
    return True


def dates(condition: Condition) -> Iterator[dt.date | None]:
    """Yield the dates that a condition names; None for the horizon."""
    for part in timed(condition):
        yield part.when if isinstance(part, By) else None
