"""What would make a state hold: single statements dropped or reversed, one at a time.

Every other draw stays as it is, bit for bit, so that the two shares differ by that statement
alone. Reversed: an order of preference or importance turned round, a priority or linkage that
wishes for the opposite. A statement whose reversal contradicts another is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from winset.analyses.stability import batches
from winset.analyses.stability_conflict import arena_of
from winset.case import Case, LinkageTerm, Preference, Priority, Salience
from winset.ensemble import sample
from winset.errors import WinsetError
from winset.language.terms import Not, Order
from winset.methods.stability import Concept, Sanctions, equilibria

_T = TypeVar("_T")

__all__ = ["Change", "changes", "inverse", "share_holding"]

MATTERING: Final = frozenset(
    {"preference", "salience", "linkage", "rule", "move", "break", "priority", "decided by",
     "implemented by", "answer", "red line", "no agreement"}
)  # fmt: skip
"""Kinds of statements on which the stability of a state can hang."""


@dataclass(frozen=True)
class Change:
    """One statement changed, and the share of readings in which the state then holds."""

    statement: str
    how: Literal["dropped", "reversed"]
    before: float
    after: float


def inverse(
    case: Case,
    state: Mapping[str, str],
    concept: Concept,
    *,
    readings: int = 200,
    seed: int = 0,
    issues: tuple[str, ...] = (),
    fixed: Mapping[str, str] | None = None,
    without: frozenset[str] = frozenset(),
    sanctions: Sanctions = "legal",
) -> list[Change]:
    """Find which single statements, dropped or reversed, change the share in which a state holds.

    Parameters
    ----------
    state
        Issue -> option, for the issues that differ from ``now``.
    readings, seed
        Readings drawn for each change (one chunk at most), and their seed.
    issues, fixed, without, sanctions
        The question asked: see :func:`winset.analyses.stability.stability`.

    Returns
    -------
    Changes that move the share at all, those that raise it most first.
    """
    options = dict(fixed or {})

    def held(told: Case, dropped: frozenset[str]) -> float:
        return share_holding(
            told, state, concept, readings=readings, seed=seed, issues=issues,
            fixed=options, without=dropped, sanctions=sanctions,
        )  # fmt: skip

    return changes(case, held, without)


def changes(
    case: Case,
    held: Callable[[Case, frozenset[str]], float],
    without: frozenset[str] = frozenset(),
) -> list[Change]:
    """Change one statement at a time, and tell what that does to a share.

    Parameters
    ----------
    held
        Gives the share of a case without some statements. Where a change leaves nothing to ask
        about, or contradicts another statement, it raises a WinsetError and the change is left
        out.
    without
        Statements dropped throughout.
    """
    before = held(case, without)
    variants: list[tuple[str, Literal["dropped", "reversed"], Case, frozenset[str]]] = [
        (statement.id, "dropped", case, without | {statement.id})
        for statement in case.statements()
        if statement.kind in MATTERING and statement.use and statement.id not in without
    ]
    variants += [(name, "reversed", told, without) for name, told in _reversals(case)
                 if name not in without]  # fmt: skip
    found = []
    for name, how, told, dropped in variants:
        with suppress(WinsetError):
            after = held(told, dropped)
            if after != before:
                found.append(Change(name, how, before, after))
    return sorted(found, key=lambda c: (-c.after, c.statement, c.how))


def share_holding(
    case: Case,
    state: Mapping[str, str],
    concept: Concept,
    *,
    readings: int = 200,
    seed: int = 0,
    issues: tuple[str, ...] = (),
    fixed: Mapping[str, str] | None = None,
    without: frozenset[str] = frozenset(),
    sanctions: Sanctions = "legal",
) -> float:
    """Give the share of readings in which a state is an equilibrium under one concept."""
    ensemble = sample(case, readings, seed, without=without, fixed=fixed)
    arena = arena_of(case, ensemble, issues)
    place, count = arena.grid.index(state), 0
    for part in arena.parts():
        for rows in batches(part):
            found = part.conflict.stable(
                part.utilities(rows), part.feasible(rows), concepts=[concept], sanctions=sanctions
            )
            count += int(equilibria(found)[concept][:, place].sum())
    return count / readings


def _reversals(case: Case) -> Iterator[tuple[str, Case]]:
    """Yield the case with one statement turned into its opposite, for each that has one."""
    for n, wish in enumerate(case.preferences):
        if isinstance(wish.ranking, Order) and wish.statement.use:
            turned: Preference = replace(wish, ranking=_turned(wish.ranking))
            yield wish.statement.id, replace(case, preferences=_with(case.preferences, n, turned))
    for n, line in enumerate(case.salience):
        if isinstance(line.ranking, Order) and line.statement.use:
            other: Salience = replace(line, ranking=_turned(line.ranking))
            yield line.statement.id, replace(case, salience=_with(case.salience, n, other))
    for n, first in enumerate(case.priorities):
        if first.statement.use:
            opposite: Priority = replace(first, condition=Not(first.condition))
            yield first.statement.id, replace(case, priorities=_with(case.priorities, n, opposite))
    for n, term in enumerate(case.linkage):
        if term.statement.use:
            less = replace(term.linkage, more=not term.linkage.more)
            linked: LinkageTerm = replace(term, linkage=less)
            yield term.statement.id, replace(case, linkage=_with(case.linkage, n, linked))


def _turned(order: Order) -> Order:
    return Order(tuple(reversed(order.levels)), tuple(reversed(order.wide)))


def _with(records: tuple[_T, ...], place: int, record: _T) -> tuple[_T, ...]:
    return (*records[:place], record, *records[place + 1 :])
