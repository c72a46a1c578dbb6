"""Order, dates and predictions: in sentences, as pictures, on the page and on a screen."""

from __future__ import annotations

import datetime as dt
import json
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from winset.analyses.asking import ask_case, event_of, tellers
from winset.analyses.claims import claims
from winset.analyses.drawing import Cause
from winset.analyses.process import Process, process
from winset.analyses.process_result import Lever
from winset.casefile import load, load_text
from winset.casefile.necessity import Gap
from winset.report.assembly import report_of
from winset.report.data import dumps
from winset.report.html import page, render
from winset.report.names import Names
from winset.report.predictions import _summary as counted_up
from winset.report.predictions import predictions_of
from winset.report.process_chapter import course_of
from winset.report.process_charts import curve, timeline
from winset.report.process_findings import ProcessFindings
from winset.report.process_graph import MOST, picture
from winset.report.process_names import StepNames
from winset.report.process_text import ask_text, claims_text, process_text
from winset.report.process_ties import Ties
from winset.report.process_view import StepBox, Tie
from winset.report.text import summary
from winset.run import load as load_run
from winset.run import spec_of, start

SVG = "{http://www.w3.org/2000/svg}"
FILE = Path(__file__).parent / "process.yaml"


def told(text, readings=40):
    """Tell the stories of a case's text."""
    case = load_text(text, "case.yaml")
    return case, Process.merge([process(t) for t in tellers(case, readings)])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("ferry") / "ferry.winset"
    start(spec_of(FILE, draws=300)[0], path)
    return load_run(path)


@pytest.fixture(scope="module")
def findings(run):
    return ProcessFindings(run.process, run.case)


@pytest.fixture(scope="module")
def course(run):
    return course_of(run.process, run.case)


@pytest.fixture(scope="module")
def html(run):
    return page(run)


# ── names ───────────────────────────────────────────────────────────────────────────────────────
def test_channels_are_named_by_level_and_parties():
    names = StepNames(Names(load("riyadh-2025")))
    assert names.channel("us-ru.ministers") == (
        "the ministers’ channel between the United States and Russia"
    )
    assert names.channel("us-ru.working").startswith("the working channel between")
    assert names.line("us-ru.presidents") == "presidents, United States–Russia"
    assert names.lever(Lever("step", "goodwill")) == "“About twenty banks reconnected”"


def test_channels_of_one_kind_are_told_apart(run):
    twin = replace(run.case.channels[0], id="ab2")
    case = replace(run.case, channels=(*run.case.channels, twin))
    names = StepNames(Names(case))
    assert names.channel("ab") == "the ministers’ channel between Aland and Bland (ab)"
    assert names.channel("ab2").endswith("(ab2)")
    assert not names.channel("ac").endswith(")")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause("chance", "call"), "“A call” is tried and fails"),
        (Cause("time", "meet"), "“They meet for <i>ever</i>” is not over in time"),
        (Cause("channel", "ab"), "the ministers’ channel between Aland and Bland is not open"),
        (Cause("zone", "deal", "bank"), "“The deal”: no deal at “The bank” that all there could "
         "sign"),
        (Cause("settles", "deal", "dam is small"), "“The deal”: the deal signed does not bring "
         "what it was for (The dam is “small”)"),
        (Cause("answer", "never", "c declines"), "“A miracle”: the answer it waits for is not "
         "given (Celand declines)"),
        (Cause("condition", "never", "dam is small"), "“A miracle”: what it waits for does not "
         "come about (The dam is “small”)"),
        (Cause("not needed", "other", "deal"), "“Another way” is not needed, since “The deal” took "
         "place"),
        (Cause("dropped", "call"), "“A call”: in that reading there is no such step"),
    ],
)  # fmt: skip
def test_every_cause_has_its_words(findings, cause, words):
    assert findings.names.cause(cause) == words


# ── sentences ───────────────────────────────────────────────────────────────────────────────────
def test_the_target_is_the_step_with_most_dated_predictions(findings):
    assert findings.main == "deal"
    riyadh = load("riyadh-2025")
    small = SimpleNamespace(targets=("opening", "settlement", "summit"))
    assert ProcessFindings(small, riyadh).main == "summit"


