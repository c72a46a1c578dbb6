"""``winset import`` and ``winset export``, as a user meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from winset.cli.app import app
from winset.formats import FORMATS, Domain, DomainIssue, Profile, read, write

LAPTOP = Domain(
    "laptop",
    (DomainIssue("Laptop", ("Dell", "Mac", "HP")), DomainIssue("Disk", ("60 Gb", "80 Gb"))),
    (Profile("buyer", ((5.0, 10.0, 2.0), (1.0, 3.0)), reservation=4.0),
     Profile("seller", ((9.0, 4.0, 10.0), (2.0, 1.0)), reservation=5.0)),
)  # fmt: skip


def call(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    write(LAPTOP, "genius", tmp_path / "laptop")
    return tmp_path / "laptop"


def test_a_scenario_becomes_a_case_that_runs(tmp_path: Path, scenario: Path) -> None:
    case = tmp_path / "laptop.yaml"
    done = call("import", scenario, "-o", case)
    assert done.exit_code == 0, done.output
    assert f"Wrote {case}: 2 parties, 2 issues, 6 deals" in done.stdout
    assert "warning" not in call("check", case).output
    done = call("run", case, "--draws", 3, "--workers", 1, "-o", tmp_path / "laptop.winset")
    assert done.exit_code == 0, done.output
    assert "a deal can be signed in every reading" in done.stdout
    assert call("report", tmp_path / "laptop.winset", "-o", tmp_path / "l.html").exit_code == 0
    assert call("import", scenario, "-o", case).exit_code == 2  # it is there already


@pytest.mark.parametrize("to", FORMATS)
def test_there_and_back(tmp_path: Path, scenario: Path, to: str) -> None:
    case = tmp_path / "laptop.yaml"
    call("import", scenario, "-o", case)
    done = call("export", case, "--to", to, "-o", tmp_path / "back")
    assert done.exit_code == 0, done.output
    back = read(tmp_path / "back")
    assert [issue.values for issue in back.issues] == [issue.values for issue in LAPTOP.issues]
    for found, profile in zip(back.profiles, LAPTOP.profiles, strict=True):
        low, high = profile.span
        for deal in ((0, 0), (1, 1), (2, 0)):
            share = (profile.utility(deal) - low) / (high - low)
            assert found.utility(deal) == pytest.approx(share, abs=1e-11)
        assert profile.reservation is not None
        assert found.reservation == pytest.approx((profile.reservation - low) / (high - low))


def test_some_profiles_and_evaluations_as_genius_takes_them(tmp_path: Path, scenario: Path) -> None:
    case = tmp_path / "one.yaml"
    done = call("import", scenario, "--profile", "seller", "--as-genius", "-o", case)
    assert done.exit_code == 0, done.output
    assert ": 1 party," in done.stdout
    assert "--as-genius" not in done.output
    done = call("import", scenario, "--profile", "broker", "-o", tmp_path / "two.yaml")
    assert done.exit_code == 2
    assert "there are buyer, seller" in done.output


def test_a_fault_is_located_and_nothing_is_written(tmp_path: Path, scenario: Path) -> None:
    file = scenario / "buyer.xml"
    file.write_text(file.read_text().replace('value="Mac" evaluation="1.0"', 'value="Mac"'))
    done = call("import", scenario, "-o", tmp_path / "laptop.yaml")
    assert done.exit_code == 1
    assert "buyer.xml:5:1: <item> has no evaluation" in done.output.replace("\n", "")
    assert not (tmp_path / "laptop.yaml").exists()


def test_what_cannot_be_written(tmp_path: Path, scenario: Path) -> None:
    done = call("import", scenario, "-o", tmp_path / "none" / "laptop.yaml")
    assert done.exit_code == 2
    assert "cannot be written: No such file" in done.stderr
    call("import", scenario, "-o", tmp_path / "laptop.yaml")
    (tmp_path / "file").touch()
    done = call("export", tmp_path / "laptop.yaml", "--to", "genius", "-o", tmp_path / "file" / "x")
    assert done.exit_code == 2
    assert "cannot be written: Not a directory" in done.stderr


def test_a_folder_of_scenarios(scenario: Path) -> None:
    done = call("import", scenario.parent)
    assert done.exit_code == 2
    assert "folders in it do: import one of them (laptop)" in done.stderr


@pytest.mark.parametrize("command", [["check"], ["export", "--to", "genius", "-o", "x"], ["run"]])
def test_a_run_file_where_a_case_is_read(tmp_path: Path, command: list[str]) -> None:
    run = tmp_path / "p.winset"
    done = call("run", "nash-1950-barter", "--draws", 1, "--workers", 1, "-o", run)
    assert done.exit_code == 0, done.output
    done = call(*command, run)
    assert done.exit_code
    assert "a run file, not a case: `winset show`, `report`" in done.output
    assert "UTF-8" not in done.output
