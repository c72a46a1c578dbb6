"""Random activity networks, and their stories told one by one from the definitions."""

import heapq
import itertools

import numpy as np

from winset.methods.activity_networks import Activity, Gate, Given, Inverse, Network

NEVER = float("inf")


def random_network(rng, activities=5, inverses=True, gates=True):
    """Activities with random gates between them; the last node waits for at least one part."""
    nodes, done = [Given()], 0
    while done < activities:
        kind = rng.random()
        parts = tuple(sorted({int(n) for n in rng.integers(0, len(nodes), rng.integers(1, 4))}))
        if gates and kind < 0.4:
            nodes.append(Gate(("all", "any")[int(rng.integers(2))], parts))
        elif inverses and kind < 0.5:
            nodes.append(Inverse((parts[0],)))
        else:
            nodes.append(Activity(parts))
            done += 1
    return Network(tuple(nodes))


def activities_of(network):
    return [n for n, node in enumerate(network.nodes) if isinstance(node, Activity)]


def told(network, takes, comes_off, deadline=None):
    """Times of one story, by recursion; and when it is known that a node never comes true."""
    memo = {}

    def node(place):
        if place not in memo:
            memo[place] = _moment(place)
        return memo[place]

    def _moment(place):
        it = network.nodes[place]
        parts = [node(p) for p in it.parts]
        match it:
            case Given():
                return 0.0, NEVER
            case Inverse():
                return parts[0][1], parts[0][0]
            case Gate("any"):
                good = [t for t, _ in parts if t < NEVER]
                return (min(good), NEVER) if good else (NEVER, max(k for _, k in parts))
        bad = [k for _, k in parts if k < NEVER]
        by = (deadline or {}).get(place, NEVER)
        if bad:
            return NEVER, min(min(bad), by if isinstance(it, Activity) else NEVER)
        start = max([0.0, *(t for t, _ in parts)])
        if isinstance(it, Gate):
            return start, NEVER
        end = start + takes[place]
        if end > by:
            return NEVER, by
        return (end, NEVER) if comes_off[place] else (NEVER, end)

    return [node(place) for place in range(len(network.nodes))]


def on_critical_path(network, moments, target):
    """Nodes on a critical path of one story: from the target back along what came last."""
    found = set()

    def back(place):
        if place in found:
            return
        found.add(place)
        it = network.nodes[place]
        parts = it.parts
        if not parts:
            return
        time = [moments[p][0] for p in parts]
        known = [moments[p][1] for p in parts]
        if isinstance(it, Inverse):
            last = parts
        elif isinstance(it, Gate) and it.waits == "any":
            came = min(time) < NEVER
            last = (
                [p for p, t in zip(parts, time, strict=True) if t == min(time)]
                if came
                else [p for p, k in zip(parts, known, strict=True) if k == max(known)]
            )
        elif max(time) < NEVER:
            last = [p for p, t in zip(parts, time, strict=True) if t == max(time)]
        else:
            last = [p for p, k in zip(parts, known, strict=True) if k == min(known)]
        for part in last:
            back(part)

    if moments[target][0] < NEVER:
        back(target)
    return found


def all_stories(network, lengths, chances):
    """Every course of events with its probability: (probability, takes, comes off)."""
    places = activities_of(network)
    per_activity = [
        [(share * weight, length, lucky)
         for length, share in lengths[place]
         for lucky, weight in ((True, chances[place]), (False, 1 - chances[place]))]
        for place in places
    ]  # fmt: skip
    for combination in itertools.product(*per_activity):
        probability = np.prod([p for p, _, _ in combination])
        takes = {place: length for place, (_, length, _) in zip(places, combination, strict=True)}
        lucky = {place: came for place, (_, _, came) in zip(places, combination, strict=True)}
        yield float(probability), takes, lucky


def told_by_clock(network, takes, luck, base, boost):
    """One story of activities that look at each other, by a clock that goes from event to event.

    An activity comes off where ``luck`` is below ``base``, plus ``boost`` for each activity that
    it looks at and that is over by its start. Gates are ``all`` gates or ``any`` gates.
    """
    nodes = network.nodes
    time = [NEVER] * len(nodes)
    begun, queue = set(), []

    def ready(place):
        parts = [time[p] for p in nodes[place].parts]
        if isinstance(nodes[place], Gate) and nodes[place].waits == "any":
            return min(parts)
        return max([0.0, *parts])

    def spread():
        for place, node in enumerate(nodes):
            if isinstance(node, Given):
                time[place] = 0.0
            elif isinstance(node, Gate):
                time[place] = ready(place)
            elif place not in begun and ready(place) < NEVER:
                begun.add(place)
                heapq.heappush(queue, (ready(place), place))

    spread()
    while queue:
        start, place = heapq.heappop(queue)
        over = sum(time[seen] <= start for seen in nodes[place].looks)
        if luck[place] < base[place] + boost * over:
            time[place] = start + takes[place]
        spread()
    return time
