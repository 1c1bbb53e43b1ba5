"""How the plant runs: two weeks with the whole year behind a slider, the peak day, load-duration curves."""

from __future__ import annotations

from calendar import isleap
from typing import Any

import numpy as np

from edsim.core.carriers import is_of
from edsim.core.timegrid import HOURS_PER_YEAR, MONTH_OF_HOUR, days_of_year
from edsim.report import labels
from edsim.report.figures.flows import AIR, Array, NodeFlows, grid_import, main_node, power_unit
from edsim.report.i18n import nice_unit
from edsim.report.theme import BLACK, axis, color_of, layout, numbers, short, variant_color
from edsim.report.view import BAU, Chart, Head, Study, Table

HOUR_MS = 3_600_000
_USUAL_YEAR = 2025
_LEAP_HOUR = 59 * 24
"""First hour of a 29 February."""
_OUT_OF_SIGHT = {"rangemode": "fixed", "range": [1e15, 2e15]}
"""Keeps the line of use out of the slider, where it would cover everything."""
_EVERY_FOURTH = {"tickvals": [f"{h:02d}:00" for h in range(0, 24, 4)], "tickangle": 0}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def dispatch(study: Study, key: str, carriers: tuple[str, ...]) -> Chart | None:
    """Return the stacked supply of a carrier over two weeks around its peak, the full year by range slider."""
    node = main_node(study, study.main, carriers)
    if node is None:
        return None
    carrier, unit = labels.carrier(study.lang, node.carrier), nice_unit(power_unit(node.carrier))
    year = calendar_year(study)
    days = days_of_year(year)
    x = {"x0": str(days[0]), "dx": HOUR_MS}
    data: list[dict[str, Any]] = [
        supply_area(short(s.label, 44), x, (dated(s.values, year), unit), c) | {"stackgroup": "supply"}
        for s, c in zip(node.supply, colors(node), strict=True)
    ]
    data.append(use_line(study, x, (dated(node.used, year), unit)) | {"yaxis": "y2"})
    peak_day = int(np.argmax(node.used)) // 24
    first = int(np.clip(peak_day - 6, 0, 365 - 14))
    xaxis = axis(
        "",
        {
            "type": "date",
            "range": [str(days[first]), str(days[first + 13] + np.timedelta64(1, "D"))],
            "rangebreaks": [{"bounds": [f"{year}-02-29", f"{year}-03-01"]}] if isleap(year) else [],
            "rangeslider": {"visible": True, "thickness": 0.11, "bgcolor": "#F5F7F9", "yaxis2": _OUT_OF_SIGHT},
            "tickformat": "%a %d %b",
            "hoverformat": "%a %d %b, %H:%M",
        },
    )
    figure = {
        "data": data,
        "layout": layout(
            study.lang,
            {"xaxis": xaxis, "yaxis": axis(unit, {"rangemode": "tozero"}), "margin": {"t": 30},
             "legend": {"y": 1.02, "yanchor": "bottom"},
             "yaxis2": {"overlaying": "y", "matches": "y", "visible": False}},
        ),
    }  # fmt: skip
    return Chart(
        key,
        study.t("{carrier}: who supplies it, hour by hour", {"carrier": carrier}),
        study.t("The two weeks around the yearly peak. Supply above the line charges stores or is exported."),
        figure,
        _monthly_table(study, node, carrier),
        height=460,
        hint=study.t("Drag the slider below to see any part of the year."),
    )


