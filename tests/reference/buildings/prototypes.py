"""Whole buildings in hot climates: offices, shop, hotel, flats and school against EnergyPlus 25.2.

Plates, heights, window shares, densities and hours are those of the DOE commercial reference buildings (Deru et al.,
NREL/TP-5500-46861, 2011), rounded; constructions range from insulated steel frames to the bare concrete and block of
the tropics. A plan is cut into zones by walls; storeys between the lowest and the highest are one, multiplied. Every
program gets the same layers, areas, gains, air, schedules and set points. ``make_energyplus_prototypes.py`` runs
EnergyPlus (ten-minute steps, walls between zones that conduct and store); ``energyplus_prototypes.npz`` holds its
hourly cooling. edsim simulates the zones each for itself: a wall to another zone is half of it with nothing behind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Coil, Gains, Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.spec import Glazing
from edsim.profiles.weather import Weather

Array = NDArray[np.float64]
Point = tuple[float, float]

SITES = {
    "Singapore": "SGP_Singapore-Changi_Meteonorm7_1990-2010.epw",
    "Miami": "Miami.epw",
    "Palmas": "BRA_Palmas_Meteonorm8.epw",
    "Ahmedabad": "IND_Ahmedabad_Meteonorm8.epw",
}
NMBE_BAR_FRAC, MONTHLY_BAR_FRAC, PEAK_BAR_FRAC = 0.10, 0.12, 0.15
RESULTS = Path(__file__).with_name("energyplus_prototypes.npz")
SUPPLY_C, GROUND_C = 13.0, 25.0

_HOUR, _DAY = np.tile(np.arange(24), 365), np.repeat(np.arange(365), 24) % 7
SLAB, GROUND_SLAB = (
    (Layer(0.20, 1.6, 2300.0, 900.0),),
    (Layer(resistance_m2_k_per_w=1.0), Layer(0.12, 1.6, 2300.0, 900.0)),
)
HALF_SLAB = (Layer(0.10, 1.6, 2300.0, 900.0),)
PARTITION, HALF_PARTITION = (Layer(0.10, 0.5, 800.0, 1000.0),), (Layer(0.05, 0.5, 800.0, 1000.0),)
_BOARD, _WOOL = Layer(0.016, 0.16, 800.0, 1090.0), Layer(0.09, 0.045, 30.0, 840.0)
STEEL_WALL = (Layer(0.025, 0.72, 1856.0, 840.0), _BOARD, _WOOL, _BOARD)
DECK_ROOF = (Layer(0.010, 0.16, 1120.0, 1460.0), Layer(0.12, 0.049, 265.0, 837.0), Layer(0.0015, 45.0, 7680.0, 418.0))
BLOCK_WALL = (Layer(0.02, 0.8, 1800.0, 900.0), Layer(0.14, 0.6, 1100.0, 900.0), Layer(0.02, 0.8, 1800.0, 900.0))
MASS_WALL = (Layer(0.20, 0.9, 1900.0, 900.0), Layer(resistance_m2_k_per_w=0.5), _BOARD)
CONCRETE_ROOF = (Layer(0.02, 0.8, 1800.0, 900.0), Layer(0.15, 1.6, 2300.0, 900.0))
SCREED_ROOF = (Layer(resistance_m2_k_per_w=1.2), Layer(0.15, 1.6, 2300.0, 900.0))
GLASS: dict[str, tuple[float, float, Glazing | None]] = {
    "double": (2.73, 0.769, "double_clear"),
    "single": (5.8, 0.86, "single_clear"),
    "coated": (2.8, 0.25, None),
}


def course(weekday: Mapping[int, float], saturday: Mapping[int, float], sunday: Mapping[int, float]) -> Array:
    """Return a year of hourly shares from the values that begin at given hours of each kind of day."""
    year = np.empty(8760)
    for days, steps in ((_DAY < 5, weekday), (_DAY == 5, saturday), (_DAY == 6, sunday)):
        for start, value in sorted(steps.items()):
            year[days & (start <= _HOUR)] = value
    return year


_OFFICE = course(
    {0: 0.05, 6: 0.1, 7: 0.3, 8: 0.95, 12: 0.5, 13: 0.95, 17: 0.4, 18: 0.2, 22: 0.05},
    {0: 0.05, 8: 0.3, 17: 0.05},
    {0: 0.05},
)
_SHOP = course(
    {0: 0.0, 8: 0.2, 9: 0.5, 11: 0.8, 18: 0.5, 21: 0.0}, {0: 0.0, 8: 0.3, 11: 0.9, 21: 0.0}, {0: 0.0, 10: 0.5, 19: 0.0}
)
_CLASS = course({0: 0.0, 7: 0.2, 8: 0.95, 15: 0.3, 17: 0.05, 21: 0.0}, {0: 0.0}, {0: 0.0})
_HOME = course(*({0: 1.0, 7: 0.7, 9: 0.3, 16: 0.5, 18: 0.9, 22: 1.0},) * 2, {0: 1.0, 9: 0.7, 21: 1.0})
_ROOM = course(*({0: 0.9, 7: 0.6, 9: 0.2, 16: 0.4, 19: 0.6, 22: 0.9},) * 3)
ALWAYS = np.ones(8760)


@dataclass(frozen=True, slots=True)
class Use:
    """What goes on in a zone; electric power follows `course` above its `base_frac`.

    `on` are the hours of ventilation and of `cooling_set_c`; else `setback_c` holds.
    """

    m2_per_person: float
    light_w_per_m2: float
    plug_w_per_m2: float
    air_l_per_s_m2: float
    course: Array
    on: Array
    base_frac: float = 0.1
    person_w: tuple[float, float] = (73.0, 59.0)
    cooling_set_c: float = 24.0
    setback_c: float = 27.0

    def gains_w_per_m2(self) -> tuple[Array, Array, Array]:
        """Return convective, radiant and latent gains, W/m²: people 50, lights 60 and plugs 40 % radiant."""
        power = self.base_frac + (1 - self.base_frac) * self.course
        people = self.course / self.m2_per_person * self.person_w[0]
        light, plug = self.light_w_per_m2 * power, self.plug_w_per_m2 * power
        radiant = 0.5 * people + 0.6 * light + 0.4 * plug
        latent = self.course / self.m2_per_person * self.person_w[1]
        return people + light + plug - radiant, radiant, latent

    def set_point_c(self) -> Array:
        """Return the cooling set point of every hour."""
        return np.where(self.on > 0, self.cooling_set_c, self.setback_c)


@dataclass(frozen=True, slots=True)
class Cell:
    """A zone of a plan: corners counter-clockwise, m, and what goes on in it."""

    name: str
    corners: tuple[Point, ...]
    use: Use

    @property
    def area_m2(self) -> float:
        """Floor area."""
        closed = (*self.corners, self.corners[0])
        return 0.5 * sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed))

    def edges(self) -> Iterator[tuple[Point, Point]]:
        """Yield the walls."""
        return pairwise((*self.corners, self.corners[0]))


def ring(length: float, width: float, depth: float, use: Use) -> tuple[Cell, ...]:
    """Return four perimeter zones around a core."""
    a, b, c, d = (0.0, 0.0), (length, 0.0), (length, width), (0.0, width)
    e, f = (depth, depth), (length - depth, depth)
    g, h = (length - depth, width - depth), (depth, width - depth)
    cells = (("south", (a, b, f, e)), ("east", (b, c, g, f)), ("north", (c, d, h, g)), ("west", (d, a, e, h)))
    return tuple(Cell(name, corners, use) for name, corners in (*cells, ("core", (e, f, g, h))))


def rows(length: float, parts: tuple[tuple[str, float, Use], ...]) -> tuple[Cell, ...]:
    """Return zones from wall to wall, from south to north, of given widths."""
    cells, y = [], 0.0
    for name, width, use in parts:
        cells.append(Cell(name, ((0.0, y), (length, y), (length, y + width), (0.0, y + width)), use))
        y += width
    return tuple(cells)


@dataclass(frozen=True, slots=True)
class Storey:
    """A storey and how many alike it stands for."""

    name: str
    ground: bool
    roof: bool
    count: int


@dataclass(frozen=True, slots=True)
class Prototype:
    """One building; `window_frac` by azimuth of the facade."""

    cells: tuple[Cell, ...]
    storeys: int
    height_m: float
    wall: tuple[Layer, ...]
    roof: tuple[Layer, ...]
    glass: str
    window_frac: Mapping[float, float]
    roof_absorptance_frac: float = 0.7
    infiltration_ach: float = 0.2
    max_relative_humidity_frac: float = 1.0
    partition_m2_per_m2: float = 1.0
    levels: tuple[Storey, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Set the storeys that are simulated."""
        levels = [Storey("base", ground=True, roof=self.storeys == 1, count=1)]
        if self.storeys > 2:
            levels.append(Storey("middle", ground=False, roof=False, count=self.storeys - 2))
        if self.storeys > 1:
            levels.append(Storey("top", ground=False, roof=True, count=1))
        object.__setattr__(self, "levels", tuple(levels))

    def neighbor(self, edge: tuple[Point, Point]) -> Cell | None:
        """Return the zone beyond a wall, None outdoors."""
        return next((c for c in self.cells if (edge[1], edge[0]) in set(c.edges())), None)

    @property
    def floor_m2(self) -> float:
        """Floor area of all storeys."""
        return self.storeys * sum(c.area_m2 for c in self.cells)


