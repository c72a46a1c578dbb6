"""Time what should be fast, beside its target: ``make bench``.

``seconds`` pass on the clock, and are more on a machine that has other work; ``processor`` are
the seconds of all processes together. ``cold`` is the first run, ``warm`` the same again.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

DRAWS, WORKERS = 10_000, 2


def main() -> None:
    """Print every timing."""
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} processors"
    )
    print(f"{'':52}{'seconds':>9}{'target':>9}{'processor':>11}")
    show("import winset (best of 5)", min(map(import_time, range(5))), 0.3)
    show("winset --help (best of 5)", min(command("--help") for _ in range(5)), 0.3)
    show("winset check riyadh-2025 (best of 3)", min(command("check", "riyadh-2025")
                                                     for _ in range(3)), 1)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        words = ("run", "riyadh-2025", "--draws", str(DRAWS), "--workers", str(WORKERS),
                 "-o", f"{folder}/run.winset", "--force")  # fmt: skip
        asked = f"riyadh-2025, {DRAWS:,} readings, {WORKERS} workers"
        show(f"{asked}: cold", command(*words), None)
        show(f"{asked}: warm", min(command(*words) for _ in range(2)), None)
        report = ("report", f"{folder}/run.winset", "-o", f"{folder}/page.html")
        show("its report", command(*report), None)
        bare = Path(folder) / "bare.yaml"
        bare.write_text(without_steps("riyadh-2025"), encoding="utf-8")
        words = ("run", str(bare), *words[2:])
        show("the same without its steps and claims: warm", min(command(*words) for _ in range(2)),
             10)  # fmt: skip
    points = np.random.default_rng(1).integers(0, 2**40, (100_000, 4))
    show("frontier of 100,000 random deals of 4 parties", best(lambda: frontier(points)), 1)


def without_steps(name: str) -> str:
    """Give a packaged case's text without its steps and claims, and what speaks of them."""
    from winset.casefile import read_bytes

    text = read_bytes(name)[0].decode()
    return text[: text.index("\nsteps:")] + text[text.index("\nscenarios:") :]


def show(what: str, timing: Timing, target: float | None) -> None:
    """Print a timing, and whether it is within its target."""
    aim = "" if target is None else f"{target:g}"
    late = "" if target is None or timing.seconds < target else "  too slow"
    print(f"{what:52}{timing.seconds:9.2f}{aim:>9}{timing.processor:11.2f}{late}")


class Timing(NamedTuple):
    """Seconds on the clock, and of all processors together."""

    seconds: float
    processor: float


def import_time(_: int) -> Timing:
    """Time importing winset in a fresh interpreter, its own start left out."""
    code = (
        "import time; t, p = time.perf_counter(), time.process_time(); import winset;"
        "print(time.perf_counter() - t, time.process_time() - p)"
    )
    words = subprocess.check_output([sys.executable, "-c", code]).split()
    return Timing(*map(float, words))


def command(*words: str) -> Timing:
    """Time a winset command, the interpreter's start included."""
    script = str(Path(sys.executable).with_name("winset"))
    begun, used = time.perf_counter(), processor(resource.RUSAGE_CHILDREN)
    subprocess.run([script, *words], check=True, capture_output=True)
    return Timing(time.perf_counter() - begun, processor(resource.RUSAGE_CHILDREN) - used)


def best(work: Callable[[], object], times: int = 3) -> Timing:
    """Time some work in this process; the best of several times."""
    found = []
    for _ in range(times):
        begun, used = time.perf_counter(), processor(resource.RUSAGE_SELF)
        work()
        found.append(Timing(time.perf_counter() - begun, processor(resource.RUSAGE_SELF) - used))
    return min(found)


def processor(whose: int) -> float:
    """Seconds of processors used by this process, or by its finished children."""
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def frontier(points: np.ndarray) -> object:
    """Filter the deals that no other dominates."""
    from winset.methods.pareto import nondominated

    return nondominated(points)


if __name__ == "__main__":
    main()
