"""Wind turbines with a generic pitch-controlled power curve.

Wind at hub height ``v = v10 (hub / 10)^alpha``, corrected for air density ``v (rho / 1.225)^(1/3)`` (IEC
61400-12-1)::

    output per rated kW = 0                                     v < cut-in or v > cut-out
                        = (v³ - v_in³) / (v_rated³ - v_in³)     cut-in to rated
                        = 1                                     rated to cut-out
    electricity[t] <= output per rated kW[t] * availability * capacity

Valid: open terrain, hourly mean wind; the cubic form is 5-10 % below curves of modern low-wind machines. Sources:
catalogue.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.site import wind_speed_m_per_s
from edsim.core.moist_air import GAS_CONSTANT_DRY_AIR_J_PER_KG_K
from edsim.core.technology import Array, Conditions, Port, Size, Technology
from edsim.core.units import KELVIN

_default = Defaults("wind_turbine")

_STANDARD_DENSITY_KG_PER_M3 = 1.225
_WEATHER_HEIGHT_M = 10.0


class WindTurbine(OneOutput, Technology):
    """Wind turbines."""

    ports: ClassVar[tuple[Port, ...]] = (Port("electricity", "electricity", "out", "electricity_kw"),)
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "electricity"),)
    output: ClassVar[str] = "electricity_kw"
    limit: ClassVar[str] = "output_frac"
    title: ClassVar[tuple[str, str]] = ("Wind turbine", "Aerogenerador")

    kind: Literal["wind_turbine"] = "wind_turbine"
    hub_height_m: float = _default("hub_height_m", doc="Height of the hub.", ge=5, le=200)
    shear_exponent: float = _default("shear_exponent", doc="Exponent of the wind profile.", ge=0, le=0.5)
    cut_in_m_per_s: float = _default("cut_in_m_per_s", doc="Wind at which it starts.", ge=1, le=6)
    rated_m_per_s: float = _default("rated_m_per_s", doc="Wind of rated power.", ge=7, le=17)
    cut_out_m_per_s: float = _default("cut_out_m_per_s", doc="Wind at which it stops.", ge=18, le=40)
    availability_frac: float = _default("availability_frac", doc="Technical availability and array losses.", gt=0, le=1)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om()

    def output_frac(self, wind_10m: Array, air_temp_c: Array, pressure_pa: float) -> Array:
        """Return output over rated power for the wind at 10 m, air temperature and pressure."""
        density = pressure_pa / (GAS_CONSTANT_DRY_AIR_J_PER_KG_K * (air_temp_c + KELVIN))
        hub = wind_10m * (self.hub_height_m / _WEATHER_HEIGHT_M) ** self.shear_exponent
        v = hub * (density / _STANDARD_DENSITY_KG_PER_M3) ** (1.0 / 3.0)
        low, rated = self.cut_in_m_per_s**3, self.rated_m_per_s**3
        power = np.clip((v**3 - low) / (rated - low), 0.0, 1.0)
        return np.asarray(np.where(hub > self.cut_out_m_per_s, 0.0, power) * self.availability_frac)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return output per rated power by step."""
        wind = wind_speed_m_per_s(conditions, self.id)
        return {"output_frac": self.output_frac(wind, conditions.dry_bulb_temp_c, conditions.pressure_pa)}

    @classmethod
    def example(cls) -> WindTurbine:
        """Return a turbine with default figures."""
        return cls(id="wind")
