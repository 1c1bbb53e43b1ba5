"""Figures of studies: parallel coordinates, ranking, waterfall, front, ranges, tornado, distribution, load curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.report.i18n import Language, nice_unit, printed, within
from edsim.report.studies.words import point_name
from edsim.report.theme import (
    BLUE,
    CYCLE,
    GRAY,
    GREEN,
    MUTED,
    ORANGE,
    RED,
    SKY,
    axis,
    folded,
    layout,
    name_axis,
    plain,
    short,
)
from edsim.report.view import Chart, Head, Table
from edsim.studies.field_names import CHANGED_INPUT, as_written

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = ("npv", "investment", "ghg_total", "grid_peak")
_MOST = 25
_MOST_LINES = 2000
_MOST_ROWS = 200
_BETWEEN, _NARROW, _ACROSS = 21, 11, 84
"""Most and fewest letters of a line of a name that stands below a chart beside others, and of all together."""
_LETTERS = 34
_MOST_FOLDS = 4
"""Lines of the name of an alternative of many fields, all of which tell it apart."""
"""Letters of a line of the name of an alternative or an input, which is longer than that of a machine."""
_SIZE_UNITS = {
    "_nm3_per_h": "Nm³/h", "_nm3": "Nm³", "_kwh": "kWh", "_kwp": "kWp", "_kw": "kW", "_m2": "m²", "_m": "m",
}  # fmt: skip
"""End of the name of a size → its unit."""
_SAND = "#F5CE85"
"""Lighter orange, as sky is of blue: the side of a P10."""
_SHADES = ("#C9E3F5", "#8CC3E8", "#4A9FD3", "#0072B2", "#0B3C5D")


@dataclass(frozen=True, slots=True)
class StudyView:
    """A study seen in a language: its facts, its tables, the names of indicators and of the machines of the case."""

    about: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    lang: Language
    names: Mapping[str, str]
    units: Mapping[str, str]
    machines: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)

    def t(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """Return `message` in the language of the page."""
        return self.lang.text(message, values)

    def name(self, indicator: str) -> str:
        """Return the name of an indicator, a machine or its size, of anything else the text itself."""
        whole, _, year = indicator.rpartition(".")
        if whole and year in self.about.get("milestones", ()):
            return f"{self.name(whole)}, {year}"
        machine, _, size = indicator.rpartition(".")
        if machine in self.machines and size in self.names:
            unit = next((f", {u}" for tail, u in _SIZE_UNITS.items() if size.endswith(tail)), "")
            return f"{self.machines[machine]} · {self.names[size]}{unit}"
        called = self.names.get(indicator) or self.machines.get(indicator)
        return called or point_name(indicator, self.lang.code, str(self.about.get("currency", "")))

    def figure(self, value: Any, *what: str) -> str:
        """Return a number of a column and a row: fields, indicators or units; fractions are percentages."""
        fraction = any(w == "frac" or w.endswith("_frac") or self.units.get(w) == "frac" for w in what)
        decimals = next((self.decimals[w] for w in what if w in self.decimals), None)
        return self.lang.percent(value) if fraction else self.lang.number(value, decimals)

    def layout(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the layout every figure starts from."""
        return layout(self.lang, changes)


def table_of(view: StudyView, frame: pd.DataFrame, title: str) -> Table:
    """Return a data frame as a table of text, its first rows when there are many."""
    numeric = {str(c): frame[c].dtype.kind in "fi" for c in frame}
    whole = {str(c) for c in frame if frame[c].dtype.kind == "i"}

    def cells(row: Mapping[Any, Any]) -> Iterator[str]:
        told = [str(row[k]) for k in ("unit", "id", "indicator") if k in row]
        for column, value in row.items():
            if column in whole:
                yield view.lang.number(value, 0)
            elif numeric[str(column)]:
                yield view.figure(value, str(column), *told)
            else:
                said = as_written(str(value), view.lang.code) if column in CHANGED_INPUT else str(value)
                yield "%" if said == "frac" else view.t(view.name(said))

    units = {c: "" if view.units.get(c) == "frac" else nice_unit(view.units.get(c, "")) for c in numeric}
    heads = tuple(Head(view.t(view.name(c)), units[c], is_number) for c, is_number in numeric.items())
    rows = tuple(tuple(cells(row)) for row in frame.head(_MOST_ROWS).to_dict("records"))
    cut = {"shown": _MOST_ROWS, "count": len(frame)}
    note = view.t("The first {shown} of {count} rows.", cut) if len(frame) > _MOST_ROWS else ""
    return Table(title, heads, rows, note)