def test_without_predictions_it_is_the_first_target_of_the_file(run):
    case = replace(run.case, claims=())
    small = SimpleNamespace(targets=("never", "other", "deal"))
    assert ProcessFindings(small, case).main == "deal"


def test_the_answer_gives_ranges_by_date_and_by_the_horizon(run, findings):
    sentences = list(findings.happens("deal"))
    assert sentences[0].startswith("“The deal” happens by 31 December 2025 in ")
    assert [s.partition(" it has")[0] for s in sentences[1:3]] == [
        "By 1 May 2025", "By 1 September 2025",
    ]  # fmt: skip
    assert "“The deal” happens" in course_of(run.process, run.case).short
    for sentence in sentences:
        assert not re.search(r"\d\.\d|nan", sentence)


def test_what_is_in_the_way_and_what_helps_carry_the_record_s_numbers(run, findings, course):
    first = run.process.blocks("deal")[0]
    assert course.main.causes[0].share == first.share
    assert findings.names.cause(first.cause) in findings.in_the_way("deal")
    worths = [w for w in run.process.worths("deal") if w.lever.name != "deal"]
    assert [row.points for row in course.worths] == [100 * w.value for w in worths]
    assert all(row.lines for row in course.worths)


def test_who_can_stop_it_and_who_has_no_channel(run, findings, course):
    assert findings.who_can_stop("deal") == (
        "Aland, Bland and Celand can each keep it from happening alone."
    )
    roles = {veto.party: list(findings.roles(veto)) for veto in findings.vetoes("deal")}
    assert "signs (“The deal”)" in roles["a"]
    assert [words for words, _ in findings.gaps()] == [
        "Aland and Celand take part in “They meet for <i>ever</i>” and have no open channel: "
        "working, Aland–Celand (refused).",
        "Bland and Celand take part in “They meet for <i>ever</i>” and have no open channel: none "
        "is named between them.",
    ]
    two = replace(
        run.process,
        gaps=(
            Gap("meet", ("a", "b"), ()),
            Gap("deal", ("a", "b"), ()),
            Gap("meet", ("b", "c"), ()),
            Gap("deal", ("b", "c"), ()),
        ),
    )
    ((told, gaps),) = ProcessFindings(two, run.case).gaps()
    assert told == (
        "In “They meet for <i>ever</i>” and “The deal” these take part, and no channel is named "
        "between them: Aland and Bland; Bland and Celand."
    )
    assert gaps == two.gaps
    stopper = next(s for s in course.stoppers if s.party == "Aland")
    assert {line.id for line in stopper.lines} == {
        "steps.call", "steps.meet.needs", "steps.meet.wanted_by", "tables.bank.parties",
    }  # fmt: skip
    assert [[line.id for line in gap.lines] for gap in course.gaps] == [
        ["channels.ac.state"], ["steps.meet"],
    ]  # fmt: skip


def test_it_rests_on_the_statements_behind_it_but_those_dropped(run, findings):
    behind = findings.bearing("deal")
    assert {"steps.deal", "steps.meet.after", "a.preferences.dam"} <= {s.id for s in behind}
    gone = ProcessFindings(run.process, run.case, frozenset({"steps.deal"}))
    assert len(gone.bearing("deal")) == len(behind) - 1


# ── what comes before what ──────────────────────────────────────────────────────────────────────
def test_ties_say_how_one_step_waits_for_another(findings):
    found = {(t.before, t.after): t for t in Ties(findings.sequence, findings.names).ties()}
    assert found["call", "meet"].group == found["letter", "meet"].group > 0
    assert found["call", "deal"] == Tie("call", "deal", "after", True)
    assert found["meet", "deal"] == Tie("meet", "deal", "after", False)
    assert found["deal", "other"].kind == "instead"
    assert found["deal", "never"].kind == "condition"
    dropped = Ties(findings.sequence, findings.names, frozenset({"steps.deal.after#2"}))
    assert ("call", "deal") not in {(t.before, t.after) for t in dropped.ties()}


def test_boxes_name_channels_and_conditions(findings, course):
    notes = {box.step: box.notes for box in course.boxes}
    assert notes["meet"] == ("needs: ministers, Aland–Bland (frozen)",)
    assert notes["call"] == ("opens: ministers, Aland–Bland",)
    assert notes["never"] == ("if Celand declines",)
    assert notes["other"] == ("instead of “The deal”",)
    assert [box.step for box in course.boxes if box.main] == ["deal"]


