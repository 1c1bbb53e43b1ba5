"""Audit of the electricity bills from the stored tables: every meter of the energy center and of the buildings.

The energy of a connection is stored by the hour and is priced again hour by hour. Of buildings the hours of
the machines are stored, not those of the plugs; since plugs are alike in every variant, what the bills of all buildings
differ by between BAU and a variant must be what the machines buy less, each hour at its price.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from edsim.case.spot_prices import spot_export_per_kwh, spot_per_kwh
from edsim.core.errors import Finding
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.results.audit_limits import Hours, fault

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.schema import Case

Array = NDArray[np.float64]
TOLERANCE_FRAC = 1e-9
"""Largest difference of a re-added figure over the largest figure of its column in the table."""
_CREDIT_SLACK_FRAC = 1e-4
_ELECTRICITY = "electricity"


@dataclass(frozen=True, slots=True)
class Priced:
    """The stored hours of a variant with what prices them.

    Attributes
    ----------
    hours
        Stored hours.
    case
        Case of the variant.
    per_kwh
        Tariff → (8760,) energy price, currency/kWh.
    """

    hours: Hours
    case: Case
    per_kwh: Mapping[str, Array]


class _Check(NamedTuple):
    """A stored figure, the same re-added, and the column of the table of bills whose largest figure measures both."""

    what: str
    stored: float
    again: float
    column: str = "total"


_ENERGY = "electricity_kwh"


def meter_findings(
    project: Priced, bau: Priced, bills: pd.DataFrame, contracted_kw: Mapping[str, float]
) -> list[Finding]:
    """Return a finding E919 for each part of a bill that does not re-add.

    Parameters
    ----------
    project, bau
        The variant, which may be BAU itself, and BAU.
    bills
        Table of electricity bills, all variants.
    contracted_kw
        Connection of the energy center → its size, kW, which a grid with a `contract_per_kw_month` pays for.
    """
    mine = bills[bills["variant"] == project.hours.variant]
    scale = {c: max(1e-6, float(bills[c].abs().max())) if len(bills) else 1.0 for c in ("total", _ENERGY, "peak_kw")}
    checks = [
        *_sums(mine, project, contracted_kw),
        *_connections(mine, project),
        *_buildings(project, bau, bills),
    ]
    return [
        fault(
            "E919",
            project.hours.variant,
            f"{c.what} does not re-add from the tables",
            f"stored {c.stored:.10g}, re-added {c.again:.10g}",
        )
        for c in checks
        if abs(c.stored - c.again) > TOLERANCE_FRAC * scale[c.column]
    ]


def _sums(mine: pd.DataFrame, priced: Priced, contracted_kw: Mapping[str, float]) -> Iterator[_Check]:
    """Yield total and fixed charge of each meter, and what bounds its energy and its demand charge."""
    case = priced.case
    specs = {t.id: t for t in case.tariffs}
    ratchets = {t.id for t in case.technologies if getattr(t, "ratchet_frac", 0.0)}
    contracts = {t.id: 12.0 * float(getattr(t, "contract_per_kw_month", 0.0)) for t in case.technologies}
    for row in mine.itertuples():
        bill: Any = row
        spec = specs[bill.tariff]
        parts = bill.energy_charge + bill.demand_charge + bill.fixed_charge - bill.export_revenue
        yield _Check(f"the bill of {bill.meter}", bill.total, parts)
        fixed = spec.fixed_per_a + contracts.get(bill.meter, 0.0) * contracted_kw.get(bill.meter, 0.0)
        yield _Check(f"the fixed charge of {bill.meter}", bill.fixed_charge, fixed)
        hourly = priced.per_kwh[bill.tariff]
        low, high = bill.electricity_kwh * float(hourly.min()), bill.electricity_kwh * float(hourly.max())
        yield _Check(
            f"the energy charge of {bill.meter}", bill.energy_charge, float(np.clip(bill.energy_charge, low, high))
        )
        bounded = bill.meter not in ratchets and spec.demand_load_factor_frac is None
        least = bill.peak_kw * spec.demand_per_kw_month if bounded else 0.0
        most = bill.peak_kw * (spec.demand_per_kw_month + sum(b.demand_per_kw_month for b in spec.demand_bands))
        held = float(np.clip(bill.demand_charge, least, 12.0 * most))
        yield _Check(f"the demand charge of {bill.meter}", bill.demand_charge, held)


def _connections(mine: pd.DataFrame, priced: Priced) -> Iterator[_Check]:
    """Yield energy, peak, energy charge and sales of each connection of the energy center from its hours."""
    hours, case = priced.hours, priced.case
    specs = {t.id: t for t in case.tariffs}
    for t in case.technologies:
        machine: Any = t
        rows = mine[mine["meter"] == t.id]
        if t.kind != "grid" or not len(rows):
            continue
        load, fed = hours.total(t.id, "out"), hours.total(t.id, "in")
        stored = float(rows["export_revenue"].sum())
        spec, price = specs[machine.tariff], priced.per_kwh[machine.tariff]
        export = spot_export_per_kwh(spec, spot_per_kwh(case, spec))
        sold = float(fed @ export)
        if getattr(machine, "net_metering", False):
            credit = _full_credit(load, fed, price - machine.net_metering_fee_per_kwh - export)
            sold = float(np.clip(stored, sold + (1.0 - _CREDIT_SLACK_FRAC) * credit, sold + credit))
        yield _Check(f"the energy of {t.id}", float(rows["electricity_kwh"].sum()), float(load.sum()), _ENERGY)
        yield _Check(f"the peak of {t.id}", float(rows["peak_kw"].max()), float(load.max()), "peak_kw")
        yield _Check(f"the energy charge of {t.id}", float(rows["energy_charge"].sum()), float(load @ price))
        yield _Check(f"the sale of {t.id}", stored, sold)


def _full_credit(load: Array, fed: Array, uplift_per_kwh: Array) -> float:
    """Return the most that net metering adds to the sale of the hours fed in; a solver may leave the last of it.

    A month credits no more energy than it draws, the dearest hours first.
    """
    uplift = np.maximum(uplift_per_kwh, 0.0)
    most = 0.0
    for month in range(12):
        inside = np.flatnonzero(month == MONTH_OF_HOUR)
        order = inside[np.argsort(-uplift[inside], kind="stable")]
        before = np.cumsum(fed[order]) - fed[order]
        most += float(np.clip(load[inside].sum() - before, 0.0, fed[order]) @ uplift[order])
    return most


def _buildings(project: Priced, bau: Priced, bills: pd.DataFrame) -> Iterator[_Check]:
    """Yield by tariff what the bills of all buildings save, and what their machines buy less at the hours' prices.

    Left out where electricity itself is a service of the comparison, since plugs are then on the meter of the energy
    center, where a measure may save the plugs' own electricity, and for tariffs whose prices the variant changes.
    """
    buildings, own, base = project.case.buildings, project.hours, bau.hours
    if any(b.measures for b in buildings) or any(_serves_electricity(h.flows) for h in (own, base)):
        return
    ids = {b.id for b in buildings}
    of_buildings = bills[bills["meter"].isin(ids)]
    for tariff, by_hour in project.per_kwh.items():
        if not np.array_equal(bau.per_kwh.get(tariff, np.empty(0)), by_hour):
            continue
        rows = of_buildings[of_buildings["tariff"] == tariff].groupby("variant")[["electricity_kwh", "energy_charge"]]
        kwh, charge = rows.sum().reindex([base.variant, own.variant], fill_value=0.0).to_numpy(dtype=float).T
        less = base.total(f"purchase {tariff}", "out") - own.total(f"purchase {tariff}", "out")
        yield _Check(f"the energy buildings save under {tariff}", float(kwh[0] - kwh[1]), float(less.sum()), _ENERGY)
        yield _Check(
            f"the energy charge buildings save under {tariff}", float(charge[0] - charge[1]), float(less @ by_hour)
        )


def _serves_electricity(flows: pd.DataFrame) -> bool:
    return bool(((flows["kind"] == "demand") & (flows["carrier"] == _ELECTRICITY)).any())
