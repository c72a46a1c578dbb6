"""Moves that an issue allows: ``no to yes``, ``drafted to signed by us + ru``."""

from __future__ import annotations

import re
from typing import Final

from winset.case import Move, Option
from winset.casefile.lines import Lines
from winset.casefile.names import Names, options_of
from winset.casefile.nodes import Text
from winset.casefile.schema import Node

_MOVE: Final = re.compile(r"(\S+)\s+to\s+(\S+?)(?:\s+by\s+(.+))?")


def read_moves(
    lines: Lines, names: Names, key: Text, node: Node, options: tuple[Option, ...]
) -> tuple[Move, ...]:
    """Read the moves of an issue; faults are noted for unknown options and parties."""
    found = []
    known = [*(option.id for option in options), "open"]
    for statement, text, place in lines.many("move", f"issues.{key}.moves", node, ""):
        match = _MOVE.fullmatch(text.strip())
        if match is None:
            lines.document.fault(
                place, f"`{text[:40]}` is no move", "`one-option to another`, or `... by party`"
            )
            continue
        origin, target, by = match.groups()
        parties = tuple(part.strip() for part in by.split("+")) if by else ()
        fine = [names.known(o, known, options_of(key), place) for o in (origin, target)]
        fine += [names.party(party, place) for party in parties]
        if origin == target:
            lines.document.fault(place, f"a move from `{origin}` to itself", "another option")
        elif all(fine):
            found.append(Move(origin, target, parties, statement))
    return tuple(found)
