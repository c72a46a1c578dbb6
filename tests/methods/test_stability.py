"""Published conflicts, what distinguishes the concepts, and what is refused."""

import numpy as np
import pytest

from winset.errors import TooLargeError
from winset.methods.stability import CONCEPTS, SANCTIONS, equilibria, ranks
from winset.methods.stability_graph import ArcMover, GraphConflict
from winset.methods.stability_grid import AxisMover, GridConflict

FORWARD = np.array([[True, True], [False, True]])  # from no to yes, and not back
BACK = FORWARD.T.copy()


def conflict(deciders, directions):
    """Yes-or-no options, each decided by one party; the first option varies slowest."""
    parties = sorted(set(deciders))
    return GridConflict((2,) * len(deciders), tuple(
        AxisMover((p,), tuple((n, directions[n]) for n, who in enumerate(deciders) if who == p))
        for p in parties
    ))  # fmt: skip


def found(told, states, payoffs, sanctions="legal"):
    """Equilibria by concept, as 1-based positions in a published list of states."""
    cells = [int(state.replace("Y", "1").replace("N", "0"), 2) for state in states]
    worth = np.zeros((len(payoffs), told.size), int)
    worth[:, cells] = payoffs
    feasible = np.zeros(told.size, bool)
    feasible[cells] = True
    holds = equilibria(told.stable(worth, feasible, sanctions=sanctions))
    return {c: [n for n, cell in enumerate(cells, 1) if holds[c][cell]] for c in CONCEPTS}


# ── conflicts from the literature ───────────────────────────────────────────────────────────────
def test_prisoners_dilemma():
    told = conflict([0, 1], [None, None])
    assert found(told, ["NN", "YN", "NY", "YY"], [[2, 1, 4, 3], [2, 4, 1, 3]]) == {
        "nash": [1], "gmr": [1, 4], "smr": [1, 4], "seq": [1, 4],
    }  # fmt: skip


def test_chicken():
    # Y is to swerve. Fraser & Hipel 1984: who swerves alone holds; so does that both swerve,
    # where sanctions are foreseen.
    told = conflict([0, 1], [None, None])
    result = found(told, ["NN", "YN", "NY", "YY"], [[1, 2, 4, 3], [1, 4, 2, 3]])
    assert result == {"nash": [2, 3], "gmr": [2, 3, 4], "smr": [2, 3, 4], "seq": [2, 3]}


def test_cuban_missile_crisis():
    # US: air strike (cannot be undone), blockade; USSR: withdraw, escalate (never both).
    told = conflict([0, 0, 1, 1], [FORWARD, None, None, None])
    states = ["NNNN", "YNNN", "NYNN", "YYNN", "NNYN", "YNYN", "NYYN", "YYYN",
              "NNNY", "YNNY", "NYNY", "YYNY"]  # fmt: skip
    payoffs = [[5, 7, 8, 6, 12, 10, 11, 9, 1, 3, 2, 4], [12, 7, 9, 5, 11, 8, 10, 6, 1, 3, 2, 4]]
    assert found(told, states, payoffs) == {
        "nash": [6], "gmr": [1, 2, 3, 5, 6, 7, 8], "smr": [1, 2, 3, 5, 6, 7, 8], "seq": [5, 6, 7],
    }  # fmt: skip


ELMIRA = ["NYNNN", "YYNNN", "NNYNN", "YNYNN", "NNNYN", "YNNYN", "NYNNY", "YYNNY",
          "NNYNY", "YNYNY", "NNNYY", "YNNYY"]  # fmt: skip
ELMIRA_PAYOFFS = [
    [7, 6, 11, 10, 4, 4, 8, 5, 12, 9, 4, 4],
    [12, 7, 6, 11, 8, 8, 9, 4, 5, 10, 8, 8],
    [9, 5, 11, 6, 4, 4, 10, 7, 12, 8, 4, 4],
]


