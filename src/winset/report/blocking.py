"""What closes a table's zone, or keeps an event out of every deal, in words."""

from __future__ import annotations

from winset.analyses.closing import RESERVATION, Closing
from winset.analyses.deals import events_of
from winset.case import Case
from winset.language.terms import Condition
from winset.report import view
from winset.report.names import Names, issues_of
from winset.report.signing import Signing
from winset.report.wording import Share


def events_at(signing: Signing) -> dict[str, Condition]:
    """Events that speak of an issue the table can change."""
    here = frozenset(signing.deals.issues)
    return {
        text: event
        for text, event in events_of(signing.case).items()
        if text in signing.deals.event_signed and issues_of(event) & here
    }


def event_name(case: Case, names: Names, text: str) -> str:
    """Title of the step that settles an event, or the condition in words."""
    event = events_of(case)[text]
    steps = [s.title for s in case.steps if s.settles == event and s.title]
    return steps[0] if steps else names.condition(event)


def event_words(case: Case, names: Names, text: str) -> str:
    """Name an event with what it means: ``Agreement (Fighting is not “goes on”)``."""
    name, words = event_name(case, names, text), names.condition(events_of(case)[text])
    return words if name == words else f"{name} ({words})"


def closed(signing: Signing) -> tuple[view.Closed, ...]:
    """Tell what closes the zone, and what keeps each event out of it, where anything does."""
    deals = signing.deals
    found = []
    if "" in deals.closed:
        found.append(_closed(signing, "No deal can be signed", deals.closed[""]))
    for text in events_at(signing):
        if text in deals.closed:
            words = event_words(signing.case, signing.names, text)
            found.append(_closed(signing, f"No deal can bring this: {words}", deals.closed[text]))
    return tuple(c for c in found if c.share.count)


def _closed(signing: Signing, what: str, closing: Closing) -> view.Closed:
    total = closing.readings
    return view.Closed(
        what=what,
        share=signing.of_all(total),
        hopeless=Share(closing.hopeless, total),
        sets=tuple(
            view.Blocker(
                tuple(blocker(signing.case, signing.names, n) for n in lines), Share(count, total)
            )
            for lines, count in closing.leading()
        ),
    )


def blocker(case: Case, names: Names, line: str) -> str:
    """Name a line that stands in the way: a statement, or what a party has without a deal."""
    if line.startswith(RESERVATION):
        return f"what {names.party(line.removeprefix(RESERVATION))} has without agreement"
    statement = next((s for s in case.statements() if s.id == line), None)
    return names.subject(statement) if statement else line
