"""Telling whoever waits that something is being compiled, which takes seconds, once a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["notice", "noticing"]

_tell: ContextVar[Callable[[], None] | None] = ContextVar("tell", default=None)


@contextmanager
def noticing(tell: Callable[[], None]) -> Iterator[None]:
    """Have ``tell`` called once if anything is compiled meanwhile."""
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


def notice() -> None:
    """Say that something is being compiled."""
    tell = _tell.get()
    if tell is not None:
        _tell.set(None)
        tell()
