"""What every station draws, given the temperature of its water.

A station with heat and outlet temperature draws ``m = Q/(cp·(T_in - T_out))``, and the water it gets is the warmer the
more all of them draw, since it cools less on its way. Taken one after the other the two oscillate where pipes lose
much; so steps are those of Newton for the heat ``m·cp·(T_in - T_out)``. With all flows of a path scaled alike,

``d T_in / d ln m = (T_in - T_g)·ln((T_s - T_g)/(T_in - T_g))``, at most ``T_s - T_in``.

Where that leads nowhere, since the water does not suit the outlet temperature at all, the flow is doubled.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.network.fluid import Fluid
from edsim.network.steady.heat import Thermal
from edsim.network.steady.inputs import Mode, SteadyInputs
from edsim.network.steady.types import Consumer

Array = NDArray[np.float64]
MAX_FACTOR = 2.0
_FIRST_DROP_K = 1.0


def unsuited_stations(inputs: SteadyInputs, thermal: Thermal) -> NDArray[np.bool_]:
    """Return which stations get water that cannot give (or take) their heat at their outlet temperature."""
    by_outlet = (inputs.mode == Mode.HEAT_OUTLET) & (inputs.heat_w != 0.0)
    fall = np.sign(np.nan_to_num(inputs.heat_w)) * (thermal.station_in_c - inputs.outlet_c)
    return np.asarray(by_outlet & ~(fall > 0.0))


def station_flows(inputs: SteadyInputs, fluid: Fluid, thermal: Thermal, last: Array | None) -> Array:
    """Return the flow of every station, kg/s.

    Parameters
    ----------
    inputs, fluid
        The network, and what flows in it.
    thermal
        Temperatures of the pass before.
    last : (c,), optional
        Flows of the pass before.
    """
    t_in = thermal.station_in_c
    by_outlet = (inputs.mode == Mode.HEAT_OUTLET) & (inputs.heat_w != 0.0)
    sign = np.sign(np.nan_to_num(inputs.heat_w))
    drop = np.where(by_outlet, sign * (t_in - inputs.outlet_c), np.abs(inputs.delta_t))
    suits = ~unsuited_stations(inputs, thermal)
    drop = np.where(suits, drop, _FIRST_DROP_K)
    cp = fluid.mean_cp(t_in, np.where(np.isfinite(drop), t_in - sign * drop, t_in))
    by_heat = (inputs.mode == Mode.HEAT_DELTA_T) | (inputs.mode == Mode.HEAT_OUTLET)
    with np.errstate(invalid="ignore", divide="ignore"):
        needed = np.where(inputs.heat_w == 0.0, 0.0, np.abs(inputs.heat_w) / (cp * drop))
    drawn = np.where(by_heat, needed, np.nan_to_num(inputs.flow))
    if last is not None:
        drawn[by_outlet] = (last * _towards_heat(inputs, fluid, t_in, last))[by_outlet]
    return drawn


def _towards_heat(inputs: SteadyInputs, fluid: Fluid, t_in: Array, last: Array) -> Array:
    """Return the factor on the flow of stations by heat and outlet temperature, that of Newton, at most twofold."""
    ground = float(inputs.ground_c.mean()) if len(inputs.ground_c) else 0.0
    supply = float(inputs.supply_c.mean())
    away = t_in - ground
    outlet = np.where(np.isnan(inputs.outlet_c), t_in, inputs.outlet_c)
    fall = np.sign(inputs.heat_w) * (t_in - outlet)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.abs(inputs.heat_w) / (fluid.mean_cp(t_in, outlet) * last)
        slope = fall + np.fmin(np.abs(away * np.log((supply - ground) / away)), np.abs(supply - t_in))
        factor = np.where(slope > 0.0, 1.0 + (needed - fall) / slope, MAX_FACTOR)
    return np.asarray(np.clip(np.nan_to_num(factor, nan=MAX_FACTOR), 1.0 / MAX_FACTOR, MAX_FACTOR))


def unmet_frac(inputs: SteadyInputs, fluid: Fluid, drawn: Array, thermal: Thermal) -> Array:
    """Return the share by which each station of given heat and outlet temperature misses its heat, 0 elsewhere."""
    at = np.flatnonzero((inputs.mode == Mode.HEAT_OUTLET) & (inputs.heat_w != 0.0))
    t_in, outlet = thermal.station_in_c[at], inputs.outlet_c[at]
    given = drawn[at] * fluid.mean_cp(t_in, outlet) * (t_in - outlet)
    missed = np.zeros(len(drawn))
    missed[at] = np.abs(given / inputs.heat_w[at] - 1.0)
    return missed


def unsuited(inputs: SteadyInputs, thermal: Thermal, consumers: Sequence[Consumer], k: int) -> Finding:
    """Return the fault of a station whose water cannot give or take its heat."""
    inlet_c, heat_kw = thermal.station_in_c[k], inputs.heat_w[k] / 1000.0
    got = f"inlet {inlet_c:.2f} °C, outlet {inputs.outlet_c[k]:.2f} °C, heat {heat_kw:.1f} kW"
    hint = "the water is too cold to give this heat, or too warm to take it, whatever the flow"
    what = "outlet temperature does not suit the heat"
    return Finding("E441", what, field=f"consumers.{consumers[k].id}", got=got, hint=hint)
