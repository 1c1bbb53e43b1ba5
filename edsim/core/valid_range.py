"""The valid range of a formula, held by its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def in_range(value: ArrayLike, low: float, high: float, name: str) -> NDArray[np.float64]:
    """Return `value` as an array of floats, all of them from `low` to `high`.

    Raises
    ------
    ValueError
        When one is outside or is not a number.
    """
    array = np.asarray(value, dtype=float)
    if array.size and not (np.min(array) >= low and np.max(array) <= high):
        raise ValueError(f"{name} must be within {low:g} to {high:g}")
    return array
