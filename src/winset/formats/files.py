"""YAML and JSON files as trees that know their lines, without tags or code."""

from __future__ import annotations

import bisect
import json
from collections.abc import Callable
from json import decoder, scanner
from pathlib import Path
from typing import Any

from winset.formats.trees import DEEPEST, Listing, Mapping, Place, text_of

__all__ = ["file_tree"]

MOST_NODES = 500_000


def file_tree(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a YAML or JSON file as mappings, lists and plain values.

    Raises
    ------
    CaseError
        If it is malformed, has tags of a program's own, or is nested too deeply.
    """
    raw = text_of(path)
    _check_depth(raw, path)
    return (_json if path.suffix.lower() == ".json" else _yaml)(raw, path)


def _check_depth(raw: bytes, path: Path) -> None:
    depth = deepest = 0
    for byte in raw:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    if deepest > DEEPEST:
        Place(str(path), 1).fail(f"brackets nested more than {DEEPEST} deep")


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────
class _Reader(json.JSONDecoder):
    """The standard library's reader, with the place of every mapping and list kept."""

    def __init__(self, file: str, text: str) -> None:
        super().__init__()
        self.file, self.starts = file, [0]
        for n, letter in enumerate(text):
            if letter == "\n":
                self.starts.append(n + 1)
        self.parse_object = self._placed(decoder.JSONObject, Mapping)  # type: ignore[attr-defined]
        self.parse_array = self._placed(decoder.JSONArray, Listing)  # type: ignore[attr-defined]
        # The scanner in C would not call the two above.
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def place(self, at: int) -> Place:
        """Give the line and column of a letter."""
        line = bisect.bisect_right(self.starts, at)
        return Place(self.file, line, at - self.starts[line - 1] + 1)

    def _placed(self, parse: Callable[..., Any], kind: type[Mapping] | type[Listing]) -> Any:  # noqa: ANN401
        def parsed(where: tuple[str, int], *rest: Any) -> Any:  # noqa: ANN401
            value, end = parse(where, *rest)
            found = kind(value)
            found.place = self.place(where[1] - 1)
            return found, end

        return parsed


def _json(raw: bytes, path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        Place(str(path), 1).fail("letters that are not UTF-8", "a file saved as UTF-8")
    reader = _Reader(str(path), text)
    try:
        return reader.decode(text)
    except json.JSONDecodeError as error:
        Place(str(path), error.lineno, error.colno).fail(f"no JSON: {error.msg}")
    except (ValueError, RecursionError) as error:
        Place(str(path), 1).fail(f"no JSON: {error}")


# ── YAML ────────────────────────────────────────────────────────────────────────────────────────
def _yaml(raw: bytes, path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    import yaml

    # The loader in C is many times faster; only its nesting has to be bounded beforehand.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(raw.removeprefix(b"\xef\xbb\xbf"))
    try:
        node = loader.get_single_node()
        return None if node is None else _Building(str(path), loader).value(node, 0)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        Place(str(path), line, column).fail(f"no YAML: {getattr(error, 'problem', error)}")
    except (TypeError, ValueError) as error:
        Place(str(path), 1).fail(f"no YAML: {error}")
    finally:
        loader.dispose()


class _Building:
    """Builds values from YAML nodes; repeated parts (aliases) count each time."""

    def __init__(self, file: str, loader: Any) -> None:  # noqa: ANN401 - of C or of Python
        self.file, self.loader, self.left = file, loader, MOST_NODES

    def value(self, node: Any, level: int) -> Any:  # noqa: ANN401 - whatever the file holds
        """Build a node's value."""
        import yaml

        place = Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        self.left -= 1
        if level > DEEPEST or self.left < 0:
            place.fail("the file is nested too deeply, or repeats itself too often")
        if node.tag not in _PLAIN:
            place.fail(f"a value tagged {node.tag}", "plain text, a number, or a list")
        if isinstance(node, yaml.MappingNode):
            found = Mapping()
            found.place = place
            for key, value in node.value:
                found[self.value(key, level + 1)] = self.value(value, level + 1)
            return found
        if isinstance(node, yaml.SequenceNode):
            items = Listing(self.value(item, level + 1) for item in node.value)
            items.place = place
            return items
        if node.tag.endswith("timestamp"):
            return node.value
        return self.loader.construct_object(node)


_KINDS = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
_PLAIN = frozenset(f"tag:yaml.org,2002:{kind}" for kind in _KINDS)
