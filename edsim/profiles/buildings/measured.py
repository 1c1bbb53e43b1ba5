"""Measured profiles: series of any usual length to 8760 hours, and scaling of a profile to known totals."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import HOURS_PER_YEAR, MONTH_OF_HOUR
from edsim.profiles.numbers import is_number, number_array

Array = NDArray[np.float64]
MeasuredKind = Literal["hourly", "quarter_hourly", "daily", "monthly"]

_LENGTHS: dict[MeasuredKind, dict[int, str]] = {
    "hourly": {8760: "kW, 365 days of hours", 8784: "kW, a leap year of hours"},
    "quarter_hourly": {35040: "kW, 365 days of quarter hours", 35136: "kW, a leap year of quarter hours"},
    "daily": {365: "kWh, days", 366: "kWh, days of a leap year"},
    "monthly": {12: "kWh, calendar months"},
}
_LEAP_DAY = 59
_EXPONENT_LIMIT = 50.0
_BISECTIONS = 80
_PEAK_TOLERANCE_FRAC = 1e-9


def series_from_measured(
    values: ArrayLike,
    kind: MeasuredKind,
    *,
    shape: ArrayLike | None = None,
    monthly_peaks_kw: ArrayLike | None = None,
    name: str = "measured",
) -> Array:
    """Return 8760 hourly values, kW, from a measured series.

    Parameters
    ----------
    values
        ``hourly`` and ``quarter_hourly``: mean power, kW (8760 or 8784, 35040 or 35136 values); ``daily``: kWh (365 or
        366); ``monthly``: 12 values or bills, kWh. 29 February is dropped.
    kind
        What the values are.
    shape : (8760,)
        Hourly profile that spreads daily or monthly energy, usually the modelled one; needed for these.
    monthly_peaks_kw : (12,)
        Peak of each month; each month's shape is then stretched to keep both energy and peak.
    name
        What messages call the series.

    Raises
    ------
    DataError
        E320 unknown kind or wrong number of values, E321 missing or negative values, E322 no shape, E323 energy and
        peak at odds.
    """
    if not isinstance(kind, str) or kind not in _LENGTHS:
        raise DataError.of([Finding("E320", "unknown kind", field=name, got=str(kind), allowed=", ".join(_LENGTHS))])
    series = _series(values, name)
    _require(series, kind, name)
    if kind == "hourly":
        return _without_leap_day(series, 24)
    if kind == "quarter_hourly":
        return np.asarray(_without_leap_day(series, 96).reshape(HOURS_PER_YEAR, 4).mean(axis=1))
    if shape is None:
        hint = "give the modelled profile of the building as the shape"
        raise DataError.of([Finding("E322", f"{kind} energy needs an hourly shape", field=name, hint=hint)])
    profile = _series(shape, f"{name}.shape")
    _require(profile, "hourly", f"{name}.shape")
    profile = _without_leap_day(profile, 24)
    if kind == "daily":
        return _spread(_without_leap_day(series, 1), np.repeat(np.arange(365), 24), profile)
    if monthly_peaks_kw is None:
        return _spread(series, MONTH_OF_HOUR, profile)
    peaks = _series(monthly_peaks_kw, f"{name}.monthly_peaks_kw")
    _require(peaks, "monthly", f"{name}.monthly_peaks_kw")
    return _months_with_peaks(series, peaks, profile, name)


def scale_profile(profile: ArrayLike, annual_kwh: float | None = None, peak_kw: float | None = None) -> Array:
    """Return a profile scaled to an annual energy, a peak, or both.

    With one of them the profile is multiplied. With both it becomes ``peak (p/max p)^k`` with the exponent that gives
    the energy: the order of the hours is kept, zeros stay zero. Energy that its hours above zero cannot hold at the
    peak asks for a constant base load ``b`` in all hours: ``b + (peak - b) p/max p``.

    Raises
    ------
    DataError
        E321 for a profile that is negative, missing or zero; E323 when the energy cannot go with the peak.
    """
    values = _series(profile, "profile")
    _require_values(values, "profile")
    for name, total in (("annual_kwh", annual_kwh), ("peak_kw", peak_kw)):
        if total is not None and not (is_number(total) and total >= 0):
            raise DataError.of([Finding("E321", "negative or infinite values", field=name, got=repr(total)[:40])])
    if annual_kwh is None and peak_kw is None:
        return values.copy()
    if not values.max() > 0:
        raise DataError.of(
            [Finding("E321", "a profile without any load cannot be scaled", field="profile", got="all 0")]
        )
    if peak_kw is None or annual_kwh is None:
        return np.asarray(values * (peak_kw / values.max() if annual_kwh is None else annual_kwh / values.sum()))
    return _stretch(values, annual_kwh, peak_kw, "profile")


def _stretch(values: Array, energy_kwh: float, peak_kw: float, name: str) -> Array:
    relative = values / values.max()
    wanted = energy_kwh / peak_kw if peak_kw > 0 else np.inf
    lowest, highest = float(np.count_nonzero(relative >= 1.0)), float(np.count_nonzero(relative > 0))
    most = float(len(values)) * (1 + _PEAK_TOLERANCE_FRAC)
    if highest * (1 + _PEAK_TOLERANCE_FRAC) < wanted <= most:
        base = min((wanted - float(relative.sum())) / (len(values) - float(relative.sum())), 1.0)
        return np.asarray(peak_kw * (base + (1.0 - base) * relative))
    if not lowest <= wanted <= most:
        raise DataError.of(
            [
                Finding(
                    "E323",
                    "energy and peak cannot belong to the same profile",
                    field=name,
                    got=f"{energy_kwh:g} kWh with a peak of {peak_kw:g} kW ({wanted:.0f} full-load hours)",
                    allowed=f"{lowest:.0f} to {len(values)} full-load hours",
                    hint="check the units (kWh against MWh, kW against W) and the period of both values",
                )
            ]
        )
    low, high = -_EXPONENT_LIMIT, np.log(_EXPONENT_LIMIT)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if float(np.sum(np.where(relative > 0, relative ** np.exp(middle), 0.0))) > wanted:
            low = middle
        else:
            high = middle
    return np.asarray(peak_kw * np.where(relative > 0, relative ** np.exp(low), 0.0))


def _months_with_peaks(energy: Array, peaks: Array, shape: Array, name: str) -> Array:
    result = np.zeros(HOURS_PER_YEAR)
    filled = _filled(shape, MONTH_OF_HOUR)
    for m in range(12):
        hours = np.equal(MONTH_OF_HOUR, m)
        if energy[m] > 0:
            result[hours] = _stretch(filled[hours], float(energy[m]), float(peaks[m]), f"{name}[month {m + 1}]")
    return result


def _filled(shape: Array, period: NDArray[np.int64]) -> Array:
    """Return the shape with that of its mean day in periods in which it is 0; flat when there is none at all."""
    day = shape.reshape(-1, 24).mean(axis=0) if shape.any() else np.ones(24)
    empty = np.bincount(period, shape)[period] <= 0
    return np.where(empty, np.tile(day, len(shape) // 24), shape)


def _spread(energy_kwh: Array, period: NDArray[np.int64], shape: Array) -> Array:
    """Return the energy of each period spread by the shape; by its mean day where the shape has none."""
    filled = _filled(shape, period)
    return np.asarray(energy_kwh[period] * (filled / np.bincount(period, filled)[period]))


def _without_leap_day(series: Array, per_day: int) -> Array:
    if len(series) == 366 * per_day:
        return np.delete(series, slice(_LEAP_DAY * per_day, (_LEAP_DAY + 1) * per_day))
    return series


def _require(series: Array, kind: MeasuredKind, name: str) -> None:
    lengths = _LENGTHS[kind]
    if series.ndim != 1 or series.size not in lengths:
        allowed = " or ".join(f"{n} ({text})" for n, text in lengths.items())
        got, hint = str(series.size), _length_hint(series.size, kind)
        raise DataError.of(
            [Finding("E320", f"wrong number of {kind} values", field=name, got=got, allowed=allowed, hint=hint)]
        )
    _require_values(series, name)


def _length_hint(size: int, kind: MeasuredKind) -> str:
    per_hour = {"hourly": 1, "quarter_hourly": 4}.get(kind)
    for other, lengths in _LENGTHS.items():
        if size in lengths:
            return f"{size} values are {other}: say so in `kind`"
    if per_hour is None:
        return ""
    missing = 8760 * per_hour - size
    if 0 < missing <= 48 * per_hour:
        what = "the hour of the change to daylight saving time" if missing == per_hour else "gaps of the meter"
        return f"{missing} values are missing, perhaps {what}: fill them in the file"
    if 0 < -missing <= 24 * per_hour:
        return f"{-missing} values too many: a header, a total, or the hour repeated at the end of summer time"
    return ""


def _series(values: ArrayLike, name: str) -> Array:
    """Return values as an array, refused when they are no numbers or none at all."""
    series = number_array(values)
    if series is None or not series.size:
        raise DataError.of([Finding("E321", "no number", field=name, got=repr(values)[:40])])
    return series


def _require_values(series: Array, name: str) -> None:
    findings = []
    if np.isnan(series).any():
        first = int(np.flatnonzero(np.isnan(series))[0])
        got = f"{int(np.isnan(series).sum())} missing, the first at position {first + 1}"
        findings.append(Finding("E321", "missing values", field=name, got=got, hint="fill or remove them in the file"))
    elif not np.isfinite(series).all() or (series < 0).any():
        worst = int(np.argmin(series))
        got = f"{series[worst]:g} at position {worst + 1}"
        findings.append(Finding("E321", "negative or infinite values", field=name, got=got, allowed=">= 0"))
    if findings:
        raise DataError.of(findings)


def monthly_kwh(series_kw: Array) -> Array:
    """Return the energy of each calendar month of an hourly series, kWh."""
    return np.asarray(np.bincount(MONTH_OF_HOUR, series_kw, minlength=12), dtype=float)
