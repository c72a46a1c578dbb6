"""Slots, conditions on states, and the deals of a table."""

from __future__ import annotations

import datetime as dt
import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.case import Case, Issue, Option, Party, Statement, Table
from winset.errors import AskError
from winset.language.terms import OPEN, And, Answers, AtTable, By, Condition, Happens, Is, Not, Or
from winset.space import Grid, grid_of, holds, is_of_states, issues_of, space_of


def line(name: str, kind: str = "rule") -> Statement:
    return Statement(name, kind, name)  # type: ignore[arg-type]


def issue(name: str, options: str, now: str = OPEN, by: str = "a b", **more: object) -> Issue:
    return Issue(
        name,
        name,
        tuple(Option(o) for o in options.split()),
        now=now,
        now_by=line(f"{name}.now", "now"),
        decided_by=tuple(by.split()),
        decided_by_by=line(f"{name}.decided_by", "decided by"),
        **more,  # type: ignore[arg-type]
    )


def case_of(issues: list[Issue], parties: str = "a b", agenda: str = "") -> Case:
    table = Table(
        "t", "T", tuple(parties.split()), line("t", "seat"),
        tuple(agenda.split()) or tuple(i.id for i in issues),
    )  # fmt: skip
    names = sorted({*parties.split(), "a", "b", "c"}, reverse=True)
    return Case(
        "x", "X", dt.date(2025, 2, 17), issues=tuple(issues), tables=(table,),
        parties=tuple(Party(n, n.upper()) for n in names),
    )  # fmt: skip


PEACE = issue("peace", "war truce peace", now="war", scale=True)
LAND = issue("land", "theirs ours line")
BANKS = issue("banks", "off on", now="off", by="a")
TERMS = [PEACE, LAND, BANKS]


def test_internal_order_is_that_of_streams_and_option_ids() -> None:
    space = space_of(case_of(TERMS))
    assert space.parties == ("a", "b", "c")
    assert space.issues == ("banks", "land", "peace")
    assert space.options == (
        ("off", "on"), ("line", "open", "ours", "theirs"), ("peace", "truce", "war"),
    )  # fmt: skip
    assert space.sizes == (2, 4, 3)
    assert space.offsets == (0, 2, 6, 9)
    assert space.slots == 9
    assert space.slot("land", "open") == 3
    assert space.slot_names()[8] == ("peace", "war")
    assert space.now == (0, 1, 2)
    assert space.scale[2] == (2, 1, 0)
    assert space.scale[1] == (-1, -1, -1, -1)
    assert space.deciders[0] == ("a",)


@given(st.permutations(TERMS))
def test_the_order_of_the_file_does_not_matter(issues: list[Issue]) -> None:
    assert space_of(case_of(issues)) == space_of(case_of(TERMS))


def test_a_key_keeps_a_renamed_issue_in_its_place() -> None:
    renamed = issue("zzz", "off on", now="off", by="a", key="banks")
    space = space_of(case_of([PEACE, LAND, renamed]))
    assert space.issues == ("zzz", "land", "peace")
    assert space.offsets == space_of(case_of(TERMS)).offsets


def test_an_unknown_option_of_an_issue_is_a_key_error() -> None:
    space = space_of(case_of(TERMS))
    with pytest.raises(KeyError):
        space.option_index("banks", OPEN)
    with pytest.raises(KeyError):
        space.slot("bank", "on")


def test_fixing_an_issue_moves_the_status_quo_and_empties_the_agenda_of_it() -> None:
    case = case_of(TERMS)
    space = space_of(case, fixed={"banks": "on", "land": "line"})
    assert space.options == space_of(case).options
    assert space.labels(space.now) == {"banks": "on", "land": "line", "peace": "war"}
    grid = grid_of(case, space, "t")
    assert [space.issues[i] for i in grid.issues] == ["peace"]
    assert grid.set_outside == ("banks", "land")
    assert grid.left_out == ()


@pytest.mark.parametrize(
    ("fixed", "message"),
    [({"bank": "on"}, "banks"), ({"banks": "onn"}, "on"), ({"banks": OPEN}, "off")],
)
def test_fixing_what_the_case_lacks_names_the_nearest(fixed: dict[str, str], message: str) -> None:
    with pytest.raises(AskError, match=message):
        space_of(case_of(TERMS), fixed=fixed)


def test_dropping_statements_of_the_frame() -> None:
    case = case_of(TERMS)
    space = space_of(case, without=frozenset({"banks.now", "land.decided_by"}))
    assert space.options[0] == ("off", "on", OPEN)
    assert space.labels(space.now)["banks"] == OPEN
    assert grid_of(case, space, "t").left_out == (("land", ()),)


# ── conditions ──────────────────────────────────────────────────────────────────────────────────
def all_states(sizes: tuple[int, ...]) -> np.ndarray:
    return np.array(list(itertools.product(*map(range, sizes))), dtype=np.int16)


def naive(condition: Condition, state: dict[str, str], seated: set[str]) -> bool:
    order = ["war", "truce", "peace"]
    match condition:
        case Is(name, option, "is"):
            return state[name] == option
        case Is(name, option, relation):
            if name != "peace":
                return False
            here, there = order.index(state[name]), order.index(option)
            return here >= there if relation == "at least" else here <= there
        case AtTable(party):
            return party in seated
        case Not(part):
            return not naive(part, state, seated)
        case And(parts):
            return all(naive(p, state, seated) for p in parts)
        case Or(parts):
            return any(naive(p, state, seated) for p in parts)
    raise AssertionError


