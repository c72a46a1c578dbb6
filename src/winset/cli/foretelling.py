"""``winset ask`` and ``winset claims``: how probable an event is, what predictions came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from winset.cli import screen
from winset.cli.given import Given, given
from winset.cli.options import CaseOrRun, Settings, Without, settings
from winset.errors import AskError

if TYPE_CHECKING:
    from winset.analyses.stories import Teller

Draws = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", show_default="2,000, or the run's",
                 help="Number of readings."),
]  # fmt: skip
Tellings = Annotated[
    int | None,
    typer.Option(min=2, metavar="N", show_default="64, or the run's",
                 help="Stories told of each reading."),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option(metavar="N", show_default="0, or the run's", help="Seed of the random numbers."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]


def ask(
    case: CaseOrRun,
    event: Annotated[
        str,
        typer.Argument(metavar="EVENT", help="What may happen, such as `summit by 2025-06-30`."),
    ],
    if_: Annotated[
        str | None,
        typer.Option("--given", metavar="EVENT", help="Count only stories in which this is so."),
    ] = None,
    draws: Draws = None,
    tellings: Tellings = None,
    seed: Seed = None,
    set_: Settings = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Say how probable an event is over the readings of a case, why not, and what it hangs on.

    An event speaks of steps, issues, answers and dates: `summit by 2025-02-28`,
    `banks is twenty before summit`, `settlement and (ua declines or eu declines)`.
    """
    from winset.analyses import asking
    from winset.report.data import event_dumps
    from winset.report.process_text import ask_text

    asked = _given(case, draws, tellings, seed, set_, without)
    what = asking.event_of(asked.case, event)
    condition = None if if_ is None else asking.event_of(asked.case, if_, "given")
    parts = [asking.ask(t, what, condition, asked.tellings) for t in _tellers(asked)]
    found = asking.Asked.merge(parts)
    if json:
        print(event_dumps(found))  # noqa: T201 - JSON for programs, as it is
    else:
        screen.say(ask_text(found, asked.case, screen.width()))


def claims(
    case: CaseOrRun,
    draws: Draws = None,
    tellings: Tellings = None,
    seed: Seed = None,
    set_: Settings = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Set every prediction beside what the case makes of it, and beside what happened.

    Of a run that is asked as it is, what it has kept is shown.
    """
    from winset.analyses.claims import Claims
    from winset.analyses.claims import claims as told
    from winset.report.data import claims_dumps
    from winset.report.process_text import claims_text

    asked = _given(case, draws, tellings, seed, set_, without)
    if not asked.case.claims:
        raise AskError(f"{case} has no claims: add some under `claims:`")
    found = asked.run.claims if asked.run is not None else None
    if found is None:
        found = Claims.merge([told(t, asked.tellings) for t in _tellers(asked)])
    if json:
        print(claims_dumps(found))  # noqa: T201 - JSON for programs, as it is
    else:
        screen.say(claims_text(found, asked.case, screen.width()))


def _given(
    case: str,
    draws: int | None,
    tellings: int | None,
    seed: int | None,
    set_: list[str] | None,
    without: list[str] | None,
) -> Given:
    from winset.analyses.asking import READINGS, TELLINGS

    found = given(case, draws=draws, tellings=tellings, seed=seed, fixed=settings(set_ or []),
                  without=without or (), usual=(READINGS, TELLINGS))  # fmt: skip
    if not found.case.steps:
        raise AskError(f"{case} has no steps, and so no stories: add some under `steps:`")
    return found


def _tellers(asked: Given) -> Iterator[Teller]:
    """Draw the readings to tell stories of, with a progress bar."""
    from winset.analyses.asking import tellers

    drawn = tellers(asked.case, asked.draws, asked.seed, without=asked.without,
                    fixed=asked.fixed, signed=asked.signed)  # fmt: skip
    with screen.progress_bar() as progress:
        done = 0
        progress(done, asked.draws)
        for teller in drawn:
            yield teller
            done += teller.ensemble.readings
            progress(done, asked.draws)
