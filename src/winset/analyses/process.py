"""In what order, and when: what a process makes of its steps, story by story.

Probabilities stand on three layers. The sources leave open what the parties want, which lines are
in force and where in its band a chance lies: that is a *reading*. In one reading luck and
durations are chance: that is a *story*. So every reading has a probability of its own that a step
has happened by a date; it is estimated from the stories told of it, and given as a range over the
readings (10 to 90 % of them, and all of them). Since few stories are told of one reading, their
plain shares scatter more than the probabilities do; :mod:`winset.methods.nested` takes that out
again. The width of the range is what the sources leave open; what remains within a reading is
chance.

The value of a channel or a gesture is the difference that it makes to a step's probability: the
same stories are told with the channel open throughout and never open, or with the step coming off
whenever it is attempted and never, with common random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from winset.analyses.drawing import Changes
from winset.analyses.events import dates
from winset.analyses.process_result import Block, Integers, Lever, Process, Worth
from winset.analyses.stories import Teller, Told
from winset.case import Case, Step
from winset.casefile.necessity import Necessity
from winset.casefile.order import Sequence as Order
from winset.casefile.soonest import soonest
from winset.errors import AskError
from winset.language.terms import Happens, atoms
from winset.methods.scheduling import critical_path

__all__ = ["Block", "Lever", "Process", "Worth", "levers_of", "process", "targets_of"]

TELLINGS = 32
"""Stories told of each reading, unless asked otherwise."""

WORTH_TELLINGS = 4
"""Stories told of each reading to value one channel or gesture."""

_POINTS = 52
_BINS = 1500
_NEVER = np.inf


def process(
    teller: Teller,
    *,
    tellings: int = TELLINGS,
    targets: Sequence[str] = (),
    levers: Sequence[Lever] | None = None,
    worth_tellings: int = WORTH_TELLINGS,
) -> Process:
    """Tell the stories of a chunk of readings, and count what becomes of the steps.

    Parameters
    ----------
    tellings
        Stories of each reading.
    targets
        Steps for which criticality and veto players are told; by default those of
        :func:`targets_of`.
    levers
        What is valued; by default :func:`levers_of`.
    worth_tellings
        Stories of each reading to value each of them with and without.

    Raises
    ------
    CaseError
        If steps wait for each other in circles.
    AskError
        If a target is no step.
    TooLargeError
        If a step's deals are too many.
    """
    case, order = teller.case, teller.sequence
    chosen = tuple(targets) or targets_of(case)
    wanted = levers_of(case, order) if levers is None else tuple(levers)
    _check(teller, chosen, wanted)
    days = days_of(case, order)
    counting = _Counting(teller, order.order, chosen, days, max(1.0, days[-1] / _BINS), tellings)
    for told in teller.tell(tellings):
        counting.take(told)
    needed = Necessity(order)
    moved, squares = _valued(teller, wanted, order.order, worth_tellings)
    return Process(
        steps=order.order,
        targets=chosen,
        as_of=case.as_of,
        horizon=case.horizon,
        days=days,
        bin_days=counting.width,
        tellings=tellings,
        worth_tellings=worth_tellings,
        channels=tuple(c.id for c in case.channels),
        vetoes=tuple(needed.vetoes(target) for target in chosen),
        soonest=soonest(order, chosen, teller.drawing.dropped),
        gaps=needed.gaps(),
        levers=wanted,
        readings=teller.ensemble.readings,
        happened=counting.happened(),
        ends=counting.ends,
        causes=dict(sorted(counting.causes.items())),
        critical=counting.critical,
        opened=counting.opened,
        moved=moved,
        squares=squares,
    )


def _check(teller: Teller, targets: Sequence[str], levers: Sequence[Lever]) -> None:
    steps = teller.sequence.order
    channels = [channel.id for channel in teller.case.channels]
    for name in [*targets, *(lever.name for lever in levers if lever.kind == "step")]:
        if name not in steps:
            raise AskError(f"no step is called {name!r}: there are {', '.join(steps) or 'none'}")
    for lever in levers:
        if lever.kind != "step" and lever.name not in channels:
            known = ", ".join(channels) or "none"
            raise AskError(f"no channel is called {lever.name!r}: there are {known}")


def targets_of(case: Case) -> tuple[str, ...]:
    """Name the steps that claims speak of; where there are none, those that nothing waits for."""
    claimed = {a.name for c in case.claims for a in atoms(c.event) if isinstance(a, Happens)}
    chosen = tuple(step.id for step in case.steps if step.id in claimed)
    order = Order(case)
    waited = {wait.step for step in case.steps for wait in order.waits(step)}
    return chosen or tuple(step.id for step in case.steps if step.id not in waited)


def levers_of(case: Case, order: Order) -> tuple[Lever, ...]:
    """Name the channels that steps need, and the gestures on which other steps hang.

    A gesture is a step without a table that somebody is said to take, that sets an issue, or that
    another step's chance hangs on.
    """
    needed = {channel for step in case.steps for channel, _ in step.needs}
    waited = {wait.step for step in case.steps for wait in order.waits(step)}
    asked = {name for step in case.steps if step.chance for _, c in step.chance[0].branches
             if c is not None for name in order.behind(c)}  # fmt: skip
    gestures = [step.id for step in case.steps if not step.table and step.id in waited
                and (step.by or step.sets or step.id in asked)]  # fmt: skip
    return (
        *(Lever("channel", c.id) for c in case.channels if c.id in needed),
        *(Lever("step", name) for name in gestures),
    )


# ── days ────────────────────────────────────────────────────────────────────────────────────────
def days_of(case: Case, order: Order) -> tuple[float, ...]:
    """Days at which probabilities are told: at even distances, and the dates that the case names.

    The last one is the horizon; without one, the day by which everything is over.
    """
    last = max(1.0, _last_day(case, order))
    width = max(1, math.ceil(last / _POINTS / 7) * 7)
    named = [date for claim in case.claims for date in dates(claim.event)]
    named += [step.deadline[0] for step in case.steps if step.deadline is not None]
    days = {float((date - case.as_of).days) for date in named if date is not None}
    even = {float(day) for day in range(0, math.ceil(last), width)}
    return tuple(sorted({day for day in days | even if 0 <= day < last} | {last}))


def _last_day(case: Case, order: Order) -> float:
    if case.horizon is not None:
        return float((case.horizon - case.as_of).days)
    over: dict[str, float] = {}
    for name in order.order:
        step = order.steps[name]
        ready = [over[wait.step] for wait in order.waits(step)]
        over[name] = max([0.0, *ready, *_own_days(step, case)]) + _longest(step)
    return max(over.values(), default=0.0)


def _own_days(step: Step, case: Case) -> Iterator[float]:
    for date in (step.on, step.not_before):
        if date is not None:
            yield float((date[0] - case.as_of).days)
    for before in step.after:
        for when in dates(before.condition):
            if when is not None:
                yield float((when - case.as_of).days)


def _longest(step: Step) -> float:
    return step.takes[0].high if step.takes is not None else 0.0


# ── counting ────────────────────────────────────────────────────────────────────────────────────
class _Counting:
    """Counts over the stories of one chunk, block by block."""

    def __init__(
        self,
        teller: Teller,
        steps: tuple[str, ...],
        targets: tuple[str, ...],
        days: tuple[float, ...],
        width: float,
        tellings: int,
    ) -> None:
        self.teller, self.steps, self.targets = teller, steps, targets
        self.days, self.width, self.tellings = np.array(days), width, tellings
        bins = math.ceil(days[-1] / width) + 1
        self.by_reading = np.zeros((len(steps), teller.ensemble.readings, len(days) + 1), np.int32)
        self.ends = np.zeros((len(steps), bins), dtype=np.int64)
        self.causes: dict[tuple[str, str, str, str], int] = {}
        self.critical = np.zeros((len(targets), len(steps)), dtype=np.int64)
        self.opened = np.zeros(len(teller.case.channels), dtype=np.int64)

    def take(self, told: Told) -> None:
        for place, step in enumerate(self.steps):
            time = told.time(step)
            came = time[time < _NEVER]
            self._take_times(place, time, told)
            last = self.ends.shape[1] - 1
            bins = np.minimum(np.ceil(came / self.width).astype(np.intp), last)
            self.ends[place] += np.bincount(bins, minlength=self.ends.shape[1])
            self._take_causes(step, told)
        nodes = [told.script.node[step] for step in self.steps]
        for place, target in enumerate(self.targets):
            on = critical_path(told.script.network, told.stories, told.script.node[target])
            self.critical[place] += on[nodes].sum(axis=1)
        for place, channel in enumerate(self.teller.case.channels):
            self.opened[place] += int(told.opened(channel.id).sum())

    def _take_times(self, place: int, time: NDArray[np.float64], told: Told) -> None:
        """Count the stories of each reading by the first of the days a step has happened by."""
        columns = len(self.days) + 1
        first = np.searchsorted(self.days, time)
        cells = told.reading * columns + first
        counts = np.bincount(cells, minlength=self.by_reading[place].size)
        self.by_reading[place] += counts.reshape(-1, columns).astype(np.int32)

    def _take_causes(self, step: str, told: Told) -> None:
        counts = np.bincount(told.cause(step), minlength=len(told.script.causes))
        for code in np.flatnonzero(counts):
            cause = told.script.causes[code]
            if cause is not None:
                key = (step, *cause)
                self.causes[key] = self.causes.get(key, 0) + int(counts[code])

    def happened(self) -> NDArray[np.int32]:
        """Count readings by how many of their stories have a step happen by a day."""
        by_day = self.by_reading[:, :, :-1].cumsum(axis=2)
        found = np.zeros((len(self.steps), len(self.days), self.tellings + 1), dtype=np.int32)
        for place, counts in enumerate(by_day):
            for day in range(len(self.days)):
                found[place, day] = np.bincount(counts[:, day], minlength=self.tellings + 1)
        return found


def _valued(
    teller: Teller, levers: Sequence[Lever], steps: tuple[str, ...], tellings: int
) -> tuple[Integers, Integers]:
    """Tell the stories with and without each lever: see ``moved`` and ``squares``."""
    moved = np.zeros((len(levers), 2, len(steps), tellings + 1), dtype=np.int64)
    squares = np.zeros((len(levers), len(steps)), dtype=np.int64)
    for place, lever in enumerate(levers):
        counts = np.stack([_counts(teller, changes, steps, tellings) for changes in _both(lever)])
        for side in (0, 1):
            for number, row in enumerate(counts[side]):
                moved[place, side, number] = np.bincount(row, minlength=tellings + 1)
        squares[place] = ((counts[0] - counts[1]) ** 2).sum(axis=1)
    return moved, squares


def _both(lever: Lever) -> tuple[Changes, Changes]:
    names = frozenset({lever.name})
    if lever.kind == "channel":
        return Changes(opened=names), Changes(closed=names)
    return Changes(certain=names), Changes(barred=names)


def _counts(teller: Teller, changes: Changes, steps: tuple[str, ...], tellings: int) -> Integers:
    """Count the stories of each reading in which each step happens: (steps, readings)."""
    counts = np.zeros((len(steps), teller.ensemble.readings), dtype=np.int64)
    for told in teller.tell(tellings, changes):
        for place, step in enumerate(steps):
            came = told.reading[told.time(step) < _NEVER]
            counts[place] += np.bincount(came, minlength=counts.shape[1])
    return counts
