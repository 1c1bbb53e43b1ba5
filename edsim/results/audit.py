"""Independent audit of a run, from its stored tables and the case; shares nothing with the optimizer.

Checks per variant: hourly balance of every node and carrier, levels of stores, nothing unserved, the same service in
every variant, purchases, sales and GHG of energy re-added from the hourly flows; capacities and first law
(:mod:`edsim.results.audit_limits`), second law (:mod:`edsim.results.audit_heat`); the bill of every electricity meter
(:mod:`edsim.results.audit_meters`); every other line of money (:mod:`edsim.results.audit_money`). A failing audit means
no report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.case.spot_prices import spot_export_per_kwh, spot_per_kwh
from edsim.core.errors import EdsimError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.results.audit_heat import heat_findings
from edsim.results.audit_limits import Hours, fault, machine_findings, within
from edsim.results.audit_meters import Priced, meter_findings
from edsim.results.audit_money import MONEY_TOLERANCE_FRAC, money_findings
from edsim.results.audit_sources import source_findings

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.parts.tariff_spec import TariffSpec
    from edsim.case.schema import Case

Array = NDArray[np.float64]
MoneyCheck = Callable[[Hours, Mapping[str, "pd.DataFrame"], "Case"], tuple[float, list[Finding]]]

BALANCE_TOLERANCE_FRAC = 1e-6
"""Largest node residual over the node's peak."""
LEAST_PEAK_KW, LEAST_PEAK_FRAC = 1e-3, 1e-4
"""A node that never moves a watt, or this share of the largest flow, is judged as one that does: rounding is no fault.

Rows of a program are met to a share of its largest figures: a node that nothing uses shows nanowatts of them.
"""
UNSERVED_TOLERANCE_FRAC = 1e-6
"""Largest unserved energy over the demand."""
_FRAME_OF_BASIS = {"combined_margin": "project", "inventory": "ghg_protocol", "life_cycle": "life_cycle"}
"""Frame of the inventory that uses the grid factor of the case, by its basis."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Result of the audit of one variant."""

    variant: str
    balance_residual_frac: float
    money_residual_frac: float
    ghg_residual_frac: float
    findings: tuple[Finding, ...]


class AuditError(EdsimError):
    """The stored results contradict themselves; no report is written."""


def audit(
    tables: Mapping[str, pd.DataFrame],
    cases: Mapping[str, Case],
    years: Sequence[int] = (1,),
    money_of: MoneyCheck = money_findings,
) -> tuple[Audit, ...]:
    """Audit every variant of a run.

    Parameters
    ----------
    tables
        The result tables.
    cases
        Variant → its case (prices and factors).
    years
        Years of operation that the hourly flows stand for: purchases and emissions of each are compared.
    money_of
        Check of every other line of money.

    Raises
    ------
    AuditError
        A check failed; every failure is listed.
    """
    flows, hourly = tables["flows"], tables["hourly"]
    results: list[Audit] = []
    bau: Priced | None = None
    for name, mine in flows.groupby("variant", sort=False):
        variant = str(name)
        block = hourly[hourly["variant"] == variant]
        hours = Hours(variant, mine, {str(c): block[str(c)].to_numpy(dtype=float) for c in mine["column"]})
        case = cases[variant]
        priced = Priced(hours, case, {t.id: prices(t, case) for t in case.tariffs})
        bau = bau or priced
        results.append(_audited(priced, bau, tables, years, money_of))
    failed = [f for r in results for f in r.findings] + _same_service(flows, hourly)
    if failed:
        raise AuditError.of(failed)
    return tuple(results)


