"""Time the telling of processes, beside the targets and beside simpy on the same graph.

Run it with the project's Python: ``python benchmarks/process.py`` (``make bench`` does); simpy
comes with the extra ``bench``. All is done by one process. ``seconds`` pass on the clock,
``processor`` are those of the processor, the same on a machine that has nothing else to do: they
are held against the targets, and the ratios are made of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from random import Random
from typing import NamedTuple

import numpy as np
import simpy

from winset.analyses.asking import tellers
from winset.analyses.process import Process, process
from winset.case import Case, Step
from winset.casefile import load, load_text
from winset.language.terms import Condition, Happens, Or
from winset.methods.activity_networks import Activity, Gate, Network
from winset.methods.durations import uniform
from winset.methods.scheduling import NEVER, attempts, schedule

STORIES, PEER_STORIES = 1_000_000, 20_000

TWELVE = """\
format: 1
name: twelve
title: Twelve steps
as_of: 2025-01-01
horizon: 2026-12-31
parties: {a: A, b: B}
steps:
  contact: {takes: 1w..4w, chance: 0.9}
  agenda: {after: contact, takes: 1w..6w mostly 2w, chance: 0.8}
  experts: {after: contact, takes: 2w..10w, chance: 0.7}
  envoy: {takes: 2w..20w, chance: 0.4}
  gesture: {after: contact, takes: 3w..15w, chance: 0.5}
  ministers: {after: agenda or envoy, takes: 1w..8w, chance: 0.75}
  draft: {after: [ministers, experts], takes: 4w..16w mostly 6w, chance: 0.6}
  venue: {after: ministers, takes: 1w..3w, chance: 0.95}
  summit: {after: [venue, draft or gesture], takes: 1w..12w, chance: 0.7}
  text: {after: summit, takes: 2w..12w, chance: 0.65}
  consent: {after: text, takes: 2w..26w, chance: 0.8}
  signing: {after: consent, takes: 1w..4w, chance: 0.9}
