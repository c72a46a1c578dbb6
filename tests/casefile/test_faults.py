"""Every fault of a case file: located, all at once, with what would be right."""

import time

import pytest

from winset.casefile import load, load_text, load_text_with_warnings
from winset.casefile.nodes import LARGEST_FILE, read
from winset.errors import CaseError, Fault, gathered

EDITS = [
    # (what to replace, by what, in which line the fault stands, found, right)
    ("format: 1", "format: 2", "format: 2", "format `2`", "format: 1"),
    ("title: Talks", "titel: Talks", "titel", "unknown key `titel`", "did you mean `title`?"),
    ("title: Talks about a border\n", "", "format", "`title` is missing", "add `title"),
    ("as_of: 2025-02-17", "as_of: 2025-02", "as_of", "is no day", "year-month-day"),
    ("horizon: 2026", "horizon: 2024", "horizon", "before `as_of`", "later"),
    ("date: 2025-02-01", "date: soon", "note:", "`soon` is no date", "year-month-day"),
    (
        "date: 2025-02-01",
        "date: 2025-03-01",
        "house:",
        "after `as_of`",
        "only a claim's resolution",
    ),
    (
        "  south: South",
        "  south: [South]",
        "south: [",
        "holds a list",
        "one line of text",
    ),
    ("ratifies: north @", "ratifies: nort @", "house", "unknown party `nort`", "`north`"),
    (
        "decided_by: north + south @note:1}",
        "decided_by: north, south}",
        "border:",
        "a comma inside { }",
        "quote",
    ),
    (
        "decided_by: north + south @note:1}",
        "decided_by: north & south}",
        "border:",
        "cannot read `&`",
        "us + ru",
    ),
    (
        "now: closed",
        "now: shut",
        "trade:",
        "unknown option of `trade`: `shut`",
        "closed, partial, free",
    ),
    ("now: closed", "now: closed (likely)", "trade:", "a share (likely)", "in every reading"),
    ("options: [old, line, new]", "options: [old, old, new]", "border:", "stands twice", "once"),
    (
        "options: [old, line, new]",
        "options: [old, open]",
        "border:",
        "word of the language",
        "another name",
    ),
    ("options: [old, line, new]", "options: []", "border:", "has no options", "[first, second]"),
    (
        "options: [old, line, new]",
        "options: [20, line]",
        "border:",
        "cannot be the name",
        "begin with a letter",
    ),
    (
        "requires trade is free",
        "requires trade is fre",
        "requires",
        "unknown option of `trade`: `fre`",
        "`free`",
    ),
    (
        "requires trade is free",
        "requires coast declines",
        "requires",
        "cannot stand in this line",
        "speaks of issues",
    ),
    (
        "border is new requires trade is free",
        "trade is closed requires border is line",
        "requires",
        "the status quo breaks this rule",
        "change the rule",
    ),
    (
        "agenda: [border, trade",
        "agenda: [boarder, trade",
        "agenda",
        "unknown issue `boarder`",
        "`border`",
    ),
    ("agenda: [border, trade", "agenda: [trade, trade", "agenda", "on the agenda twice", "once"),
    ("from: main", "from: mian", "from:", "unknown table `mian`", "`main`"),
    (
        "old > line >> new",
        "old > lime >> new",
        "lime",
        "unknown option of `border`: `lime`",
        "`line`",
    ),
    (
        "old > line >> new",
        "old >> line",
        "old >> line",
        "`>>` in a line without a plain step",
        "twice",
    ),
    (
        "old > line >> new",
        "old > line > new (perhaps)",
        "perhaps",
        "cannot read `(perhaps)`",
        "hold a share",
    ),
    (
        "old > line >> new @note:1",
        "old > line @nota:1",
        "@nota",
        "unknown source `@nota`",
        "`@note`",
    ),
    ("by bloc none > pact", "by block none > pact", "by block", "unknown attribute", "`bloc`"),
    ("by bloc none > pact", "by bloc none > packt", "packt", "unknown `bloc` `packt`", "`pact`"),
    (
        "(unlikely)]",
        "(unlikely) @note:1 A @note:2]",
        "unlikely",
        "two sources",
        "one source a line",
    ),
    ("line: 4..6", "line: 6..4", "4", "runs backwards", "4..6"),
    (
        "values: {new",
        "weights: {new",
        "new: 10",
        "`weights` has no meaning for a preference",
        "values",
    ),
    (
        "border > north.linkage",
        "border > north.linkages",
        "linkages",
        "unknown issue or linkage term",
        "north.linkage",
    ),
    ("weights: {border: 3", "weights: {border: -3", "border: -3", "a negative weight", "0 or more"),
    ("firmness: very likely", "firmness: strong", "firmness", "cannot read `strong`", "a chance"),
    (
        "never: border is new,",
        "never: border is new, order: a > b,",
        "never:",
        "says too much",
        "one line",
    ),
    (
        "{never: coast at table, use: no}",
        "{never: coast at table, use: maybe}",
        "maybe",
        "`use: maybe`",
        "`yes` or `no`",
    ),
    (
        "coast at table if border is old",
        "border is old",
        "south: border is old",
        "names no seat",
        "red lines",
    ),
    ("status quo + 0..0.1", "border is many", "many (roughly", "unknown option of `border`", "old"),
    ("decline if border is new", "refuse", "refuse", "cannot read `refuse`", "`decline`"),
    ("more if trade", "if trade", "coast: decline", "", ""),
    (
        "between: [north, south]",
        "between: [north, north]",
        "ns.minister",
        "between north, north",
        "two different",
    ),
    ("level: minister", "level: ministers", "level", "unknown level `ministers`", "`minister`"),
    ("state: frozen", "state: cold", "state: cold", "unknown state of a channel: `cold`", "open"),
    ("needs: ns.minister", "needs: ns.ministers", "needs", "unknown channel", "`ns.minister`"),
    ("after: meet", "after: mete", "after", "unknown step or claim `mete`", "`meet`"),
    ("takes: 1w..4w", "takes: 1w..4x", "takes", "cannot read", "3w"),
    ("happened: no,", "happened: maybe,", "happened", "`happened: maybe`", "`yes` or `no`"),
    (
        "without: [north.red_lines]",
        "without: [nort.red_lines]",
        "without",
        "unknown statement",
        "`north.red_lines`",
    ),
    (
        "{coast.preferences.troops:",
        "{coast.preference.troops:",
        "turned",
        "unknown preference or salience",
        "coast.preferences.troops",
    ),
    (
        "north and south:",
        "north & south:",
        "north & south",
        "cannot read the tie",
        "`a and b: ...`",
    ),
    ("coast to north: distrust", "coast to north:", "coast to north", "says nothing", "one line"),
]


