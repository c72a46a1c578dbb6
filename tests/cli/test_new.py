"""A case file from a few answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from winset.casefile import load, load_text, load_text_with_warnings
from winset.casefile.draft import (
    Draft,
    DraftIssue,
    draft,
    name_of,
    named,
    options_of,
    parties_of,
    place_of,
)
from winset.cli.app import app
from winset.errors import AskError

ANSWERS = """\
Talks about water
A newspaper, page 1: "the #1"
2025-02-17
us: United States
Upper State

Ukraine
us: once more

dams: Dams, and who builds them
Flow of the river

none < some < many
none
us
p.3
a
low, high

nobody
us + ukraine

"""


def test_new_writes_a_file_that_check_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answers = ANSWERS.replace("Upper State\n\n", "Upper State\n")
    done = CliRunner().invoke(app, ["new", "water.yaml"], input=answers)
    assert done.exit_code == 0, done.output
    case = load("water.yaml")
    assert case.name == "water"
    assert case.title == "Talks about water"
    assert case.sources[0].title == 'A newspaper, page 1: "the #1"'
    assert case.as_of == dt.date(2025, 2, 17)
    assert [(p.id, p.name) for p in case.parties] == [
        ("us", "United States"), ("upper-state", "Upper State"), ("ukraine", "Ukraine"),
    ]  # fmt: skip
    dams, flow = case.issues
    assert (dams.title, dams.scale, dams.now) == ("Dams, and who builds them", True, "none")
    assert (flow.title, flow.scale, flow.now) == ("Flow of the river", False, "open")
    assert flow.decided_by == ("us", "ukraine")
    assert dams.now_by is not None
    assert str(dams.now_by.source) == "@text:p.3 author said"
    assert flow.decided_by_by is not None
    assert flow.decided_by_by.source.basis == "assumed"
    assert case.tables[0].parties == ("us", "ukraine")
    text = Path("water.yaml").read_text()
    assert text.startswith("# A case for winset.")
    assert load_text(in_use(text)).preferences
    assert load_text(in_use(text)).red_lines
    checked = CliRunner().invoke(app, ["check", "water.yaml"])
    assert checked.exit_code == 0


def test_answers_that_cannot_be_read_are_asked_again(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["new", str(tmp_path / "water.yaml")], input=ANSWERS.replace("Upper State\n\n", "")
    )
    assert done.exit_code == 0
    for message in ("'us' stands there already", "name two options or more",
                    "no party is called 'nobody': there are us, ukraine"):  # fmt: skip
        assert message in done.output


def test_answers_that_end_too_early_write_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["new", str(tmp_path / "water.yaml")], input="Talks\n")
    assert done.exit_code == 130
    assert list(tmp_path.iterdir()) == []


def in_use(text: str) -> str:
    """Take away the # before the lines that are meant to be used."""
    lines = text.splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("# preferences:"))
    used = [
        line[2:] for line in lines[begin:] if line.startswith(("#   ", "# pref", "# sal", "# red"))
    ]
    return "\n".join([*lines[:begin], *used]) + "\n"


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = words.map(str.strip).filter(lambda text: _names(text))


def _names(text: str) -> bool:
    try:
        name_of(text)
    except AskError:
        return False
    return True


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    parties = draw(st.lists(names, min_size=2, max_size=3, unique_by=name_of))
    known = [name_of(party) for party in parties]
    issues = []
    for title in draw(st.lists(names, min_size=1, max_size=3, unique_by=name_of)):
        options = tuple(draw(st.lists(names.map(name_of), min_size=2, max_size=4, unique=True)))
        issues.append(DraftIssue(
            name_of(title), title, options, draw(st.booleans()),
            draw(st.sampled_from([*options, "open"])),
            tuple(draw(st.lists(st.sampled_from(known), min_size=1, unique=True))),
            draw(st.sampled_from(["", "11", "p.3"])),
        ))  # fmt: skip
    return Draft(
        draw(names.map(name_of)), draw(names), draw(st.dates()), draw(names),
        tuple(zip(known, parties, strict=True)), tuple(issues),
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(drafts())
def test_whatever_is_answered_makes_a_sound_file(answers: Draft) -> None:
    text = draft(answers)
    case = load_text_with_warnings(text)[0]
    assert [issue.options for issue in case.issues]
    assert [party.id for party in case.parties] == [party for party, _ in answers.parties]
    assert [i.now for i in case.issues] == [i.now for i in answers.issues]
    load_text(in_use(text))


@pytest.mark.parametrize("text", ["", "  ", "12", "-", "and", "open", "!"])
def test_what_makes_no_name(text: str) -> None:
    with pytest.raises(AskError):
        name_of(text)


def test_names_options_parties_and_places() -> None:
    assert name_of(" The  US (federal)!") == "the-us-federal"
    assert named("us: The United States") == ("us", "The United States")
    assert options_of("a,b , c") == (("a", "b", "c"), False)
    assert parties_of("us and ru, us", ["us", "ru"]) == ("us", "ru")
    assert place_of(" 11 ") == "11"
    for wrong in ("a", "a < a"):
        with pytest.raises(AskError):
            options_of(wrong)
    with pytest.raises(AskError, match="one word"):
        place_of("page 3")
