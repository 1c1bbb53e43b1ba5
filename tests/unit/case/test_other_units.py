"""A number refused in the unit of its field is told the units in which it would be right."""

from typing import Any

import pytest
from pydantic import Field

from edsim.case.other_units import other_readings


@pytest.mark.parametrize(
    ("value", "unit", "limits", "said"),
    [
        (165.0, "kgCO2e/kWh", {"ge": 0, "le": 3}, "g/kWh (0.165 kgCO2e/kWh)"),
        (12.0, "kgCO2e/kWh", {"ge": 0, "le": 3}, ""),
        (44.0, "degC", {"ge": 0, "le": 20}, "°F (6.67 °C)"),
        (280.0, "degC", {"ge": 0, "le": 20}, "K (6.85 °C)"),
        (600.0, "bar", {"gt": 0, "le": 40}, "kPa (6 bar)"),
        (11.0, "kW/kW", {"gt": 1, "le": 10}, "Btu/Wh (3.22 kW/kW)"),
        (300.0, "kW/kW", {"gt": 1, "le": 10}, ""),
    ],
)
def test_units_that_bring_a_number_within_its_limits_are_told(
    value: float, unit: str, limits: dict[str, Any], said: str
) -> None:
    """Proves: 165 for a grid is g/kWh and 12 is no unit's; an EER of 11 is Btu/Wh and 300 a percentage.

    If ignored: a grid of 12 g/kWh, cleaner than any, is offered for a price or a slip of the comma.
    """
    assert other_readings(value, unit, Field(**limits)) == said
