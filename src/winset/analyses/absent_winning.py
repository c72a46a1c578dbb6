"""The smallest change of a signed deal that wins a party which declines it.

Every deal of the table that changes something and obeys the rules is considered, and the party
answers it alone, all others accepting. A deal wins the party if it would not decline: it accepts,
or has no preferences; silence on all that a deal moves wins nobody. Among the deals that win it
with fewest changes to the signed deal, one in the table's zone is preferred, then the lowest rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent_answers import carries, has_preferences
from winset.analyses.absent_worlds import World
from winset.analyses.masks import Bans, Integers, Mask, Positions, bans
from winset.analyses.zone import Batch, Talks
from winset.ensemble.records import Ensemble
from winset.ensemble.utility import cells_of
from winset.space import States, issues_of

Counts = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Won:
    """What wins one party, over all readings (N of them).

    ``changes`` (N,): issues to change, 0 where nothing wins it or it does not decline; ``deal``
    (N,): the deal that does, or -1; ``bearable`` (N,): some such deal of as few changes is in the
    zone; ``in_zone`` (N,): some deal of the zone wins it, however many changes that takes.
    """

    changes: Integers
    deal: Integers
    bearable: Mask
    in_zone: Mask


class Winning:
    """Looks for what wins a party, batch by batch of the table's zones."""

    def __init__(self, talks: Talks, party: int, signed: Integers, declines: Mask) -> None:
        self.talks, self.signed, self.declines = talks, signed, declines
        self.accepting = Accepting(talks, party, declines)
        readings = len(declines)
        self.won = Won(
            np.zeros(readings, dtype=np.int64),
            np.full(readings, -1, dtype=np.int64),
            np.zeros(readings, dtype=np.bool_),
            np.zeros(readings, dtype=np.bool_),
        )

    def take(self, batch: Batch) -> None:
        """Take in a batch of the table's zones."""
        places = np.flatnonzero(self.declines[batch.rows])
        if not len(places):
            return
        rows = places + batch.rows.start
        wins = self.accepting.mask(batch)[places]
        zone = batch.zone[places]
        away = _outer(self._differs(rows))
        far = np.uint8(255)
        least = np.where(wins, away, far).min(axis=1)
        nearest = wins & (away == least[:, None])
        both = nearest & zone
        bearable = both.any(axis=1)
        nearest[bearable] = both[bearable]
        rank = self.talks.grid.rank
        deal = np.where(nearest, rank, len(rank)).argmin(axis=1)
        some = least != far
        self.won.changes[rows] = np.where(some, least, 0)
        self.won.deal[rows] = np.where(some, deal, -1)
        self.won.bearable[rows] = bearable
        self.won.in_zone[rows] = (wins & zone).any(axis=1)

    def _differs(self, rows: Positions) -> list[Mask]:
        """Where each option differs from the signed deal's: (readings, options) an axis."""
        grid = self.talks.grid
        held = grid.digits[self.signed[rows]]
        return [np.arange(size) != held[:, axis, None] for axis, size in enumerate(grid.shape)]


