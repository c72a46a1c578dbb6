"""Processes that work for a run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from operator import methodcaller
from pathlib import Path

import pytest

from winset.errors import RunError
from winset.run.workers import available, compute

# What fresh processes can import: a method of the number itself.
task = methodcaller("to_bytes", 4, "big")


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_every_number_is_done_once(workers: int) -> None:
    chunks = sorted(compute(task, range(3, 9), workers), key=lambda chunk: chunk.number)
    assert [c.number for c in chunks] == list(range(3, 9))
    assert [c.packed() for c in chunks] == [task(n) for n in range(3, 9)]
    assert not multiprocessing.active_children()


def test_nothing_to_do() -> None:
    assert list(compute(task, [], 4)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_task_raises_arrives(workers: int) -> None:
    with pytest.raises(OverflowError):
        list(compute(methodcaller("to_bytes", 1, "big"), [1, 255, 256, 257], workers))
    assert not multiprocessing.active_children()


def test_a_worker_that_dies_is_reported() -> None:
    with pytest.raises(RunError, match="a worker ended unexpectedly"):
        list(compute(os._exit, [3, 3], 2))


def test_stopping_early_ends_the_workers() -> None:
    chunks = compute(task, range(100), 2)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_at_least_one_processor() -> None:
    assert available() >= 1


def test_no_worker_outlives_the_process_that_started_it() -> None:
    code = textwrap.dedent("""
        import multiprocessing, time
        from operator import methodcaller
        from winset.run.workers import compute
        if __name__ == "__main__":
            for chunk in compute(methodcaller("to_bytes", 4, "big"), range(10**6), 2):
                print(*(p.pid for p in multiprocessing.active_children()), flush=True)
                time.sleep(60)
    """)
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(word) for word in parent.stdout.readline().split()]
    assert len(workers) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(map(alive, workers)):
        time.sleep(0.05)
    assert not any(map(alive, workers))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    # An ended process that nobody has waited for is no longer alive.
    return not (stat.exists() and b") Z " in stat.read_bytes())
