"""A case of 10**15 deals through the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from winset.cli.app import app
from winset.run import load
from winset.run.store import Store

ISSUES, OPTIONS = 15, 10


def case_text() -> str:
    """Two parties, an outsider and a ratifier; a rule, linkage, a condition and red lines."""
    ids = [f"o{k}" for k in range(OPTIONS)]
    names = [f"i{k:02}" for k in range(ISSUES)]
    up, down = " > ".join(ids[::-1]), " > ".join(ids)
    agenda = ", ".join(names)
    issues = "".join(
        f"  {n}: {{options: {' < '.join(ids)}, now: o0, decided_by: a + b"
        + (", implemented_by: c}\n" if n == "i04" else "}\n")
        for n in names
    )
    wants = {
        p: "".join(f"    {n}: {up if k % 3 != turn else down}\n" for k, n in enumerate(names[1:]))
        for p, turn in (("a", 0), ("b", 1))
    }
    return (
        "format: 1\nname: large\ntitle: Large talks\nas_of: 2025-02-17\n"
        "sources:\n  text: {title: A text, date: 2025-02-17}\n"
        "parties:\n  a: {name: North}\n  b: {name: South}\n  c: {name: Delta}\n"
        "  d: {name: Assembly, ratifies: a @text:1}\n"
        f"issues:\n{issues}"
        "rules:\n  - i01 is o9 requires i02 is not o0 @text:1\n"
        f"tables:\n  talks: {{title: The talks, parties: a + b, agenda: [{agenda}]}}\n"
        f"  short: {{title: Short talks, parties: a + b, agenda: [{', '.join(names[:3])}]}}\n"
        "absent:\n  c: {from: talks}\n"
        f"preferences:\n  a:\n    i00: {up} if i01 is o1 else {down} @text:2\n{wants['a']}"
        f"  b:\n    i00: {up} @text:2\n{wants['b']}"
        f"  c:\n    i04: {down} @text:3\n  d:\n    i05: {down} @text:3\n"
        'linkage:\n  b: {line: more if i06 is o1 and i07 is o1, source: "@text:4"}\n'
        'red_lines:\n  a: {never: i08 is o2 and i09 is o3, firmness: likely, source: "@text:4"}\n'
        '  c: {never: i04 is o9, firmness: likely, source: "@text:4"}\n'
        f"steps:\n  sign: {{table: talks, deal_on: [{agenda}], settles: i03 is o9}}\n"
    )


def call(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_large_case_from_the_file_to_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("large.yaml").write_text(case_text())
    call("check", "large.yaml")
    said = call("run", "large.yaml", "--draws", 12, "--workers", 1)
    assert "The talks" in said
    # How much of the table's deals is in the zone is an estimate, and is told with its error.
    drawn = "estimated from deals drawn at random: between about "
    assert " ".join(said.split()).count(drawn) == 1
    whole = load("large.winset")
    deals = whole.tables["talks"].deals
    assert deals.size == OPTIONS**ISSUES
    assert not deals.listed
    assert whole.tables["short"].deals.listed
    assert deals.with_deal == 12
    assert (deals.frontier_gap == 0).all()
    assert len(deals.leading()) == 5
    page = json.loads(call("show", "large.winset", "--json"))
    (talks,) = [table for table in page["tables"] if table["searched"]]
    assert drawn in talks["estimated"]
    assert talks["zone_share"]["low"] < talks["zone_share"]["middle"] < talks["zone_share"]["high"]
    call("report", "large.winset", "-o", "page.html")
    assert "too many to list" in Path("page.html").read_text()
    assert drawn in Path("page.html").read_text()
    # A run taken up again, and one of more workers, come to the same.
    with Store.open(Path("large.winset"), writing=True) as store:
        store._connection.execute("DELETE FROM chunks")
    call("resume", "large.winset")
    assert load("large.winset").digest == whole.digest
    call("stability", "large.yaml", "--table", "talks", "--draws", 5)


def test_a_large_case_with_issues_set_and_lines_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("large.yaml").write_text(case_text())
    asked = ("--set", "i14=o3", "--without", "a.red_lines", "--without", "voice:author")
    call("run", "large.yaml", "--draws", 4, "--table", "talks", *asked, "-o", "less.winset")
    deals = load("less.winset").tables["talks"].deals
    assert deals.size == OPTIONS ** (ISSUES - 1)
    assert deals.set_outside == ("i14",)