def peak_day(study: Study, key: str, carriers: tuple[str, ...]) -> Chart | None:
    """Return the 24 hours of the day with the highest use of a carrier."""
    node = main_node(study, study.main, carriers)
    if node is None:
        return None
    carrier, unit = labels.carrier(study.lang, node.carrier), nice_unit(power_unit(node.carrier))
    day = int(np.argmax(node.used)) // 24
    hours = slice(24 * day, 24 * day + 24)
    clock = [f"{h:02d}:00" for h in range(24)]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": short(s.label, 44),
            "x": clock,
            "y": _round(s.values[hours]).tolist(),
            "marker": {"color": c, "line": {"width": 0.5, "color": "#FFFFFF"}},
            "hovertemplate": f"%{{y:,.0f}} {unit}",
        }
        for s, c in zip(node.supply, colors(node), strict=True)
    ]
    data.append(use_line(study, {"x": clock}, (node.used[hours], unit), shape="linear"))
    number = study.lang.number
    heads = (Head(study.t("Hour")), *(Head(s.label, unit, numeric=True) for s in node.supply))
    rows = tuple(
        (clock[h], *(number(float(s.values[hours][h]), 0) for s in node.supply), number(float(node.used[hours][h]), 0))
        for h in range(24)
    )
    return Chart(
        key,
        study.t("{carrier} on the peak day, {date}", {"carrier": carrier, "date": day_name(study, day)}),
        study.t("Supply by machine group in each hour; the line is the use without charging and export."),
        {
            "data": data,
            "layout": layout(
                study.lang,
                {
                    "barmode": "stack",
                    "bargap": 0.08,
                    "yaxis": axis(unit, {"rangemode": "tozero"}),
                    "xaxis": axis("", _EVERY_FOURTH),
                },
            ),
        },
        Table(study.t("Peak day, hour by hour"), (*heads, Head(study.t("Use"), unit, numeric=True)), rows),
        half=True,
    )


def duration(study: Study) -> Chart | None:
    """Return the load-duration curves of grid import, BAU beside every variant."""
    curves = {v: grid_import(study, v) for v in study.order}
    known = {v: -np.sort(-c) for v, c in curves.items() if c is not None}
    return _duration_chart(
        study,
        "duration-power",
        study.t("Load duration of grid electricity"),
        study.t("Hours of the year, sorted from the highest import: the left end is the peak, the area the energy."),
        ({study.variant(v): (c, variant_color(study, v)) for v, c in known.items()}, "kW"),
    )


def carrier_duration(study: Study, key: str, carriers: tuple[str, ...]) -> Chart | None:
    """Return the load-duration curve of each supplier of a carrier in the main variant."""
    node = main_node(study, study.main, carriers)
    if node is None:
        return None
    curves = {study.t("Use"): (-np.sort(-node.used), BLACK)}
    for s, color in zip(node.supply, colors(node), strict=True):
        curves[s.label] = (-np.sort(-s.values), color)
    return _duration_chart(
        study,
        key,
        study.t("{carrier}: load duration", {"carrier": labels.carrier(study.lang, node.carrier)}),
        study.t("Each curve is sorted by itself: how many hours a machine group runs above a given output."),
        (curves, nice_unit(power_unit(node.carrier))),
    )


def _duration_chart(
    study: Study, key: str, title: str, caption: str, drawn: tuple[dict[str, tuple[Array, str]], str]
) -> Chart | None:
    curves, unit = drawn
    if not curves:
        return None
    picks = np.unique(np.concatenate([np.arange(0, 200, 5), np.arange(200, HOURS_PER_YEAR, 40), [8759]]))
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": short(name, 44),
            "x": numbers(picks),
            "y": numbers(_round(values[picks])),
            "line": {"color": color, "width": 2},
            "hovertemplate": f"%{{y:,.0f}} {unit}",
        }
        for name, (values, color) in curves.items()
    ]
    shown = (0, 9, 99, 499, 999, 1999, 3999, 5999, 7999, 8759)
    rows = tuple(
        (study.lang.number(h + 1, 0), *(study.lang.number(float(c[h]), 0) for c, _ in curves.values())) for h in shown
    )
    heads = (Head(study.t("Hours"), "h", numeric=True), *(Head(n, unit, numeric=True) for n in curves))
    return Chart(
        key,
        title,
        caption,
        {
            "data": data,
            "layout": layout(
                study.lang,
                {
                    "xaxis": axis(study.t("hours of the year"), {"range": [0, HOURS_PER_YEAR]}),
                    "yaxis": axis(unit, {"rangemode": "tozero"}),
                    "legend": {"y": -0.24},
                },
            ),
        },
        Table(title, heads, rows),
        half=True,
    )


