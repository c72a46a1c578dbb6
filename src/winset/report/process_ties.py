"""What has to come before what: the steps of a case as boxes, and the ties between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from winset.case import Statement, Step
from winset.casefile.order import Sequence
from winset.language.terms import And, By, Condition, Happens, Or
from winset.report.process_names import StepNames
from winset.report.process_view import Tie


@dataclass
class Ties:
    """Finds the ties and the notes of steps; statements in ``gone`` are dropped."""

    sequence: Sequence
    names: StepNames
    gone: frozenset[str] = frozenset()
    _groups: int = field(default=0)

    def ties(self) -> tuple[Tie, ...]:
        """Every tie, each once: of several between two steps, the surest."""
        found: dict[tuple[str, str], Tie] = {}
        for step in self.names.case.steps:
            for tie in self._of(step):
                known = found.get((tie.before, tie.after))
                if known is None or _rank(tie) < _rank(known):
                    found[tie.before, tie.after] = tie
        return tuple(found.values())

    def _of(self, step: Step) -> Iterator[Tie]:
        for before in step.after:
            if self._holds(before.statement):
                unsure = _unsure(before.statement)
                yield from self._after(self.sequence.plain(before.condition), step, unsure, 0)
        for channel, statement in step.needs:
            if channel in self.sequence.closed and self._holds(statement):
                for opener in self.sequence.opened_by(channel, step):
                    yield Tie(opener, step.id, "channel", _unsure(statement))
        if step.chance is not None and self._holds(step.chance[1]):
            for _, condition in step.chance[0].branches:
                if condition is not None:
                    yield from self._behind(condition, step, "chance")
        yield from (Tie(name, step.id, "instead") for name in step.instead_of)

    def _after(self, condition: Condition, step: Step, unsure: bool, group: int) -> Iterator[Tie]:
        match condition:
            case Happens(name) | By(Happens(name), _):
                yield Tie(name, step.id, "after", unsure, group)
            case And(parts):
                for part in parts:
                    yield from self._after(part, step, unsure, group)
            case Or(parts):
                self._groups += 1
                here = group or self._groups
                for part in parts:
                    yield from self._after(part, step, unsure, here)
            case _:
                yield from self._behind(condition, step, "condition", group)

    def _behind(self, condition: Condition, step: Step, kind: str, group: int = 0) -> Iterator[Tie]:
        for name in self.sequence.behind(condition):
            if name != step.id:
                yield Tie(name, step.id, kind, True, group)

    def _holds(self, statement: Statement) -> bool:
        return statement.use and statement.id not in self.gone

    # ── notes ───────────────────────────────────────────────────────────────────────────────────
    def notes(self, step: Step) -> tuple[str, ...]:
        """Say what a step needs, waits for, opens and stands in for, in a few words each."""
        return tuple(self._notes(step))

    def _notes(self, step: Step) -> Iterator[str]:
        for before in step.after:
            if self._holds(before.statement) and not _plain(before.condition):
                yield f"if {self.names.names.condition(before.condition)}"
        for channel, statement in step.needs:
            if self._holds(statement):
                state = self.names.channels[channel].state
                yield f"needs: {self.names.line(channel)} ({state})"
        for channel, statement in step.opens:
            if self._holds(statement):
                yield f"opens: {self.names.line(channel)}"
        if step.instead_of:
            yield f"instead of {self.names.listed(list(step.instead_of), 'or')}"


def _plain(condition: Condition) -> bool:
    """Say whether a condition names steps only, which arrows show."""
    match condition:
        case Happens():
            return True
        case And(parts) | Or(parts):
            return all(_plain(part) for part in parts)
    return False


def _unsure(statement: Statement) -> bool:
    return statement.share.low < 1 or bool(statement.group)


def _rank(tie: Tie) -> tuple[bool, int]:
    return tie.unsure, ("after", "channel", "instead", "condition", "chance").index(tie.kind)
