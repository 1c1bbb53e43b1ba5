"""Audit of the money from the stored tables: bills of the energy center, water, investment, annuities, present values.

The audit of purchases by the hour stands in :mod:`edsim.results.audit`; here every other line that can be added again
from capacities, prices and cash flows is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.core.errors import Finding
from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_HOUR
from edsim.results.audit_limits import Hours, fault, within

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.schema import Case

_FIRST_HOURS = np.searchsorted(MONTH_OF_HOUR, np.arange(12))
MONEY_TOLERANCE_FRAC = 1e-9
"""Largest difference of a re-added money or GHG line over the largest line it stands beside."""
LEAST_SIZE = 1e-3
"""A machine below this (kW, kWh, m²) that never runs is stored as none, though the optimizer may have paid for it."""
_NOT_OF_PLANT = ("capex_individual_machines", "capex_efficiency")
"""Lines of year 0 that come from machines in buildings and from measures, not from plant and networks."""

OF_NETWORK = ("capex_pipe", "capex_civil", "capex_ets")
"""Columns of the table of networks that year 0 pays; pipes between plants are paid as sized."""


def money_findings(hours: Hours, tables: Mapping[str, pd.DataFrame], case: Case) -> tuple[float, list[Finding]]:
    """Return the largest relative difference found, and the findings.

    Returns
    -------
    tuple
        Residual, and findings: E912 demand charge of the energy center, E913 water, E914 investment of plant and
        networks, E915 annuity of the plant, E916 present value and first year of a line.
    """
    mine = of_variant(tables, hours.variant)
    cash = mine["cash_flows"]
    first = cash[cash["year"] == 1].groupby("line")["value"].sum()
    start = cash[cash["year"] == 0].groupby("line")["value"].sum()
    scale = max(1e-6, *(abs(float(v)) for v in (*first, *start)), 0.0)
    pairs = [
        ("E912", "the demand charge of the energy center", *demand_charges(hours, mine, case)),
        ("E913", "the cost of water", -float(first.get("water", 0.0)), water_cost(mine, case)),
        ("E914", "the investment of plant and networks", -plant_investment(start), _investment(mine, case)),
        *_annuity(mine, case),
        *present_values(mine, case),
    ]
    return compared(hours.variant, pairs, scale)


def of_variant(tables: Mapping[str, pd.DataFrame], variant: str) -> dict[str, pd.DataFrame]:
    """Return the rows of one variant of every table that has variants."""
    return {name: table[table["variant"] == variant] for name, table in tables.items() if "variant" in table}


def compared(variant: str, pairs: Iterable[tuple[str, str, float, float]], scale: float) -> tuple[float, list[Finding]]:
    """Return the largest difference of stored and re-added over `scale`, and a finding for each above tolerance."""
    worst, findings = 0.0, []
    for code, what, stored, again in pairs:
        residual = abs(stored - again) / scale
        worst = max(worst, residual)
        if residual > MONEY_TOLERANCE_FRAC:
            got = f"stored {stored:.10g}, re-added {again:.10g}"
            findings.append(fault(code, variant, f"{what} does not re-add from the tables", got))
    return worst, findings


def demand_charges(hours: Hours, mine: Mapping[str, pd.DataFrame], case: Case) -> tuple[float, float]:
    """Return what the bills of the connections say, and monthly peaks (or ratchet, or cap) times price, currency/a."""
    bills = mine["electricity_bills"]
    specs = {t.id: t for t in case.tariffs}
    stored = again = 0.0
    for t in case.technologies:
        if t.kind != "grid":
            continue
        machine: Any = t
        stored += float(bills.loc[bills["meter"] == t.id, "demand_charge"].sum())
        load = hours.total(t.id, "out")
        peaks = np.array([load[month == MONTH_OF_HOUR].max() for month in range(12)])
        factor = specs[machine.tariff].demand_load_factor_frac
        most = np.bincount(MONTH_OF_HOUR, load, 12) / (24.0 * DAYS_PER_MONTH * factor) if factor else np.inf
        billed = np.minimum(np.maximum(peaks, machine.ratchet_frac * peaks.max()), most)
        again += float(billed.sum()) * specs[machine.tariff].demand_per_kw_month
        for band in specs[machine.tariff].demand_bands:
            counted = np.where(within(band, case.settings.calendar_year), load, 0.0)
            peaks = np.minimum(np.maximum.reduceat(counted, _FIRST_HOURS), most)
            again += float(peaks.sum()) * band.demand_per_kw_month
    return stored, again


def water_cost(mine: Mapping[str, pd.DataFrame], case: Case) -> float:
    """Return what make-up water and blow-down of the stored months cost, currency/a.

    Months stored before the plant had water of its own have none: all water has one price.
    """
    terms, year = case.finance, mine["monthly"].sum(numeric_only=True)
    plant, drained = (float(year.get(name, 0.0)) for name in ("plant_water_m3", "plant_blow_down_m3"))
    plant_price = terms.plant_water_price_per_m3
    cost = (float(year["water_m3"]) - plant) * terms.water_price_per_m3
    cost += plant * (terms.water_price_per_m3 if plant_price is None else plant_price)
    return cost + drained * terms.blow_down_price_per_m3


def plant_investment(start: pd.Series[float]) -> float:
    """Return what the lines of a year pay for plant and networks, currency, negative as paid."""
    return float(sum(v for line, v in start.items() if str(line).startswith("capex_") and line not in _NOT_OF_PLANT))


def bought(mine: Mapping[str, pd.DataFrame], case: Case) -> Iterator[tuple[Any, float]]:
    """Yield each machine of the plant with what is bought of it, currency before engineering and contingency."""
    rows = mine["capacities"]
    installed = {(str(r.technology), str(r.quantity)): float(str(r.value)) for r in rows.itertuples()}
    for t in case.technologies:
        machine: Any = t
        for i, size in enumerate(t.sizes):
            if (t.id, size.name) not in installed:
                continue
            existing = float(getattr(machine, f"existing_{size.name}", 0.0) or 0.0)
            new = max(installed[t.id, size.name] - existing, 0.0)
            site = float(getattr(machine, "fixed_capex", 0.0)) if i == 0 and new > 0.0 else 0.0
            yield machine, new * float(getattr(machine, size.capex)) + site


def investment_factor(case: Case) -> float:
    """Return investment with engineering and contingency over that of the machines."""
    return 1.0 + case.finance.contingency_frac + case.finance.engineering_frac


def _investment(mine: Mapping[str, pd.DataFrame], case: Case) -> float:
    """Return the investment of plant and networks out of capacities, prices and the table of networks, currency."""
    networks = mine["networks"]
    pipes = sum(float(networks[c].sum()) for c in OF_NETWORK)
    links = sum(cost for cost, _ in plant_links(mine))
    return (sum(cost for _, cost in bought(mine, case)) + pipes) * investment_factor(case) + links


def plant_links(mine: Mapping[str, pd.DataFrame]) -> list[tuple[float, float]]:
    """Return investment and life of each pipe between plants, which is sized with the plant and not in the case."""
    rows = mine["equipment"]
    rows = rows[rows["kind"] == "transport_link"]
    return list(zip(rows["capex"].astype(float), rows["lifetime_a"].astype(float), strict=True))


def recovery_frac(rate_frac: float, life_a: float) -> float:
    """Return the yearly payment that recovers an investment of 1 over its life."""
    return rate_frac / (1.0 - (1.0 + rate_frac) ** -life_a) if rate_frac > 0.0 else 1.0 / life_a


def _annuity(mine: Mapping[str, pd.DataFrame], case: Case) -> Iterator[tuple[str, str, float, float]]:
    """Yield the annuity the optimizer counted and capital recovery times investment of each machine, currency/a.

    Where a size is stored as none, up to :data:`LEAST_SIZE` of it may be in what the optimizer counted.
    """
    rows = mine["reconciliation"]
    rows = rows[(rows["step"] == "yearly") & (rows["line"] == "capex_annuity")]
    if len(rows) == 0:
        return
    rate = case.finance.discount_rate_frac

    again = sum(cost * recovery_frac(rate, float(machine.lifetime_a)) for machine, cost in bought(mine, case))
    again *= investment_factor(case)
    again += sum(cost * recovery_frac(rate, life) for cost, life in plant_links(mine))
    stored, none = float(rows["optimizer"].sum()), mine["capacities"].query("value == 0")
    unseen = {(str(r.technology), str(r.quantity)) for r in none.itertuples()}
    left = 0.0
    for t in case.technologies:
        machine: Any = t
        prices = [float(getattr(machine, size.capex)) for size in t.sizes if (t.id, size.name) in unseen]
        left += LEAST_SIZE * sum(prices) * recovery_frac(rate, float(machine.lifetime_a)) * investment_factor(case)
    yield "E915", "the annuity of the plant", stored, again + min(max(stored - again, 0.0), left)


def present_values(mine: Mapping[str, pd.DataFrame], case: Case) -> Iterator[tuple[str, str, float, float]]:
    """Yield each line of the costs with its present value and first year, stored and from the cash flows."""
    cash = mine["cash_flows"]
    cash = cash[cash["perspective"] == "economy"]
    worth = (1.0 + case.finance.discount_rate_frac) ** -cash["year"].to_numpy(dtype=float)
    present = (-cash["value"] * worth).groupby(cash["line"]).sum()
    for row in mine["costs"].itertuples():
        line, stored = str(row.line), float(str(row.present_value))
        yield "E916", f"the present value of {line}", stored, float(present.get(line, 0.0))
