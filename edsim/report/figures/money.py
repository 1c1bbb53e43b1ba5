"""Costs of BAU and project by line, the investment, and the cumulative cash flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.report import labels
from edsim.report.theme import CYCLE, GRAY, GREEN, MUTED, RED, axis, layout, plain, short, variant_color
from edsim.report.view import BAU, Chart, Head, Study, Table

if TYPE_CHECKING:
    import pandas as pd

_LINE_COLORS = {
    "individual_machines": GRAY,
    "chillers": "#0072B2",
    "heat_rejection": "#56B4E9",
    "storage": "#B3DDF2",
    "power": "#009E73",
    "heat": "#D55E00",
    "network": "#0B3C5D",
    "ets": "#8C6BB1",
    "plant": "#3F7F9F",
    "efficiency": "#66A61E",
    "electricity": "#E69F00",
    "demand_charge": "#F3C766",
    "fuel": "#7F6A4D",
    "heat_purchase": "#B5651D",
    "om_fixed": "#CC79A7",
    "om_variable": "#E5B5CF",
    "water": "#99D6C5",
    "export_revenue": "#F0E442",
    "grid_connection": "#7A7F1E",
    "grant": "#44AA99",
}


_EDGE_PX, _DIGIT_PX = 14, 7
"""Room right of the bars of the bridge: the edge, and each digit of what stands behind the longest bar."""


def line_color(line: str, place: int) -> str:
    """Return the color of a group of cost lines; one without a color of its own takes that of its place."""
    return _LINE_COLORS.get(line, CYCLE[place % len(CYCLE)])


def _line(study: Study, key: str) -> str:
    return labels.line_name(study.lang, key)


def grouped_costs(study: Study, column: str) -> pd.DataFrame:
    """Return group of cost lines × variant of one column of the costs table, variants in order, zeros left out."""
    costs = study.table("costs")
    order = [v for v in study.order if v in set(costs["variant"])]
    keyed = costs.assign(group=costs["line"].map(labels.line_group))
    sums = keyed.pivot_table(index="group", columns="variant", values=column, aggfunc="sum", sort=False)
    sums = sums.reindex(columns=order).fillna(0.0)
    return sums[sums.abs().sum(axis=1) > 0.0]


def perspective(study: Study) -> str | None:
    """Return whose cash the charts show: the first perspective that BAU and the main variant both have rows of."""
    flows = study.table("cash_flows")
    having = [set(flows[flows["variant"] == v]["perspective"]) for v in (BAU, study.main)]
    return next((str(p) for p in dict.fromkeys(flows["perspective"]) if all(p in h for h in having)), None)


def project_flows(study: Study) -> pd.DataFrame:
    """Return the cash-flow rows of the perspective shown."""
    flows = study.table("cash_flows")
    return flows[flows["perspective"] == perspective(study)]


def bridge(study: Study) -> Chart | None:
    """Return the steps from the present value of BAU to that of the main variant, line by line."""
    sums = grouped_costs(study, "present_value")
    if sums.empty or BAU not in sums or study.main not in sums:
        return None
    steps = (sums[study.main] - sums[BAU]).sort_values(key=abs, ascending=False)
    money = study.lang.money(float(sums[[BAU, study.main]].abs().sum().max()), study.currency)
    steps = steps[[money.shown(float(v)) != money.shown(0.0) for v in steps]]
    unit = money.unit
    names = [study.variant(BAU), *(_line(study, str(k)) for k in steps.index), study.variant(study.main)]
    values = [float(sums[BAU].sum()), *(float(v) for v in steps), float(sums[study.main].sum())]
    room = _EDGE_PX + _DIGIT_PX * max(len(money.shown(v)) for v in (values[0], values[-1]))
    measure = ["absolute", *["relative"] * len(steps), "total"]
    data = {
        "type": "waterfall",
        "orientation": "h",
        "y": [short(n, 44) for n in names],
        "x": [v / money.divisor for v in values],
        "measure": measure,
        "text": [money.shown(v, sign=m == "relative") for v, m in zip(values, measure, strict=True)],
        "textposition": "outside",
        "cliponaxis": False,
        "connector": {"line": {"color": GRAY, "width": 1}},
        "increasing": {"marker": {"color": RED}},
        "decreasing": {"marker": {"color": GREEN}},
        "totals": {"marker": {"color": MUTED}},
        "hovertemplate": f"%{{y}}: %{{x:,.3~r}} {plain(unit)}<extra></extra>",
    }
    heads = (
        Head(study.t("Cost line")),
        Head(study.variant(BAU), unit, numeric=True),
        Head(study.variant(study.main), unit, numeric=True),
        Head(study.t("Difference"), unit, numeric=True),
    )
    total = sums.sum()
    every = [*((_line(study, str(k)), r) for k, r in sums.iterrows()), (study.t("Total"), total)]
    rows = [
        (name, money.shown(r[BAU]), money.shown(r[study.main]), money.shown(r[study.main] - r[BAU], sign=True))
        for name, r in every
    ]  # fmt: skip
    return Chart(
        "bridge",
        study.t("From BAU to project: present value of all costs"),
        study.t("What each cost line adds (orange-red) or saves (green) over the horizon."),
        {
            "data": [data],
            "layout": layout(
                study.lang,
                {"xaxis": axis(unit), "yaxis": axis("", {"autorange": "reversed"}), "hovermode": "closest",
                 "showlegend": False, "margin": {"r": room}},
            ),
        },
        Table(study.t("Present value by cost line"), heads, tuple(rows), summed=True),
        height=90 + 34 * len(names),
    )  # fmt: skip


def stack(study: Study, column: str, key: str, title: str, caption: str) -> Chart | None:
    """Return one bar per variant stacked by cost line, for a column of the costs table."""
    sums = grouped_costs(study, column)
    order = list(sums.columns)
    if sums.empty:
        return None
    money = study.lang.money(float(sums.abs().sum().max()), study.currency + ("/a" if column == "annual" else ""))
    unit = money.unit
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": short(_line(study, str(line)), 44),
            "y": [short(study.variant(v)) for v in order],
            "x": [float(x) / money.divisor for x in sums.loc[line]],
            "showlegend": any(money.shown(float(x)) != money.shown(0.0) for x in sums.loc[line]),
            "marker": {
                "color": line_color(str(line), k),
                "line": {"width": 1, "color": "#FFFFFF"},
            },
            "hovertemplate": f"%{{x:,.3~r}} {plain(unit)}",
        }
        for k, line in enumerate(sums.index)
    ]
    heads = (Head(study.t("Cost line")), *(Head(study.variant(v), unit, numeric=True) for v in order))
    rows = [(_line(study, str(k)), *(money.shown(r[v]) for v in order)) for k, r in sums.iterrows()]
    rows.append((study.t("Total"), *(money.shown(float(sums[v].sum())) for v in order)))
    return Chart(
        key,
        title,
        caption,
        {
            "data": data,
            "layout": layout(
                study.lang,
                {
                    "barmode": "relative",
                    "xaxis": axis(unit),
                    "yaxis": axis("", {"autorange": "reversed"}),
                    "hovermode": "closest",
                    "legend": {"y": -0.3},
                },
            ),
        },
        Table(title, heads, tuple(rows), summed=True),
        height=190 + 48 * len(order),
    )


def cumulative(study: Study) -> Chart | None:
    """Return the running sum of project minus BAU cash flow, undiscounted."""
    flows = project_flows(study)
    yearly = flows.pivot_table(index="year", columns="variant", values="value", aggfunc="sum")
    if BAU not in yearly or study.main not in yearly:
        return None
    yearly = yearly.fillna(0.0)
    shown = [v for v in study.order if v != BAU and v in yearly]
    running = {v: (yearly[v] - yearly[BAU]).cumsum() for v in shown}
    money = study.lang.money(max(float(s.abs().max()) for s in running.values()), study.currency)
    unit = money.unit
    years = [int(y) for y in yearly.index]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": short(study.variant(v)),
            "x": years,
            "y": np.round(s.to_numpy() / money.divisor, 3).tolist(),
            "line": {"color": variant_color(study, v), "width": 2.5},
            "marker": {"size": 5},
            "fill": "tozeroy" if len(shown) == 1 else "none",
            "fillcolor": "rgba(0,114,178,0.12)",
            "hovertemplate": f"%{{y:,.3~r}} {plain(unit)}",
        }
        for v, s in running.items()
    ]
    heads = (Head(study.t("Year"), numeric=True), *(Head(study.variant(v), unit, numeric=True) for v in shown))
    rows = tuple((str(y), *(money.shown(float(running[v].iloc[k])) for v in shown)) for k, y in enumerate(years))
    title = study.t("Cumulative cash flow against BAU")
    return Chart(
        "cumulative",
        title,
        study.t("Project minus BAU, summed year by year, not discounted; the crossing of zero is the payback."),
        {
            "data": data,
            "layout": layout(study.lang, {"yaxis": axis(unit), "xaxis": axis(study.t("year of the study"))}),
        },
        Table(title, heads, rows),
        height=400,
    )
