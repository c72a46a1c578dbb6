"""Why a finding stands at none or all of the readings: the lines that force it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from winset.analyses.deals import events_of
from winset.analyses.headlines import Headline
from winset.case import Case, Statement
from winset.report.absence import Absence, grounds
from winset.report.bearing import on_event
from winset.report.blocking import blocker, event_words
from winset.report.names import Names, issues_of
from winset.report.signing import Signing
from winset.report.view import Forced, Line
from winset.report.wording import Share, counted, listed
from winset.run import Results

MOST = 8
"""Lines named at most; what forces a headline is smaller in nearly all cases."""

Reason = tuple[str, tuple[Line, ...]]


@dataclass(frozen=True)
class Reasons:
    """Names what forces a finding: the sentence before the lines, and the lines."""

    results: Results
    names: Names
    gone: frozenset[str]

    @property
    def case(self) -> Case:
        """The case of the run."""
        return self.results.case

    def deal(self, signing: Signing) -> Reason:
        """Tell why there is a deal in every reading, or in none ("" if neither is so)."""
        if not signing.zone.extreme:
            return "", ()
        known = self._forced(Headline(signing.deals.table, "deal"))
        if known:
            return known
        return self._closed(signing, "") if signing.zone.none else self._sure(signing)

    def event(self, signing: Signing, event: str) -> Reason:
        """Tell why the signed deal always or never brings an event ("" if neither is so)."""
        signed, deals = signing.deals.event_signed[event], signing.deals.with_deal
        if signed not in (0, deals) or not deals:
            return "", ()
        text, lines = self._event(signing, event)
        always = signed and not signing.zone.all
        return f"Every deal signed brings it. {text}" if always else text, lines

    def _event(self, signing: Signing, event: str) -> Reason:
        known = self._forced(Headline(signing.deals.table, "event", event))
        if known:
            return known
        if signing.deals.event_in_zone[event] == 0:
            return self._closed(signing, event)
        issues = issues_of(events_of(self.case)[event])
        lines = self.lines(on_event(self.case, signing.table, issues, self.gone))
        return "What those at the table want on it leaves nothing else to sign:", lines

    def answer(
        self, missing: Absence, party: str, share: Share, bearing: list[Statement]
    ) -> Reason:
        """Tell why a party always or never gives its commonest answer, or is never or always
        worse off ("" if neither is so).
        """
        if share.extreme:
            known = self._forced(Headline(missing.result.table, "declines", party))
            return known or (grounds(missing, party), self.lines(bearing))
        hurt = missing.hurt(party)
        if not hurt.extreme:
            return "", ()
        so = "Never" if hurt.none else "Always"
        known = self._forced(Headline(missing.result.table, "hurt", party))
        text, lines = known or ("The lines on it:", self.lines(bearing))
        return f"{so} worse off by what would stand. {text}", lines

    def lines(self, statements: Iterable[Statement]) -> tuple[Line, ...]:
        """Refer to the statements that are in use, the first few of them."""
        found = {s.id: s for s in statements if s.use and s.id not in self.gone}
        return tuple(self.names.line(s) for s in found.values())[:MOST]

    def every(self, always: Mapping[Headline, bool]) -> tuple[Forced, ...]:
        """List all that the run found forced; ``always`` says which way each headline stands."""
        found = []
        for headline, so in always.items():
            text, lines = self._forced(headline) or ("No lines were found that force it.", ())
            title = self.case.table(headline.table).title or headline.table
            found.append(Forced(self._what(headline), title, so, text, lines))
        return tuple(found)

    def _what(self, headline: Headline) -> str:
        if headline.what == "deal":
            return "A deal can be signed"
        if headline.what == "event":
            words = event_words(self.case, self.names, headline.about)
            return f"The deal signed brings: {words}"
        party = self.names.party(headline.about)
        if headline.what == "declines":
            return f"{party} would decline the deal"
        return f"{party} worse off by what would stand"

    # ── what the run found ──────────────────────────────────────────────────────────────────────
    def _forced(self, headline: Headline) -> Reason | None:
        found = self.results.forced.get(headline)
        if found is None or not found.found:
            return None
        tried = counted(found.readings, "reading")
        if not found.statements:
            enough = "Who decides what, and how things stand now, is enough to force it"
            return f"{enough} in each of the {tried} tried.", ()
        known = {s.id: s for s in self.case.statements()}
        lines = self.lines(known[name] for name in found.statements if name in known)
        more = "" if len(found.statements) <= MOST else f", {len(found.statements)} in all"
        force = "this line forces" if len(found.statements) == 1 else "these lines force"
        force = f"In each of the {tried} tried, {force} it with all others dropped"
        return f"{force}{more}:", lines

    # ── what the deals themselves show ──────────────────────────────────────────────────────────
    def _sure(self, signing: Signing) -> Reason:
        deals = signing.deals
        sure = np.flatnonzero(deals.zone_count == deals.readings)
        if not len(sure):
            return self._agenda(signing)
        counted = (int(d) if deals.looked_at is None else deals.looked_at[d] for d in sure)
        deal = min(counted, key=lambda d: len(deals.changes(d)))
        issues = frozenset(issue for issue, _, _ in deals.changes(deal))
        words = "; ".join(map(str, signing.changes(deal)))
        return (
            f"One package works in every reading ({words}). These lines see to that:",
            self.lines(on_event(self.case, signing.table, issues, self.gone)),
        )

    def _agenda(self, signing: Signing) -> Reason:
        """Name the few issues that carry the zone, where no single package does."""
        deals = signing.deals
        best = int(np.argmax(deals.early))  # the smallest of the best: small ones come first
        issues = signing.by_place(deals.agendas[best])
        words = listed(map(self.names.issue, issues))
        how = signing.of_all(deals.early[best]).words
        return (
            f"In every reading drawn some deal works, though not the same one in all. On {words} "
            f"alone there is one {how}. The lines on that:",
            self.lines(on_event(self.case, signing.table, frozenset(issues), self.gone)),
        )

    def _closed(self, signing: Signing, event: str) -> Reason:
        closing = signing.deals.closed.get(event)
        if closing is None:
            return "", ()
        if closing.hopeless == closing.readings:
            issues = issues_of(events_of(self.case)[event]) if event else frozenset()
            found = on_event(self.case, signing.table, issues, self.gone) if event else []
            return (
                "No red line and no reservation stands in the way: no deal that the rules allow "
                "does this and brings somebody at the table a gain. The lines on it:",
                self.lines(found),
            )
        names = list(dict.fromkeys(n for lines, _ in closing.leading() for n in lines))
        known = {s.id: s for s in self.case.statements()}
        others = [blocker(self.case, self.names, n) for n in names if n not in known]
        also = f" ({listed(others)})" if others else ""
        lines = self.lines(known[n] for n in names if n in known)
        return f"What stands in the way most often{also}:", lines
