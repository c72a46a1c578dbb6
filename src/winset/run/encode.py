"""Frozen results to bytes and back, the same bytes for the same result.

A result is a tree of dataclasses, tuples, lists, dicts, sets and plain values with arrays at its
leaves. It is written as an uncompressed ``.npz`` file (``numpy.load`` opens it): one entry for
each array, and ``tree.json`` for the rest. Nothing in it is executed on reading.
"""

from __future__ import annotations

import datetime as dt
import importlib
import io
import json
import zipfile
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.lib import format as npy

from winset.analyses.merging import UNSAID
from winset.errors import RunError

_TREE = "tree.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # entries carry no time of day: equal results, equal bytes
_KINDS = "biuf"


def pack(value: object) -> bytes:
    """Write a result as bytes.

    Raises
    ------
    TypeError
        If something in it is neither a dataclass of winset's, a container, a plain value nor an
        array of numbers.
    """
    arrays: list[np.ndarray[Any, Any]] = []
    tree = json.dumps(_write(value, arrays), ensure_ascii=False, separators=(",", ":"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for number, array in enumerate(arrays):
            entry = io.BytesIO()
            npy.write_array(entry, array, allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{number}.npy", _EPOCH), entry.getvalue())
        file.writestr(zipfile.ZipInfo(_TREE, _EPOCH), tree)
    return out.getvalue()


def unpack(data: bytes) -> Any:  # noqa: ANN401 - whatever was packed
    """Read back what :func:`pack` wrote.

    Raises
    ------
    RunError
        If the bytes are not such a file, or speak of something this winset does not have.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            tree = json.loads(file.read(_TREE))
            arrays = [
                npy.read_array(io.BytesIO(file.read(f"{number}.npy")), allow_pickle=False)
                for number in range(len(file.namelist()) - 1)
            ]
        return _read(tree, arrays)
    except (zipfile.BadZipFile, ValueError, KeyError, IndexError, TypeError, AttributeError,
            ImportError, RecursionError, EOFError) as error:  # fmt: skip
        raise RunError(
            f"a stored result cannot be read ({error}): if another version of winset made the run, "
            "run the case again"
        ) from error


# Plain values stand for themselves; everything else is a list that begins with its kind.
def _write(value: object, arrays: list[np.ndarray[Any, Any]]) -> Any:  # noqa: ANN401
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray) and value.dtype == object:
        # Numbers beyond machine integers.
        return ["numbers", list(value.shape), *map(_number, value.reshape(-1))]
    if isinstance(value, np.ndarray):
        arrays.append(_plain(value))
        return ["array", len(arrays) - 1]
    if is_dataclass(value) and not isinstance(value, type):
        said = [(f.name, getattr(value, f.name)) for f in fields(value) if f.init
                and (f.metadata != UNSAID or getattr(value, f.name) != f.default)]  # fmt: skip
        kept = [[name, _write(part, arrays)] for name, part in said]
        return ["record", type(value).__module__, type(value).__qualname__, kept]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return ["date", value.isoformat()]
    return _write_many(value, arrays)


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(
            f"a result holds an array of {type(value).__name__}, which cannot be stored"
        )
    return value


def _write_many(value: object, arrays: list[np.ndarray[Any, Any]]) -> list[Any]:
    match value:
        case tuple():
            return ["tuple", *(_write(part, arrays) for part in value)]
        case list():
            return ["list", *(_write(part, arrays) for part in value)]
        case dict():
            return ["dict", *([_write(k, arrays), _write(v, arrays)] for k, v in value.items())]
        case frozenset() | set():
            # A set of texts comes in another order in every process.
            return ["set", *sorted((_write(part, arrays) for part in value), key=json.dumps)]
        case _:
            raise TypeError(f"a result holds a {type(value).__name__}, which cannot be stored")


def _plain(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"a result holds an array of {array.dtype}, which cannot be stored")
    little = array.dtype.newbyteorder("<")
    return array.astype(little, order="C", copy=False)


def _read(tree: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:  # noqa: ANN401
    if not isinstance(tree, list):
        return tree
    kind, *parts = tree
    match kind:
        case "array":
            return arrays[parts[0]]
        case "numbers":
            return np.array(parts[1:], dtype=object).reshape(parts[0])
        case "record":
            module, name, kept = parts
            return _record(module, name)(**{field: _read(part, arrays) for field, part in kept})
        case "date":
            return dt.date.fromisoformat(parts[0])
        case "dict":
            return {_read(key, arrays): _read(part, arrays) for key, part in parts}
        case "tuple" | "list" | "set":
            make = {"tuple": tuple, "list": list, "set": frozenset}[kind]
            return make(_read(part, arrays) for part in parts)
        case _:
            raise ValueError(f"unknown kind {kind!r}")


def _record(module: str, name: str) -> type[Any]:
    """Find a dataclass of winset's by name, and nothing else."""
    if module.split(".")[0] != "winset":
        raise ValueError(f"{module} is no part of winset")
    found = getattr(importlib.import_module(module), name)
    if not (isinstance(found, type) and is_dataclass(found)):
        raise ValueError(f"{module}.{name} is no record")
    return found
