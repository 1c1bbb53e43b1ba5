"""Income tax of a project: losses, special deductions and credits, year by year."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, reject
from edsim.finance.measures import check_rate

LossMode = Literal["as_generated", "carry_forward", "no_relief"]
"""What a loss is worth.

``as_generated``: the owner uses it at once elsewhere, the tax is negative (SAM, REopt). ``carry_forward``: it lowers
later profits for a limited number of years. ``no_relief``: it is lost.
"""


@dataclass(frozen=True, slots=True)
class SpecialDeduction:
    """A deduction on top of depreciation, such as that of Colombian Law 1715 of 2014.

    Attributes
    ----------
    share_of_investment
        Share of the eligible investment that may be deducted in all.
    max_years
        Years after commissioning in which it may be used.
    max_share_of_income
        Largest share of each year's income before it.
    """

    share_of_investment: float
    max_years: int
    max_share_of_income: float


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """How profit is taxed.

    Attributes
    ----------
    rate
        Income tax, fraction.
    local_rate
        Second income tax that is itself deductible from the base of `rate` (US state tax); the effective rate is
        ``local + rate (1 - local)``.
    holiday_a
        Years 1..h without tax. Profits and losses are computed as ever: a profit of the holiday uses up the losses
        and the special deduction of its years.
    losses, carry_forward_a
        Loss mode and years a loss may be carried; ``None`` is without limit.
    special
        Special deduction, or ``None``.
    charges_over_contract
        Whether connection charges are taxed in equal parts over the years of service that are left (deferred as in
        IFRS 15), not in the year they are received.
    revenue_taxable, operating_cost_deductible, interest_deductible
        False for owners who pay no tax on savings (households). Operating cost may also be the names of the lines
        that are deductible (property tax of a household).
    """

    rate: float = 0.0
    local_rate: float = 0.0
    holiday_a: int = 0
    losses: LossMode = "carry_forward"
    carry_forward_a: int | None = None
    special: SpecialDeduction | None = None
    charges_over_contract: bool = False
    revenue_taxable: bool = True
    operating_cost_deductible: bool | tuple[str, ...] = True
    interest_deductible: bool = True

    def __post_init__(self) -> None:
        check_rate(self.rate, "tax.rate")
        check_rate(self.local_rate, "tax.local_rate")
        check_choice(self.losses, get_args(LossMode), "tax.losses")
        if self.carry_forward_a is not None and self.carry_forward_a < 1:
            raise reject("E714", "a loss is carried at least one year", "tax.carry_forward_a", self.carry_forward_a)

    @property
    def effective_rate(self) -> float:
        """Rate of both taxes on the same base."""
        return self.local_rate + self.rate * (1.0 - self.local_rate)

    def rates(self, years: int) -> NDArray[np.float64]:
        """Return the rate of both taxes in the years 1..H."""
        return np.where(np.arange(years) < self.holiday_a, 0.0, self.effective_rate)


@dataclass(frozen=True, slots=True)
class TaxYears:
    """Tax of the years 1..H.

    Attributes
    ----------
    tax : (horizon_a,)
        Tax due, positive; negative where a loss is refunded.
    taxable : (horizon_a,)
        Base after losses and special deduction, currency.
    loss_used, loss_expired, loss_open : (horizon_a,)
        Loss set off, lapsed, and carried at the end of each year.
    special_used : (horizon_a,)
        Special deduction taken.
    """

    tax: NDArray[np.float64]
    taxable: NDArray[np.float64]
    loss_used: NDArray[np.float64]
    loss_expired: NDArray[np.float64]
    loss_open: NDArray[np.float64]
    special_used: NDArray[np.float64]


def income_tax(income: ArrayLike, terms: TaxTerms, eligible_investment: float | Mapping[int, float] = 0.0) -> TaxYears:
    """Return the tax of each year.

    Order: special deduction (up to its share of the year's income), then the oldest losses.

    Parameters
    ----------
    income : (horizon_a,)
        Profit before tax in the years 1..H, currency.
    terms
        Tax terms.
    eligible_investment
        Investment on which the special deduction is computed, currency; by year of payment where it is not all made
        at close. The years in which it may be used count from the year after payment.
    """
    profit = as_vector(income, "income")
    h = len(profit)
    eligible = eligible_investment if isinstance(eligible_investment, Mapping) else {0: eligible_investment}
    special = _special(profit, terms.special, eligible)
    base = profit - special
    used, expired, still_open = np.zeros(h), np.zeros(h), np.zeros(h)
    if terms.losses == "as_generated":
        return TaxYears(
            tax=base * terms.rates(h),
            taxable=base,
            loss_used=used,
            loss_expired=expired,
            loss_open=still_open,
            special_used=special,
        )
    vintages: list[list[float]] = []  # [year of the loss, what is left of it], oldest first
    for t in range(h):
        lapsed = [v for v in vintages if terms.carry_forward_a is not None and t - v[0] > terms.carry_forward_a]
        expired[t] = sum(v[1] for v in lapsed)
        vintages = [v for v in vintages if v not in lapsed and v[1] > 0]
        if base[t] < 0 and terms.losses == "carry_forward":
            vintages.append([float(t), -float(base[t])])
        for vintage in vintages if base[t] > 0 else []:
            taken = min(vintage[1], float(base[t]) - used[t])
            vintage[1] -= taken
            used[t] += taken
        still_open[t] = sum(v[1] for v in vintages)
    taxable = np.maximum(base - used, 0.0)
    return TaxYears(
        tax=taxable * terms.rates(h),
        taxable=taxable,
        loss_used=used,
        loss_expired=expired,
        loss_open=still_open,
        special_used=special,
    )


def _special(
    profit: NDArray[np.float64], rule: SpecialDeduction | None, investment: Mapping[int, float]
) -> NDArray[np.float64]:
    """Return the special deduction taken in each year, what was invested first used first."""
    taken = np.zeros(len(profit))
    if rule is None:
        return taken
    room = np.maximum(profit, 0.0) * rule.max_share_of_income
    age = np.arange(len(profit))
    for year, amount in sorted(investment.items()):
        cap = (room - taken) * ((age >= year) & (age < year + rule.max_years))
        taken = taken + np.diff(np.minimum(np.cumsum(cap), rule.share_of_investment * amount), prepend=0.0)
    return taken
