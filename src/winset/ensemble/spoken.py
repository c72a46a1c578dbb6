"""The statements that are drawn, gathered by what they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from winset.case import (
    Case,
    Influence,
    LinkageTerm,
    NoAgreement,
    Preference,
    Priority,
    RedLine,
    Rule,
    Salience,
    StatedAnswer,
    Statement,
)
from winset.ensemble.naming import SEPARATOR, Keys

Record = (
    Preference | Salience | RedLine | NoAgreement | StatedAnswer | LinkageTerm | Influence | Rule
    | Priority
    | None
)  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """A statement that is drawn.

    ``thing`` names what it speaks of, ``text`` what it says, both free of file order and of
    names that a key replaces; ``record`` is the record it stands in (None: who
    implements or undoes, and how an issue moves).
    """

    thing: str
    text: str
    statement: Statement
    record: Record

    @property
    def stream(self) -> str:
        """Name of the statement in the keys of random streams."""
        return f"{self.thing}{SEPARATOR}{self.text}"

    @property
    def share(self) -> float:
        """Share of readings in which it is in force."""
        return self.statement.share.middle


Things = dict[str, tuple[Spoken, ...]]
"""Statements by what they speak of, sorted by what they say."""


def things_of(case: Case, keys: Keys) -> Things:
    """Gather the statements of a case that are in use and drawn."""
    found: dict[str, list[Spoken]] = {}
    for spoken in _all(case, keys):
        if spoken.statement.use:
            found.setdefault(spoken.thing, []).append(spoken)
    return {thing: _numbered(found[thing]) for thing in sorted(found)}


def _numbered(spoken: list[Spoken]) -> tuple[Spoken, ...]:
    """Sort by what is said; what is said twice is told apart by a number."""
    ranked = sorted(spoken, key=lambda s: (s.text, s.share, str(s.statement.source)))
    texts = [s.text for s in ranked]
    twins = [texts[:n].count(text) for n, text in enumerate(texts)]
    return tuple(
        Spoken(s.thing, f"{s.text}{SEPARATOR}{n}" if n else s.text, s.statement, s.record)
        for s, n in zip(ranked, twins, strict=True)
    )


def thing(kind: str, *names: str) -> str:
    """Name what statements speak of: a kind, and the keys of a party or issue."""
    return SEPARATOR.join((kind, *names))


def kind_of(thing: str) -> str:
    """Give back the kind that a thing was named with."""
    return thing.split(SEPARATOR)[0]


def _all(case: Case, keys: Keys) -> Iterator[Spoken]:
    yield from _wants(case, keys)
    yield from _refusals_and_answers(case, keys)
    for rule in case.rules:
        yield Spoken(thing("rule"), keys.text(rule.rule), rule.statement, rule)
    for issue in case.issues:
        for kind, by in (
            ("implemented by", issue.implemented_by_by),
            ("break", issue.undone_by_by),
        ):
            if by is not None:
                yield Spoken(thing(kind, issue.stream), "", by, None)
        for move in issue.moves:
            who = sorted(keys.parties[party] for party in move.parties)
            text = keys.text((move.origin, move.target, *who))
            yield Spoken(thing("move", issue.stream), text, move.statement, None)


def _wants(case: Case, keys: Keys) -> Iterator[Spoken]:
    party, weighed = keys.parties, keys.components
    for p in case.preferences:
        of = thing("preference", party[p.party], keys.issues[p.issue])
        yield Spoken(of, keys.text(p.ranking), p.statement, p)
    for s in case.salience:
        text = keys.text(s.ranking, weighed)
        yield Spoken(thing("salience", party[s.party]), text, s.statement, s)
    for i in case.influence:
        yield Spoken(thing("influence"), keys.text(i.ranking, party), i.statement, i)
    for t in case.linkage:
        text = keys.linkage[t.statement.id]
        yield Spoken(thing("linkage", party[t.party]), text, t.statement, t)


def _refusals_and_answers(case: Case, keys: Keys) -> Iterator[Spoken]:
    party = keys.parties
    for r in case.red_lines:
        kind = "objection" if r.objection else "red line"
        yield Spoken(thing(kind, party[r.party]), keys.text(r.condition), r.statement, r)
    for n in case.no_agreement:
        yield Spoken(thing("no agreement", party[n.party]), keys.text(n.outcome), n.statement, n)
    for w in case.priorities:
        yield Spoken(thing("priority", party[w.party]), keys.text(w.condition), w.statement, w)
    for a in case.answers:
        yield Spoken(thing("answer", party[a.party]), keys.text(a.answer), a.statement, a)
