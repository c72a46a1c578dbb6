"""Times of activity networks, drawn for many stories at once, and their critical paths.

A *story* is one course of events. In each story every node of a network
(:mod:`winset.methods.activity_networks`) comes true at some time from 0 on, in any unit, or never.
Of a node that never does it is also told when that is known, and why: the first cause, handed on
from node to node.

Where everything comes off this is the longest path of the critical path method: J. E. Kelley &
M. R. Walker, "Critical-path planning and scheduling", Proceedings of the Eastern Joint Computer
Conference, 1959, 160-173. Times drawn by chance, and the share of stories in which an activity
lies on the critical path (its criticality): R. M. Van Slyke, "Monte Carlo methods and the PERT
problem", Operations Research 11(5), 1963, 839-860.

What an attempt looks up (a state that other activities change) may hang on activities that do
not come before it. Where such looks run in circles, the activities concerned are attempted in
order of their starts, story by story: a start that is least among those open is final. That is
Dijkstra's argument, for networks of least and greatest times: D. E. Knuth, "A generalization of
Dijkstra's algorithm", Information Processing Letters 6(1), 1977, 1-5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.methods.activity_networks import (
    Activity,
    Gate,
    Given,
    Inverse,
    Network,
    Watch,
)

__all__ = ["CHANCE", "NEVER", "Stories", "Trial", "attempts", "critical_path", "schedule"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]
Rows = NDArray[np.intp] | slice

NEVER = np.inf
"""The time of what never happens."""

CHANCE = 1
"""Why an attempt of :func:`attempts` does not come off; 0 stands for no cause."""


class Trial(NamedTuple):
    """Attempts at one activity in N stories.

    ``ends`` (N,): when each is over, not before its start; ``comes_off`` (N,); ``cause`` (N,)
    or one for all: why it does not, where it does not.
    """

    ends: Floats
    comes_off: Mask
    cause: Codes | int


class Stories:
    """What happens in N stories, filled in as the network is worked through.

    ``time`` (nodes, N): when each node comes true, ``NEVER`` where it does not, or not so far;
    ``known`` (nodes, N): when it is known that it never will, ``NEVER`` where it does; ``cause``
    (nodes, N): the first cause of that, 0 where it does.
    """

    def __init__(self, nodes: int, stories: int) -> None:
        self.time: Floats = np.full((nodes, stories), NEVER)
        self.known: Floats = np.full((nodes, stories), NEVER)
        self.cause: Codes = np.zeros((nodes, stories), dtype=np.int32)


Attempt = Callable[[int, Floats, Rows, Stories], Trial]
"""(node, starts, rows, stories so far) -> attempts in these rows; starts of ``NEVER`` do not
count."""

Watcher = Callable[[int, Stories], Floats]
"""(node, stories so far) -> the times at which the node comes true: (N,)."""


def attempts(takes: Floats, comes_off: Mask) -> Attempt:
    """Attempt activities with lengths and luck drawn beforehand.

    Parameters
    ----------
    takes, comes_off : (nodes, N)
        How long each activity takes, and whether it comes off; other nodes' rows do not count.
    """

    def attempt(node: int, starts: Floats, rows: Rows, _: Stories) -> Trial:
        return Trial(starts + takes[node, rows], comes_off[node, rows], CHANCE)

    return attempt


def schedule(
    network: Network,
    stories: int,
    attempt: Attempt,
    given: Mapping[int, Floats] | None = None,
    watch: Watcher | None = None,
    deadlines: Mapping[int, Floats | float] | None = None,
) -> Stories:
    """Work through a network for many stories at once; linear in nodes, parts and stories.

    Parameters
    ----------
    stories
        Their number, N.
    attempt
        Tells what becomes of an activity's attempts; see :func:`attempts`.
    given
        Times (N,) of the ``Given`` nodes; 0 by default.
    watch
        Tells the times of the ``Watch`` nodes.
    deadlines
        Times (N,), or one for all, by which activities have to be over: what is not then fails
        then, with the cause that the activity has for being late.

    Raises
    ------
    ValueError
        If the network has ``Watch`` nodes, and nobody watches.
    """
    work = _Work(
        network,
        Stories(len(network.nodes), stories),
        attempt,
        given or {},
        watch,
        deadlines or {},
    )
    for group in network.plan:
        if len(group) == 1:
            work.settle(group[0])
        else:
            work.settle_together(group)
    return work.stories


def critical_path(network: Network, stories: Stories, target: int) -> Mask:
    """Say which nodes lie on the critical path to a node.

    From the target, where it comes true, back to what it waited for last. Where several came at
    the same time, all of them count. What waits for another to fail waits for that attempt.

    Returns
    -------
    Booleans (nodes, N); their means over the stories in which the target comes true are the
    nodes' criticalities.
    """
    time, known = stories.time, stories.known
    on = np.zeros(time.shape, dtype=np.bool_)
    on[target] = time[target] < NEVER
    for place in range(target, -1, -1):
        node = network.nodes[place]
        if not node.parts or not on[place].any():
            continue
        if isinstance(node, Inverse):
            on[node.parts[0]] |= on[place]
            continue
        parts = list(node.parts)
        came = time[parts].max(axis=0) if isinstance(node, Activity) else time[place]
        last = np.where(came < NEVER, time[parts] == came, known[parts] == known[place])
        on[parts] |= on[place] & last
    return on


@dataclass(frozen=True, slots=True)
class _Work:
    network: Network
    stories: Stories
    attempt: Attempt
    given: Mapping[int, Floats]
    watch: Watcher | None
    deadlines: Mapping[int, Floats | float]

    def settle(self, place: int) -> None:
        """Work out a node whose parts are known."""
        node = self.network.nodes[place]
        if isinstance(node, Activity):
            starts = self._starts(place)
            self._block(place)
            self._try(place, starts, slice(None))
        else:
            self._pass_on(place)

    def settle_together(self, group: tuple[int, ...]) -> None:
        """Work out nodes that look at each other: in every story the earliest start first."""
        nodes = self.network.nodes
        todo = [place for place in group if isinstance(nodes[place], Activity)]
        done = np.zeros((len(todo), self.stories.time.shape[1]), dtype=np.bool_)
        while True:
            self._refresh(group)
            starts = np.stack([self._starts(place) for place in todo])
            starts[done] = NEVER
            first = starts.argmin(axis=0)
            when = starts.min(axis=0)
            if not (when < NEVER).any():
                return
            for number, place in enumerate(todo):
                rows = np.flatnonzero((first == number) & (when < NEVER))
                if len(rows):
                    self._try(place, when[rows], rows)
                    done[number, rows] = True

    def _refresh(self, group: tuple[int, ...]) -> None:
        for place in group:
            if isinstance(self.network.nodes[place], Activity):
                self._block(place)
            else:
                self._pass_on(place)

    def _starts(self, place: int) -> Floats:
        starts = np.zeros(self.stories.time.shape[1])
        for part in self.network.nodes[place].parts:
            np.maximum(starts, self.stories.time[part], out=starts)
        return starts

    def _try(self, place: int, starts: Floats, rows: Rows) -> None:
        s = self.stories
        ends, comes_off, cause = self.attempt(place, starts, rows, s)
        if place in self.deadlines:
            by = np.broadcast_to(self.deadlines[place], s.time.shape[1:])[rows]
            over = ends > by
            ends, comes_off = np.minimum(ends, by), comes_off & ~over
            cause = np.where(over, self._late(place), cause)
        begun = starts < NEVER
        s.time[place, rows] = np.where(begun & comes_off, ends, NEVER)
        lost = begun & ~comes_off
        s.known[place, rows] = np.where(lost, ends, s.known[place, rows])
        s.cause[place, rows] = np.where(lost, cause, s.cause[place, rows])

    def _late(self, place: int) -> int:
        node = self.network.nodes[place]
        return node.late if isinstance(node, Activity) else 0

    def _block(self, place: int) -> None:
        """Let a node fail that waits for what never comes: with the first such part."""
        s, parts = self.stories, self.network.nodes[place].parts
        for part in parts:
            sooner = s.known[part] < s.known[place]
            np.copyto(s.known[place], s.known[part], where=sooner)
            np.copyto(s.cause[place], s.cause[part], where=sooner)
        if place in self.deadlines:
            over = (s.known[place] < NEVER) & (s.known[place] > self.deadlines[place])
            np.copyto(s.known[place], self.deadlines[place], where=over)
            np.copyto(s.cause[place], self._late(place), where=over)

    def _pass_on(self, place: int) -> None:
        s, node = self.stories, self.network.nodes[place]
        match node:
            case Given(cause):
                time = self.given.get(place)
                s.time[place] = 0.0 if time is None else time
                self._fail(place, s.time[place] == NEVER, 0.0, cause)
            case Gate("all"):
                s.time[place] = self._starts(place)
                self._block(place)
            case Gate(_, parts):
                self._first_of(place, parts)
            case Inverse((part,), cause):
                s.time[place] = s.known[part]
                s.known[place] = s.time[part]
                s.cause[place] = np.where(s.time[part] < NEVER, cause, 0)
            case Watch(parts, cause):
                self._watch(place, parts, cause)
            case Activity():
                raise TypeError(place)

    def _fail(self, place: int, where: Mask, known: Floats | float, cause: Codes | int) -> None:
        s = self.stories
        s.known[place] = np.where(where, known, NEVER)
        s.cause[place] = np.where(where, cause, 0)

    def _first_of(self, place: int, parts: Sequence[int]) -> None:
        s = self.stories
        s.time[place] = NEVER
        for part in parts:
            np.minimum(s.time[place], s.time[part], out=s.time[place])
        self._last_failure(place, parts)

    def _last_failure(self, place: int, parts: Sequence[int]) -> None:
        """Let a node fail where all its parts do, with the last of them."""
        s = self.stories
        known = np.full(s.time.shape[1], -1.0 if parts else 0.0)
        cause = np.zeros(len(known), dtype=np.int32)
        for part in parts:
            later = s.known[part] > known
            np.copyto(known, s.known[part], where=later)
            np.copyto(cause, s.cause[part], where=later)
        self._fail(place, known < NEVER, known, cause)

    def _watch(self, place: int, parts: Sequence[int], cause: int) -> None:
        if self.watch is None:
            msg = f"nobody watches node {place}"
            raise ValueError(msg)
        s = self.stories
        self._last_failure(place, parts)
        over = np.zeros(s.time.shape[1])
        for part in parts:
            np.maximum(over, np.minimum(s.time[part], s.known[part]), out=over)
        s.time[place] = self.watch(place, s)
        own = s.known[place] == NEVER  # some part came true, or there is none
        own |= not parts
        missed = (s.time[place] == NEVER) & (over < NEVER)
        s.cause[place] = np.where(missed, np.where(own, cause, s.cause[place]), 0)
        s.known[place] = np.where(missed, over, NEVER)
