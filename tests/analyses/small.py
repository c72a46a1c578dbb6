"""Small random cases with the ensembles to go with them, and a plain model of what they mean.

The model goes deal by deal and reading by reading through the definitions; it shares nothing
with the analyses but the ensemble's arrays.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from winset.case import Case, Issue, Option, Party, Statement, Table
from winset.ensemble.records import Ensemble, Refusal, RuleInForce, Term
from winset.language.terms import OPEN, And, AtTable, Condition, Is, Not, Or, Requires
from winset.space import space_of

SCALE = ("bad", "fair", "good")
PEOPLE = "abcd"


def statement(name: str, kind: str) -> Statement:
    return Statement(name, kind, name)  # type: ignore[arg-type]


def an_issue(name: str, options: list[str], now: str, by: str, *, scale: bool = False) -> Issue:
    return Issue(
        name, name, tuple(map(Option, options)), scale=scale, now=now, decided_by=tuple(by)
    )


def a_case(
    issues: list[Issue], table: str, agenda: list[str], ratifies: dict[str, str] | None = None
) -> Case:
    """Build a case with the parties a to d; ``ratifies``: ratifier -> for whom."""
    parties = [
        Party(
            p,
            p.upper(),
            ratifies=tuple((ratifies or {}).get(p, "")),
            ratifies_by=statement(f"{p}.ratifies", "ratifies"),
        )
        for p in PEOPLE
    ]
    tables = (Table("t", "T", tuple(table), statement("t", "seat"), tuple(agenda)),)
    return Case("x", "X", dt.date(2025, 1, 1), parties=tuple(parties), issues=tuple(issues),
                tables=tables)  # fmt: skip


def an_ensemble(case: Case, readings: int, **fields: Any) -> Ensemble:
    """Build an ensemble in which nobody wants anything, but for ``fields``."""
    space = space_of(case)
    parties, issues = len(space.parties), len(space.issues)
    plain = {
        "part_worth": np.zeros((readings, parties, space.slots), dtype=np.int64),
        "terms": (),
        "refusals": (),
        "rules": (),
        "base": np.tile(np.array(space.now, dtype=np.int16), (readings, 1)),
        "reservation": np.zeros((readings, parties), dtype=np.int64),
        "influence": np.full((readings, parties), 1 / parties),
        "answers": (),
        "implementers": tuple(() for _ in range(issues)),
        "stake": np.ones((parties, issues), dtype=np.bool_),
        "spoken": np.ones((parties, issues), dtype=np.bool_),
        "in_force": {},
    }
    return Ensemble(space=space, readings=readings, **(plain | fields))


# ── random cases ────────────────────────────────────────────────────────────────────────────────
class Maker:
    """Makes small cases from a seed: few utilities, so that ties are common."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def some(self, things: Any, least: int = 0) -> list[Any]:
        things = list(things)
        count = self.rng.integers(least, len(things) + 1)
        return [things[n] for n in self.rng.permutation(len(things))[:count]]

    def one(self, things: Any) -> Any:
        things = list(things)
        return things[self.rng.integers(len(things))]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def issue(self, name: str, table: str) -> Issue:
        options = list(SCALE[: self.rng.integers(1, 4)])
        by = "".join(sorted(self.some(table, 1))) if self.chance(0.85) else self.one(["abcd", ""])
        now = OPEN if self.chance(0.3) else self.one(options)
        return an_issue(name, options, now, by, scale=self.chance(0.5))

    def condition(self, case: Case, depth: int = 2) -> Condition:
        if depth and self.chance(0.5):
            parts = tuple(self.condition(case, depth - 1) for _ in range(2))
            return self.one([And(parts), Or(parts), Not(parts[0])])
        if self.chance(0.15):
            return AtTable(self.one(PEOPLE))
        issue = self.one(case.issues)
        relation = self.one(["is", "is", "at least", "at most"] if issue.scale else ["is"])
        states = [o for o in issue.states if relation == "is" or o != OPEN]
        return Is(issue.id, self.one(states), relation)

    def mask(self, readings: int) -> np.ndarray:
        return self.rng.random(readings) < self.one([0.0, 0.5, 1.0, 1.0])

    def case(self) -> Case:
        table = "".join(sorted(self.some("abc", 1)))
        names = [f"i{k}" for k in range(self.rng.integers(1, 5))]
        issues = [self.issue(name, table) for name in names]
        ratifies = {"d": self.one(["", table[0], table])} if self.chance(0.6) else {}
        return a_case(issues, table, self.some(names, 1) if self.chance(0.3) else names, ratifies)

    def ensemble(self, case: Case, readings: int | None = None) -> Ensemble:
        readings = readings or int(self.rng.integers(1, 4))
        space = space_of(case)
        parties = len(space.parties)
        worths = self.one([2, 4, 50])
        worth = self.rng.integers(0, worths, (readings, parties, space.slots))
        base = np.stack([self.rng.integers(0, n, readings) for n in space.sizes], axis=1)
        typical = worth.sum(axis=2) / max(1, space.slots) * len(space.issues)
        offset = self.rng.integers(-worths, worths + 1, (readings, parties))
        stake = self.rng.random((parties, len(space.issues))) < 0.7
        idle = self.chance(0.3)
        if idle:
            worth[:, 3], stake[3] = 0, False
        if self.chance(0.1):
            worth[:] = 1
        return an_ensemble(
            case,
            readings,
            part_worth=worth.astype(np.int64),
            terms=tuple(self.term(case, readings, idle) for _ in range(self.rng.integers(0, 3))),
            refusals=tuple(self.refusal(case, readings, k) for k in range(self.rng.integers(0, 4))),
            rules=tuple(self.rule(case, readings, k) for k in range(self.rng.integers(0, 3))),
            base=base.astype(np.int16),
            reservation=np.floor(typical * self.one([0.0, 0.7, 1.0]) + offset).astype(np.int64),
            influence=self.rng.integers(1, 5, (readings, parties)).astype(np.float64),
            stake=stake,
            in_force={"d.ratifies": self.mask(readings)} if self.chance(0.5) else {},
        )

    def term(self, case: Case, readings: int, idle: bool) -> Term:
        space = space_of(case)
        issues = tuple(self.some(range(len(space.issues)), 1)[:3])
        cells = math.prod(space.sizes[i] for i in issues)
        worth = self.rng.integers(0, 4, (readings, cells)).astype(np.int64)
        return Term(int(self.rng.integers(0, 3 if idle else 4)), issues, worth, "term")

    def refusal(self, case: Case, readings: int, number: int) -> Refusal:
        party = int(self.rng.integers(0, 4))
        return Refusal(party, f"line{number}", self.condition(case), self.mask(readings))

    def rule(self, case: Case, readings: int, number: int) -> RuleInForce:
        rule = Requires(self.condition(case, 1), self.condition(case, 1))
        return RuleInForce(f"rule{number}", rule, self.mask(readings))


