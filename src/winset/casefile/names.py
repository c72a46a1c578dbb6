"""Names used in lines: each has to be declared; the nearest valid one is suggested."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from winset.case import Issue
from winset.casefile.nearest import nearest
from winset.casefile.nodes import Document, Text
from winset.language.parser import RESERVED
from winset.language.terms import (
    OPEN,
    OTHERS,
    Answers,
    AtTable,
    By,
    ByAttribute,
    Condition,
    Conditional,
    Happens,
    Indifferent,
    Is,
    Numbers,
    Order,
    Ranking,
    Unknown,
    atoms,
    timed,
)

_NAME: Final = re.compile(r"[^\W\d_]\w*(?:[-.]\w+)*")


@dataclass
class Names:
    """What a document declares, and the checks of what its lines name."""

    document: Document
    parties: tuple[str, ...] = ()
    issues: dict[str, Issue] | None = None
    tables: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    happenings: tuple[str, ...] = ()
    unread: set[str] = field(default_factory=set)
    """Kinds of names whose declaration could not be read: nothing can be said of their use."""

    def declared(self, key: Text, what: str) -> None:
        """Check a name where it is declared."""
        if not _NAME.fullmatch(key):
            self.document.fault(
                key,
                f"`{key[:40]}` cannot be the name of {what}",
                "names begin with a letter and hold letters, digits, `-`, `_` and `.`",
            )
        elif key in RESERVED:
            self.document.fault(key, f"`{key}` is a word of the language", "choose another name")

    def known(self, name: str, known: Iterable[str], what: str, place: Text) -> bool:
        """Check that a name is among those declared; note a fault with the nearest if not."""
        names = list(known)
        if what in self.unread:
            return False
        if name in names:
            return True
        better = nearest(name, names)
        right = f"did you mean `{better}`?" if better else _listed(names, what)
        fix = self._corrected(place, name, better) if better else ""
        self.document.fault(
            place, f"unknown {what} `{name[:60]}`", right, offset=_offset(place, name), fix=fix
        )
        return False

    def party(self, name: str, place: Text) -> bool:
        """Check the name of a party."""
        return self.known(name, self.parties, "party", place)

    def option(self, issue: str, option: str, place: Text) -> bool:
        """Check an issue and one of its options."""
        issues = self.issues or {}
        if not self.known(issue, issues, "issue", place):
            return False
        states, what = issues[issue].states, options_of(issue)
        if option == OPEN and option not in states and what not in self.unread:
            self.document.fault(
                place,
                f"`{issue}` cannot stand at `open`: its `now` is `{issues[issue].now}`",
                f"one of: {', '.join(states)}",
                offset=_offset(place, option),
            )
            return False
        return self.known(option, states, what, place)

    def condition(self, condition: Condition, place: Text, allowed: tuple[type, ...]) -> bool:
        """Check every name of a condition; kinds of atoms outside ``allowed`` are faults."""
        fine = True
        for atom in atoms(condition):
            if not isinstance(atom, allowed):
                self.document.fault(
                    place,
                    f"`{atom}` cannot stand in this line",
                    "this line speaks of " + _speaks(allowed),
                    offset=_offset(place, str(atom)),
                )
                fine = False
            elif isinstance(atom, Is):
                fine &= self.option(atom.issue, atom.option, place) and self._ranked(atom, place)
            elif isinstance(atom, AtTable | Answers):
                fine &= self.party(atom.party, place)
            else:
                fine &= self.known(atom.name, self.happenings, "step or claim", place)
        return fine and (Happens in allowed or self._timeless(condition, place))

    def _ranked(self, atom: Is, place: Text) -> bool:
        """Check that what is at least or at most an option stands on a scale."""
        fault = off_scale(atom, (self.issues or {})[atom.issue])
        if fault:
            self.document.fault(place, *fault, offset=_offset(place, atom.relation))
        return fault is None

    def _timeless(self, condition: Condition, place: Text) -> bool:
        """Check that a condition on states speaks of no time."""
        for part in timed(condition)[:1]:
            word = "by" if isinstance(part, By) else "before"
            self.document.fault(
                place,
                f"`{word}` cannot stand in this line",
                "it speaks of states, which have no dates: `by` and `before` belong to events "
                "(`after`, `chance`, claims)",
                offset=_offset(place, word),
            )
            return False
        return True

    def ranking(self, ranking: Ranking, issue: Issue, place: Text) -> bool:
        """Check a preference on one issue."""
        match ranking:
            case Unknown() | Indifferent():
                return True
            case Numbers(entries):
                return False not in [self.option(issue.id, name, place) for name, _ in entries]
            case ByAttribute(attribute, order):
                return self._by_attribute(attribute, order, issue, place)
            case Conditional(branches):
                fine = [self.ranking(r, issue, place) for r, _ in branches]
                asked = [self.condition(c, place, (Is,)) for _, c in branches if c is not None]
                return all(fine + asked)
        return self._order(ranking, issue, place)

    def _order(self, order: Order, issue: Issue, place: Text) -> bool:
        fine = False not in [self.option(issue.id, name, place) for name in order.names]
        left = set(issue.states) - set(order.names)
        return fine and self.steps(order, place, not left)

    def steps(self, order: Order, place: Text, complete: bool) -> bool:
        """Check the wide steps of an order of values."""
        if complete and (OTHERS,) in order.levels:
            at = order.levels.index((OTHERS,))
            wide = any(order.wide[max(at - 1, 0) : at + 1])
            self.document.warn(
                place,
                f"`others`{' and the `>>` beside it' if wide else ''} "
                "without effect: every name stands on the line",
                "leave it out",
            )
        if order.wide and all(order.wide):
            self.document.fault(
                place,
                "`>>` in a line without a plain step",
                "`>>` says: at least twice every plain step `>` of its line; "
                "write `>`, or name more options",
            )
            return False
        return True

    def _by_attribute(self, attribute: str, order: Order, issue: Issue, place: Text) -> bool:
        values: dict[str, list[str]] = {}
        for option in issue.options:
            for name, value in option.attributes:
                values.setdefault(name, []).append(value)
        if not self.known(attribute, values, f"attribute of `{issue.id}`'s options:", place):
            return False
        known = values[attribute]
        fine = False not in [self.known(n, known, f"`{attribute}`", place) for n in order.names]
        return fine and self.steps(order, place, not set(known) - set(order.names))

    def _corrected(self, place: Text, name: str, better: str) -> str:
        raw = self.document.raw(place.line)
        head, tail = raw[: place.column - 1], raw[place.column - 1 :]
        return head + re.sub(_word(name), lambda _: better, tail, count=1)


def options_of(issue: str) -> str:
    """Say what the options of an issue are called in messages."""
    return f"option of `{issue}`:"


def off_scale(atom: Is, issue: Issue) -> tuple[str, str] | None:
    """Say what is wrong with `at least` or `at most` an option that stands on no scale.

    Examples
    --------
    >>> from winset.case import Option
    >>> issue = Issue("gate", "The gate", (Option("shut"), Option("ajar")))
    >>> off_scale(Is("gate", "ajar", "at least"), issue)[0]
    '`at least ajar`: `gate` is a list of options, no scale'
    >>> off_scale(Is("gate", "ajar"), issue)
    """
    if atom.relation == "is":
        return None
    if not issue.scale:
        scale = " < ".join(option.id for option in issue.options)
        found = f"`{atom.relation} {atom.option}`: `{issue.id}` is a list of options, no scale"
        return found, f"`{issue.id} is {atom.option}`, or a scale such as `options: {scale}`"
    if atom.option == OPEN:
        return f"`{atom.relation} open`: `open` stands on no scale", f"`{issue.id} is open`"
    return None


def _word(name: str) -> str:
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])"


def _offset(place: Text, name: str) -> int:
    found = re.search(_word(name), place)
    return found.start() if found else 0


def _listed(names: list[str], what: str) -> str:
    if not names:
        return "none is declared in this file"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"one of: {shown}"


def _speaks(allowed: tuple[type, ...]) -> str:
    words = {
        Is: "issues (`issue is option`)",
        AtTable: "seats (`party at table`)",
        Answers: "answers (`party declines`)",
        Happens: "steps and claims",
    }
    return ", ".join(words[kind] for kind in allowed)
