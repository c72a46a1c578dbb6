"""Compiled search for one deal above floors: see :mod:`winset.methods.feasibility`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_MARGIN = 1e-9  # of a party's whole range; rounding in sums of some hundred terms is far below
_STEPS = 40
_FEWER_STEPS = 12


@compiled
def search_all(
    worth: Integers,
    first: Integers,
    draw: Integers,
    allowed: Mask,
    floor: Integers,
    limit: int,
    status: npt.NDArray[np.int8],
    deals: Integers,
) -> None:
    """Search for one deal after the other, into ``status`` and ``deals``."""
    for q in range(len(draw)):
        status[q] = _search(worth[draw[q]], first, allowed[q], floor[q], limit, deals[q])
        if status[q] != 1:
            deals[q, :] = -1


@compiled
def _enough(worth: Integers, first: Integers, floor: Integers, deal: Integers) -> bool:
    for k in range(len(floor)):
        total = 0
        for c in range(len(deal)):
            total += worth[k, first[c] + deal[c]]
        if total < floor[k]:
            return False
    return True


@compiled
def _search(
    worth: Integers, first: Integers, allowed: Mask, floor: Integers, limit: int, deal: Integers
) -> int:
    cells, start = _listed(first, allowed)
    parts = len(first) - 1
    for c in range(parts):
        if start[c + 1] == start[c]:
            return 0
        deal[c] = cells[start[c]] - first[c]
    high, low = _ranges(worth, cells, start)
    # Constraints that no deal meets, or all do, need no search.
    active = np.zeros(len(floor), np.int64)
    binding = 0
    for k in range(len(floor)):
        if high[k].sum() < floor[k]:
            return 0
        if low[k].sum() < floor[k]:
            active[binding] = k
            binding += 1
    if binding == 0:
        return 1
    scaled, need, best = _scaled(worth, floor, cells, start, high, low, active[:binding])
    order = np.argsort(-best.sum(axis=1))
    return _branch(worth, first, floor, cells, start, scaled, need, best, order, limit, deal)


@compiled
def _listed(first: Integers, allowed: Mask) -> tuple[Integers, Integers]:
    """List allowed cells, one component after the other, and where each component begins."""
    parts = len(first) - 1
    cells = np.empty(first[parts], np.int64)
    start = np.zeros(parts + 1, np.int64)
    count = 0
    for c in range(parts):
        for n in range(first[c], first[c + 1]):
            if allowed[n]:
                cells[count] = n
                count += 1
        start[c + 1] = count
    return cells, start


@compiled
def _ranges(worth: Integers, cells: Integers, start: Integers) -> tuple[Integers, Integers]:
    """Give the most and the least that each component adds for each party."""
    parties, parts = len(worth), len(start) - 1
    high = np.zeros((parties, parts), np.int64)
    low = np.zeros((parties, parts), np.int64)
    for k in range(parties):
        for c in range(parts):
            high[k, c] = low[k, c] = worth[k, cells[start[c]]]
            for i in range(start[c] + 1, start[c + 1]):
                value = worth[k, cells[i]]
                high[k, c] = max(high[k, c], value)
                low[k, c] = min(low[k, c], value)
    return high, low


@compiled
def _scaled(
    worth: Integers, floor: Integers, cells: Integers, start: Integers, high: Integers,
    low: Integers, active: Integers,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Give worths and needs above the least, in parts of each party's whole range."""
    parts, binding = len(start) - 1, len(active)
    scaled = np.empty((start[parts], binding), np.float64)
    need = np.empty(binding, np.float64)
    best = np.empty((parts, binding), np.float64)
    for a in range(binding):
        k = active[a]
        unit = 1.0 / (high[k].sum() - low[k].sum())
        need[a] = (floor[k] - low[k].sum()) * unit
        for c in range(parts):
            best[c, a] = (high[k, c] - low[k, c]) * unit
            for i in range(start[c], start[c + 1]):
                scaled[i, a] = (worth[k, cells[i]] - low[k, c]) * unit
    return scaled, need, best


@compiled
def _branch(
    worth: Integers, first: Integers, floor: Integers, cells: Integers, start: Integers,
    scaled: Floats, need: Floats, best: Floats, order: Integers, limit: int, deal: Integers,
) -> int:  # fmt: skip
    parts, binding = len(start) - 1, len(need)
    chosen = np.zeros(parts, np.int64)  # place among the allowed cells
    ways = np.empty((parts, np.max(np.diff(start))), np.int64)
    tried = np.zeros(parts, np.int64)
    left = np.empty((parts + 1, binding), np.float64)
    multipliers = np.empty((parts + 1, binding), np.float64)
    left[0] = need
    multipliers[0] = 1.0 / binding
    depth, nodes = 0, 0
    entering = True
    while depth >= 0:
        if entering:
            nodes += 1
            if nodes > limit:
                return 2
            if depth:
                multipliers[depth] = multipliers[depth - 1]
            steps = _FEWER_STEPS if depth else _STEPS
            found = _bound(worth, first, floor, cells, start, scaled, left[depth], best, order,
                           depth, chosen, multipliers[depth], steps, deal)  # fmt: skip
            if found == 1:
                return 1
            if found == 0 or depth == parts:
                depth -= 1
                entering = False
                continue
            c = order[depth]
            score = scaled[start[c] : start[c + 1]] @ multipliers[depth]
            ways[depth, : len(score)] = np.argsort(-score)
            tried[depth] = 0
        c = order[depth]
        if tried[depth] == start[c + 1] - start[c]:
            depth -= 1
            entering = False
            continue
        place = start[c] + ways[depth, tried[depth]]
        tried[depth] += 1
        chosen[c] = place
        left[depth + 1] = left[depth] - scaled[place]
        depth += 1
        entering = True
    return 0


