"""In what order, and what was predicted: channels, steps, claims, scenarios."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from winset.case import (
    Channel,
    Claim,
    Kind,
    Party,
    Precondition,
    Preference,
    Resolution,
    Salience,
    Scenario,
    Statement,
    Step,
    Table,
)
from winset.casefile.lines import Lines
from winset.casefile.names import Names
from winset.casefile.nearest import nearest
from winset.casefile.nodes import Document, Text
from winset.casefile.possible import sure
from winset.casefile.schema import (
    CaseShape,
    ChannelShape,
    ClaimShape,
    Node,
    ResolutionShape,
    ScenarioShape,
    StepShape,
)
from winset.casefile.wants import Wants
from winset.language.hedges import HEDGES, hedge
from winset.language.terms import Answers, Chance, ChanceLine, Condition, Duration, Happens, Is

_SLIP: Final = 0.85
"""Likeness from which on words are taken for a slip of the pen."""

EVENT: Final = (Is, Answers, Happens)
STATES: Final = ("open", "frozen", "refused", "offered")
_FACTS: Final = (
    "by", "since", "frozen_by", "refused_by", "offered_by", "met_before", "last_used", "turnover",
    "note",
)  # fmt: skip


@dataclass
class Process:
    """Reads what has to happen, and what was said would happen."""

    shape: CaseShape
    document: Document
    lines: Lines
    names: Names
    parties: tuple[Party, ...]
    tables: tuple[Table, ...]

    # ── channels ────────────────────────────────────────────────────────────────────────────────
    def channels(self) -> tuple[Channel, ...]:
        """Read the lines of contact."""
        channels = (self._channel(key, entry) for key, entry in self.shape.channels.items())
        return tuple(channel for channel in channels if channel)

    def _channel(self, key: Text, entry: ChannelShape) -> Channel | None:
        self.names.declared(key, "a channel")
        name = f"channels.{key}"
        known = [self.names.party(party, party) for party in entry.between]
        if len(entry.between) != 2 or entry.between[0] == entry.between[1]:
            self.document.fault(
                key,
                f"a channel between {', '.join(entry.between)[:60] or 'nobody'}",
                "two different parties: `between: [a, b]`",
            )
            return None
        levels = tuple(map(str, self.shape.levels))
        fine = all(known)
        if levels:
            fine &= self.names.known(entry.level, levels, "level", entry.level)
        found = self.lines.one("channel", f"{name}.state", entry.state, "")
        if not found:
            return None
        state: Literal["open", "frozen", "refused", "offered"] | None = next(
            (s for s in ("open", "frozen", "refused", "offered") if s == found[1]), None
        )
        facts = []
        for fact in _FACTS:
            node = getattr(entry, fact)
            read = node is not None and self.lines.one("channel", f"{name}.{fact}", node, "")
            if read:
                facts.append((fact, read[0]))
        if state is None:
            self.names.known(found[1], STATES, "state of a channel:", found[2])
            return None
        if not fine:
            return None
        first, second = map(str, entry.between)
        return Channel(str(key), (first, second), str(entry.level), state, found[0], tuple(facts))

    # ── steps ───────────────────────────────────────────────────────────────────────────────────
    def steps(self) -> tuple[Step, ...]:
        """Read what has to happen."""
        return tuple(self._step(key, entry) for key, entry in self.shape.steps.items())

    def _step(self, key: Text, entry: StepShape) -> Step:
        self.names.declared(key, "a step")
        name = f"steps.{key}"
        title = self.lines.one("step", name, entry.title, "") if entry.title is not None else None
        declared = Statement(name, "step", str(key), line=key.line, column=key.column)
        wanted = self._wanted(f"{name}.wanted_by", entry.wanted_by)
        return Step(
            str(key),
            title[1] if title else str(key),
            title[0] if title else declared,
            after=self._after(name, entry),
            needs=self._named(f"{name}.needs", entry.needs, self.names.channels, "channel"),
            opens=self._named(f"{name}.opens", entry.opens, self.names.channels, "channel"),
            sets=self._sets(f"{name}.sets", entry.sets),
            by=self._agency(entry.by),
            table=self._table(entry.table),
            deal_on=self._deal_on(entry),
            settles=self._settles(entry),
            wanted_by=wanted[0],
            wanted_by_by=wanted[1],
            instead_of=self._steps(entry.instead_of),
            takes=self._takes(f"{name}.takes", entry.takes),
            on=self._day(f"{name}.on", entry.on),
            not_before=self._day(f"{name}.not_before", entry.not_before),
            deadline=self._day(f"{name}.deadline", entry.deadline),
            chance=self._chance(f"{name}.chance", entry.chance),
            note=str(entry.note or ""),
        )

    def _after(self, name: str, entry: StepShape) -> tuple[Precondition, ...]:
        return tuple(
            Precondition(condition, statement)
            for statement, condition, place in self.lines.many(
                "step", f"{name}.after", entry.after, "condition"
            )
            if self.names.condition(condition, place, EVENT)
        )

    def _named(
        self,
        name: str,
        node: Node,
        known: tuple[str, ...],
        what: str,
    ) -> tuple[tuple[str, Statement], ...]:
        return tuple(
            (said, statement)
            for statement, said, place in self.lines.many("step", name, node, "")
            if self.names.known(said, known, what, place)
        )

    def _sets(self, name: str, node: Node) -> tuple[tuple[str, str, Statement], ...]:
        sets: list[tuple[str, str, Statement]] = []
        for statement, condition, place in self.lines.many("step", name, node, "condition"):
            if not (isinstance(condition, Is) and condition.relation == "is"):
                self.document.fault(place, f"`sets: {condition}`", "`sets: issue is option`")
            elif self.names.option(condition.issue, condition.option, place):
                twice = [s for issue, _, s in sets if issue == condition.issue and sure(s)]
                if twice and sure(statement):
                    found = f"one step sets `{condition.issue}` twice"
                    self.document.fault(place, found, "one option, or shares such as `(0.5)`")
                sets.append((condition.issue, condition.option, statement))
        return tuple(sets)

    def _agency(self, node: Text | None) -> str:
        if not node:
            return ""
        agencies = [f"{p.id}.{a}" for p in self.parties for a, _ in p.agencies]
        self.names.known(node, [*self.names.parties, *agencies], "party or agency", node)
        return str(node)

    def _table(self, node: Text | None) -> str:
        if node:
            self.names.known(node, self.names.tables, "table", node)
        return str(node or "")

    def _wanted(self, name: str, node: Node) -> tuple[tuple[str, ...], Statement | None]:
        found = self.lines.one("step", name, node, "parties") if node is not None else None
        if not found:
            return (), None
        for party in found[1]:
            self.names.party(party, found[2])
        return found[1], found[0]

    def _deal_on(self, entry: StepShape) -> tuple[str, ...]:
        """Read the issues of a deal: they stand on the agenda of the step's table."""
        known = self.names.issues or {}
        table = next((t for t in self.tables if t.id == entry.table), None)
        found = [e for e in _entries(entry.deal_on) if self.names.known(e, known, "issue", e)]
        for node in found:
            if not entry.table:
                self.document.fault(node, "`deal_on` without a table", "`table: ...` beside it")
                break
            if table is not None and node not in table.agenda:
                self.document.fault(
                    node,
                    f"`{node}` is not on the agenda of `{table.id}`",
                    f"one of: {', '.join(table.agenda)}",
                )
        return tuple(map(str, found))

    def _steps(self, node: Text | list[Text] | None) -> tuple[str, ...]:
        known = tuple(map(str, self.shape.steps))
        return tuple(str(e) for e in _entries(node) if self.names.known(e, known, "step", e))

    def _settles(self, entry: StepShape) -> Condition | None:
        node = entry.settles
        if node is None:
            return None
        if not entry.table:
            self.document.fault(node, "`settles` without a table", "`table: ...` beside it")
        condition: Condition | None = self.lines.parsed("condition", node)
        return condition if condition and self.names.condition(condition, node, (Is,)) else None

    def _takes(self, name: str, node: Node) -> tuple[Duration, Statement] | None:
        return self._one("step", name, node, "duration")

    def _chance(self, name: str, node: Node) -> tuple[ChanceLine, Statement] | None:
        found = self.lines.one("step", name, node, "chance_line") if node is not None else None
        if not found:
            return None
        asked = [c for _, c in found[1].branches if c is not None]
        fine = False not in [self.names.condition(c, found[2], EVENT) for c in asked]
        return (found[1], found[0]) if fine else None

    def _day(self, name: str, node: Node) -> tuple[dt.date, Statement] | None:
        found = self.lines.one("step", name, node, "") if node is not None else None
        if not found:
            return None
        try:
            # Python would read weeks (2025-W08) and 20250218 too.
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", found[1], re.ASCII):
                return dt.date.fromisoformat(found[1]), found[0]
        except ValueError:
            pass
        self.document.fault(
            found[2], f"`{found[1][:40]}` is no date", "year-month-day, such as 2025-02-18"
        )
        return None

    def _one(self, kind: Kind, name: str, node: Node, start: str) -> tuple[Any, Statement] | None:
        found = self.lines.one(kind, name, node, start) if node is not None else None
        return (found[1], found[0]) if found else None

    # ── claims ──────────────────────────────────────────────────────────────────────────────────
    def claims(self) -> tuple[Claim, ...]:
        """Read the predictions."""
        claims = (self._claim(key, entry) for key, entry in self.shape.claims.items())
        return tuple(claim for claim in claims if claim)

    def _claim(self, key: Text, entry: ClaimShape) -> Claim | None:
        self.names.declared(key, "a claim")
        event = self.lines.parsed("condition", entry.event)
        given = self.lines.parsed("condition", entry.if_) if entry.if_ is not None else None
        if event is not None:
            self.names.condition(event, entry.event, EVENT)
        if given is not None and entry.if_ is not None:
            self.names.condition(given, entry.if_, EVENT)
        if event is None:
            return None
        source = self.lines.source(entry.source)
        statement = Statement(
            f"claims.{key}", "claim", f"{event} ({entry.hedge})", source,
            use=entry.use != "no", line=entry.event.line, column=entry.event.column,
        )  # fmt: skip
        resolution = self._resolution(key, entry)
        return Claim(
            str(key),
            event,
            self._hedge(entry.hedge),
            statement,
            given,
            resolution,
            note=str(entry.note or ""),
        )

    def _hedge(self, node: Text) -> Chance:
        """Read a hedge: a number or range, a word on the list, or any other words."""
        if not node:
            self.document.fault(node, "nothing stands here", "the hedge, such as `likely`")
        if not re.match(r"[-+.]*\d", node):
            return self._in_words(node)
        chance: Chance | None = self.lines.parsed("chance", node)
        return chance or hedge(node)

    def _in_words(self, node: Text) -> Chance:
        """Read a hedge in words; warn of one that looks like a slip of a word with a band."""
        said = hedge(node)
        near = nearest(said.word, HEDGES) if not said.scored else ""
        if near and SequenceMatcher(None, said.word.casefold(), near).ratio() > _SLIP:
            self.document.warn(
                node,
                f"`{node[:40]}` is none of the words with a band, and will not be scored",
                f"did you mean `{near}`?",
            )
        return said

    def _resolution(self, key: Text, entry: ClaimShape) -> Resolution | None:
        if entry.happened is None:
            if entry.resolution is not None:
                self.document.fault(
                    key, "a resolution without `happened`", "`happened: yes` or `no`"
                )
            return None
        if entry.happened not in ("yes", "no"):
            self.document.fault(
                entry.happened, f"`happened: {entry.happened[:20]}`", "`yes` or `no`"
            )
            return None
        if entry.resolution is None:
            self.document.fault(
                key,
                "`happened` without a resolution",
                "`resolution: {date: ..., source: ..., note: ...}`",
            )
            return None
        found: ResolutionShape = entry.resolution
        return Resolution(
            entry.happened == "yes",
            self.lines.date(found.date, "date of the resolution"),
            self.lines.source(found.source, resolution=True),
            note=str(found.note or ""),
        )

    # ── scenarios ───────────────────────────────────────────────────────────────────────────────
    def scenarios(self, wants: Wants) -> tuple[Scenario, ...]:
        """Read named variants of the case."""
        return tuple(self._scenario(key, e, wants) for key, e in self.shape.scenarios.items())

    def _scenario(self, key: Text, entry: ScenarioShape, wants: Wants) -> Scenario:
        self.names.declared(key, "a scenario")
        sets = []
        for node in _entries(entry.set):
            condition = self.lines.parsed("condition", node)
            if isinstance(condition, Is) and condition.relation == "is":
                if self.names.option(condition.issue, condition.option, node):
                    sets.append((condition.issue, condition.option))
            elif condition is not None:
                self.document.fault(node, f"`set: {condition}`", "`set: issue is option`")
        without = []
        for node in _entries(entry.without):
            group = node.split(":")[0] in ("voice", "source", "basis") and ":" in node
            if group or self.names.known(node, self.lines.ids, "statement", node):
                without.append(str(node))
        replaced: list[Preference | Salience] = []
        for name, line in entry.replace.items():
            replaced += self._replaced(str(key), name, line, wants)
        return Scenario(
            str(key), tuple(sets), tuple(without), tuple(replaced), title=str(entry.title or "")
        )

    def _replaced(
        self,
        key: str,
        name: Text,
        node: Node,
        wants: Wants,
    ) -> list[Preference] | list[Salience]:
        party, _, rest = name.partition(".")
        section, _, issue = rest.partition(".")
        path = f"scenarios.{key}.{name}"
        if section == "preferences" and issue in wants.issues and party in self.names.parties:
            return wants.preference(party, issue, path, node)
        if section == "salience" and not issue and party in self.names.parties:
            return wants.salience_of(party, path, node, [])
        self.names.known(
            name,
            [i for i in self.lines.ids if ".preferences." in i or i.endswith(".salience")],
            "preference or salience",
            name,
        )
        return []


def _entries(node: Text | list[Text] | None) -> list[Text]:
    if node is None:
        return []
    return node if isinstance(node, list) else [node]
