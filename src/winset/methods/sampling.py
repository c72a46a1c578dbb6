"""Exact rejection: proposals from a simple region, kept where they satisfy what was said.

What is kept is uniform on the accepted part of the region (von Neumann 1951).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winset.methods.streams import Floats, Stream

Mask = NDArray[np.bool_]
Propose = Callable[[Stream, int], Floats]
Accept = Callable[[Floats], Mask]

LEAST_ACCEPTANCE = 1e-4
"""Share of proposals that has to be accepted; below it sampling is refused."""

_FIRST_BLOCK = 512
_LARGEST_BLOCK = 1 << 15
_PILOT = 200_000
_ENOUGH = 30


class RareError(ArithmeticError):
    """Fewer than LEAST_ACCEPTANCE of the proposals are accepted."""


@dataclass(frozen=True, eq=False)
class Sampler:
    """Draws rows: proposals as they are, or those that ``accept`` keeps.

    ``propose(stream, rows)`` gives (rows, n); fewer rows have to be the first ones of more.
    ``accept`` takes (rows, n) and gives (rows,); None keeps everything.
    """

    propose: Propose
    accept: Accept | None = None

    def draw(self, stream: Stream, rows: int) -> Floats:
        """Draw (rows, n); fewer rows are the first ones of more.

        Raises
        ------
        RareError
            If the accepted share is far below LEAST_ACCEPTANCE.
        """
        if self.accept is None:
            return self.propose(stream, rows)
        kept: list[Floats] = []
        found = tried = block = 0
        while found < rows:
            size = min(_FIRST_BLOCK << block, _LARGEST_BLOCK)
            drawn = self.propose(stream.part(f"block {block}"), size)
            drawn = drawn[self.accept(drawn)]
            kept.append(drawn)
            found, tried, block = found + len(drawn), tried + size, block + 1
            if tried * LEAST_ACCEPTANCE > 10 * (found + 10):
                raise RareError
        return np.concatenate(kept)[:rows]

    def acceptance(self) -> float:
        """Estimate the accepted share of proposals, from a stream that is always the same."""
        if self.accept is None:
            return 1.0
        found = tried = 0
        while tried < _PILOT and found < _ENOUGH:
            stream = Stream(0, 0, f"acceptance {tried}")
            found += int(self.accept(self.propose(stream, 4096)).sum())
            tried += 4096
        return found / tried