def test_elmira():
    # MoE: modify; Uniroyal: delay, accept, abandon (exactly one); local government: insist.
    told = conflict([0, 1, 1, 1, 2], [FORWARD, BACK, None, FORWARD, None])
    assert found(told, ELMIRA, ELMIRA_PAYOFFS) == {
        "nash": [5, 6, 7, 10, 11, 12], "gmr": [1, 4, 5, 6, 7, 10, 11, 12],
        "smr": [1, 4, 5, 6, 7, 10, 11, 12], "seq": [5, 6, 7, 10, 11, 12],
    }  # fmt: skip


def test_elmira_in_nine_states():
    # As published: all four ways to abandon are one state. Strong equilibria 5, 8 and 9;
    # 1 and 4 under GMR and SMR.
    merged = {state: n for n, state in enumerate(ELMIRA[:4])}
    merged |= {state: 5 + n for n, state in enumerate(ELMIRA[6:10])}
    merged |= dict.fromkeys([*ELMIRA[4:6], *ELMIRA[10:]], 4 + 5)
    order = sorted(set(merged.values()))
    place = {state: order.index(n) for state, n in merged.items()}
    full = conflict([0, 1, 1, 1, 2], [FORWARD, BACK, None, FORWARD, None])
    cells = {int(s.replace("Y", "1").replace("N", "0"), 2): place[s] for s in ELMIRA}
    movers = [
        ArcMover((k,), np.array([(a, cells[t]) for s, a in cells.items()
                                 for t in full.moves(k, s) if int(t) in cells]))
        for k in range(3)
    ]  # fmt: skip
    worth = np.zeros((3, 9), int)
    for n, state in enumerate(ELMIRA):
        worth[:, place[state]] = [row[n] for row in ELMIRA_PAYOFFS]
    holds = equilibria(GraphConflict(9, tuple(movers)).stable(worth))
    assert {c: [int(n) + 1 for n in np.flatnonzero(m)] for c, m in holds.items()} == {
        "nash": [5, 8, 9], "gmr": [1, 4, 5, 8, 9], "smr": [1, 4, 5, 8, 9], "seq": [5, 8, 9],
    }  # fmt: skip


# ── what the readings of sanctions change ───────────────────────────────────────────────────────
def relay():
    """Party 0 can step from 0 to 1; punishing it takes moves of 1, 2 and 1 again."""
    steps = {0: [(0, 1)], 1: [(1, 2), (3, 4)], 2: [(2, 3)]}
    movers = tuple(ArcMover((p,), np.array(arcs)) for p, arcs in steps.items())
    return GraphConflict(5, movers), np.array([[1, 2, 3, 3, 0], [0] * 5, [0] * 5])


@pytest.mark.parametrize(
    ("sanctions", "stable"), [("legal", True), ("once", False), ("single", False)]
)
def test_a_sanction_in_three_moves_of_two_opponents(sanctions, stable):
    told, worth = relay()
    assert told.stable(worth, sanctions=sanctions)["gmr"][0, 0] == stable


@pytest.mark.parametrize(
    ("sanctions", "stable"), [("legal", True), ("once", True), ("single", False)]
)
def test_a_sanction_in_two_moves_of_two_opponents(sanctions, stable):
    told = GraphConflict(4, (
        ArcMover((0,), np.array([[0, 1]])),
        ArcMover((1,), np.array([[1, 2]])),
        ArcMover((2,), np.array([[2, 3]])),
    ))  # fmt: skip
    worth = np.array([[1, 2, 3, 0], [0] * 4, [0] * 4])
    assert told.stable(worth, sanctions=sanctions)["gmr"][0, 0] == stable


def test_nobody_moves_twice_in_a_row():
    told = GraphConflict(4, (
        ArcMover((0,), np.array([[0, 1]])), ArcMover((1,), np.array([[1, 2], [2, 3]])),
    ))  # fmt: skip
    assert not told.stable(np.array([[1, 2, 3, 0], [0] * 4]))["gmr"][0, 0]


