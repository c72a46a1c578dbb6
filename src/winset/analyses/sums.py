"""A table's zone as sums over components: what it takes to search deals that are not listed.

The zone is that of :mod:`winset.analyses.zone`. Here nothing has the length of the deals: what a
party gains is a sum over the cells of components (:mod:`winset.analyses.components`), and every
question is a search for a deal (:mod:`winset.methods.feasibility`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winset.analyses.components import (
    Components,
    Line,
    Tie,
    components_of,
    lines_of,
    worth_in,
)
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.zone import Talks
from winset.language.terms import And, Not
from winset.methods.feasibility import FEASIBLE, UNDECIDED, search
from winset.space import issues_of

_BYTES = 2**26
"""Memory that the worths of a batch of readings may take."""


@dataclass(frozen=True, eq=False)
class Sums:
    """A table's talks, laid out over components."""

    talks: Talks
    parts: Components

    @cached_property
    def rules(self) -> tuple[Line, ...]:
        """The rules in force, as lines that close what breaks them."""
        broken = [(statement, And((rule.condition, Not(rule.requirement))), in_force)
                  for statement, rule, in_force in self.talks.ensemble.rules]  # fmt: skip
        return lines_of(broken, self.talks.ensemble, self.parts, self.talks.seated)

    @cached_property
    def lines(self) -> dict[int, tuple[Line, ...]]:
        """Red lines and objections of each party whose consent is needed."""
        talks = self.talks
        always = np.ones(talks.ensemble.readings, dtype=np.bool_)
        return {
            p: lines_of(
                [(r.statement, r.condition, r.real & talks.ratifying.get(p, always))
                 for r in talks.ensemble.refusals if r.party == p],
                talks.ensemble, self.parts, talks.seated,
            )
            for p in talks.consent
        }  # fmt: skip

    def batch(self, rows: Positions) -> Batch:
        """Lay out some readings."""
        talks, parts = self.talks, self.parts
        worth = np.empty((len(rows), len(talks.judges), parts.cells), dtype=np.int64)
        floor = np.empty(worth.shape[:2], dtype=np.int64)
        for k, party in enumerate(talks.judges):
            worth[:, k] = worth_in(talks.gains[party], parts, rows)
            floor[:, k] = -talks.gains[party].level[rows]
            if party in talks.ratifying:
                # Who does not ratify in a reading has no part in it.
                idle = ~talks.ratifying[party][rows]
                worth[idle, k], floor[idle, k] = 0, 0
        obeying = np.ones((len(rows), parts.cells), dtype=np.bool_)
        for rule in self.rules:
            rule.close(rows, obeying, parts)
        allowed = obeying.copy()
        for line in (line for lines in self.lines.values() for line in lines):
            line.close(rows, allowed, parts)
        return Batch(self, rows, worth, floor, obeying, allowed)

    def batches(self, rows: Positions | None = None) -> Iterator[Batch]:
        """Lay out readings (all by default), some at a time."""
        rows = np.arange(self.talks.ensemble.readings) if rows is None else rows
        step = max(1, _BYTES // (8 * max(1, len(self.talks.judges) * self.parts.cells)))
        for start in range(0, len(rows), step):
            yield self.batch(rows[start : start + step])


@dataclass(frozen=True, eq=False)
class Batch:
    """Some readings of a table: what is searched.

    Attributes
    ----------
    rows : (n,)
        The readings.
    worth : (n, judges, cells)
        What each cell adds to what each judge gains.
    floor : (n, judges)
        What the cells of a deal have to be worth to it, at least.
    obeying, allowed : (n, cells)
        Cells that break no rule; and that cross no real red line either.
    """

    sums: Sums
    rows: Positions
    worth: Integers
    floor: Integers
    obeying: Mask
    allowed: Mask

    @property
    def parts(self) -> Components:
        """The components."""
        return self.sums.parts

    @cached_property
    def gaining(self) -> Positions:
        """Places among the judges of those of whom one has to gain."""
        return np.array(self.sums.talks.own, dtype=np.intp)

    @cached_property
    def _searched(self) -> Integers:
        """Worths, and below them what each cell changes."""
        changes = np.broadcast_to(self.parts.changes, (len(self.rows), 1, self.parts.cells))
        return np.concatenate([self.worth, changes], axis=1)

    @cached_property
    def lowest(self) -> Integers:
        """The least that a deal can be worth to each judge: (n, judges)."""
        least = np.minimum.reduceat(self.worth, self.parts.first[:-1], axis=2)
        return np.asarray(least.sum(axis=2))

    @cached_property
    def base_gains(self) -> Integers:
        """What each judge gains if nothing is changed: (n, judges)."""
        return self.gains(np.arange(len(self.rows)), self.parts.base[None, :])[:, 0]

    def gains(self, places: Positions, deals: Integers) -> Integers:
        """Give what deals gain the judges in some readings: (q, judges, deals).

        Parameters
        ----------
        places : (q,)
            Places in the batch.
        deals : (deals, components)
            Cells; the same deals in all readings.
        """
        from winset.methods.deal_sums import sums

        cells = np.ascontiguousarray((deals + self.parts.first[:-1]).T, dtype=np.int64)
        return sums(self.worth, self.floor, np.asarray(places, dtype=np.int64), cells)

    def own_gains(self, places: Positions, deals: Integers) -> Integers:
        """Give what one deal a reading gains the judges: (q,), (q, components) -> (q, judges)."""
        found = -self.floor[places]
        for c, cells in enumerate(deals.T):
            found = found + self.worth[places, :, self.parts.first[c] + cells]
        return found

    def zone(self, places: Positions, deals: Integers) -> Mask:
        """Say which deals are in the zone in some readings: (q, deals)."""
        gains = self.gains(places, deals)
        better = (gains[:, self.gaining] > 0).any(axis=1)
        found: Mask = np.asarray((gains >= 0).all(axis=1) & better)
        found &= (deals != self.parts.base).any(axis=1)
        for c, cells in enumerate(deals.T):
            found &= self.allowed[places][:, self.parts.first[c] + cells]
        return found

    def find(
        self, places: Positions, allowed: Mask, floor: Integers | None = None
    ) -> tuple[Mask, Integers, Mask]:
        """Look for deals that change something and give one of the table's own a strict gain.

        Parameters
        ----------
        places : (q,)
            Places in the batch; they may repeat.
        allowed : (q, cells)
            Cells that a deal may take.
        floor : (q, judges), optional
            Instead of the reservations.

        Returns
        -------
        Where there is one (q,), the deals (q, components), and where that could not be decided
        (q,); such count as having none.
        """
        floor = self.floor[places] if floor is None else floor
        asked = np.concatenate([floor, np.ones((len(places), 1), dtype=np.int64)], axis=1)
        first, deals = self.parts.first, np.full((len(places), len(self.parts.groups)), -1)
        found = np.zeros(len(places), dtype=np.bool_)
        unsure = found.copy()
        if not len(places) or not len(self.gaining):
            return found, deals, unsure
        plain = search(self._searched, first, places, allowed, asked)
        some = plain.status == FEASIBLE
        strict = self.own_gains(places, np.maximum(plain.deals, 0))[:, self.gaining] > 0
        found[some], deals[some] = strict[some].any(axis=1), plain.deals[some]
        left = np.flatnonzero((some & ~found) | (plain.status == UNDECIDED))
        for judge in self.gaining:
            if not len(left):
                break
            more = asked[left].copy()
            more[:, judge] = np.maximum(more[:, judge], self.floor[places[left], judge] + 1)
            tried = search(self._searched, first, places[left], allowed[left], more)
            had = tried.status == FEASIBLE
            found[left[had]], deals[left[had]] = True, tried.deals[had]
            unsure[left[tried.status == UNDECIDED]] = True
            left = left[~had]
        unsure &= ~found
        return found, deals, unsure


def sums_of(talks: Talks, more: Iterable[Tie] = ()) -> Sums:
    """Lay a table's talks out over components.

    Parameters
    ----------
    more
        Further ties between issues.

    Raises
    ------
    TooLargeError
        If too many issues hang together.
    """
    return Sums(talks, components_of(talks.grid, [*ties_of(talks), *more]))


def ties_of(talks: Talks) -> Iterator[Tie]:
    """Yield what couples issues in some reading: rules, red lines, and terms of utilities."""
    ensemble, space = talks.ensemble, talks.grid.space
    for statement, rule, in_force in ensemble.rules:
        if in_force.any():
            yield statement, issues_of(And((rule.condition, rule.requirement)), space)
    for line in ensemble.refusals:
        if line.party in talks.consent and line.real.any():
            yield line.statement, issues_of(line.condition, space)
    for term in ensemble.terms:
        if term.party in talks.judges and term.worth.any():
            yield term.statement, term.issues
