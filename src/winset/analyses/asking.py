"""How probable an event is, given another: asked of a case's stories.

The answer is a range over the readings of the sources: each has a probability of its own
(:mod:`winset.analyses.process`). What lies between the readings is what the sources leave open,
what remains within them is chance. The error is that of the mean, the readings being drawn
independently. Of stories in which the event fails it is told what first kept it from happening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from winset.analyses.events import dates
from winset.analyses.failing import Why, failures
from winset.analyses.merging import ADDED, JOINED, merge
from winset.analyses.stories import Teller
from winset.case import Case, Step, statements_in
from winset.casefile.names import off_scale
from winset.casefile.nearest import nearest
from winset.casefile.order import Sequence as Order
from winset.casefile.order import ancestors
from winset.casefile.soonest import Soonest, soonest
from winset.ensemble import READINGS_PER_CHUNK, sample
from winset.errors import AskError, Fault
from winset.language.parser import LineError, parse
from winset.language.terms import Answers, AtTable, By, Condition, Happens, Is, atoms, timed
from winset.methods.bargaining import Solution
from winset.methods.nested import Spread, spread

Counts = NDArray[np.int32]
Floats = NDArray[np.float64]

READINGS = 2_000
"""Readings asked, unless told otherwise."""

TELLINGS = 64
"""Stories told of each reading when an event is asked."""


@dataclass(frozen=True, eq=False)
class Asked:
    """An event asked of R readings.

    Attributes
    ----------
    event, given
        As asked; "" where nothing is given.
    steps
        The steps on which they hang, in the order of the file.
    statements
        Ids of the statements on which they hang, in the order of the file.
    tellings
        Stories told of each reading.
    soonest
        The earliest dates of the steps that the event asks to have happened by a date.
    readings
        Number of readings.
    told, happened : (R,)
        Of how many stories of each reading what is given holds, and the event too.
    why : (kind, name, detail) -> stories
        What first keeps the event from happening, where it does not though what is given holds.
    """

    event: str
    given: str
    steps: tuple[str, ...]
    statements: tuple[str, ...]
    tellings: int
    soonest: tuple[Soonest, ...]
    readings: int = field(metadata=ADDED)
    told: Counts = field(metadata=JOINED)
    happened: Counts = field(metadata=JOINED)
    why: dict[tuple[str, str, str], int] = field(metadata=ADDED)

    @staticmethod
    def merge(parts: Sequence[Asked]) -> Asked:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    @property
    def stories(self) -> int:
        """Number of stories in which what is given holds."""
        return int(self.told.sum())

    @property
    def chance(self) -> Spread:
        """The event's probability and its range over the readings; NaN where nothing is told."""
        return spread(self.happened, self.told)

    def reasons(self) -> tuple[tuple[Why, float], ...]:
        """Rank what first keeps the event from happening, by its share of the stories told."""
        found = sorted(self.why.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((Why(*why), count / self.stories) for why, count in found)


def event_of(case: Case, text: str, what: str = "event") -> Condition:
    """Read an event asked of a case.

    Raises
    ------
    AskError
        If it cannot be read, or names what the case does not have or its stories do not reach:
        every fault with its place, as ``event:1:8``, and the nearest valid name.

    Examples
    --------
    >>> from winset.casefile import load
    >>> str(event_of(load("riyadh-2025"), "summit by 2025-06-30 and not eu declines"))
    '(summit by 2025-06-30) and not eu declines'
    """
    try:
        condition: Condition = parse("condition", text)
    except LineError as error:
        fault = Fault(what, 1, error.offset + 1, error.found, error.right)
        raise AskError(str(fault)) from None
    faults = [*_unknown(case, condition, text), *_out_of_time(case, condition, text)]
    if faults:
        raise AskError("\n".join(str(Fault(what, 1, *fault)) for fault in faults))
    return condition


_Found = tuple[int, str, str]
"""Column, what was found, what would be right."""


def _unknown(case: Case, condition: Condition, text: str) -> Iterator[_Found]:
    happenings = [*(step.id for step in case.steps), *(claim.id for claim in case.claims)]
    parties = [party.id for party in case.parties]
    options = {issue.id: issue.states for issue in case.issues}
    for atom in atoms(condition):
        match atom:
            case Is(issue, option):
                if issue not in options:
                    yield _missing(issue, [*options], "issue", text)
                elif option not in options[issue]:
                    yield _missing(option, options[issue], f"option of `{issue}`:", text)
                elif fault := off_scale(atom, case.issue(issue)):
                    yield _column(atom.relation, text), *fault
            case Answers(party) if party not in parties:
                yield _missing(party, parties, "party", text)
            case Happens(name) if name not in happenings:
                yield _other(case, name, text) or _missing(name, happenings, "step or claim", text)
            case AtTable(party):
                right = "an event speaks of steps, issues and answers"
                yield _column(party, text), f"`{atom}` is no event", right


def _other(case: Case, name: str, text: str) -> _Found | None:
    """Say what may be asked of an issue or a party that was named alone."""
    for issue in case.issues:
        if issue.id == name:
            right = f"how it stands, such as `{name} is {issue.states[-1]}`"
            return _column(name, text), f"`{name}` is an issue", right
    if any(party.id == name for party in case.parties):
        right = f"its answer, `{name} declines` or `{name} accepts`"
        return _column(name, text), f"`{name}` is a party", right
    return None


def _missing(name: str, known: Sequence[str], what: str, text: str) -> _Found:
    near = nearest(name, known)
    right = f"did you mean `{near}`?" if near else f"there are {', '.join(known) or 'none'}"
    return _column(name, text), f"unknown {what} `{name}`", right


def _out_of_time(case: Case, condition: Condition, text: str) -> Iterator[_Found]:
    for date in dates(condition):
        if date is not None and date < case.as_of:
            found = f"{date} lies before `as_of` ({case.as_of})"
            yield _column(str(date), text), found, "stories begin there"
        if date is not None and case.horizon is not None and date > case.horizon:
            found = f"{date} lies after the horizon ({case.horizon})"
            yield _column(str(date), text), found, "stories end there"


def _column(word: str, text: str) -> int:
    found = re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text)
    return found.start() + 1 if found else 1


