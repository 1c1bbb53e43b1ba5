"""Values of callers as numbers: text, dates and gaps are none, and true is 1 in arrays alone."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is one finite number."""
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number as counts, years and seeds are."""
    return not isinstance(value, bool) and isinstance(value, Integral)


def number_array(value: object) -> NDArray[np.float64] | None:
    """Return a value as an array of numbers, NaN and infinite ones among them; None when it is no number."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None
