"""The page of a study: what was found first, then figures and the tables behind them; computes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from edsim.report.figures import feeder
from edsim.report.figures import studies as figures
from edsim.report.figures.studies import StudyView, table_of
from edsim.report.i18n import Language, language, nice_unit, printed, within
from edsim.report.labels import spaced
from edsim.report.page import rendered
from edsim.report.plotting import PLOTLY, plotly_script
from edsim.report.studies.money import in_readable_money, readable_bill, readable_rows
from edsim.report.studies.words import STUDY_NAMES, study_catalogue
from edsim.report.studies.workbook import render_study_workbook
from edsim.report.view import Block, Fold, Section, Table
from edsim.studies.results import EVERY_KPI

if TYPE_CHECKING:
    import pandas as pd

TITLES: Mapping[str, str] = {
    "sweep": "Sizing alternatives",
    "pareto": "Trade-offs",
    "near_optimal": "Near-optimal menu",
    "tornado": "Tornado",
    "monte_carlo": "Monte Carlo",
    "sensitivity": "Sensitivity",
    "utility": "Utility view",
}
_CERTIFIED = "Every point is certified: its cost is proven within the target of the case."
_PARTLY = (
    "The plant of points marked certified is proven within the target of the case, for networks as laid out; for the "
    "others the distance to the least cost is not proven."
)
_SCREENING = (
    "Points are screening results: dispatched over 8760 hours and audited, distance to the least cost not proven."
)
_FOLDED = frozenset({"inputs", "months"})
"""Tables that a reader opens: what each alternative changes is in its name too, months are detail."""
_NOTES: Mapping[str, str] = {
    "distribution": "Percentiles of the payback are of all draws: those never paid back count as longer than the "
    "horizon (nothing stands where a percentile is among them), those without extra investment as 0. Percentiles of "
    "the other figures are of the draws that have a value.",
}
"""Table → what stands below it."""
_DESIGN_ROWS = ("above_best_frac", "npv", "investment", "yearly_cost", "ghg_total", "grid_peak")
_SHARES = (
    "defined", "never", "npv_below_0", "dscr_below_1.0", "dscr_below_1.2", "first_order", "first_order_error", "total",
    "total_error",
)  # fmt: skip
"""Columns and figures of uncertainty that are shares."""
_DISTRIBUTION = ("id", "defined", "never", "mean", "sd", "p10", "p50", "p90")


def render_study(
    kind: str,
    about: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    headline: tuple[str, ...] = (),
    *,
    lang: str = "en",
    one_file: bool = False,
) -> str:
    """Return the page of a study as HTML that fetches nothing; scripts run only under a nonce.

    Parameters
    ----------
    kind
        A key of :data:`TITLES`.
    about, tables, headline
        Of the study.
    lang
        ``en`` or ``es``.
    one_file
        Whether the plotting script is inside the page; otherwise ``plotly.min.js`` must lie beside it.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    view = in_readable_money(_view(about, tables, lang))
    statuses = _statuses(tables)
    certified = statuses == {"certified"}
    proof = view.t(_CERTIFIED if certified else _PARTLY if "certified" in statuses else _SCREENING)
    shown = {
        "title": about["case"],
        "page": {"title": view.t(TITLES[kind])},
        "about": view.about,
        "headline": tuple(printed(_called(view, kind, s)) for s in headline) or (view.t(TITLES[kind]),),
        "proof": ("good" if certified else "plain", proof),
    }
    return rendered("study.html.j2", shown, _sections(kind, view), view.lang, one_file=one_file)


def _called(view: StudyView, kind: str, sentence: str) -> str:
    """Return a sentence on groups of machines with the names of the page: "rooftop PV", not "roof_pv"."""
    if kind != "near_optimal" or not view.machines:
        return sentence
    either = "|".join(map(re.escape, sorted(view.machines, key=len, reverse=True)))
    ids = re.compile(rf"(?<![\w.])(?:{either})(?!\w)")
    return ids.sub(lambda m: within(view.machines[m[0]]), sentence)


def study_files(
    kind: str, about: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], headline: tuple[str, ...], lang: str
) -> dict[str, bytes]:
    """Return page, script and workbook by name, for the study store."""
    page = render_study(kind, about, tables, headline, lang=lang)
    book = render_study_workbook(_view(about, tables, lang))
    return {"study.html": page.encode("utf-8", "replace"), PLOTLY: plotly_script().encode(), "workbook.xlsx": book}


def _statuses(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    without = {"infeasible", "refused", "unresolved"}
    return {str(s) for t in tables.values() if "status" in t for s in t["status"]} - without


def _view(about: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], lang: str) -> StudyView:
    spoken = language(lang)
    if lang == "es":
        spoken = Language("es", {**spoken.words, **study_catalogue()}, spoken.names)
    every = [(k.id, k.label_es if lang == "es" else k.label_en, k.unit) for k in EVERY_KPI]
    units = {i: unit.replace("currency", str(about["currency"])) for i, _, unit in every} | dict.fromkeys(
        _SHARES, "frac"
    )
    names = {k: v[lang == "es"] for k, v in STUDY_NAMES.items()} | {i: label for i, label, _ in every}
    called = {str(i): spoken.usual(label or spaced(i)) for i, label in about.get("machines", {}).items()}
    return StudyView(about=about, tables=tables, lang=spoken, names=names, units=units, machines=called)


