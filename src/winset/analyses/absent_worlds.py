"""What becomes of a deal when parties that would have to carry it out decline.

What a decliner implements of the deal falls back to ``now``. Then, while a rule in force is broken,
the changed issues in the rule's condition fall back too (where none is changed: those in its
requirement). All broken rules act at once, so that their order does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winset.analyses.masks import Integers, Mask, Positions
from winset.ensemble.utility import cells_of
from winset.space import States, holds, issues_of

if TYPE_CHECKING:
    from winset.analyses.zone import Talks
    from winset.ensemble.records import Ensemble
    from winset.space import Grid


@dataclass(frozen=True, slots=True)
class World:
    """States of some readings, worked on together.

    Attributes
    ----------
    talks
        The table, in every reading of an ensemble.
    rows : (N,) integers
        The reading that each row speaks of; readings may repeat.
    """

    talks: Talks
    rows: Integers

    @property
    def ensemble(self) -> Ensemble:
        """All readings."""
        return self.talks.ensemble

    @property
    def grid(self) -> Grid:
        """The deals of the table."""
        return self.talks.grid

    def of(self, places: Positions) -> World:
        """Pick some of the rows."""
        return World(self.talks, self.rows[places])

    def signed(self, deals: Integers) -> States:
        """Give the states that deals bring about if all carry them out: (N,) -> (N, issues)."""
        states = self.ensemble.base[self.rows].astype(np.int16)
        states[:, list(self.grid.issues)] = self.grid.options_of(deals)
        return states

    def standing(self, states: States, declining: Mask) -> States:
        """Give what is left of signed states.

        Parameters
        ----------
        states : (N, issues) option indices
            As signed.
        declining : (N, parties) booleans
            Who declines.

        Returns
        -------
        (N, issues) option indices.
        """
        left = states.copy()
        for issue in self.grid.issues:
            gone = np.zeros(len(left), dtype=np.bool_)
            for party, in_force in self.ensemble.implementers[issue]:
                gone |= declining[:, party] & in_force[self.rows]
            left[gone, issue] = self.ensemble.space.now[issue]
        self._settle(left)
        return left

    def utility(self, party: int, states: States) -> Integers:
        """Give what states are worth to a party (its index): (N, issues) -> (N,)."""
        ensemble, space = self.ensemble, self.ensemble.space
        slots = states + np.array(space.offsets[:-1])
        worth: Integers = ensemble.part_worth[self.rows[:, None], party, slots].sum(axis=1)
        for term in ensemble.terms:
            if term.party == party:
                cells = cells_of(space, term, states.astype(np.int64))
                worth = worth + term.worth[self.rows, cells]
        return worth

    def _settle(self, states: States) -> None:
        """Let broken rules take back changed issues, in place."""
        now = np.array(self.ensemble.space.now, dtype=np.int16)
        left = np.arange(len(states))
        while len(left):
            back = self._taken_back(states[left], self.rows[left])
            moved = back.any(axis=1)
            left = left[moved]
            states[left] = np.where(back[moved], now, states[left])

    def _taken_back(self, states: States, rows: Integers) -> Mask:
        space, seated = self.ensemble.space, self.talks.seated
        changed = states != np.array(space.now, dtype=np.int16)
        back = np.zeros(states.shape, dtype=np.bool_)
        for _, rule, in_force in self.ensemble.rules:
            broken = in_force[rows] & holds(rule.condition, space, states, seated)
            broken &= ~holds(rule.requirement, space, states, seated)
            for side in (rule.condition, rule.requirement):
                issues = list(issues_of(side, space))
                here = changed[:, issues] & broken[:, None]
                back[:, issues] |= here
                broken = broken & ~here.any(axis=1)
        return back
