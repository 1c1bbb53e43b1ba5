"""Steam and compressed-air networks: the tree, its diameters and all hours.

Gas flows isothermally along a pipe: ``p1² - p2² = (f·L/d)·G²·p/ρ``, ``G = m/A``, with ``p/ρ`` of the gas at the plant,
which is the ideal-gas form for air and within 1 % for saturated steam while the drop stays below 10 % of the pressure;
``f`` is Colebrook–White. The loss of squared pressure adds up along a path, so all hours are computed at once. A pipe
is sized by velocity and gradient at the lowest pressure allowed, then the worst path is enlarged, the cheapest saving
first, until the drop to every consumer is within its limit.

Steam: pipes lose ``U·L·(T_sat - T_ground)`` and form condensate, which traps drain; traps and vents lose a share of
the steam; condensate comes back through a second pipe and cools on its way. All of it is extra load at the plant, in kW
of the carrier (steam condensed to the return temperature). Air: leaks flow in every hour.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.assemble import design_nodes, edge_geometry
from edsim.network.gas.condensate import condensate_loss_kw, condensate_pump_kw, condensate_u
from edsim.network.gas.state import GasState, gas_state
from edsim.network.layout import Layout, lay_out, node_names, route_candidates, too_small
from edsim.network.pipes.catalogue import PipeCatalogue, soil_properties
from edsim.network.pipes.costing import EdgeCosts, station_cost
from edsim.network.pipes.friction import flow_velocity, friction_factor, pressure_gradient, reynolds_number
from edsim.network.pipes.ground import BuriedPipes, fit_ground, ground_temperature, single_loss
from edsim.network.pipes.sizing import choose_dn, flow_limit, raise_to_children
from edsim.network.places.candidates import CandidateGraph
from edsim.network.request import NetworkRequest
from edsim.network.routing.types import Route
from edsim.network.tree import Forest, add_rows
from edsim.network.types import DesignEdges, NetworkDesign

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_CHUNK_VALUES = 400_000


@dataclass(frozen=True, slots=True)
class GasSite:
    """Gas, pipes and ground of one network."""

    gas: GasState
    catalogue: PipeCatalogue
    u_w_per_mk: Array
    ground_c: Array
    capacity_kg_per_s: Array


@dataclass(frozen=True, slots=True)
class GasYear:
    """All hours: lowest absolute pressure at a consumer, extra load, flow at the plant (t,); loss at peak (e,)."""

    lowest_pa: Array
    extra: Array
    plant_kg_per_s: Array
    edge_loss_w: Array


def design_gas(
    request: NetworkRequest, wanted: list[int], graph: CandidateGraph, catalogue: PipeCatalogue
) -> tuple[NetworkDesign, Route]:
    """Return the designed steam or compressed-air network and its routing.

    Raises
    ------
    DataError
        E420 beyond the catalogue, E422 above its pressure rating, E451 when no pipe keeps the pressure drop.
    """
    site = gas_site(request, catalogue)
    costs = _costs(request, site)
    answer = route_candidates(request, wanted, graph, costs)
    layout = lay_out(request, wanted, graph, answer)
    length = np.array([graph.edges[k].length_m for k in layout.edges.tolist()])
    names = node_names(request, graph)
    labels = tuple(f"{names[a]} to {names[b]}" for a, b in zip(layout.forest.start, layout.forest.end, strict=True))
    own = own_flow(request, site, layout, length)
    row = raise_to_children(layout.forest, choose_dn(own, site.capacity_kg_per_s, catalogue, labels))
    candidates = [graph.edges[k] for k in layout.edges.tolist()]
    factor = np.array([e.civil_factor for e in candidates])
    old = np.array([catalogue.index_of(e.existing_dn) if e.existing_dn else -1 for e in candidates], dtype=np.int64)
    row = _within_drop(request, site, layout, (length, own, factor), (row, old), costs)
    year = gas_year(request, site, layout, (length, row), layout.flow_kg_per_s)
    design = _assembled(request, graph, answer, (site, costs), (layout, length, row, factor), year)
    notes = [
        too_small(labels[k], catalogue, (int(old[k]), int(row[k]))) for k in np.flatnonzero((old >= 0) & (old != row))
    ]
    return replace(design, findings=tuple(notes)), answer


def gas_site(request: NetworkRequest, catalogue: PipeCatalogue) -> GasSite:
    """Return gas, pipes and ground of a request; E422 where its pressure is above the rating of the pipes."""
    gas = gas_state(request)
    if gas.gauge_bar > catalogue.pn_bar:
        what = f"network {request.id}: pressure above the rating of the pipes"
        got, allowed = f"{gas.gauge_bar:.1f} bar", f"PN {catalogue.pn_bar:g}"
        raise DataError.of([Finding("E422", what, got=got, allowed=allowed, hint="lower the pressure at the plant")])
    conductivity, diffusivity = soil_properties(request.pipes.soil)
    depth = request.pipes.cover_m + 0.5 * float(np.median(catalogue.casing_m))
    ground = ground_temperature(fit_ground(request.dry_bulb_temp_c, diffusivity), depth)
    u = single_loss(BuriedPipes.of(catalogue, conductivity, request.pipes.cover_m))
    thinnest = gas.density_kg_per_m3 * (1.0 - request.gas.max_drop_frac)
    return GasSite(gas, catalogue, u, ground, flow_limit(catalogue, request.pipes, thinnest, gas.viscosity_pa_s))


def _costs(request: NetworkRequest, site: GasSite) -> EdgeCosts:
    """Return the cost of a meter of trench for every DN, heat loss of steam included."""
    economics, catalogue = request.economics, site.catalogue
    over_ground = float((site.gas.temp_c - site.ground_c).mean()) if request.carrier == "steam" else 0.0
    return EdgeCosts(
        capacity_kw=site.capacity_kg_per_s / site.gas.kg_per_s_per_unit,
        pipe_per_m=catalogue.pipe_usd_per_m * economics.currency_per_usd,
        civil_per_m=catalogue.civil_usd_per_m * economics.currency_per_usd * economics.cost_level_frac,
        running_per_m_a=site.u_w_per_mk * over_ground * 8.76 * economics.plant_energy_cost_per_kwh,
        pump_per_m_kw_a=0.0,
        yearly_frac=economics.annuity_frac + economics.om_frac,
    )


def _leak_kg_per_s(request: NetworkRequest, layout: Layout) -> float:
    """Return the constant leakage of an air network: a share of the peak that enters."""
    if request.carrier != "compressed_air" or not layout.forest.n_edges:
        return 0.0
    share = request.gas.leakage_frac
    return float(layout.flow_total.max()) * share / (1.0 - share)


def own_flow(request: NetworkRequest, site: GasSite, layout: Layout, length: Array) -> Array:
    """Return the largest flow of every trench, kg/s: its consumers' peak, leaks and condensate behind it."""
    forest = layout.forest
    at_end = np.zeros(forest.n_nodes)
    total = max(float(length.sum()), 1e-9)
    at_end[forest.end] = _leak_kg_per_s(request, layout) * length / total
    if request.carrier == "steam":
        u = float(site.u_w_per_mk.max())
        warmest = site.gas.temp_c - float(site.ground_c.min())
        at_end[forest.end] += u * length * warmest / (1000.0 * site.gas.latent_kj_per_kg)
        return layout.flow_kg_per_s / (1.0 - request.gas.leakage_frac) + forest.collect(at_end)
    return layout.flow_kg_per_s + forest.collect(at_end)


