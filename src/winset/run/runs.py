"""Starting, resuming and reading runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from winset import __version__
from winset.analyses.claims import Claims
from winset.analyses.forcing import Forcing, forcing
from winset.analyses.headlines import Headline, headlines
from winset.analyses.process_result import Process
from winset.case import Case
from winset.ensemble import resolve_without
from winset.errors import CaseError, RunError
from winset.run.encode import pack, unpack
from winset.run.spec import RunSpec, text_of
from winset.run.store import Store, remove
from winset.run.work import ChunkResult, TableResult, Work, merged
from winset.run.workers import compute

Progress = Callable[[int, int], None]
"""Called with the readings done and the readings in all."""

_AT_ONCE = 4  # chunks held in memory together while results are joined


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a finished run.

    ``tables`` holds for each table its :class:`TableResult`; ``shares`` for each statement that
    is drawn the share of readings in which it is in force; ``process`` what becomes of the steps
    (None: the case has none), ``claims`` of the predictions; ``digest`` the SHA-256 over the
    chunks', in order, equal for equal results; ``seconds`` the time the run took; ``forced`` the
    lines that force each headline at none or all of the readings.
    """

    case: Case
    spec: RunSpec
    readings: int
    tables: Mapping[str, TableResult]
    shares: Mapping[str, float]
    process: Process | None
    claims: Claims | None
    digest: str
    seconds: float
    forced: Mapping[Headline, Forcing]


def start(
    spec: RunSpec,
    file: str | Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    replace: bool = False,
) -> str:
    """Compute a run and keep it in a file.

    Parameters
    ----------
    spec
        What to compute (:func:`spec_of`).
    file
        The run file to make, readable by its owner alone.
    workers
        Number of processes; the results do not depend on it. More than one needs a program
        that guards its start by ``if __name__ == "__main__"``.
    progress
        Called after each chunk.
    replace
        Replace a run file of that name.

    Returns
    -------
    The run's digest.

    Raises
    ------
    RunError
        If the file is there already or cannot be written, or a worker dies.
    CaseError
        If the case's statements contradict each other.

    Notes
    -----
    Whatever interrupts it (Ctrl-C, an end by force, a full disk), the chunks finished so far are
    in the file, and :func:`resume` goes on from there.
    """
    path = Path(file)
    case = spec.case()
    store = Store.create(
        path, {"spec": spec.dumps(), "seconds": "0.0", "forced": ""}, replace=replace
    )
    try:
        with store:
            return _go_on(store, spec, case, workers, progress)
    except Exception:
        if not _finished_chunks(path):
            remove(path)  # nothing to go on with, and the error says what was wrong
        raise


def resume(file: str | Path, *, workers: int = 1, progress: Progress | None = None) -> str:
    """Go on with an interrupted run; return its digest.

    A finished run is left as it is. The result is bit for bit that of an uninterrupted run.

    Raises
    ------
    RunError
        If the file is no run file or is damaged, another process works on it, or it was begun by
        another version of winset or from a case file that has changed since.
    """
    path = Path(file)
    with Store.open(path) as store:
        spec = _spec(store)
        _vet(spec, path)
        for _ in store.packed():  # a damaged one is found here
            pass
        if len(store.numbers()) == spec.chunks:
            return store.digest()
    with Store.open(path, writing=True) as store:
        return _go_on(store, spec, spec.case(), workers, progress)


def load(file: str | Path) -> Results:
    """Read the results of a finished run.

    Raises
    ------
    RunError
        If the file is no run file, is damaged or unfinished, or was made by a winset whose
        results this one cannot read.
    """
    with Store.open(Path(file)) as store:
        spec = _spec(store)
        if spec.version != __version__:
            raise RunError(
                f"{file} was made by winset {spec.version}, and this is winset {__version__}: "
                "run it anew"
            )
        done = store.numbers()
        if done != tuple(range(spec.chunks)) or not store.meta("forced"):
            raise RunError(
                f"{file} is unfinished ({len(done)} of {spec.chunks} chunks are done): "
                f"winset resume {file}"
            )
        whole = _join(store)
        if whole.readings != spec.draws:
            raise RunError(f"{file} is damaged: it holds {whole.readings} readings")
        return Results(
            case=spec.case(),
            spec=spec,
            readings=whole.readings,
            tables={table: whole.tables[table] for table in spec.tables},
            shares={name: count / whole.readings for name, count in whole.in_force.items()},
            process=whole.process,
            claims=whole.claims,
            digest=store.digest(),
            seconds=float(store.meta("seconds")),
            forced=_unpacked_forced(store),
        )


def _go_on(store: Store, spec: RunSpec, case: Case, workers: int, progress: Progress | None) -> str:
    before, begun = float(store.meta("seconds")), time.perf_counter()
    done = set(store.numbers())
    missing = [chunk for chunk in range(spec.chunks) if chunk not in done]
    readings = sum(map(spec.readings, done))
    if progress:
        progress(readings, spec.draws)
    for chunk in compute(Work(case, spec), missing, workers):
        store.add(chunk, before + time.perf_counter() - begun)
        readings += spec.readings(chunk.number)
        if progress:
            progress(readings, spec.draws)
    if missing or not store.meta("forced"):
        begun -= before
        found = _forced(case, spec, _join(store))
        store.note("forced", pack(found).hex())
        store.note("seconds", repr(time.perf_counter() - begun))
    store.settle()
    return store.digest()


def _forced(case: Case, spec: RunSpec, whole: ChunkResult) -> dict[Headline, Forcing]:
    """Find the lines that force the headlines which hold in none or all of the readings."""
    counts = {
        headline: count
        for table in whole.tables.values()
        for headline, count in headlines(case, table.deals, table.absent).items()
        if count.forced
    }
    return forcing(
        case,
        counts,
        signed=spec.solution,
        seed=spec.seed,
        without=resolve_without(case, spec.without),
        fixed=dict(spec.fixed),
    )


def _unpacked_forced(store: Store) -> dict[Headline, Forcing]:
    found = unpack(bytes.fromhex(store.meta("forced")))
    if not isinstance(found, dict):
        raise RunError(f"{store.path} is damaged: it does not hold what forces its headlines")
    return found


def _finished_chunks(path: Path) -> int:
    with Store.open(path) as store:
        return len(store.numbers())


def _spec(store: Store) -> RunSpec:
    try:
        return RunSpec.loads(store.meta("spec"))
    except RunError as error:
        raise RunError(f"{store.path}: {error}") from error


def _vet(spec: RunSpec, path: Path) -> None:
    """Refuse to go on where the readings would not be of one kind."""
    if spec.version != __version__:
        raise RunError(
            f"{path} was begun by winset {spec.version}, and this is winset {__version__}: their "
            f"readings do not mix. Go on with winset {spec.version}, or run it anew"
        )
    if _has_changed(spec):
        raise RunError(
            f"{spec.file} has changed since {path} was begun: the readings would not be of one "
            "case. Run it anew, or bring the case back as it was"
        )


def _has_changed(spec: RunSpec) -> bool:
    """Say whether the case's file is there and says something else now."""
    try:
        return text_of(spec.origin)[0] != spec.text
    except CaseError:
        return False


def _join(store: Store) -> ChunkResult:
    whole: list[ChunkResult] = []
    for number, packed in store.packed():
        found = unpack(packed)
        if not isinstance(found, ChunkResult):
            raise RunError(f"{store.path} is damaged: chunk {number} holds no results")
        whole.append(found)
        if len(whole) == _AT_ONCE:
            whole = [merged(whole)]
    return merged(whole)
