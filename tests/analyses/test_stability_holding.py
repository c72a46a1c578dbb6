"""What becomes of a signed deal, against states and moves worked out one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from winset.analyses.deals import deals
from winset.analyses.stability_holding import Holding, Turn, holding, inverse_holding
from winset.case import Case
from winset.casefile import load, load_text
from winset.ensemble import Ensemble, sample
from winset.errors import AskError

CASE = """format: 1
name: t
title: T
as_of: 2025-01-01
parties: {a: A, b: B, c: C, idle: Idle}
issues:
  peace: {options: [n, y], now: n, decided_by: a + b, implemented_by: c + idle, break: b}
  money: {options: [n, y], now: n, decided_by: a}
  land: {options: [n, y], now: n, decided_by: a + b}
rules:
  - land is y requires peace is y
tables:
  t: {parties: a + b, agenda: [peace, money, land]}
preferences:
  a: {peace: y > n, money: [n > y (0.7), y > n (0.3)], land: y > n}
  b: {peace: [n > y (0.5), y > n (0.5)], money: y > n, land: y > n}
  c: {peace: y > n, land: n > y, money: y > n (0.5)}
answers:
  c: decline if money is n (0.2)
"""
NOW = {"peace": "n", "money": "n", "land": "n"}


def world(signed: dict[str, str], taken: tuple[Turn, ...]) -> dict[str, str]:
    """What stands once turns are taken: what falls back, and what the rule forbids with it."""
    left = dict(signed)
    for turn in taken:
        for issue in turn.issues:
            left[issue] = "n"
    if left["land"] == "y" and left["peace"] == "n":
        left["land"] = "n"
    return left


def utility(ensemble: Ensemble, r: int, party: str, state: dict[str, str]) -> int:
    space = ensemble.space
    p = space.party_index[party]
    return sum(int(ensemble.part_worth[r, p, space.slot(i, o)]) for i, o in state.items())


def holds_as_signed(ensemble: Ensemble, r: int, signed: dict[str, str], turns: list[Turn]) -> bool:
    """Nash at the deal as signed: nobody does better by its own turns; no answer is given."""
    given = any(a.in_force[r] for a in ensemble.answers) and signed["money"] == "n"
    if given:
        return False
    here = world(signed, ())
    for party in ("a", "b", "c"):
        own = [t for t in turns if t.party == party]
        for n in range(1, len(own) + 1):
            for taken in itertools.combinations(own, n):
                there = world(signed, taken)
                if utility(ensemble, r, party, there) > utility(ensemble, r, party, here):
                    return False
    return True


@pytest.fixture(scope="module")
def small() -> tuple[Case, Ensemble, Holding]:
    case = load_text(CASE)
    ensemble = sample(case, 300)
    return case, ensemble, holding(case, ensemble, deals(case, ensemble, "t", closing=False))


def test_turns_are_what_each_can_do_alone(small):
    _, _, found = small
    assert found.turns == (
        Turn("a", "take back", ("money",)), Turn("b", "break", ("peace",)),
        Turn("c", "decline", ("peace",)),
    )  # fmt: skip
    assert found.movers == ("a", "b", "c")
    assert [t.kind for t in found.taken(0b011)] == ["break", "decline"]


def test_deals_hold_as_signed_where_nobody_does_better(small):
    case, ensemble, found = small
    result = deals(case, ensemble, "t", closing=False)
    expected: dict[int, int] = {}
    for r, deal in enumerate(result.chosen["nash"]):
        if deal >= 0:
            signed = NOW | result.package(int(deal))
            good = holds_as_signed(ensemble, r, signed, list(found.turns))
            expected[int(deal)] = expected.get(int(deal), 0) + good
    assert found.with_deal == result.with_deal
    assert found.intact["nash"] == sum(expected.values())
    assert found.deal_holds["nash"] == {d: n for d, n in expected.items() if n}
    assert 0 < found.intact["nash"] < found.with_deal


def test_shares_stand_in_their_order(small):
    _, _, found = small
    for n in (found.holds, found.stable):
        assert (n["nash"] <= n["seq"]).all()
        assert (n["seq"] <= n["gmr"]).all()
        assert (n["smr"] <= n["gmr"]).all()
    assert found.led <= found.accompli["nash"]
    assert sum(found.deals.values()) == found.with_deal


def test_a_broken_deal_is_not_signed_again(small):
    _, _, found = small
    broken = [s for s in range(8) if any(t.kind == "break" for t in found.taken(s))]
    # Who broke it has no move left: its state is stable for it wherever it is possible.
    b = found.movers.index("b")
    assert (found.stable["nash"][b, broken] == found.stable["gmr"][b, broken]).all()


def test_chunks_merge(small):
    case, _, _ = small
    parts = []
    for n in range(2):
        ensemble = sample(case, 60, chunk=n)
        parts.append(holding(case, ensemble, deals(case, ensemble, "t", closing=False)))
    whole = Holding.merge(parts)
    assert whole.readings == 120
    assert whole.intact["seq"] == sum(p.intact["seq"] for p in parts)
    assert whole.deals == {
        d: sum(p.deals.get(d, 0) for p in parts) for d in set().union(*(p.deals for p in parts))
    }


def test_without_the_break_the_deal_holds_more_often():
    # Money is no gesture here: once paid, who can break the peace keeps it.
    case = load_text(CASE.replace("decided_by: a}", "decided_by: a + b}"))
    found = {c.statement: c for c in inverse_holding(case, "t", "nash", readings=100)
             if c.how == "dropped"}  # fmt: skip
    assert found["issues.peace.break"].after > found["issues.peace.break"].before


def test_a_table_after_which_nobody_can_do_anything():
    case = load_text(CASE.replace(", implemented_by: c + idle, break: b", "").replace(
        "decided_by: a}\n  land", "decided_by: a + b}\n  land"))  # fmt: skip
    ensemble = sample(case, 5)
    with pytest.raises(AskError, match="nobody can do anything"):
        holding(case, ensemble, deals(case, ensemble, "t", closing=False))


def test_riyadh_a_fait_accompli_holds_in_some_readings_and_is_not_the_only_end():
    case = load("riyadh-2025")
    ensemble = sample(case, 200)
    found = holding(case, ensemble, deals(case, ensemble, "riyadh", closing=False))
    assert {(t.party, t.kind) for t in found.turns} >= {
        ("ua", "decline"), ("eu", "decline"), ("us", "take back"), ("us", "break"), ("ru", "break"),
    }  # fmt: skip
    assert 0 < found.intact["nash"] < found.accompli["nash"]
    assert found.led < found.with_deal
    assert np.count_nonzero(found.ends) > 2
