"""Properties of liquid water in networks (0 to 180 °C) and of saturated steam (0.01 to 250 °C), on numpy arrays.

Liquid properties are those at the pressure of a heat or chilled-water network: 0.6 MPa, above 158.8 °C the saturation
pressure. They are polynomials in temperature fitted for edsim to values of

* IAPWS R6-95(2018), the 1995 formulation for density, specific heat and enthalpy;
* IAPWS R12-08, the 2008 formulation for viscosity.

Largest difference from those formulations over the range: density 0.003 %, specific heat 0.01 %, viscosity 0.01 %.
Between atmospheric (or saturation) pressure and 1.6 MPa the properties themselves move by up to 0.05 % (density),
0.12 % (specific heat) and 0.2 % (viscosity). The saturation line is the relation of IAPWS R7-97(2012), region 4, within
0.02 % of R6-95; enthalpies of steam and condensate are within 0.01 kJ/kg of R6-95.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edsim.core.units import KELVIN
from edsim.core.valid_range import in_range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"

# Polynomials in temperature / 100 °C, constant term first.
_DENSITY = (1000.107, 6.042159, -84.16906, 71.28094, -57.10473, 30.95883, -9.913058, 1.383074)
_SPECIFIC_HEAT = (4.216621, -0.3178596, 1.009935, -1.685227, 1.721304, -1.008392, 0.3206811, -0.04256802)
_LOG_VISCOSITY = (
    *(-6.325308, -3.472595, 3.509409, -4.06799, 4.045404),
    *(-2.876946, 1.321906, -0.3481915, 0.03973338),
)
_LIQUID_ENTHALPY = (
    *(-0.03560969, 421.6963, -13.88568, 25.34713, -25.75279),
    *(16.98436, -6.372745, 1.294629, -0.1079365),
)
_VAPOR_ENTHALPY = (2500.898, 183.4077, -2.652349, -5.06094, 0.9487744, -3.077188, 1.297497, -0.1903162)
_LOG_VAPOR_DENSITY = (0.7738329, 0.002123453, 0.007942553, -0.001752059, 0.009696039, -0.003540018, 0.0005381798)

# Saturation line of IAPWS R7-97(2012), table 34.
_N1, _N2, _N3, _N4, _N5 = 1167.0521452767, -724213.16703206, -17.073846940092, 12020.82470247, -3232555.0322333
_N6, _N7, _N8, _N9, _N10 = 14.91510861353, -4823.2657361591, 405113.40542057, -0.23855557567849, 650.17534844798


def density_kg_per_m3(temp_c: ArrayLike) -> Array:
    """Return the density of liquid water, kg/m³, 0 to 180 °C."""
    return _polynomial(_liquid(temp_c), _DENSITY)


def specific_heat_kj_per_kg_k(temp_c: ArrayLike) -> Array:
    """Return the isobaric specific heat of liquid water, kJ/(kg·K), 0 to 180 °C."""
    return _polynomial(_liquid(temp_c), _SPECIFIC_HEAT)


def dynamic_viscosity_pa_s(temp_c: ArrayLike) -> Array:
    """Return the dynamic viscosity of liquid water, Pa·s, 0 to 180 °C."""
    return np.exp(_polynomial(_liquid(temp_c), _LOG_VISCOSITY))


def saturation_pressure_pa(temp_c: ArrayLike) -> Array:
    """Return the pressure of saturated steam, Pa, 0.01 to 250 °C (IAPWS R7-97 equation 30)."""
    t = _steam(temp_c) + KELVIN
    theta = t + _N9 / (t - _N10)
    a = theta**2 + _N1 * theta + _N2
    b = _N3 * theta**2 + _N4 * theta + _N5
    c = _N6 * theta**2 + _N7 * theta + _N8
    return np.asarray(1e6 * (2.0 * c / (-b + np.sqrt(b**2 - 4.0 * a * c))) ** 4)


def saturation_temp_c(pressure_pa: ArrayLike) -> Array:
    """Return the temperature of saturated steam, °C, 612 Pa to 3.976 MPa (IAPWS R7-97 equation 31)."""
    p = in_range(pressure_pa, 611.657, 3.9763e6, "pressure_pa")
    beta = (p / 1e6) ** 0.25
    e = beta**2 + _N3 * beta + _N6
    f = _N1 * beta**2 + _N4 * beta + _N7
    g = _N2 * beta**2 + _N5 * beta + _N8
    d = 2.0 * g / (-f - np.sqrt(f**2 - 4.0 * e * g))
    kelvin = 0.5 * (_N10 + d - np.sqrt((_N10 + d) ** 2 - 4.0 * (_N9 + _N10 * d)))
    return np.asarray(kelvin - KELVIN)


def latent_heat_kj_per_kg(temp_c: ArrayLike) -> Array:
    """Return the enthalpy of evaporation, kJ/kg, 0.01 to 250 °C."""
    return saturated_vapor_enthalpy_kj_per_kg(temp_c) - saturated_liquid_enthalpy_kj_per_kg(temp_c)


def saturated_liquid_enthalpy_kj_per_kg(temp_c: ArrayLike) -> Array:
    """Return the enthalpy of saturated liquid (condensate), kJ/kg above the triple point, 0.01 to 250 °C."""
    return _polynomial(_steam(temp_c), _LIQUID_ENTHALPY)


def saturated_vapor_enthalpy_kj_per_kg(temp_c: ArrayLike) -> Array:
    """Return the enthalpy of saturated steam, kJ/kg above the triple point, 0.01 to 250 °C."""
    return _polynomial(_steam(temp_c), _VAPOR_ENTHALPY)


def saturated_vapor_density_kg_per_m3(temp_c: ArrayLike) -> Array:
    """Return the density of saturated steam, kg/m³, 0.01 to 250 °C, within 0.01 % of IAPWS R6-95."""
    t = _steam(temp_c)
    pressure_kpa = saturation_pressure_pa(t) / 1e3
    return np.exp(_polynomial(t, _LOG_VAPOR_DENSITY)) * pressure_kpa / (t + KELVIN)


def _liquid(temp_c: ArrayLike) -> Array:
    return in_range(temp_c, 0.0, 180.0, "temp_c of liquid water")


def _steam(temp_c: ArrayLike) -> Array:
    return in_range(temp_c, 0.0, 250.0, "temp_c of saturated steam")


def _polynomial(temp_c: Array, coefficients: tuple[float, ...]) -> Array:
    x = temp_c / 100.0
    total = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        total = total * x + c
    return np.asarray(total)
