"""Cash and debt service of the district company, bills of its customers, and who gains."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from edsim.report import labels
from edsim.report.i18n import Scale
from edsim.report.theme import CYCLE, GRAY, GREEN, RED, axis, layout, name_axis, plain
from edsim.report.view import Chart, Head, Study, Table

if TYPE_CHECKING:
    import pandas as pd

_SMALL_FRAC = 1e-6
"""Share of the largest present value below which another one is nothing."""


def debt_cover(study: Study) -> Chart | None:
    """Return cash available and debt service per year, with the cover ratio."""
    frame = study.of("debt_service", study.main)
    every = frame[frame["loan"] == "all"]
    if every.empty:
        return None
    service = every["interest"] + every["principal"]
    highest = max(float(every["cash_available"].abs().max()), float(service.abs().max()))
    money = study.lang.money(highest, study.currency)
    top = 1.15 * max(float(c) for c in (1.0, *every["dscr"], _least_cover(study)) if math.isfinite(c))
    ratio = axis(
        "DSCR",
        {"overlaying": "y", "side": "right", "range": [0.0, top], "showgrid": False, "tickformat": ".1f", "dtick": 0.5},
    )
    years = axis(study.t("year of the study"))
    title = study.t("Debt service and its cover")
    return Chart(
        "debt-cover",
        title,
        study.t("Cash of the company after tax beside interest and principal of all loans, nominal money."),
        {
            "data": _cover_traces(study, every, money),
            "layout": layout(
                study.lang, {"barmode": "group", "xaxis": years, "yaxis": axis(money.unit), "yaxis2": ratio}
            ),
        },
        _cover_table(study, every, title, money),
        height=400,
    )


def _cover_traces(study: Study, every: pd.DataFrame, money: Scale) -> list[dict[str, Any]]:
    """Return bars of cash and debt service, and the line of the cover ratio on a second axis."""
    years = [int(y) for y in every["year"]]
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": years,
            "y": [round(float(v) / money.divisor, 4) for v in values],
            "marker": {"color": color},
            "hovertemplate": f"%{{y:,.3~r}} {plain(money.unit)}",
        }
        for name, values, color in (
            (study.t("Cash available for debt service"), every["cash_available"], CYCLE[0]),
            (study.t("Debt service"), every["interest"] + every["principal"], CYCLE[1]),
        )
    ]
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": study.t("Cover ratio"),
        "x": years,
        "y": [round(float(c), 4) if math.isfinite(c) else None for c in every["dscr"]],
        "yaxis": "y2",
        "line": {"color": RED, "width": 2},
        "hovertemplate": "%{y:.2f}",
    }
    asked = _least_cover(study)
    if not math.isfinite(asked):
        return [*bars, line]
    least = line | {
        "mode": "lines",
        "name": study.t("Least of the lender"),
        "y": [asked] * len(years),
        "line": {"color": RED, "width": 1.2, "dash": "dash"},
    }
    return [*bars, line, least]


def _least_cover(study: Study) -> float:
    """Return the highest cover ratio a lender of the case asks for, NaN where none does."""
    import pandas as pd

    rows = study.table("assumptions")
    asked = rows["path"].astype(str).str.fullmatch(r"finance\.debt\..+\.target_dscr")
    return float(pd.to_numeric(rows.loc[asked, "value"], errors="coerce").max())


def _cover_table(study: Study, every: pd.DataFrame, title: str, money: Scale) -> Table:
    number, amount, unit = study.lang.number, money.shown, money.unit
    heads = (
        Head(study.t("Year"), numeric=True), Head(study.t("Cash available for debt service"), unit, numeric=True),
        Head(study.t("Debt service"), unit, numeric=True), Head(study.t("Debt at the end"), unit, numeric=True),
        Head("DSCR", numeric=True), Head("LLCR", numeric=True), Head(study.t("Gearing"), numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            number(r["year"], 0), amount(r["cash_available"]),
            amount(r["interest"] + r["principal"]), amount(r["balance"]),
            number(r["dscr"], 2), number(r["llcr"], 2), study.lang.percent(r["gearing_frac"]),
        )
        for r in every.to_dict("records")
    )  # fmt: skip
    held = every["dscr"].dropna()
    if held.empty:
        return Table(title, heads, rows)
    first = every.sort_values("year")["llcr"].iloc[0]
    note = study.t(
        "Lowest DSCR {lowest}, mean {mean}; LLCR at close {llcr}.",
        {"lowest": number(held.min(), 2), "mean": number(held.mean(), 2), "llcr": number(first, 2)},
    )
    return Table(title, heads, rows, note)


def _bill_table(study: Study, title: str, names: list[str], frame: pd.DataFrame, yearly: Scale) -> Table:
    """Return what stands behind the bars: contracts, deliveries, bills and savings of each customer."""
    number, percent, unit = study.lang.number, study.lang.percent, yearly.unit
    worth = study.lang.money(float(frame["present_saving"].abs().max()), study.currency)
    heads = (
        Head(study.t("Customer")), Head(study.t("Contracted"), "kW", numeric=True),
        Head(study.t("Delivered"), "MWh/a", numeric=True), Head(study.t("Own machines (BAU)"), unit, numeric=True),
        Head(study.t("District tariff"), unit, numeric=True), Head(study.t("Saving"), "%", numeric=True),
        Head(study.t("Present value of the saving"), worth.unit, numeric=True),
        Head(study.t("Missing to the promise"), worth.unit, numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            name, number(r["contracted_kw"], 0), number(r["delivered_kwh"] / 1000.0, 0),
            yearly.shown(r["bau_cost"]), yearly.shown(r["bill"]), percent(r["saving_frac"], sign=True),
            worth.shown(r["present_saving"], sign=True), worth.shown(r["shortfall"]),
        )
        for name, r in zip(names, frame.to_dict("records"), strict=True)
    )  # fmt: skip
    return Table(title, heads, rows)


def bills(study: Study) -> Chart | None:
    """Return the yearly cost of each customer in BAU and under the tariff."""
    frame = study.of("customer_bills", study.main)
    if frame.empty:
        return None
    named = dict(zip(study.table("buildings")["building"], study.table("buildings")["name"], strict=True))
    names = [str(named.get(c) or labels.spaced(str(c))) for c in frame["customer"]]
    money = study.lang.money(float(frame[["bau_cost", "bill"]].abs().max().max()), f"{study.currency}/a")
    places, who = name_axis(names, {"autorange": "reversed"})
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": label,
            "y": places,
            "x": [float(x) / money.divisor for x in frame[column]],
            "marker": {"color": color},
            "hovertemplate": f"%{{x:,.3~r}} {plain(money.unit)}",
        }
        for label, column, color in (
            (study.t("Own machines (BAU)"), "bau_cost", GRAY),
            (study.t("District tariff"), "bill", CYCLE[0]),
        )
    ]
    title = study.t("Bill of each customer in the first year of service")
    return Chart(
        "customer-bills",
        title,
        study.t("Own machines with their capital as an annuity, beside the district tariff; nominal money."),
        {
            "data": data,
            "layout": layout(
                study.lang,
                {
                    "barmode": "group",
                    "xaxis": axis(money.unit),
                    "yaxis": who,
                    "hovermode": "closest",
                    "legend": {"y": -60.0 / (70.0 + 44.0 * len(names))},
                },
            ),
        },
        _bill_table(study, title, names, frame, money),
        height=190 + 44 * len(names),
    )


def party_values(study: Study) -> dict[str, float]:
    """Return the present value of every party, of carbon, outages and damage apart, and last of all parties.

    The values before the last add up to it: parties the case does not list stand together as other parties. Empty
    where the run has no perspectives; without the economy among them there is no last value.
    """
    frame = study.of("perspectives", study.main)
    totals = frame[frame["kind"] == "total"]
    apart = frame[(frame["party"] == "economy") & (frame["kind"] != "total")]
    own = totals[~totals["party"].isin(["economy", "all parties"])]
    values = {str(k): float(v) for k, v in own.groupby("perspective", sort=False)["present_value"].sum().items()}
    values |= {str(k): float(v) for k, v in apart.groupby("line", sort=False)["present_value"].sum().items()}
    every = totals.loc[totals["party"] == "all parties", "present_value"]
    if every.empty:
        return values
    total = float(every.iloc[0])
    rest = total - sum(values.values())
    if abs(rest) > _SMALL_FRAC * max(map(abs, (total, *values.values()))):
        values["other parties"] = rest
    return values | {"all parties": total}


def parties(study: Study) -> Chart | None:
    """Return the present value of each party and of what stands apart; they add up to that of all parties."""
    found = party_values(study)
    if not found:
        return None
    highest = max(map(abs, found.values()))
    sums = {k: v for k, v in found.items() if abs(v) > _SMALL_FRAC * highest}
    money = study.lang.money(highest, study.currency)
    unit = money.unit
    names = [labels.label(study.lang, labels.PARTIES, k) for k in sums]
    values = [v / money.divisor for v in sums.values()]
    heads = (Head(study.t("Perspective")), Head(study.t("Net present value"), unit, numeric=True))
    shown = [money.shown(v, sign=True) for v in sums.values()]
    places, who = name_axis(names, {"autorange": "reversed", "ticksuffix": "  "})
    room = 0.36 * (max(*values, 0.0) - min(*values, 0.0))
    title = study.t("Who gains and who loses: present value against BAU")
    return Chart(
        "perspectives",
        title,
        study.t("Payments between parties cancel: what is left is the economy. All at one common rate."),
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "y": places,
                    "x": values,
                    "marker": {"color": [GREEN if v >= 0 else RED for v in values]},
                    "text": shown,
                    "textposition": "outside",
                    "cliponaxis": False,
                    "hovertemplate": f"%{{x:,.3~r}} {plain(unit)}<extra></extra>",
                }
            ],
            "layout": layout(
                study.lang,
                {
                    "xaxis": axis(unit, {"range": [min(*values, 0.0) - room, max(*values, 0.0) + room]}),
                    "yaxis": who,
                    "showlegend": False,
                },
            ),
        },
        Table(title, heads, tuple(zip(names, shown, strict=True)), summed="all parties" in sums),
        height=110 + 34 * len(names),
    )
