"""Runs: the same result whatever happens on the way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import winset.run.runs
from winset.analyses.asking import tellers
from winset.analyses.claims import Claims, claims
from winset.analyses.deals import deals
from winset.analyses.process import Process, process
from winset.analyses.stability_holding import Holding, holding
from winset.ensemble import READINGS_PER_CHUNK, sample
from winset.errors import AskError, CaseError, RunError, TooLargeError
from winset.run import RunSpec, load, resume, spec_of, start
from winset.run.encode import pack
from winset.run.store import Chunk, Store
from winset.run.work import Work, merged

SMALL = Path(__file__).with_name("small.yaml")
DRAWS = 2 * READINGS_PER_CHUNK + 100


TABLES = ("wide", "talks")

STEPS = """\
format: 1
name: steps
title: Two steps
as_of: 2025-01-01
parties: {a: A}
steps:
  first: {takes: 1w..2w, chance: 0.5}
  second: {after: first, takes: 1w}
"""


def spec(**asked: object) -> RunSpec:
    return spec_of(SMALL, **{"draws": DRAWS, "tables": TABLES, **asked})[0]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run of three chunks."""
    path = tmp_path_factory.mktemp("runs") / "whole.winset"
    start(spec(), path)
    return path


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "copy.winset"))


def digest(path: Path) -> str:
    with Store.open(path) as store:
        return store.digest()


# ── the same result ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_number_of_workers_changes_nothing(whole: Path, tmp_path: Path, workers: int) -> None:
    path = tmp_path / "run.winset"
    assert start(spec(), path, workers=workers) == digest(whole)


def test_another_seed_or_question_gives_another_result(whole: Path, tmp_path: Path) -> None:
    others = [{"seed": 1}, {"seed": -1}, {"fixed": {"banks": "all"}}, {"without": ["ru.red_lines"]},
              {"solution": "egalitarian"}, {"tables": ["talks"]}]  # fmt: skip
    found = [start(spec(**other), tmp_path / str(n)) for n, other in enumerate(others)]
    assert len({digest(whole), *found}) == len(others) + 1


def test_more_readings_continue_fewer(whole: Path, tmp_path: Path) -> None:
    start(spec(draws=DRAWS + 150), tmp_path / "more")
    few, more = load(whole), load(tmp_path / "more")
    for table in ("talks", "wide"):
        before, after = few.tables[table].deals, more.tables[table].deals
        np.testing.assert_array_equal(after.zone_size[:DRAWS], before.zone_size)
        np.testing.assert_array_equal(after.chosen["nash"][:DRAWS], before.chosen["nash"])


def test_the_order_of_the_file_changes_nothing(whole: Path, tmp_path: Path) -> None:
    head, *sections = re.split(r"(?m)^(?=[a-z])", SMALL.read_text())
    sections = [_turned(section) for section in reversed(sections)]
    case = tmp_path / "turned.yaml"
    case.write_text(head + "".join(sections))
    turned = spec_of(case, draws=DRAWS)[0]
    assert turned.case() != spec().case()
    assert start(turned, tmp_path / "run") == digest(whole)


def _turned(section: str) -> str:
    """Turn round the entries of a section."""
    first, *entries = re.split(r"(?m)^(?=  \w)", section)
    return first + "".join(reversed(entries))


BEGIN = """
import sys
from winset.run import spec_of, start
if __name__ == "__main__":
    start(spec_of(sys.argv[1], draws=int(sys.argv[2]))[0], sys.argv[3], workers=2,
          progress=lambda done, total: print(done, flush=True))
"""


