"""The page of a comparison: which inputs differ, then results side by side, costs and emissions as charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.report import labels
from edsim.report.comparison.differences import (
    MAIN,
    Comparison,
    ResultRow,
    compare,
    money_factors,
    rates_used,
)
from edsim.report.comparison.inputs import input_in_words, input_unit, values_said
from edsim.report.figures.impact import frame, inventory, mean_year, source_color
from edsim.report.figures.money import grouped_costs, line_color
from edsim.report.html import write_page
from edsim.report.i18n import NONE, Language, Scale, language, nice_unit, within
from edsim.report.page import rendered
from edsim.report.run.indicators import label as indicator_label
from edsim.report.theme import axis, layout, plain, short
from edsim.report.view import BAU, Chart, Fold, Head, Note, Section, Study, Table

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal

_WHOLE_RATE = 100.0
"""From this exchange rate on, decimals say nothing."""
_MOST_FIRST = 40
"""So many inputs that differ may stand before the results; runs of different cases differ in hundreds."""
_HEADLINE = ("life_cycle_cost", "investment", "final_energy", "ghg_total", "grid_peak")


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """A comparison seen in a language."""

    data: Comparison
    lang: Language

    def t(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """Return `message` in the language of the page."""
        return self.lang.text(message, values)

    @property
    def studies(self) -> tuple[Study, ...]:
        """The runs as figures and tables read them."""
        return tuple(Study(a, self.lang) for a in self.data.runs)

    @property
    def name(self) -> str:
        """Heading of the page."""
        return self.t("Comparison of {count} runs", {"count": len(self.data.runs)})

    @property
    def place(self) -> str:
        """Cases compared."""
        return " · ".join(dict.fromkeys(a.name if a.city in a.name else f"{a.name}, {a.city}" for a in self.data.runs))

    def heads(self) -> tuple[Head, ...]:
        """Return one heading per run."""
        return tuple(Head(name, numeric=True) for name in self.data.names)


def render_comparison(runs: Sequence[tuple[str, Appraisal]], *, lang: str = "en", one_file: bool = True) -> str:
    """Return the page that shows runs side by side, as HTML that fetches nothing.

    Parameters
    ----------
    runs
        Name and appraisal of each run, at least two; the others are held against the first.
    lang
        ``en`` or ``es``.
    one_file
        Whether the plotting script is inside the page; otherwise ``plotly.min.js`` must lie beside it.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    view = ComparisonView(compare(runs), language(lang))
    shown = {"title": view.name, "view": view, "headline": comparison_headline(view)}
    return rendered("comparison.html.j2", shown, comparison_sections(view), view.lang, one_file=one_file)


def write_comparison(runs: Sequence[tuple[str, Appraisal]], path: str | Path, *, lang: str = "en") -> Path:
    """Write the page of :func:`render_comparison` as one file and return it."""
    return write_page(render_comparison(runs, lang=lang), Path(path), one_file=True)


def comparison_costs(runs: Sequence[tuple[str, Appraisal]], lang: str = "en") -> Chart | None:
    """Return the present value of costs side by side, in the money of the first run; None without a rate to it."""
    return _costs(ComparisonView(compare(runs), language(lang)))


def comparison_headline(view: ComparisonView) -> tuple[str, ...]:
    """Return what changes from the first run to each other one, then how many inputs differ, in sentences."""
    count = len(view.data.inputs)
    said = []
    rows = {r.id: r for r in view.data.results if r.group == MAIN}
    for k, name in enumerate(view.data.names[1:], start=1):
        parts = []
        for key in _HEADLINE:
            change = rows[key].change_frac(k) if key in rows else None
            if change is not None:
                share = view.lang.percent(change, sign=True)
                parts.append(f"{within(row_label(view, rows[key]))} {share}")
        if parts:
            changes = "; ".join(parts)  # labels have commas of their own, and so have Spanish numbers
            said.append(view.t("{other} against {first}: {changes}.", {"other": name, "first": view.data.names[0],
                               "changes": changes}))  # fmt: skip
    differ = view.t("One input differs." if count == 1 else "{count} inputs differ.",
                    {"count": view.lang.number(count, 0)})  # fmt: skip
    return (*said, differ)


def comparison_sections(view: ComparisonView) -> tuple[Section, ...]:
    """Return the sections in order: inputs, unless there are too many, results, costs, emissions, equipment, inputs."""
    results = tuple(_group(view, group) for group in sorted(view.data.groups(), key=lambda g: g == BAU))
    charts = tuple(c for c in (_costs(view), _emissions(view)) if c is not None)
    inputs = (Section("inputs", view.t("Inputs that differ"), _inputs(view)),)
    few = len(view.data.inputs) <= _MOST_FIRST
    found = (
        *(inputs if few else ()),
        Section("results", view.t("Results side by side"), (*comparison_warnings(view), *results)),
        Section("charts", view.t("Costs and emissions"), charts),
        Section("equipment", view.t("What is built"), (_equipment(view),)),
        *(() if few else inputs),
    )
    return tuple(s for s in found if s.blocks)


