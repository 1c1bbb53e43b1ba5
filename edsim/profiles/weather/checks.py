"""Is a weather year plausible? Each doubt is a finding that names what is wrong and what to do."""

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core import moist_air
from edsim.core.errors import Finding
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles import solar
from edsim.profiles.weather.types import Weather
from edsim.profiles.weather.validity import require_weather

Array = NDArray[np.float64]

_FLAT_TEMP_K: Final = 0.3
_SINE_RESIDUAL_K: Final = 0.25
_EQUAL_DAYS: Final = 30
_STILL_H: Final = {"dry_bulb_temp_c": 48, "relative_humidity_frac": 240, "wind_speed_m_per_s": 240}
"""Hours of one value after which a sensor stands still; air stays saturated, and calm, for longer than equally warm."""
_MIN_YEARLY_GHI_KWH: Final = 300.0
_FLAT_CLEARNESS: Final = 0.02
_NIGHT_SHARE: Final = 0.01
_MAX_ZONE_SHIFT_H: Final = 3.5
_NOON_SHIFT_H: Final = 0.4
_CLOSURE_SHARE: Final = 0.06
_ABOVE_OUTSIDE_SHARE: Final = 0.01
_PRESSURE_SHARE: Final = 0.04


def check_weather(weather: Weather) -> tuple[Finding, ...]:
    """Return the findings of the plausibility report, empty when nothing is doubtful.

    Temperature flat, repeated or sine-made (E211, W211, W212); it, humidity or wind still for days (W224); no sun, or
    the same every day (E212, W219); radiation at night (W213); humidity over 100 % (W214); time zone against longitude
    (W215); solar noon shifted (W216); seasons of the other hemisphere (W217); global radiation not the sum of direct
    and diffuse (W218) or above that outside the atmosphere (W221); pressure against elevation (W220); of years made
    from normals, design temperatures missed (W222) or not given far from the equator (W223).
    """
    checks: tuple[Callable[[Weather, solar.SunPosition], list[Finding]], ...] = (
        _temperature,
        _still,
        _humidity_and_pressure,
        _radiation,
        _clock,
        _balance,
    )
    require_weather(weather)
    sun = solar.sun_position(weather)
    return (*(finding for check in checks for finding in check(weather, sun)), *weather.doubts)


def zone_findings(weather: Weather) -> list[Finding]:
    """Return the finding W215 of a year whose time zone is too far from its longitude."""
    zone_shift = (weather.utc_offset_h - weather.lon_deg / 15.0 + 12.0) % 24.0 - 12.0
    if abs(zone_shift) <= _MAX_ZONE_SHIFT_H:
        return []
    got = f"time zone {weather.utc_offset_h:g} h at longitude {weather.lon_deg:g}°"
    what = "time zone and longitude do not fit: wrong zone, or the sign of the longitude"
    return [doubt(weather, "W215", what, "utc_offset_h", got)]


def noon_shift_h(weather: Weather, sun: solar.SunPosition) -> float:
    """Return by how many hours the daylight of the file is later than the sun's, -12 to 12.

    Difference of the circular means of lit and of sunlit time, from which clouds and haze drop out.
    """
    turn = np.exp(2j * np.pi * (np.arange(HOURS_PER_YEAR) % 24 + 0.5) / 24.0)
    lit = ((weather.ghi_w_per_m2 > 1.0) * turn).reshape(365, 24).sum(axis=1)
    up = (sun.up_frac * turn).reshape(365, 24).sum(axis=1)
    return float(np.angle(np.sum(lit * np.conj(up))) * 24.0 / (2.0 * np.pi))


def _temperature(weather: Weather, _: solar.SunPosition) -> list[Finding]:
    temp = weather.dry_bulb_temp_c
    spread = float(temp.std())
    if spread < _FLAT_TEMP_K:
        got = f"standard deviation {spread:.2f} K"
        return [doubt(weather, "E211", "the dry bulb is flat", "dry_bulb_temp_c", got, severity="error")]
    findings = []
    days = temp.reshape(365, 24)
    equal = int(np.all(np.abs(np.diff(days, axis=0)) < 1e-9, axis=1).sum())
    if equal > _EQUAL_DAYS:
        what = "many days repeat the day before"
        findings.append(doubt(weather, "W211", what, "dry_bulb_temp_c", f"{equal} of 364 days"))
    residual = _sine_residual(temp)
    if residual < _SINE_RESIDUAL_K:
        what = "the dry bulb is made of sines: no weather, only season and hour"
        got = f"{residual:.2f} K left after daily and yearly waves"
        findings.append(doubt(weather, "W212", what, "dry_bulb_temp_c", got))
    return findings


def _still(weather: Weather, _: solar.SunPosition) -> list[Finding]:
    findings = []
    for field, most in _STILL_H.items():
        ends = np.flatnonzero(np.diff(getattr(weather, field), prepend=np.nan, append=np.nan) != 0)
        lengths = np.diff(ends)
        hours = int(lengths.max())
        if most < hours and not (field == "dry_bulb_temp_c" and hours == HOURS_PER_YEAR):
            got = f"{hours} hours from hour {int(ends[lengths.argmax()])} of the year"
            findings.append(doubt(weather, "W224", "the same value for days on end", field, got))
    return findings


