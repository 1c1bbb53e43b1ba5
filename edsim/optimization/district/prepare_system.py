"""From a prepared district to the system the optimizer sizes: demands at nodes and conditions around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.case.parts.tariff_spec import DemandBandSpec, TariffSpec, TimeOfUse
from edsim.case.schema import Case
from edsim.case.spot_prices import spot_export_per_kwh, spot_per_kwh
from edsim.core.machines.site import SiteConditions, tower_approach_k, water_sources
from edsim.core.outdoor_reset import supply_by_hour_c
from edsim.core.tariff import DemandBand, Tariff
from edsim.core.technology import Refrigerant, SourceConditions
from edsim.core.timegrid import HOURS_PER_YEAR, MONTH_OF_HOUR, full_year, weekday_of_day
from edsim.network.district import District
from edsim.network.from_case import outdoor_reset
from edsim.optimization.district.plants import drawn_kw, plant_feeds, plant_technologies
from edsim.optimization.district.roofs import on_roofs
from edsim.optimization.system import NodeCarrier, System

Array = NDArray[np.float64]

CARRIER_OF_SERVICE = {
    "cooling": "chilled_water",
    "heating": "hot_water",
    "hot_water": "hot_water",
    "electricity": "electricity",
    "steam": "steam",
    "compressed_air": "compressed_air",
}
_UNSERVED_PER_ENERGY_PRICE = 2000.0
"""Default penalty on unserved demand over the highest energy price: dearer than any plant run one hour a year."""


def tariff_series(spec: TariffSpec, case: Case) -> Tariff:
    """Return the hourly prices of a tariff in the calendar year of the case."""
    price = np.full(HOURS_PER_YEAR, spec.energy_per_kwh)
    hour = np.tile(np.arange(24), 365)
    weekday = np.repeat(weekday_of_day(case.settings.calendar_year), 24) + 1

    def inside(window: TimeOfUse | DemandBandSpec) -> Array:
        holds = np.ones(HOURS_PER_YEAR)
        for wanted, series in ((window.hours, hour), (window.months, MONTH_OF_HOUR + 1), (window.weekdays, weekday)):
            if wanted:
                holds *= np.isin(series, wanted)
        return holds

    for block in spec.time_of_use:
        price[inside(block) > 0.0] = block.per_kwh
    spot = spot_per_kwh(case, spec)
    return Tariff(
        energy_per_kwh=price + spot,
        export_per_kwh=spot_export_per_kwh(spec, spot),
        demand_per_kw_month=np.full(12, spec.demand_per_kw_month),
        fixed_per_a=spec.fixed_per_a,
        ghg_kg_per_kwh=grid_factor_kg_per_kwh(case),
        primary_energy_factor=case.emissions.grid_primary_energy_factor,
        demand_bands=tuple(DemandBand(inside(band), band.demand_per_kw_month) for band in spec.demand_bands),
        demand_load_factor_frac=spec.demand_load_factor_frac or 0.0,
    )


def fuel_series(case: Case) -> dict[str, Tariff]:
    """Return fuel id → prices and factors per kWh LHV."""
    return {
        f.id: Tariff(
            energy_per_kwh=np.full(HOURS_PER_YEAR, f.price_per_kwh),
            export_per_kwh=np.zeros(HOURS_PER_YEAR),
            demand_per_kw_month=np.zeros(12),
            fixed_per_a=0.0,
            ghg_kg_per_kwh=np.full(HOURS_PER_YEAR, f.ghg_kg_per_kwh),
            primary_energy_factor=f.primary_energy_factor,
        )
        for f in case.fuels
    }


def conditions_of(district: District, refrigerants: Mapping[str, Refrigerant]) -> SiteConditions:
    """Return the conditions of the district's site on the full year; temperatures are those of its networks."""
    case, weather = district.case, district.profiles.weather
    loops_supply = {carrier: temps[0] for carrier, temps in case.settings.carrier_temps_c.items()}
    loops_return = {carrier: temps[1] for carrier, temps in case.settings.carrier_temps_c.items()}
    return SiteConditions(
        grid=full_year(),
        dry_bulb_temp_c=weather.dry_bulb_temp_c,
        wet_bulb_temp_c=weather.wet_bulb_temp_c,
        pressure_pa=float(weather.pressure_pa.mean()),
        supply_temp_c=loops_supply | {n.carrier: n.supply_temp_c for n in case.networks},
        return_temp_c=loops_return | {n.carrier: n.return_temp_c for n in case.networks},
        supply_by_step_c={
            n.carrier: supply_by_hour_c(n.supply_temp_c, outdoor_reset(n), weather.dry_bulb_temp_c)
            for n in case.networks
            if n.outdoor_reset is not None
        },
        tariffs={t.id: tariff_series(t, case) for t in case.tariffs},
        fuels=fuel_series(case),
        refrigerants=refrigerants,
        sources=source_conditions(district),
        pv_kw_per_kwp=district.profiles.pv_kw_per_kwp,
        water_price_per_m3=case.finance.water_price_per_m3,
        billed_by_energy=district.billed_by_energy,
        irradiance_w_per_m2=district.profiles.irradiance_w_per_m2,
        wind_speed_m_per_s=weather.wind_speed_m_per_s,
    )


