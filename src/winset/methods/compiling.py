"""Kernels compiled when they are first called, and kept compiled between runs.

Modules that hold kernels are imported inside the functions that use them, so that whoever asks
no such question does not wait for the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

_decorator: Any = njit(cache=True, nogil=True)
_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """Compile a function of arrays and numbers; the result is called in the same way."""
    made: _F = _decorator(function)
    return made
