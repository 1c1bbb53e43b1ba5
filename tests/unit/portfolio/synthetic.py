"""Run folders made up for tests and benchmarks: the tables that adding up reads, with figures chosen by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from edsim.bundle import manifest
from edsim.bundle.tables import connect

KPI_IDS = [
    *("investment", "yearly_cost", "energy_cost", "life_cycle_cost", "cooling", "electricity", "fuel", "export"),
    *("final_energy", "primary_energy", "pv", "cop", "kw_per_tr", "ghg_total", "ghg_kyoto", "ghg_grid", "ghg_fuel"),
    *("ghg_hfc", "ghg_montreal", "odp", "hfc_installed", "grid_peak", "coincident_peak", "chiller_capacity"),
    *("chiller_capacity_tr", "water", "npv", "irr", "tewi"),
]


@dataclass(frozen=True)
class Made:
    """A run to write: what differs from run to run."""

    name: str
    city: str = "Medellin"
    country: str = "COL"
    currency: str = "USD"
    price_year: int = 2025
    sector: str = "health"
    npv: float = 100.0
    ghg_t: float = 50.0
    investment: float = 1000.0
    floor_area_m2: float = 10_000.0
    lat_deg: float = 6.0
    scenario: str | None = None
    study: Mapping[str, Any] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    horizon_a: int = 20
    grid: bool = True
    """Whether the case has a tariff."""
    montreal_t: float = 6.0
    """tCO2e a year of gases of the Montreal Protocol avoided."""
    networks: tuple[tuple[str, float, str | None], ...] = (("net", 2e6, "kW"),)
    """Id, delivered and unit of each network; a unit of None leaves the column out, as in runs of earlier versions."""
    scrapped_t: float = 0.0
    """tCO2e that machines of today release in year 0, when the project scraps them."""
    more: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Other project variants: name → NPV and tCO2e avoided a year."""
    milestones: tuple[tuple[str, int, int, int, float, float], ...] = ()
    """Variant, year, first and last year of the horizon, grid kWh a year and investment of each milestone."""
    carriers: tuple[str, ...] = ("cooling",)
    """What buildings are served with."""
    padding: int = 0
    """More rows of assumptions, for a benchmark with tables of real size."""


def kpis(made: Made) -> pd.DataFrame:
    return pd.concat([_kpis(v, m, made.ghg_t) for v, m in variants(made).items()], ignore_index=True)


def _kpis(variant: str, made: Made, bau_t: float) -> pd.DataFrame:
    known = {
        "npv": (None, made.npv),
        "investment": (200.0, 200.0 + made.investment),
        "ghg_kyoto": (2 * bau_t, 2 * bau_t - made.ghg_t),
        "ghg_total": (2 * bau_t + 10.0, 2 * bau_t - made.ghg_t + 10.0 - made.montreal_t),
        "ghg_montreal": (10.0, 10.0 - made.montreal_t),
        "yearly_cost": (90.0, 60.0),
        "tewi": (
            made.horizon_a * (2 * bau_t + 10.0),
            made.horizon_a * (2 * bau_t - made.ghg_t + 10.0 - made.montreal_t),
        ),
    }
    rows = []
    for name in KPI_IDS:
        bau, value = known.get(name, (10.0, 4.0))
        difference = None if bau is None or value is None else bau - value
        rows.append((variant, name, name, "-", bau, value, difference, None))
    columns = ["variant", "id", "label", "unit", "bau", "value", "difference", "difference_frac"]
    return pd.DataFrame(rows, columns=columns).astype({"bau": float, "value": float, "difference": float})


def variants(made: Made) -> dict[str, Made]:
    """Return project variant → the run as if it were the only one."""
    others = {name: replace(made, npv=npv, ghg_t=ghg_t) for name, (npv, ghg_t) in made.more.items()}
    return {"district": made} | others


def networks(made: Made) -> pd.DataFrame:
    rows = [("district", name, 500.0, delivered, unit) for name, delivered, unit in made.networks]
    frame = pd.DataFrame(rows, columns=["variant", "network", "trench_m", "delivered_kwh", "unit"])
    return frame.drop(columns="unit") if frame["unit"].isna().all() else frame


