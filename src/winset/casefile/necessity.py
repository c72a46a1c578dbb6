"""What a step cannot do without: steps, and parties that can each keep it from happening.

A party whose consent a change needs is a veto player: G. Tsebelis, "Decision making in political
systems: veto players in presidentialism, parliamentarism, multicameralism and multipartyism",
British Journal of Political Science 25(3), 1995, 289-325. Lines that hold only in some readings
count for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from winset.case import Case, Channel, Statement, Step
from winset.casefile.order import Sequence
from winset.language.terms import CERTAIN, And, Answers, Before, By, Condition, Happens, Is, Not, Or


@dataclass(frozen=True, slots=True)
class Veto:
    """A party that can keep a step from happening: at which steps, and in what role."""

    party: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Two parties that take part in a step without an open channel between them.

    ``channels`` are the lines between them, each with its state; none of them is open, and no
    step opens one.
    """

    step: str
    parties: tuple[str, str]
    channels: tuple[tuple[str, str], ...]


def alike(gaps: Iterable[Gap]) -> tuple[tuple[tuple[str, ...], tuple[Gap, ...]], ...]:
    """Put together the gaps of a pair, and of pairs in the same steps that no channel joins at all.

    Gives steps, and of each pair that takes part in them one gap.
    """
    pairs: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps:
        pairs.setdefault(gap.parties, []).append(gap)
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Gap]] = {}
    for parties, same in pairs.items():
        steps = tuple(dict.fromkeys(gap.step for gap in same))
        found.setdefault((steps, parties if same[0].channels else ()), []).append(same[0])
    return tuple((steps, tuple(group)) for (steps, _), group in found.items())


@dataclass(frozen=True)
class Necessity:
    """What each step of a case cannot do without."""

    sequence: Sequence
    _found: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case."""
        return self.sequence.case

    def steps(self, step: str) -> frozenset[str]:
        """Name the steps without which a step never happens, itself included."""
        if not self._found:
            for name in self.sequence.order:
                self._found[name] = self._step(self.sequence.steps[name])
        return self._found[step]

    def _step(self, step: Step) -> frozenset[str]:
        found = {step.id}
        for before in step.after:
            if _sure(before.statement):
                found |= self._condition(self.sequence.plain(before.condition), step)
        for channel, statement in step.needs:
            if channel in self.sequence.closed and _sure(statement):
                found |= self._any(self.sequence.opened_by(channel, step))
        return frozenset(found)

    def _condition(self, condition: Condition, step: Step) -> frozenset[str]:
        match condition:
            case Happens(name):
                return self._any([name])
            case And(parts):
                return frozenset().union(*(self._condition(p, step) for p in parts))
            case Or(parts):
                return frozenset.intersection(*(self._condition(p, step) for p in parts))
            case By(event, _):
                return self._condition(event, step)
            case Before(first, _):
                return self._condition(first, step)
            case Answers():
                return self._any(s for s in self.sequence.behind(condition) if s != step.id)
            case Is() if not self.sequence.now_meets(condition):
                return self._any(s for s in self.sequence.bringing(condition) if s != step.id)
            case Not(Is() as atom) if self.sequence.now_meets(atom):
                movers = self.sequence.movers.get(atom.issue, ())
                return self._any(s for s in movers if s != step.id)
        return frozenset()

    def _any(self, steps: Iterable[str]) -> frozenset[str]:
        found = [self._found[s] for s in steps]
        return frozenset.intersection(*found) if found else frozenset()

    # ── parties ─────────────────────────────────────────────────────────────────────────────────
    def vetoes(self, step: str) -> tuple[Veto, ...]:
        """Name the parties that can keep a step from happening, each with its roles; sorted."""
        roles: dict[str, dict[tuple[str, str], None]] = {}
        for name in self.sequence.order:
            if name in self.steps(step):
                for party, role in self._roles(self.sequence.steps[name]):
                    roles.setdefault(party, {})[name, role] = None
        return tuple(Veto(party, tuple(roles[party])) for party in sorted(roles))

    def _roles(self, step: Step) -> Iterator[tuple[str, str]]:
        if step.by:
            yield step.by.partition(".")[0], "acts"
        for party in step.wanted_by:
            yield party, "has to want it"
        if step.table:
            for party in self.case.table(step.table).parties:
                yield party, "signs"
                for ratifier in self.case.ratifiers(party):
                    yield ratifier, "ratifies"
        for channel, _ in step.needs:
            for party in self._channel(channel):
                yield party, f"speaks through {channel}"

    def _channel(self, channel: str) -> tuple[str, str]:
        return next(c.between for c in self.case.channels if c.id == channel)

    def gaps(self) -> tuple[Gap, ...]:
        """Find parties that take part in a step without a channel that is open or gets opened."""
        return tuple(
            Gap(step.id, (one, other), tuple((c.id, c.state) for c in self._between(one, other)))
            for step in self.case.steps
            for one, other in combinations(self._taking_part(step), 2)
            if not any(c.state == "open" or c.id in self.sequence.openers
                       for c in self._between(one, other))
        )  # fmt: skip

    def _taking_part(self, step: Step) -> list[str]:
        signers = self.case.table(step.table).parties if step.table else ()
        spoken = (party for channel, _ in step.needs for party in self._channel(channel))
        return sorted({*step.wanted_by, *signers, *spoken})

    def _between(self, one: str, other: str) -> list[Channel]:
        return [c for c in self.case.channels if set(c.between) == {one, other}]


def _sure(statement: Statement) -> bool:
    return statement.use and statement.share == CERTAIN and not statement.group
