"""The sheet of a run's proof: certificates, warnings, how the run was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edsim.report import labels
from edsim.report.run.register import manifest_rows
from edsim.report.said import sentence
from edsim.report.sheets.cells import MAX_CELL, set_height, set_widths, write_cell
from edsim.report.theme import clean
from edsim.report.view import Study

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_FIELDS = (
    ("status", "Status", "text"), ("upper_bound", "Upper bound", "large"), ("lower_bound", "Lower bound", "large"),
    ("gap_frac", "Gap", "percent"), ("hours_checked", "Hours checked", "large"), ("unserved_kwh", "Unserved", "number"),
    ("max_balance_residual_frac", "Largest balance residual", "exponent"),
    ("money_residual_frac", "Money residual", "exponent"),
)  # fmt: skip
"""Field of a certificate, heading, number format."""

_FIRST, _WIDTH = 32.0, 18.0
"""Letters of the first column and of each other."""

_UNITS = {"hours_checked": "h", "unserved_kwh": "kWh/a"}


def certificate_sheet(study: Study, sheet: Worksheet, formats: dict[str, Format]) -> None:
    """Write certificates, warnings and manifest one below the other."""
    of_cost = all(c.minimized == "cost" for c in study.appraisal.certificates.values())
    money = dict.fromkeys(("upper_bound", "lower_bound"), f"{study.currency}/a") if of_cost else {}
    sheet.write_string(0, 0, study.t("Variant"), formats["head"])
    for k, (name, title, style) in enumerate(_FIELDS, start=1):
        unit = (_UNITS | money).get(name, "")
        head = formats["head" if style == "text" else "head_number"]
        sheet.write_string(0, k, study.t(title) + (f"\n{unit}" if unit else ""), head)
    for r, (variant, certificate) in enumerate(study.appraisal.certificates.items(), start=1):
        sheet.write_string(r, 0, clean(study.variant(variant)))
        sheet.write_string(r, 1, study.t(labels.STATUSES[certificate.status]))
        for k, (name, _, style) in enumerate(_FIELDS[1:], start=2):
            value = getattr(certificate, name)
            if value is not None:
                sheet.write_number(r, k, value, formats[style])
    row = len(study.appraisal.certificates) + 2
    row = _pairs(
        sheet,
        formats,
        (row, study.t("Warnings")),
        [(f.code, sentence(f, study.lang.code)) for f in study.appraisal.findings],
    )
    _pairs(sheet, formats, (row + 1, study.t("How this run was made")), manifest_rows(study))
    sheet.set_row(0, 45.0)
    set_widths(sheet, [_FIRST, *[_WIDTH] * len(_FIELDS)])
    sheet.freeze_panes(1, 1)


def _pairs(sheet: Worksheet, formats: dict[str, Format], head: tuple[int, str], rows: list[tuple[str, str]]) -> int:
    """Write a heading and rows of name and text below it; return the next free row."""
    row, title = head
    sheet.write_string(row, 0, title, formats["head"])
    for name, text in rows:
        row += 1
        write_cell(sheet, (row, 0), name, formats)
        sheet.merge_range(row, 1, row, len(_FIELDS), "", formats["text"])
        sheet.write_string(row, 1, clean(text)[:MAX_CELL], formats["text"])
        set_height(sheet, row, ((text, _WIDTH * len(_FIELDS)), (name, _FIRST)))
    return row + 1
