"""A zone as a condensed heat-balance network in modal form.

Nodes are those of the elements (`envelope.elements`), one star node for long-wave exchange (ISO 52016-1 exchanges every
surface with the area-weighted mean of all; the star is that mean) and the air. Elements of equal construction,
coefficients and kind of boundary are one chain driven by the area-weighted mean of their driving temperatures, which
is exact. Massless nodes are eliminated once by the Schur complement. The balance of the remaining masses

    C dtheta/dt + K theta = B d + e_air w

is diagonalized by the symmetric eigenproblem of D^-1 K D^-1 with D = sqrt(C/dt); inputs are constant over a step, so
that a mode of rate r decays by exp(-r) and answers with (1 - exp(-r))/r. ISO 52016-1 takes one implicit Euler step,
1/(1+r) for both; the exact factors cost the same and keep peaks that Euler damps (BESTEST free-float maxima are 1 K
higher). Every mode is scaled by its share in the air temperature:

    z = decay * z_old + F d + g w,     theta_air = sum(z),

where d are the driving temperatures (°C) and fluxes (W), and w (W) is all heat injected at the air node: gains,
ventilation and the system. Ventilation and set points then are scalar operations (Sherman-Morrison with one vector).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.envelope.elements import (
    H_CONVECTIVE_OUT,
    H_CONVECTIVE_WALL,
    H_RADIATIVE_IN,
    H_RADIATIVE_OUT,
    layer_chain,
)
from edsim.profiles.buildings.envelope.exchange import inside_exchange_w_per_m2_k
from edsim.profiles.buildings.envelope.films import HEATING_CLIMATE, Films
from edsim.profiles.buildings.spec import Layer, Surface, Window, ZoneSpec

Array = NDArray[np.float64]

CP_AIR_J_PER_KG_K = 1006.0 + 1860.0 * 0.008
"""Specific heat of moist air at 8 g/kg, J/(kg K)."""
NEGLIGIBLE_DECAY = 1e-4
_BEHIND_M2_K_PER_W = 0.03  # 5 cm of concrete: about what an hour reaches


@dataclass(frozen=True, slots=True)
class Part:
    """Elements that share one chain: their net areas weigh their driving temperatures.

    Attributes
    ----------
    surfaces, windows
        Members; exactly one of both is not empty.
    area_m2
        Sum of the members.
    """

    surfaces: tuple[Surface, ...]
    windows: tuple[Window, ...]

    @property
    def area_m2(self) -> float:
        """Area of all members, m²."""
        return sum(s.area_m2 for s in self.surfaces) + sum(w.area_m2 for w in self.windows)


@dataclass(frozen=True, slots=True)
class _Element:
    """What the network knows of a part: layers (none for windows), coefficients per m² and area.

    Attributes
    ----------
    layers
        From outside to inside; empty for windows, whose panes have no mass.
    outside, inside
        Conductance from the outer node to the driving temperature, inner convective coefficient, W/(m²K).
    area_m2
        Area of all members.
    floor
        True for faces that look up.
    radiative
        Coefficient of long-wave exchange inside, W/(m²K).
    """

    layers: tuple[Layer, ...]
    outside: float
    inside: float
    area_m2: float
    floor: bool
    radiative: float


@dataclass(frozen=True, slots=True)
class Faces:
    """How the temperatures of faces follow from modes (m), drivers (k) and heat at the air node, and their means.

    The modes here obey dx/dt = -rate x + inputs d + share w within a step.

    Attributes
    ----------
    rate, share : (m,)
        Decay of the modes per step; what 1 W at the air node adds to each.
    inputs : (m, k)
        What the drivers add.
    inner_modes, inner_inputs : (parts, m), (parts, k)
        Temperature of inner faces.
    behind_modes, behind_inputs : (driven, m), (driven, k)
        Temperature of the first node behind the outer face of driven parts.
    inside : (parts,)
        Mean convective coefficient, W/(m²K).
    behind_m2_k_per_w : (driven,)
        Resistance between the outer face and that node; that of the panes of windows.
    held : (parts,)
        Conductance that holds the temperature of an inner face: radiation and what is behind it, W/(m²K).
    parts
        All parts.
    """

    rate: Array
    share: Array
    inputs: Array
    inner_modes: Array
    inner_inputs: Array
    behind_modes: Array
    behind_inputs: Array
    inside: Array
    behind_m2_k_per_w: Array
    held: Array
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneModes:
    """Modal form of one zone.

    Attributes
    ----------
    decay : (m,)
        Factor on each mode from one step to the next, 0 to 1.
    air_gain : (m,)
        Response of each mode to 1 W at the air node, K/W.
    inputs : (m, k)
        Response to the drivers: driving temperature of each driven part (K/K), then solar gain of all faces, of
        floors (of all faces where there is none) and radiant gain (K/W).
    parts
        Driven parts in the order of the inputs.
    film_inputs : (m, parts)
        Response to heat from the inner face of each part to the air (K/W).
    faces
        How temperatures of faces follow from the modes.
    """

    decay: Array
    air_gain: Array
    inputs: Array
    parts: tuple[Part, ...]
    film_inputs: Array
    faces: Faces


def group_parts(zone: ZoneSpec, films: Films) -> tuple[Part, ...]:
    """Return the zone's elements grouped into parts of equal construction, inside film and kind of boundary."""
    surfaces: dict[object, list[Surface]] = {}
    for s in zone.surfaces:
        facing = (s.tilt_deg > 120) - (s.tilt_deg < 60)
        surfaces.setdefault((s.layers, s.boundary, films.inside(s), facing), []).append(s)
    windows: dict[object, list[Window]] = {}
    for w in zone.windows:
        windows.setdefault(w.u_w_per_m2_k, []).append(w)
    return tuple(Part(tuple(v), ()) for v in surfaces.values()) + tuple(Part((), tuple(v)) for v in windows.values())


