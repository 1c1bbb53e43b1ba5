"""Every finding about a case: provoked by a small change of a valid case, with its place and its words."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter

import pytest

from edsim.case.messages import HINTS, TEXTS, Fault, render
from edsim.case.nodes import Place
from edsim.case.series import read_series
from edsim.core.errors import DataError, Finding

Faults = Callable[..., tuple[Finding, ...]]
TABLE = "id,use,floor_area_m2,storeys,lat_deg,lon_deg,bau.cooling\nhall,office,12000,10,6.2449,-75.5740,split\n"
POINT = '{"type": "Point", "coordinates": [-75.574, 6.2449]}'
PROPERTIES = '{"id": "hall", "use": "office", "floor_area_m2": 12000, "storeys": 10, "bau.cooling": "split"}'


def feature(geometry: str, properties: str = PROPERTIES) -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


def collection(*features: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'


def line(*points: tuple[float, float]) -> str:
    return f'{{"type": "LineString", "coordinates": {[list(p) for p in points]}}}'


_FACTORS = "fuels: []\nemissions:\n  grid_kg_per_kwh: 0.165\n  grid_basis: inventory"
_GAS = "[{id: gas, price_per_kwh: 0.05, ghg_kg_per_kwh: 0.2}]"

# Each row: code, what to find in the valid case, what to put there, place of the finding ("@text" = where the text
# starts in the changed file), a part of the message.
CHANGES: tuple[tuple[str, str, str, str, str], ...] = (
    ("E103", "name: Test district", "name: [", "", "not valid YAML"),
    ("E103", "name: Test district", "name: a: b", "case.yaml:2:8", "not valid YAML"),
    ("E104", "name: Test district", "name: !!python/object:os.system x", "@!!python", "tags, anchors"),
    ("E104", "name: Test district", "name: &a Test", "@&a Test", "got &a"),
    ("E104", "bau_age_a: 5", "<<: {a: 1}", "@<<:", "merge keys"),
    ("E105", "price_year: 2020", "price_year: 2020\nprice_year: 2021", "@price_year: 2021", "first on line 5"),
    ("E106", "name: Test district", f"name: {'[' * 70}{']' * 70}", "", "deeper than 64"),
    ("E110", "name: Test district", "---\nname: Test district", "", "one document"),
    ("E111", "name: Test district", "{a: 1}: x", "@{a: 1}", "plain text"),
    ("E120", "currency: USD\n", "", "case.yaml:1:1", "currency: a required value is missing"),
    ("E120", "kind: toy_grid, ", "", "", "technologies.grid.kind: a required value is missing"),
    ("E121", "floor_area_m2: 12000", "floor_aera_m2: 12000", "@floor_aera_m2", "did you mean floor_area_m2?"),
    ("E121", "price_year: 2020", "price_year: 2020\nprovenance: {}", "@provenance", "no field of this name"),
    ("E121", "max_capacity_kw: 450 TR", "max_capacity_kw: {value: 4, sourc: x}", "@sourc", "did you mean source?"),
    ("E122", "storeys: 10", "storeys: 10.5", "@10.5", "a whole number is expected"),
    ("E122", "storeys: 10", "storeys: true", "@true", "number is expected"),
    ("E122", "floor_area_m2: 12000", "floor_area_m2: [1, 2]", "@[1, 2]", "a number is expected"),
    ("E122", "bau: {cooling: split}", "bau: split", "@split\n", "a mapping (key: value) is expected"),
    ("E122", "finance:\n  discount_rate_frac: 0.08", "finance: 8", "@8\nvar", "a mapping (key: value) is expected"),
    ("E122", "  - {id: split_new, kind: toy_split}", "  - split_new", "", "a mapping (key: value) is expected"),
    ("E123", "storeys: 10", "storeys: 0", "@0\n    lat", "got 0; allowed: ≥ 1, ≤ 200"),
    ("E123", "discount_rate_frac: 0.08", "discount_rate_frac: 8", "@8\nvar", 'did you mean 0.08, or "8 %"?'),
    ("E123", "lat_deg: 6.2449", "lat_deg: 624.49", "@624.49", "≥ -90, ≤ 90 deg"),
    ("E123", "bau_age_a: 5", "occupants: -1", "@-1", "≥ 0 persons"),
    ("E123", "max_capacity_kw: 450 TR", "cop: 50", "@50", "> 0.5, ≤ 12 kW/kW"),
    ("E124", "grid_basis: inventory", "grid_basis: inventry", "@inventry", "did you mean inventory?"),
    ("E124", "bau_age_a: 5", "bau_age_a: {value: 5, quality: guess}", "@guess", "measured"),
    ("E125", "currency: USD", "currency: dollars", "@dollars", "ISO 4217"),
    ("E125", "country: COL", "country: Colombia", "@Colombia", "alpha-3"),
    ("E126", "tariffs:\n  - id: main\n    energy_per_kwh: 0.16", "tariffs: []", "@[]\nfuels", "≥ 1"),
    ("E127", "max_capacity_kw: 450 TR", "max_capacity_kw: 450 kWh", "@450 kWh", "got kWh; allowed: kW, MW, TR"),
    ("E127", "energy_per_kwh: 0.16", "energy_per_kwh: 160 USD", "@160 USD", "COP/kWh"),
    ("E127", "energy_per_kwh: 0.16", "energy_per_kwh: 0.1 USD/kWh HHV", "@0.1 USD", "lower heating value"),
    ("E127", "storeys: 10", "storeys: 10 m", "@10 m", "plain number"),
    ("E128", "max_capacity_kw: 450 TR", "max_capacity_kw: 450 XR", "@450 XR", "got XR"),
    ("E129", "max_capacity_kw: 450 TR", "max_capacity_kw: about 450", "@about", "cannot be read as a number"),
    ("E130", "kind: toy_chiller", "kind: toy_chillr", "@toy_chillr", "did you mean toy_chiller?"),
    ("E131", "bau_age_a: 5", "bau_age_a: {value: 5, year: 3}", "@3}", "1900"),
    ("E132", "energy_per_kwh: 0.16", "energy_per_kwh: 0.16 XXX/kWh", "@0.16 XXX", "cannot be converted"),
    ("E132", "currency: USD", "currency: XXX", "", "USD 2016: XXX"),
    ("E134", "floor_area_m2: 12000", "floor_area_m2: .inf", "@.inf", "not finite"),
    ("E134", "floor_area_m2: 12000", f"floor_area_m2: {'9' * 5000}", "", "not finite"),
    ("E134", "floor_area_m2: 12000", "floor_area_m2: 1e999", "@1e999", "not finite"),
    ("E135", "floor_area_m2: 12000", "floor_area_m2: 18.500", "@18.500", "may mean 18500 | 18.5; got 18.500"),
    ("E135", "max_capacity_kw: 450 TR", "max_capacity_kw: '18,500 kW'", "@'18,500", "did you mean 18500?"),
    ("E170", "        chiller: {max", "        chillr: {max", "@chillr", "did you mean chiller?"),
    ("E170", "        chiller: {max_capacity_kw: 2.5 MW}", "        tank: {}", "@tank", "- id: tank"),
    ("E172", "      technologies:\n        chiller", "      currency: EUR\n      technologies:\n        chiller",
     "@currency: EUR", "cannot be changed"),
    ("E180", "id: hotel", "id: hall", "", "used more than once; got hall"),
    ("E180", "id: hotel", "id: energy_center", "", "used more than once"),
    ("E181", "tariff: main", "tariff: mian", "@mian", "did you mean main?"),
    ("E182", "{id: split_new, kind: toy_split}", "{id: heat, kind: toy_boiler}", "",
     "no fuel with this id; got natural_gas"),
    ("E183", "bau: {cooling: split}", "bau: {cooling: splitt}", "@splitt", "did you mean split?"),
    ("E183", "baseline: frozen", "baseline: frozen\n    replacements: {split: spl}", "@spl}", "individual machine"),
    ("E184", "  - {id: grid, kind: toy_grid, tariff: main}\n", "", "@chiller, kind",
     "nothing supplies electricity at energy_center, which chiller needs"),
    ("E184", "carrier: chilled_water", "carrier: hot_water", "", "nothing supplies hot_water"),
    ("E186", "supply_temp_c: 6", "supply_temp_c: 14", "@14\n", "chilled water is supplied colder"),
    ("E187", "    lat_deg: 6.2449\n", "", "@hall", "give lat_deg and lon_deg"),
    ("E188", "use: office", "use: ofice", "@ofice", "did you mean office?"),
    ("E189", "tariff: main}", "tariff: main, node: energy_centre}", "@energy_centre}", "did you mean energy_center?"),
    ("E190", "max_capacity_kw: 450 TR", "refrigerant: R134a", "@R134a", "did you mean R-134a?"),
    ("E191", "supply_temp_c: 6\n    return_temp_c: 13", "supply_temp_c: 60\n    return_temp_c: 70", "@60",
     "not those of chilled_water"),
    ("E192", "{id: split_new, kind: toy_split}", "{id: s, kind: toy_split, node: energy_center}",
     "@energy_center}\nt", "node: building"),
    ("E193", "energy_per_kwh: 0.16", "energy_per_kwh: 160", "@160", "factor of 1000"),
    ("E194", "lon_deg: -75.5740", "lon_deg: 75.5740", "", "km from the city"),
    ("E198", "lat_deg: 6.2447, lon_deg: -75.5741", "lat_deg: -75.5741, lon_deg: 6.2447", "@-75.5741, lon_deg: 6",
     "all 3 of them"),
    ("E195", "service: cooling", "service: colling", "@colling", "did you mean cooling?"),
    ("E195", "bau: {cooling: split}", "bau: {colling: split}", "", "no service of this name"),
    ("E196", "currency: USD", "weather: {normals: Medelin}\ncurrency: USD", "@Medelin}", "did you mean Medellin?"),
    ("E131", "energy_per_kwh: 0.16", "energy_per_kwh: {unit: USD/kWh}", "@{unit", "quality, unit}: value"),
    ("E132", "energy_per_kwh: 0.16", "energy_per_kwh: $0.16", "@$0.16", "write currencies by ISO code"),
    ("E123", "bau_age_a: 5", "bau_age_a: 300 month\n    beds: -1", "@-1", "≥ 0 beds"),
    ("E197", "id: hotel", "id: ''", "@''", "must not be empty"),
    ("E197", "id: hotel", "id: hotel.1", "@hotel.1", "dots"),
    ("E197", "id: hotel", "id: building", "@building\n", "must not be"),
    ("W101", "max_capacity_kw: 450 TR", "max_capacity_kw: 18.500", "@18.500", "did you mean 18500?"),
    ("W181", "floor_area_m2: 12000", "floor_area_m2: 120", "@120", "12 m² each"),
    ("W182", "energy_per_kwh: 0.16", "energy_per_kwh: 0.9", "@0.9", "0.01 – 0.8 USD/kWh"),
    ("W183", "discount_rate_frac: 0.08", "discount_rate_frac: 0.3", "@0.3\nvar", "30 %"),
    ("W184", "supply_temp_c: 6\n", "supply_temp_c: 12\n", "@12\n", "unusual for chilled_water"),
    ("W185", _FACTORS, _FACTORS.replace("inventory", "life_cycle").replace("[]", _GAS), "", "mix two bases"),
    ("W186", "grid_kg_per_kwh: 0.165", "grid_kg_per_kwh: 165 kgCO2e/GWh", "", "far from what any grid emits"),
    ("W188", "bau: {cooling: split}", "bau: {}", "", "no machine for cooling"),
    ("W189", "bau_age_a: 5", "bau_age_a: 29", "@29", "29 a"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "old", "new", "where", "words"), CHANGES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CHANGES)]
)
def test_each_change_is_found_at_its_place(
    faults: Faults, base: str, code: str, old: str, new: str, where: str, words: str
) -> None:
    """Proves: the fault is named with code, place and words. If ignored: the user hunts for it, or never knows."""
    assert old in base
    text = base.replace(old, new, 1)
    found = [f for f in faults(text) if f.code == code]
    assert found, [f.text() for f in faults(text)]
    finding = next((f for f in found if words in f.text()), None)
    assert finding is not None, [f.text() for f in found]
    if where.startswith("@"):
        before = text[: text.index(where[1:], text.index(new) if new else 0)]
        where = f"case.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    if where:
        assert finding.where == where


# Each row: code, table under buildings, files, place, words.
TABLES: tuple[tuple[str, str, Mapping[str, str | bytes], str, str], ...] = (
    ("E100", "{file: building.csv}", {"buildings.csv": TABLE}, "", "did you mean buildings.csv?"),
    ("E109", "{file: ../b.csv}", {}, "", "inside the case folder"),
    ("E109", "{file: /etc/passwd}", {}, "", "inside the case folder"),
    ("E109", "{file: 'https://example.org/b.csv'}", {}, "", "URL"),
    ("E109", "{file: 'C:\\b.csv'}", {}, "", "inside the case folder"),
    ("E102", "{file: b.csv}", {"b.csv": b"id\x00,use\n"}, "b.csv:1", "save the file as UTF-8"),
    ("E121", "{file: b.csv, delimitr: ','}", {"b.csv": TABLE}, "", "did you mean delimiter?"),
    ("E124", "{file: b.csv, decimal: ':'}", {"b.csv": TABLE}, "", "got :"),
    ("E121", "{file: b.csv}", {"b.csv": TABLE.replace("storeys", "stories")}, "b.csv:1:22", "did you mean storeys?"),
    ("E123", "{file: b.csv}", {"b.csv": TABLE.replace("12000", "-5")}, "b.csv:2:13", "> 0"),
    ("E129", "{file: b.csv}", {"b.csv": TABLE.replace("12000", "big")}, "b.csv:2:13", "read as a number"),
    ("E135", "{file: b.csv}", {"b.csv": TABLE.replace("12000", "18.500")}, "b.csv:2:13", "18500 | 18.5"),
    ("E140", "{file: b.csv}", {"b.csv": "a,b;c\n1,2;3\n"}, "b.csv:1", "delimiter"),
    ("E141", "{file: b.csv}", {"b.csv": TABLE + "x,office\n"}, "b.csv:3", "2 cells, the header has 7"),
    ("E142", "{file: b.csv}", {"b.csv": TABLE.replace("use", "id")}, "b.csv:1:4", "named twice"),
    ("E143", "{file: b.csv}", {"b.csv": "id,use\n"}, "b.csv:1", "no rows"),
    ("E145", "{file: b.csv}", {"b.csv": TABLE.replace("hall", '"hall')}, "b.csv:2:1", "never closed"),
    ("W102", "{file: b.csv}", {"b.csv": TABLE.replace("hall", "Alcaldía").encode("cp1252")}, "b.csv", "Windows-1252"),
    ("E107", "{file: b.json}", {"b.json": '{"a": 1,}'}, "b.json:1:9", "not valid JSON"),
    ("E107", "{file: b.json}", {"b.json": '{"a": "x'}, "b.json:1:7", "not closed"),
    ("E108", "{file: b.json}", {"b.json": '{"a": NaN}'}, "b.json:1:7", "no such number"),
    ("E105", "{file: b.json}", {"b.json": '{"a": 1, "a": 2}'}, "b.json:1:10", "given twice"),
    ("E106", "{file: b.json}", {"b.json": "[" * 5000}, "", "deeper than 64"),
    ("E150", "{file: b.json}", {"b.json": "[]"}, "b.json:1:1", "FeatureCollection"),
    ("E150", "{file: b.json}", {"b.json": collection("{}")}, "", "geometry"),
    ("E151", "{file: b.json}", {"b.json": collection(feature(POINT.replace("6.2449", "96.2")))}, "", "±180, ±90"),
    ("E151", "{file: b.json}", {"b.json": collection(feature(POINT.replace("-75.574, 6.2449", "6.2, -175.5")))}, "",
     "are they swapped?"),
    ("E152", "{file: b.json}", {"b.json": collection(feature(
        '{"type": "Polygon", "coordinates": [[[-75.5, 6.2], [-75.5, 6.3], [-75.6, 6.3], [-75.6, 6.2]]]}'))}, "",
     "repeat the first point"),
    ("E153", "{file: b.json}", {"b.json": collection(feature('{"type": "Circle", "coordinates": [1, 2]}'))}, "",
     "the geometry is a Circle"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "table", "files", "where", "words"), TABLES, ids=[f"{c[0]}-{i}" for i, c in enumerate(TABLES)]
)
def test_faults_of_tables(
    faults: Faults, base: str, code: str, table: str, files: Mapping[str, str | bytes], where: str, words: str
) -> None:
    """Proves: faults inside tables carry file, row and column. If ignored: one bad cell in 600 rows is a search."""
    head, rest = base.split("buildings:\n", 1)
    text = f"{head}buildings: {table}\nnetworks:{rest.split('networks:', 1)[1]}"
    found = faults(text, files)
    matching = [f for f in found if f.code == code and words in f.text()]
    assert matching, [f.text() for f in found]
    if where:
        assert (matching[0].where or matching[0].got) == where


FAR = collection(feature(line((-75.56, 6.26), (-75.55, 6.26)), "{}"))


@pytest.mark.parametrize(
    ("code", "streets", "words"),
    [
        ("E185", FAR, "m from the nearest street of network cold, which reaches 300 m"),
        ("E153", collection(), "0 LineString"),
        ("E126", collection(feature(line((-75.56, 6.26)), "{}")), "≥ 2"),
        ("E107", "{", "not valid JSON"),
    ],
)
def test_streets(faults: Faults, base: str, code: str, streets: str, words: str) -> None:
    """Proves: buildings out of reach of the streets are named before anything is computed."""
    text = base.replace("    supply_temp_c: 6\n", "    supply_temp_c: 6\n    streets: s.geojson\n")
    found = faults(text, {"s.geojson": streets})
    assert any(f.code == code and words in f.text() for f in found), [f.text() for f in found]


def test_streets_in_reach(faults: Faults, base: str) -> None:
    """Proves: a street 100 m away is no fault (0.0009 degrees of latitude are 100 m)."""
    text = base.replace("    supply_temp_c: 6\n", "    supply_temp_c: 6\n    streets: s.geojson\n")
    near = collection(feature(line((-75.576, 6.2453), (-75.573, 6.2453)), "{}"))
    assert faults(text, {"s.geojson": near}) == ()


def test_large_files_are_refused(faults: Faults) -> None:
    """Proves: 10 MB is the limit, and reading stops there."""
    assert [f.code for f in faults(b"#" * 10_000_001)] == ["E101"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name: \xe1", b"\x00"])
def test_bytes_that_are_no_text(faults: Faults, content: bytes) -> None:
    """Proves: a case file that is no UTF-8 is refused with the fix, never guessed."""
    assert [f.code for f in faults(content)] in (["E102"], ["E103"])


def test_symlink_out_of_the_folder(faults: Faults, base: str, tmp_path: Path) -> None:
    """Proves: a link cannot read a file elsewhere. If ignored: a shared case can carry off private files."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text(TABLE, encoding="utf-8")
    (tmp_path / "b.csv").symlink_to(outside)
    head, rest = base.split("buildings:\n", 1)
    text = f"{head}buildings: {{file: b.csv}}\nnetworks:{rest.split('networks:', 1)[1]}"
    assert "E109" in {f.code for f in faults(text)}