def test_the_picture_holds_every_step_and_tie_and_escapes_names(course):
    root = ElementTree.fromstring(picture(course.boxes, course.ties).svg)
    boxes = [r for r in root.iter(f"{SVG}rect") if r.get("rx")]
    assert len(boxes) == len(course.boxes)
    arrows = [p for p in root.iter(f"{SVG}path") if " " in (p.get("d") or "") and "C" in p.get("d")]
    assert len(arrows) == len(course.ties)
    words = " ".join(t.text for t in root.iter(f"{SVG}text"))
    assert "<i>ever</i>" in words
    assert "one of these is enough" in words
    spots = [(float(r.get("x")), float(r.get("y")), float(r.get("height"))) for r in boxes]
    for x, y, height in spots:  # no box lies on another
        below = [b for a, b, _ in spots if a == x and b > y]
        assert all(y + height < b for b in below)


def test_a_step_stands_right_of_all_it_waits_for(course):
    root = ElementTree.fromstring(picture(course.boxes, course.ties).svg)
    rects = [r for r in root.iter(f"{SVG}rect") if r.get("rx")]
    left = {b.step: float(r.get("x")) for b, r in zip(course.boxes, rects, strict=True)}
    assert all(left[tie.before] < left[tie.after] for tie in course.ties)


def test_one_step_and_many_are_drawn(course):
    box = course.boxes[0]
    assert picture([box], []).size == "small"
    many = [StepBox(f"s{k}", f"Step {k}", "5 %", 0.05, (), False) for k in range(40)]
    ties = [Tie(f"s{k}", f"s{k + j}", "after") for k in range(30) for j in (1, 7)]
    found = picture(many, ties)
    assert found.size == "broad"
    ElementTree.fromstring(found.svg)


# ── charts ──────────────────────────────────────────────────────────────────────────────────────
def _decoded(address):
    return b64decode(address.partition("base64,")[2]).decode()


def test_charts_say_in_words_what_they_show(course):
    for chart in (timeline(course), curve(course)):
        for address in (chart.wide, chart.narrow):
            drawn = _decoded(address)
            ElementTree.fromstring(drawn)
            assert "http" not in drawn.replace("http://www.w3.org/", "")
    assert "Triangles are deadlines" in timeline(course).caption
    assert "31 December 2025" in timeline(course).caption
    assert "A call" in timeline(course).alt
    assert "A miracle" not in timeline(course).alt
    assert "“likely” by 1 May 2025" in curve(course).alt
    assert "it happened on 15 July 2025" in curve(course).alt


def test_the_curve_never_falls_and_ends_at_the_chance(run, course):
    means = [point.mean for point in course.curve]
    assert means == sorted(means)
    assert means[-1] == run.process.chance("deal").mean
    for point in course.curve:
        assert point.least <= point.low <= point.high <= point.greatest


def test_what_never_happens_has_no_bar_and_no_curve(run, course):
    lane = next(lane for lane in course.lanes if lane.step == "never")
    assert (lane.first, lane.when) == (None, ("", "", ""))
    assert lane.why
    still = replace(course, curve=tuple(replace(p, mean=0.0) for p in course.curve))
    assert curve(still) is None
    assert timeline(replace(course, lanes=(lane,))) is None


# ── predictions ─────────────────────────────────────────────────────────────────────────────────
def test_predictions_stand_beside_the_case_and_what_happened(run):
    found = predictions_of(run.claims, run.case)
    rows = {row.id: row for row in found.rows}
    assert list(rows) == [claim.id for claim in run.case.claims]
    soon, later = rows["soon"], rows["later"]
    assert (soon.event, soon.hedge, soon.said) == (
        "“The deal” by 1 May 2025", "“likely”", "paper:7, Smith",
    )  # fmt: skip
    assert soon.band.replace("\xa0", " ") == "55–80 %"
    assert soon.score.brier == "0.30–0.64"  # no: squares of 0.55 and 0.8
    assert later.score.brier == "0.00–0.04"  # yes: squares of 0.05 and 0.2
    assert (later.outcome, later.outcome_note) == ("yes", "15 July 2025: signed")
    assert soon.gap.endswith("below the hedge")
    assert rows["cond"].band == ""
    assert rows["cond"].why == "no story to go by"
    assert rows["cond"].event == "The dam is “small”, given “A miracle”"
    assert rows["num"].score.brier == "not yet"
    texts = [clash.text for clash in found.conflicts]
    assert any("cannot happen without" in text for text in texts)
    assert any("opposite orders. Their hedges together promise" in text for text in texts)


