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
    parties, parts = len(floor), len(first) - 1
    # Allowed cells of each component, one after the other.
    cells = np.empty(first[parts], np.int64)
    start = np.zeros(parts + 1, np.int64)
    count = 0
    for c in range(parts):
        for n in range(first[c], first[c + 1]):
            if allowed[n]:
                cells[count] = n
                count += 1
        start[c + 1] = count
        if start[c + 1] == start[c]:
            return 0
        deal[c] = cells[start[c]] - first[c]
    # Constraints that no deal meets, or all do, need no search.
    high = np.zeros((parties, parts), np.int64)
    low = np.zeros((parties, parts), np.int64)
    active = np.zeros(parties, np.int64)
    binding = 0
    for k in range(parties):
        for c in range(parts):
            high[k, c] = low[k, c] = worth[k, cells[start[c]]]
            for i in range(start[c] + 1, start[c + 1]):
                value = worth[k, cells[i]]
                high[k, c] = max(high[k, c], value)
                low[k, c] = min(low[k, c], value)
        if high[k].sum() < floor[k]:
            return 0
        if low[k].sum() < floor[k]:
            active[binding] = k
            binding += 1
    if binding == 0:
        return 1
    scaled = np.empty((count, binding), np.float64)
    need = np.empty(binding, np.float64)
    best = np.empty((parts, binding), np.float64)
    spread = np.zeros(parts, np.float64)
    for a in range(binding):
        k = active[a]
        unit = 1.0 / (high[k].sum() - low[k].sum())
        need[a] = (floor[k] - low[k].sum()) * unit
        for c in range(parts):
            best[c, a] = (high[k, c] - low[k, c]) * unit
            spread[c] += best[c, a]
            for i in range(start[c], start[c + 1]):
                scaled[i, a] = (worth[k, cells[i]] - low[k, c]) * unit
    return _branch(
        worth, first, floor, cells, start, scaled, need, best, np.argsort(-spread), limit, deal
    )


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
    parts, binding = len(start) - 1, len(need)
    for a in range(binding):
        most = 0.0
        for d in range(depth, parts):
            most += best[order[d], a]
        if most < need[a] - _MARGIN:
            return 0
    over = np.empty(binding, np.float64)
    for step in range(steps):
        value = 0.0
        for a in range(binding):
            over[a] = -need[a]
            value -= multipliers[a] * need[a]
        for d in range(depth, parts):
            c = order[d]
            top, at = -np.inf, start[c]
            for i in range(start[c], start[c + 1]):
                score = 0.0
                for a in range(binding):
                    score += multipliers[a] * scaled[i, a]
                if score > top:
                    top, at = score, i
            chosen[c] = at
            value += top
            for a in range(binding):
                over[a] += scaled[at, a]
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
        square = 0.0
        for a in range(binding):
            square += over[a] * over[a]
        if square == 0.0:
            return 2
        total = 0.0
        for a in range(binding):
            multipliers[a] = max(0.0, multipliers[a] - (value + _MARGIN) / square * over[a])
            total += multipliers[a]
        if total <= 0.0:
            multipliers[:] = 1.0 / binding
            return 2
        for a in range(binding):
            multipliers[a] /= total
    return 2


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
