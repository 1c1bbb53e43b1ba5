"""Temperatures of a steady state for known flows: one sparse linear system with upwind directions.

A pipe hands on ``T_g + (T_in - T_g)·exp(-∫ u·L/(m·cp) ds)``, s from 0 to 1 along it, a station its outlet temperature,
and nodes mix by enthalpy. Pipes without flow are at ground temperature and lose nothing. The integral follows the heat
capacity along the pipe by collocation at Gauss points: glycol loses 2 % of its heat capacity over 20 K.

A station that gives back at the node it draws from (a one-pipe loop) takes the water that arrives there at ``T_b``;
with M the flow that passes and Q the heat of all such stations, the node holds ``T_b - Q/(M·cp)``. When they draw
D > M, the surplus goes round: their inlet is ``T_b - (D - M)/(M·D)·Q/cp``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.fluid import Fluid
from edsim.network.hydraulics import PipeWater
from edsim.network.steady.inputs import Mode, SteadyInputs
from edsim.network.steady.types import STILL_KG_PER_S

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_PLACES = 0.5 * (1.0 + _NODES)
"""Shares of the length of a pipe at which properties are taken (Gauss-Legendre)."""
_SHARES = 0.5 * _WEIGHTS
"""Share of the length for which each of these places stands."""
_POWERS = np.arange(1.0, len(_PLACES) + 1.0)
_UP_TO = (_PLACES[:, None] ** _POWERS / _POWERS) @ np.linalg.inv(_PLACES[:, None] ** (_POWERS - 1.0))
"""Integral up to each place, over the values at all of them, of the polynomial through these values."""


@dataclass(frozen=True, slots=True)
class Links:
    """Everything that moves water, in flow direction: pipes, then consumers, then sources."""

    tail: IntArray
    head: IntArray
    flow: Array


@dataclass(frozen=True, slots=True)
class Thermal:
    """Node temperatures, inlet of every station, outlet of every link, along every pipe and at both its ends, °C.

    `mixing_w_per_k` is the heat capacity flow into each node.
    """

    node_c: Array
    station_in_c: Array
    out_c: Array
    along_pipe_c: Array
    pipe_ends_c: Array
    mixing_w_per_k: Array

    def in_pipes(self, fluid: Fluid) -> PipeWater:
        """Return the water along every pipe; of a tabulated fluid one mean of both ends stands for all of it."""
        if fluid.kind == "table":
            density = fluid.density(self.pipe_ends_c).mean(axis=0, keepdims=True)
            return PipeWater(np.ones(1), density, fluid.viscosity(self.pipe_ends_c.mean(axis=0, keepdims=True)))
        return PipeWater(_SHARES, fluid.density(self.along_pipe_c), fluid.viscosity(self.along_pipe_c))

    def cp_in_pipes(self, fluid: Fluid) -> Array:
        """Return the heat capacity along every pipe, J/(kg·K); of a tabulated fluid that of both ends."""
        if fluid.kind == "table":
            return np.broadcast_to(fluid.mean_cp(*self.pipe_ends_c), self.along_pipe_c.shape)
        return fluid.cp(self.along_pipe_c)


def first_guess(inputs: SteadyInputs) -> Thermal:
    """Return start temperatures: supply temperature, on the return side what stations give back."""
    supply_c = float(inputs.supply_c.mean())
    guess = np.full(inputs.n_nodes, supply_c)
    drop = np.copysign(inputs.delta_t, inputs.heat_w)
    known = np.concatenate([inputs.outlet_c, supply_c - drop])
    known = known[np.isfinite(known)]
    if len(known):
        apart = inputs.side[inputs.source_supply] != inputs.side[inputs.source_return]
        back = np.isin(inputs.side, inputs.side[inputs.source_return[apart]])
        guess[back] = float(known.mean())
    still = np.full((len(_SHARES), len(inputs.pipe_from)), supply_c)
    return Thermal(guess, guess[inputs.consumer_from], np.empty(0), still, still[:2], np.zeros(inputs.n_nodes))


def temperatures(inputs: SteadyInputs, fluid: Fluid, links: Links, last: Thermal) -> Thermal:
    """Return temperatures from mixing: each link hands on ``keep·T_tail + add``.

    Parameters
    ----------
    inputs, fluid
        The network, and what flows in it.
    links
        Flows of this pass.
    last
        Temperatures of the pass before, for the heat capacities.

    Raises
    ------
    DataError
        E441 when a station exchanges heat at a node that no water passes.
    """
    from scipy.sparse import coo_array, csc_array
    from scipy.sparse.linalg import splu

    n, p, c = inputs.n_nodes, len(inputs.pipe_from), len(inputs.consumer_from)
    decay = _decay(inputs, fluid, links, last)
    keep, add, cp_out = _handed_on(inputs, fluid, links, last, decay)
    taps = np.zeros(len(keep), dtype=bool)
    taps[p : p + c] = inputs.taps
    size = np.abs(links.flow)
    weight = np.where((size > STILL_KG_PER_S) & ~taps, size * cp_out, 0.0)
    total: Array = np.bincount(links.head, weights=weight, minlength=n).astype(float)
    still = total <= 0.0
    share = weight / np.where(still, 1.0, total)[links.head]
    matrix = coo_array(
        (
            np.concatenate([np.ones(n), -share * keep]),
            (np.concatenate([np.arange(n), links.head]), np.concatenate([np.arange(n), links.tail])),
        ),
        shape=(n, n),
    )
    right = np.bincount(links.head, weights=share * add, minlength=n)
    right[still] = float(inputs.ground_c.mean()) if p else float(inputs.supply_c.mean())
    fall = _tap_fall(inputs, fluid, links, last, total)
    node = splu(csc_array(matrix)).solve(right - fall)
    arriving = node + fall
    out = keep * node[links.tail] + add
    moving = size[:p] > STILL_KG_PER_S
    out[:p] = np.where(moving, out[:p], inputs.ground_c)
    station_in = _station_inlet(inputs, links, arriving, fall, node[links.tail[p : p + c]])
    own = inputs.taps
    out[p : p + c][own] = keep[p : p + c][own] * station_in[own] + add[p : p + c][own]
    left = np.where(moving, np.exp(-_UP_TO @ decay), 0.0)
    along = inputs.ground_c + left * (node[links.tail[:p]] - inputs.ground_c)
    ends = np.stack([np.where(moving, node[links.tail[:p]], inputs.ground_c), out[:p]])
    return Thermal(node, station_in, out, along, ends, total)


def _decay(inputs: SteadyInputs, fluid: Fluid, links: Links, last: Thermal) -> Array:
    """Return ``u·L/(m·cp)`` at the places along every pipe, (k, p)."""
    carried = np.abs(links.flow[: len(inputs.pipe_from)]) * last.cp_in_pipes(fluid)
    return np.asarray(inputs.u_w_per_mk * inputs.length_m / np.maximum(carried, 1e-30))


def _handed_on(
    inputs: SteadyInputs, fluid: Fluid, links: Links, last: Thermal, decay: Array
) -> tuple[Array, Array, Array]:
    """Return factor and addend of every link's outlet temperature, and the heat capacity with which it mixes there."""
    p, c = len(inputs.pipe_from), len(inputs.consumer_from)
    size = np.abs(links.flow)
    entering = last.node_c[links.tail]
    entering[p : p + c] = last.station_in_c
    last_out = last.out_c if len(last.out_c) else entering
    cp_mean = fluid.mean_cp(entering, last_out)
    keep, add = np.ones(len(size)), np.zeros(len(size))
    keep[:p] = np.exp(-_SHARES @ decay)
    add[:p] = inputs.ground_c * (1.0 - keep[:p])
    stations = slice(p, p + c)
    drawing = size[stations] > STILL_KG_PER_S
    heat_drop = np.where(drawing, inputs.heat_w / np.maximum(size[stations] * cp_mean[stations], 1e-30), 0.0)
    by_flow = np.where(inputs.mode == Mode.FLOW_DELTA_T, inputs.delta_t, heat_drop)
    drop = np.where(inputs.mode == Mode.HEAT_DELTA_T, np.copysign(inputs.delta_t, inputs.heat_w), by_flow)
    fixed = (inputs.mode == Mode.HEAT_OUTLET) | (inputs.mode == Mode.FLOW_OUTLET)
    keep[stations] = np.where(fixed, 0.0, 1.0)
    add[stations] = np.where(fixed, inputs.outlet_c, -drop)
    keep[p + c :] = 0.0
    forwards = (links.flow[p + c :] >= 0.0) | np.isnan(inputs.reverse_c)
    add[p + c :] = np.where(forwards, inputs.supply_c, inputs.reverse_c)
    return keep, add, fluid.mean_cp(last_out, last.node_c[links.head])


