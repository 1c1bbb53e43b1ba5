"""Life-cycle cost of alternatives and the measures that compare them.

``LCC = investment + replacements - residual value + energy + water + operation, maintenance and repair``, each in
present value; externalities are a line of their own.

Sources
-------
NIST Handbook 135 (2022), ch. 5 and 6 (LCC, net savings, SIR, AIRR, payback); ISO 15686-5:2017.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import check_choice, reject, yearly
from edsim.finance.cashflows import CashFlows
from edsim.finance.measures import Measure, Timing, check_rate, ratio, undefined
from edsim.finance.paybacks import Payback, payback
from edsim.finance.study_times import StudyTimes, as_day
from edsim.finance.time_value import EscalationStart, crf, escalation_factors

Category = Literal[
    "investment", "replacement", "residual", "energy", "water", "om_annual", "om_one_off", "externality", "other"
]
INVESTMENT: tuple[Category, ...] = ("investment", "replacement", "residual")
"""Categories that count as investment in SIR and AIRR; all others count as operation."""

_PREFIXES: tuple[tuple[str, Category], ...] = (
    ("capex", "investment"),
    ("replacement", "replacement"),
    ("salvage", "residual"),
    ("decommissioning", "residual"),
    ("grant", "investment"),
    ("energy", "energy"),
    ("demand_charge", "energy"),
    ("water", "water"),
    ("om_", "om_annual"),
    ("externality", "externality"),
)


@dataclass(frozen=True, slots=True)
class OneOffCost:
    """A cost paid once.

    Attributes
    ----------
    name, category
        Label and category.
    amount
        Cost at base-year prices, positive; a receipt is negative.
    year
        Time of payment after the base date, a; may be fractional.
    residual_frac
        Share of `amount` that is left at the end of the study (not escalated).
    escalation
        Growth of its price, fraction per year, in the terms of the discount rate.
    """

    name: str
    category: Category
    amount: float
    year: float = 0.0
    residual_frac: float = 0.0
    escalation: float = 0.0


@dataclass(frozen=True, slots=True)
class AnnualCost:
    """A cost of every year from `first_year` to `last_year`.

    Attributes
    ----------
    name, category
        Label and category.
    amount : float or (study_years,)
        Cost per year at base-year prices, positive; a list gives the years 1..N.
    escalation : float or (study_years,)
        Growth of the price, fraction per year, in the terms of the discount rate.
    escalation_start
        ``first_year`` (BLCC, REopt): the price of year 1 has grown once; ``second_year`` (SAM): not yet.
    first_year, last_year
        Years in which it is paid; `last_year` None is the end of the study.
    """

    name: str
    category: Category
    amount: ArrayLike
    escalation: ArrayLike = 0.0
    escalation_start: EscalationStart = "first_year"
    first_year: int = 1
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPresentValue:
    """A cost given as present value already (for example energy from published escalation tables)."""

    name: str
    category: Category
    amount: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """All costs of one way to do the job."""

    name: str
    one_off: tuple[OneOffCost, ...] = ()
    annual: tuple[AnnualCost, ...] = ()
    present_values: tuple[KnownPresentValue, ...] = ()


@dataclass(frozen=True, slots=True)
class LifeCycleCost:
    """Life-cycle cost of one alternative.

    Attributes
    ----------
    name
        Alternative.
    by_category, by_item
        Present value of costs (positive) per category and per item, currency.
    total
        Life-cycle cost, currency.
    annual_value
        Level yearly amount with the same present value, currency/a.
    flows : (study_years + 1,) or None
        Undiscounted costs per year (positive), ``None`` when an item was given as present value only.
    discount_rate, study_years, timing, base_date
        Terms of the calculation.
    """

    name: str
    by_category: Mapping[str, float]
    by_item: Mapping[str, float]
    total: float
    annual_value: float
    flows: NDArray[np.float64] | None
    discount_rate: float
    study_years: int
    timing: Timing
    base_date: date | None = None

    def pv(self, *categories: Category) -> float:
        """Return the present value of the given categories, currency."""
        return sum(self.by_category.get(c, 0.0) for c in categories)


@dataclass(frozen=True, slots=True)
class LifeCycleComparison:
    """An alternative against a base case.

    Attributes
    ----------
    net_savings
        LCC of the base minus LCC of the alternative, currency.
    noninvestment_savings
        Present value of operational savings, currency.
    increased_investment
        Present value of the extra investment: initial and replacement net of residual value, currency.
    sir
        Savings-to-investment ratio.
    airr
        Adjusted internal rate of return, savings reinvested at the discount rate or the rate given.
    payback
        Payback times of the difference of the yearly flows.
    """

    net_savings: float
    noninvestment_savings: float
    increased_investment: float
    sir: Measure
    airr: Measure
    payback: Payback


def lcc(
    costs: Alternative | CashFlows,
    discount_rate: float,
    study_years: int | None = None,
    *,
    timing: Timing = "end",
    base_date: date | str | None = None,
) -> LifeCycleCost:
    """Return the life-cycle cost of an alternative or of a cash-flow table.

    Parameters
    ----------
    costs
        Costs of the alternative; or a table, whose lines are sorted into categories by their prefix
        (``capex_``, ``replacement_``, ``salvage_``, ``decommissioning_``, ``energy``, ``demand_charge``,
        ``water``, ``om_``, ``externality``; anything else is ``other``).
    discount_rate
        Fraction per year, real for constant-money costs.
    study_years
        Length of the study, a; for a table by default its last year.
    timing
        ``end`` or ``mid``: when the yearly costs fall. Single costs fall at their own time. Paid in the middle of a
        year, a price that grows from the first year on has grown half of that year's growth (BLCC, MILCON).
    base_date
        First day of the study (``2019-04-01``): times and growth of prices are then counted in days over 365.25, as
        BLCC does, which gives its reports to the printed dollar. By default whole years.

    Raises
    ------
    DataError
        E701 for a rate written as a percentage, E702 for a base date that is no day, E705 for a study without years
        or a cost after its end.
    """
    rate = check_rate(discount_rate, "discount_rate")
    check_choice(timing, ("end", "mid"), "timing")
    n = study_years if study_years is not None else (costs.last_year if isinstance(costs, CashFlows) else 0)
    if n < 1:
        raise reject("E705", "a study needs at least one year", "study_years", n)
    times = StudyTimes(n, timing, as_day(base_date, "base_date"))
    if isinstance(costs, CashFlows):
        return _of_table(costs, rate, times)
    items: list[tuple[str, Category, float]] = [(k.name, k.category, k.amount) for k in costs.present_values]
    flows = np.zeros(n + 1)
    for once in costs.one_off:
        items += _one_off_items(once, rate, times, flows)
    factors = (1.0 + rate) ** -times.yearly
    for every in costs.annual:
        paid = _annual_vector(every, times)
        flows[1:] += paid
        items.append((every.name, every.category, float(paid @ factors)))
    return _assembled(costs.name, items, None if costs.present_values else flows, rate, times)


def compare_life_cycle(
    base: LifeCycleCost, alternative: LifeCycleCost, *, reinvestment_rate: float | None = None
) -> LifeCycleComparison:
    """Return net savings, SIR, AIRR and payback of `alternative` against `base`.

    ``SIR = PV(savings other than investment) / PV(extra investment)``; ``AIRR = (1 + r) SIR^(1/N) - 1`` with the
    reinvestment rate r, by default the discount rate (FEMP).
    Rank mutually exclusive designs by net savings only; SIR serves budget rationing among independent projects.

    Raises
    ------
    DataError
        E708 when the two were computed over different years, rates or timing.
    """
    terms = [(x.discount_rate, x.study_years, x.timing, x.base_date) for x in (base, alternative)]
    if terms[0] != terms[1]:
        raise reject("E708", "alternatives are compared on the same rate, years and timing", "alternative", terms[1])
    net = base.total - alternative.total
    extra = alternative.pv(*INVESTMENT) - base.pv(*INVESTMENT)
    savings = net + extra
    if extra <= 0:
        sir = undefined("no_extra_investment", "savings-to-investment ratio")
        airr = undefined("no_extra_investment", "adjusted internal rate of return")
    else:
        sir = ratio(savings, extra, "no_extra_investment", "savings-to-investment ratio")
        rate = base.discount_rate if reinvestment_rate is None else check_rate(reinvestment_rate, "reinvestment_rate")
        airr = _airr(sir, rate, base.study_years)
    if base.flows is None or alternative.flows is None:
        missing = undefined("no_yearly_flows", "payback")
        times = Payback(missing, missing, missing, missing, missing)
    else:
        times = payback(base.flows - alternative.flows, base.discount_rate, timing=base.timing)
    return LifeCycleComparison(
        net_savings=net, noninvestment_savings=savings, increased_investment=extra, sir=sir, airr=airr, payback=times
    )


def category_of(line: str) -> Category:
    """Return the life-cycle category of a cash-flow line."""
    return next((category for prefix, category in _PREFIXES if line.startswith(prefix)), "other")


def _airr(sir: Measure, rate: float, years: int) -> Measure:
    name = "adjusted internal rate of return"
    if sir.value is None or sir.value <= 0:
        return undefined(sir.reason or "no_savings", name)
    return Measure((1.0 + rate) * sir.value ** (1.0 / years) - 1.0, None, name)


def _one_off_items(
    once: OneOffCost, rate: float, times: StudyTimes, flows: NDArray[np.float64]
) -> list[tuple[str, Category, float]]:
    """Return the items of a single cost, adding it to the undiscounted `flows`.

    What is received or left in the last year falls at the end of the study.
    """
    n = times.years
    if not 0 <= once.year <= n:
        raise reject("E705", "a cost falls outside the study", f"{once.name}.year", once.year, allowed=f"0..{n}")
    time = times.end if once.year == n else times.after(once.year)
    grown = once.amount * (1.0 + check_rate(once.escalation, f"{once.name}.escalation")) ** time
    flows[math.ceil(once.year - 1e-9)] += grown
    items: list[tuple[str, Category, float]] = [(once.name, once.category, grown * (1.0 + rate) ** -time)]
    if once.residual_frac:
        left = once.amount * once.residual_frac
        flows[n] -= left
        items.append((f"{once.name}, residual value", "residual", -left * (1.0 + rate) ** -times.end))
    return items


def _annual_vector(every: AnnualCost, times: StudyTimes) -> NDArray[np.float64]:
    """Return the cost of each year 1..n, at the prices of the time at which it is paid."""
    n = times.years
    paid = yearly(every.amount, n, f"{every.name}.amount")
    index = escalation_factors(n, every.escalation, escalation_start=every.escalation_start)
    if every.escalation_start == "first_year":
        ends = np.arange(n + 1, dtype=float)
        index = np.exp(np.interp(times.yearly, ends, np.concatenate(([0.0], np.log(index)))))
    years = np.arange(1, n + 1)
    last = n if every.last_year is None else every.last_year
    return np.where((years >= every.first_year) & (years <= last), paid * index, 0.0)


def _of_table(table: CashFlows, rate: float, times: StudyTimes) -> LifeCycleCost:
    n = times.years
    if table.last_year > n:
        raise reject("E705", "a cost falls outside the study", "cash_flows.year", table.last_year, allowed=f"..{n}")
    factors = (1.0 + rate) ** -np.array([times.of_year(k) for k in range(table.first_year, n + 1)])
    items = [(line, category_of(line), -float(table.yearly(line, last_year=n) @ factors)) for line in table.lines()]
    name = str(table.variant[0]) if len(table) else ""
    flows = -table.yearly(last_year=n) if table.first_year == 0 else None
    return _assembled(name, items, flows, rate, times)


def _assembled(
    name: str,
    items: list[tuple[str, Category, float]],
    flows: NDArray[np.float64] | None,
    rate: float,
    times: StudyTimes,
) -> LifeCycleCost:
    by_item: dict[str, float] = {}
    by_category: dict[str, float] = dict.fromkeys(get_args(Category), 0.0)
    for item, category, amount in items:
        by_item[item] = by_item.get(item, 0.0) + amount
        by_category[category] += amount
    total = sum(by_category.values())
    level = total * crf(rate, times.end)
    return LifeCycleCost(
        name=name,
        by_category=by_category,
        by_item=by_item,
        total=total,
        annual_value=level,
        flows=flows,
        discount_rate=rate,
        study_years=times.years,
        timing=times.timing,
        base_date=times.base_date,
    )
