"""What closes a zone, or keeps an event out of it: smallest sets of lines to relax.

A deal that would do fails because of what stands against it: real red lines and reservations.
Relaxing exactly these opens the zone to it. So the smallest sets are those that stand against
some deal which changes something, obeys the rules, meets the event, and gives one of the table's
own parties a strict gain. If there is no such deal, nothing that could be relaxed would help.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from winset.analyses.masks import Held, Integers, Mask, Positions, distinct_rows
from winset.analyses.merging import ADDED
from winset.analyses.zone import Batch, Talks
from winset.errors import TooLargeError

RESERVATION = "reservation:"
"""Before a party's id: the party's reservation, among the lines that close a zone."""


@dataclass(frozen=True)
class Closing:
    """What closes the zone, over readings.

    Attributes
    ----------
    readings
        Readings in which no deal of the zone will do.
    hopeless
        Those of them in which nothing that could be relaxed would help.
    sets
        Smallest sets of lines (ids of statements, ``reservation:party``), sorted, and the
        readings in which relaxing the set opens the zone. A reading may have several.
    lines
        Each line, and the readings in which it is in some smallest set.
    """

    readings: int = field(metadata=ADDED)
    hopeless: int = field(metadata=ADDED)
    sets: dict[tuple[str, ...], int] = field(metadata=ADDED)
    lines: dict[str, int] = field(metadata=ADDED)

    def leading(self, most: int = 5) -> list[tuple[tuple[str, ...], int]]:
        """Rank the sets that open the zone in most readings, small ones first where equal."""
        return sorted(self.sets.items(), key=lambda e: (-e[1], len(e[0]), e[0]))[:most]


@dataclass(frozen=True, eq=False)
class Closer:
    """Finds smallest sets in batches of readings; ``events`` by name, where they hold."""

    talks: Talks
    events: Mapping[str, Held]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Lines: red lines, then the judges' reservations."""
        lines = [name for bans in self.talks.lines.values() for name in bans.names]
        parties = self.talks.grid.space.parties
        return (*lines, *(RESERVATION + parties[p] for p in self.talks.judges))

    @cached_property
    def _held(self) -> tuple[Held, ...]:
        return tuple(h for bans in self.talks.lines.values() for h in bans.held)

    @cached_property
    def _real(self) -> Mask:
        """Which red lines are real: shape (readings, red lines)."""
        none = np.zeros((self.talks.ensemble.readings, 0), dtype=np.bool_)
        return np.concatenate([none, *(b.active for b in self.talks.lines.values())], axis=1)

    @cached_property
    def _bases(self) -> tuple[Positions, Positions]:
        """Different combinations of bases of lines and events, and each reading's."""
        groups = [h.group for h in (*self._held, *self.events.values())]
        if not groups:
            none = np.zeros(self.talks.ensemble.readings, dtype=np.intp)
            return np.zeros((1, 0), dtype=np.intp), none
        found, group = np.unique(np.stack(groups, axis=1), axis=0, return_inverse=True)
        return found, group.reshape(-1)

    @cached_property
    def _reachable(self) -> Mask:
        """Whether some deal of the table brings what is wanting, in any reading: (wants,)."""
        return np.array([True, *(h.table.any() for h in self.events.values())])

    def _kinds(self, base: int) -> tuple[Positions, Mask]:
        """Kinds of deals: shape (deals,), and what each crosses and meets (kinds, lines + events).

        Deals of one kind cross the same red lines, were they real, and meet the same events.
        """
        cached = self._cache.get(base)
        if cached is None:
            held = (*self._held, *self.events.values())
            groups = self._bases[0][base]
            tables = [h.table[group] for h, group in zip(held, groups, strict=True)]
            deals = self.talks.grid.size
            traits = np.stack(tables, axis=1) if tables else np.zeros((deals, 0), dtype=np.bool_)
            first, kind = distinct_rows(traits)
            cached = self._cache[base] = (kind, traits[first])
        return cached

    @cached_property
    def _cache(self) -> dict[int, tuple[Positions, Mask]]:
        return {}

    def find(self, batch: Batch, lacking: Mask) -> list[Found]:
        """Find the smallest sets in a batch.

        Parameters
        ----------
        lacking
            Where a deal is wanting: shape (readings of the batch, 1 + events); the first column
            for any deal at all.

        Returns
        -------
        One record for each reading and want that relaxing could help.
        """
        found = []
        lacking = lacking & self._reachable
        bases = self._bases[1][batch.rows]
        for base in np.unique(bases[lacking.any(axis=1)]):
            rows = np.flatnonzero((bases == base) & lacking.any(axis=1))
            found += self._find(batch, rows, lacking[rows], int(base))
        return found

    def _find(self, batch: Batch, rows: Positions, lacking: Mask, base: int) -> list[Found]:
        kind, traits = self._kinds(base)
        lines = len(self._held)
        reading, codes = self._codes(batch, rows, kind, len(traits))
        judges = len(self.talks.judges)
        below = (codes[:, None] >> np.arange(judges)) & 1
        real = self._real[batch.rows][rows]
        against = np.concatenate(
            [traits[codes >> judges, :lines] & real[reading], below.astype(np.bool_)], axis=1
        )
        size = against.sum(axis=1)
        meets = np.ones((len(codes), 1 + len(self.events)), dtype=np.bool_)
        meets[:, 1:] = traits[codes >> judges, lines:]
        found = []
        for want in range(meets.shape[1]):
            might = meets[:, want] & lacking[reading, want]
            least = np.full(len(rows), len(self.names) + 1)
            np.minimum.at(least, reading[might], size[might])
            chosen = np.flatnonzero(might & (size == least[reading]))
            # Readings by their place in the whole ensemble.
            found.append(Found(want, batch.rows.start + rows[reading[chosen]], against[chosen]))
        return found

    def _codes(
        self, batch: Batch, rows: Positions, kind: Positions, kinds: int
    ) -> tuple[Positions, Integers]:
        """Give the different combinations of kind and reservations missed, reading by reading.

        Returns
        -------
        Place in ``rows``, ascending, and the code: kind times 2**judges plus the judges' bits.
        """
        judges = len(self.talks.judges)
        dtype = _smallest_type(kinds, judges)
        codes = np.empty((len(rows), len(kind)), dtype=dtype)
        codes[:] = kind.astype(dtype) << dtype(judges)
        better = np.zeros(codes.shape, dtype=np.bool_)
        for place in range(judges):
            gains = batch.gains[place, rows]
            codes |= (gains < 0).astype(dtype) << dtype(place)
            if place in self.talks.own:
                better |= gains > 0
        never = np.iinfo(dtype).max
        codes[~(better & batch.possible[rows])] = never
        codes.sort(axis=1)
        new = codes != never
        new[:, 1:] &= codes[:, 1:] != codes[:, :-1]
        reading, deal = np.nonzero(new)
        return reading, codes[reading, deal].astype(np.int64)

    def count(self, found: Sequence[Found], lacking: Integers) -> dict[str, Closing]:
        """Count what was found in all batches: by event, and "" for any deal at all.

        ``lacking`` counts the readings in which a deal was wanting: shape (1 + events,).
        """
        return counted(self.names, tuple(self.events), found, lacking)


