"""What has to come before what, as a picture without script: steps in layers, arrows between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap
from typing import Final

from winset.report.layering import Layout, Place, layout
from winset.report.process_view import StepBox, Tie

_WIDE, _PAD, _LINE, _SMALL = 148, 8, 15, 13
_ACROSS, _DOWN, _KEY = 54, 20, 22
_LETTERS: Final = 21
_NOTE_LETTERS: Final = 26
_INK, _SOFT, _EDGE = "#16202a", "#46525e", "#083b61"
_STYLES: Final = {
    "after": ('stroke="#083b61" stroke-width="1.5"', "has to happen first"),
    "unsure": ('stroke="#083b61" stroke-width="1.5" stroke-dasharray="7 4"',
               "so in some readings only"),
    "channel": ('stroke="#b3500a" stroke-width="1.5" stroke-dasharray="2 3"',
                "opens a channel that is needed"),
    "condition": ('stroke="#3d6b21" stroke-width="1.5" stroke-dasharray="9 3 2 3"',
                  "brings about, or not, what is waited for"),
    "chance": ('stroke="#6d3b8e" stroke-width="1.3" stroke-dasharray="1 4"',
               "changes the chance"),
    "instead": ('stroke="#8a1f3d" stroke-width="1.5" stroke-dasharray="12 4"',
                "is replaced, where it fails, by"),
}  # fmt: skip
_FIT: Final = 1200
"""Pictures up to this wide are made to fit a page."""
_SMALL_FIT: Final = 660
"""Pictures up to this wide are shown as they are."""
MOST: Final = 120
"""Steps, more than which no page shows readably."""


@dataclass(frozen=True)
class Picture:
    """The picture, and how it fits a page: ``small``, ``page`` or ``broad``."""

    svg: str
    size: str


@dataclass(frozen=True)
class _Box:
    step: StepBox
    title: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE * (len(self.title) + 1) + _SMALL * len(self.notes)


def picture(steps: Sequence[StepBox], ties: Sequence[Tie]) -> Picture:
    """Draw steps and ties; ``steps`` names each after all that it waits for."""
    boxes = {step.step: _box(step) for step in steps}
    known = [tie for tie in ties if tie.before in boxes and tie.after in boxes]
    found = layout({name: box.height for name, box in boxes.items()},
                   [(tie.before, tie.after) for tie in known], _DOWN)  # fmt: skip
    left = {name: 10.0 + k * (_WIDE + _ACROSS)
            for k, layer in enumerate(found.layers) for name in layer}  # fmt: skip
    drawing = _Drawing(found, left, boxes)
    styles = [style for style in _STYLES if any(_style(tie) == style for tie in known)]
    deep = max((found.middle[n] + found.heights[n] / 2 for n in found.middle), default=0.0)
    rows = len(styles) + any(tie.group for tie in known) + 1
    width = 20.0 + len(found.layers) * (_WIDE + _ACROSS) - _ACROSS
    width = max(width, 540.0)  # room for the key
    height = deep + 20 + rows * _KEY + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" '
        'aria-label="What has to come before what" '
        'font-family="\'Liberation Sans\', Arial, Helvetica, sans-serif" font-size="12">',
        f"<defs>{''.join(_head(style) for style in _STYLES)}</defs>",
        '<g transform="translate(0 10)">',
        *drawing.edges(known),
        *(drawing.box(name) for name in boxes),
        "</g>",
        *_key(styles, any(tie.group for tie in known), deep + 34),
        "</svg>",
    ]
    size = "small" if width <= _SMALL_FIT else "page" if width <= _FIT else "broad"
    return Picture("".join(parts), size)


def _box(step: StepBox) -> _Box:
    title = wrap(step.title, _LETTERS) or [step.step]
    notes = [line for note in step.notes for line in _note(note)]
    return _Box(step, tuple(title), tuple(notes))


def _note(note: str) -> Iterable[str]:
    return wrap(note, _NOTE_LETTERS, subsequent_indent="  ")


def _style(tie: Tie) -> str:
    return "unsure" if tie.kind == "after" and tie.unsure else tie.kind


def _head(style: str) -> str:
    colour = _STYLES[style][0].split('"')[1]
    return (
        f'<marker id="to-{style}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
    )


@dataclass(frozen=True)
class _Drawing:
    layout: Layout
    left: dict[Place, float]
    boxes: dict[str, _Box]

    def edges(self, ties: Sequence[Tie]) -> Iterable[str]:
        ends = self._ends(ties)
        joints: dict[tuple[str, int], list[float]] = {}
        for tie in ties:
            if tie.group:
                joints.setdefault((tie.after, tie.group), []).append(ends[tie])
        middles = {key: sum(places) / len(places) for key, places in joints.items()}
        for tie in ties:
            joint = middles.get((tie.after, tie.group))
            yield self._edge(tie, ends[tie] if joint is None else joint, joint is not None)
        for (step, _), y in middles.items():
            yield self._joint(step, y)

    def _ends(self, ties: Sequence[Tie]) -> dict[Tie, float]:
        """Spread the arrows that reach a box along its side, in the order they come in."""
        found = {}
        for name, box in self.boxes.items():
            reach = [tie for tie in ties if tie.after == name]
            reach.sort(key=lambda tie: self.layout.middle[self._way(tie)[-2]])
            middle, room = self.layout.middle[name], box.height - 2 * _PAD
            step = min(16.0, room / max(1, len(reach)))
            for k, tie in enumerate(reach):
                found[tie] = middle + (k - (len(reach) - 1) / 2) * step
        return found

    def _way(self, tie: Tie) -> list[Place]:
        return self.layout.ways[tie.before, tie.after]

    def _edge(self, tie: Tie, y: float, joined: bool) -> str:
        way = self._way(tie)
        end = self.left[tie.after] - (26 if joined else 0)
        points = [(self.left[way[0]] + _WIDE, self.layout.middle[way[0]])]
        for bend in way[1:-1]:
            there = self.layout.middle[bend]
            points += [(self.left[bend], there), (self.left[bend] + _WIDE, there)]
        points.append((end, y))
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for k, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
            turn = (x1 + x2) / 2
            path += (
                f"L{x2:.1f} {y2:.1f}" if k % 2  # straight through a layer
                else f"C{turn:.1f} {y1:.1f} {turn:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
            )  # fmt: skip
        style = _style(tie)
        head = "" if joined else f' marker-end="url(#to-{style})"'
        return f'<path d="{path}" fill="none" {_STYLES[style][0]}{head}/>'

    def _joint(self, step: str, y: float) -> str:
        x = self.left[step]
        return (
            f'<path d="M{x - 8:.1f} {y:.1f}H{x:.1f}" {_STYLES["after"][0]} '
            f'marker-end="url(#to-after)"/>{_circle(x - 17, y)}'
        )

    def box(self, name: str) -> str:
        box = self.boxes[name]
        x, y = self.left[name], self.layout.middle[name] - box.height / 2
        rows = [_text(x + _PAD, y + _PAD + 11 + _LINE * k, line, "font-weight=\"700\"")
                for k, line in enumerate(box.title)]  # fmt: skip
        below = y + _PAD + 11 + _LINE * len(box.title)
        rows.append(_text(x + _PAD, below, box.step.odds, ""))
        rows += [_text(x + _PAD, below + _SMALL * (k + 1), line, 'font-size="10.5"', _SOFT)
                 for k, line in enumerate(box.notes)]  # fmt: skip
        weight = 3 if box.step.main else 1.2
        return (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{_WIDE}" height="{box.height:.1f}" rx="4" '
            f'fill="{_shade(box.step.mean)}" stroke="{_EDGE}" stroke-width="{weight}"/>'
            + "".join(rows)
        )


def _text(x: float, y: float, words: str, how: str, colour: str = _INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" xml:space="preserve" {how}>'
        f"{escape(words)}</text>"
    )


def _circle(x: float, y: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="#fff" stroke="{_EDGE}"/>'
        f'<text x="{x:.1f}" y="{y + 3.5:.1f}" text-anchor="middle" font-size="10" fill="{_INK}">'
        "or</text>"
    )


def _shade(mean: float) -> str:
    """Blend from white (never) to blue (always), light enough for dark letters."""
    low, high = (255, 255, 255), (143, 193, 230)
    return "#" + "".join(f"{round(a + mean * (b - a)):02x}" for a, b in zip(low, high, strict=True))


def _key(styles: Sequence[str], joined: bool, top: float) -> Iterable[str]:
    y = top
    for style in styles:
        line, words = _STYLES[style]
        yield f'<path d="M10 {y:.1f}h44" fill="none" {line} marker-end="url(#to-{style})"/>'
        yield _text(64, y + 4, words, "")
        y += _KEY
    if joined:
        yield _circle(32, y) + _text(64, y + 4, "one of these is enough", "")
        y += _KEY
    for k in range(5):
        yield (
            f'<rect x="{10 + 9 * k}" y="{y - 6:.1f}" width="9" height="12" '
            f'fill="{_shade(k / 4)}" stroke="{_EDGE}" stroke-width=".5"/>'
        )
    yield _text(
        64,
        y + 4,
        "share of the stories with the step (%): the darker, the more; bold frame: asked about",
        "",
    )
