"""The tree on the ground: physics of the ground and pipes, the routed layout, and its diameters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.network.ambient_loops.one_pipe import loop_flow
from edsim.network.gas.state import gas_state
from edsim.network.pipes.catalogue import PipeCatalogue, soil_properties
from edsim.network.pipes.costing import EdgeCosts, fit_linear_cost, station_cost_per_a
from edsim.network.pipes.friction import GRAVITY_M_PER_S2, pressure_gradient
from edsim.network.pipes.ground import BuriedPipes, PairLoss, fit_ground, ground_temperature, pair_loss
from edsim.network.pipes.sizing import balance_critical_path, balance_loop, choose_dn, max_flow, raise_to_children
from edsim.network.places.candidates import CandidateGraph
from edsim.network.request import NetworkRequest
from edsim.network.routing.search import route
from edsim.network.routing.types import Route, RouteEdge, RouteNode, RoutingProblem
from edsim.network.tree import Forest, add_rows, build_forest
from edsim.network.year import TreeNetwork, station_delta_t, station_flow

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
MIN_TOP_PRESSURE_BAR = 1.0


@dataclass(frozen=True, slots=True)
class Physics:
    """Ground temperature at pipe depth (8760,), pair conductances and largest flow per DN."""

    ground_c: Array
    pair: PairLoss
    capacity_kg_per_s: Array
    mean_temp_c: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The chosen tree over the candidate graph.

    Attributes
    ----------
    forest
        Rooted at the plants; its nodes are those of the candidate graph.
    edges : (e,)
        Candidate edge of each forest edge.
    connected
        Positions of the served buildings in the request.
    consumer_node : (c,)
    flow_kg_per_s : (e,) largest flow, `peak_kw` : (e,) largest heat, `n_downstream` : (e,)
    drawn_kg_per_s : (c, t), flow_total : (t,)
    delta_t_k : (c, t)
    """

    forest: Forest
    edges: IntArray
    connected: IntArray
    consumer_node: IntArray
    flow_kg_per_s: Array
    peak_kw: Array
    n_downstream: IntArray
    drawn_kg_per_s: Array
    flow_total: Array
    delta_t_k: Array


@dataclass(frozen=True, slots=True)
class Sized:
    """Catalogue row per edge and the tree ready for the hourly check."""

    row: IntArray
    tree: TreeNetwork
    replaced: tuple[Finding, ...]


def site_physics(request: NetworkRequest, catalogue: PipeCatalogue) -> Physics:
    """Return ground temperature at pipe depth, pair conductances and the capacity of every DN."""
    conductivity, diffusivity = soil_properties(request.pipes.soil)
    depth = request.pipes.cover_m + 0.5 * float(np.median(catalogue.casing_m))
    ground = ground_temperature(fit_ground(request.dry_bulb_temp_c, diffusivity), depth)
    pair = pair_loss(BuriedPipes.of(catalogue, conductivity, request.pipes.cover_m), request.pipes.spacing_m)
    mean = 0.5 * (request.temperatures.supply_c + request.temperatures.return_c)
    return Physics(ground, pair, max_flow(catalogue, request.pipes, request.fluid, mean), mean)


def trench_costs(request: NetworkRequest, catalogue: PipeCatalogue, physics: Physics) -> EdgeCosts:
    """Return the cost of a metre of trench for every DN, heat exchange and pumping included."""
    t, economics = request.temperatures, request.economics
    exchange_k = float(np.abs(request.supply_c + t.return_c - 2.0 * physics.ground_c).mean())
    loss_kwh = physics.pair.symmetric_w_per_mk * exchange_k * 8.76
    total = np.abs(request.net_kw.sum(axis=0))
    load = total / max(float(total.max()), 1e-9)
    cp = float(request.fluid.cp(physics.mean_temp_c))
    volume_per_kw = 1000.0 / (cp * t.delta_t_k) / float(request.fluid.density(physics.mean_temp_c))
    friction_pa = 2.0 * request.pipes.max_gradient_pa_per_m * request.pipes.local_loss_factor
    pump_kwh = volume_per_kw * friction_pa * float((load**3).sum()) / 1000.0 / request.pipes.pump_efficiency_frac
    return EdgeCosts(
        capacity_kw=physics.capacity_kg_per_s * cp * t.delta_t_k / 1000.0,
        pipe_per_m=catalogue.pipe_usd_per_m * economics.currency_per_usd,
        civil_per_m=catalogue.civil_usd_per_m * economics.currency_per_usd * economics.cost_level_frac,
        running_per_m_a=loss_kwh * economics.plant_energy_cost_per_kwh,
        pump_per_m_kw_a=pump_kwh * economics.electricity_price_per_kwh,
        yearly_frac=economics.annuity_frac + economics.om_frac,
    )


