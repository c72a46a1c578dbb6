"""What first keeps an event from coming about, story by story.

Where a step of the event fails, that is its first cause (:class:`winset.analyses.drawing.Cause`);
likewise where an issue does not get where the event wants it, or a party does not answer, because
every step that could bring it fails. Where steps take place and yet the event does not come about,
it is told what they brought instead, as far as it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent import absent_parties
from winset.analyses.stories import Teller, Told
from winset.case import Step
from winset.casefile.order import Sequence as Order
from winset.ensemble.records import Refusal
from winset.language.terms import And, Answers, Before, By, Condition, Happens, Is, Or, atoms
from winset.space import Mask, holds

NEVER = np.inf

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Rows = NDArray[np.intp]


class Why(NamedTuple):
    """What first keeps an event from happening.

    ``kind`` is one of :class:`winset.analyses.drawing.Cause`, or, where the steps take place:
    ``late``, it comes about after its date; ``lapsed``, it does not stay so; ``forbidden``, a red
    line of the party ``name`` (the statement ``detail``) rules it out; ``unsigned``, the deal of
    the step ``name`` does not bring it; ``fallen``, nor does what stands of it once the party
    ``detail`` has declined; ``unmoved``, no step can bring the issue ``name`` there; ``answers``,
    the party ``name`` answers ``detail``; ``silent``, it has nothing to answer; ``unasked``, no
    step asks it; ``otherwise``, all else.
    """

    kind: str
    name: str = ""
    detail: str = ""


class _Found(NamedTuple):
    """Codes of the first causes, and since when each is known.

    That is ``NEVER`` where no step failed, and below 0 where it can never be.
    """

    code: Codes
    known: Floats


def failures(
    teller: Teller, block: Told, event: Condition, lost: Rows
) -> Iterator[tuple[Why, int]]:
    """Count what first keeps an event from coming about.

    Parameters
    ----------
    event
        Without claims (:meth:`winset.casefile.order.Sequence.plain`).
    lost : (n,)
        The stories of the block in which it does not come about.
    """
    failing = _Failing(teller, block, [Why(*(cause or ("otherwise",))) for cause in
                                       block.script.causes])  # fmt: skip
    counts = np.bincount(failing.of(event, lost).code, minlength=len(failing.reasons))
    yield from ((failing.reasons[n], int(counts[n])) for n in np.flatnonzero(counts))


@dataclass(eq=False)
class _Failing:
    """Finds causes in one block; ``reasons`` says what the codes mean."""

    teller: Teller
    block: Told
    reasons: list[Why]
    _codes: dict[Why, int] = field(default_factory=dict, init=False)

    @property
    def order(self) -> Order:
        """The steps and what they wait for."""
        return self.block.script.sequence

    def of(self, event: Condition, rows: Rows) -> _Found:
        """Say why an event does not come about in some stories: (n,)."""
        match event:
            case And(parts):
                return self._all(parts, rows)
            case Or(parts):
                return reduce(self._either, (self.of(part, rows) for part in parts))
            case Happens(name):
                return self._step(name, rows)
            case By(part) | Before(part):
                came = self.block.course.of(rows).first(part) < NEVER
                kind = "late" if isinstance(event, By) else "otherwise"
                return _where(came, self._why(Why(kind), rows), self.of(part, rows))
            case Is():
                return self._issue(event, rows)
            case Answers():
                return self._answer(event, rows)
        return self._why(Why("otherwise"), rows)

    def _why(self, why: Why, rows: Rows) -> _Found:
        if why.kind == "otherwise":
            code = 0
        elif why in self._codes:
            code = self._codes[why]
        else:
            code = self._codes[why] = len(self.reasons)
            self.reasons.append(why)
        known = -1.0 if why.kind in ("unmoved", "unasked") else NEVER  # before any step fails
        return _Found(np.full(len(rows), code, dtype=np.int32), np.full(len(rows), known))

    # ── parts ───────────────────────────────────────────────────────────────────────────────────
    def _all(self, parts: Sequence[Condition], rows: Rows) -> _Found:
        """Of the parts that fail, take the one that is first known to."""
        found = self._why(Why("otherwise"), rows)
        told = np.zeros(len(rows), dtype=np.bool_)
        for part in parts:
            other = self.of(part, rows)
            fails = ~self.block.course.of(rows).at_end(part)
            found = _where(fails & (~told | (other.known < found.known)), other, found)
            told |= fails
        return found

    def _either(self, one: _Found, other: _Found) -> _Found:
        """Of parts any of which would do, take the last known; none where these tell differently.

        Each of several answers to the deal, say, is no more the reason than the others.
        """
        found = _later(one, other)
        apart = (one.known == NEVER) & (other.known == NEVER) & (one.code != other.code)
        return _Found(np.where(apart, 0, found.code).astype(np.int32), found.known)

    def _step(self, name: str, rows: Rows) -> _Found:
        place = self.block.script.node[name]
        return _Found(self.block.stories.cause[place][rows], self.block.stories.known[place][rows])

    def _steps(self, names: Sequence[str], rows: Rows) -> _Found:
        """Give the cause of the last of some steps where all fail; elsewhere code 0."""
        return reduce(_later, (self._step(name, rows) for name in names))

    # ── an issue ────────────────────────────────────────────────────────────────────────────────
    def _issue(self, atom: Is, rows: Rows) -> _Found:
        space = self.teller.ensemble.space
        now = space.now[space.issue_index[atom.issue]]
        if self._meeting(atom, atom.issue)[now] or atom.issue in space.fixed:
            return self._why(Why("otherwise"), rows)
        steps = self.order.bringing(atom)
        if not steps:
            return self._why(Why("unmoved", atom.issue), rows)
        found = self._steps(steps, rows)
        for name in steps:
            step = self.order.steps[name]
            if step.table and atom.issue in self.order.deal_on(step):
                here = (found.known == NEVER) & (self.block.time(name)[rows] < NEVER)
                found = _where(here, self._deal(step, atom, rows), found)
        came = self.block.course.of(rows).first(atom) < NEVER
        return _where(came, self._why(Why("lapsed"), rows), found)

    def _deal(self, step: Step, atom: Is, rows: Rows) -> _Found:
        """Say why a deal that is signed does not bring an issue where it is wanted."""
        found = self._why(Why("unsigned", step.id), rows)
        course = self.block.course.of(rows)
        for party in self.teller.case.issue(atom.issue).implemented_by:
            declines = course.at_end(Answers(party, "decline"))
            found = _where(declines, self._why(Why("fallen", step.id, party), rows), found)
        for refusal in self._forbidding(step, atom):
            party = self.teller.ensemble.space.parties[refusal.party]
            why = self._why(Why("forbidden", party, refusal.statement), rows)
            found = _where(refusal.real[self.block.reading[rows]], why, found)
        return found

    def _forbidding(self, step: Step, atom: Is) -> Iterator[Refusal]:
        """Yield red lines, of those whose consent a deal needs, that rule an atom out alone."""
        case, space = self.teller.case, self.teller.ensemble.space
        table = case.table(step.table).parties
        needed = {*table, *(r for p in table for r in case.ratifiers(p))}
        wanted = self._meeting(atom, atom.issue)
        for refusal in self.teller.ensemble.refusals:
            named = {a.issue if isinstance(a, Is) else "" for a in atoms(refusal.condition)}
            theirs = space.parties[refusal.party] in needed and not refusal.objection
            if not theirs or named != {atom.issue}:
                continue
            if self._meeting(refusal.condition, atom.issue)[wanted].all():
                yield refusal

    def _meeting(self, condition: Condition, issue: str) -> Mask:
        """Say which options of an issue meet a condition that speaks of no other: (options,)."""
        space = self.teller.ensemble.space
        place = space.issue_index[issue]
        states = np.tile(space.state(), (space.sizes[place], 1))
        states[:, place] = np.arange(len(states))
        return holds(condition, space, states)

    # ── an answer ───────────────────────────────────────────────────────────────────────────────
    def _answer(self, atom: Answers, rows: Rows) -> _Found:
        party, case = atom.party, self.teller.case
        steps = [name for name in self.order.behind(atom)
                 if party in absent_parties(case, self.order.steps[name].table)]  # fmt: skip
        if not steps:
            return self._why(Why("unasked", party), rows)
        failed = self._steps(steps, rows)
        found = self._why(Why("silent", party), rows)
        other: Literal["accept", "decline"] = "decline" if atom.answer == "accept" else "accept"
        given = self.block.course.of(rows).at_end(Answers(party, other))
        found = _where(given, self._why(Why("answers", party, other), rows), found)
        return _where(failed.known < NEVER, failed, found)


def _later(one: _Found, other: _Found) -> _Found:
    return _where(other.known > one.known, other, one)


def _where(picked: Mask, one: _Found, other: _Found) -> _Found:
    return _Found(
        np.where(picked, one.code, other.code).astype(np.int32),
        np.where(picked, one.known, other.known),
    )
