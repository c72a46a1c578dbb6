"""Case files to cases and back."""

import dataclasses
import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winset.case import Party, RedLine, Statement
from winset.casefile import load, load_text, load_with_warnings, packaged, save
from winset.casefile.overview import grid, left_open, marks, tally
from winset.errors import CaseError
from winset.language.terms import ASSUMED, CERTAIN, Chance, Numbers, Range, SourceRef


def statement(case, name):
    return {s.id: s for s in case.statements()}[name]


def test_every_section_is_read(small):
    case = load_text(small)
    for field in dataclasses.fields(case):
        if field.name not in ("marking", "notes", "about", "priorities"):
            assert getattr(case, field.name), field.name


def test_statements_know_source_voice_basis_share_and_line(small):
    case = load_text(small)
    said = statement(case, "north.preferences.border")
    assert said.source == SourceRef("note", "1", "Minister of North", "said")
    assert small.splitlines()[said.line - 1][said.column - 1 :].startswith("old > line")
    assert statement(case, "north.preferences.trade").share == Chance(0.55, 0.8, "likely")
    assert statement(case, "north.preferences.trade#2").share == Chance(0.2, 0.45, "unlikely")
    assert statement(case, "issues.trade.decided_by").source == ASSUMED


def test_alternatives_share_one_draw(small):
    case = load_text(small)
    first = statement(case, "south.preferences.troops")
    second = statement(case, "south.preferences.troops#2")
    assert first.group == second.group != ""
    assert first.share == second.share == Chance(0.5, 0.5)


def test_alternatives_without_a_share_split_the_rest(small):
    text = small.replace("[many > few, few > many]", "[many > few (0.5), few > many, many = few]")
    case = load_text(text)
    shares = [p.statement.share.middle for p in case.preferences if p.issue == "troops"]
    assert shares[:3] == [0.5, 0.25, 0.25]


def test_long_forms_hold_numbers_firmness_and_use(small):
    case = load_text(small)
    values = next(p for p in case.preferences if (p.party, p.issue) == ("south", "border"))
    assert isinstance(values.ranking, Numbers)
    assert dict(values.ranking.entries)["line"] == Range(4, 6)
    lines = {line.statement.id: line for line in case.red_lines}
    assert lines["north.red_lines"].firmness.word == "very likely"
    assert lines["north.red_lines"].firmness_by.source == ASSUMED
    assert not lines["south.red_lines#2"].statement.use
    assert lines["south.objections"].objection
    assert lines["south.red_lines"].firmness == CERTAIN


def test_an_issue_without_now_stands_at_open(small):
    case = load_text(small)
    assert case.issue("border").now == "open"
    assert case.issue("border").states == ("old", "line", "new", "open")
    assert case.issue("trade").states == ("closed", "partial", "free")
    assert case.issue("trade").scale


def test_a_table_without_agenda_may_change_what_its_parties_decide(small):
    case = load_text(small.replace(",\n         agenda: [border, trade, venue]", ""))
    assert case.table("main").agenda == ("border", "trade", "troops", "venue")


def test_a_claim_keeps_an_unlisted_hedge_unscored(small):
    claim = load_text(small).claims[0]
    assert claim.hedge == Chance(0, 1, "possible", scored=False)
    assert not claim.resolution.happened
    assert claim.resolution.date == dt.date(2025, 6, 1)


def test_no_stays_text():
    text = """\
format: 1
name: norway
title: Norway
as_of: 2025-01-01
parties: {no: Norway, y: Other}
issues: {a: {options: [on, off], decided_by: no + y}}
"""
    case = load_text(text)
    assert [p.id for p in case.parties] == ["no", "y"]
    assert case.issue("a").states == ("on", "off", "open")


def test_unknown_parties_are_named_by_line(small):
    with pytest.raises(CaseError) as caught:
        load_text(small.replace("south:\n    border", "sowth:\n    border"))
    (fault,) = caught.value.faults
    assert small.splitlines()[fault.line - 1] == "  south:"
    assert fault.right == "did you mean `south`?"
    assert fault.fix == "  south:"


# ── the way back ────────────────────────────────────────────────────────────────────────────────
def test_load_save_load_gives_an_equal_case(small):
    case = load_text(small)
    assert load_text(save(case)) == case


