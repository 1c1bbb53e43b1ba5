"""Profiles as texts of files: hourly, monthly and yearly tables, and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from math import isnan

import numpy as np

from edsim.core.hours import HOURS_PER_YEAR
from edsim.profiles.pictures import building_picture, district_picture
from edsim.profiles.summary import (
    DISTRICT,
    ServiceSummary,
    SourceSummary,
    date_text,
    monthly_sums,
    source_summaries,
)
from edsim.profiles.types import Profiles


def profile_files(
    profiles: Profiles, figures: Sequence[ServiceSummary], case_name: str, building_names: Mapping[str, str]
) -> dict[str, str]:
    """Return file name → text of everything about the profiles of a case.

    Parameters
    ----------
    profiles
        Profiles of the case.
    figures
        Key figures, from :func:`edsim.profiles.summary.service_summaries`.
    case_name
        Heading of the district's picture.
    building_names
        Building id → name.
    """
    files = {
        "hourly.csv": hourly_csv(profiles),
        "monthly.csv": monthly_csv(profiles),
        "totals.csv": totals_csv(figures),
        "pictures/district.svg": district_picture(profiles, figures, f"{case_name}: all buildings"),
    }
    if profiles.sources:
        files["sources.csv"] = sources_csv(source_summaries(profiles))
    for row, building in enumerate(profiles.building_ids):
        mine = [f for f in figures if f.name == building and f.diversity_frac is None]
        if mine:
            name = f"pictures/buildings/{building}.svg"
            files[name] = building_picture(profiles, row, mine, building_names.get(building, building))
    return files


def hourly_csv(profiles: Profiles) -> str:
    """Return one column per building and service with demand, the weather and sources, one row per hour."""
    weather = profiles.weather
    columns = {"hour": np.arange(float(HOURS_PER_YEAR)), "dry_bulb_temp_c": weather.dry_bulb_temp_c}
    columns |= {"wet_bulb_temp_c": weather.wet_bulb_temp_c, "ghi_w_per_m2": weather.ghi_w_per_m2}
    for service, demand in profiles.demand.items():
        unit = "nm3_per_h" if service == "compressed_air" else "kw"
        for i, building in enumerate(profiles.building_ids):
            if demand[i].any():
                columns[f"{building}.{service}_{unit}"] = demand[i]
    for name, source in profiles.sources.items():
        columns[f"{name}.available_kw"] = source.available_kw
        columns[f"{name}.temp_c"] = source.temp_c
    rows = ((f"{v:.6g}" for v in row) for row in np.column_stack(list(columns.values())))
    return _csv(columns, rows)


def monthly_csv(profiles: Profiles) -> str:
    """Return the sums of every building and service by month, kWh (compressed air Nm³)."""
    return _csv(("building", "service", "month", "kwh"), _monthly(profiles))


def _monthly(profiles: Profiles) -> Iterator[tuple[str, ...]]:
    for i, building in enumerate(profiles.building_ids):
        for service, demand in profiles.demand.items():
            if demand[i].any():
                for month, value in enumerate(monthly_sums(demand[i]), 1):
                    yield building, service, str(month), f"{value:.6g}"


def totals_csv(figures: Iterable[ServiceSummary]) -> str:
    """Return the key figures, one row per building and service, the district last."""
    header = (
        "building",
        "service",
        "annual_kwh",
        "peak_kw",
        "peak_time",
        "full_load_hours",
        "kwh_per_m2",
        "peak_w_per_m2",
        "expected_low_kwh_per_m2",
        "expected_high_kwh_per_m2",
        "diversity_frac",
    )
    return _csv(header, (_total(f) for f in figures))


def _total(f: ServiceSummary) -> tuple[str, ...]:
    low, high = f.expected_kwh_per_m2 or (float("nan"), float("nan"))
    diversity = float("nan") if f.diversity_frac is None else f.diversity_frac
    name = DISTRICT if f.diversity_frac is not None else f.name
    numbers = (f.full_load_hours, f.kwh_per_m2, f.peak_w_per_m2, low, high, diversity)
    first = (name, f.service, f"{f.annual_kwh:.6g}", f"{f.peak_kw:.6g}", date_text(f.peak_hour))
    return (*first, *("" if np.isnan(v) else f"{v:.6g}" for v in numbers))


def sources_csv(figures: Iterable[SourceSummary]) -> str:
    """Return what every source gives or takes over the year, and at which temperature."""
    names = [f.name for f in fields(SourceSummary)]
    rows = ([f.name, *("" if isnan(v) else f"{v:.6g}" for v in astuple(f)[1:])] for f in figures)
    return _csv(("source", *names[1:]), rows)


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [",".join(_cell(name) for name in header)]
    lines += [",".join(_cell(cell) for cell in row) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return a cell: a text never is a formula, and is quoted when it holds a separator."""
    formula = text[:1] in set("=+@") or (text[:1] == "-" and not text[1:2].isdigit())
    safe = f"'{text}" if formula else text
    return '"' + safe.replace('"', '""') + '"' if any(c in safe for c in ',"\n\r') else safe
