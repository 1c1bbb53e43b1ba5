"""Driving temperatures, solar gains and air flows of zones from their specification and the weather."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.buildings.balance.network import Part, window_panes_m2_k_per_w
from edsim.profiles.buildings.envelope.elements import H_RADIATIVE_IN
from edsim.profiles.buildings.envelope.films import (
    HEATING_CLIMATE,
    WALL_M,
    Films,
    films_of,
    forced_on_roof_w_per_m2_k,
    forced_w_per_m2_k,
    hourly_frac,
    wet_frac,
    wet_hours,
)
from edsim.profiles.buildings.envelope.glazing import curve_of, g_of
from edsim.profiles.buildings.envelope.hot_faces import Drive, drive_of
from edsim.profiles.buildings.envelope.sun import ShadingDevices, Sky, sky_of
from edsim.profiles.buildings.spec import Series, Surface, Window, ZoneSpec
from edsim.profiles.weather.types import Weather
from edsim.profiles.weather.validity import require_weather

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Climate:
    """Weather with its solar geometry and surface coefficients; `shared` holds series by their cause.

    Films of the hour (:mod:`hourly_films`) have weight `hourly_frac`, `wet` hours and the forced convection of smooth
    faces at facades and on roofs.
    """

    weather: Weather
    sky: Sky
    films: Films
    wet_frac: Array | None = None
    hourly_frac: float = 0.0
    wet: NDArray[np.bool_] | None = None
    forced_w_per_m2_k: float | Array = 0.0
    forced_on_roof_w_per_m2_k: float | Array = 0.0
    shared: dict[tuple[object, ...], Array] = field(default_factory=dict)

    @property
    def outdoor_temp_c(self) -> Array:
        """Outdoor air temperature, °C."""
        return self.weather.dry_bulb_temp_c


_NO_DEVICES = ShadingDevices()
_AIR = (
    "dry_bulb_temp_c",
    "relative_humidity_frac",
    "humidity_ratio_kg_per_kg",
    "wet_bulb_temp_c",
    "wind_speed_m_per_s",
    "sky_infrared_w_per_m2",
)


def climate_of(weather: Weather) -> Climate:
    """Return the climate of a weather year.

    Air stated at the end of the hour is taken as the mean of both ends, as far as the site has films of the hour.

    Raises
    ------
    DataError
        E204 when the year has no 8760 numbers in every series.
    """
    require_weather(weather)
    by_hour = hourly_frac(weather)
    if weather.air_at_hour_end:
        back = {name: 0.5 * by_hour * (np.roll(a := getattr(weather, name), 1) - a) for name in _AIR}
        weather = replace(weather, **{name: getattr(weather, name) + change for name, change in back.items()})
    films = films_of(weather)
    wind = weather.wind_speed_m_per_s
    forced, on_roof = forced_w_per_m2_k(wind, WALL_M), forced_on_roof_w_per_m2_k(wind)
    wet = wet_frac(weather, films)
    climate = Climate(weather, sky_of(weather), films, wet, by_hour, wet_hours(weather), forced, on_roof)
    if films.warm_frac == 0.0:
        return climate
    return replace(climate, films=replace(films, wall_drive=_drive(90.0, climate), roof_drive=_drive(0.0, climate)))


def _drive(tilt_deg: float, climate: Climate) -> Drive:
    """Return the drive of walls (all orientations alike) or of roofs."""
    facing = (0.0, 90.0, 180.0, 270.0) if tilt_deg > 0 else (180.0,)
    irradiance = [climate.sky.on(tilt_deg, azimuth).total for azimuth in facing]
    return drive_of(_sky_air(tilt_deg, climate, glass=False), irradiance, climate.films.mean_opaque)


def hourly(value: Series, hours: int = HOURS_PER_YEAR) -> Array:
    """Return a value as an hourly array; 12 values are months."""
    array = np.asarray(value, dtype=float)
    if array.ndim == 0:
        return np.full(hours, float(array))
    if array.shape == (12,):
        return np.asarray(array[MONTH_OF_HOUR])
    if array.shape != (hours,):
        raise ValueError(f"a series needs {hours} values, got {array.shape}")
    return array


def driving_temp_c(part: Part, climate: Climate) -> Array:
    """Return the area-weighted temperature that drives the outer face of a part: sol-air, ground or outdoor air."""
    members = [
        (s.area_m2, _ground_c(s, climate) if s.boundary == "ground" else _sol_air(s, climate)) for s in part.surfaces
    ]
    members += [(w.area_m2, _sky_air(w.tilt_deg, climate, _devices_of(w), glass=True)) for w in part.windows]
    if len(members) == 1:
        return members[0][1]
    total = members[0][0] * members[0][1]
    for area_m2, temp_c in members[1:]:
        total += area_m2 * temp_c
    return np.asarray(total / part.area_m2)


def _ground_c(surface: Surface, climate: Climate) -> Array:
    """Return the temperature at the outer face of an element on ground, °C; by default the mean of the year's air."""
    stated = surface.ground_temp_c
    return hourly(float(climate.weather.dry_bulb_temp_c.mean()) if stated is None else stated)


