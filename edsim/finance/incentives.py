"""A country's tax incentives applied to a project, and what each is worth, found by switching it off."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from edsim.core.arguments import reject
from edsim.core.countries import country_figure
from edsim.core.errors import DataError, Finding
from edsim.core.property_table import Figure, read_property_table
from edsim.core.resources import data_path
from edsim.finance.depreciation import straight_line
from edsim.finance.pro_formas import pro_forma
from edsim.finance.project import Investment, ProjectInputs, Replacement
from edsim.finance.taxation import SpecialDeduction, TaxTerms

SPECIAL_DEDUCTION = "special_deduction"
ACCELERATED_DEPRECIATION = "accelerated_depreciation"
VAT_EXCLUSION = "vat_exclusion"
DUTY_EXEMPTION = "duty_exemption"
INCENTIVES = (SPECIAL_DEDUCTION, ACCELERATED_DEPRECIATION, VAT_EXCLUSION, DUTY_EXEMPTION)
_Part = TypeVar("_Part", Investment, Replacement)


@dataclass(frozen=True, slots=True)
class Regime:
    """Tax regime of a country.

    Attributes
    ----------
    country
        ISO 3166 alpha-3 code.
    income_tax_rate, loss_carry_forward_a
        Income tax and years a loss may be carried.
    special
        Special deduction.
    fastest_rate
        Highest share written off per year under accelerated depreciation.
    vat_rate, duty_rate
        Paid on parts that are not relieved.
    legal_basis
        Citation of the incentives.
    verified
        False when a figure has not been read in its source.
    """

    country: str
    income_tax_rate: float
    loss_carry_forward_a: int
    special: SpecialDeduction
    fastest_rate: float
    vat_rate: float
    duty_rate: float
    legal_basis: str
    verified: bool

    def tax_terms(self, *, special: bool) -> TaxTerms:
        """Return the tax terms, with or without the special deduction."""
        return TaxTerms(
            rate=self.income_tax_rate,
            losses="carry_forward",
            carry_forward_a=self.loss_carry_forward_a,
            special=self.special if special else None,
        )


@cache
def tax_regime(country: str) -> Regime:
    """Return the tax regime of a country from its data files.

    Raises
    ------
    DataError
        E784 for a country without an incentive file, E780 and E782 for missing country data.
    """
    path = data_path("countries", f"{country}_incentives.csv")
    if not path.is_file():
        raise DataError.of([Finding("E784", "no incentive data for this country", field="country", got=country)])
    table = read_property_table(path)
    income_tax = country_figure(country, "income_tax_rate")
    carry = country_figure(country, "tax_loss_carry_forward_a")

    def figure(incentive: str, name: str) -> Figure:
        return table[incentive][name]

    special = SpecialDeduction(
        figure(SPECIAL_DEDUCTION, "share_of_investment").value,
        int(figure(SPECIAL_DEDUCTION, "max_years").value),
        figure(SPECIAL_DEDUCTION, "max_share_of_income").value,
    )
    return Regime(
        country=country,
        income_tax_rate=income_tax.value,
        loss_carry_forward_a=int(carry.value),
        special=special,
        fastest_rate=figure(ACCELERATED_DEPRECIATION, "max_rate").value,
        vat_rate=figure(VAT_EXCLUSION, "vat_rate").value,
        duty_rate=figure(DUTY_EXEMPTION, "duty_rate").value,
        legal_basis=figure(SPECIAL_DEDUCTION, "share_of_investment").source,
        verified=income_tax.verified
        and carry.verified
        and all(f.verified for rows in table.values() for f in rows.values()),
    )


def apply_regime(
    project: ProjectInputs, regime: Regime, active: Collection[str] = INCENTIVES, *, vat_recoverable_frac: float = 0.0
) -> ProjectInputs:
    """Return the project with the country's tax, and VAT and duty on what is not relieved.

    Investments and replacements are given before VAT and duty; incentives reach those marked ``incentive_eligible``,
    the special deduction investments alone.

    Parameters
    ----------
    project
        Inputs; its tax terms are replaced.
    regime
        Country.
    active
        Incentives in force (:data:`INCENTIVES`).
    vat_recoverable_frac
        Share of paid VAT that the owner recovers.
    """
    unknown = sorted(set(active) - set(INCENTIVES))
    if unknown:
        raise reject("E703", "unknown incentive", "active", ", ".join(unknown), allowed=", ".join(INCENTIVES))
    parts = tuple(_priced(part, regime, active, vat_recoverable_frac) for part in project.investments)
    again = tuple(_priced(part, regime, active, vat_recoverable_frac) for part in project.replacements)
    terms = regime.tax_terms(special=SPECIAL_DEDUCTION in active)
    return replace(project, investments=parts, replacements=again, tax=terms)


def vat_and_duty_frac(
    regime: Regime, imported_frac: float, vat_recoverable_frac: float, *, relieved: Collection[str] = ()
) -> float:
    """Return what VAT and duty add to a price, ``(1 + duty) (1 + VAT) - 1``, without what is recovered.

    Parameters
    ----------
    regime
        Country.
    imported_frac
        Share of the price that bears duty.
    vat_recoverable_frac
        Share of paid VAT that the owner recovers.
    relieved
        Incentives that take off VAT or duty.
    """
    duty = 0.0 if DUTY_EXEMPTION in relieved else regime.duty_rate * imported_frac
    vat = 0.0 if VAT_EXCLUSION in relieved else regime.vat_rate * (1.0 - vat_recoverable_frac)
    return (1.0 + duty) * (1.0 + vat) - 1.0


def incentive_values(
    project: ProjectInputs, regime: Regime, active: Collection[str] = INCENTIVES, *, vat_recoverable_frac: float = 0.0
) -> dict[str, float]:
    """Return what each incentive adds to the owners' net present value, given all the others, currency."""
    full = pro_forma(apply_regime(project, regime, active, vat_recoverable_frac=vat_recoverable_frac)).equity_npv
    values = {}
    for name in sorted(active):
        others = [x for x in active if x != name]
        less = pro_forma(apply_regime(project, regime, others, vat_recoverable_frac=vat_recoverable_frac))
        values[name] = full - less.equity_npv
    return values


def _priced(part: _Part, regime: Regime, active: Collection[str], recoverable: float) -> _Part:
    """Return the part at the price paid, with its depreciation."""
    eligible = part.incentive_eligible
    more = vat_and_duty_frac(regime, part.imported_frac, recoverable, relieved=active if eligible else ())
    schedule = part.depreciation
    if eligible and ACCELERATED_DEPRECIATION in active and schedule:
        fastest = tuple(straight_line(max(1, round(1.0 / regime.fastest_rate))))
        schedule = fastest if len(fastest) < len(schedule) else schedule
    return replace(part, amount=part.amount * (1.0 + more), depreciation=schedule)
