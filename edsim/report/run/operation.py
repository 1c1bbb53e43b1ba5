"""How the plant runs, carrier by carrier: dispatch, peak day, load duration; and the contracts for waste heat."""

from __future__ import annotations

from math import isnan
from typing import Any

from edsim.report import labels
from edsim.report.figures import balance, dispatch, weeks
from edsim.report.figures.flows import carriers_of
from edsim.report.i18n import NONE
from edsim.report.view import Block, Chart, Head, Study, Table, fold

_KEYS = {"chilled_water": "cooling"}
_POWER = ("electricity",)


def operation_blocks(study: Study) -> list[Block | None]:
    """Return energy flows of a year, then the dispatch; carriers after the first and power of one source are folded."""
    carriers = [c for c in carriers_of(study) if c != _POWER[0]]
    blocks: list[Block | None] = [balance.sankey(study)]
    for k, carrier in enumerate(carriers):
        key = _KEYS.get(carrier, carrier.replace("_", "-"))
        drawn = (
            dispatch.dispatch(study, f"dispatch-{key}", (carrier,)),
            weeks.typical_weeks(study, f"weeks-{key}", (carrier,)),
            dispatch.peak_day(study, f"peak-day-{key}", (carrier,)),
            dispatch.carrier_duration(study, f"duration-{key}", (carrier,)),
        )
        if k == 0:
            blocks += drawn
        else:
            title = study.t(
                "{carrier}: dispatch, peak day, load duration", {"carrier": labels.carrier(study.lang, carrier)}
            )
            blocks.append(fold(f"fold-{key}", title, drawn))
    return [*blocks, *_power(study, alone=not carriers), heat_contracts(study), allocation(study), by_network(study)]


def _power(study: Study, *, alone: bool) -> tuple[Block | None, ...]:
    """Return the dispatch of electricity, folded where one source is all of it: its curve is that of what draws it."""
    drawn = dispatch.dispatch(study, "dispatch-power", _POWER)
    week = weeks.typical_weeks(study, "weeks-power", _POWER)
    if alone or drawn is None or _suppliers(drawn) != 1:
        return drawn, week
    title = study.t("{carrier}: dispatch, typical weeks", {"carrier": labels.carrier(study.lang, _POWER[0])})
    return (fold("fold-electricity", title, (drawn, week)),)


def _suppliers(chart: Chart) -> int:
    """Return how many sources a dispatch is stacked of."""
    return sum(trace.get("stackgroup") == "supply" for trace in chart.figure["data"])


