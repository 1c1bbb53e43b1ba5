"""GHG by source, peak at the grid connection, electricity and water by month, demand of the buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edsim.core.i18n import is_missing
from edsim.report import labels
from edsim.report.figures.dispatch import MONTHS
from edsim.report.run.indicators import indicators
from edsim.report.theme import BLUE, GRAY, ORANGE, PINK, axis, layout, name_axis, plain, short, variant_color
from edsim.report.view import BAU, Chart, Head, Study, Table

if TYPE_CHECKING:
    import pandas as pd

_SOURCE_COLORS = {
    "grid": ORANGE, "fuel": "#7F6A4D", "heat": "#B5651D", "refrigerant": BLUE, "embodied": PINK, "montreal": "#9CC9E6",
}  # fmt: skip
_MEMO = "memo"


def source_color(source: str) -> str:
    """Return the color of a source of emissions."""
    return _SOURCE_COLORS.get(source, GRAY)


def frame(study: Study) -> str | None:
    """Return the accounting frame shown: the first of the inventory."""
    frames = study.table("inventory")["frame"]
    return str(frames.iloc[0]) if len(frames) else None


def inventory(study: Study) -> pd.DataFrame:
    """Return the inventory with the gases of the Montreal Protocol as a source of their own."""
    rows = study.table("inventory")
    is_memo = (rows["scope"] == _MEMO) & (rows["source"] == "refrigerant")
    return rows.assign(source=rows["source"].where(~is_memo, "montreal"))


def mean_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return inventory rows divided by the years of the study: summed, they give the mean of a year."""
    return rows.assign(kgco2e=rows["kgco2e"] / max(int(rows["year"].max()), 1))


def ghg(study: Study) -> Chart | None:
    """Return the emissions by source, mean of a year, BAU beside every variant."""
    rows = inventory(study)
    rows = rows[rows["frame"] == frame(study)]
    if rows.empty:
        return None
    sums = mean_year(rows).pivot_table(index="source", columns="variant", values="kgco2e", aggfunc="sum", sort=False)
    order = [v for v in study.order if v in sums]
    sums = sums[order].fillna(0.0)
    divisor, unit = study.lang.scale(float(sums.abs().sum().max()), "kgCO2e/a")
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": short(labels.label(study.lang, labels.SOURCES, str(source)), 44),
            "y": [short(study.variant(v)) for v in order],
            "x": [float(x) / divisor for x in sums.loc[source]],
            "marker": {
                "color": source_color(str(source)),
                "line": {"width": 1, "color": "#FFFFFF"},
                "pattern": {"shape": "/" if source == "montreal" else "", "fgcolor": BLUE, "size": 6},
            },
            "hovertemplate": f"%{{x:,.0f}} {plain(unit)}",
        }
        for source in sums.index
    ]
    number = study.lang.number
    heads = (Head(study.t("Source")), *(Head(study.variant(v), unit, numeric=True) for v in order))
    cells = [
        (labels.label(study.lang, labels.SOURCES, str(k)), *(number(r[v] / divisor) for v in order))
        for k, r in sums.iterrows()
    ]
    cells.append((study.t("Total"), *(number(float(sums[v].sum()) / divisor) for v in order)))
    title = study.t("GHG emissions by source, mean of a year")
    return Chart(
        "ghg-sources",
        title,
        study.t(
            "Mean of the study, with what today's machines release when they are scrapped; the figures of the first "
            "page are a year of operation without that release. Frame: {frame}. CFC and HCFC (hatched) stand outside "
            "the Kyoto basket: memo.",
            {"frame": labels.label(study.lang, labels.FRAMES, str(frame(study)))},
        ),
        {
            "data": data,
            "layout": layout(
                study.lang,
                {"barmode": "relative", "xaxis": axis(unit), "yaxis": axis("", {"autorange": "reversed"}),
                 "hovermode": "closest", "legend": {"y": -0.28}},
            ),
        },
        Table(title, heads, tuple(cells), summed=True),
        height=150 + 56 * len(order),
    )  # fmt: skip


