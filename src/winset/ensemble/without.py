"""Which statements ``--without`` speaks of."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from winset.case import FRAME, Case, Statement
from winset.errors import AskError

AUTHOR = "author"
"""The voice of statements whose source names no other."""

_GROUPS = ("voice", "source", "basis")


def resolve_without(case: Case, specs: Iterable[str]) -> frozenset[str]:
    """Find the statements to drop.

    Parameters
    ----------
    specs
        Each the id of a statement, or ``voice:NAME``, ``source:ID`` or ``basis:WORD`` for all
        statements of a group. ``voice:author`` are those whose source names no other voice.
        Groups leave the statements that frame the question (:data:`winset.case.FRAME`).

    Returns
    -------
    Ids of statements.

    Raises
    ------
    AskError
        If nothing in the case answers to a spec; the nearest that does is named.
    """
    return frozenset(s.id for spec in specs for s in _meant(case, spec) if not _framing(spec, s))


def left_in_place(case: Case, specs: Iterable[str]) -> frozenset[str]:
    """Find the statements that :func:`resolve_without` leaves although a group holds them."""
    specs = tuple(specs)
    dropped = resolve_without(case, specs)
    found = {s.id for spec in specs for s in _meant(case, spec) if _framing(spec, s)}
    return frozenset(found - dropped)


def _framing(spec: str, statement: Statement) -> bool:
    return statement.id != spec and statement.kind in FRAME


def _meant(case: Case, spec: str) -> list[Statement]:
    statements = case.statements()
    chosen = [s for s in statements if s.id == spec]
    if chosen:
        return chosen
    group, colon, name = spec.partition(":")
    if colon and group in _GROUPS:
        labels = [(s, _labels(case, s)[group]) for s in statements]
        chosen = [s for s, label in labels if label.casefold() == name.casefold()]
        known = [f"{group}:{label}" for _, label in labels if label]
    else:
        known = [s.id for s in statements]
    if not chosen:
        near = difflib.get_close_matches(spec, known, 1, 0.4)
        hint = f"did you mean {near[0]}?" if near else "`winset check CASE --lines` lists them all"
        raise AskError(f"no statement is called {spec!r}: {hint}")
    return chosen


def _labels(case: Case, statement: Statement) -> dict[str, str]:
    source = statement.source
    own = AUTHOR if source.source else ""
    return {"voice": source.voice or own, "source": source.source, "basis": source.basis}
