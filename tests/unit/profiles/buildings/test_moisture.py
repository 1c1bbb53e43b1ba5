"""Moisture balance and coil against hand calculations."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from edsim.core.moist_air import (
    enthalpy_kj_per_kg,
    humidity_ratio,
    saturation_humidity_ratio,
    specific_volume_m3_per_kg,
)
from edsim.profiles.buildings import Coil, Gains, ZoneSpec, simulate_zones
from edsim.profiles.buildings.air.coil import CoilFlow
from edsim.profiles.buildings.air.moisture import (
    BUFFER_H,
    MoistureInput,
    march_moisture,
    mean_moisture,
    removed_moisture,
)
from edsim.profiles.buildings.balance.network import CP_AIR_J_PER_KG_K
from edsim.profiles.weather import Weather

MakeWeather = Callable[..., Weather]
DENSITY = 1.0 / float(specific_volume_m3_per_kg(20.0, 0.008, 101325.0))
HOT = 32.0


def cooled(box: ZoneSpec, **changes: object) -> ZoneSpec:
    return replace(box, cooling_set_c=24.0, gains=Gains(2.0, 1.0, 0.5), **changes)


def test_closed_box_condenses_its_own_moisture(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: coil latent = internal latent within 1 % (as CE500). If ignored: humid loads off by the storage term."""
    result = simulate_zones([cooled(box)], weather(HOT, 0.6))
    assert result.latent_kw.sum() == pytest.approx(0.5 * 8760, rel=1e-3)


