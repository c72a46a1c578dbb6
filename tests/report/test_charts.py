import base64
import xml.etree.ElementTree as ET

from winset.report.assembly import report_of
from winset.report.charts import charts_of, frontier_chart, gains_chart
from winset.report.gaining import scatter
from winset.report.view import Dot, GainRow, Scatter
from winset.report.wording import Share


def svg(address):
    head, _, data = address.partition(",")
    assert head == "data:image/svg+xml;base64"
    return ET.fromstring(base64.b64decode(data))


def row(party, low, middle, high, seated=True, stake=True):
    none = Share(0, 10)
    return GainRow(party, seated, low, middle, high, none, none, stake)


def test_both_widths_are_drawn_and_told_in_words():
    chart = gains_chart((row("Northland", 0.1, 0.2, 0.31), row("Delta", -0.5, -0.2, 0, False)))
    wide, narrow = svg(chart.wide), svg(chart.narrow)
    assert float(wide.get("width")) > 600
    assert 280 < float(narrow.get("width")) <= 345
    text = "".join(wide.itertext())
    assert "Northland" in text
    assert "Delta" in text
    assert "Northland +10 to +31, middle +20" in chart.alt
    assert "Delta −50 to 0, middle −20" in chart.alt


def test_parties_without_a_stake_are_not_drawn():
    assert gains_chart((row("Delta", 0, 0, 0, False, stake=False),)) is None
    assert gains_chart(()) is None
    assert frontier_chart(None) is None
    assert frontier_chart(Scatter("a", "b", ())) is None


def test_letters_of_packages_stand_in_the_picture_and_its_words():
    share = Share(5, 10)
    dots = (Dot(0.1, 0.2, share, share, "A", True), Dot(0.05, 0.1, share, share))
    chart = frontier_chart(Scatter("North & <South>", "Delta", dots))
    assert "A" in [e.text for e in svg(chart.wide).iter() if e.text]
    assert "A (+10, +20)" in chart.alt
    assert "North & <South>: points gained" in "".join(svg(chart.wide).itertext())


def test_the_edge_is_what_no_other_deal_beats(results):
    table = report_of(results).tables[0]
    assert set(charts_of(table)) == {"gains", "frontier"}
    found = table.scatter
    for dot in found.dots:
        better = [
            other
            for other in found.dots
            if other.x >= dot.x and other.y >= dot.y and (other.x, other.y) != (dot.x, dot.y)
        ]
        if dot.edge:
            assert not better
    assert any(dot.edge for dot in found.dots)


def test_the_deal_signed_most_often_is_among_the_packages(results):
    from winset.report.findings import Findings

    for signing in Findings(results).signings.values():
        most = signing.deals.leading_chosen(most=1)[0][0]
        assert most in signing.lettered
        assert len(signing.packages()) == len(signing.lettered) <= 6
        assert {d.letter for d in scatter(signing).dots} - {""} == set(signing.lettered.values())


def test_the_line_promises_no_more_than_was_looked_at():
    share = Share(5, 10)
    dots = (Dot(0.1, 0.2, share, share, "A", True), Dot(0.05, 0.1, share, share))
    listed = frontier_chart(Scatter("North", "South", dots)).caption
    assert "of the deals shown, one side can gain only what the other gives up" in listed
    searched = frontier_chart(Scatter("North", "South", dots, searched=True)).caption
    assert "the best of the deals looked at" in searched
    assert "not looked at may be better for both" in searched
    assert "nothing is wasted" not in listed + searched
