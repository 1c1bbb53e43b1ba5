"""How a district company is financed, taxed and paid; every part is optional.

Money is at the price level of the case unless a field says nominal. Rates of loans, of return and of tax are nominal;
``finance.discount_rate_frac`` stays real.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from edsim.case.parts.base import Part
from edsim.core.quantity import Source, quantity

_FIN = Source("Finance method notes, default parameters", 2026, verified=False)
_PLANT_LIFE = Source("Colombia, Estatuto Tributario art. 137: machinery at most 10 % a year", 2016, verified=False)
_PIPE_LIFE = Source(
    "engineering estimate, 10 to 40: machinery at 10 % a year and networks at 2.5 % in Colombia, Estatuto Tributario "
    "art. 137; ask tax counsel",
    2016,
    verified=False,
)

FundingKind = Literal[
    "grant",
    "concessional",
    "commercial",
    "mezzanine",
    "guarantee",
    "first_loss",
    "equity",
    "customer_connection",
    "bond",
]
LOANS: tuple[FundingKind, ...] = ("concessional", "commercial", "mezzanine", "bond")
"""Kinds that are lent and paid back, in the usual order of rank."""
Perspective = Literal["company", "customer", "city", "utility", "lender", "donor", "economy"]
PERSPECTIVES: tuple[Perspective, ...] = ("company", "customer", "city", "utility", "lender", "donor", "economy")


class Funding(Part):
    """A source of funds of the company; sources are served in the order of the list, equity fills what is left.

    A loan with neither `amount` nor `share_frac` is sized by what the cash carries: at most one may be.
    """

    id: str
    kind: FundingKind
    amount: float | None = quantity(None, unit="currency", doc="Amount at financial close, nominal.", ge=0)
    share_frac: float | None = quantity(None, unit="frac", doc="Share of the total uses of funds.", ge=0, le=1)
    rate_frac: float | None = quantity(None, unit="frac", doc="Interest, nominal, per year.", ge=0, le=0.5)
    tenor_a: int | None = Field(None, ge=1, le=60, description="Years from close to the last payment.")
    grace_a: int = Field(0, ge=0, le=30, description="Years without repayment of principal.")
    grace: Literal["interest_only", "capitalized"] = "interest_only"
    """Whether interest is paid or added to the balance during grace."""
    repayment: Literal["annuity", "equal_principal", "sculpted", "bullet"] = "annuity"
    """Level service, level principal, service in proportion to the cash, or all at the end."""
    target_dscr: float | None = Field(
        None, ge=0.5, le=20, description="Cover ratio that sizes a loan without amount; default 1.3 for a sized loan."
    )
    max_share_frac: float | None = quantity(
        None, unit="frac", doc="Largest share of a sized loan in the uses of funds.", ge=0, le=1
    )
    lockup_dscr: float | None = Field(
        None, ge=1, le=20, description="Covenant: cover ratio below which nothing is paid out to the owners."
    )
    upfront_fee_frac: float = quantity(
        0.0, unit="frac", doc="Fee on the amount, paid at close, deducted over the tenor.", ge=0, le=0.2
    )
    reserve_months: float = quantity(
        0.0, unit="months", doc="Debt service held in reserve; only for the sized loan.", ge=0, le=24
    )
    covers: str = ""
    """Only for a guarantee: id of the loan it covers."""
    cover_frac: float = quantity(0.0, unit="frac", doc="Share of the balance a guarantee covers.", ge=0, le=1)
    fee_rate_frac: float = quantity(
        0.0, unit="frac", doc="Yearly fee of a guarantee on the covered balance.", ge=0, le=0.2
    )
    expected_loss_frac: float | None = quantity(
        None, unit="frac", doc="Only for a guarantee: loss expected per year on the covered balance.", ge=0, le=1
    )
    target_irr_frac: float | None = quantity(
        None, unit="frac", doc="Only for equity: return the owners ask for, nominal.", gt=0, le=0.5
    )


class TaxSpec(Part):
    """Income tax of the company, depreciation, and the incentives it uses."""

    regime: str | None = Field(
        None,
        pattern=r"^[A-Z]{3}$",
        description="Country whose tax file is used (edsim/data/countries), such as COL.",
        examples=["COL"],
    )
    rate_frac: float | None = quantity(
        None, unit="frac", doc="Income tax; needed without a regime, overrides that of the regime.", ge=0, le=0.6
    )
    holiday_a: int = quantity(
        0, unit="a", doc="Years of operation without income tax, from the first; losses run as ever.", ge=0, le=60
    )
    connection_income: Literal["on_receipt", "over_contract"] = "on_receipt"
    """Connection charges are income of the year they are paid (those of close of year 1), or in equal parts of the
    years of service left (deferred, IFRS 15)."""
    losses: Literal["carry_forward", "as_generated", "no_relief"] = "carry_forward"
    """Losses lower later profits, are refunded at once, or are lost."""
    loss_carry_forward_a: int | None = Field(
        None, ge=1, le=60, description="Years a loss may be carried; default is that of the regime, else no limit."
    )
    depreciation: Literal["straight_line", "declining_balance", "sum_of_years"] = "straight_line"
    plant_depreciation_a: int = quantity(10, unit="a", doc="Tax life of plant.", source=_PLANT_LIFE, ge=1, le=60)
    network_depreciation_a: int = quantity(20, unit="a", doc="Tax life of the network.", source=_PIPE_LIFE, ge=1, le=60)
    incentives: tuple[str, ...] = ()
    """Incentives used: special_deduction, accelerated_depreciation, vat_exclusion, duty_exemption, or col_law_1715
    for all of Colombia's Law 1715 of 2014. Without one, VAT and duty of the regime are paid on investment and
    replacements. Customers pay both on the machines they give up, which no incentive reaches."""
    eligible: tuple[str, ...] = ()
    """Cost lines that qualify (chillers, storage, network ...); empty means all."""
    imported_frac: float = quantity(0.0, unit="frac", doc="Share of machine prices that bears duty.", ge=0, le=1)
    vat_recoverable_frac: float = quantity(
        0.0,
        unit="frac",
        doc="Share of the VAT on investment and replacements that the company recovers.",
        ge=0,
        le=1,
    )
    customer_vat_recoverable_frac: float | None = quantity(
        None,
        unit="frac",
        doc="The same of customers on the machines they give up; default is that of the company.",
        ge=0,
        le=1,
    )


class CompanyCost(Part):
    """A yearly cost of the company beside energy, water and upkeep: concession fee, staff, insurance, rent."""

    id: str
    per_a: float | None = quantity(None, unit="currency/a", doc="Amount a year, growing with inflation.", ge=0)
    revenue_frac: float | None = quantity(
        None, unit="frac", doc="Share of the revenue of the year, connection charges left out.", ge=0, le=0.5
    )
    investment_frac: float | None = quantity(
        None, unit="frac/a", doc="Share a year of what is invested so far, growing with inflation.", ge=0, le=0.5
    )
    paid_to: Literal["others", "city"] = "others"
    """Who receives it: the city that grants the concession, or others outside of the table of perspectives."""


class ReserveSpec(Part):
    """Working capital and reserve accounts of the company."""

    operating_months: float = quantity(
        0.0, unit="months", doc="Operating cost held in reserve, funded at close.", ge=0, le=24
    )
    receivable_months: float = quantity(0.0, unit="months", doc="Revenue that customers owe.", ge=0, le=24)
    interest_frac: float = quantity(
        0.0, unit="frac", doc="Earned on reserves, receivables left out, nominal, per year.", ge=0, le=0.5
    )


class ConstructionSpec(Part):
    """Payment of the investment before commissioning."""

    spend_frac: tuple[float, ...] = Field(
        (1.0,), min_length=1, max_length=10, json_schema_extra={"unit": "frac"},
        description="Share of the investment paid in each construction year; adds up to 1.",
    )  # fmt: skip
    rate_frac: float = quantity(0.0, unit="frac", doc="Interest during construction, nominal.", ge=0, le=0.5)


class ServiceTariff(Part):
    """What customers pay for the service: prices, or a target from which prices are found."""

    connection_per_kw: float = quantity(0.0, unit="currency/kW", doc="Paid once on contracted capacity.", ge=0)
    capacity_per_kw_a: float | None = quantity(
        None, unit="currency/kW/a", doc="Paid each year on contracted capacity.", ge=0
    )
    consumption_per_kwh: float | None = quantity(None, unit="currency/kWh", doc="Paid on energy delivered.", ge=0)
    low_delta_t_per_kwh: float = quantity(
        0.0, unit="currency/kWh", doc="Surcharge on energy taken at a small temperature difference.", ge=0
    )
    low_delta_t_frac: float = quantity(0.0, unit="frac", doc="Share of energy taken so.", ge=0, le=1)
    indexation_frac: float = quantity(
        1.0, unit="frac", doc="Share of inflation passed on each year.", source=_FIN, ge=0, le=2
    )
    target_irr_frac: float | None = quantity(
        None, unit="frac", doc="Return to the owners the tariff must give, nominal.", gt=0, le=0.5
    )
    target_dscr: float | None = Field(None, ge=0.5, le=20, description="Or: cover ratio the tariff must give.")
    fixed_share_frac: float = quantity(
        0.6, unit="frac", doc="Wanted share of fixed charges in the revenue.", source=_FIN, ge=0, le=1
    )
    customer_saving_frac: float = quantity(0.0, unit="frac", doc="Saving promised to each customer.", ge=0, le=1)
    customer_discount_rate_frac: float | None = quantity(
        None, unit="frac", doc="Real rate of the customers; default is that of the study.", ge=0, le=0.5
    )
    conversion_per_kw: float = quantity(
        0.0, unit="currency/kW", doc="Cost of converting a building, on its peak.", ge=0
    )
    connection_year: dict[str, int] = Field(
        {}, description="Building → first year of service where it is later than 1.", json_schema_extra={"unit": "a"}
    )


class Resilience(Part):
    """What an interruption of the service costs, and how often BAU and project are interrupted."""

    value_of_lost_load_per_kwh: float = quantity(
        ..., unit="currency/kWh", doc="Value of a kWh of service that is not delivered.", ge=0
    )
    bau_outage_h_per_a: float = quantity(0.0, unit="h/a", doc="Hours BAU service is interrupted.", ge=0, le=8760)
    outage_h_per_a: float = quantity(0.0, unit="h/a", doc="Hours the district is interrupted.", ge=0, le=8760)
    bau_damage_per_a: float = quantity(0.0, unit="currency/a", doc="Expected yearly damage of hazards, BAU.", ge=0)
    damage_per_a: float = quantity(0.0, unit="currency/a", doc="Expected yearly damage of hazards, project.", ge=0)


class CompanyTerms(Part):
    """Everything beyond constant money before tax; absent, the study has no company view."""

    inflation_frac: float | None = quantity(
        None, unit="frac", doc="General inflation per year; needed for loans, tax and tariffs.", ge=-0.05, le=0.5
    )
    salvage: Literal["annuity", "linear", "zero"] = "annuity"
    """Value of what still stands when the study ends: by its annuity, by its remaining life, or none."""
    debt: tuple[Funding, ...] = ()
    """Sources of funds in the order they are served."""
    tax: TaxSpec | None = None
    """Income tax and incentives; without it the company pays none."""
    company_costs: tuple[CompanyCost, ...] = ()
    """Yearly costs of the company alone, no part of the comparison with BAU: concession fee, staff, insurance."""
    reserves: ReserveSpec = ReserveSpec()
    """Working capital and reserves."""
    construction: ConstructionSpec | None = None
    """Construction years and interest; without it all is paid at commissioning."""
    ramp_up_frac: tuple[float, ...] = Field(
        (), json_schema_extra={"unit": "frac"}, max_length=30,
        description="Share of customers connected in years 1, 2, ...; all afterwards.",
    )  # fmt: skip
    tariffs: ServiceTariff | None = None
    """Tariff of the service; with it bills, pro forma and perspectives are computed."""
    perspectives: tuple[Perspective, ...] = PERSPECTIVES
    """Perspectives shown."""
    joint_cost_method: Literal["energy", "exergy", "efficiency", "residual", "separable", "shapley"] = Field(
        "shapley", description="How cost and emissions of a plant that makes several services are shared."
    )
    social_discount_rate_frac: float | None = quantity(
        None, unit="frac", doc="Real rate common to all perspectives; default is that of the study.", ge=0, le=0.5
    )
    utility_supply_cost_per_kwh: float | None = quantity(
        None, unit="currency/kWh", doc="What a kWh costs the utility; default is its price (no margin).", ge=0
    )
    shadow_carbon_price_per_t: float = quantity(
        0.0, unit="currency/tCO2e", doc="Value of GHG to society, shown apart; not in the objective.", ge=0
    )
    shadow_carbon_growth_frac: float = quantity(0.0, unit="frac", doc="Its real growth per year.", ge=-0.1, le=0.2)
    resilience: Resilience | None = None
    """Interruptions and damage, shown apart."""
