"""The design put together: nodes, trenches, cost and pressures."""

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.moist_air import standard_pressure_pa
from edsim.core.water import saturation_pressure_pa
from edsim.network.layout import MIN_TOP_PRESSURE_BAR, Layout, Sized, node_names
from edsim.network.pipes.catalogue import default, load_catalogue
from edsim.network.pipes.costing import EdgeCosts, station_cost
from edsim.network.pipes.friction import GRAVITY_M_PER_S2, flow_velocity, pressure_gradient
from edsim.network.places.candidates import CandidateGraph
from edsim.network.request import NetworkRequest
from edsim.network.routing.types import Route
from edsim.network.types import DesignEdges, DesignNode, LonLat, NetworkDesign, NodeKind
from edsim.network.year import TreeYear

Array = NDArray[np.float64]
LIFT_FLAG_KPA = 700.0


def assemble_design(
    request: NetworkRequest,
    graph: CandidateGraph,
    answer: Route,
    layout: Layout,
    sized: Sized,
    year: TreeYear,
    costs: EdgeCosts,
    findings: tuple[Finding, ...],
) -> NetworkDesign:
    """Return the design with its cost, pressures and warnings.

    Raises
    ------
    DataError
        E422 when a point of the network would exceed the pressure rating of its pipes.
    """
    nodes = design_nodes(request, graph, layout)
    edges = _edges(request, graph, layout, sized, year, costs)
    demand = request.net_kw[layout.connected].sum(axis=0)
    delivered = float(np.abs(request.net_kw[layout.connected]).sum())
    sign = -1.0 if request.is_cooling else 1.0
    extra = -sign * year.exchange_kw
    length = float(edges.length_m.sum())
    lift_kpa = float(year.lift_pa.max(initial=0.0)) / 1000.0
    static, pressure_notes = _static_pressure(request, nodes, lift_kpa)
    worst = year.hottest_supply_c if request.is_cooling else year.coldest_supply_c
    return NetworkDesign(
        id=request.id,
        carrier=request.level or request.carrier,
        fluid=request.fluid.kind,
        supply_temp_c=request.temperatures.supply_c,
        return_temp_c=request.temperatures.return_c,
        nodes=nodes,
        edges=edges,
        connected_building_ids=tuple(request.buildings[i].id for i in layout.connected.tolist()),
        catalogue=request.pipes.catalogue,
        capex_pipe=float(edges.capex_pipe.sum()),
        capex_civil=float(edges.capex_civil.sum()),
        capex_ets=float(station_cost(request, request.station_size_kw[layout.connected]).sum()),
        routing_cost_per_a=answer.cost_per_a,
        routing_bound_per_a=answer.bound_per_a,
        gap_frac=answer.gap_frac,
        heat_gain_kw=extra,
        pump_power_kw=year.pump_kw,
        pump_heat_kw=year.pump_kw * default("pump_motor_efficiency_frac"),
        worst_supply_temp_c=worst,
        plant_flow_kg_per_s=year.plant_flow_kg_per_s,
        plant_heat_kw=demand + extra,
        linear_density_mwh_per_m_a=delivered / 1000.0 / length if length else 0.0,
        design_lift_kpa=lift_kpa,
        static_pressure_bar=static,
        findings=(*findings, *pressure_notes, *_quality_notes(request, layout, worst)),
        local_loss_factor=request.pipes.local_loss_factor,
    )


