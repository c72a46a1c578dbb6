"""What a refusal costs, what leaving parties out brings, and what would win them, as rows."""

from __future__ import annotations

from collections import Counter

import numpy as np

from winset.analyses.absent_answers import DECLINE
from winset.report import view
from winset.report.absence import Absence
from winset.report.blocking import event_name, events_at
from winset.report.signing import Signing
from winset.report.wording import Share, capital

MOST_WAYS = 3


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
                    -float(np.median(cost)) / result.unit,
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
    if not result.guests or not absence.touched:
        return (), (), ()
    events = list(events_at(signing))
    people = signing.in_order({*result.signers, *absence.touched})
    first = view.WithColumn(
        "As it is",
        (signing.zone, *(signing.of_all(signing.deals.event_signed[e]) for e in events)),
    )
    willing = max(result.guests, key=len)
    single = [p for p in absence.touched if (p,) in result.guests]
    sets = [(p,) for p in single if (p,) != willing] + [willing]
    columns = [_guests(absence, guests, willing, people) for guests in sets]
    rows = ("A deal can be signed",
            *(capital(event_name(signing.case, signing.names, e)) for e in events))  # fmt: skip
    return (first, *columns), rows, tuple(signing.names.party(p) for p in people)


def _guests(
    absence: Absence, guests: tuple[str, ...], willing: tuple[str, ...], people: list[str]
) -> view.WithColumn:
    signing, result = absence.signing, absence.result
    zones = result.guest_zone[:, result.guests.index(guests)]
    counts = result.event_guests[guests]
    everyone = len(guests) > 1 and guests == willing
    return view.WithColumn(
        "With all of them" if everyone else f"With {signing.names.told(guests)}",
        (
            signing.of_all(int((zones > 0).sum())),
            *(signing.of_all(counts.get(event, 0)) for event in events_at(signing)),
        ),
        tuple(_price(absence, guests, party, stands=guests == willing) for party in people),
    )


def _price(
    absence: Absence, guests: tuple[str, ...], party: str, *, stands: bool
) -> view.Price | None:
    """Tell what leaving guests out brings a party. With all of them at the table nobody is left to
    decline, so that the deal as it would stand is compared; with some, deals as signed.
    """
    result, deals = absence.result, absence.signing.deals
    place = result.people.index(party)
    out = (result.stands_gains if stands else deals.gains[deals.signed])[:, place]
    inside = result.guest_gains[guests][:, place]
    if not (out.any() or inside.any()):
        return None
    more = out - inside
    return view.Price(
        middle=float(np.mean(more)) / result.unit,
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
