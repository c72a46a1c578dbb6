"""An imported case as the scenario it was made from, with utilities on the scenario's own scale.

What a deal's options have under ``preferences`` adds up to its utility in the scenario, as
``drafting`` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from winset.case import Case, Issue, Option
from winset.errors import AskError
from winset.formats.domain import Domain, DomainIssue, Profile
from winset.formats.drafting import slack
from winset.language.terms import Numbers, Outcome

__all__ = ["as_imported"]


def as_imported(case: Case) -> Domain:
    """Give the scenario that a case was imported from, by the numbers in the case alone.

    Parameters
    ----------
    case
        As ``case_text`` wrote it and ``winset.casefile`` read it.

    Returns
    -------
    Issues and parties in the order of the case, which is the scenario's. Values are the titles of
    options (their ids where two titles are the same); all issues count as discrete. Utilities are
    the scenario's to the last digits of floating-point numbers (each number is within 1e-14 of
    itself, and constants are added exactly). Reservations are within
    ``(issues + 2) * 2**-41`` of the party's span; where the scenario had none, the reservation is
    the utility of the worst deal; where it was more than ``FARTHEST`` (1,000) spans away from that,
    it is so many spans away; where all deals are worth the same it tells only whether they are
    acceptable.

    Raises
    ------
    AskError
        If a party has no plain number for each option: such a case was not imported.
    """
    stated = {(p.party, p.issue): p.ranking for p in case.preferences}
    outcomes = {line.party: line.outcome for line in case.no_agreement}
    profiles = []
    for party in case.parties:
        worth = [_row(party.id, issue, stated.get((party.id, issue.id))) for issue in case.issues]
        profiles.append(Profile(party.name, tuple(worth)))
    stands = [_reserved(party.id, outcomes.get(party.id)) for party in case.parties]
    lower = slack(profiles, stands)
    profiles = [_reserving(profile, reserved + lower if 0 < reserved < 1 else reserved)
                for profile, reserved in zip(profiles, stands, strict=True)]  # fmt: skip
    names = _titles(case.issues)
    issues = (DomainIssue(name, _titles(issue.options))
              for name, issue in zip(names, case.issues, strict=True))  # fmt: skip
    return Domain(case.title or case.name, tuple(issues), tuple(profiles))


def _reserving(profile: Profile, reserved: float) -> Profile:
    low, high = profile.span
    scale = high - low if high > low else 1.0
    return replace(profile, reservation=low + reserved * scale)


def _titles(things: Sequence[Issue] | Sequence[Option]) -> tuple[str, ...]:
    """Give titles, or ids where two of the titles are the same."""
    titles = tuple(thing.title or thing.id for thing in things)
    return titles if len(set(titles)) == len(titles) else tuple(thing.id for thing in things)


def _row(party: str, issue: Issue, ranking: object) -> tuple[float, ...]:
    entries = dict(ranking.entries) if isinstance(ranking, Numbers) else {}
    found = [entries.get(option.id) for option in issue.options]
    numbers = [r.low for r in found if r is not None and r.low == r.high]
    if len(numbers) < len(found):
        raise AskError(f"{party} has no number for each option of {issue.id}: "
                       "the case was not imported from a scenario")  # fmt: skip
    return tuple(numbers)


def _reserved(party: str, outcome: Outcome | None) -> float:
    """Read a reservation on the scale from the worst deal (0) to the best (1)."""
    found = outcome and (outcome.reservation or (outcome.plus if outcome.state == () else None))
    if not found or found.low != found.high:
        raise AskError(f"{party} has no number under no_agreement: "
                       "the case was not imported from a scenario")  # fmt: skip
    return found.low
