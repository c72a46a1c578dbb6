"""Claims beside what a case makes of them, and beside what happened."""

import math

import numpy as np
import pytest
from tests.analyses.processes import case_of, teller_of

from winset.analyses.claims import Claims, claims
from winset.casefile import load
from winset.methods.scoring import brier
from winset.run.encode import pack, unpack

HEAD = """
sources: {rec: {title: Record, date: 2025-12-30}}
steps:
  one: {chance: 0.5, takes: 0d..10d}
  two: {chance: 0.5, takes: 0d..10d}
  next: {after: one}
  rare: {chance: 0.001}
"""
YES = "happened: yes, resolution: {date: 2025-02-01, source: '@rec'}"
NO = YES.replace("yes", "no")


def claims_of(lines, chunks=2, tellings=16):
    case = case_of(HEAD + f"claims:\n{lines}")
    parts = [claims(teller_of(case, 500, 2, n), tellings) for n in range(chunks)]
    return Claims.merge([unpack(pack(part)) for part in parts])


def test_the_gap_to_the_hedge():
    found = claims_of("""\
  above: {event: one, hedge: unlikely}
  within: {event: one, hedge: roughly even}
  below: {event: one, hedge: likely}
  number: {event: one, hedge: 0.4}
  vague: {event: one, hedge: some say}
""")
    gaps = {c.claim.id: c.gap for c in found.compared()}
    mean = found.compared()[0].computed.mean
    assert abs(mean - 0.5) < 0.02
    assert gaps["above"] == pytest.approx(mean - 0.45)
    assert gaps["within"] == 0
    assert gaps["below"] == pytest.approx(mean - 0.55)
    assert gaps["number"] == pytest.approx(mean - 0.4)
    assert gaps["vague"] is None


def test_scores_once_it_is_known():
    found = claims_of(f"""\
  right: {{event: one, hedge: likely, {YES}}}
  wrong: {{event: one, hedge: likely, {NO}}}
  vague: {{event: one, hedge: could, {YES}}}
  waits: {{event: one, hedge: likely}}
""")
    right, wrong, vague, waits = found.compared()
    assert right.scores.low.brier == pytest.approx(0.45**2)
    assert right.scores.high.brier == pytest.approx(0.2**2)
    assert wrong.scores.middle.logarithmic == pytest.approx(-math.log(1 - 0.675))
    assert right.own.brier == pytest.approx(float(brier(right.computed.mean, True)))
    assert vague.scores is None
    assert vague.own == right.own
    assert waits.scores is waits.own is None


def test_a_claim_with_a_condition_counts_where_it_holds():
    found = claims_of("""\
  given: {event: two, if: one, hedge: likely}
  never: {event: two, if: two before one and one before two, hedge: likely}
""")
    given, never = found.compared()
    assert given.computed.trials == pytest.approx(found.stories / 2, rel=0.05)
    assert given.computed.mean == pytest.approx(0.5, abs=0.03)
    assert np.isnan(never.computed.mean)
    assert never.gap is None


def test_a_date_that_no_story_reaches():
    (found,) = claims_of("  far: {event: one by 2027-01-01, hedge: almost certain}\n").compared()
    assert found.claim.beyond
    assert found.gap is None


def test_claims_that_cannot_all_come_true():
    found = claims_of("""\
  early: {event: one before two, hedge: likely}
  late: {event: two before one, hedge: likely}
  back: {event: next before one, hedge: unlikely}
  forth: {event: one before next, hedge: likely}
  yes: {event: one, hedge: 0.5}
  no: {event: not one, hedge: 0.4}
  kept: {event: not one, hedge: 0.9, use: no}
  rarely: {event: rare, hedge: likely}
  absent: {event: not two and not one, hedge: unlikely}
""")
    conflicts = {conflict.claims: conflict for conflict in found.conflicts()}
    assert conflicts["back",].kind == "sequence"
    assert conflicts["back",].steps == ("one", "next")
    assert conflicts["early", "late"].kind == "order"
    assert conflicts["early", "late"].outright
    assert conflicts["yes", "no"].kind == "apart"
    assert not conflicts["yes", "no"].outright
    assert ("yes", "absent") in conflicts
    assert not [pair for pair in conflicts if "kept" in pair or "rarely" in pair]
    assert not [pair for pair in conflicts if set(pair) == {"early", "yes"}]


def test_claims_on_different_conditions_may_both_be_right():
    found = claims_of(
        """\
  then: {event: two, if: one, hedge: very likely}
  otherwise: {event: not two, if: not one, hedge: very likely}
  not-then: {event: not two, if: one, hedge: very likely}
  wholly: {event: not one and not two, hedge: 0.9}
  forth: {event: one before two, if: rare, hedge: likely}
  back: {event: two before one, if: not rare, hedge: likely}
  far: {event: two by 2027-01-01, hedge: likely}
  never: {event: not two, hedge: likely}
""".replace("else:", "otherwise:")
    )
    conflicts = {conflict.claims: conflict for conflict in found.conflicts()}
    assert conflicts["then", "not-then"].outright
    assert not conflicts["then", "never"].outright
    assert ("then", "otherwise") not in conflicts
    assert ("forth", "back") not in conflicts
    assert ("then", "wholly") not in conflicts
    assert not [pair for pair in conflicts if "far" in pair]
    assert (found.met <= found.asked).all()
    assert (found.both <= found.met).all()


def test_riyadh_sets_its_claims_beside_the_record():
    case = load("riyadh-2025")
    found = claims(teller_of(case, 200))
    by_id = {c.claim.id: c for c in found.compared()}
    assert len(by_id) == len(case.claims)
    assert by_id["early-summit"].own.brier < 0.01
    assert by_id["settled"].gap < -0.3
    assert all(c.scores is None for c in by_id.values() if not c.claim.hedge.scored)
    assert found.both.shape == (len(case.claims),) * 2
    assert (found.both <= np.diagonal(found.both)).all()


def test_a_case_without_claims():
    assert claims(teller_of(case_of(HEAD), 5)).compared() == ()
