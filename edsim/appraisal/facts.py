"""The yearly facts of a variant that every indicator is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from edsim.appraisal.cooling import chiller_capacity_kw, cooling_electricity_kwh
from edsim.appraisal.costs import VariantCosts
from edsim.appraisal.emissions import VariantEmissions
from edsim.appraisal.phases.headline import later_investment
from edsim.appraisal.steam import SteamMass, steam_mass
from edsim.appraisal.supply.origin import LEAST_HEAT_PER_ELECTRICITY
from edsim.appraisal.supply.trace import Delivered, Traced, traced
from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.case.schema import Case
from edsim.core.carriers import is_of
from edsim.finance import CashFlows, npv, per_ton_hour
from edsim.results.variant import VariantRun, fuel_kwh, grid_export_kw, grid_import_kw, heat_taken_kwh, water_m3

_RENEWABLE = {"pv", "wind_turbine", "solar_thermal"}
_LIFTED = {("heat_recovery_chiller", "heat"): 1.0, ("heat_recovery_chiller", "electricity"): -1.0}
"""Kinds and ports of which the sum is the heat taken from what is cooled: a heat output less the work in it."""
_ENERGY_LINES = ["electricity", "fuel", "heat_purchase", "demand_charge", "export_revenue"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures of one variant in a year of operation, and its present values.

    Energy in kWh/a, power in kW, GHG in kgCO2e/a (refrigerants: mean year of the machines' lives), money in currency.
    Of a district that grows the year is the first of its last milestone; `tewi_kg` counts all years,
    `later_investment` is what milestones after the first buy, and `service_by_year_kwh` has the years 1..N.
    """

    cooling_kwh: float
    grid_kwh: float
    export_kwh: float
    fuel_kwh: float
    pv_kwh: float
    cooling_electricity_kwh: float
    heat_driven_kwh: float
    primary_energy_kwh: float
    grid_peak_kw: float
    coincident_kw: float
    window_peak_kw: float | None
    chiller_kw: float
    water_m3: float
    steam: SteamMass | None
    ghg_grid_kg: float
    ghg_fuel_kg: float
    ghg_heat_kg: float | None
    """Of heat taken from suppliers; None where no source states a factor."""
    ghg_hfc_kg: float
    ghg_montreal_kg: float
    odp_kg: float
    investment: float
    yearly_cost: float
    energy_cost: float
    life_cycle_cost: float
    life_cycle_cost_no_salvage: float
    levelized: Mapping[str, float]
    """Service → levelized cost, currency per kWh, of compressed air per Nm3; empty where joint cost is not shared."""
    tewi_kg: float
    heat_rejected_kwh: float | None
    load_factor_frac: float
    nox_kg: float | None
    pm_kg: float | None
    hfc_installed_kg: float
    renewable_kwh: float
    recovered_kwh: float
    """Heat of sources and of cooled buildings that would be lost, without the electricity that lifts it."""
    bought_heat_kwh: float
    """Heat of sources that was made for sale (:attr:`edsim.case.schema.SourceSpec.heat_origin`)."""
    traced: Traced
    """What every service is made of."""
    later_investment: float
    service_by_year_kwh: np.ndarray
    connected_buildings: int
    """Buildings that at least one network serves."""

    @property
    def final_energy_kwh(self) -> float:
        """Grid electricity, fuel and heat made for sale that are bought, less electricity exported."""
        return self.grid_kwh + self.fuel_kwh + self.bought_heat_kwh - self.export_kwh

    @property
    def ghg_kg(self) -> float:
        """Grid, fuel, heat and all refrigerants, those of the Montreal Protocol included."""
        return self.ghg_kyoto_kg + self.ghg_montreal_kg

    @property
    def ghg_kyoto_kg(self) -> float:
        """Grid, fuel, heat and HFC: the gases of the Kyoto basket."""
        return self.ghg_grid_kg + self.ghg_fuel_kg + (self.ghg_heat_kg or 0.0) + self.ghg_hfc_kg

    @property
    def used_kwh(self) -> float:
        """Grid electricity, fuel, heat bought, renewable energy of the site and recovered heat: each counted once.

        The heat of a compressor, and the work in that of a chiller, came in as electricity and are counted there.
        """
        bought = self.grid_kwh + self.fuel_kwh + self.bought_heat_kwh
        return bought + self.renewable_kwh + self.recovered_kwh

    @property
    def renewable_frac(self) -> float:
        """Renewable energy made on site and ambient heat, share of all energy used."""
        return self.renewable_kwh / self.used_kwh if self.used_kwh > 0.0 else 0.0

    @property
    def recovered_frac(self) -> float:
        """Waste heat of suppliers and of what is cooled, share of all energy used."""
        return self.recovered_kwh / self.used_kwh if self.used_kwh > 0.0 else 0.0

    @property
    def heat(self) -> Delivered | None:
        """What heating, hot water and steam are made of; None where none is delivered."""
        return self.traced.sum_of(("heating", "hot_water", "steam"))

    @property
    def cold(self) -> Delivered | None:
        """What cooling is made of; None where none is delivered."""
        return self.traced.sum_of(("cooling",))

    @property
    def cop(self) -> float | None:
        """Cooling delivered over electricity of the cooling chain; None where heat drives part of the cooling."""
        if self.heat_driven_kwh > 0.0 or self.cooling_electricity_kwh <= 0.0:
            return None
        return self.cooling_kwh / self.cooling_electricity_kwh

    @property
    def levelized_per_tr_h(self) -> float | None:
        """Levelized cost of cooling per ton-hour."""
        per_kwh = self.levelized.get("cooling")
        return None if per_kwh is None else per_ton_hour(per_kwh)

    @property
    def levelized_per_t(self) -> float | None:
        """Levelized cost of steam per tonne."""
        per_kwh = self.levelized.get("steam")
        return None if per_kwh is None or self.steam is None else per_kwh * self.steam.kwh_per_t