"""


class Timing(NamedTuple):
    """Seconds on the clock, and of the processor."""

    seconds: float
    processor: float


def timed(work: Callable[[], object], runs: int = 3) -> Timing:
    """Time some work: the best of some runs."""
    found = []
    for _ in range(runs):
        begun, used = time.perf_counter(), time.process_time()
        work()
        found.append(Timing(time.perf_counter() - begun, time.process_time() - used))
    return min(found)


def show(what: str, timing: Timing, target: float | None = None) -> None:
    """Print a timing, and whether it is within its target."""
    aim = "" if target is None else f"{target:g}"
    late = "" if target is None or timing.processor < target else "  too slow"
    print(f"{what:56}{timing.seconds:9.2f}{aim:>9}{timing.processor:11.2f}{late}")


def told(case: Case, stories: int, tellings: int = 32) -> Process:
    """Tell stories of a case, from the drawing of its readings on."""
    drawn = tellers(case, math.ceil(stories / tellings))
    return Process.merge([process(teller, tellings=tellings, levers=()) for teller in drawn])


# ── simpy on the same graph ─────────────────────────────────────────────────────────────────────
class Peer:
    """A case of chances, lengths, ands and ors, told one story at a time by simpy."""

    def __init__(self, case: Case, seed: int) -> None:
        self.case, self.random = case, Random(seed)
        self.horizon = (case.horizon - case.as_of).days if case.horizon else math.inf

    def story(self) -> dict[str, float]:
        """Tell one story: when each step happens, in days."""
        world = simpy.Environment()
        over = {step.id: world.event() for step in self.case.steps}
        times: dict[str, float] = {}
        for step in self.case.steps:
            world.process(self._step(world, step, over, times))
        world.run(until=self.horizon)
        return times

    def _step(
        self,
        world: simpy.Environment,
        step: Step,
        over: dict[str, simpy.Event],
        times: dict[str, float],
    ) -> Generator[simpy.Event, object, None]:
        waits = [self._wait(world, before.condition, over) for before in step.after]
        if waits:
            yield world.all_of(waits)
        yield world.timeout(self._length(step))
        if self.random.random() < step.chance[0].branches[0][0].middle:
            times[step.id] = world.now
            over[step.id].succeed()

    def _wait(
        self, world: simpy.Environment, condition: Condition, over: dict[str, simpy.Event]
    ) -> simpy.Event:
        match condition:
            case Happens(name):
                return over[name]
            case Or(parts):
                return world.any_of([self._wait(world, part, over) for part in parts])
        raise TypeError(condition)

    def _length(self, step: Step) -> float:
        takes = step.takes[0]
        if takes.mode is None:
            return self.random.uniform(takes.low, takes.high)
        return self.random.triangular(takes.low, takes.high, takes.mode)


def beside_simpy(case: Case) -> None:
    """Tell the same case by both, compare the probabilities, and print the ratio of speeds."""
    ours = timed(lambda: told(case, STORIES))
    found = told(case, STORIES)
    counts = dict.fromkeys(found.steps, 0)
    days: dict[str, list[float]] = {step: [] for step in found.steps}

    def tell() -> None:
        peer = Peer(case, 1)
        for _ in range(PEER_STORIES):
            for step, day in peer.story().items():
                counts[step] += 1
                days[step].append(day)

    theirs = timed(tell, runs=1)
    print(f"\n{'step':12}{'winset':>9}{'simpy':>9}{'error':>9}{'median day':>15}{'simpy':>8}")
    # Twelve comparisons at once: 4 standard errors keep a false alarm below one in a thousand.
    for step in found.steps:
        one, other = found.chance(step).mean, counts[step] / PEER_STORIES
        error = math.sqrt(one * (1 - one) * (1 / STORIES + 1 / PEER_STORIES))
        medians = found.quantile(step, 0.5) or math.nan, float(np.median(days[step]))
        print(f"{step:12}{one:9.4f}{other:9.4f}{error:9.4f}{medians[0]:15.1f}{medians[1]:8.1f}")
        if abs(one - other) > 4 * error:
            raise SystemExit(f"{step}: the two differ")
    rates = STORIES / ours.processor, PEER_STORIES / theirs.processor
    print(
        f"stories a second of the processor: winset {rates[0]:,.0f}, simpy {rates[1]:,.0f}, "
        f"ratio {rates[0] / rates[1]:,.0f}"
    )


# ── how the cost grows ──────────────────────────────────────────────────────────────────────────
def layered(steps: int) -> Network:
    """Lay out steps that wait for two or three before them, by ands and ors."""
    rng = np.random.default_rng(7)
    nodes: list[Activity | Gate] = [Activity()]
    while sum(isinstance(node, Activity) for node in nodes) < steps:
        parts = tuple(
            sorted({int(n) for n in rng.integers(max(0, len(nodes) - 40), len(nodes), 3)})
        )
        nodes.append(Gate("any" if len(nodes) % 4 else "all", parts))
        nodes.append(Activity((len(nodes) - 1,)))
    return Network(tuple(nodes))


def grown(what: str, seconds: float, last: float) -> None:
    """Print the seconds of a row, and their ratio to those of the row before."""
    print(f"{what:56}{seconds:9.3f}" + (f"{seconds / last:9.2f}" if last else ""))


def growth_in_steps() -> None:
    """Print the time of 10,000 stories by the number of steps, and the ratio per doubling."""
    print(f"\n{'10,000 stories of a network of':56}{'seconds':>9}{'ratio':>9}")
    last = 0.0
    for steps in (125, 250, 500, 1_000):
        network = layered(steps)
        places = np.random.default_rng(8).random((len(network.nodes), 10_000))
        takes, luck = uniform(places, 1.0, 9.0), places < 0.97
        work = timed(lambda n=network, t=takes, w=luck: schedule(n, 10_000, attempts(t, w)))
        happens = (schedule(network, 10_000, attempts(takes, luck)).time[-1] < NEVER).mean()
        grown(f"{steps:,} steps (the last in {happens:.0%})", work.processor, last)
        last = work.processor


def growth_in_stories(case: Case) -> None:
    """Print the time by the number of stories, and the ratio per doubling."""
    print(f"\n{'twelve steps':56}{'seconds':>9}{'ratio':>9}")
    last = 0.0
    for stories in (125_000, 250_000, 500_000, 1_000_000):
        seconds = timed(lambda n=stories: told(case, n)).processor
        grown(f"{stories:,} stories", seconds, last)
        last = seconds


def growth_in_a_case() -> None:
    """Print the time of 10,000 stories of a case by its steps, counting included."""
    print(f"\n{'10,000 stories of a case of':56}{'seconds':>9}{'ratio':>9}")
    last = 0.0
    for steps in (125, 250, 500, 1_000):
        lines = "".join(
            f"  s{n}: {{after: s{n // 2} or s{n - 1}, takes: 1d..9d, chance: 0.9..1}}\n"
            for n in range(1, steps)
        )
        case = load_text(TWELVE.split("steps:")[0] + "steps:\n  s0: {}\n" + lines)
        seconds = timed(lambda c=case: told(c, 10_000)).processor
        grown(f"{steps:,} steps", seconds, last)
        last = seconds


def main() -> None:
    """Print every figure."""
    print(f"{'':56}{'seconds':>9}{'target':>9}{'processor':>11}")
    twelve, riyadh = load_text(TWELVE), load("riyadh-2025")
    told(twelve, 10_000)
    show("10^6 stories of 12 steps without deals", timed(lambda: told(twelve, STORIES)), 5)
    what = "10,000 stories of riyadh-2025"
    show(f"{what}, 1 of each reading: cold", timed(lambda: told(riyadh, 10_000, 1), runs=1), 30)
    show(f"{what}, 1 of each reading: warm", timed(lambda: told(riyadh, 10_000, 1)), 30)
    show(f"{what}, 32 of each reading: warm", timed(lambda: told(riyadh, 10_000)), 30)
    growth_in_stories(twelve)
    growth_in_steps()
    growth_in_a_case()
    beside_simpy(twelve)


if __name__ == "__main__":
    main()
