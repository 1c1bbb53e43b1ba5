"""The tables of the district company, its customers and the other parties; empty frames where the case has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.appraisal.company.climate import climate_smart, has_climate
from edsim.appraisal.company.company import first_loss
from edsim.appraisal.company.concessions import concessions, leverage_of, reference_rate
from edsim.appraisal.company.financing import CompanyView
from edsim.appraisal.company.stakeholders import TRANSFERS, Stakeholders
from edsim.appraisal.costs import VariantCosts
from edsim.appraisal.emissions import VariantEmissions
from edsim.appraisal.facts import Facts
from edsim.appraisal.meters import MeterBill, building_bills, building_load_kw, plant_bills
from edsim.case.milestones import operating_year
from edsim.case.schema import Case
from edsim.core.countries import country_figure
from edsim.core.errors import DataError
from edsim.core.hours import HOURS_PER_YEAR
from edsim.finance import ProForma, npv, tax_regime
from edsim.finance.loans import combined
from edsim.finance.perspectives import perspective_of
from edsim.finance.pro_formas import is_cash
from edsim.ghg import kigali_limit_frac
from edsim.results.tables import frame
from edsim.results.variant import VariantRun

if TYPE_CHECKING:
    import pandas as pd

Views = Mapping[str, CompanyView]
Row = dict[str, Any]
_NAN = float("nan")


def finance_tables(case: Case, views: Views, parties: Mapping[str, Stakeholders]) -> dict[str, pd.DataFrame]:
    """Return the tables of every company view."""
    builders: dict[str, Callable[[CompanyView], Iterator[Row]]] = {
        "funding": lambda view: _funding(view, case),
        "concessions": lambda view: _concessions(view, case),
        "pro_forma": _pro_forma,
        "debt_service": _debt_service,
        "tariffs": lambda view: _tariffs(view, case.currency),
        "customer_bills": _bills,
        "incentives": lambda view: _incentives(view, case),
        "stress": _stress,
    }
    tables = {
        name: frame(name, [{"variant": v, **row} for v, view in views.items() for row in rows_of(view)])
        for name, rows_of in builders.items()
    }
    wanted: set[str] = set(case.finance.perspectives)
    rows = [{"variant": v, **row} for v, s in parties.items() for row in _perspectives(s, wanted)]
    return tables | {"perspectives": frame("perspectives", rows)}


def meter_table(runs: Sequence[VariantRun], buildings: Sequence[str]) -> pd.DataFrame:
    """Return the electricity bill of every meter in every variant."""
    rows = [
        {"variant": run.name, **_meter(m)} for run in runs for m in (*building_bills(run, buildings), *plant_bills(run))
    ]
    return frame("electricity_bills", rows)


def bill_line_table(runs: Sequence[VariantRun], buildings: Sequence[str]) -> pd.DataFrame:
    """Return every line of the monthly electricity bill of every meter in every variant."""
    rows = [
        {"variant": run.name, "meter": m.meter, "tariff": m.tariff, **asdict(line)}
        for run in runs
        for m in (*building_bills(run, buildings), *plant_bills(run))
        for line in m.lines()
    ]
    return frame("electricity_bill_lines", rows)


def meter_load_table(runs: Sequence[VariantRun], buildings: Sequence[str]) -> pd.DataFrame:
    """Return what every building's meter counts in every hour in every variant, kW."""
    import pandas as pd

    hours = np.arange(HOURS_PER_YEAR)
    return pd.concat(
        [
            pd.DataFrame(
                {"variant": run.name, "hour": hours}
                | {name: building_load_kw(run, name) for name in buildings if run.district.case.tariffs}
            )
            for run in runs
        ],
        ignore_index=True,
    )


def hfc_table(case: Case, emissions: Mapping[str, VariantEmissions]) -> pd.DataFrame:
    """Return the HFC bought each year against what the Kigali Amendment leaves the country, share of its baseline."""
    try:
        bound = country_figure(case.city.country, "kigali_a5_group").value == 1.0
    except DataError:
        bound = False
    rows: list[Row] = []
    for variant, e in emissions.items():
        for year, kg in enumerate(e.refrigerants.hfc_service_kgco2e()[1:], start=1):
            calendar_year = operating_year(case, year)
            limit = kigali_limit_frac(calendar_year) if bound else None
            rows.append(
                {
                    "variant": variant,
                    "year": year,
                    "calendar_year": calendar_year,
                    "hfc_service_kgco2e": float(kg),
                    "hfc_installed_kgco2e": e.refrigerants.hfc_installed_kgco2e(),
                    "limit_frac": _or_nan(limit),
                }
            )
    return frame("hfc", rows)