def tables(made: Made) -> dict[str, pd.DataFrame]:
    npv = made.npv
    costs = [("bau", "electricity", 0.0, 90.0, 900.0), ("bau", "om_fixed_x", 0.0, 5.0, 200.0 + npv)]
    for name, m in variants(made).items():
        costs += [(name, "electricity", 0.0, 60.0, 600.0 + npv - m.npv), (name, "capex_network", 500.0, 0.0, 500.0)]
    emitted = {"bau": 2 * made.ghg_t} | {v: 2 * made.ghg_t - m.ghg_t for v, m in variants(made).items()}
    frames = {
        "combined_margin": [("project", "project")],
        "inventory": [("ghg_protocol", "2"), ("gpc", "2")],
        "life_cycle": [("project", "project"), ("life_cycle", "all")],
    }[made.assumed.get("emissions.grid_basis", "combined_margin")]
    inventory = [
        (variant, frame, "grid", scope, year, 1000.0 * tons)
        for variant, tons in emitted.items()
        for frame, scope in frames
        for year in range(1, made.horizon_a + 1)
    ]
    if made.scrapped_t:
        inventory += [("district", frame, "refrigerant", scope, 0, 1000.0 * made.scrapped_t) for frame, scope in frames]
    given = {
        "finance.discount_rate_frac": "0.08",
        "finance.horizon_a": str(made.horizon_a),
        "emissions.gwp_set": "AR5",
        "emissions.grid_basis": "combined_margin",
        "emissions.grid_kg_per_kwh": "0.165",
        "city.lat_deg": str(made.lat_deg),
        "city.elevation_m": "1490",
        "settings.calendar_year": "2025",
        **({"tariffs.flat.energy_per_kwh": "0.15"} if made.grid else {}),
        **made.assumed,
        **{f"technologies.machine.field_{i}": str(i) for i in range(made.padding)},
    }
    building = (f"{made.name}-b", f"Hall of {made.name}", made.lat_deg, -75.0, made.floor_area_m2, 2e6, 1000.0)
    return {
        "kpis": kpis(made),
        "costs": pd.DataFrame(costs, columns=["variant", "line", "investment", "annual", "present_value"]),
        "inventory": pd.DataFrame(inventory, columns=["variant", "frame", "source", "scope", "year", "kgco2e"]),
        "energy_balance": pd.DataFrame(
            [("district", "n", carrier, "in", "demand", "demand", 2e6) for carrier in made.carriers],
            columns=["variant", "node", "carrier", "direction", "technology", "kind", "kwh"],
        ),
        "buildings": pd.DataFrame(
            [building],
            columns=["building", "name", "lat_deg", "lon_deg", "floor_area_m2", "cooling_kwh", "cooling_peak_kw"],
        ),
        "networks": networks(made),
        "milestones": pd.DataFrame(
            [(*m[:5], 0.0, m[5]) for m in made.milestones],
            columns=["variant", "year", "first_a", "last_a", "grid_kwh", "fuel_kwh", "investment"],
        ),
        "assumptions": pd.DataFrame(
            [(p, v, "bank" if "rate" in p else "") for p, v in given.items()], columns=["path", "value", "source"]
        ),
    }


def write_run(root: Path, made: Made, session: duckdb.DuckDBPyConnection | None = None) -> Path:
    """Write a run folder under `root` and return it."""
    if session is None:
        with connect() as own:
            return write_run(root, made, own)
    folder = root / made.name
    folder.mkdir(parents=True)
    files = {}
    for name, frame in tables(made).items():
        path = folder / f"{name}.parquet"
        session.register("frame", frame)
        session.execute(f"copy frame to '{path}' (format parquet, compression zstd)")
        files[path.name] = {"bytes": path.stat().st_size, "sha256": manifest.digest_file(path)}
    study = {"sector": made.sector, "stage": "feasibility", "boundary": "cooling supply", **made.study}
    content = {
        "run_id": made.name,
        "run": {"options": {"scenario": made.scenario}, "study": study},
        "appraisal": {
            "name": f"Case {made.name}",
            "city": made.city,
            "country": made.country,
            "currency": made.currency,
            "price_year": made.price_year,
            "main_variant": "district",
            "variants": list(variants(made)),
        },
        "files": files,
    }
    (folder / manifest.MANIFEST).write_bytes(manifest.sealed(content))
    return folder
