"""Bytes to a tree of texts, lists and mappings, every part with its place in the file.

YAML is read as events: no tags, anchors, merge keys, implicit types or duplicate keys; depth and
size are bounded. What is wrong is collected as faults; nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import yaml

from winset.errors import Fault

LARGEST_FILE: Final = 512 * 1024
DEEPEST: Final = 32
_NAMED: Final = 3
_RUN_HEAD: Final = b"SQLite format 3\x00"
_NEAR: Final = 8

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A scalar with its place (1-based) and whether it was quoted; always text."""

    line: int
    column: int
    style: str
    flow: bool

    def __new__(
        cls, text: str, line: int = 0, column: int = 0, style: str = "", flow: bool = False
    ) -> Text:
        """Make a text at a place; ``style`` is YAML's quote mark, "" for plain."""
        made = super().__new__(cls, text)
        made.line, made.column, made.style, made.flow = line, column, style, flow
        return made


class Items(list[Any]):
    """A list with its place."""

    line: int = 0
    column: int = 0


class Entries(dict[Text, Any]):
    """A mapping with its place; ``flow`` for one written in braces."""

    line: int = 0
    column: int = 0
    flow: bool = False


Tree: TypeAlias = Text | Items | Entries


@dataclass
class Document:
    """What was read: the tree, the raw lines, and the faults found so far."""

    file: str
    lines: list[str] = field(default_factory=list)
    root: Tree | None = None
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self,
        place: object,
        found: str,
        right: str = "",
        *,
        offset: int = 0,
        severity: Literal["error", "warning"] = "error",
        fix: str = "",
    ) -> None:
        """Note a fault at a text, list or mapping (or the file's top for anything else)."""
        line, column = getattr(place, "line", 1) or 1, getattr(place, "column", 1) or 1
        column += offset
        self.faults.append(Fault(self.file, line, column, found, right, severity, fix))

    def warn(self, place: object, found: str, right: str = "") -> None:
        """Note a warning."""
        self.fault(place, found, right, severity="warning")

    def raw(self, line: int) -> str:
        """Return a line as it stands in the file (1-based)."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


class _Stop(Exception):  # noqa: N818 - control flow inside this file
    pass


def read(data: bytes, file: str) -> Document:
    """Read the bytes of a case file.

    Parameters
    ----------
    data
        The file's content.
    file
        Its name, for messages.

    Returns
    -------
    Document
        ``root`` is None where the text could not be read as YAML at all.
    """
    document = Document(file)
    text = _decode(data, document)
    if text is None:
        return document
    document.lines = text.splitlines()
    try:
        document.root = _tree(_events(text), document)
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        _yaml_fault(error, document)
    except yaml.YAMLError as error:
        place = getattr(error, "position", 0)
        line = text.count("\n", 0, place) + 1
        document.fault(
            Text("", line, 1), "a character that YAML does not allow", "remove it (a control mark?)"
        )
    return document


def _decode(data: bytes, document: Document) -> str | None:
    if data.startswith(_RUN_HEAD):
        commands = "`winset show`, `report`, `ask`, `claims`, `stability` and `resume` read it"
        document.fault(None, "a run file, not a case", commands)
        return None
    if len(data) > LARGEST_FILE:
        document.fault(
            None, f"a file of {len(data):,} bytes", f"case files hold at most {LARGEST_FILE:,}"
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        document.fault(Text("", line, 1), "bytes that are not UTF-8", "save the file as UTF-8")
        return None
    if not text.strip():
        document.fault(None, "an empty file", "a case begins with `format: 1` (see `winset new`)")
        return None
    return text


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def _tree(events: Iterator[yaml.Event], document: Document) -> Tree | None:
    root: Tree | None = None
    for event in events:
        match event:
            case yaml.DocumentStartEvent():
                if root is not None:
                    document.fault(_mark(event), "a second document (`---`)", "one case a file")
                    raise _Stop
                root = _node(next(events), events, document, 1)
            case _:
                continue
    return root


def _mark(event: yaml.Event) -> Text:
    mark = event.start_mark
    return Text("", mark.line + 1, mark.column + 1) if mark else Text("", 1, 1)


def _node(event: yaml.Event, events: Iterator[yaml.Event], document: Document, depth: int) -> Tree:
    mark = _mark(event)
    if depth > DEEPEST:
        document.fault(mark, f"nesting deeper than {DEEPEST}", "case files need five levels")
        raise _Stop
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        document.fault(
            mark, "a YAML anchor or alias (`&name`, `*name`)", "write the lines out, or quote them"
        )
    if tag := getattr(event, "tag", None):
        document.fault(mark, f"a YAML tag (`{tag}`)", "case files hold plain text only")
    match event:
        case yaml.ScalarEvent():
            return _scalar(event, mark, document)
        case yaml.SequenceStartEvent():
            return _sequence(event, events, document, depth)
        case yaml.MappingStartEvent():
            return _mapping(event, events, document, depth)
    return Text("", mark.line, mark.column)


def _scalar(event: yaml.ScalarEvent, mark: Text, document: Document) -> Text:
    style = event.style or ""
    if style in ("|", ">") and "\n" not in event.value.strip():
        raw = document.raw(mark.line)[mark.column - 1 :]
        if re.match(r"[>|]\s*[^\s#+-]", raw):
            document.fault(mark, f"a line that begins with `{style}`", "quote the whole line")
    text = event.value if style == "|" else " ".join(event.value.split())
    end = event.end_mark
    rest = document.raw(end.line + 1)[end.column :] if end else ""
    if not style and event.value and re.match(r"\s+#[^\s#─-]", rest):
        document.warn(
            mark, "` #` begins a comment: the rest of this line is cut off", "quote the whole line"
        )
    return Text(text, mark.line, mark.column + (1 if style in ("'", '"') else 0), style)


def _sequence(
    event: yaml.Event, events: Iterator[yaml.Event], document: Document, depth: int
) -> Items:
    items = Items()
    mark = _mark(event)
    items.line, items.column = mark.line, mark.column
    for inner in events:
        if isinstance(inner, yaml.SequenceEndEvent):
            break
        items.append(_node(inner, events, document, depth + 1))
    return items


def _mapping(
    event: yaml.MappingStartEvent, events: Iterator[yaml.Event], document: Document, depth: int
) -> Entries:
    entries = Entries()
    mark = _mark(event)
    entries.line, entries.column, entries.flow = mark.line, mark.column, bool(event.flow_style)
    twice: list[tuple[Text, Text]] = []
    for inner in events:
        if isinstance(inner, yaml.MappingEndEvent):
            break
        key = _node(inner, events, document, depth + 1)
        value = _node(next(events), events, document, depth + 1)
        if not isinstance(key, Text):
            document.fault(key, "a list or mapping as a key", "a key is one word")
        elif key == "<<" and not key.style:
            document.fault(key, "a YAML merge key (`<<`)", "write the lines out")
        elif key in entries:
            twice.append((next(k for k in entries if k == key), key))
        else:
            if not _comma(key, value, entries, document):
                entries[key] = value
    _repeated(twice, document)
    return entries


def _repeated(twice: list[tuple[Text, Text]], document: Document) -> None:
    """Note keys that stand twice; many after each other lack the name of what they belong to."""
    if len(twice) > 1 and all(b[1].line - a[1].line <= _NEAR for a, b in pairwise(twice)):
        names = ", ".join(f"`{key[:60]}` (line {key.line})" for _, key in twice[:_NAMED])
        more = f" and {len(twice) - _NAMED} more" if len(twice) > _NAMED else ""
        document.fault(
            twice[0][1],
            f"{names}{more} stand twice (first from line {twice[0][0].line} on)",
            "keep one of each, or give what begins here a name of its own in a line above",
        )
        return
    for first, key in twice:
        document.fault(
            key,
            f"`{key[:60]}` stands twice (first in line {first.line})",
            "keep one; several statements on one thing are a list",
        )


def _comma(key: Text, value: object, entries: Entries, document: Document) -> bool:
    """Notice ``{order: a > b, c > d}``: the comma began a new entry."""
    bare = isinstance(value, Text) and not value and not value.style
    if not (entries.flow and bare and entries):
        return False
    document.fault(
        key,
        f"`{key[:60]}` has no value: a comma inside {{ }} begins a new entry",
        "quote the line that holds the comma",
    )
    return True


_PROBLEMS: Final = (
    ("cannot start any token", "a line that begins with `{char}`", "quote the whole line"),
    ("mapping values are not allowed", "a second `: ` in one line", "quote the whole line"),
    ("could not find expected ':'", "a line without `:`", "write `key: value`"),
    (
        "expected ',' or",
        "brackets or braces that do not close, or a missing comma",
        "check the line: `[a, b]`, `{key: value}`; quote lines that hold , [ ] { }",
    ),
    (
        "expected <block end>",
        "a line that is indented differently from those above it",
        "give lines of one level the same indentation (spaces)",
    ),
    (
        "found unexpected end of stream",
        "a quotation mark that is never closed",
        "close it with the same mark",
    ),
    (
        "did not find expected key",
        "a line that is indented differently from those above it",
        "give lines of one level the same indentation (spaces)",
    ),
    (
        "expected comment or line break",
        "a line that begins with `>` or `|`",
        "quote the whole line",
    ),
    ("found undefined alias", "a YAML alias (`*name`)", "quote the whole line"),
    (
        "did not find expected alphabetic",
        "a line that begins with `*` or `&`",
        "quote the whole line",
    ),
)


def _yaml_fault(error: yaml.MarkedYAMLError, document: Document) -> None:
    quoted = "quoted scalar" in (error.context or "")  # then its opening mark is of more use
    mark = (quoted and error.context_mark) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    place = Text("", line, column)
    raw = document.raw(line)
    problem = f"{error.problem or ''} {error.context or ''}"
    if "\t" in raw[: len(raw) - len(raw.lstrip())] or raw[column - 1 : column] == "\t":
        document.fault(place, "a tab in the indentation", "indent with spaces")
        return
    for known, found, right in _PROBLEMS:
        if known in problem:
            document.fault(place, found.format(char=raw[column - 1 : column] or "?"), right)
            return
    document.fault(
        place,
        f"not readable as YAML ({(error.problem or 'unknown').strip()})",
        "check brackets, quotation marks and indentation near this line",
    )
