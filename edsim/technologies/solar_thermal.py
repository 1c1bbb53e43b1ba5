"""Solar thermal collectors on a roof or the ground.

Collector equation of ISO 9806 on aperture area, mean water temperature Tm between return and supply of the carrier::

    K_b = max(0, 1 - b0 (1 / cos(incidence) - 1)),  G = K_b * beam + K_d * diffuse                    W/m²
    heat per m² = max(0, eta0 * G - a1 (Tm - Ta) - a2 (Tm - Ta)²) / 1000 * (1 - pipe loss)           kW/m²
    heat[t] <= heat per m²[t] * area

G is what the collector accepts of beam and diffuse radiation on its plane, with the incidence-angle modifiers of each
(ASHRAE 93 form). Surplus heat is not taken. Valid: Tm - Ta of -10 to 100 K, flat-plate or evacuated collectors with
their own coefficients. Sources: Danish Energy Agency for cost; coefficients of a certified glazed flat plate (Solar
Rating and Certification Corporation 2007), which are for gross area and inlet temperature, so that the default is on
the low side.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.site import plane_irradiance_w_per_m2
from edsim.core.machines.surroundings import return_temp_c, supply_by_step_c
from edsim.core.technology import Array, Conditions, Port, Size, Technology

_default = Defaults("solar_thermal")

_LEAST_HEAT_KW_PER_M2 = 1e-4
"""Heat below this is zero: tiny coefficients hurt the solver and carry no energy."""


_LEAST_COSINE = 0.01
"""The beam counts for nothing closer than half a degree to the plane."""


class SolarThermal(OneOutput, Technology):
    """Solar thermal collector field."""

    ports: ClassVar[tuple[Port, ...]] = (Port("heat", "hot_water", "out", "heat_kw"),)
    sizes: ClassVar[tuple[Size, ...]] = (Size("area_m2", "m2", "capex_per_m2", "hot_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("heat",)
    output: ClassVar[str] = "heat_kw"
    limit: ClassVar[str] = "heat_kw_per_m2"
    by_the_sun: ClassVar[bool] = True
    title: ClassVar[tuple[str, str]] = ("Solar thermal collectors", "Colectores solares térmicos")

    kind: Literal["solar_thermal"] = "solar_thermal"
    tilt_deg: float = _default("tilt_deg", doc="Tilt from horizontal.", ge=0, le=90)
    azimuth_deg: float = _default(
        "azimuth_deg", doc="Azimuth from north, clockwise; 0 by default south of the equator.", ge=0, le=360
    )
    optical_efficiency_frac: float = _default("optical_efficiency_frac", doc="Efficiency eta0.", gt=0.2, le=0.95)
    loss_a1_w_per_m2_k: float = _default("loss_a1_w_per_m2_k", doc="Linear heat loss a1.", ge=0, le=15)
    loss_a2_w_per_m2_k2: float = _default("loss_a2_w_per_m2_k2", doc="Quadratic heat loss a2.", ge=0, le=0.1)
    incidence_b0: float = _default(
        "incidence_b0", doc="Coefficient b0 of the beam's incidence-angle modifier.", ge=0, le=0.5
    )
    diffuse_modifier: float = _default(
        "diffuse_modifier", doc="Incidence-angle modifier of diffuse radiation.", gt=0.5, le=1.1
    )
    pipe_loss_frac: float = _default("pipe_loss_frac", doc="Loss of pipes and exchanger.", ge=0, le=0.5)
    existing_area_m2: float = existing("m2")
    min_area_m2: float = minimum("m2")
    max_area_m2: float | None = maximum("m2")
    capex_per_m2: float = _default.capex("capex_per_m2")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def accepted_w_per_m2(self, beam_w_per_m2: Array, diffuse_w_per_m2: Array, cos_incidence: Array) -> Array:
        """Return irradiance weighted with the incidence-angle modifiers, W/m²; all arrays by step."""
        cosine = np.maximum(cos_incidence, _LEAST_COSINE)
        beam_modifier = np.maximum(1.0 - self.incidence_b0 * (1.0 / cosine - 1.0), 0.0)
        return np.asarray(beam_modifier * beam_w_per_m2 + self.diffuse_modifier * diffuse_w_per_m2)

    def heat_kw_per_m2(self, irradiance_w_per_m2: Array, air_temp_c: Array, water_temp_c: Array | float) -> Array:
        """Return useful heat per aperture area at accepted irradiance, air and mean water temperature, kW/m²."""
        excess = water_temp_c - air_temp_c
        gain = self.optical_efficiency_frac * irradiance_w_per_m2
        net = gain - self.loss_a1_w_per_m2_k * excess - self.loss_a2_w_per_m2_k2 * excess * np.abs(excess)
        lit = np.where(irradiance_w_per_m2 > 0.0, np.maximum(net, 0.0), 0.0)
        return np.asarray(lit / 1000.0 * (1.0 - self.pipe_loss_frac))

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return useful heat per area by step."""
        carrier = self.carrier_of(self.ports[0])
        water = 0.5 * (supply_by_step_c(conditions, carrier, self.id) + return_temp_c(conditions, carrier, self.id))
        sun = plane_irradiance_w_per_m2(conditions, self.id)
        heat = self.heat_kw_per_m2(sun, conditions.dry_bulb_temp_c, water)
        return {"heat_kw_per_m2": np.where(heat < _LEAST_HEAT_KW_PER_M2, 0.0, heat)}

    @classmethod
    def example(cls) -> SolarThermal:
        """Return a collector field."""
        return cls(id="collectors")
