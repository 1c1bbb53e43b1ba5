"""Archetype table, calendar and schedules."""

from dataclasses import fields, replace
from datetime import date
from typing import get_args

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.profiles.buildings import BuildingSpec, building_loads, uses
from edsim.profiles.buildings.envelope.glazing import GLAZING, angular_curve, curve_of
from edsim.profiles.buildings.spec import Glazing, System, Window
from edsim.profiles.buildings.stock.archetype_names import (
    TEXT_FIELDS,
    VINTAGES,
    archetype_fields,
    override_findings,
    words_of,
)
from edsim.profiles.buildings.stock.archetypes import Archetype, archetype, archetype_table, climate_band, provenance
from edsim.profiles.buildings.stock.building import resolve
from edsim.profiles.buildings.stock.calendar import day_types, public_holidays
from edsim.profiles.buildings.stock.geometry import shape_of, zone_shapes
from edsim.profiles.buildings.stock.list_checks import building_findings
from edsim.profiles.buildings.stock.schedules import by_day, day_factors, day_shapes, diversity, shifted, year_schedule
from edsim.profiles.buildings.stock.services import refrigeration_w_per_m2
from edsim.profiles.weather import Weather

BANDS = ("winter", "mild_winter", "cold", "temperate", "hot_dry", "hot_humid")
WANTED = {
    "office", "public_administration", "hospital", "clinic", "hotel", "mall", "retail", "supermarket", "school",
    "university", "multi_family", "single_family", "restaurant", "data_hall", "light_industry", "heavy_industry",
    "cold_store", "airport", "museum", "convention_center", "laboratory", "student_residence", "sports_hall",
    "warehouse", "commercial_laundry", "workshop", "swimming_hall", "parking_garage", "worship", "theater", "prison",
    "care_home",
}  # fmt: skip


def test_every_use_is_complete_and_every_value_has_a_source() -> None:
    """Proves: each use, vintage and band resolves to all fields; no value without unit, source and year."""
    assert set(uses()) == WANTED
    assert set(archetype_fields()) == {f.name for f in fields(Archetype)}
    for use in uses():
        for vintage in VINTAGES:
            for band in BANDS:
                assert set(provenance(use, vintage, band)) == set(archetype_fields())
                a = archetype(use, vintage, band, {})
                assert a.schedule in day_shapes()
                assert f"dhw_{a.dhw_schedule}" in day_shapes()
                assert a.glazing in GLAZING
    for row in archetype_table():
        assert row.unit
        assert row.source
        assert 1980 <= row.year <= 2030


def test_words_are_held_to_those_a_building_is_simulated_with() -> None:
    """Proves: a schedule or glazing nobody knows is refused by name. If ignored: `oficina` ends a run in its midst."""
    assert (words_of("glazing"), words_of("system")) == (get_args(Glazing), get_args(System))
    rows = [row for row in archetype_table() if row.field in TEXT_FIELDS]
    assert [row for row in rows if row.value not in words_of(row.field)] == []
    (finding,) = override_findings({"schedule": "oficina"}, "measures.late.changes")
    assert (finding.code, finding.got) == ("E302", "oficina")


def test_the_most_specific_row_wins() -> None:
    """Proves: use beats vintage beats band. If ignored: a general default would hide a use's own value."""
    assert archetype("hotel", "post2015", "hot_humid", {}).window_u_w_per_m2_k == 2.8
    assert archetype("hotel", "pre2000", "hot_humid", {}).window_u_w_per_m2_k == 5.7
    assert archetype("museum", "pre2000", "temperate", {}).cooling_set_c == 23
    assert archetype("museum", "pre2000", "temperate", {"cooling_set_c": 21.0}).cooling_set_c == 21


def test_refrigeration_takes_more_power_in_the_heat() -> None:
    """Proves: racks follow the lift: the table's power at 20 °C, 2 to 3 % a kelvin above, no less than at 15 °C below.

    If ignored: a supermarket of a hot coast is billed as one of the highlands.
    """
    shop = resolve(BuildingSpec("shop", "supermarket", 1000.0), "hot_humid", "COL", 2025, 0)
    power = [refrigeration_w_per_m2(shop, np.full(8760, t)).mean() for t in (5.0, 15.0, 20.0, 30.0)]
    rated = 35.0 * (0.8 + 0.2 * shop.activity.mean())
    assert power[2] == pytest.approx(rated)
    assert power[3] == pytest.approx(rated * (40.0 + 14.0) / (30.0 + 14.0))
    assert power[0] == pytest.approx(power[1])


