"""Use, area and storeys alone against the measured stock of the US."""

from statistics import median

import pytest

from tests.reference.buildings.measured_stock import (
    ELECTRICITY_LARGEST_FRAC,
    MEDIAN_BAR_FRAC,
    compare,
    compare_electricity,
)

pytestmark = pytest.mark.reference


@pytest.mark.medium
def test_heat_from_few_inputs_has_the_size_of_measured_stock() -> None:
    """Proves: the median error of useful heat of twelve uses is at most a third, none is off by a factor of 2.2.

    If ignored: offices had two thirds of the heat that meters show, and nobody would see it return.
    """
    rows = compare()
    assert len(rows) == 12
    assert median(abs(r.error_frac) for r in rows) <= MEDIAN_BAR_FRAC
    assert [r for r in rows if not 1 / 2.2 < 1 + r.error_frac < 2.2] == []


@pytest.mark.medium
def test_electricity_from_few_inputs_has_the_size_of_measured_stock() -> None:
    """Proves: no use has less than 0.55 times the electricity of measured stock, and none more.

    If ignored: restaurants had no refrigeration and two fifths of the electricity that meters show.
    """
    rows = compare_electricity()
    assert len(rows) == 10
    assert [r for r in rows if not -ELECTRICITY_LARGEST_FRAC < r.error_frac < 0.05] == []
    restaurant = next(r for r in rows if r.use == "restaurant")
    assert abs(restaurant.error_frac) < 0.3
