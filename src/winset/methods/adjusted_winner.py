"""Adjusted winner: divide several items between two parties by the points they give them.

Both parties spread the same number of points over the items. Each item goes to the party that
gives it more; then the richer party hands items over, those first that are dearest to the other
compared with itself, until both have equally many of their own points. At most one item is divided.
The division is equitable, efficient, and leaves neither envious of the other's share.

Source: S. J. Brams & A. D. Taylor, Fair Division: From Cake-Cutting to Dispute Resolution
(Cambridge University Press, 1996), chapter 4. Honest points are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["AdjustedWinner", "adjusted_winner"]


@dataclass(frozen=True, slots=True)
class AdjustedWinner:
    """A division of items between two parties, A and B.

    Attributes
    ----------
    shares
        Part of each item that A gets, in the order of A's list: 1, 0, or between for the
        divided one. B gets the rest.
    divided
        The item that is divided, "" if none has to be.
    points
        What both end with, in their own points; the same number for A and for B.
    total
        Points that each party had to give.
    first_a, first_b
        Points of each before anything is handed over.
    """

    shares: tuple[tuple[str, Fraction], ...]
    divided: str
    points: Fraction
    total: Fraction
    first_a: Fraction
    first_b: Fraction

    def share(self, item: str) -> Fraction:
        """Return the part of ``item`` that A gets; KeyError if there is no such item."""
        return dict(self.shares)[item]


def adjusted_winner(
    points_a: Mapping[str, int | float | Fraction], points_b: Mapping[str, int | float | Fraction]
) -> AdjustedWinner:
    """Divide items between A and B by the points that each gives them.

    Parameters
    ----------
    points_a, points_b
        Points by item, none negative; the same items and the same positive total for both.

    Returns
    -------
    AdjustedWinner
        The division, in exact fractions. An item that both value alike goes to whoever has fewer
        points at that moment, to A if neither has; items are taken in the order of A's list.

    Raises
    ------
    ValueError
        If the items differ, a number is negative or not finite, or the totals differ or are 0.

    Examples
    --------
    >>> result = adjusted_winner({"farm": 70, "boat": 30}, {"farm": 50, "boat": 50})
    >>> result.share("farm"), result.divided, result.points
    (Fraction(5, 6), 'farm', Fraction(175, 3))
    """
    a, b = _points(points_a, points_b)
    mine, first_a, first_b = _winners(a, b)
    shares = {item: Fraction(item in mine) for item in a}
    have = [first_a, first_b]
    rich = int(first_b > first_a)
    giver, taker = ((a, b), (b, a))[rich]
    divided = ""
    for item in _in_order([i for i in a if (i in mine) == (rich == 0)], giver, taker):
        gap = have[rich] - have[1 - rich]
        if gap == 0:
            break
        part = min(Fraction(1), gap / (giver[item] + taker[item]))
        have[rich] -= part * giver[item]
        have[1 - rich] += part * taker[item]
        shares[item] += -part if rich == 0 else part
        divided = item if part < 1 else ""
    return AdjustedWinner(
        tuple(shares.items()), divided, have[0], sum(a.values(), Fraction()), first_a, first_b
    )


_Points = dict[str, Fraction]


def _points(
    a: Mapping[str, int | float | Fraction], b: Mapping[str, int | float | Fraction]
) -> tuple[_Points, _Points]:
    if set(a) != set(b):
        msg = f"both must give points to the same items, but differ on {sorted(set(a) ^ set(b))}"
        raise ValueError(msg)
    try:
        exact = {i: Fraction(v) for i, v in a.items()}, {i: Fraction(b[i]) for i in a}
    except (OverflowError, ValueError) as error:
        msg = "points must be finite numbers"
        raise ValueError(msg) from error
    if any(v < 0 for side in exact for v in side.values()):
        msg = "points must not be negative"
        raise ValueError(msg)
    totals = [sum(side.values(), Fraction()) for side in exact]
    if totals[0] != totals[1] or totals[0] == 0:
        msg = f"both must give the same number of points, above 0, not {totals[0]} and {totals[1]}"
        raise ValueError(msg)
    return exact


def _winners(a: _Points, b: _Points) -> tuple[set[str], Fraction, Fraction]:
    """Items that A wins at first, and the points of A and of B from what each wins."""
    mine = {i for i in a if a[i] > b[i]}
    first_a = sum((a[i] for i in mine), Fraction())
    first_b = sum((b[i] for i in a if a[i] < b[i]), Fraction())
    for item in (i for i in a if a[i] == b[i]):
        if first_a <= first_b:
            mine.add(item)
            first_a += a[item]
        else:
            first_b += b[item]
    return mine, first_a, first_b


def _in_order(items: list[str], giver: _Points, taker: _Points) -> list[str]:
    """Items in the order of handing over: least lost by the giver for each point of the taker."""
    # What the taker gives no points is never handed over: with all the rest it has every point.
    return sorted((i for i in items if taker[i] > 0), key=lambda i: giver[i] / taker[i])
