"""Small systems of linear equations, in compiled code: elimination with row pivots."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from winset.methods.compiling import compiled

FloatArray = npt.NDArray[np.float64]


@compiled
def _pivot(matrix: FloatArray, right: FloatArray, k: int) -> None:
    """Bring the row with the largest entry in column k up to row k."""
    pivot = k
    for i in range(k + 1, len(right)):
        if abs(matrix[i, k]) > abs(matrix[pivot, k]):
            pivot = i
    if pivot != k:
        for j in range(len(right)):
            matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
        right[k], right[pivot] = right[pivot], right[k]
    if matrix[k, k] == 0.0:
        matrix[k, k] = 1e-300


@compiled
def eliminate(matrix: FloatArray, right: FloatArray) -> None:
    """Solve a small system in place: the solution is put into ``right``."""
    size = len(right)
    for k in range(size):
        _pivot(matrix, right, k)
        for i in range(k + 1, size):
            factor = matrix[i, k] / matrix[k, k]
            for j in range(k, size):
                matrix[i, j] -= factor * matrix[k, j]
            right[i] -= factor * right[k]
    for k in range(size - 1, -1, -1):
        for j in range(k + 1, size):
            right[k] -= matrix[k, j] * right[j]
        right[k] /= matrix[k, k]
