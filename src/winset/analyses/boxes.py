"""A condition over a table's deals as boxes: unions of products of cells.

A condition may speak of issues in several components without coupling them: where it holds is a
union of *boxes*, each a choice of cells in every component. Within a component only what the
condition tells apart counts, so that there are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from winset.analyses.components import Components
from winset.analyses.masks import Integers, Mask, Positions
from winset.ensemble import Ensemble
from winset.errors import TooLargeError
from winset.language.terms import Condition, Is, atoms
from winset.space import holds, issues_of

_MOST_KINDS = 200_000


@dataclass(frozen=True, eq=False)
class Boxes:
    """Where a condition holds.

    Attributes
    ----------
    group : (readings,)
        The base of each reading: how the issues off the table stand.
    masks
        For each base the boxes, (boxes, cells): the deals of a box take marked cells only.
    """

    group: Positions
    masks: tuple[Mask, ...]

    @property
    def ever(self) -> bool:
        """Whether the condition holds anywhere."""
        return any(len(m) for m in self.masks)


def boxes_of(
    condition: Condition, ensemble: Ensemble, parts: Components, seated: frozenset[str]
) -> Boxes:
    """Cut a condition into boxes, for every base of an ensemble.

    Raises
    ------
    TooLargeError
        If it tells too much apart.
    """
    grid, issues = parts.grid, issues_of(condition, parts.grid.space)
    off = [i for i in issues if i not in grid.issues]
    bases, group = np.unique(ensemble.base[:, off], axis=0, return_inverse=True)
    touched = [c for c, axes in enumerate(parts.groups)
               if any(grid.issues[a] in issues for a in axes)]  # fmt: skip
    kinds = [_kinds(condition, parts, c) for c in touched]
    count = int(np.prod([len(first) for first, _ in kinds], dtype=np.float64))
    if count > _MOST_KINDS:
        raise TooLargeError(
            f"“{condition}” speaks of too many issues at once: {count:,} kinds of deals, and up to "
            f"{_MOST_KINDS:,} are computed"
        )
    places = list(product(*(range(len(first)) for first, _ in kinds)))
    states = np.repeat(ensemble.base[:1], len(places), axis=0)
    chosen = np.array(places, dtype=np.intp).reshape(len(places), len(touched))
    for n, c in enumerate(touched):
        on = [grid.issues[a] for a in parts.groups[c]]
        states[:, on] = parts.options[c][kinds[n][0]][chosen[:, n]]
    masks = []
    for base in bases:
        states[:, off] = base
        met = holds(condition, grid.space, states, seated)
        masks.append(_boxes(chosen[met], touched, [kind for _, kind in kinds], parts))
    return Boxes(group.reshape(-1), tuple(masks))


def _kinds(condition: Condition, parts: Components, component: int) -> tuple[Positions, Integers]:
    """Sort a component's cells by what a condition tells apart: a cell of each kind, and kinds."""
    space = parts.grid.space
    states = np.tile(space.state(), (parts.sizes[component], 1))
    on = [parts.grid.issues[a] for a in parts.groups[component]]
    states[:, on] = parts.options[component]
    told = [holds(a, space, states) for a in atoms(condition)
            if isinstance(a, Is) and space.issue_index[a.issue] in on]  # fmt: skip
    _, first, kind = np.unique(
        np.stack(told, axis=1), axis=0, return_index=True, return_inverse=True
    )
    return first, kind.reshape(-1)


def _boxes(chosen: Integers, touched: list[int], kinds: list[Integers], parts: Components) -> Mask:
    """Draw boxes around the combinations of kinds at which a condition holds."""
    if not touched:
        return np.ones((len(chosen), parts.cells), dtype=np.bool_)
    heads: dict[tuple[int, ...], list[int]] = {}
    for row in chosen.tolist():
        heads.setdefault(tuple(row[:-1]), []).append(row[-1])
    found = np.ones((len(heads), parts.cells), dtype=np.bool_)
    for box, (head, tails) in zip(found, heads.items(), strict=True):
        for n, c in enumerate(touched):
            wanted = [head[n]] if n < len(head) else tails
            box[parts.span(c)] = np.isin(kinds[n], wanted)
    return found
