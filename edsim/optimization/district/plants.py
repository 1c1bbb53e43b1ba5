"""Energy centers of a district as nodes of the optimizer: what each feeds, and the pipes that join them.

A network with several plants is a forest: every plant feeds the buildings of its own tree. Pipes between plants are
technologies of the model, from the links the network design found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.case.parts.network_spec import NetworkSpec
from edsim.core.carriers import is_of
from edsim.core.technology import Technology
from edsim.network.district import District
from edsim.network.from_case import network_request
from edsim.network.plant_links import PlantLink, PlantShare, plant_shares
from edsim.network.types import NetworkDesign
from edsim.optimization.model.links import transport_link

Array = NDArray[np.float64]

_ROOM = 1.25
"""Largest link over the peak behind it: losses, pump heat and the charging of stores."""


def network_of(district: District, design: NetworkDesign) -> NetworkSpec:
    """Return what the case states of a designed network."""
    return next(n for n in district.case.networks if n.id == design.id)


def plant_feeds(district: District, design: NetworkDesign) -> tuple[PlantShare, ...]:
    """Return what each plant of a network feeds, in the order of the case."""
    spec = network_of(district, design)
    if len(spec.plants) == 1:
        series = (design.plant_heat_kw, design.heat_gain_kw, design.pump_power_kw, design.pump_heat_kw)
        return (PlantShare(spec.plants[0].id, design.connected_building_ids, *series),)
    return plant_shares(network_request(district.case, spec, district.profiles, {}), design)


def drawn_kw(carrier: str, part: PlantShare | NetworkDesign) -> Array:
    """Return what a network, or the tree of one plant, draws from its plant: its load with pipes, and pump heat.

    Pump heat is a load on chillers and a gift to heating plants. Where ground and pumps cover the demand, nothing is
    drawn.
    """
    pump_heat = part.pump_heat_kw if is_of(carrier, "chilled_water") else -part.pump_heat_kw
    return np.maximum(part.plant_heat_kw + pump_heat, 0.0)


def plant_technologies(district: District) -> tuple[Technology, ...]:
    """Return the technologies of the model: those of the case that stand at a node, and the links between plants."""
    own = tuple(t for t in district.case.technologies if t.node != "building")
    return own + tuple(link for design in district.designs for link in _links(district, design))


def _links(district: District, design: NetworkDesign) -> list[Technology]:
    if not design.links:
        return []
    spec = network_of(district, design)
    peaks: dict[str, float] = {}
    if not all(link.is_laid for link in design.links):
        feeds = plant_feeds(district, design)
        peaks = {f.plant_id: float(drawn_kw(design.carrier, f).max(initial=0.0)) for f in feeds}
    terms = (spec.lifetime_a, spec.om_frac)
    return [
        transport_link(link, design.id, design.carrier, _need_kw(link, design.links, peaks), terms)
        for link in design.links
    ]


def _need_kw(link: PlantLink, links: Sequence[PlantLink], peaks: Mapping[str, float]) -> float:
    """Return the most a link may have to carry: the larger peak of the plants on its two sides, with room."""
    if link.is_laid:
        return float(link.capacity_kw[0])
    reached = {link.from_plant}
    others = [{other.from_plant, other.to_plant} for other in links if other is not link]
    for _ in others:
        reached |= {end for pair in others if pair & reached for end in pair}
    here = sum(kw for plant, kw in peaks.items() if plant in reached)
    return _ROOM * max(here, sum(peaks.values()) - here)