def route_candidates(request: NetworkRequest, wanted: list[int], graph: CandidateGraph, costs: EdgeCosts) -> Route:
    """Return the routing of the candidate graph, stations charged to the buildings' prizes."""
    peak = request.station_kw.max(axis=1)
    names = node_names(request, graph)
    nodes = []
    building_at = {graph.building_node[i]: i for i in wanted}
    ets = station_cost_per_a(request, request.station_size_kw)
    for n, name in enumerate(names):
        if n in building_at:
            b = request.buildings[building_at[n]]
            nodes.append(
                RouteNode(
                    name,
                    "consumer",
                    peak_kw=float(peak[building_at[n]]),
                    prize_per_a=b.avoided_cost_per_a - float(ets[building_at[n]]),
                    connection="must_connect" if b.connection == "must_connect" else "by_problem",
                )
            )
        else:
            nodes.append(RouteNode(name, "producer" if n in graph.plant_node else "junction"))
    low, high = float(peak[wanted].min()), float(np.abs(request.net_kw[wanted].sum(axis=0)).max())
    edges = []
    for k, e in enumerate(graph.edges):
        fixed, variable = fit_linear_cost(costs, e.civil_factor, low, high)
        if e.existing_dn:
            fixed, variable = 0.0, costs.pump_per_m_kw_a
        edges.append(
            RouteEdge(f"e{k}", names[e.u], names[e.v], e.length_m, fixed_cost_per_m_a=fixed, cost_per_m_kw_a=variable)
        )
    problem = RoutingProblem(
        connect="economic",
        gap_target_frac=request.gap_target_frac,
        time_limit_s=request.time_limit_s,
        seed=request.seed,
    )
    return route(nodes, edges, problem)


def node_names(request: NetworkRequest, graph: CandidateGraph) -> list[str]:
    """Return the name of every node of the candidate graph."""
    names = list(graph.labels) or [f"junction-{i}" for i in range(len(graph.xy))]
    for i, n in enumerate(graph.building_node):
        if n >= 0:
            names[n] = f"building-{request.buildings[i].id}"
    for i, n in enumerate(graph.plant_node):
        names[n] = f"plant-{request.plants[i].id}"
    return names


def lay_out(request: NetworkRequest, wanted: list[int], graph: CandidateGraph, answer: Route) -> Layout:
    """Return the routed tree with the largest coincident flow and heat of every trench."""
    used = np.array([int(name[1:]) for name in answer.edge_ids], dtype=np.int64)
    u = np.array([graph.edges[k].u for k in used], dtype=np.int64)
    v = np.array([graph.edges[k].v for k in used], dtype=np.int64)
    forest = build_forest(len(graph.xy), u, v, np.array(graph.plant_node, dtype=np.int64))
    served = set(answer.connected_ids)
    connected = np.array([i for i in wanted if f"building-{request.buildings[i].id}" in served], dtype=np.int64)
    consumer_node = np.array([graph.building_node[i] for i in connected], dtype=np.int64)
    demand = request.net_kw[connected]
    delta_t, drawn = _stations(request, demand)
    flow = peak_behind(forest, consumer_node, drawn)
    flow_total = np.abs(drawn.sum(axis=0))
    if request.carrier == "ambient_one_pipe" and len(connected):
        flow_total = _loop_flow(request, connected)
        flow = np.full(forest.n_edges, float(flow_total.max()))
    return Layout(
        forest=forest,
        edges=used[forest.order],
        connected=connected,
        consumer_node=consumer_node,
        flow_kg_per_s=flow,
        peak_kw=peak_behind(forest, consumer_node, demand),
        n_downstream=forest.collect(np.bincount(consumer_node, minlength=forest.n_nodes).astype(float)).astype(
            np.int64
        ),
        drawn_kg_per_s=drawn,
        flow_total=flow_total,
        delta_t_k=delta_t,
    )


