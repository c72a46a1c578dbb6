"""A new case file from a few answers: commented, and accepted as it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from winset.errors import AskError
from winset.language.parser import RESERVED
from winset.language.terms import OPEN

_NAME: Final = re.compile(r"[^\W\d_]\w*(?:-\w+)*")
_PLACE: Final = re.compile(r"[\w.,-]+")


@dataclass(frozen=True, slots=True)
class DraftIssue:
    """An issue as answered: its options stand in order where they form a scale.

    ``now`` is one of ``options``, or ``open`` where nothing is agreed; ``place`` is where the
    source says so ("" if nowhere).
    """

    id: str
    title: str
    options: tuple[str, ...]
    scale: bool
    now: str
    decided_by: tuple[str, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers from which a case file is begun. Parties are pairs of id and name."""

    name: str
    title: str
    as_of: dt.date
    source: str
    parties: tuple[tuple[str, str], ...]
    issues: tuple[DraftIssue, ...]


def name_of(text: str) -> str:
    """Make a name for use in lines from what a person calls something.

    Raises
    ------
    AskError
        If no letter is left, or the name is a word of the language.

    Examples
    --------
    >>> name_of("United States")
    'united-states'
    """
    name = re.sub(r"[\W_]+", "-", text.strip().lower()).strip("-")
    if not _NAME.fullmatch(name):
        raise AskError(f"{text.strip()!r} makes no name: begin with a letter")
    if name in RESERVED:
        raise AskError(f"{name!r} is a word of the case language: choose another")
    return name


def named(text: str) -> tuple[str, str]:
    """Read ``id: Name`` or a bare name; return id and name.

    Examples
    --------
    >>> named("us: United States"), named("Saudi Arabia")
    (('us', 'United States'), ('saudi-arabia', 'Saudi Arabia'))
    """
    short, colon, full = text.partition(":")
    if colon and full.strip():
        return name_of(short), full.strip()
    return name_of(text), text.strip()


def options_of(text: str) -> tuple[tuple[str, ...], bool]:
    """Read ``a < b < c`` (a scale) or ``a, b, c``; return the options and whether they scale.

    Raises
    ------
    AskError
        If there are fewer than two options, or one stands twice.

    Examples
    --------
    >>> options_of("goes on < ceasefire < peace")
    (('goes-on', 'ceasefire', 'peace'), True)
    """
    scale = "<" in text
    options = tuple(name_of(part) for part in text.split("<" if scale else ","))
    if len(options) < 2:
        raise AskError("name two options or more: a < b < c, or a, b, c")
    if len(set(options)) < len(options):
        raise AskError("one option stands twice")
    return options, scale


def parties_of(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Read ``us + ru``: ids of parties that are known.

    Raises
    ------
    AskError
        If one is not.
    """
    names = tuple(dict.fromkeys(name_of(part) for part in re.split(r"[+,]| and ", text)))
    known = tuple(known)
    for name in names:
        if name not in known:
            raise AskError(f"no party is called {name!r}: there are {', '.join(known)}")
    return names


def place_of(text: str) -> str:
    """Read the place in a source: a paragraph, a page.

    Raises
    ------
    AskError
        If it could not stand behind ``@text:``.
    """
    place = text.strip()
    if place and not _PLACE.fullmatch(place):
        raise AskError("a place is one word, such as 11 or p.3")
    return place


def draft(answers: Draft) -> str:
    """Write the text of a case file from answers: what is still to be said stands as comments."""
    return "\n".join([*_head(answers), *_issues(answers), *_table(answers), *_wishes(answers)])


def _head(answers: Draft) -> Iterator[str]:
    yield "# A case for winset. Text after a # is a comment. Every line may end in its source:"
    yield "#   @text:11 Lavrov said      source, place in it, whose words, and how it stands there:"
    yield "#                             said, reported, inferred or assumed"
    yield "# A line without a source is assumed. (likely) or (0.7) before the source: in force in"
    yield "# that share of readings."
    yield "format: 1"
    yield f"name: {answers.name}"
    yield f"title: {_quoted(answers.title)}"
    yield f"as_of: {answers.as_of}          # nothing dated later enters"
    yield ""
    yield "sources:"
    yield f"  text: {{title: {_quoted(answers.source)}}}"
    yield ""
    yield "parties:"
    for name, full in answers.parties:
        yield f"  {name}: {{name: {_quoted(full)}}}"
    yield ""


def _issues(answers: Draft) -> Iterator[str]:
    yield "# What is to be settled, and by whom. `a < b` is a scale, [a, b] is not; `now` is how"
    yield "# things stand (none: nothing is agreed); `decided_by` whose joint consent changes it."
    yield "issues:"
    for issue in answers.issues:
        cited = f" @text:{issue.place}" if issue.place else ""
        options = " < ".join(issue.options) if issue.scale else f"[{', '.join(issue.options)}]"
        yield f"  {issue.id}:"
        yield f"    title: {_quoted(issue.title)}"
        yield f"    options: {options}"
        if issue.now != OPEN:
            yield f"    now: {issue.now}{cited}"
        yield f"    decided_by: {' + '.join(issue.decided_by)}{cited}"
    yield ""


def _table(answers: Draft) -> Iterator[str]:
    deciders = {party for issue in answers.issues for party in issue.decided_by}
    seated = [name for name, _ in answers.parties if name in deciders]
    yield "# Who negotiates about what."
    yield "tables:"
    yield "  talks:"
    yield f"    parties: {' + '.join(seated)}"
    yield f"    agenda: [{', '.join(issue.id for issue in answers.issues)}]"
    yield ""


def _wishes(answers: Draft) -> Iterator[str]:
    """Show as comments how wishes are written; without them every order is possible."""
    party, issue = answers.parties[0][0], answers.issues[0]
    yield "# Who wants what, best first. What nobody said is left out: then every order counts."
    yield "# Remove the # before a line to use it."
    yield "# preferences:"
    for name, _ in answers.parties:
        yield f"#   {name}:"
        for asked in answers.issues:
            yield f"#     {asked.id}: {' > '.join(reversed(asked.options))} @text:1 inferred"
    yield ""
    yield "# What matters more to a party (>> is: at least twice as much)."
    yield "# salience:"
    yield f"#   {party}: {issue.id} > others @text:1 said"
    yield ""
    yield "# What a party will not accept, and how firmly."
    yield "# red_lines:"
    refused = next(option for option in issue.options if option != issue.now)
    line = f"{issue.id} is {refused}"
    yield f'#   {party}: {{never: {line}, firmness: very likely, source: "@text:1 said"}}'
    yield ""


def _quoted(text: str) -> str:
    """Quote a text, whatever stands in it."""
    text = "".join(character for character in text if character.isprintable())
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