def _devices_of(member: Surface | Window) -> ShadingDevices:
    """Return overhang and fins of an element or a window."""
    if isinstance(member, Surface):
        return ShadingDevices(member.overhang_depth_m, member.overhang_offset_m, height_m=member.height_m)
    overhang, fins = (member.overhang_depth_m, member.overhang_offset_m), (member.fin_depth_m, member.fin_offset_m)
    return ShadingDevices(*overhang, *fins, member.width_m, member.height_m)


def _seen_sky(tilt_deg: float, devices: ShadingDevices, exponent: float) -> float:
    """Return the share of the long-wave exchange that is with the sky; what hides sky is as warm as the air."""
    return float(max(0.5 + 0.5 * float(np.cos(np.radians(tilt_deg))), 0.0) ** exponent * devices.seen_sky_frac)


def _sky_air(tilt_deg: float, climate: Climate, devices: ShadingDevices = _NO_DEVICES, *, glass: bool) -> Array:
    """Return the outdoor temperature with the long-wave exchange to the sky, °C.

    ISO 52016-1: the sky is seen by (1+cos tilt)/2; in warm climates the part near the horizon counts as air (`films`).
    """
    key = ("sky", tilt_deg, devices, glass)
    if key not in climate.shared:
        films = climate.films
        sees = _seen_sky(tilt_deg, devices, films.sky_exponent)
        share = sees * films.outside_radiative / films.outside(glass=glass)
        outdoor = climate.outdoor_temp_c
        climate.shared[key] = _rained_on(outdoor + share * (climate.sky.sky_temp_c - outdoor), climate)
    return climate.shared[key]


def sky_share(part: Part) -> float:
    """Return the share of the long-wave exchange of a part's outer face that is with the sky, the rest being air.

    Walton (NBSIR 83-2655, 1983): of what a face sees of the sky the part near the horizon counts as air.
    """
    members: tuple[Surface | Window, ...] = part.windows or part.surfaces
    sees = [_seen_sky(m.tilt_deg, _devices_of(m), 1.5) for m in members]
    return float(np.average(sees, weights=[m.area_m2 for m in members]))


def absorbed_w_per_m2(part: Part, climate: Climate) -> float | Array:
    """Return the solar radiation that outer faces of a part absorb, by area."""
    total: float | Array = 0.0
    for s in part.surfaces:
        total = total + s.area_m2 * _absorbed(s, climate)
    return total / part.area_m2


def _absorbed(s: Surface, climate: Climate) -> Array:
    devices = _devices_of(s)
    key = ("sun", s.tilt_deg, s.azimuth_deg, s.solar_absorptance_frac, devices)
    if key not in climate.shared:
        beam, diffuse = climate.sky.shaded(s.tilt_deg, s.azimuth_deg, devices)
        climate.shared[key] = s.solar_absorptance_frac * (beam + diffuse)
    return climate.shared[key]


def _rained_on(temp_c: Array, climate: Climate) -> Array:
    """Return the driving temperature of an outer face with the wet bulb of the air in its place where rain wets it."""
    if climate.wet_frac is None:
        return temp_c
    return np.asarray(temp_c + climate.wet_frac * (climate.weather.wet_bulb_temp_c - temp_c))


def _sol_air(s: Surface, climate: Climate) -> Array:
    key = (s.tilt_deg, s.azimuth_deg, s.solar_absorptance_frac, s.overhang_depth_m, s.overhang_offset_m, s.height_m)
    if key not in climate.shared:
        gain = _absorbed(s, climate)
        film = climate.films.outside(glass=False)
        climate.shared[key] = _rained_on(
            _sky_air(s.tilt_deg, climate, _devices_of(s), glass=False) + gain / film, climate
        )
    return climate.shared[key]


def window_solar_w_per_m2(w: Window, climate: Climate) -> Array:
    """Return the solar gain through one square meter of window (direct, secondary, direct of beam), W/m², (3, 8760)."""
    u = w.u_w_per_m2_k if w.glazing is None else 0.0
    key = ("window", u, *(getattr(w, name) for name in w.__slots__ if name not in {"area_m2", "u_w_per_m2_k"}))
    if key not in climate.shared:
        climate.shared[key] = _window_solar(w, climate)
    return climate.shared[key]


def _window_solar(w: Window, climate: Climate) -> Array:
    curve, g = curve_of(w), g_of(w)
    sun = climate.sky.on(w.tilt_deg, w.azimuth_deg)
    beam, diffuse = climate.sky.shaded(w.tilt_deg, w.azimuth_deg, _devices_of(w))
    direct, secondary = curve.at(sun.cos_incidence)
    factor = np.full_like(beam, g * (1 - w.frame_frac) * w.shading_factor_frac)
    factor[sun.total > w.movable_threshold_w_per_m2] *= w.movable_shading_factor_frac
    return np.stack(
        [
            factor * (beam * direct + diffuse * curve.direct_diffuse),
            factor * (beam * secondary + diffuse * curve.secondary_diffuse),
            factor * beam * direct,
        ]
    )


