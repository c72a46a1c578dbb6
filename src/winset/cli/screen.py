"""Printing to the terminal: text, faults, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from winset.errors import Fault, WinsetError

if TYPE_CHECKING:
    from rich.console import Console

    from winset.run import Progress

# Case files are written by others: nothing in them may steer the terminal.
_CONTROLS = {n: None for n in (*range(32), *range(127, 160)) if chr(n) not in "\n\t"}

_COMPILING = "Compiling for this machine, some ten seconds; later calls go without ..."

_MOST_FAULTS = 200  # beyond these nobody reads on


def say(text: str = "", *, style: str = "", error: bool = False) -> None:
    """Print text as it is: no markup, no control characters; coloured only on a terminal."""
    _console(error).print(text.translate(_CONTROLS), style=style or None, soft_wrap=True)


def width() -> int:
    """Columns that text may fill."""
    return min(_console(False).width, 100)


def show_faults(faults: Sequence[Fault], *, error: bool = True) -> None:
    """Print faults, one a line; below the first that has one, the corrected line to paste."""
    pasted = False
    for fault in faults[:_MOST_FAULTS]:
        say(str(fault), style="yellow" if fault.severity == "warning" else "red", error=error)
        if fault.fix and not pasted:
            say(f"    the line would be: {fault.fix.strip()}", error=error)
            pasted = True
    if len(faults) > _MOST_FAULTS:
        say(f"... and {len(faults) - _MOST_FAULTS:,} more", error=error)


def show_error(error: WinsetError) -> None:
    """Print an error: every fault of a case, or what went wrong."""
    faults: tuple[Fault, ...] = getattr(error, "faults", ())
    if faults:
        show_faults(faults)
    else:
        say(f"winset: {error}", style="red", error=True)


@contextmanager
def patience() -> Iterator[None]:
    """Say why nothing is seen for a while, should something have to be compiled."""
    from winset.methods.waiting import noticing

    with noticing(lambda: say(_COMPILING, style="dim", error=True)):
        yield


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show how far a run is, how fast it goes and how long it will take."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    console = _console(True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:

        def advance(done: int, total: int) -> None:
            if not bar.tasks:
                bar.add_task("readings", total=total, completed=done, rate="")
                return
            task = bar.tasks[0]
            bar.update(task.id, completed=done)
            bar.update(task.id, rate=f"{task.speed:,.0f} a second" if task.speed else "")

        yield advance


def _console(error: bool) -> Console:
    from rich.console import Console

    return Console(
        file=sys.stderr if error else sys.stdout, highlight=False, markup=False, emoji=False
    )
