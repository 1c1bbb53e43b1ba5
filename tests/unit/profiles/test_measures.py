"""Retrofit measures: what they change, what they cost, what they save; business-as-usual keeps the building."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim.case.measures import shipped_measures
from edsim.core.errors import CaseError, DataError
from edsim.profiles.buildings.stock.archetypes import archetype
from edsim.profiles.buildings.stock.retrofit import FieldChange, Retrofit, retrofitted, shipped_costs, shipped_retrofits
from edsim.profiles.retrofits import applied_measures, areas_of, scaled_change, with_measures

Write = Callable[..., Path]
OFFICE = archetype("office", "2000_2015", "hot_humid", {})


def test_resistances_add_and_limits_hold() -> None:
    """Proves: 2 m2K/W on a roof of U 2 gives 0.4; a film takes 40 % of g. If ignored: retrofits save at random."""
    bare = replace(OFFICE, roof_u_w_per_m2_k=2.0, window_g_frac=0.5, roof_absorptance_frac=0.2)
    chosen = [shipped_retrofits()[n] for n in ("roof_insulation", "solar_film", "cool_roof")]
    after = retrofitted(bare, chosen)
    assert after.roof_u_w_per_m2_k == pytest.approx(0.4)
    assert after.window_g_frac == pytest.approx(0.3)
    assert after.roof_absorptance_frac == 0.2, "a roof already whiter than the coating stays as it is"


def test_a_film_leaves_the_class_of_the_glass_and_new_panes_state_theirs() -> None:
    """Proves: film makes glass known by U and g, new panes have their class after it; a limit kept changes nothing.

    If ignored: tinted glass with a film is simulated by the curve of tinted glass without one.
    """
    film, panes = (shipped_retrofits()[n] for n in ("solar_film", "glazing"))
    kept = Retrofit("kept", (FieldChange("window_g_frac", "at_most", 0.9),))
    assert retrofitted(OFFICE, [film]).glazing is None
    assert retrofitted(OFFICE, [film, panes]).glazing == "double_low_e"
    assert retrofitted(OFFICE, [kept]).glazing == OFFICE.glazing


def test_every_shipped_measure_works_and_has_a_cost() -> None:
    """Proves: each measure changes an office and has price, life and names. If ignored: E334 for users."""
    for name in shipped_measures():
        bare = replace(OFFICE, cooling_setback_c=28.0, economizer=0.0)
        assert retrofitted(bare, [shipped_retrofits()[name]]) != bare
        cost = shipped_costs()[name]
        assert cost.capex_per_m2 > 0
        assert cost.lifetime_a > 0
        assert set(cost.name) == {"en", "es"}


def test_a_measure_of_no_field_is_refused() -> None:
    """Proves: a misspelt field is named with the near one. If ignored: a paid retrofit that does nothing."""
    with pytest.raises(DataError, match="window_g_frac"):
        retrofitted(OFFICE, [Retrofit("film", (FieldChange("windows_g_frac", "set", 0.3),))])


def test_measured_buildings_save_in_proportion() -> None:
    """Proves: a building metered at twice its simulation saves twice the kW. If ignored: it saves nothing."""
    simulated, after = np.full(8760, 10.0), np.full(8760, 7.0)
    assert scaled_change(2 * simulated, simulated, after) == pytest.approx(np.full(8760, 14.0))
    assert scaled_change(simulated, None, after) is after


def test_savings_stay_whole_where_the_meter_has_other_hours() -> None:
    """Proves: a measure that halves the simulated heat halves a flat meter too, and one that ends it leaves nothing.

    If ignored: insulation saves a tenth of what it does on a building with bills of heat.
    """
    flat, simulated = np.full(8760, 5.0), np.where(np.arange(8760) % 24 == 7, 100.0, 0.0)
    halved = scaled_change(flat, simulated, 0.5 * simulated)
    assert (halved.sum(), halved.min()) == pytest.approx((0.5 * flat.sum(), 0.0))
    assert not scaled_change(flat, simulated, 0.0 * simulated).any()
    assert scaled_change(flat, 0.0 * flat, simulated) is flat, "what is not simulated is not saved"


def load(write_case: Write, **keys: Any) -> Any:
    from edsim.workflow import load_case

    return load_case(write_case(**keys))


def test_areas_and_cost_by_hand(write_case: Write) -> None:
    """Proves: a square tower of 5 x 1600 m2 has 1600 m2 of roof and 2800 m2 of facade. If ignored: capex is off."""
    own = {"id": "film", "changes": {"window_g_frac": 0.4}, "basis": "window", "capex_per_m2": 30, "lifetime_a": 10}
    tower = {"id": "tower", "use": "office", "floor_area_m2": 8000, "storeys": 5, "aspect": 1.0, "wwr_frac": 0.4}
    tower |= {"archetype": {"floor_height_m": 3.5}, "conditioned_frac": 0.75, "lat_deg": 6.245, "lon_deg": -75.574}
    tower["bau"] = {"cooling": "old"}
    case = load(write_case, buildings=[tower | {"measures": ["film", "led_lighting"]}], measures=[own])
    areas = areas_of(case.buildings[0])
    facade = 4 * 40 * 3.5 * 5
    expected = {"floor": 8000, "conditioned": 6000, "roof": 1600, "wall": 0.6 * facade, "window": 0.4 * facade}
    assert areas == pytest.approx(expected)
    film, lamps = applied_measures(case)
    assert (film.area_m2, film.capex_per_m2, film.lifetime_a) == pytest.approx((0.4 * facade, 30, 10))
    assert lamps.area_m2 == 8000
    assert lamps.capex_per_m2 > 14, "the price of 2022 is brought to 2025"


def test_bau_keeps_the_building_and_variants_do_not(write_case: Write) -> None:
    """Proves: measures hold in the variants that name them, never in BAU. If ignored: BAU saves for nothing."""
    from edsim.case.comparison import check_comparable
    from edsim.workflow import variant_case

    variants = {
        "bau": {"baseline": "frozen"},
        "plain": {},
        "all": {"measures": ["cool_roof"]},
        "one": {"changes": {"buildings": {"tower": {"measures": ["glazing"]}}}},
    }
    case = load(write_case, variants=variants)
    made = {name: variant_case(case, name) for name in variants}
    measures = {name: c.buildings[0].measures for name, c in made.items()}
    assert measures == {"bau": (), "plain": (), "all": ("cool_roof",), "one": ("glazing",)}
    check_comparable(case, made)


def test_unknown_measures_are_named(write_case: Write) -> None:
    """Proves: a misspelt measure is refused with the near one, on a building and in a variant. If ignored: KeyError."""
    for keys in ({"variants": {"bau": {}, "v": {"measures": ["cool_rof"]}}},):
        with pytest.raises(CaseError) as caught:
            load(write_case, **keys)
        assert [(f.code, "cool_roof" in f.text()) for f in caught.value.findings] == [("E117", True)]


@pytest.mark.slow
def test_what_is_left_and_what_is_saved_are_the_demand_of_today(write_case: Write) -> None:
    """Proves: demand + saved = today's demand in every hour, and lamps save power. If ignored: E907 in runs."""
    from edsim.profiles.district import profiles_for, today_profiles
    from edsim.workflow import variant_case

    case = load(write_case, variants={"bau": {}, "lamps": {"measures": ["led_lighting"]}})
    today = today_profiles(case)
    after = profiles_for(variant_case(case, "lamps"), case, today)
    for service, values in today.demand.items():
        assert after.demand[service] + after.saved[service] == pytest.approx(values)
    assert after.saved["electricity"].sum() > 0.1 * today.demand["electricity"].sum()
    assert after.demand["cooling"].sum() < today.demand["cooling"].sum()
    assert with_measures(case, today) is today
