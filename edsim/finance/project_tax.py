"""What a project writes off and the income tax it pays, from its operation, its uses of funds and its loans."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import check_choice
from edsim.finance.depreciation import spread
from edsim.finance.operation import Operation
from edsim.finance.project import ProjectInputs
from edsim.finance.taxation import TaxYears, income_tax

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What is written off; arrays cover the years 0..N.

    Attributes
    ----------
    basis
        Depreciable basis at close, currency.
    yearly : (years + 1,)
        Depreciation of operation.
    left
        Book value written off with the sale or scrapping at the end of year N, currency.
    credit : (years + 1,)
        Investment tax credit.
    """

    basis: float
    yearly: Vector
    left: float
    credit: Vector

    @property
    def all(self) -> Vector:
        """Depreciation with what is written off at the end, years 0..N."""
        out = self.yearly.copy()
        out[-1] += self.left
        return out


@dataclass(frozen=True, slots=True)
class Taxes:
    """Income tax of the years 0..N.

    Attributes
    ----------
    years
        Computation of the years 1..N, with the sale of what stands at the end.
    due : (years + 1,)
        Tax paid.
    of_operation : (years + 1,)
        The same without that sale: what lowers the cash that serves the debt.
    taxable_sale : (years + 1,)
        What the sale adds to the base of year N, currency.
    """

    years: TaxYears
    due: Vector
    of_operation: Vector
    taxable_sale: Vector


def write_off(p: ProjectInputs, o: Operation, uses: Mapping[str, float]) -> WriteOff:
    """Return depreciation and investment tax credit for the uses of funds at close.

    Grants and other uses of funds are those of close; interest during the construction of later parts joins their
    basis where `depreciable` names it.
    """
    granted = sum(g.amount for g in p.grants if g.reduces_basis)
    scale = (sum(uses[name] for name in p.depreciable) - granted) / p.investment if p.investment else 0.0
    interest = p.construction.interest_frac if p.construction else 0.0
    later_scale = 1.0 + (interest if "interest_during_construction" in p.depreciable else 0.0)
    yearly, left, basis_total, credited = o.later_depreciation.copy(), o.later_book_value, 0.0, np.zeros(p.years + 1)
    for part in p.investments:
        basis = part.amount * (later_scale if part.year else scale)
        credit = p.credits.investment_frac * basis if part.credit_eligible else 0.0
        credited[part.year + 1] += credit
        if part.depreciation:
            basis -= p.credits.basis_reduction_frac * credit
            basis_total += 0.0 if part.year else basis
            written = spread(part.depreciation, basis, p.years, first_year=part.year + 1)
            yearly[1:] += written
            left += (sum(part.depreciation) * basis - float(written.sum())) if p.write_off_at_end else 0.0
    return WriteOff(basis_total, yearly, left, credited)


def taxes(p: ProjectInputs, o: Operation, written: WriteOff, costs: tuple[Vector, Vector]) -> Taxes:
    """Return the income tax; `costs` are the interest earned on reserves, and interest with fees owed."""
    earned, financing = costs
    income = earned - written.yearly - _deductible(p, o)
    income += o.revenue if p.tax.revenue_taxable else 0.0
    income -= financing if p.tax.interest_deductible else 0.0
    income += taxed_grants(p)
    sold = income.copy()
    sold[-1] += (p.salvage if p.tax.revenue_taxable else 0.0) - written.left
    eligible = _eligible(p)
    years, operation = (income_tax(x[1:], p.tax, eligible) for x in (sold, income))
    due, without, added = (
        np.concatenate(([0.0], x)) for x in (years.tax, operation.tax, years.taxable - operation.taxable)
    )
    return Taxes(years, due, without, added)


def taxed_grants(p: ProjectInputs) -> Vector:
    """Return what grants and connection charges add to the tax base in the years 0..N."""
    added = np.zeros(p.years + 1)
    for g in p.grants:
        if g.taxable and g.is_charge and p.tax.charges_over_contract and g.year < p.years:
            added[g.year + 1 :] += g.amount / (p.years - g.year)
        elif g.taxable:
            added[max(g.year, 1)] += g.amount
    return added


def _deductible(p: ProjectInputs, o: Operation) -> Vector:
    """Return the operating cost that lowers the tax base, years 0..N."""
    which = p.tax.operating_cost_deductible
    if isinstance(which, bool):
        return o.operating_cost if which else np.zeros_like(o.operating_cost)
    for name in which:
        check_choice(name, sorted(p.all_operating_cost()), "tax.operating_cost_deductible")
    every = p.all_operating_cost()
    some = replace(p, operating_cost={name: every[name] for name in which}, revenue_cost={})
    return np.concatenate(([0.0], some.total_operating_cost()))


def _eligible(p: ProjectInputs) -> dict[int, float]:
    """Return year of payment → investment that qualifies for the special deduction."""
    found: dict[int, float] = {}
    for part in p.investments:
        found[part.year] = found.get(part.year, 0.0) + (part.amount if part.incentive_eligible else 0.0)
    return found
