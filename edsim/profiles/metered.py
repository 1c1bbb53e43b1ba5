"""Measured demand of the buildings of a case: series as they are, sums and peaks with the shape of the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from edsim.case.readers.series_unit import PEAK_ROUNDING
from edsim.case.steam_mass import steam_kwh_per_kg
from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_OF_MONTH, HOURS_PER_YEAR
from edsim.core.timegrid import MONTH_OF_DAY
from edsim.profiles.calibrated import fitted_to_bills
from edsim.profiles.described import in_case, latent_of
from edsim.profiles.metered_heat import SumKind, from_sums, heat_per_kwh, period_of, require_split, with_hot_water
from edsim.profiles.types import PROCESS_USES, SERVICES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from edsim.case.parts.building_use import Measured
    from edsim.case.schema import Building, Case
    from edsim.profiles.types import Array

_FACTOR = 2.0
"""Measured over simulated, or its reverse, beyond which meter and description contradict each other."""
_FACTOR_OF_PROCESS = 100.0
"""The same where demand is that of processes: beyond it the unit of the meter is another one; judgement, unverified."""
_DAYS = 365
_KINDS: dict[str, SumKind | Literal["hourly"]] = {"hour": "hourly", "day": "daily", "month": "monthly"}


def put_meters(case: Case, demand: Mapping[str, Array], latent_kw: Array, outdoor_c: Array) -> list[Finding]:
    """Put the measured demand of every building in the place of the simulated one; return the remarks on it.

    Bills of all the electricity of a building, to which its description is fitted, replace no service.

    Parameters
    ----------
    case
        The case.
    demand : service → (buildings, 8760)
        Simulated demand, kW; rows of measured services are replaced.
    latent_kw : (buildings, 8760)
        Latent part of the cooling, whose share of every hour is kept.
    outdoor_c : (8760,)
        Outdoor air, °C, which sums of heat are shared by.

    Raises
    ------
    DataError
        A file, or a measured energy and peak, cannot be used.
    """
    found: list[Finding] = []
    for row, building in enumerate(case.buildings):
        for service in (s for s in SERVICES if s in building.measured):
            if service == "electricity" and fitted_to_bills(building):
                continue
            simulated = {s: of_all[row] for s, of_all in demand.items()}
            try:
                made, said = _metered(case, building, service, simulated, outdoor_c)
            except DataError as error:
                raise DataError.of([in_case(f, case) for f in error.findings]) from None
            found += said
            if service == "cooling":
                latent_kw[row] = latent_of(latent_kw[row], demand[service][row], made[service])
            for name, series in made.items():
                demand[name][row] = series
    return found


def _metered(
    case: Case, building: Building, service: str, simulated: Mapping[str, Array], outdoor_c: Array
) -> tuple[Mapping[str, Array], list[Finding]]:
    """Return the measured year of a service by name, kW (compressed air Nm³/h), and remarks on it.

    Heat that holds hot water gives both. Totals and sums take the shape of the simulated year; sums of heating also
    follow the weather.
    """
    from edsim.profiles.buildings import scale_profile, series_from_measured

    measured, field = building.measured[service], f"buildings[{building.id}].measured.{service}"
    require_split(building, service, field)
    factor, said = heat_per_kwh(case, building, service, field)
    meter = _meter_of(case, building, service, factor)
    if meter.values is None:
        raw = scale_profile(simulated[service], *_totals(measured, factor))
    else:
        raw = series_from_measured(
            meter.values, meter.kind, shape=simulated[service], monthly_peaks_kw=meter.peaks_kw, name=field
        )
    made: Mapping[str, Array] = {service: raw}
    if meter.values is not None and service == "heating" and meter.peaks_kw is None and meter.kind != "hourly":
        made, shared = from_sums(measured, raw, meter.kind, simulated, outdoor_c, field)
        said.append(shared)
    else:
        made = with_hot_water(measured, made, simulated)
        said += _on_shape(meter, raw, simulated[service], service, field)
    for name, series in made.items():
        most = _FACTOR_OF_PROCESS if building.use in PROCESS_USES else _FACTOR
        said += _contradiction(field, name, series, simulated[name], most=most)
    return made, said


def _totals(measured: Measured, factor: float) -> tuple[float | None, float | None]:
    """Return energy and peak of the year times a factor; a peak that was rounded below the mean is the mean."""
    total, peak = (None if v is None else factor * v for v in (measured.annual_kwh, measured.peak_kw))
    return total, peak if peak is None or total is None else max(peak, total / HOURS_PER_YEAR)


@dataclass(frozen=True, slots=True)
class _Meter:
    """What a meter gives: values of every hour, kW, or sums, kWh, with peaks of months; None for totals of a year."""

    kind: SumKind | Literal["hourly"]
    values: Array | None
    peaks_kw: Array | None


_BILLED = "electricity"
"""The service whose bills may hold what machines of the building draw for another."""


def _meter_of(case: Case, building: Building, service: str, factor: float) -> _Meter:
    """Return what is measured, times a factor."""
    from edsim.case.readers.series_measured import read_measured

    measured, per_kg = building.measured[service], steam_kwh_per_kg(case, building) if service == "steam" else 0.0
    values: ArrayLike | None = measured.monthly_kwh
    peaks: ArrayLike | None = measured.monthly_peak_kw
    kind = "month"
    if measured.file is not None:
        read = read_measured(case.folder, measured, service, kwh_per_kg=per_kg)
        values, peaks, kind = read.values, read.peaks_kw, read.step
    energy = None if values is None else factor * np.asarray(values, dtype=float)
    if energy is None or peaks is None:
        return _Meter(_KINDS[kind], energy, None)
    return _Meter(_KINDS[kind], *_agreeing(energy, factor * np.asarray(peaks, dtype=float)))


def _agreeing(sums: Array, peaks: Array) -> tuple[Array, Array]:
    """Return sums and peaks of months that one year of 365 days can have.

    A sum of February that its peak reaches in 29 days alone leaves one out, as days and hours do; a peak that was
    rounded below the mean of its month is that mean.
    """
    hours = np.array(HOURS_OF_MONTH)
    leap = (np.arange(12) == 1) & ((1.0 - PEAK_ROUNDING) * sums > peaks * hours)
    kept = np.where(leap, sums * 28 / 29, sums)
    return kept, np.maximum(peaks, kept / hours)


def _on_shape(meter: _Meter, made: Array, simulated: Array, service: str, field: str) -> list[Finding]:
    """Return the remarks on sums, or totals of a year, in the shape of the simulation; none on hours of a meter."""
    if meter.kind == "hourly":
        return []
    period = np.zeros(HOURS_PER_YEAR, np.int64) if meter.values is None else period_of(meter.kind)
    loaded = np.bincount(period, simulated)[period] > 0.0
    said = [] if meter.values is None else [_in_shape(meter, made, simulated, service, field)]
    said += _shaped(field, service, made, loaded)
    return said + _base_load(field, service, made, simulated, loaded)


def _in_shape(meter: _Meter, made: Array, simulated: Array, service: str, field: str) -> Finding:
    """Return the remark on sums in the shape of the simulation."""
    of = "days" if meter.kind == "daily" else "months" if meter.peaks_kw is None else "months and peaks"
    count = 0 if meter.values is None else len(meter.values)
    what = f"'{service}' has {count} measured sums of {of} in the shape of the simulation"
    kind: SumKind = "daily" if meter.kind == "daily" else "monthly"
    hint = (
        "if the bills hold cooling of the building's own machines too, give cooling_cop" if service == _BILLED else ""
    )
    return Finding("W307", what, field=field, got=_agreement(made, simulated, kind), hint=hint, severity="warning")


def _agreement(made: Array, simulated: Array, kind: SumKind) -> str:
    """Return how the simulation agrees with measured sums: mean bias and scatter against the measured mean."""
    period = period_of(kind)
    given = np.bincount(period, made)
    error = np.bincount(period, simulated) - given
    nmbe, cv = error.mean() / given.mean(), np.sqrt((error**2).mean()) / given.mean()
    return f"{given.sum():,.0f} kWh/a; simulation: NMBE {100 * nmbe:+.0f} %, CV(RMSE) {100 * cv:.0f} %"


def _shaped(field: str, service: str, made: Array, loaded: NDArray[np.bool_]) -> list[Finding]:
    """Return the remark on days of measured demand of which the simulation has none to take the shape from.

    `loaded` are the hours of days, months or the year in which the simulation has a load at all.
    """
    days = ~loaded.reshape(_DAYS, 24).any(axis=1) & (made.reshape(_DAYS, 24).sum(axis=1) > 0.0)
    months = np.bincount(MONTH_OF_DAY[days], minlength=12)
    if not months.any():
        return []
    whole = [str(m + 1) for m in np.flatnonzero(months)]
    return [
        Finding(
            "W308",
            f"'{service}' is measured where the simulation has none: it takes the shape of a mean day",
            field=field,
            got=f"{days.sum()} days of months {', '.join(whole)}",
            hint="check what the meter holds, the set points and the schedule of the use",
            severity="warning",
        )
    ]


def _base_load(field: str, service: str, made: Array, simulated: Array, loaded: NDArray[np.bool_]) -> list[Finding]:
    """Return the remark on sums and peaks that ask for load in more hours than the simulation has any in."""
    hours = loaded & (simulated <= 0.0) & (made > 0.0)
    if not hours.any():
        return []
    return [
        Finding(
            "W315",
            f"'{service}' is measured with more energy than the hours of use hold at its peak: a base load is added",
            field=field,
            got=f"{hours.sum()} hours, up to {made[hours].max():.4g} kW",
            hint="check unit and period of sums and peaks, the schedule of the use and what runs day and night",
            severity="warning",
        )
    ]


def _contradiction(field: str, service: str, made: Array, simulated: Array, *, most: float) -> list[Finding]:
    """Return the remark on a measured year that is more than `most` times the simulated one, or the reverse.

    Of processes that the simulation knows nothing of there is nothing to hold a meter against.
    """
    measured, expected = float(made.sum()), float(simulated.sum())
    unknown = most > _FACTOR and expected == 0.0
    if unknown or (measured <= most * expected and expected <= most * measured):
        return []
    unit = "Nm3/a" if service == "compressed_air" else "kWh/a"
    return [
        Finding(
            "W309",
            f"measured and simulated '{service}' differ by more than a factor of {most:g}",
            field=field,
            got=f"{measured:,.0f} {unit} measured, {expected:,.0f} {unit} simulated",
            hint="check unit and owner of the meter, floor area, conditioned fraction and use",
            severity="warning",
        )
    ]
