"""The chapter on order and dates, put together from a process's record and the case."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator

from winset.analyses.process_result import Block, Process, Worth
from winset.case import Case, Claim, Statement
from winset.language.terms import By, Happens
from winset.methods.nested import Spread
from winset.report.bearing import rests
from winset.report.chances import clear, difference, ends, percent, range_of, short, told
from winset.report.process_findings import ProcessFindings, spoken
from winset.report.process_sources import behind_cause, behind_gap, behind_lever, behind_veto
from winset.report.process_ties import Ties
from winset.report.process_view import (
    Apart,
    Cause,
    Course,
    Lane,
    Mark,
    Odds,
    Point,
    StepBox,
    Stopper,
    Target,
    WorthRow,
)
from winset.report.view import Line
from winset.report.wording import NO_BREAK, capital, counted, date, listed, number

_NEVER = "in no story"


def course_of(process: Process, case: Case, gone: frozenset[str] = frozenset()) -> Course | None:
    """Put the chapter together; ``gone`` are the statements dropped. None without any step."""
    if not process.steps or not process.targets:
        return None
    found = ProcessFindings(process, case, gone)
    main = found.main
    ranked = [main, *(t for t in found.targets if t != main)]
    answer = tuple(_answer(found, main))
    ties = Ties(found.sequence, found.names, gone)
    return Course(
        short=f"{_happens(found, main)}.",
        note=_note(found),
        main=_target(found, main),
        answer=answer,
        targets=tuple(_target(found, step) for step in ranked),
        worths=tuple(_worth(found, worth) for worth in found.worths(main)),
        stoppers=tuple(
            Stopper(
                capital(found.names.names.the(veto.party)),
                tuple(found.roles(veto)),
                _lines(found, behind_veto(found.names, veto)),
            )
            for veto in found.vetoes(main)
        ),
        can_stop=found.who_can_stop(main),
        gaps=tuple(
            Apart(words, _lines(found, _once(behind_gap(found.names, gap) for gap in gaps)))
            for words, gaps in found.gaps()
        ),
        curve=tuple(_curve(process, main)),
        marks=tuple(_marks(found, main)),
        lanes=tuple(_lanes(found, main)),
        as_of=process.as_of,
        end=found.end,
        horizon=process.horizon is not None,
        boxes=tuple(_boxes(found, ties, main)),
        ties=ties.ties(),
        brief=tuple(brief(found)),
    )


def brief(found: ProcessFindings) -> Iterator[str]:
    """Tell the answer in a few sentences: the main step, what is in the way, what helps most."""
    step = found.main
    yield f"{_happens(found, step)}{''.join(_early(found, step))}."
    blocks, worths = found.blocks(step), found.worths(step)
    if blocks:
        first = f"{found.names.cause(blocks[0].cause)} ({percent(blocks[0].share)} of the stories)"
        yield f"First in its way, most often: {first}."
    if worths and worths[0].value > 0 and clear(worths[0].value, worths[0].error):
        name = found.names.lever(worths[0].lever)
        points = difference(worths[0].value, worths[0].error)
        yield f"Worth most to it: {name} ({points} points of a hundred)."


def _early(found: ProcessFindings, step: str) -> Iterator[str]:
    """Tell of its dates before the end, those that are told alike together."""
    alike: dict[str, list[str]] = {}
    for day in found.dates(step):
        alike.setdefault(told(found.process.chance(step, day)), []).append(date(day))
    for words, days in alike.items():
        same = words == told(found.chance(step))
        yield f"; likewise by {listed(days)}" if same else f"; by {listed(days)}, {words}"


def _happens(found: ProcessFindings, step: str) -> str:
    return f"{found.names.step(step)} happens {found.by_end}{told(found.chance(step))}"


def _note(found: ProcessFindings) -> str:
    process = found.process
    stated = [
        part[1]
        for step in found.case.steps
        for part in (step.chance, step.takes)
        if part is not None and part[1].use and part[1].id not in found.gone
    ]
    assumed = sum(not line.source.source for line in stated)
    how = ""
    if stated:
        some = "all" if assumed == len(stated) else number(assumed) if assumed else "none"
        how = f" ({some} of {number(len(stated))} assumed)"
    return (
        f"Shares are shares of {number(process.stories)} stories: {process.tellings} courses of "
        f"events for each of {counted(process.readings, 'reading')}. Within a reading, luck and "
        "durations differ from story to story: that is chance. A range tells where the "
        "probabilities of the middle 8 of 10 readings lie: its width is what the account leaves "
        f"open. All of it stands on the chances and durations that the case states{how}."
    )


def _answer(found: ProcessFindings, step: str) -> Iterator[str]:
    yield from found.happens(step)
    if text := found.in_the_way(step):
        yield text
    yield from found.worth_words(step)
    yield found.who_can_stop(step)
    yield from (words for words, _ in found.gaps())


def _target(found: ProcessFindings, step: str) -> Target:
    behind = found.bearing(step)
    return Target(
        step=step,
        title=found.names.title(step),
        odds=_odds(found.chance(step)),
        rests=rests(behind),
        lines=_lines(found, behind),
        causes=tuple(_cause(found, block) for block in found.blocks(step)),
    )


def _odds(chance: Spread) -> Odds:
    return Odds(short(chance), range_of(chance), chance.mean, *ends(chance))


# ── what stands in the way, what helps ──────────────────────────────────────────────────────────
def _cause(found: ProcessFindings, block: Block) -> Cause:
    return Cause(
        words=capital(found.names.cause(block.cause)),
        percent=percent(block.share),
        share=block.share,
        lines=_lines(found, behind_cause(found.names, block.cause)),
    )


def _worth(found: ProcessFindings, worth: Worth) -> WorthRow:
    lever = worth.lever
    return WorthRow(
        name=capital(found.names.lever(lever)),
        kind="open or not" if lever.kind == "channel" else "comes off or not",
        with_it=percent(worth.with_it.mean),
        without_it=percent(worth.without_it.mean),
        value=difference(worth.value, worth.error),
        points=100 * worth.value,
        clear=clear(worth.value, worth.error),
        lines=_lines(found, behind_lever(found.names, lever)),
    )


def _once(statements: Iterable[Iterable[Statement]]) -> Iterable[Statement]:
    return {s.id: s for group in statements for s in group}.values()


def _lines(found: ProcessFindings, statements: Iterable[Statement]) -> tuple[Line, ...]:
    return tuple(found.names.names.line(s) for s in statements if s.id not in found.gone)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────
def _curve(process: Process, step: str) -> Iterator[Point]:
    for day, chance in zip(process.dates, process.curve(step), strict=True):
        ends = (chance.low, chance.high, chance.least, chance.greatest)
        low, high, least, greatest = (chance.mean if math.isnan(end) else end for end in ends)
        yield Point(day, chance.mean, low, high, least, greatest)


def _marks(found: ProcessFindings, step: str) -> Iterator[Mark]:
    """Mark the dates that predictions and a deadline name, and when it happened."""
    hedges: dict[dt.date, list[str]] = {}
    for claim in found.case.claims:
        match claim.event:
            case By(Happens(name), when) if name == step and (when or found.end) <= found.end:
                hedges.setdefault(when or found.end, []).append(_hedge(claim))
    for day, words in sorted(hedges.items()):
        yield Mark(day, f"{listed(dict.fromkeys(words))} by {date(day)}", _brief(day), "predicted")
    if found.end not in hedges and found.process.horizon is not None:
        yield Mark(found.end, f"horizon {date(found.end)}", "horizon", "horizon")
    deadline = found.names.steps[step].deadline
    if deadline is not None and deadline[0] <= found.end:
        day = deadline[0]
        yield Mark(day, f"deadline {date(day)}", f"deadline {_brief(day)}", "deadline")
    for day in dict.fromkeys(_came(found, step)):
        yield Mark(day, f"it happened on {date(day)}", f"happened {_brief(day)}", "happened")


def _hedge(claim: Claim) -> str:
    return f"“{claim.hedge}”" if claim.hedge.word else str(claim.hedge)


def _brief(day: dt.date) -> str:
    first, month, year = date(day).split(" ")
    return f"{first} {month[:3]} {year}"


def _came(found: ProcessFindings, step: str) -> Iterator[dt.date]:
    for claim in found.case.claims:
        told_of, came = claim.event, claim.resolution
        if isinstance(told_of, By):
            told_of = told_of.event
        if told_of != Happens(step) or claim.given is not None or came is None:
            continue
        if came.happened and came.date is not None and came.date <= found.end:
            yield came.date


def _lanes(found: ProcessFindings, main: str) -> Iterator[Lane]:
    process = found.process
    critical = process.criticality(main)
    half = ((step, process.quantile(step, 0.5)) for step in process.steps)
    middles = {step: math.inf if day is None else day for step, day in half}
    for step in sorted(middles, key=middles.__getitem__):
        first, middle, last = (process.date(step, share) for share in (0.1, 0.5, 0.9))
        deadline = found.names.steps[step].deadline
        blocks = found.blocks(step)
        yield Lane(
            step=step,
            title=found.names.title(step),
            odds=_odds(found.chance(step)),
            first=first,
            middle=middle,
            last=last,
            when=spoken(first, middle, last) if first and middle and last else ("", "", ""),
            deadline=deadline[0] if deadline and deadline[0] <= found.end else None,
            critical=percent(critical.get(step, 0.0)) if critical else f"{_NEVER}",
            why=found.names.cause(blocks[0].cause) if blocks else "",
        )


def _boxes(found: ProcessFindings, ties: Ties, main: str) -> Iterator[StepBox]:
    for step in found.process.steps:
        chance = found.chance(step)
        yield StepBox(
            step=step,
            title=found.names.title(step),
            odds=range_of(chance).replace(NO_BREAK, " "),
            mean=chance.mean,
            notes=ties.notes(found.names.steps[step]),
            main=step == main,
        )
