"""An environment of its own for NegMAS, a peer that winset is measured against and never imports.

It is made on first use under ``.bench/negmas`` (about 0.8 GB) from pinned versions, and asked
through a subprocess: one line of JSON in, one out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".bench" / "negmas"
PINS = ("negmas==0.16.0", "numpy==2.4.6", "scipy==1.17.1")


TOO_LATE = 75  # exit status of negmas_side.py


class UnavailableError(Exception):
    """NegMAS cannot be installed here, or did not answer."""


def interpreter() -> Path:
    """Give the environment's Python; make it when it is not there.

    Raises
    ------
    UnavailableError
        If it cannot be installed.
    """
    python = FOLDER / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if works(python):
        return python
    print(f"making an environment for NegMAS in {FOLDER} (about 0.8 GB, once)", file=sys.stderr)
    try:
        venv.create(FOLDER, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "-q", "--no-cache-dir", *PINS]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnavailableError("NegMAS cannot be installed here") from error
    if not works(python):
        raise UnavailableError("NegMAS is installed, but does not start")
    return python


def works(python: Path) -> bool:
    """Tell whether an interpreter can import NegMAS."""
    try:
        asked = [python, "-W", "ignore", "-c", "import negmas"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def ask(question: dict[str, Any], limit: float | None = None) -> dict[str, Any]:
    """Put a question to ``negmas_side.py``.

    Parameters
    ----------
    limit
        Seconds to wait.

    Raises
    ------
    UnavailableError
        If NegMAS is not there, fails, or gives no answer in time.
    """
    command = [interpreter(), "-W", "ignore", HERE / "negmas_side.py"]
    try:
        done = subprocess.run(command, input=json.dumps(question), text=True, capture_output=True,
                              timeout=limit, check=False)  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"no answer in {limit:g} s") from error
    if done.returncode == TOO_LATE:
        raise UnavailableError("no answer in that time")
    if "MemoryError" in done.stderr:
        raise UnavailableError("no answer in that memory")
    if done.returncode:
        raise UnavailableError((done.stderr.strip().splitlines() or ["it was ended"])[-1])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
