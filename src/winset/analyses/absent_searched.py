"""What would win an absent party, and what is signed with guests, where deals are searched.

The questions are those of :mod:`winset.analyses.absent_winning` and
:mod:`winset.analyses.absent_guests`. Whether a party accepts a deal is a search too: what it is
better off by with the deal than by declining is a sum over components, since what declining undoes
is coupled by the rules and by its own terms alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winset.analyses.absent_answers import carries, has_preferences
from winset.analyses.absent_guests import Seating
from winset.analyses.absent_winning import Won, alike, gain_between
from winset.analyses.absent_worlds import World
from winset.analyses.components import Components, Line, Tie, lines_of
from winset.analyses.masks import Integers, Mask, Positions
from winset.analyses.solving import Solver
from winset.analyses.sums import Batch, Sums, sums_of
from winset.analyses.zone import Talks
from winset.analyses.zone_sizes import zone_sizes
from winset.ensemble.records import AnswerInForce
from winset.language.terms import And
from winset.methods.bargaining import Solution
from winset.methods.feasibility import FEASIBLE, search
from winset.space import issues_of

_NO_FLOOR = -(2**52)


# ── guests ──────────────────────────────────────────────────────────────────────────────────────
class SearchedSigning:
    """What a table and its guests would sign: searched, all readings at once."""

    def __init__(self, seating: Seating, solution: Solution) -> None:
        self.seating = seating
        sums = sums_of(seating.guested)
        readings = seating.guested.ensemble.readings
        self.size = np.zeros(readings)
        solver = Solver([solution], shown=False)
        found = []
        for batch in sums.batches():
            solved = solver.solve(batch)
            deals = solved.chosen[solution]
            some = deals[:, 0] >= 0
            self.size[batch.rows] = zone_sizes(batch, some).zone
            numbers = sums.parts.numbers(np.maximum(deals, 0))
            numbers[~some] = -1
            found.append(numbers)
        self._signed = np.concatenate(found)

    def signed(self, _: Solution) -> Integers:
        """Give the deal signed in each reading: (readings,), -1 where there is none."""
        return self._signed


# ── winning ─────────────────────────────────────────────────────────────────────────────────────
def win_over(talks: Talks, party: int, signed: Integers, declines: Mask) -> Won:
    """Look for what wins a party in the readings in which it declines."""
    readings = len(signed)
    won = Won(
        np.zeros(readings, dtype=np.int64),
        np.full(readings, -1, dtype=signed.dtype),
        np.zeros(readings, dtype=np.bool_),
        np.zeros(readings, dtype=np.bool_),
    )
    rows = np.flatnonzero(declines)
    if len(rows):
        accepting = _Accepting(talks, party)
        for batch in accepting.sums.batches(rows):
            _Nearest(accepting, batch, signed[batch.rows]).into(won)
    return won


@dataclass(frozen=True, eq=False)
class _Way:
    """One way to be won: cells that a deal may take (n, cells), in which readings (n,), and
    whether it must not lose by the deal, and the deal must move what matters.
    """

    allowed: Mask
    open_in: Mask
    weighed: bool
    moving: bool


@dataclass(frozen=True, eq=False)
class _Accepting:
    """What decides whether a party accepts a deal, if it answers alone."""

    talks: Talks
    party: int

    @cached_property
    def sums(self) -> Sums:
        """The table's talks, its issues coupled also by what the party minds."""
        return sums_of(self.talks, _through(list(self._ties()), self.talks))

    @property
    def parts(self) -> Components:
        """The components."""
        return self.sums.parts

    def _ties(self) -> Iterator[Tie]:
        ensemble, space = self.talks.ensemble, self.talks.grid.space
        for statement, rule, in_force in ensemble.rules:
            if in_force.any():
                yield statement, issues_of(And((rule.condition, rule.requirement)), space)
        for line in ensemble.refusals:
            if line.party == self.party and line.real.any():
                yield line.statement, issues_of(line.condition, space)
        for given in self._answers():
            if given.condition is not None and given.in_force.any():
                yield given.statement, issues_of(given.condition, space)
        for term in ensemble.terms:
            if term.party == self.party and term.worth.any():
                yield term.statement, term.issues

    def _answers(self) -> Iterable[AnswerInForce]:
        return (a for a in self.talks.ensemble.answers if a.party == self.party)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The party's red lines."""
        ensemble = self.talks.ensemble
        named = [(r.statement, r.condition, r.real) for r in ensemble.refusals
                 if r.party == self.party]  # fmt: skip
        return lines_of(named, ensemble, self.parts, self.talks.seated)

    def stated(self, answer: str) -> tuple[tuple[Line, ...], Mask]:
        """Conditions under which an answer is stated, and readings in which it is outright."""
        ensemble = self.talks.ensemble
        mine = [a for a in self._answers() if a.answer == answer]
        named = [(a.statement, a.condition, a.in_force) for a in mine if a.condition is not None]
        outright = np.zeros(ensemble.readings, dtype=np.bool_)
        for given in mine:
            if given.condition is None:
                outright |= given.in_force
        return lines_of(named, ensemble, self.parts, self.talks.seated), outright

    @cached_property
    def matters(self) -> Mask:
        """Which axes of the grid matter to the party: (axes,)."""
        ensemble, grid = self.talks.ensemble, self.talks.grid
        matters = ensemble.stake[self.party].copy()
        for term in ensemble.terms:
            if term.party == self.party:
                matters[list(term.issues)] = True
        return np.asarray(matters[list(grid.issues)])

    @cached_property
    def selective(self) -> bool:
        """Whether the party has preferences, but none on some issue of the table."""
        return has_preferences(self.talks.ensemble, self.party) and not self.matters.all()

    @cached_property
    def weighs(self) -> bool:
        """Whether declining undoes something that the party minds."""
        return has_preferences(self.talks.ensemble, self.party) and carries(self.talks, self.party)

    def moved(self, rows: Positions, axes: Mask) -> Integers:
        """Count the marked issues that each cell moves from the state without agreement.

        Returns
        -------
        (readings, cells)
        """
        found = np.zeros((len(rows), self.parts.cells), dtype=np.int64)
        grid = self.talks.grid
        for c, group in enumerate(self.parts.groups):
            for axis, options in zip(group, self.parts.options[c].T, strict=True):
                if axes[axis]:
                    base = self.talks.ensemble.base[rows, grid.issues[axis]]
                    found[:, self.parts.span(c)] += options != base[:, None]
        return found

    def losses(self, rows: Positions) -> tuple[Integers, Integers]:
        """Tell what declining would gain the party, by cells.

        Returns
        -------
        (readings, cells)
            What each cell adds to what it gains where the table changes nothing.
        (readings,)
            What it gains there.
        """
        more = np.zeros((len(rows), self.parts.cells), dtype=np.int64)
        level = np.zeros(len(rows), dtype=np.int64)
        on = self.talks.grid.issues
        off = tuple(i for i in range(len(self.talks.grid.space.issues)) if i not in on)
        places = {int(r): n for n, r in enumerate(rows)}
        for group in alike(self.talks, self.party, off, rows):
            here = [places[int(r)] for r in group]
            level[here] = self._declining(group, None)[:, 0]
            for c in range(len(self.parts.groups)):
                gain = self._declining(group, c)
                more[here, self.parts.span(c)] = gain - level[here][:, None]
        return more, level

    def _declining(self, rows: Positions, component: int | None) -> Integers:
        """Give what declining gains at each cell of a component: (readings, cells)."""
        talks, grid = self.talks, self.talks.grid
        count = 1 if component is None else self.parts.sizes[component]
        states = np.repeat(talks.ensemble.base[rows[:1]].astype(np.int16), count, axis=0)
        states[:, list(grid.issues)] = grid.now
        if component is not None:
            on = [grid.issues[a] for a in self.parts.groups[component]]
            states[:, on] = self.parts.options[component]
        declining = np.zeros((count, len(grid.space.parties)), dtype=np.bool_)
        declining[:, self.party] = True
        without = World(talks, np.full(count, rows[0])).standing(states, declining)
        return gain_between(talks.ensemble, self.party, rows, states, without)


