"""How a city stands among the others, and which finished studies resemble one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edsim.portfolio.choose import cost_of_a_ton
from edsim.portfolio.facts import Collection, RunFacts

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
SMALLEST_COHORT = 5
"""Below so many cities a rank says nothing."""
_ALIKE = 3
"""Studies named as most like another."""


@dataclass(frozen=True, slots=True)
class Score:
    """A ratio cities are ranked by: measure over basis times `scale`, higher or lower being better."""

    id: str
    label: str
    unit: str
    measure: str
    per: str
    higher_is_better: bool
    scale: float = 1.0


SCORES: tuple[Score, ...] = (
    Score("ghg_cut", "GHG avoided of BAU", "frac", "ghg_avoided_t_per_a", "ghg_bau_t_per_a", higher_is_better=True),
    Score(
        "energy_cut",
        "Final energy saved of BAU",
        "frac",
        "final_energy_saved_mwh",
        "final_energy_bau_mwh",
        higher_is_better=True,
    ),
    Score(
        "ghg_per_m2",
        "GHG avoided per floor area",
        "kgCO2e/m2/a",
        "ghg_avoided_t_per_a",
        "floor_area_m2",
        higher_is_better=True,
        scale=1000.0,
    ),
    Score("npv_per_money", "NPV per extra investment", "frac", "npv", "extra_investment", higher_is_better=True),
    Score(
        "investment_per_tr",
        "Investment per cooling capacity",
        "currency/TR",
        "investment",
        "cooling_capacity_tr",
        higher_is_better=False,
    ),
    Score("density", "Linear density of the networks", "MWh/m/a", "delivered_mwh", "trench_m", higher_is_better=True),
)


def city_profiles(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every city's ratios and its score among the cities that have the ratio.

    Score = share of the other cities that are worse, ties half, 0–100; missing when fewer than five cities have the
    ratio (`verdict` then says ``not enough data``).

    Returns
    -------
    DataFrame
        ``city, country, studies, id, label, unit, value, score, cohort, verdict``.
    """
    import pandas as pd

    groups = [(country, city, rows) for (country, city), rows in frame.groupby(["country", "city"], sort=True)]
    rows = []
    for s in SCORES:
        values = np.array([_ratio(r, s) for _, _, r in groups])
        scores, cohort = percentile_scores(values, higher_is_better=s.higher_is_better)
        for (country, city, members), value, score in zip(groups, values, scores, strict=True):
            ranked = "ranked" if cohort >= SMALLEST_COHORT else "not enough data"
            verdict = "no value" if np.isnan(value) else ranked
            rows.append((city, country, len(members), s.id, s.label, s.unit, value, score, cohort, verdict))
    columns = ["city", "country", "studies", "id", "label", "unit", "value", "score", "cohort", "verdict"]
    return pd.DataFrame(rows, columns=columns).sort_values(["city", "country"], kind="stable", ignore_index=True)


def _ratio(rows: pd.DataFrame, score: Score) -> float:
    both = rows[[score.measure, score.per]].dropna()
    base = float(both[score.per].sum())
    return score.scale * float(both[score.measure].sum()) / base if base > 0.0 else float("nan")


def percentile_scores(values: FloatArray, *, higher_is_better: bool) -> tuple[FloatArray, int]:
    """Return the share of others that are worse, 0–100, and how many have a value; NaN below five."""
    known = ~np.isnan(values)
    cohort = int(known.sum())
    out = np.full(len(values), np.nan)
    if cohort >= SMALLEST_COHORT:
        v = values[known] if higher_is_better else -values[known]
        worse = (v[:, None] > v[None, :]).sum(axis=1) + 0.5 * ((v[:, None] == v[None, :]).sum(axis=1) - 1)
        out[known] = 100.0 * worse / (cohort - 1)
    return out, cohort


_FEATURES: Mapping[str, float] = {
    "climate": 1.5,
    "height": 0.5,
    "sector": 1.5,
    "size": 1.0,
    "density": 1.0,
    "tariff": 1.0,
}
"""Feature → weight in the distance."""


