"""States and deals: which outcomes there are, how they are numbered, what holds in them.

A *state* is one option for each issue. A table's *deals* are the states it can bring about:
every combination of options of the issues it can change, everything else as it stands.

Inside, everything has one order that no file can change: parties and issues by the name of
their random streams, options by id. So reordering a case changes no bit of a result. A *slot*
is one option of one issue; the slots of an issue lie together, issues in internal order.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winset.case import Case, Issue
from winset.errors import AskError
from winset.language.terms import OPEN, And, AtTable, Condition, Is, Not, Or, atoms

MOST_DEALS = 1_000_000
"""Up to so many deals a table's are listed one by one; above, they are searched."""

_INT64 = 2**62
"""Numbers below this fit the machine's integers, with room to spare."""

States = NDArray[np.int16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Space:
    """Every outcome of a case, in internal order.

    ``options[i]`` are the option ids of issue i, sorted (``open`` among them where nothing is
    agreed now); ``now[i]`` is the index of the option in force; ``scale[i]`` gives the position
    of each option on the issue's scale (-1 where it has none); ``deciders[i]`` the parties whose
    joint consent changes the issue, sorted; ``fixed`` the issues set from outside, which no
    table can change.
    """

    parties: tuple[str, ...]
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    now: tuple[int, ...]
    scale: tuple[tuple[int, ...], ...]
    deciders: tuple[tuple[str, ...], ...]
    fixed: frozenset[str] = frozenset()

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of options of each issue."""
        return tuple(len(options) for options in self.options)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """First slot of each issue, and last the number of slots of all."""
        return tuple(int(n) for n in np.concatenate([[0], np.cumsum(self.sizes)]))

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self.offsets[-1]

    @cached_property
    def party_index(self) -> Mapping[str, int]:
        """Position of each party by its id."""
        return {party: n for n, party in enumerate(self.parties)}

    @cached_property
    def issue_index(self) -> Mapping[str, int]:
        """Position of each issue by its id."""
        return {issue: n for n, issue in enumerate(self.issues)}

    def option_index(self, issue: str, option: str) -> int:
        """Position of an option among its issue's; KeyError if the issue has none such."""
        options = self.options[self.issue_index[issue]]
        if option not in options:
            raise KeyError(option)
        return options.index(option)

    def slot(self, issue: str, option: str) -> int:
        """Slot of an option; KeyError if there is none such."""
        return self.offsets[self.issue_index[issue]] + self.option_index(issue, option)

    def slot_names(self) -> tuple[tuple[str, str], ...]:
        """Issue and option of every slot, in order."""
        return tuple((i, o) for i, options in zip(self.issues, self.options, strict=True)
                     for o in options)  # fmt: skip

    def state(self, options: Mapping[str, str] | None = None) -> States:
        """Return the status quo with ``options`` (issue id -> option id) put in: (issues,)."""
        state = np.array(self.now, dtype=np.int16)
        for issue, option in (options or {}).items():
            state[self.issue_index[issue]] = self.option_index(issue, option)
        return state

    def labels(self, state: Iterable[int]) -> dict[str, str]:
        """Name a state given as option indices: issue id -> option id."""
        rows = zip(self.issues, self.options, state, strict=True)
        return {issue: options[int(n)] for issue, options, n in rows}


def space_of(
    case: Case, *, fixed: Mapping[str, str] | None = None, without: frozenset[str] = frozenset()
) -> Space:
    """Lay out the outcomes of a case.

    Parameters
    ----------
    fixed
        Issues set from outside (``--set issue=option``): the option becomes the status quo and
        the issue leaves every agenda. Options and their order stay.
    without
        Ids of dropped statements. Without its ``now`` an issue stands at ``open``; without its
        ``decided by`` nobody can change it.

    Raises
    ------
    AskError
        If ``fixed`` names an issue or option that the case does not have.
    """
    fixed = dict(fixed or {})
    issues = sorted(case.issues, key=lambda issue: issue.stream)
    for name in fixed:
        _known(name, [issue.id for issue in issues], "issue")
    stand = {issue.id: _stands(issue, without) for issue in issues}
    options = tuple(tuple(sorted(_options(issue, stand[issue.id]))) for issue in issues)
    for issue, names in zip(issues, options, strict=True):
        if issue.id in fixed:
            stand[issue.id] = _known(fixed[issue.id], names, f"option of {issue.id}")
    return Space(
        parties=tuple(p.id for p in sorted(case.parties, key=lambda party: party.stream)),
        issues=tuple(issue.id for issue in issues),
        options=options,
        now=tuple(o.index(stand[i.id]) for i, o in zip(issues, options, strict=True)),
        scale=tuple(_positions(i, o) for i, o in zip(issues, options, strict=True)),
        deciders=tuple(_deciders(issue, without) for issue in issues),
        fixed=frozenset(fixed),
    )


def _stands(issue: Issue, without: frozenset[str]) -> str:
    dropped = issue.now_by is not None and issue.now_by.id in without
    return OPEN if dropped else issue.now


def _options(issue: Issue, now: str) -> set[str]:
    return {*issue.states, now}


def _positions(issue: Issue, options: tuple[str, ...]) -> tuple[int, ...]:
    order = [option.id for option in issue.options] if issue.scale else []
    return tuple(order.index(option) if option in order else -1 for option in options)


def _deciders(issue: Issue, without: frozenset[str]) -> tuple[str, ...]:
    by = issue.decided_by_by
    return () if by is not None and by.id in without else tuple(sorted(issue.decided_by))


def _known(name: str, names: Iterable[str], what: str) -> str:
    names = list(names)
    if name not in names:
        near = difflib.get_close_matches(name, names, 1, 0.5)
        hint = f"did you mean {near[0]}? " if near else ""
        raise AskError(f"no {what} is called {name!r}: {hint}There are {', '.join(names)}")
    return name


# ── what holds in a state ───────────────────────────────────────────────────────────────────────
def is_of_states(condition: Condition) -> bool:
    """Say whether a condition speaks of issues alone, so that a state decides it."""
    match condition:
        case And(parts) | Or(parts):
            return all(map(is_of_states, parts))
        case Not(part):
            return is_of_states(part)
        case _:
            return isinstance(condition, Is)


def issues_of(condition: Condition, space: Space) -> tuple[int, ...]:
    """Issues a condition speaks of, as internal indices, ascending."""
    return tuple(sorted({space.issue_index[a.issue] for a in atoms(condition)
                         if isinstance(a, Is)}))  # fmt: skip


def holds(
    condition: Condition, space: Space, states: States, seated: frozenset[str] = frozenset()
) -> Mask:
    """Say in which states a condition holds.

    Parameters
    ----------
    states
        Option indices, shape (states, issues).
    seated
        Parties that have a seat as one of the table's parties (``party at table``).

    Returns
    -------
    Booleans, shape (states,). ``at least`` and ``at most`` hold of no option off the scale
    (``open``), and of nothing on an issue that is no scale.

    Raises
    ------
    ValueError
        If the condition speaks of steps, claims, dates or answers, which no state decides.
    """
    match condition:
        case Is():
            meets: Mask = _options_meeting(condition, space)
            return meets[states[:, space.issue_index[condition.issue]]]
        case AtTable(party):
            return np.full(len(states), party in seated)
        case Not(part):
            return ~holds(part, space, states, seated)
        case And(parts):
            return _bool(np.all([holds(p, space, states, seated) for p in parts], axis=0))
        case Or(parts):
            return _bool(np.any([holds(p, space, states, seated) for p in parts], axis=0))
        case _:
            raise ValueError(f"{condition}: no state decides this")


def _options_meeting(atom: Is, space: Space) -> Mask:
    """Say which options of the atom's issue meet it: shape (options,)."""
    issue = space.issue_index[atom.issue]
    wanted = space.option_index(atom.issue, atom.option)
    if atom.relation == "is":
        return np.array([n == wanted for n in range(space.sizes[issue])])
    positions = np.array(space.scale[issue])
    end = positions[wanted]
    reached = positions >= end if atom.relation == "at least" else positions <= end
    return _bool(reached & (positions >= 0) & (end >= 0))


def _bool(array: object) -> Mask:
    return np.asarray(array, dtype=np.bool_)


# ── the deals of a table ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Grid:
    """The deals of a table: all combinations of options of the issues it can change.

    Deals are numbered as the cells of an array with one axis an issue, the last varying
    fastest. ``issues`` are internal indices, ascending; ``left_out`` names the agenda items the
    table cannot change, with the deciders that do not sit there (none: nobody decides it);
    ``set_outside`` those fixed from outside.
    """

    space: Space
    table: str
    parties: tuple[str, ...]
    issues: tuple[int, ...]
    left_out: tuple[tuple[str, tuple[str, ...]], ...] = ()
    set_outside: tuple[str, ...] = ()

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of options of each of the grid's issues."""
        return tuple(self.space.sizes[i] for i in self.issues)

    @property
    def size(self) -> int:
        """Number of deals, the one that changes nothing among them."""
        return prod(self.shape)

    @property
    def listed(self) -> bool:
        """Whether the deals are few enough to be listed one by one."""
        return self.size <= MOST_DEALS

    @cached_property
    def now(self) -> tuple[int, ...]:
        """The status quo on the grid's issues, as option indices."""
        return tuple(self.space.now[i] for i in self.issues)

    def options_of(self, deals: NDArray[Any]) -> States:
        """Give the option indices of some deals: (n,) numbers -> (n, issues of the grid)."""
        return options_of_deals(deals, self.shape)

    def numbers(self, options: NDArray[np.integer]) -> NDArray[Any]:
        """Give the numbers of deals given as option indices: (n, issues of the grid) -> (n,).

        The numbers are machine integers where all deals of the grid have one, else Python's.
        """
        found = np.zeros(len(options), dtype=number_type(self.size))
        for axis, size in enumerate(self.shape):
            found = found * size + options[:, axis].astype(found.dtype)
        return found

    @cached_property
    def digits(self) -> States:
        """Option indices of every deal: shape (deals, issues of the grid)."""
        if not self.issues:
            return np.zeros((1, 0), dtype=np.int16)
        cells = np.indices(self.shape, dtype=np.int16).reshape(len(self.shape), -1)
        return np.ascontiguousarray(cells.T)

    @cached_property
    def changes(self) -> States:
        """Number of issues on which each deal differs from the status quo: shape (deals,)."""
        differs = self.digits != np.array(self.now, dtype=np.int16)
        return np.asarray(differs.sum(axis=1), dtype=np.int16)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Place of each deal when fewest changes come first, then the lowest number: (deals,).

        Of deals that a method cannot tell apart the one of lowest rank is reported.
        """
        rank = np.empty(self.size, dtype=np.int64)
        rank[np.argsort(self.changes, kind="stable")] = np.arange(self.size)
        return rank

    def states(self, base: NDArray[np.integer]) -> States:
        """Give the full state each deal brings about, the other issues standing as in ``base``.

        Parameters
        ----------
        base
            Option indices, shape (issues of the space,).

        Returns
        -------
        Option indices, shape (deals, issues of the space).
        """
        states = np.empty((self.size, len(self.space.issues)), dtype=np.int16)
        states[:] = base
        states[:, list(self.issues)] = self.digits
        return states

    def label(self, deal: int) -> dict[str, str]:
        """Name a deal: issue id -> option id, for the grid's issues."""
        cells = options_of_deal(deal, self.shape)
        return {self.space.issues[i]: self.space.options[i][n]
                for i, n in zip(self.issues, cells, strict=True)}  # fmt: skip

    def index(self, options: Mapping[str, str]) -> int:
        """Find the number of the deal with these options, its other issues standing as now.

        Raises
        ------
        KeyError
            If an issue is not the grid's or has no such option.
        """
        cells = list(self.now)
        places = {self.space.issues[i]: k for k, i in enumerate(self.issues)}
        for issue, option in options.items():
            cells[places[issue]] = self.space.option_index(issue, option)
        return int(self.numbers(np.array([cells], dtype=np.int16))[0])


def number_type(deals: int) -> type[np.int64] | type[object]:
    """Tell the type that numbers of so many deals are kept in."""
    return np.int64 if deals < _INT64 else object


def options_of_deals(deals: NDArray[Any], shape: tuple[int, ...]) -> States:
    """Give the option indices of numbered deals: (n,) -> (n, issues)."""
    found = np.empty((len(deals), len(shape)), dtype=np.int16)
    left = deals
    for axis in reversed(range(len(shape))):
        found[:, axis] = (left % shape[axis]).astype(np.int16)
        left = left // shape[axis]
    return found


def options_of_deal(deal: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Give the option index of each issue in a numbered deal."""
    found = []
    for size in reversed(shape):
        deal, option = divmod(int(deal), size)
        found.append(option)
    return tuple(reversed(found))


def grid_of(case: Case, space: Space, table: str) -> Grid:
    """Lay out the deals of a table.

    A table can change every issue on its agenda whose deciders all sit there; what it cannot is
    named in the grid, not skipped.

    Raises
    ------
    AskError
        If the case has no such table.
    """
    _known(table, [t.id for t in case.tables], "table")
    record = case.table(table)
    seated = set(record.parties)
    left_out: list[tuple[str, tuple[str, ...]]] = []
    issues: list[int] = []
    for issue in sorted(set(record.agenda) - space.fixed, key=lambda i: space.issue_index[i]):
        deciders = space.deciders[space.issue_index[issue]]
        if deciders and seated.issuperset(deciders):
            issues.append(space.issue_index[issue])
        else:
            left_out.append((issue, tuple(p for p in deciders if p not in seated)))
    parties = tuple(p for p in space.parties if p in seated)
    outside = tuple(i for i in space.issues if i in space.fixed and i in record.agenda)
    return Grid(space, table, parties, tuple(issues), tuple(left_out), outside)
