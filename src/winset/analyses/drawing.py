"""What a process is told with: one chunk of readings, its lines in force, and changes to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.case import Case, Statement, Step
from winset.ensemble.records import READINGS_PER_CHUNK, Ensemble
from winset.language.terms import CERTAIN
from winset.methods.streams import uniforms
from winset.space import Mask

Floats = NDArray[np.float64]

CauseKind = Literal[
    "chance", "time", "channel", "zone", "settles", "answer", "condition", "not needed", "dropped"
]


class Cause(NamedTuple):
    """Why something does not happen.

    ``kind`` and ``name`` say: ``chance``, the step ``name`` was attempted and did not come off;
    ``time``, it was not over in time; ``channel``, the channel was not open and no step opened
    it; ``zone``, its table had no deal; ``settles``, the deal did not settle what it was for;
    ``answer``, what it waits for hangs on an answer that was not given; ``condition``, likewise
    on a state that did not come about; ``not needed``, the step it stands in for took place;
    ``dropped``, the statement that there is such a step is not in force. ``detail`` is the
    table, the event or the other step.
    """

    kind: CauseKind
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Changes:
    """What a story is told with: channels open or closed throughout, steps that come off whenever
    they are attempted, or never.
    """

    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Drawing:
    """One chunk of readings, and which lines of the process are in force in each."""

    case: Case
    ensemble: Ensemble
    seed: int
    chunk: int

    def per_reading(self, name: str) -> Floats:
        """Draw a number in [0, 1) for each reading: (R,); fewer readings are the first ones."""
        if name not in self._drawn:
            drawn = uniforms(self.seed, self.chunk, name, (READINGS_PER_CHUNK,))
            self._drawn[name] = drawn[: self.ensemble.readings]
        return self._drawn[name]

    @cached_property
    def _drawn(self) -> dict[str, Floats]:
        return {}

    @cached_property
    def dropped(self) -> frozenset[str]:
        """Ids of the certain statements that are in force in no reading."""
        held = self.ensemble.in_force
        certain = [s.id for s in self.case.statements() if s.share == CERTAIN and s.id in held]
        return frozenset(name for name in certain if not held[name].any())

    def in_force(self, statement: Statement) -> Mask:
        """Say in which readings a line of the process is in force: (R,)."""
        held = self.ensemble.in_force[statement.id]
        if statement.share == CERTAIN and not statement.group:
            return held
        low, high = self._places[statement.id]
        drawn = self.per_reading(f"in force:{statement.group or statement.id}")
        return held & (drawn >= low) & (drawn < high)

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        """Where each line is in force on 0..1; alternatives of one list lie side by side."""
        ends: dict[str, float] = {}
        found = {}
        for statement in sorted(self.case.statements(), key=lambda s: (s.group, s.text)):
            low = ends.get(statement.group, 0.0) if statement.group else 0.0
            high = low + statement.share.middle
            found[statement.id] = low, high
            ends[statement.group] = high
        return found

    # ── channels ────────────────────────────────────────────────────────────────────────────────
    def open_now(self, channel: str, changes: Changes) -> Mask:
        """Say in which readings a channel is open from the start: (R,).

        Nobody is known to have closed a channel whose state is dropped, or to have opened it.
        """
        record = next(c for c in self.case.channels if c.id == channel)
        known = self.in_force(record.statement)
        if channel in changes.opened or channel in changes.closed:
            return np.full(known.shape, channel in changes.opened)
        return known if record.state == "open" else ~known

    def opens(self, step: Step, channel: str, changes: Changes) -> Mask:
        """Say in which readings a step opens a channel: (R,)."""
        said = [self.in_force(statement) for name, statement in step.opens if name == channel]
        found: Mask = np.any(said, axis=0) & (channel not in changes.closed)
        return found
