"""What a process makes of its steps: the record, and what is read off it.

See :mod:`winset.analyses.process` for how it comes about.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from winset.analyses.drawing import Cause, CauseKind
from winset.analyses.merging import ADDED, merge
from winset.casefile.necessity import Gap, Veto
from winset.casefile.soonest import Soonest
from winset.errors import AskError
from winset.methods.nested import Spread, spread

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Lever:
    """Something whose value is asked: a ``channel`` or a ``step``, and its name."""

    kind: str
    name: str


class Worth(NamedTuple):
    """What a channel or gesture makes of a step's probability, with and without it.

    ``value`` is the difference of the two means, ``error`` its standard error over the readings.
    """

    lever: Lever
    step: str
    with_it: Spread
    without_it: Spread
    value: float
    error: float


class Block(NamedTuple):
    """A first cause why a step does not happen, and its share of all stories."""

    cause: Cause
    share: float


@dataclass(frozen=True, eq=False)
class Process:
    """What becomes of the steps of a case. S steps, D days, M stories of each reading.

    Attributes
    ----------
    steps
        Ids, each after the steps it waits for.
    targets
        Steps for which criticality and veto players are told.
    as_of, horizon
        The days between which stories are told; without a horizon they go on.
    days
        Days after ``as_of`` at which probabilities are told: (D,).
    bin_days
        Width of the bins of ``ends``, in days.
    tellings, worth_tellings
        Stories told of each reading: for all but the values, and for each value.
    channels
        Ids of the channels.
    vetoes
        Of each target, the parties that can keep it from happening, and how.
    soonest
        Of each target, the earliest date on which it can have happened; None if it never can.
    gaps
        Pairs of parties that take part in a step without a channel.
    levers
        The channels and gestures whose values are told (L of them).
    readings
        Readings told of.
    happened : (S, D, M + 1)
        Readings in which that many of their stories have a step happen by that day.
    ends : (S, bins)
        Stories in which a step happens within each bin of days.
    causes : (step, kind, name, detail) -> stories
        First causes why a step does not happen.
    critical : (targets, S)
        Stories in which a step lies on the critical path to a target.
    opened : (channels,)
        Stories in which a channel is open at the end.
    moved : (L, 2, S, worth_tellings + 1)
        Readings in which that many of their stories have a step happen with (0) and without (1)
        a lever.
    squares : (L, S)
        Squares of the difference that it makes to those numbers, added over readings.
    """

    steps: tuple[str, ...]
    targets: tuple[str, ...]
    as_of: dt.date
    horizon: dt.date | None
    days: tuple[float, ...]
    bin_days: float
    tellings: int
    worth_tellings: int
    channels: tuple[str, ...]
    vetoes: tuple[tuple[Veto, ...], ...]
    soonest: tuple[Soonest | None, ...]
    gaps: tuple[Gap, ...]
    levers: tuple[Lever, ...]
    readings: int = field(metadata=ADDED)
    happened: NDArray[np.int32] = field(metadata=ADDED)
    ends: Integers = field(metadata=ADDED)
    causes: dict[tuple[str, str, str, str], int] = field(metadata=ADDED)
    critical: Integers = field(metadata=ADDED)
    opened: Integers = field(metadata=ADDED)
    moved: Integers = field(metadata=ADDED)
    squares: Integers = field(metadata=ADDED)

    @staticmethod
    def merge(parts: Sequence[Process]) -> Process:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    @property
    def stories(self) -> int:
        """Number of stories told."""
        return self.readings * self.tellings

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Dates at which probabilities are told: (D,)."""
        return tuple(self._date(day) for day in self.days)

    def _step(self, step: str) -> int:
        if step not in self.steps:
            raise AskError(f"no step is called {step!r}: there are {', '.join(self.steps)}")
        return self.steps.index(step)

    def curve(self, step: str) -> tuple[Spread, ...]:
        """Give the probability that a step has happened by each of the days, over the readings."""
        return tuple(_spread_of(counts) for counts in self.happened[self._step(step)])

    def chance(self, step: str, by: dt.date | None = None) -> Spread:
        """Give the probability that a step has happened by a date (default: at all).

        Raises
        ------
        AskError
            If there is no such step, or the date is none of ``dates``; any other date is asked
            with :func:`winset.analyses.asking.ask`.
        """
        row = self.happened[self._step(step)]
        if by is None:
            return _spread_of(row[-1])
        if by not in self.dates:
            raise AskError(f"{by} is no date at which this result tells probabilities")
        return _spread_of(row[self.dates.index(by)])

    def quantile(self, step: str, share: float) -> float | None:
        """Give the day by which a share of the stories with a step have it; None without any."""
        counts = self.ends[self._step(step)].cumsum()
        if not counts[-1]:
            return None
        return float(np.searchsorted(counts, share * counts[-1])) * self.bin_days

    def date(self, step: str, share: float) -> dt.date | None:
        """Give the date of that day."""
        day = self.quantile(step, share)
        return None if day is None else self._date(day)

    def _date(self, day: float) -> dt.date:
        """Give the date of a day; the last one that can be written for days beyond it."""
        try:
            return self.as_of + dt.timedelta(days=math.floor(day))
        except OverflowError:
            return dt.date.max

    def blocks(self, step: str) -> tuple[Block, ...]:
        """Rank the first causes why a step does not happen, the commonest first."""
        self._step(step)
        found = [(Cause(cast("CauseKind", kind), name, detail), count)
                 for (of, kind, name, detail), count in self.causes.items()
                 if of == step]  # fmt: skip
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return tuple(Block(cause, count / self.stories) for cause, count in found)

    def criticality(self, target: str) -> dict[str, float]:
        """Give each step's share of the stories with the target in which it is critical for it.

        Empty where the target never happens. Largest first.
        """
        if target not in self.targets:
            raise AskError(f"criticality is told for {', '.join(self.targets)}, not {target!r}")
        counts = self.critical[self.targets.index(target)]
        all_of_them = int(counts[self._step(target)])
        if not all_of_them:
            return {}
        shares = {s: int(n) / all_of_them for s, n in zip(self.steps, counts, strict=True) if n}
        return dict(sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])))

    def worths(self, step: str) -> tuple[Worth, ...]:
        """Give what each channel and gesture is worth to a step, the greatest value first."""
        place = self._step(step)
        found = []
        for lever, counts, squares in zip(self.levers, self.moved, self.squares, strict=True):
            both = [_spread_of(counts[side, place]) for side in (0, 1)]
            value = both[0].mean - both[1].mean
            second = int(squares[place]) / self.worth_tellings**2 / self.readings
            error = math.sqrt(max(0.0, second - value**2) / self.readings)
            found.append(Worth(lever, step, both[0], both[1], value, error))
        return tuple(sorted(found, key=lambda worth: (-worth.value, worth.lever)))

    def opened_share(self, channel: str) -> float:
        """Give the share of stories in which a channel is open at the end."""
        return int(self.opened[self.channels.index(channel)]) / self.stories


def _spread_of(counts: NDArray[np.integer]) -> Spread:
    """Read a row of readings, counted by how many of their stories have an event."""
    tried = len(counts) - 1
    return spread(np.arange(tried + 1), np.full(tried + 1, tried), counts)