def heat_contracts(study: Study) -> Table | None:
    """Return who sells waste heat to the district at which terms."""
    frame = study.of("heat_contracts", study.main)
    if frame.empty:
        return None
    number = study.lang.number
    paid = study.lang.money(float(frame["payment_per_a"].abs().max()), f"{study.currency}/a")
    heads = (
        Head(study.t("Supplier")), Head(study.t("Source")), Head(study.t("Temperature"), "°C", numeric=True),
        Head(study.t("Price"), f"{study.currency}/MWh", numeric=True),
        Head(study.t("May leave in"), numeric=True), Head(study.t("Available"), "MWh/a", numeric=True),
        Head(study.t("Taken"), "MWh/a", numeric=True), Head(study.t("Delivered"), "MWh/a", numeric=True),
        Head(study.t("Payment"), paid.unit, numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            str(r["supplier"]), labels.spaced(str(r["source"])), number(r["temp_c"], 0),
            number(r["price_per_kwh"] * 1000.0), str(int(r["exit_year"])) if r["exit_year"] > 0 else NONE,
            number(r["available_kwh"] / 1000.0, 0), number(r["taken_kwh"] / 1000.0, 0),
            number(r["delivered_kwh"] / 1000.0, 0), paid.shown(r["payment_per_a"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    note = study.t("Delivered heat counts the work of a heat pump; a dash: the contract states no year.")
    return Table(study.t("Contracts for waste heat"), heads, rows, note)


def allocation(study: Study) -> Table | None:
    """Return what a unit of each product costs by each method of sharing, beside BAU; the chosen method is marked."""
    frame = study.of("allocation", study.main)
    if frame.empty:
        return None
    methods = list(dict.fromkeys(frame["method"]))
    chosen = frame.loc[frame["chosen"].astype(bool), "method"]
    mark = {m: " *" if m in set(chosen) else "" for m in methods}
    heads = (
        Head(study.t("Product")), Head(study.t("Unit")),
        *(Head(labels.label(study.lang, labels.METHODS, m) + mark[m], numeric=True) for m in methods),
        Head(study.t("Alone"), numeric=True), Head(study.t("BAU"), numeric=True),
    )  # fmt: skip
    rows = []
    for product, group in frame.groupby("product", sort=False):  # a product has one row per method
        by_method: dict[str, dict[Any, Any]] = {str(r["method"]): r for r in group.to_dict("records")}
        one = next(iter(by_method.values()))
        unit = f"{study.currency}/" + ("Nm³" if one["unit"] == "Nm3" else "kWh")
        paid = [_paid(study, by_method.get(m)) for m in methods]
        per = [float(one[c]) / float(one["delivered"]) for c in ("alone_cost_per_a", "bau_cost_per_a")]
        rows.append((labels.carrier(study.lang, str(product)), unit, *paid, *(study.lang.number(x) for x in per)))
    return Table(study.t("What each service costs, by method of sharing"), heads, tuple(rows), _sharing_note(study))


def by_network(study: Study) -> Table | None:
    """Return the levelized cost of every network of a service that has several; none where each has one."""
    frame = study.of("network_costs", study.main)
    if frame.empty:
        return None
    heads = (
        Head(study.t("Network")), Head(study.t("Product")), Head(study.t("Temperature"), "°C", numeric=True),
        Head(study.t("Delivered"), numeric=True), Head(study.t("Unit")),
        Head(study.t("Share of the plant"), numeric=True), Head(study.t("Levelized cost"), numeric=True),
        Head(study.t("Unit")),
    )  # fmt: skip
    rows = []
    for r in frame.to_dict("records"):
        in_nm3 = r["unit"] == "Nm3"
        name = labels.spaced(str(r["network"])) if r["network"] else study.t("at buildings")
        delivered = study.lang.number(r["delivered"] / (1.0 if in_nm3 else 1000.0), 0)
        warmth = NONE if isnan(r["temp_c"]) else study.lang.number(r["temp_c"], 1)
        cost = NONE if isnan(r["unit_cost"]) else study.lang.number(r["unit_cost"])
        share, unit = study.lang.percent(r["share_frac"]), f"{study.currency}/" + ("Nm³" if in_nm3 else "kWh")
        product = labels.carrier(study.lang, str(r["service"]))
        rows.append((name, product, warmth, delivered, "Nm³/a" if in_nm3 else "MWh/a", share, cost, unit))
    note = study.t(
        "Each network bears its pipes and stations; of the plant, bought energy by what is traced to it hour by hour, "
        "machines and upkeep by energy delivered. Together they are the levelized cost of the service."
    )
    return Table(study.t("Levelized cost by network"), heads, tuple(rows), note)


def _paid(study: Study, row: dict[Any, Any] | None) -> str:
    """Return the unit cost of a product by one method, its share in brackets."""
    if row is None:
        return NONE
    return f"{study.lang.number(row['unit_cost'])} ({study.lang.percent(row['share_frac'])})"


def _sharing_note(study: Study) -> str:
    """Return what the table means, and which groups of services would leave under the chosen method."""
    frame = study.of("allocation", study.main)
    parts = [
        study.t(
            "In brackets the share of joint cost and emissions. Physical methods share the plant and charge each "
            "network to its service; separable cost and Shapley value share both, from the least-cost plant of every "
            "group of services. * marks the method used."
        )
    ]
    methods = set(frame["method"])
    if "shapley" in methods and "separable" not in methods:
        parts.append(study.t("There is no separable cost: one plant for all gains nothing that could be divided."))
    leaving = sorted({str(g) for g in frame.loc[frame["chosen"].astype(bool), "better_alone"] if str(g)})
    for group in leaving:
        names = " + ".join(labels.carrier(study.lang, name) for name in group.split(" + "))
        parts.append(study.t("By the marked method {group} would pay less with a plant of its own.", {"group": names}))
    return " ".join(parts)
