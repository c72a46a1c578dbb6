"""Whatever the bytes of a case file, there are faults to read, and never a traceback."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from winset.casefile import load, load_text, save
from winset.casefile.nodes import LARGEST_FILE
from winset.errors import CaseError, TooLargeError, WinsetError

BATCHES = 40
EACH = 500  # 20,000 files in all

HEAD = """\
format: 1
name: small
title: Small talks
as_of: 2025-02-17
sources:
  text: {title: A text, date: 2025-02-17}
  record: {title: Record, date: 2025-12-31, kind: record}
parties:
  us: {name: United States}
  ru: {name: Russia, wants_talks: ready @text:16 said}
  ua: Ukraine
issues:
  fighting: {title: Fighting, options: goes-on < stops < peace, now: goes-on @text:1,
             decided_by: us + ru @text:12 inferred, implemented_by: ua @assumed}
  venue:
    options:
      helsinki: {host: finland, bloc: nato}
      riyadh: {host: sa, bloc: none}
    decided_by: us + ru
tables:
  riyadh: {parties: us + ru @text:1, host: ua (likely) @text:9, agenda: [fighting, venue]}
"""

SECTIONS = (
    "rules:\n  - venue is riyadh requires fighting is not goes-on @assumed\n"
    "  - venue is not open requires fighting is at least stops (likely) @text:2\n",
    "preferences:\n  us:\n    fighting: peace > stops > goes-on @text:19 inferred\n"
    "    venue: [helsinki > riyadh (roughly even) @text:6 Rubio reported,\n"
    "            riyadh > helsinki > open (0.3) @assumed]\n",
    "preferences:\n  ru:\n    fighting: goes-on >> stops > peace (likely) @text:7\n"
    "    venue: by bloc none > nato @text:9 inferred\n",
    "preferences:\n  ua:\n    fighting: {either: [peace > others @text:1, stops > others (0.4)]}\n"
    "    venue: indifferent\n",
    "preferences:\n  us:\n    venue: riyadh > helsinki if fighting is peace else unknown\n"
    '    fighting: {values: {goes-on: 1, stops: 0.2..0.4, peace: 0}, source: "@text:1"}\n',
    "salience:\n  ru: [venue > others @text:3, fighting > venue @assumed]\n"
    '  us: {weights: {fighting: 3, venue: 1..2}, source: "@text:3"}\n',
    "red_lines:\n  ru: {never: venue is helsinki and fighting is stops, firmness: almost certain,\n"
    '       source: "@text:11 Lavrov said"}\n  ua: [venue is riyadh (0.5) @text:1, us at table]\n'
    "objections:\n  ru: ua at table if fighting is peace @text:11\n",
    "no_agreement:\n  ru: status quo + 0..0.1 (roughly even) @text:18\n  us: 0.2..0.3 @assumed\n",
    "answers:\n  ua: decline if venue is riyadh or fighting is not peace @text:13\n"
    "linkage:\n  us: more if venue is helsinki and fighting is peace @text:15\n",
    "influence: us > ru >> others @assumed\nties:\n  us and ru: trade @text:9\n"
    "history:\n  - they met in 2018 @text:3\nabsent:\n  ua: {from: riyadh, reason: so @text:5}\n",
    "levels: [envoy, minister]\nchannels:\n  us-ru.talks: {between: [us, ru], level: minister,\n"
    "    state: frozen @text:5, since: 2022-02, frozen_by: us @text:5, last_used: 2025-02-15}\n",
    "steps:\n  call: {title: A call @text:3, takes: 2w..12w @assumed, chance: likely @assumed}\n"
    "  deal: {after: [call], table: riyadh, deal_on: [fighting], settles: fighting is peace,\n"
    "         takes: 1w..30w mostly 6w, chance: likely if call else roughly even}\n"
    'claims:\n  early: {event: deal by 2025-12-28, hedge: possible, source: "@text:16",\n'
    '    happened: no, resolution: {date: 2025-12-28, source: "@record", note: later}}\n',
    "channels:\n  phone: {between: [us, ru], level: minister, state: offered @text:2}\n"
    "  desk: {between: [us, ua], level: minister, state: refused @text:2, refused_by: ua}\n"
    "steps:\n  visit: {on: 2025-02-20 @text:2, opens: phone}\n"
    "  desk-open: {opens: desk, instead_of: visit, chance: 0.2..0.4}\n"
    "  gift: {by: ua, after: visit or desk-open, sets: fighting is stops, takes: 2w..12w}\n"
    "  deal: {after: [gift (likely), not ua declines], needs: [phone, desk (0.3)], table: riyadh,\n"
    "         deal_on: [venue], settles: venue is not open, wanted_by: us + ru,\n"
    "         not_before: 2025-03-01, deadline: 2025-12-01, chance: likely if gift else 10..30 %}\n"
    "  reply: {after: ua accepts or fighting is at least stops before deal, takes: 3d}\n"
    "claims:\n  soon: {event: deal by 2025-06-01 and gift before deal, if: visit, hedge: likely}\n"
    "  sure: {event: soon or not reply by horizon, hedge: some say, use: no}\n",
    "scenarios:\n  back: {set: fighting is stops}\n"
    "  other: {without: [issues.fighting.now],\n"
    "          replace: {us.preferences.venue: riyadh > helsinki}}\n",
)

WORDS = (
    *[
        ">",
        ">>",
        "<",
        "=",
        "~",
        ",",
        ":",
        "-",
        "@",
        "#",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "..",
        "+",
        "|",
        "&",
        "*",
        "!",
        "?",
        "%",
        "'",
        "others",
        "open",
        "unknown",
        "indifferent",
    ],
    *[
        "is",
        "not",
        "and",
        "or",
        "if",
        "else",
        "by",
        "before",
        "at",
        "table",
        "least",
        "most",
        "requires",
        "more",
        "less",
        "decline",
    ],
    *[
        "accept",
        "status",
        "quo",
        "mostly",
        "horizon",
        "either",
        "line",
        "use",
        "id",
        "source",
        "share",
        "never",
        "firmness",
    ],
    *[
        "values",
        "weights",
        "us",
        "ru",
        "ua",
        "fighting",
        "venue",
        "goes-on",
        "stops",
        "peace",
        "helsinki",
        "riyadh",
    ],
    *[
        "(likely)",
        "(0.7)",
        "(1.5)",
        "@text:3",
        "@assumed",
        "@nowhere:1",
        "0..1",
        "1..0",
        "-3",
        "1e999",
        "nan",
        "2w..1w",
    ],
    *("visit", "gift", "deal", "phone", "2025-03-01", "2024-01-01", "2w..3w mostly 2w", "99999y"),
    *("2025-02-30", '"', "\u201cso\u201d", "\u2026", "\u00a0", "\u2028", "\U0001f54a", "\ufeff"),
)

Random = random.Random
loading = import_module("winset.casefile.load")  # the function of that name hides it


def small_case(rng: Random) -> str:
    """A valid case of a few lines: the head, and one or two sections."""
    parts = rng.sample(SECTIONS, rng.choice([1, 1, 2]))
    if sum(part.startswith("preferences:") for part in parts) > 1:
        parts.pop()
    return HEAD + "".join(parts)


# ── bytes ───────────────────────────────────────────────────────────────────────────────────────
def mangle_bytes(text: str, rng: Random) -> bytes:
    data = bytearray(text.encode())
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        at, other = rng.randrange(len(data)), rng.randrange(len(data))
        low, high = min(at, other), max(at, other)
        match rng.randrange(7):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                data[at] = rng.choice(b" \n:,#-@>=<()[]{}'\"|&*!?%.0129az_")
            case 2:
                del data[at : at + rng.choice([1, 1, 2, 10])]
            case 3:
                data[at:at] = rng.choice(WORDS).encode()
            case 4:
                data[at:at] = data[low : min(high, low + 60)]
            case 5:
                data[low : low + 1], data[high : high + 1] = (
                    data[high : high + 1],
                    data[low : low + 1],
                )
            case _:
                del data[rng.randrange(max(1, len(data) - 200), len(data)) :]
        if not data:
            data = bytearray(b"x")
    return bytes(data)


def mangle_lines(text: str, rng: Random) -> bytes:
    """Mangle words and lines, as hands do."""
    lines = text.split("\n")
    for _ in range(rng.choice([1, 1, 2, 3])):
        at = rng.randrange(len(lines))
        words = lines[at].split(" ")
        place = rng.randrange(len(words))
        match rng.randrange(6):
            case 0:
                words[place] = rng.choice(WORDS)
            case 1:
                words.insert(place, rng.choice(WORDS))
            case 2:
                del words[place]
            case 3:
                lines[at], lines[at - 1] = lines[at - 1], lines[at]
                continue
            case 4:
                lines.insert(at, lines[rng.randrange(len(lines))])
                continue
            case _:
                rng.shuffle(words)
        lines[at] = " ".join(words)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


# ── structure ───────────────────────────────────────────────────────────────────────────────────
Holder = tuple[dict | list, object]


def places(tree: object) -> Iterator[Holder]:
    """Every place in a tree: its holder and key."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree)  # type: ignore[arg-type]
    for key, value in entries:
        yield tree, key  # type: ignore[misc]
        if isinstance(value, (dict, list)):
            yield from places(value)


