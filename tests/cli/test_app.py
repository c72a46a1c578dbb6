"""The commands, as a user meets them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import winset
from winset.cli.app import app
from winset.run import load
from winset.run.store import Store

SMALL = Path(__file__).parent.parent / "run" / "small.yaml"


def call(*words: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the small case in it."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(SMALL, tmp_path / "small.yaml")
    return tmp_path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "small.winset"
    done = call("run", SMALL, "--draws", 200, "--workers", 1, "-o", path)
    assert done.exit_code == 0, done.output
    return path


# ── help ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("command", ["new", "check", "cases", "run", "resume", "show", "report"])
def test_every_help_shows_an_example_and_the_exit_status(command: str) -> None:
    done = call(command, "--help")
    assert done.exit_code == 0
    assert re.search(rf"Example:\n +winset {command}\b", done.stdout)
    words = " ".join(done.stdout.split())
    assert "0 all went well, 1 the case has faults" in words
    assert "3 trouble with a run file, 130 interrupted" in words


def test_help_version_and_wrong_words() -> None:
    assert "winset run riyadh-2025\n" in call("--help").stdout
    assert call("--version").stdout == f"winset {winset.__version__}\n"
    assert call().exit_code == 2
    assert call("chekc").exit_code == 2
    assert call("run").exit_code == 2
    assert call("run", "x", "--draws", "many").exit_code == 2
    assert call("run", "x", "--draws", 0).exit_code == 2


def test_the_command_is_installed_and_is_the_module() -> None:
    script = Path(sys.executable).with_name("winset")
    for command in ([str(script)], [sys.executable, "-m", "winset"]):
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"winset {winset.__version__}\n"


# ── check, cases ────────────────────────────────────────────────────────────────────────────────
def test_check_ends_with_the_grid_and_what_is_open(folder: Path) -> None:
    done = call("check", "small.yaml")
    assert done.exit_code == 0
    assert re.search(r"us +S +\? +R\n", done.stdout)
    assert "S said, R reported" in done.stdout
    assert "United States: nothing is said of its wishes on line" in done.stdout


def test_check_shows_every_fault_and_the_corrected_line(folder: Path) -> None:
    text = SMALL.read_text().replace("line: new > others", "line: nwe > others")
    Path("bad.yaml").write_text(text.replace("us + ru + ua", "us + ru + uaa"))
    done = call("check", "bad.yaml")
    assert done.exit_code == 1
    places = re.findall(r"^bad.yaml:\d+:\d+: .*did you mean", done.stdout, re.M)
    assert len(places) == 2
    assert "the line would be: wide: {parties: us + ru + ua," in done.stdout
    assert done.stdout.count("the line would be") == 1
    assert "2 faults" in done.stdout


def test_thousands_of_faults_do_not_bury_the_screen(folder: Path) -> None:
    rules = "".join(f"  - line is bent ?{n}\n" for n in range(3_000))
    Path("bad.yaml").write_text(f"{SMALL.read_text()}rules:\n{rules}")
    done = call("check", "bad.yaml")
    assert done.exit_code == 1
    assert "... and 2,800 more" in done.stdout
    assert done.stdout.endswith("\n3,000 faults\n")


def test_warnings_are_shown_by_check_and_by_run(folder: Path) -> None:
    text = SMALL.read_text().replace(
        "  ua: {name: Ukraine}", "  ua: {name: Ukraine}\n  fi: Finland"
    )
    Path("warned.yaml").write_text(text)
    warning = "warned.yaml:12:3: warning: `fi` has no say"
    assert warning in call("check", "warned.yaml").stdout
    done = call("run", "warned.yaml", "--draws", 20, "--workers", 1)
    assert done.exit_code == 0
    assert warning in done.stderr


def test_cases_are_listed_by_name_and_title() -> None:
    lines = call("cases").stdout.splitlines()
    assert any(re.fullmatch(r"riyadh-2025  +US-Russia .*", line) for line in lines)
    assert lines == sorted(lines)


def test_text_of_a_case_does_not_steer_the_terminal(folder: Path) -> None:
    text = SMALL.read_text().replace("title: Small talks", 'title: "Small \\e[31mtalks [bold]x"')
    Path("coloured.yaml").write_text(text)
    shown = call("check", "coloured.yaml").stdout
    assert "\x1b" not in shown
    assert "[bold]x" in shown


# ── run, show, report ───────────────────────────────────────────────────────────────────────────
def test_run_keeps_a_file_and_says_what_comes_out(folder: Path) -> None:
    done = call("run", "small.yaml", "--draws", 60, "--workers", 1)
    assert done.exit_code == 0
    assert "Small talks" in done.stdout
    assert f"digest {load('small.winset').digest[:16]}" in done.stdout
    assert "winset report small.winset" in done.stdout
    assert call("run", "small.yaml", "--draws", 60, "--workers", 1).exit_code == 0
    assert load("small-2.winset").digest == load("small.winset").digest


def test_every_option_of_run_reaches_the_run(folder: Path) -> None:
    done = call(
        "run", "small.yaml", "--draws", 30, "--seed", -5, "--workers", 1, "--table", "wide",
        "--solution", "kalai-smorodinsky", "--set", "banks=all", "--without", "ua.answers",
        "--without", "voice:vance", "-o", "mine",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    results = load("mine")
    spec = results.spec
    assert (spec.draws, spec.seed, spec.tables) == (30, -5, ("wide",))
    assert (spec.solution, spec.fixed) == ("kalai-smorodinsky", (("banks", "all"),))
    assert spec.without == ("ua.answers", "voice:vance")
    assert results.tables["wide"].deals.signed == "kalai-smorodinsky"


def test_run_says_what_a_group_leaves_in_place(folder: Path) -> None:
    done = call("run", "small.yaml", "--draws", 5, "--workers", 1, "--without", "basis:assumed")
    assert done.exit_code == 0
    assert re.search(r"\d+ statements that frame the question stay", done.stderr)


def test_a_run_that_is_there_is_replaced_only_by_force(folder: Path) -> None:
    words = ("run", "small.yaml", "--draws", 5, "--workers", 1, "-o", "a.winset")
    assert call(*words).exit_code == 0
    done = call(*words)
    assert done.exit_code == 3
    assert "--force" in done.stderr
    assert call(*words, "--force").exit_code == 0
    assert call(*words[:-1], "small.yaml", "--force").exit_code == 3
    assert Path("small.yaml").read_text() == SMALL.read_text()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("run", "nowhere"), 1, "no such file, and no packaged case"),
        (("run", "small.yaml", "--table", "tolks"), 2, "did you mean talks"),
        (("run", "small.yaml", "--set", "banks"), 2, "write --set ISSUE=OPTION"),
        (("run", "small.yaml", "--set", "banks=all", "--set", "banks=some"), 2, "twice"),
        (("run", "small.yaml", "--set", "banks=most"), 2, "no option of banks"),
        (("run", "small.yaml", "--without", "nothing"), 2, "no statement is called"),
        (("run", "small.yaml", "--solution", "best"), 2, "no solution is called"),
        (("run", "small.yaml", "-o", "no/folder/run"), 3, "cannot be written"),
        (("show", "nowhere"), 3, "there is no run file"),
        (("show", "small.yaml"), 3, "no run file"),
        (("resume", "small.yaml"), 3, "no run file"),
        (("report", "small.yaml"), 3, "no run file"),
        (("new", "small.yaml"), 2, "there already"),
    ],
)
def test_errors_are_one_line_and_a_code(
    folder: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    done = call(*words)
    assert done.exit_code == code
    assert message in done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["small.yaml"]


def test_check_names_contradictions_too(folder: Path) -> None:
    text = SMALL.read_text() + "salience:\n  us: [fighting > line, line > fighting]\n"
    Path("torn.yaml").write_text(text)
    done = call("check", "torn.yaml")
    assert done.exit_code == 1
    assert "contradict each other" in done.stdout
    assert "1 fault" in done.stdout


def test_check_refuses_a_table_that_no_run_can_compute(folder: Path) -> None:
    issues = [f"i{k:02}" for k in range(12)]
    text = "\n".join([
        "format: 1", "name: wide", "title: Wide", "as_of: 2025-01-01", "parties: {a: A, b: B}",
        "issues:", *(f"  {i}: {{options: [x, y, z, w], decided_by: a + b}}" for i in issues),
        "tables:", "  t: {parties: a + b}",
        "rules:",
        "  - i00 is x requires i01 is y",
        f"  - {' and '.join(f'{i} is x' for i in issues[:9])} requires i09 is x (likely)",
    ])  # fmt: skip
    Path("wide.yaml").write_text(text + "\n")
    checked, ran = call("check", "wide.yaml"), call("run", "wide.yaml", "--draws", 9)
    assert checked.exit_code == ran.exit_code == 1
    refused = " ".join(ran.stderr.split()).removeprefix("winset: ")
    assert "coupled by rules#2, rules: drop" in refused
    assert refused in " ".join(checked.stdout.split())
    assert (
        f"wide.yaml:{text[: text.index('  - i00 is x and')].count(chr(10)) + 1}:5:"
        in checked.stdout
    )
    assert "1 fault" in checked.stdout
    # What it says to fix is enough.
    fixed = [
        word for i in re.findall(r"--set (\w+)=OPTION", refused) for word in ("--set", f"{i}=x")
    ]
    assert call("run", "wide.yaml", "--draws", 2, "--workers", 1, *fixed).exit_code == 0


def test_contradictory_statements_are_named_and_no_run_is_left(folder: Path) -> None:
    text = SMALL.read_text() + "salience:\n  us: [fighting > line, line > fighting]\n"
    Path("torn.yaml").write_text(text)
    done = call("run", "torn.yaml", "--draws", 5, "--workers", 1)
    assert done.exit_code == 1
    assert "contradict" in done.stderr
    assert not Path("small.winset").exists()


def test_show_says_it_again(finished: Path) -> None:
    done = call("show", finished)
    assert done.exit_code == 0
    assert "Small talks" in done.stdout


def test_show_as_json_is_json(finished: Path) -> None:
    done = call("show", finished, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)


def test_report_writes_one_page(finished: Path, folder: Path) -> None:
    done = call("report", finished, "-o", "page.html")
    assert done.exit_code == 0
    assert "Wrote page.html" in done.stdout
    assert Path("page.html").read_text().lower().startswith("<!doctype html>")
    assert call("report", finished, "-o", "page.html").exit_code == 0  # a page may be renewed
    assert sorted(path.name for path in folder.iterdir()) == ["page.html", "small.yaml"]


def test_report_writes_over_nothing_but_a_page(finished: Path, folder: Path) -> None:
    done = call("report", finished, "-o", "small.yaml")
    assert done.exit_code == 2
    assert "is no page" in done.stderr
    assert Path("small.yaml").read_text() == SMALL.read_text()
    assert call("report", finished, "-o", "no/folder.html").exit_code == 2


def test_a_report_is_named_after_its_run(folder: Path, finished: Path) -> None:
    shutil.copy(finished, "mine.winset")
    assert call("report", "mine.winset").exit_code == 0
    assert Path("mine.html").exists()


# ── interrupted ─────────────────────────────────────────────────────────────────────────────────
def test_ctrl_c_keeps_what_is_finished_and_resume_goes_on(folder: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "winset", "run", "small.yaml", "--draws", "20000",
               "--workers", "2"]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=theirs, stdin=theirs, start_new_session=True,
        env={**os.environ, "COLUMNS": "120", "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(theirs)
    shown = until(ours, r"[1-9][\d,]* of 20,000.*a second.*left")
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to parent and workers alike
    shown += until(ours, r"winset resume small\.winset", shown)
    assert process.wait(timeout=20) == 130
    os.close(ours)
    assert "Traceback" not in shown
    with Store.open(folder / "small.winset") as store:
        kept = store.numbers()
    assert 0 < len(kept) < 40
    done = call("resume", "small.winset", "--workers", 2)
    assert done.exit_code == 0, done.output
    assert load("small.winset").readings == 20_000


def until(terminal: int, pattern: str, shown: str = "") -> str:
    """Read what a terminal shows until a pattern stands in it."""
    shown, deadline = "", time.monotonic() + 60
    while not re.search(pattern, shown, re.S):
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536).decode()
            except OSError:  # the other end is closed
                assert re.search(pattern, shown, re.S), shown
    return shown
