"""Headlines of a few readings at a time against those of the whole analyses."""

from dataclasses import replace

import numpy as np
import pytest
from tests.analyses.small import Maker, statement
from tests.analyses.test_absent_brute import SIGNED, BusyMaker, made

from winset.analyses import forcing as forcing_module
from winset.analyses.absent import absent
from winset.analyses.deals import deals
from winset.analyses.forcing import Forcing, forcing
from winset.analyses.headlines import Count, Headline, headlines
from winset.analyses.trials import Trial
from winset.case import FRAME, Case, Step
from winset.casefile import load, load_text
from winset.ensemble import Memory, sample
from winset.language.terms import Condition
from winset.space import Grid, is_of_states


def with_events(case: Case, maker: Maker) -> Case:
    """Give a case steps that settle something, on issues of the table or not."""
    wanted: list[Condition] = []
    while len(wanted) < 3:
        event = maker.condition(case, 1)
        if is_of_states(event):
            wanted.append(event)
    steps = tuple(
        Step(f"s{n}", "", statement(f"s{n}", "step"), table="t", settles=event)
        for n, event in enumerate(wanted)
    )
    return replace(case, steps=steps)


def counted(trial: Trial, headline: Headline, size: int) -> Count:
    """Add a headline up over blocks of readings, the last first."""
    readings = trial.ensemble.readings
    starts = range(0, readings, size)[::-1]
    seen = [trial.seen(headline, start, min(start + size, readings)) for start in starts]
    if not any(s.heard for s in seen):
        return Count(0, 0)
    return Count(sum(s.hits for s in seen), sum(s.of for s in seen))


