"""Steps that can never happen, found from the case file alone.

The earliest day on which each step can be over is reckoned as if everything went as well as it
can: lines that hold only in some readings are left out, and what a deal might bring counts as
brought.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Literal

from winset.case import Case, Statement, Step
from winset.casefile.checks import holds
from winset.casefile.order import Sequence
from winset.errors import CaseError, Fault
from winset.language.terms import (
    CERTAIN,
    And,
    Answers,
    Before,
    By,
    ChanceLine,
    Condition,
    Happens,
    Is,
    Or,
    atoms,
)

_NEVER = math.inf
_MOST_NAMED = 12
_MOST_STATES = 200_000

_Says = tuple[Statement, str, str]
"""Where a fault stands, what was found, and what would be right."""


def faults_of_order(case: Case) -> tuple[Fault, ...]:
    """Find circles of steps, and steps that can never happen, each with its line.

    Returns
    -------
    Faults, errors and warnings: only a step that cannot happen for itself has one, which names
    what then cannot happen either. A step that cannot be over before the horizon is a warning.
    """
    sequence = Sequence(case)
    try:
        sequence.check_claims()
        earliest = Earliest(sequence)
    except CaseError as error:
        return error.faults
    return tuple(sorted(earliest.faults()))


class Earliest:
    """The earliest day on which each step can be over; ``inf`` for what never can.

    ``days`` are days after ``as_of`` by step. Statements ``gone`` count as not made; the time or
    date that the statement ``later`` tells comes a day later.
    """

    def __init__(
        self, sequence: Sequence, gone: frozenset[str] = frozenset(), later: str = ""
    ) -> None:
        self.sequence, self.case, self.gone, self.later = sequence, sequence.case, gone, later
        self.days: dict[str, float] = {}
        self._at_once = dict.fromkeys(sequence.steps, 0.0)
        self._own: dict[str, tuple[_Says, bool]] = {}
        self.circles = sequence.circles
        if self.circles:
            # Without an order there are no dates; what cannot be for itself shows all the same.
            for name, step in sequence.steps.items():
                says = self._cannot(step) or self._unmet(step)
                if says is not None:
                    self._own[name] = says, True
            return
        for name in sequence.order:
            self.days[name] = self._step(sequence.steps[name])

    def faults(self) -> Iterator[Fault]:
        """Yield every circle, and a fault for each step that cannot happen for itself."""
        yield from self.circles
        for name, ((at, found, right), sure) in self._own.items():
            also = self._also(name)
            so = f"; and so can neither {' nor '.join(also)}" if also else ""
            severity: Literal["error", "warning"] = "error" if sure else "warning"
            yield Fault(self.case.path, at.line, at.column, found + so, right, severity)

    def _also(self, name: str) -> list[str]:
        """Name the steps that cannot happen because one cannot; not all where they are many."""
        found: dict[str, None] = {}
        new = [name]
        while new:
            for other in self._waiting.get(new.pop(), ()):
                if self.days[other] == _NEVER and other not in self._own and other not in found:
                    if len(found) == _MOST_NAMED:
                        return [*sorted(found), "others"]
                    found[other] = None
                    new.append(other)
        return [other for other in self.days if other in found]

    @cached_property
    def _waiting(self) -> dict[str, list[str]]:
        """Steps that wait for each step."""
        found: dict[str, list[str]] = {}
        for name in self.days:
            for wait in self.sequence.waits(self.sequence.steps[name]):
                found.setdefault(wait.step, []).append(name)
        return found

    def _step(self, step: Step) -> float:
        says = self._cannot(step) or self._unmet(step)
        if says is not None:
            self._own[step.id] = says, True
            return _NEVER
        ready = self._ready(step)
        if ready == _NEVER:
            for says in self._too_late(step):
                self._own[step.id] = says, True
            return _NEVER
        end = ready + self._shortest(step)
        for says, sure in self._late(step, ready, end):
            self._own[step.id] = says, sure
            return _NEVER
        return end

    # ── what keeps a step from happening, whatever the others do ────────────────────────────────
    def _cannot(self, step: Step) -> _Says | None:
        for channel, statement in step.needs:
            if self._counts(statement) and not self._can_open(channel, step):
                found = f"{channel} is {self.sequence.closed[channel]}, and no other step opens it"
                right = f"a step with `opens: {channel}`, or `state: open`"
                return statement, _never(step, found), right
        if step.chance is not None and self._counts(step.chance[1]) and _hopeless(step.chance[0]):
            return step.chance[1], _never(step, "its chance is 0"), "a chance above 0"
        for before in step.after:
            vain = sorted(_required(before.condition).intersection(step.instead_of))
            if vain and self._counts(before.statement):
                found = f"it is after `{vain[0]}`, and stands in for it only where that has failed"
                return before.statement, _never(step, found), "one of the two"
        if step.table and not self.sequence.deal_on(step):
            found = f"table {step.table} can change nothing that the deal is on"
            return step.statement, _never(step, found), "issues whose deciders all sit there"
        if step.settles is not None and not self._can_settle(step, step.settles):
            found = f"no deal brings about `{step.settles}`"
            return step.statement, _never(step, found), "what a deal on its issues can be"
        return None

    def _can_settle(self, step: Step, event: Condition) -> bool:
        """Say whether the issues of a deal, and others as steps may leave them, can meet it."""
        spoken = list(dict.fromkeys(a.issue for a in atoms(event) if isinstance(a, Is)))
        states = [self._reached(issue, step) for issue in spoken]
        if math.prod(map(len, states)) > _MOST_STATES:
            return True
        issues = {issue: self.case.issue(issue) for issue in spoken}
        nobody: frozenset[str] = frozenset()
        return any(holds(event, dict(zip(spoken, options, strict=True)), issues, nobody)
                   for options in product(*states))  # fmt: skip

    def _reached(self, issue: str, step: Step) -> tuple[str, ...]:
        """Options at which an issue can stand when a deal is signed."""
        record = self.case.issue(issue)
        movers = [self.sequence.steps[name] for name in self.sequence.movers.get(issue, ())]
        if any(issue in self.sequence.deal_on(mover) for mover in (step, *movers)):
            return record.states
        set_to = (to for mover in movers for name, to, _ in mover.sets if name == issue)
        return tuple(dict.fromkeys((record.now, *set_to)))

    def _can_open(self, channel: str, step: Step) -> bool:
        order = self.sequence
        is_open = channel not in order.closed or order.takes_up(channel, step)
        return is_open or bool(order.opened_by(channel, step))

    def _unmet(self, step: Step) -> _Says | None:
        for before in step.after:
            condition = self.sequence.plain(before.condition)
            if self._counts(before.statement) and self._when(condition, self._at_once) == _NEVER:
                found = f"nothing brings about `{before.condition}`"
                return before.statement, _never(step, found), "a condition that a step can meet"
        return None

    def _too_late(self, step: Step) -> Iterator[_Says]:
        """Yield the condition whose dates rule it out, though all that it looks at can happen."""
        if any(self.days[wait.step] == _NEVER for wait in self.sequence.waits(step)):
            return
        for before in step.after:
            condition = self.sequence.plain(before.condition)
            if self._counts(before.statement) and self._when(condition, self.days) == _NEVER:
                found = f"nothing brings about `{before.condition}` in time"
                yield before.statement, _never(step, found), "a later date"
                return

    # ── dates ───────────────────────────────────────────────────────────────────────────────────
    def _ready(self, step: Step) -> float:
        waits = [self._when(self.sequence.plain(b.condition), self.days)
                 for b in step.after if self._counts(b.statement)]  # fmt: skip
        waits += [self._opened(c, step) for c, statement in step.needs if self._counts(statement)]
        dates = [date for date in (step.on, step.not_before) if date is not None]
        return max([0.0, *waits, *(self._on(dated) for dated in dates if self._counts(dated[1]))])

    def _shortest(self, step: Step) -> float:
        if step.takes is None or step.on is not None or not self._counts(step.takes[1]):
            return 0.0
        return step.takes[0].low + (step.takes[1].id == self.later)

    def _on(self, dated: tuple[dt.date, Statement]) -> float:
        return self._day(dated[0]) + (dated[1].id == self.later)

    def _counts(self, statement: Statement) -> bool:
        return sure(statement) and statement.id not in self.gone

    def _opened(self, channel: str, step: Step) -> float:
        openers = self.sequence.opened_by(channel, step)
        if channel not in self.sequence.closed or not openers:
            return 0.0
        return min(self.days[opener] for opener in openers)

    def _late(self, step: Step, ready: float, end: float) -> Iterator[tuple[_Says, bool]]:
        """Yield how a step misses its dates, and whether that is an error."""
        on = step.on
        if on is not None and self._counts(on[1]) and ready > max(0.0, self._on(on)):
            found = f"its date is {on[0]}, and what it waits for {self._there(ready)}"
            yield (on[1], _never(step, found), "a later date"), True
        by = step.deadline
        if by is not None and self._counts(by[1]) and end > self._day(by[0]):
            found = f"its deadline is {by[0]}, and it {self._there(end)}"
            yield (by[1], _never(step, found), "a later deadline"), True
        horizon = self.case.horizon
        if horizon is not None and end > self._day(horizon):
            found = f"the horizon is {horizon}, and it {self._there(end)}"
            yield (step.statement, _never(step, found), "a later horizon"), False

    def _day(self, date: dt.date) -> float:
        return float((date - self.case.as_of).days)

    def _there(self, days: float) -> str:
        try:
            date = self.case.as_of + dt.timedelta(days=math.ceil(days))
        except OverflowError:
            return "is over on no date that can be written"
        return f"is over on {date} at the earliest"

    # ── conditions ──────────────────────────────────────────────────────────────────────────────
    def _when(self, condition: Condition, known: Mapping[str, float]) -> float:
        """Give the earliest day on which a condition can hold."""
        match condition:
            case Happens(name):
                return known.get(name, _NEVER)
            case And(parts):
                return max(self._when(p, known) for p in parts)
            case Or(parts):
                return min(self._when(p, known) for p in parts)
            case By(event, when):
                day = self._when(event, known)
                return day if when is None or day <= self._day(when) else _NEVER
            case Before(first, _):
                return self._when(first, known)
            case Is():
                return self._when_set(condition, known)
            case Answers():
                asking = self.sequence.behind(condition)
                return min((known.get(s, _NEVER) for s in asking), default=_NEVER)
        return 0.0

    def _when_set(self, atom: Is, known: Mapping[str, float]) -> float:
        if self.sequence.now_meets(atom):
            return 0.0
        days = (known.get(name, _NEVER) for name in self.sequence.bringing(atom))
        return min(days, default=_NEVER)


def _never(step: Step, why: str) -> str:
    return f"`{step.id}` can never happen: {why}"


def _required(condition: Condition) -> frozenset[str]:
    """Name steps without which a condition never holds."""
    match condition:
        case Happens(name):
            return frozenset((name,))
        case And(parts):
            return frozenset().union(*map(_required, parts))
        case By(event, _) | Before(event, _):
            return _required(event)
    return frozenset()


def _hopeless(line: ChanceLine) -> bool:
    """Say whether every chance of a line is 0; without an ``else`` one is left open."""
    return line.branches[-1][1] is None and all(chance.high == 0 for chance, _ in line.branches)


def sure(statement: Statement) -> bool:
    """Say whether a statement is in force in every reading."""
    return statement.use and statement.share == CERTAIN and not statement.group
