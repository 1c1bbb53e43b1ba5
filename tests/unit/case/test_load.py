"""Loading: units, origins, defaults, tables, and every value traceable to its place."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from edsim.case import apply_scenario, apply_variant, hash_inputs, load
from edsim.case.assemble import source_of
from edsim.case.schema import Case
from edsim.core.errors import CaseError
from edsim.core.money import convert_money
from edsim.core.technology import Technology
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES

Read = Callable[..., Case]


def test_a_valid_case_loads_without_remarks(read: Read) -> None:
    """Proves: the base case of these tests is clean. If ignored: every other test could pass by accident."""
    case = read()
    assert case.warnings == ()
    assert [b.id for b in case.buildings] == ["hall", "hotel"]


def test_units_are_converted_to_those_of_the_fields(read: Read) -> None:
    """Proves: 450 TR is 1582.58 kW. If ignored: capacities in TR are taken for kW, 3.5 times too small."""
    chiller = read().technologies[1]
    assert chiller.max_capacity_kw == pytest.approx(450 * 3.5168528)


def test_origin_beside_a_value_is_kept(read: Read, base: str) -> None:
    """Proves: value, unit, source, year and tier reach the provenance with line and column."""
    text = base.replace(
        "energy_per_kwh: 0.16",
        "energy_per_kwh: {value: 160, unit: USD/MWh, source: utility bill, year: 2020, quality: measured}",
    )
    case = read(text)
    origin = case.provenance["tariffs.main.energy_per_kwh"]
    assert case.tariffs[0].energy_per_kwh == pytest.approx(0.16)
    assert (origin.source, origin.year, origin.quality) == ("utility bill (160 USD/MWh)", 2020, "measured")
    assert origin.where == place(text, "160, unit")
    assert origin.unit == "currency/kWh"


def test_year_of_an_origin_is_the_price_year_of_a_currency(read: Read, base: str) -> None:
    """Proves: {value, unit: USD/kWh, year: 2016} is brought to 2020 prices. If ignored: prices too low."""
    text = base.replace("energy_per_kwh: 0.16", "energy_per_kwh: {value: 0.16, unit: USD/kWh, year: 2016}")
    assert read(text).tariffs[0].energy_per_kwh == pytest.approx(convert_money(0.16, "USD", 2016, "USD", 2020))


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("450 TR", "case file (450 TR)"),
        ("1582 kW", "case file"),
        ("{value: 450, unit: TR, source: Quote 7}", "Quote 7 (450 TR)"),
        ("1582", "case file"),
    ],
)
def test_the_register_shows_what_was_written_where_it_was_converted(read: Read, base: str, written: str, source: str):
    """Proves: beside 1582.58 kW stand the 450 TR of the quote. If ignored: nobody finds the figure in the document."""
    assert read(base.replace("450 TR", written)).provenance["technologies.chiller.max_capacity_kw"].source == source


def test_every_field_has_an_origin(read: Read, base: str) -> None:
    """Proves: typed values point to a place, defaults to a source. If ignored: a number appears from nowhere."""
    case = read()
    typed = case.provenance["technologies.chiller.max_capacity_kw"]
    default = case.provenance["technologies.chiller.cop"]
    assert typed.where == place(base, "450 TR")
    assert (default.value, default.source, default.year, default.quality) == (5.0, "test table", 2016, "default")
    for technology in case.technologies:
        for name in type(technology).model_fields:
            stem = f"technologies.{technology.id}.{name}"
            assert any(path == stem or path.startswith(f"{stem}.") for path in case.provenance), stem


def test_money_defaults_are_in_case_currency_and_prices(read: Read, base: str) -> None:
    """Proves: a USD 2016 default in a COP 2020 case. If ignored: pesos and dollars are added."""
    text = base.replace("currency: USD", "currency: COP").replace("energy_per_kwh: 0.16", "energy_per_kwh: 560")
    text = text.replace("energy_per_kwh: 0.3", "energy_per_kwh: 900")
    case = read(text)
    chiller = case.technologies[1]
    expected = convert_money(250.0, "USD", 2016, "COP", 2020)
    assert chiller.capex_per_kw == pytest.approx(expected)
    origin = case.provenance["technologies.chiller.capex_per_kw"]
    assert origin.value == pytest.approx(expected)
    assert "250 USD 2016" in origin.source
    assert origin.quality == "default"


def test_a_currency_in_the_text_is_converted(read: Read, base: str) -> None:
    """Proves: "560 COP/kWh" in a USD case is divided by the exchange rate of the price year."""
    case = read(base.replace("energy_per_kwh: 0.16", "energy_per_kwh: 560 COP/kWh"))
    assert case.tariffs[0].energy_per_kwh == pytest.approx(convert_money(560, "COP", 2020, "USD", 2020))


def test_units_inside_lists_and_mappings(read: Read, base: str) -> None:
    """Proves: loops in degF and ages in months are converted too. If ignored: units work in some fields only."""
    text = base.replace("    bau_age_a: 5\n", "    bau_service_age_a: {cooling: 60 months}\n")
    case = read(text + "settings: {carrier_temps_c: {hot_water: [194 degF, {value: 75, source: design}]}}\n")
    assert case.buildings[0].machine_age_a("cooling") == pytest.approx(5)
    assert case.settings.carrier_temps_c["hot_water"] == (pytest.approx(90), 75)


def test_a_variant_without_content(read: Read, base: str) -> None:
    """Proves: `district:` alone is a variant without changes."""
    case = read(base.replace("  big:\n", "  district:\n  big:\n"))
    assert case.variants["district"].changes == {}


def test_text_fields_keep_what_was_typed(read: Read, base: str) -> None:
    """Proves: id 007 and name 2025 stay text as written. If ignored: 007 becomes 7 and no longer matches."""
    text = base.replace("  - id: hall\n", "  - id: 007\n    name: 2025\n")
    building = read(text).buildings[0]
    assert (building.id, building.name) == ("007", "2025")


def place(text: str, needle: str, file: str = "case.yaml") -> str:
    """Return file:line:column of the first occurrence of `needle`."""
    before = text[: text.index(needle)]
    return f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


TABLE = (
    "id;name;use;floor_area_m2;storeys;lat_deg;lon_deg;conditioned_frac;bau.cooling;archetype.wwr_frac\n"
    "hall;Alcaldía, sede 1;office;12.000,5;10;6,2449;-75,5740;0,7;split;0,5\n"
    'hotel;"Hotel ""Río""";office;8.000;8;6,2440;-75,5750;;split;\n'
)


