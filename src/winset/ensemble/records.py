"""What an ensemble holds: arrays over readings, in the internal order of the space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.case import Statement
from winset.language.terms import FINEST, Condition, Requires
from winset.space import Mask, Space, States

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

READINGS_PER_CHUNK = 500
"""Readings are drawn in chunks of this many: a chunk is drawn whole, then cut to what is asked."""


@dataclass(frozen=True, eq=False)
class Term:
    """A part of a party's utility that hangs on several issues at once.

    ``party`` and ``issues`` are internal indices; ``worth`` has shape (readings, cells), one cell
    for each combination of options of these issues, the last issue varying fastest;
    ``statement`` is the id of what was said.
    """

    party: int
    issues: tuple[int, ...]
    worth: Integers
    statement: str


@dataclass(frozen=True, eq=False)
class Refusal:
    """A red line or objection: ``real`` (readings,) says in which readings it is one."""

    party: int
    statement: str
    condition: Condition
    real: Mask
    objection: bool = False


class RuleInForce(NamedTuple):
    """A rule, and the readings in which it is in force: (readings,)."""

    statement: str
    rule: Requires
    in_force: Mask


class AnswerInForce(NamedTuple):
    """A stated answer (``condition`` None: always), and the readings in which it is in force."""

    party: int
    answer: Literal["accept", "decline"]
    condition: Condition | None
    in_force: Mask
    statement: str


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Many numeric readings of one case.

    Attributes
    ----------
    space
        Parties, issues and options in internal order; ``now`` with what was set from outside.
    readings
        Number of readings R.
    part_worth : (R, parties, slots)
        What an option adds to a party's utility, in units of 1/``unit``.
    terms
        Linkage terms and conditional preferences; added to the part-worths.
    refusals, rules, answers
        What is refused, impossible, or stated as an answer, with the readings it holds in.
    base : (R, issues)
        The state without agreement: option indices.
    reservation : (R, parties)
        What a party gets without agreement, in units of 1/``unit``.
    influence : (R, parties)
        Weights of sum 1.
    implementers
        For each issue the parties that carry it out (indices), and the readings in which they do.
    stake, spoken : (parties, issues)
        Whether the issue matters to the party; whether a statement says what it wants there.
    in_force : statement id -> (R,)
        The readings in which each statement of the case is in force.
    dropped
        Statements left out.
    unit
        A utility of 1, as the integer utilities are counted in: the same for every ensemble of a
        case (:mod:`winset.ensemble.units`).
    """

    space: Space
    readings: int
    part_worth: Integers
    terms: tuple[Term, ...]
    refusals: tuple[Refusal, ...]
    rules: tuple[RuleInForce, ...]
    base: States
    reservation: Integers
    influence: Floats
    answers: tuple[AnswerInForce, ...]
    implementers: tuple[tuple[tuple[int, Mask], ...], ...]
    stake: Mask
    spoken: Mask
    in_force: Mapping[str, Mask]
    dropped: frozenset[str] = frozenset()
    unit: int = FINEST

    def may_hold(self, statement: Statement | None) -> bool:
        """Say whether a statement is in force in some readings, be it not among these."""
        return (
            statement is not None
            and statement.use
            and statement.share.middle > 0
            and statement.id not in self.dropped
        )