@compiled
def _bound(
    worth: Integers, first: Integers, floor: Integers, cells: Integers, start: Integers,
    scaled: Floats, need: Floats, best: Floats, order: Integers, depth: int, chosen: Integers,
    multipliers: Floats, steps: int, deal: Integers,
) -> int:  # fmt: skip
    """Say whether a branch holds no deal (0), one has been found in it (1), or neither (2)."""
    parts = len(start) - 1
    if _out_of_reach(need, best, order, depth):
        return 0
    over = np.empty(len(need), np.float64)
    for step in range(steps):
        value = _priced(start, scaled, need, order, depth, chosen, multipliers, over)
        if value < -_MARGIN:
            return 0
        if _accepted(worth, first, floor, cells, chosen, over, deal):
            return 1
        if step % 8 == 3 or step == steps - 1 or depth >= parts - 1:
            _repair(start, scaled, order, depth, chosen, over)
            if _accepted(worth, first, floor, cells, chosen, over, deal):
                return 1
        if depth == parts:
            return 0
        if not _moved(multipliers, value, over):
            return 2
    return 2


@compiled
def _out_of_reach(need: Floats, best: Floats, order: Integers, depth: int) -> bool:
    """Say whether the best of all that is left is too little for somebody."""
    for a in range(len(need)):
        most = 0.0
        for d in range(depth, len(order)):
            most += best[order[d], a]
        if most < need[a] - _MARGIN:
            return True
    return False


@compiled
def _priced(
    start: Integers, scaled: Floats, need: Floats, order: Integers, depth: int, chosen: Integers,
    multipliers: Floats, over: Floats,
) -> float:  # fmt: skip
    """Choose the cells worth most at given multipliers; return what is left above the needs."""
    value = 0.0
    for a in range(len(need)):
        over[a] = -need[a]
        value -= multipliers[a] * need[a]
    for d in range(depth, len(order)):
        c = order[d]
        top, at = -np.inf, start[c]
        for i in range(start[c], start[c + 1]):
            score = 0.0
            for a in range(len(need)):
                score += multipliers[a] * scaled[i, a]
            if score > top:
                top, at = score, i
        chosen[c] = at
        value += top
        for a in range(len(need)):
            over[a] += scaled[at, a]
    return value


@compiled
def _moved(multipliers: Floats, value: float, over: Floats) -> bool:
    """Move the multipliers one step, in place; false where there is nowhere to go."""
    square = 0.0
    for a in range(len(over)):
        square += over[a] * over[a]
    if square == 0.0:
        return False
    total = 0.0
    for a in range(len(over)):
        multipliers[a] = max(0.0, multipliers[a] - (value + _MARGIN) / square * over[a])
        total += multipliers[a]
    if total <= 0.0:
        multipliers[:] = 1.0 / len(over)
        return False
    for a in range(len(over)):
        multipliers[a] /= total
    return True


@compiled
def _accepted(
    worth: Integers, first: Integers, floor: Integers, cells: Integers, chosen: Integers,
    over: Floats, deal: Integers,
) -> bool:  # fmt: skip
    for a in range(len(over)):
        if over[a] < -_MARGIN:
            return False
    for c in range(len(chosen)):
        deal[c] = cells[chosen[c]] - first[c]
    return _enough(worth, first, floor, deal)


@compiled
def _repair(
    start: Integers, scaled: Floats, order: Integers, depth: int, chosen: Integers, over: Floats
) -> None:
    """Change one cell after the other where that brings a choice nearer to the floors."""
    parts, binding = len(start) - 1, len(over)
    for _ in range(2 * parts):
        lacking = 0.0
        for a in range(binding):
            lacking += max(0.0, -over[a])
        if lacking <= 0.0:
            return
        least, part, place = lacking - 1e-15, -1, -1
        for d in range(depth, parts):
            c = order[d]
            here = chosen[c]
            for i in range(start[c], start[c + 1]):
                short = 0.0
                for a in range(binding):
                    short += max(0.0, -(over[a] - scaled[here, a] + scaled[i, a]))
                if short < least:
                    least, part, place = short, c, i
        if part < 0:
            return
        for a in range(binding):
            over[a] += scaled[place, a] - scaled[chosen[part], a]
        chosen[part] = place