# ── asking ──────────────────────────────────────────────────────────────────────────────────────
def tellers(
    case: Case,
    readings: int,
    seed: int = 0,
    *,
    without: frozenset[str] = frozenset(),
    fixed: Mapping[str, str] | None = None,
    signed: Solution = "nash",
) -> Iterator[Teller]:
    """Draw readings of a case, chunk by chunk, to tell stories of; see :func:`winset.sample`.

    Their results merge (``Process.merge``, ``Claims.merge``) into those of all readings.
    """
    for chunk, first in enumerate(range(0, readings, READINGS_PER_CHUNK)):
        count = min(READINGS_PER_CHUNK, readings - first)
        ensemble = sample(case, count, seed, chunk, without=without, fixed=fixed)
        yield Teller(case, ensemble, seed, chunk, signed)


def ask(
    teller: Teller, event: Condition, given: Condition | None = None, tellings: int = TELLINGS
) -> Asked:
    """Ask how probable an event is in the stories of a chunk of readings.

    Parameters
    ----------
    event, given
        Read by :func:`event_of`.
    tellings
        Stories of each reading.

    Raises
    ------
    CaseError
        If steps wait for each other in circles, or claims name each other.
    """
    order, readings = teller.sequence, teller.ensemble.readings
    plain = order.plain(event)
    condition = None if given is None else order.plain(given)
    told, happened = np.zeros((2, readings), dtype=np.int32)
    why: dict[tuple[str, str, str], int] = {}
    for block in teller.tell(tellings):
        asked = np.ones(len(block.reading), dtype=np.bool_)
        if condition is not None:
            asked = block.course.at_end(condition)
        came = asked & block.course.at_end(plain)
        told += np.bincount(block.reading[asked], minlength=readings).astype(np.int32)
        happened += np.bincount(block.reading[came], minlength=readings).astype(np.int32)
        for reason, count in failures(teller, block, plain, np.flatnonzero(asked & ~came)):
            key = reason.kind, reason.name, reason.detail
            why[key] = why.get(key, 0) + count
    named = [name for c in (plain, condition) if c is not None for name in order.behind(c)]
    steps = ancestors(order, named)
    return Asked(
        event=str(event),
        given="" if given is None else str(given),
        steps=tuple(step.id for step in teller.case.steps if step.id in steps),
        statements=statements_behind(order, steps, [c for c in (plain, condition) if c]),
        tellings=tellings,
        soonest=_soonest(teller, plain),
        readings=readings,
        told=told,
        happened=happened,
        why=dict(sorted(why.items())),
    )


