"""A case with faulty parts: what can be said of the others is said in the same round."""

from collections.abc import Callable

import pytest

from edsim.core.errors import Finding

Faults = Callable[..., tuple[Finding, ...]]
ROWS = "hall,{use},12000,10,6.2449,-75.5740,{machine}\nhotel,office,8000,8,6.2440,-75.5750,split\n"
HEADER = "id,use,floor_area_m2,storeys,lat_deg,lon_deg,bau.cooling\n"


def tabled(base: str) -> str:
    head, rest = base.split("buildings:\n", 1)
    return f"{head}buildings: {{file: b.csv}}\nnetworks:{rest.split('networks:', 1)[1]}"


def test_wrong_names_do_not_wait_for_wrong_values(faults: Faults, base: str) -> None:
    """Proves: a refused elevation and area hide no wrong tariff, machine, use or city, and invent no other fault.

    If ignored: a newcomer mends and checks six times.
    """
    text = tabled(base).replace("elevation_m: 1490", "elevation_m: 99999").replace("tariff: main", "tariff: man")
    text = text.replace("price_year: 2020\n", "price_year: 2020\nweather: {normals: Medelin}\n")
    rows = ROWS.format(use="ofice", machine="splt").replace("12000", "-1")
    found = faults(text, {"b.csv": HEADER + rows})
    assert sorted(f.code for f in found) == ["E123", "E123", "E181", "E183", "E188", "E196"]
    assert all(f.line for f in found)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("kind: toy_chiller", "kind: toy_chillr", ["E130"]),
        ("- {id: split, kind: toy_split}", "- {id: split, kind: toy_split, lifetime_a: -1}", ["E123"]),
        ("  - id: main\n", "  - id: main\n    fixed: 1\n", ["E121"]),
        ("tariffs:\n", "tarifs:\n", ["E121"]),
        ("carrier: chilled_water", "carrier: cold", ["E124"]),
        ("technologies:\n", "machines:\n", ["E121"]),
    ],
)
def test_a_faulty_part_makes_no_name_unknown(faults: Faults, base: str, old: str, new: str, codes: list[str]) -> None:
    """Proves: names that stand in a faulty part are known. If ignored: one slip makes a page of false errors."""
    assert [f.code for f in faults(base.replace(old, new, 1))] == codes


@pytest.mark.parametrize("old", ["lat_deg: 6.2447, ", "country: COL, "])
def test_a_city_without_normals_is_named_where_its_place_is_at_fault(faults: Faults, base: str, old: str) -> None:
    """Proves: a missing latitude and a wrong city of the weather are told at once. If ignored: a traceback."""
    assert old in base
    text = base.replace(old, "").replace("\nbuildings:", "\nweather: {normals: Medelín}\nbuildings:", 1)
    assert {"E120", "E196"} <= {f.code for f in faults(text)}


def test_a_missing_column_is_one_fault(faults: Faults, base: str) -> None:
    """Proves: a misnamed or missing column is one line for any number of rows; a single empty cell stays with its row.

    If ignored: three slips of a header fill the screen.
    """
    header = HEADER.replace("use,floor_area_m2,storeys", "uso,area_m2,pisos")
    rows = "".join(f"b{k},office,12000,10,6.2449,-75.5740,split\n" for k in range(9))
    found = faults(tabled(base), {"b.csv": header + rows})
    assert [f.code for f in found] == ["E121"] * 3
    found = faults(tabled(base), {"b.csv": HEADER.replace(",use", "") + rows.replace(",office", "")})
    assert [f.code for f in found] == ["E1885"]
    assert {f.what for f in found if f.code == "E1885"} == {"a required column is missing or empty: 9 rows need it"}
    found = faults(tabled(base), {"b.csv": HEADER + rows.replace("b3,office", "b3,")})
    assert [(f.code, f.line) for f in found] == [("E120", 5)]


def test_files_of_a_faulty_case_are_looked_for_in_its_folder(faults: Faults, base: str) -> None:
    """Breaks if the case of sound parts had no folder: beside any other fault, a table that is there seems missing."""
    text = base.replace("price_year: 2020\n", "price_year: 2020\nweather: {normals_file: own.csv}\n")
    text = text.replace("elevation_m: 1490", "elevation_m: 99999")
    assert [f.code for f in faults(text, {"own.csv": "city\n"}) if f.code == "E100"] == []
    lost = text.replace("own.csv", "other.csv")
    assert [f.code for f in faults(lost, {"own.csv": "city\n"}) if f.code == "E100"] == ["E100"]