def parallel(view: StudyView) -> Chart:
    """Return the parallel coordinates of a sweep: inputs left, results right, colored by the ranked indicator."""
    frame = view.tables["points"].head(_MOST_LINES)
    ranked = str(view.about["rank_by"])
    columns = list(dict.fromkeys([*view.about["fields"], *_SHOWN, ranked]))
    heights, ticks, letters = [], [], min(_BETWEEN, max(_NARROW, _ACROSS // len(columns)))
    for name in columns:
        numeric = frame[name].dtype.kind in "fi"
        kinds = {str(v): k for k, v in enumerate(dict.fromkeys(frame[name]))}
        values = frame[name].to_numpy(float) if numeric else np.array([kinds[str(v)] for v in frame[name]], dtype=float)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        heights.append((values - low) / (high - low) if high > low else np.full(len(values), 0.5))
        said = view.name(name)
        label = "<br>".join(
            map(plain, wrap(name.rsplit(".", 1)[-1] if said == name else said, letters, break_long_words=False))
        )
        ends = f"{view.figure(low, name)} – {view.figure(high, name)}" if numeric else f"{len(kinds)}"
        ticks.append(f"{label}<br>{ends}")
    lines = np.array(heights).T
    order = np.argsort(np.nan_to_num(lines[:, columns.index(ranked)]), kind="stable")
    data = []
    for part, color in zip(np.array_split(order, len(_SHADES)), _SHADES, strict=True):
        points = [
            (k, None if np.isnan(v) else float(v)) for row in lines[part] for k, v in [*enumerate(row), (0, np.nan)]
        ]
        data.append({"type": "scatter", "mode": "lines", "x": [p[0] for p in points], "y": [p[1] for p in points],
                     "line": {"color": color, "width": 1}, "opacity": 0.7, "hoverinfo": "skip"})  # fmt: skip
    title = view.t("Inputs and results of every alternative")
    said = "One line per alternative from the lowest to the highest value of each axis; dark is high by {name}."
    caption = view.t(said,
                     {"name": within(view.name(ranked))})  # fmt: skip
    places = axis("", {"tickvals": list(range(len(columns))), "ticktext": ticks, "range": [-0.4, len(columns) - 0.6],
                       "ticklabeloverflow": "allow", "tickangle": 0})  # fmt: skip
    shape = view.layout(
        {"xaxis": places, "yaxis": axis("", {"showticklabels": False}), "showlegend": False, "hovermode": False}
    )
    table = table_of(view, frame[["point", *columns]], title)
    return Chart("parallel", title, caption, {"data": data, "layout": shape}, table, 440, wide=True)


def ranking(view: StudyView) -> Chart:
    """Return the best alternatives as bars."""
    frame = view.tables["ranking"].head(_MOST)
    name = within(view.name(str(view.about["rank_by"])))
    return _bars(view, "ranking", (view.t("Ranking"), view.t("The best alternatives by {name}.", {"name": name})),
                 ([str(p) for p in frame["point"]], [float(v) for v in frame["value"]]),
                 str(view.about["rank_unit"]))  # fmt: skip


def _bars(view: StudyView, key: str, words: tuple[str, str], data: tuple[list[str], list[float]], unit: str) -> Chart:
    labels, values = [printed(view.name(n)) for n in data[0]], data[1]
    lines = min(_MOST_FOLDS, max((len(wrap(n, _LETTERS)) for n in labels), default=1))
    places, who = name_axis(labels, {"autorange": "reversed", "type": "category"}, _LETTERS, max(lines, 2))
    trace = {"type": "bar", "orientation": "h", "y": places, "x": values,
             "marker": {"color": [BLUE if v >= 0 else RED for v in values]}}  # fmt: skip
    figure = {
        "data": [trace],
        "layout": view.layout(
            {
                "xaxis": axis(unit),
                "yaxis": who,
                "hovermode": "closest",
                "showlegend": False,
            },
        ),
    }
    largest = max(map(abs, values), default=0.0)
    rows = tuple((n, view.lang.quantity(v, "", largest)[0]) for n, v in zip(labels, values, strict=True))
    table = Table(words[0], (Head(view.t("Name")), Head(view.t("Value"), unit, numeric=True)), rows)
    return Chart(key, words[0], words[1], figure, table, height=120 + max(34, 17 * lines) * len(labels))


def waterfall(view: StudyView) -> Chart | None:
    """Return what each changed input explains of the difference to the case as it stands."""
    frame = view.tables["waterfall"]
    if frame.empty:
        return None
    places, who = name_axis(
        [view.name(str(s)) for s in frame["step"]], {"autorange": "reversed", "type": "category"}, _LETTERS
    )
    trace = {
        "type": "waterfall", "orientation": "h", "y": places,
        "x": [float(v) for v in frame["value"]], "measure": ["absolute", *["relative"] * (len(frame) - 2), "total"],
        "increasing": {"marker": {"color": GREEN}}, "decreasing": {"marker": {"color": RED}},
        "totals": {"marker": {"color": MUTED}}, "connector": {"line": {"color": GRAY, "width": 1}},
    }  # fmt: skip
    title = view.t("What each changed input explains")
    caption = view.t("From the case as it stands to alternative {name}; up to six inputs averaged over every order.",
                     {"name": view.name(str(frame["point"].iloc[0]))})  # fmt: skip
    figure = {"data": [trace], "layout": view.layout({"xaxis": axis(str(view.about["rank_unit"])), "showlegend": False,
              "yaxis": who, "hovermode": "closest"})}  # fmt: skip
    return Chart("waterfall", title, caption, figure, table_of(view, frame, title), height=120 + 34 * len(frame))


def lines(
    view: StudyView,
    key: str,
    words: tuple[str, str],
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    axes: tuple[str, str],
) -> Chart:
    """Return lines over a common axis, each a name with its points, and their table."""
    colors = (GRAY, *CYCLE) if len(series) > 1 else (BLUE,)
    data = [
        {"type": "scatter", "mode": "lines", "name": short(n, 44), "x": list(x), "y": list(y),
         "line": {"color": colors[k % len(colors)], "width": 2.5}}
        for k, (n, (x, y)) in enumerate(series.items())
    ]  # fmt: skip
    first = next(iter(series.values()))[0]
    step = max(len(first) // 100, 1)
    heads = (Head(axes[0], numeric=True), *(Head(n, axes[1], numeric=True) for n in series))
    heights = [y for _, y in series.values()]
    places = 0 if all(float(v).is_integer() for v in first) else None
    from_zero = {"rangemode": "tozero"} if axes[1] == "kW" else {}
    rows = tuple(
        (view.lang.number(first[i], places), *(view.lang.number(y[i] if i < len(y) else np.nan) for y in heights))
        for i in range(0, len(first), step)
    )
    figure = {"data": data, "layout": view.layout({"xaxis": axis(axes[0]), "yaxis": axis(axes[1], from_zero)})}
    return Chart(key, words[0], words[1], figure, Table(words[0], heads, rows))


def front(view: StudyView) -> Chart:
    """Return the front of two criteria with the slope at every point."""
    frame = view.tables["front"]
    one, two = (view.t(view.name(str(c))) for c in view.about["criteria"])
    units = view.about["units"]
    text = [short(view.name(str(p))) for p in frame["point"]]
    trace = {"type": "scatter", "mode": "lines+markers", "x": [float(v) for v in frame["second"]], "text": text,
             "y": [float(v) for v in frame["first"]], "line": {"color": BLUE}, "marker": {"size": 9}}  # fmt: skip
    title = view.t("Front: {one} against {two}", {"one": one, "two": two})
    caption = view.t("No design lies below the line; the slope is what one unit less of the second costs.")
    columns = ["point", "first", "second", "slope", "npv", "ghg_total", "grid_peak", "status"]
    first, second = f"{one}, {nice_unit(units[0])}", f"{two}, {nice_unit(units[1])}"
    axes = {"xaxis": axis(second), "yaxis": axis(first)}
    heads = {"first": first, "second": second}
    heads["slope"] = f"{view.t(view.name('slope'))}, {nice_unit(str(view.about['slope_unit']))}"
    figure = {"data": [trace], "layout": view.layout({**axes, "hovermode": "closest", "showlegend": False})}
    return Chart("front", title, caption, figure, table_of(view, frame[columns].rename(columns=heads), title))


_LEVEL_NAMES = 7
"""Names of machines that stand side by side below a chart; more are written at a slant."""


def sizes(view: StudyView, name: str, key: str) -> Chart:
    """Return the installed sizes of every design as grouped bars, each over its largest value."""
    frame = view.tables[name]
    every = [c for c in frame.columns if "." in str(c) and float(frame[c].abs().max()) > 1e-3]
    machines = [m for m in every if float(frame[m].min()) < 0.99 * float(frame[m].max())] or every
    owners = [str(m).rsplit(".", 1)[0] for m in machines]
    labels = [view.name(o if owners.count(o) == 1 else str(m)) for o, m in zip(owners, machines, strict=True)]
    many = len(frame) > len(CYCLE)
    data = [
        {"type": "bar", "name": short(view.name(str(p)), 30), "x": [folded(m, _BETWEEN) for m in labels],
         "y": [float(row[m]) / float(frame[m].abs().max()) for m in machines],
         "marker": {"color": _SHADES[k * len(_SHADES) // len(frame)] if many else CYCLE[k % len(CYCLE)]}}
        for k, (p, row) in enumerate(zip(frame["point"], frame.to_dict("records"), strict=True))
    ]  # fmt: skip
    title = view.t("Sizes of the designs")
    caption = view.t("Every size over the largest of its kind.")
    if machines != every:
        caption += " " + view.t("Machines of one size in all designs stand in the numbers only.")
    figure = {
        "data": data,
        "layout": view.layout(
            {
                "barmode": "group",
                "hovermode": "closest",
                "yaxis": axis(view.t("of the largest size"), {"tickformat": ".0%"}),
                "xaxis": axis("", {"tickangle": 0 if len(machines) <= _LEVEL_NAMES else -40}),
            }
        ),
    }
    return Chart(key, title, caption, figure, table_of(view, frame[["point", *every]], title))


def ranges(view: StudyView) -> Chart:
    """Return the near-optimal range of every machine group, over its largest size, for each slack on cost."""
    frame = view.tables["ranges"]
    years = frame["milestone"] if "milestone" in frame else [""] * len(frame)
    names = [".".join(part for part in (n, y) if part) for n, y in zip(frame["technology"], years, strict=True)]
    frame = frame.assign(group=names)
    top = frame.groupby("group")["high"].transform("max").clip(lower=1e-9)
    data = []
    for slack, color in zip(sorted(frame["slack_frac"].unique(), reverse=True), (SKY, BLUE, ORANGE), strict=False):
        part = frame["slack_frac"] == slack
        low, high = frame["low"][part] / top[part], frame["high"][part] / top[part]
        data.append({"type": "bar", "orientation": "h", "name": f"≤ {view.lang.percent(float(slack))}",
                     "y": [folded(view.name(n), _LETTERS) for n in frame["group"][part]],
                     "base": [float(v) for v in low],
                     "x": [float(v) for v in high - low], "marker": {"color": color}})  # fmt: skip
    title = view.t("How far each machine group can vary")
    caption = view.t("Smallest to largest size while the yearly cost stays within the share above the best.")
    count = int(frame["group"].nunique())
    frame = frame.drop(columns="group")
    share = axis(view.t("of the largest size"), {"tickformat": ".0%"})
    shape = view.layout(
        {"barmode": "overlay", "hovermode": "closest", "xaxis": share, "yaxis": axis("", {"autorange": "reversed"})}
    )
    figure = {"data": data, "layout": shape}
    return Chart("ranges", title, caption, figure, table_of(view, frame, title), height=160 + 34 * count)


def tornado(view: StudyView) -> Chart:
    """Return the bars of every input between its ends, design fixed and found anew."""
    frame = view.tables["tornado"].head(2 * _MOST)
    data = []
    for mode, colors in (("fixed", (SKY, BLUE)), ("optimized", (_SAND, ORANGE))):
        part = frame[frame["mode"] == mode]
        inputs = [folded(view.name(p), _LETTERS) for p in part["path"]]
        for column, end, color in zip(("at_low", "at_high"), ("P10", "P90"), colors, strict=True):
            data.append({"type": "bar", "orientation": "h", "name": f"{view.t(mode)} · {end}", "y": inputs,
                         "base": [float(v) for v in part["base"]], "offsetgroup": mode, "marker": {"color": color},
                         "x": [float(v) for v in part[column] - part["base"]]})  # fmt: skip
    data = [trace for trace in data if trace["y"]]
    title = view.t("Tornado: {name}", {"name": view.name(str(view.about["indicator"]))})
    caption = view.t(
        "Each input alone from its P10 to its P90; the others as in the case. The dotted line is the case as it stands."
    )
    unit = axis(str(view.about["unit"]))
    at = float(frame["base"].iloc[0])
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    base = {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": line}
    shapes = [base] if np.isfinite(at) else []
    shape = view.layout(
        {
            "barmode": "group",
            "hovermode": "closest",
            "xaxis": unit,
            "yaxis": axis("", {"autorange": "reversed"}),
            "shapes": shapes,
        }
    )
    figure = {"data": data, "layout": shape}
    count = int(frame["path"].nunique())
    return Chart("tornado", title, caption, figure, table_of(view, frame, title), height=160 + 44 * count)


def cdf(view: StudyView, indicator: str) -> Chart | None:
    """Return the cumulative distribution of an indicator."""
    values = np.sort(view.tables["points"][indicator].dropna().to_numpy(dtype=float))
    if len(values) < 2:
        return None
    picked = values[np.unique(np.linspace(0, len(values) - 1, min(len(values), 400)).astype(int))]
    share = np.searchsorted(values, picked, side="right") / len(values)
    name = view.name(indicator)
    title = view.t("Distribution: {name}", {"name": name})
    series = {name: (picked.tolist(), share.tolist())}
    caption = view.t("Share of the sample at or below each value.")
    return lines(view, f"cdf-{indicator}", (title, caption), series, (view.units.get(indicator, ""), view.t("share")))


def drivers(view: StudyView) -> Chart:
    """Return the rank correlation of each input with the NPV."""
    frame = view.tables["drivers"].head(_MOST)
    words = view.t("What drives the result"), view.t("Rank correlation of every input with the net present value.")
    return _bars(
        view, "drivers", words, ([str(p) for p in frame["path"]], [float(v) for v in frame["rank_correlation"]]), ""
    )


def convergence(view: StudyView) -> Chart:
    """Return mean and quantiles over the size of the sample."""
    frame = view.tables["convergence"]
    n = [float(v) for v in frame["n"]]
    series = {view.t(view.name(c)): (n, [float(v) for v in frame[c]]) for c in ("mean", "p10", "p50", "p90")}
    words = view.t("Convergence"), view.t("Flat lines mean that the sample is large enough.")
    return lines(view, "convergence", words, series, (view.t("sample size"), view.units.get("npv", "")))


def effects(view: StudyView) -> tuple[Chart, Chart]:
    """Return Morris effects and Sobol shares as bars."""
    first, second = view.tables["morris"].head(_MOST), view.tables["sobol"]
    unit = str(view.about["unit"])
    morris = view.t("Morris screening"), view.t("Mean absolute effect of moving one input from its P10 to its P90.")
    sobol = view.t("Sobol total shares"), view.t("Share of the variance an input explains, alone and with others.")
    return (
        _bars(view, "morris", morris, ([str(p) for p in first["path"]], [float(v) for v in first["mu_star"]]), unit),
        _bars(view, "sobol", sobol, ([str(p) for p in second["path"]], [float(v) for v in second["total"]]), ""),
    )
