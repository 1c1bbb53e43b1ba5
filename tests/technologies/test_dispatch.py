"""Technologies in the model: micro-cases solved by hand, one typical day that stands for the year (weight 365)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError, InfeasibleError
from edsim.core.machines.evaporation import evaporation_kg_per_kwh
from edsim.core.tariff import DemandBand
from edsim.core.technology import SourceConditions
from edsim.core.timegrid import full_year
from edsim.optimization.model.turnover import without_turnover
from edsim.optimization.system import on_grid
from edsim.technologies.absorption_chiller import AbsorptionChiller
from edsim.technologies.air_compressor import AirCompressor
from edsim.technologies.air_receiver import AirReceiver
from edsim.technologies.back_pressure_turbine import BackPressureTurbine
from edsim.technologies.battery import Battery
from edsim.technologies.boiler import Boiler
from edsim.technologies.chilled_water_store import ChilledWaterStore
from edsim.technologies.chp import Chp
from edsim.technologies.condenser_intake import CondenserIntake
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.demand_response import DemandResponse
from edsim.technologies.energy_transfer_station import EnergyTransferStation
from edsim.technologies.ev_charging import EvCharging
from edsim.technologies.free_cooling import FreeCooling
from edsim.technologies.fuel_supply import FuelSupply
from edsim.technologies.grid import Grid
from edsim.technologies.heat_exchanger import HeatExchanger
from edsim.technologies.heat_pump import HeatPump
from edsim.technologies.heat_recovery_chiller import HeatRecoveryChiller
from edsim.technologies.hot_water_store import HotWaterStore
from edsim.technologies.ice_store import IceStore
from edsim.technologies.pv import Pv
from edsim.technologies.solar_thermal import SolarThermal
from edsim.technologies.steam_accumulator import SteamAccumulator
from edsim.technologies.steam_boiler import SteamBoiler
from edsim.technologies.steam_let_down import SteamLetDown
from edsim.technologies.vapour_chiller import VapourChiller
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery
from edsim.technologies.wind_turbine import WindTurbine

HOUR = np.arange(8760) % 24


def free(cls, **fields):
    """Return an instance that costs nothing to build, so that only energy decides."""
    zero = {s.capex: 0.0 for s in cls.sizes} | {"fixed_om_frac": 0.0, "om_variable_per_kwh": 0.0}
    return cls(**({"id": cls.model_fields["kind"].default} | zero | fields))


def flow(solution, technology, port):
    return next(f.values for f in solution.flows if (f.technology, f.port) == (technology, port))


def two_prices(tariff, low=0.1, high=0.3):
    """Return a tariff that is dear from 12 to 24 h."""
    flat = tariff(low)
    return replace(flat, energy_per_kwh=np.where(HOUR >= 12, high, low))


def test_grid_energy_demand_and_fixed_charge(model, surroundings, tariff):
    """Proves: 100 kW all year cost 87600 for energy, 12 * 100 * 5 for demand and 1000 fixed; GHG, primary energy.

    If ignored: monthly peaks would be free, 6000 a year less.
    """
    state = surroundings(tariffs={"grid": tariff(0.1, demand=5.0, fixed=1000.0)})
    m = model((free(Grid, tariff="grid"),), {"electricity": 100.0}, state, full_year(6.0))
    s = m.solve()
    assert s.accounts["energy_purchase"] == pytest.approx(0.1 * 100 * 8760)
    assert s.accounts["demand_charge"] == pytest.approx(12 * 100 * 5 + 1000)
    assert s.accounts["grid_ghg"] == pytest.approx(0.2 * 100 * 8760)
    assert s.accounts["primary_energy"] == pytest.approx(2 * 100 * 8760)


def test_ratchet_bills_a_share_of_the_yearly_peak(model, surroundings, tariff):
    """Proves: 200 kW in January, 50 kW else, ratchet 60 %: billed 200 + 11 * 120 kW at 5. Without: 200 + 11 * 50."""
    load = np.where(np.arange(8760) < 744, 200.0, 50.0)
    state = surroundings(tariffs={"grid": tariff(0.1, demand=5.0)})
    bills = [
        model((free(Grid, tariff="grid", ratchet_frac=r),), {"electricity": load}, state, full_year(6.0))
        .solve()
        .accounts["demand_charge"]
        for r in (0.6, 0.0)
    ]
    assert bills == pytest.approx([5 * (200 + 11 * 120), 5 * (200 + 11 * 50)])


def test_a_demand_band_bills_the_peak_of_its_hours_alone(model, surroundings, tariff):
    """Proves: 50 kW from 18 to 24 h, 200 kW at other hours, at 5 on all hours and 8 on the band: 12 x (1000 + 400).

    A second connection of 50 kW without demand charge takes the band. If ignored: nothing is worth shifting.
    """
    evening = np.tile(np.arange(24) >= 18, 365).astype(float)
    prices = replace(tariff(0.1, demand=5.0), demand_bands=(DemandBand(evening, 8.0),))
    load = {"electricity": np.where(evening > 0.0, 50.0, 200.0)}
    state = surroundings(tariffs={"grid": prices, "plain": tariff(0.1)})
    alone = model((free(Grid, tariff="grid"),), load, state, full_year(6.0)).solve()
    assert alone.accounts["demand_charge"] == pytest.approx(12 * (200 * 5 + 50 * 8))
    other = Grid(id="other", tariff="plain", existing_connection_kw=50.0, max_connection_kw=50.0)
    both = model((free(Grid, tariff="grid"), other), load, state, full_year(6.0)).solve()
    assert both.accounts["demand_charge"] == pytest.approx(12 * 150 * 5)


@pytest.mark.parametrize("by_energy", [False, True])
def test_a_cap_books_the_lesser_whatever_side_is_minimized(by_energy, model, surroundings, tariff):
    """Proves: 200 kW for 6 h and 20 kW for 18 h of a day are 65 kW in the mean: at a load factor of 0.5 130 kW billed.

    A program that counts peaks minimizes 200 kW a month, one that counts energy 130: the account is 130 in both, and
    what is minimized is what was told. If ignored: 200 kW billed, or a bill that depends on a guess.
    """
    load = np.tile(np.where(np.arange(24) < 6, 200.0, 20.0), 365)
    prices = replace(tariff(0.1, demand=5.0), demand_load_factor_frac=0.5)
    state = surroundings(tariffs={"grid": prices}, billed_by_energy={"grid": ((by_energy,) * 12,)})
    s = model((Grid(id="grid", tariff="grid", capex_per_kw=0.0),), {"electricity": load}, state, full_year(6.0)).solve()
    assert s.accounts["demand_charge"] == pytest.approx(12 * 130 * 5)
    assert s.objective - s.accounts["energy_purchase"] == pytest.approx(12 * (130 if by_energy else 200) * 5)


def test_outage_is_bridged_by_a_battery_or_infeasible(model):
    """Proves: without a grid in hours 10-11, 2 * 50 kWh come from a battery, else there is no design.

    If ignored: an outage would be an ordinary hour.
    """
    grid = free(Grid, tariff="grid", outages=((10, 2),))
    with pytest.raises(InfeasibleError):
        model((grid,), {"electricity": 50.0}).solve()
    s = model((grid, free(Battery)), {"electricity": 50.0}).solve()
    assert flow(s, "grid", "import")[10:12].max() == 0.0
    np.testing.assert_allclose(flow(s, "battery", "discharge")[10:12], 50.0, rtol=1e-6)


def test_export_is_paid_up_to_its_limit(model, surroundings, tariff):
    """Proves: of PV 80 kW at noon 30 may be exported at 0.05; the rest is curtailed.

    If ignored: revenue without limit.
    """
    state = surroundings(
        tariffs={"grid": tariff(0.1, export=0.05)}, pv_kw_per_kwp={"roof": np.where(HOUR == 12, 0.8, 0.0)}
    )
    pv = free(Pv, id="roof", min_capacity_kwp=100.0, max_capacity_kwp=100.0)
    s = model(
        (pv, free(Grid, tariff="grid", max_export_kw=30.0, max_connection_kw=100.0)), {"electricity": 10.0}, state
    ).solve()
    assert s.accounts["export_revenue"] == pytest.approx(-30 * 365 * 0.05)
    assert flow(s, "roof", "electricity")[12] == pytest.approx(40.0)
    none = model((pv, free(Grid, tariff="grid")), {"electricity": 10.0}, state).solve()
    assert none.accounts["export_revenue"] == 0.0


def test_sun_to_spare_is_curtailed_not_wasted_in_a_compressor(model, surroundings, day):
    """Proves: with far more sun than load, a chiller draws what its curve says and the rest is curtailed.

    The part-load curve is a lower bound on power; only the small running cost of modules makes curtailment the better
    of two free ways to lose sun. If ignored: an island would report a third more chiller power than it uses.
    """
    sun = np.where((HOUR >= 6) & (HOUR < 18), 0.8, 0.0)
    state = surroundings(pv_kw_per_kwp={"roof_pv": sun}, tariffs={})
    parts = (
        Pv(id="roof_pv", area_m2=5000.0, min_capacity_kwp=500.0, max_capacity_kwp=500.0),
        free(Battery),
        free(VapourChiller, condenser="air", compressor="scroll", units=1),
    )
    s = model(parts, {"chilled_water": np.where(HOUR < 12, 10.0, 40.0)}, state).solve()
    chiller, capacity = parts[2], s.capacities["vapour_chiller", "capacity_kw"]
    a = chiller.prepare(on_grid(state, day))
    cooling = flow(s, "vapour_chiller", "cooling")
    least = np.max([a[f"power_slope_{k}"] * cooling + a[f"power_intercept_{k}"] * capacity for k in range(3)], axis=0)
    assert flow(s, "vapour_chiller", "compressor") == pytest.approx(least, rel=1e-6)


def test_a_chiller_is_no_load_for_power_nobody_wants(model):
    """Proves: an engine that must run at 100 kW beside 40 kW of demand and a chiller of 10 kW has no plan.

    If ignored: the compressor of a chiller of 10 kW takes the other 60 kW, and a plant that cannot run is reported.
    """
    engine = free(Chp, must_run_frac=1.0, min_capacity_kw=100.0, max_capacity_kw=100.0)
    parts = (engine, free(FuelSupply), free(VapourChiller, condenser="air", compressor="screw", max_capacity_kw=500.0))
    demand = {"electricity": 40.0, "chilled_water": 10.0}
    with pytest.raises(InfeasibleError):
        model(parts, demand).solve()
    s = model((*parts, free(Grid, tariff="grid", max_export_kw=None)), demand).solve()
    assert (flow(s, "vapour_chiller", "compressor") <= 10.0 / 2.5).all()


def test_pv_fills_its_roof_and_no_more(model, tariff, surroundings):
    """Proves: free PV on 100 m² is built to 18 kWp and not further. If ignored: a roof would hold any capacity."""
    state = surroundings(tariffs={"grid": tariff(0.1)})
    pv = free(Pv, id="roof_pv", area_m2=100.0)
    s = model((pv, free(Grid, tariff="grid")), {"electricity": 100.0}, state).solve()
    assert s.capacities["roof_pv", "capacity_kwp"] == pytest.approx(18.0)


def test_none_of_it_is_an_alternative_too(model, tariff, surroundings):
    """Proves: no roof and no load to shift are sizes like others, and give nothing.

    If ignored: the first alternative of every sweep, without sun or without demand response, would be refused.
    """
    pv = free(Pv, id="roof_pv", area_m2=0.0)
    shift = DemandResponse(id="dr", shiftable_kw=0.0)
    state = surroundings(tariffs={"grid": two_prices(tariff)})
    s = model((pv, shift, free(Grid, tariff="grid")), {"electricity": 100.0}, state).solve()
    assert s.capacities["roof_pv", "capacity_kwp"] == 0.0
    assert flow(s, "dr", "reduction").max() == pytest.approx(0.0, abs=1e-9)
    assert flow(s, "dr", "recovery").max() == pytest.approx(0.0, abs=1e-9)


def test_net_metering_credits_the_month(model, surroundings, tariff):
    """Proves: PV of 80 kWh at noon against 10 kW all day: 70 exported, all credited at 0.1 - 0.02 instead of 0.03.

    If ignored: prosumers would be paid the export price only: 70 * 0.03 a day.
    """
    state = surroundings(
        tariffs={"grid": tariff(0.1, export=0.03)}, pv_kw_per_kwp={"roof": np.where(HOUR == 12, 0.8, 0.0)}
    )
    pv = free(Pv, id="roof", min_capacity_kwp=100.0, max_capacity_kwp=100.0)
    grid = free(
        Grid,
        tariff="grid",
        net_metering=True,
        net_metering_fee_per_kwh=0.02,
        max_export_kw=None,
        max_connection_kw=100.0,
    )
    s = model((pv, grid), {"electricity": 10.0}, state).solve()
    assert s.accounts["export_revenue"] == pytest.approx(-365 * 70 * 0.08)
    small = model((pv, grid), {"electricity": 2.0}, state).solve()
    credited = 2 * 23
    assert small.accounts["export_revenue"] == pytest.approx(-365 * (78 * 0.03 + credited * 0.05))


def test_net_metering_gains_nothing_within_an_hour(model, surroundings, tariff):
    """Proves: with a cheap night and a dear day and nothing to sell, net metering leaves the bill as it is.

    If ignored: a mean credit above the night price would pay for importing and exporting in the same night hour.
    """
    price = np.where((HOUR >= 8) & (HOUR < 20), 0.26, 0.13)
    prices = replace(tariff(0.1, export=0.05), energy_per_kwh=price)
    grid = free(Grid, tariff="grid", net_metering=True, max_export_kw=None, max_connection_kw=100.0)
    s = model((grid,), {"electricity": 10.0}, surroundings(tariffs={"grid": prices})).solve()
    assert s.accounts["energy_purchase"] + s.accounts["export_revenue"] == pytest.approx(365 * 10 * 12 * 0.39)


@pytest.mark.parametrize(("net_metering", "export"), [(True, 0.03), (False, 0.1)])
def test_a_meter_does_not_buy_and_sell_in_one_hour(model, surroundings, tariff, net_metering, export):
    """Proves: where trading in one hour costs nothing, PV of 80 kWh at noon sells 70 and 230 are bought, no more.

    If ignored: fictitious trade doubles what is bought, its GHG, and the peak at the feeder.
    """
    prices = replace(tariff(0.1, export=export), ghg_kg_per_kwh=np.full(len(HOUR), 0.2))
    state = surroundings(tariffs={"grid": prices}, pv_kw_per_kwp={"roof": np.where(HOUR == 12, 0.8, 0.0)})
    pv = free(Pv, id="roof", min_capacity_kwp=100.0, max_capacity_kwp=100.0)
    grid = free(Grid, tariff="grid", net_metering=net_metering, max_export_kw=None, max_connection_kw=200.0)
    built = model((pv, grid), {"electricity": 10.0}, state)
    found = built.solve()
    cost = found.accounts["energy_purchase"] + found.accounts["export_revenue"]
    assert cost == pytest.approx(365 * 160 * 0.1)
    x, block = built.last_result.values(), built.parts.pyomo.grid
    columns = [built.parts.lp.column(getattr(block, n)) for n in Grid.metered_ways if hasattr(block, n)]
    traded = x.copy()
    for way in columns:
        traded[way] += 50.0
    settled = without_turnover(built.parts.pyomo, built.parts.contexts, built.parts.lp, traded)
    bought, sold = settled[columns[0]], settled[columns[1]]
    assert np.max(np.minimum(bought, sold)) == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(bought - sold, x[columns[0]] - x[columns[1]], atol=1e-9)
    assert found.accounts["grid_ghg"] == pytest.approx(365 * 230 * 0.2)


def test_selling_dearer_than_buying_is_refused(model, surroundings, tariff):
    """Proves: an export price above the energy price is an error naming the tariff. If ignored: unlimited resale."""
    state = surroundings(tariffs={"grid": tariff(0.1, export=0.12)})
    grid = free(Grid, tariff="grid", max_export_kw=None, max_connection_kw=100.0)
    with pytest.raises(DataError, match=r"tariffs\.grid\.export_per_kwh.*E607"):
        model((grid,), {"electricity": 10.0}, state)
    assert model((free(Grid, tariff="grid"),), {"electricity": 10.0}, state).solve().accounts["export_revenue"] == 0.0


def test_fuel_supply_yearly_limit(model, surroundings, tariff):
    """Proves: biogas at 0.02 covers its 365 MWh/a, natural gas at 0.05 the rest of 876 MWh/0.94 or 0.92.

    If ignored: all heat would come from the cheap fuel.
    """
    state = surroundings(fuels={"natural_gas": tariff(0.05), "biogas": tariff(0.02)})
    parts = (
        free(FuelSupply, id="gas"),
        free(FuelSupply, id="farm", fuel="biogas", max_energy_kwh_per_a=365_000.0),
        free(Boiler, id="b1"),
        free(Boiler, id="b2", fuel="biogas"),
    )
    s = model(parts, {"hot_water": 100.0}, state).solve()
    gas = (876_000 - 365_000 * 0.92) / 0.94
    assert s.accounts["fuel_purchase"] == pytest.approx(0.02 * 365_000 + 0.05 * gas)


def test_chiller_plant_closes_its_heat_balance(model):
    """Proves: 1000 kW at rating: compressor 158.73, pumps 10, tower takes 1158.73 at 2.46 % power.

    If ignored: condenser heat would vanish or tower power be forgotten (28 kW of 185).
    """
    fixed = {"min_capacity_kw": 1000.0, "max_capacity_kw": 1000.0}
    s = model(
        (free(Grid, tariff="grid"), free(VapourChiller, **fixed), free(CoolingTower)), {"chilled_water": 1000.0}
    ).solve()
    power = 1000 / 6.3
    heat = 1000 + power
    total = power + 10 + heat * (0.0126 + 0.012)
    np.testing.assert_allclose(flow(s, "cooling_tower", "heat"), heat, rtol=1e-6)
    assert s.accounts["energy_purchase"] == pytest.approx(0.1 * 8760 * total, rel=1e-6)
    assert s.accounts["water"] == pytest.approx(2.0 * s.accounts["water_use"])
    evaporation = evaporation_kg_per_kwh(np.array([30.0]), np.array([25.4]), 101325.0, np.array([32.2]))[0]
    assert s.accounts["water_use"] / (heat * 8.76) == pytest.approx(evaporation * 4 / 3)  # four cycles of concentration
    assert s.accounts["refrigerant_ghg"] == pytest.approx(1000 * 0.3 * (0.02 + 0.505 / 25) * 1300)


def test_absorption_is_driven_by_waste_heat(model, surroundings):
    """Proves: 100 kW of absorption cold from free furnace heat replaces the chiller; its rejected heat is larger.

    If ignored: driving heat would not appear at the tower: 100 instead of 100 + heat + 1 kW of pumps.
    """
    state = surroundings(
        supply_temp_c={"chilled_water": 6.7, "hot_water": 95.0},
        return_temp_c={"chilled_water": 12.3, "hot_water": 80.0},
    )
    parts = (
        free(Grid, tariff="grid"),
        free(AbsorptionChiller),
        free(VapourChiller),
        free(CoolingTower),
        free(WasteHeatRecovery, source="furnace"),
    )
    s = model(parts, {"chilled_water": 100.0}, state).solve()
    np.testing.assert_allclose(flow(s, "absorption_chiller", "cooling"), 100.0, rtol=1e-6)
    heat = flow(s, "waste_heat_recovery", "heat")
    assert (heat > 130).all()
    assert (heat < 160).all()
    np.testing.assert_allclose(flow(s, "cooling_tower", "heat"), 101 + heat, rtol=1e-6)


def test_chp_may_dump_heat_and_must_run(model):
    """Proves: with gas at 0.05 an engine follows the 10 kW of heat; forced to run at 80 kW it dumps the rest.

    100 kW electricity from 0.05 / 0.406 = 0.12 per kWh against 0.10 from the grid: heat alone decides.
    """
    parts = (free(Grid, tariff="grid"), free(FuelSupply, id="gas"), free(Chp), free(Boiler))
    s = model(parts, {"electricity": 100.0, "hot_water": 10.0}).solve()
    engine = flow(s, "chp", "electricity")
    value_of_heat = 0.05 / 0.94
    assert 0.05 / 0.406 - 1.14 * value_of_heat < 0.10  # with all heat used the engine is cheaper than the grid
    np.testing.assert_allclose(engine, 10 / 1.14, rtol=1e-6)
    forced = free(Chp, must_run_frac=1.0, min_capacity_kw=80.0, max_capacity_kw=80.0)
    s = model((*parts[:2], forced, parts[3]), {"electricity": 100.0, "hot_water": 10.0}).solve()
    np.testing.assert_allclose(flow(s, "chp", "electricity"), 80.0)
    used = flow(s, "chp", "jacket_heat") + flow(s, "chp", "exhaust_heat")
    np.testing.assert_allclose(used, 10.0)


def test_a_jacket_preheats_for_a_supply_above_it(model, surroundings):
    """Proves: at 110 / 60 °C the jacket of an engine goes 60 % of the way: of 200 kW it gives its 65, of 100 kW 60.

    Its exhaust makes steam nobody needs, a boiler gives the rest. If ignored: engines on networks above 90 °C lose
    their jacket heat, or the jacket makes water hotter than itself.
    """
    state = surroundings(
        supply_temp_c={"hot_water": 110.0, "steam": 180.0}, return_temp_c={"hot_water": 60.0, "steam": 90.0}
    )
    size = {"must_run_frac": 1.0, "min_capacity_kw": 100.0, "max_capacity_kw": 100.0}
    engine = free(Chp, carriers={"exhaust_heat": "steam"}, **size)
    parts = (free(Grid, tariff="grid"), free(FuelSupply, id="gas"), engine, free(Boiler))
    for demand_kw, jacket_kw in ((200.0, 65.0), (100.0, 60.0)):
        s = model(parts, {"electricity": 100.0, "hot_water": demand_kw}, state).solve()
        np.testing.assert_allclose(flow(s, "chp", "jacket_heat"), jacket_kw, rtol=1e-6)


@pytest.mark.parametrize(
    ("cls", "carrier"),
    [(ChilledWaterStore, "chilled_water"), (HotWaterStore, "hot_water")],
)
def test_thermal_store_shifts_load_to_cheap_hours(cls, carrier, model, surroundings, tariff):
    """Proves: 10 kW all day, cheap until noon: a lossless store serves the dear half, 240 kWh at the low price.

    If ignored (no store): half the day at three times the price. A store of 60 kWh saves 60 kWh * 0.2 a day.
    """
    state = surroundings(tariffs={"grid": two_prices(tariff)})
    source = (
        free(FreeCooling, source="lake", pump_frac=0.1)
        if carrier == "chilled_water"
        else free(Boiler, fuel="electricity", efficiency_frac=1.0)
    )
    per_unit = 0.1 if carrier == "chilled_water" else 1.0

    def cost(capacity):
        store = free(cls, loss_frac_per_h=0.0, min_capacity_kwh=capacity, max_capacity_kwh=capacity)
        grid = free(Grid, tariff="grid")
        return model((grid, source, store), {carrier: 10.0}, state).solve().accounts["energy_purchase"]

    assert cost(0.0) == pytest.approx(365 * per_unit * (120 * 0.1 + 120 * 0.3))
    assert cost(60.0) == pytest.approx(365 * per_unit * (180 * 0.1 + 60 * 0.3))
    assert cost(120.0) == pytest.approx(365 * per_unit * 240 * 0.1)


def test_battery_pays_its_losses_and_keeps_its_cycles(model, surroundings, tariff):
    """Proves: 100 kWh at 0.81 round trip: 90 kWh out per 111.1 in; at 100 cycles a year only 100 * 100 kWh leave it.

    If ignored: storage without loss or wear.
    """
    state = surroundings(tariffs={"grid": two_prices(tariff)})
    base = {"round_trip_frac": 0.81, "loss_frac_per_h": 0.0, "min_capacity_kwh": 100.0, "max_capacity_kwh": 100.0}
    base |= {"depth_of_discharge_frac": 1.0, "end_of_life_frac": 1.0}

    def run(cycle_life):
        battery = free(Battery, cycle_life=cycle_life, lifetime_a=10.0, max_power_kw=50.0, **base)
        return model((free(Grid, tariff="grid"), battery), {"electricity": 20.0}, state).solve()

    free_run = run(1e6)
    assert flow(free_run, "battery", "discharge").sum() == pytest.approx(90.0)
    assert flow(free_run, "battery", "charge").sum() == pytest.approx(100 / 0.9)
    saved = 365 * (90 * 0.3 - 100 / 0.9 * 0.1)
    assert free_run.accounts["energy_purchase"] == pytest.approx(365 * (240 * 0.1 + 240 * 0.3) - saved)
    assert flow(run(1000.0), "battery", "discharge").sum() * 365 == pytest.approx(100 * 100)


@pytest.mark.parametrize(
    ("machine", "carrier", "temp_c", "other"),
    [
        (FreeCooling, "chilled_water", 8.0, free(VapourChiller, condenser="air", compressor="screw")),
        (WasteHeatRecovery, "hot_water", 75.0, free(Boiler, fuel="electricity")),
    ],
)
def test_a_source_short_of_the_supply_never_serves_all(machine, carrier, temp_c, other, model, surroundings, tariff):
    """Proves: water of 8 °C or heat of 75 °C halfway to the supply serves half of every hour, however large it is.

    The load is a half of its peak at night, so that an exchanger for the peak would serve all of it. If ignored: 8 °C
    would make 6.7 °C without work, 75 °C would make 80 °C.
    """
    halfway = SourceConditions(np.full(8760, 1e4), np.full(8760, temp_c))
    state = surroundings(sources={"s": halfway}, tariffs={"grid": tariff(0.1)})
    load = np.where(HOUR < 12, 50.0, 100.0)
    partial = free(machine, source="s", approach_k=1.5 if carrier == "chilled_water" else 5.0, max_capacity_kw=100.0)
    s = model((free(Grid, tariff="grid"), partial, other), {carrier: load}, state).solve()
    port = "cooling" if carrier == "chilled_water" else "heat"
    assert flow(s, partial.id, port) == pytest.approx(0.5 * load[: flow(s, partial.id, port).size], rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("streams", [1, 2])
def test_a_source_short_of_a_loop_serves_its_share_of_what_machines_draw(streams, model, surroundings, tariff):
    """Proves: heat of 26.5 °C halfway to a loop at 25/18 °C serves half of what the heat pump draws, two no more.

    Nothing but the heat pump draws from the loop, so that no demand is known beforehand. If ignored: water below the
    loop would hold the loop.
    """
    halfway = {n: SourceConditions(np.full(8760, 1e4), np.full(8760, 26.5)) for n in ("s0", "s1")}
    state = surroundings(sources=halfway, tariffs={"grid": tariff(0.1)})
    loop = {"heat": "ambient_water"}
    partial = [free(WasteHeatRecovery, source=f"s{k}", approach_k=5.0, carriers=loop) for k in range(streams)]
    partial = [p.model_copy(update={"id": f"partial_{k}"}) for k, p in enumerate(partial)]
    machines = (free(Grid, tariff="grid"), free(Boiler, fuel="electricity", carriers=loop), free(HeatPump), *partial)
    s = model(machines, {"hot_water": 100.0}, state).solve()
    drawn = flow(s, "heat_pump", "source_heat")
    assert drawn.min() > 50.0
    np.testing.assert_allclose(sum(flow(s, p.id, "heat") for p in partial), 0.5 * drawn, rtol=1e-6)


@pytest.mark.parametrize(("sea_c", "sea_wins"), [(30.0, True), (33.0, False)])
def test_condenser_intake_by_hand(model, surroundings, sea_c, sea_wins):
    """Proves: at 1000 kW of cooling the sea of 30 °C sends 31.5 °C, less than towers at wet bulb 28 °C, and no water.

    Heat is 1000 + compressor; electricity of the intake 0.012 + 9.81 x 20 / (4190 x 5 x 0.7) = 0.0254 of it, of towers
    0.0246; the meter carries compressor, pumps and intake alone. A sea of 33 °C loses against the towers.
    If ignored: district cooling at the sea would be computed with the wet bulb and with make-up water.
    """
    fixed = {"min_capacity_kw": 1300.0, "max_capacity_kw": 1300.0}
    state = surroundings(33.0, 28.0)
    water = {"sea": SourceConditions(2000.0 * np.ones(8760), sea_c * np.ones(8760), is_cold=True)}
    by_sea = replace(state, sources=state.sources | water, water_sources=(("sea", 1.5),))
    parts = (free(Grid, tariff="grid"), free(VapourChiller, **fixed))
    sea = model((*parts, free(CondenserIntake, source="sea")), {"chilled_water": 1000.0}, by_sea).solve()
    air = model((*parts, free(CoolingTower)), {"chilled_water": 1000.0}, replace(state, tower_approach_k=4.0)).solve()
    power = flow(sea, "vapour_chiller", "compressor")
    heat = flow(sea, "condenser_intake", "heat")
    np.testing.assert_allclose(heat, 1000.0 + power, rtol=1e-6)
    np.testing.assert_allclose(flow(sea, "condenser_intake", "electricity"), 0.025379 * heat, rtol=1e-4)
    total = power + 10.0 + flow(sea, "condenser_intake", "electricity")
    np.testing.assert_allclose(flow(sea, "grid", "import"), total, rtol=1e-6)
    assert sea.accounts.get("water_use", 0.0) == 0.0 < air.accounts["water_use"]
    assert (sea.accounts["energy_purchase"] < air.accounts["energy_purchase"]) == sea_wins


def test_a_source_of_limited_flow_takes_no_more_heat_than_it_may(model, surroundings):
    """Proves: sewage that may take 600 kW takes 600 kW, and dry chillers make the rest; alone it is too little (E511).

    If ignored: a stream of 100 m³/h would cool a city.
    """
    state = surroundings()
    water = {"sewer": SourceConditions(600.0 * np.ones(8760), 26.0 * np.ones(8760), is_cold=True)}
    state = replace(state, sources=state.sources | water, water_sources=(("sewer", 1.5),))
    parts = (free(Grid, tariff="grid"), free(VapourChiller), free(CondenserIntake, source="sewer"))
    dry = free(VapourChiller, id="dry", condenser="air", compressor="screw")
    s = model((*parts, dry), {"chilled_water": 1000.0}, state).solve()
    np.testing.assert_allclose(flow(s, "condenser_intake", "heat"), 600.0, rtol=1e-6)
    np.testing.assert_allclose(flow(s, "vapour_chiller", "cooling") + flow(s, "dry", "cooling"), 1000.0, rtol=1e-6)
    with pytest.raises(InfeasibleError, match="E511"):
        model(parts, {"chilled_water": 1000.0}, state).solve()


def test_free_cooling_on_towers_takes_their_water_and_power(model, surroundings):
    """Proves: 100 kW cooled by towers alone are 100 kW of tower heat, with 0.0246 kW/kW of fans and pumps, and water.

    If ignored: cool nights would cost no water.
    """
    state = surroundings(4.0, 0.0)
    machines = (free(Grid, tariff="grid"), free(FreeCooling, pump_frac=0.01), free(CoolingTower))
    s = model(machines, {"chilled_water": 100.0}, state).solve()
    np.testing.assert_allclose(flow(s, "cooling_tower", "heat"), 100.0, rtol=1e-6)
    np.testing.assert_allclose(flow(s, "cooling_tower", "electricity"), 2.46, rtol=1e-6)
    use = CoolingTower(id="t").prepare(on_grid(state, full_year()))["water_m3_per_kwh"].mean()
    assert s.accounts["water_use"] == pytest.approx(100.0 * 8760 * use, rel=1e-3)
    assert use > 5e-4


def test_ice_is_made_at_night_and_rejects_heat(model, surroundings, tariff):
    """Proves: ice serves the dear hours though freezing costs more power; all heat reaches the tower.

    If ignored: the COP penalty would not show: compressor work per freezing is that of the brine.
    """
    state = surroundings(tariffs={"grid": two_prices(tariff, 0.05, 0.5)})
    ice = free(IceStore, loss_frac_per_h=0.0, max_ice_maker_kw=300.0)
    s = model((free(Grid, tariff="grid"), ice, free(CoolingTower)), {"chilled_water": 50.0}, state).solve()
    work, heat = flow(s, "ice_store", "compressor"), flow(s, "ice_store", "rejected_heat")
    assert work[12:].max() == pytest.approx(0.0, abs=1e-6)
    assert heat.sum() == pytest.approx(50 * 24 + work.sum())


def test_heat_pump_recovery_chiller_and_loop(model, surroundings):
    """Proves: a heat pump draws work and source heat that add up; a recovery chiller serves both sides at once.

    If ignored: source heat would be free of its supplier.
    """
    loop = free(WasteHeatRecovery, source="furnace", carriers={"heat": "ambient_water"})
    s = model((free(Grid, tariff="grid"), free(HeatPump), loop), {"hot_water": 100.0}).solve()
    work, drawn = flow(s, "heat_pump", "electricity"), flow(s, "heat_pump", "source_heat")
    np.testing.assert_allclose(work + drawn, 100.0)
    np.testing.assert_allclose(flow(s, "waste_heat_recovery", "heat"), drawn)
    air = free(HeatPump, source="air")
    s = model((free(Grid, tariff="grid"), air), {"hot_water": 100.0}).solve()
    assert not [f for f in s.flows if f.port == "source_heat"], "outdoor air is no carrier: the port is left out"
    state = surroundings(
        supply_temp_c={"hot_water": 55.0, "chilled_water": 6.7},
        return_temp_c={"hot_water": 45.0, "chilled_water": 12.3},
    )
    both = free(HeatRecoveryChiller)
    cooling = 100.0 * float(both.prepare(state)["cooling_per_heat"])
    s = model((free(Grid, tariff="grid"), both), {"hot_water": 100.0, "chilled_water": cooling}, state).solve()
    np.testing.assert_allclose(flow(s, "heat_recovery_chiller", "electricity") + cooling, 100.0)


def test_steam_cascade(model):
    """Proves: turbine before let-down: 100 kW of low-pressure steam make power on the way; hot water comes from steam.

    If ignored: throttling would waste what the turbine earns.
    """
    parts = (
        free(Grid, tariff="grid"),
        free(FuelSupply, id="gas"),
        free(SteamBoiler),
        free(SteamLetDown),
        free(BackPressureTurbine),
        free(HeatExchanger),
        free(SteamAccumulator),
    )
    s = model(parts, {"steam_low": 100.0, "hot_water": 50.0, "electricity": 30.0}).solve()
    power = flow(s, "back_pressure_turbine", "electricity")
    low = flow(s, "back_pressure_turbine", "low_pressure")
    assert power.min() > 0.0
    np.testing.assert_allclose(low + flow(s, "steam_let_down", "low_pressure"), 100.0, atol=1e-6)
    high = flow(s, "steam_boiler", "steam")
    used = flow(s, "back_pressure_turbine", "high_pressure") + flow(s, "heat_exchanger", "warm_side")
    assert high.sum() == pytest.approx((used + flow(s, "steam_let_down", "high_pressure")).sum(), rel=1e-6)


def test_compressed_air_leaks_and_heats(model, surroundings):
    """Proves: 90 Nm³/h delivered with 10 % leaks of 100 Nm³/h need 100 Nm³/h; recovered heat replaces the boiler.

    If ignored: leaks would cost nothing and heat recovery would make heat without electricity.
    """
    state = surroundings(
        20.0, 15.0, supply_temp_c={"hot_water": 60.0}, return_temp_c={"hot_water": 40.0}, pressure_pa=101300.0
    )
    compressor = free(AirCompressor, min_capacity_nm3_per_h=100.0, max_capacity_nm3_per_h=100.0, leakage_frac=0.1)
    parts = (free(Grid, tariff="grid"), free(FuelSupply, id="gas"), compressor, free(Boiler), free(AirReceiver))
    s = model(parts, {"compressed_air": 90.0, "hot_water": 20.0}, state).solve()
    electricity = flow(s, "air_compressor", "electricity")
    assert electricity.sum() == pytest.approx(24 * 100 * 0.12, rel=0.005)
    assert flow(s, "air_compressor", "recovered_heat").sum() == pytest.approx(0.8 * electricity.sum())
    total = flow(s, "air_compressor", "recovered_heat") + flow(s, "boiler", "heat")
    np.testing.assert_allclose(total, 20.0)


def test_renewables_serve_what_they_can(model, surroundings):
    """Proves: sun and wind are used to the limit of the resource, the rest is bought. If ignored: night-time solar."""
    wind = free(WindTurbine, min_capacity_kw=10.0, max_capacity_kw=10.0)
    sun = free(SolarThermal, id="collectors", min_area_m2=100.0, max_area_m2=100.0)
    boiler = free(Boiler, fuel="electricity")
    state = surroundings()
    s = model((free(Grid, tariff="grid"), wind, sun, boiler), {"electricity": 50.0, "hot_water": 500.0}, state).solve()
    frac = wind.output_frac(np.array([6.0]), np.array([30.0]), 101325.0)[0]
    np.testing.assert_allclose(flow(s, "wind_turbine", "electricity"), 10 * frac)
    heat = flow(s, "collectors", "heat")
    assert heat[0] == 0.0
    assert heat[12] == pytest.approx(100 * sun.heat_kw_per_m2(np.array([900.0]), np.array([30.0]), 70.0)[0])


def test_vehicles_charge_when_cheap_and_demand_moves(model, surroundings, tariff):
    """Proves: ten vehicles take 80 kWh a day, half on arrival 8-10 h, half before noon; demand moves out of dear hours.

    If ignored: charging at arrival only, or demand reduced without being recovered.
    """
    state = surroundings(tariffs={"grid": two_prices(tariff)})
    ev = EvCharging(id="ev", vehicles=10)
    shift = DemandResponse(id="dr", shiftable_kw=20.0)
    s = model((free(Grid, tariff="grid"), ev, shift), {"electricity": 100.0}, state).solve()
    charge = flow(s, "ev", "electricity")
    assert charge.sum() == pytest.approx(80.0)
    assert charge[8:12].sum() == pytest.approx(80.0)
    assert (charge[8:11] >= 40 / 3 - 1e-6).all()
    less, more = flow(s, "dr", "reduction"), flow(s, "dr", "recovery")
    assert less.sum() == pytest.approx(60.0)
    assert more.sum() == pytest.approx(1.05 * 60.0)
    assert less[:12].sum() == pytest.approx(0.0, abs=1e-6)
    assert more[12:].sum() == pytest.approx(0.0, abs=1e-6)


def test_what_nobody_draws_cannot_be_switched_off(model, surroundings, tariff):
    """Proves: of 60 kW said to be shiftable 10 kW of demand and what a chiller draws move; what a battery takes not.

    If ignored: demand response would generate, or only the pumps of a plant would count as load.
    """
    state = surroundings(tariffs={"grid": two_prices(tariff)})
    shift = DemandResponse(id="dr", shiftable_kw=60.0, hours_per_day=24.0)
    chiller = free(VapourChiller, condenser="air", compressor="screw_vsd")
    battery = free(Battery, max_capacity_kwh=40.0, min_capacity_kwh=40.0)
    grid = free(Grid, tariff="grid")
    demand = {"electricity": 10.0, "chilled_water": 80.0}
    for machines in ((grid, chiller, shift), (grid, chiller, battery, shift)):
        s = model(machines, demand, state).solve()
        less, drawn = (
            flow(s, "dr", "reduction"),
            flow(s, "vapour_chiller", "compressor") + flow(s, "vapour_chiller", "pump"),
        )
        assert drawn.min() > 10.0
        assert (less <= 10.0 + drawn + 1e-6).all()
        assert (less[12:] - drawn[12:]).max() == pytest.approx(10.0)
    alone = model((grid, shift), {"electricity": 10.0}, state).solve()
    assert flow(alone, "dr", "reduction").max() == pytest.approx(10.0)


def test_transfer_station_passes_energy_on(model, surroundings):
    """Proves: what the building gets the network gives, with pump power on top.

    If ignored: energy lost at the border.
    """
    station = free(EnergyTransferStation, max_capacity_kw=50.0)
    lake = free(FreeCooling, source="lake", max_capacity_kw=50.0)
    s = model((free(Grid, tariff="grid", max_connection_kw=50.0), lake, station), {"cooling": 40.0}).solve()
    np.testing.assert_allclose(flow(s, "energy_transfer_station", "network"), 40.0)
    assert flow(s, "energy_transfer_station", "pump").sum() == pytest.approx(0.002 * 40 * 24)
    assert station.secondary_supply_c(surroundings()) == pytest.approx(8.2)


def test_spare_units_are_bought_but_not_run(model):
    """Proves: N+1 of three boilers for 100 kW installs 150 kW. If ignored: reserve would serve the peak."""
    boiler = Boiler(id="b", units=3, spare_units=1)
    s = model((free(FuelSupply, id="gas"), boiler), {"hot_water": 100.0}).solve()
    assert s.capacities["b", "capacity_kw"] == pytest.approx(150.0)


def test_longer_steps_of_constant_hours_change_nothing(model, surroundings, tariff):
    """Proves: where load and price hold over 12 h, steps of 4 h give the cost of hours; kW stay kW.

    If ignored: a store would charge per step instead of per hour.
    """
    state = surroundings(tariffs={"grid": two_prices(tariff)})
    whole = {"depth_of_discharge_frac": 1.0, "end_of_life_frac": 1.0, "cycle_life": 1e6}
    battery = free(Battery, loss_frac_per_h=0.0, max_capacity_kwh=60.0, min_capacity_kwh=60.0, **whole)
    parts = (free(Grid, tariff="grid"), battery)
    s = model(parts, {"electricity": 10.0}, state, full_year(4.0)).solve()
    eta = 0.8986**0.5
    by_hand = 365 * (240 * 0.2 - 60 * eta * 0.3 + 60 / eta * 0.1)
    assert s.accounts["energy_purchase"] == pytest.approx(by_hand, rel=1e-6)
