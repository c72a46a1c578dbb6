"""What a process makes of its steps, found in a record and put into sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from winset.analyses.asking import statements_behind
from winset.analyses.process_result import Block, Process, Worth
from winset.case import Case, Statement
from winset.casefile.order import Sequence, ancestors
from winset.language.terms import By, Condition, Happens, atoms
from winset.methods.nested import Spread
from winset.report.chances import clear, difference, openness, percent, told
from winset.report.names import Names
from winset.report.process_names import StepNames
from winset.report.wording import capital, date, listed

SHOWN_BLOCKS = 6
_NAMED_BLOCKS = 2
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
        return max(self.process.targets, key=lambda s: (dated.count(s), named.count(s)))

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
        yield f"{self.names.step(step)} happens {self.by_end} {told(whole)}."
        for day in self.dates(step):
            yield f"By {date(day)} it has happened {told(self.process.chance(step, day))}."
        if middle := self.process.date(step, 0.5):
            yield self._when(step, middle)
        if words := openness(whole):
            yield words

    @property
    def by_end(self) -> str:
        """The end of stories, in words."""
        if self.process.horizon is None:
            return "in the end"
        return f"by {date(self.process.horizon)}"

    def _when(self, step: str, middle: dt.date) -> str:
        first, last = self.process.date(step, 0.1), self.process.date(step, 0.9)
        if first is None or last is None or first == last:
            return f"Where it happens, it does so on {date(middle)}."
        return (
            f"Where it happens, it does so between {date(first)} and {date(last)} in 8 of 10 "
            f"stories, as often before {date(middle)} as after."
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
        unclear = []
        for worth in self.worths(step):
            name = self.names.lever(worth.lever)
            if not clear(worth.value, worth.error):
                unclear.append(name)
                continue
            how = ("with it open", "without it") if worth.lever.kind == "channel" else (
                "where it comes off", "where it does not")  # fmt: skip
            yield (
                f"{capital(name)} is worth {difference(worth.value, worth.error)} points of a "
                f"hundred: {percent(worth.with_it.mean)} {how[0]}, "
                f"{percent(worth.without_it.mean)} {how[1]}."
            )
        if unclear:
            make = "makes" if len(unclear) == 1 else "make"
            yield f"{capital(listed(unclear))} {make} no clear difference to it."

    def vetoes(self, step: str) -> list[tuple[str, list[str]]]:
        """Name the parties that can each keep a step from happening, and at what."""
        found = self.process.vetoes[self.process.targets.index(step)]
        return [(v.party, [self._role(at, role) for at, role in v.roles]) for v in found]

    def _role(self, step: str, role: str) -> str:
        verb, through, channel = role.partition("speaks through ")
        if through:
            role = f"speaks through {self.names.channel(channel)}"
        return f"{verb or role} ({self.names.step(step)})"

    def who_can_stop(self, step: str) -> str:
        """Say who can keep a step from happening."""
        names = [self.names.names.the(party) for party, _ in self.vetoes(step)]
        if not names:
            return "No party is named that could keep it from happening alone."
        if len(names) == 1:
            return f"{capital(names[0])} can keep it from happening alone."
        return f"{capital(listed(names))} can each keep it from happening alone."

    def gaps(self) -> list[str]:
        """Name the pairs that take part in a step without a channel between them."""
        return [self._gap(g.step, g.parties, g.channels) for g in self.process.gaps]

    def _gap(
        self, step: str, parties: tuple[str, str], channels: tuple[tuple[str, str], ...]
    ) -> str:
        who = listed(self.names.names.the(p) for p in parties)
        text = f"{capital(who)} take part in {self.names.step(step)} and have no open channel"
        if not channels:
            return f"{text}: none is named between them."
        lines = listed(f"{self.names.line(c)} ({state})" for c, state in channels)
        return f"{text}: {lines}."

    # ── what it rests on ────────────────────────────────────────────────────────────────────────
    def bearing(self, step: str) -> list[Statement]:
        """Statements on which a step hangs."""
        steps = ancestors(self.sequence, [step])
        ids = set(statements_behind(self.sequence, steps, [Happens(step)])) - self.gone
        return [s for s in self.case.statements() if s.id in ids and s.use]

    def chance(self, step: str) -> Spread:
        """Probability of a step by the end."""
        return self.process.chance(step)


def _dated(event: Condition) -> Iterator[str]:
    """Name the steps to which an event gives a date, or the horizon."""
    if isinstance(event, By) and isinstance(event.event, Happens):
        yield event.event.name


def _when(event: Condition, step: str) -> dt.date | None:
    return event.when if isinstance(event, By) and event.event == Happens(step) else None
