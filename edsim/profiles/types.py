"""Hourly profiles of a district: what the network, the optimizer and BAU are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.profiles.weather.types import Weather

if TYPE_CHECKING:
    from edsim.profiles.buildings import BuildingSpec

Array = NDArray[np.float64]
SERVICES = ("cooling", "heating", "hot_water", "electricity", "steam", "compressed_air")


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """Available waste heat or natural cold of one source.

    Attributes
    ----------
    available_kw : (8760,)
        Heat that can be taken (or rejected, for sinks), kW.
    temp_c : (8760,)
        Temperature it is available at.
    change_k : (8760,)
        By how much its water may be cooled or warmed; infinite, or one number, where nothing limits it.
    is_limited
        Whether `available_kw` is a limit of the source; of ambient air it is a finite bound and says nothing.
    """

    available_kw: Array
    temp_c: Array
    change_k: Array | float = float("inf")
    is_limited: bool = True


LEAST_DEMAND_KWH_PER_M2 = 0.01
"""Demand of a year below which networks take there to be none: nobody lays a pipe for a warm afternoon in ten years."""
PROCESS_USES = frozenset({
    "heavy_industry", "light_industry", "workshop", "laboratory", "commercial_laundry", "data_hall", "cold_store",
})  # fmt: skip
"""Uses whose demand is that of their processes: no archetype knows it, and a meter is right."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """Full-year hourly profiles.

    Attributes
    ----------
    weather
        The weather year.
    building_ids
        Order of the buildings in every array.
    demand : service → (buildings, 8760)
        Demand at the building, kW (compressed air in Nm³/h). Electricity excludes what cooling machines draw.
    cooling_latent_kw : (buildings, 8760)
        Latent part of the cooling demand; the sensible part is the rest.
    fan_kw : (buildings, 8760)
        Ventilation fan power, already part of the electricity demand.
    conditioned_area_m2 : (buildings,)
        Cooled floor area.
    pv_kw_per_kwp : surface id → (8760,)
        AC output of 1 kWp on each surface.
    irradiance_w_per_m2 : technology id → (8760,)
        Beam and diffuse irradiance on the plane of each solar collector.
    sources : source id → profile
    saved : service → (buildings, 8760)
        What retrofit measures take off the demand of the building as it stands (negative where they add to it); empty
        without measures. `demand` is what is left.
    expected_cooling_kwh_per_m2 : (buildings, 2)
        Range expected of each archetype's cooling per conditioned area; empty when unknown.
    expected_heating : (buildings, 4)
        Ranges expected of each archetype's heating per gross floor area: low and high kWh/m² a year, low and high peak
        W/m²; empty when unknown.
    floor_area_m2 : (buildings,)
        Gross floor area; empty when unknown.
    uses
        Use of each building; empty when unknown.
    calibrated : building id → description
        Buildings whose description was fitted to their bills.
    findings
        Plausibility warnings (kWh/m², W/m² outside the range of the use ...).
    """

    weather: Weather
    building_ids: tuple[str, ...]
    demand: Mapping[str, Array]
    cooling_latent_kw: Array
    fan_kw: Array
    conditioned_area_m2: Array
    pv_kw_per_kwp: dict[str, Array] = field(default_factory=dict)
    irradiance_w_per_m2: dict[str, Array] = field(default_factory=dict)
    sources: dict[str, SourceProfile] = field(default_factory=dict)
    saved: Mapping[str, Array] = field(default_factory=dict)
    expected_cooling_kwh_per_m2: Array = field(default_factory=lambda: np.zeros((0, 2)))
    expected_heating: Array = field(default_factory=lambda: np.zeros((0, 4)))
    floor_area_m2: Array = field(default_factory=lambda: np.zeros(0))
    uses: tuple[str, ...] = ()
    calibrated: Mapping[str, BuildingSpec] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
