"""A building's shape from its floor area: rectangular plate, perimeter and core zones, envelope areas."""

from dataclasses import dataclass
from math import log, pi, sqrt

PERIMETER_DEPTH_M = 4.57
"""Depth of perimeter zones: 15 ft (ASHRAE 90.1-2019 appendix G, thermal blocks)."""
ORIENTATION_STEP_DEG = 15.0
"""Azimuths are rounded to this step, so that buildings share the irradiance of an orientation."""
_SOIL_CONDUCTIVITY = 2.0  # W/(m K), ISO 13370 sand or gravel
_GROUND_EQUIVALENT_M = 0.72  # d_t of an uninsulated slab: wall 0.3 m + 2.0 (0.17 + 0.04)
_FLOOR_FILM = 0.17


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """Areas of one zone over all storeys.

    Attributes
    ----------
    name
        ``all``, ``core``, ``dense`` or the facade number (0 to 3, clockwise from the long facade at `azimuth`).
    floor_m2
        Floor area over all storeys.
    facades
        Gross facade area by azimuth, m².
    roof_m2, ground_m2
        Roof above and slab below it.
    """

    name: str
    floor_m2: float
    facades: tuple[tuple[float, float], ...]
    roof_m2: float
    ground_m2: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Plate of a building.

    Attributes
    ----------
    length_m, width_m
        Sides of the plate, length along the facades at `azimuth_deg` and opposite.
    storeys
        Number of storeys.
    floor_height_m
        Storey height.
    azimuth_deg
        Direction a long facade faces, rounded to 15°.
    """

    length_m: float
    width_m: float
    storeys: int
    floor_height_m: float
    azimuth_deg: float

    @property
    def plate_m2(self) -> float:
        """Area of one storey."""
        return self.length_m * self.width_m


def shape_of(floor_area_m2: float, storeys: int, aspect: float, floor_height_m: float, orientation_deg: float) -> Shape:
    """Return the plate of a building of given total floor area; `aspect` is length over width."""
    plate = floor_area_m2 / storeys
    length = sqrt(plate * aspect)
    azimuth = round(orientation_deg / ORIENTATION_STEP_DEG) * ORIENTATION_STEP_DEG % 360.0
    return Shape(length, plate / length, storeys, floor_height_m, azimuth)


def zone_shapes(shape: Shape, *, split: bool, dense_frac: float) -> list[ZoneShape]:
    """Return the zones of a building: one, or a core with four perimeter zones and a dense zone taken from the core."""
    height = shape.storeys * shape.floor_height_m
    sides = (shape.length_m, shape.width_m, shape.length_m, shape.width_m)
    facades = [((shape.azimuth_deg + 90.0 * i) % 360.0, side * height) for i, side in enumerate(sides)]
    depth = min(PERIMETER_DEPTH_M, 0.5 * shape.width_m, 0.5 * shape.length_m)
    if not split:
        return [ZoneShape("all", shape.plate_m2 * shape.storeys, tuple(facades), shape.plate_m2, shape.plate_m2)]
    zones = []
    for i, side in enumerate(sides):
        plate = (side - depth) * depth
        zones.append(ZoneShape(str(i), plate * shape.storeys, (facades[i],), plate, plate))
    core = (shape.length_m - 2 * depth) * (shape.width_m - 2 * depth)
    dense = min(dense_frac * shape.plate_m2, 0.9 * core)
    for name, plate in (("core", core - dense), ("dense", dense)):
        if plate > 0.005 * shape.plate_m2:
            zones.append(ZoneShape(name, plate * shape.storeys, (), plate, plate))
    return zones


def ground_resistance(shape: Shape) -> float:
    """Return the equivalent resistance of soil below an uninsulated slab, m²K/W, beyond the inside film.

    ISO 13370:2017 9.1: U = 2 λ/(π B' + d_t) ln(π B'/d_t + 1), B' = A/(P/2).
    """
    b = shape.plate_m2 / (shape.length_m + shape.width_m)
    u = 2 * _SOIL_CONDUCTIVITY / (pi * b + _GROUND_EQUIVALENT_M) * log(pi * b / _GROUND_EQUIVALENT_M + 1)
    return max(1 / u - _FLOOR_FILM, 0.1)
