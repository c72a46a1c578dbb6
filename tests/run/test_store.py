"""The file of a run."""

from __future__ import annotations

import re
import sqlite3
import stat
from pathlib import Path

import pytest

from winset import __version__
from winset.errors import RunError
from winset.run.store import Chunk, Store


def filled(path: Path, numbers: list[int] | None = None) -> Path:
    with Store.create(path, {"spec": "x"}) as store:
        for number in [0, 1, 2] if numbers is None else numbers:
            store.add(Chunk.of(number, bytes([number] * 100), 0.5), 1.5)
        store.settle()
    return path


def test_chunks_come_back_in_order_whatever_order_they_came_in(tmp_path: Path) -> None:
    with Store.open(filled(tmp_path / "a", [2, 0, 1])) as store:
        assert store.numbers() == (0, 1, 2)
        assert [c.packed() for c in store.chunks()] == [bytes([n] * 100) for n in range(3)]
        assert store.meta("spec") == "x"
        assert float(store.meta("seconds")) == 1.5
        digest = store.digest()
    with Store.open(filled(tmp_path / "b", [0, 1, 2])) as store:
        assert store.digest() == digest
    with Store.open(filled(tmp_path / "c", [0, 1])) as store:
        assert store.digest() != digest


def test_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "run.winset"
    with Store.create(path, {}) as store:
        store.add(Chunk.of(0, b"x", 0.1), 0.1)
        beside = list(tmp_path.iterdir())
        assert len(beside) > 1  # the write-ahead log
        assert {stat.S_IMODE(p.stat().st_mode) for p in beside} == {0o600}
        store.settle()
    assert list(tmp_path.iterdir()) == [path]


def test_a_finished_chunk_stays_though_the_file_is_not_closed(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "run", {})
    store.add(Chunk.of(0, b"x", 0.1), 0.1)
    for name in ("run", "run-wal"):
        (tmp_path / f"copy{name[3:]}").write_bytes((tmp_path / name).read_bytes())
    store.close()
    with Store.open(tmp_path / "copy") as copy:
        assert copy.numbers() == (0,)


def test_two_processes_do_not_write_to_one_file(tmp_path: Path) -> None:
    path = filled(tmp_path / "run")
    with Store.open(path, writing=True):
        with pytest.raises(RunError, match="another process is working on"):
            Store.open(path, writing=True)
        with pytest.raises(RunError, match="another process is working on"):
            Store.open(path)
    Store.open(path, writing=True).close()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = filled(tmp_path / "run")
    with pytest.raises(RunError, match="is there already"):
        Store.create(path, {})
    with Store.open(path) as store:
        assert store.numbers() == (0, 1, 2)


def test_only_a_run_file_is_replaced(tmp_path: Path) -> None:
    path = filled(tmp_path / "run")
    Store.create(path, {}, replace=True).close()
    with Store.open(path) as store:
        assert store.numbers() == ()
    case = tmp_path / "case.yaml"
    case.write_text("a case, worked on for days")
    with pytest.raises(RunError, match="no run file"):
        Store.create(case, {}, replace=True)
    assert case.read_text() == "a case, worked on for days"


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run file"):
        Store.open(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()
    with pytest.raises(RunError, match="there is no run file"):
        Store.open(tmp_path)
    with pytest.raises(RunError, match="cannot be written"):
        Store.create(tmp_path / "no" / "folder", {})


def foreign_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def newer_format(path: Path) -> None:
    filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_bytes(b""), "no run file"),
        (lambda p: p.write_bytes(b"format: 1\nname: x\n" * 100), "no run file"),
        (lambda p: p.write_bytes(filled(p.with_name("b")).read_bytes()[:700]), "damaged"),
        (foreign_database, "no run file"),
        (newer_format, "format 99"),
    ],
)
def test_a_foreign_file_is_a_clear_error(tmp_path: Path, make: object, message: str) -> None:
    path = tmp_path / "run"
    make(path)  # type: ignore[operator]
    with pytest.raises(RunError, match=message):
        Store.open(path)


def test_a_run_of_an_earlier_format_names_the_versions(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with Store.create(path, {"spec": '{"version": "0.0.7"}'}) as store:
        store.settle()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    told = rf"format 1, made by winset 0\.0\.7, and this winset \({re.escape(__version__)}\) reads"
    for writing in (False, True):
        with pytest.raises(RunError, match=told):
            Store.open(path, writing=writing)
    Store.create(path, {"spec": "new"}, replace=True).close()
    with Store.open(path) as store:
        assert store.meta("spec") == "new"


@pytest.mark.parametrize("column", ["data", "sha256"])
def test_a_changed_chunk_is_found(tmp_path: Path, column: str) -> None:
    path = filled(tmp_path / "run")
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE chunks SET {column} = (SELECT {column} FROM chunks "
                           "WHERE number = 0) WHERE number = 1")  # fmt: skip
    connection.close()
    with Store.open(path) as store:
        first, second, third = store.chunks()
    first.packed(), third.packed()
    with pytest.raises(RunError, match="chunk 1 is damaged"):
        second.packed()


def test_any_flipped_byte_of_a_chunk_is_found() -> None:
    chunk = Chunk.of(4, bytes(range(256)), 0.1)
    for place in range(0, len(chunk.data), 7):
        data = bytearray(chunk.data)
        data[place] ^= 0x10
        try:
            packed = Chunk(4, bytes(data), chunk.sha256, 0.1).packed()
        except RunError as error:
            assert "chunk 4 is damaged" in str(error)  # noqa: PT017
        else:
            assert packed == chunk.packed()  # a bit of the container that says nothing
