"""Humid climate: coil loads of HVAC BESTEST cases against EnergyPlus."""

import os
from pathlib import Path

import pytest

from edsim.profiles.buildings import ZoneResult, simulate_zones
from tests.reference.bestest.humid import ENERGYPLUS_KWH, WEATHER_FILE, cases
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
