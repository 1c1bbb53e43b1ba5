"""The sheet of cash flows: lines by year of every variant, with present value and rate of return as live formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edsim.report import labels
from edsim.report.figures.money import project_flows
from edsim.report.sheets.cells import cell_name, number_width, set_widths
from edsim.report.theme import clean
from edsim.report.view import BAU, Study

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def cash_flow_sheet(study: Study, sheet: Worksheet, formats: Mapping[str, Format]) -> dict[tuple[str, str], str]:
    """Write lines × years of every variant, the difference to BAU, NPV and IRR as formulas; return where these are."""
    flows = project_flows(study)
    sheet.write_string(0, 0, study.t("Cash flow"), formats["title"])
    basis = str(flows["price_basis"].iloc[0]) if len(flows) else ""
    sheet.write_string(1, 0, f"{study.currency}, {clean(basis)}; {study.t('money out is negative')}")
    sheet.set_column(0, 0, 40)
    if flows.empty:
        sheet.write_string(3, 0, study.t("No cash flows are stored for this run."))
        return {}
    years = list(range(int(flows["year"].min()), int(flows["year"].max()) + 1))
    rate = _discount_rate(study)
    sheet.write_string(2, 0, study.t("Discount rate (change it to see the effect)"))
    if rate is None:
        sheet.write_blank(2, 1, None, formats["input"])
    else:
        sheet.write_number(2, 1, rate, formats["input"])
    sheet.write_string(4, 0, study.t("Year"), formats["head"])
    for k, year in enumerate(years, start=1):
        sheet.write_number(4, k, year, formats["head_number"])
    sums = flows.groupby(["variant", "year"])["value"].sum()
    set_widths(sheet, [40.0, *[number_width([*flows["value"], *sums, 2.0 * sums.abs().max()])] * len(years)], 1)
    sheet.freeze_panes(5, 1)
    sheet.repeat_rows(4)
    totals: dict[str, int] = {}
    places: dict[tuple[str, str], str] = {}
    row = 5
    for variant in [v for v in study.order if v in set(flows["variant"])]:
        row, totals[variant] = _variant_block(study, sheet, formats, (variant, row, years))
    for variant, total in totals.items():
        if variant != BAU and BAU in totals:
            row = _difference_block(study, sheet, formats, (variant, row, years, total, totals[BAU]))
            ends = (("npv", row - 3), ("irr", row - 2))
            places |= {(variant, key): cell_name(r, 1, fixed=True) for key, r in ends}
    return places


def _variant_block(
    study: Study, sheet: Worksheet, formats: Mapping[str, Format], what: tuple[str, int, list[int]]
) -> tuple[int, int]:
    """Write one variant from `row` on; return the next free row and the row of its total."""
    variant, row, years = what
    flows = project_flows(study)
    mine = flows[flows["variant"] == variant]
    table = mine.pivot_table(index="line", columns="year", values="value", aggfunc="sum", sort=False)
    table = table.reindex(columns=years).fillna(0.0)
    sheet.write_string(row, 0, clean(study.variant(variant)), formats["head"])
    first = row + 1
    for line, values in table.iterrows():
        row += 1
        sheet.write_string(row, 0, clean(labels.line_name(study.lang, str(line))))
        for k, value in enumerate(values, start=1):
            sheet.write_number(row, k, float(value), formats["large"])
    total = row + 1
    sheet.write_string(total, 0, study.t("Total"), formats["total"])
    for k, year in enumerate(years, start=1):
        area = f"{cell_name(first, k)}:{cell_name(row, k)}"
        sheet.write_formula(total, k, f"=SUM({area})", formats["total"], float(table[year].sum()))
    return total + 2, total


def _difference_block(
    study: Study, sheet: Worksheet, formats: Mapping[str, Format], what: tuple[str, int, list[int], int, int]
) -> int:
    """Write project minus BAU with its NPV and IRR; return the next free row."""
    variant, row, years, total, base = what
    flows = project_flows(study)
    sums = flows.pivot_table(index="year", columns="variant", values="value", aggfunc="sum").reindex(years).fillna(0.0)
    net = [float(x) for x in sums[variant] - sums[BAU]]
    name = clean(study.variant(variant))
    sheet.write_string(row, 0, study.t("{variant} minus BAU", {"variant": name}), formats["total"])
    for k, value in enumerate(net, start=1):
        sheet.write_formula(row, k, f"={cell_name(total, k)}-{cell_name(base, k)}", formats["total"], value)
    area = f"{cell_name(row, 1)}:{cell_name(row, len(years))}"
    span = f"{cell_name(4, 1, fixed=True)}:{cell_name(4, len(years), fixed=True)}"
    kpis = study.of("kpis", variant).set_index("id")["value"]
    sheet.write_string(row + 1, 0, study.t("Net present value") + f", {study.currency}")
    sheet.write_formula(
        row + 1, 1, f"=SUMPRODUCT({area}/(1+$B$3)^{span})", formats["result"], _finite(kpis.get("npv", math.nan))
    )
    sheet.write_string(row + 2, 0, study.t("Internal rate of return"))
    sheet.write_formula(row + 2, 1, f'=IFERROR(IRR({area}),"")', formats["rate"], _finite(kpis.get("irr", math.nan)))
    return row + 4


def _finite(value: Any) -> Any:
    return float(value) if math.isfinite(float(value)) else ""


def _discount_rate(study: Study) -> float | None:
    rows = study.table("assumptions")
    found = rows[rows["path"] == "finance.discount_rate_frac"]["value"]
    try:
        return float(found.iloc[0])
    except (IndexError, ValueError):
        return None
