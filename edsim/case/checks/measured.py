"""Checks of measured demand: it says something, its peak and total agree, and a building of its area can take it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from edsim.case.checks.ids import place_of
from edsim.case.checks.meters import named_service
from edsim.case.checks.usual import remark
from edsim.case.nodes import Place
from edsim.case.parts.building_use import Measured
from edsim.case.readers.series_unit import (
    LONGEST_MONTHS,
    PEAK_ROUNDING,
    STEAM_MASSES,
    energy_column,
    is_mass,
    is_rate,
    kw_per_value,
    named_unit,
    names_another,
    steps_per_hour,
    unit_read,
)
from edsim.case.schema import Building, Case
from edsim.case.shipped import archetype_number
from edsim.case.steam_mass import steam_kwh_per_kg
from edsim.case.wording.messages import Fault

_USUAL_KWH_PER_M2 = (0.3, 20_000.0)
"""Yearly kWh per floor area of one service, from a store with little to a data hall; judgement, unverified."""
_USUAL_W_PER_M2 = (0.2, 6000.0)
_LEAST_OF: Mapping[str, tuple[float, float]] = {"electricity": (2.0, 0.5), "steam": (3.0, 1.0)}
"""The least of both of some services: stores without light by day take 5 to 10 kWh/m2 of electricity a year, hospitals
that only sterilize and cook some 30 of steam; judgement, unverified."""
_MOST_OF_COMFORT = {"kWh/m2": 1500.0, "W/m2": 1000.0}
"""The same of buildings that only keep people comfortable: hospitals and malls of hot climates take up to some 500
kWh/m2 of cooling; judgement, unverified."""
_COMFORT = frozenset({
    "airport", "clinic", "convention_center", "hospital", "hotel", "mall", "multi_family", "office",
    "public_administration", "retail", "school", "single_family", "sports_hall", "university",
    "care_home", "prison", "theater", "warehouse", "worship",
})  # fmt: skip
_MOST_COOLING_H = 7400.0
"""Most full-load hours a year of cooling people: simulated hotels of Cartagena have 5 550, the most of the shipped
cases; judgement, unverified."""
_AIR_TIMES = 20.0
"""A mean flow of air this often or this rarely that of the use is one a minute, or of the whole plant; judgement."""
_HEAT = {"heating", "steam"}
"""Services that one meter may count."""
_BRACKET = re.compile(r"[\[(]")
_HOURS = 8760.0
_BILLS = 12
_WAYS = ("file", "monthly_kwh", "annual_kwh", "peak_kw")
"""Fields that each give a measured demand; only a total and a peak of the year go together."""
_NO_ENERGY = "compressed_air"
"""Service measured in Nm³/h, for which no range is known."""


def check_measured(case: Case) -> Iterator[Fault]:
    """Yield measured demand without any figure, with a peak below its mean, or beyond what buildings take."""
    for building, service, measured, path in _each(case):
        total, peak = measured.annual_kwh, measured.peak_kw
        ways = [name for name in _WAYS if getattr(measured, name) is not None]
        if not ways:
            yield Fault("E1856", place_of(case, path), path, allowed=", ".join(_WAYS))
        elif len(ways) > 1 and ways != ["annual_kwh", "peak_kw"]:
            yield Fault("E1833", place_of(case, path), path, ", ".join(ways), hint="one_way")
            continue
        yield from _months(case, building, measured, path)
        if measured.unit is not None and is_mass(measured.unit) and service != "steam":
            at = f"{path}.unit"
            yield Fault("E124", place_of(case, at), at, measured.unit, "kW, MW, TR, kWh, MWh, TR-h, MJ, GJ")
        if measured.cooling_cop is not None and (service != "electricity" or ways[0] not in {"file", "monthly_kwh"}):
            at = f"{path}.cooling_cop"
            yield Fault("E1836", place_of(case, at), at, allowed="measured.electricity: file, monthly_kwh")
        if measured.monthly_kwh is not None:
            total = sum(measured.monthly_kwh)
        field = "annual_kwh" if measured.monthly_kwh is None else "monthly_kwh"
        judged = service != _NO_ENERGY and measured.file is None
        odd = list(_intensity(case, building, f"{path}.{field}", total, None)) if judged else []
        yield from odd
        if not odd and total is not None and peak is not None and peak * _HOURS < (1.0 - PEAK_ROUNDING) * total:
            words = {"mean": f"{total / _HOURS:.4g}"}
            yield Fault("E1855", place_of(case, f"{path}.peak_kw"), f"{path}.peak_kw", f"{peak:.10g} kW", params=words)
        elif not odd and total is not None and peak is not None and _is_flat(building, service, total / peak):
            words, at = {"hours": f"{total / peak:.0f}"}, f"{path}.{field}"
            allowed = f"≤ {_MOST_COOLING_H:g} h"
            yield Fault("W1944", place_of(case, at), at, f"{total:.10g} kWh", allowed, words, "check_kw")
        elif judged:
            yield from _intensity(case, building, f"{path}.peak_kw", None, peak)


def _is_flat(building: Building, service: str, full_load_h: float) -> bool:
    """Return whether the cooling of people runs near its peak all year, as that of no climate does."""
    return service == "cooling" and building.use in _COMFORT and full_load_h > _MOST_COOLING_H


def _months(case: Case, building: Building, measured: Measured, path: str) -> Iterator[Fault]:
    """Yield peaks of months without sums, below the mean of their month or of no building; months that are all 0."""
    sums, peaks, at = measured.monthly_kwh, measured.monthly_peak_kw, f"{path}.monthly_peak_kw"
    if sums is not None and not any(sums):
        yield Fault("E1834", place_of(case, f"{path}.monthly_kwh"), f"{path}.monthly_kwh", got="0")
    if peaks is None:
        return
    if sums is None:
        yield Fault("E1835", place_of(case, at), at, allowed="monthly_kwh")
        return
    for month, (hours, kwh, peak) in enumerate(zip(LONGEST_MONTHS, sums, peaks, strict=True)):
        if peak * hours < (1.0 - PEAK_ROUNDING) * kwh:
            words = {"mean": f"{kwh / hours:.4g}"}
            yield Fault("E1832", place_of(case, f"{at}.{month}"), f"{at}.{month}", f"{peak:.10g} kW", params=words)
            return
    if not path.endswith(_NO_ENERGY):
        yield from _intensity(case, building, at, None, max(peaks))


def check_series(case: Case, means: Mapping[tuple[str, str], tuple[float, float, int, str]]) -> Iterator[Fault]:
    """Yield measured series that are flat or beyond what buildings take.

    Parameters
    ----------
    case
        The case.
    means
        Mean, largest and number of values and heading by file and column, of the series files of the case, as they
        are written.
    """
    for building, service, measured, path in _each(case):
        columns = {c: m[3] for (file, c), m in means.items() if file == measured.file and measured.column in {c, None}}
        column = next(iter(columns)) if len(columns) == 1 else energy_column(columns)
        if measured.file is None or not column:
            continue
        mean, peak, count, heading = means[measured.file, column]
        unit = unit_read(measured, service, heading)
        steps = steps_per_hour(count)
        in_kw = kw_per_value(unit, steps, steam_kwh_per_kg(case, building) if is_mass(unit) else 0.0)
        at = f"{path}.file"
        if measured.cooling_cop is not None and count != _BILLS:
            yield Fault("E1836", place_of(case, at), at, f"{count}", allowed=f"{_BILLS}")
        if another := names_another(heading, unit):
            hint = "air_to_nm3" if service == _NO_ENERGY else "steam_to_kw" if another in STEAM_MASSES else "to_kw"
            yield Fault("W1825", Place(measured.file, 1), heading, got=another, allowed=unit, hint=hint)
        named = named_service(heading)
        if named and named != service and {named, service} != _HEAT:
            words = {"service": service}
            yield Fault("W1872", Place(measured.file, 1), heading, named, service, words, "right_service")
        if steps > 1 and measured.unit is None and is_rate(unit) and not _states(heading, unit):
            words = {"minutes": f"{60 // steps}", "times": f"{steps}", "unit": unit}
            yield Fault("W1958", Place(measured.file, 1), heading, unit, params=words, hint="say_rate")
        hourly = count >= _HOURS
        if mean == peak and hourly:
            yield Fault("W1859", place_of(case, at), at, f"{peak:.10g}", params={}, hint="check_kw")
        elif service != _NO_ENERGY:
            most = in_kw * peak if hourly else _peak_of_months(measured, means)
            yield from _intensity(case, building, at, in_kw * mean * count / steps, most)
        elif hourly:
            yield from _air(case, building, at, mean)


def _peak_of_months(measured: Measured, means: Mapping[tuple[str, str], tuple[float, float, int, str]]) -> float | None:
    """Return the largest peak, kW, that stands beside sums of months; None where no column is that of the peaks."""
    beside = {c: m for (file, c), m in means.items() if file == measured.file and named_unit(m[3]) == "kW"}
    named = [measured.peak_column] if measured.peak_column else [*beside] if measured.column is None else []
    return beside[named[0]][1] if len(named) == 1 and named[0] in beside else None


def _states(heading: str, unit: str) -> bool:
    """Return whether a heading states its unit: in brackets, or as all that it says, as `kW` does."""
    return _BRACKET.search(heading) is not None or heading.strip().casefold() == unit.casefold()


def _air(case: Case, building: Building, path: str, mean_nm3_per_h: float) -> Iterator[Fault]:
    """Yield a mean flow of air far from that of the use and area of the building, as one a minute is."""
    stated = building.archetype.get("compressed_air_nm3_per_h_m2")
    per_m2 = archetype_number(building.use, {}, "compressed_air_nm3_per_h_m2") if stated is None else float(stated)
    expected = per_m2 * building.floor_area_m2
    usual = (float(f"{expected / _AIR_TIMES:.3g}"), float(f"{expected * _AIR_TIMES:.3g}"))
    if expected > 0.0:
        yield from remark(case, path, float(f"{mean_nm3_per_h:.4g}"), usual, "Nm3/h", "air_to_nm3")


def _each(case: Case) -> Iterator[tuple[Building, str, Measured, str]]:
    for building in case.buildings:
        for service, measured in building.measured.items():
            yield building, service, measured, f"buildings.{building.id}.measured.{service}"


def _intensity(
    case: Case, building: Building, path: str, total_kwh: float | None, peak_kw: float | None
) -> Iterator[Fault]:
    """Yield the remark of a yearly total, or else of a peak, that no building of this floor area takes."""
    area = building.floor_area_m2
    of_year, of_hour = _LEAST_OF.get(path.split(".")[3], (_USUAL_KWH_PER_M2[0], _USUAL_W_PER_M2[0]))
    figures = [
        (None if total_kwh is None else total_kwh / area, (of_year, _USUAL_KWH_PER_M2[1]), "kWh/m2"),
        (None if peak_kw is None else 1000.0 * peak_kw / area, (of_hour, _USUAL_W_PER_M2[1]), "W/m2"),
    ]
    for value, (low, most), unit in figures:
        high = _MOST_OF_COMFORT[unit] if building.use in _COMFORT else most
        if value is not None and not low <= value <= high:
            words, allowed = {"intensity": f"{value:.4g} {unit}"}, f"{low:g} – {high:g} {unit}"
            yield Fault("W1858", place_of(case, path), path, "", allowed, words, "check_kw")
            return
