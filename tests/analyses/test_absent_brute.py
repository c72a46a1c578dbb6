"""Everything the absent-party analysis says against a plain model, on many small random cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.analyses.small import PEOPLE, Maker, Model, State, a_case, meets, statement

from winset.analyses import zone as zone_module
from winset.analyses.absent import AbsentResult, absent, absent_parties
from winset.analyses.absent_answers import ANSWERS
from winset.analyses.deals import deals
from winset.case import Absent, Case
from winset.ensemble.records import AnswerInForce, Ensemble, RuleInForce
from winset.language.terms import Condition, Requires
from winset.methods.bargaining import Solution
from winset.space import is_of_states


# ── random cases with absent parties ──────────────────────────────────────────────────────────
class AbsentMaker(Maker):
    """Adds who carries out what, and what absent parties are said to answer."""

    def case(self) -> Case:
        case = super().case()
        outside = [p for p in PEOPLE if p not in case.tables[0].parties]
        issues = tuple(
            replace(i, implemented_by=tuple(self.some(PEOPLE)) if self.chance(0.8) else ())
            for i in case.issues
        )
        listed = tuple(
            Absent(p, "t", "", statement(f"{p}.absent", "absent")) for p in self.some(outside, 1)
        )
        return replace(case, issues=issues, absent=listed)

    def ensemble(self, case: Case, readings: int | None = None) -> Ensemble:
        made = super().ensemble(case, readings)
        space, count = made.space, made.readings
        implementers = tuple(
            tuple((PEOPLE.index(p), self.mask(count)) for p in case.issue(i).implemented_by)
            for i in space.issues
        )
        answers = tuple(self.answer(case, count, k) for k in range(self.rng.integers(0, 5)))
        # Without preferences on some issues silence matters; low reservations make for deals.
        silent = self.rng.random(made.stake.shape) < self.one([0.0, 0.0, 0.6])
        stake = made.stake & ~silent
        worth = made.part_worth.copy()
        for p, i in zip(*np.nonzero(~stake), strict=True):
            worth[:, p, space.offsets[i] : space.offsets[i + 1]] = 0
        reservation = made.reservation.copy()
        if self.chance(0.8):
            own = [PEOPLE.index(p) for p in case.tables[0].parties]
            reservation[:, own] -= self.one([1, 2, 6, 20])
        rules = tuple(self.plain_rule(case, count, k) for k in range(self.rng.integers(0, 3)))
        return replace(
            made, implementers=implementers, answers=answers, stake=stake, part_worth=worth,
            reservation=reservation, rules=rules,
        )  # fmt: skip

    def plain_rule(self, case: Case, readings: int, number: int) -> RuleInForce:
        """Make a rule that speaks of issues alone, as those of case files do."""
        while True:
            depth = int(self.rng.integers(0, 2))
            rule = Requires(self.condition(case, depth), self.condition(case, depth))
            if is_of_states(rule.condition) and is_of_states(rule.requirement):
                return RuleInForce(f"rule{number}", rule, self.mask(readings))

    def answer(self, case: Case, readings: int, number: int) -> AnswerInForce:
        condition: Condition | None = None if self.chance(0.3) else self.condition(case)
        party, given = int(self.rng.integers(0, 4)), self.one(["accept", "decline"])
        return AnswerInForce(party, given, condition, self.mask(readings), f"answer{number}")


class BusyMaker(AbsentMaker):
    """Makes deals that change much, are carried out by absent parties, and hang together."""

    def case(self) -> Case:
        names = [f"i{k}" for k in range(self.rng.integers(2, 5))]
        issues = [
            replace(
                self.issue(name, "ab"),
                decided_by=tuple("ab") if self.chance(0.8) else tuple("a"),
                implemented_by=tuple(self.some("cd") if self.chance(0.8) else ""),
            )
            for name in names
        ]
        ratifies = {"d": self.one(["", "c", "ac"])}
        listed = tuple(Absent(p, "t", "", statement(f"{p}.absent", "absent")) for p in "cd")
        made = a_case(issues, "ab", names[: self.rng.integers(1, 5)], ratifies)
        return replace(made, absent=listed)

    def ensemble(self, case: Case, readings: int | None = None) -> Ensemble:
        made = super().ensemble(case, readings or 4)
        reservation = made.reservation.copy()
        reservation[:, :2] -= 60
        terms = tuple(self.term(case, made.readings, False) for _ in range(4))
        terms = tuple(replace(t, party=2 + n % 2, worth=t.worth * 3) for n, t in enumerate(terms))
        rules = tuple(self.plain_rule(case, made.readings, k) for k in range(self.one([0, 1, 3])))
        answers = tuple(self.answer(case, made.readings, k) for k in range(self.one([0, 3])))
        answers = tuple(a._replace(party=2) for a in answers)
        always = np.ones(made.readings, dtype=np.bool_)
        steady = self.chance(0.5)
        implementers = tuple(
            tuple((p, always if steady else in_force) for p, in_force in by)
            for by in made.implementers
        )
        base = np.repeat(made.base[:1], made.readings, axis=0) if steady else made.base
        return replace(
            made, reservation=reservation, rules=rules, answers=answers, terms=terms, base=base,
            refusals=made.refusals[:1], implementers=implementers,
        )  # fmt: skip


# ── the plain model ───────────────────────────────────────────────────────────────────────────
class Guested(Model):
    """The table with guests: all consent, and somebody of the table's own gains."""

    def zone(self, relaxed: frozenset[str] = frozenset()) -> set[int]:
        own = self.case.table("t").parties
        return {n for n in super().zone(relaxed) if any(self.gain[n][p] > 0 for p in own)}


