"""Text of a line to records of :mod:`winset.language.terms`, with located, plain messages."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from winset.language.hedges import HEDGES
from winset.language.terms import (
    FARTHEST,
    OTHERS,
    And,
    Answer,
    Answers,
    AtTable,
    Before,
    By,
    ByAttribute,
    Chance,
    ChanceLine,
    Condition,
    Conditional,
    Duration,
    Happens,
    Indifferent,
    Is,
    Linkage,
    Not,
    Or,
    Order,
    Outcome,
    Range,
    Requires,
    Unknown,
)

if TYPE_CHECKING:
    from lark import Lark, Token

STARTS: Final = (
    "ranking", "order", "scale", "parties", "condition", "rule", "red_line", "answer",
    "linkage", "outcome", "range", "chance", "chance_line", "duration",
)  # fmt: skip

RESERVED: Final = frozenset(
    {"and", "or", "not", "is", "if", "else", "by", "before", "requires", "at", "others",
     "unknown", "indifferent", "declines", "accepts", "status", "horizon", "open", "assumed"}
)  # fmt: skip
"""Words of the language, which cannot be names."""

DAYS: Final = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
LONGEST_DURATION: Final = 1000 * DAYS["y"]
LONGEST_LINE: Final = 4_000
DEEPEST: Final = 40

SHAPES: Final = {
    "ranking": "an order such as `a > b >> c`, `by attribute x > y`, `unknown` or `indifferent`",
    "order": "an order such as `a > b >> c = d > others`",
    "scale": "options such as `low < middle < high`, or without an order a list: `[low, high]`",
    "parties": "parties such as `us + ru`",
    "condition": "a condition such as `issue is option`, or `step by 2025-02-28 and not other`",
    "rule": "a rule such as `issue is option requires issue is not option`",
    "red_line": "a condition such as `issue is option`, or `party at table if issue is option`",
    "answer": "`decline`, `accept`, or `decline if issue is option`",
    "linkage": "`more if issue is option` or `less if issue is option`",
    "outcome": "`status quo`, `status quo + 0..0.1`, `issue is option and ...`, or a number 0..1",
    "range": "a number such as `0.4`, or a range such as `0.2..0.4`",
    "chance": "a chance: `0.7`, `0.5..0.8`, `60 %`, or a word such as `likely`",
    "chance_line": "a chance: `0.7`, `0.5..0.8`, `likely`, or `likely if step else unlikely`",
    "duration": "a duration such as `3w`, `2w..8w` or `2w..8w mostly 4w` (d, w, m, y)",
}  # fmt: skip


class LineError(Exception):
    """A line that the language does not know: what was found, at which offset, what is right."""

    def __init__(self, found: str, right: str, offset: int = 0) -> None:
        self.found, self.right, self.offset = found, right, offset
        super().__init__(f"{found}: {right}" if right else found)


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, start=list(STARTS), parser="lalr", maybe_placeholders=True)


@cache
def _builder() -> Any:  # noqa: ANN401 - lark's Transformer is generic over an unknown
    from lark import Transformer, v_args

    return v_args(inline=True)(type("Build", (Transformer,), dict(_RULES)))()


def parse(start: str, text: str) -> Any:  # noqa: ANN401 - the record depends on `start`
    """Parse one line.

    Parameters
    ----------
    start
        Kind of line, one of :data:`STARTS`.
    text
        The line, without share and source.

    Returns
    -------
    record
        The record of :mod:`winset.language.terms` for that kind (a tuple of names for
        ``scale`` and ``parties``).

    Raises
    ------
    LineError
        What was found, at which offset in ``text``, and what would be right.

    Examples
    --------
    >>> str(parse("condition", "(a is b) or not c declines"))
    'a is b or not c declines'
    """
    from lark.exceptions import UnexpectedInput, VisitError

    if not text.strip():
        raise LineError("nothing stands here", f"expected {SHAPES[start]}")
    if len(text) > LONGEST_LINE:
        raise LineError(f"a line of {len(text):,} characters", f"at most {LONGEST_LINE:,}")
    if text.count("(") > DEEPEST:
        raise LineError(f"{text.count('(')} opening parentheses", f"at most {DEEPEST}")
    if re.search(rf"(\bnot\s+){{{DEEPEST},}}", text):
        raise LineError(f"`not` {DEEPEST} times in a row", "once, or not at all")
    try:
        return _builder().transform(_parser().parse(text, start=start))
    except VisitError as error:
        if isinstance(error.orig_exc, LineError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _line_error(start, text, error) from None


def _line_error(start: str, text: str, error: Any) -> LineError:  # noqa: ANN401
    offset = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    token = getattr(error, "token", None)
    if (token is not None and token.type == "$END") or not 0 <= offset < len(text):
        return LineError("the line ends too early", f"expected {SHAPES[start]}", len(text))
    word = text[offset:].split()[0][:40] if text[offset:].split() else text[offset]
    hint = _asked(start, text[:offset], word) or _hint(start, text, word)
    return LineError(f"cannot read `{word}` here", hint or f"expected {SHAPES[start]}", offset)


_TIMES: Final = {
    "after": "`not (event by 2025-02-28)` for later than a day, `b before a` for an order",
    "between": "between two days: `event by LATER and not (event by EARLIER)`",
    "until": "`event by 2025-02-28`",
    "on": "one day: `event by 2025-02-28 and not (event by 2025-02-27)`",
}


_SINGLE: Final = "`by` and `before` stand between single events: put more in parentheses"
_JOINED: Final = {"&": "and", "&&": "and", "|": "or", "||": "or"}
_ANSWERS: Final = ("decline", "declined", "reject", "refuse", "accept", "accepted", "agree")
_BETWEEN: Final = ("and", "or", "by", "before", "is", "not", "at", "declines", "accepts")


def _asked(start: str, before: str, word: str) -> str:
    """Name the commonest slips of events and conditions, by what stands before the word."""
    if start not in ("condition", "chance_line", "rule", "red_line") or not before.strip():
        return ""
    return _timed(before.split(), word) or _joined(word)


def _timed(before: list[str], word: str) -> str:
    if word in _TIMES:
        return _TIMES[word]
    if word in ("by", "before"):
        return _SINGLE
    if before[-1] == "by":
        return "`by` a day, written 2025-02-28, or `by horizon`" if before[1:] else _SINGLE
    if before[-1] == "before" and word[0].isdigit():
        return "`before` stands between two events; for a day: `event by 2025-02-28`"
    return ""


def _joined(word: str) -> str:
    if word in _JOINED or (word != word.lower() and word.lower() in RESERVED):
        return f"write `{_JOINED.get(word, word.lower())}`"
    if word.removesuffix("s") in _ANSWERS:
        return "`party declines` or `party accepts`"
    if word[0] in "'\"":
        return "names stand without quotation marks"
    near = difflib.get_close_matches(word, _BETWEEN, n=1, cutoff=0.75)
    return f"did you mean `{near[0]}`?" if near and near[0] != word else ""


_WORDS: Final = ", ".join({band: word for word, band in reversed(HEDGES.items())}.values())


def _hint(start: str, text: str, word: str) -> str:
    """Name the commonest slips of hand-written lines."""
    if any(mark in text for mark in "“”‘’«»"):
        return "typographic quotes: write straight quotes, or none"
    if "≥" in text or ">=" in text or "≻" in text:
        return "orders are written with `>`, `>>` (at least twice the step) and `=` (a tie)"
    if "<" in text and start in ("ranking", "order"):
        return "orders are written best first, with `>`; `<` is for scales of options"
    if "==" in text or ("=" in text and start in ("condition", "rule", "red_line")):
        return "a condition says `issue is option`"
    at_end = text.rstrip().endswith(")") and text.count("(") == 1
    if word.startswith("(") and (start != "condition" or at_end):
        return f"parentheses at the end hold a share: `(0.7)`, or a word: {_WORDS}"
    if start in ("condition", "chance_line") and text.split()[:2] in (["any", "of"], ["all", "of"]):
        return "`a or b` for any of them, `a and b` for all"
    if "," in text and start in ("ranking", "order"):
        return "one order a line; several lines are a list: [first, second]"
    if word.split(".")[0].lower() in RESERVED:
        return f"`{word}` is a word of the language and cannot be a name; {SHAPES[start]}"
    return ""


# ── from parse tree to records ──────────────────────────────────────────────────────────────────
def _order(_: object, first: tuple[str, ...], *rest: Any) -> Order:  # noqa: ANN401
    levels = (first, *rest[1::2])
    names = [n for level in levels for n in level]
    for name in names:
        if names.count(name) > 1:
            raise LineError(f"`{name}` stands twice in the order", "name each option once")
    if any(OTHERS in level and len(level) > 1 for level in levels):
        raise LineError("`others` is tied with a name", "`others` stands alone in its place")
    return Order(levels, tuple(str(s) == ">>" for s in rest[0::2]))


def _branches(_: object, *parts: Any) -> Any:  # noqa: ANN401
    """Join ``first if condition else rest``: rest is what the same rule made of the tail."""
    if len(parts) == 1:
        return parts[0]
    first, condition, rest = parts
    if any(isinstance(ranking, ByAttribute) for ranking in (first, rest)):
        raise LineError("`by` in a conditional line", "name the options in each branch")
    tail = (
        () if rest is None else rest.branches if isinstance(rest, Conditional) else ((rest, None),)
    )
    return Conditional(((first, condition), *tail))


def _chances(_: object, *parts: Any) -> ChanceLine:  # noqa: ANN401
    if len(parts) == 1:
        return ChanceLine(((parts[0], None),))
    first, condition, rest = parts
    return ChanceLine(((first, condition), *(() if rest is None else rest.branches)))


def _range(_: object, low: str, high: str | None) -> Range:
    bounds = Range(float(low), float(high if high is not None else low))
    if bounds.low > bounds.high:
        raise LineError(f"the range {low}..{high} runs backwards", f"{high}..{low}")
    return bounds


def _chance_number(_: object, low: str, high: str | None, percent: str | None) -> Chance:
    scale = 100 if percent else 1
    bounds = _range(None, low, high)
    if not (bounds.low >= 0 and bounds.high <= scale):
        raise LineError(f"a chance of {bounds}", "a number between 0 and 1, or 0 and 100 %")
    return Chance(bounds.low / scale, bounds.high / scale)


def _date(text: Token) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        right = "year-month-day, such as 2025-02-28"
        raise LineError(f"`{text}` is no date", right, text.start_pos or 0) from None


def _days(text: str) -> float:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    return float(number) * DAYS[text[len(number) :].strip()[0]]


def _duration(
    _: object, pert: Token | None, low: Token, high: Token | None, mode: Token | None
) -> Duration:
    first, last = _days(low), _days(high or low)
    middle = None if mode is None else _days(mode)
    text = f"{low}..{high}" if high else str(low)
    text = f"{text} mostly {mode}" if mode else text
    text = f"pert {text}" if pert else text
    if first > last:
        raise LineError(f"the duration {text} runs backwards", f"{high}..{low}")
    if last > LONGEST_DURATION:
        raise LineError(f"the duration {text[:40]} is over a thousand years", "a shorter one")
    if middle is not None and not first <= middle <= last:
        raise LineError(f"`mostly {mode}` lies outside {low}..{high}", "a length between them")
    if pert and middle is None:
        raise LineError("`pert` without a most likely length", "`pert 2w..8w mostly 4w`")
    return Duration(first, last, middle, text, "pert" if pert else "triangular")


def _any_of(_: object, *parts: Condition) -> Condition:
    return parts[0] if len(parts) == 1 else Or(parts)


def _all_of(_: object, *parts: Condition) -> Condition:
    return parts[0] if len(parts) == 1 else And(parts)


def _red_line(_: object, what: Condition, when: Condition | None) -> Condition:
    return what if when is None else And((what, when))


def _reservation(_: object, value: Range) -> Outcome:
    if not (value.low >= 0 and value.high <= 1):
        raise LineError(f"a reservation of {value}", "utilities run from 0 (worst) to 1 (best)")
    return Outcome(None, None, value)


def _outcome_state(_: object, *parts: Any) -> Outcome:  # noqa: ANN401
    *atoms, plus = parts
    if not all(isinstance(a, Is) and a.relation == "is" for a in atoms):
        raise LineError("`not` in an outcome", "name the option that each issue stands at")
    return _plus(tuple(atoms), plus)


def _plus(state: tuple[Is, ...], plus: Range | None) -> Outcome:
    if plus is not None and not -FARTHEST <= plus.low <= plus.high <= FARTHEST:
        raise LineError(f"{plus} added to a utility", f"from {-FARTHEST:g} to {FARTHEST:g}: "
                        "utilities run from 0 (worst) to 1 (best)")  # fmt: skip
    return Outcome(state, plus)


_RULES: Final[dict[str, Any]] = {
    "branches": _branches,
    "chances": _chances,
    "unknown": lambda _: Unknown(),
    "indifferent": lambda _: Indifferent(),
    "by_attribute": lambda _, name, order: ByAttribute(str(name), order),
    "same": lambda _, thing: thing,
    "order": _order,
    "level": lambda _, *names: tuple(map(str, names)),
    "scale": lambda _, *names: tuple(map(str, names)),
    "parties": lambda _, *names: tuple(map(str, names)),
    "any_of": _any_of,
    "all_of": _all_of,
    "negated": lambda _, part: Not(part),
    "by": lambda _, event, when: By(event, when),
    "before": lambda _, first, second: Before(first, second),
    "when": lambda _, token: _date(token),
    "horizon": lambda _: None,
    "at_table": lambda _, party: AtTable(str(party)),
    "declines": lambda _, party: Answers(str(party), "decline"),
    "accepts": lambda _, party: Answers(str(party), "accept"),
    "happens": lambda _, name: Happens(str(name)),
    "is_option": lambda _, issue, option: Is(str(issue), str(option)),
    "is_not": lambda _, issue, option: Not(Is(str(issue), str(option))),
    "is_at_least": lambda _, issue, option: Is(str(issue), str(option), "at least"),
    "is_at_most": lambda _, issue, option: Is(str(issue), str(option), "at most"),
    "rule": lambda _, condition, requirement: Requires(condition, requirement),
    "red_line": _red_line,
    "decline": lambda _, condition: Answer("decline", condition),
    "accept": lambda _, condition: Answer("accept", condition),
    "more": lambda _, condition: Linkage(True, condition),
    "less": lambda _, condition: Linkage(False, condition),
    "status_quo": lambda _, plus: _plus((), plus),
    "outcome_state": _outcome_state,
    "reservation": _reservation,
    "range": _range,
    "chance_number": _chance_number,
    "chance_word": lambda _, word: Chance(*HEDGES[str(word)], word=str(word)),
    "duration": _duration,
}
