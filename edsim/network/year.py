"""All hours of a tree network: flows, temperatures, heat exchange, pressures and pump power in closed form.

Supply and return pipes lie side by side and carry the same flow. A station takes ``m = Q/(cp·ΔT(x))`` with the
temperature difference of its part-load curve, so flows follow from demand alone; the temperatures of both pipes, which
exchange heat with the ground and with each other, follow hour by hour (:mod:`edsim.network.coupled`). Friction is
Darcy–Weisbach with Colebrook at the mean temperature of each pipe and hour. The pump lifts the worst path plus the
differential pressure of its station (variable speed, control at the worst station).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.bypass import bypass_flow, least_flow, ways_of
from edsim.network.coupled import PairTemps, PairTree, march_pair
from edsim.network.fluid import Fluid
from edsim.network.pipes.friction import pressure_gradient
from edsim.network.tree import Forest, add_rows

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_CHUNK_VALUES = 100_000
_MAX_PASSES = 12
_SETTLED_K = 1e-3
_LEAST_SLOPE = -20.0
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
    capacity_kg_per_s : (e,)
        Flow each pipe may carry by the limits it was sized with; no bypass asks for more.
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
    capacity_kg_per_s: Array
    own_w_per_mk: Array
    neighbor_w_per_mk: Array
    consumer_node: IntArray
    local_loss_factor: float
    fluid: Fluid

    @property
    def pair(self) -> PairTree:
        """Return the tree with the conductances of both pipes."""
        ratio = np.divide(
            self.neighbor_w_per_mk,
            self.own_w_per_mk,
            out=np.zeros(len(self.own_w_per_mk)),
            where=self.own_w_per_mk > 0.0,
        )
        return PairTree(self.forest, self.own_w_per_mk * self.length_m, ratio)


@dataclass(frozen=True, slots=True)
class Operation:
    """How the network is run.

    Attributes
    ----------
    supply_c : (t,)
        Temperature at the plant.
    return_c
        Design return temperature, at which return pipes without flow are counted.
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
    bypass_drop_k
        Bypasses let water into the return so that it reaches every station within this of the plant; infinite for none.
    """

    supply_c: Array
    return_c: float
    delta_t_k: Array
    ground_c: Array
    ets_dp_pa: float
    pump_efficiency: float
    building_limits_return: bool = False
    bypass_drop_k: float = np.inf


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
    bypass_kg_per_s
        Water through bypasses.
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
    bypass_kg_per_s: Array
    edge_exchange_w: Array
    edge_dp_pa: Array


def station_delta_t(demand_kw: Array, design_k: float | Array, load_frac: Array, delta_t_frac: Array) -> Array:
    """Return the temperature difference of every station and hour from the part-load curve, K.

    Parameters
    ----------
    demand_kw : (c, t)
    design_k : float or (t,)
        Difference at the station's own peak, with the supply of the hour.
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
    return TreeYear(zero, zero, zero, back, supply, supply, zero, zero, zero, none, none)


def _simulate_block(
    network: TreeNetwork, operation: Operation, demand_kw: Array, hours: slice, keep: IntArray
) -> TreeYear:
    forest, fluid = network.forest, network.fluid
    demand, delta_t = demand_kw[:, hours], operation.delta_t_k[:, hours]
    supply, ground = operation.supply_c[hours], operation.ground_c[hours]
    sign = 1.0 if float(operation.supply_c.mean()) >= operation.return_c else -1.0
    cp = _heat_capacity(fluid, (demand, delta_t), (supply, operation.return_c), sign)
    now = _flows(network, operation, (demand, delta_t), (supply, ground), (sign, cp))
    drawn, passing, flow, temps = now.drawn, now.passing, now.flow, now.temps
    start, end = temps.node[forest.start], temps.node[forest.end]
    exchange = flow * cp * ((end - start) + (temps.back_out - temps.back_in))
    exchange = np.where(flow > 0.0, exchange, _standing_exchange(network, operation.return_c, supply, ground))
    dp_supply = _edge_dp(network, flow, 0.5 * (start + end) + ground)
    dp_return = _edge_dp(network, flow, 0.5 * (temps.back_in + temps.back_out) + ground)
    at_station = temps.node[network.consumer_node] + ground
    path = forest.march(np.zeros(demand.shape[1]), lambda e, up: up + dp_supply[e] + dp_return[e])
    lift = np.where(drawn > 0.0, path[network.consumer_node] + operation.ets_dp_pa, 0.0).max(axis=0)
    total = drawn.sum(axis=0) + passing.sum(axis=0)
    drawing = drawn > 0.0
    back = np.where(total > 0.0, temps.back_root + ground, operation.return_c)
    here = [int(k) - hours.start for k in np.sort(keep) if hours.start <= k < hours.stop]
    return TreeYear(
        plant_flow_kg_per_s=total,
        plant_heat_kw=sign * demand.sum(axis=0) - exchange.sum(axis=0) / 1000.0,
        exchange_kw=exchange.sum(axis=0) / 1000.0,
        return_temp_c=back,
        coldest_supply_c=np.where(drawing.any(axis=0), np.where(drawing, at_station, np.inf).min(axis=0), supply),
        hottest_supply_c=np.where(drawing.any(axis=0), np.where(drawing, at_station, -np.inf).max(axis=0), supply),
        lift_pa=lift,
        pump_kw=lift * total / fluid.density(back) / operation.pump_efficiency / 1000.0,
        bypass_kg_per_s=passing.sum(axis=0),
        edge_exchange_w=exchange[:, here],
        edge_dp_pa=0.5 * (dp_supply + dp_return)[:, here],
    )


