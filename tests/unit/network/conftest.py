"""A small district on a street grid near Medellín, made up for the tests."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from edsim.network import (
    NetworkBuilding,
    NetworkDesign,
    NetworkEconomics,
    NetworkPlant,
    NetworkRequest,
    NetworkTemperatures,
    PipeRules,
    StreetLine,
    design_network,
    low_delta_t_curve,
)

LON, LAT = -75.57, 6.25
HOUR = np.arange(8760)


def lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    """Return a point some metres east and north of the origin (plane approximation, 0.7 % off at most)."""
    return LON + x_m / (111_320.0 * np.cos(np.radians(LAT))), LAT + y_m / 110_574.0


def grid_streets(side: int, pitch_m: float = 100.0) -> tuple[StreetLine, ...]:
    """Return (side + 1) streets in each direction."""
    reach = pitch_m * side + 10.0
    lines = [((-10.0, pitch_m * k), (reach, pitch_m * k)) for k in range(side + 1)]
    lines += [((pitch_m * k, -10.0), (pitch_m * k, reach)) for k in range(side + 1)]
    return tuple(StreetLine((lonlat(*a), lonlat(*b))) for a, b in lines)


def day_profile(peak_kw: float) -> np.ndarray:
    """Return a smooth daily swing between 15 % and 100 % of the peak."""
    return peak_kw * (0.575 - 0.425 * np.cos(2.0 * np.pi * ((HOUR % 24) - 3.0) / 24.0))


def make_request(n: int = 6, **changes: Any) -> NetworkRequest:
    """Return a chilled-water request over `n` buildings; keywords replace its fields."""
    side = int(np.ceil(np.sqrt(n)))
    rng = np.random.default_rng(7)
    where = [(100.0 * (i % side) + 25.0 + 5 * (i % 3), 100.0 * (i // side) + 20.0) for i in range(n)]
    values: dict[str, Any] = {
        "id": "cold",
        "carrier": "chilled_water",
        "buildings": tuple(NetworkBuilding(f"b{i}", *lonlat(*p)) for i, p in enumerate(where)),
        "demand_kw": np.array([day_profile(q) for q in rng.uniform(150.0, 600.0, n)]).reshape(n, 8760),
        "plants": (NetworkPlant("plant", *lonlat(50.0 * side, -30.0)),),
        "temperatures": NetworkTemperatures(5.0, 13.0, 1.5, 60.0, *low_delta_t_curve()),
        "pipes": PipeRules("steel_series1", "moist_sand"),
        "economics": NetworkEconomics(0.08, 30.0, 0.15, 0.04, 1.0, 0.5),
        "dry_bulb_temp_c": 24.0 + 4.0 * np.sin(2.0 * np.pi * HOUR / 24.0) + 2.0 * np.sin(2.0 * np.pi * HOUR / 8760.0),
        "streets": grid_streets(side),
        "time_limit_s": 600.0,  # far more than it takes: the gap ends the search, not a busy machine
        "gap_target_frac": 0.1,
    }
    return NetworkRequest(**(values | changes))


@pytest.fixture
def request_of() -> Callable[..., NetworkRequest]:
    """Return the maker of requests."""
    return make_request


@cache
def _designed(n: int) -> NetworkDesign:
    return design_network(make_request(n))


@pytest.fixture
def designed() -> Callable[[int], NetworkDesign]:
    """Return the maker of designs of unchanged requests, each made once for all tests that read it."""
    return _designed


@pytest.fixture
def place() -> Callable[[float, float], tuple[float, float]]:
    """Return the maker of coordinates."""
    return lonlat
