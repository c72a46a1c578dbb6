"""Stories: courses of events, drawn from a case's process.

A story is one reading of the sources (a draw of the ensemble, the chances within their bands, and
which lines are in force) and one draw of luck and durations. Several stories are told of each
reading: only so can what the sources leave open be told from chance. Every step has streams of
its own, keyed by its id and by what is drawn (``step:summit:takes``), so that stories told with a
channel open or a step made certain are the same stories in all else: their difference is the
change's alone (common random numbers).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from winset.analyses.drawing import Cause, Changes, Drawing
from winset.analyses.events import Course, Move, Reply, grows
from winset.analyses.script import Script, script_of
from winset.analyses.step_deals import NO_ZONE, SIGNED, UNSETTLED, StepDeals
from winset.case import Case, Step
from winset.casefile.order import Sequence
from winset.ensemble.records import READINGS_PER_CHUNK, Ensemble
from winset.language.terms import Duration
from winset.methods.bargaining import Solution
from winset.methods.durations import pert, triangular, uniform
from winset.methods.scheduling import Stories, Trial, schedule
from winset.methods.streams import uniforms
from winset.space import Mask, States

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Positions = NDArray[np.intp]
Rows = Positions | slice

NEVER = np.inf
TELLINGS_PER_BLOCK = 32
"""Stories are drawn in blocks of this many a reading at most."""


@dataclass(frozen=True, eq=False)
class Told:
    """Some stories of one chunk: ``reading`` (N,) says of which reading each is told."""

    script: Script
    reading: Positions
    stories: Stories
    course: Course

    def time(self, step: str) -> Floats:
        """When a step happens, in days; ``NEVER`` where it does not: (N,)."""
        found: Floats = self.stories.time[self.script.node[step]]
        return found

    def opened(self, channel: str) -> Mask:
        """Say in which stories a channel is open at the end: (N,)."""
        script = self.script
        found: Mask = script.open_now(channel)[self.reading]
        for opener in script.sequence.openers.get(channel, ()):
            opens = script.opens(opener, channel)[self.reading]
            found = found | (opens & (self.time(opener) < NEVER))
        return found

    def cause(self, step: str) -> Codes:
        """Code of the first cause why a step does not happen, 0 where it does: (N,)."""
        found: Codes = self.stories.cause[self.script.node[step]]
        return found


@dataclass(frozen=True, eq=False)
class Teller:
    """Tells stories of one chunk of readings, with any changes; deals are shared by them all."""

    case: Case
    ensemble: Ensemble
    seed: int
    chunk: int = 0
    signed: Solution = "nash"

    @cached_property
    def sequence(self) -> Sequence:
        """The steps and what they wait for."""
        return Sequence(self.case)

    @cached_property
    def drawing(self) -> Drawing:
        """The readings, and the lines in force."""
        return Drawing(self.case, self.ensemble, self.seed, self.chunk)

    @cached_property
    def deals(self) -> StepDeals:
        """The deals of the steps."""
        return StepDeals(self.case, self.ensemble, self.sequence, self.signed)

    @cached_property
    def first_draws(self) -> dict[tuple[str, int], Floats]:
        """What the first block draws, kept, since the same stories are told with changes."""
        return {}

    def tell(self, tellings: int, changes: Changes | None = None) -> Iterator[Told]:
        """Tell stories of every reading, in blocks.

        Parameters
        ----------
        tellings
            Stories of each reading; fewer are the first ones of more.

        Yields
        ------
        Told
            Blocks of up to TELLINGS_PER_BLOCK stories of each reading.

        Raises
        ------
        CaseError
            If steps wait for each other in circles.
        """
        script = script_of(self.drawing, self.sequence, changes)
        for block, first in enumerate(range(0, tellings, TELLINGS_PER_BLOCK)):
            yield self._block(script, block, min(TELLINGS_PER_BLOCK, tellings - first))

    def _block(self, script: Script, block: int, tellings: int) -> Told:
        reading = np.tile(np.arange(self.ensemble.readings, dtype=np.intp), tellings)
        telling = _Telling(self, script, block, tellings, reading)
        stories = schedule(
            script.network,
            len(reading),
            telling.attempt,
            {place: times[reading] for place, times in script.given.items()},
            telling.watch,
            {place: days[reading] for place, days in script.deadlines.items()},
        )
        return Told(script, reading, stories, telling.course(stories))


def distribute(places: Floats, takes: Duration) -> Floats:
    """Turn places in 0..1 into days: as stated around the likeliest length, else all alike."""
    if takes.mode is None:
        return uniform(places, takes.low, takes.high)
    shape = pert if takes.shape == "pert" else triangular
    return shape(places, takes.low, takes.mode, takes.high)


@dataclass(eq=False)
class _Telling:
    """One block of stories being told."""

    teller: Teller
    script: Script
    block: int
    tellings: int
    reading: Positions
    options: dict[tuple[str, str], States] = field(default_factory=dict)
    replies: dict[tuple[str, int], tuple[Mask, Mask]] = field(default_factory=dict)
    _draws: dict[tuple[str, int], Floats] = field(default_factory=dict)
    _course: Course | None = None

    @cached_property
    def step_at(self) -> dict[int, Step]:
        """Steps by their places in the network."""
        return {place: self.script.sequence.steps[s] for s, place in self.script.node.items()}

    # ── draws ───────────────────────────────────────────────────────────────────────────────────
    def _drawn(self, step: Step, what: str) -> Floats:
        name = f"step:{step.id}:{what}:{self.block}"
        kept = self.teller.first_draws if not self.block else self._draws
        key = name, self.tellings
        if key not in kept:
            shape = (self.tellings, READINGS_PER_CHUNK)  # fewer tellings are the first of more
            drawn = uniforms(self.teller.seed, self.teller.chunk, name, shape)
            kept[key] = drawn[:, : self.teller.ensemble.readings].reshape(-1)
        return kept[key]

    def _takes(self, step: Step, rows: Rows) -> Floats | float:
        """How long attempts take, in days: (picked,), or 0."""
        if step.takes is None:
            return 0.0
        duration, statement = step.takes
        held = self.teller.drawing.in_force(statement)
        if step.on is not None:  # on its date it takes no time
            held = held & ~self.teller.drawing.in_force(step.on[1])
        days = distribute(self._drawn(step, "takes")[rows], duration)
        return days if held.all() else np.where(held[self.reading[rows]], days, 0.0)

    def _lucky(self, step: Step, starts: Floats, rows: Rows, course: Course) -> Mask:
        changes = self.script.changes
        if step.id in changes.certain or step.id in changes.barred:
            return np.full(starts.shape, step.id in changes.certain)
        if step.chance is None:
            return np.ones(starts.shape, dtype=np.bool_)
        chance = self._chance(step, starts, rows, course.of(rows))
        return np.asarray(self._drawn(step, "luck")[rows] < chance)

    def _chance(self, step: Step, starts: Floats, rows: Rows, course: Course) -> Floats:
        """Give the chance of a step: in each reading the same place in all its bands."""
        low, high = np.zeros(len(starts)), np.ones(len(starts))
        line, statement = step.chance or (None, step.statement)
        open_to = self.teller.drawing.in_force(statement)[self.reading[rows]]
        for chance, condition in line.branches if line else ():
            here = open_to
            if condition is not None:
                plain = self.script.sequence.plain(condition)
                here = open_to & course.holds(plain, starts)
            low, high = np.where(here, chance.low, low), np.where(here, chance.high, high)
            open_to = open_to & ~here
        band = self.teller.drawing.per_reading(f"step:{step.id}:chance")
        return np.asarray(low + band[self.reading[rows]] * (high - low))

    # ── what becomes of a step ──────────────────────────────────────────────────────────────────
    def attempt(self, place: int, starts: Floats, rows: Rows, stories: Stories) -> Trial:
        """Attempt a step; see :data:`winset.methods.scheduling.Attempt`."""
        step, codes = self.step_at[place], self.script.codes
        course = self.course(stories)
        ends = starts + self._takes(step, rows)
        lucky = self._lucky(step, starts, rows, course)
        cause: Codes | int = codes[Cause("chance", step.id)]
        if not step.table:
            return Trial(ends, lucky, cause)
        by = self.script.deadlines[place][self.reading[rows]]
        tried = np.flatnonzero((starts < NEVER) & (ends <= by))
        where = np.arange(len(self.reading), dtype=np.intp)[rows][tried]
        outcome = self._negotiate(step, where, starts[tried], lucky[tried], course)
        why = np.full(len(starts), cause, dtype=np.int32)
        why[tried[outcome == NO_ZONE]] = codes[Cause("zone", step.id, step.table)]
        why[tried[outcome == UNSETTLED]] = codes[Cause("settles", step.id, str(step.settles))]
        lucky = lucky.copy()
        lucky[tried[(outcome == NO_ZONE) | (outcome == UNSETTLED)]] = False
        return Trial(ends, lucky, why)

    def _negotiate(
        self, step: Step, where: Positions, starts: Floats, lucky: Mask, course: Course
    ) -> NDArray[np.int8]:
        """Talk, in some stories, from the state at the start; keep what is signed and answered."""
        deals, here = self.teller.deals, course.of(where)
        space = self.teller.ensemble.space
        state = np.tile(space.state(), (len(where), 1))
        for issue in deals.movable:
            state[:, issue] = here.option(space.issues[issue], starts)
        found = deals.sign(step.id, self.reading[where], state)
        done = np.flatnonzero((found.outcome == SIGNED) & lucky)
        table = deals.table(step.id)
        for column, issue in enumerate(table.grid.issues):
            option = self.options[step.id, space.issues[issue]]
            option[where[done]] = found.stands[done, column]
        for column, party in enumerate(table.absent):
            declines, accepts = self.replies[step.id, party]
            declines[where[done]] = found.declines[done, column]
            accepts[where[done]] = found.accepts[done, column]
        return found.outcome

    def watch(self, place: int, stories: Stories) -> Floats:
        """Say when a watched node comes true; see :data:`winset.methods.scheduling.Watcher`."""
        lines, since = self.script.watched[place]
        course = self.course(stories)
        if not since and len(lines) == 1 and grows(lines[0][0]):
            return course.first(lines[0][0])
        ready = stories.time[list(since)].max(axis=0, initial=0.0)
        return course.first_together(
            [(c, None if counts is None else counts[self.reading]) for c, counts in lines], ready
        )

    # ── the course of events ────────────────────────────────────────────────────────────────────
    def course(self, stories: Stories) -> Course:
        """View the stories, as far as they are told, by steps, issues and parties."""
        if self._course is None:
            self._course = self._view(stories)
        return self._course

    def _view(self, stories: Stories) -> Course:
        space, sequence = self.teller.ensemble.space, self.script.sequence
        times = {step: stories.time[place] for step, place in self.script.node.items()}
        moves: dict[str, list[Move]] = {}
        replies: dict[str, list[Reply]] = {}
        for name in sequence.order:
            step = sequence.steps[name]
            for issue, option in self._moved(step):
                moves.setdefault(issue, []).append(Move(times[name], option))
            for party in self.teller.deals.table(name).absent if step.table else ():
                declines, accepts = np.zeros((2, len(self.reading)), dtype=np.bool_)
                self.replies[name, party] = declines, accepts
                reply = Reply(times[name], declines, accepts)
                replies.setdefault(space.parties[party], []).append(reply)
        return Course(
            space,
            self.teller.case.as_of,
            self.script.horizon,
            len(self.reading),
            times,
            moves,
            replies,
        )

    def _moved(self, step: Step) -> Iterator[tuple[str, States]]:
        """Yield what a step moves, and where to: issue, option (N,), -1 where it is left alone."""
        space = self.teller.ensemble.space
        for issue, option, statement in step.sets:
            if issue not in space.fixed:
                held = self.teller.drawing.in_force(statement)[self.reading]
                to = space.option_index(issue, option)
                yield issue, np.where(held, to, -1).astype(np.int16)
        if step.table:
            for place in self.teller.deals.table(step.id).grid.issues:
                signed = np.full(len(self.reading), -1, dtype=np.int16)
                self.options[step.id, space.issues[place]] = signed
                yield space.issues[place], signed
