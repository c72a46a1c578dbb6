"""What a report says, before it is set as a page or as text: sentences, shares and rows.

The records hold words, shares of readings and figures to print. They are made by
:mod:`winset.report.findings`; the page and the terminal summary read them, and so say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winset.case import Statement
from winset.report.wording import Share

if TYPE_CHECKING:
    from winset.analyses.zone_sizes import ZoneShare
    from winset.report.predictions import Predictions
    from winset.report.process_view import Course


# ── what a finding stands on ────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Rests:
    """How many statements bear on a finding, by basis."""

    said: int = 0
    reported: int = 0
    inferred: int = 0
    assumed: int = 0

    @property
    def total(self) -> int:
        """Number of statements counted."""
        return self.said + self.reported + self.inferred + self.assumed

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Basis and count, from what was said to what was assumed."""
        return (
            ("said", self.said),
            ("reported", self.reported),
            ("inferred", self.inferred),
            ("assumed", self.assumed),
        )

    def __str__(self) -> str:
        return ", ".join(f"{count} {basis}" for basis, count in self.parts)


@dataclass(frozen=True, slots=True)
class Line:
    """A statement named in a finding: its id, what it says, its line in the file (0: none)."""

    id: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the answer.

    ``share`` is the share it tells (None if it tells none), ``forced`` the lines that force a
    share of exactly 0 or 1, ``because`` how they do.
    """

    text: str
    share: Share | None = None
    rests: Rests | None = None
    forced: tuple[Line, ...] = ()
    because: str = ""


# ── one table ───────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class OptionRow:
    """Acceptability of one option: shares of all readings."""

    option: str
    now: bool
    zone: Share
    frontier: Share
    chosen: Share


@dataclass(frozen=True, slots=True)
class IssueRows:
    """Acceptability of the options of one issue."""

    issue: str
    options: tuple[OptionRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One issue that a deal changes."""

    issue: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.issue}: {self.new}"