@pytest.mark.parametrize(
    ("old", "new", "where", "found", "right"),
    [e for e in EDITS if e[3]],
    ids=[e[3][:40] for e in EDITS if e[3]],
)
def test_a_fault_is_one_located_message(small, old, new, where, found, right):
    assert small.count(old) >= 1
    text = small.replace(old, new, 1)
    with pytest.raises(CaseError) as caught:
        load_text(text)
    hits = [f for f in caught.value.faults if found in f.found]
    assert hits, [str(f) for f in caught.value.faults]
    (fault,) = hits
    assert right in fault.right
    assert where in text.splitlines()[fault.line - 1]
    assert str(fault).startswith(f"case.yaml:{fault.line}:{fault.column}: ")


def test_every_fault_at_once(small):
    text = small
    for old, new, *_ in EDITS[21:26:2]:
        text = text.replace(old, new, 1)
    text = text.replace("level: minister", "level: mini").replace("from: main", "from: mian")
    with pytest.raises(CaseError) as caught:
        load_text(text)
    assert len(caught.value.faults) >= 4
    assert list(caught.value.faults) == sorted(caught.value.faults)


def test_what_several_lines_share_is_said_once(small):
    text = small.replace("  note: {", "  notes: {", 1)
    used = [n for n, line in enumerate(text.splitlines(), 1) if "@note" in line]
    with pytest.raises(CaseError) as caught:
        load_text(text)
    (fault,) = [f for f in caught.value.faults if f.found == "unknown source `@note`"]
    assert [fault.line, *fault.also] == used
    assert str(fault).endswith(
        f"(also in lines {', '.join(map(str, used[1:9]))} and {len(used) - 9} more)"
    )