def zone_modes(
    zone: ZoneSpec,
    air_capacity_j_per_k: float,
    step_s: float,
    films: Films = HEATING_CLIMATE,
    hourly_frac: float = 0.0,
) -> ZoneModes:
    """Return the condensed, diagonalized network of a zone for time steps of `step_s` seconds.

    `hourly_frac` says how far the site has films of the hour; zones with them exchange long-wave radiation by plane.
    """
    parts = group_parts(zone, films)
    share = hourly_frac if zone.films_by_hour else 0.0
    radiative = inside_exchange_w_per_m2_k([(*p.surfaces, *p.windows) for p in parts], share)
    elements = tuple(_element_of(p, films, h) for p, h in zip(parts, radiative, strict=True))
    decay, air_gain, inputs, film_inputs, faces = _diagonalized(elements, float(air_capacity_j_per_k), step_s)
    driven = tuple(p for p, e in zip(parts, elements, strict=True) if e.outside > 0)
    behind = [
        window_panes_m2_k_per_w(p.windows[0].u_w_per_m2_k) if p.windows else r
        for p, r in zip(driven, faces.behind_m2_k_per_w, strict=True)
    ]
    faces = replace(faces, parts=parts, behind_m2_k_per_w=np.array(behind))
    return ZoneModes(decay, air_gain, inputs, driven, film_inputs, faces)


@lru_cache(maxsize=512)
def _diagonalized(
    elements: tuple[_Element, ...], air_capacity_j_per_k: float, step_s: float
) -> tuple[Array, Array, Array, Array, Faces]:
    """Return decay, air gain, inputs and inputs of films of a network's modes, and its faces."""
    net = _assemble(elements, air_capacity_j_per_k)
    mass = net.capacity > 0
    k_mm, b_m, massless = _condense(net.conductance, net.inputs, mass)
    d = np.sqrt(net.capacity[mass] / step_s)
    eigenvalue, v = np.linalg.eigh(k_mm / np.outer(d, d))
    rate = np.maximum(eigenvalue, 1e-12)  # per time step
    decay, response = np.exp(-rate), -np.expm1(-rate) / rate
    share = v[-1] / d[-1]  # the air node is the last mass
    per_step = v.T @ (b_m / d[:, None])
    merged = _merge_fast(decay, share**2 * response, (share * response)[:, None] * per_step)
    drivers = b_m.shape[1] - len(elements)
    to_modes, to_inputs = np.empty((len(mass), len(rate))), np.zeros((len(mass), b_m.shape[1]))
    to_modes[mass] = v / d[:, None]
    to_modes[~mass] = -massless[:, : len(d)] @ to_modes[mass]
    to_inputs[~mass] = massless[:, len(d) :]
    faces = Faces(
        rate,
        share,
        per_step,
        to_modes[net.inner],
        to_inputs[net.inner],
        to_modes[net.behind],
        to_inputs[net.behind],
        np.array([e.inside for e in elements]),
        net.behind_m2_k_per_w,
        np.array([e.radiative + (_chain_of(e.layers)[0][-1] if e.layers else e.outside) for e in elements]),
    )
    return merged[0], merged[1], merged[2][:, :drivers], merged[2][:, drivers:], faces


def _merge_fast(decay: Array, air_gain: Array, inputs: Array) -> tuple[Array, Array, Array]:
    """Return the modes with all that die within one step merged into one of the same steady response."""
    fast = decay < NEGLIGIBLE_DECAY
    if fast.sum() < 2:
        return decay, air_gain, inputs
    slow, steady = ~fast, 1 / (1 - decay[fast])
    return (
        np.append(decay[slow], 0.0),
        np.append(air_gain[slow], float(steady @ air_gain[fast])),
        np.vstack([inputs[slow], steady @ inputs[fast]]),
    )


