"""Part-worths, terms, weights and influence of one chunk of readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from winset.case import LinkageTerm, Preference
from winset.ensemble.contradictions import scarcity
from winset.ensemble.fixed import fixed_numbers
from winset.ensemble.model import Model, Pattern
from winset.ensemble.naming import SEPARATOR
from winset.ensemble.rankings import MOST_CELLS, Open, Wishes, too_wide
from winset.ensemble.records import READINGS_PER_CHUNK, Floats, Integers, Term
from winset.ensemble.shares import drawn
from winset.ensemble.spoken import Spoken, thing
from winset.errors import ContradictionError, TooLargeError
from winset.language.terms import Conditional
from winset.methods.sampling import RareError
from winset.methods.streams import Stream
from winset.space import Mask, holds, issues_of

_ROWS = READINGS_PER_CHUNK
_FAR_ABOVE = 2**10


def whole(counted: Floats) -> Integers:
    """Round what is counted in units to whole ones.

    What is a whole number but for the last digits of floating-point numbers becomes that number:
    these count less than half a unit.
    """
    return np.rint(counted).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Memory:
    """What was drawn before, for ensembles that differ in nothing but the statements dropped.

    To be used with one case, seed and chunk, and the same issues set from outside.
    """

    drawn: dict[tuple[str, tuple[str, ...]], Floats] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Chunk:
    """A whole chunk of readings being drawn; ``in_force`` holds every drawn statement."""

    model: Model
    seed: int
    chunk: int
    in_force: Mapping[str, Mask]
    memory: Memory | None = None

    def stream(self, what: str, *keys: str) -> Stream:
        """Return the stream of what is drawn."""
        return Stream(self.seed, self.chunk, SEPARATOR.join((what, *keys)))

    def holds_for(self, spoken: Spoken) -> Mask:
        """Say in which readings a statement is in force: (rows,)."""
        return self.in_force[spoken.statement.id]

    def patterns(self, of: str) -> Iterator[tuple[Pattern, Mask | slice]]:
        """Yield each combination of a thing's statements that occurs, and its readings."""
        spoken = self.model.things.get(of, ())
        held = [self.holds_for(s) for s in spoken]
        if all(h[0] == h[-1] and (h == h[0]).all() for h in held):
            yield tuple(n for n, h in enumerate(held) if h[0]), slice(None)
            return
        found, group = np.unique(np.packbits(held, axis=0), axis=1, return_inverse=True)
        for k, packed in enumerate(found.T):
            bits = np.unpackbits(packed, count=len(held))
            yield tuple(map(int, np.flatnonzero(bits))), group.reshape(-1) == k

    def rows(self, left: Open, stream: Stream, spoken: Sequence[Spoken]) -> Floats:
        """Draw what statements leave open, and put in what they fix: (rows, things)."""
        known = self.memory.drawn if self.memory else {}
        key = stream.name, tuple(s.statement.id for s in spoken)
        if key not in known:
            try:
                found = left.sampler().draw(stream, _ROWS)
            except RareError:
                raise ContradictionError((scarcity(self.model.case, spoken),)) from None
            for n, number in enumerate(fixed_numbers(left)):
                if number is not None:
                    found[:, n] = float(number)
            known[key] = found
        return known[key]

    # ── weights ─────────────────────────────────────────────────────────────────────────────────
    def weights(self, of: str, index: Mapping[str, int], stream: Stream) -> Floats:
        """Draw weights of the things numbered in ``index``: (rows, things), of sum 1."""
        weights = np.empty((_ROWS, len(index)))
        spoken = self.model.things.get(of, ())
        for pattern, rows in self.patterns(of):
            left = self.model.weighing(of, pattern, index)
            weights[rows] = self.rows(left, stream, [spoken[n] for n in pattern])[rows]
        return weights

    def influence(self) -> Floats:
        """Draw the parties' influence: (rows, parties); equal where the case says nothing."""
        parties = self.model.space.party_index
        of = thing("influence")
        if of not in self.model.things:
            return np.full((_ROWS, len(parties)), 1 / max(len(parties), 1))
        return self.weights(of, parties, self.stream("influence"))

    def counted(self, party: str, index: Mapping[str, int]) -> Floats:
        """Draw a party's weights in units: (rows, things).

        Where they are not fixed they are multiples of its grain, as long as all are far larger: so
        equal weights times the fixed fractions of its values have equal sums.
        """
        key, units = self.model.keys.parties[party], self.model.units
        of, grain = thing("salience", key), units.grains[party]
        weights = self.weights(of, index, self.stream("weights", key)) * units.whole
        if grain == 1:
            return weights
        for pattern, rows in self.patterns(of):
            if None in fixed_numbers(self.model.weighing(of, pattern, index)):
                drawn = weights[rows]
                least = np.where(drawn > 0, drawn, np.inf).min(axis=1, keepdims=True)
                coarse = grain * np.rint(drawn / grain)
                weights[rows] = np.where(least >= _FAR_ABOVE * grain, coarse, drawn)
        return weights

    # ── utilities ───────────────────────────────────────────────────────────────────────────────
    def worths(self) -> tuple[Integers, tuple[Term, ...]]:
        """Draw what options and combinations are worth: (rows, parties, slots), and terms."""
        model, space = self.model, self.model.space
        worth = np.zeros((_ROWS, len(space.parties), space.slots), dtype=np.int64)
        terms: list[Term] = []
        for p, party in enumerate(space.parties):
            index = model.components[party]
            if not index:
                continue
            weights = self.counted(party, index)
            for i, issue in enumerate(space.issues):
                if issue in index:
                    part = worth[:, p, space.offsets[i] : space.offsets[i + 1]]
                    terms += self._issue(p, i, weights[:, index[issue]], part)
            terms += self._linkage(p, weights, index)
        return worth, tuple(terms)

    def _issue(self, p: int, i: int, weight: Floats, part: Integers) -> Iterator[Term]:
        """Draw one party's values on one issue into ``part``; yield what is conditional."""
        model, space = self.model, self.model.space
        keys = model.keys.parties[space.parties[p]], model.keys.issues[space.issues[i]]
        of, stream = thing("preference", *keys), self.stream("values", *keys)
        spoken = model.things.get(of, ())
        for pattern, rows in self.patterns(of):
            said = [spoken[n] for n in pattern]
            wishes = model.wishes(of, pattern, space.issues[i])
            if not wishes.issues:
                values = self.rows(wishes.cases[0][1], stream, said)
                part[rows] = whole(weight[:, None] * values)[rows]
                continue
            table = self._conditional(wishes, weight, stream, said)
            worth = np.zeros_like(table)
            worth[rows] = table[rows]
            yield Term(p, wishes.issues, worth, _conditional_id(said))

    def _conditional(
        self, wishes: Wishes, weight: Floats, stream: Stream, said: Sequence[Spoken]
    ) -> Integers:
        """Draw every case of conditional statements: (rows, cells)."""
        cases = []
        for branches, left in wishes.cases:
            part = stream.part("case " + " ".join(map(str, branches)))
            cases.append(self.rows(left, part, said))
        table = np.stack(cases, axis=1)[:, wishes.case_of, wishes.option_of]
        return whole(weight[:, None] * table)

    def _linkage(self, p: int, weights: Floats, index: Mapping[str, int]) -> Iterator[Term]:
        space = self.model.space
        for spoken in self.model.on("linkage", space.parties[p]):
            name = spoken.statement.id
            if not isinstance(spoken.record, LinkageTerm) or name in self.model.dropped:
                continue
            linkage = spoken.record.linkage
            issues = issues_of(linkage.condition, space)
            sizes = [space.sizes[i] for i in issues]
            if prod(sizes) > MOST_CELLS:
                raise TooLargeError(too_wide(name, [space.issues[i] for i in issues], prod(sizes)))
            cells = np.indices(sizes).reshape(len(sizes), -1).T
            states = np.tile(space.state(), (len(cells), 1))
            states[:, list(issues)] = cells
            met = holds(linkage.condition, space, states) == linkage.more
            worth = whole(weights[:, index[name]] * self.in_force[name])
            yield Term(p, issues, worth[:, None] * met, name)


def _conditional_id(said: Sequence[Spoken]) -> str:
    """Name the first statement that is conditional."""
    return next(
        s.statement.id for s in said
        if isinstance(s.record, Preference) and isinstance(s.record.ranking, Conditional)
    )  # fmt: skip


def draw_in_force(model: Model, seed: int, chunk: int) -> dict[str, Mask]:
    """Draw in which readings of a whole chunk each drawn statement is in force: id -> (rows,)."""
    none = np.zeros(_ROWS, dtype=np.bool_)
    return {
        name: none if name in model.dropped else drawn(place, seed, chunk, _ROWS)
        for name, place in model.places.items()
    }
