"""What several commands take, and how their help ends."""

from __future__ import annotations

from typing import Annotated

import typer

from winset.errors import AskError

ENDS = (
    "Exit status: 0 all went well, 1 the case has faults or is too large, 2 the command cannot be "
    "understood or asks for what the case lacks, 3 trouble with a run file, 130 interrupted."
)

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A case file, or a packaged name.")]
CaseOrRun = Annotated[
    str, typer.Argument(metavar="CASE|RUN", help="A case file, a packaged name, or a run file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="ISSUE=OPTION", help="Fix an issue from outside; repeatable."),
]
Without = Annotated[
    list[str] | None,
    typer.Option(metavar="STATEMENT", help="Drop statements, as with `run`; repeatable."),
]


def example(*lines: str) -> str:
    """Set a help page's last lines: examples, and what the exit status means."""
    return "\n\n".join(["\b\nExample:\n" + "\n".join(f"  {line}" for line in lines), ENDS])


def settings(given: list[str]) -> dict[str, str]:
    """Read what ``--set`` was given: issue -> option.

    Raises
    ------
    AskError
        If one is no ISSUE=OPTION, or an issue is fixed at two options.
    """
    found: dict[str, str] = {}
    for text in given:
        issue, equals, option = (part.strip() for part in text.partition("="))
        if not (issue and equals and option):
            raise AskError(f"--set {text}: write --set ISSUE=OPTION")
        if found.setdefault(issue, option) != option:
            raise AskError(f"--set fixes {issue} twice, at {found[issue]} and at {option}")
    return found
