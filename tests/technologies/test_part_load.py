"""Part load: tables, banks, convex form, and the curves of cooling machines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edsim.core.machines.cooling_curves import capacity_frac, cooling_curves, input_ratio, lift_ratio
from edsim.core.machines.part_load import bank_power_frac, convex_part_load, machine_power_frac

TYPES = [
    ("centrifugal", "water"),
    ("centrifugal_vsd", "water"),
    ("screw", "water"),
    ("scroll", "water"),
    ("screw", "air"),
    ("screw_vsd", "air"),
    ("scroll", "air"),
]


def hull(load, table_load, table_power):
    slopes, intercepts = convex_part_load(table_load, table_power)
    return (np.outer(load, slopes) + intercepts).max(axis=1)


@pytest.mark.parametrize(("compressor", "condenser"), TYPES)
def test_convex_form_of_a_bank_is_exact_at_full_load_and_close_below(compressor, condenser):
    """Proves: the convex form is exact at full load and close to the true bank of three above 25 % load.

    At most 6 % below and 1 % above. If ignored: the optimizer would see chillers that do not exist.
    """
    c = cooling_curves(compressor, condenser)
    load = np.linspace(0.25, 1.0, 151)
    true, convex = bank_power_frac(load, c.load_frac, c.power_frac, 3), hull(load, c.load_frac, c.power_frac)
    assert convex[-1] == pytest.approx(1.0)
    error = convex / true - 1.0
    assert error.min() > -0.06
    assert error.max() < 0.01
    assert abs(error.mean()) < 0.025


@pytest.mark.parametrize(("compressor", "condenser"), TYPES)
def test_large_bank_meets_the_convex_form(compressor, condenser):
    """Proves: with many units the true bank approaches the convex form. If ignored: the fit would be a guess."""
    c = cooling_curves(compressor, condenser)
    load = np.linspace(0.15, 1.0, 86)
    true, convex = bank_power_frac(load, c.load_frac, c.power_frac, 20), hull(load, c.load_frac, c.power_frac)
    assert np.abs(convex / true - 1.0).max() < 0.02


def test_hand_solved_bank_of_two():
    """Proves: at 40 % load two machines of the table below run as one at 80 %: 0.5 * f(0.8) = 0.5 * 0.78 = 0.39.

    If ignored: both at 40 % would draw f(0.4) = 0.52, a third more.
    """
    load, power = [0.5, 0.75, 1.0], [0.6, 0.725, 1.0]
    assert machine_power_frac(0.8, load, power) == pytest.approx(0.78)
    assert machine_power_frac(0.4, load, power) == pytest.approx(0.48)  # cycling below the table: 0.6 * 0.4 / 0.5
    assert bank_power_frac(0.4, load, power, 2) == pytest.approx(0.39)
    assert bank_power_frac(0.4, load, power, 1) == pytest.approx(0.48)


@pytest.mark.medium
@given(
    st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3),
    st.integers(1, 6),
    st.floats(0.01, 1.0),
)
def test_convex_form_is_below_the_curve_up_to_dropped_corners(powers, units, load):
    """Proves: for any table the convex form never exceeds a bank by more than the dropped corner, and is convex."""
    table = np.array([0.25, 0.5, 0.75, 1.0])
    power = np.array([*sorted(powers), 1.0])
    slopes, _ = convex_part_load(table, power)
    assert (np.diff(slopes) >= -1e-9).all()
    true = bank_power_frac(np.array([load]), table, power, units)
    assert hull(np.array([load]), table, power)[0] <= true[0] + 0.05


def test_bad_table_is_refused():
    """Proves: a table that does not end at full load is a contract violation."""
    with pytest.raises(ValueError, match="part-load table"):
        convex_part_load([0.5, 0.9], [0.5, 1.0])


@pytest.mark.parametrize(("compressor", "condenser"), TYPES)
def test_curves_are_one_at_rating_and_monotonic(compressor, condenser):
    """Proves: input ratio and capacity are 1 at the AHRI point; colder condenser and warmer supply cost less power.

    If ignored: a rated COP of 6 would come out as another one.
    """
    c = cooling_curves(compressor, condenser)
    rating = 29.4 if condenser == "water" else 35.0
    assert input_ratio(c, rating, 6.7) == pytest.approx(1.0)
    assert capacity_frac(c, rating) == pytest.approx(1.0)
    entering = np.linspace(15.0, 48.0, 67)
    ratio = input_ratio(c, entering, 6.7)
    assert (np.diff(ratio) >= -1e-12).all()
    assert (np.diff(capacity_frac(c, entering)) <= 1e-12).all()
    assert (np.diff(input_ratio(c, rating, np.linspace(-5.0, 18.0, 47))) < 0).all()


@pytest.mark.parametrize(("compressor", "condenser"), TYPES)
def test_no_machine_beats_carnot(compressor, condenser):
    """Proves: COP stays below the reversible one between chilled water and condenser medium.

    If ignored: warm supply and cold condensers would give free cooling by a chiller.
    """
    c = cooling_curves(compressor, condenser)
    for supply in (-5.0, 6.7, 12.0, 18.0):
        entering = np.linspace(15.0, 45.0, 61)
        best = 1.39 * c.rated_cop / input_ratio(c, entering, supply)  # 1.39: best part load of the table
        low = np.maximum(entering, c.entering_temp_c[0]) - supply
        carnot = np.where(low > 0.5, (supply + 273.15) / np.maximum(low, 0.5), np.inf)
        assert (best < carnot).all()


@pytest.mark.reference
def test_supply_temperature_effect_is_that_of_practice():
    """Proves: 1 K warmer chilled water saves 2 to 4 % (1 to 2 % per °F, common engineering rule)."""
    saving = 1.0 - lift_ratio("water", 29.4, 7.7)
    assert 0.02 < saving < 0.04


@pytest.mark.reference
@pytest.mark.parametrize(
    ("compressor", "condenser", "least_cop", "least_iplv"),
    [
        ("centrifugal", "water", 3.517 / 0.560, 3.517 / 0.500),
        ("centrifugal_vsd", "water", 3.517 / 0.585, 3.517 / 0.380),
        ("screw", "water", 3.517 / 0.660, 3.517 / 0.540),
        ("scroll", "water", 3.517 / 0.750, 3.517 / 0.600),
        ("screw", "air", 10.1 / 3.412, 13.7 / 3.412),
        ("screw_vsd", "air", 9.7 / 3.412, 15.8 / 3.412),
        ("scroll", "air", 10.1 / 3.412, 13.7 / 3.412),
    ],
)
def test_every_type_gains_at_part_load_what_its_code_minimum_does(compressor, condenser, least_cop, least_iplv):
    """Proves: full-load COP and IPLV (AHRI 550/590 points) of every type lie 5 % below to 25 % above ASHRAE 90.1-2019.

    Paths A, and B with speed control, of table 6.8.1-3, in kW/TR for water and Btu/Wh for air. Where cold air lets a
    machine give more than its rating, part load counts on what it can give. If ignored: a whole year of a type is off.
    """
    c = cooling_curves(compressor, condenser)
    entering = np.array([29.4, 23.9, 18.3, 18.3] if condenser == "water" else [35.0, 26.7, 18.3, 12.8])
    able, load = capacity_frac(c, entering), np.array([1.0, 0.75, 0.5, 0.25])
    share = np.minimum(load / able, 1.0)
    power = able * machine_power_frac(share, c.load_frac, c.power_frac) * input_ratio(c, entering, 6.7)
    cop = c.rated_cop * share * able / power
    iplv = float(np.dot([0.01, 0.42, 0.45, 0.12], cop))
    assert 0.95 < cop[0] / least_cop < 1.25
    assert 0.95 < iplv / least_iplv < 1.25


@pytest.mark.reference
def test_cold_condenser_water_and_not_the_part_load_makes_a_speed_controlled_chiller_efficient():
    """Proves: at constant 29.4 °C condenser water COP is 6.2 to 7.3 at any load, far from the 10.9 of 18.3 °C water.

    If ignored: the part-load curve holds the relief of colder water, and a hot humid city is served as by a cold one.
    """
    c = cooling_curves("centrifugal_vsd", "water")
    load = np.linspace(0.25, 1.0, 16)
    cop = c.rated_cop * load / machine_power_frac(load, c.load_frac, c.power_frac)
    assert cop.min() > 6.2
    assert cop.max() < 7.3
    relief_per_k = np.diff(input_ratio(c, np.array([18.3, 23.9, 29.4, 35.0]), 6.7)) / 5.6
    assert np.all((relief_per_k > 0.025) & (relief_per_k < 0.035))


def test_unknown_combination_names_the_known_ones():
    """Proves: a centrifugal air-cooled chiller is refused with the list of what exists."""
    with pytest.raises(ValueError, match="screw with air"):
        cooling_curves("centrifugal", "air")


@pytest.mark.parametrize(("compressor", "condenser"), TYPES)
def test_colder_air_or_water_never_costs_power(compressor, condenser):
    """Proves: from 5 to 45 °C entering, at 3 to 14 °C supply, power per cooling never falls with a warmer condenser.

    If ignored: a chiller in Bogotá would draw more in a cold night than in a warm one, because it makes 4 °C water.
    """
    c = cooling_curves(compressor, condenser)
    entering = np.linspace(5.0, 45.0, 401)
    for supply in (3.0, 4.0, 6.7, 10.0, 14.0):
        assert (np.diff(input_ratio(c, entering, supply)) >= -1e-9).all(), supply
