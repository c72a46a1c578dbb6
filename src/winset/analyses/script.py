"""A case's process as an activity network: what its steps, channels and dates wait for.

How the lines of a step are read (its stories are told by :mod:`winset.analyses.stories`):

* It starts when all that it is ``after`` holds, every channel it ``needs`` is open (now, or once
  a step has opened it; an ``offered`` one is taken up by the step that opens and needs it), its
  ``not_before`` has come, and each step that it stands in for (``instead_of``) has failed. A line
  that is not in force in a reading does not count there.
* What has come true of ``after`` stays true, but for a condition that can lapse (``not``, and how
  an issue stands): it has to hold when all the rest has come true, or is waited for from then on.
* A step ``on`` a date takes place then, if all it waits for is there by then.
* Whatever is not over by its deadline, or by the horizon, fails.
* ``wanted_by`` changes no probability: it names parties that can each keep the step from
  happening (:mod:`winset.casefile.necessity`).
* A step with a ``table`` signs a deal from the state at its start; without a deal it fails, unless
  what it ``settles`` holds already: then there is nothing to sign, and nobody answers.
* Without a ``chance`` a step comes off whenever it starts; a chance line that is dropped, or not
  in force, leaves every chance open. Without ``takes`` it takes no time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from winset.analyses.drawing import Cause, CauseKind, Changes, Drawing
from winset.analyses.events import LAST_DAY, grows
from winset.case import Case, Step
from winset.casefile.order import Sequence as Order
from winset.language.terms import And, Answers, Condition, Happens, Or
from winset.methods.activity_networks import Activity, Gate, Given, Inverse, Network, Node, Watch
from winset.space import Mask

Floats = NDArray[np.float64]

NEVER = np.inf

Watched = tuple[Sequence[tuple[Condition, Mask | None]], tuple[int, ...]]
"""Conditions, each with the readings (R,) in which it counts (None for all), and the nodes that
have to have come true before."""


@dataclass(frozen=True, eq=False)
class Script:
    """A process, ready to be told.

    ``node`` gives the place of each step in the network; ``given`` the times (R,) of its given
    nodes; ``watched`` what its watched nodes wait for;
    ``deadlines`` (R,) of its activities; ``causes`` what its codes for causes mean.
    """

    drawing: Drawing
    sequence: Order
    changes: Changes
    network: Network
    node: dict[str, int]
    given: dict[int, Floats]
    watched: dict[int, Watched]
    deadlines: dict[int, Floats]
    causes: tuple[Cause | None, ...]

    @cached_property
    def codes(self) -> dict[Cause, int]:
        """Code of each cause."""
        return {cause: code for code, cause in enumerate(self.causes) if cause is not None}

    def open_now(self, channel: str) -> Mask:
        """Say in which readings a channel is open from the start: (R,)."""
        return self.drawing.open_now(channel, self.changes)

    def opens(self, step: str, channel: str) -> Mask:
        """Say in which readings a step opens a channel: (R,)."""
        return self.drawing.opens(self.sequence.steps[step], channel, self.changes)

    @property
    def horizon(self) -> float:
        """Days to the end of the stories."""
        return horizon_of(self.drawing.case)


def horizon_of(case: Case) -> float:
    """Days from a case's ``as_of`` to its horizon; to a far day without one."""
    return LAST_DAY if case.horizon is None else float((case.horizon - case.as_of).days)


def script_of(drawing: Drawing, sequence: Order, changes: Changes | None = None) -> Script:
    """Lay out the process of a case.

    Raises
    ------
    CaseError
        If its steps wait for each other in circles.
    """
    building = _Building(drawing, sequence, changes or Changes())
    for name in sequence.order:
        building.add(sequence.steps[name])
    building.look_at_states()
    return Script(
        drawing,
        sequence,
        building.changes,
        Network(tuple(building.nodes)),
        building.node,
        building.given,
        building.watched,
        building.deadlines,
        tuple(building.codes),
    )