def comparison_warnings(view: ComparisonView) -> tuple[Note, ...]:
    """Return notes on what forbids reading the runs side by side."""
    first = view.data.runs[0]
    texts = {
        "converted": view.t(
            "Money is converted to {currency} of {year}: first by consumer prices, then at the mean exchange rate of "
            "that year.",
            {"currency": first.currency, "year": first.price_year},
        ),
        "unconverted": view.t(
            "The runs have different currencies or price years, and no exchange rate or price index between them is at "
            "hand: such amounts are left out. Give the cases one currency and price year."
        ),
        "sharing": view.t(
            "Joint cost is not shared by the same method in all runs: levelized costs per service do not compare."
        ),
        "name": view.t("The runs are of different cases."),
    }
    rates = tuple(
        view.t(
            "Exchange rate used: {rate} {currency} per {other}, mean of {year} ({source}).",
            {"rate": view.lang.number(r.rate, 0 if r.rate >= _WHOLE_RATE else 3), "currency": r.currency,
             "other": r.per, "year": r.year, "source": r.source},
        )
        for r in rates_used(view.data.runs)
    )  # fmt: skip
    return (*(Note(texts[key], "warn") for key in view.data.notes), *(Note(r) for r in rates))


def _inputs(view: ComparisonView) -> tuple[Note | Table, ...]:
    if not view.data.inputs:
        return (Note(view.t("All inputs and options are the same."), "good"),)
    heads = (Head(view.t("Input")), Head(view.t("Unit")), *(Head(n) for n in view.data.names))
    rows = tuple(
        (
            input_in_words(view.lang, d),
            nice_unit(input_unit(view.data, d)),
            *values_said(view.lang, view.data, d),
        )
        for d in view.data.inputs
    )
    note = view.t(
        "Absent: the run does not have this input or leaves it unset. Files are named with the start of their digest."
    )
    return (Table(view.t("Inputs that differ"), heads, rows, note, filtered=len(rows) > 12),)


def group_title(view: ComparisonView, group: str) -> str:
    """Return the heading of a group of results."""
    if group == BAU:
        return view.t("Business-as-usual")
    if group == MAIN:
        names = dict.fromkeys(a.main_variant.replace("_", " ") for a in view.data.runs)
        return view.t("Project: {variants}", {"variants": " / ".join(names)})
    return view.t("Variant {name}", {"name": group.replace("_", " ")})


def row_label(view: ComparisonView, row: ResultRow) -> str:
    """Return the name of an indicator in the language of the page."""
    return indicator_label(Study(view.data.runs[0], view.lang), row.id, row.label)


def _group(view: ComparisonView, group: str) -> Table | Fold:
    """Return the results of a group; business-as-usual folded where it is the same in all runs."""
    table = _results(view, group)
    alike = all(len(set(r.values)) == 1 for r in view.data.results if r.group == group)
    if group != BAU or not alike:
        return table
    return Fold("same-bau", view.t("Business-as-usual, the same in all runs"), (table,))


def _results(view: ComparisonView, group: str) -> Table:
    rows = []
    for row in (r for r in view.data.results if r.group == group):
        largest = max(abs(v) for v in row.values if v is not None)
        shown = [view.lang.quantity(v, row.unit, largest)[0] for v in row.values]
        unit = view.lang.quantity(largest, row.unit)[1] if row.unit != "frac" else "%"
        unit = view.t("a") if unit == "a" else unit.removeprefix("-")
        cells = [shown[0].removesuffix("\u202f%")]
        for k in range(1, len(shown)):
            change = _change(view, row, k)
            text = shown[k].removesuffix("\u202f%")
            cells.append(f"{text} ({change})" if change else text)
        rows.append((row_label(view, row), unit, *cells))
    heads = (Head(view.t("Indicator")), Head(view.t("Unit")), *view.heads())
    note = view.t("In brackets: change against {first}.", {"first": view.data.names[0]})
    return Table(group_title(view, group), heads, tuple(rows), note)


def _change(view: ComparisonView, row: ResultRow, run: int) -> str:
    """Return the change of a run against the first: percent, points (pp) for fractions, "" where there is none."""
    difference, share = row.difference(run), row.change_frac(run)
    if row.unit == "frac":
        return "" if difference is None else f"{view.lang.number(100.0 * difference, 1, sign=True)}\u202fpp"
    return "" if share is None else view.lang.percent(share, sign=True)


