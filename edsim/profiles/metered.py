"""Measured demand of the buildings of a case: series as they are, sums and peaks with the shape of the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import MONTH_OF_DAY, MONTH_OF_HOUR
from edsim.profiles.calibrated import fitted_to_bills
from edsim.profiles.described import in_case, latent_of
from edsim.profiles.types import SERVICES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edsim.case.schema import Building, Case
    from edsim.profiles.types import Array

_FACTOR = 2.0
"""Measured over simulated, or its reverse, beyond which meter and description contradict each other."""
_DAYS = 365
_KINDS: dict[str, Literal["daily", "monthly"]] = {"day": "daily", "month": "monthly"}


def put_meters(case: Case, demand: Mapping[str, Array], latent_kw: Array) -> list[Finding]:
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
            try:
                made, said = _metered(case, building, service, demand[service][row])
            except DataError as error:
                raise DataError.of([in_case(f, case) for f in error.findings]) from None
            found += said
            if service == "cooling":
                latent_kw[row] = latent_of(latent_kw[row], demand[service][row], made)
            demand[service][row] = made
    return found


def _metered(case: Case, building: Building, service: str, simulated: Array) -> tuple[Array, list[Finding]]:
    """Return the measured year of a service, kW (compressed air Nm³/h), and remarks on it.

    Totals and sums take the shape of the simulated year.
    """
    from edsim.case.readers.series_measured import read_measured
    from edsim.profiles.buildings import scale_profile, series_from_measured

    measured, field = building.measured[service], f"buildings[{building.id}].measured.{service}"
    step = "month"
    sums: ArrayLike | None = measured.monthly_kwh
    peaks: ArrayLike | None = measured.monthly_peak_kw
    if measured.file is not None:
        meter = read_measured(case.folder, measured, service)
        if meter.step == "hour":
            return meter.values, _contradiction(field, service, meter.values, simulated)
        step, sums, peaks = meter.step, meter.values, meter.peaks_kw
    if sums is None:
        made = scale_profile(simulated, measured.annual_kwh, measured.peak_kw)
        return made, _contradiction(field, service, made, simulated)
    kind = _KINDS[step]
    made = series_from_measured(sums, kind, shape=simulated, monthly_peaks_kw=peaks, name=field)
    said = _shaped(field, service, made, simulated)
    with_peaks = "" if peaks is None else " and peaks"
    of = "days" if step == "day" else f"months{with_peaks}"
    what = f"'{service}' has {np.size(sums)} measured sums of {of} in the shape of the simulation"
    remark = Finding("W307", what, field=field, got=_agreement(made, simulated, kind), severity="warning")
    return made, [remark, *said, *_contradiction(field, service, made, simulated)]


def _agreement(made: Array, simulated: Array, kind: Literal["daily", "monthly"]) -> str:
    """Return how the simulation agrees with measured sums: mean bias and scatter against the measured mean."""
    period = MONTH_OF_HOUR if kind == "monthly" else np.repeat(np.arange(_DAYS), 24)
    given = np.bincount(period, made)
    error = np.bincount(period, simulated) - given
    nmbe, cv = error.mean() / given.mean(), np.sqrt((error**2).mean()) / given.mean()
    return f"{given.sum():,.0f} kWh/a; simulation: NMBE {100 * nmbe:+.0f} %, CV(RMSE) {100 * cv:.0f} %"


def _shaped(field: str, service: str, made: Array, simulated: Array) -> list[Finding]:
    """Return the remark on days of measured demand of which the simulation has none to take the shape from."""
    days = (made.reshape(_DAYS, 24).sum(axis=1) > 0.0) & (simulated.reshape(_DAYS, 24).sum(axis=1) <= 0.0)
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


def _contradiction(field: str, service: str, made: Array, simulated: Array) -> list[Finding]:
    """Return the remark on a measured year that is far from the simulated one."""
    measured, expected = float(made.sum()), float(simulated.sum())
    if measured <= _FACTOR * expected and expected <= _FACTOR * measured:
        return []
    return [
        Finding(
            "W309",
            f"measured and simulated '{service}' differ by more than a factor of 2",
            field=field,
            got=f"{measured:,.0f} kWh/a measured, {expected:,.0f} kWh/a simulated",
            hint="check unit and owner of the meter, floor area, conditioned fraction and use",
            severity="warning",
        )
    ]
