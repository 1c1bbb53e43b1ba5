"""Add up: one row of measures per run, then totals, ratios and years by group, in DuckDB.

GHG is that of the Kyoto basket, which targets and funders count; gases of the Montreal Protocol stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from edsim.bundle.tables import connect
from edsim.core.carriers import family
from edsim.portfolio.facts import Collection, RunFacts

if TYPE_CHECKING:
    import pandas as pd


FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity that may be added over runs.

    Attributes
    ----------
    id
        Column of the measures table.
    label
        English; the report translates it.
    unit
        ``currency`` stands for the currency of the sums.
    kpi, column
        Indicator and column of ``kpis.csv`` it comes from; "" for those computed here.
    factor
        Multiplies the indicator.
    """

    id: str
    label: str
    unit: str
    kpi: str = ""
    column: str = "difference"
    factor: float = 1.0


MEASURES: tuple[Measure, ...] = (
    Measure("ghg_bau_t_per_a", "GHG of BAU", "tCO2e/a", "ghg_kyoto", "bau"),
    Measure("ghg_avoided_t_per_a", "GHG avoided a year (Kyoto gases)", "tCO2e/a", "ghg_kyoto"),
    Measure("ghg_avoided_t", "GHG avoided over the horizon (Kyoto gases)", "tCO2e"),
    Measure("refrigerant_avoided_t_per_a", "GHG avoided of gases of the Montreal Protocol", "tCO2e/a", "ghg_montreal"),
    Measure("odp_avoided_kg_per_a", "Ozone depletion avoided", "kg CFC-11 eq./a", "odp"),
    Measure("electricity_saved_mwh", "Grid electricity saved", "MWh/a", "electricity"),
    Measure("final_energy_bau_mwh", "Final energy of BAU", "MWh/a", "final_energy", "bau"),
    Measure("final_energy_saved_mwh", "Final energy saved", "MWh/a", "final_energy"),
    Measure("primary_energy_saved_mwh", "Primary energy saved", "MWh/a", "primary_energy"),
    Measure("pv_mwh", "PV generation", "MWh/a", "pv", "value"),
    Measure("cooling_mwh", "Cooling delivered", "MWh/a", "cooling", "value"),
    Measure("cooling_capacity_tr", "Cooling capacity", "TR", "chiller_capacity_tr", "value"),
    Measure("peak_avoided_kw", "Import avoided, mean of the 100 BAU peak hours", "kW", "coincident_peak"),
    Measure("grid_peak_avoided_kw", "Fall of the yearly peak import of each study", "kW", "grid_peak"),
    Measure("water_saved_m3", "Water saved", "m3/a", "water"),
    Measure("investment", "Investment", "currency", "investment", "value"),
    Measure("extra_investment", "Investment above BAU", "currency", "investment", "difference", -1.0),
    Measure("yearly_saving", "Yearly saving of operation", "currency/a", "yearly_cost"),
    Measure("npv", "Net present value against BAU", "currency", "npv", "value"),
    Measure("floor_area_m2", "Floor area", "m2"),
    Measure("population", "People", "persons"),
    Measure("trench_m", "Trench", "m"),
    Measure("delivered_mwh", "Delivered by networks", "MWh/a"),
)
MEASURE_IDS = tuple(m.id for m in MEASURES)

DIMENSIONS = ("portfolio", "country", "city", "sector", "service", "stage", "study_year", "program")
"""What totals are grouped by; `portfolio` is one group of all."""

BASES: Mapping[str, tuple[str, str]] = {
    "m2": ("floor_area_m2", "m2"),
    "TR": ("cooling_capacity_tr", "TR"),
    "person": ("population", "person"),
    "money": ("extra_investment", "currency"),
}
"""Basis → the measure that divides, and the unit per which the ratio is."""

_RATIOS = ("ghg_avoided_t_per_a", "electricity_saved_mwh", "final_energy_saved_mwh", "investment", "npv", "cooling_mwh")


