"""Sun position and irradiance on many surfaces at once.

The sun is placed six times an hour; an hour's sun direction is the mean direction while the sun is above the horizon,
so that hours of sunrise and sunset use the middle of their sunlit part and full hours their mid-hour. Diffuse
radiation on tilted planes: Perez, Ineichen, Seals, Michalsky and Stewart 1990 (Solar Energy 44(5), 271-289), pvlib.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.numbers import is_number, number_array
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

REFERENCE_YEAR: Final = 2022
"""Common year whose sun is used: half way between leap years, so that the date error is least."""
_STEPS_PER_HOUR: Final = 6
_MIN_COS_ZENITH: Final = 0.0175  # 1° above the horizon: guards quotients by the sine of the solar height


@dataclass(frozen=True, slots=True)
class SunPosition:
    """Sun of every hour of a year at a site; arrays have 8760 values and are read-only.

    Attributes
    ----------
    zenith_deg, azimuth_deg
        Apparent (refraction-corrected) position, azimuth clockwise from north. Above 90° zenith when the sun is
        down all hour.
    up_frac
        Share of the hour with the sun above the horizon.
    cos_zenith
        Mean cosine of the zenith angle over the whole hour, 0 while the sun is down.
    extraterrestrial_w_per_m2
        Normal irradiance outside the atmosphere.
    """

    zenith_deg: Array
    azimuth_deg: Array
    up_frac: Array
    cos_zenith: Array
    extraterrestrial_w_per_m2: Array

    @property
    def direction(self) -> Array:
        """Unit vectors to the sun as rows east, north, up: (3, 8760)."""
        zenith, azimuth = np.radians(self.zenith_deg), np.radians(self.azimuth_deg)
        return np.stack([np.sin(zenith) * np.sin(azimuth), np.sin(zenith) * np.cos(azimuth), np.cos(zenith)])

    @property
    def extraterrestrial_horizontal_w_per_m2(self) -> Array:
        """Hourly mean irradiance on a horizontal plane outside the atmosphere."""
        return self.extraterrestrial_w_per_m2 * self.cos_zenith


@dataclass(frozen=True, slots=True)
class SurfaceIrradiance:
    """Irradiance on k surfaces, W/m², arrays (k, 8760).

    Attributes
    ----------
    beam_w_per_m2, sky_diffuse_w_per_m2, ground_w_per_m2
        Direct beam, diffuse from the sky (circumsolar and horizon parts included), reflected from the ground.
    circumsolar_w_per_m2, horizon_w_per_m2
        Parts of the sky diffuse: from around the sun, shaded like the beam, and by a bright horizon (negative if dark).
    cos_incidence
        Cosine of the beam's angle of incidence; 0 when the sun is behind the surface or below the horizon.
    """

    beam_w_per_m2: Array
    sky_diffuse_w_per_m2: Array
    ground_w_per_m2: Array
    circumsolar_w_per_m2: Array
    horizon_w_per_m2: Array
    cos_incidence: Array

    @property
    def total_w_per_m2(self) -> Array:
        """Sum of beam, sky and ground radiation."""
        return self.beam_w_per_m2 + self.sky_diffuse_w_per_m2 + self.ground_w_per_m2


def sun_position(weather: Weather) -> SunPosition:
    """Return the sun of every hour at the site of `weather`; computed once per site."""
    _require_weather(weather)
    return sun_position_at(weather.lat_deg, weather.lon_deg, weather.elevation_m, weather.utc_offset_h)


@lru_cache(maxsize=16)
def sun_position_at(lat_deg: float, lon_deg: float, elevation_m: float, utc_offset_h: float) -> SunPosition:
    """Return the sun of every hour of the reference year at a site.

    Parameters
    ----------
    lat_deg, lon_deg
        North and east positive.
    elevation_m
        Height above sea level.
    utc_offset_h
        Local standard time minus UTC, h; fractions allowed.

    Raises
    ------
    ValueError
        When a value is no finite number or the latitude is outside -90 to 90.
    """
    given = {"lat_deg": lat_deg, "lon_deg": lon_deg, "elevation_m": elevation_m, "utc_offset_h": utc_offset_h}
    for name, value in given.items():
        if not is_number(value):
            raise ValueError(f"{name} must be a finite number: got {value!r:.40}")
    if not -90.0 <= lat_deg <= 90.0:
        raise ValueError(f"lat_deg must be within -90 to 90: got {lat_deg:g}")
    from pvlib import irradiance

    minute = 60.0 / _STEPS_PER_HOUR
    shift = 0.5 * minute - 60.0 * utc_offset_h
    times = _utc_times(HOURS_PER_YEAR * _STEPS_PER_HOUR, minute, shift)
    position = _position(times, lat_deg, lon_deg, elevation_m)
    shape = (HOURS_PER_YEAR, _STEPS_PER_HOUR)
    zenith = np.radians(position["apparent_zenith"].to_numpy(dtype=float).reshape(shape))
    azimuth = np.radians(position["azimuth"].to_numpy(dtype=float).reshape(shape))
    vectors = np.stack([np.sin(zenith) * np.sin(azimuth), np.sin(zenith) * np.cos(azimuth), np.cos(zenith)])
    up = vectors[2] > 0.0
    share = up.mean(axis=1)
    weight = up | (share[:, None] == 0)
    mean = (vectors * weight).sum(axis=2)
    mean /= np.linalg.norm(mean, axis=0)
    day_of_year = np.repeat(np.arange(1, 366), 24)
    result = SunPosition(
        zenith_deg=np.degrees(np.arccos(np.clip(mean[2], -1.0, 1.0))),
        azimuth_deg=np.degrees(np.arctan2(mean[0], mean[1])) % 360.0,
        up_frac=share,
        cos_zenith=np.maximum(vectors[2], 0.0).mean(axis=1),
        extraterrestrial_w_per_m2=np.asarray(irradiance.get_extra_radiation(day_of_year), dtype=float),
    )
    for name in SunPosition.__slots__:
        getattr(result, name).setflags(write=False)
    return result


def cos_zenith_at(lat_deg: float, lon_deg: float, elevation_m: float, utc_hours: Array) -> Array:
    """Return the cosine of the sun's apparent zenith at instants, 0 while it is down.

    Parameters
    ----------
    lat_deg, lon_deg, elevation_m
        Site; north and east positive.
    utc_hours : (n,)
        Hours in UTC since the beginning of the reference year.
    """
    import pandas as pd

    start = pd.Timestamp(year=REFERENCE_YEAR, month=1, day=1, tz="UTC")
    times = start + pd.to_timedelta(utc_hours, unit="h")
    zenith = _position(times, lat_deg, lon_deg, elevation_m)["apparent_zenith"].to_numpy(dtype=float)
    return np.asarray(np.maximum(np.cos(np.radians(zenith)), 0.0))


def surface_irradiance(
    weather: Weather, tilt_deg: ArrayLike, azimuth_deg: ArrayLike, albedo: ArrayLike = 0.2
) -> SurfaceIrradiance:
    """Return the irradiance on k surfaces for every hour.

    Parameters
    ----------
    weather
        Weather year.
    tilt_deg, azimuth_deg : (k,)
        Tilt from the horizontal (90 is vertical) and direction the surface faces, clockwise from north.
    albedo : scalar or (k,)
        Reflectance of the ground; 0.2 is the usual value for grass and mixed ground (ISO 52010-1:2017, table B.1).

    Raises
    ------
    ValueError
        When a tilt is outside 0 to 180°, an albedo outside 0 to 1, one is no number, the shapes do not agree, or the
        weather has no 8760 numbers of radiation.
    """
    _require_weather(weather)
    from pvlib import atmosphere, irradiance

    tilt, azimuth, reflectance = _surfaces(tilt_deg, azimuth_deg, albedo)
    sun = sun_position(weather)
    cos_incidence = _cos_incidence(sun, tilt, azimuth)
    airmass = atmosphere.get_relative_airmass(sun.zenith_deg)
    parts = irradiance.perez(
        tilt[:, None],
        azimuth[:, None],
        weather.dhi_w_per_m2,
        weather.dni_w_per_m2,
        sun.extraterrestrial_w_per_m2,
        sun.zenith_deg,
        sun.azimuth_deg,
        airmass,
        return_components=True,
    )
    sky_view = 0.5 * (1.0 + np.cos(np.radians(tilt)))[:, None]
    # Sun down or no diffuse radiation: Perez has no sky clearness and pvlib gives 0; twilight is kept as isotropic.
    dark = ~(np.isfinite(airmass) & (weather.dhi_w_per_m2 > 0))
    sky = np.where(dark, weather.dhi_w_per_m2 * sky_view, np.nan_to_num(parts["poa_sky_diffuse"]))
    circumsolar, horizon = (np.where(dark, 0.0, np.nan_to_num(parts[f"poa_{k}"])) for k in ("circumsolar", "horizon"))
    return SurfaceIrradiance(
        beam_w_per_m2=weather.dni_w_per_m2 * cos_incidence,
        sky_diffuse_w_per_m2=sky,
        ground_w_per_m2=weather.ghi_w_per_m2 * (reflectance[:, None] * (1.0 - sky_view)),
        circumsolar_w_per_m2=np.minimum(circumsolar, sky),
        horizon_w_per_m2=np.minimum(horizon, sky - np.minimum(circumsolar, sky)),
        cos_incidence=cos_incidence,
    )


@dataclass(frozen=True, slots=True)
class Shading:
    """Overhang and side fins of k vertical openings; every field is a scalar or (k,), m.

    Attributes
    ----------
    height_m, width_m
        Size of the opening.
    overhang_depth_m, overhang_gap_m
        Projection of the overhang (taken as wide as the facade) and its height above the opening's head.
    fin_depth_m, fin_gap_m
        Projection of fins on both sides (taken as tall as the facade) and their distance from the jambs.
    """

    height_m: ArrayLike
    width_m: ArrayLike
    overhang_depth_m: ArrayLike = 0.0
    overhang_gap_m: ArrayLike = 0.0
    fin_depth_m: ArrayLike = 0.0
    fin_gap_m: ArrayLike = 0.0


def sunlit_frac(sun: SunPosition, azimuth_deg: ArrayLike, shading: Shading) -> Array:
    """Return the share of vertical openings that the beam reaches past overhang and fins, (k, 8760).

    Projected shadows: the overhang's edge falls ``depth·tan(height)/cos(relative azimuth)`` below it, a fin's edge
    ``depth·tan(relative azimuth)`` beside it. 0 while the sun is behind the facade or down.
    """
    _require_sun(sun)
    azimuth = _numbers("azimuth_deg", azimuth_deg)
    if azimuth.ndim != 1 or not np.isfinite(azimuth).all():
        raise ValueError("azimuth_deg must be finite, a scalar or one-dimensional")
    relative = np.radians(sun.azimuth_deg - azimuth[:, None])
    facing = np.maximum(np.cos(relative), 1e-6)
    height, width, depth, gap, fin, fin_gap = (_column(v) for v in _shading_fields(shading))
    fall = depth * np.tan(np.radians(90.0 - np.clip(sun.zenith_deg, 0.0, 90.0))) / facing - gap
    side = fin * np.abs(np.sin(relative)) / facing - fin_gap
    lit = (1.0 - np.clip(fall / height, 0.0, 1.0)) * (1.0 - np.clip(side / width, 0.0, 1.0))
    return np.asarray(np.where((np.cos(relative) > 0) & (sun.up_frac > 0), lit, 0.0))


def diffuse_shading_factor(shading: Shading) -> Array:
    """Return the share of isotropic sky diffuse radiation that vertical openings keep, (k,).

    Crossed-string view factors of the opening to a wide overhang, and to two tall fins (half of each fin's factor
    is taken from the sky), Hottel and Sarofim 1967, Radiative Transfer, section 2-7.
    """
    height, width, depth, gap, fin, fin_gap = (_column(v)[:, 0] for v in _shading_fields(shading))
    overhang = 2.0 * _strip_view_factor(height, depth, gap)
    fins = 2.0 * _strip_view_factor(width, fin, fin_gap)
    return np.clip((1.0 - overhang) * (1.0 - fins), 0.0, 1.0)


def _shading_fields(shading: Shading) -> tuple[ArrayLike, ...]:
    if not isinstance(shading, Shading):
        raise TypeError(f"shading must be a Shading: got {type(shading).__name__}")
    names = ("height_m", "width_m", "overhang_depth_m", "overhang_gap_m", "fin_depth_m", "fin_gap_m")
    fields = tuple(_numbers(name, getattr(shading, name)) for name in names)
    if not all(np.isfinite(f).all() for f in fields):
        raise ValueError("sizes, depths and gaps of shading must be finite")
    if not (np.all(fields[0] > 0) and np.all(fields[1] > 0)):
        raise ValueError("height_m and width_m of an opening must be positive")
    if not all(np.all(f >= 0) for f in fields[2:]):
        raise ValueError("depths and gaps of shading must not be negative")
    return fields


def _column(value: ArrayLike) -> Array:
    return np.atleast_1d(np.asarray(value, dtype=float))[:, None]


def _strip_view_factor(size: Array, depth: Array, gap: Array) -> Array:
    crossed = np.hypot(gap, depth) + gap + size
    straight = gap + np.hypot(gap + size, depth)
    return (crossed - straight) / (2.0 * size)


def decompose_ghi(ghi_w_per_m2: Array, sun: SunPosition) -> tuple[Array, Array]:
    """Return direct normal and diffuse horizontal irradiance for a global horizontal series, W/m².

    Diffuse fraction by hourly clearness: Erbs, Klein and Duffie 1982 (Solar Energy 28(4), 293-302). The direct normal
    part is capped at the extraterrestrial one; what is above the cap is counted as diffuse.
    """
    _require_sun(sun)
    ghi_w_per_m2 = _hours("ghi_w_per_m2", ghi_w_per_m2)
    outside = sun.extraterrestrial_horizontal_w_per_m2
    low_sun = sun.cos_zenith < _MIN_COS_ZENITH
    clearness = np.clip(np.divide(ghi_w_per_m2, outside, out=np.zeros_like(outside), where=~low_sun), 0.0, 1.0)
    diffuse_frac = _erbs_fraction(clearness)
    direct = np.where(low_sun, 0.0, (1.0 - diffuse_frac) * ghi_w_per_m2)
    normal = np.divide(direct, sun.cos_zenith, out=np.zeros_like(direct), where=~low_sun)
    normal = np.minimum(normal, sun.extraterrestrial_w_per_m2)
    return normal, np.maximum(ghi_w_per_m2 - normal * sun.cos_zenith, 0.0)


def clear_sky_ghi_w_per_m2(sun: SunPosition) -> Array:
    """Return the cloudless global horizontal irradiance, W/m².

    ``1098 cos(z) exp(-0.057/cos(z))``, Haurwitz 1945 (Journal of Meteorology 2, 154-166).
    """
    _require_sun(sun)
    cos_zenith = sun.cos_zenith
    return 1098.0 * cos_zenith * np.exp(-0.057 / np.maximum(cos_zenith, 1e-3))


def _require_weather(weather: object) -> None:
    if not isinstance(weather, Weather):
        raise TypeError(f"weather must be a Weather: got {type(weather).__name__}")
    for name in ("lat_deg", "lon_deg", "elevation_m", "utc_offset_h"):
        if not is_number(getattr(weather, name)):
            raise ValueError(f"{name} of the weather must be a finite number")
    for name in ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2"):
        _hours(f"{name} of the weather", getattr(weather, name))


def _require_sun(sun: object) -> None:
    if not isinstance(sun, SunPosition):
        raise TypeError(f"sun must be a SunPosition: got {type(sun).__name__}")


def _hours(name: str, value: object) -> Array:
    """Return a series of the hours of a year; a ValueError says what else was given."""
    series = _numbers(name, value)
    if series.shape != (HOURS_PER_YEAR,) or not np.isfinite(series).all():
        gaps = int((~np.isfinite(series)).sum())
        raise ValueError(
            f"{name} must have {HOURS_PER_YEAR} finite values: got shape {series.shape}, {gaps} not finite"
        )
    return series


def _surfaces(tilt_deg: ArrayLike, azimuth_deg: ArrayLike, albedo: ArrayLike) -> tuple[Array, Array, Array]:
    given = {"tilt_deg": tilt_deg, "azimuth_deg": azimuth_deg, "albedo": albedo}
    arrays = [_numbers(name, value) for name, value in given.items()]
    try:
        tilt, azimuth, reflectance = np.broadcast_arrays(*arrays)
    except ValueError:
        sizes = ", ".join(f"{name} {array.size}" for name, array in zip(given, arrays, strict=True))
        raise ValueError(f"tilt_deg, azimuth_deg and albedo must have one length or one value: got {sizes}") from None
    if tilt.ndim != 1:
        raise ValueError("tilt_deg, azimuth_deg and albedo must be scalars or one-dimensional")
    if not (np.all(tilt >= 0) and np.all(tilt <= 180) and np.all(np.isfinite(azimuth))):
        raise ValueError("tilt_deg must be within 0 to 180 and azimuth_deg finite")
    if not (np.all(reflectance >= 0) and np.all(reflectance <= 1)):
        raise ValueError("albedo must be within 0 to 1")
    return tilt, azimuth, reflectance


def _numbers(name: str, value: object) -> Array:
    """Return a value as an array of at least one dimension; a ValueError names the field that is no number."""
    array = number_array(value)
    if array is None:
        raise ValueError(f"{name} must be a number or an array of numbers: got {' '.join(repr(value).split())[:40]}")
    return np.atleast_1d(array)


def _cos_incidence(sun: SunPosition, tilt_deg: Array, azimuth_deg: Array) -> Array:
    tilt, azimuth = np.radians(tilt_deg), np.radians(azimuth_deg)
    normals = np.stack([np.sin(tilt) * np.sin(azimuth), np.sin(tilt) * np.cos(azimuth), np.cos(tilt)], axis=1)
    cosine = normals @ sun.direction
    return np.asarray(np.where(sun.up_frac > 0, np.maximum(cosine, 0.0), 0.0))


def _erbs_fraction(clearness: Array) -> Array:
    k = clearness
    middle = 0.9511 + k * (-0.1604 + k * (4.388 + k * (-16.638 + k * 12.336)))
    return np.where(k <= 0.22, 1.0 - 0.09 * k, np.where(k <= 0.80, middle, 0.165))


def _utc_times(count: int, step_min: float, shift_min: float) -> Any:
    import pandas as pd

    start = pd.Timestamp(year=REFERENCE_YEAR, month=1, day=1, tz="UTC") + pd.Timedelta(minutes=shift_min)
    return pd.date_range(start, periods=count, freq=pd.Timedelta(minutes=step_min))


def _position(times: Any, lat_deg: float, lon_deg: float, elevation_m: float) -> Any:
    from pvlib import solarposition

    from edsim.core.moist_air import standard_pressure_pa

    pressure = float(standard_pressure_pa(elevation_m))
    return solarposition.ephemeris(times, lat_deg, lon_deg, pressure=pressure)
