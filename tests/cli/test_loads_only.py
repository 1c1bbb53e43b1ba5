"""Loads before a study: a list of buildings and a city are enough for ``edsim profiles``."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result

Call = Callable[..., Result]
CITY = "{name: Cali, country: COL, lat_deg: 3.45, lon_deg: -76.53, elevation_m: 1000, utc_offset_h: -5}"
CASE = f"schema_version: 1\nname: Mine\ncity: {CITY}\nbuildings: {{file: buildings.csv}}\n"
SOURCES = "sources:\n- {id: sky, kind: air_wet_bulb}\n- {id: kiln, kind: furnace, power_kw: 1000, hours: 8-17}\n"
STUDY = "currency: USD\nprice_year: 2025\nemissions: {grid_kg_per_kwh: 0.1, grid_basis: inventory}\n"
HEAD, ROW = "id,use,floor_area_m2,storeys", "tower,office,12000,10"


def folder(path: Path, text: str, table: str = f"{HEAD}\n{ROW}\n") -> Path:
    (path / "case.yaml").write_text(text, encoding="utf-8")
    (path / "buildings.csv").write_text(table, encoding="utf-8")
    return path


def test_a_list_and_a_city_give_the_loads_of_a_whole_case(edsim: Call, tmp_path: Path) -> None:
    """Proves: four lines give the same loads as the case with all a study needs, and the lack is said.

    If ignored: whoever wants loads invents a grid factor and a discount rate, or gets other loads without them.
    """
    alone = edsim("profiles", folder(tmp_path, CASE), "--json")
    assert alone.code == 0, alone.err
    shown = json.loads(alone.out)
    assert {r["service"] for r in shown["rows"]} == {"cooling", "hot_water", "electricity"}
    (said,) = shown["findings"]
    assert (said["code"], "currency, price_year, emissions, finance" in said["what"]) == ("W1978", True)
    whole = edsim("profiles", folder(tmp_path, f"{CASE}{STUDY}finance: {{discount_rate_frac: 0.1}}\n"), "--json")
    assert json.loads(whole.out)["rows"] == shown["rows"]
    assert json.loads(whole.out)["findings"] == []


def test_what_serves_buildings_does_not_stand_in_the_way_of_their_loads(edsim: Call, tmp_path: Path) -> None:
    """Proves: machines and tariffs that buildings name and nobody described yet are not asked for.

    If ignored: a list exported from a study gives no loads until the whole study is written.
    """
    table = f"{HEAD},tariff,bau.cooling,connect\n{ROW},mine,split,always\n"
    text = f"{CASE}{STUDY}technologies:\n- {{id: nothing, kind: unheard_of}}\n"
    made = edsim("profiles", folder(tmp_path, text, table), "--json")
    assert made.code == 0, made.err
    assert [f["code"] for f in json.loads(made.out)["findings"]] == ["W1978"]


def test_sources_stand_beneath_the_loads(edsim: Call, tmp_path: Path) -> None:
    """Proves: a source is shown with its heat and temperature, on the screen and as a file; air has no heat.

    If ignored: a plant is sized on a stack nobody looked at, or on a million kW of air.
    """
    made = edsim("--lang", "es", "profiles", folder(tmp_path, CASE + SOURCES), "--out", tmp_path / "out")
    assert made.code == 0, made.err
    head, sky, kiln = [line.split() for line in made.out.splitlines()[-3:]]
    assert head == ["fuente", "MWh/a", "kW", "h/a", "mínima", "°C", "media", "°C", "máxima", "°C"]
    assert (sky[0], len(sky)) == ("sky", 4)
    assert kiln == ["kiln", "730", "200", "3.650", "250,0", "250,0", "250,0"]
    with (tmp_path / "out" / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = {r["source"]: r for r in csv.DictReader(file)}
    assert (rows["sky"]["peak_kw"], rows["kiln"]["annual_kwh"]) == ("", "730000")
    shown = json.loads(edsim("profiles", tmp_path, "--json").out)
    assert [s["peak_kw"] for s in shown["sources"]] == [None, 200.0]


@pytest.mark.parametrize(
    ("text", "table", "words"),
    [
        (CASE.replace("city:", "cities:"), f"{HEAD}\n{ROW}\n", ["[E121]", "did you mean city?"]),
        (CASE.replace(CITY, "{name: Cali, country: COL}"), f"{HEAD}\n{ROW}\n", ["city.utc_offset_h", "of -5 [E120]"]),
        (CASE.replace("Cali", "Kampalo"), f"{HEAD}\n{ROW}\n", ["[E196]", "did you mean Kampala?"]),
        (CASE, f"{HEAD}\ntower,ofice,12000,10\n", ["did you mean office?"]),
        (CASE, "id,use,storeys\ntower,office,10\n", ["floor_area_m2: a required value is missing"]),
    ],
)
def test_faults_of_the_loads_are_named_with_their_places(
    edsim: Call, tmp_path: Path, text: str, table: str, words: list[str]
) -> None:
    """Proves: what the loads need is asked for, and nothing of a study beside it.

    If ignored: a newcomer with a slip in a row is told of finance and emissions first.
    """
    made = edsim("profiles", folder(tmp_path, text, table))
    assert made.code == 2
    assert all(word in made.err for word in words), made.err
    assert "finance:" not in made.err
    assert made.err.count("error:") in {1, 4}


def test_other_commands_and_variants_need_the_whole_case(edsim: Call, tmp_path: Path) -> None:
    """Proves: check, network and the profiles of a variant refuse such a case with all that is missing.

    If ignored: the stand-ins for prices and emissions come into a study.
    """
    for words in (("check",), ("network",), ("profiles", "--variant", "bau")):
        made = edsim(words[0], folder(tmp_path, CASE), *words[1:])
        assert made.code == 2
        assert all(f"{key}: a required value" in made.err for key in ("currency", "emissions", "finance"))


def test_a_folder_without_a_case_is_told_how_to_begin(edsim: Call, tmp_path: Path) -> None:
    """Proves: an empty folder names the four keys that are enough. If ignored: a newcomer searches the docs."""
    made = edsim("profiles", tmp_path)
    assert made.code == 2
    assert "schema_version, name, city and buildings are enough for edsim profiles" in made.err
