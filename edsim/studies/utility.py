"""What the district means to the power utility: the feeder before and after, from the two solved variants of a study.

The load at the feeder is the import of the services in the boundary plus the buildings' own electricity, where that is
not in the boundary. Hosting: the largest PV field that never feeds power back through the feeder, and the largest
charging of electric vehicles (evening profile) that keeps the peak at its level before the district.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.costs import costs_of
from edsim.case.milestones import is_phased
from edsim.core.errors import CaseError, DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.pv import PvSurface, pv_kw_per_kwp
from edsim.results.variant import VariantRun
from edsim.studies.bench import Bench
from edsim.studies.feeder import feeder_load_kw
from edsim.studies.results import StudyResult
from edsim.studies.sweep import about_study
from edsim.technologies.grid import Grid

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.schema import Case

Array = NDArray[np.float64]
_STORES = {"chilled_water_store", "ice_store", "hot_water_store", "battery", "steam_accumulator", "air_receiver"}
_PEAK_HOURS = 100
_EVENING = np.array([0.04, 0.02, 0.01, 0.01, 0, 0, 0, 0.01, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.03, 0.04, 0.07,
                     0.12, 0.14, 0.13, 0.11, 0.08, 0.05])  # fmt: skip
"""Uncontrolled home charging by hour of the day, shares of the daily energy (edsim estimate, unverified)."""
_BILL = ("electricity", "demand_charge", "export_revenue", "fuel")


@dataclass(frozen=True, slots=True)
class UtilityTerms:
    """Terms of the utility.

    Attributes
    ----------
    capacity_cost_per_kw
        Cost of feeder and substation capacity, currency/kW; 0 leaves the deferral value out of the table.
    growth_frac
        Yearly growth of the feeder's other load.
    rate_frac
        The utility's discount rate.
    """

    capacity_cost_per_kw: float = 0.0
    growth_frac: float = 0.02
    rate_frac: float = 0.08

    def __post_init__(self) -> None:
        if not (self.capacity_cost_per_kw >= 0 and 0 < self.growth_frac <= 0.5 and 0 <= self.rate_frac <= 0.5):
            raise DataError.of(
                [
                    Finding(
                        "E558",
                        "these terms of the utility are not usable",
                        got=f"{self.capacity_cost_per_kw:g}, {self.growth_frac:g}, {self.rate_frac:g}",
                        allowed="a cost of 0 or more, growth above 0 up to 0.5, a rate from 0 to 0.5",
                    )
                ]
            )


def refuse_without_feeder(case: Case) -> None:
    """Refuse a case that buys no electricity from a public grid, today or in the project.

    Raises
    ------
    CaseError
        E548 the case has no tariff.
    """
    if not case.tariffs:
        hint = "study sizes and prices with --vary, --pareto or --tornado; or give the grid of the case and its tariff"
        what = "a case without a public grid has no feeder to look at"
        raise CaseError.of([Finding("E548", what, field="tariffs", got="no tariffs", hint=hint)])


def utility_view(bench: Bench, terms: UtilityTerms) -> StudyResult:
    """Return tables `feeder` (8760 h), `duration`, `months`, `hours_of_day`, `peaks`, `storage`, `bill` and more.

    Figures are those of the design of the case as it stands; every difference is after less before. Of a district that
    grows every table has the hours of each milestone, by its calendar year.

    Raises
    ------
    CaseError
        E548 the case has no tariff, so no feeder.
    """
    refuse_without_feeder(bench.case)
    import pandas as pd

    bau, project = bench.base.runs
    stages = list(zip(bau.stages, project.stages, strict=True))
    seen = []
    for k, (before, after) in enumerate(stages, 1):
        if len(stages) > 1:
            bench.progress(f"the feeder in {after.year}: milestone {k} of {len(stages)}")
        seen.append(_seen(bench, (before.run, after.run), terms) | {"bill": _bill(bench, after.first_a)})
    tables = seen[0]
    if len(stages) > 1:
        named = [(str(after.year), own) for (_, after), own in zip(stages, seen, strict=True)]
        tables = {n: pd.concat([_of_year(year, own[n]) for year, own in named], ignore_index=True) for n in seen[0]}
    about = about_study(bench, "as designed") | {
        "capacity_cost_per_kw": terms.capacity_cost_per_kw,
        "growth_frac": terms.growth_frac,
        "rate_frac": terms.rate_frac,
        "status": bench.base.status,
    }
    if len(stages) > 1:
        about |= {"milestones": [str(after.year) for _, after in stages]}
    return StudyResult("utility", about, tables)


def _of_year(year: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the milestone it is of in front."""
    out = table.copy()
    out.insert(0, "milestone", [year] * len(out))
    return out