def test_a_run_that_is_killed_is_resumed_to_the_same_result(tmp_path: Path) -> None:
    path, draws = tmp_path / "killed.winset", 12 * READINGS_PER_CHUNK
    process = subprocess.Popen([sys.executable, "-c", BEGIN, str(SMALL), str(draws), str(path)],
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        while int(process.stdout.readline()) < 2 * READINGS_PER_CHUNK:
            pass
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    with Store.open(path) as store:
        kept = store.numbers()
        first = [chunk.data for chunk in store.chunks()]
    assert 2 <= len(kept) < 12
    with pytest.raises(RunError, match=f"unfinished .{len(kept)} of 12 chunks.*winset resume"):
        load(path)
    seen: list[tuple[int, int]] = []
    found = resume(path, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (len(kept) * READINGS_PER_CHUNK, draws)
    assert seen[-1] == (draws, draws)
    with Store.open(path) as store:
        assert [c.data for c in store.chunks() if c.number in kept] == first
    assert start(spec(draws=draws), tmp_path / "at-once.winset") == found


def test_an_interruption_keeps_what_is_finished(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.winset"

    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start(spec(), path, progress=interrupt)
    with Store.open(path) as store:
        assert store.numbers() == (0,)
    assert resume(path) == digest(whole)


def test_resuming_a_finished_run_leaves_it_as_it_is(copy: Path) -> None:
    before = copy.read_bytes()
    resume(copy)
    load(copy)
    assert copy.read_bytes() == before


# ── what is kept ────────────────────────────────────────────────────────────────────────────────
def test_results_say_what_was_asked_and_of_what(whole: Path) -> None:
    results = load(whole)
    assert results.case == spec().case()
    assert results.spec == spec()
    assert results.readings == DRAWS
    assert list(results.tables) == ["wide", "talks"]
    assert results.digest == digest(whole)
    assert results.seconds > 0
    assert results.tables["talks"].deals.readings == DRAWS
    assert results.tables["talks"].absent.readings == DRAWS


def test_shares_are_those_of_the_readings(whole: Path) -> None:
    shares = load(whole).shares
    assert shares["us.preferences.fighting"] == 1
    assert 0.4 < shares["ua.answers"] < 0.6
    assert all(round(share * DRAWS) == pytest.approx(share * DRAWS) for share in shares.values())


def test_joining_stored_chunks_is_joining_computed_ones(whole: Path) -> None:
    work = Work(spec().case(), spec())
    joined = merged([work.result(chunk) for chunk in range(3)])
    assert pack(dict(joined.tables)) == pack(dict(sorted(load(whole).tables.items())))


def test_a_run_is_one_file_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "run.winset"
    start(spec(draws=10), path)
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_case_that_cannot_be_drawn_leaves_no_file(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(SMALL.read_text() + "salience:\n  us: [fighting > line, line > fighting]\n")
    contradictory = spec_of(case)[0]
    for workers in (1, 2):
        with pytest.raises(CaseError, match="contradict"):
            start(contradictory, tmp_path / "run.winset", workers=workers)
        assert list(tmp_path.iterdir()) == [case]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"tables": ["talk"]}, "no table is called 'talk': did you mean talks"),
        ({"fixed": {"bank": "all"}}, "no issue is called 'bank'"),
        ({"fixed": {"banks": "most"}}, "no option of banks is called 'most'"),
        ({"solution": "nush"}, "no solution is called 'nush': there are nash"),
        ({"without": ["ru.redlines"]}, "ru.red_lines"),
        ({"without": ["voice:nobody"]}, "voice:nobody"),
        ({"draws": 0}, "at least one reading"),
    ],
)
def test_a_question_the_case_cannot_answer(asked: dict[str, object], message: str) -> None:
    with pytest.raises(AskError, match=message):
        spec(**asked)


@pytest.mark.parametrize("name", ["weighted nash", "weighted-nash", "Weighted_Nash "])
def test_a_solution_is_known_however_its_words_are_joined(name: str) -> None:
    assert spec(solution=name).solution == "weighted nash"


def test_a_case_without_tables_or_steps(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    text = SMALL.read_text().partition("horizon:")[0]
    case.write_text(text[: text.index("tables:")] + text[text.index("preferences:") :])
    with pytest.raises(AskError, match="has no table and no step"):
        spec_of(case)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"format: [", b""])
def test_a_case_that_is_no_case(tmp_path: Path, data: bytes) -> None:
    case = tmp_path / "case.yaml"
    case.write_bytes(data)
    with pytest.raises(CaseError):
        spec_of(case)
    with pytest.raises(CaseError):
        spec_of(tmp_path / "missing.yaml")


def test_another_version_does_not_go_on(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winset.run.runs, "__version__", "9.9")
    with pytest.raises(RunError, match=r"begun by winset 0.*this is winset 9.9"):
        resume(copy)
    with pytest.raises(RunError, match=r"made by winset 0.*this is winset 9.9"):
        load(copy)


def test_a_changed_case_does_not_go_on(tmp_path: Path) -> None:
    case, path = tmp_path / "case.yaml", tmp_path / "run.winset"
    case.write_text(SMALL.read_text())
    start(spec_of(case, draws=10)[0], path)
    case.write_text(SMALL.read_text().replace("line is old", "line is new"))
    with pytest.raises(RunError, match=r"case.yaml has changed since .*run.winset was begun"):
        resume(path)
    load(path)  # what is computed can still be read
    case.unlink()
    resume(path)  # the run holds the case as it was


