"""Time value of money: discounting, annuities, loans' closed forms, real and nominal rates.

Signs follow the usual spreadsheet convention: money received positive, paid negative.

Sources
-------
NIST Handbook 135 (2022), chapter 3 (SPV, UPV, UPV*); Brealey, Myers, Allen, Principles of Corporate Finance, ch. 2.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, check_length, reject
from edsim.finance.cashflows import CashFlows, vector_of
from edsim.finance.measures import TIMINGS, Timing, check_rate

EscalationStart = Literal["first_year", "second_year"]
"""Whether the growth is already in year 1 (BLCC, REopt: exponent t) or begins in year 2 (SAM: exponent t-1)."""


def year_positions(dates: Sequence[date | str]) -> NDArray[np.float64]:
    """Return the time of each date after the first, in years of 365 days (actual/365)."""
    days = [(d if isinstance(d, date) else date.fromisoformat(d)).toordinal() for d in dates]
    return (np.asarray(days, dtype=float) - days[0]) / 365.0


def time_positions(
    n: int, *, timing: Timing = "end", first_year: int = 0, dates: Sequence[date | str] | None = None
) -> NDArray[np.float64]:
    """Return the time in years at which each of `n` flows is discounted.

    Parameters
    ----------
    n
        Number of flows.
    timing
        ``end``: at t; ``mid``: at t - 0.5 for t >= 1, while year 0 and construction years stay at t;
        ``actual365``: at `dates`.
    first_year
        Year of the first flow; 0 is the reference (financial close), negative for construction.
    dates
        One date per flow, needed with ``actual365``.
    """
    check_choice(timing, TIMINGS, "timing")
    if timing == "actual365":
        if dates is None or len(dates) != n:
            got = "none" if dates is None else str(len(dates))
            raise reject("E702", "actual365 needs one date per flow", "dates", got, allowed=str(n))
        return year_positions(dates)
    t = np.arange(first_year, first_year + n, dtype=float)
    return np.where(t >= 1, t - 0.5, t) if timing == "mid" else t


def discount_factors(
    n: int,
    discount_rate: float,
    *,
    timing: Timing = "end",
    first_year: int = 0,
    dates: Sequence[date | str] | None = None,
) -> NDArray[np.float64]:
    """Return ``(1 + r)**-t`` for each of `n` flows; see :func:`time_positions`.

    Any rate of return can be put in, from -99 % to 150 %; a rate above that is taken for a percentage.
    """
    rate = check_rate(discount_rate, "discount_rate", low=-0.99, high=1.5)
    return np.asarray((1.0 + rate) ** -time_positions(n, timing=timing, first_year=first_year, dates=dates))


def npv(
    cash_flow: CashFlows | ArrayLike,
    discount_rate: float,
    *,
    timing: Timing = "end",
    first_year: int | None = None,
    dates: Sequence[date | str] | None = None,
) -> float:
    """Return the net present value at year 0.

    ``NPV = sum(C_t / (1 + r)**t)``; the first flow of a list is at t = 0 and is not discounted.

    Parameters
    ----------
    cash_flow : (n,)
        Flows per year, currency, money out negative; or a cash-flow table (summed over all its rows).
    discount_rate
        Fraction per year, in the same terms (real or nominal) as the flows.
    timing, dates
        See :func:`time_positions`.
    first_year
        Year of the first flow; default 0 for a list, the first year of the table for a table.

    Raises
    ------
    DataError
        E701 for a rate written as a percentage, E702 for a value that is not a number.
    """
    vector, start = vector_of(cash_flow, first_year)
    return float(vector @ discount_factors(len(vector), discount_rate, timing=timing, first_year=start, dates=dates))


_NEGLIGIBLE = 1e-15
"""Rate times years below which interest does not show in a double."""


def crf(discount_rate: float, years: float) -> float:
    """Return the capital recovery factor ``r (1+r)^N / ((1+r)^N - 1)``, 1/N at r = 0.

    Parameters
    ----------
    discount_rate
        r, fraction per year.
    years
        N, a, above zero; need not be whole.

    Raises
    ------
    DataError
        E701 for a rate written as a percentage, E705 for a period that is not longer than zero.
    """
    rate = check_rate(discount_rate, "discount_rate")
    if years <= 0:
        raise reject("E705", "a period must be longer than zero", "years", f"{years:g}")
    if abs(rate) * years < _NEGLIGIBLE:
        return 1.0 / years
    return rate / -math.expm1(-years * math.log1p(rate))


def upv(discount_rate: float, years: float) -> float:
    """Return the uniform present value factor ``(1 - (1+r)^-N) / r``, 0 at N = 0.

    For whole N it is the sum of the discount factors of the years 1..N. Parameters are those of :func:`crf`.
    """
    return 1.0 / crf(discount_rate, years) if years > 0 else 0.0


def upv_escalating(
    discount_rate: float, years: int, escalation: float, *, escalation_start: EscalationStart = "first_year"
) -> float:
    """Return UPV*: ``sum((1+e)^(t-s) / (1+d)^t)`` over t = 1..N, with s = 0 (first_year) or 1 (second_year).

    Parameters
    ----------
    discount_rate, escalation
        d and e, fractions per year, both real or both nominal.
    years
        N.
    escalation_start
        See :func:`escalation_factors`.
    """
    growth = escalation_factors(years, escalation, escalation_start=escalation_start)
    return float(growth @ discount_factors(years, discount_rate, first_year=1))


def escalation_factors(
    years: int, escalation: float | ArrayLike, *, escalation_start: EscalationStart = "first_year"
) -> NDArray[np.float64]:
    """Return the price index of years 1..N relative to the base-year price.

    Parameters
    ----------
    years
        N.
    escalation
        Growth per year, fraction; or one rate per year (the rate of year t carries the price from t - 1 to t).
    escalation_start
        ``first_year``: the price of year 1 has grown once (NIST BLCC, REopt). ``second_year``: year 1 has the
        base price (SAM).
    """
    check_choice(escalation_start, ("first_year", "second_year"), "escalation_start")
    rates = as_vector(escalation, "escalation")
    if rates.size == 1:
        rates = np.full(years, rates[0])
    check_length(rates, years, "escalation")
    for e in np.unique(rates):
        check_rate(float(e), "escalation")
    if escalation_start == "second_year":
        rates = np.concatenate(([0.0], rates[1:]))
    return np.asarray(np.cumprod(1.0 + rates))


def to_nominal(real_rate: float, inflation: float) -> float:
    """Return the nominal rate: ``(1 + r)(1 + i) - 1``."""
    return (1.0 + check_rate(real_rate, "real_rate")) * (1.0 + check_rate(inflation, "inflation")) - 1.0


def to_real(nominal_rate: float, inflation: float) -> float:
    """Return the real rate: ``(1 + n) / (1 + i) - 1``."""
    return (1.0 + check_rate(nominal_rate, "nominal_rate")) / (1.0 + check_rate(inflation, "inflation")) - 1.0


def _annuity(rate: float, periods: int, *, due_at_start: bool) -> float:
    """Return the present value of 1 paid in each period."""
    return upv(rate, periods) * ((1.0 + rate) if due_at_start else 1.0)


def payment(rate: float, periods: int, present: float, future: float = 0.0, *, due_at_start: bool = False) -> float:
    """Return the level payment per period that settles `present` and leaves `future`; paid money is negative.

    Parameters
    ----------
    rate
        Interest, fraction per period.
    periods
        Number of periods.
    present, future
        Amount received at the start, and balance after the last period, currency.
    due_at_start
        Whether payments fall at the start of each period instead of its end.
    """
    annuity = _annuity(rate, periods, due_at_start=due_at_start)
    return -(present + future * (1.0 + rate) ** -periods) / annuity


def present_value(rate: float, periods: int, level: float, future: float = 0.0, *, due_at_start: bool = False) -> float:
    """Return the present value that matches `periods` payments of `level` and a final `future`, of opposite sign.

    Parameters
    ----------
    rate
        Interest, fraction per period.
    periods
        Number of periods.
    level, future
        Paid in each period and at the end, currency.
    due_at_start
        Whether payments fall at the start of each period instead of its end.
    """
    annuity = _annuity(rate, periods, due_at_start=due_at_start)
    return -(level * annuity + future * (1.0 + rate) ** -periods)


def future_value(rate: float, periods: int, level: float, present: float = 0.0, *, due_at_start: bool = False) -> float:
    """Return the value after `periods` payments of `level` starting from `present`, of opposite sign.

    Parameters
    ----------
    rate
        Interest, fraction per period.
    periods
        Number of periods.
    level, present
        Paid in each period and at the start, currency.
    due_at_start
        Whether payments fall at the start of each period instead of its end.
    """
    annuity = _annuity(rate, periods, due_at_start=due_at_start)
    return -(level * annuity + present) * (1.0 + rate) ** periods


def number_of_periods(rate: float, level: float, present: float, future: float = 0.0) -> float:
    """Return how many payments of `level` carry `present` to `future`.

    Parameters
    ----------
    rate
        Interest, fraction per period.
    level, present, future
        Paid at the end of each period, at the start and after the last, currency; money paid is negative.

    Raises
    ------
    DataError
        E704 when no number of payments does.
    """
    if rate == 0.0:
        count = -(present + future) / level if level else math.nan
    else:
        top, bottom = level - future * rate, level + present * rate
        count = math.log(top / bottom) / math.log1p(rate) if bottom and top / bottom > 0 else math.nan
    if not math.isfinite(count):
        raise reject("E704", "no number of payments settles this", "level", f"{level:g}")
    return count


def period_rate(periods: int, level: float, present: float, future: float) -> float:
    """Return the rate per period that ties payments, present and future value; of several that of :func:`irr`.

    Parameters
    ----------
    periods
        Number of periods.
    level, present, future
        Paid at the end of each period, at the start and after the last, currency; money paid is negative.

    Raises
    ------
    DataError
        E704 when there is none.
    """
    from edsim.finance.returns import irr

    flows = np.full(periods + 1, float(level))
    flows[0] = present
    flows[-1] += future
    return irr(flows).measure.required()
