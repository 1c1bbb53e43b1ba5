"""What follows opening hours instead of people, and what waits for them."""

import numpy as np
import pytest

from edsim.profiles.buildings import BuildingSpec
from edsim.profiles.buildings.stock.building import Building, light_w_per_m2, resolve, zones_of

WEDNESDAY = slice(24 * 7, 24 * 8)  # 8 January 2025
_MEAN: dict[str, float | str] = {"intensity_sigma_frac": 0.0, "schedule_sigma_h": 0.0}


def _building(use: str, **values: float | str) -> Building:
    spec = BuildingSpec("a", use, 3000.0, storeys=1, vintage="2000_2015", overrides={**_MEAN, **values})
    return resolve(spec, "hot_humid", "USA", 2025, 0)


@pytest.mark.parametrize("use", ["retail", "mall", "supermarket", "restaurant"])
def test_shops_are_lit_while_open_whoever_is_there(use: str) -> None:
    """Proves: light stays the same from the quiet noon to the busy evening. If ignored: shops are half dark at ten."""
    building = _building(use)
    light, people = light_w_per_m2(building)[WEDNESDAY], building.occupancy[WEDNESDAY]
    open_hours = slice(12, 19)
    assert people[open_hours].max() > 1.3 * people[open_hours].min()
    assert light[open_hours].min() == pytest.approx(light.max())
    assert light.max() > 0.9 * building.archetype.light_w_per_m2
    assert light[3] < 0.2 * light.max()


def test_outdoor_air_waits_for_the_first_people() -> None:
    """Proves: dampers stay shut in the two hours of start. If ignored: empty offices are aired while they cool down."""
    building = _building("office")
    (zone,) = zones_of(building, "hot_humid", 25.0)
    air = np.asarray(zone.outdoor_air_l_per_s)[WEDNESDAY]
    running, used = building.hvac_on[WEDNESDAY], building.occupancy[WEDNESDAY] > 0.08
    assert (running & ~used).sum() == 2
    assert not air[~used].any()
    assert air[used] == pytest.approx(0.7 * zone.floor_area_m2)


def test_air_of_constant_flow_runs_with_its_fans() -> None:
    """Proves: a clinic's constant flow has its outdoor air from the start of the air handling on."""
    building = _building("clinic")
    (zone,) = zones_of(building, "hot_humid", 25.0)
    assert np.array_equal(np.asarray(zone.outdoor_air_l_per_s) > 0, building.hvac_on)


def test_display_cases_cool_the_rooms_they_stand_in() -> None:
    """Proves: where a supermarket has rooms of its own, bakery and store have no cases and the sum stays.

    If ignored: cold from the sales floor cools the ovens; supermarkets of Baltimore take 10 instead of 41 kWh/m².
    """
    whole = zones_of(_building("supermarket"), "hot_humid", 25.0)
    rooms = zones_of(_building("supermarket"), "temperate", 25.0)
    (back,) = (z for z in rooms if "/dense" in z.name)
    night = 24 * 7 + 2
    for part in ("convective_kw", "radiant_kw", "latent_kw"):
        sums = [sum(np.asarray(getattr(z.gains, part)) for z in zones) for zones in (whole, rooms)]
        assert sums[0] == pytest.approx(sums[1])
    assert back.floor_area_m2 == pytest.approx(0.27 * sum(z.floor_area_m2 for z in rooms))
    assert np.asarray(back.gains.convective_kw)[night] > 0.0
    assert all(np.asarray(z.gains.convective_kw)[night] < 0.0 for z in rooms if z is not back)
