"""Calls of the public functions with what is no number, no list or no weather: each ends in a pointed finding."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.profiles.buildings import (
    BillContext,
    BuildingSpec,
    Coil,
    Gains,
    Layer,
    Surface,
    Window,
    ZoneSpec,
    building_loads,
    calibrate,
    climate_band,
    series_from_measured,
    simulate_zones,
)
from edsim.profiles.weather import Weather

WALL = Layer(0.1, 1.0, 2000.0, 900.0)
NOT_NUMBERS = ("24", b"24", None, {}, object(), 1 + 2j, np.datetime64("2025-01-01"), [[1.0], [2.0, 3.0]])
FLAT = np.zeros(8760)


def zone(**changes: object) -> ZoneSpec:
    return dataclasses.replace(ZoneSpec("ward", 100.0, 300.0, (Surface((WALL,), 100.0),)), **changes)


ZONES: dict[str, Callable[[object], ZoneSpec]] = {
    "floor_area_m2": lambda v: zone(floor_area_m2=v),
    "cooling_set_c": lambda v: zone(cooling_set_c=v),
    "gains.latent_kw": lambda v: zone(gains=Gains(latent_kw=v)),
    "coil.supply_l_per_s": lambda v: zone(coil=Coil(supply_l_per_s=v)),
    "coil.system": lambda v: zone(coil=Coil(system=v)),
    "coil.reheat": lambda v: zone(coil=Coil(reheat=v)),
    "cooling_starts_at_once": lambda v: zone(cooling_starts_at_once=v),
    "films_by_hour": lambda v: zone(films_by_hour=v),
    "windows[0].overhang_depth_m": lambda v: zone(windows=(Window(4.0, 3.0, overhang_depth_m=v),)),
    "windows[0].glazing": lambda v: zone(windows=(Window(4.0, 3.0, glazing="" if v is None else v),)),
    "surfaces[0].area_m2": lambda v: zone(surfaces=(Surface((WALL,), v),)),
    "surfaces[0].boundary": lambda v: zone(surfaces=(Surface((WALL,), 9.0, boundary=v),)),
    "surfaces[0].layers": lambda v: zone(surfaces=(Surface(v, 9.0),)),
    "surfaces[0].layers[0].thickness_m": lambda v: zone(
        surfaces=(Surface((dataclasses.replace(WALL, thickness_m=v),), 9.0),)
    ),
}


@pytest.mark.parametrize("field", list(ZONES))
def test_fields_of_zones(field, medellin):
    """Proves: whatever else a field of a zone holds is named with its place. If ignored: a traceback of numpy."""
    silent = []
    for value in (*NOT_NUMBERS, np.full(8759, 24.0), np.full(8760, "24"), np.full((2, 8760), 24.0)):
        try:
            simulate_zones([ZONES[field](value)], medellin)
        except DataError as error:
            if any(f.field.startswith(f"zones[ward].{field}") for f in error.findings):
                continue
        silent.append(value)
    assert silent == []


def test_a_layer_alone_is_no_list_of_layers(medellin):
    with pytest.raises(DataError, match=r"layers: this field holds something else; got Layer.*\[E310\]"):
        simulate_zones([zone(surfaces=(Surface(WALL, 9.0),))], medellin)


@pytest.mark.parametrize(
    "field", ["id", "use", "storeys", "aspect", "orientation_deg", "wwr_frac", "people", "overrides", "retrofits"]
)
def test_fields_of_buildings(field, medellin):
    """Proves: text where a building has a number, and the reverse, is named. If ignored: a traceback of geometry."""
    given = BuildingSpec("b", "office", 1000.0, storeys=2)
    for value in (b"5", {1: 2}, object(), 1 + 2j, np.full(8760, 1.0), "five" if field not in ("id", "use") else 5):
        with pytest.raises(DataError, match=rf"buildings\[.*\]\.{field}"):
            building_loads([dataclasses.replace(given, **{field: value})], medellin, country="COL", year=2025, seed=1)


@pytest.mark.parametrize(("field", "value"), [("country", None), ("year", "2025"), ("year", 10**9), ("seed", -1)])
def test_calendar_and_seed(field, value, medellin):
    given = {"country": "COL", "year": 2025, "seed": 1} | {field: value}
    with pytest.raises(DataError, match=field):
        building_loads([BuildingSpec("b", "office", 1000.0, storeys=2)], medellin, **given)


@pytest.mark.parametrize("name", ["dry_bulb_temp_c", "ghi_w_per_m2", "pressure_pa"])
def test_weather_that_is_none(name, medellin: Weather):
    """Proves: a weather year put together by hand is refused by its field. If ignored: NaN loads or a traceback."""
    gap = getattr(medellin, name).copy()
    gap[7] = np.nan
    for values in (None, "20", 20.0, [20.0] * 8760, getattr(medellin, name)[:-1], gap, np.full(8760, "20")):
        with pytest.raises(DataError, match=rf"{name}: the weather year cannot be computed with.*\[E204\]"):
            simulate_zones([zone()], dataclasses.replace(medellin, **{name: values}))
    for call in (lambda: simulate_zones([zone()], None), lambda: climate_band(None)):
        with pytest.raises(DataError, match="E204"):
            call()


def test_an_array_of_no_dimension_is_no_list_of_zones(medellin):
    with pytest.raises(DataError, match=r"zones: this field holds something else.*\[E310\]"):
        simulate_zones(np.array("x"), medellin)


@pytest.mark.parametrize("values", [None, "x", [], ["a"] * 8760, np.full(8760, 1 + 1j), [[1.0], [2.0, 3.0]]])
def test_measured_values_that_are_no_numbers(values, medellin):
    with pytest.raises(DataError, match="E321"):
        series_from_measured(values, "hourly")
    with pytest.raises(DataError, match="E32"):
        calibrate(BuildingSpec("b", "office", 1000.0), values, medellin, BillContext())
