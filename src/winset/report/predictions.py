"""Predictions beside what a case makes of them and what happened, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from winset.analyses.claims import Claims, Compared, Conflict
from winset.case import Case, Claim
from winset.methods.nested import Spread
from winset.methods.scoring import Scores
from winset.report.chances import FEW, band, ends, percent, range_of
from winset.report.names import Names
from winset.report.process_names import StepNames
from winset.report.wording import DASH, capital, date, plural, small

NOTE = (
    "The case: where the probability lies in the middle 8 of 10 readings. Hedges on the list of "
    "ICD 203 have a band; others have no number, so no score. Brier score: 0 for certain and "
    "right, 1 for certain and wrong, 0.25 for one half; of a hedge, at the middle of its band."
)


@dataclass(frozen=True, slots=True)
class Scored:
    """Brier and logarithmic score, as printed."""

    brier: str
    logarithmic: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """One prediction. ``stated`` and ``spread`` are (low, high) and (low, mean, high), None where
    there is no number; ``why`` says why.
    """

    id: str
    statement: str
    event: str
    hedge: str
    band: str
    said: str
    basis: str
    computed: str
    mean: str
    why: str
    stated: tuple[float, float] | None
    spread: tuple[float, float, float] | None
    outcome: str
    outcome_note: str
    happened: bool | None
    gap: str
    brier_short: str
    score: Scored
    own: Scored
    used: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """Predictions that cannot all come true: how it shows, and the statements."""

    text: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Predictions:
    """All predictions of a case, and what is said of them together."""

    rows: tuple[Prediction, ...]
    conflicts: tuple[Clash, ...]
    summary: tuple[str, ...]
    stories: int
    note: str = NOTE


def predictions_of(claims: Claims, case: Case) -> Predictions:
    """Put a case's predictions into words."""
    names = StepNames(Names(case))
    by_id = {claim.id: claim for claim in case.claims}
    compared = {found.claim.id: found for found in claims.compared()}
    rows = tuple(_row(compared[c.id], c, names) for c in case.claims if c.id in compared)
    clashes = tuple(_clash(c, by_id, names) for c in claims.conflicts())
    return Predictions(rows, clashes, tuple(_summary(rows, len(clashes))), claims.stories)


def _row(found: Compared, claim: Claim, names: StepNames) -> Prediction:
    computed, why = found.computed, _unknown(found)
    known = not why
    hedge = claim.hedge
    return Prediction(
        id=claim.id,
        statement=claim.statement.id,
        event=_event(claim, names),
        hedge=_hedge(claim),
        band=band(hedge.low, hedge.high) if hedge.scored else "",
        said=_said(claim),
        basis=claim.statement.source.basis,
        computed=range_of(computed) if known else why,
        mean=percent(computed.mean) if known else "",
        why=why,
        stated=(hedge.low, hedge.high) if hedge.scored else None,
        spread=_spread(computed) if known else None,
        outcome={None: "open", True: "yes", False: "no"}[found.claim.happened],
        outcome_note=_outcome(claim),
        happened=found.claim.happened,
        gap=_gap(found),
        brier_short=_brier_short(found),
        score=_band_scores(found),
        own=_own_scores(found),
        used=found.claim.use,
    )


def _unknown(found: Compared) -> str:
    if found.claim.beyond:
        return "after the horizon"
    trials, groups = found.computed.trials, found.computed.groups
    if trials >= FEW:
        # Stories of a few readings say nothing of the range over readings.
        few = bool(found.claim.given) and groups < FEW
        return f"only {plural(groups, 'reading')} to go by" if few else ""
    return f"only {plural(trials, 'story', 'stories')} to go by" if trials else "no story to go by"


def _event(claim: Claim, names: StepNames) -> str:
    words = names.names.condition(claim.event)
    if claim.given is None:
        return capital(words)
    return capital(f"{words}, {names.names.given(claim.given)}")


def _hedge(claim: Claim) -> str:
    return f"“{claim.hedge.word}”" if claim.hedge.word else ""


