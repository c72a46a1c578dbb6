"""After the signature: would the deal hold?

In each reading with a signed deal, those concerned have these moves, each of them a yes or no:

- who can ``break`` issues of the deal can take them back to ``now``, all at once, and not sign
  them again alone;
- a signer can take back, and give again, what it alone decides of the deal (a gesture);
- an absent party that would have to carry out a part can accept or decline; where a stated answer
  or a real red line decides, it has no choice. (Who has no preferences has no stake, and accepts.)

What stands then is found as for absent parties (:mod:`winset.analyses.absent_worlds`): what is
declined or taken back falls back to ``now``, and what the rules then forbid with it. On these
states the graph model (:mod:`winset.methods.stability`) says what would hold. A *fait accompli* is
a state in which nobody breaks anything and somebody declines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from winset.analyses.absent_worlds import World
from winset.analyses.deals import Deals
from winset.analyses.deals import deals as deals_of
from winset.analyses.masks import Integers, Mask
from winset.analyses.merging import ADDED, merge
from winset.analyses.stability_after import After, Turn, arrows_of, ends_of, turns_of
from winset.analyses.stability_inverse import Change, changes
from winset.analyses.zone import talks_of
from winset.case import Case
from winset.ensemble import Ensemble, sample
from winset.errors import AskError, TooLargeError
from winset.methods.bargaining import Solution
from winset.methods.stability import CONCEPTS, Concept, Sanctions, equilibria
from winset.space import grid_of

__all__ = ["Holding", "Turn", "holding", "inverse_holding"]

MOST_TURNS = 8
"""Things that can be done to a deal, up to which a run follows what becomes of it."""

_MOST_TURNS = 12


@dataclass(frozen=True, eq=False)
class Holding:
    """What becomes of the deals that a table signs. States are numbered over ``turns``.

    State 0 is the deal as signed; each turn taken sets its bit, the last turn's being the lowest.

    Attributes
    ----------
    table, signed
        The table, and the solution whose deal counts as signed.
    movers
        The parties with a turn.
    turns
        What they can do.
    concepts
        Concepts computed.
    readings, with_deal
        Readings computed, and those with a deal.
    stable
        Concept -> readings in which each state is stable for each mover: (movers, states).
    holds
        Concept -> readings in which each state is an equilibrium: (states,).
    content
        Concept -> readings in which the state right after the signature (stated answers given) is
        stable for each mover: (movers,).
    intact
        Concept -> readings in which the deal as signed, nothing taken back, is an equilibrium.
    accompli
        Concept -> readings in which some fait accompli is an equilibrium.
    ends
        Readings in which improvements lead from the signature (stated answers given) to each
        state and end there: (states,).
    led
        Readings in which they lead to some fait accompli and end there.
    arrows
        (mover, from, to) -> readings in which that move serves its mover; empty above 256 states.
    deals
        Deal -> readings that sign it.
    deal_holds
        Concept -> deal -> readings that sign it and in which it is an equilibrium as signed.
    """

    table: str
    signed: str
    movers: tuple[str, ...]
    turns: tuple[Turn, ...]
    concepts: tuple[Concept, ...]
    readings: int = field(metadata=ADDED)
    with_deal: int = field(metadata=ADDED)
    stable: dict[Concept, Integers] = field(metadata=ADDED)
    holds: dict[Concept, Integers] = field(metadata=ADDED)
    content: dict[Concept, Integers] = field(metadata=ADDED)
    intact: dict[Concept, int] = field(metadata=ADDED)
    accompli: dict[Concept, int] = field(metadata=ADDED)
    ends: Integers = field(metadata=ADDED)
    led: int = field(metadata=ADDED)
    arrows: dict[tuple[int, int, int], int] = field(metadata=ADDED)
    deals: dict[int, int] = field(metadata=ADDED)
    deal_holds: dict[Concept, dict[int, int]] = field(metadata=ADDED)

    @staticmethod
    def merge(parts: Sequence[Holding]) -> Holding:
        """Put results of consecutive chunks together; ValueError if they differ in question."""
        return merge(parts)

    def taken(self, state: int) -> tuple[Turn, ...]:
        """Name the turns taken in a state."""
        last = len(self.turns) - 1
        return tuple(turn for n, turn in enumerate(self.turns) if state >> (last - n) & 1)

    def leading(self, concept: Concept, most: int = 6) -> list[int]:
        """Rank the states in which it ends most often; then equilibria in most readings."""
        found = np.flatnonzero((self.holds[concept] > 0) | (self.ends > 0))
        order = np.lexsort((found, -self.holds[concept][found], -self.ends[found]))
        return [int(s) for s in found[order][:most]]


def holding(
    case: Case,
    ensemble: Ensemble,
    deals: Deals,
    *,
    concepts: Sequence[Concept] = CONCEPTS,
    sanctions: Sanctions = "legal",
    most: int = _MOST_TURNS,
) -> Holding:
    """Find what would become of the deals that a table signs.

    Parameters
    ----------
    ensemble
        The same readings as those of ``deals``.
    deals
        What the table can sign, and signs.
    concepts, sanctions
        See :mod:`winset.methods.stability`.
    most
        Turns up to which it is tried; 12 at most.

    Raises
    ------
    AskError
        If nobody has a turn.
    TooLargeError
        If there are more turns.
    ValueError
        If ``deals`` speaks of another number of readings.
    """
    if deals.readings != ensemble.readings:
        raise ValueError(f"deals of {deals.readings} readings, an ensemble of {ensemble.readings}")
    talks = talks_of(case, ensemble, grid_of(case, ensemble.space, deals.table), deals.joined)
    turns = turns_of(case, talks)
    if not turns:
        raise AskError(
            f"after a deal at {deals.table} nobody can do anything: no issue of its agenda has "
            "`break`, `implemented_by` or a single decider"
        )
    if len(turns) > min(most, _MOST_TURNS):
        raise TooLargeError(
            f"what becomes of the deals of {deals.table} is not followed: {len(turns)} things can "
            f"be done to one, and up to {min(most, _MOST_TURNS)} are tried here"
        )
    picked = deals.chosen[deals.signed]
    after = After(case, World(talks, np.flatnonzero(picked >= 0)), turns, picked[picked >= 0])
    every = tuple(dict.fromkeys(["nash", *concepts]))
    found = after.conflict.stable(
        after.worth, after.able, concepts=[c for c in CONCEPTS if c in every], sanctions=sanctions
    ) if len(after.world.rows) else {}  # fmt: skip
    return _counted(deals, after, found, tuple(concepts))


def _counted(
    deals: Deals, after: After, found: dict[Concept, Mask], concepts: tuple[Concept, ...]
) -> Holding:
    held = equilibria(found)
    empty = np.zeros((0, after.size), dtype=np.bool_)
    none = np.zeros((0, len(after.movers), after.size), dtype=np.bool_)
    starts, every = after.starts, np.arange(len(after.deals))
    accompli = after.accomplished()
    ends = ends_of(after, held.get("nash", empty))
    return Holding(
        table=deals.table,
        signed=deals.signed,
        movers=after.movers,
        turns=after.turns,
        concepts=concepts,
        readings=deals.readings,
        with_deal=len(after.deals),
        stable={c: found.get(c, none).sum(axis=0) for c in concepts},
        holds={c: held.get(c, empty).sum(axis=0) for c in concepts},
        content={
            c: np.asarray(found.get(c, none)[every, :, starts].sum(axis=0, dtype=np.int64))
            for c in concepts
        },
        intact={c: int(held.get(c, empty)[:, 0].sum()) for c in concepts},
        accompli={c: int(held.get(c, empty)[:, accompli].any(axis=1).sum()) for c in concepts},
        ends=ends.sum(axis=0),
        led=int(ends[:, accompli].any(axis=1).sum()),
        arrows=arrows_of(after),
        deals=_count(after.deals),
        deal_holds={c: _count(after.deals[held.get(c, empty)[:, 0]]) for c in concepts},
    )


def _count(deals: Integers) -> dict[int, int]:
    kinds, counts = np.unique(deals, return_counts=True)
    return {int(d): int(n) for d, n in zip(kinds, counts, strict=True)}


def inverse_holding(
    case: Case,
    table: str,
    concept: Concept,
    *,
    readings: int = 200,
    seed: int = 0,
    signed: Solution = "nash",
    fixed: Mapping[str, str] | None = None,
    without: frozenset[str] = frozenset(),
    sanctions: Sanctions = "legal",
) -> list[Change]:
    """Find which single statements, dropped or reversed, change how often the deal holds as signed.

    The share is of the readings with a deal. Arguments as those of
    :func:`winset.analyses.stability_inverse.inverse`.
    """
    options = dict(fixed or {})

    def held(told: Case, dropped: frozenset[str]) -> float:
        ensemble = sample(told, readings, seed, without=dropped, fixed=options)
        found = deals_of(
            told, ensemble, table, signed=signed, solutions=(), closing=False, brief=True
        )
        after = holding(told, ensemble, found, concepts=[concept], sanctions=sanctions)
        if not after.with_deal:
            raise AskError("no reading has a deal")
        return after.intact[concept] / after.with_deal

    return changes(case, held, without)
