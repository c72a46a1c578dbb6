"""The report as one page: no script, no outside address, a strict content policy in its head."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from winset.report.assembly import report_of
from winset.report.charts import address, charts_of
from winset.report.glossary import TERMS
from winset.report.process_charts import curve, timeline
from winset.report.process_graph import MOST
from winset.report.process_graph import picture as steps_picture
from winset.report.process_view import Course
from winset.report.stability import MEANING
from winset.report.view import Report
from winset.report.wording import all_readings, counted, date, number, points

if TYPE_CHECKING:
    from jinja2 import Environment

    from winset.report.stability_page import Section
    from winset.run import Results


def page(results: Results) -> str:
    """Set a run's results as one self-contained HTML page (see :func:`render`)."""
    from winset.report.stability_page import holding_sections

    return render(report_of(results), holding_sections(results))


def render(report: Report, held: Sequence[Section] = ()) -> str:
    """Set a report as one self-contained HTML page.

    Everything that comes from the case is escaped. The only style is one block, allowed by its
    hash; pictures are ``data:`` addresses; nothing else may load.
    """
    style = _style(report.marking)
    return environment().get_template("page.jinja").render(
        report=report,
        style=_Safe(style),
        policy=policy(style),
        charts={table.id: charts_of(table) for table in report.tables},
        glossary=TERMS,
        solution_keys={word: key for key, word, _ in TERMS},
        contents=_contents(report, held),
        held=held,
        meaning=MEANING,
        anchor=partial(_anchor, _anchors(report)),
        reading_note=reading_note(report.readings),
        version=_version(),
        day=date,
        **_process(report),
        number=number,
        counted=counted,
        all_readings=all_readings,
        points=points,
    )  # fmt: skip


def _process(report: Report) -> dict[str, object]:
    """Draw the chapter on order and dates, where there is one."""
    course = report.course
    if course is None:
        return {}
    return {
        "process_charts": {"timeline": timeline(course), "curve": curve(course)},
        "process_graph": _graph(course),
        "titles": {box.step: box.title for box in course.boxes},
    }


def _graph(course: Course) -> dict[str, str] | None:
    if len(course.boxes) > MOST:
        return None
    drawn = steps_picture(course.boxes, course.ties)
    return {"address": address(drawn.svg), "size": drawn.size}


def policy(style: str) -> str:
    """Give the content policy that lets this style block and ``data:`` pictures in, no more."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def reading_note(readings: int) -> str:
    """Explain in one sentence what the shares are shares of."""
    if readings == 1:
        return (
            "There is one reading of the account: one full set of numbers that fits every line "
            "in force. What it shows is no forecast."
        )
    return (
        f"Shares are shares of {number(readings)} readings of the account, each a full set of "
        "numbers that fits every line in force. They measure what the account leaves open; they "
        "are no forecast."
    )


class _Safe(str):
    """Text of ours that needs no escaping."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@cache
def environment() -> Environment:
    """Give the templates, with everything from a case escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("winset.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _style(marking: str) -> str:
    sheet = files("winset.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    if marking:
        sheet += (
            f"@page {{ @top-center {{ content: {_css_string(marking)}; "
            "font: 700 9pt sans-serif; letter-spacing: .06em; } "
            f"@bottom-center {{ content: {_css_string(marking)}; font: 700 9pt sans-serif; }} }}\n"
        )
    return sheet


def _css_string(text: str) -> str:
    # Every character that is no plain letter, digit or blank as its code point: nothing a case
    # holds can end the string or the style block.
    safe = re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):06x} ", text)
    return f'"{safe}"'


def _contents(report: Report, held: Sequence[Section]) -> list[tuple[str, str]]:
    tables = [(f"t{k}", table.title) for k, table in enumerate(report.tables, 1)]
    return [
        ("answer", "The answer"),
        ("open", "What we do not know"),
        ("who", "Who decides what"),
        *tables,
        *((section.id, section.title) for section in held),
        *([("process", "In what order, and when")] if report.course else []),
        *([("predictions", "What was predicted")] if report.predictions else []),
        ("statements", "Every line"),
        ("annex", "Method, limits, terms"),
    ]


def _anchors(report: Report) -> dict[str, str]:
    anchors: dict[str, str] = {}
    for _, rows in report.statements:
        for row in rows:
            slug = "s-" + re.sub(r"[^a-z0-9]+", "-", row.statement.id.lower()).strip("-")
            taken = set(anchors.values())
            name, k = slug, 2
            while name in taken:
                name, k = f"{slug}--{k}", k + 1
            anchors[row.statement.id] = name
    return anchors


def _anchor(anchors: dict[str, str], statement: str) -> str:
    return anchors.get(statement, "statements")


def _version() -> str:
    try:
        return version("winset")
    except PackageNotFoundError:
        return ""