def facts_of(
    run: VariantRun,
    costs: VariantCosts,
    emissions: VariantEmissions,
    peak_hours: np.ndarray,
    levelized: Mapping[str, float],
) -> Facts:
    """Return the facts of a variant.

    Parameters
    ----------
    run, costs, emissions
        The variant.
    peak_hours
        Hours of the coincident peak, the same for all variants.
    levelized
        Service → levelized cost.
    """
    bought, sold, fuels = grid_import_kw(run), grid_export_kw(run), fuel_kwh(run)
    pv = sum(float(f.values.sum()) for f in run.flows if f.kind == "pv")
    taken = taken_kwh(run)
    supplied = float(bought.sum()) + sum(fuels.values()) + pv
    return Facts(
        cooling_kwh=_cooling_kwh(run),
        grid_kwh=float(bought.sum()),
        export_kwh=float(sold.sum()),
        fuel_kwh=sum(fuels.values()),
        pv_kwh=pv,
        cooling_electricity_kwh=cooling_electricity_kwh(run),
        heat_driven_kwh=_heat_driven_kwh(run),
        primary_energy_kwh=primary_energy_kwh(run),
        grid_peak_kw=float(bought.max()),
        coincident_kw=float(bought[peak_hours].mean()),
        window_peak_kw=window_peak_kw(run, bought),
        chiller_kw=chiller_capacity_kw(run),
        water_m3=water_m3(run),
        steam=steam_mass(run),
        levelized=levelized,
        heat_rejected_kwh=heat_rejected_kwh(run, supplied, float(sold.sum())),
        load_factor_frac=float(bought.mean()) / float(bought.max()) if bought.max() else 0.0,
        nox_kg=_air_kg(run.district.case, float(bought.sum()), fuels, "nox"),
        pm_kg=_air_kg(run.district.case, float(bought.sum()), fuels, "pm"),
        renewable_kwh=_renewable_kwh(run) + taken["ambient"],
        recovered_kwh=lifted_kwh(run) + taken["waste"],
        bought_heat_kwh=taken["bought"],
        traced=traced(run),
        service_by_year_kwh=np.concatenate(
            [np.full(s.last_a - s.start_a, _service_kwh(s.run)) for s in run.stages],
        ),
        connected_buildings=len(run.district.connected()),
        **_gases(run, emissions),
        **_money(run, costs),
    )


class _Gases(TypedDict):
    """Facts on greenhouse gases and the ozone layer."""

    ghg_grid_kg: float
    ghg_fuel_kg: float
    ghg_heat_kg: float | None
    ghg_hfc_kg: float
    ghg_montreal_kg: float
    odp_kg: float
    tewi_kg: float
    hfc_installed_kg: float


