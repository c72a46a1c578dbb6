"""A case as a conflict: what its parties can move alone, together, and back.

A party moves the issues that it alone decides, all at once if it likes. Issues that several decide
together are moved by all of them as one, and only where every one of them strictly gains. Who can
``break`` an issue can take it back to ``now`` alone. Where an issue has ``moves``, there are no
others; those ``by`` a party are that party's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from winset.analyses.masks import Integers, Mask
from winset.case import Case, Issue, Statement
from winset.ensemble import Ensemble, first, picked, utilities
from winset.errors import AskError, TooLargeError
from winset.methods.stability import Conflict
from winset.methods.stability_graph import ArcMover, GraphConflict
from winset.methods.stability_grid import AxisMover, GridConflict, axis_moves, transitive
from winset.space import Grid, holds

MOST_STATES = 2**20
"""Conflicts with more states are refused."""

MOST_LISTED = 2**12
"""Conflicts whose moves have to be listed one by one are refused above so many states."""

_SWEEP = 4  # looks at a state that a sweep takes
_IN_PAIRS = 400  # and that the joint moves of two parties take, at most

_SEVERAL = 2  # deciders that have to consent together


@dataclass(frozen=True, eq=False)
class Arena:
    """A case's conflict, in every reading of an ensemble.

    ``grid`` numbers the states; issues off it stand at ``now``. ``people`` are the parties that
    move (indices in the space), whose utilities the conflict's movers count by position.
    ``conflict`` has every move that is possible in some reading; where lines on moves are in force
    in part of the readings only, :meth:`parts` tells those apart.
    """

    case: Case
    ensemble: Ensemble
    grid: Grid
    people: tuple[int, ...]
    conflict: Conflict

    def parts(self, most: int | None = None) -> Iterator[Arena]:
        """Split the readings, or the first of them, by the moves that are possible in them."""
        whole = self.ensemble if most is None else first(self.ensemble, min(most, self.readings))
        lines = [whole.in_force[s.id] for s in self._uncertain]
        if not lines:
            yield replace(self, ensemble=whole)
            return
        kinds, which = np.unique(np.array(lines), axis=1, return_inverse=True)
        for n in range(kinds.shape[1]):
            rows = np.flatnonzero(which.reshape(-1) == n)
            here = picked(whole, rows)
            held = {s.id for s in self._moving if here.in_force[s.id].any()}
            movers = _axis_movers(self.case, here, self.grid, held)
            yield replace(self, ensemble=here, conflict=_conflict(self.grid, movers, self.people))

    @property
    def readings(self) -> int:
        """Number of readings."""
        return self.ensemble.readings

    @property
    def seconds(self) -> float:
        """Time that a reading takes under all concepts, very roughly.

        Where several move as one, or moves have no way back, every pair of states that a move
        joins is looked at (in long rows of two parties, fewer); else a sweep is enough.
        """
        moves = 0
        for k, members in enumerate(self.conflict.parties):
            pairs = len(self.conflict.moves(k, self.start)) if len(members) > 1 else _SWEEP
            moves += min(pairs, _IN_PAIRS) if len(members) == 2 else pairs
        return 1.5e-8 * self.grid.size * moves

    @property
    def _moving(self) -> list[Statement]:
        """The lines on who can move what, and back, that may be in force."""
        names = [self.ensemble.space.issues[i] for i in self.grid.issues]
        issues = [self.case.issue(name) for name in names]
        said = [s for i in issues for s in (i.undone_by_by, *(m.statement for m in i.moves))]
        return [s for s in said if s is not None and self.ensemble.may_hold(s)]

    @property
    def _uncertain(self) -> list[Statement]:
        """Those of them that are in force in part of the readings."""
        return [s for s in self._moving if not self.ensemble.in_force[s.id].all()]

    @property
    def movers(self) -> tuple[tuple[str, ...], ...]:
        """Names of every mover's members."""
        name = self.ensemble.space.parties
        return tuple(tuple(name[self.people[p]] for p in m) for m in self.conflict.parties)

    @property
    def start(self) -> int:
        """The status quo."""
        return self.grid.index({})

    @cached_property
    def broken(self) -> Mask:
        """Which rule which state breaks: (rules, states)."""
        space = self.ensemble.space
        states = self.grid.states(np.array(space.now))
        rows = [holds(r.rule.condition, space, states) & ~holds(r.rule.requirement, space, states)
                for r in self.ensemble.rules]  # fmt: skip
        return np.array(rows, dtype=np.bool_).reshape(-1, self.grid.size)

    @cached_property
    def stands(self) -> dict[str, str]:
        """How the issues off the grid stand."""
        space = self.ensemble.space
        return {space.issues[i]: space.options[i][space.now[i]]
                for i in range(len(space.issues)) if i not in self.grid.issues}  # fmt: skip

    def feasible(self, rows: slice) -> Mask:
        """Say which states the rules in force allow: (readings, states)."""
        count = len(range(*rows.indices(self.ensemble.readings)))
        broken = np.zeros((count, self.grid.size), dtype=np.bool_)
        for rule, where in zip(self.ensemble.rules, self.broken, strict=True):
            broken |= rule.in_force[rows, None] & where
        return ~broken

    def utilities(self, rows: slice) -> Integers:
        """Give what states are worth to those who move: (readings, people, states)."""
        now = np.array(self.ensemble.space.now, dtype=np.int16)
        worth = utilities(self.ensemble, rows, self.grid, now, self.people)
        return np.ascontiguousarray(worth.transpose(1, 0, 2))


