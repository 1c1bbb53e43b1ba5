"""Higher and lower heating value of fuels: the energy balance of edsim is on the lower heating value (LHV).

The higher heating value (HHV) counts the heat of the water vapor in the flue gas, so an efficiency on HHV is lower
than the same machine's on LHV: ``efficiency LHV = efficiency HHV * HHV / LHV``. The ratios and their sources are in the
table ``edsim/data/fuels/fuels.csv``; with a condensing stage no boiler gives more than HHV / LHV.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from edsim.core.property_table import read_property_table
from edsim.core.resources import data_path

Basis = Literal["LHV", "HHV"]

_ROW_OF = {"biomass": "biomass_wood", "coal": "bituminous_coal"}
"""Fuel of a boiler → its row, where the names differ."""


@cache
def hhv_per_lhv(fuel: str) -> float:
    """Return the higher over the lower heating value of a fuel of the boilers; 1 for electricity."""
    if fuel == "electricity":
        return 1.0
    return read_property_table(data_path("fuels", "fuels.csv"))[_ROW_OF.get(fuel, fuel)]["hhv_per_lhv"].value


def lower_basis(efficiency_frac: float, fuel: str, basis: Basis) -> float:
    """Return an efficiency on the lower heating value.

    Parameters
    ----------
    efficiency_frac
        Heat per fuel energy on `basis`.
    fuel
        natural_gas, biogas, lpg, diesel, biomass, coal or electricity.
    basis
        Heating value `efficiency_frac` counts the fuel with.
    """
    return efficiency_frac if basis == "LHV" else efficiency_frac * hhv_per_lhv(fuel)
