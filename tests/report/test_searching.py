import re
from dataclasses import replace

import numpy as np
import pytest

from winset.report.searching import approximated


def with_shortfall(results, short):
    (first, *_) = results.tables.values()
    readings = first.deals.readings
    row = np.zeros(readings)
    row[: len(short)] = short
    return replace(first.deals, shortfall={first.deals.signed: row})


def test_nothing_is_said_of_deals_that_are_proved(results):
    assert approximated(with_shortfall(results, [0.0, 1e-7, np.nan])) == ""


@pytest.mark.parametrize(
    ("short", "told"),
    [
        ([2e-6], "In one reading .* less than a hundredth of one percent"),
        ([1e-3, 0.0214], r"In two readings .* the greatest product of gains \(by up to 2.1 %\)"),
        ([1.0], "by how much is not known"),
    ],
)
def test_how_far_deals_may_fall_short(results, short, told):
    assert re.search(told, approximated(with_shortfall(results, short)))
