"""Which deals a table can sign: zones, win-sets, frontiers, solutions, and what closes them.

Every reading has a zone of its own (:mod:`winset.analyses.zone`) with its Pareto frontier and the
deals that bargaining solutions pick from it (:mod:`winset.methods.bargaining`). A result counts
readings. It is a plain record of arrays, tuples and dicts; results of consecutive chunks of
readings merge into that of all of them.

Up to ``winset.space.MOST_DEALS`` deals are listed one by one. Above, zones are searched
(:mod:`winset.analyses.searched`): the same questions have the same exact answers, but that zones
are measured by an estimate, single deals are counted for those looked at, and frontiers that are
too large are shown on a grid, in part of the readings. The result says so.

The share of readings in which an option or a deal is acceptable is the acceptability index of
stochastic multicriteria acceptability analysis: R. Lahdelma, J. Hokkanen & P. Salminen, "SMAA -
Stochastic multiobjective acceptability analysis", European Journal of Operational Research
106(1), 1998, 137-143.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from winset.analyses.deals_result import Deals
from winset.analyses.masks import Integers, held
from winset.analyses.packages import Early
from winset.analyses.refused import names_refused
from winset.analyses.tally import gains_at, tally
from winset.analyses.zone import Talks, talks_of
from winset.case import Case
from winset.ensemble import Ensemble
from winset.errors import AskError
from winset.language.terms import Condition
from winset.methods.bargaining import SOLUTIONS, Solution
from winset.space import (
    MOST_DEALS,
    grid_of,
    holds,
    is_of_states,
)

__all__ = ["Deals", "deals", "deals_to_look_at", "events_of"]

PLAIN: tuple[Solution, ...] = tuple(s for s in SOLUTIONS if s != "weighted nash")
"""Solutions that need no influence."""


def events_of(case: Case) -> dict[str, Condition]:
    """Events that a deal brings or not: what steps settle and claims predict of issues alone."""
    settled = [step.settles for step in case.steps if step.settles is not None]
    claimed = [claim.event for claim in case.claims]
    found = {str(event): event for event in [*settled, *claimed] if is_of_states(event)}
    return dict(sorted(found.items()))


def deals(
    case: Case,
    ensemble: Ensemble,
    table: str,
    *,
    signed: Solution = "nash",
    solutions: Sequence[Solution] = PLAIN,
    events: Mapping[str, Condition] | None = None,
    joined: tuple[str, ...] = (),
    closing: bool = True,
    brief: bool = False,
    looked_at: tuple[int, ...] | None = None,
    most: int = MOST_DEALS,
) -> Deals:
    """Find the deals that a table can sign, in every reading of an ensemble.

    Parameters
    ----------
    signed
        The solution whose deal counts as signed; computed whether in ``solutions`` or not.
    events
        Conditions on states by name; by default those of :func:`events_of`.
    joined
        Parties that sit at the table beyond its own: the deals are the same, and their consent
        is needed too.
    closing
        Whether to find what closes zones and keeps events out.
    brief
        Where deals are searched, find the solutions' deals only, on a grid and without proof; all
        else counts nothing.
    looked_at
        Numbers of the deals to count one by one where there are too many to list; by default
        those that :func:`deals_to_look_at` finds.
    most
        Deals that are listed, at most; more are searched.

    Raises
    ------
    AskError
        If the case has no such table, party or solution.
    TooLargeError
        If there are too many to list, and too many of the issues hang together to be searched.
    """
    grid = grid_of(case, ensemble.space, table)
    _check(grid.space.parties, joined, [signed, *solutions])
    talks = talks_of(case, ensemble, grid, joined)
    chosen_events = events_of(case) if events is None else events
    wanted = [signed, *(s for s in SOLUTIONS if s in solutions and s != signed)]
    if grid.size <= max(1, most):
        early, looked_at = Early(grid), None
        laid = {name: held(event, ensemble, grid, talks.seated)
                for name, event in chosen_events.items()}  # fmt: skip
        found = tally(talks, early, wanted, laid, closing=closing)
    else:
        # Imported here: compiled searches take a while to load, and small tables need none.
        from winset.analyses.searched import search_deals

        early, looked_at, found = search_deals(
            talks, wanted, looked_at, chosen_events, closing=closing, brief=brief
        )
    everyone = range(len(grid.space.parties))
    name = grid.space.parties.__getitem__
    chosen = {s: found.chosen[s] for s in SOLUTIONS if s in wanted}
    return Deals(
        table=table,
        signers=tuple(map(name, talks.signers)),
        joined=tuple(p for p in map(name, talks.signers) if p not in grid.parties),
        ratifiers=tuple(name(p) for p in talks.consent if p not in talks.signers),
        idle=tuple(map(name, talks.idle)),
        people=grid.space.parties,
        issues=tuple(grid.space.issues[i] for i in grid.issues),
        options=tuple(grid.space.options[i] for i in grid.issues),
        now=tuple(grid.label(grid.index({})).values()),
        left_out=grid.left_out,
        set_outside=grid.set_outside,
        signed=signed,
        agendas=early.names(),
        looked_at=looked_at,
        readings=ensemble.readings,
        zone_size=found.zone_size,
        winset_size=found.winset_size,
        sizes_exact=found.sizes_exact,
        sampled=found.sampled,
        frontier_size=found.frontier_size,
        frontier_gap=found.frontier_gap,
        unsure=found.unsure,
        shortfall={s: found.shortfall[s] for s in SOLUTIONS if s in wanted},
        zone_count=found.zone_count,
        frontier_count=found.frontier_count,
        option_in_zone=found.option_in_zone,
        option_on_frontier=found.option_on_frontier,
        chosen=chosen,
        gains={s: gains_at(talks, picked, everyone) for s, picked in chosen.items()},
        ideal=found.ideal,
        gain_sum=found.gain_sum,
        unit=ensemble.unit,
        refused=names_refused(grid, talks.kept),
        event_in_zone=found.event_in_zone,
        event_signed=_brought(chosen_events, talks, chosen[signed]),
        closed=found.closed,
        early=found.early,
    )


def deals_to_look_at(
    case: Case,
    ensemble: Ensemble,
    table: str,
    *,
    signed: Solution = "nash",
    joined: tuple[str, ...] = (),
) -> tuple[int, ...] | None:
    """Choose the deals to count one by one at a table, in the first readings of an ensemble.

    Returns
    -------
    Their numbers, ascending; None where all deals are listed.
    """
    grid = grid_of(case, ensemble.space, table)
    if grid.listed:
        return None
    from winset.analyses.searched import look_around

    wanted = [signed, *(s for s in PLAIN if s != signed)]
    return look_around(talks_of(case, ensemble, grid, joined), wanted)


def _brought(events: Mapping[str, Condition], talks: Talks, picked: Integers) -> dict[str, int]:
    """Count the readings whose signed deal brings each event."""
    ensemble, grid = talks.ensemble, talks.grid
    have = np.flatnonzero(picked >= 0)
    states = ensemble.base[have].astype(np.int16)
    states[:, list(grid.issues)] = grid.options_of(picked[have])
    return {name: int(holds(event, grid.space, states, talks.seated).sum())
            for name, event in events.items()}  # fmt: skip


def _check(parties: tuple[str, ...], joined: tuple[str, ...], solutions: Sequence[str]) -> None:
    for party in joined:
        if party not in parties:
            raise AskError(f"no party is called {party!r}: there are {', '.join(parties)}")
    for solution in solutions:
        if solution not in SOLUTIONS:
            raise AskError(f"no solution is called {solution!r}: there are {', '.join(SOLUTIONS)}")
