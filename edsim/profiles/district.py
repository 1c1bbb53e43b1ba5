"""The hourly profiles of a case: weather, building loads, PV yields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from edsim.case.schema import Building, Case
from edsim.core.errors import Finding
from edsim.profiles.types import Array, Profiles, SourceProfile
from edsim.profiles.weather.types import Weather

if TYPE_CHECKING:
    from edsim.profiles.buildings import BuildingSpec
    from edsim.profiles.buildings.archetypes import Vintage

Progress = Callable[[str], None]


def make_weather(case: Case) -> Weather:
    """Return the weather year of a case: its file, or a typical year made from monthly normals."""
    from edsim.case.files import data_file
    from edsim.profiles.weather import find_normals, read_weather, synthesize_year

    if case.weather.file is not None:
        read: Weather = read_weather(data_file(case.folder, case.weather.file))
        return read
    normals = find_normals(case.weather.normals or case.city.name)
    made: Weather = synthesize_year(
        normals,
        case.city.lat_deg,
        case.city.lon_deg,
        case.city.elevation_m,
        case.city.utc_offset_h,
        case.weather.seed,
    )
    return made


def make_profiles(case: Case, progress: Progress = lambda _: None) -> Profiles:
    """Return the profiles of all buildings and sources of a case.

    Raises
    ------
    DataError
        A file or a building description cannot be used.
    """
    from edsim.profiles.buildings import building_loads
    from edsim.profiles.weather import check_weather

    progress("making the weather year")
    weather = make_weather(case)
    progress(f"simulating {len(case.buildings)} buildings")
    specs = [building_spec(b) for b in case.buildings]
    loads = building_loads(
        specs, weather, country=case.city.country, year=case.settings.calendar_year, seed=case.settings.seed
    )
    demand = {
        "cooling": loads.cooling_sensible_kw + loads.cooling_latent_kw,
        "heating": loads.heating_kw,
        "hot_water": loads.hot_water_kw,
        "electricity": loads.electricity_kw,
        "steam": loads.steam_kw,
        "compressed_air": loads.compressed_air_nm3_per_h,
    }
    latent = loads.cooling_latent_kw
    for row, building in enumerate(case.buildings):
        for service in building.measured:
            scaled = _measured(case, building, service, demand[service][row])
            if service == "cooling":
                share = np.divide(
                    latent[row], demand["cooling"][row], out=np.zeros(8760), where=demand["cooling"][row] > 0
                )
                latent[row] = share * scaled
            demand[service][row] = scaled
    findings: tuple[Finding, ...] = (*check_weather(weather), *loads.findings)
    return Profiles(
        weather=weather,
        building_ids=tuple(b.id for b in case.buildings),
        demand=demand,  # type: ignore[arg-type]  # keys are the services
        cooling_latent_kw=latent,
        fan_kw=loads.fan_kw,
        conditioned_area_m2=loads.conditioned_area_m2,
        pv_kw_per_kwp=pv_yields(case, weather),
        irradiance_w_per_m2=collector_irradiance(case, weather),
        sources=sources_of(case, weather),
        findings=findings,
    )


def profiles_for(case: Case, base: Case, profiles: Profiles, progress: Progress = lambda _: None) -> Profiles:
    """Return the profiles of a variant: those of the base case, with the variant's own solar surfaces.

    A variant that changes buildings, weather, place or calendar gets profiles of its own.
    """
    same = all(getattr(case, part) == getattr(base, part) for part in ("buildings", "weather", "city"))
    if (
        not same
        or case.settings.calendar_year != base.settings.calendar_year
        or case.settings.seed != base.settings.seed
    ):
        return make_profiles(case, progress)
    return replace(
        profiles,
        pv_kw_per_kwp=pv_yields(case, profiles.weather),
        irradiance_w_per_m2=collector_irradiance(case, profiles.weather),
        sources=sources_of(case, profiles.weather),
    )


def sources_of(case: Case, weather: Weather) -> dict[str, SourceProfile]:
    """Return source id → hourly heat and temperature."""
    if not case.sources:
        return {}
    from edsim.profiles.sources import source_profiles

    made: dict[str, SourceProfile] = source_profiles(case.sources, weather, case.folder, case.settings.calendar_year)
    return made


def collector_irradiance(case: Case, weather: Weather) -> dict[str, Array]:
    """Return solar collector id → irradiance on its plane, W/m²."""
    collectors = [t for t in case.technologies if t.kind == "solar_thermal"]
    if not collectors:
        return {}
    from edsim.profiles.solar import surface_irradiance

    tilt = [t.tilt_deg for t in collectors]  # type: ignore[attr-defined]  # fields of solar_thermal
    azimuth = [t.azimuth_deg for t in collectors]  # type: ignore[attr-defined]  # fields of solar_thermal
    sun = surface_irradiance(weather, tilt, azimuth)
    return {t.id: sun.total_w_per_m2[i] for i, t in enumerate(collectors)}


def pv_yields(case: Case, weather: Weather) -> dict[str, Array]:
    """Return PV technology id → AC output per kWp for its tilt and azimuth."""
    panels = [t for t in case.technologies if t.kind == "pv"]
    if not panels:
        return {}
    from edsim.profiles.pv import PvSurface, pv_kw_per_kwp

    return {
        t.id: pv_kw_per_kwp(weather, PvSurface(tilt_deg=t.tilt_deg, azimuth_deg=t.azimuth_deg))  # type: ignore[attr-defined]  # fields of pv
        for t in panels
    }


def building_spec(building: Building) -> BuildingSpec:
    """Return the load model's description of a building of the case."""
    from edsim.profiles.buildings import BuildingSpec

    return BuildingSpec(
        id=building.id,
        use=building.use,
        floor_area_m2=building.floor_area_m2,
        storeys=building.storeys,
        orientation_deg=building.orientation_deg,
        vintage=vintage_of(building.year_built),
        conditioned_frac=building.conditioned_frac,
        people=building.occupants,
        beds=building.beds,
        overrides=dict(building.archetype),
    )


def vintage_of(year_built: int | None) -> Vintage:
    """Return the construction period of a year; unknown counts as 2000-2015."""
    if year_built is None:
        return "2000_2015"
    return "pre2000" if year_built < 2000 else "2000_2015" if year_built <= 2015 else "post2015"


def _measured(case: Case, building: Building, service: str, simulated: Array) -> Array:
    """Return the measured series, or the simulated profile scaled to measured totals."""
    measured = building.measured[service]
    if measured.file is not None:
        from edsim.case.series import read_series

        return read_series(case.folder, measured.file, measured.column)
    from edsim.profiles.buildings import scale_profile

    return scale_profile(simulated, measured.annual_kwh, measured.peak_kw)
