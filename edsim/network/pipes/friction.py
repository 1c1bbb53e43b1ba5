"""Darcy friction of full round pipes: Colebrook–White with a laminar branch and a smooth blend, on arrays.

Turbulent (Re ≥ 4000): ``1/√f = -2·log10(k/(3.71·d) + 2.51/(Re·√f))`` (Colebrook 1939,
https://doi.org/10.1680/ijoti.1939.13150), explicit start (Swamee–Jain 1976) and two Newton steps: error below 1e-8.
Laminar (Re ≤ 2300): ``f = 64/Re``. Between them a cubic in Re that meets both branches in value and slope, so that
Newton solvers of loops see no kink. That is the model ``blend``; others exist to meet programs that use them:

* ``colebrook``: Colebrook–White at every Re, laminar flow too (pandapipes, ``friction_model="colebrook"``);
* ``nikuradse``: ``f = 64/Re + (2·log10(3.71·d/k))⁻²`` at every Re (pandapipes' default), roughness above 0;
* ``swamee_jain``: ``f = 0.25/log10(k/(3.7·d) + 5.74/Re^0.9)²`` (1976) from Re 4000, 64/Re up to Re 2000 and Dunlop's
  cubic between them (EPANET 2.2 user manual, appendix D).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FrictionModel = Literal["blend", "colebrook", "nikuradse", "swamee_jain"]
FRICTION_MODELS: tuple[FrictionModel, ...] = ("blend", "colebrook", "nikuradse", "swamee_jain")

GRAVITY_M_PER_S2 = 9.80665
RE_LAMINAR = 2300.0
RE_TURBULENT = 4000.0


def _colebrook_x(re: Array, a: Array) -> Array:
    """Return ``1/√f`` for the relative term ``a = k/(3.71 d)`` and ``Re ≥ 2300``."""
    x = -2.0 * np.log10(a + 5.74 / re**0.9)
    b = 2.51 / re
    for _ in range(2):
        inner = a + b * x
        x = x - (x + 2.0 * np.log10(inner)) / (1.0 + 2.0 / np.log(10.0) * b / inner)
    return np.asarray(x)


def friction_factor(reynolds: Array, relative_roughness: Array, model: FrictionModel = "blend") -> Array:
    """Return the Darcy friction factor.

    Parameters
    ----------
    reynolds : (...,)
        Reynolds number, ≥ 0; at 0 the factor of Re = 1 is returned (multiplied by zero velocity later).
    relative_roughness : broadcastable to `reynolds`
        Roughness over inner diameter, 0 (smooth) to 0.05.
    model
        See the head of this module.

    Returns
    -------
    (...,)
        Darcy (not Fanning) factor.
    """
    re = np.maximum(np.abs(np.asarray(reynolds, dtype=float)), 1.0)
    rel = np.broadcast_to(np.asarray(relative_roughness, dtype=float), re.shape)
    a = rel / 3.71
    if model == "nikuradse":
        return np.asarray(64.0 / re + (2.0 * np.log10(a)) ** -2.0)
    if model == "swamee_jain":
        return _swamee_jain(re, rel / 3.7)
    f = np.asarray(_colebrook_x(np.maximum(re, RE_TURBULENT), a) ** -2.0)
    low = re < RE_TURBULENT
    if low.any():
        r = re[low]
        if model == "colebrook":
            f[low] = _colebrook_low_x(r, a[low]) ** -2.0
        else:
            f[low] = np.where(r <= RE_LAMINAR, 64.0 / r, _blend(r, f[low], a[low]))
    return f


def _colebrook_low_x(re: Array, a: Array) -> Array:
    """Return ``1/√f`` of Colebrook's formula below Re 4000.

    ``x + 2·log10(a + b·x)`` rises and is concave, so that Newton's steps from below never overshoot.
    """
    x, b = np.full(re.shape, 0.1), 2.51 / re
    for _ in range(10):
        inner = a + b * x
        x = x - (x + 2.0 * np.log10(inner)) / (1.0 + 2.0 / np.log(10.0) * b / inner)
    return x


def _swamee_jain(re: Array, a: Array) -> Array:
    """Return the friction factor as EPANET computes it; `a` is ``k/(3.7·d)``."""
    f = 0.25 / np.log10(a + 5.74 / np.maximum(re, RE_TURBULENT) ** 0.9) ** 2
    r = re / 2000.0
    inner = a + 5.74 / RE_TURBULENT**0.9
    root = -2.0 * np.log10(inner)
    f_a = root**-2.0
    f_b = f_a * (2.0 - 0.9 * 4.0 / np.log(10.0) * 5.74 / RE_TURBULENT**0.9 / (inner * root))
    cubic = 7.0 * f_a - f_b + r * (0.128 - 17.0 * f_a + 2.5 * f_b)
    cubic = cubic + r**2 * (-0.128 + 13.0 * f_a - 2.0 * f_b) + r**3 * (0.032 - 3.0 * f_a + 0.5 * f_b)
    return np.asarray(np.where(re <= 2000.0, 64.0 / re, np.where(re < RE_TURBULENT, cubic, f)))


def _blend(re: Array, f_turbulent: Array, a: Array) -> Array:
    """Return the cubic Hermite between 64/2300 and Colebrook at 4000, slopes of both branches kept."""
    x = f_turbulent**-0.5
    b = 2.51 / RE_TURBULENT
    inner = a + b * x
    gain = 2.0 / np.log(10.0) / inner
    slope_x = gain * b * x / RE_TURBULENT / (1.0 + gain * b)
    slope_1 = -2.0 * x**-3.0 * slope_x
    f_0, slope_0 = 64.0 / RE_LAMINAR, -64.0 / RE_LAMINAR**2
    width = RE_TURBULENT - RE_LAMINAR
    t = (re - RE_LAMINAR) / width
    return np.asarray(
        (1 + 2 * t) * (1 - t) ** 2 * f_0
        + t * (1 - t) ** 2 * width * slope_0
        + t**2 * (3 - 2 * t) * f_turbulent
        + t**2 * (t - 1) * width * slope_1
    )


def reynolds_number(mass_flow_kg_per_s: Array, diameter_m: Array, viscosity_pa_s: Array) -> Array:
    """Return ``Re = 4·m / (π·d·μ)``."""
    return np.asarray(4.0 * np.abs(mass_flow_kg_per_s) / (np.pi * diameter_m * viscosity_pa_s))


def pressure_gradient(
    mass_flow_kg_per_s: Array, diameter_m: Array, roughness_m: Array, density: Array, viscosity_pa_s: Array
) -> Array:
    """Return the friction gradient ``f·ρ·v²/(2·d)``, Pa/m, positive whatever the direction.

    Parameters
    ----------
    mass_flow_kg_per_s, diameter_m, roughness_m : broadcastable
        Flow, inner diameter and roughness.
    density, viscosity_pa_s : broadcastable
        Fluid at the mean temperature of the pipe, kg/m³ and Pa·s.
    """
    velocity = flow_velocity(mass_flow_kg_per_s, diameter_m, density)
    factor = friction_factor(reynolds_number(mass_flow_kg_per_s, diameter_m, viscosity_pa_s), roughness_m / diameter_m)
    return np.asarray(factor * density * velocity**2 / (2.0 * diameter_m))


def flow_velocity(mass_flow_kg_per_s: Array, diameter_m: Array, density: Array) -> Array:
    """Return the mean velocity, m/s, positive whatever the direction."""
    return np.asarray(np.abs(mass_flow_kg_per_s) / (density * np.pi / 4.0 * np.asarray(diameter_m) ** 2))
