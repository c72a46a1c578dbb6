"""Stability over readings: the conflict a case makes, published cases, ways, reasons, inverse."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from winset.analyses.stability import Stability, stability
from winset.analyses.stability_conflict import arena_of, state_of
from winset.analyses.stability_inverse import inverse
from winset.analyses.stability_why import Reason, why
from winset.case import Case
from winset.casefile import load, load_text
from winset.ensemble import sample
from winset.errors import AskError, TooLargeError
from winset.methods.stability import CONCEPTS, SANCTIONS, equilibria
from winset.methods.stability_graph import GraphConflict

HEAD = "format: 1\nname: t\ntitle: T\nas_of: 2025-01-01\nparties: {a: A, b: B, c: C}\n"


def told(issues: str, rest: str = "") -> Case:
    return load_text(HEAD + "issues:\n" + issues + rest)


def one(name: str) -> Stability:
    case = load(name)
    return stability(case, sample(case, 1))


def names(found: Stability, concept: str) -> set[str]:
    """Equilibria, with the options of the issues in the file's order of ids."""
    return {"/".join(found.label(int(s)).values()) for s in np.flatnonzero(found.holds[concept])}


# ── published cases ─────────────────────────────────────────────────────────────────────────────
def test_prisoners_dilemma():
    found = one("prisoners-dilemma")
    assert names(found, "nash") == {"confesses/confesses"}
    for concept in ("gmr", "smr", "seq"):
        assert names(found, concept) == {"confesses/confesses", "silent/silent"}


def test_chicken():
    found = one("chicken")
    assert names(found, "nash") == names(found, "seq") == {"straight/swerves", "swerves/straight"}
    assert names(found, "gmr") - names(found, "seq") == {"swerves/swerves"}


def test_cuba():
    # Issues by id: blockade, escalate, strike, withdraw. Fraser & Hipel 1984.
    found = one("cuba-1962")
    assert names(found, "nash") == {"no/no/yes/yes"}
    assert names(found, "seq") == {"no/no/no/yes", "no/no/yes/yes", "yes/no/no/yes"}
    assert names(found, "gmr") == names(found, "smr") == {
        f"{blockade}/no/{strike}/{withdraw}"
        for blockade, strike, withdraw in itertools.product(("no", "yes"), repeat=3)
    } - {"yes/no/yes/no"}  # fmt: skip
    assert int(found.possible.sum()) == 12


def test_elmira():
    # Issues by id: answer, insistence, order. Fang, Hipel & Kilgour 1993: equilibria 5, 8, 9
    # (the four ways to abandon are one state there), 1 and 4 under GMR and SMR.
    found = one("elmira-1991")
    gone = {f"abandons/{i}/{o}" for i in ("no", "yes") for o in ("stands", "modified")}
    strong = gone | {"delays/yes/stands", "complies/yes/modified"}
    assert names(found, "nash") == names(found, "seq") == strong
    assert names(found, "gmr") == names(found, "smr") == strong | {
        "delays/no/stands", "complies/no/modified",
    }  # fmt: skip


def test_gisborne_hangs_on_the_province():
    case = load("gisborne-1996")
    found = stability(case, sample(case, 200))
    assert names(found, "nash") == {"no/yes/yes", "yes/yes/no"}
    assert found.holds["nash"].sum() == 200
    one_mind = stability(case, sample(case, 200, without=frozenset({"province.priorities"})))
    assert one_mind.readings == 200


# ── the conflict of a case ──────────────────────────────────────────────────────────────────────
def moves(case: Case) -> dict[tuple[str, ...], set[tuple[str, str]]]:
    arena = arena_of(case, sample(case, 1))
    grid = arena.grid
    words = ["/".join(grid.label(s).values()) for s in range(grid.size)]
    return {
        members: {(words[s], words[int(t)]) for s in range(grid.size)
                  for t in arena.conflict.moves(k, s)}
        for k, members in enumerate(arena.movers)
    }  # fmt: skip


