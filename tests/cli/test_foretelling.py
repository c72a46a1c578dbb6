"""``winset ask`` and ``winset claims``, as a user meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from winset.analyses.asking import ask_case, event_of
from winset.casefile import load
from winset.cli.app import app
from winset.run import load as load_run

SMALL = Path(__file__).parent.parent / "run" / "small.yaml"


def call(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a setting and a dropped line."""
    path = tmp_path_factory.mktemp("runs") / "small.winset"
    done = call("run", SMALL, "--draws", 60, "--tellings", 8, "--workers", 1, "--seed", 5,
                "--without", "ua.answers", "--solution", "egalitarian", "-o", path)  # fmt: skip
    assert done.exit_code == 0, done.output
    return path


def asked(*words: object) -> dict[str, object]:
    done = call("ask", *words, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_help_shows_examples() -> None:
    for command in ("ask", "claims"):
        done = call(command, "--help")
        assert done.exit_code == 0
        assert re.search(rf"Example:\n +winset {command}\b", done.stdout)


def test_an_event_is_asked_of_a_case() -> None:
    done = call("ask", SMALL, "meeting by 2025-06-30", "--draws", 50, "--tellings", 4)
    assert done.exit_code == 0, done.output
    assert "200 stories, 4 of each of 50 readings" in done.stdout
    assert "steps.restore.takes" in done.stdout
    assert re.search(r"^  mean +\d+ %", done.stdout, re.M)
    assert "What first keeps it from coming true" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_the_answer_is_that_of_the_analysis() -> None:
    found = asked(SMALL, "accord", "--given", "gesture", "--draws", 70, "--tellings", 4,
                  "--seed", 2, "--set", "banks=some")  # fmt: skip
    case = load(SMALL)
    same = ask_case(case, event_of(case, "accord"), event_of(case, "gesture"), readings=70,
                    seed=2, tellings=4, fixed={"banks": "some"})  # fmt: skip
    chance = found["chance"]
    assert isinstance(chance, dict)
    assert chance["mean"] == same.chance.mean
    assert chance["low"] == same.chance.low
    assert found["stories"] == same.stories
    assert found["statements"] == list(same.statements)


def test_a_run_is_asked_with_its_own_settings(run: Path) -> None:
    found = asked(run, "accord and ua declines")
    case = load_run(run).case
    gone = frozenset({"ua.answers"})
    same = ask_case(case, event_of(case, "accord and ua declines"), readings=60, seed=5,
                    tellings=8, without=gone, signed="egalitarian")  # fmt: skip
    assert found["stories"] == 60 * 8
    chance = found["chance"]
    assert isinstance(chance, dict)
    assert chance["mean"] == same.chance.mean


def test_the_run_and_the_question_give_the_same_numbers(run: Path) -> None:
    results = load_run(run)
    assert results.process is not None
    chance = asked(run, "meeting")["chance"]
    assert isinstance(chance, dict)
    assert chance["mean"] == pytest.approx(results.process.chance("meeting").mean)


def test_what_is_given_and_never_so_leaves_nothing_to_tell() -> None:
    words = (SMALL, "accord", "--given", "meeting by 2025-02-18", "--draws", 20, "--tellings", 2)
    chance = asked(*words)["chance"]
    assert isinstance(chance, dict)
    assert chance["mean"] is None
    done = call("ask", *words)
    assert done.exit_code == 0
    assert "nan" not in done.stdout.lower()


def test_claims_stand_beside_what_the_case_makes_of_them(run: Path) -> None:
    done = call("claims", run)
    assert done.exit_code == 0, done.output
    assert "[soon]" in done.stdout
    assert "[refused]" in done.stdout
    rows = json.loads(call("claims", run, "--json").stdout)["claims"]
    by_id = {row["id"]: row for row in rows}
    assert by_id["soon"]["band"] == [0.55, 0.8]
    assert by_id["soon"]["happened"] is False
    assert by_id["soon"]["scores"]["low"]["brier"] == pytest.approx(0.55**2)
    assert by_id["refused"]["scores"] is None


def test_claims_of_a_run_are_those_it_has_kept_unless_something_changes(run: Path) -> None:
    kept = json.loads(call("claims", run, "--json").stdout)
    assert kept["stories"] == 60 * 8
    fewer = json.loads(call("claims", run, "--json", "--draws", 30).stdout)
    assert fewer["stories"] == 30 * 8


def test_what_no_step_bears_on_is_told_as_that() -> None:
    """Russia signs every deal of the case, and so answers none."""
    text = call("ask", SMALL, "ru declines", "--draws", 20, "--tellings", 4).stdout
    assert "It comes true in no story." in text
    assert "No step of the case has a bearing on it." in text
    assert "hangs on" not in text


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("ask", SMALL, "meting"), 2, "event:1:1: unknown step or claim `meting`: did you mean"),
        (("ask", SMALL, "meeting by 2025-13-01"), 2, "event:1:12: `2025-13-01` is no date"),
        (("ask", SMALL, "meeting by 28 February"), 2, "event:1:12: cannot read `28` here: `by` a"),
        (("ask", SMALL, "meeting by 2025-6-3"), 2, "`by` a day, written 2025-02-28"),
        (("ask", SMALL, "meeting before 2025-06-03"), 2, "for a day: `event by 2025-02-28`"),
        (("ask", SMALL, "meeting befor bank"), 2, "did you mean `before`?"),
        (
            ("ask", SMALL, "meeting AND meeting"),
            2,
            "cannot read `AND` here: write `and`",
        ),
        (("ask", SMALL, "ua refuses"), 2, "`party declines` or `party accepts`"),
        (("ask", SMALL, "meeting by 2025-06-30 before meeting"), 2, "put more in parentheses"),
        (("ask", SMALL, "line"), 2, "event:1:1: `line` is an issue: how it stands, such as `line"),
        (("ask", SMALL, "line is at most old"), 2, "event:1:9: `at most old`: `line` is a list"),
        (("ask", SMALL, "ua"), 2, "event:1:1: `ua` is a party: its answer, `ua declines` or"),
        (("ask", SMALL, "meeting by 2024-01-01"), 2, "lies before `as_of`"),
        (("ask", SMALL, "meeting by 2031-01-01"), 2, "lies after the horizon"),
        (("ask", SMALL, "meeting and"), 2, "event:1:"),
        (("ask", SMALL, "line is never"), 2, "unknown option of `line`: `never`"),
        (("ask", SMALL, "fr declines"), 2, "unknown party `fr`"),
        (("ask", SMALL, ""), 2, "event:1:1"),
        (("ask", SMALL, "meeting", "--given", "metting"), 2, "given:1:1"),
        (("ask", "chicken", "meeting"), 2, "has no steps"),
        (("ask", "nowhere", "meeting"), 1, "no such file"),
        (("claims", "chicken"), 2, "has no steps"),
        (("ask", SMALL, "meeting", "--without", "nothing"), 2, "no statement is called"),
        (("ask", SMALL, "meeting", "--set", "banks=most"), 2, "no option of banks"),
    ],
)
def test_errors_are_one_line_and_a_code(words: tuple[object, ...], code: int, message: str) -> None:
    done = call(*words)
    assert done.exit_code == code, done.output
    assert message in done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr


def test_a_run_keeps_its_own_setting_of_an_issue(tmp_path: Path) -> None:
    path = tmp_path / "set.winset"
    assert call("run", SMALL, "--draws", 5, "--workers", 1, "--set", "banks=all", "-o",
                path).exit_code == 0  # fmt: skip
    done = call("ask", path, "meeting", "--set", "banks=some")
    assert done.exit_code == 2
    assert "was run with banks=all" in done.stderr


def test_a_date_that_no_story_can_keep_names_the_lines_that_forbid_it() -> None:
    words = (SMALL, "accord by 2025-03-01", "--draws", 20, "--tellings", 2)
    text = " ".join(call("ask", *words).stdout.split())
    assert "at the shortest times stated it comes on 7 April 2025 at the earliest" in text
    assert "(steps.restore.takes, steps.meeting.takes, steps.accord.takes)" in text
    assert "earliest" not in call("ask", SMALL, "accord by 2025-12-01", "--draws", 20).stdout