# ── what always holds ───────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("sanctions", SANCTIONS)
def test_nash_implies_the_others_and_all_imply_gmr(sanctions):
    rng = np.random.default_rng(3)
    told = conflict([0, 0, 1, 1, 2, 3], [None, FORWARD, None, None, BACK, None])
    for _ in range(50):
        worth = rng.integers(0, 20, (4, told.size))
        holds = told.stable(worth, rng.random(told.size) < 0.7, sanctions=sanctions)
        assert (holds["nash"] <= holds["smr"]).all()
        assert (holds["nash"] <= holds["seq"]).all()
        assert (holds["smr"] <= holds["gmr"]).all()
        assert (holds["seq"] <= holds["gmr"]).all()


def test_only_the_order_of_utilities_counts():
    rng = np.random.default_rng(4)
    told = conflict([0, 1, 1, 2], [None] * 4)
    worth = rng.normal(size=(3, told.size)).round(1)
    one, other = told.stable(worth), told.stable(ranks(worth) * 1000 - 7)
    assert all((one[c] == other[c]).all() for c in CONCEPTS)


def test_readings_are_solved_each_on_its_own():
    rng = np.random.default_rng(6)
    told = conflict([0, 1, 1, 2], [None, FORWARD, None, None])
    worth = rng.integers(0, 9, (7, 3, told.size))
    feasible = rng.random((7, told.size)) < 0.8
    together = told.stable(worth, feasible)
    for r in range(7):
        alone = told.stable(worth[r], feasible[r])
        assert all((together[c][r] == alone[c]).all() for c in CONCEPTS)


# ── joint moves ─────────────────────────────────────────────────────────────────────────────────
def test_what_two_decide_moves_only_where_both_gain():
    told = GridConflict((3,), (AxisMover((0, 1), ((0, None),)),))
    holds = told.stable(np.array([[0, 1, 2], [0, 2, 0]]))
    assert [bool(x) for x in holds["nash"][0]] == [False, True, True]


def test_who_can_break_alone_keeps_what_serves_it():
    undo = np.array([[True, False], [True, True]])
    told = GridConflict((2,), (AxisMover((1,), ((0, undo),)), AxisMover((0, 1), ((0, None),))))
    keeps = equilibria(told.stable(np.array([[0, 2], [1, 2]])))
    breaks = equilibria(told.stable(np.array([[0, 2], [2, 1]])))
    for concept in CONCEPTS:
        assert keeps[concept].tolist() == [False, True]
        assert breaks[concept].tolist() == [True, False]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────
def test_refusals_say_what_is_wrong():
    told = conflict([0, 1], [None, None])
    worth = np.zeros((2, 4), int)
    with pytest.raises(ValueError, match="no state is feasible"):
        told.stable(worth, np.zeros(4, bool))
    with pytest.raises(ValueError, match="concepts are"):
        told.stable(worth, concepts=["core"])
    with pytest.raises(ValueError, match="sanctions are"):
        told.stable(worth, sanctions="twice")
    with pytest.raises(ValueError, match="for 2 parties and 4 states"):
        told.stable(np.zeros((2, 5), int))
    with pytest.raises(ValueError, match="not a number"):
        told.stable(np.full((2, 4), np.nan))
    with pytest.raises(ValueError, match="below 2"):
        told.stable(np.full((2, 4), 2**62))
    with pytest.raises(ValueError, match="transitive"):
        GridConflict((3,), (AxisMover((0,), ((0, np.eye(3, k=1, dtype=bool)),)),))
    with pytest.raises(ValueError, match="no axis 1"):
        GridConflict((3,), (AxisMover((0,), ((1, None),)),))
    with pytest.raises(ValueError, match="twice"):
        GridConflict((3,), (AxisMover((0,), ((0, None), (0, None))),))
    with pytest.raises(ValueError, match="outside the 2 states"):
        GraphConflict(2, (ArcMover((0,), np.array([[0, 2]])),))


def test_every_subset_of_many_opponents_is_refused():
    told = conflict(list(range(16)), [None] * 16)
    with pytest.raises(TooLargeError, match="15 opponents"):
        told.stable(np.zeros((16, told.size), int), sanctions="once")
