"""What every statement of a case says, in one clause, by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from winset.case import Case, Issue, Party, Statement, Step, Table
from winset.report.wording import date

if TYPE_CHECKING:
    from winset.report.names import Names

Said = Iterator[tuple[Statement | None, str]]


def subjects(names: Names) -> dict[str, str]:
    """Say in one clause what each statement says; orders and texts stand as in the case."""
    case = names.case
    found = {s.id: s.text for s in case.statements()}
    for part in (_wants(case, names), _refuses(case, names), *_frames(case, names)):
        found |= {statement.id: text for statement, text in part if statement is not None}
    return found


def _wants(case: Case, names: Names) -> Said:
    for wish in case.preferences:
        head = f"{names.party(wish.party)} on {names.issue(wish.issue)}"
        yield wish.statement, f"{head}: {wish.statement.text}"
    for weight in case.salience:
        head = f"What matters to {names.party(weight.party)}"
        yield weight.statement, f"{head}: {weight.statement.text}"
    for outcome in case.no_agreement:
        head = f"Without agreement, {names.party(outcome.party)}"
        yield outcome.statement, f"{head}: {outcome.statement.text}"
    for reply in case.answers:
        condition = reply.answer.condition
        told = f" if {names.condition(condition)}" if condition else ""
        head = f"Answer of {names.party(reply.party)}"
        yield reply.statement, f"{head}: {reply.answer.answer}{told}"
    for term in case.linkage:
        more = "more" if term.linkage.more else "less"
        head = f"Linkage for {names.party(term.party)}"
        yield term.statement, f"{head}: {more} if {names.condition(term.linkage.condition)}"
    for first in case.priorities:
        head = f"{names.party(first.party)} wants first"
        yield first.statement, f"{head}: {names.condition(first.condition)}"


def _refuses(case: Case, names: Names) -> Said:
    for line in case.red_lines:
        kind = "Objection" if line.objection else "Red line"
        head = f"{kind} of {names.party(line.party)}"
        yield line.statement, f"{head}: never {names.condition(line.condition)}"
        yield line.firmness_by, f"How firm: {head}: {line.firmness}"
    for rule in case.rules:
        yield rule.statement, names.rule(rule.rule.condition, rule.rule.requirement)
    for influence in case.influence:
        yield influence.statement, f"Influence: {influence.statement.text}"


def _frames(case: Case, names: Names) -> Iterator[Said]:
    yield from (_issue(issue, names) for issue in case.issues)
    yield from (_table(table, names) for table in case.tables)
    yield from (_party(party, names) for party in case.parties)
    yield from (_step(step, names) for step in case.steps)
    yield _context(case, names)


def _issue(issue: Issue, names: Names) -> Said:
    title = names.issue(issue.id)
    yield issue.now_by, f"{title} is now: {names.option(issue.id, issue.now)}"
    yield issue.decided_by_by, f"{title} is decided by: {names.parties(issue.decided_by)}"
    yield (
        issue.implemented_by_by,
        f"{title} is carried out by: {names.parties(issue.implemented_by)}",
    )


def _table(table: Table, names: Names) -> Said:
    title = f"“{table.title or table.id}”"
    yield table.parties_by, f"Parties at {title}: {names.parties(table.parties)}"
    for seat in table.seats:
        yield seat.statement, f"{seat.role.capitalize()} at {title}: {names.party(seat.party)}"
    for line in table.agenda_by:
        yield line, f"On the agenda of {title}: {names.issue(line.text)}"


def _party(party: Party, names: Names) -> Said:
    yield party.ratifies_by, f"{party.name} ratifies for {names.parties(party.ratifies)}"
    if party.wants_talks is not None:
        yield party.wants_talks, f"{party.name} on talks: {party.wants_talks.text}"


def _context(case: Case, names: Names) -> Said:
    for gone in case.absent:
        table = next((t.title or t.id for t in case.tables if t.id == gone.table), gone.table)
        yield gone.statement, f"{names.party(gone.party)} left out of “{table}”: {gone.reason}"
    for tie in case.ties:
        head = f"{names.party(tie.first)} {tie.relation} {names.party(tie.second)}"
        yield tie.statement, f"{head}: {tie.statement.text}"
    for view in case.perceptions:
        yield view.statement, f"As {names.party(view.about)} sees it: {view.statement.text}"
    for channel in case.channels:
        ends = " and ".join(names.party(p) for p in channel.between)
        head = f"{ends}, {channel.level}"
        yield channel.statement, f"Line of contact ({head}): {channel.statement.text}"
        for fact, line in channel.facts:
            yield line, f"Line of contact ({head}), {fact.replace('_', ' ')}: {line.text}"
    for claim in case.claims:
        given = f", if {names.condition(claim.given)}" if claim.given is not None else ""
        event = f"{names.condition(claim.event)}{given}"
        yield claim.statement, f"Prediction: {event} ({claim.hedge})"


def _step(step: Step, names: Names) -> Said:
    """Say what each line on a step says."""
    title = f"“{step.title or step.id}”"
    yield step.statement, f"Step: {title}"
    for before in step.after:
        yield before.statement, f"{title} comes after: {names.condition(before.condition)}"
    yield from _step_channels(step, names)
    for issue, option, line in step.sets:
        yield line, f"{title} sets {names.issue(issue)} to “{names.option(issue, option)}”"
    yield step.wanted_by_by, f"{title} is wanted by: {names.parties(step.wanted_by)}"
    if step.takes is not None:
        yield step.takes[1], f"{title} takes: {step.takes[0]}"
    for words, day in (("takes place on", step.on), ("comes not before", step.not_before),
                       ("has to be over by", step.deadline)):  # fmt: skip
        if day is not None:
            yield day[1], f"{title} {words} {date(day[0])}"
    if step.chance is not None:
        yield step.chance[1], f"Chance of {title}: {step.chance[0]}"


def _step_channels(step: Step, names: Names) -> Said:
    ends = {
        c.id: f"{' and '.join(names.party(p) for p in c.between)}, {c.level}"
        for c in names.case.channels
    }
    for channel, line in step.needs:
        yield line, f"“{step.title or step.id}” needs the line of contact ({ends[channel]})"
    for channel, line in step.opens:
        yield line, f"“{step.title or step.id}” opens the line of contact ({ends[channel]})"