# ── the page ────────────────────────────────────────────────────────────────────────────────────
def test_the_page_holds_the_chapters_and_loads_nothing(html):
    assert 'href="#process"' in html
    assert 'href="#predictions"' in html
    assert "<script" not in html
    assert "<i>ever" not in html
    assert "<b>ferry" not in html
    assert "not computed" not in html
    assert not re.findall(r'(?:src|href|srcset)="(?!data:|#)', html)
    inside = html[html.index('<section id="process"') : html.index('<section id="statements"')]
    assert not re.search(r"<td[^>]*>\s*</td>", inside)
    assert "nan" not in re.sub(r"<[^>]+>", " ", inside).split()


def test_every_link_leads_to_a_place_on_the_page(html):
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids


def test_without_a_process_the_chapters_are_left_out(run):
    bare = render(replace(report_of(run), course=None, predictions=None))
    assert 'id="process"' not in bare
    assert 'id="predictions"' not in bare


def test_more_steps_than_can_be_drawn_are_named_in_the_table(run):
    report = report_of(run)
    boxes = tuple(replace(report.course.boxes[0], step=f"s{k}") for k in range(MOST + 1))
    text = render(replace(report, course=replace(report.course, boxes=boxes, ties=())))
    assert "too many to be drawn" in text


def test_a_case_of_one_step_without_horizon_claims_or_chance():
    text = (
        "format: 1\nname: one\ntitle: One\nas_of: 2025-01-01\n"
        "parties: {a: {name: A}, b: {name: B}}\n"
        "issues: {x: {title: X, options: [p, q], decided_by: a + b @assumed}}\n"
        "tables: {t: {parties: a + b @assumed, agenda: [x]}}\n"
        "steps:\n  go: {title: Go, on: 2025-01-10}\n"
    )
    case, found = told(text)
    course = course_of(found, case)
    assert course.short == "“Go” happens in every story."
    assert "on 10 January 2025" in " ".join(course.answer)
    assert course.horizon is False
    assert timeline(course) is not None
    assert process_text(found, case) == course.short


def test_dropped_statements_leave_no_lines_behind(run):
    gone = frozenset(s.id for s in run.case.statements())
    course = course_of(run.process, run.case, gone)
    assert course.main.rests.total == 0
    assert course.ties == tuple(t for t in course.ties if t.kind == "instead")


# ── a screen ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("width", [60, 80, 110])
def test_no_line_is_wider_than_the_screen(run, width):
    case = run.case
    asked = [ask_case(case, event_of(case, "deal by 2025-06-01"), readings=30, tellings=8),
             ask_case(case, event_of(case, "deal"), event_of(case, "call"), readings=30,
                      tellings=8)]  # fmt: skip
    texts = [process_text(run.process, case, width), claims_text(run.claims, case, width),
             *(ask_text(a, case, width) for a in asked), summary(run, width)]  # fmt: skip
    for text in texts:
        assert max(map(len, text.splitlines())) <= width
        assert "\xa0" not in text


def test_asking_tells_range_chance_reasons_and_statements(run):
    case = run.case
    asked = ask_case(case, event_of(case, "deal by 2025-05-01"), readings=60, tellings=16)
    text = ask_text(asked, case)
    flat = " ".join(text.split())
    assert text.splitlines()[0] == "“The deal” by 1 May 2025"
    assert "It comes true in " in text
    assert "960 stories, 16 of each of 60 readings" in flat
    assert "it comes about, but too late" in flat
    assert "“A call” is tried and fails" in flat
    assert f"It hangs on {len(asked.statements)} lines" in flat
    named = [name for name in asked.statements if re.search(rf"\s{re.escape(name)}[,\s]", text)]
    assert len(named) == 12
    assert f"and {len(asked.statements) - 12} more (--json names all)" in flat


