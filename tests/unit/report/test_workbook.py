"""The workbook: text stays text, and its formulas give the NPV and IRR of the rows above them."""

import csv
import dataclasses
import io
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import openpyxl
import openpyxl.utils
import pandas as pd
import pytest

from edsim.appraisal.types import Appraisal
from edsim.finance import irr, npv
from edsim.report import render_workbook, write_workbook
from edsim.report.labels import ACCOUNTS
from edsim.report.sheets.workbook import SHEETS, sheets_of

pytestmark = pytest.mark.medium

FORMULAS = (
    '=HYPERLINK("http://x.test","click")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "http://x.test",
    "file:///etc/passwd",
    "mailto:x@x.test",
    "<b>x</b>",
    "nul\0",
    "x" * 40_000,
)


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
"""Setting of LibreOffice: compute every formula on loading, whatever value is stored beside it."""


def _open(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def test_a_growing_district_has_no_more_sheets() -> None:
    """Proves: phases stand above the networks on one sheet. If ignored: more than twelve sheets."""
    study: Any = Record(table=lambda _: pd.DataFrame({"milestone": ["first"]}))
    sheets = dict(sheets_of(study))
    assert len(sheets) == len(SHEETS) <= 12
    assert sheets["Phases"][:2] == ("milestones", "phases")
    assert "networks" in sheets["Phases"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_sheets_units_and_frozen_panes(appraisal: Appraisal, lang: str) -> None:
    book = _open(render_workbook(appraisal, lang=lang))
    assert len(book.sheetnames) == 1 + len(SHEETS) <= 13
    assert all(sheet.freeze_panes for sheet in book)
    assert "kWh/a" in str([c.value for c in book.worksheets[2][1]])
    assert book.worksheets[2].max_row == len(appraisal.tables["equipment"]) + 1
    assert ("Indicadores" if lang == "es" else "Indicators") in book.sheetnames


def test_names_stay_text(appraisal: Appraisal) -> None:
    """Proves: only cells of the cash flow and the pro forma are formulas, none a link. If ignored: a name runs."""
    tables = dict(appraisal.tables)
    attacked = (
        ("buildings", "name"), ("equipment", "label"), ("assumptions", "value"), ("kpis", "label"), ("levels", "note"),
        ("heat_contracts", "supplier"), ("pipes", "edge"), ("tariffs", "reason"), ("stress", "event"),
        ("customer_bills", "customer"), ("electricity_bills", "tariff"), ("refrigerants", "machine"),
        ("networks", "network"), ("funding", "item"), ("incentives", "source"), ("debt_service", "loan"),
        ("cash_flows", "line"),
    )  # fmt: skip
    for shift, (table, column) in enumerate(attacked):
        names = [FORMULAS[(k + shift) % len(FORMULAS)] for k in range(len(tables[table]))]
        tables[table] = tables[table].assign(**{column: names, **({"id": "own"} if table == "kpis" else {})})
    manifest = {name: name for name in FORMULAS}
    book = _open(render_workbook(dataclasses.replace(appraisal, name=FORMULAS[0], tables=tables, manifest=manifest)))
    written = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                linked = cell.hyperlink
                assert linked is None or (sheet.title == "Front sheet" and linked.target is None and linked.location)
                written.add(str(cell.value))
                if cell.data_type == "f":
                    assert sheet.title in {"Front sheet", "Cash flow", "Pro forma"}
                    own = re.sub(r"'(Cash flow|Pro forma)'!", "", str(cell.value))
                    assert re.fullmatch(r"=[-+*/^(),:$.0-9A-Z<=\"]*", own), cell.value
    assert set(FORMULAS[:5]) <= written


def test_cash_flow_formulas(appraisal: Appraisal) -> None:
    """Proves: the live NPV and IRR are those of the yearly lines, year 0 not discounted.

    The sheet's formulas are evaluated here by hand from the same cells and held against the finance functions.
    """
    data = render_workbook(appraisal)
    sheet = _open(data)["Cash flow"]
    values = _open(data, values=True)["Cash flow"]
    rate = values["B3"].value
    assert rate == 0.08
    years = [c.value for c in values[5][1:]]
    assert years == list(range(26))
    rows = {str(sheet.cell(r, 1).value): r for r in range(6, sheet.max_row + 1)}
    net_row = rows["district minus BAU"]
    net = np.array([values.cell(net_row, 2 + k).value for k in range(26)], dtype=float)
    flows = appraisal.tables["cash_flows"]
    sums = flows.groupby(["variant", "year"])["value"].sum()
    expected = np.array([sums["district", y] - sums["bau", y] for y in range(26)])
    np.testing.assert_allclose(net, expected, rtol=1e-12)
    assert sheet.cell(net_row + 1, 2).value == f"=SUMPRODUCT(B{net_row}:AA{net_row}/(1+$B$3)^$B$5:$AA$5)"
    assert sheet.cell(net_row + 2, 2).value == f'=IFERROR(IRR(B{net_row}:AA{net_row}),"")'
    by_formula = float((net / (1 + rate) ** np.array(years)).sum())
    assert by_formula == pytest.approx(npv(expected, rate), rel=1e-12)
    found = irr(expected).value
    assert found is not None
    assert float((net / (1 + found) ** np.array(years)).sum()) == pytest.approx(0.0, abs=1e-3)
    total = sheet.cell(rows["Total"], 3).value
    assert str(total).startswith("=SUM(C")


def test_same_bytes_and_degrading(appraisal: Appraisal, tmp_path: Path) -> None:
    assert render_workbook(appraisal) == render_workbook(appraisal)
    bare = dataclasses.replace(appraisal, tables={}, certificates={}, findings=())
    assert _open(render_workbook(bare)).sheetnames == ["Front sheet", "Cash flow", "Certificate"]
    path = write_workbook(appraisal, tmp_path / "deep" / "w.xlsx", lang="es")
    assert path.stat().st_size > 10_000
    assert [p.name for p in path.parent.iterdir()] == ["w.xlsx"]


def test_accounts_are_in_the_workbook(appraisal: Appraisal) -> None:
    """Proves: every line of the accounts, the loans and the bills is there, and the owners' return is live."""
    book = _open(render_workbook(appraisal))
    texts = {str(c.value) for row in book["Company"].iter_rows() for c in row if c.value is not None}
    assert {"Uses and sources of funds", "Debt service and its cover", "What public money gives away"} <= texts
    sheet = book["Pro forma"]
    rows = {str(sheet.cell(r, 1).value): r for r in range(1, sheet.max_row + 1)}
    lines = {ACCOUNTS.get(x, x) for x in appraisal.tables["pro_forma"]["line"] if x.startswith(("revenue_", "cost_"))}
    assert lines <= set(rows)
    owners = rows["Cash of the owners"]
    assert str(sheet.cell(rows["Return to the owners"], 2).value).startswith(f"=IFERROR(IRR(C{owners}:")
    for name in ("EBITDA", "Tax", "Taxable income", "Debt service cover", "Cash for debt service", "Lowest DSCR"):
        assert str(sheet.cell(rows[name], 4 if name != "Lowest DSCR" else 2).value).startswith("="), name
    customers = book["Customers"]
    assert customers.max_row > len(appraisal.tables["customer_bills"]) + len(appraisal.tables["electricity_bills"])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_an_office_program_opens_and_recomputes_it(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: LibreOffice reads the file and computes the same NPV from the lines. If ignored: a bank sees an error."""
    _convert(appraisal, tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1")
    made = {p.stem.removeprefix("w-"): p.read_text("utf-8") for p in tmp_path.glob("w-*.csv")}
    assert len(made) == 1 + len(SHEETS)
    assert not [name for name, text in made.items() if re.search(r"#REF!|#NAME\?|#VALUE!|Err:\d", text)]
    rows = [r for r in csv.reader(io.StringIO(made["Cash flow"])) if r]
    flows = appraisal.tables["cash_flows"].groupby(["variant", "year"])["value"].sum()
    net = np.array([flows["district", y] - flows["bau", y] for y in range(26)])
    found = next(float(r[1]) for r in rows if r[0].startswith("Net present value"))
    assert found == pytest.approx(npv(net, 0.08), rel=1e-9)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_printed_it_is_a_thin_pile(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: all sheets printed are fewer than 45 pages, more than one a sheet. If ignored: nobody can print it."""
    _convert(appraisal, tmp_path, "pdf")
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "w.pdf").read_bytes()))
    assert len(SHEETS) < pages <= 45


