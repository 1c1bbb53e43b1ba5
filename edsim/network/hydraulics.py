"""Flows and pressures of any network, loops included: the global gradient method (Todini and Pilati 1988).

Unknown are the flow of every pipe and the pressure of every node that is not held. Each step linearises
``p_from - p_to + static = h(m)`` around the present flows and solves the node equations, a sparse symmetric system;
mass is balanced exactly after every step, so on trees the first step already gives the flows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, SolverError
from edsim.network.pipes.friction import GRAVITY_M_PER_S2, friction_factor, reynolds_number
from edsim.network.steady.inputs import Mode, SteadyInputs

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
AIR_DENSITY_KG_PER_M3 = 1.2
SERIES_PA_PER_KG_S = 1.0
MAX_STEPS = 80
_ROUNDING_FRAC = 1e-7
"""Change over the largest flow that is left to the digits of pressures in very short and wide pipes."""


@dataclass(frozen=True, slots=True)
class PipeWater:
    """The water along every pipe.

    Attributes
    ----------
    share : (k,)
        Of the length, for each of the places the others are given at.
    density, viscosity : (k, p)
        kg/m³ and Pa·s.
    """

    share: Array
    density: Array
    viscosity: Array

    @property
    def mean_density(self) -> Array:
        """Density in the mean of the length, (p,)."""
        return np.asarray(self.share @ self.density)

    @property
    def mean_viscosity(self) -> Array:
        """Viscosity in the mean of the length, (p,)."""
        return np.asarray(self.share @ self.viscosity)


@dataclass(frozen=True, slots=True)
class Flows:
    """Flow of pipes and series consumers, node pressures."""

    pipe_kg_per_s: Array
    series_kg_per_s: Array
    pressure_pa: Array


def pipe_friction(inputs: SteadyInputs, flow: Array, water: PipeWater) -> Array:
    """Return the friction factor at every place along the pipes, (..., k, p), for flows (..., p)."""
    reynolds = reynolds_number(flow[..., None, :], inputs.bore_m, water.viscosity)
    return friction_factor(reynolds, inputs.rough_m / inputs.bore_m, inputs.friction)


def pipe_loss_pa(inputs: SteadyInputs, flow: Array, water: PipeWater) -> Array:
    """Return the friction and local loss of every pipe, signed with the flow, Pa, (..., p).

    Friction is the mean over the length: water that cools on its way may pass from turbulent to laminar flow, where the
    friction at its mean Reynolds number is up to some per cent off.
    """
    area = np.pi / 4.0 * inputs.bore_m**2
    heads = pipe_friction(inputs, flow, water) * (inputs.length_m / inputs.bore_m) + inputs.zeta
    return np.asarray(flow * np.abs(flow) * (water.share @ (heads / water.density)) / (2.0 * area**2))


def solve_flows(
    inputs: SteadyInputs,
    water: PipeWater,
    drawn: Array,
    injected: Array,
    start: Array | None,
    column_pa: Array | None = None,
) -> Flows:
    """Return the flows for given station and source flows.

    Parameters
    ----------
    inputs
        Pipes, stations and sources.
    water
        In the pipes.
    drawn : (c,)
        Flow of each consumer, ignored for those in series.
    injected : (s,)
        Flow of each source that does not close the balance, 0 for the others.
    start : (p,), optional
        Flows to start from.
    column_pa : (p,), optional
        Weight of the columns in place of the one by temperature.

    Raises
    ------
    SolverError
        When the iteration does not settle.
    """
    series = inputs.series
    a = np.concatenate([inputs.pipe_from, inputs.consumer_from[series]])
    b = np.concatenate([inputs.pipe_to, inputs.consumer_to[series]])
    n_pipes = len(inputs.pipe_from)
    demand = _node_demand(inputs, drawn, injected)
    held, held_pa = held_nodes(inputs)
    free = np.ones(inputs.n_nodes, dtype=bool)
    free[held] = False
    static = np.zeros(len(a))
    column = column_weight_pa(inputs, water.mean_density) if column_pa is None else column_pa
    static[:n_pipes] = inputs.boost_pa + column
    pressure = np.full(inputs.n_nodes, held_pa.mean())
    pressure[held] = held_pa
    flow = np.zeros(len(a))
    flow[:n_pipes] = 0.5 * water.mean_density * np.pi / 4.0 * inputs.bore_m**2 if start is None else start
    for step in range(MAX_STEPS):
        loss, slope = _link_loss(inputs, flow, water)
        conductance = 1.0 / slope
        ahead = conductance * (pressure[a] - pressure[b] + static - loss)
        if free.any():
            rise = _pressure_rise((a, b), conductance, flow + ahead, demand, free)
            pressure, ahead = pressure + rise, ahead + conductance * (rise[a] - rise[b])
        change = float(np.abs(ahead).max(initial=0.0))
        size = float(np.abs(flow + ahead).max(initial=1e-12))
        flow = flow + (ahead if step < 20 or change < 1e-3 * size else 0.5 * ahead)
        if change <= 1e-9 * size + 1e-12 or (step == MAX_STEPS - 1 and change <= _ROUNDING_FRAC * size):
            return Flows(flow[:n_pipes], flow[n_pipes:], pressure)
    raise _unsettled(change)


def _pressure_rise(
    ends: tuple[IntArray, IntArray], conductance: Array, flow: Array, demand: Array, free: NDArray[np.bool_]
) -> Array:
    """Return by how much pressures must rise for the linearized links to balance what every node draws, Pa.

    Rises rather than pressures: they vanish as the flows settle, and with them what rounding makes of the flow of a
    short wide pipe, whose drop is lost in the digits of the pressure.
    """
    from scipy.sparse import coo_array, csc_array
    from scipy.sparse.linalg import splu

    (a, b), rise = ends, np.zeros(len(free))
    matrix = coo_array(_laplacian(a, b, conductance, free, np.cumsum(free) - 1), shape=(int(free.sum()),) * 2)
    short = -demand
    np.add.at(short, a, -flow)
    np.add.at(short, b, flow)
    rise[free] = splu(csc_array(matrix)).solve(short[free])
    return rise


def column_weight_pa(inputs: SteadyInputs, density: Array) -> Array:
    """Return the weight of the water columns of the pipes, from their first to their second node, against air, Pa."""
    fall_m = inputs.z_m[inputs.pipe_from] - inputs.z_m[inputs.pipe_to]
    weighing = density if inputs.buoyancy else np.full_like(density, density.mean())
    return np.asarray((weighing - AIR_DENSITY_KG_PER_M3) * GRAVITY_M_PER_S2 * fall_m)


def _unsettled(change_kg_per_s: float) -> SolverError:
    """Return the error for an iteration that does not settle."""
    f = Finding(
        "E445",
        "flows of the network did not settle",
        got=f"last change {change_kg_per_s:.2g} kg/s",
        hint="check diameters and lift",
    )
    return SolverError(f.text(), [f])


def _link_loss(inputs: SteadyInputs, flow: Array, water: PipeWater) -> tuple[Array, Array]:
    """Return loss and its slope for pipes followed by series consumers."""
    n = len(inputs.pipe_from)
    small = 1e-6 * water.density[0] * inputs.bore_m**2
    at = np.where(np.abs(flow[:n]) < small, small, flow[:n])
    step = 1e-6 * np.abs(at)
    loss, ahead = pipe_loss_pa(inputs, np.stack([at, at + step]), water)
    slope = (ahead - loss) / step
    loss = loss + slope * (flow[:n] - at)
    extra = np.full(len(flow) - n, SERIES_PA_PER_KG_S)
    return np.concatenate([loss, extra * flow[n:]]), np.concatenate([slope, extra])


def _laplacian(
    a: IntArray, b: IntArray, conductance: Array, free: NDArray[np.bool_], at: IntArray
) -> tuple[Array, tuple[IntArray, IntArray]]:
    both = free[a] & free[b]
    rows = np.concatenate([at[a[free[a]]], at[b[free[b]]], at[a[both]], at[b[both]]])
    cols = np.concatenate([at[a[free[a]]], at[b[free[b]]], at[b[both]], at[a[both]]])
    off = -conductance[both]
    return np.concatenate([conductance[free[a]], conductance[free[b]], off, off]), (rows, cols)


def _node_demand(inputs: SteadyInputs, drawn: Array, injected: Array) -> Array:
    """Return what stations and sources take out of each node, kg/s."""
    taken = np.zeros(inputs.n_nodes)
    own = np.flatnonzero(inputs.mode != Mode.SERIES)
    np.add.at(taken, inputs.consumer_from[own], drawn[own])
    np.add.at(taken, inputs.consumer_to[own], -drawn[own])
    np.add.at(taken, inputs.source_supply, -injected)
    np.add.at(taken, inputs.source_return, injected)
    return taken


def held_nodes(inputs: SteadyInputs) -> tuple[IntArray, Array]:
    """Return the nodes of known pressure and their pressures.

    These are the supply of each controlling source and, when the two sides are separate or a lift is given, its return.
    """
    nodes, values = [], []
    for k in np.flatnonzero(inputs.control).tolist():
        supply, back = int(inputs.source_supply[k]), int(inputs.source_return[k])
        nodes.append(supply)
        values.append(float(inputs.pressure_pa[k]))
        apart = inputs.side[supply] != inputs.side[back]
        if apart or np.isnan(inputs.source_flow[k]):
            lift = float(inputs.lift_pa[k])
            nodes.append(back)
            values.append(values[-1] - (0.0 if np.isnan(lift) else lift))
    return np.array(nodes, dtype=np.int64), np.array(values)
