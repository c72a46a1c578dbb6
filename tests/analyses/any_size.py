"""The searched deals of a table beside its listed ones, field by field."""

from __future__ import annotations

import numpy as np
from tests.analyses.small import Maker

from winset.analyses.deals import Deals, deals
from winset.case import Case
from winset.ensemble.records import Ensemble
from winset.methods.bargaining import SOLUTIONS

SAME = ("chosen", "gains", "ideal", "option_in_zone", "option_on_frontier", "frontier_size",
        "frontier_gap", "event_in_zone", "event_signed", "closed", "early", "agendas", "with_deal",
        "zone_size", "winset_size", "sizes_exact", "unsure", "shortfall", "readings",
        "signers")  # fmt: skip


def compare(case: Case, ensemble: Ensemble, joined: tuple[str, ...] = (), **asked: object) -> Deals:
    """Compare all that both find; return the searched deals."""
    listed = deals(case, ensemble, "t", joined=joined, solutions=SOLUTIONS, **asked)
    searched = deals(case, ensemble, "t", joined=joined, solutions=SOLUTIONS, most=0, **asked)
    for name in SAME:
        one, other = getattr(searched, name), getattr(listed, name)
        np.testing.assert_equal(one, other, err_msg=name)
    places = list(range(listed.size) if searched.looked_at is None else searched.looked_at)
    for name in ("zone_count", "frontier_count"):
        np.testing.assert_array_equal(
            getattr(searched, name), getattr(listed, name)[places], err_msg=name
        )
    np.testing.assert_array_equal(searched.gain_sum, listed.gain_sum[:, places])
    assert list(searched.changed()) == list(listed.changed()[places])
    return searched


def random_domain(seed: int) -> tuple[Case, Ensemble, dict[str, object]]:
    """Make a case with readings, and what is asked of it."""
    maker = Maker(seed)
    case = maker.case()
    events = {f"e{k}": maker.condition(case) for k in range(maker.rng.integers(0, 3))}
    joined = tuple(maker.some("bc")) if maker.chance(0.25) else ()
    return case, maker.ensemble(case), {"events": events, "joined": joined}
