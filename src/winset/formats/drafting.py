"""A domain as a case file.

Each value of an issue is an option. What a value adds to a party's utility, weight and all, is its
number under ``preferences``, a constant being among those of the first issue: so a deal's numbers
add up to its utility in the scenario. The span of these numbers is the issue's weight: so utilities
in the case are those of the scenario, stretched to run from 0 to 1. An issue stands at ``open``
until there is a deal, and every party refuses a deal that leaves it there.

A weight times a value of few digits has few digits, too, but for what floating-point numbers add
to it: that is taken off, so that equal sums of the scenario are equal in the case.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from winset.casefile.draft import name_of
from winset.casefile.nodes import LARGEST_FILE
from winset.errors import AskError, TooLargeError
from winset.formats.domain import Domain, Profile
from winset.language.terms import FARTHEST, OPEN, finest

__all__ = ["case_text"]

_NOISE = 1e-12  # of a reservation that is the best deal's utility
_FEW = 12  # digits of a short number
_ADDED = 5e-15  # of a number: what a few operations add to it, about twenty roundings


def case_text(domain: Domain, as_of: dt.date) -> str:
    """Write a domain as the text of a case file.

    Raises
    ------
    TooLargeError
        If it would be larger than case files may be.
    """
    profiles = tuple(_as_written(profile) for profile in domain.profiles)
    text = "\n".join(_lines(replace(domain, profiles=profiles), as_of)) + "\n"
    size = len(text.encode())
    if size > LARGEST_FILE:
        raise TooLargeError(f"{domain.name} would be a case file of {size:,} bytes, and they hold "
                            f"at most {LARGEST_FILE:,}: take fewer profiles or levels")  # fmt: skip
    return text


def _lines(domain: Domain, as_of: dt.date) -> Iterator[str]:
    issues = _names((issue.name for issue in domain.issues), "issue")
    options = [_names((str(v) for v in issue.values), "option") for issue in domain.issues]
    parties = _names((profile.name for profile in domain.profiles), "party")
    yield "format: 1"
    yield f"name: {_names([domain.name], 'case')[0]}"
    yield f"title: {_quoted(domain.name)}"
    yield f"as_of: {as_of}"
    if domain.lost:
        yield f"notes: {_quoted('Not taken over: ' + '; '.join(domain.lost))}"
    yield f"sources:\n  scenario: {{title: {_quoted(domain.name)}}}"
    yield "parties:"
    called = [profile.name for profile in domain.profiles]
    for n, (name, title) in enumerate(zip(parties, called, strict=True), start=1):
        again = f" ({n})" if called.count(title) > 1 else ""
        yield f"  {name}: {{name: {_quoted(title + again)}}}"
    yield "issues:"
    for name, issue, ids in zip(issues, domain.issues, options, strict=True):
        yield f"  {name}:\n    title: {_quoted(issue.name)}\n    options:"
        for option, value in zip(ids, issue.values, strict=True):
            yield f"      {option}: {{title: {_quoted(str(value))}}}"
        yield f"    decided_by: {' + '.join(parties)} @scenario"
    yield "tables:\n  talks:"
    yield f"    parties: {' + '.join(parties)} @scenario"
    yield f"    agenda: [{', '.join(f'{issue} @scenario' for issue in issues)}]"
    yield from _wants(domain, issues, options, parties)


def _wants(
    domain: Domain, issues: list[str], options: list[list[str]], parties: list[str]
) -> Iterator[str]:
    yield "preferences:"
    for name, profile in zip(parties, domain.profiles, strict=True):
        yield f"  {name}:"
        for issue_id, ids, row in zip(issues, options, profile.worth, strict=True):
            yield f"    {issue_id}: {_numbers('values', [*ids, OPEN], [*row, min(row)])}"
    spans = [[float(_written(max(row)) - _written(min(row))) for row in profile.worth]
             for profile in domain.profiles]  # fmt: skip
    if any(map(any, spans)):
        yield "salience:"
    for name, weights in zip(parties, spans, strict=True):
        if any(weights):
            yield f"  {name}: {_numbers('weights', issues, weights)}"
    yield "red_lines:"
    for party in parties:
        yield f"  {party}:"
        for name in issues:
            yield f"    - {name} is {OPEN} @scenario"
    yield "no_agreement:"
    reservations = [_reservation(profile) for profile in domain.profiles]
    lower = slack(domain.profiles, reservations)
    for name, reserved in zip(parties, reservations, strict=True):
        if 0 < reserved <= 1 + _NOISE and lower:
            reserved = max(0.0, min(1.0, reserved) - lower)
        # Where nothing is agreed the utility is 0: what lies beyond all deals is added to that.
        beyond = "" if 0 <= reserved <= 1 else "status quo + "
        yield f"  {name}: {beyond}{_exact(reserved)} @scenario"


def slack(profiles: Sequence[Profile], reservations: Sequence[float]) -> float:
    """Give by how much reservations from 0 to 1 are lower in a case: what rounding can take.

    So deals exactly at a reservation stay acceptable where utilities are not exact in a reading.
    """
    units = finest(max(map(abs, reservations), default=0.0))
    exact = lcm(*map(_denominator, profiles)) <= units
    return 0.0 if exact else (len(profiles[0].worth) + 2) / (2 * units)


def _reservation(profile: Profile) -> float:
    """Give a reservation on the scale from the worst deal (0) to the best (1).

    It may lie outside; where any deal is better than none it is 0.
    """
    if profile.reservation is None:
        return 0.0
    low = sum(_written(min(row)) for row in profile.worth)
    high = sum(_written(max(row)) for row in profile.worth)
    above = _written(profile.reservation) - low
    if high == low:
        return float(above > 0)
    return float(max(Fraction(-FARTHEST), min(Fraction(FARTHEST), above / (high - low))))


def _denominator(profile: Profile) -> int:
    """Give what fractions of the whole range the values add have as common denominator."""
    rows = [list(map(_written, row)) for row in profile.worth]
    common = lcm(*(number.denominator for row in rows for number in row))
    lowest = [min(row) for row in rows]
    above = [int((number - low) * common)
             for row, low in zip(rows, lowest, strict=True) for number in row]  # fmt: skip
    whole = sum(int((max(row) - low) * common) for row, low in zip(rows, lowest, strict=True))
    return whole // gcd(whole, *above) if whole else 1


def _written(number: float) -> Fraction:
    """Give a number as the case file says it."""
    return Fraction(Decimal(repr(float(number))))


def _as_written(profile: Profile) -> Profile:
    """Put a constant among the numbers of the first issue, and take off noise."""
    bias = _written(_short(profile.bias))
    first, *others = (tuple(map(_short, row)) for row in profile.worth)
    worth = (tuple(float(bias + _written(worth)) for worth in first), *others)
    reserved = profile.reservation if profile.reservation is None else _short(profile.reservation)
    return replace(profile, worth=worth, bias=0.0, reservation=reserved)


def _short(number: float) -> float:
    """Take off what arithmetic added to a number of few digits; leave one of many as it is."""
    short = float(format(number, f".{_FEW - 1}e"))
    return short if abs(short - number) <= _ADDED * abs(number) else float(number)


def _numbers(kind: str, names: list[str], values: list[float]) -> str:
    stated = ", ".join(f"{n}: {_exact(v)}" for n, v in zip(names, values, strict=True))
    return f'{{{kind}: {{{stated}}}, source: "@scenario"}}'


def _exact(value: float) -> str:
    return format(Decimal(repr(float(value))), "f")


def _names(texts: Iterable[str], what: str) -> list[str]:
    """Make different names for use in lines of what another program calls things."""
    found: dict[str, None] = {}
    for text in texts:
        try:
            stem = name_of(text)
        except AskError:
            rest = re.sub(r"[^\w]+", "-", text.replace(".", "-").lower()).strip("-_")
            stem = f"{what[0]}-{rest or 'x'}"
            stem = re.sub(r"_+", "-", stem)
        name, n = stem, 2
        while name in found:
            name, n = f"{stem}-{n}", n + 1
        found[name] = None
    return list(found)


def _quoted(text: str) -> str:
    text = "".join(c if c.isprintable() else " " for c in text).strip() or "(blank)"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
