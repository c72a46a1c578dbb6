"""Numbers that a case states are exact: equal sums are equal, and nothing dominated survives."""

import datetime as dt
import itertools
from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.analyses.deals import deals
from winset.casefile import load, load_text
from winset.ensemble import FINEST, READINGS_PER_CHUNK, sample
from winset.ensemble.fixed import fixed_numbers
from winset.ensemble.rankings import Open
from winset.formats import Domain, DomainIssue, Profile, case_text
from winset.methods.bargaining_zones import LARGEST_GAIN
from winset.methods.orders import Line

OPTIONS = "uvwxyz"


# ── cases with nothing open, and what they say in fractions ─────────────────────────────────────
def text_of(values, weights, reserved=(), names="abc", extra=""):
    """Write a case: values[party][issue][option] and weights[party][issue] are decimal texts."""
    parties = names[: len(values)]
    lines = ["format: 1", "name: small", "title: Small", "as_of: 2025-01-01", "parties:"]
    lines += [f"  {p}: {{name: {p}}}" for p in parties]
    lines += ["issues:"]
    together = " + ".join(parties)
    for i, row in enumerate(values[0]):
        lines.append(f"  i{i}: {{options: [{', '.join(OPTIONS[: len(row)])}], now: u, "
                     f"decided_by: {together}}}")  # fmt: skip
    lines += ["tables:", f"  t: {{parties: {together}}}", "preferences:"]
    for p, rows in zip(parties, values, strict=True):
        lines.append(f"  {p}:")
        for i, row in enumerate(rows):
            stated = ", ".join(f"{o}: {v}" for o, v in zip(OPTIONS, row, strict=False))
            lines.append(f"    i{i}: {{values: {{{stated}}}}}")
    lines.append("salience:")
    for p, row in zip(parties, weights, strict=True):
        stated = ", ".join(f"i{i}: {w}" for i, w in enumerate(row))
        lines.append(f"  {p}: {{weights: {{{stated}}}}}")
    if reserved:
        lines.append("no_agreement:")
        lines += [f"  {p}: {r}" for p, r in zip(parties, reserved, strict=True)]
    return "\n".join(lines) + "\n" + extra


def worths(values, weights):
    """What each option adds, as fractions: [party][issue][option]."""
    found = []
    for rows, given_weights in zip(values, weights, strict=True):
        total = sum(map(Fraction, given_weights))
        mine = []
        for row, weight in zip(rows, given_weights, strict=True):
            numbers = list(map(Fraction, row))
            width = max(numbers) - min(numbers)
            share = Fraction(weight) / total if total else Fraction(1, len(rows))
            mine.append([share * (n - min(numbers)) / width if width else Fraction(0)
                         for n in numbers])  # fmt: skip
        found.append(mine)
    return found


def brute(worth, reserved):
    """Zone and frontier of all deals, in fractions: number of deals, set of gains."""
    every = list(itertools.product(*(range(len(row)) for row in worth[0])))
    points = [tuple(sum((row[o] for row, o in zip(rows, deal, strict=True)), Fraction(0)) - r
                    for rows, r in zip(worth, reserved, strict=True))
              for deal in every]  # fmt: skip
    zone = [p for p, deal in zip(points, every, strict=True)
            if any(deal) and min(p) >= 0 and max(p) > 0]  # fmt: skip
    better = {p for p in zone if any(all(x >= y for x, y in zip(q, p, strict=True)) and q != p
                                     for q in set(zone))}  # fmt: skip
    return len(zone), set(zone) - better


def denominator(worth):
    return lcm(*(v.denominator for rows in worth for row in rows for v in row))


decimals = st.decimals(0, 3, places=1).map(str)


@st.composite
def stated(draw):
    """Values, weights and reservations of 2 or 3 parties; ties, equal options, weights of 0."""
    parties, sizes = draw(st.integers(2, 3)), draw(st.lists(st.integers(2, 3), min_size=1,
                                                            max_size=4))  # fmt: skip
    values = [[draw(st.lists(decimals, min_size=n, max_size=n)) for n in sizes]
              for _ in range(parties)]  # fmt: skip
    few = st.sampled_from(["0", "0.1", "0.2", "0.3", "0.4", "1", "1.5"])
    weights = [[draw(few) for _ in sizes[1:]] for _ in range(parties)]
    weights = [[*row, "0.2" if set(row) <= {"0"} else draw(few)] for row in weights]
    tenths = st.integers(0, 10).map(lambda n: str(n / 10))
    reserved = draw(st.just(()) | st.tuples(*([tenths] * parties)))
    return values, weights, reserved


