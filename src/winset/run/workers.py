"""Workers: one task on many numbers, by as many processes as asked for.

Each worker has a pipe of its own to the process that started it. When that one ends, for whatever
reason, the pipe closes and the worker ends too: none is left behind. Results come in the order in
which they are ready, so what depends on them must not depend on that order.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from winset.errors import RunError
from winset.run.store import Chunk

Task = Callable[[int], bytes]

# One thread a worker: the workers are the parallelism.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def available() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def compute(task: Task, numbers: Sequence[int], workers: int) -> Iterator[Chunk]:
    """Do a task for each number, and yield each chunk when it is ready.

    With one worker everything happens in this process. With more, each is a fresh process that
    gets the task once. Whatever ends the iteration ends the workers.

    Raises
    ------
    RunError
        If a worker dies.
    Exception
        What the task raises.
    """
    workers = min(workers, len(numbers))
    if workers <= 1:
        for number in numbers:
            yield _timed(task, number)
        return
    pipes: dict[Connection, SpawnProcess] = {}
    try:
        with _quiet_start():
            for _ in range(workers):
                ours, process = _start(task)
                pipes[ours] = process
        yield from _collect(pipes, list(numbers))
    finally:
        for ours, process in pipes.items():
            ours.close()
            process.terminate()
        for process in pipes.values():
            process.join()


def _timed(task: Task, number: int) -> Chunk:
    begun = time.perf_counter()
    packed = task(number)
    return Chunk.of(number, packed, time.perf_counter() - begun)


def _start(task: Task) -> tuple[Connection, SpawnProcess]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, task), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def _collect(pipes: dict[Connection, SpawnProcess], waiting: list[int]) -> Iterator[Chunk]:
    busy = set(pipes)
    for pipe in pipes:
        pipe.send(waiting.pop(0))
    while busy:
        ready = connection.wait(list(busy))
        for pipe in [pipe for pipe in pipes if pipe in ready]:
            try:
                answer = pipe.recv()
            except EOFError:
                raise RunError(
                    "a worker ended unexpectedly (out of memory?); the finished chunks are kept"
                ) from None
            if isinstance(answer, BaseException):
                raise answer
            if waiting:
                pipe.send(waiting.pop(0))
            else:
                busy.discard(pipe)
            yield answer


def _serve(pipe: Connection, task: Task) -> None:
    """Do the worker's part: take numbers until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            number = pipe.recv()
        except (EOFError, OSError):
            return
        answer: Chunk | BaseException
        try:
            answer = _timed(task, number)
        except Exception as error:  # noqa: BLE001 - raised again where the result was awaited
            answer = error
        try:
            pipe.send(answer)
        except OSError:
            return


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from birth, and compute on one thread each."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if handler is not None:
            signal.signal(signal.SIGINT, handler)
