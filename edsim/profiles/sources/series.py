"""Hourly heat and temperature of the sources of a case.

Waste heat: power of the activity × share that can be recovered, in the hours of operation. Water: ``ρ c V̇ ΔT`` with
ΔT the smaller of the permitted change and what is left to the outlet limit. Measured series replace either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edsim.case.parts.source_spec import OF_WATER, SOURCE_COLUMNS, SourceSpec
from edsim.case.readers.series import read_series
from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import HOURS_PER_YEAR, MONTH_OF_HOUR, weekday_of_day
from edsim.profiles.sources.kinds import SourceKindDefaults, kind_defaults, sewage_day
from edsim.profiles.sources.water import Array, ground_temp_c, water_temp_c, yearly_wave
from edsim.profiles.types import SourceProfile
from edsim.profiles.weather.types import Weather

_FRESH_KWH_PER_M3_K = 4.186 * 998.0 / 3600.0
_SEA_KWH_PER_M3_K = 3.99 * 1025.0 / 3600.0
"""Heat capacity of fresh water at 20 °C and of sea water of 35 g/kg, kWh/(m³ K) (IAPWS; TEOS-10 figures rounded)."""
_SURFACE_M = 20.0
"""Deeper water does not follow the air; its temperature must be given."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What a source is measured to do; None where it is not measured.

    Attributes
    ----------
    available_kw, power_kw, flow_m3_per_h, temp_c : (8760,)
    """

    available_kw: Array | None = None
    power_kw: Array | None = None
    flow_m3_per_h: Array | None = None
    temp_c: Array | None = None


def source_profiles(
    sources: Sequence[SourceSpec], weather: Weather, folder: Path, calendar_year: int
) -> dict[str, SourceProfile]:
    """Return source id → hourly profile.

    Raises
    ------
    DataError
        A series cannot be used, or a source lacks what its kind needs.
    """
    return {s.id: source_profile(s, weather, calendar_year, _measured(s, folder)) for s in sources}


def source_profile(
    spec: SourceSpec, weather: Weather, calendar_year: int, measured: Stream | None = None
) -> SourceProfile:
    """Return the hourly heat a source gives (or, of a cold source, takes) and its temperature.

    Parameters
    ----------
    spec
        The source.
    weather
        Year of weather, for temperatures that follow it.
    calendar_year
        Year that fixes the weekdays.
    measured
        Series that replace computed ones.

    Raises
    ------
    DataError
        E330 nothing says how much it gives; E331 deep water or a limit without its temperature.
    """
    measured = measured or Stream()
    usual = kind_defaults(spec.kind)
    temp = _temperature(spec, usual, weather) if measured.temp_c is None else measured.temp_c
    open_frac = np.where(operating_hours(spec, calendar_year), spec.available_frac, spec.standby_frac)
    stated = _stated(spec, usual, measured, temp)
    available = _bound(spec, usual) if stated is None else stated
    return SourceProfile(
        available_kw=np.maximum(available * open_frac, 0.0),
        temp_c=np.asarray(temp, dtype=float),
        change_k=_change_k(spec, usual, temp) if spec.kind in OF_WATER else np.inf,
        is_limited=stated is not None,
    )


def operating_hours(spec: SourceSpec, calendar_year: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return whether the source works, by hour of the year."""
    hour = np.arange(HOURS_PER_YEAR) % 24
    weekday = np.repeat(weekday_of_day(calendar_year), 24) + 1
    works = np.ones(HOURS_PER_YEAR, dtype=np.bool_)
    for wanted, series in ((spec.hours, hour), (spec.weekdays, weekday), (spec.months, MONTH_OF_HOUR + 1)):
        if wanted:
            works &= np.isin(series, wanted)
    return works


def _stated(spec: SourceSpec, usual: SourceKindDefaults, measured: Stream, temp: Array) -> Array | None:
    """Return the heat in hours of operation, kW; None where nothing is stated of it."""
    available = measured.available_kw if measured.available_kw is not None else _constant(spec.available_kw)
    if available is not None:
        return np.asarray(available)
    power = measured.power_kw if measured.power_kw is not None else _constant(spec.power_kw)
    ratio = spec.heat_per_power if spec.heat_per_power is not None else usual.heat_per_power
    if power is not None and ratio is not None:
        return np.asarray(power * ratio)
    flow = measured.flow_m3_per_h if measured.flow_m3_per_h is not None else _flow(spec)
    if flow is not None:
        heat_capacity = _SEA_KWH_PER_M3_K if spec.kind == "sea" else _FRESH_KWH_PER_M3_K
        if _most_k(spec, usual) is None and spec.outlet_limit_c is None:
            allowed = "max_temp_change_k or outlet_limit_c"
            raise _refusal("E331", spec, "nothing limits the change of the water", allowed)
        return np.asarray(flow * heat_capacity * _change_k(spec, usual, temp))
    return None


