"""Solar gain of glazing by angle of incidence and glazing class.

Uncoated panes follow Fresnel and Bouguer (refractive index 1.526, absorption from the pane's normal transmittance,
ray tracing of parallel panes; Duffie and Beckman, Solar Engineering of Thermal Processes, 4th ed., chapter 5). Coated
panes follow the relation of Karlsson and Roos (Solar Energy 69, 2000, 321-329), valid for 0 to 90 degrees. Glass known
by U and g alone transmits what Arasteh, Kohler and Griffith found of 2 700 products (LBNL-2804E, 2009). The
hemispherical value is the integral over an isotropic half space.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from edsim.profiles.buildings.spec import Window

Array = NDArray[np.float64]

_REFRACTIVE_INDEX = 1.526
_ANGLES_DEG = np.linspace(0.0, 90.0, 91)
# Film and gap resistances under which absorbed heat splits, m²K/W (ISO 9050: outside 1/23, inside 1/8; air gap 0.17).
_R_OUTSIDE, _R_INSIDE, _R_GAP = 1 / 23.0, 1 / 8.0, 0.17
_PAIR_U, _SINGLE_U = 3.4, 4.5  # W/(m²K): pairs of panes below, single panes above (LBNL-2804E)
_PANE_RANGE_FRAC = (0.01, 0.91)
_USUAL = "double_clear"


@dataclass(frozen=True, slots=True)
class GlazingClass:
    """Default values of a glazing class.

    Attributes
    ----------
    panes
        Number of panes.
    g_frac
        Solar energy transmittance at normal incidence used when none is given.
    pane_transmittance_frac
        Solar transmittance of one uncoated pane at normal incidence.
    coating_category
        Category q of Karlsson and Roos; 0 for uncoated glass.
    secondary_frac
        Share of g that reaches the room through the inner pane instead of as radiation (coated glass).
    """

    panes: int
    g_frac: float
    pane_transmittance_frac: float = 0.834
    coating_category: float = 0.0
    secondary_frac: float = 0.0


# g values of typical products: ISO 9050 calculations and ASHRAE Fundamentals 2017 chapter 15 table 10, rounded.
GLAZING: dict[str, GlazingClass] = {
    "single_clear": GlazingClass(1, 0.86),
    "double_clear": GlazingClass(2, 0.77),
    "triple_clear": GlazingClass(3, 0.68),
    "single_tinted": GlazingClass(1, 0.62, pane_transmittance_frac=0.49),
    "double_tinted": GlazingClass(2, 0.49, pane_transmittance_frac=0.62),
    "double_low_e": GlazingClass(2, 0.60, coating_category=3.0, secondary_frac=0.12),
    "single_reflective": GlazingClass(1, 0.39, coating_category=2.0, secondary_frac=0.35),
}


@dataclass(frozen=True, slots=True)
class AngularCurve:
    """Direct and secondary solar transmittance relative to g at normal incidence, by whole degrees of incidence.

    `absorbed_diffuse` is the share of diffuse light from the room that the panes absorb and give to the outside (0 for
    coated glass, whose share is not known). `depth_frac` says where panes absorb light from outside, on
    the mean: 0 in the outermost, 1 in the innermost (half way in coated glass and in a single pane).
    """

    direct: Array
    secondary: Array
    direct_diffuse: float
    secondary_diffuse: float
    absorbed_diffuse: float = 0.0
    depth_frac: float = 0.5

    def at(self, cos_incidence: Array) -> tuple[Array, Array]:
        """Return direct and secondary factors for cosines of the angle of incidence."""
        angle = np.degrees(np.arccos(np.clip(cos_incidence, 0.0, 1.0)))
        return np.interp(angle, _ANGLES_DEG, self.direct), np.interp(angle, _ANGLES_DEG, self.secondary)


@lru_cache(maxsize=32)
def angular_curve(glazing: str) -> AngularCurve:
    """Return the angular curve of a glazing class; direct plus secondary is 1 at normal incidence."""
    kind = GLAZING[glazing]
    if kind.coating_category:
        total = _karlsson_roos(_ANGLES_DEG / 90.0, kind.panes, kind.coating_category)
        direct, secondary = total * (1 - kind.secondary_frac), total * kind.secondary_frac
        return AngularCurve(direct, secondary, _hemispherical(direct), _hemispherical(secondary))
    direct, inward, outward, depth = _pane_stack(np.radians(_ANGLES_DEG), kind.panes, kind.pane_transmittance_frac)
    normal = direct[0] + inward[0]
    direct, secondary = direct / normal, inward / normal
    lost = _hemispherical(outward)
    return AngularCurve(direct, secondary, _hemispherical(direct), _hemispherical(secondary), lost, depth)


def g_of(window: Window) -> float:
    """Return the solar energy transmittance of a window at normal incidence, that of its class where none is given."""
    return GLAZING[window.glazing or _USUAL].g_frac if window.g_frac is None else window.g_frac


def curve_of(window: Window) -> AngularCurve:
    """Return the angular curve of a window: of its class, or of its U and g where it names none."""
    if window.glazing is not None or window.g_frac is None:
        return angular_curve(window.glazing or _USUAL)
    return curve_of_u_and_g(round(window.u_w_per_m2_k, 3), round(window.g_frac, 4))


@lru_cache(maxsize=256)
def curve_of_u_and_g(u_w_per_m2_k: float, g_frac: float) -> AngularCurve:
    """Return the angular curve of glass known by U and g: equal panes, one or two by U, that transmit what such do.

    The rest of g is absorbed and flows inward; by angle it follows what these panes absorb.
    """
    if g_frac <= 0.0:
        return angular_curve(_USUAL)
    panes = 1 if u_w_per_m2_k > _SINGLE_U else 2
    share = np.clip(_transmitted_frac(u_w_per_m2_k, g_frac) / g_frac, 0.0, 1.0)
    low, high = (_of_normal(t, panes) for t in _PANE_RANGE_FRAC)
    through = float(np.clip(share * g_frac, low, high))
    pane = brentq(lambda t: _of_normal(t, panes) - through, *_PANE_RANGE_FRAC) if low < through < high else None
    pane = _PANE_RANGE_FRAC[through >= high] if pane is None else pane
    direct, inward, outward, depth = _pane_stack(np.radians(_ANGLES_DEG), panes, float(pane))
    direct, secondary = share * direct / direct[0], (1 - share) * inward / inward[0]
    return AngularCurve(
        direct, secondary, _hemispherical(direct), _hemispherical(secondary), _hemispherical(outward), depth
    )


def _of_normal(pane_transmittance_frac: float, panes: int) -> float:
    """Return what equal panes transmit at normal incidence."""
    return float(_pane_stack(np.zeros(1), panes, pane_transmittance_frac)[0][0])


def _transmitted_frac(u: float, g: float) -> float:
    """Return the solar transmittance at normal incidence by U and g: equations of LBNL-2804E, linear in between."""
    single = 0.939998 * g**2 + 0.20332 * g if g < 0.7206 else 1.30415 * g - 0.30515
    pair = 0.41040 * g if g <= 0.15 else 0.085775 * g**2 + 0.963954 * g - 0.084958
    return float(np.interp(u, [_PAIR_U, _SINGLE_U], [pair, single]))


def _karlsson_roos(z: Array, panes: int, q: float) -> Array:
    a, b = 8.0, 0.25 / q
    c = 1.0 - a - b
    gamma = (5.26 + 0.06 * panes) + (0.73 + 0.04 * panes) * q
    return np.clip(1.0 - a * z ** (5.2 + 0.7 * q) - b * z**2 - c * z**gamma, 0.0, 1.0)


def _hemispherical(factor: Array) -> float:
    theta = np.radians(_ANGLES_DEG)
    return float(np.trapezoid(factor * np.sin(2 * theta), theta))


def _pane(theta: Array, normal_transmittance: float) -> tuple[Array, Array, Array]:
    """Return transmittance, reflectance and absorptance of one pane, mean of both polarizations."""
    n = _REFRACTIVE_INDEX
    r0 = ((n - 1) / (n + 1)) ** 2
    # Bouguer factor at normal incidence from tau = (1-r)^2 a / (1 - r^2 a^2)
    t = normal_transmittance
    a0 = (-((1 - r0) ** 2) + np.sqrt((1 - r0) ** 4 + 4 * t**2 * r0**2)) / (2 * t * r0**2)
    inside = np.arcsin(np.sin(theta) / n)
    a = a0 ** (1 / np.cos(inside))
    with np.errstate(invalid="ignore", divide="ignore"):
        perpendicular = np.sin(inside - theta) ** 2 / np.sin(inside + theta) ** 2
        parallel = np.tan(inside - theta) ** 2 / np.tan(inside + theta) ** 2
    tau, rho = np.zeros_like(theta), np.zeros_like(theta)
    for r in (perpendicular, parallel):
        r_ = np.where(theta < 1e-6, r0, r)
        tau_ = (1 - r_) ** 2 * a / (1 - (r_ * a) ** 2)
        tau += 0.5 * tau_
        rho += 0.5 * (r_ + r_ * a * tau_)
    return tau, rho, 1 - tau - rho


def _pane_stack(theta: Array, panes: int, normal_transmittance: float) -> tuple[Array, Array, Array, float]:
    """Return the transmittance of equal panes and what flows inward of what they absorb of outside light.

    The third is what flows outward of what they absorb of light from the room, whose nearest pane is the innermost; the
    last is how deep they absorb outside light at normal incidence (`AngularCurve.depth_frac`).
    """
    tau, rho, _ = _pane(theta, normal_transmittance)
    absorbed: list[Array] = []
    for j in range(panes):  # flux arriving at pane j from both sides, by the interfaces before and behind it
        t_front, r_front_back = _group(tau, rho, j)
        _, r_behind = _group(tau, rho, panes - 1 - j)
        down = t_front / (1 - r_front_back * (rho + tau**2 * r_behind / (1 - rho * r_behind)))
        up = down * tau * r_behind / (1 - rho * r_behind)
        absorbed.append((down + up) * (1 - tau - rho))
    t_all, _ = _group(tau, rho, panes)
    r_total = _R_OUTSIDE + _R_INSIDE + (panes - 1) * _R_GAP
    inward = np.sum([a * (_R_OUTSIDE + j * _R_GAP) / r_total for j, a in enumerate(absorbed)], axis=0)
    outward = np.sum([a * (_R_INSIDE + j * _R_GAP) / r_total for j, a in enumerate(absorbed)], axis=0)
    depth = 0.5 if panes == 1 else float(np.average(np.linspace(0, 1, panes), weights=[a[0] for a in absorbed]))
    return t_all, np.asarray(inward), np.asarray(outward), depth


def _group(tau: Array, rho: Array, panes: int) -> tuple[Array, Array]:
    """Return transmittance and reflectance of a group of equal panes."""
    t, r = np.ones_like(tau), np.zeros_like(tau)
    for _ in range(panes):
        denominator = 1 - r * rho
        t, r = t * tau / denominator, rho + tau**2 * r / denominator
    return t, r
