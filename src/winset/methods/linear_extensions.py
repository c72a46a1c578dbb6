"""Uniform (or weighted) random linear extensions of a partial order, exactly.

A linear extension is built from the top; what has been placed is always an up-set. Counting the
completions of every up-set by dynamic programming gives exact chances for the next place (the
textbook count of linear extensions over the lattice of ideals: Atkinson 1990, "On computing the
number of linear extensions of a tree"; De Loof, De Meyer and De Baets 2006, "Exploiting the
lattice of ideals representation of a poset").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from winset.methods.streams import Floats

Ints = NDArray[np.int64]
LARGEST_LATTICE = 1 << 16
"""Up-sets beyond which the lattice is not built."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """The up-sets of a partial order, numbered from the empty one.

    ``upto[s, c]`` is the chance that the class placed next after up-set s is one of 0..c;
    ``after[s, c]`` the up-set reached by placing c. ``total`` is the sum of the weights of all
    linear extensions, where an extension weighs the product of 1/size over its up-sets and the
    size of an up-set is the sum of ``sizes`` in it (their number where all sizes are 0).
    """

    upto: Floats
    after: Ints
    total: float

    def draw(self, uniforms: Floats) -> Ints:
        """Draw linear extensions.

        Parameters
        ----------
        uniforms
            (R, n) uniform numbers.

        Returns
        -------
        Ints
            (R, n): in each row the classes from the top down.
        """
        rows, count = uniforms.shape
        order = np.empty((rows, count), dtype=np.int64)
        state = np.zeros(rows, dtype=np.int64)
        last = self.upto.shape[1] - 1
        for place in range(count):
            passed = self.upto[state] <= uniforms[:, place, None]
            chosen = np.minimum(passed.sum(axis=1), last)
            # A uniform just below 1 may pass the last class that can be placed.
            stuck = self.after[state, chosen] < 0
            if stuck.any():
                able = self.after[state] >= 0
                chosen = np.where(stuck, last - np.argmax(able[:, ::-1], axis=1), chosen)
            order[:, place] = chosen
            state = self.after[state, chosen]
        return order


@lru_cache(maxsize=256)
def lattice(above: tuple[int, ...], sizes: tuple[int, ...] = ()) -> Lattice | None:
    """Build the lattice of up-sets of a partial order; None above LARGEST_LATTICE up-sets.

    Parameters
    ----------
    above
        For each class the bit mask of the classes strictly above it, transitively closed.
    sizes
        Sizes that weigh the extensions, one a class; () weighs all extensions equally.
    """
    count = len(above)
    if count > 62:
        return None
    layers = _layers(np.array(above, dtype=np.int64), count)
    if layers is None:
        return None
    masks = np.concatenate(layers)
    start = np.cumsum([0, *map(len, layers)])
    after = np.full((len(masks), count), -1, dtype=np.int64)
    weight = np.zeros((len(masks), count))
    ways = np.ones(len(masks))
    factor = _factors(masks, sizes)
    for k in range(count - 1, -1, -1):
        here = slice(start[k], start[k + 1])
        for c in range(count):
            ready = np.flatnonzero(_ready(masks[here], c, above[c])) + start[k]
            reached = masks[ready] | (1 << c)
            found = np.searchsorted(layers[k + 1], reached) + start[k + 1]
            after[ready, c] = found
            weight[ready, c] = ways[found] * factor[found]
        ways[here] = weight[here].sum(axis=1)
    share = np.divide(weight, ways[:, None])
    return Lattice(np.cumsum(share, axis=1), after, float(ways[0]))


def _ready(masks: Ints, c: int, above: int) -> NDArray[np.bool_]:
    ready: NDArray[np.bool_] = ((masks >> c) & 1 == 0) & (masks & above == above)
    return ready


def _layers(above: Ints, count: int) -> list[Ints] | None:
    """List the up-sets by number of classes, each layer sorted."""
    layers = [np.zeros(1, dtype=np.int64)]
    total = 1
    for _ in range(count):
        grown = [
            layers[-1][_ready(layers[-1], c, int(above[c]))] | np.int64(1 << c)
            for c in range(count)
        ]
        layers.append(np.unique(np.concatenate(grown)))
        total += len(layers[-1])
        if total > LARGEST_LATTICE:
            return None
    return layers


def _factors(masks: Ints, sizes: tuple[int, ...]) -> Floats:
    if not sizes:
        return np.ones(len(masks))
    total = np.zeros(len(masks))
    for c, size in enumerate(sizes):
        total += ((masks >> c) & 1) * size
    return np.divide(1.0, total, out=np.ones(len(masks)), where=total > 0)


def shuffles(uniforms: Floats) -> Ints:
    """Draw uniform permutations: (R, n) uniform numbers -> (R, n) permutations of 0..n-1."""
    return np.argsort(uniforms, axis=1, kind="stable")