def junk(rng: Random, depth: int = 0) -> object:
    kind = rng.randrange(8 if depth < 3 else 5)
    if kind < 5:
        return " ".join(rng.choices(WORDS, k=rng.choice([0, 1, 1, 2, 5])))
    if kind == 5:
        return [junk(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice(WORDS): junk(rng, depth + 1) for _ in range(rng.randrange(4))}


def mangle_tree(text: str, rng: Random) -> bytes:
    """Move, swap, rename, wrap and replace parts of the tree, and write it as YAML again."""
    tree = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    for _ in range(rng.choice([1, 1, 2, 3])):
        found = list(places(tree))
        holder, key = rng.choice(found)
        other, place = rng.choice(found)
        match rng.randrange(7):
            case 0:
                holder[key] = junk(rng)  # type: ignore[index]
            case 1:
                del holder[key]  # type: ignore[arg-type]
            case 2:
                value = yaml.safe_load(yaml.safe_dump(other[place]))  # type: ignore[index]
                holder[key] = value  # type: ignore[index]
            case 3:
                holder[key] = [holder[key]]  # type: ignore[index]
            case 4:
                holder[key] = {rng.choice([*WORDS, "either", "line"]): holder[key]}  # type: ignore[index]
            case 5 if isinstance(holder, dict):
                new = rng.choice([*WORDS, str(place)])
                holder[new] = holder.pop(key)
            case _:
                holder[key] = mangle_lines(str(holder[key]), rng).decode("utf-8", "replace")  # type: ignore[index]
    return yaml.dump(
        tree, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False,
        allow_unicode=True, default_flow_style=rng.choice([None, False, True]),
    ).encode()  # fmt: skip


KINDS: tuple[Callable[[str, Random], bytes], ...] = (
    mangle_bytes,
    mangle_lines,
    mangle_tree,
    mangle_tree,
)


def mangled(batch: int) -> Iterator[bytes]:
    rng = Random(f"mangled {batch}")
    for _ in range(EACH):
        yield rng.choice(KINDS)(small_case(rng), rng)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_files_are_sound_before_they_are_mangled(section: str) -> None:
    load_text(HEAD + section)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mangled_files_have_faults_to_read(
    batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated = 0
    shape = loading.shape

    def counting(document: object) -> object:
        nonlocal validated
        validated += 1
        return shape(document)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "shape", counting)
    path = tmp_path / "mangled.yaml"
    slowest = 0.0
    for data in mangled(batch):
        path.write_bytes(data)
        begun = time.process_time()
        try:
            case = load(path)
        except CaseError as error:
            readable(error, data)
        except TooLargeError:
            pass
        except Exception as error:
            error.add_note(f"the file was {data!r}")
            raise
        else:
            assert load_text(save(case)) == case, data
        slowest = max(slowest, time.process_time() - begun)
    assert validated >= EACH / 2
    assert slowest < 1


def readable(error: CaseError, data: bytes) -> None:
    assert error.faults
    last = data.count(b"\n") + data.count(b"\r") + data.count(b"\x85") + data.count(b"\xe2\x80") + 2
    for fault in error.faults:
        assert fault.severity == "error"
        assert 1 <= fault.line <= last, (fault, data)
        assert fault.column >= 1, (fault, data)
        assert fault.found
        assert "Traceback" not in str(fault)
        assert len(str(fault)) < 2_000


# ── what is made to break readers ───────────────────────────────────────────────────────────────
def with_preference(line: str) -> bytes:
    return f"{HEAD}preferences:\n  us:\n    fighting: {line}\n".encode()


def with_rule(line: str) -> bytes:
    return f"{HEAD}rules:\n  - {line}\n".encode()


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

HARD: dict[str, bytes] = {
    "open brackets": b"[" * 100_000,
    "open braces": b"{a: " * 100_000,
    "open brackets below a key": HEAD.encode() + b"rules: " + b"[" * 100_000,
    "dashes": b"- " * 100_000,
    "question marks": b"? " * 100_000,
    "nested blocks": "".join(f"{' ' * n}a:\n" for n in range(900)).encode(),
    "anchor bomb": BOMB.encode(),
    "merge keys": b"a: &a {b: 1}\nc: {<<: *a}\n",
    "tags": b"a: !!python/object/apply:os.system [true]\n",
    "many documents": b"---\na: 1\n" * 20_000,
    "too large": b"#" * (LARGEST_FILE + 1),
    "as large as it may be": b"a" * LARGEST_FILE,
    "all keys equal": b"a: 1\n" * 20_000,
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(30_000)),
    "many parties": HEAD.replace(
        "  ua: Ukraine\n", "".join(f"  p{n}: P\n" for n in range(20_000))
    ).encode(),
    "many unknown names": with_rule(
        "\n  - ".join(["venu is riyad requires fightin is peas"] * 3_000)
    ),
    "nothing": b"",
    "zeros": b"\0" * 10_000,
    "no text": bytes(range(256)) * 100,
    "utf-16": HEAD.encode("utf-16"),
    "half a character": HEAD.encode() + b"\xc3",
    "a surrogate": HEAD.encode() + b"notes: \xed\xa0\x80\n",
    "carriage returns": HEAD.replace("\n", "\r").encode()[:300],
    "brackets in a rule": with_rule("(" * 10_000 + "venue is riyadh" + ")" * 10_000),
    "negations": with_rule("not " * 5_000 + "venue is riyadh requires fighting is peace"),
    "a long rule": with_rule("venue is riyadh or " * 20_000 + "venue is riyadh"),
    "a long order": with_preference("goes-on > " * 40_000 + "peace"),
    "a long tie": with_preference("=" * 100_000),
    "ifs": with_preference("peace > stops if venue is riyadh else " * 5_000 + "unknown"),
    "shares": with_preference("peace > stops " + "(likely) " * 20_000),
    "sources": with_preference("peace > stops " + "@text:1 " * 20_000),
    "a large number": with_preference("{values: {peace: 1e999, stops: -1e999, goes-on: 0}}"),
    "a long number": with_preference("{values: {peace: " + "9" * 10_000 + ", stops: 1}}"),
    "a range backwards": with_preference("{values: {peace: 1..0, stops: 0}}"),
    "a year zero": HEAD.replace("2025-02-17\nsources", "0000-00-00\nsources").encode(),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_files_are_refused_within_a_second(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hard.yaml"
    path.write_bytes(HARD[name])
    begun = time.process_time()
    with pytest.raises(CaseError) as caught:
        load(path)
    assert time.process_time() - begun < 1
    assert caught.value.faults


def test_much_space_is_no_fault_and_costs_nothing() -> None:
    begun = time.process_time()
    load_text(with_preference("peace" + " " * 200_000 + "> stops").decode())
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("name", ["open brackets", "anchor bomb"])
def test_hard_files_are_refused_from_the_command_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hard.yaml"
    path.write_bytes(HARD[name])
    begun = children()
    done = subprocess.run([sys.executable, "-m", "winset", "check", str(path)],
                          capture_output=True, text=True)  # fmt: skip
    assert children() - begun < 1
    assert done.returncode == 1
    assert "hard.yaml:" in done.stdout
    assert not done.stderr


def children() -> float:
    """Processor seconds that finished child processes took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def large_case(issues: int, options: int) -> str:
    names = [f"issue-{n}" for n in range(issues)]
    ways = ", ".join(f"way-{n}" for n in range(options))
    lines = "".join(
        f"  {name}: {{options: [{ways}], now: way-0, decided_by: us + ru}}\n" for name in names
    )
    agenda = ", ".join(names)
    head = HEAD.split("issues:", maxsplit=1)[0].split("sources:", maxsplit=1)[0]
    return (
        f"{head}parties: {{us: US, ru: Russia}}\nissues:\n{lines}"
        f"tables: {{talks: {{parties: us + ru, agenda: [{agenda}]}}}}\n"
    )


def test_a_space_of_a_million_billion_deals_is_laid_out_within_a_second(tmp_path: Path) -> None:
    from winset.run import spec_of

    path = tmp_path / "large.yaml"
    path.write_text(large_case(15, 10))
    load(path)
    begun = time.process_time()
    assert spec_of(path)[0].draws == 1_000
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("part", range(4))
def test_mangled_files_that_load_can_be_computed_or_say_why_not(part: int, tmp_path: Path) -> None:
    from winset.run.spec import spec_of
    from winset.run.work import Work

    path, computed = tmp_path / "mangled.yaml", 0
    for data in mangled(BATCHES + part):
        path.write_bytes(data)
        try:
            spec, case, _ = spec_of(path, draws=3)
            assert Work(case, spec)(0)
            computed += 1
        except WinsetError:
            continue
        except Exception as error:
            error.add_note(f"the file was {data!r}")
            raise
    assert computed > EACH / 20


@pytest.mark.parametrize("part", range(4))
def test_mangled_processes_that_load_can_be_told_or_say_why_not(part: int, tmp_path: Path) -> None:
    from winset.analyses.asking import tellers
    from winset.analyses.claims import claims
    from winset.analyses.process import process

    path, told, rng = tmp_path / "mangled.yaml", 0, Random(f"told {part}")
    sections = [section for section in SECTIONS if "steps:" in section]
    for _ in range(EACH):
        path.write_bytes(rng.choice(KINDS)(HEAD + rng.choice(sections), rng))
        try:
            (teller,) = tellers(load(path), 3)
            found = process(teller, tellings=2, worth_tellings=1)
            assert len(found.dates) == len(found.days)
            assert all(0 <= found.chance(step).mean <= 1 for step in found.steps)
            claims(teller, 2).compared()
            told += 1
        except WinsetError:
            continue
        except Exception as error:
            error.add_note(f"the file was {path.read_bytes()!r}")
            raise
    assert told > EACH / 20
