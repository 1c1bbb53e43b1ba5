"""Small systems that can be solved by hand: one node, flat or two-level prices, 24 steps that stand for the year."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from edsim.core.registry import load_kinds
from edsim.core.tariff import Tariff
from edsim.core.technology import Conditions, Refrigerant, Technology
from edsim.core.timegrid import TimeGrid, full_year, typical_days
from edsim.optimization.system import System

YEAR = 8760
KINDS = load_kinds("edsim.technologies")


def flat(value: float) -> np.ndarray:
    return np.full(YEAR, float(value))


def tariff(price: np.ndarray, demand_charge: float = 0.0, export: float = 0.0) -> Tariff:
    return Tariff(price, flat(export), np.full(12, demand_charge), 0.0, flat(0.2), 2.0)


def conditions(price: np.ndarray, **changes: object) -> Conditions:
    base = Conditions(
        grid=full_year(),
        dry_bulb_temp_c=flat(25.0),
        wet_bulb_temp_c=flat(20.0),
        pressure_pa=101325.0,
        supply_temp_c={"chilled_water": 6.0, "hot_water": 90.0},
        return_temp_c={"chilled_water": 14.0, "hot_water": 70.0},
        tariffs={"power": tariff(price)},
        fuels={"natural_gas": tariff(flat(0.05))},
        refrigerants={"R-134a": Refrigerant("R-134a", 1300.0, 0.0, montreal_gas=False)},
    )
    return replace(base, **changes)


def ideal_battery(**fields: object) -> Technology:
    """Return a free battery without losses that uses all of its rated energy, as often as it likes."""
    ideal = dict.fromkeys(("round_trip_frac", "depth_of_discharge_frac", "end_of_life_frac"), 1.0)
    costs = dict.fromkeys(("capex_per_kwh", "capex_per_kw", "fixed_om_frac", "loss_frac_per_h"), 0.0)
    return KINDS["battery"](**{"id": "battery", **ideal, **costs, **fields})


@pytest.fixture
def make() -> Callable[..., Technology]:
    """Return a maker of technologies: make("grid", id="grid", ...)."""

    def of(kind: str, **fields: object) -> Technology:
        return KINDS[kind](**fields)

    return of


@pytest.fixture
def system() -> Callable[..., System]:
    """Return a maker of one-node systems: system([technologies], {carrier: (8760,)}, price=...)."""

    def of(
        technologies: list[Technology],
        demand: Mapping[str, np.ndarray],
        price: np.ndarray | None = None,
        **changes: object,
    ) -> System:
        return System(
            technologies=tuple(technologies),
            demand={("energy_center", c): v for c, v in demand.items()},
            conditions={"energy_center": conditions(flat(0.1) if price is None else price, **changes)},
            discount_rate_frac=0.0,
            investment_factor=1.0,
            unserved_cost_per_kwh=100.0,
        )

    return of


@pytest.fixture
def one_day() -> TimeGrid:
    """Return the grid of one typical day that stands for all 365."""
    return typical_days(np.array([0]), np.zeros(365, dtype=np.int64))
