"""The pro forma of the workbook, computed by LibreOffice from its formulas alone, against the tables of the run."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from edsim.app import RunOutcome
from edsim.report import write_workbook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine"),
]


def _computed(book: openpyxl.Workbook, folder: Path) -> dict[str, list[float | None]]:
    """Return name of a row → numbers after LibreOffice computed a book that holds no stored results."""
    book.save(folder / "bare.xlsx")  # written without results: every formula must be computed
    to = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", *to]
    subprocess.run([*command, str(folder / "bare.xlsx")], check=True, capture_output=True, timeout=180)
    sheet = openpyxl.load_workbook(folder / "out" / "bare.xlsx", data_only=True)["Pro forma"]
    return {str(row[0].value): [c.value for c in row[1:]] for row in sheet.iter_rows()}


def test_formulas_give_the_accounts(financed: RunOutcome, tmp_path: Path) -> None:
    """Proves: tax with losses and deductions, loans, cover ratios and the owners' return follow from the formulas."""
    path = write_workbook(financed.appraisal, tmp_path / "w.xlsx")
    found = _computed(openpyxl.load_workbook(path), tmp_path)
    stored = financed.appraisal.tables["pro_forma"]
    sums = stored[stored["variant"] == "district"].pivot_table(index="line", columns="year", values="value").fillna(0.0)
    names = {
        "EBITDA": "ebitda", "Taxable income": "taxable_income", "Cash for debt service": "cash_for_debt_service",
        "Cash of the owners": "equity_cash_flow", "Debt drawn": "debt_drawn",
    }  # fmt: skip
    for label, line in names.items():
        expected = [float(sums.at[line, y]) if y in sums else 0.0 for y in range(21)]
        assert found[label][1:22] == pytest.approx(expected, abs=0.01), label
    debt = financed.appraisal.tables["debt_service"]
    every = debt[(debt["variant"] == "district") & (debt["loan"] == "all")].set_index("year")
    for year, row in every.iterrows():
        assert found["Debt service cover"][1 + int(year)] == pytest.approx(row["dscr"], rel=1e-9)
        assert found["Debt service"][1 + int(year)] == pytest.approx(-row["interest"] - row["principal"], rel=1e-9)
    kpis = financed.appraisal.tables["kpis"].set_index(["variant", "id"])["value"]
    assert found["Return to the owners"][0] == pytest.approx(kpis["district", "equity_irr"], abs=1e-7)
    assert found["Owners' net present value"][0] == pytest.approx(kpis["district", "equity_npv"], abs=1.0)
    assert found["Lowest DSCR"][0] == pytest.approx(kpis["district", "minimum_dscr"], rel=1e-9)


def test_a_dearer_loan_and_a_higher_tax_are_followed(financed: RunOutcome, tmp_path: Path) -> None:
    """Proves: the sheet is a model and not a picture: changed rates reach tax, cover and the owners' return."""
    book = openpyxl.load_workbook(write_workbook(financed.appraisal, tmp_path / "w.xlsx"))
    sheet = book["Pro forma"]
    rows = {str(sheet.cell(r, 1).value): r for r in range(1, sheet.max_row + 1)}
    tax = sheet.cell(rows["Tax on income"], 2).value
    sheet.cell(rows["Tax on income"], 2).value = tax + 0.10
    (bank,) = [row for title, row in rows.items() if title.startswith("Loan") and title.lower().endswith("bank")]
    sheet.cell(bank + 1, 2).value += 0.02
    found = _computed(book, tmp_path)
    kpis = financed.appraisal.tables["kpis"].set_index(["variant", "id"])["value"]
    assert found["Return to the owners"][0] < kpis["district", "equity_irr"] - 0.005
    assert found["Lowest DSCR"][0] < kpis["district", "minimum_dscr"] - 0.01
    assert sum(found["Tax"][2:22]) < 0.0
