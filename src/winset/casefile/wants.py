"""Who wants what: preferences, salience, red lines, outcomes, answers, linkage, influence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from winset.case import (
    Influence,
    Issue,
    Kind,
    LinkageTerm,
    NoAgreement,
    Preference,
    Priority,
    RedLine,
    Salience,
    StatedAnswer,
    Statement,
)
from winset.casefile.lines import Found, Lines, flat
from winset.casefile.names import Names
from winset.casefile.nodes import Document, Text
from winset.casefile.schema import CaseShape, LongForm, Node
from winset.language.parser import LineError, parse
from winset.language.source import parse_source, split_source
from winset.language.terms import (
    CERTAIN,
    OTHERS,
    AtTable,
    Chance,
    Is,
    Numbers,
    Order,
    SourceRef,
    atoms,
)


@dataclass
class Wants:
    """Reads what the parties want and refuse."""

    shape: CaseShape
    document: Document
    lines: Lines
    names: Names
    issues: dict[str, Issue]

    def preferences(self) -> tuple[Preference, ...]:
        """Read the preferences."""
        found = []
        for party, entries in self.shape.preferences.items():
            if not self.names.party(party, party):
                continue
            for issue, node in entries.items():
                if not self.names.known(issue, self.issues, "issue", issue):
                    continue
                name = f"{party}.preferences.{issue}"
                found += self.preference(str(party), str(issue), name, node)
        return tuple(found)

    def preference(self, party: str, issue: str, name: str, node: Node) -> list[Preference]:
        """Read the statements of one party on one issue."""
        return [
            Preference(party, issue, ranking, statement)
            for statement, ranking, place in self._read("preference", name, node, "ranking")
            if self.names.ranking(ranking, self.issues[issue], place)
        ]

    def salience(self) -> tuple[Salience, ...]:
        """Read what matters more to each party."""
        found = []
        linked = self._linkage_ids()
        for party, node in self._by_party(self.shape.salience):
            found += self.salience_of(party, f"{party}.salience", node, linked.get(party, []))
        return tuple(found)

    def salience_of(self, party: str, name: str, node: Node, linked: list[str]) -> list[Salience]:
        """Read the salience statements of one party; ``linked`` names its linkage terms."""
        known = [*self.issues, *linked]
        return [
            Salience(party, ranking, statement)
            for statement, ranking, place in self._read("salience", name, node, "order")
            if self._weights(ranking, known, "issue or linkage term", place)
        ]

    def _linkage_ids(self) -> dict[str, list[str]]:
        """Ids that linkage statements will have; salience lines may name them."""
        ids: dict[str, list[str]] = {}
        for party, node in self.shape.linkage.items():
            for number, (entry, _) in enumerate(flat(node), 1):
                name = f"{party}.linkage" + (f"#{number}" if number > 1 else "")
                chosen = entry.id if isinstance(entry, LongForm) and entry.id else name
                ids.setdefault(str(party), []).append(str(chosen))
        return ids

    def influence(self) -> tuple[Influence, ...]:
        """Read the influence of the parties."""
        return tuple(
            Influence(ranking, statement)
            for statement, ranking, place in self._read(
                "influence", "influence", self.shape.influence, "order"
            )
            if self._weights(ranking, list(self.names.parties), "party", place)
        )

    def _weights(self, ranking: Order | Numbers, known: list[str], what: str, place: Text) -> bool:
        if isinstance(ranking, Numbers):
            names = [name for name, _ in ranking.entries]
            if any(bounds.low < 0 for _, bounds in ranking.entries):
                self.document.fault(place, "a negative weight", "weights are 0 or more")
                return False
            if ranking.entries and all(b.high == 0 for _, b in ranking.entries):
                self.document.fault(place, "every weight is 0", "give one a weight above 0")
                return False
        else:
            names = list(ranking.names)
            if (OTHERS,) in ranking.levels and not set(known) - set(names):
                self.document.warn(
                    place, "`others` without effect: every name stands on the line", "leave it out"
                )
        return False not in [self.names.known(name, known, what, place) for name in names]

    def red_lines(self) -> tuple[RedLine, ...]:
        """Read red lines and objections."""
        found = []
        for party, node in self._by_party(self.shape.red_lines):
            for read, entry in self._with_entries("red line", f"{party}.red_lines", node):
                statement, condition, place = read
                firmness, by = self._firmness(entry, statement)
                if self.names.condition(condition, place, (Is, AtTable)):
                    found.append(RedLine(party, condition, firmness, statement, firmness_by=by))
        for party, node in self._by_party(self.shape.objections):
            read_all = self._read("objection", f"{party}.objections", node, "red_line")
            for statement, condition, place in read_all:
                if not any(isinstance(a, AtTable) for a in atoms(condition)):
                    self.document.fault(
                        place,
                        "an objection that names no seat",
                        "`party at table if ...`; others are red lines",
                    )
                elif self.names.condition(condition, place, (Is, AtTable)):
                    found.append(RedLine(party, condition, CERTAIN, statement, objection=True))
        return tuple(found)

    def _with_entries(
        self, kind: Kind, name: str, node: Node
    ) -> Iterator[tuple[Found, Text | LongForm]]:
        """Read statements, each beside the entry it stands in (faulty ones are left out)."""
        read = {id(found[2]): found for found in self._read(kind, name, node, "red_line")}
        for entry, _ in flat(node):
            text = (entry.never or entry.line) if isinstance(entry, LongForm) else entry
            if id(text) in read:
                yield read[id(text)], entry

    def _firmness(
        self, entry: Text | LongForm, statement: Statement
    ) -> tuple[Chance, Statement | None]:
        """Read a firmness; without a source of its own it is assumed."""
        if not isinstance(entry, LongForm) or entry.firmness is None:
            return CERTAIN, None
        text = entry.firmness
        body, tail, _ = split_source(text)
        try:
            firmness = parse("chance", body)
            source = parse_source(tail) if tail else SourceRef()
            if source.source and source.source not in self.lines.sources:
                raise LineError(f"unknown source `@{source.source}`", "name it under `sources:`")
        except LineError as error:
            self.document.fault(text, error.found, error.right, offset=error.offset)
            return CERTAIN, None
        by = Statement(
            f"{statement.id}.firmness", "firmness", body, source, line=text.line, column=text.column
        )
        return firmness, by

    def no_agreement(self) -> tuple[NoAgreement, ...]:
        """Read what parties get without agreement."""
        found = []
        for party, node in self._by_party(self.shape.no_agreement):
            name = f"{party}.no_agreement"
            for statement, outcome, place in self._read("no agreement", name, node, "outcome"):
                state = outcome.state or ()
                if False not in [self.names.option(a.issue, a.option, place) for a in state]:
                    found.append(NoAgreement(party, outcome, statement))
        return tuple(found)

    def answers(self) -> tuple[StatedAnswer, ...]:
        """Read stated answers of absent parties."""
        found = []
        for party, node in self._by_party(self.shape.answers):
            for statement, answer, place in self._read(
                "answer", f"{party}.answers", node, "answer"
            ):
                condition = answer.condition
                if condition is None or self.names.condition(condition, place, (Is,)):
                    found.append(StatedAnswer(party, answer, statement))
        return tuple(found)

    def priorities(self) -> tuple[Priority, ...]:
        """Read what parties want first, second and so on."""
        found = []
        for party, node in self._by_party(self.shape.priorities):
            said = self._read("priority", f"{party}.priorities", node, "condition")
            for statement, condition, place in said:
                if self.names.condition(condition, place, (Is,)):
                    found.append(Priority(party, condition, statement))
        return tuple(found)

    def linkage(self) -> tuple[LinkageTerm, ...]:
        """Read linkage terms."""
        found = []
        for party, node in self._by_party(self.shape.linkage):
            for statement, linkage, place in self._read(
                "linkage", f"{party}.linkage", node, "linkage"
            ):
                if self.names.condition(linkage.condition, place, (Is,)):
                    found.append(LinkageTerm(party, linkage, statement))
        return tuple(found)

    # ── shared ──────────────────────────────────────────────────────────────────────────────────
    def _by_party(self, section: Mapping[Text, Node]) -> Iterator[tuple[str, Node]]:
        for party, node in section.items():
            if self.names.party(party, party):
                yield str(party), node

    def _read(self, kind: Kind, name: str, node: Node, start: str) -> list[Found]:
        return self.lines.many(kind, name, node, start)
