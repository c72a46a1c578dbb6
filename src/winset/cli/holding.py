"""``winset stability``: its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from winset.cli import screen
from winset.cli.options import CaseOrRun, Settings, Without, settings
from winset.cli.paper import write_page


def stability(
    case: CaseOrRun,
    concept: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", show_default="all",
                     help="nash, gmr, smr or seq; repeatable."),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="ISSUE=OPTION,...",
                     help="The state to look at, all else as now; `now` for the status quo."),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Say why that state holds or not.")] = False,
    inverse: Annotated[
        bool, typer.Option("--inverse", help="Say which single statements decide whether it holds.")
    ] = False,
    issue: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE", help="Let only these issues move; repeatable."),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(metavar="TABLE", help="What becomes of this table's deals; repeatable."),
    ] = None,
    sanctions: Annotated[
        str, typer.Option(metavar="WORD", help="Who may answer a move: legal (any sequence, nobody "
                          "twice in a row), once (each opponent once) or single (one move).")
    ] = "legal",
    draws: Annotated[
        int | None, typer.Option(min=1, metavar="N", show_default="500", help="Number of readings.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", show_default="0", help="Seed of the random numbers.")
    ] = None,
    set_: Settings = None,
    without: Without = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write it as a page, too."),
    ] = None,
) -> None:  # fmt: skip
    """Say which states nobody would leave, how the world gets there, and why.

    Of a case with tables: what becomes of the deals that they sign. Of one without, or with
    --state or --issue: all states that its parties can move between.
    """
    from winset.cli.stability import asked, tell_holding, tell_states

    ask = asked(
        case, draws=draws, seed=seed, tables=table or [], issues=issue or [],
        concepts=concept or [], sanctions=sanctions, fixed=settings(set_ or []),
        without=without or [],
    )  # fmt: skip
    with screen.patience():
        if ask.tables and not issue and state is None:
            text = tell_holding(ask, inverse=inverse)
        else:
            text = tell_states(ask, state, why=why, inverse=inverse, page=output is not None)
    if output is not None:
        write_page(output, text)
        screen.say(f"\nWrote {output}")
