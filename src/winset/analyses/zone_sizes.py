"""How many deals zones and win-sets hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.analyses.masks import Mask
from winset.analyses.sums import Batch

Floats = NDArray[np.float64]


class Sizes(NamedTuple):
    """Deals in the zone (n,) and in each signer's win-set (n, signers), and where all are exact."""

    zone: Floats
    winsets: Floats
    exact: Mask


def zone_sizes(batch: Batch, some: Mask) -> Sizes:
    """temporary"""
    p = batch.parts
    talks = batch.sums.talks
    n=len(batch.rows)
    S=len(talks.signers)
    size=p.grid.size
    exact=size<=4096
    if exact:
        deals=p.of_options(p.grid.digits)
    else:
        rng=np.random.default_rng(0)
        deals=np.stack([rng.integers(0,s,2000) for s in p.sizes],axis=1)
    scale=size/len(deals)
    every=np.arange(n)
    gains=batch.gains(every,deals)
    poss=np.repeat((deals!=p.base).any(axis=1)[None],n,axis=0)
    for c,cells in enumerate(deals.T):
        poss&=batch.obeying[:,p.first[c]+cells]
    acc={}
    for party in talks.consent:
        a=poss.copy()
        al=np.ones((n,p.cells),dtype=bool)
        for line in batch.sums.lines[party]:
            line.close(batch.rows,al,p)
        for c,cells in enumerate(deals.T): a&=al[:,p.first[c]+cells]
        if party in talks.judges: a&=gains[:,talks.judges.index(party)]>=0
        acc[party]=a
    win=np.stack([np.logical_and.reduce([acc[q] for q in b]).sum(axis=1) for b in talks.behind],axis=1)
    z=batch.zone(every,deals).sum(axis=1)
    return Sizes(z*scale,win*scale,np.full(n,exact))
