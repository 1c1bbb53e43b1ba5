"""Tables in workbooks: stored values with cell addresses, and hostile or careless workbooks refused with the fix."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import openpyxl
import pytest

from edsim.case.readers.xlsx_table import MAX_CELLS, read_xlsx
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import Finding

Faults = Callable[..., tuple[Finding, ...]]
Edit = Callable[[openpyxl.Workbook], None]
HEADER = ("id", "use", "floor_area_m2 [ft2]", "storeys", "lat_deg", "lon_deg", "conditioned_frac [%]", "bau.cooling")
ROWS = (
    ("hall", "office", 129166.9, 10, 6.2449, -75.5740, 70, "split"),
    ("hotel", "office", 86111.3, 8, 6.2440, -75.5750, 55, "split"),
)


def book(edit: Edit = lambda _: None) -> bytes:
    """Return a workbook with a sheet `buildings`, changed by `edit`."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "buildings"
    for row in (HEADER, *ROWS):
        sheet.append(row)
    edit(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def put(address: str, value: Any, number_format: str = "General") -> Edit:
    def edit(made: openpyxl.Workbook) -> None:
        made["buildings"][address] = value
        made["buildings"][address].number_format = number_format

    return edit


def zipped(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the sound workbook with one part changed."""
    parts = parts_of(book())
    return zipped(parts | {name: change(parts[name])})


@pytest.fixture
def of_book(faults: Faults, base: str) -> Callable[..., tuple[Finding, ...]]:
    """Return a function that gives the findings of a case whose buildings are in a workbook."""
    head, rest = base.split("buildings:\n", 1)

    def findings(data: bytes, table: str = "{file: d.xlsx}") -> tuple[Finding, ...]:
        return faults(f"{head}buildings: {table}\nnetworks:{rest.split('networks:', 1)[1]}", {"d.xlsx": data})

    return findings


def test_a_workbook_gives_the_buildings(read: Callable[..., Any], base: str) -> None:
    """Proves: units in headers count (129 166.9 ft2 are 12 000 m2, 70 % is 0.7), dotted headers nest."""
    head, rest = base.split("buildings:\n", 1)
    text = f"{head}buildings: {{file: d.xlsx, sheet: buildings}}\nnetworks:{rest.split('networks:', 1)[1]}"
    case = read(text, {"d.xlsx": book()})
    hall, hotel = case.buildings
    assert hall.floor_area_m2 == pytest.approx(12000.0, abs=0.01)
    assert (hall.conditioned_frac, hotel.conditioned_frac) == (pytest.approx(0.7), pytest.approx(0.55))
    assert hall.bau == {"cooling": "split"}
    assert case.provenance["buildings.hall.floor_area_m2"].where == "d.xlsx!buildings!C2"


def test_the_stored_result_of_a_formula_counts() -> None:
    """Proves: the cached value is read, never the formula. If ignored: a sheet of formulas is an empty sheet."""
    sheet = b'<c r="D2" t="n"><f>5*2</f><v>10</v></c>'
    data = with_part("xl/worksheets/sheet1.xml", lambda x: x.replace(b'<c r="D2" t="n"><v>10</v></c>', sheet))
    assert b"5*2" in parts_of(data)["xl/worksheets/sheet1.xml"]
    faults: list[Fault] = []
    table = read_xlsx(data, "d.xlsx", "", faults)
    assert faults == []
    assert table is not None
    assert table.rows[0].members["storeys"].value == 10


def test_a_percent_format_holds_the_fraction() -> None:
    """Proves: a cell that shows 70 % under a header in % is 0.7, not 0.007. If ignored: areas shrink a hundredfold."""
    table = read_xlsx(book(put("G2", 0.7, "0%")), "d.xlsx", "", [])
    assert table is not None
    shown = table.rows[0].members["conditioned_frac"]
    assert (shown.value, shown.origin) == (0.7, None)
    other = table.rows[1].members["conditioned_frac"].origin
    assert other is not None
    assert other.unit == "%"


def test_a_number_is_no_thousands_habit(of_book: Callable[..., tuple[Finding, ...]]) -> None:
    """Proves: 18.525 typed as a number is taken, the text 18.500 is asked about."""
    assert [f.code for f in of_book(book(put("D2", 1)))] == []
    assert "E135" not in {f.code for f in of_book(book(put("C2", 129166.125)))}
    (found,) = [f for f in of_book(book(put("C2", "18.500"))) if f.severity == "error"]
    assert (found.code, found.where) == ("E135", "d.xlsx!buildings!C2")


CELLS: tuple[tuple[str, Edit, str, str], ...] = (
    ("E142", put("B1", "id"), "d.xlsx!buildings!B1", "named twice"),
    ("E142", put("B1", None), "d.xlsx!buildings!B1", "not at all"),
    ("E121", put("D1", "stories"), "d.xlsx!buildings!D1", "did you mean storeys?"),
    ("E123", put("D3", 0), "d.xlsx!buildings!D3", "got 0; allowed: ≥ 1, ≤ 200"),
    ("W1891", put("D3", 100), "d.xlsx!buildings!D3", "got 100; allowed: 1 – 60; count the storeys"),
    ("E122", put("D3", value=True), "d.xlsx!buildings!D3", "a number is expected"),
    ("E129", put("C3", "big"), "d.xlsx!buildings!C3", "cannot be read as a number"),
    ("E165", lambda b: b["buildings"].merge_cells("B2:B3"), "d.xlsx!buildings!B2", "the cells B2:B3 are merged"),
    ("E166", put("C2", "=SUM(C3:C9)"), "d.xlsx!buildings!C2", "got =SUM(C3:C9)"),
    ("E167", put("C2", "#DIV/0!"), "d.xlsx!buildings!C2", "got #DIV/0!"),
    ("E168", put("D2", dt.date(2025, 5, 3), "yyyy-mm-dd"), "d.xlsx!buildings!D2", "got 2025-05-03"),
    ("E168", put("D2", dt.time(8, 30), "hh:mm"), "d.xlsx!buildings!D2", "got 08:30:00"),
    ("W104", lambda b: setattr(b["buildings"].row_dimensions[3], "hidden", True), "d.xlsx!buildings", "got 3"),
    ("E164", lambda b: b.create_sheet("more"), "d.xlsx", "{file: d.xlsx, sheet: buildings}"),
    ("E143", lambda b: b["buildings"].delete_rows(2, 9), "d.xlsx!buildings", "no rows"),
    ("E101", put("A1048576", "x"), "d.xlsx!buildings", "20000 rows"),
    ("E101", put("XFD1", "x"), "d.xlsx!buildings", "500 columns"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "edit", "where", "words"), CELLS, ids=[f"{c[0]}-{i}" for i, c in enumerate(CELLS)])
def test_faults_of_cells(
    of_book: Callable[..., tuple[Finding, ...]], code: str, edit: Edit, where: str, words: str
) -> None:
    """Proves: each fault of a sheet is named with its cell. If ignored: one bad cell in 600 rows is a search."""
    found = [f for f in of_book(book(edit)) if f.code == code]
    assert found
    assert found[0].where == where
    assert words in found[0].text()


@pytest.mark.parametrize(
    "edit", [put("C2", "#REF!"), put("C2", "=SUM(C3:C9)"), put("C2", dt.date(2025, 5, 3), "d/m/y")]
)
def test_a_cell_that_cannot_be_read_is_named_alone(of_book: Callable[..., tuple[Finding, ...]], edit: Edit) -> None:
    """Proves: a required cell with an error is not said to be missing besides, at the head of its row.

    If ignored: the first message sends the user to add a value that stands there.
    """
    assert [f.where for f in of_book(book(edit)) if f.severity == "error"] == ["d.xlsx!buildings!C2"]


def test_findings_follow_rows_and_columns(of_book: Callable[..., tuple[Finding, ...]]) -> None:
    """Proves: row 9 comes before row 10 and column B before column AA."""

    def edit(made: openpyxl.Workbook) -> None:
        for row in range(4, 14):
            made["buildings"].append((f"b{row}", "office", "x", 0, 6.2449, -75.5740, 70, "split"))

    found = [f.where.rpartition("!")[2] for f in of_book(book(edit)) if f.severity == "error"]
    assert found == [f"{c}{row}" for row in range(4, 14) for c in "CD"]


@pytest.mark.parametrize(
    ("table", "code", "words"),
    [
        ("{file: d.xlsx, sheet: building}", "E163", "did you mean buildings?"),
        ("{file: d.xlsx, delimiter: ','}", "E121", "allowed: columns, file, for_all, sheet"),
        ("{file: e.xls}", "E161", "save it as .xlsx, or the sheet as CSV"),
    ],
)
def test_faults_of_the_reference(faults: Faults, base: str, table: str, code: str, words: str) -> None:
    """Proves: a wrong sheet, an option of another format and an old workbook are named."""
    head, rest = base.split("buildings:\n", 1)
    text = f"{head}buildings: {table}\nnetworks:{rest.split('networks:', 1)[1]}"
    found = faults(text, {"d.xlsx": book(), "e.xls": b"\xd0\xcf\x11\xe0"})
    assert any(f.code == code and words in f.text() for f in found), [f.text() for f in found]


def test_a_hidden_sheet_is_said(of_book: Callable[..., tuple[Finding, ...]]) -> None:
    """Proves: W103 for a table nobody sees when opening the workbook."""

    def edit(made: openpyxl.Workbook) -> None:
        made.create_sheet("cover")
        made["buildings"].sheet_state = "hidden"

    assert [f.code for f in of_book(book(edit), "{file: d.xlsx, sheet: buildings}")] == ["W103"]


def _lying() -> bytes:
    """Return an archive whose directory declares 10 bytes for a part that holds a megabyte."""
    whole = bytearray(zipped({"xl/workbook.xml": b"x" * 1_000_000}))
    for at in range(len(whole) - 4):
        if bytes(whole[at : at + 4]) == b"PK\x01\x02":
            whole[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(whole)


_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
_BOMB_16 = _BOMB.decode().encode("utf-16")
HOSTILE: tuple[tuple[str, Callable[[], bytes], str], ...] = (
    ("zip bomb of 100 MB", lambda: zipped({"xl/worksheets/sheet1.xml": bytes(100_000_000)}), "E162"),
    ("ratio above 200", lambda: zipped({"xl/media/image1.png": b"a" * 20_000_000}), "E162"),
    ("5000 parts", lambda: zipped({f"xl/{i}.xml": b"<a/>" for i in range(5000)}), "E162"),
    ("declared size is a lie", _lying, "E161"),
    ("entities", lambda: with_part("xl/styles.xml", lambda _: _BOMB), "E161"),
    ("document type in UTF-16", lambda: with_part("xl/workbook.xml", lambda _: _BOMB_16), "E161"),
    ("external file", lambda: with_part("xl/workbook.xml", lambda x: x.replace(
        b"<workbook", b'<!DOCTYPE w SYSTEM "file:///etc/passwd"><workbook', 1)), "E161"),
    ("too many styles", lambda: with_part("xl/styles.xml", lambda x: x.replace(
        b"<cellXfs", b"<cellXfs>" + b"<xf/>" * 100_000 + b"</cellXfs><cellXfs", 1)), "E162"),
    ("too many cells", lambda: with_part("xl/worksheets/sheet1.xml", lambda x: x.replace(
        b"</sheetData>", b"<row r='9'>" + b"<c/>" * (MAX_CELLS + 1) + b"</row></sheetData>")), "E162"),
    ("no zip", lambda: b"PK\x03\x04 and nothing", "E161"),
    ("a zip without a workbook", lambda: zipped({"a.txt": b"x"}), "E161"),
    ("broken XML", lambda: with_part("xl/worksheets/sheet1.xml", lambda x: x[: len(x) // 2]), "E161"),
    ("a path out of the archive", lambda: zipped(parts_of(book()) | {"../../evil.xml": b"<a/>"}), ""),
    ("a number that is none", lambda: with_part("xl/worksheets/sheet1.xml", lambda x: x.replace(
        b"<v>129166.9</v>", b"<v>nan</v>")), "E161"),
    ("an infinite number", lambda: with_part("xl/worksheets/sheet1.xml", lambda x: x.replace(
        b"<v>129166.9</v>", b"<v>1e999</v>")), "E134"),
)  # fmt: skip


@pytest.mark.medium
@pytest.mark.parametrize(("make", "code"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_hostile_workbooks(of_book: Callable[..., tuple[Finding, ...]], make: Callable[[], bytes], code: str) -> None:
    """Proves: bombs, entities, lies and damage end in a finding at once. If ignored: one file stops the machine."""
    data = make()
    start = perf_counter()
    found = of_book(data)
    assert perf_counter() - start < 2.0
    assert [f.code for f in found] == ([code] if code else [])


def test_names_from_a_workbook_are_made_safe() -> None:
    """Proves: escape sequences in a sheet name reach no terminal."""
    faults: list[Fault] = []
    assert read_xlsx(book(), "d.xlsx", "\x1b[2J", faults) is None
    assert all(f.text().isprintable() for f in render_all(faults))


def test_a_damaged_style_is_refused_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: what openpyxl prints of a wrong style stays away. If ignored: JSON output cannot be read."""
    faults: list[Fault] = []
    damaged = with_part("xl/styles.xml", lambda data: data.replace(b'xfId="0"', b'xfId="5"'))
    assert read_xlsx(damaged, "b.xlsx", "", faults) is None
    assert [fault.code for fault in faults] == ["E161"]
    assert capsys.readouterr().out == ""
