"""The chapter's charts: when the steps happen, and how likely one is by each date."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import Any

from winset.report.chances import percent
from winset.report.charts import INK, NARROW, ORANGE, SOFT, Chart, chart_of, styled
from winset.report.process_view import Course, Lane, Mark
from winset.report.wording import NO_BREAK, date

_LIGHT, _DARK = "#cfe3f3", "#0b5c97"
_MOST_STEPS = 7
_LAST_LABEL = 0.55
"""Dates beyond this part of the axis carry their words on the left."""


def timeline(course: Course) -> Chart | None:
    """Draw when each step happens; None where none ever does."""
    if not any(lane.first for lane in course.lanes):
        return None
    told = "; ".join(
        f"{lane.title}: {_when(lane)}, in {percent(lane.odds.mean)} of the stories"
        for lane in course.lanes
        if lane.first
    )
    return chart_of(
        lambda width: _timeline(course, width),
        alt=f"When the steps happen, where they do. {told}.",
        caption="Each bar covers the middle 8 of 10 of the stories in which the step happens; the "
        "mark is the middle one. The darker the bar, the more stories have the step: their share "
        f"stands at the right. The axis ends {_end(course)}.{_deadlines(course)}",
    )


def _end(course: Course) -> str:
    what = "at the horizon" if course.horizon else "where the last step is over at the latest"
    return f"{what}, {date(course.end)}"


def _deadlines(course: Course) -> str:
    return " Triangles are deadlines." if any(lane.deadline for lane in course.lanes) else ""


def _when(lane: Lane) -> str:
    first, middle, last = lane.first, lane.middle, lane.last
    if first is None or middle is None or last is None:
        return "never"
    early, central, late = lane.when
    return date(middle) if first == last else f"{early} to {late}, middle {central}"


def _timeline(course: Course, width: int) -> Any:  # noqa: ANN401
    import altair as alt

    narrow = width <= NARROW
    room, letters = (108, 17) if narrow else (190, 31)
    inner = width - room - 62
    data = [_lane(lane, letters) for lane in course.lanes]
    deep = 46 if narrow else 36
    span = [_day(course.as_of), _day(course.end)]
    up = alt.Y(
        "step:N", title=None, sort=[lane.step for lane in course.lanes],
        axis=alt.Axis(ticks=False, domain=False, grid=True, labels=False, minExtent=room),
    )  # fmt: skip
    across = alt.X(
        "first:T", title=None, scale=alt.Scale(type="utc", domain=span),
        axis=alt.Axis(tickCount=3 if narrow else 6, format="%b %Y", labelOverlap=True,
                      labelSeparation=12),
    )  # fmt: skip
    shade = alt.Color("mean:Q", scale=alt.Scale(domain=[0, 1], range=[_LIGHT, _DARK]), legend=None)
    every = alt.Chart(alt.InlineData(values=data))
    there = alt.Chart(alt.InlineData(values=[row for row in data if "first" in row]))
    bars = there.mark_bar(size=14, stroke=_DARK, strokeWidth=1).encode(
        across, alt.X2("last:T"), up, shade
    )
    middles = there.mark_tick(color=INK, thickness=3, size=20).encode(alt.X("middle:T"), up)
    share = every.mark_text(align="left", color=INK, fontSize=11).encode(
        up, x=alt.value(inner + 6), text="share:N"
    )
    end = alt.Chart(alt.InlineData(values=[{"end": _day(course.end)}]))
    layers = [
        end.mark_rule(color=SOFT, strokeDash=[4, 3]).encode(alt.X("end:T")),
        bars, middles, share, *_titles(data, up),
    ]  # fmt: skip
    late = [row for row in data if "deadline" in row]
    if late:
        layers.append(
            alt.Chart(alt.InlineData(values=late))
            .mark_point(shape="triangle-down", filled=True, color=ORANGE, size=70, yOffset=-10,
                        opacity=1)
            .encode(alt.X("deadline:T"), up)
        )  # fmt: skip
    return styled(alt.layer(*layers).properties(width=inner, height=deep * len(data)))


def _titles(data: list[dict[str, Any]], up: Any) -> list[Any]:  # noqa: ANN401
    """Write the titles, each line of them centred on its row."""
    import altair as alt

    found = []
    for lines in sorted({row["lines"] for row in data}):
        rows = [row for row in data if row["lines"] == lines]
        found.append(
            alt.Chart(alt.InlineData(values=rows))
            .mark_text(align="right", baseline="middle", color=INK, fontSize=11, lineHeight=13,
                       lineBreak="\n", dy=-6.5 * (lines - 1))
            .encode(up, x=alt.value(-8), text="title:N")
        )  # fmt: skip
    return found


def _lane(lane: Lane, letters: int) -> dict[str, Any]:
    words = textwrap.wrap(lane.title, letters, max_lines=3, placeholder=" …")
    row: dict[str, Any] = {
        "step": lane.step, "title": "\n".join(words), "lines": len(words), "mean": lane.odds.mean,
        "share": percent(lane.odds.mean).replace(NO_BREAK, " "),
    }  # fmt: skip
    if lane.first and lane.middle and lane.last:
        row |= {
            "first": _day(lane.first), "middle": _day(lane.middle),
            "last": _day(max(lane.last, lane.first + dt.timedelta(days=1))),
        }  # fmt: skip
    if lane.deadline:
        row["deadline"] = _day(lane.deadline)
    return row


def _day(day: dt.date) -> str:
    return day.isoformat()


# ── the curve ───────────────────────────────────────────────────────────────────────────────────
def curve(course: Course) -> Chart | None:
    """Draw how likely the main step is to have happened by each date; None if it never does."""
    if not course.curve or not course.curve[-1].mean or len(course.curve) < 2:
        return None
    last = course.curve[-1]
    named = "; ".join(mark.words for mark in course.marks)
    return chart_of(
        lambda width: _curve(course, width),
        alt=f"How likely “{course.main.title}” is to have happened by each date: from "
        f"{percent(course.curve[0].mean)} on {date(course.as_of)} to {percent(last.mean)} on "
        f"{date(last.day)}. Marked: {named or 'no date'}.",
        caption="The line is the mean over all stories. The dark band holds the middle 8 of 10 "
        "readings, the light one all of them: its width is what the sources leave open. That the "
        f"line rises slowly, and not to the top, is chance. Marked: {named or 'no date'}.",
    )


def _curve(course: Course, width: int) -> Any:  # noqa: ANN401
    import altair as alt

    inner = width - 62
    data = alt.InlineData(values=[
        {"day": _day(p.day), "mean": 100 * p.mean, "low": 100 * p.low, "high": 100 * p.high,
         "least": 100 * p.least, "greatest": 100 * p.greatest}
        for p in course.curve
    ])  # fmt: skip
    span = [_day(course.as_of), _day(course.end)]
    inner_height = round(inner * 0.45) + 60
    room = 1 + (14 * len(course.marks) + 10) / inner_height  # for the words above the bands
    top = room * max(8.0, *(100 * p.greatest for p in course.curve))
    across = alt.X(
        "day:T", title=None, scale=alt.Scale(type="utc", domain=span),
        axis=alt.Axis(tickCount=3 if width <= NARROW else 6, format="%b %Y", labelOverlap=True,
                      labelSeparation=12, grid=False),
    )  # fmt: skip
    scale = alt.Scale(domain=[0, top])
    base = alt.Chart(data)

    def up(name: str) -> Any:  # noqa: ANN401
        return alt.Y(f"{name}:Q", title="per cent of the stories", scale=scale,
                     axis=alt.Axis(tickCount=5, values=_steps(top)))  # fmt: skip

    whole = base.mark_area(color="#e1edf6").encode(across, up("least"), alt.Y2("greatest:Q"))
    most = base.mark_area(color="#9cc7e3").encode(across, up("low"), alt.Y2("high:Q"))
    line = base.mark_line(color=_DARK, strokeWidth=2.5).encode(across, up("mean"))
    layers = [whole, most, line, *_marks(course, inner)]
    return styled(alt.layer(*layers).properties(width=inner, height=inner_height))


def _steps(top: float) -> list[int]:
    """Choose the values named at the side, none above 100."""
    wide = next((w for w in (2, 5, 10) if min(top, 100) / w <= _MOST_STEPS), 20)
    return list(range(0, int(min(top, 100)) + 1, wide))


def _marks(course: Course, inner: int) -> list[Any]:
    import altair as alt

    rules, labels = [], []
    for k, (mark, right) in enumerate(_sided(course)):
        words = mark.brief if inner < NARROW else mark.words
        data = alt.Chart(alt.InlineData(values=[{"day": _day(mark.day), "words": words}]))
        colour, dash = (ORANGE, [1, 0]) if mark.kind == "happened" else (SOFT, [4, 3])
        rules.append(data.mark_rule(color=colour, strokeWidth=1.5, strokeDash=dash).encode(
            alt.X("day:T")))  # fmt: skip
        for halo in (4, 0):  # letters stand out from every rule and band behind them
            text = data.mark_text(
                align="right" if right else "left", dx=-5 if right else 5, fontSize=11,
                limit=inner - 20, color=INK, stroke="white", strokeWidth=halo,
            )  # fmt: skip
            labels.append(text.encode(alt.X("day:T"), y=alt.value(8 + 14 * k), text="words:N"))
    return [*rules, *labels]


def _sided(course: Course) -> Sequence[tuple[Mark, bool]]:
    days = max(1, (course.end - course.as_of).days)
    return [(m, (m.day - course.as_of).days > _LAST_LABEL * days) for m in course.marks]
