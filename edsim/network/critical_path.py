"""The pressure profile along the path that sets the pump head."""

from dataclasses import dataclass

import numpy as np

from edsim.core.carriers import is_of
from edsim.core.water import density_kg_per_m3
from edsim.network.pipes.friction import GRAVITY_M_PER_S2
from edsim.network.types import NetworkDesign


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """One node of the critical path in the hour of the largest flow.

    Attributes
    ----------
    node, distance_m, z_m
        Node, way from the plant along the trenches, height.
    dn
        Pipe that leads here; 0 at the plant.
    supply_bar, return_bar
        Gauge pressure of the two pipes. Steam and air: the main alone, nan for the return.
    """

    node: str
    distance_m: float
    z_m: float
    dn: int
    supply_bar: float
    return_bar: float


def critical_path(design: NetworkDesign) -> tuple[ProfilePoint, ...]:
    """Return the pressures from the plant to the consumer with the largest drop; empty without trenches.

    The pump holds `static_pressure_bar` at the plant's return; drops are those of the hour of the largest flow, so that
    what is left between supply and return at the last consumer is the pressure difference of its station.
    """
    edges = design.edges
    if not len(edges):
        return ()
    into = {end: k for k, end in enumerate(edges.to_node)}
    kind = {n.id: n for n in design.nodes}
    drop: dict[str, float] = {n.id: 0.0 for n in design.nodes}
    for k in range(len(edges)):  # trenches are listed from the plants outwards
        drop[edges.to_node[k]] = drop[edges.from_node[k]] + float(edges.dp_kpa[k])
    last = max((n.id for n in design.nodes if n.kind == "consumer"), key=lambda name: drop[name])
    way = [last]
    while way[-1] in into:
        way.append(edges.from_node[into[way[-1]]])
    gas = is_of(design.carrier, "steam", "compressed_air")
    return_density = 0.0 if gas else float(density_kg_per_m3(float(np.clip(design.return_temp_c, 0.0, 180.0))))
    plant = kind[way[-1]]
    points, distance = [], 0.0
    for name in reversed(way):
        k = into.get(name, -1)
        distance += float(edges.length_m[k]) if k >= 0 else 0.0
        column = return_density * GRAVITY_M_PER_S2 * (kind[name].z_m - plant.z_m) / 1e5
        lost = drop[name] / 100.0
        head = design.static_pressure_bar + (0.0 if gas else design.design_lift_kpa / 100.0)
        back = float("nan") if gas else design.static_pressure_bar + lost - column
        dn = int(edges.dn[k]) if k >= 0 else 0
        points.append(ProfilePoint(name, distance, kind[name].z_m, dn, head - lost - column, back))
    return tuple(points)
