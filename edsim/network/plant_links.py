"""Several plants on one network: what each of them feeds, and what a pipe between them would carry, lose and cost.

The layout gives every plant a tree of its own. A transport link joins two plants; the optimizer sizes it among the
diameters given here and decides hour by hour how much it carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.network.assemble import edge_geometry
from edsim.network.feedback import served_demand, sized_tree
from edsim.network.layout import site_physics, trench_costs
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.pipes.friction import GRAVITY_M_PER_S2, pressure_gradient
from edsim.network.places.candidates import CandidateGraph
from edsim.network.request import NetworkRequest
from edsim.network.types import LonLat, NetworkDesign

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlantShare:
    """What one plant of a network feeds.

    Attributes
    ----------
    plant_id, building_ids
        The plant and the buildings on its tree.
    plant_heat_kw, heat_gain_kw, pump_power_kw, pump_heat_kw : (8760,)
        As in :class:`NetworkDesign`, of this tree alone; the sums over the plants are those of the design.
    """

    plant_id: str
    building_ids: tuple[str, ...]
    plant_heat_kw: Array
    heat_gain_kw: Array
    pump_power_kw: Array
    pump_heat_kw: Array


@dataclass(frozen=True, slots=True)
class PlantLink:
    """A pair of pipes between two plants: every diameter of the catalogue, or the one that is laid.

    Attributes
    ----------
    from_plant, to_plant, length_m
        Ends and trench length along the candidate graph.
    geometry
        Polyline (lon, lat) from `from_plant` to `to_plant`.
    dn, inner_diameter_mm : (n,)
    capacity_kw : (n,)
        Heat (or cold) it carries at the velocity and gradient limits.
    capex : (n,)
        Pipes and civil works, currency.
    gain_or_loss_kw : (n, 8760)
        Extra load while the pair is in the ground and filled.
    pump_kw_per_kw : (n,)
        Electric pump power per kW carried at full capacity, both pipes, Colebrook friction with fittings.
    velocity_m_per_s : (n,)
        At full capacity.
    room_frac : (8760,)
        What the pair carries with the supply of the hour over what it carries with that of the design.
    is_laid
        True when the diameter is decided; the arrays then hold that one.
    """

    from_plant: str
    to_plant: str
    length_m: float
    geometry: tuple[LonLat, ...]
    dn: IntArray
    inner_diameter_mm: Array
    capacity_kw: Array
    capex: Array
    gain_or_loss_kw: Array
    pump_kw_per_kw: Array
    velocity_m_per_s: Array
    room_frac: Array = field(default_factory=lambda: np.ones(HOURS_PER_YEAR))
    is_laid: bool = False

    def laid(self, k: int) -> "PlantLink":
        """Return the link with diameter number `k` decided."""
        arrays = {name: getattr(self, name)[k : k + 1] for name in _PER_DIAMETER}
        return replace(self, is_laid=True, **arrays)


_PER_DIAMETER = (
    "dn",
    "inner_diameter_mm",
    "capacity_kw",
    "capex",
    "gain_or_loss_kw",
    "pump_kw_per_kw",
    "velocity_m_per_s",
)


def plant_shares(request: NetworkRequest, design: NetworkDesign) -> tuple[PlantShare, ...]:
    """Return what each plant of a water network feeds, in the order of the request's plants.

    Heat exchange is split by the exchange of each tree at its design temperatures, pumping by the water each tree
    carries.
    """
    demand = served_demand(request, design)
    tree = sized_tree(request, design)
    forest = tree.forest
    owner = np.full(forest.n_nodes, -1, dtype=np.int64)
    owner[forest.roots] = np.arange(len(forest.roots))
    for level in forest.levels():
        owner[forest.end[level]] = owner[forest.start[level]]
    plant_of_root = [design.nodes[n].building_id for n in forest.roots.tolist()]
    feeder = owner[tree.consumer_node]
    exchange = (tree.own_w_per_mk - tree.neighbor_w_per_mk) * tree.length_m
    by_tree = np.bincount(owner[forest.end], weights=exchange, minlength=len(forest.roots))
    gain_share = by_tree / max(float(by_tree.sum()), 1e-12)
    total = demand.sum(axis=0)
    shares = []
    for plant in request.plants:
        k = plant_of_root.index(plant.id) if plant.id in plant_of_root else -1
        mine = np.flatnonzero(feeder == k) if k >= 0 else np.zeros(0, dtype=np.int64)
        own = demand[mine].sum(axis=0) if len(mine) else np.zeros(demand.shape[1])
        gain = design.heat_gain_kw * (gain_share[k] if k >= 0 else 0.0)
        part = np.divide(own, total, out=np.zeros_like(own), where=total > 0.0)
        served = tuple(design.connected_building_ids[i] for i in mine.tolist())
        pump, heat = design.pump_power_kw * part, design.pump_heat_kw * part
        shares.append(PlantShare(plant.id, served, own + gain, gain, pump, heat))
    return tuple(shares)


def links_along(request: NetworkRequest, graph: CandidateGraph, room_kpa: float = np.inf) -> tuple[PlantLink, ...]:
    """Return the links of a shortest tree over the plants along the candidates of a water network.

    Parameters
    ----------
    request, graph
        Network and its candidates.
    room_kpa
        Pressure left to the rating of the pipes for what a link loses at full capacity; diameters beyond it are not
        offered, and a link without any is left out.
    """
    if len(request.plants) < 2 or request.is_gas or request.is_ambient:
        return ()
    links = (_link(request, graph, ends, edges, room_kpa) for *ends, edges in _shortest(request, graph))
    return tuple(link for link in links if len(link.dn))


def checked_links(request: NetworkRequest, graph: CandidateGraph, design: NetworkDesign) -> NetworkDesign:
    """Return the design with the links its pressures allow, and W412 where two plants cannot be joined for pressure.

    Linked plants stand under one static pressure and a link adds its friction to the head of the pumps: both together,
    at the lowest point of the network, stay within the rating.
    """
    room = pressure_room_kpa(request, design)
    links = links_along(request, graph, room)
    wanted = len(links_along(request, graph))
    if len(links) == wanted:
        return replace(design, links=links)
    note = Finding(
        "W412",
        "a pipe between plants is left out: it would lose more pressure than the rating leaves",
        field=f"networks.{request.id}.plants",
        got=f"{room:.0f} kPa left",
        hint="join the plants by an exchanger or a shorter way, allow a lower gradient, or use a higher rating",
        severity="warning",
    )
    return replace(design, links=links, findings=(*design.findings, note))


def pressure_room_kpa(request: NetworkRequest, design: NetworkDesign) -> float:
    """Return what is left between the largest pressure of a design and the rating of its pipes, kPa."""
    heights = [n.z_m for n in design.nodes]
    plant = min(n.z_m for n in design.nodes if n.kind == "producer")
    column = float(request.fluid.density(request.temperatures.return_c)) * GRAVITY_M_PER_S2 / 1000.0
    held = 100.0 * design.static_pressure_bar + column * (plant - min(heights)) + design.design_lift_kpa
    return 100.0 * load_catalogue(design.catalogue).pn_bar - held


def _shortest(request: NetworkRequest, graph: CandidateGraph) -> list[tuple[int, int, list[int]]]:
    """Return (plant, plant, candidate edges) of the shortest spanning tree over the plants."""
    import networkx as nx

    streets: nx.Graph[int] = nx.Graph()
    for k, e in enumerate(graph.edges):
        streets.add_edge(e.u, e.v, weight=e.length_m, edge=k)
    between: nx.Graph[int] = nx.Graph()
    for a in range(len(request.plants)):
        reach = nx.single_source_dijkstra_path_length(streets, graph.plant_node[a])
        for b in range(a + 1, len(request.plants)):
            if graph.plant_node[b] in reach:
                between.add_edge(a, b, weight=reach[graph.plant_node[b]])
    found = []
    for a, b in sorted(tuple(sorted(pair)) for pair in nx.minimum_spanning_edges(between, data=False)):
        way = nx.dijkstra_path(streets, graph.plant_node[a], graph.plant_node[b])
        found.append((a, b, [int(streets[u][v]["edge"]) for u, v in pairwise(way)]))
    return found


def _link(
    request: NetworkRequest, graph: CandidateGraph, ends: Sequence[int], edges: list[int], room_kpa: float
) -> PlantLink:
    catalogue = load_catalogue(request.pipes.catalogue)
    physics = site_physics(request, catalogue)
    costs = trench_costs(request, catalogue, physics)
    length = sum(graph.edges[k].length_m for k in edges)
    civil = sum(graph.edges[k].length_m * graph.edges[k].civil_factor for k in edges)
    t = request.temperatures
    sign = -1.0 if request.is_cooling else 1.0
    away = sign * (request.supply_c + t.return_c - 2.0 * physics.ground_c)
    density = float(request.fluid.density(physics.mean_temp_c))
    viscosity = np.asarray(request.fluid.viscosity(physics.mean_temp_c))
    bore, rough = catalogue.inner_m, catalogue.roughness_m
    gradient = pressure_gradient(physics.capacity_kg_per_s, bore, rough, np.asarray(density), viscosity)
    friction_pa = 2.0 * gradient * request.pipes.local_loss_factor * length
    m3_per_s = physics.capacity_kg_per_s / density
    per_kw = m3_per_s / costs.capacity_kw
    pump = per_kw * friction_pa / 1000.0 / request.pipes.pump_efficiency_frac
    link = PlantLink(
        from_plant=request.plants[ends[0]].id,
        to_plant=request.plants[ends[1]].id,
        length_m=length,
        geometry=_line(graph, graph.plant_node[ends[0]], edges),
        dn=catalogue.dn,
        inner_diameter_mm=1000.0 * catalogue.inner_m,
        capacity_kw=costs.capacity_kw,
        capex=costs.pipe_per_m * length + costs.civil_per_m * civil,
        gain_or_loss_kw=physics.pair.symmetric_w_per_mk[:, None] * length * away / 1000.0,
        pump_kw_per_kw=pump,
        velocity_m_per_s=m3_per_s / (np.pi / 4.0 * catalogue.inner_m**2),
        room_frac=request.delta_t_k / t.delta_t_k,
    )
    held = friction_pa / 1000.0 <= room_kpa
    return replace(link, **{name: getattr(link, name)[held] for name in _PER_DIAMETER})


def _line(graph: CandidateGraph, node: int, edges: list[int]) -> tuple[LonLat, ...]:
    """Return the polyline along candidate edges from `node` on."""
    points: list[LonLat] = []
    for k in edges:
        edge = graph.edges[k]
        points += edge_geometry(graph, k, node)[1 if points else 0 :]
        node = edge.v if edge.u == node else edge.u
    return tuple(points)
