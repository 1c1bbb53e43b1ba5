"""The zone's heat balance against what can be solved by hand."""

from collections.abc import Callable
from dataclasses import replace
from math import exp

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.moist_air import specific_volume_m3_per_kg
from edsim.profiles.buildings import Coil, Gains, Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.balance.network import CP_AIR_J_PER_KG_K, zone_modes
from edsim.profiles.buildings.zone_checks import require_valid_zones
from edsim.profiles.weather import Weather

MakeWeather = Callable[..., Weather]

# R of the box: outside 1/(20+4.14), faces 2.0, inside 1/2.5 (all inner faces are equal: no net radiation)
BOX_UA = 100.0 / (1 / 22.2 + 2.0 + 1 / 2.5)


def test_steady_conduction_follows_ua(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: conduction plus infiltration is UA + m cp. If ignored: loads off by films or by the air's density."""
    cold = weather(0.0)
    zone = replace(box, heating_set_c=20.0, infiltration_ach=1.0)
    result = simulate_zones([box, zone], cold)
    assert result.air_temp_c[0] == pytest.approx(0.0, abs=1e-9)
    air = 75.0 / 3600.0 / specific_volume_m3_per_kg(0.0, cold.humidity_ratio_kg_per_kg[0], 101325.0) * CP_AIR_J_PER_KG_K
    assert result.heating_kw[1] == pytest.approx((BOX_UA + air) * 20.0 / 1000.0, rel=1e-6)


def test_window_transmits_its_u_value(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a window's U with conventional films is what the network loses when the faces are as warm as the air.

    If ignored: films counted twice, a single pane would lose 30 % less. The faces are adiabatic, large and held at
    the air's temperature by a strong film.
    """
    inner = Surface((Layer(0.02, 0.5, 1000.0, 1000.0),), 1e5, "adiabatic", convection_w_per_m2_k=1e3)
    zone = replace(box, heating_set_c=20.0, surfaces=(inner,), windows=(Window(10.0, 5.0),))
    loss_kw = simulate_zones([zone], weather(0.0)).heating_kw[0, -1]
    assert loss_kw == pytest.approx(10.0 * 5.0 * 20.0 / 1000, rel=1e-3)


def test_step_response_has_the_time_constant(weather: MakeWeather) -> None:
    """Proves: one mass behind one resistance decays by exp(-t/RC). If ignored: peaks and set-backs are wrong.

    The mass layer is thin and conductive, the film to the air large, so that mass and air are one node.
    """
    wall = (Layer(resistance_m2_k_per_w=2.0), Layer(0.01, 100.0, 8000.0, 500.0))
    surface = Surface(wall, 100.0, convection_w_per_m2_k=1e5)
    temp = np.where(np.arange(8760) < 4000, 20.0, 0.0)
    zone = ZoneSpec("mass", 10.0, 10.0, (surface,), internal_capacity_kj_per_m2_k=0.0)
    result = simulate_zones([zone], weather(temp)).air_temp_c[0]
    capacity = 0.01 * 8000.0 * 500.0 * 100.0 + 10.0 * 1.19 * CP_AIR_J_PER_KG_K
    tau_h = capacity * (2.0 + 1 / 22.2) / 100.0 / 3600.0
    assert result[4023] == pytest.approx(20.0 * exp(-24.0 / tau_h), rel=2e-3)


@pytest.mark.medium
def test_all_gains_leave_as_cooling_in_an_adiabatic_box(weather: MakeWeather) -> None:
    """Proves: radiant and convective gains all arrive at the coil over the year (closure 0.1 %)."""
    surface = Surface((Layer(0.1, 0.5, 1400.0, 1000.0),), 100.0, "adiabatic")
    gains = Gains(convective_kw=0.3, radiant_kw=np.where(np.arange(8760) % 24 < 12, 1.0, 0.0))
    zone = ZoneSpec("closed", 25.0, 75.0, (surface,), gains=gains, cooling_set_c=25.0, heating_set_c=25.0)
    result = simulate_zones([zone], weather(30.0))
    net = result.sensible_kw.sum() - result.heating_kw.sum()
    assert net == pytest.approx(0.3 * 8760 + 1.0 * 4380, rel=1e-3)


@pytest.mark.slow
def test_loads_are_linear_in_the_drivers(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: doubling gain, temperature difference and nothing else doubles the load of mean films."""
    hot = replace(box, cooling_set_c=20.0, gains=Gains(0.2, 0.3), films_by_hour=False)
    twice = replace(hot, gains=Gains(0.4, 0.6))
    single = simulate_zones([hot], weather(30.0)).sensible_kw[0]
    double = simulate_zones([twice], weather(40.0)).sensible_kw[0]
    assert double == pytest.approx(2 * single, rel=1e-9)


def test_limited_capacity_floats_and_counts_unmet_hours(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: with half the capacity the zone settles half way and every hour is unmet. If ignored: sizes too small."""
    full = BOX_UA * 10.0 / 1000.0
    zone = replace(box, cooling_set_c=0.0, cooling_capacity_kw=full / 2)
    result = simulate_zones([zone, replace(zone, cooling_capacity_kw=full * 1.01)], weather(10.0))
    assert result.air_temp_c[0] == pytest.approx(5.0, abs=1e-6)
    assert result.unmet_hours.tolist() == [8760, 0]
    assert result.sensible_kw[0] == pytest.approx(full / 2, rel=1e-9)


@pytest.mark.medium
def test_economizer_replaces_cooling_until_its_flow_is_used_up(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: free cooling covers m cp (T_set - T_out) of the load, and all of a smaller one; never heats the zone."""
    gain = replace(box, cooling_set_c=24.0, gains=Gains(convective_kw=2.0))
    flow = 50.0  # l/s
    free = replace(gain, coil=Coil(economizer="dry_bulb", economizer_max_l_per_s=flow))
    small = replace(free, gains=Gains(convective_kw=0.4))
    result = simulate_zones([free, small, gain], weather(14.0))
    density = 1.0 / specific_volume_m3_per_kg(20.0, 0.008, 101325.0)
    saved = flow / 1000.0 * density * CP_AIR_J_PER_KG_K * 10.0 / 1000.0
    assert result.sensible_kw[2, -1] - result.sensible_kw[0, -1] == pytest.approx(saved, rel=1e-6)
    assert result.sensible_kw[1].max() == pytest.approx(0.0, abs=1e-9)
    assert result.air_temp_c[1].max() <= 24.0 + 1e-9


@pytest.mark.medium
def test_open_windows_bring_the_zone_to_the_outside(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: natural ventilation works above the set point too. If ignored: hot zones stay closed and overheat."""
    zone = replace(box, cooling_set_c=24.0, gains=Gains(convective_kw=1.0))
    windows = replace(zone, coil=Coil(system="natural_ventilation", economizer_max_l_per_s=1000.0))
    closed = replace(zone, cooling_capacity_kw=0.0)
    result = simulate_zones([windows, closed], weather(28.0))
    assert result.air_temp_c[0, -1] == pytest.approx(28.0 + 1.0 / (1.19 * 1.02), abs=0.1)
    assert result.air_temp_c[1, -1] > 40.0
    assert result.sensible_kw.max() == 0.0


@pytest.mark.slow
def test_equal_walls_are_one_chain(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: splitting a wall into ten equal ones changes nothing, states included."""
    wall = box.surfaces[0]
    split = replace(box, surfaces=tuple(replace(wall, area_m2=10.0) for _ in range(10)), heating_set_c=20.0)
    one = simulate_zones([replace(box, heating_set_c=20.0), split], weather(np.sin(np.arange(8760)) * 5))
    assert one.heating_kw[1] == pytest.approx(one.heating_kw[0], rel=1e-9)
    assert len(zone_modes(split, 1e5, 3600.0).decay) == len(zone_modes(box, 1e5, 3600.0).decay)


def test_layers_may_come_as_a_list(box: ZoneSpec) -> None:
    """Proves: a list of layers is the same construction. If ignored: a program that builds lists ends in a bug."""
    wall = box.surfaces[0]
    listed = replace(wall, layers=list(wall.layers))
    assert listed == wall
    assert len(zone_modes(replace(box, surfaces=(listed,)), 1e5, 3600.0).decay) > 1


@pytest.mark.slow
def test_zones_do_not_depend_on_their_company(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: batching, padding and the order by free cooling leave every zone as if alone."""
    base = replace(box, cooling_set_c=22.0, gains=Gains(1.0, 1.0, 0.3), outdoor_air_l_per_s=20.0)
    other = Surface((Layer(0.3, 1.0, 2000.0, 900.0),), 40.0, azimuth_deg=90.0)
    zones = [
        replace(base, name="a", coil=Coil("vav", economizer="enthalpy", economizer_max_l_per_s=90.0)),
        replace(base, name="b", surfaces=(*base.surfaces, other)),
        replace(base, name="c", coil=Coil("fan_coil_doas")),
    ]
    year = weather(20.0 + 8.0 * np.sin(np.arange(8760) / 24 * 2 * np.pi))
    together = simulate_zones(zones, year)
    for i, zone in enumerate(zones):
        alone = simulate_zones([zone], year)
        assert together.names[i] == zone.name
        assert together.cooling_kw[i] == pytest.approx(alone.cooling_kw[0], rel=1e-9, abs=1e-9)


@pytest.mark.medium
def test_air_hardly_colder_than_the_set_point_leaves_the_rest_to_the_coil(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: free cooling counts what its air takes, the coil does the rest. If ignored: the room overshoots.

    Outdoor air 0.1 K below the set point took the load of half a kelvin on paper, and nothing held the room.
    """
    gain = replace(box, gains=Gains(convective_kw=2.0), cooling_set_c=24.0, outdoor_air_l_per_s=20.0)
    free = replace(gain, coil=Coil("vav", economizer="dry_bulb", economizer_max_l_per_s=900.0))
    result = simulate_zones([free], weather(23.9))
    assert result.air_temp_c.max() == pytest.approx(24.0, abs=1e-6)
    assert 0.0 < result.sensible_kw.max() < simulate_zones([gain], weather(23.9)).sensible_kw.max()


@pytest.mark.medium
def test_a_result_prints_its_year_and_no_arrays(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a result in a session is a line a zone with its sums and units. If ignored: pages of arrays."""
    cooled = replace(box, gains=Gains(convective_kw=1.0), cooling_set_c=24.0)
    result = simulate_zones([replace(cooled, name=f"room {i}") for i in range(9)], weather(24.0))
    text = repr(result)
    assert len(text.splitlines()) == 8
    assert "array" not in text
    assert all(word in text for word in ("9 zones", "MWh", "room 0", "4 more"))
    assert f"sensible {result.sensible_kw[0].sum() / 1000:.2f}" in text
    assert f"sensible {result.sensible_kw.sum() / 1000:.2f}" in text.splitlines()[-1]


def test_every_fault_of_a_zone_is_reported(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: wrong sizes, series, elements, kinds and crossed set points come as findings, all at once."""
    wall = replace(box.surfaces[0], layers=(Layer(),), boundary="sky")
    window = Window(1.0, 2.0, glazing="magic", overhang_depth_m=1.0)
    bad = replace(
        box,
        floor_area_m2=0.0,
        surfaces=(wall,),
        windows=(window,),
        infiltration_ach=np.ones(8759),
        outdoor_air_l_per_s=-1.0,
        heating_set_c=25.0,
        cooling_set_c=24.0,
        coil=Coil("cav", bypass_frac=1.5, economizer="dry_bulb"),
    )
    with pytest.raises(DataError) as caught:
        simulate_zones([bad, replace(box, surfaces=())], weather(20.0))
    codes = [f.code for f in caught.value.findings]
    assert sorted(codes) == [
        "E311", "E312", "E313", "E313", "E314", "E315", "E315", "E316", "E316", "E317", "E317", "E317"
    ]  # fmt: skip
    assert "8759" in caught.value.message


def _wall(thickness_m: float, specific_heat: float = 1000.0, ground_temp_c: float = 10.0) -> Surface:
    return Surface((Layer(thickness_m, 0.5, 1800.0, specific_heat),), 25.0, "ground", ground_temp_c=ground_temp_c)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"cooling_set_c": None}, "cooling_set_c", "E313"),
        ({"cooling_set_c": "24"}, "cooling_set_c", "E313"),
        ({"max_relative_humidity_frac": 50.0}, "max_relative_humidity_frac", "E313"),
        ({"cooling_set_c": 24.0, "heating_set_c": np.full(12, 26.0)}, "heating_set_c", "E314"),
        ({"moisture_capacity_multiplier": 0.0}, "moisture_capacity_multiplier", "E311"),
        ({"coil": Coil("vav", recovery_sensible_frac=1.5)}, "coil.recovery_sensible_frac", "E317"),
        ({"coil": Coil("vav", economizer_alone=True)}, "coil.economizer_alone", "E317"),
        ({"coil": Coil("vav", economizer_max_l_per_s=80.0)}, "coil.economizer_max_l_per_s", "E317"),
        ({"coil": Coil("natural_ventilation", economizer_alone=True)}, "coil.economizer_alone", "E317"),
        ({"coil": Coil("vav", economizer_max_outdoor_temp_c=18.0)}, "coil.economizer_max_outdoor_temp_c", "E317"),
        ({"coil": Coil("natural_ventilation", reheat=True)}, "coil.reheat", "E317"),
        ({"coil": Coil("fan_only", min_supply_l_per_s=50.0)}, "coil.min_supply_l_per_s", "E317"),
        ({"coil": Coil("vav"), "total_cooling_capacity_kw": 5.0}, "total_cooling_capacity_kw", "E317"),
        ({"floor_area_m2": None}, "floor_area_m2", "E311"),
        ({"volume_m3": 75_000.0}, "volume_m3", "E311"),
        ({"gains": Gains(convective_kw=1000.0)}, "gains.convective_kw", "E313"),
        ({"gains": Gains(latent_kw=np.inf)}, "gains.latent_kw", "E313"),
        ({"gains": 0.5}, "gains", "E310"),
        ({"windows": Window(2.0, 2.8)}, "windows", "E310"),
        ({"infiltration_ach": np.inf}, "infiltration_ach", "E313"),
        ({"outdoor_air_l_per_s": 90_000.0}, "outdoor_air_l_per_s", "E313"),
        ({"heating_set_c": 293.0}, "heating_set_c", "E313"),
        ({"cooling_set_c": 297.0}, "cooling_set_c", "E313"),
        ({"windows": (Window(2.0, 2800.0),)}, "windows[0].u_w_per_m2_k", "E316"),
        ({"windows": (Window(2.0, 2.8, overhang_offset_m=-1.0),)}, "windows[0].overhang_offset_m", "E316"),
        ({"windows": (Window(2.0, 2.8, overhang_depth_m="0.6"),)}, "windows[0].overhang_depth_m", "E316"),
        ({"coil": Coil("cav", supply_l_per_s="400")}, "coil.supply_l_per_s", "E317"),
        (
            {"coil": Coil("cav", supply_l_per_s=40.0), "outdoor_air_l_per_s": np.full(12, 80.0)},
            "coil.supply_l_per_s",
            "E317",
        ),
        ({"coil": Coil("cav", supply_l_per_s=90_000.0)}, "coil.supply_l_per_s", "E317"),
        ({"coil": Coil("vav", min_supply_l_per_s=90_000.0)}, "coil.min_supply_l_per_s", "E317"),
        (
            {
                "coil": Coil("vav", economizer="dry_bulb", economizer_max_l_per_s=50.0),
                "outdoor_air_l_per_s": 80.0,
            },
            "coil.economizer_max_l_per_s",
            "E317",
        ),
        ({"surfaces": (Surface(({"thickness_m": 0.2},), 25.0),)}, "surfaces[0].layers[0]", "E310"),
        ({"surfaces": (_wall(0.2, [1000.0]),)}, "surfaces[0].layers[0].specific_heat_j_per_kg_k", "E315"),
        ({"surfaces": (_wall(200.0),)}, "surfaces[0].layers[0].thickness_m", "E315"),
        ({"surfaces": (_wall(0.2, 0.9),)}, "surfaces[0].layers[0].specific_heat_j_per_kg_k", "E315"),
        ({"surfaces": (_wall(0.2, ground_temp_c=283.0),)}, "surfaces[0].ground_temp_c", "E313"),
        ({"surfaces": (_wall(0.2, ground_temp_c=np.nan),)}, "surfaces[0].ground_temp_c", "E313"),
    ],
)
def test_unusable_values_are_refused_by_name(box: ZoneSpec, changes: dict[str, object], field: str, code: str) -> None:
    """Proves: what is no number, in percent, crossed by the month or out of range is refused, naming the field.

    If ignored: a humidity limit of "50" is read as none, an effectiveness of 1.5 cools the plant, a set point in
    kelvin heats to 293 °C or never cools, and a coil cools outdoor air that its fan does not move.
    """
    with pytest.raises(DataError) as caught:
        require_valid_zones([replace(box, **changes)])
    assert [(f.code, f.field) for f in caught.value.findings] == [(code, f"zones[{box.name}].{field}")]


@pytest.mark.medium
def test_ground_without_temperature_is_at_the_mean_of_the_air(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a slab whose ground is not stated loses as one on ground at the year's mean air. If ignored: at 0 °C."""
    air = weather(np.where(np.arange(8760) % 24 < 12, 22.0, 30.0))
    slab = _wall(0.2, ground_temp_c=26.0)
    stated, silent = (
        simulate_zones([replace(box, surfaces=(*box.surfaces, s))], air)
        for s in (slab, replace(slab, ground_temp_c=None))
    )
    np.testing.assert_allclose(stated.air_temp_c, silent.air_temp_c, atol=1e-9)
    assert float(stated.heating_kw.sum()) == pytest.approx(float(silent.heating_kw.sum()))


def test_insulation_of_the_least_mass_a_program_allows_is_taken(box: ZoneSpec) -> None:
    """Proves: the insulation of published boxes, given 1 kg/m³ and 1 J/(kg K) to weigh nothing, is no slip of units.

    If ignored: HVAC BESTEST as its authors tell others to type it is refused.
    """
    light = Surface((Layer(1.0, 0.01, 1.0, 1.0),), 25.0)
    require_valid_zones([replace(box, surfaces=(light,))])
    heavy = replace(light, layers=(Layer(1.0, 0.01, 10.0, 1.0),))
    with pytest.raises(DataError, match="specific_heat"):
        require_valid_zones([replace(box, surfaces=(heavy,))])
