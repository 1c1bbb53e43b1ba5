"""All hours of a tree network: flows, temperatures, heat exchange, pressures and pump power in closed form.

Supply and return pipes lie side by side and carry the same flow. A station takes ``m = Q/(cp·ΔT(x))`` with the
temperature difference of its part-load curve, so flows follow from demand alone; supply temperatures march outwards,
return temperatures inwards with enthalpy-weighted mixing:

``T_out = T_eff + (T_in - T_eff)·exp(-U·L/(m·cp))``, ``T_eff = T_g + N/U·(T_other - T_g)``

with U, N of :class:`edsim.network.ground.PairLoss` and the neighbour pipe at its design temperature. Friction is
Darcy–Weisbach with Colebrook at the mean temperature of each pipe and hour. The pump lifts the worst path plus the
differential pressure of its station (variable speed, control at the worst station).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.fluid import Fluid
from edsim.network.friction import pressure_gradient
from edsim.network.tree import Forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_CHUNK_VALUES = 400_000
_MAX_PASSES = 8
_SETTLED_K = 1e-3
_LEAST_DELTA_T_FRAC = 0.3
"""Least share of the planned temperature difference at a station; below it the water is of no use anyway (W408)."""


@dataclass(frozen=True, slots=True)
class TreeNetwork:
    """A sized tree: the forest and one value per edge in its order.

    Attributes
    ----------
    forest
        Rooted at the plants.
    length_m, inner_m, roughness_m : (e,)
        Trench length and pipe bore.
    own_w_per_mk, neighbor_w_per_mk : (e,)
        Conductances of the pair.
    consumer_node : (c,)
        Node of each consumer.
    local_loss_factor
        Friction length over trench length.
    fluid
        Liquid.
    """

    forest: Forest
    length_m: Array
    inner_m: Array
    roughness_m: Array
    own_w_per_mk: Array
    neighbor_w_per_mk: Array
    consumer_node: IntArray
    local_loss_factor: float
    fluid: Fluid


@dataclass(frozen=True, slots=True)
class Operation:
    """How the network is run.

    Attributes
    ----------
    supply_c : (t,)
        Temperature at the plant.
    return_c
        Design return temperature.
    delta_t_k : (c, t)
        Temperature difference at each station.
    ground_c : (t,)
        Undisturbed ground at pipe depth.
    ets_dp_pa
        Differential pressure of a station.
    pump_efficiency
        Wire to water.
    building_limits_return
        True: what the water loses on its way to a station is missing from the station's temperature difference.
    """

    supply_c: Array
    return_c: float
    delta_t_k: Array
    ground_c: Array
    ets_dp_pa: float
    pump_efficiency: float
    building_limits_return: bool = False


@dataclass(frozen=True, slots=True)
class TreeYear:
    """Result over all hours; (t,) unless stated.

    Attributes
    ----------
    plant_flow_kg_per_s, plant_heat_kw
        Flow and heat at the plants, summed (heat given to the water: positive for heating, negative for cooling).
    exchange_kw
        Heat taken up from the ground (positive) or lost (negative), both pipes.
    return_temp_c
        Mixed return at the plants.
    coldest_supply_c, hottest_supply_c
        Extremes of the supply temperature over stations with flow (plant supply when nobody draws).
    lift_pa
        Pump head.
    pump_kw
        Electric power.
    edge_exchange_w : (e, t_keep)
        Heat exchange of each trench in the kept hours.
    edge_dp_pa : (e, t_keep)
        Friction of one pipe in the kept hours, with fittings.
    """

    plant_flow_kg_per_s: Array
    plant_heat_kw: Array
    exchange_kw: Array
    return_temp_c: Array
    coldest_supply_c: Array
    hottest_supply_c: Array
    lift_pa: Array
    pump_kw: Array
    edge_exchange_w: Array
    edge_dp_pa: Array


def station_delta_t(demand_kw: Array, design_k: float, load_frac: Array, delta_t_frac: Array) -> Array:
    """Return the temperature difference of every station and hour from the part-load curve, K.

    Parameters
    ----------
    demand_kw : (c, t)
    design_k
        Difference at the station's own peak.
    load_frac, delta_t_frac : (k,)
        Curve: load over peak, difference over design.
    """
    peak = np.maximum(demand_kw.max(axis=1, keepdims=True), 1e-12)
    return np.asarray(design_k * np.interp(demand_kw / peak, load_frac, delta_t_frac))


def station_flow(demand_kw: Array, delta_t_k: Array, fluid: Fluid, mean_temp_c: float) -> Array:
    """Return the flow of every station, kg/s: ``Q/(cp·ΔT)``."""
    cp = float(fluid.cp(mean_temp_c))
    return np.asarray(1000.0 * demand_kw / (cp * delta_t_k))


def simulate_year(network: TreeNetwork, operation: Operation, demand_kw: Array, keep: IntArray) -> TreeYear:
    """Return flows, temperatures, losses and pumping of every hour.

    Parameters
    ----------
    network
        Sized tree.
    operation
        Temperatures and pumping.
    demand_kw : (c, t)
        Heat (or cold) taken at each station, ≥ 0.
    keep
        Hours for which per-trench results are kept.
    """
    n_hours = demand_kw.shape[1]
    if len(demand_kw) == 0:
        return _idle(network, operation, n_hours, len(keep))
    step = max(1, _CHUNK_VALUES // max(network.forest.n_edges, 1))
    parts = [
        _simulate_block(network, operation, demand_kw, slice(a, min(a + step, n_hours)), keep)
        for a in range(0, n_hours, step)
    ]
    joined = {
        name: np.concatenate([getattr(p, name) for p in parts], axis=-1)
        for name in TreeYear.__dataclass_fields__
        if not name.startswith("edge_")
    }
    kept = {
        name: np.concatenate([getattr(p, name) for p in parts], axis=1) for name in ("edge_exchange_w", "edge_dp_pa")
    }
    order = np.argsort(np.argsort(keep, kind="stable"), kind="stable")
    return TreeYear(**joined, **{k: v[:, order] for k, v in kept.items()})


def _idle(network: TreeNetwork, operation: Operation, n_hours: int, n_keep: int) -> TreeYear:
    zero, none = np.zeros(n_hours), np.zeros((network.forest.n_edges, n_keep))
    supply = operation.supply_c
    back = np.full(n_hours, operation.return_c)
    return TreeYear(zero, zero, zero, back, supply, supply, zero, zero, none, none)


def _simulate_block(
    network: TreeNetwork, operation: Operation, demand_kw: Array, hours: slice, keep: IntArray
) -> TreeYear:
    forest, fluid = network.forest, network.fluid
    demand, delta_t = demand_kw[:, hours], operation.delta_t_k[:, hours]
    supply, ground = operation.supply_c[hours], operation.ground_c[hours]
    sign = 1.0 if float(supply.mean()) >= operation.return_c else -1.0
    cp = float(fluid.cp(0.5 * (float(supply.mean()) + operation.return_c)))
    ratio = (network.neighbor_w_per_mk / network.own_w_per_mk)[:, None]
    around_supply = ground + ratio * (operation.return_c - ground)
    around_return = ground + ratio * (supply - ground)
    planned = delta_t
    for _ in range(_MAX_PASSES):
        drawn = 1000.0 * demand / (cp * delta_t)
        at_node = np.zeros((forest.n_nodes, demand.shape[1]))
        np.add.at(at_node, network.consumer_node, drawn)
        flow = forest.collect(at_node)
        with np.errstate(divide="ignore"):
            decay = np.exp(-(network.own_w_per_mk * network.length_m)[:, None] / (flow * cp))
        t_supply = _march_out(forest, supply, around_supply, decay)
        at_station = t_supply[network.consumer_node]
        if not operation.building_limits_return:
            break
        left = np.maximum(planned - sign * (supply - at_station), _LEAST_DELTA_T_FRAC * planned)
        settled = float(np.abs(left - delta_t).max(initial=0.0)) < _SETTLED_K
        delta_t = left
        if settled:
            break
    heat_back = np.zeros_like(at_node)
    np.add.at(heat_back, network.consumer_node, drawn * (at_station - sign * delta_t))
    t_in, t_out, t_back = _march_back(forest, flow, heat_back, around_return, decay)
    edge_supply_in, edge_supply_out = t_supply[forest.start], t_supply[forest.end]
    exchange = flow * cp * ((edge_supply_out - edge_supply_in) + (t_out - t_in))
    exchange = np.where(flow > 0.0, exchange, _standing_exchange(network, operation.return_c, supply, ground))
    dp_supply = _edge_dp(network, flow, 0.5 * (edge_supply_in + edge_supply_out))
    dp_return = _edge_dp(network, flow, 0.5 * (t_in + t_out))
    path = forest.march(np.zeros(demand.shape[1]), lambda e, up: up + dp_supply[e] + dp_return[e])
    lift = np.where(drawn > 0.0, path[network.consumer_node] + operation.ets_dp_pa, 0.0).max(axis=0)
    total = drawn.sum(axis=0)
    drawing = drawn > 0.0
    density = fluid.density(t_back)
    here = [int(k) - hours.start for k in np.sort(keep) if hours.start <= k < hours.stop]
    return TreeYear(
        plant_flow_kg_per_s=total,
        plant_heat_kw=sign * demand.sum(axis=0) - exchange.sum(axis=0) / 1000.0,
        exchange_kw=exchange.sum(axis=0) / 1000.0,
        return_temp_c=t_back,
        coldest_supply_c=np.where(drawing.any(axis=0), np.where(drawing, at_station, np.inf).min(axis=0), supply),
        hottest_supply_c=np.where(drawing.any(axis=0), np.where(drawing, at_station, -np.inf).max(axis=0), supply),
        lift_pa=lift,
        pump_kw=lift * total / density / operation.pump_efficiency / 1000.0,
        edge_exchange_w=exchange[:, here],
        edge_dp_pa=0.5 * (dp_supply + dp_return)[:, here],
    )


def _march_out(forest: Forest, supply: Array, around: Array, decay: Array) -> Array:
    """Return the supply temperature at every node."""

    def outwards(edges: slice, inlet: Array) -> Array:
        return np.asarray(around[edges] + (inlet - around[edges]) * decay[edges])

    return forest.march(supply, outwards)


def _march_back(
    forest: Forest, flow: Array, heat_back: Array, around: Array, decay: Array
) -> tuple[Array, Array, Array]:
    """Return inlet and outlet temperature of each return pipe and the mixed temperature at the roots.

    `heat_back` is flow times return temperature at each node (kg/s·°C); it is summed towards the roots pipe by pipe.
    """
    carried = heat_back.copy()
    t_in, t_out = np.empty_like(flow), np.empty_like(flow)
    for level in reversed(forest.levels()):
        m = flow[level]
        with np.errstate(invalid="ignore", divide="ignore"):
            inlet = np.where(m > 0.0, carried[forest.end[level]] / m, around[level])
        t_in[level] = inlet
        t_out[level] = around[level] + (inlet - around[level]) * decay[level]
        np.add.at(carried, forest.start[level], m * t_out[level])
    at_root = carried[forest.roots].sum(axis=0)
    total = sum(flow[forest.level == 0]) + np.zeros(flow.shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        mixed = np.where(total > 0.0, at_root / total, around.mean(axis=0) if len(around) else 0.0)
    return t_in, t_out, mixed


def _standing_exchange(network: TreeNetwork, return_c: float, supply: Array, ground: Array) -> Array:
    """Return the heat taken up by pipes without flow that are held at their temperatures, W."""
    symmetric = ((network.own_w_per_mk - network.neighbor_w_per_mk) * network.length_m)[:, None]
    return np.asarray(-symmetric * (supply + return_c - 2.0 * ground))


def _edge_dp(network: TreeNetwork, flow: Array, mean_temp_c: Array) -> Array:
    bore, rough = network.inner_m[:, None], network.roughness_m[:, None]
    density, viscosity = network.fluid.density(mean_temp_c), network.fluid.viscosity(mean_temp_c)
    gradient = pressure_gradient(flow, bore, rough, density, viscosity)
    return gradient * network.length_m[:, None] * network.local_loss_factor
