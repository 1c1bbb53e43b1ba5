"""Saturated steam and compressed air in one pipe: pressure drop, velocity, heat loss with condensate, leakage.

Both flow isothermally along the pipe (steam stays saturated at the inlet pressure as long as the drop is small, air
takes the temperature around it):

``p1² - p2² = (f·L/d)·G²·p/ρ``, ``G = m/A``, where ``p/ρ`` is taken at the inlet

which is the ideal-gas form for air and within 1 % for saturated steam while the drop stays below 10 % of the
pressure. Friction is Colebrook–White. Viscosity: steam ``(80.4 + 0.407·T)·1e-7`` Pa·s (100–220 °C, 2 % of IAPWS
R12-08), air by Sutherland's law.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.water import latent_heat_kj_per_kg, saturated_vapor_density_kg_per_m3, saturation_temp_c
from edsim.network.friction import friction_factor, reynolds_number

Array = NDArray[np.float64]
AIR_GAS_CONSTANT_J_PER_KGK = 287.05
NORMAL_AIR_KG_PER_M3 = 1.2929  # 0 °C, 101 325 Pa, ISO 2533


@dataclass(frozen=True, slots=True)
class GasPipeState:
    """One pipe with flow; arrays as the inputs.

    Attributes
    ----------
    outlet_pressure_pa, pressure_drop_pa
        Absolute pressure at the end, and the drop.
    velocity_m_per_s
        At the outlet, where it is largest.
    heat_loss_w, condensate_kg_per_s
        Of steam; 0 for air.
    """

    outlet_pressure_pa: Array
    pressure_drop_pa: Array
    velocity_m_per_s: Array
    heat_loss_w: Array
    condensate_kg_per_s: Array


def steam_pipe(
    inlet_pressure_pa: Array,
    flow_kg_per_s: Array,
    geometry_m: tuple[Array, Array, Array],
    u_w_per_mk: Array,
    ambient_c: Array,
) -> GasPipeState:
    """Return the state of a pipe with saturated steam.

    Parameters
    ----------
    inlet_pressure_pa
        Absolute.
    flow_kg_per_s
        Steam entering.
    geometry_m
        Length, bore and roughness.
    u_w_per_mk, ambient_c
        Conductance to the surroundings and their temperature.

    Raises
    ------
    DataError
        E450 when the pipe cannot pass the flow.
    """
    temp = saturation_temp_c(inlet_pressure_pa)
    viscosity = steam_viscosity_pa_s(temp)
    density = saturated_vapor_density_kg_per_m3(temp)
    outlet, velocity = _isothermal(inlet_pressure_pa, flow_kg_per_s, geometry_m, density, viscosity)
    loss = np.asarray(u_w_per_mk * geometry_m[0] * (temp - ambient_c))
    condensate = loss / (1000.0 * latent_heat_kj_per_kg(temp))
    return GasPipeState(outlet, np.asarray(inlet_pressure_pa - outlet), velocity, loss, condensate)


def air_pipe(
    inlet_pressure_pa: Array,
    flow_nm3_per_h: Array,
    geometry_m: tuple[Array, Array, Array],
    temp_c: Array,
    leakage_frac: float,
) -> GasPipeState:
    """Return the state of a compressed-air pipe that also carries the leakage behind it.

    Parameters
    ----------
    inlet_pressure_pa
        Absolute.
    flow_nm3_per_h
        Useful air at 0 °C and 101 325 Pa.
    geometry_m
        Length, bore and roughness.
    temp_c
        Temperature of the air.
    leakage_frac
        Leakage as a share of what enters, 0 to below 1.

    Raises
    ------
    DataError
        E450 when the pipe cannot pass the flow, E440 when the leakage is not a share.
    """
    if not 0.0 <= leakage_frac < 1.0:
        what, allowed = "leakage is not a share", "0 to below 1"
        f = Finding("E440", what, field="leakage_frac", got=str(leakage_frac), allowed=allowed)
        raise DataError.of([f])
    kelvin = np.asarray(temp_c, dtype=float) + 273.15
    flow = np.asarray(flow_nm3_per_h, dtype=float) * NORMAL_AIR_KG_PER_M3 / 3600.0 / (1.0 - leakage_frac)
    density = np.asarray(inlet_pressure_pa / (AIR_GAS_CONSTANT_J_PER_KGK * kelvin))
    viscosity = air_viscosity_pa_s(np.asarray(temp_c, dtype=float))
    outlet, velocity = _isothermal(inlet_pressure_pa, flow, geometry_m, density, viscosity)
    zero = np.zeros_like(outlet)
    return GasPipeState(outlet, np.asarray(inlet_pressure_pa - outlet), velocity, zero, zero)


def steam_viscosity_pa_s(temp_c: Array) -> Array:
    """Return the dynamic viscosity of saturated steam, 100–220 °C."""
    return np.asarray((80.4 + 0.407 * temp_c) * 1e-7)


def air_viscosity_pa_s(temp_c: Array) -> Array:
    """Return the dynamic viscosity of air (Sutherland's law)."""
    kelvin = temp_c + 273.15
    return np.asarray(1.716e-5 * (kelvin / 273.15) ** 1.5 * (273.15 + 110.4) / (kelvin + 110.4))


def _isothermal(
    inlet_pa: Array, flow: Array, geometry_m: tuple[Array, Array, Array], density: Array, viscosity: Array
) -> tuple[Array, Array]:
    """Return outlet pressure and outlet velocity."""
    length, bore, rough = (np.asarray(g, dtype=float) for g in geometry_m)
    flux = flow / (np.pi / 4.0 * bore**2)
    factor = friction_factor(reynolds_number(flow, bore, viscosity), rough / bore)
    rest = np.asarray(np.asarray(inlet_pa, dtype=float) ** 2 - factor * length / bore * flux**2 * inlet_pa / density)
    if (rest <= 0.0).any():
        what = "the pipe cannot pass this flow: the pressure would fall to zero"
        raise DataError.of([Finding("E450", what, hint="choose a larger diameter or a higher pressure")])
    outlet = np.sqrt(rest)
    return outlet, np.asarray(flux / (density * outlet / inlet_pa))
