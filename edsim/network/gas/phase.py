"""A laid steam or compressed-air network in a year with other customers or demand, as :mod:`edsim.network.gas.design`.

Pipes stay as they lie; pressures, losses, leaks and condensate follow the flow of the year.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.network.gas.condensate import condensate_pump_kw
from edsim.network.gas.design import carried, gas_site, gas_year
from edsim.network.layout import Layout, peak_behind
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.request import NetworkRequest
from edsim.network.tree import build_forest
from edsim.network.types import NetworkDesign

Array = NDArray[np.float64]


def run_gas(part: NetworkDesign, request: NetworkRequest, sized_flow_kg_per_s: Array) -> NetworkDesign:
    """Return a laid network with pressures, losses and flow of all hours of a year.

    Parameters
    ----------
    part
        What lies: nodes, trenches with their diameters, buildings served.
    request
        Demand of the year.
    sized_flow_kg_per_s : (e,)
        Flow every trench was laid for: the condensate pipe beside it is that wide.
    """
    site = gas_site(request, load_catalogue(part.catalogue))
    layout = layout_of(part, request, site.gas.kg_per_s_per_unit)
    length = part.edges.length_m[layout.edges]
    catalogue = site.catalogue
    row = np.array([catalogue.index_of(int(dn)) for dn in part.edges.dn], dtype=np.int64)[layout.edges]
    year = gas_year(request, site, layout, (length, row), sized_flow_kg_per_s[layout.edges])
    figures, back = carried(request, site, layout, (length, row), year), np.argsort(layout.edges)
    demand = request.demand_kw[layout.connected]
    total, load, pump = float(length.sum()), demand.sum(axis=0) + year.extra, condensate_pump_kw(request, layout)
    lowest = float(year.lowest_pa.min())
    return replace(
        part,
        edges=replace(part.edges, **{name: column[back] for name, column in figures.items()}),
        heat_gain_kw=year.extra,
        pump_power_kw=pump,
        pump_heat_kw=np.zeros_like(pump),
        worst_supply_temp_c=np.array([site.gas.saturation_c(p) for p in year.lowest_pa.tolist()]),
        plant_flow_kg_per_s=year.plant_kg_per_s,
        plant_heat_kw=load,
        linear_density_mwh_per_m_a=float(demand.sum()) / 1000.0 / total if total else 0.0,
        design_lift_kpa=(site.gas.pressure_pa - lowest) / 1000.0,
        lowest_pressure_bar=(lowest - site.gas.ambient_pa) / 1e5,
    )


def sized_flow(whole: NetworkDesign, final: NetworkRequest, kg_per_s_per_unit: float) -> Array:
    """Return the largest flow of every trench with the demand it is laid for, kg/s."""
    layout = layout_of(whole, final, kg_per_s_per_unit)
    return np.asarray(layout.flow_kg_per_s[np.argsort(layout.edges)])


def layout_of(design: NetworkDesign, request: NetworkRequest, kg_per_s_per_unit: float) -> Layout:
    """Return the tree of a designed network with the flow of a request; `edges` are positions in its table."""
    number = {n.id: i for i, n in enumerate(design.nodes)}
    at = {n.building_id: i for i, n in enumerate(design.nodes) if n.kind == "consumer"}
    roots = np.array([i for i, n in enumerate(design.nodes) if n.kind == "producer"], dtype=np.int64)
    forest = build_forest(
        len(design.nodes), _positions(number, design.edges.from_node), _positions(number, design.edges.to_node), roots
    )
    row = {b.id: i for i, b in enumerate(request.buildings)}
    connected = _positions(row, design.connected_building_ids)
    nodes = _positions(at, design.connected_building_ids)
    demand = np.nan_to_num(request.demand_kw[connected])
    drawn = demand * kg_per_s_per_unit
    behind = forest.collect(np.bincount(nodes, minlength=forest.n_nodes).astype(float))
    return Layout(
        forest=forest,
        edges=forest.order,
        connected=connected,
        consumer_node=nodes,
        flow_kg_per_s=peak_behind(forest, nodes, drawn),
        peak_kw=peak_behind(forest, nodes, demand),
        n_downstream=behind.astype(np.int64),
        drawn_kg_per_s=drawn,
        flow_total=drawn.sum(axis=0),
        delta_t_k=np.zeros(demand.shape),
    )


def _positions(number: dict[str, int], names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([number[n] for n in names], dtype=np.int64)
