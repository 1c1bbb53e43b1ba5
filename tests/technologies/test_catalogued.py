"""Kinds that share their fields take the defaults from their own rows of the catalogue."""

from pathlib import Path

import pytest

from edsim.case.conform import Setting, conform
from edsim.case.describe import describe_fields
from edsim.case.nodes import Node
from edsim.case.provenance import trace
from edsim.case.readers.yaml_reader import read_yaml
from edsim.core.machines.catalogue import catalogue, value_of
from edsim.core.machines.individual_cooling import AirConditioner
from edsim.core.machines.thermal_store import WaterTank


@pytest.mark.parametrize("kind_name", ["split_ac", "window_ac", "packaged_ac", "vrf", "chilled_water_store"])
def test_each_kind_has_its_own_rows(kinds, kind_name):
    """Proves: value, unit, price and source of every shared field are those of the row of the kind.

    If ignored: one kind's figures would stand for all, or a price would not be converted.
    """
    rows = {name: row for (of, name), row in catalogue().items() if of == kind_name}
    for name, row in rows.items():
        field = kinds[kind_name].model_fields[name]
        extra = field.json_schema_extra
        assert (field.default, extra["unit"], extra.get("price", "")) == (row.value, row.unit, row.price), name
        assert extra["source"]["text"] == row.source.text, name


@pytest.mark.parametrize(
    ("kind_name", "choices", "field", "row"),
    [
        ("boiler", {"fuel": "diesel"}, "efficiency_frac", "efficiency_diesel"),
        ("chp", {"mover": "turbine"}, "electric_efficiency_frac", "efficiency_turbine"),
        ("waste_heat_recovery", {"source_kind": "furnace", "source": "s"}, "approach_k", "approach_furnace"),
        ("absorption_chiller", {"effect": "double", "driven_by": "steam"}, "rated_cop", "cop_double"),
        ("vapour_chiller", {"compressor": "screw", "condenser": "air"}, "rated_cop", "cop_screw_air"),
    ],
)
def test_fields_left_open_tell_what_they_count_with(kinds, kind_name, choices, field, row):
    """Proves: a default that goes by other fields is shown with its value, unit and source, and is the one counted.

    If ignored: the most important figures of a plant would read "-" from "edsim default" in the register.
    """
    machine = kinds[kind_name](id="m", **choices)
    shown = trace(machine, Node({}))[field]
    expected = catalogue()[kind_name, row]
    assert (shown.value, shown.source, shown.quality) == (expected.value, expected.source.text, "default")
    assert (shown.unit, value_of(machine, field)) == (expected.unit, expected.value)


def test_the_bases_keep_their_fields_open(kinds):
    """Proves: filling a kind leaves the base as it was. If ignored: the kind made first would fill the others."""
    assert {"split_ac", "hot_water_store"} <= set(kinds)
    assert all(base.model_fields["lifetime_a"].is_required() for base in (AirConditioner, WaterTank))


@pytest.mark.parametrize(
    ("kind_name", "field", "choice", "row"),
    [
        ("steam_boiler", "capex_per_kw", "fuel: biomass", "capex_per_kw_biomass"),
        ("steam_boiler", "fixed_om_frac", "fuel: biomass", "fixed_om_frac_biomass"),
        ("steam_boiler", "capex_per_kw", "fuel: coal", "capex_per_kw_coal"),
        ("heat_pump", "capex_per_kw", "source: air", "capex_per_kw_air"),
        ("heat_pump", "om_variable_per_kwh", "source: air", "om_variable_per_kwh_air"),
        ("boiler", "capex_per_kw", "fuel: biomass", "capex_per_kw_biomass"),
        ("boiler", "fixed_om_frac", "fuel: biomass", "fixed_om_frac_biomass"),
        ("boiler", "om_variable_per_kwh", "fuel: coal", "om_variable_per_kwh_coal"),
        ("individual_boiler", "efficiency_frac", "fuel: coal", "efficiency_frac_coal"),
        ("individual_boiler", "capex_per_kw", "fuel: biomass", "capex_per_kw_biomass"),
        ("individual_boiler", "capex_per_kw", "fuel: lpg", "capex_per_kw"),
        ("absorption_chiller", "capex_per_kw", "effect: double, driven_by: steam", "capex_per_kw_double"),
        ("steam_boiler", "capex_per_kw", "fuel: diesel", "capex_per_kw"),
        ("vapour_chiller", "charge_kg_per_kw", "compressor: screw, condenser: air", "charge_kg_per_kw_air"),
        ("individual_chiller", "charge_kg_per_kw", "compressor: screw, condenser: water", "charge_kg_per_kw_water"),
    ],
)
def test_a_default_that_varies_is_that_of_its_row(kinds, kind_name, field, choice, row):
    """Proves: a default that varies with another field is that of its own row, in the money of the case, and says so.

    If ignored: a wood-fired steam boiler would be bought at the price of a gas boiler, a twelfth of its own, and the
    water-cooled chillers of buildings would lose a third more refrigerant than those of the plant that replaces them.
    """
    text = f"{{kind: {kind_name}, id: m, {choice}}}"
    node = read_yaml(text, "case.yaml", [])
    assert node is not None
    setting = Setting(Path(), lambda *money: 100.0 * money[0], [])
    made = conform(node, kinds[kind_name], "m", setting)
    expected = catalogue()[kind_name, row]
    assert made.members[field].value == (100.0 * expected.value if expected.price else expected.value)
    machine = kinds[kind_name](**{name: member.value for name, member in made.members.items()})
    assert expected.source.text in trace(machine, made)[field].source


def test_choices_of_a_default_are_those_of_its_own_unit(kinds):
    """Proves: the COPs of a chiller list compressors, not its yearly loss. If ignored: "decay 0.01" reads as a COP."""
    shown = {f.name: f.default for f in describe_fields(kinds["individual_chiller"])}["rated_cop"]
    assert "screw_air 2.9" in shown
    assert "decay" not in shown