@pytest.mark.parametrize("name", [name for name, _ in packaged()])
def test_packaged_cases_survive_the_way_back(name):
    case, warnings = load_with_warnings(name)
    assert load_text(save(case)) == case
    assert case.name == name
    assert all(w.severity == "warning" for w in warnings)


def test_equality_sees_every_part(small):
    case = load_text(small)
    for changed in (
        dataclasses.replace(case, title="Other"),
        dataclasses.replace(case, rules=()),
        dataclasses.replace(case, red_lines=case.red_lines[:-1]),
        dataclasses.replace(case, parties=(*case.parties, Party("x", "X"))),
    ):
        assert changed != case
        assert load_text(save(case)) != changed


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="@"),
    min_size=1,
    max_size=12,
).map(lambda t: t + "x")
SHARES = st.one_of(
    st.just(CERTAIN),
    st.floats(0, 1, allow_nan=False).map(lambda x: Chance(x, x)).filter(lambda c: c != CERTAIN),
    st.just(Chance(0.55, 0.8, "likely")),
)


@given(title=TEXTS, note=TEXTS, share=SHARES, use=st.booleans(), voice=st.sampled_from(["", "A B"]))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_texts_shares_and_voices_survive(small, title, note, share, use, voice):
    case = load_text(small)
    line = case.red_lines[1]
    source = SourceRef("note", "4", voice or "author", "inferred")
    changed = dataclasses.replace(line.statement, share=share, use=use, source=source)
    lines = (*case.red_lines[:1], dataclasses.replace(line, statement=changed), *case.red_lines[2:])
    parties = (dataclasses.replace(case.parties[0], note=note), *case.parties[1:])
    made = dataclasses.replace(case, title=title, parties=parties, red_lines=lines)
    assert load_text(save(made)) == made


def test_ids_are_unique_and_stable(small):
    case = load_text(small)
    ids = [s.id for s in case.statements()]
    assert len(ids) == len(set(ids))
    assert "coast.answers" in ids
    assert "rules" in ids


def test_statements_lists_each_once(small):
    case = load_text(small)
    assert all(isinstance(s, Statement) for s in case.statements())
    kinds = {s.kind for s in case.statements()}
    assert {"preference", "red line", "objection", "rule", "now", "step", "claim"} <= kinds
    assert any(isinstance(r, RedLine) for r in case.red_lines)


# ── the grid ────────────────────────────────────────────────────────────────────────────────────
def test_the_grid_tells_how_each_wish_is_known(small):
    found = marks(load_text(small))
    assert found["north", "border"] == "S"
    assert found["north", "venue"] == "I"
    assert found["north", "trade"] == "A"
    assert found["south", "venue"] == "?"
    assert found["coast", "border"] == "·"
    assert found["north", "troops"] == "·"


def test_the_grid_draws_every_party_and_issue(small):
    text = grid(load_text(small))
    rows = text.splitlines()
    assert rows[0].split() == ["border", "trade", "troops", "venue"]
    assert [r.split()[0] for r in rows[1:5]] == ["north", "south", "coast", "house"]
    for row, expected in zip(
        rows[1:5], ("SA·I", "SA A?".replace(" ", ""), "··S·", "····"), strict=True
    ):
        assert "".join(row.split()[1:]) == expected


def test_what_is_left_open_is_said(small):
    lines = "\n".join(left_open(load_text(small)))
    assert "South: nothing is said of its wishes on venue" in lines
    assert "House of North" in lines
    assert "Checked and kept, not computed: 2 ties, 1 history line" in lines
    assert "coast.preferences.troops" not in lines
    assert "south.red_lines#2" in lines


def test_the_tally_counts_statements_in_use(small):
    counts = tally(load_text(small))
    assert list(counts) == ["said", "reported", "inferred", "assumed"]
    assert sum(counts.values()) == sum(s.use for s in load_text(small).statements())


def test_loading_by_path_and_by_name(small, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(small, "utf-8")
    assert load(path).name == "small"
    names = [name for name, _ in packaged()]
    assert "riyadh-2025" in names
    assert names == sorted(names)
    assert all(title for _, title in itertools.chain(packaged()))


def test_options_left_out_of_an_order_are_said(small):
    text = small.replace("old > line >> new @note:1", "old > line @note:1")
    lines = "\n".join(left_open(load_text(text)))
    assert "may rank anywhere: north.preferences.border (new, open)" in lines