def test_very_many_lines_with_one_fault_are_gathered_soon():
    faults = [Fault("case.yaml", n, 3, "found", "right", fix="x" if n == 7 else "")
              for n in range(1, 60_001)]  # fmt: skip
    begun = time.process_time()
    (one,) = gathered([*faults, *faults[:9]])
    assert time.process_time() - begun < 2  # far more if each is compared with all before
    assert (one.line, one.fix, one.also) == (1, "x", tuple(range(2, 60_001)))


def test_options_that_cannot_be_read_are_one_fault(small):
    text = small.replace("options: closed < partial < free", "options: closed | partial | free", 1)
    assert text != small
    with pytest.raises(CaseError) as caught:
        load_text(text)
    (fault,) = caught.value.faults
    assert (fault.found, "[low, high]" in fault.right) == ("cannot read `|` here", True)


def test_a_lost_name_above_several_keys_is_one_fault():
    text = "issues:\n  a:\n    title: A\n    now: x\n    title: B\n    now: y\n    options: [x, y]"
    (fault,) = read(text.encode(), "case.yaml").faults
    assert fault.line == 5
    assert fault.found == "`title` (line 5), `now` (line 6) stand twice (first from line 3 on)"


def test_the_corrected_line_is_ready_to_paste(small):
    with pytest.raises(CaseError) as caught:
        load_text(small.replace("old > line >> new", "old > lime >> new"))
    (fault,) = caught.value.faults
    assert fault.fix == small.splitlines()[fault.line - 1]


TRAPS = [
    ("a: &x [1]", "anchor or alias", "write the lines out"),
    ("a: 1\nb: *x", "anchor or alias", "quote"),
    ("a: !!int 3", "a YAML tag", "plain text"),
    ("a: ! 3", "a YAML tag", "plain text"),
    ("<<: {a: b}", "merge key", "write the lines out"),
    ("a: 1\na: 2", "`a` stands twice (first in line 1)", "a list"),
    ("? [a]\n: b", "as a key", "one word"),
    ("a: @x", "begins with `@`", "quote"),
    ("a: `x`", "begins with", "quote"),
    ("a: %x", "begins with `%`", "quote"),
    ("a: > b\n", "`>`", "quote"),
    ("a: >> b\n", "`>`", "quote"),
    ("a:\n\tb: c", "a tab", "spaces"),
    ("a: b: c", "second `: `", "quote"),
    ("{a: x, b > c}", "a comma inside { }", "quote"),
    ('a: "x', "never closed", "close it"),
    ("a: [b", "do not close", "[a, b]"),
    ("a:\n  b: 1\n c: 2", "indented differently", "same indentation"),
    ("---\na: 1\n---\nb: 2", "second document", "one case a file"),
    ("just text", "no mapping at the top", "format: 1"),
    ("", "an empty file", "winset new"),
    ("[" * 40, "nesting deeper than 32", "levels"),
]


@pytest.mark.parametrize(("text", "found", "right"), TRAPS, ids=[t[0][:20] for t in TRAPS])
def test_traps_of_hand_written_yaml(text, found, right):
    with pytest.raises(CaseError) as caught:
        load_text(text)
    hits = [f for f in caught.value.faults if found in f.found]
    assert hits, [str(f) for f in caught.value.faults]
    assert right in hits[0].right


def test_bytes_that_are_no_text():
    assert "not UTF-8" in read(b"a: \xff", "x").faults[0].found
    assert "does not allow" in read(b"a: \x00", "x").faults[0].found


