"""Three weeks of the year that stand for the others: those of the greatest, the median and the least use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.carriers import is_of
from edsim.core.timegrid import days_of_year
from edsim.report import labels
from edsim.report.figures import dispatch
from edsim.report.figures.flows import AIR, Array, NodeFlows, main_node, power_unit
from edsim.report.i18n import nice_unit
from edsim.report.theme import MUTED, axis, layout, short
from edsim.report.view import Chart, Head, Study, Table

_WEEK_H = 168
_ROWS = ((0.74, 0.95), (0.38, 0.59), (0.02, 0.23))
"""Bottom and top of the three drawings, as shares of the height."""
_HEADROOM = 1.06


@dataclass(frozen=True, slots=True)
class Week:
    """A week to draw: its name, its first day of the run, from 0, and the date of that Monday."""

    name: str
    first_day: int
    monday: np.datetime64

    @property
    def hours(self) -> slice:
        """Return its hours among those of the run."""
        return slice(24 * self.first_day, 24 * self.first_day + _WEEK_H)


def typical_weeks(study: Study, key: str, carriers: tuple[str, ...]) -> Chart | None:
    """Return the stacked supply of a carrier in the weeks, Monday to Sunday, of greatest, median and least use."""
    node = main_node(study, study.main, carriers)
    if node is None:
        return None
    weeks = weeks_of(study, node.used, days_of_year(dispatch.calendar_year(study)))
    carrier = labels.carrier(study.lang, node.carrier)
    title = study.t("{carrier}: typical weeks", {"carrier": carrier})
    data = [trace for k, week in enumerate(weeks) for trace in _traces(study, node, (week, k))]
    return Chart(
        key,
        title,
        study.t("The weeks from Monday to Sunday whose use is the greatest, the median and the least of the year."),
        {"data": data, "layout": weeks_layout(study, node, weeks)},
        _table(study, node, weeks),
        height=600,
    )


def weeks_of(study: Study, used: Array, days: NDArray[np.datetime64]) -> tuple[Week, ...]:
    """Return the three weeks; days before the first Monday, after the last Sunday or around a 29 February have none."""
    firsts = np.arange(len(days) - 6)
    whole = days[6:] - days[:-6] == np.timedelta64(6, "D")
    mondays = firsts[whole & (days[:-6].astype(int) % 7 == 4)]
    sums = used.reshape(-1, 24).sum(axis=1)[mondays[:, None] + np.arange(7)].sum(axis=1)
    order = mondays[np.argsort(sums, kind="stable")]
    names = (study.t("Greatest use"), study.t("Median use"), study.t("Least use"))
    chosen = (order[-1], order[len(order) // 2], order[0])
    return tuple(Week(name, int(k), days[k]) for name, k in zip(names, chosen, strict=True))


def _traces(study: Study, node: NodeFlows, place: tuple[Week, int]) -> list[dict[str, Any]]:
    week, row = place
    unit, number = nice_unit(power_unit(node.carrier)), "" if row == 0 else str(row + 1)
    on = {"xaxis": f"x{number}", "yaxis": f"y{number}", "showlegend": row == 0}
    x = {"x0": str(week.monday), "dx": dispatch.HOUR_MS}
    drawn = [
        dispatch.supply_area(short(s.label, 44), x, (s.values[week.hours], unit), color)
        | on
        | {"stackgroup": f"week{row}", "legendgroup": f"s{k}"}
        for k, (s, color) in enumerate(zip(node.supply, dispatch.colors(node), strict=True))
    ]
    return [*drawn, dispatch.use_line(study, x, (node.used[week.hours], unit)) | on | {"legendgroup": "use"}]


def weeks_layout(study: Study, node: NodeFlows, weeks: tuple[Week, ...]) -> dict[str, Any]:
    """Return the layout of the weeks of a node, below each other on one scale of power."""
    highest = max(
        float(np.max(np.maximum(sum(s.values[w.hours] for s in node.supply), node.used[w.hours]))) for w in weeks
    )
    unit = nice_unit(power_unit(node.carrier))
    changes: dict[str, Any] = {"legend": {"y": -0.06}, "margin": {"t": 8}, "annotations": []}
    for row, (week, domain) in enumerate(zip(weeks, _ROWS, strict=True)):
        number = "" if row == 0 else str(row + 1)
        days = [str(week.monday), str(week.monday + np.timedelta64(7, "D"))]
        dated = {"type": "date", "range": days, "tickformat": "%a %d %b", "hoverformat": "%a %d %b, %H:%M"}
        ticks = {"tick0": days[0], "dtick": 48 * dispatch.HOUR_MS, "tickangle": 0}
        changes[f"xaxis{number}"] = axis("", {**dated, **ticks, "anchor": f"y{number}"})
        changes[f"yaxis{number}"] = axis(
            unit, {"domain": domain, "range": [0.0, _HEADROOM * highest or 1.0], "anchor": f"x{number}", "nticks": 4}
        )
        changes["annotations"].append(
            {
                "text": f"<b>{week.name}</b> · {' '.join(_amount(study, node, node.used[week.hours]))}",
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": domain[1],
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12, "color": MUTED},
            }
        )
    return layout(study.lang, changes)


def _amount(study: Study, node: NodeFlows, values: Array) -> tuple[str, str]:
    return study.lang.quantity(float(values.sum()), "Nm3" if is_of(node.carrier, AIR) else "kWh")


def _table(study: Study, node: NodeFlows, weeks: tuple[Week, ...]) -> Table:
    heads = (
        Head(study.t("Week")), Head(study.t("First day")), *(Head(s.label, numeric=True) for s in node.supply),
        Head(study.t("Use"), numeric=True), Head(study.t("Peak"), nice_unit(power_unit(node.carrier)), numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            w.name,
            dispatch.day_name(study, w.first_day),
            *(" ".join(_amount(study, node, s.values[w.hours])) for s in node.supply),
            " ".join(_amount(study, node, node.used[w.hours])),
            study.lang.number(float(node.used[w.hours].max()), 0),
        )
        for w in weeks
    )
    carrier = labels.carrier(study.lang, node.carrier)
    return Table(study.t("{carrier}: supply in the typical weeks", {"carrier": carrier}), heads, rows)
