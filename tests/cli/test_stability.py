"""``winset stability``, as a user meets it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from winset.cli.app import app

SMALL = Path(__file__).parent.parent / "run" / "small.yaml"


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["stability", *map(str, words)])


def flat(done: Result) -> str:
    """What was printed, its lines joined."""
    return re.sub(r"[ \n]+", " ", done.stdout)


def test_help_shows_examples() -> None:
    done = CliRunner().invoke(app, ["stability", "--help"])
    assert done.exit_code == 0
    assert re.search(r"Example:\n +winset stability\b", done.stdout)


def test_states_of_a_case_without_tables() -> None:
    done = call("cuba-1962", "--draws", 3)
    assert done.exit_code == 0, done.output
    assert "Nash    GMR    SMR    SEQ" in done.stdout
    assert "Air strike on the sites: yes; Missiles withdrawn: yes" in flat(done)
    assert "then the Soviet Union (Missiles withdrawn: yes)" in flat(done)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_one_concept_and_one_state_with_its_reasons_and_what_it_hangs_on() -> None:
    done = call("cuba-1962", "--concept", "seq", "--state", "blockade=yes, withdraw=yes", "--why",
                "--inverse", "--draws", 2)  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[2].split() == ["SEQ", "reached"]
    assert "is deterred by the Soviet Union (Missiles withdrawn: no)" in flat(done)
    assert "ussr.priorities dropped" not in done.stdout
    assert "less often, 100\N{NO-BREAK SPACE}% to 0" in done.stdout


def test_what_becomes_of_a_table_s_deals() -> None:
    done = call("riyadh-2025", "--table", "riyadh", "--draws", 40)
    assert done.exit_code == 0, done.output
    assert "A fait accompli, in which somebody declines and nobody breaks it" in flat(done)
    assert "Ukraine declines" in done.stdout
    assert "Right after the signature these would let it be: Russia in every" in flat(done)
    assert max(map(len, done.stdout.splitlines())) <= 80
    inclusive = flat(call("riyadh-2025", "--table", "inclusive", "--draws", 40))
    assert "nobody would leave the deal as signed" in inclusive
    assert "accompli" not in inclusive  # nobody is absent


def test_too_many_joint_moves_for_a_little_patience() -> None:
    done = call("riyadh-2025", "--state", "now")
    assert done.exit_code == 2
    assert "seconds a reading: choose issues (--issue)" in done.output


def test_some_issues_of_a_case_with_tables() -> None:
    done = call("riyadh-2025", "--issue", "banks", "--issue", "relations", "--draws", 20)
    assert done.exit_code == 0, done.output
    assert "9 states; who moves: Russia; United States; United States and Russia" in done.stdout


def test_a_run_is_asked_with_its_own_seed_and_settings(tmp_path: Path) -> None:
    file = tmp_path / "r.winset"
    ran = CliRunner().invoke(app, [
        "run", "riyadh-2025", "--draws", "20", "--seed", "3", "--table", "riyadh", "--workers", "1",
        "--without", "ua.answers", "-o", str(file),
    ])  # fmt: skip
    assert ran.exit_code == 0, ran.output
    of_run = call(file, "--table", "riyadh")
    of_case = call("riyadh-2025", "--table", "riyadh", "--draws", 20, "--seed", 3, "--without",
                   "ua.answers")  # fmt: skip
    assert of_run.exit_code == 0, of_run.output
    assert of_run.stdout == of_case.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cuba-1962", "--concept", "core"), "no concept is called 'core'"),
        (("cuba-1962", "--sanctions", "twice"), "no sanctions are called 'twice'"),
        (("cuba-1962", "--state", "blokade=yes"), "did you mean blockade?"),
        (("cuba-1962", "--issue", "tea"), "nobody can change 'tea'"),
        (("riyadh-2025", "--table", "vienna"), "no table is called 'vienna'"),
        (("cuba-1962", "--set", "withdraw=yes", "--set", "escalate=yes"), "the status quo breaks"),
    ],
)
def test_what_the_case_lacks_is_one_line(words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_both_are_written_as_pages(tmp_path: Path) -> None:
    for words in (("riyadh-2025", "--table", "riyadh"), ("elmira-1991", "--why", "--inverse")):
        file = tmp_path / f"{words[0]}.html"
        done = call(*words, "--draws", 20, "-o", file)
        assert done.exit_code == 0, done.output
        page = file.read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert "Improvements between them" in page
        assert "data:image/svg+xml;base64," in page
    assert call("elmira-1991", "--draws", 2, "-o", __file__).exit_code == 2