class Accepting:
    """Which deals of the table a party would not decline, if it answered alone.

    Only the readings in ``wanted`` (readings,) are looked into; the others count for nothing.
    """

    def __init__(self, talks: Talks, party: int, wanted: Mask) -> None:
        self.talks, self.party = talks, party
        self.ensemble, self.grid = talks.ensemble, talks.grid
        self.declines, self.never = self._stated("decline")
        self.accepts, self.always = self._stated("accept")
        lines = [(r.statement, r.condition, r.real) for r in self.ensemble.refusals
                 if r.party == party]  # fmt: skip
        self.lines = bans(lines, self.ensemble, self.grid, talks.seated)
        loses = has_preferences(self.ensemble, party) and carries(talks, party)
        self.losses = Losses(talks, party, wanted) if loses else None

    def mask(self, batch: Batch) -> Mask:
        """Say which deals win the party: (readings, deals)."""
        wins = batch.possible.copy()
        self.lines.close(batch.rows, wins)
        if self._selective:
            wins &= ~self._quiet(batch.rows)
        if self.losses:
            self.losses.close(batch.rows, wins)
        if self.always.any() or self.accepts.held:
            refused = batch.possible.copy()
            self.accepts.close(batch.rows, refused)
            refused[self.always[batch.rows]] = False
            wins |= batch.possible & ~refused
        self.declines.close(batch.rows, wins)
        wins[self.never[batch.rows]] = False
        return wins

    def _stated(self, answer: Literal["accept", "decline"]) -> tuple[Bans, Mask]:
        """Conditions under which an answer is stated, and readings in which it is outright."""
        mine = [a for a in self.ensemble.answers if a.party == self.party and a.answer == answer]
        named = [(a.statement, a.condition, a.in_force) for a in mine if a.condition is not None]
        outright = np.zeros(self.ensemble.readings, dtype=np.bool_)
        for line in mine:
            if line.condition is None:
                outright |= line.in_force
        return bans(named, self.ensemble, self.grid, self.talks.seated), outright

    @cached_property
    def _matters(self) -> list[bool]:
        """Which axes of the grid matter to the party."""
        matters = self.ensemble.stake[self.party].copy()
        for term in self.ensemble.terms:
            if term.party == self.party:
                matters[list(term.issues)] = True
        return [bool(matters[i]) for i in self.grid.issues]

    @cached_property
    def _selective(self) -> bool:
        """Whether the party has preferences, but none on some issue of the table."""
        return has_preferences(self.ensemble, self.party) and not all(self._matters)

    def _quiet(self, rows: slice) -> Mask:
        """Say which deals move something, but nothing that matters: (readings, deals)."""
        base = self.ensemble.base[rows]
        axes = zip(self.grid.issues, self.grid.shape, strict=True)
        moved = [np.arange(size) != base[:, issue, None] for issue, size in axes]
        mattering = [m & matters for m, matters in zip(moved, self._matters, strict=True)]
        quiet: Mask = (_outer(moved) > 0) & (_outer(mattering) == 0)
        return quiet


