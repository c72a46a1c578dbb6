"""Places for the boxes of a directed graph, in layers from left to right.

The steps are those of K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of
hierarchical system structures", IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981,
109-125: a layer for every node (after all that lead to it), bends where an edge crosses a layer,
an order within each layer by barycentres of the neighbours, places by least squares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

_SWEEPS = 12
_BEND = 8.0


@dataclass(frozen=True)
class Bend:
    """Where an edge crosses a layer: which edge, and which layer."""

    edge: tuple[str, str]
    layer: int


Place: TypeAlias = str | Bend
"""A node, or a bend."""


@dataclass
class Layout:
    """Layers of nodes and bends from left to right, each from top to bottom, and their middles."""

    layers: list[list[Place]]
    ways: dict[tuple[str, str], list[Place]]
    heights: dict[Place, float]
    middle: dict[Place, float] = field(default_factory=dict)


def layout(heights: Mapping[str, float], edges: Sequence[tuple[str, str]], gap: float) -> Layout:
    """Place nodes of given heights, ``gap`` apart; ``heights`` names each after all before it.

    Returns
    -------
    The layers, the way of every edge (its ends, and the bends between them), and the middle of
    every node and bend, counted downwards from 0.
    """
    layer: dict[str, int] = {}
    tall: dict[Place, float] = {}
    for node, height in heights.items():
        layer[node] = max((layer[a] + 1 for a, b in edges if b == node), default=0)
        tall[node] = height
    layers: list[list[Place]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in heights:
        layers[layer[node]].append(node)
    ways: dict[tuple[str, str], list[Place]] = {}
    for edge in edges:
        bends = [Bend(edge, at) for at in range(layer[edge[0]] + 1, layer[edge[1]])]
        for bend in bends:
            layers[bend.layer].append(bend)
            tall[bend] = _BEND
        ways[edge] = [edge[0], *bends, edge[1]]
    found = Layout(layers, ways, tall)
    links = [(a, b) for way in ways.values() for a, b in pairwise(way)]
    _order(found, links)
    _place(found, links, gap)
    return found


def _order(found: Layout, links: Sequence[tuple[Place, Place]]) -> None:
    """Order every layer by its neighbours, forth and back, and keep the fewest crossings."""
    before, after = _neighbours(links)
    best, fewest = [list(layer) for layer in found.layers], _crossings(found.layers, links)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        near = before if forth else after
        for layer in found.layers if forth else reversed(found.layers):
            _sort(layer, found.layers, near)
        crossings = _crossings(found.layers, links)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in found.layers], crossings
    found.layers = best


def _sort(
    layer: list[Place], layers: Sequence[Sequence[Place]], near: Mapping[Place, list[Place]]
) -> None:
    rank = {node: k for each in layers for k, node in enumerate(each)}
    mean = {
        node: sum(rank[n] for n in near[node]) / len(near[node]) if near.get(node) else rank[node]
        for node in layer
    }
    layer.sort(key=mean.__getitem__)


def _neighbours(
    links: Sequence[tuple[Place, Place]],
) -> tuple[dict[Place, list[Place]], dict[Place, list[Place]]]:
    before: dict[Place, list[Place]] = {}
    after: dict[Place, list[Place]] = {}
    for a, b in links:
        before.setdefault(b, []).append(a)
        after.setdefault(a, []).append(b)
    return before, after


def _crossings(layers: Sequence[Sequence[Place]], links: Sequence[tuple[Place, Place]]) -> int:
    at = {node: (k, n) for k, layer in enumerate(layers) for n, node in enumerate(layer)}
    spans: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        spans.setdefault(at[a][0], []).append((at[a][1], at[b][1]))
    return sum(
        (one[0] - other[0]) * (one[1] - other[1]) < 0
        for pairs in spans.values()
        for k, one in enumerate(pairs)
        for other in pairs[:k]
    )


def _place(found: Layout, links: Sequence[tuple[Place, Place]], gap: float) -> None:
    before, after = _neighbours(links)
    for layer in found.layers:
        _settle(found, layer, dict.fromkeys(layer, 0.0), gap)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for layer in found.layers if forth else reversed(found.layers):
            near = before if forth else after
            wanted = {}
            for node in layer:
                others = near.get(node) or after.get(node) or before.get(node) or [node]
                wanted[node] = sum(found.middle[n] for n in others) / len(others)
            _settle(found, layer, wanted, gap)
    top = min((found.middle[n] - found.heights[n] / 2 for n in found.middle), default=0.0)
    found.middle = {node: y - top for node, y in found.middle.items()}


def _settle(
    found: Layout, layer: Sequence[Place], wanted: Mapping[Place, float], gap: float
) -> None:
    """Put a layer's nodes as near to where they want to be as their order and heights allow.

    The least squares under distances kept: blocks that would overlap are pooled (pool adjacent
    violators; R. E. Barlow and others, Statistical inference under order restrictions, 1972).
    """
    offset, blocks = 0.0, []
    for k, node in enumerate(layer):
        if k:
            last = layer[k - 1]
            offset += (found.heights[last] + found.heights[node]) / 2 + gap
        blocks.append(([(node, offset)], wanted[node] - offset, 1))
        while len(blocks) > 1 and blocks[-2][1] > blocks[-1][1]:
            nodes, mean, count = blocks.pop()
            first, there, more = blocks.pop()
            whole = count + more
            blocks.append((first + nodes, (mean * count + there * more) / whole, whole))
    for nodes, mean, _ in blocks:
        for node, below in nodes:
            found.middle[node] = mean + below
