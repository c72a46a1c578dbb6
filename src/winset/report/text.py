"""The report in a screenful: the same sentences and shares as plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from winset.report.assembly import report_of
from winset.report.view import Finding, Report, TableView
from winset.report.wording import NO_BREAK, Share, all_readings, capital, number, plural

if TYPE_CHECKING:
    from winset.run import Results

LEAST_WIDTH = 60
MOST_WIDTH = 110
_MOST_COLUMNS = 3
_BAR = 10
_WIDEST = 23
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
        self.column = min(_WIDEST, (width - 26) // columns)
        self.label = width - columns * self.column

    def lines(self) -> list[str]:
        """Every line of the page: the answer, what it rests on, and what is open."""
        return [*self._answer(), *self._course(), *self._open()]

    def _course(self) -> Iterator[str]:
        course, predictions = self.report.course, self.report.predictions
        sentences = [*course.brief] if course is not None else []
        if predictions is not None:
            sentences += predictions.summary[:1]
            clashes = len(predictions.conflicts)
            sentences += [f"{capital(plural(clashes, 'contradiction'))} among them."] * bool(
                clashes
            )
        if sentences:
            yield ""
            yield from self._wrapped(" ".join(sentences))
            yield ""

    def _answer(self) -> Iterator[str]:
        yield from self._head()
        if not self.tables:
            return
        yield ""
        for sentence in self.report.short[: len(self.tables)]:
            yield from self._wrapped(sentence)
        yield ""
        yield from self._compared()
        yield ""
        if any(table.with_deal for table in self.tables):
            yield from self._signed()
            yield ""
        yield from self._reasons()

    def _head(self) -> Iterator[str]:
        report = self.report
        if report.marking:
            yield clean(report.marking).center(self.width)[: self.width]
        yield from self._wrapped(f"{report.title} (as of {report.date})")
        yield from self._wrapped(" ".join([report.account, report.view, *report.silent]))
        if report.variant:
            yield from self._wrapped(f"Variant of the case. {' '.join(report.variant)}")

    def _compared(self) -> Iterator[str]:
        yield from self._titles([f"Share of {all_readings(self.report.readings)}", "(no forecast)"])
        for row in (row for row in self.report.compared if row.front):
            cells = [self._cell(share, note) for share, note in row.cells[: len(self.tables)]]
            yield from self._row(row.question, cells)
        yield from self._row("Rests on lines said, reported, inferred, assumed", self._rests())
        more = len(self.report.tables) - len(self.tables)
        if more:
            yield f"({number(more)} more in the report)"

    def _rests(self) -> list[str]:
        found = [table.answer[0].rests for table in self.tables]
        return [", ".join(str(n) for _, n in rests.parts) if rests else "" for rests in found]

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
            for finding in table.answer[:1]:
                yield from self._forced(table, finding)
            for finding in table.reasons:
                yield from self._wrapped(f"“{table.title}”: {finding.text}")
            if table.estimated:
                yield from self._wrapped(f"“{table.title}”: {table.estimated}")
            if table.approximated:
                yield from self._wrapped(f"“{table.title}”: {table.approximated}")

    def _forced(self, table: TableView, finding: Finding) -> Iterator[str]:
        ids = [line.id for line in finding.forced]
        if finding.because or ids:
            more = f" and {number(len(ids) - _MOST_IDS)} more" if len(ids) > _MOST_IDS else ""
            why = f"“{table.title}”, why there is a deal {table.zone.words}: {finding.because}"
            yield from self._wrapped(f"{why} {', '.join(ids[:_MOST_IDS])}{more}")

    def _open(self) -> list[str]:
        brief = [item.brief for item in self.report.unknown if item.brief]
        return self._wrapped(f"What we do not know: {'; '.join(brief)}.") if brief else []

    def _wrapped(self, text: str, indent: str = "") -> list[str]:
        return textwrap.wrap(clean(text), self.width, subsequent_indent=indent)


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
