"""Electricity meters: one per building, whose plugs and machines share the monthly peak, and one per energy center."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.tariff import Tariff
from edsim.core.technology import Technology
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.energy import Bill, BillLine, BillTerms, bill_lines, electricity_bill, monthly_cap_kw
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.district.prepare_system import building_demand_in_model
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]
ELECTRICITY = "electricity"


@dataclass(frozen=True, slots=True)
class MeterBill:
    """A year of one meter.

    Attributes
    ----------
    meter
        Building or connection of the energy center.
    tariff
        Name of its tariff.
    load_kw : (8760,)
        Everything behind the meter.
    bill
        Its bill.
    terms
        What it pays.
    fed_kw : (8760,)
        What it feeds in.
    """

    meter: str
    tariff: str
    load_kw: Array
    bill: Bill
    terms: BillTerms
    fed_kw: Array

    def lines(self) -> Iterator[BillLine]:
        """Yield the lines of its twelve months; they add up to the bill."""
        found = bill_lines(self.load_kw, self.terms, export_kw=self.fed_kw)
        yield from found
        sold = np.zeros(12)
        for line in found:
            sold[line.month - 1] += line.amount if line.item == "export" else 0.0
        for month, credit in enumerate(self.bill.export - sold, start=1):
            if abs(credit) > _SMALLEST_CREDIT:
                yield BillLine(month, "net_metering", 1.0, "", float(credit), float(credit))


_SMALLEST_CREDIT = 1e-6
"""Less than this is what rounding leaves of a credit, currency."""


def other_load_kw(run: VariantRun, building: str) -> Array:
    """Return what a building draws beside the services of the comparison, kW by hour.

    Zero where electricity itself is compared, since it then stands among the services, or the building shares the
    meter of the energy center.
    """
    profiles = run.district.profiles
    compared = any(r.building == building and r.service == ELECTRICITY for r in run.individual)
    if compared or (building, ELECTRICITY) in building_demand_in_model(run.district):
        return np.zeros(HOURS_PER_YEAR)
    demand: Any = profiles.demand
    if ELECTRICITY not in demand:
        return np.zeros(HOURS_PER_YEAR)
    return np.asarray(demand[ELECTRICITY][profiles.building_ids.index(building)], dtype=float)


def demand_charge(r: IndividualRun, run: VariantRun) -> float:
    """Return what a machine adds to the demand charge of its building in a year, currency.

    The meter bills the peak of plugs and machines together, or the mean of the month over the load factor of the
    tariff where that is less. What the machines add to the bill of the plugs is shared out by what each draws in the
    hour of the peak, or in the month.
    """
    own = r.bought_kw.get(ELECTRICITY)
    if own is None:
        return 0.0
    tariff = run.conditions.tariffs[r.tariff]
    bands = [(np.ones(HOURS_PER_YEAR), tariff.demand_per_kw_month)]
    bands += [(b.counts, np.full(12, b.per_kw_month)) for b in tariff.demand_bands]
    bands = [(counts, prices) for counts, prices in bands if np.any(prices)]
    if not bands:
        return 0.0
    machines = _machines_kw(run.individual, r.building)
    other = other_load_kw(run, r.building)
    charge = 0.0
    total, factor = machines + other, tariff.demand_load_factor_frac
    most, most_before = monthly_cap_kw(total, factor), monthly_cap_kw(other, factor)
    for month, (counts, prices) in product(range(12), bands):
        inside, price = np.flatnonzero((month == MONTH_OF_HOUR) & (counts > 0.0)), prices[month]
        if not inside.size:
            continue
        top = inside[int(total[inside].argmax())]
        added = min(float(total[top]), most[month]) - min(float(other[inside].max()), most_before[month])
        shared = slice(top, top + 1) if total[top] <= most[month] else month == MONTH_OF_HOUR
        drawn = float(machines[shared].sum())
        if drawn > 0.0:
            charge += added * float(price) * float(own[shared].sum()) / drawn
    return charge


def building_bills(run: VariantRun, buildings: Sequence[str]) -> Iterator[MeterBill]:
    """Yield the bill of each building's meter: plugs and the machines it keeps, under its own tariff.

    There are no meters in a case without tariffs.
    """
    specs = {b.id: b for b in run.district.case.buildings}
    for name in buildings if run.district.case.tariffs else ():
        tariff = specs[name].tariff or run.district.case.tariffs[0].id
        load = building_load_kw(run, name)
        terms = _terms(run.conditions.tariffs[tariff])
        yield MeterBill(name, tariff, load, electricity_bill(load, terms), terms, np.zeros(HOURS_PER_YEAR))


def building_load_kw(run: VariantRun, building: str) -> Array:
    """Return what the meter of a building counts, kW by hour: plugs and the machines it keeps."""
    return other_load_kw(run, building) + _machines_kw(run.individual, building)


def plant_bills(run: VariantRun) -> Iterator[MeterBill]:
    """Yield the bill of each connection of the energy center."""
    for t in connections(run):
        load, fed = flow_kw(run, t.id, "out"), flow_kw(run, t.id, "in")
        name = str(getattr(t, "tariff", ""))
        terms = connection_terms(run, t)
        bill = electricity_bill(load, terms, export_kw=fed)
        bill = replace(bill, export=bill.export + _credit(run, t.id, load, fed))
        yield MeterBill(t.id, name, load, bill, terms, fed)


def connections(run: VariantRun) -> list[Technology]:
    """Return the connections of the energy center to the grid."""
    return [t for t in run.plant if t.kind == "grid"]


def connection_terms(run: VariantRun, connection: Technology) -> BillTerms:
    """Return what a connection pays: its tariff, its own ratchet, its contracted capacity as a fixed charge."""
    tariff = run.conditions.tariffs[str(getattr(connection, "tariff", ""))]
    terms = _terms(tariff, float(getattr(connection, "ratchet_frac", 0.0)))
    contracted = float(getattr(connection, "contract_per_kw_month", 0.0))
    if contracted:
        contracted *= run.capacity(connection.id, connection.sizes[0].name)
    return replace(terms, fixed_per_month=terms.fixed_per_month + contracted)


def flow_kw(run: VariantRun, technology: str, direction: str) -> Array:
    """Return what a machine gives to its nodes (``out``) or takes from them (``in``), kW by hour."""
    mine = (f.values for f in run.flows if (f.technology, f.direction) == (technology, direction))
    return np.asarray(sum(mine, np.zeros(HOURS_PER_YEAR)))


def net_metering_credit(run: VariantRun, grid: str) -> float:
    """Return the credit of net metering beyond the price of sales in a year, negative."""
    ledger = run.design.solution.ledger if run.design is not None else {}
    return ledger.get(("export_revenue", grid, "net_metering"), 0.0)


def _credit(run: VariantRun, grid: str, load_kw: Array, fed_kw: Array) -> Array:
    """Return the credit of net metering beyond the price of sales, by month, negative.

    The optimizer's credit of the year is shared out by what each month both draws and feeds in.
    """
    credit = net_metering_credit(run, grid)
    drawn, fed = (np.bincount(MONTH_OF_HOUR, weights=kw, minlength=12) for kw in (load_kw, fed_kw))
    settled = np.minimum(drawn, fed)
    return np.asarray(credit * settled / max(float(settled.sum()), 1e-9))


def _machines_kw(runs: Sequence[IndividualRun], building: str) -> Array:
    total = np.zeros(HOURS_PER_YEAR)
    for r in runs:
        if r.building == building:
            total += r.bought_kw.get(ELECTRICITY, 0.0)
    return total


def _terms(tariff: Tariff, ratchet_frac: float = 0.0) -> BillTerms:
    return BillTerms(
        energy_per_kwh=tariff.energy_per_kwh,
        demand_per_kw_month=tariff.demand_per_kw_month,
        ratchet_frac=ratchet_frac,
        load_factor_frac=tariff.demand_load_factor_frac,
        fixed_per_month=tariff.fixed_per_a / 12.0,
        export_per_kwh=tariff.export_per_kwh,
        demand_bands=tuple((b.counts, b.per_kw_month) for b in tariff.demand_bands),
    )