def _humidity_and_pressure(weather: Weather, _: solar.SunPosition) -> list[Finding]:
    findings = []
    rh = weather.relative_humidity_frac
    over = int((rh > 1.0 + 1e-9).sum())
    if over:
        got = f"{over} hours, highest {100 * rh.max():.0f} %"
        findings.append(doubt(weather, "W214", "relative humidity is over 100 %", "relative_humidity_frac", got))
    standard = float(moist_air.standard_pressure_pa(weather.elevation_m))
    mean = float(weather.pressure_pa.mean())
    if abs(mean / standard - 1.0) > _PRESSURE_SHARE:
        got = f"mean {mean:.0f} Pa; standard atmosphere at {weather.elevation_m:g} m: {standard:.0f} Pa"
        what = "air pressure and elevation do not fit"
        findings.append(doubt(weather, "W220", what, "elevation_m", got))
    return findings


def _radiation(weather: Weather, sun: solar.SunPosition) -> list[Finding]:
    findings = []
    ghi = weather.ghi_w_per_m2
    yearly = float(ghi.sum()) / 1e3
    if yearly < _MIN_YEARLY_GHI_KWH:
        got = f"{yearly:.0f} kWh/m² a year"
        return [doubt(weather, "E212", "there is hardly any sun", "ghi_w_per_m2", got, severity="error")]
    outside = sun.extraterrestrial_horizontal_w_per_m2
    daily = ghi.reshape(365, 24).sum(axis=1) / np.maximum(outside.reshape(365, 24).sum(axis=1), 1.0)
    wobble = float(np.abs(np.diff(daily)).mean())
    if wobble < _FLAT_CLEARNESS:
        what = "every day has the same clearness: radiation without clouds or weather"
        findings.append(doubt(weather, "W219", what, "ghi_w_per_m2", f"mean change from day to day {wobble:.3f}"))
    for field in ("ghi_w_per_m2", "dni_w_per_m2"):
        values = getattr(weather, field)
        night = float(values[sun.up_frac == 0].sum() / max(values.sum(), 1.0))
        if night > _NIGHT_SHARE:
            what = "the sun shines at night: wrong time zone, longitude or hour labels"
            findings.append(doubt(weather, "W213", what, field, f"{100 * night:.1f} % of the radiation"))
            break
    high = (sun.up_frac == 1) & (ghi > 1.1 * outside + 20.0)
    if high.sum() > _ABOVE_OUTSIDE_SHARE * (sun.up_frac == 1).sum():
        what = "global radiation is above that outside the atmosphere"
        findings.append(doubt(weather, "W221", what, "ghi_w_per_m2", f"{int(high.sum())} hours"))
    return findings


def _clock(weather: Weather, sun: solar.SunPosition) -> list[Finding]:
    findings = zone_findings(weather)
    shift = noon_shift_h(weather, sun)
    if abs(shift) > _NOON_SHIFT_H:
        hint = "hour labels may name the other end of the interval" if 0.8 < abs(shift) < 1.2 else ""
        hint = hint or "check time zone, longitude and whether the file is in UTC"
        got = f"daylight {abs(shift):.1f} h {'late' if shift > 0 else 'early'}"
        what = "solar noon is shifted"
        findings.append(doubt(weather, "W216", what, "utc_offset_h", got, hint))
    length = sun.up_frac.reshape(365, 24).sum(axis=1)
    seen = (weather.ghi_w_per_m2 > 1.0).reshape(365, 24).sum(axis=1)
    if np.ptp(length) > 0.8 and seen.std() > 0 and float(np.corrcoef(length, seen)[0, 1]) < -0.3:
        got = f"latitude {weather.lat_deg:g}°, longest days when the sun says shortest"
        what = "the seasons are those of the other hemisphere: sign of the latitude"
        findings.append(doubt(weather, "W217", what, "lat_deg", got))
    return findings


def _balance(weather: Weather, sun: solar.SunPosition) -> list[Finding]:
    ghi = weather.ghi_w_per_m2
    if ghi.sum() <= 0:
        return []
    error = weather.dni_w_per_m2 * sun.cos_zenith + weather.dhi_w_per_m2 - ghi
    share = float(np.abs(error).sum() / ghi.sum())
    if share <= _CLOSURE_SHARE:
        return []
    what = "global radiation is not the sum of direct and diffuse"
    hint = "a shifted clock or swapped columns do this"
    got = f"{100 * share:.0f} % mean difference"
    return [doubt(weather, "W218", what, "dni_w_per_m2", got, hint)]


def _sine_residual(temp: Array) -> float:
    """Return the standard deviation left after yearly waves, daily waves and their products are taken out."""
    day = 2.0 * np.pi * np.arange(HOURS_PER_YEAR) / 24.0
    year = day / 365.0
    yearly = [np.ones(HOURS_PER_YEAR), *(f(k * year) for k in (1, 2) for f in (np.sin, np.cos))]
    daily = [np.ones(HOURS_PER_YEAR), *(f(k * day) for k in (1, 2, 3) for f in (np.sin, np.cos))]
    waves = np.stack([a * b for a in yearly for b in daily], axis=1)
    coefficients = np.linalg.solve(waves.T @ waves, waves.T @ temp)
    return float((temp - waves @ coefficients).std())


def doubt(
    weather: Weather,
    code: str,
    what: str,
    field: str,
    got: str,
    hint: str = "use another file or correct this one",
    severity: Literal["error", "warning"] = "warning",
) -> Finding:
    """Return a finding on a weather year, with its source as the place."""
    return Finding(code=code, what=what, file=weather.source, field=field, got=got, hint=hint, severity=severity)