@dataclass
class _Building:
    """Adds the steps to the network, each after all that it waits for."""

    drawing: Drawing
    sequence: Order
    changes: Changes
    nodes: list[Node] = field(default_factory=list)
    node: dict[str, int] = field(default_factory=dict)
    given: dict[int, Floats] = field(default_factory=dict)
    watched: dict[int, Watched] = field(default_factory=dict)
    deadlines: dict[int, Floats] = field(default_factory=dict)
    codes: dict[Cause | None, int] = field(default_factory=lambda: {None: 0})

    def add(self, step: Step) -> None:
        """Add a step; those that it waits for are there."""
        told = self._given(self.drawing.in_force(step.statement), Cause("dropped", step.id))
        parts = [] if told is None else [told]
        parts += [
            self._put(Inverse((self.node[s],), self._code(Cause("not needed", step.id, s))))
            for s in step.instead_of
        ]
        parts = self._afters(step, [*parts, *self._needs(step), *self._dates(step)])
        chance = step.chance[0].branches if step.chance is not None else ()
        looks = self._steps_behind((c for _, c in chance if c is not None), step)
        late = self._code(Cause("time", step.id))
        for kind, detail in self._ways_to_fail(step):
            self._code(Cause(kind, step.id, detail))
        place = self._put(Activity(tuple(dict.fromkeys(parts)), looks, late))
        self.node[step.id] = place
        self.deadlines[place] = self._deadline(step)

    def look_at_states(self) -> None:
        """Let deals look at every step that moves an issue."""
        movers = {self.node[s] for steps in self.sequence.movers.values() for s in steps}
        for name, place in self.node.items():
            node = self.nodes[place]
            if self.sequence.steps[name].table and isinstance(node, Activity):
                looks = tuple(sorted({*node.looks, *movers} - {place}))
                self.nodes[place] = replace(node, looks=looks)

    @staticmethod
    def _ways_to_fail(step: Step) -> Iterable[tuple[CauseKind, str]]:
        yield "chance", ""
        if step.table:
            yield "zone", step.table
            yield "settles", str(step.settles)

    # ── parts ───────────────────────────────────────────────────────────────────────────────────
    def _put(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _code(self, cause: Cause) -> int:
        return self.codes.setdefault(cause, len(self.codes))

    def _given(self, held: Mask, cause: Cause) -> int | None:
        """Add what is there from the start where it holds; None where it holds throughout."""
        return None if held.all() else self._timed(np.where(held, 0.0, NEVER), self._code(cause))

    def _timed(self, times: Floats, cause: int = 0) -> int:
        place = self._put(Given(cause))
        self.given[place] = times
        return place

    def _if_in_force(self, part: int, held: Mask) -> int:
        """Wait for a part only where a line is in force."""
        if held.all():
            return part
        return self._put(Gate("any", (part, self._timed(np.where(held, NEVER, 0.0)))))

    # ── after ───────────────────────────────────────────────────────────────────────────────────
    def _afters(self, step: Step, parts: list[int]) -> list[int]:
        """Add what a step is after, to the other parts that it waits for."""
        lapsing: list[tuple[Condition, Mask]] = []
        for before in step.after:
            condition = self.sequence.plain(before.condition)
            held = self.drawing.in_force(before.statement)
            if grows(condition):
                parts.append(self._if_in_force(self._growing(condition, step), held))
            else:
                lapsing.append((condition, held))
        if lapsing:
            parts.append(self._watch(lapsing, step, tuple(parts)))
        return parts

    def _growing(self, condition: Condition, step: Step) -> int:
        match condition:
            case Happens(name):
                return self.node[name]
            case And(parts):
                return self._put(Gate("all", tuple(self._growing(p, step) for p in parts)))
            case Or(parts):
                return self._put(Gate("any", tuple(self._growing(p, step) for p in parts)))
        everywhere = np.ones(self.drawing.ensemble.readings, dtype=np.bool_)
        return self._watch([(condition, everywhere)], step, ())

    def _watch(
        self, lines: Sequence[tuple[Condition, Mask]], step: Step, since: tuple[int, ...]
    ) -> int:
        """Add what waits for conditions to hold together, once some nodes have come true."""
        conditions = tuple(condition for condition, _ in lines)
        whole = conditions[0] if len(conditions) == 1 else And(conditions)
        kind: CauseKind = "answer" if isinstance(whole, Answers) else "condition"
        parts = (*since, *self._steps_behind([whole], step))
        cause = self._code(Cause(kind, step.id, str(whole)))
        place = self._put(Watch(tuple(dict.fromkeys(parts)), cause))
        counts = [(c, None if held.all() else held) for c, held in lines]
        self.watched[place] = counts, since
        return place

    def _steps_behind(self, conditions: Iterable[Condition], step: Step) -> tuple[int, ...]:
        names = {name for c in conditions for name in self.sequence.behind(c)} - {step.id}
        return tuple(sorted(self.node[name] for name in names))

    # ── channels, dates ─────────────────────────────────────────────────────────────────────────
    def _needs(self, step: Step) -> Iterable[int]:
        for channel, statement in step.needs:
            way = self._channel(channel, step)
            if way is not None:
                yield self._if_in_force(way, self.drawing.in_force(statement))

    def _channel(self, channel: str, step: Step) -> int | None:
        """Add a channel as a step finds it; None where it is open throughout."""
        cause = Cause("channel", channel)
        held = self._open(channel, step)
        now = self._given(held, cause)
        if now is None or channel not in self.sequence.closed:
            return now
        ways = [now]
        for opener in self.sequence.opened_by(channel, step):
            record = self.sequence.steps[opener]
            given = self._given(self.drawing.opens(record, channel, self.changes), cause)
            way = self.node[opener]
            ways.append(way if given is None else self._put(Gate("all", (way, given))))
        return ways[0] if len(ways) == 1 else self._put(Gate("any", tuple(ways)))

    def _open(self, channel: str, step: Step) -> Mask:
        """Say in which readings a step finds a channel open from the start: (R,)."""
        held = self.drawing.open_now(channel, self.changes)
        takes_up = self.sequence.takes_up(channel, step)
        return held | (takes_up and channel not in self.changes.closed)

    def _dates(self, step: Step) -> Iterable[int]:
        for date in (step.on, step.not_before):
            if date is not None:
                held = self.drawing.in_force(date[1])
                yield self._timed(np.where(held, max(0.0, self._day(date[0])), 0.0))

    def _deadline(self, step: Step) -> Floats:
        last = np.full(self.drawing.ensemble.readings, horizon_of(self.drawing.case))
        for date in (step.on, step.deadline):
            if date is not None:
                day = max(0.0, self._day(date[0]))
                held = self.drawing.in_force(date[1])
                last = np.where(held, np.minimum(last, day), last)
        return last

    def _day(self, date: dt.date) -> float:
        return float((date - self.drawing.case.as_of).days)