class Plain(Model):
    """One reading, answer by answer."""

    def matters(self, party: str) -> set[str]:
        e, p = self.ensemble, PEOPLE.index(party)
        found = {i for n, i in enumerate(e.space.issues) if e.stake[p, n]}
        for term in e.terms:
            if term.party == p:
                found |= {e.space.issues[i] for i in term.issues}
        return found

    def base(self) -> State:
        space = self.ensemble.space
        return space.labels(self.ensemble.base[self.reading])

    def carriers(self, issue: str) -> set[str]:
        by = self.ensemble.implementers[self.ensemble.space.issue_index[issue]]
        return {PEOPLE[p] for p, in_force in by if in_force[self.reading]}

    def standing(self, state: State, declining: set[str]) -> State:
        left = dict(state)
        for issue in self.agenda:
            if self.carriers(issue) & declining:
                left[issue] = self.now[issue]
        while True:
            back: set[str] = set()
            for line in self.ensemble.rules:
                rule, seated = line.rule, set(self.signers)
                if not line.in_force[self.reading]:
                    continue
                broken = meets(rule.condition, left, self.case, seated)
                broken = broken and not meets(rule.requirement, left, self.case, seated)
                if broken:
                    back |= self.changed_in(rule.condition, left) or self.changed_in(
                        rule.requirement, left
                    )
            if not back:
                return left
            left |= {issue: self.now[issue] for issue in back}

    def changed_in(self, condition: Condition, state: State) -> set[str]:
        spoken = {i for i in state if f"{i} is" in str(condition)}
        return {i for i in spoken if state[i] != self.now[i]}

    def first(self, state: State, party: str) -> str:
        """Answer by all but comparison ("" where that decides)."""
        seated, p, r = set(self.signers), PEOPLE.index(party), self.reading
        said = {
            a.answer for a in self.ensemble.answers
            if a.party == p and a.in_force[r]
            and (a.condition is None or meets(a.condition, state, self.case, seated))
        }  # fmt: skip
        if said:
            return "decline" if "decline" in said else "accept"
        for line in self.ensemble.refusals:
            if line.party == p and line.real[r] and meets(line.condition, state, self.case, seated):
                return "decline"
        if not self.matters(party):
            return "no stake"
        base = self.base()
        moved = {i for i in state if state[i] != base[i]}
        return "undetermined" if moved and not moved & self.matters(party) else ""

    def answers(self, state: State, absent: tuple[str, ...]) -> dict[str, str]:
        given = {p: self.first(state, p) for p in absent}
        declining = {p for p in absent if given[p] == "decline"}
        while True:
            stands = self.standing(state, declining)
            joining = {
                p for p in absent
                if not given[p] and p not in declining
                and self.gains(stands, p) < self.gains(self.standing(state, declining | {p}), p)
            }  # fmt: skip
            if not joining:
                break
            declining |= joining
        return {p: "decline" if p in declining else given[p] or "accept" for p in absent}

    def wins(self, deal: int, party: str) -> bool:
        state = self.deals[deal]
        given = self.answers(state, (party,))[party]
        return self.possible(deal) and given in ("accept", "no stake")

    def winning(self, signed: int, party: str) -> tuple[int, int, bool, bool]:
        """Fewest changes, the deal, whether the zone has one such, whether it has any."""

        def away(n: int) -> int:
            return sum(self.deals[n][i] != self.deals[signed][i] for i in self.agenda)

        wins = [n for n in range(len(self.deals)) if self.wins(n, party)]
        zone = self.zone()
        if not wins:
            return 0, -1, False, False
        least = min(map(away, wins))
        nearest = [n for n in wins if away(n) == least]
        bearable = [n for n in nearest if n in zone]
        deal = min(bearable or nearest, key=lambda n: (len(self.changed(n)), n))
        return least, deal, bool(bearable), any(n in zone for n in wins)


