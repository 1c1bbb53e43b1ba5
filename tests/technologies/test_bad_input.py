"""Machines a user describes wrongly: named with file, line, value, what is allowed and what to do."""

from __future__ import annotations

import re

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
tariffs: [{id: t, energy_per_kwh: 0.2}]
fuels:
  - {id: lpg, price_per_kwh: 0.07, ghg_kg_per_kwh: 0.227}
  - {id: natural_gas, price_per_kwh: 0.05, ghg_kg_per_kwh: 0.202}
emissions: {grid_kg_per_kwh: 0.2, grid_basis: inventory}
finance: {discount_rate_frac: 0.08}
settings:
  carrier_temps_c: {chilled_water: [6, 12], hot_water: [80, 60], steam: [180, 90]}
"""
WRONG = (
    ("COP beyond physics", "rated_cop: 3.1", "rated_cop: 25", r"case.yaml:10:\d+.*rated_cop.*25.*≤ 12"),
    ("negative loss", "loss_frac_per_h: 0.001", "loss_frac_per_h: -0.01", r"case.yaml:11:\d+.*-0.01.*≥ 0"),
    ("cooling supply warmer than return", "[6, 12]", "[12, 6]", r"case.yaml:22:\d+.*chilled_water.*12 / 6"),
    ("carrier nobody supplies", "kind: fuel_supply, fuel: natural_gas", "kind: fuel_supply, fuel: lpg",
     r"case.yaml:12:\d+.*nothing supplies natural_gas"),
    ("heat uphill", "warm_side: steam, cold_side: hot_water", "warm_side: hot_water, cold_side: steam",
     r"case.yaml:14:\d+.*uphill.*hot_water 80 °C, steam 180 °C.*5 K.*E160"),
    ("all units spare", "spare_units: 1", "spare_units: 2", r"case.yaml:12:\d+.*spare_units must be below units"),
)  # fmt: skip


def findings(text, folder):
    """Return the errors of a case as its user sees them."""
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    try:
        case = load(folder, load_kinds("edsim.technologies"))
    except EdsimError as error:
        return [f.text() for f in error.findings]
    return [f.text() for f in check(case) if f.severity == "error"]


def test_the_case_itself_is_right(tmp_path):
    """Proves: before a line is broken there is nothing to say. If ignored: the tests below could not fail."""
    assert findings(CASE, tmp_path) == []


@pytest.mark.parametrize(("old", "new", "pattern"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_wrong_machines_are_named(old, new, pattern, tmp_path):
    """Proves: the finding names file and line, the value, what is allowed. If ignored: users would search."""
    assert old in CASE
    found = findings(CASE.replace(old, new), tmp_path)
    assert any(re.search(pattern, f, flags=re.DOTALL) for f in found), found
