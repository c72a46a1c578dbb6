"""What a case says, made ready for drawing: done once, used by every chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations, product

import numpy as np

from winset.case import Case, Influence, Preference, Salience, Statement
from winset.ensemble.contradictions import (
    contradiction,
    crowding,
    least,
    scarcity,
    smallest_conflicts,
)
from winset.ensemble.naming import Keys, keys_of
from winset.ensemble.rankings import Open, Wishes, weighing, wishes
from winset.ensemble.shares import Conflicts, Place, places_of, with_alternatives
from winset.ensemble.spoken import Spoken, Things, kind_of, thing, things_of
from winset.ensemble.units import Units, units_of
from winset.errors import ContradictionError, Fault
from winset.language.terms import Indifferent, Numbers, Unknown
from winset.methods.sampling import LEAST_ACCEPTANCE
from winset.space import Mask, Space, space_of

_MOST_PATTERNS = 256
_RANKED = ("preference", "salience", "influence")

Pattern = tuple[int, ...]
"""Positions of those of a thing's statements that are in force."""


@dataclass(frozen=True, eq=False)
class Said:
    """What a case says in a space, whichever statements are dropped, and what was made of it."""

    keys: Keys
    things: Things
    statements: tuple[Statement, ...]
    left: dict[tuple[str, Pattern], Wishes] = field(default_factory=dict)
    conflicts: dict[str, list[frozenset[int]]] = field(default_factory=dict)
    rooms: dict[tuple[str, Pattern], bool] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Model:
    """A case made ready: its space, its statements by thing, and their places on 0..1."""

    case: Case
    space: Space
    said: Said
    dropped: frozenset[str]
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        """Names in the keys of random streams."""
        return self.said.keys

    @property
    def things(self) -> Things:
        """Statements by what they speak of."""
        return self.said.things

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement of the case."""
        return self.said.statements

    # ── what has weight for a party ─────────────────────────────────────────────────────────────
    @cached_property
    def stake(self) -> Mask:
        """Whether an issue matters to a party: (parties, issues); dropping changes none of it."""
        found = np.zeros((len(self.space.parties), len(self.space.issues)), dtype=np.bool_)
        for p, party in enumerate(self.space.parties):
            named = self._named_in_salience(party)
            for i, issue in enumerate(self.space.issues):
                found[p, i] = issue in named or self._wants(party, issue)
        return found

    def _wants(self, party: str, issue: str) -> bool:
        spoken = self.on("preference", party, issue)
        if not spoken:
            return party in self.case.issue(issue).decided_by
        idle = [s.share for s in spoken if isinstance(_preference(s).ranking, Indifferent)]
        return len(idle) < len(spoken) or sum(idle) < 1 - 1e-9

    def _named_in_salience(self, party: str) -> set[str]:
        named: set[str] = set()
        for spoken in self.on("salience", party):
            if isinstance(spoken.record, Salience):
                named.update(names_of(spoken.record))
        return named

    @cached_property
    def spoken(self) -> Mask:
        """Whether a statement in use says what a party wants on an issue: (parties, issues)."""
        found = np.zeros_like(self.stake)
        for p, party in enumerate(self.space.parties):
            for i, issue in enumerate(self.space.issues):
                found[p, i] = any(
                    s.statement.id not in self.dropped
                    and not isinstance(_preference(s).ranking, Unknown)
                    for s in self.on("preference", party, issue)
                )
        return found

    @cached_property
    def components(self) -> Mapping[str, Mapping[str, int]]:
        """What has weight for each party: names of issues and linkage terms, numbered."""
        found = {}
        for p, party in enumerate(self.space.parties):
            issues = [i for i, has in zip(self.space.issues, self.stake[p], strict=True) if has]
            linked = [s.statement.id for s in self.on("linkage", party)]
            found[party] = {name: n for n, name in enumerate([*issues, *linked])}
        return found

    @cached_property
    def units(self) -> Units:
        """How utilities are counted; dropping or setting anything changes none of it."""
        return _units(self.case)

    # ── statements ──────────────────────────────────────────────────────────────────────────────
    def on(self, kind: str, *names: str) -> tuple[Spoken, ...]:
        """Return the statements in use on a party, or on a party and an issue."""
        keyed = [self.keys.parties[names[0]], *(self.keys.issues[n] for n in names[1:])] \
            if names else []  # fmt: skip
        return self.things.get(thing(kind, *keyed), ())

    def wishes(self, of: str, pattern: Pattern, issue: str) -> Wishes:
        """Merge those of a party's statements on an issue that are in force."""
        left = self.said.left
        if (of, pattern) not in left:
            rankings = [_preference(self.things[of][n]).ranking for n in pattern]
            left[of, pattern] = wishes(rankings, self.case.issue(issue), self.space)
        return left[of, pattern]

    def weighing(self, of: str, pattern: Pattern, index: Mapping[str, int]) -> Open:
        """Merge those of the statements on weights that are in force."""
        records = [self.things[of][n].record for n in pattern]
        said = [r.ranking for r in records if isinstance(r, Salience | Influence)]
        return weighing(said, index)

    def patterns(self, of: str) -> Iterator[Pattern]:
        """Yield every combination of a thing's statements that can be in force together."""
        spoken = self.things[of]
        streams: dict[str, list[int]] = {}
        for n, one in enumerate(spoken):
            if one.statement.id not in self.dropped:
                streams.setdefault(self.places[one.statement.id].stream, []).append(n)
        choices = [self._combinations(spoken, members) for members in streams.values()]
        for chosen in product(*choices):
            yield tuple(sorted(n for part in chosen for n in part))

    def _combinations(self, spoken: Sequence[Spoken], members: Sequence[int]) -> list[Pattern]:
        spans = {n: self.places[spoken[n].statement.id].spans for n in members}
        cuts = sorted({0.0, *(end for s in spans.values() for span in s for end in span)} - {1.0})
        return sorted({tuple(n for n in members if any(a <= cut < b for a, b in spans[n]))
                       for cut in cuts})  # fmt: skip


