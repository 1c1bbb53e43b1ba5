"""The supply of a heating network over the outdoor temperature, by hand."""

import numpy as np
import pytest

from edsim.core.outdoor_reset import OutdoorReset, supply_by_hour_c

LINE = OutdoorReset(mild_supply_c=68.0, cold_outdoor_c=-15.0, mild_outdoor_c=8.0)


@pytest.mark.parametrize(
    ("outdoor_c", "supply_c"), [(-30.0, 90.0), (-15.0, 90.0), (-3.5, 79.0), (8.0, 68.0), (25.0, 68.0)]
)
def test_the_line_between_cold_and_mild(outdoor_c: float, supply_c: float) -> None:
    """Proves: 90 °C at -15 °C and colder, 68 °C at 8 °C and warmer, half way between them 79 °C.

    If ignored: a network would be as hot in May as in January.
    """
    np.testing.assert_allclose(supply_by_hour_c(90.0, LINE, np.full(8760, outdoor_c)), supply_c)


def test_the_mean_of_a_day_decides() -> None:
    """Proves: a cold hour moves the supply by a 24th, in that hour and the 23 after it, over the turn of the year too.

    If ignored: the supply would follow every gust, as no network of kilometres can.
    """
    outdoor = np.full(8760, -3.5)
    outdoor[8755] -= 12.0
    supply = supply_by_hour_c(90.0, LINE, outdoor)
    moved = np.flatnonzero(np.abs(supply - 79.0) > 1e-9)
    assert sorted(moved) == [*range(19), *range(8755, 8760)]
    np.testing.assert_allclose(supply[moved], 79.0 + 22.0 / 23.0 * 12.0 / 24.0)


def test_without_a_line_the_supply_is_that_of_the_design() -> None:
    """Proves: no line, one supply; a milder supply above that of the design counts as the design's."""
    outdoor = np.linspace(-20.0, 20.0, 8760)
    np.testing.assert_allclose(supply_by_hour_c(80.0, None, outdoor), 80.0)
    np.testing.assert_allclose(supply_by_hour_c(60.0, LINE, outdoor), 60.0)
