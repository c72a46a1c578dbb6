"""What frames the question: sources, parties, issues, rules, tables, and context."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from winset.case import (
    Absent,
    Context,
    Issue,
    Kind,
    Option,
    Party,
    Rule,
    Seat,
    Source,
    Statement,
    Table,
    Tie,
)
from winset.casefile.lines import Lines
from winset.casefile.moving import read_moves
from winset.casefile.names import Names, options_of
from winset.casefile.nodes import Document, Text
from winset.casefile.schema import (
    AbsentShape,
    CaseShape,
    IssueShape,
    Node,
    PartyShape,
    SourceShape,
    TableShape,
)
from winset.language.parser import LineError, parse
from winset.language.source import split_source
from winset.language.terms import OPEN, Is


@dataclass
class Frame:
    """Reads the parts of a case that everything else names."""

    shape: CaseShape
    document: Document
    lines: Lines
    names: Names

    # ── parties ─────────────────────────────────────────────────────────────────────────────────
    def parties(self) -> tuple[Party, ...]:
        """Read the parties."""
        return tuple(self._party(key, entry) for key, entry in self.shape.parties.items())

    def _party(self, key: Text, entry: Text | PartyShape) -> Party:
        self.names.declared(key, "a party")
        if isinstance(entry, Text):
            return Party(str(key), str(entry) or str(key))
        ratifies, ratifies_by = self._listed(entry.ratifies, f"{key}.ratifies", "ratifies")
        wants = entry.wants_talks and self.lines.one(
            "wants talks", f"{key}.wants_talks", entry.wants_talks, ""
        )
        return Party(
            str(key),
            str(entry.name or key),
            kind=str(entry.kind or "state"),
            delegates=_pairs(entry.delegates),
            agencies=_pairs(entry.agencies),
            members=_words(entry.members),
            ratifies=ratifies,
            ratifies_by=ratifies_by,
            wants_talks=wants[0] if wants else None,
            note=str(entry.note or ""),
            key=str(entry.key or ""),
        )

    def _listed(
        self, node: Node, name: str, kind: Kind
    ) -> tuple[tuple[str, ...], Statement | None]:
        """Read ``a + b @source``: parties and the statement that names them."""
        found = self.lines.one(kind, name, node, "parties") if node is not None else None
        if not found:
            return (), None
        known = [self.names.party(party, found[2]) for party in found[1]]
        return (found[1] if all(known) else ()), found[0]

    # ── issues ──────────────────────────────────────────────────────────────────────────────────
    def issues(self) -> tuple[Issue, ...]:
        """Read the issues."""
        return tuple(self._issue(key, entry) for key, entry in self.shape.issues.items())

    def _issue(self, key: Text, entry: IssueShape) -> Issue:
        self.names.declared(key, "an issue")
        options, scale = self._options(key, entry)
        now, now_by = self._now(key, entry, options)
        decided, decided_by = self._listed(
            entry.decided_by, f"issues.{key}.decided_by", "decided by"
        )
        carried, carried_by = self._listed(
            entry.implemented_by, f"issues.{key}.implemented_by", "implemented by"
        )
        undone, undone_by = self._listed(entry.break_, f"issues.{key}.break", "break")
        return Issue(
            str(key),
            str(entry.title or key),
            options,
            scale=scale,
            now=now,
            now_by=now_by,
            decided_by=decided,
            decided_by_by=decided_by,
            implemented_by=carried,
            implemented_by_by=carried_by,
            undone_by=undone,
            undone_by_by=undone_by,
            moves=read_moves(self.lines, self.names, key, entry.moves, options),
            term=str(entry.term or ""),
            note=str(entry.note or ""),
            key=str(entry.key or ""),
        )

    def _options(self, key: Text, entry: IssueShape) -> tuple[tuple[Option, ...], bool]:
        given = entry.options
        if isinstance(given, dict):
            options = [(name, _described(name, what)) for name, what in given.items()]
            scale = False
        elif isinstance(given, list):
            options = [(name, Option(str(name))) for name in given]
            scale = False
        else:
            read = self.lines.parsed("scale", given)
            if read is None:
                self.names.unread.add(options_of(key))
                return (), False
            options = [(given, Option(name)) for name in read]
            scale = len(read) > 1
        seen: set[str] = set()
        for place, option in options:
            if option.id in seen:
                self.document.fault(
                    place, f"option `{option.id}` of `{key}` stands twice", "name each option once"
                )
            seen.add(option.id)
            self.names.declared(Text(option.id, place.line, place.column), "an option")
        if not options:
            self.document.fault(key, f"issue `{key}` has no options", "[first, second]")
        return tuple(option for _, option in options), scale

    def _now(
        self, key: Text, entry: IssueShape, options: tuple[Option, ...]
    ) -> tuple[str, Statement | None]:
        if entry.now is None:
            return OPEN, None
        found = self.lines.one("now", f"issues.{key}.now", entry.now, "")
        if not found:
            return OPEN, None
        if found[1] == OPEN:
            return OPEN, found[0]
        ids = [o.id for o in options]
        known = self.names.known(found[1], ids, options_of(key), found[2])
        return (found[1] if known else OPEN), found[0]

    def rules(self) -> tuple[Rule, ...]:
        """Read the rules."""
        rules = []
        for statement, rule, place in self.lines.many("rule", "rules", self.shape.rules, "rule"):
            first = self.names.condition(rule.condition, place, (Is,))
            if self.names.condition(rule.requirement, place, (Is,)) and first:
                rules.append(Rule(rule, statement))
        return tuple(rules)

    # ── tables ──────────────────────────────────────────────────────────────────────────────────
    def tables(self, issues: tuple[Issue, ...]) -> tuple[Table, ...]:
        """Read the tables; without an agenda, one may change all that its parties decide."""
        tables = (self._table(key, entry, issues) for key, entry in self.shape.tables.items())
        return tuple(table for table in tables if table)

    def _table(self, key: Text, entry: TableShape, issues: tuple[Issue, ...]) -> Table | None:
        self.names.declared(key, "a table")
        parties, parties_by = self._listed(entry.parties, f"tables.{key}.parties", "seat")
        if parties_by is None:
            return None
        if entry.agenda is None:
            agenda = tuple(
                i.id for i in issues if i.decided_by and set(i.decided_by) <= set(parties)
            )
            agenda_by: tuple[Statement, ...] = ()
        else:
            agenda, agenda_by = self._agenda(key, entry, [i.id for i in issues])
        return Table(
            str(key),
            str(entry.title or key),
            parties,
            parties_by,
            agenda,
            seats=self._seats(key, entry),
            agenda_by=agenda_by,
            note=str(entry.note or ""),
        )

    def _agenda(
        self, key: Text, entry: TableShape, issues: list[str]
    ) -> tuple[tuple[str, ...], tuple[Statement, ...]]:
        items = entry.agenda if isinstance(entry.agenda, list) else [entry.agenda]
        agenda: list[str] = []
        statements = []
        for item in items:
            name = split_source(item)[0] if item else ""
            if "," in name and item is entry.agenda:
                self.document.fault(item, "several issues on one line", f"a list: [{name}]")
                continue
            if name in agenda:
                self.document.fault(item, f"`{name}` is on the agenda twice", "once")
                continue
            found = self.lines.one("seat", f"tables.{key}.agenda.{name}", item, "")
            if not found or not self.names.known(found[1], issues, "issue", found[2]):
                continue
            agenda.append(found[1])
            statements.append(found[0])
        return tuple(agenda), tuple(statements)

    def _seats(self, key: Text, entry: TableShape) -> tuple[Seat, ...]:
        seats = []
        for role in ("host", "mediator", "observer"):
            node = getattr(entry, role)
            for statement, party, place in self.lines.many("tie", f"tables.{key}.{role}", node, ""):
                if self.names.party(party, place):
                    seats.append(Seat(role, party, statement))
        return tuple(seats)

    def absent(self) -> tuple[Absent, ...]:
        """Read who is said to be left out of which table, and why."""
        absent = []
        for key, entry in self.shape.absent.items():
            self.names.party(key, key)
            for number, one in enumerate(entry if isinstance(entry, list) else [entry], 1):
                name = f"{key}.absent" + (f"#{number}" if number > 1 else "")
                found = self._absence(key, name, one)
                if found:
                    absent.append(found)
        return tuple(absent)

    def _absence(self, key: Text, name: str, one: Text | AbsentShape) -> Absent | None:
        if isinstance(one, Text):
            read = self.lines.one("absent", name, one, "")
            if read and self.names.known(read[1], self.names.tables, "table", read[2]):
                return Absent(str(key), read[1], "", read[0])
            return None
        table = str(one.from_)
        if not self.names.known(table, self.names.tables, "table", one.from_):
            return None
        if one.reason is None:
            return Absent(str(key), table, "", Statement(name, "absent", table))
        read = self.lines.one("absent", name, one.reason, "")
        return Absent(str(key), table, read[1], read[0]) if read else None

    # ── context ─────────────────────────────────────────────────────────────────────────────────
    def ties(self) -> tuple[Tie, ...]:
        """Read ties between parties or blocs; their names need not be parties."""
        ties = []
        for key, node in self.shape.ties.items():
            words = key.split()
            if len(words) != 3 or words[1] not in ("and", "to", "in"):
                self.document.fault(
                    key,
                    f"cannot read the tie `{key[:60]}`",
                    "`a and b: ...`, `a to b: ...` or `a in bloc: ...`",
                )
                continue
            first, relation, second = words
            name = f"ties.{'-'.join(words)}"
            for statement, _, _ in self.lines.many("tie", name, node, ""):
                ties.append(Tie(first, relation, second, statement))  # type: ignore[arg-type]
        return tuple(ties)

    def history(self) -> tuple[Context, ...]:
        """Read what is kept as history."""
        found = self.lines.many("history", "history", self.shape.history, "")
        return tuple(Context("", statement) for statement, _, _ in found)

    def perceptions(self) -> tuple[Context, ...]:
        """Read beliefs attributed to parties, kept as context."""
        contexts = []
        for key, node in self.shape.perceptions.items():
            self.names.party(key, key)
            for statement, _, _ in self.lines.many("perception", f"{key}.perceptions", node, ""):
                contexts.append(Context(str(key), statement))
        return tuple(contexts)


def read_sources(shape: CaseShape, document: Document) -> dict[str, Source]:
    """Read what the case cites."""
    sources: dict[str, Source] = {}
    dates = Lines(document, {}, None)
    for key, entry in shape.sources.items():
        if key == "assumed" or not key.replace("-", "").replace("_", "").isalnum():
            document.fault(
                key,
                f"`{key[:40]}` cannot be the name of a source",
                "letters, digits, `-` and `_`; `assumed` means no source",
            )
        given = SourceShape(title=entry) if isinstance(entry, Text) else entry
        filled(document, given.title, f"title of source `{key}`")
        sources[str(key)] = Source(
            str(key),
            str(given.title),
            published=dates.date(given.date, f"date of source `{key}`"),
            kind=str(given.kind or ""),
            url=str(given.url or ""),
            author=str(given.author or ""),
        )
    return sources


def filled(document: Document, node: Text, what: str) -> None:
    """Check that a text which has to be there says something."""
    if not node.strip():
        document.fault(node, f"{what}: nothing stands here", "a few words")


def read_day(document: Document, node: Text | None, what: str) -> dt.date | None:
    """Read a full date of the case's head; a month or year alone is no day."""
    if node is None:
        return None
    try:
        if len(node) == len("2025-02-17"):
            return dt.date.fromisoformat(node)
    except ValueError:
        pass
    document.fault(node, f"{what}: `{node[:40]}` is no day", "year-month-day: 2025-02-17")
    return None


def _described(name: Text, what: Text | dict[Text, Text]) -> Option:
    if isinstance(what, Text):
        return Option(str(name), title=str(what))
    title = next((str(value) for key, value in what.items() if key == "title"), "")
    attributes = tuple((str(k), str(v)) for k, v in what.items() if k != "title")
    return Option(str(name), title=title, attributes=attributes)


def _pairs(given: dict[Text, Text]) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)) for key, value in given.items())


def _words(given: Text | list[Text] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, list):
        return tuple(map(str, given))
    try:
        return tuple(parse("parties", given))
    except LineError:
        return (str(given),)
