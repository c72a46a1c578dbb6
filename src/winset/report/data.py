"""The report as JSON, for programs: the same sentences, shares and rows."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from winset.case import Statement
from winset.report.assembly import report_of
from winset.report.view import Line
from winset.report.wording import Share

if TYPE_CHECKING:
    from winset.run import Results


def dumps(results: Results) -> str:
    """Write everything the report says as JSON.

    A share of readings stands as ``{"count": ..., "of": ..., "words": ...}``, a statement as its
    id, text, source and basis, gains as fractions of a party's whole range.
    """
    return json.dumps(_plain(report_of(results)), ensure_ascii=False, indent=1)


def _plain(thing: object) -> Any:  # noqa: ANN401 - whatever JSON has
    match thing:
        case Share(count, total):
            return {"count": count, "of": total, "words": thing.words}
        case Statement():
            source = thing.source
            return {
                "id": thing.id, "kind": thing.kind, "text": thing.text, "line": thing.line,
                "source": source.source, "place": source.place, "voice": source.voice,
                "basis": source.basis,
            }  # fmt: skip
        case Line():
            return {"id": thing.id, "text": thing.text, "line": thing.line}
        case dt.date():
            return thing.isoformat()
        case tuple() | list():
            return [_plain(part) for part in thing]
        case _ if is_dataclass(thing):
            return {f.name: _plain(getattr(thing, f.name)) for f in fields(thing)}
        case _:
            return thing
