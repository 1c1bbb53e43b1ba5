"""Steam in tonnes, as factories buy and meter it, from the energy the steam carrier counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.case.steam_mass import boilers_steam_c
from edsim.core.machines.catalogue import catalogue
from edsim.core.steam import useful_kj_per_kg
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.results.variant import BUILDINGS_NODE, VariantRun

if TYPE_CHECKING:
    from edsim.core.technology import Conditions


@dataclass(frozen=True, slots=True)
class SteamMass:
    """Steam delivered to buildings.

    Attributes
    ----------
    t_per_a, peak_t_per_h
        Over the year, and in the hour of its highest sum over the buildings.
    kwh_per_t
        Heat a tonne gives up: saturated steam at the supply less water at the return of the carrier; of several levels
        the mean.
    """

    t_per_a: float
    peak_t_per_h: float
    kwh_per_t: float


def steam_mass(run: VariantRun) -> SteamMass | None:
    """Return the steam delivered in a variant; None where none is."""
    t_per_h = np.zeros(HOURS_PER_YEAR)
    kwh = 0.0
    for f in run.flows:
        if f.kind == "demand" and f.port == "steam":
            per_t = _of_boilers_kwh_per_t(run) if f.node == BUILDINGS_NODE else _kwh_per_t(run.conditions, f.carrier)
            t_per_h += f.values / np.asarray(per_t)
            kwh += float(f.values.sum())
    whole = float(t_per_h.sum())
    return SteamMass(whole, float(t_per_h.max()), kwh / whole) if whole > 0.0 else None


def _kwh_per_t(known: Conditions, carrier: str) -> float:
    """Return the heat a tonne of a level of steam gives up, kWh/t; without a level that of the catalogue's boiler."""
    rows = catalogue()
    supply_c = known.supply_temp_c.get(carrier, rows["individual_boiler", "steam_temp_c"].value)
    return_c = known.return_temp_c.get(carrier, rows["individual_boiler", "condensate_temp_c"].value)
    return useful_kj_per_kg(supply_c, return_c) / 3.6


def _of_boilers_kwh_per_t(run: VariantRun) -> NDArray[np.float64]:
    """Return the heat a tonne of the boilers of buildings gives up by hour, kWh/t: each at its network's level."""
    case, usual = run.district.case, _kwh_per_t(run.conditions, "steam")
    own = {name: useful_kj_per_kg(*levels) / 3.6 for name, levels in boilers_steam_c(case).items()}
    kw, t_per_h = np.zeros(HOURS_PER_YEAR), np.zeros(HOURS_PER_YEAR)
    for r in (r for r in run.individual if r.service == "steam"):
        kw += r.demand_kw
        t_per_h += r.demand_kw / own.get(r.building, usual)
    return np.asarray(np.divide(kw, t_per_h, out=np.full(HOURS_PER_YEAR, usual), where=t_per_h > 0.0))
