"""Deals as numbers that add up over components, in the order in which equal deals are preferred."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np
import numpy.typing as npt

__all__ = ["Numbering", "numbering"]

IntArray = npt.NDArray[np.int64]

_WORD = 2**62


@dataclass(frozen=True, eq=False)
class Numbering:
    """Deals as numbers: by changes, then as asked, then by cells, the first counting most.

    ``places`` gives for each component the word that holds its cell, how far apart neighbouring
    cells are in it, and how many cells there are; ``words`` (words, cells) what each cell adds.
    """

    places: tuple[tuple[int, int, int], ...]
    words: IntArray

    def cells(self, words: IntArray) -> IntArray:
        """Read the cells off: (deals, words) -> (deals, components)."""
        columns = [words[:, word] // apart % size for word, apart, size in self.places]
        return np.stack(columns, axis=1)


def numbering(first: IntArray, leading: tuple[IntArray, ...]) -> Numbering:
    """Lay out the numbers of deals: in one word where that is long enough.

    Parameters
    ----------
    first : (components + 1,) integers
        Cells of each component.
    leading : some (cells,) integers, none negative
        What comes before the cells, most important first: what each cell adds.

    Returns
    -------
    Numbering

    Raises
    ------
    ValueError
        If what leads could add up to 2**62 or more.

    Examples
    --------
    >>> changes = np.array([0, 1, 1, 0])
    >>> made = numbering(np.array([0, 2, 4]), (changes,))
    >>> made.words.tolist(), made.cells(np.array([[6]])).tolist()
    ([[0, 6, 4, 1]], [[1, 0]])
    """
    sizes = np.diff(first).tolist()
    highest = [sum(int(each[a:b].max()) for a, b in pairwise(first.tolist())) for each in leading]
    if max(highest) >= _WORD:
        raise ValueError("changes and numbers of a deal must stay below 2**62")
    one = prod(sizes) * prod(top + 1 for top in highest) < _WORD
    places, count = _places(sizes)
    words = np.zeros((len(leading) + count, int(first[-1])), dtype=np.int64)
    words[: len(leading)] = leading
    places = [(len(leading) + word, apart, size) for word, apart, size in places]
    for (word, apart, size), start in zip(places, first[:-1].tolist(), strict=True):
        words[word, start : start + size] = np.arange(size) * apart
    if not one:
        return Numbering(tuple(places), words)
    whole = np.zeros((1, words.shape[1]), dtype=np.int64)
    for each, room in zip(words, [*(top + 1 for top in highest), prod(sizes)], strict=True):
        whole = whole * room + each
    return Numbering(tuple((0, apart, size) for _, apart, size in places), whole)


def _places(sizes: list[int]) -> tuple[list[tuple[int, int, int]], int]:
    """Give each component its word and its place there, the last one's the lowest of the last."""
    places: list[tuple[int, int, int]] = []
    word, apart = 0, 1
    for size in reversed(sizes):
        if apart * size >= _WORD:
            word, apart = word + 1, 1
        places.append((word, apart, size))
        apart *= size
    return [(word - back, apart, size) for back, apart, size in reversed(places)], word + 1
