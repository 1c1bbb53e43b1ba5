"""Higher and lower heating value of fuels: the energy balance of edsim is on the lower heating value (LHV).

The higher heating value (HHV) counts the heat of the water vapor in the flue gas, so an efficiency on HHV is lower
than the same machine's on LHV: ``efficiency LHV = efficiency HHV * HHV / LHV``. Source: IPCC 2006 volume 2 chapter 1
gives LHV about 5 % below HHV for liquid fuels and 10 % for natural gas; single figures are unverified.
"""

from __future__ import annotations

from typing import Literal

Basis = Literal["LHV", "HHV"]

_HHV_PER_LHV = {
    "natural_gas": 1.108,
    "biogas": 1.108,
    "lpg": 1.086,
    "diesel": 1.067,
    "biomass": 1.13,
    "electricity": 1.0,
}
"""Methane-rich gases, propane, gas oil, wood chips of 30 % moisture."""


def lower_basis(efficiency_frac: float, fuel: str, basis: Basis) -> float:
    """Return an efficiency on the lower heating value.

    Parameters
    ----------
    efficiency_frac
        Heat per fuel energy on `basis`.
    fuel
        natural_gas, biogas, lpg, diesel, biomass or electricity.
    basis
        Heating value `efficiency_frac` counts the fuel with.
    """
    return efficiency_frac if basis == "LHV" else efficiency_frac * _HHV_PER_LHV[fuel]
