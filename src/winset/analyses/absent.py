"""The fait accompli: what a signed deal is worth when those who were not there have answered.

For the deal that the table signs in each reading: what every absent party answers, and whether it
is hurt; the deal as it would stand; what declining costs those who signed; what the table would
sign with absent parties at it, and so what leaving them out gains or loses everybody; and the
smallest change of the deal that wins each party which declines.

How answers are found stands in :mod:`winset.analyses.absent_answers`, what is left of a deal that
somebody declines to carry out in :mod:`winset.analyses.absent_worlds`, and the rest in
:mod:`winset.analyses.absent_guests` and :mod:`winset.analyses.absent_winning`. Results of
consecutive chunks of readings merge into that of all of them.

The question is Putnam's of the second level, put to parties that neither sat at the first nor
ratify there: R. D. Putnam, "Diplomacy and Domestic Politics: The Logic of Two-Level Games",
International Organization 42(3), 1988, 427-460.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent_answers import DECLINE, NO_DEAL, Answered, answer
from winset.analyses.absent_guests import Asked, Seating, Signing
from winset.analyses.absent_result import AbsentResult
from winset.analyses.absent_winning import Winning, Won
from winset.analyses.absent_worlds import World
from winset.analyses.deals import Deals, events_of
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.tally import gains_at
from winset.analyses.zone import Talks, talks_of
from winset.case import Case, LinkageTerm, Preference, RedLine, Salience, StatedAnswer
from winset.language.terms import Condition
from winset.space import States, grid_of, holds

if TYPE_CHECKING:
    from winset.analyses.absent_searched import SearchedSigning
    from winset.ensemble.records import Ensemble

__all__ = ["AbsentResult", "absent", "absent_parties"]

_Kind = TypeVar("_Kind", bound=np.generic)


def absent_parties(case: Case, table: str) -> tuple[str, ...]:
    """Name the parties that a table's deals concern, but that are not parties to it; sorted.

    These are the parties said to be absent from it, those that implement an issue of its agenda,
    and all others of which a statement says what they want, refuse or answer; not those that
    only ratify for the table.
    """
    record = case.table(table)
    named = {a.party for a in case.absent if a.table == table}
    carrying = {p for i in record.agenda for p in case.issue(i).implemented_by}
    ratifiers = {r for p in record.parties for r in case.ratifiers(p)}
    lines: list[_Line] = [
        *case.preferences, *case.salience, *case.red_lines, *case.linkage, *case.answers
    ]  # fmt: skip
    speaking = {line.party for line in lines if line.statement.use} - ratifiers
    return tuple(sorted((named | carrying | speaking) - set(record.parties)))


_Line = Preference | Salience | RedLine | LinkageTerm | StatedAnswer


def absent(
    case: Case,
    ensemble: Ensemble,
    deals: Deals,
    *,
    events: Mapping[str, Condition] | None = None,
    answers_only: bool = False,
) -> AbsentResult:
    """Find what absent parties make of the deals that a table signs.

    Parameters
    ----------
    ensemble
        The same readings as those of ``deals``.
    deals
        What the table can sign, and signs.
    events
        Conditions on states by name; by default those of
        :func:`winset.analyses.deals.events_of`.
    answers_only
        Leave out what the table would sign with absent parties at it, and what would win them.

    Raises
    ------
    ValueError
        If ``deals`` speaks of another number of readings.
    """
    if deals.readings != ensemble.readings:
        raise ValueError(f"deals of {deals.readings} readings, an ensemble of {ensemble.readings}")
    talks = talks_of(case, ensemble, grid_of(case, ensemble.space, deals.table), deals.joined)
    names = tuple(p for p in absent_parties(case, deals.table) if p not in deals.joined)
    outside = tuple(sorted(ensemble.space.party_index[p] for p in names))
    picked = deals.chosen[deals.signed]
    met = _met(talks, picked, outside)
    conditions = events_of(case) if events is None else dict(events)
    given = _spread(met.answered.answer, met, NO_DEAL)
    declines = [(given[:, column] == DECLINE) & (not answers_only)
                for column in range(len(outside))]  # fmt: skip
    seatings = [] if answers_only else _seatings(case, talks, outside)
    signing: Sequence[Signing | SearchedSigning]
    if deals.listed:
        won, signing = _listed(talks, dict(zip(outside, declines, strict=True)), picked, seatings)
    else:
        from winset.analyses import absent_searched as searched

        won = [
            searched.win_over(talks, p, picked, d) for p, d in zip(outside, declines, strict=True)
        ]
        signing = [searched.SearchedSigning(seating, deals.signed) for seating in seatings]
    signed = [zone.signed(deals.signed) for zone in signing]
    people = range(len(ensemble.space.parties))
    name = ensemble.space.parties.__getitem__
    guests = tuple(tuple(map(name, zone.seating.guests)) for zone in signing)
    return AbsentResult(
        table=deals.table,
        signed=deals.signed,
        signers=deals.signers,
        people=ensemble.space.parties,
        absent=tuple(map(name, outside)),
        issues=ensemble.space.issues,
        options=ensemble.space.options,
        agenda=deals.issues,
        now=deals.now,
        guests=guests,
        readings=ensemble.readings,
        unit=ensemble.unit,
        deal=picked,
        answer=given,
        ground=_spread(met.answered.ground, met, NO_DEAL),
        stands=_standing(met),
        fallen=_spread((met.answered.stands != met.signed).any(axis=1), met, 0),
        stands_gains=_spread(met.gains, met, 0),
        cost=_spread(met.cost, met, 0),
        short=_spread(met.short, met, 0),
        won_changes=_columns([w.changes for w in won], picked),
        won_deal=_columns([w.deal for w in won], picked),
        won_bearable=_columns([w.bearable for w in won], picked >= 0),
        won_in_zone=_columns([w.in_zone for w in won], picked >= 0),
        guest_zone=cast("Integers", _columns([s.size for s in signing], picked)),
        guest_deal=_columns(signed, picked),
        guest_gains={g: gains_at(talks, d, people) for g, d in zip(guests, signed, strict=True)},
        event_stands=_count(conditions, met.answered.stands, talks),
        event_guests={g: _count(conditions, _states(talks, d), talks)
                      for g, d in zip(guests, signed, strict=True)},
    )  # fmt: skip


class _Met(NamedTuple):
    """The readings with a deal (N of them), the signed states and what becomes of them."""

    ensemble: Ensemble
    rows: Positions
    signed: States
    answered: Answered
    gains: Integers
    cost: Integers
    short: Mask


def _met(talks: Talks, picked: Integers, outside: tuple[int, ...]) -> _Met:
    ensemble = talks.ensemble
    rows = np.flatnonzero(picked >= 0)
    world = World(talks, rows)
    signed = world.signed(picked[rows])
    answered = answer(world, signed, outside)
    shape = (len(rows), len(outside), len(talks.signers))
    cost, short = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    before = [world.utility(signer, signed) for signer in talks.signers]
    for column, party in enumerate(outside):
        alone = np.zeros(answered.declining.shape, dtype=np.bool_)
        alone[:, party] = True
        left = world.standing(signed, alone)
        for place, signer in enumerate(talks.signers):
            after = world.utility(signer, left)
            cost[:, column, place] = before[place] - after
            short[:, column, place] = after < ensemble.reservation[rows, signer]
    people = range(len(ensemble.space.parties))
    worth = np.stack([world.utility(p, answered.stands) for p in people], axis=1)
    gains = worth - ensemble.reservation[rows]
    return _Met(ensemble, rows, signed, answered, gains, cost, short)


def _seatings(case: Case, talks: Talks, outside: tuple[int, ...]) -> list[Seating]:
    """Seat each absent party to which the table's issues matter, and then all of these."""
    parties = talks.grid.space.parties
    willing = [p for p in outside if _concerned(talks, p)]
    sets = [(p,) for p in willing] + ([tuple(willing)] if len(willing) > 1 else [])
    own = tuple(parties[p] for p in talks.signers)
    return [
        Seating(talks, talks_of(case, talks.ensemble, talks.grid, (*own, *(parties[p] for p in s))))
        for s in sets
    ]


