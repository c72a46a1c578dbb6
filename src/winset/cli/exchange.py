"""``winset import`` and ``winset export``: scenarios of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from winset.cli import screen
from winset.cli.options import CaseName
from winset.errors import AskError


def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, or its domain file.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", show_default="the folder's name",
                     help="The case file to write."),
    ] = None,
    levels: Annotated[
        int, typer.Option(metavar="N", help="Values that stand for a real-valued issue.")
    ] = 11,
    profile: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", show_default="all", help="A party's profile; repeatable."),
    ] = None,
    as_genius: Annotated[
        bool,
        typer.Option("--as-genius", help="Divide an issue's evaluations by their greatest, as "
                     "Genius does and NegMAS does not."),
    ] = False,
) -> None:  # fmt: skip
    """Read a Genius, GeniusWeb or NegMAS scenario, and write it as a case file."""
    import datetime as dt

    from winset.casefile import load_text
    from winset.formats import case_text, read
    from winset.report.wording import counted

    domain = read(path, levels=levels, profiles=profile or (), as_genius=as_genius)
    text = case_text(domain, dt.date.today())
    load_text(text, str(path))
    file = output or Path(f"{domain.name}.yaml")
    if file.exists():
        raise AskError(f"{file} is there already: choose another name")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AskError(f"{file} cannot be written: {error.strerror}") from error
    counts = [counted(len(domain.profiles), "party", "parties"),
              counted(len(domain.issues), "issue"), counted(domain.deals, "deal")]  # fmt: skip
    screen.say(f"Wrote {file}: {', '.join(counts)}")
    for line in domain.lost:
        screen.say(f"not taken over: {line}", error=True)


def export(
    case: CaseName,
    to: Annotated[str, typer.Option(metavar="FORMAT",
                                    help="genius, negmas-yaml or negmas-json.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER",
                                         help="The folder to make.")],
    table: Annotated[
        str | None, typer.Option(metavar="TABLE", show_default="the first", help="The table.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the reading.")] = 0,
) -> None:  # fmt: skip
    """Write one reading of a table's issues and utilities, and say what it cannot hold."""
    from winset.analyses.exporting import domain_of
    from winset.casefile import load
    from winset.formats import write

    domain = domain_of(load(case), table, seed)
    for file in write(domain, to, output):
        screen.say(f"Wrote {file}")
    for line in domain.lost:
        screen.say(f"not written: {line}", error=True)