def test_dry_coil_leaves_the_outdoor_balance(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: in dry air the coil stays dry and the zone's humidity is outdoor plus gain over flow."""
    zone = cooled(box, infiltration_ach=2.0)
    zone = replace(zone, gains=Gains(2.0, 1.0, 0.05))
    dry = weather(HOT, 0.1)
    result = simulate_zones([zone], dry)
    outdoor = dry.humidity_ratio_kg_per_kg[0]
    flow = 2.0 * 75.0 / 3600.0 / specific_volume_m3_per_kg(HOT, outdoor, 101325.0)
    assert result.latent_kw.sum() == pytest.approx(0.0, abs=1e-6)
    assert result.humidity_ratio_kg_per_kg[0, -1] == pytest.approx(outdoor + 50.0 / 2.501e6 / flow, rel=1e-6)


def test_mixing_coil_by_hand(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: flow from the sensible balance, removal from the mixed state. If ignored: wrong sensible heat ratio.

    Steady state of a variable-flow coil with 30 l/s of outdoor air, dew point 12 °C, bypass 0.1, all solved here.
    """
    outdoor_l_per_s, bypass = 30.0, 0.1
    zone = cooled(box, outdoor_air_l_per_s=outdoor_l_per_s, coil=Coil("vav", 12.0, bypass))
    humid = weather(HOT, 0.7)
    result = simulate_zones([zone], humid)
    q, m_o = result.sensible_kw[0, -1] * 1000.0, outdoor_l_per_s / 1000.0 * DENSITY
    contact, x_o = 1 - bypass, humid.humidity_ratio_kg_per_kg[0]
    x_adp = float(saturation_humidity_ratio(12.0, 101325.0))
    m = m_o + (q / (contact * CP_AIR_J_PER_KG_K) - m_o * (HOT - 12.0)) / (24.0 - 12.0)
    gain = 500.0 / 2.501e6
    # zone: m_o (x_o - x) + gain = contact (m_o x_o + (m - m_o) x - m x_adp)
    x = (m_o * x_o * (1 - contact) + gain + contact * m * x_adp) / (m_o + contact * (m - m_o))
    assert result.humidity_ratio_kg_per_kg[0, -1] == pytest.approx(x, rel=1e-6)
    latent = contact * (m_o * x_o + (m - m_o) * x - m * x_adp) * 2501.0
    assert result.latent_kw[0, -1] == pytest.approx(latent, rel=1e-6)
    outdoor = m_o * (CP_AIR_J_PER_KG_K * (HOT - 24.0) + 2.501e6 * (x_o - x)) / 1000.0
    assert result.outdoor_air_kw[0, -1] == pytest.approx(outdoor, rel=1e-6)


def test_outdoor_air_is_conserved_whatever_the_system(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: every system removes what enters minus what leaves with the exhaust (mass balance over the year)."""
    humid = weather(HOT, 0.7)
    coils = [Coil("vav"), Coil("fan_coil_doas"), Coil("cav", supply_l_per_s=400.0), Coil("split"), Coil("ideal")]
    zones = [cooled(box, outdoor_air_l_per_s=30.0, coil=c) for c in coils]
    result = simulate_zones(zones, humid)
    entering = 0.030 * DENSITY * (humid.humidity_ratio_kg_per_kg[0] - result.humidity_ratio_kg_per_kg[:, -1])
    expected = entering * 2501.0 + 0.5
    assert result.latent_kw[:, -1] == pytest.approx(expected, rel=1e-6)


def test_humidity_limit_is_held_and_reheat_is_booked(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: 50 % holds with reheat, the overcooling equals the reheat, and without reheat the humidity floats."""
    humid = weather(HOT, 0.8)
    limited = cooled(box, outdoor_air_l_per_s=40.0, max_relative_humidity_frac=0.5)
    limited = replace(limited, gains=Gains(0.1, 0.1, 0.5))
    zones = [replace(limited, coil=Coil("vav", reheat=r)) for r in (True, False)]
    result = simulate_zones(zones, humid)
    assert result.relative_humidity_frac[0].max() <= 0.5 + 1e-9
    assert result.relative_humidity_frac[1].min() > 0.5
    overcooled = result.sensible_kw[0] - result.sensible_kw[1]
    assert result.reheat_kw[0, -1] == pytest.approx(overcooled[-1], rel=1e-9)
    assert result.reheat_kw[0, -1] > 0
    assert result.reheat_kw[1].max() == 0


def test_constant_supply_of_outdoor_air_reheats(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: 100 % outdoor air at fixed leaving temperature: duty = CF m cp (T_out - T_adp), reheat = duty - load."""
    zone = cooled(box, outdoor_air_l_per_s=400.0, coil=Coil("cav", 12.0, 0.1, supply_l_per_s=400.0, reheat=True))
    result = simulate_zones([zone, replace(zone, coil=Coil("ideal"))], weather(HOT, 0.6))
    duty = 0.9 * 0.4 * DENSITY * CP_AIR_J_PER_KG_K * (HOT - 12.0) / 1000.0
    assert result.sensible_kw[0, -1] == pytest.approx(duty, rel=1e-6)
    assert result.reheat_kw[0, -1] == pytest.approx(duty - result.sensible_kw[1, -1], rel=1e-6)


@pytest.mark.slow
def test_recovery_reduces_outdoor_load_by_its_effectiveness(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: 70 % sensible recovery leaves 30 % of the outdoor sensible load, and is bypassed when it is cool."""
    zone = cooled(box, outdoor_air_l_per_s=100.0)
    saver = replace(zone, coil=Coil("vav", recovery_sensible_frac=0.7))
    plain = replace(zone, coil=Coil("vav"))
    hot = simulate_zones([plain, saver], weather(HOT, 0.4)).sensible_kw[:, -1]
    saved = 0.7 * 0.1 * DENSITY * CP_AIR_J_PER_KG_K * (HOT - 24.0) / 1000.0
    assert hot[0] - hot[1] == pytest.approx(saved, rel=1e-6)
    cool = simulate_zones([plain, saver], weather(15.0, 0.4)).sensible_kw[:, -1]
    assert cool[0] == pytest.approx(cool[1], abs=1e-9)


@pytest.mark.medium
def test_moisture_recovery_works_in_humid_nights(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a wheel works by enthalpy: 60 % of the moisture is kept out of a 24 °C room at 22 °C and 95 % outside.

    If ignored: hotels and hospitals of the tropics condense all of the night's outdoor moisture beside a wheel.
    """
    humid = weather(22.0, 0.95)
    zone = cooled(
        box, outdoor_air_l_per_s=100.0, coil=Coil("vav", recovery_sensible_frac=0.7, recovery_latent_frac=0.6)
    )
    zone = replace(zone, gains=Gains(5.0, 0.0, 0.0))
    result = simulate_zones([zone], humid)
    outdoor, extract = humid.humidity_ratio_kg_per_kg[0], result.humidity_ratio_kg_per_kg[0, -1]
    taken = 0.1 * DENSITY * 0.4 * (outdoor - extract)
    assert result.latent_kw[0, -1] == pytest.approx(2501.0 * taken, rel=0.03)
    means = simulate_zones([replace(zone, films_by_hour=False)], humid)
    half = 0.5 * float(saturation_humidity_ratio(24.0, 101325.0))
    taken = 0.1 * DENSITY * (outdoor - 0.6 * (outdoor - half) - means.humidity_ratio_kg_per_kg[0, -1])
    assert means.latent_kw[0, -1] == pytest.approx(2501.0 * taken, rel=1e-6)
    flow_w_per_k = 0.1 * DENSITY * CP_AIR_J_PER_KG_K
    plain = replace(zone, coil=Coil("vav"))
    warmed = result.sensible_kw[0, -1] - simulate_zones([plain], humid).sensible_kw[0, -1]
    assert warmed == pytest.approx(0.7 * flow_w_per_k * 2.0 / 1000.0, rel=1e-6)


@pytest.mark.slow
def test_fan_heat_of_variable_flow_adds_to_the_coil(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: fan power = specific power times supply flow, and all of it is met by the coil."""
    zone = cooled(box)
    fan = replace(zone, coil=Coil("vav", fan_w_per_l_per_s=1.5))
    result = simulate_zones([replace(zone, coil=Coil("vav")), fan], weather(HOT, 0.4))
    assert result.sensible_kw[1, -1] - result.sensible_kw[0, -1] == pytest.approx(result.fan_kw[1, -1], rel=1e-9)
    flow_l_per_s = result.sensible_kw[0, -1] * 1000 / (0.92 * CP_AIR_J_PER_KG_K * 12.0) / DENSITY * 1000
    assert result.fan_kw[1, -1] == pytest.approx(1.5 * flow_l_per_s / 1000, rel=1e-6)


@pytest.mark.medium
def test_limited_coil_warms_its_surface_by_hand(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a coil of limited total capacity leaves the enthalpy h_mix - Q / (m CF), with all outdoor air by hand.

    If ignored: an undersized coil condenses at its design dew point and gives more than its capacity.
    """
    supply, bypass, limit_kw = 500.0, 0.1, 12.0
    zone = cooled(
        box,
        outdoor_air_l_per_s=supply,
        coil=Coil("cav", 12.0, bypass, supply_l_per_s=supply),
        total_cooling_capacity_kw=limit_kw,
    )
    humid = weather(HOT, 0.7)
    result = simulate_zones([zone], humid)
    contact = supply / 1000.0 * DENSITY * (1 - bypass)
    entering = float(enthalpy_kj_per_kg(HOT, humid.humidity_ratio_kg_per_kg[0]))
    surface = brentq(
        lambda t: (
            float(enthalpy_kj_per_kg(t, saturation_humidity_ratio(t, 101325.0))) - (entering - limit_kw / contact)
        ),
        0.0,
        30.0,
    )
    assert surface > 12.0
    sensible = contact * CP_AIR_J_PER_KG_K / 1000.0 * (HOT - surface)
    assert result.sensible_kw[0, -1] == pytest.approx(sensible, rel=2e-3)
    assert result.cooling_kw[0, -1] == pytest.approx(limit_kw, rel=0.03)  # vapor cooled with the condensate: 2 %
    assert result.unmet_hours[0] == 8760


@pytest.mark.slow
def test_total_capacity_is_a_limit_in_every_hour(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: sensible plus latent never pass a total capacity well below the load.

    The coil's state follows the air that returns, warmer than its set point. If ignored: six rounds left 11 % too much.
    """
    coil = Coil("cav", 12.0, 0.1, supply_l_per_s=500.0)
    zone = cooled(box, outdoor_air_l_per_s=100.0, coil=coil, total_cooling_capacity_kw=4.0)
    result = simulate_zones([zone], weather(HOT, 0.7))
    assert result.cooling_kw.max() <= 4.0 + 1e-12
    assert result.cooling_kw[0, -1] > 3.8


@pytest.mark.medium
def test_economizer_limits_and_lockout(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: free cooling stops above its limits, and with lockout where it cannot carry the load alone.

    Outdoor air of 20 °C and 24 °C rooms; the load is more than the flow's 4 K can carry. If ignored: humid air is
    taken in where the plant's controls would not.
    """
    mild = weather(20.0, 0.5)
    free = Coil("vav", economizer="dry_bulb", economizer_max_l_per_s=200.0)
    coils = {
        "none": Coil("vav"),
        "free": free,
        "too warm": replace(free, economizer_max_outdoor_temp_c=19.0),
        "too moist": replace(free, economizer_max_outdoor_enthalpy_kj_per_kg=30.0),
        "allowed": replace(free, economizer_max_outdoor_enthalpy_kj_per_kg=60.0, economizer_max_outdoor_temp_c=21.0),
        "alone": replace(free, economizer_alone=True),
        "alone, enough": replace(free, economizer_alone=True, economizer_max_l_per_s=5000.0),
    }
    zones = [replace(cooled(box), name=name, gains=Gains(6.0, 0.0, 0.0), coil=coil) for name, coil in coils.items()]
    result = simulate_zones(zones, mild)
    load = dict(zip(result.names, result.sensible_kw[:, -1], strict=True))
    flow = 0.2 * DENSITY * CP_AIR_J_PER_KG_K / 1000.0 * 4.0
    assert load["free"] == pytest.approx(load["none"] - flow, rel=1e-6)
    for shut in ("too warm", "too moist", "alone"):
        assert load[shut] == pytest.approx(load["none"], rel=1e-9), shut
    assert load["allowed"] == pytest.approx(load["free"], rel=1e-9)
    assert load["alone, enough"] == 0.0


@pytest.mark.medium
def test_a_cold_room_is_not_dried_below_the_coldest_coil(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a limit of 50 % in a room of 12 °C is not held: a coil of 8 °C leaves its own dew point.

    If ignored: mild nights are dried to a dew point of 2 °C, which no chilled water reaches.
    """
    zone = replace(box, cooling_set_c=24.0, infiltration_ach=1.0, max_relative_humidity_frac=0.5, gains=Gains())
    result = simulate_zones([zone], weather(12.0, 0.9))
    assert result.humidity_ratio_kg_per_kg[0, -1] == pytest.approx(float(saturation_humidity_ratio(8.0, 101325.0)))
    assert result.latent_kw[0, -1] > 0


@pytest.mark.medium
def test_air_of_an_economizer_passes_the_coil(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: with 1000 l/s of free cooling the coil works on that air, warmer than with the little it would ask for.

    By hand Q = CF m cp (t_o - t_dew), removal = CF m (x_o - x_dew). If ignored: the coil dries air of the room to its
    design dew point while the outdoor air goes around it.
    """
    mild = weather(20.0, 0.8)
    free = Coil("vav", 12.0, 0.1, economizer="dry_bulb", economizer_max_l_per_s=1000.0)
    result = simulate_zones([replace(cooled(box), gains=Gains(12.0, 0.0, 0.5), coil=free)], mild)
    mass = DENSITY
    dew_point = 20.0 - result.sensible_kw[0, -1] * 1000.0 / (0.9 * mass * CP_AIR_J_PER_KG_K)
    assert dew_point > 12.5
    dried = mild.humidity_ratio_kg_per_kg[0] - float(saturation_humidity_ratio(dew_point, 101325.0))
    assert result.latent_kw[0, -1] == pytest.approx(0.9 * mass * dried * 2501.0, rel=1e-3)


def test_a_limit_of_ideal_systems_leaves_their_coil_as_given(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a limit that the coil holds anyway changes nothing. If ignored: it dries more for being asked less."""
    loose = cooled(box, infiltration_ach=1.0)
    result = simulate_zones([loose, replace(loose, max_relative_humidity_frac=0.53)], weather(HOT, 0.35))
    assert result.relative_humidity_frac[0, -1] < 0.53
    assert result.latent_kw[1, -1] == pytest.approx(result.latent_kw[0, -1], rel=1e-9)


@pytest.mark.medium
def test_cold_room_has_a_colder_coil(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: a room of 4 °C is cooled by a coil below it, so that the air stays below saturation."""
    zone = replace(box, cooling_set_c=4.0, infiltration_ach=0.5)
    result = simulate_zones([zone], weather(HOT, 0.6))
    assert result.latent_kw.sum() > 0
    assert result.relative_humidity_frac.max() < 0.9


def test_the_moisture_of_the_night_leaves_as_fast_as_the_coil_takes_it() -> None:
    """Proves: end, mean and removal of an hour that begins humid are those of the balance in steps of a second.

    If ignored: an implicit step of an hour leaves a third of the moisture for the hours after, and the first hour of a
    room that was shut at night is 5 % low.
    """
    storage, exchange, source, start = 0.02, 0.004, 5e-5, np.array([[0.017], [0.017]])
    flow = CoilFlow(*(np.array([[v]]) for v in (0.05, 0.01, 12.0, 0.0087)))
    outdoor, contact = np.array([[0.016]]), np.array([0.9])
    data = MoistureInput(np.array([storage]), np.array([[source]]), np.array([[exchange]]), None, np.array([True]))
    found = march_moisture(data, flow, outdoor, contact, start)
    mean = mean_moisture(data, flow, outdoor, contact, found)
    removed = removed_moisture(data, found, mean)
    x, sum_x, sum_removed = 0.017, 0.0, 0.0
    for _ in range(3600):
        removal = 0.9 * (0.01 * 0.016 + 0.04 * x - 0.05 * 0.0087)
        sum_x, sum_removed = sum_x + x / 3600, sum_removed + removal / 3600
        x += (source - exchange * x - removal) / storage / 3600
    assert found.air[1, 0] == pytest.approx(x, rel=1e-3)
    assert mean[0, 0] == pytest.approx(sum_x, rel=1e-3)
    assert removed[0, 0] == pytest.approx(sum_removed, rel=1e-3)


@pytest.mark.parametrize("at_once", [True, False])
def test_furnishings_give_their_moisture_off_over_hours(at_once: bool) -> None:
    """Proves: after a humid night the coil takes what air and furnishings give in steps of a second, over eight hours.

    Furnishings hold five times what the air does. If ignored: one store gives all of it to the first hour, and an
    office shut at night peaks at its start instead of in the afternoon.
    """
    storage, buffer, hours = 0.02, 0.1, 8
    exchange, source, start = 0.004, 5e-5, np.array([[0.017], [0.017]])
    flow = CoilFlow(*(np.full((hours, 1), v) for v in (0.05, 0.01, 12.0, 0.0087)))
    outdoor, contact = np.full((hours, 1), 0.016), np.array([0.9])
    given = (np.full((hours, 1), source), np.full((hours, 1), exchange))
    data = MoistureInput(
        np.array([storage]), *given, None, np.array([at_once]) if at_once else None, np.array([buffer])
    )
    found = march_moisture(data, flow, outdoor, contact, start)
    removed = removed_moisture(data, found, mean_moisture(data, flow, outdoor, contact, found))[:, 0]
    x = store = 0.017
    exact = np.zeros(hours)
    for second in range(3600 * hours):
        removal, lent = 0.9 * (0.01 * 0.016 + 0.04 * x - 0.05 * 0.0087), buffer / BUFFER_H * (store - x)
        exact[second // 3600] += removal / 3600
        x, store = x + (source - exchange * x - removal + lent) / storage / 3600, store - lent / buffer / 3600
    assert removed[0] == pytest.approx(exact[0], rel=0.10)
    assert removed[1:] == pytest.approx(exact[1:], rel=0.08)
    assert removed.sum() == pytest.approx(exact.sum(), rel=0.02)
    one = replace(data, storage=data.storage + buffer, buffer=None)
    lump = march_moisture(one, flow, outdoor, contact, start)
    assert removed[0] < 0.75 * removed_moisture(one, lump, mean_moisture(one, flow, outdoor, contact, lump))[0, 0]


@pytest.mark.parametrize("changes_per_h", [0.0, 1e-6, 1.0, 40_000.0])
def test_a_coil_at_rest_takes_nothing_whatever_the_air_changes(changes_per_h: float) -> None:
    """Proves: without coil flow the balance leaves no removal, in still air and where the air of a room flies through.

    If ignored: a shut room dries out over the year, or moisture vanishes where air changes are many.
    """
    outdoor = 0.01 + 0.002 * np.sin(np.arange(48.0) / 3.0)[:, None]
    off = CoilFlow(*(np.full((48, 1), v) for v in (0.0, 0.0, 12.0, 0.0087)))
    exchange = np.full((48, 1), 0.02 * changes_per_h)
    capacity = np.full((48, 1), 0.02)
    data = MoistureInput(capacity, exchange * outdoor, exchange, None, np.array([True]), np.array([0.1]))
    contact = np.array([0.9])
    found = march_moisture(data, off, outdoor, contact, np.array([[0.008], [0.009]]))
    mean = mean_moisture(data, off, outdoor, contact, found)
    assert np.abs(removed_moisture(data, found, mean)).max() < 1e-12


@pytest.mark.medium
def test_ideal_coils_dry_the_outdoor_air_however_little_they_cool(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: 100 l/s of humid air leave an ideal coil at the ratio of its dew point where 0.3 kW of gains ask little.

    By hand: their dry air times the difference of the ratios times 2501 kJ/kg. A coil without reheat (``vav``) is then
    warmer and dries less. If ignored: boxes of few gains and much outdoor air have half of their latent load.
    """
    room = replace(box, gains=Gains(0.3), outdoor_air_l_per_s=100.0, cooling_set_c=24.0)
    coils = [Coil(system, apparatus_dew_point_c=12.0, bypass_frac=0.0) for system in ("ideal", "vav")]
    humid = weather(26.0, 0.8)
    result = simulate_zones([replace(room, name=c.system, coil=c) for c in coils], humid)
    lift = humid.humidity_ratio_kg_per_kg[0] - saturation_humidity_ratio(12.0, 101325.0)
    by_hand = 0.1 * DENSITY * lift * 2501.0
    assert result.latent_kw[0, -1] == pytest.approx(by_hand, rel=1e-6)
    assert result.latent_kw[1, -1] < 0.6 * by_hand


@pytest.mark.medium
def test_a_humidistat_dries_no_further_than_its_limit_asks(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: much humid air beside a small load is dried to the limit of 60 %, not to the dew point of 12 °C.

    If ignored: an ideal system with a humidistat condenses a quarter more than EnergyPlus' in mild, humid months.
    """
    coil = Coil("ideal", apparatus_dew_point_c=12.0, bypass_frac=0.0)
    room = replace(box, gains=Gains(0.3), outdoor_air_l_per_s=100.0, cooling_set_c=24.0, coil=coil)
    humid = weather(26.0, 0.8)
    result = simulate_zones([room, replace(room, max_relative_humidity_frac=0.6)], humid)
    held = humidity_ratio(24.0, 0.6, 101325.0)
    assert result.relative_humidity_frac[:, -1] == pytest.approx([0.47, 0.6], abs=5e-3)
    by_hand = 0.1 * DENSITY * (humid.humidity_ratio_kg_per_kg[0] - held) * 2501.0
    assert result.latent_kw[1, -1] == pytest.approx(by_hand, rel=1e-6)
    assert result.latent_kw[0, -1] > 1.2 * by_hand


@pytest.mark.medium
def test_enthalpy_recovery_works_against_the_air_of_the_room(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: half of the moisture difference to the room's own air is left behind, not to air of 50 % humidity.

    An ideal coil at 18 °C keeps the room at 0.0129 kg/kg and more, half saturation is 0.0093. By hand in steady state:
    removal = flow (1 - 0.5) (x_out - x) + gains. If ignored: latent loads behind wheels are up to 25 % low.
    """
    coil = Coil(apparatus_dew_point_c=18.0, bypass_frac=0.0, recovery_sensible_frac=0.5, recovery_latent_frac=0.5)
    humid = weather(32.0, 0.7)
    result = simulate_zones([cooled(box, outdoor_air_l_per_s=100.0, coil=coil)], humid)
    ratio = result.humidity_ratio_kg_per_kg[0, -1]
    assert ratio > 1.2 * 0.5 * saturation_humidity_ratio(24.0, 101325.0)
    lift = 0.5 * (humid.humidity_ratio_kg_per_kg[0] - ratio)
    assert result.latent_kw[0, -1] == pytest.approx(0.5 + 0.1 * DENSITY * lift * 2501.0, rel=0.02)
