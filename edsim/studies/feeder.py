"""The feeder of an alternative: the services compared and the buildings' other electricity, hour by hour.

What a tariff or ``max_connection_kw`` sees is the import of the services in the boundary. The feeder carries the
buildings' own electricity besides, where that is not in the boundary, so that its limit is judged on the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.results.variant import VariantRun, grid_export_kw, grid_import_kw
from edsim.studies.vary import BASE

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
_OVER_FRAC = 1e-6
"""A load above the limit by no more than this share is at the limit."""
_LEAST_RELIEF_FRAC = 0.005
"""A peak lower by no more than this share is no relief whose cost per kW would mean anything."""


@dataclass(frozen=True, slots=True)
class FeederYear:
    """The year of a feeder; of a district that grows, the milestone with the highest load.

    Attributes
    ----------
    peak_kw, bau_peak_kw
        Highest net load with the project, and in business-as-usual.
    peak_hour
        Hour of the year of the former, from 0.
    other_kw
        Electricity of the buildings outside the boundary in that hour.
    limit_kw
        ``max_connection_kw`` of the one grid of the project; None where it has none, or several.
    over_kw, hours_over
        How far and for how many hours the load is above that limit; 0 without a limit.
    highest_kw, mean_kw : (24,)
        By hour of the day.
    month_kw, month_hour : (12,)
        Highest load of each month and its hour of the year.
    """

    peak_kw: float
    bau_peak_kw: float
    peak_hour: int
    other_kw: float
    limit_kw: float | None
    over_kw: float
    hours_over: int
    highest_kw: tuple[float, ...]
    mean_kw: tuple[float, ...]
    month_kw: tuple[float, ...]
    month_hour: tuple[int, ...]


def other_electricity_kw(run: VariantRun, bau: VariantRun) -> Array:
    """Return the electricity of the buildings that is not among the services compared, kW by hour."""
    profiles = run.district.profiles
    in_boundary = {r.building for r in bau.individual if r.service == "electricity"}
    rows = [i for i, b in enumerate(profiles.building_ids) if b not in in_boundary]
    return profiles.demand["electricity"][rows].sum(axis=0) if rows else np.zeros(HOURS_PER_YEAR)


def feeder_load_kw(run: VariantRun, bau: VariantRun) -> Array:
    """Return the net load at the feeder by hour, kW; export counts negative."""
    return np.asarray(other_electricity_kw(run, bau) + grid_import_kw(run) - grid_export_kw(run))


def feeder_year(runs: tuple[VariantRun, VariantRun]) -> FeederYear | None:
    """Return the year of the feeder of BAU and a project; None where no electricity is bought from a public grid."""
    bau, project = runs
    if not project.district.case.tariffs:
        return None
    pairs = [(b.run, p.run) for b, p in zip(bau.stages, project.stages, strict=True)]
    return max((_year_of(b, p) for b, p in pairs), key=lambda year: year.peak_kw)


def _year_of(bau: VariantRun, project: VariantRun) -> FeederYear:
    before, load = feeder_load_kw(bau, bau), feeder_load_kw(project, bau)
    grids = [t for t in project.district.case.technologies if t.kind == "grid"]
    limit: float | None = getattr(grids[0], "max_connection_kw", None) if len(grids) == 1 else None
    at, by_hour = int(load.argmax()), load.reshape(365, 24)
    tops = [int(np.where(month == MONTH_OF_HOUR, load, -np.inf).argmax()) for month in range(12)]
    above = np.zeros(1) if limit is None else np.maximum(load - limit * (1.0 + _OVER_FRAC), 0.0)
    return FeederYear(
        peak_kw=float(load[at]),
        bau_peak_kw=float(before.max()),
        peak_hour=at,
        other_kw=float(other_electricity_kw(project, bau)[at]),
        limit_kw=limit,
        over_kw=float(above.max()),
        hours_over=int(np.count_nonzero(above)),
        highest_kw=tuple(by_hour.max(axis=0).tolist()),
        mean_kw=tuple(by_hour.mean(axis=0).tolist()),
        month_kw=tuple(load[tops].tolist()),
        month_hour=tuple(tops),
    )


def plain(year: FeederYear | None) -> dict[str, Any] | None:
    """Return a year of a feeder as plain data, to be kept; :func:`read` takes it back."""
    return None if year is None else asdict(year)


def read(kept: Mapping[str, Any] | None) -> FeederYear | None:
    """Return the year of a feeder from plain data."""
    if kept is None:
        return None
    series = {name: tuple(kept[name]) for name in ("highest_kw", "mean_kw", "month_kw", "month_hour")}
    return FeederYear(**{**kept, **series})


def feeder_tables(years: Sequence[tuple[str, FeederYear | None]]) -> dict[str, pd.DataFrame]:
    """Return ``feeder`` (a row per alternative), ``feeder_hours`` (per hour of the day too), ``feeder_months``.

    Of alternatives with the same feeder to the last digit, such as those of prices alone, only the first has hours and
    months. No tables where no alternative buys electricity from a public grid.
    """
    import pandas as pd

    found = [(name, year) for name, year in years if year is not None]
    if not found:
        return {}
    rows = [
        {
            "point": name,
            "bau_peak_kw": y.bau_peak_kw,
            "feeder_peak_kw": y.peak_kw,
            "peak_hour": y.peak_hour,
            "services_kw": y.peak_kw - y.other_kw,
            "other_kw": y.other_kw,
            "limit_kw": np.nan if y.limit_kw is None else y.limit_kw,
            "over_kw": y.over_kw,
            "hours_over": y.hours_over,
        }
        for name, y in found
    ]
    first: dict[FeederYear, str] = {}
    for name, y in found:
        first.setdefault(y, name)
    hours = [
        {"point": name, "hour": hour, "highest_kw": y.highest_kw[hour], "mean_kw": y.mean_kw[hour]}
        for y, name in first.items()
        for hour in range(24)
    ]
    months = [
        {"point": name, "month": month, "highest_kw": kw, "peak_hour": at, "hour": at % 24}
        for y, name in first.items()
        for month, (kw, at) in enumerate(zip(y.month_kw, y.month_hour, strict=True), start=1)
    ]
    tables = {"feeder": rows, "feeder_hours": hours, "feeder_months": months}
    return {name: pd.DataFrame(of) for name, of in tables.items()}


def with_relief(tables: dict[str, pd.DataFrame], points: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of the feeder with what each kW below the peak of the case as it stands costs.

    `relief_kw` is that peak less that of the alternative, `relief_cost` the life-cycle cost of the alternative less
    that of the case, `relief_cost_per_kw` their ratio where there is relief worth the name: below 0 where both fall.
    Empty where the case as it stands has no feeder.

    Parameters
    ----------
    tables
        As of :func:`feeder_tables`.
    points
        Column `life_cycle_cost` by `point`, the case as it stands (``base``) among them.
    """
    if not tables:
        return tables
    feeder = tables["feeder"].set_index("point")
    cost = points.set_index("point")["life_cycle_cost"]
    peak = feeder["feeder_peak_kw"].get(BASE, np.nan)
    relief, more = peak - feeder["feeder_peak_kw"], cost.reindex(feeder.index) - cost.get(BASE, np.nan)
    held = relief.where(relief > _LEAST_RELIEF_FRAC * peak)
    added = feeder.assign(relief_kw=relief, relief_cost=more, relief_cost_per_kw=more / held)
    return tables | {"feeder": added.reset_index()}
