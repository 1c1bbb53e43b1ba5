"""Distance of buildings to streets, and the grid that finds the streets near them."""

import math

import numpy as np
import pytest

from edsim.case.checks.reach import Segment, SegmentGrid, distance_to_lines_m


def test_distance_to_a_street_beside_at_its_end_and_of_no_length() -> None:
    """Proves: the foot of the perpendicular, the nearer end and a doubled point. 0.001 degrees of latitude: 111.2 m."""
    street: Segment = (-75.0, 6.0, -75.0, 6.01)
    east = 111.195 * math.cos(math.radians(6.005))
    assert distance_to_lines_m(-74.999, 6.005, [street]) == pytest.approx(east, rel=1e-6)
    assert distance_to_lines_m(-75.0, 6.011, [street]) == pytest.approx(111.195, rel=1e-6)
    assert distance_to_lines_m(-75.0, 6.001, [(-75.0, 6.0, -75.0, 6.0)]) == pytest.approx(111.195, rel=1e-6)
    assert distance_to_lines_m(-75.0, 6.0, []) == math.inf


@pytest.mark.parametrize("reach_m", [0.0, 50.0, 400.0])
@pytest.mark.parametrize("lat_deg", [0.0, 6.2, -38.0, 64.0])
def test_the_grid_misses_no_street_within_reach(reach_m: float, lat_deg: float) -> None:
    """Proves: buildings within reach by the grid are those by all streets, far north and south of the equator too."""
    random = np.random.default_rng(int(reach_m + 1000 * abs(lat_deg)))

    def spot(length: float) -> tuple[float, float]:
        return float(random.uniform(-length, length)), float(random.uniform(-length, length))

    streets: list[Segment] = []
    for length in [0.0] * 5 + [0.002] * 200 + [0.3] * 3:
        (x, y), (dx, dy) = spot(0.02), spot(length)
        streets.append((x, lat_deg + y, x + dx, lat_deg + y + dy))
    grid = SegmentGrid(streets, reach_m)
    for _ in range(200):
        x, y = spot(0.03)
        at = x, lat_deg + y
        near, every = distance_to_lines_m(*at, grid.around(*at)), distance_to_lines_m(*at, streets)
        assert (near <= reach_m) == (every <= reach_m)