def _seen(bench: Bench, runs: tuple[VariantRun, VariantRun], terms: UtilityTerms) -> dict[str, pd.DataFrame]:
    """Return the tables of one year of BAU and the project, without the bill."""
    import pandas as pd

    bau, project = runs
    before, after = feeder_load_kw(bau, bau), feeder_load_kw(project, bau)
    return {
        "feeder": pd.DataFrame({"hour": np.arange(HOURS_PER_YEAR), "before_kw": before, "after_kw": after}),
        "duration": duration(before, after),
        "months": _months(before, after),
        "hours_of_day": pd.DataFrame(
            {"hour": np.arange(24), "before_kw": _by_hour(before), "after_kw": _by_hour(after)}
        ),
        "peaks": _peaks(before, after),
        "storage": storage_shift(project),
        "bill": pd.DataFrame(),
        "utility": _figures(bench, project, (before, after), terms),
    }


def duration(before: Array, after: Array) -> pd.DataFrame:
    """Return the load-duration curves, highest hour first."""
    import pandas as pd

    return pd.DataFrame({"rank": np.arange(1, 8761), "before_kw": -np.sort(-before), "after_kw": -np.sort(-after)})


def _by_hour(load: Array) -> Array:
    return np.asarray(load.reshape(365, 24).mean(axis=0))


def _months(before: Array, after: Array) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for m in range(12):
        inside = m == MONTH_OF_HOUR
        energy = {"before_kwh": float(before[inside].sum()), "after_kwh": float(after[inside].sum())}
        peaks = {"before_peak_kw": float(before[inside].max()), "after_peak_kw": float(after[inside].max())}
        rows.append({"month": m + 1, **peaks, **energy})
    return pd.DataFrame(rows)


def _peaks(before: Array, after: Array) -> pd.DataFrame:
    """Return the highest load of every hour of the day in every month: 288 rows."""
    import pandas as pd

    hour = np.arange(HOURS_PER_YEAR) % 24
    loads = pd.DataFrame({"month": MONTH_OF_HOUR + 1, "hour": hour, "before_kw": before, "after_kw": after})
    return loads.groupby(["month", "hour"], as_index=False).max()


def storage_shift(run: VariantRun) -> pd.DataFrame:
    """Return what every store takes and gives by hour of the day, kWh/a of its own carrier, and the price then.

    `price_per_kwh` is the mean electricity price of that hour of the day in the tariff of the project's grid, empty
    where the project has none.
    """
    import pandas as pd

    bought = [t.tariff for t in run.district.case.technologies if isinstance(t, Grid)]
    price = _by_hour(run.conditions.tariffs[bought[0]].energy_per_kwh) if bought else np.full(24, np.nan)
    rows = []
    for name in dict.fromkeys(f.technology for f in run.flows if f.kind in _STORES and f.direction != "state"):
        into, out = (
            sum((f.values for f in run.flows if f.technology == name and f.direction == d), np.zeros(HOURS_PER_YEAR))
            for d in ("in", "out")
        )
        by_hour = [x.reshape(365, 24).sum(axis=0) for x in (into, out)]
        rows += [
            {"technology": name, "hour": h, "charged_kwh": a, "discharged_kwh": b, "price_per_kwh": float(price[h])}
            for h, (a, b) in enumerate(zip(*by_hour, strict=True))
        ]
    return pd.DataFrame(rows, columns=["technology", "hour", "charged_kwh", "discharged_kwh", "price_per_kwh"])


def _bill(bench: Bench, year_a: int) -> pd.DataFrame:
    """Return the energy bill of a year of operation by component, costs positive."""
    import pandas as pd

    sums: dict[str, list[float]] = {}
    for i, run in enumerate(bench.base.runs):
        flows = costs_of(run).flows
        for line in _BILL:
            sums.setdefault(line, [0.0, 0.0])[i] = -float(flows.select(line=line, year=year_a).total())
    rows = [{"line": k, "bau": v[0], "project": v[1], "difference": v[1] - v[0]} for k, v in sums.items() if any(v)]
    return pd.DataFrame(rows, columns=["line", "bau", "project", "difference"])