# ── the comparison ────────────────────────────────────────────────────────────────────────────
def check(case: Case, ensemble: Ensemble, solution: Solution, events: dict[str, Condition]) -> Any:
    signed = deals(case, ensemble, "t", signed=solution, events={}, closing=False)
    found = absent(case, ensemble, signed, events=events)
    assert found.absent == absent_parties(case, "t")
    models = [Plain(case, ensemble, r) for r in range(ensemble.readings)]
    for reading, model in enumerate(models):
        picked = model.solution(solution)
        assert found.deal[reading] == picked
        if picked < 0:
            check_nothing(found, model)
        else:
            check_answers(found, model, picked)
            check_costs(found, model, picked)
            check_winning(found, model, picked)
        check_guests(found, model, solution)
    check_events(found, models, events)
    return found


def check_nothing(found: AbsentResult, model: Plain) -> None:
    r = model.reading
    assert (found.answer[r] == -1).all()
    assert state_of(found, r) == model.base()
    assert not found.stands_gains[r].any()
    assert not found.cost[r].any()
    assert not found.short[r].any()
    assert not found.fallen[r]
    assert not found.won_changes[r].any()
    assert (found.won_deal[r] == -1).all()


def state_of(found: AbsentResult, reading: int) -> State:
    rows = zip(found.issues, found.options, found.stands[reading], strict=True)
    return {issue: options[n] for issue, options, n in rows}


def check_answers(found: AbsentResult, model: Plain, picked: int) -> None:
    r, state = model.reading, model.deals[picked]
    given = model.answers(state, found.absent)
    assert [ANSWERS[code] for code in found.answer[r]] == [given[p] for p in found.absent]
    stands = model.standing(state, {p for p in found.absent if given[p] == "decline"})
    assert state_of(found, r) == stands
    assert bool(found.fallen[r]) == (stands != state)
    assert list(found.stands_gains[r]) == [model.gains(stands, p) for p in found.people]
    assert [bool(found.hurt(p)[r]) for p in found.people] == [
        model.gains(stands, p) < 0 for p in found.people
    ]
    assert bool(found.holding[r]) == all(model.gains(stands, p) >= 0 for p in found.signers)


def check_costs(found: AbsentResult, model: Plain, picked: int) -> None:
    state = model.deals[picked]
    for column, party in enumerate(found.absent):
        left = model.standing(state, {party})
        after = [model.gains(left, s) for s in found.signers]
        before = [model.gain[picked][s] for s in found.signers]
        assert list(found.cost[model.reading, column]) == [
            b - a for b, a in zip(before, after, strict=True)
        ]
        assert list(found.short[model.reading, column]) == [a < 0 for a in after]


def check_winning(found: AbsentResult, model: Plain, picked: int) -> None:
    r = model.reading
    for column, party in enumerate(found.absent):
        expected: tuple[int, int, bool, bool] = (0, -1, False, False)
        if ANSWERS[found.answer[r, column]] == "decline":
            expected = model.winning(picked, party)
        got = (found.won_changes, found.won_deal, found.won_bearable, found.won_in_zone)
        assert tuple(array[r, column] for array in got) == expected


def guests_of(model: Plain, absent: tuple[str, ...]) -> list[tuple[str, ...]]:
    alone = [(p,) for p in absent if model.matters(p) & set(model.agenda)]
    return alone + ([tuple(p for (p,) in alone)] if len(alone) > 1 else [])


