"""Solved variants → the named tables of :mod:`edsim.results.schema`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.case.bau import BAU
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.draws_water import FEEDWATER, DrawsWater
from edsim.core.technology import IndividualMachine, Size, Technology
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.optimization.types import Flow
from edsim.results.discharges import discharge_temp_c
from edsim.results.schema import TABLES
from edsim.results.variant import BUILDINGS_NODE, NOTHING, VariantRun, machines_by_stage, own_capacity_kw, owned_kw

if TYPE_CHECKING:
    import pandas as pd

_NO_BALANCE = {"state", "meter"}
_AIR = "compressed_air"
_GRID = {"grid", "purchase"}
_SURROUNDINGS = {"ambient_water"}
"""Carriers of low temperature whose heat a machine lifts: neither electricity nor fuel of its COP."""
_AUXILIARY = 30.0
"""A larger ratio of output to input is that of a machine which draws auxiliary electricity alone."""
_ALONE = {"electricity", _AIR}
"""Products that stand alone in the performance of a machine; heat and cold of one machine count together."""


def frame(name: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return the table `name` with exactly its declared columns, typed.

    Raises
    ------
    ValueError
        A row lacks a column or has one that is not declared.
    """
    import pandas as pd

    schema = TABLES[name]
    wanted = [c.name for c in schema.columns]
    for row in rows:
        if set(row) != set(wanted):
            raise ValueError(f"table {name}: {set(row) ^ set(wanted)}")
    table = pd.DataFrame(list(rows), columns=wanted)
    kinds = {"number": "float64", "integer": "int64", "text": "object", "flag": "bool"}
    table = table.astype({c.name: kinds[c.kind] for c in schema.columns})
    numbers = [c.name for c in schema.columns if c.kind == "number"]
    table[numbers] += 0.0  # a rounded nothing is 0, not -0
    return table


def column_name(flow: Flow) -> str:
    """Return the hourly column of a flow."""
    unit = {"kW": "kw", "kWh": "kwh", "Nm3/h": "nm3_per_h", "Nm3": "nm3"}[flow.unit]
    return f"{flow.node}.{flow.carrier}.{flow.technology}.{flow.port}_{unit}"


