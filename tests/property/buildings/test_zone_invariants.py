"""Invariances of the zone model for random zones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edsim.profiles.buildings import Coil, Gains, Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.air.coil import CoilFlow
from edsim.profiles.buildings.air.moisture import MoistureInput, march_moisture
from edsim.profiles.buildings.balance.network import zone_modes
from edsim.profiles.buildings.envelope.elements import layer_chain
from edsim.profiles.weather import Weather, find_normals, synthesize_year

layers = st.builds(
    Layer,
    thickness_m=st.floats(0.005, 0.4),
    conductivity_w_per_m_k=st.floats(0.03, 3.0),
    density_kg_per_m3=st.floats(10.0, 2500.0),
    specific_heat_j_per_kg_k=st.floats(800.0, 1600.0),
)
walls = st.lists(layers, min_size=1, max_size=4).map(tuple)


@given(walls)
def test_a_chain_keeps_resistance_and_capacity(wall: tuple[Layer, ...]) -> None:
    chain = layer_chain(wall)
    assert (1 / chain.conductance).sum() == pytest.approx(sum(x.resistance for x in wall), rel=1e-2, abs=1e-3)
    assert chain.capacity.sum() == pytest.approx(sum(x.capacity_j_per_m2_k for x in wall))


@settings(max_examples=25, deadline=None)  # 0.5 ms each, but the first one loads LAPACK, which a busy machine delays
@given(walls, walls, st.floats(0.5, 6.0))
def test_modes_are_stable_and_follow_the_outside(
    wall: tuple[Layer, ...], roof: tuple[Layer, ...], u_window: float
) -> None:
    """Proves: modes decay, and a year of equal driving temperatures brings the air to exactly that temperature."""
    zone = ZoneSpec("z", 20.0, 60.0, (Surface(wall, 50.0), Surface(roof, 20.0, tilt_deg=0.0)), (Window(5.0, u_window),))
    modes = zone_modes(zone, 2e5, 3600.0)
    assert ((modes.decay >= 0) & (modes.decay < 1)).all()
    assert (modes.air_gain >= 0).all()
    at_rest = (modes.inputs / (1 - modes.decay)[:, None]).sum(axis=0)
    assert at_rest[: len(modes.parts)].sum() == pytest.approx(1.0, rel=1e-6)
    assert (at_rest > -1e-12).all()


@given(st.floats(0.0, 0.1), st.floats(0.0, 0.1), st.floats(0.0, 0.03), st.floats(0.004, 0.015), st.floats(0.0, 1e-4))
def test_moisture_solution_is_dry_or_wet_consistently(
    outdoor: float, recirculated: float, outdoor_ratio: float, coil_ratio: float, gain: float
) -> None:
    """Proves: the lesser of the dry and the wet solution satisfies the balance with the removal's positive part."""

    def one(value: float) -> NDArray[np.float64]:
        return np.array([[value]])

    contact, storage, start = 0.9, np.array([0.01]), np.array([[0.01], [0.012]])
    flow = CoilFlow(one(outdoor + recirculated), one(outdoor), one(12.0), one(coil_ratio))
    data = MoistureInput(
        storage, one(outdoor * outdoor_ratio + gain + 1e-4), one(outdoor + 0.01), one(1.0), None, np.array([0.05])
    )
    found = march_moisture(data, flow, one(outdoor_ratio), np.array([contact]), start)
    x, lent = found.air[1, 0], 0.05 * (found.furnishings[1, 0] - start[1, 0])
    removal = contact * (outdoor * outdoor_ratio + recirculated * x - (outdoor + recirculated) * coil_ratio)
    balance = data.source[0, 0] - data.exchange[0, 0] * x - max(removal, 0.0) - storage[0] * (x - start[0, 0]) - lent
    assert balance == pytest.approx(0.0, abs=1e-12)


@pytest.fixture(scope="module")
def medellin() -> Weather:
    n = find_normals("medellin")
    return synthesize_year(n, n.lat_deg, n.lon_deg, n.elevation_m, n.utc_offset_h, 1)


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(
    wall=walls,
    gain_kw=st.floats(0.0, 2.0),
    air_l_per_s=st.floats(0.0, 80.0),
    system=st.sampled_from(["ideal", "vav", "split", "fan_coil_doas"]),
)
def test_more_gain_never_cools_less(
    medellin: Weather, wall: tuple[Layer, ...], gain_kw: float, air_l_per_s: float, system: str
) -> None:
    """Proves: loads are finite and not negative, grow with gains, and the zone never exceeds its set point."""
    zone = ZoneSpec(
        "z",
        40.0,
        120.0,
        (Surface(wall, 80.0), Surface(wall, 40.0, tilt_deg=0.0)),
        (Window(8.0, 3.0, 270.0),),
        gains=Gains(gain_kw, gain_kw, 0.3 * gain_kw),
        infiltration_ach=0.3,
        outdoor_air_l_per_s=air_l_per_s,
        cooling_set_c=24.0,
        coil=Coil(system),
    )
    more = replace(zone, gains=Gains(gain_kw + 0.5, gain_kw, 0.3 * gain_kw + 0.1))
    result = simulate_zones([zone, more], medellin)
    for values in (result.sensible_kw, result.latent_kw, result.outdoor_air_kw, result.fan_kw):
        assert np.isfinite(values).all()
        assert values.min() >= -1e-9
    assert (result.sensible_kw[1] >= result.sensible_kw[0] - 1e-9).all()
    assert result.latent_kw[1].sum() >= result.latent_kw[0].sum()
    assert result.air_temp_c.max() <= 24.0 + 1e-6