def _audited(
    priced: Priced, bau: Priced, tables: Mapping[str, pd.DataFrame], years: Sequence[int], money_of: MoneyCheck
) -> Audit:
    """Return the audit of one variant."""
    hours, case = priced.hours, priced.case
    capacities = tables["capacities"]
    balance, unbalanced = check_balances(hours)
    purchases = [_money(priced, tables, year) for year in years]
    gases = [_ghg(hours, tables["inventory"], case, year) for year in years]
    rest, others = money_of(hours, tables, case)
    connected = capacities[(capacities["variant"] == hours.variant) & (capacities["quantity"] == "connection_kw")]
    contracted = {str(k): float(v) for k, v in zip(connected["technology"], connected["value"], strict=True)}
    findings = [
        *unbalanced,
        *check_stores(hours, capacities),
        *(f for _, found in purchases for f in found),
        *_unserved(hours),
        *(f for _, found in gases for f in found),
        *machine_findings(hours, capacities, case),
        *heat_findings(hours, case),
        *source_findings(hours, case),
        *meter_findings(priced, bau, tables["electricity_bills"], contracted),
        *others,
    ]
    money = max(rest, *(residual for residual, _ in purchases))
    return Audit(hours.variant, balance, money, max(residual for residual, _ in gases), tuple(findings))


def check_balances(hours: Hours) -> tuple[float, list[Finding]]:
    """Return the largest residual of a carrier at a node as a share of its peak, and what is negative or unbalanced."""
    worst, findings = 0.0, []
    real = hours.flows[hours.flows["direction"].isin(["in", "out"])]
    largest = max((float(hours.series[c].max()) for c in real["column"]), default=0.0)
    least = max(LEAST_PEAK_KW, LEAST_PEAK_FRAC * largest)
    for (node, carrier), rows in real.groupby(["node", "carrier"]):
        net, peak = np.zeros(HOURS_PER_YEAR), least
        for column, direction in zip(rows["column"], rows["direction"], strict=True):
            values = hours.series[column]
            net += values if direction == "out" else -values
            peak = max(peak, float(values.max()))
            if float(values.min()) < -BALANCE_TOLERANCE_FRAC * peak:
                findings.append(fault("E901", hours.variant, f"{column} is negative", f"{values.min():.6g}"))
        residual = float(np.abs(net).max()) / peak
        worst = max(worst, residual)
        if residual > BALANCE_TOLERANCE_FRAC:
            hour = int(np.abs(net).argmax())
            got = f"{net[hour]:.6g} kW in hour {hour}"
            findings.append(fault("E902", hours.variant, f"{carrier} at {node} does not balance", got))
    return worst, findings


def check_stores(hours: Hours, capacities: pd.DataFrame) -> list[Finding]:
    """Return the stores whose level leaves their capacity, or rises by more than they take up less what they give."""
    findings = []
    flows, variant, resolved = hours.flows, hours.variant, hours.resolved_kw()
    installed = capacities[capacities["variant"] == variant].groupby(["technology", "unit"])["value"].max()
    for level_row in flows[flows["direction"] == "state"].itertuples():
        store, carrier = str(level_row.technology), str(level_row.carrier)
        level = hours.series[str(level_row.column)]
        charge = _charged(hours, store, carrier)
        given = hours.total(store, "out", carrier)
        step = level - np.roll(level, 1)
        size = float(installed.get((store, level_row.unit), np.inf))
        slack = max(1e-6 * max(size if np.isfinite(size) else 1.0, 1.0), resolved)
        if float(level.max()) > size + slack or float(level.min()) < -slack:
            findings.append(fault("E903", variant, f"{store} leaves its limits", f"{level.max():.6g}"))
        if float((step - (charge - given)).max()) > slack:
            findings.append(fault("E904", variant, f"{store} makes energy", "level rises unfed"))
    return findings


def _charged(hours: Hours, store: str, carrier: str) -> Array:
    """Return what a store takes up: what it draws of its carrier, or the cold its own ice makers freeze.

    Ice makers have no port of cold; they freeze what heat they throw out beyond their work.
    """
    of_store = hours.flows[hours.flows["technology"] == store]
    others = of_store[of_store["carrier"] != carrier]
    draws = (of_store["carrier"] == carrier) & (of_store["direction"] == "in")
    if draws.any() or not len(others):
        return hours.total(store, "in", carrier)
    return np.asarray(hours.sum(others[others["direction"] == "out"]) - hours.sum(others[others["direction"] == "in"]))


