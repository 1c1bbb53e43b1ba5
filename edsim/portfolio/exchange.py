"""Tables of a portfolio for other programs: CSV, Frictionless data package, IAMC template."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim import __version__
from edsim.bundle.tables import connect, copy_out, inert
from edsim.portfolio.analysis import Analysis
from edsim.portfolio.totals import MEASURES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Mapping[str, str] = {
    "series": "cpi: consumer price index; fx_per_usd: units of the currency per US dollar, annual mean.",
    "currency": "ISO 4217 code.",
    "stated_by": "table: shipped; prices: the file of --prices; case: the case states it, for itself alone.",
    "used_by": "Runs whose money was converted with the value.",
    "run": "Name of the run folder.",
    "case": "Name of the case.",
    "variant": "The one project variant of the run that is added up.",
    "portfolio": "Always `all`.",
    "country": "ISO 3166-1 alpha-3.",
    "city": "City; with the code of its country where several countries have one of its name.",
    "sector": "Sector of the case's study.",
    "service": "Services delivered, as carriers at the buildings.",
    "stage": "Stage of the case's study.",
    "study_year": "Year of the study.",
    "program": "Program of the case's study.",
    "horizon_a": "Years of the study.",
    "dimension": "What the totals are grouped by.",
    "group": "Group of the dimension.",
    "measure": "Column of measures.csv.",
    "unit": "Unit of the value.",
    "value": "Value in `unit`.",
    "studies": "Studies in the value.",
    "missing": "Studies without this measure.",
    "per": "What the ratio is per.",
    "calendar_year": "Calendar year; the first year of operation follows the year of the study.",
    "ghg_bau_t": "GHG of BAU, tCO2e.",
    "ghg_t": "GHG of the projects, tCO2e.",
    "cumulative_t": "GHG avoided up to and with this row, tCO2e.",
    "cost_per_t": "Abatement cost: - NPV without carbon price / tCO2e of all gases avoided over the horizon.",
    "carbon_saved": "Part of the net present value that comes from a carbon price.",
    "all_gases_avoided_t": "All GHG avoided over the horizon, gases of the Montreal Protocol too, tCO2e.",
    "framework": "Framework the indicator belongs to.",
    "code": "Code of the indicator in the framework.",
    "indicator": "Name of the indicator.",
    "kind": "direct or contribution; for targets ndc, city_target or carbon_budget.",
    "version": "Version of the mapping.",
    "source": "Where the definition or target stands.",
    "year": "Year of the source.",
    "verified": "Whether number and name of the indicator have been read at the source.",
    "scope": "city or country.",
    "place": "City or country.",
    "target_year": "Year of the target or last year of the budget.",
    "avoided_t": "GHG avoided, tCO2e: in the calendar year, in a year of a target, or within a budget.",
    "needed_t": "Reduction the target asks for, or the budget, tCO2e.",
    "share_frac": "avoided_t / needed_t.",
    "id": "Identifier of the score.",
    "label": "Name of the score.",
    "score": "Share of the other cities that are worse, 0-100; empty below five cities.",
    "cohort": "Cities that have the ratio.",
    "verdict": "ranked, not enough data or no value.",
    "similar": "Run that resembles this one.",
    "rank": "1 is the most alike.",
    "distance": "Weighted Gower distance, 0-1.",
    "ghg_cut_frac": "GHG avoided over GHG of BAU.",
    "conclusion": "What the similar study concluded.",
    "chosen": "Whether the budget buys the project.",
    "grant": "Grant the project needs.",
    "gain": "What is maximized: tCO2e, or NPV with the grant.",
    "sum": "npv or ghg_avoided_t of the portfolio.",
    "p10": "10th percentile.",
    "p50": "Median.",
    "p90": "90th percentile.",
    "mean": "Mean.",
    "independent_p10": "10th percentile if no risk were shared.",
    "independent_p90": "90th percentile if no risk were shared.",
    "below_zero_frac": "Probability that the sum is below zero.",
    **{m.id: f"{m.label}, {m.unit}." for m in MEASURES},
}
"""Column → meaning, for the data package."""


def tables_of(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return file stem → table of everything an analysis holds."""
    found = {
        "measures": analysis.measures,
        "totals": analysis.totals,
        "ratios": analysis.ratios,
        "yearly": analysis.yearly,
        "crossed": analysis.crossed,
        "abatement_curve": analysis.curve,
        "frameworks": analysis.frameworks,
        "targets": analysis.targets,
        "cities": analysis.cities,
        "similar": analysis.similar,
        "risk": risk_table(analysis),
        "prices": analysis.prices,
    }
    if analysis.selection is not None:
        found["selection"] = analysis.selection.rows
    return found


