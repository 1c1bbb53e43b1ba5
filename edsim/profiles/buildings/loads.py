"""Loads of all buildings of a district from a short building list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.buildings.balance.drivers import Climate, climate_of
from edsim.profiles.buildings.spec import ZoneResult, ZoneSpec
from edsim.profiles.buildings.stock.archetypes import Archetype, ClimateBand, climate_band
from edsim.profiles.buildings.stock.building import Building, resolve, zones_of
from edsim.profiles.buildings.stock.building_spec import BuildingSpec
from edsim.profiles.buildings.stock.calendar import calendar_findings, holiday_findings
from edsim.profiles.buildings.stock.list_checks import building_findings
from edsim.profiles.buildings.stock.services import (
    compressed_air_nm3_per_h,
    electricity_kw,
    hot_water_kw,
    mains_temp_c,
    steam_kw,
)
from edsim.profiles.buildings.zones import FEW_ZONES, batch_key, simulate_in_climate
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_ZONES_PER_CALL = 96
_GROUND_OFFSET_K = 1.0  # virtual ground temperature above the annual mean air in the tropics (loads method, 3.5)
_FULL_LOAD_HOURS = (400.0, 8000.0)
_LEAST_INTENSITY = 20.0  # kWh/m² below which full-load hours say nothing


@dataclass(frozen=True, slots=True)
class BuildingLoads:
    """Hourly loads of buildings; arrays are (buildings, 8760), kW unless named otherwise.

    Attributes
    ----------
    ids
        Buildings in the order of the input.
    cooling_sensible_kw, cooling_latent_kw
        Loads of the cooling coils with outdoor air, fan heat and overcooling; their sum is what chilled water serves.
    outdoor_air_kw
        Part of that sum due to outdoor air.
    heating_kw
        Space heating and reheat.
    hot_water_kw, steam_kw
        Heat for domestic hot water with circulation losses, and of steam.
    electricity_kw
        All electricity but that of cooling machines; fans included.
    fan_kw, it_kw, process_kw
        Parts of the electricity: fans, IT with UPS losses, process.
    compressed_air_nm3_per_h
        Compressed air at the building.
    conditioned_area_m2 : (buildings,)
        Cooled floor area.
    cooling_kwh_per_m2, peak_cooling_w_per_m2 : (buildings,)
        Cooling intensity and peak, per conditioned area.
    cooling_full_load_h : (buildings,)
        Annual cooling over its peak.
    unmet_hours : (buildings,)
        Hours with a set point not held in some zone.
    expected_cooling_kwh_per_m2 : (buildings, 2)
        Expected range of the cooling intensity of the archetype.
    expected_heating : (buildings, 4)
        Expected ranges of heating per gross floor area: low and high kWh/m² a year, low and high peak, W/m². The low
        ends are those of the heated share.
    climate_band
        Band the archetypes were taken for.
    findings
        Warnings W3xx: intensities outside the expected range, unknown holidays.
    """

    ids: tuple[str, ...]
    cooling_sensible_kw: Array
    cooling_latent_kw: Array
    outdoor_air_kw: Array
    heating_kw: Array
    hot_water_kw: Array
    steam_kw: Array
    electricity_kw: Array
    fan_kw: Array
    it_kw: Array
    process_kw: Array
    compressed_air_nm3_per_h: Array
    conditioned_area_m2: Array
    cooling_kwh_per_m2: Array
    peak_cooling_w_per_m2: Array
    cooling_full_load_h: Array
    unmet_hours: NDArray[np.int64]
    expected_cooling_kwh_per_m2: Array
    expected_heating: Array
    climate_band: ClimateBand
    findings: tuple[Finding, ...]

    @property
    def cooling_kw(self) -> Array:
        """Total cooling load, sensible plus latent."""
        return self.cooling_sensible_kw + self.cooling_latent_kw


def building_loads(
    buildings: Sequence[BuildingSpec], weather: Weather, *, country: str, year: int, seed: int
) -> BuildingLoads:
    """Return the hourly loads of all buildings.

    Parameters
    ----------
    buildings
        The building list.
    weather
        Weather year.
    country
        ISO 3166 code (two or three letters), for the public holidays.
    year
        Calendar year of weekdays and holidays.
    seed
        Seed of the diversity between equal buildings.

    Raises
    ------
    DataError
        With one finding per fault of the building list.
    """
    findings = building_findings(buildings) + calendar_findings(country, year, seed)
    if findings:
        raise DataError.of(findings)
    climate = climate_of(weather)
    band = climate_band(weather)
    resolved = [resolve(spec, band, country, year, seed) for spec in buildings]
    zone_loads = sum_zone_loads(resolved, climate, band)
    return _assemble(resolved, zone_loads, weather, band, (country, year))


@dataclass(frozen=True, slots=True)
class ZoneLoads:
    """Sums over the zones of each building, (buildings, 8760) in kW; `unmet` counts hours of the worst zone."""

    sensible: Array
    latent: Array
    outdoor_air: Array
    heating: Array
    fan: Array
    unmet: NDArray[np.int64]


def sum_zone_loads(buildings: Sequence[Building], climate: Climate, band: ClimateBand) -> ZoneLoads:
    """Return the loads of the zones of each building, summed."""
    n = len(buildings)
    sensible, latent, outdoor_air, heating, fan = np.zeros((5, n, HOURS_PER_YEAR))
    sums = ZoneLoads(sensible, latent, outdoor_air, heating, fan, np.zeros(n, dtype=np.int64))
    ground = float(climate.outdoor_temp_c.mean()) + _GROUND_OFFSET_K
    zones: list[ZoneSpec] = []
    owner: list[int] = []
    keys = [
        batch_key(b.archetype.system, economizer=bool(b.archetype.economizer), reheat=bool(b.archetype.reheat))
        for b in buildings
    ]
    order = sorted(range(n), key=keys.__getitem__)
    for place, i in enumerate(order):
        own = zones_of(buildings[i], band, ground)
        zones += own
        owner += [i] * len(own)
        last = place == n - 1
        ends = len(zones) > FEW_ZONES and not last and keys[order[place + 1]] != keys[i]
        if zones and (last or ends or len(zones) >= _ZONES_PER_CALL):
            _add(sums, simulate_in_climate(zones, climate), owner)
            zones, owner = [], []
    return sums


def _add(sums: ZoneLoads, result: ZoneResult, owner: Sequence[int]) -> None:
    """Add the zones of a result to their buildings; those of a building follow each other."""
    buildings, first = np.unique(owner, return_index=True)
    order = np.argsort(first)
    rows, starts = buildings[order], first[order]
    sums.sensible[rows] += np.add.reduceat(result.sensible_kw, starts)
    sums.latent[rows] += np.add.reduceat(result.latent_kw, starts)
    sums.outdoor_air[rows] += np.add.reduceat(result.outdoor_air_kw, starts)
    sums.heating[rows] += np.add.reduceat(result.heating_kw, starts) + np.add.reduceat(result.reheat_kw, starts)
    sums.fan[rows] += np.add.reduceat(result.fan_kw, starts)
    np.maximum.at(sums.unmet, owner, result.unmet_hours)


def _assemble(
    buildings: Sequence[Building], zones: ZoneLoads, weather: Weather, band: ClimateBand, calendar: tuple[str, int]
) -> BuildingLoads:
    mains = mains_temp_c(weather.dry_bulb_temp_c)
    area = np.array([b.conditioned_m2 for b in buildings])
    cooling = zones.sensible + zones.latent
    annual, peak = cooling.sum(axis=1), cooling.max(axis=1)
    expected = np.array(
        [(b.archetype.expected_cooling_low_kwh_per_m2, b.archetype.expected_cooling_high_kwh_per_m2) for b in buildings]
    )
    intensity = _ratio(annual, area)
    hours = _ratio(annual, peak)
    return BuildingLoads(
        ids=tuple(b.spec.id for b in buildings),
        cooling_sensible_kw=zones.sensible,
        cooling_latent_kw=zones.latent,
        outdoor_air_kw=zones.outdoor_air,
        heating_kw=zones.heating,
        hot_water_kw=np.stack([hot_water_kw(b, mains, *calendar) for b in buildings]),
        steam_kw=np.stack([steam_kw(b, *calendar) for b in buildings]),
        electricity_kw=np.stack(
            [electricity_kw(b, f, weather.dry_bulb_temp_c) for b, f in zip(buildings, zones.fan, strict=True)]
        ),
        fan_kw=zones.fan,
        it_kw=np.stack([_it_kw(b) for b in buildings]),
        process_kw=np.stack([_process_kw(b) for b in buildings]),
        compressed_air_nm3_per_h=np.stack([compressed_air_nm3_per_h(b) for b in buildings]),
        conditioned_area_m2=area,
        cooling_kwh_per_m2=intensity,
        peak_cooling_w_per_m2=1000.0 * _ratio(peak, area),
        cooling_full_load_h=hours,
        unmet_hours=zones.unmet,
        expected_cooling_kwh_per_m2=expected,
        expected_heating=np.array([_expected_heating(b.archetype) for b in buildings]),
        climate_band=band,
        findings=tuple(_plausibility(buildings, intensity, expected, hours, calendar[0])),
    )


def _expected_heating(a: Archetype) -> tuple[float, ...]:
    """Return the expected ranges of heating per gross floor area, kWh/m² and W/m²."""
    return (
        a.heated_frac * a.expected_heating_low_kwh_per_m2,
        a.expected_heating_high_kwh_per_m2,
        a.heated_frac * a.expected_heating_low_w_per_m2,
        a.expected_heating_high_w_per_m2,
    )


def _ratio(above: Array, below: Array) -> Array:
    """Return a quotient, 0 where there is nothing below (a building without cooling)."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _it_kw(building: Building) -> Array:
    a = building.archetype
    return np.asarray(building.conditioned_m2 * a.it_w_per_m2 * (1 + a.ups_loss_frac) * building.activity / 1000.0)