@settings(max_examples=60, deadline=None)
@given(stated())
def test_zone_and_frontier_are_those_of_the_fractions(made):
    values, weights, reserved = made
    worth = worths(values, weights)
    stands = [sum(row[0] for row in rows) for rows in worth]
    asked = list(map(Fraction, reserved)) or stands
    case = load_text(text_of(values, weights, reserved))
    ensemble = sample(case, 1)
    unit = ensemble.unit
    if lcm(denominator(worth), *(r.denominator for r in asked)) > FINEST:
        assert FINEST / 2 < unit <= FINEST
        return
    for p, rows in enumerate(worth):
        exact = [v * unit for row in rows for v in row]
        assert ensemble.part_worth[0, p].tolist() == exact
        assert ensemble.reservation[0, p] == asked[p] * unit
    found = deals(case, ensemble, "t")
    size, frontier = brute(worth, asked)
    assert found.zone_size[0] == size
    assert found.frontier_size[0] == len(frontier)
    assert found.unit == unit
    shown = set()
    for number in np.flatnonzero(found.frontier_count):
        cells = [OPTIONS.index(o) for o in found.package(int(number)).values()]
        shown.add(tuple(sum(row[o] for row, o in zip(rows, cells, strict=True)) - r
                        for rows, r in zip(worth, asked, strict=True)))  # fmt: skip
    assert shown == frontier


def test_parties_that_want_the_opposite():
    # Weights in the ratio 1:2:3:4, and every issue one's gain and the other's loss: the deals have
    # sums from 0 to 1 in tenths. Tenths are no multiples of 2^-40.
    values = [[["0", "1"]] * 4, [["1", "0"]] * 4]
    case = load_text(text_of(values, [["1", "2", "3", "4"]] * 2, ["0", "0"]))
    found = deals(case, sample(case, 1), "t")
    assert found.frontier_size.tolist() == [10]  # the eleventh is the status quo
    rounded = {tuple(np.rint(np.array(w) / 10 * FINEST).astype(int)) for w in ((1, 3), (4, 0))}
    assert len({sum(w) for w in rounded}) == 2  # what rounding each part would make of 1 + 3 = 4


# ── the unit ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["riyadh-2025", "riyadh-2025-second-account", "cuba-1962"])
def test_a_case_without_numbers_keeps_the_finest_unit(name):
    assert sample(load(name), 1).unit == FINEST == 2**40


def test_the_readings_of_riyadh_are_as_they_were():
    # As drawn before there were units. Another machine may draw a last digit differently.
    drawn = sample(load("riyadh-2025"), 2)
    slots = drawn.part_worth[1, drawn.space.party_index["us"]]
    first = [16076586986, 51855641861, 16358579336, 216489411204, 49198184340, 82978005312]
    assert slots[slots > 0][:6].tolist() == pytest.approx(first, rel=0, abs=1)


def test_the_unit_is_a_multiple_of_what_the_numbers_need():
    case = load_text(text_of([[["0", "0.3", "1"]]] * 2, [["1"]] * 2, ["0.7", "1"]))
    assert sample(case, 1).unit == 2**40 // 10 * 10


WIDE = ["0.123456789", "0.98765432123", "0.5555555551"]


@pytest.mark.parametrize("first", [0, 1])
def test_numbers_beyond_any_common_unit_are_rounded_alone(first):
    tenths = [["0", "0.3", "1"], ["0", "0.7", "1"]]
    long = [["0", "0.12345678912345", "1"], ["0", "0.7", "1.1"]]
    values, weights = [tenths, long], [["1", "2"], WIDE[:2]]
    if first:
        values, weights = values[::-1], weights[::-1]
    ensemble = sample(load_text(text_of(values, weights)), 1)
    assert ensemble.unit == 2**40 // 30 * 30
    for p, rows in enumerate(worths(values, weights)):
        apart = [
            abs(found - v * ensemble.unit)
            for found, v in zip(
                ensemble.part_worth[0, p].tolist(), itertools.chain(*rows), strict=True
            )
        ]
        assert max(apart) == 0 if p == first else 0 < max(apart) <= Fraction(1, 2) + Fraction(1, 99)


