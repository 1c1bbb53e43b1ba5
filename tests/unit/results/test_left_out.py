"""What buildings need and nothing serves is said with its kWh."""

from types import SimpleNamespace

import numpy as np
import pytest

from edsim.results import left_out
from edsim.results.left_out import left_out_findings


def test_hot_water_that_nothing_serves_is_named_with_its_kwh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: of 10 and 20 kW all year, 87 600 and 175 200 kWh, only what has no machine is said; lamps are not.

    If ignored: half of the heat of a district is missing on both sides, and nobody is told.
    """
    hours = np.ones(8760)
    demand = {"hot_water": np.array([10 * hours, 20 * hours]), "electricity": np.array([hours, hours])}
    profiles = SimpleNamespace(building_ids=("hall", "hotel"), demand=demand)
    run = SimpleNamespace(building="hall", service="hot_water")
    bau = SimpleNamespace(phases=(), district=SimpleNamespace(profiles=profiles), individual=(run,))
    monkeypatch.setattr(left_out, "building_demand_in_model", lambda _: {})
    (said,) = left_out_findings([bau])
    assert (said.code, said.severity, said.field) == ("W529", "warning", "buildings.hotel.bau.hot_water")
    assert said.got == "175,200 kWh/a: hotel 175,200"
    bau.individual = (run, SimpleNamespace(building="hotel", service="hot_water"))
    assert left_out_findings([bau]) == []
    demand["steam"] = np.array([0.02 * hours, 0.0 * hours])
    assert left_out_findings([bau]) == []  # 0.07 % of all heat is less than the proof of the least cost leaves open
    demand["steam"] = np.array([0.04 * hours, 0.0 * hours])
    assert [f.got for f in left_out_findings([bau])] == ["350 kWh/a: hall 350"]
