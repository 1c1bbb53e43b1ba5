"""From the raw columns of a weather file to a :class:`Weather`: limits, gaps, derived quantities.

Rules for gaps, each use noted in ``Weather.notes``:

* up to 3 hours: straight line between the neighbors (irradiance: straight line in the clearness index);
* up to 14 days: mean of the same hour on the 10 days before and after;
* more, or more than 10 % of the year: refused, except pressure (standard atmosphere at the site's elevation) and sky
  infrared (emissivity formula of :mod:`edsim.profiles.weather.sky`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core import moist_air
from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles import solar
from edsim.profiles.weather.location import Location
from edsim.profiles.weather.sky import cloud_cover_from_ghi, sky_infrared_w_per_m2
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

SHORT_GAP_H: Final = 3
LONG_GAP_H: Final = 14 * 24
MAX_MISSING_H: Final = HOURS_PER_YEAR // 10
_NEIGHBOR_DAYS: Final = 10
_MAX_RELATIVE_HUMIDITY: Final = 1.1
_MIN_RELATIVE_HUMIDITY: Final = 0.01
_NO_COLUMN: Final = "the file tells nothing of it: download it with this column, or take another file"
_DRIEST_YEAR: Final = 0.02  # no place stays as dry as that all year: fractions taken for percent

LIMITS: Final[dict[str, tuple[float, float]]] = {
    "dry_bulb_temp_c": (-70.0, 65.0),
    "dew_point_temp_c": (-90.0, 45.0),
    "relative_humidity_frac": (0.0, _MAX_RELATIVE_HUMIDITY),
    "pressure_pa": (45_000.0, 112_000.0),
    "wind_speed_m_per_s": (0.0, 60.0),
    "ghi_w_per_m2": (0.0, 1600.0),
    "dni_w_per_m2": (0.0, 1400.0),
    "dhi_w_per_m2": (0.0, 1100.0),
    "sky_infrared_w_per_m2": (50.0, 700.0),
    "cloud_cover_frac": (0.0, 1.0),
}
"""Physical limits of each column: world records with a margin."""

_OTHER_UNITS: Final[dict[str, tuple[tuple[str, float, float], ...]]] = {
    "dry_bulb_temp_c": (("K", 1.0, -273.15), ("°F", 1 / 1.8, -32 / 1.8)),
    "dew_point_temp_c": (("K", 1.0, -273.15), ("°F", 1 / 1.8, -32 / 1.8)),
    "pressure_pa": (("hPa", 100.0, 0.0), ("kPa", 1000.0, 0.0)),
    "ghi_w_per_m2": (("kJ/(m² h)", 1 / 3.6, 0.0),),
    "dni_w_per_m2": (("kJ/(m² h)", 1 / 3.6, 0.0),),
    "dhi_w_per_m2": (("kJ/(m² h)", 1 / 3.6, 0.0),),
}
"""Units that columns are found in, with the factor and the shift that make the column's own of them."""


@dataclass(frozen=True, slots=True)
class RawYear:
    """Columns of a weather file on the local standard hours of a year, NaN where a value is missing.

    Attributes
    ----------
    site
        Place of the file.
    file
        File name for messages.
    columns
        Arrays of 8760 values by field name of :class:`Weather`; also ``dew_point_temp_c`` and ``cloud_cover_frac``.
    notes
        What reading has already repaired.
    """

    site: Location
    file: str
    columns: dict[str, Array]
    notes: tuple[str, ...] = ()


def assemble(raw: RawYear) -> Weather:
    """Return the weather year of raw columns.

    Raises
    ------
    DataError
        E204 values outside physical limits, E205 too much missing; all columns in one error.
    """
    sun = solar.sun_position_at(raw.site.lat_deg, raw.site.lon_deg, raw.site.elevation_m, raw.site.utc_offset_h)
    findings: list[Finding] = []
    filled: dict[str, Array] = {}
    columns = _complete_humidity(_with_all_fields(raw.columns))
    findings.extend(_limit_findings(columns, raw.file))
    columns = _complete_radiation(columns, sun, findings, raw.file)
    optional = ("pressure_pa", "sky_infrared_w_per_m2", "cloud_cover_frac", "dew_point_temp_c")
    for name, values in columns.items():
        if name in optional:
            filled[name] = values
            continue
        scale = sun.extraterrestrial_horizontal_w_per_m2 if name in ("ghi_w_per_m2", "dhi_w_per_m2") else None
        filled[name], finding = fill_gaps(values, name, raw.file, scale)
        findings.extend([finding] if finding else [])
    errors = [f for f in findings if f.severity == "error"]
    if errors:
        raise DataError.of(errors)
    return _finish(raw, filled, sun, findings)


