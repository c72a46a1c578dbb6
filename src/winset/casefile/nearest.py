"""The nearest valid name to a misspelt one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like ``name``, "" if none comes close.

    Examples
    --------
    >>> nearest("preferances", ["parties", "preferences"])
    'preferences'
    """
    names = list(known)
    folded = {n.casefold().replace("_", "-"): n for n in names}
    same = folded.get(name.casefold().replace("_", "-").replace(" ", "-"))
    if same:
        return same
    close = difflib.get_close_matches(name[:80], names, n=1, cutoff=0.6)
    return close[0] if close else ""
