"""What some statements alone make of a table's headlines, a few readings at a time.

Whether a headline moves is often settled by the first readings looked at. So readings are worked
through in blocks, each when it is asked for and once, and only for what the headline needs: whether
there is a deal, which one is signed, what absent parties make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent import absent_parties
from winset.analyses.absent_answers import ACCEPT, DECLINE, answer
from winset.analyses.absent_worlds import World
from winset.analyses.deals import events_of
from winset.analyses.headlines import Headline
from winset.analyses.masks import Mask, Positions
from winset.analyses.tally import signed_deals, some_deal
from winset.analyses.zone import Talks, talks_of
from winset.case import Case
from winset.ensemble import Ensemble
from winset.language.terms import Is, atoms
from winset.methods.bargaining import Solution
from winset.space import States, grid_of, holds

if TYPE_CHECKING:
    from winset.analyses.sums import Sums


@dataclass(frozen=True, slots=True)
class Seen:
    """Readings of a block in which a headline holds, of those in which it could.

    ``heard`` says that the headline is one at all: an absent party's is none before it has
    something to accept or decline.
    """

    hits: int = 0
    of: int = 0
    heard: bool = False


@dataclass(frozen=True, eq=False)
class _Signed:
    """The readings of a block with a deal, and the states that are signed there."""

    rows: Positions
    states: States


@dataclass(frozen=True, eq=False)
class _Met:
    """What each absent party answers in these readings, and whether it is hurt: (rows,) each."""

    given: dict[str, NDArray[np.int8]]
    hurt: dict[str, Mask]


@dataclass(frozen=True, eq=False)
class Trial:
    """A table in an ensemble in which only some statements are in force."""

    case: Case
    ensemble: Ensemble
    table: str
    signed: Solution
    _signed: dict[tuple[int, int], _Signed] = field(default_factory=dict, init=False)
    _met: dict[tuple[int, int], _Met] = field(default_factory=dict, init=False)

    @cached_property
    def talks(self) -> Talks:
        """The talks."""
        return talks_of(
            self.case, self.ensemble, grid_of(self.case, self.ensemble.space, self.table)
        )

    def seen(self, headline: Headline, start: int, end: int) -> Seen:
        """Count a headline in the readings ``start`` to ``end`` (exclusive)."""
        if headline.what == "deal":
            return Seen(int(self._some(start, end).sum()), end - start, heard=True)
        if headline.what == "event":
            return self._event(headline.about, self._at(start, end))
        met = self._answered(start, end)
        if headline.about not in met.given:
            return Seen()
        given, hurt = met.given[headline.about], met.hurt[headline.about]
        heard = bool(((given == ACCEPT) | (given == DECLINE)).any())
        hits = given == DECLINE if headline.what == "declines" else hurt
        return Seen(int(hits.sum()), len(given), heard)

    def _some(self, start: int, end: int) -> Mask:
        if self.talks.grid.listed:
            return some_deal(self.talks, start, end)
        batch = self._sums.batch(np.arange(start, end))
        return batch.find(np.arange(end - start), batch.allowed)[0]

    @cached_property
    def _sums(self) -> Sums:
        # Imported here: compiled searches take a while to load, and small tables need none.
        from winset.analyses.sums import sums_of

        return sums_of(self.talks)

    def _at(self, start: int, end: int) -> _Signed:
        if (start, end) not in self._signed:
            if self.talks.grid.listed:
                picked = signed_deals(self.talks, self.signed, start, end)
            else:
                from winset.analyses.searched import nearly_signed

                picked = nearly_signed(self._sums, self.signed, np.arange(start, end))
            have = np.flatnonzero(picked >= 0)
            states = World(self.talks, have + start).signed(picked[have])
            self._signed[start, end] = _Signed(have + start, states)
        return self._signed[start, end]

    def _event(self, name: str, signed: _Signed) -> Seen:
        event, space = events_of(self.case).get(name), self.ensemble.space
        own = {space.issues[i] for i in self.talks.grid.issues}
        if event is None or not own & {a.issue for a in atoms(event) if isinstance(a, Is)}:
            return Seen()
        brought = holds(event, space, signed.states, self.talks.seated)
        return Seen(int(brought.sum()), len(signed.rows), heard=True)

    def _answered(self, start: int, end: int) -> _Met:
        if (start, end) not in self._met:
            self._met[start, end] = self._meet(self._at(start, end))
        return self._met[start, end]

    def _meet(self, signed: _Signed) -> _Met:
        index = self.ensemble.space.party_index
        outside = sorted(absent_parties(self.case, self.table), key=index.__getitem__)
        world = World(self.talks, signed.rows)
        told = answer(world, signed.states, tuple(index[p] for p in outside))
        floor = self.ensemble.reservation[signed.rows]
        return _Met(
            dict(zip(outside, told.answer.T, strict=True)),
            {p: world.utility(index[p], told.stands) < floor[:, index[p]] for p in outside},
        )