def _tap_fall(inputs: SteadyInputs, fluid: Fluid, links: Links, last: Thermal, passing_w_per_k: Array) -> Array:
    """Return by how much stations that give back at their own node cool it, K."""
    fall = np.zeros(inputs.n_nodes)
    taps = np.flatnonzero(inputs.taps)
    if not len(taps):
        return fall
    p = len(inputs.pipe_from)
    drawn, t_in = np.abs(links.flow[p + taps]), last.station_in_c[taps]
    stated = np.where(inputs.mode[taps] == Mode.FLOW_OUTLET, t_in - inputs.outlet_c[taps], inputs.delta_t[taps])
    by_flow = drawn * fluid.mean_cp(t_in, t_in - np.nan_to_num(stated)) * stated
    heat = np.where(np.isnan(inputs.heat_w[taps]), by_flow, inputs.heat_w[taps])
    node = inputs.consumer_from[taps]
    dry = (heat != 0.0) & (passing_w_per_k[node] <= 0.0)
    if dry.any():
        k = int(taps[int(np.argmax(dry))])
        hint = "a station that gives back where it draws needs a pump or load that moves water past it"
        what = "no water passes the station"
        f = Finding("E441", what, field=f"consumers[{k}]", got=inputs.node_ids[inputs.consumer_from[k]], hint=hint)
        raise DataError.of([f])
    np.add.at(fall, node, heat)
    return np.divide(fall, passing_w_per_k, out=np.zeros_like(fall), where=passing_w_per_k > 0.0)


def _station_inlet(inputs: SteadyInputs, links: Links, arriving_c: Array, fall_k: Array, at_tail_c: Array) -> Array:
    """Return the inlet of every station; those at one node share the water that arrives and what goes round."""
    taps = inputs.taps
    if not taps.any():
        return at_tail_c
    p, c = len(inputs.pipe_from), len(inputs.consumer_from)
    n = inputs.n_nodes
    size = np.abs(links.flow)
    others = np.ones(len(size), dtype=bool)
    others[p : p + c] = ~taps
    passing = np.bincount(links.head[others], weights=size[others], minlength=n)
    drawn = np.bincount(inputs.consumer_from[taps], weights=size[p : p + c][taps], minlength=n)
    round_frac = np.divide(drawn - passing, drawn, out=np.zeros(n), where=drawn > passing)
    return np.where(taps, (arriving_c - round_frac * fall_k)[inputs.consumer_from], at_tail_c)
