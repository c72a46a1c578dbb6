"""Deals that people are shown, where all are listed and where they are searched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.analyses.small import a_case, an_ensemble, an_issue
from tests.analyses.test_any_size import large

from winset.analyses.deals import Deals, deals
from winset.analyses.showing import Reason, shown
from winset.casefile import load
from winset.ensemble import sample
from winset.space import options_of_deal, space_of


def varied(readings: int = 30, issues: int = 9) -> Deals:
    """Two parties whose wishes differ from reading to reading, four options an issue."""
    names, ids = [f"i{k}" for k in range(issues)], ["o0", "o1", "o2", "o3"]
    case = a_case([an_issue(name, ids, "o0", "ab") for name in names], "ab", names)
    space = space_of(case)
    rng = np.random.default_rng(5)
    mean = rng.integers(-400, 500, (1, len(space.parties), space.slots))
    worth = mean + rng.integers(-150, 150, (readings, len(space.parties), space.slots))
    worth[:, :, space.offsets[:-1]] = 0
    return deals(case, an_ensemble(case, readings, part_worth=worth), "t", events={}, most=0)


def test_of_searched_deals_the_signed_and_the_best_for_each_are_shown() -> None:
    found = varied()
    chosen = shown(found)
    reasons = [reason for one in chosen for reason in one.reasons]
    assert {r.why for r in reasons} >= {"signed", "best for"}
    assert chosen[-1].reasons == (Reason("signed"),)
    assert {r.party for r in reasons if r.why == "best for"} <= {"a", "b"}
    assert len({one.deal for one in chosen}) == len(chosen) <= 6
    signed = set(found.chosen["nash"].tolist())
    for one in chosen:
        place = found.place(one.deal)
        assert place is not None
        if one is not chosen[-1]:
            assert found.frontier_count[place] > 0
        if {r.why for r in one.reasons} & {"signed", "stands for signed"}:
            assert one.deal in signed
    counts = [int(found.frontier_count[found.place(one.deal)]) for one in chosen[:-1]]
    assert counts == sorted(counts, reverse=True)


def test_the_first_that_stands_for_those_signed_is_nearest_to_all() -> None:
    found = varied()
    signed = [options_of_deal(n, found.shape) for n in found.chosen["nash"].tolist()]

    def away(deal: int) -> int:
        own = options_of_deal(deal, found.shape)
        return sum(a != b for other in signed for a, b in zip(own, other, strict=True))

    looked_at = [n for n in set(found.chosen["nash"].tolist()) if found.place(n) is not None]
    assert len(looked_at) > 5
    assert away(shown(found)[-1].deal) == min(map(away, looked_at))


def test_the_best_for_each_is_best_on_average_of_what_can_well_be_signed() -> None:
    found = varied()
    chosen = shown(found)
    often = int(found.zone_count[found.place(chosen[-1].deal)])
    fine = (found.frontier_count > 0) & (2 * found.zone_count >= often)
    told = 0
    for one in chosen:
        for reason in one.reasons:
            if reason.why == "best for":
                gains = found.gain_sum[found.signers.index(reason.party)]
                assert gains[found.place(one.deal)] == gains[fine].max()
                told += 1
    assert told >= 1


def test_the_one_deal_signed_in_all_readings_is_shown_and_counted() -> None:
    case, ensemble = large(issues=14)  # opposed parties: a large frontier, one reading
    found = deals(case, ensemble, "t", events={}, closing=False)
    chosen = shown(found)
    assert chosen[-1].deal == found.chosen["nash"][0]
    assert found.zone_count[found.place(chosen[-1].deal)] == 1
    # What is looked at lies along the frontier, its ends among it.
    assert (found.frontier_count > 0).sum() >= 20
    for party in range(2):
        best = found.gain_sum[party, found.frontier_count > 0].max()
        assert best == found.ideal[0, party]


def test_where_no_signed_deal_is_looked_at_the_nearest_stands_for_them() -> None:
    found = varied()
    places = [n for n, deal in enumerate(found.looked_at) if deal not in found.chosen["nash"]]
    few = replace(
        found, looked_at=tuple(found.looked_at[n] for n in places),
        zone_count=found.zone_count[places], frontier_count=found.frontier_count[places],
        gain_sum=found.gain_sum[:, places],
    )  # fmt: skip
    last = shown(few)[-1]
    assert last.reasons == (Reason("signed"),)
    assert few.zone_count[few.place(last.deal)] > 0


@pytest.mark.parametrize("most", [0, 10**6])
def test_nothing_is_shown_without_a_deal(most: int) -> None:
    case, ensemble = large(issues=4, options=2)
    shut = replace(ensemble, part_worth=-abs(ensemble.part_worth))
    assert shown(deals(case, shut, "t", events={}, most=most)) == ()


def test_of_listed_deals_the_leading_ones_and_the_one_signed_most_often_are_shown() -> None:
    case = load("riyadh-2025")
    found = deals(case, sample(case, 60), "riyadh", closing=False)
    chosen = shown(found)
    assert [one.deal for one in chosen][:5] == found.leading(5)
    signed = found.leading_chosen(most=1)[0][0]
    assert [one.deal for one in chosen if Reason("signed") in one.reasons] == [signed]