def ask_case(
    case: Case,
    event: Condition | str,
    given: Condition | str | None = None,
    *,
    readings: int = READINGS,
    seed: int = 0,
    tellings: int = TELLINGS,
    without: frozenset[str] = frozenset(),
    fixed: Mapping[str, str] | None = None,
    signed: Solution = "nash",
) -> Asked:
    """Ask how probable an event is in freshly drawn readings of a case.

    Parameters
    ----------
    event, given
        In the words of a case file, or read by :func:`event_of`: how probable is ``event`` where
        ``given`` is so?
    readings, tellings
        Readings drawn, and stories told of each.
    seed, without, fixed
        As for :func:`winset.sample`.
    signed
        Which solution's deal is signed.

    Raises
    ------
    AskError
        If an event cannot be read or names what the case does not have.
    CaseError
        If steps wait for each other in circles.

    Examples
    --------
    >>> import winset
    >>> found = winset.ask(winset.load("riyadh-2025"), "opening by 2025-02-20", readings=10)
    >>> found.chance.mean, found.stories
    (1.0, 640)
    """
    if isinstance(event, str):
        event = event_of(case, event)
    if isinstance(given, str):
        given = event_of(case, given, "given")
    drawn = tellers(case, readings, seed, without=without, fixed=fixed, signed=signed)
    return Asked.merge([ask(teller, event, given, tellings) for teller in drawn])


def _soonest(teller: Teller, event: Condition) -> tuple[Soonest, ...]:
    order, gone = teller.sequence, teller.drawing.dropped
    names = [name for name in dict.fromkeys(_dated(event)) if name in order.steps]
    return tuple(one for one in soonest(order, names, gone) if one is not None)


def _dated(event: Condition) -> Iterator[str]:
    """Yield the steps that an event asks to have happened by a date."""
    for part in timed(event):
        if isinstance(part, By) and isinstance(part.event, Happens) and part.when is not None:
            yield part.event.name


# ── what an event hangs on ──────────────────────────────────────────────────────────────────────
def statements_behind(
    order: Order, steps: frozenset[str], conditions: Sequence[Condition]
) -> tuple[str, ...]:
    """Name the statements on which some steps hang: ids, in the order of the file.

    Those of the steps and of the channels they need; where a table signs, what is said of the
    wishes of those who sign and ratify about its issues, and the rules; where somebody answers or
    carries out, what is said of the wishes and answers of those too.
    """
    case = order.case
    records: list[object] = [order.steps[name] for name in order.order if name in steps]
    needed = {channel for name in steps for channel, _ in order.steps[name].needs}
    records += [channel.statement for channel in case.channels if channel.id in needed]
    signing = [
        order.steps[name] for name in order.order if name in steps and order.steps[name].table
    ]
    if signing:
        records += _behind_deals(order, signing, conditions)
    named = {statement.id for record in records for statement in statements_in(record)}
    return tuple(s.id for s in case.statements() if s.id in named)


def _behind_deals(
    order: Order, signing: Sequence[Step], conditions: Sequence[Condition]
) -> Iterator[object]:
    case = order.case
    issues = {issue for step in signing for issue in order.deal_on(step)}
    speaking = {p for step in signing for p in case.table(step.table).parties}
    speaking |= {r for p in speaking for r in case.ratifiers(p)}
    speaking |= {p for i in issues for p in case.issue(i).implemented_by}
    conditions = [*conditions, *(b.condition for step in case.steps for b in step.after)]
    speaking |= {a.party for c in conditions for a in atoms(c) if isinstance(a, Answers)}
    yield from (case.issue(issue) for issue in issues)
    yield from (case.table(step.table).parties_by for step in signing)
    yield from (p.ratifies_by for p in case.parties if p.id in speaking and p.ratifies)
    yield from case.rules
    yield from (p for p in case.preferences if p.party in speaking and p.issue in issues)
    for section in (case.salience, case.red_lines, case.no_agreement, case.answers, case.linkage):
        yield from (record for record in section if record.party in speaking)
