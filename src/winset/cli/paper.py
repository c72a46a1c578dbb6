"""Writing a page to a file."""

from __future__ import annotations

from pathlib import Path

from winset.errors import AskError


def write_page(file: Path, text: str) -> None:
    """Write a page whole or not at all, and never over what is no page."""
    try:
        if file.exists() and not file.read_bytes()[:200].lstrip().lower().startswith(b"<!doctype"):
            raise AskError(f"{file} is there already and is no page: choose another name")
        draft = file.with_name(file.name + ".part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise AskError(f"{file} cannot be written: {error.strerror}") from error