def peak_power_day(study: Study) -> Chart | None:
    """Return grid import on the day of each variant's highest import."""
    curves = {v: c for v in (BAU, study.main) if (c := grid_import(study, v)) is not None}
    if not curves:
        return None
    clock = [f"{h:02d}:00" for h in range(24)]
    days = {v: c[24 * (d := int(np.argmax(c)) // 24) : 24 * d + 24] for v, c in curves.items()}
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": study.variant(v) if v == BAU else short(study.variant(v)),
            "x": clock,
            "y": _round(c).tolist(),
            "line": {"color": variant_color(study, v), "width": 3, "shape": "hvh"},
            "fill": "tozeroy" if v == BAU else "none",
            "fillcolor": "rgba(154,167,178,0.25)",
            "hovertemplate": "%{y:,.0f} kW",
        }
        for v, c in days.items()
    ]
    heads = (Head(study.t("Hour")), *(Head(study.variant(v), "kW", numeric=True) for v in days))
    rows = tuple((clock[h], *(study.lang.number(float(c[h]), 0) for c in days.values())) for h in range(24))
    title = study.t("Grid import of the compared services on the day of its yearly peak")
    return Chart(
        "peak-power-day",
        title,
        study.t("Each line shows its own peak day."),
        {
            "data": data,
            "layout": layout(
                study.lang, {"yaxis": axis("kW", {"rangemode": "tozero"}), "xaxis": axis("", _EVERY_FOURTH)}
            ),
        },
        Table(title, heads, rows),
        half=True,
    )


def supply_area(name: str, x: dict[str, Any], drawn: tuple[Array, str], color: str) -> dict[str, Any]:
    """Return the area of a supplier, to be stacked: `drawn` is its hourly flow and the unit."""
    values, unit = drawn
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        **x,
        "y": numbers(_round(values)),
        "line": {"width": 0, "shape": "hv", "color": color},
        "fillcolor": color,
        "hovertemplate": f"%{{y:,.0f}} {unit}",
    }


def use_line(study: Study, x: dict[str, Any], drawn: tuple[Array, str], shape: str = "hv") -> dict[str, Any]:
    """Return the line of use of a carrier: `drawn` is its hourly flow and the unit."""
    values, unit = drawn
    return {
        "type": "scatter",
        "mode": "lines",
        "name": study.t("Use"),
        **x,
        "y": numbers(_round(values)),
        "line": {"width": 1.8, "color": BLACK, "shape": shape},
        "hovertemplate": f"%{{y:,.0f}} {unit}",
    }


def colors(node: NodeFlows) -> list[str]:
    """Return one color for each supplier of a node."""
    taken: list[str] = []
    for s in node.supply:
        taken.append(color_of(s.kind, taken))
    return taken


def _round(values: Array) -> Array:
    return np.round(values, 1)


def calendar_year(study: Study) -> int:
    """Return the year whose weekdays the run has."""
    year = study.appraisal.manifest.get("settings", {}).get("calendar_year")
    return year if isinstance(year, int) else _USUAL_YEAR


def dated(values: Array, year: int) -> Array:
    """Return hours of the run as hours of its calendar year: the 29 February it leaves out is nothing, not drawn."""
    return np.insert(values, _LEAP_HOUR, np.zeros(24)) if isleap(year) else values


def day_name(study: Study, day: int) -> str:
    """Return day of month and month of a day of the year, from 0."""
    month = int(MONTH_OF_HOUR[24 * day])
    first = int(np.argmax(month == MONTH_OF_HOUR)) // 24
    name = study.t(MONTHS[month])
    return f"{day - first + 1} {name.lower() if study.lang.code == 'es' else name}"


def _monthly_table(study: Study, node: NodeFlows, carrier: str) -> Table:
    divisor, unit = (1e6, study.lang.scale(1e6, "Nm3")[1]) if is_of(node.carrier, AIR) else (1e3, "MWh")
    sums = [np.bincount(MONTH_OF_HOUR, weights=s.values, minlength=12) / divisor for s in node.supply]
    number = study.lang.number
    rows = [(study.t(MONTHS[m]), *(number(float(v[m])) for v in sums)) for m in range(12)]
    rows.append((study.t("Year"), *(number(float(v.sum())) for v in sums)))
    heads = (Head(study.t("Month")), *(Head(s.label, unit, numeric=True) for s in node.supply))
    note = study.t("All 8760 hours are in hourly.csv and hourly.parquet.")
    return Table(study.t("{carrier}: supply by month", {"carrier": carrier}), heads, tuple(rows), note, summed=True)