@pytest.mark.parametrize("searched", [False, True])
@pytest.mark.parametrize("block", range(3))
def test_blocks_add_up_to_the_whole(
    block: int, searched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if searched:
        monkeypatch.setattr(Grid, "listed", False)
    met = set()
    for seed in range(block * 8, block * 8 + 8):
        maker, case, ensemble = made(seed)
        signed = maker.one(SIGNED)
        told = BusyMaker(seed).case()
        for one, drawn, solution in (
            (with_events(case, maker), ensemble, signed),
            (with_events(told, maker), BusyMaker(seed).ensemble(told), "nash"),
        ):
            found = deals(one, drawn, "t", signed=solution, closing=False)
            wanted = headlines(one, found, absent(one, drawn, found, answers_only=True))
            for headline, count in wanted.items():
                met.add((headline.what, 0 < count.hits < count.of))
                if searched and headline.what != "deal" and solution != "nash":
                    continue  # a coarse grid may pick another deal
                assert counted(Trial(one, drawn, "t", solution), headline, 3) == count
    # Each kind occurs, in some readings and not in others, too.
    assert met >= {(what, mixed) for what in ("deal", "event", "declines", "hurt")
                   for mixed in (False, True)}  # fmt: skip


def test_an_event_that_no_deal_can_bring_is_no_headline() -> None:
    case = load_text(CASE)
    trial = Trial(case, sample(case, 20), "u", "nash")
    assert trial.seen(Headline("u", "event", "y is high"), 0, 20).heard
    assert not trial.seen(Headline("u", "event", "x is high"), 0, 20).heard
    assert not trial.seen(Headline("u", "declines", "a"), 0, 20).heard


@pytest.mark.parametrize("name", ["riyadh-2025", "cuba-1962"])
def test_what_is_remembered_changes_no_bit(name: str) -> None:
    case = load(name)
    memory = Memory()
    ids = [s.id for s in case.statements() if s.kind in ("preference", "salience", "red line")]
    for dropped in (ids, ids[::2], ids[1::2], ids[: len(ids) // 2]):
        without = frozenset(dropped)
        plain = sample(case, 40, 3, without=without)
        again = sample(case, 40, 3, without=without, memory=memory)
        for field in ("part_worth", "reservation", "influence", "base"):
            np.testing.assert_array_equal(getattr(plain, field), getattr(again, field))
        for one, other in zip(plain.terms, again.terms, strict=True):
            np.testing.assert_array_equal(one.worth, other.worth)


CASE = """\
format: 1
name: many
title: What a line alone does not do
as_of: 2025-01-01
sources: {note: {title: Note, date: 2024-12-01}}
parties: {a: A, b: B}
issues:
  x: {options: [low, mid, high], now: low, decided_by: a + b}
  y: {options: [low, mid, high], now: low, decided_by: a + b}
tables:
  t: {parties: a + b, agenda: [x, y]}
  u: {parties: a + b, agenda: [y]}
preferences:
  a: {x: {values: {low: 0, mid: 60, high: 100}}, y: high > low > mid @note:1}
  b: {x: low > mid > high @note:2, y: {values: {low: 0, mid: 10, high: 90}}}
salience:
  a: {weights: {x: 2, y: 3}}
  b: {weights: {x: 1, y: 5}}
steps:
  one: {table: t, settles: y is high}
  two: {table: t, settles: x is mid and y is high}
  three: {table: t, settles: y is mid}
  four: {table: t, settles: x is high}
"""


def test_the_lines_found_are_enough_and_none_can_be_spared() -> None:
    case = load_text(CASE)
    drawn = sample(case, 500)
    found = deals(case, drawn, "t")
    forced = {h: c for h, c in headlines(case, found, absent(case, drawn, found)).items()
              if c.forced}  # fmt: skip
    assert len(forced) >= 3
    lines = [s.id for s in case.statements() if s.kind in ("preference", "salience")]

    def still(headline: Headline, kept: tuple[str, ...]) -> bool:
        ensemble = sample(case, 500, without=frozenset(lines) - frozenset(kept))
        now = deals(case, ensemble, "t", closing=False)
        count = headlines(case, now, absent(case, ensemble, now))[headline]
        return count.hits == (count.of if forced[headline].hits else 0)

    for headline, answer in forcing(case, forced).items():
        kept = answer.statements
        assert answer == Forcing(kept, 500)
        assert still(headline, kept)
        for line in kept:
            assert not still(headline, tuple(k for k in kept if k != line))


def random_text(seed: int) -> str:
    """Write a case of two or three issues, with an absent party that carries out one of them."""
    maker = Maker(seed)
    issues = ["x", "y", "z"][: maker.rng.integers(2, 4)]
    options = ["low", "mid", "high"]

    def order(party: str) -> str:
        lines = [f"{i}: {' > '.join(maker.rng.permutation(options).tolist())}"
                 for i in issues if maker.chance(0.8)]  # fmt: skip
        return f"  {party}: {{{', '.join(lines)}}}"

    lines = [
        "format: 1", "name: r", "title: R", "as_of: 2025-01-01",
        "parties: {a: A, b: B, c: C}", "issues:",
        *(f"  {i}: {{options: [low, mid, high], now: {maker.one(options)}, decided_by: a + b"
          f"{', implemented_by: c' if i == issues[-1] else ''}}}" for i in issues),
        "tables:", "  t: {parties: a + b}",
        "absent: {c: {from: t, reason: not asked}}",
        "preferences:", *map(order, "abc"),
        "red_lines:",
        *(f"  {p}: {maker.one(issues)} is {maker.one(options)}"
          for p in "abc" if maker.chance(0.7)),
        "steps:",
        *(f"  s{n}: {{table: t, settles: {i} is {maker.one(options)}}}"
          for n, i in enumerate(issues)),
    ]  # fmt: skip
    return "\n".join(line for line in lines if not line.endswith("{}")) + "\n"


def test_lines_found_in_random_cases_are_enough_and_none_can_be_spared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = 60
    monkeypatch.setattr(forcing_module, "READINGS", readings)
    met, sizes = set(), set()
    for seed in range(12):
        case = load_text(random_text(seed))
        lines = frozenset(s.id for s in case.statements() if s.kind not in FRAME and s.use)

        def count(
            headline: Headline, kept: frozenset[str], case: Case = case, lines: frozenset = lines
        ) -> Count:
            drawn = sample(case, readings, without=lines - kept)
            now = deals(case, drawn, "t", closing=False)
            found = headlines(case, now, absent(case, drawn, now, answers_only=True))
            return found.get(
                headline, Count(0, 0)
            )  # not one: there is nothing to accept or decline

        drawn = sample(case, readings)
        found = deals(case, drawn, "t", closing=False)
        every = headlines(case, found, absent(case, drawn, found, answers_only=True))
        forced = {h: c for h, c in every.items() if c.forced}
        for headline, answer in forcing(case, forced).items():
            always, kept = forced[headline].hits > 0, frozenset(answer.statements)

            def stays(
                kept: frozenset[str], headline: Headline = headline, always: bool = always
            ) -> bool:
                now = count(headline, kept)
                return now.hits == now.of > 0 if always else now.hits == 0

            assert answer.found
            assert stays(kept), (seed, headline)
            for line in kept:
                assert not stays(kept - {line}), (seed, headline, line)
            met.add((headline.what, always))
            sizes.add(len(kept))
    assert met >= {("deal", True), ("event", False), ("declines", True), ("declines", False),
                   ("hurt", False)}  # fmt: skip
    assert max(sizes) >= 2
