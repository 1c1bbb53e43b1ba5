"""``edsim sweep``: many alternatives of one case: sizings, prices, trade-offs, near-optimal designs, uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.gathered import gathering
from edsim.cli.indicators import figures
from edsim.cli.places import case_name
from edsim.cli.preflight import refuse_place
from edsim.cli.session import (
    Session,
    as_text,
    case_argument,
    json_option,
    progress_printer,
    show_findings,
    show_json,
    show_table,
)
from edsim.cli.words import word
from edsim.core.i18n import Lang, printable

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.schema import Case
    from edsim.studies.kept import KeptPoints
    from edsim.studies.phased_bench import PhasedBench
    from edsim.studies.results import StudyResult
    from edsim.studies.uncertainty import Uncertainty
    from edsim.studies.vary import Point
    from edsim.studies.workbench import Workbench

MODES = ("fixed", "redispatched", "optimized", "certified")
_SHOWN = {"sweep": "ranking", "pareto": "front", "near_optimal": "verdicts", "tornado": "tornado",
          "monte_carlo": "probabilities", "sensitivity": "sobol", "utility": "utility"}  # fmt: skip
_COLUMNS = {
    "sweep": ("rank", "point", "value", "behind_best", "status", "gap_frac"),
    "pareto": ("point", "first", "second", "slope", "npv", "status"),
    "near_optimal": ("technology", "quantity", "milestone", "unit", "best", "low", "high", "verdict"),
    "tornado": ("path", "mode", "at_low", "base", "at_high"),
    "monte_carlo": ("id", "unit", "value", "error"),
    "sensitivity": ("path", "first_order", "total", "total_error"),
    "utility": ("milestone", "id", "unit", "before", "after", "difference"),
}
"""Columns printed; the folder holds all."""
_OF_THE_CASE = frozenset(("technology", "path", "unit"))
"""Columns with names of the case and units: no words of a language."""
_SHORT: Mapping[str, Mapping[str, str]] = {
    "en": {"technology": "Machine", "best": "Best", "rank": "No.", "ghg_kg": "GHG", "id": "Figure", "npv": "NPV"},
    "es": {"technology": "Máquina", "best": "Mejor", "rank": "N.º", "ghg_kg": "GEI", "npv": "VPN"},
}
"""Headings for a terminal, shorter than on the page."""
_WIDEST = 14
"""Characters of a line of a heading."""
_ROWS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for."""

    vary: tuple[str, ...]
    table: Path | None
    pareto: str | None
    near_optimal: bool
    uncertainty: Path | None
    kinds: tuple[str, ...]
    mode: str | None
    rank_by: str
    points: int
    samples: int
    seed: int
    capacity_cost: float
    growth: float
    workers: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Which alternative of the case is the base, and where the study goes."""

    variant: str | None
    scenario: str | None
    redesign: bool
    out: Path | None


def _options(function: Any) -> Any:
    """Add the options of the command."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--vary", multiple=True, metavar="PATH=LOW:HIGH:COUNT|A,B,C",
                     help="Field and its values; several make a grid."),
        click.option("--table", type=path, help="CSV of alternatives: one row each, headers are field paths."),
        click.option("--pareto", metavar="A:B", help="Front of two of cost, ghg, peak, water, energy."),
        click.option("--near-optimal", is_flag=True, help="What can vary within 1, 2 and 5 % of the least cost."),
        click.option("--tornado", "kinds", multiple=True, flag_value="tornado", help="Each uncertain input alone."),
        click.option("--monte-carlo", "kinds", multiple=True, flag_value="monte_carlo",
                     help="All uncertain inputs together."),
        click.option("--sensitivity", "kinds", multiple=True, flag_value="sensitivity",
                     help="Morris screening, then Sobol shares."),
        click.option("--utility", "kinds", multiple=True, flag_value="utility", help="The feeder before and after."),
        click.option("--uncertainty", type=path, help="YAML or CSV of uncertain inputs."),
        click.option("--mode", type=click.Choice(MODES), help="What is found anew at each point."),
        click.option("--rank-by", default="npv", show_default=True, help="Indicator that ranks the alternatives."),
        click.option("--points", type=click.IntRange(2, 200), default=10, show_default=True, help="Caps of a front."),
        click.option("--samples", type=click.IntRange(8, 100_000), default=512, show_default=True, help="Draws."),
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of draws."),
        click.option("--capacity-cost", type=click.FloatRange(0), default=0.0,
                     help="With --utility: cost of feeder capacity, currency/kW."),
        click.option("--growth", type=click.FloatRange(0.001, 0.5), default=0.02, show_default=True,
                     help="With --utility: yearly growth of the feeder's load."),
        click.option("--workers", type=click.IntRange(1, 1024),
                     help="Alternatives solved at once; default by processors and free memory. Figures are the same."),
        click.option("--variant", help="Project variant; default is the first of the case."),
        click.option("--scenario", help="Scenario of the case to apply first."),
        click.option("--redesign", is_flag=True, help="Lay out the networks anew for every alternative."),
        click.option("--out", type=path, help="Study folder; default NAME-KIND here."),
    ):  # fmt: skip
        function = option(function)
    return function


