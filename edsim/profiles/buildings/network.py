"""A zone as a condensed heat-balance network in modal form.

Nodes are those of the elements (:mod:`elements`), one star node for long-wave exchange (ISO 52016-1 exchanges every
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
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.elements import (
    H_CONVECTIVE_OUT,
    H_CONVECTIVE_WALL,
    H_RADIATIVE_IN,
    H_RADIATIVE_OUT,
    layer_chain,
)
from edsim.profiles.buildings.films import CONVENTIONAL, Films
from edsim.profiles.buildings.spec import Surface, Window, ZoneSpec

Array = NDArray[np.float64]
Nodes = int | NDArray[np.int64]

CP_AIR_J_PER_KG_K = 1006.0 + 1860.0 * 0.008
"""Specific heat of moist air at 8 g/kg, J/(kg K)."""
_NEGLIGIBLE_DECAY = 1e-4


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
class ZoneModes:
    """Modal form of one zone.

    Attributes
    ----------
    decay : (m,)
        Factor on each mode from one step to the next, 0 to 1.
    air_gain : (m,)
        Response of each mode to 1 W at the air node, K/W.
    inputs : (m, k)
        Response to the drivers: driving temperature of each driven part (K/K), then solar gain and radiant gain (K/W).
    parts
        Driven parts in the order of the inputs.
    """

    decay: Array
    air_gain: Array
    inputs: Array
    parts: tuple[Part, ...]


def group_parts(zone: ZoneSpec, films: Films) -> tuple[Part, ...]:
    """Return the zone's elements grouped into parts of equal construction, inside film and kind of boundary."""
    surfaces: dict[object, list[Surface]] = {}
    for s in zone.surfaces:
        surfaces.setdefault((s.layers, s.boundary, films.inside(s)), []).append(s)
    windows: dict[object, list[Window]] = {}
    for w in zone.windows:
        windows.setdefault(w.u_w_per_m2_k, []).append(w)
    return tuple(Part(tuple(v), ()) for v in surfaces.values()) + tuple(Part((), tuple(v)) for v in windows.values())


def zone_modes(zone: ZoneSpec, air_capacity_j_per_k: float, step_s: float, films: Films = CONVENTIONAL) -> ZoneModes:
    """Return the condensed, diagonalized network of a zone for time steps of `step_s` seconds."""
    parts = group_parts(zone, films)
    k, c, b, driven = _assemble(parts, air_capacity_j_per_k, films)
    mass = c > 0
    k_mm, b_m = _condense(k, b, mass)
    d = np.sqrt(c[mass] / step_s)
    eigenvalue, v = np.linalg.eigh(k_mm / np.outer(d, d))
    rate = np.maximum(eigenvalue, 1e-12)  # per time step
    decay, response = np.exp(-rate), -np.expm1(-rate) / rate
    share = v[-1] / d[-1]  # the air node is the last mass
    scale = (share * response)[:, None]
    inputs = scale * (v.T @ (b_m / d[:, None]))
    modes = ZoneModes(decay, share**2 * response, inputs, driven)
    return _merge_fast(modes)


def _merge_fast(modes: ZoneModes) -> ZoneModes:
    """Return the modes with all that die within one step merged into one of the same steady response."""
    fast = modes.decay < _NEGLIGIBLE_DECAY
    if fast.sum() < 2:
        return modes
    slow, steady = ~fast, 1 / (1 - modes.decay[fast])
    return ZoneModes(
        np.append(modes.decay[slow], 0.0),
        np.append(modes.air_gain[slow], float(steady @ modes.air_gain[fast])),
        np.vstack([modes.inputs[slow], steady @ modes.inputs[fast]]),
        modes.parts,
    )


def _assemble(
    parts: Sequence[Part], air_capacity_j_per_k: float, films: Films
) -> tuple[Array, Array, Array, tuple[Part, ...]]:
    """Return conductance matrix, capacities, input matrix and the driven parts; nodes: chains, star, air."""
    chains = [_chain_of(p, films) for p in parts]
    areas = [p.area_m2 for p in parts]
    n = sum(len(capacity) for _, capacity, _, _ in chains) + 2
    star, air = n - 2, n - 1
    driven = tuple(p for p, (_, _, outside, _) in zip(parts, chains, strict=True) if outside > 0)
    k, c, b = np.zeros((n, n)), np.zeros(n), np.zeros((n, len(driven) + 2))
    c[air] = air_capacity_j_per_k
    total = sum(areas)
    opaque = sum(area for p, area in zip(parts, areas, strict=True) if p.surfaces)
    first, column = 0, 0
    for part, area, (conductance, capacity, outside, inside) in zip(parts, areas, chains, strict=True):
        last = first + len(capacity) - 1
        c[first : last + 1] = capacity * area
        between = np.arange(first, last)
        _connect(k, between, between + 1, conductance * area)
        if outside > 0:
            k[first, first] += outside * area
            b[first, column] = outside * area
            column += 1
        _connect(k, last, star, H_RADIATIVE_IN * area)
        _connect(k, last, air, inside * area)
        if part.surfaces:
            b[last, -2] = area / opaque
        b[last, -1] = area / total
        first = last + 1
    return k, c, b, driven


def _chain_of(part: Part, films: Films) -> tuple[Array, Array, float, float]:
    """Return conductances, capacities, outer conductance and inner convective coefficient of a part, per m²."""
    if part.surfaces:
        surface = part.surfaces[0]
        chain = _known_chain(surface.layers)
        return chain.conductance, chain.capacity, films.beyond(surface), films.inside(surface)
    return np.empty(0), np.zeros(1), window_conductance(part.windows[0].u_w_per_m2_k, films), films.inside_window


_known_chain = lru_cache(maxsize=1024)(layer_chain)


def window_conductance(u_w_per_m2_k: float, films: Films) -> float:
    """Return the conductance from the inner pane to the outside, W/(m²K), given U with conventional films."""
    inner = 1 / (H_CONVECTIVE_WALL + H_RADIATIVE_IN)
    outer = 1 / (H_CONVECTIVE_OUT + H_RADIATIVE_OUT)
    panes = max(1 / u_w_per_m2_k - inner - outer, 0.0)
    return 1 / (panes + 1 / films.mean_glass)


def _connect(k: Array, i: Nodes, j: Nodes, value: float | Array) -> None:
    """Connect nodes pairwise; no pair may occur twice."""
    k[i, i] += value
    k[j, j] += value
    k[i, j] -= value
    k[j, i] -= value


def _condense(k: Array, b: Array, mass: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return conductance and input matrices of the mass nodes with the massless ones eliminated (Schur complement)."""
    order = np.argsort(mass, kind="stable")  # massless nodes first
    m = len(mass) - int(mass.sum())
    k, b = k[order][:, order], b[order]
    solved = np.linalg.solve(k[:m, :m], np.hstack([k[:m, m:], b[:m]]))
    n_mass = len(mass) - m
    cross = k[m:, :m]
    return k[m:, m:] - cross @ solved[:, :n_mass], b[m:] - cross @ solved[:, n_mass:]