def azimuth_deg(edge: tuple[Point, Point]) -> float:
    """Return the direction that a facade of a counter-clockwise outline faces, clockwise from north."""
    (x, y), (u, v) = edge
    return float(np.degrees(np.arctan2(v - y, x - u)) % 360.0)


_AT_WORK = ((_HOUR >= 6) & (((_HOUR < 22) & (_DAY < 5)) | ((_HOUR < 18) & (_DAY == 5)))).astype(float)
_OPEN = (_SHOP > 0).astype(float)
_IN_CLASS = ((_HOUR >= 6) & (_HOUR < 17) & (_DAY < 5)).astype(float)
DESKS = Use(18.6, 10.8, 8.1, 0.43, _OFFICE, _AT_WORK, base_frac=0.25)
_SALES = Use(6.2, 18.3, 3.2, 1.0, _SHOP, _OPEN, base_frac=0.05, cooling_set_c=24.0, setback_c=30.0)
_FLAT = Use(35.0, 3.9, 5.4, 0.25, _HOME, ALWAYS, base_frac=0.3, cooling_set_c=25.0)
_GUESTS = Use(20.0, 8.0, 6.0, 0.45, _ROOM, ALWAYS, base_frac=0.2, cooling_set_c=23.0)
_PASSAGE = Use(1000.0, 6.0, 0.5, 0.3, ALWAYS, ALWAYS, cooling_set_c=24.0)
PUPILS = Use(4.3, 15.1, 15.0, 1.9, _CLASS, _IN_CLASS, person_w=(65.0, 45.0))
HALLWAY = Use(50.0, 5.4, 4.0, 0.3, _CLASS, _IN_CLASS)


