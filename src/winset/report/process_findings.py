"""What a process makes of its steps, found in a record and put into sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from winset.analyses.asking import statements_behind
from winset.analyses.process_result import Block, Process, Worth
from winset.case import Case, Statement
from winset.casefile.necessity import Gap, Veto, alike
from winset.casefile.order import Sequence, ancestors
from winset.language.terms import By, Condition, Happens, atoms
from winset.methods.nested import Spread
from winset.report.chances import clear, difference, openness, percent, told
from winset.report.names import Names
from winset.report.process_names import THROUGH, StepNames
from winset.report.wording import capital, date, listed, rough

SHOWN_BLOCKS = 6
_NAMED_BLOCKS = 2
_CLOSE = 15
"""Days within which dates are told to the day."""
_LEAST = 0.005
"""Shares of stories below this are not told."""


@dataclass(frozen=True)
class ProcessFindings:
    """Finds the words for one process; ``gone`` are the statements dropped."""

    process: Process
    case: Case
    gone: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def names(self) -> StepNames:
        """Names of the steps and channels."""
        return StepNames(Names(self.case))

    @cached_property
    def sequence(self) -> Sequence:
        """The steps and what they wait for."""
        return Sequence(self.case)

    # ── the target ──────────────────────────────────────────────────────────────────────────────
    @cached_property
    def main(self) -> str:
        """The target that most predictions give a date; else that most speak of; else the first."""
        dated = [name for c in self.case.claims for name in _dated(c.event)]
        named = [a.name for c in self.case.claims for a in atoms(c.event) if isinstance(a, Happens)]
        return max(self.targets, key=lambda s: (dated.count(s), named.count(s)))

    @cached_property
    def targets(self) -> list[str]:
        """The targets, in the order of the file."""
        return [step.id for step in self.case.steps if step.id in self.process.targets]

    @cached_property
    def end(self) -> dt.date:
        """The last day that stories reach."""
        return self.process.dates[-1]

    def dates(self, step: str) -> list[dt.date]:
        """Dates before the end that predictions or a deadline name for a step."""
        named = [_when(c.event, step) for c in self.case.claims]
        named += [s.deadline[0] for s in self.case.steps if s.id == step and s.deadline]
        known = self.process.dates[:-1]
        return sorted({day for day in named if day is not None and day in known})

    # ── sentences ───────────────────────────────────────────────────────────────────────────────
    def happens(self, step: str) -> Iterator[str]:
        """Say how often a step happens, by each of its dates and by the end."""
        whole = self.process.chance(step)
        yield f"{self.names.step(step)} happens {self.by_end}{told(whole)}."
        for day in self.dates(step):
            early = self.too_early(step, day)
            yield f"By {date(day)} it has happened {told(self.process.chance(step, day))}{early}."
        if middle := self.process.date(step, 0.5):
            yield self._when(step, middle)
        if words := openness(whole):
            yield words

    def too_early(self, step: str, day: dt.date) -> str:
        """Say that a step cannot have happened by a day, and why; "" where it can."""
        found = self.process.soonest[self.process.targets.index(step)]
        return self.names.too_early(found, day) if found is not None else ""

    @property
    def by_end(self) -> str:
        """The end of stories, in words and with a blank behind; "" without a horizon."""
        if self.process.horizon is None:
            return ""
        return f"by {date(self.process.horizon)} "

    def _when(self, step: str, middle: dt.date) -> str:
        first, last = self.process.date(step, 0.1), self.process.date(step, 0.9)
        if first is None or last is None or first == last:
            return f"Where it happens, it does so on {date(middle)}."
        early, central, late = spoken(first, middle, last)
        return (
            f"Where it happens, it does so between {early} and {late} in 8 of 10 stories; the "
            f"middle one is {central}."
        )

    def blocks(self, step: str) -> list[Block]:
        """First causes that keep a step from happening, as far as they are shown."""
        return [b for b in self.process.blocks(step) if b.share >= _LEAST][:SHOWN_BLOCKS]

    def in_the_way(self, step: str) -> str:
        """Say what most often keeps a step from happening first; "" where nothing does."""
        found = self.blocks(step)[:_NAMED_BLOCKS]
        if not found:
            return ""
        words = [f"{self.names.cause(b.cause)} ({percent(b.share)} of all stories)" for b in found]
        return f"What most often stands in its way first: {listed(words)}."

    def worths(self, step: str) -> list[Worth]:
        """Tell what channels and gestures are worth to a step, but for itself."""
        return [w for w in self.process.worths(step) if w.lever.name != step]

    def worth_words(self, step: str) -> Iterator[str]:
        """Say in a sentence each what the channels and gestures that count are worth to a step."""
        none: list[str] = []
        unclear: list[str] = []
        for worth in self.worths(step):
            name = self.names.lever(worth.lever)
            if not clear(worth.value, worth.error):
                (unclear if worth.value or worth.error else none).append(name)
                continue
            how = ("with it open", "without it") if worth.lever.kind == "channel" else (
                "where it comes off", "where it does not")  # fmt: skip
            yield (
                f"{capital(name)} is worth {difference(worth.value, worth.error)} points of a "
                f"hundred: {percent(worth.with_it.mean)} {how[0]}, "
                f"{percent(worth.without_it.mean)} {how[1]}."
            )
        for names, what in ((unclear, "no clear difference"), (none, "no difference")):
            if names:
                make = "makes" if len(names) == 1 else "make"
                yield f"{capital(listed(names))} {make} {what} to it."

    def vetoes(self, step: str) -> tuple[Veto, ...]:
        """Name the parties that can each keep a step from happening, and how."""
        return self.process.vetoes[self.process.targets.index(step)]

    def roles(self, veto: Veto) -> Iterator[str]:
        """Say step by step how a party can keep it from happening."""
        by_step: dict[str, list[str]] = {}
        for step, role in veto.roles:
            _, through, channel = role.partition(THROUGH)
            told_of = f"{THROUGH}{self.names.channel(channel)}" if through else role
            by_step.setdefault(step, []).append(told_of)
        for step, roles in by_step.items():
            yield f"{listed(roles)} ({self.names.step(step)})"

    def who_can_stop(self, step: str) -> str:
        """Say who can keep a step from happening."""
        names = [self.names.names.the(veto.party) for veto in self.vetoes(step)]
        if not names:
            return "No party is named that could keep it from happening alone."
        if len(names) == 1:
            return f"{capital(names[0])} can keep it from happening alone."
        return f"{capital(listed(names))} can each keep it from happening alone."

    def gaps(self) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        """Say who takes part in the same steps without a channel, each with all its gaps."""
        for steps, gaps in alike(self.process.gaps):
            where = self.names.listed([*steps])
            pairs = {gap.parties for gap in gaps}
            behind = tuple(g for g in self.process.gaps if g.parties in pairs and g.step in steps)
            between = self._between(gaps[0]) or "none is named between them"
            text = f"{capital(self._pair(gaps[0]))} take part in {where} and have no open channel"
            if len(gaps) > 1:
                between = "; ".join(map(self._pair, gaps))
                text = f"In {where} these take part, and no channel is named between them"
            yield f"{text}: {between}.", behind

    def _pair(self, gap: Gap) -> str:
        return listed(self.names.names.the(p) for p in gap.parties)

    def _between(self, gap: Gap) -> str:
        return listed(f"{self.names.line(c)} ({state})" for c, state in gap.channels)

    # ── what it rests on ────────────────────────────────────────────────────────────────────────
    def bearing(self, step: str) -> list[Statement]:
        """Statements on which a step hangs."""
        steps = ancestors(self.sequence, [step])
        ids = set(statements_behind(self.sequence, steps, [Happens(step)])) - self.gone
        return [s for s in self.case.statements() if s.id in ids and s.use]

    def chance(self, step: str) -> Spread:
        """Probability of a step by the end."""
        return self.process.chance(step)


def spoken(first: dt.date, middle: dt.date, last: dt.date) -> tuple[str, str, str]:
    """Write three dates no finer than they can be told: to the day where they lie close."""
    write = date if (last - first).days < _CLOSE else rough
    return write(first), write(middle), write(last)


def _dated(event: Condition) -> Iterator[str]:
    """Name the steps to which an event gives a date, or the horizon."""
    if isinstance(event, By) and isinstance(event.event, Happens):
        yield event.event.name


def _when(event: Condition, step: str) -> dt.date | None:
    return event.when if isinstance(event, By) and event.event == Happens(step) else None
