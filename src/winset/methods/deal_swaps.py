"""A good deal by swapping cells, where branching alone finds none soon, in compiled code.

From some deal on, the cells of one component or of two are exchanged as long as that helps; then a
few are changed at random, and so on from the best deal so far (iterated local search: H. R.
Lourenço, O. C. Martin & T. Stützle, in: Handbook of Metaheuristics, Kluwer 2003, 320-353). It
proves nothing; it gives the proof a value to start from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled
from winset.methods.relaxation import LINEAR, LOGS, Problem

IntArray = npt.NDArray[np.int64]

_SHAKEN = 4  # components changed at random


@compiled
def value_of(p: Problem, gain: IntArray) -> float:
    """Give a deal's value; exact for LINEAR, whose units are a power of 2 over the weights."""
    if p.kind == LINEAR:
        total, unit = 0, 1.0
        for i in range(len(gain)):
            if p.weight[i] > 0:
                total += gain[i]
                unit = p.unit[i] / p.weight[i]
        return total / unit
    if p.kind == LOGS:
        logs = 0.0
        for i in range(len(gain)):
            if p.weight[i] > 0:
                logs += p.weight[i] * np.log(gain[i] / p.unit[i])
        return logs
    smallest = np.inf
    for i in range(len(gain)):
        if p.weight[i] > 0:
            smallest = min(smallest, gain[i] / (p.unit[i] / p.weight[i]))
    return smallest


@compiled
def add_up(p: Problem, choice: IntArray) -> IntArray:
    """Add up what the cells of a deal give: its gains, (parties,)."""
    gain = np.empty(len(p.floor), np.int64)
    for i in range(len(gain)):
        gain[i] = -p.floor[i]
        for place in choice:
            gain[i] += p.worth[place, i]
    return gain


@compiled
def _merit(p: Problem, gain: IntArray) -> float:
    """Rank deals: those that leave somebody below its least by how far, under all others."""
    short = 0.0
    for i in range(len(gain)):
        if gain[i] < p.least[i]:
            short += (p.least[i] - gain[i]) / p.unit[i]
    return -1e6 * (1 + short) if short > 0 else value_of(p, gain)


@compiled
def _swap(p: Problem, gain: IntArray, old: int, new: int) -> None:
    for i in range(len(gain)):
        gain[i] += p.worth[new, i] - p.worth[old, i]


@compiled
def _improve_pair(
    p: Problem, choice: IntArray, gain: IntArray, merit: float, one: int, other: int
) -> tuple[float, int]:
    """Exchange the cells of two components while it helps; the merit then, and swaps tried."""
    tried = 0
    here = gain.copy()
    for a in range(p.start[one], p.start[one + 1]):
        for b in range(p.start[other], p.start[other + 1]):
            here[:] = gain
            _swap(p, here, choice[one], a)
            _swap(p, here, choice[other], b)
            tried += 1
            found = _merit(p, here)
            if found > merit:
                merit = found
                choice[one], choice[other] = a, b
                gain[:] = here
    return merit, tried


@compiled
def _climb(p: Problem, choice: IntArray, gain: IntArray, enough: float) -> tuple[float, int]:
    """Exchange cells until no pair helps; the merit reached, and swaps tried."""
    components = len(choice)
    merit, tried, idle = _merit(p, gain), 0, False
    while not idle and merit < enough:
        idle = True
        for one in range(components):
            for other in range(one + 1 if components > 1 else one, components):
                found, more = _improve_pair(p, choice, gain, merit, one, other)
                tried += more
                idle = idle and found == merit
                merit = found
    return merit, tried


@compiled
def swap_cells(p: Problem, choice: IntArray, enough: float, most: int) -> IntArray:
    """Improve a deal, given as places among the cells, (components,).

    Stops when its value is ``enough`` or ``most`` swaps were tried. The deal found may still leave
    somebody below its least.
    """
    components = len(choice)
    best = choice.copy()
    top = -np.inf
    tried = 0
    state = 88172645463325252  # of a generator of random numbers, the same for every search
    while True:
        gain = add_up(p, choice)
        merit, more = _climb(p, choice, gain, enough)
        tried += more + 1
        if merit > top:
            top = merit
            best[:] = choice
        if top >= enough or tried > most:
            return best
        choice[:] = best
        for _ in range(_SHAKEN):
            state ^= (state << 13) & 0x7FFFFFFFFFFFFFFF
            state ^= state >> 7
            state ^= (state << 17) & 0x7FFFFFFFFFFFFFFF
            c = state % components
            choice[c] = p.start[c] + (state >> 20) % (p.start[c + 1] - p.start[c])
