"""Every error winset raises on purpose.

::

    WinsetError
    ├── CaseError              a case file says something that cannot stand (all faults at once)
    │   └── ContradictionError statements that no reading satisfies together
    ├── AskError               a question names what the case does not have
    ├── TooLargeError          a space or file beyond the stated size
    └── RunError               a run file cannot be read, written or resumed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a case file: where it stands, what was found, what would be right.

    ``line`` is 0 where the file as a whole is meant. ``fix`` is the corrected line to paste, where
    one is known; ``also`` are further lines with the very same fault.
    """

    file: str
    line: int
    column: int
    found: str
    right: str = ""
    severity: Literal["error", "warning"] = "error"
    fix: str = ""
    also: tuple[int, ...] = ()

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        label = "warning: " if self.severity == "warning" else ""
        right = f": {self.right}" if self.right else ""
        return f"{where}: {label}{self.found}{right}{_also(self.also)}"


_MOST_LINES = 8


def _also(lines: tuple[int, ...]) -> str:
    """Name further lines with the same fault, as many as somebody reads."""
    if not lines:
        return ""
    shown = [str(line) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(f"{len(lines) - _MOST_LINES:,} more")
    words = f"{', '.join(shown[:-1])} and {shown[-1]}" if shown[1:] else shown[0]
    return f" (also in {'lines' if shown[1:] else 'line'} {words})"


def gathered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sort faults, and make one of those that say the same in several lines."""
    found: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in sorted(faults):
        same = found.setdefault((fault.file, fault.severity, fault.found, fault.right), [])
        if not same or same[-1].line != fault.line:
            same.append(fault)
    return tuple(map(_one, found.values()))


def _one(same: list[Fault]) -> Fault:
    first, *others = same
    fix = next((fault.fix for fault in same if fault.fix), "")
    return replace(first, also=tuple(fault.line for fault in others), fix=fix)


class WinsetError(Exception):
    """Root of winset's own errors."""


class CaseError(WinsetError):
    """A case file says something that cannot stand; ``faults`` holds every fault found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[Fault, ...]]]:
        # Workers send errors back by pickle, which would otherwise call us with the text.
        return (type(self), (self.faults,))


class ContradictionError(CaseError):
    """Statements that no reading satisfies together: a smallest such set, with their lines."""


class AskError(WinsetError):
    """A question names a table, issue, option, statement or solution that the case lacks."""


class TooLargeError(WinsetError):
    """A space of deals or a file is beyond the stated size."""


class RunError(WinsetError):
    """A run file cannot be read, written or resumed."""
