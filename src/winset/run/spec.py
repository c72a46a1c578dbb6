"""What a run computes: the case's text and every question asked of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from winset import __version__
from winset.analyses.process import TELLINGS
from winset.case import Case
from winset.casefile import load, load_text_with_warnings, read_bytes
from winset.casefile.checks import obeys
from winset.ensemble import READINGS_PER_CHUNK, certain, resolve_without
from winset.errors import AskError, Fault, RunError
from winset.methods.bargaining import SOLUTIONS, Solution
from winset.space import grid_of, space_of

DRAWS = 10_000
FEWER_DRAWS = 1_000
"""Readings of a run unless told otherwise; and where a table's deals are too many to list."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What a run computes. Two runs of equal specs have equal digests.

    ``text`` is the case file's text and ``file`` its name in messages; ``draws`` the number of
    readings and ``tellings`` that of the stories told of each, where the case has steps;
    ``tables`` the ids of the tables; ``solution`` the one whose deal is signed;
    ``fixed`` the issues set from outside; ``without`` what was dropped, as asked for;
    ``version`` the winset that computes it; ``origin`` the case's packaged name or whole path,
    by which a change of the file is noticed.
    """

    text: str
    file: str
    draws: int = DRAWS
    seed: int = 0
    tables: tuple[str, ...] = ()
    solution: Solution = "nash"
    fixed: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    tellings: int = TELLINGS
    version: str = __version__
    origin: str = field(default="", compare=False)

    @property
    def chunks(self) -> int:
        """Number of chunks of readings."""
        return ceil(self.draws / READINGS_PER_CHUNK)

    def readings(self, chunk: int) -> int:
        """Return the number of readings in a chunk: the last one may be cut short."""
        return min(READINGS_PER_CHUNK, self.draws - chunk * READINGS_PER_CHUNK)

    def case(self) -> Case:
        """Read the case."""
        return load_text_with_warnings(self.text, self.file)[0]

    def dumps(self) -> str:
        """Write the spec as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> RunSpec:
        """Read a spec from JSON.

        Raises
        ------
        RunError
            If the text is no such JSON.
        """
        try:
            found: dict[str, Any] = json.loads(text)
            found["tables"], found["without"] = tuple(found["tables"]), tuple(found["without"])
            found["fixed"] = tuple((issue, option) for issue, option in found["fixed"])
            return cls(**found)
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(f"the run's own description cannot be read ({error})") from error


def text_of(name: str | Path) -> tuple[str, str]:
    """Read a case's text, by path or packaged name; give the name of its file too.

    Raises
    ------
    CaseError
        If there is no such file, or it is no text.
    """
    data, file = read_bytes(name)
    try:
        return data.decode("utf-8-sig"), file
    except UnicodeDecodeError:
        load(name)  # says where
        raise


def _solution(name: str) -> Solution:
    asked = _joined(name)
    for solution in SOLUTIONS:
        if _joined(solution) == asked:
            return solution
    raise AskError(f"no solution is called {name!r}: there are {', '.join(SOLUTIONS)}")


def _joined(name: str) -> str:
    # "weighted-nash" needs no quotation marks in a shell.
    return name.strip().casefold().replace("_", "-").replace(" ", "-")


def spec_of(
    name: str | Path,
    *,
    draws: int | None = None,
    seed: int = 0,
    tables: Iterable[str] = (),
    solution: str = "nash",
    fixed: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
    tellings: int = TELLINGS,
) -> tuple[RunSpec, Case, tuple[Fault, ...]]:
    """Say what to compute, checking it against the case.

    Parameters
    ----------
    name
        Path of a case file, or name of a packaged case.
    draws
        Number of readings; by default ``DRAWS``, or ``FEWER_DRAWS`` if the deals of a table are
        too many to be listed one by one, or 1 if all readings are the same (and no steps have
        chances).
    tables
        Ids of the tables to compute; all of the case's if none are named.
    solution
        Which solution's deal is signed.
    fixed
        Issues set from outside: issue id -> option id.
    without
        What to drop: statement ids, or ``voice:X``, ``source:X``, ``basis:X`` for whole groups.
    tellings
        Stories told of each reading, where the case has steps.

    Returns
    -------
    The spec, the case, and the case file's warnings.

    Raises
    ------
    CaseError
        If the case file has faults.
    AskError
        If something asked for is not in the case.
    """
    text, file = text_of(name)
    case, warnings = load_text_with_warnings(text, file)
    chosen = tuple(dict.fromkeys(tables)) or tuple(table.id for table in case.tables)
    fixed = dict(fixed or {})
    if not chosen and not case.steps:
        raise AskError(
            f"{file} has no table and no step: nothing to compute. Add one under `tables:` or "
            "`steps:`"
        )
    if draws is not None and draws < 1:
        raise AskError("at least one reading is needed (--draws)")
    if tellings < 2:
        raise AskError("at least two stories of each reading are needed (--tellings): one alone "
                       "cannot tell chance from what the sources leave open")  # fmt: skip
    dropped = tuple(dict.fromkeys(without))
    gone = resolve_without(case, dropped)
    space = space_of(case, fixed=fixed, without=gone)
    listed = all(grid_of(case, space, table).listed for table in chosen)
    if draws is None:
        draws = DRAWS if listed else FEWER_DRAWS
        if not case.steps and certain(case, without=gone, fixed=fixed):
            draws = 1
    spec = RunSpec(
        text, file, draws, seed, chosen, _solution(solution), tuple(sorted(fixed.items())), dropped,
        tellings, origin=str(Path(name).resolve()) if Path(name).is_file() else str(name),
    )  # fmt: skip
    return spec, case, (*warnings, *_broken_rules(case, fixed, gone))


def _broken_rules(case: Case, fixed: Mapping[str, str], dropped: frozenset[str]) -> Iterable[Fault]:
    """Warn of rules that things as they stand break once issues are set from outside."""
    state = {issue.id: fixed.get(issue.id, issue.now) for issue in case.issues}
    issues = {issue.id: issue for issue in case.issues}
    for rule in case.rules if fixed else ():
        by = rule.statement
        if by.use and by.id not in dropped and not obeys(rule.rule, state, issues):
            yield Fault(
                case.path, by.line, by.column, f"as things stand with --set, `{by.text}` is broken",
                "only deals that mend it can be signed", "warning",
            )  # fmt: skip
