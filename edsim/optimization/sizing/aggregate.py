"""Typical days: medoid days of the year's profiles, plus the days that set each peak."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.timegrid import TimeGrid, typical_days
from edsim.optimization.system import System

Array = NDArray[np.float64]
_FEW_DAYS = 3
"""So many days left short may join before the plant is sized on all hours instead."""


def driving_series(system: System) -> dict[str, Array]:
    """Return the full-year series that make days differ: demands, weather, prices, PV and sources."""
    series = {f"demand {node} {carrier}": v for (node, carrier), v in system.demand.items()}
    for node, c in system.conditions.items():
        series |= {f"wet bulb {node}": c.wet_bulb_temp_c, f"dry bulb {node}": c.dry_bulb_temp_c}
        series |= {f"price {k}": t.energy_per_kwh for k, t in c.tariffs.items()}
        series |= {f"pv {k}": v for k, v in c.pv_kw_per_kwp.items()}
        series |= {f"source {k}": s.available_kw for k, s in c.sources.items()}
    unique: dict[bytes, tuple[str, Array]] = {}
    for name, values in series.items():
        if float(np.ptp(values)) > 0.0:
            unique.setdefault(np.ascontiguousarray(values).tobytes(), (name, values))
    return dict(unique.values())


def peak_days(system: System) -> tuple[int, ...]:
    """Return the days that typical days must show as they are.

    Those that hold the highest hour and the highest daily sum of each demand and of their total, and those a
    technology names because something rare happens on them (``days_to_keep``: outages of the grid).
    """
    days: set[int] = set()
    demands = [v for v in system.demand.values() if float(v.max(initial=0.0)) > 0.0]
    for values in [*demands, np.sum(demands, axis=0)] if demands else []:
        by_day = values.reshape(365, 24)
        days |= {int(by_day.max(axis=1).argmax()), int(by_day.sum(axis=1).argmax())}
    for technology in system.technologies:
        days.update(technology.days_to_keep(system.conditions[technology.node]))
    return tuple(sorted(days))


def choose_days(system: System, n_days: int, extra: Iterable[int] = ()) -> TimeGrid:
    """Return the grid of `n_days` typical days plus the peak days and the `extra` days, each of those kept as it is.

    Days are clustered hierarchically on all driving series together with their daily sums and represented by their
    medoid (tsam); hourly values are those of the medoid day, unscaled, so that no artificial hour is sized for.
    """
    series = driving_series(system)
    kept = sorted({*peak_days(system), *extra})
    if series:
        medoids, assignment = _cluster(series, n_days)
    else:
        medoids, assignment = np.array([0]), np.zeros(365, dtype=np.int64)
        kept = [day for day in kept if day]
    for day in kept:
        assignment[day] = len(medoids)
        medoids = np.append(medoids, day)
    used, assignment = np.unique(assignment, return_inverse=True)
    return typical_days(medoids[used], assignment)


def _cluster(series: dict[str, Array], n_days: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    import pandas as pd
    import tsam

    frame = pd.DataFrame(series, index=pd.date_range("2023-01-01", periods=HOURS_PER_YEAR, freq="h"))
    result = tsam.aggregate(
        frame,
        min(n_days, 365),
        cluster=tsam.ClusterConfig(method="hierarchical", representation="medoid", include_period_sums=True),
        preserve_column_means=False,
        numerical_tolerance=1e-9 * max(float(np.abs(v).max()) for v in series.values()),  # prices may be in thousands
    )
    medoids = np.asarray(result.clustering.cluster_centers, dtype=np.int64)
    return medoids, np.asarray(result.cluster_assignments, dtype=np.int64).copy()


def next_days(short: Array, shown: Collection[int]) -> tuple[int, ...]:
    """Return the days that join the typical days, none of which is among those `shown` as they are.

    `short` is the unserved demand by hour, kW. It is the worst day; where that is shown already, its store came to it
    emptier than the typical days say: then the nearest days before and after it join, with the worst day that is not
    shown yet.
    """
    by_day = short.reshape(365, 24).sum(axis=1)
    worst = int(by_day.argmax())
    if worst not in shown:
        return (worst,)
    before = next((d for d in range(worst - 1, -1, -1) if d not in shown), None)
    after = next((d for d in range(worst + 1, 365) if d not in shown), None)
    other = next((int(d) for d in np.argsort(-by_day, kind="stable") if by_day[d] > 0 and int(d) not in shown), None)
    return tuple(sorted({d for d in (before, after, other) if d is not None}))


def missing_days(short: Array, shown: Collection[int], most_kwh: float) -> tuple[int, ...]:
    """Return the few days left short that typical days lack; none where more than those would have to join.

    A day that is short though it is shown as it is has a store that came to it emptier than typical days say: days
    that join seldom mend that. So it is with many short days: they are what the year is like.

    Parameters
    ----------
    short
        Unserved demand by hour, kW.
    shown
        Days that typical days show as they are.
    most_kwh
        Unserved energy that counts as none.
    """
    by_day = short.reshape(365, 24).sum(axis=1)
    order = np.argsort(-by_day, kind="stable")
    left = float(by_day.sum()) - np.cumsum(by_day[order])
    days = order[: int(np.argmax(left <= most_kwh)) + 1]
    few = len(days) <= _FEW_DAYS and not set(shown).intersection(days.tolist())
    return tuple(sorted(days.tolist())) if few else ()
