"""From a case and its profiles to network requests, and the designed networks as GeoJSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from edsim.case.checks.hot_water import hot_water_temp_c
from edsim.case.parts.exchange_rate import case_prices
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import Building, Case
from edsim.case.shipped import pipe_price_year
from edsim.case.spot_prices import spot_per_kwh
from edsim.core.errors import CaseError, Finding
from edsim.core.money import convert_money
from edsim.core.outdoor_reset import OutdoorReset
from edsim.core.technology import Technology
from edsim.network.pipes.catalogue import default
from edsim.network.places.beside import Dug
from edsim.network.places.inputs import read_existing_pipes, read_obstacles, read_streets, read_trenches
from edsim.network.request import (
    Connection,
    GasRules,
    NetworkBuilding,
    NetworkEconomics,
    NetworkPlant,
    NetworkRequest,
    NetworkTemperatures,
    PipeRules,
    low_delta_t_curve,
)
from edsim.network.taken import Taken, exchanger_kw, taken_kw, taken_services
from edsim.network.types import Carrier, NetworkDesign
from edsim.profiles.types import Profiles

_CONNECTION: Final[dict[str, Connection]] = {"must": "must_connect", "optional": "optional", "never": "forbidden"}
_MARGINAL_COLD_PER_POWER = 0.25
"""Marginal electricity per heat gained by chilled water: a chiller plant at a COP of 4, pumps and towers included."""

_HOT_WATER: Final = "hot_water"
_LEAST_DROP_K = 0.5
"""Water cools on its way, however much of it flows: bypasses hold no less than this."""
_ISLAND_EFFICIENCY_FRAC = 0.38
"""Of generating sets where no tariff prices the electricity (diesel sets of 200-2000 kW, unverified)."""


def network_request(
    case: Case,
    spec: NetworkSpec,
    profiles: Profiles,
    avoided_cost_per_a: Mapping[str, float],
    beside: Sequence[NetworkDesign] = (),
) -> NetworkRequest:
    """Return the request for one network of the case.

    Parameters
    ----------
    case, spec, profiles
        Case, the network to design, hourly demands.
    avoided_cost_per_a
        Building → yearly cost of its individual supply, used where connection is optional.
    beside
        Networks laid already: along the trenches they dig only the width increment is paid.

    Raises
    ------
    CaseError
        A building that may be connected has no coordinates.
    """
    taken = taken_services(case, spec, profiles)
    buildings = _candidates(case, spec, taken, avoided_cost_per_a)
    dug, listed = Dug(), known_by_length(case)
    for design in beside:
        dug = dug.and_by(design.edges, design.edges.capex_civil > 0.0, by_length=design.id in listed)  # no kept pipes
    return NetworkRequest(
        id=spec.id,
        carrier=cast("Carrier", spec.family),
        level=spec.carrier,
        buildings=buildings,
        demand_kw=taken_kw(profiles, taken),
        exchanger_kw=exchanger_kw(profiles, taken) if len(spec.services) > 1 else None,
        plants=tuple(
            NetworkPlant(p.id, p.lon_deg, p.lat_deg, case.city.elevation_m if p.elevation_m is None else p.elevation_m)
            for p in spec.plants
        ),
        temperatures=_temperatures(spec, [b for b in case.buildings if b.id in taken and _HOT_WATER in taken[b.id]]),
        pipes=PipeRules(
            catalogue=spec.pipe_catalogue,
            soil=spec.soil,
            max_gradient_pa_per_m=spec.max_pressure_gradient_pa_per_m,
            cover_m=spec.cover_m,
            pump_efficiency_frac=spec.pump_efficiency_frac,
        ),
        economics=network_economics(case, spec),
        dry_bulb_temp_c=profiles.weather.dry_bulb_temp_c,
        streets=read_streets(case.folder, spec.streets) if spec.streets else (),
        obstacles=read_obstacles(case.folder, spec.obstacles) if spec.obstacles else (),
        existing_pipes=read_existing_pipes(case.folder, spec.existing_pipes) if spec.existing_pipes else (),
        trenches=read_trenches(case.folder, spec.trenches) if spec.trenches else (),
        shared_trenches=dug.lines,
        shared_ends=dug.ends,
        max_connection_m=spec.max_snap_m,
        gas=_gas(case, spec),
    )


def known_by_length(case: Case) -> frozenset[str]:
    """Return the networks whose trenches are known by length alone."""
    return frozenset(n.id for n in case.networks if n.trenches)


def _gas(case: Case, spec: NetworkSpec) -> GasRules:
    """Return pressure and losses of steam and air; what a machine at the plant states of the network is taken over.

    Compressors that state the leaks of their network already produce them, so that the pipes add none.
    """
    at_plant = [t for t in case.technologies if t.node in {p.id for p in spec.plants}]
    at_plant.sort(key=lambda t: not _feeds(t, spec.carrier))  # steam of another level may be let down into it
    feeding = [t for t in at_plant if _feeds(t, spec.carrier)]
    stated = [float(v) for t in feeding if (v := getattr(t, "pressure_bar", None)) is not None]
    leaks = [float(v) for t in feeding if t.kind == "air_compressor" and (v := getattr(t, "leakage_frac", None))]
    returned = [float(v) for t in at_plant if (v := getattr(t, "condensate_return_frac", None)) is not None]
    default_leak = default("steam_leakage_frac" if spec.family == "steam" else "compressed_air_leakage_frac")
    rules = GasRules(leakage_frac=0.0 if leaks else default_leak)
    changes = {
        "pressure_bar": spec.pressure_bar or next(iter(stated), None),
        "max_drop_frac": spec.max_pressure_drop_frac,
        "leakage_frac": spec.leakage_frac,
        "condensate_return_frac": next(iter(returned), None),
    }
    return replace(rules, **{name: value for name, value in changes.items() if value is not None})


def _feeds(technology: Technology, carrier: str) -> bool:
    """Return whether a machine gives or takes what a network carries itself."""
    return carrier in {technology.carrier_of(p) for p in technology.ports}


def _candidates(
    case: Case, spec: NetworkSpec, taken: Taken, avoided_cost_per_a: Mapping[str, float]
) -> tuple[NetworkBuilding, ...]:
    """Return the buildings of `taken` as the network may serve them."""
    buildings, findings = [], []
    for b in (b for b in case.buildings if b.id in taken):
        if spec.trenches is None and (b.lat_deg is None or b.lon_deg is None):
            findings.append(
                Finding(
                    "E187",
                    "a building that a network may serve needs coordinates",
                    field=f"buildings.{b.id}.lat_deg",
                    got="nothing",
                    allowed="lat_deg and lon_deg in WGS84 degrees",
                    hint="give both, or set connect: never",
                )
            )
            continue
        buildings.append(
            NetworkBuilding(
                id=b.id,
                lon=math.nan if b.lon_deg is None else b.lon_deg,
                lat=math.nan if b.lat_deg is None else b.lat_deg,
                z_m=case.city.elevation_m if b.elevation_m is None else b.elevation_m,
                connection=_CONNECTION[b.joins(taken[b.id])],
                avoided_cost_per_a=avoided_cost_per_a.get(b.id, 0.0),
            )
        )
    if findings:
        raise CaseError.of(findings)
    return tuple(buildings)


def _temperatures(spec: NetworkSpec, at_taps: Sequence[Building]) -> NetworkTemperatures:
    """Return the temperatures of a network; buildings `at_taps` make hot water with it: it may cool no further."""
    cooling = spec.supply_temp_c < spec.return_temp_c
    load, frac = low_delta_t_curve() if cooling else ((0.0, 1.0), (1.0, 1.0))
    needed_c = max((hot_water_temp_c(b) for b in at_taps), default=None)
    drop = None
    if needed_c is not None and spec.family == _HOT_WATER:
        room = coldest_supply_c(spec) - spec.ets_approach_k - needed_c
        drop = min(default("heating_bypass_drop_k"), max(room, _LEAST_DROP_K))
    return NetworkTemperatures(
        supply_c=spec.supply_temp_c,
        return_c=spec.return_temp_c,
        ets_approach_k=spec.ets_approach_k,
        ets_dp_kpa=spec.ets_pressure_drop_kpa,
        part_load_frac=load,
        part_load_delta_t_frac=frac,
        bypass_drop_k=drop,
        reset=outdoor_reset(spec),
    )


def outdoor_reset(spec: NetworkSpec) -> OutdoorReset | None:
    """Return the line of the supply over the outdoor temperature; None where the supply is the same all year."""
    line = spec.outdoor_reset
    if line is None:
        return None
    return OutdoorReset(line.mild_supply_temp_c, line.cold_outdoor_temp_c, line.mild_outdoor_temp_c)


def coldest_supply_c(spec: NetworkSpec) -> float:
    """Return the supply in mild weather, °C."""
    line = spec.outdoor_reset
    return spec.supply_temp_c if line is None else min(line.mild_supply_temp_c, spec.supply_temp_c)


def _per_usd(case: Case) -> float:
    """Return what a US dollar of the cost tables is in the money of the case."""
    return convert_money(1.0, "USD", pipe_price_year(), case.currency, case.price_year, case_prices(case))


def network_economics(case: Case, spec: NetworkSpec) -> NetworkEconomics:
    """Return the money terms a network is laid out with; without a tariff power is made of the cheapest fuel."""
    cheapest = min((f.price_per_kwh for f in case.fuels), default=0.0)
    power = cheapest / _ISLAND_EFFICIENCY_FRAC
    if case.tariffs:
        power = case.tariffs[0].energy_per_kwh + float(spot_per_kwh(case, case.tariffs[0]).mean())
    heat = cheapest if case.fuels else power
    cooling = spec.supply_temp_c < spec.return_temp_c
    return NetworkEconomics(
        discount_rate_frac=case.finance.discount_rate_frac,
        lifetime_a=spec.lifetime_a,
        electricity_price_per_kwh=power,
        plant_energy_cost_per_kwh=power * _MARGINAL_COLD_PER_POWER if cooling else heat,
        currency_per_usd=_per_usd(case),
        cost_level_frac=spec.cost_factor,
        om_frac=spec.om_frac,
        investment_factor=1.0 + case.finance.contingency_frac + case.finance.engineering_frac,
    )