def measures(
    collection: Collection, factors: Mapping[str, float], choice: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return one row per run: labels, then :data:`MEASURES` of one variant, money converted.

    ``carbon_saved`` is the part of the net present value that comes from a carbon price; ``all_gases_avoided_t`` the
    tCO2e that the run's own abatement cost counts: all gases, year by year over its horizon.

    Parameters
    ----------
    collection
        Runs and tables.
    factors
        Run → factor that brings its money to the common basis.
    choice
        Run → variant; default is the main variant of each.
    """
    import pandas as pd

    chosen = {r.id: (choice or {}).get(r.id, r.main_variant) for r in collection.runs}
    labels = pd.DataFrame([_labels(r, chosen[r.id]) | {"factor": factors[r.id]} for r in collection.runs])
    columns = ", ".join(
        f"{m.factor} * max(k.{m.column}) filter (k.id = '{m.kpi}')"
        f"{' * any_value(l.factor)' if m.unit.startswith('currency') else ''} as {m.id}"
        for m in MEASURES
        if m.kpi
    )
    query = (
        f"select l.run, max(k.difference) filter (k.id = 'tewi') as all_gases_avoided_t, {columns} "  # noqa: S608  our own names
        "from labels l join kpis k on k.run = l.run and k.variant = l.variant group by l.run"
    )
    with connect() as session:
        for name, frame in {"labels": labels, **collection.tables}.items():
            session.register(name, frame)
        kpis = session.execute(query).df()
        sums = session.execute(_SUMS).df()
    table = labels.drop(columns=["factor", "service"]).merge(kpis, on="run").merge(sums, on="run", how="left")
    table["service"] = [_services(s) if isinstance(s, str) else "not stated" for s in table["service"]]
    _add_later_investment(table, collection.tables["milestones"], factors)
    table["carbon_saved"] = (table["carbon_saved"].fillna(0.0) * table["run"].map(factors)).astype(float)
    order = ["run", "case", "variant", *DIMENSIONS, "horizon_a", "carbon_saved", "all_gases_avoided_t", *MEASURE_IDS]
    return table[order].sort_values("run", ignore_index=True)


def _labels(run: RunFacts, variant: str) -> dict[str, Any]:
    """Return what a run is listed by."""
    return {
        "run": run.id,
        "case": run.case,
        "variant": variant,
        "portfolio": "all",
        "country": run.country,
        "city": run.city,
        "sector": run.sector or "not stated",
        "service": "",
        "stage": run.stage or "not stated",
        "study_year": str(run.study_year),
        "program": run.program or "not stated",
        "horizon_a": run.horizon_a,
        "population": run.population,
    }


def _services(carriers: str) -> str:
    """Return carriers without their levels: two networks of chilled water are one service."""
    return " + ".join(dict.fromkeys(family(c) for c in carriers.split(" + ")))


def _add_later_investment(table: pd.DataFrame, milestones: pd.DataFrame, factors: Mapping[str, float]) -> None:
    """Add to investments what milestones after the first build; the indicator is that of the start alone."""
    later = milestones[milestones["first_a"] > 1].groupby(["run", "variant"])["investment"].sum()
    of_run, of_bau = (
        np.array([float(later.get((run, v), 0.0)) for run, v in zip(table["run"], variants, strict=True)])
        for variants in (table["variant"], ["bau"] * len(table))
    )
    rate = table["run"].map(factors).to_numpy(float)
    table["investment"] += rate * of_run
    table["extra_investment"] += rate * (of_run - of_bau)


_SUMS = """
with area as (select run, sum(floor_area_m2) as floor_area_m2 from buildings group by run),
served as (
  select e.run, string_agg(distinct e.carrier, ' + ' order by e.carrier) as service
  from energy_balance e join labels l on l.run = e.run and l.variant = e.variant where e.kwh > 0 group by e.run),
built as (
  select n.run, sum(n.trench_m) as trench_m,
    sum(n.delivered_kwh) filter (coalesce(n.unit, 'kW') = 'kW') / 1000 as delivered_mwh
  from networks n join labels l on l.run = n.run and l.variant = n.variant group by n.run),
avoided as (
  select i.run, sum(case when i.variant = 'bau' then i.kgco2e else -i.kgco2e end) / 1000 as ghg_avoided_t
  from inventory i join labels l on l.run = i.run
  where i.variant in ('bau', l.variant) and i.year between 0 and l.horizon_a group by i.run),
carbon as (
  select c.run, sum(case when c.variant = 'bau' then c.present_value else -c.present_value end) as carbon_saved
  from costs c join labels l on l.run = c.run
  where c.line = 'carbon' and c.variant in ('bau', l.variant) group by c.run)
select l.run, area.floor_area_m2, served.service, built.trench_m, built.delivered_mwh, avoided.ghg_avoided_t,
  carbon.carbon_saved
from labels l left join area using (run) left join served using (run) left join built using (run)
left join avoided using (run) left join carbon using (run)
"""


def totals(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the sums of every measure by every dimension.

    Returns
    -------
    DataFrame
        ``dimension, group, measure, unit, value, studies, missing``; `missing` counts runs without the measure, which
        are not in the sum; a sum of none is no value, not 0.
    """
    import pandas as pd

    picked = [(m.id, m.unit.replace("currency", currency)) for m in MEASURES]
    parts = []
    for dimension in DIMENSIONS:
        groups, codes = _codes(frame, dimension)
        for name, unit in picked:
            values = frame[name].to_numpy(np.float64)
            sums, known = _sums(codes, len(groups), values)
            sums[known == 0] = np.nan
            studies = np.bincount(codes, minlength=len(groups))
            parts += [
                (dimension, group, name, unit, float(sums[g]), int(studies[g]), int(studies[g] - known[g]))
                for g, group in enumerate(groups)
            ]
    columns = ["dimension", "group", "measure", "unit", "value", "studies", "missing"]
    return pd.DataFrame(parts, columns=columns)


def _codes(frame: pd.DataFrame, dimension: str) -> tuple[list[str], IntArray]:
    """Return the groups of a dimension in order, and the group of each row."""
    groups, codes = np.unique(frame[dimension].to_numpy(str), return_inverse=True)
    return groups.tolist(), codes


def _sums(codes: IntArray, groups: int, values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return sum and number of the values of each group that are there."""
    known = ~np.isnan(values)
    sums = np.bincount(codes[known], weights=values[known], minlength=groups).astype(np.float64)
    return sums, np.bincount(codes[known], minlength=groups)


def ratios(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return sums per floor area, ton of refrigeration, person and money of extra investment.

    Only runs that have both the measure and the basis are in a ratio.

    Returns
    -------
    DataFrame
        ``dimension, group, measure, per, unit, value, studies``; groups whose basis is not above 0 have no row.
    """
    import pandas as pd

    units = {m.id: m.unit.replace("currency", currency) for m in MEASURES}
    parts = []
    for dimension in DIMENSIONS:
        groups, codes = _codes(frame, dimension)
        for per, (basis, unit) in BASES.items():
            below = frame[basis].to_numpy(np.float64)
            for name in _RATIOS:
                above = frame[name].to_numpy(np.float64)
                both = ~(np.isnan(above) | np.isnan(below))
                top, known = _sums(codes, len(groups), np.where(both, above, np.nan))
                base, _ = _sums(codes, len(groups), np.where(both, below, np.nan))
                shown = f"{units[name]} per {unit.replace('currency', currency)}"
                parts += [
                    (dimension, group, name, per, shown, float(top[g] / base[g]), int(known[g]))
                    for g, group in enumerate(groups)
                    if base[g] > 0.0
                ]
    columns = ["dimension", "group", "measure", "per", "unit", "value", "studies"]
    return pd.DataFrame(parts, columns=columns)


def yearly_by_run(collection: Collection, chosen: Mapping[str, str]) -> pd.DataFrame:
    """Return GHG of BAU and project of each run by calendar year.

    Year 1 of a run is that of its first milestone, or the year after its study; in the year before it stands what
    today's machines release when the project scraps them.

    Returns
    -------
    DataFrame
        ``run, calendar_year, ghg_bau_t, ghg_t, avoided_t``.
    """
    import pandas as pd

    runs = pd.DataFrame(
        [(r.id, chosen[r.id], r.year_zero, r.horizon_a) for r in collection.runs],
        columns=["run", "variant", "year_zero", "horizon_a"],
    )
    query = """
    select i.run, i.year + r.year_zero as calendar_year,
      coalesce(sum(i.kgco2e) filter (i.variant = 'bau'), 0) / 1000 as ghg_bau_t,
      coalesce(sum(i.kgco2e) filter (i.variant <> 'bau'), 0) / 1000 as ghg_t
    from inventory i join runs r on r.run = i.run
    where i.variant in ('bau', r.variant) and i.year between 0 and r.horizon_a group by all order by all
    """
    with connect() as session:
        session.register("inventory", collection.tables["inventory"])
        session.register("runs", runs)
        found = session.execute(query).df()
    found["avoided_t"] = found["ghg_bau_t"] - found["ghg_t"]
    return found


def yearly(by_run: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of :func:`yearly_by_run` by calendar year.

    Returns
    -------
    DataFrame
        ``calendar_year, studies, ghg_bau_t, ghg_t, avoided_t, cumulative_t``.
    """
    grouped = by_run.groupby("calendar_year")
    found = grouped[["ghg_bau_t", "ghg_t", "avoided_t"]].sum().reset_index()
    found.insert(1, "studies", grouped["run"].nunique().to_numpy())
    found["cumulative_t"] = found["avoided_t"].cumsum()
    return found


def crossed(by_run: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of :func:`yearly_by_run` by country, city, sector and calendar year at once.

    Parameters
    ----------
    by_run
        GHG of each run by calendar year.
    frame
        Measures table: where each run belongs.

    Returns
    -------
    DataFrame
        ``country, city, sector, calendar_year, studies, ghg_bau_t, ghg_t, avoided_t``; no row where there is no study.
    """
    keys = ["country", "city", "sector", "calendar_year"]
    placed = by_run.merge(frame[["run", *keys[:3]]], on="run").groupby(keys)
    found = placed[["ghg_bau_t", "ghg_t", "avoided_t"]].sum()
    found.insert(0, "studies", placed["run"].nunique())
    return found.reset_index()


def chosen_variants(frame: pd.DataFrame) -> dict[str, str]:
    """Return run → variant of a measures table."""
    pairs: Sequence[tuple[str, str]] = list(zip(frame["run"], frame["variant"], strict=True))
    return dict(pairs)
