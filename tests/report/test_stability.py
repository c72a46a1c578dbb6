"""What would hold, in sentences, as a picture and as a page."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from winset.analyses.stability import Stability, improvements, stability
from winset.analyses.stability_conflict import Arena, arena_of
from winset.analyses.stability_inverse import Change
from winset.analyses.stability_why import Reason
from winset.case import Case
from winset.casefile import load
from winset.cli.app import app
from winset.ensemble import sample
from winset.report import stability_page as paper
from winset.report.stability import inverse_text, states_text, why_text
from winset.report.stability_graph import Node, picture

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def cuba() -> tuple[Case, Arena, Stability]:
    case = load("cuba-1962")
    ensemble = sample(case, 20)
    return case, arena_of(case, ensemble), stability(case, ensemble)


def test_states_are_told_by_what_differs_from_now(cuba):
    case, _, found = cuba
    lines = list(states_text(case, found))
    assert lines[0] == "16 states; who moves: United States; Soviet Union"
    row = next(line for line in lines if line.endswith("   as now"))
    assert re.findall(r"\d+", row) == ["0", "100", "100", "0", "100"]


def test_reasons_are_told_with_mover_move_and_answer(cuba):
    case, _, found = cuba
    gone, back = found.start, 1
    told = list(why_text(case, found, 5, "seq", {
        Reason(0, "deterred", gone, ((1, back),)): 3, Reason(0, "leaves", gone): 1,
        Reason(0, "leaves", gone, ((1, back),)): 1, Reason(1, "stays"): 5,
        Reason(1, "impossible"): 5,
    }))  # fmt: skip
    text = "\n".join(told)
    assert "is deterred by the Soviet Union (" in text
    assert "and nobody's answer hurts it" in text
    assert "leaves it better off than staying" in text
    assert "Soviet Union has no better move" in text
    assert "the rules forbid this state" in text
    assert not re.search(r"\d\.\d", text)


def test_what_it_hangs_on_is_sorted_into_more_and_less(cuba):
    case, _, _ = cuba
    changes = [Change("us.priorities", "dropped", 0.2, 0.9),
               Change("ussr.priorities", "reversed", 0.2, 0.0)]  # fmt: skip
    told = list(inverse_text(case, "T", changes))
    assert told[0] == "T"
    assert told[1].startswith("  more often, 20")
    assert "us.priorities dropped" in told[1]
    assert told[2].startswith("  less often, 20")
    assert "No single statement" in list(inverse_text(case, "T", []))[1]


def test_the_picture_holds_every_state_and_arrow_and_escapes_names():
    nodes = [Node(0, "now <here>", "", False, 0), Node(4, "there & back", "x", True, 3),
             Node(5, "off", "", False, 3)]  # fmt: skip
    root = ElementTree.fromstring(picture(nodes, {(0, 0, 4): 3, (1, 4, 5): 2}, ["A & B", "C"]))
    assert len(root.findall(f"{SVG}rect")) == 3
    heads = [p for p in root.findall(f"{SVG}path") if "M10 " not in (p.get("d") or "")]
    assert len(heads) == 2
    texts = [t.text for t in root.findall(f"{SVG}text")]
    assert "now <here>" in texts
    assert "A & B moves" in texts
    right = max(float(r.get("x", 0)) for r in root.findall(f"{SVG}rect"))
    assert right < 400  # no column is left empty


def test_improvements_are_counted_where_they_serve(cuba):
    _, arena, found = cuba
    states = list(range(found.size))
    counted = improvements(arena, states)
    worth, able = arena.utilities(slice(None))[0], arena.feasible(slice(None))[0]
    expected = {
        (k, s, int(t)): 20
        for k in range(2) for s in states for t in arena.conflict.moves(k, s)
        if able[s] and able[t] and worth[k, t] > worth[k, s]
    }  # fmt: skip
    assert counted == expected


def test_the_page_is_whole_closed_and_safe(cuba):
    case, arena, found = cuba
    marked = replace(case, title="<b>Cuba</b>", marking="draft")
    states = paper.shown(found)
    assert found.start in states
    drawn = paper.graph(marked, found, states, improvements(arena, states), 20)
    section = paper.states_section(marked, found, drawn, [paper.ways(marked, found)])
    text = paper.page(marked, found.readings, [section])
    assert "<b>Cuba" not in text
    assert text.count('class="marking"') == 1
    assert "<script" not in text
    assert not re.findall(r'(?:src|href)="(?!data:|#)', text)
    data = re.search(r"svg\+xml;base64,([^\"]+)", text)
    assert data is not None
    ElementTree.fromstring(b64decode(data[1]))


def test_a_report_says_whether_its_deals_would_hold(tmp_path):
    file, text = tmp_path / "r.winset", tmp_path / "r.html"
    words = ["run", "riyadh-2025", "--draws", "30", "--table", "riyadh", "--workers", "1"]
    assert CliRunner().invoke(app, [*words, "-o", str(file)]).exit_code == 0
    assert CliRunner().invoke(app, ["report", str(file), "-o", str(text)]).exit_code == 0
    page = text.read_text(encoding="utf-8")
    assert 'href="#holds-riyadh"' in page
    assert 'id="holds-riyadh"' in page
    assert "A deal is signed in" in page
    assert "A fait accompli, in which somebody declines" in page
