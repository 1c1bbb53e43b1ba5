"""Checks that functions with explicit inputs apply to their arguments, with errors in the user's words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.errors import DataError, Finding


def reject(code: str, what: str, field: str, got: object = "", *, allowed: str = "", hint: str = "") -> DataError:
    """Return the error to raise for one faulty argument."""
    finding = Finding(code, what, field=field, got=str(got), allowed=allowed, hint=hint)
    return DataError(finding.text(), [finding])


def check_choice(value: str, allowed: Sequence[str], field: str) -> None:
    """Raise DataError (E703) when `value` is not one of `allowed`."""
    if value not in allowed:
        raise reject("E703", "unknown option", field, repr(value), allowed=", ".join(allowed))


def as_vector(values: ArrayLike, field: str) -> NDArray[np.float64]:
    """Return a one-dimensional float array of at least one finite number.

    Raises
    ------
    DataError
        E702 when it is empty, not one-dimensional, or holds NaN or infinity (the first position is named).
    """
    vector = np.atleast_1d(np.asarray(values, dtype=float))
    if vector.ndim != 1 or vector.size == 0:
        raise reject("E702", "needs a list of numbers", field, f"shape {vector.shape}")
    bad = np.flatnonzero(~np.isfinite(vector))
    if bad.size:
        raise reject("E702", "holds a value that is not a number", f"{field}[{bad[0]}]", vector[bad[0]])
    return vector


def check_length(vector: NDArray[np.float64], length: int, field: str) -> None:
    """Raise DataError (E702) when `vector` does not have `length` entries."""
    if len(vector) != length:
        raise reject("E702", "has the wrong number of years", field, len(vector), allowed=str(length))


def yearly(value: ArrayLike, years: int, field: str) -> NDArray[np.float64]:
    """Return `value` as an array of `years` entries: a single number is repeated, a list must have that length."""
    vector = as_vector(value, field)
    if vector.size == 1 and years != 1:
        return np.full(years, vector[0])
    check_length(vector, years, field)
    return vector