def arena_of(case: Case, ensemble: Ensemble, issues: Sequence[str] = ()) -> Arena:
    """Lay out a case's conflict over the issues that somebody can change.

    Parameters
    ----------
    issues
        Issues to move on, all others standing at ``now``; without them, all that can move.

    Raises
    ------
    AskError
        If an issue is unknown or nobody can change it, nobody moves at all, or rules in force
        forbid the status quo, or every state, in some reading.
    TooLargeError
        If there are more than MOST_STATES states.
    """
    space = ensemble.space
    able = [name for name in space.issues if name not in space.fixed and _movers(case, name)]
    for name in issues:
        if name not in able:
            raise AskError(f"nobody can change {name!r} here: there are {', '.join(able) or '-'}")
    chosen = tuple(space.issue_index[n] for n in able if not issues or n in issues)
    if not chosen:
        raise AskError("nobody can change anything in this case: an issue needs `decided_by`")
    grid = Grid(space, "", (), chosen)
    if grid.size > MOST_STATES:
        wide = sorted(chosen, key=lambda i: -space.sizes[i])[:3]
        raise TooLargeError(
            f"{grid.size:,} states, and up to {MOST_STATES:,} are computed: choose some issues "
            f"(--issue), or fix some (--set {space.issues[wide[0]]}=OPTION)"
        )
    movers = _axis_movers(case, ensemble, grid, None)
    people = tuple(sorted({p for m in movers for p in m.parties}))
    arena = Arena(case, ensemble, grid, people, _conflict(grid, movers, people))
    _check_rules(arena)
    return arena


def _movers(case: Case, name: str) -> bool:
    issue = case.issue(name)
    return bool(issue.decided_by or issue.undone_by or any(m.parties for m in issue.moves))


def _axis_movers(
    case: Case, ensemble: Ensemble, grid: Grid, held: set[str] | None
) -> list[AxisMover]:
    """Lay out who moves how by the lines ``held``; without them, by all that may be in force.

    The movers are the same either way: who has no line to move by cannot move.
    """
    space = ensemble.space
    axes: dict[tuple[str, ...], dict[int, Mask | None]] = {}
    for axis, i in enumerate(grid.issues):
        issue = case.issue(space.issues[i])
        able = _relations(issue, ensemble, i, None)
        here = able if held is None else _relations(issue, ensemble, i, held)
        for members in able:
            axes.setdefault(members, {})[axis] = here.get(
                members, np.eye(space.sizes[i], dtype=np.bool_)
            )
    order = sorted(axes, key=lambda m: (len(m), [space.party_index[p] for p in m]))
    return [AxisMover(tuple(sorted(space.party_index[p] for p in members)),
                      tuple(axes[members].items())) for members in order]  # fmt: skip