def _convert(appraisal: Appraisal, folder: Path, wanted: str) -> None:
    """Write the workbook and let LibreOffice compute every formula and convert it."""
    book = write_workbook(appraisal, folder / "w.xlsx")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", wanted]
    subprocess.run([*command, "--outdir", str(folder), str(book)], check=True, capture_output=True, timeout=180)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_sheets_print_on_a4(appraisal: Appraisal, lang: str) -> None:
    """Proves: every sheet prints as wide as landscape A4 pages, numbered, each column as wide as its largest number.

    If ignored: a bank prints hundreds of strips, or reads ### where an amount in pesos stands.
    """
    in_pesos = dataclasses.replace(appraisal, tables=dict(appraisal.tables), currency="COP")
    costs = appraisal.tables["costs"]
    in_pesos.tables["costs"] = costs.assign(investment=costs["investment"] * 4e3)
    book = _open(render_workbook(in_pesos, lang=lang))
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToHeight in {0, None}, sheet.page_setup.fitToWidth in {None, 1, 2, 3}) == (
            True,
            True,
        )
        assert (sheet.oddFooter.center.text, sheet.oddFooter.right.text) == ("&A", "&P / &N")
    assert [s.title for s in book if s.print_title_rows] == [book.worksheets[k].title for k in (1, 2, 6, 11)]
    narrow = [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, float | int) and len(f"{cell.value:,.0f}") > _width(sheet, cell.column_letter)
    ]
    assert narrow == []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_front_sheet_leads_to_what_computes_its_figures(appraisal: Appraisal, lang: str) -> None:
    """Proves: the first sheet has the verdict, six figures linked to their formulas, every sheet and the main inputs.

    If ignored: a bank changes the discount rate and reads the old present value, or finds prices without source.
    """
    data = render_workbook(appraisal, lang=lang)
    book, values = _open(data), _open(data, values=True)
    front = book.worksheets[0]
    cells = [[c.value for c in row] for row in front.iter_rows()]
    texts = [str(row[0]) for row in cells]
    assert next(t for t in texts if t.startswith(appraisal.headline[0][:12])) if lang == "en" else True
    assert [c.value for c in front["A"] if c.hyperlink] == book.sheetnames[1:]
    kpis = appraisal.tables["kpis"].query("variant == 'district'").set_index("id")
    top = next(k for k, row in enumerate(cells) if "district" in row and "BAU" in str(row)[:80] and row[1] is not None)
    order = ("investment", "npv", "irr", "first_year_payback", "minimum_dscr", "lcoc")
    linked = {"npv", "irr", "minimum_dscr"} & set(kpis.index)
    for k, key in enumerate(order, start=top + 2):
        value = values.worksheets[0].cell(k, 4).value
        stated = kpis["value"].get(key)
        assert value == ("–" if stated is None else pytest.approx(stated, rel=1e-9)), key
        live = str(front.cell(k, 4).value)
        assert live.startswith("='") == (key in linked), key
        if live.startswith("='"):
            sheet, place = live[2:].split("'!")
            assert values[sheet][place.replace("$", "")].value == pytest.approx(value, rel=1e-9), key
    inputs = {str(row[0]): row for row in cells if row[0] is not None}
    rate = "Discount rate, real" if lang == "en" else "Tasa de descuento real"
    assert inputs[rate][2] == 0.08
    assert len(str(inputs[rate][3])) > 20
    assert inputs[rate][1] == "%"


