"""Water and steam against values of the IAPWS formulations.

Liquid rows: R6-95(2018), R12-08 and R15-11 evaluated at 0.6 MPa (180 °C at saturation); steam rows: R6-95.
"""

import numpy as np
import pytest

from edsim.core import water

pytestmark = pytest.mark.reference

LIQUID = np.array(
    [
        # temp °C, density kg/m³, cp kJ/(kg K), viscosity µPa s, expansion 1e-6/K
        [0.5, 1000.127, 4.2153, 1759.90, -56.9],
        [5, 1000.212, 4.2029, 1517.46, 17.6],
        [12, 999.736, 4.1903, 1233.67, 115.1],
        [20, 998.435, 4.1825, 1001.44, 207.5],
        [40, 992.435, 4.1782, 652.79, 385.6],
        [60, 983.414, 4.1838, 466.16, 523.0],
        [80, 972.014, 4.1957, 354.18, 640.8],
        [100, 958.583, 4.2145, 281.72, 749.8],
        [130, 935.006, 4.2606, 213.03, 911.4],
        [150, 917.078, 4.3067, 182.64, 1026.1],
        [180, 886.999, 4.4050, 150.38, 1222.0],
    ]
)
STEAM = np.array(
    [
        # temp °C, pressure kPa, vapor density kg/m³, latent heat kJ/kg
        [0.5, 0.63378, 0.00502124, 2499.746],
        [20.0, 2.33932, 0.017314, 2453.519],
        [60.0, 19.9464, 0.130425, 2357.655],
        [100.0, 101.418, 0.59817, 2256.404],
        [150.0, 476.165, 2.54808, 2113.746],
        [180.0, 1002.81, 5.15884, 2014.161],
    ]
)


def test_liquid_properties():
    """Proves: density and cp within 0.02 %, viscosity within 0.1 % of IAPWS.

    If ignored: flows, pressure drops and losses of every pipe carry the error.
    """
    temp, density, heat, viscosity, _ = LIQUID.T
    assert water.density_kg_per_m3(temp) == pytest.approx(density, rel=2e-4)
    assert water.specific_heat_kj_per_kg_k(temp) == pytest.approx(heat, rel=2e-4)
    assert water.dynamic_viscosity_pa_s(temp) * 1e6 == pytest.approx(viscosity, rel=1e-3)


def test_steam_line():
    """Proves: pressure within 0.02 %, latent heat within 0.01 kJ/kg. If ignored: steam demand is mis-billed."""
    temp, pressure, density, latent = STEAM.T
    assert water.saturation_pressure_pa(temp) / 1e3 == pytest.approx(pressure, rel=2e-4)
    assert water.saturation_temp_c(pressure * 1e3) == pytest.approx(temp, rel=1e-7, abs=1e-2)
    assert water.saturated_vapor_density_kg_per_m3(temp) == pytest.approx(density, rel=3e-4)
    assert water.latent_heat_kj_per_kg(temp) == pytest.approx(latent, rel=1e-7, abs=0.02)


def test_saturation_check_values_of_r7_97():
    """Proves: the verification table of IAPWS R7-97 (tables 35 and 36) is met. If ignored: a digit may be wrong."""
    assert float(water.saturation_pressure_pa(300.0 - 273.15)) == pytest.approx(3536.58941, rel=1e-8)
    assert float(water.saturation_temp_c(1e5)) + 273.15 == pytest.approx(372.755919, abs=1e-6)
    assert float(water.saturation_temp_c(1e6)) + 273.15 == pytest.approx(453.035632, abs=1e-6)


def test_density_falls_by_the_expansion():
    """Proves: the slope of the density is the expansion of IAPWS to 6e-6 1/K. If ignored: buoyancy would be wrong."""
    temp, *_, expansion = LIQUID[1:-1].T
    slope = (water.density_kg_per_m3(temp + 0.5) - water.density_kg_per_m3(temp - 0.5)) / water.density_kg_per_m3(temp)
    assert -slope == pytest.approx(expansion * 1e-6, rel=1e-7, abs=6e-6)


@pytest.mark.parametrize("temp", [-1.0, 181.0, np.nan])
def test_outside_the_range_is_refused(temp):
    with pytest.raises(ValueError, match="liquid water"):
        water.density_kg_per_m3([20.0, temp])