def test_a_file_beyond_the_stated_size(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"# " + b"x" * LARGEST_FILE)
    with pytest.raises(CaseError, match="bytes"):
        load(path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
        "a: " + "(" * 50_000,
        "x" * 400_000,
        "a: 'b\n" * 20_000,
    ],
    ids=["brackets", "braces", "dashes", "bomb", "parentheses", "scalar", "quotes"],
)
def test_hostile_files_are_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(CaseError):
        load_text(text)
    assert time.perf_counter() - start < 1.0


# ── warnings ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("never: border is new,", "never: trade is closed,", "never", "crossed by the status quo"),
        (
            "old > line >> new @note:1",
            "old > line > new > open > others @note:1",
            "others",
            "`others` without effect",
        ),
        (
            "old > line >> new @note:1",
            "old > line > new > open >> others @note:1",
            "others",
            "the `>>` beside it without effect",
        ),
        (
            "decided_by: north + south}\n  troops",
            "decided_by: north + coast}\n  troops",
            "agenda",
            "coast, who must consent, has no seat",
        ),
        (
            ", decided_by: north + south}\n  troops",
            "}\n  troops",
            "agenda",
            "nobody is said to decide",
        ),
        ("  south: South", "  south: South\n  idle: Idle", "idle", "has no say and no stake"),
        ("history:\n  - they", "history:\n  - #1 they met\n  - they", "-", ""),
        ("distrust", "distrust #2 of them", "distrust", "rest of this line is cut off"),
    ],
)
def test_what_looks_wrong_is_warned_of(small, old, new, where, found):
    text = small.replace(old, new, 1)
    assert text != small
    if not found:
        with pytest.raises(CaseError):
            load_text(text)
        return
    _, warnings = load_text_with_warnings(text)
    hits = [w for w in warnings if found in w.found]
    assert len(hits) == 1, [str(w) for w in warnings]
    assert where in text.splitlines()[hits[0].line - 1]
    assert hits[0].severity == "warning"


def test_the_small_case_has_no_warning(small):
    assert load_text_with_warnings(small)[1] == ()


def test_rules_that_no_state_obeys(small):
    text = small.replace(
        "  - border is new requires trade is free @assumed",
        "  - trade is closed requires trade is free\n"
        "  - trade is not closed requires trade is closed",
    )
    with pytest.raises(CaseError) as caught:
        load_text(text)
    assert any("no state obeys all the rules" in f.found for f in caught.value.faults)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("name: small", "name: ''", "name: nothing stands here"),
        ("title: Talks about a border", "title: ''", "title: nothing stands here"),
        ("title: A note", "title: ''", "title of source `note`: nothing stands here"),
        ("hedge: possible", "hedge: ''", "nothing stands here"),
        (
            "implemented_by: coast @note:3",
            "implemented_by: {weights: {coast: 1}}",
            "`weights` has no",
        ),
        ("decided_by: south", "decided_by: {order: south}", "`order` has no meaning"),
        ("options: many < few", "options: at", "`at` is a word of the language"),
    ],
)
def test_what_cannot_be_kept_is_refused(small, old, new, found):
    with pytest.raises(CaseError) as caught:
        load_text(small.replace(old, new, 1))
    assert [f for f in caught.value.faults if found in f.found], caught.value.faults


def test_words_that_only_some_lines_use_may_be_names(small):
    text = small.replace("many", "more").replace("few", "less").replace("hill", "table")
    case = load_text(text)
    assert case.issue("troops").states == ("more", "less")


def test_thousands_of_faults_are_told_in_time(small):
    text = small + "\n".join(f"wrong-{n}: x" for n in range(30_000))
    start = time.process_time()
    with pytest.raises(CaseError) as caught:
        load_text(text)
    assert time.process_time() - start < 3
    assert any("faults more of this kind" in f.found for f in caught.value.faults)
    assert len(caught.value.faults) < 250