_EXAMPLE = "edsim sweep cases/medellin-alpujarra --vary finance.discount_rate_frac=0.06:0.12:4 --mode fixed"


@click.command("sweep", cls=gathering({"asked": Asked, "place": Place}), epilog=f"Example: {_EXAMPLE}")
@case_argument
@_options
@json_option
@click.pass_obj
def command(session: Session, /, case: Path, asked: Asked, place: Place) -> None:
    """Study many alternatives of CASE and what decides.

    Sizings, prices, limits, trade-offs, uncertainty.

    Modes: fixed (sizes and operation of the design, priced anew), redispatched (sizes kept), optimized (sized anew on
    typical days, dispatched over the year; the default), certified (as edsim run, with a proven bound; slow).
    The study folder holds the tables, study.html and a sealed manifest.
    """
    from edsim.report.studies.page import study_files
    from edsim.studies.headline import with_headline
    from edsim.studies.kept import kept_points
    from edsim.studies.store import save_study
    from edsim.workflow import load_case

    kind = _kind(asked)
    read = load_case(case, scenario=place.scenario, lang=session.lang)
    target = place.out or Path(f"{case_name(case)}-{kind.replace('_', '-')}")
    refuse_place(target)
    hangs_on = {"kind": kind, "mode": asked.mode, "variant": place.variant, "redesign": place.redesign}
    kept = kept_points(read, target, hangs_on)
    result = with_headline(_study(read, kind, asked, place, session, kept), session.lang)
    files = study_files(result.kind, result.about, result.tables, result.headline, session.lang)
    save_study(result, read, target, files)
    kept.drop()
    show_study(session, result, target)


def _kind(asked: Asked) -> str:
    """Return the one study asked for."""
    wanted = [
        name
        for name, given in (
            ("sweep", bool(asked.vary or asked.table)),
            ("pareto", asked.pareto is not None),
            ("near_optimal", asked.near_optimal),
            *((name, True) for name in dict.fromkeys(asked.kinds)),
        )
        if given
    ]
    if len(wanted) != 1:
        studies = "--vary or --table, --pareto, --near-optimal, --tornado, --monte-carlo, --sensitivity, --utility"
        raise click.UsageError(f"give one study: {studies}; got {', '.join(wanted) or 'none'}")
    if wanted[0] in {"tornado", "monte_carlo", "sensitivity"} and asked.uncertainty is None:
        raise click.UsageError("this study needs --uncertainty FILE")
    if asked.vary and asked.table:
        raise click.UsageError("give --vary or --table, not both")
    return wanted[0]


def _study(case: Case, kind: str, asked: Asked, place: Place, session: Session, kept: KeptPoints) -> StudyResult:
    from edsim.app import chosen_variants
    from edsim.case.milestones import is_phased
    from edsim.studies.phased_bench import PhasedBench
    from edsim.studies.results import indicator_ids
    from edsim.studies.tradeoffs import criteria_of
    from edsim.studies.uncertainty import read_uncertainty
    from edsim.studies.utility import refuse_without_feeder
    from edsim.studies.vary import Point, grid_points, other_than, parse_axis, read_points
    from edsim.studies.workbench import Workbench

    session.given = frozenset(str(p) for p in (asked.table, asked.uncertainty) if p)
    if kind == "utility":
        refuse_without_feeder(case)
    if asked.rank_by not in indicator_ids():
        raise click.UsageError(f"--rank-by: no indicator {asked.rank_by!r}; known: {', '.join(indicator_ids())}")
    name = chosen_variants(case, (place.variant,) if place.variant else ())[0]
    points: tuple[Point, ...] = ()
    if kind == "sweep" and asked.table:
        points = read_points(case, asked.table, session.lang)
    elif kind == "sweep":
        points = other_than(case, grid_points([parse_axis(case, t) for t in asked.vary]))
    if asked.pareto:
        criteria_of(asked.pareto)
    inputs = read_uncertainty(case, asked.uncertainty, session.lang) if asked.uncertainty else None
    if kind == "sweep":
        _check(case, name, points, f"--table {asked.table.name}" if asked.table else "--vary", session.lang)
    _warn_of_prices(case, (Point("", {u.path: u.high for u in inputs.inputs}),) if inputs else points, session)
    bench_of = PhasedBench if is_phased(case) else Workbench
    bench = bench_of(case, name, place.redesign, progress_printer(session))
    return _solve(bench, kind, asked, points, inputs, kept)


