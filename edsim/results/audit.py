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
from edsim.results.audit_heat import heat_findings
from edsim.results.audit_limits import Hours, fault, machine_findings, within
from edsim.results.audit_meters import meter_findings
from edsim.results.audit_money import MONEY_TOLERANCE_FRAC, money_findings

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.parts.tariff_spec import TariffSpec
    from edsim.case.schema import Case

Array = NDArray[np.float64]
MoneyCheck = Callable[[Hours, Mapping[str, "pd.DataFrame"], "Case"], tuple[float, list[Finding]]]

BALANCE_TOLERANCE_FRAC = 1e-6
"""Largest node residual over the node's peak."""
LEAST_PEAK_KW = 1e-3
"""A node that never moves a watt is judged as one that does: a nanowatt is rounding, no fault."""
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
    results = []
    base: tuple[Hours, Mapping[str, Array]] | None = None
    for variant, mine in flows.groupby("variant", sort=False):
        block = hourly[hourly["variant"] == variant]
        series = {str(c): block[str(c)].to_numpy(dtype=float) for c in mine["column"]}
        balance, findings = _balances(str(variant), mine, series)
        findings += _stores(str(variant), mine, series, tables["capacities"])
        case = cases[str(variant)]
        again = [_money(str(variant), (mine, series), tables, case, year) for year in years]
        gases = [_ghg(str(variant), (mine, series), tables["inventory"], case, year) for year in years]
        money, ghg = max(r for r, _ in again), max(r for r, _ in gases)
        more = [f for _, found in again for f in found] + _unserved(str(variant), mine, series)
        most = [f for _, found in gases for f in found]
        hours = Hours(str(variant), mine, series)
        rest, others = money_of(hours, tables, case)
        most += [*machine_findings(hours, tables["capacities"], case), *heat_findings(hours, case)]
        by_hour = {t.id: prices(t, case) for t in case.tariffs}
        base = base or (hours, by_hour)
        connected = tables["capacities"].query("variant == @variant and quantity == 'connection_kw'")
        contracted = {str(k): float(v) for k, v in zip(connected["technology"], connected["value"], strict=True)}
        most += meter_findings(hours, base, tables["electricity_bills"], (case, by_hour), contracted)
        results.append(Audit(str(variant), balance, max(money, rest), ghg, tuple(findings + more + most + others)))
    failed = [f for r in results for f in r.findings] + _same_service(flows, hourly)
    if failed:
        raise AuditError.of(failed)
    return tuple(results)


def _balances(variant: str, flows: pd.DataFrame, series: Mapping[str, Array]) -> tuple[float, list[Finding]]:
    worst, findings = 0.0, []
    real = flows[flows["direction"].isin(["in", "out"])]
    for (node, carrier), rows in real.groupby(["node", "carrier"]):
        net, peak = np.zeros(8760), LEAST_PEAK_KW
        for column, direction in zip(rows["column"], rows["direction"], strict=True):
            values = series[column]
            net += values if direction == "out" else -values
            peak = max(peak, float(values.max()))
            if float(values.min()) < -BALANCE_TOLERANCE_FRAC * peak:
                findings.append(fault("E901", variant, f"{column} is negative", f"{values.min():.6g}"))
        residual = float(np.abs(net).max()) / peak
        worst = max(worst, residual)
        if residual > BALANCE_TOLERANCE_FRAC:
            hour = int(np.abs(net).argmax())
            findings.append(
                fault("E902", variant, f"{carrier} at {node} does not balance", f"{net[hour]:.6g} kW in hour {hour}")
            )
    return worst, findings


def _stores(variant: str, flows: pd.DataFrame, series: Mapping[str, Array], capacities: pd.DataFrame) -> list[Finding]:
    findings = []
    installed = capacities[capacities["variant"] == variant].groupby(["technology", "unit"])["value"].max()
    for level_row in flows[flows["direction"] == "state"].itertuples():
        level = series[str(level_row.column)]
        same = flows[(flows["technology"] == level_row.technology) & (flows["carrier"] == level_row.carrier)]
        charge = _charged(series, flows[flows["technology"] == level_row.technology], str(level_row.carrier))
        given = _total(series, same[same["direction"] == "out"])
        step = level - np.roll(level, 1)
        size = float(installed.get((level_row.technology, level_row.unit), np.inf))
        slack = 1e-6 * max(size if np.isfinite(size) else 1.0, 1.0)
        if float(level.max()) > size + slack or float(level.min()) < -slack:
            findings.append(fault("E903", variant, f"{level_row.technology} leaves its limits", f"{level.max():.6g}"))
        if float((step - (charge - given)).max()) > slack:
            findings.append(fault("E904", variant, f"{level_row.technology} makes energy", "level rises unfed"))
    return findings


