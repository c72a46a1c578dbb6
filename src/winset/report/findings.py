"""The report's sentences: what both the page and the terminal summary say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from winset.analyses.deals import events_of
from winset.analyses.headlines import headlines
from winset.analyses.zone_sizes import middle_share
from winset.case import Case
from winset.ensemble import resolve_without
from winset.report import absence, leaving, view
from winset.report.absence import Absence
from winset.report.bearing import on_answer, on_deal, on_event, rests
from winset.report.blocking import closed, event_name, event_words, events_at
from winset.report.gaining import gains, scatter
from winset.report.names import Names, issues_of
from winset.report.reasons import Reasons
from winset.report.searching import approximated, estimated, searched
from winset.report.signing import Signing
from winset.report.wording import Share, capital, listed
from winset.run import Results, TableResult

_FRONT_EVENTS = 3


@dataclass(frozen=True)
class Findings:
    """Finds the words for one run's results."""

    results: Results

    @property
    def case(self) -> Case:
        """The case of the run."""
        return self.results.case

    @cached_property
    def names(self) -> Names:
        """Names of the case."""
        return Names(self.case)

    @cached_property
    def gone(self) -> frozenset[str]:
        """Ids of the statements dropped in this run."""
        return resolve_without(self.case, self.results.spec.without)

    @cached_property
    def reasons(self) -> Reasons:
        """What forces findings of none or all."""
        return Reasons(self.results, self.names, self.gone)

    @cached_property
    def signings(self) -> dict[str, Signing]:
        """Each table's deals, in the order of the file."""
        order = [t.id for t in self.case.tables if t.id in self.results.tables]
        return {t: Signing(self.case, self.names, self.results.tables[t].deals) for t in order}

    @cached_property
    def absences(self) -> dict[str, Absence]:
        """Each table's absent parties."""
        return {
            t: Absence(signing, self.results.tables[t].absent)
            for t, signing in self.signings.items()
        }

    # ── a table ─────────────────────────────────────────────────────────────────────────────────
    def table(self, table: str) -> view.TableView:
        """Tell all about one table."""
        signing, missing = self.signings[table], self.absences[table]
        result: TableResult = self.results.tables[table]
        with_them, with_rows, priced = leaving.price(missing)
        return view.TableView(
            id=table,
            title=signing.title,
            who=self.names.parties(signing.deals.signers),
            seats=self._seats(table),
            notes=(*signing.notes(), *filter(None, [signing.table.note])),
            deals=result.deals.possible,
            searched=searched(signing),
            zone_share=None if signing.deals.listed else middle_share(signing.deals),
            estimated=estimated(signing.deals),
            approximated=approximated(signing.deals),
            zone=signing.zone,
            answer=tuple(self._answer(table)),
            reasons=tuple(self._in_the_way(signing)),
            signed=tuple(row[1:] for row in signing.most_signed()),
            packages=signing.packages(),
            acceptability=signing.acceptability(),
            gains=gains(signing),
            scatter=scatter(signing),
            answers=absence.answers(missing),
            absent_notes=absence.notes(missing),
            stands=absence.stands(missing),
            costs=leaving.costs(missing),
            with_them=with_them,
            with_rows=with_rows,
            priced=priced,
            winning=leaving.winning(missing),
            closed=closed(signing),
            early=signing.early(),
            alone=signing.alone(),
            solutions=signing.solutions(),
        )

    def _seats(self, table: str) -> tuple[str, ...]:
        held: dict[str, list[str]] = {}
        for seat in self.case.table(table).seats:
            if seat.statement.use and seat.statement.id not in self.gone:
                sure = f" ({seat.statement.share})" if seat.statement.share.low < 1 else ""
                held.setdefault(seat.party, []).append(seat.role + sure)
        return tuple(f"{listed(roles)}: {self.names.party(party)}" for party, roles in held.items())

    def _answer(self, table: str) -> Iterable[view.Finding]:
        signing = self.signings[table]
        yield self._deal(signing)
        for event in self._front_events(signing):
            yield self._event(signing, event)
        yield from (self._absent(table, party) for party in self.absences[table].prominent)

    def _deal(self, signing: Signing) -> view.Finding:
        who = capital(self.names.told(signing.deals.signers))
        share = signing.zone
        because, forced = self.reasons.deal(signing)
        return view.Finding(
            text=f"{who} can sign a deal {share.words}.",
            share=share,
            rests=rests(on_deal(self.case, signing.table, self.gone)),
            because=because,
            forced=forced,
        )

    def _in_the_way(self, signing: Signing) -> Iterable[view.Finding]:
        """Name what most often stands against a deal or against what a step is to settle."""
        wanted = ["", *self._front_events(signing)]
        found = [c for c in closed(signing) if c.event in wanted and c.sets and c.share.tenths]
        for worst in sorted(found, key=lambda c: -c.share.count)[:1]:
            what = (
                f"no deal can bring “{event_name(self.case, self.names, worst.event)}”"
                if worst.event
                else "no deal can be signed"
            )
            lines = "; together with: ".join(worst.sets[0].lines)
            yield view.Finding(
                f"{capital(worst.share.words)} {what}. Most often in the way there: {lines} "
                f"({worst.sets[0].share.short})."
            )

    def _front_events(self, signing: Signing) -> list[str]:
        """Events for the front: what steps settle, else what was predicted."""
        settled = self._settled()
        here = list(events_at(signing))
        return [e for e in here if e in settled][:_FRONT_EVENTS] or here[:_FRONT_EVENTS]

    def _event(self, signing: Signing, event: str) -> view.Finding:
        deals = signing.deals
        signed, could = (
            signing.of_all(deals.event_signed[event]),
            signing.of_all(deals.event_in_zone[event]),
        )
        words = event_words(self.case, self.names, event)
        could_too = "" if could.words == signed.words else f"; it could be {could.words}"
        left = self.absences[signing.table.id].standing(event)
        if left is not None and left.words != signed.words:
            could_too += f". It would stand, once those not there have answered, {left.words}"
        because, forced = self.reasons.event(signing, event)
        issues = issues_of(events_of(self.case)[event])
        return view.Finding(
            text=f"{capital(words)} is part of the deal signed {signed.words}{could_too}.",
            share=signed,
            rests=rests(on_event(self.case, signing.table, issues, self.gone)),
            because=because,
            forced=forced,
        )

    def _absent(self, table: str, party: str) -> view.Finding:
        missing = self.absences[table]
        bearing = on_answer(self.case, self.signings[table].table, party, self.gone)
        text, share = absence.headline(missing, party)
        because, forced = self.reasons.answer(missing, party, share, bearing)
        return view.Finding(
            text=text, share=share, rests=rests(bearing), because=because, forced=forced
        )

    def short(self) -> tuple[str, ...]:
        """Tell the answer in a sentence or two for each table."""
        return tuple(self._short(table) for table in self.signings)

    def _short(self, table: str) -> str:
        signing = self.signings[table]
        text = f"At “{signing.title}” a deal can be signed {signing.zone.words}"
        settled = [e for e in self._settled() if e in events_at(signing)]
        if not settled or not signing.deals.with_deal:
            return f"{text}."
        event = settled[-1]  # what the steps lead up to
        name = event_name(self.case, self.names, event)
        signed = signing.of_all(signing.deals.event_signed[event])
        left = self.absences[table].standing(event)
        text += f"; “{name}” is part of it in {signed.short}"
        if left is not None and left.words != signed.words:
            text += f", but would stand in {left.short} once those not there have answered"
        return f"{text}."

    def forced(self) -> tuple[view.Forced, ...]:
        """List all that is so in every reading with a deal, or in none, and what forces it."""
        counts = {
            headline: count.hits > 0
            for table in self.signings
            for headline, count in headlines(
                self.case, self.results.tables[table].deals, self.results.tables[table].absent
            ).items()
            if count.forced
        }
        return self.reasons.every(counts)

    def _settled(self) -> list[str]:
        return list(dict.fromkeys(str(s.settles) for s in self.case.steps if s.settles))

    # ── side by side ────────────────────────────────────────────────────────────────────────────
    def compared(self) -> tuple[view.Compared, ...]:
        """Ask the same questions of every table."""
        if not self.signings:
            return ()
        rows = [
            view.Compared(
                "A deal can be signed", tuple((s.zone, "") for s in self.signings.values())
            )
        ]
        events = dict.fromkeys(e for s in self.signings.values() for e in events_at(s))
        settled = self._settled()
        ranked = sorted(events, key=lambda e: settled.index(e) if e in settled else len(settled))
        for event in ranked:
            rows.append(self._compared_event(event, front=event in settled))
            rows += self._compared_standing(event, front=event in settled)
        return (*rows, *self._compared_holding(), *absence.compared(list(self.absences.values())))

    def _compared_holding(self) -> list[view.Compared]:
        """Ask whether anybody would leave the deal as signed, where anybody can."""
        held = {t: self.results.tables[t].holding for t in self.signings}
        if not any(held.values()):
            return []
        cells: list[tuple[Share | None, str]] = [
            (Share(found.intact["seq"], found.readings), "") if found else (None, "not followed")
            for found in held.values()
        ]
        return [view.Compared("It would hold as signed", tuple(cells), front=False)]

    def _compared_standing(self, event: str, *, front: bool) -> list[view.Compared]:
        """Ask whether the event would stand, where it would less often than it is signed."""
        cells: list[tuple[Share | None, str]] = []
        for table, signing in self.signings.items():
            left = self.absences[table].standing(event)
            if event not in events_at(signing):
                cells.append((None, "not on its agenda"))
            else:
                cells.append((left, "") if left else (None, "nobody to decline"))
        signed = [s.of_all(s.deals.event_signed[event]) for s in self.signings.values()]
        falls = [c.count < s.count for (c, _), s in zip(cells, signed, strict=True) if c]
        if not any(falls):
            return []
        name = event_name(self.case, self.names, event)
        return [view.Compared(f"{capital(name)} would stand", tuple(cells), front)]

    def _compared_event(self, event: str, *, front: bool) -> view.Compared:
        name = event_name(self.case, self.names, event)
        return view.Compared(
            f"It brings: {name}",
            tuple(
                (s.of_all(s.deals.event_signed[event]), "")
                if event in events_at(s)
                else (None, "not on its agenda")
                for s in self.signings.values()
            ),
            front,
        )
