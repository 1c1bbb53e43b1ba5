"""All hours of a one-pipe loop, station by station: each one meets the water the ones before it left.

The loop leaves the plant, runs out and back through every trench (depth first, the order of a single pipe laid through
the tree) and comes home. Along a pipe the water relaxes to the ground, ``T ← T_g + (T - T_g)·exp(-u·L/(m·cp))``; a
station that draws the net heat Q and gives its water back to the same pipe changes all of it by ``Q/(m·cp)``. The march
is exact for constant heat capacity, and all hours go through it together. Two pipes of a trench are taken as equally
warm neighbors (conductance ``U - N`` each, see :class:`edsim.network.pipes.ground.PairLoss`).

The flow is the larger of the heat drawn and given back over the design difference, so that the loop never changes by
more than that difference and what the ground adds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.tree import Forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tour:
    """The way of the loop: pipe by pipe.

    Attributes
    ----------
    edge : (2e,)
        Forest edge of each pipe; every edge occurs twice.
    node : (2e,)
        Node at its end.
    is_first : (2e,)
        True where the node is reached for the first time: its stations stand there.
    starts : (2e,)
        True for the first pipe behind a plant.
    """

    edge: IntArray
    node: IntArray
    is_first: NDArray[np.bool_]
    starts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LoopYear:
    """Temperatures of the loop over all hours.

    Attributes
    ----------
    station_in_c : (c, t)
        Water that arrives at each station; ground temperature in hours without flow.
    return_c : (t,)
        Water that comes home, mean over the plants.
    exchange_w : (t,)
        Heat taken up from the ground (positive) or lost by all pipes.
    edge_exchange_w : (e, t_keep)
        The same of both pipes of each trench, in the kept hours.
    """

    station_in_c: Array
    return_c: Array
    exchange_w: Array
    edge_exchange_w: Array


def loop_flow(heat_kw: Array, cold_kw: Array, delta_t_k: float, cp_j_per_kgk: float) -> Array:
    """Return the flow of a one-pipe loop, kg/s: the larger of both sides over the design difference.

    Parameters
    ----------
    heat_kw, cold_kw : (c, t)
        Heat drawn and heat given back at the stations.
    delta_t_k, cp_j_per_kgk
        Design difference along the loop, and specific heat of what flows in it.
    """
    return np.asarray(1000.0 * np.maximum(heat_kw.sum(axis=0), cold_kw.sum(axis=0)) / (cp_j_per_kgk * delta_t_k))


def tour(forest: Forest) -> Tour:
    """Return the order in which a loop passes the trenches of a forest, depth first."""
    below: dict[int, list[int]] = {}
    for k, a in enumerate(forest.start.tolist()):
        below.setdefault(a, []).append(k)
    steps: list[tuple[int, int, bool, bool]] = []
    for root in forest.roots.tolist():
        stack = [(k, True) for k in reversed(below.get(root, []))]
        starts = True
        while stack:
            k, outwards = stack.pop()
            steps.append((k, int(forest.end[k] if outwards else forest.start[k]), outwards, starts))
            starts = False
            if outwards:
                stack.append((k, False))
                stack += [(j, True) for j in reversed(below.get(int(forest.end[k]), []))]
    table = np.array(steps, dtype=np.int64).reshape(-1, 4)
    return Tour(table[:, 0], table[:, 1], table[:, 2].astype(bool), table[:, 3].astype(bool))


def march_loop(
    forest: Forest,
    conductance_w_per_k: Array,
    stations: tuple[IntArray, Array],
    flow_w_per_k: Array,
    temps_c: tuple[Array, Array],
    hours: IntArray,
) -> LoopYear:
    """Return the temperatures along the loop in every hour.

    Parameters
    ----------
    forest
        Trenches from the plants on.
    conductance_w_per_k : (e,)
        ``u·L`` of one pipe of each trench.
    stations
        Node of each station (c,) and its net heat drawn (c, t), kW.
    flow_w_per_k : (t,)
        Heat capacity flow ``m·cp`` of the loop.
    temps_c
        Plant supply (t,) and ground (t,).
    hours
        Those for which the exchange of every trench is kept.
    """
    (station_node, net_kw), (supply, ground) = stations, temps_c
    at: dict[int, list[int]] = {}
    for c, node in enumerate(station_node.tolist()):
        at.setdefault(node, []).append(c)
    moving = flow_w_per_k > 0.0
    carried = np.where(moving, flow_w_per_k, 1.0)
    way = tour(forest)
    station_in = np.broadcast_to(np.where(moving, supply, ground), net_kw.shape).copy()
    exchange, by_edge = np.zeros(len(supply)), np.zeros((forest.n_edges, len(hours)))
    temp, home = supply, {}
    steps = zip(way.edge.tolist(), way.node.tolist(), way.is_first.tolist(), way.starts.tolist(), strict=True)
    for edge, node, is_first, starts in steps:
        if starts:
            temp = _behind_stations(supply, at.get(int(forest.start[edge]), []), net_kw, carried)
        arrived = ground + (temp - ground) * np.exp(-conductance_w_per_k[edge] / carried)
        taken = np.where(moving, carried * (arrived - temp), 0.0)
        exchange += taken
        by_edge[edge] += taken[hours]
        temp = arrived
        if is_first:
            here = at.get(node, [])
            station_in[here] = np.where(moving, temp, ground)
            temp = _behind_stations(temp, here, net_kw, carried)
        elif forest.edge_into[node] < 0:
            home[node] = temp
    back = np.mean(list(home.values()), axis=0) if home else supply
    return LoopYear(station_in, np.where(moving, back, ground), exchange, by_edge)


def _behind_stations(temp: Array, here: list[int], net_kw: Array, carried_w_per_k: Array) -> Array:
    """Return the loop's temperature behind the stations of one node (hours without flow have no load)."""
    return np.asarray(temp - 1000.0 * net_kw[here].sum(axis=0) / carried_w_per_k) if here else temp