def zone_solar_w(zone: ZoneSpec, climate: Climate) -> tuple[Array, Array, Array]:
    """Return solar radiation absorbed by all inside faces, by floors alone, and solar heat given to the air, W.

    Of what passes the glass, the share reflected by the faces leaves through the windows in proportion to their area
    and what they let through, or absorb and give to the outside, against absorption by all faces (integrating cavity).
    Diffuse light falls on windows of other orientations too before any face reflects it. Heat absorbed in the panes
    goes half to the air and half, as radiation, to the faces; in zones with films of the hour it warms the panes
    (`pane_heat_w_per_m2`), and what floors take of the beam before any face reflects it is theirs alone.
    """
    gain = np.zeros((3, HOURS_PER_YEAR))
    escape_m2 = 0.0
    for w in zone.windows:
        sun = window_solar_w_per_m2(w, climate)
        gain += w.area_m2 * sun
        curve, g = curve_of(w), g_of(w)
        escape_m2 += w.area_m2 * (1 - w.frame_frac) * (g * curve.direct_diffuse + curve.absorbed_diffuse)
    opaque_m2 = sum(s.area_m2 for s in zone.surfaces)
    absorptance = zone.interior_solar_absorptance_frac
    direct, secondary, beam = gain
    lost = (1 - absorptance) * escape_m2 / max(escape_m2 + absorptance * opaque_m2, 1e-9)
    kept = direct * (1 - lost) - (direct - beam) * _through_other_windows(zone, escape_m2)
    if zone.films_by_hour:
        secondary = secondary * (1 - climate.hourly_frac)
    to_air = 0.5 * secondary
    on_floor = absorptance * _on_floor_w(zone, climate)
    return kept + to_air - on_floor, on_floor, to_air


def pane_heat_w_per_m2(part: Part, climate: Climate) -> tuple[float | Array, float | Array]:
    """Return the solar heat that panes of a part absorb, as far as the site has films of the hour, and its moment.

    Of heat q absorbed at the depth d (`AngularCurve`) the share (R_o + d R_p) / (R_o + R_p + R_i) goes inward, R_o and
    R_i being films, R_p panes and gaps (ISO 9050): q is the secondary gain over that share under the films of a rating.
    The moment is q d R_p, K.
    """
    heat: float | Array = 0.0
    moment: float | Array = 0.0
    for w in part.windows:
        panes = window_panes_m2_k_per_w(w.u_w_per_m2_k)
        before = panes * curve_of(w).depth_frac
        out, inside = 1 / HEATING_CLIMATE.mean_glass, 1 / (HEATING_CLIMATE.inside_window + H_RADIATIVE_IN)
        absorbed = window_solar_w_per_m2(w, climate)[1] * (out + panes + inside) / (out + before)
        share = climate.hourly_frac * w.area_m2 / part.area_m2
        heat, moment = heat + share * absorbed, moment + share * before * absorbed
    return heat, moment


def _on_floor_w(zone: ZoneSpec, climate: Climate) -> Array:
    """Return the beam through the windows that falls on the floor, W.

    The sun shines through glass from floor to ceiling into a square room: of a beam that falls by f meters per meter
    it comes in, the share f times depth over height, at most all, meets the floor, the rest the far wall.
    """
    beam = np.zeros(HOURS_PER_YEAR)
    if not (zone.films_by_hour and climate.hourly_frac > 0 and any(s.tilt_deg > 120 for s in zone.surfaces)):
        return beam
    depth_per_height = zone.floor_area_m2**1.5 / zone.volume_m3
    for w in zone.windows:
        share = np.minimum(depth_per_height * _fall(w.azimuth_deg, climate), 1.0) if w.tilt_deg > 60 else 1.0
        beam += w.area_m2 * share * window_solar_w_per_m2(w, climate)[2]
    return climate.hourly_frac * beam


def _fall(azimuth_deg: float, climate: Climate) -> Array:
    """Return how far the beam falls per meter that it comes in through a facade."""
    key = ("fall", azimuth_deg)
    if key not in climate.shared:
        sun = climate.sky.sun
        inward = np.cos(np.radians(sun.azimuth_deg - azimuth_deg))
        rise = np.tan(np.radians(90.0 - np.clip(sun.zenith_deg, 1.0, 90.0)))
        climate.shared[key] = np.asarray(rise / np.maximum(inward, 1e-3))
    return climate.shared[key]


def _through_other_windows(zone: ZoneSpec, escape_m2: float) -> float:
    """Return the share of the diffuse light of the windows that leaves at once through those of other orientations.

    A window sees all faces but those of its own plane in proportion to their area.
    """
    planes: dict[tuple[float, float], float] = {}
    for w in zone.windows:
        key = (w.tilt_deg, w.azimuth_deg % 360.0)
        planes[key] = planes.get(key, 0.0) + w.area_m2
    glass_m2 = sum(planes.values())
    if len(planes) < 2 or glass_m2 <= 0:
        return 0.0
    all_m2 = glass_m2 + sum(s.area_m2 for s in zone.surfaces)
    seen = sum(own / glass_m2 * (glass_m2 - own) / (all_m2 - own) for own in planes.values() if all_m2 > own)
    return seen * escape_m2 / glass_m2
