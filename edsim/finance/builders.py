"""From plain inputs (assets, yearly cost lines, study) to the cash-flow table of a variant.

The same functions make the flows of the project and of business-as-usual.

Sources
-------
NIST Handbook 135 (2022), ch. 4 and 5 (replacement, residual value, study period); ISO 15686-5:2017;
EN 15459-1:2017, cl. 6 (final value by straight line).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import check_choice, reject, yearly
from edsim.core.errors import DataError, Finding
from edsim.finance.cashflows import CashFlow, CashFlows
from edsim.finance.measures import check_rate
from edsim.finance.time_value import EscalationStart, crf, escalation_factors, to_nominal, to_real, upv

SalvageRule = Literal["zero", "factor", "linear", "annuity", "market"]
"""Value of an asset at the end of the study.

``zero``: none. ``factor``: `salvage_frac` of its last price. ``linear``: remaining life / life of its last price.
``annuity``: last price x CRF(r, life) x UPV(r, remaining life), the only rule that agrees with an annualised
capital cost. ``market``: `salvage_frac` of its last price, as a sale (same arithmetic as ``factor``, own name).
"""


@dataclass(frozen=True, slots=True)
class Study:
    """Terms of a study, said once and carried by every row.

    Attributes
    ----------
    case, variant
        Names written into the table.
    horizon_a
        Years of operation, a.
    discount_rate
        Fraction per year, in terms of `basis`.
    currency, price_year
        ISO 4217 code and the year of all prices given.
    basis
        ``real``: table in constant money; ``nominal``: every amount grows with `inflation`.
    inflation
        General inflation, fraction per year; needed (not 0) only for nominal studies.
    perspective, party
        Written into the table; default the whole economy of the district.
    escalation_start
        ``first_year``: the price of year 1 has grown once; ``second_year``: it has not.
    salvage
        Rule for the value of every asset at the end that has no rule of its own.
    """

    case: str
    variant: str
    horizon_a: int
    discount_rate: float
    currency: str
    price_year: int
    basis: Literal["real", "nominal"] = "real"
    inflation: float = 0.0
    perspective: str = "economy"
    party: str = "district"
    escalation_start: EscalationStart = "first_year"
    salvage: SalvageRule = "annuity"

    def __post_init__(self) -> None:
        check_choice(self.salvage, ("annuity", "linear", "zero"), "salvage")
        check_rate(self.discount_rate, "discount_rate")
        check_rate(self.inflation, "inflation")
        check_choice(self.basis, ("real", "nominal"), "basis")
        if self.horizon_a < 1:
            raise reject("E705", "a study needs at least one year", "horizon_a", str(self.horizon_a))

    @property
    def real_rate(self) -> float:
        """Discount rate in constant money."""
        return self.discount_rate if self.basis == "real" else to_real(self.discount_rate, self.inflation)

    @property
    def nominal_rate(self) -> float:
        """Discount rate in nominal money."""
        return self.discount_rate if self.basis == "nominal" else to_nominal(self.discount_rate, self.inflation)

    @property
    def price_basis(self) -> str:
        """Label of the price basis written into the table."""
        return f"real {self.price_year}" if self.basis == "real" else "nominal"

    def row(self, line: str, year: int, value: float) -> CashFlow:
        """Return one row of `value` in constant money, put into the price basis of the study."""
        grown = value * (1.0 + self.inflation) ** year if self.basis == "nominal" else value
        return CashFlow(
            self.case, self.variant, self.perspective, self.party, line, year, grown, self.currency, self.price_basis
        )


@dataclass(frozen=True, slots=True)
class AssetCost:
    """An asset that is bought, maintained, replaced and valued at the end.

    Attributes
    ----------
    id
        Name, for messages.
    line
        Cost line, such as ``plant``, ``network``, ``ets``: rows are ``capex_<line>``, ``replacement_<line>``,
        ``salvage_<line>`` and ``om_fixed_<line>``.
    capex
        Price of one unit, currency of the price year.
    lifetime_a
        Technical life, a.
    fixed_om_per_a
        Fixed operation and maintenance of one unit, currency/a.
    quantity
        Number of units (or kW, m, when `capex` is per kW, per m).
    replacement_frac
        Share of the price paid again at the end of each life (0 = never replaced, and no value left after it).
    salvage, salvage_frac
        Rule, ``None`` for that of the study, and, for ``factor`` and ``market``, the share of the last price.
    install_year
        Year in which it is paid; it serves from the next year on (0 = reference).
    age_at_start_a
        For an existing asset: its age at year 0. It is not paid at the start, and replaced after lifetime - age, or in
        year 0 where it has outlived its life.
    real_escalation
        Growth of its price above general inflation, fraction per year.
    learning_frac
        Price drop applied once per replacement, fraction.
    decommissioning_frac
        Share of the price paid to remove it at the end of the study.
    """

    id: str
    line: str
    capex: float
    lifetime_a: float
    fixed_om_per_a: float = 0.0
    quantity: float = 1.0
    replacement_frac: float = 1.0
    salvage: SalvageRule | None = None
    salvage_frac: float | None = None
    install_year: int = 0
    age_at_start_a: float = 0.0
    real_escalation: float = 0.0
    learning_frac: float = 0.0
    decommissioning_frac: float = 0.0

    def __post_init__(self) -> None:
        if self.salvage is not None:
            check_choice(self.salvage, get_args(SalvageRule), f"{self.id}.salvage")
        check_rate(self.real_escalation, f"{self.id}.real_escalation")
        findings = []
        if not self.lifetime_a > 0 or not math.isfinite(self.lifetime_a):
            findings.append(
                Finding(
                    "E705", "a life must be longer than zero", field=f"{self.id}.lifetime_a", got=str(self.lifetime_a)
                )
            )
        for name in (
            "capex",
            "fixed_om_per_a",
            "quantity",
            "replacement_frac",
            "age_at_start_a",
            "decommissioning_frac",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                findings.append(
                    Finding("E702", "must be a number, zero or more", field=f"{self.id}.{name}", got=str(value))
                )
        if (self.salvage in {"factor", "market"}) != (self.salvage_frac is not None):
            findings.append(
                Finding(
                    "E703",
                    "salvage_frac goes with salvage factor or market",
                    field=f"{self.id}.salvage_frac",
                    got=str(self.salvage_frac),
                )
            )
        if findings:
            raise DataError.of(findings)


@dataclass(frozen=True, slots=True)
class AnnualLine:
    """A cost or revenue of every year.

    Attributes
    ----------
    line
        Name of the row (``energy_purchase``, ``water``, ``revenue_consumption``).
    amount_per_a : float or (horizon_a,)
        Amount at the prices of the price year, currency/a; costs negative, revenues positive. A list gives the
        amount of each year 1..H (ramp-up, milestones).
    real_escalation : float or (horizon_a,)
        Growth above general inflation, fraction per year.
    escalation_start
        Whether year 1 has that growth already (:func:`escalation_factors`); none: as the study has it.
    """

    line: str
    amount_per_a: ArrayLike
    real_escalation: ArrayLike = 0.0
    escalation_start: EscalationStart | None = None


@dataclass(frozen=True, slots=True)
class OneOffLine:
    """An amount in one year, at the prices of the price year; costs negative."""

    line: str
    year: int
    amount: float


def asset_flows(study: Study, assets: Iterable[AssetCost], *, salvage: SalvageRule | None = None) -> CashFlows:
    """Return purchase, replacement, salvage, fixed O&M and removal of `assets`.

    Parameters
    ----------
    study
        Terms of the study.
    assets
        The assets.
    salvage
        Rule applied to all assets instead of their own: ``zero`` gives the life-cycle cost without end values,
        which is to be shown beside the one with them when buried pipes outlive the study.
    """
    rows: list[CashFlow] = []
    for asset in assets:
        rows += _asset_rows(study, asset, salvage or asset.salvage or study.salvage)
    return CashFlows.of(rows)


def annual_flows(study: Study, lines: Iterable[AnnualLine]) -> CashFlows:
    """Return the rows of yearly cost and revenue lines for the years 1..H.

    ``amount_t x prod(1 + real escalation)``, and inflation where the study is nominal; zeros have no row, and lines of
    one name share theirs.
    """
    sums: dict[str, NDArray[np.float64]] = {}
    h = study.horizon_a
    for item in lines:
        amounts = yearly(item.amount_per_a, h, item.line)
        start = item.escalation_start or study.escalation_start
        amounts = amounts * escalation_factors(h, item.real_escalation, escalation_start=start)
        sums[item.line] = sums.get(item.line, 0.0) + amounts
    named = ((line, t, float(a)) for line, amounts in sums.items() for t, a in enumerate(amounts, start=1))
    return CashFlows.of(study.row(line, t, a) for line, t, a in named if a != 0.0)


def build_cash_flows(
    study: Study,
    assets: Sequence[AssetCost],
    annual: Sequence[AnnualLine] = (),
    one_off: Sequence[OneOffLine] = (),
    *,
    salvage: SalvageRule | None = None,
) -> CashFlows:
    """Return the cash-flow table of one variant from its assets, yearly lines and single payments.

    Parameters
    ----------
    study
        Terms of the study: years, rate, money, names.
    assets, annual, one_off
        What is bought, what every year costs or earns, and what is paid once; prices of the price year.
    salvage
        As in :func:`asset_flows`.
    """
    single = CashFlows.of(study.row(o.line, o.year, o.amount) for o in one_off)
    return CashFlows.concat([asset_flows(study, assets, salvage=salvage), annual_flows(study, annual), single])


def capex_annuity(asset: AssetCost, discount_rate: float) -> float:
    """Return the yearly capital cost ``capex x quantity x CRF(r, life)``, the term of an annualised objective."""
    return asset.capex * asset.quantity * crf(discount_rate, asset.lifetime_a)


def installations(asset: AssetCost, horizon_a: int) -> NDArray[np.float64]:
    """Return the times (a) at which the asset is bought within the study; the first is negative for an existing one.

    What is older than its life is replaced at once.
    """
    first = asset.install_year - min(asset.age_at_start_a, asset.lifetime_a)
    count = max(1, math.ceil((horizon_a - first) / asset.lifetime_a - 1e-9)) if asset.replacement_frac > 0 else 1
    return np.asarray(first + asset.lifetime_a * np.arange(count), dtype=float)


def _asset_rows(study: Study, asset: AssetCost, salvage: SalvageRule) -> list[CashFlow]:
    """Return all rows of one asset."""
    h, price = study.horizon_a, asset.capex * asset.quantity
    if asset.install_year >= h:
        return []
    times = installations(asset, h)
    rows, last = [], price
    for k, bought in enumerate(times):
        last = price * (1 + asset.real_escalation) ** max(bought, 0.0) * (1 - asset.learning_frac) ** k
        last *= asset.replacement_frac if k else 1.0
        if k or asset.age_at_start_a == 0:
            kind = "replacement" if k else "capex"
            rows.append(study.row(f"{kind}_{asset.line}", math.ceil(bought - 1e-9), -last))
    value = _end_value(asset, salvage, last, float(h - times[-1]), study.real_rate)
    if value:
        rows.append(study.row(f"salvage_{asset.line}", h, value))
    if asset.decommissioning_frac:
        rows.append(study.row(f"decommissioning_{asset.line}", h, -price * asset.decommissioning_frac))
    if asset.fixed_om_per_a:
        yearly_cost = -asset.fixed_om_per_a * asset.quantity
        rows += [study.row(f"om_fixed_{asset.line}", t, yearly_cost) for t in range(asset.install_year + 1, h + 1)]
    return rows


def _end_value(asset: AssetCost, rule: SalvageRule, last_price: float, age_a: float, real_rate: float) -> float:
    """Return the value of the asset at the end of the study."""
    left = max(asset.lifetime_a - age_a, 0.0)
    if rule == "linear":
        return last_price * left / asset.lifetime_a
    if rule == "annuity":
        return last_price * crf(real_rate, asset.lifetime_a) * upv(real_rate, left)
    if rule in {"factor", "market"}:
        return last_price * (asset.salvage_frac or 0.0)
    return 0.0