@dataclass(frozen=True, slots=True)
class Package:
    """A leading deal: what it changes, how often it works, what it brings the parties.

    ``gains`` are mean gains over all readings, in fractions of the party's own whole range; ``why``
    tells what the deal is shown for.
    """

    letter: str
    changes: tuple[Change, ...]
    zone: Share
    frontier: Share
    chosen: Share
    gains: tuple[tuple[str, float], ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class GainRow:
    """What the signed deal brings a party against no agreement, over readings with a deal.

    ``low``, ``middle`` and ``high`` are the 10th, 50th and 90th per cent of readings, in
    fractions of the party's own whole range from its worst outcome to its best.
    """

    party: str
    seated: bool
    low: float
    middle: float
    high: float
    better: Share
    worse: Share
    stake: bool = True


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """How an absent party meets the signed deal: shares of the readings with a deal."""

    party: str
    reason: str
    accept: Share
    decline: Share
    hurt_signed: Share
    undetermined: Share
    hurt: Share
    grounds: tuple[tuple[str, Share], ...] = ()
    """What its refusals rest on, and in which share of them."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one absent party's refusal costs one signer, over the readings in which it declines.

    ``middle`` is the median loss, in fractions of the signer's whole range.
    """

    absent: str
    signer: str
    loses: Share
    below: Share
    middle: float


@dataclass(frozen=True, slots=True)
class Stands:
    """How often the deal, or an event in it, is signed, and would stand after the answers."""

    what: str
    signed: Share
    stands: Share


@dataclass(frozen=True, slots=True)
class Price:
    """What leaving somebody out brings a party: mean difference (left out less included, in
    fractions of its whole range), and the shares of readings in which it is better or worse off.
    """

    middle: float
    better: Share
    worse: Share


@dataclass(frozen=True, slots=True)
class WithColumn:
    """The same issues with somebody's consent needed too (the first column: as it is)."""

    who: str
    shares: tuple[Share, ...]
    """A deal can be signed; then each event in the signed deal."""
    price: tuple[Price | None, ...] = ()
    """One for each party of the table's ``priced`` (None: no stake)."""


@dataclass(frozen=True, slots=True)
class WinRow:
    """The smallest change of the signed deal that wins a party which declines."""

    party: str
    declines: Share
    possible: Share
    """Of the readings in which it declines: where some deal of the table wins it."""
    changes: tuple[tuple[str, Share], ...]
    bearable: Share
    any_deal: Share


@dataclass(frozen=True, slots=True)
class Blocker:
    """Lines that together close the zone, or keep an event out of every deal."""

    lines: tuple[str, ...]
    share: Share


@dataclass(frozen=True, slots=True)
class Closed:
    """What closes the zone (or keeps an event out): the smallest sets of lines to relax."""

    what: str
    event: str
    share: Share
    hopeless: Share
    """Of those readings: where nothing that could be relaxed would help."""
    sets: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Early:
    """A small package that could be agreed first."""

    changes: tuple[Change, ...]
    share: Share


@dataclass(frozen=True, slots=True)
class Dot:
    """One deal in the picture of gains: mean gains of two parties, share of readings it works."""

    x: float
    y: float
    zone: Share
    frontier: Share
    letter: str = ""
    edge: bool = False
    """Whether no other deal shown is better for one of the two and as good for the other."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Deals by what they bring two parties of a table; ``searched`` if not all were looked at."""

    x_party: str
    y_party: str
    dots: tuple[Dot, ...]
    searched: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """Everything the report says about one table."""

    id: str
    title: str
    who: str
    seats: tuple[str, ...]
    notes: tuple[str, ...]
    deals: int
    searched: tuple[str, ...]
    """How deals were found where they are too many to list."""
    zone_share: ZoneShare | None
    """How much of them is in the zone, where they are too many to list and there is a deal."""
    estimated: str
    """The same in a sentence where it is an estimate, else empty."""
    approximated: str
    """By how much the deals signed may miss their measure; empty where that is proved."""
    zone: Share
    answer: tuple[Finding, ...]
    reasons: tuple[Finding, ...]
    signed: tuple[tuple[str, str, Share, bool], ...]
    """Issue, option most often signed, share of the readings with a deal, whether it is now."""
    packages: tuple[Package, ...]
    acceptability: tuple[IssueRows, ...]
    gains: tuple[GainRow, ...]
    scatter: Scatter | None
    answers: tuple[AnswerRow, ...]
    absent_notes: tuple[str, ...]
    stands: tuple[Stands, ...]
    costs: tuple[CostRow, ...]
    with_them: tuple[WithColumn, ...]
    with_rows: tuple[str, ...]
    """What the shares of ``with_them`` tell, in order."""
    priced: tuple[str, ...]
    winning: tuple[WinRow, ...]
    closed: tuple[Closed, ...]
    early: tuple[Early, ...]
    alone: tuple[tuple[str, Share], ...]
    """Issues on which a deal on nothing else can be signed."""
    solutions: tuple[tuple[str, tuple[tuple[str, str, Share], ...]], ...]
    """Solution, and for each issue the option it takes most often."""

    @property
    def with_deal(self) -> int:
        """Number of readings with a deal."""
        return self.zone.count


# ── the whole report ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party: what it is, where it sits, what the account holds about it."""

    name: str
    kind: str
    people: str
    tables: str
    statements: Rests
    voice: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue: the options, the one in force, who decides, who carries out."""

    title: str
    options: tuple[tuple[str, bool], ...]
    scale: bool
    decided: str
    implemented: str
    agenda: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement as listed: where it comes from, how sure it is, how often it was in force."""

    statement: Statement
    subject: str
    source: str
    share: str
    in_force: Share | None
    used: str = ""  # why it changes no number


@dataclass(frozen=True, slots=True)
class Compared:
    """One question, answered at each table (None: does not arise there; ``note`` says why)."""

    question: str
    cells: tuple[tuple[Share | None, str], ...]
    front: bool = True  # whether it belongs on a single screen too


@dataclass(frozen=True, slots=True)
class Forced:
    """What is so in every reading with a deal, or in none, and the lines that force it."""

    what: str
    table: str
    always: bool
    because: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """One thing the account leaves open."""

    text: str
    items: tuple[str, ...] = ()
    brief: str = ""  # the same in a clause, for a screen


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report."""

    title: str
    case_name: str
    date: str
    marking: str
    account: str
    view: str
    silent: tuple[str, ...]
    notes: str
    variant: tuple[str, ...]
    """What was set or dropped for this run, in sentences (empty: the case as it stands)."""
    readings: int
    short: tuple[str, ...]  # the answer in a sentence or two for each table
    tables: tuple[TableView, ...]
    compared: tuple[Compared, ...]
    unknown: tuple[Unknown, ...]
    forced: tuple[Forced, ...]
    parties: tuple[PartyRow, ...]
    issues: tuple[IssueRow, ...]
    rules: tuple[str, ...]
    statements: tuple[tuple[str, tuple[StatementRow, ...]], ...]
    """Section and its statements."""
    sources: tuple[tuple[str, str], ...]
    method: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    rests: Rests = field(default_factory=Rests)
    course: Course | None = None
    predictions: Predictions | None = None
