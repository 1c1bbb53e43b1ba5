"""What the message of an unserved demand blames, on a loop of one building."""

from dataclasses import replace

import numpy as np

from edsim.core.language.sentences import in_language
from edsim.optimization.model.model import LEAST_COST, build
from edsim.optimization.shortage import short_of
from edsim.optimization.sizing.certify import DesignOptions, explain_shortage
from tests.unit.optimization.conftest import flat

LOOP = {"supply_temp_c": {"ambient_water": 27.0}, "return_temp_c": {"ambient_water": 22.0}}


def test_a_loop_its_tower_cannot_empty_is_blamed_on_the_tower(make, system, one_day):
    """Proves: 10 kW of cooling at a station short at 2:00, whose wet bulb of 21 °C stops the tower of a 22 °C pipe.

    If ignored: the message asks for a supplier of chilled water where a station stands, or for a larger size of a
    machine that is not offered at all and could not help.
    """
    humid = flat(10.0)
    humid[2] = 21.0
    base = system([], {}, wet_bulb_temp_c=humid, **LOOP)
    site = base.conditions["energy_center"]
    technologies = (
        make("grid", id="center", tariff="power"),
        make("cooling_tower", id="tower", carriers={"heat": "ambient_water"}, approach_k=4.0),
        make("grid", id="meter", node="clinic", tariff="power"),
        make("loop_station", id="station", node="clinic", refrigerant="R-134a"),
        make("battery", id="never", max_capacity_kwh=0.0),
    )
    demand = {("clinic", "chilled_water"): flat(10.0)}
    conditions = {"energy_center": site, "clinic": site}
    short = replace(base, technologies=technologies, demand=demand, conditions=conditions)
    (finding,) = explain_shortage(build(short, one_day), LEAST_COST, DesignOptions(mode="screening"))
    assert finding.got == "short by up to 10 kW (day 1, 2:00) in 1 hours"
    assert "station makes it, but too little of its heat leaves the loop at energy_center" in finding.hint
    assert "(tower 0 kW" in finding.hint
    assert "raise settings.carrier_temps_c.ambient_water" in finding.hint
    assert "suba settings.carrier_temps_c.ambient_water" in in_language(finding.hint, "es")
    said = in_language(finding.what, "es")  # and so of one milestone of several
    assert finding.what != said == in_language(f"2032: {finding.what}", "es").removeprefix("2032: ")


def test_a_chiller_on_sunshine_alone_is_short_of_power_at_night(make, system, one_day):
    """Proves: the chiller is named with the power it lacks, and who would give it: nothing from panels in the dark."""
    sun = np.tile(np.where(np.arange(24) < 12, 1.0, 0.0), 365)
    panels = make("pv", id="panels")
    chiller = make("vapour_chiller", id="chiller", condenser="air", compressor="screw")
    made = system([panels, chiller], {"chilled_water": flat(10.0)}, pv_kw_per_kwp={"panels": sun})
    (finding,) = explain_shortage(build(made, one_day), LEAST_COST, DesignOptions(mode="screening"))
    said = "chiller makes it, but gets too little electricity at energy_center in that hour (panels 0 kW); offer more"
    assert finding.hint.startswith(said)


def test_what_a_machine_gives_by_two_outlets_is_said_once(make, system, one_day):
    """Proves: an engine that gives heat by its jacket and by its exhaust is one source of the heat a machine lacks.

    If ignored: it stands twice in the message, and neither figure is what it gives.
    """
    engine = make("chp", id="engine", fuel="natural_gas", max_capacity_kw=20.0)
    made = system(
        [engine, make("fuel_supply", id="gas", fuel="natural_gas"), make("grid", id="grid", tariff="power"),
         make("absorption_chiller", id="absorber"), make("cooling_tower", id="tower")],
        {"chilled_water": flat(100.0), "electricity": flat(50.0)},
    )  # fmt: skip
    model = build(made, one_day)
    solution = model.solve(LEAST_COST, allow_unserved=True)
    short = next(f for f in solution.flows if f.kind == "unserved" and f.carrier == "chilled_water")
    hint = short_of(short, solution, made.technologies, []).hint
    heat = sum(float(f.values[0]) for f in solution.flows if f.technology == "engine" and f.carrier == "hot_water")
    assert f"(engine {heat:,.0f} kW)" in hint