def _process_kw(building: Building) -> Array:
    a = building.archetype
    share = a.process_w_per_m2 * building.diversity.intensity_frac * a.process_electric_frac / 1000.0
    return np.asarray(building.spec.floor_area_m2 * share * building.activity)


def _plausibility(
    buildings: Sequence[Building], intensity: Array, expected: Array, full_load_h: Array, country: str
) -> Iterator[Finding]:
    yield from holiday_findings(country)
    for b, value, (low, high), hours in zip(buildings, intensity, expected, full_load_h, strict=True):
        where = f"buildings[{b.spec.id}]"
        if b.conditioned_m2 > 0 and not low <= value <= high:
            yield Finding(
                "W301",
                f"cooling intensity outside the expected range of {b.spec.use}",
                field=where,
                got=f"{value:.0f} kWh/m2 of conditioned area and year",
                allowed=f"{low:.0f} to {high:.0f}",
                hint="check floor area, conditioned fraction, set point and gains, or give measured data",
                severity="warning",
            )
        if (
            value > _LEAST_INTENSITY
            and not _FULL_LOAD_HOURS[0] <= hours <= _FULL_LOAD_HOURS[1]
            and b.archetype.it_w_per_m2 == 0
        ):
            yield Finding(
                "W302",
                "unusual full-load hours of cooling",
                field=where,
                got=f"{hours:.0f} h",
                allowed=f"{_FULL_LOAD_HOURS[0]:.0f} to {_FULL_LOAD_HOURS[1]:.0f} h",
                hint="check conditioned fraction, glass, set point and hours of use, or give measured data",
                severity="warning",
            )
