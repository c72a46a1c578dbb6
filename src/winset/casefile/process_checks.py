"""What looks wrong in a process, though nothing forbids it: warnings, each with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from winset.case import Case, Channel, Claim, Statement, Step
from winset.casefile.necessity import Necessity, alike
from winset.casefile.order import Sequence
from winset.errors import Fault
from winset.language.terms import By, Condition, Is, atoms, timed


class _Says(NamedTuple):
    at: Statement
    found: str
    right: str


def warnings_of_process(case: Case) -> tuple[Fault, ...]:
    """Find what looks wrong in the steps and claims of a case that has an order."""
    sequence = Sequence(case)
    found = [
        *_dates(case),
        *_resolved(case),
        *(says for step in case.steps for says in _step(case, sequence, step)),
        *_gaps(sequence),
    ]
    return tuple(
        Fault(case.path, at.line, at.column, what, right, "warning") for at, what, right in found
    )


# ── dates ───────────────────────────────────────────────────────────────────────────────────────
def _dates(case: Case) -> Iterator[_Says]:
    """Yield dates of conditions that lie outside the stories."""
    for statement, condition in _conditions(case):
        for part in timed(condition):
            if isinstance(part, By) and part.when is not None:
                yield from _outside(case, statement, part.when)


def _conditions(case: Case) -> Iterator[tuple[Statement, Condition]]:
    for step in case.steps:
        yield from ((before.statement, before.condition) for before in step.after)
        if step.chance is not None:
            line, statement = step.chance
            yield from ((statement, c) for _, c in line.branches if c is not None)
    for claim in case.claims:
        yield from ((claim.statement, c) for c in _of_claim(claim))


def _of_claim(claim: Claim) -> Iterator[Condition]:
    yield claim.event
    if claim.given is not None:
        yield claim.given


def _outside(case: Case, at: Statement, date: dt.date) -> Iterator[_Says]:
    if date < case.as_of:
        found = f"{date} lies before `as_of` ({case.as_of}), where stories begin"
        yield _Says(at, found, "nothing happens before it")
    elif case.horizon is not None and date > case.horizon:
        found = f"{date} lies after the horizon ({case.horizon}), where stories end"
        yield _Says(at, found, "a later `horizon`, or an earlier date")


def _resolved(case: Case) -> Iterator[_Says]:
    """Yield claims that were resolved before the day at which the case stands."""
    for claim in case.claims:
        date = claim.resolution.date if claim.resolution is not None else None
        if date is not None and date < case.as_of:
            found = f"`{claim.id}` was resolved on {date}, before `as_of` ({case.as_of})"
            yield _Says(claim.statement, found, "no prediction is left then: its right date")


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def _step(case: Case, sequence: Sequence, step: Step) -> Iterator[_Says]:
    if step.on is not None and step.takes is not None:
        found = "`takes` without effect: the step takes place on its date"
        yield _Says(step.takes[1], found, "leave out one of the two")
    yield from _actors(case, step)
    if step.table:
        yield from _deal(case, sequence, step)


def _actors(case: Case, step: Step) -> Iterator[_Says]:
    """Yield what a step by one party sets though others have to consent."""
    actor = step.by.partition(".")[0]
    for issue, option, statement in step.sets:
        others = [p for p in case.issue(issue).decided_by if p != actor]
        if actor and others:
            found = f"`{actor}` alone sets {issue} to {option}, which {_and(others)} decide too"
            right = "a step with a `table`, or without `by`"
            if actor not in case.issue(issue).decided_by:
                found = f"`{actor}` sets {issue} to {option}, which {_and(others)} decide"
            yield _Says(statement, found, right)


def _deal(case: Case, sequence: Sequence, step: Step) -> Iterator[_Says]:
    moved = sequence.deal_on(step)
    table = case.table(step.table)
    for issue in step.deal_on:
        missing = [p for p in case.issue(issue).decided_by if p not in table.parties]
        if issue not in moved:
            why = f"{_and(missing)}, who must consent, has no seat" if missing else "nobody decides"
            found = f"the deal of `{step.id}` is on `{issue}`, where {why}"
            yield _Says(step.statement, found, f"table `{table.id}` cannot change it")
    spoken = {a.issue for a in atoms(step.settles) if isinstance(a, Is)} if step.settles else set()
    for issue in sorted(spoken - set(moved)):
        found = f"`{step.id}` settles something about `{issue}`, which its deal is not on"
        yield _Says(step.statement, found, "it counts as the steps before have left it")


# ── channels ────────────────────────────────────────────────────────────────────────────────────
def _gaps(sequence: Sequence) -> Iterator[_Says]:
    """Yield pairs that take part in a step without a channel, where a case speaks of channels."""
    case = sequence.case
    if not case.channels:
        return
    known = {channel.id: channel for channel in case.channels}
    for steps, gaps in alike(Necessity(sequence).gaps()):
        where = _and([f"`{name}`" for name in steps])
        lines = [f"{name} is {state}{_refused(known[name])}" for name, state in gaps[0].channels]
        told = f" ({', '.join(lines)})" if lines else ""
        found = f"{_and(gaps[0].parties)} take part in {where} without an open channel{told}"
        if len(gaps) > 1:
            pairs = "; ".join(_and(gap.parties) for gap in gaps)
            found = f"these take part in {where} without an open channel between them: {pairs}"
        right = "a channel between them, or a step that opens one"
        yield _Says(sequence.steps[steps[0]].statement, found, right)


def _refused(channel: Channel) -> str:
    by = dict(channel.facts).get(f"{channel.state}_by")
    return f" by {by.text}" if by is not None else ""


def _and(names: Iterable[str]) -> str:
    *most, last = names
    return " and ".join(filter(None, [", ".join(most), last]))
