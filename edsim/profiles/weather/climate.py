"""Weather of a future climate: present hours shifted and stretched by monthly changes.

Belcher, Hacker and Powell 2005, "Constructing design weather data for future climates", Building Services Engineering
Research and Technology 26(1), 49-61.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core import moist_air
from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_DAY, MONTH_OF_HOUR
from edsim.profiles import solar
from edsim.profiles.numbers import number_array
from edsim.profiles.weather.sky import cloud_cover_from_ghi, sky_infrared_w_per_m2
from edsim.profiles.weather.synthesis_series import month_means
from edsim.profiles.weather.types import Weather
from edsim.profiles.weather.validity import require_weather

Array = NDArray[np.float64]

_MIN_RELATIVE_HUMIDITY = 0.01


@dataclass(frozen=True, slots=True)
class ClimateChange:
    """Monthly changes of a climate; every field is one value for all months or 12 values, January first.

    Attributes
    ----------
    mean_temp_change_k
        Change of the mean dry bulb.
    max_temp_change_k, min_temp_change_k
        Change of the mean daily maximum and minimum; both or none. None keeps the daily swing.
    relative_humidity_change_frac
        Change of the relative humidity (0.02 is two points).
    ghi_factor, wind_factor
        Future over present global radiation and wind speed.
    label
        Scenario and source, kept in the weather's notes.
    """

    mean_temp_change_k: ArrayLike = 0.0
    max_temp_change_k: ArrayLike | None = None
    min_temp_change_k: ArrayLike | None = None
    relative_humidity_change_frac: ArrayLike = 0.0
    ghi_factor: ArrayLike = 1.0
    wind_factor: ArrayLike = 1.0
    label: str = ""


def morph(weather: Weather, change: ClimateChange) -> Weather:
    """Return the weather year with monthly changes applied.

    Dry bulb is shifted and stretched, ``T + ΔT + α (T - mean T)`` with ``α = (ΔTmax - ΔTmin) / (Tmax - Tmin)`` of the
    month; humidity is shifted within 1 to 100 %; global and diffuse radiation and wind are scaled; direct radiation
    scales too, up to that outside the atmosphere; sky infrared follows air and dew point at unchanged cloud cover.

    Raises
    ------
    DataError
        E241 when a change has neither 1 nor 12 values, is not finite or is outside its range.
    """
    require_weather(weather)
    if not isinstance(change, ClimateChange):
        raise DataError.of([_finding("change", type(change).__name__, "ClimateChange")])
    months = _monthly(change)
    hour = MONTH_OF_HOUR
    mean = month_means(weather.dry_bulb_temp_c)
    stretch = _stretch(weather, change, months)
    temp = weather.dry_bulb_temp_c
    future = temp + months["mean_temp_change_k"][hour] + stretch[hour] * (temp - mean[hour])
    shifted = weather.relative_humidity_frac + months["relative_humidity_change_frac"][hour]
    rh = np.clip(shifted, _MIN_RELATIVE_HUMIDITY, 1.0)
    ratio = moist_air.humidity_ratio(future, rh, weather.pressure_pa)
    sun = solar.sun_position(weather)
    factor = months["ghi_factor"][hour]
    ghi = weather.ghi_w_per_m2 * factor
    dni = np.minimum(weather.dni_w_per_m2 * factor, sun.extraterrestrial_w_per_m2)
    lost = (weather.dni_w_per_m2 * factor - dni) * sun.cos_zenith
    said = f"morphed (Belcher 2005): {change.label or 'no source given'}"
    return dataclasses.replace(
        weather,
        source=f"{weather.source}, morphed",
        dry_bulb_temp_c=future,
        relative_humidity_frac=rh,
        wind_speed_m_per_s=weather.wind_speed_m_per_s * months["wind_factor"][hour],
        ghi_w_per_m2=ghi,
        dni_w_per_m2=dni,
        dhi_w_per_m2=weather.dhi_w_per_m2 * factor + lost,
        sky_infrared_w_per_m2=_infrared(weather, sun, future, ratio),
        humidity_ratio_kg_per_kg=ratio,
        wet_bulb_temp_c=moist_air.wet_bulb_c(future, ratio, weather.pressure_pa),
        notes=(*weather.notes, said),
    )


def _infrared(weather: Weather, sun: solar.SunPosition, future: Array, ratio: Array) -> Array:
    cover = cloud_cover_from_ghi(weather.ghi_w_per_m2, sun)
    dew = [moist_air.dew_point_c(w, weather.pressure_pa) for w in (weather.humidity_ratio_kg_per_kg, ratio)]
    present = sky_infrared_w_per_m2(weather.dry_bulb_temp_c, dew[0], cover)
    return weather.sky_infrared_w_per_m2 * sky_infrared_w_per_m2(future, dew[1], cover) / present


def _stretch(weather: Weather, change: ClimateChange, months: dict[str, Array]) -> Array:
    if change.max_temp_change_k is None or change.min_temp_change_k is None:
        return np.zeros(12)
    days = weather.dry_bulb_temp_c.reshape(365, 24)
    swing = np.bincount(MONTH_OF_DAY, weights=np.ptp(days, axis=1), minlength=12) / DAYS_PER_MONTH
    wanted = months["max_temp_change_k"] - months["min_temp_change_k"]
    if np.any(swing <= 0.1):
        raise DataError.of([_finding("dry_bulb_temp_c", "no daily swing", "weather with a daily swing")])
    return np.asarray(wanted / swing)


def _monthly(change: ClimateChange) -> dict[str, Array]:
    limits = {
        "mean_temp_change_k": (-15.0, 15.0),
        "max_temp_change_k": (-15.0, 15.0),
        "min_temp_change_k": (-15.0, 15.0),
        "relative_humidity_change_frac": (-0.5, 0.5),
        "ghi_factor": (0.5, 1.5),
        "wind_factor": (0.0, 3.0),
    }
    findings, months = [], {}
    if (change.max_temp_change_k is None) != (change.min_temp_change_k is None):
        findings.append(_finding("max_temp_change_k", "one of the two", "both daily maximum and minimum, or none"))
    for name, (low, high) in limits.items():
        value = getattr(change, name)
        numbers = number_array(0.0 if value is None else value)
        values = np.empty(0) if numbers is None else np.atleast_1d(numbers)
        if numbers is None:
            findings.append(_finding(name, repr(value)[:40], "1 or 12 values"))
        elif values.shape not in ((1,), (12,)):
            findings.append(_finding(name, f"{values.size} values", "1 or 12 values"))
        elif not np.all((values >= low) & (values <= high)):
            findings.append(_finding(name, f"{values.min():g} to {values.max():g}", f"{low:g} to {high:g}"))
        else:
            months[name] = np.broadcast_to(values, (12,))
    if findings:
        raise DataError.of(findings)
    return months


def _finding(field: str, got: str, allowed: str) -> Finding:
    return Finding(code="E241", what="the climate change cannot be applied", field=field, got=got, allowed=allowed)