def design_nodes(request: NetworkRequest, graph: CandidateGraph, layout: Layout) -> tuple[DesignNode, ...]:
    """Return the nodes of the layout with degrees, meters and heights."""
    used = np.unique(np.concatenate([layout.forest.start, layout.forest.end, layout.forest.roots]))
    lonlat = graph.projection.to_degrees(graph.xy[used])
    names = node_names(request, graph)
    site: dict[int, tuple[NodeKind, str, float]] = {}
    for n, b in zip(graph.building_node, request.buildings, strict=True):
        if n >= 0:
            site[n] = ("consumer", b.id, b.z_m)
    for n, p in zip(graph.plant_node, request.plants, strict=True):
        site[n] = ("producer", p.id, p.z_m)
    height = _heights(graph, site)
    peaks = request.station_kw.max(axis=1)
    peak_at = {graph.building_node[i]: float(peaks[i]) for i in layout.connected.tolist()}
    nodes = []
    for n, (lon, lat) in zip(used.tolist(), lonlat.tolist(), strict=True):
        kind, owner, _ = site.get(n, ("junction", "", 0.0))
        x, y = graph.xy[n]
        nodes.append(
            DesignNode(
                id=names[n],
                kind=kind,
                x_m=float(x),
                y_m=float(y),
                z_m=float(height[n]),
                lon=lon,
                lat=lat,
                building_id=owner,
                peak_kw=peak_at.get(n, 0.0),
            )
        )
    return tuple(nodes)


def _heights(graph: CandidateGraph, site: dict[int, tuple[NodeKind, str, float]]) -> Array:
    """Return node heights: given at sites, elsewhere by inverse-distance weighting of the three nearest."""
    known = np.array(sorted(site), dtype=np.int64)
    z = np.array([site[int(n)][2] for n in known])
    if np.ptp(z) == 0.0:
        return np.full(len(graph.xy), float(z[0]))
    from scipy.spatial import cKDTree

    k = min(3, len(known))
    distance, at = cKDTree(graph.xy[known]).query(graph.xy, k=k)
    weight = 1.0 / np.maximum(distance.reshape(len(graph.xy), k), 0.1) ** 2
    height = (weight * z[at.reshape(len(graph.xy), k)]).sum(axis=1) / weight.sum(axis=1)
    height[known] = z
    return np.asarray(height)


def _edges(
    request: NetworkRequest, graph: CandidateGraph, layout: Layout, sized: Sized, year: TreeYear, costs: EdgeCosts
) -> DesignEdges:
    catalogue = load_catalogue(request.pipes.catalogue)
    names = node_names(request, graph)
    forest, row, tree = layout.forest, sized.row, sized.tree
    candidates = [graph.edges[k] for k in layout.edges.tolist()]
    mean = 0.5 * (request.temperatures.supply_c + request.temperatures.return_c)
    density, viscosity = request.fluid.density(mean), request.fluid.viscosity(mean)
    paid = np.array([float(e.existing_dn != catalogue.dn[r]) for e, r in zip(candidates, row.tolist(), strict=True)])
    civil_factor, alone = np.array([(e.civil_factor, e.alone_factor) for e in candidates]).reshape(-1, 2).T
    sign = -1.0 if request.is_cooling else 1.0
    flow = layout.flow_kg_per_s
    return DesignEdges(
        from_node=tuple(names[n] for n in forest.start.tolist()),
        to_node=tuple(names[n] for n in forest.end.tolist()),
        length_m=tree.length_m,
        geometry=tuple(edge_geometry(graph, int(k), int(s)) for k, s in zip(layout.edges, forest.start, strict=True)),
        surface=tuple(e.surface for e in candidates),
        dn=catalogue.dn[row],
        inner_diameter_mm=1000.0 * tree.inner_m,
        capacity_kw=costs.capacity_kw[row],
        peak_kw=layout.peak_kw,
        velocity_m_per_s=flow_velocity(flow, tree.inner_m, density),
        pressure_gradient_pa_per_m=pressure_gradient(flow, tree.inner_m, tree.roughness_m, density, viscosity),
        dp_kpa=year.edge_dp_pa[:, 0] / 1000.0,
        gain_or_loss_w_at_design=-sign * year.edge_exchange_w[:, 0],
        n_downstream=layout.n_downstream,
        existing_dn=np.array([e.existing_dn for e in candidates], dtype=np.int64),
        capex_pipe=paid * tree.length_m * costs.pipe_per_m[row],
        capex_civil=paid * tree.length_m * costs.civil_per_m[row] * civil_factor,
        capex_civil_alone=paid * tree.length_m * costs.civil_per_m[row] * alone,
    )


