"""Points uniform on simplices: the whole one, and the cells that orders cut out of it.

A point is uniform on a simplex if its barycentric coordinates are Dirichlet(1, ..., 1) (Devroye
1986, "Non-Uniform Random Variate Generation", chapter XI.4); the mean of the cell of a complete
plain order is its rank-order centroid (Barron and Barrett 1996, "Decision quality using ranked
attribute weights").
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from winset.methods.linear_extensions import shuffles
from winset.methods.streams import Floats, Stream

WIDE = 2.0
"""``a >> b`` means at least this many times."""


def dirichlet(uniforms: Floats) -> Floats:
    """Turn (R, n) uniform numbers into (R, n) points uniform on the simplex of n shares."""
    exponentials = -np.log1p(-uniforms)
    total = exponentials.sum(axis=-1, keepdims=True)
    if not total.all():
        # All uniforms 0 (chance 2^-53n): any point will do.
        exponentials = np.where(total > 0, exponentials, 1.0)
        total = exponentials.sum(axis=-1, keepdims=True)
    shares: Floats = exponentials / total
    return shares


def chain_shares(uniforms: Floats, sizes: Floats, ratios: Sequence[float]) -> Floats:
    """Draw shares in a given order, uniformly.

    The region ``x[0] >= ratios[0] * x[1] >= ...``, all x and y at least 0,
    ``sum(sizes * x) + sum(y) = 1``, is a simplex whose vertices are known.

    Parameters
    ----------
    uniforms
        (R, m + f) uniform numbers, for m ordered shares x and f free ones y.
    sizes
        (R, m) or (m,): how many tied things have the share x[k] each.
    ratios
        m - 1 ratios, each at least 1.

    Returns
    -------
    Floats
        (R, m + f): x, then y.
    """
    drawn = dirichlet(uniforms)
    ordered = np.broadcast_to(sizes, (len(drawn), sizes.shape[-1]))
    count = ordered.shape[1]
    mass = np.zeros(len(drawn))
    for k in range(count):
        mass = mass * (ratios[k - 1] if k else 0.0) + ordered[:, k]
        drawn[:, k] /= mass
    for k in range(count - 2, -1, -1):
        drawn[:, k] += ratios[k] * drawn[:, k + 1]
    return drawn


def chain_volume(sizes: Sequence[float], ratios: Sequence[float]) -> float:
    """Volume of the region of :func:`chain_shares`, as a share of the whole simplex of x and y.

    The unit of volume is that in which a vertex of x alone is 1/size away: it is comparable
    between chains over the same tied classes.
    """
    volume, mass = 1.0, 0.0
    for k, size in enumerate(sizes):
        mass = mass * (ratios[k - 1] if k else 0.0) + size
        volume /= mass
    return volume


def step_sizes(uniforms: Floats, places: Stream, kinds: Sequence[str]) -> Floats:
    """Draw the steps of an order with wide steps, uniformly.

    The region: steps of sum 1, all at least 0, each wide one at least twice every plain one. With
    two plain steps or more it is no simplex; each order of the plain steps cuts a simplex from
    it, and these cells are of equal volume.

    Parameters
    ----------
    uniforms
        (R, n) uniform numbers for n steps.
    places
        Stream for the order of the plain steps.
    kinds
        For each step ``plain``, ``wide`` or ``free`` (bound to no other step).

    Returns
    -------
    Floats
        (R, n) steps.
    """
    drawn = dirichlet(uniforms)
    plain = [k for k, kind in enumerate(kinds) if kind == "plain"]
    wide = [k for k, kind in enumerate(kinds) if kind == "wide"]
    if not (plain and wide):
        return drawn
    # Vertex t of the sorted plain steps: the first t + 1 are 1, every wide step is WIDE.
    norm = np.arange(1, len(plain) + 1) + WIDE * len(wide)
    peaks = drawn[:, plain] / norm
    order = places.uniforms(len(drawn), len(plain))
    falling = np.cumsum(peaks[:, ::-1], axis=1)[:, ::-1]
    drawn[:, wide] += WIDE * falling[:, :1]
    drawn[:, plain] = np.take_along_axis(falling, shuffles(order), axis=1)
    return drawn


def step_volume(kinds: Sequence[str]) -> float:
    """Volume of the region of :func:`step_sizes`, as a share of the whole simplex of steps."""
    plain, wide = kinds.count("plain"), kinds.count("wide")
    if not (plain and wide):
        return 1.0
    cell = math.prod(1 / (t + WIDE * wide) for t in range(1, plain + 1))
    return math.factorial(plain) * cell
