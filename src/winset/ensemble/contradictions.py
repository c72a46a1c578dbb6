"""Statements that no reading satisfies together: smallest sets of them, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from winset.case import Case
from winset.ensemble.spoken import Spoken
from winset.errors import Fault

_MOST_CHECKS = 3000

Consistent = Callable[[Sequence[int]], bool]
"""Says whether some of a list's statements, given by position, can hold together."""


def smallest_conflicts(count: int, consistent: Consistent) -> list[frozenset[int]]:
    """Find every set of statements that contradict each other and of which none can be spared.

    Parameters
    ----------
    count
        Number of statements.
    consistent
        Has to hold of every part of what it holds of.

    Returns
    -------
    Sets of positions, smallest first. Beyond a few thousand combinations the search stops at one
    set more, found by leaving out statements one by one.
    """
    if consistent(range(count)):
        return []
    found: list[frozenset[int]] = []
    checks = 0
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            if any(conflict <= set(chosen) for conflict in found):
                continue
            checks += 1
            if checks > _MOST_CHECKS:
                return [*found, *_spared(count, consistent, found)]
            if not consistent(chosen):
                found.append(frozenset(chosen))
    return found


def _spared(
    count: int, consistent: Consistent, found: Sequence[frozenset[int]]
) -> list[frozenset[int]]:
    """Find further conflicts by deletion, until what is left of the statements is consistent."""
    left = [n for n in range(count) if not any(n in conflict for conflict in found)]
    more: list[frozenset[int]] = []
    while not consistent(left):
        kept = list(left)
        for n in left:
            fewer = [m for m in kept if m != n]
            if not consistent(fewer):
                kept = fewer
        more.append(frozenset(kept))
        left = [n for n in left if n not in kept]
    return more


def least(conflicts: Iterable[frozenset[int]], among: Iterable[int]) -> frozenset[int] | None:
    """Return a smallest conflict all of whose statements are among those given."""
    given = set(among)
    inside = [conflict for conflict in conflicts if conflict <= given]
    return min(inside, key=lambda c: (len(c), sorted(c))) if inside else None


# ── what is said of it ──────────────────────────────────────────────────────────────────────────
def contradiction(case: Case, spoken: Sequence[Spoken]) -> Fault:
    """Word statements that contradict each other in some reading."""
    if len(spoken) == 1:
        return _fault(case, spoken, "contradicts itself", "no numbers obey it: say less")
    text = "contradict each other, and "
    if len(spoken) == 2:
        text += "their shares add up to more than 1"
    else:
        text += "with these shares all of them would hold at once"
    return _fault(case, spoken, text, "lower a share, drop one, or put them under `either:`")


def scarcity(case: Case, spoken: Sequence[Spoken]) -> Fault:
    """Word statements that leave next to no room together."""
    verb, they = ("leaves", "it") if len(spoken) == 1 else ("together leave", "them")
    text = f"{verb} next to no room: fewer than 1 in 10,000 numeric models obey {they}"
    return _fault(case, spoken, text, "say less: write `>` for `>>`, or widen a range")


def crowding(case: Case, spoken: Sequence[Spoken]) -> Fault:
    """Word statements that exclude each other and find no room beside each other."""
    text = "cannot hold together, and their shares add up to more than 1"
    return _fault(case, spoken, text, "lower a share, or drop one")


def _fault(case: Case, spoken: Sequence[Spoken], text: str, right: str) -> Fault:
    ordered = sorted((one.statement for one in spoken), key=lambda s: (s.line, s.id))
    named = [f"`{s.text}` ({s.id}, line {s.line})" for s in ordered]
    joined = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    first = ordered[0]
    return Fault(case.path or case.name, first.line, first.column, f"{joined} {text}", right)