@dataclass(frozen=True, eq=False)
class Found:
    """Sets that stand against a deal: ``want`` (0: any deal, then the events), ``reading``
    (sets,), ``against`` (sets, lines).
    """

    want: int
    reading: Positions
    against: Mask


def counted(
    names: Sequence[str], events: Sequence[str], found: Sequence[Found], lacking: Integers
) -> dict[str, Closing]:
    """Count the sets found in all readings: by event, and "" for any deal at all.

    Parameters
    ----------
    names
        The lines, in the order of ``against``.
    events
        Events, in the order of ``want``.
    lacking
        Readings in which a deal was wanting: shape (1 + events,).
    """
    return {
        name: _counted(names, [f for f in found if f.want == want], int(lacking[want]))
        for want, name in enumerate(["", *events])
    }


def _counted(names: Sequence[str], found: Sequence[Found], lacking: int) -> Closing:
    if not any(len(f.reading) for f in found):
        return Closing(lacking, lacking, {}, {})
    readings = np.concatenate([f.reading for f in found])
    against = np.concatenate([f.against for f in found])
    first, which = distinct_rows(against)
    pairs = np.unique(np.stack([readings, which], axis=1), axis=0)
    sets = against[first]
    counts = np.bincount(pairs[:, 1], minlength=len(sets))
    in_some: Counter[str] = Counter()
    for line, name in enumerate(names):
        has = sets[pairs[:, 1], line]
        if has.any():
            in_some[name] = len(np.unique(pairs[has, 0]))
    named = {tuple(sorted(names[n] for n in np.flatnonzero(row).tolist())): int(count)
             for row, count in zip(sets, counts, strict=True)}  # fmt: skip
    hopeless = lacking - len(np.unique(readings))
    return Closing(lacking, hopeless, dict(sorted(named.items())), dict(sorted(in_some.items())))


def _smallest_type(kinds: int, judges: int) -> type[np.signedinteger]:
    bits = (kinds + 1).bit_length() + judges
    if bits > 62:
        raise TooLargeError(
            f"{judges} parties have to consent at one table: with {kinds:,} kinds of deals, "
            "what closes the zone cannot be computed"
        )
    return np.int32 if bits < 31 else np.int64
