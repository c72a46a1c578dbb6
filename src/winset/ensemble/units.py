"""The whole number that a utility of 1 is counted as, so that numbers of a case stay exact.

Where a case fixes a party's weights and the values of its options, what they are worth are
fractions with a common denominator. A utility of 1 is counted as a multiple of it, so that each
of them is a whole number of units. It depends on the case alone: dropping statements or setting
issues leaves it, and so the utilities of different runs can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, islice
from math import lcm

from winset.case import Case, NoAgreement, Preference, Salience
from winset.ensemble.fixed import as_written, fixed_numbers
from winset.ensemble.naming import Keys
from winset.ensemble.rankings import weighing, wishes
from winset.ensemble.spoken import Spoken, Things, thing
from winset.language.terms import Numbers, finest
from winset.space import Space

COARSEST = 2**16
"""Weights that are drawn are whole multiples of at most so many units."""

_MOST_SETS = 256
"""Sets of statements on one thing that are looked at, the largest first."""


@dataclass(frozen=True)
class Units:
    """How utilities are counted.

    Attributes
    ----------
    whole
        A utility of 1, in units: the largest multiple up to :data:`FINEST` of a denominator that
        the numbers of the case have in common; FINEST itself where it states none.
    grains
        Party -> where its weights are drawn, they are whole multiples of so many units: what the
        values that the case fixes for it have as common denominator. 1 where it fixes none.
    """

    whole: int
    grains: Mapping[str, int]


def units_of(
    case: Case,
    space: Space,
    keys: Keys,
    things: Things,
    components: Mapping[str, Mapping[str, int]],
) -> Units:
    """Find how the utilities of a case are counted.

    Denominators of parties are taken in as long as their least common multiple is at most FINEST,
    the smallest first; then those of what parties get without agreement, in the same way. Where
    that is far from all deals, :func:`winset.language.terms.finest` takes FINEST's place.

    Parameters
    ----------
    space
        Its outcomes, nothing dropped or set from outside.
    things
        Every statement in use, by what it speaks of.
    components
        Party -> what has weight for it, numbered.
    """
    counted = _Counted(case, space, keys, things)
    stating = [p.id for p in case.parties if counted.states_numbers(p.id)]
    values = {p: counted.values(p) for p in stating}
    sums = [counted.sums(p, values[p], components[p]) for p in stating]
    most = finest(_added(case))
    common = _common(_common(1, sums, most), map(counted.outcomes, stating), most)
    grains = {p: _common(1, values[p].values(), COARSEST) for p in stating}
    return Units(most // common * common, {p.id: grains.get(p.id, 1) for p in case.parties})


def _added(case: Case) -> float:
    added = [line.outcome.plus for line in case.no_agreement if line.outcome.plus]
    return max((max(abs(plus.low), abs(plus.high)) for plus in added), default=0.0)


def _common(start: int, denominators: Iterable[int], most: int) -> int:
    """Take in denominators, the smallest first, as long as the common one is at most ``most``."""
    common = start
    for denominator in sorted(denominators):
        together = lcm(common, denominator)
        common = together if together <= most else common
    return common


@dataclass(frozen=True)
class _Counted:
    case: Case
    space: Space
    keys: Keys
    things: Things

    def on(self, kind: str, party: str, *issue: str) -> tuple[Spoken, ...]:
        names = self.keys.parties[party], *(self.keys.issues[i] for i in issue)
        return self.things.get(thing(kind, *names), ())

    def states_numbers(self, party: str) -> bool:
        """Say whether some number is stated of a party's utility."""
        said = [
            *self.on("salience", party),
            *(s for issue in self.case.issues for s in self.on("preference", party, issue.id)),
        ]
        return bool(self._outcomes(party)) or any(map(_numbers, said))  # fmt: skip

    def values(self, party: str) -> dict[str, int]:
        """Give the common denominator of the values fixed on each issue."""
        return {issue.id: self._values(party, issue.id) for issue in self.case.issues}

    def _values(self, party: str, issue: str) -> int:
        spoken = self.on("preference", party, issue)
        if not any(map(_numbers, spoken)):
            return 1
        common = 1
        for said in _sets(spoken):
            rankings = [s.record.ranking for s in said if isinstance(s.record, Preference)]
            for _, left in wishes(rankings, self.case.issue(issue), self.space).cases:
                common = lcm(common, *(v.denominator for v in fixed_numbers(left) if v is not None))
        return common

    def sums(self, party: str, values: Mapping[str, int], index: Mapping[str, int]) -> int:
        """Give the common denominator of fixed weights times fixed values."""
        common = 1
        for said in _sets(self.on("salience", party)) if index else ():
            rankings = [s.record.ranking for s in said if isinstance(s.record, Salience)]
            weights = fixed_numbers(weighing(rankings, index))
            for name, n in index.items():
                weight = weights[n]
                if weight is not None:
                    common = lcm(common, (weight / values.get(name, 1)).denominator)
        return common

    def outcomes(self, party: str) -> int:
        """Give the common denominator of the numbers that a party gets without agreement."""
        return lcm(*(number.denominator for number in self._outcomes(party)))

    def _outcomes(self, party: str) -> list[Fraction]:
        said = [s.record.outcome for s in self.on("no agreement", party)
                if isinstance(s.record, NoAgreement)]  # fmt: skip
        stated = [r for outcome in said for r in (outcome.reservation, outcome.plus) if r]
        return [as_written(r.low) for r in stated if r.low == r.high]


def _numbers(spoken: Spoken) -> bool:
    record = spoken.record
    return isinstance(record, Preference | Salience) and isinstance(record.ranking, Numbers)


def _sets(spoken: Sequence[Spoken]) -> Iterator[tuple[Spoken, ...]]:
    """Yield what of a thing's statements may be in force together."""
    sizes = range(len(spoken), -1, -1)
    every = chain.from_iterable(combinations(spoken, size) for size in sizes)
    for said in islice(every, _MOST_SETS):
        groups = [s.statement.group for s in said if s.statement.group]
        if len(groups) == len(set(groups)):
            yield said