def test_a_party_moves_what_it_decides_alone():
    found = moves(told("  x: {options: [n, y], now: n, decided_by: a}\n"
                       "  y: {options: [n, y], now: n, decided_by: b}\n"))  # fmt: skip
    assert found == {
        ("a",): {("n/n", "y/n"), ("y/n", "n/n"), ("n/y", "y/y"), ("y/y", "n/y")},
        ("b",): {("n/n", "n/y"), ("n/y", "n/n"), ("y/n", "y/y"), ("y/y", "y/n")},
    }


def test_several_deciders_move_as_one_and_break_takes_back():
    found = moves(told("  x: {options: [n, y, z], now: n, decided_by: a + b, break: b}\n"))
    assert found[("b",)] == {("y", "n"), ("z", "n")}
    assert found[("a", "b")] == {(s, t) for s in "nyz" for t in "nyz" if s != t}


def test_moves_may_be_one_way_and_of_one_party():
    found = moves(told("  x: {options: [n, y, z], now: n, decided_by: a,"
                       " moves: [n to y, n to z by b + c, y to z]}\n"))  # fmt: skip
    assert found == {("a",): {("n", "y"), ("y", "z")}, ("b",): {("n", "z")}, ("c",): {("n", "z")}}


def test_moves_that_do_not_lead_on_are_searched_as_a_graph():
    case = told("  x: {options: [n, y, z], now: n, decided_by: a, moves: [n to y, y to z]}\n",
                "priorities: {a: [x is z]}\n")  # fmt: skip
    arena = arena_of(case, sample(case, 1))
    assert isinstance(arena.conflict, GraphConflict)
    found = stability(case, sample(case, 1))
    assert names(found, "nash") == {"n", "z"}  # y is no improvement, and z is two steps away


def test_a_joint_move_needs_the_gain_of_all():
    case = told("  x: {options: [n, y, z], now: n, decided_by: a + b}\n",
                "priorities:\n  a: [x is not n, x is z]\n  b: [x is not n, x is y]\n")  # fmt: skip
    found = stability(case, sample(case, 1))
    assert names(found, "nash") == {"y", "z"}
    assert found.movers == (("a", "b"),)
    assert int(found.reached.sum()) == 3


def test_rules_make_states_impossible_reading_by_reading():
    case = told("  x: {options: [n, y], now: n, decided_by: a}\n",
                "rules: x is y requires x is n (0.5)\npriorities: {a: [x is y]}\n")  # fmt: skip
    found = stability(case, sample(case, 400))
    assert 150 < found.possible[1] < 250
    assert found.holds["nash"][1] == found.possible[1] == 400 - found.holds["nash"][0]


def test_a_dropped_break_breaks_nothing():
    case = told("  x: {options: [n, y], now: n, decided_by: a + b, break: b}\n")
    dropped = sample(case, 1, without=frozenset({"issues.x.break"}))
    assert arena_of(case, dropped).movers == (("a", "b"),)


# ── results ─────────────────────────────────────────────────────────────────────────────────────
def test_counts_are_those_of_the_method_reading_by_reading():
    case = load("gisborne-1996")
    ensemble = sample(case, 40)
    found, arena = stability(case, ensemble), arena_of(case, ensemble)
    expected = arena.conflict.stable(arena.utilities(slice(None)), arena.feasible(slice(None)))
    for concept in CONCEPTS:
        np.testing.assert_array_equal(found.stable[concept], expected[concept].sum(axis=0))
        np.testing.assert_array_equal(
            found.holds[concept], equilibria(expected)[concept].sum(axis=0)
        )


def test_chunks_merge_into_the_whole():
    case = load("gisborne-1996")
    parts = [stability(case, sample(case, 50, chunk=n)) for n in range(2)]
    whole = Stability.merge(parts)
    assert whole.readings == 100
    assert whole.holds["nash"].sum() == sum(p.holds["nash"].sum() for p in parts)
    assert sum(whole.ways.values()) == 100


def test_ways_are_steps_that_serve_who_takes_them():
    case = load("cuba-1962")
    ensemble = sample(case, 1)
    found, arena = stability(case, ensemble), arena_of(case, ensemble)
    worth = arena.utilities(slice(None))[0]
    for way in found.ways:
        here = found.start
        for mover, state in way:
            assert state in arena.conflict.moves(mover, here)
            assert all(worth[p, state] > worth[p, here] for p in arena.conflict.parties[mover])
            here = state


