"""What is computed for one chunk of readings, and how chunks become results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from winset.analyses.absent import AbsentResult, absent
from winset.analyses.claims import Claims, claims
from winset.analyses.deals import Deals, deals, deals_to_look_at
from winset.analyses.process import process
from winset.analyses.process_result import Process
from winset.analyses.stability_holding import MOST_TURNS, Holding, holding
from winset.analyses.stories import Teller
from winset.case import Case, Channel, Claim, Step
from winset.ensemble import Ensemble, resolve_without, sample
from winset.errors import AskError, TooLargeError
from winset.run.encode import pack
from winset.run.spec import RunSpec
from winset.space import grid_of, space_of


@dataclass(frozen=True, slots=True)
class TableResult:
    """A table's deals, what the absent parties make of them, and what becomes of them then.

    ``holding`` is None where nobody can do anything to a deal, or too much is possible to follow
    it; ``unheld`` then says what.
    """

    deals: Deals
    absent: AbsentResult
    holding: Holding | None = None
    unheld: str = ""


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """Everything a run keeps of a chunk of readings.

    ``in_force`` counts for each statement the readings in which it is in force; ``process`` is
    what becomes of the steps and ``claims`` of the predictions, None where the case has no steps.
    """

    readings: int
    in_force: Mapping[str, int]
    tables: Mapping[str, TableResult]
    process: Process | None = None
    claims: Claims | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The work of a run: chunk number to packed result."""

    case: Case
    spec: RunSpec

    def __call__(self, chunk: int) -> bytes:
        """Compute a chunk."""
        return pack(self.result(chunk))

    def result(self, chunk: int) -> ChunkResult:
        """Compute a chunk, unpacked."""
        spec, case = self.spec, self.case
        ensemble = _ensemble(case, spec, chunk)
        tables: dict[str, TableResult] = {}
        for table in sorted(spec.tables):  # the order in the file changes no bit
            looked_at = _looked_at(case, spec, table)
            found = deals(case, ensemble, table, signed=spec.solution, looked_at=looked_at)
            missed = absent(case, ensemble, found)
            tables[table] = TableResult(found, missed, *_held(case, ensemble, found))
        counts = {name: int(drawn.sum()) for name, drawn in sorted(ensemble.in_force.items())}
        return ChunkResult(ensemble.readings, counts, tables, *self._told(ensemble, chunk))

    def _told(self, ensemble: Ensemble, chunk: int) -> tuple[Process | None, Claims | None]:
        """Tell the stories of the readings."""
        spec, case = self.spec, self.case
        if not case.steps:
            return None, None
        # The order in the file changes no bit.
        case = replace(case, steps=_by_id(case.steps), channels=_by_id(case.channels),
                       claims=_by_id(case.claims))  # fmt: skip
        teller = Teller(case, ensemble, spec.seed, chunk, spec.solution)
        told = process(teller, tellings=spec.tellings)
        return told, claims(teller, spec.tellings) if case.claims else None


def _held(case: Case, ensemble: Ensemble, found: Deals) -> tuple[Holding | None, str]:
    """Find what becomes of a table's deals, or why that is not found."""
    try:
        return holding(case, ensemble, found, most=MOST_TURNS), ""
    except AskError:  # nobody has a turn
        return None, ""
    except TooLargeError as error:
        return None, str(error)


_Named = TypeVar("_Named", Step, Channel, Claim)


def _by_id(records: tuple[_Named, ...]) -> tuple[_Named, ...]:
    return tuple(sorted(records, key=lambda record: record.id))


def _ensemble(case: Case, spec: RunSpec, chunk: int) -> Ensemble:
    return sample(
        case,
        spec.readings(chunk),
        spec.seed,
        chunk,
        without=resolve_without(case, spec.without),
        fixed=dict(spec.fixed),
    )


@lru_cache(maxsize=8)
def _looked_at(case: Case, spec: RunSpec, table: str) -> tuple[int, ...] | None:
    """Choose the deals counted one by one: in the first chunk, whichever chunk is computed."""
    space = space_of(case, fixed=dict(spec.fixed), without=resolve_without(case, spec.without))
    if grid_of(case, space, table).listed:
        return None
    return deals_to_look_at(case, _ensemble(case, spec, 0), table, signed=spec.solution)


def merged(chunks: Sequence[ChunkResult]) -> ChunkResult:
    """Join the results of several chunks, in their order, into one."""
    if len(chunks) == 1:
        return chunks[0]
    first = chunks[0]
    return ChunkResult(
        sum(chunk.readings for chunk in chunks),
        {name: sum(chunk.in_force[name] for chunk in chunks) for name in first.in_force},
        {
            table: _merged_tables([chunk.tables[table] for chunk in chunks])
            for table in first.tables
        },
        first.process and Process.merge([chunk.process for chunk in chunks if chunk.process]),
        first.claims and Claims.merge([chunk.claims for chunk in chunks if chunk.claims]),
    )


def _merged_tables(parts: Sequence[TableResult]) -> TableResult:
    held = [part.holding for part in parts if part.holding]
    return TableResult(
        Deals.merge([part.deals for part in parts]),
        AbsentResult.merge([part.absent for part in parts]),
        Holding.merge(held) if held else None,
        parts[0].unheld,
    )