def _all_round(share: float) -> dict[float, float]:
    return dict.fromkeys((0.0, 90.0, 180.0, 270.0), share)


PROTOTYPES = {
    "office, steel frame": Prototype(
        ring(49.9, 33.3, 4.57, DESKS), 3, 3.96, STEEL_WALL, DECK_ROOF, "coated", _all_round(0.33)
    ),
    "office, single glass and mass": Prototype(
        ring(49.9, 33.3, 4.57, DESKS),
        12,
        3.5,
        MASS_WALL,
        SCREED_ROOF,
        "single",
        _all_round(0.40),
        infiltration_ach=0.4,
    ),
    "shop": Prototype(
        rows(54.3, (("front", 8.0, _SALES), ("sales", 33.7, _SALES))),
        1,
        6.1,
        MASS_WALL,
        DECK_ROOF,
        "coated",
        {180.0: 0.25},
        infiltration_ach=0.3,
        partition_m2_per_m2=0.4,
    ),
    "hotel, 60 % humidity": Prototype(
        rows(55.0, (("south", 8.0, _GUESTS), ("corridor", 2.0, _PASSAGE), ("north", 8.0, _GUESTS))),
        4,
        3.0,
        BLOCK_WALL,
        SCREED_ROOF,
        "double",
        {0.0: 0.25, 180.0: 0.25},
        max_relative_humidity_frac=0.6,
        partition_m2_per_m2=2.0,
    ),
    "flats of bare concrete": Prototype(
        rows(46.3, (("south", 7.6, _FLAT), ("corridor", 1.7, _PASSAGE), ("north", 7.6, _FLAT))),
        4,
        3.05,
        BLOCK_WALL,
        CONCRETE_ROOF,
        "single",
        {0.0: 0.2, 180.0: 0.2},
        infiltration_ach=0.5,
        partition_m2_per_m2=2.0,
    ),
    "school": Prototype(
        rows(82.0, (("south", 9.0, PUPILS), ("corridor", 3.0, HALLWAY), ("north", 9.0, PUPILS))),
        1,
        3.96,
        BLOCK_WALL,
        DECK_ROOF,
        "double",
        {0.0: 0.35, 180.0: 0.35},
        infiltration_ach=0.3,
    ),
}


