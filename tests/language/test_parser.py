"""Lines of the case language: what is read, what is refused, and the way back to text."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.language.hedges import HEDGES, hedge
from winset.language.parser import RESERVED, LineError, parse
from winset.language.source import parse_source, split_share, split_source
from winset.language.terms import (
    ASSUMED,
    CERTAIN,
    And,
    Answer,
    Answers,
    AtTable,
    Before,
    By,
    ByAttribute,
    Chance,
    ChanceLine,
    Conditional,
    Duration,
    Happens,
    Indifferent,
    Is,
    Linkage,
    Not,
    Numbers,
    Or,
    Order,
    Outcome,
    Range,
    Requires,
    SourceRef,
    Unknown,
)


@pytest.mark.parametrize(
    ("start", "text", "record"),
    [
        ("ranking", "a > b", Order((("a",), ("b",)), (False,))),
        ("ranking", "a>>b > c", Order((("a",), ("b",), ("c",)), (True, False))),
        ("ranking", "a = b ~ c > others", Order((("a", "b", "c"), ("others",)), (False,))),
        ("ranking", "cut-off > all", Order((("cut-off",), ("all",)), (False,))),
        ("ranking", "unknown", Unknown()),
        ("ranking", "indifferent", Indifferent()),
        (
            "ranking",
            "by bloc none > nato",
            ByAttribute("bloc", Order((("none",), ("nato",)), (False,))),
        ),
        (
            "ranking",
            "a > b if x is y else unknown",
            Conditional(((Order((("a",), ("b",)), (False,)), Is("x", "y")), (Unknown(), None))),
        ),
        ("condition", "x is not y", Not(Is("x", "y"))),
        ("condition", "x is at least y", Is("x", "y", "at least")),
        (
            "condition",
            "a is b or c is d and not e is f",
            Or((Is("a", "b"), And((Is("c", "d"), Not(Is("e", "f")))))),
        ),
        ("condition", "eu at table", AtTable("eu")),
        ("condition", "ua declines", Answers("ua", "decline")),
        ("condition", "summit by 2025-02-28", By(Happens("summit"), dt.date(2025, 2, 28))),
        ("condition", "summit by horizon", By(Happens("summit"), None)),
        (
            "condition",
            "banks is twenty before summit",
            Before(Is("banks", "twenty"), Happens("summit")),
        ),
        ("rule", "a is b requires c is d", Requires(Is("a", "b"), Is("c", "d"))),
        ("red_line", "eu at table if a is b", And((AtTable("eu"), Is("a", "b")))),
        ("answer", "decline if a is b", Answer("decline", Is("a", "b"))),
        ("answer", "accept", Answer("accept")),
        ("linkage", "less if a is b", Linkage(False, Is("a", "b"))),
        ("outcome", "status quo", Outcome(())),
        ("outcome", "status quo + 0..0.1", Outcome((), Range(0, 0.1))),
        ("outcome", "a is b and c is d", Outcome((Is("a", "b"), Is("c", "d")))),
        ("outcome", "a is b + 0.2", Outcome((Is("a", "b"),), Range(0.2, 0.2))),
        ("outcome", "0.2..0.4", Outcome(None, None, Range(0.2, 0.4))),
        ("range", "-3..4.5", Range(-3, 4.5)),
        ("chance", "60 %", Chance(0.6, 0.6)),
        ("chance", "very likely", Chance(0.8, 0.95, "very likely")),
        ("chance", "unlikely", Chance(0.2, 0.45, "unlikely")),
        ("chance_line", "0..1", ChanceLine(((Chance(0, 1), None),))),
        (
            "chance_line",
            "likely if goodwill else roughly even",
            ChanceLine(
                (
                    (Chance(0.55, 0.8, "likely"), Happens("goodwill")),
                    (Chance(0.45, 0.55, "roughly even"), None),
                )
            ),
        ),
        ("duration", "2w..8w mostly 4w", Duration(14, 56, 28, "2w..8w mostly 4w")),
        (
            "duration",
            "pert 2w..8w mostly 4w",
            Duration(14, 56, 28, "pert 2w..8w mostly 4w", "pert"),
        ),
        ("duration", "3 days", Duration(3, 3, None, "3 days")),
        ("scale", "low < middle < high", ("low", "middle", "high")),
        ("parties", "us + ru", ("us", "ru")),
    ],
)
def test_a_line_is_read(start, text, record):
    assert parse(start, text) == record


@pytest.mark.parametrize(
    ("start", "text", "found", "right"),
    [
        ("ranking", "", "nothing stands here", "an order"),
        ("ranking", "a > a", "`a` stands twice", "once"),
        ("ranking", "a = others > b", "`others` is tied", "alone"),
        ("ranking", "a < b", "cannot read `<`", "best first"),
        ("ranking", "a >= b", "cannot read `=`", "orders are written with"),
        ("ranking", "a > b, c > d", "cannot read `,`", "list"),
        ("ranking", "a > “b”", "cannot read", "straight quotes"),
        ("ranking", "a > b >", "ends too early", "an order"),
        ("ranking", "by bloc a > b if x is y", "`by` in a conditional line", "each branch"),
        ("condition", "a = b", "cannot read `=`", "issue is option"),
        ("condition", "summit by 2025-02-30", "no date", "year-month-day"),
        ("rule", "a is b", "ends too early", "requires"),
        ("condition", "(" * 50 + "a" + ")" * 50, "50 opening parentheses", "at most"),
        ("range", "0.5..0.2", "runs backwards", "0.2..0.5"),
        ("chance", "1.5", "a chance of 1.5", "between 0 and 1"),
        ("chance", "possible", "cannot read `possible`", "likely"),
        ("condition", "a between 2025-01-01 and 2025-02-01", "cannot read `between`", "by LATER"),
        ("condition", "a after 2025-01-01", "cannot read `after`", "not (event by"),
        ("condition", "any of a", "cannot read `of`", "`a or b`"),
        ("condition", "not " * 50 + "a", "`not` 40 times", "once"),
        ("duration", "pert 2w..8w", "`pert` without", "mostly 4w"),
        ("duration", "1001y", "over a thousand years", "shorter"),
        ("duration", "8w..2w", "runs backwards", "2w..8w"),
        ("duration", "2w..4w mostly 9w", "outside", "between"),
        ("duration", "4x", "cannot read", "3w"),
        ("outcome", "1.2", "a reservation of 1.2", "0 (worst) to 1"),
        ("outcome", "a is not b", "`not` in an outcome", "name the option"),
        ("linkage", "more", "ends too early", "more if"),
        ("ranking", "a > " * 2000 + "b", "characters", "at most"),
    ],
)
def test_a_wrong_line_says_what_would_be_right(start, text, found, right):
    with pytest.raises(LineError) as caught:
        parse(start, text)
    assert found in caught.value.found
    assert right in caught.value.right


def test_an_offset_points_at_the_fault():
    with pytest.raises(LineError) as caught:
        parse("condition", "a is b and ? is d")
    assert caught.value.offset == len("a is b and ")


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,3})?", fullmatch=True).filter(
    lambda n: n not in RESERVED and n not in HEDGES and not n.startswith(("remote", "probable"))
)
ISSUE_CONDITIONS = st.builds(Is, NAMES, NAMES, st.sampled_from(["is", "at least", "at most"]))
ATOMS = st.one_of(
    ISSUE_CONDITIONS,
    st.builds(AtTable, NAMES),
    st.builds(Answers, NAMES, st.sampled_from(["accept", "decline"])),
    st.builds(Happens, NAMES),
)
CONDITIONS = st.recursive(
    st.one_of(
        ATOMS,
        st.builds(
            By, ATOMS, st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
        ),
        st.builds(Before, ATOMS, ATOMS),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@st.composite
def orders(draw):
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    levels, rest = [], names
    while rest:
        size = draw(st.integers(1, len(rest)))
        levels.append(tuple(rest[:size]))
        rest = rest[size:]
    wide = draw(st.lists(st.booleans(), min_size=len(levels) - 1, max_size=len(levels) - 1))
    return Order(tuple(levels), tuple(wide))


@given(CONDITIONS)
@settings(max_examples=300)
def test_conditions_survive_the_way_through_text(condition):
    assert parse("condition", str(condition)) == condition


@given(orders())
@settings(max_examples=200)
def test_orders_survive_the_way_through_text(order):
    assert parse("ranking", str(order)) == order


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_ranges_survive_the_way_through_text(first, second):
    bounds = Range(*sorted((first, second)))
    assert parse("range", str(bounds)) == bounds


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_no_text_gets_past_the_parser_but_as_a_line_error(text):
    for start in ("ranking", "condition", "duration", "outcome", "chance_line"):
        with contextlib.suppress(LineError):
            assert parse(start, text) is not None


# ── hedges, sources, shares ─────────────────────────────────────────────────────────────────────
def test_hedges_are_the_bands_of_icd_203():
    assert HEDGES["almost no chance"] == (0.01, 0.05)
    assert HEDGES["likely"] == HEDGES["probable"] == (0.55, 0.80)
    assert HEDGES["nearly certain"] == (0.95, 0.99)
    assert len(set(HEDGES.values())) == 7


def test_other_hedges_are_kept_as_text_and_not_scored():
    assert hedge("some say") == Chance(0, 1, "some say", scored=False)
    assert hedge(" very  likely ").scored


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("@assumed", ASSUMED),
        ("@briefing", SourceRef("briefing", "", "author", "said")),
        ("@briefing:3", SourceRef("briefing", "3", "author", "said")),
        ("@briefing:6 Rubio reported", SourceRef("briefing", "6", "Rubio", "reported")),
        (
            "@briefing:3 Russian Foreign Ministry said",
            SourceRef("briefing", "3", "Russian Foreign Ministry", "said"),
        ),
        ("@un-es11-6:p.2 inferred", SourceRef("un-es11-6", "p.2", "author", "inferred")),
    ],
)
def test_sources_are_read(text, source):
    assert parse_source(text) == source
    assert parse_source(str(source)) == source


@pytest.mark.parametrize("text", ["@", "briefing", "@assumed said", "@a:1 voice @b:2"])
def test_malformed_sources_are_refused(text):
    with pytest.raises(LineError):
        parse_source(text)


def test_a_line_splits_into_body_share_and_source():
    body, source, offset = split_source("a > b (likely) @briefing:3")
    assert (body, source) == ("a > b (likely)", "@briefing:3")
    assert offset == len("a > b (likely) ")
    assert split_share(body) == ("a > b", Chance(0.55, 0.8, "likely"))


def test_parentheses_that_hold_no_chance_stay():
    assert split_share("visit of the president (2018)") == (
        "visit of the president (2018)",
        CERTAIN,
    )
    assert split_share("a is b and (c is d)")[1] == CERTAIN


def test_an_at_sign_inside_a_word_is_no_source():
    assert split_source("mail to me@home")[1] == ""


def test_numbers_print_one_entry_each():
    assert str(Numbers((("a", Range(1, 1)), ("b", Range(0.5, 2))))) == "a: 1, b: 0.5..2"
