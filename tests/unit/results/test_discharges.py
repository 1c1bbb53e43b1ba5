"""The temperature of water a machine sends back to its source."""

import numpy as np
import pytest

from edsim.core.technology import SourceConditions
from edsim.optimization.types import Flow
from edsim.results.discharges import discharge_temp_c
from edsim.technologies.condenser_intake import CondenserIntake
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery

TEMP_C = np.array([18.0, 24.0, 27.0])
INTAKE = CondenserIntake(id="intake", source="bay", source_warming_k=5.0)
SEWER = WasteHeatRecovery(id="sewer_heat", source="bay")


def moved(kw: list[float], carrier: str = "condenser_water") -> Flow:
    return Flow("intake", "condenser_intake", "heat", "center", carrier, "in", "kW", np.array(kw))


@pytest.mark.parametrize(
    ("machine", "is_cold", "kw", "expected"),
    [
        (INTAKE, True, [5.0, 5.0, 0.0], 28.0),
        (INTAKE, True, [5.0, 5.0, 5.0], 30.0),
        (SEWER, False, [0.0, 5.0, 5.0], 20.0),
        (INTAKE, True, [0.0, 0.0, 0.0], np.nan),
    ],
)
def test_water_sent_back_by_hand(machine: object, is_cold: bool, kw: list[float], expected: float) -> None:
    """Proves: 24 °C and the permit's 4 K are 28 °C, not the 29 °C of an intake for 5 K; at rest nothing is sent.

    Of heat it is the coldest: 24 °C less 4 K. If ignored: the permit is asked for water warmer than any sent back.
    """
    source = SourceConditions(
        np.full(3, 100.0), TEMP_C, is_cold=is_cold, change_k=np.array([6.0, 4.0, 3.0]), kind="sea"
    )
    power = moved([1.0, 1.0, 1.0], "electricity")
    assert discharge_temp_c(machine, [moved(kw), power], source) == pytest.approx(expected, nan_ok=True)


def test_air_and_waste_heat_send_no_water_back() -> None:
    """Proves: a source without water has no discharge. If ignored: a furnace has one that nobody stated."""
    furnace = SourceConditions(np.full(3, 100.0), TEMP_C, kind="furnace")
    assert np.isnan(discharge_temp_c(SEWER, [moved([5.0, 5.0, 5.0])], furnace))
