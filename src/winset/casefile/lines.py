"""Lines of a case file to statements: body, share, source, and what the body says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from winset.case import Kind, Source, Statement
from winset.casefile.nearest import nearest
from winset.casefile.nodes import Document, Text
from winset.casefile.schema import Either, LongForm, Node
from winset.language.parser import LineError, parse
from winset.language.source import parse_source, split_share, split_source
from winset.language.terms import ASSUMED, CERTAIN, Chance, Numbers, Range, SourceRef

_FIXED: Final = frozenset({"now", "decided by", "seat", "ratifies"})
"""Kinds that frame the question and so are in force in every reading."""

_COMMON: Final = frozenset({"line", "source", "share", "id", "use"})
_KEYS: Final = {
    "preference": _COMMON | {"order", "values"},
    "salience": _COMMON | {"order", "weights"},
    "influence": _COMMON | {"order", "weights"},
    "red line": _COMMON | {"never", "firmness"},
}
"""Keys of a long form, where they are not the common ones alone."""

Found = tuple[Statement, Any, Text]
"""A statement, what its line says, and the text it stands in."""


@dataclass
class Lines:
    """Reads statements of one document; ``ids`` holds every statement's place."""

    document: Document
    sources: dict[str, Source]
    as_of: dt.date | None
    ids: dict[str, Text] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)

    # ── statements ──────────────────────────────────────────────────────────────────────────────
    def many(self, kind: Kind, name: str, node: Node, start: str) -> list[Found]:
        """Read a line, a long form, ``either:``, or a list of them.

        ``start`` is the grammar's start symbol ("" for free text); ``name`` the path that ids
        are made of.
        """
        if node is None:
            return []
        found: list[Found] = []
        for entry, group in flat(node):
            number = len(found) + 1
            base = name if number == 1 else f"{name}#{number}"
            one = self.one(kind, base, entry, start)
            if one:
                statement = replace(one[0], group=f"{name}/either{group}") if group else one[0]
                found.append((statement, one[1], one[2]))
        return self._share_out(found)

    def one(self, kind: Kind, name: str, node: Node, start: str) -> Found | None:
        """Read one statement; None (and a fault noted) where it cannot be read."""
        form = node if isinstance(node, LongForm) else _short(node)
        text = self._text(form, kind, name)
        if text is None or not self._keys_fit(form, kind):
            return None
        numeric = self._numeric(form)
        body, tail, offset = ("", "", 0) if numeric else split_source(text)
        try:
            source = self._source(form, text, tail, offset)
            body, share = split_share(body)
            if form.share is not None:
                share = parse("chance", form.share)
            says = self._numbers(form) if numeric else self._says(start, body)
        except LineError as error:
            self.document.fault(text, error.found, error.right, offset=error.offset)
            return None
        if share != CERTAIN and kind in _FIXED:
            self.document.fault(
                text,
                f"a share ({share}) on `{name}`",
                "this frames the question "
                "and holds in every reading; make two cases, or a scenario",
            )
        place = form.line or form.order or form.never or text
        statement = Statement(
            self._id(form, name, text),
            kind,
            body or str(says),
            source,
            share,
            use=self._use(form),
            line=place.line,
            column=place.column,
        )
        return statement, says, text

    def source(self, node: Text | None, *, resolution: bool = False) -> SourceRef:
        """Read a source standing alone (``source: "@..."``)."""
        if node is None:
            return ASSUMED
        try:
            written = node if node.startswith("@") else f"@{node}"
            return self._cited(node, parse_source(written), resolution=resolution)
        except LineError as error:
            self.document.fault(node, error.found, error.right)
            return ASSUMED

    def parsed(self, start: str, node: Text) -> Any:  # noqa: ANN401 - depends on `start`
        """Read a line that is no statement of its own; None (and a fault) where it cannot be."""
        try:
            return parse(start, node)
        except LineError as error:
            self.document.fault(node, error.found, error.right, offset=error.offset)
            return None

    def date(self, node: Text | None, what: str) -> dt.date | None:
        """Read a date: a day, a month (its first day) or a year (likewise)."""
        if node is None:
            return None
        match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", node)
        try:
            if match:
                return dt.date(*(int(part or 1) for part in match.groups()))
        except ValueError:
            pass
        self.document.fault(
            node, f"{what}: `{node[:40]}` is no date", "year-month-day, such as 2025-02-17"
        )
        return None

    # ── parts of a statement ────────────────────────────────────────────────────────────────────
    def _text(self, form: LongForm, kind: Kind, name: str) -> Text | None:
        texts = [t for t in (form.line, form.order, form.never) if t is not None]
        if self._numeric(form) and not texts:
            numbers = form.values or form.weights
            if numbers:
                return next(iter(numbers))
            texts = [Text("")]
        if len(texts) != 1 or not texts[0]:
            place = texts[0] if texts else self._anywhere(form)
            word = {"red line": "never", "preference": "order", "salience": "order"}.get(
                kind, "line"
            )
            self.document.fault(
                place,
                f"`{name}` says {'too much' if len(texts) > 1 else 'nothing'}",
                f"one line: `{word}: ...`, or none of this statement at all",
            )
            return None
        return texts[0]

    def _keys_fit(self, form: LongForm, kind: Kind) -> bool:
        """Note keys of a long form that say nothing for this kind of statement."""
        known = _KEYS.get(kind, _COMMON)
        wrong = sorted(form.model_fields_set - known)
        for key in wrong:
            held = getattr(form, key)
            place = next(iter(held), None) if isinstance(held, dict) else held
            self.document.fault(
                place,
                f"`{key}` has no meaning for a {kind}",
                f"known here: {', '.join(sorted(known))}",
            )
        return not wrong

    @staticmethod
    def _anywhere(form: LongForm) -> object:
        parts = (form.source, form.share, form.id, form.use, form.firmness)
        return next((part for part in parts if part is not None), None)

    @staticmethod
    def _numeric(form: LongForm) -> bool:
        return form.values is not None or form.weights is not None

    def _numbers(self, form: LongForm) -> Numbers:
        entries: list[tuple[str, Range]] = []
        for name, text in (form.values or form.weights or {}).items():
            bounds = self.parsed("range", text)
            if bounds is not None:
                entries.append((str(name), bounds))
        return Numbers(tuple(entries))

    @staticmethod
    def _says(start: str, body: str) -> Any:  # noqa: ANN401 - the record depends on `start`
        if not start:
            if not body:
                raise LineError("nothing stands before the source", "what was said, in your words")
            return body
        return parse(start, body)

    def _source(self, form: LongForm, text: Text, tail: str, offset: int) -> SourceRef:
        if tail and form.source is not None:
            raise LineError("two sources: one on the line, one under `source`", "keep one", offset)
        if form.source is not None:
            written = form.source if form.source.startswith("@") else f"@{form.source}"
            return self._cited(form.source, parse_source(written))
        return self._cited(text, parse_source(tail), offset) if tail else ASSUMED

    def _cited(
        self, place: Text, source: SourceRef, offset: int = 0, *, resolution: bool = False
    ) -> SourceRef:
        if not source.source:
            return source
        known = self.sources.get(source.source)
        if known is None:
            better = nearest(source.source, self.sources)
            right = f"did you mean `@{better}`?" if better else "name it under `sources:`"
            raise LineError(f"unknown source `@{source.source}`", right, offset)
        late = known.published and self.as_of and known.published > self.as_of
        if late and not resolution and source.source not in self.late:
            self.late.add(source.source)  # one message for the source, not one for each line
            raise LineError(
                f"source `{source.source}` is dated {known.published}, after `as_of` {self.as_of}",
                "only a claim's resolution may cite what came later",
                offset,
            )
        return source

    def _id(self, form: LongForm, name: str, text: Text) -> str:
        chosen = str(form.id) if form.id else name
        if chosen in self.ids:
            self.document.fault(
                form.id or text,
                f"the id `{chosen}` is taken (line {self.ids[chosen].line})",
                "give each statement its own",
            )
        self.ids.setdefault(chosen, text)
        return chosen

    def _use(self, form: LongForm) -> bool:
        if form.use is None or form.use in ("yes", "no"):
            return form.use != "no"
        self.document.fault(form.use, f"`use: {form.use[:20]}`", "`yes` or `no`")
        return True

    def _share_out(self, found: list[Found]) -> list[Found]:
        """Give the alternatives of each ``either:`` without a share an equal part of the rest."""
        for group in {s.group for s, _, _ in found if s.group}:
            members = [f for f in found if f[0].group == group]
            silent = [f for f in members if f[0].share == CERTAIN]
            left = 1 - sum(f[0].share.middle for f in members if f not in silent)
            if left < -1e-9 or (silent and left <= 0):
                self.document.fault(
                    members[0][2],
                    "the shares under `either:` exceed 1",
                    "one alternative is drawn: shares add up to 1 at most",
                )
                continue
            for one in silent:
                part = Chance(left / len(silent), left / len(silent))
                found[found.index(one)] = (replace(one[0], share=part), one[1], one[2])
        return found


def _short(node: Node) -> LongForm:
    return LongForm(line=node if isinstance(node, Text) else None)


def flat(node: Node) -> Iterator[tuple[Text | LongForm, int]]:
    """Yield every entry with the number of its ``either`` group (0 for none)."""
    group = 0
    for entry in node if isinstance(node, list) else [node]:
        if entry is None:
            continue
        if isinstance(entry, Either):
            group += 1
            yield from ((alternative, group) for alternative in entry.either)
        else:
            yield entry, 0
