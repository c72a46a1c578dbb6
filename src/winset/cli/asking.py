"""The questions of ``winset new``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TypeVar

import typer

from winset.casefile.draft import (
    Draft,
    DraftIssue,
    draft,
    name_of,
    named,
    options_of,
    parties_of,
    place_of,
)
from winset.cli import screen
from winset.errors import AskError
from winset.language.terms import OPEN

Answer = TypeVar("Answer")


def ask(name: str) -> str:
    """Ask for a case's first lines; return the text of the file."""
    screen.say("An empty answer takes what stands in brackets, or ends a list.\n")
    title = _asked("What are the talks called?", str.strip, name)
    source = _asked("Which text or person do you take it from?", str.strip, "My own knowledge")
    as_of = _asked("Until which day do you know of it (YYYY-MM-DD)?", _date, str(dt.date.today()))
    parties = _listed("Who is a party? (us: United States)", named, 2)
    known = [party for party, _ in parties]
    issues = list(_issues(known))
    return draft(Draft(name_of(name), title, as_of, source, tuple(parties), tuple(issues)))


def _issues(parties: list[str]) -> Iterator[DraftIssue]:
    for issue, title in _listed("What is to be settled? (banks: Banks on SWIFT)", named, 1):
        screen.say(f"\n{title}")
        options, scale = _asked("  Which ways to settle it? (a < b < c is a scale; or a, b, c)",
                                options_of)  # fmt: skip
        now = _asked(f"  Which holds now ({OPEN}: none is agreed)?", _one_of(options), OPEN)
        deciders = _asked(
            "  Whose joint consent changes it?", lambda text: parties_of(text, parties),
            " + ".join(parties[:2]),
        )  # fmt: skip
        place = _asked("  Which paragraph says so (empty: assumed)?", place_of, "")
        yield DraftIssue(issue, title, options, scale, now, deciders, place)


def _one_of(options: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        name = OPEN if text.strip() == OPEN else name_of(text)
        if name not in (*options, OPEN):
            raise AskError(f"one of {', '.join(options)} or {OPEN}")
        return name

    return read


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise AskError("a date is written like 2025-02-17") from None


def _listed(
    question: str, read: Callable[[str], tuple[str, str]], least: int
) -> list[tuple[str, str]]:
    """Ask until an empty answer; names may not repeat."""
    found: dict[str, str] = {}
    while True:
        text = typer.prompt(question, default="", show_default=False)
        if not text.strip():
            if len(found) >= least:
                return list(found.items())
            screen.say(f"  {least} at least")
            continue
        try:
            name, full = read(text)
            if name in found:
                raise AskError(f"{name!r} stands there already")
            found[name] = full
        except AskError as error:
            screen.say(f"  {error}")


def _asked(question: str, read: Callable[[str], Answer], default: str | None = None) -> Answer:
    """Ask until the answer can be read."""
    while True:
        text = typer.prompt(question, default=default, show_default=bool(default))
        try:
            return read(text)
        except AskError as error:
            screen.say(f"  {error}")
