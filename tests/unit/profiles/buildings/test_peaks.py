"""Peaks within the hour: steady loads have none, a load that rises and falls has some."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from edsim.profiles.buildings import BuildingSpec, peak_factor
from edsim.profiles.buildings.peaks import in_steps
from edsim.profiles.weather import Weather

CALENDAR: dict[str, Any] = {"country": "CO", "year": 2025, "seed": 0}


def test_lines_between_hours_keep_their_values() -> None:
    """Proves: hourly means 0, 4, 8 become 0, 0, 0.5, 1.5 ... in quarter hours. If ignored: gains appear or vanish."""
    made = in_steps(np.array([0.0, 4.0, 8.0]), 4)
    assert made == pytest.approx([0, 0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8, 8])
    assert in_steps(np.array([1.0, 2.0]), 1) == pytest.approx([1, 2])


def test_a_steady_load_has_no_higher_peak(weather: Callable[..., Weather]) -> None:
    """Proves: constant air and gains give the hourly peak in any step. If ignored: steps add load."""
    hall = BuildingSpec("d", "data_hall", 1000.0, storeys=1)
    assert peak_factor(hall, weather(30.0), 4000, **CALENDAR) == pytest.approx(1.0, abs=0.02)


def test_quarter_hours_stay_near_the_hour(medellin: Weather) -> None:
    """Proves: an office peaks 0 to 15 % higher in quarter hours. If ignored: starts are taken for loads."""
    factor = peak_factor(BuildingSpec("o", "office", 5000.0), medellin, 3000, **CALENDAR)
    assert 1.0 <= factor <= 1.15


def test_impossible_steps_are_refused(medellin: Weather) -> None:
    """Proves: hour 9000 or one step an hour is refused. If ignored: a window outside the year wraps."""
    for hour, steps in ((9000, 4), (10, 1)):
        with pytest.raises(ValueError, match="hour 0 to 8759"):
            peak_factor(BuildingSpec("o", "office", 500.0), medellin, hour, steps_per_hour=steps, **CALENDAR)
