"""Names and conditions of a case in words a newcomer reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from winset.case import Case, Statement
from winset.language.terms import (
    OPEN,
    And,
    Answers,
    AtTable,
    Before,
    By,
    Condition,
    Happens,
    Is,
    Not,
    Or,
    atoms,
)
from winset.report.subjects import subjects
from winset.report.view import Line
from winset.report.wording import date, listed

_THE = frozenset(
    {"States", "Kingdom", "Union", "Emirates", "Nations", "Republic", "Federation", "Netherlands",
     "Philippines", "Congress", "Parliament", "Council", "Commission", "Authority"}
)  # fmt: skip
"""Last words of names that take an article in a sentence."""
_THE_KINDS = frozenset({"people", "legislature"})


@dataclass(frozen=True)
class Names:
    """Names of the parties, issues, options and lines of a case."""

    case: Case

    def party(self, party: str) -> str:
        """Name of a party (its id where the case has no such party)."""
        return next((p.name for p in self.case.parties if p.id == party), party)

    def the(self, party: str) -> str:
        """Name of a party as it stands in a sentence: ``the United States``, ``Russia``."""
        name = self.party(party)
        kind = next((p.kind for p in self.case.parties if p.id == party), "")
        takes = kind in _THE_KINDS or name.rpartition(" ")[2] in _THE
        return f"the {name}" if takes and not name.casefold().startswith("the ") else name

    def told(self, parties: Iterable[str], last: str = "and") -> str:
        """Names of parties as :meth:`parties` joins them, as they stand in a sentence."""
        return listed((self.the(p) for p in self._ranked(parties)), last)

    def parties(self, parties: Iterable[str], last: str = "and") -> str:
        """Names of parties, joined as a sentence does, in the order of the file."""
        return listed((self.party(p) for p in self._ranked(parties)), last)

    def _ranked(self, parties: Iterable[str]) -> list[str]:
        order = [p.id for p in self.case.parties]
        return sorted(parties, key=lambda p: order.index(p) if p in order else len(order))

    def issue(self, issue: str) -> str:
        """Title of an issue."""
        return next((i.title or i.id for i in self.case.issues if i.id == issue), issue)

    def option(self, issue: str, option: str) -> str:
        """Title of an option; where it has none, the party it names, else its id, opened."""
        found = next((i for i in self.case.issues if i.id == issue), None)
        for known in found.options if found else ():
            if known.id == option and known.title:
                return known.title
        if any(p.id == option for p in self.case.parties):
            return self.party(option)
        return option.replace("-", " ")

    def option_at(self, issue: str, option: str) -> str:
        """Option as an outcome: what ``open`` means is said."""
        return "left open" if option == OPEN else self.option(issue, option)

    def condition(self, condition: Condition) -> str:
        """Give a condition in words.

        Names of issues stand as titles and options in quotation marks, so that what is a name
        and what is said about it stays clear.
        """
        match condition:
            case Is(issue, option, relation):
                return self._is(issue, option, relation)
            case Not(Is(issue, option, "is")) if option == OPEN:
                return f"{self.issue(issue)} is not left open"
            case Not(Is(issue, option, "is")):
                return f"{self.issue(issue)} is not “{self.option(issue, option)}”"
            case Not(part):
                return f"not ({self.condition(part)})"
            case And(parts):
                return " and ".join(self._part(p) for p in parts)
            case Or(parts):
                return " or ".join(self._part(p) for p in parts)
            case _:
                return self._event(condition)

    def given(self, condition: Condition) -> str:
        """Say that a condition is given: a step stands as a name, all else as a clause."""
        that = "" if any(isinstance(a, Happens) for a in atoms(condition)) else "that "
        return f"given {that}{self.condition(condition)}"

    def line(self, statement: Statement) -> Line:
        """Refer to a statement: who or what it is about, and what it says."""
        return Line(statement.id, self.subject(statement), statement.line)

    def subject(self, statement: Statement) -> str:
        """Say in one clause what a statement says."""
        return self._subjects.get(statement.id, statement.text)

    @cached_property
    def _subjects(self) -> dict[str, str]:
        return subjects(self)

    def rule(self, condition: Condition, requirement: Condition) -> str:
        """Give a rule in words."""
        return f"If {self.condition(condition)}, then {self.condition(requirement)}"

    def _is(self, issue: str, option: str, relation: str) -> str:
        if option == OPEN:
            return f"{self.issue(issue)} is left open"
        middle = "is" if relation == "is" else f"is {relation}"
        return f"{self.issue(issue)} {middle} “{self.option(issue, option)}”"

    def _part(self, condition: Condition) -> str:
        words = self.condition(condition)
        return f"({words})" if isinstance(condition, And | Or | By | Before) else words

    def _event(self, condition: Condition) -> str:
        match condition:
            case AtTable(party):
                return f"{self.party(party)} is at the table"
            case Answers(party, answer):
                return f"{self.party(party)} {answer}s"
            case Happens(name):
                step = next((s for s in self.case.steps if s.id == name), None)
                return f"“{step.title}”" if step and step.title else f"“{name}”"
            case By(event, when):
                return f"{self._part(event)} by {date(when) if when else 'the horizon'}"
            case Before(first, second):
                return f"{self._part(first)} before {self._part(second)}"
            case _:
                return str(condition)


def issues_of(condition: Condition) -> frozenset[str]:
    """Ids of the issues a condition speaks of."""
    return frozenset(a.issue for a in atoms(condition) if isinstance(a, Is))
