"""A figure that may be undefined, and the checks every finance function applies to its arguments.

A figure without a meaning (an internal rate of return of flows that never change sign, a payback beyond the
horizon) is ``None`` with a reason code; it is never 0, infinity or NaN.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.errors import DataError, Finding

Timing = Literal["end", "mid", "actual365"]
"""When the money of a year moves: at its end, in its middle, or at given dates (actual days / 365)."""

TIMINGS: tuple[Timing, ...] = ("end", "mid", "actual365")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, or the reason why it has none.

    Attributes
    ----------
    value
        The figure, finite; ``None`` when it is undefined.
    reason
        Reason code when `value` is ``None`` (``no_sign_change``, ``beyond_horizon``, ...), else ``None``.
    definition
        Which of several usual definitions was applied.
    """

    value: float | None
    reason: str | None = None
    definition: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a measure has either a value or a reason why it has none")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"a measure must be finite: got {self.value}")

    def required(self) -> float:
        """Return the value; raise DataError (E704) with the reason when there is none."""
        if self.value is None:
            raise reject("E704", "this figure is undefined", self.definition, self.reason)
        return self.value


def reject(code: str, what: str, field: str, got: object = "", *, allowed: str = "", hint: str = "") -> DataError:
    """Return the error to raise for one faulty argument."""
    finding = Finding(code, what, field=field, got=str(got), allowed=allowed, hint=hint)
    return DataError(finding.text(), [finding])


def undefined(reason: str, definition: str = "") -> Measure:
    """Return a measure without value for `reason`."""
    return Measure(None, reason, definition)


def ratio(numerator: float, denominator: float, reason: str, definition: str = "") -> Measure:
    """Return ``numerator / denominator``, undefined for `reason` when it has no finite value."""
    if denominator == 0.0:
        return undefined(reason, definition)
    value = numerator / denominator
    return Measure(value, None, definition) if math.isfinite(value) else undefined(reason, definition)


def check_rate(value: float, field: str, *, low: float = -0.5, high: float = 1.0) -> float:
    """Return `value` as float when it is a plausible rate per year, a fraction.

    Raises
    ------
    DataError
        E701 when the value is not finite, at or below `low`, or above `high`: a percentage typed as 8 instead of 0.08.
    """
    rate = float(value)
    if math.isfinite(rate) and low < rate <= high:
        return rate
    hint = f"write {rate:g} % as {rate / 100:g}" if math.isfinite(rate) and rate > high else ""
    allowed = f"{low:g} < rate <= {high:g}"
    raise reject("E701", "a rate is a fraction per year", field, f"{rate:g}", allowed=allowed, hint=hint)


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
