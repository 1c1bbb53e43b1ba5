"""Check of the water a network gives to taps: hot enough behind the station for every building it must serve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from edsim.case.checks.ids import place_of
from edsim.case.checks.runnable import needs
from edsim.case.offers import taken
from edsim.case.schema import Building, Case
from edsim.case.shipped import archetype_number
from edsim.case.wording.messages import Fault, listing

_HOT_WATER = "hot_water"
_HOTTEST_TAP_C = 95.0
"""Storage for taps without pressure stays below boiling; hotter ones are in °F or K."""


def check_hot_water(case: Case) -> Iterator[Fault]:
    """Yield taps that would boil, and networks and levels too cold for the taps of buildings they may serve."""
    wild = {b.id: at for b in case.buildings if (at := hot_water_temp_c(b)) > _HOTTEST_TAP_C}
    for building, at in wild.items():
        path = f"buildings.{building}.archetype.dhw_temp_c"
        yield Fault("E123", place_of(case, path), path, f"{at:g}", f"≤ {_HOTTEST_TAP_C:g} °C", hint="other_scale")
    for network in case.networks:
        if network.family != _HOT_WATER or _HOT_WATER not in network.services:
            continue
        supplies = {f"networks.{network.id}.supply_temp_c": [network.supply_temp_c]}
        if network.outdoor_reset is not None:
            mild = network.outdoor_reset.mild_supply_temp_c
            supplies[f"networks.{network.id}.outdoor_reset.mild_supply_temp_c"] = [mild]
        for name, variant in case.variants.items():
            levels = [supply for supply, _ in variant.levels_c.get(network.id, ())]
            supplies[f"variants.{name}.levels_c.{network.id}"] = levels
        users = [b for b in case.buildings if _HOT_WATER in taken(case, network, b) and needs(b, _HOT_WATER, case)]
        needed_c = {b.id: hot_water_temp_c(b) + network.ets_approach_k for b in users if b.id not in wild}
        for path, levels in supplies.items():
            wanted = {b: least for b, least in needed_c.items() if levels and least > min(levels)}
            if wanted:
                least = max(wanted.values())
                words = {"buildings": listing(wanted), "approach": f"{network.ets_approach_k:g}"}
                words["need"] = f"{least - network.ets_approach_k:g}"
                got, allowed = f"{min(levels):g} °C", f"≥ {least:g} °C"
                yield Fault("E174", place_of(case, path), path, got, allowed, words, "hotter_water")


def hot_water_temp_c(building: Building) -> float:
    """Return the temperature a building needs its hot water at; 0 where what it states is no number."""
    with suppress(ValueError):
        return archetype_number(building.use, building.archetype, "dhw_temp_c")
    return 0.0
