"""What the parts of a case say together: rules, status quo, seats, stakes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from winset.case import Case, Issue, Party, Rule, Statement
from winset.casefile.nodes import Document, Text
from winset.language.terms import (
    CERTAIN,
    OPEN,
    And,
    AtTable,
    Condition,
    Is,
    Not,
    Or,
    Requires,
    atoms,
)

_MOST_STATES: Final = 200_000
MOST_PRIORITIES: Final = 30


def check(case: Case, document: Document) -> None:
    """Note every fault and warning that concerns several parts of a case."""
    _rules(case, document)
    _red_lines(case, document)
    _agendas(case, document)
    _priorities(case, document)
    _idle_parties(case, document)


def holds(
    condition: Condition,
    state: Mapping[str, str],
    issues: Mapping[str, Issue],
    seated: frozenset[str],
) -> bool:
    """Tell whether a condition on issues and seats holds in one state.

    Parameters
    ----------
    condition
        Made of :class:`Is`, :class:`AtTable` and connectives.
    state
        An option for every issue.
    """
    match condition:
        case Is(issue, option, "is"):
            return state[issue] == option
        case Is(issue, option, relation):
            scale = [o.id for o in issues[issue].options]
            if state[issue] not in scale:
                return False
            at, bound = scale.index(state[issue]), scale.index(option)
            return at >= bound if relation == "at least" else at <= bound
        case AtTable(party):
            return party in seated
        case Not(part):
            return not holds(part, state, issues, seated)
        case And(parts):
            return all(holds(p, state, issues, seated) for p in parts)
        case Or(parts):
            return any(holds(p, state, issues, seated) for p in parts)
    raise TypeError(f"no condition on issues: {condition}")


def obeys(rule: Requires, state: Mapping[str, str], issues: Mapping[str, Issue]) -> bool:
    """Tell whether a state obeys a rule."""
    none: frozenset[str] = frozenset()
    if not holds(rule.condition, state, issues, none):
        return True
    return holds(rule.requirement, state, issues, none)


def place_of(statement: Statement) -> Text:
    """Make a place in the file of a statement's line and column."""
    return Text(statement.text, statement.line, statement.column)


def _rules(case: Case, document: Document) -> None:
    issues = {issue.id: issue for issue in case.issues}
    now = {issue.id: issue.now for issue in case.issues}
    broken = [
        r for r in case.rules
        if r.statement.use and r.statement.share == CERTAIN and not obeys(r.rule, now, issues)
    ]  # fmt: skip
    for rule in broken:
        stands = ", ".join(f"{i} is {now[i]}" for i in _spoken(rule))
        document.fault(
            place_of(rule.statement),
            f"the status quo breaks this rule ({stands})",
            "change the rule, or what is `now` in force",
        )
    if broken and not _satisfiable(case, issues):
        document.fault(
            place_of(broken[0].statement),
            "no state obeys all the rules together",
            "drop or weaken one of them",
        )


def _spoken(rule: Rule) -> list[str]:
    both = [*atoms(rule.rule.condition), *atoms(rule.rule.requirement)]
    return list(dict.fromkeys(a.issue for a in both if isinstance(a, Is)))


def _satisfiable(case: Case, issues: Mapping[str, Issue]) -> bool:
    rules = [r for r in case.rules if r.statement.use and r.statement.share == CERTAIN]
    spoken = list(dict.fromkeys(name for rule in rules for name in _spoken(rule)))
    if math.prod(len(issues[name].states) for name in spoken) > _MOST_STATES:
        return True
    for options in product(*(issues[name].states for name in spoken)):
        state = dict(zip(spoken, options, strict=True))
        if all(obeys(r.rule, state, issues) for r in rules):
            return True
    return False


def _red_lines(case: Case, document: Document) -> None:
    issues = {issue.id: issue for issue in case.issues}
    now = {issue.id: issue.now for issue in case.issues}
    for line in case.red_lines:
        if any(isinstance(atom, AtTable) for atom in atoms(line.condition)):
            continue
        if isinstance(line.condition, Is) and line.condition.option == OPEN:
            continue  # whoever wants an issue settled refuses to leave it open
        if holds(line.condition, now, issues, frozenset()):
            document.warn(
                place_of(line.statement),
                f"{line.party}'s red line is crossed by the status quo",
                "deals that leave it so will be refused",
            )


def _agendas(case: Case, document: Document) -> None:
    for table in case.tables:
        for name in table.agenda:
            issue = case.issue(name)
            missing = [p for p in issue.decided_by if p not in table.parties]
            by = next((s for s in table.agenda_by if s.text == name), table.parties_by)
            if not issue.decided_by:
                document.warn(
                    place_of(by),
                    f"`{name}` is on the agenda of `{table.id}`, and nobody is said to decide it",
                    f"`decided_by` for `{name}`",
                )
            elif missing:
                document.warn(
                    place_of(by),
                    f"`{name}` is on the agenda of `{table.id}`, but "
                    f"{' and '.join(missing)}, who must consent, has no seat there",
                    "the table cannot change it",
                )


def _priorities(case: Case, document: Document) -> None:
    """Note who has priorities beside other wishes, or more of them than are told apart."""
    for party in {p.party: None for p in case.priorities}:
        own = [p for p in case.priorities if p.party == party]
        sections = (case.preferences, case.salience, case.linkage)
        others = [w.statement for section in sections for w in section if w.party == party]
        if others:
            document.fault(
                place_of(others[0]),
                f"`{party}` has priorities (line {own[0].statement.line}) and this beside them",
                "say what it wants in one of the two ways",
            )
        if len(own) > MOST_PRIORITIES:
            document.fault(
                place_of(own[MOST_PRIORITIES].statement),
                f"`{party}` has {len(own)} priorities",
                f"at most {MOST_PRIORITIES}",
            )
    _moves(case, document)


def _moves(case: Case, document: Document) -> None:
    for issue in case.issues:
        for move in issue.moves:
            for option in (move.origin, move.target):
                if option not in issue.states:
                    document.fault(
                        place_of(move.statement),
                        f"`{issue.id}` never stands at `{option}`",
                        f"one of: {', '.join(issue.states)}",
                    )


def _idle_parties(case: Case, document: Document) -> None:
    active = set(_active(case))
    for party in case.parties:
        if party.id not in active:
            document.warn(
                _declared(document, party),
                f"`{party.id}` has no say and no stake",
                "it is kept as context only",
            )


def _active(case: Case) -> Iterator[str]:
    for issue in case.issues:
        yield from (*issue.decided_by, *issue.implemented_by)
    for table in case.tables:
        yield from (*table.parties, *(seat.party for seat in table.seats))
    for section in (
        case.preferences,
        case.red_lines,
        case.no_agreement,
        case.answers,
        case.linkage,
        case.priorities,
    ):
        yield from (record.party for record in section)
    for party in case.parties:
        if party.ratifies:
            yield party.id
    for channel in case.channels:
        yield from channel.between
    for step in case.steps:
        yield from (step.by.partition(".")[0], *step.wanted_by)


def _declared(document: Document, party: Party) -> Text:
    for number, line in enumerate(document.lines, 1):
        bare = line.strip()
        if bare.startswith((f"{party.id}:", f'"{party.id}":', f"'{party.id}':")):
            return Text(party.id, number, line.index(party.id) + 1)
    return Text(party.id, 1, 1)
