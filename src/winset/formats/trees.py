"""Trees that know their lines, and XML files as such, without entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from winset.errors import AskError, CaseError, Fault, TooLargeError

LARGEST_FILE = 20_000_000
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands."""

    file: str
    line: int
    column: int = 1

    def fail(self, found: str, right: str = "") -> NoReturn:
        """Raise a located fault: what was found, and what was expected or is to be written."""
        wanted = f"expected {right}" if right and not right.startswith("write ") else right
        raise CaseError((Fault(self.file, self.line, self.column, found, wanted),))


@dataclass(slots=True)
class Element:
    """An XML element: tag, attributes, children, place."""

    tag: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = field(default_factory=list)

    def named(self, *tags: str) -> Iterator[Element]:
        """Children with one of these tags."""
        return (child for child in self.children if child.tag in tags)

    def text(self, name: str, right: str = "") -> str:
        """Give an attribute that has to be there."""
        if name not in self.attributes:
            self.place.fail(f"<{self.tag}> has no {name}", right or f'write {name}="..."')
        return self.attributes[name]

    def number(self, name: str, default: float | None = None) -> float:
        """Give an attribute that is a number."""
        if name not in self.attributes and default is not None:
            return default
        return number(self.text(name), self.place, f"{name} of <{self.tag}>")

    def index(self) -> int:
        """Give the attribute ``index``, which counts from 1."""
        found = self.text("index")
        digits = found.strip().removeprefix("-")
        if not (digits.isdecimal() and len(digits) < _MOST_DIGITS):
            self.place.fail(f"index is {found!r:.60}", "a whole number, counted from 1")
        return int(found)


def number(text: object, place: Place, what: str) -> float:
    """Read a finite number."""
    try:
        found = float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        place.fail(f"{what} is {_shown(text)}", _wanted(text))
    except OverflowError:
        place.fail(f"{what} is larger than any number here", "a finite number")
    if isinstance(text, bool) or found != found or found in (float("inf"), float("-inf")):
        place.fail(f"{what} is {_shown(text)}", "a finite number")
    return found


def _shown(found: object) -> str:
    return "not there" if found is None else f"{found!r:.60}"


def _wanted(found: object) -> str:
    """Say what would be a number; of one with a decimal comma, how it is written here."""
    text = str(found).strip()
    return f"write {text.replace(',', '.')}" if _COMMA.fullmatch(text) else "a number"


def reservation(stated: object, place: Place, what: str) -> float | None:
    """Read a reservation; None where there is none, or minus infinity."""
    if stated is None or str(stated).strip().lower() in _NOTHING:
        return None
    return number(stated, place, what)


_MOST_DIGITS = 7
_COMMA = re.compile(r"[-+]?(0,\d+|\d+,(?!\d{3}$)\d+)", re.ASCII)  # 1,000 may be a thousand
_NOTHING = ("-inf", "-.inf", "-infinity", "nan", ".nan")


def text_of(path: Path) -> bytes:
    """Read a file that is not too large."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TooLargeError(f"{path} has more than {LARGEST_FILE:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise AskError(f"{path} cannot be read: {error.strerror}") from error


def xml_tree(path: Path) -> Element:
    """Read an XML file. A file with entities of its own is refused.

    Letters that are UTF-8 are read so whatever encoding the file declares, as NegMAS does: many
    files declare one and are saved in another.

    Raises
    ------
    CaseError
        If it is no XML, declares entities, or is nested too deeply.
    """
    raw = text_of(path)
    parser = expat.ParserCreate("utf-8" if _is_utf8(raw) else None)
    root: list[Element] = []
    stack: list[Element] = []

    def here() -> Place:
        return Place(str(path), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, here())
        if len(stack) >= DEEPEST:
            element.place.fail(f"elements nested more than {DEEPEST} deep")
        (stack[-1].children if stack else root).append(element)
        stack.append(element)

    def refuse(*_: object) -> None:
        here().fail("a document type with entities", "plain text: entities of a file are not read")

    def end(_: str) -> None:
        stack.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(raw.removeprefix(b"\xef\xbb\xbf"), True)
    except expat.ExpatError as error:
        place = Place(str(path), error.lineno, error.offset + 1)
        place.fail(f"no XML: {expat.ErrorString(error.code)}")
    except (LookupError, ValueError) as error:
        here().fail(f"no XML: {error}", "letters in UTF-8")
    return root[0]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


class Mapping(dict[str, Any]):
    """A mapping that knows its place."""

    place: Place


_TYPES = ("type", "__python_class__")


def kind_of(tree: object) -> str:
    """Tell the type that a mapping states, without the module it is in; "" if none."""
    if not isinstance(tree, Mapping):
        return ""
    stated = next((tree[name] for name in _TYPES if name in tree), "")
    return str(stated).rsplit(".", 1)[-1]


class Listing(list[Any]):
    """A list that knows its place."""

    place: Place
