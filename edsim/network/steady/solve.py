"""One operating point of a network: flows, pressures, temperatures and losses, whatever its shape.

Flows and temperatures are solved in turn until they agree: flows from :mod:`edsim.network.hydraulics`, temperatures
from :mod:`edsim.network.steady.heat`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding, SolverError
from edsim.network.fluid import Fluid
from edsim.network.hydraulics import Flows, column_weight_pa, pipe_friction, pipe_loss_pa, solve_flows
from edsim.network.pipes.friction import FrictionModel, flow_velocity, reynolds_number
from edsim.network.rows import read_rows
from edsim.network.steady.checks import refuse_implausible
from edsim.network.steady.heat import Links, Thermal, first_guess, temperatures
from edsim.network.steady.inputs import SteadyInputs, read_inputs
from edsim.network.steady.plants import refuse_backwards, refuse_undrawn
from edsim.network.steady.rings import MOST_RINGS, find_rings, settle_drives
from edsim.network.steady.stations import MAX_FACTOR, station_flows, unmet_frac, unsuited, unsuited_stations
from edsim.network.steady.types import STILL_KG_PER_S, Consumer, Pipe, Source, SteadyState

Array = NDArray[np.float64]
MAX_PASSES = 200
_SETTLED_K, _NEARLY_SETTLED_K = 1e-8, 1e-5
_MET_FRAC, _NEARLY_MET_FRAC = 1e-6, 1e-4
_SMALL_FLOW_FRAC = 1e-3
_PIPE_WEIGHT = 1e-3
_PASSES_TO_SUIT = 24
_PLANT_SHARE = 1e-3
"""Share of the largest flow of plants that counts as one pascal in the search for what drives the flow."""
_DAMPED_FROM, _DAMPING_FRAC = 20, 0.8
"""On slopes the weight of warm and cold columns drives flow in rings; where that swings, densities follow slowly."""


def solve_steady(
    pipes: Sequence[Pipe],
    consumers: Sequence[Consumer],
    sources: Sequence[Source],
    fluid: Fluid,
    ground_temp_c: float | Mapping[str, float] | Sequence[float] | Array,
    *,
    node_z_m: Mapping[str, float] | None = None,
    friction: FrictionModel = "blend",
    buoyancy: bool = True,
) -> SteadyState:
    """Return the steady state of a network.

    Parameters
    ----------
    pipes, consumers, sources
        See :class:`Pipe`, :class:`Consumer`, :class:`Source`; mappings of their fields (rows of JSON) will do. Examples
        in docs/how-to/networks-from-python.md.
    fluid
        Liquid.
    ground_temp_c
        Around the pipes, °C: one value, one per pipe in their order, or a mapping from pipe id.
    node_z_m
        Heights of nodes, m; 0 where not given.
    friction
        ``blend`` (laminar below Re 2300, Colebrook from Re 4000), or a formula of other programs: see
        :mod:`edsim.network.pipes.friction`.
    buoyancy
        True: on slopes warm and cold columns differ in weight, which shifts flow in rings. False: all columns weigh
        alike, as in programs without temperatures.

    Raises
    ------
    DataError
        E440–E444 for the inputs, velocities beyond 50 m/s and water that would freeze or boil included; E446 for a
        source that runs backwards without `reverse_temp_c`.
    SolverError
        E445 when flows or temperatures do not settle.
    """
    pipes, consumers, sources = (
        read_rows(Pipe, pipes, "pipes", "E440"),
        read_rows(Consumer, consumers, "consumers", "E440"),
        read_rows(Source, sources, "sources", "E440"),
    )
    inputs = read_inputs(pipes, consumers, sources, fluid, ground_temp_c, node_z_m, friction, buoyancy=buoyancy)
    return _settled(inputs, fluid, (pipes, consumers, sources))


@dataclass(frozen=True, slots=True)
class _Pass:
    """Temperatures, flow of every station, flows and links after one pass."""

    thermal: Thermal
    drawn: Array
    flows: Flows
    links: Links


def _settled(
    inputs: SteadyInputs, fluid: Fluid, rows: tuple[Sequence[Pipe], Sequence[Consumer], Sequence[Source]]
) -> SteadyState:
    """Return the state at which flows and temperatures no longer change each other."""
    guess = first_guess(inputs)
    first = last = _once(inputs, fluid, guess, None)
    thermal, moved, doubled = last.thermal, _moved(last.thermal, guess), np.zeros(len(rows[1]))
    for iteration in range(2, MAX_PASSES + 1):
        drawn, last = last.drawn, _once(inputs, fluid, thermal, last)
        moved = _moved(last.thermal, thermal)
        thermal = last.thermal if iteration <= _DAMPED_FROM else _damped(last.thermal, thermal)
        settled = moved < _SETTLED_K
        if iteration == _DAMPED_FROM and not settled:
            by_drives = _settled_drives(inputs, fluid, last)
            if by_drives is not None:
                last, thermal, settled = by_drives, by_drives.thermal, True
        elif iteration == MAX_PASSES:
            settled = moved < _NEARLY_SETTLED_K
        met = _MET_FRAC if iteration < MAX_PASSES else _NEARLY_MET_FRAC
        unfit = unsuited_stations(inputs, thermal)
        missed = unmet_frac(inputs, fluid, last.drawn, last.thermal)
        if settled and iteration > 2 and missed.max(initial=0.0) < met:
            state = _state(inputs, fluid, last.flows, last.links, thermal, rows, iteration)
            refuse_backwards(inputs, (state.source_flow_kg_per_s, state.source_return_temp_c), rows[1], rows[2])
            refuse_undrawn(inputs, (state.source_flow_kg_per_s, state.source_heat_kw), rows[2])
            refuse_implausible(state, fluid)
            return state
        doubled = np.where(unfit & (last.drawn >= 0.99 * MAX_FACTOR * drawn), doubled + 1, 0)
        if (doubled > _PASSES_TO_SUIT).any():
            raise DataError.of([unsuited(inputs, thermal, rows[1], int(np.argmax(doubled)))])
    for done in (first, last):
        source_flow = done.links.flow[len(done.links.flow) - len(rows[2]) :]
        refuse_backwards(inputs, (source_flow, done.thermal.node_c[inputs.source_return]), rows[1], rows[2])
    if moved < _NEARLY_SETTLED_K:  # a station in a loop that passes less water than its heat needs
        raise DataError.of([unsuited(inputs, last.thermal, rows[1], int(np.argmax(missed)))])
    raise _unsettled(inputs, fluid, last.links.flow[: len(rows[0])], last.thermal, moved)


def _once(
    inputs: SteadyInputs,
    fluid: Fluid,
    thermal: Thermal,
    last: _Pass | None,
    column_pa: Array | None = None,
    injected: Array | None = None,
) -> _Pass:
    """Return flows by temperatures, columns and plant flows given or by them too, and temperatures by these flows."""
    drawn = station_flows(inputs, fluid, thermal, None if last is None else last.drawn)
    if injected is None:
        injected = _source_flows(inputs, fluid, thermal)
    start = None if last is None else last.flows.pipe_kg_per_s
    flows = solve_flows(inputs, thermal.in_pipes(fluid), drawn, injected, start, column_pa)
    links = _links(inputs, flows, drawn, injected)
    return _Pass(temperatures(inputs, fluid, links, thermal), drawn, flows, links)


def _settled_drives(inputs: SteadyInputs, fluid: Fluid, last: _Pass) -> _Pass | None:
    """Return the settled pass of a system with rings on slopes or plants by heat, None without these or an answer."""
    rings = find_rings(inputs)
    weighed = len(rings.closing) if inputs.buoyancy and len(rings.closing) <= MOST_RINGS else 0
    injected = _source_flows(inputs, fluid, last.thermal)
    by_heat = (injected != 0.0) & np.isfinite(inputs.source_heat_w)
    if not (weighed or by_heat.any()):
        return None
    kg_per_s = _PLANT_SHARE * np.abs(injected).max()
    now = last

    def drives(done: _Pass) -> Array:
        left = rings.leftover_pa(column_weight_pa(inputs, done.thermal.in_pipes(fluid).mean_density))
        return np.concatenate([left[:weighed], _source_flows(inputs, fluid, done.thermal)[by_heat] / kg_per_s])

    def after(driven: Array) -> Array:
        nonlocal now
        column = rings.as_columns_pa(driven[:weighed]) if weighed else None
        fed = injected.copy()
        fed[by_heat] = kg_per_s * driven[weighed:]
        for _ in range(_DAMPED_FROM):
            before = now.thermal
            now = _once(inputs, fluid, before, now, column, fed)
            if _moved(now.thermal, before) < _SETTLED_K:
                break
        return drives(now)

    try:
        found = settle_drives(after, drives(last))
    except (SolverError, DataError, np.linalg.LinAlgError):
        return None
    return None if found is None else _once(inputs, fluid, now.thermal, now)


def _unsettled(inputs: SteadyInputs, fluid: Fluid, flow: Array, thermal: Thermal, moved_k: float) -> SolverError:
    """Return the error of temperatures that do not settle, with its cause where water circulates by its own weight."""
    water = thermal.in_pipes(fluid)
    density = water.mean_density
    uneven = np.abs(column_weight_pa(inputs, density) - column_weight_pa(inputs, np.full_like(density, density.mean())))
    friction = np.abs(pipe_loss_pa(inputs, flow, water))
    got, hint = f"last change {moved_k:.2g} K", "check stations by outlet temperature against what reaches them"
    if len(uneven) and uneven.max() > np.median(friction):
        k = int(np.argmax(uneven))
        got += f"; column of pipe {k} off by {uneven[k]:.0f} Pa, friction of a middle pipe {np.median(friction):.0f} Pa"
        hint = (
            "on slopes at low load warm and cold columns drive rings more than the pump does, and no steady flow is "
            "found; raise the flow, open the ring, or set buoyancy=False to weigh all columns alike"
        )
    f = Finding("E445", "temperatures of the network did not settle", got=got, hint=hint)
    return SolverError(f.text(), [f])


def _damped(new: Thermal, last: Thermal) -> Thermal:
    """Return new temperatures with the pipes' own, which set the densities, moved part of the way only."""
    along, ends = (
        _DAMPING_FRAC * before + (1.0 - _DAMPING_FRAC) * now
        for before, now in ((last.along_pipe_c, new.along_pipe_c), (last.pipe_ends_c, new.pipe_ends_c))
    )
    return replace(new, along_pipe_c=along, pipe_ends_c=ends)


