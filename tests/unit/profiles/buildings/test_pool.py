"""Swimming halls: evaporation, warm water, and what leaves with the air."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.buildings import BuildingSpec, building_loads
from edsim.profiles.buildings.stock.archetypes import archetype
from edsim.profiles.buildings.stock.building import resolve
from edsim.profiles.buildings.stock.pool import evaporation_kg_per_h_m2, pool_heat_w_per_m2
from edsim.profiles.buildings.stock.services import hot_water_kw
from edsim.profiles.weather import Weather

HALL = replace(archetype("swimming_hall", "2000_2015", "winter", {}), pool_frac=1.0, pool_temp_c=28.0)


@pytest.mark.reference
def test_evaporation_of_a_public_pool_by_hand() -> None:
    """Proves: water of 28 °C (3782 Pa) under air of 30 °C and 55 % (2336 Pa) loses 0.216 kg/(h m²), half at rest.

    ASHRAE: (0.089 + 0.0782 x 0.1 m/s) x 1.446 kPa / 2330 kJ/kg. VDI 2089-1 has 28 m/h x 1446 Pa / (461.5 x 302) = 0.29
    as the peak of a shallow pool in use. If ignored: halls are dried by machines of another size.
    """
    in_use, at_rest = evaporation_kg_per_h_m2(HALL, np.array([1.0, 0.0]))
    assert in_use == pytest.approx(0.216, rel=0.005)
    assert at_rest == pytest.approx(0.5 * in_use)
    assert in_use < 28.0 * 1446.0 / (461.5 * 302.0)


def test_pool_water_gives_what_evaporates_and_what_is_renewed() -> None:
    """Proves: 0.216 kg/h x 0.676 kWh/kg and 20 l a day from 10 to 28 °C are 146 + 17 W/m² of water.

    If ignored: heat of evaporation is lost between the water, which gives it, and the air, which carries the moisture.
    """
    ones = np.ones(24)
    warm = pool_heat_w_per_m2(HALL, ones, 28.0 * ones)
    cold = pool_heat_w_per_m2(HALL, ones, 10.0 * ones)
    assert warm == pytest.approx(146.0, rel=0.005)
    assert cold - warm == pytest.approx(17.3 * ones, rel=0.01)


def test_only_swimming_halls_have_pools() -> None:
    """Proves: hot water of a hall falls by its pool where there is none; no other use has one, none in the air.

    If ignored: every building list gets 20 % more hot water with a release.
    """
    hall = resolve(BuildingSpec("h", "swimming_hall", 1000.0), "winter", "DEU", 2025, 0)
    dry = resolve(BuildingSpec("h", "swimming_hall", 1000.0, overrides={"pool_frac": 0.0}), "winter", "DEU", 2025, 0)
    mains = np.full(8760, 12.0)
    pool = 1000.0 * pool_heat_w_per_m2(hall.archetype, hall.activity, mains) / 1000.0
    assert hot_water_kw(hall, mains, "DEU", 2025) - hot_water_kw(dry, mains, "DEU", 2025) == pytest.approx(pool)
    assert archetype("sports_hall", "pre2000", "winter", {}).pool_frac == 0.0


@pytest.mark.medium
def test_moisture_of_the_pool_reaches_the_coil(weather: Callable[..., Weather]) -> None:
    """Proves: where coils dry the hall, most of the water that evaporates over the year is condensed or leaves by air.

    If ignored: dehumidification, the largest machine of a hall in mild humid places, is not there.
    """
    given = {"storeys": 1, "heated_frac": 0.0, "conditioned_frac": 1.0, "cooling_set_c": 30.0}
    still = {"outdoor_air_l_per_s_m2": 0.0, "infiltration_ach": 0.0, "max_relative_humidity_frac": 0.55}
    own = {"intensity_sigma_frac": 0.0, "schedule_sigma_h": 0.0, "latent_w_per_person": 0.0, **still}
    specs = [
        BuildingSpec(f"p{p}", "swimming_hall", 1000.0, overrides=own | {"pool_frac": p}, **given) for p in (0, 0.2)
    ]
    loads = building_loads(specs, weather(30.0), country="DEU", year=2025, seed=0)
    hall = resolve(specs[1], loads.climate_band, "DEU", 2025, 0)
    water_kg = 1000.0 * evaporation_kg_per_h_m2(hall.archetype, hall.activity).sum()
    condensed_kg = (loads.cooling_latent_kw[1] - loads.cooling_latent_kw[0]).sum() * 3600.0 / 2501.0
    assert condensed_kg == pytest.approx(water_kg, rel=0.03)
