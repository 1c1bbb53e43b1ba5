"""Check of the water a network gives to taps: hot enough behind the station for every building it must serve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from edsim.case.checks.ids import place_of
from edsim.case.checks.runnable import needs
from edsim.case.messages import Fault, listing
from edsim.case.schema import Building, Case
from edsim.case.shipped import archetype_number

_HOT_WATER = "hot_water"


def check_hot_water(case: Case) -> Iterator[Fault]:
    """Yield networks of hot water too cold for the taps of buildings they must serve."""
    for network in case.networks:
        if network.carrier != _HOT_WATER or _HOT_WATER not in network.services:
            continue
        reached = network.supply_temp_c - network.ets_approach_k
        joining = [b for b in case.buildings if b.joins(network.services) == "must" and b.takes((_HOT_WATER,))]
        wanted = {b.id: need for b in joining if needs(b, _HOT_WATER, case) and (need := hot_water_temp_c(b)) > reached}
        if wanted:
            path = f"networks.{network.id}.supply_temp_c"
            least = max(wanted.values())
            words = {"buildings": listing(wanted), "need": f"{least:g}", "approach": f"{network.ets_approach_k:g}"}
            got, allowed = f"{network.supply_temp_c:g} °C", f"≥ {least + network.ets_approach_k:g} °C"
            yield Fault("E174", place_of(case, path), path, got, allowed, words, "hotter_water")


def hot_water_temp_c(building: Building) -> float:
    """Return the temperature a building needs its hot water at; 0 where what it states is no number."""
    with suppress(ValueError):
        return archetype_number(building.use, building.archetype, "dhw_temp_c")
    return 0.0