def _check(case: Case, variant: str, points: Sequence[Point], source: str, lang: Lang) -> None:
    """Refuse values outside their limits before anything is computed: the ends of every field are tried.

    Each alternative is tried whole, as it will be computed: sizes moved together suit each other, not the case.
    """
    from edsim.core.errors import CaseError
    from edsim.studies.fields import with_values

    tried: dict[str, Point] = {}
    for path in dict.fromkeys(path for p in points for path in p.values):
        having: dict[Any, Point] = {p.values[path]: p for p in points if path in p.values}
        ends = {min(having), max(having)} if all(isinstance(v, int | float) for v in having) else set(having)
        tried |= {having[value].name: having[value] for value in sorted(ends, key=str)}
    found = []
    for point in tried.values():
        try:
            with_values(case, point.values, variants=(variant,), lang=lang)
        except CaseError as error:
            found += [replace(f, file=f"{source}: {point.name}", line=0, column=0) for f in error.findings]
    if found:
        raise CaseError.of(found)


def _warn_of_prices(case: Case, points: Sequence[Point], session: Session) -> None:
    """Say once where the prices drawn make the peak of a tariff cheaper than its other hours."""
    from edsim.case.checks.tariffs import lost_peaks
    from edsim.case.wording.messages import Fault, render_all
    from edsim.studies.admissible import clipped
    from edsim.studies.fields import with_values

    drawn = [{path: v for path, v in p.values.items() if path.startswith("tariffs.")} for p in clipped(case, points)[0]]
    faults: dict[str, Fault] = {}
    for values in {tuple(prices.items()): prices for prices in drawn if prices}.values():
        found = lost_peaks(case, with_values(case, values, checked=False))
        faults |= {fault.field: fault for fault in found if fault.field not in faults}
    if not session.as_json:
        show_findings(render_all(list(faults.values()), session.lang), session)


def _solve(
    bench: Workbench | PhasedBench,
    kind: str,
    asked: Asked,
    points: Sequence[Point],
    inputs: Uncertainty | None,
    kept: KeptPoints,
) -> StudyResult:
    from edsim.appraisal.company.financing import why_alike
    from edsim.appraisal.kpis import why_missing
    from edsim.studies.near_optimal import near_optimal
    from edsim.studies.risk import monte_carlo
    from edsim.studies.sensitivity import sensitivity
    from edsim.studies.sweep import Evaluator, sweep
    from edsim.studies.tornado import tornado
    from edsim.studies.tradeoffs import pareto
    from edsim.studies.utility import UtilityTerms, utility_view

    terms = UtilityTerms(asked.capacity_cost, asked.growth, bench.case.finance.discount_rate_frac)
    mode: Any = asked.mode or ("optimized" if kind == "sweep" else "fixed")
    modes: Any = (asked.mode,) if asked.mode else ("fixed", "optimized")
    evaluator, said = Evaluator(bench, mode, bench.progress, kept, asked.workers), bench.progress
    if len(kept):
        said(f"taking up a study that was stopped: points known: {len(kept)}")
    if kind in {"sweep", "tornado", "sensitivity"} and asked.rank_by not in bench.base_indicators():
        raise click.UsageError(f"--rank-by: {why_missing(asked.rank_by, bench.case.finance.joint_cost_method)}")
    if kind == "sweep" and (alike := why_alike(asked.rank_by, bench.case.finance.tariffs)):
        raise click.UsageError(f"--rank-by: {alike}")
    studies: dict[str, Callable[[], StudyResult]] = {
        "sweep": lambda: sweep(evaluator, points, asked.rank_by),
        "pareto": lambda: pareto(bench, asked.pareto or "", asked.points, said, asked.workers),
        "near_optimal": lambda: near_optimal(bench, progress=said, workers=asked.workers),
        "utility": lambda: utility_view(bench, terms),
    }
    if (read := inputs) is not None:
        studies |= {
            "tornado": lambda: tornado(bench, read, asked.rank_by, modes, asked.workers),
            "monte_carlo": lambda: monte_carlo(evaluator, read, asked.samples, asked.seed),
            "sensitivity": lambda: sensitivity(evaluator, read, asked.samples, asked.seed, asked.rank_by),
        }
    return studies[kind]()