def climate_table(
    case: Case,
    costs: Mapping[str, VariantCosts],
    facts: Mapping[str, Facts],
    emissions: Mapping[str, VariantEmissions],
) -> pd.DataFrame:
    """Return the climate-smart life-cycle cost of every variant, empty where nothing of it is given."""
    rows: list[Row] = []
    for variant, own in costs.items() if has_climate(case) else ():
        paid = -npv(own.flows.select(line="carbon"), case.finance.discount_rate_frac)
        cost = climate_smart(variant, case, facts[variant], emissions[variant], paid)
        parts = {name: getattr(cost, name) for name in ("conventional", "damage", "unserved", "carbon", "total")}
        rows += [{"variant": variant, "line": name, "present_value": value} for name, value in parts.items()]
    return frame("climate_smart", rows)


def _meter(m: MeterBill) -> Row:
    peak = float(m.load_kw.max(initial=0.0))
    return {
        "meter": m.meter,
        "tariff": m.tariff,
        "electricity_kwh": float(m.load_kw.sum()),
        "peak_kw": peak,
        "load_factor_frac": float(m.load_kw.mean()) / peak if peak else _NAN,
        "energy_charge": float(m.bill.energy.sum()),
        "demand_charge": float(m.bill.demand.sum()),
        "fixed_charge": float(m.bill.fixed.sum()),
        "export_revenue": -float(m.bill.export.sum()),
        "total": m.bill.total,
    }


def _funding(view: CompanyView, case: Case) -> Iterator[Row]:
    uses, sources = dict(view.result.uses), dict(view.result.sources)
    granted = sources.pop("grants", 0.0)
    named = {g.name: g.amount for g in view.project.grants if g.year == 0}
    sources = {**named, **sources} if abs(sum(named.values()) - granted) <= 1e-6 * max(granted, 1.0) else sources
    layers = first_loss(case, view.result.equity)
    sources["equity"] = view.result.equity - sum(layers.values())
    later = view.result.all_uses - sum(uses.values())
    if later > 1e-6:
        lent = {t.name: view.result.debt[t.name] for t in view.project.tranches if t.year}
        reserves = -float(view.result.lines.get("later_reserves", np.zeros(1)).sum())
        uses |= {"later_investment": later - reserves, "later_reserves": reserves}
        paid = view.result.later_connection
        sources |= {**lent, "later_connection": paid, "later_equity": later - sum(lent.values()) - paid}
    total = sum(uses.values())
    sized = view.project.debt.name if view.project.debt else ""
    if sized and not sources.get(sized):
        sources[sized] = 0.0
    for side, items in (("use", uses), ("source", sources | dict(layers))):
        for item, amount in items.items():
            if abs(amount) > 1e-6 or (side == "source" and item == sized):
                limit = _limit(view.result) if (side, item) == ("source", sized) else ""
                yield {"side": side, "item": item, "amount": amount, "share_frac": amount / total, "limit": limit}


def _limit(result: ProForma) -> str:
    """Return what limits the sized loan, with the year whose cover ratio does it alone."""
    year = result.debt_limit_year
    return f"{result.debt_limited_by} in year {year}" if year else (result.debt_limited_by or "")


def _concessions(view: CompanyView, case: Case) -> Iterator[Row]:
    """Yield what each source gives away, then all together; nothing in a case without sources of funds."""
    rate = _or_nan(reference_rate(case))
    funded = bool(case.finance.debt or case.finance.grant)
    sources = concessions(case, view, first_loss(case, view.result.equity)) if funded else ()
    for c in sources:
        yield {
            "source": c.source,
            "kind": c.kind,
            "amount": c.amount,
            "public": c.public,
            "reference_rate_frac": rate,
            "grant_element_frac": _or_nan(c.grant_element_frac),
            "subsidy": c.subsidy,
            "leverage": _NAN,
        }
    if sources:
        held = leverage_of(sources)
        yield {
            "source": "all",
            "kind": "all",
            "amount": held.total,
            "public": held.public > 0.0,
            "reference_rate_frac": rate,
            "grant_element_frac": _NAN,
            "subsidy": sum(c.subsidy for c in sources),
            "leverage": _or_nan(held.private_per_public.value),
        }


def _pro_forma(view: CompanyView) -> Iterator[Row]:
    for line, values in view.result.lines.items():
        kind = "cash" if is_cash(line) else "memo"
        for year in np.flatnonzero(values):
            yield {"kind": kind, "line": line, "year": int(year), "value": float(values[year])}


