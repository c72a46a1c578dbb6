"""In which readings a statement is in force.

A statement holds where a uniform number of its own falls below its share. Statements that exclude
each other (alternatives of one ``either:``, or contradictions) share one number and lie beside
each other on 0..1. The places are those of the whole case, so that dropping one moves no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winset.ensemble.spoken import Spoken
from winset.methods.streams import Floats, Stream
from winset.space import Mask

Spans = tuple[tuple[float, float], ...]
Exclusions = Mapping[int, frozenset[int]]
"""For each statement (by position) those that it excludes."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Place:
    """Where on 0..1 a statement is in force, and the name of the uniform number that decides.

    ``lacking`` is the part of its share that found no room beside those it excludes.
    """

    stream: str
    spans: Spans
    lacking: float = 0.0

    def in_force(self, uniforms: Floats) -> Mask:
        """Say where it is in force: (R,) uniform numbers -> (R,)."""
        held = np.zeros(len(uniforms), dtype=np.bool_)
        for low, high in self.spans:
            held |= (uniforms >= low) & (uniforms < high)
        return held


def exclusions_of(spoken: Sequence[Spoken], conflicts: Iterable[frozenset[int]]) -> Exclusions:
    """Collect which statements exclude each other: conflicting ones, and alternatives."""
    groups: dict[str, set[int]] = {}
    for n, one in enumerate(spoken):
        if one.statement.group:
            groups.setdefault(one.statement.group, set()).add(n)
    excluded: dict[int, set[int]] = {}
    for members in [*conflicts, *groups.values()]:
        for n in members:
            excluded.setdefault(n, set()).update(set(members) - {n})
    return {n: frozenset(others) for n, others in excluded.items() if others}


def places_of(
    spoken: Sequence[Spoken], exclusions: Exclusions, dropped: frozenset[str]
) -> dict[str, Place]:
    """Lay out the statements on one thing: statement id -> place.

    What finds no room in the whole case, but does once ``dropped`` statements are gone, is put
    in the room they leave.
    """
    placed: dict[int, Place] = {}
    for n in range(len(spoken)):
        placed[n] = _put(n, spoken, exclusions, placed)
    gone = {n for n, one in enumerate(spoken) if one.statement.id in dropped}
    cramped = [n for n, place in placed.items() if place.lacking and n not in gone]
    kept = {n: p for n, p in placed.items() if n not in gone and n not in cramped}
    for n in cramped:
        kept[n] = placed[n] = _put(n, spoken, exclusions, kept)
    return {spoken[n].statement.id: place for n, place in placed.items()}


def _put(
    n: int, spoken: Sequence[Spoken], exclusions: Exclusions, placed: Mapping[int, Place]
) -> Place:
    """Put a statement into the lowest room that those it excludes leave."""
    others = exclusions.get(n, frozenset())
    taken = sorted(span for o in others if o in placed for span in placed[o].spans)
    spans: list[tuple[float, float]] = []
    left, start = spoken[n].share, 0.0
    for low, high in [*taken, (1.0, 1.0)]:
        if low > start and left > _ROUNDING:
            end = low if low - start < left + _ROUNDING else start + left
            spans.append((start, end))
            left -= end - start
        start = max(start, high)
    return Place(_first(n, spoken, exclusions), tuple(spans), left if left > _ROUNDING else 0.0)


def _first(n: int, spoken: Sequence[Spoken], exclusions: Exclusions) -> str:
    """Name the uniform number: that of the first statement that is linked by exclusions."""
    seen, new = {n}, {n}
    while new:
        new = {o for m in new for o in exclusions.get(m, ())} - seen
        seen |= new
    return spoken[min(seen)].stream


def drawn(place: Place, seed: int, chunk: int, rows: int) -> Mask:
    """Draw in which readings a statement is in force: (rows,)."""
    if place.spans == ((0.0, 1.0),):
        return np.ones(rows, dtype=np.bool_)
    return place.in_force(Stream(seed, chunk, "in force").part(place.stream).uniforms(rows))
