"""Steam in tonnes, as factories buy and meter it, from the energy the steam carrier counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edsim.core.machines.catalogue import catalogue
from edsim.core.steam import useful_kj_per_kg

if TYPE_CHECKING:
    from edsim.results.variant import VariantRun


@dataclass(frozen=True, slots=True)
class SteamMass:
    """Steam delivered to buildings.

    Attributes
    ----------
    t_per_a, peak_t_per_h
        Over the year, and in the hour of its highest sum over the buildings.
    kwh_per_t
        Heat a tonne gives up: saturated steam at the supply less water at the return of the carrier.
    """

    t_per_a: float
    peak_t_per_h: float
    kwh_per_t: float


def steam_mass(run: VariantRun) -> SteamMass | None:
    """Return the steam delivered in a variant; None where none is."""
    demands = [f.values for f in run.flows if f.kind == "demand" and f.port == "steam"]
    if not demands:
        return None
    kw = np.sum(demands, axis=0)
    rows, known = catalogue(), run.conditions
    supply_c = known.supply_temp_c.get("steam", rows["individual_boiler", "steam_temp_c"].value)
    return_c = known.return_temp_c.get("steam", rows["individual_boiler", "condensate_temp_c"].value)
    kwh_per_t = useful_kj_per_kg(supply_c, return_c) / 3.6
    return SteamMass(float(kw.sum()) / kwh_per_t, float(kw.max()) / kwh_per_t, kwh_per_t) if kw.any() else None
