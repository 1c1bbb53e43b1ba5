"""Surroundings and small systems the technology tests share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from edsim.core.machines.site import SiteConditions
from edsim.core.registry import load_kinds
from edsim.core.tariff import Tariff
from edsim.core.technology import Array, IndividualMachine, Refrigerant, SourceConditions, Technology
from edsim.core.timegrid import HOURS_PER_YEAR, TimeGrid, full_year, typical_days
from edsim.lp import Block, ConcreteModel, RangeSet
from edsim.optimization.model.context import KindContext, make_context
from edsim.optimization.model.ledger import KindAccounts, Ledger
from edsim.optimization.model.model import Model, build
from edsim.optimization.model.shared_sources import limit_sources
from edsim.optimization.system import System

NODE = "energy_center"


def one_day(day: int = 0) -> TimeGrid:
    """Return the grid of one typical day that stands for the whole year."""
    return typical_days(np.array([day]), np.zeros(365, dtype=np.int64))


def flat_tariff(price: float, demand: float = 0.0, export: float = 0.0, fixed: float = 0.0) -> Tariff:
    """Return prices that never change; 0.2 kgCO2e/kWh, primary energy factor 2."""
    return Tariff(
        energy_per_kwh=np.full(HOURS_PER_YEAR, price),
        export_per_kwh=np.full(HOURS_PER_YEAR, export),
        demand_per_kw_month=np.full(12, demand),
        fixed_per_a=fixed,
        ghg_kg_per_kwh=np.full(HOURS_PER_YEAR, 0.2),
        primary_energy_factor=2.0,
    )


def make_conditions(dry_bulb_c: float = 30.0, wet_bulb_c: float = 25.4, **changes: object) -> SiteConditions:
    """Return constant weather at sea level over the year, with every carrier, price and source the examples use."""
    year = np.ones(HOURS_PER_YEAR)
    hour = np.arange(HOURS_PER_YEAR) % 24
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0.0, None)
    base = SiteConditions(
        grid=full_year(),
        dry_bulb_temp_c=dry_bulb_c * year,
        wet_bulb_temp_c=wet_bulb_c * year,
        pressure_pa=101325.0,
        supply_temp_c={
            "chilled_water": 6.7,
            "chilled_water_high": 15.0,
            "hot_water": 80.0,
            "steam": 180.0,
            "steam_low": 120.0,
            "ambient_water": 25.0,
            "exhaust_gas": 400.0,
        },
        return_temp_c={
            "chilled_water": 12.3,
            "chilled_water_high": 20.0,
            "hot_water": 60.0,
            "steam": 90.0,
            "steam_low": 90.0,
            "ambient_water": 18.0,
            "exhaust_gas": 180.0,
        },
        tariffs={"grid": flat_tariff(0.1)},
        fuels={f: flat_tariff(0.05) for f in ("natural_gas", "biogas", "diesel")},
        refrigerants={
            r: Refrigerant(r, 1300.0, 0.0, montreal_gas=False) for r in ("R-134a", "R-22", "R-290", "R-410A", "R-717")
        },
        sources={
            "furnace": SourceConditions(500.0 * year, 250.0 * year),
            "lake": SourceConditions(800.0 * year, 5.0 * year),
        },
        pv_kw_per_kwp={"roof_pv": 0.8 * sun},
        water_price_per_m3=2.0,
        irradiance_w_per_m2={"collectors": 900.0 * sun},
        wind_speed_m_per_s=6.0 * year,
    )
    return replace(base, **changes)


def make_system(
    technologies: tuple[Technology, ...],
    demand: Mapping[str, Array | float],
    conditions: SiteConditions,
    rate: float = 0.0,
) -> System:
    """Return a system at one node; demands are constant when given as a number."""
    year = np.ones(HOURS_PER_YEAR)
    return System(
        technologies=technologies,
        demand={(NODE, carrier): np.asarray(series) * year for carrier, series in demand.items()},
        conditions={NODE: replace(conditions, demand_kw={c: np.asarray(s) * year for c, s in demand.items()})},
        discount_rate_frac=rate,
        investment_factor=1.0,
        unserved_cost_per_kwh=1000.0,
    )


def assemble(
    specs: Sequence[Technology], grid: TimeGrid, conditions: SiteConditions
) -> tuple[ConcreteModel, Block, KindContext, Ledger]:
    """Return model, block, context and ledger of the instances of one kind and their sources alone, no balances."""
    demand = {c: np.full(HOURS_PER_YEAR, 50.0) for c in ("chilled_water", "cooling", "electricity", "compressed_air")}
    whole = replace(
        make_system(tuple(specs), demand, conditions),
        demand={(s.node, carrier): series for s in specs for carrier, series in demand.items()},
        conditions={s.node: replace(conditions, demand_kw=demand) for s in specs},
    )
    model = ConcreteModel()
    model.T = RangeSet(0, grid.n - 1)
    block = Block()
    setattr(model, specs[0].kind, block)
    block.I, block.T, block.M = RangeSet(0, len(specs) - 1), RangeSet(0, grid.n - 1), RangeSet(0, 11)
    ctx = make_context(whole, grid, specs)
    kind = type(specs[0])
    kind.declare(block, ctx)
    kind.constrain(block, ctx)
    limit_sources(model, {specs[0].kind: ctx})
    ledger = Ledger(grid)
    kind.contribute(block, KindAccounts(ledger, tuple(s.id for s in specs), ctx.shapes), ctx)
    return model, block, ctx, ledger


@pytest.fixture
def alone() -> Callable[..., tuple[ConcreteModel, Block, KindContext, Ledger]]:
    """Return the maker of the block of one kind."""
    return assemble


KINDS = load_kinds("edsim.technologies")
MODEL_KINDS = sorted(k for k, c in KINDS.items() if not issubclass(c, IndividualMachine))
INDIVIDUAL_KINDS = sorted(k for k, c in KINDS.items() if issubclass(c, IndividualMachine))
OPEN_KINDS = frozenset(
    (
        "free_cooling",
        "fuel_supply",
        "grid",
        "interruptible_load",
        "loop_mains",
        "pv",
        "solar_thermal",
        "waste_heat_recovery",
        "wind_turbine",
    )
)
"""Their energy comes from sun, wind, water, a supplier or a contract, not through a port."""
ASKED = {
    "kind": sorted(KINDS),
    "model_kind": MODEL_KINDS,
    "closed_kind": [k for k in MODEL_KINDS if k not in OPEN_KINDS],
    "individual_kind": INDIVIDUAL_KINDS,
}
"""What a test that asks for a kind is given."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests that ask for a kind every registered kind."""
    for name, kinds in ASKED.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, kinds)


@pytest.fixture
def kinds() -> Mapping[str, type[Technology]]:
    """Return every registered kind."""
    return KINDS


@pytest.fixture
def day() -> TimeGrid:
    """Return one typical day for the whole year."""
    return one_day()


@pytest.fixture
def surroundings() -> Callable[..., SiteConditions]:
    """Return the maker of constant surroundings."""
    return make_conditions


@pytest.fixture
def tariff() -> Callable[..., Tariff]:
    """Return the maker of flat tariffs."""
    return flat_tariff


@pytest.fixture
def system() -> Callable[..., System]:
    """Return the maker of systems at one node."""
    return make_system


@pytest.fixture
def model(day: TimeGrid) -> Callable[..., Model]:
    """Return a function that builds a system on one typical day, or on another grid."""

    def make(
        technologies: tuple[Technology, ...],
        demand: Mapping[str, Array | float],
        conditions: SiteConditions | None = None,
        grid: TimeGrid | None = None,
    ) -> Model:
        return build(make_system(technologies, demand, conditions or make_conditions()), grid or day)

    return make
