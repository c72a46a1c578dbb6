"""Tables as deal spaces, against the deals that are found for them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.analyses.any_size import random_domain

from winset.analyses.deal_spaces import table_space
from winset.analyses.deals import deals
from winset.errors import AskError
from winset.methods import single_solutions


@pytest.mark.parametrize("seed", range(40, 56))
def test_the_methods_find_what_deals_finds(seed: int) -> None:
    case, ensemble, asked = random_domain(seed)
    if asked["joined"]:
        return
    found = deals(case, ensemble, "t", **asked)
    if not found.issues:
        with pytest.raises(AskError, match="can change nothing"):
            table_space(case, ensemble, "t")
        return
    talks = table_space(case, ensemble, "t")
    signers = talks.space.sides
    assert talks.parties[:signers] == found.signers
    front, nash = talks.frontiers(), single_solutions.nash(talks.space)
    assert np.diff(front.starts).tolist() == found.frontier_size.tolist()
    for reading, chosen in enumerate(found.chosen["nash"].tolist()):
        rows = slice(front.starts[reading], front.starts[reading + 1])
        assert nash.found[reading] == (chosen >= 0)
        if chosen < 0:
            continue
        assert talks.package(nash.deal[reading]) == found.package(chosen)
        gains = front.points[rows] - talks.space.floor[reading, :signers]
        assert gains.max(axis=0).tolist() == found.ideal[reading].tolist()
        worth = talks.space.utilities(reading, front.deals(rows))[:, :signers]
        np.testing.assert_array_equal(worth, front.points[rows])
