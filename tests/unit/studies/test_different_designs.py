"""Which designs of many a menu shows."""

from typing import cast

import pytest

from edsim.studies.different_designs import MOST_DESIGNS, distance_frac, largest_sizes, most_different
from edsim.studies.plans import Plan, Size

CHILLERS: Size = ("chillers", "capacity_kw", "")
TANK: Size = ("tank", "capacity_kwh", "")


class Sized:
    """A design of two sizes."""

    def __init__(self, chillers_kw: float, tank_kwh: float = 0.0) -> None:
        self.sizes = {CHILLERS: chillers_kw, TANK: tank_kwh}


def designs(*sizes: tuple[float, float]) -> list[Plan]:
    return [cast("Plan", Sized(*each)) for each in sizes]


def test_a_size_nobody_has_is_no_measure() -> None:
    """Proves: what every design leaves at a solver's trace counts for nothing. If ignored: it would be divided by."""
    assert largest_sizes(designs((100.0, 1e-6), (80.0, 0.0))) == {CHILLERS: 100.0}


def test_the_distance_is_that_of_the_size_that_differs_most() -> None:
    """Proves: 20 of 100 kW is a fifth, 60 of 80 kWh three quarters. If summed: many small differences would be one."""
    a, b = designs((100.0, 80.0), (80.0, 20.0))
    assert distance_frac(a, b, largest_sizes([a, b])) == pytest.approx(0.75)


def test_a_copy_of_the_best_is_no_second_design() -> None:
    """Proves: designs closer than 15 % to one chosen are left out. If ignored: the menu would repeat itself."""
    best, copy, near = designs((100.0, 50.0), (100.0, 50.0), (90.0, 45.0))
    assert most_different([best, copy, near]) == [best]


def test_the_farthest_design_comes_second() -> None:
    """Proves: after the best comes what differs most from it, whatever the order; then what differs from both."""
    best, middle, far = designs((100.0, 0.0), (60.0, 40.0), (20.0, 80.0))
    assert most_different([best, middle, far]) == [best, far, middle]


def test_no_more_than_five_are_shown() -> None:
    """Proves: the menu ends where nobody reads on."""
    assert len(most_different(designs(*((100.0 - 16.0 * k, 0.0) for k in range(7))))) == MOST_DESIGNS
