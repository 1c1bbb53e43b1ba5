"""Steam or compressed air at the plant of a network: pressure, density, viscosity and flow per unit of demand.

Viscosity: steam ``(80.4 + 0.407·T)·1e-7`` Pa·s (100–220 °C, 2 % of IAPWS R12-08), air by Sutherland's law.
"""

from dataclasses import dataclass

from edsim.core.moist_air import standard_pressure_pa
from edsim.core.steam import useful_kj_per_kg
from edsim.core.units import KELVIN
from edsim.core.water import (
    latent_heat_kj_per_kg,
    saturated_vapor_density_kg_per_m3,
    saturation_pressure_pa,
    saturation_temp_c,
)
from edsim.network.request import NetworkRequest

_AIR_GAS_CONSTANT_J_PER_KGK = 287.05
_NORMAL_AIR_KG_PER_M3 = 1.2929  # 0 °C, 101 325 Pa, ISO 2533
AIR_TEMP_C = 20.0
"""Air in buried pipes after the dryer; 10 K change its density by 3 %."""


@dataclass(frozen=True, slots=True)
class GasState:
    """The gas at the plant.

    Attributes
    ----------
    pressure_pa, ambient_pa
        Absolute pressure at the plant and of the atmosphere there.
    temp_c, density_kg_per_m3, viscosity_pa_s
        Of the gas.
    kg_per_s_per_unit
        Flow per kW of steam or per Nm³/h of air.
    latent_kj_per_kg
        Heat of condensation of steam; 0 for air.
    """

    pressure_pa: float
    ambient_pa: float
    temp_c: float
    density_kg_per_m3: float
    viscosity_pa_s: float
    kg_per_s_per_unit: float
    latent_kj_per_kg: float = 0.0

    @property
    def gauge_bar(self) -> float:
        """Gauge pressure at the plant, bar."""
        return (self.pressure_pa - self.ambient_pa) / 1e5

    def saturation_c(self, pressure_pa: float) -> float:
        """Return the temperature of steam at an absolute pressure; for air its temperature."""
        return float(saturation_temp_c(pressure_pa)) if self.latent_kj_per_kg else self.temp_c


def gas_state(request: NetworkRequest) -> GasState:
    """Return the gas a steam or compressed-air network is fed with."""
    ambient = float(standard_pressure_pa(request.plants[0].z_m))
    if request.carrier == "compressed_air":
        pressure = ambient + 1e5 * request.gas.pressure_bar
        density = pressure / (_AIR_GAS_CONSTANT_J_PER_KGK * (AIR_TEMP_C + KELVIN))
        viscosity = _air_viscosity_pa_s(AIR_TEMP_C)
        return GasState(pressure, ambient, AIR_TEMP_C, density, viscosity, _NORMAL_AIR_KG_PER_M3 / 3600.0)
    t = request.temperatures
    return GasState(
        pressure_pa=float(saturation_pressure_pa(t.supply_c)),
        ambient_pa=ambient,
        temp_c=t.supply_c,
        density_kg_per_m3=float(saturated_vapor_density_kg_per_m3(t.supply_c)),
        viscosity_pa_s=(80.4 + 0.407 * t.supply_c) * 1e-7,
        kg_per_s_per_unit=1.0 / useful_kj_per_kg(t.supply_c, t.return_c),
        latent_kj_per_kg=float(latent_heat_kj_per_kg(t.supply_c)),
    )


def _air_viscosity_pa_s(temp_c: float) -> float:
    kelvin = temp_c + KELVIN
    return 1.716e-5 * float((kelvin / KELVIN) ** 1.5) * (KELVIN + 110.4) / (kelvin + 110.4)
