"""The public names, and what importing costs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import winset

HEAVY = ("numpy", "scipy", "numba", "moocore", "altair", "jinja2", "vl_convert", "rich")


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def loaded(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after some code."""
    ending = "import sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    return set(json.loads(python(f"{code}\n{ending}").splitlines()[-1]))


def test_public_names_are_sorted() -> None:
    assert list(winset.__all__) == sorted(winset.__all__)
    assert len(set(winset.__all__)) == len(winset.__all__)


@pytest.mark.parametrize("name", winset.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(winset, name).__doc__
    assert name in dir(winset)


def test_names_are_the_same_for_people_and_for_type_checkers() -> None:
    tree = ast.parse(Path(winset.__file__).read_text())
    typed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("winset.")
        for alias in node.names
    }
    assert typed == set(winset.__all__) == set(winset._HOMES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'zopa'"):
        winset.zopa  # noqa: B018


def test_importing_brings_in_nothing_but_winset() -> None:
    new = loaded("import winset") - loaded("")
    assert new - set(sys.stdlib_module_names) == {"winset"}


def test_a_name_brings_in_what_it_needs_when_it_is_used() -> None:
    assert "numpy" not in loaded("import winset; winset.CaseError")
    assert "numpy" in loaded("import winset; winset.sample")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["check", "riyadh-2025"],
                                   ["cases"], ["--version"]])  # fmt: skip
def test_what_computes_nothing_imports_no_numerics(words: list[str]) -> None:
    code = (
        f"import sys; sys.argv = ['winset', *{words!r}]\n"
        "from winset.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    light = {"rich", "numpy"} if words[0] == "check" else {"rich"}
    assert not loaded(code) & (set(HEAVY) - light)


def test_importing_takes_less_than_three_tenths_of_a_second() -> None:
    code = "import time; t = time.perf_counter(); import winset; print(time.perf_counter() - t)"
    assert min(float(python(code)) for _ in range(5)) < 0.3


def test_the_version_is_the_one_installed() -> None:
    from importlib.metadata import version

    assert winset.__version__ == version("winset")
