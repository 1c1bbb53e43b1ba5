"""A building of the building list as zones: archetype, geometry, schedules and constructions put together."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.spec import Coil, Economizer, Gains, Layer, Surface, Window, ZoneSpec
from edsim.profiles.buildings.stock.archetypes import Archetype, ClimateBand, archetype
from edsim.profiles.buildings.stock.building_spec import BuildingSpec
from edsim.profiles.buildings.stock.geometry import Shape, ZoneShape, ground_resistance, shape_of, zone_shapes
from edsim.profiles.buildings.stock.pool import evaporation_kg_per_h_m2
from edsim.profiles.buildings.stock.retrofit import retrofitted
from edsim.profiles.buildings.stock.schedules import (
    Diversity,
    by_day,
    day_factors,
    day_shapes,
    diversity,
    shifted,
    start_ramp_k,
    started_before,
    year_schedule,
)

Array = NDArray[np.float64]

_START_RAMP_K = (2.0, 1.0)  # set point above its final value in the first hours after the start
_HEATING_RAMP_K = (3.0, 2.0, 1.0)
"""Heating set point below its final value after a start: 1 K an hour, as boilers and radiators of usual size can."""
_GIVEN = (
    *("aspect", "conditioned_frac", "heated_frac", "wwr_frac", "cooling_set_c", "heating_set_c"),
    *("m2_per_person", "system"),
)
"""Fields of a building of the list that are fields of its archetype."""
_RADIANT = {"people": 0.5, "light": 0.5, "plug": 0.3, "process": 0.3}  # ASHRAE Fundamentals 2017, 18 tables 1, 3, 6
_ECONOMIZER_L_PER_S_M2 = 5.0
_NO_SET_POINT_C = 50.0
_BEDS_PER_ROOM = 2.0
_USES_OF_BEDS = ("hospital", "care_home", "prison", "student_residence")
_MOISTURE_STORAGE = 6.0  # of air, furnishings and lined faces over that of the air (see air.moisture)
_MIN_WINDOW_M2 = 0.01
_SMALL_BUILDING_M2 = 1000.0  # 10,000 ft², where the second class of size of CBECS ends
_LATENT_W_PER_KG_H = 2501.0 / 3.6  # the zone counts moisture by its heat at 0 °C
_SPLIT_BANDS = frozenset({"winter", "mild_winter", "cold", "temperate"})


@dataclass(frozen=True, slots=True)
class Building:
    """A building resolved for a climate, a calendar and its own diversity.

    Attributes
    ----------
    spec, archetype, shape
        Input, resolved properties and plate.
    units
        Beds, rooms, meals or persons that hot water and steam scale with.
    days
        Hourly factor of each day on who and what is in use.
    occupancy, activity
        Hourly shares of people present and of lights, plugs and process in use, with diversity.
    in_use
        Hours of use, which the day's number of people does not change.
    hvac_on
        Hours in which the air handling runs.
    """

    spec: BuildingSpec
    archetype: Archetype
    shape: Shape
    diversity: Diversity
    units: float
    days: Array
    occupancy: Array
    activity: Array
    in_use: NDArray[np.bool_]
    hvac_on: NDArray[np.bool_]

    @property
    def conditioned_m2(self) -> float:
        """Cooled floor area."""
        return self.spec.floor_area_m2 * self.archetype.conditioned_frac


def resolve(spec: BuildingSpec, band: ClimateBand, country: str, year: int, seed: int) -> Building:
    """Return a building with archetype, geometry and schedules."""
    a = archetype_of(spec, band)
    storeys = int(spec.storeys or a.storeys)
    spread = diversity(spec.id, seed, a.schedule_sigma_h, a.intensity_sigma_frac)
    occupancy = year_schedule(a.schedule, country, year)
    active = f"act_{a.schedule}"
    activity = year_schedule(active, country, year) if active in day_shapes() else occupancy
    occupancy, activity = shifted(occupancy, spread.shift_h), shifted(activity, spread.shift_h)
    in_use = occupancy > a.hvac_threshold_frac
    days = day_factors(spec.id, seed, a.day_sigma_frac)
    return Building(
        spec=spec,
        archetype=a,
        shape=shape_of(spec.floor_area_m2, storeys, a.aspect, a.floor_height_m, spec.orientation_deg),
        diversity=spread,
        units=_units(spec, a),
        days=days,
        occupancy=by_day(occupancy, days),
        activity=by_day(activity, days),
        in_use=in_use,
        hvac_on=started_before(in_use) | bool(a.hvac_always),
    )


def archetype_of(spec: BuildingSpec, band: ClimateBand) -> Archetype:
    """Return the properties of a building: of its use, as the building list gives them, after its measures.

    Buildings below 1,000 m² have no larger window share than `small_wwr_frac`, unless one is given.
    """
    given = _given(spec)
    a = archetype(spec.use, spec.vintage, band, given)
    if spec.floor_area_m2 < _SMALL_BUILDING_M2 and "wwr_frac" not in given:
        a = replace(a, wwr_frac=min(a.wwr_frac, a.small_wwr_frac))
    return retrofitted(a, spec.retrofits)


def _given(spec: BuildingSpec) -> dict[str, float | str]:
    """Return the archetype fields that the building list gives."""
    values: dict[str, float | str] = dict(spec.overrides)
    for name in _GIVEN:
        value = getattr(spec, name)
        if value is not None:
            values[name] = value
    if spec.people:
        values["m2_per_person"] = spec.floor_area_m2 / spec.people
    return values


def _units(spec: BuildingSpec, a: Archetype) -> float:
    rooms = spec.beds / _BEDS_PER_ROOM if spec.rooms is None and spec.beds is not None else spec.rooms
    given = dict.fromkeys(_USES_OF_BEDS, spec.beds) | {"hotel": rooms, "restaurant": spec.meals_per_day}
    count = given.get(spec.use)
    return spec.floor_area_m2 / a.m2_per_unit if count is None else count


def _ventilated(building: Building) -> NDArray[np.bool_]:
    """Return the hours with outdoor air: those in use, for dampers stay shut while a building warms up or cools down.

    ANSI/ASHRAE/IES 90.1-2019, 6.4.3.4.2. Air of constant flow runs whenever the air handling does.
    """
    a = building.archetype
    return building.hvac_on if a.hvac_always or a.system == "cav" else building.in_use


@dataclass(frozen=True, slots=True)
class _Part:
    """A share of the floor area of every zone of a building with the same system."""

    share: float
    cooled: bool
    heated: bool

    @property
    def name(self) -> str:
        """What the names of its zones end in."""
        return "" if self.cooled and self.heated else "-cooled" if self.cooled else "-heated"


def _parts(a: Archetype) -> list[_Part]:
    """Return the cooled and heated, the only heated and the only cooled part of a building, without empty ones.

    A building without a heating set point has its cooled part alone.
    """
    cooled = a.conditioned_frac
    if a.heating_set_c < -_NO_SET_POINT_C:
        return [_Part(cooled, cooled=True, heated=True)] if cooled > 0 else []
    both = min(cooled, a.heated_frac)
    parts = (
        _Part(both, cooled=True, heated=True),
        _Part(a.heated_frac - both, cooled=False, heated=True),
        _Part(cooled - both, cooled=True, heated=False),
    )
    return [p for p in parts if p.share > 0]


def zones_of(building: Building, band: ClimateBand, ground_temp_c: float) -> list[ZoneSpec]:
    """Return the zones of the cooled and heated parts of a building.

    Mild climates get a core, four perimeter zones and a zone of dense gains, because rooms with high gains cool while
    others float; hot climates one zone per building, where lumping does no harm. What is heated and not cooled has
    windows to open instead of a coil and radiators instead of fans. A building with neither has no zones.
    """
    a = building.archetype
    split = band in _SPLIT_BANDS and building.shape.width_m > 6.0 and a.it_w_per_m2 == 0
    shapes = zone_shapes(building.shape, split=split, dense_frac=a.dense_area_frac)
    dense = sum(s.floor_m2 for s in shapes if s.name == "dense")
    total = sum(s.floor_m2 for s in shapes)
    common = _common(building, ground_temp_c)
    factors = [_densities(a, s.name, dense, total) for s in shapes]
    gains = {pair: _gains(common.gains_kw_per_m2, a, pair) for pair in set(factors)}
    return [
        _zone(building, s, part, gains[pair], common)
        for part in _parts(a)
        for s, pair in zip(shapes, factors, strict=True)
    ]


def _densities(a: Archetype, name: str, dense_m2: float, total_m2: float) -> tuple[float, float]:
    """Return factors on gains per area: of plugs and process, of which the dense zone has its share, and of cases.

    Display cases stand in the other zones: bakery, store and office have none to be cooled by.
    """
    if dense_m2 <= 0:
        return 1.0, 1.0
    share, rest = max(a.dense_gain_frac, dense_m2 / total_m2), total_m2 - dense_m2
    if name == "dense":
        return share * total_m2 / dense_m2, 0.0
    return (1 - share) * total_m2 / rest, total_m2 / rest


@dataclass(frozen=True, slots=True)
class _Common:
    """What the zones of a building share: controls, outdoor air per m², gains per m², ground temperature."""

    cooling_set_c: Array
    heating_set_c: Array
    max_relative_humidity_frac: Array
    outdoor_air_l_per_s_m2: Array
    gains_kw_per_m2: tuple[Gains, Gains]
    ground_temp_c: float


def _common(building: Building, ground_temp_c: float) -> _Common:
    a, on = building.archetype, building.hvac_on
    people_per_m2 = building.diversity.occupancy_frac / a.m2_per_person
    setback = _cooling_set(a.cooling_setback_c)
    return _Common(
        np.where(on, _cooling_set(a.cooling_set_c) + start_ramp_k(on, _START_RAMP_K), setback),
        _heating_c(a, on),
        np.where(on, a.max_relative_humidity_frac, 1.0),
        _ventilated(building)
        * (a.outdoor_air_l_per_s_person * people_per_m2 * building.occupancy + a.outdoor_air_l_per_s_m2),
        gains_per_m2(building),
        ground_temp_c,
    )


def _heating_c(a: Archetype, on: NDArray[np.bool_]) -> Array:
    """Return the heating set point: in use, rising to it from the setback beforehand, and the setback."""
    early = on | np.roll(on, -1)
    final, setback = _heating_set(a.heating_set_c), _heating_set(a.heating_setback_c)
    return np.where(early, np.maximum(final - start_ramp_k(early, _HEATING_RAMP_K), setback), setback)


def _zone(building: Building, shape: ZoneShape, part: _Part, per_m2: Gains, common: _Common) -> ZoneSpec:
    a = building.archetype
    area = shape.floor_m2 * part.share
    return ZoneSpec(
        name=f"{building.spec.id}/{shape.name}{part.name}",
        floor_area_m2=area,
        volume_m3=area * a.floor_height_m,
        surfaces=_surfaces(building, shape, part.share, common.ground_temp_c),
        windows=_windows(a, shape, part.share),
        gains=Gains(area * per_m2.convective_kw, area * per_m2.radiant_kw, area * per_m2.latent_kw),
        infiltration_ach=a.infiltration_ach,
        outdoor_air_l_per_s=common.outdoor_air_l_per_s_m2 * area,
        cooling_set_c=common.cooling_set_c,
        heating_set_c=common.heating_set_c if part.heated else -inf,
        max_relative_humidity_frac=common.max_relative_humidity_frac,
        coil=_coil(a, area, common.outdoor_air_l_per_s_m2) if part.cooled else _windows_only(area),
        cooling_starts_at_once=False,
        films_by_hour=False,
        moisture_capacity_multiplier=_MOISTURE_STORAGE,
    )


def _cooling_set(value_c: float) -> float:
    """Return a cooling set point; a table value above 50 °C means none."""
    return inf if value_c > _NO_SET_POINT_C else value_c


def _heating_set(value_c: float) -> float:
    """Return a heating set point; a table value below -50 °C means none."""
    return -inf if value_c < -_NO_SET_POINT_C else value_c


def gains_per_m2(building: Building) -> tuple[Gains, Gains]:
    """Return the internal gains per floor area, kW/m²: those spread evenly, and those of plugs and process."""
    a, spread = building.archetype, building.diversity
    people = spread.occupancy_frac / a.m2_per_person * building.occupancy
    process = process_w_per_m2(building)
    persons, light, plug = people * a.sensible_w_per_person, light_w_per_m2(building), plug_w_per_m2(building)
    kept = process * (1 - a.process_lost_frac - a.process_latent_frac)
    even_radiant = _RADIANT["people"] * persons + _RADIANT["light"] * light
    dense_radiant = _RADIANT["plug"] * plug + _RADIANT["process"] * kept
    steady = a.it_w_per_m2 * (1 + a.ups_loss_frac) * building.activity
    even_latent = people * a.latent_w_per_person
    even_latent = even_latent + _LATENT_W_PER_KG_H * evaporation_kg_per_h_m2(a, building.activity)
    even = (persons + light - even_radiant + steady, even_radiant, even_latent)
    dense = (plug + kept - dense_radiant, dense_radiant, process * a.process_latent_frac)
    return Gains(*(v / 1000.0 for v in even)), Gains(*(v / 1000.0 for v in dense))


def _gains(per_m2: tuple[Gains, Gains], a: Archetype, factors: tuple[float, float]) -> Gains:
    """Return the gains of a zone per floor area, kW/m², less what cases take; `factors` are those of `_densities`."""
    (even, dense), (factor, cases) = per_m2, factors
    return Gains(
        even.convective_kw + factor * dense.convective_kw - cases * a.case_credit_sensible_w_per_m2 / 1000.0,
        even.radiant_kw + factor * dense.radiant_kw,
        even.latent_kw + factor * dense.latent_kw - cases * a.case_credit_latent_w_per_m2 / 1000.0,
    )


def light_w_per_m2(building: Building) -> Array:
    """Return the lighting power: base load plus what follows activity (full from 83 % of it)."""
    a = building.archetype
    use = np.minimum(1.2 * building.activity, 1.0)
    return a.light_w_per_m2 * building.diversity.intensity_frac * (a.light_base_frac + (1 - a.light_base_frac) * use)


def plug_w_per_m2(building: Building) -> Array:
    """Return the power of plugs: base load plus what follows activity."""
    a = building.archetype
    share = a.plug_base_frac + (1 - a.plug_base_frac) * building.activity
    return a.plug_w_per_m2 * building.diversity.intensity_frac * share


def process_w_per_m2(building: Building) -> Array:
    """Return the heat of process and cooking, which follows activity."""
    return building.archetype.process_w_per_m2 * building.diversity.intensity_frac * building.activity


def _surfaces(building: Building, shape: ZoneShape, part: float, ground_temp_c: float) -> tuple[Surface, ...]:
    a = building.archetype
    wall = mass_wall(a.wall_u_w_per_m2_k, a.wall_mass_kg_per_m2, 0.60, 1100.0)
    roof = mass_wall(a.roof_u_w_per_m2_k, a.roof_mass_kg_per_m2, 1.6, 2300.0)
    slab = Layer(0.12, 1.6, 2300.0, 900.0)
    half_slab = (Layer(0.08, 1.6, 2300.0, 900.0),)
    surfaces = [
        Surface(wall, part * gross * (1 - a.wwr_frac), "outdoor", azimuth, 90.0, a.wall_absorptance_frac)
        for azimuth, gross in shape.facades
    ]
    surfaces.append(Surface(roof, part * shape.roof_m2, "outdoor", 180.0, 0.0, a.roof_absorptance_frac))
    ground = (Layer(resistance_m2_k_per_w=ground_resistance(building.shape)), slab)
    surfaces.append(Surface(ground, part * shape.ground_m2, "ground", tilt_deg=180.0, ground_temp_c=ground_temp_c))
    inner = part * (shape.floor_m2 - shape.ground_m2)
    if inner > 0:
        surfaces += [Surface(half_slab, inner, "adiabatic", tilt_deg=tilt) for tilt in (0.0, 180.0)]
    partition = (Layer(0.02, 0.5, 1000.0 * a.partition_kj_per_m2_k / 20.0, 1000.0),)
    surfaces.append(Surface(partition, part * a.partition_m2_per_m2 * shape.floor_m2, "adiabatic"))
    return tuple(surfaces)


def mass_wall(u: float, mass_kg_per_m2: float, conductivity: float, density: float) -> tuple[Layer, ...]:
    """Return layers of given U (ISO 6946 films) and mass: insulation outside of a massive leaf."""
    thickness = mass_kg_per_m2 / density
    total = max(1 / u - 0.17, 0.02)
    extra = total - thickness / conductivity
    if extra <= 0.005:
        return (Layer(thickness, thickness / total, density, 900.0),)
    return (Layer(resistance_m2_k_per_w=extra), Layer(thickness, conductivity, density, 900.0))


def _windows(a: Archetype, shape: ZoneShape, part: float) -> tuple[Window, ...]:
    areas = [(azimuth, part * gross * a.wwr_frac) for azimuth, gross in shape.facades]
    return tuple(
        Window(
            area,
            a.window_u_w_per_m2_k,
            azimuth,
            g_frac=a.window_g_frac,
            glazing=a.glazing,
            frame_frac=0.15,
            shading_factor_frac=a.shading_factor_frac,
        )
        for azimuth, area in areas
        if area > _MIN_WINDOW_M2
    )


def _windows_only(area_m2: float) -> Coil:
    """Return the air handling of what is heated and not cooled: windows and radiators."""
    return Coil(system="natural_ventilation", economizer_max_l_per_s=_ECONOMIZER_L_PER_S_M2 * area_m2)


def _coil(a: Archetype, area_m2: float, outdoor_air_l_per_s_m2: Array) -> Coil:
    """Return the air handling of a zone; its constant flow and its free cooling are at least its outdoor air."""
    least = float(outdoor_air_l_per_s_m2.max())
    economizer: Economizer = "enthalpy" if a.economizer else "none"
    free_cooling = bool(a.economizer) or a.system == "natural_ventilation"
    return Coil(
        system=a.system,
        apparatus_dew_point_c=a.apparatus_dew_point_c,
        bypass_frac=a.bypass_frac,
        supply_l_per_s=max(a.supply_l_per_s_m2, least * (a.system == "cav")) * area_m2,
        reheat=bool(a.reheat),
        economizer=economizer,
        economizer_max_l_per_s=max(_ECONOMIZER_L_PER_S_M2, least) * area_m2 * free_cooling,
        recovery_sensible_frac=a.recovery_sensible_frac,
        recovery_latent_frac=a.recovery_latent_frac,
        fan_w_per_l_per_s=a.fan_w_per_l_per_s,
    )
