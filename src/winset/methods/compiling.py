"""Kernels compiled when they are first called, and kept compiled between runs.

Modules that hold kernels are imported inside the functions that use them, so that whoever asks
no such question does not wait for the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit
from numba.core import event

from winset.methods.waiting import notice

_F = TypeVar("_F", bound=Callable[..., object])
_numba: Any = njit  # its types leave out some of its options
_outer: Any = _numba(cache=True, nogil=True)
_within: Any = _numba(cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled(function: _F) -> _F:
    """Compile a function of arrays and numbers; the result is called in the same way."""
    made: _F = _outer(function)
    return made


def inner(function: _F) -> _F:
    """Compile a function that only compiled functions call: without what Python needs to do so."""
    made: _F = _within(function)
    return made


class _Listener(event.Listener):
    """Says so when something begins to be compiled; what is kept compiled is no such thing."""

    def on_start(self, event: object) -> None:
        """Tell whoever waits."""
        notice()

    def on_end(self, event: object) -> None:
        """Tell nothing."""


_register: Any = event.register  # its types leave it out
_register("numba:compile", _Listener())