def _with_table(base: str, table: str) -> str:
    head, rest = base.split("buildings:\n", 1)
    return f"{head}buildings: {table}\nnetworks:{rest.split('networks:', 1)[1]}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_as_spreadsheets_write_them(read: Read, base: str, encoding: str) -> None:
    """Proves: semicolons, decimal commas, thousands points, quotes, BOM, UTF-16 and Windows-1252 are read alike."""
    case = read(_with_table(base, "{file: b.csv}"), {"b.csv": TABLE.encode(encoding)})
    hall, hotel = case.buildings
    assert (hall.floor_area_m2, hall.lat_deg, hall.conditioned_frac) == (12000.5, 6.2449, 0.7)
    assert (hotel.floor_area_m2, hotel.conditioned_frac) == (8000.0, None)
    assert (hall.name, hotel.name) == ("Alcaldía, sede 1", 'Hotel "Río"')
    assert hall.bau == {"cooling": "split"}
    assert hall.archetype == {"wwr_frac": 0.5}
    assert case.provenance["buildings.hall.floor_area_m2"].where == "b.csv:2:30"
    assert [w.code for w in case.warnings] == (["W102"] if encoding == "cp1252" else [])


def test_units_in_a_table_header(read: Read, base: str) -> None:
    """Proves: floor_area_m2 [ft2] and conditioned_frac [%] are converted. If ignored: areas ten times too large."""
    header = "id,use,floor_area_m2 [ft2],storeys,lat_deg,lon_deg,conditioned_frac [%],bau.cooling"
    case = read(
        _with_table(base, "{file: b.csv}"), {"b.csv": f"{header}\nh,office,100000,10,6.2449,-75.574,70,split\n"}
    )
    assert case.buildings[0].floor_area_m2 == pytest.approx(9290.304)
    assert case.buildings[0].conditioned_frac == pytest.approx(0.7)


