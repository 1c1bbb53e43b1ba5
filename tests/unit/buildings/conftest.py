"""Weather and zones that can be solved by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from edsim.core.moist_air import humidity_ratio, saturation_pressure_pa, wet_bulb_c
from edsim.profiles.buildings import Layer, Surface, ZoneSpec
from edsim.profiles.weather import Weather, find_normals, synthesize_year

Array = NDArray[np.float64]
HOURS = 8760


def make_weather(temp_c: float | Array, rh_frac: float = 0.5, *, lat_deg: float = 0.0) -> Weather:
    """Return a year without sun whose sky is as warm as the air."""
    temp = np.broadcast_to(np.asarray(temp_c, dtype=float), HOURS).copy()
    rh, pressure, dark = np.full(HOURS, rh_frac), np.full(HOURS, 101325.0), np.zeros(HOURS)
    ratio = humidity_ratio(temp, rh, pressure)
    return Weather(
        name="hand-made",
        source="test",
        lat_deg=lat_deg,
        lon_deg=0.0,
        elevation_m=0.0,
        utc_offset_h=0.0,
        dry_bulb_temp_c=temp,
        relative_humidity_frac=rh,
        pressure_pa=pressure,
        wind_speed_m_per_s=dark,
        ghi_w_per_m2=dark,
        dni_w_per_m2=dark,
        dhi_w_per_m2=dark,
        sky_infrared_w_per_m2=5.670374e-8 * (temp + 273.15) ** 4,
        humidity_ratio_kg_per_kg=ratio,
        wet_bulb_temp_c=wet_bulb_c(temp, ratio, pressure),
    )


@pytest.fixture(scope="session")
def weather() -> Callable[..., Weather]:
    """Return the maker of sunless years."""
    return make_weather


@pytest.fixture(scope="session")
def medellin() -> Weather:
    """Return a synthetic year of Medellin."""
    n = find_normals("medellin")
    return synthesize_year(n, n.lat_deg, n.lon_deg, n.elevation_m, n.utc_offset_h, 1)


@pytest.fixture(scope="session")
def box() -> ZoneSpec:
    """Return a box of 100 m² of wall with R = 2 m²K/W between the faces and some mass inside."""
    wall = (Layer(resistance_m2_k_per_w=1.9), Layer(0.02, 0.2, 1000.0, 1000.0))
    assert abs(saturation_pressure_pa(20.0) - 2338.8) < 1.0
    return ZoneSpec("box", 25.0, 75.0, surfaces=(Surface(wall, 100.0, convection_w_per_m2_k=2.5),))