def risk_table(analysis: Analysis) -> pd.DataFrame:
    """Return the Monte Carlo as a table: one row for NPV, one for GHG."""
    from dataclasses import asdict

    import pandas as pd

    units = {"npv": analysis.basis.currency, "ghg_avoided_t": "tCO2e"}
    spreads = {"npv": analysis.risk.npv, "ghg_avoided_t": analysis.risk.ghg_t}
    return pd.DataFrame([{"sum": n, "unit": units[n], **asdict(s)} for n, s in spreads.items()])


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: full precision, empty cells for no value, text that no spreadsheet runs."""
    texts = [c for c in frame.columns if frame[c].dtype.kind not in "biuf"]
    safe = frame.assign(**{c: frame[c].map(lambda v: inert(v) if isinstance(v, str) else v) for c in texts})
    return safe.to_csv(index=False, lineterminator="\n").encode()


def to_parquet(frames: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return ``STEM.parquet`` → content for tables by stem; a column without any value is one of text."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="edsim-parquet-") as place, connect() as session:
        session.execute("set threads = 1")
        for name, frame in frames.items():
            path = Path(place) / f"{name}.parquet"
            texts = {c: str for c in frame.columns if frame[c].dtype.kind not in "biuf" and frame[c].isna().all()}
            copy_out(session, frame.astype(texts), path, "FORMAT parquet, COMPRESSION zstd", "*")
            found[path.name] = path.read_bytes()
    return found


def data_package(analysis: Analysis, files: Mapping[str, bytes]) -> bytes:
    """Return ``datapackage.json`` (Frictionless Data Package v1) over CSV files.

    Parameters
    ----------
    analysis
        Gives the column types.
    files
        File name → content of the CSV files of :func:`tables_of`.
    """
    tables = tables_of(analysis)
    resources = [_resource(name, tables[name.removesuffix(".csv")], data) for name, data in sorted(files.items())]
    content = {
        "profile": "tabular-data-package",
        "name": "edsim-portfolio",
        "title": "Portfolio of energy-district studies",
        "version": "1.0.0",
        "edsim": __version__,
        "currency": analysis.basis.currency,
        "price_year": analysis.basis.price_year,
        "variant_rule": list(analysis.variants.rule),
        "resources": resources,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _resource(name: str, frame: pd.DataFrame, data: bytes) -> dict[str, Any]:
    fields = [{"name": c, "type": _kind(frame[c]), "description": COLUMNS[c]} for c in frame.columns]
    return {
        "name": name.removesuffix(".csv").replace("_", "-"),
        "path": name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _kind(column: pd.Series[Any]) -> str:
    return {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}.get(column.dtype.kind, "string")


def iamc(analysis: Analysis) -> bytes:
    """Return the portfolio in the IAMC template: Model, Scenario, Region, Variable, Unit, one column per year.

    Scenarios are ``BAU`` and ``Project``; regions are the countries and ``country|city``. Final energy and cooling are
    those of the first year, held over the horizon of each study; a year without a study has an empty cell.
    """
    rows, years = _iamc_rows(analysis)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["Model", "Scenario", "Region", "Variable", "Unit", *years])
    for (scenario, region, variable, unit), values in sorted(rows.items()):
        cells = [repr(values[y]) if y in values else "" for y in years]
        writer.writerow([f"edsim {__version__}", scenario, inert(region), variable, unit, *cells])
    return text.getvalue().encode()


_Key = tuple[str, str, str, str]
_EJ_PER_MWH = 3.6e-9


def _iamc_rows(analysis: Analysis) -> tuple[dict[_Key, dict[int, float]], list[int]]:
    frame = analysis.measures.set_index("run")
    rows: dict[_Key, dict[int, float]] = {}

    def add(run: str, scenario: str, what: tuple[str, str], year: int, value: float) -> None:
        country, city = str(frame.loc[run, "country"]), str(frame.loc[run, "city"])
        for region in (country, f"{country}|{city.removesuffix(f' ({country})')}"):
            years = rows.setdefault((scenario, region, *what), {})
            years[year] = years.get(year, 0.0) + value

    zero = {r.id: r.year_zero for r in analysis.collection.runs}
    milestones = analysis.collection.tables["milestones"]
    for run, place in frame.iterrows():
        first, bau = zero[str(run)] + 1, float(place["final_energy_bau_mwh"])
        project = bau - float(place["final_energy_saved_mwh"])
        grown = milestones[milestones["run"] == run].sort_values("first_a")
        of_bau, of_project = (grown[grown["variant"] == variant] for variant in ("bau", place["variant"]))
        what = ("Final Energy|Energy Districts", "EJ/yr")
        for year in range(first, first + int(place["horizon_a"])):
            add(str(run), "BAU", what, year, bau * _energy_share(of_bau, year) * _EJ_PER_MWH)
            add(str(run), "Project", what, year, project * _energy_share(of_project, year) * _EJ_PER_MWH)
        what = ("Investment|Energy Districts", f"million {analysis.basis.currency}_{analysis.basis.price_year}")
        for year, share in _investment_shares(of_project, first).items():
            add(str(run), "Project", what, year - 1, share * float(place["investment"]) / 1e6)
    inventory = analysis.collection.tables["inventory"]
    for run, variant, year, kg in (
        inventory.groupby(["run", "variant", "year"])["kgco2e"].sum().reset_index().itertuples(index=False)
    ):
        if variant in {"bau", frame.loc[run, "variant"]} and 0 <= year <= frame.loc[run, "horizon_a"]:
            scenario = "BAU" if variant == "bau" else "Project"
            what = ("Emissions|Kyoto Gases|Energy Districts", "Mt CO2-equiv/yr")
            add(run, scenario, what, zero[str(run)] + int(year), float(kg) * 1e-9)
    return rows, sorted({y for v in rows.values() for y in v})


def _energy_share(milestones: pd.DataFrame, year: int) -> float:
    """Return what a variant buys in a calendar year over what it buys from its last milestone on."""
    bought = (milestones["grid_kwh"] + milestones["fuel_kwh"]).to_numpy(float)
    if not len(bought) or bought[-1] <= 0.0:
        return 1.0
    opened = int((milestones["year"].to_numpy(int) <= year).sum())
    return float(bought[max(opened - 1, 0)] / bought[-1])


def _investment_shares(milestones: pd.DataFrame, first: int) -> dict[int, float]:
    """Return milestone year → share of the investment; all in the first where there are no milestones."""
    total = float(milestones["investment"].sum())
    if total <= 0.0:
        return {first: 1.0}
    shares = (milestones["investment"] / total).tolist()
    return dict(zip(milestones["year"].astype(int).tolist(), shares, strict=True))


def exchange_files(analysis: Analysis) -> dict[str, bytes]:
    """Return all files for other programs: tables as CSV and Parquet, ``datapackage.json``, ``iamc.csv``."""
    frames = tables_of(analysis)
    tables = {f"{name}.csv": to_csv(frame) for name, frame in frames.items()}
    return {
        **tables,
        **to_parquet(frames),
        "datapackage.json": data_package(analysis, tables),
        "iamc.csv": iamc(analysis),
    }


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder, each under another name and renamed."""
    from edsim.report.html import replace_file

    folder.mkdir(parents=True, exist_ok=True)
    for name, data in sorted(files.items()):
        replace_file(folder / name, data)