def _charged(series: Mapping[str, Array], machine: pd.DataFrame, carrier: str) -> Array:
    """Return what a store takes up: what it draws of its carrier, or the cold its own ice makers freeze.

    Ice makers have no port of cold; they freeze what heat they throw out beyond their work.
    """
    drawn = machine[(machine["carrier"] == carrier) & (machine["direction"] == "in")]
    others = machine[machine["carrier"] != carrier]
    if len(drawn) or not len(others):
        return _total(series, drawn)
    work = _total(series, others[others["direction"] == "in"])
    return np.asarray(_total(series, others[others["direction"] == "out"]) - work)


def _total(series: Mapping[str, Array], rows: pd.DataFrame) -> Array:
    return np.sum([series[c] for c in rows["column"]], axis=0) if len(rows) else np.zeros(8760)


def prices(spec: TariffSpec, case: Case) -> Array:
    """Return the hourly energy price of a tariff, from the calendar and its file."""
    price = np.full(8760, spec.energy_per_kwh)
    for block in spec.time_of_use:
        price[within(block, case.settings.calendar_year)] = block.per_kwh
    return price + spot_per_kwh(case, spec)


def sale_prices(spec: TariffSpec, case: Case) -> Array:
    """Return the hourly price of exports of a tariff."""
    return spot_export_per_kwh(spec, spot_per_kwh(case, spec))


def _money(
    variant: str,
    hourly: tuple[pd.DataFrame, Mapping[str, Array]],
    tables: Mapping[str, pd.DataFrame],
    case: Case,
    year: int,
) -> tuple[float, list[Finding]]:
    """Re-add electricity, fuel and export from the hourly flows and compare with a year of the cash flows.

    Exports under net metering are settled by month, not by the hour: they are held to the bills of the connections.
    """
    flows, series = hourly
    grids = {t.id: t for t in case.technologies if t.kind == "grid"}
    grid_tariffs = {name: str(getattr(t, "tariff", "")) for name, t in grids.items()}
    metered = any(bool(getattr(t, "net_metering", False)) for t in grids.values())
    tariffs = {t.id: t for t in case.tariffs}
    fuels = {f.id: f for f in case.fuels}
    again = {"electricity": 0.0, "fuel": 0.0, "export_revenue": 0.0, "heat_purchase": -_heat_bill(case, flows, series)}
    for row in flows.itertuples():
        name, values = str(row.technology), series[str(row.column)]
        tariff = tariffs.get(grid_tariffs.get(name, name.removeprefix("purchase ")))
        if row.carrier == "electricity" and row.kind in {"grid", "purchase"} and tariff is not None:
            growth = (1.0 + tariff.escalation_frac) ** year
            if row.direction == "out":
                again["electricity"] -= float(values @ prices(tariff, case)) * growth
            else:
                again["export_revenue"] += float(values @ sale_prices(tariff, case)) * growth
        elif row.direction == "out" and row.kind in {"fuel_supply", "purchase"} and row.carrier in fuels:
            fuel = fuels[str(row.carrier)]
            again["fuel"] -= float(values.sum()) * fuel.price_per_kwh * (1.0 + fuel.escalation_frac) ** year
    cash = tables["cash_flows"]
    first = cash[(cash["variant"] == variant) & (cash["year"] == year)].groupby("line")["value"].sum()
    if metered:
        again["export_revenue"] = _billed_sales(tables["electricity_bills"], variant, grids, (tariffs, year))
    return _compare(variant, again, {k: float(first.get(k, 0.0)) for k in again}, "E905")