def _concerned(talks: Talks, party: int) -> bool:
    """Say whether some issue of the table matters to a party, so that its consent may bind."""
    ensemble, issues = talks.ensemble, list(talks.grid.issues)
    linked = any(t.party == party and set(t.issues) & set(issues) for t in ensemble.terms)
    return linked or bool(ensemble.stake[party, issues].any())


def _listed(
    talks: Talks, declines: Mapping[int, Mask], picked: Integers, seatings: list[Seating]
) -> tuple[list[Won], list[Signing]]:
    """Go through the table's listed zones once, for all that needs them."""
    winning = [Winning(talks, party, picked, where) for party, where in declines.items()]
    signing = [Signing(seating) for seating in seatings]
    if not signing and not any(where.any() for where in declines.values()):
        return [search.won for search in winning], signing
    judging = {p: s.seating.guested.gains[p] for s in signing
               for p in s.seating.further if p in s.seating.guested.judges}  # fmt: skip
    for batch in talks.batches():
        asked = Asked(talks, batch, {p: laid.rows(batch.rows) for p, laid in judging.items()})
        for search in winning:
            search.take(batch)
        for zone in signing:
            zone.take(asked)
    return [search.won for search in winning], signing


def _spread(values: NDArray[_Kind], met: _Met, empty: int) -> NDArray[_Kind]:
    """Put what was found for readings with a deal among all readings."""
    spread = np.full((met.ensemble.readings, *values.shape[1:]), empty, dtype=values.dtype)
    spread[met.rows] = values
    return spread


def _standing(met: _Met) -> States:
    stands = met.ensemble.base.astype(np.int16)
    stands[met.rows] = met.answered.stands
    return stands


def _columns(columns: list[NDArray[_Kind]], like: NDArray[_Kind]) -> NDArray[_Kind]:
    """Stack one array (readings,) a party or seating; none give a table without columns."""
    return np.stack(columns, axis=1) if columns else like[:, None][:, :0]


def _states(talks: Talks, picked: Integers) -> States:
    rows = np.flatnonzero(picked >= 0)
    return World(talks, rows).signed(picked[rows])


def _count(events: Mapping[str, Condition], states: States, talks: Talks) -> dict[str, int]:
    return {name: int(holds(event, talks.grid.space, states, talks.seated).sum())
            for name, event in events.items()}  # fmt: skip
