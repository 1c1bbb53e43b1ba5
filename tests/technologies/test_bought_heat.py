"""Emission and primary energy factor of heat taken from a source, in the model: micro-cases solved by hand."""

from __future__ import annotations

import numpy as np
import pytest

from edsim.core.technology import SourceConditions
from edsim.optimization.model.criteria import minimize
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp
from edsim.technologies.fuel_supply import FuelSupply
from edsim.technologies.grid import Grid
from edsim.technologies.steam_boiler import SteamBoiler
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


def test_steam_of_waste_heat_takes_the_feedwater_of_a_boiler(model, surroundings):
    """Proves: 100 kW of steam of 180 °C take 104.5 kW of the source and 0.0496 m3/h of water, as from a boiler.

    With 70 % return at 90 °C the feed is 295.3 kJ/kg: (2777.2 - 295.3 + 0.0309 (763.2 - 295.3)) / (2777.2 - 377.0).
    Hot water of the same source takes 100 kW and none. If ignored: steam of a furnace needs no water and 4 % less heat
    than the same steam of the boiler it replaces, which is a saving that nobody has.
    """
    capture = free(WasteHeatRecovery, source="station", pump_frac=0.0, carriers={"heat": "steam"})
    state = surroundings(sources=station(350.0), water_price_per_m3=2.0)
    grid = free(Grid, tariff="grid")
    s = model((grid, capture), {"steam": 100.0}, state).solve()
    taken = next(f.values for f in s.flows if f.port == "heat")[0]
    assert taken == pytest.approx(100.0 * 2496.4 / 2400.2, rel=1e-3)
    per_kwh = 3.6 / 2400.2 * (0.3 + 0.03 / 0.97)
    assert s.accounts["water_use"] == pytest.approx(100.0 * 8760 * per_kwh, rel=1e-3)
    assert s.accounts["water"] == pytest.approx(2.0 * s.accounts["water_use"])
    assert s.accounts["heat_purchase"] == pytest.approx(taken * 8760 * 0.01)
    closed = capture.model_copy(update={"condensate_return_frac": 1.0, "blow_down_frac": 0.0})
    s = model((grid, closed), {"steam": 100.0}, state).solve()
    assert next(f.values for f in s.flows if f.port == "heat")[0] == pytest.approx(100.0)
    warm = capture.model_copy(update={"carriers": {}})
    s = model((grid, warm), {"hot_water": 100.0}, state).solve()
    assert next(f.values for f in s.flows if f.port == "heat")[0] == pytest.approx(100.0)
    assert s.accounts.get("water_use", 0.0) == 0.0


def test_exhaust_steam_of_an_engine_heats_its_own_feedwater(model, surroundings):
    """Proves: of the steam an exhaust gives, 1 - 2400.2 / 2496.4 goes back into its feedwater, with a boiler's water.

    If ignored: cogeneration of steam is 4 % better than boilers raising the same steam from the same condensate.
    """
    engine = free(Chp, mover="turbine", carriers={"exhaust_heat": "steam"})
    state = surroundings(water_price_per_m3=2.0)
    plant = (free(Grid, tariff="grid"), free(FuelSupply, fuel="natural_gas"), engine)
    s = model(plant, {"steam": 100.0, "electricity": 200.0}, state).solve()
    given = next(f.values for f in s.flows if f.port == "exhaust_heat")[0]
    back = next(f.values for f in s.flows if f.port == "feedwater")[0]
    assert given - back == pytest.approx(100.0)
    assert back / given == pytest.approx(1.0 - 2400.2 / 2496.4, rel=1e-2)
    boiler = SteamBoiler(id="s").prepare(state)["water_m3_per_kwh"]
    assert s.accounts["water_use"] == pytest.approx(100.0 * 8760 * boiler)
