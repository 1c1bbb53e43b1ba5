"""What a designed network is: the answer of :func:`edsim.network.design_network`, used by the rest of edsim."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.network.bypass import Bypass

if TYPE_CHECKING:
    import pandas as pd

    from edsim.network.plant_links import PlantLink

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
LonLat = tuple[float, float]
TrenchEnds = tuple[str, str, float]
"""Names of the nodes at both ends of a trench and its length, m."""
Carrier = Literal[
    "chilled_water",
    "hot_water",
    "domestic_hot_water",
    "ambient_one_pipe",
    "ambient_two_pipe",
    "ambient_water",
    "steam",
    "compressed_air",
]
NodeKind = Literal["junction", "consumer", "producer"]


@dataclass(frozen=True, slots=True)
class DesignNode:
    """One point of the network.

    Attributes
    ----------
    id
        Identifier, unique in the network.
    kind
        ``junction``, ``consumer`` or ``producer``.
    x_m, y_m, z_m
        Projected coordinates (UTM zone of the network) and height.
    lon, lat
        WGS84.
    building_id
        Building of a consumer or plant of a producer, empty for a junction.
    peak_kw
        Peak of a consumer's own station, 0 elsewhere.
    """

    id: str
    kind: NodeKind
    x_m: float
    y_m: float
    z_m: float
    lon: float
    lat: float
    building_id: str = ""
    peak_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class DesignEdges:
    """The trenches of a tree, supply pipe and return pipe together; one value per trench in every field.

    Attributes
    ----------
    from_node, to_node
        Node ids, the plant side first.
    length_m
        Trench length.
    geometry
        Polyline (lon, lat) from `from_node` to `to_node`.
    surface
        What is above the trench.
    dn, inner_diameter_mm
        Chosen pipe.
    capacity_kw
        Heat the pipe can carry at the velocity and gradient limits and the design temperature difference.
    peak_kw
        Largest coincident heat of the consumers behind it.
    velocity_m_per_s, pressure_gradient_pa_per_m
        At the trench's own peak flow, one pipe, fittings excluded.
    dp_kpa
        Friction of one pipe, fittings included, in the peak hour of the network.
    gain_or_loss_w_at_design
        Extra load at the plant from both pipes in the peak hour of the network.
    n_downstream
        Consumers behind the trench.
    existing_dn
        Pipe that lay there before, 0 for none.
    capex_pipe, capex_civil
        Investment, currency.
    capex_civil_alone
        Civil works if no other network dug along the trench.
    """

    from_node: tuple[str, ...]
    to_node: tuple[str, ...]
    length_m: Array
    geometry: tuple[tuple[LonLat, ...], ...]
    surface: tuple[str, ...]
    dn: IntArray
    inner_diameter_mm: Array
    capacity_kw: Array
    peak_kw: Array
    velocity_m_per_s: Array
    pressure_gradient_pa_per_m: Array
    dp_kpa: Array
    gain_or_loss_w_at_design: Array
    n_downstream: IntArray
    existing_dn: IntArray
    capex_pipe: Array
    capex_civil: Array
    capex_civil_alone: Array

    def __len__(self) -> int:
        return len(self.from_node)

    def table(self) -> "pd.DataFrame":
        """Return one row per trench (geometry left out)."""
        import pandas as pd

        names = [f for f in self.__dataclass_fields__ if f != "geometry"]
        return pd.DataFrame({name: getattr(self, name) for name in names})


@dataclass(frozen=True, slots=True)
class NetworkDesign:
    """A laid-out, sized and hourly checked network.

    Attributes
    ----------
    id, carrier, fluid
        Network, its carrier or the level of it, and liquid.
    supply_temp_c, return_temp_c
        Design temperatures at the plant.
    nodes, edges
        Points and trenches of the tree (or forest when there are several plants).
    connected_building_ids
        Buildings served, in the order of the request.
    catalogue
        Pipe series used.
    capex_pipe, capex_civil, capex_ets
        Investment, currency.
    routing_cost_per_a, routing_bound_per_a, gap_frac
        Annual cost of the chosen tree under the linear routing cost, its proven lower bound and the verified gap;
        ``gap_frac`` is infinite when no bound was computed.
    heat_gain_kw : (8760,)
        Extra load at the plant: heat taken up by chilled water or lost by hot water, always ≥ 0 in normal operation.
    pump_power_kw, pump_heat_kw : (8760,)
        Electric pump power and the part of it that ends as heat in the water.
    worst_supply_temp_c : (8760,)
        Supply temperature at the ETS that gets the least useful water (hottest for cooling, coldest for heating).
    plant_flow_kg_per_s, plant_heat_kw : (8760,)
        Water from the plant, and its load: connected demand plus `heat_gain_kw`, pump heat excluded.
    linear_density_mwh_per_m_a
        Annual delivered energy per meter of trench.
    design_lift_kpa
        Largest pump head over the year, ETS included.
    static_pressure_bar
        Gauge pressure to be held at the plant's return so that the highest point keeps its minimum.
    findings
        Warnings (over-long connections, pressure zones, dropped demand ...).
    lowest_pressure_bar
        Steam and air: lowest gauge pressure at a consumer over the year; nan for water.
    local_loss_factor
        Friction length over trench length, for fittings.
    links
        Possible pipes between the plants of a water network, or those laid once that is decided; not in `edges` and
        `capex_pipe`.
    bypass
        What bypasses take in the check of all hours; None before it, and where there is none to make.

    Steam and compressed air use the same fields: demand and load of air are Nm³/h instead of kW, `heat_gain_kw` holds
    pipe losses and leaks, `design_lift_kpa` the largest pressure drop to a consumer, `static_pressure_bar` the gauge
    pressure at the plant, `pump_power_kw` the condensate pumps, and the edges' velocity and gradient are those at the
    lowest pressure allowed.
    """

    id: str
    carrier: str
    fluid: str
    supply_temp_c: float
    return_temp_c: float
    nodes: tuple[DesignNode, ...]
    edges: DesignEdges
    connected_building_ids: tuple[str, ...]
    catalogue: str
    capex_pipe: float
    capex_civil: float
    capex_ets: float
    routing_cost_per_a: float
    routing_bound_per_a: float
    gap_frac: float
    heat_gain_kw: Array
    pump_power_kw: Array
    pump_heat_kw: Array
    worst_supply_temp_c: Array
    plant_flow_kg_per_s: Array
    plant_heat_kw: Array
    linear_density_mwh_per_m_a: float
    design_lift_kpa: float
    static_pressure_bar: float
    findings: tuple[Finding, ...] = ()
    lowest_pressure_bar: float = float("nan")
    links: "tuple[PlantLink, ...]" = ()
    local_loss_factor: float = 1.0
    bypass: Bypass | None = None

    @property
    def length_m(self) -> float:
        """Trench length, m."""
        return float(self.edges.length_m.sum())

    @property
    def capex(self) -> float:
        """Pipe, civil works and stations, currency."""
        return self.capex_pipe + self.capex_civil + self.capex_ets

    def summary(self) -> dict[str, Any]:
        """Return the headline numbers as plain data."""
        return {
            "id": self.id,
            "carrier": self.carrier,
            "connected_buildings": len(self.connected_building_ids),
            "trench_length_m": self.length_m,
            "linear_density_mwh_per_m_a": self.linear_density_mwh_per_m_a,
            "capex_pipe": self.capex_pipe,
            "capex_civil": self.capex_civil,
            "capex_ets": self.capex_ets,
            "heat_gain_kwh_a": float(self.heat_gain_kw.sum()),
            "pump_kwh_a": float(self.pump_power_kw.sum()),
            "design_lift_kpa": self.design_lift_kpa,
            "routing_cost_per_a": self.routing_cost_per_a,
            "routing_bound_per_a": self.routing_bound_per_a if np.isfinite(self.routing_bound_per_a) else None,
            "gap_frac": self.gap_frac if np.isfinite(self.gap_frac) else None,
        } | ({} if self.bypass is None else self.bypass.summary())
