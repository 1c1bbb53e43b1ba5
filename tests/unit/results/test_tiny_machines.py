"""Machines too small to be built are told, not drawn."""

from types import SimpleNamespace
from typing import Any, cast

from edsim.results.design_notes import design_findings
from edsim.results.tiny_machines import tiny_findings
from edsim.results.variant import VariantRun
from edsim.technologies.back_pressure_turbine import BackPressureTurbine
from edsim.technologies.steam_boiler import SteamBoiler

KW = {"boilers": 31_878.0, "turbine": 0.356, "small": 30.0, "old": 20.0, "none": 0.0}


def _run(*plant: Any) -> VariantRun:
    found = SimpleNamespace(name="park", plant=plant, capacity=lambda name, _: KW[name])
    found.stages = (SimpleNamespace(run=found),)
    return cast("VariantRun", found)


def test_a_turbine_of_a_third_of_a_kilowatt_is_told() -> None:
    """Proves: 0.36 and 30 kW beside 31.9 MW are remarked; what stands, is prescribed or not bought is not.

    If ignored: a report lists a turbine that nobody sells, and its reader doubts the rest.
    """
    plant = (
        SteamBoiler(id="boilers"),
        BackPressureTurbine(id="turbine"),
        SteamBoiler(id="small"),
        SteamBoiler(id="old", existing_capacity_kw=20.0),
        BackPressureTurbine(id="none"),
    )
    found = tiny_findings(_run(*plant))
    assert [(f.code, f.field, f.got) for f in found] == [
        ("W517", "park.technologies.turbine", "0.356 kW"),
        ("W517", "park.technologies.small", "30 kW"),
    ]
    assert tiny_findings(_run(SteamBoiler(id="boilers"), BackPressureTurbine(id="turbine", min_capacity_kw=0.3))) == []
    assert design_findings([]) == []
