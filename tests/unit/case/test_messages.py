"""Every finding about a case: provoked by a small change of a valid case, with its place and its words."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter

import pytest

from edsim.case.nodes import Place
from edsim.case.readers.series import read_series
from edsim.case.wording.messages import HINTS, TEXTS, Fault, render
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


FAR = collection(feature(line((-75.56, 6.26), (-75.55, 6.26)), "{}"))


@pytest.mark.parametrize(
    ("code", "streets", "words"),
    [
        ("E185", FAR, "m from the nearest street of network cold, which reaches 300 m"),
        ("E1819", collection(), "no line"),
        ("E126", collection(feature(line((-75.56, 6.26)), "{}")), "≥ 2"),
        ("E107", "{", "not valid JSON"),
    ],
)
def test_buildings_out_of_reach_are_named(faults: Faults, base: str, code: str, streets: str, words: str) -> None:
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


@pytest.mark.parametrize("end", ['about: "open\n', "settings: {typical_days: 4\n", "tags: [a, b\n\n"])
def test_what_is_never_closed_is_found_where_it_begins(faults: Faults, end: str) -> None:
    """Proves: a quotation mark or bracket open at the end is named at its own line, not after the last one."""
    (found,) = faults(f"name: x\n{end}")
    assert (found.code, found.line, found.column) == ("E103", 2, end.index(":") + 3)


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


def test_a_machine_that_cannot_be_read_is_not_unknown_too(faults: Faults, base: str) -> None:
    """Proves: with a faulty machine, buildings that name it are silent and one that names none of the case is told.

    If ignored: one wrong number is followed by a fault of every building, or a misspelt name waits for the next run.
    """
    text = base.replace("{id: split, kind: toy_split}", "{id: split, kind: toy_split, kilowatts: 5}")
    assert {f.code for f in faults(text)} == {"E121"}
    misspelt = text.replace("bau: {cooling: split}", "bau: {cooling: splitt}", 1)
    assert {f.code for f in faults(misspelt)} == {"E121", "E183"}


def test_many_findings_are_cut(faults: Faults, base: str) -> None:
    """Proves: 200 findings and a count. If ignored: a wrong column fills the terminal."""
    rows = "".join(f"b{i},office,x,10,6.2449,-75.5740,split\n" for i in range(300))
    head, rest = base.split("buildings:\n", 1)
    text = f"{head}buildings: {{file: b.csv}}\nnetworks:{rest.split('networks:', 1)[1]}"
    found = faults(text, {"b.csv": TABLE.splitlines()[0] + "\n" + rows})
    assert len(found) == 201
    assert "E199" in {f.code for f in found}


def test_a_case_without_a_project(faults: Faults, base: str) -> None:
    """Proves: a case that only describes BAU says so, and one that is to run learns that it cannot."""
    start, rest = base.split("networks:\n", 1)
    text = start + "technologies:\n  - {id: split, kind: toy_split}\ntariffs:" + rest.split("tariffs:", 1)[1]
    text = text.split("  big:", 1)[0]
    assert [f.code for f in faults(text)] == ["W1880"]
    assert [f.code for f in faults(text + "  none: {}\n")] == ["W187"]


def test_no_such_case(tmp_path: Path, kinds: Mapping[str, type]) -> None:
    """Proves: a missing case is named with the way out."""
    from edsim.case import load
    from edsim.core.errors import CaseError

    with pytest.raises(CaseError, match=r"no such file; give the case folder or its case.yaml \[E100\]"):
        load(tmp_path / "nowhere", kinds)


@pytest.mark.medium
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
    with pytest.raises(DataError, match=r"s.csv:102:3: kw: .*got n/a; give a number in every row.*\[E129\]"):
        read_series(tmp_path, "s.csv")


def test_unknown_variant(read: Callable[..., object]) -> None:
    """Proves: E171 with the names there are."""
    from edsim.case import apply_variant
    from edsim.core.errors import CaseError

    with pytest.raises(CaseError, match=r"did you mean big\? \[E171\]"):
        apply_variant(read(), "bigg")


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
    tests = "".join(p.read_text(encoding="utf-8") for p in (root / "tests").rglob("test_*.py"))
    faults = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("*/*.yaml"))
    for code in TEXTS["en"]:
        assert re.search(rf"^### {code} ", page, re.MULTILINE), f"{code} is not in messages.md"
        assert f'{code}"' in tests or f"[{code}" in tests or f"- code: {code}\n" in faults, f"{code} is not provoked"


def test_every_hint_is_used() -> None:
    """Proves: no dead texts."""
    import edsim.case

    source = "".join(
        p.read_text(encoding="utf-8") for p in Path(edsim.case.__path__[0]).rglob("*.py") if "messages_" not in p.name
    )
    assert [h for h in HINTS["en"] if f'"{h}"' not in source] == []
