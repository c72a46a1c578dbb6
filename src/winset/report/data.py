"""Answers as JSON, for programs: the report's sentences, shares and rows, events, claims."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from winset.case import Statement
from winset.report.assembly import report_of
from winset.report.view import Line
from winset.report.wording import Share

if TYPE_CHECKING:
    from winset.analyses.asking import Asked
    from winset.analyses.claims import Claims, Compared
    from winset.analyses.stability_holding import Holding
    from winset.methods.nested import Spread
    from winset.run import Results


def dumps(results: Results) -> str:
    """Write everything the report says as JSON.

    A share of readings stands as ``{"count": ..., "of": ..., "words": ...}``, a statement as its
    id, text, source and basis, gains as fractions of a party's whole range.
    """
    held = [_held(found.holding) for found in results.tables.values() if found.holding is not None]
    answer = {**_plain(report_of(results)), "holding": held}
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _held(found: Holding) -> dict[str, object]:
    """Write what becomes of a table's deals: shares of the readings with a deal."""
    of = found.with_deal
    states = [
        {
            "taken": [asdict(turn) for turn in found.taken(state)],
            "holds": {c: Share(int(found.holds[c][state]), of) for c in found.concepts},
            "ends": Share(int(found.ends[state]), of),
        }
        for state in found.leading(found.concepts[-1], most=2 ** len(found.turns))
    ]
    written: dict[str, object] = _plain({
        "table": found.table,
        "as_signed": {c: Share(n, of) for c, n in found.intact.items()},
        "fait_accompli": {c: Share(n, of) for c, n in found.accompli.items()},
        "ends_in_fait_accompli": Share(found.led, of),
        "lets_it_be": {
            c: {party: Share(int(n), of) for party, n in zip(found.movers, counts, strict=True)}
            for c, counts in found.content.items()
        },
        "states": states,
    })  # fmt: skip
    return written


def event_dumps(asked: Asked) -> str:
    """Write what was asked of stories, and the answer, as JSON."""
    answer = {
        "event": asked.event,
        "given": asked.given,
        "readings": asked.readings,
        "stories": asked.stories,
        "chance": _spread(asked.chance),
        "why_not": [{**why._asdict(), "share": share} for why, share in asked.reasons()],
        "steps": list(asked.steps),
        "statements": list(asked.statements),
    }
    return json.dumps(answer, ensure_ascii=False, indent=1)


def claims_dumps(claims: Claims) -> str:
    """Write claims beside what the case makes of them as JSON."""
    answer = {
        "readings": claims.readings,
        "stories": claims.stories,
        "claims": [_compared(row) for row in claims.compared()],
        "conflicts": [asdict(conflict) for conflict in claims.conflicts()],
    }
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _compared(row: Compared) -> dict[str, object]:
    claim = row.claim
    return {
        "id": claim.id, "event": claim.event, "given": claim.given, "hedge": claim.hedge.word,
        "band": [claim.hedge.low, claim.hedge.high] if claim.hedge.scored else None,
        "computed": None if claim.beyond else _spread(row.computed), "gap": row.gap,
        "happened": claim.happened, "own": row.own and row.own._asdict(),
        "scores": row.scores and {end: s._asdict() for end, s in row.scores._asdict().items()},
    }  # fmt: skip


def _spread(spread: Spread) -> dict[str, float | int | None]:
    """Write a probability and its range over the readings; null where there is none."""
    found = asdict(spread)
    return {key: None if isinstance(v, float) and math.isnan(v) else v for key, v in found.items()}


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
        case dict():
            return {key: _plain(part) for key, part in thing.items()}
        case _ if is_dataclass(thing):
            return {f.name: _plain(getattr(thing, f.name)) for f in fields(thing)}
        case _:
            return thing
