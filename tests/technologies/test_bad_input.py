"""Machines a user describes wrongly: named with file, line, value, what is allowed and what to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from edsim.case import check
from edsim.case.loading import load
from edsim.core.errors import EdsimError
from edsim.core.registry import load_kinds

CASE = """schema_version: 1
name: Wrong
city: {name: Cali, country: COL, lat_deg: 3.45, lon_deg: -76.53, elevation_m: 1000, utc_offset_h: -5}
currency: USD
price_year: 2024
buildings:
  - {id: plant, use: office, floor_area_m2: 4000, storeys: 4}
technologies:
  - {id: grid, kind: grid, tariff: t}
  - {id: chillers, kind: vapour_chiller, condenser: air, compressor: screw, rated_cop: 3.1}
  - {id: tank, kind: chilled_water_store, loss_frac_per_h: 0.001}
  - {id: boilers, kind: steam_boiler, units: 2, spare_units: 1}
  - {id: gas, kind: fuel_supply, fuel: natural_gas}
  - {id: exchanger, kind: heat_exchanger, carriers: {warm_side: steam, cold_side: hot_water}}
  - {id: lift, kind: heat_pump, source: air, max_supply_temp_c: 85}
  - {id: ets, kind: energy_transfer_station, needed_supply_temp_c: 9}
tariffs: [{id: t, energy_per_kwh: 0.2}]
fuels:
  - {id: lpg, price_per_kwh: 0.07, ghg_kg_per_kwh: 0.227}
  - {id: natural_gas, price_per_kwh: 0.05, ghg_kg_per_kwh: 0.202}
emissions: {grid_kg_per_kwh: 0.2, grid_basis: inventory}
finance: {discount_rate_frac: 0.08}
settings:
  carrier_temps_c: {chilled_water: [6, 12], hot_water: [80, 60], steam_low: [120, 90], steam: [180, 90]}