def _debt_service(view: CompanyView) -> Iterator[Row]:
    result = view.result
    blank = dict.fromkeys(("cash_available", "dscr", "llcr", "plcr", "gearing_frac"), _NAN)
    for name, loan in result.schedules.items():
        start = int((loan.drawn > 0.0).argmax())
        for year in range(start, len(loan.balance)):
            if year == start or loan.balance[year - 1] > 1e-6:
                yield {"loan": name, "year": year, **_payments(loan, year), **blank}
    if not result.schedules:
        return
    every = combined(tuple(result.schedules.values()), view.project.years)
    uses = sum(result.uses.values()) + np.cumsum(result.later_uses)
    cash = result.lines["cash_for_debt_service"]
    for year in range(1, view.project.years + 1):
        if every.balance[year - 1] > 1e-6:
            yield {
                "loan": "all",
                "year": year,
                **_payments(every, year),
                "cash_available": float(cash[year]),
                "dscr": _or_nan(result.ratios.dscr[year - 1]),
                "llcr": _or_nan(result.ratios.llcr[year - 1]),
                "plcr": _or_nan(result.ratios.plcr.value) if year == 1 else _NAN,
                "gearing_frac": float(every.balance[year - 1] / uses[year - 1]),
            }


def _payments(loan: Any, year: int) -> Row:
    return {name: float(getattr(loan, name)[year]) for name in ("interest", "principal", "balance")}


def _tariffs(view: CompanyView, money: str) -> Iterator[Row]:
    units = {
        "connection_per_kw": f"{money}/kW",
        "capacity_per_kw_a": f"{money}/kW/a",
        "consumption_per_kwh": f"{money}/kWh",
        "low_delta_t_per_kwh": f"{money}/kWh",
    }
    if view.tariff is None or view.zone is None:
        return
    for name, unit in units.items():
        yield {"item": name, "value": float(getattr(view.tariff, name)), "unit": unit, "reason": ""}
    zone, per_kwh = view.zone, f"{money}/kWh"
    deal = zone.negotiation
    yield {"item": "floor_per_kwh", "value": deal.floor, "unit": per_kwh, "reason": ""}
    yield {"item": "ceiling_per_kwh", "value": deal.ceiling, "unit": per_kwh, "reason": deal.binding}
    yield {
        "item": "gap_per_kwh",
        "value": deal.gap,
        "unit": per_kwh,
        "reason": "" if deal.open else "no price serves all",
    }
    for name, unit in units.items():
        value = _NAN if zone.affordable is None else float(getattr(zone.affordable, name))
        yield {"item": f"affordable_{name}", "value": value, "unit": unit, "reason": ""}
    grant = zone.grant
    yield {"item": "viability_grant", "value": _or_nan(grant.value), "unit": money, "reason": grant.reason or ""}


def _bills(view: CompanyView) -> Iterator[Row]:
    for c, b in zip(view.customers, view.bills, strict=True) if view.bills else ():
        first = min(c.connects_in_year, view.contract.years)
        yield {
            "customer": c.id,
            "contracted_kw": c.contracted_kw,
            "delivered_kwh": float(np.broadcast_to(c.delivered_kwh, view.contract.years)[first - 1]),
            "bau_cost": float(b.bau[first]),
            "bill": b.first_year_bill,
            "saving_frac": _or_nan(b.first_year_saving_frac.value),
            "present_saving": b.pv_saving,
            "shortfall": view.losers.get(c.id, 0.0),
            "break_even_factor": _or_nan(b.break_even_factor.value),
            "payback_a": _or_nan(b.conversion_payback_a.value),
        }


def _perspectives(parties: Stakeholders, wanted: set[str]) -> Iterator[Row]:
    for party, lines in parties.matrix.values.items():
        view = perspective_of(party)
        if view not in wanted:
            continue
        for line, value in lines.items():
            kind = "payment" if line in TRANSFERS else "resource"
            yield {"perspective": view, "party": party, "line": line, "kind": kind, "present_value": value}
        total = parties.matrix.totals[party]
        yield {"perspective": view, "party": party, "line": "total", "kind": "total", "present_value": total}
    if "economy" in wanted:
        total = parties.matrix.resources
        row = {"perspective": "economy", "party": "all parties", "line": "total", "kind": "total"}
        yield {**row, "present_value": total}


def _incentives(view: CompanyView, case: Case) -> Iterator[Row]:
    tax = case.finance.tax
    basis = tax_regime(tax.regime).legal_basis if tax and tax.regime else ""
    for name, value in view.incentives.items():
        yield {"incentive": name, "value": value, "source": basis}


def _stress(view: CompanyView) -> Iterator[Row]:
    for event, s in view.stress.items():
        yield {
            "event": event,
            "equity_npv": round(_or_nan(s.equity_npv), 2),
            "equity_irr_frac": _or_nan(s.equity_irr_frac),
            "minimum_dscr": _or_nan(s.minimum_dscr),
            "debt_change_frac": _or_nan(s.debt_change_frac),
        }


def _or_nan(value: float | None) -> float:
    return _NAN if value is None else float(value)
