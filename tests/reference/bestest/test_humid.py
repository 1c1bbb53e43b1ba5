"""Humid climate: coil loads of HVAC BESTEST cases against EnergyPlus."""

import os
from pathlib import Path

import pytest

from edsim.profiles.buildings import ZoneResult, simulate_zones
from tests.reference.bestest.humid import (
    BARS_FRAC,
    ENERGYPLUS_KWH,
    SIX_PROGRAMS_KWH,
    WEATHER_FILE,
    cases,
    outside_frac,
)
from tests.reference.bestest.table import VARIABLE, read_reference_weather

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def result() -> ZoneResult:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set: HVAC BESTEST not run")
    return simulate_zones(cases(), read_reference_weather(Path(folder), WEATHER_FILE))


@pytest.mark.parametrize("row", [0, 1])
def test_coil_loads_in_new_orleans(result: ZoneResult, row: int) -> None:
    """Proves: outdoor air, gains, fan heat and economizer give the coil load within 5 %, latent within 15 %."""
    sensible, latent = ENERGYPLUS_KWH[result.names[row]]
    assert result.sensible_kw[row].sum() == pytest.approx(sensible, rel=0.05)
    assert result.latent_kw[row].sum() == pytest.approx(latent, rel=0.15)
    assert result.cooling_kw[row].sum() == pytest.approx(sensible + latent, rel=0.05)


@pytest.mark.parametrize("row", [0, 1, 2])
def test_coil_loads_against_six_programs(result: ZoneResult, row: int) -> None:
    """Proves: coil total and sensible lie within 5 %, latent within 15 % of the six programs' band.

    If ignored: set-up at night, outdoor air or free cooling are wrong in a humid climate.
    """
    loads = {"sensible": result.sensible_kw, "latent": result.latent_kw, "total": result.cooling_kw}
    for quantity, band in SIX_PROGRAMS_KWH[result.names[row]].items():
        value = float(loads[quantity][row].sum())
        assert outside_frac(value, band) <= BARS_FRAC[quantity], (result.names[row], quantity, value, band)
