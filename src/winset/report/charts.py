"""The report's pictures: drawn by Altair, set as static SVG by vl-convert, kept in the page.

Each picture comes in two widths, for a sheet and for a phone, and with a sentence that says in
words what it shows. Shapes, letters and labels carry what colours do.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from winset.report.view import GainRow, Scatter, TableView
from winset.report.wording import listed, points

WIDE, NARROW = 660, 330
INK, SOFT, _RULE = "#16202a", "#46525e", "#d5dbe0"
_BLUE, ORANGE = "#0072B2", "#D55E00"
_FONT = "'Liberation Sans', Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture in two widths (``data:`` addresses), in words, and with a caption."""

    wide: str
    narrow: str
    alt: str
    caption: str


def gains_chart(rows: tuple[GainRow, ...]) -> Chart | None:
    """Draw low, middle and high gain of each party with a stake; None if there is none."""
    staked = [row for row in rows if row.stake]
    if not staked:
        return None
    words = "; ".join(
        f"{r.party} {points(r.low)} to {points(r.high)}, middle {points(r.middle)}" for r in staked
    )
    return chart_of(
        lambda width: _gains(staked, width),
        alt=f"Gains of each party under the signed deal, in points of 100: {words}.",
        caption="Each bar covers the middle 8 of 10 readings, the mark is the middle one. "
        "Full bars and round marks: at the table; hollow bars and diamonds: not at it. "
        "Left of the line at 0 the party is worse off than without agreement.",
    )


def frontier_chart(scatter: Scatter | None) -> Chart | None:
    """Draw deals by what they bring two parties; None if there are none."""
    if scatter is None or not scatter.dots:
        return None
    marked = [f"{d.letter} ({points(d.x)}, {points(d.y)})" for d in scatter.dots if d.letter]
    named = f" Leading packages: {listed(marked)}." if marked else ""
    return chart_of(
        lambda width: _scatter(scatter, width),
        alt=f"{len(scatter.dots)} deals by their average gain for {scatter.x_party} (across) and "
        f"{scatter.y_party} (up), in points of 100.{named}",
        caption="Each mark is a deal: further right is better for the party named below, "
        "further up for the one at the side, on average over all readings. The bigger the mark, "
        "the more readings in which the deal can be signed. Letters are the packages above. "
        f"{_LINE[scatter.searched]}",
    )


_LINE = {
    False: "Along the broken line, of the deals shown, one side can gain only what the other gives "
    "up.",
    True: "The broken line joins the best of the deals looked at: of these, one side can gain only "
    "what the other gives up; a deal not looked at may be better for both.",
}
"""What the broken line is, by whether deals were searched."""


def charts_of(table: TableView) -> dict[str, Chart | None]:
    """Draw every picture of a table, by name (None where there is nothing to draw)."""
    return {"gains": gains_chart(table.gains), "frontier": frontier_chart(table.scatter)}


def chart_of(draw: Callable[[int], Any], *, alt: str, caption: str) -> Chart:
    """Set a picture, drawn for each of the two widths."""
    return Chart(_drawn(draw(WIDE)), _drawn(draw(NARROW)), alt, caption)


def _drawn(chart: Any) -> str:  # noqa: ANN401 (Altair's charts have no common public type)
    import vl_convert

    return address(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))


def address(svg: str) -> str:
    """Give a drawing as an address that holds it all."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def styled(chart: Any) -> Any:  # noqa: ANN401
    """Give a picture the report's letters and lines."""
    return (
        chart.configure(font=_FONT, background="white", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=SOFT, labelFontSize=12, titleFontSize=12,
            titleFontWeight="normal", gridColor=_RULE, domainColor=SOFT, tickColor=SOFT,
            labelLimit=220,
        )
    )  # fmt: skip


def _gains(rows: list[GainRow], width: int) -> Any:  # noqa: ANN401
    import altair as alt

    label = 110 if width <= NARROW else 170
    data = alt.InlineData(values=[
        {"party": r.party, "low": 100 * r.low, "mid": 100 * r.middle, "high": 100 * r.high,
         "seat": "at the table" if r.seated else "not at it"}
        for r in rows
    ])  # fmt: skip
    seats = ["at the table", "not at it"]
    across = alt.X(
        "low:Q", title="points against no agreement", axis=alt.Axis(tickCount=6),
        scale=alt.Scale(padding=10, nice=True),
    )  # fmt: skip
    up = alt.Y(
        "party:N", title=None, sort=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=label, minExtent=label),
    )  # fmt: skip
    base = alt.Chart(data)
    span = base.mark_bar(size=13, stroke=_BLUE, strokeWidth=1.5).encode(
        across, alt.X2("high:Q"), up,
        fill=alt.Fill("seat:N", scale=alt.Scale(domain=seats, range=["#9cc7e3", "white"]),
                      legend=None),
    )  # fmt: skip
    mark = base.mark_point(size=110, filled=True, opacity=1, color=INK).encode(
        alt.X("mid:Q"), up,
        shape=alt.Shape("seat:N", scale=alt.Scale(domain=seats, range=["circle", "diamond"]),
                        legend=None),
    )  # fmt: skip
    zero = alt.Chart(alt.InlineData(values=[{"z": 0}])).mark_rule(color=INK, strokeWidth=1.5)
    layers = alt.layer(zero.encode(alt.X("z:Q")), span, mark)
    return styled(layers.properties(width=width - label - 24, height=34 * len(rows)))


def _scatter(scatter: Scatter, width: int) -> Any:  # noqa: ANN401
    import altair as alt

    values = [
        {"x": 100 * d.x, "y": 100 * d.y, "zone": d.zone.fraction, "letter": d.letter,
         "edge": d.edge}
        for d in scatter.dots
    ]  # fmt: skip
    room = alt.Scale(padding=14, nice=True, zero=False)
    across = alt.X(
        "x:Q", title=f"{scatter.x_party}: points gained", axis=alt.Axis(tickCount=6), scale=room
    )
    up = alt.Y(
        "y:Q", title=f"{scatter.y_party}: points gained", axis=alt.Axis(tickCount=6), scale=room
    )
    every = alt.Chart(alt.InlineData(values=values))
    edge = alt.Chart(alt.InlineData(values=[v for v in values if v["edge"]]))
    named = alt.Chart(alt.InlineData(values=[v for v in values if v["letter"]]))
    size = alt.Size("zone:Q", scale=alt.Scale(domain=_spread(values), range=[15, 150]), legend=None)
    dots = every.mark_point(filled=True, color=_BLUE, opacity=0.4).encode(across, up, size)
    line = edge.mark_line(color=INK, strokeWidth=1.5, strokeDash=[5, 3]).encode(
        across, up, order="x:Q"
    )
    disc = named.mark_point(
        filled=True, color="white", stroke=ORANGE, strokeWidth=2.5, size=330, opacity=1
    )
    words = named.mark_text(color=INK, fontWeight="bold", fontSize=12, dy=1)
    layers = alt.layer(
        line, dots, disc.encode(across, up), words.encode(across, up, text="letter:N")
    )
    inner = width - 62
    return styled(layers.properties(width=inner, height=min(380, round(inner * 0.85))))


def _spread(values: list[dict[str, Any]]) -> list[float]:
    shares = [v["zone"] for v in values]
    return [min(shares), max(max(shares), min(shares) + 0.01)]
