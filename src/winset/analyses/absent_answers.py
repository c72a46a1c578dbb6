"""What absent parties answer to the signed deal.

In each reading, for each absent party: a stated answer decides; else a real red line crossed
means decline; a party without preferences has no stake; one that is silent on everything the deal
moves is undetermined; any other declines if the deal as it would stand is worse for it than the
same world had it declined. What stands depends on who declines: first those whose stated answers
and red lines say so; then everyone compares, and all who now decline are added at once, until
nobody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent_worlds import World
from winset.analyses.masks import Mask
from winset.space import States, holds

if TYPE_CHECKING:
    from winset.analyses.zone import Talks
    from winset.ensemble.records import Ensemble

NO_DEAL: Final = -1
ACCEPT: Final = 0
DECLINE: Final = 1
NO_STAKE: Final = 2
UNDETERMINED: Final = 3
ANSWERS: Final = ("accept", "decline", "no stake", "undetermined")
"""Names of the answers, by their codes."""

STATED: Final = 0
RED_LINE: Final = 1
SILENT: Final = 2
COMPARED: Final = 3
GROUNDS: Final = ("stated", "red line", "silent", "compared")
"""What an answer rests on, by its code."""


@dataclass(frozen=True, eq=False)
class Answered:
    """Answers to the signed deals of some readings.

    Attributes
    ----------
    answer, ground : (N, absent parties)
        Codes: see ``ANSWERS`` and ``GROUNDS``.
    declining : (N, parties) booleans
        Who declines, by index in the space.
    stands : (N, issues) option indices
        The deal as it would stand.
    """

    answer: NDArray[np.int8]
    ground: NDArray[np.int8]
    declining: Mask
    stands: States


def has_preferences(ensemble: Ensemble, party: int) -> bool:
    """Say whether anything matters to a party: an issue, or a term over several."""
    return bool(ensemble.stake[party].any()) or any(t.party == party for t in ensemble.terms)


def answer(world: World, signed: States, absent: tuple[int, ...]) -> Answered:
    """Work out the answers of absent parties (indices) to signed states (N, issues)."""
    shape = (len(signed), len(absent))
    given = np.full(shape, ACCEPT, dtype=np.int8)
    ground = np.full(shape, COMPARED, dtype=np.int8)
    for column, party in enumerate(absent):
        _first_grounds(world, signed, party, given[:, column], ground[:, column])
    declining = np.zeros((len(signed), len(world.ensemble.space.parties)), dtype=np.bool_)
    for column, party in enumerate(absent):
        declining[:, party] = given[:, column] == DECLINE
    stands = _settle(world, signed, absent, ground == COMPARED, declining)
    for column, party in enumerate(absent):
        given[declining[:, party], column] = DECLINE
    return Answered(given, ground, declining, stands)


def stated(world: World, signed: States, party: int) -> tuple[Mask, Mask]:
    """Say where a party's stated answers decide: (N,) to decline, (N,) to accept.

    Where both are stated and their conditions hold, the party declines.
    """
    found = {"decline": np.zeros(len(signed), dtype=np.bool_)}
    found["accept"] = found["decline"].copy()
    for line in world.ensemble.answers:
        if line.party == party:
            where = line.in_force[world.rows]
            if line.condition is not None:
                where = where & holds(
                    line.condition, world.ensemble.space, signed, world.talks.seated
                )
            found[line.answer] |= where
    return found["decline"], found["accept"] & ~found["decline"]


def crossed(world: World, signed: States, party: int) -> Mask:
    """Say where a real red line of a party is crossed: (N,)."""
    found = np.zeros(len(signed), dtype=np.bool_)
    for line in world.ensemble.refusals:
        if line.party == party:
            where = holds(line.condition, world.ensemble.space, signed, world.talks.seated)
            found |= line.real[world.rows] & where
    return found


def silent(world: World, signed: States, party: int) -> Mask:
    """Say where a deal moves something, but nothing that matters to a party: (N,).

    A deal moves what differs from the state without agreement.
    """
    ensemble = world.ensemble
    moved = signed != ensemble.base[world.rows]
    matters = ensemble.stake[party].copy()
    for term in ensemble.terms:
        if term.party == party:
            matters[list(term.issues)] = True
    quiet: Mask = moved.any(axis=1) & ~moved[:, matters].any(axis=1)
    return quiet


def _first_grounds(
    world: World,
    signed: States,
    party: int,
    given: NDArray[np.int8],
    ground: NDArray[np.int8],
) -> None:
    """Fill in, for one party, the answers that do not depend on other parties' answers."""
    quiet = (
        silent(world, signed, party)
        if has_preferences(world.ensemble, party)
        else np.ones(len(signed), dtype=np.bool_)
    )
    given[quiet] = UNDETERMINED if has_preferences(world.ensemble, party) else NO_STAKE
    ground[quiet] = SILENT
    line = crossed(world, signed, party)
    given[line], ground[line] = DECLINE, RED_LINE
    declines, accepts = stated(world, signed, party)
    given[declines], given[accepts] = DECLINE, ACCEPT
    ground[declines | accepts] = STATED


def _settle(
    world: World, signed: States, absent: tuple[int, ...], compares: Mask, declining: Mask
) -> States:
    """Let parties that compare join those who decline, in place; return what stands at last."""
    stands = world.standing(signed, declining)
    carriers = [
        (column, party) for column, party in enumerate(absent) if carries(world.talks, party)
    ]
    while True:
        joining = np.zeros_like(declining)
        for column, party in carriers:
            asks = np.flatnonzero(compares[:, column] & ~declining[:, party])
            joining[asks, party] = _better_without(
                world.of(asks), signed[asks], stands[asks], declining[asks], party
            )
        if not joining.any():
            return stands
        declining |= joining
        stands = world.standing(signed, declining)


def _better_without(
    world: World, signed: States, stands: States, declining: Mask, party: int
) -> Mask:
    """Say where a party is better off if it declines too: (N,)."""
    refused = declining.copy()
    refused[:, party] = True
    without = world.standing(signed, refused)
    better: Mask = world.utility(party, stands) < world.utility(party, without)
    return better


def carries(talks: Talks, party: int) -> bool:
    """Say whether a party implements an issue of a table: if not, declining changes nothing."""
    on_grid = (talks.ensemble.implementers[i] for i in talks.grid.issues)
    return any(party == p for by in on_grid for p, _ in by)
