"""Thermal networks: from streets to proven pipes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edsim.network.catalogue import catalogue_names, load_catalogue
    from edsim.network.design import design_network
    from edsim.network.fluid import Fluid
    from edsim.network.geojson import to_geojson
    from edsim.network.request import (
        ExistingPipe,
        NetworkBuilding,
        NetworkEconomics,
        NetworkPlant,
        NetworkRequest,
        NetworkTemperatures,
        PipeRules,
        StreetLine,
        low_delta_t_curve,
    )
    from edsim.network.route_types import Route, RouteEdge, RouteNode, RoutingProblem
    from edsim.network.routing import route
    from edsim.network.types import DesignEdges, DesignNode, NetworkDesign, PumpCurve
    from edsim.network.year import simulate_year

_HOME = {
    "DesignEdges": "types",
    "DesignNode": "types",
    "ExistingPipe": "request",
    "Fluid": "fluid",
    "NetworkBuilding": "request",
    "NetworkDesign": "types",
    "NetworkEconomics": "request",
    "NetworkPlant": "request",
    "NetworkRequest": "request",
    "NetworkTemperatures": "request",
    "PipeRules": "request",
    "PumpCurve": "types",
    "Route": "route_types",
    "RouteEdge": "route_types",
    "RouteNode": "route_types",
    "RoutingProblem": "route_types",
    "StreetLine": "request",
    "catalogue_names": "catalogue",
    "design_network": "design",
    "load_catalogue": "catalogue",
    "low_delta_t_curve": "request",
    "route": "routing",
    "simulate_year": "year",
    "to_geojson": "geojson",
}

__all__ = [
    "DesignEdges",
    "DesignNode",
    "ExistingPipe",
    "Fluid",
    "NetworkBuilding",
    "NetworkDesign",
    "NetworkEconomics",
    "NetworkPlant",
    "NetworkRequest",
    "NetworkTemperatures",
    "PipeRules",
    "PumpCurve",
    "Route",
    "RouteEdge",
    "RouteNode",
    "RoutingProblem",
    "StreetLine",
    "catalogue_names",
    "design_network",
    "load_catalogue",
    "low_delta_t_curve",
    "route",
    "simulate_year",
    "to_geojson",
]


def __getattr__(name: str) -> Any:
    """Return a public name, importing its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'edsim.network' has no attribute {name!r}")
    return getattr(import_module(f"edsim.network.{_HOME[name]}"), name)
