"""What purchases of a case carry, and what its sources and cogeneration count as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.energy.cogeneration import Cogeneration
from edsim.ghg.fuels import fuel_figures
from edsim.optimization.types import Flow
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]
_ORIGIN_OF = {"ambient": "renewable", "waste": "waste", "bought": "cogenerated_other"}
"""Heat of a source → its origin: of the plant of a supplier nobody knows whether it is of high efficiency."""
LEAST_HEAT_PER_ELECTRICITY = 2.5
"""Seasonal performance from which ambient heat is renewable: Decision 2013/114/EU, annex, 3.3."""


ORIGINS = ("renewable", "waste", "cogenerated", "cogenerated_other", "other")
"""Rows of a mix, as the fields of :class:`edsim.energy.efficient_district.HeatMix`."""


WEIGHTS = ("primary_kwh", "ghg_kg", "fuel_kwh", "price")
"""Rows of weights; the price is that of energy alone, as a share of the dearest purchase of the year."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a kWh carries: `weights` (4, n) by :data:`WEIGHTS`; `mix` (5, n) by origin.

    n is the number of hours, or 1 where all are alike.
    """

    weights: Array
    mix: Array


@dataclass(frozen=True, slots=True)
class Origins:
    """Factors of purchases, sources and cogeneration of a variant.

    Attributes
    ----------
    grid_weights : (4, n)
        Of grid electricity, at the price of the first connection.
    prices : (n,)
        Of each hour by connection of the plant and purchase of buildings.
    fuels
        Fuel → what a kWh carries.
    sources
        Technology that captures heat → factors (4,) of a kWh taken, and its origin.
    plants
        Technology that cogenerates → mover, fuel and electric capacity, kW.
    dearest_per_kwh
        What prices are shares of, currency.
    """

    grid_weights: Array
    prices: Mapping[str, Array]
    fuels: Mapping[str, Content]
    sources: Mapping[str, tuple[Array, str]]
    plants: Mapping[str, tuple[str, str, float]]
    dearest_per_kwh: float

    def bought(self, f: Flow) -> Content:
        """Return what a purchase carries; electricity is other energy, since a case states no share of renewables."""
        fuel = self.fuels.get(f.carrier)
        if fuel is not None:
            return fuel
        weights = self.grid_weights.copy()
        weights[-1] = self.prices.get(f.technology, weights[-1])
        return Content(weights, _of("other"))

    def source(self, technology: str) -> tuple[Array, str]:
        """Return the factors of the heat a technology takes and its origin."""
        return self.sources[technology]

    def is_efficient(self, heat_kwh: float, electricity_kwh: float) -> bool:
        """Return whether a heat pump gives so much heat per electricity that its ambient heat is renewable."""
        return heat_kwh >= LEAST_HEAT_PER_ELECTRICITY * electricity_kwh

    def is_high_efficiency(self, technology: str, year: tuple[Array, float, float]) -> bool:
        """Return whether cogeneration is of high efficiency; of kinds it has no reference for nobody knows.

        Parameters
        ----------
        technology
            Its id.
        year
            What it draws by :data:`WEIGHTS`, (4,); electricity and heat it gives, kWh.
        """
        if technology not in self.plants:
            return False
        drawn, power_kwh, heat_kwh = year
        mover, fuel, capacity_kw = self.plants[technology]
        made = Cogeneration(float(drawn[2]), power_kwh, heat_kwh, float(drawn[1]), capacity_kw, mover, fuel)
        return made.is_high_efficiency


def origins_of(run: VariantRun) -> Origins:
    """Return the factors of a variant."""
    case = run.district.case
    hourly = grid_factor_kg_per_kwh(case)
    primary = case.emissions.grid_primary_energy_factor
    prices, dearest = _prices(run), _dearest(run)
    first = next(iter(prices.values()), np.zeros(hourly.shape)) / dearest
    grid = np.array([np.full(hourly.shape, primary), hourly, np.zeros(hourly.shape), first])
    renewable = renewable_fuels()
    fuels = {
        f.id: Content(
            np.array([[f.primary_energy_factor], [f.ghg_kg_per_kwh], [1.0], [f.price_per_kwh / dearest]]),
            _of("renewable" if f.id in renewable else "other"),
        )
        for f in case.fuels
    }
    specs = {s.id: s for s in case.sources}
    sources = {}
    for t in run.plant:
        if t.kind == "waste_heat_recovery":
            spec = specs[str(getattr(t, "source", ""))]
            own = getattr(t, "price_per_kwh", None)
            paid = spec.price_per_kwh if own is None else float(own)
            per_kwh = np.array([spec.primary_energy_factor, spec.ghg_kg_per_kwh, 0.0, paid / dearest])
            sources[t.id] = per_kwh, _ORIGIN_OF[spec.heat_origin]
    return Origins(grid, {k: v / dearest for k, v in prices.items()}, fuels, sources, _plants(run), dearest)


def _prices(run: VariantRun) -> dict[str, Array]:
    """Return the price of energy of each hour by connection of the plant and purchase of buildings, currency/kWh."""
    tariffs = run.conditions.tariffs
    grids = {t.id: tariffs[str(getattr(t, "tariff", ""))] for t in run.plant if t.kind == "grid"}
    bought = {f"purchase {name}": tariff for name, tariff in tariffs.items()}
    return {name: np.asarray(tariff.energy_per_kwh) for name, tariff in (grids | bought).items()}


def _dearest(run: VariantRun) -> float:
    """Return the highest price of energy of the year, currency/kWh; 1 where nothing costs anything."""
    priced = [*run.conditions.tariffs.values(), *run.conditions.fuels.values()]
    return max((float(np.max(t.energy_per_kwh)) for t in priced), default=0.0) or 1.0


def renewable_fuels() -> frozenset[str]:
    """Return the fuels whose carbon is biogenic; ``biomass`` stands for ``biomass_wood``."""
    table = fuel_figures()
    biogenic = "biogenic_co2_kg_per_gj_lhv"
    found = {name for name, row in table.items() if biogenic in row and row[biogenic].value > 0.0}
    return frozenset(found | {name.partition("_")[0] for name in found})


def _plants(run: VariantRun) -> dict[str, tuple[str, str, float]]:
    """Return mover, fuel and capacity of what cogenerates; a steam turbine has the fuel its boilers burn most."""
    burnt: dict[str, float] = {}
    for f in run.flows:
        if f.kind == "steam_boiler" and f.direction == "in":
            burnt[f.carrier] = burnt.get(f.carrier, 0.0) + float(f.values.sum())
    most = max(burnt, key=lambda k: burnt[k], default="natural_gas")
    found = {}
    for t in run.plant:
        if t.kind == "chp":
            found[t.id] = str(getattr(t, "mover", "engine")), str(getattr(t, "fuel", most)), _size(run, t.id)
        elif t.kind == "back_pressure_turbine":
            found[t.id] = "back_pressure", most, _size(run, t.id)
    return found


def _size(run: VariantRun, technology: str) -> float:
    return run.capacity(technology, "capacity_kw")


def _of(origin: str) -> Array:
    """Return the mix of one origin, (5, 1)."""
    return np.array([[float(name == origin)] for name in ORIGINS])
