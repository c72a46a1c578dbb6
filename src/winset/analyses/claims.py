"""Predictions beside what a case makes of them, and beside what happened.

Of every claim: its hedge, the computed probability with its range over the readings, the gap
between the two, and, once it is resolved and its hedge has a band, the scores of
:mod:`winset.methods.scoring`. Claims that cannot all come true are named: they say that two steps
come in opposite orders, or in one that the case's own sequence rules out, or no story has them
both although each is common enough that chance would have brought them together. Claims on a
condition are compared where the conditions of both hold: "so if it accepts" and "else not" may
both be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from winset.analyses.events import dates
from winset.analyses.merging import ADDED, JOINED, merge
from winset.analyses.stories import Teller
from winset.case import Case, Claim
from winset.casefile.necessity import Necessity
from winset.casefile.order import Sequence as Order
from winset.language.terms import Before, Chance, Condition, Happens
from winset.methods.nested import Spread, spread
from winset.methods.scoring import BandScore, Scores, brier, logarithmic, score_band

Counts = NDArray[np.int32]
Pairs = NDArray[np.int64]

TELLINGS = 32
"""Stories told of each reading, unless asked otherwise."""

_ENOUGH = 25
"""Stories in which two claims would both hold, were they independent, before none means never."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """A claim as made: ``happened`` is None while it is unresolved.

    ``beyond`` says that it speaks of a date after the horizon, which no story reaches; ``use``
    is false for a claim that is kept and shown only.
    """

    id: str
    event: str
    given: str
    hedge: Chance
    happened: bool | None
    beyond: bool
    use: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that cannot all come true.

    ``kind`` says how it shows: ``order`` (they put steps in opposite orders), ``sequence`` (one
    puts steps in an order that the case rules out), ``apart`` (no story has both).
    ``outright`` says that their hedges cannot both be right either: together they promise more
    than certainty. Of claims on different conditions that is never said.
    """

    kind: Literal["order", "sequence", "apart"]
    claims: tuple[str, ...]
    steps: tuple[str, ...]
    outright: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim beside what the case makes of it.

    ``gap`` is how far the computed mean lies above (positive) or below the hedge's band, 0
    within it, None where the hedge has no band or nothing is computed. ``scores`` are those of
    the band, ``own`` those of the computed mean; None while unresolved.
    """

    claim: Foretold
    computed: Spread
    gap: float | None
    scores: BandScore | None
    own: Scores | None


@dataclass(frozen=True, eq=False)
class Claims:
    """The claims of a case (C of them) in R readings.

    Attributes
    ----------
    foretold
        The claims, in the order of the file.
    ordered
        Conflicts that show without any story.
    tellings
        Stories told of each reading.
    readings
        Number of readings.
    told, happened : (R, C)
        Of how many stories of each reading what is given holds, and the claim's event too.
    both, met, asked : (C, C)
        Stories in which two claims both come true; in which one does and what the other is given
        holds; in which what both are given holds.
    """

    foretold: tuple[Foretold, ...]
    ordered: tuple[Conflict, ...]
    tellings: int
    readings: int = field(metadata=ADDED)
    told: Counts = field(metadata=JOINED)
    happened: Counts = field(metadata=JOINED)
    both: Pairs = field(metadata=ADDED)
    met: Pairs = field(metadata=ADDED)
    asked: Pairs = field(metadata=ADDED)

    @staticmethod
    def merge(parts: Sequence[Claims]) -> Claims:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    @property
    def stories(self) -> int:
        """Number of stories told."""
        return self.readings * self.tellings

    def compared(self) -> tuple[Compared, ...]:
        """Set every claim beside what the case makes of it, in the order of the file."""
        return tuple(self._compared(place) for place in range(len(self.foretold)))

    def _compared(self, place: int) -> Compared:
        claim = self.foretold[place]
        computed = spread(self.happened[:, place], self.told[:, place])
        known = bool(computed.trials) and not claim.beyond
        low, high = claim.hedge.low, claim.hedge.high
        gap = None
        if known and claim.hedge.scored:
            gap = max(0.0, computed.mean - high) - max(0.0, low - computed.mean)
        scores = own = None
        if claim.happened is not None:
            scores = score_band(low, high, claim.happened) if claim.hedge.scored else None
            if known:
                mean, came = computed.mean, claim.happened
                own = Scores(float(brier(mean, came)), float(logarithmic(mean, came)))
        return Compared(claim, computed, gap, scores, own)

    def conflicts(self) -> tuple[Conflict, ...]:
        """List the claims in use that cannot all come true; those that show first of all first."""
        known = {frozenset(conflict.claims) for conflict in self.ordered}
        found = [pair for pair in self._apart() if frozenset(pair.claims) not in known]
        return (*self.ordered, *found)

    def _apart(self) -> Iterator[Conflict]:
        for one, other in combinations(range(len(self.foretold)), 2):
            first, second = self.foretold[one], self.foretold[other]
            if not (first.use and second.use) or first.beyond or second.beyond:
                continue
            alone = int(self.met[one, other]) * int(self.met[other, one])
            expected = alone / max(1, int(self.asked[one, other]))
            if not self.both[one, other] and expected >= _ENOUGH:
                yield Conflict("apart", (first.id, second.id), (), _outright(first, second))


def claims(teller: Teller, tellings: int = TELLINGS) -> Claims:
    """Tell the stories of a chunk of readings, and see which claims come true in them.

    Raises
    ------
    CaseError
        If steps wait for each other in circles, or claims name each other.
    """
    case, order = teller.case, teller.sequence
    readings = teller.ensemble.readings
    events = [(order.plain(c.event), _plain(order, c.given)) for c in case.claims]
    told, happened = np.zeros((2, readings, len(events)), dtype=np.int32)
    both, met, pairs = np.zeros((3, len(events), len(events)), dtype=np.int64)
    for block in teller.tell(tellings):
        came = np.zeros((len(events), len(block.reading)), dtype=np.bool_)
        asked = np.ones_like(came)
        for place, (event, given) in enumerate(events):
            if given is not None:
                asked[place] = block.course.at_end(given)
            came[place] = asked[place] & block.course.at_end(event)
            told[:, place] += np.bincount(block.reading[asked[place]], minlength=readings)
            happened[:, place] += np.bincount(block.reading[came[place]], minlength=readings)
        # Counts of stories stay whole numbers far below 2^53.
        true, given_too = came.astype(np.float64), asked.astype(np.float64)
        both += np.rint(true @ true.T).astype(np.int64)
        met += np.rint(true @ given_too.T).astype(np.int64)
        pairs += np.rint(given_too @ given_too.T).astype(np.int64)
    foretold = tuple(_foretold(case, claim) for claim in case.claims)
    return Claims(
        foretold=foretold,
        ordered=tuple(_ordered(order, foretold)),
        tellings=tellings,
        readings=readings,
        told=told,
        happened=happened,
        both=both,
        met=met,
        asked=pairs,
    )


def _plain(order: Order, given: Condition | None) -> Condition | None:
    return None if given is None else order.plain(given)


def _foretold(case: Case, claim: Claim) -> Foretold:
    named = [date for date in dates(claim.event) if date is not None]
    return Foretold(
        claim.id,
        str(claim.event),
        "" if claim.given is None else str(claim.given),
        claim.hedge,
        None if claim.resolution is None else claim.resolution.happened,
        case.horizon is not None and any(date > case.horizon for date in named),
        claim.statement.use,
    )


def _ordered(order: Order, foretold: Sequence[Foretold]) -> Iterator[Conflict]:
    """Find claims that put steps in opposite orders, or in one that the case rules out."""
    needed = Necessity(order)
    by_id = {claim.id: claim for claim in foretold if claim.use}
    pairs = {}
    for claim in order.case.claims:
        match claim.event:
            case Before(Happens(first), Happens(second)) if claim.id in by_id:
                if first in order.steps and second in order.steps:
                    pairs[claim.id] = first, second
    for name, (first, second) in pairs.items():
        if second in needed.steps(first):
            yield Conflict("sequence", (name,), (second, first), by_id[name].hedge.low > 0)
    for (one, steps), (other, others) in combinations(pairs.items(), 2):
        if steps == others[::-1] and by_id[one].given == by_id[other].given:
            yield Conflict("order", (one, other), steps, _outright(by_id[one], by_id[other]))


def _outright(one: Foretold, other: Foretold) -> bool:
    return one.given == other.given and one.hedge.low + other.hedge.low > 1
