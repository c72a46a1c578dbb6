"""The statements that findings on a process go back to."""

from __future__ import annotations

from collections.abc import Iterator

from winset.analyses.drawing import Cause
from winset.analyses.process_result import Lever
from winset.case import Statement
from winset.casefile.necessity import Gap, Veto
from winset.report.process_names import THROUGH, StepNames


def behind_cause(names: StepNames, cause: Cause) -> list[Statement]:
    """Find what a first cause goes back to: the chance, the dates, the channel, the table, ..."""
    kind, name, detail = cause
    if kind == "channel":
        return [names.channels[name].statement]
    step = names.steps[name]
    dated = [part[1] for part in (step.takes, step.on, step.deadline) if part is not None]
    waits = [b.statement for b in step.after if str(b.condition) in detail]
    own = {
        "chance": [step.chance[1]] if step.chance is not None else [],
        "time": dated,
        "zone": [names.case.table(step.table).parties_by] if step.table else [],
        "answer": waits,
        "condition": waits,
    }
    return own.get(kind) or [step.statement]


def behind_lever(names: StepNames, lever: Lever) -> list[Statement]:
    """Find what a channel or gesture goes back to: its state, its chance."""
    if lever.kind == "channel":
        return [names.channels[lever.name].statement]
    step = names.steps[lever.name]
    return [step.chance[1] if step.chance is not None else step.statement]


def behind_veto(names: StepNames, veto: Veto) -> list[Statement]:
    """Find what makes a party a veto player, each once."""
    found = {s.id: s for s in _behind_roles(names, veto)}
    return list(found.values())


def _behind_roles(names: StepNames, veto: Veto) -> Iterator[Statement]:
    for at, role in veto.roles:
        step = names.steps[at]
        _, through, channel = role.partition(THROUGH)
        told = {
            "has to want it": step.wanted_by_by,
            "signs": names.case.table(step.table).parties_by if step.table else None,
            "ratifies": names.case.party(veto.party).ratifies_by,
        }.get(role)
        if through:
            told = next(line for name, line in step.needs if name == channel)
        yield told or step.statement


def behind_gap(names: StepNames, gap: Gap) -> list[Statement]:
    """Find what says that two parties have no channel: the states of theirs, else the step."""
    found = [names.channels[channel].statement for channel, _ in gap.channels]
    return found or [names.steps[gap.step].statement]
