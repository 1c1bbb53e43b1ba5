"""Sun and sky as the zone model needs them: irradiance by orientation, shading and sky temperature."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.solar import (
    Shading,
    SunPosition,
    diffuse_shading_factor,
    sun_position,
    sunlit_frac,
    surface_irradiance,
)
from edsim.profiles.weather.sky import sky_temp_c
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_WIDE_M = 1.0e3


@dataclass(frozen=True, slots=True)
class Irradiance:
    """Irradiance on one orientation, W/m²; `beam` holds the circumsolar part of the sky diffuse, `sky` the horizon."""

    beam: Array
    sky: Array
    horizon: Array
    ground: Array
    cos_incidence: Array

    @property
    def total(self) -> Array:
        """Total irradiance, W/m²."""
        return self.beam + self.sky + self.ground


@dataclass(frozen=True, slots=True)
class ShadingDevices:
    """Infinitely long overhang and fins at an opening, m."""

    overhang_depth_m: float = 0.0
    overhang_offset_m: float = 0.0
    fin_depth_m: float = 0.0
    fin_offset_m: float = 0.0
    width_m: float = 0.0
    height_m: float = 0.0

    @property
    def any(self) -> bool:
        """Whether there is an overhang or a fin."""
        return self.overhang_depth_m > 0 or self.fin_depth_m > 0

    @property
    def shading(self) -> Shading:
        """The devices at one opening; what has no size is wide."""
        return Shading(
            height_m=self.height_m or _WIDE_M,
            width_m=self.width_m or _WIDE_M,
            overhang_depth_m=self.overhang_depth_m,
            overhang_gap_m=self.overhang_offset_m,
            fin_depth_m=self.fin_depth_m,
            fin_gap_m=self.fin_offset_m,
        )

    @property
    def seen_sky_frac(self) -> float:
        """Share of the sky before the opening that its devices leave in view."""
        return float(diffuse_shading_factor(self.shading)[0]) if self.any else 1.0


@dataclass(frozen=True, slots=True)
class Sky:
    """Sun and sky of a weather year."""

    weather: Weather
    sun: SunPosition
    sky_temp_c: Array
    _known: dict[tuple[float, float], Irradiance] = field(default_factory=dict)

    def on(self, tilt_deg: float, azimuth_deg: float) -> Irradiance:
        """Return the irradiance on an orientation, circumsolar radiation counted as beam."""
        key = (round(float(tilt_deg), 3), round(float(azimuth_deg) % 360.0, 3))
        if key not in self._known:
            parts = surface_irradiance(self.weather, *key)
            circumsolar = parts.circumsolar_w_per_m2[0]
            self._known[key] = Irradiance(
                parts.beam_w_per_m2[0] + circumsolar,
                parts.sky_diffuse_w_per_m2[0] - circumsolar,
                parts.horizon_w_per_m2[0],
                parts.ground_w_per_m2[0],
                parts.cos_incidence[0],
            )
        return self._known[key]

    def shaded(self, tilt_deg: float, azimuth_deg: float, devices: ShadingDevices) -> tuple[Array, Array]:
        """Return beam, and diffuse light of sky and ground, that reach an opening past its devices, W/m².

        An overhang hides sky above, not the bright band at the horizon of Perez' sky, nor the ground.
        """
        sun = self.on(tilt_deg, azimuth_deg)
        if not devices.any:
            return sun.beam, sun.sky + sun.ground
        sees, sees_horizon = devices.seen_sky_frac, replace(devices, overhang_depth_m=0.0).seen_sky_frac
        diffuse = (sun.sky - sun.horizon) * sees + sun.horizon * sees_horizon + sun.ground
        return sun.beam * sunlit_frac(self.sun, azimuth_deg, devices.shading)[0], diffuse


def sky_of(weather: Weather) -> Sky:
    """Return sun and sky of a weather year; the sky temperature is that of a black body with the measured infrared."""
    sky_temp = sky_temp_c(np.maximum(weather.sky_infrared_w_per_m2, 1.0))
    return Sky(weather, sun_position(weather), sky_temp)