def names_of(record: Salience | Influence) -> tuple[str, ...]:
    """Names that a line on weights holds."""
    ranking = record.ranking
    if isinstance(ranking, Numbers):
        return tuple(name for name, _ in ranking.entries)
    return ranking.names


def _preference(spoken: Spoken) -> Preference:
    record = spoken.record
    if not isinstance(record, Preference):
        raise TypeError(record)
    return record


# ── making ready ────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=8)
def model_of(
    case: Case, dropped: frozenset[str] = frozenset(), fixed: tuple[tuple[str, str], ...] = ()
) -> Model:
    """Make a case ready for drawing.

    Raises
    ------
    ContradictionError
        If statements contradict each other in some reading, or leave next to no room.
    AskError
        If ``fixed`` names an issue or option that the case does not have.
    """
    space = space_of(case, fixed=dict(fixed), without=dropped)
    model = Model(case, space, _said(case, space), dropped)
    faults = [fault for of in model.things for fault in _lay_out(model, of)]
    faults = faults or [fault for of in model.things for fault in _tight(model, of)]
    if faults:
        raise ContradictionError(tuple(sorted(faults)))
    return model


@lru_cache(maxsize=8)
def _units(case: Case) -> Units:
    space = space_of(case)
    whole = Model(case, space, _said(case, space), frozenset())
    return units_of(case, space, whole.keys, whole.things, whole.components)


@lru_cache(maxsize=8)
def _said(case: Case, space: Space) -> Said:
    keys = keys_of(case)
    return Said(keys, things_of(case, keys), case.statements())


def contradictions(case: Case) -> tuple[Fault, ...]:
    """Find the statements of a case that contradict each other or leave next to no room.

    Returns
    -------
    One fault for each thing they speak of, in the order of the file; () if readings can be drawn.
    """
    try:
        model_of(case)
    except ContradictionError as error:
        return error.faults
    return ()