def _moved(new: Thermal, last: Thermal) -> float:
    """Return the largest change of a node temperature, K; nodes nearly without water count less."""
    most = float(new.mixing_w_per_k.max(initial=0.0))
    weight = np.minimum(1.0, new.mixing_w_per_k / max(_SMALL_FLOW_FRAC * most, 1e-30))
    pipes = float(np.abs(new.along_pipe_c - last.along_pipe_c).max(initial=0.0))
    return max(float((np.abs(new.node_c - last.node_c) * weight).max()), _PIPE_WEIGHT * pipes)


def _source_flows(inputs: SteadyInputs, fluid: Fluid, thermal: Thermal) -> Array:
    """Return the flow of every source with fixed flow or heat, 0 for the others."""
    back = thermal.node_c[inputs.source_return]
    rise = inputs.supply_c - back
    # water that does not yet come back from stations: begin with their difference; what stays so is refused at the end
    early = np.isnan(inputs.reverse_c) & (rise * inputs.source_heat_w <= 0.0)
    rise = np.where(early, np.copysign(_station_difference_k(inputs), inputs.source_heat_w), rise)
    cp_source = fluid.mean_cp(inputs.supply_c, inputs.supply_c - rise)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_source_heat = inputs.source_heat_w / (cp_source * np.where(np.abs(rise) < 0.1, np.copysign(0.1, rise), rise))
    injected = np.where(np.isnan(inputs.source_heat_w), np.nan_to_num(inputs.source_flow), by_source_heat)
    apart = inputs.side[inputs.source_supply] != inputs.side[inputs.source_return]
    closes = inputs.control & (apart | np.isnan(inputs.source_flow))
    return np.where(closes, 0.0, injected)