def test_all_findings_come_at_once(faults: Faults, base: str) -> None:
    """Proves: independent faults in city, building, technology and tariff appear together, in the order of the file."""
    text = base.replace("lat_deg: 6.2447", "lat_deg: 95").replace("storeys: 10", "storeys: 0")
    text = text.replace("kind: toy_chiller", "kind: chiller").replace("energy_per_kwh: 0.16", "energy_per_kwh: x")
    found = faults(text)
    assert [f.code for f in found] == ["E123", "E123", "E130", "E129"]
    assert [f.line for f in found] == sorted(f.line for f in found)


def test_many_findings_are_cut(faults: Faults, base: str) -> None:
    """Proves: 200 findings and a count. If ignored: a wrong column fills the terminal."""
    rows = "".join(f"b{i},office,x,10,6.2449,-75.5740,split\n" for i in range(300))
    head, rest = base.split("buildings:\n", 1)
    text = f"{head}buildings: {{file: b.csv}}\nnetworks:{rest.split('networks:', 1)[1]}"
    found = faults(text, {"b.csv": TABLE.splitlines()[0] + "\n" + rows})
    assert len(found) == 201
    assert "E199" in {f.code for f in found}


def test_a_case_without_a_project(faults: Faults, base: str) -> None:
    """Proves: a case that only describes BAU says so."""
    start, rest = base.split("networks:\n", 1)
    text = start + "technologies:\n  - {id: split, kind: toy_split}\ntariffs:" + rest.split("tariffs:", 1)[1]
    text = text.split("  big:", 1)[0]
    assert [f.code for f in faults(text)] == ["W187"]


