"""Physics of chillers, towers, free cooling and ice, by hand and by limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from edsim.core.errors import DataError
from edsim.core.machines.catalogue import value_of
from edsim.core.machines.cooling_curves import cooling_curves, input_ratio
from edsim.core.machines.evaporation import evaporation_kg_per_kwh
from edsim.core.machines.site import tower_approach_k, water_sources
from edsim.core.moist_air import enthalpy_kj_per_kg, humidity_ratio_from_wet_bulb, saturation_humidity_ratio
from edsim.core.technology import SourceConditions
from edsim.optimization.system import on_grid
from edsim.technologies.absorption_chiller import AbsorptionChiller
from edsim.technologies.condenser_intake import CondenserIntake
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.energy_transfer_station import EnergyTransferStation
from edsim.technologies.free_cooling import FreeCooling
from edsim.technologies.ice_store import IceStore
from edsim.technologies.individual_chiller import IndividualChiller
from edsim.technologies.packaged_ac import PackagedAc
from edsim.technologies.split_ac import SplitAc
from edsim.technologies.vapour_chiller import VapourChiller
from edsim.technologies.vrf import Vrf
from edsim.technologies.window_ac import WindowAc


def at(surroundings, day, dry=30.0, wet=25.4, **changes):
    return on_grid(surroundings(dry, wet, **changes), day)


def test_chiller_at_rating_point_has_its_rated_cop(surroundings, day):
    """Proves: wet bulb 25.4 °C and approach 4 K give the 29.4 °C of AHRI 550/590, power 1/6.3 of cooling at full load.

    If ignored: a quoted COP would not be the modelled one.
    """
    a = VapourChiller(id="c").prepare(at(surroundings, day))
    full = a["power_slope_2"] * a["available_frac"] + a["power_intercept_2"]
    np.testing.assert_allclose(full, 1 / 6.3)
    np.testing.assert_allclose(a["full_power_frac"], 1 / 6.3)
    assert a["to_condenser_water"] == 1.0
    own = VapourChiller(id="c", rated_cop=5.0).prepare(at(surroundings, day))
    np.testing.assert_allclose(own["full_power_frac"], 1 / 5.0)


@pytest.mark.parametrize("machine", [VapourChiller, AbsorptionChiller, IceStore, FreeCooling])
def test_no_machine_gets_colder_water_than_its_tower_sends(machine, surroundings, day):
    """Proves: behind a tower of 7 K a machine that counts on 4 K works as one of 7 K; a better tower changes nothing.

    If ignored: a cheap tower would cost no chiller power.
    """
    field = "tower_approach_k" if machine is FreeCooling else "approach_k"
    hot = {"dry": 12.0, "wet": 3.0} if machine is FreeCooling else {}

    def figures(own, tower):
        arrays = machine(id="m", **{field: own}).prepare(at(surroundings, day, **hot, tower_approach_k=tower))
        return np.concatenate([np.broadcast_to(v, 24) for v in arrays.values()])

    np.testing.assert_array_equal(figures(4.0, 7.0), figures(7.0, 0.0))
    np.testing.assert_array_equal(figures(4.0, 3.0), figures(4.0, 0.0))
    assert (figures(4.0, 7.0) != figures(4.0, 0.0)).any()


def test_the_tower_of_a_node_is_found():
    """Proves: of two towers the warmer counts; one at another node, on a loop or not to be built does not."""
    towers = [CoolingTower(id=f"t{k}", approach_k=k) for k in (3.0, 5.0)]
    others = [
        CoolingTower(id="far", node="far", approach_k=9.0),
        CoolingTower(id="loop", approach_k=9.0, carriers={"heat": "ambient_water"}),
        CoolingTower(id="none", approach_k=9.0, max_capacity_kw=0.0),
        VapourChiller(id="c", approach_k=9.0),
    ]
    assert tower_approach_k([*towers, *others], "energy_center") == 5.0
    assert tower_approach_k(others, "energy_center") == 0.0


def test_chiller_on_an_intake_sees_its_source(surroundings, day):
    """Proves: a sea of 30 °C and 1.5 K give 31.5 °C whatever the wet bulb: COP 6.3 / 1.063 = 5.93.

    Power of the table is 1 at 29.4 and 1.168 at 35 °C; towers at wet bulb 28 °C give 32 °C and 6.3 / 1.078 = 5.84.
    Of two sources, and beside a tower, the warmer counts. If ignored: the chiller would follow the wet bulb.
    """
    own = {"sea": SourceConditions(np.ones(8760), np.full(8760, 30.0))}

    def entering(wet, **more):
        state = at(surroundings, day, wet=wet, sources=surroundings().sources | own, **more)
        return VapourChiller(id="c").entering_temp_c(state), VapourChiller(id="c").full_load(state)[1]

    for wet in (10.0, 28.0):
        temp, power = entering(wet, water_sources=(("sea", 1.5),))
        np.testing.assert_allclose(temp, 31.5)
        np.testing.assert_allclose(power, 1.063 / 6.3)
    np.testing.assert_allclose(entering(28.0)[1], 1.078 / 6.3)
    np.testing.assert_allclose(entering(10.0, water_sources=(("lake", 1.5), ("sea", 1.5)))[0], 31.5)
    np.testing.assert_allclose(entering(28.0, water_sources=(("sea", 1.5),), tower_approach_k=4.0)[0], 32.0)


def test_the_intakes_of_a_node_are_found_and_hot_water_is_refused(surroundings, day):
    """Proves: an intake counts at its node unless it may not be built; a source of 39 °C and 1.5 K is refused (E609).

    If ignored: waste heat cools chillers.
    """
    mine, far = CondenserIntake(id="i", source="lake"), CondenserIntake(id="f", source="lake", node="far")
    none = CondenserIntake(id="n", source="lake", max_capacity_kw=0.0)
    assert water_sources([mine, far, none, CoolingTower(id="t")], "energy_center") == (("lake", 1.5),)
    hot = {"lake": SourceConditions(np.ones(8760), np.full(8760, 39.0))}
    with pytest.raises(DataError, match=r"up to 40.5 °C.*E609"):
        mine.prepare(at(surroundings, day, sources=hot))


def test_a_permit_that_leaves_less_warming_takes_more_pumping():
    """Proves: where 2.5 K are left of 5 twice the water is pumped, hour by hour; sea water carries 5 % less heat.

    If ignored: an effluent close to its outlet limit would be pumped for half its power in the hottest hours.
    """
    mine = CondenserIntake(id="i", source="lake")
    lift = 9.81 * 20 / (4190 * 5 * 0.7)
    permit = np.array([8.0, 5.0, 2.5, 0.0])
    lake = SourceConditions(np.ones(4), np.ones(4), change_k=permit, kind="lake")
    np.testing.assert_allclose(mine.electric_frac(lake), 0.012 + lift * np.array([1.0, 1.0, 2.0, 50.0]))
    assert mine.electric_frac(replace(lake, change_k=np.inf)) == pytest.approx(0.012 + lift)
    sea = mine.electric_frac(replace(lake, change_k=np.inf, kind="sea"))
    assert sea == pytest.approx(0.012 + lift * 4190 / 3990)
    lifted = FreeCooling(id="f", source="lake", intake_lift_m=20.0)
    np.testing.assert_allclose(lifted.intake_frac(lake), lift * np.array([1.0, 1.0, 2.0, 50.0]))


def test_chiller_responds_to_wet_bulb_supply_and_spare(surroundings, day):
    """Proves: hotter weather and colder water cost power, an idle unit costs capacity, air-cooled sees the dry bulb."""
    spec = VapourChiller(id="c")
    power = [VapourChiller(id="c").full_load(at(surroundings, day, wet=w))[1].mean() for w in (16.0, 22.0, 25.4, 28.0)]
    assert (np.diff(power) > 0).all()
    warm = at(surroundings, day, supply_temp_c={"chilled_water": 10.0})
    assert spec.full_load(warm)[1].mean() < spec.full_load(at(surroundings, day))[1].mean()
    spare = VapourChiller(id="c", units=4, spare_units=1).prepare(at(surroundings, day))
    np.testing.assert_allclose(spare["available_frac"], 0.75)
    air = VapourChiller(id="c", compressor="screw_vsd", condenser="air")
    assert air.prepare(at(surroundings, day))["to_condenser_water"] == 0.0
    assert air.full_load(at(surroundings, day, dry=40.0))[1].mean() > air.full_load(at(surroundings, day))[1].mean()


def test_staged_power_is_never_below_the_convex_one(surroundings, day):
    """Proves: whole units draw at least what the linear model assumes, and the same at full load.

    If ignored: the check after the solve could not find the model's optimism.
    """
    spec, conditions = VapourChiller(id="c", units=2), at(surroundings, day, wet=24.0)
    a = spec.prepare(conditions)
    capacity = 1000.0
    for share in (0.1, 0.3, 0.55, 0.8, 1.0):
        output = share * capacity * a["available_frac"]
        convex = np.max(
            [a[f"power_slope_{k}"] * output + a[f"power_intercept_{k}"] * capacity for k in range(3)], axis=0
        )
        staged = spec.staged_input_kw(output, capacity, conditions)
        assert (staged >= convex * 0.995).all()
    np.testing.assert_allclose(staged, convex)


def test_refrigerant_loss_by_hand(surroundings, day):
    """Proves: 0.3 kg/kW * (2 %/a + (0.5 % + 50 %) / 25 a) = 0.01206 kg/kW/a.

    If ignored: leaks would be wrong in GHG.
    """
    a = VapourChiller(id="c").prepare(at(surroundings, day))
    assert a["refrigerant_kg_per_kw"] == pytest.approx(0.3 * (0.02 + 0.505 / 25))
    assert a["gwp_kg_per_kg"] == 1300.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"compressor": "centrifugal", "condenser": "air"},
        {"units": 2, "spare_units": 2},
        {"rated_cop": 25.0},
        {"charge_kg_per_kw": -1.0},
    ],
)
def test_impossible_chillers_are_refused(wrong):
    """Proves: combinations without curves, no running unit, COP outside the physical range are input errors."""
    with pytest.raises(ValidationError):
        VapourChiller(id="c", **wrong)


def test_missing_refrigerant_or_carrier_is_named(surroundings, day):
    """Proves: what the machine needs and does not find is named with what there is (E601)."""
    with pytest.raises(DataError, match="E601") as caught:
        VapourChiller(id="c", refrigerant="R-999").prepare(at(surroundings, day))
    assert "R-134a" in str(caught.value)
    with pytest.raises(DataError, match="chilled_water"):
        VapourChiller(id="c").prepare(at(surroundings, day, supply_temp_c={}))


def test_absorption_at_rating_and_energy_balance(surroundings, day):
    """Proves: rated temperatures give full capacity and COP 0.70; rejected = cooling + heat + pumps.

    Generator 90/80 °C (85 mean), absorber 29.4 °C entering, evaporator 6.7/12.1 °C (9.4 mean).
    """
    rated = at(
        surroundings,
        day,
        wet=25.4,
        supply_temp_c={"chilled_water": 6.7, "hot_water": 90.0},
        return_temp_c={"chilled_water": 12.1, "hot_water": 80.0},
    )
    a = AbsorptionChiller(id="a").prepare(rated)
    assert a["available_frac"] == pytest.approx(1.0, rel=1e-7)
    assert a["heat_per_cooling"] == pytest.approx(1 / 0.70, rel=1e-7)
    assert a["rejected_per_cooling"] == pytest.approx(1.0 + a["heat_per_cooling"] + a["auxiliary_frac"], rel=1e-7)


def test_absorption_needs_hot_generator_and_cool_absorber(surroundings, day):
    """Proves: below the least generator temperature nothing, hotter absorber less capacity and COP, second law kept.

    If ignored: 60 °C waste heat would make cold at full capacity.
    """
    spec = AbsorptionChiller(id="a")
    cold = {"chilled_water": 6.7, "hot_water": 65.0}
    back = {"chilled_water": 12.1, "hot_water": 55.0}
    assert spec.prepare(at(surroundings, day, supply_temp_c=cold, return_temp_c=back))["available_frac"].max() == 0.0
    hot = {"chilled_water": 6.7, "hot_water": 95.0}
    warm = {"chilled_water": 12.1, "hot_water": 80.0}
    runs = [spec.prepare(at(surroundings, day, wet=w, supply_temp_c=hot, return_temp_c=warm)) for w in (24, 27, 30)]
    capacity = [r["available_frac"].mean() for r in runs]
    heat = [r["heat_per_cooling"].mean() for r in runs]
    assert (np.diff(capacity) < 0).all(), capacity
    assert heat[-1] > heat[0]
    generator, evaporator = 87.5 + 273.15, 9.4 + 273.15
    for wet, h in zip((24, 27, 30), heat, strict=True):
        absorber = wet + 4.0 + 2.8 + 273.15
        reversible = (1 - absorber / generator) * evaporator / (absorber - evaporator)
        assert 1 / h < reversible


def test_absorption_makes_no_ice_water(surroundings, day):
    """Proves: at 4 °C the machine works, at 3.9 °C it gives nothing. If ignored: water as refrigerant would freeze."""
    usual = {"hot_water": 95.0}
    ratios = [
        AbsorptionChiller(id="a").capacity_ratio(at(surroundings, day, supply_temp_c=usual | {"chilled_water": t}))
        for t in (4.0, 3.9)
    ]
    assert (ratios[0] > 0.5).all()
    assert (ratios[1] == 0.0).all()


def test_double_effect_needs_steam():
    """Proves: a double-effect machine on hot water is refused; on steam its heat port is the steam carrier."""
    with pytest.raises(ValidationError, match="steam"):
        AbsorptionChiller(id="a", effect="double")
    steam = AbsorptionChiller(id="a", effect="double", driven_by="steam")
    assert steam.carrier_of(steam.ports[1]) == "steam"


@pytest.mark.reference
def test_evaporation_is_that_of_the_practice_rule():
    """Proves: evaporation for a 900-ton tower is within 15 % of the rule 1.8 gal/h per ton (1620 gal/h).

    A tower ton is 15000 Btu/h = 4.396 kW, so the rule is 6.81 kg/h per 4.396 kW = 1.55 kg/kWh (all latent: 1.48).
    """
    e = evaporation_kg_per_kwh(np.array([35.0]), np.array([25.6]), 101325.0, np.array([32.2]))[0]
    gallons_per_h = e * 900 * 4.396 / 3.785
    assert gallons_per_h == pytest.approx(1620, rel=0.15)


@pytest.mark.reference
def test_make_up_at_two_cycles_is_twice_the_evaporation():
    """Proves: 1620 gal/h evaporation at two cycles needs 3240 gal/h make-up (published tower example, drift within)."""
    make_up = CoolingTower(id="t", cycles=2.0).make_up_kg_per_kwh(np.array([1620.0]))
    assert make_up[0] == pytest.approx(3240.0)


def test_evaporation_by_hand():
    """Proves: air 30/24 °C leaving saturated at 30 °C takes 1.49 kg/kWh: 3600 * dw / dh, all latent at equal dry bulb.

    If ignored: water use would miss what the air gives as sensible heat.
    """
    w_in = float(humidity_ratio_from_wet_bulb(30.0, 24.0, 101325.0))
    w_out = float(saturation_humidity_ratio(30.0, 101325.0))
    by_hand = 3600 * (w_out - w_in) / float(enthalpy_kj_per_kg(30.0, w_out) - enthalpy_kj_per_kg(30.0, w_in))
    one = evaporation_kg_per_kwh(np.array([30.0]), np.array([24.0]), 101325.0, np.array([30.0]))[0]
    assert one == pytest.approx(by_hand) == pytest.approx(3600 / 2556, rel=0.01)


def test_cool_air_evaporates_less_and_hot_dry_air_more(surroundings, day):
    """Proves: latent share falls with cool air, exceeds 1 in hot dry air, and more cycles save blow-down."""
    spec = CoolingTower(id="t")
    use = [spec.prepare(at(surroundings, day, *w))["water_m3_per_kwh"].mean() for w in ((12, 10), (30, 25.4), (42, 24))]
    assert use[0] < use[1] < use[2]
    thrifty = CoolingTower(id="t", cycles=8.0).prepare(at(surroundings, day))["water_m3_per_kwh"].mean()
    assert thrifty < use[1]


def test_free_cooling_shares_by_hand(surroundings, day):
    """Proves: a 5 °C lake with 1.5 K approach covers all of 12.3 → 6.7 °C; one of 8 °C half: (12.3 - 9.5) / 5.6 = 0.5.

    A source above the return covers nothing. If ignored: warm rivers would cool.
    """
    spec = FreeCooling(id="f", source="lake")
    conditions = at(surroundings, day)
    for temp, share in ((5.0, 1.0), (8.0, 0.5), (14.0, 0.0)):
        assert spec.usable_share(conditions, np.full(day.n, temp)) == pytest.approx(share, rel=1e-7, abs=1e-9)
    assert spec.prepare(conditions)["usable_kw"] == pytest.approx(800.0, rel=1e-7)
    tower = FreeCooling(id="f").prepare(at(surroundings, day, 10.0, 4.0))
    assert tower["usable_frac"] == pytest.approx((12.3 - 4.0 - 4.0 - 1.5) / 5.6, rel=1e-7)


def test_ice_costs_more_power_than_chilled_water(surroundings, day):
    """Proves: freezing at -5 °C brine needs 30 to 60 % more work than chilled water of a screw machine.

    If ignored: ice would shift load for free.
    """
    conditions = at(surroundings, day)
    ice = IceStore(id="i").prepare(conditions)["work_per_freezing"].mean()
    water = VapourChiller(id="c", compressor="screw").full_load(conditions)[1].mean()
    assert 1.3 < ice / water < 1.6


def test_individual_chiller_by_hand(surroundings, day):
    """Proves: 100 kW at 35 °C, air-cooled screw COP 2.9 at full load: 34.48 kW plus 1.5 kW pumps, no water.

    After ten years at 1 %/a: 34.48 / 0.99^10. Water-cooled at 29.4 °C: 2 kg/kWh where the case says so.
    """
    load = np.full(day.n, 100.0)
    exact = {"oversizing_frac": 0.0}
    conditions = at(surroundings, day, 35.0, 24.4)
    run = IndividualChiller(id="b", **exact).operate(load, conditions)
    np.testing.assert_allclose(run.inputs_kw["electricity"], 100 / 2.9 + 1.5)
    assert run.water_m3_per_h.max() == 0.0
    old = IndividualChiller(id="b", age_a=10.0, **exact).operate(load, conditions)
    np.testing.assert_allclose(old.inputs_kw["electricity"], 100 / 2.9 / 0.99**10 + 1.5)
    wet = IndividualChiller(id="b", condenser="water", water_kg_per_kwh=2.0, **exact).operate(load, conditions)
    power = 100 / 5.4
    np.testing.assert_allclose(wet.inputs_kw["electricity"], power + 1.5 + 0.035 * (100 + power))
    np.testing.assert_allclose(wet.water_m3_per_h, 2.0e-3 * (100 + power))
    assert run.refrigerant_charge_kg == pytest.approx(40.0)


def test_towers_of_buildings_and_plant_evaporate_alike(surroundings, day):
    """Proves: at equal approach and cycles a building's tower takes the water of a plant's, in cool air and in hot.

    At 12/10 °C and three cycles 1.55 kg/kWh, at 30/25.4 °C 1.97. If ignored: business-as-usual pays 2 kg/kWh
    everywhere, and a district on a cool coast saves a fifth of the water by the way it is computed.
    """
    alike = {"approach_k": 4.0, "cycles": 3.0}
    own = IndividualChiller(id="b", condenser="water", **alike)
    plant = CoolingTower(id="t", drift_frac=0.0, **alike)
    for air, expected in (((12.0, 10.0), 1.55), ((30.0, 25.4), 1.97)):
        state = at(surroundings, day, *air)
        run = own.operate(np.full(day.n, 100.0), state)
        per_kwh = run.water_m3_per_h / run.rejected_heat_kw
        np.testing.assert_allclose(per_kwh, plant.prepare(state)["water_m3_per_kwh"])
        assert 1000.0 * per_kwh[0] == pytest.approx(expected, abs=0.02)


def test_rated_cop_of_packaged_units_holds_their_fan(surroundings, day):
    """Proves: 100 kW at 35 °C and COP 3 draw 33.3 kW; a fan outside the rated COP is added where it is stated.

    If ignored: BAU would pay for air handling twice, and a district, whose air handlers stay, not once.
    """
    load = np.full(day.n, 100.0)
    at_rating = at(surroundings, day, 35.0, 24.0)
    run = PackagedAc(id="p", oversizing_frac=0.0).operate(load, at_rating)
    assert run.inputs_kw["electricity"] == pytest.approx(100 / 3.0, rel=1e-7)
    assert run.rejected_heat_kw == pytest.approx(100 + 100 / 3.0, rel=1e-7)
    ducted = PackagedAc(id="p", oversizing_frac=0.0, fan_frac=0.04).operate(load, at_rating)
    assert ducted.inputs_kw["electricity"] == pytest.approx(100 / 3.0 + 4.0, rel=1e-7)


def test_pumps_inside_buildings_are_on_neither_side():
    """Proves: 9 W/gpm are 0.005 of rated cooling at 6.7 K, 0.015 at a third of the load; a plant pumps no less.

    A plant at half load pumps 0.010 for its evaporators and 0.002 at the stations; the rest is in the network.
    If ignored: BAU would bear the 22 W/gpm of a whole building, a district the 9 of its chillers.
    """
    watt_per_gpm, kg_per_s_per_gpm, at_load = 9.0, 0.0631, 1.0 / 3.0
    rated = watt_per_gpm / 1000.0 / (kg_per_s_per_gpm * 4.19 * 6.7)
    building = IndividualChiller(id="b").pump_frac
    assert building == pytest.approx(rated / at_load, rel=0.03)
    assert building == pytest.approx(VapourChiller(id="c").pump_frac, abs=rated)
    at_exchanger = 50.0 / 1000.0 / (4.19 * 8.0) / 0.65
    assert EnergyTransferStation.example().pump_frac == pytest.approx(at_exchanger, rel=0.2)


def test_air_conditioners_by_hand_and_in_order(surroundings, day):
    """Proves: a split of COP 3 at 35 °C and half load cycles: PLF = 1 - 0.25 * 0.5; window worse, VRF better."""
    conditions = at(surroundings, day, 35.0, 24.0)
    load = np.full(day.n, 50.0)
    load[0] = 100.0
    split = SplitAc(id="s", oversizing_frac=0.0).operate(load, conditions).inputs_kw["electricity"]
    assert split[0] == pytest.approx(100 / 3.0)
    assert split[1] == pytest.approx(50 / 3.0 / 0.875, rel=1e-3)
    window = WindowAc(id="w", oversizing_frac=0.0).operate(load, conditions).inputs_kw["electricity"]
    vrf = Vrf(id="v", oversizing_frac=0.0).operate(load, conditions).inputs_kw["electricity"]
    assert window.sum() > split.sum() > vrf.sum()


def test_impossible_wet_bulbs_do_not_break_the_tower(surroundings, day):
    """Proves: evaporation stays between 0 and 2.5 kg/kWh, also for 40 °C air with a wet bulb of 5 °C in a weather file.

    If ignored: one wrong hour of weather would make water, or cost a lake of it.
    """
    for dry, wet in ((40.0, 5.0), (40.0, 8.0), (40.0, 14.0), (30.0, 29.0), (10.0, 9.0)):
        evaporation = evaporation_kg_per_kwh(np.array([dry]), np.array([wet]), 101325.0, np.array([wet + 6.8]))[0]
        assert 0.0 <= evaporation <= 3.0
        water = CoolingTower(id="t").prepare(at(surroundings, day, dry, wet))["water_m3_per_kwh"]
        assert np.all((water >= 0.0) & (water < 0.005))


@pytest.mark.reference
@pytest.mark.parametrize(
    ("compressor", "condenser", "entering_c", "supply_c", "low", "high"),
    [
        ("centrifugal", "water", 32.0, 6.0, 5.5, 6.1),
        ("centrifugal_vsd", "water", 32.0, 6.0, 5.5, 6.1),
        ("centrifugal_vsd", "water", 24.0, 10.0, 7.0, 8.8),
        ("screw", "water", 32.0, 6.0, 4.4, 5.2),
        ("scroll", "water", 29.4, 6.7, 4.4, 5.0),
        ("screw", "air", 35.0, 6.7, 2.7, 3.2),
        ("scroll", "air", 40.0, 6.7, 2.4, 2.9),
        ("screw", "water", 29.4, -5.0, 3.3, 4.2),
    ],
)
def test_chillers_are_as_good_as_built_ones(compressor, condenser, entering_c, supply_c, low, high):
    """Proves: COP at full load lies where plants of the type do; 90.1-2019 asks 6.3, 4.7-5.8 and 2.96 at rating.

    Bands from the minimum efficiencies of ASHRAE 90.1-2019 moved by 2-3 % per K of lift, and for the low lift of
    24/10 °C up to constant Carnot efficiency (8.8). If ignored: a default could
    promise what no maker sells.
    """
    curves = cooling_curves(compressor, condenser)
    cop = curves.rated_cop / float(input_ratio(curves, entering_c, supply_c))
    assert low <= cop <= high


def test_chillers_of_plants_and_buildings_lose_alike_but_for_their_compressor():
    """Proves: filling and scrapping lose the same share of the charge; centrifugal machines leak less than screws.

    If ignored: a district would save emissions because of a better scrap dealer.
    """
    plant, building = VapourChiller(id="c"), IndividualChiller(id="b")
    assert plant.filling_loss_frac == building.filling_loss_frac
    assert plant.end_of_life_loss_frac == building.end_of_life_loss_frac
    leaks = {t: value_of(VapourChiller(id="c", compressor=t), "leak_frac_per_a") for t in ("centrifugal_vsd", "screw")}
    assert leaks == {"centrifugal_vsd": 0.02, "screw": building.leak_frac_per_a}
    assert value_of(VapourChiller(id="c", compressor="screw", leak_frac_per_a=0.0), "leak_frac_per_a") == 0.0