def test_buildings_from_geojson(read: Read, base: str) -> None:
    """Proves: properties are fields and the centroid of the footprint is the location (Green's theorem by hand)."""
    polygon = [[[-75.58, 6.24], [-75.56, 6.24], [-75.56, 6.25], [-75.58, 6.25], [-75.58, 6.24]]]
    feature = (
        '{"type": "Feature", "properties": {"id": "hall", "use": "office", "floor_area_m2": 12000, "storeys": 10,'
        f' "bau.cooling": "split"}}, "geometry": {{"type": "Polygon", "coordinates": {polygon}}}}}'
    )
    files = {"b.geojson": f'{{"type": "FeatureCollection", "features": [{feature}]}}'}
    hall = read(_with_table(base, "{file: b.geojson}"), files).buildings[0]
    assert (hall.lon_deg, hall.lat_deg) == (pytest.approx(-75.57), pytest.approx(6.245))
    assert hall.bau == {"cooling": "split"}


def test_variant_and_scenario(read: Read, base: str) -> None:
    """Proves: changes are laid over by id with units converted, and the case itself stays as it was."""
    case = read()
    big = apply_variant(case, "big")
    assert big.technologies[1].max_capacity_kw == 2500.0
    assert big.provenance["technologies.chiller.max_capacity_kw"].where == place(base, "2.5 MW")
    assert apply_scenario(big, "dear_power").tariffs[0].energy_per_kwh == 0.3
    assert apply_scenario(big, "dear_power").technologies[1].max_capacity_kw == 2500.0
    assert case.tariffs[0].energy_per_kwh == 0.16


def test_variant_of_a_case_made_in_python(read: Read) -> None:
    """Proves: a case without a file can have variants too. If ignored: the Python interface has half the features."""
    case = read()
    made = Case.model_validate({name: getattr(case, name) for name in Case.model_fields if name != "provenance"})
    assert source_of(made) is None
    assert apply_variant(made, "big").technologies[1].max_capacity_kw == 2500.0


OVERLAY = """
  v:
    changes:
      buildings:
        hotel: null
        hall: {floor_area_m2: null, occupants: 900}
      technologies:
        - {id: second, kind: toy_chiller}
        - {id: chiller, cop: 6}
        - {id: grid, label: Main}
      fuels: [{id: natural_gas, price_per_kwh: 0.05, ghg_kg_per_kwh: 0.2}]
      networks:
        cold: {plants: [{id: energy_center, lat_deg: 6.2451}]}
      finance: {horizon_a: 30}
"""


def test_overlay_edits_adds_and_removes(read: Read, base: str) -> None:
    """Proves: every form of change; hand-checked. If ignored: a removed building stays in the study."""
    text = base.replace("scenarios:\n", "scenarios:" + OVERLAY.replace("floor_area_m2: null, ", ""))
    case = apply_scenario(read(text), "v")
    assert [b.id for b in case.buildings] == ["hall"]
    assert (case.buildings[0].occupants, case.buildings[0].floor_area_m2) == (900, 12000)
    assert [t.id for t in case.technologies] == ["grid", "chiller", "split", "split_new", "second"]
    assert case.technologies[1].cop == 6
    assert case.technologies[1].max_capacity_kw == pytest.approx(1582.58376)
    assert case.fuels[0].id == "natural_gas"
    assert (case.networks[0].plants[0].lat_deg, case.networks[0].plants[0].lon_deg) == (6.2451, -75.5745)
    assert (case.finance.horizon_a, case.finance.discount_rate_frac) == (30, 0.08)


def test_null_restores_a_default_and_a_required_value_is_missed(read: Read, base: str) -> None:
    """Proves: null removes; where the value is required the fault is named at load, at the variant."""
    text = base.replace("scenarios:", OVERLAY.lstrip("\n") + "scenarios:")
    with pytest.raises(CaseError) as raised:
        read(text)
    assert [(f.code, f.field) for f in raised.value.findings] == [("E120", "buildings.hall.floor_area_m2")]


def test_hash_follows_values_not_writing(read: Read, base: str) -> None:
    """Proves: comments, order and units as typed leave the hash; any value changes it."""
    first = hash_inputs(read(base))
    rewritten = base.replace("450 TR", "1582.58376")
    rewritten = rewritten.replace("currency: USD\nprice_year: 2020", "price_year: 2020 # c\ncurrency: USD")
    assert hash_inputs(read(rewritten)) == first
    assert hash_inputs(read(base.replace("storeys: 10", "storeys: 11"))) != first


def test_hash_follows_data_files(write: Callable[..., Path], kinds: dict[str, type], base: str) -> None:
    """Proves: the content of a measured series is part of the inputs. If ignored: stale results are taken for new."""
    text = base.replace("    bau_age_a: 5\n", "    bau_age_a: 5\n    measured: {cooling: {file: m.csv}}\n")
    first = hash_inputs(load(write(text, {"m.csv": "kw\n1\n"}), kinds))
    assert hash_inputs(load(write(text, {"m.csv": "kw\n2\n"}), kinds)) != first