def _stations(request: NetworkRequest, demand: Array) -> tuple[Array, Array]:
    """Return temperature difference, K, and flow, kg/s, of every station and hour (gases: no difference)."""
    if len(demand) == 0:
        return np.zeros(demand.shape), demand
    if request.is_gas:
        return np.zeros(demand.shape), demand * gas_state(request).kg_per_s_per_unit
    t = request.temperatures
    if request.is_ambient:
        delta_t = np.full(demand.shape, t.delta_t_k)
        return delta_t, station_flow(demand, delta_t, request.fluid, 0.5 * (t.supply_c + t.return_c))
    delta_t = station_delta_t(demand, request.delta_t_k, np.array(t.part_load_frac), np.array(t.part_load_delta_t_frac))
    return delta_t, station_flow(demand, delta_t, request.fluid, 0.5 * (t.supply_c + t.return_c))


def _loop_flow(request: NetworkRequest, connected: IntArray) -> Array:
    """Return the flow of a one-pipe loop in every hour, kg/s."""
    t = request.temperatures
    heat = request.demand_kw[connected]
    cold = np.zeros_like(heat) if request.cooling_kw is None else request.cooling_kw[connected]
    cp = float(request.fluid.cp(0.5 * (t.supply_c + t.return_c)))
    return loop_flow(heat, cold, t.delta_t_k, cp)


