"""What those not at a table make of its deal, as sentences and rows of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent_answers import ACCEPT, DECLINE, GROUNDS, NO_STAKE, UNDETERMINED
from winset.analyses.absent_result import AbsentResult
from winset.report import view
from winset.report.blocking import event_name, events_at
from winset.report.signing import UNIT, Signing
from winset.report.wording import Share, capital, listed

_GROUNDS = {
    "stated": "an answer that the account states",
    "red line": "a red line of its own that the deal crosses",
    "silent": "silence: nothing it has a say in is touched",
    "compared": "what is better for it, the deal as it would stand or the same without its part",
}
MOST_WAYS = 3


@dataclass(frozen=True)
class Absence:
    """The absent parties of one table, and their answers to what it signs."""

    signing: Signing
    result: AbsentResult

    @property
    def parties(self) -> list[str]:
        """The absent parties with a stake, in the order of the file."""
        return [p for p in self._everyone if not self.share(p, NO_STAKE).all]

    @property
    def without_stake(self) -> list[str]:
        """The absent parties that nobody says anything of."""
        return [p for p in self._everyone if self.share(p, NO_STAKE).all]

    @property
    def _everyone(self) -> list[str]:
        return self.signing.in_order(self.result.absent)

    @property
    def signed(self) -> NDArray[np.bool_]:
        """The readings with a deal to answer."""
        found: NDArray[np.bool_] = self.result.deal >= 0
        return found

    def answers(self, party: str) -> NDArray[np.int8]:
        """Codes of a party's answers, over the readings with a deal."""
        found: NDArray[np.int8] = self.result.answer[self.signed, self._column(party)]
        return found

    def share(self, party: str, code: int) -> Share:
        """Share of the readings with a deal in which a party gives an answer."""
        return self.signing.of_signed(int((self.answers(party) == code).sum()))

    def hurt(self, party: str) -> Share:
        """Share of the readings with a deal that leave a party worse off than none."""
        gains = self.result.stands_gains[self.signed, self.result.people.index(party)]
        return self.signing.of_signed(int((gains < 0).sum()))

    def declining(self, party: str) -> NDArray[np.bool_]:
        """Mark the readings in which a party declines."""
        found: NDArray[np.bool_] = self.result.answer[:, self._column(party)] == DECLINE
        return found

    def grounds(self, party: str, code: int) -> list[tuple[str, Share]]:
        """Tell what an answer rests on, and in which share of the readings that give it."""
        column = self._column(party)
        given = self.result.answer[:, column] == code
        kinds = self.result.ground[given, column]
        found = [
            (_GROUNDS[name], Share(int((kinds == k).sum()), int(given.sum())))
            for k, name in enumerate(GROUNDS)
        ]
        return sorted((f for f in found if f[1].count), key=lambda f: -f[1].count)

    def reason(self, party: str) -> str:
        """Why a party is not at the table, as the account gives it."""
        case = self.signing.case
        reasons = [
            a.reason for a in case.absent if a.party == party and a.table == self.result.table
        ]
        return "; ".join(r for r in reasons if r)

    def _column(self, party: str) -> int:
        return self.result.absent.index(party)


# ── the front ───────────────────────────────────────────────────────────────────────────────────
def headline(absence: Absence, party: str) -> tuple[str, Share]:
    """Say how a party meets the deal; give the share of its commonest answer."""
    name = absence.signing.names.party(party)
    if not absence.signing.deals.with_deal:
        return f"{name}, not at this table, has no deal to answer.", Share(0, 0)
    declines, accepts = absence.share(party, DECLINE), absence.share(party, ACCEPT)
    open_, hurt = absence.share(party, UNDETERMINED), absence.hurt(party)
    lead, words = (
        (declines, "declines") if declines.count >= accepts.count else (accepts, "accepts")
    )
    parts = [f"{words} {lead.words}"]
    if open_.tenths:
        parts.append(f"cannot be told {open_.words}")
    whole = "Where there is a deal, " if not absence.signing.zone.all else ""
    hurts = f"; {hurt.words} it is worse off than without one"
    return capital(f"{whole}{name}, not at this table, {' and '.join(parts)}{hurts}."), lead


