"""Key figures of profiles: yearly sums, peaks, full-load hours, diversity, months, typical and peak days."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from edsim.core.errors import Finding
from edsim.core.resources import data_path
from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_DAY
from edsim.profiles.types import LEAST_DEMAND_KWH_PER_M2, PROCESS_USES, Array, Profiles, SourceProfile

DISTRICT = "district"
"""Name of the sum over all buildings; a building of this id keeps its own row."""


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """A year of one service of a building or of the district.

    Attributes
    ----------
    name, service
        Building id, or the district, and service.
    annual_kwh, peak_kw
        Yearly sum and hourly peak (compressed air in Nm³ and Nm³/h).
    full_load_hours
        Yearly sum over peak.
    peak_hour
        Hour of the year of the peak, 0 to 8759.
    kwh_per_m2, peak_w_per_m2
        Cooling per conditioned floor area, other services per gross floor area; NaN where there is none.
    expected_kwh_per_m2
        Range expected of the archetype for cooling and heating, plausible range of the use for other services; None
        where none is known and for the district.
    expected_w_per_m2
        Range expected of the archetype for the peak of heating; None elsewhere.
    diversity_frac
        Peak of the district over the sum of the buildings' peaks; None for a building.
    """

    name: str
    service: str
    annual_kwh: float
    peak_kw: float
    full_load_hours: float
    peak_hour: int
    kwh_per_m2: float
    peak_w_per_m2: float
    expected_kwh_per_m2: tuple[float, float] | None = None
    expected_w_per_m2: tuple[float, float] | None = None
    diversity_frac: float | None = None

    @property
    def is_expected(self) -> bool | None:
        """Whether the intensity is inside the expected range; None where none is known."""
        if self.expected_kwh_per_m2 is None or np.isnan(self.kwh_per_m2):
            return None
        low, high = self.expected_kwh_per_m2
        return low <= self.kwh_per_m2 <= high


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A year of one source of heat or cold.

    Attributes
    ----------
    name
        Source id.
    annual_kwh, peak_kw, full_load_hours
        Heat it can give or take over the year, in its best hour, and their ratio (0 of a source that never works); NaN
        of ambient air, which has no limit.
    low_temp_c, mean_temp_c, high_temp_c
        Temperature over the hours in which it can give or take any, each hour counted alike; NaN of a source that never
        works.
    """

    name: str
    annual_kwh: float
    peak_kw: float
    full_load_hours: float
    low_temp_c: float
    mean_temp_c: float
    high_temp_c: float


def source_summaries(profiles: Profiles) -> list[SourceSummary]:
    """Return the figures of every source, in the order of the case."""
    return [_source_summary(name, source) for name, source in profiles.sources.items()]


def _source_summary(name: str, source: SourceProfile) -> SourceSummary:
    nothing = (float("nan"),) * 3
    total, peak = float(source.available_kw.sum()), float(source.available_kw.max())
    heat = (total, peak, total / peak if peak > 0 else 0.0) if source.is_limited else nothing
    temp = source.temp_c[source.available_kw > 0]
    temps = (float(temp.min()), float(temp.mean()), float(temp.max())) if len(temp) else nothing
    return SourceSummary(name, *heat, *temps)


def service_summaries(profiles: Profiles) -> list[ServiceSummary]:
    """Return the figures of every building and service with demand, then those of the district."""
    rows = []
    for i, building in enumerate(profiles.building_ids):
        for service, demand in profiles.demand.items():
            if demand[i].any():
                area = float(_areas_m2(profiles, service)[i])
                span = _expected(profiles, service, i) if area > 0 else None
                row = _summary(building, service, demand[i], area, expected=span)
                known = service == "heating" and len(profiles.expected_heating) > i
                rows.append(replace(row, expected_w_per_m2=_range(profiles.expected_heating[i, 2:])) if known else row)
    for service, demand in profiles.demand.items():
        total = demand.sum(axis=0)
        if total.any():
            diversity = float(total.max() / demand.max(axis=1).sum())
            area = float(_areas_m2(profiles, service).sum())
            rows.append(_summary(DISTRICT, service, total, area, diversity=diversity))
    return rows


def intensity_findings(profiles: Profiles, measured: Collection[tuple[str, str]]) -> Iterator[Finding]:
    """Yield a remark for each service of a building that is outside its range, of processes if nobody measured it.

    Parameters
    ----------
    profiles
        The year of the buildings.
    measured
        Buildings and services that are measured; simulated cooling is remarked where it is simulated (W301).
    """
    use_of = dict(zip(profiles.building_ids, profiles.uses, strict=False))
    for row in service_summaries(profiles):
        if use_of.get(row.name) in PROCESS_USES and (row.name, row.service) in measured:
            continue
        if row.expected_w_per_m2 is not None:
            yield from _peak_findings(row, use_of[row.name])
        told_already = row.service == "cooling" and (row.name, row.service) not in measured
        if row.is_expected is not False or row.expected_kwh_per_m2 is None or told_already:
            continue
        low, high = row.expected_kwh_per_m2
        yield Finding(
            "W306",
            f"demand '{row.service}' per floor area outside the plausible range of {use_of[row.name]}",
            field=f"buildings[{row.name}]",
            got=f"{row.kwh_per_m2:,.0f} kWh/m2",
            allowed=f"{low:,.0f} to {high:,.0f} kWh/m2",
            hint="check floor area, the need per unit and its unit, or the measured data",
            severity="warning",
        )


