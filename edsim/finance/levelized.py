"""Levelized cost of a service (cooling, heat, electricity) and its stack by cost line.

Sources
-------
NREL SAM, financial model documentation: real and nominal LCOE; Short, Packey, Holt, NREL/TP-462-5173 (1995);
NREL Annual Technology Baseline, equations and variables (fixed charge rate, project and construction financing factor).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from edsim.core.arguments import as_vector, reject
from edsim.core.units import KW_PER_TR
from edsim.finance.cashflows import CashFlows, vector_of
from edsim.finance.measures import Measure, Timing, check_rate, ratio
from edsim.finance.time_value import crf, discount_factors


def levelized_cost(
    cost: CashFlows | ArrayLike,
    output: ArrayLike,
    discount_rate: float,
    *,
    output_discount_rate: float | None = None,
    timing: Timing = "end",
    first_year: int | None = None,
) -> Measure:
    """Return the levelized cost per unit of output: ``PV(costs) / PV(output)``.

    Real: costs in constant money, real rate for both. Nominal: nominal costs and nominal rate for both. Real cost
    from nominal flows (SAM): nominal costs and rate, and `output_discount_rate` the real rate.

    Parameters
    ----------
    cost : (n,)
        Costs per year from `first_year`, positive as a list; a cash-flow table is read with its signs (money out
        negative, receipts lower the cost).
    output : (n,)
        Service delivered at the customer's meter per year, same years, kWh (or another unit).
    discount_rate
        Rate applied to the costs, fraction per year.
    output_discount_rate
        Rate applied to the output; default `discount_rate`.
    timing, first_year
        As in :func:`edsim.finance.npv`.

    Returns
    -------
    Measure
        Currency per unit of output; undefined (``no_output``) when nothing is delivered.
    """
    sign = -1.0 if isinstance(cost, CashFlows) else 1.0
    vector, start = vector_of(cost, first_year)
    delivered = as_vector(output, "output")
    if len(delivered) != len(vector):
        raise reject("E702", "has the wrong number of years", "output", len(delivered), allowed=str(len(vector)))
    n, rate = len(vector), output_discount_rate if output_discount_rate is not None else discount_rate
    costs = sign * float(vector @ discount_factors(n, discount_rate, timing=timing, first_year=start))
    units = float(delivered @ discount_factors(n, rate, timing=timing, first_year=start))
    return ratio(costs, units, "no_output", "PV(costs) / PV(output)")


def cost_stack(
    table: CashFlows, output: ArrayLike, discount_rate: float, *, timing: Timing = "end"
) -> Mapping[str, float]:
    """Return the levelized cost of each line; the values add up to the levelized cost.

    Parameters
    ----------
    table
        Costs of one variant (money out negative).
    output : (n,)
        Output per year over the years of the table.
    discount_rate, timing
        As in :func:`levelized_cost`.
    """
    factors = discount_factors(len(table.yearly()), discount_rate, timing=timing, first_year=table.first_year)
    units = float(as_vector(output, "output") @ factors)
    if units == 0.0:
        raise reject("E704", "a cost stack needs output", "output", 0)
    return {line: -float(table.yearly(line) @ factors) / units for line in table.lines()}


def per_ton_hour(cost_per_kwh: float) -> float:
    """Return a cooling cost in currency per TR-h from currency per kWh of cooling."""
    return cost_per_kwh * KW_PER_TR


@dataclass(frozen=True, slots=True)
class FixedChargeTerms:
    """Financing terms behind a fixed charge rate.

    Attributes
    ----------
    years
        Life over which the cost is recovered, a.
    equity_return_real, debt_rate_real
        Real rates, fraction per year.
    debt_frac
        Share of debt in the capital.
    tax_rate
        Effective income tax rate.
    inflation
        Fraction per year.
    depreciation : (m,)
        Share of the cost depreciated in each year 1..m.
    construction_share : (c,)
        Share of the cost paid in each construction year, the last year before operation first.
    construction_rate
        Nominal interest during construction, fraction per year.
    """

    years: int
    equity_return_real: float
    debt_rate_real: float
    debt_frac: float
    tax_rate: float
    inflation: float
    depreciation: ArrayLike
    construction_share: ArrayLike = (1.0,)
    construction_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class FixedChargeRate:
    """Fixed charge rate ``FCR = CRF x PFF x CFF`` with its parts.

    Attributes
    ----------
    rate
        Fixed charge rate, fraction per year.
    wacc_real, wacc_nominal
        Weighted average cost of capital after tax, fraction per year.
    crf, project_financing_factor, construction_financing_factor
        The three factors.
    """

    rate: float
    wacc_real: float
    wacc_nominal: float
    crf: float
    project_financing_factor: float
    construction_financing_factor: float


def fixed_charge_rate(terms: FixedChargeTerms) -> FixedChargeRate:
    """Return the fixed charge rate of `terms`.

    ``PFF = (1 - T x PV(dep)) / (1 - T)`` with depreciation discounted at the nominal after-tax WACC;
    ``CFF = sum(share_c x (1 + (1 - T)((1 + i)^(c + 0.5) - 1)))`` with c = 0 for the last year before operation.
    """
    inflation, tax = check_rate(terms.inflation, "inflation"), check_rate(terms.tax_rate, "tax_rate")
    equity = (1 + check_rate(terms.equity_return_real, "equity_return_real")) * (1 + inflation) - 1
    debt = (1 + check_rate(terms.debt_rate_real, "debt_rate_real")) * (1 + inflation) - 1
    nominal = (1 - terms.debt_frac) * equity + terms.debt_frac * debt * (1 - tax)
    real = (1 + nominal) / (1 + inflation) - 1
    schedule = as_vector(terms.depreciation, "depreciation")
    written_off = float(schedule @ discount_factors(len(schedule), nominal, first_year=1))
    share = as_vector(terms.construction_share, "construction_share")
    interest = (1 + check_rate(terms.construction_rate, "construction_rate")) ** (np.arange(len(share)) + 0.5) - 1
    cff = float(share @ (1 + (1 - tax) * interest))
    pff = (1 - tax * written_off) / (1 - tax)
    recovery = crf(real, terms.years)
    return FixedChargeRate(
        rate=recovery * pff * cff,
        wacc_real=real,
        wacc_nominal=nominal,
        crf=recovery,
        project_financing_factor=pff,
        construction_financing_factor=cff,
    )


def levelized_cost_fixed_charge(
    fixed_charge: float, capex: float, fixed_om_per_a: float, output_per_a: float, variable_om: float = 0.0
) -> Measure:
    """Return ``(FCR x capex + fixed O&M) / output + variable O&M``, currency per unit of output.

    Parameters
    ----------
    fixed_charge
        Fixed charge rate, fraction per year (:func:`fixed_charge_rate`).
    capex
        Overnight investment, currency.
    fixed_om_per_a
        Fixed operation and maintenance, currency/a.
    output_per_a
        Output of a year, such as kWh; undefined (``no_output``) at zero.
    variable_om
        Operation and maintenance per unit of output, currency.
    """
    yearly_cost = check_rate(fixed_charge, "fixed_charge") * capex + fixed_om_per_a
    fixed = ratio(yearly_cost, output_per_a, "no_output", "fixed charge rate method")
    return fixed if fixed.value is None else Measure(fixed.value + variable_om, None, fixed.definition)