def _heat_capacity(
    fluid: Fluid, stations: tuple[Array, Array], temperatures_c: tuple[Array, float], sign: float
) -> Array:
    """Return the heat capacity of every hour at the mean of supply and of what stations plan to give back, (t,)."""
    (demand, delta_t), (supply, return_c) = stations, temperatures_c
    heat = demand.sum(axis=0)
    planned_k = np.abs(supply - return_c, dtype=float)
    mean_k = np.divide(heat, (demand / delta_t).sum(axis=0), out=planned_k, where=heat > 0.0)
    return np.asarray(fluid.cp(supply - 0.5 * sign * mean_k))


@dataclass(frozen=True, slots=True)
class _Flows:
    """Flows and temperatures of a block of hours: what stations draw, what passes bypasses by node, flow by pipe."""

    drawn: Array
    passing: Array
    flow: Array
    temps: PairTemps


def _flows(
    network: TreeNetwork,
    operation: Operation,
    stations: tuple[Array, Array],
    temperatures_c: tuple[Array, Array],
    about: tuple[float, Array],
) -> _Flows:
    """Return what stations draw and bypasses let pass, with the temperatures that follow.

    `stations` are demand and temperature difference, `temperatures_c` those of the plant and of the ground, `about` the
    sign of heating and the heat capacity.
    """
    forest, (demand, planned), (supply, ground), (sign, cp) = network.forest, stations, temperatures_c, about
    pair, at, least = network.pair, network.consumer_node, None
    taken = _at_node(network, sign * 1000.0 * demand / cp)
    if np.isfinite(operation.bypass_drop_k):
        limit = supply - sign * operation.bypass_drop_k
        drawn = _at_node(network, 1000.0 * demand / (cp * planned))
        temps_k = supply - ground, limit - ground, limit - sign * planned.max(axis=0) - ground
        least = least_flow(ways_of(pair, at), (at, drawn, taken), temps_k, network.capacity_kg_per_s, cp)
    delta_t, before = planned, None
    for _ in range(_MAX_PASSES):
        drawn = 1000.0 * demand / (cp * delta_t)
        at_node = _at_node(network, drawn)
        passing = np.zeros_like(at_node) if least is None else bypass_flow(forest, at_node, least)
        at_node += passing
        flow = forest.collect(at_node)
        temps = march_pair(pair, (flow, at_node), taken, supply - ground, cp)
        if not operation.building_limits_return:
            break
        cooled = sign * (supply - ground - temps.node[at])
        left = np.maximum(planned - cooled, _LEAST_DELTA_T_FRAC * planned)
        if float((np.abs(left - delta_t) * (demand > 0.0)).max(initial=0.0)) < _SETTLED_K:
            break
        delta_t, before = _between(delta_t, left, before), (delta_t, left)
    return _Flows(drawn, passing, flow, temps)


def _between(asked: Array, left: Array, before: tuple[Array, Array] | None) -> Array:
    """Return the temperature differences to try next, by the secant of each station and hour.

    More flow comes warmer, which asks for less flow: what is left answers what was asked with a falling slope, at first
    taken as if water cooled in proportion to the time it is on its way.
    """
    if before is None:
        slope = left / asked - 1.0
    else:
        step = asked - before[0]
        slope = np.divide(left - before[1], step, out=np.zeros_like(step), where=np.abs(step) > _SETTLED_K)
    return np.asarray(asked + (left - asked) / (1.0 - np.clip(slope, _LEAST_SLOPE, 0.0)))


def _at_node(network: TreeNetwork, by_station: Array) -> Array:
    """Return a quantity of the stations summed at every node."""
    at_node = np.zeros((network.forest.n_nodes, by_station.shape[1]))
    add_rows(at_node, network.consumer_node, by_station)
    return at_node


def _standing_exchange(network: TreeNetwork, return_c: float, supply: Array, ground: Array) -> Array:
    """Return the heat taken up by pipes without flow that are held at their temperatures, W."""
    symmetric = ((network.own_w_per_mk - network.neighbor_w_per_mk) * network.length_m)[:, None]
    return np.asarray(-symmetric * (supply + return_c - 2.0 * ground))


def _edge_dp(network: TreeNetwork, flow: Array, mean_temp_c: Array) -> Array:
    bore, rough = network.inner_m[:, None], network.roughness_m[:, None]
    density, viscosity = network.fluid.density(mean_temp_c), network.fluid.viscosity(mean_temp_c)
    gradient = pressure_gradient(flow, bore, rough, density, viscosity)
    return gradient * network.length_m[:, None] * network.local_loss_factor
