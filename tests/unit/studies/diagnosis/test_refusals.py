"""What `edsim check` says of files before a run would, and that nothing it lets pass is refused before the solve."""

import json
import shutil
from importlib import import_module
from pathlib import Path

import pvlib
import pytest
import yaml

from edsim.appraisal.emissions import for_model, refrigerants_of_case
from edsim.case.comparison import check_comparable
from edsim.case.schema import Case
from edsim.case.shipped import countries_with_normals
from edsim.core.errors import CaseError
from edsim.core.resources import share_path
from edsim.optimization.district.individual import boundary_of, run_individual
from edsim.optimization.district.prepare_system import conditions_of, prepare_system
from edsim.profiles.buildings.stock.calendar import holiday_findings
from edsim.profiles.district import make_weather, profiles_for, today_profiles
from edsim.studies.diagnosis.refusals import refusals, remarks_of_files
from edsim.workflow import load_case, prepare, variant_case

HOURS = 8760
PIPES = "    pipe_catalogue: pe100_sdr11_insulated\n"
SPOILED: list[tuple[str, str, str, dict[str, str], tuple[str, ...]]] = [
    ("E565", "buildings: {file: buildings.csv}", "", {"m.csv": "kw\n" + "-1\n" * HOURS}, ("m.csv", "measured")),
    ("E144", "buildings: {file: buildings.csv}", "", {"m.csv": "kw\n" + "1\n" * 8759}, ("m.csv", "")),
    ("E302", "buildings: {file: buildings.csv}", "", {},
     ("buildings.csv:2:", "buildings.bay_hotel.archetype.plug_w", "plug_w_per_m2")),
    ("E302", "networks:\n",
     "measures:\n  - {id: film, changes: {window_g: 0.3}, capex_per_m2: 9, lifetime_a: 15}\nnetworks:\n", {},
     ("case.yaml:14:", "measures.film.changes.window_g", "window_g_frac")),
    ("E302", "networks:\n",
     "measures:\n  - {id: film, changes: {glazing: triple}, capex_per_m2: 9, lifetime_a: 15}\nnetworks:\n", {},
     ("measures.film.changes.glazing", "triple_clear")),
    ("E302", "networks:\n",
     "measures:\n  - {id: late, changes: {schedule: oficina}, capex_per_m2: 9, lifetime_a: 15}\nnetworks:\n", {},
     ("measures.late.changes.schedule", "office")),
    ("E418", PIPES, PIPES + "    obstacles: o.geojson\n", {"o.geojson": "streets"}, ("o.geojson", "Polygon")),
    ("E418", PIPES, PIPES + "    trenches: t.csv\n", {"t.csv": "from,to,len\na,b,3\n"}, ("t.csv", "length_m")),
    ("E566", PIPES, PIPES + "    trenches: t.csv\n", {"t.csv": "from,to,length_m\nbay_hotel,energy_center,90\n"},
     ("t.csv", "reef_hotel")),
    ("E567", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,0\nreef_hotel,bay_hotel,9\nrestaurant,reef_hotel,9\n"},
     ("t.csv", "energy_center")),
    ("W569", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,0.09\nreef_hotel,bay_hotel,9\nrestaurant,reef_hotel,9\n"},
     ("t.csv", "energy_center", "0.09 m")),
    ("W596", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,2\nreef_hotel,bay_hotel,900\nrestaurant,reef_hotel,900\n"},
     ("t.csv", "bay_hotel - energy_center", "2 m")),
    ("W596", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nn1,energy_center,2\nbay_hotel,n1,3\nreef_hotel,n1,900\nrestaurant,n1,900\n"},
     ("t.csv", "energy_center - bay_hotel", "5 m")),
    ("W598", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,110000\nreef_hotel,bay_hotel,99\nrestaurant,bay_hotel,900\n"},
     ("t.csv", "bay_hotel - energy_center", "110000 m")),
    ("W597", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,700\nreef_hotel,bay_hotel,900\nrestaurant,reef_hotel,900\n"
      "energy_center,bay_hotel,750\n"},
     ("t.csv", "energy_center - bay_hotel", "700 m, 750 m")),
    ("E568", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,90\nrestaurant,reef_hotel,80\n"}, ("t.csv", "reef_hotel")),
    ("E568", PIPES, PIPES + "    trenches: t.csv\n",
     {"t.csv": "from,to,length_m\nbay_hotel,energy_center,90\nbay_hotel,reef_hotl,70\nrestaurant,reef_hotel,80\n"},
     ("t.csv", "reef_hotl → reef_hotel")),
    ("E158", "  grid_basis: combined_margin\n", "  grid_basis: combined_margin\n  grid_file: g.csv\n",
     {"g.csv": "f\n" + "0\n" * HOURS}, ("g.csv", "0 – 0")),
    ("W1963", 'grid_kg_per_kwh: {value: 0.0,', 'grid_file: g.csv\n  grid_kg_per_kwh: {value: 0.65,',
     {"g.csv": "f\n" + "0.16\n0.17\n" * (HOURS // 2)}, ("g.csv", "0.165", "grid_kg_per_kwh: 0.65")),
    ("E306", "networks:\n",
     "measures:\n  - {id: wall, changes: {wall_u_w_per_m2_k: 0}, capex_per_m2: 9, lifetime_a: 15}\nnetworks:\n", {},
     ("case.yaml:14:", "measures.wall.changes.wall_u_w_per_m2_k", "0.05 to 7")),
    ("E306", "settings:\n",
     "scenarios: {dry: {changes: {buildings: {bay_hotel: {archetype: {recovery_latent_frac: 1.7}}}}}}\nsettings:\n", {},
     ("buildings.bay_hotel.archetype.recovery_latent_frac", "0 to 1")),
    ("E1895", "emissions:", "tariffs: [{id: spot, energy_per_kwh: 0.1, spot_file: s.csv}]\nemissions:",
     {"s.csv": "p\n" + "80\n" * HOURS}, ("s.csv", "0.001")),
    ("E202", "{normals: Cartagena, seed: 1}", "{file: w.epw}", {"w.epw": "LOCATION,here\n"}, ("w.epw", "")),
    ("E819", "calendar_year: 2025", "calendar_year: 2025", {"expected.csv": "id,label\na,b\n"}, ("expected.csv", "")),
]  # fmt: skip


def spoiled(row: tuple[str, str, str, dict[str, str], tuple[str, ...]], folder: Path) -> Case:
    """Return the case of the island with one change; a changed first building where the row names no text for it."""
    code, old, new, files, _ = row
    shutil.copytree(share_path("cases") / "rosario-island", folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    if not new:
        first, *rest = (folder / "buildings.csv").read_text(encoding="utf-8").splitlines()
        name, value = ("archetype.plug_w", "9") if code == "E302" else ("measured.cooling.file", "m.csv")
        rows = [f"{first},{name}", f"{rest[0]},{value}", *(f"{line}," for line in rest[1:])]
        (folder / "buildings.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        new = old
    assert old in text
    (folder / "case.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    line = {"type": "LineString", "coordinates": [[-75.735, 10.177], [-75.736, 10.178]]}
    streets = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": line}]}
    for file, content in files.items():
        (folder / file).write_text(json.dumps(streets) if content == "streets" else content, encoding="utf-8")
    return load_case(folder)


@pytest.mark.medium
@pytest.mark.parametrize("row", SPOILED, ids=[f"{r[0]}-{i}" for i, r in enumerate(SPOILED)])
def test_what_a_run_would_refuse_of_files_is_said(
    row: tuple[str, str, str, dict[str, str], tuple[str, ...]], tmp_path: Path
) -> None:
    """Proves: a file no run can use is named by check. If ignored: it is found minutes later, one at a time."""
    found = refusals(spoiled(row, tmp_path / "case"))
    code, words = row[0], row[4]
    assert [f.code for f in found if f.code == code], [f.text() for f in found]
    assert all(word in " ".join(f.text() for f in found) for word in words)


@pytest.mark.slow
def test_a_building_without_demand_for_a_service_needs_no_trench_of_its_network(tmp_path: Path) -> None:
    """Proves: a steam list that reaches two of three users lacks the third alone, not works that use no steam.

    If ignored: check refuses a park that runs, with an error for every building that never asked for steam.
    """
    folder = tmp_path / "park"
    shutil.copytree(share_path("cases") / "cali-yumbo-park", folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    carrier = "    carrier: steam\n    service: steam\n"
    assert text.count(carrier) == 1
    (folder / "case.yaml").write_text(text.replace(carrier, carrier + "    trenches: steam.csv\n"), encoding="utf-8")
    rows = ["from,to,length_m", "energy_center,paper_mill,900", "energy_center,food_works,900"]
    (folder / "steam.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (only,) = [f for f in refusals(load_case(folder)) if f.code == "E566"]
    assert only.field == "buildings.beverage_works"
    (folder / "steam.csv").write_text("\n".join([*rows, "food_works,beverage_works,900"]) + "\n", encoding="utf-8")
    assert {f.code for f in refusals(load_case(folder))} == {"W401"}


def test_what_a_run_assumes_is_said_before_it(tmp_path: Path) -> None:
    """Proves: a country without holidays and a network without streets are remarked at their line.

    If ignored: `edsim check` has nothing to say, and `edsim run` warns minutes later.
    """
    folder = tmp_path / "park"
    shutil.copytree(share_path("cases") / "rosario-island", folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8").replace("country: COL", "country: ZZZ")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    lines = text.splitlines()
    found = {f.code: lines[f.line - 1] for f in refusals(load_case(folder))}
    assert found == {"W303": lines[4], "W401": "  - id: chilled_water"}
    assert lines[4].startswith("city: {name: Cartagena")


@pytest.mark.medium
def test_weather_of_another_place_is_remarked_in_any_format(tmp_path: Path) -> None:
    """Proves: a TMY2 file of Miami is no weather of Cartagena. If ignored: only EPW files are looked at."""
    folder = tmp_path / "park"
    shutil.copytree(share_path("cases") / "rosario-island", folder)
    shutil.copy(Path(pvlib.__file__).parent / "data" / "12839.tm2", folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    text = text.replace("{normals: Cartagena, seed: 1}", "{file: 12839.tm2}")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    case = load_case(folder)
    (remark,) = (f for f in refusals(case, "es") if f.code == "W1864")
    assert (remark.field, remark.got) == ("weather.file", "25.8, -80.2667")
    assert "MIAMI está a 1802 km" in remark.what
    assert remarks_of_files(case, make_weather(case), "es") == (remark,)


def before_the_solve(case: Case) -> None:
    """Take a case through every stage of a run that comes before the first solve."""
    profiles = today_profiles(case)
    gases = for_model(refrigerants_of_case(case))
    names = [name for name in case.variants if name != "bau"][:1]
    cases = {name: variant_case(case, name) for name in (*names, "bau")}
    check_comparable(case, cases)
    for name in names:
        mine = profiles_for(cases[name], case, profiles)
        district = prepare(cases[name], mine)
        pairs = boundary_of([district], case)
        prepare_system(district, gases)
        for one in (district.__class__(cases["bau"], profiles, ()), district):
            run_individual(one, pairs, conditions_of(one, gases))


KNOWN_BY_DESIGN = {"W1828", "W1833"}
"""Remarks of what only the design can refuse: the pressure that a plant or building far from all others needs."""
TABLE = Path(__file__).parents[2] / "case" / "careless" / "shipped.yaml"


@pytest.mark.slow
def test_what_check_lets_pass_no_stage_before_the_solve_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: of the spoiled shipped cases, those without an error get as far as the first solve.

    If ignored: `edsim check` says ok and `edsim run` refuses the same case.
    """
    monkeypatch.syspath_prepend(str(TABLE.parents[1]))
    spoil = import_module("test_careless").spoil

    passed = 0
    for index, row in enumerate(yaml.safe_load(TABLE.read_text(encoding="utf-8"))):
        folder = tmp_path / str(index)
        spoil(row, folder)
        try:
            case = load_case(folder)
        except CaseError:
            continue
        if all(f.severity == "warning" for f in refusals(case)) and row["code"] not in KNOWN_BY_DESIGN:
            passed += 1
            before_the_solve(case)
    assert passed >= 3


def test_countries_with_normals_have_holidays() -> None:
    """Proves: what the quick check takes for granted holds. If ignored: W303 is left unsaid for a shipped country."""
    assert len(countries_with_normals()) > 10
    assert [c for c in sorted(countries_with_normals()) if holiday_findings(c)] == []
