"""A figure that may be undefined, and the checks every finance function applies to its arguments.

A figure without a meaning (an internal rate of return of flows that never change sign, a payback beyond the
horizon) is ``None`` with a reason code; it is never 0, infinity or NaN.
"""

import math
from dataclasses import dataclass
from typing import Literal

from edsim.core.arguments import reject

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