def prices(spec: TariffSpec, case: Case) -> Array:
    """Return the hourly energy price of a tariff, from the calendar and its file."""
    price = np.full(8760, spec.energy_per_kwh)
    for block in spec.time_of_use:
        price[within(block, case.settings.calendar_year)] = block.per_kwh
    return price + spot_per_kwh(case, spec)


def sale_prices(spec: TariffSpec, case: Case) -> Array:
    """Return the hourly price of exports of a tariff."""
    return spot_export_per_kwh(spec, spot_per_kwh(case, spec))


def _money(priced: Priced, tables: Mapping[str, pd.DataFrame], year: int) -> tuple[float, list[Finding]]:
    """Re-add electricity, fuel and export from the hourly flows and compare with a year of the cash flows.

    Exports under net metering are settled by month, not by the hour: they are held to the bills of the connections.
    """
    hours, case = priced.hours, priced.case
    grids = {t.id: t for t in case.technologies if t.kind == "grid"}
    grid_tariffs = {name: str(getattr(t, "tariff", "")) for name, t in grids.items()}
    metered = any(bool(getattr(t, "net_metering", False)) for t in grids.values())
    tariffs = {t.id: t for t in case.tariffs}
    fuels = {f.id: f for f in case.fuels}
    again = {"electricity": 0.0, "fuel": 0.0, "export_revenue": 0.0, "heat_purchase": -_heat_bill(hours, case)}
    for row in hours.flows.itertuples():
        name, values = str(row.technology), hours.series[str(row.column)]
        tariff = tariffs.get(grid_tariffs.get(name, name.removeprefix("purchase ")))
        if row.carrier == "electricity" and row.kind in {"grid", "purchase"} and tariff is not None:
            growth = (1.0 + tariff.escalation_frac) ** year
            if row.direction == "out":
                again["electricity"] -= float(values @ priced.per_kwh[tariff.id]) * growth
            else:
                again["export_revenue"] += float(values @ sale_prices(tariff, case)) * growth
        elif row.direction == "out" and row.kind in {"fuel_supply", "purchase"} and row.carrier in fuels:
            fuel = fuels[str(row.carrier)]
            again["fuel"] -= float(values.sum()) * fuel.price_per_kwh * (1.0 + fuel.escalation_frac) ** year
    cash = tables["cash_flows"]
    first = cash[(cash["variant"] == hours.variant) & (cash["year"] == year)].groupby("line")["value"].sum()
    if metered:
        bills = tables["electricity_bills"]
        mine = bills[(bills["variant"] == hours.variant) & bills["meter"].isin(grids)]
        again["export_revenue"] = _billed_sales(mine, tariffs, year)
    return _compare(hours.variant, again, {k: float(first.get(k, 0.0)) for k in again}, "E905")


def _billed_sales(bills: pd.DataFrame, tariffs: Mapping[str, TariffSpec], year: int) -> float:
    """Return what bills of connections earn by sales, at the prices of a year."""
    grown = [(1.0 + tariffs[str(name)].escalation_frac) ** year for name in bills["tariff"]]
    return float(bills["export_revenue"].to_numpy(dtype=float) @ np.array(grown)) if grown else 0.0


def _unserved(hours: Hours) -> list[Finding]:
    """Return a finding when demand is left unserved."""
    kinds = hours.flows["kind"]
    short, demand = (float(hours.sum(hours.flows[kinds == kind]).sum()) for kind in ("unserved", "demand"))
    if short > UNSERVED_TOLERANCE_FRAC * max(demand, 1e-9):
        return [fault("E908", hours.variant, "demand is left unserved", f"{short:,.3f} of {demand:,.0f} kWh")]
    return []


