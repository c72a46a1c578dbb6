"""The commands of ``winset``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from winset import __version__
from winset.cli import exchange, foretelling, holding, screen
from winset.cli.options import ENDS, CaseName, Settings, example, settings
from winset.cli.paper import write_page
from winset.errors import AskError, CaseError, RunError, TooLargeError, WinsetError

INTERRUPTED = 130
_CODES: tuple[tuple[type[WinsetError], int], ...] = (
    (CaseError, 1),
    (TooLargeError, 1),
    (AskError, 2),
    (RunError, 3),
)


class Commands(TyperGroup):
    """Commands whose errors become a line on the screen and an exit status."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Run a command."""
        try:
            return super().invoke(ctx)
        except WinsetError as error:
            screen.show_error(error)
            raise typer.Exit(
                next(code for kind, code in _CODES if isinstance(error, kind))
            ) from None
        except (KeyboardInterrupt, typer.Abort):
            screen.say("winset: interrupted", error=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="winset",
    cls=Commands,
    epilog=ENDS,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

RunFile = Annotated[Path, typer.Argument(metavar="RUN", help="A run file.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, max=256, metavar="N", show_default="all processors",
                 help="Processes to compute with; the results do not depend on it."),
]  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        screen.say(f"winset {__version__}")
        raise typer.Exit


@app.callback()
def winset(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """From what was said about a negotiation to what can be signed.

    A case is a file, or the name of a packaged one (see `winset cases`).

    \b
    Example:
      winset run riyadh-2025
      winset report riyadh-2025.winset
    """  # noqa: D301 - the mark keeps the lines of the example apart


@app.command(
    short_help="Begin a case file from a few answers.", epilog=example("winset new talks.yaml")
)
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The case file to write.")],
) -> None:
    """Ask who negotiates what, how things stand and who decides, and write a case file."""
    from winset.cli.asking import ask

    if file.exists():
        raise AskError(f"{file} is there already: choose another name")
    text = ask(file.stem)
    file.write_text(text, encoding="utf-8")
    screen.say(f"\nWrote {file}. Fill in what the parties want, then: winset check {file}")


@app.command(
    short_help="Find the faults of a case, and what it leaves open.",
    epilog=example("winset check talks.yaml", "winset check riyadh-2025 --lines"),
)
def check(
    case: CaseName,
    lines: Annotated[
        bool, typer.Option("--lines", help="List every statement: line, id, basis, text.")
    ] = False,
) -> None:
    """Read a case, and show every fault, what is known of whom, and what the file leaves open."""
    from winset.analyses.computable import too_coupled
    from winset.casefile import load_with_warnings
    from winset.casefile.overview import grid, left_open, tally
    from winset.ensemble import contradictions

    try:
        found, warnings = load_with_warnings(case)
        if faults := contradictions(found) or too_coupled(found):
            raise CaseError(faults)
    except CaseError as error:
        screen.show_faults(error.faults, error=False)
        number = len(error.faults)
        screen.say(f"\n{number:,} fault{'s' if number > 1 else ''}")
        raise typer.Exit(1) from None
    screen.show_faults(warnings, error=False)
    screen.say(f"\n{found.title}\n", style="bold")
    if found.issues:
        screen.say(f"{grid(found)}\n")
    counts = ", ".join(f"{number} {basis}" for basis, number in tally(found).items())
    screen.say(f"Statements: {counts}")
    for line in left_open(found):
        screen.say(line)
    if lines:
        screen.say()
        for statement in sorted(found.statements(), key=lambda s: (s.line, s.column)):
            screen.say(
                f"{statement.line:>5}  {statement.id}  [{statement.source.basis}]  {statement.text}"
            )


@app.command(epilog=example("winset cases"))
def cases() -> None:
    """List the packaged cases."""
    from winset.casefile import packaged

    found = packaged()
    room = max(len(name) for name, _ in found)
    for name, title in found:
        screen.say(f"{name:<{room}}  {title}")


@app.command(
    short_help="Compute a case, and say what comes out.",
    epilog=example(
        "winset run riyadh-2025 --draws 2000 --set banks=twenty",
        "winset run talks.yaml --without ru.red_lines --without voice:author",
    ),
)
def run(
    case: CaseName,
    draws: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", show_default="10,000, or 1,000 where a table has more "
                     "than a million deals, or 1 where all are the same",
                     help="Number of readings."),
    ] = None,
    tellings: Annotated[
        int, typer.Option(min=2, metavar="N", help="Stories told of each reading, where the case "
                          "has steps.")
    ] = 32,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the random numbers.")] = 0,
    workers: Workers = None,
    table: Annotated[
        list[str] | None,
        typer.Option(metavar="TABLE", show_default="all", help="A table to compute; repeatable."),
    ] = None,
    solution: Annotated[
        str, typer.Option(metavar="NAME", help="Which solution's deal is signed: nash, weighted "
                          "nash, kalai-smorodinsky, egalitarian or utilitarian.")
    ] = "nash",
    set_: Settings = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="STATEMENT",
                     help="Drop a statement by its id, or all of a voice:X, source:X or basis:X; "
                     "repeatable."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", show_default="the case's name",
                     help="The run file to make."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace that run file.")] = False,
) -> None:  # fmt: skip
    """Compute a case for many readings of it, keep the run in a file, and say what comes out."""
    from winset.ensemble import left_in_place
    from winset.run import available, spec_of, start

    spec, found, warnings = spec_of(
        case, draws=draws, seed=seed, tables=table or (), solution=solution,
        fixed=settings(set_ or []), without=without or (), tellings=tellings,
    )  # fmt: skip
    screen.show_faults(warnings)
    kept = left_in_place(found, spec.without)
    if kept:
        screen.say(
            f"{len(kept)} statements that frame the question stay (who sits where, how things "
            "stand, context); each can be dropped by its id",
            error=True,
        )
    file = output or _free(found.name)
    with _kept(file), screen.progress_bar() as progress:
        start(spec, file, workers=workers or available(), progress=progress, replace=force)
    _summarise(file)