def ghg_years(study: Study) -> Chart | None:
    """Return the yearly emissions of every variant over the study."""
    rows = study.table("inventory")
    rows = rows[rows["frame"] == frame(study)]
    yearly = rows.pivot_table(index="year", columns="variant", values="kgco2e", aggfunc="sum")
    if len(yearly) < 2:
        return None
    order = [v for v in study.order if v in yearly]
    divisor, unit = study.lang.scale(float(yearly.abs().max().max()), "kgCO2e/a")
    years = [int(y) for y in yearly.index]
    running = yearly[yearly.index > 0]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": short(study.variant(v)),
            "x": [int(y) for y in running.index],
            "y": [float(x) / divisor for x in running[v]],
            "line": {"color": variant_color(study, v), "width": 2.5},
            "hovertemplate": f"%{{y:,.0f}} {plain(unit)}",
        }
        for v in order
    ]
    if 0 in yearly.index:
        once = dict(zip(order, yearly.loc[[0], order].fillna(0.0).to_numpy()[0].tolist(), strict=True))
        data += [_released_once(study, v, kg / divisor, unit) for v, kg in once.items() if kg]
    heads = (Head(study.t("Year"), numeric=True), *(Head(study.variant(v), unit, numeric=True) for v in order))
    cells = tuple(
        (str(y), *(study.lang.number(float(x) / divisor) for x in row))
        for y, row in zip(years, yearly[order].to_numpy(), strict=True)
    )
    title = study.t("GHG emissions over the study")
    return Chart(
        "ghg-years",
        title,
        study.t(
            "Same frame as above, all refrigerants included; a diamond is what is released once, before the first year."
            " A machine releases what it still holds when it is scrapped, at the end of the study too."
        ),
        {
            "data": data,
            "layout": layout(
                study.lang,
                {
                    "yaxis": axis(unit, {"rangemode": "tozero"}),
                    "xaxis": axis(study.t("year of the study")),
                    "legend": {"y": -0.24},
                },
            ),
        },
        Table(title, heads, cells),
    )


