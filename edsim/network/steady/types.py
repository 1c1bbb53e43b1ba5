"""Inputs and answer of :func:`edsim.network.solve_steady`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
STILL_KG_PER_S = 1e-9
"""Less than this counts as no flow."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """One pipe (supply and return are two pipes).

    Attributes
    ----------
    id
        Unique identifier.
    from_node, to_node
        Nodes; positive flow runs from the first to the second.
    length_m, inner_diameter_mm, roughness_mm
        Geometry.
    u_w_per_mk
        Heat conductance to the ground per meter of this pipe.
    zeta
        Sum of local loss coefficients, related to the mean velocity.
    boost_kpa
        Head of a pump in this pipe that pushes from `from_node` to `to_node`; negative the other way.
    """

    id: str
    from_node: str
    to_node: str
    length_m: float
    inner_diameter_mm: float
    roughness_mm: float
    u_w_per_mk: float = 0.0
    zeta: float = 0.0
    boost_kpa: float = 0.0


@dataclass(frozen=True, slots=True)
class Consumer:
    """A station that lets water pass from one node to another and takes heat from it.

    Give one of these pairs: `heat_kw` and `delta_t_k`; `heat_kw` and `outlet_temp_c`; `flow_kg_per_s` and `delta_t_k`;
    `flow_kg_per_s` and `outlet_temp_c`; `flow_kg_per_s` and `heat_kw`; or `heat_kw` with ``in_series=True`` (the flow
    of the loop passes through).

    Attributes
    ----------
    id
        Unique identifier.
    from_node, to_node
        Water enters from the first node and leaves to the second. One and the same node: the station draws from a pipe
        and gives back a little farther on (one-pipe loop); it then gets the water that arrives at the node, the node
        holds the temperature behind the station, and water drawn beyond what passes goes round through the station.
    heat_kw
        Heat taken out of the water: positive for heating, negative for a cooling load that warms the water.
    flow_kg_per_s
        Flow drawn, > 0.
    delta_t_k
        Inlet less outlet temperature. With `heat_kw` only its size counts, the sign follows the heat.
    outlet_temp_c
        Temperature of the water that leaves.
    in_series
        The station is part of the loop: no pump of its own, no pressure drop, flow from the hydraulics.
    min_dp_kpa
        Differential pressure it needs; decides the required lift.
    """

    id: str
    from_node: str
    to_node: str
    heat_kw: float | None = None
    flow_kg_per_s: float | None = None
    delta_t_k: float | None = None
    outlet_temp_c: float | None = None
    in_series: bool = False
    min_dp_kpa: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """A plant with its pump between the return and the supply.

    One source per hydraulic system controls pressure: it has neither `flow_kg_per_s` nor `heat_kw`, or it is the
    only one.

    Attributes
    ----------
    id
        Unique identifier.
    supply_node, return_node
        Water leaves to the first and comes back from the second.
    supply_temp_c
        Temperature of the water that leaves to the supply node.
    lift_kpa
        Pump head. None: the least that gives every consumer its differential pressure.
    supply_pressure_kpa
        Gauge pressure at the supply node of the controlling source.
    flow_kg_per_s
        Fixed flow (circulation pump of a loop, or a second plant).
    heat_kw
        Fixed heat of a second plant; its flow follows from the temperatures.
    reverse_temp_c
        Temperature of the water that leaves to the return node when the flow runs backwards (two-pipe ambient
        networks).
    pump_efficiency_frac
        Wire to water.
    """

    id: str
    supply_node: str
    return_node: str
    supply_temp_c: float
    lift_kpa: float | None = None
    supply_pressure_kpa: float = 600.0
    flow_kg_per_s: float | None = None
    heat_kw: float | None = None
    reverse_temp_c: float | None = None
    pump_efficiency_frac: float = 0.70


@dataclass(frozen=True, slots=True)
class SteadyState:
    """The network in balance; arrays follow the ids beside them, which keep the order of the inputs.

    Attributes
    ----------
    node_ids, node_temp_c, node_pressure_kpa
        Mixed temperature and gauge pressure (against the local atmosphere) of every node.
    pipe_ids, pipe_flow_kg_per_s, pipe_dp_pa
        Flow and friction loss, both negative when the flow runs from `to_node` to `from_node`.
    pipe_velocity_m_per_s, pipe_reynolds, pipe_friction_factor
        Positive; at the mean density and viscosity of the pipe, the factor as its mean over the length.
    pipe_temp_in_c, pipe_temp_out_c
        Along the flow.
    pipe_heat_loss_w
        Heat given to the ground; negative for a gain.
    pipe_pump_hydraulic_kw
        Work of the pumps in pipes on the water; negative where it runs against them.
    consumer_ids, consumer_flow_kg_per_s, consumer_temp_in_c, consumer_temp_out_c
        Stations, along their flow.
    consumer_heat_kw, consumer_dp_kpa
        Heat taken out of the water; pressure at the inlet less at the outlet.
    source_ids, source_flow_kg_per_s, source_return_temp_c, source_heat_kw
        Flow out to the supply node (negative when reversed), temperature of the water that enters, heat given to it.
    source_lift_kpa, source_required_lift_kpa
        Pump head as run, and the least that serves every consumer of the system.
    source_pump_hydraulic_kw, source_pump_electric_kw
        At the required lift (at the actual lift where the required one is undefined).
    critical_consumer
        Consumer with the least pressure in reserve, empty when none.
    heat_loss_kw
        All pipes together.
    residual_kw
        Heat of the sources less consumers less losses: zero within rounding.
    iterations
        Of the temperature loop.
    """

    node_ids: tuple[str, ...]
    node_temp_c: Array
    node_pressure_kpa: Array
    pipe_ids: tuple[str, ...]
    pipe_flow_kg_per_s: Array
    pipe_dp_pa: Array
    pipe_velocity_m_per_s: Array
    pipe_reynolds: Array
    pipe_friction_factor: Array
    pipe_temp_in_c: Array
    pipe_temp_out_c: Array
    pipe_heat_loss_w: Array
    pipe_pump_hydraulic_kw: Array
    consumer_ids: tuple[str, ...]
    consumer_flow_kg_per_s: Array
    consumer_temp_in_c: Array
    consumer_temp_out_c: Array
    consumer_heat_kw: Array
    consumer_dp_kpa: Array
    source_ids: tuple[str, ...]
    source_flow_kg_per_s: Array
    source_return_temp_c: Array
    source_heat_kw: Array
    source_lift_kpa: Array
    source_required_lift_kpa: Array
    source_pump_hydraulic_kw: Array
    source_pump_electric_kw: Array
    critical_consumer: str
    heat_loss_kw: float
    residual_kw: float
    iterations: int

    def table(self, what: str) -> "pd.DataFrame":
        """Return one row per ``node``, ``pipe``, ``consumer`` or ``source``, indexed by its id."""
        import pandas as pd

        names = [f for f in self.__dataclass_fields__ if f.startswith(f"{what}_") and not f.endswith("_ids")]
        if not names:
            raise ValueError(f"what must be node, pipe, consumer or source: got {what}")
        index = pd.Index(getattr(self, f"{what}_ids"), name=what)
        return pd.DataFrame({name.removeprefix(f"{what}_"): getattr(self, name) for name in names}, index=index)