def _sections(kind: str, view: StudyView) -> tuple[Section, ...]:
    made = _CHARTS[kind](view)
    charts = tuple(b for b in made if b is not None)
    shown = [(n, title) for n, title in _TABLES[kind] if n in view.tables and not view.tables[n].empty]
    tables = [(n, _told(view, n, table_of(_named(view, n), _shown(view, n), view.t(title)))) for n, title in shown]
    rows: tuple[Block, ...] = tuple(Fold(n, t.title, (t,)) if n in _FOLDED else t for n, t in tables)
    return tuple(
        s for s in (Section("charts", view.t("Figures"), charts), Section("tables", view.t("Tables"), rows)) if s.blocks
    )


def _told(view: StudyView, name: str, table: Table) -> Table:
    """Return a table with what a reader must know of it below."""
    return replace(table, note=view.t(_NOTES[name])) if name in _NOTES else table


def _named(view: StudyView, name: str) -> StudyView:
    """Return the view in which the values of a ranking have the name and the unit of the indicator that ranks."""
    if name != "ranking":
        return view
    value, unit = view.name(str(view.about["rank_by"])), str(view.about["rank_unit"])
    return replace(view, names={**view.names, "value": value}, units={**view.units, "value": unit, "behind_best": unit})


def _shown(view: StudyView, name: str) -> pd.DataFrame:
    """Return the part of a table a page has room for, figures with their units."""
    made = _MADE.get(name)
    return view.tables[name] if made is None else made(view, view.tables[name])


def _distribution(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the distribution a page has room for."""
    return _with_units(view, table[list(_DISTRIBUTION)])


def _designs(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return designs side by side."""
    rows = [c for c in (*_DESIGN_ROWS, *(c for c in table.columns if "." in str(c))) if c in table]
    turned = table.set_index("point")[rows].astype(float).T
    return _with_units(view, turned.rename_axis("id").reset_index().rename_axis(None, axis=1))


def _ranking(_view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return a ranking without the indicator and the unit of every row, which head its column."""
    return table.drop(columns=["indicator", "unit"], errors="ignore")


def _effects(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return effects with their unit beside the input."""
    table = table.copy()
    table.insert(1, "unit", nice_unit(str(view.about["unit"])))
    return table


def _once(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return one row where all alternatives load the feeder alike, as they do where prices alone are varied."""
    if len(table) < 2 or len(table.drop(columns="point").drop_duplicates()) > 1:
        return table
    return table.head(1).assign(point=view.t("all alternatives"))


def _with_units(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of figures with the unit of each behind its name."""
    found = [nice_unit(view.units.get(str(i), "")) for i in table["id"]]
    table = table.copy()
    table.insert(1, "unit", found)
    return table


_MADE: Mapping[str, Callable[[StudyView, pd.DataFrame], pd.DataFrame]] = {
    "utility": readable_rows, "bill": readable_bill, "distribution": _distribution, "designs": _designs,
    "ranking": _ranking, "feeder": _once, "morris": _effects,
}  # fmt: skip
"""Table → what a page makes of it."""
_CHARTS: Mapping[str, Any] = {
    "sweep": lambda v: (
        figures.ranking(v), figures.parallel(v), feeder.feeder_hours(v), figures.waterfall(v),
    ),
    "pareto": lambda v: (figures.front(v), figures.sizes(v, "front", "front-sizes")),
    "near_optimal": lambda v: (figures.ranges(v), figures.sizes(v, "designs", "design-sizes")),
    "tornado": lambda v: (figures.tornado(v),),
    "monte_carlo": lambda v: (
        figures.cdf(v, "npv"), figures.cdf(v, "lcoc"), figures.drivers(v), figures.convergence(v),
    ),
    "sensitivity": figures.effects,
    "utility": feeder.feeder,
}  # fmt: skip
_TABLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sweep": (
        ("ranking", "Ranking"),
        ("feeder", "The feeder of every alternative"),
        ("inputs", "Changed inputs"),
    ),
    "pareto": (),
    "near_optimal": (("verdicts", "Must-have, real choice, avoidable"), ("designs", "Clearly different designs")),
    "tornado": (),
    "monte_carlo": (("probabilities", "Probabilities"), ("distribution", "Distribution")),
    "sensitivity": (("morris", "Morris screening"), ("sobol", "Sobol total shares")),
    "utility": (("utility", "The feeder before and after"), ("bill", "Energy bill by component"), ("months", "Months")),
}