def _billed_sales(
    bills: pd.DataFrame, variant: str, grids: Mapping[str, Any], terms: tuple[Mapping[str, TariffSpec], int]
) -> float:
    """Return what the bills of the connections earn by sales, at the prices of a year."""
    tariffs, year = terms
    rows = bills[(bills["variant"] == variant) & bills["meter"].isin(grids)]
    grown = [(1.0 + tariffs[str(name)].escalation_frac) ** year for name in rows["tariff"]]
    return float(rows["export_revenue"].to_numpy(dtype=float) @ np.array(grown)) if grown else 0.0


def _unserved(variant: str, flows: pd.DataFrame, series: Mapping[str, Array]) -> list[Finding]:
    """Return a finding when demand is left unserved."""
    short = sum(float(series[c].sum()) for c in flows.loc[flows["kind"] == "unserved", "column"])
    demand = sum(float(series[c].sum()) for c in flows.loc[flows["kind"] == "demand", "column"])
    if short > UNSERVED_TOLERANCE_FRAC * max(demand, 1e-9):
        return [fault("E908", variant, "demand is left unserved", f"{short:,.3f} of {demand:,.0f} kWh")]
    return []


def _ghg(
    variant: str, hourly: tuple[pd.DataFrame, Mapping[str, Array]], inventory: pd.DataFrame, case: Case, year: int
) -> tuple[float, list[Finding]]:
    """Re-add emissions of grid, fuel and heat bought; compare with a year of the inventory in the frame of the grid."""
    flows, series = hourly
    factors = {f.id: f.ghg_kg_per_kwh for f in case.fuels}
    grid_kg_per_kwh = grid_factor_kg_per_kwh(case) * (1.0 + case.emissions.grid_change_frac) ** (year - 1)
    of_heat = {s.id: s.ghg_kg_per_kwh for s in case.sources}
    taken = _heat_taken(case, flows, series)
    again = {"grid": 0.0, "fuel": 0.0, "heat": sum(kwh * of_heat.get(m.source, 0.0) for m, kwh in taken)}
    for row in flows.itertuples():
        if row.direction != "out":
            continue
        energy = float(series[str(row.column)].sum())
        if row.carrier == "electricity" and row.kind in {"grid", "purchase"}:
            again["grid"] += float(series[str(row.column)] @ grid_kg_per_kwh)
        elif row.kind in {"fuel_supply", "purchase"} and row.carrier in factors:
            again["fuel"] += energy * factors[str(row.carrier)]
    mine = inventory[(inventory["variant"] == variant) & (inventory["year"] == year)]
    if len(mine):
        wanted = _FRAME_OF_BASIS[case.emissions.grid_basis]
        mine = mine[mine["frame"] == (wanted if wanted in set(mine["frame"]) else mine["frame"].iloc[0])]
    sums = mine[mine["scope"] != "memo"].groupby("source")["kgco2e"].sum()
    return _compare(variant, again, {k: float(sums.get(k, 0.0)) for k in again}, "E906")


def _heat_bill(case: Case, flows: pd.DataFrame, series: Mapping[str, Array]) -> float:
    """Return the price of the waste heat taken at the contracts."""
    terms = {s.id: s.price_per_kwh for s in case.sources}
    taken = _heat_taken(case, flows, series)
    return sum(kwh * (terms.get(m.source, 0.0) if m.price_per_kwh is None else m.price_per_kwh) for m, kwh in taken)


def _heat_taken(case: Case, flows: pd.DataFrame, series: Mapping[str, Array]) -> list[tuple[Any, float]]:
    """Return (capture, kWh) of each flow of heat from a source: heat delivered, less the work of the heat pumps."""
    share = {"heat": 1.0, "lifted_heat": 1.0, "compressor": -1.0}
    machines: dict[str, Any] = {t.id: t for t in case.technologies if t.kind == "waste_heat_recovery"}
    return [
        (machines[str(row.technology)], share[str(row.port)] * float(series[str(row.column)].sum()))
        for row in flows.itertuples()
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
        services[str(row.port)] = services.get(str(row.port), np.zeros(8760)) + values
    base = delivered.get("bau")
    findings = []
    for variant, services in delivered.items():
        for service, values in services.items():
            same = base is None or (service in base and np.allclose(values, base[service], rtol=1e-9, atol=1e-6))
            if not same:
                findings.append(fault("E907", variant, f"{service} differs from that of bau", "hourly demand"))
    return findings
