"""A run's file: one SQLite database, one row a finished chunk with its SHA-256.

Every chunk is committed with the disk's consent (write-ahead log, ``synchronous=FULL``), so that
whatever ends the program, the finished chunks are there. The file is readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from winset import __version__
from winset.errors import RunError

_KIND = 0x77696E73  # "wins": marks the database as ours
_FORMAT = 2
"""Raised whenever results of earlier versions can no longer be read."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, seconds REAL NOT NULL, data BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A finished chunk: its number, the packed result compressed by zlib, the SHA-256 of the
    packed result (before compression), and the seconds it took.
    """

    number: int
    data: bytes
    sha256: str
    seconds: float

    @classmethod
    def of(cls, number: int, packed: bytes, seconds: float) -> Chunk:
        """Make a chunk of a packed result."""
        return cls(number, zlib.compress(packed, 1), hashlib.sha256(packed).hexdigest(), seconds)

    def packed(self) -> bytes:
        """Return the packed result.

        Raises
        ------
        RunError
            If it is not what was stored.
        """
        try:
            packed = zlib.decompress(self.data)
        except zlib.error as error:
            raise RunError(f"chunk {self.number} is damaged ({error})") from error
        if hashlib.sha256(packed).hexdigest() != self.sha256:
            raise RunError(f"chunk {self.number} is damaged (its SHA-256 does not match)")
        return packed


class Store:
    """An open run file. Use it as a context manager; one process writes at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def create(cls, path: Path, meta: Mapping[str, str], *, replace: bool = False) -> Store:
        """Begin a new run file.

        Raises
        ------
        RunError
            If the file is there already (unless ``replace``, and then if it is no run file), or
            cannot be written.
        """
        if replace and path.exists():
            # Ours, be it of another format, and nobody is working on it.
            cls.open(path, writing=True, any_format=True).close()
            remove(path)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            raise RunError(
                f"{path} is there already: choose another name (-o), replace it (--force), or "
                f"go on with it (winset resume {path})"
            ) from None
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror}") from error
        with _clear(path):
            store = cls(path, _connect(path))
            try:
                store._lay_out(meta)
            except BaseException:
                store._connection.close()
                raise
        return store

    def _lay_out(self, meta: Mapping[str, str]) -> None:
        self._lock()
        self._connection.executescript(_TABLES)
        for key, value in meta.items():
            self.note(key, value)
        # Last, so that a half-made file is not taken for a run.
        self._connection.execute(f"PRAGMA user_version = {_FORMAT}")
        self._connection.execute(f"PRAGMA application_id = {_KIND}")

    @classmethod
    def open(cls, path: Path, *, writing: bool = False, any_format: bool = False) -> Store:
        """Open a run file; ``any_format`` only to remove it.

        Raises
        ------
        RunError
            If there is none, it is no run file or damaged, or another process writes to it.
        """
        if not path.is_file():
            raise RunError(f"there is no run file {path}")
        with _clear(path):
            store = cls(path, _connect(path))
            try:
                store._vet(writing, any_format=any_format)
            except BaseException:
                store._connection.close()
                raise
        return store

    def _vet(self, writing: bool, *, any_format: bool) -> None:
        kind, written = (self._connection.execute(f"PRAGMA {name}").fetchone()[0]
                         for name in ("application_id", "user_version"))  # fmt: skip
        if kind != _KIND:
            raise RunError(f"{self.path} is no run file of winset's")
        if written != _FORMAT and not any_format:
            raise RunError(
                f"{self.path} is a run of format {written}{self._maker()}, and this winset "
                f"({__version__}) reads format {_FORMAT}: run the case again"
            )
        if writing:
            self._lock()
        self.numbers()

    def _maker(self) -> str:
        """Say which winset made the file, where it can be read."""
        try:
            return f", made by winset {json.loads(self.meta('spec'))['version']}"
        except (RunError, ValueError, KeyError, TypeError):
            return ""

    def _lock(self) -> None:
        """Keep all others off the file until it is closed, or the process ends."""
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("COMMIT")

    def meta(self, key: str) -> str:
        """Return what was noted under a key; RunError if nothing was."""
        with _clear(self.path):
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,))
            found = row.fetchone()
        if found is None:
            raise RunError(f"the file is damaged: it does not say its {key}")
        return str(found[0])

    def note(self, key: str, value: str) -> None:
        """Note a value under a key."""
        with _clear(self.path):
            self._connection.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))

    def add(self, chunk: Chunk, seconds: float) -> None:
        """Store a finished chunk, and the seconds the run has taken so far, for good."""
        row = (chunk.number, chunk.sha256, chunk.seconds, chunk.data)
        with _clear(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO chunks VALUES (?, ?, ?, ?)", row)
            self._connection.execute("REPLACE INTO meta VALUES ('seconds', ?)", (repr(seconds),))

    def numbers(self) -> tuple[int, ...]:
        """Numbers of the finished chunks, ascending."""
        with _clear(self.path):
            rows = self._connection.execute("SELECT number FROM chunks ORDER BY number")
            return tuple(int(row[0]) for row in rows)

    def chunks(self) -> Iterator[Chunk]:
        """Go through the finished chunks in order."""
        for number in self.numbers():
            with _clear(self.path):
                row = self._connection.execute(
                    "SELECT number, data, sha256, seconds FROM chunks WHERE number = ?", (number,)
                ).fetchone()
            yield Chunk(*row)

    def packed(self) -> Iterator[tuple[int, bytes]]:
        """Go through the packed results in order, each with its chunk's number.

        Raises
        ------
        RunError
            At a chunk that is not what was stored.
        """
        for chunk in self.chunks():
            try:
                yield chunk.number, chunk.packed()
            except RunError as error:
                raise RunError(f"{self.path}: {error}") from error

    def digest(self) -> str:
        """SHA-256 over the chunks' SHA-256, in order: equal for equal results."""
        with _clear(self.path):
            rows = self._connection.execute("SELECT sha256 FROM chunks ORDER BY number").fetchall()
        return hashlib.sha256("\n".join(row[0] for row in rows).encode()).hexdigest()

    def settle(self) -> None:
        """Fold the write-ahead log into the file: a finished run is one file."""
        with _clear(self.path):
            self._connection.execute("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def remove(path: Path) -> None:
    """Remove a run file with its write-ahead log."""
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).unlink()


def _connect(path: Path) -> sqlite3.Connection:
    # mode=rw: never create; SQLite itself falls back to reading where writing is not allowed.
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0.5, isolation_level=None
    )


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise RunError(f"another process is working on {path}") from error
        raise RunError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise RunError(f"{path} is damaged or no run file of winset's ({error})") from error
