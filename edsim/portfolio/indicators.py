"""What the sums mean in the frameworks funders and cities report in, and against climate targets."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edsim.core.errors import DataError, Finding
from edsim.core.resources import data_path

if TYPE_CHECKING:
    import pandas as pd

_SCOPES = ("city", "country")
_KINDS = ("ndc", "city_target", "carbon_budget")


@dataclass(frozen=True, slots=True)
class FrameworkIndicator:
    """One indicator of a framework and how it follows from a measure.

    Attributes
    ----------
    version
        Of the mapping table.
    framework, code, indicator
        Names; `indicator` is English, the report translates it.
    measure, per, factor, unit
        ``measure x factor``, divided by people when `per` is ``person``.
    kind
        ``direct``: the indicator itself; ``contribution``: what the projects add to it.
    source, year, verified
        Where the definition stands, of when, and whether number and name have been read there.
    """

    version: str
    framework: str
    code: str
    indicator: str
    measure: str
    per: str
    factor: float
    unit: str
    kind: str
    source: str
    year: int
    verified: bool


def frameworks() -> tuple[FrameworkIndicator, ...]:
    """Return the mapping of ``edsim/data/indicators/frameworks.csv``."""
    with data_path("indicators", "frameworks.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            FrameworkIndicator(
                version=r["version"],
                framework=r["framework"],
                code=r["code"],
                indicator=r["indicator"],
                measure=r["measure"],
                per=r["per"],
                factor=float(r["factor"]),
                unit=r["unit"],
                kind=r["kind"],
                source=r["source"],
                year=int(r["year"]),
                verified=r["verified"] == "yes",
            )
            for r in csv.DictReader(handle)
        )


def framework_table(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return every framework indicator of the portfolio.

    Parameters
    ----------
    frame
        Measures table.
    currency
        Of the sums.

    Returns
    -------
    DataFrame
        ``framework, code, indicator, value, unit, kind, studies, version, source, year, verified``; no value
        where no run has the measure (or, per person, the people).
    """
    import pandas as pd

    wide = frame.assign(final_energy_saved_lifetime_mwh=frame["final_energy_saved_mwh"] * frame["horizon_a"])
    rows = []
    for f in frameworks():
        known = wide[[f.measure, "population"]].dropna() if f.per else wide[[f.measure]].dropna()
        total = float(known[f.measure].sum()) * f.factor if len(known) else math.nan
        people = float(known["population"].sum()) if f.per else 1.0
        value = total / people if people > 0.0 else math.nan
        unit = f.unit.replace("currency", currency)
        said = (f.version, f.source, f.year, f.verified)
        rows.append((f.framework, f.code, f.indicator, value, unit, f.kind, len(known), *said))
    columns = ["framework", "code", "indicator", "value", "unit", "kind", "studies"]
    columns += ["version", "source", "year", "verified"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True, slots=True)
class Target:
    """A climate target or carbon budget of a city or country.

    Attributes
    ----------
    scope, place
        ``city`` or ``country``, and its name or ISO code.
    kind
        ``ndc`` or ``city_target`` (yearly tons in the target year) or ``carbon_budget`` (tons up to it).
    target_year
        Year of the target, or last year of the budget.
    baseline_t, target_t
        Reference and allowed tons; a budget has no baseline.
    source
        Where it stands.
    """

    scope: str
    place: str
    kind: str
    target_year: int
    baseline_t: float | None
    target_t: float
    source: str


def read_targets(path: str | Path | None = None) -> tuple[Target, ...]:
    """Return the shipped targets and those of a CSV file with the same columns.

    Raises
    ------
    DataError
        E585 the file is not there or a row is not usable.
    """
    found = _targets(data_path("indicators", "targets.csv"))
    return found if path is None else (*found, *_targets(Path(path)))


def _targets(path: Path) -> tuple[Target, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        what = "the table of targets cannot be read"
        raise DataError.of([Finding("E585", what, file=str(path), got=str(fault))]) from fault
    found, findings = [], []
    for number, row in enumerate(rows, start=2):
        target = _target(row)
        if target is None:
            got = ", ".join(f"{k}={v}" for k, v in row.items())
            allowed = (
                f"scope ({', '.join(_SCOPES)}), place, kind ({', '.join(_KINDS)}), target_year, baseline_t, target_t"
            )
            what = "a row of the table of targets is not usable"
            findings.append(Finding("E585", what, file=str(path), line=number, got=got, allowed=allowed))
        else:
            found.append(target)
    if findings:
        raise DataError.of(findings)
    return tuple(found)


def _target(row: Mapping[str, str | None]) -> Target | None:
    try:
        baseline = float(row["baseline_t"] or "nan")
        target = Target(
            str(row["scope"]),
            str(row["place"]),
            str(row["kind"]),
            int(row["target_year"] or ""),
            None if math.isnan(baseline) else baseline,
            float(row["target_t"] or ""),
            row.get("source") or "",
        )
    except (KeyError, ValueError):
        return None
    known = target.scope in _SCOPES and target.kind in _KINDS and math.isfinite(target.target_t)
    paired = target.kind == "carbon_budget" or (target.baseline_t is not None and target.baseline_t > target.target_t)
    return target if known and paired else None


def target_shares(frame: pd.DataFrame, by_run: pd.DataFrame, targets: Sequence[Target]) -> pd.DataFrame:
    """Return what the projects of a place give toward its targets.

    A yearly target: GHG avoided in the target year / (baseline - target). A budget: GHG avoided up to its last year /
    the budget.

    Parameters
    ----------
    frame
        Measures table.
    by_run
        :func:`edsim.portfolio.totals.yearly_by_run`.
    targets
        Targets of any place.

    Returns
    -------
    DataFrame
        ``scope, place, kind, target_year, studies, avoided_t, needed_t, share_frac, source``; places without studies
        have no row.
    """
    import pandas as pd

    rows = []
    for t in targets:
        there = frame.loc[frame[t.scope].str.casefold() == t.place.casefold(), "run"]
        mine = by_run[by_run["run"].isin(there)]
        if mine.empty:
            continue
        is_budget = t.kind == "carbon_budget"
        years = mine["calendar_year"]
        avoided = float(
            mine.loc[(years <= t.target_year) if is_budget else (years == t.target_year), "avoided_t"].sum()
        )
        needed = t.target_t if is_budget else float(t.baseline_t or 0.0) - t.target_t
        studies = mine["run"].nunique()
        rows.append((t.scope, t.place, t.kind, t.target_year, studies, avoided, needed, avoided / needed, t.source))
    columns = ["scope", "place", "kind", "target_year", "studies", "avoided_t", "needed_t", "share_frac", "source"]
    return pd.DataFrame(rows, columns=columns)
