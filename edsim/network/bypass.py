"""What must flow at least so that water reaches the far stations warm, or cold, enough: thermostatic bypasses.

Along the way from a node to the farthest station behind it what is left of the allowed fall is shared out by
conductance times length. A pipe that may take its share ``T_u -> T_v`` beside a return of known inlet carries at least
the flow of :meth:`edsim.network.coupled.PairTree.flow_for`; what the stations behind it do not draw passes a bypass at
its end into the return pipe. With temperatures ``T_u`` that fall evenly from the plant every station keeps its limit,
but mains that carry much fall less and leave more to the branches. So ``T_u`` is sought between the even fall and what
its flow would bring, by halves in every hour, as high as no station loses its limit. All temperatures are over the
ground.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.coupled import PairTree, march_pair
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
    """The part of the fall left that each supply pipe may take.

    Attributes
    ----------
    tree
        Trenches.
    share_frac : (e,)
        Conductance times length over that of the whole way from the start of the pipe to the farthest station behind
        it; 0 where there is none.
    """

    tree: PairTree
    share_frac: Array

    def outlet_k(self, edges: slice, inlet_k: Array, limit_k: Array) -> Array:
        """Return what the supply pipes may fall to from given inlets, (e, t)."""
        return np.asarray(inlet_k + (limit_k - inlet_k) * self.share_frac[edges, None])


def ways_of(tree: PairTree, stations: IntArray) -> Ways:
    """Return the shares of the fall along the ways to the stations of a tree."""
    forest, own = tree.forest, tree.own_w_per_k
    way = forest.march(np.zeros(()), lambda e, up: up + own[e])
    farthest = np.full(forest.n_nodes, -np.inf)
    farthest[stations] = way[stations]
    for level in reversed(forest.levels()):
        np.maximum.at(farthest, forest.start[level], farthest[forest.end[level]])
    left = farthest[forest.end] - way[forest.start]
    leads = np.isfinite(left) & (left > 0.0)
    return Ways(tree, np.divide(own, left, out=np.zeros_like(left), where=leads))


def even_fall(ways: Ways, supply_k: Array, limit_k: Array) -> Array:
    """Return temperatures at the nodes, (n, t), that fall evenly to the limit at the farthest stations."""
    return ways.tree.forest.march(supply_k, lambda e, inlet: ways.outlet_k(e, inlet, limit_k))


def least_flow(
    ways: Ways,
    stations: tuple[IntArray, Array, Array],
    temps_k: tuple[Array, Array, Array],
    capacity_kg_per_s: Array,
    cp_j_per_kgk: Array,
) -> Array:
    """Return what every pipe must carry for no station to get water beyond the limit, kg/s, (e, t).

    Stations that draw more than given do not harm: with larger flows water falls less. Where a pipe cannot carry what
    it would take, stations behind it get water beyond the limit all the same.

    Parameters
    ----------
    ways
        Tree and the shares of the fall.
    stations
        Their nodes; by node, (n, t), what is drawn at least, kg/s, and the heat taken over the heat capacity, kg/s·K.
    temps_k
        Over the ground, (t,): of the plant, the limit at stations, and the least useful return of a station.
    capacity_kg_per_s : (e,)
        Most each pipe may carry.
    cp_j_per_kgk : (t,)
        Heat capacity of the liquid.
    """
    tree, (at, drawn, taken), (supply, limit, worst_back) = ways.tree, stations, temps_k
    heating = np.where(supply >= limit, 1.0, -1.0)
    low = high = even_fall(ways, supply, limit)
    # with the neighbor at its worst, or as the ground, the even fall keeps all stations: something to begin with
    back = np.broadcast_to(heating * np.minimum(heating * worst_back, 0.0), (tree.forest.n_edges, len(supply)))
    found = flow_to_keep(ways, low, (back, limit), cp_j_per_kgk)
    for _ in range(_HALVINGS):
        guess = 0.5 * (low + high)
        least = flow_to_keep(ways, guess, (back, limit), cp_j_per_kgk)
        at_node = drawn + bypass_flow(tree.forest, drawn, least)
        now = march_pair(tree, (tree.forest.collect(at_node), at_node), taken, supply, cp_j_per_kgk)
        kept = (heating * (now.node[at] - limit) >= -_TOLERANCE_K).all(axis=0)
        found, back = np.where(kept, least, found), now.back_in
        low, high = np.where(kept, guess, low), np.where(kept, now.node, guess)
    return np.minimum(found, capacity_kg_per_s[:, None])


def flow_to_keep(ways: Ways, at_node_k: Array, back_and_limit_k: tuple[Array, Array], cp_j_per_kgk: Array) -> Array:
    """Return the flow with which each pipe takes its share of the fall left from given temperatures at the nodes.

    Parameters
    ----------
    ways
        Tree and the shares of the fall.
    at_node_k : (n, t)
        Over the ground.
    back_and_limit_k
        What enters the return pipes, (e, t), and the limit at stations, (t,), over the ground.
    cp_j_per_kgk : (t,)
        Heat capacity of the liquid.
    """
    back, limit = back_and_limit_k
    inlet = at_node_k[ways.tree.forest.start]
    return ways.tree.flow_for((inlet, ways.outlet_k(slice(None), inlet, limit), back), cp_j_per_kgk)


def bypass_flow(forest: Forest, drawn_at_node: Array, least_kg_per_s: Array) -> Array:
    """Return what passes the bypass at every node, kg/s, (n, t); none in hours in which nobody draws.

    Parameters
    ----------
    forest
        Trenches from the plants on.
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
