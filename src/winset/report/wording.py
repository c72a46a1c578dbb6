"""Numbers into words: shares of readings, counts, lists, dates.

Prose never carries a decimal or a percentage: a share of readings is told in tenths, with words
of their own for none, almost none, half, nearly all and all. Tables may show whole per cents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

FEW = 12
"""Up to this many readings a share is told exactly: tenths of eight readings mean nothing."""

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total`` readings.

    >>> Share(8312, 10000).words
    'in about 8 of 10 readings'
    >>> Share(2, 4).words
    'in 2 of the 4 readings'
    """

    count: int
    total: int

    @property
    def fraction(self) -> float:
        """The share as a number between 0 and 1 (0 where there is no reading)."""
        return self.count / self.total if self.total else 0.0

    @property
    def none(self) -> bool:
        """Whether no reading counts."""
        return self.count == 0

    @property
    def all(self) -> bool:
        """Whether every reading counts (and there is one)."""
        return self.total > 0 and self.count == self.total

    @property
    def extreme(self) -> bool:
        """Whether the share is exactly 0 or 1, so that something must force it."""
        return self.total > 0 and self.count in (0, self.total)

    @property
    def shown(self) -> bool:
        """Whether a table shows it as one per cent at least."""
        return 200 * self.count >= self.total > 0

    @property
    def tenths(self) -> int:
        """The share in tenths, rounded half up."""
        return (20 * self.count + self.total) // (2 * self.total) if self.total else 0

    @property
    def amount(self) -> str:
        """The share without its preposition: ``about 8 of 10 readings``."""
        return _amount(self)

    @property
    def words(self) -> str:
        """The share as an adverbial: ``in about 8 of 10 readings``."""
        return f"in {self.amount}"

    @property
    def short(self) -> str:
        """The share in the fewest words, for lists: ``about 8 of 10``."""
        return _short(self)

    @property
    def percent(self) -> str:
        """Whole per cents for tables; never 0 or 100 unless exactly so."""
        return _percent(self)


def _amount(share: Share) -> str:
    if share.total == 0:
        return "no reading (there is none to count)"
    if share.total == 1:
        return "the only reading" if share.count else "no reading"
    if share.none:
        return "no reading"
    if share.all:
        return "every reading"
    if share.total <= FEW:
        return f"{share.count} of the {share.total} readings"
    special = {0: "almost no reading", 5: "about half of the readings", 10: "nearly all readings"}
    return special.get(share.tenths, f"about {share.tenths} of 10 readings")


def _short(share: Share) -> str:
    if share.total == 0:
        return DASH
    if share.none:
        return "none"
    if share.all:
        return "all"
    if share.total <= FEW:
        return f"{share.count} of {share.total}"
    special = {0: "almost none", 5: "about half", 10: "nearly all"}
    return special.get(share.tenths, f"about {share.tenths} of 10")


def _percent(share: Share) -> str:
    if share.total == 0:
        return DASH
    if share.none:
        return f"0{NO_BREAK}%"
    if share.all:
        return f"100{NO_BREAK}%"
    whole = (200 * share.count + share.total) // (2 * share.total)
    if whole == 0:
        return f"<1{NO_BREAK}%"
    if whole == 100:
        return f">99{NO_BREAK}%"
    return f"{whole}{NO_BREAK}%"


def number(count: int) -> str:
    """Write a count with thousands separated.

    >>> number(10000)
    '10,000'
    """
    return f"{count:,}"


def small(count: int) -> str:
    """Write a count up to twelve as a word (``no``, ``one``, ...), above in figures.

    >>> small(3), small(40)
    ('three', '40')
    """
    return _SMALL[count] if 0 <= count < len(_SMALL) else number(count)


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    >>> plural(1, "reading"), plural(2, "reading"), plural(3, "party", "parties")
    ('one reading', 'two readings', 'three parties')
    """
    return f"{small(count)} {one if count == 1 else many or one + 's'}"


def counted(count: int, noun: str, many: str = "") -> str:
    """Write a count in figures with its noun.

    >>> counted(1, "reading"), counted(10000, "reading"), counted(2, "party", "parties")
    ('1 reading', '10,000 readings', '2 parties')
    """
    return f"{number(count)} {noun if count == 1 else many or noun + 's'}"


def all_readings(count: int) -> str:
    """Name the readings of a run.

    >>> all_readings(10000), all_readings(1)
    ('all 10,000 readings', 'the one reading')
    """
    return "the one reading" if count == 1 else f"all {counted(count, 'reading')}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does.

    >>> listed(["Russia"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
    ('Russia', 'a and b', 'a, b or c')
    """
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def capital(text: str) -> str:
    """Begin a sentence with a capital, leaving the rest as it is."""
    return text[:1].upper() + text[1:]


def date(day: dt.date) -> str:
    """Write a date out, the same in every locale.

    >>> date(dt.date(2025, 2, 17))
    '17 February 2025'
    """
    months = ("January", "February", "March", "April", "May", "June", "July", "August",
              "September", "October", "November", "December")  # fmt: skip
    return f"{day.day} {months[day.month - 1]} {day.year}"


def rough(day: dt.date) -> str:
    """Write a date no finer than a third of a month.

    >>> rough(dt.date(2025, 5, 11)), rough(dt.date(2025, 6, 30))
    ('mid-May 2025', 'late June 2025')
    """
    month = date(day).partition(" ")[2]
    part = min(2, (day.day - 1) // 10)
    return ("early ", "mid-", "late ")[part] + month


def points(value: float) -> str:
    """Write a gain or loss (a fraction of a party's whole range) in signed points of 100.

    >>> points(0.314), points(-0.05), points(0.001)
    ('+31', '−5', '0')
    """
    whole = round(100 * value)
    if whole == 0:
        return "0"
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}"


def seconds(duration: float) -> str:
    """Write a duration without false precision.

    >>> seconds(0.4), seconds(7.6), seconds(200)
    ('under a second', 'about 8 seconds', 'about 3 minutes')
    """
    if duration < 1:
        return "under a second"
    if duration < 90:
        whole = round(duration)
        return "about a second" if whole == 1 else f"about {whole} seconds"
    if duration < 5400:
        return f"about {round(duration / 60)} minutes"
    return f"about {round(duration / 3600)} hours"
