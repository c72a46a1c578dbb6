"""What closes a zone whose deals are searched: smallest sets of lines to relax.

The question is that of :mod:`winset.analyses.closing`. Here the sets are found by implicit hitting
sets: a set of lines that, kept in force, lets no deal through has to be hit by whatever is relaxed;
so the smallest sets that hit all those known are tried, and each that is not enough shows another.
The sets found are exactly the smallest, all of them.

E. Moreno-Centeno & R. M. Karp, "The Implicit Hitting Set Approach to Solve Combinatorial
Optimization Problems with an Application to Multigenome Alignment", Operations Research 61(2),
2013, 453-468.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winset.analyses.boxes import Boxes
from winset.analyses.closing import RESERVATION, Found
from winset.analyses.components import Line
from winset.analyses.masks import Mask
from winset.analyses.sums import Batch, Sums

Lines = frozenset[int]


@dataclass(frozen=True, eq=False)
class Relaxing:
    """Finds smallest sets of lines to relax; ``events`` by name, where they hold."""

    sums: Sums
    events: Mapping[str, Boxes]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The red lines of all whose consent is needed."""
        return tuple(line for lines in self.sums.lines.values() for line in lines)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Lines: red lines, then the judges' reservations."""
        talks = self.sums.talks
        judges = [RESERVATION + talks.grid.space.parties[p] for p in talks.judges]
        return (*(line.name for line in self.lines), *judges)

    def find(self, batch: Batch, lacking: Mask) -> list[Found]:
        """Find the smallest sets in a batch.

        Parameters
        ----------
        lacking : (readings of the batch, 1 + events)
            Where a deal is wanting: any at all, and one with each event.
        """
        found = []
        for place, want in zip(*np.nonzero(lacking), strict=True):
            sets = self._smallest(batch, int(place), int(want))
            if sets:
                against = np.zeros((len(sets), len(self.names)), dtype=np.bool_)
                for row, lines in zip(against, sets, strict=True):
                    row[list(lines)] = True
                reading = np.full(len(sets), batch.rows[place], dtype=np.intp)
                found.append(Found(int(want), reading, against))
        return found

    def _smallest(self, batch: Batch, place: int, want: int) -> list[Lines]:
        boxes = self._boxes(batch, place, want)
        if not len(boxes):
            return []
        closed = {
            n: line.held.table[line.held.group[batch.rows[place]]]
            for n, line in enumerate(self.lines) if line.active[batch.rows[place]]
        }  # fmt: skip
        judges = range(len(self.lines), len(self.names))
        lowest = batch.lowest[place]

        def enough(relaxed: Lines) -> bool:
            allowed = batch.obeying[place].copy()
            for n, mask in closed.items():
                if n not in relaxed:
                    allowed[batch.parts.span(self.lines[n].held.component)] &= ~mask
            floor = batch.floor[place].copy()
            for k, n in enumerate(judges):
                if n in relaxed:
                    floor[k] = lowest[k]
            places = np.full(len(boxes), place)
            floors = np.broadcast_to(floor, (len(boxes), len(floor)))
            return bool(batch.find(places, boxes & allowed, floors)[0].any())

        return smallest_sets(frozenset([*closed, *judges]), enough)

    def _boxes(self, batch: Batch, place: int, want: int) -> Mask:
        if not want:
            return np.ones((1, batch.parts.cells), dtype=np.bool_)
        event = list(self.events.values())[want - 1]
        return event.masks[int(event.group[batch.rows[place]])]


def smallest_sets(lines: Lines, enough: Callable[[Lines], bool]) -> list[Lines]:
    """Find the smallest sets of lines that it is enough to relax, all of one size.

    Parameters
    ----------
    lines
        All that can be relaxed.
    enough
        Whether relaxing a set is enough; more lines never make it less so.

    Returns
    -------
    The sets; none if relaxing everything is not enough.

    Examples
    --------
    >>> found = smallest_sets(frozenset(range(5)), lambda s: 1 in s and (2 in s or 3 in s))
    >>> sorted(map(sorted, found))
    [[1, 2], [1, 3]]
    """
    if not enough(lines):
        return []
    cores: list[Lines] = []
    known: dict[Lines, bool] = {}
    for size in range(len(lines) + 1):
        while True:
            new = next((s for s in _hitting(cores, size) if s not in known), None)
            if new is None:
                break
            known[new] = enough(new)
            if not known[new]:
                cores.append(_core(lines, new, enough))
        found = [s for s in _hitting(cores, size) if known[s]]
        if found:
            return found
    return []


def _core(lines: Lines, relaxed: Lines, enough: Callable[[Lines], bool]) -> Lines:
    """Keep as few lines in force as let no deal through: a set that has to be hit."""
    for line in sorted(lines - relaxed):
        more = relaxed | {line}
        if not enough(more):
            relaxed = more
    return lines - relaxed


def _hitting(cores: list[Lines], size: int) -> Iterator[Lines]:
    """Yield the sets of a size that hit every core, given that no smaller one does."""
    seen: set[Lines] = set()
    waiting: list[Lines] = [frozenset()]
    while waiting:
        chosen = waiting.pop()
        missed = next((core for core in cores if not core & chosen), None)
        if missed is None:
            if len(chosen) == size:
                yield chosen
        elif len(chosen) < size:
            more = {chosen | {line} for line in missed} - seen
            seen |= more
            waiting += sorted(more, key=sorted)
