"""Inputs of a project's pro forma: investment, operation, money, tax."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, reject, yearly
from edsim.finance.debt_sizing import DebtTerms
from edsim.finance.loans import LoanTerms
from edsim.finance.measures import check_rate
from edsim.finance.taxation import TaxTerms
from edsim.finance.time_value import EscalationStart, escalation_factors

USES = (
    "investment",
    "interest_during_construction",
    "other_financing",
    "operating_reserve",
    "receivables_reserve",
    "debt_fees",
    "debt_closing",
    "debt_service_reserve",
)
"""Uses of funds at close."""


@dataclass(frozen=True, slots=True)
class Investment:
    """A part of the investment with its own depreciation.

    Attributes
    ----------
    name
        Component.
    amount
        Price before VAT and duty, nominal, at commissioning, currency.
    depreciation : (m,)
        Shares written off in the years 1..m (see :mod:`edsim.finance.depreciation`); empty: never (land).
    credit_eligible
        Earns the investment tax credit.
    incentive_eligible
        Qualifies for the country's incentives (special deduction, accelerated depreciation, VAT and duty relief).
    imported_frac
        Share of the price that would bear import duty.
    year
        Year at whose end it is paid and put to work: 0 is close; later, a project that grows is funded anew by the
        loans that carry this year and by its owners, and the part is written off from the next year on.
    """

    name: str
    amount: float
    depreciation: tuple[float, ...] = ()
    credit_eligible: bool = False
    incentive_eligible: bool = False
    imported_frac: float = 0.0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Replacement:
    """A later investment, nominal, paid from the cash of its year and depreciated from that year on; before VAT."""

    name: str
    year: int
    amount: float
    depreciation: tuple[float, ...] = ()
    incentive_eligible: bool = False
    imported_frac: float = 0.0


@dataclass(frozen=True, slots=True)
class MajorReserve:
    """A reserve that saves for a regular replacement.

    Attributes
    ----------
    name
        Component.
    cost
        Cost at the prices of year 1, currency.
    interval_a
        Years between replacements; the last one falls within the project.
    escalation
        Growth of the cost, fraction per year, from year 2 on.
    depreciation : (m,)
        Shares written off from the year of replacement on.
    """

    name: str
    cost: float
    interval_a: int
    escalation: float = 0.0
    depreciation: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserves:
    """Accounts funded at close and kept up to date.

    Attributes
    ----------
    operating_months
        Months of next year's operating cost (working capital reserve).
    receivable_months
        Months of revenue that customers owe; its growth lowers the cash available for debt service.
    interest_rate
        Earned on the reserves, fraction per year.
    receivables_earn
        Whether receivables are an account of next year's revenue that earns it, as in SAM. Else they are what customers
        still owe at the end of a year, of the revenue of that year, and earn nothing; those of the first year are
        funded at close, and those of the first year of a later investment with it.
    """

    operating_months: float = 0.0
    receivable_months: float = 0.0
    interest_rate: float = 0.0
    receivables_earn: bool = True


@dataclass(frozen=True, slots=True)
class TaxCredits:
    """Credits against tax.

    Attributes
    ----------
    investment_frac
        Share of the basis of eligible parts credited in year 1.
    basis_reduction_frac
        Share of that credit taken off the depreciable basis (US: one half).
    production : float or (years,)
        Credit per year, currency.
    """

    investment_frac: float = 0.0
    basis_reduction_frac: float = 0.5
    production: ArrayLike = 0.0


@dataclass(frozen=True, slots=True)
class Grant:
    """Capital that is not paid back: a grant at close, or what customers pay for their connection.

    Attributes
    ----------
    name
        Who gives it.
    amount
        Currency, nominal.
    reduces_basis
        Whether it is taken off the depreciable basis.
    taxable
        Whether it is taxed as income of the year it is received, that of close in year 1.
    year
        Year at whose end it is received; 0 is close. Later ones than that are connection charges alone (E705).
    """

    name: str
    amount: float
    reduces_basis: bool = True
    taxable: bool = False
    year: int = 0

    @property
    def is_charge(self) -> bool:
        """Whether customers pay it for their connection: income of the company, no gift."""
        return self.taxable and not self.reduces_basis


@dataclass(frozen=True, slots=True)
class Tranche:
    """A loan of a given amount, served before the sized loan.

    Attributes
    ----------
    name
        ``concessional``, ``green bond`` ...
    loan
        Terms.
    amount, share_of_uses
        Exactly one: currency, or share of the total uses of funds of its year.
    fee_frac
        Upfront fee on the amount.
    year
        Year at whose end it is drawn; 0 is close.
    """

    name: str
    loan: LoanTerms
    amount: float | None = None
    share_of_uses: float | None = None
    fee_frac: float = 0.0
    year: int = 0

    def __post_init__(self) -> None:
        if (self.amount is None) == (self.share_of_uses is None):
            raise reject("E715", "give the amount or the share of uses", f"tranches.{self.name}", "both or none")


@dataclass(frozen=True, slots=True)
class Construction:
    """Payment of the investment before commissioning.

    Attributes
    ----------
    share : (m,)
        Share paid in each construction month, the last ending at commissioning; adds up to 1.
    rate
        Interest during construction, nominal fraction per year, added to the uses of funds.
    """

    share: tuple[float, ...]
    rate: float

    @property
    def interest_frac(self) -> float:
        """Interest during construction per unit of investment: ``sum(share ((1 + i/12)^(months left) - 1))``."""
        months_left = np.arange(len(self.share) - 1, -1, -1, dtype=float)
        return float(np.asarray(self.share) @ ((1.0 + self.rate / 12.0) ** months_left - 1.0))


@dataclass(frozen=True, slots=True)
class ProjectInputs:
    """All inputs of :func:`edsim.finance.pro_forma`; nominal money, years 1..N after commissioning.

    Attributes
    ----------
    years
        Years of operation, N.
    revenue : name → float or (years,)
        Revenue per year, positive, currency.
    operating_cost : name → float or (years,)
        Cost per year, positive, currency (:func:`operating_series` helps with ramp, growth and degradation).
    revenue_cost : name → float
        Cost per revenue of the year, fraction: a concession fee, a royalty. Connection charges are no revenue.
    investments
        Parts of the investment.
    discount_rate
        Nominal rate for the net present values, fraction per year.
    salvage
        Received in year N, taxable; neither it nor its tax is part of the cash available for debt service.
    replacements, major_reserves
        Later investments paid from the year's cash, and reserves that save for them.
    construction, other_financing_cost
        Interest during construction; other costs of closing, currency.
    grants, tranches, debt
        Grants, loans of given amount, and the loan sized by cover ratio or gearing. Equity fills the rest.
    guarantee_fees
        Loan → yearly fee on its balance at the start of the year, fraction (cover x fee of the guarantee); deductible.
    lockup_dscr
        Cover ratio below which lenders let nothing be paid out: the owners' cash of the year is held, without
        interest, until a year reaches it or the loans are paid back; ``None``: no covenant.
    reserves
        Working capital and receivables reserve.
    tax, credits
        Income tax and credits.
    depreciable
        Uses of funds that enter the depreciable basis, shared out in the proportions of the parts: names of
        :data:`USES`. Default the prices alone; SAM adds ``other_financing`` (and, in versions before 2023, all); a
        run adds ``interest_during_construction``, part of the price of an asset that takes time to build (IAS 23).
    debt_cash
        ``after_tax`` or ``before_tax``: the cash that serves the debt (SAM: before tax).
    write_off_at_end
        Whether the book value that schedules leave after year N is deducted in year N, as when assets are sold or
        scrapped (SAM: not).
    fees_over_tenor
        Whether upfront fees and closing cost of a loan are deducted in equal parts over its tenor, as part of its
        interest (IFRS 9, effective interest; SAM: not, it has them in `depreciable`).
    """

    years: int
    revenue: Mapping[str, ArrayLike]
    operating_cost: Mapping[str, ArrayLike]
    investments: tuple[Investment, ...]
    discount_rate: float
    revenue_cost: Mapping[str, float] = field(default_factory=dict)
    salvage: float = 0.0
    replacements: tuple[Replacement, ...] = ()
    major_reserves: tuple[MajorReserve, ...] = ()
    construction: Construction | None = None
    other_financing_cost: float = 0.0
    grants: tuple[Grant, ...] = ()
    tranches: tuple[Tranche, ...] = ()
    debt: DebtTerms | None = None
    guarantee_fees: Mapping[str, float] = field(default_factory=dict)
    lockup_dscr: float | None = None
    reserves: Reserves = field(default_factory=Reserves)
    tax: TaxTerms = field(default_factory=TaxTerms)
    credits: TaxCredits = field(default_factory=TaxCredits)
    depreciable: tuple[str, ...] = ("investment",)
    debt_cash: Literal["after_tax", "before_tax"] = "after_tax"
    write_off_at_end: bool = False
    fees_over_tenor: bool = False

    def __post_init__(self) -> None:
        check_rate(self.discount_rate, "discount_rate")
        for name, share in self.revenue_cost.items():
            check_rate(share, f"revenue_cost.{name}")
        for name in self.depreciable:
            check_choice(name, USES, "depreciable")
        check_choice(self.debt_cash, ("after_tax", "before_tax"), "debt_cash")
        if self.years < 1:
            raise reject("E705", "a project needs at least one year", "years", self.years)
        loans = {t.name for t in self.tranches} | ({self.debt.name} if self.debt else set())
        for name in self.guarantee_fees:
            check_choice(name, sorted(loans), "guarantee_fees")
        if not self.investments or not all(math.isfinite(i.amount) and i.amount >= 0 for i in self.investments):
            raise reject("E702", "needs amounts, zero or more", "investments", [i.amount for i in self.investments])

        paid = {x.name: x.year for x in self.investments} | {x.name: x.year for x in self.tranches}
        paid |= {x.name: x.year for x in self.grants}
        late = [name for name, year in paid.items() if not 0 <= year < self.years]
        if late:
            raise reject(
                "E705", "a part is paid outside the project", late[0], paid[late[0]], allowed=f"0..{self.years - 1}"
            )
        gift = next((g for g in self.grants if g.year and not g.is_charge), None)
        if gift is not None:
            raise reject("E705", "grants are received at close, connection charges alone later", gift.name, gift.year)

    @property
    def investment(self) -> float:
        """Sum of the parts at close, currency."""
        return sum(i.amount for i in self.investments if i.year == 0)

    @property
    def granted(self) -> float:
        """Grants and connection charges at close, currency."""
        return sum(g.amount for g in self.grants if g.year == 0)

    def received(self, *, charges: bool) -> NDArray[np.float64]:
        """Return connection charges or grants, years 0..N."""
        held = np.zeros(self.years + 1)
        for g in self.grants:
            held[g.year] += g.amount if g.is_charge == charges else 0.0
        return held

    def later_investment(self) -> NDArray[np.float64]:
        """Return what is invested after close in the years 0..N, interest during its construction included."""
        paid = np.zeros(self.years + 1)
        for part in self.investments:
            paid[part.year] += part.amount if part.year else 0.0
        return paid * (1.0 + (self.construction.interest_frac if self.construction else 0.0))

    def total_revenue(self) -> NDArray[np.float64]:
        """Return the revenue of the years 1..N, currency."""
        return self._sum(self.revenue, "revenue")

    def total_operating_cost(self) -> NDArray[np.float64]:
        """Return the operating cost of the years 1..N, currency."""
        return self._sum(self.all_operating_cost(), "operating_cost")

    def all_operating_cost(self) -> dict[str, ArrayLike]:
        """Return the operating cost with what follows the revenue: name → float or (years,)."""
        earned = self.total_revenue()
        return {**self.operating_cost, **{name: share * earned for name, share in self.revenue_cost.items()}}

    def _sum(self, lines: Mapping[str, ArrayLike], field_name: str) -> NDArray[np.float64]:
        total = np.zeros(self.years)
        for name, value in lines.items():
            total += yearly(value, self.years, f"{field_name}.{name}")
        return total


def operating_series(
    first_year_amount: float,
    years: int,
    *,
    escalation: ArrayLike = 0.0,
    escalation_start: EscalationStart = "second_year",
    degradation: float = 0.0,
    ramp_up: ArrayLike = (),
) -> NDArray[np.float64]:
    """Return a nominal revenue or cost of the years 1..N.

    Parameters
    ----------
    first_year_amount
        Amount of a full year at the prices the escalation starts from, currency.
    years
        N.
    escalation, escalation_start
        Nominal growth of the price; see :func:`edsim.finance.escalation_factors`.
    degradation
        Loss of output per year from year 2 on, fraction: ``(1 - g)^(t - 1)``.
    ramp_up : (m,)
        Share connected in the years 1..m; 1 afterwards.
    """
    series = first_year_amount * escalation_factors(years, escalation, escalation_start=escalation_start)
    series *= (1.0 - degradation) ** np.arange(years, dtype=float)
    ramp = np.asarray(ramp_up, dtype=float)
    if ramp.size:
        as_vector(ramp, "ramp_up")
        series[: len(ramp)] *= ramp[:years]
    return series
