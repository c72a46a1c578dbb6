"""Results to bytes and back."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.errors import Fault, RunError
from winset.language.terms import And, Is, Not, Range
from winset.run.encode import pack, unpack

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
keys = st.text() | st.integers() | st.tuples(st.text(), st.integers())
trees = st.recursive(
    plain | st.dates() | st.builds(Is, st.text(), st.text()),
    lambda part: (
        st.lists(part)
        | st.lists(part).map(tuple)
        | st.dictionaries(keys, part)
        | st.frozensets(st.text())
    ),
    max_leaves=12,
)


def same(a: object, b: object) -> bool:
    """Equal, and of equal types all the way down (True is not 1)."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    return a == b


@settings(max_examples=200)
@given(trees)
def test_what_is_packed_is_read_back(tree: object) -> None:
    assert same(unpack(pack(tree)), tree)


@pytest.mark.parametrize("kind", ["bool", "int8", "int16", "int64", "uint64", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_arrays_keep_shape_type_and_bits(kind: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(kind)
    back = unpack(pack({"a": (array, array.T)}))["a"]
    assert back[0].dtype == array.dtype
    assert back[0].shape == array.shape
    np.testing.assert_array_equal(back[0], array)
    np.testing.assert_array_equal(back[1], array.T)


def test_memory_layout_and_byte_order_do_not_count() -> None:
    array = np.arange(12.0).reshape(3, 4)
    assert pack(np.asfortranarray(array)) == pack(array)
    assert pack(array.astype(">f8")) == pack(array)


def test_records_are_read_back_with_their_parts() -> None:
    whole = And((Is("fighting", "peace"), Not(Is("banks", "all"))))
    fault = Fault("a.yaml", 1, 2, "found", "right")
    assert unpack(pack((whole, fault, Range(0.25, 0.5)))) == (whole, fault, Range(0.25, 0.5))


def test_numpy_scalars_become_plain_numbers() -> None:
    back = unpack(pack([np.int64(3), np.float64(0.5), np.bool_(True)]))
    assert [type(x) for x in back] == [int, float, bool]


def test_equal_sets_give_equal_bytes_in_every_process() -> None:
    code = (
        "import hashlib; from winset.run.encode import pack;"
        "print(hashlib.sha256(pack(frozenset('abcdefghij'))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in range(3)
    }  # fmt: skip
    assert len(digests) == 1


@pytest.mark.parametrize("value", [object(), b"bytes", 1j, np.array(["a"]), {1: np.array([None])},
                                   dt.datetime(2025, 1, 1), Range])  # fmt: skip
def test_what_cannot_be_stored_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        pack(value)


def forged(tree: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("tree.json", json.dumps(tree))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        pack([1, 2])[:-5],
        forged(["array", 0]),
        forged(["pickle", "x"]),
        forged(["record", "os", "stat_result", []]),
        forged(["record", "winset.errors", "RunError", []]),
        forged(["record", "winset.nowhere", "X", []]),
        forged(["record", "winset.language.terms", "Range", [["low", 1]]]),
        forged(["date", "yesterday"]),
        forged(["dict", [["list"], 1]]),
        forged(["record"]),
    ],
)
def test_foreign_bytes_are_a_clear_error(data: bytes) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        unpack(data)