def _figures(bench: Bench, project: VariantRun, loads: tuple[Array, Array], terms: UtilityTerms) -> pd.DataFrame:
    import pandas as pd

    before, after = loads
    hours = np.argsort(-before, kind="stable")[:_PEAK_HOURS]
    relieved = float(before[hours].mean() - after[hours].mean())
    years, value = deferral(float(before.max()), relieved, terms)
    pv = pv_kw_per_kwp(project.district.profiles.weather, PvSurface())
    currency = bench.case.currency
    relief = None
    if not is_phased(bench.case):  # what is built in one milestone relieves the feeder in all that follow
        bau, built = bench.indicators(bench.case, bench.base)["investment"]
        relief = peak_saving_per_cost(float(before.max() - after.max()), built - bau)
    rows: list[dict[str, Any]] = []
    for name, unit, x, y in (
        ("peak_kw", "kW", float(before.max()), float(after.max())),
        ("peak_hour", "h", int(before.argmax()), int(after.argmax())),
        *([("peak_saving_per_cost", f"kW/M{currency}", 0.0, relief)] if relief is not None else []),
        ("energy_kwh", "kWh/a", float(before.sum()), float(after.sum())),
        ("load_factor_frac", "frac", load_factor_frac(before), load_factor_frac(after)),
        ("coincident_peak_kw", "kW", float(before[hours].mean()), float(after[hours].mean())),
        ("pv_hosting_kwp", "kWp", pv_hosting_kwp(before, pv), pv_hosting_kwp(after, pv)),
        ("ev_hosting_per_day", "kWh/d", 0.0, ev_hosting_kwh_per_day(after, float(before.max()))),
        ("deferral_a", "a", 0.0, years),
        *([("deferral_value", currency, 0.0, value)] if terms.capacity_cost_per_kw > 0.0 else []),
    ):
        rows.append({"id": name, "unit": unit, "before": x, "after": y, "difference": y - x})
    return pd.DataFrame(rows)


def peak_saving_per_cost(saved_kw: float, extra_investment: float) -> float | None:
    """Return the kW a million of investment above BAU takes off the peak, None where nothing more is invested."""
    return saved_kw / (extra_investment / 1e6) if extra_investment > 0.0 else None


def load_factor_frac(load_kw: Array) -> float:
    """Return mean over peak; 0 at a feeder that carries nothing."""
    peak = float(load_kw.max())
    return float(load_kw.mean()) / peak if peak > 0.0 else 0.0


def deferral(peak_kw: float, relieved_kw: float, terms: UtilityTerms) -> tuple[float, float]:
    """Return by how many years relief puts off the next extension of a feeder at its limit, and what that is worth.

    The load grows by `growth_frac` of its peak a year, so relief buys ``relieved / (growth x peak)`` years; putting an
    extension of the size of one year's growth, repeated each year, off by t years saves
    ``cost x growth x peak / rate x (1 - (1 + rate)^-t)`` (without discounting: cost x relieved).
    """
    if relieved_kw <= 0.0 or peak_kw <= 0.0:
        return 0.0, 0.0
    step = terms.growth_frac * peak_kw
    years = relieved_kw / step
    yearly = terms.capacity_cost_per_kw * step
    factor = years if terms.rate_frac == 0 else -np.expm1(-years * np.log1p(terms.rate_frac)) / terms.rate_frac
    return years, float(yearly * factor)


def pv_hosting_kwp(load_kw: Array, pv_per_kwp: Array) -> float:
    """Return the largest PV field whose output never exceeds the load, kWp."""
    shining = pv_per_kwp > 1e-6
    if not shining.any():
        return 0.0
    return float(max(np.min(load_kw[shining] / pv_per_kwp[shining]), 0.0))


def ev_hosting_kwh_per_day(load_kw: Array, limit_kw: float) -> float:
    """Return the daily charging of the evening profile that keeps every hour of `load_kw` below `limit_kw`, kWh."""
    profile = np.tile(_EVENING, 365)
    charging = profile > 0
    return float(max(np.min((limit_kw - load_kw[charging]) / profile[charging]), 0.0))
