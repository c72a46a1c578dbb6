"""Results of chunks put together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from winset.analyses.merging import ADDED, JOINED, merge


@dataclass(frozen=True)
class Part:
    count: int = field(metadata=ADDED)


@dataclass(frozen=True, eq=False)
class Result:
    name: str
    rows: np.ndarray = field(metadata=JOINED)
    by_name: dict[str, np.ndarray] = field(metadata=JOINED)
    total: np.ndarray = field(metadata=ADDED)
    counts: dict[tuple[str, ...], int] = field(metadata=ADDED)
    parts: dict[str, Part] = field(metadata=ADDED)


def result(rows: list[int], counts: dict[tuple[str, ...], int], name: str = "n") -> Result:
    array = np.array(rows)
    return Result(name, array, {"x": -array}, array[:1], counts, {"p": Part(len(rows))})


def test_rows_are_joined_and_counts_added() -> None:
    merged = merge([result([1, 2], {("b",): 1}), result([3], {("a",): 2, ("b",): 4})])
    assert list(merged.rows) == [1, 2, 3]
    assert list(merged.by_name["x"]) == [-1, -2, -3]
    assert list(merged.total) == [4]
    assert list(merged.counts.items()) == [(("a",), 2), (("b",), 5)]
    assert merged.parts == {"p": Part(3)}
    assert merged.name == "n"


def test_how_chunks_are_grouped_does_not_matter() -> None:
    one, two, three = (result([n], {(str(-n),): n}) for n in (1, 2, 3))
    left, right = merge([merge([one, two]), three]), merge([one, merge([two, three])])
    np.testing.assert_equal(vars(left), vars(right))
    assert list(left.counts) == list(right.counts) == list(merge([one, two, three]).counts)


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to merge"):
        merge([])
    with pytest.raises(ValueError, match="differ in name"):
        merge([result([1], {}), result([1], {}, "other")])
    with pytest.raises(ValueError, match="different kinds"):
        merge([result([1], {}), Part(1)])
    odd = Result("n", np.array([1]), {"y": np.array([1])}, np.array([1]), {}, {})
    with pytest.raises(ValueError, match="different questions"):
        merge([result([1], {}), odd])
