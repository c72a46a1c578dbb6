"""Probabilities into words: shares of stories, as ranges over the readings.

Each reading has a probability of its own. Told is where those of the middle 8 of 10 readings lie,
in tenths; tables may show whole per cents. What is rarer than 1 in 100 is told as such.
"""

from __future__ import annotations

import math

from winset.methods.nested import Spread
from winset.report.wording import DASH, MINUS, NO_BREAK

_RARE = 0.01
_ALMOST = 0.05
_FAR = 2
_SPLIT = 0.99
_EACH = 8
"""Stories of each reading on average, fewer than which tell no range over the readings."""
FEW = 25
"""Stories, fewer than which say nothing of what becomes of them."""


def told(chance: Spread) -> str:
    """Say in how many stories something happens, as a range over the readings.

    >>> told(Spread(100, 3200, 0.35, 0.01, 0.21, 0.52, 0.1, 0.6, 0.1))
    'in between 2 and 5 of 10 stories, depending on the reading'
    """
    return f"in {amount(chance)}"


def amount(chance: Spread) -> str:
    """Say how many stories that is, without the preposition."""
    if not chance.trials:
        return "no story (none is told of it)"
    single = _single(chance.mean)
    if single or not ranged(chance):
        return single or _about(_tenths(chance.mean))
    if split(chance):
        return f"every story in {_readings(chance.mean)}, and in none in the others"
    low, high = _tenths(chance.low), _tenths(chance.high)
    if low == high:
        return f"{_about(low)}{_but(chance, low)}"
    if low == 0 and high == 10:
        return "anything from almost none to nearly all stories, depending on the reading"
    if low == 0:
        return f"up to {high} of 10 stories, depending on the reading"
    if high == 10:
        return f"at least {low} of 10 stories, depending on the reading"
    return f"between {low} and {high} of 10 stories, depending on the reading"


def split(chance: Spread) -> bool:
    """Say whether every reading has it in all of its stories or in none."""
    return chance.between > _SPLIT and chance.least < _RARE and chance.greatest > 1 - _RARE


def _readings(share: float) -> str:
    alike = {0: "a few readings", 5: "about half of the readings", 10: "nearly all readings"}
    tenths = _tenths(share)
    return alike.get(tenths, f"about {tenths} of 10 readings")


def _about(tenths: int) -> str:
    alike = {0: "almost no story", 5: "about half of the stories", 10: "nearly every story"}
    return alike.get(tenths, f"about {tenths} of 10 stories")


def _but(chance: Spread, most: int) -> str:
    """Say whether it is so in all readings, or some lie far off."""
    least, greatest = _tenths(chance.least), _tenths(chance.greatest)
    if greatest - most >= _FAR:
        return f" in most readings, in a few as many as {greatest} of 10"
    if most - least >= _FAR:
        return f" in most readings, in a few no more than {least} of 10"
    return ", whatever the reading"


def ranged(chance: Spread) -> bool:
    """Say whether its range over the readings can be told: enough stories of each."""
    return not math.isnan(chance.low) and chance.trials >= _EACH * chance.groups


def short(chance: Spread) -> str:
    """Say it in the fewest words, for lists: ``2 to 5 of 10``."""
    if not chance.trials:
        return "none told"
    single = {"no story": "none", "every story": "all", "fewer than 1 of 100 stories": "<1 of 100",
              "all but a few of 100 stories": "nearly all"}  # fmt: skip
    if found := single.get(_single(chance.mean)):
        return found
    if split(chance):
        return f"all or none, {_tenths(chance.mean)} of 10 readings"
    low, high = map(_tenths, ends(chance))
    if low == high:
        return {0: "almost none", 10: "nearly all"}.get(low, f"{low} of 10")
    return f"{low} to {high} of 10"


def _single(mean: float) -> str:
    if mean == 0:
        return "no story"
    if mean == 1:
        return "every story"
    if mean < _RARE:
        return "fewer than 1 of 100 stories"
    return "all but a few of 100 stories" if mean > 1 - _RARE else ""


def _tenths(share: float) -> int:
    return math.floor(10 * share + 0.5)


