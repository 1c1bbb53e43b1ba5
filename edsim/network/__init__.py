"""Thermal networks: from streets to proven pipes.

===========  ==========================================================================================================
in           `from_case` makes a `request` of a case; `taken` says who takes what, `rows` and `checks` what is wrong
route        `places` (where pipes may lie), `routing` (where to lay them, proven), `layout` (the tree, sized)
design       `design`: candidates → `routing` → diameters of `pipes` → `year` (all hours of the `tree`) → `assemble`
on the way   `bypass`, `critical_path`, `phasing` (branch by branch), `plant_links` (several plants)
other kinds  `gas` (steam, compressed air), `ambient_loops`
any shape    `steady` (one hour, loops included) on `hydraulics`; `fluid` is the liquid
out          `types` (a designed network), `district` (all of a case), `feedback`, `export`, `picture`
===========  ==========================================================================================================
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.network.design import design_network
    from edsim.network.export import to_epanet, to_pandapipes_tables
    from edsim.network.fluid import Fluid
    from edsim.network.pipes.catalogue import load_catalogue
    from edsim.network.places.geojson import to_geojson
    from edsim.network.request import (
        ExistingPipe,
        GasRules,
        LengthOnlyTrench,
        NetworkBuilding,
        NetworkEconomics,
        NetworkPlant,
        NetworkRequest,
        NetworkTemperatures,
        PipeRules,
        StreetLine,
        low_delta_t_curve,
    )
    from edsim.network.routing.search import route
    from edsim.network.routing.types import Route, RouteEdge, RouteNode, RoutingProblem
    from edsim.network.steady.solve import solve_steady
    from edsim.network.steady.types import Consumer, Pipe, Source, SteadyState
    from edsim.network.types import DesignEdges, DesignNode, NetworkDesign
    from edsim.network.year import simulate_year

_HOME = {
    "Consumer": "steady.types",
    "DesignEdges": "types",
    "DesignNode": "types",
    "ExistingPipe": "request",
    "Fluid": "fluid",
    "GasRules": "request",
    "LengthOnlyTrench": "request",
    "NetworkBuilding": "request",
    "NetworkDesign": "types",
    "NetworkEconomics": "request",
    "NetworkPlant": "request",
    "NetworkRequest": "request",
    "NetworkTemperatures": "request",
    "Pipe": "steady.types",
    "PipeRules": "request",
    "Route": "routing.types",
    "RouteEdge": "routing.types",
    "RouteNode": "routing.types",
    "RoutingProblem": "routing.types",
    "Source": "steady.types",
    "SteadyState": "steady.types",
    "StreetLine": "request",
    "design_network": "design",
    "load_catalogue": "pipes.catalogue",
    "low_delta_t_curve": "request",
    "route": "routing.search",
    "simulate_year": "year",
    "solve_steady": "steady.solve",
    "to_epanet": "export",
    "to_geojson": "places.geojson",
    "to_pandapipes_tables": "export",
}

__all__ = [
    "Consumer",
    "DesignEdges",
    "DesignNode",
    "ExistingPipe",
    "Fluid",
    "GasRules",
    "LengthOnlyTrench",
    "NetworkBuilding",
    "NetworkDesign",
    "NetworkEconomics",
    "NetworkPlant",
    "NetworkRequest",
    "NetworkTemperatures",
    "Pipe",
    "PipeRules",
    "Route",
    "RouteEdge",
    "RouteNode",
    "RoutingProblem",
    "Source",
    "SteadyState",
    "StreetLine",
    "design_network",
    "load_catalogue",
    "low_delta_t_curve",
    "route",
    "simulate_year",
    "solve_steady",
    "to_epanet",
    "to_geojson",
    "to_pandapipes_tables",
]

__getattr__ = lazy_names(__name__, _HOME)
