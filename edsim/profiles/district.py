"""The hourly profiles of a case: weather, building loads, PV yields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from edsim.case.checks.ids import placed
from edsim.case.nodes import Place
from edsim.case.offers import taken
from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding
from edsim.profiles.calibrated import calibrated_specs, fitted_to_bills
from edsim.profiles.described import demand_of, in_case, needs_of, specs_of
from edsim.profiles.metered import put_meters
from edsim.profiles.retrofits import with_measures
from edsim.profiles.summary import intensity_findings, too_small_findings
from edsim.profiles.types import Array, Profiles, SourceProfile
from edsim.profiles.weather.types import Weather

Progress = Callable[[str], None]


def make_weather(case: Case) -> Weather:
    """Return the weather year of a case: its file or a typical year made from normals, with its change of climate."""
    present = _present_weather(case)
    change = case.weather.change
    if change is None:
        return present
    from edsim.profiles.weather import ClimateChange, morph

    future: Weather = morph(present, ClimateChange(**{name: getattr(change, name) for name in ClimateChange.__slots__}))
    return future


def _present_weather(case: Case) -> Weather:
    from edsim.case.files import data_file
    from edsim.case.normals import chosen_city
    from edsim.profiles.weather import find_normals, read_weather, synthesize_year

    if case.weather.file is not None:
        file = data_file(case.folder, case.weather.file)
        read: Weather = read_weather(file, default_offset_h=case.city.utc_offset_h)
        return read
    own = case.weather.normals_file
    site = case.city
    try:
        normals = find_normals(chosen_city(case), None if own is None else data_file(case.folder, own))
        made: Weather = synthesize_year(
            normals, site.lat_deg, site.lon_deg, site.elevation_m, site.utc_offset_h, case.weather.seed
        )
    except DataError as error:
        raise DataError.of([_of_normals(f, case) for f in error.findings]) from None
    return made


def weather_findings(case: Case, weather: Weather) -> tuple[Finding, ...]:
    """Return what is unlikely of the weather of a case: of a made year at the table or field its normals come from."""
    from edsim.profiles.weather import check_weather

    found: tuple[Finding, ...] = (*check_weather(weather), *_of_clock(case, weather))
    return found if case.weather.file is not None else tuple(_of_normals(f, case) for f in found)


def _of_clock(case: Case, weather: Weather) -> tuple[Finding, ...]:
    """Return the remark on a weather file of another time zone than the city."""
    from edsim.case.normals import clock_fault

    if case.weather.file is None:
        return ()
    what = "the weather has another time zone than the city of the case"
    hint = "give local standard time in both, without daylight saving time"
    faults = clock_fault(case, weather.utc_offset_h, Place(case.weather.file), "utc_offset_h")
    return tuple(
        Finding(f.code, what, case.weather.file, field=f.field, got=f.got, allowed=f.allowed, hint=hint,
                severity="warning")
        for f in faults
    )  # fmt: skip


def _of_normals(finding: Finding, case: Case) -> Finding:
    """Return a finding on a made year where a user can mend it: no file has the name of the year."""
    own = case.weather.normals_file
    if own is not None:
        return replace(finding, file=own, field=f"weather.normals_file.{finding.field}")
    return placed(replace(finding, field="weather.normals"), case)


def make_profiles(case: Case, progress: Progress = lambda _: None) -> Profiles:
    """Return the profiles of all buildings and sources of a case, with the measures its buildings name.

    Raises
    ------
    DataError
        A file or a building description cannot be used.
    """
    return with_measures(case, today_profiles(case, progress), progress)


def today_profiles(case: Case, progress: Progress = lambda _: None) -> Profiles:
    """Return the profiles of a case with its buildings as they stand, without measures."""
    from edsim.profiles.buildings import building_loads

    progress("making the weather year")
    weather = make_weather(case)
    progress(f"simulating {len(case.buildings)} buildings")
    specs, of_fits = calibrated_specs(case, specs_of(case, case.buildings), weather)
    try:
        loads = building_loads(
            specs, weather, country=case.city.country, year=case.settings.calendar_year, seed=case.settings.seed
        )
    except DataError as error:
        raise DataError.of([in_case(f, case) for f in error.findings]) from None
    demand = demand_of(loads)
    of_meters = put_meters(case, demand, loads.cooling_latent_kw, weather.dry_bulb_temp_c)
    found = Profiles(
        weather=weather,
        building_ids=tuple(b.id for b in case.buildings),
        demand=demand,
        cooling_latent_kw=loads.cooling_latent_kw,
        fan_kw=loads.fan_kw,
        conditioned_area_m2=loads.conditioned_area_m2,
        pv_kw_per_kwp=pv_yields(case, weather),
        irradiance_w_per_m2=collector_irradiance(case, weather),
        sources=sources_of(case, weather),
        expected_cooling_kwh_per_m2=loads.expected_cooling_kwh_per_m2,
        expected_heating=loads.expected_heating,
        floor_area_m2=np.array([b.floor_area_m2 for b in case.buildings]),
        uses=tuple(b.use for b in case.buildings),
        calibrated={b.id: s for b, s in zip(case.buildings, specs, strict=True) if fitted_to_bills(b)},
    )
    given = {(b.id, service) for b in case.buildings for service in b.measured}
    simulated = (f for f in loads.findings if not (f.code == "W301" and (_building_of(f), "cooling") in given))
    carried = {b.id: {s for n in case.networks for s in taken(case, n, b)} for b in case.buildings}
    unlikely = (*intensity_findings(found, given), *too_small_findings(found, carried))
    of_buildings = (in_case(f, case) for f in (*of_fits, *simulated, *of_meters, *unlikely))
    return replace(found, findings=(*weather_findings(case, weather), *of_buildings))


def _building_of(finding: Finding) -> str:
    """Return the building that a finding of the load model is about."""
    return finding.field.removeprefix("buildings[").removesuffix("]")


def profiles_for(case: Case, base: Case, profiles: Profiles, progress: Progress = lambda _: None) -> Profiles:
    """Return the profiles of a variant: those of the base case, with the variant's own measures, sources and surfaces.

    A variant that changes what buildings are, weather, place or calendar gets profiles of its own.

    Parameters
    ----------
    case
        Case of the variant.
    base
        Case that `profiles` were made for by :func:`today_profiles`.
    profiles
        Those of the base case.
    progress
        Called with a line of text per step.
    """
    same = all(getattr(case, part) == getattr(base, part) for part in ("weather", "city"))
    if not same or needs_of(case) != needs_of(base):
        return make_profiles(case, progress)
    own = replace(
        profiles,
        pv_kw_per_kwp=pv_yields(case, profiles.weather),
        irradiance_w_per_m2=collector_irradiance(case, profiles.weather),
        sources=sources_of(case, profiles.weather),
    )
    return with_measures(case, own, progress)


def sources_of(case: Case, weather: Weather) -> dict[str, SourceProfile]:
    """Return source id → hourly heat and temperature."""
    if not case.sources:
        return {}
    from edsim.profiles.sources import source_profiles

    made: dict[str, SourceProfile] = source_profiles(case.sources, weather, case.folder, case.settings.calendar_year)
    return made


def collector_irradiance(case: Case, weather: Weather) -> dict[str, Array]:
    """Return solar collector id → irradiance on its plane, weighted with its incidence-angle modifiers, W/m²."""
    collectors: list[Any] = [t for t in case.technologies if t.kind == "solar_thermal"]
    if not collectors:
        return {}
    from edsim.profiles.solar import surface_irradiance

    sun = surface_irradiance(weather, [t.tilt_deg for t in collectors], [t.azimuth_deg for t in collectors])
    diffuse = sun.sky_diffuse_w_per_m2 + sun.ground_w_per_m2
    return {
        t.id: t.accepted_w_per_m2(sun.beam_w_per_m2[i], diffuse[i], sun.cos_incidence[i])
        for i, t in enumerate(collectors)
    }


def pv_yields(case: Case, weather: Weather) -> dict[str, Array]:
    """Return PV technology id → AC output per kWp for its tilt, azimuth and dirt by month."""
    panels: list[Any] = [t for t in case.technologies if t.kind == "pv"]
    if not panels:
        return {}
    from edsim.profiles.pv import PvSurface, pv_kw_per_kwp

    def surface(t: Any) -> PvSurface:
        plain = PvSurface(tilt_deg=t.tilt_deg, azimuth_deg=t.azimuth_deg)
        dirt = t.soiling_frac
        return plain if dirt is None else replace(plain, soiling_frac=dirt * (12 // len(dirt)))

    return {t.id: pv_kw_per_kwp(weather, surface(t)) for t in panels}
