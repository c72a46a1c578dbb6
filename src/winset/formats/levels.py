"""Numeric issues as lists of values."""

from __future__ import annotations

from winset.formats.trees import Place

MOST_VALUES = 10_000


def integers(low: float, high: float, name: str, place: Place) -> tuple[int, ...]:
    """List whole numbers from low to high."""
    if low != int(low) or high != int(high):
        place.fail(f"issue {name!r} runs from {low:g} to {high:g}", "whole numbers")
    if high < low:
        place.fail(f"issue {name!r} runs from {low:g} to {high:g}", "the lower bound first")
    if high - low >= MOST_VALUES:
        place.fail(f"issue {name!r} has {high - low + 1:,.0f} values", f"at most {MOST_VALUES:,}")
    return tuple(range(int(low), int(high) + 1))


def levels_between(low: float, high: float, levels: int) -> tuple[float, ...]:
    """Divide a range of real numbers evenly, both ends among the levels."""
    if high == low:
        return (low,)
    return tuple(low + (high - low) * n / (levels - 1) for n in range(levels))
