"""Water with glycol by volume fraction, 0 to 0.5, from its freezing point to 100 °C.

Polynomials in fraction and temperature fitted for edsim to the tables of the ASHRAE Handbook Fundamentals (2001),
chapter 21, as CoolProp 8.0 computes them (fluids APG and AEG, 0.5 MPa), from a fraction of 0.1 within 0.01 % (density),
0.04 % (specific heat), 0.3 % (viscosity; 1.2 % with ethylene glycol) and 0.3 K (freezing point). Other handbooks differ
from these by 1 % (specific heat) and 15 % (viscosity). Thinner mixes lie between water and a tenth of glycol.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core import water

Array = NDArray[np.float64]
Glycol = Literal["propylene_glycol", "ethylene_glycol"]
HIGHEST_BRINE_C = 100.0
"""End of the tables."""
MOST_GLYCOL_FRAC = 0.5
_LEAST_FITTED_FRAC = 0.1
_LOWEST_C = -35.0
_MIDDLE_FRAC, _MIDDLE_C = 0.3, 20.0


@dataclass(frozen=True, slots=True)
class _Fit:
    """Coefficients: rows by power of (fraction - 0.3), columns by power of (°C - 20)/100; freezing by fraction¹⁻³."""

    density: tuple[tuple[float, ...], ...]
    specific_heat: tuple[tuple[float, ...], ...]
    log_viscosity: tuple[tuple[float, ...], ...]
    freezing: tuple[float, ...]


_FITS: dict[str, _Fit] = {
    "propylene_glycol": _Fit(
        density=((1028.341, -44.5021, -25.607), (86.53666, -51.84033, -3.038901), (-71.14181, 13.47331, 15.90208)),
        specific_heat=(
            (3848.113, 274.459, 0.5923024),
            (-1356.108, 558.1181, 4.450387),
            (-1112.862, -4.229509, -55.17956),
        ),
        log_viscosity=(
            (-5.786323, -3.699522, 2.713649, -1.09542, 0.006826533),
            (4.323187, -5.659058, 4.618721, -1.729555, 0.1629005),
            (-1.402217, 7.489801, -6.141363, 5.5867, -1.760905),
            (-12.77351, 25.47746, -8.421496, 7.247732, -6.260708),
            (36.25063, -112.3695, 23.33435, -68.32405, 50.98017),
        ),
        freezing=(-34.1207, 20.0244, -172.793),
    ),
    "ethylene_glycol": _Fit(
        density=((1045.215, -37.46881, -24.35905), (150.0109, -29.19654, -0.3258359), (-48.53658, -6.590007, 3.840519)),
        specific_heat=(
            (3645.809, 283.7962, -0.3789764),
            (-1731.18, 528.7253, -1.389083),
            (-471.7576, -94.23059, 27.83714),
        ),
        log_viscosity=(
            (-6.139473, -2.806082, 2.129381, -1.228041, 0.017831),
            (2.781128, -2.185992, 3.367713, -3.676809, 0.7762974),
            (3.221846, 1.249521, -10.67496, 19.597, -7.256132),
            (2.146995, -1.224717, -12.28941, 37.12293, -31.2486),
            (-74.88972, -27.00696, 103.1436, -303.8121, 230.6325),
        ),
        freezing=(-34.6212, -28.6041, -100.715),
    ),
}
GLYCOLS = tuple(_FITS)


def freezing_c(glycol: str, frac: float) -> float:
    """Return the freezing point, °C."""
    return sum(c * frac ** (k + 1) for k, c in enumerate(_FITS[glycol].freezing))


def density_kg_per_m3(glycol: str, frac: float, temp_c: Array) -> Array:
    """Return the density, kg/m³."""
    return _thinned(_FITS[glycol].density, frac, temp_c, water.density_kg_per_m3(_of_water(temp_c)))


def specific_heat_j_per_kg_k(glycol: str, frac: float, temp_c: Array) -> Array:
    """Return the specific heat, J/(kg·K)."""
    plain = 1000.0 * water.specific_heat_kj_per_kg_k(_of_water(temp_c))
    return _thinned(_FITS[glycol].specific_heat, frac, temp_c, plain)


def dynamic_viscosity_pa_s(glycol: str, frac: float, temp_c: Array) -> Array:
    """Return the dynamic viscosity, Pa·s."""
    plain = np.log(water.dynamic_viscosity_pa_s(_of_water(temp_c)))
    return np.asarray(np.exp(_thinned(_FITS[glycol].log_viscosity, frac, temp_c, plain)))


def _of_water(temp_c: Array) -> Array:
    return np.maximum(temp_c, 0.0)


def _thinned(fit: tuple[tuple[float, ...], ...], frac: float, temp_c: Array, plain: Array) -> Array:
    """Return the polynomial, below a tenth of glycol between it and water."""
    x = max(frac, _LEAST_FITTED_FRAC) - _MIDDLE_FRAC
    by_temp = np.array([x**i for i in range(len(fit))]) @ np.array(fit)
    warm = (np.clip(temp_c, _LOWEST_C, HIGHEST_BRINE_C) - _MIDDLE_C) / 100.0
    mixed = np.polynomial.polynomial.polyval(warm, by_temp)
    share = min(1.0, frac / _LEAST_FITTED_FRAC)
    return np.asarray(plain + share * (mixed - plain))
