"""The front sheet: verdict, the figures a bank asks first, what each sheet holds, what the study rests on.

Figures that the workbook computes are links to the cells that compute them, so that a changed rate shows here too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from edsim.report.figures.flows import capacity_text, technology_label
from edsim.report.i18n import NONE, nice_unit
from edsim.report.run.indicators import Indicator, indicators
from edsim.report.run.register import assumption
from edsim.report.run.sentences import headline
from edsim.report.run.summary import LEVELIZED
from edsim.report.sheets.cells import BOLD, lines_of, set_height, set_widths, style_of
from edsim.report.theme import clean
from edsim.report.view import BAU, UNSET, Study

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TITLE = "Front sheet"

Places = Mapping[tuple[str, str], str]
"""Variant and indicator → cell of the workbook whose formula gives it."""

FIGURES = {
    "investment": "What is paid before the first year of service, contingency and engineering included.",
    "npv": "Life-cycle cost of BAU less that of the variant, in constant money, value at the end included.",
    "irr": "Rate at which the difference to BAU in cash has no present value.",
    "first_year_payback": "Extra investment over the saving of the first year.",
    "minimum_dscr": "Lowest cash for debt service over debt service of any year, in nominal money.",
}
"""The figures a bank asks first, with what each is; the levelized cost of the first service comes behind."""

_LEVELIZED = "Present value of all cost of the service over that of the energy delivered."

CONTENT = {
    "Indicators": "Every indicator of every variant beside BAU.",
    "Equipment": "Each group of machines: size, investment, output, input, performance.",
    "Networks": "Trenches, diameters, losses and pumping of each network and pipe.",
    "Phases": "What is built, kept and replaced at each milestone; below it the networks.",
    "Buildings": "What each building needs and how it is supplied in BAU; months of every variant.",
    "Costs": "Cost by line, what each service costs, cost with the shadow price of carbon.",
    "Cash flow": "Every line by year; total, present value and rate of return as formulas.",
    "Pro forma": "Accounts of the district company by year as formulas: tax, loans, cover, return.",
    "Company": "Sources and uses, tariff, loans, stress, incentives, parties.",
    "Customers": "Bill of each customer beside BAU, electricity bill of each meter.",
    "GHG": "Emissions by accounting frame, source and year; refrigerants.",
    "Assumptions": "Every input and default with unit, source, year and quality.",
    "Certificate": "Proof of the design, audit, warnings, how the run was made.",
}
"""Sheet → what it holds, in one line."""

INPUTS = {
    "price_year": "Price year",
    "exchange_rate_per_usd": "Exchange rate",
    "finance.discount_rate_frac": "Discount rate, real",
    "finance.horizon_a": "Years of the study",
    "finance.inflation_frac": "Inflation",
    "finance.contingency_frac": "Contingency",
    "finance.engineering_frac": "Engineering and owner's cost",
    "finance.tax.rate_frac": "Tax on income",
    "finance.tax.regime": "Tax regime",
    "finance.debt.*.amount": "Fund, amount",
    "finance.debt.*.rate_frac": "Loan, interest rate",
    "tariffs.*.energy_per_kwh": "Electricity, price of energy",
    "tariffs.*.time_of_use.*.per_kwh": "Electricity, price by time of use",
    "tariffs.*.demand_per_kw_month": "Electricity, demand charge",
    "tariffs.*.demand_bands.*.demand_per_kw_month": "Electricity, demand charge of a band",
    "fuels.*.price_per_kwh": "Fuel, price",
    "finance.water_price_per_m3": "Water, price",
    "finance.plant_water_price_per_m3": "Water of the plant, price",
    "finance.blow_down_price_per_m3": "Blow-down, sewer charge",
    "emissions.grid_kg_per_kwh": "Emission factor of the grid",
    "emissions.carbon_price_per_t": "Carbon price",
    "weather.file": "Weather file",
    "weather.normals": "Weather from monthly normals",
    "weather.normals_file": "Weather from monthly normals",
}
"""Inputs the figures above rest on most, by path (``*`` is any name), with their names."""

_MOST_MACHINES = 5
"""Machines named of a variant without description."""

_FIRST, _UNIT, _NUMBER, _REST = 42.0, 14.0, 17.0, 60.0
"""Widths in letters: names, units, each variant, what a figure is."""


def front_sheet(
    study: Study, sheet: Worksheet, formats: Mapping[str, Format], sheets: Sequence[str], at: Places
) -> None:
    """Write the front sheet.

    Parameters
    ----------
    study, sheet, formats
        The run, the empty sheet, the formats of the workbook.
    sheets
        Sheets behind it in order, by their English names.
    at
        Where the workbook computes a figure.
    """
    shown = [v for v in study.order if v == BAU or v in study.appraisal.variants]
    widths = [_FIRST, _UNIT, *[_NUMBER] * max(len(shown), 2), _REST]
    set_widths(sheet, widths)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, clean(study.appraisal.name), formats["name"])
    place = ", ".join(x for x in (clean(study.appraisal.city), study.country) if x)
    money = study.t(
        "money in {currency}, prices of {year}", {"currency": study.currency, "year": study.appraisal.price_year}
    )
    sheet.write_string(1, 0, f"{place}; {money}")
    row = _verdict(study, sheet, formats, (3, widths))
    row = _variants(study, sheet, formats, (row + 1, widths))
    row = _figures(study, sheet, formats, (row + 1, widths, shown), at)
    row = _contents(study, sheet, formats, (row + 1, widths), sheets)
    _rests_on(study, sheet, formats, (row + 1, widths))
    sheet.freeze_panes(1, 0)


def _verdict(study: Study, sheet: Worksheet, formats: Mapping[str, Format], at: tuple[int, list[float]]) -> int:
    row, widths = at
    said = headline(study, indicators(study, study.main))
    sheet.write_string(row, 0, study.t("Verdict"), formats["title"])
    text = said[0] if said else study.t("The run has no verdict.")
    _wide(sheet, (row + 1, 0, widths), text, formats["verdict"])
    return row + 2


def _variants(study: Study, sheet: Worksheet, formats: Mapping[str, Format], at: tuple[int, list[float]]) -> int:
    row, widths = at
    sheet.write_string(row, 0, study.t("Variants"), formats["title"])
    for variant in study.order:
        row += 1
        name = clean(study.variant(variant))
        text = str(study.appraisal.descriptions.get(variant, "")) or _machines(study, variant)
        sheet.write_string(row, 0, name, formats["text"])
        _wide(sheet, (row, 1, widths), text, formats["text"])
    return row + 1


def _machines(study: Study, variant: str) -> str:
    """Return the dearest machines of a variant that the case does not describe, each with its size."""
    frame = study.of("equipment", variant)
    frame = frame[frame["capacity"] > 0.0].sort_values("capex", ascending=False, kind="stable").head(_MOST_MACHINES)
    named = [
        f"{technology_label(study, variant, str(r['technology']), str(r['kind']))} {capacity_text(study, variant, r)}"
        for r in frame.to_dict("records")
    ]
    return "; ".join(named) or study.t("The case does not describe it.")


def _figures(
    study: Study, sheet: Worksheet, formats: Mapping[str, Format], what: tuple[int, list[float], list[str]], at: Places
) -> int:
    """Write the figures a bank asks first, one column per variant."""
    row, widths, shown = what
    found = {v: indicators(study, v) for v in shown if v != BAU}
    main = found.get(study.main, {})
    service = next((k for k in LEVELIZED if k in main and math.isfinite(main[k].value)), None)
    meaning = FIGURES | ({service: _LEVELIZED} if service else {})
    sheet.write_string(row, 0, study.t("What a bank asks first"), formats["title"])
    row += 1
    for k, text in enumerate((study.t("Figure"), study.t("Unit"), *map(study.variant, shown), study.t("What it is"))):
        numeric = 1 < k < 2 + len(shown)
        sheet.write_string(
            row,
            len(widths) - 1 if k == 2 + len(shown) else k,
            clean(text),
            formats["head_number" if numeric else "head"],
        )
    for key, words in meaning.items():
        row += 1
        named = main.get(key)
        sheet.write_string(row, 0, named.label if named else study.t(ABSENT[key]), formats["text"])
        unit = nice_unit(named.unit.replace("currency", study.currency)) if named else ""
        told = study.t(unit) if unit in study.lang.words else {"frac": "%", "-": ""}.get(unit, unit)
        sheet.write_string(row, 1, told, formats["text"])
        for k, variant in enumerate(shown, start=2):
            figure = main.get(key) if variant == BAU else found[variant].get(key)
            value = math.nan if figure is None else figure.bau if variant == BAU else figure.value
            _figure(sheet, (row, k), (value, figure), (formats, at.get((variant, key))))
        text = study.t(words)
        sheet.write_string(row, len(widths) - 1, text, formats["text"])
        set_height(sheet, row, ((text, _REST), (named.label if named else "", _FIRST)))
    return row + 1


ABSENT = {
    "investment": "Investment at start", "npv": "Net present value against BAU",
    "irr": "Internal rate of return", "first_year_payback": "Payback, first year",
    "minimum_dscr": "Lowest debt service cover (the case finances no company)",
}  # fmt: skip
"""Names of figures that a run does not have."""


def _figure(
    sheet: Worksheet,
    place: tuple[int, int],
    what: tuple[float, Indicator | None],
    how: tuple[Mapping[str, Format], str | None],
) -> None:
    """Write a figure as a link to the cell that computes it, else as a number; a dash where there is none."""
    (value, figure), (formats, source) = what, how
    if figure is None or not math.isfinite(value):
        sheet.write_string(*place, NONE, formats["none"])
        return
    style = formats["percent" if figure.unit == "frac" else style_of(abs(value))]
    if source is None:
        sheet.write_number(*place, value, style)
    else:
        sheet.write_formula(*place, f"={source}", style, value)


def _contents(
    study: Study, sheet: Worksheet, formats: Mapping[str, Format], at: tuple[int, list[float]], sheets: Sequence[str]
) -> int:
    row, widths = at
    sheet.write_string(row, 0, study.t("Sheets"), formats["title"])
    for name in sheets:
        row += 1
        shown = study.t(name)[:31]
        sheet.write_url(row, 0, f"internal:'{shown}'!A1", formats["link"], shown)
        _wide(sheet, (row, 1, widths), study.t(CONTENT[name]), formats["text"])
    return row + 1


def _rests_on(study: Study, sheet: Worksheet, formats: Mapping[str, Format], at: tuple[int, list[float]]) -> None:
    """Write the inputs the figures rest on most, with source, year and quality."""
    row, widths = at
    sheet.write_string(row, 0, study.t("What the figures rest on"), formats["title"])
    row += 1
    for k, text in enumerate(("Input", "Unit", "Value", "Source")):
        sheet.write_string(row, k, study.t(text), formats["head_number" if text == "Value" else "head"])
    for pattern, member, record in _inputs(study):
        row += 1
        cells = assumption(study, record)
        text = study.t(INPUTS[pattern]) + (f": {study.lang.usual(member)}" if member else "")
        sheet.write_string(row, 0, clean(text), formats["text"])
        sheet.write_string(row, 1, "%" if record["unit"] == "frac" else clean(cells["unit"]), formats["text"])
        _input(sheet, (row, 2), str(record["value"]), str(record["unit"]), formats)
        said = ", ".join(x for x in (cells["source"], cells["year"], cells["where"]) if x)
        source = f"{said} ({cells['quality']})"
        _wide(sheet, (row, 3, widths), source, formats["text"])
        set_height(sheet, row, ((text, BOLD * widths[0]), (source, sum(widths[3:]))))


def _input(sheet: Worksheet, place: tuple[int, int], text: str, unit: str, formats: Mapping[str, Format]) -> None:
    try:
        value = float(text)
    except ValueError:
        sheet.write_string(*place, clean(text), formats["none"])
        return
    whole = "year" if value < 10_000.0 and "/" not in unit else "large"
    style = "percent" if unit == "frac" else whole if value == int(value) else "number" if value >= 10.0 else "small"
    sheet.write_number(*place, value, formats[style])


def _inputs(study: Study) -> list[tuple[str, str, dict[Any, Any]]]:
    """Return the inputs the front sheet shows: pattern, member of a list, row; what is unset or none is left out."""
    rows = study.table("assumptions").to_dict("records")
    found = []
    for pattern in INPUTS:
        path = re.compile(re.escape(pattern).replace(r"\*", r"([^.]+)"))
        for row in rows:
            match = path.fullmatch(str(row["path"]))
            if match and str(row["value"]) not in UNSET | {"", "0.0"}:
                names = (str(int(g) + 1) if g.isdigit() else g for g in match.groups())
                found.append((pattern, " ".join(names), row))
    return found


def _wide(sheet: Worksheet, at: tuple[int, int, list[float]], text: Any, style: Format) -> None:
    """Write a text over the columns from the one given to the last, in a row as high as it takes."""
    row, column, widths = at
    sheet.merge_range(row, column, row, len(widths) - 1, "", style)
    sheet.write_string(row, column, clean(text), style)
    if lines_of(clean(text), sum(widths[column:])) > 1:
        set_height(sheet, row, ((text, sum(widths[column:])),))
