"""The earliest date on which a step can have happened, and the lines that say so."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from winset.casefile.order import Sequence, ancestors
from winset.casefile.possible import Earliest

_MOST = 20_000  # days reckoned, so that the cost stays linear in the steps of large cases


@dataclass(frozen=True, slots=True)
class Soonest:
    """The earliest date of a step if everything goes as well as the case allows.

    ``statements`` are the ids of the durations and dates on which it hangs (were one of them
    later, so would it be), in the order of the steps; none are named in very large cases.
    """

    step: str
    date: dt.date
    statements: tuple[str, ...]


def soonest(
    sequence: Sequence, steps: Iterable[str], gone: frozenset[str] = frozenset()
) -> tuple[Soonest | None, ...]:
    """Find the earliest date of each of some steps, without the statements ``gone``.

    None for a step that can never happen.

    Raises
    ------
    CaseError
        If steps wait for each other in circles.
    """
    steps = tuple(steps)
    days = Earliest(sequence, gone).days if sequence.order else {}
    timing = list(_timing(sequence, ancestors(sequence, steps)))
    if len(timing) * len(days) > _MOST:
        timing = []
    moved = {statement: Earliest(sequence, gone, statement).days for statement in timing}
    return tuple(_soonest(sequence.case.as_of, step, days, moved) for step in steps)


def _soonest(
    begin: dt.date, step: str, days: Mapping[str, float], moved: Mapping[str, Mapping[str, float]]
) -> Soonest | None:
    day = days.get(step, math.inf)
    if not math.isfinite(day) or day > dt.date.max.toordinal() - begin.toordinal():
        return None
    binding = tuple(statement for statement, later in moved.items() if later[step] > day)
    return Soonest(step, begin + dt.timedelta(days=math.ceil(day)), binding)


def _timing(sequence: Sequence, steps: frozenset[str]) -> Iterator[str]:
    """Yield the ids of what says how long some steps take, and when they can be."""
    for name in sequence.order:
        if name in steps:
            step = sequence.steps[name]
            for said in (step.on, step.not_before, step.takes):
                if said is not None:
                    yield said[1].id
