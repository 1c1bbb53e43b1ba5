"""A program with rows, columns, sides and costs near 1, for the interior point (:mod:`edsim.lp.barrier`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from edsim.lp.matrix import INF, CompiledLP, FloatArray

QUANTILE = 0.9
SAME = 1e-11
"""Relative width below which two bounds are one value."""
NARROW = 1e-2
"""A column with less room than this, in the unit of the sides, is scaled up to it."""


class ScaledProgram:
    """The program with rows, columns, sides and costs near 1."""

    def __init__(self, lp: CompiledLP, cost: FloatArray) -> None:
        import scipy.sparse as sp

        a = sp.csr_matrix((lp.data, lp.indices, lp.indptr), shape=(lp.num_rows, lp.num_cols))
        width = lp.col_upper - lp.col_lower
        unit = _typical(np.concatenate([lp.row_lower, lp.row_upper]))
        self.row, self.col = _equilibrate(a, np.where(width > 0, width / (NARROW * unit), INF))
        self.a = sp.csr_matrix(sp.diags_array(self.row) @ a @ sp.diags_array(self.col))
        self.at = sp.csr_matrix(self.a.T)
        low = np.concatenate([lp.col_lower / self.col, lp.row_lower * self.row])
        high = np.concatenate([lp.col_upper / self.col, lp.row_upper * self.row])
        self.x_unit = _typical(np.concatenate([lp.row_lower * self.row, lp.row_upper * self.row]))
        self.low, self.high = low / self.x_unit, high / self.x_unit
        c = cost * self.col
        self.c_unit = float(np.abs(c[c != 0]).mean()) if c.any() else 1.0
        self.c = c / self.c_unit
        bounded = np.isfinite(low) & np.isfinite(high)
        width = np.where(bounded, self.high, 1.0) - np.where(bounded, self.low, 0.0)
        self.fixed = bounded & (width <= SAME * np.maximum(1.0, np.abs(np.where(bounded, self.low, 0.0))))
        self.value = np.where(self.fixed, np.where(bounded, self.low, 0.0), 0.0)
        n = lp.num_cols
        self.lower = np.flatnonzero(np.isfinite(low) & ~self.fixed)
        self.upper = np.flatnonzero(np.isfinite(high) & ~self.fixed)
        self.held, self.equal = self.fixed[:n], self.fixed[n:]
        self.n = n


def _typical(sides: FloatArray) -> float:
    sizes = np.abs(sides[np.isfinite(sides) & (sides != 0)])
    return float(np.quantile(sizes, QUANTILE)) if len(sizes) else 1.0


def _equilibrate(a: Any, most: FloatArray, passes: int = 4) -> tuple[FloatArray, FloatArray]:
    """Return powers of two, those of columns at most `most`, that bring the largest coefficients near 1."""
    rows = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
    size = np.abs(a.data)
    row, col = np.ones(a.shape[0]), np.ones(a.shape[1])
    for _ in range(passes):
        now = size * row[rows] * col[a.indices]
        of_row, of_col = np.zeros(len(row)), np.zeros(len(col))
        np.maximum.at(of_row, rows, now)
        np.maximum.at(of_col, a.indices, now)
        row /= np.sqrt(np.where(of_row > 0, of_row, 1.0))
        col = np.minimum(col / np.sqrt(np.where(of_col > 0, of_col, 1.0)), most)
    return np.exp2(np.round(np.log2(row))), np.exp2(np.round(np.log2(col)))