def _released_once(study: Study, variant: str, value: float, unit: str) -> dict[str, Any]:
    """Return the mark of what a variant releases before the first year."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": short(study.variant(variant)),
        "x": [0],
        "y": [value],
        "marker": {"color": variant_color(study, variant), "size": 9, "symbol": "diamond"},
        "showlegend": False,
        "hovertemplate": f"%{{y:,.0f}} {plain(unit)}",
    }


def monthly(study: Study, column: str, unit: str, key: str, title: str, caption: str) -> Chart | None:
    """Return a column of the monthly table, BAU beside the main variant."""
    rows = study.table("monthly")
    both = {v: rows[rows["variant"] == v].set_index("month")[column].reindex(range(1, 13)) for v in (BAU, study.main)}
    known = {v: s for v, s in both.items() if s.notna().any() and s.abs().sum() > 0.0}
    if not known:
        return None
    divisor, shown = study.lang.scale(max(float(s.abs().max()) for s in known.values()), unit)
    months = [study.t(m) for m in MONTHS]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": short(study.variant(v)),
            "x": months,
            "y": [None if is_missing(x) else float(x) / divisor for x in s],
            "marker": {"color": variant_color(study, v)},
            "hovertemplate": f"%{{y:,.1f}} {plain(shown)}",
        }
        for v, s in known.items()
    ]
    heads = (Head(study.t("Month")), *(Head(study.variant(v), shown, numeric=True) for v in known))
    cells = tuple(
        (months[k], *(study.lang.number(float(s.iloc[k]) / divisor) for s in known.values())) for k in range(12)
    )
    look = {"barmode": "group", "bargroupgap": 0.06, "yaxis": axis(shown), "meta": {"months": True}}
    return Chart(
        key,
        title,
        caption,
        {"data": data, "layout": layout(study.lang, look)},
        Table(title, heads, cells),
        half=True,
    )


def _demand_bars(study: Study, rows: pd.DataFrame, divisor: float, unit: str) -> list[dict[str, Any]]:
    """Return the bars of connected buildings and of those with machines of their own, where there are any."""
    data = []
    for connected, name, color in ((True, "Connected", BLUE), (False, "Own machines", GRAY)):
        some = rows[rows["connected"].astype(bool) == connected]
        if some.empty:
            continue
        density = zip(some["cooling_kwh_per_m2"], some["cooling_w_per_m2"], strict=True)
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": study.t(name),
                "y": list(some["place"]),
                "x": [float(x) / divisor for x in some["cooling_kwh"]],
                "customdata": [[float(a), float(b)] for a, b in density],
                "marker": {"color": color},
                "hovertemplate": f"%{{x:,.2f}} {plain(unit)}<br>%{{customdata[0]:,.0f}} kWh/m²<br>"
                "%{customdata[1]:,.0f} W/m²",
            }
        )
    return data


def building_demand(study: Study) -> Chart | None:
    """Return the yearly cooling of the largest 30 buildings."""
    rows = study.table("buildings").sort_values("cooling_kwh", ascending=False).head(30)
    if rows.empty or not rows["cooling_kwh"].sum() > 0.0:
        return None
    divisor, unit = study.lang.scale(float(rows["cooling_kwh"].max()), "kWh/a")
    places, who = name_axis(list(rows["name"]))
    data = _demand_bars(study, rows.assign(place=places), divisor, unit)
    heads = (
        Head(study.t("Building")),
        Head(study.t("Cooling"), unit, numeric=True),
        Head(study.t("Intensity"), "kWh/m²", numeric=True),
        Head(study.t("Peak density"), "W/m²", numeric=True),
    )
    number = study.lang.number
    cells = tuple(
        (str(n), number(float(e) / divisor), number(float(a), 0), number(float(b), 0))
        for n, e, a, b in zip(
            rows["name"], rows["cooling_kwh"], rows["cooling_kwh_per_m2"], rows["cooling_w_per_m2"], strict=True
        )
    )
    title = study.t("Cooling demand by building")
    return Chart(
        "building-demand",
        title,
        study.t("Demand of a year."),
        {
            "data": data,
            "layout": layout(
                study.lang,
                {
                    "hovermode": "closest",
                    "xaxis": axis(unit),
                    "yaxis": who | {"categoryorder": "array", "categoryarray": places[::-1]},
                    "legend": {"y": -0.2},
                },
            ),
        },
        Table(title, heads, cells),
        height=150 + 34 * len(rows),
        hint=study.t("Point at a bar for demand and peak per conditioned area."),
    )


_TRADED = ("water", "electricity", "fuel", "ghg_total", "grid_peak")


def trade_off(study: Study) -> Table | None:
    """Return what the district gives and takes: water beside electricity, fuel, emissions and peak."""
    found = indicators(study, study.main)
    water = found.get("water")
    if water is None or water.bau == water.value == 0.0:
        return None
    rows = []
    for key in _TRADED:
        k = found.get(key)
        if k is None or max(abs(k.bau), abs(k.value)) <= 0.0:
            continue
        bau, unit = study.lang.quantity(k.bau, k.unit, k.largest)
        change = study.lang.quantity(abs(k.difference), k.unit, k.largest)[0]
        more = study.t("{value} {unit} more") if k.difference < 0.0 else study.t("{value} {unit} less")
        share = study.lang.percent(-k.difference_frac, sign=True)
        rows.append(
            (k.label, unit, bau, study.lang.quantity(k.value, k.unit, k.largest)[0],
             more.format(value=change, unit=unit), share)
        )  # fmt: skip
    if len(rows) < 2:
        return None
    heads = (
        Head(study.t("Quantity")), Head(study.t("Unit")), Head(study.variant(BAU), numeric=True),
        Head(study.variant(study.main), numeric=True), Head(study.t("Change"), numeric=True), Head("%", numeric=True),
    )  # fmt: skip
    note = study.t("Cooling towers save electricity and cost water; dry coolers the other way round.")
    return Table(study.t("Water against energy"), heads, tuple(rows), note)