def check_guests(found: AbsentResult, model: Plain, solution: Solution) -> None:
    r = model.reading
    assert list(found.guests) == guests_of(model, found.absent)
    for column, guests in enumerate(found.guests):
        with_them = Guested(model.case, model.ensemble, r, guests)
        picked = with_them.solution(solution)
        assert found.guest_zone[r, column] == len(with_them.zone())
        assert found.guest_deal[r, column] == picked
        gains = [with_them.gain[picked][p] if picked >= 0 else 0 for p in found.people]
        assert list(found.guest_gains[guests][r]) == gains
        prices = [int(found.price(guests, p)[r]) for p in found.people]
        assert prices == [s - g for s, g in zip(found.stands_gains[r], gains, strict=True)]


def check_events(found: AbsentResult, models: list[Plain], events: dict[str, Condition]) -> None:
    seated = set(models[0].signers)
    case = models[0].case
    with_deal = np.flatnonzero(found.deal >= 0)
    for name, event in events.items():
        stands = sum(meets(event, state_of(found, r), case, seated) for r in with_deal)
        assert found.event_stands[name] == stands
        for column, guests in enumerate(found.guests):
            picked = found.guest_deal[:, column]
            states = [m.deals[n] for m, n in zip(models, picked, strict=True) if n >= 0]
            brings = sum(meets(event, state, case, seated) for state in states)
            assert found.event_guests[guests][name] == brings


SIGNED: list[Solution] = ["nash", "nash", "kalai-smorodinsky", "weighted nash", "egalitarian"]


def made(seed: int, readings: int | None = None) -> tuple[AbsentMaker, Case, Ensemble]:
    maker = AbsentMaker(seed)
    case = maker.case()
    while len(case.tables[0].parties) > 2 or len(case.issues) < 2:
        case = maker.case()
    return maker, case, maker.ensemble(case, readings)


@pytest.mark.parametrize("block", range(8))
def test_a_plain_model_agrees(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        maker, case, ensemble = made(seed)
        events = {f"e{k}": maker.condition(case) for k in range(maker.rng.integers(0, 3))}
        check(case, ensemble, maker.one(SIGNED), events)


@pytest.mark.parametrize("block", range(8))
def test_a_plain_model_agrees_where_much_hangs_together(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        maker = BusyMaker(seed)
        case = maker.case()
        check(case, maker.ensemble(case), "nash", {})


def test_the_random_cases_are_no_empty_talk() -> None:
    """Every answer and ground, falls, costs, wins and closed zones have to occur in some."""
    seen: Counter[str] = Counter()
    for seed in range(320):
        _, case, ensemble = made(seed)
        found = absent(case, ensemble, deals(case, ensemble, "t", events={}, closing=False))
        for party in found.absent:
            seen.update(found.answers(party))
            seen.update({f"declines: {k}": n for k, n in found.grounds(party).items()})
            seen["hurt"] += int(found.hurt(party).sum())
        seen["fallen"] += int(found.fallen.sum())
        seen["costly"] += int((found.cost > 0).sum())
        seen["short"] += int(found.short.sum())
        seen["won"] += int((found.won_changes > 0).sum())
        seen["won by two"] += int((found.won_changes > 1).sum())
        seen["bearable"] += int(found.won_bearable.sum())
        seen["no guests' deal"] += int(((found.guest_deal < 0) & (found.deal[:, None] >= 0)).sum())
    wanted = {"accept", "decline", "no stake", "undetermined", "declines: stated",
              "declines: red line", "declines: compared", "hurt", "fallen", "costly", "short",
              "won", "won by two", "bearable", "no guests' deal"}  # fmt: skip
    assert min(seen[name] for name in wanted) >= 5, seen


def same(one: AbsentResult, other: AbsentResult) -> None:
    np.testing.assert_equal(vars(one), vars(other))


@pytest.mark.parametrize("seed", range(30))
def test_small_batches_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _, case, ensemble = made(seed, 7)
    table = deals(case, ensemble, "t")
    whole = absent(case, ensemble, table)
    monkeypatch.setattr(zone_module, "CELLS", 1)
    same(absent(case, ensemble, table), whole)
