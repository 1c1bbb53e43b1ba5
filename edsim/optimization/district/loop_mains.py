"""Mains of ambient loops, laid out before the plant is sized: length, investment and exchange with the ground.

Every ``loop_mains`` without a stated length is designed as an ambient network of two pipes, or of one, from its energy
center to the buildings whose ``loop_station`` names it. Each station draws its heat less the work of its heat pump and
gives back its cooling with the work of its compressor, hour by hour. A trench of two pipes is sized for the difference
of what is behind it, one of a single pipe for the larger side of the whole loop. The result replaces the defaults of
the technology, with where it comes from (an investment typed in the case stays); routing, pipe sizes and prices are
those of any network (:func:`edsim.network.design.design_network`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.case.checks.loops import is_open, place_of_center
from edsim.case.parts.network_spec import NetworkSpec, Plant
from edsim.case.schema import Building, Case
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.quantity import Provenance
from edsim.core.technology import Conditions, Technology
from edsim.network.design import design_network
from edsim.network.district import District
from edsim.network.from_case import network_request
from edsim.network.layout import site_physics
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.request import NetworkBuilding, NetworkRequest
from edsim.network.types import NetworkDesign
from edsim.optimization.district.prepare_system import conditions_of
from edsim.optimization.sizing.size_costs import is_quoted
from edsim.profiles.types import Profiles

Array = NDArray[np.float64]

MAINS, STATION = "loop_mains", "loop_station"
"""Kinds that make a loop; technologies are known by their fields here, never by their class."""


def lay_loop_mains(
    case: Case, profiles: Profiles, progress: Callable[[str], None] = lambda _: None
) -> tuple[Case, tuple[NetworkDesign, ...]]:
    """Return the case with every open ``loop_mains`` laid out, and their designs; the case itself where there is none.

    Parameters
    ----------
    case
        One variant of the case.
    profiles
        What the mains are sized for: of a district that grows, the largest demand of every building.
    progress
        Called with a line of text at each step.

    Raises
    ------
    DataError
        What the design of the network finds wrong.
    ValueError
        Mains without the place of their energy center or without stations, which checking a case refuses.
    """
    laid: dict[str, Technology] = {}
    origins: dict[str, Provenance] = {}
    designs: list[NetworkDesign] = []
    for t in case.technologies:
        if t.kind != MAINS or not is_open(case, t):
            continue
        progress(f"laying out the mains of loop {t.id}")
        request = _request(case, profiles, t)
        design = design_network(request)
        laid[t.id] = _laid(t, request, design, keep_cost=is_quoted(case.provenance, t))
        done: Any = laid[t.id]
        length, capex = done.min_length_m, done.capex_per_m
        progress(f"loop {t.id}: {length:,.0f} m of trench at {capex:,.0f} {case.currency} a meter")
        designs.append(design)
        source = _source(t, design)
        for name, unit in (("min_length_m", "m"), ("capex_per_m", "currency/m"), ("exchange_w_per_m_k", "W/m/K")):
            value = getattr(done, name)
            if value != getattr(t, name):
                origins[f"technologies.{t.id}.{name}"] = Provenance(value, unit, source, case.price_year, "engineered")
    if not laid:
        return case, ()
    machines = tuple(laid.get(t.id, t) for t in case.technologies)
    changes = {"technologies": machines, "provenance": {**case.provenance, **origins}}
    return case.model_copy(update=changes), tuple(designs)


def _source(mains: Any, design: NetworkDesign) -> str:
    """Return where the figures of laid mains come from."""
    pipes = "two pipes"
    if mains.pipes == 1:
        pipes = f"one pipe, water of {float(design.worst_supply_temp_c.min()):.1f} °C at the coldest station"
    return f"laid out to {len(design.connected_building_ids)} stations, {pipes}, {design.catalogue}"


def _request(case: Case, profiles: Profiles, mains: Any) -> NetworkRequest:
    """Return the request for the mains: an ambient network to the buildings of their stations."""
    center = place_of_center(case, mains)
    stations = {t.node: t for t in case.technologies if t.kind == STATION and getattr(t, "to_node", "") == mains.node}
    if center is None or not stations:
        raise ValueError(f"{mains.id}: no place of {mains.node}, or no stations")
    warm, cold = loop_temps_c(case, mains)
    served = [b for b in case.buildings if b.id in stations]
    plant = Plant(id=mains.node, lat_deg=center[0], lon_deg=center[1])
    spec = NetworkSpec(
        id=mains.id,
        carrier="ambient_water",
        service="cooling",
        plants=(plant,),
        supply_temp_c=warm,
        return_temp_c=cold,
        streets=mains.streets,
        pipe_catalogue=mains.pipe_catalogue,
        lifetime_a=mains.lifetime_a,
        om_frac=mains.fixed_om_frac,
        cost_factor=mains.cost_factor,
    )
    bare = network_request(case.model_copy(update={"buildings": ()}), spec, profiles, {})
    conditions = conditions_of(District(case, profiles, ()), {})
    drawn, given = zip(*(_exchanged(conditions, profiles, stations[b.id]) for b in served), strict=True)
    return replace(
        bare,
        carrier="ambient_one_pipe" if mains.pipes == 1 else "ambient_two_pipe",
        buildings=tuple(_consumer(case, b) for b in served),
        demand_kw=np.array(drawn),
        cooling_kw=np.array(given),
    )


def _consumer(case: Case, building: Building) -> NetworkBuilding:
    height = case.city.elevation_m if building.elevation_m is None else building.elevation_m
    lon, lat = building.lon_deg, building.lat_deg
    if lon is None or lat is None:
        raise ValueError(f"{building.id}: no coordinates")
    return NetworkBuilding(building.id, lon, lat, height)


def _exchanged(conditions: Conditions, profiles: Profiles, station: Any) -> tuple[Array, Array]:
    """Return heat a station draws from the loop and gives back to it, kW by hour."""
    row = profiles.building_ids.index(station.node)
    heat = sum(
        (profiles.demand[s][row] for s in ("heating", "hot_water") if s in profiles.demand), np.zeros(HOURS_PER_YEAR)
    )
    cooling = profiles.demand["cooling"][row] if "cooling" in profiles.demand else np.zeros(HOURS_PER_YEAR)
    work = 1.0 / station.cop(conditions)
    return heat * (1.0 - work), cooling * (1.0 + station.work_per_cooling(conditions))


def loop_temps_c(case: Case, mains: Any) -> tuple[float, float]:
    """Return the warm and the cold temperature of the loop."""
    ends = case.settings.carrier_temps_c[mains.carrier_of(mains.ports[0])]
    return max(ends), min(ends)


def _laid(mains: Any, request: NetworkRequest, design: NetworkDesign, *, keep_cost: bool) -> Technology:
    """Return the mains with length, investment per meter and exchange of their design."""
    length = float(design.edges.length_m.sum())
    ground = site_physics(request, load_catalogue(design.catalogue)).ground_c
    driving = np.abs(request.temperatures.supply_c + request.temperatures.return_c - 2.0 * ground)
    per_k = float(np.abs(design.heat_gain_kw).sum()) * 1000.0 / (length * max(float(driving.sum()), 1e-9))
    capex = mains.capex_per_m if keep_cost else (design.capex_pipe + design.capex_civil) / length
    changes = {"min_length_m": length, "capex_per_m": capex, "exchange_w_per_m_k": per_k}
    laid: Technology = mains.model_copy(update=changes)
    return laid