class Losses:
    """Deals that a party declines because, without what it implements, it is better off.

    What declining changes depends on few issues: those it implements, those that rules speak of,
    and those of the party's own terms. So it is worked out once for each combination of their
    options and of what is in force, and looked up for every deal.
    """

    def __init__(self, talks: Talks, party: int, wanted: Mask) -> None:
        self.talks, self.party = talks, party
        self.ensemble, self.grid = talks.ensemble, talks.grid
        self.near, self.off = self._issues()
        self.cell = self._cells()
        # Group and place within it of each reading; -1 where nothing is wanted.
        self.group = np.full(self.ensemble.readings, -1)
        self.place = np.zeros(self.ensemble.readings, dtype=np.intp)
        self.worse: list[tuple[Positions, Mask]] = []
        for rows in alike(talks, party, self.off, np.flatnonzero(wanted)):
            self.group[rows] = len(self.worse)
            self.place[rows] = np.arange(len(rows))
            self.worse.append(self._worse(rows))

    def close(self, rows: slice, mask: Mask) -> None:
        """Take the deals that the party loses by out of ``mask`` (readings, deals)."""
        groups, places = self.group[rows], self.place[rows]
        for g in np.unique(groups[groups >= 0]):
            kind, worse = self.worse[g]
            here = np.flatnonzero(groups == g)
            lost = worse[places[here]]
            if lost.any():
                mask[here] &= ~lost[:, kind[self.cell]]

    def _issues(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Issues that matter to what declining does: on the table, and off it."""
        found = {i for i in self.grid.issues
                 for p, _ in self.ensemble.implementers[i] if p == self.party}  # fmt: skip
        for rule in self.ensemble.rules:
            for side in (rule.rule.condition, rule.rule.requirement):
                found.update(issues_of(side, self.grid.space))
        for term in self.ensemble.terms:
            if term.party == self.party:
                found.update(term.issues)
        on = tuple(i for i in self.grid.issues if i in found)
        return on, tuple(sorted(found - set(on)))

    def _cells(self) -> Positions:
        """For each deal, its combination of options of the near issues."""
        columns = [self.grid.issues.index(i) for i in self.near]
        sizes = tuple(self.grid.space.sizes[i] for i in self.near)
        digits = self.grid.digits[:, columns].astype(np.intp)
        return np.asarray(np.ravel_multi_index(tuple(digits.T), sizes))

    def _worse(self, rows: Positions) -> tuple[Positions, Mask]:
        """Give the kind of change declining makes in each combination, and who loses by it.

        Returns
        -------
        Kind of each combination: (combinations,); in which readings the party is better off
        without the deal: (readings of the group, kinds).
        """
        sizes = tuple(self.grid.space.sizes[i] for i in self.near)
        options = np.indices(sizes, dtype=np.int16).reshape(len(sizes), -1).T
        states = np.repeat(self.ensemble.base[rows[:1]].astype(np.int16), len(options), axis=0)
        states[:, list(self.near)] = options
        world = World(self.talks, np.full(len(states), rows[0]))
        declining = np.zeros((len(states), len(self.grid.space.parties)), dtype=np.bool_)
        declining[:, self.party] = True
        without = world.standing(states, declining)
        # Two combinations are of one kind if declining does the same to the same options.
        told = (states != without).any(axis=0)
        for term in self.ensemble.terms:
            if term.party == self.party:
                told[list(term.issues)] = True
        if not told.any():
            return np.zeros(len(states), dtype=np.intp), np.zeros((len(rows), 1), dtype=np.bool_)
        both = np.concatenate([states[:, told], without[:, told]], axis=1)
        _, first, kind = np.unique(both, axis=0, return_index=True, return_inverse=True)
        gain = gain_between(self.ensemble, self.party, rows, states[first], without[first])
        return kind.reshape(-1), gain > 0


def alike(talks: Talks, party: int, off: tuple[int, ...], wanted: Positions) -> list[Positions]:
    """Sort readings by all that decides what declining does, but for utilities.

    Parameters
    ----------
    off
        Issues off the table that matter to it.
    wanted
        The readings.
    """
    if not len(wanted):
        return []
    ensemble = talks.ensemble
    keys: list[NDArray[Any]] = [ensemble.base[:, i] for i in off]
    keys += [rule.in_force for rule in ensemble.rules]
    keys += [in_force for i in talks.grid.issues
             for p, in_force in ensemble.implementers[i] if p == party]  # fmt: skip
    if not keys:
        return [wanted]
    _, group = np.unique(np.stack(keys, axis=1)[wanted], axis=0, return_inverse=True)
    group = group.reshape(-1)
    return [wanted[group == g] for g in range(int(group.max()) + 1)]


def gain_between(
    ensemble: Ensemble, party: int, rows: Positions, states: States, without: States
) -> Integers:
    """Tell what a party gains from states to others: (K, issues) -> (readings, K)."""
    space = ensemble.space
    worth = ensemble.part_worth[rows, party]
    gain = np.zeros((len(rows), len(states)), dtype=np.int64)
    for i in np.flatnonzero((states != without).any(axis=0)):
        first = space.offsets[i]
        gain += worth[:, first + without[:, i]] - worth[:, first + states[:, i]]
    for term in ensemble.terms:
        if term.party == party:
            table: Integers = term.worth[rows]
            gain += np.take(table, cells_of(space, term, without.astype(np.int64)), axis=1)
            gain -= np.take(table, cells_of(space, term, states.astype(np.int64)), axis=1)
    return gain


def _outer(axes: list[Mask]) -> Counts:
    """Count, for each deal, the axes on which its option is marked: (readings, deals)."""
    # Two halves first: the last sum then runs over long rows.
    half = len(axes) // 2
    outer, inner = _outer_of(axes[:half], len(axes[0])), _outer_of(axes[half:], len(axes[0]))
    return (outer[:, :, None] + inner[:, None, :]).reshape(len(axes[0]), -1)


def _outer_of(axes: list[Mask], readings: int) -> Counts:
    total = np.zeros((readings, 1), dtype=np.uint8)
    for axis in axes:
        total = (total[:, :, None] + axis[:, None, :].astype(np.uint8)).reshape(readings, -1)
    return total
