"""Undisturbed ground temperature over the year and the heat resistance of buried pipes.

Ground: ``T(z,t) = Tm - A·exp(-z·√(π/(365·a)))·cos(2π/365·(t - t0 - z/2·√(365/(π·a))))`` with ``a`` in m²/day
(Kusuda and Achenbach 1965, NBS report 8972). Mean, amplitude and coldest day come from the hourly air temperature:
its mean and first annual harmonic stand for the ground surface (valid for sealed and short-grass surfaces; wet or
shaded soil is cooler).

Pipes: insulation and pipe wall, soil ``ln(4·Zc/D)/(2π·ks)`` with the depth corrected by 0.0685·ks for the surface
film, and the neighbor ``ln(1+(2·Zc/E)²)/(4π·ks)`` (EN 13941-1:2019, annex on heat loss; Wallentén 1991).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroundModel:
    """Parameters of the Kusuda wave.

    Attributes
    ----------
    mean_temp_c, amplitude_k
        Annual mean and half-swing at the surface.
    coldest_day
        Day of the year (0–365) at which the surface is coldest.
    diffusivity_m2_per_s
        Thermal diffusivity of the soil.
    """

    mean_temp_c: float
    amplitude_k: float
    coldest_day: float
    diffusivity_m2_per_s: float


def fit_ground(dry_bulb_temp_c: Array, diffusivity_m2_per_s: float) -> GroundModel:
    """Return the ground wave fitted to an hourly year of air temperature.

    Parameters
    ----------
    dry_bulb_temp_c : (8760,)
        Hourly air temperature, °C.
    diffusivity_m2_per_s
        Soil diffusivity, 3e-7 to 1.5e-6 m²/s.
    """
    air = np.asarray(dry_bulb_temp_c, dtype=float)
    phase = 2.0 * np.pi * (np.arange(len(air)) + 0.5) / len(air)
    cos_part = 2.0 * float(np.mean(air * np.cos(phase)))
    sin_part = 2.0 * float(np.mean(air * np.sin(phase)))
    coldest = float(np.mod(np.arctan2(-sin_part, -cos_part), 2.0 * np.pi) / (2.0 * np.pi) * 365.0)
    return GroundModel(float(air.mean()), float(np.hypot(cos_part, sin_part)), coldest, diffusivity_m2_per_s)


def ground_temperature(model: GroundModel, depth_m: float, n_hours: int = 8760) -> Array:
    """Return the undisturbed temperature at a depth for every hour, °C."""
    a = model.diffusivity_m2_per_s * 86400.0
    day = (np.arange(n_hours) + 0.5) / n_hours * 365.0
    damping = np.exp(-depth_m * np.sqrt(np.pi / (365.0 * a)))
    lag = 0.5 * depth_m * np.sqrt(365.0 / (np.pi * a))
    wave = np.cos(2.0 * np.pi / 365.0 * (day - model.coldest_day - lag))
    return np.asarray(model.mean_temp_c - model.amplitude_k * damping * wave)


@dataclass(frozen=True, slots=True)
class PairLoss:
    """Heat exchange of the two buried pipes of one trench, per meter and kelvin.

    With ``U`` and ``N`` below, the supply pipe loses ``U·(Ts - Tg) - N·(Tr - Tg)`` and the return pipe the mirror of
    it.

    Attributes
    ----------
    own_w_per_mk : (n,)
        U: conductance of a pipe to the ground with the neighbor at ground temperature.
    neighbor_w_per_mk : (n,)
        N: share taken back from the neighbor.
    """

    own_w_per_mk: Array
    neighbor_w_per_mk: Array

    @property
    def symmetric_w_per_mk(self) -> Array:
        """Conductance of each pipe to the ground when both are equally warm: ``U - N``."""
        return self.own_w_per_mk - self.neighbor_w_per_mk


def pair_loss(
    diameters_m: tuple[Array, Array, Array],
    conductivity_w_per_mk: tuple[Array, Array, float],
    cover_m: float,
    spacing_m: float,
) -> PairLoss:
    """Return the conductances of two equal buried pipes (EN 13941-1).

    Parameters
    ----------
    diameters_m
        Inner, outer and casing diameter, each (n,).
    conductivity_w_per_mk
        Pipe wall (n,), insulation (n,) and soil.
    cover_m
        Soil above the casing.
    spacing_m
        Clear distance between the casings.
    """
    casing, k_soil = diameters_m[2], conductivity_w_per_mk[2]
    depth = cover_m + 0.5 * casing + 0.0685 * k_soil
    axes = casing + spacing_m
    own = 1.0 / single_loss(diameters_m, conductivity_w_per_mk, cover_m)
    mutual = np.log1p((2.0 * depth / axes) ** 2) / (4.0 * np.pi * k_soil)
    determinant = own**2 - mutual**2
    return PairLoss(own / determinant, mutual / determinant)


def single_loss(
    diameters_m: tuple[Array, Array, Array], conductivity_w_per_mk: tuple[Array, Array, float], cover_m: float
) -> Array:
    """Return the conductance of one buried pipe without a neighbor, W/(m·K) (EN 13941-1).

    Parameters
    ----------
    diameters_m, conductivity_w_per_mk, cover_m
        As for :func:`pair_loss`.
    """
    inner, outer, casing = diameters_m
    k_pipe, k_insulation, k_soil = conductivity_w_per_mk
    depth = cover_m + 0.5 * casing + 0.0685 * k_soil
    wall = np.log(outer / inner) / (2.0 * np.pi * k_pipe) + np.log(casing / outer) / (2.0 * np.pi * k_insulation)
    return np.asarray(1.0 / (wall + np.log(4.0 * depth / casing) / (2.0 * np.pi * k_soil)))
