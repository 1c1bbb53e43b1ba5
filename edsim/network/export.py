"""A design as EPANET input text and as pandapipes tables, for whoever wants to check it elsewhere."""

from typing import Any

import numpy as np

from edsim.core.units import KELVIN
from edsim.core.water import density_kg_per_m3, dynamic_viscosity_pa_s, specific_heat_kj_per_kg_k
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.types import NetworkDesign

EXPORT_TEMP_LIMITS_C = (0.0, 180.0)
EPANET_VISCOSITY_M2_PER_S = 1.022e-6
"""Kinematic viscosity that EPANET's option is relative to: water at 20 °C, 1.1e-5 ft²/s (EPANET 2.2 manual)."""


def to_epanet(design: NetworkDesign) -> str:
    """Return an EPANET 2.2 input text of the supply side at each trench's peak flow.

    The plant is a reservoir, each consumer draws the flow of its peak; Darcy–Weisbach friction, roughness in mm,
    flow in L/s, lengths are friction lengths with fittings. Every trench carries its coincident peak in the design,
    EPANET the sum of the station peaks: drops come out equal or higher.
    """
    flows = _station_flows(design)
    catalogue = load_catalogue(design.catalogue)
    rough = {int(dn): 1000.0 * k for dn, k in zip(catalogue.dn, catalogue.roughness_m, strict=True)}
    number = {node.id: f"N{i}" for i, node in enumerate(design.nodes)}
    lines = ["[TITLE]", f"{design.id} ({design.carrier}), supply side, from edsim", "", "[JUNCTIONS]"]
    lines += [
        f"{number[n.id]} {n.z_m:.2f} {flows.get(n.id, 0.0):.6f} ;{n.id}" for n in design.nodes if n.kind != "producer"
    ]
    lines += ["", "[RESERVOIRS]"]
    lines += [f"{number[n.id]} {n.z_m + 100.0:.2f} ;{n.id}" for n in design.nodes if n.kind == "producer"]
    lines += ["", "[PIPES]"]
    e = design.edges
    factor = design.local_loss_factor
    for k in range(len(e)):
        ends = f"{number[e.from_node[k]]} {number[e.to_node[k]]}"
        size = f"{factor * e.length_m[k]:.3f} {e.inner_diameter_mm[k]:.2f} {rough[int(e.dn[k])]:.4f}"
        lines.append(f"P{k} {ends} {size} 0 OPEN")
    lines += ["", "[COORDINATES]"] + [f"{number[n.id]} {n.x_m:.2f} {n.y_m:.2f}" for n in design.nodes]
    mean = float(np.clip(0.5 * (design.supply_temp_c + design.return_temp_c), *EXPORT_TEMP_LIMITS_C))
    viscosity = float(dynamic_viscosity_pa_s(mean) / density_kg_per_m3(mean)) / EPANET_VISCOSITY_M2_PER_S
    lines += ["", "[OPTIONS]", "UNITS LPS", "HEADLOSS D-W", f"VISCOSITY {viscosity:.4f}", "", "[END]", ""]
    return "\n".join(lines)


def to_pandapipes_tables(design: NetworkDesign) -> dict[str, list[dict[str, Any]]]:
    """Return rows for pandapipes: junctions, pipes, heat_consumers and circ_pumps, in its names and units.

    Supply and return side are both given. Feed the rows to ``pandapipes.create_junction``,
    ``create_pipe_from_parameters``, ``create_heat_consumer`` and ``create_circ_pump_const_pressure``; node names join
    them. Pipes carry no heat conductance (``u_w_per_m2k`` 0): the export is for flows and pressures. Lengths are
    friction lengths, fittings included. The design states drops at the mean of supply and return temperature,
    pandapipes computes each pipe at its own: for chilled water the supply pipe comes out 1 to 2 % higher and the return
    pipe as much lower; the pair agrees.
    """
    catalogue = load_catalogue(design.catalogue)
    rough = {int(dn): 1000.0 * k for dn, k in zip(catalogue.dn, catalogue.roughness_m, strict=True)}
    sides = ("supply", "return")
    junctions = [
        {"name": f"{side} {n.id}", "pn_bar": 6.0, "tfluid_k": KELVIN + t, "height_m": n.z_m, "geodata": (n.x_m, n.y_m)}
        for side, t in zip(sides, (design.supply_temp_c, design.return_temp_c), strict=True)
        for n in design.nodes
    ]
    pipes = []
    for k in range(len(design.edges)):
        e = design.edges
        for side, a, b in ((sides[0], e.from_node[k], e.to_node[k]), (sides[1], e.to_node[k], e.from_node[k])):
            pipes.append(
                {
                    "name": f"{side} {k}",
                    "from_junction": f"{side} {a}",
                    "to_junction": f"{side} {b}",
                    "length_km": design.local_loss_factor * float(e.length_m[k]) / 1000.0,
                    "inner_diameter_mm": float(e.inner_diameter_mm[k]),
                    "k_mm": rough[int(e.dn[k])],
                    "u_w_per_m2k": 0.0,
                }
            )
    consumers = [
        {
            "name": node,
            "from_junction": f"supply {node}",
            "to_junction": f"return {node}",
            "controlled_mdot_kg_per_s": flow,
            "deltat_k": design.supply_temp_c - design.return_temp_c,
        }
        for node, flow in _station_flows(design).items()
    ]
    pumps = [
        {
            "name": n.id,
            "return_junction": f"return {n.id}",
            "flow_junction": f"supply {n.id}",
            "p_flow_bar": design.static_pressure_bar + design.design_lift_kpa / 100.0,
            "plift_bar": design.design_lift_kpa / 100.0,
            "t_flow_k": KELVIN + design.supply_temp_c,
        }
        for n in design.nodes
        if n.kind == "producer"
    ]
    return {"junctions": junctions, "pipes": pipes, "heat_consumers": consumers, "circ_pumps": pumps}


def _station_flows(design: NetworkDesign) -> dict[str, float]:
    """Return the peak flow of every consumer node, kg/s, at the design temperature difference."""
    mean = float(np.clip(0.5 * (design.supply_temp_c + design.return_temp_c), *EXPORT_TEMP_LIMITS_C))
    per_kw = 1.0 / (float(specific_heat_kj_per_kg_k(mean)) * abs(design.supply_temp_c - design.return_temp_c))
    return {n.id: n.peak_kw * per_kw for n in design.nodes if n.kind == "consumer"}