# ── the plain model ─────────────────────────────────────────────────────────────────────────────
State = dict[str, str]


def meets(condition: Condition, state: State, case: Case, seated: set[str]) -> bool:
    match condition:
        case Is(name, option, "is"):
            return state[name] == option
        case Is(name, option, relation):
            issue = case.issue(name)
            order = [o.id for o in issue.options]
            if not issue.scale or state[name] not in order:
                return False
            here, there = order.index(state[name]), order.index(option)
            return here >= there if relation == "at least" else here <= there
        case AtTable(party):
            return party in seated
        case Not(part):
            return not meets(part, state, case, seated)
        case And(parts):
            return all(meets(p, state, case, seated) for p in parts)
        case Or(parts):
            return any(meets(p, state, case, seated) for p in parts)
    raise AssertionError(condition)


@dataclass
class Model:
    """A table in one reading, by the definitions."""

    case: Case
    ensemble: Ensemble
    reading: int
    joined: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        case, space = self.case, self.ensemble.space
        table = case.table("t")
        seated = set(table.parties)
        self.agenda = [
            i for i in space.issues
            if i in table.agenda and case.issue(i).decided_by
            and set(case.issue(i).decided_by) <= seated
        ]  # fmt: skip
        self.now = {i.id: i.now for i in case.issues}
        self.signers = sorted(seated | set(self.joined))
        self.own = sorted(seated)
        base = self.ensemble.base[self.reading]
        stands = {i: space.options[n][base[n]] for n, i in enumerate(space.issues)}
        choices = [sorted(case.issue(i).states) for i in self.agenda]
        self.deals = [
            stands | dict(zip(self.agenda, d, strict=True)) for d in itertools.product(*choices)
        ]
        ratify = self.ensemble.in_force.get("d.ratifies")
        bound = ratify is None or bool(ratify[self.reading])
        able = [r for r in PEOPLE if r in self.signers or bound]
        self.behind = {
            s: {s} | {r for r in able if s in case.party(r).ratifies} for s in self.signers
        }
        everyone = set().union(*self.behind.values())
        self.idle = {
            p for p in everyone - set(self.signers)
            if not self.ensemble.stake[PEOPLE.index(p)].any()
            and not any(t.party == PEOPLE.index(p) for t in self.ensemble.terms)
        }  # fmt: skip
        self.consent = sorted(everyone)
        self.gain = [{p: self.gains(d, p) for p in PEOPLE} for d in self.deals]
        self.failing = [
            {p: self.against(n, p) for p in self.consent} for n in range(len(self.deals))
        ]

    def gains(self, state: State, party: str) -> int:
        e, r, p = self.ensemble, self.reading, PEOPLE.index(party)
        total = -int(e.reservation[r, p])
        for issue, option in state.items():
            total += int(e.part_worth[r, p, e.space.slot(issue, option)])
        for term in e.terms:
            if term.party == p:
                sizes = [e.space.sizes[i] for i in term.issues]
                issues = [e.space.issues[i] for i in term.issues]
                at = tuple(e.space.option_index(i, state[i]) for i in issues)
                total += int(term.worth[r].reshape(sizes)[at])
        return total

    def against(self, deal: int, party: str) -> set[str]:
        """Lines of a party that stand against a deal."""
        seated, p = set(self.signers), PEOPLE.index(party)
        lines = {
            r.statement for r in self.ensemble.refusals
            if r.party == p and r.real[self.reading]
            and meets(r.condition, self.deals[deal], self.case, seated)
        }  # fmt: skip
        if party not in self.idle and self.gain[deal][party] < 0:
            lines.add(f"reservation:{party}")
        return lines

    def changed(self, deal: int) -> set[str]:
        return {i for i in self.agenda if self.deals[deal][i] != self.now[i]}

    def possible(self, deal: int) -> bool:
        state, seated = self.deals[deal], set(self.signers)
        return bool(self.changed(deal)) and not any(
            rule.in_force[self.reading]
            and meets(rule.rule.condition, state, self.case, seated)
            and not meets(rule.rule.requirement, state, self.case, seated)
            for rule in self.ensemble.rules
        )

    def win_set(self, signer: str) -> set[int]:
        return {
            n for n in range(len(self.deals))
            if self.possible(n) and not any(self.failing[n][p] for p in self.behind[signer])
        }  # fmt: skip

    def zone(self, relaxed: frozenset[str] = frozenset()) -> set[int]:
        return {
            n for n in range(len(self.deals))
            if self.possible(n)
            and not any(self.failing[n][p] - relaxed for p in self.consent)
            and any(self.gain[n][p] > 0 for p in self.own)
        }  # fmt: skip

    def points(self, deal: int) -> tuple[int, ...]:
        return tuple(self.gain[deal][p] for p in self.signers)

    def frontier(self) -> set[int]:
        zone = self.zone()
        return {
            n for n in zone
            if not any(
                self.points(m) != self.points(n)
                and all(x >= y for x, y in zip(self.points(m), self.points(n), strict=True))
                for m in zone
            )
        }  # fmt: skip

    def ideal(self) -> tuple[int, ...]:
        zone = self.zone()
        return tuple(max((self.gain[n][p] for n in zone), default=0) for p in self.signers)

    def solution(self, name: str) -> int:
        """The deal a solution picks, straight from its definition; -1 without a zone."""
        zone = sorted(self.zone(), key=lambda n: (len(self.changed(n)), n))
        return max(zone, key=lambda n: self.score(name, n)) if zone else -1

    def score(self, name: str, deal: int) -> Any:
        places = [k for k, best in enumerate(self.ideal()) if best > 0]
        best = [self.ideal()[k] for k in places]
        gains = [self.points(deal)[k] for k in places]
        factors = [g or b for g, b in zip(gains, best, strict=True)]
        if name == "nash":
            return sum(g > 0 for g in gains), math.prod(factors)
        if name == "weighted nash":
            columns = [PEOPLE.index(self.signers[k]) for k in places]
            weights = [int(w) for w in self.ensemble.influence[self.reading, columns]]
            power = math.prod(f**w for f, w in zip(factors, weights, strict=True))
            had = sum(w for g, w in zip(gains, weights, strict=True) if g > 0)
            return had, power, sum(g > 0 for g in gains), math.prod(factors)
        if name == "kalai-smorodinsky":
            return sorted(Fraction(g, b) for g, b in zip(gains, best, strict=True))
        return sorted(gains) if name == "egalitarian" else sum(gains)

    def smallest(self, event: Condition | None) -> set[tuple[str, ...]]:
        """Smallest sets of lines whose relaxing opens the zone, by trying all sets."""
        lines = sorted({f for failing in self.failing for part in failing.values() for f in part})
        for size in range(len(lines) + 1):
            found = {
                names for names in itertools.combinations(lines, size)
                if any(self.brings(event, n) for n in self.zone(frozenset(names)))
            }  # fmt: skip
            if found:
                return found
        return set()

    def brings(self, event: Condition | None, deal: int) -> bool:
        return event is None or meets(event, self.deals[deal], self.case, set(self.signers))


