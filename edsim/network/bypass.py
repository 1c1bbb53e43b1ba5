"""What must flow at least so that water reaches the far stations warm, or cold, enough: thermostatic bypasses.

Along the way from a node to the farthest station behind it what is left of the allowed fall is shared out by
conductance times length. A pipe that may take its share ``T_u -> T_v`` from surroundings at ``T_e`` carries at least
``m = U·L/(cp·ln((T_u - T_e)/(T_v - T_e)))``; what the stations behind it do not draw passes a bypass at its end into
the return pipe. With temperatures ``T_u`` that fall evenly from the plant every station keeps its limit, but mains that
carry much fall less and leave more to the branches. So ``T_u`` is sought between the even fall and what its flow would
bring, by halves in every hour, as high as no station loses its limit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.tree import Forest, add_rows

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_HALVINGS = 8
_TOLERANCE_K = 1e-3


@dataclass(frozen=True, slots=True)
class Bypass:
    """What the bypasses of a network take in a year.

    Attributes
    ----------
    volume_m3
        Water through them.
    hours
        Hours in which one is open.
    pump_kwh
        Electricity of the pumps that would not be needed without them.
    exchange_kwh
        Heat lost (heating) or taken up (cooling) because of them.
    """

    volume_m3: float
    hours: int
    pump_kwh: float
    exchange_kwh: float

    def summary(self) -> dict[str, float]:
        """Return the figures as plain data."""
        return {
            "bypass_m3_a": self.volume_m3,
            "bypass_pump_kwh_a": self.pump_kwh,
            "bypass_heat_kwh_a": self.exchange_kwh,
        }


@dataclass(frozen=True, slots=True)
class Ways:
    """Conductance times length along the ways of a tree, W/K.

    Attributes
    ----------
    own : (e,)
        Of every supply pipe.
    left : (e,)
        From the start of a pipe to the farthest station behind it; infinite where there is none.
    """

    own: Array
    left: Array


def ways_of(forest: Forest, conductance_w_per_k: Array, stations: IntArray) -> Ways:
    """Return the conductances along the ways to the stations of a tree."""
    way = forest.march(np.zeros(()), lambda e, up: up + conductance_w_per_k[e])
    farthest = np.full(forest.n_nodes, -np.inf)
    farthest[stations] = way[stations]
    for level in reversed(forest.levels()):
        np.maximum.at(farthest, forest.start[level], farthest[forest.end[level]])
    left = farthest[forest.end] - way[forest.start]
    return Ways(conductance_w_per_k, np.where(np.isfinite(left), left, np.inf))


def even_fall(forest: Forest, ways: Ways, supply_c: Array, limit_c: Array) -> Array:
    """Return temperatures at the nodes, (n, t), that fall evenly to the limit at the farthest stations."""

    def outwards(edges: slice, inlet: Array) -> Array:
        return np.asarray(inlet + (limit_c - inlet) * _share(ways, edges))

    return forest.march(supply_c, outwards)


def _share(ways: Ways, edges: slice) -> Array:
    """Return the part of what is left of the fall that each pipe may take."""
    left = ways.left[edges]
    return np.divide(ways.own[edges], left, out=np.zeros_like(left), where=left > 0.0)[:, None]


def march_out(forest: Forest, supply_c: Array, around_c: Array, decay: Array) -> Array:
    """Return the supply temperature at every node, (n, t)."""

    def outwards(edges: slice, inlet: Array) -> Array:
        return np.asarray(around_c[edges] + (inlet - around_c[edges]) * decay[edges])

    return forest.march(supply_c, outwards)


def decay_of(conductance_w_per_k: Array, flow_kg_per_s: Array, cp_j_per_kgk: float) -> Array:
    """Return what is left at the end of each pipe of the difference to its surroundings, (e, t)."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(-conductance_w_per_k[:, None] / (flow_kg_per_s * cp_j_per_kgk)))


def least_flow(
    forest: Forest,
    ways: Ways,
    stations: tuple[IntArray, Array],
    temperatures_c: tuple[Array, Array, Array],
    capacity_kg_per_s: Array,
    cp_j_per_kgk: float,
) -> Array:
    """Return what every pipe must carry for no station to get water beyond the limit, kg/s, (e, t).

    Stations that draw more than given do not harm: with larger flows water falls less. Where a pipe cannot carry what
    it would take, stations behind it get water beyond the limit all the same.

    Parameters
    ----------
    forest, ways
        Tree and its conductances.
    stations
        Their nodes, and what is drawn at every node, (n, t), at least.
    temperatures_c
        At the plant, (t,), around every supply pipe, (e, t), and the limit at stations, (t,).
    capacity_kg_per_s : (e,)
        Most each pipe may carry.
    cp_j_per_kgk
        Heat capacity of the liquid.
    """
    (at, drawn), (supply, around, limit) = stations, temperatures_c
    heating = np.where(supply >= limit, 1.0, -1.0)
    low = high = even_fall(forest, ways, supply, limit)
    most = capacity_kg_per_s[:, None]
    for _ in range(_HALVINGS):
        guess = 0.5 * (low + high)
        flow = forest.collect(
            drawn + bypass_flow(forest, drawn, flow_to_keep(forest, ways, guess, (around, limit), cp_j_per_kgk))
        )
        now = march_out(forest, supply, around, decay_of(ways.own, flow, cp_j_per_kgk))
        kept = (heating * (now[at] - limit) >= -_TOLERANCE_K).all(axis=0)
        low, high = np.where(kept, guess, low), np.where(kept, now, guess)
    return np.minimum(flow_to_keep(forest, ways, low, (around, limit), cp_j_per_kgk), most)


def flow_to_keep(
    forest: Forest, ways: Ways, at_node_c: Array, around_and_limit_c: tuple[Array, Array], cp_j_per_kgk: float
) -> Array:
    """Return the flow with which each pipe takes its share of the fall left from given temperatures at the nodes."""
    around, limit = around_and_limit_c
    inlet = at_node_c[forest.start]
    outlet = inlet + (limit - inlet) * _share(ways, slice(None))
    over_in, over_out = inlet - around, outlet - around
    needed = (over_in * over_out > 0.0) & (np.abs(over_in) > np.abs(over_out))
    with np.errstate(divide="ignore", invalid="ignore"):
        least = ways.own[:, None] / (cp_j_per_kgk * np.log(over_in / over_out))
    return np.where(needed, least, 0.0)


def bypass_flow(forest: Forest, drawn_at_node: Array, least_kg_per_s: Array) -> Array:
    """Return what passes the bypass at every node, kg/s, (n, t); none in hours in which nobody draws.

    Parameters
    ----------
    drawn_at_node : (n, t)
        What stations draw.
    least_kg_per_s : (e, t)
        From :func:`least_flow`.
    """
    needed = drawn_at_node.copy()
    passing = np.zeros_like(drawn_at_node)
    running = drawn_at_node.sum(axis=0) > 0.0
    for level in reversed(forest.levels()):
        end = forest.end[level]
        passing[end] = np.where(running, np.maximum(least_kg_per_s[level] - needed[end], 0.0), 0.0)
        add_rows(needed, forest.start[level], needed[end] + passing[end])
    return passing