def peak_behind(forest: Forest, consumer_node: IntArray, hourly: Array) -> Array:
    """Return the largest coincident sum behind each edge over all hours."""
    peak = np.zeros(forest.n_edges)
    step = max(24, 4_000_000 // max(forest.n_nodes, 1))
    for a in range(0, hourly.shape[1], step):
        at_node = np.zeros((forest.n_nodes, hourly[:, a : a + step].shape[1]))
        add_rows(at_node, consumer_node, hourly[:, a : a + step])
        peak = np.maximum(peak, np.abs(forest.collect(at_node)).max(axis=1, initial=0.0))
    return peak


def size_network(
    request: NetworkRequest,
    catalogue: PipeCatalogue,
    physics: Physics,
    costs: EdgeCosts,
    layout: Layout,
    graph: CandidateGraph,
) -> Sized:
    """Return the diameter of every trench and the tree ready for the hourly check.

    Raises
    ------
    DataError
        E420 when a flow exceeds the largest pipe of the catalogue.
    """
    candidates = [graph.edges[k] for k in layout.edges.tolist()]
    names = node_names(request, graph)
    labels = tuple(f"{names[a]} to {names[b]}" for a, b in zip(layout.forest.start, layout.forest.end, strict=True))
    row = choose_dn(layout.flow_kg_per_s, physics.capacity_kg_per_s, catalogue, labels)
    row = raise_to_children(layout.forest, row)
    enough = row
    length = np.array([e.length_m for e in candidates])
    if (request.pipes.balance_critical_path or request.carrier == "ambient_one_pipe") and len(row):
        factor = np.array([e.civil_factor for e in candidates])
        row = _balanced(request, catalogue, physics, costs, layout, row, length, factor)
    row, replaced = _keep_existing(catalogue, (enough, row), [e.existing_dn for e in candidates], labels)
    tree = TreeNetwork(
        forest=layout.forest,
        length_m=length,
        inner_m=catalogue.inner_m[row],
        roughness_m=catalogue.roughness_m[row],
        capacity_kg_per_s=physics.capacity_kg_per_s[row],
        own_w_per_mk=physics.pair.own_w_per_mk[row],
        neighbor_w_per_mk=physics.pair.neighbor_w_per_mk[row],
        consumer_node=layout.consumer_node,
        local_loss_factor=request.pipes.local_loss_factor,
        fluid=request.fluid,
    )
    return Sized(row, tree, replaced)


def _balanced(
    request: NetworkRequest,
    catalogue: PipeCatalogue,
    physics: Physics,
    costs: EdgeCosts,
    layout: Layout,
    row: IntArray,
    length: Array,
    civil_factor: Array,
) -> IntArray:
    """Return DN rows after raising the critical path, or all of a loop in series, against pumping cost.

    Without balancing a loop in series is still widened to what its pipes can stand.
    """
    bore, rough = catalogue.inner_m[None, :], catalogue.roughness_m[None, :]
    density = request.fluid.density(physics.mean_temp_c)
    viscosity = request.fluid.viscosity(physics.mean_temp_c)
    in_series = request.carrier == "ambient_one_pipe"
    at_peak = (
        layout.flow_kg_per_s
        if in_series
        else layout.forest.collect(_station_flow_at(layout, int(layout.flow_total.argmax())))
    )
    gradient = pressure_gradient(at_peak[:, None], bore, rough, density, viscosity)
    dp = 2.0 * gradient * length[:, None] * request.pipes.local_loss_factor
    annual = length[:, None] * np.array([costs.annual_per_m(f) for f in civil_factor])
    load = layout.flow_total / max(float(layout.flow_total.max()), 1e-9)
    volume = layout.flow_total / float(density)
    kwh_per_pa = float((volume * load**1.85).sum()) / 1000.0 / request.pipes.pump_efficiency_frac
    per_pa = kwh_per_pa * request.economics.electricity_price_per_kwh * request.pipes.balance_critical_path
    if in_series:
        return balance_loop(row, dp, annual, per_pa, _most_friction_pa(request, catalogue, float(density)))
    return balance_critical_path(layout.forest, row, dp, annual, per_pa, layout.consumer_node)


def _most_friction_pa(request: NetworkRequest, catalogue: PipeCatalogue, density: float) -> float:
    """Return the friction the pipes' rating leaves beside column, stations and the pressure at the top, Pa."""
    heights = [*(b.z_m for b in request.buildings), *(p.z_m for p in request.plants)]
    column = density * GRAVITY_M_PER_S2 * (max(heights) - min(heights))
    return 1e5 * (catalogue.pn_bar - MIN_TOP_PRESSURE_BAR) - column - 1000.0 * request.temperatures.ets_dp_kpa


def _station_flow_at(layout: Layout, hour: int) -> Array:
    at_node = np.zeros(layout.forest.n_nodes)
    np.add.at(at_node, layout.consumer_node, layout.drawn_kg_per_s[:, hour])
    return at_node


def _keep_existing(
    catalogue: PipeCatalogue, rows: tuple[IntArray, IntArray], existing_dn: list[int], labels: tuple[str, ...]
) -> tuple[IntArray, tuple[Finding, ...]]:
    """Return rows in which existing pipes keep their DN where it suffices; the others are replaced and reported.

    `rows` are the least sufficient rows and those that pay for new pipes.
    """
    enough, row = rows
    kept, notes = row.copy(), []
    for k, dn in enumerate(existing_dn):
        if not dn:
            continue
        old = catalogue.index_of(dn)
        if old >= enough[k]:
            kept[k] = old
        else:
            notes.append(too_small(labels[k], catalogue, (old, int(row[k]))))
    return kept, tuple(notes)


def too_small(label: str, catalogue: PipeCatalogue, rows: tuple[int, int]) -> Finding:
    """Return the remark on an existing pipe (first row) that a wider one (second row) replaces."""
    return Finding(
        "W405",
        f"existing pipe {label} is too small",
        got=f"DN {catalogue.dn[rows[0]]}",
        allowed=f"DN {catalogue.dn[rows[1]]}",
        hint="it is replaced and paid for as new; lower the connected load to keep it",
        severity="warning",
    )