@app.command(
    short_help="Go on with an interrupted run.", epilog=example("winset resume riyadh-2025.winset")
)
def resume(run: RunFile, workers: Workers = None) -> None:
    """Go on with a run that was interrupted: what is finished is kept."""
    from winset.run import available
    from winset.run import resume as go_on

    with _kept(run), screen.progress_bar() as progress:
        go_on(run, workers=workers or available(), progress=progress)
    _summarise(run)


@app.command(epilog=example("winset show riyadh-2025.winset"))
def show(
    run: RunFile,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say what came out of a run."""
    if json:
        from winset.report.data import dumps
        from winset.run import load

        print(dumps(load(run)))  # noqa: T201 - JSON for programs, as it is
    else:
        _summarise(run)


@app.command(
    short_help="Write the report of a run.",
    epilog=example("winset report riyadh-2025.winset -o riyadh-2025.html"),
)
def report(
    run: RunFile,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", show_default="RUN.html",
                     help="The page to write."),
    ] = None,
) -> None:  # fmt: skip
    """Write a run's report: one page for any browser, with nothing to load from elsewhere."""
    from winset.report.html import page
    from winset.run import load

    text = page(load(run))
    file = output or run.with_suffix(".html")
    write_page(file, text)
    screen.say(f"Wrote {file} ({len(text.encode()) / 1e6:.1f} MB)")


app.command(
    short_help="Say how probable an event is, and what it hangs on.",
    epilog=example(
        'winset ask riyadh-2025 "summit by 2025-06-30" --given goodwill',
        'winset ask riyadh-2025.winset "settlement and (ua declines or eu declines)"',
    ),
)(foretelling.ask)
app.command(
    short_help="Set the predictions beside what the case makes of them.",
    epilog=example("winset claims riyadh-2025.winset"),
)(foretelling.claims)


app.command(
    short_help="Say what would hold, and why.",
    epilog=example(
        "winset stability cuba-1962 --state blockade=yes,withdraw=yes --why --inverse",
        "winset stability riyadh-2025 --table riyadh",
    ),
)(holding.stability)
app.command(
    "import",
    short_help="Read a Genius, GeniusWeb or NegMAS scenario as a case.",
    epilog=example("winset import scenarios/laptop -o laptop.yaml"),
)(exchange.import_)
app.command(
    short_help="Write a reading of a case for another program.",
    epilog=example("winset export riyadh-2025 --to negmas-yaml -o riyadh"),
)(exchange.export)


def _free(name: str) -> Path:
    """Find a name for a run file that is not taken."""
    stem = re.sub(r"[^\w.-]+", "-", name).strip(".-") or "run"
    file, number = Path(f"{stem}.winset"), 1
    while file.exists():
        number += 1
        file = Path(f"{stem}-{number}.winset")
    return file


@contextmanager
def _kept(file: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        screen.say(f"Interrupted; what is finished is kept. Go on: winset resume {file}",
                   error=True)  # fmt: skip
        raise typer.Exit(INTERRUPTED) from None


def _summarise(file: Path) -> None:
    from winset.report.text import summary
    from winset.report.wording import counted
    from winset.run import load

    results = load(file)
    screen.say(summary(results, screen.width()))
    screen.say(
        f"\n{file}: {counted(results.readings, 'reading')} in {results.seconds:.1f} s, "
        f"digest {results.digest[:16]}. The whole report: winset report {file}"
    )
