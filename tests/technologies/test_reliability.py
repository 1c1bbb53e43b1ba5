"""Reserve, maintenance, outages and islands, contracts, and the details of machines: micro-cases solved by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from edsim.core.errors import DataError, InfeasibleError
from edsim.core.machines.carnot import lorenz_cop, mean_temp_k
from edsim.core.machines.partial_use import usable_share
from edsim.core.technology import SourceConditions
from edsim.core.timegrid import full_year, typical_days
from edsim.optimization.model.model import build
from edsim.optimization.sizing.aggregate import peak_days
from edsim.optimization.system import System, on_grid
from edsim.technologies.absorption_chiller import AbsorptionChiller
from edsim.technologies.battery import Battery
from edsim.technologies.boiler import Boiler
from edsim.technologies.chilled_water_exchanger import ChilledWaterExchanger
from edsim.technologies.chp import Chp
from edsim.technologies.energy_transfer_station import EnergyTransferStation
from edsim.technologies.free_cooling import FreeCooling
from edsim.technologies.fuel_supply import FuelSupply
from edsim.technologies.generator import Generator
from edsim.technologies.grid import Grid
from edsim.technologies.heat_exchanger import HeatExchanger
from edsim.technologies.heat_pump import HeatPump
from edsim.technologies.heat_recovery_chiller import HeatRecoveryChiller
from edsim.technologies.interruptible_load import InterruptibleLoad
from edsim.technologies.power_line import PowerLine
from edsim.technologies.pv import Pv
from edsim.technologies.standby_generator import StandbyGenerator
from edsim.technologies.steam_boiler import SteamBoiler
from edsim.technologies.vapour_chiller import VapourChiller
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery

NODE = "energy_center"
YEAR = np.ones(8760)
HOUR = np.arange(8760) % 24


def free(cls, **fields):
    """Return an instance that costs nothing to build, so that only energy decides."""
    zero = {s.capex: 0.0 for s in cls.sizes} | {"fixed_om_frac": 0.0}
    if "om_variable_per_kwh" in cls.model_fields and cls is not InterruptibleLoad:
        zero["om_variable_per_kwh"] = 0.0
    return cls(**({"id": cls.model_fields["kind"].default} | zero | fields))


def flow(solution, technology, port):
    return next(f.values for f in solution.flows if (f.technology, f.port) == (technology, port))


def test_maintenance_takes_one_more_unit(model):
    """Proves: of three boilers one is in reserve; in week 2 another is out, so 100 kW need 300 kW installed.

    Without maintenance 150 kW do. If ignored: the plant would be short in the week of its overhaul.
    """
    supply = free(FuelSupply, id="gas")
    usual = Boiler(id="b", units=3, spare_units=1)
    serviced = Boiler(id="b", units=3, spare_units=1, maintenance_weeks=(2,))
    grid = full_year(24.0)
    sizes = [model((supply, b), {"hot_water": 100.0}, None, grid).solve().capacities for b in (usual, serviced)]
    assert [s["b", "capacity_kw"] for s in sizes] == pytest.approx([150.0, 300.0])


def test_maintenance_weeks_by_hand(surroundings):
    """Proves: week 2 is hours 168-335 and week 52 runs to the end of the year; other weeks are refused.

    If ignored: maintenance would fall into other weeks than the operator planned.
    """
    share = Boiler(id="b", units=4, maintenance_weeks=(2, 52)).running_frac(surroundings())
    np.testing.assert_allclose(share[[0, 167, 168, 335, 336, 8567, 8568, 8759]], [1, 1, 0.75, 0.75, 1, 1, 0.75, 0.75])
    with pytest.raises(ValidationError, match="maintenance_weeks are 1 to 52: got 0, 60"):
        Boiler(id="b", maintenance_weeks=(0, 5, 60))


@pytest.mark.parametrize("cls", [Boiler, SteamBoiler, Chp, VapourChiller, AbsorptionChiller, Generator])
def test_all_units_cannot_be_reserve(cls):
    """Proves: a bank whose every unit is spare is refused with both numbers. If ignored: nothing could run."""
    with pytest.raises(ValidationError, match="spare_units must be below units: got 2 of 2"):
        cls(id="x", units=2, spare_units=2)


@pytest.mark.parametrize("cold", ["chilled_water", "chilled_water_high"])
def test_outage_falls_on_the_hardest_hours(surroundings, cold):
    """Proves: 4 h to survive lie where power plus a quarter of cooling is highest, hours 5000-5003, and keep their day.

    Cooling of any level counts. If ignored: an outage at night would be survived for nothing.
    """
    peak = np.where((np.arange(8760) >= 5000) & (np.arange(8760) < 5004), 100.0, 20.0)
    night = np.where((np.arange(8760) >= 3000) & (np.arange(8760) < 3004), 90.0, 20.0)
    state = surroundings(demand_kw={"electricity": night, cold: 4 * peak})
    grid = Grid(id="g", tariff="grid", survive_outage_h=4)
    assert np.flatnonzero(grid.there(state) == 0.0).tolist() == [5000, 5001, 5002, 5003]
    assert grid.days_to_keep(state) == (208,)
    assert Grid(id="g", tariff="grid").days_to_keep(state) == ()


def test_days_of_outages_are_kept(system, surroundings):
    """Proves: days of outages and of maintenance are typical days of their own.

    If ignored: they would count for weeks or not at all.
    """
    grid = Grid(id="g", tariff="grid", outages=((2410, 3),))
    assert 100 in peak_days(system((grid,), {"electricity": 10.0 + HOUR}, surroundings()))
    boilers = Boiler(id="b", maintenance_weeks=(2,))
    kept = peak_days(system((boilers,), {"hot_water": 10.0 + HOUR}, surroundings()))
    assert set(range(7, 14)) <= set(kept)


def test_critical_load_survives_the_outage(model):
    """Proves: of 50 kW 40 % may go dark; a 2 h outage then needs 30 kW and 60 kWh from the battery, not 100.

    If ignored: either the outage is free or all load is critical.
    """
    grid = free(Grid, tariff="grid", outages=((10, 2),))
    contract = free(InterruptibleLoad, interruptible_frac=0.4, om_variable_per_kwh=0.11, max_outage_h_per_a=730.0)
    battery = Battery(id="battery")
    with pytest.raises(InfeasibleError):
        model((grid, contract), {"electricity": 50.0}).solve()
    out = {}
    for parts in ((grid, battery), (grid, contract, battery)):
        s = model(parts, {"electricity": 50.0}).solve()
        out[len(parts)] = flow(s, "battery", "discharge")[10:12], s.capacities["battery", "capacity_kwh"]
    np.testing.assert_allclose(out[2][0], 50.0, rtol=1e-6)
    np.testing.assert_allclose(out[3][0], 30.0, rtol=1e-6)
    usable = 0.95 * 0.9 * 0.8986**0.5
    assert out[3][1] == pytest.approx(60.0 / usable, rel=1e-3)


def test_interruption_hours_are_limited(model):
    """Proves: 365 h a year at 20 of 50 kW are 20 kWh a day, though interruption is cheaper than power.

    If ignored: a contract for emergencies would replace the supply.
    """
    contract = free(InterruptibleLoad, interruptible_frac=0.4, om_variable_per_kwh=0.01, max_outage_h_per_a=365.0)
    s = model((free(Grid, tariff="grid"), contract), {"electricity": 50.0}).solve()
    assert flow(s, "interruptible_load", "interrupted").sum() == pytest.approx(20.0)


def test_island_sizes_itself(model, surroundings):
    """Proves: without a grid, PV, battery and diesel sets serve all load; free PV and battery leave no fuel.

    Diesel alone burns 50 * 8760 / 0.35 kWh. If ignored: a case without grid could not be run.
    """
    state = surroundings(pv_kw_per_kwp={"roof": np.where((HOUR > 6) & (HOUR < 18), 0.5, 0.0)})
    fuel, sets = free(FuelSupply, id="diesel", fuel="diesel"), free(Generator)
    alone = model((fuel, sets), {"electricity": 50.0}, state).solve()
    assert alone.accounts["fuel_purchase"] == pytest.approx(0.05 * 50 * 8760 / 0.35)
    sun = (free(Pv, id="roof", max_capacity_kwp=1000.0), free(Battery, cycle_life=1e6))
    s = model((fuel, sets, *sun), {"electricity": 50.0}, state).solve()
    assert s.accounts["fuel_purchase"] == pytest.approx(0.0, abs=1e-6)
    assert flow(s, "generator", "electricity").max() == pytest.approx(0.0, abs=1e-6)


def test_line_joins_a_building_to_the_plant(surroundings):
    """Proves: a line of 3 % loss feeds a school of 97 kW with 100 kW from the sets of the energy center, and is 97 kW.

    If ignored: a plant could feed its pumps and chillers, but no building of a mini-grid.
    """
    parts = (free(FuelSupply, id="diesel", fuel="diesel"), free(Generator), PowerLine(id="line", node="school"))
    here = surroundings()
    island = System(
        parts, {("school", "electricity"): 97.0 * YEAR}, dict.fromkeys((NODE, "school"), here), 0.05, 1.0, 1e3
    )
    day = typical_days(np.array([0]), np.zeros(365, dtype=np.int64))
    s = build(island, day).solve()
    np.testing.assert_allclose(flow(s, "generator", "electricity"), 100.0)
    assert s.capacities["line", "capacity_kw"] == pytest.approx(97.0)
    assert {(f.port, f.node) for f in s.flows if f.technology == "line"} == {("sent", NODE), ("delivered", "school")}


def test_a_set_that_runs_all_year_feeds_its_building(surroundings):
    """Proves: with 8760 hours nothing is bought and 35 kW cost 100 kW of fuel at full load; with 876 hours 90 % is.

    If ignored: a building on an island would buy electricity from a grid that is not there.
    """
    alone = StandbyGenerator(id="set", running_h_per_a=8760.0, oversizing_frac=0.0)
    assert alone.feeds_building
    year = alone.operate(35.0 * YEAR, surroundings())
    assert set(year.inputs_kw) == {"diesel"}
    np.testing.assert_allclose(year.inputs_kw["diesel"], 100.0)
    standby = StandbyGenerator(id="set", running_h_per_a=876.0)
    assert not standby.feeds_building
    assert standby.operate(38.0 * YEAR, surroundings()).inputs_kw["electricity"][0] == pytest.approx(0.9 * 38.0)


def test_standby_sets_run_only_their_hours(model, surroundings, tariff):
    """Proves: sets of 50 kW with 100 h a year give 5000 kWh though their power, 0.02 / 0.35, is below the grid's 0.10.

    If ignored: an emergency set would become a power station.
    """
    state = surroundings(fuels={"biogas": tariff(0.02)})
    sets = free(Generator, fuel="biogas", max_running_h_per_a=100.0, max_capacity_kw=50.0)
    parts = (free(Grid, tariff="grid"), free(FuelSupply, id="biogas", fuel="biogas"), sets)
    s = model(parts, {"electricity": 50.0}, state).solve()
    assert flow(s, "generator", "electricity").sum() * 365 == pytest.approx(5000.0)


def test_generator_by_hand(surroundings, day):
    """Proves: 5 % less at 40 °C; half load of two sets runs one at full load, of one set costs 1 / 0.92 of it.

    At 2000 m (79.5 kPa) power falls by some 10 %. If ignored: sets in the Andes would give their rated power.
    """
    hot = on_grid(surroundings(40.0, 25.0), day)
    high = on_grid(surroundings(25.0, 15.0, pressure_pa=79495.0), day)
    spec = Generator(id="g")
    assert spec.derating(hot) == pytest.approx(0.95, rel=1e-7)
    assert spec.derating(high) == pytest.approx(0.90, rel=1e-7, abs=0.005)
    half, mild = np.full(day.n, 500.0), on_grid(surroundings(), day)
    assert spec.staged_input_kw(half, 1000.0, mild) == pytest.approx(500 / 0.35, rel=1e-7)
    one = Generator(id="g", units=1).staged_input_kw(half, 1000.0, mild)
    assert one == pytest.approx(500 / 0.35 / 0.92, rel=1e-7)


def test_contracted_capacity_is_paid_used_or_not(model):
    """Proves: 3 per kW and month on 80 kW contracted for 50 kW of load cost 12 * 3 * 80. If ignored: 12 * 3 * 50."""
    grid = free(Grid, tariff="grid", contract_per_kw_month=3.0, existing_connection_kw=80.0)
    s = model((grid,), {"electricity": 50.0}).solve()
    assert s.accounts["demand_charge"] == pytest.approx(12 * 3 * 80)
    assert s.ledger["demand_charge", "grid", "contracted_capacity"] == pytest.approx(12 * 3 * 80)


def test_station_is_sized_by_its_building(model):
    """Proves: without a size the station gets the building's peak of 40 kW; one building costs its 6000 besides.

    If ignored: a station without a size would be of 2 kW, and a hundred small buildings as cheap as one large.
    """
    load = np.where(HOUR == 15, 40.0, 10.0)
    station = EnergyTransferStation(id="ets", node="energy_center", fixed_om_frac=0.0)
    lake = free(FreeCooling, source="lake")
    s = model((free(Grid, tariff="grid"), lake, station), {"cooling": load}).solve()
    assert s.capacities["ets", "capacity_kw"] == pytest.approx(40.0)
    assert s.capacities["ets", "stations"] == pytest.approx(1.0)
    assert s.accounts["capex_annuity"] == pytest.approx((40 * 83.2 + 3896) / 25)
    street = station.model_copy(update={"min_stations": 7})
    s = model((free(Grid, tariff="grid"), lake, street), {"cooling": load}).solve()
    assert s.accounts["capex_annuity"] == pytest.approx((40 * 83.2 + 7 * 3896) / 25)


def test_station_that_cannot_reach_its_building_is_refused(surroundings, day):
    """Proves: 6.7 + 1.5 °C do for a need of 9 °C and not for 7 °C; heating likewise from 80 - 1.5 °C (E605).

    If ignored: a building would get colder water than the network has.
    """
    state = on_grid(surroundings(), day)
    EnergyTransferStation(id="ets", needed_supply_temp_c=9.0).prepare(state)
    with pytest.raises(DataError, match=r"7 °C to station at 8.2 °C.*E605"):
        EnergyTransferStation(id="ets", needed_supply_temp_c=7.0).prepare(state)
    heat = {"carriers": {"network": "hot_water", "delivered": "space_heat"}}
    EnergyTransferStation(id="ets", needed_supply_temp_c=75.0, **heat).prepare(state)
    with pytest.raises(DataError, match="E605"):
        EnergyTransferStation(id="ets", needed_supply_temp_c=79.0, **heat).prepare(state)


def sources(**streams):
    return {k: SourceConditions(power * YEAR, temp * YEAR) for k, (power, temp) in streams.items()}


def test_waste_heat_is_lifted_when_too_cold(model, surroundings):
    """Proves: a data center at 35 °C gives nothing directly to 80/60 °C water; lifted, 100 kW draw 100 / COP of power.

    A coil makes water of 27 °C of the air: COP = 0.61 * 348.05 / 55.41 = 3.832 from 297.64 K to 343.05 K with 5 K at
    both ends; a liquid of 35 °C is taken as it is, 4.478. If ignored: waste heat below the return would be worthless,
    or free, and a heat pump would evaporate in the air of a hall.
    """
    state = surroundings(sources=sources(dc=(500.0, 35.0)))
    direct = free(WasteHeatRecovery, source="dc", source_kind="data_center")
    parts = (free(Grid, tariff="grid"), free(Boiler, fuel="electricity", efficiency_frac=1.0))
    s = model((*parts, direct), {"hot_water": 100.0}, state).solve()
    assert flow(s, "waste_heat_recovery", "heat").max() == 0.0
    lifted = direct.model_copy(update={"max_lift_kw": None})
    s = model((*parts, lifted), {"hot_water": 100.0}, state).solve()
    np.testing.assert_allclose(flow(s, "waste_heat_recovery", "lifted_heat"), 100.0)
    np.testing.assert_allclose(flow(s, "waste_heat_recovery", "compressor"), 100.0 / 3.832, rtol=1e-3)
    hall = {"dc": SourceConditions(500.0 * YEAR, 35.0 * YEAR, kind="data_center")}
    known = WasteHeatRecovery(id="w", source="dc").lift_cop(surroundings(sources=hall), np.array([35.0]))
    np.testing.assert_allclose(known, 3.832, rtol=1e-3)
    liquid = WasteHeatRecovery(id="w", source="dc")
    np.testing.assert_allclose(liquid.lift_cop(state, np.array([35.0])), 4.478, rtol=1e-3)


def test_captures_share_their_source(model, surroundings):
    """Proves: two captures from a furnace of 60 kW give 60 kW together, also when one lifts. If ignored: 120 kW."""
    state = surroundings(sources=sources(furnace=(60.0, 250.0), other=(60.0, 250.0)))
    parts = (free(Grid, tariff="grid"), free(FuelSupply, id="gas"), free(Boiler))
    twin = [free(WasteHeatRecovery, id=f"w{i}", source="furnace") for i in range(2)]
    s = model((*parts, *twin), {"hot_water": 200.0}, state).solve()
    assert (flow(s, "w0", "heat") + flow(s, "w1", "heat")).max() == pytest.approx(60.0)
    apart = twin[0], twin[1].model_copy(update={"source": "other"})
    s = model((*parts, *apart), {"hot_water": 200.0}, state).solve()
    assert (flow(s, "w0", "heat") + flow(s, "w1", "heat")).max() == pytest.approx(120.0)


def test_terms_of_the_supplier_hold_unless_overridden(model, surroundings):
    """Proves: the price of the source is paid for heat taken, 100 kW * 8760 * 0.01, unless the contract states one.

    A source that takes heat is refused (E606). If ignored: a firm would sell its heat for nothing.
    """
    paid = SourceConditions(500.0 * YEAR, 250.0 * YEAR, price_per_kwh=0.01)
    state = surroundings(sources={"furnace": paid, "sea": replace(paid, is_cold=True)})
    for own, price in ((None, 0.01), (0.002, 0.002)):
        capture = free(WasteHeatRecovery, source="furnace", price_per_kwh=own, pump_frac=0.0)
        s = model((free(Grid, tariff="grid"), capture), {"hot_water": 100.0}, state).solve()
        assert s.accounts["heat_purchase"] == pytest.approx(100 * 8760 * price)
    with pytest.raises(DataError, match="E606"):
        model((free(WasteHeatRecovery, source="sea"),), {"hot_water": 100.0}, state)


def test_stack_heat_drives_a_double_effect_chiller(surroundings):
    """Proves: a stack at 430 °C serves an exhaust-driven double-effect machine; at 120 °C the same machine stands.

    If ignored: absorption would run on heat below its generator limit.
    """
    carriers = {"heat": "exhaust_gas"}
    for supply, back, runs in ((400.0, 180.0, True), (120.0, 100.0, False)):
        state = surroundings(
            supply_temp_c={"chilled_water": 6.7, "exhaust_gas": supply, "hot_water": 80.0},
            return_temp_c={"chilled_water": 12.3, "exhaust_gas": back, "hot_water": 60.0},
            sources=sources(stack=(900.0, supply + 30.0)),
        )
        capture = WasteHeatRecovery(id="w", source="stack", source_kind="furnace", carriers=carriers)
        chiller = AbsorptionChiller(id="a", effect="double", driven_by="exhaust_gas")
        available = chiller.prepare(state)["available_frac"].max()
        assert (available > 0.0) == runs
        assert capture.prepare(state)["usable_kw"].max() == pytest.approx(900.0)


def test_engine_without_radiators_follows_the_heat(model):
    """Proves: without a dump 10 kW of heat allow 10 / 1.14 kW of power though power is dear; with one it runs freely.

    If ignored: heat nobody needs would vanish in a machine that cannot dump it.
    """
    around = (
        free(FuelSupply, id="gas"),
        free(Boiler),
        free(Generator, id="g", fuel="natural_gas", efficiency_frac=0.2),
    )
    for dump, power in ((True, 100.0), (False, 10 / 1.14)):
        engine = free(Chp, heat_dump=dump)
        s = model((*around, engine), {"electricity": 100.0, "hot_water": 10.0}).solve()
        assert flow(s, "chp", "electricity") == pytest.approx(power, rel=1e-6)


def test_engine_runs_low_where_heat_is_dear(model):
    """Proves: 50 kW of power and 66.9 kW of heat are an engine at half load: heat 1.14 * 1.08 / 0.92 per power.

    Fuel is then 50 / (0.406 * 0.92) instead of 50 / 0.406. Where heat is cheap it runs at full load and the boiler adds
    the rest. If ignored: part load would cost nothing, or its heat would be lost.
    """
    half = 50 * 1.14 * 1.08 / 0.92
    for boiler_efficiency, heat, fuel in ((0.31, half, 50 / 0.406 / 0.92), (1.0, 57.0, 50 / 0.406)):
        parts = (
            free(FuelSupply, id="gas"),
            free(Boiler, efficiency_frac=boiler_efficiency),
            free(Chp, max_capacity_kw=100.0, min_capacity_kw=100.0),
        )
        s = model(parts, {"electricity": 50.0, "hot_water": half}).solve()
        recovered = flow(s, "chp", "jacket_heat") + flow(s, "chp", "exhaust_heat")
        assert recovered == pytest.approx(heat, rel=1e-6)
        assert flow(s, "chp", "fuel") == pytest.approx(fuel, rel=1e-6)


def test_efficiency_on_the_higher_heating_value(surroundings, day):
    """Proves: 85 % HHV of natural gas are 94.2 % LHV; 95 % HHV would be above 1 dry and is refused.

    If ignored: fuel on LHV with an efficiency on HHV costs a tenth too much.
    """
    state = on_grid(surroundings(), day)
    boiler = Boiler(id="b", efficiency_frac=0.85, efficiency_basis="HHV")
    assert boiler.prepare(state)["fuel_per_heat"] == pytest.approx(1 / (0.85 * 1.108))
    with pytest.raises(ValidationError, match="LHV exceeds 1"):
        Boiler(id="b", efficiency_frac=0.95, efficiency_basis="HHV")
    with pytest.raises(ValidationError, match="LHV exceeds 1"):
        SteamBoiler(id="b", efficiency_frac=0.95, efficiency_basis="HHV")
    assert SteamBoiler(id="b", efficiency_frac=0.8, efficiency_basis="HHV").lower_efficiency() == pytest.approx(0.8864)


def test_cells_fade(model, surroundings, tariff):
    """Proves: 100 kWh rated with 90 % depth and 60 % at end of life shift 100 * 0.9 * 0.8 = 72 kWh a day, less losses.

    Lossless cells: 72 kWh out. If ignored: a battery would be new all its life.
    """
    price = replace(tariff(0.1), energy_per_kwh=np.where(HOUR >= 12, 0.3, 0.1))
    state = surroundings(tariffs={"grid": price})
    battery = free(
        Battery,
        round_trip_frac=1.0,
        loss_frac_per_h=0.0,
        depth_of_discharge_frac=0.9,
        end_of_life_frac=0.6,
        cycle_life=1e6,
        max_capacity_kwh=100.0,
    )
    s = model((free(Grid, tariff="grid"), battery), {"electricity": 20.0}, state).solve()
    assert flow(s, "battery", "discharge").sum() == pytest.approx(72.0)


def test_intake_pumping_by_hand(surroundings, day):
    """Proves: 50 m of lift at 5 K and 70 % need 9.81 * 50 / (4190 * 5 * 0.7) = 0.0334 per kW of cooling.

    If ignored: a deep intake far away would cost as little as one at the quay.
    """
    spec = FreeCooling(id="swac", source="lake", intake_lift_m=50.0)
    assert spec.prepare(on_grid(surroundings(), day))["pump_frac"] == pytest.approx(0.03345, rel=1e-3)
    assert FreeCooling(id="swac", source="lake").prepare(on_grid(surroundings(), day))["pump_frac"] == 0.024


def test_heat_pump_cop_by_hand(model):
    """Proves: from a loop of 25/18 °C (mean 294.6 K) to 80/60 °C (343.05 K) half of Lorenz is a COP of 2.98.

    0.5 * 348.05 / 58.43; 100 kW of heat take 33.6 kW of power and 66.4 kW from the loop. If ignored: the lift
    would not matter.
    """
    loop = free(WasteHeatRecovery, source="furnace", carriers={"heat": "ambient_water"}, pump_frac=0.0)
    pump = free(HeatPump, lorenz_share=0.5)
    s = model((free(Grid, tariff="grid"), pump, loop), {"hot_water": 100.0}).solve()
    assert flow(s, "heat_pump", "electricity") == pytest.approx(100 / 2.978, rel=1e-3)
    assert flow(s, "heat_pump", "source_heat") == pytest.approx(100 - 100 / 2.978, rel=1e-3)


def test_the_heat_of_a_data_sheet_is_taken(surroundings):
    """Proves: 42 % electricity and 44 % heat are 0.44 / 0.42 kWh of heat per kWh of power at full load.

    More than the fuel at any load of the curve is refused: 0.45 + 0.56 at full load, 0.40 + 0.59 at half of it, where
    an engine gives 8 % more heat per fuel. If ignored: heat of a quote could not be entered, or be made of nothing.
    """
    state = surroundings()
    made = Chp(id="c", electric_efficiency_frac=0.42, heat_efficiency_frac=0.44).prepare(state)
    heat = made["jacket_per_electricity"] + made["exhaust_per_electricity"]
    assert heat == pytest.approx(0.44 / 0.42, rel=1e-9)
    for electric, thermal in ((0.45, 0.56), (0.40, 0.59)):
        with pytest.raises(ValidationError, match="exceed the fuel"):
            Chp(id="c", electric_efficiency_frac=electric, heat_efficiency_frac=thermal)


def test_machines_follow_the_supply_of_the_hour(surroundings):
    """Proves: where the supply is 60.5 instead of 80 °C a heat pump lifts less; at 95 °C it gives nothing.

    A source of 66 °C, 5 K apart, then heats all of the way from 60 °C instead of a 20th. If ignored: mild weather would
    gain nothing.
    """
    steps = len(surroundings().dry_bulb_temp_c)
    supply = np.where(np.arange(steps) % 2 == 0, 80.0, 60.5)
    state = surroundings(
        supply_temp_c={"hot_water": 80.0, "ambient_water": 25.0},
        return_temp_c={"hot_water": 60.0, "ambient_water": 18.0},
        supply_by_step_c={"hot_water": supply},
    )
    work = HeatPump(id="h", lorenz_share=0.5).prepare(state)["work_per_heat"]
    mean = (mean_temp_k(60.5, 60.0), mean_temp_k(25.0, 18.0))
    assert work[0] == pytest.approx(1 / 2.978, rel=1e-3)
    assert work[1] == pytest.approx(1 / lorenz_cop(*mean, 0.5), rel=1e-9)
    hot = surroundings(
        supply_temp_c={"hot_water": 95.0, "ambient_water": 25.0},
        return_temp_c={"hot_water": 60.0, "ambient_water": 18.0},
        supply_by_step_c={"hot_water": np.where(np.arange(steps) % 2 == 0, 95.0, 70.0)},
    )
    assert HeatPump(id="h").prepare(hot)["available_frac"][:2].tolist() == [0.0, 1.0]
    assert usable_share(state, "hot_water", "w", np.full(steps, 66.0), 5.0)[:2] == pytest.approx([0.05, 1.0])


def test_recovery_chiller_cop_by_hand(surroundings):
    """Proves: from 12.3/6.7 °C (282.64 K) to 55/45 °C (323.12 K) half of Lorenz is COP 3.250 in heat, 2.250 in cold.

    If ignored: recovered heat would cost the chiller nothing.
    """
    state = surroundings(
        supply_temp_c={"hot_water": 55.0, "chilled_water": 6.7},
        return_temp_c={"hot_water": 45.0, "chilled_water": 12.3},
    )
    a = HeatRecoveryChiller(id="h", lorenz_share=0.5).prepare(state)
    assert a["work_per_heat"] == pytest.approx(1 / 3.250, rel=1e-3)
    assert a["cooling_per_heat"] / a["work_per_heat"] == pytest.approx(2.250, rel=1e-3)


def test_heat_exchanger_by_hand(model):
    """Proves: 99 kW of hot water draw 100 kW of steam at 1 % loss, burned at the boiler's rate. If ignored: no loss."""
    parts = (free(FuelSupply, id="gas"), free(SteamBoiler), free(HeatExchanger))
    s = model(parts, {"hot_water": 99.0}).solve()
    assert flow(s, "heat_exchanger", "warm_side") == pytest.approx(100.0, rel=1e-7)
    assert flow(s, "steam_boiler", "steam") == pytest.approx(100.0, rel=1e-7)