def plant_water_price_per_m3(case: Case) -> float:
    """Return the price of make-up water of the plant: its own, or that of all others."""
    own = case.finance.plant_water_price_per_m3
    return case.finance.water_price_per_m3 if own is None else own


def source_conditions(district: District) -> dict[str, SourceConditions]:
    """Return source id → hourly heat and temperature with the terms of its supplier."""
    profiles = district.profiles.sources
    return {
        s.id: SourceConditions(
            available_kw=profiles[s.id].available_kw,
            temp_c=profiles[s.id].temp_c,
            price_per_kwh=s.price_per_kwh,
            capture_cost_per_kw=s.capture_cost_per_kw,
            ghg_kg_per_kwh=s.ghg_kg_per_kwh,
            primary_energy_factor=s.primary_energy_factor,
            supplier=s.supplier,
            exit_year=s.exit_year,
            is_cold=s.is_cold,
            change_k=profiles[s.id].change_k,
            kind=s.kind,
        )
        for s in district.case.sources
    }


def prepare_system(district: District, refrigerants: Mapping[str, Refrigerant]) -> System:
    """Return the system of a variant: technologies with a choice and the demands they must serve.

    A tree's consumers hang lumped on their plant: demand of all connected buildings plus heat gain or loss of the
    pipes plus pump heat; the pumps' electricity is a demand at the same node. Several plants of a network are nodes of
    their own, joined by links.
    """
    case = district.case
    technologies = tuple(on_roofs(t, case) for t in plant_technologies(district))
    demand: dict[NodeCarrier, Array] = {}
    for design in district.designs:
        for feed in plant_feeds(district, design):
            if feed.building_ids or not design.links:
                _add(demand, (feed.plant_id, design.carrier), drawn_kw(design.carrier, feed))
                _add(demand, (feed.plant_id, "electricity"), feed.pump_power_kw)
    served = district.served()
    for (building, service), series in building_demand_in_model(district).items():
        if (building, service) not in served:
            _add(demand, (building, CARRIER_OF_SERVICE[service]), series)
    site = conditions_of(district, refrigerants)
    nodes = {t.node for t in technologies}
    priced = [*site.tariffs.values(), *site.fuels.values()]
    dearest = max((float(t.energy_per_kwh.max()) for t in priced), default=0.0)
    return System(
        technologies=technologies,
        demand=demand,
        conditions={
            node: replace(
                site,
                demand_kw=_demand_at(node, demand),
                tower_approach_k=tower_approach_k(technologies, node),
                water_sources=water_sources(technologies, node),
                water_price_per_m3=plant_water_price_per_m3(case),
                blow_down_price_per_m3=case.finance.blow_down_price_per_m3,
            )
            for node in sorted(nodes)
        },
        discount_rate_frac=case.finance.discount_rate_frac,
        investment_factor=1.0 + case.finance.contingency_frac + case.finance.engineering_frac,
        unserved_cost_per_kwh=case.settings.unserved_cost_per_kwh or _UNSERVED_PER_ENERGY_PRICE * (dearest or 1.0),
    )


def _demand_at(node: str, demand: Mapping[NodeCarrier, Array]) -> dict[str, Array]:
    """Return carrier → demand at one node."""
    return {carrier: series for (at, carrier), series in demand.items() if at == node}


def _add(demand: dict[NodeCarrier, Array], key: NodeCarrier, series: Array) -> None:
    demand[key] = demand[key] + series if key in demand else np.asarray(series, dtype=float)


def building_demand_in_model(district: District) -> dict[tuple[str, str], Array]:
    """Return (building, service) → kW for services that model technologies at the building itself supply."""
    case, profiles = district.case, district.profiles
    offered = {
        (t.node, t.carrier_of(p))
        for t in case.technologies
        if t.node != "building"
        for p in t.ports
        if p.direction == "out"
    }
    out: dict[tuple[str, str], Array] = {}
    for row, building in enumerate(profiles.building_ids):
        for service, series in profiles.demand.items():
            if (building, CARRIER_OF_SERVICE[service]) in offered and float(series[row].max()) > 0.0:
                out[building, service] = series[row]
    return out