def _through(ties: list[Tie], talks: Talks) -> list[Tie]:
    """Tie also what hangs together by way of issues off the table."""
    on = set(talks.grid.issues)
    found: list[tuple[list[str], set[int]]] = []
    for name, issues in ties:
        names, joined, rest = [name], set(issues), []
        for known in found:
            if known[1] & joined - on:
                names, joined = known[0] + names, joined | known[1]
            else:
                rest.append(known)
        found = [*rest, (names, joined)]
    return [(", ".join(names), tuple(sorted(issues))) for names, issues in found]


class _Nearest:
    """The deals that win a party with fewest changes to the signed deal, in some readings."""

    def __init__(self, accepting: _Accepting, batch: Batch, signed: Integers) -> None:
        self.accepting, self.batch, self.parts = accepting, batch, batch.parts
        self.signed = self.parts.grid.options_of(signed)
        self.ways = tuple(self._ways())
        self.judges = batch.worth.shape[1]
        self.worth, self.floor = self._laid_out()

    def _ways(self) -> Iterator[_Way]:
        accepting, batch = self.accepting, self.batch
        declines, never = accepting.stated("decline")
        accepts, always = accepting.stated("accept")
        open_to = batch.obeying.copy()
        for line in declines:
            line.close(batch.rows, open_to, self.parts)
        may = ~never[batch.rows]
        weighed = open_to.copy()
        for line in accepting.lines:
            line.close(batch.rows, weighed, self.parts)
        yield _Way(weighed, may, accepting.weighs, accepting.selective)
        if accepting.selective:
            # What moves nothing at all is not silent on what matters.
            still = accepting.moved(batch.rows, np.ones(len(accepting.matters), np.bool_)) == 0
            yield _Way(weighed & still, may, accepting.weighs, moving=False)
        if always.any():
            yield _Way(open_to, may & always[batch.rows], weighed=False, moving=False)
        for line in accepts:
            inside = np.ones_like(open_to)
            span = self.parts.span(line.held.component)
            inside[:, span] = line.held.table[line.held.group[batch.rows]]
            active = may & line.active[batch.rows]
            yield _Way(open_to & inside, active, weighed=False, moving=False)

    def _laid_out(self) -> tuple[Integers, Integers]:
        """Judges, then five counts: changes; away and changes (negative); gain; what is moved."""
        batch, parts = self.batch, self.parts
        count = len(batch.rows)
        worth = np.zeros((count, self.judges + 5, parts.cells), dtype=np.int64)
        floor = np.full((count, self.judges + 5), _NO_FLOOR, dtype=np.int64)
        worth[:, : self.judges] = batch.worth
        worth[:, self.judges], floor[:, self.judges] = parts.changes, 1
        worth[:, self.judges + 1] = -np.stack([parts.away(deal) for deal in self.signed])
        worth[:, self.judges + 2] = -parts.changes
        if self.accepting.weighs:
            more, level = self.accepting.losses(batch.rows)
            worth[:, self.judges + 3], self.level = -more, level
        if self.accepting.selective:
            worth[:, self.judges + 4] = self.accepting.moved(batch.rows, self.accepting.matters)
        return worth, floor

    def find(
        self, places: Positions, narrow: Mask | None, away: Integers, changes: Integers, zone: Mask
    ) -> tuple[Mask, Integers]:
        """Look for deals that win the party.

        Parameters
        ----------
        places : (q,)
            Places in the batch.
        narrow : (q, cells), optional
            Cells that the deal may take.
        away, changes : (q,)
            At most so many issues differ from the signed deal, and from now.
        zone : (q,)
            Whether the deal has to be in the table's zone.

        Returns
        -------
        Where there is one (q,), and the deals (q, components).
        """
        found = np.zeros(len(places), dtype=np.bool_)
        deals = np.full((len(places), len(self.parts.groups)), -1, dtype=np.int64)
        for way in self.ways:
            left = np.flatnonzero(~found & way.open_in[places])
            if not len(left):
                continue
            floor = self.floor[places[left]].copy()
            floor[:, self.judges + 1] = -away[left]
            floor[:, self.judges + 2] = -changes[left]
            if way.weighed:
                floor[:, self.judges + 3] = self.level[places[left]]
            if way.moving:
                floor[:, self.judges + 4] = 1
            allowed = way.allowed[places[left]]
            if narrow is not None:
                allowed = allowed & narrow[left]
            for inside, gaining in self._strict(zone[left]):
                ask = inside & ~found[left]
                at = places[left[ask]]
                asked, cells = floor[ask].copy(), allowed[ask]
                if gaining >= 0:
                    asked[:, : self.judges] = self.batch.floor[at]
                    asked[:, gaining] += 1
                    cells = cells & self.batch.allowed[at]
                got = search(self.worth, self.parts.first, at, cells, asked)
                had = got.status == FEASIBLE
                found[left[ask][had]], deals[left[ask][had]] = True, got.deals[had]
        return found, deals

    def _strict(self, zone: Mask) -> Iterator[tuple[Mask, int]]:
        """Yield where the zone does not count, and then each party that may be the one to gain."""
        yield ~zone, -1
        for judge in self.batch.gaining:
            yield zone, int(judge)

    def into(self, won: Won) -> None:
        """Write down what was found."""
        every = np.arange(len(self.batch.rows))
        axes = len(self.parts.grid.shape)
        no_limit = np.full(len(every), axes)
        inside, outside = np.ones((2, len(every)), dtype=np.bool_)
        outside[:] = False
        won.in_zone[self.batch.rows] = self.find(every, None, no_limit, no_limit, inside)[0]
        some = self.find(every, None, no_limit, no_limit, outside)[0]
        least = np.full(len(every), -1)
        left = every[some]
        # Nothing has to change where it declines only because others do.
        for away in range(axes + 1):
            if not len(left):
                break
            limit = np.full(len(left), away)
            had, _ = self.find(left, None, limit, no_limit[left], outside[left])
            least[left[had]] = away
            left = left[~had]
        places = np.flatnonzero(least >= 0)
        limit = least[places]
        bearable = self.find(places, None, limit, no_limit[places], inside[places])[0]
        rows = self.batch.rows[places]
        won.changes[rows], won.bearable[rows] = limit, bearable
        won.deal[rows] = self._lowest(places, limit, bearable)

    def _lowest(self, places: Positions, away: Integers, zone: Mask) -> Integers:
        """Take the deals with fewest changes, then the lowest options, issue by issue."""
        axes = len(self.parts.grid.shape)
        changes = np.full(len(places), axes)
        left = np.arange(len(places))
        for most in range(1, axes + 1):
            if not len(left):
                break
            had, _ = self.find(places[left], None, away[left], np.full(len(left), most), zone[left])
            changes[left[had]] = most
            left = left[~had]
        narrow = np.ones((len(places), self.parts.cells), dtype=np.bool_)
        _, deals = self.find(places, narrow, away, changes, zone)
        holding, slot = self.parts.narrow, 0
        for axis, size in enumerate(self.parts.grid.shape):
            open_still = np.ones(len(places), dtype=np.bool_)
            for option in range(size):
                held = self.parts.to_options(np.maximum(deals, 0))[:, axis]
                settled = open_still & (held == option)
                narrow[settled] &= holding[slot + option]
                open_still &= ~settled
                ask = np.flatnonzero(open_still)
                tried = narrow[ask] & holding[slot + option]
                had, better = self.find(places[ask], tried, away[ask], changes[ask], zone[ask])
                narrow[ask[had]] = tried[had]
                deals[ask[had]] = better[had]
                open_still[ask[had]] = False
            slot += size
        return np.asarray(self.parts.numbers(deals))
