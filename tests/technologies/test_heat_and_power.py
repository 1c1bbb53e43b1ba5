"""Physics of boilers, engines, heat pumps, steam, waste heat, sun, wind and compressed air, by hand and by limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from edsim.core.errors import DataError
from edsim.core.machines.air_compression import specific_power_ratio
from edsim.core.machines.carnot import lorenz_cop, mean_temp_k
from edsim.core.machines.site import SiteConditions
from edsim.core.steam import isentropic_work_kj_per_kg, mean_temp_c, useful_kj_per_kg
from edsim.core.technology import Conditions, SourceConditions
from edsim.optimization.system import on_grid
from edsim.technologies.air_compressor import AirCompressor
from edsim.technologies.air_receiver import AirReceiver
from edsim.technologies.back_pressure_turbine import BackPressureTurbine
from edsim.technologies.boiler import Boiler
from edsim.technologies.chilled_water_store import ChilledWaterStore
from edsim.technologies.chp import Chp
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.electric_water_heater import ElectricWaterHeater
from edsim.technologies.heat_exchanger import HeatExchanger
from edsim.technologies.heat_pump import HeatPump
from edsim.technologies.heat_recovery_chiller import HeatRecoveryChiller
from edsim.technologies.hot_water_store import HotWaterStore
from edsim.technologies.individual_boiler import IndividualBoiler
from edsim.technologies.individual_compressor import IndividualCompressor
from edsim.technologies.loop_station import LoopStation
from edsim.technologies.pv import Pv
from edsim.technologies.solar_thermal import SolarThermal
from edsim.technologies.standby_generator import StandbyGenerator
from edsim.technologies.steam_accumulator import SteamAccumulator
from edsim.technologies.steam_boiler import SteamBoiler
from edsim.technologies.steam_let_down import SteamLetDown
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery
from edsim.technologies.wind_turbine import WindTurbine


def at(surroundings, day, dry=30.0, wet=25.4, **changes):
    return on_grid(surroundings(dry, wet, **changes), day)


def test_boiler_condenses_only_with_cold_return():
    """Proves: 0.94 above the dew point, 1.035 at 40 °C return, 0.9875 half way.

    If ignored: hot networks would condense.
    """
    boiler = Boiler(id="b", condensing=True)
    assert [boiler.efficiency(t) for t in (70.0, 48.5, 40.0, 30.0)] == pytest.approx([0.94, 0.9875, 1.035, 1.035])
    assert Boiler(id="b").efficiency(30.0) == 0.94
    assert Boiler(id="b", fuel="lpg", efficiency_frac=1.0, condensing=True).efficiency(30.0) == 1.076  # HHV / LHV
    assert Boiler(id="b", fuel="electricity").efficiency(60.0) == 0.99
    with pytest.raises(ValidationError, match="condens"):
        Boiler(id="b", fuel="diesel", condensing=True)
    assert Boiler(id="b", fuel="lpg").carrier_of(Boiler.ports[1]) == "lpg"


def test_engine_energy_never_exceeds_its_fuel(surroundings, day):
    """Proves: electricity and usable heat stay below the fuel; a jacket warms water to 90 °C and makes no steam.

    At 110 / 60 °C it goes (90 - 60) / (110 - 60) of the way. If ignored: an engine on a network of more than 90 °C
    loses the half of its heat that preheats the return, or gives jacket heat hotter than the jacket.
    """
    usual = Chp(id="c").prepare(at(surroundings, day))
    out = 1.0 + usual["jacket_per_electricity"] + usual["exhaust_per_electricity"]
    assert out < usual["fuel_per_electricity"]
    assert out / usual["fuel_per_electricity"] == pytest.approx(0.406 * 2.14)
    hot = at(surroundings, day, supply_temp_c={"hot_water": 110.0}, return_temp_c={"hot_water": 60.0})
    assert Chp(id="c").prepare(hot)["jacket_per_electricity"] == pytest.approx(0.65)
    assert Chp(id="c").prepare(hot)["jacket_usable_frac"] == pytest.approx(0.6)
    assert usual["jacket_usable_frac"] == pytest.approx(1.0)
    steam_jacket = Chp(id="c", carriers={"jacket_heat": "steam"})
    assert steam_jacket.prepare(at(surroundings, day))["jacket_per_electricity"] == 0.0
    assert steam_jacket.level_ranges()[0] == ("jacket_heat", -math.inf, 90.0)
    assert Chp(id="c").prepare(hot)["exhaust_per_electricity"] == pytest.approx(0.49)
    steam = Chp(id="c", carriers={"exhaust_heat": "steam"})
    share = (480.0 - 190.0) / (480.0 - 120.0)
    assert steam.prepare(at(surroundings, day))["exhaust_per_electricity"] == pytest.approx(0.49 * share)
    with pytest.raises(ValidationError, match=r"0\.55"):
        Chp(id="c", electric_efficiency_frac=0.6)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("mover", "electric_hhv", "heat_hhv"),
    [
        (
            "engine",
            (0.2905, 0.3178, 0.3504, 0.3664, 0.3901, 0.4031, 0.4054),
            (0.52, 0.485, 0.4445, 0.419, 0.4015, 0.384, 0.3845),
        ),
        ("turbine", (0.218, 0.2315, 0.2535, 0.281, 0.296, 0.3155), (0.5065, 0.498, 0.4695, 0.468, 0.4485, 0.425)),
    ],
)
def test_better_movers_give_less_heat(mover, electric_hhv, heat_hhv, surroundings, day):
    """Proves: hot water per kWh of electricity is that of REopt's classes of 35 kW to 20 MW within 7 %, by efficiency.

    NREL REopt.jl data/chp/chp_defaults.json commit 013c463, on HHV of gas, 1.108 of LHV. If ignored: an engine of
    4 MW would give 20 % too much heat, one of 35 kW a third too little, and the best engines would be refused.
    """
    here = at(surroundings, day)
    for electric, heat in zip(electric_hhv, heat_hhv, strict=True):
        shares = Chp(id="c", mover=mover, electric_efficiency_frac=1.108 * electric).heat_shares(here)
        assert sum(shares) == pytest.approx(heat / electric, rel=0.07)


def test_turbines_lose_power_with_heat_and_height(surroundings, day):
    """Proves: a turbine loses 0.7 % per K above 15 °C and in proportion to pressure, an engine with its power of 0.57.

    At 75 kPa (2400 m) an engine of 30 °C keeps 0.7402^0.57 = 84.2 %. If ignored: Bogotá would get engines of the sea.
    """
    high = at(surroundings, day, pressure_pa=75000.0)
    turbine = Chp(id="t", mover="turbine").available_frac(high)
    assert turbine == pytest.approx((1 - 0.007 * 15) * 75000 / 101325, rel=1e-7)
    assert Chp(id="e").available_frac(high) == pytest.approx(0.842, rel=1e-3)
    assert Chp(id="e").available_frac(at(surroundings, day, 40.0, 25.0)) == pytest.approx(0.95, rel=1e-7)


def test_engine_staging_by_hand(surroundings, day):
    """Proves: half load of two engines run one at full load, fuel 500 / 0.406; a single one needs 1/0.92 of it."""
    conditions = at(surroundings, day)
    half = np.full(day.n, 500.0)
    two = Chp(id="c", units=2).staged_input_kw(half, 1000.0, conditions)
    one = Chp(id="c", units=1).staged_input_kw(half, 1000.0, conditions)
    assert two == pytest.approx(500 / 0.406, rel=1e-7)
    assert one == pytest.approx(500 / 0.406 / 0.92, rel=1e-7)


@pytest.mark.reference
def test_lorenz_cop_is_near_the_danish_catalogue():
    """Proves: share 0.61 gives 5.1 for excess heat at 30/20 °C to 70/40 °C and 3.2 for 8 °C air to 80/40 °C.

    Danish Energy Agency catalogue: excess-heat heat pump 5.2, air 3.15 (district heating). Air of 35 °C heats water to
    45/35 °C at 11, not at 20.
    """
    excess = lorenz_cop(mean_temp_k(70.0, 40.0), mean_temp_k(30.0, 20.0), 0.61)
    air = lorenz_cop(mean_temp_k(80.0, 40.0), mean_temp_k(8.0, 3.0), 0.61)
    assert float(excess) == pytest.approx(5.2, rel=0.03)
    assert float(air) == pytest.approx(3.15, rel=0.03)
    assert float(lorenz_cop(mean_temp_k(45.0, 35.0), mean_temp_k(35.0, 30.0), 0.61)) == pytest.approx(11.1, rel=0.02)


def test_lorenz_cop_is_monotonic_and_below_carnot():
    """Proves: COP falls with lift, never exceeds the ideal, never falls below 1.

    If ignored: heat would flow uphill free.
    """
    sink = 273.15 + np.linspace(30.0, 150.0, 121)
    cop = lorenz_cop(sink, 283.15, 0.5)
    assert (np.diff(cop) <= 0).all()
    assert cop.min() >= 1.0
    assert (cop <= np.maximum(sink / np.maximum(sink - 283.15, 1e-9), 1.0)).all()


def test_heat_pump_balances_and_refuses_too_hot(surroundings, day):
    """Proves: work + source = heat; an air machine draws no source carrier; above its limit it delivers nothing."""
    a = HeatPump(id="h").prepare(at(surroundings, day))
    np.testing.assert_allclose(a["work_per_heat"] + a["source_per_heat"], 1.0)
    air = HeatPump(id="h", source="air")
    assert air.prepare(at(surroundings, day))["source_per_heat"].max() == 0.0
    assert air.carrier_of(air.ports[2]) == "electricity"
    warmer = air.cop(at(surroundings, day, 30.0)).mean()
    assert warmer > air.cop(at(surroundings, day, 10.0, 8.0)).mean()
    hot = at(surroundings, day, supply_temp_c={"hot_water": 95.0, "ambient_water": 25.0})
    assert HeatPump(id="h").prepare(hot)["available_frac"].max() == 0.0


def test_air_source_cop_is_that_of_the_catalogue_and_follows_the_cooling_of_the_air(surroundings, day):
    """Proves: air of 8 °C cooled by 5 K to 80/40 °C gives the 3.15 of the Danish Energy Agency; 1 K more costs 1 %.

    If ignored: the COP of an air machine would rest on a figure nobody sees or can change.
    """
    cold = at(surroundings, day, 8.0, 6.0, supply_temp_c={"hot_water": 80.0}, return_temp_c={"hot_water": 40.0})
    cop = [float(HeatPump(id="h", source="air", air_cooling_k=k).cop(cold)[0]) for k in (5.0, 6.0)]
    assert cop[0] == pytest.approx(3.15, rel=0.03)
    assert cop[1] / cop[0] == pytest.approx(0.99, abs=0.004)


def test_loop_station_by_hand(surroundings, day):
    """Proves: from 25/18 °C less 2 K to 60/40 °C half of Lorenz is COP 4.06; coils at 20/28 °C are cooled by the loop.

    Sink mean 323.05 K, source mean 292.63 K, 5 K each: 0.5 * 328.05 / 40.42 = 4.058. Fan coils at 7/12 °C need
    a compressor.
    A ceiling at 20/23 °C needs a compressor too: water of 23 °C heats none to 25 °C.
    If ignored: buildings on a loop would be heated for nothing, or cooled below the water they get.
    """
    state = at(surroundings, day)
    fan_coils = LoopStation(id="s").prepare(state)
    assert fan_coils["drawn_per_heat"] == pytest.approx(1 - 1 / 4.058, abs=2e-3)
    assert fan_coils["power_per_heat"] == pytest.approx(1 / 4.058 + 0.015 * (1 - 1 / 4.058), abs=2e-3)
    assert fan_coils["compressed_cooling"] == 1.0
    lift = 0.5 * 301.63 / (301.63 - 277.64)
    assert fan_coils["given_per_cooling"] == pytest.approx(1 + 1 / (lift - 1), abs=2e-3)
    coils = LoopStation(id="s", cooling_supply_temp_c=20.0, cooling_return_temp_c=28.0)
    assert coils.prepare(state)["compressed_cooling"] == 0.0
    assert coils.prepare(state)["given_per_cooling"] == 1.0
    assert coils.prepare(state)["power_per_cooling"] == pytest.approx(0.015)
    ceiling = LoopStation(id="s", cooling_supply_temp_c=20.0, cooling_return_temp_c=23.0)
    assert ceiling.prepare(state)["compressed_cooling"] == 1.0
    assert ceiling.too_warm({"ambient_water": (25.0, 18.0)}) == ("ambient_water", 25.0, 21.0)
    assert coils.too_warm({"ambient_water": (25.0, 18.0)}) is None
    assert LoopStation(id="s").too_warm({"ambient_water": (25.0, 18.0)}) is None
    with pytest.raises(ValidationError, match="above heat_return_temp_c"):
        LoopStation(id="s", heat_supply_temp_c=30.0)
    with pytest.raises(ValidationError, match="below cooling_return_temp_c"):
        LoopStation(id="s", cooling_return_temp_c=7.0)


def test_tower_leaves_a_loop_alone_in_humid_hours(surroundings, day):
    """Proves: a tower on a loop of 25/18 °C works at 13 °C wet bulb and not at 15: leaving water is 4 K above it.

    If ignored: a loop would be cooled below what the air allows.
    """
    tower = CoolingTower(id="t", carriers={"heat": "ambient_water"})
    assert tower.prepare(at(surroundings, day, 25.0, 13.0))["available_frac"].min() == 1.0
    assert tower.prepare(at(surroundings, day, 25.0, 15.0))["available_frac"].max() == 0.0
    assert CoolingTower(id="t").prepare(at(surroundings, day, 25.0, 25.0))["available_frac"].min() == 1.0


def test_heat_recovery_chiller_balances(surroundings, day):
    """Proves: cooling + work = heat, and a warmer hot side leaves less cooling per work."""
    spec = HeatRecoveryChiller(id="h", max_supply_temp_c=90.0)
    mild = spec.prepare(at(surroundings, day, supply_temp_c={"hot_water": 50.0, "chilled_water": 6.7}))
    hot = spec.prepare(at(surroundings, day))
    for a in (mild, hot):
        assert a["cooling_per_heat"] + a["work_per_heat"] == pytest.approx(1.0)
    assert hot["work_per_heat"] > mild["work_per_heat"]


@pytest.mark.reference
def test_expansion_work_matches_steam_tables():
    """Proves: saturated steam from 10 bar (179.9 °C) to 2 bar (120.2 °C) gives 283.9 kJ/kg by steam tables, within 1 %.

    h_g(10 bar) = 2777.1, s = 6.585; at 2 bar x = (6.585 - 1.530) / 5.597 = 0.9032, h = 504.7 + x 2201.6 = 2493.2.
    """
    assert isentropic_work_kj_per_kg(179.9, 120.2) == pytest.approx(283.9, rel=0.01)
    assert isentropic_work_kj_per_kg(120.0, 150.0) == 0.0
    assert useful_kj_per_kg(179.9, 90.0) == pytest.approx(2777.1 - 377.0, abs=2.0)


@pytest.mark.reference
def test_steam_gives_its_heat_near_the_temperature_at_which_it_condenses():
    """Proves: 180 °C to water of 80 °C is (2777.2 - 335.0) / (6.584 - 1.0755) = 443.4 K, 170.2 °C, by steam tables.

    If ignored: sharing by exergy takes the mean of supply and condensate, 130 °C, and charges steam a fifth too little.
    """
    assert mean_temp_c(180.0, 80.0) == pytest.approx(170.2, abs=1.0)
    assert mean_temp_c(100.0, 100.0) == pytest.approx(100.0)


def test_steam_boiler_by_hand(surroundings, day):
    """Proves: all condensate back and no blow-down needs fuel 1/0.925; losses of water cost fuel and make-up water.

    With 70 % return at 90 °C and 25 °C make-up the feed is 295.3 kJ/kg.
    If ignored: condensate return would be worthless.
    """
    conditions = at(surroundings, day)
    ideal = SteamBoiler(id="s", condensate_return_frac=1.0, blow_down_frac=0.0).prepare(conditions)
    assert ideal["fuel_per_steam"] == pytest.approx(1 / 0.925)
    assert ideal["water_m3_per_kwh"] == 0.0
    usual = SteamBoiler(id="s").prepare(conditions)
    feed = 0.7 * 377.0 + 0.3 * 104.9
    fired = 2777.2 - feed + 0.03 / 0.97 * (763.2 - feed)
    assert usual["fuel_per_steam"] == pytest.approx(fired / 0.925 / (2777.2 - 377.0), rel=1e-3)
    per_kg = 0.3 + 0.03 / 0.97
    assert usual["water_m3_per_kwh"] == pytest.approx(3.6 / (2777.2 - 377.0) * per_kg, rel=1e-3)


def test_let_down_turbine_and_exchanger_conserve_energy(surroundings, day):
    """Proves: throttling keeps energy above equal condensates; the turbine turns what steam loses into shaft work."""
    conditions = at(surroundings, day)
    assert SteamLetDown(id="l").prepare(conditions)["drawn_per_steam"] == pytest.approx(1.0, abs=1e-6)
    turbine = BackPressureTurbine(id="t")
    a = turbine.prepare(conditions)
    shaft = 1.0 / turbine.generator_efficiency_frac
    assert a["drawn_per_electricity"] == pytest.approx(a["exhaust_per_electricity"] + shaft, rel=1e-6)
    carnot = (180.0 - 120.0) / (180.0 + 273.15)
    assert shaft / a["drawn_per_electricity"] < carnot
    assert HeatExchanger(id="x").prepare(conditions)["drawn_per_heat"] == pytest.approx(1 / 0.99)


@pytest.mark.parametrize("cls", [SteamLetDown, BackPressureTurbine, SteamAccumulator])
def test_steam_never_flows_uphill(cls, surroundings, day):
    """Proves: a low pressure above the high one is an input error (E605). If ignored: energy from nothing."""
    wrong = at(surroundings, day, supply_temp_c={"steam": 120.0, "steam_low": 180.0})
    with pytest.raises(DataError, match="E605"):
        cls(id="x").prepare(wrong)


def test_exchanger_refuses_heat_uphill(surroundings, day):
    """Proves: hot water warmer than the steam is refused with both temperatures (E605)."""
    wrong = at(surroundings, day, supply_temp_c={"steam": 105.0, "hot_water": 103.0})
    with pytest.raises(DataError, match=r"105.*103"):
        HeatExchanger(id="x").prepare(wrong)


def test_exchanger_refuses_crossed_returns(surroundings, day):
    """Proves: water of 95/60 °C heats what comes back at 59 °C and not at 60 °C; steam may share its condensate tank.

    If ignored: the cold end of an exchanger would run uphill, hidden by warm supplies.
    """
    water = HeatExchanger(id="x", carriers={"warm_side": "hot_water", "cold_side": "ambient_water"})
    water.prepare(at(surroundings, day, return_temp_c={"hot_water": 60.0, "ambient_water": 59.0}))
    with pytest.raises(DataError, match=r"return of hot_water at 60 °C to return of ambient_water at 60 °C.*E605"):
        water.prepare(at(surroundings, day, return_temp_c={"hot_water": 60.0, "ambient_water": 60.0}))
    steam = HeatExchanger(id="x")
    steam.prepare(at(surroundings, day, return_temp_c={"steam": 60.0, "hot_water": 60.0}))
    with pytest.raises(DataError, match="E605"):
        steam.prepare(at(surroundings, day, return_temp_c={"steam": 60.0, "hot_water": 61.0}))


def test_waste_heat_direct_partial_and_none(surroundings, day):
    """Proves: 250 °C serves fully; 80 °C with 10 K approach preheats half of 60 → 80 °C; 65 °C gives nothing."""
    spec = WasteHeatRecovery(id="w", source="s", approach_k=10.0)
    for temp, usable in ((250.0, 500.0), (80.0, 250.0), (65.0, 0.0)):
        stream = SourceConditions(np.full(8760, 500.0), np.full(8760, temp))
        a = spec.prepare(at(surroundings, day, sources={"s": stream}))
        np.testing.assert_allclose(a["usable_kw"], usable)
    with pytest.raises(DataError, match="E601"):
        spec.prepare(at(surroundings, day))


def test_tank_volume_by_hand(surroundings, day):
    """Proves: 5.6 K and merit 0.85 need 1 / (1000 * 4.19 * 5.6 / 3600 * 0.85) = 0.18 m³/kWh; loss acts per step.

    Without a temperature difference there is no store (E603).
    """
    a = ChilledWaterStore(id="s").prepare(at(surroundings, day))
    assert a["volume_m3_per_kwh"] == pytest.approx(0.1803, rel=0.005)
    assert a["kept_per_step"] == pytest.approx(0.9996)
    assert HotWaterStore(id="s").prepare(at(surroundings, day))["volume_m3_per_kwh"] == pytest.approx(0.0488, rel=0.01)
    flat = {
        "supply_temp_c": {"chilled_water": 7.0, "hot_water": 60.0},
        "return_temp_c": {"chilled_water": 7.0, "hot_water": 60.0},
    }
    for cls in (ChilledWaterStore, HotWaterStore):
        with pytest.raises(DataError, match="E603"):
            cls(id="s").prepare(at(surroundings, day, **flat))


def test_accumulator_and_receiver_volumes(surroundings, day):
    """Proves: 180 → 120 °C water flashes about 12 % of its mass, 15-20 m³ per MWh; 2 bar swing stores 2 Nm³ per m³."""
    volume = SteamAccumulator(id="a").prepare(at(surroundings, day))["volume_m3_per_kwh"]
    assert 0.012 < volume < 0.022
    assert AirReceiver(id="r").prepare(at(surroundings, day))["volume_m3_per_nm3"] == pytest.approx(0.5066, rel=1e-3)


def test_collector_equation_by_hand(surroundings, day):
    """Proves: 800 W/m², 70 °C water, 30 °C air: (0.691 * 800 - 3.396 * 40 - 0.01968 * 1600) * 0.95 = 0.366 kW/m².

    At 60° incidence b0 = 0.194 takes 19.4 % of the beam, diffuse counts 0.806: 400 * 0.806 = 322.4 W/m². If ignored:
    early and late sun would heat like noon.
    """
    spec = SolarThermal(id="collectors")
    heat = spec.heat_kw_per_m2(np.array([800.0, 100.0, 0.0]), np.array([30.0, 30.0, 90.0]), 70.0)
    by_hand = (0.691 * 800 - 3.396 * 40 - 0.01968 * 1600) / 1000 * 0.95
    np.testing.assert_allclose(heat, [by_hand, 0.0, 0.0])
    one = np.ones(3)
    accepted = spec.accepted_w_per_m2(300.0 * one, 100.0 * one, np.array([0.5, 1.0, 0.0]))
    np.testing.assert_allclose(accepted, [322.4, 380.6, 80.6])
    with pytest.raises(DataError, match="E604"):
        SolarThermal(id="elsewhere").prepare(at(surroundings, day))


def test_wind_power_curve_by_hand():
    """Proves: nothing below 3 m/s and above 25 m/s, full at 12 m/s, cubic between, less at altitude."""
    spec = WindTurbine(id="w", hub_height_m=10.0, availability_frac=1.0)
    cold = np.full(5, 15.0)
    out = spec.output_frac(np.array([2.0, 8.0, 12.0, 20.0, 26.0]), cold, 101325.0)
    np.testing.assert_allclose(out, [0.0, (512 - 27) / (1728 - 27), 1.0, 1.0, 0.0], atol=2e-3)
    assert spec.output_frac(np.array([8.0]), cold[:1], 75000.0)[0] < out[1]


def test_weather_without_wind_is_named(surroundings, day):
    """Proves: plain conditions without wind are refused (E604), not taken as calm."""
    site = at(surroundings, day)
    plain = Conditions(day, site.dry_bulb_temp_c, site.wet_bulb_temp_c, 101325.0)
    assert not isinstance(plain, SiteConditions)
    with pytest.raises(DataError, match="E604"):
        WindTurbine(id="w").prepare(plain)


def test_pv_is_bounded_by_its_area(surroundings, day):
    """Proves: 500 m² at 0.18 kWp/m² hold 90 kWp; more is refused; a surface without yield is named (E602)."""
    assert Pv(id="roof_pv", area_m2=500.0).room_kwp == pytest.approx(90.0)
    assert Pv(id="roof_pv").room_kwp == np.inf
    with pytest.raises(ValidationError, match="90"):
        Pv(id="roof_pv", area_m2=500.0, existing_capacity_kwp=120.0)
    with pytest.raises(ValidationError, match="facade"):
        Pv(id="wall", mounting="facade", tilt_deg=10.0)
    dim = at(surroundings, day, pv_kw_per_kwp={"roof_pv": np.full(8760, 1e-9)})
    assert Pv(id="roof_pv").prepare(dim)["yield_kw_per_kwp"].max() == 0.0
    with pytest.raises(DataError, match="E602"):
        Pv(id="shed").prepare(at(surroundings, day))


@pytest.mark.reference
def test_specific_power_follows_isentropic_work():
    """Proves: 1 bar less saves 6 to 8 % of compressor power (common audit rule); hot inlet air costs in proportion."""
    rated = float(specific_power_ratio(7.0, 20.0, 101300.0))
    assert rated == pytest.approx(1.0, abs=0.005)
    assert 0.05 < 1 - float(specific_power_ratio(6.0, 20.0, 101300.0)) / rated < 0.09
    assert float(specific_power_ratio(7.0, 35.0, 101300.0)) / rated == pytest.approx(308.15 / 293.15)


def test_gauge_pressure_is_over_the_air_of_the_site():
    """Proves: at 2600 m (0.738 bar) 7 bar gauge is a ratio of 10.5: 19 % more power than at the sea, not 21 %.

    ``(10.487^k - 1) / (7.897^k - 1)`` = 0.9571 / 0.8048 with k = 0.2857.
    If ignored: the compressor fills the pipes to a pressure 0.28 bar above that the network is computed with.
    """
    assert float(specific_power_ratio(7.0, 20.0, 73_790.0)) == pytest.approx(0.9571 / 0.8048, rel=1e-3)


def test_compressor_heat_only_into_cool_enough_water(surroundings, day):
    """Proves: 80 % of the power is heat for water up to 70 °C and none for 80 °C; staging of load/unload costs more."""
    spec = AirCompressor(id="c")
    conditions = at(surroundings, day, 20.0, 15.0, supply_temp_c={"hot_water": 60.0})
    a = spec.prepare(conditions)
    np.testing.assert_allclose(a["heat_per_nm3"], 0.8 * a["specific_power_kwh_per_nm3"])
    assert spec.prepare(at(surroundings, day))["heat_per_nm3"].max() == 0.0
    load = np.full(day.n, 250.0)
    vsd = spec.staged_input_kw(load, 1000.0, conditions)
    stepped = AirCompressor(id="c", control="load_unload").staged_input_kw(load, 1000.0, conditions)
    assert (stepped > vsd).all()
    assert (vsd >= load * a["specific_power_kwh_per_nm3"] - 1e-9).all()


def test_individual_heat_and_air_by_hand(surroundings, day):
    """Proves: boiler 100 kW at 0.886 with 1 % standby of 125 kW: 114.3 kW; compressor idles at load/unload power."""
    load = np.full(day.n, 100.0)
    boiler = IndividualBoiler(id="b", standby_frac=0.01).operate(load, at(surroundings, day))
    np.testing.assert_allclose(boiler.inputs_kw["natural_gas"], (100 + 1.25) / 0.886)
    spec = IndividualCompressor(id="c", oversizing_frac=0.0, leakage_frac=0.2)
    air = spec.operate(load, at(surroundings, day, 20.0, 15.0, pressure_pa=101300.0))
    assert air.capacity_kw == pytest.approx(125.0)
    np.testing.assert_allclose(air.inputs_kw["electricity"], 125.0 * 0.12, rtol=0.005)


def test_steam_of_a_building_takes_what_a_district_boiler_takes(surroundings, day):
    """Proves: of equal efficiency and without standby, fuel and water per steam are those of a steam boiler.

    Without a level of steam in the case it is 8 bar(a). If ignored: a building's boiler needs no water, and a district
    that only moves the boiler looks as if it wasted some.
    """
    load, state = np.full(day.n, 100.0), at(surroundings, day)
    alike = {"efficiency_frac": 0.9, "condensate_return_frac": 0.6, "blow_down_frac": 0.05}
    own = IndividualBoiler(id="b", standby_frac=0.0, **alike).serve("steam", load, state)
    district = SteamBoiler(id="s", **alike).prepare(state)
    np.testing.assert_allclose(own.inputs_kw["natural_gas"], 100.0 * district["fuel_per_steam"])
    np.testing.assert_allclose(own.water_m3_per_h, 100.0 * district["water_m3_per_kwh"])
    bare = at(surroundings, day, supply_temp_c={}, return_temp_c={})
    usual = IndividualBoiler(id="b").serve("steam", load, bare)
    assert usual.water_m3_per_h[0] == pytest.approx(100.0 * 3.6 / (2768.0 - 356.0) * (0.3 + 0.03 / 0.97), rel=2e-3)
    assert not IndividualBoiler(id="b").serve("hot_water", load, bare).water_m3_per_h.any()


def test_electric_heater_pays_its_standing_loss(surroundings, day):
    """Proves: 10 kW at 98 % and tanks of 12 kW losing 1 %: 10.204 + 0.12 kW, also while nobody draws water.

    If ignored: heaters would lose nothing at night.
    """
    load = np.where(np.arange(day.n) < 12, 0.0, 10.0)
    run = ElectricWaterHeater(id="h").operate(load, at(surroundings, day))
    assert run.inputs_kw["electricity"][[0, 12]] == pytest.approx([0.12, 10 / 0.98 + 0.12], rel=1e-7)


def test_standby_generator_takes_over_in_outages(surroundings):
    """Proves: in an outage all demand is generated, otherwise none; the energy of a year is conserved.

    If ignored: islanded hours would still be bought from the grid.
    """
    load = np.full(8760, 60.0)
    conditions = surroundings()
    spec = StandbyGenerator(id="g", outages=((10, 5), (4000, 10)), oversizing_frac=0.0)
    run = spec.operate(load, conditions)
    assert (run.inputs_kw["electricity"] == 0.0).sum() == 15
    assert run.inputs_kw["diesel"].sum() == pytest.approx(15 * 60.0 / 0.35)
    spread = StandbyGenerator(id="g", oversizing_frac=0.0).operate(load, conditions)
    assert load.sum() - spread.inputs_kw["electricity"].sum() == pytest.approx(50 * 60.0)
    with pytest.raises(ValidationError, match="outage"):
        StandbyGenerator(id="g", outages=((8755, 10),))


def test_engines_are_staged_for_the_heat_they_give(surroundings, day):
    """Proves: two engines of 100 kW at 100 kW run as one at full load, but as two at half load where heat asks for it.

    One at full load gives its share of heat and burns 100 / eta; two at half load give 1.08 / 0.92 = 1.174 times that
    heat and burn 100 / (0.92 eta). Heat beyond both is staged like the most. If ignored: engines that follow heat would
    be judged by the fuel of their power alone, 8 % too little.
    """
    engines = Chp(id="engines", units=2, lifetime_a=25.0)
    mild = at(surroundings, day, dry=20.0, wet=15.0)
    power, one = np.full(mild.grid.n, 100.0), 100.0 / engines.full_load_efficiency
    heat = sum(engines.heat_shares(mild)) * power
    for asked, fuel in ((0.5, one), (1.0, one), (1.1, one / 0.92), (3.0, one / 0.92)):
        assert engines.staged_for_heat_kw(power, asked * heat, 200.0, mild) == pytest.approx(fuel, rel=1e-6)
