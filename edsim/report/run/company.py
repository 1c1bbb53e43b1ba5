"""The section on the district company: funds, tariff, customers, stress, incentives, parties, and what adds up."""

from __future__ import annotations

from itertools import pairwise
from math import isnan

from edsim.report import codes, labels
from edsim.report.figures import company as figures
from edsim.report.i18n import NONE, nice_unit
from edsim.report.view import Block, Head, Study, Table, fold


def company_blocks(study: Study) -> tuple[Block, ...]:
    """Return the blocks of the section, none where the study has no company."""
    blocks = (
        figures.parties(study),
        figures.bills(study),
        _tariff(study),
        _funding(study),
        figures.debt_cover(study),
        fold("concessions", study.t("What public money gives away"), (_concessions(study),)),
        fold("pro-forma", study.t("Company accounts year by year"), (_pro_forma(study),)),
        _stress(study),
        fold("incentives", study.t("What each incentive is worth"), (_incentives(study),)),
        climate(study),
    )
    return tuple(b for b in blocks if b is not None)


def _item(study: Study, key: object) -> str:
    return codes.item(study, codes.ITEMS, str(key))


def _funding(study: Study) -> Table | None:
    frame = study.of("funding", study.main)
    if frame.empty:
        return None
    money = study.lang.money(float(frame["amount"].abs().max()), study.currency)
    heads = (
        Head(study.t("Side")), Head(study.t("Item")), Head(study.t("Amount"), money.unit, numeric=True),
        Head(study.t("Share"), numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            study.t("Use") if r["side"] == "use" else study.t("Source of funds"),
            _item(study, r["item"]), money.shown(r["amount"]), study.lang.percent(r["share_frac"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    limited = [
        study.t("{loan} is limited by {limit}.", {"loan": _item(study, r["item"]), "limit": codes.limit(study, text)})
        for r in frame.to_dict("records")
        if (text := str(r.get("limit") or "")) and text != "nan"
    ]
    if "later_investment" in set(frame["item"]):
        note = study.t("Nominal money at financial close and in later milestones; uses and sources add up to the same.")
    else:
        note = study.t("Nominal money at financial close; uses and sources add up to the same.")
    return Table(study.t("Uses and sources of funds"), heads, rows, " ".join((*limited, note)))


def _concessions(study: Study) -> Table | None:
    frame = study.of("concessions", study.main)
    if frame.empty:
        return None
    money = study.lang.money(float(frame["amount"].abs().max()), study.currency)
    heads = (
        Head(study.t("Source of funds")), Head(study.t("Kind")), Head(study.t("Amount"), money.unit, numeric=True),
        Head(study.t("Grant element"), numeric=True), Head(study.t("Given away"), money.unit, numeric=True),
    )  # fmt: skip
    number = study.lang.number
    rows = tuple(
        (
            study.t("Total") if r["source"] == "all" else _item(study, r["source"]),
            NONE if r["kind"] == "all" else labels.label(study.lang, codes.FUNDS, str(r["kind"])),
            money.shown(r["amount"]), study.lang.percent(r["grant_element_frac"]), money.shown(r["subsidy"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    total = frame[frame["source"] == "all"].iloc[0]
    note = study.t(
        "Grant element at the donors' rate of {rate}; private money per public money: {ratio}.",
        {
            "rate": study.lang.percent(float(total["reference_rate_frac"]), 1),
            "ratio": number(float(total["leverage"]), 1),
        },
    )
    return Table(study.t("What public money gives away"), heads, rows, note)


def hfc(study: Study) -> Table | None:
    """Return the HFC bought in the years in which the limit of the country changes, BAU beside the main variant."""
    frame = study.table("hfc")
    frame = frame[frame["variant"].isin(study.order[:2])]
    if frame.empty:
        return None
    wide = frame.pivot_table(index="calendar_year", columns="variant", values="hfc_service_kgco2e", aggfunc="sum")
    limit = frame.groupby("calendar_year")["limit_frac"].first()
    years = [int(y) for y in wide.index]
    steps = [years[0], years[-1]]
    steps += [b for a, b in pairwise(years) if limit[a] != limit[b] and not (isnan(limit[a]) and isnan(limit[b]))]
    order = [v for v in study.order[:2] if v in wide]
    heads = (
        Head(study.t("Calendar year"), numeric=True),
        *(Head(study.variant(v), "tCO₂e/a", numeric=True) for v in order),
        Head(study.t("National limit"), numeric=True),
    )
    rows = tuple(
        (
            str(year), *(study.lang.number(wide[v].to_dict()[year] / 1000.0, 1) for v in order),
            study.lang.percent(float(limit[year])),
        )
        for year in sorted(set(steps))
    )  # fmt: skip
    note = study.t(
        "HFC bought to replace losses. The Kigali Amendment lowers what the country may consume in all, in percent of "
        "its baseline: a plant that needs as much in later years will find it scarce and dear."
    )
    return Table(study.t("HFC to refill and the national limit"), heads, rows, note)


def _tariff(study: Study) -> Table | None:
    frame = study.of("tariffs", study.main)
    if frame.empty:
        return None
    heads = (
        Head(study.t("Price")),
        Head(study.t("Value"), numeric=True),
        Head(study.t("Unit")),
        Head(study.t("Remark")),
    )
    rows = []
    for r in frame.to_dict("records"):
        shown, unit = study.lang.quantity(r["value"], str(r["unit"]))
        remark = codes.shown(study, "tariffs", "reason", r)
        rows.append((_item(study, r["item"]), shown, nice_unit(unit), remark))
    note = study.t("Prices of the price year of the case; mean prices are over the contract at the customers' rate.")
    return Table(study.t("Tariff, ceiling and gap"), heads, tuple(rows), note)


_ACCOUNTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Revenue", "cash", ("revenue_service", "revenue_export", "revenue_other")),
    ("EBITDA", "memo", ("ebitda",)),
    ("Value at the end", "cash", ("salvage",)),
    ("Tax", "cash", ("tax",)),
    ("Cash for debt service", "memo", ("cash_for_debt_service",)),
    ("Interest", "cash", ("interest",)),
    ("Principal", "cash", ("principal",)),
    ("Debt at the end", "memo", ("debt_balance",)),
    ("Cash of the owners", "memo", ("equity_cash_flow",)),
)
"""Columns of the accounts: heading, kind of line, lines summed."""


def _pro_forma(study: Study) -> Table | None:
    """Return the accounts of the company by year; every line is in the workbook."""
    frame = study.of("pro_forma", study.main)
    if frame.empty:
        return None
    money = study.lang.money(float(frame["value"].abs().max()), study.currency)
    sums = frame.groupby(["kind", "line", "year"])["value"].sum()
    years = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
    heads = (
        Head(study.t("Year"), numeric=True),
        *(Head(study.t(title), money.unit, numeric=True) for title, _, _ in _ACCOUNTS),
    )
    rows = tuple(
        (
            str(year),
            *(
                money.shown(sum(float(sums.get((kind, line, year), 0.0)) for line in lines))
                for _, kind, lines in _ACCOUNTS
            ),
        )
        for year in years
    )
    note = study.t("Nominal money, money out negative; every line of the accounts is in the workbook.")
    return Table(study.t("Company accounts year by year"), heads, rows, note)


def _stress(study: Study) -> Table | None:
    frame = study.of("stress", study.main)
    if frame.empty:
        return None
    money = study.lang.money(float(frame["equity_npv"].abs().max()), study.currency)
    heads = (
        Head(study.t("Event")), Head(study.t("Owners' net present value"), money.unit, numeric=True),
        Head(study.t("Owners' return"), numeric=True), Head(study.t("Lowest DSCR"), numeric=True),
        Head(study.t("Change the debt bears"), numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            codes.event(study, str(r["event"])), money.shown(r["equity_npv"], sign=True),
            study.lang.percent(r["equity_irr_frac"], 1), study.lang.number(r["minimum_dscr"], 2),
            study.lang.percent(r.get("debt_change_frac"), 1),
        )
        for r in sorted(frame.to_dict("records"), key=lambda r: str(r["event"]) != "as planned")
    )  # fmt: skip
    note = study.t(
        "At the same tariff, plant and loans; energy and water fall with the service. Change the debt bears: its size "
        "at which the lowest DSCR is 1; of loans, points of the rate."
    )
    return Table(study.t("Stress after close"), heads, rows, note)


def _incentives(study: Study) -> Table | None:
    frame = study.of("incentives", study.main)
    if frame.empty:
        return None
    money = study.lang.money(float(frame["value"].abs().max()), study.currency)
    heads = (
        Head(study.t("Incentive")),
        Head(study.t("Value to the owners"), money.unit, numeric=True),
        Head(study.t("Source")),
    )
    rows = tuple(
        (_item(study, r["incentive"]), money.shown(r["value"], sign=True), str(r["source"]))
        for r in frame.to_dict("records")
    )
    note = study.t("Found by switching each off, with all others in force and the tariff unchanged.")
    return Table(study.t("What each incentive is worth"), heads, rows, note)


def climate(study: Study) -> Table | None:
    """Return the climate-smart life-cycle cost, its parts apart."""
    frame = study.table("climate_smart")
    if frame.empty:
        return None
    order = [v for v in study.order if v in set(frame["variant"])]
    money = study.lang.money(float(frame["present_value"].abs().max()), study.currency)
    heads = (Head(study.t("Part")), *(Head(study.variant(v), money.unit, numeric=True) for v in order))
    wide = frame.pivot_table(index="line", columns="variant", values="present_value", aggfunc="sum", sort=False)
    rows = tuple((_item(study, line), *(money.shown(float(r[v])) for v in order)) for line, r in wide.iterrows())
    note = study.t("Constant money. Carbon, interruptions and damage are values to society, not cash of the study.")
    return Table(study.t("Climate-smart life-cycle cost"), heads, rows, note, summed=True)


def frames(study: Study) -> Table | None:
    """Return the accounting frames side by side."""
    frame = study.of("ghg_frames", study.main)
    if frame.empty:
        return None
    heads = (
        Head(study.t("Frame")), Head(study.t("Grid factor"), "kgCO₂e/kWh", numeric=True),
        Head(study.t("BAU"), "tCO₂e", numeric=True), Head(study.variant(study.main), "tCO₂e", numeric=True),
        Head(study.t("Reduction"), "tCO₂e", numeric=True), Head(study.t("Mean of a year"), "tCO₂e/a", numeric=True),
        Head(study.t("Memo"), "tCO₂e", numeric=True), Head(study.t("Indirect"), "tCO₂e", numeric=True),
    )  # fmt: skip
    number = study.lang.number
    rows = tuple(
        (
            labels.label(study.lang, labels.FRAMES, str(r["frame"])), number(r["grid_kg_per_kwh"], 3),
            number(r["bau_t"], 0), number(r["value_t"], 0), number(r["reduction_t"], 0, sign=True),
            number(r["reduction_t_per_a"], 0, sign=True), number(r["memo_t"], 0, sign=True), number(r["indirect_t"], 0),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    note = study.t(
        "Over the whole horizon; frames answer different questions and are never added up. A dash: the case gives no "
        "grid factor of the basis this frame asks for."
    )
    return Table(study.t("Reduction in each accounting frame"), heads, rows, note)


def reconciliation(study: Study) -> Table | None:
    """Return both ledgers of the main variant line by line."""
    frame = study.of("reconciliation", study.main)
    yearly = frame[frame["step"] == "yearly"]
    if yearly.empty:
        return None
    heads = (
        Head(study.t("Line")), Head(study.t("Optimizer"), f"{study.currency}/a", numeric=True),
        Head(study.t("Ledger"), f"{study.currency}/a", numeric=True),
        Head(study.t("Difference"), f"{study.currency}/a", numeric=True),
    )  # fmt: skip
    number = study.lang.number
    rows: list[tuple[str, ...]] = [
        (
            _ledger_line(study, str(r["line"])),
            number(r["optimizer"], 2), number(r["ledger"], 2), number(r["difference"], 4, sign=True),
        )
        for r in yearly.to_dict("records")
    ]  # fmt: skip
    total = yearly[["optimizer", "ledger", "difference"]].sum()
    rows.append(
        (study.t("Total"), *(number(total[c], d) for c, d in (("optimizer", 2), ("ledger", 2), ("difference", 4))))
    )
    note = study.t("Plant only, constant money of a year, before price growth.")
    return Table(study.t("Optimizer and ledger line by line"), heads, tuple(rows), note, summed=True)


def _ledger_line(study: Study, line: str) -> str:
    return study.t("Capital as an annuity") if line == "capex_annuity" else labels.line_name(study.lang, line)


def meters(study: Study) -> Table | None:
    """Return the electricity bill of every meter in BAU and the main variant."""
    frame = study.table("electricity_bills")
    frame = frame[frame["variant"].isin(study.order[:2])]
    if frame.empty:
        return None
    money = study.lang.money(float(frame["total"].abs().max()), f"{study.currency}/a")
    heads = (
        Head(study.t("Variant")), Head(study.t("Meter")), Head(study.t("Tariff")),
        Head(study.t("Electricity"), "MWh/a", numeric=True), Head(study.t("Peak"), "kW", numeric=True),
        Head(study.t("Load factor"), numeric=True), Head(study.t("Energy charge"), money.unit, numeric=True),
        Head(study.t("Demand charge"), money.unit, numeric=True), Head(study.t("Bill"), money.unit, numeric=True),
    )  # fmt: skip
    number = study.lang.number
    rows = tuple(
        (
            study.variant(str(r["variant"])), codes.building(study, str(r["meter"])),
            codes.shown(study, "electricity_bills", "tariff", r),
            number(r["electricity_kwh"] / 1000.0, 0), number(r["peak_kw"], 0),
            study.lang.percent(r["load_factor_frac"]),
            money.shown(r["energy_charge"]), money.shown(r["demand_charge"]), money.shown(r["total"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    note = study.t(
        "A building has one meter: plugs, lighting and the machines it keeps share its peak. Every line of every month "
        "stands on the sheet of customers of the workbook."
    )
    return Table(study.t("Electricity bills"), heads, rows, note, filtered=len(rows) > 15)
