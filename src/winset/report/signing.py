"""What a table can sign, as rows of the report: packages, options, gains, what closes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from winset.analyses.deals import Deals
from winset.analyses.showing import Reason, Shown, shown
from winset.case import Case, Table
from winset.language.terms import OPEN
from winset.methods.bargaining import SOLUTIONS, Solution
from winset.report import view
from winset.report.names import Names
from winset.report.wording import Share

SOLUTION_NAMES = {
    "nash": "Nash",
    "weighted nash": "Nash, by influence",
    "kalai-smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "Egalitarian",
    "utilitarian": "Utilitarian",
}
LETTERS = "ABCDEFGHIJKLMNOPQR"
MOST_DOTS = 250
_RARE = 20  # deals that work in fewer than one in so many readings are not drawn


@dataclass(frozen=True)
class Signing:
    """One table's deals, told in the order of the case's file."""

    case: Case
    names: Names
    deals: Deals

    # ── shares ──────────────────────────────────────────────────────────────────────────────────
    @property
    def table(self) -> Table:
        """The table in the case."""
        return self.case.table(self.deals.table)

    @property
    def title(self) -> str:
        """The table's title, or its id."""
        return self.table.title or self.table.id

    @property
    def zone(self) -> Share:
        """Share of readings with a deal."""
        return self.of_all(self.deals.with_deal)

    def of_all(self, count: float) -> Share:
        """Share of all readings."""
        return Share(int(count), self.deals.readings)

    def of_signed(self, count: float) -> Share:
        """Share of the readings with a deal."""
        return Share(int(count), self.deals.with_deal)

    @cached_property
    def order(self) -> list[int]:
        """Places of the table's issues, in the order of the file."""
        ids = [issue.id for issue in self.case.issues]
        return sorted(range(len(self.deals.issues)), key=lambda k: ids.index(self.deals.issues[k]))

    @cached_property
    def people(self) -> list[str]:
        """Parties in the order of the file."""
        return [party.id for party in self.case.parties]

    def options_of(self, place: int) -> list[str]:
        """Options of an issue in the order of the file, ``open`` last."""
        issue = self.case.issue(self.deals.issues[place])
        known = [o.id for o in issue.options]
        found = self.deals.options[place]
        return [*(o for o in known if o in found), *(o for o in found if o not in known)]

    def by_place(self, issues: Iterable[str]) -> list[str]:
        """Issues in the order of the file."""
        ids = [issue.id for issue in self.case.issues]
        return sorted(issues, key=ids.index)

    def slot(self, place: int, option: str) -> int:
        """Place of an option among all options of the table."""
        before = sum(len(o) for o in self.deals.options[:place])
        return before + self.deals.options[place].index(option)

    # ── what is signed ──────────────────────────────────────────────────────────────────────────
    def most_signed(
        self, solution: Solution | None = None
    ) -> tuple[tuple[str, str, str, Share, bool], ...]:
        """Issue id, its title, the option taken most often, in which share of the readings with a
        deal, and whether it is the option now.
        """
        counts = self.deals.options_chosen(solution)
        rows = []
        for place in self.order:
            issue, now = self.deals.issues[place], self.deals.now[place]
            # Of options taken equally often the one now, then the first of the file.
            best = max(
                self.options_of(place), key=lambda o: (counts[self.slot(place, o)], o == now)
            )
            rows.append(
                (
                    issue,
                    self.names.issue(issue),
                    self.names.option_at(issue, best),
                    self.of_signed(counts[self.slot(place, best)]),
                    best == now,
                )
            )
        return tuple(rows)

    def solutions(self) -> tuple[tuple[str, tuple[tuple[str, str, Share], ...]], ...]:
        """Each solution's option taken most often, issue by issue."""
        return tuple(
            (
                SOLUTION_NAMES.get(name, name),
                tuple((title, option, share) for _, title, option, share, _ in rows),
            )
            for name, rows in (
                (s, self.most_signed(s)) for s in SOLUTIONS if s in self.deals.chosen
            )
        )

    def acceptability(self) -> tuple[view.IssueRows, ...]:
        """How often each option is in the zone, on the frontier, in the signed deal."""
        chosen = self.deals.options_chosen()
        return tuple(
            view.IssueRows(
                self.names.issue(self.deals.issues[place]),
                tuple(
                    view.OptionRow(
                        option="nothing agreed"
                        if option == OPEN
                        else self.names.option(self.deals.issues[place], option),
                        now=option == self.deals.now[place],
                        zone=self.of_all(self.deals.option_in_zone[slot]),
                        frontier=self.of_frontiers(self.deals.option_on_frontier[slot]),
                        chosen=self.of_all(chosen[slot]),
                    )
                    for option in self.options_of(place)
                    for slot in [self.slot(place, option)]
                ),
            )
            for place in self.order
        )

    # ── packages ────────────────────────────────────────────────────────────────────────────────
    def changes(self, deal: int) -> tuple[view.Change, ...]:
        """Tell what a deal changes, in the order of the file."""
        found = {issue: (old, new) for issue, old, new in self.deals.changes(deal)}
        return tuple(
            view.Change(
                self.names.issue(issue),
                self.names.option_at(issue, found[issue][0]),
                self.names.option_at(issue, found[issue][1]),
            )
            for issue in (self.deals.issues[place] for place in self.order)
            if issue in found
        )

    @cached_property
    def lettered(self) -> dict[int, str]:
        """The deals shown, by letter; ``S`` is the one signed, where it is none of the others."""
        letters = iter(LETTERS)
        return {
            one.deal: "S" if one.reasons == (Reason("signed"),) else next(letters)
            for one in self._shown
        }

    @cached_property
    def _shown(self) -> tuple[Shown, ...]:
        return shown(self.deals)[-len(LETTERS) :]

    def _why(self, reasons: tuple[Reason, ...]) -> str:
        """Tell why a deal is shown; nothing where it is one of the leading ones of a list."""
        listed = self.deals.listed
        one = listed or len(self.deals.leading_chosen(most=2)) == 1
        told = {
            "signed": "signed most often" if one else "typical of those signed",
            "stands for signed": "another of those signed",
            "leading": "" if listed else "most often possible without waste",
        }
        best = [self.names.the(r.party) for r in reasons if r.why == "best for"]
        if listed and len(reasons) > 1:
            return ""
        words = [told[r.why] for r in reasons if r.why != "best for"]
        words += ["best for " + " and ".join(best)] if best else []
        return ", ".join(filter(None, words))

    def place(self, deal: int) -> int:
        """Find a deal shown among those that are counted one by one."""
        place = self.deals.place(deal)
        if place is None:
            raise KeyError(deal)
        return place

    def in_zone(self, deal: int) -> Share:
        """Share of readings in which a deal shown can be signed."""
        return self.of_all(self.deals.zone_count[self.place(deal)])

    def on_frontier(self, deal: int) -> Share:
        """Share of the readings with a frontier in which a deal shown wastes nothing."""
        return self.of_frontiers(self.deals.frontier_count[self.place(deal)])

    def of_frontiers(self, count: float) -> Share:
        """Share of the readings whose frontier was computed."""
        return Share(int(count), self.deals.with_frontier)

    def packages(self) -> tuple[view.Package, ...]:
        """Tell the packages shown, and what each brings those at the table on average.

        Where deals are searched the one signed comes first: the others are compared with it.
        """
        mean = self.deals.gain_sum / (self.deals.unit * max(self.deals.readings, 1))
        picked = self.deals.chosen[self.deals.signed]
        why = {one.deal: one.reasons for one in self._shown}
        return tuple(
            view.Package(
                letter,
                self.changes(deal),
                self.in_zone(deal),
                self.on_frontier(deal),
                self.of_all((picked == deal).sum()),
                tuple(
                    (
                        self.names.party(p),
                        float(mean[self.deals.signers.index(p), self.place(deal)]),
                    )
                    for p in self.in_order(self.deals.signers)
                ),
                self._why(why[deal]),
            )
            for deal, letter in sorted(
                self.lettered.items(), key=lambda one: one[1] != "S" and not self.deals.listed
            )
        )

    def early(self) -> tuple[view.Early, ...]:
        """Small packages acceptable in most readings."""
        return tuple(
            view.Early(self.changes(deal), self.in_zone(deal))
            for deal in self.deals.leading_early()
        )

    def alone(self) -> tuple[tuple[str, Share], ...]:
        """Issues on which some deal can be signed with nothing else changed, most often first
        (those on which none ever can are left out).
        """
        found = [
            (self.names.issue(agenda[0]), self.of_all(count))
            for agenda, count in zip(self.deals.agendas, self.deals.early, strict=True)
            if len(agenda) == 1 and count
        ]
        return tuple(sorted(found, key=lambda row: -row[1].count))

    def in_order(self, parties: Iterable[str]) -> list[str]:
        """Parties in the order of the file."""
        return sorted(parties, key=self.people.index)

    def _alone(self) -> list[tuple[str, str]]:
        """Issues on the table that one of its parties decides by itself, and that party."""
        deciders = [(i, self.case.issue(i).decided_by) for i in self.by_place(self.deals.issues)]
        return [
            (i, who[0]) for i, who in deciders if len(who) == 1 and who[0] in self.deals.signers
        ]

    def notes(self) -> tuple[str, ...]:
        """Tell what on the agenda the table cannot change, and who ratifies without a stake."""
        notes = []
        for issue, missing in self.deals.left_out:
            why = (
                f"it needs the consent of {self.names.told(missing)}, not at the table"
                if missing
                else "nobody is said to decide it"
            )
            notes.append(
                f"{self.names.issue(issue)} is on the agenda, but this table cannot change it: "
                f"{why}."
            )
        if self.deals.set_outside:
            issues = ", ".join(map(self.names.issue, self.deals.set_outside))
            notes.append(f"Set from outside for this run, and so not negotiated: {issues}.")
        notes += [
            f"{self.names.issue(issue)}: {self.names.the(owner)} alone decides it, and without "
            "agreement takes what it likes best there. A deal that leaves it as it is now already "
            "gives something."
            for issue, owner in self._alone()
        ]
        if self.deals.idle:
            who = self.names.told(self.deals.idle)
            notes.append(
                f"Ratification by {who} is needed. No line says what is wanted there, so it counts "
                "as given, whatever is signed."
            )
        return tuple(notes)