def edge_geometry(graph: CandidateGraph, edge: int, start: int) -> tuple[LonLat, ...]:
    """Return the course of a candidate trench in degrees, beginning at the node `start`."""
    candidate = graph.edges[edge]
    line = candidate.line if candidate.u == start else candidate.line[::-1]
    return tuple((round(lon, 7), round(lat, 7)) for lon, lat in graph.projection.to_degrees(line).tolist())


def _static_pressure(
    request: NetworkRequest, nodes: tuple[DesignNode, ...], lift_kpa: float
) -> tuple[float, tuple[Finding, ...]]:
    """Return the gauge pressure to hold at the plant's return, bar, and warnings.

    The highest point keeps 1 bar above the boiling pressure of the hotter pipe, against the thin air up there; the
    lowest then carries the static column plus the pump head, which must stay within the rating.
    """
    t = request.temperatures
    heights = np.array([n.z_m for n in nodes])
    plant = min(n.z_m for n in nodes if n.kind == "producer")
    hottest = max(t.supply_c, t.return_c)
    air_pa = float(standard_pressure_pa(heights.max()))
    boiling = max(0.0, float(saturation_pressure_pa(hottest)) - air_pa) / 1e5 if hottest > 0.0 else 0.0
    column = float(request.fluid.density(t.return_c)) * GRAVITY_M_PER_S2 / 1e5
    static = MIN_TOP_PRESSURE_BAR + boiling + column * float(heights.max() - plant)
    highest = static + column * float(plant - heights.min()) + lift_kpa / 100.0
    rating = load_catalogue(request.pipes.catalogue).pn_bar
    if highest > rating:
        hint = "split into pressure zones, lower the pump head by larger pipes, or use a higher rating"
        what = f"network {request.id}: pressure above the rating of the pipes"
        raise DataError.of([Finding("E422", what, got=f"{highest:.1f} bar", allowed=f"PN {rating:g}", hint=hint)])
    notes = []
    if lift_kpa > LIFT_FLAG_KPA:
        hint = "consider a booster pump, a second pressure zone or larger pipes"
        notes.append(
            Finding(
                "W406",
                "high pump head",
                got=f"{lift_kpa:.0f} kPa",
                allowed=f"{LIFT_FLAG_KPA:g} kPa",
                hint=hint,
                severity="warning",
            )
        )
    return static, tuple(notes)


def _quality_notes(request: NetworkRequest, layout: Layout, worst_supply_c: Array) -> tuple[Finding, ...]:
    served = tuple(request.buildings[i].id for i in layout.connected.tolist())
    return unmet_needs(request, served, worst_supply_c)


def unmet_needs(request: NetworkRequest, served: tuple[str, ...], worst_supply_c: Array) -> tuple[Finding, ...]:
    """Return warnings: nothing connected, or a worst station outside the need of a building.

    Parameters
    ----------
    request
        What was asked for.
    served
        Ids of the connected buildings.
    worst_supply_c : (t,)
        Supply temperature at the station that gets the least useful water or steam.
    """
    t = request.temperatures
    notes = []
    if not served:
        hint = "avoided costs do not pay for trench and station; check prices, or mark buildings must_connect"
        notes.append(Finding("W407", f"network {request.id} connects no building", hint=hint, severity="warning"))
    reached = float(worst_supply_c.max() if request.is_cooling else worst_supply_c.min())
    shown = reached + t.ets_approach_k if request.is_cooling else reached - t.ets_approach_k
    for b in request.buildings:
        need = b.required_temp_c if b.id in served else None
        if need is not None and (shown > need if request.is_cooling else shown < need):
            notes.append(
                Finding(
                    "W408",
                    "the worst station gets water outside the need of a building in some hours",
                    field=f"buildings.{b.id}",
                    got=f"{shown:.1f} °C",
                    allowed=f"{need:g} °C",
                    severity="warning",
                )
            )
            break
    return tuple(notes)