def _bars(view: ComparisonView) -> list[tuple[str, Study, str]]:
    """Return name, study and variant of every bar: BAU and the main variant of each run."""
    bars = []
    for name, study in zip(view.data.names, view.studies, strict=True):
        bars += [(f"{name} · {study.t('BAU')}", study, BAU), (name, study, study.main)]
    return bars


@dataclass(frozen=True, slots=True)
class _Part:
    """What is stacked: its name, its color in every report, its value in each bar."""

    name: str
    color: str
    values: list[float]


def _stacked(view: ComparisonView, words: tuple[str, str, str], scale: Scale, parts: Sequence[_Part]) -> Chart:
    """Return one stacked bar per variant of a run; `words` are key, title and caption."""
    names = [n for n, _, _ in _bars(view)]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": short(part.name, 44),
            "y": [short(n, 40) for n in names],
            "x": [v / scale.divisor for v in part.values],
            "marker": {"color": part.color, "line": {"width": 1, "color": "#FFFFFF"}},
            "hovertemplate": f"%{{x:,.3~r}} {plain(scale.unit)}",
        }
        for part in parts
    ]
    heads = (Head(view.t("Part")), *(Head(n, scale.unit, numeric=True) for n in names))
    rows = [(part.name, *map(scale.shown, part.values)) for part in parts]
    rows.append((view.t("Total"), *(scale.shown(sum(p.values[k] for p in parts)) for k in range(len(names)))))
    figure = {
        "data": data,
        "layout": layout(
            view.studies[0].lang,
            {
                "barmode": "relative",
                "xaxis": axis(scale.unit),
                "yaxis": axis("", {"autorange": "reversed"}),
                "hovermode": "closest",
                "legend": {"y": -0.25},
            },
        ),
    }
    table = Table(words[1], heads, tuple(rows), summed=True)
    return Chart(words[0], words[1], words[2], figure, table, 200 + 46 * len(names))


def _costs(view: ComparisonView) -> Chart | None:
    """Return the present value of costs in the money of the first run; None where one cannot be brought to it."""
    bars = _bars(view)
    worth = [f for f in money_factors(view.data.runs) if f is not None]
    if len(worth) < len(view.data.runs):
        return None
    factors = [f for f in worth for _ in (BAU, MAIN)]
    tables = [grouped_costs(s, "present_value") for _, s, _ in bars]
    sums: dict[str, list[float]] = {}
    for k, ((_, _, variant), table) in enumerate(zip(bars, tables, strict=True)):
        for line, value in table.get(variant, {}).items():
            sums.setdefault(str(line), [0.0] * len(bars))[k] += factors[k] * float(value)
    if not sums:
        return None
    largest = max(sum(abs(v[k]) for v in sums.values()) for k in range(len(bars)))
    words = ("costs", view.t("Present value of costs"), view.t("Every cost over the horizon, discounted, by line."))
    parts = [
        _Part(labels.line_name(view.lang, line), line_color(line, k), values)
        for k, (line, values) in enumerate(sums.items())
    ]
    return _stacked(view, words, view.lang.money(largest, bars[0][1].currency), parts)


def _emissions(view: ComparisonView) -> Chart | None:
    bars = _bars(view)
    sums: dict[str, list[float]] = {}
    for k, (_, study, variant) in enumerate(bars):
        rows = inventory(study)
        rows = mean_year(rows[(rows["frame"] == frame(study)) & (rows["variant"] == variant)])
        for row in rows.to_dict("records"):
            sums.setdefault(str(row["source"]), [0.0] * len(bars))[k] += float(row["kgco2e"])
    sums = {n: v for n, v in sums.items() if any(v)}
    if not sums:
        return None
    largest = max(sum(abs(v[k]) for v in sums.values()) for k in range(len(bars)))
    scale = Scale(view.lang, *view.lang.scale(largest, "kgCO2e/a"))
    title = view.t("GHG emissions by source")
    caption = view.t(
        "Mean of the study, with what today's machines release when they are scrapped; the results above are a year of "
        "operation without that release."
    )
    parts = [
        _Part(labels.label(view.lang, labels.SOURCES, source), source_color(source), values)
        for source, values in sums.items()
    ]
    return _stacked(view, ("ghg", title, caption), scale, parts)


def _equipment(view: ComparisonView) -> Table:
    """Return the machines and networks of the main variants, by the names the reader knows."""
    from edsim.report.run.summary import summary

    built = [dict(summary(s).build) for s in view.studies]
    names = dict.fromkeys(n for b in built for n in b)
    rows = tuple((n, *(b.get(n, NONE) for b in built)) for n in names)
    return Table(view.t("What is built"), (Head(view.t("Machine or network")), *view.heads()), rows)
