from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.methods.adjusted_winner import adjusted_winner

# Brams & Taylor, Fair Division (1996), chapter 5; Brams & Togman, "Camp David: Was the Agreement
# Fair?", Conflict Management and Peace Science 15(1), 1996, 99-112.
CAMP_DAVID = {
    "Sinai": (35, 55),
    "diplomatic recognition": (10, 5),
    "West Bank and Gaza": (20, 10),
    "linkage": (10, 5),
    "Palestinian rights": (5, 20),
    "Jerusalem": (20, 5),
}
# The same book's Panama Canal treaty of 1974-77, after Raiffa, The Art and Science of Negotiation
# (1982): points of the United States and of Panama.
PANAMA = {
    "US defense rights": (22, 9),
    "use rights": (22, 15),
    "land and water": (15, 15),
    "expansion rights": (14, 3),
    "duration": (11, 15),
    "expansion routes": (6, 5),
    "compensation": (4, 11),
    "jurisdiction": (2, 7),
    "US military rights": (2, 7),
    "defense role of Panama": (2, 13),
}


def both(table):
    return {i: a for i, (a, _) in table.items()}, {i: b for i, (_, b) in table.items()}


def test_camp_david_1978_divides_sinai():
    israel, egypt = both(CAMP_DAVID)
    result = adjusted_winner(israel, egypt)
    assert (result.first_a, result.first_b, result.total) == (60, 75, 100)
    assert dict(result.shares) == {
        "Sinai": Fraction(1, 6),
        "diplomatic recognition": 1,
        "West Bank and Gaza": 1,
        "linkage": 1,
        "Palestinian rights": 0,
        "Jerusalem": 1,
    }
    assert result.divided == "Sinai"
    assert result.points == Fraction(395, 6)  # 65.8, published as 66


def test_panama_canal_gives_both_66_points():
    result = adjusted_winner(*both(PANAMA))
    assert result.points == 66
    assert result.divided == "land and water"
    assert result.share("land and water") == Fraction(2, 15)
    assert (result.first_a, result.first_b) == (64, 68)


def worth(points, shares, side):
    return sum(points[i] * (s if side == 0 else 1 - s) for i, s in shares)


def rescaled(numbers, total):
    """Whole numbers in the proportions of ``numbers`` that add up to ``total``."""
    return [Fraction(n * total, sum(numbers)) for n in numbers]


lists = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        *(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any) for _ in "ab")
    )
)


def as_points(pair):
    names = "wxyz"
    return tuple(dict(zip(names, rescaled(numbers, 100), strict=False)) for numbers in pair)


@given(lists)
@settings(max_examples=80)
def test_equitable_envy_free_efficient_with_one_item_divided(pair):
    a, b = as_points(pair)
    result = adjusted_winner(a, b)
    assert worth(a, result.shares, 0) == worth(b, result.shares, 1) == result.points
    assert result.points >= 50
    divided = [i for i, s in result.shares if 0 < s < 1]
    assert divided == ([result.divided] if result.divided else [])
    # Brute force over divisions into quarters: none is better for the worse off of the two.
    for parts in product([Fraction(k, 4) for k in range(5)], repeat=len(a)):
        shares = list(zip(a, parts, strict=True))
        assert min(worth(a, shares, 0), worth(b, shares, 1)) <= result.points


@given(lists)
@settings(max_examples=60)
def test_exchanging_the_parties_exchanges_the_points(pair):
    a, b = as_points(pair)
    there, back = adjusted_winner(a, b), adjusted_winner(b, a)
    assert there.points == back.points


@given(lists, st.integers(2, 50))
@settings(max_examples=40)
def test_the_number_of_points_to_spread_does_not_matter(pair, factor):
    a, b = as_points(pair)
    plain = adjusted_winner(a, b)
    more = adjusted_winner(*({i: v * factor for i, v in side.items()} for side in (a, b)))
    assert more.shares == plain.shares
    assert more.points == plain.points * factor


def test_equal_tastes_split_down_the_middle():
    result = adjusted_winner({"x": 60, "y": 40}, {"x": 60, "y": 40})
    assert result.points == 50
    assert dict(result.shares) == {"x": Fraction(5, 6), "y": 0}


def test_opposite_tastes_divide_nothing():
    result = adjusted_winner({"x": 100, "y": 0}, {"x": 0, "y": 100})
    assert (result.divided, result.points, dict(result.shares)) == ("", 100, {"x": 1, "y": 0})


def test_one_item_is_halved():
    assert adjusted_winner({"x": 1.0}, {"x": 1.0}).share("x") == Fraction(1, 2)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ({"x": 1}, {"y": 1}, "same items"),
        ({"x": 1}, {"x": 2}, "same number of points"),
        ({"x": 0}, {"x": 0}, "above 0"),
        ({}, {}, "above 0"),
        ({"x": -1, "y": 2}, {"x": 1, "y": 0}, "negative"),
        ({"x": float("inf")}, {"x": 1}, "finite"),
        ({"x": float("nan")}, {"x": 1}, "finite"),
    ],
)
def test_what_is_no_pair_of_point_lists_is_refused(a, b, message):
    with pytest.raises(ValueError, match=message):
        adjusted_winner(a, b)
