"""Random small processes, and their exact probabilities by telling every course by a clock.

The clock knows nothing of networks: it goes from instant to instant, lets every step begin that
is ready, and ends those whose time has come. Lengths are fixed, so that luck, the lines in force
and nothing else make the difference; every combination of them is told.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

NEVER = float("inf")
HORIZON = 60.0
OPTIONS = ("shut", "ajar", "wide")
CHANNELS = {"line": "frozen", "hand": "offered", "wire": "open", "wall": "refused"}
HEAD = """\
format: 1
name: random
title: A random process
as_of: 2025-01-01
horizon: 2025-03-02
parties: {a: A, b: B}
issues:
  gate: {options: shut < ajar < wide, now: shut, decided_by: a}
""" + "channels:\n" + "".join(
    f"  {name}: {{between: [a, b], level: x, state: {state}}}\n"
    for name, state in CHANNELS.items()
)  # fmt: skip


@dataclass
class Step:
    """A step: lines of ``after`` with their shares, and all the rest."""

    name: str
    takes: float
    after: list = field(default_factory=list)
    chance: tuple = (1.0, None, None)
    needs: str = ""
    opens: str = ""
    sets: str = ""
    instead_of: str = ""
    not_before: int = 0
    deadline: int = 0
    on: int = 0

    def text(self):
        parts = [f"takes: {self.takes:g}d"] if not self.on else []
        if self.after:
            lines = ", ".join(f'"{write(c)} ({share:g})"' for c, share in self.after)
            parts.append(f"after: [{lines}]")
        high, condition, low = self.chance
        if condition is not None:
            parts.append(f'chance: "{high:g} if {write(condition)} else {low:g}"')
        elif high < 1:
            parts.append(f"chance: {high:g}")
        parts += [f"{key}: {getattr(self, key)}" for key in ("needs", "opens", "instead_of")
                  if getattr(self, key)]  # fmt: skip
        if self.sets:
            parts.append(f"sets: gate is {self.sets}")
        parts += [f"{key}: {day_of(getattr(self, key))}" for key in ("not_before", "deadline", "on")
                  if getattr(self, key)]  # fmt: skip
        return f"  {self.name}: {{{', '.join(parts)}}}\n"


def day_of(day):
    return str(np.datetime64("2025-01-01") + np.timedelta64(day, "D"))


def write(c):
    match c:
        case ("and" | "or" as word, *parts):
            return "(" + f" {word} ".join(map(write, parts)) + ")"
        case ("not", part):
            return f"not {write(part)}"
        case ("by", part, day):
            return f"({write(part)} by {day_of(day)})"
        case ("before", one, other):
            return f"({write(one)} before {write(other)})"
        case ("at least", option):
            return f"gate is at least {option}"
        case ("is", option):
            return f"gate is {option}"
        case str():
            return c


def lapses(c):
    return c[0] in ("not", "is", "at least") or (c[0] in ("and", "or") and any(map(lapses, c[1:])))


# ── drawing one ─────────────────────────────────────────────────────────────────────────────────
def condition(rng, known, depth=2):
    """A condition on steps that are known already."""
    kind = rng.random()
    if depth and len(known) > 1 and kind < 0.45:
        parts = [condition(rng, known, depth - 1) for _ in range(2)]
        return (("and", "or")[int(rng.integers(2))], *parts)
    if kind < 0.55:
        return ("not", str(rng.choice(known)))
    if kind < 0.65:
        return (("is", "at least")[int(rng.integers(2))], str(rng.choice(OPTIONS)))
    if kind < 0.75:
        return ("by", str(rng.choice(known)), int(rng.integers(3, 40)))
    if kind < 0.85 and len(known) > 1:
        return ("before", *map(str, rng.choice(known, 2, replace=False)))
    return str(rng.choice(known))


def process(rng, count=5):
    """A process of ``count`` steps, each after earlier ones in some way."""
    steps = []
    for n in range(count):
        # No two sums of these lengths are alike, so that no two things happen together.
        step = Step(f"s{n}", takes=float(rng.integers(1, 12)) + 0.01 * 2**n)
        step.chance = (_tenths(rng), None, None)
        if steps:
            hang(step, steps, rng)
        if rng.random() < 0.4:
            step.opens = str(rng.choice(list(CHANNELS)))
        if rng.random() < 0.4:
            step.sets = str(rng.choice(OPTIONS))
        if rng.random() < 0.2:
            step.not_before = int(rng.integers(1, 20))
        if rng.random() < 0.2:
            step.deadline = int(rng.integers(20, 50))
        if rng.random() < 0.1:
            step.on = int(rng.integers(1, 30))
        steps.append(step)
    return steps


def hang(step, steps, rng):
    """Let a step hang on steps before it."""
    known = [other.name for other in steps]
    for _ in range(int(rng.choice([0, 1, 1, 2]))):
        sure = rng.random() < 0.7
        step.after.append((condition(rng, known), 1.0 if sure else _tenths(rng)))
    plain = firm(steps)
    if plain and rng.random() < 0.25:
        step.instead_of = str(rng.choice(plain))
    if rng.random() < 0.3:
        step.needs = str(rng.choice(list(CHANNELS)))
    if rng.random() < 0.4:
        step.chance = (_tenths(rng), condition(rng, known, 1), _tenths(rng))


def firm(steps):
    """Steps that hang on no condition that can pass.

    When it is known that such a condition never holds any more is not for this clock to say.
    """
    found = []
    for step in steps:
        lines = [c for c, _ in step.after]
        hangs = {n for c in lines for n in names_in(c) if n in {s.name for s in steps}}
        hangs |= {step.instead_of or "s0"}
        hangs |= {other.name for other in steps if step.needs and other.opens == step.needs}
        if not any(map(lapses, lines)) and hangs - {step.name} <= {*found, "s0"}:
            found.append(step.name)
    return found


def names_in(c):
    found = set()
    for part in c[1:] if isinstance(c, tuple) else [c]:
        found |= names_in(part) if isinstance(part, tuple) else {part}
    return found


def _tenths(rng):
    return float(rng.integers(2, 10)) / 10


# ── telling it ──────────────────────────────────────────────────────────────────────────────────
class Clock:
    """One course of events: which lines are in force, and how much luck every step has (0..1)."""

    def __init__(self, steps, in_force, luck):
        self.steps = {step.name: step for step in steps}
        self.in_force, self.luck = in_force, luck
        self.done, self.lost, self.ends = {}, {}, {}
        self.gate = [(0.0, "shut")]

    def run(self):
        dates = {0.0, HORIZON}
        for step in self.steps.values():
            dates |= {float(d) for d in (step.not_before, step.on, step.deadline)}
            for c, _ in [*step.after, (step.chance[1] or "-", 1)]:
                dates |= set(days_in(c))
        now = 0.0
        while now <= HORIZON:
            self.finish(now)
            while self.move(now):
                pass
            coming = [end for end, _ in self.ends.values()] + list(dates)
            now = min((t for t in coming if t > now), default=NEVER)
        return self.done

    def finish(self, now):
        for name, (end, lucky) in list(self.ends.items()):
            if end == now:
                del self.ends[name]
                self.close(name, now, lucky)

    def close(self, name, now, lucky):
        if not lucky:
            self.lost[name] = now
            return
        self.done[name] = now
        if self.steps[name].sets:
            self.gate.append((now, self.steps[name].sets))

    def move(self, now):
        """Begin and give up what is due now; say whether anything was."""
        for name, step in self.steps.items():
            if name in self.ends or name in self.done or name in self.lost:
                continue
            last = min([HORIZON, *(float(d) for d in (step.deadline, step.on) if d)])
            if self.hopeless(step):
                self.lost[name] = now
                return True
            if self.ready(step, now) and now <= last:
                self.begin(step, now, last)
                return True
            if now >= last:
                self.lost[name] = now
                return True
        return False

    def begin(self, step, now, last):
        high, c, low = step.chance
        chance = high if c is None or self.holds(c, now) else low
        end, lucky = now + (0.0 if step.on else step.takes), self.luck[step.name] < chance
        if end > last:
            end, lucky = last, False
        if end == now:
            self.close(step.name, now, lucky)
        else:
            self.ends[step.name] = end, lucky

    def lines(self, step):
        return [c for n, (c, _) in enumerate(step.after) if self.in_force[step.name, n]]

    def ready(self, step, now):
        return (
            all(self.holds(c, now) for c in self.lines(step))
            and self.open(step, now)
            and now >= max(step.not_before, step.on)
            and (not step.instead_of or step.instead_of in self.lost)
        )

    def open(self, step, now):
        state = CHANNELS.get(step.needs, "open")
        if state == "open" or (state == "offered" and step.opens == step.needs):
            return True
        return any(o.opens == step.needs and o.name in self.done for o in self.others(step))

    def others(self, step):
        return [other for other in self.steps.values() if other is not step]

    def hopeless(self, step):
        """Whether it is known that a step never begins: for what it waits for, whoever waits."""
        if step.instead_of in self.done:
            return True
        state = CHANNELS.get(step.needs, "open")
        if state != "open" and not (state == "offered" and step.opens == step.needs):
            ways = [o.name for o in self.others(step) if o.opens == step.needs]
            if all(name in self.lost for name in ways):
                return True
        return any(self.never(c) for c in self.lines(step))

    def never(self, c):
        match c:
            case ("and", *parts):
                return any(map(self.never, parts))
            case ("or", *parts):
                return all(map(self.never, parts))
            case ("by", *parts, _) | ("before", *parts):
                return all(p in self.done or p in self.lost for p in parts) and not self.holds(
                    c, HORIZON
                )
            case str():
                return c in self.lost
        return False

    # ── conditions ──────────────────────────────────────────────────────────────────────────────
    def holds(self, c, at):
        match c:
            case ("and", *parts):
                return all(self.holds(p, at) for p in parts)
            case ("or", *parts):
                return any(self.holds(p, at) for p in parts)
            case ("not", part):
                return not self.holds(part, at)
            case ("by", part, day):
                return self.done.get(part, NEVER) <= min(at, day)
            case ("before", one, other):
                first, second = self.done.get(one, NEVER), self.done.get(other, NEVER)
                return first <= at and first < second
            case ("is", option):
                return self.standing(at) == option
            case ("at least", option):
                return OPTIONS.index(self.standing(at)) >= OPTIONS.index(option)
        return self.done.get(c, NEVER) <= at

    def standing(self, at):
        return [option for time, option in self.gate if time <= at][-1]


def days_in(c):
    match c:
        case ("by", _, day):
            yield float(day)
        case (_, *parts):
            for part in parts:
                yield from days_in(part) if isinstance(part, tuple) else ()


def exact(steps, day):
    """Probabilities that each step happens, and that it does by a day."""
    lines = [(step.name, n, share) for step in steps for n, (_, share) in enumerate(step.after)]
    bits = [[(True, share)] if share == 1 else [(True, share), (False, 1 - share)]
            for _, _, share in lines]  # fmt: skip
    levels = []
    for step in steps:
        cuts = sorted({0.0, 1.0, step.chance[0], step.chance[2] or step.chance[0]})
        levels.append([(low, high - low) for low, high in itertools.pairwise(cuts)])
    found = np.zeros((2, len(steps)))
    for forced in itertools.product(*bits):
        in_force = {(name, n): held for (name, n, _), (held, _) in zip(lines, forced, strict=True)}
        for drawn in itertools.product(*levels):
            weight = np.prod([w for _, w in forced]) * np.prod([w for _, w in drawn])
            luck = {step.name: low for step, (low, _) in zip(steps, drawn, strict=True)}
            done = Clock(steps, in_force, luck).run()
            times = np.array([done.get(step.name, NEVER) for step in steps])
            found += weight * np.stack([times < NEVER, times <= day])
    return found