def _squared_drop(request: NetworkRequest, gas: GasState, flow: Array, pipes: tuple[Array, Array, Array]) -> Array:
    """Return the loss of squared pressure, Pa², over pipes given by length, bore and roughness (broadcast)."""
    length, bore, rough = pipes
    flux = flow / (np.pi / 4.0 * bore**2)
    factor = friction_factor(reynolds_number(flow, bore, np.asarray(gas.viscosity_pa_s)), rough / bore)
    meters = length * request.pipes.local_loss_factor
    return np.asarray(factor * meters / bore * flux**2 * gas.pressure_pa / gas.density_kg_per_m3)


def _within_drop(
    request: NetworkRequest,
    site: GasSite,
    layout: Layout,
    trenches: tuple[Array, Array, Array],
    rows: tuple[IntArray, IntArray],
    costs: EdgeCosts,
) -> IntArray:
    """Return rows enlarged along the worst path until every consumer keeps its pressure.

    `rows` are the least sufficient ones and those of existing pipes (-1 without); an existing pipe stays, free of
    charge, where it is wide enough.

    Raises
    ------
    DataError
        E451 when the largest pipes do not keep it.
    """
    length, own, civil_factor = trenches
    forest, (chosen, old) = layout.forest, rows
    if not forest.n_edges:
        return chosen
    pipes = (length[:, None], site.catalogue.inner_m[None, :], site.catalogue.roughness_m[None, :])
    by_row = _squared_drop(request, site.gas, own[:, None], pipes)
    annual = length[:, None] * np.array([costs.annual_per_m(f) for f in civil_factor])
    annual[np.arange(annual.shape[1])[None, :] <= old[:, None]] = 0.0
    limit = site.gas.pressure_pa**2 * (1.0 - (1.0 - request.gas.max_drop_frac) ** 2)
    edges, last = np.arange(forest.n_edges), by_row.shape[1] - 1
    while True:
        laid = np.maximum(chosen, old)
        at = _path_sums(forest, by_row[edges, laid])[layout.consumer_node]
        if float(at.max()) <= limit:
            return laid
        on_path = _way(forest, int(layout.consumer_node[int(at.argmax())]))
        free = on_path[laid[on_path] < last]
        if len(free) == 0:
            raise DataError.of([_too_far(request, layout, int(at.argmax()))])
        saved = by_row[free, laid[free]] - by_row[free, laid[free] + 1]
        extra = np.maximum(annual[free, laid[free] + 1] - annual[free, laid[free]], 1e-9)
        widened = int(free[int((saved / extra).argmax())])
        chosen = chosen.copy()
        chosen[widened] = laid[widened] + 1
        chosen = raise_to_children(forest, chosen)