def show_study(session: Session, result: StudyResult, target: Path) -> None:
    """Print what was found and where it is."""
    from edsim.studies.field_names import field_in_words

    table = result.tables[_SHOWN[result.kind]]
    if session.as_json:
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        about = dict(result.about)
        show_json({"status": "ok", "kind": result.kind, "out": str(target), "about": about,
                   "headline": list(result.headline), _SHOWN[result.kind]: rows})  # fmt: skip
        return
    for sentence in result.headline:
        click.echo(printable(sentence))
    columns, currency = [c for c in _COLUMNS[result.kind] if c in table], str(result.about.get("currency", ""))
    named = {c: _heading(c, result, session.lang) for c in columns}
    numbers = [named[c] for c in columns if table[c].dtype.kind in "fi"]
    table = table.assign(path=[field_in_words(p, session.lang) for p in table["path"]]) if "path" in columns else table
    for c in ("id", "quantity"):
        table = table.assign(**{c: [_name_of(str(i), session.lang) for i in table[c]]}) if c in columns else table
    table = _in_percent(table, columns) if "unit" in columns else table
    for c in columns:
        unit = _measured(c, result)[1]
        if table[c].dtype.kind in "fi" and _is_money(unit, result):
            table = table.assign(**{c: figures(table[c].tolist(), unit, {unit[:3]}, session.lang)[1]})
    most = len(table) if result.kind == "utility" else _ROWS  # of which there are few, and each says something else
    shown = table[columns].head(most).to_dict("records")
    said = partial(_said, lang=session.lang, currency=currency)
    cells = [[as_text(row[c]) if c in _OF_THE_CASE else said(row[c]) for c in columns] for row in shown]
    show_table([named[c] for c in columns], cells, numbers=numbers)
    if len(table) > most:
        file = f"{target / _SHOWN[result.kind]}.csv"
        click.echo(printable(word("more_rows", session.lang).format(shown=most, all=len(table), file=file)))
    click.echo(printable(word("page", session.lang).format(file=target / "study.html")))


def _in_percent(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table of figures of several units with shares as percentages."""
    share, numbers = table["unit"] == "frac", [c for c in columns if table[c].dtype.kind == "f"]
    told = table.assign(unit=table["unit"].mask(share, "%"))
    told.loc[share, numbers] = 100.0 * told.loc[share, numbers]
    return told


def _heading(column: str, result: StudyResult, lang: Lang) -> str:
    """Return the heading of a column in short lines, so that no word of the table is broken; units stand below."""
    name, unit = _measured(column, result)
    if _is_money(unit, result):
        table = result.tables[_SHOWN[result.kind]]
        unit, _ = figures(table[column].tolist(), unit, {unit[:3]}, lang)
    said = _SHORT[lang].get(name) or _name_of(name, lang)
    return "\n".join([*wrap(said, _WIDEST), *wrap(unit, _WIDEST)])


def _is_money(unit: str, result: StudyResult) -> bool:
    return bool(unit) and unit.removesuffix("/a") == result.about.get("currency")


def _measured(column: str, result: StudyResult) -> tuple[str, str]:
    """Return what a column is of, and its unit."""
    about, name, unit = result.about, column, ""
    if result.kind == "sweep" and column in {"value", "behind_best"}:
        name, unit = (about["rank_by"] if column == "value" else column), about["rank_unit"]
    elif result.kind == "pareto" and column in {"first", "second"}:
        k = ("first", "second").index(column)
        name, unit = about["criteria"][k], about["units"][k]
    elif result.kind == "pareto":
        unit = {"slope": about["slope_unit"], "npv": about["currency"]}.get(column, "")
    return name, unit


def _name_of(column: str, lang: Lang) -> str:
    """Return the name of a column or an indicator."""
    from edsim.report.studies.words import STUDY_NAMES
    from edsim.studies.results import indicator_ids, label

    if column in STUDY_NAMES:
        return STUDY_NAMES[column][lang == "es"]
    return label(column, lang) if column in indicator_ids() else _said(column, lang)


def _said(value: object, lang: Lang, currency: str = "") -> str:
    """Return a cell or a heading: fields of a point in words, in Spanish those of tables too."""
    text = as_text(value, lang)
    if isinstance(value, float):
        return text
    from edsim.report.studies.words import in_spanish
    from edsim.studies.field_names import point_in_words

    return in_spanish(text, currency) if lang == "es" else point_in_words(text, lang, currency)
