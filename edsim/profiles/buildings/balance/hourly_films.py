"""Films of every hour: convection by the temperature of each face, and radiation outside by that of the outer one.

The march keeps one coefficient a face, so that the network stays linear. What the true coefficient of an hour gives
beyond that one is known once the faces are: after a march with the mean coefficients the temperatures of all faces
follow from the modes, and the next march takes

- inside, (h - mean h) A (face - air) as heat given to the air and taken from the face;
- outside, the driving temperature under which the mean coefficient passes what the film of the hour does, with the wall
  a few centimeters behind the face (behind glass the room) as warm as found.

Natural convection is Walton's (NBSIR 83-2655, 1983): 1.31 dT^(1/3) W/(m²K) at walls, 1.51 dT^(1/3) where warm air rises
from a face, 0.76 dT^(1/3) where it rests. At upright glass inside it is that of ISO 15099:2003, 8.3.2.2, for a pane of
height H: Nu = 0.56 Ra^(1/4), with the properties of air at 20 °C 1.45 (dT/H)^(1/4) W/(m²K) times the root of the air's
density over that at sea level. Outside, wind adds as in `envelope.films`, on roofs that of a storey's height, on
walls that of its half; faces that rain wets are as cold as the wet bulb.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from edsim.core.units import KELVIN
from edsim.profiles.buildings.balance.drivers import Climate, absorbed_w_per_m2, pane_heat_w_per_m2, sky_share
from edsim.profiles.buildings.balance.march import Controls, Marched
from edsim.profiles.buildings.balance.network import NEGLIGIBLE_DECAY, Part, ZoneModes
from edsim.profiles.buildings.envelope.elements import EMITTANCE, GLASS_EMITTANCE, H_RADIATIVE_IN
from edsim.profiles.buildings.envelope.films import ROUGHNESS

Array = NDArray[np.float64]

_WALL, _RISING, _RESTING = 1.31, 1.51, 0.76
_PANE = 1.45  # W/(m^1.75 K^1.25)
_PANE_HEIGHT_M = 1.5  # of the window that stands for its kind in ratings (NFRC 100-2020: 1.2 by 1.5 m)
_SEA_LEVEL_PA = 101325.0
_LEAST_W_PER_M2_K = 0.1
_WET_W_PER_M2_K = 1000.0
_HOURS_PER_PRODUCT = 292
_STEFAN_BOLTZMANN_W_PER_M2_K4 = 5.670374419e-8


def in_films_of_the_hour(
    modes: Sequence[ZoneModes],
    drivers: Sequence[Array],
    controls: Controls,
    marched: Marched,
    climate: Climate,
    chosen: NDArray[np.bool_],
) -> tuple[list[ZoneModes], list[Array]]:
    """Return modes and drivers of the next march, under the films that the last one leads to.

    Parameters
    ----------
    modes, drivers, controls, marched
        Of the last march; the drivers (hours, inputs) are those of the first or of a corrected one.
    climate
        The site.
    chosen : (zones,)
        Zones that have films of the hour; the others are returned as they are.
    """
    heat_w, air_c = _heat_at_air_w(controls, marched), _mean_air_c(controls, marched)
    next_modes, next_drivers = list(modes), list(drivers)
    for i in np.flatnonzero(chosen).tolist():
        m = modes[i]
        inner_c, behind_c = _face_temps_c(m, drivers[i], heat_w[:, i], marched.start[i])
        plain = m.faces.inputs.shape[1] - len(m.faces.parts)
        outside = drivers[i][:, :plain].copy()
        for k, part in enumerate(m.parts):
            if part.windows or part.surfaces[0].boundary == "outdoor":
                found = _driving_temp_c(part, outside[:, k], behind_c[k], float(m.faces.behind_m2_k_per_w[k]), climate)
                outside[:, k] += climate.hourly_frac * (found - outside[:, k])
        beyond_w = _beyond_mean_w(m, inner_c - air_c[:, i], climate) * climate.hourly_frac
        next_drivers[i] = np.hstack([outside, beyond_w.T])
        if m.inputs.shape[1] == plain:
            next_modes[i] = replace(m, inputs=np.hstack([m.inputs, m.film_inputs]))
    return next_modes, next_drivers


def _heat_at_air_w(controls: Controls, marched: Marched) -> Array:
    heat = controls.heat + marched.power - controls.conductance * marched.temp
    if marched.economizer is not None:
        heat += marched.economizer * (controls.outdoor_temp - marched.temp)
    return np.asarray(heat)


def _mean_air_c(controls: Controls, marched: Marched) -> Array:
    """Return the mean air temperature of the hours; a lowered set point is held from the beginning of its hour."""
    mean = 0.5 * (np.roll(marched.temp, 1, axis=0) + marched.temp)
    return np.asarray(np.minimum(mean, np.maximum(marched.temp, controls.cooling_set)))


def _beyond_mean_w(modes: ZoneModes, over_k: Array, climate: Climate) -> Array:
    """Return what faces `over_k` warmer than the air give it beyond the mean coefficient, W (parts, hours).

    The more a face gives the nearer it comes to the air, held by what is behind it and by radiation.
    """
    faces = modes.faces
    beyond = np.zeros_like(over_k)
    for i, part in enumerate(faces.parts):
        if not part.surfaces or part.surfaces[0].convection_w_per_m2_k is None:
            mean, held = faces.inside[i], faces.held[i]
            h = inside_convection_w_per_m2_k(over_k[i], part, climate)
            beyond[i] = part.area_m2 * (mean + held) * over_k[i] * (h - mean) / (h + held)
    return beyond


def inside_convection_w_per_m2_k(over_k: Array, part: Part, climate: Climate) -> Array:
    """Return the coefficient at inner faces `over_k` warmer than the air, W/(m²K)."""
    tilt_deg = (part.surfaces or part.windows)[0].tilt_deg
    if part.windows and 60 <= tilt_deg <= 120:
        return np.maximum(_pane_factor(part, climate) * np.sqrt(np.sqrt(np.abs(over_k))), _LEAST_W_PER_M2_K)
    factor: float | Array = _WALL
    if tilt_deg > 120:
        factor = np.where(over_k > 0, _RISING, _RESTING)
    elif tilt_deg < 60:
        factor = np.where(over_k > 0, _RESTING, _RISING)
    return np.maximum(factor * np.cbrt(np.abs(over_k)), _LEAST_W_PER_M2_K)


def _pane_factor(part: Part, climate: Climate) -> float:
    """Return the coefficient at upright panes 1 K warmer or colder than the air, W/(m²K): less in thin air."""
    heights_m = [w.height_m or _PANE_HEIGHT_M for w in part.windows]
    height_m = float(np.average(heights_m, weights=[w.area_m2 for w in part.windows]))
    density_frac = float(climate.weather.pressure_pa.mean()) / _SEA_LEVEL_PA
    return float(_PANE * (density_frac**2 / height_m) ** 0.25)


def _driving_temp_c(part: Part, given_c: Array, behind_c: Array, behind: float, climate: Climate) -> Array:
    """Return the driving temperature that makes the mean film pass what the film of each hour does, °C.

    `behind` is the resistance between the outer face and the node of `behind_c`, m²K/W.
    """
    films, outdoor, glass = climate.films, climate.outdoor_temp_c, bool(part.windows)
    mean = films.mean_glass if glass else films.mean_opaque
    if glass:
        room = 1 / (films.inside_window + H_RADIATIVE_IN)
        behind_c = behind_c - (given_c - behind_c) * room / (behind + 1 / mean)
        behind += room
    outer_c = given_c - (given_c - behind_c) / (1 + behind * films.outside(glass=glass))
    pane_heat, moment_k = pane_heat_w_per_m2(part, climate) if glass else (0.0, 0.0)
    if glass:
        outer_c -= moment_k
    over_k = outer_c - outdoor
    upward = (part.windows or part.surfaces)[0].tilt_deg < 60
    natural = np.cbrt(np.abs(over_k)) * (np.where(over_k > 0, _RISING, _RESTING) if upward else _WALL)
    convective = np.hypot(natural, climate.forced_on_roof_w_per_m2_k if upward else climate.forced_w_per_m2_k)
    if not glass:
        convective = natural + ROUGHNESS * (convective - natural)
    sees = sky_share(part)
    outer, air, sky = outer_c + KELVIN, outdoor + KELVIN, climate.sky.sky_temp_c + KELVIN
    emitted = (GLASS_EMITTANCE if glass else EMITTANCE) * _STEFAN_BOLTZMANN_W_PER_M2_K4
    to_sky = sees * emitted * (outer * outer + sky * sky) * (outer + sky)
    to_air = convective + (1 - sees) * emitted * (outer * outer + air * air) * (outer + air)
    film = to_sky + to_air
    drive = (to_air * outdoor + to_sky * climate.sky.sky_temp_c + absorbed_w_per_m2(part, climate)) / film
    if climate.wet is not None:
        film = np.where(climate.wet, _WET_W_PER_M2_K, film)
        drive = np.where(climate.wet, climate.weather.wet_bulb_temp_c, drive)
    if glass:
        drive = drive + pane_heat / film + moment_k
    return np.asarray(behind_c + (drive - behind_c) * (1 / mean + behind) / (1 / film + behind))


def _face_temps_c(modes: ZoneModes, given: Array, heat_w: Array, start: Array) -> tuple[Array, Array]:
    """Return the mean temperatures of the hours of inner faces and of what is behind outer faces, °C (parts, hours)."""
    faces, inputs = modes.faces, given.shape[1]
    rate = faces.rate[:, None]
    flux = product(faces.inputs[:, :inputs], given.T)
    flux += faces.share[:, None] * heat_w
    decay = np.exp(-faces.rate)
    now = flux[:, 0] / faces.rate
    slow = np.flatnonzero(decay >= NEGLIGIBLE_DECAY)
    now[slow] = start[: len(slow)] / faces.share[slow]  # the march scales modes by their share in the air
    forced = flux * (-np.expm1(-rate) / rate)
    end, before = np.empty_like(flux), np.empty_like(flux)
    for i, factor in enumerate(decay):
        end[i], _ = lfilter([1.0], [1.0, -factor], forced[i], zi=[factor * now[i]])
    before[:, 0], before[:, 1:] = now, end[:, :-1]
    mean = (flux - (end - before)) / rate
    known = np.vstack([mean, given.T])
    inner = product(np.hstack([faces.inner_modes, faces.inner_inputs[:, :inputs]]), known)
    behind = product(np.hstack([faces.behind_modes, faces.behind_inputs[:, :inputs]]), known)
    return inner, behind


def product(matrix: Array, series: Array) -> Array:
    """Return matrix times series (k, hours), in products so small that they stay on one processor."""
    result = np.empty((len(matrix), series.shape[1]))
    for first in range(0, series.shape[1], _HOURS_PER_PRODUCT):
        some = slice(first, first + _HOURS_PER_PRODUCT)
        np.matmul(matrix, series[:, some], out=result[:, some])
    return result
