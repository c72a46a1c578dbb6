"""A case back to the text of a case file: loading it again gives an equal case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from winset.case import (
    Case,
    Channel,
    Claim,
    Issue,
    Party,
    Preference,
    RedLine,
    Scenario,
    Statement,
    Step,
    Table,
)
from winset.language.terms import CERTAIN, Numbers, SourceRef

_PLAIN: Final = re.compile(r"[\w(][^:#\n\[\]{},\"'&*!|%@`]*(?:@[^:#\n\[\]{},\"'&*!|%`]*)?$")
_ENDS: Final = re.compile(r"\s$|:$")

Tree = str | dict[str, "Tree"] | list["Tree"]


def save(case: Case) -> str:
    """Write a case as the text of a case file.

    Returns
    -------
    str
        YAML; ``load_text(save(case)) == case``. Comments of the original file are not kept.
    """
    return "\n".join(_lines(_case(case), "")) + "\n"


# ── the tree ────────────────────────────────────────────────────────────────────────────────────
def _case(case: Case) -> dict[str, Tree]:
    tree: dict[str, Tree | None] = {
        "format": "1",
        "name": case.name,
        "title": case.title,
        "as_of": str(case.as_of),
        "horizon": str(case.horizon) if case.horizon else None,
        "marking": case.marking,
        "notes": case.notes,
        "about": list(case.about),
        "sources": {
            s.id: _filled(
                title=s.title, date=str(s.published or ""), kind=s.kind, url=s.url, author=s.author
            )
            for s in case.sources
        },
        "parties": {p.id: _party(p) for p in case.parties},
        "influence": _statements([(i.statement, i.ranking) for i in case.influence], "influence"),
        "ties": _grouped(
            (f"{t.first} {t.relation} {t.second}", t.statement, None, "") for t in case.ties
        ),
        "history": _statements([(c.statement, None) for c in case.history], "history"),
        "perceptions": _by_party("perceptions", ((c.about, c.statement) for c in case.perceptions)),
        "levels": list(case.levels),
        "issues": {i.id: _issue(i) for i in case.issues},
        "rules": _statements([(r.statement, None) for r in case.rules], "rules"),
        "tables": {t.id: _table(t) for t in case.tables},
        "absent": _absent(case),
        "preferences": _preferences(case.preferences),
        "salience": _grouped(
            (s.party, s.statement, s.ranking, f"{s.party}.salience") for s in case.salience
        ),
        "red_lines": _red_lines([r for r in case.red_lines if not r.objection]),
        "objections": _by_party(
            "objections", ((r.party, r.statement) for r in case.red_lines if r.objection)
        ),
        "no_agreement": _by_party(
            "no_agreement", ((n.party, n.statement) for n in case.no_agreement)
        ),
        "answers": _by_party("answers", ((a.party, a.statement) for a in case.answers)),
        "linkage": _by_party("linkage", ((t.party, t.statement) for t in case.linkage)),
        "priorities": _by_party("priorities", ((p.party, p.statement) for p in case.priorities)),
        "channels": {c.id: _channel(c) for c in case.channels},
        "steps": {s.id: _step(s) for s in case.steps},
        "claims": {c.id: _claim(c) for c in case.claims},
        "scenarios": {s.id: _scenario(s) for s in case.scenarios},
    }
    return {key: value for key, value in tree.items() if value}


def _filled(**parts: Tree | None) -> dict[str, Tree]:
    return {key: value for key, value in parts.items() if value}


def _party(party: Party) -> Tree:
    made = _filled(
        name=party.name,
        kind=party.kind,
        delegates=dict(party.delegates),
        agencies=dict(party.agencies),
        members=list(party.members),
        note=party.note,
        key=party.key,
    )
    if party.ratifies_by:
        made["ratifies"] = _line(party.ratifies_by)
    if party.wants_talks:
        made["wants_talks"] = _statement(party.wants_talks, None, f"{party.id}.wants_talks")
    return made


def _issue(issue: Issue) -> Tree:
    made: dict[str, Tree] = _filled(title=issue.title)
    if any(o.attributes or o.title for o in issue.options):
        made["options"] = {
            o.id: {**_filled(title=o.title), **dict(o.attributes)} for o in issue.options
        }
    elif issue.scale:
        made["options"] = " < ".join(o.id for o in issue.options)
    else:
        made["options"] = [o.id for o in issue.options]
    name = f"issues.{issue.id}"
    for key, statement in (
        ("now", issue.now_by),
        ("decided_by", issue.decided_by_by),
        ("implemented_by", issue.implemented_by_by),
        ("break", issue.undone_by_by),
    ):
        if statement:
            made[key] = _statement(statement, None, f"{name}.{key}")
    moves = _statements([(move.statement, None) for move in issue.moves], f"{name}.moves")
    if moves:
        made["moves"] = moves
    return made | _filled(term=issue.term, note=issue.note, key=issue.key)


def _table(table: Table) -> Tree:
    name = f"tables.{table.id}"
    made = _filled(title=table.title)
    made["parties"] = _statement(table.parties_by, None, f"{name}.parties")
    if table.agenda_by or not table.agenda:
        made["agenda"] = [_line(s) for s in table.agenda_by]
    for role in ("host", "mediator", "observer"):
        seats = [(s.statement, None) for s in table.seats if s.role == role]
        found = _statements(seats, f"{name}.{role}")
        if found:
            made[role] = found
    return made | _filled(note=table.note)


def _absent(case: Case) -> dict[str, Tree]:
    found: dict[str, list[Tree]] = {}
    for absence in case.absent:
        entry = _filled(**{"from": absence.table})
        if absence.reason:
            entry["reason"] = _line(absence.statement)
        found.setdefault(absence.party, []).append(entry)
    return {**found}


def _preferences(preferences: Sequence[Preference]) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for party in dict.fromkeys(p.party for p in preferences):
        found[party] = _grouped(
            (p.issue, p.statement, p.ranking, f"{party}.preferences.{p.issue}")
            for p in preferences
            if p.party == party
        )
    return found


def _red_lines(lines: Sequence[RedLine]) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    firm = {line.statement.id: line for line in lines}
    for party in dict.fromkeys(line.party for line in lines):
        own: list[tuple[Statement, object]] = [
            (line.statement, None) for line in lines if line.party == party
        ]
        entries = _entries(own, f"{party}.red_lines")
        found[party] = _joined([(s, _firm(firm[s.id], entry)) for s, entry in entries])
    return found


def _firm(line: RedLine, entry: Tree) -> Tree:
    if line.firmness_by is None:
        return entry
    made: dict[str, Tree] = {**entry} if isinstance(entry, dict) else {"never": entry}
    if "line" in made:
        made["never"] = made.pop("line")
    made["firmness"] = _line(line.firmness_by)
    return made


def _channel(channel: Channel) -> Tree:
    made: dict[str, Tree] = {"between": list(channel.between), "level": channel.level}
    made["state"] = _statement(channel.statement, None, f"channels.{channel.id}.state")
    for name, statement in channel.facts:
        made[name] = _statement(statement, None, f"channels.{channel.id}.{name}")
    return made


def _step(step: Step) -> Tree:
    name = f"steps.{step.id}"
    made: dict[str, Tree] = {}
    if step.statement.source != SourceRef() or step.title != step.id:
        made["title"] = _statement(step.statement, None, name)
    lists = {
        "after": [(p.statement, None) for p in step.after],
        "needs": [(s, None) for _, s in step.needs],
        "opens": [(s, None) for _, s in step.opens],
        "sets": [(s, None) for *_, s in step.sets],
    }
    for key, statements in lists.items():
        found = _statements(statements, f"{name}.{key}")
        if found:
            made[key] = found
    singles = {
        "wanted_by": step.wanted_by_by,
        "takes": step.takes and step.takes[1],
        "on": step.on and step.on[1],
        "not_before": step.not_before and step.not_before[1],
        "deadline": step.deadline and step.deadline[1],
        "chance": step.chance and step.chance[1],
    }
    for key, statement in singles.items():
        if statement:
            made[key] = _statement(statement, None, f"{name}.{key}")
    return made | _filled(
        by=step.by,
        table=step.table,
        deal_on=list(step.deal_on),
        settles=str(step.settles) if step.settles else None,
        instead_of=list(step.instead_of),
        note=step.note,
    )


def _claim(claim: Claim) -> Tree:
    made = _filled(event=str(claim.event), hedge=str(claim.hedge))
    if claim.given:
        made["if"] = str(claim.given)
    if claim.statement.source.source:
        made["source"] = str(claim.statement.source)
    if not claim.statement.use:
        made["use"] = "no"
    if claim.resolution:
        made["happened"] = "yes" if claim.resolution.happened else "no"
        made["resolution"] = _filled(
            date=str(claim.resolution.date or ""),
            source=str(claim.resolution.source),
            note=claim.resolution.note,
        )
    return made | _filled(note=claim.note)


def _scenario(scenario: Scenario) -> Tree:
    made = _filled(
        title=scenario.title,
        set=[f"{issue} is {option}" for issue, option in scenario.set],
        without=list(scenario.without),
    )
    replaced: dict[str, list[tuple[Statement, object]]] = {}
    for record in scenario.replace:
        target = record.party + (
            f".preferences.{record.issue}" if isinstance(record, Preference) else ".salience"
        )
        replaced.setdefault(target, []).append((record.statement, record.ranking))
    if replaced:
        made["replace"] = {
            target: _statements(found, f"scenarios.{scenario.id}.{target}")
            for target, found in replaced.items()
        }
    return made


# ── statements ──────────────────────────────────────────────────────────────────────────────────
def _by_party(section: str, found: Iterable[tuple[str, Statement]]) -> dict[str, Tree]:
    return _grouped((party, statement, None, f"{party}.{section}") for party, statement in found)


def _grouped(
    found: Iterable[tuple[str, Statement, object, str]],
) -> dict[str, Tree]:
    groups: dict[str, tuple[str, list[tuple[Statement, object]]]] = {}
    for key, statement, ranking, name in found:
        path = name or f"ties.{'-'.join(key.split())}"
        groups.setdefault(key, (path, []))[1].append((statement, ranking))
    return {key: _statements(said, path) for key, (path, said) in groups.items()}


def _statements(said: Sequence[tuple[Statement, object]], name: str) -> Tree:
    return _joined(_entries(said, name))


def _joined(entries: list[tuple[Statement, Tree]]) -> Tree:
    """Join entries into one line or a list; alternatives gather under ``either:``."""
    written: list[Tree] = []
    for _, group in groupby(entries, key=lambda e: e[0].group or e[0].id):
        members = list(group)
        if members[0][0].group:
            written.append({"either": [entry for _, entry in members]})
        else:
            written.append(members[0][1])
    return written[0] if len(written) == 1 else written


def _entries(said: Sequence[tuple[Statement, object]], name: str) -> list[tuple[Statement, Tree]]:
    paths = [name if n == 1 else f"{name}#{n}" for n in range(1, len(said) + 1)]
    return [
        (statement, _statement(statement, ranking, path))
        for (statement, ranking), path in zip(said, paths, strict=True)
    ]


def _statement(statement: Statement, ranking: object, path: str) -> Tree:
    """Write a statement as a line, or written out where a line cannot hold it."""
    long: dict[str, Tree] = {}
    if isinstance(ranking, Numbers):
        key = "values" if ".preferences." in path else "weights"
        long[key] = {entry: str(bounds) for entry, bounds in ranking.entries}
        if statement.source.source:
            long["source"] = str(statement.source)
        if statement.share != CERTAIN:
            long["share"] = str(statement.share)
    if statement.id != path:
        long["id"] = statement.id
    if not statement.use:
        long["use"] = "no"
    if not long:
        return _line(statement)
    return long if isinstance(ranking, Numbers) else {"line": _line(statement), **long}


def _line(statement: Statement) -> str:
    words = [statement.text]
    if statement.share != CERTAIN or _looks_shared(statement.text):
        words.append(f"({statement.share})")
    if statement.source.source:
        words.append(str(statement.source))
    return " ".join(words)


def _looks_shared(text: str) -> bool:
    return text.endswith(")") and bool(re.search(r"\([\d. %]+\)$", text))


# ── text ────────────────────────────────────────────────────────────────────────────────────────
def _lines(tree: Tree, indent: str) -> Iterable[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _entry(f"{indent}{_quoted(key)}:", value, indent)
    elif isinstance(tree, list):
        for value in tree:
            if isinstance(value, str):
                yield f"{indent}- {_quoted(value)}"
            else:
                inner = list(_lines(value, indent + "  "))
                yield f"{indent}- {inner[0].lstrip()}"
                yield from inner[1:]


def _entry(head: str, value: Tree, indent: str) -> Iterable[str]:
    if isinstance(value, str):
        yield f"{head} {_quoted(value)}"
    elif not value:
        yield f"{head} {'[]' if isinstance(value, list) else '{}'}"
    else:
        yield head
        yield from _lines(value, indent + "  ")


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _ENDS.search(text) and " #" not in text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