def _relations(
    issue: Issue, ensemble: Ensemble, i: int, held: set[str] | None
) -> dict[tuple[str, ...], Mask | None]:
    """Who can move an issue how: members -> options to options (None: any)."""
    space = ensemble.space
    size, deciders = space.sizes[i], space.deciders[i]
    found: dict[tuple[str, ...], Mask | None] = {}
    moves = [m for m in issue.moves if _counts(m.statement, ensemble, held)]
    certain = held is not None or any(ensemble.in_force[m.statement.id].all() for m in moves)
    if deciders and not (moves and certain):
        found[deciders] = None
    for move in moves:
        alone: list[tuple[str, ...]] = [(p,) for p in move.parties]
        at = tuple(space.option_index(issue.id, o) for o in (move.origin, move.target))
        for members in alone or [deciders]:
            table = found.setdefault(members, np.eye(size, dtype=np.bool_)) if members else None
            if table is not None:
                table[at] = True
    if _counts(issue.undone_by_by, ensemble, held):
        for party in issue.undone_by:
            table = found.setdefault((party,), np.eye(size, dtype=np.bool_))
            if table is not None:
                table[:, space.now[i]] = True
    return found


def _counts(statement: Statement | None, ensemble: Ensemble, held: set[str] | None) -> bool:
    if statement is None or not ensemble.may_hold(statement):
        return False
    return held is None or statement.id in held


def _conflict(grid: Grid, told: Sequence[AxisMover], people: tuple[int, ...]) -> Conflict:
    """Sweep along rows where moves are transitive; else list them."""
    movers = tuple(AxisMover(tuple(map(people.index, m.parties)), m.axes) for m in told)
    tables = [table for m in movers for _, table in m.axes if table is not None]
    if all(map(transitive, tables)):
        return GridConflict(grid.shape, movers)
    if grid.size > MOST_LISTED:
        raise TooLargeError(
            f"some moves lead on where one cannot go at once, so that all have to be listed: up "
            f"to {MOST_LISTED:,} states are, not {grid.size:,}; choose some issues (--issue)"
        )
    return GraphConflict(grid.size, tuple(
        ArcMover(mover.parties, np.array(
            [(s, t) for s in range(grid.size) for t in axis_moves(grid.shape, mover, s)],
            dtype=np.int64,
        ).reshape(-1, 2))
        for mover in movers
    ))  # fmt: skip


def _check_rules(arena: Arena) -> None:
    lines = {s.id: s.line for s in arena.case.statements()}
    file = arena.case.path or arena.case.name
    for rule, broken in zip(arena.ensemble.rules, arena.broken, strict=True):
        if broken[arena.start] and rule.in_force.any():
            none = "" if arena.feasible(slice(None)).any(axis=1).all() else ", as does every state"
            raise AskError(
                f"{file}:{lines[rule.statement]}: the status quo breaks `{rule.rule}`{none}: "
                "change the rule, or what is `now` in force"
            )


def state_of(arena: Arena, text: str) -> int:
    """Find the state meant by ``issue=option, issue=option``, all else at ``now``.

    Raises
    ------
    AskError
        If an issue or option is unknown; the nearest is named.
    """
    from winset.casefile.nearest import nearest

    grid, space = arena.grid, arena.ensemble.space
    options: dict[str, str] = {}
    known = {space.issues[i]: space.options[i] for i in grid.issues}
    for part in filter(None, (p.strip() for p in text.split(","))):
        if part == "now":
            continue
        issue, equals, option = (p.strip() for p in part.partition("="))
        if not equals:
            raise AskError(f"--state {part}: write ISSUE=OPTION, with commas between, or now")
        for name, names in ((issue, list(known)), (option, list(known.get(issue, ())))):
            if name not in names:
                near = nearest(name, names)
                hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
                raise AskError(f"--state {part}: {name!r} is unknown: {hint}")
        options[issue] = option
    return grid.index(options)