def _ghg(hours: Hours, inventory: pd.DataFrame, case: Case, year: int) -> tuple[float, list[Finding]]:
    """Re-add emissions of grid, fuel and heat bought; compare with a year of the inventory in the frame of the grid."""
    factors = {f.id: f.ghg_kg_per_kwh for f in case.fuels}
    grid_kg_per_kwh = grid_factor_kg_per_kwh(case) * (1.0 + case.emissions.grid_change_frac) ** (year - 1)
    of_heat = {s.id: s.ghg_kg_per_kwh for s in case.sources}
    taken = _heat_taken(hours, case)
    again = {"grid": 0.0, "fuel": 0.0, "heat": sum(kwh * of_heat.get(m.source, 0.0) for m, kwh in taken)}
    for row in hours.flows[hours.flows["direction"] == "out"].itertuples():
        energy = hours.series[str(row.column)]
        if row.carrier == "electricity" and row.kind in {"grid", "purchase"}:
            again["grid"] += float(energy @ grid_kg_per_kwh)
        elif row.kind in {"fuel_supply", "purchase"} and row.carrier in factors:
            again["fuel"] += float(energy.sum()) * factors[str(row.carrier)]
    mine = inventory[(inventory["variant"] == hours.variant) & (inventory["year"] == year)]
    if len(mine):
        wanted = _FRAME_OF_BASIS[case.emissions.grid_basis]
        mine = mine[mine["frame"] == (wanted if wanted in set(mine["frame"]) else mine["frame"].iloc[0])]
    sums = mine[mine["scope"] != "memo"].groupby("source")["kgco2e"].sum()
    return _compare(hours.variant, again, {k: float(sums.get(k, 0.0)) for k in again}, "E906")


def _heat_bill(hours: Hours, case: Case) -> float:
    """Return the price of the waste heat taken at the contracts."""
    terms = {s.id: s.price_per_kwh for s in case.sources}
    taken = _heat_taken(hours, case)
    return sum(kwh * (terms.get(m.source, 0.0) if m.price_per_kwh is None else m.price_per_kwh) for m, kwh in taken)


def _heat_taken(hours: Hours, case: Case) -> list[tuple[Any, float]]:
    """Return (capture, kWh) of each flow of heat from a source: heat delivered, less the work of the heat pumps."""
    share = {"heat": 1.0, "lifted_heat": 1.0, "compressor": -1.0}
    machines: dict[str, Any] = {t.id: t for t in case.technologies if t.kind == "waste_heat_recovery"}
    return [
        (machines[str(row.technology)], share[str(row.port)] * float(hours.series[str(row.column)].sum()))
        for row in hours.flows.itertuples()
        if str(row.technology) in machines and row.port in share
    ]


def _compare(
    variant: str, again: Mapping[str, float], stored: Mapping[str, float], code: str
) -> tuple[float, list[Finding]]:
    worst, findings = 0.0, []
    scale = max([1e-6, *(abs(v) for v in stored.values())])
    for line, value in again.items():
        residual = abs(value - stored[line]) / scale
        worst = max(worst, residual)
        if residual > MONEY_TOLERANCE_FRAC:
            got = f"stored {stored[line]:.6g}, re-added {value:.6g}"
            findings.append(fault(code, variant, f"{line} does not re-add from the hourly flows", got))
    return worst, findings


def _same_service(flows: pd.DataFrame, hourly: pd.DataFrame) -> list[Finding]:
    """Return a finding for each variant whose buildings do not get the service of BAU in every hour."""
    delivered: dict[str, dict[str, Array]] = {}
    for row in flows[flows["kind"] == "demand"].itertuples():
        values = hourly.loc[hourly["variant"] == row.variant, str(row.column)].to_numpy(dtype=float)
        services = delivered.setdefault(str(row.variant), {})
        services[str(row.port)] = services.get(str(row.port), np.zeros(HOURS_PER_YEAR)) + values
    base = delivered.get("bau")
    findings = []
    for variant, services in delivered.items():
        for service, values in services.items():
            same = base is None or (service in base and np.allclose(values, base[service], rtol=1e-9, atol=1e-6))
            if not same:
                findings.append(fault("E907", variant, f"{service} differs from that of bau", "hourly demand"))
    return findings
