"""In which readings a statement is in force.

A statement holds where a uniform number of its own falls below its share. Statements that cannot
hold together (alternatives of one ``either:``, or contradictions) share one number and lie beside
each other on 0..1. The places are those of the whole case, so that dropping one moves no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from winset.ensemble.spoken import Spoken
from winset.methods.streams import Floats, Stream
from winset.space import Mask

Spans = tuple[tuple[float, float], ...]
Conflicts = tuple[frozenset[int], ...]
"""Sets of statements (by position) that cannot all be in force."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Place:
    """Where on 0..1 a statement is in force, and the name of the uniform number that decides.

    ``lacking`` is the part of its share that found no room beside what contradicts it.
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


def with_alternatives(spoken: Sequence[Spoken], conflicts: Iterable[frozenset[int]]) -> Conflicts:
    """Add to conflicts that any two alternatives of one ``either:`` exclude each other."""
    groups: dict[str, list[int]] = {}
    for n, one in enumerate(spoken):
        if one.statement.group:
            groups.setdefault(one.statement.group, []).append(n)
    pairs = {frozenset(pair) for members in groups.values() for pair in combinations(members, 2)}
    return tuple(sorted({*conflicts, *pairs}, key=sorted))


def places_of(
    spoken: Sequence[Spoken], conflicts: Conflicts, dropped: frozenset[str]
) -> dict[str, Place]:
    """Lay out the statements on one thing: statement id -> place.

    What finds no room in the whole case, but does once ``dropped`` statements are gone, is put
    in the room they leave.
    """
    placed: dict[int, Place] = {}
    for n in range(len(spoken)):
        placed[n] = _put(n, spoken, conflicts, placed)
    gone = {n for n, one in enumerate(spoken) if one.statement.id in dropped}
    cramped = [n for n, place in placed.items() if place.lacking and n not in gone]
    kept = {n: p for n, p in placed.items() if n not in gone and n not in cramped}
    for n in cramped:
        kept[n] = placed[n] = _put(n, spoken, conflicts, kept)
    return {spoken[n].statement.id: place for n, place in placed.items()}


def _put(
    n: int, spoken: Sequence[Spoken], conflicts: Conflicts, placed: Mapping[int, Place]
) -> Place:
    """Put a statement where it completes no conflict, and beside its partners where it can."""
    own = [conflict - {n} for conflict in conflicts if n in conflict]
    partners = {m: placed[m] for others in own for m in others if m in placed}
    cuts = sorted({0.0, 1.0, *(end for p in partners.values() for span in p.spans for end in span)})
    rooms: list[tuple[int, float, float]] = []
    for low, high in pairwise(cuts):
        there = {m for m, p in partners.items() if any(a <= low < b for a, b in p.spans)}
        if not any(others <= there for others in own):
            rooms.append((len(there), low, high))
    spans: list[tuple[float, float]] = []
    left = spoken[n].share
    for _, low, high in sorted(rooms):
        if left > _ROUNDING:
            end = high if high - low < left + _ROUNDING else low + left
            spans.append((low, end))
            left -= end - low
    name = spoken[min(_linked(n, conflicts))].stream
    return Place(name, tuple(sorted(spans)), left if left > _ROUNDING else 0.0)


def _linked(n: int, conflicts: Conflicts) -> set[int]:
    """Find the statements linked with one by conflicts, itself among them."""
    seen, size = {n}, 0
    while len(seen) > size:
        size = len(seen)
        seen |= {m for conflict in conflicts if conflict & seen for m in conflict}
    return seen


def drawn(place: Place, seed: int, chunk: int, rows: int) -> Mask:
    """Draw in which readings a statement is in force: (rows,)."""
    if place.spans == ((0.0, 1.0),):
        return np.ones(rows, dtype=np.bool_)
    return place.in_force(Stream(seed, chunk, "in force").part(place.stream).uniforms(rows))