def _station_difference_k(inputs: SteadyInputs) -> float:
    """Return the middle temperature difference the stations ask for, 5 K where none states one."""
    main = float(inputs.supply_c[inputs.control][0])
    stated = np.concatenate([np.abs(inputs.delta_t), np.abs(main - inputs.outlet_c)])
    stated = stated[np.isfinite(stated) & (stated > 0.0)]
    return float(np.median(stated)) if len(stated) else 5.0


def _links(inputs: SteadyInputs, flows: Flows, drawn: Array, injected: Array) -> Links:
    """Return all links in flow direction; closing sources take the balance of their supply node."""
    passing = drawn.copy()
    passing[inputs.series] = flows.series_kg_per_s
    out = np.zeros(inputs.n_nodes)
    np.add.at(out, inputs.pipe_from, flows.pipe_kg_per_s)
    np.add.at(out, inputs.pipe_to, -flows.pipe_kg_per_s)
    np.add.at(out, inputs.consumer_from, passing)
    np.add.at(out, inputs.consumer_to, -passing)
    np.add.at(out, inputs.source_supply, -injected)
    np.add.at(out, inputs.source_return, injected)
    source_flow = injected + np.where(inputs.control & (injected == 0.0), out[inputs.source_supply], 0.0)
    tail = np.concatenate([inputs.pipe_from, inputs.consumer_from, inputs.source_return])
    head = np.concatenate([inputs.pipe_to, inputs.consumer_to, inputs.source_supply])
    flow = np.concatenate([flows.pipe_kg_per_s, passing, source_flow])
    turned = flow < 0.0
    return Links(np.where(turned, head, tail), np.where(turned, tail, head), flow)


