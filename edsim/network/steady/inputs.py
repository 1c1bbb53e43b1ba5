"""Pipes, consumers and sources as arrays over numbered nodes, with every fault named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.fluid import Fluid
from edsim.network.pipes.friction import FrictionModel
from edsim.network.steady.checks import check_rows, check_site
from edsim.network.steady.types import Consumer, Pipe, Source

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Ends = tuple[IntArray, IntArray]


class Mode(IntEnum):
    """Which two quantities of a consumer are given."""

    HEAT_DELTA_T = 0
    HEAT_OUTLET = 1
    FLOW_DELTA_T = 2
    FLOW_HEAT = 3
    SERIES = 4
    FLOW_OUTLET = 5


@dataclass(frozen=True, slots=True)
class SteadyInputs:
    """The system in arrays: pipes p, consumers c, sources s, nodes n.

    Attributes
    ----------
    node_ids : n, z_m : (n,)
    pipe_from, pipe_to : (p,), length_m, bore_m, rough_m, u, zeta, boost_pa, ground_c : (p,)
    consumer_from, consumer_to : (c,), mode : (c,), heat_w, flow, delta_t, outlet_c, min_dp_pa : (c,)
        nan where not given.
    source_supply, source_return : (s,), supply_c, lift_pa, pressure_pa, source_flow, source_heat_w, reverse_c : (s,)
        nan where not given.
    control : (s,)
        True for the source that holds the pressure of its system.
    friction
        Model of :func:`edsim.network.pipes.friction.friction_factor`.
    buoyancy
        True when every column weighs as its own water does, False when all weigh alike.
    """

    node_ids: tuple[str, ...]
    z_m: Array
    pipe_from: IntArray
    pipe_to: IntArray
    length_m: Array
    bore_m: Array
    rough_m: Array
    u_w_per_mk: Array
    zeta: Array
    boost_pa: Array
    ground_c: Array
    consumer_from: IntArray
    consumer_to: IntArray
    mode: IntArray
    heat_w: Array
    flow: Array
    delta_t: Array
    outlet_c: Array
    min_dp_pa: Array
    source_supply: IntArray
    source_return: IntArray
    supply_c: Array
    lift_pa: Array
    pressure_pa: Array
    source_flow: Array
    source_heat_w: Array
    reverse_c: Array
    efficiency: Array
    control: NDArray[np.bool_]
    system: IntArray
    side: IntArray
    friction: FrictionModel
    buoyancy: bool

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_ids)

    @property
    def series(self) -> IntArray:
        """Positions of the consumers the loop runs through."""
        return np.flatnonzero(self.mode == Mode.SERIES)

    @property
    def taps(self) -> NDArray[np.bool_]:
        """True for consumers that give back at the node they draw from."""
        return np.asarray(self.consumer_from == self.consumer_to)


def read_inputs(
    pipes: Sequence[Pipe],
    consumers: Sequence[Consumer],
    sources: Sequence[Source],
    fluid: Fluid,
    ground_temp_c: float | Mapping[str, float] | Sequence[float] | Array,
    node_z_m: Mapping[str, float] | None,
    friction: FrictionModel,
    *,
    buoyancy: bool = True,
) -> SteadyInputs:
    """Return the checked system as arrays.

    Raises
    ------
    DataError
        E440 ids and numbers, E441 consumer modes, E442 no source, E443 pressure control, E444 parts without a source.
    """
    _refuse(check_rows(pipes, consumers, sources), check_site(fluid, pipes, sources, ground_temp_c, node_z_m, friction))
    number = _numbered(pipes, consumers, sources, node_z_m or {})
    pipe_from, pipe_to = trenches = _ends(number, [(p.from_node, p.to_node) for p in pipes])
    consumer_from, consumer_to = stations = _ends(number, [(c.from_node, c.to_node) for c in consumers])
    supply, back = plants = _ends(number, [(s.supply_node, s.return_node) for s in sources])
    side, system = _parts(len(number), trenches, stations, plants, [c.in_series for c in consumers])
    inputs = SteadyInputs(
        node_ids=tuple(number),
        z_m=np.array([(node_z_m or {}).get(n, 0.0) for n in number]),
        pipe_from=pipe_from,
        pipe_to=pipe_to,
        length_m=np.array([p.length_m for p in pipes]),
        bore_m=np.array([p.inner_diameter_mm for p in pipes]) / 1000.0,
        rough_m=np.array([p.roughness_mm for p in pipes]) / 1000.0,
        u_w_per_mk=np.array([p.u_w_per_mk for p in pipes]),
        zeta=np.array([p.zeta for p in pipes]),
        boost_pa=np.array([p.boost_kpa for p in pipes]) * 1000.0,
        ground_c=_ground_c(pipes, ground_temp_c),
        consumer_from=consumer_from,
        consumer_to=consumer_to,
        mode=np.array([_mode(c) for c in consumers], dtype=np.int64),
        heat_w=_numbers([c.heat_kw for c in consumers], 1000.0),
        flow=_numbers([c.flow_kg_per_s for c in consumers]),
        delta_t=_numbers([c.delta_t_k for c in consumers]),
        outlet_c=_numbers([c.outlet_temp_c for c in consumers]),
        min_dp_pa=np.array([c.min_dp_kpa for c in consumers]) * 1000.0,
        source_supply=supply,
        source_return=back,
        supply_c=np.array([s.supply_temp_c for s in sources]),
        lift_pa=_numbers([s.lift_kpa for s in sources], 1000.0),
        pressure_pa=np.array([s.supply_pressure_kpa for s in sources]) * 1000.0,
        source_flow=_numbers([s.flow_kg_per_s for s in sources]),
        source_heat_w=_numbers([s.heat_kw for s in sources], 1000.0),
        reverse_c=_numbers([s.reverse_temp_c for s in sources]),
        efficiency=np.array([s.pump_efficiency_frac for s in sources]),
        control=_controls(sources, supply, system),
        system=system,
        side=side,
        friction=friction,
        buoyancy=buoyancy,
    )
    return _sound(inputs, fluid)


def _parts(count: int, pipes: Ends, consumers: Ends, sources: Ends, in_series: list[bool]) -> tuple[IntArray, IntArray]:
    """Return which nodes water reaches through pipes and stations the loop runs through, and through everything."""
    inline = np.array(in_series, dtype=bool)
    side = _components(count, [pipes, (consumers[0][inline], consumers[1][inline])])
    return side, _components(count, [pipes, consumers, sources])


def _misnamed_heights(node_z_m: Mapping[str, float], number: Mapping[str, int]) -> list[Finding]:
    """Return heights of nodes that are not there while others have none: names that were misspelt."""
    if all(node in node_z_m for node in number):
        return []
    what = "height of a node that no pipe, consumer or source names"
    return [Finding("E440", what, field=f"node_z_m.{n}", got=str(n)) for n in node_z_m if n not in number]


def _refuse(*parts: list[Finding]) -> None:
    if any(parts):
        raise DataError.of([fault for part in parts for fault in part])


def _ends(number: Mapping[str, int], names: list[tuple[str, str]]) -> tuple[IntArray, IntArray]:
    """Return the node numbers of both ends of parts."""
    ends = np.array([(number[a], number[b]) for a, b in names], dtype=np.int64).reshape(-1, 2)
    return ends[:, 0].copy(), ends[:, 1].copy()


def _numbers(values: list[float | None], scale: float = 1.0) -> Array:
    """Return values times `scale`, NaN where there is none."""
    return np.array([np.nan if v is None else v * scale for v in values], dtype=float)


def _ground_c(pipes: Sequence[Pipe], ground_temp_c: float | Mapping[str, float] | Sequence[float] | Array) -> Array:
    """Return the ground temperature at each pipe."""
    if isinstance(ground_temp_c, Mapping):
        return np.array([ground_temp_c[p.id] for p in pipes], dtype=float)
    return np.broadcast_to(np.asarray(ground_temp_c, dtype=float), (len(pipes),)).copy()


def _numbered(
    pipes: Sequence[Pipe], consumers: Sequence[Consumer], sources: Sequence[Source], heights_m: Mapping[str, float]
) -> dict[str, int]:
    """Return node id → position, in order of first appearance; refuse heights whose names were misspelt."""
    number: dict[str, int] = {}
    ends = [(p.from_node, p.to_node) for p in pipes] + [(c.from_node, c.to_node) for c in consumers]
    for node in (n for pair in ends for n in pair):
        number.setdefault(node, len(number))
    for s in sources:
        for node in (s.supply_node, s.return_node):
            number.setdefault(node, len(number))
    _refuse(_misnamed_heights(heights_m, number))
    return number


def _mode(c: Consumer) -> Mode:
    if c.in_series:
        return Mode.SERIES
    if c.flow_kg_per_s is not None and c.outlet_temp_c is not None:
        return Mode.FLOW_OUTLET
    if c.flow_kg_per_s is None:
        return Mode.HEAT_OUTLET if c.delta_t_k is None else Mode.HEAT_DELTA_T
    return Mode.FLOW_HEAT if c.delta_t_k is None else Mode.FLOW_DELTA_T


def _components(n: int, links: list[tuple[IntArray, IntArray]]) -> IntArray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a, b = np.concatenate([u for u, _ in links]), np.concatenate([v for _, v in links])
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _controls(sources: Sequence[Source], supply: IntArray, system: IntArray) -> NDArray[np.bool_]:
    """Return which source controls pressure: per system the one without fixed flow or heat, or the only one."""
    control = np.zeros(len(sources), dtype=bool)
    faults = []
    for label in np.unique(system[supply]).tolist():
        here = [k for k in range(len(sources)) if system[supply[k]] == label]
        free = [k for k in here if sources[k].flow_kg_per_s is None and sources[k].heat_kw is None]
        if len(free) == 1 or (not free and len(here) == 1):
            control[(free or here)[0]] = True
        else:
            names = ", ".join(sources[k].id for k in (free or here))
            hint = (
                "leave flow and heat open on exactly one source per system; give flow_kg_per_s or heat_kw on the others"
            )
            what = "several sources want to hold the pressure" if free else "no source is left to close the balance"
            faults.append(Finding("E443", what, field="sources", got=names, hint=hint))
    if faults:
        raise DataError.of(faults)
    return control


def _sound(inputs: SteadyInputs, fluid: Fluid) -> SteadyInputs:
    """Return the inputs; refuse parts without a pressure and supply water outside the range of the liquid."""
    k = np.flatnonzero(inputs.control)
    held = set(inputs.side[inputs.source_supply[k]].tolist()) | set(inputs.side[inputs.source_return[k]].tolist())
    lost = [n for n, s in zip(inputs.node_ids, inputs.side.tolist(), strict=True) if s not in held]
    faults = []
    if lost:
        names = ", ".join(lost[:8]) + (" ..." if len(lost) > 8 else "")
        hint = "join them by a pipe to the supply or return side of a source"
        faults.append(Finding("E444", "nodes are joined to no source", field="pipes", got=names, hint=hint))
    open_lift = np.isnan(inputs.lift_pa) & np.isnan(inputs.source_flow)
    joined = inputs.side[inputs.source_supply] == inputs.side[inputs.source_return]
    for s in np.flatnonzero(inputs.control & open_lift & joined).tolist():
        what = "pipes join supply and return of the source, which leaves the flow between them open"
        hint = "give lift_kpa or flow_kg_per_s; or take out the pipe between supply and return"
        faults.append(Finding("E443", what, field=f"sources[{s}]", got="no lift_kpa and no flow_kg_per_s", hint=hint))
    for s, t in enumerate(inputs.supply_c.tolist()):
        if not fluid.freezing_temp_c <= t <= fluid.highest_temp_c:
            what, hint = "supply water would freeze", "use a glycol mix: Fluid.brine(...)"
            if t > fluid.highest_temp_c:
                what, hint = "supply water beyond the properties of the liquid", "state them: Fluid.table(...)"
            allowed = f"{fluid.freezing_temp_c:.1f} to {fluid.highest_temp_c:g} °C"
            faults.append(Finding("E440", what, field=f"sources[{s}]", got=f"{t:g} °C", allowed=allowed, hint=hint))
    _refuse(faults)
    return inputs
