"""What a case holds, as rows of the report: its account, parties, issues and statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from winset.case import Case, Claim, Issue, Party, Source, Statement
from winset.language.terms import OPEN, Conditional, Unknown
from winset.report import view
from winset.report.bearing import all_about, own_words, rests
from winset.report.names import Names
from winset.report.wording import Share, capital, date, listed, number, plural, small

CONTEXT = frozenset({"tie", "history", "perception", "title", "wants talks", "ratifies", "absent"})
LATER = frozenset({"channel", "step", "claim", "scenario"})
FIRMS = frozenset({"firm", "firms", "company", "companies"})

SECTIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Who wants what", frozenset({"preference", "salience", "linkage"})),
    ("Red lines and objections", frozenset({"red line", "objection", "firmness"})),
    ("Without agreement, and answers", frozenset({"no agreement", "answer"})),
    (
        "What is now, who decides, who carries out",
        frozenset({"now", "decided by", "implemented by", "rule"}),
    ),
    (
        "Tables, seats and influence",
        frozenset({"seat", "absent", "ratifies", "influence", "wants talks"}),
    ),
    ("Context", frozenset({"tie", "history", "perception", "title"})),
    ("Steps, lines of contact, predictions and scenarios", LATER),
)


# ── whose account ───────────────────────────────────────────────────────────────────────────────
def account(case: Case) -> str:
    """Say whose account the case is: its sources, their dates, and what is nobody's."""
    lines = [s for s in case.statements() if s.use]
    cited = {source.id: 0 for source in case.sources}
    for statement in lines:
        if statement.source.source in cited:
            cited[statement.source.source] += 1
    told = sorted((s for s in case.sources if cited[s.id]), key=lambda s: -cited[s.id])
    total = number(len(lines))
    if not told:
        return f"It cites no source: all {total} lines are assumed."
    sourced = sum(cited.values())
    if 2 * cited[told[0].id] < sourced:
        text = f"{number(sourced)} of its {total} lines come from {number(len(told))} sources"
    else:
        text = f"{source_words(told[0])} stands behind {number(cited[told[0].id])} of its"
        text += f" {total} lines"
        if len(told) > 1:
            text += f", {plural(len(told) - 1, 'other source')} behind "
            text += small(sourced - cited[told[0].id])
    assumed = sum(not s.source.source for s in lines)
    if assumed:
        has = "has no source and is" if assumed == 1 else "have no source and are"
        text += f"; {small(assumed)} {has} assumed"
    return f"{text}."


def source_words(source: Source) -> str:
    """Describe a source: title, author, kind and date (no address to follow)."""
    facts = [source.author, source.kind, date(source.published) if source.published else ""]
    inside = ", ".join(f for f in facts if f)
    return f"{source.title or source.id} ({inside})" if inside else source.title or source.id


def silent(case: Case, names: Names) -> tuple[str, ...]:
    """Say which parties that the talks are about are not heard, and whose wishes nobody states."""
    about = case.about or tuple(p.id for p in case.parties if p.kind not in FIRMS)
    unheard = [p for p in about if _known(case, p) and not own_words(case, p)]
    unknown = [p for p in about if _known(case, p) and not all_about(case, p)]
    found = []
    if unheard:
        found.append(f"Concerned, but with no words of their own in it: {names.told(unheard)}.")
    else:
        found.append("Every party concerned has words of its own in it.")
    if unknown and case.issues:
        found.append(f"No line says what {names.told(unknown, 'or')} would want.")
    return tuple(found)


def _known(case: Case, party: str) -> bool:
    return any(p.id == party for p in case.parties)


# ── parties and issues ──────────────────────────────────────────────────────────────────────────
def party_rows(case: Case, names: Names) -> tuple[view.PartyRow, ...]:
    """List the parties: where they sit, and what the account holds about them."""
    return tuple(
        view.PartyRow(
            name=party.name,
            kind=party.kind,
            people=", ".join(n for _, n in (*party.delegates, *party.agencies)),
            tables=capital("; ".join(_roles(case, party, names)) or "at no table"),
            statements=rests(all_about(case, party.id)),
            voice=own_words(case, party.id),
            note=party.note,
        )
        for party in case.parties
    )