def hourly_tables(runs: Sequence[VariantRun]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables ``flows`` and ``hourly``."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    blocks = []
    for run in runs:
        columns: dict[str, Any] = {"variant": run.name, "hour": np.arange(HOURS_PER_YEAR)}
        for f in run.flows:
            name = column_name(f)
            columns[name] = f.values
            rows.append(
                {
                    "variant": run.name,
                    "column": name,
                    "technology": f.technology,
                    "kind": f.kind,
                    "port": f.port,
                    "node": f.node,
                    "carrier": f.carrier,
                    "direction": f.direction,
                    "unit": f.unit,
                }
            )
        blocks.append(pd.DataFrame(columns))
    return frame("flows", rows), pd.concat(blocks, ignore_index=True)


def energy_balance_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return the yearly sums of all flows."""
    rows = [
        {
            "variant": run.name,
            "node": f.node,
            "carrier": f.carrier,
            "direction": f.direction,
            "technology": f.technology,
            "kind": f.kind,
            "kwh": float(f.values.sum()),
            "unit": "Nm3/a" if f.unit == "Nm3/h" else "kWh/a",
            "service": f.port if f.kind == "demand" else "",
        }
        for run in runs
        for f in run.flows
        if f.direction not in _NO_BALANCE
    ]
    return frame("energy_balance", rows)


def capacities_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return installed capacities: plant machines, and individual machines summed by template."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        for t in run.plant:
            held = {"variant": run.name, "technology": t.id, "kind": t.kind, "node": t.node}
            rows += [{**held, "quantity": s.name, "value": run.capacity(t.id, s.name), "unit": s.unit} for s in t.sizes]
        for m, kw in individual_capacity(run):
            held = {"variant": run.name, "technology": m.id, "kind": m.kind, "node": BUILDINGS_NODE}
            rows.append({**held, "quantity": "capacity_kw", "value": kw, "unit": _unit(m)})
    return frame("capacities", rows)


def individual_capacity(run: VariantRun) -> list[tuple[IndividualMachine, float]]:
    """Return each individual machine template with its installed capacity over all buildings, kW."""
    owned = owned_kw(run)
    total: dict[str, float] = {}
    machine: dict[str, IndividualMachine] = {}
    for r in run.individual:
        if r.machine is not None:
            machine[r.machine.id] = r.machine
            total[r.machine.id] = total.get(r.machine.id, 0.0) + owned[r.building, r.service]
    return [(machine[k], v) for k, v in total.items()]


def _unit(machine: IndividualMachine) -> str:
    """Return the unit of an individual machine's size: compressors are sized by volume."""
    return "Nm3/h" if machine.service == _AIR else "kW"


def equipment_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return what each machine group costs, delivers and draws."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        for t in run.plant:
            if t.sizes:
                capacity = sum(run.capacity(t.id, s.name) for s in _main_sizes(run, t))
                held = {"capacity": capacity, "unit": t.sizes[0].unit, "node": t.node}
                rows.append({**held, **_work(run, t, capacity), **_plant_cost(run, t)})
        for m, kw in individual_capacity(run):
            new, price = new_frac(run, m.id), _price_of_all(run, m.id)
            rows.append(
                {
                    "capacity": kw,
                    "unit": _unit(m),
                    "node": BUILDINGS_NODE,
                    **_work(run, m, kw),
                    "existing": kw * (1.0 - new),
                    "capex": price * _investment_factor(run) * (1.0 if run.name == BAU else new),
                    "fixed_om_per_a": price * m.fixed_om_frac,
                }
            )
    return frame("equipment", rows)


def _main_sizes(run: VariantRun, t: Technology) -> tuple[Size, ...]:
    """Return the sizes that add up to the capacity of a machine: those of the unit and the carrier of the first.

    Where none of them is bought it is the first other size of that unit that is, as the cooling of a loop station.
    """
    first = t.sizes[0]
    alike = tuple(s for s in t.sizes if (s.unit, s.carrier) == (first.unit, first.carrier))
    others = (s for s in t.sizes if s.unit == first.unit and run.capacity(t.id, s.name) > 0.0)
    bought = any(run.capacity(t.id, s.name) > 0.0 for s in alike)
    return alike if bought else tuple(islice(others, 1)) or alike


def _plant_cost(run: VariantRun, t: Any) -> dict[str, float]:
    """Return what stands of the main size, what is bought of all sizes and its upkeep, as the ledger counts them."""
    standing = {s.name: float(getattr(t, f"existing_{s.name}", 0.0) or 0.0) for s in t.sizes}
    bought, kept = [], []
    for size in t.sizes:
        capacity, price = run.capacity(t.id, size.name), float(getattr(t, size.capex))
        bought.append(max(capacity - standing[size.name], 0.0) * price)
        kept.append(max(capacity, standing[size.name]) * price)
    new = run.capacity(t.id, t.sizes[0].name) > standing[t.sizes[0].name]
    site = float(getattr(t, "fixed_capex", 0.0)) if new else 0.0
    return {
        "existing": sum(standing[s.name] for s in _main_sizes(run, t)),
        "capex": (sum(bought) + site) * _investment_factor(run),
        "fixed_om_per_a": (sum(kept) + site) * t.fixed_om_frac,
    }


def new_frac(run: VariantRun, machine: str) -> float:
    """Return the share of an individual machine's capacity that is not there already at the start of the study.

    What a building adds to it in a later milestone is bought then.
    """
    age = {b.id: b.machine_age_a for b in run.district.case.buildings}
    mine = [(r.building, r.service) for r in run.individual if r.machine is not None and r.machine.id == machine]
    owned, stages = owned_kw(run), machines_by_stage(run)
    whole = sum(owned[key] for key in mine)
    there = sum(own_capacity_kw(stages[key][0]) for key in mine if age[key[0]](key[1]) > 0.0)
    return 1.0 - there / whole if whole > 0.0 else 0.0


def _price_of_all(run: VariantRun, machine: str) -> float:
    """Return what an individual machine costs over all buildings, each at the price of its own."""
    owned, found = owned_kw(run), 0.0
    for r in run.individual:
        if r.machine is not None and r.machine.id == machine:
            found += owned[r.building, r.service] * r.machine.capex_per_size
    return found


def _investment_factor(run: VariantRun) -> float:
    finance = run.district.case.finance
    return 1.0 + finance.contingency_frac + finance.engineering_frac


def _work(run: VariantRun, t: Any, capacity: float) -> dict[str, Any]:
    """Return name, life and work of a machine group of some main capacity."""
    mine = [f for f in run.flows if f.technology == t.id]
    store = any(f.direction == "state" for f in mine)
    rejects = t.takes_heat_away
    drawn = [f for f in mine if f.direction == "in" and f.port not in FEEDWATER]
    made = [f for f in mine if f.direction == "out" and f.carrier != "condenser_water"]
    outputs = [f for f in drawn if f.carrier != "electricity"] if rejects else made
    inputs = [f for f in drawn if f.carrier == "electricity" or not (rejects or f.carrier == "condenser_water")]
    main = _total_kwh(f for f in outputs if f.carrier == _main_carrier(t, outputs))
    return {
        "variant": run.name,
        "technology": t.id,
        "kind": t.kind,
        "label": t.label or t.id,
        "output_kwh": main,
        "input_kwh": _total_kwh(inputs),
        "full_load_hours": main / capacity if capacity > NOTHING and not store else np.nan,
        "performance": np.nan if store or rejects or t.kind in _GRID else _performance(t, outputs, inputs),
        "lifetime_a": t.lifetime_a,
        "quality": t.quality,
        "discharge_temp_c": discharge_temp_c(t, mine, run.conditions.sources[t.drawn_source])
        if t.drawn_source
        else np.nan,
    }


def _total_kwh(flows: Iterable[Flow]) -> float:
    return sum(float(f.values.sum()) for f in flows)


def _performance(t: Any, outputs: Sequence[Flow], inputs: Sequence[Flow]) -> float:
    """Return what a machine gives over what it draws; not a number where that is auxiliary electricity alone."""
    first, apart = _main_carrier(t, outputs), _ALONE | _SURROUNDINGS
    given = _total_kwh(f for f in outputs if f.carrier == first or not {first, f.carrier} & apart)
    paid = _total_kwh(f for f in inputs if f.carrier not in _SURROUNDINGS)
    return given / paid if paid > given / _AUXILIARY else np.nan


def _main_carrier(t: Any, outputs: Sequence[Flow]) -> str:
    """Return the carrier a machine is rated in: that of the first of its ports that gives something."""
    order = [p.name for p in getattr(t, "ports", ())]
    ranked = sorted(outputs, key=lambda f: order.index(f.port) if f.port in order else len(order))
    return ranked[0].carrier if ranked else ""


def heat_contracts_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return one row per machine that buys waste heat."""
    rows = []
    for run in runs:
        machines: dict[str, Any] = {t.id: t for t in run.plant if t.kind == "waste_heat_recovery"}
        for name, machine in machines.items():
            terms = run.conditions.sources[machine.source]
            sums = {f.port: float(f.values.sum()) for f in run.flows if f.technology == name}
            delivered = sums.get("heat", 0.0) + sums.get("lifted_heat", 0.0)
            taken = delivered - sums.get("compressor", 0.0)
            price = terms.price_per_kwh if machine.price_per_kwh is None else machine.price_per_kwh
            rows.append(
                {
                    "variant": run.name,
                    "technology": name,
                    "source": machine.source,
                    "supplier": machine.supplier or terms.supplier,
                    "temp_c": float(terms.temp_c.mean()),
                    "price_per_kwh": price,
                    "exit_year": machine.exit_year or terms.exit_year or 0,
                    "available_kwh": float(terms.available_kw.sum()),
                    "taken_kwh": taken,
                    "delivered_kwh": delivered,
                    "payment_per_a": taken * price,
                }
            )
    return frame("heat_contracts", rows)


def monthly_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return monthly totals and peaks."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        series, water, plant, drained = _hourly_sums(run), *water_series(run)
        bought = series["electricity_kwh"]
        for month in range(12):
            inside = month == MONTH_OF_HOUR
            rows.append(
                {
                    "variant": run.name,
                    "month": month + 1,
                    **{k: float(v[inside].sum()) for k, v in series.items()},
                    "electricity_peak_kw": float(bought[inside].max()),
                    "water_m3": float(water[inside].sum()),
                    "plant_water_m3": float(plant[inside].sum()),
                    "plant_blow_down_m3": float(drained[inside].sum()),
                }
            )
    return frame("monthly", rows)


def _hourly_sums(run: VariantRun) -> dict[str, np.ndarray]:
    """Return the series, kWh in each hour, whose totals by month are shown."""
    flows = run.flows
    fuels = {f.id for f in run.district.case.fuels}
    power = [f for f in flows if f.carrier == "electricity"]
    return {
        "cooling_kwh": _sum(f for f in flows if f.kind == "demand" and f.port == "cooling"),
        "electricity_kwh": _sum(f for f in power if f.direction == "out" and f.kind in _GRID),
        "fuel_kwh": _sum(f for f in flows if f.carrier in fuels and f.direction == "out"),
        "export_kwh": _sum(f for f in power if f.direction == "in" and f.kind == "grid"),
        "pv_kwh": _sum(f for f in flows if f.kind == "pv"),
    }


def _sum(flows: Iterable[Flow]) -> np.ndarray:
    total = np.zeros(HOURS_PER_YEAR)
    for f in flows:
        total = total + f.values
    return total


def water_series(run: VariantRun) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return make-up water, that of the plant alone and its blow-down by hour, m3.

    Each machine needs by what the ports it names give.
    """
    own, plant, drained = (np.zeros(HOURS_PER_YEAR) for _ in range(3))
    for r in run.individual:
        own = own + r.operation.water_m3_per_h
    for t in (t for t in run.plant if isinstance(t, DrawsWater)):
        given = t.water_ports()
        carried = _sum(f for f in run.flows if f.technology == t.id and f.port in given)
        plant = plant + carried * t.water_m3_per_kwh(run.conditions)
        drained = drained + carried * t.blow_down_m3_per_kwh(run.conditions)
    return own + plant, plant, drained