def test_what_never_happens_has_no_error_and_what_is_given_is_named(run):
    case = run.case
    never = ask_text(ask_case(case, event_of(case, "never"), readings=20), case)
    assert re.search(r"mean +0 % +in no story told$", never, re.M)
    assert "±" not in never
    sure = ask_text(ask_case(case, event_of(case, "not never"), readings=20), case)
    assert re.search(r"mean +100 % +in every story told$", sure, re.M)
    asked = ask_case(case, event_of(case, "deal"), event_of(case, "call"), readings=20)
    given = ask_text(asked, case)
    assert given.splitlines()[1] == "Given “A call”"


def test_asking_under_what_never_holds_says_so(run):
    case = run.case
    asked = ask_case(case, event_of(case, "deal"), event_of(case, "never"), readings=20)
    text = " ".join(ask_text(asked, case).split())
    assert "None of 1,280 stories told has what is given: too few to say." in text
    assert "nan" not in text


def test_a_prediction_that_few_readings_bear_on_has_no_range():
    case = load_text("""\
format: 1
name: rarely
title: What seldom comes up
as_of: 2025-01-01
horizon: 2025-12-31
parties: {a: A, b: B}
issues: {x: {options: [one, two], now: one, decided_by: a + b}}
steps:
  closed: {sets: x is two, on: 2025-03-01}
  hope: {after: x is two (0.9), on: 2025-02-01}
  walk: {after: hope, chance: 0.5}
claims:
  whole: {event: walk, hedge: likely}
  some: {event: walk, if: hope, hedge: likely}
""")
    (teller,) = tellers(case, 100)
    whole, some = predictions_of(claims(teller), case).rows
    assert whole.computed.endswith("%")
    assert re.fullmatch(r"only \w+ readings to go by", some.computed)
    assert some.spread is None


def test_claims_are_a_table_with_what_cannot_all_be_true_below(run):
    text = claims_text(run.claims, run.case)
    assert re.search(r"“The deal” by 1 May 2025 +“likely” +\S+–\d+ % +no +0\.46/\d\.\d\d", text)
    assert "Predictions that cannot all come true:" in text


@pytest.mark.parametrize(
    ("rows", "banded", "scored", "told"),
    [
        (21, 4, 0, "21 predictions, none of them resolved. Four carry a hedge that has a number; "
                   "of these, none can be scored so far."),
        (2, 2, 2, "Two predictions, two of them resolved. Two carry a hedge that has a number; of "
                  "these, two can be scored so far."),
        (2, 1, 0, "Two predictions, none of them resolved. One carries a hedge that has a number "
                  "and cannot be scored so far."),
        (1, 1, 1, "One prediction, resolved. One carries a hedge that has a number and can be "
                  "scored so far."),
        (1, 0, 0, "One prediction, not resolved. None carries a hedge that has a number."),
    ],
)  # fmt: skip
def test_predictions_are_counted_in_the_right_number(run, rows, banded, scored, told):
    row = predictions_of(run.claims, run.case).rows[0]
    made = tuple(
        replace(row, stated=(0.5, 0.6) if n < banded else None, happened=n < scored or None)
        for n in range(rows)
    )
    assert next(counted_up(made, 1)) == told


def test_one_party_keeps_it_from_happening_alone(run):
    vetoes = (run.process.vetoes[0][:1],) * len(run.process.targets)
    one = ProcessFindings(replace(run.process, vetoes=vetoes), run.case)
    assert one.who_can_stop("deal") == "Aland can keep it from happening alone."


def test_the_summary_tells_the_main_step_in_a_few_lines(run):
    text = " ".join(summary(run).split())
    for sentence in course_of(run.process, run.case).brief:
        assert sentence.replace("\xa0", " ") in text
    assert "contradictions among them" in text
    assert len(course_of(run.process, run.case).brief) <= 3


def test_the_report_as_json_holds_the_chapter(run):
    found = json.loads(dumps(run))
    assert found["course"]["main"]["step"] == "deal"
    assert dt.date.fromisoformat(found["course"]["curve"][-1]["day"]) == dt.date(2025, 12, 31)
    assert found["predictions"]["rows"][0]["id"] == "soon"


def test_what_no_story_hangs_on_is_not_called_unclear(findings):
    assert list(findings.worth_words("call")) == [
        "The ministers’ channel between Aland and Bland and “A letter” make no difference to it."
    ]
    assert not any("no difference" in words for words in findings.worth_words("deal"))
