"""How the plant runs, carrier by carrier: dispatch, peak day, load duration; and the contracts for waste heat."""

from __future__ import annotations

from edsim.report import labels
from edsim.report.figures import balance, dispatch
from edsim.report.figures.flows import carriers_of
from edsim.report.i18n import NONE
from edsim.report.view import Block, Head, Study, Table, fold

_KEYS = {"chilled_water": "cooling"}
_POWER = ("electricity",)


def operation_blocks(study: Study) -> list[Block | None]:
    """Return energy flows of a year, then the dispatch; carriers after the first are folded."""
    carriers = [c for c in carriers_of(study) if c != _POWER[0]]
    blocks: list[Block | None] = [balance.sankey(study)]
    for k, carrier in enumerate(carriers):
        key = _KEYS.get(carrier, carrier.replace("_", "-"))
        drawn = (
            dispatch.dispatch(study, f"dispatch-{key}", (carrier,)),
            dispatch.peak_day(study, f"peak-day-{key}", (carrier,)),
            dispatch.carrier_duration(study, f"duration-{key}", (carrier,)),
        )
        if k == 0:
            blocks += drawn
        else:
            title = study.t("{carrier}: dispatch, peak day, load duration", carrier=labels.carrier(study.lang, carrier))
            blocks.append(fold(f"fold-{key}", title, drawn))
    return [*blocks, dispatch.dispatch(study, "dispatch-power", _POWER), heat_contracts(study), allocation(study)]


def heat_contracts(study: Study) -> Table | None:
    """Return who sells waste heat to the district at which terms."""
    frame = study.of("heat_contracts", study.main)
    if frame.empty:
        return None
    number = study.lang.number
    divisor, unit = study.lang.scale(float(frame["payment_per_a"].abs().max()), f"{study.currency}/a")
    heads = (
        Head(study.t("Supplier")), Head(study.t("Source")), Head(study.t("Temperature"), "°C", numeric=True),
        Head(study.t("Price"), f"{study.currency}/MWh", numeric=True),
        Head(study.t("May leave in"), numeric=True), Head(study.t("Available"), "MWh/a", numeric=True),
        Head(study.t("Taken"), "MWh/a", numeric=True), Head(study.t("Delivered"), "MWh/a", numeric=True),
        Head(study.t("Payment"), unit, numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            str(r["supplier"]), labels.spaced(str(r["source"])), number(r["temp_c"], 0),
            number(r["price_per_kwh"] * 1000.0), str(int(r["exit_year"])) if r["exit_year"] > 0 else NONE,
            number(r["available_kwh"] / 1000.0, 0), number(r["taken_kwh"] / 1000.0, 0),
            number(r["delivered_kwh"] / 1000.0, 0), number(r["payment_per_a"] / divisor),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    note = study.t("Delivered heat counts the work of a heat pump; a dash: the contract states no year.")
    return Table(study.t("Contracts for waste heat"), heads, rows, note)


def allocation(study: Study) -> Table | None:
    """Return how cost and emissions are shared among the products, by each method."""
    frame = study.of("allocation", study.main)
    if frame.empty:
        return None
    methods = list(dict.fromkeys(frame["method"]))
    wide = frame.pivot_table(index="product", columns="method", values="share_frac", aggfunc="sum", sort=False)
    heads = (
        Head(study.t("Product")),
        *(Head(labels.label(study.lang, labels.METHODS, str(m)), numeric=True) for m in methods),
    )
    rows = tuple(
        (labels.carrier(study.lang, str(product)), *(study.lang.percent(float(r[m])) for m in methods))
        for product, r in wide.iterrows()
    )
    note = study.t("Each method is a convention; the shares say nothing about what a product would cost alone.")
    return Table(study.t("Shares of the products in cost and emissions"), heads, rows, note)