def _state(
    inputs: SteadyInputs,
    fluid: Fluid,
    flows: Flows,
    links: Links,
    thermal: Thermal,
    items: tuple[Sequence[Pipe], Sequence[Consumer], Sequence[Source]],
    iterations: int,
) -> SteadyState:
    pipes, consumers, sources = items
    p, c = len(pipes), len(consumers)
    size = np.abs(links.flow)
    t_in = thermal.node_c[links.tail]
    t_in[p : p + c] = thermal.station_in_c
    moving = size > STILL_KG_PER_S
    inlet = np.where(moving, t_in, thermal.out_c)
    cp = fluid.mean_cp(inlet, thermal.out_c)
    given_off = size * cp * (inlet - thermal.out_c)
    water = thermal.in_pipes(fluid)
    density = water.mean_density
    pressure, required, critical = _settled_pressures(inputs, flows, moving[p : p + c])
    dp, lift = _differences(inputs, pressure)
    head = np.where(np.isfinite(required), required, lift)
    entering = thermal.node_c[links.tail[p + c :]]
    hydraulic = np.maximum(head, 0.0) * size[p + c :] / fluid.density(entering) / 1000.0
    heat = -given_off / 1000.0
    return SteadyState(
        node_ids=inputs.node_ids,
        node_temp_c=thermal.node_c,
        node_pressure_kpa=pressure / 1000.0,
        pipe_ids=tuple(x.id for x in pipes),
        pipe_flow_kg_per_s=flows.pipe_kg_per_s,
        pipe_dp_pa=pipe_loss_pa(inputs, flows.pipe_kg_per_s, water),
        pipe_velocity_m_per_s=flow_velocity(flows.pipe_kg_per_s, inputs.bore_m, density),
        pipe_reynolds=reynolds_number(flows.pipe_kg_per_s, inputs.bore_m, water.mean_viscosity),
        pipe_friction_factor=water.share @ pipe_friction(inputs, flows.pipe_kg_per_s, water),
        pipe_temp_in_c=inlet[:p],
        pipe_temp_out_c=thermal.out_c[:p],
        pipe_heat_loss_w=given_off[:p],
        pipe_pump_hydraulic_kw=inputs.boost_pa * flows.pipe_kg_per_s / density / 1000.0,
        consumer_ids=tuple(x.id for x in consumers),
        consumer_flow_kg_per_s=links.flow[p : p + c],
        consumer_temp_in_c=inlet[p : p + c],
        consumer_temp_out_c=thermal.out_c[p : p + c],
        consumer_heat_kw=given_off[p : p + c] / 1000.0,
        consumer_dp_kpa=dp / 1000.0,
        source_ids=tuple(x.id for x in sources),
        source_flow_kg_per_s=links.flow[p + c :],
        source_return_temp_c=entering,
        source_heat_kw=heat[p + c :],
        source_lift_kpa=lift / 1000.0,
        source_required_lift_kpa=head / 1000.0,
        source_pump_hydraulic_kw=hydraulic,
        source_pump_electric_kw=hydraulic / inputs.efficiency,
        critical_consumer=consumers[critical].id if critical >= 0 else "",
        heat_loss_kw=float(given_off[:p].sum()) / 1000.0,
        residual_kw=float(heat.sum()),
        iterations=iterations,
    )


