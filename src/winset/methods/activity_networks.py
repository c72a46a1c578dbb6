"""Activity networks: what waits for what, with ands, ors and alternatives.

A network is a list of nodes, each after the parts it waits for. :mod:`winset.methods.scheduling`
draws their times. The nodes are those of GERT without its loops: A. A. B. Pritsker & W. W. Happ,
"GERT: graphical evaluation and review technique", Journal of Industrial Engineering 17(5), 1966,
267-274.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

__all__ = ["Activity", "Gate", "Given", "Inverse", "Network", "Node", "Watch"]


@dataclass(frozen=True, slots=True)
class Given:
    """Comes true at times known beforehand; ``cause`` is why where it never does."""

    cause: int = 0
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """Comes true with the last of its parts (``all``), or with the first (``any``)."""

    waits: Literal["all", "any"]
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Inverse:
    """Comes true when it is known that its part never will; ``cause`` is why where it will."""

    parts: tuple[int]
    cause: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """Comes true at a time that is worked out from the times of its parts.

    Where it never does, though some of its parts come true, the cause is ``cause``; where none
    does, that of the last of them; it is known with the last of them in any case.
    """

    parts: tuple[int, ...]
    cause: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """Starts when all its parts have come true, and comes true when it ends, if it comes off.

    ``looks`` are activities, later ones too, that an attempt looks at: their times have to be
    known as far as they lie before its start. ``late`` is why it fails if it is not over by its
    deadline.
    """

    parts: tuple[int, ...] = ()
    looks: tuple[int, ...] = ()
    late: int = 0


Node = Given | Gate | Inverse | Watch | Activity


@dataclass(frozen=True)
class Network:
    """Nodes, each after its parts.

    Raises
    ------
    ValueError
        If a node stands before one of its parts: the network has a cycle.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        for place, node in enumerate(self.nodes):
            if any(not 0 <= part < place for part in node.parts):
                msg = f"node {place} waits for {node.parts}: a node stands after its parts"
                raise ValueError(msg)

    @cached_property
    def necessary(self) -> tuple[int, ...]:
        """Activities without which each node never comes true, itself included: bit masks."""
        found: list[int] = []
        for place, node in enumerate(self.nodes):
            parts = [found[part] for part in node.parts]
            bits = 0
            if isinstance(node, Gate) and node.waits == "any":
                bits = parts[0] if parts else 0
                for part in parts:
                    bits &= part
            elif isinstance(node, Gate | Activity):
                for part in parts:
                    bits |= part
            found.append(bits | (1 << place) if isinstance(node, Activity) else bits)
        return tuple(found)

    @cached_property
    def plan(self) -> tuple[tuple[int, ...], ...]:
        """Groups of nodes in the order of work; those of one group look at each other."""
        edges = [(part, place) for place, node in enumerate(self.nodes) for part in node.parts]
        looks = [(seen, place) for place, node in enumerate(self.nodes)
                 if isinstance(node, Activity) for seen in node.looks
                 if not self.necessary[seen] >> place & 1]  # fmt: skip
        if all(seen < place for seen, place in looks):
            return tuple((place,) for place in range(len(self.nodes)))
        return _grouped(len(self.nodes), [*edges, *looks])


def _grouped(count: int, edges: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Group what lies on common cycles; the groups ascend along the edges."""
    from graphlib import TopologicalSorter

    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.array(edges, dtype=np.int32).T
    ones = np.ones(len(edges), dtype=np.int8)
    matrix = csr_array((ones, (rows, columns)), shape=(count, count))
    _, label = connected_components(matrix, directed=True, connection="strong")
    members: dict[int, list[int]] = {}
    for place in range(count):
        members.setdefault(int(label[place]), []).append(place)
    before: dict[int, set[int]] = {group: set() for group in members}
    for first, then in edges:
        if label[first] != label[then]:
            before[int(label[then])].add(int(label[first]))
    return tuple(tuple(members[group]) for group in TopologicalSorter(before).static_order())
