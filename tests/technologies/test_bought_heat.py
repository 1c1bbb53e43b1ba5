"""Emission and primary energy factor of heat taken from a source, in the model: micro-cases solved by hand."""

from __future__ import annotations

import numpy as np
import pytest

from edsim.core.technology import SourceConditions
from edsim.optimization.model.criteria import minimize
from edsim.technologies.boiler import Boiler
from edsim.technologies.fuel_supply import FuelSupply
from edsim.technologies.grid import Grid
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery

YEAR = np.ones(8760)


def free(cls, **fields):
    """Return an instance that costs nothing to build, so that only energy decides."""
    zero = {s.capex: 0.0 for s in cls.sizes} | {"fixed_om_frac": 0.0}
    zero |= {"om_variable_per_kwh": 0.0} if "om_variable_per_kwh" in cls.model_fields else {}
    return cls(**({"id": cls.model_fields["kind"].default} | zero | fields))


def station(temp_c, ghg=0.15, primary=0.8):
    """Return heat of a power plant at 0.01 per kWh, with factors of its own."""
    return {
        "station": SourceConditions(
            500.0 * YEAR, temp_c * YEAR, price_per_kwh=0.01, ghg_kg_per_kwh=ghg, primary_energy_factor=primary
        )
    }


def test_heat_taken_carries_the_factors_of_its_source(model, surroundings):
    """Proves: 100 kW for 8760 h at 0.15 kg/kWh and 0.8 kWh/kWh are 131,400 kg and 700,800 kWh; factors of 0 book none.

    If ignored: heat extracted from a power plant counts as free of GHG and primary energy.
    """
    capture = free(WasteHeatRecovery, source="station", pump_frac=0.0)
    state = surroundings(sources=station(150.0))
    s = model((free(Grid, tariff="grid"), capture), {"hot_water": 100.0}, state).solve()
    assert s.accounts["heat_ghg"] == pytest.approx(100 * 8760 * 0.15)
    assert s.accounts["primary_energy"] == pytest.approx(100 * 8760 * 0.8)
    state = surroundings(sources=station(150.0, ghg=0.0, primary=0.0))
    s = model((free(Grid, tariff="grid"), capture), {"hot_water": 100.0}, state).solve()
    assert s.accounts.get("heat_ghg", 0.0) == s.accounts["primary_energy"] == 0.0


def test_lifted_heat_carries_the_factor_of_what_is_taken_alone(model, surroundings):
    """Proves: of 100 kW lifted from 35 °C the work is electricity: only the rest has the factor of the source.

    If ignored: the work of the heat pump would count as heat of the supplier too.
    """
    capture = free(WasteHeatRecovery, source="station", max_lift_kw=None, pump_frac=0.0)
    state = surroundings(sources=station(35.0))
    s = model((free(Grid, tariff="grid"), capture), {"hot_water": 100.0}, state).solve()
    work = next(f.values for f in s.flows if f.port == "compressor")[0]
    assert 10.0 < work < 60.0
    assert s.accounts["heat_ghg"] == pytest.approx((100.0 - work) * 8760 * 0.15)
    assert s.accounts["grid_ghg"] == pytest.approx(work * 8760 * 0.2)
    assert s.accounts["primary_energy"] == pytest.approx(((100.0 - work) * 0.8 + work * 2.0) * 8760)


def test_carbon_price_goals_and_caps_count_bought_heat(model, surroundings):
    """Proves: of heat with 0.5 kg/kWh at 0.01 and gas with 0.2 at 0.05, heat is cheaper and gas cleaner.

    Gas serves at 500 per tCO2e and not at 50 (break-even near 150), and as goal; a cap half-way makes each serve half.
    If ignored: the plan would buy the heat of coal to keep a cap on GHG.
    """
    plant = (
        free(Grid, tariff="grid"),
        free(FuelSupply, fuel="natural_gas"),
        free(Boiler, fuel="natural_gas"),
        free(WasteHeatRecovery, source="station", pump_frac=0.0),
    )
    built = model(plant, {"hot_water": 100.0}, surroundings(sources=station(150.0, ghg=0.5, primary=3.0)))

    def taken_kw(objective):
        s = built.solve(objective)
        return float(next(f.values for f in s.flows if (f.technology, f.port) == (plant[3].id, "heat")).mean())

    burnt = built.solve(minimize("ghg_kg")).accounts["fuel_ghg"]
    assert taken_kw(minimize("cost", carbon_price_per_t=50.0)) == pytest.approx(100.0)
    assert taken_kw(minimize("cost", carbon_price_per_t=500.0)) == pytest.approx(0.0, abs=1e-6)
    assert taken_kw(minimize("ghg_kg")) == pytest.approx(0.0, abs=1e-6)
    assert taken_kw(minimize("primary_energy_kwh")) == pytest.approx(0.0, abs=1e-6)
    cap = (burnt + 100 * 8760 * 0.5) / 2.0
    assert taken_kw(minimize("cost", caps={"ghg_kg": cap})) == pytest.approx(50.0)