"""
WRONG = (
    ("COP beyond physics", "rated_cop: 3.1", "rated_cop: 25", r"case.yaml:10:\d+.*rated_cop.*25.*≤ 12"),
    ("EER as COP", "rated_cop: 3.1", "rated_cop: 10.6",
     r"case.yaml:10:\d+.*rated_cop 10.6 is beyond physics with air condenser: at most 7.4.*3.412.*E133"),
    ("negative loss", "loss_frac_per_h: 0.001", "loss_frac_per_h: -0.01", r"case.yaml:11:\d+.*-0.01.*≥ 0"),
    ("cooling supply warmer than return", "[6, 12]", "[12, 6]", r"case.yaml:24:\d+.*chilled_water.*12 / 6"),
    ("carrier nobody supplies", "kind: fuel_supply, fuel: natural_gas", "kind: fuel_supply, fuel: lpg",
     r"case.yaml:12:\d+.*nothing supplies natural_gas"),
    ("heat uphill", "warm_side: steam, cold_side: hot_water", "warm_side: hot_water, cold_side: steam",
     r"case.yaml:14:\d+.*uphill.*hot_water 80 °C, steam 180 °C.*5 K.*E160"),
    ("levels in Fahrenheit", "hot_water: [80, 60], steam_low: [120, 90], steam: [180, 90]",
     "hot_water: [190, 140], steam_low: [120, 90], steam: [165, 90]", r"case.yaml:14:\d+.*uphill.*in °F or K.*E160"),
    ("heat uphill at the returns", "steam: [180, 90]", "steam: [180, 55]",
     r"case.yaml:14:\d+.*uphill.*steam 180 / 55 °C, hot_water 80 / 60 °C.*must return warmer.*E160"),
    ("all units spare", "spare_units: 1", "spare_units: 2", r"case.yaml:12:\d+.*spare_units must be below units"),
    ("no port of this name", "warm_side: steam", "heat_in: steam",
     r"case.yaml:14:\d+.*no port heat_in; ports are cold_side, warm_side"),
    ("temperatures not stated", ", steam_low: [120, 90], steam: [180, 90]", "",
     r"case.yaml:12:\d+.*boilers.*temperatures of steam.*carrier_temps_c.*E1840"),
    ("source of a heat pump without temperatures", "kind: heat_pump, source: air", "kind: heat_pump",
     r"case.yaml:15:\d+.*lift.*temperatures of ambient_water.*write source: air.*E1840"),
    ("supply beyond a heat pump", "max_supply_temp_c: 85", "max_supply_temp_c: 70",
     r"case.yaml:15:\d+.*lift.*heat carries nothing.*80 °C.*≤ 70 °C.*W1841"),
    ("supply colder than the curves of a chiller", "[6, 12]", "[3, 12]",
     r"case.yaml:10:\d+.*chillers.*do not hold for cooling.*3 °C.*≥ 4 °C.*W1838"),
    ("building colder than the network", "needed_supply_temp_c: 9", "needed_supply_temp_c: 7",
     r"case.yaml:16:\d+.*ets.*uphill from building to chilled_water.*building 7 °C, chilled_water 6 °C.*1.5 K.*E160"),
    ("heat nothing takes", "condenser: air", "condenser: water",
     r"case.yaml:10:\d+.*nothing takes the heat rejected at energy_center by chillers.*cooling_tower.*E1842"),
    ("return below absolute zero", "hot_water: [80, 60]", "hot_water: [80, -300]",
     r"case.yaml:24:\d+.*temperatures are not those of hot_water.*80 / -300 °C.*0 – 250 °C.*E191"),
    ("share far from its limits", "loss_frac_per_h: 0.001", "loss_frac_per_h: 40",
     r"case.yaml:11:\d+.*got 40; allowed: ≥ 0, ≤ 0.1 frac/h; the default is 0.0004 frac/h: leave the field out.*E123"),
    ("leak of a year in percent", "rated_cop: 3.1", "rated_cop: 3.1, leak_frac_per_a: 5",
     r"case.yaml:10:\d+.*leak_frac_per_a.*got 5; allowed: ≥ 0, ≤ 1 frac/a.*did you mean 0.05, or \"5 %/a\"\?.*E123"),
    ("kW per ton as COP", "rated_cop: 3.1", "rated_cop: 0.65",
     r"case.yaml:10:\d+.*got 0.65; allowed: > 1, ≤ 12 kW/kW; is it in kW/TR\?.*: 0.65 kW/TR.*E123"),
    ("heat of towerless free cooling", "kind: chilled_water_store, loss_frac_per_h: 0.001", "kind: free_cooling",
     r"case.yaml:11:\d+.*nothing takes the heat.*by tank; add a cooling_tower there \[E1842"),
    ("source nobody describes", "kind: heat_pump, source: air, max", "kind: waste_heat_recovery, source: kiln, max",
     r"case.yaml:15:\d+.*no source of this id; got kiln; add it to the list sources.*E113"),
    ("carrier nobody could supply", "warm_side: steam, cold", "warm_side: lava, cold",
     r"case.yaml:14:\d+.*nothing supplies lava.*add a machine that gives lava there.*E184"),
    ("carrier nobody uses", "cold_side: hot_water}", "cold_side: steam_low}",
     r"case.yaml:14:\d+.*nothing uses the steam_low.*W1843"),
)  # fmt: skip


def findings(text, folder, lang="en", severities=("error",)):
    """Return what the user sees of a case, errors unless warnings are asked for too."""
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    try:
        case = load(folder, load_kinds("edsim.technologies"), lang=lang)
    except EdsimError as error:
        return [f.text() for f in error.findings]
    return [f.text() for f in check(case, lang=lang) if f.severity in severities]


def test_the_case_itself_is_right(tmp_path):
    """Proves: before a line is broken there is nothing to say. If ignored: the tests below could not fail."""
    assert findings(CASE, tmp_path) == []


@pytest.mark.parametrize(("old", "new", "pattern"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_wrong_machines_are_named(old, new, pattern, tmp_path):
    """Proves: the finding names file and line, the value, what is allowed. If ignored: users would search."""
    assert old in CASE
    found = findings(CASE.replace(old, new), tmp_path, severities=("error", "warning"))
    assert any(re.search(pattern, f, flags=re.DOTALL) for f in found), found
    assert not any(re.search(pattern, f, flags=re.DOTALL) for f in findings(CASE, tmp_path, severities=("warning",)))


SPANISH = (
    ("chilled_water: [6, 12]", "chilled_water: [12, 6]", "orden contrario"),
    (", steam: [180, 90]", "", "necesita las temperaturas de steam"),
    ("max_supply_temp_c: 85", "max_supply_temp_c: 70", "no entrega nada a la temperatura"),
    ("condenser: air", "condenser: water", "nada recibe el calor que rechaza"),
    ("cold_side: hot_water}", "cold_side: steam_low}", "nada usa lo que entrega"),
    ("warm_side: steam, cold_side: hot_water", "warm_side: hot_water, cold_side: steam", "cuesta arriba"),
    ("fuel: natural_gas}\n  - {id: ex", "fuel: lpg}\n  - {id: ex", "nada suministra natural_gas"),
)


@pytest.mark.parametrize(("old", "new", "words"), SPANISH, ids=[s[2] for s in SPANISH])
def test_levels_and_carriers_are_named_in_spanish(old, new, words, tmp_path):
    """Proves: the same faults are said in Spanish. If ignored: half of the users would read English."""
    assert old in CASE
    found = findings(CASE.replace(old, new), tmp_path, "es", ("error", "warning"))
    assert any(words in f for f in found), found


@pytest.mark.parametrize("written", ["1.1 kW/TR", "{value: 1.1, unit: kW/TR}"])
def test_cop_may_be_written_as_power_per_ton(written, tmp_path):
    """Proves: 1.1 kW/TR is a COP of 3.517 / 1.1 = 3.197. If ignored: 2 kW/TR would be a COP of 0.57."""
    (tmp_path / "case.yaml").write_text(CASE.replace("rated_cop: 3.1", f"rated_cop: {written}"), encoding="utf-8")
    case = load(tmp_path, load_kinds("edsim.technologies"))
    assert next(t for t in case.technologies if t.id == "chillers").rated_cop == pytest.approx(3.5168528 / 1.1)


def test_heat_from_a_bare_ambient_loop_is_refused(tmp_path):
    """Proves: a network of 25 °C that is to deliver hot water without heat pumps is an error with the remedy.

    If ignored: buildings would be heated by water colder than they need, for nothing.
    """
    network = """networks:
  - id: loop
    carrier: ambient_water
    service: hot_water
    plants: [{id: energy_center, lat_deg: 3.45, lon_deg: -76.53}]
    supply_temp_c: 25
    return_temp_c: 20
technologies:"""
    found = findings(CASE.replace("technologies:", network, 1), tmp_path)
    assert any("[E1844" in f and "loop_station" in f for f in found), found


def test_a_loop_too_warm_to_cool_by_itself_is_said(tmp_path):
    """Proves: a loop of 27/12 °C is warned of, since its warm pipe ends above the water it would cool.

    If ignored: the study would count cooling without a compressor that no exchanger can give.
    """
    origin = Path(__file__).parents[1] / "cases" / "ambient_loop"
    shutil.copytree(origin, tmp_path, dirs_exist_ok=True)
    text = (origin / "case.yaml").read_text(encoding="utf-8")
    warm = re.sub(r"(ambient_\w+): \[[\d., ]+\]", r"\1: [27, 12]", text)
    chilled = "kind: loop_station, node: hotel, cooling_supply_temp_c: 16, cooling_return_temp_c: 20}"
    warm = warm.replace("kind: loop_station, node: hotel}", chilled)
    assert chilled in warm
    found = findings(warm, tmp_path, severities=("error", "warning"))
    assert any("[W1845" in f and "27 °C" in f for f in found), found
