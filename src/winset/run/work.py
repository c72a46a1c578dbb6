"""What is computed for one chunk of readings, and how chunks become results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from winset.analyses.absent import AbsentResult, absent
from winset.analyses.deals import Deals, deals, deals_to_look_at
from winset.case import Case
from winset.ensemble import Ensemble, resolve_without, sample
from winset.run.encode import pack
from winset.run.spec import RunSpec
from winset.space import grid_of, space_of


@dataclass(frozen=True, slots=True)
class TableResult:
    """A table's deals, and what the absent parties make of them."""

    deals: Deals
    absent: AbsentResult


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """Everything a run keeps of a chunk of readings.

    ``in_force`` counts for each statement the readings in which it is in force.
    """

    readings: int
    in_force: Mapping[str, int]
    tables: Mapping[str, TableResult]


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
            tables[table] = TableResult(found, absent(case, ensemble, found))
        counts = {name: int(drawn.sum()) for name, drawn in sorted(ensemble.in_force.items())}
        return ChunkResult(ensemble.readings, counts, tables)


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
            table: TableResult(
                Deals.merge([chunk.tables[table].deals for chunk in chunks]),
                AbsentResult.merge([chunk.tables[table].absent for chunk in chunks]),
            )
            for table in first.tables
        },
    )
