"""Headings of a portfolio's tables and what their cells say, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edsim.report.i18n import nice_unit

if TYPE_CHECKING:
    from edsim.report.portfolio.view import PortfolioView

HEADS: Mapping[str, str] = {
    "run": "Run", "case": "Case", "variant": "Variant", "portfolio": "Portfolio", "country": "Country",
    "city": "City", "sector": "Sector", "service": "Service", "stage": "Stage", "study_year": "Study year",
    "program": "Program", "horizon_a": "Years studied", "carbon_saved": "NPV from a carbon price",
    "dimension": "Grouped by", "group": "Group", "measure": "Measure", "unit": "Unit", "value": "Value",
    "studies": "Studies", "missing": "Studies without it", "per": "Per", "calendar_year": "Calendar year",
    "ghg_bau_t": "GHG of BAU, tCO2e", "ghg_t": "GHG of the projects, tCO2e",
    "avoided_t": "GHG avoided, tCO2e", "cumulative_t": "Cumulative, tCO2e",
    "all_gases_avoided_t": "GHG avoided (all gases), tCO2e", "cost_per_t": "Cost of a ton",
    "framework": "Framework", "code": "Code", "indicator": "Indicator", "kind": "Kind", "version": "Version",
    "source": "Source", "year": "Year", "verified": "Definition verified", "scope": "Scope", "place": "Place",
    "target_year": "Target year", "needed_t": "Needed or budget, tCO2e", "share_frac": "Share",
    "id": "Identifier", "label": "Ratio", "score": "Score", "cohort": "Cities compared", "verdict": "Verdict",
    "similar": "Resembles", "rank": "Rank", "distance": "Distance", "ghg_cut_frac": "GHG cut",
    "conclusion": "It concluded", "chosen": "Chosen", "grant": "Grant needed", "gain": "Gain", "sum": "Sum",
    "p10": "10th percentile", "p50": "Median", "p90": "90th percentile", "mean": "Mean",
    "independent_p10": "10th percentile if independent", "independent_p90": "90th percentile if independent",
    "below_zero_frac": "Below zero", "series": "Series", "currency": "Currency", "stated_by": "Stated by",
    "used_by": "Used by",
}  # fmt: skip
"""Column that is no measure → heading."""

CELLS: Mapping[str, str] = {
    "cpi": "consumer price index",
    "fx_per_usd": "currency per US dollar",
    "table": "shipped table",
    "prices": "table given",
    "case": "the case, for itself",
    "all": "all",
    "m2": "m²",
    "persons": "persons",
    "city": "city",
    "country": "country",
    "person": "person",
    "money": "money",
    "frac": "fraction",
}
"""Value of a column of words that is not a word itself → words."""

PRICES = frozenset({"series", "stated_by"})
WORDS = frozenset(
    {
        *("sector", "stage", "verdict", "conclusion", "kind", "indicator", "label", "group", "service", "portfolio"),
        *("framework", "code", "per", "scope"),
    }
)
YEARS = frozenset({"calendar_year", "target_year", "year", "study_year"})


_UNITS: Mapping[str, str] = {"cost_per_t": "currency/tCO2e", "grant": "currency"}
"""Column that is no measure → its unit."""


def heading(view: PortfolioView, column: str) -> str:
    """Return the heading of a column, a measure with its unit."""
    known = view.data.labels.get(column, (HEADS.get(column, column), _UNITS.get(column, "")))
    if column == "gain" and view.data.budget is not None:
        known = (known[0], "tCO2e" if view.data.budget["goal"] == "ghg" else "currency")
    unit = nice_unit(unit_words(view, known[1].replace("currency", view.currency)))
    return f"{nice_unit(view.t(known[0]))}\n{unit}".rstrip()


def cell(view: PortfolioView, column: str, value: Any) -> Any:
    """Return the value of a cell as a reader takes it: words in the language, years as numbers."""
    if not isinstance(value, str):
        return value
    if column in YEARS and value.isdigit():
        return int(value)
    if column in {"country", "place"}:
        return view.country(value)
    if column == "unit":
        named = CELLS["frac"] if value == "frac" else value.replace("currency", view.currency)
        return nice_unit(unit_words(view, named))
    known: Mapping[str, str] = {}
    if column in {"measure", "sum"}:
        known = {value: view.data.labels[value][0]} if value in view.data.labels else {}
    elif column == "dimension":
        known = HEADS
    elif column in PRICES or column in WORDS:
        known = CELLS
    if value in known:
        return view.t(known[value])
    return view.word(value) if column in WORDS else value


def unit_words(view: PortfolioView, unit: str) -> str:
    """Return a unit in the language: each part, and the word between the parts of a ratio."""
    parts = [view.t(p) for p in unit.split(" per ")]
    return view.t("{unit} per {other}", {"unit": parts[0], "other": parts[1]}) if len(parts) == 2 else parts[0]
