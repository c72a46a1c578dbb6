"""The states that matter and the improvements between them, as a picture without script.

States stand in columns by how many steps they are from the status quo, those off every way in the
last one; an arrow is a move that serves its mover in enough of the readings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Final

_WIDE, _LINE, _PAD = 178, 15, 8
_ACROSS, _DOWN, _BOW = 50, 30, 50
_LETTERS: Final = 25
_DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "1 4", "12 4")
_COLOURS: Final = ("#0b5c97", "#b3500a", "#3d6b21", "#6d3b8e", "#8a1f3d", "#46525e")


@dataclass(frozen=True)
class Node:
    """A state in the picture: its number, its name, what is said below it, how it stands out."""

    state: int
    name: str
    note: str
    holds: bool
    column: int


@dataclass(frozen=True)
class _Box:
    node: Node
    lines: tuple[str, ...]
    x: float
    y: float

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE * len(self.lines)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def picture(
    nodes: Sequence[Node], arrows: Mapping[tuple[int, int, int], int], movers: Sequence[str]
) -> str:
    """Draw states and improvements as SVG.

    Parameters
    ----------
    nodes
        The states.
    arrows
        (mover, from, to) -> readings; all are drawn.
    movers
        Names of the movers.
    """
    boxes = _placed(nodes)
    width = max((b.x + _WIDE for b in boxes.values()), default=0) + _BOW
    told = sorted({k for k, _, _ in arrows})  # the key names who has an arrow
    key = 22 * len(told) + 10
    height = max((b.y + b.height for b in boxes.values()), default=0) + key + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" role="img" aria-label="States and improvements" '
        'font-family="sans-serif" font-size="12">',
        "<defs>" + "".join(map(_head, range(len(_COLOURS)))) + "</defs>",
    ]
    drawn = sorted(arrows)
    parts += [_arrow(boxes[s], boxes[t], k, n) for n, (k, s, t) in enumerate(drawn)]
    parts += [_drawn(box) for box in boxes.values()]
    parts += [_key(k, movers[k], height - key + 22 * n) for n, k in enumerate(told)]
    return "".join([*parts, "</svg>"])


def _placed(nodes: Sequence[Node]) -> dict[int, _Box]:
    found: dict[int, _Box] = {}
    fill: dict[int, float] = {}
    columns = sorted({node.column for node in nodes})  # none is left empty
    for node in nodes:
        lines = (*wrap(node.name, _LETTERS), *wrap(node.note, _LETTERS))
        y = fill.get(node.column, 10.0)
        box = _Box(node, lines, 10 + columns.index(node.column) * (_WIDE + _ACROSS), y)
        found[node.state] = box
        fill[node.column] = y + box.height + _DOWN
    return found


def _head(k: int) -> str:
    return (
        f'<marker id="head{k}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="{_COLOURS[k]}"/></marker>'
    )


def _style(k: int) -> str:
    colour, dash = _COLOURS[k % len(_COLOURS)], _DASHES[k % len(_DASHES)]
    return f'stroke="{colour}" stroke-dasharray="{dash}" stroke-width="1.6" fill="none"'


def _arrow(one: _Box, other: _Box, k: int, n: int) -> str:
    spread = (n % 5 - 2) * 5.0
    y1, y2 = one.middle + spread, other.middle + spread
    if one.node.column == other.node.column:  # bow out to the right
        x1 = x2 = one.x + _WIDE
        bow = x1 + 30 + 9 * (n % 5)
        path = f"M{x1:.0f} {y1:.0f}C{bow:.0f} {y1:.0f} {bow:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    else:
        ahead = other.x > one.x
        x1 = one.x + (_WIDE if ahead else 0)
        x2 = other.x + (0 if ahead else _WIDE)
        turn = (x1 + x2) / 2
        path = f"M{x1:.0f} {y1:.0f}C{turn:.0f} {y1:.0f} {turn:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    return f'<path d="{path}" {_style(k)} marker-end="url(#head{k % len(_COLOURS)})"/>'


def _drawn(box: _Box) -> str:
    weight = 3 if box.node.holds else 1
    text = "".join(
        f'<text x="{box.x + _PAD:.0f}" y="{box.y + _PAD + 11 + _LINE * n:.0f}" fill="#16202a">'
        f"{escape(line)}</text>"
        for n, line in enumerate(box.lines)
    )
    return (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{_WIDE}" height="{box.height:.0f}" rx="4" '
        f'fill="{"#f3f6f8" if box.node.holds else "#ffffff"}" stroke="#083b61" '
        f'stroke-width="{weight}"/>{text}'
    )


def _key(k: int, name: str, y: float) -> str:
    return (
        f'<path d="M10 {y:.0f}h46" {_style(k)} marker-end="url(#head{k % len(_COLOURS)})"/>'
        f'<text x="66" y="{y + 4:.0f}" fill="#16202a">{escape(name)} moves</text>'
    )
