"""Payback times: the three usual definitions, each under its own name."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.finance.cashflows import CashFlows, vector_of
from edsim.finance.measures import Measure, Timing, ratio, undefined
from edsim.finance.time_value import discount_factors


@dataclass(frozen=True, slots=True)
class Payback:
    """Payback of an investment in years after year 0, under each definition.

    Attributes
    ----------
    simple_ratio
        Net outflow up to year 0 divided by the net flow of year 1 (the textbook "simple payback").
    simple
        First time the cumulative flow reaches zero, interpolated linearly within the year.
    simple_lasting
        Same, but the first time after which the cumulative flow never falls below zero again.
    discounted, discounted_lasting
        The last two on discounted flows; undefined (``no_discount_rate``) when no rate is given.
    """

    simple_ratio: Measure
    simple: Measure
    simple_lasting: Measure
    discounted: Measure
    discounted_lasting: Measure


def payback(
    cash_flow: CashFlows | ArrayLike,
    discount_rate: float | None = None,
    *,
    timing: Timing = "end",
    first_year: int | None = None,
) -> Payback:
    """Return the payback times of the flows.

    A time such as 4.3 lies in the fifth year.

    Parameters
    ----------
    cash_flow : (n,)
        Flows per year of the investment against its alternative, money out negative; or a cash-flow table.
    discount_rate
        Fraction per year for the discounted definitions.
    timing, first_year
        As in :func:`edsim.finance.npv`.
    """
    vector, start = vector_of(cash_flow, first_year)
    by_close = max(1 - start, 0)  # flows up to year 0
    invested = -float(vector[:by_close].sum())
    first_saving = float(vector[by_close]) if len(vector) > by_close else 0.0
    name = "investment / saving of year 1"
    if invested <= 0:
        simple_ratio = undefined("no_investment", name)
    elif first_saving <= 0:
        simple_ratio = undefined("no_saving", name)
    else:
        simple_ratio = ratio(invested, first_saving, "no_saving", name)
    simple, simple_lasting = _crossings(np.cumsum(vector), start, "cumulative flow")
    if discount_rate is None:
        none = undefined("no_discount_rate", "cumulative discounted flow")
        return Payback(simple_ratio, simple, simple_lasting, none, none)
    factors = discount_factors(len(vector), discount_rate, timing=timing, first_year=start)
    discounted, discounted_lasting = _crossings(np.cumsum(vector * factors), start, "cumulative discounted flow")
    return Payback(simple_ratio, simple, simple_lasting, discounted, discounted_lasting)


def _crossings(cumulative: NDArray[np.float64], start: int, basis: str) -> tuple[Measure, Measure]:
    """Return the first crossing of zero and the first lasting one, in years after year 0."""
    first_name, last_name = f"{basis} first reaches zero", f"{basis} stays at or above zero"
    below = cumulative < -1e-12 * max(1.0, float(np.abs(cumulative).max()))
    if not below.any():
        return undefined("no_investment", first_name), undefined("no_investment", last_name)
    began = int(np.argmax(below))
    recovered = np.flatnonzero(~below[began:])
    if recovered.size == 0:
        return undefined("beyond_horizon", first_name), undefined("beyond_horizon", last_name)
    first = Measure(_interpolated(cumulative, began + int(recovered[0])) + start, None, first_name)
    if below[-1]:
        return first, undefined("beyond_horizon", last_name)
    lasting = int(np.flatnonzero(below)[-1]) + 1
    return first, Measure(_interpolated(cumulative, lasting) + start, None, last_name)


def _interpolated(cumulative: NDArray[np.float64], i: int) -> float:
    """Return the position before index `i` at which the cumulative flow is zero."""
    before, after = float(cumulative[i - 1]), float(cumulative[i])
    return i - 1 + before / (before - after)