def _roles(case: Case, party: Party, names: Names) -> list[str]:
    held: dict[str, list[str]] = {}
    for table in case.tables:
        title = f"“{table.title or table.id}”"
        if party.id in table.parties:
            held.setdefault("party at", []).append(title)
        seats = [seat.role for seat in table.seats if seat.party == party.id]
        if seats:
            held.setdefault(f"{listed(seats)} at", []).append(title)
        if any(a.party == party.id and a.table == table.id for a in case.absent):
            held.setdefault("left out of", []).append(title)
    roles = [f"{role} {listed(tables)}" for role, tables in held.items()]
    if party.ratifies:
        roles.append(f"ratifies for {names.told(party.ratifies)}")
    return roles


def issue_rows(case: Case, names: Names) -> tuple[view.IssueRow, ...]:
    """List the issues: options, the one in force, who decides and carries out, which agendas."""
    return tuple(
        view.IssueRow(
            title=issue.title or issue.id,
            options=_options(issue, names),
            scale=issue.scale,
            decided=names.parties(issue.decided_by) or "nobody",
            implemented=names.parties(issue.implemented_by) or "those who decide",
            agenda="; ".join(t.title or t.id for t in case.tables if issue.id in t.agenda)
            or "none",
            note=issue.note,
        )
        for issue in case.issues
    )


def _options(issue: Issue, names: Names) -> tuple[tuple[str, bool], ...]:
    known = [(names.option(issue.id, o.id), o.id == issue.now) for o in issue.options]
    if issue.now == OPEN:
        known.append(("nothing agreed", True))
    return tuple(known)


# ── statements ──────────────────────────────────────────────────────────────────────────────────
def statement_rows(
    case: Case,
    names: Names,
    shares: Mapping[str, float],
    readings: int,
    gone: frozenset[str],
    *,
    told: bool = False,
) -> tuple[tuple[str, tuple[view.StatementRow, ...]], ...]:
    """List every statement by section, with its source and its share of the readings.

    ``told`` says that stories are told, so that steps and lines of contact count.
    """
    sections: dict[str, list[view.StatementRow]] = {title: [] for title, _ in SECTIONS}
    for statement in case.statements():
        kind = _kind(statement)
        title = next((t for t, kinds in SECTIONS if kind in kinds), SECTIONS[-1][0])
        share = shares.get(statement.id)
        row = view.StatementRow(
            statement=statement,
            subject=names.subject(statement),
            source=_cited(statement),
            share=str(statement.share) if statement.share.word or statement.share.low < 1 else "",
            in_force=None if share is None else Share(round(share * readings), readings),
            used=_unused(statement, kind, gone, told=told),
        )
        sections[title].append(row)
    return tuple((title, tuple(rows)) for title, rows in sections.items() if rows)


def _unused(statement: Statement, kind: str, gone: frozenset[str], *, told: bool) -> str:
    if statement.id in gone:
        return "dropped in this run"
    if not statement.use:
        return "kept, not drawn"
    if kind in LATER:
        return _later(kind, told=told)
    if kind in CONTEXT:
        return "kept as context"
    return "used only where asked for" if kind == "influence" else ""


def _later(kind: str, *, told: bool) -> str:
    """Say why a line on order and dates, a prediction or a scenario changes no number."""
    if kind == "claim":
        return "compared with the case" if told else "kept, not compared in this run"
    if kind == "scenario":
        return "a variant, not this run"
    return "" if told else "not computed in this run"


def _cited(statement: Statement) -> str:
    ref = statement.source
    if not ref.source:
        return "no source"
    place = f", {ref.place}" if ref.place else ""
    return f"{ref.source}{place}" + (f" ({ref.voice})" if ref.voice else "")


def source_rows(case: Case) -> tuple[tuple[str, str], ...]:
    """List the sources: id and description, with the address as plain text where there is one."""
    return tuple(
        (s.id, source_words(s) + (f", {s.url.split('//')[-1]}" if s.url else ""))
        for s in case.sources
    )


# ── what is open ────────────────────────────────────────────────────────────────────────────────
def unspoken(case: Case, names: Names, gone: frozenset[str]) -> tuple[str, ...]:
    """List, party by party, the issues that it decides or carries weight in and nobody speaks of.

    An issue counts where the party is at a table that has it on its agenda and either decides it
    or names it in its salience, and no line in use says what it wants there.
    """
    found = mute(case, names, gone)
    return tuple(f"{names.party(party)}: {listed(issues)}" for party, issues in found.items())


