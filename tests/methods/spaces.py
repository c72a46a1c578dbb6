"""Additive deal spaces for tests: small ones that can be listed, and large ones."""

from itertools import product

import numpy as np

from winset.methods.deal_space import DealSpace


def small_space(seed):
    """A space of 1 to 5 parties and up to 1,024 deals, with all that can make a zone odd."""
    rng = np.random.default_rng(seed)
    sides = int(rng.integers(1, 5))
    parties = sides + int(rng.integers(0, 2))
    sizes = rng.integers(1, 5, int(rng.integers(1, 6)))
    first = np.concatenate([[0], np.cumsum(sizes)])
    cells = int(first[-1])
    most = int(rng.choice([1, 2, 3, 6, 30, 2**36]))  # small numbers make ties
    worth = rng.integers(-most if rng.random() < 0.5 else 0, most + 1, (1, parties, cells))
    if rng.random() < 0.15:
        worth[0, rng.integers(parties)] = 0
    base = rng.integers(0, sizes)
    some = first[:-1] + rng.integers(0, sizes)
    floor = worth[:, :, first[:-1] + base].sum(axis=2)
    if rng.random() < 0.5:
        floor = worth[:, :, some].sum(axis=2) - rng.integers(0, most + 1, (1, parties))
    gaining = np.arange(parties) < sides
    gaining[0] &= sides == 1 or rng.random() > 0.2
    changes = rng.integers(1, 3, cells)
    changes[first[:-1] + base] = 0
    allowed = rng.random((1, cells)) < rng.choice([0.6, 0.9, 1.0])
    return DealSpace(worth, first, allowed, floor, sides, gaining, base, changes)


def listed_zone(space, draw=0):
    """Every deal of the zone, and what it gives the parties over their floors."""
    deals = np.array(list(product(*map(range, np.diff(space.first)))))
    cells = space.first[:-1] + deals
    gains = space.worth[draw][:, cells].sum(axis=2).T - space.floor[draw]
    inside = space.allowed[draw][cells].all(axis=1) & (deals != space.base).any(axis=1)
    inside &= (gains >= 0).all(axis=1) & (gains[:, space.gaining] > 0).any(axis=1)
    return deals[inside], gains[inside]


def fewest_changes_first(space, deals):
    """Rank of each deal: by changes, then by its cells."""
    keys = [(space.changes[space.first[:-1] + deal].sum(), *deal) for deal in deals]
    places = {key: n for n, key in enumerate(sorted(keys))}
    return np.array([places[key] for key in keys])


def large_space(parties, issues, options, *, seed=0, draws=1, floor=0.3):
    """Independent preferences: Dirichlet weights, uniform values from 0 to 1."""
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.ones(issues), (draws, parties))
    value = rng.random((draws, parties, issues, options))
    value -= value.min(axis=3, keepdims=True)
    value /= value.max(axis=3, keepdims=True)
    worth = np.rint(weight[..., None] * value * 2**40).astype(np.int64)
    cells = issues * options
    return DealSpace(
        worth.reshape(draws, parties, cells),
        np.arange(0, cells + 1, options),
        np.ones((draws, cells), dtype=bool),
        np.full((draws, parties), int(floor * 2**40)),
        parties,
        np.ones(parties, dtype=bool),
        np.zeros(issues, dtype=np.int64),
        (np.arange(cells) % options > 0).astype(np.int64),
    )
