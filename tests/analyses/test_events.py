"""Conditions over stories, against a clock that goes from change to change."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.analyses.processes import HEAD, case_of, teller_of, told

from winset.analyses.events import Course, Move, Reply
from winset.language.parser import parse
from winset.language.terms import (
    And,
    Answers,
    Before,
    By,
    Happens,
    Is,
    Not,
    Or,
)
from winset.space import space_of

NEVER = np.inf
DAY = dt.date(2025, 1, 1)
STORIES = 40
STEPS = ("one", "two", "three", "four")


class Random:
    """Random courses of events, and conditions on them."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def times(self):
        drawn = self.rng.permutation(200)[:STORIES].astype(float) + 1
        return np.where(self.rng.random(STORIES) < 0.3, NEVER, drawn)

    def course(self):
        times = {step: self.times() for step in STEPS}
        # No two changes fall together, so that their order is never in doubt.
        for n, step in enumerate(STEPS):
            times[step] = times[step] + 0.1 * n
        moves = {
            "gate": [Move(times[s], self.rng.integers(-1, 3, STORIES).astype(np.int16))
                     for s in STEPS],
            "toll": [Move(times["two"], self.rng.integers(-1, 2, STORIES).astype(np.int16))],
        }  # fmt: skip
        replies = {
            "c": [Reply(times[s], self.rng.random(STORIES) < 0.4, self.rng.random(STORIES) < 0.4)
                  for s in ("three", "four")]
        }  # fmt: skip
        space = space_of(case_of(""))
        return Course(space, DAY, 220.0, STORIES, times, moves, replies)

    def condition(self, depth=3):
        if depth and self.rng.random() < 0.75:
            parts = tuple(self.condition(depth - 1) for _ in range(2))
            date = DAY + dt.timedelta(days=int(self.rng.integers(0, 230)))
            made = [And(parts), Or(parts), Not(parts[0]), By(parts[0], date), By(parts[0], None),
                    Before(*parts)]  # fmt: skip
            return made[int(self.rng.integers(len(made)))]
        pool = [
            *map(Happens, STEPS), Is("gate", "wide"), Is("gate", "ajar", "at least"),
            Is("gate", "ajar", "at most"), Is("toll", "low"), Is("road", "new"),
            Answers("c", "decline"), Answers("c", "accept"), Answers("b", "accept"),
        ]  # fmt: skip
        return pool[int(self.rng.integers(len(pool)))]


class Clock:
    """One story, told from change to change."""

    def __init__(self, course, story):
        self.course, self.n, self.space = course, story, course.space
        changes = {0.0, course.horizon}
        changes |= {float(t[story]) for t in course.times.values() if t[story] < NEVER}
        self.changes = sorted(changes)

    def option(self, issue, at):
        name = self.space.options[self.space.issue_index[issue]][
            self.space.now[self.space.issue_index[issue]]
        ]
        moves = sorted((float(m.time[self.n]), int(m.option[self.n]))
                       for m in self.course.moves.get(issue, ()))  # fmt: skip
        for time, option in moves:
            if time <= at and option >= 0:
                name = self.space.options[self.space.issue_index[issue]][option]
        return name

    def instants(self, condition):
        """Every time at which anything can turn: changes, and the dates that are named."""
        found = set(self.changes)

        def collect(part):
            if isinstance(part, And | Or):
                for p in part.parts:
                    collect(p)
            elif isinstance(part, Not):
                collect(part.part)
            elif isinstance(part, By):
                found.add(min(self.course.day(part.when), self.course.horizon))
                collect(part.event)
            elif isinstance(part, Before):
                collect(part.first)
                collect(part.second)

        collect(condition)
        return sorted(found)

    def first(self, condition):
        return next((t for t in self.instants(condition) if self.holds(condition, t)), NEVER)

    def holds(self, condition, at):
        match condition:
            case And(parts):
                return all(self.holds(p, at) for p in parts)
            case Or(parts):
                return any(self.holds(p, at) for p in parts)
            case Not(part):
                return self.fails(part, at)
            case Happens() | Is() | Answers():
                return self.atom(condition, at)
            case By(event, when):
                return self.first(event) <= min(at, self.course.day(when))
            case Before(one, other):
                return self.first(one) <= at and self.first(one) < self.first(other)

    def atom(self, condition, at):
        match condition:
            case Happens(name):
                return self.course.times[name][self.n] <= at
            case Is(issue, option, relation):
                here = self.option(issue, at)
                order = {"shut": 0, "ajar": 1, "wide": 2}
                if relation == "is":
                    return here == option
                if relation == "at least":
                    return order[here] >= order[option]
                return order[here] <= order[option]
            case Answers(party, answer):
                seen = [r for r in self.course.replies.get(party, ()) if r.time[self.n] <= at]
                declined = any(r.declines[self.n] for r in seen)
                if answer == "decline":
                    return declined
                return any(r.accepts[self.n] for r in seen) and not declined

    def fails(self, condition, at):
        match condition:
            case And(parts):
                return any(self.fails(p, at) for p in parts)
            case Or(parts):
                return all(self.fails(p, at) for p in parts)
            case Not(part):
                return self.holds(part, at)
            case By(_, when):
                over = at >= min(self.course.day(when), self.course.horizon)
                return over and not self.holds(condition, at)
            case Before(_, other):
                over = self.first(other) <= at or at >= self.course.horizon
                return over and not self.holds(condition, at)
        return not self.holds(condition, at)


@pytest.mark.parametrize("seed", range(60))
def test_conditions_go_by_the_clock(seed):
    random = Random(seed)
    course = random.course()
    for _ in range(8):
        condition = random.condition()
        at = random.rng.integers(0, 221, STORIES).astype(float)
        first, held, end = (course.first(condition), course.holds(condition, at),
                            course.at_end(condition))  # fmt: skip
        for n in range(STORIES):
            clock = Clock(course, n)
            assert held[n] == clock.holds(condition, at[n]), condition
            assert end[n] == clock.holds(condition, course.horizon), condition
            assert first[n] == clock.first(condition), condition


@pytest.mark.parametrize("seed", range(20))
def test_at_the_end_every_event_or_its_contrary_holds(seed):
    random = Random(seed)
    course = random.course()
    for _ in range(10):
        condition = random.condition()
        assert (course.at_end(condition) != course.at_end(Not(condition))).all()


def test_picked_stories_are_those_of_the_whole():
    random = Random(5)
    course = random.course()
    rows = np.array([7, 3, 21])
    for _ in range(30):
        condition = random.condition()
        assert (course.of(rows).first(condition) == course.first(condition)[rows]).all()


def test_dates_count_days_and_the_horizon_ends_the_story():
    body = "steps: {one: {takes: 10d}, two: {on: 2025-12-31}}\n"
    one = told(body, readings=1)

    def holds(text):
        return bool(one.course.at_end(parse("condition", text))[0])

    assert holds("one by 2025-01-11")
    assert not holds("one by 2025-01-10")
    assert holds("two by horizon")
    assert holds("two")
    assert holds("one before two")
    assert not holds("two before one")
    assert not holds("one before one")


def test_a_case_without_a_horizon_has_no_end():
    body = "steps: {one: {takes: 900d}}\n"
    case = case_of(body, HEAD.replace("horizon: 2025-12-31\n", ""))
    block = next(teller_of(case, 1).tell(1))
    assert block.time("one")[0] == 900
    assert block.course.at_end(parse("condition", "one by horizon"))[0]
