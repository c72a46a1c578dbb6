"""Published examples with known answers."""

from fractions import Fraction

from winset.analyses.deals import Deals, deals
from winset.case import Case
from winset.casefile import load
from winset.ensemble import sample
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


def signed(name: str, table: str) -> tuple[Deals, dict[str, str]]:
    """What a table signs in one reading."""
    told = load(name)
    result = deals(told, sample(told, 1), table)
    picked = int(result.chosen["nash"][0])
    return result, result.package(picked)


def test_camp_david_by_the_product_of_gains():
    # The whole issues go to whom the points give them before Sinai is divided.
    _, package = signed("camp-david-1978", "camp-david")
    assert package == {
        "sinai": "egypt",
        "recognition": "israel",
        "west-bank-and-gaza": "israel",
        "formal-linkage": "israel",
        "palestinian-rights": "egypt",
        "jerusalem": "israel",
    }


def test_nash_barter():
    # Nash 1950: Bill gives four goods for three of Jack's; gains of 12 and 5.
    result, package = signed("nash-1950-barter", "barter")
    given = {good for good, what in package.items() if what == "gives"}
    assert given == {"book", "whip", "ball", "bat", "pen", "toy", "knife"}
    told = load("nash-1950-barter")
    gains = {
        party: Fraction(int(result.gains["nash"][0, result.people.index(party)]), result.unit)
        * sum(map(int, points(told, party).values()))
        for party in ("bill", "jack")
    }
    assert gains == {"bill": 12, "jack": 5}


def test_published_examples_leave_nothing_open():
    for name, table in (("camp-david-1978", "camp-david"), ("nash-1950-barter", "barter")):
        told = load(name)
        result = deals(told, sample(told, 20), table)
        assert len(set(result.chosen["nash"].tolist())) == 1