def grounds(absence: Absence, party: str) -> str:
    """Say what decides the commonest answer of a party."""
    declines, accepts = absence.share(party, DECLINE), absence.share(party, ACCEPT)
    found = absence.grounds(party, DECLINE if declines.count >= accepts.count else ACCEPT)
    words = listed(f"{text} ({share.short})" for text, share in found)
    return f"What decides it: {words}. The lines on it:" if words else ""


def compared(absences: Sequence[Absence]) -> tuple[view.Compared, ...]:
    """Ask of every party that is absent somewhere how it meets each table's deal."""
    everyone = dict.fromkeys(p for a in absences for p in a.parties)
    rows = []
    for party in absences[0].signing.in_order(everyone) if absences else []:
        name = absences[0].signing.names.party(party)
        rows.append(view.Compared(f"{name} declines it", _cells(absences, party, hurt=False)))
        rows.append(view.Compared(f"{name} is hurt by it", _cells(absences, party, hurt=True)))
    return tuple(rows)


def _cells(
    absences: Sequence[Absence], party: str, *, hurt: bool
) -> tuple[tuple[Share | None, str], ...]:
    return tuple(
        (a.hurt(party) if hurt else a.share(party, DECLINE), "of deals")
        if party in a.parties
        else (None, "at the table" if party in a.signing.deals.signers else "no stake")
        for a in absences
    )


def open_answers(absences: Sequence[Absence]) -> list[str]:
    """Say whose answers cannot be told, and of whom nothing is known."""
    found = []
    for absence in absences:
        names, title = absence.signing.names, absence.signing.title
        if absence.without_stake:
            found.append(
                f"At “{title}”, no line says what these want, refuse or would answer, though the "
                f"deal may touch them: {names.parties(absence.without_stake)}."
            )
        for party in absence.parties:
            share = absence.share(party, UNDETERMINED)
            if share.count:
                found.append(
                    f"What {names.party(party)} would answer to “{title}” cannot be told in "
                    f"{share.amount}: the deal touches nothing that it is known to care about."
                )
    return found


# ── rows ────────────────────────────────────────────────────────────────────────────────────────
def answers(absence: Absence) -> tuple[view.AnswerRow, ...]:
    """Tell how each absent party meets the deal."""
    return tuple(
        view.AnswerRow(
            party=absence.signing.names.party(party),
            reason=absence.reason(party),
            accept=absence.share(party, ACCEPT),
            decline=absence.share(party, DECLINE),
            no_stake=absence.share(party, NO_STAKE),
            undetermined=absence.share(party, UNDETERMINED),
            hurt=absence.hurt(party),
            grounds=tuple(absence.grounds(party, DECLINE)),
        )
        for party in absence.signing.in_order(absence.result.absent)
    )


def stands(absence: Absence) -> tuple[view.Finding, ...]:
    """Say what is left of the deal once they have answered."""
    signing, result = absence.signing, absence.result
    if not signing.deals.with_deal or not result.absent:
        return ()
    fallen = signing.of_signed(int(result.fallen.astype(np.bool_)[absence.signed].sum()))
    found = [
        view.Finding(
            f"Of the deals signed, part would not be carried out and falls back {fallen.words}.",
            fallen,
        )
    ]
    for event in events_at(signing):
        signed = signing.deals.event_signed[event]
        if signed:
            left = signing.of_all(result.event_stands.get(event, 0))
            name = capital(event_name(signing.case, signing.names, event))
            share = signing.of_all(signed)
            found.append(
                view.Finding(f"{name}: signed {share.words}, would stand {left.words}.", left)
            )
    return tuple(found)


