"""The statements that findings on a process go back to."""

from __future__ import annotations

from collections.abc import Iterator

from winset.analyses.asking import Asked
from winset.analyses.drawing import Cause
from winset.analyses.failing import Why
from winset.analyses.process_result import Lever
from winset.case import Statement
from winset.casefile.necessity import Gap, Veto
from winset.report.process_names import THROUGH, StepNames


def behind_cause(names: StepNames, cause: Cause | Why) -> list[Statement]:
    """Find what a first cause goes back to: the chance, the dates, the channel, the table, ..."""
    kind, name, detail = cause
    if kind == "channel":
        return [names.channels[name].statement]
    if kind in ("forbidden", "answers", "fallen"):
        return _of_party(names, cause)
    if name not in names.steps:
        return []
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


def _of_party(names: StepNames, cause: Cause | Why) -> list[Statement]:
    kind, name, detail = cause
    if kind == "forbidden":
        return [s for s in names.case.statements() if s.id == detail]
    party = name if kind == "answers" else detail
    return [answer.statement for answer in names.case.answers if answer.party == party]


def leading(asked: Asked, behind: list[Statement], names: StepNames) -> list[Statement]:
    """Put first, of the statements on which an event hangs, those that matter most to it.

    First those behind what keeps it from coming about, the commonest first; then the chances and
    lengths of its steps; then red lines and answers, and what is wanted; then all others.
    """
    causes = [s.id for why, _ in asked.reasons() for s in behind_cause(names, why)]
    places = {name: place for place, name in reversed(list(enumerate(causes)))}
    return sorted(behind, key=lambda s: (places.get(s.id, len(causes)), _rank(s)))


def _rank(statement: Statement) -> int:
    if statement.id.startswith("steps."):
        return 0 if statement.id.rpartition(".")[2].startswith(("chance", "takes")) else 3
    ranks = {"red line": 1, "firmness": 1, "answer": 1, "preference": 2, "salience": 2}
    return ranks.get(statement.kind, 4)


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
