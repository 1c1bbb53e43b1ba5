"""Combustion factors of fuels on a lower-heating-value basis, with CH4 and N2O in the chosen GWP set."""

from collections.abc import Mapping
from typing import get_args

from edsim.core.arguments import check_choice, reject
from edsim.core.property_table import Figure, read_property_table
from edsim.core.resources import data_path
from edsim.ghg.refrigerants import GwpSet

GJ_PER_KWH = 0.0036


def fuel_figures() -> Mapping[str, Mapping[str, Figure]]:
    """Return fuel → property → figure with source; the items ``ch4`` and ``n2o`` carry their GWP."""
    return read_property_table(data_path("fuels", "fuels.csv"))


def fuel_factor(fuel: str, gwp_set: GwpSet = "AR5") -> tuple[float, float]:
    """Return the combustion factor and the biogenic CO2 of a fuel, kgCO2e/kWh LHV and kgCO2/kWh LHV.

    Fossil CO2, CH4 and N2O are in the first; biogenic CO2 is reported outside the scopes.

    Raises
    ------
    DataError
        E723 for an unknown fuel.
    """
    check_choice(gwp_set, get_args(GwpSet), "gwp_set")
    table = fuel_figures()
    fuels = [name for name in table if "co2_kg_per_gj_lhv" in table[name]]
    if fuel not in fuels:
        raise reject("E723", "unknown fuel", "fuel", repr(fuel), allowed=", ".join(fuels))
    f = {name: figure.value for name, figure in table[fuel].items()}
    gwp = f"gwp_{gwp_set.lower()}"
    traces = (f["ch4_kg_per_tj_lhv"] * table["ch4"][gwp].value + f["n2o_kg_per_tj_lhv"] * table["n2o"][gwp].value) / 1e3
    return (f["co2_kg_per_gj_lhv"] + traces) * GJ_PER_KWH, f["biogenic_co2_kg_per_gj_lhv"] * GJ_PER_KWH
