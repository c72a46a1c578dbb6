"""Small cases with a process, and their stories."""

from __future__ import annotations

import numpy as np

from winset.analyses.drawing import Changes
from winset.analyses.stories import Teller, Told
from winset.case import Case
from winset.casefile import load_text
from winset.ensemble import sample

HEAD = """\
format: 1
name: small
title: A small process
as_of: 2025-01-01
horizon: 2025-12-31
parties:
  a: A
  b: B
  c: C
issues:
  gate: {options: shut < ajar < wide, now: shut, decided_by: a}
  toll: {options: [high, low], now: high, decided_by: a + b}
  road: {options: [old, new], now: old, decided_by: a + b, implemented_by: c}
tables:
  t: {parties: a + b, agenda: [toll, road]}
"""


def case_of(body: str, head: str = HEAD) -> Case:
    return load_text(head + body)


def teller_of(case: Case, readings: int = 500, seed: int = 3, chunk: int = 0, **kinds) -> Teller:
    return Teller(case, sample(case, readings, seed, chunk, **kinds), seed, chunk)


def told(
    body: str | Case,
    tellings: int = 1,
    readings: int = 500,
    changes: Changes | None = None,
    **kinds,
) -> Told:
    """The first block of stories of a case."""
    case = case_of(body) if isinstance(body, str) else body
    return next(teller_of(case, readings, **kinds).tell(tellings, changes))


def time(body: str, step: str, **kinds) -> float:
    """When a step happens in a story without chance."""
    times = told(body, readings=1, **kinds).time(step)
    assert (times == times[0]).all()
    return float(times[0])


def cause(body: str, step: str, **kinds) -> tuple[str, str, str] | None:
    """Why a step does not happen in a story without chance."""
    one = told(body, readings=1, **kinds)
    found = one.script.causes[int(one.cause(step)[0])]
    return None if found is None else tuple(found)


def near(found: np.ndarray, exact: float) -> bool:
    """Whether a share is within four standard errors of its exact value."""
    error = np.sqrt(exact * (1 - exact) / len(found))
    return bool(abs(found.mean() - exact) <= 4 * error + 1e-12)