def percent(share: float) -> str:
    r"""Write a probability in whole per cents; 0 and 100 only where it is exactly so.

    >>> percent(0.2375), percent(0.004), percent(0.0), percent(float("nan"))
    ('24\xa0%', '<1\xa0%', '0\xa0%', '–')
    """
    if math.isnan(share):
        return DASH
    if 0 < share < _RARE / 2:
        return f"<1{NO_BREAK}%"
    if 1 - _RARE / 2 < share < 1:
        return f">99{NO_BREAK}%"
    return f"{math.floor(100 * share + 0.5)}{NO_BREAK}%"


def band(low: float, high: float) -> str:
    r"""Write a range of probabilities in whole per cents.

    >>> band(0.193, 0.28), band(0.001, 0.28), band(0.5, 0.501), band(0.02, 0.999)
    ('19–28\xa0%', '<1–28\xa0%', '50\xa0%', '2\xa0to\xa0>99\xa0%')
    """
    one, other = percent(low), percent(high)
    if one == other:
        return one
    to = f"{NO_BREAK}to{NO_BREAK}" if other.startswith(">") else DASH
    return f"{one.removesuffix(f'{NO_BREAK}%')}{to}{other}"


def range_of(chance: Spread) -> str:
    """Write the range over the middle 8 of 10 readings; the mean where it is not known."""
    found, mean = band(*ends(chance)), percent(chance.mean)
    if split(chance) and ranged(chance):
        return f"0 or 100{NO_BREAK}% (mean {mean})"
    if chance.low <= chance.mean <= chance.high or not ranged(chance) or found == mean:
        return found
    return f"{found} (mean {mean})"


def ends(chance: Spread) -> tuple[float, float]:
    """Give the ends of that range; twice the mean where it cannot be told."""
    return (chance.low, chance.high) if ranged(chance) else (chance.mean, chance.mean)


def sampling(chance: Spread) -> str:
    """Say how far the mean may be off, since only so many readings were drawn.

    >>> sampling(Spread(100, 3200, 0.35, 0.009, 0.2, 0.5, 0.1, 0.6, 0.1))
    '± 2 points'
    """
    points = max(1, math.ceil(200 * chance.error - 1e-9))  # two standard errors
    return f"± {points} {'point' if points == 1 else 'points'}"


def error_words(chance: Spread) -> str:
    """Say how far the mean may be off; where all stories agree, which says no more, that they do.

    >>> error_words(Spread(100, 3200, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    'in no story told'
    """
    if chance.mean in (0, 1):
        return f"in {'every' if chance.mean else 'no'} story told"
    return f"{sampling(chance)} by sampling"


def difference(value: float, error: float) -> str:
    """Write a change of probability in points of 100, with its error where 0 is not ruled out.

    >>> difference(0.238, 0.007), difference(0.004, 0.004), difference(0.0, 0.0)
    ('+24', 'not clear (0 ± 1)', 'nothing')
    """
    if value == 0 and error == 0:
        return "nothing"
    whole = math.floor(abs(100 * value) + 0.5)
    sign = ("+" if value > 0 else MINUS) if whole else ""
    if not clear(value, error):
        return f"not clear ({sign}{whole} ± {max(1, math.ceil(200 * error))})"
    return f"{sign}{whole}" if whole else ("below +1" if value > 0 else f"above {MINUS}1")


def clear(value: float, error: float) -> bool:
    """Say whether a change is clear of zero: more than two standard errors away."""
    return abs(value) > 2 * error


def openness(chance: Spread) -> str:
    """Say how much of what is uncertain is chance, and how much the sources leave open.

    >>> openness(Spread(100, 3200, 0.35, 0.01, 0.21, 0.52, 0.1, 0.6, 0.3))
    'Of what makes this uncertain, about 3 parts of 10 are what the sources leave open; the rest \
is chance.'
    """
    if not chance.trials:
        return ""
    if chance.mean in (0, 1):
        return "All stories told agree: neither luck nor what the sources leave open shows."
    rarer = min(chance.mean, 1 - chance.mean) * chance.trials
    if math.isnan(chance.between) or rarer < FEW:
        return ""
    if chance.between < _ALMOST:
        return "Nearly all that makes this uncertain is chance; the readings differ little."
    if chance.between >= 1 - _ALMOST:
        return "Nearly all that makes this uncertain is what the sources leave open."
    parts = _tenths(chance.between)
    be = "part of 10 is" if parts == 1 else "parts of 10 are"
    return (
        f"Of what makes this uncertain, about {parts} {be} what the sources leave open; the rest "
        "is chance."
    )
