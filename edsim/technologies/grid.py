"""Public electricity grid: purchase by time of use, monthly demand charge with ratchet, export, outages.

Relations, per step t in month m(t)::

    import[t] <= peak[m(t)]                    highest import of the month, in steps of the model
    peak[m] <= connection                      size of the connection
    peak[m] >= ratchet * peak[k]  for all k    billed peak never below a share of the year's highest
    import[t] = 0 in outage hours, export[t] = 0 likewise
    counts[b,t] * import[t] <= band_peak[b,m(t)]     highest import of the month within the hours of a demand band
    contract charge = 12 * price * connection  where capacity is contracted, used or not

With net metering, exports are credited up to the imports of the same month, in kWh::

    credited[t] <= export[t],  sum of credited over the month <= sum of import over the month

A credited kWh is worth the energy price of its hour less the fee instead of the export price, so that nothing is
gained by buying and selling in the same hour, and a step shows the difference of the two alone. An export price above
the energy price of the same hour is refused for that reason: one meter cannot do both.

An outage to survive is put where it is hardest: the hours in a row with the highest demand at the node, electricity
plus cooling at a COP of 4. All demand that no interruptible_load releases is then served by batteries, stores and
generators, which must be sized for it.

Where the tariff has a `demand_load_factor_frac`, no charge on a peak bills more than the mean import of the month over
it (Mexico)::

    charge[m] = price * min(peak[m], energy[m] / (24 * days[m] * load_factor))

A minimum of costs is not convex: the optimizer counts, month by month, the side the district states
(:mod:`edsim.optimization.district.billing` finds it), and the accounts hold the lesser of the two.

Money: energy price by step, demand charge on the monthly peak and on that of each demand band (the ratchet holds for
the first alone), fixed charge per year, export price. Emissions and
primary energy count on imports only; nothing is credited for exports here. On typical days a month without a typical
day has no peak. Prices and factors come from the tariff of the case. New connection capacity (transformer and
switchgear) is bought; what exists is free. Valid for steps up to the metering interval of the tariff; hourly steps
understate peaks metered in 15 minutes. Sources: the tariff of the case; connection cost of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.site import demand_kw, demand_of_levels_kw
from edsim.core.machines.surroundings import tariff
from edsim.core.machines.traits import CostLine
from edsim.core.outages import Outages
from edsim.core.quantity import quantity
from edsim.core.tariff import MOST_DEMAND_BANDS, BilledByEnergy, PeakCharge, Tariff
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("grid")

_COOLING_COP = 4.0
"""Electricity a plant draws for cooling, only to find the hardest hours of an outage."""


class Grid(Technology):
    """Connection to the public electricity grid."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("import", "electricity", "out", "import_kw"),
        Port("export", "electricity", "in", "export_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("connection_kw", "kW", "capex_per_kw", "electricity"),)
    peak_variable: ClassVar[str] = "peak_kw"
    """Monthly peaks of imports, of which the optimizer makes the highest import of the year."""
    metered_ways: ClassVar[tuple[str, ...]] = ("import_kw", "export_kw", "credited_kw")
    """What one meter cannot do at once, and the credit for it: a step shows the difference alone."""
    cost_line: ClassVar[CostLine] = "grid_connection"
    title: ClassVar[tuple[str, str]] = ("Electricity grid", "Red eléctrica")

    kind: Literal["grid"] = "grid"
    tariff: str
    """Tariff of the case that prices imports and exports."""
    existing_connection_kw: float = existing("kW")
    min_connection_kw: float = minimum("kW")
    max_connection_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    max_export_kw: float | None = quantity(
        0.0, unit="kW", doc="Highest export; 0 forbids it, null allows up to the connection.", ge=0
    )
    ratchet_frac: float = quantity(
        0.0, unit="frac", doc="Billed peak of every month at least this share of the year's highest.", ge=0, le=1
    )
    net_metering: bool = False
    """Whether exports are credited against the imports of the same month."""
    net_metering_fee_per_kwh: float = quantity(
        0.0, unit="currency/kWh", doc="Kept by the utility of each credited kWh (trading fee).", ge=0
    )
    outages: Outages = ()
    """Outage windows: first hour of the year (0–8759) and length in hours."""
    survive_outage_h: int = Field(
        0, ge=0, le=336, description="Length of an outage to survive in the hardest hours of the year, h."
    )
    contract_per_kw_month: float = quantity(
        0.0, unit="currency/kW/month", doc="Charge on the contracted capacity (the connection), used or not.", ge=0
    )

    @model_validator(mode="after")
    def _metering_needs_exports(self) -> Grid:
        if self.net_metering and self.max_export_kw == 0.0:
            raise ValueError("net_metering credits exports, which max_export_kw: 0 forbids; raise it or set it to null")
        return self

    def there(self, conditions: Conditions) -> Array:
        """Return whether the grid is there, 1 or 0, over the full year."""
        series = np.ones(HOURS_PER_YEAR)
        for start, length in (*self.outages, *self.survived(conditions)):
            series[start : start + length] = 0.0
        return series

    def survived(self, conditions: Conditions) -> tuple[tuple[int, int], ...]:
        """Return first hour and length of the outage to survive, if any: the highest demand of power and cooling."""
        hours = self.survive_outage_h
        if not hours:
            return ()
        cooling = demand_of_levels_kw(conditions, "chilled_water")
        load = demand_kw(conditions, "electricity") + cooling / _COOLING_COP
        return ((int(np.convolve(load, np.ones(hours), mode="valid").argmax()), hours),)

    def days_to_keep(self, conditions: Conditions) -> tuple[int, ...]:
        """Return the days with an outage: typical days must show each of them as it is."""
        return tuple(np.unique(np.flatnonzero(self.there(conditions) == 0.0) // 24).tolist())

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return prices and factors by step and the share of each step the grid is there."""
        prices = tariff(conditions, self.tariff, self.id)
        if self.max_export_kw != 0.0:
            _refuse_resale(self, prices)
        arrays: dict[str, Array | float] = {
            "available_frac": conditions.grid.sample(self.there(conditions)),
            "energy_price": prices.energy_per_kwh,
            "export_price": prices.export_per_kwh,
            "ghg_kg_per_kwh": prices.ghg_kg_per_kwh,
            "primary_energy_factor": prices.primary_energy_factor,
            "fixed_per_a": prices.fixed_per_a,
            "ratchet_frac": self.ratchet_frac,
            "credit_uplift": np.maximum(
                prices.energy_per_kwh - self.net_metering_fee_per_kwh - prices.export_per_kwh, 0.0
            ),
            "net_metering": float(self.net_metering),
            "contract_price": 12.0 * self.contract_per_kw_month,
            "demand_load_factor_frac": prices.demand_load_factor_frac,
        }
        arrays |= {f"demand_price_{m}": float(p) for m, p in enumerate(prices.demand_per_kw_month)}
        arrays |= _by_energy(conditions.billed_by_energy.get(self.id, ()))
        return arrays | _bands(prices, conditions.grid.n)

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare imports, exports, monthly peaks and the connection."""
        from edsim.lp import ArrayParam

        ctx.sized(block)
        ctx.params(block, "ratchet_frac")
        upper = ctx.upper("connection_kw")
        limits = [getattr(s, "max_export_kw", None) for s in ctx.specs]
        export = np.array([u if x is None else min(u, x) for u, x in zip(upper, limits, strict=True)])
        there = ctx.arrays["available_frac"]
        ctx.flow(block, "import_kw", upper[:, None] * there)
        ctx.flow(block, "export_kw", export[:, None] * there)
        ctx.monthly(block, "peak_kw", upper)
        block.month = ArrayParam(block.T, array=ctx.grid.month)
        for k, counts in _counted(ctx):
            ctx.monthly(block, f"band_{k}_peak_kw", upper)
            setattr(block, f"band_{k}_counts", ArrayParam(block.I, block.T, array=counts))
        if ctx.arrays["net_metering"].any():
            ctx.flow(block, "credited_kw", (export * ctx.arrays["net_metering"])[:, None] * there)
            hours = np.where(np.arange(12)[:, None] == ctx.grid.month, ctx.grid.weight * ctx.grid.step_h, 0.0)
            block.month_hours = ArrayParam(block.M, block.T, array=hours)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Tie imports to the monthly peak, the peak to the connection and to the ratchet."""
        from edsim.lp import Constraint

        block.peak = Constraint(block.I, block.T, rule=lambda b, i, t: b.import_kw[i, t] <= b.peak_kw[i, b.month[t]])
        block.connected = Constraint(block.I, block.M, rule=lambda b, i, m: b.peak_kw[i, m] <= b.connection_kw[i])
        for k, _ in _counted(ctx):
            counts, peak = getattr(block, f"band_{k}_counts"), getattr(block, f"band_{k}_peak_kw")
            setattr(block, f"band_{k}_peak", Constraint(block.I, block.T, rule=_band_peak(counts, peak)))
        if ctx.arrays["ratchet_frac"].any():
            block.ratchet = Constraint(
                block.I,
                block.M,
                block.M,
                rule=lambda b, i, m, k: b.peak_kw[i, m] >= b.ratchet_frac[i] * b.peak_kw[i, k],
            )
        if ctx.arrays["net_metering"].any():
            block.credited_exports = Constraint(
                block.I, block.T, rule=lambda b, i, t: b.credited_kw[i, t] <= b.export_kw[i, t]
            )
            block.credited_imports = Constraint(
                block.I,
                block.M,
                rule=lambda b, i, m: (
                    sum(b.month_hours[m, t] * b.credited_kw[i, t] for t in b.T)
                    <= sum(b.month_hours[m, t] * b.import_kw[i, t] for t in b.T)
                ),
            )
        if any(s.max_export_kw != 0 for s in ctx.specs if isinstance(s, cls)):
            block.export_limit = Constraint(
                block.I, block.T, rule=lambda b, i, t: b.export_kw[i, t] <= b.connection_kw[i]
            )

    @classmethod
    def billed_peaks(cls, ctx: ModelContext) -> dict[str, Array]:
        """Return the peak of all hours and of each demand band with the steps that count."""
        every = np.ones((len(ctx.specs), ctx.grid.n))
        return {cls.peak_variable: every} | {f"band_{k}_peak_kw": counts for k, counts in _counted(ctx)}

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book energy, demand and fixed charges, export revenue, emissions and primary energy."""
        super().contribute(block, accounts, ctx)
        a = ctx.arrays
        accounts.add("energy_purchase", block.import_kw, price=a["energy_price"])
        _book_peaks(block, accounts, ctx)
        if a["contract_price"].any():
            accounts.add("demand_charge", block.connection_kw, price=a["contract_price"], line="contracted_capacity")
        accounts.add("export_revenue", block.export_kw, price=-a["export_price"])
        if a["net_metering"].any():
            accounts.add("export_revenue", block.credited_kw, price=-a["credit_uplift"], line="net_metering")
        accounts.add("grid_ghg", block.import_kw, price=a["ghg_kg_per_kwh"])
        accounts.add("primary_energy", block.import_kw, quantity=a["primary_energy_factor"][:, None])
        accounts.constant("demand_charge", a["fixed_per_a"], line="fixed_charge")

    @classmethod
    def example(cls) -> Grid:
        """Return a connection on a tariff named ``grid``."""
        return cls(id="grid", tariff="grid")


def _book_peaks(block: Block, accounts: Accounts, ctx: ModelContext) -> None:
    """Book the charge on the peak of all hours and on that of each demand band, below their cap on energy if any."""
    from edsim.core.timegrid import DAYS_PER_MONTH

    a = ctx.arrays
    charges = {"peak_kw": (0, np.stack([a[f"demand_price_{m}"] for m in range(12)], axis=1))}
    for k, _ in _counted(ctx):
        charges[f"band_{k}_peak_kw"] = (k + 1, np.repeat(a[f"band_{k}_price"][:, None], 12, axis=1))
    capped = a["demand_load_factor_frac"] > 0.0
    for name, (k, price) in charges.items():
        line = f"demand_band_{k - 1}" if k else "peak_kw"
        if not capped.any():
            accounts.add("demand_charge", getattr(block, name), price=price, line=line)
            continue
        hours = 24.0 * DAYS_PER_MONTH * np.where(capped, a["demand_load_factor_frac"], 1.0)[:, None]
        months = (a[f"by_energy_{k}"].astype(np.int64)[:, None] >> np.arange(12)) & 1
        charge = PeakCharge(price, np.where(capped[:, None], price / hours, np.inf), months.astype(bool))
        accounts.lesser("demand_charge", getattr(block, name), block.import_kw, charge, line=line)


def _by_energy(months: BilledByEnergy) -> dict[str, float]:
    """Return, packed into one number for each charge on a peak, the months in which its cap on energy is billed."""
    packed = [float(sum(2.0**m for m, billed in enumerate(charge) if billed)) for charge in months]
    packed += [0.0] * (1 + MOST_DEMAND_BANDS - len(packed))
    return {f"by_energy_{k}": value for k, value in enumerate(packed)}


def _bands(prices: Tariff, n_steps: int) -> dict[str, Array | float]:
    """Return the price of each demand band and, packed into one series, the bands each step counts for."""
    bands: Array = np.zeros(n_steps)
    for k, band in enumerate(prices.demand_bands):
        bands += (band.counts > 0.0) * 2.0**k
    costs = [b.per_kw_month for b in prices.demand_bands] + [0.0] * (MOST_DEMAND_BANDS - len(prices.demand_bands))
    return {"demand_bands": bands, **{f"band_{k}_price": cost for k, cost in enumerate(costs)}}


def _counted(ctx: ModelContext) -> list[tuple[int, Array]]:
    """Return the demand bands that any connection has, with the steps that count, 1 or 0 by instance and step."""
    packed = ctx.arrays["demand_bands"].astype(np.int64)
    series = [(k, ((packed >> k) & 1).astype(float)) for k in range(MOST_DEMAND_BANDS)]
    return [(k, counts) for k, counts in series if counts.any()]


def _band_peak(counts: Any, peak: Any) -> Callable[[Any, Any, Any], Any]:
    """Return the rule that holds the peak of a band above the imports that count for it."""
    return lambda b, i, t: counts[i, t] * b.import_kw[i, t] <= peak[i, b.month[t]]


def _refuse_resale(spec: Grid, prices: Tariff) -> None:
    """Refuse a tariff that pays more for exports than imports cost in the same hour.

    Raises
    ------
    DataError
        E607, with the number of such hours.
    """
    hours = int((prices.export_per_kwh > prices.energy_per_kwh + 1e-12).sum())
    if not hours:
        return
    raise DataError.of(
        [
            Finding(
                code="E607",
                field=f"tariffs.{spec.tariff}.export_per_kwh",
                what="exports are paid more than imports cost in the same hour: the plant would buy only to sell",
                got=f"{float(prices.export_per_kwh.max()):g} in {hours} steps",
                allowed="at most the energy price of every hour",
                hint="lower export_per_kwh, or set max_export_kw: 0 on the grid",
            )
        ]
    )