def _differences(inputs: SteadyInputs, pressure_pa: Array) -> tuple[Array, Array]:
    """Return the pressure difference over every consumer and every source, Pa."""
    dp = pressure_pa[inputs.consumer_from] - pressure_pa[inputs.consumer_to]
    return dp, pressure_pa[inputs.source_supply] - pressure_pa[inputs.source_return]


def _settled_pressures(inputs: SteadyInputs, flows: Flows, active: NDArray[np.bool_]) -> tuple[Array, Array, int]:
    """Return the pressures with every free lift at the least one, that lift of every source, and who sets it."""
    dp, lift = _differences(inputs, flows.pressure_pa)
    required, critical = _required_lift(inputs, dp, lift, active)
    shift = np.where(np.isnan(inputs.lift_pa) & np.isfinite(required), required - lift, 0.0)
    return _shift_returns(inputs, flows.pressure_pa, shift), required, critical


def _required_lift(inputs: SteadyInputs, dp: Array, lift: Array, active: NDArray[np.bool_]) -> tuple[Array, int]:
    """Return the least lift of every source, Pa (nan on a single loop), and the critical consumer."""
    required = np.full(len(lift), np.nan)
    critical, least = -1, np.inf
    for k in range(len(lift)):
        supply, back = inputs.source_supply[k], inputs.source_return[k]
        if inputs.side[supply] == inputs.side[back]:
            continue
        across = (
            active
            & (inputs.side[inputs.consumer_from] == inputs.side[supply])
            & (inputs.side[inputs.consumer_to] == inputs.side[back])
        )
        if not across.any():
            continue
        reserve = np.where(across, dp - inputs.min_dp_pa, np.inf)
        required[k] = lift[k] - float(reserve.min())
        if reserve.min() < least:
            critical, least = int(reserve.argmin()), float(reserve.min())
    return required, critical


def _shift_returns(inputs: SteadyInputs, pressure: Array, shift: Array) -> Array:
    """Return pressures with the return side of sources without a given lift moved to the required lift."""
    moved = pressure.copy()
    for k in np.flatnonzero(inputs.control & (shift != 0.0)).tolist():
        moved[inputs.side == inputs.side[inputs.source_return[k]]] -= shift[k]
    return moved
