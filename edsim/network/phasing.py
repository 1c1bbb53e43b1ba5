"""A network that grows: laid branch by branch as buildings connect, every pipe sized for the built-out district.

The whole network is designed first, for all buildings that will ever connect and the largest demand each will have.
A phase is the part of that tree its buildings need, with the diameters of the whole, run for a year with the demand of
the phase: what is laid is laid once, and the price of it is that wide pipes lose more and pump less in the early years.
Old pipes too narrow for the whole are replaced when they no longer suffice. Stations are bought when their building
connects, for the largest demand it will have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.case.milestones import case_in
from edsim.case.schema import Case
from edsim.network.assemble import unmet_needs
from edsim.network.district import District
from edsim.network.feedback import sized_tree
from edsim.network.from_case import known_by_length, network_request
from edsim.network.gas.phase import run_gas, sized_flow
from edsim.network.gas.state import gas_state
from edsim.network.layout import peak_behind, site_physics
from edsim.network.pipes.catalogue import default, load_catalogue
from edsim.network.pipes.costing import station_cost
from edsim.network.pipes.friction import flow_velocity, pressure_gradient
from edsim.network.pipes.sizing import choose_dn, raise_to_children
from edsim.network.pipes.trench_years import Action, Names, actions_of, priced_by_year, trench_names
from edsim.network.request import NetworkRequest
from edsim.network.tree import Forest
from edsim.network.types import DesignEdges, NetworkDesign
from edsim.network.year import Operation, TreeYear, simulate_year, station_delta_t, station_flow
from edsim.profiles.milestones import profiles_in
from edsim.profiles.types import Profiles

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Phase:
    """One year of construction.

    Attributes
    ----------
    year, design
        Year, and the network as it runs from then on; its investment is that of all it consists of.
    actions
        One per trench of the design.
    capex
        Paid in this year: pipes, civil works and stations that were not there before.
    """

    year: int
    design: NetworkDesign
    actions: tuple[Action, ...]
    capex: float

    def length_m(self, action: Action) -> float:
        """Return the trench length with an action."""
        chosen = np.array([a == action for a in self.actions], dtype=bool)
        return float(self.design.edges.length_m[chosen].sum())


def phase_districts(case: Case, profiles: Profiles, whole: District) -> tuple[District, ...]:
    """Return the district of every milestone: its case, its profiles, and the part of the networks it needs.

    Parameters
    ----------
    case, profiles
        Of one variant, as it stands.
    whole
        The built-out district, designed for the largest demand of every building; no networks for BAU.
    """
    cases = [case_in(case, m) for m in case.milestones]
    series = [profiles_in(case, profiles, m) for m in case.milestones]
    networks: list[tuple[NetworkDesign, ...]] = []
    for design in whole.designs:
        spec = next(n for n in case.networks if n.id == design.id)
        final = network_request(whole.case, spec, whole.profiles, {})
        wanted = [
            (m.year, network_request(c, spec, p, {})) for m, c, p in zip(case.milestones, cases, series, strict=True)
        ]
        phases = lay_in_phases(design, final, wanted)
        networks.append(tuple(_remarked(phase, request) for phase, (_, request) in zip(phases, wanted, strict=True)))
    priced = priced_by_year(networks, known_by_length(case))
    return tuple(
        District(c, p, tuple(designs[k] for designs in priced))
        for k, (c, p) in enumerate(zip(cases, series, strict=True))
    )


def _remarked(phase: Phase, request: NetworkRequest) -> NetworkDesign:
    """Return the design with the needs it leaves unmet in this year."""
    design = phase.design
    found = unmet_needs(request, design.connected_building_ids, design.worst_supply_temp_c)
    kept = tuple(f for f in design.findings if f.code not in {"W407", "W408"})
    return replace(design, findings=(*kept, *(replace(f, what=f"{phase.year}: {f.what}") for f in found)))


def lay_in_phases(
    whole: NetworkDesign, final: NetworkRequest, phases: Sequence[tuple[int, NetworkRequest]]
) -> tuple[Phase, ...]:
    """Return the phases of a network of chilled or hot water, steam or compressed air, in the order given.

    Parameters
    ----------
    whole
        The built-out network.
    final
        What it was designed for; its demand sizes the stations.
    phases
        Year and what the network serves from then on: a request that differs in buildings and demand only.

    Raises
    ------
    ValueError
        A phase serves a building the built-out network does not reach, or drops one.
    """
    found: list[Phase] = []
    for year, request in phases:
        before = found[-1].design if found else None
        design = part_of(whole, final, request, before)
        if before is not None and set(before.connected_building_ids) - set(design.connected_building_ids):
            raise ValueError(f"a building leaves network {whole.id} in {year}")
        found.append(
            Phase(
                year, design, actions_of(design, before), design.capex - (before.capex if before is not None else 0.0)
            )
        )
    return tuple(found)


def part_of(
    whole: NetworkDesign, final: NetworkRequest, request: NetworkRequest, before: NetworkDesign | None = None
) -> NetworkDesign:
    """Return the part of a network that the buildings of `request` need, run with their demand.

    Of buildings that may connect those are served that the whole network serves. An old water pipe too narrow for the
    built-out district stays until the flow of a year passes it; once replaced, as in `before`, it does not come back.

    Raises
    ------
    ValueError
        The whole network does not reach one of the buildings that must connect.
    """
    wanted = [b.id for b in request.buildings if b.connection != "forbidden"]
    must = {b.id for b in request.buildings if b.connection == "must_connect"}
    missing = sorted(must - set(whole.connected_building_ids))
    if missing:
        raise ValueError(f"network {whole.id} does not reach {', '.join(missing)}")
    served = tuple(b for b in whole.connected_building_ids if b in set(wanted))
    kept = _needed(whole, served)
    reached = {e for e, k in zip(whole.edges.to_node, kept.tolist(), strict=True) if k}
    part = replace(
        whole,
        nodes=tuple(n for n in whole.nodes if n.kind == "producer" or n.id in reached),
        edges=_selected(whole.edges, kept),
        connected_building_ids=served,
    )
    row = {b.id: i for i, b in enumerate(final.buildings)}
    peaks = final.station_size_kw[[row[b] for b in served]]
    if not request.is_gas:
        part = replace(part, edges=_with_old_pipes(part, request, before))
    part = replace(
        part,
        capex_pipe=float(part.edges.capex_pipe.sum()),
        capex_civil=float(part.edges.capex_civil.sum()),
        capex_ets=float(station_cost(final, peaks).sum()),
    )
    if request.is_gas:
        return run_gas(part, request, sized_flow(whole, final, gas_state(final).kg_per_s_per_unit)[kept])
    return _run(part, request)


def _needed(whole: NetworkDesign, served: Sequence[str]) -> Flags:
    """Return which trenches lie between a plant and a served building."""
    into = {n: k for k, n in enumerate(whole.edges.to_node)}
    at = {n.building_id: n.id for n in whole.nodes if n.kind == "consumer"}
    kept = np.zeros(len(whole.edges), dtype=bool)
    for building in served:
        edge = into.get(at[building])
        while edge is not None and not kept[edge]:
            kept[edge] = True
            edge = into.get(whole.edges.from_node[edge])
    return kept


def _selected(edges: DesignEdges, kept: Flags) -> DesignEdges:
    """Return the kept trenches."""
    at = np.flatnonzero(kept).tolist()

    def pick(values: Any) -> Any:
        return values[kept] if isinstance(values, np.ndarray) else tuple(values[k] for k in at)

    return DesignEdges(**{f.name: pick(getattr(edges, f.name)) for f in fields(edges)})


def _with_old_pipes(part: NetworkDesign, request: NetworkRequest, before: NetworkDesign | None) -> DesignEdges:
    """Return the trenches with the old pipes that still suffice in place of the wider ones that come later."""
    edges, catalogue = part.edges, load_catalogue(part.catalogue)
    gone = {n for n, old, dn in _old_and_new(before) if old != dn} if before is not None else set()
    names = trench_names(part)
    later = [k for k, (n, old, dn) in enumerate(_old_and_new(part)) if old not in {0, dn} and n not in gone]
    if not later:
        return edges
    tree, capacity = sized_tree(request, part), site_physics(request, catalogue).capacity_kg_per_s
    _, _, drawn = _drawn(part, request)
    order = tree.forest.order
    flow = peak_behind(tree.forest, tree.consumer_node, drawn)
    labels = tuple(f"{names[k][0]} to {names[k][1]}" for k in order.tolist())
    least = raise_to_children(tree.forest, choose_dn(flow, capacity, catalogue, labels))[np.argsort(order)]
    kept = [k for k in later if catalogue.index_of(int(edges.existing_dn[k])) >= least[k]]
    old = np.array([catalogue.index_of(int(edges.existing_dn[k])) for k in kept], dtype=np.int64)
    new = np.array([catalogue.index_of(int(edges.dn[k])) for k in kept], dtype=np.int64)

    def changed(values: NDArray[Any], now: Any) -> NDArray[Any]:
        out = values.copy()
        out[kept] = now
        return out

    return replace(
        edges,
        dn=changed(edges.dn, edges.existing_dn[kept]),
        inner_diameter_mm=changed(edges.inner_diameter_mm, 1000.0 * catalogue.inner_m[old]),
        capacity_kw=changed(edges.capacity_kw, edges.capacity_kw[kept] * capacity[old] / capacity[new]),
        capex_pipe=changed(edges.capex_pipe, 0.0),
        capex_civil=changed(edges.capex_civil, 0.0),
        capex_civil_alone=changed(edges.capex_civil_alone, 0.0),
    )


def _old_and_new(design: NetworkDesign) -> list[tuple[Names, int, int]]:
    """Return name, existing and laid nominal diameter of every trench."""
    edges = design.edges
    return list(zip(trench_names(design), edges.existing_dn.tolist(), edges.dn.tolist(), strict=True))


def _drawn(part: NetworkDesign, request: NetworkRequest) -> tuple[Array, Array, Array]:
    """Return demand, kW, temperature difference, K, and flow, kg/s, of every station and hour."""
    row = {b.id: i for i, b in enumerate(request.buildings)}
    demand = np.nan_to_num(request.demand_kw[[row[b] for b in part.connected_building_ids]])
    t = request.temperatures
    delta_t = station_delta_t(demand, request.delta_t_k, np.array(t.part_load_frac), np.array(t.part_load_delta_t_frac))
    return demand, delta_t, station_flow(demand, delta_t, request.fluid, 0.5 * (t.supply_c + t.return_c))


def _run(part: NetworkDesign, request: NetworkRequest) -> NetworkDesign:
    """Return the part with flows, heat exchange and pumping of a year with the demand of the request."""
    demand, delta_t, drawn = _drawn(part, request)
    t, physics = request.temperatures, site_physics(request, load_catalogue(part.catalogue))
    operation = Operation(
        supply_c=request.supply_c,
        return_c=t.return_c,
        delta_t_k=delta_t,
        ground_c=physics.ground_c,
        ets_dp_pa=1000.0 * t.ets_dp_kpa,
        pump_efficiency=request.pipes.pump_efficiency_frac,
        bypass_drop_k=t.allowed_drop_k,
    )
    tree = sized_tree(request, part)
    year = simulate_year(tree, operation, demand, np.array([int(np.abs(drawn.sum(axis=0)).argmax())]))
    edges = _loaded(part.edges, tree.forest, (tree.consumer_node, demand, drawn), (request, year))
    sign = -1.0 if request.is_cooling else 1.0
    gain = -sign * year.exchange_kw
    load = demand.sum(axis=0) + gain
    length = float(edges.length_m.sum())
    return replace(
        part,
        edges=edges,
        heat_gain_kw=gain,
        pump_power_kw=year.pump_kw,
        pump_heat_kw=year.pump_kw * default("pump_motor_efficiency_frac"),
        worst_supply_temp_c=year.hottest_supply_c if request.is_cooling else year.coldest_supply_c,
        plant_flow_kg_per_s=year.plant_flow_kg_per_s,
        plant_heat_kw=load,
        linear_density_mwh_per_m_a=float(demand.sum()) / 1000.0 / length if length else 0.0,
        design_lift_kpa=float(year.lift_pa.max(initial=0.0)) / 1000.0,
    )


def _loaded(
    edges: DesignEdges,
    forest: Forest,
    stations: tuple[NDArray[np.int64], Array, Array],
    about: tuple[NetworkRequest, TreeYear],
) -> DesignEdges:
    """Return the trenches with what flows through them; `stations` are nodes, demand and flow."""
    nodes, demand, drawn = stations
    request, year = about
    back = np.argsort(forest.order)
    flow, peak = peak_behind(forest, nodes, drawn)[back], peak_behind(forest, nodes, demand)[back]
    mean = 0.5 * (request.temperatures.supply_c + request.temperatures.return_c)
    bore = edges.inner_diameter_mm / 1000.0
    density, viscosity = request.fluid.density(mean), request.fluid.viscosity(mean)
    catalogue = load_catalogue(request.pipes.catalogue)
    rough = catalogue.roughness_m[[catalogue.index_of(int(dn)) for dn in edges.dn]]
    sign = -1.0 if request.is_cooling else 1.0
    behind = forest.collect(np.bincount(nodes, minlength=forest.n_nodes).astype(float))
    return replace(
        edges,
        peak_kw=peak,
        velocity_m_per_s=flow_velocity(flow, bore, density),
        pressure_gradient_pa_per_m=pressure_gradient(flow, bore, rough, density, viscosity),
        dp_kpa=year.edge_dp_pa[back, 0] / 1000.0,
        gain_or_loss_w_at_design=-sign * year.edge_exchange_w[back, 0],
        n_downstream=behind[back].astype(np.int64),
    )