def _lay_out(model: Model, of: str) -> Iterator[Fault]:
    """Give the statements on one thing their places; yield what cannot hold together."""
    spoken = model.things[of]
    conflicts = _conflicts(model, of)
    excluding = with_alternatives(spoken, conflicts)
    places = places_of(spoken, excluding, model.dropped)
    model.places.update(places)
    kept = [n for n, s in enumerate(spoken) if s.statement.id not in model.dropped]
    alone = [n for n in kept if frozenset({n}) in conflicts]
    yield from (contradiction(model.case, [spoken[n]]) for n in alone)
    cramped = [n for n in kept if places[spoken[n].statement.id].lacking and n not in alone]
    if cramped:
        yield _crowded(model.case, spoken, conflicts, excluding, kept)


def _crowded(
    case: Case,
    spoken: Sequence[Spoken],
    conflicts: Iterable[frozenset[int]],
    excluding: Conflicts,
    kept: Sequence[int],
) -> Fault:
    """Word a smallest set that is too crowded: contradictions first, then alternatives."""
    for sets, worded in ((conflicts, contradiction), (excluding, crowding)):
        over = [c for c in sets if sum(spoken[n].share for n in c) > len(c) - 1 + 1e-9]
        worst = least(over, kept)
        if worst is not None and (worded is crowding or kind_of(spoken[0].thing) in _RANKED):
            return worded(case, [spoken[n] for n in sorted(worst)])
    together = {n for conflict in excluding for n in conflict} & set(kept)
    return crowding(case, [spoken[n] for n in sorted(together)])


def _conflicts(model: Model, of: str) -> list[frozenset[int]]:
    known = model.said.conflicts
    if of not in known:
        known[of] = _found_conflicts(model, of)
    return known[of]


def _found_conflicts(model: Model, of: str) -> list[frozenset[int]]:
    spoken = model.things[of]
    everything = range(len(spoken))
    match spoken[0].record:
        case Preference(issue=issue):
            return smallest_conflicts(
                len(spoken), lambda chosen: model.wishes(of, tuple(chosen), issue).consistent()
            )
        case Salience() | Influence():
            index = _index(model, spoken[0])
            return smallest_conflicts(
                len(spoken), lambda chosen: model.weighing(of, tuple(chosen), index).consistent()
            )
    if spoken[0].statement.kind == "no agreement":
        return [frozenset(pair) for pair in combinations(everything, 2)]
    return []


def _index(model: Model, spoken: Spoken) -> Mapping[str, int]:
    if isinstance(spoken.record, Salience):
        return model.components[spoken.record.party]
    return model.space.party_index


def _tight(model: Model, of: str) -> Iterator[Fault]:
    """Yield statements on one thing that leave next to no room where they are in force."""
    spoken = model.things[of]
    if kind_of(of) not in _RANKED:
        return
    for _, pattern in zip(range(_MOST_PATTERNS), model.patterns(of), strict=False):
        if _roomy(model, of, pattern):
            continue
        fewer = list(pattern)
        for n in pattern:
            rest = [m for m in fewer if m != n]
            if not _roomy(model, of, tuple(rest)):
                fewer = rest
        yield scarcity(model.case, [spoken[n] for n in fewer])
        return


def _roomy(model: Model, of: str, pattern: Pattern) -> bool:
    known = model.said.rooms
    if (of, pattern) not in known:
        known[of, pattern] = _has_room(model, of, pattern)
    return known[of, pattern]


def _has_room(model: Model, of: str, pattern: Pattern) -> bool:
    record = model.things[of][0].record
    if isinstance(record, Preference):
        cases = [left for _, left in model.wishes(of, pattern, record.issue).cases]
    else:
        cases = [model.weighing(of, pattern, _index(model, model.things[of][0]))]
    return all(left.acceptance() >= LEAST_ACCEPTANCE for left in cases)