def _said(claim: Claim) -> str:
    ref = claim.statement.source
    if not ref.source:
        return "no source"
    place = f"{ref.source}:{ref.place}" if ref.place else ref.source
    return f"{place}, {ref.voice}" if ref.voice not in ("", "author") else place


def _spread(chance: Spread) -> tuple[float, float, float]:
    low, high = ends(chance)
    return low, chance.mean, high


def _outcome(claim: Claim) -> str:
    found = claim.resolution
    if found is None:
        return "not resolved"
    told = [date(found.date) if found.date else "", found.note]
    return ": ".join(part for part in told if part)


def _gap(found: Compared) -> str:
    if found.gap is None:
        return ""
    points = math.floor(abs(100 * found.gap) + 0.5)
    if not points:
        return "mean within the hedge"
    point = "point" if points == 1 else "points"
    return f"mean {points} {point} {'above' if found.gap > 0 else 'below'} the hedge"


def _brier_short(found: Compared) -> str:
    if found.claim.happened is None:
        return "not yet"
    hedge = f"{found.scores.middle.brier:.2f}" if found.scores else DASH
    return f"{hedge}/{f'{found.own.brier:.2f}' if found.own else DASH}"


def _band_scores(found: Compared) -> Scored:
    if found.claim.happened is None:
        return Scored("not yet", "not yet")
    if found.scores is None:
        return Scored("no band", "no band")
    ends = found.scores.low, found.scores.high
    return Scored(_between(*(s.brier for s in ends)), _between(*(s.logarithmic for s in ends)))


def _own_scores(found: Compared) -> Scored:
    if found.claim.happened is None:
        return Scored("not yet", "not yet")
    return _scored(found.own) if found.own else Scored("not computed", "not computed")


def _scored(scores: Scores) -> Scored:
    return Scored(_number(scores.brier), _number(scores.logarithmic))


def _between(one: float, other: float) -> str:
    low, high = sorted((one, other))
    return _number(low) if low == high else f"{_number(low)}{DASH}{_number(high)}"


def _number(score: float) -> str:
    return "∞" if math.isinf(score) else f"{score:.2f}"


def _summary(rows: tuple[Prediction, ...], clashes: int) -> Iterator[str]:
    known = [row for row in rows if row.happened is not None]
    scored = [row for row in known if row.stated]
    banded = [row for row in rows if row.stated]
    carry = "carries" if len(banded) <= 1 else "carry"
    yield (
        f"{capital(plural(len(rows), 'prediction'))}, {_resolved(len(rows), len(known))}. "
        f"{_none(len(banded)).capitalize()} {carry} a hedge that has a number"
        f"{_scorable(len(banded), len(scored))}."
    )
    if not clashes and len(rows) > 1:
        yield "No two of them rule each other out."


def _none(count: int) -> str:
    return small(count) if count else "none"


def _resolved(rows: int, known: int) -> str:
    if rows == 1:
        return "resolved" if known else "not resolved"
    return f"{_none(known)} of them resolved"


def _scorable(banded: int, scored: int) -> str:
    if banded == 1:
        return f" and can{'' if scored else 'not'} be scored so far"
    return f"; of these, {_none(scored)} can be scored so far" if banded else ""


def _clash(conflict: Conflict, by_id: dict[str, Claim], names: StepNames) -> Clash:
    claims = [by_id[name] for name in conflict.claims]
    told = [
        f"{_event(c, names)} ({_hedge(c) or band(c.hedge.low, c.hedge.high)}, {_said(c)})"
        for c in claims
    ]
    if conflict.kind == "sequence":
        first, second = conflict.steps
        text = (
            f"{told[0]}: in this case {names.step(second)} cannot happen without "
            f"{names.step(first)} before it."
        )
    elif conflict.kind == "order":
        text = f"{told[0]} and {told[1]} put the steps in opposite orders."
    else:
        text = f"{told[0]} and {told[1]}: no story has both, though each is common enough."
    if conflict.outright:
        text += (
            " Its hedge says that it can." if conflict.kind == "sequence"
            else " Their hedges together promise more than certainty."
        )  # fmt: skip
    return Clash(text, tuple(c.statement.id for c in claims))
