"""What a question is asked of: a case or a run, and what is changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from winset.errors import AskError

if TYPE_CHECKING:
    from winset.case import Case
    from winset.ensemble import Ensemble
    from winset.methods.bargaining import Solution
    from winset.run import Results

_RUN_HEAD: Final = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Given:
    """A case and its readings, from a file, a packaged case or a run.

    ``draws`` and ``tellings`` are the numbers of readings and of stories told of each; ``run``
    the results, where a run is asked as it is.
    """

    case: Case
    draws: int
    tellings: int
    seed: int
    fixed: Mapping[str, str]
    without: frozenset[str]
    signed: Solution = "nash"
    run: Results | None = None

    def chunks(self) -> Iterator[Ensemble]:
        """Draw the readings, chunk by chunk."""
        from winset.ensemble import READINGS_PER_CHUNK, sample

        for chunk, begin in enumerate(range(0, self.draws, READINGS_PER_CHUNK)):
            count = min(READINGS_PER_CHUNK, self.draws - begin)
            yield sample(self.case, count, self.seed, chunk, without=self.without, fixed=self.fixed)


def given(
    name: str,
    *,
    draws: int | None,
    seed: int | None,
    fixed: Mapping[str, str],
    without: Iterable[str],
    usual: tuple[int, int],
    tellings: int | None = None,
    most: int | None = None,
) -> Given:
    """Read what is asked: a case, or a run with its settings, to which those given are added.

    Parameters
    ----------
    draws, tellings, seed
        Readings, stories of each, and seed; by default a run's own, or the ``usual`` numbers of
        readings and stories and seed 0.
    most
        Readings of a run taken at most, unless ``draws`` says otherwise.

    Raises
    ------
    CaseError, AskError, RunError
        If the case or run cannot be read, or lacks what is asked for.
    """
    from winset.casefile import load
    from winset.ensemble import resolve_without

    if not is_run(Path(name)):
        case = load(name)
        gone = resolve_without(case, without)
        return Given(case, draws or usual[0], tellings or usual[1], seed or 0, fixed, gone)
    from winset.run import load as load_run

    run = load_run(name)
    spec, dropped = run.spec, tuple(without)
    for issue, option in fixed.items():
        if dict(spec.fixed).get(issue, option) != option:
            raise AskError(f"--set {issue}={option}: {name} was run with "
                           f"{issue}={dict(spec.fixed)[issue]}")  # fmt: skip
    changed = bool(fixed or dropped or draws or tellings) or seed is not None
    return Given(
        run.case,
        draws or (spec.draws if most is None else min(spec.draws, most)),
        tellings or spec.tellings,
        spec.seed if seed is None else seed,
        {**dict(spec.fixed), **fixed},
        resolve_without(run.case, (*spec.without, *dropped)),
        spec.solution,
        None if changed else run,
    )


def is_run(path: Path) -> bool:
    """Say whether a file is a run file, by how it begins."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_RUN_HEAD)) == _RUN_HEAD
