"""A case: who decides what, who wants what, in what order, by when, and who says so.

All records are immutable. Everything that was said hangs on a :class:`Statement`, which knows
its id, source, voice, basis, share of readings and line; the record around it holds what it
says in parsed form (:mod:`winset.language`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal, Protocol, TypeVar

from winset.language.terms import (
    ASSUMED,
    CERTAIN,
    OPEN,
    Answer,
    Chance,
    ChanceLine,
    Condition,
    Duration,
    Linkage,
    Numbers,
    Order,
    Outcome,
    Ranking,
    Requires,
    SourceRef,
)

Kind = Literal[
    "preference", "salience", "red line", "objection", "no agreement", "answer", "linkage",
    "influence", "rule", "decided by", "implemented by", "now", "seat", "absent", "tie",
    "history", "perception", "channel", "step", "claim", "title", "scenario", "ratifies",
    "firmness", "wants talks", "move", "break", "priority",
]  # fmt: skip

FRAME: frozenset[str] = frozenset(
    {"decided by", "now", "seat", "absent", "tie", "history", "title",
     "perception", "channel", "step", "claim", "scenario", "ratifies",
     "firmness", "wants talks", "move", "break"}
)  # fmt: skip
"""Kinds that frame the question: dropping a voice, source or basis as a group leaves them; each
can still be dropped by its own id."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said.

    ``id`` is its path in the file unless given; ``text`` the line without share and source;
    ``share`` the share of readings in which it is in force; ``group`` names the list of
    alternatives (``either:``) it belongs to ("" if none); ``use`` is false for statements kept
    and shown but not drawn. ``line`` and ``column`` do not count in comparisons.
    """

    id: str
    kind: Kind
    text: str
    source: SourceRef = ASSUMED
    share: Chance = CERTAIN
    group: str = ""
    use: bool = True
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that statements cite; ``published`` is its date (None if not given)."""

    id: str
    title: str
    published: dt.date | None = None
    kind: str = ""
    url: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who negotiates, responds or ratifies. ``key`` names its random streams (default: id)."""

    id: str
    name: str
    kind: str = "state"
    delegates: tuple[tuple[str, str], ...] = ()
    agencies: tuple[tuple[str, str], ...] = ()
    members: tuple[str, ...] = ()
    ratifies: tuple[str, ...] = ()
    ratifies_by: Statement | None = None
    wants_talks: Statement | None = None
    note: str = ""
    key: str = ""

    @property
    def stream(self) -> str:
        """Name of the party in the keys of random streams."""
        return self.key or self.id


@dataclass(frozen=True, slots=True)
class Option:
    """A way to settle an issue; ``attributes`` describe it."""

    id: str
    title: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """``origin to target``: a step that an issue allows; ``parties`` who alone can take it (none:
    whoever decides the issue). Where an issue has moves, it has no others.
    """

    origin: str
    target: str
    parties: tuple[str, ...]
    statement: Statement


@dataclass(frozen=True, slots=True)
class Issue:
    """What is to be settled.

    ``options`` stand in the file's order; on a scale (``scale``) that order has meaning. ``now``
    is the option in force, ``open`` (then not among ``options``) where nothing is agreed. Each of
    ``undone_by`` can take a settled issue back to ``now`` alone.
    """

    id: str
    title: str
    options: tuple[Option, ...]
    scale: bool = False
    now: str = OPEN
    now_by: Statement | None = None
    decided_by: tuple[str, ...] = ()
    decided_by_by: Statement | None = None
    implemented_by: tuple[str, ...] = ()
    implemented_by_by: Statement | None = None
    undone_by: tuple[str, ...] = ()
    undone_by_by: Statement | None = None
    moves: tuple[Move, ...] = ()
    term: str = ""
    note: str = ""
    key: str = ""

    @property
    def stream(self) -> str:
        """Name of the issue in the keys of random streams."""
        return self.key or self.id

    @property
    def states(self) -> tuple[str, ...]:
        """Options an outcome may hold: the declared ones, and ``open`` where that is now."""
        ids = tuple(o.id for o in self.options)
        return (*ids, OPEN) if self.now == OPEN else ids


@dataclass(frozen=True, slots=True)
class Seat:
    """A role at a table other than party: host, mediator or observer (no veto)."""

    role: str
    party: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Table:
    """Parties negotiating together; ``agenda`` holds issue ids in the file's order."""

    id: str
    title: str
    parties: tuple[str, ...]
    parties_by: Statement
    agenda: tuple[str, ...]
    seats: tuple[Seat, ...] = ()
    agenda_by: tuple[Statement, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """A party said to be left out of a table, with the reason given."""

    party: str
    table: str
    reason: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Preference:
    """What a party wants on one issue."""

    party: str
    issue: str
    ranking: Ranking
    statement: Statement


@dataclass(frozen=True, slots=True)
class Salience:
    """What matters more to a party: issues and ids of its linkage terms, as an order or as
    weights.
    """

    party: str
    ranking: Order | Numbers
    statement: Statement


@dataclass(frozen=True, slots=True)
class RedLine:
    """A state a party refuses; real in a share ``firmness`` of the readings in force.

    For an objection (``objection`` true) the condition is the conjunction of the presence of
    ``seat`` and what was said after ``if``.
    """

    party: str
    condition: Condition
    firmness: Chance
    statement: Statement
    objection: bool = False
    firmness_by: Statement | None = None


@dataclass(frozen=True, slots=True)
class NoAgreement:
    """What a party gets if the table fails, where stated."""

    party: str
    outcome: Outcome
    statement: Statement


@dataclass(frozen=True, slots=True)
class StatedAnswer:
    """What an absent party was said to answer."""

    party: str
    answer: Answer
    statement: Statement


@dataclass(frozen=True, slots=True)
class LinkageTerm:
    """One more component of a party's utility; salience lines name it by its statement's id."""

    party: str
    linkage: Linkage
    statement: Statement


@dataclass(frozen=True, slots=True)
class Priority:
    """A condition that a party wants to hold before all that stand after it in the file."""

    party: str
    condition: Condition
    statement: Statement


@dataclass(frozen=True, slots=True)
class Influence:
    """Influence of the parties: an order or weights."""

    ranking: Order | Numbers
    statement: Statement


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on states; statements with a share rule in that share of readings."""

    rule: Requires
    statement: Statement


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation between parties or blocs, kept as context: mutual (``and``), of the first
    towards the second (``to``), or membership (``in``).
    """

    first: str
    relation: Literal["and", "to", "in"]
    second: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Context:
    """A statement kept as context (history, perceptions): it changes no number."""

    about: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Channel:
    """A line of contact between two parties at a level. ``facts`` holds the further lines
    (``since``, ``frozen_by``, ``last_used``, ...), each a statement.
    """

    id: str
    between: tuple[str, str]
    level: str
    state: Literal["open", "frozen", "refused", "offered"]
    statement: Statement
    facts: tuple[tuple[str, Statement], ...] = ()


@dataclass(frozen=True, slots=True)
class Precondition:
    """``step (share)`` or a condition that has to hold before a step."""

    condition: Condition
    statement: Statement


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has to happen, with preconditions, a duration and a chance."""

    id: str
    title: str
    statement: Statement
    after: tuple[Precondition, ...] = ()
    needs: tuple[tuple[str, Statement], ...] = ()
    opens: tuple[tuple[str, Statement], ...] = ()
    sets: tuple[tuple[str, str, Statement], ...] = ()
    by: str = ""
    table: str = ""
    deal_on: tuple[str, ...] = ()
    settles: Condition | None = None
    wanted_by: tuple[str, ...] = ()
    wanted_by_by: Statement | None = None
    instead_of: tuple[str, ...] = ()
    takes: tuple[Duration, Statement] | None = None
    on: tuple[dt.date, Statement] | None = None
    not_before: tuple[dt.date, Statement] | None = None
    deadline: tuple[dt.date, Statement] | None = None
    chance: tuple[ChanceLine, Statement] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What happened with a claim, and where it is on record."""

    happened: bool
    date: dt.date | None
    source: SourceRef
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A prediction somebody made: an event, its hedge, and what happened."""

    id: str
    event: Condition
    hedge: Chance
    statement: Statement
    given: Condition | None = None
    resolution: Resolution | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named variant of the case: issues set, statements dropped, lines replaced."""

    id: str
    set: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    replace: tuple[Preference | Salience, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A whole case, in the order of the file."""

    name: str
    title: str
    as_of: dt.date
    horizon: dt.date | None = None
    marking: str = ""
    notes: str = ""
    about: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    parties: tuple[Party, ...] = ()
    issues: tuple[Issue, ...] = ()
    rules: tuple[Rule, ...] = ()
    tables: tuple[Table, ...] = ()
    absent: tuple[Absent, ...] = ()
    influence: tuple[Influence, ...] = ()
    preferences: tuple[Preference, ...] = ()
    salience: tuple[Salience, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    no_agreement: tuple[NoAgreement, ...] = ()
    answers: tuple[StatedAnswer, ...] = ()
    linkage: tuple[LinkageTerm, ...] = ()
    priorities: tuple[Priority, ...] = ()
    ties: tuple[Tie, ...] = ()
    history: tuple[Context, ...] = ()
    perceptions: tuple[Context, ...] = ()
    channels: tuple[Channel, ...] = ()
    steps: tuple[Step, ...] = ()
    claims: tuple[Claim, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    path: str = field(default="", compare=False)

    def party(self, party: str) -> Party:
        """Return the party of that id; KeyError if there is none."""
        return _by_id(self.parties, party)

    def issue(self, issue: str) -> Issue:
        """Return the issue of that id; KeyError if there is none."""
        return _by_id(self.issues, issue)

    def table(self, table: str) -> Table:
        """Return the table of that id; KeyError if there is none."""
        return _by_id(self.tables, table)

    def ratifiers(self, party: str) -> tuple[str, ...]:
        """Parties that ratify what ``party`` signs."""
        return tuple(p.id for p in self.parties if party in p.ratifies)

    def statements(self) -> tuple[Statement, ...]:
        """Every statement of the case, each once, in the order of the file's sections."""
        found: dict[str, Statement] = {}
        for statement in statements_in(self):
            found.setdefault(statement.id, statement)
        return tuple(found.values())


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_R = TypeVar("_R", bound=_HasId)


def _by_id(records: tuple[_R, ...], name: str) -> _R:
    for record in records:
        if record.id == name:
            return record
    raise KeyError(name)


def statements_in(thing: object) -> Iterator[Statement]:
    """Yield every statement that a record, or a tuple of records, holds."""
    if isinstance(thing, Statement):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from statements_in(part)
    elif is_dataclass(thing):
        for part in fields(thing):
            yield from statements_in(getattr(thing, part.name))
