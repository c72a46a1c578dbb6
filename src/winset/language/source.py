"""The tail of a line: ``(share) @SOURCE[:PLACE] [Voice words] [basis]``."""

from __future__ import annotations

import re
from typing import Final

from winset.language.parser import LineError, parse
from winset.language.terms import ASSUMED, BASES, CERTAIN, Basis, Chance, SourceRef

_TAIL: Final = re.compile(r"(?:^|\s)@(?=\w)")
_HEAD: Final = re.compile(r"@(?P<source>\w[\w-]*)(?::(?P<place>\S+))?(?P<rest>(?:\s.*)?)$", re.S)
_SHARE: Final = re.compile(r"\s*\((?P<chance>[^()]*)\)\s*$")


def split_source(text: str) -> tuple[str, str, int]:
    """Cut a line into what is said and its source.

    Returns
    -------
    body, source, offset
        ``source`` begins with ``@`` ("" if the line names none); ``offset`` is where it begins.

    Examples
    --------
    >>> split_source("a > b (likely) @briefing:3 Peskov said")
    ('a > b (likely)', '@briefing:3 Peskov said', 15)
    """
    found = _TAIL.search(text)
    if not found:
        return text.rstrip(), "", len(text)
    at = text.index("@", found.start())
    return text[: found.start()].rstrip(), text[at:].rstrip(), at


def parse_source(text: str) -> SourceRef:
    """Read ``@SOURCE[:PLACE] [Voice words] [said|reported|inferred|assumed]``.

    A source without voice words speaks in its author's voice; without a basis word it says the
    thing outright. ``@assumed`` is no source.

    Raises
    ------
    LineError
        If the text does not have that form.

    Examples
    --------
    >>> parse_source("@briefing:6 Rubio reported")
    SourceRef(source='briefing', place='6', voice='Rubio', basis='reported')
    """
    head = _HEAD.match(text.strip())
    right = "@SOURCE[:PLACE] [Voice words] [said|reported|inferred|assumed]"
    if not head:
        raise LineError(f"cannot read the source `{text.strip()[:60]}`", right)
    source, place = head["source"], head["place"] or ""
    words = head["rest"].split()
    basis = words.pop() if words and words[-1] in BASES else ""
    voice = " ".join(words)
    if source == "assumed":
        if place or voice or basis:
            raise LineError("`@assumed` with more words behind it", "@assumed stands alone")
        return ASSUMED
    if "@" in voice:
        raise LineError("two sources on one line", "one source a line; list two statements")
    stated: Basis = next((b for b in BASES if b == basis), "said")
    return SourceRef(source, place, voice or "author", stated)


def split_share(body: str) -> tuple[str, Chance]:
    """Cut ``(likely)`` or ``(0.7)`` off the end of a line: in force in that share of readings.

    Raises
    ------
    LineError
        If the parentheses at the end hold no chance.
    """
    found = _SHARE.search(body)
    if not found or not _is_chance(found["chance"]):
        return body.rstrip(), CERTAIN
    return body[: found.start()].rstrip(), parse("chance", found["chance"])


def _is_chance(text: str) -> bool:
    """Tell a share from the closing parenthesis of a condition, or from a word in a title."""
    try:
        parse("chance", text)
    except LineError:
        return False
    return True
