"""What a steady state refuses.

Before it is solved every fault of pipes, stations, sources and surroundings at once, afterwards what no liquid can do.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.fluid import Fluid
from edsim.network.pipes.friction import FRICTION_MODELS, FrictionModel
from edsim.network.steady.types import STILL_KG_PER_S, Consumer, Pipe, Source, SteadyState

FASTEST_M_PER_S = 50.0
"""No liquid network runs faster; beyond it a unit is wrong."""
HIGHEST_TEMP_C = 250.0
"""Above this a temperature is taken for kelvin: liquid networks end far below."""
LOWEST_TEMP_C = -50.0
HIGHEST_KPA = 20_000.0
"""No pipe of a liquid network is rated for 200 bar; beyond it pascals are taken for kilopascals."""
_PAIRS = {
    ("heat_kw", "delta_t_k"),
    ("heat_kw", "outlet_temp_c"),
    ("flow_kg_per_s", "delta_t_k"),
    ("heat_kw", "flow_kg_per_s"),
    ("flow_kg_per_s", "outlet_temp_c"),
}
_PAIR_TEXT = "heat+delta_t, heat+outlet_temp, flow+delta_t, flow+outlet_temp, flow+heat, or heat with in_series"


def check_rows(pipes: Sequence[Pipe], consumers: Sequence[Consumer], sources: Sequence[Source]) -> list[Finding]:
    """Return the faults of single rows: ids, numbers, pairs of quantities."""
    faults: list[Finding] = []
    for what, rows in (("pipes", pipes), ("consumers", consumers), ("sources", sources)):
        ids = [row.id for row in rows]
        if len(set(ids)) < len(ids):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            faults += [Finding("E440", "id occurs twice", field=f"{what}.{i}") for i in twice]
    faults += [f for p in pipes for f in _check_pipe(p)]
    faults += [f for c in consumers for f in _check_consumer(c)]
    faults += [f for s in sources for f in _check_source(s)]
    return faults


def check_site(
    fluid: object,
    pipes: Sequence[Pipe],
    sources: Sequence[Source],
    ground_temp_c: float | Mapping[str, float] | Sequence[float] | NDArray[np.float64],
    node_z_m: Mapping[str, float] | None,
    friction: FrictionModel,
) -> list[Finding]:
    """Return the faults of what surrounds the rows: the fluid, sources at all, ground, heights, friction model."""
    faults: list[Finding] = []
    if not hasattr(fluid, "freezing_temp_c"):
        allowed = "Fluid.water(), Fluid.brine(...), Fluid.constant(...) or Fluid.table(...)"
        faults.append(Finding("E440", "not a fluid", field="fluid", got=repr(fluid), allowed=allowed))
    if not sources:
        hint = "give the plant with its supply and return node"
        faults.append(Finding("E442", "no source", field="sources", hint=hint))
    faults += _check_ground(pipes, ground_temp_c)
    faults += [
        Finding("E440", "height must be a number", field=f"node_z_m.{node}", got=str(z))
        for node, z in (node_z_m or {}).items()
        if not np.isfinite(z)
    ]
    if friction not in FRICTION_MODELS:
        allowed = ", ".join(FRICTION_MODELS)
        faults.append(Finding("E440", "no such friction model", field="friction", got=str(friction), allowed=allowed))
    elif friction == "nikuradse":
        hint = "this formula has no smooth pipe; take blend or colebrook"
        what = "roughness must be above 0 with nikuradse"
        faults += [
            Finding("E440", what, field=f"pipes.{p.id}", got="0", allowed="> 0", hint=hint)
            for p in pipes
            if p.roughness_mm == 0.0
        ]
    return faults


def _check_ground(
    pipes: Sequence[Pipe], ground_temp_c: float | Mapping[str, float] | Sequence[float] | NDArray[np.float64]
) -> list[Finding]:
    if isinstance(ground_temp_c, Mapping):
        missing = [p.id for p in pipes if p.id not in ground_temp_c]
        if missing:
            what, got = "no ground temperature for some pipes", _some(missing)
            return [Finding("E440", what, field="ground_temp_c", got=got, hint="give one per pipe, or one for all")]
    given = [ground_temp_c[p.id] for p in pipes] if isinstance(ground_temp_c, Mapping) else ground_temp_c
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        what, allowed = "ground temperature is not a number", "°C: one value, one per pipe, or a mapping from pipe id"
        return [Finding("E440", what, field="ground_temp_c", got=type(ground_temp_c).__name__, allowed=allowed)]
    if values.shape not in {(), (len(pipes),)}:
        allowed = f"one value or {len(pipes)}, one per pipe"
        what = "ground temperature of the wrong shape"
        return [Finding("E440", what, field="ground_temp_c", got=str(values.shape), allowed=allowed)]
    odd = values[~_plausible(values)] if values.ndim else values[None][~_plausible(values[None])]
    return [_temperature("ground_temp_c", float(odd[0]))] if len(odd) else []


def _some(names: Sequence[str]) -> str:
    """Return the first eight names."""
    return ", ".join(map(str, names[:8])) + (" ..." if len(names) > 8 else "")


def _check_pressures(where: str, row: object, names: Sequence[str]) -> list[Finding]:
    """Return pressures below 0 or beyond what any network stands."""
    hint = "pressures are expected in kPa; was it given in Pa?"
    return [
        Finding(
            "E440",
            "implausible pressure",
            field=f"{where}.{name}",
            got=f"{value:g} kPa",
            allowed=f"0 to {HIGHEST_KPA:g} kPa",
            hint=hint if value > 0.0 else "",
        )
        for name in names
        if (value := getattr(row, name)) is not None and np.isfinite(value) and not 0.0 <= value <= HIGHEST_KPA
    ]


def _plausible(temp_c: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((temp_c >= LOWEST_TEMP_C) & (temp_c <= HIGHEST_TEMP_C))


def _temperature(where: str, value: float) -> Finding:
    allowed = f"{LOWEST_TEMP_C:g} to {HIGHEST_TEMP_C:g} °C"
    hint = "temperatures are in °C; was it given in kelvin?" if value > HIGHEST_TEMP_C else ""
    return Finding("E440", "implausible temperature", field=where, got=f"{value:g}", allowed=allowed, hint=hint)


def _check_pipe(p: Pipe) -> list[Finding]:
    faults: list[Finding] = []
    where = f"pipes.{p.id}"
    if not (np.isfinite(p.length_m) and p.length_m > 0):
        hint = "join the two nodes instead of giving a pipe without length"
        faults.append(Finding("E440", "length must be > 0", field=where, got=str(p.length_m), hint=hint))
    if not (np.isfinite(p.inner_diameter_mm) and p.inner_diameter_mm >= 1.0):
        hint = "the diameter is expected in millimetres; was it given in metres?"
        got = str(p.inner_diameter_mm)
        faults.append(Finding("E440", "implausible inner diameter", field=where, got=got, allowed=">= 1 mm", hint=hint))
    elif np.isfinite(p.roughness_mm) and p.roughness_mm > 0.1 * p.inner_diameter_mm:
        hint = "the roughness is expected in millimetres; was it given in micrometres?"
        allowed = "at most a tenth of the inner diameter"
        faults.append(
            Finding(
                "E440", "implausible roughness", field=where, got=f"{p.roughness_mm:g} mm", allowed=allowed, hint=hint
            )
        )
    for name, value in (("roughness_mm", p.roughness_mm), ("u_w_per_mk", p.u_w_per_mk), ("zeta", p.zeta)):
        if not (np.isfinite(value) and value >= 0):
            faults.append(Finding("E440", f"{name} must be 0 or more", field=where, got=str(value), allowed=">= 0"))
    if not np.isfinite(p.boost_kpa):
        faults.append(Finding("E440", "boost_kpa must be a number", field=where, got=str(p.boost_kpa)))
    if p.from_node == p.to_node:
        faults.append(Finding("E440", "pipe begins and ends at one node", field=where, got=p.from_node))
    return faults


def _check_consumer(c: Consumer) -> list[Finding]:
    where = f"consumers.{c.id}"
    given = [n for n in ("heat_kw", "flow_kg_per_s", "delta_t_k", "outlet_temp_c") if getattr(c, n) is not None]
    bad = [n for n in (*given, "min_dp_kpa") if not np.isfinite(getattr(c, n))]
    if bad:
        return [Finding("E440", f"{n} must be a number", field=where, got=str(getattr(c, n))) for n in bad]
    if (tuple(given) not in _PAIRS and not c.in_series) or (c.in_series and given != ["heat_kw"]):
        got = ", ".join(given) or "nothing"
        what = "consumer needs exactly two of its quantities"
        return [Finding("E441", what, field=where, got=got, allowed=_PAIR_TEXT)]
    faults = _check_pressures(where, c, ("min_dp_kpa",))
    if c.in_series and c.from_node == c.to_node:
        what = "station in series begins and ends at one node"
        hint = "in_series is for a station between two nodes; one that draws and gives back at one node goes without"
        faults.append(Finding("E441", what, field=where, got=c.from_node, hint=hint))
    if c.outlet_temp_c is not None and not _plausible(np.array(c.outlet_temp_c)):
        faults.append(_temperature(where, c.outlet_temp_c))
    if c.flow_kg_per_s is not None and c.flow_kg_per_s < 0:
        hint = "swap from_node and to_node: water enters at from_node"
        got = str(c.flow_kg_per_s)
        faults.append(Finding("E441", "consumer flow is negative", field=where, got=got, allowed=">= 0", hint=hint))
    if c.heat_kw is not None and c.delta_t_k == 0.0:
        what = "temperature difference of 0 K cannot carry heat"
        faults.append(Finding("E441", what, field=where, got="0 K", allowed="not 0"))
    return faults


def _check_source(s: Source) -> list[Finding]:
    where = f"sources.{s.id}"
    faults = _check_pressures(where, s, ("lift_kpa",))
    if s.flow_kg_per_s is not None and s.heat_kw is not None:
        faults.append(Finding("E443", "give a source's flow or its heat, not both", field=where))
    for name in ("lift_kpa", "supply_pressure_kpa", "flow_kg_per_s", "heat_kw"):
        value = getattr(s, name)
        if value is not None and not np.isfinite(value):
            faults.append(Finding("E440", f"{name} must be a number", field=where, got=str(value)))
    faults += [
        _temperature(where, t)
        for t in (s.supply_temp_c, s.reverse_temp_c)
        if t is not None and not _plausible(np.array(t))
    ]
    if not 0.0 < s.pump_efficiency_frac <= 1.0:
        what, got = "pump_efficiency_frac must be above 0 and at most 1", str(s.pump_efficiency_frac)
        faults.append(Finding("E440", what, field=where, got=got, allowed="0 to 1, such as 0.7"))
    return faults


def refuse_implausible(state: SteadyState, fluid: Fluid) -> None:
    """Refuse a state in which water runs faster than any network or leaves a station as ice or beyond its properties.

    Raises
    ------
    DataError
        E440 for the velocity, E441 for the temperature behind a station.
    """
    fast = np.flatnonzero(state.pipe_velocity_m_per_s > FASTEST_M_PER_S)
    if len(fast):
        k = int(fast[0])
        hint = "heat is expected in kW, flow in kg/s, the diameter in millimetres"
        got = f"{state.pipe_velocity_m_per_s[k]:.0f} m/s in {len(fast)} pipes"
        where = f"pipes.{state.pipe_ids[k]}"
        allowed = f"<= {FASTEST_M_PER_S:g} m/s"
        raise DataError.of([Finding("E440", "implausible velocity", field=where, got=got, allowed=allowed, hint=hint)])
    behind_c, moving = state.consumer_temp_out_c, np.abs(state.consumer_flow_kg_per_s) > STILL_KG_PER_S
    beyond = moving & ((behind_c < fluid.freezing_temp_c) | (behind_c > fluid.highest_temp_c))
    allowed = f"{fluid.freezing_temp_c:.1f} to {fluid.highest_temp_c:g} °C"
    hint = "the flow cannot carry this heat; less heat, more flow, or a liquid that stands it: Fluid.brine(...)"
    faults = [
        Finding(
            "E441",
            "water would freeze or boil behind the station",
            field=f"consumers.{state.consumer_ids[k]}",
            got=f"{behind_c[k]:.1f} °C at {state.consumer_flow_kg_per_s[k]:.4g} kg/s",
            allowed=allowed,
            hint=hint,
        )
        for k in np.flatnonzero(beyond).tolist()
    ]
    if faults:
        raise DataError.of(faults)
