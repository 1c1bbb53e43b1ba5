"""Seeded small districts, feasible with a limit on everything, and one limit of each made too tight.

Every size of a district gets a largest value a little above what the district needs, so that every limit could be to
blame. Then one limit is bisected with fresh builds to the least value that still serves the demand (the truth the
diagnosis is held to), and set to a share of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edsim.case.lazy_kinds import LazyKinds
from edsim.core.errors import InfeasibleError
from edsim.core.machines.site import SiteConditions
from edsim.core.tariff import Tariff
from edsim.core.technology import Refrigerant, SourceConditions, Technology
from edsim.core.timegrid import TimeGrid, full_year, typical_days
from edsim.optimization.model.model import build
from edsim.optimization.system import System

YEAR = 8760
NODE = "energy_center"
KINDS = LazyKinds("edsim.technologies")
WEEK = typical_days(np.array([15, 66, 117, 168, 219, 270, 321]), np.repeat(np.arange(7), 53)[:365])
"""Seven days of the year, 168 steps."""
DAY = typical_days(np.array([168]), np.zeros(365, dtype=int))
"""One day for the whole year, 24 steps."""
_CLOSE = 1e-5


@dataclass(frozen=True)
class Fault:
    """A limit to tighten: machine, field, share of the least value that serves."""

    plant: str
    owner: str
    name: str
    seed: int
    share: float

    @property
    def path(self) -> str:
        """Return the path of the limit."""
        return f"technologies.{self.owner}.{self.name}"


@dataclass(frozen=True)
class Broken:
    """A district that cannot be served: its system, the limit made too tight and the least value that serves."""

    system: System
    path: str
    tight: float
    least: float


def flat(value: float) -> np.ndarray:
    return np.full(YEAR, float(value))


def as_shipped(amount: float, _currency: str, _year: int | None) -> float:
    """Return a shipped price as it stands."""
    return amount


def load(rng: np.random.Generator, peak_kw: float) -> np.ndarray:
    """Return a demand with days of its own, 30 to 100 % of the peak."""
    hour = np.arange(YEAR) % 24
    shape = 0.65 + 0.35 * np.sin(2 * np.pi * (hour - rng.uniform(7, 10)) / 24)
    days = np.repeat(rng.uniform(0.75, 1.0, 365), 24)
    series = shape * days * rng.uniform(0.97, 1.0, YEAR)
    return np.asarray(peak_kw * series / series.max())


def sun() -> np.ndarray:
    hour = np.arange(YEAR) % 24
    return np.clip(np.sin(np.pi * (hour - 6) / 12), 0.0, None) * ((hour >= 6) & (hour <= 18)) * 0.85


def _tariff(price: float, ghg: float) -> Tariff:
    return Tariff(flat(price), flat(0.0), np.zeros(12), 0.0, flat(ghg), 2.0)


def conditions(demand: Mapping[str, np.ndarray], **changes: Any) -> SiteConditions:
    hour = np.arange(YEAR) % 24
    base = SiteConditions(
        grid=full_year(),
        dry_bulb_temp_c=24.0 + 6.0 * np.sin(2 * np.pi * (hour - 9) / 24),
        wet_bulb_temp_c=19.0 + 3.0 * np.sin(2 * np.pi * (hour - 9) / 24),
        pressure_pa=90000.0,
        supply_temp_c={"chilled_water": 6.0, "hot_water": 90.0, "steam": 184.0, "steam_low": 130.0},
        return_temp_c={"chilled_water": 14.0, "hot_water": 70.0, "steam": 85.0, "steam_low": 85.0},
        tariffs={"power": _tariff(0.15, 0.2)},
        fuels={"natural_gas": _tariff(0.05, 0.2), "diesel": _tariff(0.11, 0.27)},
        refrigerants={"R-134a": Refrigerant("R-134a", 1300.0, 0.0, montreal_gas=False)},
        pv_kw_per_kwp={"pv": sun(), "roof": sun()},
        sources={
            "furnace": SourceConditions(
                available_kw=flat(900.0),
                temp_c=flat(300.0),
                price_per_kwh=0.005,
                capture_cost_per_kw=50.0,
                supplier="",
                exit_year=None,
                is_cold=False,
            ),
            "oven": SourceConditions(
                available_kw=np.where((hour >= 7) & (hour < 19), 6000.0, 0.0), temp_c=flat(300.0), price_per_kwh=0.01
            ),
            "lake": SourceConditions(available_kw=flat(5000.0), temp_c=flat(4.0), is_cold=True),
        },
        demand_kw=dict(demand),
    )
    return replace(base, **changes)


def make(kind: str, name: str, **fields: Any) -> Technology:
    return KINDS[kind](**{"id": name, **fields})


PLANTS: dict[str, tuple[tuple[str, ...], Callable[[], list[Technology]]]] = {
    "cooling": (
        ("chilled_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("vapour_chiller", "chillers"),
            make("vapour_chiller", "air_chiller", compressor="screw_vsd", condenser="air", max_capacity_kw=400.0),
            make("cooling_tower", "towers"),
            make("chilled_water_store", "tank", max_capacity_kwh=1500.0),
        ],
    ),
    "heating": (
        ("hot_water", "electricity"),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("fuel_supply", "gas"),
            make("boiler", "boilers", fuel="natural_gas"),
            make("chp", "engine", fuel="natural_gas", max_capacity_kw=150.0),
            make("hot_water_store", "tank", max_capacity_kwh=800.0),
        ],
    ),
    "recovery": (
        ("hot_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("waste_heat_recovery", "furnace_heat", source="furnace"),
            make("fuel_supply", "gas"),
            make("boiler", "boilers", fuel="natural_gas"),
        ],
    ),
    "island": (
        ("electricity",),
        lambda: [
            make("pv", "pv", area_m2=60000.0),
            make("battery", "battery"),
            make("fuel_supply", "diesel", fuel="diesel", max_energy_kwh_per_a=4e6),
            make("generator", "sets", fuel="diesel", max_capacity_kw=600.0, max_running_h_per_a=3000.0),
        ],
    ),
    "exchange": (
        ("hot_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("fuel_supply", "gas"),
            make("steam_boiler", "steam_boilers", fuel="natural_gas"),
            make("heat_exchanger", "plates"),
        ],
    ),
    "ice": (
        ("chilled_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("vapour_chiller", "chillers"),
            make("cooling_tower", "towers"),
            make("ice_store", "ice", max_capacity_kwh=3000.0),
        ],
    ),
    "absorption": (
        ("chilled_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("fuel_supply", "gas"),
            make("boiler", "boilers", fuel="natural_gas"),
            make("absorption_chiller", "absorption", effect="single", driven_by="hot_water"),
            make("vapour_chiller", "chillers", max_capacity_kw=300.0),
            make("cooling_tower", "towers"),
        ],
    ),
    "engines": (
        ("electricity", "hot_water"),
        lambda: [
            make("fuel_supply", "gas"),
            make("chp", "engine", fuel="natural_gas"),
            make("boiler", "boilers", fuel="natural_gas"),
            make("hot_water_store", "tank"),
        ],
    ),
    "roof": (
        ("hot_water", "electricity"),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("fuel_supply", "gas"),
            make("boiler", "boilers", fuel="natural_gas"),
            make("pv", "roof", area_m2=8000.0),
            make("battery", "battery"),
        ],
    ),
    "by_day": (
        ("hot_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("waste_heat_recovery", "oven_heat", source="oven"),
            make("hot_water_store", "tank"),
        ],
    ),
    "lake": (
        ("chilled_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("free_cooling", "lake_cooling", source="lake"),
            make("vapour_chiller", "chillers", condenser="air", compressor="screw", max_capacity_kw=250.0),
        ],
    ),
    "cogeneration": (
        ("hot_water",),
        lambda: [
            make("grid", "grid", tariff="power", max_export_kw=5000.0),
            make("fuel_supply", "gas"),
            make("chp", "engine", fuel="natural_gas"),
            make("hot_water_store", "tank", max_capacity_kwh=500.0),
        ],
    ),
    "turbine": (
        ("steam_low", "electricity"),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("fuel_supply", "gas"),
            make("steam_boiler", "steam_boilers", fuel="natural_gas"),
            make("steam_let_down", "valve"),
            make("back_pressure_turbine", "turbine", max_capacity_kw=60.0),
        ],
    ),
    "air_heat": (
        ("hot_water",),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("heat_pump", "pumps", source="air", max_supply_temp_c=95.0, refrigerant="R-134a"),
            make("hot_water_store", "tank", max_capacity_kwh=300.0),
        ],
    ),
    "compressors": (
        ("compressed_air", "electricity"),
        lambda: [
            make("grid", "grid", tariff="power"),
            make("air_compressor", "compressors"),
            make("pv", "roof", area_m2=4000.0),
        ],
    ),
    "sets": (
        ("electricity",),
        lambda: [
            make("fuel_supply", "diesel", fuel="diesel", max_energy_kwh_per_a=3e7),
            make("generator", "sets", fuel="diesel", max_running_h_per_a=8700.0, spare_units=0),
            make("battery", "battery", max_power_kw=100.0),
        ],
    ),
    "shedding": (
        ("electricity",),
        lambda: [
            make("grid", "grid", tariff="power", max_connection_kw=700.0),
            make(
                "interruptible_load",
                "contract",
                interruptible_frac=0.6,
                max_outage_h_per_a=4000.0,
                om_variable_per_kwh=0.5,
            ),
            make("battery", "battery", max_power_kw=50.0),
        ],
    ),
    "outage": (
        ("electricity",),
        lambda: [
            make("grid", "grid", tariff="power", outages=((168 * 24 + 10, 8),)),
            make("battery", "battery", max_power_kw=1500.0),
            make("generator", "sets", fuel="diesel", max_capacity_kw=250.0),
            make("fuel_supply", "diesel", fuel="diesel"),
        ],
    ),
}


def plant(kind: str, seed: int, grid: TimeGrid = WEEK) -> System:
    """Return a district of a kind with limits on every size, 10 to 60 % above what it needs."""
    rng = np.random.default_rng(seed)
    carriers, machines = PLANTS[kind]
    demand = {c: load(rng, rng.uniform(800.0, 2000.0)) for c in carriers}
    system = System(
        technologies=tuple(machines()),
        demand={(NODE, c): v for c, v in demand.items()},
        conditions={NODE: conditions(demand)},
        discount_rate_frac=0.08,
        investment_factor=1.1,
        unserved_cost_per_kwh=300.0,
    )
    sizes = build(system, grid).solve().capacities
    limited = []
    for t in system.technologies:
        room = {
            f"max_{s.name}": float(np.ceil(sizes[t.id, s.name] * rng.uniform(1.1, 1.6)))
            for s in t.sizes
            if getattr(t, f"max_{s.name}", None) is None and sizes[t.id, s.name] > 1.0
        }
        limited.append(t.model_copy(update=room))
    return replace(system, technologies=tuple(limited))


def with_field(system: System, owner: str, name: str, value: float) -> System:
    """Return the system with one field of one machine changed."""
    changed = [t.model_copy(update={name: value}) if t.id == owner else t for t in system.technologies]
    return replace(system, technologies=tuple(changed))


def serves(system: System, grid: TimeGrid = WEEK) -> bool:
    try:
        build(system, grid).solve()
    except InfeasibleError:
        return False
    return True


def least_value(tried: Callable[[float], bool], low: float, high: float) -> float:
    """Return the least value that serves, by bisection between one that does not and one that does."""
    while high - low > _CLOSE * high:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if tried(middle) else (middle, high)
    return high


def break_it(fault: Fault) -> Broken:
    """Return the district of a fault with its limit too tight."""
    system = plant(fault.plant, fault.seed)
    spec = next(t for t in system.technologies if t.id == fault.owner)
    now = float(getattr(spec, fault.name))

    def tried(value: float) -> bool:
        return serves(with_field(system, fault.owner, fault.name, value))

    assert tried(now), "the district must be sound before it is broken"
    assert not tried(0.02 * now), "the limit must be needed"
    least = least_value(tried, 0.02 * now, now)
    tight = fault.share * least
    return Broken(with_field(system, fault.owner, fault.name, tight), fault.path, tight, least)