def too_small_findings(profiles: Profiles, carried: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Yield a remark for each demand so small that networks take there to be none.

    Parameters
    ----------
    profiles
        The year of the buildings.
    carried
        Building → services that a network may deliver to it.
    """
    for i, building in enumerate(profiles.building_ids):
        for service in sorted(carried.get(building, ())):
            per_m2 = float(profiles.demand[service][i].sum()) / float(profiles.floor_area_m2[i])
            if 0.0 < per_m2 <= LEAST_DEMAND_KWH_PER_M2:
                yield Finding(
                    "W314",
                    f"demand '{service}' is too small for a network and counts as none there",
                    field=f"buildings[{building}]",
                    got=f"{per_m2:.2g} kWh/m2",
                    allowed=f"more than {LEAST_DEMAND_KWH_PER_M2:g} kWh/m2",
                    hint="check set points and measured data, or refuse the service of this building",
                    severity="warning",
                )


def _peak_findings(row: ServiceSummary, use: str) -> Iterator[Finding]:
    """Yield a remark on a peak of heating outside its range."""
    low, high = row.expected_w_per_m2 or (0.0, np.inf)
    if not low <= row.peak_w_per_m2 <= high:
        yield Finding(
            "W311",
            f"peak of '{row.service}' per floor area outside the plausible range of {use}",
            field=f"buildings[{row.name}]",
            got=f"{row.peak_w_per_m2:,.0f} W/m2 at {row.full_load_hours:,.0f} full-load hours",
            allowed=f"{low:,.0f} to {high:,.0f} W/m2",
            hint="check floor area, heated share, set points and construction, or the measured data and its unit",
            severity="warning",
        )


def _areas_m2(profiles: Profiles, service: str) -> Array:
    """Return the area a service is divided by: cooled for cooling, gross for all else."""
    gross = len(profiles.floor_area_m2) > 0 and service != "cooling"
    return profiles.floor_area_m2 if gross else profiles.conditioned_area_m2


def _expected(profiles: Profiles, service: str, row: int) -> tuple[float, float] | None:
    """Return the range of a service of a building, kWh/m²; None where none is known."""
    cooling = profiles.expected_cooling_kwh_per_m2
    if service == "cooling":
        return _range(cooling[row]) if len(cooling) > row else None
    if service == "heating" and len(profiles.expected_heating) > row:
        return _range(profiles.expected_heating[row, :2])
    if len(profiles.uses) <= row:
        return None
    known = plausible_kwh_per_m2()
    return known.get((profiles.uses[row], service), known.get(("*", service)))


def _range(values: Array) -> tuple[float, float]:
    return float(values[0]), float(values[1])


@cache
def plausible_kwh_per_m2() -> Mapping[tuple[str, str], tuple[float, float]]:
    """Return (use or ``*``, service) → range of a year per gross floor area, kWh/m²."""
    with data_path("archetypes", "plausible_intensity.csv").open(encoding="utf-8", newline="") as file:
        return {(r["use"], r["service"]): (float(r["low"]), float(r["high"])) for r in csv.DictReader(file)}


def _summary(
    name: str,
    service: str,
    series: Array,
    area_m2: float,
    *,
    expected: tuple[float, float] | None = None,
    diversity: float | None = None,
) -> ServiceSummary:
    total, peak = float(series.sum()), float(series.max())
    per_m2 = 1.0 / area_m2 if area_m2 > 0 else float("nan")
    return ServiceSummary(
        name=name,
        service=service,
        annual_kwh=total,
        peak_kw=peak,
        full_load_hours=total / peak,
        peak_hour=int(series.argmax()),
        kwh_per_m2=total * per_m2,
        peak_w_per_m2=1000.0 * peak * per_m2,
        expected_kwh_per_m2=expected,
        diversity_frac=diversity,
    )


def monthly_sums(series: Array) -> Array:
    """Return sums by month, (12,)."""
    days = np.asarray(series, dtype=float).reshape(365, 24).sum(axis=1)
    return np.asarray(np.bincount(MONTH_OF_DAY, weights=days, minlength=12), dtype=float)


def typical_days(series: Array, workdays: Sequence[bool] | None = None) -> Array:
    """Return the mean day of each month, (12, 24).

    Parameters
    ----------
    series : (8760,)
    workdays : (365,)
        Days to average over; all when None. A month without such a day has zeros.
    """
    chosen = np.ones(365) if workdays is None else np.asarray(workdays, dtype=float)
    days = np.asarray(series, dtype=float).reshape(365, 24) * chosen[:, None]
    out = np.zeros((12, 24))
    np.add.at(out, MONTH_OF_DAY, days)
    count = np.bincount(MONTH_OF_DAY, weights=chosen, minlength=12)
    return np.asarray(out / np.maximum(count, 1.0)[:, None])


def peak_day(series: Array) -> tuple[int, Array]:
    """Return the day of the year (0 to 364) of the peak and its 24 hours."""
    day = int(np.argmax(series)) // 24
    return day, np.asarray(series, dtype=float).reshape(365, 24)[day]


def date_text(hour: int) -> str:
    """Return ``14 Mar 15:00`` of an hour of the year without 29 February."""
    day, clock = divmod(hour, 24)
    month = int(MONTH_OF_DAY[day])
    first = int(DAYS_PER_MONTH[:month].sum())
    return f"{day - first + 1} {MONTHS[month]} {clock:02d}:00"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Months as in tables and pictures."""
