"""A process, a question and predictions in a screenful of plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from winset.analyses.asking import Asked
from winset.analyses.claims import Claims
from winset.analyses.process_result import Process
from winset.case import Case
from winset.language.terms import BASES, By, Happens, timed
from winset.report.bearing import rests
from winset.report.chances import FEW, band, ends, error_words, openness, percent, ranged, told
from winset.report.names import Names
from winset.report.predictions import Prediction, predictions_of
from winset.report.process_chapter import brief
from winset.report.process_findings import ProcessFindings
from winset.report.process_names import StepNames
from winset.report.process_sources import leading
from winset.report.text import LEAST_WIDTH, MOST_WIDTH, clean
from winset.report.wording import capital, counted, number

_LEAST = 0.005
_MOST_REASONS = 6
_MOST_LINES = 12
_HEDGE, _CASE, _CAME, _SCORE = 17, 11, 7, 11


def process_text(process: Process, case: Case, width: int = 80) -> str:
    """Tell of a run's process in a few lines: its main step, what is in the way, what helps."""
    if not process.targets:
        return ""
    return _page(_wrapped(" ".join(brief(ProcessFindings(process, case))), width))


# ── a question ──────────────────────────────────────────────────────────────────────────────────
def ask_text(asked: Asked, case: Case, width: int = 80) -> str:
    """Tell how probable an event is, what is chance in it, and what first stands in its way."""
    return _page(_asked(asked, StepNames(Names(case)), _fit(width)))


def _asked(asked: Asked, names: StepNames, width: int) -> Iterator[str]:
    yield from _wrapped(names.said(asked.event), width)
    all_stories = asked.readings * asked.tellings
    if asked.given:
        yield from _wrapped(names.given(asked.given), width)
    yield ""
    chance = asked.chance
    if asked.stories < FEW:
        some = f"Only {number(asked.stories)}" if asked.stories else "None"
        yield from _wrapped(
            f"{some} of {number(all_stories)} stories told has what is given: too few to say.",
            width,
        )
        yield ""
    else:
        yield from _wrapped(f"It comes true {told(chance)}.", width)
        yield from _figures(asked, names, width)
        if words := openness(chance):
            yield from _wrapped(words, width)
        yield ""
        yield from _reasons(asked, names, width)
        yield from _too_early(asked, names, width)
    yield from _behind(asked, names, width)


def _figures(asked: Asked, names: StepNames, width: int) -> Iterator[str]:
    chance = asked.chance
    yield ""
    rows = [("mean", percent(chance.mean), _note(asked, names))]
    if ranged(chance) and chance.least < chance.greatest:
        rows.append(("8 of 10 readings", band(*ends(chance)), "what the sources leave open"))
        rows.append(("all readings", band(chance.least, chance.greatest), ""))
    for label, value, note in rows:
        yield f"  {label:<17}{clean(value):>9}   {note}"
    yield ""
    told_of = f"{number(asked.tellings)} of each of {counted(asked.readings, 'reading')}"
    whole = asked.readings * asked.tellings
    if asked.given:
        yield from _wrapped(
            f"{number(asked.stories)} of {number(whole)} stories have what is given "
            f"({told_of}).", width
        )  # fmt: skip
    else:
        yield from _wrapped(f"{number(whole)} stories, {told_of}.", width)


def _note(asked: Asked, names: StepNames) -> str:
    """Say how far the mean may be off; not at all where the event cannot be."""
    kinds = {why.kind for why, _ in asked.reasons()}
    early = isinstance(names.event(asked.event), By) and any(_early(asked, names))
    never = kinds <= {"unmoved", "unasked", "forbidden"} or early
    if asked.chance.mean == 0 and kinds and never:
        return "impossible"
    return error_words(asked.chance)


def _reasons(asked: Asked, names: StepNames, width: int) -> Iterator[str]:
    reasons = [(why, share) for why, share in asked.reasons() if share >= _LEAST]
    if not asked.steps:  # nothing brings it, so nothing fails
        reasons = [(why, share) for why, share in reasons if why.kind != "otherwise"]
    if not reasons:
        return
    yield from _wrapped("What first keeps it from coming true, by the share of stories:", width)
    for why, share in reasons[:_MOST_REASONS]:
        yield from _hung(f"{clean(percent(share)):>6}  ", names.cause(why), width)
    more = len(reasons) - _MOST_REASONS
    if more > 0:
        yield f"        and {more} more, each rarer"
    yield ""