def test_chilled_water_exchanger_by_hand(model, surroundings):
    """Proves: 100 kW of 15 °C water draw 100 kW of 7 °C water. If ignored: the warmer level is free."""
    state = surroundings(
        supply_temp_c={"chilled_water": 7.0, "chilled_water_high": 15.0},
        return_temp_c={"chilled_water": 12.0, "chilled_water_high": 20.0},
    )
    chiller = free(VapourChiller, condenser="air", compressor="screw")
    parts = (free(ChilledWaterExchanger), chiller, free(Grid, tariff="grid"))
    s = model(parts, {"chilled_water_high": 100.0}, state).solve()
    assert flow(s, "chilled_water_exchanger", "colder_water") == pytest.approx(100.0, rel=1e-7)
    assert flow(s, "vapour_chiller", "cooling") == pytest.approx(100.0, rel=1e-7)


@pytest.mark.parametrize(("supply_c", "return_c"), [(8.0, 20.0), (15.0, 13.0)])
def test_colder_water_is_not_made_of_warmer_water(surroundings, supply_c, return_c):
    """Proves: 8 °C supply, or a return of 13 °C, is not had from 7/12 °C water through an approach of 1.5 K.

    An exchanger for heat is refused between chilled waters. If ignored: cold of 7 °C would come from 15 °C water.
    """
    state = surroundings(
        supply_temp_c={"chilled_water": 7.0, "chilled_water_high": supply_c},
        return_temp_c={"chilled_water": 12.0, "chilled_water_high": return_c},
    )
    with pytest.raises(DataError, match="E605"):
        ChilledWaterExchanger(id="plates").prepare(state)
    with pytest.raises(ValidationError, match="chilled_water_exchanger"):
        HeatExchanger(id="x", carriers={"warm_side": "chilled_water_high", "cold_side": "chilled_water"})


def test_net_metering_needs_exports():
    """Proves: crediting exports that are forbidden is refused. If ignored: the option would silently do nothing."""
    with pytest.raises(ValidationError, match="net_metering credits exports, which max_export_kw: 0 forbids"):
        Grid(id="g", tariff="grid", net_metering=True)
    assert Grid(id="g", tariff="grid", net_metering=True, max_export_kw=None).net_metering