ATOMS = st.one_of(
    st.builds(Is, st.just("banks"), st.sampled_from(["off", "on"])),
    st.builds(Is, st.just("land"), st.sampled_from(["theirs", "ours", "line", OPEN])),
    st.builds(
        Is, st.just("peace"), st.sampled_from(["war", "truce", "peace"]),
        st.sampled_from(["is", "at least", "at most"]),
    ),
    st.builds(AtTable, st.sampled_from(["a", "c"])),
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(And, st.tuples(part, part)),
        st.builds(Or, st.tuples(part, part, part)),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
@settings(max_examples=60)
def test_conditions_hold_where_they_should(condition: Condition) -> None:
    space = space_of(case_of(TERMS))
    states = all_states(space.sizes)
    found = holds(condition, space, states, frozenset({"a", "b"}))
    assert found.dtype == np.bool_
    for state, held in zip(states, found, strict=True):
        assert held == naive(condition, space.labels(state), {"a", "b"})


def test_at_least_holds_of_nothing_off_the_scale() -> None:
    level = issue("level", "low high", scale=True)
    space = space_of(case_of([level, LAND]))
    states = all_states(space.sizes)
    least = holds(Is("level", "low", "at least"), space, states)
    assert {space.labels(s)["level"] for s in states[least]} == {"low", "high"}
    assert not holds(Is("land", "line", "at most"), space, states).any()
    assert not holds(Is("level", OPEN, "at least"), space, states).any()


@pytest.mark.parametrize(
    "condition",
    [Happens("summit"), Answers("a", "decline"), By(Is("banks", "on"), None)],
)
def test_what_no_state_decides_is_refused(condition: Condition) -> None:
    space = space_of(case_of(TERMS))
    assert not is_of_states(condition)
    with pytest.raises(ValueError, match="no state decides"):
        holds(condition, space, all_states(space.sizes))


def test_issues_of_a_condition() -> None:
    space = space_of(case_of(TERMS))
    condition = And((Is("peace", "war"), Not(Is("banks", "on")), AtTable("a")))
    assert issues_of(condition, space) == (0, 2)
    assert not is_of_states(condition)
    assert is_of_states(Not(Is("banks", "on")))


# ── deals ───────────────────────────────────────────────────────────────────────────────────────
def test_an_agenda_item_whose_deciders_are_not_seated_is_named() -> None:
    foreign = issue("foreign", "x y", by="a c")
    nobodys = issue("nobodys", "x y", by="")
    case = case_of([*TERMS, foreign, nobodys])
    grid = grid_of(case, space_of(case), "t")
    assert grid.left_out == (("foreign", ("c",)), ("nobodys", ()))
    assert grid.size == 2 * 4 * 3
    assert grid.parties == ("a", "b")


@given(st.lists(st.integers(1, 4), min_size=0, max_size=4), st.data())
@settings(max_examples=40)
def test_deals_are_numbered_without_gaps(sizes: list[int], data: st.DataObject) -> None:
    issues = [
        issue(f"i{k}", " ".join(f"o{n}" for n in range(size)), now=f"o{size - 1}")
        for k, size in enumerate(sizes)
    ]
    case = case_of([*issues, issue("off", "x y", now="y")], agenda=" ".join(i.id for i in issues))
    space = space_of(case)
    grid = Grid(space, "t", ("a", "b"), tuple(range(len(sizes))))
    assert grid == grid_of(case, space, "t") or not sizes
    base = space.state({"off": data.draw(st.sampled_from(["x", "y"]))})
    states = grid.states(base)
    assert len({tuple(s) for s in states}) == grid.size
    assert (states[:, -1] == base[-1]).all()
    for deal in range(grid.size):
        label = grid.label(deal)
        assert grid.index(label) == deal
        assert {k: v for k, v in space.labels(states[deal]).items() if k != "off"} == label
        now = space.labels(space.now)
        assert grid.changes[deal] == sum(now[k] != v for k, v in label.items())
    by_rank = sorted(range(grid.size), key=lambda d: (grid.changes[d], d))
    assert list(np.argsort(grid.rank)) == by_rank


def test_a_deal_may_be_named_by_what_it_changes() -> None:
    case = case_of(TERMS)
    grid = grid_of(case, space_of(case), "t")
    deal = grid.index({"peace": "truce"})
    assert grid.label(deal) == {"banks": "off", "land": OPEN, "peace": "truce"}
    assert grid.changes[deal] == 1
    assert grid.rank[grid.index({})] == 0
    with pytest.raises(KeyError):
        grid.index({"peace": "victory"})


def test_any_number_of_deals_is_laid_out_at_once() -> None:
    sizes = {f"i{k:02}": 10 for k in range(24)} | {"big": 30, "small": 3}
    issues = [issue(n, " ".join(f"o{x}" for x in range(s)), now="o0") for n, s in sizes.items()]
    case = case_of(issues)
    space = space_of(case)
    start = time.perf_counter()
    grid = grid_of(case, space, "t")
    assert time.perf_counter() - start < 0.5
    assert grid.size == 9 * 10**25
    assert not grid.listed
    deal = grid.index({"big": "o7", "small": "o2"})
    assert grid.label(deal) == dict.fromkeys(grid.label(deal), "o0") | {"big": "o7", "small": "o2"}
    options = np.array([[k % size for k, size in enumerate(grid.shape)]], dtype=np.int16)
    numbers = grid.numbers(options)
    assert numbers.dtype == object
    assert (grid.options_of(numbers) == options).all()


def test_an_unknown_table_is_named_with_the_nearest() -> None:
    case = case_of(TERMS)
    with pytest.raises(AskError, match="did you mean t"):
        grid_of(case, space_of(case), "tt")
