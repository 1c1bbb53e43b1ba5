# ruff: noqa: E501  tables of made-up numbers read better as one line per row
"""A synthetic appraisal with every table filled, for tests of the report and of the run store.

Nothing in it is a result: shapes are smooth made-up curves, scaled to a district of 7 buildings. Sums are kept
consistent (supply equals demand in each hour), so that balances drawn from it close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from edsim.appraisal.types import Appraisal
from edsim.core.errors import Finding
from edsim.energy.efficient_district import STAGES, HeatMix
from edsim.optimization.types import Certificate
from edsim.results.phase_schema import PHASE_TABLES
from edsim.results.schema import TABLES
from tests.support.make_company import company_rows

HOURS = np.arange(8760)
VARIANTS = ("district", "electric")
BUILDINGS = (
    ("alcaldia", "Alcaldía de Medellín", "public_administration", 52000.0, 6.24475, -75.57350, True),
    ("gobernacion", "Gobernación de Antioquia", "public_administration", 61000.0, 6.24535, -75.57440, True),
    ("asamblea", "Asamblea Departamental", "public_administration", 9000.0, 6.24480, -75.57470, True),
    ("concejo", "Concejo de Medellín", "public_administration", 7000.0, 6.24420, -75.57400, True),
    ("epm", "Edificio EPM", "office", 120000.0, 6.24310, -75.57680, True),
    ("plaza_mayor", "Plaza Mayor", "convention_center", 38000.0, 6.24190, -75.57560, True),
    ("museo", "Museo del Agua", "museum", 6000.0, 6.24290, -75.57780, False),
)
_MONTH = np.repeat(np.arange(1, 13), np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24)


def frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return the table `name` with the types of the schema; columns added at its end are empty."""
    kinds = {"text": "str", "number": "float64", "integer": "int64", "flag": "bool"}
    columns = TABLES[name].columns
    absent = {"text": "", "number": 0.0, "integer": 0, "flag": False}
    padded = [(*row, *(absent[c.kind] for c in columns[len(row) :])) for row in rows]
    made = pd.DataFrame(padded, columns=[c.name for c in columns])
    return made.astype({c.name: kinds[c.kind] for c in columns})


@dataclass(frozen=True, slots=True)
class Year:
    """Made-up hourly curves, kW."""

    cooling: np.ndarray
    pv: np.ndarray
    base: np.ndarray


def year() -> Year:
    hour, day = HOURS % 24, HOURS // 24
    work = np.where(day % 7 < 5, 1.0, 0.35)
    shape = np.clip(np.sin((hour - 5) / 15 * np.pi), 0.0, None) ** 0.8
    season = 1.0 + 0.08 * np.cos((day - 60) / 365 * 2 * np.pi)
    noise = 1.0 + 0.05 * np.sin(HOURS * 0.731) + 0.04 * np.sin(HOURS * 0.0173)
    cooling = 700.0 + 9300.0 * shape * work * season * noise
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0.0, None) * (0.75 + 0.25 * np.sin(day * 1.7))
    return Year(cooling, 1200.0 * sun, 150.0 + 250.0 * work * shape)


