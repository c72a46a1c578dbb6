"""The shape of a case file: which keys stand where, and whether each holds a line, a list or a
mapping.

Every leaf stays the :class:`~winset.casefile.nodes.Text` that was read, with its place. What a
line says is read later (:mod:`winset.casefile.build`).
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    Tag,
    ValidationError,
)

from winset.casefile.nearest import nearest
from winset.casefile.nodes import Document, Entries, Items, Text

Key = InstanceOf[Text]
Line = InstanceOf[Text]


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "mapping"
    return "list" if isinstance(value, list) else "line"


class Shape(BaseModel):
    """A mapping with known keys only."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)


class LongForm(Shape):
    """A statement written out: the line under ``line`` (or the name its section uses)."""

    line: Line | None = None
    order: Line | None = None
    values: dict[Key, Line] | None = None
    weights: dict[Key, Line] | None = None
    never: Line | None = None
    firmness: Line | None = None
    source: Line | None = None
    share: Line | None = None
    id: Line | None = None
    use: Line | None = None


def _statement(value: object) -> str:
    return "either" if isinstance(value, dict) and "either" in value else _kind(value)


Alternative = Annotated[
    Annotated[Line, Tag("line")] | Annotated[LongForm, Tag("mapping")],
    Discriminator(_kind),
]


class Either(Shape):
    """``either:`` one of several lines is drawn."""

    either: list[Alternative]


Entry = Annotated[
    Annotated[Line, Tag("line")]
    | Annotated[LongForm, Tag("mapping")]
    | Annotated[Either, Tag("either")],
    Discriminator(_statement),
]
Statement = Alternative
Statements = Annotated[
    Annotated[Line, Tag("line")]
    | Annotated[LongForm, Tag("mapping")]
    | Annotated[Either, Tag("either")]
    | Annotated[list[Entry], Tag("list")],
    Discriminator(_statement),
]
Node: TypeAlias = Text | LongForm | Either | list[Text | LongForm | Either] | None
"""What may stand where statements are read."""

Names = Annotated[
    Annotated[Line, Tag("line")] | Annotated[list[Line], Tag("list")], Discriminator(_kind)
]
Described = Annotated[
    Annotated[Line, Tag("line")] | Annotated[dict[Key, Line], Tag("mapping")],
    Discriminator(_kind),
]
Options = Annotated[
    Annotated[Line, Tag("line")]
    | Annotated[list[Line], Tag("list")]
    | Annotated[dict[Key, Described], Tag("mapping")],
    Discriminator(_kind),
]


class SourceShape(Shape):
    """A text that is cited."""

    title: Line
    date: Line | None = None
    kind: Line | None = None
    url: Line | None = None
    author: Line | None = None


class PartyShape(Shape):
    """A party."""

    name: Line | None = None
    kind: Line | None = None
    delegates: dict[Key, Line] = {}
    agencies: dict[Key, Line] = {}
    members: Names | None = None
    ratifies: Line | None = None
    wants_talks: Statement | None = None
    note: Line | None = None
    key: Line | None = None


class IssueShape(Shape):
    """An issue."""

    title: Line | None = None
    options: Options
    now: Statement | None = None
    decided_by: Statement | None = None
    implemented_by: Statement | None = None
    break_: Statement | None = Field(None, alias="break")
    moves: Statements | None = None
    term: Line | None = None
    note: Line | None = None
    key: Line | None = None


class TableShape(Shape):
    """A table."""

    title: Line | None = None
    parties: Statement
    agenda: Names | None = None
    host: Statements | None = None
    mediator: Statements | None = None
    observer: Statements | None = None
    note: Line | None = None


class AbsentShape(Shape):
    """A party said to be left out."""

    from_: Line = Field(alias="from")
    reason: Statement | None = None


class ChannelShape(Shape):
    """A line of contact."""

    between: list[Line]
    level: Line
    state: Statement
    by: Statement | None = None
    since: Statement | None = None
    frozen_by: Statement | None = None
    refused_by: Statement | None = None
    offered_by: Statement | None = None
    met_before: Statement | None = None
    last_used: Statement | None = None
    turnover: Statement | None = None
    note: Statement | None = None


class StepShape(Shape):
    """A step."""

    title: Statement | None = None
    after: Statements | None = None
    needs: Statements | None = None
    opens: Statements | None = None
    sets: Statements | None = None
    by: Line | None = None
    table: Line | None = None
    deal_on: Names | None = None
    settles: Line | None = None
    wanted_by: Statement | None = None
    instead_of: Names | None = None
    takes: Statement | None = None
    on: Statement | None = None
    not_before: Statement | None = None
    deadline: Statement | None = None
    chance: Statement | None = None
    note: Line | None = None


class ResolutionShape(Shape):
    """What happened with a claim."""

    date: Line | None = None
    source: Line
    note: Line | None = None


class ClaimShape(Shape):
    """A prediction."""

    event: Line
    hedge: Line
    source: Line | None = None
    if_: Line | None = Field(None, alias="if")
    happened: Line | None = None
    resolution: ResolutionShape | None = None
    note: Line | None = None
    use: Line | None = None


class ScenarioShape(Shape):
    """A variant of the case."""

    title: Line | None = None
    set: Names | None = None
    without: Names | None = None
    replace: dict[Key, Statement] = {}


SourceEntry = Annotated[
    Annotated[Line, Tag("line")] | Annotated[SourceShape, Tag("mapping")], Discriminator(_kind)
]
PartyEntry = Annotated[
    Annotated[Line, Tag("line")] | Annotated[PartyShape, Tag("mapping")], Discriminator(_kind)
]
AbsentEntry = Annotated[
    Annotated[Line, Tag("line")]
    | Annotated[AbsentShape, Tag("mapping")]
    | Annotated[list[AbsentShape], Tag("list")],
    Discriminator(_kind),
]