@pytest.mark.parametrize("sanctions", SANCTIONS)
@pytest.mark.parametrize("concept", CONCEPTS)
def test_reasons_agree_with_the_verdict(concept, sanctions):
    # Elmira and Gisborne: every state, every mover; where it stays or is deterred, it is stable.
    for name in ("elmira-1991", "gisborne-1996", "cuba-1962"):
        case = load(name)
        ensemble = sample(case, 4)
        found = stability(case, ensemble, sanctions=sanctions)
        arena = arena_of(case, ensemble)
        for state in range(found.size):
            reasons = why(arena, state, concept, sanctions=sanctions)
            for k in range(len(found.movers)):
                stays = sum(n for r, n in reasons.items()
                            if r.mover == k and r.verdict in ("stays", "deterred"))  # fmt: skip
                assert stays == found.stable[concept][k, state]


def test_a_reason_names_the_move_and_who_answers():
    case = load("cuba-1962")
    arena = arena_of(case, sample(case, 1))
    state = state_of(arena, "blockade=yes, withdraw=yes")
    lifted, back = state_of(arena, "withdraw=yes"), state_of(arena, "now")
    assert why(arena, state, "seq") == {
        Reason(0, "deterred", lifted, ((1, back),)): 1, Reason(1, "stays"): 1,
    }  # fmt: skip


def test_inverse_names_what_makes_a_state_hold():
    case = load("cuba-1962")
    found = inverse(case, {}, "seq", readings=1)
    assert {(c.statement, c.how) for c in found if c.after == 1} == {
        ("us.priorities#2", "reversed"), ("us.priorities#3", "dropped"),
        ("us.priorities#3", "reversed"),
    }  # fmt: skip
    assert all(c.before == 0 for c in found)


# ── what is refused, in one line ────────────────────────────────────────────────────────────────
def test_unknown_issues_and_options_are_named_with_the_nearest():
    case = load("cuba-1962")
    ensemble = sample(case, 1)
    with pytest.raises(AskError, match="nobody can change 'tea'"):
        arena_of(case, ensemble, ["tea"])
    arena = arena_of(case, ensemble)
    with pytest.raises(AskError, match="did you mean blockade"):
        state_of(arena, "blokade=yes")
    with pytest.raises(AskError, match="there are no, yes"):
        state_of(arena, "blockade=perhaps")
    with pytest.raises(AskError, match="write ISSUE=OPTION"):
        state_of(arena, "blockade")


def test_an_infeasible_status_quo_is_located():
    case = told("  x: {options: [n, y], now: n, decided_by: a}\n"
                "  y: {options: [n, y], now: n, decided_by: b}\n",
                "rules:\n  - x is y requires y is y\n")  # fmt: skip
    with pytest.raises(AskError, match=r":10: the status quo breaks `x is y requires y is y`: "):
        arena_of(case, sample(case, 1, fixed={"x": "y"}), ["y"])


def test_no_feasible_state_is_said():
    case = told("  x: {options: [n, y], now: n, decided_by: a}\n"
                "  y: {options: [n, y], now: n, decided_by: b}\n",
                "rules:\n  - x is y requires x is n\n")  # fmt: skip
    with pytest.raises(AskError, match="as does every state"):
        arena_of(case, sample(case, 1, fixed={"x": "y"}), ["y"])


def test_nobody_who_can_move_is_said():
    case = told("  x: {options: [n, y], now: n}\n")
    with pytest.raises(AskError, match="decided_by"):
        stability(case, sample(case, 1))


def test_too_many_states_are_refused_with_advice():
    many = "".join(f"  x{n}: {{options: [n, y, z], now: n, decided_by: a}}\n" for n in range(13))
    case = told(many, "priorities: {a: [x1 is y]}\n")
    with pytest.raises(TooLargeError, match="1,594,323 states"):
        stability(case, sample(case, 1, fixed={}))
