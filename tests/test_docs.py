"""The documentation shows what really happens: snippets, messages, commands, names."""

import re
from pathlib import Path

import pytest

from winset.casefile import load_text_with_warnings
from winset.errors import CaseError

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.M | re.S)


def fences(path: Path) -> list[tuple[str, str, int]]:
    """Language, text and line of every fenced block."""
    page = path.read_text(encoding="utf-8")
    return [(m[1], m[2], page.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(page)]


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


def snippets() -> list[tuple[str, tuple[str, ...], int]]:
    """Every example of the reference as a whole file, the messages shown below it, its line."""
    blocks = fences(DOCS / "case-file.md")
    whole = next(text for language, text, _ in blocks if language == "yaml")
    found = []
    for (language, text, line), (_, below, _) in zip(
        blocks, [*blocks[1:], ("", "", 0)], strict=True
    ):
        if language == "yaml":
            taken = set(sections(text))
            rest = "".join(part for name, part in sections(whole).items() if name not in taken)
            messages = joined(below) if below.startswith("case.yaml:") else ()
            found.append((text + rest, messages, line))
    return found


def joined(text: str) -> tuple[str, ...]:
    """Messages with their broken lines put together again."""
    return tuple(re.sub(r"\n +", " ", text).splitlines())


@pytest.mark.parametrize(
    ("text", "shown"), [pytest.param(t, m, id=f"line {line}") for t, m, line in snippets()]
)
def test_snippets_load_or_give_the_messages_shown(text, shown):
    try:
        given = load_text_with_warnings(text, "case.yaml")[1]
    except CaseError as error:
        given = error.faults
    assert tuple(map(str, given)) == shown