def _flows(variant: str, curves: Year) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """Return (row of the flows table without variant, hourly values); every balance closes in every hour."""
    gain = np.full(8760, 90.0)
    demand = curves.cooling * 0.97
    drawn = demand + gain
    charge = np.where(HOURS % 24 < 5, 900.0, 0.0)
    discharge = np.minimum(np.where((HOURS % 24 >= 18) & (HOURS % 24 < 21), 1500.0, 0.0), drawn * 0.5)
    level = 4500.0 - 900.0 * (HOURS % 24 >= 18) * np.clip(HOURS % 24 - 17, 0, 4)
    absorption = np.minimum(1800.0, drawn * 0.35) if variant == "district" else np.zeros(8760)
    electric = drawn + charge - discharge - absorption
    compressor, chiller_pump = electric / 5.6, electric * 0.01
    chp = absorption * 0.5 if variant == "district" else np.zeros(8760)
    heat_use, heat_chp = absorption / 0.72, chp * 1.1
    boiler = np.clip(heat_use - heat_chp, 0.0, None)
    rejected = electric + compressor + absorption + heat_use
    tower_kw, pump_kw = 0.012 * rejected, 0.018 * drawn
    need = compressor + chiller_pump + tower_kw + pump_kw
    on_site = np.minimum(need, chp + curves.pv)
    grid, export = need - on_site, chp + curves.pv - on_site
    ec, cw, el, hw, gas, to = (
        "energy_center",
        "chilled_water",
        "electricity",
        "hot_water",
        "natural_gas",
        "condenser_water",
    )
    rows = [
        (("chillers", "vapour_chiller", "cooling", ec, cw, "out", "kW"), electric),
        (("chillers", "vapour_chiller", "compressor", ec, el, "in", "kW"), compressor),
        (("chillers", "vapour_chiller", "pump", ec, el, "in", "kW"), chiller_pump),
        (("chillers", "vapour_chiller", "rejected", ec, to, "out", "kW"), electric + compressor),
        (("cold_store", "chilled_water_store", "charge", ec, cw, "in", "kW"), charge),
        (("cold_store", "chilled_water_store", "discharge", ec, cw, "out", "kW"), discharge),
        (("cold_store", "chilled_water_store", "level", ec, cw, "state", "kWh"), level),
        (("towers", "cooling_tower", "electricity", ec, el, "in", "kW"), tower_kw),
        (("towers", "cooling_tower", "heat", ec, to, "in", "kW"), rejected),
        (("roof_pv", "pv", "electricity", ec, el, "out", "kW"), curves.pv),
        (("grid", "grid", "import", ec, el, "out", "kW"), grid),
        (("grid", "grid", "export", ec, el, "in", "kW"), export),
        (("main", "network", "plant", ec, cw, "in", "kW"), drawn),
        (("main pumps", "pump", "electricity", ec, el, "in", "kW"), pump_kw),
        (("main", "network", "supply", "main", cw, "out", "kW"), drawn),
        (("demand", "demand", "cooling", "main", cw, "in", "kW"), demand),
        (("main", "network", "gain_or_loss", "main", cw, "in", "kW"), gain),
    ]
    if variant == "district":
        rows += [
            (("absorption", "absorption_chiller", "cooling", ec, cw, "out", "kW"), absorption),
            (("absorption", "absorption_chiller", "heat", ec, hw, "in", "kW"), heat_use),
            (("absorption", "absorption_chiller", "rejected", ec, to, "out", "kW"), absorption + heat_use),
            (("engine", "chp", "electricity", ec, el, "out", "kW"), chp),
            (("engine", "chp", "heat", ec, hw, "out", "kW"), heat_chp),
            (("engine", "chp", "fuel", ec, gas, "in", "kW"), chp / 0.40),
            (("gas_boiler", "boiler", "heat", ec, hw, "out", "kW"), boiler),
            (("gas_boiler", "boiler", "fuel", ec, gas, "in", "kW"), boiler / 0.9),
            (("gas", "fuel_supply", "fuel", ec, gas, "out", "kW"), chp / 0.40 + boiler / 0.9),
        ]
    return [*rows, *_individual_flows(curves, 0.03)]


def _individual_flows(curves: Year, share: float) -> list[tuple[tuple[str, ...], np.ndarray]]:
    served, cooling = "buildings", curves.cooling * share
    return [
        (("old_screw", "individual_chiller", "output", served, "chilled_water", "out", "kW"), cooling),
        (("old_screw", "individual_chiller", "input", served, "electricity", "in", "kW"), cooling / 3.1),
        (("purchase official", "purchase", "import", served, "electricity", "out", "kW"), cooling / 3.1),
        (("demand", "demand", "cooling", served, "chilled_water", "in", "kW"), cooling),
    ]


