"""Steps, channels, levers and causes of a process in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from winset.analyses.drawing import Cause
from winset.analyses.failing import Why
from winset.analyses.process_result import Lever
from winset.case import Case, Channel, Step
from winset.casefile.order import Sequence
from winset.casefile.soonest import Soonest
from winset.language.parser import parse
from winset.language.terms import Condition
from winset.report.names import Names
from winset.report.wording import DASH, date, listed

_PEOPLE = frozenset(
    {"president", "minister", "envoy", "ambassador", "official", "expert", "leader", "delegate",
     "adviser", "negotiator", "general", "officer", "delegation"}
)  # fmt: skip
"""Levels that are people: the channel is theirs."""

_PLAIN = {
    "otherwise": "its steps take place, but otherwise than asked",
    "late": "it comes about, but too late",
    "lapsed": "it comes about, but does not stay so",
}
"""Causes that name nothing."""

THROUGH = "speaks through "
"""How the role of a veto player begins who stands at the end of a channel."""


@dataclass(frozen=True)
class StepNames:
    """Names of what a process is made of."""

    names: Names

    @property
    def case(self) -> Case:
        """The case."""
        return self.names.case

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Steps by id."""
        return {step.id: step for step in self.case.steps}

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """Channels by id."""
        return {channel.id: channel for channel in self.case.channels}

    def title(self, step: str) -> str:
        """Title of a step; its id where it has none."""
        found = self.steps.get(step)
        return found.title if found and found.title else step

    def step(self, step: str) -> str:
        """Title of a step, as it stands in a sentence."""
        return f"“{self.title(step)}”"

    def too_early(self, soonest: Soonest, day: dt.date) -> str:
        """Say that a step cannot have happened by a day, and by which lines; "" where it can."""
        if soonest.date <= day:
            return ""
        by = f" ({', '.join(soonest.statements)})" if soonest.statements else ""
        return (
            f": at the shortest times stated it comes on {date(soonest.date)} at the earliest{by}"
        )

    def listed(self, steps: list[str], last: str = "and") -> str:
        """Titles of steps, joined as a sentence does."""
        return listed((self.step(s) for s in steps), last)

    def channel(self, channel: str) -> str:
        """Name of a channel: ``the ministers’ channel between the United States and Russia``."""
        found = self.channels.get(channel)
        if found is None:
            return f"the channel “{channel}”"
        ends = listed(self.names.the(p) for p in found.between)
        return f"the {_level(found)} channel between {ends}{self._twin(found)}"

    def line(self, channel: str) -> str:
        """Name of a channel in the fewest words: ``ministers, United States–Russia``."""
        found = self.channels[channel]
        level = f"{found.level}s" if found.level in _PEOPLE else found.level
        ends = DASH.join(self.names.party(p) for p in found.between)
        return f"{level}, {ends}{self._twin(found)}"

    def _twin(self, channel: Channel) -> str:
        """Tell channels of the same parties and level apart by their ids."""
        alike = [c for c in self.case.channels
                 if (set(c.between), c.level) == (set(channel.between), channel.level)]  # fmt: skip
        return f" ({channel.id})" if len(alike) > 1 else ""

    def lever(self, lever: Lever) -> str:
        """Name of a channel or gesture."""
        return self.channel(lever.name) if lever.kind == "channel" else self.step(lever.name)

    def cause(self, cause: Cause | Why) -> str:
        """Say what first kept something from happening, in one clause."""
        kind, name, detail = cause
        if kind == "channel":
            return f"{self.channel(name)} is not open"
        if plain := _PLAIN.get(kind, ""):
            return plain
        if kind in ("forbidden", "answers", "silent", "unasked"):
            return self._of_party(kind, name, detail)
        if kind == "unmoved":
            return f"no step can bring {self.names.issue(name)} there"
        return self._at_step(kind, name, detail)

    def _of_party(self, kind: str, party: str, detail: str) -> str:
        who = self.names.the(party)
        if kind == "forbidden":
            return f"a red line of {who} rules it out ({detail})"
        if kind == "answers":
            return f"{who} {detail}s"
        if kind == "silent":
            return f"{who} has nothing to answer"
        return f"no step asks {who} for an answer{self._seat(party)}"

    def _seat(self, party: str) -> str:
        """Say why nobody asks a party for an answer: it agrees to the deal itself."""
        if any(party in table.parties for table in self.case.tables):
            return ": it sits at the table"
        found = next((p.ratifies for p in self.case.parties if p.id == party), ())
        return f": it ratifies for {self.names.told(found)}" if found else ""

    def _at_step(self, kind: str, name: str, detail: str) -> str:
        step = self.step(name)
        if kind == "zone":
            return f"{step}: no deal at {self._table(detail)} that all there could sign"
        if kind == "not needed":
            return f"{step} is not needed, since {self.step(detail)} took place"
        if kind in ("settles", "answer", "condition"):
            told = self.said(detail)
            return {
                "settles": f"{step}: the deal signed does not bring what it was for ({told})",
                "answer": f"{step}: the answer it waits for is not given ({told})",
                "condition": f"{step}: what it waits for does not come about ({told})",
            }[kind]
        if kind == "fallen":
            return (
                f"{step}: what stands of its deal once {self.names.the(detail)} has declined does "
                "not bring it"
            )
        return {
            "unsigned": f"{step}: the deal signed does not bring it",
            "chance": f"{step} is tried and fails",
            "time": f"{step} is not over in time",
            "dropped": f"{step}: in that reading there is no such step",
        }.get(kind, f"{step}: {kind}")

    def _table(self, table: str) -> str:
        found = next((t for t in self.case.tables if t.id == table), None)
        return f"“{found.title or found.id}”" if found else f"“{table}”"

    def said(self, condition: str) -> str:
        """Give a condition, as the file has it, in words."""
        return self.names.condition(Sequence(self.case).plain(self.event(condition)))

    def given(self, condition: str) -> str:
        """Say what is given, in words: ``given “A call”``, ``given that Town declines``."""
        return self.names.given(Sequence(self.case).plain(self.event(condition)))

    def event(self, condition: str) -> Condition:
        """Read a condition, as the file has it."""
        found: Condition = parse("condition", condition)
        return found


def _level(channel: Channel) -> str:
    return f"{channel.level}s’" if channel.level in _PEOPLE else channel.level