@pytest.mark.reference
def test_colombian_holidays_of_2025() -> None:
    """Proves: Law 51 of 1983 gives the 18 official holidays (those of 2025: 30 June is shared by two feasts)."""
    expected = {
        (1, 1), (1, 6), (3, 24), (4, 17), (4, 18), (5, 1), (6, 2), (6, 23), (6, 30), (7, 20), (8, 7), (8, 18), (10, 13),
        (11, 3), (11, 17), (12, 8), (12, 25),
    }  # fmt: skip
    assert {(d.month, d.day) for d in public_holidays("CO", 2025)} == expected
    assert len(public_holidays("COL", 2024)) == 18


@pytest.mark.parametrize(
    ("country", "week"),
    [
        ("COL", [0, 0, 0, 0, 0, 1, 2]),
        ("SAU", [0, 0, 0, 0, 2, 1, 0]),
        ("IRN", [0, 0, 0, 1, 2, 0, 0]),
        ("ISR", [0, 0, 0, 0, 1, 2, 0]),
        ("ZZZ", [0, 0, 0, 0, 0, 1, 2]),
    ],
)
def test_the_day_of_rest_is_that_of_the_country(country: str, week: list[int]) -> None:
    """Breaks if every week ended on Sunday: an office in Riyadh would be cooled on Friday and stand still on Sunday."""
    kinds = day_types(country, 2025)
    monday = date(2025, 7, 14).timetuple().tm_yday - 1
    assert kinds[monday : monday + 7].tolist() == week


def test_a_leap_year_keeps_its_weekdays_without_29_february() -> None:
    """Proves: 2024 has 365 days here and 1 March 2024 is a Friday, 29 February being dropped."""
    kinds = day_types("XX", 2024)
    assert len(kinds) == 365
    assert kinds[59] == 0
    assert kinds[60] == 1  # Saturday 2 March


def test_shift_moves_the_schedule_and_keeps_its_sum() -> None:
    values = year_schedule("office", "CO", 2025)
    late = shifted(values, 1.5)
    assert late.sum() == pytest.approx(values.sum())
    assert late[24 * 6 + 10] == pytest.approx(0.5 * (values[24 * 6 + 9] + values[24 * 6 + 8]))


def test_days_differ_by_building_and_keep_the_year() -> None:
    """Proves: days are drawn anew for each building and seed, from 4 to 4 h, with the year's sum kept.

    If ignored: equal buildings have their fullest days together, or a year of use is more than its schedule.
    """
    days = day_factors("a", 1, 0.1)
    assert days.shape == (8760,)
    assert np.all(days[4:8740].reshape(-1, 24) == days[4:8740:24, None])
    assert days.mean() == pytest.approx(1.0)
    assert 0.8 < days.min() < 0.87
    assert 1.13 < days.max() < 1.25
    assert abs(np.corrcoef(days[::24], day_factors("b", 1, 0.1)[::24])[0, 1]) < 0.15
    assert abs(np.corrcoef(days[::24], day_factors("a", 2, 0.1)[::24])[0, 1]) < 0.15
    shape = year_schedule("office", "CO", 2025)
    assert by_day(shape, days).sum() == pytest.approx(shape.sum())
    assert np.all(day_factors("a", 1, 0.0) == 1.0)


def test_diversity_is_reproducible_and_centered() -> None:
    """Proves: the same id and seed give the same draw; a thousand ids have mean 1 and the wanted spread."""
    assert diversity("a", 1, 0.75, 0.15) == diversity("a", 1, 0.75, 0.15)
    assert diversity("a", 1, 0.75, 0.15) != diversity("a", 2, 0.75, 0.15)
    draws = [diversity(f"b{i}", 1, 0.75, 0.15) for i in range(1000)]
    assert np.mean([d.intensity_frac for d in draws]) == pytest.approx(1.0, abs=0.015)
    assert np.std([d.shift_h for d in draws]) == pytest.approx(0.7, abs=0.05)