def _path_sums(forest: Forest, per_edge: Array) -> Array:
    """Return, per node, the sum of an edge quantity (e, ...) from the root."""
    return forest.march(np.zeros(per_edge.shape[1:]), lambda e, up: np.asarray(up + per_edge[e]))


def _way(forest: Forest, node: int) -> IntArray:
    path, edge = [], int(forest.edge_into[node])
    while edge >= 0:
        path.append(edge)
        edge = int(forest.parent[edge])
    return np.array(path, dtype=np.int64)


def _too_far(request: NetworkRequest, layout: Layout, consumer: int) -> Finding:
    building = request.buildings[int(layout.connected[consumer])].id
    return Finding(
        "E451",
        f"building {building}: the largest pipes cannot keep the pressure drop",
        field=f"buildings.{building}",
        got="more",
        allowed=f"{request.gas.max_drop_frac:.0%} of the absolute pressure at the plant",
        hint="raise the pressure at the plant or the allowed drop, or move the plant nearer",
    )


def gas_year(
    request: NetworkRequest, site: GasSite, layout: Layout, pipes: tuple[Array, IntArray], sized_kg_per_s: Array
) -> GasYear:
    """Return pressures, losses and flow of every hour.

    `pipes` are lengths and catalogue rows, `sized_kg_per_s` the flow each trench and its condensate pipe were laid for.
    """
    forest, gas, (length, row) = layout.forest, site.gas, pipes
    hours, steam = layout.drawn_kg_per_s.shape[1], request.carrier == "steam"
    lowest, plant, back = np.empty(hours), np.empty(hours), np.zeros(hours)
    if steam:
        beside = condensate_u(request, site.catalogue, site.u_w_per_mk, sized_kg_per_s) * length
    step = max(24, _CHUNK_VALUES // max(forest.n_edges, 1))
    for a in range(0, hours, step):
        now = slice(a, min(a + step, hours))
        plant[now], path = _plant_and_path(request, site, layout, pipes, now)
        worst = path[layout.consumer_node].max(axis=0, initial=0.0)
        lowest[now] = np.sqrt(gas.pressure_pa**2 - worst)
        if steam:
            back[now] = condensate_loss_kw(request, layout, beside, (site.ground_c, now))
    extra = (plant - layout.flow_total) / gas.kg_per_s_per_unit
    over_ground = gas.temp_c - site.ground_c[int(layout.flow_total.argmax())] if steam else 0.0
    return GasYear(lowest, extra + back, plant, site.u_w_per_mk[row] * length * over_ground)


def _plant_and_path(
    request: NetworkRequest, site: GasSite, layout: Layout, pipes: tuple[Array, IntArray], now: slice
) -> tuple[Array, Array]:
    """Return the flow at the plant, (t,), and the loss of squared pressure from there to every node, (n, t).

    What condenses leaves a pipe evenly along its way, so that half of it passes the whole length; leaks are mostly at
    couplings and tools and count at its end.
    """
    forest, gas, (length, row) = layout.forest, site.gas, pipes
    if request.carrier == "steam":
        lost_w = (site.u_w_per_mk[row] * length)[:, None] * (gas.temp_c - site.ground_c[now])
        lost = lost_w / (1000.0 * gas.latent_kj_per_kg)
        on_the_way, keep = 0.5 * lost, 1.0 / (1.0 - request.gas.leakage_frac)
    else:
        lost = (_leak_kg_per_s(request, layout) * length / max(float(length.sum()), 1e-9))[:, None]
        on_the_way, keep = np.zeros_like(lost), 1.0
    drawn = keep * layout.drawn_kg_per_s[:, now]
    at_node = np.zeros((forest.n_nodes, drawn.shape[1]))
    add_rows(at_node, layout.consumer_node, drawn)
    at_node[forest.end] += lost
    bores = (length[:, None], site.catalogue.inner_m[row][:, None], site.catalogue.roughness_m[row][:, None])
    squared = _squared_drop(request, gas, forest.collect(at_node) - on_the_way, bores)
    return at_node.sum(axis=0), _path_sums(forest, squared)


def _assembled(
    request: NetworkRequest,
    graph: CandidateGraph,
    answer: Route,
    priced: tuple[GasSite, EdgeCosts],
    trenches: tuple[Layout, Array, IntArray, Array],
    year: GasYear,
) -> NetworkDesign:
    site, _ = priced
    layout, length, *_ = trenches
    gas = site.gas
    edges = _edges(request, graph, priced, trenches, year)
    demand = request.demand_kw[layout.connected]
    pump = condensate_pump_kw(request, layout)
    total = float(length.sum())
    lowest = float(year.lowest_pa.min())
    return NetworkDesign(
        id=request.id,
        carrier=request.level or request.carrier,
        fluid=request.carrier,
        supply_temp_c=request.temperatures.supply_c,
        return_temp_c=request.temperatures.return_c,
        nodes=design_nodes(request, graph, layout),
        edges=edges,
        connected_building_ids=tuple(request.buildings[i].id for i in layout.connected.tolist()),
        catalogue=site.catalogue.name,
        capex_pipe=float(edges.capex_pipe.sum()),
        capex_civil=float(edges.capex_civil.sum()),
        capex_ets=float(station_cost(request, demand.max(axis=1)).sum()),
        routing_cost_per_a=answer.cost_per_a,
        routing_bound_per_a=answer.bound_per_a,
        gap_frac=answer.gap_frac,
        heat_gain_kw=year.extra,
        pump_power_kw=pump,
        pump_heat_kw=np.zeros_like(pump),
        worst_supply_temp_c=np.array([gas.saturation_c(p) for p in year.lowest_pa.tolist()]),
        plant_flow_kg_per_s=year.plant_kg_per_s,
        plant_heat_kw=demand.sum(axis=0) + year.extra,
        linear_density_mwh_per_m_a=float(demand.sum()) / 1000.0 / total if total else 0.0,
        design_lift_kpa=(gas.pressure_pa - lowest) / 1000.0,
        static_pressure_bar=gas.gauge_bar,
        lowest_pressure_bar=(lowest - gas.ambient_pa) / 1e5,
        local_loss_factor=request.pipes.local_loss_factor,
    )


def _edges(
    request: NetworkRequest,
    graph: CandidateGraph,
    priced: tuple[GasSite, EdgeCosts],
    trenches: tuple[Layout, Array, IntArray, Array],
    year: GasYear,
) -> DesignEdges:
    """Return the trenches with their pipes, flows and cost."""
    site, costs = priced
    layout, length, row, civil_factor = trenches
    catalogue, forest = site.catalogue, layout.forest
    names = node_names(request, graph)
    existing = np.array([graph.edges[k].existing_dn for k in layout.edges.tolist()], dtype=np.int64)
    paid = (existing != catalogue.dn[row]).astype(float)
    alone = np.array([graph.edges[k].alone_factor for k in layout.edges.tolist()])
    return DesignEdges(
        from_node=tuple(names[n] for n in forest.start.tolist()),
        to_node=tuple(names[n] for n in forest.end.tolist()),
        length_m=length,
        geometry=tuple(edge_geometry(graph, int(k), int(s)) for k, s in zip(layout.edges, forest.start, strict=True)),
        surface=tuple(graph.edges[k].surface for k in layout.edges.tolist()),
        dn=catalogue.dn[row],
        inner_diameter_mm=1000.0 * catalogue.inner_m[row],
        capacity_kw=costs.capacity_kw[row],
        existing_dn=existing,
        capex_pipe=paid * length * costs.pipe_per_m[row],
        capex_civil=paid * length * costs.civil_per_m[row] * civil_factor,
        capex_civil_alone=paid * length * costs.civil_per_m[row] * alone,
        **carried(request, site, layout, (length, row), year),
    )


def carried(
    request: NetworkRequest, site: GasSite, layout: Layout, pipes: tuple[Array, IntArray], year: GasYear
) -> dict[str, Any]:
    """Return the columns of the table of trenches that follow from the demand; drops are those of the peak hour."""
    forest, gas, (length, row) = layout.forest, site.gas, pipes
    peak = int(layout.flow_total.argmax())
    _, squared = _plant_and_path(request, site, layout, pipes, slice(peak, peak + 1))
    pressure = np.sqrt(gas.pressure_pa**2 - squared[:, 0])
    own, bore, rough = own_flow(request, site, layout, length), site.catalogue.inner_m[row], site.catalogue.roughness_m
    thinnest = np.full(len(own), gas.density_kg_per_m3 * (1.0 - request.gas.max_drop_frac))
    return {
        "peak_kw": layout.peak_kw,
        "velocity_m_per_s": flow_velocity(own, bore, thinnest),
        "pressure_gradient_pa_per_m": pressure_gradient(
            own, bore, rough[row], thinnest, np.full(len(own), gas.viscosity_pa_s)
        ),
        "dp_kpa": (pressure[forest.start] - pressure[forest.end]) / 1000.0,
        "gain_or_loss_w_at_design": year.edge_loss_w,
        "n_downstream": layout.n_downstream,
    }
