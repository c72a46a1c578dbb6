"""What a case says and leaves open, at a glance: the grid of parties by issues."""

from __future__ import annotations

from collections import Counter
from typing import Final

from winset.case import Case, Preference, Priority
from winset.language.terms import BASES, OTHERS, Basis, Indifferent, Is, Order, Unknown, atoms

LETTERS: Final[dict[Basis, str]] = {
    "said": "S",
    "reported": "R",
    "inferred": "I",
    "assumed": "A",
}
LEGEND: Final = (
    "S said, R reported, I inferred, A assumed, ? unknown (every order possible), · no stake"
)
_STRENGTH: Final = {basis: rank for rank, basis in enumerate(BASES)}


def marks(case: Case) -> dict[tuple[str, str], str]:
    """Mark how well each party's wishes on each issue are known.

    Returns
    -------
    dict
        ``(party, issue)`` to a letter of :data:`LEGEND`: that of the best-founded statement in
        use, ``?`` where the party has a stake and nothing is said, ``·`` where it has none.
    """
    found = {}
    for party in case.parties:
        for issue in case.issues:
            found[party.id, issue.id] = _mark(case, party.id, issue.id)
    return found


def _mark(case: Case, party: str, issue: str) -> str:
    wished = [w for w in case.priorities if w.party == party and w.statement.use]
    if wished:
        bases = [w.statement.source.basis for w in wished if _speaks_of(w, issue)]
        return LETTERS[min(bases, key=_STRENGTH.__getitem__)] if bases else "·"
    said = [p for p in case.preferences if (p.party, p.issue) == (party, issue) and p.statement.use]
    if any(isinstance(p.ranking, Indifferent) for p in said):
        return "·"
    ranked = [p for p in said if not isinstance(p.ranking, Unknown)]
    if ranked:
        return LETTERS[min((p.statement.source.basis for p in ranked), key=_STRENGTH.__getitem__)]
    if said or party in case.issue(issue).decided_by or issue in _named(case, party):
        return "?"
    return "·"


def _speaks_of(wish: Priority, issue: str) -> bool:
    return any(isinstance(a, Is) and a.issue == issue for a in atoms(wish.condition))


def _named(case: Case, party: str) -> set[str]:
    names: set[str] = set()
    for salience in case.salience:
        if salience.party == party and salience.statement.use:
            ranking = salience.ranking
            entries = ranking.names if isinstance(ranking, Order) else dict(ranking.entries)
            names.update(entries)
    return names


def grid(case: Case) -> str:
    """Draw the grid of parties by issues as text, with its legend."""
    found = marks(case)
    heads = [issue.id for issue in case.issues]
    width = max((len(p.id) for p in case.parties), default=0)
    lines = []
    if sum(len(h) + 2 for h in heads) + width <= 100:
        lines.append(" " * width + "".join(f"  {h}" for h in heads))
        cells = [len(h) + 2 for h in heads]
    else:
        lines += [f"{n:>{width + 3}}  {h}" for n, h in enumerate(heads, 1)]
        lines.append(" " * width + "".join(f"{n:>4}" for n in range(1, len(heads) + 1)))
        cells = [4] * len(heads)
    for party in case.parties:
        row = (
            f"{found[party.id, issue]:^{cell}}" if cell > 4 else f"{found[party.id, issue]:>{cell}}"
            for issue, cell in zip(heads, cells, strict=True)
        )
        lines.append(f"{party.id:<{width}}" + "".join(row).rstrip())
    return "\n".join([*lines, "", LEGEND])


def left_open(case: Case) -> list[str]:
    """Say in plain lines what the file leaves open and what is kept without being computed."""
    found = marks(case)
    lines = []
    for party in case.parties:
        unknown = [i.id for i in case.issues if found[party.id, i.id] == "?"]
        if unknown:
            lines.append(f"{party.name}: nothing is said of its wishes on {', '.join(unknown)}")
    stakes = {p for (p, _), mark in found.items() if mark != "·"}
    silent = [p.name for p in case.parties if p.id in stakes and not _weighed(case, p.id)]
    if silent:
        lines.append(f"What matters most is not said for {', '.join(silent)}")
    gaps = [f"{p.statement.id} ({', '.join(left)})" for p in case.preferences
            if p.statement.use and (left := _left_out(case, p))]  # fmt: skip
    if gaps:
        lines.append(f"Options left out of an order may rank anywhere: {'; '.join(gaps)}")
    without = [p.name for p in case.parties if p.id not in _speaking(case)]
    if without and case.issues:
        lines.append(f"No statement of what they want: {', '.join(without)}")
    return [*lines, *_kept(case)]


def _left_out(case: Case, preference: Preference) -> list[str]:
    """Name the options that no order of the party on this issue speaks of."""
    said = [p.ranking for p in case.preferences
            if (p.party, p.issue) == (preference.party, preference.issue)]  # fmt: skip
    if said[0] is not preference.ranking or not all(isinstance(r, Order) for r in said):
        return []
    orders = [r for r in said if isinstance(r, Order)]
    if any((OTHERS,) in order.levels for order in orders):
        return []
    named = {name for order in orders for name in order.names}
    return [o for o in case.issue(preference.issue).states if o not in named]


def _weighed(case: Case, party: str) -> bool:
    sections = (case.salience, case.priorities)
    return any(s.party == party and s.statement.use for section in sections for s in section)


def _speaking(case: Case) -> set[str]:
    sections = (
        case.preferences, case.red_lines, case.answers, case.salience, case.priorities
    )  # fmt: skip
    return {record.party for section in sections for record in section}


def _kept(case: Case) -> list[str]:
    needed = {channel for step in case.steps for channel, _ in (*step.needs, *step.opens)}
    idle = [channel for channel in case.channels if channel.id not in needed]
    counts = {
        "channels": len(idle),
        "claims": 0 if case.steps else len(case.claims),
        "ties": len(case.ties),
        "history lines": len(case.history),
        "perceptions": sum(1 for _ in case.perceptions),
        "scenarios": len(case.scenarios),
    }
    kept = ", ".join(
        f"{count} {name if count > 1 else name.removesuffix('s')}"
        for name, count in counts.items()
        if count
    )
    lines = []
    if kept:
        lines.append(f"Checked and kept, not computed: {kept}")
    unused = [s.id for s in case.statements() if not s.use]
    if unused:
        lines.append(f"Kept and shown, not drawn (use: no): {', '.join(unused)}")
    return lines


def tally(case: Case) -> dict[Basis, int]:
    """Count the statements in use by basis, best founded first."""
    counts = Counter(s.source.basis for s in case.statements() if s.use)
    return {basis: counts[basis] for basis in BASES}