def _gases(run: VariantRun, emissions: VariantEmissions) -> _Gases:
    grid, burnt, heat = energy_ghg_kg(run, run.stages[-1].start_a)
    is_stated = any(s.ghg_kg_per_kwh for s in run.district.case.sources)
    ledger = emissions.refrigerants
    return {
        "ghg_grid_kg": grid,
        "ghg_fuel_kg": burnt,
        "ghg_heat_kg": heat if is_stated else None,
        "ghg_hfc_kg": ledger.mean_kgco2e_per_a(montreal=False),
        "ghg_montreal_kg": ledger.mean_kgco2e_per_a(montreal=True),
        "odp_kg": ledger.mean_odp_kg_per_a(),
        "tewi_kg": _tewi_kg(run, emissions),
        "hfc_installed_kg": ledger.hfc_installed_kgco2e(),
    }


def running_lines(flows: CashFlows) -> list[str]:
    """Return the lines of operation: all but investment, replacement and value at the end."""
    return [line for line in flows.lines() if not line.startswith(("capex_", "replacement_", "salvage_"))]


class _Money(TypedDict):
    """Facts in the currency of the case."""

    investment: float
    later_investment: float
    yearly_cost: float
    energy_cost: float
    life_cycle_cost: float
    life_cycle_cost_no_salvage: float


def _money(run: VariantRun, costs: VariantCosts) -> _Money:
    """Return investment, cost of the year shown and present values; those without salvage are beside."""
    flows, shown = costs.flows, run.stages[-1].first_a
    rate = run.district.case.finance.discount_rate_frac
    yearly = running_lines(flows)
    kept = [line for line in flows.lines() if not line.startswith("salvage_")]
    return {
        "investment": -float(flows.select(year=0).total()),
        "later_investment": later_investment(run, flows),
        "yearly_cost": -float(flows.select(line=yearly, year=shown).total()),
        "energy_cost": -float(flows.select(line=_ENERGY_LINES, year=shown).total()),
        "life_cycle_cost": -npv(flows, rate),
        "life_cycle_cost_no_salvage": -npv(flows.select(line=kept), rate),
    }


def primary_energy_kwh(run: VariantRun) -> float:
    """Return non-renewable primary energy of grid electricity, fuel and heat of suppliers in a year, kWh."""
    case = run.district.case
    fuels = {f.id: f.primary_energy_factor for f in case.fuels}
    sources = {s.id: s.primary_energy_factor for s in case.sources}
    of_fuels = sum(kwh * fuels[f] for f, kwh in fuel_kwh(run).items())
    of_heat = sum(kwh * sources[s] for s, kwh in heat_taken_kwh(run).items())
    return float(grid_import_kw(run).sum()) * case.emissions.grid_primary_energy_factor + of_fuels + of_heat


def heat_rejected_kwh(run: VariantRun, supplied_kwh: float, sold_kwh: float) -> float | None:
    """Return cooling and the energy that stays on the site, all heat in the end, kWh; None with other services."""
    cooling = _cooling_kwh(run)
    only_cooling = all(f.port == "cooling" for f in run.flows if f.kind == "demand" and f.values.any())
    return cooling + supplied_kwh - sold_kwh if only_cooling and cooling > 0 else None


def _service_kwh(run: VariantRun) -> float:
    """Return what is delivered in a year; a volume of compressed air is no energy."""
    return sum(float(f.values.sum()) for f in run.flows if f.kind == "demand" and f.unit == "kW")


def _heat_driven_kwh(run: VariantRun) -> float:
    """Return the cooling of absorption chillers in a year, kWh."""
    return sum(
        float(f.values.sum())
        for f in run.flows
        if f.kind == "absorption_chiller" and f.direction == "out" and is_of(f.carrier, "chilled_water")
    )


def _cooling_kwh(run: VariantRun) -> float:
    return sum(float(f.values.sum()) for f in run.flows if f.kind == "demand" and f.port == "cooling")


def energy_ghg_kg(run: VariantRun, years_before: int = 0) -> tuple[float, float, float]:
    """Return GHG of grid electricity, of fuel and of heat of suppliers in a year, kgCO2e.

    The grid is that of the first year of the study, or of one after `years_before` years of its yearly change.
    """
    case = run.district.case
    change = (1.0 + case.emissions.grid_change_frac) ** years_before
    factors = {f.id: f.ghg_kg_per_kwh for f in case.fuels}
    burnt = sum(kwh * factors[f] for f, kwh in fuel_kwh(run).items())
    sources = {s.id: s.ghg_kg_per_kwh for s in case.sources}
    heat = sum(kwh * sources[s] for s, kwh in heat_taken_kwh(run).items())
    return change * float(grid_import_kw(run) @ grid_factor_kg_per_kwh(case)), burnt, heat


