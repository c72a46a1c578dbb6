"""Priorities as utilities: what stands first outweighs all that stands after it.

The k-th of a party's K conditions is worth 2**(K - k) where it holds, so that states compare
lexicographically: option prioritising of L. Fang, K. W. Hipel, D. M. Kilgour & X. Peng, "A
Decision Support System for Interactive Decision Making, Part I: Model Formulation", IEEE
Transactions on Systems, Man, and Cybernetics C 33(1), 2003, 42-55.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from winset.ensemble.draws import Chunk
from winset.ensemble.records import READINGS_PER_CHUNK, Integers, Term
from winset.space import Mask, holds, issues_of


@dataclass(frozen=True, eq=False)
class Priorities:
    """What the priorities of a case are worth, and where they give parties a stake."""

    terms: tuple[Term, ...]
    parties: tuple[int, ...]
    stake: Mask

    def replace(
        self, worth: Integers, terms: tuple[Term, ...]
    ) -> tuple[Integers, tuple[Term, ...]]:
        """Put them in the place of all else that is worth something to these parties."""
        if not self.parties:
            return worth, terms
        worth = worth.copy()
        worth[:, list(self.parties)] = 0
        return worth, (*(t for t in terms if t.party not in self.parties), *self.terms)


def priorities(chunk: Chunk) -> Priorities:
    """Lay out the priorities of every party."""
    case, space = chunk.model.case, chunk.model.space
    wishing = {w.party for w in case.priorities if w.statement.use}
    parties = tuple(p for p, name in enumerate(space.parties) if name in wishing)
    terms = tuple(term for p in parties for term in _terms(chunk, p))
    stake = np.zeros((len(space.parties), len(space.issues)), dtype=np.bool_)
    for p in parties:
        stake[p, [i for t in terms if t.party == p for i in t.issues]] = True
    return Priorities(terms, parties, stake)


def _terms(chunk: Chunk, party: int) -> Iterator[Term]:
    case, space = chunk.model.case, chunk.model.space
    own = [w for w in case.priorities if w.party == space.parties[party] and w.statement.use]
    for place, wish in enumerate(own, 1):
        issues = issues_of(wish.condition, space)
        sizes = [space.sizes[i] for i in issues]
        states = np.tile(space.state(), (int(np.prod(sizes)), 1))
        states[:, list(issues)] = np.indices(sizes).reshape(len(sizes), -1).T
        met = holds(wish.condition, space, states)
        never = np.zeros(READINGS_PER_CHUNK, dtype=np.bool_)
        held = chunk.in_force.get(wish.statement.id, never)
        worth = (held[:, None] & met).astype(np.int64) * (chunk.model.units.whole >> place)
        yield Term(party, issues, worth, wish.statement.id)