def _bound(spec: SourceSpec, usual: SourceKindDefaults) -> Array:
    """Return the finite bound of a source that nature does not limit, kW."""
    if usual.available_kw is not None:
        return np.full(HOURS_PER_YEAR, usual.available_kw)
    raise _refusal("E330", spec, "nothing says how much the source gives", "available_kw, power_kw, flow_m3_per_h")


def _constant(value: float | None) -> Array | None:
    return None if value is None else np.full(HOURS_PER_YEAR, value)


def _flow(spec: SourceSpec) -> Array | None:
    """Return the flow of water, of sewage with its daily pattern, m³/h."""
    if spec.flow_m3_per_h is None:
        return None
    pattern = sewage_day() if spec.kind == "wastewater" else np.ones(24)
    return np.asarray(spec.flow_m3_per_h * np.tile(pattern, 365))


def _most_k(spec: SourceSpec, usual: SourceKindDefaults) -> float | None:
    return spec.max_temp_change_k or usual.max_temp_change_k


def _change_k(spec: SourceSpec, usual: SourceKindDefaults, temp: Array) -> Array:
    """Return by how much the water may be cooled or warmed in every hour, K; infinite where nothing limits it."""
    most = _most_k(spec, usual)
    left = np.full(HOURS_PER_YEAR, np.inf)
    if spec.outlet_limit_c is not None:
        left = spec.outlet_limit_c - temp if spec.is_cold else temp - spec.outlet_limit_c
    elif not spec.is_cold:
        left = temp - 0.5
    return np.asarray(np.minimum(np.maximum(left, 0.0), np.inf if most is None else most))


def _temperature(spec: SourceSpec, usual: SourceKindDefaults, weather: Weather) -> Array:
    """Return the temperature of the source, °C."""
    air = weather.dry_bulb_temp_c
    if spec.kind == "air_wet_bulb":
        return weather.wet_bulb_temp_c
    if spec.kind == "ground" and spec.temp_c is None:
        depth = spec.depth_m if spec.depth_m is not None else usual.depth_m
        return ground_temp_c(air, float(depth or 0.0), float(usual.diffusivity_m2_per_s or 0.0))
    if spec.kind in OF_WATER:
        return _water(spec, usual, air)
    temp = spec.temp_c if spec.temp_c is not None else usual.temp_c
    if temp is None:
        raise _refusal("E331", spec, "the temperature of the source is missing", "temp_c")
    return np.full(HOURS_PER_YEAR, temp)


def _water(spec: SourceSpec, usual: SourceKindDefaults, air: Array) -> Array:
    mean, swing, _ = yearly_wave(air)
    if (spec.depth_m or 0.0) > _SURFACE_M:
        if spec.temp_c is None:
            raise _refusal("E331", spec, f"water deeper than {_SURFACE_M:g} m does not follow the air", "temp_c")
        return water_temp_c(air, spec.temp_c, spec.temp_swing_k or 0.0, float(usual.lag_days or 0.0))
    water_mean = spec.temp_c if spec.temp_c is not None else mean + float(usual.air_offset_k or 0.0)
    half = spec.temp_swing_k if spec.temp_swing_k is not None else swing * float(usual.swing_per_air or 0.0)
    return water_temp_c(air, water_mean, half, float(usual.lag_days or 0.0))


def _measured(spec: SourceSpec, folder: Path) -> Stream:
    """Return the series in the file of a source.

    Raises
    ------
    DataError
        E330 no column is one of the four; E332 a value is negative.
    """
    if spec.file is None:
        return Stream()
    names = column_names(folder, spec.file)
    found = [n for n in SOURCE_COLUMNS if n in names]
    if not found:
        raise _refusal("E330", spec, f"{spec.file} has no column of a source", "available_kw, power_kw, ... temp_c")
    series: Mapping[str, Array] = {n: read_series(folder, spec.file, n, unit=SOURCE_COLUMNS[n]) for n in found}
    findings = [
        Finding(
            code="E332",
            what="a series of a source holds negative values",
            field=f"sources.{spec.id}.file",
            got=f"{name} {values.min():g} at hour {int(values.argmin())}",
            allowed="0 or more",
        )
        for name, values in series.items()
        if name != "temp_c" and values.min() < 0.0
    ]
    if findings:
        raise DataError.of(findings)
    return Stream(**series)


def column_names(folder: Path, name: str) -> tuple[str, ...]:
    """Return the columns of a file of series in the case folder."""
    from edsim.case.readers.series import open_table
    from edsim.case.wording.messages import Fault, render_all

    faults: list[Fault] = []
    table = open_table(folder, name, faults)
    if table is None:
        raise DataError.of(render_all([f for f in faults if f.severity == "error"]))
    return table.names


def _refusal(code: str, spec: SourceSpec, what: str, give: str) -> DataError:
    return DataError.of(
        [Finding(code=code, what=what, field=f"sources.{spec.id}", got=f"kind {spec.kind}", hint=f"give {give}")]
    )
