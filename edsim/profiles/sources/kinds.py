"""Defaults of source kinds, read from edsim/data/sources."""

import csv
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edsim.core.resources import data_path

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SourceKindDefaults:
    """Figures of one kind of source; None where the kind has none.

    Attributes
    ----------
    heat_per_power
        Heat per power of the activity.
    temp_c
        Temperature of waste heat.
    max_temp_change_k
        Most the water may be cooled or warmed.
    air_offset_k, swing_per_air, lag_days
        Water temperature from air: mean + offset, yearly swing times the ratio, later by the lag.
    depth_m, diffusivity_m2_per_s
        Ground.
    available_kw
        Limit of a source that has none by nature.
    """

    heat_per_power: float | None = None
    temp_c: float | None = None
    max_temp_change_k: float | None = None
    air_offset_k: float | None = None
    swing_per_air: float | None = None
    lag_days: float | None = None
    depth_m: float | None = None
    diffusivity_m2_per_s: float | None = None
    available_kw: float | None = None


@cache
def _table() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    with data_path("sources", "kinds.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            table.setdefault(row["kind"], {})[row["parameter"]] = float(row["value"])
    return table


def kind_defaults(kind: str) -> SourceKindDefaults:
    """Return the defaults of a source kind.

    Raises
    ------
    KeyError
        For a kind the table does not have.
    """
    row = _table()[kind]
    return SourceKindDefaults(**{f.name: row.get(f.name) for f in fields(SourceKindDefaults)})


@cache
def sewage_day() -> Array:
    """Return the flow of sewage by hour of the day over its mean; mean 1."""
    with data_path("sources", "wastewater_day.csv").open(encoding="utf-8", newline="") as file:
        factor = np.array([float(row["factor"]) for row in csv.DictReader(file)])
    return np.asarray(factor / factor.mean())