def closing(models: list[Model], event: Condition | None) -> dict[str, Any]:
    """Count what closes the zone, or keeps an event out of it."""
    closed = [m for m in models if not any(m.brings(event, n) for n in m.zone())]
    found = [m.smallest(event) for m in closed]
    sets = Counter(names for some in found for names in some)
    lines = Counter(line for some in found for line in {x for names in some for x in names})
    hopeless = sum(not some for some in found)
    return {"readings": len(closed), "hopeless": hopeless, "sets": sets, "lines": lines}


def some_readings(ensemble: Ensemble, rows: slice) -> Ensemble:
    """Cut an ensemble to some of its readings."""
    return replace(
        ensemble,
        readings=len(range(*rows.indices(ensemble.readings))),
        part_worth=ensemble.part_worth[rows],
        terms=tuple(replace(t, worth=t.worth[rows]) for t in ensemble.terms),
        refusals=tuple(replace(r, real=r.real[rows]) for r in ensemble.refusals),
        rules=tuple(r._replace(in_force=r.in_force[rows]) for r in ensemble.rules),
        base=ensemble.base[rows],
        reservation=ensemble.reservation[rows],
        influence=ensemble.influence[rows],
        in_force={name: mask[rows] for name, mask in ensemble.in_force.items()},
    )