def test_denominators_are_taken_in_from_the_smallest():
    def unit(*sums):
        values, rows = [[["0", "1"], ["1", "0"]]] * len(sums), [["1", str(n - 1)] for n in sums]
        return sample(load_text(text_of(values, rows)), 1).unit

    assert unit(7, 11) % 77 == 0
    # 1,048,573 and 1,048,571 and 7: the product of all three is above 2^40, that of 7 and one not.
    found = unit(1_048_573, 7, 1_048_571)
    assert found % (7 * 1_048_571) == 0
    assert found % 1_048_573


def test_what_is_dropped_or_set_leaves_the_unit():
    case = load_text(text_of([[["0", "0.3", "1"]] * 2] * 2, [["1", "2"]] * 2, ["0.7", "0.1"]))
    whole = sample(case, 1)
    for other in (
        sample(case, 1, without=frozenset({"a.salience", "b.preferences.i0"})),
        sample(case, 1, fixed={"i0": "w"}),
        sample(case, 3, seed=7, chunk=4),
    ):
        assert other.unit == whole.unit
    again = sample(case, READINGS_PER_CHUNK, seed=7, chunk=4)
    assert (again.part_worth == whole.part_worth[0]).all()


def test_names_of_parties_move_nothing():
    values, weights = [[["0", "0.3", "1"]] * 2, [["0", "1.1", "0.7"]] * 2], [["1", "2"], ["5", "6"]]
    one = sample(load_text(text_of(values, weights, ["0.7", "0.1"])), 1)
    other = sample(load_text(text_of(values, weights, ["0.7", "0.1"], names="zy")), 1)
    assert other.unit == one.unit
    assert (other.part_worth == one.part_worth[:, ::-1]).all()
    assert (other.reservation == one.reservation[:, ::-1]).all()


