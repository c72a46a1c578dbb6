"""Named streams of random numbers that depend on nothing but their name.

Every random quantity of a run has a stream of its own, keyed by the run's seed, the chunk of
readings and the name of what is drawn. What is drawn elsewhere, in which order and by how many
workers changes no bit of it. Raw bits come from the counter-based generator Philox (Salmon,
Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"); the transforms are
ours, because NumPy promises stable bits but no stable distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHIFT = np.uint64(11)
_STEP = 2.0**-53
_SEPARATOR = "\x1f"


def uniforms(seed: int, chunk: int, name: str, shape: tuple[int, ...]) -> Floats:
    """Draw independent uniform numbers.

    Parameters
    ----------
    seed, chunk
        Seed of the run and number of the chunk of readings; any integers.
    name
        What is drawn.
    shape
        Shape of the result; filled in C order, so that fewer rows are the first ones of more.

    Returns
    -------
    Floats
        Multiples of 2^-53 in [0, 1).

    Examples
    --------
    >>> first = uniforms(7, 0, "weights", (2, 3))
    >>> bool((first == uniforms(7, 0, "weights", (5, 3))[:2]).all())
    True
    """
    text = _SEPARATOR.join((str(seed), str(chunk), name))
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    raw = np.random.Philox(key=int.from_bytes(digest, "little")).random_raw(int(np.prod(shape)))
    drawn: Floats = (np.asarray(raw, dtype=np.uint64) >> _SHIFT).astype(np.float64) * _STEP
    return drawn.reshape(shape)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of uniform numbers, and the streams of its parts."""

    seed: int
    chunk: int
    name: str

    def part(self, name: str) -> Stream:
        """Return the stream of a part of what this one draws."""
        return Stream(self.seed, self.chunk, f"{self.name}{_SEPARATOR}{name}")

    def uniforms(self, *shape: int) -> Floats:
        """Draw uniform numbers in [0, 1) of the given shape; the same at every call."""
        return uniforms(self.seed, self.chunk, self.name, shape)
