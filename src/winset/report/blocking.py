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
    """Events that the table's deals can bring or fail to bring: those that speak of an issue it
    can change, and not of others alone that are wanting. What steps settle comes first.
    """
    here, deals = frozenset(signing.deals.issues), signing.deals
    found = {
        text: event
        for text, event in events_of(signing.case).items()
        if text in deals.event_signed
        and issues_of(event) & here
        and (issues_of(event) <= here or deals.event_in_zone[text])
    }
    settled = [str(s.settles) for s in signing.case.steps if s.settles is not None]
    rank = {text: k for k, text in enumerate(dict.fromkeys([*settled, *found]))}
    return dict(sorted(found.items(), key=lambda item: rank[item[0]]))


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
        found.append(_closed(signing, "", deals.closed[""]))
    found += [
        _closed(signing, text, deals.closed[text])
        for text in events_at(signing)
        if text in deals.closed
    ]
    return tuple(c for c in found if c.share.count)


def _closed(signing: Signing, event: str, closing: Closing) -> view.Closed:
    total = closing.readings
    words = event_words(signing.case, signing.names, event) if event else ""
    return view.Closed(
        what=words if event else "Any deal at all",
        event=event,
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
        return f"what {names.the(line.removeprefix(RESERVATION))} would have without agreement"
    statement = next((s for s in case.statements() if s.id == line), None)
    return names.subject(statement) if statement else line
