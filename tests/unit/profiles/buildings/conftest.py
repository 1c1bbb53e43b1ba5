"""Weather and zones that can be solved by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from edsim.core.moist_air import saturation_pressure_pa
from edsim.profiles.buildings import Layer, Surface, ZoneSpec
from edsim.profiles.weather import Weather, find_normals, synthesize_year
from tests.support.weather import sunless_year

Array = NDArray[np.float64]


@pytest.fixture(scope="session")
def weather() -> Callable[..., Weather]:
    """Return the maker of sunless years."""
    return sunless_year


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
