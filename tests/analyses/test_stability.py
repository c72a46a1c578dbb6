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
from winset.ensemble import picked, sample
from winset.errors import AskError, TooLargeError
from winset.methods.stability import CONCEPTS, SANCTIONS
from winset.methods.stability_graph import GraphConflict

HEAD = "format: 1\nname: t\ntitle: T\nas_of: 2025-01-01\nparties: {a: A, b: B, c: C}\n"


def told(issues: str, rest: str = "") -> Case:
    return load_text(HEAD + "issues:\n" + issues + rest)


UNSURE = told(
    "  x: {options: [n, y], now: n, decided_by: a, moves: [n to y, y to n (likely)]}\n"
    "  y: {options: [n, y, z], now: n, decided_by: a + b, break: b (0.5)}\n"
    "  z: {options: [n, y], now: n, decided_by: c}\n",
    "rules: [y is z requires x is y (0.5)]\n"
    "preferences: {a: {x: unknown, y: unknown, z: unknown}, b: {x: unknown, y: unknown},"
    " c: {y: unknown, z: unknown}}\n",
)


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


GARRISON = {  # the states of GMCR+'s file by its numbers: proposal, lawsuit, treaty, advice
    1: "rnnf", 2: "annf", 3: "fynf", 4: "rynf", 5: "rnyf", 6: "anyf", 7: "fyyf", 8: "ryyf",
    9: "rnnr", 10: "annr", 11: "rynr", 12: "rnyr", 13: "anyr", 14: "fyyr", 15: "ryyr",
    16: "rnyl", 17: "anyl", 18: "fyyl", 19: "ryyl", 20: "rnys", 21: "anys", 22: "fyys", 23: "ryys",
}  # fmt: skip
GARRISON_ORDERS = {
    "support": [3, 7, (1, 2), 4, (5, 6), 8, 9, 12, 11, 15, 10, 13, 14, 17, 16, 18, 19, 21, 20, 22,
                23],
    "opponents": [(21, 17, 13, 10, 6, 2), (23, 19), 15, 11, 8, 4, 22, 18, 14, 7, 3, 20, 16, 12, 9,
                  5, 1],
    "canada": [23, (20, 21), 19, (16, 17), 11, (9, 10), 15, (12, 13), 2, 4, 1, 8, (5, 6), 22, 18,
               14, 3, 7],
    "commission": [tuple(range(1, 24))],
}  # fmt: skip


def garrison(sanctions: str = "legal") -> dict[str, set[int]]:
    """Equilibria by the numbers of the published states."""
    case = load("garrison-1976")
    found = stability(case, sample(case, 1), sanctions=sanctions)
    number = {text: n for n, text in GARRISON.items()}
    order = [found.issues.index(i) for i in ("project", "lawsuit", "treaty", "advice")]
    spelt = {
        s: number.get("".join(list(found.label(s).values())[i][0] for i in order), 0)
        for s in range(found.size)
    }
    assert {spelt[int(s)] for s in np.flatnonzero(found.possible)} == set(GARRISON)
    return {c: {spelt[int(s)] for s in np.flatnonzero(found.holds[c])} for c in CONCEPTS}


def test_garrison():
    # GMCR+ (github.com/onp/gmcr-py): test_data/Garrison_logSol.txt, single moves as answers.
    strong = {2, 3, 11, 17, 18, 21, 22}
    weak = strong | {8, 13, 14, 15, 19}
    assert garrison("single") == {"nash": strong, "seq": strong, "gmr": weak, "smr": weak}


def test_garrison_tells_the_readings_of_sanctions_apart():
    single, once, legal = (garrison(s)["gmr"] for s in ("single", "once", "legal"))
    assert once - single == {4, 10}
    assert legal - once == {6}
    assert garrison("legal")["seq"] == garrison("single")["seq"]


def test_priorities_give_the_published_orders_of_garrison():
    case = load("garrison-1976")
    arena = arena_of(case, sample(case, 1))
    worth = dict(zip([m for (m,) in arena.movers], arena.utilities(slice(None))[0], strict=True))
    words = {"f": "full", "r": "reduced", "a": "appeasing", "l": "lonetree", "s": "suspended",
             "n": "no", "y": "yes"}  # fmt: skip
    place = {
        n: arena.grid.index(dict(zip(("project", "lawsuit", "treaty", "advice"),
                                     (words[c] for c in text), strict=True)))
        for n, text in GARRISON.items()
    }  # fmt: skip
    for party, order in GARRISON_ORDERS.items():
        levels = [group if isinstance(group, tuple) else (group,) for group in order]
        told = [{int(worth[party][place[n]]) for n in level} for level in levels]
        assert all(len(level) == 1 for level in told), party
        flat = [level.pop() for level in told]
        assert flat == sorted(flat, reverse=True), party
        assert len(set(flat)) == len(flat), party


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
    ensemble = sample(UNSURE, 40)
    found, arena = stability(UNSURE, ensemble), arena_of(UNSURE, ensemble)
    each = [first for r in range(40) for first in arena_of(
        UNSURE, picked(ensemble, np.array([r]))).parts()]  # fmt: skip
    expected = [p.conflict.stable(p.utilities(slice(None)), p.feasible(slice(None))) for p in each]
    assert len(list(arena.parts())) == 4  # a way back or not, a break or not
    for concept in CONCEPTS:
        one = np.concatenate([e[concept] for e in expected])
        np.testing.assert_array_equal(found.stable[concept], one.sum(axis=0))
        np.testing.assert_array_equal(found.holds[concept], one.all(axis=1).sum(axis=0))


def test_who_can_undo_only_in_part_of_the_readings():
    case = told("  x: {options: [n, y], now: n, decided_by: a + b, break: b (0.3)}\n",
                "preferences: {a: {x: y > n}, b: {x: n > y}}\n")  # fmt: skip
    ensemble = sample(case, 400)
    found = stability(case, ensemble)
    held = int(ensemble.in_force["issues.x.break"].sum())
    assert 80 < held < 160
    assert found.holds["nash"][1] == 400 - held
    # A rare line names a mover in every chunk, so that chunks merge.
    rare = told("  x: {options: [n, y], now: n, decided_by: a + b, break: b (0.001)}\n")
    parts = [stability(rare, sample(rare, 5, chunk=n)) for n in range(2)]
    assert Stability.merge(parts).movers == (("b",), ("a", "b"))


def test_chunks_merge_into_the_whole():
    parts = [stability(UNSURE, sample(UNSURE, 50, chunk=n)) for n in range(2)]
    whole = Stability.merge(parts)
    assert whole.readings == 100
    assert whole.holds["nash"].sum() == sum(p.holds["nash"].sum() for p in parts)
    assert sum(whole.ways.values()) == sum(sum(p.ways.values()) for p in parts)


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
    # Every state, every mover; where it stays or is deterred, it is stable.
    for case in (load("elmira-1991"), load("cuba-1962"), UNSURE):
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
