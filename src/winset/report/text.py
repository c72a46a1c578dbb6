"""The report in a screenful: the same sentences and shares as plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from winset.report.assembly import report_of
from winset.report.view import Report, TableView
from winset.report.wording import NO_BREAK, Share, all_readings, number

if TYPE_CHECKING:
    from winset.run import Results

LEAST_WIDTH = 60
MOST_WIDTH = 110
_MOST_COLUMNS = 3
_BAR = 10
_MOST_LINES = 3
_SCREEN = 44
_LEAST_OPEN = 6
_MOST_IDS = 5


def summary(results: Results, width: int = 80) -> str:
    """Tell a run's results in a screenful of plain text, no line wider than ``width``.

    Widths below 60 or above 110 columns are taken as these.
    """
    return render(report_of(results), width)


def render(report: Report, width: int = 80) -> str:
    """Set a report as plain text (see :func:`summary`)."""
    page = _Page(report, max(LEAST_WIDTH, min(width, MOST_WIDTH)))
    return "\n".join(line.rstrip() for line in page.lines())


class _Page:
    """A report on lines of one width."""

    def __init__(self, report: Report, width: int) -> None:
        self.report = report
        self.width = width
        self.tables = report.tables[:_MOST_COLUMNS]
        columns = max(len(self.tables), 1)
        self.column = min(20, (width - 26) // columns)
        self.label = width - columns * self.column

    def lines(self) -> list[str]:
        """Every line of the page: all of the answer, and what is open as far as there is room."""
        answer = list(self._answer())
        return [*answer, "", *self._open(max(_SCREEN - len(answer) - 1, _LEAST_OPEN))]

    def _answer(self) -> Iterator[str]:
        yield from self._head()
        yield ""
        for sentence in self.report.short[: len(self.tables)]:
            yield from self._wrapped(sentence)
        yield ""
        yield from self._compared()
        yield ""
        yield from self._signed()
        yield ""
        yield from self._reasons()

    def _head(self) -> Iterator[str]:
        report = self.report
        if report.marking:
            yield clean(report.marking).center(self.width)[: self.width]
        yield from self._wrapped(f"{report.title} ({report.date})")
        yield from self._wrapped(f"{report.account} {report.view} {' '.join(report.silent)}", 6)
        if report.variant:
            yield from self._wrapped(f"Variant of the case. {' '.join(report.variant)}")

    def _compared(self) -> Iterator[str]:
        yield from self._titles([f"Share of {all_readings(self.report.readings)}", "(no forecast)"])
        for row in (row for row in self.report.compared if row.front):
            cells = [self._cell(share, note) for share, note in row.cells[: len(self.tables)]]
            yield from self._row(row.question, cells)
        more = len(self.report.tables) - len(self.tables)
        if more:
            yield f"({number(more)} more in the report)"

    def _titles(self, label: list[str]) -> Iterator[str]:
        titles = [_wrap(t.title, self.column - 1)[:2] for t in self.tables]
        deep = max([len(label), *map(len, titles)])
        for k in range(deep):
            cells = [title[k] if k < len(title) else "" for title in titles]
            start = label[k] if k < len(label) else ""
            yield start.ljust(self.label) + "".join(c.ljust(self.column) for c in cells)

    def _cell(self, share: Share | None, note: str) -> str:
        if share is None:
            return note
        percent = clean(share.percent)
        if self.column <= _BAR + 6 or not share.total:
            return percent.rjust(5)
        filled = "█" * share.tenths + "░" * (_BAR - share.tenths)
        return f"{filled} {percent:>5}"

    def _row(self, label: str, cells: list[str]) -> Iterator[str]:
        words = _wrap(label, self.label - 1)
        yield from words[:-1]
        cut = "".join(_cut(cell, self.column - 1).ljust(self.column) for cell in cells)
        yield words[-1].ljust(self.label) + cut

    def _signed(self) -> Iterator[str]:
        head = "Signed most often (share of the readings with a deal; * differs from now)"
        yield from self._wrapped(head)
        issues = dict.fromkeys(row[0] for table in self.tables for row in table.signed)
        for issue in issues:
            yield from self._row(issue, [self._option(table, issue) for table in self.tables])

    def _option(self, table: TableView, issue: str) -> str:
        for title, option, share, now in table.signed:
            if title == issue and share.total:
                room = self.column - 8
                mark = " " if now else "*"
                return f"{mark}{_cut(option, room).ljust(room)} {clean(share.percent):>5}"
        return ""

    def _reasons(self) -> Iterator[str]:
        for table in self.tables:
            for finding in table.reasons:
                yield from self._wrapped(f"“{table.title}”: {finding.text}")
            for finding in table.answer[:1]:
                if finding.rests:
                    yield from self._wrapped(f"“{table.title}” rests on {finding.rests}.")
                yield from self._forced(finding.because, [line.id for line in finding.forced])

    def _forced(self, because: str, ids: list[str]) -> Iterator[str]:
        if because or ids:
            more = ", …" if len(ids) > _MOST_IDS else ""
            yield from self._wrapped(f"{because} {', '.join(ids[:_MOST_IDS])}{more}", 4)

    def _open(self, room: int) -> list[str]:
        lines = ["What we do not know"]
        for item in self.report.unknown:
            text = f"{item.text} {'; '.join(item.items)}" if item.items else item.text
            more = self._wrapped(f"- {text}", 2, "  ")
            if len(lines) + len(more) >= room:
                lines.append("- and more in the report")
                break
            lines += more
        return lines

    def _wrapped(self, text: str, most: int = _MOST_LINES, indent: str = "") -> list[str]:
        lines = textwrap.wrap(clean(text), self.width, subsequent_indent=indent)
        if len(lines) > most:
            lines = lines[:most]
            last = lines[-1][: self.width - 2]
            lines[-1] = f"{last} …"
        return lines


def clean(text: str) -> str:
    """Make a text fit for a terminal: no line breaks, no control characters.

    What a case holds cannot move the cursor, colour the screen or hide a line.
    """
    joined = re.sub(r"\s+", " ", text.replace(NO_BREAK, " "))
    return "".join(c for c in joined if c.isprintable())


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(clean(text), width) or [""]


def _cut(text: str, width: int) -> str:
    text = clean(text) if text.strip() != text[:1].strip() else text
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