def change(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


def damage_chunk(path: Path) -> None:
    change(path, "UPDATE chunks SET data = ? WHERE number = 1", b"x")


def swap_chunk(path: Path) -> None:
    chunk = Chunk.of(1, pack([1, 2]), 0.1)
    change(
        path, "UPDATE chunks SET data = ?, sha256 = ? WHERE number = 1", chunk.data, chunk.sha256
    )


def damage_spec(path: Path) -> None:
    change(path, "UPDATE meta SET value = '{\"text\": 1}' WHERE key = 'spec'")


def drop_spec(path: Path) -> None:
    change(path, "DELETE FROM meta WHERE key = 'spec'")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damage_chunk, "chunk 1 is damaged"),
        (damage_spec, "cannot be read"),
        (drop_spec, "damaged"),
        (cut, "damaged"),
    ],
)
def test_a_damaged_file_is_a_clear_error(
    copy: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(copy)
    for use in (load, resume):
        with pytest.raises(RunError, match=message):
            use(copy)


def test_a_chunk_that_holds_no_results_is_a_clear_error(copy: Path) -> None:
    swap_chunk(copy)
    with pytest.raises(RunError, match="chunk 1 holds no results"):
        load(copy)


def test_a_file_that_is_there_is_replaced_only_when_asked(copy: Path) -> None:
    with pytest.raises(RunError, match="is there already"):
        start(spec(draws=10), copy)
    start(spec(draws=10), copy, replace=True)
    assert load(copy).readings == 10


def test_issues_that_hang_together_too_widely_leave_no_file(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    ways = ", ".join(f"way-{n}" for n in range(1000))
    text = SMALL.read_text()
    for options in ("goes-on < stops < peace, now: goes-on", "cut-off < some < all, now: cut-off"):
        text = text.replace(options, f"[{ways}], now: way-0")
    rule = "rules: [fighting is way-1 requires banks is way-2]\n"
    case.write_text(text[: text.index("preferences:")] + rule)
    asked, _, _ = spec_of(case, draws=2)
    with pytest.raises(TooLargeError, match=r"1,000,000 combinations.*coupled by rules"):
        start(asked, tmp_path / "run")
    assert not (tmp_path / "run").exists()


# ── stories ─────────────────────────────────────────────────────────────────────────────────────
def test_a_run_keeps_what_becomes_of_steps_and_claims(whole: Path) -> None:
    results = load(whole)
    assert results.process is not None
    assert results.claims is not None
    assert results.process.readings == results.claims.readings == DRAWS
    assert results.process.stories == DRAWS * results.spec.tellings
    parts = list(tellers(results.case, DRAWS, results.spec.seed))
    told = Process.merge([process(part) for part in parts])
    assert {s: results.process.chance(s) for s in told.steps} == {s: told.chance(s)
                                                                 for s in told.steps}  # fmt: skip
    assert dict(results.process.causes) == told.causes
    again = Claims.merge([claims(part) for part in parts])
    assert sorted(map(repr, results.claims.compared())) == sorted(map(repr, again.compared()))


def test_fewer_stories_are_told_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "few.winset"
    start(spec(draws=40, tellings=3), path)
    results = load(path)
    assert results.spec.tellings == 3
    assert results.process is not None
    assert results.process.tellings == 3
    with pytest.raises(AskError, match="at least two stories"):
        spec(tellings=1)


def test_a_case_without_steps_has_no_stories(tmp_path: Path) -> None:
    bare = tmp_path / "bare.yaml"
    bare.write_text(SMALL.read_text().partition("horizon:")[0])
    start(spec_of(bare, draws=20)[0], tmp_path / "bare.winset")
    results = load(tmp_path / "bare.winset")
    assert results.process is None
    assert results.claims is None


def test_a_case_without_tables_has_its_stories(tmp_path: Path) -> None:
    steps = tmp_path / "steps.yaml"
    steps.write_text(STEPS)
    start(spec_of(steps, draws=20)[0], tmp_path / "steps.winset")
    results = load(tmp_path / "steps.winset")
    assert not results.tables
    assert results.process is not None
    assert results.process.steps == ("first", "second")


def test_a_run_keeps_what_becomes_of_its_deals(whole: Path) -> None:
    found = load(whole)
    parts = []
    for chunk in range(found.spec.chunks):
        ensemble = sample(found.case, found.spec.readings(chunk), found.spec.seed, chunk)
        parts.append(holding(found.case, ensemble, deals(found.case, ensemble, "talks")))
    expected, kept = Holding.merge(parts), found.tables["talks"].holding
    assert kept is not None
    assert kept.readings == found.readings
    assert (kept.intact, kept.led) == (expected.intact, expected.led)
    for concept in expected.concepts:
        np.testing.assert_array_equal(kept.holds[concept], expected.holds[concept])


def test_what_cannot_be_followed_says_why(tmp_path: Path) -> None:
    issues = "".join(f"  x{n}: {{options: [n, y], now: n, decided_by: a}}\n" for n in range(9))
    text = (
        "format: 1\nname: many\ntitle: Many\nas_of: 2025-01-01\nparties: {a: A, b: B}\n"
        f"issues:\n{issues}  z: {{options: [n, y], now: n, decided_by: a + b}}\n"
        "tables: {t: {parties: a + b, agenda: [z, x0, x1, x2, x3, x4, x5, x6, x7, x8]}}\n"
    )
    case = tmp_path / "many.yaml"
    case.write_text(text, encoding="utf-8")
    spec, _, _ = spec_of(str(case), draws=5)
    start(spec, tmp_path / "many.winset")
    kept = load(tmp_path / "many.winset").tables["t"]
    assert kept.holding is None
    assert "9 things can be done to one, and up to 8" in kept.unheld
