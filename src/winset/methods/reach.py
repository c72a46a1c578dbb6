"""What a partial deal can still reach, in compiled code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.deal_pool import BEST, CROWDED, CUT, NEAR, Pool
from winset.methods.relaxation import LINEAR, LOGS, Problem

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


class Losses(NamedTuple):
    """Multipliers ``price`` (parties,), the ``bound`` they prove, and what cells lose at these.

    ``place`` and ``loss`` (cells,) hold the cells of each component by rising loss.
    """

    price: FloatArray
    bound: float
    place: IntArray
    loss: FloatArray


@compiled
def out_of_reach(
    p: Problem, price: FloatArray, gain: IntArray, high: IntArray, low: IntArray, target: float,
    rounding: float,
) -> float:  # fmt: skip
    """Bound what is lost because some gains will be larger or smaller than the relaxation has it.

    ``gain`` is what the cells chosen add up to, ``high`` and ``low`` what the others can add.
    """
    lost = 0.0
    for i in range(len(price)):
        most = gain[i] + high[i]
        if most < p.least[i]:
            return np.inf
        weight = p.weight[i]
        if p.kind == LOGS and weight > 0:
            ideal = weight / price[i]
            x = most / p.unit[i]
            if x > ideal:
                x = max((gain[i] + low[i]) / p.unit[i], ideal)
            if x != ideal:
                lost += price[i] * x - weight - weight * np.log(x / ideal)
            continue
        spare = (gain[i] + low[i] - p.least[i]) / p.unit[i]
        rate = price[i]
        if p.kind == LINEAR:
            rate -= weight
        elif weight > 0:
            if most / p.unit[i] * weight < target - rounding:
                return np.inf
            spare = (gain[i] + low[i]) / p.unit[i] - target / weight
        if spare > 0:
            lost += rate * spare
    return lost


@compiled
def rounding_of(p: Problem, price: FloatArray) -> float:
    """Bound what rounding may do to bounds: a deal is not dropped for so little."""
    size = 1.0
    for i in range(len(price)):
        size += price[i] * (2 + abs(p.floor[i] / p.unit[i]))
    return 4e-16 * len(p.start) * size


@compiled
def target_of(pool: Pool, least: float, step: float) -> float:
    """Give the value that a partial deal has to be able to reach to be looked into."""
    best: float = pool.mark[BEST]
    margin = step if step > 0 or pool.whole[CROWDED] == 0 else -step
    target = max(least, best + (margin if margin > 0 else -NEAR))
    pool.mark[CUT] = max(pool.mark[CUT], target)
    return target