def test_spanish_findings(write: Callable[..., Path], kinds: dict[str, type], base: str) -> None:
    """Proves: the same fault in Spanish. If ignored: the second language is a promise only."""
    with pytest.raises(CaseError, match="aquí no existe un campo") as raised:
        load(write(base.replace("storeys: 10", "storey: 10\n    storeys: 10")), kinds, lang="es")
    assert "¿quiso decir storeys?" in raised.value.findings[0].text()


def test_a_fuel_of_a_machine_s_own_name_is_to_be_renamed_in_the_fuels(write: Callable[..., Path], base: str) -> None:
    """Proves: both ways to misname a fuel lead to its id, never in a circle. If ignored: advice undoes advice."""
    from edsim.workflow import load_case

    boiler = "\n  - {id: gas_boiler, kind: boiler, fuel: gas_natural}\ntariffs:\n"
    text = base.replace("\ntariffs:\n", boiler).replace("toy_grid", "grid").replace("toy_chiller", "vapour_chiller")
    text = text.replace("toy_split", "split_ac, node: building")
    text = text.replace("fuels: []", "fuels: [{id: gas_natural, price_per_kwh: 0.05, ghg_kg_per_kwh: 0.202}]")
    for fuel, code in (("gas_natural", "E124"), ("natural_gas", "E182")):
        with pytest.raises(CaseError) as raised:
            load_case(write(text.replace("fuel: gas_natural", f"fuel: {fuel}")))
        (said,) = [f for f in raised.value.findings if f.code == code]
        assert "write id: natural_gas for gas_natural under fuels" in said.hint
    (bare,) = [f for f in raised.value.findings if f.code == "E184"]
    assert bare.hint == "add {id: natural_gas_supply, kind: fuel_supply, fuel: natural_gas} to technologies"


def test_biofuels_have_their_own_primary_energy(read: Callable[..., Case], base: str) -> None:
    """Proves: biomass takes 0.2 and biogas 0.4 of primary energy by default, gas 1.1, and what is typed stays.

    If ignored: a district heated by wood has the primary energy factor of one heated by gas.
    """
    fuels = "fuels: [{id: biomass, price_per_kwh: 0.02, ghg_kg_per_kwh: 0.01}, {id: biogas, price_per_kwh: 0.05, "
    fuels += "ghg_kg_per_kwh: 0.01}, {id: lpg, price_per_kwh: 0.09, ghg_kg_per_kwh: 0.23}, {id: diesel, price_per_kwh: "
    fuels += "0.1, ghg_kg_per_kwh: 0.27, primary_energy_factor: 1.2}]\n"
    case = read("\n".join(line for line in base.splitlines() if not line.startswith("fuels")) + "\n" + fuels)
    found = {f.id: f.primary_energy_factor for f in case.fuels}
    assert found == {"biomass": 0.2, "biogas": 0.4, "lpg": 1.1, "diesel": 1.2}
    said = case.provenance["fuels.biomass.primary_energy_factor"]
    assert (said.value, said.quality) == (0.2, "default")


def test_a_case_of_another_ending_is_named(
    write: Callable[..., Path],
    kinds: Mapping[str, type[Technology]],
    tmp_path: Path,
) -> None:
    """Proves: a folder whose case ends in .yml says what to rename. If ignored: there seems to be none."""
    (write().joinpath("case.yaml")).rename(tmp_path / "case.yml")
    with pytest.raises(CaseError, match=r"rename case\.yml to case\.yaml \[E100\]"):
        load(tmp_path, kinds)


def test_the_source_a_machine_draws_from_is_no_citation(tmp_path: Path) -> None:
    """Proves: figures typed beside `source: bay` are of the case file. If ignored: a bay vouches for a pump's lift."""
    towers = next(line for line in TWO_OFFICES.splitlines() if "cooling_tower" in line)
    intake = "  - {id: intake, kind: condenser_intake, source: bay, intake_lift_m: 25}"
    bay = "sources: [{id: bay, kind: sea, flow_m3_per_h: 900}]\nnetworks:"
    text = TWO_OFFICES.replace(towers, intake).replace("networks:", bay, 1)
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    provenance = load_case(tmp_path).provenance
    assert provenance["technologies.intake.intake_lift_m"].source == "case file"
    assert provenance["technologies.intake.source"].source == "case file"
