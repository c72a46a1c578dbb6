"""Every count of the deals analysis against a plain model, on many small random cases."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from tests.analyses.small import PEOPLE, Maker, Model, closing

from winset.analyses import zone as zone_module
from winset.analyses.deals import Deals, deals
from winset.case import Case
from winset.ensemble.records import Ensemble
from winset.language.terms import Condition
from winset.methods.bargaining import SOLUTIONS


def check(
    case: Case, ensemble: Ensemble, events: dict[str, Condition], joined: tuple[str, ...] = ()
) -> Deals:
    """Compare the whole result with the model."""
    found = deals(case, ensemble, "t", solutions=SOLUTIONS, events=events, joined=joined)
    models = [Model(case, ensemble, r, joined) for r in range(ensemble.readings)]
    first = models[0]
    assert found.readings == len(models)
    assert found.issues == tuple(first.agenda)
    assert found.signers == tuple(first.signers)
    assert [found.package(n) for n in range(found.size)] == [
        {i: deal[i] for i in first.agenda} for deal in first.deals
    ]
    assert list(found.changed()) == [len(first.changed(n)) for n in range(found.size)]
    check_zones(found, models)
    check_options(found, models)
    check_solutions(found, models)
    check_events(found, models, events)
    check_early(found, models)
    return found


def counted(sets: list[set[int]], size: int) -> list[int]:
    return [sum(n in some for some in sets) for n in range(size)]


def check_zones(found: Deals, models: list[Model]) -> None:
    zones, frontiers = [m.zone() for m in models], [m.frontier() for m in models]
    assert list(found.zone_size) == [len(z) for z in zones]
    assert found.with_deal == sum(bool(z) for z in zones)
    assert found.winset_size.tolist() == [[len(m.win_set(s)) for s in m.signers] for m in models]
    assert list(found.zone_count) == counted(zones, found.size)
    points = [{m.points(n) for n in f} for m, f in zip(models, frontiers, strict=True)]
    assert list(found.frontier_size) == [len(p) for p in points]
    assert list(found.frontier_count) == counted(frontiers, found.size)
    assert found.ideal.tolist() == [list(m.ideal()) for m in models]
    sums = [[sum(m.gain[n][p] for m in models) for n in range(found.size)] for p in found.signers]
    assert found.gain_sum.tolist() == sums


def check_options(found: Deals, models: list[Model]) -> None:
    slots = [
        (i, o) for i, options in zip(found.issues, found.options, strict=True) for o in options
    ]
    for counts, pick in (
        (found.option_in_zone, Model.zone),
        (found.option_on_frontier, Model.frontier),
    ):
        expected = [sum(any(m.deals[n][i] == o for n in pick(m)) for m in models) for i, o in slots]
        assert list(counts) == expected
    signed = [m.deals[n] for m in models if (n := m.solution("nash")) >= 0]
    assert list(found.options_chosen()) == [sum(d[i] == o for d in signed) for i, o in slots]


def check_solutions(found: Deals, models: list[Model]) -> None:
    for solution in SOLUTIONS:
        picked = [m.solution(solution) for m in models]
        assert list(found.chosen[solution]) == picked, solution
        gains = [
            [m.gain[n][p] if n >= 0 else 0 for p in PEOPLE]
            for m, n in zip(models, picked, strict=True)
        ]
        assert found.gains[solution].tolist() == gains


def check_events(found: Deals, models: list[Model], events: dict[str, Condition]) -> None:
    for name, event in events.items():
        had = [any(m.brings(event, n) for n in m.zone()) for m in models]
        assert found.event_in_zone[name] == sum(had)
        signed = [(m, m.solution("nash")) for m in models]
        assert found.event_signed[name] == sum(n >= 0 and m.brings(event, n) for m, n in signed)
    for name, event in {"": None, **events}.items():
        expected: dict[str, Any] = closing(models, event)
        got = found.closed[name]
        assert (got.readings, got.hopeless) == (expected["readings"], expected["hopeless"])
        assert got.sets == dict(expected["sets"])
        assert got.lines == dict(expected["lines"])


def check_early(found: Deals, models: list[Model]) -> None:
    movable = [i for i, o in zip(found.issues, found.options, strict=True) if len(o) > 1]
    agendas = [set(s) for size in (1, 2, 3) for s in itertools.combinations(movable, size)]
    assert [set(a) for a in found.agendas] == agendas
    expected = [sum(any(m.changed(n) <= a for n in m.zone()) for m in models) for a in agendas]
    assert list(found.early) == expected


@pytest.mark.parametrize("block", range(8))
def test_a_plain_model_agrees(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        maker = Maker(seed)
        case = maker.case()
        events = {f"e{k}": maker.condition(case) for k in range(maker.rng.integers(0, 3))}
        joined = tuple(maker.some("bc")) if maker.chance(0.25) else ()
        check(case, maker.ensemble(case), events, joined)


def test_the_random_cases_are_no_empty_talk() -> None:
    """Zones, ties, red lines, rules and ratifiers all have to matter in some of them."""
    seen: dict[str, int] = dict.fromkeys(["zone", "no zone", "tie", "line", "idle", "hopeless"], 0)
    for seed in range(200):
        maker = Maker(seed)
        case = maker.case()
        ensemble = maker.ensemble(case)
        found = deals(case, ensemble, "t", events={})
        seen["zone"] += found.with_deal
        seen["no zone"] += found.readings - found.with_deal
        seen["tie"] += int((found.frontier_size > 2).sum())
        seen["line"] += sum("line0" in names for names in found.closed[""].sets)
        seen["idle"] += len(found.idle)
        seen["hopeless"] += found.closed[""].hopeless
    assert min(seen.values()) >= 10, seen


@pytest.mark.parametrize("seed", range(30))
def test_small_batches_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker(seed)
    case = maker.case()
    ensemble = maker.ensemble(case, 7)
    whole = deals(case, ensemble, "t")
    monkeypatch.setattr(zone_module, "CELLS", 1)
    assert_equal(deals(case, ensemble, "t"), whole)


def assert_equal(one: Deals, other: Deals) -> None:
    np.testing.assert_equal(vars(one), vars(other))
