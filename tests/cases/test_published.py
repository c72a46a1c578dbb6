"""Published examples with known answers."""

from fractions import Fraction

from winset.case import Case
from winset.casefile import load
from winset.language.terms import Numbers
from winset.methods.adjusted_winner import adjusted_winner


def points(told: Case, party: str) -> dict[str, Fraction]:
    """Exact weights of a party's issues."""
    (line,) = (line for line in told.salience if line.party == party)
    assert isinstance(line.ranking, Numbers)
    assert all(bounds.low == bounds.high for _, bounds in line.ranking.entries)
    return {name: Fraction(bounds.low) for name, bounds in line.ranking.entries}


def test_camp_david_by_adjusted_winner():
    # Brams & Togman 1996: Egypt yields a sixth of Sinai, and both end with 65 5/6 points.
    told = load("camp-david-1978")
    israel, egypt = points(told, "israel"), points(told, "egypt")
    assert sum(israel.values()) == sum(egypt.values()) == 100
    division = adjusted_winner(israel, egypt)
    assert (division.first_a, division.first_b) == (60, 75)
    assert division.divided == "sinai"
    assert division.share("sinai") == Fraction(1, 6)
    assert division.points == Fraction(395, 6)
    won = {issue for issue, share in division.shares if share == 1}
    assert won == {"recognition", "west-bank-and-gaza", "formal-linkage", "jerusalem"}
