"""What comes before what: the order of a case's steps, and where they go round in circles.

A step comes after every step that its lines look at: those it is ``after``, those that open a
channel it needs, those it stands in for (``instead_of``), and those on which a condition of its
``after`` or ``chance`` hangs, because they set an issue or sign a deal that somebody answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise
from typing import NamedTuple

from winset.case import Case, Claim, Statement, Step
from winset.errors import CaseError, Fault
from winset.language.terms import (
    OPEN,
    And,
    Answers,
    Before,
    By,
    Condition,
    Happens,
    Is,
    Not,
    Or,
    atoms,
)

_MOST_CYCLES = 20
_MOST_CLAIMS = 1_000
_DEEPEST_CLAIM = 4
_MOST_TOLD = 6
_MOST_WAITS = 500_000
_PLAIN = "name steps, issues or answers"


class Wait(NamedTuple):
    """One step waits for another: what for, and the statement that says so."""

    step: str
    why: str
    statement: Statement


@dataclass(frozen=True)
class Sequence:
    """The steps of a case and what each waits for."""

    case: Case

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Steps by id."""
        return {step.id: step for step in self.case.steps}

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Claims by id."""
        return {claim.id: claim for claim in self.case.claims}

    @cached_property
    def closed(self) -> dict[str, str]:
        """Channels that are not open now, and their state."""
        return {c.id: c.state for c in self.case.channels if c.state != "open"}

    def check_claims(self) -> None:
        """Check that claims do not name each other in circles, or without end.

        Raises
        ------
        CaseError
            With every claim that does, at its line.
        """
        named = {c.id: self._named(c) for c in self.case.claims}
        faults = []
        for _ in range(_MOST_CYCLES):
            try:
                order = tuple(TopologicalSorter(named).static_order())
            except CycleError as error:
                circle = list(reversed(error.args[1]))
                told = f"claims that name each other: {' -> '.join(circle)}"
                first = min(circle, key=lambda name: self.claims[name].statement.line)
                faults.append(self._fault(self.claims[first].statement, (told, _PLAIN)))
                named[circle[0]] = [name for name in named[circle[0]] if name != circle[1]]
            else:
                break
        if faults:
            raise CaseError(tuple(sorted(faults)))
        size: dict[str, int] = {}
        depth: dict[str, int] = {}
        for name in order:
            size[name] = 1 + sum(size[other] for other in named[name])
            depth[name] = 1 + max((depth[other] for other in named[name]), default=0)
            if size[name] > _MOST_CLAIMS or depth[name] > _DEEPEST_CLAIM:
                found = (
                    f"claim `{name}` comes to more than {_MOST_CLAIMS} claims, or names one that "
                    f"names one, {_DEEPEST_CLAIM} deep"
                )
                raise CaseError((self._fault(self.claims[name].statement, (found, _PLAIN)),))

    def _named(self, claim: Claim) -> list[str]:
        conditions = [c for c in (claim.event, claim.given) if c is not None]
        named = [a.name for c in conditions for a in atoms(c) if isinstance(a, Happens)]
        return [name for name in named if name in self.claims]

    def plain(self, condition: Condition) -> Condition:
        """Put in what claims predict where a condition names them.

        Raises
        ------
        CaseError
            If claims name each other in a circle.
        """
        return self._plain(condition, ())

    def _plain(self, condition: Condition, within: tuple[str, ...]) -> Condition:
        match condition:
            case Happens(name) if name in self.claims:
                claim = self.claims[name]
                if name in within:
                    raise CaseError((self._fault(claim.statement, _claims(within, name)),))
                parts = [p for p in (claim.given, claim.event) if p is not None]
                inner = tuple(self._plain(p, (*within, name)) for p in parts)
                return inner[0] if len(inner) == 1 else And(inner)
            case And(parts):
                return And(tuple(self._plain(p, within) for p in parts))
            case Or(parts):
                return Or(tuple(self._plain(p, within) for p in parts))
            case Not(part):
                return Not(self._plain(part, within))
            case By(event, when):
                return By(self._plain(event, within), when)
            case Before(first, second):
                return Before(self._plain(first, within), self._plain(second, within))
        return condition

    def behind(self, condition: Condition) -> tuple[str, ...]:
        """Name the steps on which a condition hangs, each once."""
        found = (name for atom in atoms(self.plain(condition)) for name in self._behind(atom))
        return tuple(dict.fromkeys(found))

    def _behind(self, atom: Condition) -> tuple[str, ...]:
        match atom:
            case Happens(name):
                return (name,) if name in self.steps else ()
            case Is(issue=issue):
                return self.movers.get(issue, ())
            case Answers(party=party):
                return tuple(s.id for s in self._signing if self.asks(s, party))
        return ()

    @cached_property
    def _signing(self) -> tuple[Step, ...]:
        return tuple(step for step in self.case.steps if step.table)

    @cached_property
    def movers(self) -> dict[str, tuple[str, ...]]:
        """Steps that can change an issue: those that set it, and those whose deal is on it."""
        found: dict[str, list[str]] = {}
        for step in self.case.steps:
            for issue in dict.fromkeys([*(i for i, _, _ in step.sets), *self.deal_on(step)]):
                found.setdefault(issue, []).append(step.id)
        return {issue: tuple(steps) for issue, steps in found.items()}

    @cached_property
    def openers(self) -> dict[str, tuple[str, ...]]:
        """Steps that open a channel."""
        found: dict[str, list[str]] = {}
        for step in self.case.steps:
            for channel in dict.fromkeys(c for c, _ in step.opens):
                found.setdefault(channel, []).append(step.id)
        return {channel: tuple(steps) for channel, steps in found.items()}

    def takes_up(self, channel: str, step: Step) -> bool:
        """Say whether a step takes up the offer of a channel: it needs and opens it."""
        return self.closed.get(channel) == "offered" and any(channel == c for c, _ in step.opens)

    def bringing(self, atom: Is) -> tuple[str, ...]:
        """Name the steps that can bring an issue to where an atom wants it."""
        scale = [option.id for option in self.case.issue(atom.issue).options]
        found = []
        for name in self.movers.get(atom.issue, ()):
            step = self.steps[name]
            to = [option for issue, option, _ in step.sets if issue == atom.issue]
            signs = atom.issue in self.deal_on(step)
            if signs or any(meets(option, atom, scale) for option in to):
                found.append(name)
        return tuple(found)

    def now_meets(self, atom: Is) -> bool:
        """Say whether an issue stands now where an atom wants it."""
        issue = self.case.issue(atom.issue)
        return meets(issue.now, atom, [option.id for option in issue.options])

    def opened_by(self, channel: str, step: Step) -> tuple[str, ...]:
        """Name the steps whose opening of a channel a step can wait for: all but itself."""
        if self.takes_up(channel, step):
            return ()
        return tuple(s for s in self.openers.get(channel, ()) if s != step.id)

    def deal_on(self, step: Step) -> tuple[str, ...]:
        """Issues of a step's deal that its table can change; all of its agenda if none is named."""
        if not step.table:
            return ()
        table = self.case.table(step.table)
        asked = step.deal_on or table.agenda
        seated = set(table.parties)
        deciders = {i: set(self.case.issue(i).decided_by) for i in asked}
        return tuple(i for i in asked if deciders[i] and deciders[i] <= seated)

    def asks(self, step: Step, party: str) -> bool:
        """Say whether a party can answer the deal of a step: it does not sit at the table."""
        return bool(step.table) and party not in self.case.table(step.table).parties

    def waits(self, step: Step) -> tuple[Wait, ...]:
        """Tell what a step waits for, or looks at when it starts."""
        return self._waits[step.id]

    @cached_property
    def _waits(self) -> dict[str, tuple[Wait, ...]]:
        found, count = {}, 0
        for step in self.case.steps:
            found[step.id] = tuple(islice(self._all(step), _MOST_WAITS - count))
            count += len(found[step.id])
            if count == _MOST_WAITS:
                says = "the steps hang on each other in too many ways", f"at most {_MOST_WAITS:,}"
                raise CaseError((self._fault(step.statement, says),))
        return found

    def _all(self, step: Step) -> Iterator[Wait]:
        yield from self._looks(step)
        yield from self._holds_up(step)

    def _looks(self, step: Step) -> Iterator[Wait]:
        looks = [(before.condition, "is after", before.statement) for before in step.after]
        if step.chance is not None:
            line, statement = step.chance
            looks += [(c, "has a chance that hangs on", statement)
                      for _, c in line.branches if c is not None]  # fmt: skip
        for condition, why, statement in looks:
            for name in self.behind(condition):
                # What a step itself sets or signs comes too late for its own start.
                if name != step.id or Happens(name) in atoms(self.plain(condition)):
                    yield Wait(name, why, statement)

    def _holds_up(self, step: Step) -> Iterator[Wait]:
        for channel, statement in step.needs:
            if channel in self.closed:
                for name in self.opened_by(channel, step):
                    yield Wait(name, f"needs the channel {channel} opened by", statement)
        for name in step.instead_of:
            yield Wait(name, "stands in for", step.statement)

    # ── order and circles ───────────────────────────────────────────────────────────────────────
    @cached_property
    def order(self) -> tuple[str, ...]:
        """Steps, each after all it waits for; otherwise in the order of their names.

        Raises
        ------
        CaseError
            If steps wait for each other in circles: every circle with its lines.
        """
        if self.circles:
            raise CaseError(self.circles)
        left = {s.id: {w.step for w in self.waits(s)} for s in self.case.steps}
        found: list[str] = []
        sorter = TopologicalSorter(left)
        sorter.prepare()
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            found += ready
            sorter.done(*ready)
        return tuple(found)

    @cached_property
    def circles(self) -> tuple[Fault, ...]:
        """A fault for every circle of steps that wait for each other."""
        return tuple(self._cycles())

    def _cycles(self) -> Iterator[Fault]:
        """Yield a fault for every circle of steps that wait for each other."""
        waits = {s.id: {w.step: w for w in reversed(self.waits(s))} for s in self.case.steps}
        for _ in range(_MOST_CYCLES):
            try:
                TopologicalSorter({s: set(w) for s, w in waits.items()}).prepare()
            except CycleError as error:
                # Each name comes directly before what waits for it.
                circle = list(reversed(error.args[1]))
                links = [waits[a][b] for a, b in pairwise(circle)]
                yield self._circle(circle, links)
                del waits[circle[-2]][circle[-1]]
            else:
                return

    def _circle(self, circle: list[str], links: list[Wait]) -> Fault:
        first = min(range(len(links)), key=lambda n: links[n].statement.line)
        links = links[first:] + links[:first]
        start = circle[first]
        told = ", which ".join(
            f"{wait.why} `{wait.step}` (line {wait.statement.line})" for wait in links[:_MOST_TOLD]
        )
        if len(links) > _MOST_TOLD:
            told += f", and so on back to `{start}` over {len(links):,} steps"
        return self._fault(
            links[0].statement,
            (f"`{start}` {told}: the steps go round in a circle", "drop or change one of these"),
        )

    def _fault(self, at: Statement, says: tuple[str, str]) -> Fault:
        return Fault(self.case.path, at.line, at.column, *says)


def meets(option: str, atom: Is, scale: list[str]) -> bool:
    """Say whether an option is one that an atom wants, on the scale of its issue."""
    if atom.relation == "is" or option == OPEN or atom.option not in scale:
        return option == atom.option
    here, there = scale.index(option), scale.index(atom.option)
    return here >= there if atom.relation == "at least" else here <= there


def _claims(within: tuple[str, ...], name: str) -> tuple[str, str]:
    told = " -> ".join((*within[within.index(name) :], name))
    return f"claims that name each other: {told}", _PLAIN


def ancestors(sequence: Sequence, steps: Iterable[str]) -> frozenset[str]:
    """Name the steps on which some steps hang, themselves included."""
    found: set[str] = set()
    new = set(steps)
    while new:
        found |= new
        new = {w.step for n in new for w in sequence.waits(sequence.steps[n])} - found
    return frozenset(found)