def test_no_such_case(tmp_path: Path, kinds: Mapping[str, type]) -> None:
    """Proves: a missing case is named with the way out."""
    from edsim.case import load
    from edsim.core.errors import CaseError

    with pytest.raises(CaseError, match=r"no such file; give the case folder or its case.yaml \[E100\]"):
        load(tmp_path / "nowhere", kinds)


def test_series_lengths(tmp_path: Path) -> None:
    """Proves: 8759 values are refused and 8784 lose 29 February. If ignored: every hour after February is shifted."""
    (tmp_path / "short.csv").write_text("kw\n" + "1\n" * 8759, encoding="utf-8")
    with pytest.raises(DataError, match="8759 values") as raised:
        read_series(tmp_path, "short.csv")
    assert raised.value.findings[0].code == "E144"
    leap = [float(i // 24 == 59) for i in range(8784)]
    (tmp_path / "leap.csv").write_text("kw\n" + "\n".join(map(str, leap)), encoding="utf-8")
    assert read_series(tmp_path, "leap.csv").sum() == 0.0
    (tmp_path / "quarter.csv").write_text("kw\n" + "0\n4\n0\n0\n" * 8760, encoding="utf-8")
    assert read_series(tmp_path, "quarter.csv").tolist() == [1.0] * 8760


def test_series_with_a_hole(tmp_path: Path) -> None:
    """Proves: a cell that is no number is named with its row. If ignored: missing data becomes zeros."""
    (tmp_path / "s.csv").write_text("time;kw\n" + "0;1,5\n" * 100 + "0;n/a\n" + "0;1,5\n" * 8659, encoding="utf-8")
    with pytest.raises(DataError, match=r"s.csv:102:3: kw: .*got n/a \[E129\]"):
        read_series(tmp_path, "s.csv")


def test_unknown_variant(read: Callable[..., object]) -> None:
    """Proves: E171 with the names there are."""
    from edsim.case import apply_variant
    from edsim.core.errors import CaseError

    with pytest.raises(CaseError, match=r"did you mean big\? \[E171\]"):
        apply_variant(read(), "bigg")  # type: ignore[arg-type]  # the fixture returns a case


def test_texts_of_validators_are_shown() -> None:
    """Proves: E133 carries the message of a technology's own rule."""
    fault = Fault("E133", Place("case.yaml", 3, 1), "technologies.x", params={"problem": "heat exceeds fuel"})
    assert render(fault).text() == "case.yaml:3:1: technologies.x: heat exceeds fuel [E133]"


def test_hostile_names_are_made_safe(faults: Faults, base: str) -> None:
    """Proves: escape sequences in names reach no terminal. If ignored: a case can rewrite the screen."""
    found = faults(base.replace("tariff: main}", 'tariff: "\\e[2Jmain\\u202e"}'))
    assert found[0].code == "E181"
    assert "\\x1b[2Jmain\\u202e" in found[0].got
    assert found[0].text().isprintable()


def test_both_languages_say_the_same_things() -> None:
    """Proves: every code and hint exists in both languages with the same words to fill in."""
    for catalogue in (TEXTS, HINTS):
        assert list(catalogue["en"]) == list(catalogue["es"])
        for key, text in catalogue["en"].items():
            names = {name for _, name, _, _ in Formatter().parse(text) if name}
            assert names == {name for _, name, _, _ in Formatter().parse(catalogue["es"][key]) if name}, key


def test_every_code_is_documented_and_provoked() -> None:
    """Proves: no code without an entry in the reference and a test here. If ignored: messages nobody ever saw."""
    root = Path(__file__).parents[3]
    page = (root / "docs" / "reference" / "messages.md").read_text(encoding="utf-8")
    tests = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py"))
    for code in TEXTS["en"]:
        assert re.search(rf"^### {code} ", page, re.MULTILINE), f"{code} is not in messages.md"
        assert f'"{code}"' in tests or f"[{code}" in tests, f"{code} is not provoked"


def test_every_hint_is_used() -> None:
    """Proves: no dead texts."""
    import edsim.case

    source = "".join(
        p.read_text(encoding="utf-8") for p in Path(edsim.case.__path__[0]).glob("*.py") if "messages_" not in p.name
    )
    assert [h for h in HINTS["en"] if f'"{h}"' not in source] == []