def test_zone_areas_add_up_to_the_building() -> None:
    """Proves: floor, facade and roof areas are conserved by the split into perimeter, core and dense zone."""
    shape = shape_of(12000.0, 6, 1.5, 3.5, 20.0)
    zones = zone_shapes(shape, split=True, dense_frac=0.05)
    assert [z.name for z in zones] == ["0", "1", "2", "3", "core", "dense"]
    assert sum(z.floor_m2 for z in zones) == pytest.approx(12000.0)
    assert sum(z.roof_m2 for z in zones) == pytest.approx(2000.0)
    perimeter = 2 * (shape.length_m + shape.width_m) * 6 * 3.5
    assert sum(a for z in zones for _, a in z.facades) == pytest.approx(perimeter)
    assert shape.azimuth_deg == 15.0


@pytest.mark.reference
def test_double_glazing_by_angle() -> None:
    """Proves: Fresnel panes give the published double-clear curve.

    ASHRAE Fundamentals 2017, chapter 15, table 10, double clear 3 mm: SHGC 0.76 at 0°, 0.74 at 40°, 0.64 at 60°, 0.50
    at 70°, 0.26 at 80° and 0.66 hemispherical, divided by 0.76.
    """
    curve = angular_curve("double_clear")
    total = curve.direct + curve.secondary
    assert total[[0, 40, 60, 70, 80]] == pytest.approx(np.array([0.76, 0.74, 0.64, 0.50, 0.26]) / 0.76, abs=0.012)
    assert curve.direct_diffuse + curve.secondary_diffuse == pytest.approx(0.66 / 0.76, abs=0.012)


@pytest.mark.parametrize(
    ("u", "g", "direct", "near"),
    [(5.8, 0.86, 0.9493, "single_clear"), (2.73, 0.769, 0.9194, "double_clear"), (2.8, 0.25, 0.6456, "")],
)
def test_glass_known_by_u_and_g(u: float, g: float, direct: float, near: str) -> None:
    """Proves: without a class glass transmits what LBNL-2804E says of its U and g, by hand, clear glass as its class.

    At g 0.86 and U above 4.5 ``1.30415 - 0.30515 / 0.86``, below 3.4 ``0.085775 g + 0.963954 - 0.084958 / g``. If
    ignored: coated glass of a data sheet is simulated as a clear pair, a year of a glazed box is 2 to 7 % off.
    """
    curve = curve_of(Window(1.0, u, g_frac=g))
    assert curve.direct[0] == pytest.approx(direct, abs=1e-4)
    assert curve.direct[0] + curve.secondary[0] == pytest.approx(1.0)
    assert np.all(np.diff(curve.direct) <= 1e-12)
    if near:
        total, usual = (c.direct + c.secondary for c in (curve, angular_curve(near)))
        assert total[:81] == pytest.approx(usual[:81], abs=0.02)
    assert curve_of(Window(1.0, u)) is angular_curve("double_clear")
    assert curve_of(Window(1.0, u, g_frac=g, glazing="single_tinted")) is angular_curve("single_tinted")


def test_other_glass_by_u_and_g_leaves_the_class_of_the_archetype() -> None:
    """Proves: a U or g of the list or of a measure takes glass out of its class; a class given or a wall does not.

    If ignored: clear double glazing typed into a list is simulated as tinted single glass and absorbs a fifth of the
    sun in its panes.
    """
    use = ("office", "2000_2015", "hot_humid")
    assert archetype(*use, {"wall_u_w_per_m2_k": 0.5}).glazing == "single_tinted"
    assert archetype(*use, {"window_u_w_per_m2_k": 2.7, "window_g_frac": 0.77}).glazing is None
    assert archetype(*use, {"window_g_frac": 0.5, "glazing": "double_tinted"}).glazing == "double_tinted"


def test_medellin_is_temperate(medellin: Weather) -> None:
    assert climate_band(medellin) == "temperate"