class CaseShape(Shape):
    """A case file."""

    format: Line
    name: Line
    title: Line
    as_of: Line
    horizon: Line | None = None
    marking: Line | None = None
    notes: Line | None = None
    about: Names | None = None
    levels: list[Line] = []
    sources: dict[Key, SourceEntry] = {}
    parties: dict[Key, PartyEntry]
    influence: Statements | None = None
    ties: dict[Key, Statements] = {}
    history: Statements | None = None
    perceptions: dict[Key, Statements] = {}
    issues: dict[Key, IssueShape] = {}
    rules: Statements | None = None
    tables: dict[Key, TableShape] = {}
    absent: dict[Key, AbsentEntry] = {}
    preferences: dict[Key, dict[Key, Statements]] = {}
    salience: dict[Key, Statements] = {}
    red_lines: dict[Key, Statements] = {}
    objections: dict[Key, Statements] = {}
    no_agreement: dict[Key, Statements] = {}
    answers: dict[Key, Statements] = {}
    linkage: dict[Key, Statements] = {}
    priorities: dict[Key, Statements] = {}
    channels: dict[Key, ChannelShape] = {}
    steps: dict[Key, StepShape] = {}
    claims: dict[Key, ClaimShape] = {}
    scenarios: dict[Key, ScenarioShape] = {}


def shape(document: Document) -> CaseShape | None:
    """Check the shape of what was read; None (and faults noted) where it cannot stand."""
    if not isinstance(document.root, Entries):
        document.fault(
            document.root,
            "no mapping at the top of the file",
            "a case begins with `format: 1` and `name: ...` (see `winset new`)",
        )
        return None
    try:
        return CaseShape.model_validate(document.root)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        for fault in faults[:_MOST_FAULTS]:
            _note(document, fault["type"], fault["loc"])
        if len(faults) > _MOST_FAULTS:
            more = len(faults) - _MOST_FAULTS
            document.fault(document.root, f"{more:,} faults more of this kind", "mend these first")
        return None


_MOST_FAULTS: Final = 200
_KINDS: Final[dict[type, str]] = {Items: "a list", Entries: "a mapping"}


def _note(document: Document, fault: str, location: tuple[int | str, ...]) -> None:
    """Turn one of pydantic's faults into ours, at its place in the file."""
    holder, thing, key = _walk(document.root, location)
    name = str(location[-1])
    if fault == "extra_forbidden":
        known = _known_keys(location)
        better = nearest(name, known)
        right = f"did you mean `{better}`?" if better else f"known here: {', '.join(known)}"
        document.fault(
            key or holder,
            f"unknown key `{name[:60]}`",
            right,
            fix=_fix(document, key, name, better),
        )
    elif fault == "missing":
        document.fault(thing, f"`{name}` is missing here", f"add `{name}: ...`")
    else:
        found = _KINDS.get(type(thing), "something else")
        if isinstance(thing, Text):
            found = f"a line of text (`{thing[:40]}`)" if thing else "nothing"
        document.fault(
            key or thing if not isinstance(thing, Text) or not thing else thing,
            f"`{key or name}` holds {found}",
            _WANTED.get(fault, "see the case-file reference for what stands here"),
        )


_WANTED: Final = {
    "is_instance_of": "a line of text",
    "dict_type": "a mapping: `name: ...` lines below it, or { name: ... }",
    "model_type": "a mapping: `name: ...` lines below it, or { name: ... }",
    "list_type": "a list: [a, b], or lines that begin with `- `",
    "union_tag_invalid": "one line of text here: parties are joined by `+` (`north + south`), and "
    "a list holds no further lists",
}


def _fix(document: Document, key: Text | None, name: str, better: str) -> str:
    if not (key and better):
        return ""
    raw = document.raw(key.line)
    return raw[: key.column - 1] + raw[key.column - 1 :].replace(name, better, 1)


def _walk(root: Any, location: tuple[int | str, ...]) -> tuple[Any, Any, Text | None]:  # noqa: ANN401
    """Follow a location; parts that name a branch of a union lead nowhere and are passed over.

    Returns the last container, the thing found, and the key that leads to it.
    """
    holder, thing, key = root, root, None
    for part in location:
        if isinstance(thing, Entries) and part in thing:
            holder, key = thing, next(k for k in thing if k == part)
            thing = thing[key]
        elif isinstance(thing, Items) and isinstance(part, int) and part < len(thing):
            holder, thing = thing, thing[part]
    return holder, thing, key


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Names of the keys that the shape at a location knows."""
    found: type[Shape] = CaseShape
    for part in location[:-1]:
        found = _SHAPES.get(str(part), found) if part in _SHAPES else found
        if part in ("mapping", "either") and found in (CaseShape, *_HOLDS_STATEMENTS):
            found = Either if part == "either" else LongForm
    return [field.alias or name for name, field in found.model_fields.items()]


_SHAPES: Final[dict[str, type[Shape]]] = {
    "sources": SourceShape,
    "parties": PartyShape,
    "issues": IssueShape,
    "tables": TableShape,
    "absent": AbsentShape,
    "channels": ChannelShape,
    "steps": StepShape,
    "claims": ClaimShape,
    "resolution": ResolutionShape,
    "scenarios": ScenarioShape,
}
_HOLDS_STATEMENTS: Final = (IssueShape, TableShape, AbsentShape, ChannelShape, StepShape)