def similar_cases(collection: Collection, frame: pd.DataFrame, factors: Mapping[str, float]) -> pd.DataFrame:
    """Return for each run the finished studies most like it and what they concluded.

    Gower distance (mean over features of the difference over the range; sector counts 0 or 1) over climate (cooling
    full-load hours of the buildings), height, sector, size (log of floor area), linear density of the network and
    electricity price. Features one of the two lacks are left out of their distance.

    Parameters
    ----------
    collection, frame, factors
        Runs, their measures, their money factors.

    Returns
    -------
    DataFrame
        ``run, similar, rank, distance, city, sector, ghg_cut_frac, npv, cost_per_t, conclusion``.
    """
    import pandas as pd

    features = _features(collection, frame, factors)
    distance = gower(features, frame["sector"].to_numpy(str))
    cut = (frame["ghg_avoided_t_per_a"] / frame["ghg_bau_t_per_a"]).to_numpy(np.float64)
    npv, tons = frame["npv"].to_numpy(np.float64), frame["all_gases_avoided_t"].to_numpy(np.float64)
    cost = cost_of_a_ton(frame).to_numpy(np.float64)
    names, cities, sectors = (frame[c].tolist() for c in ("run", "city", "sector"))
    rows = []
    for i, run in enumerate(names):
        order = [j for j in np.lexsort((np.arange(len(names)), distance[i])) if j != i][:_ALIKE]
        for rank, j in enumerate(order, start=1):
            said = "pays" if npv[j] >= 0.0 else ("costs money, cuts GHG" if tons[j] > 0.0 else "not worth it")
            row = (run, names[j], rank, distance[i, j], cities[j], sectors[j], cut[j], npv[j], cost[j], said)
            rows.append(row)
    columns = [
        "run",
        "similar",
        "rank",
        "distance",
        "city",
        "sector",
        "ghg_cut_frac",
        "npv",
        "cost_per_t",
        "conclusion",
    ]
    return pd.DataFrame(rows, columns=columns)


def _features(collection: Collection, frame: pd.DataFrame, factors: Mapping[str, float]) -> dict[str, FloatArray]:
    sums = collection.tables["buildings"].groupby("run")[["cooling_kwh", "cooling_peak_kw"]].sum()
    hours = (sums["cooling_kwh"] / sums["cooling_peak_kw"].where(sums["cooling_peak_kw"] > 0.0)).to_dict()
    place = {r.id: r for r in collection.runs}
    runs = frame["run"].tolist()
    area = frame["floor_area_m2"].to_numpy(np.float64)
    trench = frame["trench_m"].to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(trench > 0.0, frame["delivered_mwh"].to_numpy(np.float64) / trench, np.nan)
        size = np.where(area > 0.0, np.log10(area), np.nan)
    return {
        "climate": np.array([hours.get(r, np.nan) for r in runs], dtype=np.float64),
        "height": np.array([place[r].elevation_m for r in runs]),
        "size": size,
        "density": density,
        "tariff": np.array([_price(place[r]) * factors[r] for r in runs]),
    }


def _price(run: RunFacts) -> float:
    return float("nan") if run.tariff_per_kwh is None else run.tariff_per_kwh


def gower(features: Mapping[str, FloatArray], sectors: npt.NDArray[np.str_]) -> FloatArray:
    """Return the weighted Gower distances between rows, 0–1; NaN on no common feature counts as 1."""
    n = len(sectors)
    total, weight = np.zeros((n, n)), np.zeros((n, n))
    parts = {name: _scaled(values) for name, values in features.items()}
    parts["sector"] = (sectors[:, None] != sectors[None, :]).astype(np.float64)
    for name, part in parts.items():
        known = ~np.isnan(part)
        total += np.where(known, part, 0.0) * _FEATURES[name]
        weight += known * _FEATURES[name]
    return np.where(weight > 0.0, total / np.where(weight > 0.0, weight, 1.0), 1.0)


def _scaled(values: FloatArray) -> FloatArray:
    """Return pairwise differences over the range of a feature; a feature without range differs nowhere."""
    difference = np.abs(values[:, None] - values[None, :])
    largest = np.nanmax(difference) if np.any(~np.isnan(difference)) else 0.0
    return difference / largest if largest > 0.0 else difference
