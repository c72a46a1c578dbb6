"""Words of estimative probability.

The bands are those of Intelligence Community Directive 203, *Analytic Standards* (Office of the
Director of National Intelligence, 2 January 2015), section D.6.e(2)(a), with its second row of
synonyms.
"""

from __future__ import annotations

from typing import Final

from winset.language.terms import Chance

_BANDS: Final = {
    ("almost no chance", "remote"): (0.01, 0.05),
    ("very unlikely", "highly improbable"): (0.05, 0.20),
    ("unlikely", "improbable"): (0.20, 0.45),
    ("roughly even", "roughly even odds"): (0.45, 0.55),
    ("likely", "probable"): (0.55, 0.80),
    ("very likely", "highly probable"): (0.80, 0.95),
    ("almost certain", "nearly certain"): (0.95, 0.99),
}

HEDGES: Final = {word: band for words, band in _BANDS.items() for word in words}
"""Probability band of each hedge on the list, as (low, high)."""


def hedge(text: str) -> Chance:
    """Read a hedge as written: its band where it is on ICD 203's list, else 0..1, not scored.

    Examples
    --------
    >>> hedge("likely").low
    0.55
    >>> hedge("some say").scored
    False
    """
    words = " ".join(text.split())
    if words in HEDGES:
        return Chance(*HEDGES[words], word=words)
    return Chance(0.0, 1.0, word=words, scored=False)
