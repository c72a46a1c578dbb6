"""The documentation shows what really happens: snippets, messages, commands, names."""

import contextlib
import hashlib
import io
import os
import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import winset
from winset.analyses.asking import event_of, tellers
from winset.casefile import load_text, load_text_with_warnings
from winset.casefile.order import Sequence
from winset.errors import CaseError, ContradictionError
from winset.language.parser import RESERVED
from winset.report.glossary import TERMS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    *sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts),
]
EXPRESSIONS = DOCS / "expressions.md"
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.M | re.S)


def fences(path: Path) -> list[tuple[str, str, int]]:
    """Language, text and line of every fenced block."""
    page = path.read_text(encoding="utf-8")
    return [(m[1], m[2], page.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(page)]


def beside_next(path: Path) -> list[tuple[tuple[str, str, int], str]]:
    """Every fenced block with the text of the next one."""
    blocks = fences(path)
    below = [*[text for _, text, _ in blocks[1:]], ""]
    return list(zip(blocks, below, strict=False))


# ── the case-file reference ─────────────────────────────────────────────────────────────────────
def sections(text: str) -> dict[str, str]:
    """Top-level keys of a case file, each with its lines."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        head = re.match(r"(\w+):", line)
        name = head[1] if head else name
        found[name] = found.get(name, "") + line
    return found


def whole(text: str) -> str:
    """Put an example before those sections of the whole case of the reference that it lacks."""
    base = next(t for language, t, _ in fences(DOCS / "case-file.md") if language == "yaml")
    taken = set(sections(text))
    return text + "".join(part for name, part in sections(base).items() if name not in taken)


def joined(text: str) -> tuple[str, ...]:
    """Messages with their broken lines put together again."""
    return tuple(re.sub(r"\n +", " ", text).splitlines())


def snippets(page: Path) -> list[object]:
    """Every example of a page as a whole file, and the messages shown below it."""
    return [
        pytest.param(
            whole(text), joined(below) if below.startswith("case.yaml:") else (), id=f"line {line}"
        )
        for (language, text, line), below in beside_next(page)
        if language == "yaml"
    ]


@pytest.mark.parametrize(("text", "shown"), snippets(DOCS / "case-file.md") + snippets(EXPRESSIONS))
def test_snippets_load_or_give_the_messages_shown(text, shown):
    try:
        given = load_text_with_warnings(text, "case.yaml")[1]
    except CaseError as error:
        given = error.faults
    assert tuple(map(str, given)) == shown


@pytest.mark.parametrize(("text", "shown"), snippets(DOCS / "methods" / "contradictions.md"))
def test_contradictions_are_told_as_shown(text, shown):
    case = load_text(text, "case.yaml")
    with pytest.raises(ContradictionError) as caught:
        winset.sample(case, 1)
    assert tuple(map(str, caught.value.faults)) == shown


# ── expressions ─────────────────────────────────────────────────────────────────────────────────
ROW = re.compile(r"^\| `([^`]+)` \| (yes|no) \| (\S+) \|", re.M)


@pytest.fixture(scope="module")
def valley():
    """The case of the page on expressions, and its one story."""
    text = next(t for language, t, _ in fences(EXPRESSIONS) if language == "yaml")
    case = load_text(whole(text))
    (teller,) = tellers(case, 1)
    return case, next(teller.tell(1)).course


@pytest.mark.parametrize(("text", "end", "day"), ROW.findall(EXPRESSIONS.read_text("utf-8")))
def test_expressions_hold_as_the_page_says(valley, text, end, day):
    case, course = valley
    event = Sequence(case).plain(event_of(case, text))
    (first,) = course.first(event)
    assert course.at_end(event).tolist() == [end == "yes"]
    on = "never" if first == float("inf") else str(case.as_of + timedelta(days=int(first)))
    assert on == day


def test_the_page_on_expressions_uses_all_of_the_language():
    found = ROW.findall(EXPRESSIONS.read_text("utf-8"))
    assert len(found) > 30
    said = " ".join(text for text, _, _ in found)
    words = ("and", "or", "not", "is", "is not", "at least", "at most", "by", "before", "horizon",
             "declines", "accepts", "open")  # fmt: skip
    assert all(f" {word}" in f" {said}" for word in words)


# ── commands ────────────────────────────────────────────────────────────────────────────────────
def commands(text: str) -> list[tuple[str, list[str]]]:
    """Commands of a console block, each with the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def made(command: str) -> list[list[str]]:
    """Words of what a command runs; a `make` target is taken apart."""
    if command == "make demo":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        values = dict(re.findall(r"^(RUN|PAGE) := (\S+)$", makefile, re.M))
        lines = re.search(r"^demo:.*\n((?:\t.*\n)+)", makefile, re.M)[1]
        lines = re.sub(r"\$\((RUN|PAGE)\)", lambda m: values[m[1]], lines)
        return [line.split()[1:] for line in lines.splitlines() if "$(BIN)/winset" in line]
    return [shlex.split(command)[1:]] if command.startswith("winset ") else []


def output(command: str, folder: Path) -> list[str]:
    """Lines that a command prints, faults and warnings among them, without blank ones."""
    lines: list[str] = []
    plain = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR")}
    for words in made(command):
        done = subprocess.run(
            [sys.executable, "-m", "winset", *words],
            cwd=folder, env={**plain, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stdout
        lines += done.stdout.splitlines()
    if command == "make demo":
        lines.append("The report is riyadh-2025.html in this folder: open it in a browser.")
    return [steady(line) for line in lines if line.strip()]


def steady(line: str) -> str:
    """Leave out what differs from run to run and from machine to machine."""
    return re.sub(r"in [\d.]+ s, digest \w+", "in SECONDS, digest DIGEST", line.rstrip())


def compare(shown: list[str], real: list[str]) -> None:
    """Find the lines shown among the real ones, in order; `...` stands for any."""
    place, gap = 0, False
    for line in map(steady, shown):
        if line == "...":
            gap = True
        elif line:
            assert line in real[place:], f"not printed: {line}\n" + "\n".join(real)
            found = real.index(line, place)
            assert gap or found == place, f"not shown: {real[place]}"
            place, gap = found + 1, False
    assert gap or place == len(real), f"not shown: {real[place]}"


def test_readme_shows_what_its_commands_print(tmp_path):
    for language, text, _ in fences(ROOT / "README.md"):
        if language == "yaml":
            name = re.search(r"^name: (\S+)$", text, re.M)[1]
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    for language, text, _ in fences(ROOT / "README.md"):
        for command, shown in commands(text) if language == "console" else ():
            if command != "make test":
                compare(shown, output(command, tmp_path))


def test_tutorial_shows_what_its_commands_print(tmp_path):
    parts: dict[str, str] = {}
    for language, text, _ in fences(DOCS / "tutorial.md"):
        if language == "yaml":
            parts.update(sections(text))
            (tmp_path / "talks.yaml").write_text("\n".join(parts.values()), encoding="utf-8")
        for command, shown in commands(text) if language == "console" else ():
            compare(shown, output(command, tmp_path))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_python_prints_what_is_shown(page):
    for (language, text, _), below in beside_next(page):
        if language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(text, {})
            assert printed.getvalue() == below


# ── names and words ─────────────────────────────────────────────────────────────────────────────
def test_reference_has_every_public_name():
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    for name in winset.__all__:
        assert re.search(rf"auto\w+:: winset\.{name}$", page, re.M), name


def test_glossary_has_every_term_of_the_report():
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = {line.casefold() for line in page.splitlines() if line and not line.startswith(" ")}
    for _, words, _ in TERMS:
        plain = words.replace("–", "-").replace("’", "'").casefold()
        assert terms & set(re.split(r", | \(|\)", plain)), words


def test_reference_has_the_words_that_cannot_be_names():
    page = (DOCS / "case-file.md").read_text(encoding="utf-8")
    listed = page.split("language cannot be names:")[1].split("```")[1]
    assert set(listed.removeprefix("text").split()) == RESERVED


def test_commands_and_their_options_are_those_of_the_command_line():
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    main = help_of()
    listed = set(re.findall(r"^\| `winset (\w+)", page, re.M))
    assert listed == set(re.findall(r"^  (\w+)  +\S", main.split("Commands:")[1], re.M))
    run = set(re.findall(r"(--[a-z]+)", help_of("run").split("Options:")[1])) - {"--help"}
    assert run - {"--output"} <= set(re.findall(r"(--[a-z]+)", page))
    for status, meaning in re.findall(r"^\| (\d+) \| (.+) \|$", page, re.M):
        assert f"{status} {meaning.replace(',', '')}" in " ".join(main.split()).replace(",", "")


def help_of(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "winset", *command, "--help"],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout


def test_readme_links_to_what_is_there():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^):]+)\)", page):
        assert (ROOT / link).is_file(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_pages_copy_no_eight_words_in_a_row(page):
    held = set((ROOT / "tests/cases/shingles.txt").read_text(encoding="utf-8").split())
    words = re.findall(r"[a-z0-9]+", page.read_text(encoding="utf-8").lower())
    for start in range(len(words) - 7):
        eight = " ".join(words[start : start + 8])
        assert hashlib.blake2b(eight.encode(), digest_size=5).hexdigest() not in held, eight