def costs(absence: Absence) -> tuple[view.CostRow, ...]:
    """Tell what each party's refusal alone costs each signer."""
    result, signing = absence.result, absence.signing
    rows = []
    for party in absence.parties:
        where = absence.declining(party)
        if not where.any() or not result.fallen.any():
            continue
        column = result.absent.index(party)
        for signer in signing.in_order(result.signers):
            place = result.signers.index(signer)
            cost = result.cost[where, column, place]
            total = int(where.sum())
            rows.append(
                view.CostRow(
                    signing.names.party(party),
                    signing.names.party(signer),
                    Share(int((cost > 0).sum()), total),
                    Share(int(result.short[where, column, place].sum()), total),
                    -float(np.median(cost)) / UNIT,
                )
            )
    return tuple(row for row in rows if row.loses.count or row.middle)


def price(
    absence: Absence,
) -> tuple[tuple[view.WithColumn, ...], tuple[str, ...], tuple[str, ...]]:
    """Compare the table with the same table and absent parties at it.

    Returns
    -------
    The columns (as it is first), what their shares tell, and the parties whose gains stand below.
    """
    signing, result = absence.signing, absence.result
    if not result.guests:
        return (), (), ()
    events = list(events_at(signing))
    people = signing.in_order({*result.signers, *absence.parties})
    first = view.WithColumn(
        "As it is",
        (signing.zone, *(signing.of_all(signing.deals.event_signed[e]) for e in events)),
    )
    columns = [_guests(absence, k, events, people) for k in range(len(result.guests))]
    rows = ("A deal can be signed",
            *(capital(event_name(signing.case, signing.names, e)) for e in events))  # fmt: skip
    return (first, *columns), rows, tuple(signing.names.party(p) for p in people)


def _guests(absence: Absence, k: int, events: list[str], people: list[str]) -> view.WithColumn:
    signing, result = absence.signing, absence.result
    guests = result.guests[k]
    everyone = len(guests) > 1 and len(guests) == len(max(result.guests, key=len))
    counts = result.event_guests[guests]
    return view.WithColumn(
        "With all of them" if everyone else f"With {signing.names.parties(guests)}",
        (
            signing.of_all(int((result.guest_zone[:, k] > 0).sum())),
            *(signing.of_all(counts.get(event, 0)) for event in events),
        ),
        tuple(_price(absence, guests, party) for party in people),
    )


def _price(absence: Absence, guests: tuple[str, ...], party: str) -> view.Price | None:
    result = absence.result
    place = result.people.index(party)
    out, inside = result.stands_gains[:, place], result.guest_gains[guests][:, place]
    if not (out.any() or inside.any()):
        return None
    more = out - inside
    return view.Price(
        middle=float(np.mean(more)) / UNIT,
        better=absence.signing.of_all(int((more > 0).sum())),
        worse=absence.signing.of_all(int((more < 0).sum())),
    )


def winning(absence: Absence) -> tuple[view.WinRow, ...]:
    """Tell the smallest changes that win each party which declines."""
    return tuple(_won(absence, p) for p in absence.parties if absence.declining(p).any())


def _won(absence: Absence, party: str) -> view.WinRow:
    signing, result = absence.signing, absence.result
    column = result.absent.index(party)
    where = absence.declining(party)
    total = int(where.sum())
    won = np.flatnonzero(where & (result.won_deal[:, column] >= 0))
    pairs = Counter(
        zip(result.deal[won].tolist(), result.won_deal[won, column].tolist(), strict=True)
    )
    ways: Counter[str] = Counter()
    for (before, after), count in pairs.items():
        ways[_way(signing, before, after)] += count
    return view.WinRow(
        party=signing.names.party(party),
        declines=absence.share(party, DECLINE),
        possible=Share(len(won), total),
        changes=tuple((text, Share(n, total)) for text, n in ways.most_common(MOST_WAYS)),
        bearable=Share(int(result.won_bearable[where, column].sum()), total),
        any_deal=Share(int(result.won_in_zone[where, column].sum()), total),
    )


def _way(signing: Signing, before: int, after: int) -> str:
    old, new = signing.deals.package(before), signing.deals.package(after)
    issues = [signing.deals.issues[place] for place in signing.order]
    names = signing.names
    return " and ".join(
        f"{names.issue(i)}: {names.option_at(i, new[i])}, not {names.option_at(i, old[i])}"
        for i in issues
        if new[i] != old[i]
    )