def mute(case: Case, names: Names, gone: frozenset[str]) -> dict[str, list[str]]:
    """Ids of parties, and what of the issues that they decide nobody says they want."""
    found = {}
    for party in case.parties:
        issues = [i for i in case.issues if _matters(case, party.id, i)]
        silent_on = [(names.issue(i.id), _silence(case, party.id, i.id, gone)) for i in issues]
        missing = [f"{i} (in part)" if how == "in part" else i for i, how in silent_on if how]
        if missing:
            found[party.id] = missing
    return found


def unstated(case: Case, names: Names, gone: frozenset[str]) -> str:
    """Say in a clause on how many of the issues that they decide nobody says what parties want.

    Those of whom nothing is said on any are named apart; "" where all is said.
    """
    silent_on = [(party.id, _counted(case, party.id, gone)) for party in case.parties]
    mute = [party for party, (whole, part, of) in silent_on if whole and whole == of]
    some = {
        party: f"{'' if whole else 'in part '}on {number(whole or part)} of {number(of)}"
        for party, (whole, part, of) in silent_on
        if (whole or part) and whole < of
    }
    found = []
    if mute:
        want = "wants where it decides" if len(mute) == 1 else "want where they decide"
        found.append(f"all that {names.told(mute)} {want}")
    if some:
        first, *others = (f"{names.the(party)} ({share}" for party, share in some.items())
        told = listed([f"{first} issues)", *(f"{other})" for other in others)])
        want = "wants where it decides" if len(some) == 1 else "want where they decide"
        found.append(f"what {told} {want}")
    return "; ".join(found)


def _counted(case: Case, party: str, gone: frozenset[str]) -> tuple[int, int, int]:
    """Count the issues of which nobody says what a party wants, or says it in part, and all."""
    issues = [issue.id for issue in case.issues if _matters(case, party, issue)]
    silent_on = [_silence(case, party, issue, gone) for issue in issues]
    return silent_on.count("wholly"), silent_on.count("in part"), len(issues)


def _matters(case: Case, party: str, issue: Issue) -> bool:
    seated = any(party in t.parties and issue.id in t.agenda for t in case.tables)
    return seated and party in issue.decided_by


def _silence(case: Case, party: str, issue: str, gone: frozenset[str]) -> str:
    """Say how far nobody speaks of it: wholly, in part ("in part" conditions), or not ("")."""
    rankings = [
        p.ranking
        for p in case.preferences
        if (p.party, p.issue) == (party, issue) and p.statement.use and p.statement.id not in gone
    ]
    known = [r for r in rankings if not isinstance(r, Unknown)]
    if not known:
        return "wholly"
    partly = all(
        isinstance(r, Conditional) and any(isinstance(b, Unknown) for b, _ in r.branches)
        for r in known
    )
    return "in part" if partly else ""


def counting(case: Case, gone: frozenset[str], *, told: bool = False) -> list[Statement]:
    """Return the statements that can move a figure of the report."""
    return [s for s in case.statements() if not _unused(s, _kind(s), gone, told=told)]


def _kind(statement: Statement) -> str:
    return "scenario" if statement.id.startswith("scenarios.") else statement.kind


def kept(case: Case) -> str:
    """Say what the case holds that changes no number here ("" if nothing)."""
    counts = (
        (len(case.steps), "step", "steps"),
        (len(case.channels), "line of contact", "lines of contact"),
        (len(case.claims), "prediction", "predictions"),
    )
    words = [plural(n, one, many) for n, one, many in counts if n]
    if not words:
        return ""
    be = "is" if sum(n for n, _, _ in counts) == 1 else "are"
    return (
        f"{capital(listed(words))} {be} in the file and {be} not computed in this run: nothing "
        "here says in what order things happen, or when."
    )


def resolved(claims: Iterable[Claim]) -> str:
    """Say how many predictions have been resolved ("" if none)."""
    known = sum(1 for c in claims if c.resolution is not None)
    return f"{capital(plural(known, 'prediction'))} have since been resolved." if known else ""
