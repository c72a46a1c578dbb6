"""What would hold, in plain sentences and rows."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from winset.analyses.stability import Stability, Way
from winset.analyses.stability_holding import Holding, Turn
from winset.analyses.stability_inverse import Change
from winset.analyses.stability_why import Reason
from winset.case import Case
from winset.methods.stability import Concept
from winset.report.names import Names
from winset.report.wording import Share, all_readings, capital, listed

WORDS: Final[Mapping[Concept, str]] = {
    "nash": "Nash",
    "gmr": "GMR",
    "smr": "SMR",
    "seq": "SEQ",
}
MEANING: Final = (
    "Nash: nobody has a better move. GMR: the others could punish every better move. SMR: and "
    "whoever moved could not make up for it. SEQ: they could do so by moves that serve themselves."
)
_MOST = 8
_LEAST = 24  # columns that words need beside figures


def states_text(case: Case, found: Stability) -> Iterator[str]:
    """Tell which states would hold, and how the status quo leads there."""
    teller = Teller(Names(case), found)
    movers = "; ".join(teller.mover(k) for k in range(len(found.movers)))
    yield f"{found.size:,} states; who moves: {movers}"
    yield f"Share of {all_readings(found.readings)} in which a state holds, and is reached from now"
    yield "".join(f"{WORDS[c]:>7}" for c in found.concepts) + f"{'reached':>9}"
    for state in found.leading(most=_MOST):
        cells = "".join(f"{teller.share(int(found.holds[c][state])):>7}" for c in found.concepts)
        yield f"{cells}{teller.share(int(found.reached[state])):>9}   {teller.state(state)}"
    empty = [WORDS[c] for c in found.concepts if found.without[c] == found.readings]
    if empty:
        yield f"No state holds in any reading: {listed(empty)}"
    yield ""
    yield from ways_text(found, teller)
    yield MEANING


def ways_text(found: Stability, teller: Teller) -> Iterator[str]:
    """Tell the most frequent ways from the status quo to states that hold."""
    ends = dict.fromkeys(way[-1][1] for way in found.ways if way)
    ranked = sorted(ends, key=lambda s: -sum(n for _, n in found.ways_to(s)))
    for state in ranked[:3]:
        for way, n in found.ways_to(state, 1):
            yield f"{capital(Share(n, found.readings).words)}, from now: {teller.way(way)}."


def why_text(case: Case, found: Stability, state: int, concept: Concept,
             reasons: Mapping[Reason, int]) -> Iterator[str]:  # fmt: skip
    """Tell why a state holds or not, mover by mover."""
    teller = Teller(Names(case), found)
    yield f"Why this holds or not ({WORDS[concept]}): {teller.state(state)}"
    for k in range(len(found.movers)):
        own = [(reason, n) for reason, n in reasons.items() if reason.mover == k]
        total = sum(n for _, n in own)
        for reason, n in own[:3]:
            yield f"  {capital(Share(n, total).words)}, {teller.reason(reason, state)}."


def inverse_text(case: Case, title: str, changes: Sequence[Change]) -> Iterator[str]:
    """Tell which single statements decide whether something holds."""
    names = Names(case)
    said = {s.id: s for s in case.statements()}
    yield title
    if not changes:
        yield "  No single statement, dropped or reversed, changes it."
    raising = [c for c in changes if c.after > c.before]
    falling = [c for c in reversed(changes) if c.after < c.before]
    for label, chosen in (("more often", raising), ("less often", falling)):
        for change in chosen[:_MOST]:
            subject = names.subject(said[change.statement])
            yield (
                f"  {label}, {_percent(change.before)} to {_percent(change.after)}: "
                f"{change.statement} {change.how} ({subject})"
            )


def holding_text(case: Case, found: Holding) -> Iterator[str]:
    """Tell what becomes of the deals that a table signs."""
    yield from holding_sentences(case, found)
    deals, names = found.with_deal, Names(case)
    if not deals:
        return
    yield ""
    yield "Share of the readings with a deal in which each state holds, and in which it ends there"
    yield "".join(f"{WORDS[c]:>7}" for c in found.concepts) + f"{'ends':>7}"
    for state in found.leading(found.concepts[-1], _MOST):
        cells = [*(int(found.holds[c][state]) for c in found.concepts), int(found.ends[state])]
        row = "".join(f"{Share(n, deals).percent:>7}" for n in cells)
        yield f"{row}   {taken_text(names, found.taken(state))}"


def holding_sentences(case: Case, found: Holding) -> Iterator[str]:
    """Tell in sentences what becomes of the deals that a table signs."""
    deals = found.with_deal
    title = next((t.title for t in case.tables if t.id == found.table), found.table)
    yield f"{title}: a deal is signed {Share(deals, found.readings).words}"
    if not deals:
        return
    concept = found.concepts[-1]
    intact, accompli = found.intact[concept], found.accompli[concept]
    told = f"Of these, nobody would leave the deal as signed {Share(intact, deals).words}"
    if any(turn.kind == "decline" for turn in found.turns):
        told += (
            ". A fait accompli, in which somebody declines and nobody breaks it, is a state that "
            f"nobody would leave {Share(accompli, deals).words}; step by step the parties end in "
            f"one {Share(found.led, deals).words}"
        )
    yield f"{told} ({WORDS[concept]})."
    yield _content(Names(case), found, concept)


def _content(names: Names, found: Holding, concept: Concept) -> str:
    """Say in how many readings each party would let a fresh deal be, alike ones together."""
    shares: dict[str, list[str]] = {}
    order = np.argsort(-found.content[concept], kind="stable")
    for k in order:
        words = Share(int(found.content[concept][k]), found.with_deal).words
        shares.setdefault(words, []).append(found.movers[k])
    told = [f"{names.told(parties)} {words}" for words, parties in shares.items()]
    return f"Right after the signature these would let it be: {'; '.join(told)}."


def taken_text(names: Names, turns: Sequence[Turn]) -> str:
    """Name the turns taken."""
    return "; ".join(_turn(names, turn) for turn in turns) or "as signed"


def _turn(names: Names, turn: Turn) -> str:
    what = listed(names.issue(i) for i in turn.issues)
    verb = {"break": "breaks", "take back": "takes back", "decline": "declines"}[turn.kind]
    return f"{names.party(turn.party)} {verb} ({what})"


def wrapped(line: str, width: int) -> list[str]:
    """Break a line so that it fits: under the first word of its sentence, beside its figures."""
    figures = re.match(r"(?:\s*[<>]?\d+\s%)+\s+|\s*", line)
    indent = figures.end() if figures else 0
    if indent > width - _LEAST:
        indent = 0
    return textwrap.wrap(line, width, subsequent_indent=" " * (indent or 2)) or [""]


def _percent(share: float) -> str:
    return Share(round(share * 1000), 1000).percent


class Teller:
    """Names of states, movers and ways of one result."""

    def __init__(self, names: Names, found: Stability) -> None:
        self.names, self.found = names, found

    def share(self, count: int) -> str:
        """Give a count of readings in per cent."""
        return Share(count, self.found.readings).percent

    def mover(self, k: int) -> str:
        """Name a mover."""
        return self.names.parties(list(self.found.movers[k]))

    def state(self, state: int) -> str:
        """Name a state by what differs from now."""
        changes = self.found.changes(state)
        said = (f"{self.names.issue(i)}: {self.names.option_at(i, o)}" for i, _, o in changes)
        return "; ".join(said) or "as now"

    def step(self, before: int, state: int) -> str:
        """Say what a step changes."""
        one, other = self.found.label(before), self.found.label(state)
        return listed(
            f"{self.names.issue(i)}: {self.names.option_at(i, o)}"
            for i, o in other.items() if one[i] != o
        )  # fmt: skip

    def steps(self, start: int, way: Way) -> str:
        """Tell a way step by step."""
        told, here = [], start
        for mover, state in way:
            told.append(f"{self.names.told(self.found.movers[mover])} ({self.step(here, state)})")
            here = state
        return ", then ".join(told)

    def way(self, way: Way) -> str:
        """Tell a way from the status quo."""
        return self.steps(self.found.start, way)

    def reason(self, reason: Reason, state: int) -> str:
        """Tell why a mover stays or leaves."""
        who = self.names.told(self.found.movers[reason.mover])
        several = len(self.found.movers[reason.mover]) > 1
        has, be, moves, it = (
            ("have", "are", "move", "them") if several else ("has", "is", "moves", "it")
        )
        if reason.verdict == "impossible":
            return "the rules forbid this state"
        if reason.verdict == "stays":
            return f"{who} {has} no better move"
        move = self.step(state, reason.move)
        answer = self.steps(reason.move, reason.answer)
        if reason.verdict == "deterred":
            return f"{who} would like to move ({move}), but {be} deterred by {answer}"
        if reason.answer:
            return f"{who} {moves} ({move}): even {answer} leaves {it} better off than staying"
        return f"{who} {moves} ({move}), and nobody's answer hurts {it}"