@dataclass(frozen=True, slots=True)
class _Net:
    """Matrices of all nodes (chains, star, air) with the nodes of inner faces and of those behind driven outer faces.

    Inputs are the driving temperatures, solar gain of all faces and of floors, radiant gain and, per element, heat from
    its inner face to the air.
    """

    conductance: Array
    capacity: Array
    inputs: Array
    inner: NDArray[np.int64]
    behind: NDArray[np.int64]
    behind_m2_k_per_w: Array


def _assemble(elements: Sequence[_Element], air_capacity_j_per_k: float) -> _Net:
    """Return the matrices of a zone's elements."""
    chains = [_chain_of(e.layers) for e in elements]
    n = sum(len(capacity) for _, capacity in chains) + 2
    star, air = n - 2, n - 1
    driven = sum(e.outside > 0 for e in elements)
    k, c, b = np.zeros((n, n)), np.zeros(n), np.zeros((n, driven + 3 + len(elements)))
    c[air] = air_capacity_j_per_k
    total = sum(e.area_m2 for e in elements)
    opaque = sum(e.area_m2 for e in elements if e.layers)
    floor = sum(e.area_m2 for e in elements if e.floor)
    first, column = 0, 0
    inner, behind, resistance = [], [], []
    for i, (e, (conductance, capacity)) in enumerate(zip(elements, chains, strict=True)):
        last = first + len(capacity) - 1
        c[first : last + 1] = capacity * e.area_m2
        for node, value in enumerate(conductance * e.area_m2, start=first):
            _connect(k, node, node + 1, value)
        if e.outside > 0:
            k[first, first] += e.outside * e.area_m2
            b[first, column] = e.outside * e.area_m2
            column += 1
            depth = np.cumsum(1 / conductance)
            steps = min(int(np.searchsorted(depth, _BEHIND_M2_K_PER_W)) + 1, len(depth))
            behind.append(first + steps)
            resistance.append(depth[steps - 1] if steps else 0.0)
        _connect(k, last, star, e.radiative * e.area_m2)
        _connect(k, last, air, e.inside * e.area_m2)
        if e.layers:
            b[last, driven] = e.area_m2 / opaque
        if e.floor if floor else e.layers:
            b[last, driven + 1] = e.area_m2 / (floor or opaque)
        b[last, driven + 2] = e.area_m2 / total
        b[last, driven + 3 + i], b[air, driven + 3 + i] = -1.0, 1.0
        inner.append(last)
        first = last + 1
    return _Net(k, c, b, np.array(inner), np.array(behind, dtype=np.int64), np.array(resistance))


def _element_of(part: Part, films: Films, radiative: float) -> _Element:
    """Return what the network knows of a part."""
    if part.surfaces:
        surface = part.surfaces[0]
        floor = surface.tilt_deg > 120
        return _Element(surface.layers, films.beyond(surface), films.inside(surface), part.area_m2, floor, radiative)
    outside = window_conductance(part.windows[0].u_w_per_m2_k, films)
    return _Element((), outside, films.inside_window, part.area_m2, floor=False, radiative=radiative)


@lru_cache(maxsize=1024)
def _chain_of(layers: tuple[Layer, ...]) -> tuple[Array, Array]:
    """Return conductances between the nodes of a construction and their capacities, per m²; a pane is one node."""
    if not layers:
        return np.empty(0), np.zeros(1)
    chain = layer_chain(layers)
    return chain.conductance, chain.capacity


def window_conductance(u_w_per_m2_k: float, films: Films) -> float:
    """Return the conductance from the inner pane to the outside, W/(m²K), given U with conventional films."""
    return 1 / (window_panes_m2_k_per_w(u_w_per_m2_k) + 1 / films.mean_glass)


def window_panes_m2_k_per_w(u_w_per_m2_k: float) -> float:
    """Return the resistance of the panes of a window given U with conventional films."""
    inner = 1 / (H_CONVECTIVE_WALL + H_RADIATIVE_IN)
    outer = 1 / (H_CONVECTIVE_OUT + H_RADIATIVE_OUT)
    return max(1 / u_w_per_m2_k - inner - outer, 0.0)


def _connect(k: Array, i: int, j: int, value: float) -> None:
    """Connect two nodes."""
    k[i, i] += value
    k[j, j] += value
    k[i, j] -= value
    k[j, i] -= value


def _condense(k: Array, b: Array, mass: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Return conductance and input matrices of the mass nodes with the massless ones eliminated (Schur complement).

    The third is what masses (negative) and inputs do to the massless nodes.
    """
    order = np.argsort(mass, kind="stable")  # massless nodes first
    m = len(mass) - int(mass.sum())
    k, b = k[order][:, order], b[order]
    solved = np.linalg.solve(k[:m, :m], np.hstack([k[:m, m:], b[:m]]))
    n_mass = len(mass) - m
    cross = k[m:, :m]
    return k[m:, m:] - cross @ solved[:, :n_mass], b[m:] - cross @ solved[:, n_mass:], np.asarray(solved, dtype=float)
