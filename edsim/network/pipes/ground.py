"""Undisturbed ground temperature over the year and the heat resistance of buried pipes.

Ground: ``T(z,t) = Tm - A·exp(-z·√(π/(365·a)))·cos(2π/365·(t - t0 - z/2·√(365/(π·a))))`` with ``a`` in m²/day
(Kusuda and Achenbach 1965, NBS report 8972). Mean, amplitude and coldest day come from the hourly air temperature:
its mean and first annual harmonic stand for the ground surface (valid for sealed and short-grass surfaces; wet or
shaded soil is cooler).

Pipes: insulation and pipe wall, soil ``ln(4·Zc/D)/(2π·ks)`` with the depth corrected by 0.0685·ks for the surface
film, and the neighbor ``ln(1+(2·Zc/E)²)/(4π·ks)`` (EN 13941-1:2019, annex on heat loss; Wallentén 1991).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.pipes.catalogue import PipeCatalogue

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


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


@dataclass(frozen=True, slots=True)
class BuriedPipes:
    """Equal buried pipes of every diameter in one soil.

    Attributes
    ----------
    inner_m, outer_m, casing_m : (n,)
        Diameters of bore, pipe and casing.
    wall_w_per_mk, insulation_w_per_mk : (n,)
        Conductivity of pipe wall and insulation.
    soil_w_per_mk
        Conductivity of the soil.
    cover_m
        Soil above the casing.
    """

    inner_m: Array
    outer_m: Array
    casing_m: Array
    wall_w_per_mk: Array
    insulation_w_per_mk: Array
    soil_w_per_mk: float
    cover_m: float

    @classmethod
    def of(
        cls, series: PipeCatalogue, soil_w_per_mk: float, cover_m: float, row: IntArray | None = None
    ) -> BuriedPipes:
        """Return the pipes of a catalogue, all of them or those of some rows."""
        these = slice(None) if row is None else row
        return cls(
            series.inner_m[these],
            series.outer_m[these],
            series.casing_m[these],
            series.pipe_conductivity[these],
            series.insulation_conductivity[these],
            soil_w_per_mk,
            cover_m,
        )

    @property
    def depth_m(self) -> Array:
        """Return the depth of the axes, deeper by the resistance of the film at the surface (EN 13941-1)."""
        return np.asarray(self.cover_m + 0.5 * self.casing_m + 0.0685 * self.soil_w_per_mk)


def pair_loss(pipes: BuriedPipes, spacing_m: float) -> PairLoss:
    """Return the conductances of two equal pipes `spacing_m` apart between their casings (EN 13941-1)."""
    axes = pipes.casing_m + spacing_m
    own = 1.0 / single_loss(pipes)
    mutual = np.log1p((2.0 * pipes.depth_m / axes) ** 2) / (4.0 * np.pi * pipes.soil_w_per_mk)
    determinant = own**2 - mutual**2
    return PairLoss(own / determinant, mutual / determinant)


def single_loss(pipes: BuriedPipes) -> Array:
    """Return the conductance of one pipe without a neighbor, W/(m·K) (EN 13941-1)."""
    wall = np.log(pipes.outer_m / pipes.inner_m) / (2.0 * np.pi * pipes.wall_w_per_mk)
    insulation = np.log(pipes.casing_m / pipes.outer_m) / (2.0 * np.pi * pipes.insulation_w_per_mk)
    soil = np.log(4.0 * pipes.depth_m / pipes.casing_m) / (2.0 * np.pi * pipes.soil_w_per_mk)
    return np.asarray(1.0 / (wall + insulation + soil))
