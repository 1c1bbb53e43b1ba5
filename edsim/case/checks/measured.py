"""Checks of measured demand: it says something, its peak and total agree, and a building of its area can take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edsim.case.building_use import Measured
from edsim.case.checks.ids import place_of
from edsim.case.messages import Fault
from edsim.case.nodes import Place
from edsim.case.readers.series_unit import kw_per_value, names_another, steps_per_hour, unit_read
from edsim.case.schema import Building, Case

_USUAL_KWH_PER_M2 = (0.3, 20_000.0)
"""Yearly kWh per floor area of one service, from a store with little to a data hall; judgement, unverified."""
_USUAL_W_PER_M2 = (0.2, 6000.0)
_HOURS = 8760.0
_ROUNDING = 0.01
"""Part of the mean by which a peak may be below it: meters and bills give rounded figures."""
_NO_ENERGY = "compressed_air"
"""Service measured in Nm³/h, for which no range is known."""


def check_measured(case: Case) -> Iterator[Fault]:
    """Yield measured demand without any figure, with a peak below its mean, or beyond what buildings take."""
    for building, service, measured, path in _each(case):
        total, peak = measured.annual_kwh, measured.peak_kw
        if measured.file is None and total is None and peak is None:
            yield Fault("E1856", place_of(case, path), path, allowed="file, annual_kwh, peak_kw")
        if total is not None and peak is not None and peak * _HOURS < (1.0 - _ROUNDING) * total:
            words = {"mean": f"{total / _HOURS:.4g}"}
            yield Fault("E1855", place_of(case, f"{path}.peak_kw"), f"{path}.peak_kw", f"{peak:.10g} kW", params=words)
        elif service != _NO_ENERGY and measured.file is None:
            yield from _intensity(case, building, f"{path}.annual_kwh", total, None)
            yield from _intensity(case, building, f"{path}.peak_kw", None, peak)


def check_series(case: Case, means: Mapping[tuple[str, str], tuple[float, float, int]]) -> Iterator[Fault]:
    """Yield measured series that are flat or beyond what buildings take.

    Parameters
    ----------
    case
        The case.
    means
        Mean, largest and number of values by file and column, of the series files of the case, as they are written.
    """
    for building, service, measured, path in _each(case):
        columns = [c for file, c in means if file == measured.file and measured.column in {c, None}]
        if measured.file is None or len(columns) != 1:
            continue
        unit = unit_read(measured, service, columns[0])
        mean, peak, count = means[measured.file, columns[0]]
        in_kw = kw_per_value(unit, steps_per_hour(count))
        at = f"{path}.file"
        if another := names_another(columns[0], unit):
            yield Fault("W1825", Place(measured.file, 1), columns[0], got=another, allowed=unit, hint="to_kw")
        if mean == peak:
            yield Fault("W1859", place_of(case, at), at, f"{peak:.10g}", params={}, hint="check_kw")
        elif service != _NO_ENERGY:
            yield from _intensity(case, building, at, in_kw * mean * _HOURS, in_kw * peak)


def _each(case: Case) -> Iterator[tuple[Building, str, Measured, str]]:
    for building in case.buildings:
        for service, measured in building.measured.items():
            yield building, service, measured, f"buildings.{building.id}.measured.{service}"


def _intensity(
    case: Case, building: Building, path: str, total_kwh: float | None, peak_kw: float | None
) -> Iterator[Fault]:
    """Yield the remark of a yearly total, or else of a peak, that no building of this floor area takes."""
    area = building.floor_area_m2
    figures = [
        (None if total_kwh is None else total_kwh / area, _USUAL_KWH_PER_M2, "kWh/m2"),
        (None if peak_kw is None else 1000.0 * peak_kw / area, _USUAL_W_PER_M2, "W/m2"),
    ]
    for value, (low, high), unit in figures:
        if value is not None and not low <= value <= high:
            words, allowed = {"intensity": f"{value:.4g} {unit}"}, f"{low:g} – {high:g} {unit}"
            yield Fault("W1858", place_of(case, path), path, "", allowed, words, "check_kw")
            return