def zone(made: Prototype, level: Storey, cell: Cell) -> ZoneSpec:
    """Return a zone of one storey for edsim."""
    area = cell.area_m2
    surfaces, windows = [], []
    u, g, glazing = GLASS[made.glass]
    for edge in cell.edges():
        gross = made.height_m * float(np.hypot(edge[1][0] - edge[0][0], edge[1][1] - edge[0][1]))
        if made.neighbor(edge):
            surfaces.append(Surface(HALF_PARTITION, gross, "adiabatic"))
            continue
        azimuth = azimuth_deg(edge)
        share = made.window_frac.get(round(azimuth), 0.0)
        surfaces.append(Surface(made.wall, gross * (1 - share), "outdoor", azimuth))
        if share:
            windows.append(Window(gross * share, u, azimuth, g_frac=g, glazing=glazing))
    if level.roof:
        surfaces.append(Surface(made.roof, area, "outdoor", 180.0, 0.0, made.roof_absorptance_frac))
    else:
        surfaces.append(Surface(HALF_SLAB, area, "adiabatic", tilt_deg=0.0))
    if level.ground:
        surfaces.append(Surface(GROUND_SLAB, area, "ground", tilt_deg=180.0, ground_temp_c=GROUND_C))
    else:
        surfaces.append(Surface(HALF_SLAB, area, "adiabatic", tilt_deg=180.0))
    surfaces.append(Surface(HALF_PARTITION, made.partition_m2_per_m2 * area, "adiabatic"))
    return ZoneSpec(
        f"{level.name} {cell.name}",
        area,
        area * made.height_m,
        tuple(surfaces),
        tuple(windows),
        Gains(*(area * g / 1000.0 for g in cell.use.gains_w_per_m2())),
        infiltration_ach=made.infiltration_ach,
        outdoor_air_l_per_s=area * cell.use.air_l_per_s_m2 * cell.use.on,
        cooling_set_c=cell.use.set_point_c(),
        max_relative_humidity_frac=made.max_relative_humidity_frac,
        coil=Coil("ideal", apparatus_dew_point_c=SUPPLY_C, bypass_frac=0.0),
        internal_capacity_kj_per_m2_k=1.2 * made.height_m,
        moisture_capacity_multiplier=1.0,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a building is from EnergyPlus: bias, CV(RMSE) of months and hours, peak and latent, as fractions."""

    prototype: str
    energyplus_kwh_per_m2: float
    nmbe_frac: float
    monthly_cv_frac: float
    hourly_cv_frac: float
    peak_frac: float
    latent_frac: float

    @property
    def held(self) -> bool:
        """Whether the bars on bias, months and peak are held."""
        return (
            abs(self.nmbe_frac) <= NMBE_BAR_FRAC
            and self.monthly_cv_frac <= MONTHLY_BAR_FRAC
            and abs(self.peak_frac) <= PEAK_BAR_FRAC
        )


def compare(site: str, weather: Weather) -> list[Comparison]:
    """Return the comparison of all buildings at a site."""
    with np.load(RESULTS) as stored:
        hourly, latent = stored[f"{site}_total_kw"].astype(float), stored[f"{site}_latent_kwh"]
    zones = [(n, level.count, zone(p, level, c)) for n, p in PROTOTYPES.items() for level in p.levels for c in p.cells]
    result = simulate_zones([z for _, _, z in zones], weather)
    found = []
    for row, (name, made) in enumerate(PROTOTYPES.items()):
        own = np.array([count * (owner == name) for owner, count, _ in zones], dtype=float)
        found.append(compared(name, made, own @ result.cooling_kw, own @ result.latent_kw, hourly[row], latent[row]))
    return found


def compared(name: str, made: Prototype, total: Array, own_latent: Array, other: Array, latent: float) -> Comparison:
    """Return the comparison of hourly cooling and latent cooling, kW, with hours and latent kWh of EnergyPlus."""
    return Comparison(
        name,
        float(other.sum() / made.floor_m2),
        float(total.sum() / other.sum() - 1),
        _cv(_months(total), _months(other)),
        _cv(total, other),
        float(total.max() / other.max() - 1),
        float(own_latent.sum() / latent - 1),
    )


def _months(hourly: Array) -> Array:
    ends = 24 * np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    return np.add.reduceat(hourly, ends[:-1])


def _cv(made: Array, other: Array) -> float:
    return float(np.sqrt(np.mean((made - other) ** 2)) / other.mean())
