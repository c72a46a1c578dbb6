"""What the house promises: pinned versions without addresses, commands that are there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = (ROOT / "constraints.txt").read_text()


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_are_versions_and_nothing_else() -> None:
    lines = [line for line in PINNED.splitlines() if not line.startswith("#")]
    for line in lines:
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; python_version .+)?", line), line
    names = [plain(line.split("==")[0]) for line in lines]
    assert len(names) == len(set(names))


def test_every_dependency_is_pinned() -> None:
    pinned = {plain(name) for name in re.findall(r"(?m)^([\w.-]+)==", PINNED)}
    extras = PROJECT["optional-dependencies"].values()
    for wanted in [*PROJECT["dependencies"], *(name for extra in extras for name in extra)]:
        name = re.match(r"[\w.-]+", wanted)
        assert name is not None
        assert plain(name[0]) in pinned
        assert "@" not in wanted, "an address instead of a version"


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "docs"])
def test_make_knows_its_targets(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert target in subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True).stdout


def test_the_continuous_check_runs_check_and_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make check test" in script.read_text()


def test_the_licence_is_whole_and_named() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["license"] == "Apache-2.0"
    assert "license: Apache-2.0" in (ROOT / "CITATION.cff").read_text()
