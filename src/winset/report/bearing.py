"""Which statements bear on which finding, and how they are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from winset.case import Case, RedLine, Statement, Table
from winset.report.names import issues_of
from winset.report.view import Rests


def rests(statements: Iterable[Statement]) -> Rests:
    """Count statements that are drawn, by basis, each once."""
    basis = [s.source.basis for s in {s.id: s for s in statements if s.use}.values()]
    return Rests(*(basis.count(b) for b in ("said", "reported", "inferred", "assumed")))


def on_deal(case: Case, table: Table, gone: frozenset[str] = frozenset()) -> list[Statement]:
    """Statements that bear on what a table can sign: who sits there and decides what, what they
    and their ratifiers want and refuse, and the rules over its agenda.
    """
    who = with_ratifiers(case, table.parties)
    agenda = frozenset(table.agenda)
    found = [table.parties_by, *(table.agenda_by or ())]
    found += _frame(case, agenda)
    found += [s for party in who for s in about_party(case, party, agenda)]
    found += [
        rule.statement
        for rule in case.rules
        if (issues_of(rule.rule.condition) | issues_of(rule.rule.requirement)) & agenda
    ]
    return [s for s in found if s.id not in gone]


def on_answer(
    case: Case, table: Table, party: str, gone: frozenset[str] = frozenset()
) -> list[Statement]:
    """Statements that bear on how one absent party meets the deal: what it wants, refuses, was
    said to answer, and what it carries out. (The deal itself rests on more.)
    """
    agenda = frozenset(table.agenda)
    found = list(about_party(case, party, agenda))
    found += [a.statement for a in case.answers if a.party == party]
    found += [
        issue.implemented_by_by
        for issue in case.issues
        if issue.id in agenda and party in issue.implemented_by and issue.implemented_by_by
    ]
    return [s for s in found if s.id not in gone]


def on_event(
    case: Case, table: Table, issues: frozenset[str], gone: frozenset[str] = frozenset()
) -> list[Statement]:
    """Statements on the issues of an event, and all that ties them to others at the table."""
    who = with_ratifiers(case, table.parties)
    found = [s for party in who for s in about_party(case, party, issues)]
    found += [
        rule.statement
        for rule in case.rules
        if (issues_of(rule.rule.condition) | issues_of(rule.rule.requirement)) & issues
    ]
    found += _frame(case, issues)
    return [s for s in found if s.id not in gone]


def about_party(case: Case, party: str, issues: frozenset[str] | None) -> Iterator[Statement]:
    """Statements on what a party wants, weighs, refuses, or gets without agreement, as far as
    they touch ``issues`` (None: all).
    """
    mine: list[tuple[str, Statement, frozenset[str] | None]] = [
        *((r.party, r.statement, frozenset({r.issue})) for r in case.preferences),
        *((r.party, r.statement, None) for r in case.salience),
        *((r.party, r.statement, _spoken_of(r)) for r in case.red_lines),
        *((r.party, r.statement, None) for r in case.no_agreement),
        *((r.party, r.statement, issues_of(r.linkage.condition)) for r in case.linkage),
    ]
    for who, statement, named in mine:
        if who == party and (issues is None or named is None or named & issues):
            yield statement


def _spoken_of(line: RedLine) -> frozenset[str] | None:
    # A seat at a table is nobody's issue: an objection always bears on the table.
    return None if line.objection else issues_of(line.condition)


def all_about(case: Case, party: str) -> list[Statement]:
    """Every statement on what a party wants, refuses or would answer."""
    return [
        *about_party(case, party, None),
        *(a.statement for a in case.answers if a.party == party),
    ]


def with_ratifiers(case: Case, parties: Iterable[str]) -> list[str]:
    """Parties and, after each, those that ratify what it signs."""
    return [p for party in parties for p in (party, *case.ratifiers(party))]


def own_words(case: Case, party: str) -> bool:
    """Whether some statement gives words of the party itself: said or reported in its voice.

    A voice is the party's where it holds its name or id, or the name of one of its delegates
    (the surname is enough), agencies or members.
    """
    record = case.party(party)
    names = [record.name, *(n for _, n in (*record.delegates, *record.agencies)), *record.members]
    names += [n.split()[-1] for _, n in record.delegates if n.split()]
    marks = [n.casefold() for n in names if n]

    def is_its(voice: str) -> bool:
        low = voice.casefold()
        return party.casefold() in low.split() or any(mark in low for mark in marks)

    return any(
        s.source.voice and s.source.basis in ("said", "reported") and is_its(s.source.voice)
        for s in case.statements()
    )


def _frame(case: Case, issues: frozenset[str]) -> list[Statement]:
    return [
        s
        for issue in case.issues
        if issue.id in issues
        for s in (issue.now_by, issue.decided_by_by)
        if s is not None
    ]
