"""A checked shape to a :class:`~winset.case.Case`."""

from __future__ import annotations

import datetime as dt

from winset.case import Case
from winset.casefile.checks import check
from winset.casefile.frame import Frame, filled, read_day, read_sources
from winset.casefile.lines import Lines
from winset.casefile.names import Names
from winset.casefile.nodes import Document, Text
from winset.casefile.possible import faults_of_order
from winset.casefile.process import Process
from winset.casefile.process_checks import warnings_of_process
from winset.casefile.schema import CaseShape
from winset.casefile.wants import Wants

FORMAT = "1"


def build(document: Document, shape: CaseShape) -> Case | None:
    """Read every line of a shaped document; faults are noted in the document.

    Returns
    -------
    Case or None
        None where the head of the file cannot stand.
    """
    if shape.format != FORMAT:
        document.fault(shape.format, f"format `{shape.format[:20]}`", f"`format: {FORMAT}`")
    filled(document, shape.name, "name")
    filled(document, shape.title, "title")
    as_of = read_day(document, shape.as_of, "as_of")
    horizon = read_day(document, shape.horizon, "horizon")
    if as_of and horizon and horizon < as_of:
        document.fault(shape.horizon, f"a horizon ({horizon}) before `as_of` ({as_of})", "later")
    lines = Lines(document, read_sources(shape, document), as_of)
    names = Names(
        document,
        parties=tuple(map(str, shape.parties)),
        tables=tuple(map(str, shape.tables)),
        channels=tuple(map(str, shape.channels)),
        happenings=(*map(str, shape.steps), *map(str, shape.claims)),
    )
    case = _assemble(document, shape, lines, names, as_of or dt.date(1, 1, 1), horizon)
    if not any(f.severity == "error" for f in document.faults):
        check(case, document)
        faults = faults_of_order(case)
        document.faults.extend(faults)
        if not any(f.severity == "error" for f in faults):
            document.faults.extend(warnings_of_process(case))
    return case


def _assemble(
    document: Document,
    shape: CaseShape,
    lines: Lines,
    names: Names,
    as_of: dt.date,
    horizon: dt.date | None,
) -> Case:
    frame = Frame(shape, document, lines, names)
    parties = frame.parties()
    if not shape.issues and not shape.steps:
        document.fault(document.root, "`issues` is missing here", "add `issues: ...`, or `steps:`")
    issues = frame.issues()
    names.issues = {issue.id: issue for issue in issues}
    wants = Wants(shape, document, lines, names, names.issues)
    tables = frame.tables(issues)
    process = Process(shape, document, lines, names, parties, tables)
    for key in (*shape.steps, *shape.claims):
        if key in shape.steps and key in shape.claims:
            document.fault(key, f"`{key}` names a step and a claim", "give each its own name")
    return Case(
        name=str(shape.name),
        title=str(shape.title),
        as_of=as_of,
        horizon=horizon,
        marking=str(shape.marking or ""),
        notes=str(shape.notes or ""),
        about=_about(shape, names),
        levels=tuple(map(str, shape.levels)),
        sources=tuple(lines.sources.values()),
        parties=parties,
        issues=issues,
        rules=frame.rules(),
        tables=tables,
        absent=frame.absent(),
        influence=wants.influence(),
        preferences=wants.preferences(),
        salience=wants.salience(),
        red_lines=wants.red_lines(),
        no_agreement=wants.no_agreement(),
        answers=wants.answers(),
        linkage=wants.linkage(),
        priorities=wants.priorities(),
        ties=frame.ties(),
        history=frame.history(),
        perceptions=frame.perceptions(),
        channels=process.channels(),
        steps=process.steps(),
        claims=process.claims(),
        scenarios=process.scenarios(wants),
        path=document.file,
    )


def _about(shape: CaseShape, names: Names) -> tuple[str, ...]:
    given = shape.about
    entries = [] if given is None else given if isinstance(given, list) else [given]
    return tuple(str(e) for e in entries if isinstance(e, Text) and names.party(e, e))