def test_large_numbers_that_differ_little(case_of):
    issues = "land: {options: [x, y, z], now: x, decided_by: a + b}"
    stated = "{values: {x: 1000000.1, y: 1000000.2, z: 1000000.4}}"
    drawn = sample(case_of(issues, f"preferences:\n  a: {{land: {stated}}}"), 1)
    assert drawn.part_worth[0, 0].tolist() == [0, drawn.unit // 3, drawn.unit]
    assert drawn.unit % 3 == 0


def test_numbers_beside_conditions_and_linkage(case_of):
    issues = """
    land:  {options: [x, y, z], now: x, decided_by: a + b}
    water: {options: [u, v], now: u, decided_by: a + b}
    """
    sections = """
    preferences:
      a:
        land: [{values: {x: 0, y: 0.3, z: 0.7}}, z > x if water is u else y > x]
        water: v > u
    salience:
      a: {weights: {land: 0.4, water: 0.4, a.linkage: 0.3}}
    linkage:
      a: more if land is z and water is v
    """
    drawn = sample(case_of(issues, sections), 2)
    conditional, linked = sorted(drawn.terms, key=lambda term: term.statement, reverse=True)
    part = Fraction(4, 11) * drawn.unit
    assert conditional.worth[1].tolist() == [0, 0, part * 3 / 7, part * 3 / 7, part, part]
    assert linked.worth[1].tolist() == [0, 0, 0, 0, 0, Fraction(3, 11) * drawn.unit]


def test_alternatives_are_each_exact():
    text = text_of([[["0", "0.3", "1"]] * 2] * 2, [["1", "2"]] * 2)
    text = text.replace(
        "  a: {weights: {i0: 1, i1: 2}}",
        "  a:\n    either:\n      - {weights: {i0: 1, i1: 6}, share: 0.5}\n"
        "      - {weights: {i0: 5, i1: 6}, share: 0.5}",
    )
    ensemble = sample(load_text(text), 60)
    assert ensemble.unit % (7 * 11 * 3 * 10) == 0
    found = {tuple(row) for row in ensemble.part_worth[:, 0, [1, 2]].tolist()}
    assert found == {(ensemble.unit * 3 // 70, ensemble.unit // 7),
                     (ensemble.unit * 15 // 110, ensemble.unit * 5 // 11)}  # fmt: skip


def test_ties_under_a_condition_fix_numbers_too(case_of):
    issues = """
    land:  {options: [x, y, z, w], now: x, decided_by: a + b}
    water: {options: [u, v], now: u, decided_by: a + b}
    """
    sections = """
    preferences:
      a:
        land: [{values: {x: 0, y: 0.2..0.3, z: 0.3..0.4, w: 1}}, y = z if water is u]
        water: v > u
    salience:
      a: {weights: {land: 0.5, water: 0.5}}
    """
    drawn = sample(case_of(issues, sections), 2)
    assert drawn.unit % 20 == 0
    (term,) = drawn.terms
    assert (term.worth == drawn.unit * 3 // 20).sum(axis=1).tolist() == [2, 2]  # y and z at u


@pytest.mark.parametrize("count", [8, 9, 12])
def test_weights_line_by_line_are_those_of_one_line(count):
    issues = range(count)
    weights = [["1"] * (count - 1) + ["4"]] * 2
    text = text_of([[["0", "1"]] * count] * 2, weights)
    one = ", ".join(f"i{i}: {w}" for i, w in enumerate(weights[0]))
    lines = "".join(f"\n    - {{weights: {{i{i}: {weights[0][i]}}}}}" for i in issues)
    parted = sample(load_text(text.replace(f"  a: {{weights: {{{one}}}}}", f"  a:{lines}")), 1)
    found = [parted.part_worth[0, 0, parted.space.slot(f"i{i}", "v")] for i in issues]
    assert found == [int(weight) * Fraction(parted.unit, count + 3) for weight in weights[0]]


# ── far from all deals ──────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("added", "units"), [("3.125", 2**39), ("-5.25", 2**39), ("-1000", 2**32)])
def test_far_from_all_deals_the_unit_is_coarser(added, units):
    text = text_of([[["0", "1"], ["1", "0"]]] * 2, [["1", "1"]] * 2)
    drawn = sample(load_text(f"{text}no_agreement:\n  a: status quo + {added}\n"), 1)
    assert drawn.unit == units
    assert drawn.reservation[0, 0] == Fraction(added) * units + units // 2
    assert 2**41 <= units * (1 + abs(float(added))) < LARGEST_GAIN


def test_deals_far_above_the_reservation_are_solved():
    values = [[["0", "1"], ["0", "0.5"]], [["1", "0"], ["0", "1"]]]
    text = text_of(values, [["1", "1"]] * 2)
    case = load_text(f"{text}no_agreement:\n  a: status quo + -1000\n  b: 0\n")
    found = deals(case, sample(case, 1), "t")
    assert found.zone_size.tolist() == [3]  # all but the status quo
    (signed,) = found.chosen["egalitarian"]
    assert found.package(int(signed)) == {"i0": "u", "i1": "v"}


# ── weights that are drawn ──────────────────────────────────────────────────────────────────────
def test_equal_weights_that_are_drawn_times_stated_values(case_of):
    issues = """
    land:  {options: [x, y, z], now: x, decided_by: a + b}
    water: {options: [x, y, z], now: x, decided_by: a + b}
    grain: {options: [x, y, z], now: x, decided_by: a + b}
    """
    sections = """
    preferences:
      a:
        land: {values: {x: 0, y: 0.3, z: 1}}
        water: {values: {x: 0, y: 0.7, z: 1}}
        grain: z > y > x
    salience:
      a: land = water > grain
    """
    drawn = sample(case_of(issues, sections), READINGS_PER_CHUNK)
    grain, land, water = (drawn.part_worth[:, 0, s : s + 3] for s in drawn.space.offsets[:3])
    assert (land[:, 1] + water[:, 1] == land[:, 2]).all()
    assert (land[:, 2] == water[:, 2]).all()
    assert (land[:, 2] > grain[:, 2]).all()
    assert (grain[:, 2] > grain[:, 1]).all()
    assert len(np.unique(land[:, 2])) > 450
    total = (land[:, 2] + water[:, 2] + grain[:, 2]) / drawn.unit
    assert total == pytest.approx(np.ones(READINGS_PER_CHUNK), abs=1e-10)


def test_small_weights_keep_their_ranges(case_of):
    issues = "\n".join(
        f"    i{n}: {{options: [x, y, z], now: x, decided_by: a + b}}" for n in range(3)
    )
    sections = """
    preferences:
      a:
        i0: {values: {x: 0, y: 0.0001, z: 1}}
        i1: {values: {x: 0, y: 0.3, z: 1}}
        i2: {values: {x: 0, y: 0.5, z: 1}}
    salience:
      a: {weights: {i0: 1, i1: 0.00000001..0.00000002, i2: 0.00000003..0.00000004}}
    """
    drawn = sample(case_of(issues, sections), 200)
    first, second, third = (drawn.part_worth[:, 0, s + 2] for s in drawn.space.offsets[:3])
    assert (second >= 0.99e-8 * first).all()
    assert (second <= 2.01e-8 * first).all()
    assert (third >= 2.99e-8 * first).all()


# ── what statements fix ─────────────────────────────────────────────────────────────────────────
HALF, NONE = Fraction(1, 2), None


@pytest.mark.parametrize(
    ("left", "fixed"),
    [
        (Open(3), (NONE,) * 3),
        (Open(1), (0,)),
        (Open(1, weights=True), (1,)),
        (Open(3, weights=True), (NONE,) * 3),
        (Open(3, (Line(((0, 1, 2),), ()),), weights=True), (Fraction(1, 3),) * 3),
        (Open(2, box=((0.1, 0.1), (0.3, 0.3)), weights=True), (Fraction(1, 4), Fraction(3, 4))),
        (Open(2, box=((0.1, 0.1), (0.3, 0.4)), weights=True), (NONE, NONE)),
        (Open(2, box=((0.0, 0.0), (0.0, 0.0)), weights=True), (HALF, HALF)),
        (Open(3, box=((0.1, 0.1), (0.3, 0.3), (0.2, 0.2))), (0, 1, HALF)),
        # One value is drawn between two that are fixed; or may be the best, and so none is.
        (Open(4, box=((0, 0), (1, 1), (0.2, 0.4), (0.5, 0.5))), (0, 1, NONE, HALF)),
        (Open(3, box=((0, 0), (1, 1), (0.2, 1.4))), (NONE,) * 3),
        (Open(3, box=((2, 2), (2, 2), (2, 2))), (0, 0, 0)),
        # What is tied has one number, and what contradicts itself none.
        (Open(3, (Line(((1, 2),), ()),), box=((0, 0), (1, 1), (0.2, 1.4))), (0, 1, 1)),
        (Open(3, (Line(((1, 2),), ()),), box=((0, 0), (1, 1), (0.2, 0.4))), (NONE,) * 3),
    ],
)
def test_what_is_fixed(left, fixed):
    assert fixed_numbers(left) == fixed


# ── scenarios ───────────────────────────────────────────────────────────────────────────────────
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_scenario_in_decimals_is_exact(data):
    weigh, tenths = st.integers(1, 4), st.integers(0, 10)
    sizes = data.draw(st.lists(st.integers(2, 3), min_size=1, max_size=3))
    profiles, exact = [], []
    for name in "pq":
        rows = [(data.draw(weigh), [data.draw(tenths) for _ in range(n)]) for n in sizes]
        worth = tuple(tuple(w / 10 * (v / 10) for v in row) for w, row in rows)
        exact.append([[w * v for v in row] for w, row in rows])
        # At the reservation exactly: any deal's utility, as floating-point numbers have it.
        deal = [data.draw(st.sampled_from(row)) for row in worth]
        profiles.append(Profile(name, worth, reservation=sum(deal)))
    issues = tuple(DomainIssue(f"i{n}", tuple(OPTIONS[:size])) for n, size in enumerate(sizes))
    case = load_text(case_text(Domain("d", issues, tuple(profiles)), dt.date(2025, 1, 1)))
    ensemble = sample(case, 1)
    for p, (rows, profile) in enumerate(zip(exact, profiles, strict=True)):
        width = sum(max(row) - min(row) for row in rows)
        if not width:
            continue
        for i, row in enumerate(rows):
            own = [ensemble.part_worth[0, p, ensemble.space.slot(f"i{i}", o)] for o in
                   OPTIONS[: len(row)]]  # fmt: skip
            assert own == [Fraction(v - min(row), width) * ensemble.unit for v in row]
        reserved = round(profile.reservation * 100) - sum(map(min, rows))
        assert ensemble.reservation[0, p] == Fraction(reserved, width) * ensemble.unit
