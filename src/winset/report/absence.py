"""What those not at a table make of its deal, as sentences and rows of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winset.analyses.absent_answers import ACCEPT, DECLINE, GROUNDS, NO_STAKE, UNDETERMINED
from winset.analyses.absent_result import AbsentResult
from winset.report import view
from winset.report.blocking import event_name, events_at
from winset.report.signing import Signing
from winset.report.wording import Share, capital, listed

_GROUNDS = {
    "stated": "an answer that the account states",
    "red line": "a red line of its own that the deal crosses",
    "silent": "silence: nothing it has a say in is touched",
    "compared": "what is better for it, the deal as it would stand or the same without its part",
}


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
    def touched(self) -> list[str]:
        """Those of them whom some deal signed touches in what they are known to care about."""
        return [p for p in self.parties if not self.share(p, UNDETERMINED).all]

    @property
    def prominent(self) -> list[str]:
        """Those of them that the account says were left out, or that would carry the deal out."""
        case, table = self.signing.case, self.signing.table
        named = {a.party for a in case.absent if a.table == table.id}
        named |= {p for i in table.agenda for p in case.issue(i).implemented_by}
        return [p for p in self.touched if p in named]

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

    def standing(self, event: str) -> Share | None:
        """Share of all readings in which an event would stand (None: nobody could decline)."""
        if not self.result.absent or event not in self.result.event_stands:
            return None
        return self.signing.of_all(self.result.event_stands[event])

    def hurt(self, party: str) -> Share:
        """Share of the readings with a deal that leave a party worse off than none."""
        gains = self.result.stands_gains[self.signed, self.result.people.index(party)]
        return self.signing.of_signed(int((gains < 0).sum()))

    def hurt_as_signed(self, party: str) -> Share:
        """Count the same for the deal as signed, before anybody declines to carry it out."""
        deals = self.signing.deals
        gains = deals.gains[deals.signed][self.signed, deals.people.index(party)]
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
    name = capital(absence.signing.names.the(party))
    if not absence.signing.deals.with_deal:
        return f"{name}, not at this table, has no deal to answer.", Share(0, 0)
    declines, accepts = absence.share(party, DECLINE), absence.share(party, ACCEPT)
    unknown, hurt = absence.share(party, UNDETERMINED), absence.hurt(party)
    signed = absence.hurt_as_signed(party)
    no = declines.count >= accepts.count
    lead, words = (declines, "decline") if no else (accepts, "accept")
    text = f"{name}, not at this table, would {words} the deal {lead.words}"
    if unknown.tenths:
        text += f" ({unknown.words} it cannot be told)"
    if signed.words == hurt.words:
        return f"{text}. The deal leaves it worse off than no deal {hurt.words}.", lead
    return (
        f"{text}. As signed, the deal would leave it worse off than no deal {signed.words}; as it "
        f"would stand after the answers, {hurt.words}."
    ), lead


def grounds(absence: Absence, party: str) -> str:
    """Say what decides the commonest answer of a party."""
    declines, accepts = absence.share(party, DECLINE), absence.share(party, ACCEPT)
    found = absence.grounds(party, DECLINE if declines.count >= accepts.count else ACCEPT)
    words = listed(f"{text} ({share.short})" for text, share in found)
    return f"What decides it: {words}. The lines on it:" if words else ""


def compared(absences: Sequence[Absence]) -> tuple[view.Compared, ...]:
    """Ask of every party that is absent somewhere how it meets each table's deal."""
    everyone = dict.fromkeys(p for a in absences for p in a.touched)
    front = {p for a in absences for p in a.prominent}
    rows = []
    for party in absences[0].signing.in_order(everyone) if absences else []:
        name = absences[0].signing.names.party(party)
        for text, hurt in (
            (f"{name} would decline", False),
            (f"{name} would be hurt", True),
        ):
            cells = _cells(absences, party, hurt=hurt)
            rows.append(view.Compared(text, cells, front=party in front))
    return tuple(sorted(rows, key=lambda row: not row.front))


def _cells(
    absences: Sequence[Absence], party: str, *, hurt: bool
) -> tuple[tuple[Share | None, str], ...]:
    return tuple(
        (a.hurt(party) if hurt else a.share(party, DECLINE), "")
        if party in a.touched
        else (None, "at the table" if party in a.signing.deals.signers else "not touched")
        for a in absences
    )


def open_answers(absences: Sequence[Absence]) -> list[view.Unknown]:
    """Say of whom nothing is known, and whose answers cannot be told."""
    found = []
    nobody = dict.fromkeys(p for a in absences for p in a.without_stake)
    if nobody:
        names = absences[0].signing.names
        found.append(
            view.Unknown(
                "No line says what these want, refuse or would answer, though a deal may touch "
                f"them: {names.told(nobody)}.",
                brief=f"anything that {names.told(nobody)} "
                f"{'wants' if len(nobody) == 1 else 'want'}, though a deal may touch "
                f"{'it' if len(nobody) == 1 else 'them'}",
            )
        )
    for absence in absences:
        shares = [(p, absence.share(p, UNDETERMINED)) for p in absence.touched]
        words = [f"{absence.signing.names.the(p)} ({s.short})" for p, s in shares if s.tenths]
        if words:
            found.append(
                view.Unknown(
                    f"At “{absence.signing.title}” an answer cannot be told where the deal touches "
                    f"nothing that a party is known to care about: {listed(words)}."
                )
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
            hurt_signed=absence.hurt_as_signed(party),
            undetermined=absence.share(party, UNDETERMINED),
            hurt=absence.hurt(party),
            grounds=tuple(absence.grounds(party, DECLINE)),
        )
        for party in absence.touched
    )


def notes(absence: Absence) -> tuple[str, ...]:
    """Name the absent parties whose answer does not arise, and why."""
    names = absence.signing.names
    quiet = [p for p in absence.parties if p not in absence.touched]
    found = []
    if quiet:
        found.append(
            "The deal touches nothing that these are known to care about, so that their answer "
            f"cannot be told: {names.told(quiet)}."
        )
    if absence.without_stake:
        found.append(
            "No line says what these want, refuse or would answer, so that they have no stake "
            f"here: {names.told(absence.without_stake)}."
        )
    return tuple(found)


def stands(absence: Absence) -> tuple[view.Stands, ...]:
    """Tell how often the deal as a whole, and each event in it, is signed and would stand."""
    signing, result = absence.signing, absence.result
    if not signing.deals.with_deal or not result.absent:
        return ()
    whole = int((~result.fallen.astype(np.bool_))[absence.signed].sum())
    rows = [view.Stands("The deal as a whole", signing.zone, signing.of_all(whole))]
    rows += [
        view.Stands(
            capital(event_name(signing.case, signing.names, event)),
            signing.of_all(signing.deals.event_signed[event]),
            signing.of_all(result.event_stands[event]),
        )
        for event in events_at(signing)
        if event in result.event_stands
    ]
    return tuple(rows)