def _too_early(asked: Asked, names: StepNames, width: int) -> Iterator[str]:
    for text in _early(asked, names):
        yield from _wrapped(text, width)
        yield ""


def _early(asked: Asked, names: StepNames) -> Iterator[str]:
    """Say which steps cannot have happened by the date that the event asks."""
    asks = [t for t in timed(names.event(asked.event)) if isinstance(t, By)]
    by = {t.event.name: t.when for t in asks if isinstance(t.event, Happens)}
    for soonest in asked.soonest:
        day = by.get(soonest.step)
        if day is not None and (text := names.too_early(soonest, day)):
            yield f"{names.step(soonest.step)}{text}."


def _behind(asked: Asked, names: StepNames, width: int) -> Iterator[str]:
    if not asked.steps:
        yield from _wrapped("No step of the case has a bearing on it.", width)
        return
    said = {s.id: s for s in names.case.statements()}
    behind = [said[name] for name in asked.statements if name in said]
    shown = leading(asked, behind, names)[:_MOST_LINES]
    some = "" if len(shown) == len(behind) else ", first of all on"
    lines = counted(len(behind), "line")
    yield from _wrapped(f"It hangs on {lines} ({rests(behind)}){some}:", width)
    for basis in BASES:
        ids = [s.id for s in behind if s.source.basis == basis and s in shown]
        if ids:
            yield from _hung(f"  {basis + ':':<10}", ", ".join(ids), width)
    if more := len(behind) - len(shown):
        yield f"  and {number(more)} more (--json names all)"


# ── predictions ─────────────────────────────────────────────────────────────────────────────────
def claims_text(claims: Claims, case: Case, width: int = 80) -> str:
    """Set predictions beside what the case makes of them and what happened, as a table."""
    return _page(_claims(claims, case, _fit(width)))


def _claims(claims: Claims, case: Case, width: int) -> Iterator[str]:
    found = predictions_of(claims, case)
    room = width - _HEDGE - _CASE - _CAME - _SCORE
    widths = (room, _HEDGE, _CASE, _CAME, _SCORE)
    yield from _row(("Prediction", "Hedge", "The case", "Came", "Brier"), widths)
    yield from _row(("", "", "", "true", "said/case"), widths)
    yield "─" * width
    for row in found.rows:
        yield from _row(_cells(row), widths)
    yield ""
    for line in (found.note, *found.summary):
        yield from _wrapped(line, width)
    if found.conflicts:
        yield ""
        yield "Predictions that cannot all come true:"
        for conflict in found.conflicts:
            yield from _hung("  - ", conflict.text, width)


def _cells(row: Prediction) -> tuple[str, str, str, str, str]:
    hedge = "\n".join(part for part in (row.hedge, row.band) if part)
    told_by = f"[{row.id}] {row.said}"
    return f"{row.event}\n{told_by}", hedge, row.computed, row.outcome, row.brier_short


def _row(cells: tuple[str, ...], widths: tuple[int, ...]) -> Iterator[str]:
    columns = [
        [line for part in cell.split("\n") for line in textwrap.wrap(clean(part), room - 2) or [""]]
        for cell, room in zip(cells, widths, strict=True)
    ]
    for k in range(max(map(len, columns))):
        yield "".join(
            (column[k] if k < len(column) else "").ljust(room)
            for column, room in zip(columns, widths, strict=True)
        )


# ── lines ───────────────────────────────────────────────────────────────────────────────────────
def _fit(width: int) -> int:
    return max(LEAST_WIDTH, min(width, MOST_WIDTH))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(capital(clean(text)), _fit(width))


def _hung(head: str, text: str, width: int) -> list[str]:
    """Set a text behind a head, later lines under its first."""
    return textwrap.wrap(clean(text), width, initial_indent=head,
                         subsequent_indent=" " * len(head), break_on_hyphens=False)  # fmt: skip


def _page(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines)