def _tewi_kg(run: VariantRun, emissions: VariantEmissions) -> float:
    """Return direct and indirect emission over the horizon, all refrigerants, kgCO2e (EN 378-1 TEWI of the whole)."""
    terms = run.district.case
    change = (1.0 + terms.emissions.grid_change_frac) ** np.arange(terms.finance.horizon_a)
    total = 0.0
    for stage, gas in zip(run.stages, emissions.mean_refrigerant_kg, strict=True):
        grid, *others = energy_ghg_kg(stage.run)
        years = stage.last_a - stage.start_a
        total += grid * float(change[stage.start_a : stage.last_a].sum()) + sum(others) * years + years * gas
    return total


def _air_kg(case: Case, bought_kwh: float, fuels_kwh: Mapping[str, float], gas: str) -> float | None:
    """Return NOx or fine particles of a year, kg; None where the case gives no factor."""
    grid = float(getattr(case.emissions, f"grid_{gas}_kg_per_mwh"))
    factors = {f.id: float(getattr(f, f"{gas}_kg_per_mwh")) for f in case.fuels}
    if not grid and not any(factors.values()):
        return None
    return (bought_kwh * grid + sum(kwh * factors[f] for f, kwh in fuels_kwh.items())) / 1000.0


def lifted_kwh(run: VariantRun) -> float:
    """Return the heat that heat-recovery chillers take from what they cool in a year, kWh: heat less electricity."""
    return sum(_LIFTED.get((f.kind, f.port), 0.0) * float(f.values.sum()) for f in run.flows)


def taken_kwh(run: VariantRun) -> dict[str, float]:
    """Return what is taken from sources, by what it counts as: ambient, waste or bought heat, kWh.

    Ambient heat that is lifted counts where the heat is 2.5 times the electricity or more, as that of air does.
    """
    origin: Mapping[str, str] = {s.id: s.heat_origin for s in run.district.case.sources}
    captures = {t.id: origin[str(getattr(t, "source", ""))] for t in run.plant if t.kind == "waste_heat_recovery"}
    ports = {name: dict.fromkeys(("heat", "lifted_heat", "compressor"), 0.0) for name in captures}
    for f in run.flows:
        if f.port in ports.get(f.technology, ()):
            ports[f.technology][f.port] += float(f.values.sum())
    out = {"ambient": 0.0, "waste": 0.0, "bought": 0.0}
    for name, kwh in ports.items():
        lifted, work = kwh["lifted_heat"], kwh["compressor"]
        counts = captures[name] != "ambient" or lifted >= LEAST_HEAT_PER_ELECTRICITY * work
        out[captures[name]] += kwh["heat"] + (lifted - work if counts else 0.0)
    return out


def _renewable_kwh(run: VariantRun) -> float:
    """Return PV, wind and sun, and the heat of air-source heat pumps that are good enough, kWh."""
    made = sum(float(f.values.sum()) for f in run.flows if f.kind in _RENEWABLE and f.direction == "out")
    from_air = {t.id for t in run.plant if t.kind == "heat_pump" and getattr(t, "source", "") == "air"}
    for name in from_air:
        sums = {f.port: float(f.values.sum()) for f in run.flows if f.technology == name}
        heat, work = sums.get("heat", 0.0), sums.get("electricity", 0.0)
        made += heat - work if heat >= LEAST_HEAT_PER_ELECTRICITY * work else 0.0
    return made


def window_peak_kw(run: VariantRun, bought: np.ndarray) -> float | None:
    """Return the highest import (`bought`, kW hourly) in the hours of any demand band; None where there is none."""
    counts = [band.counts > 0.0 for tariff in run.conditions.tariffs.values() for band in tariff.demand_bands]
    inside = np.any(counts, axis=0) if counts else np.zeros(len(bought), dtype=bool)
    return float(bought[inside].max()) if inside.any() else None


def coincident_hours(bau: VariantRun, count: int = 100) -> np.ndarray:
    """Return the `count` hours in which BAU draws most from the grid: the peak the district can relieve."""
    return np.sort(np.argsort(-grid_import_kw(bau), kind="stable")[:count])