def fill_gaps(values: Array, name: str, file: str, scale: Array | None = None) -> tuple[Array, Finding | None]:
    """Return an hourly series with its gaps filled by the module's rules and the finding, if anything was missing.

    Parameters
    ----------
    values : (8760,)
        Series with NaN where missing.
    name, file
        For the finding.
    scale : (8760,)
        Series by which values are divided before interpolation (extraterrestrial irradiance), 0 where both are 0.
    """
    missing = np.isnan(values)
    count = int(missing.sum())
    if count == 0:
        return values, None
    longest = _longest_run(missing)
    first = int(np.argmax(missing))
    got = f"{count} hours missing, longest gap {longest} h, first at {hour_label(first)}"
    if longest > LONG_GAP_H or count > MAX_MISSING_H:
        return values, Finding(
            code="E205",
            what=f"too many values of {name} are missing to be filled",
            file=file,
            field=name,
            got=got,
            allowed=f"gaps of at most {LONG_GAP_H} h and {MAX_MISSING_H} h in all",
            hint=_NO_COLUMN if count == len(values) else "take another file or year for this site",
        )
    divisor = np.ones(len(values)) if scale is None else np.where(scale > 10.0, scale, np.inf)
    filled = _fill(values / divisor, missing) * np.where(np.isinf(divisor), 0.0, divisor)
    return np.where(missing, filled, values), Finding(
        code="W205",
        what=f"missing values of {name} were filled: up to {SHORT_GAP_H} h by a straight line, longer gaps by the "
        f"same hour of the {_NEIGHBOR_DAYS} days before and after",
        file=file,
        field=name,
        got=got,
        severity="warning",
    )