def test_a_sheet_without_rows_is_left_out(appraisal: Appraisal) -> None:
    """Proves: a case that finances no company has no sheets of one. If ignored: a bank prints two empty pages."""
    of_company = ("pro_forma", "funding", "concessions", "tariffs", "debt_service", "stress", "incentives")
    tables = dict(appraisal.tables)
    tables |= {name: tables[name].head(0) for name in (*of_company, "perspectives")}
    book = _open(render_workbook(dataclasses.replace(appraisal, tables=tables)))
    assert len(book.sheetnames) == len(SHEETS) - 1
    assert not {"Pro forma", "Company"} & set(book.sheetnames)
    assert [c.value for c in book.worksheets[0]["A"] if c.hyperlink] == book.sheetnames[1:]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_long_sheet_prints_its_first_rows_and_says_so(appraisal: Appraisal, lang: str) -> None:
    """Proves: the register of assumptions prints one page, whose head gives rows printed and rows there are.

    If ignored: twenty pages of defaults stand between the figures and their proof, or a reader takes 40 rows for all.
    """
    rows = appraisal.tables["assumptions"]
    long = pd.concat([rows] * (1 + 121 // len(rows)), ignore_index=True)
    count = len(long)
    tables = appraisal.tables | {"assumptions": long}
    sheet = _open(render_workbook(dataclasses.replace(appraisal, tables=tables), lang=lang)).worksheets[11]
    assert sheet.max_row == count + 1
    assert sheet.print_area.endswith("$A$1:$G$41")
    said = sheet.oddHeader.left.text
    assert "40" in said
    assert str(count) in said
    assert said.startswith("Printed" if lang == "en" else "Impresas")


def test_a_variant_without_description_shows_its_machines(appraisal: Appraisal) -> None:
    """Proves: the dearest machines with their sizes stand for a missing description. If ignored: it reads a dash."""
    bare = dataclasses.replace(appraisal, descriptions={})
    front = _open(render_workbook(bare)).worksheets[0]
    rows = {str(front.cell(r, 1).value): str(front.cell(r, 2).value) for r in range(1, 12)}
    machines = appraisal.tables["equipment"].query("variant == 'district'")
    dearest = machines.sort_values("capex").iloc[-1]
    assert f"{dearest['capacity']:,.0f} {dearest['unit']}" in rows["district"]
    assert "–" not in rows.values()


def test_prices_below_one_keep_their_digits(appraisal: Appraisal) -> None:
    """Proves: levelized costs of 0.065 and 0.165 show four decimals on the front sheet. If ignored: 0.07 and 0.17."""
    kpis = appraisal.tables["kpis"].copy()
    kpis.loc[kpis["id"] == "lcoc", ["bau", "value"]] = [0.0649, 0.1651]
    book = _open(render_workbook(dataclasses.replace(appraisal, tables=appraisal.tables | {"kpis": kpis})))
    cost = next(row for row in book.worksheets[0].iter_rows() if str(row[0].value).startswith("Levelized cost"))
    assert [(c.value, c.number_format) for c in cost[2:4]] == [(0.0649, "0.0000"), (0.1651, "0.0000")]
    small = [c for row in book["GHG"].iter_rows() for c in row if isinstance(c.value, float) and 0.0 < c.value < 1.0]
    assert {c.number_format for c in small} <= {"0.0000", "0.0%"}


@pytest.mark.parametrize("last_is_empty", [False, True])
def test_a_long_table_at_the_end_of_a_sheet_is_not_printed(appraisal: Appraisal, last_is_empty: bool) -> None:
    """Proves: the last table shown is left out of print when long, also where further tables of its sheet are empty.

    If ignored: a run without the tables behind prints hundreds of rows nobody reads on paper.
    """
    tables = dict(appraisal.tables)
    name, other = ("allocation", "climate_smart") if last_is_empty else ("climate_smart", "allocation")
    tables[name] = pd.concat([tables[name]] * (1 + 201 // len(tables[name])), ignore_index=True)
    tables[other] = tables[other].head(0 if last_is_empty else 1)
    tables["network_costs"] = tables["network_costs"].head(0)
    sheet = _open(render_workbook(dataclasses.replace(appraisal, tables=tables)))["Costs"]
    column = [str(cell.value) for cell in sheet["A"]]
    start = next(k for k, text in enumerate(column, 1) if text.endswith("(on the screen only, not printed)"))
    assert sheet.print_area.startswith("'Costs'!$A$1:")
    assert int(sheet.print_area.rsplit("$", 1)[1]) == start
    assert sheet.max_row - start > 200


def _width(sheet: Any, letter: str) -> float:
    """Return the width of a column; neighbors of one width are stored together under the first."""
    dimensions = sheet.column_dimensions.values()
    number = openpyxl.utils.column_index_from_string(letter)
    return float(next((d.width for d in dimensions if d.min <= number <= d.max), 8.43))
