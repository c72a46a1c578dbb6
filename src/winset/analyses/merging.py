"""Results of different readings put together: what a field of a result does when chunks meet.

A result of an analysis is a frozen dataclass of plain values, tuples, dicts and arrays. Its
fields say in their metadata what merging does to them: ``JOINED`` along the first axis, ``ADDED``
up, or nothing, for what is the same in every chunk. Adding goes into dicts and records; a key
that one of two dicts lacks counts as nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import Field, fields, is_dataclass
from functools import reduce
from typing import Any, TypeVar, cast

import numpy as np

_Record = TypeVar("_Record")


JOINED: Mapping[str, str] = {"merge": "join"}
"""Metadata of a field whose arrays have one row a reading, in dicts or not."""

ADDED: Mapping[str, str] = {"merge": "add"}
"""Metadata of a field of counts or sums over readings: numbers, arrays, dicts, records."""

UNSAID: Mapping[str, str] = {"at default": "not stored"}
"""Metadata of a field that goes without saying where it has its default."""


def merge(parts: Sequence[_Record]) -> _Record:
    """Put results of consecutive chunks of readings together.

    Raises
    ------
    ValueError
        If there is none, or they do not answer the same question.
    """
    if not parts:
        raise ValueError("there is nothing to merge")
    if any(type(part) is not type(parts[0]) for part in parts):
        raise ValueError("results of different kinds cannot be merged")
    made = {f.name: _merged(f, [getattr(part, f.name) for part in parts])
            for f in fields(cast("Any", parts[0]))}  # fmt: skip
    return type(parts[0])(**made)


def _merged(which: Field[Any], values: list[Any]) -> object:
    way = which.metadata.get("merge", "same")
    if way == "join":
        return _join(values)
    if way == "add":
        return reduce(_add, values)
    if any(value != values[0] for value in values):
        raise ValueError(f"results differ in {which.name}: they do not answer the same question")
    return values[0]


def _join(values: list[Any]) -> object:
    if isinstance(values[0], dict):
        if any(value.keys() != values[0].keys() for value in values):
            raise ValueError("results answer different questions")
        return {key: _join([value[key] for value in values]) for key in values[0]}
    return np.concatenate(values)


def _add(one: Any, other: Any) -> object:  # noqa: ANN401
    if isinstance(one, dict):
        keys = [*one, *(key for key in other if key not in one)]
        both = {k: _add(one[k], other[k]) if k in one and k in other else one.get(k, other.get(k))
                for k in keys}  # fmt: skip
        return dict(sorted(both.items()))
    if is_dataclass(one):
        return merge([one, other])
    return one + other
