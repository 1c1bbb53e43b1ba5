"""Checks that heat runs downhill through the machines of a case, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edsim.case.check_ids import place_of
from edsim.case.messages import Fault
from edsim.case.schema import Case


def check_heat(case: Case) -> Iterator[Fault]:
    """Yield machines that would move heat from a cold carrier to a warmer one without work.

    A technology names what it does that way in ``heat_paths()``: warm carrier, cold carrier, least difference in K.
    Carriers without temperatures in the case are left to the run.
    """
    supply = {carrier: temps[0] for carrier, temps in case.settings.carrier_temps_c.items()}
    supply |= {n.carrier: n.supply_temp_c for n in case.networks}
    for technology in case.technologies:
        paths: Any = getattr(technology, "heat_paths", None)
        for warm, cold, least_k in paths() if paths is not None else ():
            if warm in supply and cold in supply and supply[warm] - supply[cold] < least_k:
                path = f"technologies.{technology.id}"
                got = f"{warm} {supply[warm]:g} °C, {cold} {supply[cold]:g} °C"
                words = {"warm": warm, "cold": cold, "least": f"{least_k:g}"}
                yield Fault("E160", place_of(case, path), path, got, f"≥ {least_k:g} K", words, "downhill")