def test_all_faults_of_a_list_are_found_at_once(medellin: Weather) -> None:
    """Proves: unknown use, no area, window share, crossed set points, a misspelt override and a double id."""
    bad = [
        BuildingSpec("a", "offce", 100.0),
        BuildingSpec("b", "office", 0.0, wwr_frac=0.99),
        BuildingSpec("c", "office", 100.0, heating_set_c=25.0, cooling_set_c=24.0),
        BuildingSpec("c", "office", 100.0, overrides={"light_w_m2": 3.0, "wall_u_w_per_m2_k": 240.0}),
    ]
    with pytest.raises(DataError) as caught:
        building_loads(bad, medellin, country="CO", year=2025, seed=1)
    codes = sorted(f.code for f in caught.value.findings)
    assert codes == ["E301", "E302", "E303", "E304", "E306", "E306", "E307"]
    hints = " ".join(f.hint for f in caught.value.findings)
    assert "did you mean office?" in hints
    assert "did you mean light_w_per_m2?" in hints


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"floor_area_m2": "2000"}, "floor_area_m2"),
        ({"storeys": 2.5}, "storeys"),
        ({"people": 100_000.0}, "people"),
        ({"beds": 5000.0}, "beds"),
        ({"people": -5.0}, "people"),
        ({"orientation_deg": np.nan}, "orientation_deg"),
        ({"heating_set_c": 293.0}, "heating_set_c"),
        ({"overrides": {"max_relative_humidity_frac": 60.0}}, "max_relative_humidity_frac"),
        ({"overrides": {"outdoor_air_l_per_s_person": 10_000.0}}, "outdoor_air_l_per_s_person"),
    ],
)
def test_impossible_numbers_of_a_building_are_refused_by_name(changes: dict[str, object], field: str) -> None:
    """Proves: text, halves of storeys, crowds, kelvin and percent are refused before any load is made of them.

    If ignored: 100 000 people in an office of 2 000 m² are cooled with 14 MWh/m², and half a storey is dropped.
    """
    spec = replace(BuildingSpec("a", "hospital", 2000.0), **changes)
    assert [f.field for f in building_findings([spec])] == [f"buildings[a].{field}"]


def test_no_heating_may_be_said_by_any_number_far_below() -> None:
    """Proves: an infinite set point means no heating in the building list as it does in a zone. If ignored: refused."""
    assert building_findings([BuildingSpec("a", "office", 2000.0, heating_set_c=-np.inf)]) == []


def test_hot_water_follows_the_places_that_are_known() -> None:
    """Proves: beds of hospitals, homes, prisons and halls, rooms of hotels and meals are the units of hot water.

    If ignored: a prison of 300 places gets the hot water of its floor area, whatever was counted.
    """
    for use in ("hospital", "care_home", "prison", "student_residence"):
        assert resolve(BuildingSpec("b", use, 9000.0, beds=300.0), "temperate", "COL", 2025, 0).units == 300.0
    assert resolve(BuildingSpec("b", "hotel", 9000.0, beds=300.0), "temperate", "COL", 2025, 0).units == 150.0
    assert resolve(BuildingSpec("b", "prison", 9000.0), "temperate", "COL", 2025, 0).units == 360.0
    assert resolve(BuildingSpec("b", "office", 9000.0, beds=300.0), "temperate", "COL", 2025, 0).units == 900.0


def test_small_offices_have_less_glass_unless_it_is_given() -> None:
    """Proves: below 1,000 m² an office has the window share of small ones; one that is given stays, and so do shops.

    If ignored: an office of one storey has the glass of a tower and a fifth too much cooling.
    """

    def share(use: str, area_m2: float, **given: float) -> float:
        spec = BuildingSpec("a", use, area_m2, overrides=given)
        return resolve(spec, "hot_dry", "COL", 2025, 0).archetype.wwr_frac

    assert share("office", 999.0) == 0.21
    assert share("office", 1000.0) == archetype("office", "2000_2015", "hot_dry", {}).wwr_frac == 0.4
    assert share("office", 500.0, wwr_frac=0.6) == 0.6
    assert share("retail", 500.0) == share("retail", 5000.0)
