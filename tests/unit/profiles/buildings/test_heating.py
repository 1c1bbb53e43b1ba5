"""Heating of buildings of the list: heated share, set points, winters and the size of what comes out."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.buildings import BuildingLoads, BuildingSpec, building_loads
from edsim.profiles.buildings.stock.archetypes import archetype
from edsim.profiles.buildings.stock.building import resolve, zones_of
from edsim.profiles.weather import Weather, synthesize_year
from edsim.profiles.weather.normals import Normals

BARE = {
    "light_w_per_m2": 0.0,
    "plug_w_per_m2": 0.0,
    "sensible_w_per_person": 0.0,
    "outdoor_air_l_per_s_person": 0.0,
    "outdoor_air_l_per_s_m2": 0.0,
    "dense_area_frac": 0.0,
    "hvac_always": 1.0,
    "infiltration_ach": 0.5,
}
"""A building without gains and ventilation, held at its set point all year."""


def _heated(year: Weather, *specs: BuildingSpec) -> BuildingLoads:
    return building_loads(specs, year, country="ESP", year=2025, seed=0)


@pytest.mark.medium
def test_leaks_are_heated_by_hand(weather: Callable[..., Weather]) -> None:
    """Proves: 0.5 1/h more of air at 0 °C in 1000 m² of 3 m, all heated to 20 °C, are 0.139 W/m³K of it: 10.9 kW.

    If ignored: heat that no one can check.
    """
    tight = {**BARE, "floor_height_m": 3.0, "intensity_sigma_frac": 0.0}
    given = {"storeys": 2, "conditioned_frac": 0.0, "heated_frac": 1.0, "heating_set_c": 20.0}
    leaky = [
        BuildingSpec(f"b{ach}", "office", 1000.0, overrides=tight | {"infiltration_ach": ach}, **given)
        for ach in (0.5, 1.0)
    ]
    loads = _heated(weather(0.0), *leaky)
    density, specific_heat = 1.293, 1.02
    by_hand = 0.5 * 3000.0 / 3600.0 * density * specific_heat * 20.0
    assert (loads.heating_kw[1] - loads.heating_kw[0])[4000] == pytest.approx(by_hand, rel=0.02)


@pytest.mark.medium
def test_the_heated_share_is_not_the_cooled_one(weather: Callable[..., Weather]) -> None:
    """Proves: heat goes with the heated share whatever is cooled; twice the share is twice the heat.

    If ignored: a block cooled on a third of its floor is heated on a third of it.
    """
    given = {"storeys": 2, "heating_set_c": 20.0, "overrides": BARE}
    shares = {"a": (0.0, 0.4), "b": (0.0, 0.8), "c": (0.3, 0.8), "d": (0.8, 0.8), "e": (0.9, 0.0)}
    specs = [
        BuildingSpec(name, "office", 1000.0, conditioned_frac=cooled, heated_frac=heated, **given)
        for name, (cooled, heated) in shares.items()
    ]
    a, b, c, d, e = _heated(weather(0.0), *specs).heating_kw.sum(axis=1)
    assert b == pytest.approx(2.0 * a)
    assert c == pytest.approx(b)
    assert d == pytest.approx(b)
    assert (a > 0.0, e) == (True, 0.0)


def test_parts_of_a_building_cover_its_heated_and_cooled_floor() -> None:
    """Proves: zones of 30 % cooled and 95 % heated floor are both or heated alone; without heat cooled alone."""
    spec = BuildingSpec("block", "multi_family", 9000.0, conditioned_frac=0.3, heated_frac=0.95)
    zones = zones_of(resolve(spec, "winter", "ESP", 2025, 0), "winter", 12.0)
    heated_alone = [z for z in zones if z.name.endswith("-heated")]
    assert sum(z.floor_area_m2 for z in zones) == pytest.approx(0.95 * 9000.0)
    assert sum(z.floor_area_m2 for z in heated_alone) == pytest.approx(0.65 * 9000.0)
    assert {z.coil.system for z in heated_alone} == {"natural_ventilation"}
    warm = zones_of(resolve(spec, "hot_humid", "ESP", 2025, 0), "hot_humid", 25.0)
    assert sum(z.floor_area_m2 for z in warm) == pytest.approx(0.3 * 9000.0)


def test_set_points_are_those_of_the_use_and_rise_by_a_kelvin_an_hour() -> None:
    """Proves: 20 °C in offices, 22 in wards, 16 by night; the morning goes 17, 18, 19, 20. None where it is hot."""
    assert [archetype(u, "pre2000", "winter", {}).heating_set_c for u in ("office", "hospital", "school")] == [
        20,
        22,
        20,
    ]
    assert archetype("hospital", "pre2000", "temperate", {}).heating_set_c < -50.0
    spec = BuildingSpec("o", "office", 2000.0, overrides={"schedule_sigma_h": 0.0})
    zone = zones_of(resolve(spec, "mild_winter", "ESP", 2025, 0), "mild_winter", 12.0)[0]
    monday = np.asarray(zone.heating_set_c)[12 * 24 : 13 * 24]
    start = int(np.argmax(monday > 16.0))
    assert monday[start - 1 : start + 5].tolist() == [16.0, 17.0, 18.0, 19.0, 20.0, 20.0]


def test_heat_beyond_reason_is_remarked() -> None:
    """Proves: a peak of 300 W/m² of heat is named with its full-load hours; one of 60 W/m² is not."""
    from edsim.profiles.summary import intensity_findings
    from edsim.profiles.types import Profiles
    from tests.support.weather import sunless_year

    heat = np.zeros((2, 8760))
    heat[:, :1000] = [[300.0], [60.0]]
    bounds = np.array([[25.0, 350.0, 25.0, 120.0]] * 2)
    bare = {"cooling_latent_kw": 0.0 * heat, "fan_kw": 0.0 * heat, "conditioned_area_m2": np.zeros(2)}
    found = Profiles(sunless_year(10.0), ("a", "b"), {"heating": heat}, **bare, expected_heating=bounds)
    found = replace(found, floor_area_m2=np.full(2, 1000.0), uses=("office", "office"))
    (said,) = intensity_findings(found, ())
    assert (said.code, said.field, said.got) == ("W311", "buildings[a]", "300 W/m2 at 1,000 full-load hours")


SWING = {
    "Madrid": (40.4, 667.0, 15.0, 9.6),
    "Bucharest": (44.5, 90.0, 11.0, 12.2),
    "Santiago": (-33.4, 520.0, 14.6, -6.3),
}
"""Latitude, height, mean and half the swing of the monthly means of 1991-2020, rounded (AEMET, ANM, DMC)."""
CASES = {
    ("Madrid", "multi_family", "pre2000"): (20, 90, 25, 60),
    ("Madrid", "office", "2000_2015"): (4, 60, 20, 70),
    ("Madrid", "hospital", "2000_2015"): (30, 150, 20, 80),
    ("Bucharest", "multi_family", "pre2000"): (60, 160, 40, 80),
    ("Bucharest", "multi_family", "post2015"): (15, 60, 20, 45),
    ("Bucharest", "school", "pre2000"): (50, 180, 50, 140),
    ("Santiago", "multi_family", "pre2000"): (20, 80, 20, 60),
    ("Santiago", "university", "pre2000"): (10, 80, 25, 80),
}
"""kWh/m² and W/m²: TABULA for dwellings, CIBSE TM46:2008 scaled by degree-days for other uses; wide on purpose."""


def _year(city: str) -> Weather:
    lat, height, mean, swing = SWING[city]
    temp = mean - swing * np.cos(2 * np.pi * (np.arange(12) - 0.3) / 12)
    sun = 4.6 - 2.9 * np.cos(2 * np.pi * (np.arange(12) + 0.4) / 12) * np.sign(lat)
    place = (city, "ESP", lat, 0.0, height, 0.0)
    rest = {
        "relative_humidity_frac": np.full(12, 0.65),
        "ghi_kwh_per_m2_day": sun,
        "wind_speed_m_per_s": np.full(12, 2.5),
    }
    bounds = {"design_dry_bulb_c": None, "design_wet_bulb_c": None, "source": "see SWING", "verified": False}
    normals = Normals(*place, temp, temp + 5.5, temp - 5.5, **rest, **bounds)
    return synthesize_year(normals, lat, 0.0, height, 0.0, 1)


@pytest.mark.reference
@pytest.mark.medium
@pytest.mark.parametrize("city", SWING)
def test_heating_has_the_size_of_published_stock(city: str) -> None:
    """Proves: heat and peak per floor area of a place, use and vintage are in the range of published stock.

    If ignored: networks of heat are sized on a third of what buildings take.
    """
    wanted = {key[1:]: bounds for key, bounds in CASES.items() if key[0] == city}
    specs = [BuildingSpec(f"{use}-{v}", use, 9000.0, storeys=6, vintage=v) for use, v in wanted]
    loads = _heated(_year(city), *specs)
    heat, peak = loads.heating_kw.sum(axis=1) / 9000.0, 1000.0 * loads.heating_kw.max(axis=1) / 9000.0
    got = {key: (h, w) for key, h, w in zip(wanted, heat, peak, strict=True)}
    out = {k: got[k] for k, (a, b, c, d) in wanted.items() if not (a <= got[k][0] <= b and c <= got[k][1] <= d)}
    assert out == {}


@pytest.mark.medium
def test_medellin_is_not_heated(medellin: Weather) -> None:
    """Proves: no use but constant-volume reheat has a demand of heat where the coldest month has 21 °C."""
    specs = [
        BuildingSpec(u, u, 5000.0) for u in ("office", "multi_family", "school", "student_residence", "laboratory")
    ]
    assert not _heated(medellin, *specs).heating_kw.any()


@pytest.mark.medium
def test_newer_hospitals_do_not_reheat_more(medellin: Weather) -> None:
    """Proves: from vintage to vintage a hospital needs no more heat, in winters and where it is only reheat.

    Breaks if all vintages moved the same air: glass that lets in less sun leaves more for the reheat.
    """
    mean = {"intensity_sigma_frac": 0.0, "schedule_sigma_h": 0.0}
    specs = [
        BuildingSpec(v, "hospital", 9000.0, storeys=6, vintage=v, overrides=mean) for v in ("2000_2015", "post2015")
    ]
    for year in (_year("Bucharest"), medellin):
        older, newer = _heated(year, *specs).heating_kw.sum(axis=1)
        assert 0.0 < newer < 0.95 * older


@pytest.mark.medium
def test_clinics_reheat_where_humidity_asks_for_it(medellin: Weather, weather: Callable[..., Weather]) -> None:
    """Proves: a clinic has no heat in Medellín, where it supplies warmer air, and reheats while open where it is hot.

    If ignored: every practice of the Andes is sold a boiler, or those of the coast 60 % humidity for nothing.
    """
    clinic = BuildingSpec("c", "clinic", 2000.0, storeys=2)
    assert not _heated(medellin, clinic).heating_kw.any()
    hot = _heated(weather(28.0), clinic)
    assert hot.climate_band in {"hot_dry", "hot_humid"}
    open_h = hot.heating_kw[0] > 0.0
    assert 1000 < open_h.sum() < 4500
