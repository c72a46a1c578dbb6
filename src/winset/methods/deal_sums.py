"""What many deals are worth in many draws of a deal space, in compiled code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

IntArray = npt.NDArray[np.int64]


@compiled
def sums(worth: IntArray, floor: IntArray, draws: IntArray, cells: IntArray) -> IntArray:
    """Add up what deals gain: (places, parties, deals).

    Parameters
    ----------
    worth : (draws, parties, cells)
        What each cell adds to a party's utility.
    floor : (draws, parties)
        What is taken off.
    draws : (places,)
        Which draws are asked for; they may repeat.
    cells : (components, deals)
        The cell that a deal takes of each component; the same deals in all draws.
    """
    components, deals = cells.shape
    parties = worth.shape[1]
    found = np.empty((len(draws), parties, deals), dtype=np.int64)
    for n in range(len(draws)):
        for party in range(parties):
            part, total = worth[draws[n], party], found[n, party]
            total[:] = -floor[draws[n], party]
            for c in range(components):
                own = cells[c]
                for deal in range(deals):
                    total[deal] += part[own[deal]]
    return found