def hour_label(hour: int) -> str:
    """Return ``MM-DD HH:00`` (beginning of the interval) of an hour 0–8759."""
    day = np.datetime64("2022-01-01") + np.timedelta64(hour // 24, "D")
    return f"{str(day)[5:]} {hour % 24:02d}:00"


def _with_all_fields(columns: dict[str, Array]) -> dict[str, Array]:
    nothing = np.full(HOURS_PER_YEAR, np.nan)
    return {name: columns.get(name, nothing) for name in LIMITS}


def _unit_hint(name: str, values: Array) -> str:
    """Return what to do with a column outside its limits: the unit that would put all of it right, if there is one."""
    low, high = LIMITS[name]
    told = values[~np.isnan(values)]
    for unit, factor, shift in _OTHER_UNITS.get(name, ()):
        moved = factor * told + shift
        if low <= moved.min() and moved.max() <= high:
            return f"in {unit} all values would be right: convert the column"
    return "check units and the column order of the file"


def _limit_findings(columns: dict[str, Array], file: str) -> list[Finding]:
    findings = []
    for name, (low, high) in LIMITS.items():
        values = columns[name]
        bad = (values < low) | (values > high)
        if bad.any():
            hour = int(np.argmax(bad))
            findings.append(
                Finding(
                    code="E204",
                    what=f"{int(bad.sum())} values of {name} are outside physical limits",
                    file=file,
                    field=name,
                    got=f"{values[hour]:g} at {hour_label(hour)}",
                    allowed=f"{low:g} to {high:g}",
                    hint=_unit_hint(name, values),
                )
            )
    highest = float(np.nanmax(columns["relative_humidity_frac"], initial=0.0))
    if 0.0 < highest <= _DRIEST_YEAR:
        findings.append(
            Finding(
                code="E204",
                what="the relative humidity of the whole year looks like a fraction",
                file=file,
                field="relative_humidity_frac",
                got=f"<= {100 * highest:g} %",
                allowed="0-100 %",
                hint="multiply the column by 100",
            )
        )
    return findings


def _complete_humidity(columns: dict[str, Array]) -> dict[str, Array]:
    """Fill missing relative humidity from the dew point of the same hour (pressure cancels)."""
    rh, dew, temp = (columns[n] for n in ("relative_humidity_frac", "dew_point_temp_c", "dry_bulb_temp_c"))
    usable = np.isnan(rh) & np.isfinite(temp) & (temp > -70) & (temp < 65) & (dew > -90) & (dew <= temp + 0.5)
    if not usable.any():
        return columns
    rh = rh.copy()
    ratio = moist_air.saturation_pressure_pa(dew[usable]) / moist_air.saturation_pressure_pa(temp[usable])
    rh[usable] = np.minimum(ratio, 1.0)
    return columns | {"relative_humidity_frac": rh}


def _complete_radiation(
    columns: dict[str, Array], sun: solar.SunPosition, findings: list[Finding], file: str
) -> dict[str, Array]:
    """Derive a missing one of global, direct and diffuse from the others; hours with the sun down become 0."""
    dark = sun.up_frac == 0
    ghi, dni, dhi = (
        np.where(np.isnan(columns[n]) & dark, 0.0, columns[n]) for n in ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2")
    )
    beam = dni * sun.cos_zenith
    derived = {
        "global from direct and diffuse": np.isnan(ghi) & ~np.isnan(beam + dhi),
        "diffuse from global and direct": np.isnan(dhi) & ~np.isnan(beam + ghi),
        "direct from global and diffuse": np.isnan(dni) & ~np.isnan(ghi + dhi),
        "direct and diffuse from global (Erbs 1982)": np.isnan(dni) & np.isnan(dhi) & ~np.isnan(ghi),
    }
    masks = list(derived.values())
    ghi = np.where(masks[0], beam + dhi, ghi)
    dhi = np.where(masks[1], np.maximum(ghi - beam, 0.0), dhi)
    high = np.maximum(sun.cos_zenith, 0.05)
    dni = np.where(masks[2], np.clip((ghi - dhi) / high, 0.0, sun.extraterrestrial_w_per_m2), dni)
    if masks[3].any():
        erbs_dni, erbs_dhi = solar.decompose_ghi(np.nan_to_num(ghi), sun)
        dni, dhi = np.where(masks[3], erbs_dni, dni), np.where(masks[3], erbs_dhi, dhi)
    findings.extend(
        Finding(
            code="W206",
            what=f"irradiance derived: {how}",
            file=file,
            got=f"{int(mask.sum())} hours",
            severity="warning",
        )
        for how, mask in derived.items()
        if mask.any()
    )
    return columns | {"ghi_w_per_m2": ghi, "dni_w_per_m2": dni, "dhi_w_per_m2": dhi}


def _finish(raw: RawYear, filled: dict[str, Array], sun: solar.SunPosition, findings: list[Finding]) -> Weather:
    site = raw.site
    rh, humid = filled["relative_humidity_frac"], int((filled["relative_humidity_frac"] > 1).sum())
    if humid:
        findings.append(
            Finding(
                code="W214",
                what="relative humidity over 100 % was set to 100 %",
                file=raw.file,
                field="relative_humidity_frac",
                got=f"{humid} hours, highest {100 * rh.max():.0f} %",
                severity="warning",
            )
        )
    rh = np.clip(rh, _MIN_RELATIVE_HUMIDITY, 1.0)
    pressure = _pressure(filled["pressure_pa"], site, findings, raw.file)
    temp = filled["dry_bulb_temp_c"]
    ratio = moist_air.humidity_ratio(temp, rh, pressure)
    infrared = filled["sky_infrared_w_per_m2"]
    without = np.isnan(infrared)
    if without.any():
        cover = filled["cloud_cover_frac"]
        cover = np.where(np.isnan(cover), cloud_cover_from_ghi(filled["ghi_w_per_m2"], sun), cover)
        formula = sky_infrared_w_per_m2(temp, moist_air.dew_point_c(ratio, pressure), cover)
        infrared = np.where(without, formula, infrared)
        findings.append(
            Finding(
                code="W207",
                what="sky infrared radiation computed from dew point and clouds (Clark and Allen 1978)",
                file=raw.file,
                field="sky_infrared_w_per_m2",
                got=f"{int(without.sum())} hours without a value",
                severity="warning",
            )
        )
    return Weather(
        name=site.name,
        source=raw.file,
        lat_deg=site.lat_deg,
        lon_deg=site.lon_deg,
        elevation_m=site.elevation_m,
        utc_offset_h=site.utc_offset_h,
        dry_bulb_temp_c=temp,
        relative_humidity_frac=rh,
        pressure_pa=pressure,
        wind_speed_m_per_s=filled["wind_speed_m_per_s"],
        ghi_w_per_m2=filled["ghi_w_per_m2"],
        dni_w_per_m2=filled["dni_w_per_m2"],
        dhi_w_per_m2=filled["dhi_w_per_m2"],
        sky_infrared_w_per_m2=infrared,
        humidity_ratio_kg_per_kg=ratio,
        wet_bulb_temp_c=moist_air.wet_bulb_c(temp, ratio, pressure),
        notes=raw.notes + tuple(f.text() for f in findings),
    )


def _pressure(values: Array, site: Location, findings: list[Finding], file: str) -> Array:
    missing = np.isnan(values)
    if not missing.any():
        return values
    standard = float(moist_air.standard_pressure_pa(site.elevation_m))
    findings.append(
        Finding(
            code="W208",
            what="missing air pressure set to the standard atmosphere at the site's elevation",
            file=file,
            field="pressure_pa",
            got=f"{int(missing.sum())} hours without a value; {standard:.0f} Pa at {site.elevation_m:g} m",
            severity="warning",
        )
    )
    return np.where(missing, standard, values)


def _longest_run(mask: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _fill(values: Array, missing: NDArray[np.bool_]) -> Array:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(int)))
    result = values.copy()
    known = np.flatnonzero(~missing)
    line = np.interp(np.arange(len(values)), known, values[known], period=len(values))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        hours = np.arange(start, end)
        if end - start <= SHORT_GAP_H:
            result[hours] = line[hours]
            continue
        reach = _NEIGHBOR_DAYS + -(-(end - start) // 24)
        around = (hours[:, None] + 24 * np.arange(-reach, reach + 1)) % len(values)
        same_hour = np.where(missing[around], np.nan, values[around])
        seen = np.isfinite(same_hour)
        total = np.where(seen, same_hour, 0.0).sum(axis=1)
        result[hours] = np.where(seen.any(axis=1), total / np.maximum(seen.sum(axis=1), 1), line[hours])
    return result