def _hourly(curves: Year) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the tables flows, hourly and energy_balance."""
    flow_rows, blocks, balance = [], [], []
    for variant in ("bau", *VARIANTS):
        flows = _individual_flows(curves, 1.0) if variant == "bau" else _flows(variant, curves)
        data: dict[str, Any] = {"variant": variant, "hour": HOURS}
        for (technology, kind, port, node, carrier, direction, unit), values in flows:
            column = f"{node}.{carrier}.{technology}.{port}_{unit.lower()}"
            flow_rows.append((variant, column, technology, kind, port, node, carrier, direction, unit))
            data[column] = values
            if direction in {"in", "out"}:
                row = (variant, node, carrier, direction, technology, kind, float(values.sum()), "kWh/a")
                balance.append((*row, port if kind == "demand" else ""))
        blocks.append(pd.DataFrame(data))
    hourly = pd.concat(blocks, ignore_index=True)
    return frame("flows", flow_rows), hourly, frame("energy_balance", balance)


def _kpis() -> pd.DataFrame:
    nan = np.nan
    base = (
        ("investment", "Investment at start", "COP", 21.0e9, 58.0e9),
        ("yearly_cost", "Yearly cost of operation", "COP/a", 12.4e9, 6.3e9),
        ("life_cycle_cost", "Life-cycle cost", "COP", 153.7e9, 107.1e9),
        ("lcoc", "Levelized cost of cooling", "COP/kWh", 512.0, 431.0),
        ("cooling", "Cooling delivered", "MWh/a", 33000.0, 33000.0),
        ("electricity", "Grid electricity", "MWh/a", 10600.0, 2900.0),
        ("fuel", "Fuel", "MWh LHV/a", 0.0, 17900.0),
        ("final_energy", "Final energy purchased", "MWh/a", 10600.0, 20800.0),
        ("primary_energy", "Non-renewable primary energy", "MWh/a", 24400.0, 26400.0),
        ("pv", "PV generation", "MWh/a", 0.0, 3200.0),
        ("cop", "Seasonal COP of the cooling chain", "kWh/kWh", 3.1, nan),
        ("ghg_total", "GHG, all refrigerants included", "tCO2e/a", 3900.0, 3300.0),
        ("ghg_kyoto", "GHG, Kyoto basket", "tCO2e/a", 1900.0, 3300.0),
        ("ghg_grid", "GHG of grid electricity", "tCO2e/a", 1700.0, 650.0),
        ("ghg_fuel", "GHG of fuel", "tCO2e/a", 0.0, 2500.0),
        ("ghg_hfc", "GHG of HFC refrigerants", "tCO2e/a", 200.0, 150.0),
        ("ghg_montreal", "GHG of CFC and HCFC refrigerants (memo)", "tCO2e/a", 2000.0, 0.0),
        ("grid_peak", "Peak import", "kW", 3900.0, 1650.0),
        ("water", "Make-up water", "m3/a", 0.0, 52000.0),
        ("npv", "Net present value against BAU", "COP", nan, 46.6e9),
        ("irr", "Internal rate of return", "frac", nan, 0.127),
        ("simple_payback", "Simple payback", "a", nan, 7.4),
    )
    rows = []
    for variant, factor in zip(VARIANTS, (1.0, 1.05), strict=True):
        for key, label, unit, bau, value in base:
            gain = bau - value * factor
            rows.append((variant, key, label, unit, bau, value * factor, gain, gain / bau if bau else nan))
    return frame("kpis", rows)


def _equipment() -> tuple[pd.DataFrame, pd.DataFrame]:
    ec = "energy_center"
    rows = [
        ("chillers", "vapour_chiller", "Electric chillers", ec, 7600.0, "kW", 9.1e9, 0.2e9, 21.0e6, 3.8e6, 2763.0, 5.6),
        ("absorption", "absorption_chiller", "Absorption chiller", ec, 1800.0, "kW", 3.4e9, 0.1e9, 12.1e6, 16.8e6, 6722.0, 0.72),
        ("engine", "chp", "Gas engine", ec, 1900.0, "kW", 6.9e9, 0.4e9, 12.7e6, 31.8e6, 6684.0, 0.40),
        ("gas_boiler", "boiler", "Gas boiler", ec, 800.0, "kW", 0.3e9, 0.01e9, 0.9e6, 1.0e6, 1125.0, 0.9),
        ("towers", "cooling_tower", "Cooling towers", ec, 13000.0, "kW", 1.9e9, 0.05e9, 41.0e6, 0.4e6, 3150.0, np.nan),
        ("cold_store", "chilled_water_store", "Chilled water store", ec, 4500.0, "kWh", 1.2e9, 0.02e9, 1.5e6, 1.6e6, np.nan, np.nan),
        ("roof_pv", "pv", "PV on roofs", ec, 1500.0, "kWp", 4.1e9, 0.05e9, 3.2e6, 0.0, 2100.0, np.nan),
    ]  # fmt: skip
    rows_el = [r for r in rows if r[0] not in {"absorption", "engine", "gas_boiler"}]
    table, sizes = [], []
    for variant, chosen in zip(VARIANTS, (rows, rows_el), strict=True):
        for r in chosen:
            table.append((variant, *r[:6], 0.0, *r[6:], 25.0, "estimate", np.nan))
            sizes.append((variant, r[0], r[1], ec, "capacity_kwh" if r[5] == "kWh" else "capacity_kw", r[4], r[5]))
        sizes.append((variant, "battery", "battery", ec, "capacity_kwh", 0.0, "kWh"))
    table.append(("bau", "old_screw", "individual_chiller", "Screw chiller, R-22", "buildings", 11200.0, "kW",
                  11200.0, 21.0e9, 0.9e9, 33.0e6, 10.6e6, 2946.0, 3.1, 20.0, "estimate", np.nan))  # fmt: skip
    return frame("equipment", table), frame("capacities", sizes)


def _buildings() -> pd.DataFrame:
    rows = []
    for key, name, use, area, lat, lon, connected in BUILDINGS:
        cooled, cold = area * 0.7, area * 0.7 * 120.0
        peak = area * 0.7 * 0.055
        rows.append((key, name, use, area, cooled, lat, lon, connected, cold, 0.31, peak, 120.0, 55.0, cold / peak,
                     area * 12.0, area * 0.02, 12.0, 20.0, 2e4, 8.0, 0.0, 0.0, area * 60.0, "old_screw", peak * 1.2, cold / 3.1, 3.1, cold * 510.0,
                     "R-22" if area > 3e4 else "R-410A", peak * 0.3, "cooling" if connected else ""))  # fmt: skip
    return frame("buildings", rows)


def _network() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    plant = (6.24400, -75.57520)
    pipes, features = [], []
    hub = (6.24440, -75.57450)
    features.append(
        _point(plant, {"feature": "node", "kind": "producer", "id": "energy_center", "building_id": "energy_center"})
    )
    legs = [("energy_center", plant, "hub", hub, 8200.0, 500)]
    legs += [
        ("hub", hub, b[0], (b[4], b[5]), b[3] * 0.7 * 0.055, 250 if b[3] > 3e4 else 125) for b in BUILDINGS if b[6]
    ]
    for k, (start, a, end, b, kw, dn) in enumerate(legs):
        length = float(np.hypot((a[0] - b[0]) * 110600, (a[1] - b[1]) * 110000))
        pipes.append(
            (
                "district",
                "main",
                f"t{k}",
                start,
                end,
                length,
                dn,
                dn * 0.96,
                kw,
                1.9,
                140.0 + k,
                9e3 + k,
                length * 2.1e6,
            )
        )
        shape = {"type": "LineString", "coordinates": [[a[1], a[0]], [b[1], b[0]]]}
        features.append({"type": "Feature", "geometry": shape,
                         "properties": {"feature": "trench", "network": "main", "from_node": start, "to_node": end, "dn": dn, "peak_kw": kw}})  # fmt: skip
    features += [
        _point((b[4], b[5]), {"feature": "node", "kind": "consumer", "id": b[0], "building_id": b[0]})
        for b in BUILDINGS
    ]
    pipes += [("electric", *p[1:]) for p in list(pipes)]
    one = ("main", "chilled_water", 2100.0, 6, 10600.0, 32.1e6, 0.79e6, 0.6e6, 15.3, 4.2, 3.0e9, 4.5e9, 2.1e9, 0.004)
    one += ("kW", 1, 0.0, 0.0, 0.0, "cooling")
    networks = frame("networks", [(v, *one) for v in VARIANTS])
    return frame("pipes", pipes), networks, {"type": "FeatureCollection", "features": features}


def _point(at: tuple[float, float], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [at[1], at[0]]}, "properties": properties}


def _levels() -> pd.DataFrame:
    return frame(
        "levels",
        [
            (
                v,
                k,
                "main",
                supply,
                12.5,
                dn,
                0.8 * dn,
                capex,
                32.1e6,
                0.7e6,
                pump,
                6.1e6 + 1e5 * k,
                5.2,
                cost,
                k == 2,
                "",
            )
            for v in VARIANTS
            for k, (supply, dn, capex, pump, cost) in enumerate(
                ((4.5, 450, 9.1e9, 0.5e6, 3.9e9), (6.0, 500, 9.6e9, 0.6e6, 3.8e9), (7.5, 600, 10.9e9, 0.9e6, 4.1e9)), 1
            )
        ],
    )


def _contracts() -> pd.DataFrame:
    return frame(
        "heat_contracts",
        [("district", "heat_pump", "laundry", "Lavandería Sur", 45.0, 21.0, 2038, 2.1e6, 1.6e6, 2.1e6, 33.6e6)],
    )


def _efficient() -> pd.DataFrame:
    mix = HeatMix(0.1, 0.3, 0.35, 0.0, 0.25)
    shares = (mix.renewable, mix.waste, mix.cogenerated, mix.cogenerated_other, mix.other)
    rows = [
        ("district", s.first_year, s.last_year, bool(s.met_by(mix)), s.met_by(mix), s.is_met_by_ghg(0.09),
         s.most_kg_per_kwh, 0.09, *shares)
        for s in STAGES
    ]  # fmt: skip
    return frame("efficient_heating", rows)


def _money() -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = {
        "bau": {"capex_individual_machines": 21.0e9, "electricity": 9.9e9, "om_fixed_individual_machines": 1.6e9, "demand_charge": 0.9e9},
        "district": {"capex_chillers": 15.0e9, "capex_power": 11.0e9, "capex_network": 9.6e9, "capex_ets": 2.1e9, "electricity": 1.1e9,
                     "fuel": 2.8e9, "om_fixed_chillers": 0.5e9, "om_fixed_network": 0.1e9, "demand_charge": 0.3e9, "water": 0.3e9, "export_revenue": -0.1e9},
        "electric": {"capex_chillers": 22.0e9, "capex_network": 9.6e9, "capex_ets": 2.1e9, "electricity": 4.4e9,
                     "om_fixed_chillers": 0.7e9, "demand_charge": 0.6e9, "water": 0.3e9},
    }  # fmt: skip
    costs, flows = [], []
    for variant, entries in lines.items():
        for line, amount in entries.items():
            once = line.startswith("capex_")
            costs.append(
                (variant, line, amount if once else 0.0, 0.0 if once else amount, amount if once else amount * 10.7)
            )
            who = (variant, "economy", "district", line)
            years = (0,) if once else range(1, 26)
            flows += [(*who, y, -amount, "COP", "real 2024") for y in years]
            if once:
                asset = line.removeprefix("capex_")
                flows.append(
                    (variant, "economy", "district", f"replacement_{asset}", 15, -amount * 0.4, "COP", "real 2024")
                )
                flows.append((variant, "economy", "district", f"salvage_{asset}", 25, amount * 0.2, "COP", "real 2024"))
                costs.append((variant, f"replacement_{asset}", 0.0, 0.0, amount * 0.13))
                costs.append((variant, f"salvage_{asset}", 0.0, 0.0, -amount * 0.03))
    return frame("costs", costs), frame("cash_flows", flows)


def _ghg() -> tuple[pd.DataFrame, pd.DataFrame]:
    yearly = {
        "bau": {("grid", "project"): 1.7e6, ("refrigerant", "project"): 0.2e6, ("refrigerant", "memo"): 2.0e6},
        "district": {("grid", "project"): 0.65e6, ("fuel", "project"): 2.5e6, ("refrigerant", "project"): 0.15e6},
        "electric": {("grid", "project"): 1.0e6, ("refrigerant", "project"): 0.16e6},
    }
    inventory = [
        (v, "project", source, scope, y, kg)
        for v, parts in yearly.items()
        for (source, scope), kg in parts.items()
        for y in range(1, 26)
    ]
    ledger = [
        (
            "bau",
            b[0],
            "R-22" if b[3] > 3e4 else "R-410A",
            b[3] * 0.012,
            b[3] * 0.0007,
            1760.0,
            b[3] * 1.2,
            0.02,
            b[3] > 3e4,
        )
        for b in BUILDINGS
    ]
    ledger += [(v, "chillers", "R-1234ze(E)", 1900.0, 40.0, 1.0, 40.0, 0.0, False) for v in VARIANTS]
    return frame("inventory", inventory), frame("refrigerants", ledger)


def _monthly(hourly: pd.DataFrame, flows: pd.DataFrame, curves: Year) -> pd.DataFrame:
    rows = []
    for variant, block in hourly.groupby("variant", sort=False):
        mine = flows[flows["variant"] == variant].set_index("column")

        def total(
            kinds: set[str], direction: str, mine: pd.DataFrame = mine, block: pd.DataFrame = block
        ) -> np.ndarray:
            pick = mine[mine["kind"].isin(kinds) & (mine["direction"] == direction) & (mine["carrier"] != "hot_water")]
            return np.asarray(block[list(pick.index)].to_numpy().sum(axis=1))

        grid, gas = total({"grid", "purchase"}, "out"), total({"fuel_supply"}, "out")
        export, pv = total({"grid"}, "in"), total({"pv"}, "out")
        for m in range(1, 13):
            pick = m == _MONTH
            cooling = float(curves.cooling[pick].sum())
            rows.append((variant, m, cooling, float(grid[pick].sum()), float(grid[pick].max()), float(gas[pick].sum()),
                         float(export[pick].sum()), float(pv[pick].sum()), 0.0 if variant == "bau" else cooling * 0.0014))  # fmt: skip
    return frame("monthly", rows)


def _published() -> pd.DataFrame:
    return frame(
        "published",
        [
            ("chillers_tr", "Chillers installed", "TR", 3600.0, 2673.0, "EPM (2016)", "Floor areas are estimates."),
            ("ghg_frac", "GHG saving", "frac", 0.30, 0.28, "EPM (2016)", "Old refrigerants counted."),
        ],
    )


def _assumptions() -> pd.DataFrame:
    rows = [
        ("finance.discount_rate_frac", "0.08", "frac", "Finance method notes (unverified)", "2026", "default", ""),
        ("emissions.grid_kg_per_kwh", "0.126", "kgCO2e/kWh", "UPME resolution", "2023", "measured", "case.yaml:14:3"),
    ]
    rows += [
        (
            f"buildings.{b[0]}.floor_area_m2",
            f"{b[3]:.0f}",
            "m2",
            "Estimate from public plans",
            "2024",
            "estimate",
            f"buildings.csv:{k + 2}:4",
        )
        for k, b in enumerate(BUILDINGS)
    ]
    return frame("assumptions", rows)


MANIFEST = {
    "edsim": "0.1.0",
    "options": {"variants": [], "scenario": None, "mode": "typical", "lang": "en"},
    "settings": {"calendar_year": 2025},
    "seed": 1,
    "solver": "HiGHS 1.15.1",
    "seconds": 41.2,
    "inputs": {"case.yaml": "0" * 64},
}


def make() -> Appraisal:
    """Return the full appraisal."""
    curves = year()
    flows, hourly, balance = _hourly(curves)
    equipment, capacities = _equipment()
    pipes, networks, geojson = _network()
    costs, cash_flows = _money()
    inventory, refrigerants = _ghg()
    tables = {
        "kpis": _kpis(), "capacities": capacities, "equipment": equipment, "flows": flows, "hourly": hourly,
        "energy_balance": balance, "monthly": _monthly(hourly, flows, curves), "buildings": _buildings(), "pipes": pipes,
        "networks": networks, "costs": costs, "cash_flows": cash_flows, "inventory": inventory,
        "levels": _levels(), "heat_contracts": _contracts(), "efficient_heating": _efficient(),
        "refrigerants": refrigerants, "published": _published(), "assumptions": _assumptions(),
    }  # fmt: skip
    tables |= {name: frame(name, rows) for name, rows in company_rows().items()}
    tables |= {name: frame(name, []) for name in ("conditions", "meter_loads", *(t.name for t in PHASE_TABLES))}
    return Appraisal(
        name="La Alpujarra (synthetic)",
        city="Medellín",
        country="COL",
        currency="COP",
        price_year=2024,
        main_variant="district",
        variants=VARIANTS,
        descriptions={
            "bau": "Every building keeps its own chillers, replaced like for like.",
            "district": "Trigeneration plant with electric chillers, cold store and PV.",
            "electric": "Electric chillers only.",
        },
        tables=tables,
        certificates={
            "district": Certificate(16.1e9, 16.0e9, 0.0062, 8760, 0.0, 3.1e-12, 2.0e-13, "certified"),
            "electric": Certificate(16.9e9, None, None, 8760, 0.0, 4.0e-12, 1.0e-13, "screening"),
        },
        network_geojson=geojson,
        findings=(
            Finding(
                "W201",
                "cooling intensity is outside the usual range",
                file="buildings.csv",
                line=6,
                field="buildings.epm.floor_area_m2",
                got="310 kWh/m2",
                allowed="80 to 250 kWh/m2",
                severity="warning",
            ),
        ),
        headline=(
            "Fuel emissions rise by 2,500 t a year: the gas engine burns gas that business-as-usual does not.",
            "The district costs 12 % less a year than individual cooling and pays back in 7.4 years.",
            "GHG emissions fall by 15 %, almost all of it because old refrigerants disappear.",
        ),
        manifest=MANIFEST,
        inputs={"case.yaml": b"name: La Alpujarra\n", "measured/load.csv": b"hour,kw\r\n0,1\r\n"},
    )
