"""Names of random streams: what a statement says, with parties and issues by their keys.

Statements are told apart by what they say, never by their place in the file, so that reordering
a file or renaming a party or issue (its ``key`` kept) moves no stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Final

from winset.case import Case
from winset.language.terms import Answers, AtTable, Is, Numbers, Order

SEPARATOR: Final = "\x1f"


@dataclass(frozen=True)
class Keys:
    """Keys of parties, issues and linkage terms, by what the file calls them."""

    parties: Mapping[str, str]
    issues: Mapping[str, str]
    linkage: Mapping[str, str] = field(default_factory=dict)

    @property
    def components(self) -> dict[str, str]:
        """Keys of what salience speaks of: issues, and linkage terms by their statement's id."""
        return {**self.linkage, **self.issues}

    def text(self, says: object, names: Mapping[str, str] | None = None) -> str:
        """Give what is said as a text that only its content changes.

        ``names`` are the keys of the names in orders and numbers where these are not options.
        """
        return str(self._keyed(says, names or {}))

    def _keyed(self, says: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - same type back
        match says:
            case Is(issue=issue):
                return replace(says, issue=self.issues.get(issue, issue))
            case AtTable(party=party) | Answers(party=party):
                return replace(says, party=self.parties.get(party, party))
            case Order(levels=levels):
                keyed = (sorted(names.get(n, n) for n in level) for level in levels)
                return replace(says, levels=tuple(map(tuple, keyed)))
            case Numbers(entries=entries):
                ranges = sorted((names.get(n, n), r) for n, r in entries)
                return replace(says, entries=tuple(ranges))
            case tuple():
                return tuple(self._keyed(part, names) for part in says)
        if is_dataclass(says) and not isinstance(says, type):
            parts = {f.name: self._keyed(getattr(says, f.name), names) for f in fields(says)}
            return replace(says, **parts)
        return says


def keys_of(case: Case) -> Keys:
    """Collect the keys of a case."""
    plain = Keys({p.id: p.stream for p in case.parties}, {i.id: i.stream for i in case.issues})
    linkage: dict[str, str] = {}
    # Terms of one party that say the same differ by their source at most.
    said = sorted((plain.text(t.linkage), t.party, str(t.statement.source), t.statement.id)
                  for t in case.linkage)  # fmt: skip
    twins: dict[tuple[str, str], int] = {}
    for text, party, _, name in said:
        number = twins[text, party] = twins.get((text, party), 0) + 1
        linkage[name] = f"{text}{SEPARATOR}{number}"
    return Keys(plain.parties, plain.issues, linkage)
